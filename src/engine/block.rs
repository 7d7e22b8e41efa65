//! What an instruction set has to provide: 64 bytes loaded, compared, and turned into bits.
//!
//! Everything above this seam ([`scan`](super::scan), [`masks`](super::masks),
//! [`pattern`](super::pattern)) is written once, over these two traits, and
//! [`Masks`] for many blocks at once. A backend is the few lines that implement them.
//!
//! The functions here are meant to be inlined into a function compiled for the instruction set
//! (see [`kernels`](super::kernels)); on their own they would be slow, and on a processor without
//! the instructions undefined. So a [`Block`] is made by the `unsafe` loads alone, whose caller
//! vouches for the processor, and the rest is safe because a value exists.

use super::batch::{Batch, Outcome};
use super::masks::{Number, Squeeze};
use super::row::Masks;
use super::set::Set;

/// How many bytes a [`Block`] holds, and how many bits a mask has.
pub(super) const BLOCK: usize = 64;

/// So many blocks are tested, and written down, together: a group.
pub(super) const FOUR: usize = 4;

/// 64 bytes of data in registers.
pub(super) trait Block: Copy {
    /// The outcome of comparing the 64 bytes.
    type Hits: Hits;

    /// The masks of eight blocks.
    type Masks: Masks;

    /// What the processor has to move bits together.
    type Squeeze: Squeeze;

    /// Loads the 64 bytes at `at`, which needs no alignment.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions, and `at` points to 64 readable bytes.
    unsafe fn load(at: *const u8) -> Self;

    /// Loads `len` bytes and not one more, in an order of its own: [`unfold`](Self::unfold) gives
    /// the masks of such a block theirs. What stands in the other bytes is not said.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions, `len` is 1 to 63, and `at` points to `len`
    /// readable bytes.
    unsafe fn load_partial(at: *const u8, len: usize) -> Self;

    /// A mask of a block of `len` bytes from [`load_partial`](Self::load_partial), with a bit for
    /// each of the bytes, in their order, and no other.
    #[inline(always)]
    fn unfold(mask: u64, len: usize) -> u64 {
        let width = 1 << len.ilog2();
        let low = low_bits(width);
        (mask & low) | (mask >> width & low) << (len - width)
    }

    /// Asks for the bytes at `at`, which may be any address, to be brought near.
    #[inline(always)]
    fn prefetch(at: *const u8) {
        let _ = at;
    }

    /// Which bytes equal `byte`.
    fn eq(self, byte: u8) -> Self::Hits;

    /// Whether [`ends`](Self::ends) is worth kernels of its own.
    const HAS_SHORT: bool = true;

    /// Whether there are faster ways for some sets than [`in_set`](Self::in_set), worth kernels of
    /// their own.
    const HAS_WAYS: bool = false;

    /// Which bytes are in `set`.
    fn in_set(self, set: &Set) -> Self::Hits;

    /// [`in_set`](Self::in_set) for a set that [is all ASCII](Set::is_ascii).
    #[inline(always)]
    fn in_ascii(self, set: &Set) -> Self::Hits {
        self.in_set(set)
    }

    /// [`in_set`](Self::in_set) for a set whose bytes [are alone](Set::is_alone).
    #[inline(always)]
    fn in_alone(self, set: &Set) -> Self::Hits {
        self.in_set(set)
    }

    /// Where strings of `LEN` bytes, 2 to 4, end in the 64 bytes at `at`: those that `last` begins
    /// with, the last byte first. `firsts` has a bit for each of the 64 bytes before that is a
    /// string's first, and then for each of these; a backend that has no use for it leaves it.
    ///
    /// # Safety
    ///
    /// As [`load`](Self::load), and the `LEN - 1` bytes before `at` are readable too.
    #[inline(always)]
    unsafe fn ends<const LEN: usize>(at: *const u8, last: [u8; 4], firsts: &mut u64) -> Self::Hits {
        let _ = firsts;
        // SAFETY: the caller's promise.
        unsafe {
            let mut hits = Self::load(at).eq(last[0]);
            for (back, &byte) in last.iter().enumerate().take(LEN).skip(1) {
                hits = hits.and(Self::load(at.sub(back)).eq(byte));
            }
            hits
        }
    }

    /// How many segments come to `number` in the batch, and the count of the one open at its end,
    /// where the one open at its start has `carry`.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions.
    #[inline(always)]
    unsafe fn events(batch: &Batch, carry: u64, number: &Number) -> Outcome {
        // SAFETY: the caller's promise is the same.
        unsafe { batch.events::<Self>(carry, number) }
    }

