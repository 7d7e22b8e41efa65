//! The command line: what can be asked, and how it is asked.

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::Path;
use std::thread::available_parallelism;

use clap::builder::EnumValueParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, ValueHint, value_parser};
use clap_complete::Shell;
use tally::ByteSet;

use crate::manual;
use crate::what::Counted;

/// Without -j, no more threads than this: memory is not read faster by more.
const MOST_THREADS: usize = 4;

/// Needle the program is asked to do.
pub(crate) enum Task {
    Search(Box<Options>),
    Completions(Shell),
    Man,
}

#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Options {
    pub(crate) what: Counted,
    /// The number that a segment has to reach.
    pub(crate) number: u64,
    pub(crate) per: Per,
    /// Ask for the segments that do not reach the number.
    pub(crate) invert: bool,
    pub(crate) report: Report,
    pub(crate) quiet: bool,
    pub(crate) json: bool,
    /// The most segments to find in a file.
    pub(crate) limit: u64,
    pub(crate) place: Place,
    pub(crate) with_name: bool,
    /// A zero byte behind each file name.
    pub(crate) null: bool,
    /// Print lines with zero bytes as well.
    pub(crate) text: bool,
    pub(crate) color: bool,
    /// Hand the output on after each block read.
    pub(crate) prompt: bool,
    pub(crate) progress: bool,
    pub(crate) messages: bool,
    pub(crate) threads: usize,
    pub(crate) recurse: Recurse,
    /// Empty: standard input or, with `recurse`, the working directory.
    pub(crate) files: Vec<OsString>,
}

impl Options {
    /// The byte behind each line printed.
    pub(crate) fn line_end(&self) -> u8 {
        if let Per::Line(end) = self.per { end } else { b'\n' }
    }
}

/// The segments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Per {
    /// Lines, which this byte ends.
    Line(u8),
    Word,
    File,
}

impl Per {
    /// The bytes that end a segment.
    pub(crate) fn resets(self) -> ByteSet {
        match self {
            Self::Line(end) => ByteSet::EMPTY.with(end),
            Self::Word => tally::Reset::Whitespace.bytes(),
            Self::File => ByteSet::EMPTY,
        }
    }

    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Line(_) => "lines",
            Self::Word => "words",
            Self::File => "files",
        }
    }
}

/// Needle is told of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    /// The segments found.
    Segments,
    /// How many there are.
    Count,
    /// Its name, if there is one.
    Name,
    /// Its name, if there is none.
    NameWithout,
    /// How often *what* occurs.
    Hits,
    /// The most in one segment.
    Most,
    Totals,
}

/// Needle is told of the place of a segment.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) line: bool,
    pub(crate) column: bool,
    pub(crate) offset: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recurse {
    No,
    Yes,
    /// And follow symbolic links.
    Following,
}

/// The definition that parsing, help, completions and manual page are made from.
pub(crate) fn command() -> Command {
    Command::new("tally")
        .version(format!("{} (backend: {})", env!("CARGO_PKG_VERSION"), tally::backend()))
        .about(manual::ABOUT)
        .long_about(manual::DESCRIPTION)
        .after_help(manual::after_help())
        .override_usage("tally [OPTION]... WHAT [FILE]...")
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args_override_self(true)
        .args(operands())
        .next_help_heading("Needle to find")
        .args(finding())
        .next_help_heading("Needle to print")
        .args(printing())
        .group(ArgGroup::new("report").args(REPORTS))
        .next_help_heading("How to print it")
        .args(looks())
        .next_help_heading("Needle to read")
        .args(reading())
        .next_help_heading("About tally")
        .args(about())
}

/// Needle to print, of which one alone can be asked for.
const REPORTS: [&str; 6] =
    ["count", "files-with-matches", "files-without-match", "hits", "most", "totals"];

fn option(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help)
}

fn flag(name: &'static str, short: impl Into<Option<char>>, help: &'static str) -> Arg {
    let arg = option(name, help).action(ArgAction::SetTrue);
    match short.into() {
        Some(short) => arg.short(short),
        None => arg,
    }
}

fn operands() -> [Arg; 2] {
    [
        Arg::new("what")
            .value_name("WHAT")
            .required(true)
            .value_parser(value_parser!(OsString))
            .help("The character or string to count"),
        Arg::new("file")
            .value_name("FILE")
            .action(ArgAction::Append)
            .value_parser(value_parser!(OsString))
            .value_hint(ValueHint::FilePath)
            .help("Files to read; - or none: standard input"),
    ]
}

