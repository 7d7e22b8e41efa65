//! AVX-512 as processors have it from Ice Lake and Zen 4 on (with BW, CD, DQ, VBMI and VPOPCNTDQ),
//! and GFNI: 64 bytes in one register, compared into a mask; eight masks in another.

use std::arch::asm;
use std::arch::x86_64::*;

use super::block::{Block, Mask, low_bits};
use super::kinds::{KINDS, Kinds};
use super::lanes::{Arithmetic, CountLanes, Lanes, each};
use super::set::{SINGLE_MARKS, Set};

/// 64 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(__m512i);

/// The matrix that makes the linear marks of a byte, but for the negation of every other. Its bytes
/// say which bits are added up: the highest byte for the lowest bit, and so on.
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

impl Arithmetic for Avx512 {
    type Counts = [__m512i; 1];
    type Row = [__m512i; 2];
}

impl Block for Avx512 {
    type Hits = Mask;

    const PREFETCHES: bool = true;
    const NEAR_BY_RESETS: usize = 128 << 10;

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
    fn eq(self, byte: u8) -> Mask {
        // SAFETY: the processor has AVX-512: a block was loaded.
        Mask(unsafe { _mm512_cmpeq_epi8_mask(self.0, all(byte)) })
    }

    #[inline(always)]
    fn with_bits(self, bits: u8) -> Self {
        // SAFETY: the processor has AVX-512: a block was loaded.
        Self(unsafe { _mm512_or_si512(self.0, all(bits)) })
    }

    #[inline(always)]
    fn not_ascii(self) -> Mask {
        // SAFETY: the processor has AVX-512: a block was loaded.
        Mask(unsafe { _mm512_movepi8_mask(self.0) })
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
                // mark's place; the marks are repeated for all values of the others.
                let marks = _mm512_set1_epi32(i32::from_le_bytes(SINGLE_MARKS));
                _mm512_permutexvar_epi8(_mm512_srli_epi16::<6>(self.0), marks)
            };
            let table = _mm512_loadu_si512(set.absent.as_ptr().cast());
            let absent = _mm512_permutexvar_epi8(self.0, table);
            Mask(_mm512_testn_epi8_mask(absent, marks))
        }
    }
}

/// The mask of the bytes that equal `byte` in the 64 from `at` on, gathered from vectors as AVX2 does.
///
/// # Safety
///
/// The processor has AVX2, and `at` points to 64 readable bytes.
#[target_feature(enable = "avx2")]
#[inline]
pub(crate) unsafe fn mask_of_byte(at: *const u8, byte: u8) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        let wanted = _mm256_set1_epi8(byte.cast_signed());
        let low = _mm256_cmpeq_epi8(_mm256_loadu_si256(at.cast()), wanted);
        let high = _mm256_cmpeq_epi8(_mm256_loadu_si256(at.add(32).cast()), wanted);
        highest_bits(low) | highest_bits(high) << 32
    }
}

