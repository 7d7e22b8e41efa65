//! The questions, as far as they concern a block whose hits and resets are known.

use super::Plan;
use super::batch::{Batch, Outcome};
use super::block::Block;
use super::masks::{self, Number};
use crate::Match;

/// What is to be found out on a way through the data.
pub(super) struct Goal<'g> {
    /// The count that a segment must reach to matter; at least 1.
    pub(super) threshold: Number,
    /// Whether the processor is fast at squeezing bits together.
    pub(super) squeezes: bool,
    /// Whether the data may be gone through in columns.
    pub(super) fits_columns: bool,
    /// [`Outcome::looked_inside`] of the last batch, if nothing was found in it.
    pub(super) looked_inside: u32,
    /// What is known of the open segment: before the scan at the start of the data, after it (where
    /// it was not ended early) at the end.
    pub(super) carry: Carry,
    pub(super) question: Question<'g>,
}

/// The count of the open segment, as far as the scan has to know it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carry {
    /// The place up to which `count` is exact.
    pub(super) known: usize,
    pub(super) count: u64,
    /// At least the count at the place the scan has come to; exact where there was no reset since
    /// `known`.
    pub(super) bound: u64,
}

impl Carry {
    /// At the start of data, where the open segment has `count` hits.
    #[inline(always)]
    pub(super) fn new(count: u64) -> Self {
        Self::exact(0, count)
    }

    #[inline(always)]
    pub(super) fn exact(known: usize, count: u64) -> Self {
        Self { known, count, bound: count }
    }
}

/// `HasCount`, which is asked of short data, must not come first: the compiler would zero it and the
/// [`Carry`] by two wide stores that overlap, and reading such stores back at once is slow.
pub(super) enum Question<'g> {
    /// Where are the matches?
    Find(Find<'g>),
    /// Is there a match?
    HasCount { reached: bool },
    /// What is the largest count? It is one less than the threshold, which rises.
    MaxCount,
    /// How many segments reach the threshold?
    MatchingSegments { segments: u64 },
}

/// Takes matches, one after another; answers whether it wants another.
pub(crate) type Sink<'g> = &'g mut dyn FnMut(Match) -> bool;

/// Where data lies in a larger whole, and the segment that is open at its start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenSegment {
    /// The offset of the data's first byte.
    pub(crate) base: u64,
    /// The segment's number.
    pub(crate) segment: u64,
    /// The offset of the segment's start.
    pub(crate) start: u64,
    /// The hits in it so far.
    pub(crate) count: u64,
}

impl OpenSegment {
    /// The start of everything.
    pub(crate) const START: Self = Self { base: 0, segment: 0, start: 0, count: 0 };
}

pub(super) struct Find<'g> {
    pub(super) plan: &'g Plan,
    pub(super) data: &'g [u8],
    /// The segment that is open at the place `numbered` in the data.
    pub(super) open: OpenSegment,
    pub(super) numbered: usize,
    pub(super) sink: Sink<'g>,
}

/// A block, as the exact step sees it.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// Where it starts.
    pub(super) at: usize,
    pub(super) hits: u64,
    pub(super) resets: u64,
    /// The hits before it in the segment that is open at its start.
    pub(super) carry: u64,
}

impl Seen {
    /// How many segments come to `number` here, and the count of the one open at the end.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    unsafe fn events<B: Block>(&self, number: &Number) -> (u64, u64) {
        let Self { hits, resets, carry, .. } = *self;
        let lead = u64::from(masks::lead(hits, resets).count_ones());
        let mut events = masks::crosses(number.below(carry), lead) >> 63;
        let opened = u64::from(hits.count_ones()) - lead;
        if opened >= number.number() {
            // SAFETY: the caller vouches for the processor.
            let [inside] = unsafe { masks::nth::<_, B::Squeeze>([hits], [resets], number) };
            events += u64::from(inside.count_ones());
        }
        (events, masks::tail(hits, resets, carry))
    }
}

/// The places of the `number`-th hits of the segments that open in a block.
///
/// # Safety
///
/// The processor has the instructions of `B`.
#[inline(always)]
unsafe fn places<B: Block>(hits: u64, resets: u64, number: &Number) -> u64 {
    // SAFETY: the caller vouches for the processor.
    unsafe {
        let [nth] = masks::nth::<_, B::Squeeze>([hits], [resets], number);
        masks::places::<B::Squeeze>(nth, hits, resets, number)
    }
}

