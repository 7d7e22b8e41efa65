//! Finders of single bytes: one byte, or any of a set.

use std::ops::Range;

use super::finder::{Carried, Finder};
use crate::engine::isa::block::{BLOCK, Block, Hits};
use crate::engine::isa::set::Set;

/// A finder of single bytes: a block alone determines its hits.
pub(in crate::engine) trait ByteFinder {
    /// The bytes of the block that are hits.
    fn in_block<B: Block>(&self, block: B) -> B::Hits;
}

impl<F: ByteFinder> Finder for F {
    type Hits<B: Block> = B::Hits;

    const IS_OF_BYTES: bool = true;

    #[inline(always)]
    unsafe fn at<B: Block>(&self, data: &[u8], at: usize, _: &mut Carried) -> B::Hits {
        // SAFETY: the caller's promise.
        self.in_block(unsafe { B::load(data.as_ptr().add(at)) })
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(&self, data: &[u8], at: Range<usize>, _: &mut Carried) -> u64 {
        let Range { start: from, end: to } = at;
        let len = to - from;
        // SAFETY: the caller vouches for the processor. The bytes from `from` to `to` are inside the
        // data, and so are the 64 before `to` if `to` is at least 64.
        unsafe {
            if to >= BLOCK {
                let block = B::load(data.as_ptr().add(to - BLOCK));
                self.in_block(block).mask() >> (BLOCK - len)
            } else {
                let block = B::load_partial(data.as_ptr().add(from), len);
                B::unfold(self.in_block(block).mask(), len)
            }
        }
    }
}

/// One byte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Byte(pub(super) u8);

impl ByteFinder for Byte {
    #[inline(always)]
    fn in_block<B: Block>(&self, block: B) -> B::Hits {
        block.eq(self.0)
    }
}

/// Any byte of a set, which may be empty.
#[derive(Debug)]
pub(crate) struct AnyOf(pub(super) Set);

impl ByteFinder for AnyOf {
    #[inline(always)]
    fn in_block<B: Block>(&self, block: B) -> B::Hits {
        block.in_set(&self.0)
    }
}

/// Two bytes that differ in one bit: with this bit set, a byte is compared with one of them.
#[derive(Debug)]
pub(crate) struct Twins {
    /// [`Set::twins`].
    pub(super) bit: u8,
    pub(super) byte: u8,
    pub(super) any: AnyOf,
}

impl ByteFinder for Twins {
    #[inline(always)]
    fn in_block<B: Block>(&self, block: B) -> B::Hits {
        block.with_bits(self.bit).eq(self.byte)
    }
}

/// Any byte of a set that [is spread](Set::is_spread).
#[derive(Debug)]
pub(crate) struct Spread(pub(super) AnyOf);

impl ByteFinder for Spread {
    #[inline(always)]
    fn in_block<B: Block>(&self, block: B) -> B::Hits {
        block.in_spread(&self.0.0)
    }
}
