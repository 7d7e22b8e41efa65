//! The command `tally`: which lines, words or files contain a character at least N times?
//!
//! It stands on the library's public interface. Options and exit status are those of `grep` where
//! `grep` has them; see `tally --help`.

// Each module uses only those below it in this list.

mod completions;
mod manual;
mod search;

mod ahead;
mod arguments;
mod selection;
mod survey;

mod asked;
mod long;
mod printer;
mod totals;
mod walk;
mod words;

mod pieces;

mod blocks;
mod lines;
mod output;
mod segments;

mod failure;
mod finder;
mod foreign;
mod help;
mod input;
mod json;
mod options;
mod progress;

mod filter;
mod question;

mod needle;
mod standard;
mod terminal;
mod unit;

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use arguments::Task;
use search::Outcome;

const SUCCESS: u8 = 0;
const FAILURE: u8 = 1;
const ERROR: u8 = 2;

fn main() -> ExitCode {
    let mut status = SUCCESS;
    let written = match arguments::parse() {
        Ok(Task::Search(options)) => {
            let mut outcome = Outcome::default();
            let written = standard::standard_output()
                .and_then(|stdout| search::run(&options, stdout, &mut outcome));
            // If the output could not be written, the search may not have reached its end.
            outcome.failed |= written.is_err() && options.none;
            status = match outcome {
                Outcome { found, failed: true } if !(found && options.quiet) => ERROR,
                Outcome { found, .. } if found != options.none => SUCCESS,
                _ => FAILURE,
            };
            written
        }
        Ok(Task::Words(matches)) => standard::standard_output()
            .and_then(|stdout| words::run(*matches, stdout))
            .map(|(found, failed)| {
                status = match (found, failed) {
                    (_, true) => ERROR,
                    (true, _) => SUCCESS,
                    _ => FAILURE,
                };
            }),
        Ok(Task::Completions(shell)) => print(|out| {
            completions::script(shell, out);
            Ok(())
        }),
        Ok(Task::Manual) => print(manual::page),
        Err(error) if error.use_stderr() => {
            // If standard error cannot be written, nobody can be informed.
            let _ = io::stderr().write_all(rendered(&error, io::stderr().is_terminal()).as_bytes());
            return ERROR.into();
        }
        // The help or the version.
        Err(error) => print(|out| write!(out, "{}", rendered(&error, io::stdout().is_terminal()))),
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

/// A message of the parser, with colors if it goes to a terminal that has them.
fn rendered(message: &clap::Error, is_terminal: bool) -> String {
    let text = message.render();
    if is_terminal && terminal::allows_color() { text.ansi().to_string() } else { text.to_string() }
}

/// Prints at once all that `write` writes.
fn print(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    let mut text = Vec::new();
    write(&mut text)?;
    let mut stdout = standard::standard_output()?;
    stdout.write_all(&text).and_then(|()| stdout.flush())
}
