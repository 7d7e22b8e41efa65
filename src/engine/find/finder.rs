//! What every finder provides.

use std::ops::Range;

use crate::engine::isa::block::{Block, Hits};

/// What a finder of strings carries from block to block. Offsets are in the data.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Carried {
    /// Every hit that begins before this offset has been found. It is the end of the last hit, or
    /// behind it.
    pub(crate) free: usize,
    /// Of a [`Long`](super::long::Long) string: no hit that begins at `free` or behind it ends before
    /// this offset.
    pub(crate) ahead: usize,
    /// Whether one is known to end at `ahead`: not where data that was cut ends.
    pub(crate) is_hit: bool,
    /// How many hits [`pass_blocks`](super::passes::pass_blocks) passed over.
    pub(crate) number: u64,
}

/// A way to find hits in a block.
pub(in crate::engine) trait Finder {
    /// The result of comparing a block on the backend `B`.
    type Hits<B: Block>: Hits;

    /// Whether hits are single bytes, so that the lookback is 0. Strings have less code at the edges of
    /// the data, as they have much of it for each block.
    const IS_OF_BYTES: bool = false;

    /// The hits that the 64 bytes from `at` on complete.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`, and the bytes are in `data`, with the lookback of the
    /// needle before them.
    unsafe fn at<B: Block>(&self, data: &[u8], at: usize, carried: &mut Carried) -> Self::Hits<B>;

    /// The hits that the bytes of `data[at]` complete, one bit for each. Unlike [`at`](Self::at),
    /// for fewer bytes too, and at the edges of the data, where no lookback may be readable.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`, and these are 1 to 64 bytes.
    unsafe fn at_edge<B: Block>(&self, data: &[u8], at: Range<usize>, carried: &mut Carried)
    -> u64;
}
