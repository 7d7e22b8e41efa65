//! What every finder provides.

use std::ops::Range;

use crate::engine::isa::block::{Block, Hits};

/// What a finder of strings carries from block to block. Offsets are in the data.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Carried {
    /// No hit begins before, but for those that have been found: where the last one ended, or
    /// further on.
    pub(crate) free: usize,
    /// How many bytes from there on are known to be the first of a [`Long`](super::long::Long)
    /// string.
    pub(super) known: usize,
}

/// A way to find hits in a block.
pub(in crate::engine) trait Finder {
    /// What comparing a block gives on the backend `B`.
    type Hits<B: Block>: Hits;

    /// How many bytes before the last one of a hit belong to it. No hit ends in as many first bytes
    /// of the data.
    fn lookback(&self) -> usize {
        0
    }

    /// The hits that the 64 bytes from `at` on complete.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`, and the bytes are in `data`, with the
    /// [`lookback`](Self::lookback) before them.
    unsafe fn at<B: Block>(&self, data: &[u8], at: usize, carried: &mut Carried) -> Self::Hits<B>;

    /// The hits that the bytes of `data[at]` complete, one bit for each: as [`at`](Self::at),
    /// but for fewer bytes, and at the edges of the data, where there may be nothing before them or
    /// behind.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`, and these are 1 to 64 bytes.
    unsafe fn at_edge<B: Block>(&self, data: &[u8], at: Range<usize>, carried: &mut Carried)
    -> u64;
}