    /// The largest count that a segment has come to by the end of the batch, or `least` if none is
    /// larger; and the count of the one open at the end, as [`events`](Self::events) gives it.
    /// `squeezes` is what [`Number::new`] is told.
    ///
    /// # Safety
    ///
    /// As [`events`](Self::events).
    #[inline(always)]
    unsafe fn highest(batch: &Batch, carry: u64, least: u64, squeezes: bool) -> Outcome {
        // SAFETY: the caller's promise is the same.
        unsafe { batch.highest::<Self>(carry, least, squeezes) }
    }
}

/// Which of 64 bytes matched, in the form that the instruction set's comparison gives.
pub(super) trait Hits: Copy {
    /// A running sum of hits.
    type Sum: Copy;

    /// How many times [`add`](Self::add) may be called on one sum before it must be read.
    const MAX_ADDS: usize;

    /// A bit for each byte, the first byte's the lowest.
    fn mask(self) -> u64;

    /// Whether any byte matched.
    fn any(self) -> bool;

    /// The bytes that matched in both.
    fn and(self, other: Self) -> Self;

    /// The bytes that matched in either.
    fn or(self, other: Self) -> Self;

    /// A sum that holds these hits.
    fn sum(self) -> Self::Sum;

    /// `sum` with these hits added.
    fn add(self, sum: Self::Sum) -> Self::Sum;

    /// The number of hits in `sum`.
    fn total(sum: Self::Sum) -> u64;
}

/// Hits as a plain 64-bit mask: what AVX-512 compares into, and what is left after bits have been
/// picked one by one.
#[derive(Clone, Copy)]
pub(super) struct Mask(pub(super) u64);

impl Hits for Mask {
    type Sum = u64;

    const MAX_ADDS: usize = usize::MAX;

    #[inline(always)]
    fn mask(self) -> u64 {
        self.0
    }

    #[inline(always)]
    fn any(self) -> bool {
        self.0 != 0
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline(always)]
    fn sum(self) -> u64 {
        u64::from(self.0.count_ones())
    }

    #[inline(always)]
    fn add(self, sum: u64) -> u64 {
        sum + u64::from(self.0.count_ones())
    }

    #[inline(always)]
    fn total(sum: u64) -> u64 {
        sum
    }
}

/// The lowest `count` bits; `count` is 1 to 64.
#[inline(always)]
pub(super) fn low_bits(count: usize) -> u64 {
    u64::MAX >> (BLOCK - count)
}

/// `len` bytes as words, the first byte the lowest: the first `width` bytes and then the last
/// `width`, that being the largest power of two not above `len`. So all sizes need a few loads of
/// a fixed size, and no memory to put the bytes together in.
///
/// # Safety
///
/// `len` is 1 to 63, and `at` points to `len` readable bytes.
#[inline(always)]
pub(super) unsafe fn words_of_ends(at: *const u8, len: usize) -> [u64; BLOCK / 8] {
    /// # Safety
    ///
    /// `at` points to `N` readable bytes, at most 8.
    #[inline(always)]
    unsafe fn word<const N: usize>(at: *const u8) -> u64 {
        let mut word = [0; 8];
        // SAFETY: the caller's promise; bytes need no alignment.
        word[..N].copy_from_slice(&unsafe { at.cast::<[u8; N]>().read() });
        u64::from_le_bytes(word)
    }
    let mut words = [0; BLOCK / 8];
    // SAFETY: each reads only before `at + len`: the first and the last `width` bytes.
    unsafe {
        match len {
            32.. => {
                for i in 0..4 {
                    words[i] = word::<8>(at.add(8 * i));
                    words[4 + i] = word::<8>(at.add(len - 32 + 8 * i));
                }
            }
            16.. => {
                for i in 0..2 {
                    words[i] = word::<8>(at.add(8 * i));
                    words[2 + i] = word::<8>(at.add(len - 16 + 8 * i));
                }
            }
            8.. => {
                words[0] = word::<8>(at);
                words[1] = word::<8>(at.add(len - 8));
            }
            4.. => words[0] = word::<4>(at) | word::<4>(at.add(len - 4)) << 32,
            2.. => words[0] = word::<2>(at) | word::<2>(at.add(len - 2)) << 16,
            _ => words[0] = word::<1>(at) | word::<1>(at) << 8,
        }
    }
    words
}
