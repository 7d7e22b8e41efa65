//! The questions, as far as they concern a block whose hits and resets are known.

use super::{Plan, masks};
use crate::Match;

/// What is to be found out on a way through the data.
pub(super) struct Goal<'g> {
    /// The count that a segment must reach to matter; at least 1.
    pub(super) threshold: u64,
    /// Whether squeezing bits together is slow on this processor.
    pub(super) slow_squeeze: bool,
    pub(super) question: Question<'g>,
}

pub(super) enum Question<'g> {
    /// Is there a match?
    HasCount { reached: bool },
    /// Where are the matches?
    Find(Find<'g>),
    /// What is the largest count? It is one less than the threshold, which rises.
    MaxCount,
    /// How many segments reach the threshold?
    SegmentsReached { segments: u64 },
}

/// Takes matches, one after another; answers whether it wants another.
pub(crate) type Sink<'g> = &'g mut dyn FnMut(Match) -> bool;

/// Where data lies in a larger whole, and the segment that is open at its start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    /// The offset of the data's first byte.
    pub(crate) base: u64,
    /// The segment's number.
    pub(crate) segment: u64,
    /// The offset of the segment's start.
    pub(crate) start: u64,
}

impl Open {
    /// The start of everything.
    pub(crate) const START: Self = Self { base: 0, segment: 0, start: 0 };
}

pub(super) struct Find<'g> {
    pub(super) plan: &'g Plan,
    pub(super) data: &'g [u8],
    /// The segment that is open at the place `numbered` in the data.
    pub(super) open: Open,
    pub(super) numbered: usize,
    pub(super) sink: Sink<'g>,
}

/// A block as the exact step sees it.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// Where it starts.
    pub(super) at: usize,
    pub(super) hits: u64,
    pub(super) resets: u64,
    /// The hits before it in the segment that is open at its start.
    pub(super) carry: u64,
}

impl Goal<'_> {
    /// The open segment, which had `carry` hits, has `more` in blocks without a reset. True where
    /// that settles them.
    #[inline(always)]
    pub(super) fn go_on(&mut self, carry: u64, more: u64) -> bool {
        let now = carry + more;
        match &mut self.question {
            Question::HasCount { .. } => now < self.threshold,
            Question::Find(_) => carry >= self.threshold || now < self.threshold,
            Question::MaxCount => {
                self.threshold = self.threshold.max(now + 1);
                true
            }
            Question::SegmentsReached { segments } => {
                *segments += u64::from(carry < self.threshold && now >= self.threshold);
                true
            }
        }
    }

    /// Takes in a block. `nth` gives [`masks::nth_by_moves`] of it. True where no more is to be
    /// read.
    #[inline(always)]
    pub(super) fn decide(&mut self, seen: Seen, nth: impl Fn(u64) -> u64) -> bool {
        let lead = masks::lead(seen.hits, seen.resets);
        let before = seen.carry + u64::from(lead.count_ones());
        match &mut self.question {
            Question::HasCount { reached } => {
                *reached = before >= self.threshold || nth(self.threshold) != 0;
                *reached
            }
            Question::Find(find) => {
                let reached = seen.carry < self.threshold && before >= self.threshold;
                let inside = nth(self.threshold);
                if !reached && inside == 0 {
                    return false;
                }
                let lead = reached.then(|| masks::select(lead, self.threshold - seen.carry));
                find.give_out(seen, lead, inside)
            }
            Question::MaxCount => {
                self.threshold = self.threshold.max(before + 1);
                // At most 64 turns in all the data.
                while nth(self.threshold) != 0 {
                    self.threshold += 1;
                }
                false
            }
            Question::SegmentsReached { segments } => {
                *segments += u64::from(seen.carry < self.threshold && before >= self.threshold)
                    + u64::from(nth(self.threshold).count_ones());
                false
            }
        }
    }
}

impl Find<'_> {
    /// Gives out the matches in a block: the open segment's, with its last hit at `lead`, and
    /// those `inside`. True where no more is wanted.
    #[inline(never)]
    fn give_out(&mut self, seen: Seen, lead: Option<u32>, mut inside: u64) -> bool {
        let Seen { at, resets, .. } = seen;
        // Only now is it worth knowing which segment this is.
        let passed = &self.data[self.numbered..at];
        if let Some(last) = self.plan.last_reset(passed) {
            self.open.segment += self.plan.count_resets(&passed[..=last]);
            self.open.start = self.open.base + (self.numbered + last) as u64 + 1;
        }
        self.numbered = at;
        let block = self.open.base + at as u64;
        let Open { segment, start, .. } = self.open;
        if let Some(place) = lead
            && !(self.sink)(Match { segment, start, end: block + u64::from(place) + 1 })
        {
            return true;
        }
        while inside != 0 {
            let place = inside.trailing_zeros();
            let opened = resets & (u64::MAX >> (63 - place));
            let segment = segment + u64::from(opened.count_ones());
            let start = block + u64::from(u64::BITS - opened.leading_zeros());
            if !(self.sink)(Match { segment, start, end: block + u64::from(place) + 1 }) {
                return true;
            }
            inside &= inside - 1;
        }
        false
    }
}
