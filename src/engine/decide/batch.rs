//! Many blocks decided at once, up to [`BLOCKS`]: how many segments reach a number, or what the
//! largest count is. [`block`](super::block) has the idea.
//!
//! Two passes over the masks of a batch:
//!
//! ```text
//! for each block, or for four or eight side by side:
//!     count the hits of lead, tail and middle
//!     carry the count of the open segment: lead is added to it, and a reset replaces it by tail
//!     compare the counts of the segments that end here and began in an earlier block
//!     if all hits of the middle are enough for one of its segments to matter:
//!         mark its row (16 blocks)
//! for each row that is marked:
//!     walk through the segments in the middles of its blocks, all at once
//! ```
//!
//! The cost of the first pass does not depend on the masks. The second takes at most 63 steps for
//! each row. Invariant: at every block, the carried count is that of the segment that is open
//! there.

use std::mem::MaybeUninit;
use std::slice;

use super::block::{self, Parts};
use crate::engine::isa::block::BLOCK;
use crate::engine::isa::lanes::{Arithmetic, CountLanes, Lanes, ROW};

/// The most blocks of a [`Batch`]: 4 KiB of data. The masks, 1 KiB, stay in the first-level cache
/// from filling to deciding. `cargo bench --bench ratios -- worst`, Zen 4: with 32, the worst input is
/// 3 to 6 % slower.
pub(crate) const BLOCKS: usize = 64;

/// A slot for a mask.
pub(crate) type Slot = MaybeUninit<u64>;

/// The slots for the masks of a batch, aligned so that no load of a row crosses a cache line.
#[repr(align(64))]
pub(crate) struct Slots {
    hits: [Slot; BLOCKS],
    resets: [Slot; BLOCKS],
}

/// The masks of blocks that follow one another.
#[derive(Clone, Copy)]
pub(crate) struct Batch<'a> {
    /// Those of the first blocks are written, and zeros up to the end of a row.
    slots: &'a Slots,
    blocks: usize,
}

/// The answer for a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) answer: u64,
    /// The count of the segment that is open at the end.
    pub(crate) count: u64,
}

impl Slots {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self { hits: [Slot::uninit(); BLOCKS], resets: [Slot::uninit(); BLOCKS] }
    }

    /// Masks without a bit.
    #[inline(always)]
    pub(crate) fn zeroed() -> Self {
        Self { hits: [Slot::new(0); BLOCKS], resets: [Slot::new(0); BLOCKS] }
    }

    /// All masks of hits and of resets.
    ///
    /// # Safety
    ///
    /// They were made by [`zeroed`](Self::zeroed).
    #[inline(always)]
    pub(crate) unsafe fn written(&mut self) -> (&mut [u64; BLOCKS], &mut [u64; BLOCKS]) {
        // SAFETY: the caller's promise: all slots are written, and nothing takes that back.
        unsafe { (&mut *self.hits.as_mut_ptr().cast(), &mut *self.resets.as_mut_ptr().cast()) }
    }

    /// The slots for the hits and the resets of the first blocks. What follows them in the last row
    /// is zeroed: before they are written, as a row is a fixed number of stores.
    #[inline(always)]
    pub(crate) fn first(&mut self, blocks: usize) -> (&mut [Slot], &mut [Slot]) {
        if blocks % ROW != 0 {
            for slots in [&mut self.hits, &mut self.resets] {
                let row = blocks - blocks % ROW;
                slots[row..row + ROW].fill(Slot::new(0));
            }
        }
        (&mut self.hits[..blocks], &mut self.resets[..blocks])
    }

    /// The first blocks.
    ///
    /// # Safety
    ///
    /// [`first`](Self::first) was called with this number, and the slots it returned are written.
    #[inline(always)]
    pub(crate) unsafe fn batch(&self, blocks: usize) -> Batch<'_> {
        Batch { slots: self, blocks }
    }
}

impl<'a> Batch<'a> {
    /// How many blocks it has.
    #[inline(always)]
    pub(crate) fn blocks(&self) -> usize {
        self.blocks
    }

    /// The masks of hits and of resets.
    #[inline(always)]
    pub(crate) fn masks(&self) -> (&'a [u64], &'a [u64]) {
        // SAFETY: the masks of these blocks are written.
        unsafe {
            (
                slice::from_raw_parts(self.slots.hits.as_ptr().cast(), self.blocks),
                slice::from_raw_parts(self.slots.resets.as_ptr().cast(), self.blocks),
            )
        }
    }

    /// The masks from `block` on, in lanes.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `L`, `block` is below the number of blocks and a
    /// multiple of the number of lanes.
    #[inline(always)]
    pub(super) unsafe fn lanes<L: Lanes>(&self, block: usize) -> (L, L) {
        // SAFETY: the caller vouches for the processor. Up to the end of the row, which is in the
        // arrays, all is written.
        unsafe {
            let (hits, resets) =
                (self.slots.hits.as_ptr().add(block), self.slots.resets.as_ptr().add(block));
            (L::load(hits.cast()), L::load(resets.cast()))
        }
    }

