//! A set of bytes, laid out in the forms in which the backends look bytes up.
//!
//! A byte is split into its low and its high nibble (half), or into its low six bits and the two
//! above them. One part is an index into a table of bytes in a register, whose entries have a bit
//! for each value of the other part:
//!
//! ```text
//! the set { '0', 'A', 'a' } = { 0x30, 0x41, 0x61 }, by nibbles
//!     low nibble         0     1     2 ...
//!     low_nibbles        1<<3  1<<4 | 1<<6   0 ...
//! the byte 0x61: entry 1, bit 6, which is set: a member. 0x31: entry 1, bit 3: not a member.
//! ```

use crate::bytes::ByteSet;

/// The bit that stands for each high nibble in [`Set::low_half`] and [`Set::high_half`].
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) const NIBBLE_BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];

/// Marks for each value `ab` of a byte's two highest bits: `b`, not `b`, `a`, not `a`, whether they
/// differ, whether they do not. GFNI's product with a bit matrix makes these of a byte. Counting a
/// set in cache is a sixth faster with them than with [`SINGLE_MARKS`] (16 KiB, Zen 4).
const LINEAR_MARKS: [u8; 4] = [0b10_1010, 0b01_1001, 0b01_0110, 0b10_0101];

/// One mark for each value of a byte's two highest bits.
pub(super) const SINGLE_MARKS: [u8; 4] = [1, 2, 4, 8];

/// A set of bytes, laid out for every backend. Made once for a counter.
#[derive(Clone, Debug)]
#[repr(align(64))]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "not every backend reads all"))]
pub(crate) struct Set {
    /// The set itself.
    pub(crate) bytes: ByteSet,
    /// For the low six bits of a byte: the marks that no member with these bits has. A byte is a
    /// member if none of its own marks is among them.
    pub(super) absent: [u8; 64],
    /// Whether `absent` has linear marks. They cannot tell three members with the same low six bits
    /// from four.
    pub(super) is_linear: bool,
    /// For each low nibble, one bit for each high nibble from 0 to 7 (bytes below 0x80).
    pub(super) low_half: [u8; 16],
    /// The same for the high nibbles from 8 to 15 (bytes from 0x80).
    pub(super) high_half: [u8; 16],
    /// Whether all members are below 0x80: then one table is enough.
    pub(super) is_ascii: bool,
    /// For each low nibble its only member, or [`Set::NONE`].
    pub(super) members: [u8; 16],
    /// Whether the set is ASCII, and no two members have the same low nibble. Then one lookup finds
    /// the only member that a byte can be. The white space characters are such a set.
    pub(crate) is_spread: bool,
    /// For each byte 0xFF if it is a member, or 0.
    table: [u8; 256],
    /// The members with no neighbour in the set, if all of them fit.
    singles: [u8; Set::MAX_SINGLES],
    single_count: usize,
    /// The others as ranges, if all of them fit.
    ranges: [Range; Set::MAX_RANGES],
    range_count: usize,
}

/// The bytes from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) first: u8,
    pub(super) last: u8,
}

impl Set {
    const MAX_SINGLES: usize = 16;
    const MAX_RANGES: usize = 8;
    /// No byte below 0x80.
    const NONE: u8 = 0x80;

    pub(crate) const fn new(bytes: &ByteSet) -> Self {
        let mut set = Self {
            bytes: *bytes,
            absent: [0; 64],
            is_linear: true,
            low_half: [0; 16],
            high_half: [0; 16],
            is_ascii: true,
            members: [Self::NONE; 16],
            is_spread: true,
            table: [0; 256],
            singles: [0; Self::MAX_SINGLES],
            single_count: 0,
            ranges: [Range { first: 0, last: 0 }; Self::MAX_RANGES],
            range_count: 0,
        };
        let (mut linear, mut single) = ([0_u8; 64], [0_u8; 64]);
        let mut first = 0;
        // Written with loops alone, which constants can be made with.
        let mut next = 0;
        while next <= u8::MAX as u16 {
            let byte = next as u8;
            next += 1;
            if !bytes.contains(byte) {
                continue;
            }
            let bit = 1 << (byte >> 4 & 7);
            let nibble = (byte & 15) as usize;
            if byte < 0x80 {
                set.low_half[nibble] |= bit;
            } else {
                set.high_half[nibble] |= bit;
                set.is_ascii = false;
            }
            set.is_spread &= byte < 0x80 && set.members[nibble] == Self::NONE;
            set.members[nibble] = byte;
            let (high, low) = ((byte >> 6) as usize, (byte & 63) as usize);
            linear[low] |= LINEAR_MARKS[high];
            single[low] |= SINGLE_MARKS[high];
            set.table[byte as usize] = 0xFF;
            let before = byte > 0 && bytes.contains(byte - 1);
            let behind = byte < u8::MAX && bytes.contains(byte + 1);
            if !before && !behind {
                if set.single_count < Self::MAX_SINGLES {
                    set.singles[set.single_count] = byte;
                }
                set.single_count += 1;
            } else if !before {
                first = byte;
            } else if !behind {
                if set.range_count < Self::MAX_RANGES {
                    set.ranges[set.range_count] = Range { first, last: byte };
                }
                set.range_count += 1;
            }
        }
        let mut low = 0;
        while low < single.len() {
            set.is_linear &= single[low].count_ones() != 3;
            low += 1;
        }
        low = 0;
        while low < single.len() {
            set.absent[low] = !if set.is_linear { linear[low] } else { single[low] };
            low += 1;
        }
        set
    }

