//! `tally words`: the most frequent words of the inputs, and how many words there are.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use serde::Serialize;
use tally::{ReadOptions, TopWords, WordCounter, WordRule, Words, WordsOptions};

use crate::failure::Failure;
use crate::input::{Input, Reader};
use crate::json::Text;
use crate::output::{Output, message};
use crate::progress::Progress;
use crate::standard::StandardOutput;

/// The first argument that asks for this.
pub(crate) const NAME: &str = "words";

/// How it is called.
pub(crate) const USAGE: &str = "tally words [OPTION]... [FILE]...";

/// The length of the longest bar.
const BAR: u64 = 40;

/// The definition from which parser and help are made.
pub(crate) fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
    };
    Command::new("tally words")
        .about("Print the most frequent words, and how many words there are")
        .override_usage(USAGE)
        .disable_version_flag(true)
        .args_override_self(true)
        .after_help(
            "Files are separate texts: no word goes on from one to the next. To search for the \
             string 'words' instead, put an option or -- before it.\n\n\
             Exit status: 0 if there is a word, 1 if there is none, 2 after an error.",
        )
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .action(ArgAction::Append)
                .value_parser(value_parser!(OsString))
                .value_hint(ValueHint::FilePath)
                .help("Files to read; standard input if there is none, or for -"),
        )
        .arg(
            Arg::new("top")
                .short('k')
                .long("top")
                .value_name("NUM")
                .value_hint(ValueHint::Other)
                .default_value("20")
                .value_parser(value_parser!(u64))
                .help("Print NUM words"),
        )
        .arg(flag("count", "Print only the number of words").short('c'))
        .arg(flag("ascii", "Words end at ASCII white space alone, not at that of Unicode"))
        .arg(
            Arg::new("max-bytes")
                .long("max-bytes")
                .value_name("NUM")
                .value_hint(ValueHint::Other)
                .value_parser(value_parser!(u64).range(1..))
                .help("Use at most NUM bytes of memory for the words"),
        )
        .arg(
            Arg::new("approximate")
                .long("approximate")
                .value_name("NUM")
                .value_hint(ValueHint::Other)
                .value_parser(value_parser!(u64).range(32 << 10..))
                .conflicts_with_all(["count", "max-bytes"])
                .help(
                    "Count the most frequent words in NUM bytes of memory, however long the input \
                     is; print how many less there may be of each",
                ),
        )
        .arg(flag("json", "Print JSON, an object a line"))
        .arg(flag("no-progress", "Show no progress bar"))
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Record<'a> {
    Word {
        text: Text<'a>,
        count: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<u64>,
    },
    Words {
        total: u64,
        #[serde(flatten)]
        rest: Rest,
    },
}

/// What is known of all words together.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
enum Rest {
    /// Nothing but their number.
    None {},
    /// How many are different.
    Exact { distinct: u64 },
    /// How often one that is not held occurs at most, and how many are too long to be held.
    Approximate { floor: u64, skipped: u64 },
}

/// What is counted.
enum Counter {
    Number(WordCounter),
    Each(Box<Words>),
    Top(Box<TopWords>),
}

impl Counter {
    fn feed(&mut self, data: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Number(words) => words.feed(data),
            Self::Each(words) => words.feed(data)?,
            Self::Top(words) => words.feed(data)?,
        }
        Ok(())
    }

    /// The end of a file.
    fn finish(&mut self) -> Result<(), Failure> {
        match self {
            // A separator by each rule.
            Self::Number(words) => words.feed(b"\n"),
            Self::Each(words) => words.finish()?,
            Self::Top(words) => words.finish(),
        }
        Ok(())
    }
}

/// A word, its count, and how much less that may be.
type Counted<'a> = (&'a [u8], u64, Option<u64>);

impl Counter {
    /// The most frequent words, the number of all, and what else is known.
    fn result(&self, most: usize) -> io::Result<(Vec<Counted<'_>>, u64, Rest)> {
        Ok(match self {
            Self::Number(words) => (Vec::new(), words.words(), Rest::None {}),
            Self::Each(words) => {
                let top = words.top(most).map_err(io::Error::other)?;
                let top = top.iter().map(|word| (word.bytes, word.count, None)).collect();
                (top, words.total(), Rest::Exact { distinct: words.distinct() })
            }
            Self::Top(words) => {
                let top = words.words(most).map_err(io::Error::other)?;
                let top = top.iter().map(|word| (word.bytes, word.count, Some(word.error)));
                let rest = Rest::Approximate { floor: words.floor(), skipped: words.skipped() };
                (top.collect(), words.total(), rest)
            }
        })
    }
}

