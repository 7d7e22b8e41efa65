//! What a segment's count means for the condition, and how the count moves where bytes lower it.
//!
//! A closing byte lowers the count by one, but not below 0. So what a stretch of text does to the
//! count that a segment has before it is a function; it has a short form:
//!
//! ```text
//! hits +, closing -        + + - - - + +
//! from 0                   1 2 1 0 0 1 2      never below 0: ends at 2
//! without the floor        1 2 1 0-1 0 1      sum 1, from any count that is high enough
//! from d                   max(d + 1, 2)      the larger of both; the highest: max(d + 2, 2)
//! ```
//!
//! Functions of this form are closed under composition ([`Stretch::then`]), so stretches that were
//! counted apart can be joined, whatever came before. Those of all four bytes are in a table, from
//! which a block is joined: 16 steps at most, whatever its bytes are.

use crate::bytes::Condition;

/// What a stretch of text inside one segment does to the count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The change of a count that never reaches the floor.
    pub(crate) sum: i64,
    /// The highest that the change is on the way; at least 0.
    pub(crate) highest_sum: i64,
    /// The count behind the stretch, if it is 0 before.
    pub(crate) count: u64,
    /// The highest on the way, if it is 0 before.
    pub(crate) highest: u64,
}

impl Stretch {
    /// The count behind this stretch, if it is `count` before.
    #[inline(always)]
    pub(crate) fn count_from(&self, count: u64) -> u64 {
        count.saturating_add_signed(self.sum).max(self.count)
    }

    /// The highest count on the way, if it is `count` before.
    #[inline(always)]
    pub(crate) fn highest_from(&self, count: u64) -> u64 {
        count.saturating_add_signed(self.highest_sum).max(self.highest)
    }

    /// This stretch, and `next` behind it.
    #[inline(always)]
    pub(crate) fn then(&self, next: &Self) -> Self {
        Self {
            sum: self.sum + next.sum,
            highest_sum: self.highest_sum.max(self.sum + next.highest_sum),
            count: next.count_from(self.count),
            highest: self.highest.max(next.highest_from(self.count)),
        }
    }

    /// Adds hits, where nothing closes.
    #[inline(always)]
    pub(crate) fn add_hits(&mut self, number: u64) {
        self.sum = self.sum.saturating_add_unsigned(number);
        self.highest_sum = self.highest_sum.max(self.sum);
        self.count += number;
        self.highest = self.highest.max(self.count);
    }

    /// Adds the bytes of a block, in order: a bit of `hits` raises, one of `closings` lowers.
    #[inline(always)]
    pub(crate) fn add(&mut self, hits: u64, closings: u64) {
        if closings == 0 {
            return self.add_hits(hits.count_ones().into());
        }
        // Four bytes at a time, from the next that has a bit.
        let mut left = hits | closings;
        while left != 0 {
            let place = left.trailing_zeros() & !3;
            let index = hits >> place & 15 | (closings >> place & 15) << 4;
            let [sum, highest_sum, count, highest] = FOUR_BYTES[index as usize];
            *self = self.then(&Self {
                sum: sum.into(),
                highest_sum: highest_sum.into(),
                count: u64::from(count.unsigned_abs()),
                highest: u64::from(highest.unsigned_abs()),
            });
            left &= u64::MAX << place << 4;
        }
    }
}

/// The numbers of a [`Stretch`] of four bytes: the lower half of the index has the bits of their hits,
/// the upper half those of the closing bytes.
static FOUR_BYTES: [[i8; 4]; 256] = four_bytes();

const fn four_bytes() -> [[i8; 4]; 256] {
    let mut table = [[0; 4]; 256];
    let mut index = 0;
    while index < 256 {
        let (mut sum, mut highest_sum, mut count, mut highest) = (0, 0, 0, 0);
        let mut place = 0;
        while place < 4 {
            if index >> place & 1 != 0 {
                sum += 1;
                count += 1;
            } else if index >> (place + 4) & 1 != 0 {
                sum -= 1;
                count -= if count > 0 { 1 } else { 0 };
            }
            highest_sum = if sum > highest_sum { sum } else { highest_sum };
            highest = if count > highest { count } else { highest };
            place += 1;
        }
        table[index] = [sum, highest_sum, count, highest];
        index += 1;
    }
    table
}

/// When a segment matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Criterion {
    /// Always: at least 0.
    Always,
    /// When its count reaches this number, which is at least 1.
    Reach(u64),
    /// By its final count: whether that is from `low` to `high` is `is_inside`.
    Final { low: u64, high: u64, is_inside: bool },
}

/// The condition, and which empty segments never match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) criterion: Criterion,
    /// No segment without a byte matches.
    pub(crate) skip_empty: bool,
    /// The last segment does not match if it has no byte.
    pub(crate) skip_last_empty: bool,
}

impl Rules {
    pub(crate) fn new(condition: Condition, skip_empty: bool, skip_last_empty: bool) -> Self {
        let criterion = match condition {
            Condition::AtLeast(0) => Criterion::Always,
            Condition::AtLeast(number) => Criterion::Reach(number),
            Condition::Outside { min_number: low, max_number: high } => {
                Criterion::Final { low, high, is_inside: false }
            }
            Condition::Within { min_number: low, max_number: high } => {
                Criterion::Final { low, high, is_inside: true }
            }
        };
        Self { criterion, skip_empty, skip_last_empty }
    }

    /// Whether a segment of `len` bytes matches, whose final count is `count` and whose highest was
    /// `highest`.
    #[inline(always)]
    pub(crate) fn hold(&self, count: u64, highest: u64, len: u64, is_last: bool) -> bool {
        if len == 0 && (self.skip_empty || is_last && self.skip_last_empty) {
            return false;
        }
        match self.criterion {
            Criterion::Always => true,
            Criterion::Reach(number) => highest >= number,
            Criterion::Final { low, high, is_inside } => (low..=high).contains(&count) == is_inside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of a stretch, byte by byte.
    fn plainly(stretch: &Stretch, hits: u64, closings: u64) -> Stretch {
        let Stretch { mut sum, mut highest_sum, mut count, mut highest } = *stretch;
        for place in 0..64 {
            if hits >> place & 1 != 0 {
                (sum, count) = (sum + 1, count + 1);
            } else if closings >> place & 1 != 0 {
                (sum, count) = (sum - 1, count.saturating_sub(1));
            }
            (highest_sum, highest) = (highest_sum.max(sum), highest.max(count));
        }
        Stretch { sum, highest_sum, count, highest }
    }

    /// Block by block, and from any count before.
    #[test]
    fn blocks_are_added_as_byte_by_byte() {
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed ^ seed >> 31
        };
        for round in 0..20_000 {
            let (mut added, mut before) = (Stretch::default(), next() % 90);
            let (start, mut most) = (before, before);
            for _ in 0..round % 5 {
                let few = if round % 2 == 0 { u64::MAX } else { next() & next() & next() };
                let hits = next() & few;
                let closings = next() & few & !hits;
                let expected = plainly(&added, hits, closings);
                added.add(hits, closings);
                assert_eq!(added, expected, "{hits:x} {closings:x}");
                for place in 0..64 {
                    before += hits >> place & 1;
                    before = before.saturating_sub(closings >> place & 1);
                    most = most.max(before);
                }
                assert_eq!((added.count_from(start), added.highest_from(start)), (before, most));
            }
        }
    }
}
