//! The command line: the definition of its options, and how they become [`Options`].

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::num::{IntErrorKind, NonZeroUsize, ParseIntError};
use std::path::Path;
use std::thread::available_parallelism;

use clap::builder::EnumValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, ValueHint, value_parser};
use clap_complete::Shell;

use crate::filter::Filter;
use crate::options::{Binary, Options, Place, Recurse, Report};
use crate::question::Numbers;
use crate::unit::Unit;
use crate::{asked, foreign, help, terminal, words};

/// The most threads that are used without -j. Memory is not read faster by more.
const MAX_THREADS: NonZeroUsize = NonZeroUsize::new(4).unwrap();

/// What the command line asks for.
pub(crate) enum Task {
    Search(Box<Options>),
    Words(Box<ArgMatches>),
    Completions(Shell),
    Manual,
}

/// The definition from which parser, help, completions and manual page are made.
pub(crate) fn command() -> Command {
    Command::new("tally")
        .version(format!("{} (backend: {})", env!("CARGO_PKG_VERSION"), tally::backend()))
        .about(help::ABOUT)
        .long_about(help::DESCRIPTION)
        .after_help(help::after_help())
        .override_usage(help::USAGE)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args_override_self(true)
        .args(operands())
        .next_help_heading("Matching")
        .args(matching())
        .next_help_heading("Rows and quotes")
        .args(records())
        .next_help_heading("Output")
        .args(output())
        .group(ArgGroup::new("report").args(REPORTS))
        .next_help_heading("Output format")
        .args(format())
        .next_help_heading("Input")
        .args(input())
        .next_help_heading("Other")
        .args(other())
}

/// Reports instead of the matching lines. At most one is given.
const REPORTS: [&str; 7] =
    ["count", "files-with-matches", "files-without-match", "hits", "most", "histogram", "totals"];

/// What is counted without NEEDLE.
const WITHOUT_NEEDLE: [&str; 4] = ["bytes", "chars", "longer", "ragged"];

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
        Arg::new("needle")
            .value_name("NEEDLE")
            .required_unless_present_any(WITHOUT_NEEDLE)
            .value_parser(value_parser!(OsString))
            .help("The character or string to count"),
        Arg::new("file")
            .value_name("FILE")
            .action(ArgAction::Append)
            .value_parser(value_parser!(OsString))
            .value_hint(ValueHint::FilePath)
            .help("Files to search; standard input if there is none, or for -"),
    ]
}

fn matching() -> [Arg; 12] {
    let number = |name: &'static str, help: &'static str| {
        option(name, help)
            .value_name("NUM")
            .value_hint(ValueHint::Other)
            .allow_negative_numbers(true)
    };
    [
        number(
            "at-least",
            "A line matches if it contains NEEDLE at least NUM times, or A..B times",
        )
        .short('N')
        .default_value("1")
        .value_parser(numbers),
        number("at-most", "A line matches if it contains NEEDLE at most NUM times")
            .value_parser(value_parser!(u64)),
        number("exactly", "A line matches if it contains NEEDLE exactly NUM times")
            .value_parser(value_parser!(u64))
            .conflicts_with_all(["at-least", "at-most"]),
        option("per", "Count per line (the default), word or file")
            .value_name("UNIT")
            .default_value("line")
            .hide_default_value(true)
            .hide_possible_values(true)
            .value_parser(["line", "word", "file"]),
        flag("any-of", None, "Count every byte that is in the set NEEDLE"),
        bytes("closing", "BYTES", "Each of BYTES lowers the count by one: nesting depth"),
        flag("fixed-strings", 'F', "Take NEEDLE literally, without escapes"),
        flag("invert-match", 'v', "Select the lines that do not match"),
        number("longer", "Select the lines of more than NUM bytes, instead of a NEEDLE")
            .short('W')
            .value_parser(value_parser!(u64))
            .conflicts_with_all(["at-least", "at-most", "exactly", "bytes"]),
        flag("bytes", None, "Count the bytes of each line, instead of a NEEDLE"),
        flag("chars", None, "Count the UTF-8 characters of each line, instead of a NEEDLE")
            .conflicts_with("bytes"),
        flag("null-data", 'z', "Lines end in a NUL byte instead of a newline"),
    ]
}

