//! The C interface, called from C: the header and the programs of this folder.

#[path = "../programs/mod.rs"]
mod programs;

use programs::{CASES, Compiler, Library, Program, WARNINGS, is_native, succeed};

/// The program of `tests/c/NAME.c`, linked to the shared library.
fn program(name: &str) -> Program {
    build(name, Library::Shared)
}

fn build(name: &str, library: Library) -> Program {
    let built = format!("c-{name}-{library:?}").to_lowercase();
    Compiler::c("c99").program(&built, &[&format!("tests/c/{name}.c")], &WARNINGS, library)
}

/// Runs a program with every backend; a backend that the processor lacks is replaced by the best.
fn run_on_each_backend(program: &Program, arguments: &[&str]) {
    for backend in ["avx512", "avx2", "avx2-moves", "sse2", "neon", "portable"] {
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
    succeed(build("cases", Library::Static).command().arg(CASES));
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
