//! NEON, which every 64-bit Arm processor has: 64 bytes in four registers.

use std::arch::aarch64::{
    uint8x16_t, vaddlvq_u8, vandq_u8, vbicq_u8, vceqq_u8, vcltzq_s8, vcombine_u64, vcreate_u64,
    vdupq_n_u8, veorq_u8, vextq_u8, vgetq_lane_u64, vld1q_u8, vmaxq_s8, vmaxq_u8, vmaxvq_u8,
    vorrq_u8, vpaddq_u8, vqaddq_u8, vqtbl1q_u8, vreinterpretq_s8_u8, vreinterpretq_u8_s8,
    vreinterpretq_u8_u64, vreinterpretq_u64_u8, vsetq_lane_u8, vshrq_n_u8, vst1q_u8, vsubq_u8,
    vtstq_u8, vzip1q_u8, vzip2q_u8,
};

use super::block::{Block, Hits, words_of_ends};
use super::column::{Column, MAX_ROWS, turned};
use super::goal::Goal;
use super::kernels::backend;
use super::masks::NoSqueeze;
use super::pattern::Pattern;
use super::row::Row;
use super::scan;
use super::set::{ROW_BITS, Set};

/// 64 bytes.
#[derive(Clone, Copy)]
pub(super) struct Neon([uint8x16_t; 4]);

/// A byte of ones for each byte that matched.
#[derive(Clone, Copy)]
pub(super) struct NeonHits([uint8x16_t; 4]);

backend!(Neon, "neon", columns: NeonColumn);

/// Two words as 16 bytes, the lowest byte of the first word in front.
///
/// # Safety
///
/// The processor has NEON.
#[inline(always)]
unsafe fn pair(first: u64, second: u64) -> uint8x16_t {
    // SAFETY: the caller vouches for the processor.
    unsafe { vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(first), vcreate_u64(second))) }
}

impl Block for Neon {
    type Hits = NeonHits;
    type Masks = Row;
    type Squeeze = NoSqueeze;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for the processor and for 64 bytes.
        Self(unsafe { [0, 16, 32, 48].map(|part| vld1q_u8(at.add(part))) })
    }

    #[inline(always)]
    unsafe fn load_partial(at: *const u8, len: usize) -> Self {
        // SAFETY: the caller vouches for the processor and for `len` bytes, 1 to 63.
        unsafe {
            let [a, b, c, d, e, f, g, h] = words_of_ends(at, len);
            Self([pair(a, b), pair(c, d), pair(e, f), pair(g, h)])
        }
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> NeonHits {
        // SAFETY: the processor has NEON: a block was loaded.
        NeonHits(unsafe {
            let wanted = vdupq_n_u8(byte);
            self.0.map(|bytes| vceqq_u8(bytes, wanted))
        })
    }

    const HAS_WAYS: bool = true;

    #[inline(always)]
    fn in_set(self, set: &Set) -> NeonHits {
        // SAFETY: the processor has NEON: a block was loaded.
        NeonHits(self.0.map(|bytes| unsafe { find_in_set(bytes, set) }))
    }

    #[inline(always)]
    fn in_ascii(self, set: &Set) -> NeonHits {
        // SAFETY: as in `in_set`.
        NeonHits(unsafe {
            let rows = vld1q_u8(set.low_rows.as_ptr());
            let row_bits = vld1q_u8(ROW_BITS.as_ptr());
            let column = vdupq_n_u8(0x8F);
            self.0.map(|bytes| {
                let row = vqtbl1q_u8(rows, vandq_u8(bytes, column));
                vtstq_u8(row, vqtbl1q_u8(row_bits, vshrq_n_u8::<4>(bytes)))
            })
        })
    }

    #[inline(always)]
    fn in_alone(self, set: &Set) -> NeonHits {
        // SAFETY: as in `in_set`.
        NeonHits(unsafe {
            let alone = vld1q_u8(set.alone.as_ptr());
            let column = vdupq_n_u8(0x8F);
            self.0.map(|bytes| vceqq_u8(vqtbl1q_u8(alone, vandq_u8(bytes, column)), bytes))
        })
    }
}

