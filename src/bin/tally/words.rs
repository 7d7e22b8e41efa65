//! `tally words`: the most frequent words of the inputs, and how many words there are.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use serde::Serialize;
use tally::{Error, TopWords, WordCounter, WordRule, Words, WordsOptions};

use crate::blocks::Blocks;
use crate::failure::{Failure, reason};
use crate::input::{Input, Reader};
use crate::json::Text;
use crate::output::{Output, message};
use crate::progress::Progress;
use crate::standard::StandardOutput;
use crate::terminal;
use crate::unit::Unit;

/// The first argument that asks for this.
pub(crate) const NAME: &str = "words";

/// How it is called.
pub(crate) const USAGE: &str = "tally words [OPTION]... [FILE]...";

const AFTER_HELP: &str = concat!(
    "Files are separate texts: no word goes on from one to the next. To search for the string ",
    "'words' instead, put an option or -- before it.\n\n",
    "With --approximate, a line is COUNT -ERROR WORD: the word occurs COUNT times, or up to ERROR ",
    "times less. The last line has a bound for the words that are not listed, and the number of ",
    "words that were too long to be counted.\n\n",
    "With --json there is an object for each word that is listed: its \"type\" is \"word\", ",
    "\"text\" and \"count\" are the word and how often it occurs, and with --approximate ",
    "\"error\" is how much less often that may be. The last object has the \"type\" \"words\". ",
    "If it is missing, the output is not complete. In it, \"total\" is the number of words, ",
    "\"files\" the number of files that were read, and \"errors\" the number of those that could ",
    "not be read to their end. \"distinct\" is the number of different words (not with -c). With ",
    "--approximate there are \"floor\" and \"skipped\" instead. A word for which there was no ",
    "room occurs at most \"floor\" times. One that is left out by -k alone occurs at most as ",
    "often as each one listed. \"skipped\" is the number of words that were too long to be ",
    "counted.\n\n",
    "Exit status: 0 if there is a word, 1 if there is none, 2 after an error.",
);

/// The definition from which parser and help are made.
pub(crate) fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
    };
    Command::new("tally words")
        .about("Print the most frequent words, and how many words there are")
        .override_usage(USAGE)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args_override_self(true)
        .after_help(AFTER_HELP)
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
                    "Use NUM bytes of memory, however many words are different; print bounds of \
                     the errors",
                ),
        )
        .arg(flag("json", "Print JSON, an object a line"))
        .arg(flag("no-progress", "Show no progress bar"))
        .arg(Arg::new("help").long("help").help("Print this help").action(ArgAction::HelpShort))
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
        files: u64,
        errors: u64,
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
    Approximate {
        floor: u64,
        skipped: u64,
        /// The same for one that is not listed. It may be held.
        #[serde(skip)]
        unlisted: u64,
    },
}

/// What is counted.
enum Counter {
    Number(WordCounter),
    Each(Box<Words>),
    Top(Box<TopWords>),
}

impl Counter {
    /// What the options ask for.
    fn new(matches: &ArgMatches) -> Result<Self, Error> {
        let rule = if matches.get_flag("ascii") { WordRule::Ascii } else { WordRule::Unicode };
        let mut options = WordsOptions::new(rule);
        Ok(if matches.get_flag("count") {
            Self::Number(WordCounter::new(rule))
        } else if let Some(&memory) = matches.get_one("approximate") {
            Self::Top(Box::new(options.max_bytes(memory).build_top()?))
        } else {
            if let Some(&most) = matches.get_one("max-bytes") {
                options = options.max_bytes(most);
            }
            Self::Each(Box::new(options.build()?))
        })
    }

    fn feed(&mut self, data: &[u8]) -> Result<(), Error> {
        match self {
            Self::Number(words) => words.feed(data),
            Self::Each(words) => words.feed(data)?,
            Self::Top(words) => words.feed(data)?,
        }
        Ok(())
    }

    /// The end of a file.
    fn finish(&mut self) -> Result<(), Error> {
        match self {
            // A separator by each rule.
            Self::Number(words) => words.feed(b"\n"),
            Self::Each(words) => words.finish()?,
            Self::Top(words) => words.finish(),
        }
        Ok(())
    }
}

/// Why the words of an input are not counted, or not all.
enum Stop {
    /// The input cannot be read, for this reason.
    Input(String),
    /// There is no room for another word.
    Full(Error),
}