fn records() -> [Arg; 8] {
    let apart = ["any-of", "fixed-strings", "closing", "column", "hits", "most", "totals"];
    [
        flag("csv", None, "Lines are the rows of a CSV file; bytes in quotes are not counted"),
        flag("tsv", None, "The same, with tabs between the fields").conflicts_with("csv"),
        flag(
            "ragged",
            None,
            "Select the rows that differ from the first in their number of fields",
        )
        .conflicts_with_all(["at-least", "at-most", "exactly", "bytes", "chars", "longer"])
        .conflicts_with_all(apart),
        bytes("delimiter", "BYTE", "Fields are separated by BYTE instead of a comma")
            .short('d')
            .conflicts_with("tsv"),
        option("quotes", "Which quotes hide bytes: fields, anywhere or none")
            .value_name("RULE")
            .hide_possible_values(true)
            .value_parser(["fields", "anywhere", "none"]),
        bytes("quote", "BYTE", "Quotes are BYTE instead of \""),
        bytes("escape", "BYTE", "The byte behind BYTE is literal"),
        bytes("line-end", "BYTE", "Lines end in BYTE instead of a newline")
            .conflicts_with("null-data"),
    ]
}

/// An option for a byte or bytes, written as those of NEEDLE.
fn bytes(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, help)
        .value_name(value)
        .value_hint(ValueHint::Other)
        .allow_hyphen_values(true)
        .value_parser(value_parser!(OsString))
}

/// Reads `NUM`, or `A..B` with one or both.
fn numbers(text: &str) -> Result<Numbers, String> {
    let number = |text: &str| {
        text.parse::<u64>().map_err(|error| match error.kind() {
            IntErrorKind::PosOverflow => error.to_string(),
            _ => "it is a number, or A..B".into(),
        })
    };
    let Some((low, high)) = text.split_once("..") else {
        return number(text).map(Numbers::AtLeast);
    };
    let low = if low.is_empty() { 0 } else { number(low)? };
    match high {
        "" => Ok(Numbers::Within(low, u64::MAX)),
        high => match number(high)? {
            high if high < low => Err("the maximum is below the minimum".into()),
            high => Ok(Numbers::Within(low, high)),
        },
    }
}

/// Reads the number of `-m`. As for grep, a negative one is no limit.
fn limit(text: &str) -> Result<u64, ParseIntError> {
    match text.strip_prefix('-') {
        Some(negative) => negative.parse::<u64>().map(|_| u64::MAX),
        None => text.parse(),
    }
}

fn output() -> [Arg; 10] {
    [
        flag("count", 'c', "Print only the number of matching lines of each file"),
        flag("files-with-matches", 'l', "Print only the names of files with a match"),
        flag("files-without-match", 'L', "Print only the names of files without a match"),
        flag("hits", None, "Print only the number of occurrences in each file"),
        flag(
            "most",
            None,
            "Print only the highest count of a line in each file; with -n, the line",
        ),
        flag("histogram", None, "Print only how many lines have how many occurrences"),
        flag("totals", None, "Print only a table of all these numbers, with sums"),
        flag("json", None, "Print matches, or what another option asks for, as JSON"),
        flag("quiet", 'q', "Print nothing, and stop at the first match").alias("silent"),
        flag("none", None, "Succeed only if all was read and no line matches"),
    ]
}

fn format() -> [Arg; 11] {
    [
        flag("line-number", 'n', "Print line numbers"),
        flag("column", None, "Print the column of the occurrence that reaches NUM")
            .conflicts_with("invert-match"),
        flag("byte-offset", 'b', "Print the byte offset of each line"),
        flag("show-count", None, "Print the count of each line").conflicts_with("report"),
        flag("with-filename", 'H', "Print file names, even for a single file")
            .overrides_with("no-filename"),
        flag("no-filename", 'h', "Print no file names").overrides_with("with-filename"),
        flag("null", 'Z', "Print a NUL byte after each file name, for xargs -0"),
        flag("text", 'a', "Print matches of binary files like those of text files")
            .overrides_with("skip-binary"),
        option("label", "Call standard input NAME")
            .value_name("NAME")
            .value_hint(ValueHint::Other)
            .value_parser(value_parser!(OsString)),
        option("color", "When to use colors: always, never or auto (the default)")
            .alias("colour")
            .value_name("WHEN")
            .num_args(0..=1)
            .require_equals(true)
            .default_value("auto")
            .hide_default_value(true)
            .hide_possible_values(true)
            .default_missing_value("always")
            .value_parser(["auto", "always", "never"]),
        flag("line-buffered", None, "Print matches as soon as they are found"),
    ]
}

