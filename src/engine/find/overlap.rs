//! Which occurrences of a string count, where they can overlap: from left to right, each that
//! begins behind the end of the one that counted before.
//!
//! Occurrences that overlap are a *period* apart: a distance by which the string, moved, agrees
//! with itself. For most such strings all periods are multiples of the smallest. Then overlapping
//! occurrences form runs, in which each is one period behind the one before. The first of a run
//! counts, and each that is a multiple of the *spacing* (the length, rounded up to a multiple of
//! the period) behind it:
//!
//! ```text
//! the string "aa": length 2, period 1, spacing 2
//! data     . a a a a a a . a a
//! ends     . . 1 1 1 1 1 . . 1
//! first    . . 1 . . . . . . 1      those with no other a period before
//! picked   . . 1 . 1 . 1 . . 1      and those a multiple of the spacing behind
//! ```
//!
//! Picking along all runs at once takes one step for each doubling of the spacing, at most five.
//! The few other strings ("aabaa" has the periods 3 and 4) are picked one by one, where any
//! overlap.

use crate::engine::isa::block::BLOCK;

/// How occurrences of a string can overlap.
#[derive(Clone, Copy, Debug)]
pub(super) struct Overlaps {
    len: usize,
    /// The smallest distance of two overlapping occurrences.
    period: usize,
    /// Whether all such distances are multiples of the smallest.
    in_runs: bool,
    /// In a run, the occurrences count that end a multiple of this behind the first.
    spacing: usize,
}

impl Overlaps {
    /// `None` if occurrences cannot overlap. `bytes` are at most 32.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let len = bytes.len();
        let mut periods = (1..len).filter(|&period| bytes[period..] == bytes[..len - period]);
        let period = periods.next()?;
        let in_runs = periods.all(|other| other % period == 0);
        Some(Self { len, period, in_runs, spacing: len.next_multiple_of(period) })
    }

    /// Of the occurrences that end at the bits of `ends`, those that count. The first bit stands for
    /// the byte at `from`; none counts that begins before `free`, which is moved behind the last.
    #[inline(always)]
    pub(super) fn pick(self, ends: u64, from: usize, free: &mut usize) -> u64 {
        // The first byte at which one may end. A hit that began before the data ends in it before a whole
        // length, so this is less than twice the length.
        let first = (*free + self.len - 1).saturating_sub(from);
        let ends = ends & (u64::MAX << first);
        if ends == 0 {
            return 0;
        }
        let picked = if self.in_runs { self.pick_in_runs(ends) } else { self.pick_each(ends) };
        *free = from + BLOCK - picked.leading_zeros() as usize;
        picked
    }

    #[inline(always)]
    fn pick_in_runs(self, ends: u64) -> u64 {
        let mut picked = ends & !(ends << self.period);
        if picked == ends {
            return picked;
        }
        // An occurrence that ends the spacing behind another: if one ends a period before it, that begins
        // inside the first, and all three are in one run; if none does, it begins a run, and is picked
        // already.
        let (mut linked, mut spacing) = (ends, self.spacing);
        while spacing < BLOCK {
            picked |= (picked << spacing) & linked;
            linked &= linked << spacing;
            spacing *= 2;
        }
        picked
    }

    #[inline(always)]
    fn pick_each(self, mut ends: u64) -> u64 {
        // In most data no two occurrences overlap.
        let mut near = ends << self.period;
        let mut reach = 1;
        while reach < self.len - self.period {
            near |= near << reach;
            reach *= 2;
        }
        if ends & near == 0 {
            return ends;
        }
        let mut picked = 0;
        while ends != 0 {
            let lowest = ends & ends.wrapping_neg();
            picked |= lowest;
            ends &= (lowest.wrapping_neg() << 1) << (self.len - 1);
        }
        picked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Picks block after block, and compares with picking one by one.
    #[test]
    fn the_leftmost_count() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state >> 33
        };
        for round in 0..20_000 {
            let string: Vec<u8> = match round % 3 {
                0 => b"abaabaab"[..2 + random() as usize % 7].to_vec(),
                1 => vec![b'a'; 2 + random() as usize % 15],
                _ => (0..2 + random() % 15).map(|_| b"aab"[random() as usize % 3]).collect(),
            };
            let Some(overlaps) = Overlaps::of(&string) else { continue };
            // Each copy of the string goes on from what the one before ends with, or cuts it.
            let mut data = Vec::new();
            while data.len() < 4 * BLOCK {
                let from = random() as usize % string.len();
                if data.ends_with(&string[..from]) || random() % 16 == 0 {
                    data.extend_from_slice(&string[from..]);
                }
            }
            data.truncate(4 * BLOCK);
            let mut free = random() as usize % string.len();
            let mut expected_free = free;
            for from in (0..data.len()).step_by(BLOCK) {
                let ends_at = |byte: &usize| data[..=from + byte].ends_with(&string);
                let ends = (0..BLOCK).filter(ends_at).fold(0, |ends, byte| ends | 1 << byte);
                let mut expected = 0_u64;
                for byte in 0..BLOCK {
                    if ends >> byte & 1 != 0 && from + byte + 1 >= expected_free + string.len() {
                        expected |= 1 << byte;
                        expected_free = from + byte + 1;
                    }
                }
                assert_eq!(overlaps.pick(ends, from, &mut free), expected, "{string:?} {data:?}");
            }
        }
    }

    #[test]
    fn most_strings_do_not_overlap() {
        assert!(Overlaps::of(b"ab").is_none());
        assert!(Overlaps::of(b"because").is_none());
    }
}
