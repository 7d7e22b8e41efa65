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
//! counted apart can be joined, whatever came before.

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
        let mut left = hits | closings;
        while left != 0 {
            let lowest = left & left.wrapping_neg();
            if hits & lowest != 0 {
                self.add_hits(1);
            } else {
                self.sum -= 1;
                self.count = self.count.saturating_sub(1);
            }
            left &= left - 1;
        }
    }
}

/// When a segment matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
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
    pub(crate) goal: Goal,
    /// No segment without a byte matches.
    pub(crate) skip_empty: bool,
    /// The last segment does not match if it has no byte.
    pub(crate) skip_last_empty: bool,
}

impl Rules {
    pub(crate) fn new(condition: Condition, skip_empty: bool, skip_last_empty: bool) -> Self {
        let goal = match condition {
            Condition::AtLeast(0) => Goal::Always,
            Condition::AtLeast(number) => Goal::Reach(number),
            Condition::Outside { min_number: low, max_number: high } => {
                Goal::Final { low, high, is_inside: false }
            }
            Condition::Within { min_number: low, max_number: high } => {
                Goal::Final { low, high, is_inside: true }
            }
        };
        Self { goal, skip_empty, skip_last_empty }
    }

    /// Whether a segment of `len` bytes matches, whose final count is `count` and whose highest was
    /// `highest`.
    #[inline(always)]
    pub(crate) fn hold(&self, count: u64, highest: u64, len: u64, is_last: bool) -> bool {
        if len == 0 && (self.skip_empty || is_last && self.skip_last_empty) {
            return false;
        }
        match self.goal {
            Goal::Always => true,
            Goal::Reach(number) => highest >= number,
            Goal::Final { low, high, is_inside } => (low..=high).contains(&count) == is_inside,
        }
    }
}
