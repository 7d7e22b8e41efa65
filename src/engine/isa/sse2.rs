//! SSE2, which every x86-64 processor has: 64 bytes in four registers.

use std::arch::x86_64::{
    __m128i, _MM_HINT_T0, _mm_add_epi64, _mm_and_si128, _mm_cmpeq_epi8, _mm_cvtsi128_si64,
    _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_prefetch, _mm_sad_epu8,
    _mm_set_epi64x, _mm_set1_epi8, _mm_setzero_si128, _mm_sub_epi8, _mm_unpackhi_epi64,
};

use super::block::{Block, Hits, words_of_ends};
use super::lanes::ROW;
use super::set::{Range, Set};

/// 64 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Sse2(__m128i, __m128i, __m128i, __m128i);

/// A byte of ones for each byte that matched.
#[derive(Clone, Copy)]
pub(crate) struct Sse2Hits(__m128i, __m128i, __m128i, __m128i);

/// Asks for the cache line at `at`, on any x86-64 processor.
#[inline(always)]
pub(super) fn prefetch(at: *const u8) {
    // SAFETY: any address will do: nothing is read that a program could see.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
}

impl Block for Sse2 {
    type Hits = Sse2Hits;
    type Counts = [u64; 1];
    type Row = [u64; ROW];

    const COUNT_FROM: u64 = 33;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for 64 bytes.
        unsafe {
            Self(
                _mm_loadu_si128(at.cast()),
                _mm_loadu_si128(at.add(16).cast()),
                _mm_loadu_si128(at.add(32).cast()),
                _mm_loadu_si128(at.add(48).cast()),
            )
        }
    }

    #[inline(always)]
    unsafe fn load_partial(at: *const u8, len: usize) -> Self {
        // SAFETY: the caller vouches for `len` bytes, 1 to 63; x86-64 has SSE2.
        unsafe {
            let [a, b, c, d, e, f, g, h] = words_of_ends(at, len).map(u64::cast_signed);
            Self(
                _mm_set_epi64x(b, a),
                _mm_set_epi64x(d, c),
                _mm_set_epi64x(f, e),
                _mm_set_epi64x(h, g),
            )
        }
    }

    #[inline(always)]
    fn prefetch(at: *const u8) {
        prefetch(at);
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> Sse2Hits {
        // SAFETY: x86-64 has SSE2.
        unsafe {
            let wanted = _mm_set1_epi8(byte.cast_signed());
            Sse2Hits(
                _mm_cmpeq_epi8(self.0, wanted),
                _mm_cmpeq_epi8(self.1, wanted),
                _mm_cmpeq_epi8(self.2, wanted),
                _mm_cmpeq_epi8(self.3, wanted),
            )
        }
    }

    #[inline(always)]
    fn in_set(self, set: &Set) -> Sse2Hits {
        match set.parts() {
            Some((singles, ranges)) => {
                // SAFETY: x86-64 has SSE2.
                let none = unsafe { _mm_setzero_si128() };
                let mut hits = Sse2Hits(none, none, none, none);
                for &single in singles {
                    hits = hits.or(self.eq(single));
                }
                for &range in ranges {
                    hits = hits.or(self.in_range(range));
                }
                hits
            }
            None => self.look_up(set),
        }
    }
}

impl Sse2 {
    #[inline(always)]
    fn in_range(self, range: Range) -> Sse2Hits {
        // SAFETY: x86-64 has SSE2.
        unsafe {
            let first = _mm_set1_epi8(range.first.cast_signed());
            let span = _mm_set1_epi8((range.last - range.first).cast_signed());
            Sse2Hits(
                in_span(self.0, first, span),
                in_span(self.1, first, span),
                in_span(self.2, first, span),
                in_span(self.3, first, span),
            )
        }
    }

    /// For a scattered set, byte by byte: SSE2 has no instruction that looks up bytes. Not inlined,
    /// because the code is long.
    #[inline(never)]
    fn look_up(self, set: &Set) -> Sse2Hits {
        // SAFETY: x86-64 has SSE2.
        unsafe {
            Sse2Hits(
                look_up(self.0, set),
                look_up(self.1, set),
                look_up(self.2, set),
                look_up(self.3, set),
            )
        }
    }
}

