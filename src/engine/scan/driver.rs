//! The way through the data, once for every query.
//!
//! # The idea
//!
//! A query has a threshold: a count that a segment has to reach to matter. Most data is far from
//! it, so the scan passes over groups of four blocks with the cheapest test that proves this, and
//! decides exactly only where the test fails:
//!
//! - `ByHits`: resets are not even looked for. While the bound, raised by all hits of the group, stays
//!   below the threshold, no segment can reach it, wherever the resets are.
//! - `ByResets`: behind two blocks with a reset, the bound falls to the number of their hits. Where
//!   that fails, the same is tried with single blocks, if the threshold is higher than the 64 hits
//!   that one can have, and the next 4 KiB are passed over so.
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
//! Short data is passed over block by block instead, with the same test, and decided likewise. A block
//! or less, as many strings are, is answered by the kernels' results alone, without any state.
//!
//! Invariants: `known` is the count at `known_at`; `passed.bound` is at least the count at
//! `passed.at`, and equal to it if there is no reset between `known_at` and `passed.at`; no segment
//! that matters ends before `passed.at` and has not been decided.
//!
//! Cost: one test of each group, and deciding, which is linear. Looking back reads only bytes that
//! were passed over since it last did, so it at most doubles the cost of the tests.

use std::num::NonZeroU64;

use super::kernels::Kernels;
use super::query::{OneBlock, Query};
use super::strategy::{PAYS, PAYS_OTHERWISE, Strategy, Test};
use crate::engine::decide::batch::{BLOCKS, Slots};
use crate::engine::find::finder::Carried;
use crate::engine::find::needle::Needle;
use crate::engine::find::passes::{Passed, aligned};
use crate::engine::isa::block::{BLOCK, GROUP, GROUP_BLOCKS};
use crate::fault;

/// The most bytes that are passed over in one call of a kernel. Between two calls, the scan can be
/// interrupted.
const LONGEST_PASS: usize = 1 << 20;

/// How far single blocks are passed over after two together were too much, if the threshold is higher
/// than the 64 hits that a block can have: below, two that are too much are mostly one that is too much
/// by itself. `cargo bench --bench ratios -- cache cache2 early`, Zen 4: with 1 KiB, dense hits in source
/// code are 4 to 10 % slower; with 16 KiB, 1 to 3 % faster, but what follows may be passed over two by
/// two, which is a fifth faster. With low thresholds too, an early match is found 10 % later.
const CLOSELY: usize = 4 << 10;

/// The most groups of a batch.
const BATCH_GROUPS: usize = BLOCKS / GROUP_BLOCKS;

/// What is known at the end of data.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct End {
    /// The last place where the count was known.
    pub(in crate::engine) exact: usize,
    /// 1 more than the count at the end, if there is no reset behind `exact`; otherwise more than
    /// that. As it is not 0, an `Option` of the end is two numbers, which are returned in registers.
    pub(in crate::engine) above: NonZeroU64,
}

impl End {
    #[inline(always)]
    fn new(exact: usize, bound: u64) -> Self {
        Self { exact, above: NonZeroU64::MIN.saturating_add(bound) }
    }
}

/// Reads the data for a query, with these kernels. `count` is that of the segment that is open at
/// the start of the data. Returns what is known at the end, or `None` if the query was answered
/// early.
///
/// Inlined is the way of a block or less alone, which needs few registers.
#[inline]
pub(in crate::engine) fn scan<Q: Query>(
    kernels: &Kernels,
    data: &[u8],
    count: u64,
    query: &mut Q,
) -> Option<End> {
    let len = data.len();
    if !(1..=BLOCK).contains(&len) {
        return if len < GROUP * Q::SHORT_GROUPS {
            scan_blocks(kernels, data, count, query)
        } else {
            Scan::run(kernels, data, count, query)
        };
    }
    let (hits, number) = kernels.hits_in_block(data);
    let bound = count + number;
    if bound < query.threshold() {
        return Some(End::new(0, bound));
    }
    let block = OneBlock { hits, resets: kernels.resets_from(data, 0), at: 0, count };
    let count = query.decide_block(kernels, block)?;
    Some(End::new(len, count))
}

/// [`scan`] block by block.
#[inline(never)]
fn scan_blocks<Q: Query>(kernels: &Kernels, data: &[u8], count: u64, query: &mut Q) -> Option<End> {
    let (passed, carried) = (Passed { at: 0, bound: count }, &mut Carried::default());
    let mut scan = Scan { kernels, data, passed, carried, known_at: 0, known: count };
    scan.read_blocks(query, data.len())?;
    Some(End::new(scan.known_at, scan.passed.bound))
}

/// The state of a scan.
struct Scan<'a> {
    kernels: &'a Kernels,
    data: &'a [u8],
    /// The place that the scan has reached, and the bound there.
    passed: Passed,
    /// Kernels are given its address. As it is not in here, all that is can be in registers.
    carried: &'a mut Carried,
    /// The last place where the exact count of the open segment had to be known.
    known_at: usize,
    /// This count.
    known: u64,
}

