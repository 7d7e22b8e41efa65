//! The way through the data, once for every question.
//!
//! # The idea
//!
//! A question has a threshold: a count that a segment has to reach to matter. Most data is far from
//! it, so the scan passes over groups of four blocks with the cheapest test that proves this, and
//! decides exactly only where the test fails:
//!
//! - `ByHits`: resets are not even looked for. While the bound, raised by all hits of the group, stays
//!   below the threshold, no segment can reach it, wherever the resets are.
//! - `ByPairs`: behind two blocks with a reset, the bound falls to the number of their hits.
//! - `Exact`: no test. Masks are filled in and decided, up to 64 blocks at a time.
//!
//! ```text
//! threshold 9, groups:   2 hits   4 hits   3 hits      bound + hits: 2, 6, 9: the third fails
//! look back: the last reset is in the second group, 1 hit behind it
//! exact count there: 1                                 1 + 3 = 4: the third passes
//! ```
//!
//! Where a test fails, the exact count is found by looking back to the last reset, never further
//! than the last place where the count is known. The [`Strategy`] says which test is tried next.
//!
//! Short data is passed over block by block instead, with the same test, and decided likewise.
//!
//! Invariants: `exact.count` is the count at `exact.at`; `passed.bound` is at least the count at
//! `passed.at`, and equal to it if there is no reset between `exact.at` and `passed.at`; no segment
//! that matters ends before `passed.at` and has not been decided.
//!
//! Cost: one test of each group, and deciding, which is linear. Looking back reads only bytes that
//! were passed over since it last did, so it at most doubles the cost of the tests.

use std::ops::Range;

use super::kernels::{Kernels, edge_mask};
use super::query::{OneBlock, Question};
use super::strategy::{Next, Strategy, Test};
use crate::engine::decide::batch::{BLOCKS, Places};
use crate::engine::find::finder::Carried;
use crate::engine::find::needle::Needle;
use crate::engine::find::passes::{Passed, Stop, aligned};
use crate::engine::isa::block::{BLOCK, GROUP, GROUP_BLOCKS};
use crate::fault;

/// The most bytes that are passed over in one call of a kernel. Between two calls, the scan can be
/// interrupted.
const LONGEST_PASS: usize = 1 << 20;

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
    /// The count at the end, if there is no reset behind `exact.at`; otherwise at least the count.
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

/// Reads the data for a question. Returns what is known at the end, or `None` if the question was
/// answered early.
#[inline]
pub(in crate::engine) fn scan<Q: Question>(input: &Input<'_>, question: &mut Q) -> Option<End> {
    // Most data is short, and should not pay for the stack that long data needs.
    let Input { kernels, needle, data, count, .. } = *input;
    let (len, mut carried) = (data.len(), Carried::default());
    if len >= GROUP * Q::SHORT_GROUPS {
        return scan_long(*input, question);
    }
    let room = question.threshold().saturating_sub(count);
    // SAFETY: the processor runs these kernels.
    let Stop { at, hits } = unsafe { (kernels.hits.edges)(needle, data, 0, &mut carried, room) };
    let passed = Passed { at, bound: count + carried.number };
    let exact = Exact { at: 0, count };
    if at >= len {
        return Some(End { exact, bound: passed.bound });
    }
    if at > 0 {
        return run_short(*input, question, (passed, exact), carried, Some(hits));
    }
    // Where the first block answers the question, no more has to be known.
    let to = len.min(BLOCK);
    // SAFETY: the same; these are 1 to 64 bytes of the data.
    let count = unsafe { decide_edge(input, question, hits, 0..to, count)? };
    let (passed, exact) = (Passed { at: to, bound: count }, Exact { at: to, count });
    if to == len {
        return Some(End { exact, bound: count });
    }
    run_short(*input, question, (passed, exact), carried, None)
}

