//! From bytes to masks: where the hits are, and where the resets.
//!
//! A [`Finder`] is one kind of needle: it compares the 64 bytes of a block and returns a bit for
//! each byte that completes a hit. Resets are a needle too, of single bytes. Which finder made a
//! mask makes no difference to what follows.
//!
//! - [`needle`]: the needles, as a counter keeps them;
//! - [`bytes`]: finders of single bytes;
//! - [`short`]: of strings of up to 16 bytes; [`overlap`]: which of their occurrences count, where
//!   these can overlap; [`long`]: of longer strings;
//! - [`passes`]: the loops over blocks that are written for every finder: counting, filling masks,
//!   searching, and the two tests that pass over data.

pub(super) mod bytes;
pub(super) mod long;
pub(super) mod needle;
mod overlap;
pub(super) mod passes;
pub(super) mod short;

use super::isa::block::{Block, Hits};
use needle::Needle;

/// What a finder of strings carries from block to block. Offsets are in the data.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Carried {
    /// Where the last hit ended: no hit begins before.
    free: usize,
    /// The bytes from `known_from` to `known_to` are known to be the first of a [`long`] string.
    known_from: usize,
    known_to: usize,
}

/// A way to find hits in a block.
pub(super) trait Finder {
    /// What comparing a block gives on the backend `B`.
    type Hits<B: Block>: Hits;

    /// The finder in `needle`, if that is of this kind.
    fn of(needle: &Needle) -> Option<&Self>;

    /// The hits that the 64 bytes from `at` on complete.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`, and the bytes are in `data`, with the
    /// [`lookback`](Needle::lookback) of the needle before them.
    unsafe fn at<B: Block>(&self, data: &[u8], at: usize, carried: &mut Carried) -> Self::Hits<B>;

    /// The hits that the bytes from `from` to `to` complete, one bit for each: as [`at`](Self::at),
    /// but for fewer bytes, and at the edges of the data, where there may be nothing before them or
    /// behind.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`, `from < to <= data.len()`, and `to - from <= 64`.
    unsafe fn at_edge<B: Block>(
        &self,
        data: &[u8],
        from: usize,
        to: usize,
        carried: &mut Carried,
    ) -> u64;
}