/// Reads the inputs and prints the words. Returns whether there is a word and whether something could
/// not be read; fails if the output cannot be written.
pub(crate) fn run(mut matches: ArgMatches, stdout: StandardOutput) -> io::Result<(bool, bool)> {
    let files: Vec<OsString> =
        matches.remove_many("file").map_or_else(|| vec!["-".into()], Iterator::collect);
    let rule = if matches.get_flag("ascii") { WordRule::Ascii } else { WordRule::Unicode };
    let progress = Progress::new(!matches.get_flag("no-progress"));
    let mut options = WordsOptions::new(rule);
    let mut counter = if matches.get_flag("count") {
        Counter::Number(WordCounter::new(rule))
    } else if let Some(&memory) = matches.get_one("approximate") {
        Counter::Top(Box::new(options.max_bytes(memory).build_top().map_err(io::Error::other)?))
    } else {
        if let Some(&most) = matches.get_one("max-bytes") {
            options = options.max_bytes(most);
        }
        Counter::Each(Box::new(options.build().map_err(io::Error::other)?))
    };
    let mut failed = false;
    for file in files {
        let input = if file == "-" {
            Input::standard_input(None)
        } else {
            Input::file(PathBuf::from(file), false)
        };
        let result = read(&input, &mut counter, &progress);
        progress.end();
        // What was read before an error is counted.
        let result = result.and(counter.finish());
        if let Err(Failure::Input(reason)) = result {
            message(input.name(), &reason);
            failed = true;
        }
    }
    let is_terminal = stdout.is_terminal();
    let mut out = Output::new(stdout, &progress);
    let most = matches.get_one("top").copied().unwrap_or(20_u64);
    let (top, total, rest) = counter.result(usize::try_from(most).unwrap_or(usize::MAX))?;
    if matches.get_flag("json") {
        for &(bytes, count, error) in &top {
            write_json(&Record::Word { text: bytes.into(), count, error }, &mut out)?;
        }
        write_json(&Record::Words { total, rest }, &mut out)?;
    } else {
        print_words(&top, is_terminal, &mut out)?;
        match rest {
            Rest::None {} => writeln!(out, "{total}"),
            Rest::Exact { distinct } => writeln!(out, "{total} words, {distinct} different"),
            Rest::Approximate { floor, skipped } => writeln!(
                out,
                "{total} words; of each other one at most {floor}, and {skipped} are too long"
            ),
        }?;
    }
    out.flush()?;
    Ok((total > 0, failed))
}

fn read(input: &Input, counter: &mut Counter, progress: &Progress) -> Result<(), Failure> {
    let mut reader = Reader::open(input, None, progress).map_err(Failure::reading)?;
    let mut buffer = vec![0; ReadOptions::BUFFER_SIZE];
    loop {
        match reader.read(&mut buffer).map_err(Failure::reading)? {
            0 => return Ok(()),
            len => counter.feed(&buffer[..len])?,
        }
    }
}

/// The words with their counts; on a terminal, with a bar each.
fn print_words(top: &[Counted<'_>], is_terminal: bool, out: &mut Output<'_>) -> io::Result<()> {
    let most = top.first().map_or(0, |&(_, count, _)| count);
    let width = most.to_string().len();
    for &(bytes, count, error) in top {
        write!(out, "{count:>width$} ")?;
        if let Some(error) = error {
            write!(out, "{:>width$} ", format!("-{error}"), width = width + 1)?;
        }
        if is_terminal {
            // Control characters could do anything to a terminal.
            let text: String = String::from_utf8_lossy(bytes)
                .chars()
                .map(|c| if c.is_control() { '?' } else { c })
                .take(60)
                .collect();
            let len = (u128::from(count) * u128::from(BAR)).div_ceil(u128::from(most.max(1)));
            writeln!(out, "{:<40} {text}", "\u{2588}".repeat(len as usize))?;
        } else {
            out.write_all(bytes)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}

fn write_json(record: &Record<'_>, out: &mut Output<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    out.write_all(b"\n")
}
