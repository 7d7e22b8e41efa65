//! Many blocks decided at once by the final counts of their segments: how many are outside a range.
//!
//! [`block`](super::block) has the parts of a block, and [`batch`](super::batch) carries the count of
//! the open segment through them. A segment is compared where it ends: at the first reset of a block,
//! if it began in an earlier one; otherwise in the middle, whose segments are taken one after the
//! other, in all blocks at the same time.
//!
//! ```text
//! hits      x . x . . x . x x       from 2 to 3; count before: 1
//! resets    . . . | . . | . |       ends with 1 + 2 = 3, then with 1 (outside), then with 1 (outside)
//! ```
//!
//! A count is outside `low..=high` if `count - low`, modulo 2⁶⁴, is `high - low + 1` or more: below
//! `low` the difference wraps around. So both limits take one comparison.
//!
//! Cost: some forty instructions for eight blocks (or four), and ten more for each reset but the first
//! of that one of them that has the most.

use super::batch::{Batch, Outcome};
use super::block::Parts;
use crate::engine::isa::lanes::{Arithmetic, CountLanes, Lanes};

/// A range of counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountRange {
    low: u64,
    /// How many counts are in it; at least 1. No count is as high as the highest number.
    width: u64,
}

impl CountRange {
    /// `low` is not above `high`.
    #[inline(always)]
    pub(crate) fn new(low: u64, high: u64) -> Self {
        Self { low, width: (high - low).saturating_add(1) }
    }
}

impl Batch<'_> {
    /// How many of the segments that end in the batch have a final count outside `range`. The count
    /// of the segment that is open before the batch is `count`.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `A`.
    #[inline(always)]
    pub(crate) unsafe fn outside<A: Arithmetic>(&self, count: u64, range: CountRange) -> Outcome {
        // SAFETY: the caller vouches for the processor.
        let (zero, one, low, width, mut counts) = unsafe {
            (
                A::Counts::splat(0),
                A::Counts::splat(1),
                A::Counts::splat(range.low),
                A::Counts::splat(range.width),
                A::Counts::splat(count),
            )
        };
        let mut sum = 0;
        let mut at = 0;
        while at < self.blocks() {
            // SAFETY: the caller vouches for the processor; there is such a block.
            let (hits, resets) = unsafe { self.lanes::<A::Counts>(at) };
            at += A::Counts::NUMBER;
            let parts = Parts::new(hits, resets, one);
            let ended;
            (ended, counts) = CountLanes::carried(parts.lead, parts.tail, resets, counts);
            sum += ended.minus(low).reaching(width, resets);
            // The next reset in each block, and those from it on.
            let mut start = resets.and(zero.minus(resets));
            let mut rest = resets.and(resets.minus(one));
            while !rest.is_zero() {
                let end = rest.and(zero.minus(rest));
                // A reset that is a hit is the first of the segment behind it.
                let segment = end.minus(one).and(start.minus(one).not());
                let count = hits.and(segment).count_ones();
                sum += count.minus(low).reaching(width, rest);
                rest = rest.and(rest.minus(one));
                start = end;
            }
        }
        Outcome { answer: sum, count: counts.last() }
    }
}
