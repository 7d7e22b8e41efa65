//! AVX2 with BMI2: 64 bytes in two registers.

use std::arch::x86_64::{
    __m256i, _mm_add_epi64, _mm_cvtsi32_si128, _mm_cvtsi128_si64, _mm_loadu_si128, _mm_max_epu8,
    _mm_unpackhi_epi64, _mm256_add_epi64, _mm256_adds_epu8, _mm256_alignr_epi8, _mm256_and_si256,
    _mm256_andnot_si256, _mm256_broadcastsi128_si256, _mm256_castsi128_si256,
    _mm256_castsi256_si128, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_extracti128_si256,
    _mm256_inserti128_si256, _mm256_loadu_si256, _mm256_max_epi8, _mm256_max_epu8,
    _mm256_movemask_epi8, _mm256_or_si256, _mm256_permute2x128_si256, _mm256_sad_epu8,
    _mm256_set_epi64x, _mm256_set1_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8,
    _mm256_srli_epi16, _mm256_storeu_si256, _mm256_sub_epi8, _mm256_unpackhi_epi8,
    _mm256_unpacklo_epi8, _mm256_xor_si256, _mm256_zextsi128_si256,
};

use super::block::{Block, Hits, words_of_ends};
use super::bmi2::Bmi2;
use super::column::{Column, MAX_ROWS, turned};
use super::goal::Goal;
use super::kernels::backend;
use super::pattern::Pattern;
use super::row::Row;
use super::scan::{self, Scan};
use super::set::{ROW_BITS, Set};
use super::sse2;

/// 64 bytes.
#[derive(Clone, Copy)]
pub(super) struct Avx2(__m256i, __m256i);

/// A byte of ones for each byte that matched.
#[derive(Clone, Copy)]
pub(super) struct Avx2Hits(__m256i, __m256i);

backend!(Avx2, "avx2,bmi1,bmi2,lzcnt,popcnt", {
    #[inline(always)]
    unsafe fn pass_by_columns<W: Pattern, R: Pattern>(
        scan: &mut Scan<'_, W, R>,
        last: usize,
        goal: &mut Goal<'_>,
    ) -> Option<bool> {
        // SAFETY: the caller's promise is the same.
        unsafe { pass_by_columns(scan, last, goal, Column256::ROWS) }
    }
});

/// [`Scan::pass_by_columns`].
///
/// # Safety
///
/// As there, and the processor has AVX2 and what else the backend needs.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
pub(super) unsafe fn pass_by_columns<W: Pattern, R: Pattern>(
    scan: &mut Scan<'_, W, R>,
    last: usize,
    goal: &mut Goal<'_>,
    most_open: usize,
) -> Option<bool> {
    // SAFETY: the caller's promise is the same.
    unsafe { scan.pass_by_columns::<Avx2, Column256>(last, goal, most_open) }
}

/// For the low nibble of each byte below 0x80 the row in `rows`; 0 for the others.
///
/// # Safety
///
/// The processor has AVX2.
#[inline(always)]
unsafe fn row(bytes: __m256i, rows: &[u8; 16]) -> __m256i {
    // SAFETY: the caller vouches for the processor.
    unsafe { _mm256_shuffle_epi8(table(rows), bytes) }
}

/// A byte of ones for each byte whose bit is in its row.
///
/// # Safety
///
/// The processor has AVX2.
#[inline(always)]
unsafe fn find_in_rows(bytes: __m256i, rows: __m256i) -> __m256i {
    // SAFETY: the caller vouches for the processor.
    unsafe {
        let nibble = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(15));
        let bit = _mm256_shuffle_epi8(table(&ROW_BITS), nibble);
        _mm256_cmpeq_epi8(_mm256_and_si256(rows, bit), bit)
    }
}

