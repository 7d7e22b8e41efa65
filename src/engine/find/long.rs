//! Finders of strings of more than [`MAX_STRING`](super::short::MAX_STRING) bytes.
//!
//! # The idea
//!
//! In each block we look for the two bytes of the string that are likely to be rarest, then for its
//! first byte and its last. A place where all four agree is a *candidate*, which is then compared
//! as a whole. In most data candidates are rare. Where they are not, comparing each from its start
//! would take up to the string's length for each byte of the data. Knuth, Morris and Pratt ("Fast
//! pattern matching in strings", 1977) avoid that: bytes that were found equal are not compared
//! again.
//!
//! - A *border* of a string is a shorter string with which it both begins and ends.
//! - We remember a place `free` in the data, before which no further hit begins, and how many bytes
//!   from `free` on are `known` to be the string's first.
//! - If the byte behind the known ones is not the string's next, a hit can only begin where a
//!   border of the known bytes begins: `free` moves by `known` less the longest border.
//!
//! ```text
//! string      a b a a b a c
//! data        a b a a b a b a a b a c     free 0, known 6: b follows, not c
//!             |---------|                 the longest border of "abaaba" is "aba": a follows it in
//!                   |---|                 the string, b in the data; the next border is "a", and b
//!                       |-|               follows it: free 5, known 2
//! ```
//!
//! Each step either makes `free + known` larger or moves `free`, so the time is linear in the data,
//! for any string and any data. The table of borders has a number for each byte.

use std::ops::Range;

use super::finder::{Carried, Finder};
use crate::bytes::{borders, try_copy};
use crate::engine::isa::block::{BLOCK, Block, Hits, Mask};
use crate::error::Error;

/// The bytes that text has most of, the most frequent first. Zeros are frequent in other data.
const FREQUENT: &[u8] = b"\0 etaoinshrdlucmfwypvbgk,.\n";

/// A string of many bytes.
#[derive(Debug)]
pub(crate) struct Long {
    bytes: Vec<u8>,
    /// The length of the longest border of the string's first bytes, by how many these are.
    borders: Vec<usize>,
    /// Two bytes of the string that are likely to be rare, and how far before its last byte they
    /// are; and its first byte and its last.
    rare: [(u8, usize); 2],
    ends: [u8; 2],
}

impl Long {
    pub(super) fn new(bytes: &[u8]) -> Result<Self, Error> {
        let last = bytes.len() - 1;
        // The rarest byte, and the rarest of the others; of equally rare ones the first, and
        // the last one that is another byte. Bytes that are not in the list are rarest.
        let rank = |byte| FREQUENT.iter().position(|&frequent| frequent == byte);
        let rank = |place: usize| rank(bytes[place]).map_or(0, |rank| FREQUENT.len() - rank);
        let first = (0..=last).min_by_key(|&place| rank(place)).unwrap_or(0);
        let is_other = |place: &usize| *place != first;
        let second = (0..=last)
            .rev()
            .filter(is_other)
            .min_by_key(|&place| (rank(place), bytes[place] == bytes[first]));
        let rare = [first, second.unwrap_or(last)].map(|place| (bytes[place], last - place));
        let ends = [bytes[0], bytes[last]];
        Ok(Self { bytes: try_copy(bytes)?, borders: borders(bytes)?, rare, ends })
    }

    #[inline(always)]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Of the candidates that end at the bits of `ends`, the first bit being the byte at `from`,
    /// those that are hits.
    ///
    /// Invariant: every hit that begins before `free` has been found, and the `known` bytes from
    /// `free` on are the string's first, but not all of it.
    #[inline(never)]
    fn hits(&self, data: &[u8], from: usize, mut ends: u64, carried: &mut Carried) -> u64 {
        let len = self.bytes.len();
        let Carried { mut free, mut known } = *carried;
        let mut hits = 0;
        loop {
            // The first byte with which a hit may end.
            let first = (free + len - 1).saturating_sub(from);
            ends = if first < BLOCK { ends & (u64::MAX << first) } else { 0 };
            if ends == 0 {
                break;
            }
            let end = from + ends.trailing_zeros() as usize + 1;
            let start = end - len;
            // None begins before the candidate.
            while free < start {
                let border = self.borders[known];
                free = if known == 0 { start } else { free + known - border };
                known = border;
            }
            if free > start {
                continue;
            }
            if data[start + known..end] == self.bytes[known..] {
                hits |= 1 << (end - 1 - from);
                (free, known) = (end, 0);
                continue;
            }
            known += equal_bytes(&data[start + known..end], &self.bytes[known..]);
            // The byte behind is not the string's next. Which border does it make longer?
            let byte = data[start + known];
            loop {
                if known == 0 {
                    free += 1;
                    break;
                }
                let border = self.borders[known];
                free += known - border;
                known = border;
                if self.bytes[known] == byte {
                    known += 1;
                    break;
                }
            }
        }
        *carried = Carried { free, known };
        hits
    }
}