fn finding() -> [Arg; 6] {
    [
        option("at-least", "At least so many of WHAT")
            .short('N')
            .value_name("NUM")
            .default_value("1")
            .allow_negative_numbers(true)
            .value_parser(value_parser!(u64)),
        option("per", "Count in each line (the default), word or file by itself")
            .value_name("UNIT")
            .default_value("line")
            .hide_default_value(true)
            .hide_possible_values(true)
            .value_parser(["line", "word", "file"]),
        flag("any-of", None, "Count any byte of WHAT, as of a set"),
        flag("fixed-strings", 'F', "Read no escapes in WHAT"),
        flag("invert-match", 'v', "Find the lines with fewer than NUM instead"),
        flag("null-data", 'z', "Lines end in a zero byte, here and in the output"),
    ]
}

fn printing() -> [Arg; 8] {
    [
        flag("count", 'c', "The number of lines found in each file"),
        flag("files-with-matches", 'l', "The names of files with a line found"),
        flag("files-without-match", 'L', "The names of files with none"),
        flag("hits", None, "How often WHAT occurs in each file"),
        flag("most", None, "The most of WHAT in any one line of each file"),
        flag("totals", None, "All these numbers in a table, with a sum"),
        flag("json", None, "JSON: an object for each line found"),
        flag("quiet", 'q', "Nothing, and stop at the first line found").alias("silent"),
    ]
}

fn looks() -> [Arg; 9] {
    [
        flag("line-number", 'n', "With line numbers"),
        flag("column", None, "With the column at which NUM is reached")
            .conflicts_with("invert-match"),
        flag("byte-offset", 'b', "With the offset of each line in the file"),
        flag("with-filename", 'H', "With file names, even of a single file")
            .overrides_with("no-filename"),
        flag("no-filename", 'h', "Without file names").overrides_with("with-filename"),
        flag("null", 'Z', "A zero byte behind each file name, for xargs -0"),
        flag("text", 'a', "Print the lines of binary files as well"),
        option("color", "In colour always, never or auto (the default)")
            .alias("colour")
            .value_name("WHEN")
            .num_args(0..=1)
            .require_equals(true)
            .default_value("auto")
            .hide_default_value(true)
            .hide_possible_values(true)
            .default_missing_value("always")
            .value_parser(["auto", "always", "never"]),
        flag("line-buffered", None, "Hand lines on as soon as they are found"),
    ]
}

fn reading() -> [Arg; 6] {
    [
        flag("recursive", 'r', "Read all files in a FILE that is a directory"),
        flag("dereference-recursive", 'R', "The same, and follow symbolic links"),
        option("max-count", "Stop reading a file after so many lines found")
            .short('m')
            .value_name("NUM")
            .value_parser(value_parser!(u64))
            .conflicts_with_all(["hits", "most", "totals"]),
        option("threads", "Count in a large file on so many threads (as processors, up to 4)")
            .short('j')
            .value_name("NUM")
            .value_parser(value_parser!(u16).range(1..=1024)),
        flag("no-messages", 's', "No messages about files that cannot be read"),
        flag("no-progress", None, "No progress bar on a terminal"),
    ]
}

fn about() -> [Arg; 4] {
    [
        option("completions", "For bash, elvish, fish, powershell or zsh")
            .value_name("SHELL")
            .exclusive(true)
            .hide_possible_values(true)
            .value_parser(EnumValueParser::<Shell>::new()),
        flag("man", None, "Print the manual page").exclusive(true),
        option("help", "Print this help").action(ArgAction::HelpShort),
        option("version", "Print the version, and the instruction set in use")
            .short('V')
            .action(ArgAction::Version),
    ]
}

/// Reads the arguments.
pub(crate) fn parse() -> Result<Task, clap::Error> {
    let mut matches = command().try_get_matches()?;
    if let Some(shell) = matches.remove_one("completions") {
        return Ok(Task::Completions(shell));
    }
    if matches.get_flag("man") {
        return Ok(Task::Man);
    }
    options(matches).map(|options| Task::Search(Box::new(options))).map_err(|reason| {
        let mut command = command();
        command.error(clap::error::ErrorKind::ValueValidation, reason)
    })
}