    /// If the set is two bytes that differ in one bit: this bit, and the byte that has it. `{` and `[`
    /// are such a set, and so are `A` and `a`.
    pub(crate) fn twins(&self) -> Option<(u8, u8)> {
        let mut bytes = self.bytes.iter();
        let (low, high) = (bytes.next()?, bytes.next()?);
        let bit = low ^ high;
        (bytes.next().is_none() && bit.is_power_of_two()).then_some((bit, high))
    }

    /// The members with no neighbour and the ranges of the others, if they are few; for backends
    /// without a table instruction.
    #[inline(always)]
    pub(super) fn parts(&self) -> Option<(&[u8], &[Range])> {
        Some((self.singles.get(..self.single_count)?, self.ranges.get(..self.range_count)?))
    }

    /// For each byte of `word`, 0xFF if it is a member, or 0.
    #[inline(always)]
    pub(super) fn look_up(&self, word: u64) -> u64 {
        u64::from_le_bytes(word.to_le_bytes().map(|byte| self.table[usize::from(byte)]))
    }
}

#[cfg(test)]
mod tests {
    use std::mem::MaybeUninit;

    use super::super::block::{BLOCK, Block, Hits};
    use super::super::{Check, check_on_all};
    use super::*;

    /// Each byte is found where it is a member, and no other, in every way that the set allows.
    impl Check for ByteSet {
        unsafe fn check<B: Block>(&self) {
            let set = &Set::new(self);
            for block in all().chunks_exact(BLOCK) {
                let members = (0..BLOCK).filter(|&place| self.contains(block[place]));
                let expected = members.fold(0_u64, |mask, place| mask | 1 << place);
                // SAFETY: the caller vouches for the processor; a block has 64 bytes.
                let block = unsafe { B::load(block.as_ptr()) };
                let hits = block.in_set(set);
                assert_eq!(hits.mask(), expected, "{self:?}");
                let mut written = MaybeUninit::uninit();
                hits.write(&mut written);
                // SAFETY: all parts of it were written.
                assert_eq!(unsafe { written.assume_init() }, expected, "{self:?}");
                if let Some((bit, byte)) = set.twins() {
                    assert_eq!(block.with_bits(bit).eq(byte).mask(), expected, "twins: {self:?}");
                }
                if set.is_spread {
                    assert_eq!(block.in_spread(set).mask(), expected, "spread: {self:?}");
                }
            }
        }
    }

    fn all() -> [u8; 256] {
        std::array::from_fn(|byte| byte as u8)
    }

    #[test]
    fn every_byte_of_random_sets() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize
        };
        let all = all();
        // Two values of the low six bits, with all four of the two above.
        let few = [0x21, 0x22, 0x61, 0x62, 0xA1, 0xA2, 0xE1, 0xE2];
        // How many sets are ASCII, spread, linear, and looked for by comparisons.
        let mut kinds = [0; 4];
        let mut sets = 0;
        for size in 0..600 {
            for from in [&all[..], &all[..0x80], &all[0x30..0x40], &few] {
                let members = (0..size / 2).map(|_| from[random() % from.len()]);
                let set = members.fold(ByteSet::EMPTY, ByteSet::with);
                let others = all.into_iter().filter(|&byte| !set.contains(byte));
                for set in [set, others.fold(ByteSet::EMPTY, ByteSet::with)] {
                    check_on_all(&set);
                    let set = Set::new(&set);
                    let is = [set.is_ascii, set.is_spread, set.is_linear, set.parts().is_some()];
                    for (kind, is) in kinds.iter_mut().zip(is) {
                        *kind += u32::from(is);
                    }
                    sets += 1;
                }
            }
        }
        assert!(kinds.iter().all(|&kind| kind > 50 && kind < sets - 50), "{kinds:?} of {sets}");
    }

    #[test]
    fn two_bytes() {
        let mut twins = 0;
        for low in 0..=255_u8 {
            for high in low..=255 {
                let set = ByteSet::EMPTY.with(low).with(high);
                let differ_in_one_bit = (0..8).any(|bit| low ^ high == 1 << bit);
                assert_eq!(Set::new(&set).twins().is_some(), differ_in_one_bit, "{set:?}");
                if differ_in_one_bit {
                    check_on_all(&set);
                    twins += 1;
                }
            }
        }
        assert_eq!(twins, 128 * 8);
        assert!(Set::new(&ByteSet::new(b"abc")).twins().is_none());
    }

    #[test]
    fn ranges_up_to_the_ends() {
        for first in 0..=255_u8 {
            for last in [first, first.saturating_add(1), first | 0x7F, 0xFF] {
                check_on_all(&(first..=last).fold(ByteSet::EMPTY, ByteSet::with));
            }
        }
    }
}