impl Finder for Long {
    type Hits<B: Block> = Mask;

    #[inline(always)]
    fn lookback(&self) -> usize {
        self.bytes.len() - 1
    }

    #[inline(always)]
    unsafe fn at<B: Block>(&self, data: &[u8], at: usize, carried: &mut Carried) -> Mask {
        // The next hit ends at least the string's length behind `free`.
        if carried.free + self.lookback() >= at + BLOCK {
            return Mask(0);
        }
        let [(a, a_back), (b, b_back)] = self.rare;
        // SAFETY: the caller vouches for the block, and for the lookback before it.
        let candidates = unsafe {
            let at = data.as_ptr().add(at);
            let rare = B::load(at.sub(a_back)).eq(a).and(B::load(at.sub(b_back)).eq(b));
            if !rare.any() {
                return Mask(0);
            }
            let [first, last] = self.ends;
            rare.and(B::load(at.sub(self.lookback())).eq(first).and(B::load(at).eq(last)))
        };
        match candidates.mask() {
            0 => Mask(0),
            candidates => Mask(self.hits(data, at, candidates, carried)),
        }
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(
        &self,
        data: &[u8],
        at: Range<usize>,
        carried: &mut Carried,
    ) -> u64 {
        // Where occurrences of the last byte alone end.
        let last = self.bytes[self.bytes.len() - 1];
        let mut ends = 0;
        for (place, &byte) in data[at.clone()].iter().enumerate() {
            ends |= u64::from(byte == last) << place;
        }
        if at.end < self.bytes.len() || ends == 0 {
            0
        } else {
            self.hits(data, at.start, ends, carried)
        }
    }
}

/// The length of the longest common prefix.
#[inline(always)]
fn equal_bytes(one: &[u8], other: &[u8]) -> usize {
    let mut equal = 0;
    for (one, other) in one.chunks_exact(32).zip(other.chunks_exact(32)) {
        if one != other {
            break;
        }
        equal += 32;
    }
    equal + one[equal..].iter().zip(&other[equal..]).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_stops_at_the_first_difference() {
        for len in 0..100 {
            let one = vec![b'a'; len];
            assert_eq!(equal_bytes(&one, &one), len);
            for place in 0..len {
                let mut other = one.clone();
                other[place] = b'b';
                assert_eq!(equal_bytes(&one, &other), place);
            }
        }
    }

    /// All candidates of one block after the other, as if the filter let everything through.
    #[test]
    fn hits_are_the_leftmost() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state >> 33
        };
        for round in 0..600 {
            let period = [1, 2, 3, 5, 17, 40][round % 6];
            let unit: Vec<u8> = (0..period).map(|_| b"ab"[random() as usize % 2]).collect();
            let string: Vec<u8> = unit.iter().copied().cycle().take(17 + round % 90).collect();
            let long = Long::new(&string).unwrap();
            // The string and its beginnings, one behind the other.
            let mut data = Vec::new();
            while data.len() < 16 * BLOCK {
                let len =
                    if random() % 2 == 0 { string.len() } else { random() as usize % string.len() };
                data.extend_from_slice(&string[..len]);
                if random() % 3 == 0 {
                    data.push(b'.');
                }
            }
            data.truncate(16 * BLOCK);
            let (mut carried, mut free) = (Carried::default(), 0);
            for from in (0..data.len()).step_by(BLOCK) {
                let mut expected = 0_u64;
                for place in 0..BLOCK {
                    let end = from + place + 1;
                    if end >= free + string.len() && data[..end].ends_with(&string) {
                        expected |= 1 << place;
                        free = end;
                    }
                }
                assert_eq!(long.hits(&data, from, u64::MAX, &mut carried), expected);
            }
        }
    }
}
