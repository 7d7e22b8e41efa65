//! The C interface, called from C: the header and the programs of this folder.

mod examples;
#[path = "../programs/mod.rs"]
mod programs;

use std::process::Command;

use programs::{
    CASES, Compiler, Library, Program, WARNINGS, build_folder, has_tool, is_native, shared_library,
    succeed,
};

/// The program of `tests/c/NAME.c`, linked to the shared library.
fn program(name: &str) -> Program {
    build(name, Library::Shared, "shared")
}

/// Tests run at the same time, so each has programs of its own, told apart by `kind`.
fn build(name: &str, library: Library, kind: &str) -> Program {
    let built = format!("c-{name}-{kind}");
    Compiler::c("c99").program(&built, &[&format!("tests/c/{name}.c")], &WARNINGS, library)
}

/// Runs a program with every backend; a backend that the processor lacks is replaced by the best.
fn run_on_each_backend(program: &Program, arguments: &[&str]) {
    for backend in ["avx512", "avx2", "sse2", "neon", "portable"] {
        succeed(program.command().args(arguments).env("TALLY_BACKEND", backend));
    }
}

#[test]
fn header_compiles_as_each_standard() {
    for standard in ["c99", "c11", "c17"] {
        Compiler::c(standard).check("tests/c/header.c", &WARNINGS);
    }
    for standard in ["c++11", "c++14", "c++17", "c++20"] {
        let options = [&WARNINGS[..], &["-x", "c++"]].concat();
        Compiler::cpp(standard).check("tests/c/header.c", &options);
    }
}

#[test]
fn cases() {
    run_on_each_backend(&program("cases"), &[CASES]);
}

#[test]
fn cases_with_the_static_library() {
    succeed(build("cases", Library::Static, "static").command().arg(CASES));
}

#[test]
fn arguments() {
    succeed(&mut program("arguments").command());
}

#[test]
#[cfg(unix)]
fn threads() {
    succeed(&mut program("threads").command());
}

/// What can go wrong with files is observed through `/proc`. An emulator is too slow for the large
/// files, and cannot preload.
#[test]
#[cfg(target_os = "linux")]
fn files() {
    let program = program("files");
    if !is_native() {
        succeed(program.command().arg("short"));
        return;
    }
    succeed(&mut program.command());
    let faulty_read = Compiler::c("c99").preload("faulty_read", "tests/c/faulty_read.c", &WARNINGS);
    succeed(program.command().arg("faults").env("LD_PRELOAD", faulty_read));
}

const EXPORTS: &str = include_str!("../exports.txt");

/// The names of all functions that the header declares, sorted.
fn declared() -> Vec<&'static str> {
    let header = include_str!("../../include/tally.h");
    let code = header.lines().filter(|line| !line.starts_with([' ', '/']));
    let mut names: Vec<_> = code
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("tally_"))
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn header_declares_all_functions() {
    assert_eq!(declared(), EXPORTS.lines().collect::<Vec<_>>());
}

/// The library exports these functions and nothing else.
#[test]
#[cfg(target_os = "linux")]
fn exports() {
    if !has_tool("nm", "exports") {
        return;
    }
    let output = succeed(Command::new("nm").args(["-D", "--defined-only"]).arg(shared_library()));
    let mut names: Vec<_> = output.lines().filter_map(|line| line.split(' ').nth(2)).collect();
    names.sort_unstable();
    if cfg!(feature = "inject-panic") {
        names.retain(|name| *name != "tally_inject_panic");
    }
    assert_eq!(names, EXPORTS.lines().collect::<Vec<_>>());
}

/// Under valgrind there is no error, and no memory is lost.
#[test]
#[cfg(target_os = "linux")]
fn valgrind() {
    if !is_native() || !has_tool("valgrind", "C programs under valgrind") {
        return;
    }
    let run = |program: &str, arguments: &[&str], backend: &str| {
        let log = build_folder().join(format!("valgrind-{program}-{backend}.txt"));
        let log_file = format!("--log-file={}", log.display());
        let mut command = build(program, Library::Shared, "valgrind").command_under(&[
            "valgrind",
            "--leak-check=full",
            "--show-leak-kinds=all",
            "--errors-for-leak-kinds=all",
            "--suppressions=tests/c/valgrind.supp",
            "--child-silent-after-fork=yes",
            "--error-exitcode=9",
            &log_file,
        ]);
        command.args(arguments).env("TALLY_BACKEND", backend);
        let output = command.output().expect("valgrind starts");
        let log = std::fs::read_to_string(&log).unwrap_or_default();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {}\n{stderr}{log}", output.status);
        let summary = log.lines().filter_map(|line| line.split_once("== ").map(|(_, text)| text));
        for line in summary.filter(|text| text.contains("SUMMARY: ")) {
            println!("{program}, {backend}: {line}");
        }
    };
    for backend in ["avx2", "sse2", "portable"] {
        run("cases", &[CASES], backend);
    }
    run("arguments", &[], "default");
    run("threads", &["short"], "default");
    run("files", &["short"], "default");
}
