//! The exact step for many blocks at once: what [`masks`](super::masks) does for one, with the
//! masks of several in a vector.
//!
//! The masks are written to memory and read again as vectors. So that the reading does not wait for
//! the writing, a batch is several rows long.

use super::block::{Block, ROW, Row};
use super::masks::{self, Inside, MOVES, Number};

/// How many blocks a [`Batch`] has.
pub(super) const BLOCKS: usize = 4 * ROW;

/// The hits and resets of blocks that follow one another.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) hits: [u64; BLOCKS],
    pub(super) resets: [u64; BLOCKS],
}

impl Batch {
    /// How many segments come to `number` here, and the count of the one open at the end, given the
    /// `carry` of the one open at the start. `WAY` is that of `number`.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    pub(super) unsafe fn events<B: Block, const WAY: u8>(
        &self,
        carry: u64,
        number: &Number,
    ) -> (u64, u64) {
        // Counts less the number.
        let start = number.below(0);
        let mut below = number.below(carry);
        let mut events = 0;
        let (hits, resets) = (self.hits.as_chunks::<ROW>().0, self.resets.as_chunks::<ROW>().0);
        let mut counts = [([0; ROW], [0; ROW]); BLOCKS / ROW];
        for (row, counts) in counts.iter_mut().enumerate() {
            // SAFETY: the caller vouches for the processor.
            unsafe {
                *counts = B::leads_and_tails(&hits[row], &resets[row]);
                events += nth_of_row::<B, WAY>(&hits[row], &resets[row], number);
            }
        }
        for (row, (leads, tails)) in counts.iter().enumerate() {
            for block in 0..ROW {
                events += masks::crosses(below, leads[block]) >> 63;
                let no_reset = resets[row][block] == 0;
                let before = std::hint::select_unpredictable(no_reset, below, start);
                below = before.wrapping_add(tails[block]);
            }
        }
        (events, below.wrapping_sub(start))
    }
}

/// How many hits [`masks::nth`] finds in a row of blocks.
///
/// # Safety
///
/// As there.
#[inline(always)]
unsafe fn nth_of_row<B: Block, const WAY: u8>(hits: &Row, resets: &Row, number: &Number) -> u64 {
    let mut at = [0; ROW];
    if WAY == MOVES {
        // Step by step over the row, for the compiler to make vectors of.
        let (mut going_on, mut gaps) = ([0; ROW], [0; ROW]);
        for block in 0..ROW {
            let inside = Inside::new(hits[block], resets[block]);
            at[block] = inside.hits & !inside.going_on;
            going_on[block] = inside.going_on;
            gaps[block] = inside.gaps;
        }
        for _ in 1..number.number() {
            for block in 0..ROW {
                at[block] = (at[block] << 1).wrapping_add(gaps[block]) & going_on[block];
            }
        }
    } else {
        for block in 0..ROW {
            // SAFETY: the caller vouches for the processor.
            at[block] =
                unsafe { masks::nth::<B::Squeeze, WAY>(hits[block], resets[block], number) };
        }
    }
    let mut found = 0;
    for at in at {
        found += u64::from(at.count_ones());
    }
    found
}
