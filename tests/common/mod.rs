//! What the tests share: the answers as a plain loop gives them, and random cases.

#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

pub mod edges;
pub mod records;
pub mod text;
pub mod words;

use std::fmt;

use tally::{ByteSet, Counter, Match, Needle, Reset};

/// A question about some data.
#[derive(Clone)]
pub struct Case {
    pub needle: OwnedNeedle,
    pub reset: Reset,
    pub min_number: u64,
    pub data: Vec<u8>,
}

#[derive(Clone)]
pub enum OwnedNeedle {
    Character(char),
    String(Vec<u8>),
    AnyOf(ByteSet),
}

impl OwnedNeedle {
    pub fn get(&self) -> Needle<'_> {
        match self {
            Self::Character(character) => Needle::Character(*character),
            Self::String(bytes) => Needle::String(bytes),
            Self::AnyOf(set) => Needle::AnyOf(*set),
        }
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let needle = match &self.needle {
            OwnedNeedle::Character(character) => format!("character {character:?}"),
            OwnedNeedle::String(bytes) => format!("bytes \"{}\"", bytes.escape_ascii()),
            OwnedNeedle::AnyOf(set) => format!("any of {set:?}"),
        };
        let Self { reset, min_number, data, .. } = self;
        write!(f, "{needle}, reset {:?}, at least {min_number}, ", reset.bytes())?;
        write!(f, "{} bytes: \"{}\"", data.len(), data.escape_ascii())
    }
}

/// All answers to a question.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Answers {
    pub has_count: bool,
    pub count: u64,
    pub max_count: u64,
    pub matching_segments: u64,
    pub matches: Vec<Match>,
}

/// The reference: one byte at a time, in the words of the rules.
pub fn plainly(needle: Needle<'_>, reset: Reset, min_number: u64, data: &[u8]) -> Answers {
    let resets = reset.bytes();
    let mut character = [0; 4];
    let (string, set): (&[u8], ByteSet) = match needle {
        Needle::Character(c) => (c.encode_utf8(&mut character).as_bytes(), ByteSet::EMPTY),
        Needle::String(bytes) => (bytes, ByteSet::EMPTY),
        Needle::AnyOf(set) => (&[], set),
    };
    let mut answers = Answers::default();
    let (mut segment, mut start, mut count) = (0, 0, 0);
    // Where the last occurrence ended: the next may not begin before.
    let mut free = 0;
    if min_number == 0 {
        answers.matches.push(Match { segment, start, end: start, count });
    }
    for (place, &byte) in data.iter().enumerate() {
        let end = place + 1;
        if resets.contains(byte) {
            (segment, start, count) = (segment + 1, end as u64, 0);
            if min_number == 0 {
                answers.matches.push(Match { segment, start, end: start, count });
            }
        }
        let counts = if string.is_empty() {
            set.contains(byte)
        } else {
            data[..end].ends_with(string) && end - string.len() >= free
        };
        if counts {
            free = end;
            count += 1;
            answers.count += 1;
            answers.max_count = answers.max_count.max(count);
            if count == min_number {
                answers.matches.push(Match { segment, start, end: end as u64, count });
            }
        }
    }
    answers.matching_segments = answers.matches.len() as u64;
    answers.has_count = !answers.matches.is_empty();
    answers
}

/// The answers of a counter; `way` chooses how the matches are found.
pub fn ask(counter: &Counter, data: &[u8], way: usize) -> Answers {
    let first = counter.find(data);
    let matches: Vec<Match> = match way % 4 {
        0 => counter.matches(data).collect(),
        room => {
            // A few at a time, each time behind the last.
            let mut all: Vec<Match> = Vec::new();
            let mut found = vec![Match::default(); [0, 1, 3, 50][room]];
            loop {
                let number = counter.find_many(data, all.last(), &mut found).unwrap();
                all.extend(&found[..number]);
                if number < found.len() {
                    break all;
                }
            }
        }
    };
    assert_eq!(first, matches.first().copied(), "find and find_many");
    Answers {
        has_count: counter.has_count(data),
        count: counter.count(data),
        max_count: counter.max_count(data),
        matching_segments: counter.matching_segments(data),
        matches,
    }
}