/// A byte of ones for each of 16 bytes that is in the set.
///
/// # Safety
///
/// The processor has NEON.
#[inline(always)]
unsafe fn find_in_set(bytes: uint8x16_t, set: &Set) -> uint8x16_t {
    // SAFETY: the caller vouches for the processor. The tables have 16 bytes each.
    unsafe {
        let low_rows = vld1q_u8(set.low_rows.as_ptr());
        let high_rows = vld1q_u8(set.high_rows.as_ptr());
        let row_bits = vld1q_u8(ROW_BITS.as_ptr());
        let (high_bit, column) = (vdupq_n_u8(0x80), vdupq_n_u8(0x8F));
        // A table has 16 entries; an index with the high bit set is past them and gives 0.
        let low = vqtbl1q_u8(low_rows, vandq_u8(bytes, column));
        let flipped = veorq_u8(bytes, high_bit);
        let high = vqtbl1q_u8(high_rows, vandq_u8(flipped, column));
        let bit = vqtbl1q_u8(row_bits, vshrq_n_u8::<4>(bytes));
        vtstq_u8(vorrq_u8(low, high), bit)
    }
}

/// A byte from each of 16 rows.
#[derive(Clone, Copy)]
pub(super) struct NeonColumn(uint8x16_t);

impl Column for NeonColumn {
    const ROWS: usize = 16;

    const COLUMNS: usize = 16;

    type Columns = [Self; 16];

    #[inline(always)]
    unsafe fn columns(at: *const u8, stride: usize) -> [Self; 16] {
        // SAFETY: the caller vouches for the processor, and for 16 bytes of each row.
        unsafe {
            let mut rows = [Self(vdupq_n_u8(0)); 16];
            let mut row = 0;
            while row < 16 {
                rows[row] = Self(vld1q_u8(at.add(row * stride)));
                row += 1;
            }
            turned(turned(turned(turned(rows))))
        }
    }

    #[inline(always)]
    fn interleaved(self, other: Self) -> (Self, Self) {
        // SAFETY: the processor has NEON: there is a column.
        unsafe { (Self(vzip1q_u8(self.0, other.0)), Self(vzip2q_u8(self.0, other.0))) }
    }

