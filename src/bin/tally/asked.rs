//! The question that the options ask, and the sentences for those that contradict one another.

use std::ffi::{OsStr, OsString};

use clap::ArgMatches;
use clap::parser::ValueSource;
use tally::{ByteSet, Quotes};

use crate::needle::OwnedNeedle;
use crate::question::{Numbers, Question};
use crate::unit::Unit;

/// The rule of `--quotes`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    None,
    Fields,
    Anywhere,
}

/// The question. `argument` is NEEDLE, unless something else is counted.
pub(crate) fn question(
    matches: &ArgMatches,
    argument: Option<&OsString>,
) -> Result<Question, String> {
    let flag = |name: &str| matches.get_flag(name);
    let is_table = flag("csv") || flag("tsv") || flag("ragged");
    let rule = match matches.get_one::<String>("quotes").map(String::as_str) {
        Some("none") => Rule::None,
        Some("anywhere") => Rule::Anywhere,
        Some(_) => Rule::Fields,
        None if is_table => Rule::Fields,
        None => Rule::None,
    };
    let is_table = is_table || rule == Rule::Fields;
    let unit = unit(matches, is_table)?;
    let closing = match matches.get_one::<OsString>("closing") {
        Some(bytes) => set("--closing", bytes)?,
        None => ByteSet::EMPTY,
    };
    let needle = match argument {
        Some(argument) => {
            let any_of = flag("any-of") || !closing.is_empty();
            needle(argument, flag("fixed-strings"), any_of, unit)?
        }
        None if flag("ragged") => {
            OwnedNeedle::AnyOf(ByteSet::EMPTY.with(separator(matches, None)?))
        }
        None => length(matches, unit, rule)?,
    };
    if !matches!(unit, Unit::Row(_)) && flag("ragged") {
        return Err("--ragged compares rows: it goes without --per".into());
    }
    let quote = match matches.get_one::<OsString>("quote") {
        Some(quote) => byte("--quote", quote)?,
        None => b'"',
    };
    let quotes = quotes(matches, rule, quote, &needle, unit, closing)?;
    if unit == Unit::Word && quotes.is_some() {
        return Err("words are not quoted: --per word goes without quotes".into());
    }
    if unit == Unit::File && flag("show-count") {
        return Err("--show-count prints the count of a line; that of a file is --hits".into());
    }
    if unit == Unit::File && (flag("histogram") || flag("most") && flag("line-number")) {
        return Err("a file has one count: use --hits".into());
    }
    let numbers = match numbers(matches)? {
        // Without closing bytes, what reaches a number does not fall below it again.
        Numbers::Within(least, u64::MAX) if closing.is_empty() => Numbers::AtLeast(least),
        numbers => numbers,
    };
    if flag("column") && !matches!(numbers, Numbers::AtLeast(_)) {
        return Err(
            "--column is where the count reaches the number of -N, and there is none".into()
        );
    }
    if let Some(byte) = closing.iter().find(|&byte| needle.contains(byte)) {
        return Err(format!("NEEDLE contains a byte of --closing, {}", shown(byte)));
    }
    Ok(Question {
        needle,
        numbers,
        // Ragged rows are those that are not like the first one.
        invert: flag("invert-match") != flag("ragged"),
        unit,
        quotes,
        quote,
        has_fields: rule == Rule::Fields,
        closing,
        ragged: flag("ragged"),
    })
}

fn unit(matches: &ArgMatches, is_table: bool) -> Result<Unit, String> {
    let end = match matches.get_one::<OsString>("line-end") {
        Some(byte) => self::byte("--line-end", byte)?,
        None if matches.get_flag("null-data") => 0,
        None => b'\n',
    };
    let unit = match matches.get_one::<String>("per").map(String::as_str) {
        Some("word") => Unit::Word,
        Some("file") => Unit::File,
        _ if is_table => Unit::Row(end),
        _ => Unit::Line(end),
    };
    if !matches!(unit, Unit::Line(_) | Unit::Row(_)) {
        let option = if matches.get_flag("null-data") { "-z" } else { "--line-end" };
        if matches.get_flag("null-data") || matches.contains_id("line-end") {
            return Err(format!("{option} changes where lines end: it needs --per line"));
        }
    }
    Ok(unit)
}

