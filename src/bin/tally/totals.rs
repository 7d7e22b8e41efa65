//! The totals of a file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow::Continue;
use std::path::Path;

use tally::{ByteSet, Counter, Error, ReadOptions, Reset, Summary};

use crate::failure::Failure;
use crate::input::Input;
use crate::json::Totals;
use crate::options::{Options, Report};
use crate::progress::Progress;
use crate::unit::Unit;

/// Counts a whole file.
///
/// The library counts segments, and not every segment is a line or word: the empty one behind a
/// final newline is no line, and no empty one is a word. So the number of lines or words takes more
/// than a summary. It is 0 unless the answer depends on it.
pub(crate) fn totals(
    input: &Input,
    counter: &Counter,
    options: &Options,
    progress: &Progress,
) -> Result<Totals, Failure> {
    let mut summary = Summary::new(counter)?;
    let mut reading = Reading { input, summary: &mut summary, options, progress };
    let all_match = options.min_number == 0;
    let segments = match options.unit {
        _ if !(all_match || options.invert || options.report == Report::Totals) => {
            reading.all()?;
            0
        }
        Unit::Line(end) => reading.lines(end)?,
        Unit::Word => reading.words()?,
        Unit::File => {
            reading.all()?;
            1
        }
    };
    let tally::Totals { bytes, count, max_count, matching_segments, .. } = summary.totals();
    let matching = if all_match { segments } else { matching_segments };
    let matching_segments = if options.invert { segments - matching } else { matching };
    Ok(Totals { count, max_count, matching_segments, segments, bytes })
}

/// A file to be fed to a summary.
struct Reading<'a> {
    input: &'a Input,
    summary: &'a mut Summary,
    options: &'a Options,
    progress: &'a Progress,
}

impl Reading<'_> {
    /// Feeds the file, on several threads if it is large.
    fn all(&mut self) -> Result<(), Failure> {
        let Some(path) = &self.input.path else {
            return self.and_show(&mut |_| ());
        };
        let mut progress = |done, _| {
            self.progress.set(done);
            Continue(())
        };
        let mut options = ReadOptions::new().progress(&mut progress).threads(self.options.threads);
        Ok(self.summary.feed_file(path, &mut options)?)
    }

    /// Feeds the file, and shows all of its data to `show`.
    fn and_show(&mut self, show: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
        let file = self.input.open().map_err(Failure::reading)?;
        let reader = Shown { reader: self.progress.watch(file), show };
        Ok(self.summary.feed_reader(reader, &mut ReadOptions::new())?)
    }

    /// Feeds the file, and returns the number of its lines, which end in the byte `end`.
    fn lines(&mut self, end: u8) -> Result<u64, Failure> {
        let mut last = None;
        match &self.input.path {
            // Files that the kernel makes up have no size and cannot be read from the end.
            Some(path) if self.input.size() > Some(0) => {
                self.all()?;
                if let Some(offset) = self.summary.totals().bytes.checked_sub(1) {
                    last = Some(byte_at(path, offset).map_err(Failure::reading)?);
                }
            }
            _ => self.and_show(&mut |data| last = data.last().copied().or(last))?,
        }
        let segments = self.summary.totals().segments;
        Ok(if last.is_none_or(|last| last == end) { segments - 1 } else { segments })
    }

    /// Feeds the file, and returns the number of its words.
    fn words(&mut self) -> Result<u64, Failure> {
        let mut words = Summary::new(&word_counter()?)?;
        self.and_show(&mut |data| words.feed(data))?;
        Ok(words.totals().matching_segments)
    }
}

/// Matches all segments that are words: those that have a byte.
fn word_counter() -> Result<Counter, Error> {
    let others: ByteSet =
        (0..=u8::MAX).filter(|&byte| !ByteSet::WHITESPACE.contains(byte)).collect();
    Counter::new(others, 1, Reset::Whitespace)
}

fn byte_at(path: &Path, offset: u64) -> io::Result<u8> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut byte = [0];
    file.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// A reader that shows what is read.
struct Shown<'a, R> {
    reader: R,
    show: &'a mut dyn FnMut(&[u8]),
}

impl<R: Read> Read for Shown<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.reader.read(buffer)?;
        (self.show)(&buffer[..len]);
        Ok(len)
    }
}
