//! The masks of hits and of resets, written in one pass, with two instruction sets at once.
//!
//! On a processor that moves masks slowly, AVX-512 takes two cycles to compare a block and to write
//! the mask, and what limits it are the units that handle masks. AVX2 takes as long, but gathers the
//! bits from vectors, in other units. So in one loop, what is looked for is found with AVX-512 and the
//! reset with AVX2, or the other way round: the needle that AVX2 finds is a byte.
//!
//! `cargo bench --bench ratios -- kinds`, Zen 4, GB/s, with a pass for each and in one:
//!
//! | question                  | 16 KiB: two | one  | 1 MiB: two | one  |
//! |---------------------------|-------------|------|------------|------|
//! | segments that reach 9     | 34.6        | 37.3 | 34.5       | 38.3 |
//! | the largest count         | 33.6        | 36.8 | 34.8       | 38.5 |
//! | a set of 16, at least 121 | 29.4        | 30.4 | 32.5       | 35.0 |

use std::mem::MaybeUninit;

use super::bytes::{Byte, ByteFinder};
use super::needle::{Form, Needle};
use super::passes::prefetch_page;
use crate::engine::isa::avx512::{Avx512, mask_of_byte};
use crate::engine::isa::block::{BLOCK, Block, GROUP, GROUP_BLOCKS, Hits};

/// Writes the masks of the blocks from `at` on, for a needle of the form `F` and a reset that is a
/// byte.
///
/// # Safety
///
/// The processor has AVX-512 as [`Avx512`] needs it. The blocks are in `data`: whole groups, with a
/// place for each block in both masks.
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vbmi,gfni")]
pub(in crate::engine) unsafe fn fill_with_reset<F: Form + ByteFinder>(
    needle: &Needle,
    resets: &Needle,
    data: &[u8],
    at: usize,
    hit_masks: &mut [MaybeUninit<u64>],
    reset_masks: &mut [MaybeUninit<u64>],
) {
    match (F::of(needle), resets) {
        // SAFETY: the caller's promise.
        (Some(finder), Needle::Byte(byte)) => unsafe {
            fill(finder, *byte, data, at, hit_masks, reset_masks);
        },
        _ => nothing([hit_masks, reset_masks]),
    }
}

/// The same for a needle that is a byte, and resets of the form `R`.
///
/// # Safety
///
/// As [`fill_with_reset`].
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vbmi,gfni")]
pub(in crate::engine) unsafe fn fill_with_hit<R: Form + ByteFinder>(
    needle: &Needle,
    resets: &Needle,
    data: &[u8],
    at: usize,
    hit_masks: &mut [MaybeUninit<u64>],
    reset_masks: &mut [MaybeUninit<u64>],
) {
    match (needle, R::of(resets)) {
        // SAFETY: the caller's promise.
        (Needle::Byte(byte), Some(resets)) => unsafe {
            fill(resets, *byte, data, at, reset_masks, hit_masks);
        },
        _ => nothing([hit_masks, reset_masks]),
    }
}

/// Writes the masks of needles of another form, of which nothing is found.
fn nothing(masks: [&mut [MaybeUninit<u64>]; 2]) {
    for masks in masks {
        masks.fill(MaybeUninit::new(0));
    }
}

/// Writes the masks of what `finder` finds, and of `byte`.
///
/// # Safety
///
/// As [`fill_with_reset`].
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vbmi,gfni")]
#[inline]
unsafe fn fill<F: ByteFinder>(
    finder: &F,
    byte: Byte,
    data: &[u8],
    at: usize,
    masks: &mut [MaybeUninit<u64>],
    byte_masks: &mut [MaybeUninit<u64>],
) {
    let groups = masks.chunks_exact_mut(GROUP_BLOCKS);
    let byte_groups = byte_masks.chunks_exact_mut(GROUP_BLOCKS);
    for (group, (masks, byte_masks)) in groups.zip(byte_groups).enumerate() {
        let at = at + group * GROUP;
        prefetch_page::<Avx512>(data, at);
        for block in 0..GROUP_BLOCKS {
            // SAFETY: the caller vouches for the processor, and the block is in the data.
            unsafe {
                let start = data.as_ptr().add(at + block * BLOCK);
                masks[block].write(finder.in_block(Avx512::load(start)).mask());
                byte_masks[block].write(mask_of_byte(start, byte.0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bytes::AnyOf;
    use super::*;
    use crate::bytes::ByteSet;
    use crate::engine::isa::Backend;

    #[test]
    fn as_a_byte_at_a_time() {
        if Backend::named("avx512-halves").is_none() {
            return;
        }
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize
        };
        let mut found = 0;
        for round in 0..2_000 {
            let data: Vec<u8> =
                (0..(1 + round % 17) * GROUP + 7)
                    .map(|_| {
                        if round % 3 == 0 {
                            next() as u8
                        } else {
                            b"\xFFabcdefg\n,\x80"[next() % 11]
                        }
                    })
                    .collect();
            let byte = [b"\n", b"\0", b"\xFF", b"\x80"][next() % 4];
            let set = [&b"ab"[..], b"a\n\xE1", b"\xFF\x80\0", b",aqAQ7\xE1"][next() % 4];
            let blocks = data.len() / BLOCK;
            let at = next() % 8;
            for (needle, resets) in [(&b"a"[..], &byte[..]), (set, byte), (byte, set)] {
                let of = |bytes| Needle::of_set(&ByteSet::new(bytes));
                let fill = match (needle, resets) {
                    ([_], [_]) => fill_with_reset::<Byte>,
                    (_, [_]) => fill_with_reset::<AnyOf>,
                    _ => fill_with_hit::<AnyOf>,
                };
                let mut masks = [0, 1].map(|_| vec![MaybeUninit::new(1_u64); blocks]);
                let [hits, reset_masks] = &mut masks;
                // SAFETY: the processor has the instructions; these are whole groups of the data.
                unsafe { fill(&of(needle), &of(resets), &data, at, hits, reset_masks) };
                for (bytes, masks) in [needle, resets].into_iter().zip(&masks) {
                    for (block, mask) in data[at..].chunks_exact(BLOCK).zip(masks) {
                        let bits = block.iter().enumerate();
                        let expected = bits.fold(0, |mask, (place, byte)| {
                            mask | u64::from(bytes.contains(byte)) << place
                        });
                        // SAFETY: all masks had a value from the start.
                        let mask = unsafe { mask.assume_init() };
                        assert_eq!(mask, expected, "{bytes:?}");
                        found += mask.count_ones();
                    }
                }
            }
        }
        assert!(found > 10_000);
    }
}