/// A byte of ones for each byte in the set.
///
/// # Safety
///
/// The processor has SSE2.
#[inline(always)]
unsafe fn look_up(bytes: __m128i, set: &Set) -> __m128i {
    // SAFETY: the caller vouches for the processor.
    unsafe {
        let low = _mm_cvtsi128_si64(bytes).cast_unsigned();
        let high = _mm_cvtsi128_si64(_mm_unpackhi_epi64(bytes, bytes)).cast_unsigned();
        _mm_set_epi64x(set.look_up(high).cast_signed(), set.look_up(low).cast_signed())
    }
}

/// A byte of ones for each byte that is at most `span` above `first`.
///
/// # Safety
///
/// The processor has SSE2.
#[inline(always)]
unsafe fn in_span(bytes: __m128i, first: __m128i, span: __m128i) -> __m128i {
    // SAFETY: the caller vouches for the processor.
    unsafe {
        // What is below the first wraps around to far above it.
        let above = _mm_sub_epi8(bytes, first);
        _mm_cmpeq_epi8(_mm_min_epu8(above, span), above)
    }
}

impl Hits for Sse2Hits {
    /// A count in each byte, of two registers each.
    type Sum = (__m128i, __m128i);

    const MAX_ADDS: usize = 255 / 2;

    #[inline(always)]
    fn mask(self) -> u64 {
        // SAFETY: x86-64 has SSE2.
        let (a, b, c, d) = unsafe {
            (
                _mm_movemask_epi8(self.0).cast_unsigned(),
                _mm_movemask_epi8(self.1).cast_unsigned(),
                _mm_movemask_epi8(self.2).cast_unsigned(),
                _mm_movemask_epi8(self.3).cast_unsigned(),
            )
        };
        u64::from(a | b << 16) | u64::from(c | d << 16) << 32
    }

    #[inline(always)]
    fn any(self) -> bool {
        // SAFETY: x86-64 has SSE2.
        unsafe {
            let any = _mm_or_si128(_mm_or_si128(self.0, self.1), _mm_or_si128(self.2, self.3));
            _mm_movemask_epi8(any) != 0
        }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: x86-64 has SSE2.
        unsafe {
            Self(
                _mm_and_si128(self.0, other.0),
                _mm_and_si128(self.1, other.1),
                _mm_and_si128(self.2, other.2),
                _mm_and_si128(self.3, other.3),
            )
        }
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: x86-64 has SSE2.
        unsafe {
            Self(
                _mm_or_si128(self.0, other.0),
                _mm_or_si128(self.1, other.1),
                _mm_or_si128(self.2, other.2),
                _mm_or_si128(self.3, other.3),
            )
        }
    }

    #[inline(always)]
    unsafe fn no_hits() -> Self::Sum {
        // SAFETY: the caller vouches for the processor.
        unsafe { (_mm_setzero_si128(), _mm_setzero_si128()) }
    }

    #[inline(always)]
    fn add(self, sum: Self::Sum) -> Self::Sum {
        // A byte of ones is -1.
        // SAFETY: x86-64 has SSE2.
        unsafe {
            (
                _mm_sub_epi8(_mm_sub_epi8(sum.0, self.0), self.2),
                _mm_sub_epi8(_mm_sub_epi8(sum.1, self.1), self.3),
            )
        }
    }

    #[inline(always)]
    fn total(sum: Self::Sum) -> u64 {
        // SAFETY: x86-64 has SSE2.
        unsafe {
            let zero = _mm_setzero_si128();
            let two = _mm_add_epi64(_mm_sad_epu8(sum.0, zero), _mm_sad_epu8(sum.1, zero));
            let one = _mm_add_epi64(two, _mm_unpackhi_epi64(two, two));
            _mm_cvtsi128_si64(one).cast_unsigned()
        }
    }
}
