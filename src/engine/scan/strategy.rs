//! Which test the data is passed over with: a state machine that knows nothing of the data.
//!
//! There are two light tests, and deciding exactly; see [`driver`](super::driver) for what they do.
//! A light test is cheap where it holds, and where it fails, something has been wasted. Which one
//! pays depends on the data, so the strategy tries: a test that held for long goes on; one that
//! fails soon is paused, longer each time, up to a limit. That bounds the time that hostile data
//! can waste by making tests fail.
//!
//! ```text
//!            held long: goes on           held long: goes on
//!                ┌───┐                        ┌───┐
//!                │   ▼                        │   ▼
//!                ByHits ──── failed soon ───► ByResets ─── failed soon ───► Exact
//!                ▲ ▲                          │ ▲                           │ │
//!                │ └── pause of ByHits over ──┘ └── pause of ByResets over ─┘ │
//!                └──────────────────── pause of ByHits over ──────────────────┘
//! ```
//!
//! When a test that held for long fails, and the exact count is lower than the bound with which it
//! failed, it is tried again at the same place from the exact count. Otherwise the next group is
//! decided, and the test goes on behind it. If there is no kernel for `ByResets`, the arrows to it
//! lead to `Exact`.

/// How closely the data is looked at, the lightest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// Hits are counted, resets ignored.
    ByHits,
    /// Of each two blocks, or each one, hits are counted, and whether there is a reset.
    ByResets,
    /// Every block is decided.
    Exact,
}

/// The state. Places are offsets in bytes.
#[derive(Debug)]
pub(super) struct Strategy {
    /// The test in use.
    pub(super) test: Test,
    /// The place where the test in use began, or went on after a failure.
    since: usize,
    /// The place where it failed and is tried again from the exact count.
    again_at: Option<usize>,
    hits: Light,
    resets: Light,
    /// A test pays if it holds for this many bytes.
    pays: usize,
}

/// A light test.
#[derive(Clone, Copy, Debug)]
struct Light {
    /// The place where its pause ends, if that is ahead. If there is no such test, it does not end.
    paused_until: usize,
    /// The length of its next pause.
    next_pause: usize,
}

/// A test for a byte pays if it holds for this many bytes: a failure costs a wrong prediction, looking
/// back, and often deciding a group. With 3 KiB, at least 65 commas, of which there are 65 in 2.9 KiB, are
/// looked for 12 to 20 % slower with AVX2 and SSE2, in 16 KiB, 1 MiB and 8 MiB (Zen 4): a pause is dear
/// where passing by hits is much faster than passing by resets.
pub(super) const PAYS: usize = 2 << 10;
/// The same for other needles, for which it is little faster. With 2 KiB, at least 65 of 16 punctuation marks, of
/// which there are 65 in 2.6 KiB of text, are looked for 5 % faster in 16 KiB, where the processor learns
/// where the test fails, but 25 % slower in 8 MiB, where it does not (Zen 4, AVX-512 and AVX2).
pub(super) const PAYS_OTHERWISE: usize = 3 << 10;
/// The first pause of a test; each following one is [`LENGTHEN`] times as long, up to the longest.
/// `cargo bench --bench ratios -- worst`, Zen 4: with a longest one of 32 KiB, the worst input is 3 %
/// slower.
const SHORTEST_PAUSE: usize = 4 << 10;
const LENGTHEN: usize = 4;
const LONGEST_PAUSE: usize = 64 << 10;

impl Strategy {
    /// Begins at offset 0, with the lightest test.
    pub(super) fn new(has_resets: bool, pays: usize) -> Self {
        let hits = Light { paused_until: 0, next_pause: SHORTEST_PAUSE };
        let resets = if has_resets { hits } else { Light { paused_until: usize::MAX, ..hits } };
        Self { test: Test::ByHits, since: 0, again_at: None, hits, resets, pays }
    }

    /// The place where a lighter test is tried again: [`reached`](Self::reached) has to be called
    /// there.
    pub(super) fn until(&self) -> usize {
        match self.test {
            Test::ByHits => usize::MAX,
            Test::ByResets => self.hits.paused_until,
            Test::Exact => self.hits.paused_until.min(self.resets.paused_until),
        }
    }

    /// All data up to `at` has been passed over or decided. Takes the lightest test whose pause is
    /// over.
    pub(super) fn reached(&mut self, at: usize) {
        let test = if self.hits.paused_until <= at {
            Test::ByHits
        } else if self.resets.paused_until <= at {
            Test::ByResets
        } else {
            Test::Exact
        };
        if test != self.test {
            (self.test, self.since) = (test, at);
        }
    }

