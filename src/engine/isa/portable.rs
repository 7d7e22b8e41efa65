//! The backend for every processor: eight bytes at a time in a 64-bit word.
//!
//! A word is read so that its lowest byte is the first in memory, whatever the processor's byte
//! order. A comparison leaves the high bit of each byte that matched.

use std::mem::MaybeUninit;

use super::block::{BLOCK, Block, Hits};
use super::lanes::{Arithmetic, ROW, each};
use super::set::{Range, Set};

const WORDS: usize = BLOCK / 8;
const HIGH: u64 = 0x8080_8080_8080_8080;
const LOW: u64 = 0x0101_0101_0101_0101;

/// Up to this many comparisons are faster than a lookup for each byte.
const MAX_COMPARISONS: usize = 4;

/// 64 bytes as eight words, or the high bit of each that matched.
#[derive(Clone, Copy)]
pub(crate) struct Portable([u64; WORDS]);

impl Arithmetic for Portable {
    type Counts = [u64; 1];
    type Row = [u64; ROW];

    const COUNT_FROM: u64 = 33;
}

impl Block for Portable {
    type Hits = Self;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for 64 bytes; an array of bytes needs no alignment.
        let bytes = unsafe { at.cast::<[[u8; 8]; WORDS]>().read_unaligned() };
        Self(bytes.map(u64::from_le_bytes))
    }

    each! {
        |block| block.0;
        // A byte's high bit after the addition: its low seven bits are not all 0. Nothing is carried
        // from byte to byte.
        eq: |word; byte: u8| {
            let differs = word ^ (LOW * u64::from(byte));
            !(((differs & !HIGH) + !HIGH) | differs) & HIGH
        };
        with_bits: |word; bits: u8| word | (LOW * u64::from(bits));
        not_ascii: |word| word & HIGH;
    }

    /// Not inlined, because the code is long.
    #[inline(never)]
    fn in_set(self, set: &Set) -> Self {
        match set.parts() {
            Some((singles, ranges)) if singles.len() + 2 * ranges.len() <= MAX_COMPARISONS => {
                let mut hits = Self([0; WORDS]);
                for &single in singles {
                    hits = hits.or(self.eq(single));
                }
                for &range in ranges {
                    hits = hits.or(self.in_range(range));
                }
                hits
            }
            _ => self.look_up(set),
        }
    }
}

impl Portable {
    each! {
        |block| block.0;
        in_range: |word; range: Range| {
            at_least(word, range.first.into()) & !at_least(word, u16::from(range.last) + 1)
        };
        look_up: |word; set: &Set| set.look_up(word) & HIGH;
    }
}

/// The high bit of each byte that is at least `bound`, which is 0 to 256.
#[inline(always)]
fn at_least(word: u64, bound: u16) -> u64 {
    // For bounds up to 0x80 a set high bit is enough by itself; above, it is needed besides.
    let (enough, top) = if bound <= 0x80 { (HIGH, 0x80) } else { (0, 0x100) };
    // This sets the high bit where the low seven bits are large enough.
    let sum = (word & !HIGH) + LOW * u64::from(top - bound);
    ((word & sum) | ((word | sum) & enough)) & HIGH
}

impl Hits for Portable {
    /// A count in each byte of a word.
    type Sum = u64;

    /// A byte of the sum grows by eight at most each time.
    const MAX_ADDS: usize = 255 / WORDS;

    each! {
        |block| block.0;
        and: |hits, other| hits & other;
        or: |hits, other| hits | other;
    }

    #[inline(always)]
    fn write(self, to: &mut MaybeUninit<u64>) {
        // Bit `i` of byte `j` is that of byte `j` of word `i`.
        let mut bits = 0;
        for (place, word) in self.0.into_iter().enumerate() {
            bits |= word >> (7 - place);
        }
        // Bytes and words change places: squares of 1, 4 and 16 bits on one side of the diagonal with
        // those on the other (Warren, Hacker's Delight, 7-3).
        for (distance, squares) in
            [(7, 0x00AA_00AA_00AA_00AA), (14, 0x0000_CCCC_0000_CCCC), (28, 0x0000_0000_F0F0_F0F0)]
        {
            let differing = (bits ^ (bits >> distance)) & squares;
            bits ^= differing ^ (differing << distance);
        }
        to.write(bits);
    }

    #[inline(always)]
    fn any(self) -> bool {
        self.0.into_iter().fold(0, |any, word| any | word) != 0
    }

    #[inline(always)]
    unsafe fn no_hits() -> u64 {
        0
    }

    #[inline(always)]
    fn add(self, sum: u64) -> u64 {
        sum + self.0.into_iter().map(|word| word >> 7).sum::<u64>()
    }

    #[inline(always)]
    fn total(sum: u64) -> u64 {
        // Bytes are added in pairs first: all eight may be more than a byte holds.
        let pairs = (sum & 0x00FF_00FF_00FF_00FF) + ((sum >> 8) & 0x00FF_00FF_00FF_00FF);
        pairs.wrapping_mul(0x0001_0001_0001_0001) >> 48
    }
}