fn numbers(matches: &ArgMatches) -> Result<Numbers, String> {
    let number = |name| matches.get_one::<u64>(name).copied();
    if let Some(longer) = number("longer") {
        return match longer.checked_add(1) {
            Some(longer) => Ok(Numbers::AtLeast(longer)),
            None => Err("--longer: no line is longer than that".into()),
        };
    }
    if let Some(exactly) = number("exactly") {
        return Ok(Numbers::Within(exactly, exactly));
    }
    let is_given = matches.value_source("at-least") == Some(ValueSource::CommandLine);
    let at_least = matches.get_one::<Numbers>("at-least").copied().unwrap_or(Numbers::AtLeast(1));
    match (at_least, number("at-most")) {
        (numbers, None) => Ok(numbers),
        (Numbers::AtLeast(_), Some(most)) if !is_given => Ok(Numbers::Within(0, most)),
        (Numbers::AtLeast(least) | Numbers::Within(least, u64::MAX), Some(most)) => {
            if least <= most {
                Ok(Numbers::Within(least, most))
            } else {
                Err(format!("no line has at least {least} and at most {most}"))
            }
        }
        (Numbers::Within(..), Some(_)) => {
            Err("-N A..B has a maximum: it goes without --at-most".into())
        }
    }
}

/// What is counted for the length of a line: all its bytes, or the first byte of each character. A
/// carriage return is not counted.
fn length(matches: &ArgMatches, unit: Unit, rule: Rule) -> Result<OwnedNeedle, String> {
    let option = match () {
        () if matches.contains_id("longer") => "--longer",
        () if matches.get_flag("bytes") => "--bytes",
        () => "--chars",
    };
    if rule != Rule::None || matches!(unit, Unit::Row(_)) {
        return Err(format!(
            "{option} counts what is in a line, also in quotes: it goes without them"
        ));
    }
    for other in ["any-of", "fixed-strings"] {
        if matches.get_flag(other) {
            return Err(format!(
                "{option} counts all of a line: it goes without NEEDLE and --{other}"
            ));
        }
    }
    if matches.contains_id("closing") {
        return Err(format!("{option} counts all of a line: it goes without --closing"));
    }
    let ends = unit.reset().bytes();
    let chars = matches.get_flag("chars");
    let is_counted = |byte: u8| {
        let is_end = unit != Unit::File && (byte == b'\r' || ends.contains(byte));
        let continues = (0x80..0xC0).contains(&byte);
        !is_end && (!chars || !continues)
    };
    Ok(OwnedNeedle::AnyOf((0..=u8::MAX).filter(|&byte| is_counted(byte)).collect()))
}

/// The byte between fields: that of -d, a tab for --tsv, NEEDLE if that is usual between fields, or
/// a comma.
fn separator(matches: &ArgMatches, needle: Option<&OwnedNeedle>) -> Result<u8, String> {
    if let Some(delimiter) = matches.get_one::<OsString>("delimiter") {
        return byte("-d", delimiter);
    }
    let counted =
        if matches.get_flag("tsv") { Some(b'\t') } else { needle.and_then(OwnedNeedle::only_byte) };
    Ok(counted.filter(|byte| b"\t;|".contains(byte)).unwrap_or(b','))
}

