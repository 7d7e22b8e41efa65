//! Finders of strings of more than [`MAX_STRING`](super::short::MAX_STRING) bytes.
//!
//! # The idea
//!
//! A block is compared with four bytes of the string, as it is with all bytes of a short one; where
//! these agree is a *candidate*, which is then compared as a whole. In most data candidates are
//! rare. Where they are not, comparing each from its start would take as long as the string for each
//! byte of the data. The way around that is the Z algorithm (Gusfield, "Algorithms on Strings,
//! Trees and Sequences", 1997, section 1.4):
//!
//! - `z[i]` is the number of bytes that the string moved by `i` agrees with itself, from its start;
//! - the longest stretch of data that has been found to be the string's start is remembered;
//! - a candidate inside that stretch begins with bytes of the string, at a place `i` of it: it has
//!   `z[i]` bytes in common with the string, or, if the stretch ends before, all bytes up to there,
//!   and only what is behind has to be compared.
//!
//! ```text
//! string      a b a a b a c ...        z = - 0 1 3 0 1 0 ...
//! data        a b a a b a b a a b a c
//! known       |---------|              six bytes were the string's first, the seventh was not
//! candidate         |                  3 bytes on: z[3] = 3, all that is left of the stretch;
//!                         ^            so comparing begins here
//! ```
//!
//! So no byte of the data is found equal twice, and the time is linear in the data, whatever the
//! string and the data. The table `z` costs a number for each byte of the string. (Here the
//! candidates are those that the filter leaves, and those that begin before the end of the last hit
//! are left out; both only make the work less.)

use super::finder::{Carried, Finder};
use crate::Error;
use crate::bytes::try_copy;
use crate::engine::isa::block::{Block, Hits, Mask};

/// How many bytes of the string a block is compared with. `cargo bench --bench ratios -- strings`,
/// Zen 4: three leave too many candidates in text, five take longer.
const FILTER: usize = 4;

/// A string of many bytes.
#[derive(Debug)]
pub(crate) struct Long {
    bytes: Vec<u8>,
    /// How many bytes the string, moved by the index, has in common with itself.
    z: Vec<usize>,
    /// Bytes of the string, and how far before its last byte they are.
    filter: [(u8, usize); FILTER],
}

impl Long {
    pub(super) fn new(bytes: &[u8]) -> Result<Self, Error> {
        let z = z_of(bytes)?;
        let last = bytes.len() - 1;
        // The first, the last, and two in between.
        let filter = std::array::from_fn(|part| {
            let place = last - last * part / (FILTER - 1);
            (bytes[place], last - place)
        });
        Ok(Self { bytes: try_copy(bytes)?, z, filter })
    }

    #[inline(always)]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Of the candidates that end at the bits of `ends`, the first bit being the byte at `from`,
    /// those that are hits.
    ///
    /// Invariant: `data[known_from..known_to]` are the first bytes of the string; if they are not
    /// all of it and not the last of the data, then the byte at `known_to` is another than the
    /// string's next. Candidates come in order.
    #[inline(never)]
    fn hits(&self, data: &[u8], from: usize, mut ends: u64, carried: &mut Carried) -> u64 {
        let mut hits = 0;
        while ends != 0 {
            let end = from + ends.trailing_zeros() as usize + 1;
            let bit = ends & ends.wrapping_neg();
            ends ^= bit;
            let start = match end.checked_sub(self.bytes.len()) {
                Some(start) if start >= carried.free => start,
                _ => continue,
            };
            let mut equal = 0;
            if start < carried.known_to {
                let left = carried.known_to - start;
                equal = match start - carried.known_from {
                    0 => left,
                    moved => self.z[moved].min(left),
                };
                // It differs from the string inside the known bytes.
                if equal < left {
                    continue;
                }
            }
            equal += equal_bytes(&data[start + equal..end], &self.bytes[equal..]);
            (carried.known_from, carried.known_to) = (start, start + equal);
            if equal == self.bytes.len() {
                hits |= bit;
                carried.free = end;
            }
        }
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
        let [a, b, c, d] = self.filter;
        // SAFETY: the caller vouches for the block, and for the bytes before it that are as many as
        // those of the string but one.
        let candidates = unsafe {
            let at = data.as_ptr().add(at);
            let first = B::load(at.sub(a.1)).eq(a.0).and(B::load(at.sub(b.1)).eq(b.0));
            first.and(B::load(at.sub(c.1)).eq(c.0).and(B::load(at.sub(d.1)).eq(d.0)))
        };
        if !candidates.any() {
            return Mask(0);
        }
        Mask(self.hits(data, at, candidates.mask(), carried))
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(
        &self,
        data: &[u8],
        from: usize,
        to: usize,
        carried: &mut Carried,
    ) -> u64 {
        // Where occurrences of the last byte alone end.
        let last = self.bytes[self.bytes.len() - 1];
        let mut ends = 0;
        for (place, &byte) in data[from..to].iter().enumerate() {
            ends |= u64::from(byte == last) << place;
        }
        if to < self.bytes.len() || ends == 0 { 0 } else { self.hits(data, from, ends, carried) }
    }
}

/// The table `z` of a string.
fn z_of(bytes: &[u8]) -> Result<Vec<usize>, Error> {
    let mut z = Vec::new();
    z.try_reserve_exact(bytes.len()).map_err(|_| Error::NoMemory)?;
    z.push(bytes.len());
    // The known stretch, as in the data.
    let (mut from, mut to) = (0, 0);
    for start in 1..bytes.len() {
        let mut equal = if start < to { z[start - from].min(to - start) } else { 0 };
        if start + equal >= to {
            equal += equal_bytes(&bytes[start + equal..], &bytes[equal..]);
            (from, to) = (start, start + equal);
        }
        z.push(equal);
    }
    Ok(z)
}

/// With how many equal bytes both begin.
#[inline(always)]
fn equal_bytes(one: &[u8], other: &[u8]) -> usize {
    let mut equal = 0;
    for (one, other) in one.as_chunks::<32>().0.iter().zip(other.as_chunks::<32>().0) {
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
    use crate::engine::isa::block::BLOCK;

    #[test]
    fn z_is_what_comparing_finds() {
        let strings =
            [&b"a"[..], b"aaaa", b"abaabac", b"abcabcabcabd", &[b'x'; 100], b"ababbababab"];
        for bytes in strings {
            let expected: Vec<usize> = (0..bytes.len())
                .map(|start| bytes[start..].iter().zip(bytes).take_while(|(a, b)| a == b).count())
                .collect();
            assert_eq!(z_of(bytes).unwrap(), expected);
        }
    }

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
