//! The C++ header: that it is complete, and the programs of this folder and of `examples/cpp` with
//! each compiler and standard, and under the sanitizers.

#[path = "../programs/mod.rs"]
mod programs;

use std::fs;
use std::sync::OnceLock;

use programs::{
    CASES, Compiler, Example, Library, Program, RECORD_CASES, WARNINGS, WORD_CASES, build_folder,
    has_tool, in_project, is_native, succeed,
};

const SANITIZE: [&str; 2] = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

fn text_of(path: &str) -> String {
    fs::read_to_string(in_project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Whether `text` contains `name` as a whole word.
fn contains_word(text: &str, name: &str) -> bool {
    text.split(|at: char| !at.is_ascii_alphanumeric() && at != '_').any(|word| word == name)
}

#[test]
fn header_has_every_function() {
    let (header, panics) = (text_of("bindings/cpp/tally.hpp"), text_of("tests/cpp/panics.cpp"));
    for function in text_of("tests/exports.txt").lines() {
        // All that tally_counter_new does, tally_counter_new_with does too.
        if function == "tally_counter_new" {
            continue;
        }
        assert!(contains_word(&header, function), "tally.hpp does not call {function}");
        let returns_status = !function.ends_with("_free")
            && !["tally_version", "tally_backend", "tally_status_message"].contains(&function);
        assert!(
            !returns_status || panics.contains(&format!("\"{function}\"")),
            "panics.cpp does not call {function}"
        );
    }
}

#[test]
fn header_has_every_constant() {
    let header = text_of("bindings/cpp/tally.hpp");
    // The guards and the linkage.
    let unused = ["TALLY_H", "TALLY_API", "ARROW_C_DATA_INTERFACE"];
    let c_header = text_of("include/tally.h");
    let constants: Vec<_> = c_header
        .lines()
        .filter_map(|line| line.strip_prefix("#define ")?.split_whitespace().next())
        // The macros of the version serve C++ too.
        .filter(|name| !unused.contains(name) && !name.starts_with("TALLY_VERSION_"))
        .collect();
    assert!(constants.len() > 20, "{constants:?}");
    for name in constants {
        assert!(contains_word(&header, name), "tally.hpp lacks {name}");
    }
}

/// A field that C adds to its options has to be one of C++ too.
#[test]
fn header_sets_every_option() {
    let (header, c_header) = (text_of("bindings/cpp/tally.hpp"), text_of("include/tally.h"));
    for options in ["tally_counter_options", "tally_read_options", "tally_words_options"] {
        let (_, body) = c_header.split_once(&format!("typedef struct {options} {{\n")).unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        let fields = body.lines().filter_map(|line| line.strip_suffix(';')?.split(' ').next_back());
        let mut number = 0;
        for field in fields.map(|field| field.trim_start_matches('*')) {
            number += 1;
            let is_set = header.contains(&format!("in_c.{field} ="));
            assert!(is_set || field == "reserved", "tally.hpp does not set {field}");
        }
        assert!(number >= 5, "{options} has {number} fields");
    }
}

#[test]
fn header_defines_no_macro_but_its_guard() {
    let header = text_of("bindings/cpp/tally.hpp");
    let macros: Vec<_> =
        header.lines().filter(|line| line.trim_start().starts_with("#define")).collect();
    assert_eq!(macros, ["#define TALLY_HPP"]);
}

/// A program of this folder for one compiler.
fn program(compiler: &Compiler, kind: &str, name: &str, options: &[&str]) -> Program {
    let mut sources = vec![format!("tests/cpp/{name}.cpp")];
    if name == "bindings" {
        sources.push("tests/cpp/header.cpp".into());
    }
    let sources: Vec<_> = sources.iter().map(String::as_str).collect();
    let options = [&WARNINGS[..], options].concat();
    compiler.program(&format!("cpp-{name}-{kind}"), &sources, &options, Library::Shared)
}

/// Builds and runs all programs but the one for panics.
fn run_all(compiler: &Compiler, kind: &str, options: &[&str]) {
    succeed(program(compiler, kind, "cases", options).command().args([CASES, RECORD_CASES]));
    let folder = build_folder().join(format!("cpp-words-{kind}-files"));
    fs::create_dir_all(&folder).expect("a folder");
    succeed(program(compiler, kind, "words", options).command().arg(WORD_CASES).arg(folder));
    let emulated = (!is_native()).then_some("emulated");
    succeed(program(compiler, kind, "bindings", options).command().args(emulated));
    if cfg!(unix) {
        succeed(&mut program(compiler, kind, "files", options).command());
    }
}

/// Runs everything with each compiler for one standard.
fn run_standard(standard: &str) {
    // On an emulated processor, there is the one compiler for it.
    if !is_native() {
        return run_all(&Compiler::cpp(standard), standard, &[]);
    }
    for name in ["g++", "clang++"] {
        if has_tool(name, &format!("C++ with {name}")) {
            let compiler = Compiler::cpp_named(name, standard);
            run_all(&compiler, &format!("{name}-{standard}"), &[]);
            if cfg!(unix) {
                compiler.check("examples/cpp/csv_guard.cpp", &WARNINGS);
            }
            compiler.check("examples/cpp/merged_totals.cpp", &WARNINGS);
        }
    }
}

#[test]
fn cpp_17() {
    run_standard("c++17");
}

#[test]
fn cpp_20() {
    run_standard("c++20");
}

/// Compilers of 2022 and before do not know it as c++23.
#[test]
fn cpp_23() {
    run_standard("c++2b");
}

/// Whether g++ has the sanitizers. In CI it must.
fn has_sanitizers() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let skipped = "C++ with sanitizers";
        if !is_native() || !cfg!(target_os = "linux") || !has_tool("g++", skipped) {
            return false;
        }
        let mut probe = sanitizing_compiler().command();
        probe.args(SANITIZE).args(["-shared", "-fPIC", "tests/cpp/header.cpp", "-o"]);
        let output = probe.arg(build_folder().join("cpp-probe.so")).output().expect("g++ starts");
        let found = output.status.success();
        let is_ci = std::env::var_os("CI").is_some_and(|ci| ci == "true");
        assert!(found || !is_ci, "{}", String::from_utf8_lossy(&output.stderr));
        if !found {
            println!("{skipped}: skipped, as g++ has none");
        }
        found
    })
}