/// The quotes, none of whose bytes has another meaning.
fn quotes(
    matches: &ArgMatches,
    rule: Rule,
    quote: u8,
    needle: &OwnedNeedle,
    unit: Unit,
    closing: ByteSet,
) -> Result<Option<Quotes>, String> {
    for name in ["quote", "escape"] {
        if rule == Rule::None && matches.contains_id(name) {
            return Err(format!("--{name} needs --csv, --tsv, --ragged or --quotes"));
        }
    }
    if let Some(action) = matches.get_one::<OsString>("delimiter") {
        if ["read", "recurse", "skip"].iter().any(|other| action == other) {
            let action = action.to_string_lossy();
            return Err(format!(
                "-d '{action}': -d separates fields; folders are searched with -r"
            ));
        }
    }
    if matches.contains_id("delimiter") && rule != Rule::Fields && !matches.get_flag("ragged") {
        return Err("-d separates fields: it needs --csv, --ragged or --quotes fields".into());
    }
    let escape = matches.get_one::<OsString>("escape").map(|escape| byte("--escape", escape));
    let escape = escape.transpose()?;
    // A line end starts a field, also where whole files are counted.
    let delimiters = ByteSet::new(b"\r\n").with(separator(matches, Some(needle))?);
    let quotes = match rule {
        Rule::None => return Ok(None),
        Rule::Fields => Quotes::fields().delimiters(delimiters),
        Rule::Anywhere => Quotes::anywhere(),
    };
    let ends = unit.reset().bytes();
    for (name, byte) in [("the quote", Some(quote)), ("the byte of --escape", escape)] {
        let Some(byte) = byte else { continue };
        let other = match () {
            () if byte == 0 => "a NUL byte",
            () if needle.contains(byte) => "in NEEDLE",
            () if closing.contains(byte) => "in --closing",
            () if ends.contains(byte) => "the end of lines",
            () if rule == Rule::Fields && delimiters.contains(byte) => "between fields",
            () if escape == Some(quote) => "the byte of --escape",
            () => continue,
        };
        return Err(format!("{name}, {}, cannot be {other} too", shown(byte)));
    }
    Ok(Some(quotes.quote(quote).escape(escape)))
}

/// Reads NEEDLE, and refuses one that can be in no segment.
fn needle(argument: &OsStr, fixed: bool, any_of: bool, unit: Unit) -> Result<OwnedNeedle, String> {
    let refused = |reason: String| format!("NEEDLE '{}': {reason}", argument.to_string_lossy());
    if cfg!(windows) && argument.to_str().is_none() {
        return Err(refused("it is not Unicode".into()));
    }
    let needle = OwnedNeedle::parse(argument.as_encoded_bytes(), fixed, any_of).map_err(refused)?;
    if unit.reset().bytes().iter().any(|byte| needle.contains(byte)) {
        let unit = unit.plural();
        return Err(refused(format!(
            "it contains a byte that ends {unit}, and {unit} do not contain that; use --per file"
        )));
    }
    Ok(needle)
}

/// Reads the bytes of an option.
fn set(option: &str, argument: &OsStr) -> Result<ByteSet, String> {
    let refused = |reason: String| format!("{option} '{}': {reason}", argument.to_string_lossy());
    match OwnedNeedle::parse(argument.as_encoded_bytes(), false, true).map_err(refused)? {
        OwnedNeedle::AnyOf(set) => Ok(set),
        OwnedNeedle::String(_) => Ok(ByteSet::EMPTY),
    }
}

/// Reads the byte of an option.
fn byte(option: &str, argument: &OsStr) -> Result<u8, String> {
    let refused = |reason: &str| format!("{option} '{}': {reason}", argument.to_string_lossy());
    match OwnedNeedle::parse(argument.as_encoded_bytes(), false, false) {
        Ok(OwnedNeedle::String(bytes)) if bytes.len() == 1 => Ok(bytes[0]),
        Ok(_) => Err(refused("it has more than one byte")),
        Err(reason) => Err(refused(&reason)),
    }
}

/// A byte as it is written in an option.
fn shown(byte: u8) -> String {
    format!("'{}'", byte.escape_ascii())
}