/// The highest bit of each byte. Where AVX-512 is enabled, the compiler turns the intrinsic into a
/// comparison into a mask, which is what this avoids.
#[target_feature(enable = "avx2")]
#[inline]
fn highest_bits(bytes: __m256i) -> u64 {
    let bits: u64;
    // SAFETY: the instruction, which AVX2 has, reads and writes nothing but these registers. It zeroes
    // the upper half of `bits`.
    unsafe {
        asm!(
            "vpmovmskb {bits:e}, {bytes}",
            bits = out(reg) bits,
            bytes = in(ymm_reg) bytes,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    bits
}

/// Finds [`Kinds`] in two blocks at once.
///
/// The kinds of the bytes of the first block are in the lower half of 64 bytes, those of the second
/// one in the upper half: eight bits for each place. Eight of these bytes are a square of bits, which
/// a product of bit matrices turns over. Then each byte has one kind's bits of eight places, and a
/// permutation gathers them.
///
/// ```text
/// kinds, a row for each byte          turned over: a row for each kind
/// place 0   . . 1 .                   kind 0   . . . 1
/// place 1   . 1 . .                   kind 1   . 1 . .
/// place 2   . . 1 .                   kind 2   1 . 1 .
/// place 3   1 . . .                   kind 3   . . . .
/// ```
#[derive(Clone, Copy)]
pub(crate) struct KindFinder {
    low_nibbles: [__m512i; 2],
    high_nibbles: [__m512i; 2],
    gather: __m512i,
}

/// For each of 64 bits, its byte and then its kind: where the permutation finds them.
const GATHER: [u8; 64] = {
    let mut gather = [0; 64];
    let mut place = 0;
    while place < 64 {
        // The masks of a kind in both blocks follow each other.
        let (mask, byte) = (place / 8, place % 8);
        let (kind, block) = (mask / 2, mask % 2);
        gather[place] = (8 * byte + kind + KINDS * block) as u8;
        place += 1;
    }
    gather
};

impl KindFinder {
    /// # Safety
    ///
    /// The processor has AVX-512.
    #[inline(always)]
    pub(crate) unsafe fn new(kinds: &Kinds) -> Self {
        // SAFETY: the caller vouches for the processor; the tables have 16 bytes.
        unsafe {
            let low_nibbles = _mm_loadu_si128(kinds.low_nibbles.as_ptr().cast());
            let high_nibbles = _mm_loadu_si128(kinds.high_nibbles.as_ptr().cast());
            let low_nibbles = _mm512_broadcast_i32x4(low_nibbles);
            let high_nibbles = _mm512_broadcast_i32x4(high_nibbles);
            Self {
                // The tables have the lower four bits of each byte, which do not reach the next one.
                low_nibbles: [low_nibbles, _mm512_slli_epi16::<4>(low_nibbles)],
                high_nibbles: [high_nibbles, _mm512_slli_epi16::<4>(high_nibbles)],
                gather: _mm512_loadu_si512(GATHER.as_ptr().cast()),
            }
        }
    }

    /// Writes the masks of each kind in two blocks.
    ///
    /// # Safety
    ///
    /// Each of `masks` points to two places.
    #[inline(always)]
    pub(crate) unsafe fn write(&self, blocks: [Avx512; 2], masks: [*mut u64; KINDS]) {
        // SAFETY: the processor has AVX-512: blocks were loaded. The caller vouches for the places.
        unsafe {
            let [Avx512(first), Avx512(second)] = blocks;
            // In the lookup of low nibbles, what is not ASCII has none. That of high nibbles takes
            // the low six bits of each index, of which two are of the byte behind: the tables are
            // the same for all their values.
            let kinds = _mm512_and_si512(
                _mm512_shuffle_epi8(self.low_nibbles[0], first),
                _mm512_permutexvar_epi8(_mm512_srli_epi16::<4>(first), self.high_nibbles[0]),
            );
            let of_second = _mm512_and_si512(
                _mm512_shuffle_epi8(self.low_nibbles[1], second),
                _mm512_permutexvar_epi8(_mm512_srli_epi16::<4>(second), self.high_nibbles[1]),
            );
            let kinds = _mm512_or_si512(kinds, of_second);
            // The product takes the rows of a matrix from the last byte to the first.
            let reversed = _mm512_shuffle_epi8(
                kinds,
                _mm512_set4_epi32(0x0809_0A0B, 0x0C0D_0E0F, 0x0001_0203, 0x0405_0607),
            );
            let identity = _mm512_set1_epi64(0x8040_2010_0804_0201_u64.cast_signed());
            let turned = _mm512_gf2p8affine_epi64_epi8::<0>(identity, reversed);
            let gathered = _mm512_permutexvar_epi8(self.gather, turned);
            _mm_storeu_si128(masks[0].cast(), _mm512_castsi512_si128(gathered));
            _mm_storeu_si128(masks[1].cast(), _mm512_extracti32x4_epi32::<1>(gathered));
            _mm_storeu_si128(masks[2].cast(), _mm512_extracti32x4_epi32::<2>(gathered));
            _mm_storeu_si128(masks[3].cast(), _mm512_extracti32x4_epi32::<3>(gathered));
        }
    }
}

/// Eight lanes in each register.
impl<const REGISTERS: usize> Lanes for [__m512i; REGISTERS] {
    const NUMBER: usize = 8 * REGISTERS;

    each! {
        |registers| registers;
        not: |lanes| _mm512_xor_si512(lanes, _mm512_set1_epi64(-1));
        count_ones: |lanes| _mm512_popcnt_epi64(lanes);
        and: |lanes, other| _mm512_and_si512(lanes, other);
        or: |lanes, other| _mm512_or_si512(lanes, other);
        xor: |lanes, other| _mm512_xor_si512(lanes, other);
        plus: |lanes, other| _mm512_add_epi64(lanes, other);
        minus: |lanes, other| _mm512_sub_epi64(lanes, other);
        all: |_lanes; value: u64| _mm512_set1_epi64(value.cast_signed());
        up: |lanes; bits: u32| _mm512_sll_epi64(lanes, _mm_cvtsi32_si128(bits.cast_signed()));
        down: |lanes; bits: u32| _mm512_srl_epi64(lanes, _mm_cvtsi32_si128(bits.cast_signed()));
        // The highest bit of all is copied to those below it, down to the highest one of the lane.
        since_highest: |lanes| _mm512_srav_epi64(
            _mm512_set1_epi64(i64::MIN),
            _mm512_lzcnt_epi64(lanes),
        );
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        let mut any = 0;
        for lanes in self {
            // SAFETY: the processor has AVX-512: there are lanes.
            any |= unsafe { _mm512_test_epi64_mask(lanes, lanes) };
        }
        any == 0
    }
}

impl CountLanes for [__m512i; 1] {
    const CARRIES_AT_ONCE: bool = true;

    #[inline(always)]
    fn raised(self, counts: Self) -> Self {
        // SAFETY: the processor has AVX-512: there are lanes.
        [unsafe { _mm512_max_epu64(self[0], counts[0]) }]
    }

    /// A prefix sum in three steps: each count is added to that of the block one further on, then
    /// two, then four, where no reset lies between. Only the last step waits for `before`: its count
    /// is added up to the first reset.
    #[inline(always)]
    fn carried([lead]: Self, [tail]: Self, [resets]: Self, [before]: Self) -> (Self, Self) {
        // SAFETY: the processor has AVX-512: there are lanes.
        unsafe {
            let none = _mm512_setzero_si512();
            let by_1 = _mm512_testn_epi64_mask(resets, resets);
            let by_2 = by_1 & by_1 << 1;
            let by_4 = by_2 & by_2 << 2;
            let further = _mm512_alignr_epi64::<7>(tail, none);
            let mut counts = _mm512_mask_add_epi64(tail, by_1, tail, further);
            let further = _mm512_alignr_epi64::<6>(counts, none);
            counts = _mm512_mask_add_epi64(counts, by_2, counts, further);
            let further = _mm512_alignr_epi64::<4>(counts, none);
            counts = _mm512_mask_add_epi64(counts, by_4, counts, further);
            let up_to_first = by_1 & !by_1.wrapping_add(1);
            let last = _mm512_permutexvar_epi64(_mm512_set1_epi64(7), before);
            counts = _mm512_mask_add_epi64(counts, up_to_first, counts, last);
            let before = _mm512_alignr_epi64::<7>(counts, before);
            ([_mm512_add_epi64(before, lead)], [counts])
        }
    }

    #[inline(always)]
    fn reaching(self, number: Self, [resets]: Self) -> u64 {
        // SAFETY: the processor has AVX-512: there are lanes.
        let reaching = unsafe {
            let has_reset = _mm512_test_epi64_mask(resets, resets);
            _mm512_mask_cmpge_epu64_mask(has_reset, self[0], number[0])
        };
        u64::from(reaching.count_ones())
    }

    #[inline(always)]
    fn tops_before(self, before: Self) -> Self {
        // SAFETY: the processor has AVX-512: there are lanes.
        [unsafe { _mm512_srli_epi64::<63>(_mm512_alignr_epi64::<7>(self[0], before[0])) }]
    }

    #[inline(always)]
    fn parities_before(self, first: u64) -> (Self, u64) {
        // SAFETY: the processor has AVX-512: there are lanes.
        unsafe {
            let mut parities = u32::from(_mm512_movepi64_mask(self[0]));
            for step in [1, 2, 4] {
                parities ^= parities << step;
            }
            let before = parities << 1 ^ first as u32;
            let last = 0_u64.wrapping_sub(u64::from(parities >> 7 & 1));
            ([_mm512_movm_epi64(before as u8)], first ^ last)
        }
    }
}
