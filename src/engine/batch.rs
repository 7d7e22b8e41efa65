//! The exact step for many blocks at once: what [`masks`](super::masks) does for one, for rows of
//! them side by side.
//!
//! The masks are written to memory and read again as rows. So that the reading does not wait for
//! the writing, a batch has several rows.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::slice;

use super::block::{BLOCK, Block, FOUR};
use super::masks::{self, Number, Squeeze};
use super::row::{Masks, ROW, Row, SideBySide};

/// How many rows a [`Batch`] has.
const ROWS: usize = 8;

/// How many blocks a [`Batch`] has at most.
pub(super) const BLOCKS: usize = ROWS * ROW;

/// Where the masks of a group of blocks go.
pub(super) type Places = [MaybeUninit<u64>; FOUR];

/// The hits and resets of blocks that follow one another. Aligned as rows are best read.
#[repr(align(64))]
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

    /// The same, the groups of each row together.
    #[inline(always)]
    pub(super) fn places_by_row(
        &mut self,
    ) -> impl Iterator<Item = impl Iterator<Item = (&mut Places, &mut Places)>> {
        const GROUPS: usize = ROW / FOUR;
        let (hits, resets) = (self.hits.as_chunks_mut().0, self.resets.as_chunks_mut().0);
        let (hits, resets) = (hits.as_chunks_mut::<GROUPS>().0, resets.as_chunks_mut::<GROUPS>().0);
        hits.iter_mut().zip(resets).map(|(hits, resets)| hits.iter_mut().zip(resets))
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

    /// Goes through the rows with `step`.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `M`.
    #[inline(always)]
    pub(super) unsafe fn each_row<M: SideBySide, S: Step<M>>(&self, step: &mut S) {
        for (hits, resets) in self.rows() {
            // SAFETY: the caller vouches for the processor.
            unsafe { step.take(M::of(hits), M::of(resets)) };
        }
    }

    /// Whether there is no room left.
    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.blocks == BLOCKS
    }

    /// The hits and resets of each row.
    #[inline(always)]
    pub(super) fn rows(&self) -> impl Iterator<Item = (&Row, &Row)> {
        // SAFETY: so many are known.
        let (hits, resets) = unsafe {
            let hits = slice::from_raw_parts(self.hits.as_ptr().cast(), self.rows);
            (hits, slice::from_raw_parts(self.resets.as_ptr().cast(), self.rows))
        };
        hits.iter().zip(resets)
    }
}

/// What is found out from row to row, with the blocks of each side by side.
pub(super) trait Step<M> {
    /// Takes in a row.
    fn take(&mut self, hits: M, resets: M);

    fn outcome(self) -> Outcome;
}

/// [`Block::events`].
pub(super) struct Events<'n, M, S> {
    number: &'n Number,
    one: M,
    /// No hits, less the number.
    start: M,
    /// The counts behind each block of the last row.
    counts: M,
    /// For each place in a row.
    answer: M,
    looked_inside: u32,
    squeeze: PhantomData<S>,
}

impl<'n, M: SideBySide, S: Squeeze> Events<'n, M, S> {
    /// # Safety
    ///
    /// The processor has the instructions of `M` and `S`.
    #[inline(always)]
    pub(super) unsafe fn new(number: &'n Number, carry: u64) -> Self {
        // SAFETY: the caller vouches for the processor.
        let [one, start, counts, answer] =
            unsafe { [M::all(1), M::all(number.below(0)), M::all(carry), M::all(0)] };
        Self { number, one, start, counts, answer, looked_inside: 0, squeeze: PhantomData }
    }
}

impl<M: SideBySide, S: Squeeze> Step<M> for Events<'_, M, S> {
    #[inline(always)]
    fn take(&mut self, hits: M, resets: M) {
        let start = self.start;
        let Parts { leads, tails, middles, opened } = Parts::new(hits, resets, self.one);
        if !middles.plus(start).and(opened.plus(start)).all_high() {
            // SAFETY: who made this vouched for the processor.
            let nth = unsafe { masks::nth::<_, S>(hits, resets, self.number) };
            self.answer = self.answer.plus(nth.count_ones());
            self.looked_inside += 1;
        }
        let before;
        (before, self.counts) = tails.carried(resets, self.counts);
        let below = before.plus(start);
        let crosses = below.and(below.plus(leads).not());
        self.answer = self.answer.plus(crosses.high_bit());
    }

    #[inline(always)]
    fn outcome(self) -> Outcome {
        let Self { answer, counts, looked_inside, .. } = self;
        let answer = answer.row().into_iter().sum();
        Outcome { answer, carry: counts.row()[ROW - 1], looked_inside }
    }
}

/// [`Block::highest`].
pub(super) struct Highest<M, S> {
    one: M,
    /// The counts behind each block of the last row.
    counts: M,
    /// For each place in a row.
    answer: M,
    looked_inside: u32,
    squeezes: bool,
    squeeze: PhantomData<S>,
}

impl<M: SideBySide, S: Squeeze> Highest<M, S> {
    /// # Safety
    ///
    /// The processor has the instructions of `M` and `S`.
    #[inline(always)]
    pub(super) unsafe fn new(carry: u64, least: u64, squeezes: bool) -> Self {
        // SAFETY: the caller vouches for the processor.
        let [one, counts, answer] = unsafe { [M::all(1), M::all(carry), M::all(least)] };
        Self { one, counts, answer, looked_inside: 0, squeezes, squeeze: PhantomData }
    }
}

impl<M: SideBySide, S: Squeeze> Step<M> for Highest<M, S> {
    #[inline(always)]
    fn take(&mut self, hits: M, resets: M) {
        let Parts { leads, tails, middles, .. } = Parts::new(hits, resets, self.one);
        if !middles.minus(self.one).minus(self.answer).all_high() {
            let (highest, most) = (largest(self.answer), largest(middles));
            // SAFETY: who made this vouched for the processor.
            self.answer = unsafe {
                M::all(highest_inside::<_, S>(hits, resets, highest, most, self.squeezes))
            };
            self.looked_inside += 1;
        }
        let before;
        (before, self.counts) = tails.carried(resets, self.counts);
        self.answer = self.answer.max(before.plus(leads));
    }

    #[inline(always)]
    fn outcome(self) -> Outcome {
        let Self { counts, answer, looked_inside, .. } = self;
        let carry = counts.row()[ROW - 1];
        Outcome { answer: largest(answer).max(carry), carry, looked_inside }
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
