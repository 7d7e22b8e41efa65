//! The totals of an input.

use std::ops::ControlFlow::Continue;
use std::path::Path;

use tally::{Counter, Error, ReadOptions, Summary};

use crate::blocks::Blocks;
use crate::failure::Failure;
use crate::input::{Input, Reader};
use crate::json::Totals;
use crate::lines::Lines;
use crate::options::{Options, Report};
use crate::progress::Progress;
use crate::unit::Unit;

/// The least size of a file that may be read on several threads: more than the library's smallest
/// part.
const LARGE: u64 = 1 << 20;

/// Counts whole inputs, one after the other.
pub(crate) struct Sums<'a> {
    options: &'a Options,
    progress: &'a Progress,
    counter: Counter,
    summary: Summary,
    /// Matches each word or row, if their number is asked for.
    every: Option<Summary>,
}

impl<'a> Sums<'a> {
    pub(crate) fn new(
        options: &'a Options,
        counter: &Counter,
        progress: &'a Progress,
    ) -> Result<Self, Error> {
        let question = &options.question;
        let summary = Summary::new(counter)?;
        // Without quotes, the last byte says how many lines there are.
        let is_simple =
            matches!(question.unit, Unit::Line(_) | Unit::File) && question.quotes.is_none();
        let every = if needs_segments(options) && !is_simple {
            Some(Summary::new(&question.every()?)?)
        } else {
            None
        };
        Ok(Self { options, progress, counter: counter.clone(), summary, every })
    }

    /// Counts one input. Returns also the offset of the quote that is open at its end.
    ///
    /// The library counts segments, and not every segment is a line, a word or a row: the empty one
    /// behind a final newline is no line, and no empty one is a word or a row. So their number takes
    /// more than a summary. It is 0 unless the answer depends on it.
    pub(crate) fn of(
        &mut self,
        input: &Input,
        reader: &mut Reader<'_>,
        blocks: &mut Blocks,
        lines: &mut Lines,
    ) -> Result<(Totals, Option<u64>), Failure> {
        let start = blocks.skip_mark(self.options.question.skips_mark(), reader)?;
        lines.reset(start);
        let uses_threads = start == 0 && self.uses_threads(input, reader);
        if !needs_segments(self.options) && !uses_threads {
            if let Some(data) = blocks.whole(reader)? {
                let open = self.counter.unclosed_quote(data).map(|offset| offset + start);
                lines.note_quote(data, start, data.len(), open);
                return Ok((self.of_short(data), open));
            }
        }
        self.summary.reset();
        if let Some(every) = &mut self.every {
            every.reset();
        }
        let last = match &input.path {
            Some(path) if uses_threads => self.feed_threads(path, reader)?,
            _ => self.feed(start, reader, blocks, lines)?,
        };
        let tally::Totals { bytes, count, max_count, matching_segments: matching, segments } =
            self.summary.totals();
        let segments = match (self.options.question.unit, &self.every) {
            _ if !needs_segments(self.options) => 0,
            (_, Some(every)) => every.totals().matching_segments,
            (Unit::Line(end), _) if last.is_none_or(|last| last == end) => segments - 1,
            _ => segments,
        };
        let inverted = self.options.question.invert;
        let matching_segments = if inverted { segments - matching } else { matching };
        let open = self.summary.unclosed_quote().map(|offset| offset + start);
        let bytes = bytes + start;
        Ok((Totals { count, max_count, matching_segments, segments, bytes }, open))
    }

    /// The numbers of a short input that the report needs, and whether a segment matches.
    fn of_short(&self, data: &[u8]) -> Totals {
        let mut totals = Totals::default();
        match self.options.report {
            Report::Hits => totals.count = self.counter.count(data),
            Report::Most => totals.max_count = self.counter.max_count(data),
            _ => {
                totals.matching_segments = self.counter.matching_segments(data);
                return totals;
            }
        }
        totals.matching_segments = self.counter.has_count(data).into();
        totals
    }

    /// Whether the input is a file that is worth several threads.
    fn uses_threads(&self, input: &Input, reader: &Reader<'_>) -> bool {
        let is_large = || input.path.is_some() && reader.size() >= Some(LARGE);
        self.options.threads.get() > 1 && self.every.is_none() && is_large()
    }

    /// Feeds a large file on several threads, and returns its last byte.
    fn feed_threads(
        &mut self,
        path: &Path,
        reader: &mut Reader<'_>,
    ) -> Result<Option<u8>, Failure> {
        let mut progress = |done, _| {
            self.progress.set(done);
            Continue(())
        };
        let mut options = ReadOptions::new().progress(&mut progress).threads(self.options.threads);
        // For the encoding.
        reader.read(&mut [0; 4]).map_err(Failure::reading)?;
        self.summary.feed_file(path, &mut options)?;
        let bytes = self.summary.totals().bytes;
        reader.check_len(bytes).map_err(Failure::reading)?;
        match bytes.checked_sub(1).filter(|_| needs_segments(self.options)) {
            Some(offset) => Ok(reader.bytes_at(offset, 1).map_err(Failure::reading)?.pop()),
            None => Ok(None),
        }
    }

    /// Feeds the input, of which what is left starts at the offset `base`, and returns its last byte.
    fn feed(
        &mut self,
        mut base: u64,
        reader: &mut Reader<'_>,
        blocks: &mut Blocks,
        lines: &mut Lines,
    ) -> Result<Option<u8>, Failure> {
        let start = base;
        let mut last = None;
        while let Some(chunk) = blocks.chunk(reader)? {
            if let Some(every) = &mut self.every {
                every.feed(chunk);
            }
            let question = &self.options.question;
            if question.quotes.is_some() {
                // For the line of a quote that is not closed.
                let mut fed = 0;
                for part in question.parts(chunk) {
                    self.summary.feed(part);
                    fed += part.len();
                    let open = self.summary.unclosed_quote().map(|offset| offset + start);
                    lines.note_quote(chunk, base, fed, open);
                }
                lines.end_piece(chunk, base);
            } else {
                self.summary.feed(chunk);
            }
            base += chunk.len() as u64;
            last = chunk.last().copied();
        }
        Ok(last)
    }
}

/// Whether the number of segments is part of the answer.
fn needs_segments(options: &Options) -> bool {
    options.question.invert || options.report == Report::Totals
}
