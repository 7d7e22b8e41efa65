//! What an instruction set provides for one block: 64 bytes loaded, compared, and turned into bits.
//!
//! Everything above this file is written once, over these traits. A backend is the few lines that
//! implement them.
//!
//! The functions here are inlined into functions that are compiled for the instruction set (the
//! kernels, in `scan/kernels.rs`). On their own they would be slow, and undefined on a processor
//! without the instructions. So only `unsafe` functions make a [`Block`] of nothing, their caller
//! vouches for the processor, and all other methods are safe because a value exists. They may not be
//! called in a closure: a closure is compiled without the instructions. A block and its hits may be
//! of one type.

use std::mem::MaybeUninit;

use super::lanes::Arithmetic;
use super::set::Set;

/// The bytes of a block, and the bits of a mask.
pub(crate) const BLOCK: usize = 64;

/// The blocks of a group: what is tested and filled in together.
pub(crate) const GROUP_BLOCKS: usize = 4;

/// The bytes of a group.
pub(crate) const GROUP: usize = GROUP_BLOCKS * BLOCK;

/// 64 bytes of data in registers.
pub(crate) trait Block: Arithmetic + Copy {
    /// The result of comparing the 64 bytes.
    type Hits: Hits;

    /// Loads the 64 bytes at `at`, which needs no alignment.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions, and `at` points to 64 readable bytes.
    unsafe fn load(at: *const u8) -> Self;

    /// Loads `len` bytes and not one more, in an order of its own: [`unfold`](Self::unfold) puts
    /// the bits of such a block's masks in order. The other bytes are unspecified.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions, `len` is 1 to 63, and `at` points to `len`
    /// readable bytes.
    #[inline(always)]
    unsafe fn load_partial(at: *const u8, len: usize) -> Self {
        // The compiler keeps them in registers.
        // SAFETY: the caller vouches for the processor and for `len` bytes, 1 to 63; the words are 64.
        unsafe { Self::load(words_of_ends(at, len).map(u64::to_le).as_ptr().cast()) }
    }

    /// A mask of a block of `len` bytes from [`load_partial`](Self::load_partial), with a bit for
    /// each of these bytes, in their order, and no other bit.
    #[inline(always)]
    fn unfold(mask: u64, len: usize) -> u64 {
        let width = 1 << (63 - (len as u64).leading_zeros());
        let low = low_bits(width);
        (mask & low) | (mask >> width & low) << (len - width)
    }

    /// Whether the loops over blocks prefetch: not if the compiler makes vectors of them, which this
    /// prevents. `cargo bench --bench ratios -- count`, Zen 4: `portable` would be a third slower.
    const PREFETCHES: bool = false;

    /// From this length on, passing by hits, or by resets, prefetches data that may come from the second-level
    /// cache: `prefetch_ahead` in `find/passes.rs` has the figures.
    const NEAR_BY_HITS: usize = usize::MAX;
    const NEAR_BY_RESETS: usize = usize::MAX;

    /// Which bytes equal `byte`.
    fn eq(self, byte: u8) -> Self::Hits;

    /// Each byte with these bits set.
    fn with_bits(self, bits: u8) -> Self;

    /// Which bytes are not ASCII.
    fn not_ascii(self) -> Self::Hits;

    /// Which bytes are in `set`.
    fn in_set(self, set: &Set) -> Self::Hits;

    /// Whether [`in_spread`](Self::in_spread) is faster than [`in_set`](Self::in_set), and so worth
    /// kernels of its own.
    const HAS_SPREAD: bool = false;

    /// [`in_set`](Self::in_set) for a set that [is spread](Set::is_spread).
    #[inline(always)]
    fn in_spread(self, set: &Set) -> Self::Hits {
        self.in_set(set)
    }
}

/// Which of 64 bytes matched, in the form in which the instruction set's comparison returns it.
pub(crate) trait Hits: Copy {
    /// A running sum of hits.
    type Sum: Copy;

    /// How many times [`add`](Self::add) may be called on one sum before it must be read.
    const MAX_ADDS: usize;

    /// Writes a bit for each byte, the first byte's the lowest. Where these are put together from parts,
    /// each part is written by itself.
    fn write(self, to: &mut MaybeUninit<u64>);

    /// What [`write`](Self::write) writes.
    #[inline(always)]
    fn mask(self) -> u64 {
        let mut mask = MaybeUninit::new(0);
        self.write(&mut mask);
        // SAFETY: it was a number, and numbers were written over it.
        unsafe { mask.assume_init() }
    }

    /// Whether any byte matched.
    #[inline(always)]
    fn any(self) -> bool {
        self.mask() != 0
    }

    /// The bytes that matched in both.
    fn and(self, other: Self) -> Self;

    /// The bytes that matched in either.
    fn or(self, other: Self) -> Self;

    /// A sum of no hits.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions.
    unsafe fn no_hits() -> Self::Sum;

    /// `sum` with these hits added.
    fn add(self, sum: Self::Sum) -> Self::Sum;

    /// The number of hits in `sum`.
    fn total(sum: Self::Sum) -> u64;

    /// How many bytes matched.
    #[inline(always)]
    fn number(self) -> u64 {
        // SAFETY: the processor has the instructions: hits came of a block.
        Self::total(self.add(unsafe { Self::no_hits() }))
    }
}

/// Hits as a 64-bit mask: the result of a comparison with AVX-512, and of finders that select hits
/// one by one.
#[derive(Clone, Copy)]
pub(crate) struct Mask(pub(crate) u64);

impl Hits for Mask {
    type Sum = u64;

    const MAX_ADDS: usize = usize::MAX;

    #[inline(always)]
    fn write(self, to: &mut MaybeUninit<u64>) {
        to.write(self.0);
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
    unsafe fn no_hits() -> u64 {
        0
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
pub(crate) fn low_bits(count: usize) -> u64 {
    u64::MAX >> (BLOCK - count)
}

/// `len` bytes as words, the first byte the lowest: the first `width` bytes and then the last
/// `width`, where `width` is the largest power of two not above `len`. So every length needs only a
/// few loads of a fixed size, and no buffer.
///
/// # Safety
///
/// `len` is 1 to 63, and `at` points to `len` readable bytes.
#[inline(always)]
unsafe fn words_of_ends(at: *const u8, len: usize) -> [u64; BLOCK / 8] {
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
        let mut whole = |count: usize| {
            for i in 0..count {
                words[i] = word::<8>(at.add(8 * i));
                words[count + i] = word::<8>(at.add(len - 8 * (count - i)));
            }
        };
        match len {
            32.. => whole(4),
            16.. => whole(2),
            8.. => whole(1),
            4.. => words[0] = word::<4>(at) | word::<4>(at.add(len - 4)) << 32,
            2.. => words[0] = word::<2>(at) | word::<2>(at.add(len - 2)) << 16,
            _ => words[0] = word::<1>(at) | word::<1>(at) << 8,
        }
    }
    words
}
