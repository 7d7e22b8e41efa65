//! Standard output and standard error, and how text output looks.

use std::fmt::Arguments;
use std::io::{self, Write};

use crate::json::{Bar, Totals};
use crate::needle::OwnedNeedle;
use crate::options::Options;
use crate::progress::Progress;
use crate::standard::StandardOutput;

/// Output is written in pieces of about this size.
const BUFFER_SIZE: usize = 64 << 10;

/// Standard output, buffered.
pub(crate) struct Output<'a> {
    stdout: StandardOutput,
    buffer: Vec<u8>,
    progress: &'a Progress,
}

impl<'a> Output<'a> {
    pub(crate) fn new(stdout: StandardOutput, progress: &'a Progress) -> Self {
        Self { stdout, buffer: Vec::new(), progress }
    }
}

impl Output<'_> {
    /// Prints lines to standard error. If that fails, nobody can be informed.
    pub(crate) fn message(&self, lines: &[u8]) {
        self.progress.hidden(|| {
            let _ = io::stderr().write_all(lines);
        });
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.buffer.len() + bytes.len() > BUFFER_SIZE {
            self.flush()?;
        }
        // A long line is not copied: it may be as long as memory allows.
        if bytes.len() > BUFFER_SIZE {
            let stdout = &mut self.stdout;
            return self.progress.hidden(|| stdout.write_all(bytes));
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let Self { stdout, buffer, progress } = self;
        if buffer.is_empty() {
            return Ok(());
        }
        let written = progress.hidden(|| stdout.write_all(buffer).and_then(|()| stdout.flush()));
        buffer.clear();
        written
    }
}

/// Prints a message about `name` to standard error. If that fails, nobody can be informed.
pub(crate) fn message(name: &[u8], reason: &str) {
    let line = [b"tally: ", name, b": ", reason.as_bytes(), b"\n"].concat();
    let _ = io::stderr().write_all(&line);
}

/// The colors of `grep`.
const NAME: &str = "\x1B[35m";
const NUMBER: &str = "\x1B[32m";
const SEPARATOR: &str = "\x1B[36m";
const HIT: &str = "\x1B[1;31m";
const PLAIN: &str = "\x1B[m";

/// A line or word to be printed.
pub(crate) struct Found<'a> {
    /// The name of its file, if names are printed.
    pub(crate) name: Option<&'a [u8]>,
    /// The numbers of the line and of the column, the offset, the count: those that are printed.
    pub(crate) numbers: [Option<u64>; 4],
    pub(crate) text: &'a [u8],
    pub(crate) ends_in_return: bool,
}

impl Found<'_> {
    pub(crate) fn print(&self, options: &Options, out: &mut Output<'_>) -> io::Result<()> {
        if let Some(name) = self.name {
            self::name(name, b":", options, out)?;
        }
        for number in self.numbers.into_iter().flatten() {
            colored(options.color, NUMBER, format_args!("{number}"), out)?;
            colored(options.color, SEPARATOR, format_args!(":"), out)?;
        }
        if options.highlights() {
            highlighted(self.text, &options.question.needle, out)?;
        } else {
            out.write_all(self.text)?;
        }
        if self.ends_in_return {
            out.write_all(b"\r")?;
        }
        out.write_all(&[options.question.unit.line_end()])
    }
}

/// Prints a file's name, and `separator` or, if options say so, a NUL byte.
pub(crate) fn name(
    name: &[u8],
    separator: &[u8],
    options: &Options,
    out: &mut Output<'_>,
) -> io::Result<()> {
    let color = options.color;
    if color {
        write!(out, "{NAME}")?;
    }
    out.write_all(name)?;
    if color {
        write!(out, "{PLAIN}")?;
    }
    match separator {
        _ if options.null => out.write_all(b"\0"),
        b":" => colored(color, SEPARATOR, format_args!(":"), out),
        _ => out.write_all(separator),
    }
}

/// Prints a number for a file.
pub(crate) fn number(
    name: Option<&[u8]>,
    number: u64,
    options: &Options,
    out: &mut Output<'_>,
) -> io::Result<()> {
    if let Some(name) = name {
        self::name(name, b":", options, out)?;
    }
    writeln!(out, "{number}")
}

/// Prints the heading of the table of totals.
pub(crate) fn heading(options: &Options, out: &mut Output<'_>) -> io::Result<()> {
    let unit = options.question.unit.plural();
    writeln!(out, "{:>12} {:>12} {:>12} {unit:>12} {:>14}", "hits", "most", "matches", "bytes")
}

/// Prints a row of the table of totals.
pub(crate) fn row(totals: &Totals, name: &[u8], out: &mut Output<'_>) -> io::Result<()> {
    let Totals { count, max_count, matching_segments, segments, bytes } = totals;
    write!(out, "{count:>12} {max_count:>12} {matching_segments:>12} {segments:>12} {bytes:>14}")?;
    if !name.is_empty() {
        out.write_all(b" ")?;
        out.write_all(name)?;
    }
    out.write_all(b"\n")
}

/// Prints how many segments have which count; on a terminal with bars.
pub(crate) fn histogram(
    bars: &[Bar],
    name: Option<&[u8]>,
    is_first: bool,
    options: &Options,
    out: &mut Output<'_>,
) -> io::Result<()> {
    if is_first {
        let counted = if options.question.ragged { "fields" } else { "count" };
        writeln!(out, "{counted:>12} {:>12}", options.question.unit.plural())?;
    }
    let highest = bars.iter().map(|bar| bar.segments).max().unwrap_or(1);
    for &Bar { count, segments } in bars {
        write!(out, "{count:>12} {segments:>12}")?;
        if let Some(name) = name {
            out.write_all(b" ")?;
            self::name(name, b"", options, out)?;
        }
        if let Some(width) = options.bars {
            // A bar that is there has at least one character.
            let len = (u128::from(segments) * width as u128).div_ceil(u128::from(highest));
            let bar = "#".repeat(len as usize);
            write!(out, " ")?;
            colored(options.color, NUMBER, format_args!("{bar}"), out)?;
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn colored(color: bool, code: &str, text: Arguments<'_>, out: &mut Output<'_>) -> io::Result<()> {
    if color { write!(out, "{code}{text}{PLAIN}") } else { write!(out, "{text}") }
}

fn highlighted(text: &[u8], needle: &OwnedNeedle, out: &mut Output<'_>) -> io::Result<()> {
    let len = needle.hit_len();
    let mut next = 0;
    let mut written = Ok(());
    needle.each_hit(text, |hit| {
        if written.is_ok() {
            written = out
                .write_all(&text[next..hit])
                .and_then(|()| out.write_all(HIT.as_bytes()))
                .and_then(|()| out.write_all(&text[hit..hit + len]))
                .and_then(|()| out.write_all(PLAIN.as_bytes()));
            next = hit + len;
        }
    });
    written.and_then(|()| out.write_all(&text[next..]))
}