impl Goal<'_> {
    /// The answer to [`Question::MatchingSegments`].
    pub(super) fn segments(&self) -> u64 {
        if let Question::MatchingSegments { segments } = self.question { segments } else { 0 }
    }

    /// Takes in the blocks of `batch`, where `carry` is the count of the segment open at its start;
    /// gives that of the one open at the end. None where segments come to the threshold and each
    /// is a match: then nothing is taken.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    pub(super) unsafe fn take_batch<B: Block>(&mut self, batch: &Batch, carry: u64) -> Option<u64> {
        let number = &self.threshold;
        // SAFETY: the caller vouches for the processor.
        unsafe {
            if let Question::MaxCount = self.question {
                let highest = B::highest(batch, carry, number.number() - 1, self.squeezes);
                Some(self.take_highest(&highest))
            } else {
                let events = B::events(batch, carry, number);
                self.take_events(&events)
            }
        }
    }

    /// [`take_batch`](Self::take_batch) for [`Question::MaxCount`], with the outcome at hand.
    #[inline(always)]
    pub(super) fn take_highest(&mut self, highest: &Outcome) -> u64 {
        self.looked_inside = highest.looked_inside;
        self.raise_above(highest.answer);
        highest.carry
    }

    /// [`take_batch`](Self::take_batch) for the other questions, with the outcome at hand.
    #[inline(always)]
    pub(super) fn take_events(&mut self, events: &Outcome) -> Option<u64> {
        let Outcome { answer: events, carry, looked_inside } = *events;
        self.looked_inside = if events == 0 { looked_inside } else { 0 };
        if let Question::MatchingSegments { segments } = &mut self.question {
            *segments += events;
        } else if events != 0 {
            return None;
        }
        Some(carry)
    }

    /// Raises the threshold above `count`, if it is not.
    #[inline(always)]
    pub(super) fn raise_above(&mut self, count: u64) {
        if count >= self.threshold.number() {
            self.threshold = Number::new(count + 1, self.squeezes);
        }
    }

    /// Takes in a block; gives the count of the segment open at its end. None where no more is to
    /// be read.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    pub(super) unsafe fn take_block<B: Block>(&mut self, seen: &Seen) -> Option<u64> {
        // SAFETY: the caller vouches for the processor.
        unsafe {
            let (events, carry) = seen.events::<B>(&self.threshold);
            let is_enough = events != 0 && self.take::<B>(seen, events, carry);
            (!is_enough).then_some(carry)
        }
    }

    /// Takes in a block in which segments come to the threshold, `events` of them; `carry` is the
    /// count of the segment open at its end. True where no more is to be read.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    unsafe fn take<B: Block>(&mut self, seen: &Seen, events: u64, carry: u64) -> bool {
        match &mut self.question {
            Question::HasCount { reached } => {
                *reached = true;
                true
            }
            Question::MatchingSegments { segments } => {
                *segments += events;
                false
            }
            Question::MaxCount => {
                // SAFETY: the caller vouches for the processor.
                unsafe { self.raise::<B>(seen, carry) };
                false
            }
            // SAFETY: the same.
            Question::Find(find) => unsafe { find.take::<B>(seen, &self.threshold) },
        }
    }

    /// Raises the threshold above the count of every segment.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    unsafe fn raise<B: Block>(&mut self, seen: &Seen, carry: u64) {
        let lead = masks::lead(seen.hits, seen.resets).count_ones();
        let highest = carry.max(self.threshold.number()).max(seen.carry + u64::from(lead));
        self.threshold = Number::new(highest, self.squeezes);
        // By steps of one, at most 64 times in all the data.
        // SAFETY: the caller vouches for the processor.
        while unsafe { seen.events::<B>(&self.threshold) }.0 != 0 {
            self.threshold = Number::new(self.threshold.number() + 1, self.squeezes);
        }
    }
}

impl Find<'_> {
    /// Gives out the matches. True where no more is wanted.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    unsafe fn take<B: Block>(&mut self, seen: &Seen, number: &Number) -> bool {
        let Seen { at, hits, resets, carry } = *seen;
        let lead = masks::lead(hits, resets);
        let reached = masks::crosses(number.below(carry), u64::from(lead.count_ones())) >> 63 != 0;
        let lead = reached.then(|| masks::select(lead, number.number() - carry));
        // SAFETY: the caller vouches for the processor.
        let inside = unsafe { places::<B>(hits, resets, number) };
        self.give_out(at, resets, lead, inside)
    }

    /// Gives out the matches in the block at `at`: the open segment's, with its last hit at
    /// `lead`, and those that end at the bits of `inside`. True where no more is wanted.
    #[inline(never)]
    fn give_out(&mut self, at: usize, resets: u64, lead: Option<u32>, mut inside: u64) -> bool {
        // Only now is it worth knowing which segment this is.
        let passed = &self.data[self.numbered..at];
        if let Some(last) = self.plan.last_reset(passed) {
            self.open.segment += self.plan.count_resets(&passed[..=last]);
            self.open.start = self.open.base + (self.numbered + last) as u64 + 1;
        }
        self.numbered = at;
        let block = self.open.base + at as u64;
        let count = self.plan.min_number();
        let OpenSegment { segment, start, .. } = self.open;
        if let Some(place) = lead
            && !(self.sink)(Match { segment, start, end: block + u64::from(place) + 1, count })
        {
            return true;
        }
        while inside != 0 {
            let place = inside.trailing_zeros();
            let opened = resets & (u64::MAX >> (63 - place));
            let segment = segment + u64::from(opened.count_ones());
            let start = block + u64::from(u64::BITS - opened.leading_zeros());
            if !(self.sink)(Match { segment, start, end: block + u64::from(place) + 1, count }) {
                return true;
            }
            inside &= inside - 1;
        }
        false
    }
}