    /// How many segments reach `number`, which is at least 1 and below 2⁶³; or if `LARGEST`, the
    /// largest count that a segment reaches, or `number` if that is larger. The count of the segment
    /// that is open before the batch is `count`; if it has reached the number, it is not one of those
    /// that do.
    ///
    /// A segment is compared where it ends, or at the end of the batch. The one that is open before
    /// the batch is subtracted again if it had reached the number by then:
    ///
    /// ```text
    /// number 3, count 4      hits    x . . x x x .      segments: 4 + 1, and 3
    ///                        resets  . . | . . . .
    /// the first ends with 5, which is at least 3: 1       the second is open at the end, with 3: 1
    /// the first had reached 3 before the batch: 1 + 1 - 1 = 1
    /// ```
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `A`.
    #[inline(always)]
    pub(crate) unsafe fn decide<A: Arithmetic, const LARGEST: bool>(
        &self,
        count: u64,
        number: u64,
    ) -> Outcome {
        // SAFETY: the caller vouches for the processor.
        let (one, mut counts, number_in_lanes) =
            unsafe { (A::Counts::splat(1), A::Counts::splat(count), A::Counts::splat(number)) };
        let (mut reaching, mut highest) = (0, number_in_lanes);
        // The rows whose middles are undecided, one bit for each.
        let mut undecided = 0_u64;
        let mut at = 0;
        while at < self.blocks {
            let row = at / ROW;
            let end = self.blocks.min(at + ROW);
            // As many hits of one segment as can change the answer. No middle has more than 64.
            let enough =
                if LARGEST { highest.plus(one) } else { one.all(number.min(BLOCK as u64 + 1)) };
            let mut below = one.all(u64::MAX);
            while at < end {
                // SAFETY: the caller vouches for the processor; there is such a block.
                let (hits, resets) = unsafe { self.lanes::<A::Counts>(at) };
                at += A::Counts::NUMBER;
                let parts = Parts::new(hits, resets, one);
                let ended;
                (ended, counts) = CountLanes::carried(parts.lead, parts.tail, resets, counts);
                if LARGEST {
                    highest = highest.raised(ended);
                } else {
                    reaching += ended.reaching(number_in_lanes, resets);
                }
                below = below.and(parts.middle.minus(enough));
            }
            undecided |= u64::from(!below.all_signs()) << row;
        }
        let open = counts.last();
        let mut answer = if LARGEST {
            highest.largest().max(open)
        } else {
            reaching + u64::from(open >= number) - u64::from(count >= number)
        };
        while undecided != 0 {
            // SAFETY: the caller vouches for the processor; there is such a row.
            let (hits, resets) =
                unsafe { self.lanes::<A::Row>(undecided.trailing_zeros() as usize * ROW) };
            if LARGEST {
                answer = block::middle_largest(hits, resets, answer);
            } else {
                answer += block::middle_reaching(hits, resets, number, A::COUNT_FROM);
            }
            undecided &= undecided - 1;
        }
        Outcome { answer, count: open }
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::tests::Random;
    use super::super::range::CountRange;
    use super::*;
    use crate::engine::isa::{CheckArithmetic, check_arithmetic};

    struct Case<'a> {
        hits: &'a [u64],
        resets: &'a [u64],
        count: u64,
        number: u64,
    }

    impl Case<'_> {
        /// How many of the segments that end have a count outside a range.
        fn outside_plainly(&self, low: u64, high: u64) -> u64 {
            let (mut outside, mut count) = (0, self.count);
            for (&hits, &resets) in self.hits.iter().zip(self.resets) {
                for place in 0..64 {
                    if resets >> place & 1 != 0 {
                        outside += u64::from(count < low || count > high);
                        count = 0;
                    }
                    count += hits >> place & 1;
                }
            }
            outside
        }

