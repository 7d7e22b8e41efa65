//! Runs the program in a folder of its own.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::programs::runner;

pub(crate) const TALLY: &str = env!("CARGO_BIN_EXE_tally");

/// A folder of its own for a test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command").join(name);
        // It exists if the last run failed.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: impl AsRef<Path>, data: impl AsRef<[u8]>) {
        fs::write(self.path(name), data).unwrap();
    }

    /// The program, to be run in this folder.
    pub(crate) fn tally<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        self.command(TALLY, arguments)
    }

    pub(crate) fn command<S: AsRef<OsStr>>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        // Wine starts this test, and a test in wine starts other programs of Windows as they are.
        let emulated = program == TALLY && !cfg!(windows);
        let mut words = if emulated { runner() } else { Vec::new() };
        words.push(program.into());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(arguments).current_dir(&self.0).stdin(Stdio::null());
        command.env_remove("NO_COLOR").env("LC_ALL", "C");
        command
    }

    /// Runs the program with the arguments in `line`; expects an exit status, an output, and no
    /// errors.
    pub(crate) fn expect(&self, line: &str, status: i32, output: impl AsRef<[u8]>) {
        let ended = self.tally(words(line)).output().unwrap();
        check(line, &ended, status, output.as_ref(), "");
    }

    /// The same, with errors.
    pub(crate) fn expect_error(
        &self,
        line: &str,
        status: i32,
        output: impl AsRef<[u8]>,
        errors: &str,
    ) {
        let ended = self.tally(words(line)).output().unwrap();
        check(line, &ended, status, output.as_ref(), errors);
    }

    /// The same, with data on standard input.
    pub(crate) fn expect_of(&self, data: &[u8], line: &str, status: i32, output: impl AsRef<[u8]>) {
        let ended = fed(&mut self.tally(words(line)), data);
        check(line, &ended, status, output.as_ref(), "");
    }

    /// The same, with data on standard input and with errors.
    pub(crate) fn expect_error_of(
        &self,
        data: &[u8],
        line: &str,
        status: i32,
        output: impl AsRef<[u8]>,
        errors: &str,
    ) {
        let ended = fed(&mut self.tally(words(line)), data);
        check(line, &ended, status, output.as_ref(), errors);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What a failed test leaves is kept for inspection.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// The words of a line, split at spaces. There are no quotes: for a space, write `\x20`.
pub(crate) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(' ').filter(|word| !word.is_empty())
}

/// The output of a run that succeeds.
#[track_caller]
pub(crate) fn output(folder: &Folder, arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = folder.tally(arguments).output().unwrap();
    assert_eq!(status.code(), Some(0), "{arguments:?}");
    assert_eq!(stderr, b"");
    String::from_utf8(stdout).unwrap()
}

/// What the program says of a file that is not there.
pub(crate) fn missing(name: &str) -> String {
    let reason =
        if cfg!(windows) { system_error(2) } else { "No such file or directory".to_owned() };
    format!("tally: {name}: {reason}\n")
}

/// The system's words for one of its errors.
pub(crate) fn system_error(number: i32) -> String {
    let text = std::io::Error::from_raw_os_error(number).to_string();
    text.strip_suffix(&format!(" (os error {number})")).unwrap().to_owned()
}

/// A text with paths, as the program writes those that it found in folders.
pub(crate) fn found(text: &str) -> String {
    text.replace('/', std::path::MAIN_SEPARATOR_STR)
}

/// The result of a run with `data` on standard input.
pub(crate) fn fed(command: &mut Command, data: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // The program may stop reading.
            let _ = stdin.write_all(data);
        });
        child.wait_with_output().unwrap()
    })
}

#[track_caller]
pub(crate) fn check(case: &str, ended: &Output, status: i32, output: &[u8], errors: &str) {
    let shown = |bytes: &[u8]| bytes.escape_ascii().to_string();
    assert_eq!(shown(&ended.stdout), shown(output), "output of {case}");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), errors, "errors of {case}");
    assert_eq!(ended.status.code(), Some(status), "status of {case}");
}

/// Whether a program that a test needs is installed. If not, the test is skipped; in CI it fails.
pub(crate) fn has(program: &str, arguments: &[&str]) -> bool {
    let found = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        println!("skipped, as {program} is not installed");
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no {program}");
    }
    found
}
