//! AVX-512 as processors have it from Ice Lake and Zen 4 on (with BW, CD, DQ, VBMI and VPOPCNTDQ), GFNI
//! and BMI2: 64 bytes in one register, compared into a mask.

use std::arch::asm;
use std::arch::x86_64::{
    __m512i, _mm_cvtsi32_si128, _mm512_add_epi64, _mm512_alignr_epi64, _mm512_and_si512,
    _mm512_cmpeq_epi8_mask, _mm512_cmplt_epi64_mask, _mm512_gf2p8affine_epi64_epi8,
    _mm512_loadu_si512, _mm512_lzcnt_epi64, _mm512_mask_add_epi64, _mm512_maskz_alignr_epi64,
    _mm512_maskz_loadu_epi8, _mm512_max_epu64, _mm512_min_epu64, _mm512_or_si512,
    _mm512_permutexvar_epi8, _mm512_popcnt_epi64, _mm512_set1_epi8, _mm512_set1_epi32,
    _mm512_set1_epi64, _mm512_setzero_si512, _mm512_sll_epi64, _mm512_srli_epi16,
    _mm512_srli_epi64, _mm512_srlv_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
    _mm512_ternarylogic_epi64, _mm512_testn_epi8_mask, _mm512_testn_epi64_mask, _mm512_xor_si512,
};
use std::mem;

use super::avx2;
use super::batch::{Batch, Events, Highest, Outcome, Step};
use super::block::{BLOCK, Block, Mask, low_bits};
use super::bmi2::Bmi2;
use super::goal::{Goal, Question};
use super::kernels::backend;
use super::masks::Number;
use super::pattern::Pattern;
use super::row::{Masks, ROW, Row, SideBySide};
use super::scan::{self, Scan};
use super::set::{SINGLE_MARKS, Set};
use super::sse2;

/// 64 bytes.
#[derive(Clone, Copy)]
pub(super) struct Avx512(__m512i);

backend!(
    Avx512,
    "avx512f,avx512bw,avx512cd,avx512dq,avx512vbmi,avx512vpopcntdq,gfni,bmi1,bmi2,lzcnt,popcnt",
    {
        /// Batches are faster, until hits have to be squeezed together in most of their rows.
        const COLUMNS_FIRST: bool = false;

        #[inline(always)]
        fn prefers_columns(number: u64, looked_inside: u32) -> bool {
            (9..=64).contains(&number) && looked_inside >= 6
        }

        /// Columns are AVX2's: of its units, three turn and compare bytes, and of the wider ones two.
        /// Batches are better where resets are rarer than blocks.
        #[inline(always)]
        unsafe fn pass_by_columns<W: Pattern, R: Pattern>(
            scan: &mut Scan<'_, W, R>,
            last: usize,
            goal: &mut Goal<'_>,
        ) -> Option<bool> {
            // SAFETY: the caller vouches for AVX-512 and BMI2, and so for what AVX2's backend needs.
            unsafe { avx2::pass_by_columns(scan, last, goal, 4) }
        }

        #[inline(always)]
        unsafe fn fill_and_take<W: Pattern, R: Pattern>(
            scan: &mut Scan<'_, W, R>,
            last: usize,
            next: &mut Batch,
            batch: &Batch,
            goal: &mut Goal<'_>,
        ) -> Option<u64> {
            // SAFETY: the caller's promise is the same.
            unsafe {
                if batch.is_full() && scan.fills_whole(last) {
                    fill_while_taking(scan, next, batch, goal)
                } else {
                    Self::fill(scan, last, next);
                    Self::take_batch(goal, batch, scan.exact_count())
                }
            }
        }
    }
);

/// [`Scan::fill`] for `next` and [`Goal::take_batch`] for `batch`, row by row: comparing bytes into
/// masks keeps one unit of the processor busy, the arithmetic on masks mostly another.
///
/// # Safety
///
/// As [`Scan::fill_while`], and the processor has what the backend needs.
// The features are those of the backend, above.
#[target_feature(
    enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vbmi,avx512vpopcntdq,gfni,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline(never)]
