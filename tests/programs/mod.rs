//! Programs in C and C++: compiled against the library that cargo has just built, and run.
//!
//! Compilers are found as the `cc` crate finds them, for the target that cargo tests: the variables
//! `CC`, `CXX`, `CFLAGS`, `CXXFLAGS` and their like with a target in the name hold here too. If cargo
//! has a runner for the target in its environment (`CARGO_TARGET_<triple>_RUNNER`), that starts the
//! programs, for example an emulator. Compilers have to understand the options of gcc.

#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// Set by build.rs: what cargo builds for, and on.
pub const TARGET: &str = env!("TALLY_TARGET");
pub const HOST: &str = env!("TALLY_HOST");

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The cases that the tests of all languages share, relative to [`ROOT`].
pub const CASES: &str = "tests/cases/counter.txt";
/// The same of words.
pub const WORD_CASES: &str = "tests/cases/words.txt";
/// Those with ranges, quotes and closing bytes.
#[allow(dead_code, reason = "not every test reads them")]
pub const RECORD_CASES: &str = "tests/cases/records.txt";

/// What every program has to compile with.
pub const WARNINGS: [&str; 6] =
    ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"];

/// Which of the library's files a program is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    Shared,
    /// As cargo makes it.
    Static,
    /// None: the sources name what is linked.
    None,
}

/// The folder in which cargo has put the library: that of the running test.
pub fn library_folder() -> PathBuf {
    let test = env::current_exe().expect("the test's own path");
    test.parent().expect("the test is in a folder").to_owned()
}

/// The shared library under test.
pub fn shared_library() -> PathBuf {
    let name = format!("{}tally{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    library_folder().join(name)
}

/// Makes the link by which programs find the shared library: its SONAME. Cargo makes the library alone.
fn link_soname(folder: &Path) {
    let major = env!("CARGO_PKG_VERSION_MAJOR");
    #[cfg(all(unix, not(target_vendor = "apple")))]
    match std::os::unix::fs::symlink("libtally.so", folder.join(format!("libtally.so.{major}"))) {
        // Tests run at the same time.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        result => result.expect("a link to the library"),
    }
}

/// The folder for what is built here: one for each profile and target of cargo.
pub fn build_folder() -> PathBuf {
    let folder = library_folder().parent().expect("deps is in a folder").join("programs");
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}

/// A compiler for one language and one version of its standard.
pub struct Compiler {
    tool: cc::Tool,
}

impl Compiler {
    /// The C compiler of the target, for a standard such as `c99`.
    pub fn c(standard: &str) -> Self {
        Self::new(standard, false, None)
    }

    /// The C++ compiler of the target, for a standard such as `c++17`.
    pub fn cpp(standard: &str) -> Self {
        Self::new(standard, true, None)
    }

    /// The C++ compiler of this name, such as `clang++`.
    pub fn cpp_named(name: &str, standard: &str) -> Self {
        Self::new(standard, true, Some(name))
    }

    fn new(standard: &str, is_cpp: bool, name: Option<&str>) -> Self {
        let mut build = cc::Build::new();
        build.cpp(is_cpp).std(standard).opt_level(2).debug(true);
        build.target(TARGET).host(HOST).out_dir(build_folder()).cargo_metadata(false);
        if let Some(name) = name {
            build.compiler(name);
        }
        Self { tool: build.get_compiler() }
    }

    /// The command that starts the compiler in the project's folder, with the project's headers.
    pub fn command(&self) -> Command {
        let mut command = Command::new(self.tool.path());
        command.args(self.tool.args()).args(["-Iinclude", "-Ibindings/cpp"]).current_dir(ROOT);
        command
    }

    /// Whether a source compiles with these options, without making a program of it.
    pub fn check(&self, source: &str, options: &[&str]) {
        succeed(self.command().args(options).args(["-fsyntax-only", source]));
    }

    /// Makes a program called `name` of `sources`, linked to the library under test.
    pub fn program(
        &self,
        name: &str,
        sources: &[&str],
        options: &[&str],
        library: Library,
    ) -> Program {
        let path = build_folder().join(name).with_extension(env::consts::EXE_EXTENSION);
        let mut command = self.command();
        command.args(options).args(sources).arg("-o").arg(&path);
        if cfg!(unix) {
            command.arg("-pthread");
        }
        match library {
            Library::None => {
                command.arg("-lm");
            }
            Library::Shared => {
                let folder = library_folder();
                link_soname(&folder);
                command.arg("-L").arg(&folder).arg("-ltally");
                if cfg!(unix) {
                    command.arg(format!("-Wl,-rpath,{}", folder.display()));
                }
            }
            Library::Static => {
                command.arg(library_folder().join("libtally.a"));
                if cfg!(windows) {
                    command.arg("-DTALLY_STATIC");
                }
                // What Rust's standard library needs.
                command.args(match env::consts::OS {
                    "windows" => &["-lws2_32", "-lntdll", "-luserenv"][..],
                    "macos" => &[],
                    _ => &["-ldl", "-lm"],
                });
            }
        }
        succeed(&mut command);
        Program { path }
    }

    /// Makes a library for `LD_PRELOAD`, called `name`.
    pub fn preload(&self, name: &str, source: &str, options: &[&str]) -> PathBuf {
        let path = build_folder().join(name).with_extension("so");
        let mut command = self.command();
        command.args(options).args(["-shared", "-fPIC", source, "-ldl", "-o"]).arg(&path);
        succeed(&mut command);
        path
    }
}

/// A program that was built here.
pub struct Program {
    pub path: PathBuf,
}

impl Program {
    /// The command that runs the program in the project's folder, in an emulator if cargo has one.
    pub fn command(&self) -> Command {
        let mut words = runner();
        words.push(self.path.as_os_str().to_owned());
        Self::command_of(&words)
    }

    /// The command that has another program of this machine run the program, such as valgrind.
    pub fn command_under<S: AsRef<OsStr>>(&self, tool: &[S]) -> Command {
        let mut words: Vec<_> = tool.iter().map(|word| word.as_ref().to_owned()).collect();
        words.push(self.path.as_os_str().to_owned());
        Self::command_of(&words)
    }

    fn command_of(words: &[std::ffi::OsString]) -> Command {
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).current_dir(ROOT).env("RUST_BACKTRACE", "0");
        // Cargo names a folder there in which an older build of the library may be. The programs
        // know where theirs is.
        command.env_remove("LD_LIBRARY_PATH");
        if cfg!(windows) {
            // That is where Windows looks for libraries.
            let mut folders = vec![library_folder()];
            folders.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
            command.env("PATH", env::join_paths(folders).expect("PATH"));
        }
        command
    }
}