/// Of a text that is read and not printed.
impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Input(match failure {
            Failure::Input(reason) => reason,
            Failure::Output(error) => reason(&error),
        })
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
                let top = words.words(most.saturating_add(1)).map_err(io::Error::other)?;
                let (floor, skipped) = (words.floor(), words.skipped());
                let next = top.get(most).map_or(0, |word| word.count);
                let rest = Rest::Approximate { floor, skipped, unlisted: floor.max(next) };
                let top = top.iter().take(most);
                let top = top.map(|word| (word.bytes, word.count, Some(word.error)));
                (top.collect(), words.total(), rest)
            }
        })
    }
}

/// Reads the inputs and prints the words. Returns whether there is a word and whether something
/// could not be read; fails if the output cannot be written.
pub(crate) fn run(mut matches: ArgMatches, stdout: StandardOutput) -> io::Result<(bool, bool)> {
    let files: Vec<OsString> =
        matches.remove_many("file").map_or_else(|| vec!["-".into()], Iterator::collect);
    let progress = Progress::new(!matches.get_flag("no-progress"));
    let mut counter = match Counter::new(&matches) {
        Ok(counter) => counter,
        Err(error) => {
            message(NAME.as_bytes(), &error.to_string());
            return Ok((false, true));
        }
    };
    let mut blocks = Blocks::new(Unit::File);
    let (mut read_files, mut errors) = (0, 0);
    for file in files {
        let input = if file == "-" {
            Input::standard_input(None)
        } else {
            Input::file(PathBuf::from(file), false)
        };
        let result = read(&input, &mut blocks, &mut counter, &progress);
        progress.end();
        // What was read before an error is counted.
        match result.and(counter.finish().map_err(Stop::Full)) {
            Ok(()) => read_files += 1,
            Err(stop) => {
                errors += 1;
                message(input.name(), &reason_of(&stop, &matches));
                if let Stop::Full(_) = stop {
                    break;
                }
            }
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
        write_json(&Record::Words { total, rest, files: read_files, errors }, &mut out)?;
    } else {
        print_words(&top, is_terminal, &mut out)?;
        match rest {
            Rest::None {} => writeln!(out, "{total}"),
            Rest::Exact { distinct } => writeln!(out, "{total} words, {distinct} different"),
            Rest::Approximate { skipped, unlisted, .. } => writeln!(
                out,
                "{total} words; a word that is not listed occurs at most this often: {unlisted}; \
                 too long to be counted: {skipped}"
            ),
        }?;
    }
    out.flush()?;
    Ok((total > 0, errors > 0))
}

/// What a message says about an input that is not counted, or not all of it.
fn reason_of(stop: &Stop, matches: &ArgMatches) -> String {
    match (stop, matches.get_one::<u64>("max-bytes")) {
        (Stop::Input(reason), _) => reason.clone(),
        (Stop::Full(Error::Limit), Some(most)) => {
            format!(
                "the words before take the {most} bytes of --max-bytes; the rest is not counted"
            )
        }
        (Stop::Full(error), _) => format!("{error}; the rest is not counted"),
    }
}

fn read(
    input: &Input,
    blocks: &mut Blocks,
    counter: &mut Counter,
    progress: &Progress,
) -> Result<(), Stop> {
    let mut reader =
        Reader::open(input, None, progress).map_err(|error| Stop::Input(reason(&error)))?;
    blocks.reset();
    while let Some(chunk) = blocks.chunk(&mut reader)? {
        counter.feed(chunk).map_err(Stop::Full)?;
    }
    if let Some(encoding) = reader.encoding() {
        let reason = format!("{encoding} text, whose words are not found; see iconv(1)");
        progress.hidden(|| message(input.name(), &reason));
    }
    Ok(())
}

/// The words with their counts; on a terminal with a bar each, in lines that fit.
fn print_words(top: &[Counted<'_>], is_terminal: bool, out: &mut Output<'_>) -> io::Result<()> {
    let most = top.first().map_or(0, |&(_, count, _)| count);
    let width = most.to_string().len();
    let numbers = if top.iter().any(|word| word.2.is_some()) { 2 * width + 3 } else { width + 1 };
    // A half of what is left is for the bar, the other one for the word.
    let bar_width = (terminal::columns().max(numbers + 20) - numbers) / 2;
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
                .take(bar_width - 1)
                .collect();
            let len = (u128::from(count) * bar_width as u128).div_ceil(u128::from(most.max(1)));
            writeln!(out, "{:<bar_width$} {text}", "#".repeat(len as usize))?;
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
