//! NEON, which every 64-bit Arm processor has: 64 bytes in four registers.

use std::arch::aarch64::*;

use super::block::{Block, Hits};
use super::lanes::{Arithmetic, ROW};
use super::set::{NIBBLE_BITS, Set};

/// 64 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Neon([uint8x16_t; 4]);

/// A byte of ones for each byte that matched.
#[derive(Clone, Copy)]
pub(crate) struct NeonHits([uint8x16_t; 4]);

impl Arithmetic for Neon {
    type Counts = [u64; 1];
    type Row = [u64; ROW];
}

impl Block for Neon {
    type Hits = NeonHits;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for the processor and for 64 bytes.
        Self(unsafe { [0, 16, 32, 48].map(|part| vld1q_u8(at.add(part))) })
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> NeonHits {
        // SAFETY: the processor has NEON: a block was loaded.
        NeonHits(unsafe {
            let wanted = vdupq_n_u8(byte);
            self.0.map(|bytes| vceqq_u8(bytes, wanted))
        })
    }

    #[inline(always)]
    fn with_bits(self, bits: u8) -> Self {
        // SAFETY: the processor has NEON: a block was loaded.
        Self(unsafe {
            let bits = vdupq_n_u8(bits);
            self.0.map(|bytes| vorrq_u8(bytes, bits))
        })
    }

    #[inline(always)]
    fn not_ascii(self) -> NeonHits {
        // SAFETY: the processor has NEON: a block was loaded.
        NeonHits(unsafe {
            let first = vdupq_n_u8(0x80);
            self.0.map(|bytes| vcgeq_u8(bytes, first))
        })
    }

    #[inline(always)]
    fn in_set(self, set: &Set) -> NeonHits {
        // SAFETY: the processor has NEON: a block was loaded. The tables have 16 bytes each.
        NeonHits(unsafe {
            let low_half = vld1q_u8(set.low_half.as_ptr());
            let high_half = vld1q_u8(set.high_half.as_ptr());
            let bits = vld1q_u8(NIBBLE_BITS.as_ptr());
            let (high_bit, nibble) = (vdupq_n_u8(0x80), vdupq_n_u8(0x8F));
            self.0.map(|bytes| {
                // An index with the high bit set is past the end of a table; the result is 0.
                let low = vqtbl1q_u8(low_half, vandq_u8(bytes, nibble));
                let high = vqtbl1q_u8(high_half, vandq_u8(veorq_u8(bytes, high_bit), nibble));
                vtstq_u8(vorrq_u8(low, high), vqtbl1q_u8(bits, vshrq_n_u8::<4>(bytes)))
            })
        })
    }

    const HAS_SPREAD: bool = true;

    #[inline(always)]
    fn in_spread(self, set: &Set) -> NeonHits {
        // SAFETY: the processor has NEON: a block was loaded. The table has 16 bytes.
        NeonHits(unsafe {
            let members = vld1q_u8(set.members.as_ptr());
            let nibble = vdupq_n_u8(0x8F);
            self.0.map(|bytes| vceqq_u8(vqtbl1q_u8(members, vandq_u8(bytes, nibble)), bytes))
        })
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
            let places = vld1q_u8(NIBBLE_BITS.as_ptr());
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
    unsafe fn no_hits() -> Self::Sum {
        // SAFETY: the caller vouches for the processor.
        unsafe { [vdupq_n_u8(0); 2] }
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
