//! How the fuzzer's bytes describe a question and data.
//!
//! Data is described in steps, so that few bytes make long data, and a small change moves hits and
//! resets across the boundaries of blocks.

#![allow(dead_code, reason = "each target uses its part")]

use tally::{ByteSet, Needle, Reset};

use crate::common::{Case, OwnedNeedle, Random, plainly};

/// The most data that is made, in bytes: mostly little, for speed; sometimes so much that the hits at
/// one offset of all blocks are more than a byte can count.
const MOST: [usize; 3] = [700, 10 << 10, 72 << 10];

/// The fuzzer's bytes. Where they have ended, there are zeros.
pub(crate) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or(0)
    }

    /// A number below `bound`, which is at most 256.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::from(self.byte()) % bound
    }

    /// `number` bytes, or those that are left.
    fn bytes(&mut self, number: usize) -> &'a [u8] {
        let (bytes, rest) = self.0.split_at(number.min(self.0.len()));
        self.0 = rest;
        bytes
    }

    /// A number of any size, more often small or almost the largest.
    pub(crate) fn number(&mut self) -> u64 {
        let mut wide = [0; 8];
        let width = [1, 1, 2, 8][self.below(4)];
        let bytes = self.bytes(width);
        wide[..bytes.len()].copy_from_slice(bytes);
        let number = u64::from_le_bytes(wide);
        if width == 1 && number > 250 { number.wrapping_sub(256) } else { number }
    }

    /// Mostly true.
    pub(crate) fn mostly(&mut self) -> bool {
        self.byte() % 32 != 31
    }

    /// Mostly below 4.
    pub(crate) fn small(&mut self) -> u64 {
        match self.byte() % 8 {
            small @ ..6 => u64::from(small % 4),
            _ => self.number(),
        }
    }

    /// A length: exact when short, near a multiple of 64 when long.
    fn length(&mut self) -> usize {
        match self.byte() {
            short @ ..224 => usize::from(short % 112),
            long => usize::from(long - 222) * 128 + self.below(64) - 32,
        }
    }

    pub(crate) fn needle(&mut self) -> OwnedNeedle {
        match self.below(6) {
            0 => OwnedNeedle::Character(char::from(self.byte() & 0x7F)),
            1 => {
                let [low, middle, high] = [self.byte(), self.byte(), self.byte()];
                let point = u32::from_le_bytes([low, middle, high & 0x1F, 0]);
                OwnedNeedle::Character(char::from_u32(point).unwrap_or('é'))
            }
            2 => OwnedNeedle::AnyOf(self.set()),
            3 => OwnedNeedle::String(vec![self.byte()]),
            _ => OwnedNeedle::String(self.string()),
        }
    }

    /// A few bytes, repeated up to a length, and a few others: strings that overlap
    /// themselves in every way, up to some longer than a block.
    pub(crate) fn string(&mut self) -> Vec<u8> {
        let [start, end] = [self.below(9), self.below(4)];
        let start = self.bytes(start);
        let length = match self.byte() {
            short @ ..128 if short % 2 == 0 => start.len(),
            longer => usize::from(longer % 128),
        };
        let mut string: Vec<u8> = start.iter().copied().cycle().take(length).collect();
        string.extend(self.bytes(end));
        string
    }

    pub(crate) fn set(&mut self) -> ByteSet {
        let shape = self.below(64);
        let listed = ByteSet::new(self.bytes(shape % 16));
        match shape / 16 {
            2 => (self.byte()..=self.byte()).chain(listed.iter()).collect(),
            3 => (0..=u8::MAX).filter(|&byte| !listed.contains(byte)).collect(),
            _ => listed,
        }
    }

    fn reset(&mut self) -> Reset {
        match self.below(8) {
            0 => Reset::None,
            1 | 2 => Reset::Newlines,
            3 => Reset::Spaces,
            4 => Reset::Whitespace,
            5 => ByteSet::EMPTY.with(self.byte()).into(),
            _ => self.set().into(),
        }
    }

    /// A question and data to ask it about.
    pub(crate) fn case(&mut self) -> Case {
        let (needle, reset) = (self.needle(), self.reset());
        let (min_number, data) = self.rest(needle.get(), reset);
        Case { needle, reset, min_number, data }
    }

    /// The number to reach, and all the rest as data.
    pub(crate) fn rest(&mut self, needle: Needle<'_>, reset: Reset) -> (u64, Vec<u8>) {
        let (selector, number) = (self.byte(), self.number());
        let data = self.data(needle, &reset.bytes());
        let min_number = match selector {
            0..100 => u64::from(selector % 80),
            100..200 => {
                // Just reached, or just not.
                let most = plainly(needle, reset, u64::MAX, &data).max_count;
                (most + u64::from(selector % 4)).saturating_sub(1)
            }
            _ => number,
        };
        (min_number, data)
    }

    fn data(&mut self, needle: Needle<'_>, resets: &ByteSet) -> Vec<u8> {
        let mut room = [0; 4];
        let (bytes, size) = match needle {
            Needle::Character(character) => {
                let bytes = character.encode_utf8(&mut room).as_bytes();
                (bytes.to_vec(), bytes.len())
            }
            Needle::String(bytes) => (bytes.to_vec(), bytes.len()),
            Needle::AnyOf(set) => (set.iter().collect(), 1),
        };
        let hits: Vec<&[u8]> = bytes.chunks(size.max(1)).collect();
        let resets: Vec<u8> = resets.iter().collect();
        let most = match self.byte() {
            ..160 => MOST[0],
            160..248 => MOST[1],
            _ => MOST[2],
        };
        let mut data = Vec::new();
        while !self.is_empty() && data.len() < most {
            self.step(&hits, &resets, &mut data);
        }
        data.truncate(most);
        data
    }

    fn step(&mut self, hits: &[&[u8]], resets: &[u8], data: &mut Vec<u8>) {
        let (kind, detail) = (self.below(8), self.below(32));
        let hit = hits.get(detail * hits.len() / 32).copied().unwrap_or_default();
        let reset = resets.get(detail * resets.len() / 32).copied().unwrap_or(b'\n');
        match kind {
            // The fuzzer's own bytes.
            0 => data.extend(self.bytes(detail + 1)),
            // A run of one byte.
            1 => data.resize(data.len() + self.length(), self.byte()),
            // Hits, one behind another.
            2 => data.extend(hit.repeat(self.byte().into()).iter().take(self.length())),
            // Almost a hit.
            3 => data.extend(&hit[..hit.len() - hit.len().min(self.below(4))]),
            // A segment ends.
            4 => data.push(reset),
            // One byte up to the boundary of a block, or a few bytes off.
            5 => {
                let size = [64, 128, 256, 1024][detail % 4];
                let boundary = (data.len() + 8).next_multiple_of(size) + self.below(8) - 4;
                data.resize(boundary, self.byte());
            }
            // The last bytes again, some times.
            6 => {
                let again = data.len().min(self.length());
                for _ in 0..detail {
                    data.extend_from_within(data.len() - again..);
                }
            }
            // Hits and resets among others, each as dense as may be.
            _ => {
                let mut random = Random::new(self.byte().into());
                let (hit_in, reset_in) = (1 << (detail % 8), 1 << (self.below(12)));
                let (other, end) = (self.byte(), data.len() + self.length());
                while data.len() < end {
                    if random.one_in(reset_in) {
                        data.push(reset);
                    } else if random.one_in(hit_in) && !hits.is_empty() {
                        data.extend(random.pick(hits));
                    } else {
                        data.push(other);
                    }
                }
            }
        }
    }
}

