//! The lines or words of a block, and where they are in the file.

use memchr::memrchr;
use tally::{ByteSet, Counter, Error, Reset};

use crate::unit::Unit;

/// A line or word, by its offsets in a block.
pub(crate) struct Segment {
    pub(crate) start: usize,
    /// Without the byte that ends the segment.
    pub(crate) end: usize,
    /// Just past the hit with which the count reaches the number.
    pub(crate) hit_end: Option<usize>,
}

/// The segments of `block` that match or, with `invert`, that do not.
pub(crate) fn selected<'a>(
    counter: &'a Counter,
    unit: Unit,
    invert: bool,
    block: &'a [u8],
) -> Box<dyn Iterator<Item = Segment> + 'a> {
    let matches = counter.matches(block);
    match (counter.min_number(), invert) {
        // All segments reach 0, also those that are no words.
        (0, false) => Box::new(all(unit, block)),
        (0, true) => Box::new(std::iter::empty()),
        (_, false) => Box::new(matches.map(move |found| {
            let (start, hit_end) = (found.start as usize, found.end as usize);
            let rest = &block[hit_end..];
            let end = hit_end + unit.first_end(rest).unwrap_or(rest.len());
            Segment { start, end, hit_end: Some(hit_end) }
        })),
        (_, true) => {
            let mut matches = matches.peekable();
            Box::new(all(unit, block).filter(move |segment| {
                matches.next_if(|found| found.start == segment.start as u64).is_none()
            }))
        }
    }
}

/// All lines or words of `block`. An empty segment is no word, and behind the last newline it is no
/// line.
fn all(unit: Unit, block: &[u8]) -> impl Iterator<Item = Segment> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let rest = block.get(next..).filter(|rest| !rest.is_empty())?;
        let start = next;
        let end = start + unit.first_end(rest).unwrap_or(rest.len());
        next = end + 1;
        Some(Segment { start, end, hit_end: None })
    })
    .filter(move |segment| unit != Unit::Word || segment.start < segment.end)
}

/// Follows the lines of a file.
pub(crate) struct Lines {
    end: u8,
    ends: Counter,
    /// The number of the current line, from 0.
    pub(crate) number: u64,
    /// The offset of its start.
    pub(crate) start: u64,
    /// How far the file has been followed.
    offset: u64,
}

impl Lines {
    /// Lines that end in the byte `end`.
    pub(crate) fn new(end: u8) -> Result<Self, Error> {
        let ends = Counter::new(ByteSet::EMPTY.with(end), 1, Reset::None)?;
        Ok(Self { end, ends, number: 0, start: 0, offset: 0 })
    }

    /// Prepares for another file.
    pub(crate) fn reset(&mut self) {
        (self.number, self.start, self.offset) = (0, 0, 0);
    }

    /// Advances to the offset `to` of `block`, which starts at the offset `base` of the file.
    pub(crate) fn advance(&mut self, block: &[u8], base: u64, to: usize) {
        let from = (self.offset - base) as usize;
        if from < to {
            let passed = &block[from..to];
            self.number += self.ends.count(passed);
            if let Some(last) = memrchr(self.end, passed) {
                self.start = self.offset + last as u64 + 1;
            }
            self.offset = base + to as u64;
        }
    }
}
