//! The backend for every processor: eight bytes at a time in a 64-bit word.
//!
//! A word is read so that its lowest byte is the first in memory, whatever the processor's byte
//! order. A comparison leaves the high bit of each byte that matched.

use super::block::{BLOCK, Block, Hits};
use super::lanes::{Arithmetic, ROW};
use super::set::Set;

const WORDS: usize = BLOCK / 8;
const HIGH: u64 = 0x8080_8080_8080_8080;
const LOW: u64 = 0x0101_0101_0101_0101;

/// Up to this many comparisons are faster than a lookup for each byte.
const MAX_COMPARISONS: usize = 4;

/// 64 bytes as eight words.
#[derive(Clone, Copy)]
pub(crate) struct Portable([u64; WORDS]);

/// The high bit of each byte that matched.
#[derive(Clone, Copy)]
pub(crate) struct WordHits([u64; WORDS]);

impl Arithmetic for Portable {
    type Counts = [u64; 1];
    type Row = [u64; ROW];

    const COUNT_FROM: u64 = 33;
}

impl Block for Portable {
    type Hits = WordHits;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: the caller vouches for 64 bytes; an array of bytes needs no alignment.
        let bytes = unsafe { at.cast::<[[u8; 8]; WORDS]>().read_unaligned() };
        Self(bytes.map(u64::from_le_bytes))
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> WordHits {
        let wanted = LOW * u64::from(byte);
        WordHits(self.0.map(|word| {
            let differs = word ^ wanted;
            // A byte's high bit after the addition: its low seven bits are not all 0. Nothing is
            // carried from byte to byte.
            !(((differs & !HIGH) + !HIGH) | differs) & HIGH
        }))
    }

    #[inline(always)]
    fn with_bits(self, bits: u8) -> Self {
        Self(self.0.map(|word| word | (LOW * u64::from(bits))))
    }

    #[inline(always)]
    fn not_ascii(self) -> WordHits {
        WordHits(self.0.map(|word| word & HIGH))
    }

    /// Not inlined, because the code is long.
    #[inline(never)]
    fn in_set(self, set: &Set) -> WordHits {
        match set.parts() {
            Some((singles, ranges)) if singles.len() + 2 * ranges.len() <= MAX_COMPARISONS => {
                let mut hits = WordHits([0; WORDS]);
                for &single in singles {
                    hits = hits.or(self.eq(single));
                }
                for range in ranges {
                    let first = AtLeast::new(u16::from(range.first));
                    let behind = AtLeast::new(u16::from(range.last) + 1);
                    for (hits, word) in hits.0.iter_mut().zip(self.0) {
                        *hits |= first.of(word) & !behind.of(word);
                    }
                }
                hits
            }
            _ => WordHits(self.0.map(|word| set.look_up(word) & HIGH)),
        }
    }
}

/// Compares each byte of a word with a bound from 0 to 256.
#[derive(Clone, Copy)]
struct AtLeast {
    /// Added to a byte's low seven bits, this sets the high bit where they are large enough.
    add: u64,
    /// For bounds up to 0x80 a set high bit is enough by itself; above, it is needed besides.
    enough: u64,
}

impl AtLeast {
    #[inline(always)]
    fn new(bound: u16) -> Self {
        let enough = if bound <= 0x80 { HIGH } else { 0 };
        let add = if bound <= 0x80 { 0x80 - bound } else { 0x100 - bound };
        Self { add: LOW * u64::from(add), enough }
    }

    /// The high bit of each byte that is at least the bound.
    #[inline(always)]
    fn of(self, word: u64) -> u64 {
        let sum = (word & !HIGH) + self.add;
        ((word & sum) | ((word | sum) & self.enough)) & HIGH
    }
}

impl Hits for WordHits {
    /// A count in each byte of a word.
    type Sum = u64;

    /// A byte of the sum grows by eight at most each time.
    const MAX_ADDS: usize = 255 / WORDS;

    #[inline(always)]
    fn mask(self) -> u64 {
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
        bits
    }

    #[inline(always)]
    fn any(self) -> bool {
        self.0.into_iter().fold(0, |any, word| any | word) != 0
    }

    #[inline(always)]
    fn and(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= other;
        }
        self
    }

    #[inline(always)]
    fn or(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word |= other;
        }
        self
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
