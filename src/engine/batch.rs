//! The exact step for many blocks at once: what [`masks`](super::masks) does for one, for rows of
//! them side by side.
//!
//! The masks are written to memory and read again as rows. So that the reading does not wait for
//! the writing, a batch has several rows.

use std::mem::MaybeUninit;
use std::slice;

use super::block::{BLOCK, Block, FOUR};
use super::masks::{self, Number, Squeeze};
use super::row::{Masks, ROW, Row, SideBySide};

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

/// What a batch comes to.
pub(super) struct Outcome {
    /// What was asked for.
    pub(super) answer: u64,
    /// The count of the segment that is open at the end.
    pub(super) carry: u64,
    /// In how many rows it took a closer look at the segments that lie inside a block.
    pub(super) looked_inside: u32,
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

impl<M: SideBySide> Parts<M> {
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

    /// [`Block::events`], block by block.
    ///
    /// # Safety
    ///
    /// As there.
    #[inline(always)]
    pub(super) unsafe fn events<B: Block>(&self, carry: u64, number: &Number) -> Outcome {
        // Counts less the number.
        let start = number.below(0);
        let mut below = number.below(carry);
        let mut events = 0;
        // A bit for each row in which segments may come to it that open there.
        let mut undecided = 0_u64;
        for (block, (&hits, &resets)) in self.hits().iter().zip(self.resets()).enumerate() {
            let lead = u64::from(masks::lead(hits, resets).count_ones());
            let opened = u64::from(hits.count_ones()) - lead;
            undecided |= u64::from(opened >= number.number()) << (block / ROW);
            events += masks::crosses(below, lead) >> 63;
            below = masks::tail_from(hits, resets, below, start);
        }
        for (row, (hits, resets)) in self.rows().enumerate() {
            if undecided >> row & 1 != 0 {
                // SAFETY: the caller vouches for the processor.
                let nth = unsafe { masks::nth::<_, B::Squeeze>(*hits, *resets, number) };
                events += nth.count_ones().into_iter().sum::<u64>();
            }
        }
        let looked_inside = undecided.count_ones();
        Outcome { answer: events, carry: below.wrapping_sub(start), looked_inside }
    }

    /// [`Block::highest`], block by block.
    ///
    /// # Safety
    ///
    /// As there.
    #[inline(always)]
    pub(super) unsafe fn highest<B: Block>(
        &self,
        carry: u64,
        least: u64,
        squeezes: bool,
    ) -> Outcome {
        let mut count = carry;
        let mut highest = least;
        // A bit for each row in which a segment may have more that opens there.
        let mut undecided = 0_u64;
        for (block, (&hits, &resets)) in self.hits().iter().zip(self.resets()).enumerate() {
            let lead = u64::from(masks::lead(hits, resets).count_ones());
            let opened = u64::from(hits.count_ones()) - lead;
            undecided |= u64::from(opened > highest) << (block / ROW);
            highest = highest.max(count + lead);
            count = masks::tail(hits, resets, count);
        }
        highest = highest.max(count);
        for (row, (hits, resets)) in self.rows().enumerate() {
            if undecided >> row & 1 != 0 {
                let most = BLOCK as u64;
                // SAFETY: the caller vouches for the processor.
                highest = unsafe {
                    highest_inside::<_, B::Squeeze>(*hits, *resets, highest, most, squeezes)
                };
            }
        }
        Outcome { answer: highest, carry: count, looked_inside: undecided.count_ones() }
    }

    /// [`Block::events`], with the blocks of a row side by side.
    ///
    /// # Safety
    ///
    /// As there.
    #[inline(always)]
    pub(super) unsafe fn events_side_by_side<M: SideBySide, S: Squeeze>(
        &self,
        carry: u64,
        number: &Number,
    ) -> Outcome {
        let mut looked_inside = 0;
        // SAFETY: the caller vouches for the processor.
        unsafe {
            let one = M::all(1);
            // Counts less the number.
            let start = M::all(number.below(0));
            let mut below = M::all(number.below(carry));
            let mut events = M::all(0);
            for (hits, resets) in self.rows() {
                let (hits, resets) = (M::of(hits), M::of(resets));
                let Parts { leads, tails, middles, opened } = Parts::new(hits, resets, one);
                if !middles.plus(start).and(opened.plus(start)).all_high() {
                    let nth = masks::nth::<_, S>(hits, resets, number);
                    events = events.plus(nth.count_ones());
                    looked_inside += 1;
                }
                let before;
                (before, below) = tails.carried(resets, below, start);
                let crosses = before.and(before.plus(leads).not());
                events = events.plus(crosses.high_bit());
            }
            let answer = events.row().into_iter().sum();
            Outcome { answer, carry: below.minus(start).row()[0], looked_inside }
        }
    }

    /// [`Block::highest`], with the blocks of a row side by side.
    ///
    /// # Safety
    ///
    /// As there.
    #[inline(always)]
    pub(super) unsafe fn highest_side_by_side<M: SideBySide, S: Squeeze>(
        &self,
        carry: u64,
        least: u64,
        squeezes: bool,
    ) -> Outcome {
        let mut looked_inside = 0;
        // SAFETY: the caller vouches for the processor.
        unsafe {
            let (zero, one) = (M::all(0), M::all(1));
            let mut count = M::all(carry);
            // For each place in a row.
            let mut highest = M::all(least);
            for (hits, resets) in self.rows() {
                let (hits, resets) = (M::of(hits), M::of(resets));
                let Parts { leads, tails, middles, .. } = Parts::new(hits, resets, one);
                if !middles.minus(one).minus(highest).all_high() {
                    let (highest_here, most) = (largest(highest), largest(middles));
                    let inside = highest_inside::<_, S>(hits, resets, highest_here, most, squeezes);
                    highest = M::all(inside);
                    looked_inside += 1;
                }
                let before;
                (before, count) = tails.carried(resets, count, zero);
                highest = highest.max(before.plus(leads));
            }
            let carry = count.row()[0];
            Outcome { answer: largest(highest).max(carry), carry, looked_inside }
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

#[inline(always)]
fn largest<M: Masks>(masks: M) -> u64 {
    masks.row().into_iter().fold(0, u64::max)
}

/// The largest count of the segments that open in these blocks, if it is above `low`; it is not
/// above `high`.
///
/// # Safety
///
/// The processor has the instructions of `S`.
#[inline(always)]
unsafe fn highest_inside<M: Masks, S: Squeeze>(
    hits: M,
    resets: M,
    mut low: u64,
    mut high: u64,
    squeezes: bool,
) -> u64 {
    // Mostly, it is not.
    let mut number = low + 1;
    while low < high {
        // SAFETY: the caller's promise.
        let nth = unsafe { masks::nth::<_, S>(hits, resets, &Number::new(number, squeezes)) };
        if nth.row() == [0; ROW] {
            high = number - 1;
        } else {
            low = number;
        }
        number = low + (high - low).div_ceil(2);
    }
    low
}
