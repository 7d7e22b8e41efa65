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
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use tally::{ByteSet, Condition, Counter, CounterOptions, Quotes, ReadOptions, Reset, Stream};

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
            let reason = format!("{} fields, expected {}", other.count + 1, first.count + 1);
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

/// The number of the line at an offset.
fn line_at(path: &Path, offset: u64) -> Result<u64, Box<dyn Error>> {
    let newlines = Counter::new('\n', 1, Reset::None)?;
    let (mut before, mut chunk, mut line) = (File::open(path)?.take(offset), vec![0; 65536], 1);
    loop {
        match before.read(&mut chunk)? {
            0 => return Ok(line),
            len => line += newlines.count(&chunk[..len]),
        }
    }
}

#[allow(dead_code, reason = "the tests use the rest")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (path, separator) = match &arguments[..] {
        [path] => (path, b','),
        [path, separator] if separator == "\\t" => (path, b'\t'),
        [path, separator] if separator.len() == 1 => (path, separator.as_bytes()[0]),
        _ => {
            eprintln!("usage: csv_gate FILE [SEPARATOR]");
            return ExitCode::from(2);
        }
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
