//! NEON, which every 64-bit Arm processor has: 64 bytes in four registers.

use std::arch::aarch64::*;
use std::mem::MaybeUninit;

use super::block::{Block, Hits};
use super::lanes::{Arithmetic, ROW, each};
use super::set::{NIBBLE_BITS, Set};

/// 64 bytes, or a byte of ones for each that matched.
#[derive(Clone, Copy)]
pub(crate) struct Neon([uint8x16_t; 4]);

impl Arithmetic for Neon {
    type Counts = [u64; 1];
    type Row = [u64; ROW];
}

impl Block for Neon {
    type Hits = Self;

    const HAS_SPREAD: bool = true;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for the processor and for 64 bytes.
        Self(unsafe { [0, 16, 32, 48].map(|part| vld1q_u8(at.add(part))) })
    }

    // The tables have 16 bytes each. An index with the high bit set is past the end of one; the result
    // is 0.
    each! {
        |block| block.0;
        eq: |bytes; byte: u8| vceqq_u8(bytes, vdupq_n_u8(byte));
        with_bits: |bytes; bits: u8| vorrq_u8(bytes, vdupq_n_u8(bits));
        not_ascii: |bytes| vcgeq_u8(bytes, vdupq_n_u8(0x80));
        in_set: |bytes; set: &Set| {
            let (high_bit, nibble) = (vdupq_n_u8(0x80), vdupq_n_u8(0x8F));
            let low = vqtbl1q_u8(vld1q_u8(set.low_half.as_ptr()), vandq_u8(bytes, nibble));
            let index = vandq_u8(veorq_u8(bytes, high_bit), nibble);
            let high = vqtbl1q_u8(vld1q_u8(set.high_half.as_ptr()), index);
            let bits = vqtbl1q_u8(vld1q_u8(NIBBLE_BITS.as_ptr()), vshrq_n_u8::<4>(bytes));
            vtstq_u8(vorrq_u8(low, high), bits)
        };
        in_spread: |bytes; set: &Set| {
            let index = vandq_u8(bytes, vdupq_n_u8(0x8F));
            vceqq_u8(vqtbl1q_u8(vld1q_u8(set.members.as_ptr()), index), bytes)
        };
    }
}

impl Hits for Neon {
    /// A count in each byte, of two registers each.
    type Sum = [uint8x16_t; 2];

    const MAX_ADDS: usize = 255 / 2;

    each! {
        |block| block.0;
        and: |hits, other| vandq_u8(hits, other);
        or: |hits, other| vorrq_u8(hits, other);
    }

    #[inline(always)]
    fn write(self, to: &mut MaybeUninit<u64>) {
        // Each byte keeps the bit of its place among eight; three rounds of adding neighbours
        // then make a byte of eight bytes.
        // SAFETY: the processor has NEON: hits came of a block.
        unsafe {
            let places = vld1q_u8(NIBBLE_BITS.as_ptr());
            let [a, b, c, d] = self.0.map(|hits| vandq_u8(hits, places));
            let quarter = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
            let bits = vreinterpretq_u64_u8(vpaddq_u8(quarter, quarter));
            to.write(vgetq_lane_u64::<0>(bits));
        }
    }

    #[inline(always)]
    fn any(self) -> bool {
        let Self([a, b, c, d]) = self;
        // SAFETY: as in `write`.
        unsafe { vmaxvq_u8(vorrq_u8(vorrq_u8(a, b), vorrq_u8(c, d))) != 0 }
    }

    #[inline(always)]
    unsafe fn no_hits() -> Self::Sum {
        // SAFETY: the caller vouches for the processor.
        unsafe { [vdupq_n_u8(0); 2] }
    }

    #[inline(always)]
    fn add(self, [even, odd]: Self::Sum) -> Self::Sum {
        let Self([a, b, c, d]) = self;
        // A byte of ones is -1.
        // SAFETY: as in `write`.
        unsafe { [vsubq_u8(vsubq_u8(even, a), c), vsubq_u8(vsubq_u8(odd, b), d)] }
    }

    #[inline(always)]
    fn total([even, odd]: Self::Sum) -> u64 {
        // SAFETY: as in `write`.
        unsafe { u64::from(vaddlvq_u8(even)) + u64::from(vaddlvq_u8(odd)) }
    }
}
