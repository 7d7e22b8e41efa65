//! The lines or words of a block.

use tally::Counter;

use crate::unit::Unit;

/// A line or word, by its offsets in a block.
pub(crate) struct Segment {
    pub(crate) start: usize,
    /// Without the byte that ends the segment.
    pub(crate) end: usize,
    /// Just past the hit with which the count reaches the number.
    pub(crate) hit_end: Option<usize>,
}

/// The segments of `block` that match.
pub(crate) fn matching<'a>(
    counter: &'a Counter,
    unit: Unit,
    block: &'a [u8],
) -> impl Iterator<Item = Segment> + 'a {
    counter.matches(block).map(move |found| {
        let (start, hit_end) = (found.start as usize, found.end as usize);
        let rest = &block[hit_end..];
        let end = hit_end + unit.first_end(rest).unwrap_or(rest.len());
        Segment { start, end, hit_end: Some(hit_end) }
    })
}
