//! Lets a CSV file pass if each row has as many fields as the first, and names the first row that
//! has not. The file may have any size: it is read in chunks, and no further than that row.
//!
//! ```text
//! cargo run --release --example csv_gate FILE [SEPARATOR]
//! ```
//!
//! FILE is a regular file without a byte order mark. SEPARATOR is a byte, or \t for a tab; a comma
//! if there is none. Quoted separators and line ends belong to their field, and blank lines are no
//! rows. The exit status is 0 if the file passes, 1 if it does not, 2 after an error.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::process::ExitCode;

use tally::{ByteSet, Condition, CounterOptions, Quotes, ReadOptions, Stream};

/// Why the file does not pass, and in which line.
pub(crate) fn gate(path: &Path, separator: u8) -> Result<Option<(u64, String)>, Box<dyn Error>> {
    // Any number of separators: the first row there is.
    let any = Condition::Within { min_number: 0, max_number: u64::MAX };
    let mut stream = rows(separator, any)?;
    stream.feed_file(path, &mut ReadOptions::new())?;
    stream.finish()?;
    if let Some(first) = stream.first_match() {
        let (min_number, max_number) = (first.count, first.count);
        stream = rows(separator, Condition::Outside { min_number, max_number })?;
        stream.feed_file(path, &mut ReadOptions::new())?;
        stream.finish()?;
        if let Some(other) = stream.first_match() {
            let fields = if other.count == 0 { "field" } else { "fields" };
            let reason = format!("{} {fields}, expected {}", other.count + 1, first.count + 1);
            return Ok(Some((line_at(path, other.start)?, reason)));
        }
    }
    match stream.unclosed_quote() {
        Some(offset) => {
            Ok(Some((line_at(path, offset)?, "the quote that opens here is never closed".into())))
        }
        None => Ok(None),
    }
}

/// A stream that stops at the first row whose number of separators satisfies the condition.
fn rows(separator: u8, condition: Condition) -> Result<Stream, tally::Error> {
    let counter = CounterOptions::new(ByteSet::new(&[separator]))
        .condition(condition)
        .reset(ByteSet::new(b"\r\n"))
        .skip_empty(true)
        .quotes(Quotes::fields())
        .build()?;
    Stream::new(&counter)
}

/// The number of the line at an offset. Lines end as rows do: with "\n", "\r" or both.
fn line_at(path: &Path, offset: u64) -> Result<u64, Box<dyn Error>> {
    let (mut line, mut last) = (1, 0);
    for byte in BufReader::new(File::open(path)?.take(offset)).bytes() {
        let byte = byte?;
        line += u64::from(byte == b'\r' || (byte == b'\n' && last != b'\r'));
        last = byte;
    }
    Ok(line)
}

/// FILE and SEPARATOR, if the arguments are these.
pub(crate) fn file_and_separator(arguments: &[String]) -> Option<(&str, u8)> {
    match arguments {
        [path] => Some((path, b',')),
        [path, separator] if separator == "\\t" => Some((path, b'\t')),
        [path, separator] if separator.len() == 1 => Some((path, separator.as_bytes()[0])),
        _ => None,
    }
}

#[allow(dead_code, reason = "the tests use the rest")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((path, separator)) = file_and_separator(&arguments) else {
        eprintln!("usage: csv_gate FILE [SEPARATOR], which is one byte");
        return ExitCode::from(2);
    };
    match gate(Path::new(path), separator) {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some((line, reason))) => {
            eprintln!("{path}:{line}: {reason}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("csv_gate: {path}: {error}");
            ExitCode::from(2)
        }
    }
}
