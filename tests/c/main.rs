//! The C interface, called from C: the header and the programs of this folder.

mod abi;
#[cfg(target_os = "linux")]
mod archive;
mod examples;
#[cfg(target_os = "linux")]
mod linux;
#[path = "../programs/mod.rs"]
mod programs;

use programs::{
    CASES, Compiler, Library, Program, RECORD_CASES, WARNINGS, WORD_CASES, build_folder, succeed,
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

/// Runs a program with every backend that the processor has.
fn run_on_each_backend(program: &Program, arguments: &[&str]) {
    for backend in tally::backends() {
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
    run_on_each_backend(&program("cases"), &[CASES, RECORD_CASES]);
}

#[test]
fn cases_with_the_static_library() {
    succeed(build("cases", Library::Static, "static").command().args([CASES, RECORD_CASES]));
}

#[test]
fn words() {
    let folder = build_folder();
    run_on_each_backend(&program("words"), &[WORD_CASES, folder.to_str().unwrap()]);
}

#[test]
fn arguments() {
    succeed(&mut program("arguments").command());
}

#[test]
fn names() {
    succeed(program("names").command().current_dir(programs::build_folder()));
}

#[test]
fn columns() {
    run_on_each_backend(&program("columns"), &[]);
}

#[test]
#[cfg(unix)]
fn threads() {
    succeed(&mut program("threads").command());
}

/// Handles that one call at a time may use: the program knows each function on one.
#[test]
#[cfg(unix)]
fn handles() {
    let output = succeed(&mut program("handles").command());
    let mut names: Vec<_> = output.lines().filter(|line| line.starts_with("tally_")).collect();
    names.sort_unstable();
    let on_handles = |name: &&str| {
        let of = ["tally_stream_", "tally_summary_", "tally_top_", "tally_words_"];
        of.iter().any(|of| name.starts_with(of))
            && !["_new", "_new_with", "_load", "_free"].iter().any(|end| name.ends_with(end))
    };
    assert_eq!(names, EXPORTS.lines().filter(on_handles).collect::<Vec<_>>());
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
