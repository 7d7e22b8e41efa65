//! Many strings that follow one another in memory, answered together.
//!
//! For a string of 20 bytes, a call costs more than reading it. So the masks of up to 4 KiB are
//! filled in as if the strings were one text, and then split at their ends:
//!
//! ```text
//! strings             a ; b | ; ; | c
//! hits                . x .   x x   .
//! hits before an end        1     3   3     the counts are the differences: 1, 2, 0
//! ```
//!
//! Where there are resets, the first byte of each string is one too. Then a string matches if one
//! of its segments reaches the number, and the ends of these are split in the same way.
//!
//! This is right only for needles of which an occurrence is one byte: a longer one could lie across
//! the end of a string.
//!
//! Cost: linear, with a few instructions for each string.

use super::kernels::{HitKernels, Kernels};
use crate::engine::decide::strings::StringMasks;
use crate::engine::find::needle::Needle;
use crate::engine::isa::block::{BLOCK, GROUP, GROUP_BLOCKS};

/// The most bytes that strings may have together.
pub(crate) const MAX_LEN: usize = StringMasks::BLOCKS * BLOCK;

/// Writes the number of hits in each string. The needle is a byte, or a set of bytes; `data` has at most
/// [`MAX_LEN`] bytes; `ends` says where each string ends: ascending, the last one at the end of the
/// data.
pub(in crate::engine) fn counts(kernels: &Kernels, data: &[u8], ends: &[u32], counts: &mut [u64]) {
    let mut hits = StringMasks::new();
    // SAFETY: the processor runs these kernels.
    unsafe { masks(&kernels.hits, &kernels.needle, data, &mut hits) };
    kernels.split(&hits, ends, counts);
}

/// Writes for each string how many of its segments reach `number`, which is at least 1; otherwise as
/// [`counts`].
pub(in crate::engine) fn matching(
    kernels: &Kernels,
    data: &[u8],
    ends: &[u32],
    number: u64,
    segments: &mut [u64],
) {
    let (mut hits, mut starts) = (StringMasks::new(), StringMasks::new());
    // SAFETY: the processor runs these kernels.
    unsafe {
        masks(&kernels.hits, &kernels.needle, data, &mut hits);
        masks(&kernels.reset_hits, &kernels.resets, data, &mut starts);
    }
    for &end in ends {
        starts.set(end);
    }
    let mut count = 0;
    for (hits, &starts) in hits.0.iter_mut().zip(&starts.0) {
        (*hits, count) = kernels.reached(*hits, starts, count, number);
    }
    kernels.split(&hits, ends, segments);
}

/// Fills in the masks of all blocks of the data, which has at most [`MAX_LEN`] bytes.
///
/// # Safety
///
/// The processor runs these kernels.
unsafe fn masks(kernels: &HitKernels, needle: &Needle, data: &[u8], masks: &mut StringMasks) {
    assert!(data.len() <= MAX_LEN && needle.string().is_none());
    let whole = data.len() / GROUP;
    let (groups, rest) = masks.0.split_at_mut(whole * GROUP_BLOCKS);
    // SAFETY: the caller vouches for the processor. The needle is of single bytes, and these are whole
    // groups of the data.
    unsafe { kernels.masks(needle, data, 0..whole * GROUP, groups) };
    for (mask, at) in rest.chunks_mut(1).zip((whole * GROUP..data.len()).step_by(BLOCK)) {
        // SAFETY: the same; these are 1 to 64 bytes of the data.
        unsafe { kernels.masks(needle, data, at..data.len().min(at + BLOCK), mask) };
    }
}