    /// The light test in use failed in the group at `at`. `is_lower` says whether the exact count
    /// there, which has been found since, is below the bound with which it failed. Returns whether the
    /// next group has to be decided, before `test` is tried.
    pub(super) fn failed(&mut self, at: usize, is_lower: bool) -> bool {
        if self.again_at.take() == Some(at) {
            return true;
        }
        let light = if self.test == Test::ByHits { &mut self.hits } else { &mut self.resets };
        if at - self.since >= self.pays {
            light.next_pause = SHORTEST_PAUSE;
            (self.since, self.again_at) = (at, is_lower.then_some(at));
            return !is_lower;
        }
        light.paused_until = at + light.next_pause;
        light.next_pause = (light.next_pause * LENGTHEN).min(LONGEST_PAUSE);
        self.reached(at);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: usize = 256;

    /// Goes through groups of which a fake scan knows which tests hold. For each group what passed
    /// over it; `Exact` where it was decided, alone or not.
    fn run(
        mut strategy: Strategy,
        groups: usize,
        holds: impl Fn(usize, Test) -> bool,
        is_lower: bool,
    ) -> Vec<Test> {
        let mut trace = Vec::new();
        let mut failures = 0;
        while trace.len() < groups {
            let at = trace.len() * GROUP;
            let test = strategy.test;
            if test == Test::Exact || holds(trace.len(), test) {
                trace.push(test);
                failures = 0;
                strategy.reached(at + GROUP);
            } else {
                failures += 1;
                assert!(failures <= 3, "no progress at {at}");
                if strategy.failed(at, is_lower) {
                    trace.push(Test::Exact);
                    strategy.reached(at + GROUP);
                }
            }
        }
        trace
    }

    /// How many of the groups a test passed over.
    fn number_of(trace: &[Test], test: Test) -> usize {
        trace.iter().filter(|&&other| other == test).count()
    }

    #[test]
    fn the_lightest_test_that_holds_is_used() {
        let all = run(Strategy::new(true, PAYS), 100, |_, _| true, true);
        assert!(all.iter().all(|&test| test == Test::ByHits));
        let resets = run(Strategy::new(true, PAYS), 10_000, |_, test| test == Test::ByResets, true);
        assert!(number_of(&resets, Test::ByResets) > 9_900);
        let none = run(Strategy::new(true, PAYS), 10_000, |_, _| false, true);
        assert_eq!(number_of(&none, Test::Exact), 10_000);
        let none = run(Strategy::new(false, PAYS), 10_000, |_, _| false, true);
        assert_eq!(number_of(&none, Test::Exact), 10_000);
    }

    #[test]
    fn without_kernels_by_resets_there_is_no_such_test() {
        let trace = run(Strategy::new(false, PAYS), 1_000, |group, _| group % 3 != 0, true);
        assert_eq!(number_of(&trace, Test::ByResets), 0);
    }

    /// A test that fails now and then, but pays in between, is not paused: each failure costs one
    /// group at most.
    #[test]
    fn a_test_that_pays_goes_on() {
        for is_lower in [false, true] {
            let trace =
                run(Strategy::new(true, PAYS), 6_400, |group, _| group % 64 != 63, is_lower);
            assert_eq!(number_of(&trace, Test::ByHits), 6_300);
            assert_eq!(number_of(&trace, Test::Exact), 100);
        }
    }

    /// Failing from the bound alone, and not from the exact count, decides nothing.
    #[test]
    fn the_exact_count_is_tried_first() {
        let mut strategy = Strategy::new(true, PAYS);
        strategy.reached(PAYS);
        assert!(!strategy.failed(PAYS, true));
        assert_eq!(strategy.test, Test::ByHits);
        // Again at the same place: what is looked for may be here.
        assert!(strategy.failed(PAYS, true));
        assert_eq!(strategy.test, Test::ByHits);
        // Soon behind, it does not pay.
        assert!(!strategy.failed(PAYS + GROUP, true));
        assert_eq!(strategy.test, Test::ByResets);
        assert_eq!(strategy.until(), PAYS + GROUP + SHORTEST_PAUSE);
    }

    /// However the tests fail, they are tried on a small part of long data.
    #[test]
    fn pauses_grow_and_end() {
        let mut strategy = Strategy::new(false, PAYS);
        let mut at = 0;
        for pause in [4 << 10, 16 << 10, 64 << 10, 64 << 10] {
            assert!(!strategy.failed(at, true));
            assert_eq!((strategy.test, strategy.until()), (Test::Exact, at + pause));
            at += pause;
            strategy.reached(at - 1);
            assert_eq!(strategy.test, Test::Exact);
            strategy.reached(at);
            assert_eq!(strategy.test, Test::ByHits);
        }
        // Once it has paid, a pause is short again.
        strategy.reached(at + PAYS);
        assert!(strategy.failed(at + PAYS, false));
        assert!(!strategy.failed(at + PAYS + GROUP, false));
        assert_eq!(strategy.until(), at + PAYS + GROUP + SHORTEST_PAUSE);
    }
}
