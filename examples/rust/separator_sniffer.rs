//! Guesses what separates the fields of a file: which of comma, semicolon, bar and tab occurs most
//! evenly in its rows.
//!
//! ```text
//! cargo run --release --example separator_sniffer FILE
//! ```
//!
//! Prints the separator, the number of fields that most rows have, and how many rows of all looked
//! at have it. Separators and line ends in quotes do not count, and blank lines are no rows. The
//! exit status is 0, 1 if none of the four is in the file, or 2 after an error.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::process::ExitCode;

use tally::{ByteSet, CounterOptions, Error, Quotes};

/// The most bytes that are looked at.
const SAMPLE: u64 = 1 << 20;

/// How evenly a separator occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Guess {
    pub(crate) separator: u8,
    /// The number of fields that most rows have, of those that have several.
    pub(crate) fields: u64,
    /// The number of rows that have this many.
    pub(crate) rows: u64,
    pub(crate) all_rows: u64,
}

/// The best separator, if one occurs. If the data is cut, its last row is left out.
pub(crate) fn sniff(data: &[u8], is_cut: bool) -> Result<Option<Guess>, Error> {
    let mut best: Option<Guess> = None;
    for separator in *b",;|\t" {
        let counter = CounterOptions::new(ByteSet::new(&[separator]))
            .within(..)
            .reset(ByteSet::new(b"\r\n"))
            .skip_empty(true)
            .quotes(Quotes::fields())
            .build()?;
        // With the wrong separator, a quote can open that nothing closes.
        if !is_cut && counter.unclosed_quote(data).is_some() {
            continue;
        }
        let (mut rows_with, mut all_rows) = (BTreeMap::new(), 0);
        for row in counter.matches(data) {
            if !(is_cut && row.end == data.len() as u64) {
                all_rows += 1;
                *rows_with.entry(row.count + 1).or_insert(0) += 1;
            }
        }
        // One field is no separator; of equals, the first.
        let several = rows_with.into_iter().filter(|&(fields, _)| fields > 1).rev();
        let Some((fields, rows)) = several.max_by_key(|&(_, rows)| rows) else { continue };
        let next = Guess { separator, fields, rows, all_rows };
        // The part of the rows that are even decides; then the number of fields.
        let is_better = best.is_none_or(|best| {
            let (ours, theirs) = (rows * best.all_rows, best.rows * all_rows);
            ours > theirs || (ours == theirs && fields > best.fields)
        });
        if is_better {
            best = Some(next);
        }
    }
    Ok(best)
}

#[allow(dead_code, reason = "the tests use the rest")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path] = &arguments[..] else {
        eprintln!("usage: separator_sniffer FILE");
        return ExitCode::from(2);
    };
    match sniff_file(path) {
        Ok(None) => ExitCode::FAILURE,
        Ok(Some(Guess { separator, fields, rows, all_rows })) => {
            let separator = (separator as char).escape_default();
            println!("{separator}: {fields} fields in {rows} of {all_rows} rows");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("separator_sniffer: {path}: {error}");
            ExitCode::from(2)
        }
    }
}

fn sniff_file(path: &str) -> Result<Option<Guess>, Box<dyn std::error::Error>> {
    let (mut file, mut data) = (File::open(path)?, Vec::new());
    file.by_ref().take(SAMPLE).read_to_end(&mut data)?;
    let is_cut = file.read(&mut [0])? > 0;
    Ok(sniff(&data, is_cut)?)
}