    #[inline(always)]
    unsafe fn all(byte: u8) -> Self {
        // SAFETY: the caller vouches for the processor.
        Self(unsafe { vdupq_n_u8(byte) })
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { vceqq_u8(self.0, vdupq_n_u8(byte)) })
    }

    #[inline(always)]
    fn in_set(self, set: &Set) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { find_in_set(self.0, set) })
    }

    #[inline(always)]
    fn in_alone(self, set: &Set) -> Self {
        // SAFETY: as in `interleaved`.
        unsafe {
            let nibbles = vandq_u8(self.0, vdupq_n_u8(0x8F));
            Self(vceqq_u8(vqtbl1q_u8(vld1q_u8(set.alone.as_ptr()), nibbles), self.0))
        }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { vandq_u8(self.0, other.0) })
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { vbicq_u8(self.0, other.0) })
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { vqaddq_u8(self.0, other.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { vsubq_u8(self.0, other.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { vmaxq_u8(self.0, other.0) })
    }

    /// With its high bit, an open count is less than none.
    #[inline(always)]
    fn raised(self, counts: Self) -> Self {
        // SAFETY: as in `interleaved`.
        unsafe {
            let (highest, counts) = (vreinterpretq_s8_u8(self.0), vreinterpretq_s8_u8(counts.0));
            Self(vreinterpretq_u8_s8(vmaxq_s8(highest, counts)))
        }
    }

    #[inline(always)]
    fn highest(self) -> Self {
        self
    }

    #[inline(always)]
    fn highest_byte(self) -> u8 {
        // SAFETY: as in `interleaved`.
        unsafe { vmaxvq_u8(self.0) }
    }

    #[inline(always)]
    fn high_bits(self) -> u32 {
        let bytes = self.bytes().into_iter().enumerate();
        bytes.fold(0, |bits, (row, byte)| bits | u32::from(byte >> 7) << row)
    }

    #[inline(always)]
    fn has_high(self) -> Self {
        // SAFETY: as in `interleaved`.
        Self(unsafe { vcltzq_s8(vreinterpretq_s8_u8(self.0)) })
    }

    #[inline(always)]
    unsafe fn first(byte: u8) -> Self {
        // SAFETY: the caller vouches for the processor.
        Self(unsafe { vsetq_lane_u8::<0>(byte, vdupq_n_u8(0)) })
    }

    #[inline(always)]
    fn behind<const BY: usize>(self) -> Self {
        const { assert!(matches!(BY, 1 | 2 | 4 | 8 | 16)) };
        // SAFETY: as in `interleaved`.
        unsafe {
            let none = vdupq_n_u8(0);
            Self(match BY {
                1 => vextq_u8::<15>(none, self.0),
                2 => vextq_u8::<14>(none, self.0),
                4 => vextq_u8::<12>(none, self.0),
                8 => vextq_u8::<8>(none, self.0),
                _ => none,
            })
        }
    }

    #[inline(always)]
    fn bytes(self) -> [u8; MAX_ROWS] {
        let mut bytes = [0; MAX_ROWS];
        // SAFETY: as in `interleaved`. There is room for 16 bytes.
        unsafe { vst1q_u8(bytes.as_mut_ptr(), self.0) };
        bytes
    }
}

impl NeonHits {
    #[inline(always)]
    fn zip(self, other: Self, with: impl Fn(uint8x16_t, uint8x16_t) -> uint8x16_t) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([with(a, e), with(b, f), with(c, g), with(d, h)])
    }
}

impl Hits for NeonHits {
    /// A count in each byte, of two registers each.
    type Sum = [uint8x16_t; 2];

    const MAX_ADDS: usize = 255 / 2;

    #[inline(always)]
    fn mask(self) -> u64 {
        // Each byte keeps the bit of its place among eight; three rounds of adding neighbours
        // then make a byte of eight bytes.
        // SAFETY: the processor has NEON: hits came of a block.
        unsafe {
            let places = vld1q_u8(ROW_BITS.as_ptr());
            let [a, b, c, d] = self.0.map(|hits| vandq_u8(hits, places));
            let quarter = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
            vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(quarter, quarter)))
        }
    }

    #[inline(always)]
    fn any(self) -> bool {
        let [a, b, c, d] = self.0;
        // SAFETY: as in `mask`.
        unsafe { vmaxvq_u8(vorrq_u8(vorrq_u8(a, b), vorrq_u8(c, d))) != 0 }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: as in `mask`.
        self.zip(other, |a, b| unsafe { vandq_u8(a, b) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: as in `mask`.
        self.zip(other, |a, b| unsafe { vorrq_u8(a, b) })
    }

    #[inline(always)]
    fn sum(self) -> Self::Sum {
        // SAFETY: as in `mask`.
        self.add([unsafe { vdupq_n_u8(0) }; 2])
    }

    #[inline(always)]
    fn add(self, [even, odd]: Self::Sum) -> Self::Sum {
        let [a, b, c, d] = self.0;
        // A byte of ones is -1.
        // SAFETY: as in `mask`.
        unsafe { [vsubq_u8(vsubq_u8(even, a), c), vsubq_u8(vsubq_u8(odd, b), d)] }
    }

    #[inline(always)]
    fn total([even, odd]: Self::Sum) -> u64 {
        // SAFETY: as in `mask`.
        unsafe { u64::from(vaddlvq_u8(even)) + u64::from(vaddlvq_u8(odd)) }
    }
}