impl Scan<'_> {
    /// [`scan`] for whole groups, and what is around them.
    #[inline(never)]
    fn run<Q: Query>(kernels: &Kernels, data: &[u8], count: u64, query: &mut Q) -> Option<End> {
        let Kernels { needle, resets, .. } = kernels;
        // No hit ends before this place.
        let at = needle.lookback().min(data.len());
        let (passed, carried) = (Passed { at, bound: count }, &mut Carried::default());
        let mut scan = Scan { kernels, data, passed, carried, known_at: 0, known: count };
        let start = aligned(data, scan.passed.at);
        if start > scan.passed.at {
            scan.read_around(query, start)?;
        }
        let pays_from = if matches!(needle, Needle::Byte(_)) { PAYS } else { PAYS_OTHERWISE };
        let mut strategy = Strategy::new(kernels.by_resets.is_some(), pays_from);
        // How many groups may be decided together.
        let mut most_groups = Q::FIRST_GROUPS.min(BATCH_GROUPS);
        while data.len() - scan.passed.at >= GROUP {
            fault::point("scan");
            let at = scan.passed.at;
            let last = strategy.until().min(data.len() - GROUP);
            let mut last = last.min(at + LONGEST_PASS);
            let threshold = query.threshold();
            match strategy.test {
                // SAFETY: groups up to `last` are inside the data, and the lookback is before
                // `passed.at`, which began behind it.
                Test::ByHits => unsafe {
                    let pass = kernels.hits_for(data).pass;
                    scan.passed = pass(needle, data, scan.carried, scan.passed, last, threshold);
                },
                // SAFETY: the same.
                Test::ByResets => unsafe {
                    if let Some([pairs, blocks]) = kernels.by_resets {
                        scan.passed = pairs(needle, resets, data, scan.passed, last, threshold);
                        if scan.passed.at <= last && threshold > BLOCK as u64 {
                            last = last.min(scan.passed.at + CLOSELY);
                            scan.passed =
                                blocks(needle, resets, data, scan.passed, last, threshold);
                        }
                    }
                },
                Test::Exact => {
                    scan.look_back();
                    let groups = ((last.max(at) - at) / GROUP + 1).min(most_groups);
                    most_groups = (most_groups * 4).min(BATCH_GROUPS);
                    // SAFETY: the same.
                    unsafe { scan.decide(query, groups)? };
                }
            }
            if scan.passed.at > last || strategy.test == Test::Exact {
                strategy.reached(scan.passed.at);
            } else {
                most_groups = Q::FIRST_GROUPS.min(BATCH_GROUPS);
                let bound = scan.passed.bound;
                scan.look_back();
                let at = scan.passed.at;
                if strategy.failed(at, scan.known < bound) {
                    // SAFETY: the test that failed was to read this group.
                    unsafe { scan.decide(query, 1)? };
                    strategy.reached(scan.passed.at);
                }
            }
        }
        if data.len() > scan.passed.at {
            scan.read_around(query, data.len())?;
        }
        Some(End::new(scan.known_at, scan.passed.bound))
    }

    /// Decides the next groups, at a place where the exact count is known. `None` if the query
    /// is answered.
    ///
    /// # Safety
    ///
    /// They are inside the data, there is room for them in a batch, and the lookback of the needle
    /// is before `passed.at`.
    #[inline(never)]
    unsafe fn decide<Q: Query>(&mut self, query: &mut Q, groups: usize) -> Option<()> {
        let Self { kernels, data, .. } = *self;
        let at = self.passed.at;
        let blocks = groups * GROUP_BLOCKS;
        let end = at + groups * GROUP;
        // 1 KiB of stack. As this function is not inlined, only calls of it pay for that.
        let mut slots = Slots::new();
        let (hits, resets) = slots.first(blocks);
        // SAFETY: the caller's promise. All slots are written.
        let batch = unsafe {
            kernels.fill(data, at, self.carried, [hits, resets]);
            slots.batch(blocks)
        };
        let count = query.decide(kernels, batch, at, self.known)?;
        self.know(end, count);
        Some(())
    }

    /// Reads up to `to` block by block: at the start up to an aligned place, and at the end what is
    /// left after the last group. `None` if the query is answered.
    #[inline(never)]
    fn read_around<Q: Query>(&mut self, query: &mut Q, to: usize) -> Option<()> {
        self.read_blocks(query, to)
    }

    /// [`read_around`](Self::read_around), which so is inlined only for short data, where the state stays
    /// in registers: `cargo bench --bench ratios -- sizes`, Zen 4: 256 bytes in 7.5 instead of 9.3 ns.
    #[inline(always)]
    fn read_blocks<Q: Query>(&mut self, query: &mut Q, to: usize) -> Option<()> {
        // Before the loop, so that nothing is loaded for it where all is passed over.
        let mut hits = self.pass_blocks(query.threshold(), to);
        while self.passed.at < to {
            self.look_back();
            let (at, count) = (self.passed.at, self.known);
            let end = to.min(at + BLOCK);
            let resets = self.kernels.resets_from(&self.data[..end], at);
            let block = OneBlock { hits, resets, at, count };
            self.know(end, query.decide_block(self.kernels, block)?);
            hits = if end < to { self.pass_blocks(query.threshold(), to) } else { 0 };
        }
        Some(())
    }

    /// Passes over blocks up to `to`. Returns the hits of the block where it stopped, as the threshold
    /// may be reached there.
    #[inline(always)]
    fn pass_blocks(&mut self, threshold: u64, to: usize) -> u64 {
        let Self { kernels, data, passed: Passed { at, bound }, .. } = *self;
        let (pass_blocks, room) = (kernels.hits.pass_blocks, threshold.saturating_sub(bound));
        // SAFETY: the processor runs these kernels.
        let stop = unsafe { pass_blocks(&kernels.needle, &data[..to], at, self.carried, room) };
        self.passed = Passed { at: stop.at, bound: bound + self.carried.number };
        stop.hits
    }

    /// Moves to `at`, where the count is known.
    fn know(&mut self, at: usize, count: u64) {
        (self.known_at, self.known) = (at, count);
        self.passed = Passed { at, bound: count };
    }

    /// Finds the exact count at `passed.at`.
    fn look_back(&mut self) {
        let Passed { at, bound } = self.passed;
        if self.known_at < at {
            let count = count_behind_reset(self.kernels, &self.data[..at], self.known_at, bound);
            self.know(at, count);
        }
    }
}