fn options(mut matches: ArgMatches) -> Result<Options, String> {
    let argument: OsString = matches.remove_one("what").unwrap_or_default();
    let files: Vec<OsString> = matches.remove_many("file").map_or_else(Vec::new, Iterator::collect);
    let flag = |name: &str| matches.get_flag(name);

    let (null_data, any_of) = (flag("null-data"), flag("any-of"));
    let per = match matches.get_one::<String>("per").map_or("line", String::as_str) {
        "word" => Per::Word,
        "file" => Per::File,
        _ => Per::Line(if null_data { 0 } else { b'\n' }),
    };
    if null_data && !matches!(per, Per::Line(_)) {
        return Err("-z is about lines, and --per asks for others".into());
    }
    let number = matches.get_one("at-least").copied().unwrap_or(1);
    if matches.value_source("at-least") == Some(ValueSource::DefaultValue) {
        check_number(&argument, files.first())?;
    }
    let what = what(&argument, flag("fixed-strings"), any_of, per)?;

    let report = match matches.get_one::<clap::Id>("report").map_or("", clap::Id::as_str) {
        "count" => Report::Count,
        "files-with-matches" => Report::Name,
        "files-without-match" => Report::NameWithout,
        "hits" => Report::Hits,
        "most" => Report::Most,
        "totals" => Report::Totals,
        _ if per == Per::File && !flag("json") => Report::Name,
        _ => Report::Segments,
    };
    if flag("json") && !matches!(report, Report::Segments | Report::Totals) {
        return Err("--json tells of lines found, or with --totals of all the numbers".into());
    }
    if flag("json") && flag("invert-match") && per == Per::File {
        return Err("--json has nothing to tell of files without a match".into());
    }
    let recurse = match (flag("dereference-recursive"), flag("recursive")) {
        (true, _) => Recurse::Following,
        (false, true) => Recurse::Yes,
        (false, false) => Recurse::No,
    };
    let many = files.len() > 1 || recurse != Recurse::No;
    let terminal = std::io::stdout().is_terminal();
    let plain = |name: &str, value: &str| std::env::var_os(name).is_some_and(|set| set == value);
    let color = match matches.get_one::<String>("color").map_or("auto", String::as_str) {
        "always" => true,
        "never" => false,
        _ => {
            terminal
                && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
                && !plain("TERM", "dumb")
        }
    };
    Ok(Options {
        what,
        number,
        per,
        invert: flag("invert-match"),
        report,
        quiet: flag("quiet"),
        json: flag("json"),
        limit: matches.get_one("max-count").copied().unwrap_or(u64::MAX),
        place: Place {
            line: flag("line-number"),
            column: flag("column"),
            offset: flag("byte-offset"),
        },
        with_name: flag("with-filename") || (many && !flag("no-filename")),
        null: flag("null"),
        text: flag("text"),
        color,
        prompt: terminal || flag("line-buffered"),
        progress: !flag("no-progress"),
        messages: !flag("no-messages"),
        threads: match matches.get_one::<u16>("threads") {
            Some(&threads) => threads.into(),
            None => available_parallelism().map_or(1, |threads| threads.get().min(MOST_THREADS)),
        },
        recurse,
        files,
    })
}

/// Refuses `tally -n 3 '|'` and `tally 3 '|'`, where -N 3 is meant.
fn check_number(what: &OsStr, file: Option<&OsString>) -> Result<(), String> {
    let (what, Some(file)) = (what.to_string_lossy(), file) else { return Ok(()) };
    let is_number = what.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && file.len() <= 4 && file != "-" && !Path::new(file).exists() {
        let file = file.to_string_lossy();
        return Err(format!(
            "there is no file '{file}'; the lines with {what} of '{file}' are found by -N {what} '{file}'"
        ));
    }
    Ok(())
}

/// Reads WHAT, and refuses what no segment can have.
fn what(argument: &OsStr, fixed: bool, any_of: bool, per: Per) -> Result<Counted, String> {
    let shown = argument.to_string_lossy();
    if cfg!(windows) && argument.to_str().is_none() {
        return Err(format!("WHAT '{shown}': it is not Unicode"));
    }
    let what = Counted::parse(argument.as_encoded_bytes(), fixed, any_of)
        .map_err(|reason| format!("WHAT '{shown}': {reason}"))?;
    if per.resets().iter().any(|byte| what.contains(byte)) {
        let unit = per.plural();
        return Err(format!(
            "WHAT '{shown}': {unit} end there, so none has it; --per file counts it in the whole file"
        ));
    }
    Ok(what)
}
