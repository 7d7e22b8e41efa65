//! Needle is printed, and how it looks.

use std::io::{self, StdoutLock, Write};
use std::rc::Rc;

use crate::arguments::Options;
use crate::json::Object;
use crate::progress::Progress;
use crate::what::Counted;

/// Output is handed on in pieces of about this size.
const ENOUGH: usize = 64 << 10;

/// Standard output.
pub(crate) struct Output {
    stdout: StdoutLock<'static>,
    buffer: Vec<u8>,
    progress: Rc<Progress>,
}

impl Output {
    pub(crate) fn new(progress: Rc<Progress>) -> Self {
        Self { stdout: io::stdout().lock(), buffer: Vec::new(), progress }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.buffer.len() + bytes.len() > ENOUGH {
            self.flush()?;
        }
        // Needle is long is not copied: it may be as long as memory allows.
        if bytes.len() > ENOUGH {
            let stdout = &mut self.stdout;
            return self.progress.without(|| stdout.write_all(bytes));
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let Self { stdout, buffer, progress } = self;
        let written = progress.without(|| stdout.write_all(buffer).and_then(|()| stdout.flush()));
        buffer.clear();
        written
    }
}

/// The colours of `grep`.
const NAME: &str = "\x1B[35m";
const NUMBER: &str = "\x1B[32m";
const SEPARATOR: &str = "\x1B[36m";
const HIT: &str = "\x1B[1;31m";
const PLAIN: &str = "\x1B[m";

/// A line or word to be printed.
pub(crate) struct Found<'a> {
    /// The name of its file, where names are printed.
    pub(crate) name: Option<&'a [u8]>,
    pub(crate) line: Option<u64>,
    pub(crate) column: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) text: &'a [u8],
}

impl Found<'_> {
    pub(crate) fn print(&self, options: &Options, out: &mut Output) -> io::Result<()> {
        if let Some(name) = self.name {
            self::name(name, b":", options, out)?;
        }
        for number in [self.line, self.column, self.offset].into_iter().flatten() {
            colored(options.color, NUMBER, format_args!("{number}"), out)?;
            colored(options.color, SEPARATOR, format_args!(":"), out)?;
        }
        if options.color && !options.invert {
            highlighted(self.text, &options.what, out)?;
        } else {
            out.write_all(self.text)?;
        }
        out.write_all(&[options.line_end()])
    }
}

/// Prints a file's name, and `separator` or, if asked for, a zero byte.
pub(crate) fn name(
    name: &[u8],
    separator: &[u8],
    options: &Options,
    out: &mut Output,
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
    out: &mut Output,
) -> io::Result<()> {
    if let Some(name) = name {
        self::name(name, b":", options, out)?;
    }
    writeln!(out, "{number}")
}

fn colored(
    color: bool,
    code: &str,
    text: std::fmt::Arguments<'_>,
    out: &mut Output,
) -> io::Result<()> {
    if color { write!(out, "{code}{text}{PLAIN}") } else { write!(out, "{text}") }
}

fn highlighted(text: &[u8], what: &Counted, out: &mut Output) -> io::Result<()> {
    let len = what.hit_len();
    let mut next = 0;
    let mut written = Ok(());
    what.each_hit(text, |hit| {
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

/// The numbers of one file, or of all.
#[derive(Clone, Copy, Default)]
pub(crate) struct Numbers {
    pub(crate) hits: u64,
    pub(crate) most: u64,
    pub(crate) found: u64,
    pub(crate) segments: u64,
    pub(crate) bytes: u64,
}

impl Numbers {
    pub(crate) fn add(&mut self, other: &Self) {
        self.hits = self.hits.saturating_add(other.hits);
        self.most = self.most.max(other.most);
        self.found = self.found.saturating_add(other.found);
        self.segments = self.segments.saturating_add(other.segments);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }

    /// The heading of the table that [`Numbers::row`] adds to.
    pub(crate) fn heading(options: &Options, out: &mut Output) -> io::Result<()> {
        let unit = options.per.plural();
        writeln!(out, "{:>12} {:>12} {:>12} {unit:>12} {:>14}", "hits", "most", "found", "bytes")
    }

    pub(crate) fn row(&self, name: &[u8], out: &mut Output) -> io::Result<()> {
        let Self { hits, most, found, segments, bytes } = self;
        write!(out, "{hits:>12} {most:>12} {found:>12} {segments:>12} {bytes:>14}")?;
        if !name.is_empty() {
            out.write_all(b" ")?;
            out.write_all(name)?;
        }
        out.write_all(b"\n")
    }

    /// Ends a JSON object with the numbers.
    pub(crate) fn json(
        &self,
        options: &Options,
        mut object: Object<'_, impl Write>,
    ) -> io::Result<()> {
        object.number("hits", self.hits)?;
        object.number("most", self.most)?;
        object.number("found", self.found)?;
        object.number(options.per.plural(), self.segments)?;
        object.number("bytes", self.bytes)?;
        object.end()
    }
}