/// Random numbers, the same for the same seed (Marsaglia's xorshift, and Vigna's multiplier).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// From 0 to `bound - 1`.
    pub fn below(&mut self, bound: usize) -> usize {
        (((self.next() >> 32) * bound as u64) >> 32) as usize
    }

    pub fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// A length up to `most`, more often around the edges of blocks, and of groups and batches of
    /// blocks.
    fn length(&mut self, most: usize) -> usize {
        let blocks = match self.below(6) {
            0 => return self.below(20).min(most),
            1 => return self.below(most + 1),
            2 if most >= 4096 => self.pick(&[32, 36, 40, 44, 64, 68, 72, 76, 100, 136]),
            _ => self.pick(&[1, 2, 3, 4, 5, 8, 12]),
        };
        let length = (blocks * 64 + self.below(7)).saturating_sub(3);
        length.min(most)
    }
}

impl Case {
    /// A case of few different bytes, so that hits, resets and overlaps are dense, or of stretches
    /// of one byte, so that they are long.
    pub fn random(random: &mut Random, most: usize) -> Self {
        const CHARACTERS: [char; 8] = ['a', 'b', '\n', '\0', 'é', '€', '𝄞', '\u{7F}'];
        let alphabet: &[u8] = match random.below(6) {
            0 => b"ab\n",
            1 => b"aaaab \n",
            2 => b"a\n",
            3 => b"abc \t\x0B\xC3\xA9\xE2\x82\xAC",
            4 => b"aabbbbbbbbbbbbbb\nbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            _ => b"a\0\x80\xFF\x7F\n\xF0\x9D\x84\x9E",
        };
        let length = random.length(most);
        let mut data = Vec::with_capacity(length + 4);
        while data.len() < length {
            match random.below(24) {
                0 => {
                    let byte = random.pick(alphabet);
                    data.resize(data.len() + random.below(90), byte);
                }
                1 => {
                    let character = random.pick(&CHARACTERS);
                    data.extend(character.encode_utf8(&mut [0; 4]).bytes());
                }
                2 if !data.is_empty() => {
                    // Part of the data again: strings that repeat themselves.
                    let from = random.below(data.len());
                    data.extend_from_within(from..);
                }
                _ => data.push(random.pick(alphabet)),
            }
        }
        data.truncate(length);
        let reset = match random.below(8) {
            0 => Reset::None,
            1..4 => Reset::Newlines,
            4 => Reset::Spaces,
            5 => Reset::Whitespace,
            6 => Reset::AnyOf([random.pick(alphabet)].into_iter().collect()),
            _ => Reset::AnyOf((0..random.below(40)).map(|_| random.next() as u8).collect()),
        };
        let needle = Self::random_needle(random, alphabet, &data, &reset.bytes());
        let min_number = match random.below(8) {
            0 => random.pick(&[0, 1, 62, 63, 64, 65, 66, 128, 1000, u64::MAX]),
            1 => random.below(70) as u64,
            // Reached by the largest count, or just not.
            2 | 3 => plainly(needle.get(), reset, 0, &data).max_count + random.below(2) as u64,
            _ => random.below(10) as u64,
        };
        Self { needle, reset, min_number, data }
    }

    fn random_needle(
        random: &mut Random,
        alphabet: &[u8],
        data: &[u8],
        resets: &ByteSet,
    ) -> OwnedNeedle {
        match random.below(8) {
            0 => {
                let some = random.pick(&['a', 'b', '\n', '\0', ' ', 'é', '€', '𝄞']);
                let in_resets = some.encode_utf8(&mut [0; 4]).bytes().any(|b| resets.contains(b));
                OwnedNeedle::Character(if in_resets { 'a' } else { some })
            }
            1 | 2 => {
                let mut set: ByteSet =
                    (0..random.below(5)).map(|_| random.pick(alphabet)).collect();
                if random.one_in(3) {
                    set = (0..random.below(60)).map(|_| random.next() as u8).collect();
                }
                OwnedNeedle::AnyOf(set.with(random.pick(alphabet)))
            }
            3 | 4 if !data.is_empty() => {
                // Bytes of the data, up to the first reset.
                let from = random.below(data.len());
                let most = random.pick(&[2, 3, 4, 5, 9, 16, 64, 65, 100]);
                let mut string: Vec<u8> = data[from..].iter().copied().take(most).collect();
                if string.len() > 1
                    && let Some(reset) = string.iter().position(|&byte| resets.contains(byte))
                {
                    string.truncate(reset.max(1));
                }
                OwnedNeedle::String(string)
            }
            5 => {
                let byte = if resets.contains(b'a') { b'b' } else { b'a' };
                let length = if resets.contains(byte) { 1 } else { random.below(7) + 1 };
                OwnedNeedle::String(vec![byte; length])
            }
            _ => OwnedNeedle::String(vec![random.pick(alphabet)]),
        }
    }
}
