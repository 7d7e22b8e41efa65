//! Finders of strings of 2 to [`MAX_STRING`] bytes.
//!
//! A block is compared with the last byte of the string, the 64 bytes that begin one byte earlier
//! with the last but one, and so on; where all comparisons hold, an occurrence ends:
//!
//! ```text
//! data              . a b . a b a b      the string "ab"
//! equals b          . . 1 . . 1 . 1
//! one back equals a . . 1 . . 1 . 1      (the a before each byte)
//! both              . . 1 . . 1 . 1      where "ab" ends
//! ```

use std::ops::Range;

use super::finder::{Carried, Finder};
use super::overlap::Overlaps;
use crate::engine::isa::block::{BLOCK, Block, Hits, Mask, low_bits};

/// The longest string that is compared byte by byte; longer ones are found by
/// [`memmem`](memchr::memmem) faster.
pub(super) const MAX_STRING: usize = 16;

// At an edge, two loads have to hold a block and twice the lookback; and in a mask, two lengths of an
// overlapping string have to have room.
const _: () = assert!(MAX_STRING <= BLOCK / 2);

/// A string of bytes.
#[derive(Debug)]
pub(crate) struct Short {
    bytes: [u8; MAX_STRING],
    len: usize,
    /// The same from the last byte on: the first of these are at fixed places, and so stay in
    /// registers.
    backwards: [u8; MAX_STRING],
}

impl Short {
    /// `bytes` are 2 to [`MAX_STRING`].
    pub(super) fn new(bytes: &[u8]) -> Self {
        let (mut forwards, mut backwards) = ([0; MAX_STRING], [0; MAX_STRING]);
        forwards[..bytes.len()].copy_from_slice(bytes);
        backwards[..bytes.len()].copy_from_slice(bytes);
        backwards[..bytes.len()].reverse();
        Self { bytes: forwards, len: bytes.len(), backwards }
    }

    #[inline(always)]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Where occurrences end in the 64 bytes at `at`. The lookback is that of the string: where the
    /// compiler knows it, it writes out the loop.
    ///
    /// # Safety
    ///
    /// As [`Block::load`], and the lookback before `at` is readable too.
    #[inline(always)]
    unsafe fn ends<B: Block>(&self, at: *const u8, lookback: usize) -> B::Hits {
        // SAFETY: the caller's promise: no more than the lookback before `at` is read.
        unsafe {
            let mut hits = B::load(at).eq(self.backwards[0]);
            for back in 1..4 {
                if back <= lookback {
                    hits = hits.and(B::load(at.sub(back)).eq(self.backwards[back]));
                }
            }
            for back in 4..=lookback {
                // Four equal bytes are rare, so it pays to test whether any candidate is left.
                if back % 4 == 0 && !hits.any() {
                    break;
                }
                hits = hits.and(B::load(at.sub(back)).eq(self.backwards[back]));
            }
            hits
        }
    }

    /// [`ends`](Self::ends) for the bytes from `from` to `to`, at the edges of `data`.
    ///
    /// # Safety
    ///
    /// As [`Finder::at_edge`].
    #[inline(always)]
    unsafe fn ends_at_edge<B: Block>(
        &self,
        data: &[u8],
        Range { start: from, end: to }: Range<usize>,
    ) -> u64 {
        let lookback = self.len - 1;
        let before = lookback.min(from);
        // SAFETY: the caller vouches for the processor. The first load is of the 64 bytes before
        // `to`, with the lookback inside the data; the others are of what is between these bounds.
        unsafe {
            if to >= BLOCK + lookback {
                let ends = self.ends::<B>(data.as_ptr().add(to - BLOCK), lookback);
                return ends.mask() >> (BLOCK - (to - from));
            }
            let first = data.as_ptr().add(from - before);
            let ends = self.ends_in_short::<B>(first, (to - from + before).min(BLOCK)) >> before;
            // With some bytes before a whole block, but not all of the lookback, a second load is
            // needed.
            let missing = (to - from + before).saturating_sub(BLOCK);
            if missing == 0 {
                return ends;
            }
            let first = data.as_ptr().add(to - BLOCK);
            let last = self.ends_in_short::<B>(first, BLOCK) >> (BLOCK - missing);
            ends | last << (to - from - missing)
        }
    }

    /// Where occurrences end that lie in the `len` bytes at `at` as a whole.
    ///
    /// # Safety
    ///
    /// The processor has the backend's instructions, `len` is 1 to 64, and `at` points to `len`
    /// readable bytes.
    #[inline(always)]
    unsafe fn ends_in_short<B: Block>(&self, at: *const u8, len: usize) -> u64 {
        let whole = len == BLOCK;
        // SAFETY: the caller's promise.
        let block = unsafe { if whole { B::load(at) } else { B::load_partial(at, len) } };
        let mut ends = low_bits(len);
        for (back, &byte) in self.bytes().iter().rev().enumerate() {
            let mask = block.eq(byte).mask();
            ends &= (if whole { mask } else { B::unfold(mask, len) }) << back;
            if ends == 0 {
                break;
            }
        }
        ends
    }
}

/// A [`Short`] string of `LEN` bytes, such as a character of several bytes, or of [`MORE`]. Where
/// the compiler knows the number of comparisons, this is twice as fast.
#[derive(Debug)]
pub(crate) struct OfLen<const LEN: usize>(
    /// Of that length: [`new`](OfLen::new) alone makes one.
    pub(super) Short,
);

/// As a length: this many bytes, or more.
pub(crate) const MORE: usize = 5;

impl<const LEN: usize> OfLen<LEN> {
    pub(super) fn new(short: Short) -> Self {
        assert!(short.len == LEN || LEN == MORE && short.len > MORE, "the string has this length");
        Self(short)
    }
}

impl<const LEN: usize> Finder for OfLen<LEN> {
    type Hits<B: Block> = B::Hits;

    #[inline(always)]
    unsafe fn at<B: Block>(&self, data: &[u8], at: usize, _: &mut Carried) -> B::Hits {
        // The compiler should know that at least this many bytes are compared.
        let len = if LEN == MORE { self.0.len.max(MORE) } else { LEN };
        // SAFETY: the caller's promise. The lookback is that of the string, as `new` made sure that it has
        // this length.
        unsafe { self.0.ends::<B>(data.as_ptr().add(at), len - 1) }
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(&self, data: &[u8], at: Range<usize>, _: &mut Carried) -> u64 {
        // SAFETY: the caller's promise.
        unsafe { self.0.ends_at_edge::<B>(data, at) }
    }
}

/// A string of bytes whose occurrences can overlap: those that count are picked from all.
#[derive(Debug)]
pub(crate) struct Overlapping(pub(super) Short, pub(super) Overlaps);

impl Finder for Overlapping {
    type Hits<B: Block> = Mask;

    #[inline(always)]
    unsafe fn at<B: Block>(&self, data: &[u8], at: usize, carried: &mut Carried) -> Mask {
        // SAFETY: the caller's promise.
        let ends = unsafe { self.0.ends::<B>(data.as_ptr().add(at), self.0.len - 1) };
        Mask(self.1.pick(ends.mask(), at, &mut carried.free))
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(
        &self,
        data: &[u8],
        at: Range<usize>,
        carried: &mut Carried,
    ) -> u64 {
        // SAFETY: the caller's promise.
        let ends = unsafe { self.0.ends_at_edge::<B>(data, at.clone()) };
        self.1.pick(ends, at.start, &mut carried.free)
    }
}