fn input() -> [Arg; 12] {
    let glob = |name: &'static str, help: &'static str| {
        option(name, help)
            .value_name("GLOB")
            .value_hint(ValueHint::Other)
            .action(ArgAction::Append)
            .value_parser(value_parser!(String))
    };
    [
        flag("recursive", 'r', "Search the files in each FILE that is a directory"),
        flag("dereference-recursive", 'R', "The same, and follow symbolic links"),
        glob("include", "Search only files whose names match GLOB"),
        glob("exclude", "Skip files whose names match GLOB"),
        glob("exclude-dir", "Skip directories whose names match GLOB"),
        flag("gitignore", None, "With -r, skip files that .gitignore files name"),
        Arg::new("skip-binary")
            .short('I')
            .help("Skip binary files, as if they had no match")
            .action(ArgAction::SetTrue)
            .overrides_with("text"),
        option("files0-from", "Search the files that are named in FILE, each ended by a NUL byte")
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .value_parser(value_parser!(OsString))
            .conflicts_with("file"),
        option("max-count", "Stop reading a file after NUM matching lines")
            .short('m')
            .value_name("NUM")
            .value_hint(ValueHint::Other)
            .allow_negative_numbers(true)
            .value_parser(limit)
            .conflicts_with_all(["hits", "most", "histogram", "totals"]),
        option("threads", "Read files on NUM threads [default: processors, up to 4]")
            .short('j')
            .value_name("NUM")
            .value_hint(ValueHint::Other)
            .value_parser(value_parser!(u16).range(1..=1024)),
        flag("no-messages", 's', "Print no messages about files that cannot be read"),
        flag("no-progress", None, "Show no progress bar"),
    ]
}

fn other() -> [Arg; 4] {
    [
        option("completions", "Print completions for bash, elvish, fish, powershell or zsh")
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

/// Reads the arguments of the process.
pub(crate) fn parse() -> Result<Task, clap::Error> {
    let mut arguments = std::env::args_os();
    if arguments.nth(1).is_some_and(|first| first == words::NAME) {
        let rest = [OsString::from("tally words")].into_iter().chain(arguments);
        let matches = words::command().try_get_matches_from(rest);
        return matches.map(Box::new).map(Task::Words).map_err(explained_of_words);
    }
    let mut matches = command().try_get_matches().map_err(explained)?;
    if let Some(shell) = matches.remove_one("completions") {
        return Ok(Task::Completions(shell));
    }
    if matches.get_flag("man") {
        return Ok(Task::Manual);
    }
    options(matches).map(|options| Task::Search(Box::new(options))).map_err(|reason| {
        let mut command = command();
        command.error(ErrorKind::ValueValidation, reason)
    })
}

/// An error about an option of another program says what to write instead.
fn explained(error: clap::Error) -> clap::Error {
    if error.kind() == ErrorKind::UnknownArgument {
        if let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg) {
            if let Some(advice) = foreign::advice(option) {
                let reason = format!("tally has no option '{option}': {advice}");
                return command().error(ErrorKind::UnknownArgument, reason);
            }
        }
    }
    error
}

/// An error about an option that `tally words` does not have, unless it is similar to one.
fn explained_of_words(error: clap::Error) -> clap::Error {
    let is_foreign = error.kind() == ErrorKind::UnknownArgument
        && error.get(ContextKind::SuggestedArg).is_none();
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(option)) if is_foreign => {
            let reason = format!(
                "tally words has no option '{option}'; a search has more of them, see tally --help"
            );
            words::command().error(ErrorKind::UnknownArgument, reason)
        }
        _ => error,
    }
}