/// Decides the bytes of `data[at]`, whose hits are known. The count of the segment that is open
/// before them is `count`. Returns the count of the one that is open behind them, or `None` if the
/// question is answered.
///
/// # Safety
///
/// These are 1 to 64 bytes of the data.
#[inline(always)]
unsafe fn decide_edge<Q: Question>(
    input: &Input<'_>,
    question: &mut Q,
    hits: u64,
    at: Range<usize>,
    count: u64,
) -> Option<u64> {
    let Input { kernels, resets, data, .. } = *input;
    let (from, none) = (at.start, &mut Carried::default());
    // SAFETY: the caller's promise, and the processor runs these kernels.
    let resets = unsafe { edge_mask(kernels.resets.edges, resets, data, at, none) };
    question.decide_block(kernels, OneBlock { hits, resets, at: from, count })
}

/// [`scan`] for data of any length.
#[inline(never)]
fn scan_long<Q: Question>(input: Input<'_>, question: &mut Q) -> Option<End> {
    let Input { needle, data, count, .. } = input;
    // No hit ends before this place.
    let start = needle.lookback().min(data.len());
    let (passed, exact) = (Passed { at: start, bound: count }, Exact { at: 0, count });
    Scan { input: &input, passed, carried: Carried::default(), exact }.run(question)
}

/// Reads what is left of short data. The hits of the next block may be known.
#[inline(never)]
fn run_short<Q: Question>(
    input: Input<'_>,
    question: &mut Q,
    (passed, exact): (Passed, Exact),
    carried: Carried,
    hits: Option<u64>,
) -> Option<End> {
    let mut scan = Scan { input: &input, passed, carried, exact };
    if let Some(hits) = hits {
        scan.decide_next(question, hits, input.data.len())?;
    }
    scan.read_edges(question, input.data.len())?;
    Some(End { exact: scan.exact, bound: scan.passed.bound })
}

