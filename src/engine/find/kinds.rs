//! The masks of several kinds of bytes, written in one pass.
//!
//! One pass for each kind takes two cycles for each block, on a processor that moves masks slowly.
//! (`cargo bench --bench ratios -- depth records`, Zen 4: four kinds in one pass take 0.63 of the time
//! of four passes.) Only AVX-512 has the instructions that make this worth while; where it does not
//! move masks slowly, a pass for each kind is as fast.

use super::passes::{FAR, prefetch_ahead};
use crate::engine::isa::avx512::{Avx512, KindFinder};
use crate::engine::isa::block::{BLOCK, Block, GROUP, GROUP_BLOCKS};
use crate::engine::isa::kinds::{KINDS, Kinds};

/// Writes the masks of each kind in the blocks from `at` on: one for each block, in whole groups.
///
/// # Safety
///
/// The processor has AVX-512 with GFNI, and the blocks are in `data`. All of `masks` are as long.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vbmi,gfni")]
pub(in crate::engine) unsafe fn fill(
    kinds: &Kinds,
    data: &[u8],
    at: usize,
    masks: [&mut [u64]; KINDS],
) {
    let groups = masks[0].len() / GROUP_BLOCKS;
    let mut places = masks.map(<[u64]>::as_mut_ptr);
    // SAFETY: the caller's promise. Two masks of each kind are written for each two blocks of a group.
    unsafe {
        let finder = KindFinder::new(kinds);
        for group in 0..groups {
            let at = at + group * GROUP;
            prefetch_ahead::<Avx512>(data, at, FAR);
            for pair in 0..GROUP_BLOCKS / 2 {
                let start = data.as_ptr().add(at + pair * 2 * BLOCK);
                let blocks = [Avx512::load(start), Avx512::load(start.add(BLOCK))];
                finder.write(blocks, places);
                for place in &mut places {
                    *place = place.add(2);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::ByteSet;
    use crate::engine::isa::Backend;

    /// Kinds as they are asked for, some of them empty, and random products of nibbles, in all bytes.
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
            let mut kinds = [&b"{["[..], b"}]", b"\"", b"\\"].map(ByteSet::new);
            if round % 2 == 0 {
                for kind in &mut kinds {
                    let (low, high) = (next() & next(), next() & next() & 0xFF);
                    let is_in = |byte: &u8| low >> (byte & 15) & 1 & high >> (byte >> 4) != 0;
                    *kind = (0..0x80).filter(is_in).collect();
                }
            } else {
                kinds[round % 4] = ByteSet::EMPTY;
            }
            let data: Vec<u8> = (0..(1 + round % 5) * GROUP + 7)
                .map(|_| if round % 3 == 0 { next() as u8 } else { b"a{}[]\"\\\n,"[next() % 9] })
                .collect();
            let blocks = data.len() / BLOCK;
            let mut masks = [const { Vec::new() }; KINDS].map(|_: Vec<u64>| vec![1_u64; blocks]);
            let kinds_of_bytes = Kinds::new(&kinds).expect("they are products");
            let [a, b, c, d] = &mut masks;
            // SAFETY: the processor has the instructions; these are whole groups of the data.
            unsafe { fill(&kinds_of_bytes, &data[7..], 0, [a, b, c, d]) };
            for (kind, masks) in kinds.iter().zip(&masks) {
                for (block, &mask) in data[7..].chunks_exact(BLOCK).zip(masks) {
                    let bits = block.iter().enumerate();
                    let expected = bits.fold(0, |mask, (place, &byte)| {
                        mask | u64::from(kind.contains(byte)) << place
                    });
                    assert_eq!(mask, expected, "{kind:?}");
                    found += mask.count_ones();
                }
            }
        }
        assert!(found > 10_000);
    }

    #[test]
    fn kinds_that_are_no_products() {
        let with = |bytes: &[u8]| {
            let none = ByteSet::EMPTY;
            Kinds::new(&[ByteSet::new(bytes), none, none, none]).is_some()
        };
        assert!(with(b"") && with(b"\r\n") && with(b"{[") && with(b"\x7F"));
        assert!(!with(b"\n,") && !with(b"{[}") && !with(b"\x80") && !with(b"a\xE1"));
    }
}
