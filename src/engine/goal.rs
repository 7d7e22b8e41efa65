//! The questions, as far as they concern a block whose hits and resets are known.

use super::Plan;
use super::block::{BLOCK, Block};
use super::masks::{self, FEW, LONG_RUNS, MOVES, NONE, Number, SHORT_RUNS, Squeeze, Way};
use crate::Match;

/// What is to be found out on a way through the data.
pub(super) struct Goal<'g> {
    /// The count that a segment must reach to matter; at least 1.
    pub(super) threshold: Number,
    /// Whether the processor is fast at squeezing bits together.
    pub(super) squeezes: bool,
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
    /// The hits in it so far.
    pub(crate) count: u64,
}

impl Open {
    /// The start of everything.
    pub(crate) const START: Self = Self { base: 0, segment: 0, start: 0, count: 0 };
}

pub(super) struct Find<'g> {
    pub(super) plan: &'g Plan,
    pub(super) data: &'g [u8],
    /// The segment that is open at the place `numbered` in the data.
    pub(super) open: Open,
    pub(super) numbered: usize,
    pub(super) sink: Sink<'g>,
}

/// One block or four, as the exact step sees them.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// Where they start.
    pub(super) at: usize,
    pub(super) blocks: usize,
    /// Those of blocks that are not there are 0.
    pub(super) hits: [u64; 4],
    pub(super) resets: [u64; 4],
    /// The hits before them in the segment that is open at their start.
    pub(super) carry: u64,
}

impl Seen {
    /// One block.
    #[inline(always)]
    pub(super) fn block(at: usize, hits: u64, resets: u64) -> Self {
        Self { at, blocks: 1, hits: [hits, 0, 0, 0], resets: [resets, 0, 0, 0], carry: 0 }
    }

    /// How many segments come to `number` here, and the count of the one open at the end.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    pub(super) unsafe fn events<B: Block>(&self, number: &Number) -> (u64, u64) {
        if self.resets[0] | self.resets[1] | self.resets[2] | self.resets[3] == 0 {
            let [a, b, c, d] = self.hits.map(u64::count_ones);
            let now = self.carry + u64::from(a + b + c + d);
            let reached = (self.carry < number.number()) & (now >= number.number());
            return (u64::from(reached), now);
        }
        // SAFETY: the caller vouches for the processor.
        unsafe {
            match number.way() {
                Way::Moves => self.events_by::<B, MOVES>(number),
                Way::ShortRuns if B::Squeeze::SQUEEZES => self.events_by::<B, SHORT_RUNS>(number),
                Way::LongRuns if B::Squeeze::SQUEEZES => self.events_by::<B, LONG_RUNS>(number),
                Way::Few => self.events_by::<B, FEW>(number),
                _ => self.events_by::<B, NONE>(number),
            }
        }
    }

    /// [`events`](Self::events) where `WAY` is that of `number`.
    ///
    /// # Safety
    ///
    /// As there.
    #[inline(always)]
    unsafe fn events_by<B: Block, const WAY: u8>(&self, number: &Number) -> (u64, u64) {
        let (hits, resets) = (&self.hits, &self.resets);
        let mut carry = self.carry;
        // SAFETY: the caller vouches for the processor.
        unsafe {
            let mut events = block_events::<B, WAY>(hits[0], resets[0], &mut carry, number);
            if self.blocks == 4 {
                // Not a loop: the blocks' steps are worked on side by side.
                events += block_events::<B, WAY>(hits[1], resets[1], &mut carry, number);
                events += block_events::<B, WAY>(hits[2], resets[2], &mut carry, number);
                events += block_events::<B, WAY>(hits[3], resets[3], &mut carry, number);
            }
            (events, carry)
        }
    }
}

/// [`Seen::events_by`] for one block; `carry` is moved on.
///
/// # Safety
///
/// As there.
#[inline(always)]
unsafe fn block_events<B: Block, const WAY: u8>(
    hits: u64,
    resets: u64,
    carry: &mut u64,
    number: &Number,
) -> u64 {
    let before = *carry + u64::from(masks::lead(hits, resets).count_ones());
    let open = (*carry < number.number()) & (before >= number.number());
    *carry = masks::tail(hits, resets, *carry);
    // SAFETY: the caller vouches for the processor.
    let inside = unsafe { masks::nth::<B::Squeeze, WAY>(hits, resets, number) };
    u64::from(open) + u64::from(inside.count_ones())
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
        let nth = match number.way() {
            Way::Moves => masks::nth::<B::Squeeze, MOVES>(hits, resets, number),
            // A long run's steps do for a short one too.
            Way::ShortRuns | Way::LongRuns if B::Squeeze::SQUEEZES => {
                masks::nth::<B::Squeeze, LONG_RUNS>(hits, resets, number)
            }
            Way::Few => masks::nth::<B::Squeeze, FEW>(hits, resets, number),
            _ => 0,
        };
        masks::places::<B::Squeeze>(nth, hits, resets, number)
    }
}

impl Goal<'_> {
    /// The answer to [`Question::SegmentsReached`].
    pub(super) fn segments(&self) -> u64 {
        if let Question::SegmentsReached { segments } = self.question { segments } else { 0 }
    }

    /// Takes in blocks in which segments come to the threshold, `events` of them; `carry` is the
    /// count of the segment open at the end. True where no more is to be read.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    pub(super) unsafe fn take<B: Block>(&mut self, seen: &Seen, events: u64, carry: u64) -> bool {
        match &mut self.question {
            Question::HasCount { reached } => {
                *reached = true;
                true
            }
            Question::SegmentsReached { segments } => {
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
        let mut highest = carry.max(self.threshold.number());
        let mut before = seen.carry;
        for (&hits, &resets) in seen.hits.iter().zip(&seen.resets) {
            highest = highest.max(before + u64::from(masks::lead(hits, resets).count_ones()));
            before = masks::tail(hits, resets, before);
        }
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
        let mut carry = seen.carry;
        for block in 0..seen.blocks {
            let (hits, resets) = (seen.hits[block], seen.resets[block]);
            let lead = masks::lead(hits, resets);
            let before = carry + u64::from(lead.count_ones());
            let reached = carry < number.number() && before >= number.number();
            let lead = reached.then(|| masks::select(lead, number.number() - carry));
            // SAFETY: the caller vouches for the processor.
            let inside = unsafe { places::<B>(hits, resets, number) };
            let at = seen.at + block * BLOCK;
            if (reached || inside != 0) && self.give_out(at, resets, lead, inside) {
                return true;
            }
            carry = masks::tail(hits, resets, carry);
        }
        false
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