/// A byte of ones for each of 32 bytes that is in the set.
///
/// # Safety
///
/// The processor has AVX2.
#[inline(always)]
unsafe fn find_in_set(bytes: __m256i, set: &Set) -> __m256i {
    // SAFETY: the caller vouches for the processor.
    unsafe {
        let mut rows = row(bytes, &set.low_rows);
        if !set.is_ascii {
            let flipped = _mm256_xor_si256(bytes, _mm256_set1_epi8(-128));
            rows = _mm256_or_si256(rows, row(flipped, &set.high_rows));
        }
        find_in_rows(bytes, rows)
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

impl Block for Avx2 {
    type Hits = Avx2Hits;
    type Masks = Row;
    type Squeeze = Bmi2;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for the processor and for 64 bytes.
        unsafe { Self(_mm256_loadu_si256(at.cast()), _mm256_loadu_si256(at.add(32).cast())) }
    }

    #[inline(always)]
    unsafe fn load_partial(at: *const u8, len: usize) -> Self {
        // SAFETY: the caller vouches for the processor and for `len` bytes, 1 to 63.
        unsafe {
            let [a, b, c, d, e, f, g, h] = words_of_ends(at, len).map(u64::cast_signed);
            Self(_mm256_set_epi64x(d, c, b, a), _mm256_set_epi64x(h, g, f, e))
        }
    }

    #[inline(always)]
    fn prefetch(at: *const u8) {
        sse2::prefetch(at);
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> Avx2Hits {
        // SAFETY: the processor has AVX2: a block was loaded.
        unsafe {
            let wanted = _mm256_set1_epi8(byte.cast_signed());
            Avx2Hits(_mm256_cmpeq_epi8(self.0, wanted), _mm256_cmpeq_epi8(self.1, wanted))
        }
    }

    const HAS_WAYS: bool = true;

    #[inline(always)]
    fn in_set(self, set: &Set) -> Avx2Hits {
        // SAFETY: the processor has AVX2: a block was loaded.
        unsafe { Avx2Hits(find_in_set(self.0, set), find_in_set(self.1, set)) }
    }

    #[inline(always)]
    fn in_ascii(self, set: &Set) -> Avx2Hits {
        // SAFETY: the processor has AVX2: a block was loaded.
        unsafe {
            Avx2Hits(
                find_in_rows(self.0, row(self.0, &set.low_rows)),
                find_in_rows(self.1, row(self.1, &set.low_rows)),
            )
        }
    }

    #[inline(always)]
    fn in_alone(self, set: &Set) -> Avx2Hits {
        // SAFETY: the processor has AVX2: a block was loaded.
        unsafe {
            Avx2Hits(
                _mm256_cmpeq_epi8(row(self.0, &set.alone), self.0),
                _mm256_cmpeq_epi8(row(self.1, &set.alone), self.1),
            )
        }
    }
}

/// A byte from each of 32 rows.
#[derive(Clone, Copy)]
pub(super) struct Column256(__m256i);

impl Column for Column256 {
    const COLUMNS: usize = 16;

    type Columns = [Self; 16];

    const ROWS: usize = 32;

    #[inline(always)]
    unsafe fn columns(at: *const u8, stride: usize) -> [Self; 16] {
        // SAFETY: the caller vouches for the processor, and for 16 bytes of each row.
        unsafe {
            let mut rows = [Self(_mm256_setzero_si256()); 16];
            let mut row = 0;
            while row < 16 {
                let low = _mm_loadu_si128(at.add(row * stride).cast());
                let high = _mm_loadu_si128(at.add((16 + row) * stride).cast());
                rows[row] = Self(_mm256_inserti128_si256::<1>(_mm256_castsi128_si256(low), high));
                row += 1;
            }
            turned(turned(turned(turned(rows))))
        }
    }

    #[inline(always)]
    fn interleaved(self, other: Self) -> (Self, Self) {
        // SAFETY: the processor has AVX2: there is a column.
        unsafe {
            (
                Self(_mm256_unpacklo_epi8(self.0, other.0)),
                Self(_mm256_unpackhi_epi8(self.0, other.0)),
            )
        }
    }

    #[inline(always)]
    unsafe fn all(byte: u8) -> Self {
        // SAFETY: the caller vouches for the processor.
        Self(unsafe { _mm256_set1_epi8(byte.cast_signed()) })
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { _mm256_cmpeq_epi8(self.0, _mm256_set1_epi8(byte.cast_signed())) })
    }

    #[inline(always)]
    fn in_set(self, set: &Set) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { find_in_set(self.0, set) })
    }

    #[inline(always)]
    fn in_alone(self, set: &Set) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { _mm256_cmpeq_epi8(row(self.0, &set.alone), self.0) })
    }

    /// With its high bit, an open count is less than none.
    #[inline(always)]
    fn raised(self, counts: Self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { _mm256_max_epi8(self.0, counts.0) })
    }

    #[inline(always)]
    fn highest(self) -> Self {
        self
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { _mm256_and_si256(self.0, other.0) })
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { _mm256_andnot_si256(other.0, self.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { _mm256_sub_epi8(self.0, other.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { _mm256_max_epu8(self.0, other.0) })
    }

    #[inline(always)]
    fn highest_byte(self) -> u8 {
        // SAFETY: as in `interleaved`.
        unsafe {
            let (low, high) =
                (_mm256_castsi256_si128(self.0), _mm256_extracti128_si256::<1>(self.0));
            sse2::highest_byte(_mm_max_epu8(low, high))
        }
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { _mm256_adds_epu8(self.0, other.0) })
    }

    #[inline(always)]
    fn high_bits(self) -> u32 {
        // SAFETY: as in `interleaved`.
        unsafe { _mm256_movemask_epi8(self.0).cast_unsigned() }
    }

    #[inline(always)]
    fn has_high(self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { _mm256_cmpgt_epi8(_mm256_setzero_si256(), self.0) })
    }

    #[inline(always)]
    unsafe fn first(byte: u8) -> Self {
        // SAFETY: the caller vouches for the processor.
        Self(unsafe { _mm256_zextsi128_si256(_mm_cvtsi32_si128(byte.into())) })
    }

    #[inline(always)]
    fn behind<const BY: usize>(self) -> Self {
        const { assert!(matches!(BY, 1 | 2 | 4 | 8 | 16)) };
        // SAFETY: as in `interleaved`.
        unsafe {
            // The lower half, where the upper one is.
            let lower = _mm256_permute2x128_si256::<0x08>(self.0, self.0);
            Self(match BY {
                1 => _mm256_alignr_epi8::<15>(self.0, lower),
                2 => _mm256_alignr_epi8::<14>(self.0, lower),
                4 => _mm256_alignr_epi8::<12>(self.0, lower),
                8 => _mm256_alignr_epi8::<8>(self.0, lower),
                _ => lower,
            })
        }
    }

    #[inline(always)]
    fn bytes(self) -> [u8; MAX_ROWS] {
        let mut bytes = [0; MAX_ROWS];
        // SAFETY: as in `interleaved`. There is room for 32 bytes.
        unsafe { _mm256_storeu_si256(bytes.as_mut_ptr().cast(), self.0) };
        bytes
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
        u64::from(low.cast_unsigned()) | u64::from(high.cast_unsigned()) << 32
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
    fn sum(self) -> Self::Sum {
        // SAFETY: as in `mask`.
        self.add(unsafe { (_mm256_setzero_si256(), _mm256_setzero_si256()) })
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
            _mm_cvtsi128_si64(one).cast_unsigned()
        }
    }
}
