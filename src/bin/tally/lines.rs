//! Where a segment is in the file: the numbers of its line and of its row.

use memchr::{memchr, memrchr};
use tally::{ByteSet, Counter, Error, ReadOptions, Reset, Summary};

use crate::failure::Failure;
use crate::input::Reader;
use crate::question::Question;
use crate::unit::Unit;

/// Follows the lines of a file, and its rows, piece by piece.
pub(crate) struct Lines {
    ends: LineEnds,
    /// The number of the current line, from 0.
    number: u64,
    /// The offset of its start.
    start: u64,
    /// How far the file has been followed.
    offset: u64,
    /// The byte before that is a carriage return.
    after_return: bool,
    /// Counts the rows, if there are others than lines and their numbers are asked for.
    rows: Option<Summary>,
    /// The last quote that was noted: its offset, and its line from 1.
    quote: Option<(u64, u64)>,
}

/// Where a segment starts.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place {
    /// The number of the line, from 1.
    pub(crate) line: u64,
    /// The offset of the start of that line, if a segment begins behind it.
    pub(crate) line_start: u64,
    /// The number of the row, from 1.
    pub(crate) row: Option<u64>,
}

impl Lines {
    /// For the lines of a question; also for its rows, if `needs_rows`.
    pub(crate) fn new(question: &Question, needs_rows: bool) -> Result<Self, Error> {
        let counts_rows = needs_rows
            && (matches!(question.unit, Unit::Row(_))
                || matches!(question.unit, Unit::Line(_)) && question.quotes.is_some());
        let rows = if counts_rows { Some(Summary::new(&question.every()?)?) } else { None };
        Ok(Self {
            ends: LineEnds::new(question.unit)?,
            number: 0,
            start: 0,
            offset: 0,
            after_return: false,
            rows,
            quote: None,
        })
    }

    /// Prepares for another file, of which the part behind the offset `start` is searched.
    pub(crate) fn reset(&mut self, start: u64) {
        (self.number, self.start, self.offset) = (0, start, start);
        (self.after_return, self.quote) = (false, None);
        if let Some(rows) = &mut self.rows {
            rows.reset();
        }
    }

    /// Advances to the offset `to` of `piece`, which starts at the offset `base` of the file.
    pub(crate) fn advance(&mut self, piece: &[u8], base: u64, to: usize) {
        let from = self.offset.saturating_sub(base) as usize;
        if from < to {
            let passed = &piece[from..to];
            self.number += self.ends.count(passed, self.after_return);
            if let Some(last) = memrchr(self.ends.end, passed) {
                self.start = self.offset + last as u64 + 1;
            }
            self.after_return = passed.last() == Some(&b'\r');
            if let Some(rows) = &mut self.rows {
                rows.feed(passed);
            }
            self.offset = base + to as u64;
        }
    }

    /// The place of the segment that starts at the offset `start`: in `piece`, or before it if
    /// `before` is the text from there to the piece.
    pub(crate) fn place(&mut self, piece: &[u8], base: u64, start: u64, before: &[u8]) -> Place {
        if start >= self.offset {
            self.advance(piece, base, (start - base) as usize);
        }
        let rows = self.rows.as_ref().map(|rows| rows.totals().matching_segments);
        // Until its first byte has passed, a row is not counted.
        let row = rows.map(|rows| rows + u64::from(start >= self.offset));
        let line = self.number - self.ends.count(before, false) + 1;
        Place { line, line_start: self.start.min(start), row }
    }

    /// Notes the quote that is open at the offset `to` of `piece`. What follows there are quotes, or
    /// nothing: it may turn out in the next piece that they did not close it, or that one of them
    /// opens.
    pub(crate) fn note_quote(&mut self, piece: &[u8], base: u64, to: usize, open: Option<u64>) {
        let Some(offset) = open else { return };
        if self.quote.is_none_or(|(known, _)| known != offset) {
            // One that is before this piece, and was not noted, is among the quotes that end the
            // last one. The line there is the current one.
            let at = offset.saturating_sub(base).min(to as u64);
            self.advance(piece, base, at as usize);
            self.quote = Some((offset, self.number + 1));
        }
    }

    /// Continues behind `piece`.
    pub(crate) fn end_piece(&mut self, piece: &[u8], base: u64) {
        self.advance(piece, base, piece.len());
    }

    /// The number of the line at the offset `offset` of a file, which is read again.
    pub(crate) fn line_at(&mut self, offset: u64, reader: &mut Reader<'_>) -> Result<u64, Failure> {
        self.reset(0);
        let mut base = 0;
        while base < offset {
            let len = (offset - base).min(ReadOptions::BUFFER_SIZE as u64) as usize;
            let piece = reader.bytes_at(base, len).map_err(Failure::reading)?;
            self.advance(&piece, base, len);
            base += len as u64;
        }
        Ok(self.number + 1)
    }

    /// The line of the quote that is open at the offset `offset`.
    pub(crate) fn line_of_quote(&self, offset: u64) -> Option<u64> {
        self.quote.filter(|&(known, _)| known == offset).map(|(_, line)| line)
    }
}

/// Data is counted in parts of this length: each pass behind the first finds them in the first-level
/// cache. (1 GiB, `tally --ragged`, Zen 4: 5 ms of 160.)
const STRIDE: usize = 16 << 10;

/// Counts the ends of lines: `\n`, and in tables also `\r` and the two together, or another byte.
struct LineEnds {
    end: u8,
    ends: Counter,
    returns: Option<[Counter; 2]>,
}

impl LineEnds {
    fn new(unit: Unit) -> Result<Self, Error> {
        let end = unit.line_end();
        let ends = Counter::new(ByteSet::EMPTY.with(end), 1, Reset::None)?;
        let returns = if unit == Unit::Row(b'\n') {
            Some([
                Counter::new(ByteSet::EMPTY.with(b'\r'), 1, Reset::None)?,
                Counter::new("\r\n", 1, Reset::None)?,
            ])
        } else {
            None
        };
        Ok(Self { end, ends, returns })
    }

    /// The number of line ends in `data`, which stands behind a `\r` or not.
    fn count(&self, data: &[u8], mut after_return: bool) -> u64 {
        let Some(returns) = &self.returns else { return self.ends.count(data) };
        let mut number = 0;
        for data in data.chunks(STRIDE) {
            number += self.count_with(returns, data, after_return);
            after_return = data.last() == Some(&b'\r');
        }
        number
    }

    fn count_with(&self, [returns, both]: &[Counter; 2], data: &[u8], after_return: bool) -> u64 {
        let ends = self.ends.count(data) - u64::from(after_return && data.first() == Some(&b'\n'));
        match memchr(b'\r', data) {
            Some(first) => ends + returns.count(&data[first..]) - both.count(&data[first..]),
            None => ends,
        }
    }
}
