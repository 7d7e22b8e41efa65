//! AVX-512 as processors have it from Ice Lake and Zen 4 on (with BW, CD and VPOPCNTDQ), and BMI2:
//! 64 bytes in one register, compared into a mask.

use std::arch::x86_64::{
    __m512i, _mm_loadu_si128, _mm512_and_si512, _mm512_andnot_si512, _mm512_broadcast_i32x4,
    _mm512_cmpeq_epi8_mask, _mm512_loadu_si512, _mm512_lzcnt_epi64, _mm512_maskz_loadu_epi8,
    _mm512_or_si512, _mm512_popcnt_epi64, _mm512_set1_epi8, _mm512_set1_epi64, _mm512_shuffle_epi8,
    _mm512_srli_epi16, _mm512_srlv_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
    _mm512_test_epi8_mask, _mm512_xor_si512,
};

use super::block::{Block, Mask, ROW, Row, low_bits};
use super::bmi2::Bmi2;
use super::goal::Goal;
use super::kernels::backend;
use super::pattern::Pattern;
use super::set::{ROW_BITS, Set};
use super::{scan, sse2};

/// 64 bytes.
#[derive(Clone, Copy)]
pub(super) struct Avx512(__m512i);

backend!(Avx512, "avx512f,avx512bw,avx512cd,avx512vpopcntdq,bmi1,bmi2,lzcnt,popcnt");

/// The 16 bytes, four times.
///
/// # Safety
///
/// The processor has AVX-512.
#[inline(always)]
unsafe fn table(bytes: &[u8; 16]) -> __m512i {
    // SAFETY: the caller vouches for the processor, and the array has 16 bytes.
    unsafe { _mm512_broadcast_i32x4(_mm_loadu_si128(bytes.as_ptr().cast())) }
}

impl Block for Avx512 {
    type Hits = Mask;
    type Squeeze = Bmi2;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for the processor and for 64 bytes.
        Self(unsafe { _mm512_loadu_si512(at.cast()) })
    }

    #[inline(always)]
    unsafe fn load_partial(at: *const u8, len: usize) -> Self {
        // SAFETY: the caller vouches for the processor and for `len` bytes; the others are not
        // touched.
        Self(unsafe { _mm512_maskz_loadu_epi8(low_bits(len), at.cast()) })
    }

    #[inline(always)]
    fn unfold(mask: u64, len: usize) -> u64 {
        mask & low_bits(len)
    }

    #[inline(always)]
    fn prefetch(at: *const u8) {
        sse2::prefetch(at);
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> Mask {
        // SAFETY: the processor has AVX-512: a block was loaded.
        Mask(unsafe { _mm512_cmpeq_epi8_mask(self.0, _mm512_set1_epi8(byte.cast_signed())) })
    }

    #[inline(always)]
    fn in_set(self, set: &Set) -> Mask {
        // SAFETY: the processor has AVX-512: a block was loaded.
        unsafe {
            // A shuffle looks up the low nibble, and gives 0 where the byte's high bit is set.
            let mut rows = _mm512_shuffle_epi8(table(&set.low_rows), self.0);
            if !set.is_ascii {
                let flipped = _mm512_xor_si512(self.0, _mm512_set1_epi8(-128));
                let high = _mm512_shuffle_epi8(table(&set.high_rows), flipped);
                rows = _mm512_or_si512(rows, high);
            }
            let nibble = _mm512_and_si512(_mm512_srli_epi16::<4>(self.0), _mm512_set1_epi8(15));
            let bit = _mm512_shuffle_epi8(table(&ROW_BITS), nibble);
            Mask(_mm512_test_epi8_mask(rows, bit))
        }
    }

    #[inline(always)]
    unsafe fn leads_and_tails(hits: &Row, resets: &Row) -> (Row, Row) {
        let (mut leads, mut tails) = ([0; ROW], [0; ROW]);
        // SAFETY: the caller vouches for the processor; a row has 64 bytes.
        unsafe {
            let hits = _mm512_loadu_si512(hits.as_ptr().cast());
            let resets = _mm512_loadu_si512(resets.as_ptr().cast());
            let below_first =
                _mm512_andnot_si512(resets, _mm512_sub_epi64(resets, _mm512_set1_epi64(1)));
            let lead = _mm512_popcnt_epi64(_mm512_and_si512(hits, below_first));
            let last = _mm512_sub_epi64(
                _mm512_set1_epi64(63),
                _mm512_lzcnt_epi64(_mm512_or_si512(resets, _mm512_set1_epi64(1))),
            );
            let tail = _mm512_popcnt_epi64(_mm512_srlv_epi64(hits, last));
            _mm512_storeu_si512(leads.as_mut_ptr().cast(), lead);
            _mm512_storeu_si512(tails.as_mut_ptr().cast(), tail);
        }
        (leads, tails)
    }
}