fn sanitizing_compiler() -> Compiler {
    Compiler::cpp_named("g++", "c++20")
}

#[test]
fn sanitized() {
    if has_sanitizers() {
        run_all(&sanitizing_compiler(), "sanitized", &SANITIZE);
    }
}

#[test]
#[cfg(all(unix, feature = "inject-panic"))]
fn panics() {
    let program = if has_sanitizers() {
        program(&sanitizing_compiler(), "sanitized", "panics", &SANITIZE)
    } else {
        program(&Compiler::cpp("c++17"), "plain", "panics", &[])
    };
    let long = build_folder().join("cpp-panics-long.txt");
    fs::write(&long, vec![b'x'; 16 << 20]).expect("a file of 16 MiB");
    succeed(program.command().args([CASES.as_ref(), long.as_os_str()]));
}

/// An example of this name, and a folder with files.
#[cfg(unix)]
fn example(name: &str, files: &[(&str, &str)]) -> Example {
    let (source, built) = (format!("examples/cpp/{name}.cpp"), format!("cpp-example-{name}"));
    let program = Compiler::cpp("c++17").program(&built, &[&source], &WARNINGS, Library::Shared);
    Example::new(program, files)
}

#[test]
#[cfg(unix)]
fn example_csv_guard() {
    let example = example("csv_guard", &[("table.csv", "a,b\na,b,c,d\n\na,b,c\n"), ("empty", "")]);
    let run = |arguments: &[&str], status, expected| example.expect(arguments, status, expected);
    run(&["table.csv", ",", "3"], 0, "");
    run(&["table.csv", ",", "2"], 1, "table.csv:2:6: more than 2 separators\n");
    run(&["table.csv", "\\t", "0"], 0, "");
    run(&["empty", ",", "0"], 0, "");
    run(&["missing", ",", "1"], 2, "csv_guard: missing: No such file or directory\n");
    let no_separator = "csv_guard: the separator is one byte other than a newline\n";
    run(&["table.csv", "::", "1"], 2, no_separator);
    run(&["table.csv", ",", "-1"], 2, "csv_guard: -1: not a number, or too large\n");
    run(&["table.csv", ","], 2, "usage: csv_guard FILE SEPARATOR MOST\n");

    let mut command = example.command(&["-", ",", "2"]);
    command.stdin(fs::File::open(example.folder.join("table.csv")).expect("the table"));
    programs::expect(&mut command, 1, "-:2:6: more than 2 separators\n");
}

#[test]
#[cfg(unix)]
fn example_merged_totals() {
    // Cut inside a line, and inside the string.
    let parts = [("part1", "a--b--"), ("part2", "c-"), ("part3", "-d\n--\n")];
    let example = example("merged_totals", &parts);
    let run = |arguments: &[&str], status, expected| example.expect(arguments, status, expected);
    let three = "4 in all, at most 3 in a line; 1 of 3 lines\n";
    run(&["--", "3", "part1", "part2", "part3"], 0, three);
    let four = "4 in all, at most 3 in a line; 0 of 3 lines\n";
    run(&["--", "4", "part1", "part2", "part3"], 1, four);
    let missing = "merged_totals: missing: No such file or directory\n";
    run(&["-", "1", "part1", "missing"], 2, missing);
    run(&["-", "3x", "part1"], 2, "merged_totals: 3x: not a number\n");
    run(&["", "3", "part1"], 2, "merged_totals: invalid argument\n");
    run(&["-", "3"], 2, "usage: merged_totals STRING MIN FILE...\n");
}