/// How many hits are behind the last reset in `data[from..]`; without one, `bound`. Not inlined, as it
/// would take registers from the loop over short data.
#[inline(never)]
fn count_behind_reset(kernels: &Kernels, data: &[u8], from: usize, bound: u64) -> u64 {
    // No hit spans a reset, so counting may begin at one.
    kernels.last_reset(data, from).map_or(bound, |reset| kernels.count_hits(data, reset))
}

#[cfg(test)]
mod tests {
    use super::super::query::{Find, Largest, Matching, OpenSegment};
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

    /// Compares all queries about `data` with the plain loop, on one backend.
    fn compare(backend: Backend, example: Example<'_>, resets: &[u8], data: &[u8], number: u64) {
        let reset_needle = Needle::of_set(&ByteSet::new(resets));
        let kernels = &Kernels::new(backend, example.needle(), reset_needle);
        for count in [0, number - 1, number] {
            let expected = plainly(example, resets, data, count, number);
            let about = || format!("{backend:?}, {number} from {count}: {:?}", data.escape_ascii());

            let exists =
                scan(kernels, data, count, &mut Matching::<true> { number, segments: 0 }).is_none();
            assert_eq!(exists, !expected.matches.is_empty(), "{}", about());

            let mut matching = Matching::<false> { number, segments: 0 };
            let end = scan(kernels, data, count, &mut matching).unwrap();
            assert_eq!(matching.segments, expected.matches.len() as u64, "{}", about());
            if !data[end.exact..].iter().any(|byte| resets.contains(byte)) {
                assert_eq!(end.above.get() - 1, expected.count_at_end, "{}", about());
            }

            let mut largest = Largest { largest: count };
            scan(kernels, data, count, &mut largest);
            assert_eq!(largest.largest, expected.largest, "{}", about());

            let mut found = Vec::new();
            let sink = &mut |one| {
                found.push(one);
                true
            };
            let open = OpenSegment { count, ..OpenSegment::START };
            scan(kernels, data, count, &mut Find { number, data, open, numbered: 0, sink });
            assert_eq!(found, expected.matches, "{}", about());
        }
    }

    /// No sum of hits overflows, wherever the data begins and ends.
    #[test]
    fn all_bytes_are_hits() {
        let data = vec![b'a'; 70_000];
        for (_, backend) in Backend::all() {
            let (needle, resets) = (ByteSet::new(b"a"), ByteSet::EMPTY);
            let kernels = Kernels::new(backend, Needle::of_set(&needle), Needle::of_set(&resets));
            for from in [0, 1, 63, 64, 65, 255, 256, 1_000] {
                for end in [from, 1_000, 1_024, 1_087, 33_000, 69_999, 70_000] {
                    let expected = (end - from) as u64;
                    assert_eq!(kernels.count_hits(&data[..end], from), expected);
                    assert_eq!(kernels.count_hits(&data[from..end], 0), expected);
                }
            }
        }
    }

    #[test]
    fn every_query_is_answered_as_byte_by_byte() {
        let mut state = 1_u64;
        let mut below = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % bound
        };
        let backends: Vec<Backend> = Backend::all().map(|(_, backend)| backend).collect();
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
            let len = [0, 3, 63, 64, 65, 130, 300, 1_200, 6_000, 9_000, 20_000][round % 11];
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
