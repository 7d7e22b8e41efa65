//! AVX2 with BMI and POPCNT: 64 bytes in two registers.

#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the intrinsics have signed types for bits"
)]

use std::arch::x86_64::*;
use std::mem::MaybeUninit;

use super::block::{Block, Hits};
use super::lanes::{Arithmetic, ROW};
use super::set::{NIBBLE_BITS, Set};

/// 64 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(__m256i, __m256i);

/// A byte of ones for each byte that matched.
#[derive(Clone, Copy)]
pub(crate) struct Avx2Hits(__m256i, __m256i);

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
    type Hits = Avx2Hits;

    const PREFETCHES: bool = true;
    const NEAR_BY_RESETS: usize = 640 << 10;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for the processor and for 64 bytes.
        unsafe { Self(_mm256_loadu_si256(at.cast()), _mm256_loadu_si256(at.add(32).cast())) }
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> Avx2Hits {
        // SAFETY: the processor has AVX2: a block was loaded.
        unsafe {
            let wanted = _mm256_set1_epi8(byte as i8);
            Avx2Hits(_mm256_cmpeq_epi8(self.0, wanted), _mm256_cmpeq_epi8(self.1, wanted))
        }
    }

    #[inline(always)]
    fn with_bits(self, bits: u8) -> Self {
        // SAFETY: the processor has AVX2: a block was loaded.
        unsafe {
            let bits = _mm256_set1_epi8(bits as i8);
            Self(_mm256_or_si256(self.0, bits), _mm256_or_si256(self.1, bits))
        }
    }

    #[inline(always)]
    fn not_ascii(self) -> Avx2Hits {
        // SAFETY: the processor has AVX2: a block was loaded.
        unsafe {
            let zero = _mm256_setzero_si256();
            Avx2Hits(_mm256_cmpgt_epi8(zero, self.0), _mm256_cmpgt_epi8(zero, self.1))
        }
    }

    #[inline(always)]
    fn in_set(self, set: &Set) -> Avx2Hits {
        // SAFETY: the processor has AVX2: a block was loaded.
        unsafe {
            // A shuffle looks up the low nibble of bytes below 0x80, and makes the others 0.
            let low_half = table(&set.low_half);
            let mut members =
                (_mm256_shuffle_epi8(low_half, self.0), _mm256_shuffle_epi8(low_half, self.1));
            // Asked once for both halves: `cargo bench --bench ratios -- kinds`, Zen 4: 16 bytes are
            // counted with 55 instead of 49 GB/s.
            if !set.is_ascii {
                let (high_half, top) = (table(&set.high_half), _mm256_set1_epi8(-128));
                let high = _mm256_shuffle_epi8(high_half, _mm256_xor_si256(self.0, top));
                members.0 = _mm256_or_si256(members.0, high);
                let high = _mm256_shuffle_epi8(high_half, _mm256_xor_si256(self.1, top));
                members.1 = _mm256_or_si256(members.1, high);
            }
            Avx2Hits(has_bit(members.0, self.0), has_bit(members.1, self.1))
        }
    }

    const HAS_SPREAD: bool = true;

    #[inline(always)]
    fn in_spread(self, set: &Set) -> Avx2Hits {
        // SAFETY: the processor has AVX2: a block was loaded.
        unsafe {
            let members = table(&set.members);
            Avx2Hits(
                _mm256_cmpeq_epi8(_mm256_shuffle_epi8(members, self.0), self.0),
                _mm256_cmpeq_epi8(_mm256_shuffle_epi8(members, self.1), self.1),
            )
        }
    }
}

impl Hits for Avx2Hits {
    /// A count in each byte.
    type Sum = (__m256i, __m256i);

    const MAX_ADDS: usize = 255;

    #[inline(always)]
    fn mask(self) -> u64 {
        // SAFETY: the processor has AVX2: hits came of a block.
        let (low, high) = unsafe { (_mm256_movemask_epi8(self.0), _mm256_movemask_epi8(self.1)) };
        u64::from(low as u32) | u64::from(high as u32) << 32
    }

    #[inline(always)]
    fn write(self, to: &mut MaybeUninit<u64>) {
        let to = to.as_mut_ptr().cast::<i32>();
        // SAFETY: the processor has AVX2, as in `mask`; two of these make 64 bits.
        unsafe {
            to.write(_mm256_movemask_epi8(self.0));
            to.add(1).write(_mm256_movemask_epi8(self.1));
        }
    }

    #[inline(always)]
    fn any(self) -> bool {
        // SAFETY: as in `mask`.
        unsafe { _mm256_movemask_epi8(_mm256_or_si256(self.0, self.1)) != 0 }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: as in `mask`.
        unsafe { Self(_mm256_and_si256(self.0, other.0), _mm256_and_si256(self.1, other.1)) }
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: as in `mask`.
        unsafe { Self(_mm256_or_si256(self.0, other.0), _mm256_or_si256(self.1, other.1)) }
    }

    #[inline(always)]
    unsafe fn no_hits() -> Self::Sum {
        // SAFETY: the caller vouches for the processor.
        unsafe { (_mm256_setzero_si256(), _mm256_setzero_si256()) }
    }

    #[inline(always)]
    fn add(self, sum: Self::Sum) -> Self::Sum {
        // A byte of ones is -1.
        // SAFETY: as in `mask`.
        unsafe { (_mm256_sub_epi8(sum.0, self.0), _mm256_sub_epi8(sum.1, self.1)) }
    }

    #[inline(always)]
    fn total((low, high): Self::Sum) -> u64 {
        // SAFETY: the processor has AVX2: a sum came of hits.
        unsafe {
            let zero = _mm256_setzero_si256();
            let four = _mm256_add_epi64(_mm256_sad_epu8(low, zero), _mm256_sad_epu8(high, zero));
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