/// The state of a scan.
struct Scan<'a> {
    input: &'a Input<'a>,
    /// The place that the scan has reached, and the bound there.
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
        let mut strategy = Strategy::new(kernels.pairs.is_some());
        // How many groups may be decided together.
        let mut most_groups = Q::FIRST_GROUPS.min(BATCH_GROUPS);
        while data.len() - self.passed.at >= GROUP {
            fault::point("scan");
            let at = self.passed.at;
            let last = strategy.until().unwrap_or(usize::MAX).min(data.len() - GROUP);
            let last = last.min(at + LONGEST_PASS);
            let threshold = question.threshold();
            match strategy.test() {
                // SAFETY: groups up to `last` are inside the data, and the lookback is before
                // `passed.at`, which began behind it.
                Test::ByHits => unsafe {
                    let Self { carried, passed, .. } = &mut self;
                    let pass = kernels.hits_for(data).pass;
                    *passed = pass(needle, data, carried, *passed, last, threshold);
                },
                // SAFETY: the same.
                Test::ByPairs => unsafe {
                    if let Some(pairs) = kernels.pairs {
                        self.passed = pairs(needle, resets, data, self.passed, last, threshold);
                    }
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

    /// Decides the next groups, at a place where the exact count is known. `None` if the question
    /// is answered.
    ///
    /// # Safety
    ///
    /// They are inside the data, there is room for them in a batch, and the lookback of the needle
    /// is before `passed.at`.
    #[inline(never)]
    unsafe fn decide<Q: Question>(&mut self, question: &mut Q, groups: usize) -> Option<()> {
        let Input { kernels, needle, resets, data, .. } = *self.input;
        let at = self.passed.at;
        let blocks = groups * GROUP_BLOCKS;
        let end = at + groups * GROUP;
        // 1 KiB of stack. As this function is not inlined, only calls of it pay for that.
        let mut places = Places::new();
        let (hit_places, reset_places) = places.first(blocks);
        // SAFETY: the caller's promise. Both kernels write all places.
        let batch = unsafe {
            (kernels.hits.fill)(needle, data, at, &mut self.carried, hit_places);
            let none = &mut Carried::default();
            (kernels.resets.fill)(resets, &data[at..end], 0, none, reset_places);
            places.batch(blocks)
        };
        let count = question.decide(kernels, batch, at, self.exact.count)?;
        self.know(end, count);
        Some(())
    }

    /// Reads up to `to` block by block: at the start up to an aligned place, and at the end what is
    /// left after the last group. `None` if the question is answered.
    fn read_edges<Q: Question>(&mut self, question: &mut Q, to: usize) -> Option<()> {
        let Input { kernels, needle, data, .. } = *self.input;
        while self.passed.at < to {
            let Passed { at, bound } = self.passed;
            let room = question.threshold().saturating_sub(bound);
            let (edges, data) = (kernels.hits.edges, &data[..to]);
            // SAFETY: the processor runs these kernels.
            let Stop { at, hits } = unsafe { edges(needle, data, at, &mut self.carried, room) };
            self.passed = Passed { at, bound: bound + self.carried.number };
            if at < to {
                self.decide_next(question, hits, to)?;
            }
        }
        Some(())
    }

    /// Decides the next block, up to `to`, whose hits are known. `None` if the question is answered.
    fn decide_next<Q: Question>(&mut self, question: &mut Q, hits: u64, to: usize) -> Option<()> {
        self.look_back();
        let (at, count) = (self.passed.at, self.exact.count);
        let end = to.min(at + BLOCK);
        // SAFETY: these are 1 to 64 bytes of the data.
        let count = unsafe { decide_edge(self.input, question, hits, at..end, count)? };
        self.know(end, count);
        Some(())
    }

    /// Moves to `at`, where the count is known.
    fn know(&mut self, at: usize, count: u64) {
        self.exact = Exact { at, count };
        self.passed = Passed { at, bound: count };
    }

    /// Finds the exact count at `passed.at`.
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

#[cfg(test)]
mod tests {
    use super::super::query::{Exists, Find, Largest, Matching, OpenSegment};
    use super::*;
    use crate::bytes::{ByteSet, Match};
    use crate::engine::isa::Backend;

    /// What is looked for, as the plain loop sees it.
    #[derive(Clone, Copy)]
    enum Example<'a> {
        AnyOf(&'a [u8]),
        String(&'a [u8]),
    }

    impl Example<'_> {
        fn needle(self) -> Needle {
            match self {
                Self::AnyOf(bytes) => Needle::of_set(&ByteSet::new(bytes)),
                Self::String(bytes) => Needle::of_string(bytes).unwrap(),
            }
        }

        /// Whether a hit ends with the last of these bytes; none begins before `free`.
        fn ends(self, seen: &[u8], free: usize) -> bool {
            match self {
                Self::AnyOf(bytes) => bytes.contains(&seen[seen.len() - 1]),
                Self::String(bytes) => seen.ends_with(bytes) && seen.len() - bytes.len() >= free,
            }
        }
    }

    /// All answers, byte by byte.
    struct Plain {
        matches: Vec<Match>,
        largest: u64,
        count_at_end: u64,
    }

    fn plainly(example: Example<'_>, resets: &[u8], data: &[u8], first: u64, number: u64) -> Plain {
        let (mut count, mut free) = (first, 0);
        let (mut segment, mut start) = (0, 0);
        let mut plain = Plain { matches: Vec::new(), largest: first, count_at_end: 0 };
        for at in 0..data.len() {
            if resets.contains(&data[at]) {
                (count, segment, start) = (0, segment + 1, at as u64 + 1);
            }
            if example.ends(&data[..=at], free) {
                (count, free) = (count + 1, at + 1);
                plain.largest = plain.largest.max(count);
                if count == number {
                    plain.matches.push(Match { segment, start, end: at as u64 + 1, count });
                }
            }
        }
        plain.count_at_end = count;
        plain
    }

    /// Compares all questions about `data` with the plain loop, on one backend.
    fn compare(backend: Backend, example: Example<'_>, resets: &[u8], data: &[u8], number: u64) {
        let needle = &example.needle();
        let reset_needle = &Needle::of_set(&ByteSet::new(resets));
        let kernels = &Kernels::new(backend, needle, reset_needle);
        for count in [0, number - 1, number] {
            let expected = plainly(example, resets, data, count, number);
            let input = Input { kernels, needle, resets: reset_needle, data, count };
            let about = || format!("{backend:?}, {number} from {count}: {:?}", data.escape_ascii());

            let exists = scan(&input, &mut Exists { number }).is_none();
            assert_eq!(exists, !expected.matches.is_empty(), "{}", about());

            let mut matching = Matching { number, segments: 0 };
            let end = scan(&input, &mut matching).unwrap();
            assert_eq!(matching.segments, expected.matches.len() as u64, "{}", about());
            if !data[end.exact.at..].iter().any(|byte| resets.contains(byte)) {
                assert_eq!(end.bound, expected.count_at_end, "{}", about());
            }

            let mut largest = Largest { largest: count };
            scan(&input, &mut largest);
            assert_eq!(largest.largest, expected.largest, "{}", about());

            let mut found = Vec::new();
            let sink = &mut |one| {
                found.push(one);
                true
            };
            let open = OpenSegment { count, ..OpenSegment::START };
            let resets = reset_needle;
            scan(&input, &mut Find { number, resets, data, open, numbered: 0, sink });
            assert_eq!(found, expected.matches, "{}", about());
        }
    }

    /// No sum of hits overflows, wherever the data begins and ends.
    #[test]
    fn all_bytes_are_hits() {
        let data = vec![b'a'; 70_000];
        let (needle, resets) =
            (Needle::of_set(&ByteSet::new(b"a")), Needle::of_set(&ByteSet::EMPTY));
        for backend in Backend::NAMES.into_iter().filter_map(Backend::named) {
            let kernels = Kernels::new(backend, &needle, &resets);
            for from in [0, 1, 63, 64, 65, 255, 256, 1_000] {
                for end in [from, 1_000, 1_024, 1_087, 33_000, 69_999, 70_000] {
                    let expected = (end - from) as u64;
                    assert_eq!(kernels.count_hits(&needle, &data[..end], from), expected);
                    assert_eq!(kernels.count_hits(&needle, &data[from..end], 0), expected);
                }
            }
        }
    }

    #[test]
    fn every_question_is_answered_as_byte_by_byte() {
        let mut state = 1_u64;
        let mut below = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % bound
        };
        let backends: Vec<Backend> =
            Backend::NAMES.into_iter().filter_map(Backend::named).collect();
        let all = [
            Example::AnyOf(b"a"),
            Example::AnyOf(b"\n"),
            Example::AnyOf(b"ab"),
            Example::AnyOf(b"aqAQ\xE1"),
            Example::String(b"ab"),
            Example::String(b"aab"),
            Example::String(b"aa"),
            Example::String(b"abaab"),
            Example::String(b"abbbaabb"),
            Example::String(b"abaababaabaababaababaabaababaabaab"),
            Example::String(&[b'a'; 20]),
        ];
        for round in 0..250 {
            let len = [0, 3, 63, 64, 65, 130, 300, 1_200, 6_000][round % 9];
            let (of_a, of_resets) = (below(10) + 1, [0, 1, 20, 300, 4_000][round % 5]);
            // Stretches of bytes of which more are hits, and of which fewer are.
            let data: Vec<u8> = (0..len)
                .map(|at| match below(10_000) {
                    reset if reset < of_resets => b'\n',
                    _ if at / 700 % 2 == 0 && below(10) < of_a => b'a',
                    _ => b"bbbbbbba"[below(8) as usize],
                })
                .collect();
            for example in all {
                let is_string = matches!(example, Example::String(_));
                let resets = if is_string { &b"\n\r"[..] } else { b"\n" };
                let number = [1, 2, 3, 9, 20, 70, 1_000][below(7) as usize];
                for &backend in &backends {
                    compare(backend, example, resets, &data, number);
                }
            }
        }
    }
}
