//! What an instruction set has to provide: 64 bytes loaded, compared, and turned into bits.
//!
//! Everything above this seam ([`scan`](super::scan), [`masks`](super::masks),
//! [`what`](super::what)) is written once, over these two traits. A backend is the few lines that
//! implement them.
//!
//! The functions here are meant to be inlined into a function compiled for the instruction set
//! (see [`kernels`](super::kernels)); on their own they would be slow, and on a processor without
//! the instructions undefined. So a [`Block`] is made by the `unsafe` loads alone, whose caller
//! vouches for the processor, and the rest is safe because a value exists.

use super::batch::{ROW, Row};
use super::masks::{self, Squeeze};
use super::set::Set;

/// How many bytes a [`Block`] holds, and how many bits a mask has.
pub(super) const BLOCK: usize = 64;

/// 64 bytes of data in registers.
pub(super) trait Block: Copy {
    /// The outcome of comparing the 64 bytes.
    type Hits: Hits;

    /// What the processor has to move bits together.
    type Squeeze: Squeeze;

    /// Loads the 64 bytes at `at`, which needs no alignment.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions, and `at` points to 64 readable bytes.
    unsafe fn load(at: *const u8) -> Self;

    /// Loads `len` bytes and not one more; what stands in the other bytes of the block is not
    /// said.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions, `len` is less than 64, and `at` points to
    /// `len` readable bytes.
    unsafe fn load_partial(at: *const u8, len: usize) -> Self;

    /// Which bytes equal `byte`.
    fn eq(self, byte: u8) -> Self::Hits;

    /// Which bytes are in `set`.
    fn in_set(self, set: &Set) -> Self::Hits;

    /// For each block of a row, the numbers of hits in [`masks::lead`], and [`masks::tail`] without
    /// a carry.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions.
    #[inline(always)]
    unsafe fn leads_and_tails(hits: &Row, resets: &Row) -> (Row, Row) {
        let (mut leads, mut tails) = ([0; ROW], [0; ROW]);
        for block in 0..ROW {
            leads[block] = u64::from(masks::lead(hits[block], resets[block]).count_ones());
            tails[block] = masks::tail(hits[block], resets[block], 0);
        }
        (leads, tails)
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

/// Copies `len` bytes to the start of `to`: at most two copies of a fixed size, which are a few
/// instructions, where a copy of any size would be a call.
///
/// # Safety
///
/// `len` is less than 64, and `from` points to `len` readable bytes.
#[inline(always)]
pub(super) unsafe fn copy_short(from: *const u8, to: &mut [u8; BLOCK], len: usize) {
    /// Copies the first and the last `N` of `len` bytes.
    ///
    /// # Safety
    ///
    /// As above, and `len` is at least `N`.
    #[inline(always)]
    unsafe fn ends<const N: usize>(from: *const u8, to: &mut [u8; BLOCK], len: usize) {
        // SAFETY: the `N` bytes from 0 and from `len - N` are among the `len` of both sides.
        unsafe {
            let (first, last) = (from, from.add(len - N));
            let to = to.as_mut_ptr();
            let last = last.cast::<[u8; N]>().read();
            to.cast::<[u8; N]>().write(first.cast::<[u8; N]>().read());
            to.add(len - N).cast::<[u8; N]>().write(last);
        }
    }
    // SAFETY: each is called for lengths that are enough for it.
    unsafe {
        match len {
            0 => {}
            1 => ends::<1>(from, to, len),
            2..4 => ends::<2>(from, to, len),
            4..8 => ends::<4>(from, to, len),
            8..16 => ends::<8>(from, to, len),
            16..32 => ends::<16>(from, to, len),
            _ => ends::<32>(from, to, len),
        }
    }
}
