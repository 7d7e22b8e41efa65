//! AVX2 with BMI and POPCNT: 64 bytes in two registers.

#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the intrinsics have signed types for bits"
)]

use std::arch::x86_64::*;
use std::mem::MaybeUninit;

use super::block::{Block, Hits};
use super::lanes::{Arithmetic, ROW, each};
use super::set::{NIBBLE_BITS, Set};

/// 64 bytes, or a byte of ones for each that matched.
#[derive(Clone, Copy)]
pub(crate) struct Avx2([__m256i; 2]);

/// A byte of ones for each of 32 bytes whose entry in `members`, which its low nibble looked up, has
/// the bit of its high nibble.
///
/// # Safety
///
/// The processor has AVX2.
#[inline(always)]
unsafe fn has_bit(members: __m256i, bytes: __m256i) -> __m256i {
    // SAFETY: the caller vouches for the processor.
    unsafe {
        let nibble = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(15));
        let bit = _mm256_shuffle_epi8(table(&NIBBLE_BITS), nibble);
        _mm256_cmpeq_epi8(_mm256_and_si256(members, bit), bit)
    }
}

/// The 16 bytes, twice.
///
/// # Safety
///
/// The processor has AVX2.
#[inline(always)]
unsafe fn table(bytes: &[u8; 16]) -> __m256i {
    // SAFETY: the caller vouches for the processor, and the array has 16 bytes.
    unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(bytes.as_ptr().cast())) }
}

impl Arithmetic for Avx2 {
    type Counts = [u64; 4];
    type Row = [u64; ROW];
}

impl Block for Avx2 {
    type Hits = Self;

    const PREFETCHES: bool = true;
    const NEAR_BY_RESETS: usize = 640 << 10;

    const HAS_SPREAD: bool = true;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for the processor and for 64 bytes.
        Self(unsafe { [_mm256_loadu_si256(at.cast()), _mm256_loadu_si256(at.add(32).cast())] })
    }

    each! {
        |block| block.0;
        eq: |bytes; byte: u8| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte as i8));
        with_bits: |bytes; bits: u8| _mm256_or_si256(bytes, _mm256_set1_epi8(bits as i8));
        not_ascii: |bytes| _mm256_cmpgt_epi8(_mm256_setzero_si256(), bytes);
        in_spread: |bytes; set: &Set| {
            _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table(&set.members), bytes), bytes)
        };
    }

    #[inline(always)]
    fn in_set(self, set: &Set) -> Self {
        // SAFETY: the processor has AVX2: a block was loaded.
        unsafe {
            let Self([low, high]) = self;
            // A shuffle looks up the low nibble of bytes below 0x80, and makes the others 0.
            let half = table(&set.low_half);
            let mut members = [_mm256_shuffle_epi8(half, low), _mm256_shuffle_epi8(half, high)];
            // Asked once for both registers: `cargo bench --bench ratios -- kinds`, Zen 4: 16 bytes are
            // counted with 55 instead of 49 GB/s.
            if !set.is_ascii {
                let (half, top) = (table(&set.high_half), _mm256_set1_epi8(-128));
                for (members, bytes) in members.iter_mut().zip(self.0) {
                    let more = _mm256_shuffle_epi8(half, _mm256_xor_si256(bytes, top));
                    *members = _mm256_or_si256(*members, more);
                }
            }
            Self([has_bit(members[0], low), has_bit(members[1], high)])
        }
    }
}

impl Hits for Avx2 {
    /// A count in each byte.
    type Sum = Self;

    /// A byte of both registers' sum grows by two at most each time.
    const MAX_ADDS: usize = 255 / 2;

    each! {
        |block| block.0;
        and: |hits, other| _mm256_and_si256(hits, other);
        or: |hits, other| _mm256_or_si256(hits, other);
        // A byte of ones is -1.
        add: |hits, sum| _mm256_sub_epi8(sum, hits);
    }

    #[inline(always)]
    fn write(self, to: &mut MaybeUninit<u64>) {
        let Self([low, high]) = self;
        let to = to.as_mut_ptr().cast::<i32>();
        // SAFETY: the processor has AVX2: hits came of a block. Two of these make 64 bits.
        unsafe {
            to.write(_mm256_movemask_epi8(low));
            to.add(1).write(_mm256_movemask_epi8(high));
        }
    }

    #[inline(always)]
    fn any(self) -> bool {
        let Self([low, high]) = self;
        // SAFETY: as in `write`.
        unsafe { _mm256_movemask_epi8(_mm256_or_si256(low, high)) != 0 }
    }

    #[inline(always)]
    unsafe fn no_hits() -> Self {
        // SAFETY: the caller vouches for the processor.
        Self(unsafe { [_mm256_setzero_si256(); 2] })
    }

    #[inline(always)]
    fn total(Self([low, high]): Self) -> u64 {
        // SAFETY: the processor has AVX2: a sum came of hits.
        unsafe {
            let four = _mm256_sad_epu8(_mm256_add_epi8(low, high), _mm256_setzero_si256());
            let two =
                _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256::<1>(four));
            let one = _mm_add_epi64(two, _mm_unpackhi_epi64(two, two));
            _mm_cvtsi128_si64(one) as u64
        }
    }

    /// Counting the bits of the mask is faster than adding up.
    #[inline(always)]
    fn number(self) -> u64 {
        self.mask().count_ones().into()
    }
}
