//! The examples do what their comments say, and the code of the README compiles.

use std::fs;

use super::programs::{Compiler, Example, Library, WARNINGS, build_folder, in_project};

fn example(name: &str, files: &[(&str, &str)]) -> Example {
    let (source, built) = (format!("examples/c/{name}.c"), format!("c-example-{name}"));
    let program = Compiler::c("c99").program(&built, &[&source], &WARNINGS, Library::Shared);
    Example::new(program, files)
}

const FILES: [(&str, &str); 2] = [("table.csv", "a,b\na,b,c,d\n\na,b,c\n"), ("empty", "")];

#[test]
fn matching_lines() {
    let example = example("matching_lines", &FILES);
    let two = "table.csv:2:4: a,b,c,d\ntable.csv:4:4: a,b,c\n\
               2 lines found; 6 hits in all, at most 3 in a line\n";
    example.expect(&["table.csv", ",", "2"], 0, two);
    let four = "0 lines found; 6 hits in all, at most 3 in a line\n";
    example.expect(&["table.csv", ",", "4"], 1, four);
    let none = "0 lines found; 0 hits in all, at most 0 in a line\n";
    example.expect(&["empty", ",", "1"], 1, none);
    let missing = "matching_lines: missing: No such file or directory\n";
    example.expect(&["missing", ",", "1"], 2, missing);
    example.expect(&["table.csv", ",", "3x"], 2, "matching_lines: 3x: not a number\n");
    example.expect(&["table.csv", "", "3"], 2, "matching_lines: : invalid argument\n");
    let newline = "matching_lines: a\nb: the needle contains a reset byte\n";
    example.expect(&["table.csv", "a\nb", "3"], 2, newline);
    example.expect(&["table.csv"], 2, "usage: matching_lines FILE STRING MIN\n");
}

/// More lines than are found in one call.
#[test]
fn matching_lines_of_a_long_file() {
    let example = example("matching_lines", &[("long", &"x;x;x\n".repeat(1000))]);
    let lines: Vec<_> = (1..=1000).map(|line| format!("long:{line}:5: x;x;x\n")).collect();
    let totals = "1000 lines found; 3000 hits in all, at most 3 in a line\n";
    example.expect(&["long", "x", "3"], 0, &(lines.concat() + totals));
}

#[test]
fn separator_guard() {
    let example = example("separator_guard", &FILES);
    example.expect(&["table.csv", ",", "3"], 0, "");
    example.expect(&["table.csv", ",", "2"], 1, "table.csv:2:6: more than 2 separators\n");
    example.expect(&["table.csv", "\\t", "0"], 0, "");
    example.expect(&["empty", ",", "0"], 0, "");
    let missing = "separator_guard: missing: No such file or directory\n";
    example.expect(&["missing", ",", "1"], 2, missing);
    for separator in ["::", "", "\n", "é"] {
        let error = format!(
            "separator_guard: {separator}: \
             the separator is one ASCII character other than a newline\n"
        );
        example.expect(&["table.csv", separator, "1"], 2, &error);
    }
    let number = "separator_guard: -1: not a number, or too large\n";
    example.expect(&["table.csv", ",", "-1"], 2, number);
    example.expect(&["table.csv"], 2, "usage: separator_guard FILE SEPARATOR MOST\n");
}

/// The code in `language` of the README.
fn readme_code(language: &str) -> String {
    let readme = fs::read_to_string(in_project("README.md")).expect("README.md");
    let start = format!("```{language}\n");
    let blocks: Vec<_> = readme
        .split(&start)
        .skip(1)
        .map(|block| block.split("```").next().unwrap_or_default())
        .collect();
    assert!(!blocks.is_empty(), "the README has no code in {language}");
    blocks.concat()
}

#[test]
fn readme_code_compiles() {
    for (language, compiler) in [("c", Compiler::c("c99")), ("cpp", Compiler::cpp("c++17"))] {
        let source = build_folder().join(format!("readme.{language}"));
        fs::write(&source, readme_code(language)).expect("a source file");
        // Code in a README may define a function that nothing declares or calls.
        compiler.check(source.to_str().expect("a path in UTF-8"), &["-Wall", "-Wextra", "-Werror"]);
    }
}

/// The code at the head of a header, which is behind `marker` in its comment, as a function of data
/// in memory.
fn code_of_head(path: &str, marker: &str, head: &str) -> String {
    let header = fs::read_to_string(in_project(path)).expect("a header");
    let (comment, _) = header.split_once("*/").expect("a comment");
    let is_code = |line: &&str| *line == " *" || line.starts_with(marker);
    let code = comment.lines().skip_while(|line| !line.starts_with(marker)).take_while(is_code);
    let code = code.filter_map(|line| line.strip_prefix(marker));
    let (includes, code): (Vec<_>, Vec<_>) = code.partition(|line| line.starts_with("#include"));
    assert!(code.len() > 5, "{path} has no code");
    format!("{}\n{head} {{\n{}\n}}\n", includes.join("\n"), code.join("\n"))
}

#[test]
fn code_of_the_headers_compiles() {
    let c = "#include <stdio.h>\n#include <tally.h>\n\
             void guard(const char *data, size_t len);\nvoid guard(const char *data, size_t len)";
    let cpp = "#include <cstdio>\n#include <iostream>\n#include <string_view>\n\
               void guard(std::string_view text);\nvoid guard(std::string_view text)";
    for (compiler, name, path, head) in [
        (Compiler::c("c99"), "head.c", "include/tally.h", c),
        (Compiler::cpp("c++17"), "head.cpp", "bindings/cpp/tally.hpp", cpp),
    ] {
        let source = build_folder().join(name);
        fs::write(&source, code_of_head(path, " *     ", head)).expect("a source file");
        compiler.check(source.to_str().expect("a path in UTF-8"), &WARNINGS);
    }
}