unsafe fn fill_while_taking<W: Pattern, R: Pattern>(
    scan: &mut Scan<'_, W, R>,
    next: &mut Batch,
    batch: &Batch,
    goal: &mut Goal<'_>,
) -> Option<u64> {
    let carry = scan.exact_count();
    // SAFETY: the caller's promise is the same.
    unsafe {
        if let Question::MaxCount = goal.question {
            let mut step = Highest512::new(carry, goal.threshold.number() - 1, goal.squeezes);
            scan.fill_while::<Avx512, _, _>(next, batch, &mut step);
            Some(goal.take_highest(&step.outcome()))
        } else {
            let mut step = Events512::new(&goal.threshold, carry);
            scan.fill_while::<Avx512, _, _>(next, batch, &mut step);
            let events = step.outcome();
            goal.take_events(&events)
        }
    }
}

type Events512<'n> = Events<'n, Masks512, Bmi2>;
type Highest512 = Highest<Masks512, Bmi2>;

/// The matrix that makes the linear marks of a byte, but for the negation of every other. Its bytes
/// tell which bits are added up: the highest byte for the lowest bit, and so on.
const LINEAR: u64 = 0x4040_8080_C0C0_0000;

/// The byte in all 64 places.
///
/// # Safety
///
/// The processor has AVX-512.
#[inline(always)]
unsafe fn all(byte: u8) -> __m512i {
    // SAFETY: the caller vouches for the processor.
    unsafe { _mm512_set1_epi8(byte.cast_signed()) }
}

impl Block for Avx512 {
    type Hits = Mask;
    type Masks = Masks512;
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
        Mask(unsafe { _mm512_cmpeq_epi8_mask(self.0, all(byte)) })
    }

    #[inline(always)]
    fn in_set(self, set: &Set) -> Mask {
        // SAFETY: the processor has AVX-512: a block was loaded.
        unsafe {
            let marks = if set.is_linear {
                let matrix = _mm512_set1_epi64(LINEAR.cast_signed());
                _mm512_gf2p8affine_epi64_epi8::<0b10_1010>(self.0, matrix)
            } else {
                // A permutation looks up the low six bits of each index. Of these, two are the
                // quadrant; the marks come again for whatever the others are.
                let marks = _mm512_set1_epi32(i32::from_le_bytes(SINGLE_MARKS));
                _mm512_permutexvar_epi8(_mm512_srli_epi16::<6>(self.0), marks)
            };
            let columns = _mm512_loadu_si512(set.columns.as_ptr().cast());
            let absent = _mm512_permutexvar_epi8(self.0, columns);
            Mask(_mm512_testn_epi8_mask(absent, marks))
        }
    }

    /// A load across the border of a cache line costs as much as all else for one byte. So of three
    /// or four, the first is compared where it stands, and its bits are moved.
    #[inline(always)]
    unsafe fn ends<const LEN: usize>(at: *const u8, last: [u8; 4], firsts: &mut u64) -> Mask {
        let lookback = LEN - 1;
        let loads = if LEN > 2 { lookback } else { LEN };
        // SAFETY: the caller vouches for the processor and the bytes; the assembly does nothing.
        unsafe {
            let block = Self::load(at);
            let mut differs = _mm512_xor_si512(block.0, all(last[0]));
            for (back, &byte) in last.iter().enumerate().take(loads).skip(1) {
                let bytes = Self::load(at.sub(back)).0;
                // (bytes ^ wanted) | differs
                differs = _mm512_ternarylogic_epi64::<0xBE>(bytes, all(byte), differs);
            }
            let ends = _mm512_testn_epi8_mask(differs, differs);
            if loads == LEN {
                return Mask(ends);
            }
            let before = mem::replace(firsts, block.eq(last[lookback]).0);
            let mut moved = *firsts << lookback | before >> (BLOCK - lookback);
            // The compiler must not know that: it would gather the bits of four blocks in a vector,
            // which takes longer than all the rest.
            asm!("/* {} */", inout(reg) moved, options(pure, nomem, nostack, preserves_flags));
            Mask(ends & moved)
        }
    }

    #[inline(always)]
    unsafe fn events(batch: &Batch, carry: u64, number: &Number) -> Outcome {
        // SAFETY: the caller's promise is the same.
        unsafe {
            let mut step = Events512::new(number, carry);
            batch.each_row(&mut step);
            step.outcome()
        }
    }

    #[inline(always)]
    unsafe fn highest(batch: &Batch, carry: u64, least: u64, squeezes: bool) -> Outcome {
        // SAFETY: the caller's promise is the same.
        unsafe {
            let mut step = Highest512::new(carry, least, squeezes);
            batch.each_row(&mut step);
            step.outcome()
        }
    }
}

