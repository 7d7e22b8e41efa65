//! Strings that the edge of a chunk cuts.
//!
//! One number says all that has to be remembered of the data so far: how many of the needle's first
//! bytes the data ends with, not counting bytes of an occurrence that is a hit already. It is the
//! state of the automaton of Knuth, Morris and Pratt ("Fast pattern matching in strings", 1977).
//!
//! A *border* of a string is a shorter string that it both begins and ends with. After a mismatch
//! behind `n` matching bytes, the next candidate is the longest border of those `n` bytes:
//!
//! ```text
//! needle    a a b a a c          data ... a a b a a | b ...
//! prefix    5 ("aabaa")                             ^ not c
//! border of "aabaa" is "aa", so 2 bytes match, and the next byte of the needle is b: 3 now.
//! ```
//!
//! The automaton runs only over the few bytes around an edge; the engine, which is far faster, does
//! the rest. Each step costs constant time on average over the bytes it runs over.

use memchr::memmem;

use crate::engine::Plan;

/// A needle of at least two bytes, with the borders of its prefixes.
#[derive(Clone, Copy)]
pub(crate) struct Kmp<'a> {
    needle: &'a [u8],
    borders: &'a [usize],
}

/// What the bytes behind an edge make of an occurrence that began before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crossing {
    /// They complete it; it ends after this many of them.
    Complete(usize),
    /// They do not: an occurrence can only begin behind the edge.
    Broken,
    /// They end before that is known; the data now ends with this many bytes of the needle.
    Undecided(usize),
}

impl<'a> Kmp<'a> {
    pub(super) fn new(needle: &'a [u8], borders: &'a [usize]) -> Self {
        Self { needle, borders }
    }

    /// The needle's length, at least two.
    pub(crate) fn len(self) -> usize {
        self.needle.len()
    }

    /// Whether two occurrences can overlap.
    pub(crate) fn overlaps_itself(self) -> bool {
        self.borders[self.len()] > 0
    }

    /// The automaton's next state after `byte`; `prefix` is less than the needle's length.
    #[inline]
    fn step(self, mut prefix: usize, byte: u8) -> usize {
        loop {
            if self.needle[prefix] == byte {
                return prefix + 1;
            }
            if prefix == 0 {
                return 0;
            }
            prefix = self.borders[prefix];
        }
    }

    /// Continues with `data`, where the data before it ended with `prefix` bytes of the needle.
    pub(crate) fn cross(self, mut prefix: usize, data: &[u8]) -> Crossing {
        if prefix == 0 {
            return Crossing::Broken;
        }
        for (at, &byte) in data.iter().enumerate() {
            prefix = self.step(prefix, byte);
            if prefix == self.len() {
                return Crossing::Complete(at + 1);
            }
            if prefix <= at + 1 {
                return Crossing::Broken;
            }
        }
        Crossing::Undecided(prefix)
    }

    /// How many of the needle's first bytes `data` ends with, behind its last hit.
    pub(crate) fn prefix_at_end(self, plan: &Plan, data: &[u8]) -> usize {
        let most = self.len() - 1;
        let mut from = data.len().saturating_sub(most);
        if self.overlaps_itself() && data.len() > most {
            // A hit that ends behind `from` lies within the last `2 * most` bytes.
            let near = &data[data.len().saturating_sub(2 * most)..];
            if plan.count(near) > 0 {
                from = from.max(plan.last_hit(data).unwrap_or(0));
            }
        }
        self.run(&data[from..])
    }

    /// How many of the needle's first bytes `data` ends with; the needle does not occur in `data`.
    fn run(self, data: &[u8]) -> usize {
        /// In long data, the automaton starts where this many of the needle's bytes are found.
        const START: usize = 8;
        let mut prefix = 0;
        let mut at = 0;
        while at < data.len() {
            if prefix == 0 && data.len() - at >= 8 * START && self.len() > START {
                match memmem::find(&data[at..], &self.needle[..START]) {
                    Some(start) => {
                        at += start + START;
                        prefix = START;
                    }
                    None => at = data.len() - (START - 1),
                }
                continue;
            }
            prefix = self.step(prefix, data[at]);
            at += 1;
        }
        prefix
    }

    /// Counts hits in `data` twice, once from its start and once from `from` on, until both counts
    /// are in the same state: from there on they find the same hits. Both counts at that place, or
    /// `None` if `data` ends before it.
    ///
    /// ```text
    /// needle aa, from 1      a a a a b
    /// from the start         [ 1 ] [ 2 ] .        at b both are in state 0: (2, 1)
    /// from 1                   [ 1 ] a . .
    /// ```
    pub(crate) fn meet(self, data: &[u8], from: usize) -> Option<(u64, u64)> {
        let (mut whole, mut part) = ((0, 0), (0, 0));
        for (at, &byte) in data.iter().enumerate() {
            if at >= from && whole.0 == part.0 {
                return Some((whole.1, part.1));
            }
            self.count(&mut whole, byte);
            if at >= from {
                self.count(&mut part, byte);
            }
        }
        (data.len() >= from && whole.0 == part.0).then_some((whole.1, part.1))
    }

    /// The hits in all of `data`, and in `data[from..]`.
    pub(crate) fn counts(self, data: &[u8], from: usize) -> (u64, u64) {
        let count = |data: &[u8]| {
            let mut state = (0, 0);
            for &byte in data {
                self.count(&mut state, byte);
            }
            state.1
        };
        (count(data), count(&data[from..]))
    }

    /// Moves an automaton that counts, a state and a number of hits.
    #[inline]
    fn count(self, (prefix, count): &mut (usize, u64), byte: u8) {
        *prefix = self.step(*prefix, byte);
        if *prefix == self.len() {
            (*prefix, *count) = (0, *count + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::borders;

    fn with_kmp<T>(needle: &str, test: impl FnOnce(Kmp<'_>) -> T) -> T {
        let borders = borders(needle.as_bytes()).unwrap();
        test(Kmp::new(needle.as_bytes(), &borders))
    }

    #[test]
    fn crossings() {
        let cross = |needle, prefix, data: &[u8]| with_kmp(needle, |kmp| kmp.cross(prefix, data));
        assert_eq!(cross("abcd", 2, b"cdx"), Crossing::Complete(2));
        assert_eq!(cross("abcd", 2, b"cx"), Crossing::Broken);
        assert_eq!(cross("abcd", 1, b"bc"), Crossing::Undecided(3));
        assert_eq!(cross("abcd", 1, b""), Crossing::Undecided(1));
        assert_eq!(cross("abcd", 0, b"abcd"), Crossing::Broken);
        // A shorter candidate replaces the first; it too began before the edge.
        assert_eq!(cross("aabaac", 5, b"baac"), Crossing::Complete(4));
        // An occurrence that begins behind the edge does not cross it.
        assert_eq!(cross("abab", 3, b"aabab"), Crossing::Broken);
    }

    #[test]
    fn two_counts_meet() {
        let meet = |needle, data: &[u8], from| with_kmp(needle, |kmp| kmp.meet(data, from));
        assert_eq!(meet("aa", b"aaaab", 1), Some((2, 1)));
        assert_eq!(meet("aa", b"aaab", 1), Some((1, 1)));
        assert_eq!(meet("aa", b"aaaa", 1), None);
        assert_eq!(meet("aba", b"babab", 1), Some((0, 0)));
        assert_eq!(meet("aa", b"", 1), None);
    }
}