fn options(mut matches: ArgMatches) -> Result<Options, String> {
    let mut argument: OsString = matches.remove_one("needle").unwrap_or_default();
    let mut files: Vec<OsString> =
        matches.remove_many("file").map_or_else(Vec::new, Iterator::collect);
    let list: Option<OsString> = matches.remove_one("files0-from");
    let has_needle = !WITHOUT_NEEDLE.iter().any(|name| is_given(&matches, name));
    if !has_needle && !argument.is_empty() {
        files.insert(0, std::mem::take(&mut argument));
        if list.is_some() {
            return Err("the files are those of --files0-from, and no NEEDLE is given".into());
        }
    }
    let label: Option<OsString> = matches.remove_one("label");
    let flag = |name: &str| matches.get_flag(name);
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);

    if flag("ragged") {
        check_separator(files.first())?;
    }
    if flag("csv") || flag("tsv") {
        check_needle(&argument, files.is_empty() && list.is_none())?;
    }
    if has_needle && !is_given(&matches, "at-least") {
        check_number(&argument, files.first())?;
    }
    let recurse = match (flag("dereference-recursive"), flag("recursive")) {
        (true, _) => Recurse::FollowLinks,
        (false, true) => Recurse::Yes,
        (false, false) => Recurse::No,
    };
    if flag("none") && matches.get_one("max-count") == Some(&0_u64) {
        return Err("--none needs to read the files, and -m 0 does not".into());
    }
    if flag("none") && flag("skip-binary") {
        return Err("--none needs to read all files, and -I skips binary ones".into());
    }
    let is_terminal = std::io::stdout().is_terminal();
    let question = asked::question(&matches, has_needle.then_some(&argument))?;
    let unit = question.unit;
    let finds_nul = has_needle && question.needle.contains(0);
    let has_bars = is_terminal && flag("histogram");
    Ok(Options {
        report: match matches.get_one::<clap::Id>("report").map_or("", clap::Id::as_str) {
            "count" => Report::Count,
            "files-with-matches" => Report::Name,
            "files-without-match" => Report::NameWithout,
            "hits" => Report::Hits,
            "most" if flag("line-number") => Report::MostLine,
            "most" => Report::Most,
            "histogram" => Report::Histogram,
            "totals" => Report::Totals,
            _ if unit == Unit::File && !flag("json") => Report::Name,
            _ => Report::Segments,
        },
        quiet: flag("quiet"),
        none: flag("none"),
        json: flag("json"),
        max_count: matches.get_one("max-count").copied().unwrap_or(u64::MAX),
        place: Place {
            line: flag("line-number"),
            column: flag("column"),
            offset: flag("byte-offset"),
        },
        show_count: flag("show-count"),
        with_name: flag("with-filename")
            || ((files.len() > 1 || recurse != Recurse::No || list.is_some())
                && !flag("no-filename")),
        null: flag("null"),
        binary: match () {
            () if unit.line_end() == 0 => Binary::Print,
            () if flag("skip-binary") => Binary::Skip,
            // Who looks for NUL bytes wants to see the lines that have them.
            () if flag("text") || finds_nul => Binary::Print,
            () => Binary::Hide,
        },
        color: match text("color") {
            "always" => true,
            "never" => false,
            _ => is_terminal && terminal::allows_color(),
        },
        bars: has_bars.then(terminal::bar_width),
        flush: is_terminal || flag("line-buffered"),
        waits: !flag("line-buffered"),
        progress: !flag("no-progress"),
        messages: !flag("no-messages"),
        threads: match matches.get_one::<u16>("threads") {
            Some(&threads) => NonZeroUsize::new(threads.into()),
            None => available_parallelism().ok().map(|threads| threads.min(MAX_THREADS)),
        }
        .unwrap_or(NonZeroUsize::MIN),
        recurse,
        filter: filter(&matches)?,
        gitignore: flag("gitignore"),
        label: label.map(OsString::into_encoded_bytes),
        list,
        files,
        question,
        has_needle,
        has_separator: is_given(&matches, "delimiter") || flag("tsv"),
    })
}

/// Whether an option is on the command line.
pub(crate) fn is_given(matches: &ArgMatches, name: &str) -> bool {
    matches.value_source(name) == Some(ValueSource::CommandLine)
}

/// The patterns of file names, in their order on the command line.
fn filter(matches: &ArgMatches) -> Result<Filter, String> {
    let globs = |name| {
        let values = matches.get_many::<String>(name).into_iter().flatten();
        matches.indices_of(name).into_iter().flatten().zip(values)
    };
    let mut files: Vec<_> = globs("include").map(|(at, glob)| (at, glob, true)).collect();
    files.extend(globs("exclude").map(|(at, glob)| (at, glob, false)));
    files.sort_unstable();
    let mut filter = Filter::default();
    for (_, glob, include) in files {
        filter.add(glob, include)?;
    }
    for (_, glob) in globs("exclude-dir") {
        filter.exclude_folder(glob)?;
    }
    Ok(filter)
}

/// Refuses `tally --ragged , data.csv`, where -d is meant.
fn check_separator(file: Option<&OsString>) -> Result<(), String> {
    match file.map(|file| file.to_string_lossy()) {
        Some(file) if file.len() <= 2 && file != "-" && !Path::new(&*file).exists() => {
            Err(format!(
                "there is no file '{file}'; --ragged takes no NEEDLE, and the separator '{file}' is -d '{file}'"
            ))
        }
        _ => Ok(()),
    }
}

/// Refuses `tally --csv data.csv`, which would wait for standard input.
fn check_needle(needle: &OsStr, is_alone: bool) -> Result<(), String> {
    let needle = needle.to_string_lossy();
    if is_alone && needle.len() > 2 && Path::new(&*needle).is_file() {
        return Err(format!(
            "NEEDLE is missing, as '{needle}' is a file: to count commas, write ',' before it"
        ));
    }
    Ok(())
}

/// Refuses `tally -n 3 '|'` and `tally 3 '|'`, where -N 3 is meant.
fn check_number(needle: &OsStr, file: Option<&OsString>) -> Result<(), String> {
    let (needle, Some(file)) = (needle.to_string_lossy(), file) else { return Ok(()) };
    let is_number = !needle.is_empty() && needle.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && file.len() <= 4 && file != "-" && !Path::new(file).exists() {
        let file = file.to_string_lossy();
        return Err(format!(
            "there is no file '{file}'; to find lines with {needle} times '{file}', use -N {needle} '{file}'"
        ));
    }
    Ok(())
}
