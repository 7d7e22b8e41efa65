//! What needs Linux, or tools that are at home there.

use std::fs;
use std::process::Command;

use super::programs::{
    CASES, Compiler, Library, RECORD_CASES, WARNINGS, build_folder, has_tool, is_native,
    shared_library, succeed,
};
use super::{EXPORTS, build, program, run_on_each_backend};

/// What can go wrong with files is observed through `/proc`. An emulator is too slow for the large
/// files, and cannot preload.
#[test]
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

/// Each allocation of each function fails. The program replaces the allocator of glibc.
#[test]
#[cfg(target_env = "gnu")]
fn memory() {
    if !is_native() {
        return;
    }
    let output = succeed(program("memory").command().env("TMPDIR", build_folder()));
    let mut names: Vec<_> = output
        .lines()
        .filter(|line| line.starts_with("tally_"))
        .filter_map(|line| line.split([' ', ':']).next())
        .collect();
    names.dedup();
    assert_eq!(names, EXPORTS.lines().collect::<Vec<_>>());
}

/// Forks and signals. An emulator does not count threads as the system does.
#[test]
fn processes() {
    if is_native() {
        let forks = std::env::var("TALLY_TEST_FORKS").unwrap_or("300".to_owned());
        succeed(program("processes").command().arg(forks).env_remove("TALLY_BACKEND"));
    }
}

/// Nothing of the library is needed after it is unloaded.
#[test]
fn unload() {
    let options = [&WARNINGS[..], &["-ldl"]].concat();
    let program =
        Compiler::c("c99").program("c-unload", &["tests/c/unload.c"], &options, Library::None);
    succeed(program.command().arg(shared_library()));
}

/// How much stack each function uses, with every backend.
#[test]
fn stack() {
    if is_native() {
        run_on_each_backend(&program("stack"), &[]);
    }
}

/// The library exports these functions and nothing else.
#[test]
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
            "--child-silent-after-fork=yes",
            "--error-exitcode=9",
            &log_file,
        ]);
        command.args(arguments).env("TALLY_BACKEND", backend);
        let output = command.output().expect("valgrind starts");
        let log = fs::read_to_string(&log).unwrap_or_default();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {}\n{stderr}{log}", output.status);
        let summary = log.lines().filter_map(|line| line.split_once("== ").map(|(_, text)| text));
        for line in summary.filter(|text| text.contains("SUMMARY: ")) {
            println!("{program}, {backend}: {line}");
        }
    };
    for backend in ["avx2", "sse2", "sse2-only", "portable"] {
        run("cases", &[CASES, RECORD_CASES], backend);
    }
    run("arguments", &[], "default");
    run("columns", &[], "default");
    run("threads", &["short"], "default");
    run("files", &["short"], "default");
}
