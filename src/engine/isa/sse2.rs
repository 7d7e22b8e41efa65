//! SSE2, which every x86-64 processor has: 64 bytes in four registers.

#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the intrinsics have signed types for bits"
)]

use std::arch::x86_64::*;
use std::mem::MaybeUninit;

use super::block::{Block, Hits};
use super::lanes::{Arithmetic, ROW, each};
use super::set::{Range, Set};

/// 64 bytes, or a byte of ones for each that matched.
#[derive(Clone, Copy)]
pub(crate) struct Sse2([__m128i; 4]);

/// SSE2 and POPCNT, which nearly every processor since 2008 has, for computing with masks. Finding adds
/// up hits in vectors, and would gain little.
///
/// `cargo bench --bench ratios -- kinds records depth`, 16 KiB, Zen 4: the largest count is 16 %
/// faster, records by their final counts up to 53 %, the depth of JSON 16 %. SSE4.2 adds nothing.
pub(crate) enum Sse2Popcnt {}

impl Arithmetic for Sse2 {
    type Counts = [u64; 4];
    type Row = [u64; ROW];

    const COUNT_FROM: u64 = 33;
}

/// With one lane, which the compiler makes no vector of: counting bits in general registers is then
/// one instruction.
impl Arithmetic for Sse2Popcnt {
    type Counts = [u64; 1];
    type Row = [u64; ROW];

    const COUNT_FROM: u64 = 28;
}

impl Block for Sse2 {
    type Hits = Self;

    const PREFETCHES: bool = true;
    const NEAR_BY_HITS: usize = 128 << 10;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for 64 bytes.
        Self(unsafe { [0, 16, 32, 48].map(|part| _mm_loadu_si128(at.add(part).cast())) })
    }

    /// Apart from the table below, which the compiler sees through earlier: it then adds up these hits
    /// in another order than [`add`](Hits::add), with more instructions. 16 KiB, Zen 4: 80 instead of
    /// 67 GB/s.
    #[inline(always)]
    fn eq(self, byte: u8) -> Self {
        // SAFETY: x86-64 has SSE2.
        Self(self.0.map(|bytes| unsafe { _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8)) }))
    }

    each! {
        |block| block.0;
        with_bits: |bytes; bits: u8| _mm_or_si128(bytes, _mm_set1_epi8(bits as i8));
        not_ascii: |bytes| _mm_cmpgt_epi8(_mm_setzero_si128(), bytes);
    }

    #[inline(always)]
    fn in_set(self, set: &Set) -> Self {
        let Some((singles, ranges)) = set.parts() else { return self.look_up(set) };
        // SAFETY: x86-64 has SSE2.
        let mut hits = Self([unsafe { _mm_setzero_si128() }; 4]);
        for &single in singles {
            hits = hits.or(self.eq(single));
        }
        for &range in ranges {
            hits = hits.or(self.in_range(range));
        }
        hits
    }
}

impl Sse2 {
    each! {
        |block| block.0;
        in_range: |bytes; range: Range| {
            let span = _mm_set1_epi8((range.last - range.first) as i8);
            // What is below the first wraps around to far above it.
            let above = _mm_sub_epi8(bytes, _mm_set1_epi8(range.first as i8));
            _mm_cmpeq_epi8(_mm_min_epu8(above, span), above)
        };
    }

    /// For a scattered set, byte by byte: SSE2 has no instruction that looks up bytes. Not inlined,
    /// because the code is long.
    #[inline(never)]
    fn look_up(self, set: &Set) -> Self {
        // SAFETY: x86-64 has SSE2.
        Self(self.0.map(|bytes| unsafe {
            let low = _mm_cvtsi128_si64(bytes) as u64;
            let high = _mm_cvtsi128_si64(_mm_unpackhi_epi64(bytes, bytes)) as u64;
            _mm_set_epi64x(set.look_up(high) as i64, set.look_up(low) as i64)
        }))
    }
}

impl Hits for Sse2 {
    /// A count in each byte, of two registers each.
    type Sum = [__m128i; 2];

    const MAX_ADDS: usize = 255 / 2;

    each! {
        |block| block.0;
        and: |hits, other| _mm_and_si128(hits, other);
        or: |hits, other| _mm_or_si128(hits, other);
    }

    #[inline(always)]
    fn write(self, to: &mut MaybeUninit<u64>) {
        let to = to.as_mut_ptr().cast::<u16>();
        for (part, hits) in self.0.into_iter().enumerate() {
            // SAFETY: x86-64 has SSE2; four of these make 64 bits.
            unsafe { to.add(part).write(_mm_movemask_epi8(hits) as u16) };
        }
    }

    #[inline(always)]
    fn any(self) -> bool {
        let Self([a, b, c, d]) = self;
        // SAFETY: x86-64 has SSE2.
        unsafe {
            let any = _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
            _mm_movemask_epi8(any) != 0
        }
    }

    #[inline(always)]
    unsafe fn no_hits() -> Self::Sum {
        // SAFETY: x86-64 has SSE2.
        unsafe { [_mm_setzero_si128(); 2] }
    }

    #[inline(always)]
    fn add(self, [even, odd]: Self::Sum) -> Self::Sum {
        let Self([a, b, c, d]) = self;
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
            _mm_cvtsi128_si64(_mm_add_epi64(two, _mm_unpackhi_epi64(two, two))) as u64
        }
    }
}
