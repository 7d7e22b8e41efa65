//! The way through the data, once for every question.
//!
//! # The idea
//!
//! A question has a threshold: a count that a segment has to reach to matter. Nearly all data is
//! far from it, so the scan passes over groups of four blocks with the cheapest test that proves
//! so, and decides exactly only where the test fails:
//!
//! - `Hits`: resets are not even looked for. While the bound, raised by all hits of the group, stays
//!   below the threshold, no segment can reach it, wherever the resets are.
//! - `Pairs`: where two blocks have a reset, the bound falls to their hits.
//! - `Exact`: no test. Masks are filled in, and blocks decided, up to 64 at a time.
//!
//! ```text
//! threshold 9, groups:   2 hits   4 hits   3 hits      bound + hits: 2, 6, 9: the third fails
//! look back: the last reset is in the second group, 1 hit behind it
//! exact count there: 1                                 1 + 3 = 4: the third passes
//! ```
//!
//! Where a test fails, the exact count is found by looking back to the last reset, never further
//! than the place where the count is known. Which test is tried next says the [`Strategy`].
//!
//! Invariants: `exact.count` is the count at `exact.at`; `passed.bound` is at least the count at
//! `passed.at`, and equal to it where there is no reset between the two places; no segment that
//! matters ends before `passed.at` and has not been decided.
//!
//! Cost: one pass by a test over nearly all data; the bytes that are looked back over were passed
//! over since the last look, so they at most double that; deciding is linear.

use super::kernels::Kernels;
use super::query::{BlockMasks, Question};
use super::strategy::{Next, Strategy, Test};
use crate::engine::decide::batch::{BLOCKS, Places};
use crate::engine::find::finder::Carried;
use crate::engine::find::needle::Needle;
use crate::engine::find::passes::{Passed, aligned};
use crate::engine::isa::block::{BLOCK, GROUP, GROUP_BLOCKS};
use crate::fault;

/// The most bytes that are passed over in one call of a kernel: between two strides, the scan may
/// be interrupted.
const STRIDE: usize = 1 << 20;

/// The most groups of a batch.
const BATCH_GROUPS: usize = BLOCKS / GROUP_BLOCKS;

/// The count of the open segment, as far as a scan had to know it.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Exact {
    /// The place up to which `count` is exact.
    pub(in crate::engine) at: usize,
    pub(in crate::engine) count: u64,
}

/// What is known at the end of data.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct End {
    pub(in crate::engine) exact: Exact,
    /// The count at the end, where there is no reset behind `exact.at`.
    pub(in crate::engine) bound: u64,
}

/// What is read, and with what.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Input<'a> {
    pub(in crate::engine) kernels: &'a Kernels,
    pub(in crate::engine) needle: &'a Needle,
    pub(in crate::engine) resets: &'a Needle,
    pub(in crate::engine) data: &'a [u8],
    /// The count of the segment that is open at the start of the data.
    pub(in crate::engine) count: u64,
}

/// Reads the data for a question. What is known at the end, or none where the question was answered
/// before.
#[inline]
pub(in crate::engine) fn scan<Q: Question>(input: &Input<'_>, question: &mut Q) -> Option<End> {
    // Most data is short, and should not pay for the room that the way through long data needs.
    if input.data.len() > BLOCK {
        return scan_long(input, question);
    }
    let Input { kernels, needle, resets, data, count } = *input;
    let mut bound = count;
    if !data.is_empty() {
        let (to, carried) = (data.len(), &mut Carried::default());
        // SAFETY: the data has 1 to 64 bytes.
        let edge = unsafe { kernels.hits_at_edge(needle, data, 0, to, carried) };
        bound += edge.number;
        if bound >= question.threshold() {
            // SAFETY: the same.
            let resets = unsafe { kernels.resets_at_edge(resets, data, 0, to) };
            let masks = BlockMasks { hits: edge.hits, resets };
            let count = question.decide_block(kernels, masks, 0, count)?;
            return Some(End { exact: Exact { at: data.len(), count }, bound: count });
        }
    }
    Some(End { exact: Exact { at: 0, count }, bound })
}

/// [`scan`] for data of any length.
#[inline(never)]
fn scan_long<Q: Question>(input: &Input<'_>, question: &mut Q) -> Option<End> {
    let Input { needle, data, count, .. } = *input;
    // No hit ends before.
    let start = needle.lookback().min(data.len());
    let scan = Scan {
        input,
        passed: Passed { at: start, bound: count },
        carried: Carried::default(),
        exact: Exact { at: 0, count },
    };
    scan.run(question)
}

/// A way through data that is under way.
struct Scan<'a> {
    input: &'a Input<'a>,
    /// How far the scan has come: to the cursor.
    passed: Passed,
    carried: Carried,
    /// The last place where the count was known.
    exact: Exact,
}