        /// By walking over the bits: how many segments reach the number, the largest count (or the
        /// number, if that is larger), and the count at the end.
        fn plainly(&self) -> (u64, u64, u64) {
            let (mut reached, mut largest, mut count) = (0, self.number, self.count);
            for (&hits, &resets) in self.hits.iter().zip(self.resets) {
                for place in 0..64 {
                    if resets >> place & 1 != 0 {
                        count = 0;
                    }
                    if hits >> place & 1 != 0 {
                        count += 1;
                        reached += u64::from(count == self.number);
                        largest = largest.max(count);
                    }
                }
            }
            (reached, largest.max(self.count), count)
        }
    }

    impl CheckArithmetic for Case<'_> {
        unsafe fn check<A: Arithmetic>(&self) {
            let mut slots = Slots::new();
            let (hits, resets) = slots.first(self.hits.len());
            for (slots, masks) in [(hits, self.hits), (resets, self.resets)] {
                for (slot, &mask) in slots.iter_mut().zip(masks) {
                    slot.write(mask);
                }
            }
            let (reached, largest, count) = self.plainly();
            let Self { hits, resets, count: start, number } = self;
            // SAFETY: the slots are written, and the caller vouches for the processor.
            unsafe {
                let batch = slots.batch(hits.len());
                assert_eq!(
                    batch.decide::<A, false>(*start, *number),
                    Outcome { answer: reached, count },
                    "{number} from {start}: {hits:x?} {resets:x?}"
                );
                assert_eq!(
                    batch.decide::<A, true>(*start, *number.max(start)),
                    Outcome { answer: largest, count },
                    "largest above {number} from {start}: {hits:x?} {resets:x?}"
                );
                let (low, high) = match number % 4 {
                    0 => (*number, *number),
                    1 => (number / 2, *number),
                    2 => (0, *number),
                    _ => (*number, u64::MAX),
                };
                assert_eq!(
                    batch.outside::<A>(*start, CountRange::new(low, high)),
                    Outcome { answer: self.outside_plainly(low, high), count },
                    "outside {low} to {high} from {start}: {hits:x?} {resets:x?}"
                );
            }
        }
    }

    const NUMBERS: [u64; 20] =
        [1, 2, 3, 7, 8, 9, 16, 17, 21, 22, 23, 31, 32, 33, 40, 63, 64, 65, 100, 1_000];

    #[test]
    fn a_batch_is_decided_as_bit_by_bit() {
        let mut random = Random::new(3);
        for round in 0..1_600 {
            let blocks = [1, 2, 7, 8, 9, 31, 63, 64][round % 8];
            let (hits, resets): (Vec<u64>, Vec<u64>) = (0..blocks).map(|_| random.masks()).unzip();
            for number in NUMBERS {
                for count in [0, number - 1, number, 5_000] {
                    check_arithmetic(&Case { hits: &hits, resets: &resets, count, number });
                }
            }
        }
    }

    /// Nearly all bytes are hits, so that segments inside a block have up to 63, or as a reset is a
    /// hit too, 64.
    #[test]
    fn dense_hits_with_few_resets() {
        let mut random = Random::new(4);
        for _ in 0..10_000 {
            let mut one = |few: u64| (0..few).fold(0, |mask, _| mask | 1 << random.below(64));
            let (hits, resets): (Vec<u64>, Vec<u64>) =
                (0..4).map(|block| (!one(block), one(2) | one(block))).unzip();
            for number in NUMBERS {
                check_arithmetic(&Case { hits: &hits, resets: &resets, count: 0, number });
            }
        }
    }

    /// Two segments inside a block, and nothing else: around the number from which segments are
    /// counted one by one, at all places, with resets that are hits and that are none.
    #[test]
    fn two_long_segments_in_a_block() {
        let ones = |from: usize, to: usize| (from..to).fold(0_u64, |mask, bit| mask | 1 << bit);
        for number in 20..=34_usize {
            for (first, second) in [(number, number), (number - 1, number), (number, number - 1)] {
                for gap in 0..3 {
                    let behind_first = first + 1 + gap;
                    let end = behind_first + second + 1;
                    for place in 0..BLOCK.saturating_sub(end) {
                        let resets = [0, first + 1, behind_first, end];
                        let resets = resets.map(|reset| place + reset);
                        let hits = ones(resets[0] + 1, resets[1]) | ones(resets[2] + 1, resets[3]);
                        let resets = resets.into_iter().fold(0, |mask, reset| mask | 1 << reset);
                        for hits in [hits, hits | resets] {
                            let (hits, resets) = (&[hits], &[resets]);
                            check_arithmetic(&Case {
                                hits,
                                resets,
                                count: 0,
                                number: number as u64,
                            });
                        }
                    }
                }
            }
        }
    }

    /// The longest three segments that a block has room for: 21 hits each, a reset being the first.
    #[test]
    fn three_segments_in_a_block() {
        let resets = &[1 | 1 << 21 | 1 << 42 | 1 << 63];
        for hits in [u64::MAX, !resets[0]] {
            for number in [20, 21, 22] {
                check_arithmetic(&Case { hits: &[hits], resets, count: 0, number });
            }
        }
    }

    /// A segment that starts at the end of one block, spans the next two and ends in the last,
    /// wherever that is in the lanes and the rows.
    #[test]
    fn a_segment_that_spans_blocks() {
        for before in [0, 1, 5, 6, 7, 8, 13, 14, 15, 16, 31] {
            let mut hits = vec![0; before];
            hits.extend([1 << 63, u64::MAX, u64::MAX, 0b111]);
            let mut resets = vec![0; before];
            resets.extend([1 << 62, 0, 0, 1 << 4]);
            for number in [131, 132, 133] {
                check_arithmetic(&Case { hits: &hits, resets: &resets, count: 9, number });
            }
        }
    }
}
