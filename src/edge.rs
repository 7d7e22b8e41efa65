//! Strings of bytes that the edge of a chunk cuts.
//!
//! What has to be remembered of the data so far is one number: how many of the string's first bytes
//! the data ends with, counted from behind the last occurrence that counts. It is the state of the
//! automaton of Knuth, Morris and Pratt. The automaton runs over a few bytes on either side of an
//! edge alone; the engine, which is far faster, does the rest.

use std::sync::Arc;

use memchr::memmem;

use crate::Error;
use crate::engine::Plan;

/// A string of at least two bytes, prepared for being met in pieces.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    string: Arc<Vec<u8>>,
    /// For each length up to the string's: the longest string shorter than that with which the
    /// string's first so many bytes both begin and end.
    borders: Vec<usize>,
}

/// What the bytes behind an edge make of a string begun before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crossing {
    /// It is completed, by so many of them.
    Complete(usize),
    /// It is not: an occurrence can only begin behind the edge.
    Broken,
    /// They end before that is known: so many of the string's bytes are there by now.
    Open(usize),
}

impl Edge {
    pub(crate) fn new(string: Arc<Vec<u8>>) -> Result<Self, Error> {
        let mut borders = Vec::new();
        borders.try_reserve_exact(string.len() + 1).map_err(|_| Error::OutOfMemory)?;
        borders.extend([0, 0]);
        let mut edge = Self { string, borders };
        for at in 1..edge.string.len() {
            let border = edge.step(edge.borders[at], edge.string[at]);
            edge.borders.push(border);
        }
        Ok(edge)
    }

    /// The string's length; at least two.
    pub(crate) fn len(&self) -> usize {
        self.string.len()
    }

    /// Whether two occurrences can overlap.
    pub(crate) fn overlaps(&self) -> bool {
        self.borders[self.len()] > 0
    }

    /// How many of the string's first bytes the data ends with at `byte`, where it were `matched`
    /// (not yet all) before.
    #[inline]
    fn step(&self, mut matched: usize, byte: u8) -> usize {
        loop {
            if self.string[matched] == byte {
                return matched + 1;
            }
            if matched == 0 {
                return 0;
            }
            matched = self.borders[matched];
        }
    }

    /// Goes on with `data` where the data before it ended with `matched` of the string's bytes.
    pub(crate) fn cross(&self, mut matched: usize, data: &[u8]) -> Crossing {
        if matched == 0 {
            return Crossing::Broken;
        }
        for (at, &byte) in data.iter().enumerate() {
            matched = self.step(matched, byte);
            if matched == self.len() {
                return Crossing::Complete(at + 1);
            }
            if matched <= at + 1 {
                return Crossing::Broken;
            }
        }
        Crossing::Open(matched)
    }

    /// How many of the string's first bytes `data` ends with, behind the last occurrence that
    /// counts in it.
    pub(crate) fn matched_at_end(&self, plan: &Plan, data: &[u8]) -> usize {
        let most = self.len() - 1;
        let mut from = data.len().saturating_sub(most);
        if self.overlaps() && data.len() > most {
            // Does an occurrence that counts end behind `from`? Then one is as near as this.
            let near = &data[data.len().saturating_sub(2 * most)..];
            if plan.count(near) > 0 {
                from = from.max(plan.last_hit(data).unwrap_or(0));
            }
        }
        self.run(&data[from..])
    }

    /// How many of the string's first bytes `data` ends with, in which the string does not occur.
    fn run(&self, data: &[u8]) -> usize {
        /// It is looked for by so many of its first bytes, where there is enough to look through.
        const START: usize = 8;
        let mut matched = 0;
        let mut at = 0;
        while at < data.len() {
            if matched == 0 && data.len() - at >= 8 * START && self.len() > START {
                match memmem::find(&data[at..], &self.string[..START]) {
                    Some(start) => {
                        at += start + START;
                        matched = START;
                    }
                    None => at = data.len() - (START - 1),
                }
                continue;
            }
            matched = self.step(matched, data[at]);
            at += 1;
        }
        matched
    }

    /// Counts `data` in two ways, from its start and from `from` on, until they have come together:
    /// from there on, they find the same occurrences. The counts until there, if it is there.
    pub(crate) fn meet(&self, data: &[u8], from: usize) -> Option<(u64, u64)> {
        let (mut whole, mut part) = ((0, 0), (0, 0));
        let count = |(matched, count): &mut (usize, u64), byte| {
            *matched = self.step(*matched, byte);
            if *matched == self.len() {
                (*matched, *count) = (0, *count + 1);
            }
        };
        for (at, &byte) in data.iter().enumerate() {
            if at >= from && whole.0 == part.0 {
                return Some((whole.1, part.1));
            }
            count(&mut whole, byte);
            if at >= from {
                count(&mut part, byte);
            }
        }
        (data.len() >= from && whole.0 == part.0).then_some((whole.1, part.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(string: &str) -> Edge {
        Edge::new(Arc::new(string.into())).unwrap()
    }

    #[test]
    fn borders_are_the_longest() {
        for string in ["ab", "aa", "aabaa", "abcabcab", "abacabadabacaba", "aabaaab"] {
            let edge = edge(string);
            let bytes = string.as_bytes();
            for len in 1..=bytes.len() {
                let part = &bytes[..len];
                let border = (0..len).rev().find(|&border| part.ends_with(&part[..border]));
                assert_eq!(edge.borders[len], border.unwrap(), "{string} {len}");
            }
        }
    }

    #[test]
    fn crossings() {
        assert_eq!(edge("abcd").cross(2, b"cdx"), Crossing::Complete(2));
        assert_eq!(edge("abcd").cross(2, b"cx"), Crossing::Broken);
        assert_eq!(edge("abcd").cross(1, b"bc"), Crossing::Open(3));
        assert_eq!(edge("abcd").cross(1, b""), Crossing::Open(1));
        assert_eq!(edge("abcd").cross(0, b"abcd"), Crossing::Broken);
        // A shorter beginning takes over, and it too began before the edge.
        assert_eq!(edge("aabaac").cross(5, b"baac"), Crossing::Complete(4));
        // One that begins behind the edge is not this one's business.
        assert_eq!(edge("abab").cross(3, b"aabab"), Crossing::Broken);
    }

    #[test]
    fn two_ways_of_counting_meet() {
        // From its start: aa, aa. From 1 on: aa. Both are through at the b.
        assert_eq!(edge("aa").meet(b"aaaab", 1), Some((2, 1)));
        assert_eq!(edge("aa").meet(b"aaab", 1), Some((1, 1)));
        assert_eq!(edge("aa").meet(b"aaaa", 1), None);
        assert_eq!(edge("aba").meet(b"babab", 1), Some((0, 0)));
        assert_eq!(edge("aa").meet(b"", 1), None);
    }
}
