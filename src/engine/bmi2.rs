//! Moving bits together with BMI2.

use std::arch::x86_64::{_pdep_u64, _pext_u64};

use super::masks::Squeeze;

/// `pext` and `pdep`.
pub(super) struct Bmi2;

impl Squeeze for Bmi2 {
    const SQUEEZES: bool = true;

    #[inline(always)]
    unsafe fn squeeze(bits: u64, mask: u64) -> u64 {
        // SAFETY: the caller vouches for the processor.
        unsafe { _pext_u64(bits, mask) }
    }

    #[inline(always)]
    unsafe fn spread(bits: u64, mask: u64) -> u64 {
        // SAFETY: the caller vouches for the processor.
        unsafe { _pdep_u64(bits, mask) }
    }
}
