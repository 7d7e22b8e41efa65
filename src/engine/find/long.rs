//! Strings of more than [`MAX_STRING`](super::short::MAX_STRING) bytes.
//!
//! [`memchr::memmem`] finds the next hit. Its time is linear in the bytes that it reads, however the
//! string repeats itself. It is not called for each block: we remember an offset `ahead` before
//! which no further hit ends, and whether one ends there.
//!
//! ```text
//! block        |       |       |       |       |
//! free         ^                                  the end of the last hit
//! searched     |-----------------|                no hit in this
//! ahead                           ^               so none ends in the next two blocks
//! ```
//!
//! A search reads no further behind a block than the distance from the last hit to the block's end.
//! So if the question is answered early, at most twice as much has been read as was needed; and the
//! longer there is no hit, the fewer the searches. Where hits follow one another without a gap,
//! nothing is searched: at the end of each hit, the string is compared once.
//!
//! Cost: linear in the data. Each search begins less than the string's length before the end of the
//! one before, and ends at least the string's length behind it.

use std::ops::Range;

use memchr::memmem;

use super::finder::{Carried, Finder};
use crate::bytes::try_copy;
use crate::engine::isa::block::{BLOCK, Block, Mask};
use crate::error::Error;

/// The most bytes that are searched ahead of a block: they are still in the second-level cache when
/// their blocks are reached.
const MOST_AHEAD: usize = 64 << 10;

/// A string of many bytes.
#[derive(Debug)]
pub(crate) struct Long {
    /// Borrows from `bytes`.
    finder: memmem::Finder<'static>,
    bytes: Vec<u8>,
}

impl Long {
    pub(super) fn new(bytes: &[u8]) -> Result<Self, Error> {
        let bytes = try_copy(bytes)?;
        // SAFETY: the finder is never handed out, and is dropped with the vector. Until then the
        // vector is not changed, so its bytes stay where they are, even if it is moved itself.
        let borrowed = unsafe { std::slice::from_raw_parts(bytes.as_ptr(), bytes.len()) };
        Ok(Self { finder: memmem::Finder::new(borrowed), bytes })
    }

    #[inline(always)]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether `data` begins with the string, which is compared 16 bytes at a time: calling the system's
    /// comparison takes longer than comparing.
    #[inline(always)]
    fn begins(&self, data: &[u8]) -> bool {
        let bytes = &*self.bytes;
        let Some(data) = data.get(..bytes.len()) else { return false };
        let mut words = bytes.chunks_exact(16).zip(data.chunks_exact(16));
        words.all(|(one, other)| one.first_chunk::<16>() == other.first_chunk())
            && data.last_chunk::<16>() == bytes.last_chunk()
    }

    /// Not inlined, so that [`hits`](Self::hits) keeps all it needs in registers.
    #[inline(never)]
    fn search(&self, data: &[u8]) -> Option<usize> {
        self.finder.find(data)
    }

    /// How often it occurs in `data`. Without masks there is no need for blocks.
    #[inline(never)]
    pub(in crate::engine) fn count(&self, mut data: &[u8]) -> u64 {
        let mut number = 0;
        loop {
            while self.begins(data) {
                number += 1;
                data = &data[self.bytes.len()..];
            }
            // It is compared once more where it was found.
            let Some(place) = self.search(data) else { return number };
            data = &data[place..];
        }
    }

    /// The hits that end in `data[at]`, at most 64 bytes, one bit for each byte. All that end before
    /// have been found.
    #[inline(never)]
    pub(crate) fn hits(&self, data: &[u8], at: Range<usize>, carried: &mut Carried) -> u64 {
        let len = self.bytes.len();
        let Carried { mut free, mut ahead, mut is_hit, .. } = *carried;
        let mut hits = 0;
        loop {
            // Where the next hit may end does not wait for the comparison: only a branch does.
            while is_hit && ahead <= at.end {
                hits |= 1 << (ahead - 1 - at.start);
                free = ahead;
                ahead += len;
                is_hit = self.begins(&data[free..]);
            }
            if !is_hit {
                ahead = ahead.max(free + len);
            }
            if ahead > at.end {
                break;
            }
            let further = (at.end - free).min(MOST_AHEAD).max(len);
            let (from, to) = (ahead - len, data.len().min(at.end + further));
            let found = self.search(&data[from..to]);
            is_hit = found.is_some();
            ahead = found.map_or(to + 1, |place| from + place + len);
        }
        *carried = Carried { free, ahead, is_hit, ..*carried };
        hits
    }
}

impl Finder for Long {
    type Hits<B: Block> = Mask;

    #[inline(always)]
    unsafe fn at<B: Block>(&self, data: &[u8], at: usize, carried: &mut Carried) -> Mask {
        if carried.ahead > at + BLOCK {
            return Mask(0);
        }
        Mask(self.hits(data, at..at + BLOCK, carried))
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(
        &self,
        data: &[u8],
        at: Range<usize>,
        carried: &mut Carried,
    ) -> u64 {
        self.hits(data, at, carried)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Block by block over data of the string and its beginnings, one behind the other.
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
            let mut data = Vec::new();
            while data.len() < 16 * BLOCK {
                let len =
                    if random() % 2 == 0 { string.len() } else { random() as usize % string.len() };
                data.extend_from_slice(&string[..len]);
                if random() % 3 == 0 {
                    data.push(b'.');
                }
                if random() % 16 == 0 {
                    data.resize(data.len() + random() as usize % (4 * BLOCK), b'.');
                }
            }
            data.truncate(16 * BLOCK);
            let (mut carried, mut free) = (Carried::default(), 0);
            let mut number = 0;
            for from in (0..data.len()).step_by(BLOCK) {
                let mut expected = 0_u64;
                for place in 0..BLOCK {
                    let end = from + place + 1;
                    if end >= free + string.len() && data[..end].ends_with(&string) {
                        expected |= 1 << place;
                        free = end;
                        number += 1;
                    }
                }
                assert_eq!(long.hits(&data, from..from + BLOCK, &mut carried), expected);
            }
            assert_eq!(long.count(&data), number);
        }
    }

    /// How far a search reads: the last bytes of the data matter only if they are near.
    #[test]
    fn a_search_reads_at_most_as_far_ahead_as_the_last_hit_is_behind() {
        let string = [b'a'; 20];
        let long = Long::new(&string).unwrap();
        let mut data = vec![b'.'; 1 << 20];
        data[BLOCK - 20..BLOCK].fill(b'a');
        let mut carried = Carried::default();
        assert_eq!(long.hits(&data, 0..BLOCK, &mut carried), 1 << 63);
        for from in (BLOCK..data.len()).step_by(BLOCK) {
            assert_eq!(long.hits(&data, from..from + BLOCK, &mut carried), 0);
            let end = from + BLOCK;
            let most = end + (end - BLOCK).min(MOST_AHEAD);
            assert!(carried.ahead <= most + 1, "{carried:?} at {from}");
        }
    }
}