/// Eight masks.
#[derive(Clone, Copy)]
pub(super) struct Masks512(__m512i);

impl Masks for Masks512 {
    const NUMBER: usize = ROW;

    #[inline(always)]
    unsafe fn of(row: &Row) -> Self {
        // SAFETY: the caller vouches for the processor; a row has 64 bytes.
        Self(unsafe { _mm512_loadu_si512(row.as_ptr().cast()) })
    }

    #[inline(always)]
    fn row(self) -> Row {
        let mut row = [0; ROW];
        // SAFETY: the processor has AVX-512: there are masks. A row has 64 bytes.
        unsafe { _mm512_storeu_si512(row.as_mut_ptr().cast(), self.0) };
        row
    }

    #[inline(always)]
    fn not(self) -> Self {
        // SAFETY: the same.
        Self(unsafe { _mm512_xor_si512(self.0, _mm512_set1_epi64(-1)) })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: the same.
        Self(unsafe { _mm512_and_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: the same.
        Self(unsafe { _mm512_or_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: the same.
        Self(unsafe { _mm512_add_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: the same.
        Self(unsafe { _mm512_sub_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn up(self, bits: u32) -> Self {
        // SAFETY: the same.
        Self(unsafe { _mm512_sll_epi64(self.0, _mm_cvtsi32_si128(bits.cast_signed())) })
    }

    #[inline(always)]
    fn count_ones(self) -> Self {
        // SAFETY: the same.
        Self(unsafe { _mm512_popcnt_epi64(self.0) })
    }
}

impl SideBySide for Masks512 {
    #[inline(always)]
    unsafe fn all(mask: u64) -> Self {
        // SAFETY: the caller vouches for the processor.
        Self(unsafe { _mm512_set1_epi64(mask.cast_signed()) })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: the same.
        Self(unsafe { _mm512_min_epu64(self.0, other.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: the same.
        Self(unsafe { _mm512_max_epu64(self.0, other.0) })
    }

    #[inline(always)]
    fn high_bit(self) -> Self {
        // SAFETY: the same.
        Self(unsafe { _mm512_srli_epi64::<63>(self.0) })
    }

    #[inline(always)]
    fn all_high(self) -> bool {
        // SAFETY: the same.
        unsafe { _mm512_cmplt_epi64_mask(self.0, _mm512_setzero_si512()) == u8::MAX }
    }

    #[inline(always)]
    fn since_last(self, resets: Self) -> Self {
        // SAFETY: the same.
        unsafe {
            let zeros = _mm512_lzcnt_epi64(_mm512_or_si512(resets.0, _mm512_set1_epi64(1)));
            Self(_mm512_srlv_epi64(self.0, _mm512_sub_epi64(_mm512_set1_epi64(63), zeros)))
        }
    }

    /// In three steps: each count is added to that of the block one further on, two, and four,
    /// where no reset lies between.
    #[inline(always)]
    fn carried(self, resets: Self, before: Self) -> (Self, Self) {
        // SAFETY: the same.
        unsafe {
            let none = _mm512_setzero_si512();
            let by_1 = _mm512_testn_epi64_mask(resets.0, resets.0);
            let by_2 = by_1 & by_1 << 1;
            let by_4 = by_2 & by_2 << 2;
            let first = _mm512_maskz_alignr_epi64::<7>(1, none, before.0);
            let mut counts = _mm512_mask_add_epi64(self.0, by_1, self.0, first);
            let further = _mm512_alignr_epi64::<7>(counts, none);
            counts = _mm512_mask_add_epi64(counts, by_1, counts, further);
            let further = _mm512_alignr_epi64::<6>(counts, none);
            counts = _mm512_mask_add_epi64(counts, by_2, counts, further);
            let further = _mm512_alignr_epi64::<4>(counts, none);
            counts = _mm512_mask_add_epi64(counts, by_4, counts, further);
            (Self(_mm512_alignr_epi64::<7>(counts, before.0)), Self(counts))
        }
    }
}