impl Scan<'_> {
    fn run<Q: Question>(mut self, question: &mut Q) -> Option<End> {
        let Input { kernels, needle, resets, data, .. } = *self.input;
        let start = aligned(data, self.passed.at);
        if start > self.passed.at {
            self.read_edges(question, start)?;
        }
        let mut strategy = Strategy::new(kernels.has_pairs(), Q::DECIDED_FIRST);
        // How many groups may be decided together.
        let mut most_groups = Q::FIRST_GROUPS.min(BATCH_GROUPS);
        while data.len() - self.passed.at >= GROUP {
            fault::point("scan");
            let at = self.passed.at;
            let last = strategy.until().unwrap_or(usize::MAX).min(data.len() - GROUP);
            let last = last.min(at + STRIDE);
            let threshold = question.threshold();
            match strategy.test() {
                // SAFETY: groups up to `last` are inside the data, and the lookback is before the
                // cursor, which began behind it.
                Test::Hits => unsafe {
                    let Self { carried, passed, .. } = &mut self;
                    *passed = kernels.pass_by_hits(needle, data, carried, *passed, last, threshold);
                },
                // SAFETY: the same.
                Test::Pairs => unsafe {
                    self.passed =
                        kernels.pass_by_pairs(needle, resets, data, self.passed, last, threshold);
                },
                Test::Exact => {
                    self.look_back();
                    let groups = ((last.max(at) - at) / GROUP + 1).min(most_groups);
                    most_groups = (most_groups * 4).min(BATCH_GROUPS);
                    // SAFETY: the same.
                    unsafe { self.decide(question, groups)? };
                }
            }
            if self.passed.at > last || strategy.test() == Test::Exact {
                strategy.reached(self.passed.at);
            } else {
                most_groups = Q::FIRST_GROUPS.min(BATCH_GROUPS);
                let bound = self.passed.bound;
                self.look_back();
                let at = self.passed.at;
                if strategy.failed(at, self.exact.count < bound) == Next::DecideGroup {
                    // SAFETY: the test that failed was to read this group.
                    unsafe { self.decide(question, 1)? };
                    strategy.reached(self.passed.at);
                }
            }
        }
        if data.len() > self.passed.at {
            self.read_edges(question, data.len())?;
        }
        Some(End { exact: self.exact, bound: self.passed.bound })
    }

    /// Decides the next groups; the exact count is known at the cursor. None where the question is
    /// answered.
    ///
    /// # Safety
    ///
    /// They are inside the data, there is room for them in a batch, and the lookback of the needle
    /// is before the cursor.
    #[inline(never)]
    unsafe fn decide<Q: Question>(&mut self, question: &mut Q, groups: usize) -> Option<()> {
        let Input { kernels, needle, resets, data, .. } = *self.input;
        let at = self.passed.at;
        let blocks = groups * GROUP_BLOCKS;
        let end = at + groups * GROUP;
        // This much room is wanted only here: not inlined, it costs nothing elsewhere.
        let mut places = Places::new();
        let (hit_places, reset_places) = places.first(blocks);
        // SAFETY: the caller's promise. Both kernels write all places.
        let batch = unsafe {
            kernels.fill_hits(needle, data, at, &mut self.carried, hit_places);
            kernels.fill_resets(resets, &data[at..end], reset_places);
            // Here a modifier that hides bytes from both masks has its place.
            places.batch(blocks)
        };
        let count = question.decide(kernels, batch, at, self.exact.count)?;
        self.know(end, count);
        Some(())
    }

    /// Reads up to `to` block by block: at the start up to an aligned place, and at the end what is
    /// less than a group. None where the question is answered.
    fn read_edges<Q: Question>(&mut self, question: &mut Q, to: usize) -> Option<()> {
        let Input { kernels, needle, resets, data, .. } = *self.input;
        while self.passed.at < to {
            let at = self.passed.at;
            let end = to.min(at + BLOCK);
            // SAFETY: `at < end`, which is at most 64 bytes behind and not behind the data's end.
            let edge = unsafe { kernels.hits_at_edge(needle, data, at, end, &mut self.carried) };
            let bound = self.passed.bound + edge.number;
            if bound < question.threshold() {
                self.passed = Passed { at: end, bound };
                continue;
            }
            self.look_back();
            // SAFETY: the same.
            let resets = unsafe { kernels.resets_at_edge(resets, data, at, end) };
            let masks = BlockMasks { hits: edge.hits, resets };
            let count = question.decide_block(kernels, masks, at, self.exact.count)?;
            self.know(end, count);
        }
        Some(())
    }

    /// Moves the cursor to `at`, where the count is known.
    fn know(&mut self, at: usize, count: u64) {
        self.exact = Exact { at, count };
        self.passed = Passed { at, bound: count };
    }

    /// Finds the exact count at the cursor.
    fn look_back(&mut self) {
        let Input { kernels, needle, resets, data, .. } = *self.input;
        let at = self.passed.at;
        if self.exact.at < at {
            let count = match kernels.last_reset(resets, &data[..at], self.exact.at) {
                // No hit spans a reset, so counting may begin at one.
                Some(reset) => kernels.count_hits(needle, &data[..at], reset),
                None => self.passed.bound,
            };
            self.know(at, count);
        }
    }
}
