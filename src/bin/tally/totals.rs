//! The totals of an input.

use std::ops::ControlFlow::Continue;

use tally::{ByteSet, Counter, Error, ReadOptions, Reset, Summary};

use crate::blocks::Blocks;
use crate::failure::Failure;
use crate::input::{Input, Reader};
use crate::json::Totals;
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
    /// Matches each word, if their number is asked for.
    words: Option<Summary>,
}

impl<'a> Sums<'a> {
    pub(crate) fn new(
        options: &'a Options,
        counter: &Counter,
        progress: &'a Progress,
    ) -> Result<Self, Error> {
        let summary = Summary::new(counter)?;
        let needs_words = options.unit == Unit::Word && needs_segments(options);
        let words = if needs_words { Some(Summary::new(&word_counter()?)?) } else { None };
        Ok(Self { options, progress, counter: counter.clone(), summary, words })
    }

    /// Counts one input.
    ///
    /// The library counts segments, and not every segment is a line or word: the empty one behind a
    /// final newline is no line, and no empty one is a word. So the number of lines or words takes
    /// more than a summary. It is 0 unless the answer depends on it.
    pub(crate) fn of(
        &mut self,
        input: &Input,
        reader: &mut Reader<'_>,
        blocks: &mut Blocks,
    ) -> Result<Totals, Failure> {
        if !needs_segments(self.options) && !self.uses_threads(input, reader) {
            if let Some(data) = blocks.whole(reader)? {
                return Ok(self.of_short(data));
            }
        }
        self.summary.reset();
        if let Some(words) = &mut self.words {
            words.reset();
        }
        let last = self.feed(input, reader, blocks)?;
        let tally::Totals { bytes, count, max_count, matching_segments, segments } =
            self.summary.totals();
        let segments = match (self.options.unit, &self.words) {
            _ if !needs_segments(self.options) => 0,
            (_, Some(words)) => words.totals().matching_segments,
            (Unit::Line(end), _) if last.is_none_or(|last| last == end) => segments - 1,
            _ => segments,
        };
        let matching = if self.options.min_number == 0 { segments } else { matching_segments };
        let matching_segments = if self.options.invert { segments - matching } else { matching };
        Ok(Totals { count, max_count, matching_segments, segments, bytes })
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
        self.options.threads.get() > 1 && self.words.is_none() && is_large()
    }

    /// Feeds the input, on several threads if it is large, and returns its last byte.
    fn feed(
        &mut self,
        input: &Input,
        reader: &mut Reader<'_>,
        blocks: &mut Blocks,
    ) -> Result<Option<u8>, Failure> {
        let mut last = None;
        match &input.path {
            Some(path) if self.uses_threads(input, reader) => {
                let mut progress = |done, _| {
                    self.progress.set(done);
                    Continue(())
                };
                let mut options =
                    ReadOptions::new().progress(&mut progress).threads(self.options.threads);
                // For the encoding.
                reader.read(&mut [0; 4]).map_err(Failure::reading)?;
                self.summary.feed_file(path, &mut options)?;
                let bytes = self.summary.totals().bytes;
                reader.check_len(bytes).map_err(Failure::reading)?;
                if let Some(offset) = bytes.checked_sub(1).filter(|_| needs_segments(self.options))
                {
                    last = reader.bytes_at(offset, 1).map_err(Failure::reading)?.pop();
                }
            }
            _ => {
                while let Some(chunk) = blocks.chunk(reader)? {
                    self.summary.feed(chunk);
                    if let Some(words) = &mut self.words {
                        words.feed(chunk);
                    }
                    last = chunk.last().copied();
                }
            }
        }
        Ok(last)
    }
}

/// Whether the number of segments is part of the answer.
fn needs_segments(options: &Options) -> bool {
    options.min_number == 0 || options.invert || options.report == Report::Totals
}

/// Matches all segments that are words: those that have a byte.
fn word_counter() -> Result<Counter, Error> {
    let others: ByteSet =
        (0..=u8::MAX).filter(|&byte| !ByteSet::WHITESPACE.contains(byte)).collect();
    Counter::new(others, 1, Reset::Whitespace)
}
