//! SSE2, which every x86-64 processor has: 64 bytes in four registers.

use std::arch::x86_64::{
    __m128i, _mm_add_epi64, _mm_and_si128, _mm_cmpeq_epi8, _mm_cvtsi128_si64, _mm_loadu_si128,
    _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_sad_epu8, _mm_set1_epi8, _mm_setzero_si128,
    _mm_sub_epi8, _mm_unpackhi_epi64,
};

use super::block::{BLOCK, Block, Hits, copy_short};
use super::goal::Goal;
use super::kernels::backend;
use super::masks;
use super::pattern::Pattern;
use super::scan;
use super::set::{Range, Set};

/// 64 bytes.
#[derive(Clone, Copy)]
pub(super) struct Sse2([__m128i; 4]);

/// A byte of ones for each byte that matched.
#[derive(Clone, Copy)]
pub(super) struct Sse2Hits([__m128i; 4]);

backend!(Sse2, "sse2");

impl Block for Sse2 {
    type Hits = Sse2Hits;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for 64 bytes.
        Self(unsafe { [0, 1, 2, 3].map(|part| _mm_loadu_si128(at.cast::<__m128i>().add(part))) })
    }

    #[inline(always)]
    unsafe fn load_partial(at: *const u8, len: usize) -> Self {
        let mut block = [0; BLOCK];
        // SAFETY: the caller vouches for `len` bytes, fewer than 64.
        unsafe {
            copy_short(at, &mut block, len);
            Self::load(block.as_ptr())
        }
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> Sse2Hits {
        // SAFETY: x86-64 has SSE2.
        Sse2Hits(unsafe {
            let wanted = _mm_set1_epi8(byte.cast_signed());
            self.0.map(|bytes| _mm_cmpeq_epi8(bytes, wanted))
        })
    }

    #[inline(always)]
    fn in_set(self, set: &Set) -> Sse2Hits {
        // SAFETY: x86-64 has SSE2.
        unsafe {
            let Some(ranges) = set.ranges() else {
                return Sse2Hits(self.0.map(|bytes| {
                    let bytes: [u8; 16] = std::mem::transmute(bytes);
                    let found = bytes.map(|byte| if set.contains(byte) { 0xFF } else { 0 });
                    std::mem::transmute::<[u8; 16], __m128i>(found)
                }));
            };
            let mut hits = [_mm_setzero_si128(); 4];
            for &Range { first, last } in ranges {
                let first_byte = _mm_set1_epi8(first.cast_signed());
                let span = _mm_set1_epi8((last - first).cast_signed());
                for (hits, bytes) in hits.iter_mut().zip(self.0) {
                    // At most the span above the first, where below wraps around to far above.
                    let above = _mm_sub_epi8(bytes, first_byte);
                    let inside = _mm_cmpeq_epi8(_mm_min_epu8(above, span), above);
                    *hits = _mm_or_si128(*hits, inside);
                }
            }
            Sse2Hits(hits)
        }
    }

    #[inline(always)]
    unsafe fn nth(hits: u64, resets: u64, number: u64, _: bool) -> u64 {
        masks::nth_by_moves(hits, resets, number)
    }
}

impl Sse2Hits {
    #[inline(always)]
    fn zip(self, other: Self, with: impl Fn(__m128i, __m128i) -> __m128i) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([with(a, e), with(b, f), with(c, g), with(d, h)])
    }
}

impl Hits for Sse2Hits {
    /// A count in each byte, of two registers each.
    type Sum = [__m128i; 2];

    const MAX_ADDS: usize = 255 / 2;

    #[inline(always)]
    fn mask(self) -> u64 {
        // SAFETY: x86-64 has SSE2.
        let masks = self.0.map(|hits| unsafe { _mm_movemask_epi8(hits) }.cast_unsigned());
        let [a, b, c, d] = masks.map(u64::from);
        a | b << 16 | c << 32 | d << 48
    }

    #[inline(always)]
    fn any(self) -> bool {
        let [a, b, c, d] = self.0;
        // SAFETY: x86-64 has SSE2.
        unsafe { _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))) != 0 }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: x86-64 has SSE2.
        self.zip(other, |a, b| unsafe { _mm_and_si128(a, b) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: x86-64 has SSE2.
        self.zip(other, |a, b| unsafe { _mm_or_si128(a, b) })
    }

    #[inline(always)]
    fn sum(self) -> Self::Sum {
        // SAFETY: x86-64 has SSE2.
        self.add([unsafe { _mm_setzero_si128() }; 2])
    }

    #[inline(always)]
    fn add(self, [even, odd]: Self::Sum) -> Self::Sum {
        let [a, b, c, d] = self.0;
        // A byte of ones is -1.
        // SAFETY: x86-64 has SSE2.
        unsafe { [_mm_sub_epi8(_mm_sub_epi8(even, a), c), _mm_sub_epi8(_mm_sub_epi8(odd, b), d)] }
    }

    #[inline(always)]
    fn total([even, odd]: Self::Sum) -> u64 {
        // SAFETY: x86-64 has SSE2.
        unsafe {
            let zero = _mm_setzero_si128();
            let two = _mm_add_epi64(_mm_sad_epu8(even, zero), _mm_sad_epu8(odd, zero));
            let one = _mm_add_epi64(two, _mm_unpackhi_epi64(two, two));
            _mm_cvtsi128_si64(one).cast_unsigned()
        }
    }
}