/// An example program, and a folder with files for it to run in.
pub struct Example {
    program: Program,
    pub folder: PathBuf,
}

impl Example {
    pub fn new(program: Program, files: &[(&str, &str)]) -> Self {
        let folder = program.path.with_extension("files");
        fs::create_dir_all(&folder).expect("a folder for the example");
        for (file, content) in files {
            fs::write(folder.join(file), content).expect("a file for the example");
        }
        Self { program, folder }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program.command();
        command.current_dir(&self.folder).args(arguments);
        command
    }

    pub fn expect(&self, arguments: &[&str], status: i32, expected: &str) {
        expect(&mut self.command(arguments), status, expected);
    }
}

/// Runs a command and checks its exit status and what it prints: on standard output, then on
/// standard error.
pub fn expect(command: &mut Command, status: i32, expected: &str) {
    let output = command.output().expect("it starts");
    let printed = [output.stdout, output.stderr].concat();
    assert_eq!(String::from_utf8_lossy(&printed), expected, "{command:?}");
    assert_eq!(output.status.code(), Some(status), "{command:?}");
}

/// The runner that cargo has for the target, as words; none on the machine's own processor.
pub fn runner() -> Vec<std::ffi::OsString> {
    let triple = TARGET.replace('-', "_").to_uppercase();
    let runner = env::var(format!("CARGO_TARGET_{triple}_RUNNER")).unwrap_or_default();
    runner.split_whitespace().map(Into::into).collect()
}

/// Whether programs run on this machine's own processor.
pub fn is_native() -> bool {
    runner().is_empty()
}

/// Runs a command that has to succeed, prints what it prints, and returns its standard output.
pub fn succeed(command: &mut Command) -> String {
    let Output { status, stdout, stderr } =
        command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stdout = String::from_utf8_lossy(&stdout).into_owned();
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}: {status}\n{stdout}{stderr}");
    print!("{stdout}");
    stdout
}

/// Whether a tool can be started. If not, a user is told what is skipped; in CI that is a failure.
pub fn has_tool(name: &str, skipped: &str) -> bool {
    let found = Command::new(name).arg("--version").output().is_ok();
    assert!(found || env::var_os("CI").is_none_or(|ci| ci != "true"), "{name} is not installed");
    if !found {
        println!("{skipped}: skipped, as {name} is not installed");
    }
    found
}

/// The path of a file of the project.
pub fn in_project(path: &str) -> PathBuf {
    Path::new(ROOT).join(path)
}