/// Another value for one of a state's numbers, or for any byte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    place: u8,
    value: u64,
}

impl Change {
    /// A few, or none.
    pub(crate) fn some(input: &mut Input<'_>) -> Vec<Self> {
        let number = input.below(6);
        (0..number).map(|_| Self { place: input.byte(), value: input.number() }).collect()
    }

    /// Makes the changes in the state of a summary.
    pub(crate) fn make(changes: &[Self], state: &mut [u8]) {
        const LENGTH: usize = 1 + 8 + 32 + 32;
        let mut length = [0; 8];
        length.copy_from_slice(&state[LENGTH..LENGTH + 8]);
        let numbers = LENGTH + 8 + u64::from_le_bytes(length) as usize;
        for Self { place, value } in changes {
            let place = usize::from(*place);
            if place < 128 {
                let at = numbers + 8 * (place % 8);
                state[at..at + 8].copy_from_slice(&value.to_le_bytes());
            } else {
                state[(place - 128) * state.len() / 128] = *value as u8;
            }
        }
    }
}

/// A copy of `data` that ends where its memory ends, and starts `shift` bytes behind the start of
/// its memory: a byte read outside is detected, and data starts at every alignment.
pub(crate) fn exactly(data: &[u8], shift: usize) -> Box<[u8]> {
    let mut memory = Vec::with_capacity(shift + data.len());
    memory.resize(shift, 0);
    memory.extend(data);
    memory.into_boxed_slice()
}
