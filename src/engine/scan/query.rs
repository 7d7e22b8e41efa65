//! The queries: what each does with blocks that have to be decided.

use super::kernels::Kernels;
use crate::bytes::Match;
use crate::engine::decide::batch::Batch;
use crate::engine::isa::block::{BLOCK, GROUP_BLOCKS};

/// A query: a question about the segments, and what is known of its answer so far.
pub(in crate::engine) trait Query {
    /// The most groups that are decided together at first: few for a query that the first match
    /// answers.
    const FIRST_GROUPS: usize;

    /// Data of fewer groups than this is read block by block: that answers early, and needs no strategy.
    /// Deciding is slower than in groups, so it is less data if there may be much to decide.
    /// `cargo bench --bench ratios -- sizes`, Zen 4: 512 bytes in 9 instead of 24 ns.
    const SHORT_GROUPS: usize = if Self::FIRST_GROUPS == 1 { 4 } else { 2 };

    /// The count that a segment has to reach to matter; at least 1 and below 2⁶³. It may rise.
    fn threshold(&self) -> u64;

    /// Whether it asks where segments match.
    const PLACES: bool = false;

    /// Decides the blocks of `batch`, which begin at `at`. The count of the segment that is open
    /// there is `count`. Returns the count of the one that is open behind them, or `None` if the
    /// query is answered.
    ///
    /// This is for queries about segments that reach a number. Where the first match answers, a group or
    /// less is decided block by block, which is faster: `cargo bench --bench ratios -- early`, Zen 4.
    fn decide(
        &mut self,
        kernels: &Kernels,
        batch: Batch<'_>,
        mut at: usize,
        mut count: u64,
    ) -> Option<u64> {
        if Self::FIRST_GROUPS > 1 || batch.blocks() > GROUP_BLOCKS {
            let outcome = kernels.matching(batch, count, self.threshold());
            if outcome.answer == 0 || !Self::PLACES {
                return self.add(outcome.answer).then_some(outcome.count);
            }
        }
        let (hits, resets) = batch.masks();
        for (&hits, &resets) in hits.iter().zip(resets) {
            count = self.decide_block(kernels, OneBlock { hits, resets, at, count })?;
            at += BLOCK;
        }
        Some(count)
    }

    /// Adds segments that reach the number, or any number above 0 for some. Returns whether the query is
    /// still open: if segments are not counted, as long as there are none.
    fn add(&mut self, segments: u64) -> bool {
        segments == 0
    }

    /// [`decide`](Self::decide) for one block, or less.
    fn decide_block(&mut self, kernels: &Kernels, block: OneBlock) -> Option<u64>;
}

/// A block that begins at `at`, where the count of the open segment is `count`.
#[derive(Clone, Copy)]
pub(in crate::engine) struct OneBlock {
    pub(in crate::engine) hits: u64,
    pub(in crate::engine) resets: u64,
    pub(in crate::engine) at: usize,
    pub(in crate::engine) count: u64,
}

/// The highest threshold: no count reaches it.
pub(in crate::engine) const NEVER_REACHED: u64 = i64::MAX as u64;

/// How many segments reach the number? If `FIRST`, does one? It does if the query is answered early.
pub(in crate::engine) struct Matching<const FIRST: bool> {
    pub(in crate::engine) number: u64,
    pub(in crate::engine) segments: u64,
}

impl<const FIRST: bool> Query for Matching<FIRST> {
    const FIRST_GROUPS: usize = if FIRST { 1 } else { usize::MAX };

    fn threshold(&self) -> u64 {
        self.number
    }

    fn add(&mut self, segments: u64) -> bool {
        self.segments += segments;
        !FIRST || segments == 0
    }

    fn decide_block(&mut self, kernels: &Kernels, block: OneBlock) -> Option<u64> {
        let OneBlock { hits, resets, count, .. } = block;
        let (ends, count) = kernels.reached(hits, resets, count, self.number);
        // Counting bits is slow where the compiler may not use the instruction for it.
        let segments = if FIRST { u64::from(ends != 0) } else { ends.count_ones().into() };
        self.add(segments).then_some(count)
    }
}

/// What is the largest count?
pub(in crate::engine) struct Largest {
    pub(in crate::engine) largest: u64,
}

impl Query for Largest {
    const FIRST_GROUPS: usize = usize::MAX;

    fn threshold(&self) -> u64 {
        self.largest.saturating_add(1).min(NEVER_REACHED)
    }

    fn decide(&mut self, kernels: &Kernels, batch: Batch<'_>, _: usize, count: u64) -> Option<u64> {
        let outcome = kernels.largest(batch, count, self.largest);
        self.largest = outcome.answer;
        Some(outcome.count)
    }

    fn decide_block(&mut self, kernels: &Kernels, block: OneBlock) -> Option<u64> {
        let OneBlock { hits, resets, count, .. } = block;
        let (largest, count) = kernels.highest(hits, resets, count, self.largest);
        self.largest = largest;
        Some(count)
    }
}

/// Receives matches, one after another; returns whether it wants another.
pub(crate) type Sink<'q> = &'q mut dyn FnMut(Match) -> bool;

/// The place of data in a larger whole, and the segment that is open at its start.
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

/// At which places do segments reach the number?
pub(in crate::engine) struct Find<'q> {
    pub(in crate::engine) number: u64,
    pub(in crate::engine) data: &'q [u8],
    /// The segment that is open at the place `numbered` in the data. Its count is not kept.
    pub(in crate::engine) open: OpenSegment,
    pub(in crate::engine) numbered: usize,
    pub(in crate::engine) sink: Sink<'q>,
}

impl Query for Find<'_> {
    const FIRST_GROUPS: usize = 1;
    const PLACES: bool = true;

    fn threshold(&self) -> u64 {
        self.number
    }

    fn decide_block(&mut self, kernels: &Kernels, block: OneBlock) -> Option<u64> {
        let OneBlock { hits, resets, at, count } = block;
        let (ends, count) = kernels.reached(hits, resets, count, self.number);
        (ends == 0 || self.report(kernels, at, resets, ends)).then_some(count)
    }
}

impl Find<'_> {
    /// Reports the matches in the block at `at`, which end at the bits of `ends`. Returns whether
    /// more are wanted.
    #[inline(never)]
    fn report(&mut self, kernels: &Kernels, at: usize, resets: u64, mut ends: u64) -> bool {
        // Segments are numbered only here, as most blocks have no match.
        if let Some(last) = kernels.last_reset(&self.data[..at], self.numbered) {
            let passed = &self.data[self.numbered..=last];
            self.open.segment += kernels.count_resets(passed);
            self.open.start = self.open.base + last as u64 + 1;
        }
        self.numbered = at;
        let block = self.open.base + at as u64;
        let count = self.number;
        while ends != 0 {
            let place = ends.trailing_zeros();
            // The resets up to the match: the last one opened its segment.
            let before = resets & (u64::MAX >> (63 - place));
            let segment = self.open.segment + u64::from(before.count_ones());
            let start = match before {
                0 => self.open.start,
                _ => block + u64::from(u64::BITS - before.leading_zeros()),
            };
            if !(self.sink)(Match { segment, start, end: block + u64::from(place) + 1, count }) {
                return false;
            }
            ends &= ends - 1;
        }
        true
    }
}
