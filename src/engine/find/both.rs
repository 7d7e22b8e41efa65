//! The masks of hits and of resets, written in one pass, with two instruction sets at once.
//!
//! On a processor that moves masks slowly, AVX-512 takes two cycles to compare a block and to write
//! the mask, and what limits it are the units that handle masks. AVX2 takes as long, but gathers the
//! bits from vectors, in other units. So in one loop, hits are found with AVX-512, and the reset, which is
//! a byte, with AVX2.
//!
//! `cargo bench --bench ratios -- kinds`, Zen 4, GB/s, with a pass for each and in one:
//!
//! | question                  | 16 KiB: two | one  | 1 MiB: two | one  |
//! |---------------------------|-------------|------|------------|------|
//! | segments that reach 9     | 34.6        | 37.3 | 34.5       | 38.3 |
//! | the largest count         | 33.6        | 36.8 | 34.8       | 38.5 |
//! | a set of 16, at least 121 | 29.4        | 30.4 | 32.5       | 35.0 |

use std::mem::MaybeUninit;

use super::bytes::ByteFinder;
use super::needle::{Form, Needle};
use super::passes::{FAR, prefetch_ahead};
use crate::engine::isa::avx512::{Avx512, mask_of_byte};
use crate::engine::isa::block::{BLOCK, Block, GROUP, GROUP_BLOCKS, Hits};

/// Writes the masks of the blocks from `at` on: of the hits of a needle of the form `F`, and of a reset
/// that is a byte. Of needles of another form nothing is found.
///
/// # Safety
///
/// The processor has AVX-512 as [`Avx512`] needs it. The blocks are in `data`: whole groups, with a
/// slot for each block in both.
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vbmi,gfni")]
pub(in crate::engine) unsafe fn fill<F: Form + ByteFinder>(
    needle: &Needle,
    reset: &Needle,
    data: &[u8],
    at: usize,
    [hits, resets]: [&mut [MaybeUninit<u64>]; 2],
) {
    let (Some(finder), Needle::Byte(reset)) = (F::of(needle), reset) else {
        hits.fill(MaybeUninit::new(0));
        resets.fill(MaybeUninit::new(0));
        return;
    };
    let groups = hits.chunks_exact_mut(GROUP_BLOCKS).zip(resets.chunks_exact_mut(GROUP_BLOCKS));
    for (group, (hits, resets)) in groups.enumerate() {
        let at = at + group * GROUP;
        prefetch_ahead::<Avx512>(data, at, FAR);
        for block in 0..GROUP_BLOCKS {
            // SAFETY: the caller vouches for the processor, and the block is in the data.
            unsafe {
                let start = data.as_ptr().add(at + block * BLOCK);
                hits[block].write(finder.in_block(Avx512::load(start)).mask());
                resets[block].write(mask_of_byte(start, reset.0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bytes::{AnyOf, Byte};
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
            for (needle, resets) in [(&b"a"[..], &byte[..]), (set, byte)] {
                let of = |bytes| Needle::of_set(&ByteSet::new(bytes));
                let fill = if needle.len() == 1 { fill::<Byte> } else { fill::<AnyOf> };
                let mut masks = [0, 1].map(|_| vec![MaybeUninit::new(1_u64); blocks]);
                let [hits, reset_masks] = &mut masks;
                // SAFETY: the processor has the instructions; these are whole groups of the data.
                unsafe { fill(&of(needle), &of(resets), &data, at, [hits, reset_masks]) };
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
