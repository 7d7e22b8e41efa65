//! The command `tally`: which lines, words or files contain a character at least N times?
//!
//! It stands on the library's public interface. Options and exit status are those of `grep` where
//! `grep` has them; see `tally --help`.

// Each module uses only those below it in this list.

mod manual;
mod search;

mod arguments;

mod printer;
mod totals;

mod blocks;
mod input;
mod output;
mod segments;

mod failure;
mod help;
mod json;
mod options;
mod progress;

mod needle;
mod unit;

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use arguments::Task;
use search::Outcome;

const FOUND: u8 = 0;
const NOT_FOUND: u8 = 1;
const ERROR: u8 = 2;

fn main() -> ExitCode {
    let mut status = FOUND;
    let written = match arguments::parse() {
        Ok(Task::Search(options)) => {
            let mut outcome = Outcome::default();
            let written = search::run(&options, &mut outcome);
            status = match outcome {
                Outcome { found: true, .. } if options.quiet => FOUND,
                Outcome { failed: true, .. } => ERROR,
                Outcome { found: true, .. } => FOUND,
                Outcome { found: false, .. } => NOT_FOUND,
            };
            written
        }
        Ok(Task::Completions(shell)) => print(|out| {
            clap_complete::generate(shell, &mut arguments::command(), "tally", out);
            Ok(())
        }),
        Ok(Task::Manual) => print(manual::page),
        Err(error) if error.use_stderr() => {
            // If standard error cannot be written, nobody can be informed.
            let _ = error.print();
            return ERROR.into();
        }
        // The help or the version.
        Err(error) => print(|out| {
            let text = error.render();
            if io::stdout().is_terminal() {
                write!(out, "{}", text.ansi())
            } else {
                write!(out, "{text}")
            }
        }),
    };
    match written {
        Ok(()) => status,
        // The reader has what it needs, as in `tally ... | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => status,
        Err(error) => {
            output::message(b"standard output", &failure::reason(&error));
            ERROR
        }
    }
    .into()
}

/// Prints at once all that `write` writes.
fn print(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    let mut text = Vec::new();
    write(&mut text)?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(&text).and_then(|()| stdout.flush())
}
