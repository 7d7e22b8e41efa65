//! The command `tally`: which lines, words or files have at least N of a character?
//!
//! A thin program on the library, with the habits of `grep`: see `tally --help`.

mod arguments;
mod input;
mod json;
mod manual;
mod needle;
mod output;
mod progress;
mod search;
mod segments;

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
        Ok(Task::Man) => print(manual::page),
        Err(error) if error.use_stderr() => {
            // Where that cannot be written, nobody can be told.
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
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => status,
        Err(error) => {
            search::message(b"standard output", &input::reason(&error));
            ERROR
        }
    }
    .into()
}

/// Prints what `write` makes, as a whole.
fn print(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    let mut text = Vec::new();
    write(&mut text)?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(&text).and_then(|()| stdout.flush())
}
