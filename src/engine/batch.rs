//! The exact step for many blocks at once: what [`masks`](super::masks) does for one, for rows of
//! them side by side.
//!
//! The masks are written to memory and read again as rows. So that the reading does not wait for
//! the writing, a batch has several rows.

use std::mem::MaybeUninit;
use std::slice;

use super::block::{Block, FOUR};
use super::masks::{self, Number};
use super::row::{Masks, ROW, Row};

/// How many rows a [`Batch`] has.
const ROWS: usize = 4;

/// How many blocks a [`Batch`] has at most.
const BLOCKS: usize = ROWS * ROW;

/// Where the masks of a group of blocks go.
pub(super) type Places = [MaybeUninit<u64>; FOUR];

/// The hits and resets of blocks that follow one another.
pub(super) struct Batch {
    hits: [MaybeUninit<u64>; BLOCKS],
    resets: [MaybeUninit<u64>; BLOCKS],
    /// How many blocks there are: theirs are known.
    blocks: usize,
    /// How many rows, of which all is known. [`close`](Self::close) says so.
    rows: usize,
}

/// What a row is made of, as numbers of hits.
struct Parts<M> {
    /// Before the first reset of each block.
    leads: M,
    /// Behind its last, or in all of it.
    tails: M,
    /// In the segments that both open and end in it, all together.
    middles: M,
    /// In the one that opens and stays open.
    opened: M,
}

impl<M: Masks> Parts<M> {
    #[inline(always)]
    fn new(hits: M, resets: M, one: M) -> Self {
        let before_first = resets.minus(one).and(resets.not());
        let leads = hits.and(before_first).count_ones();
        let tails = hits.since_last(resets).count_ones();
        let behind_leads = hits.count_ones().minus(leads);
        let opened = tails.min(behind_leads);
        Self { leads, tails, middles: behind_leads.minus(opened), opened }
    }
}

impl Batch {
    /// No blocks.
    #[inline(always)]
    pub(super) const fn new() -> Self {
        const UNKNOWN: [MaybeUninit<u64>; BLOCKS] = [MaybeUninit::uninit(); BLOCKS];
        Self { hits: UNKNOWN, resets: UNKNOWN, blocks: 0, rows: 0 }
    }

    /// The places for hits and resets, group by group.
    #[inline(always)]
    pub(super) fn places(&mut self) -> impl Iterator<Item = (&mut Places, &mut Places)> {
        let (hits, resets) = (self.hits.as_chunks_mut().0, self.resets.as_chunks_mut().0);
        hits.iter_mut().zip(resets)
    }

    /// Makes rows of the blocks in the first places; nothing is behind the last.
    ///
    /// # Safety
    ///
    /// So many places are written.
    #[inline(always)]
    pub(super) unsafe fn close(&mut self, blocks: usize) {
        (self.blocks, self.rows) = (blocks, blocks.div_ceil(ROW));
        for block in blocks..self.rows * ROW {
            self.hits[block].write(0);
            self.resets[block].write(0);
        }
    }

    /// The blocks' hits.
    #[inline(always)]
    pub(super) fn hits(&self) -> &[u64] {
        // SAFETY: so many are known.
        unsafe { slice::from_raw_parts(self.hits.as_ptr().cast(), self.blocks) }
    }

    /// The blocks' resets.
    #[inline(always)]
    pub(super) fn resets(&self) -> &[u64] {
        // SAFETY: so many are known.
        unsafe { slice::from_raw_parts(self.resets.as_ptr().cast(), self.blocks) }
    }

    /// How many segments come to `number` in the rows, and the count of the one open at the end,
    /// given the `carry` of the one open at the start.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    pub(super) unsafe fn events<B: Block>(&self, carry: u64, number: &Number) -> (u64, u64) {
        // SAFETY: the caller vouches for the processor.
        unsafe {
            let one = B::Masks::all(1);
            // Counts less the number.
            let start = B::Masks::all(number.below(0));
            let mut below = B::Masks::all(number.below(carry));
            let mut events = B::Masks::all(0);
            for (hits, resets) in self.rows() {
                let (hits, resets) = (B::Masks::of(hits), B::Masks::of(resets));
                let Parts { leads, tails, middles, opened } = Parts::new(hits, resets, one);
                if !middles.plus(start).and(opened.plus(start)).all_high() {
                    let nth = masks::nth::<_, B::Squeeze>(hits, resets, number);
                    events = events.plus(nth.count_ones());
                }
                let before;
                (before, below) = tails.carried(resets, below, start);
                let crosses = before.and(before.plus(leads).not());
                events = events.plus(crosses.high_bit());
            }
            (events.row().into_iter().sum(), below.minus(start).row()[0])
        }
    }

    /// The largest count that a segment has come to by the end, or `least` if none is larger; and
    /// the count of the one open at the end, as [`events`](Self::events) gives it.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    pub(super) unsafe fn highest<B: Block>(
        &self,
        carry: u64,
        least: u64,
        squeezes: bool,
    ) -> (u64, u64) {
        // SAFETY: the caller vouches for the processor.
        unsafe {
            let (zero, one) = (B::Masks::all(0), B::Masks::all(1));
            let mut count = B::Masks::all(carry);
            // For each place in a row.
            let mut highest = B::Masks::all(least);
            for (hits, resets) in self.rows() {
                let (hits, resets) = (B::Masks::of(hits), B::Masks::of(resets));
                let Parts { leads, tails, middles, .. } = Parts::new(hits, resets, one);
                if !middles.minus(one).minus(highest).all_high() {
                    let largest = |masks: B::Masks| masks.row().into_iter().fold(0, u64::max);
                    // Between these is the largest count.
                    let (mut low, mut high) = (largest(highest), largest(middles));
                    // Mostly, it is no larger than those before.
                    let mut number = low + 1;
                    while low < high {
                        let above = Number::new(number, squeezes);
                        let nth = masks::nth::<_, B::Squeeze>(hits, resets, &above);
                        if nth.row() == [0; ROW] {
                            high = number - 1;
                        } else {
                            low = number;
                        }
                        number = low + (high - low).div_ceil(2);
                    }
                    highest = B::Masks::all(low);
                }
                let before;
                (before, count) = tails.carried(resets, count, zero);
                highest = highest.max(before.plus(leads));
            }
            let count = count.row()[0];
            (highest.row().into_iter().fold(count, u64::max), count)
        }
    }

    #[inline(always)]
    fn rows(&self) -> impl Iterator<Item = (&Row, &Row)> {
        // SAFETY: so many are known.
        let (hits, resets) = unsafe {
            let hits = slice::from_raw_parts(self.hits.as_ptr().cast(), self.rows);
            (hits, slice::from_raw_parts(self.resets.as_ptr().cast(), self.rows))
        };
        hits.iter().zip(resets)
    }
}
