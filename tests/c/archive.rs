//! The static library as it is shipped: what `packaging/static.sh` makes of cargo's.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::EXPORTS;
use super::programs::{
    CASES, Compiler, Library, Program, WARNINGS, build_folder, has_tool, in_project, is_native,
    library_folder, succeed,
};

/// The tools are those of this machine, and ELF's.
fn has_tools() -> bool {
    is_native()
        && ["ld", "objcopy", "objdump", "ar", "nm"].iter().all(|tool| has_tool(tool, "the archive"))
}

/// The names of the functions in the archive under test.
fn exports() -> Vec<&'static str> {
    let mut names: Vec<_> = EXPORTS.lines().collect();
    if cfg!(feature = "inject-panic") {
        names.push("tally_inject_panic");
        names.sort_unstable();
    }
    names
}

/// Makes the archive. Tests run at the same time, so each has one of its own.
fn make(kind: &str) -> PathBuf {
    let folder = build_folder().join(format!("archive-{kind}"));
    std::fs::create_dir_all(&folder).unwrap();
    let names = folder.join("exports.txt");
    std::fs::write(&names, exports().join("\n") + "\n").unwrap();
    let archive = folder.join("libtally.a");
    succeed(
        Command::new("sh")
            .arg(in_project("packaging/static.sh"))
            .arg(library_folder().join("libtally.a"))
            .args([&names, &archive]),
    );
    let size = std::fs::metadata(&archive).unwrap().len();
    println!("{}: {size} bytes", archive.display());
    archive
}

/// What a tool prints.
fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The program of `tests/c/SOURCE.c`, linked to the archives and with the options.
fn program(name: &str, source: &str, archives: &[&Path], options: &[&str]) -> Program {
    let archives = archives.iter().map(|archive| archive.to_str().unwrap());
    let source = format!("tests/c/{source}.c");
    // Archives come after the source that needs them.
    let sources: Vec<_> = std::iter::once(source.as_str()).chain(archives).collect();
    let mut all = WARNINGS.to_vec();
    all.extend(options);
    if cfg!(feature = "inject-panic") {
        all.push("-DPANIC");
    }
    Compiler::c("c99").program(&format!("c-archive-{name}"), &sources, &all, Library::None)
}

#[test]
fn the_archive_has_the_functions_and_nothing_else() {
    if !has_tools() {
        return;
    }
    let archive = make("exports");
    let output = printed(Command::new("nm").args(["-g", "--defined-only"]).arg(&archive));
    let mut names: Vec<_> = output.lines().filter_map(|line| line.split(' ').nth(2)).collect();
    names.sort_unstable();
    assert_eq!(names, exports());
    // Bitcode, which is for tools of the same version of LLVM, and debug information.
    let sections = printed(Command::new("objdump").arg("-hw").arg(&archive));
    let names = sections.lines().filter_map(|line| line.split_whitespace().nth(1));
    for name in names {
        assert!(!name.starts_with(".llvmbc") && !name.starts_with(".debug"), "{name}");
    }
}

/// Programs of several kinds: linked dynamically or statically, position-independent or not.
#[test]
fn the_archive_in_a_program() {
    if !has_tools() {
        return;
    }
    let archive = make("program");
    succeed(program("cases", "cases", &[&archive], &[]).command().arg(CASES));
    for (name, options) in [
        ("plain", &[][..]),
        ("static", &["-static"][..]),
        ("static-pie", &["-static-pie", "-fPIE"]),
        ("no-pie", &["-no-pie", "-fno-pie"]),
        ("now", &["-Wl,-z,now,-z,relro"]),
        ("gc", &["-Wl,--gc-sections", "-ffunction-sections"]),
        ("lto", &["-flto"]),
    ] {
        succeed(&mut program(name, "archive", &[&archive], options).command());
    }
}

/// As packaging tools do it.
#[test]
fn the_archive_after_ranlib_and_strip() {
    if !has_tools() || !has_tool("strip", "the stripped archive") {
        return;
    }
    let archive = make("stripped");
    succeed(Command::new("strip").args(["-g", "-R", ".comment"]).arg(&archive));
    succeed(Command::new("ranlib").arg(&archive));
    succeed(&mut program("stripped", "archive", &[&archive], &[]).command());
    succeed(&mut program("stripped-static", "archive", &[&archive], &["-static"]).command());
    succeed(Command::new("strip").arg("--strip-unneeded").arg(&archive));
    succeed(&mut program("unneeded", "archive", &[&archive], &[]).command());
}

/// Two libraries with Rust's standard library in them, in either order, the other one with and
/// without optimization across crates. Each stops its own panics.
#[test]
fn the_archive_beside_another_rust_library() {
    if !has_tools() {
        return;
    }
    let archive = make("beside");
    let rustc = env::var_os("RUSTC").unwrap_or("rustc".into());
    for lto in ["fat", "off"] {
        let other = build_folder().join(format!("libother-{lto}.a"));
        let source = in_project("tests/c/other_library.rs");
        succeed(
            Command::new(&rustc)
                .args(["--edition=2024", "--crate-type=staticlib", "-Copt-level=2"])
                .arg(format!("-Clto={lto}"))
                .arg("-o")
                .args([&other, &source]),
        );
        for (order, archives) in [("before", [&*archive, &other]), ("after", [&other, &archive])] {
            for linking in ["-dynamic", "-static"] {
                let name = format!("{order}-{lto}{linking}");
                let mut options = vec!["-DOTHER"];
                if linking == "-static" {
                    options.push("-static");
                }
                succeed(&mut program(&name, "archive", &archives, &options).command());
            }
        }
    }
}

/// A shared library that has the archive in it, as a plugin.
#[test]
fn the_archive_in_a_shared_library() {
    if !has_tools() {
        return;
    }
    let archive = make("plugin");
    let plugin = build_folder().join("libplugin.so");
    succeed(
        Compiler::c("c99")
            .command()
            .args(["-shared", "-Wl,--whole-archive"])
            .arg(&archive)
            .args(["-Wl,--no-whole-archive", "-Wl,-z,defs", "-lm", "-o"])
            .arg(&plugin),
    );
    let rpath = format!("-Wl,-rpath,{}", build_folder().display());
    succeed(&mut program("plugin", "archive", &[&plugin], &[&rpath]).command());
}
