//! The way through the data: once for every instruction set, pattern and question.
//!
//! Each question has a threshold: a count that a segment must reach to matter. Nearly all data is
//! far from it, so the scan passes over groups of blocks with the cheapest test that proves it, and
//! looks exactly only where the test fails. It knows the hits of the open segment exactly at one
//! place, and an upper bound at the place it has come to. From the lightest:
//!
//! - `Hits`: resets are not even looked for. While the bound and the group's hits stay below the
//!   threshold, no segment can have reached it, wherever the resets are.
//! - `Pairs`: where two blocks have a reset, the bound falls to their hits.
//! - `Columns`: many places are gone through side by side ([`column`]), which gives exact counts,
//!   but not where they are reached.
//! - `Exact`: no test; blocks are decided many at a time by a [`Batch`], without a branch for each
//!   hit or reset.
//!
//! Where one of the first three fails, the exact count there is found by looking back to the last
//! reset, never further than the place where the count is known. A test that had held for long is
//! tried again with it. One that fails soon after the last time is not worth its cost, and is left
//! out for a stretch, longer each time: that bounds what hostile data can gain from making the tests
//! fail. Where no light test helps, the next group is decided by itself, as what is looked for may
//! be there.

use super::batch::{BLOCKS, Batch, Places, Step};
use super::block::{BLOCK, Block, FOUR, Hits};
use super::column::{self, Column, MAX_STRIDE, SHORT_STRIDE};
use super::goal::{Carry, Goal, Question, Seen};
use super::kernels::Backend;
use super::pattern::Pattern;
use super::row::SideBySide;
use std::slice;

/// The bytes of a group.
const GROUP: usize = FOUR * BLOCK;

/// How closely the scan looks, the lightest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Test {
    Hits,
    Pairs,
    Columns,
    Exact,
}

/// Which test is worth its cost at the moment.
struct Choice {
    test: Test,
    /// Where this test began, or failed last.
    since: usize,
    /// Where it failed last, if it did.
    failed_at: Option<usize>,
    /// For each test but the last, how long to do without it.
    pauses: [Pause; 3],
}

#[derive(Clone, Copy)]
struct Pause {
    until: usize,
    /// The next one's length in bytes.
    length: usize,
}

impl Choice {
    const TESTS: [Test; 4] = [Test::Hits, Test::Pairs, Test::Columns, Test::Exact];
    /// A test pays where it holds for so many bytes. A failure costs as much as some ten groups
    /// by the next heavier test; of columns, as all that was gone through together.
    const PAYS: [usize; 3] = [16 * GROUP, 16 * GROUP, 64 * GROUP];
    /// The first pause of each, the next ones being four times as long; and the longest.
    const SHORTEST: [usize; 3] = [16 * GROUP, 16 * GROUP, Self::LONGEST];
    const LONGEST: usize = 256 * GROUP;
    /// So much is decided first where the tests are bound to fail.
    const FIRST: usize = 64 * GROUP;

    #[inline(always)]
    fn new<B: Backend>(goal: &Goal<'_>) -> Self {
        // A threshold that rises is near at first: no test would hold; columns raise it. Where it is
        // not the end of the way, it may be reached again and again, which columns cannot tell from
        // once.
        let (until, columns_until) = match goal.question {
            Question::MaxCount => (Self::FIRST, 0),
            Question::MatchingSegments { .. } => (0, Self::FIRST),
            Question::HasCount { .. } | Question::Find(_) => (0, 0),
        };
        let has_columns = B::COLUMNS_FIRST && goal.fits_columns;
        let columns_until = if has_columns { columns_until } else { usize::MAX };
        let [hits, pairs, columns] = Self::SHORTEST;
        let pauses = [
            Pause { until, length: hits },
            Pause { until, length: pairs },
            Pause { until: columns_until, length: columns },
        ];
        let mut choice = Self { test: Test::Exact, since: 0, failed_at: None, pauses };
        choice.choose(0);
        choice
    }

    /// The test failed in what comes at `at`. Whether another one is to be tried on it: where it is
    /// light, or this one has failed soon before. (Otherwise, here may be what is looked for.)
    #[inline(always)]
    fn failed(&mut self, at: usize) -> bool {
        let test = self.test as usize;
        let mut is_again = false;
        if let Some(pause) = self.pauses.get_mut(test) {
            if at - self.since >= Self::PAYS[test] {
                pause.length = Self::SHORTEST[test];
            } else {
                is_again = pause.length > Self::SHORTEST[test];
                pause.until = at + pause.length;
                pause.length = (pause.length * 4).min(Self::LONGEST);
            }
        }
        (self.since, self.failed_at) = (at, Some(at));
        self.choose(at);
        self.test as usize != test && (is_again || self.test <= Test::Pairs)
    }

    /// Takes the lightest test that does not pause.
    #[inline(always)]
    fn choose(&mut self, at: usize) {
        let lightest = self.pauses.iter().position(|pause| at >= pause.until).unwrap_or(3);
        if Self::TESTS[lightest] != self.test {
            self.test = Self::TESTS[lightest];
            (self.since, self.failed_at) = (at, None);
        }
    }

    /// From `at` on there may be [`Test::Columns`]: whether there was none.
    #[inline(always)]
    fn begin_columns(&mut self, at: usize) -> bool {
        let pause = &mut self.pauses[Test::Columns as usize];
        let was_none = pause.until == usize::MAX;
        if was_none {
            pause.until = at;
        }
        was_none
    }

    /// There is no [`Test::Columns`] from `at` on, for now.
    #[inline(always)]
    fn end_columns(&mut self, at: usize) {
        self.pauses[Test::Columns as usize].until = usize::MAX;
        self.choose(at);
    }

    /// Where to choose again, if the test holds so long.
    #[inline(always)]
    fn until(&self) -> usize {
        let [hits, pairs, columns] = self.pauses.each_ref().map(|pause| pause.until);
        match self.test {
            Test::Hits => usize::MAX,
            Test::Pairs => hits,
            Test::Columns => hits.min(pairs),
            Test::Exact => hits.min(pairs).min(columns),
        }
    }
}

/// Reads `data`, which starts with a segment, for `goal`.
///
/// # Safety
///
/// The processor has the instructions of `B`.
#[inline(always)]
pub(super) unsafe fn scan<B: Backend, W: Pattern, R: Pattern>(
    what: &W,
    reset: &R,
    data: &[u8],
    goal: &mut Goal<'_>,
) {
    // Most data is short, and should not pay for the room that the way through long data needs.
    if data.len() > BLOCK {
        // SAFETY: the caller's promise is the same.
        return unsafe { B::scan_long(what, reset, data, goal) };
    }
    if data.is_empty() {
        return;
    }
    // SAFETY: the caller vouches for the processor, and the data is at most a block.
    unsafe {
        let hits = what.at_edge::<B>(data, 0, data.len(), &mut W::Memory::default());
        let bound = goal.carry.bound + u64::from(hits.count_ones());
        // Short data mostly ends here.
        if bound < goal.threshold.number() {
            goal.carry.bound = bound;
            return;
        }
        let resets = reset.at_edge::<B>(data, 0, data.len(), &mut R::Memory::default());
        let seen = Seen { at: 0, hits, resets, carry: goal.carry.count };
        if let Some(count) = B::take_block(goal, &seen) {
            goal.carry = Carry::exact(data.len(), count);
        }
    }
}

/// [`scan`] for more than a block.
///
/// # Safety
///
/// The processor has the instructions of `B`.
#[inline(always)]
pub(super) unsafe fn scan_long<B: Backend, W: Pattern, R: Pattern>(
    what: &W,
    reset: &R,
    data: &[u8],
    goal: &mut Goal<'_>,
) {
    let memory = W::Memory::default();
    let mut scan = Scan { what, reset, data, at: 0, memory, carry: goal.carry };
    let mut choice = Choice::new::<B>(goal);
    let mut batches = [Batch::new(), Batch::new()];
    let lookback = if what.lookback() > 0 { what.lookback().max(column::LOOKBACK) } else { 0 };
    let start = whole_from(data, 0, data.len(), lookback);
    while scan.at < data.len() {
        // Everything is written so that there is one copy of each part in the kernel.
        let at = scan.at;
        // SAFETY: the caller vouches for the processor. Groups are read whole only where they and
        // the lookback of `what` are inside the data; before that, and behind, block by block.
        unsafe {
            let single;
            let (hits, resets): (&[u64], &[u64]);
            if at >= start && data.len() - at >= GROUP {
                if scan.pass::<B>(&mut choice, goal) {
                    continue;
                }
                let was_exact = scan.carry.known == scan.at;
                scan.carry = Carry::exact(scan.at, B::look_back(&scan, scan.at));
                let undecided = if choice.test == Test::Exact {
                    let undecided = scan.decide::<B>(&mut choice, goal, &mut batches);
                    choice.choose(scan.at);
                    undecided
                } else {
                    let (test, is_first) = (choice.test, choice.failed_at != Some(scan.at));
                    // From the exact count, the test may hold.
                    if is_first && (choice.failed(scan.at) || test == choice.test && !was_exact) {
                        continue;
                    }
                    let next = scan.at;
                    B::fill(&mut scan, next, &mut batches[0]);
                    choice.choose(scan.at);
                    Some(&batches[0])
                };
                let Some(batch) = undecided else { continue };
                (hits, resets) = (batch.hits(), batch.resets());
            } else {
                let to = (at + BLOCK).min(if at < start { start } else { data.len() });
                let hits_here = what.at_edge::<B>(data, at, to, &mut scan.memory);
                scan.at = to;
                let bound = scan.carry.bound + u64::from(hits_here.count_ones());
                if bound < goal.threshold.number() {
                    scan.carry.bound = bound;
                    continue;
                }
                scan.carry = Carry::exact(at, B::look_back(&scan, at));
                single = (hits_here, reset.at_edge::<B>(data, at, to, &mut R::Memory::default()));
                (hits, resets) = (slice::from_ref(&single.0), slice::from_ref(&single.1));
            }
            let Carry { known: mut at, count: mut carry, .. } = scan.carry;
            for (&hits, &resets) in hits.iter().zip(resets) {
                match B::take_block(goal, &Seen { at, hits, resets, carry }) {
                    Some(count) => carry = count,
                    None => return,
                }
                at += BLOCK;
            }
            scan.carry = Carry::exact(scan.at, carry);
        }
    }
    goal.carry = scan.carry;
}

/// A way through data that is under way.
pub(super) struct Scan<'a, W: Pattern, R> {
    what: &'a W,
    reset: &'a R,
    data: &'a [u8],
    /// How far the data is read.
    at: usize,
    /// What `what` has to know of the blocks before `at`.
    memory: W::Memory,
    carry: Carry,
}

impl<W: Pattern, R: Pattern> Scan<'_, W, R> {
    /// Passes over groups while [`Test::Hits`] or [`Test::Pairs`] proves that no segment reaches the
    /// threshold in them. False where the next group is to be decided.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`, there are 256 bytes from `at` on, and before it
    /// the lookback of `what`.
    #[inline(always)]
    unsafe fn pass<B: Backend>(&mut self, choice: &mut Choice, goal: &mut Goal<'_>) -> bool {
        let last = self.data.len() - GROUP;
        while self.at <= last {
            let last = last.min(choice.until());
            // SAFETY: by the caller's promise, and as no group is read behind `last`, all blocks
            // and their lookback are inside the data.
            let held = unsafe {
                match choice.test {
                    Test::Hits => B::pass_by_hits(self, last, goal.threshold.number()),
                    Test::Pairs => B::pass_by_pairs(self, last, goal.threshold.number()),
                    Test::Columns => {
                        let Some(held) = B::pass_by_columns(self, last, goal) else {
                            choice.end_columns(self.at);
                            continue;
                        };
                        held
                    }
                    Test::Exact => false,
                }
            };
            if !held {
                return false;
            }
            choice.choose(self.at);
        }
        true
    }

    /// Decides groups until there is another choice, from a place where the count is exact. Gives
    /// back the blocks with which it ended early, because segments reach the threshold in them and
    /// each is a match; then `carry` is that at their start.
    ///
    /// # Safety
    ///
    /// As [`pass`](Self::pass).
    #[inline(always)]
    unsafe fn decide<'b, B: Backend>(
        &mut self,
        choice: &mut Choice,
        goal: &mut Goal<'_>,
        batches: &'b mut [Batch; 2],
    ) -> Option<&'b Batch> {
        let last = choice.until().min(self.data.len() - GROUP);
        let [mut next, mut batch] = batches.each_mut();
        // SAFETY: the caller's promise.
        unsafe { B::fill(self, last, batch) };
        while !batch.hits().is_empty() {
            let (end, memory) = (self.at, self.memory);
            // The next one is filled before, or while, this one is taken in: meanwhile, its masks
            // come to where they can be read as rows.
            // SAFETY: the caller's promise.
            let carry = unsafe { B::fill_and_take(self, last, next, batch, goal) };
            let Some(carry) = carry else {
                (self.at, self.memory) = (end, memory);
                return Some(batch);
            };
            self.carry = Carry::exact(end, carry);
            if B::prefers_columns(goal.threshold.number(), goal.looked_inside)
                && goal.fits_columns
                && choice.begin_columns(end)
            {
                (self.at, self.memory) = (end, memory);
                break;
            }
            (batch, next) = (next, batch);
        }
        None
    }

    /// Fills `batch` with the groups that start no later than at `last`, as far as there is room.
    ///
    /// # Safety
    ///
    /// As [`pass`](Self::pass), if there is such a group; and a group at `last` is inside the data.
    #[inline(always)]
    pub(super) unsafe fn fill<B: Block>(&mut self, last: usize, batch: &mut Batch) {
        let (mut at, mut memory) = (self.at, self.memory);
        for places in batch.places() {
            if at > last {
                break;
            }
            // SAFETY: by the caller's promise, and as no group is read behind `last`, all blocks
            // and their lookback are inside the data.
            unsafe { self.fill_group::<B>(at, &mut memory, places) };
            at += GROUP;
        }
        // SAFETY: so far, the places are written.
        unsafe { batch.close((at - self.at) / BLOCK) };
        (self.at, self.memory) = (at, memory);
    }

    /// The count of the segment that is open where all is decided.
    #[inline(always)]
    pub(super) fn exact_count(&self) -> u64 {
        self.carry.count
    }

    /// Whether [`fill`](Self::fill) would fill all of a batch.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        allow(dead_code, reason = "only AVX-512 has arithmetic for a whole row")
    )]
    #[inline(always)]
    pub(super) fn fills_whole(&self, last: usize) -> bool {
        last.saturating_sub(self.at) >= BLOCKS * BLOCK - GROUP
    }

    /// Fills all of `next`, while `step` takes in the rows of `batch`, which is full.
    ///
    /// # Safety
    ///
    /// As [`fill`](Self::fill), where it [fills all](Self::fills_whole); `batch` is full; and the
    /// processor has the instructions of `M`.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        allow(dead_code, reason = "only AVX-512 has arithmetic for a whole row")
    )]
    #[inline(always)]
    pub(super) unsafe fn fill_while<B: Block, M: SideBySide, S: Step<M>>(
        &mut self,
        next: &mut Batch,
        batch: &Batch,
        step: &mut S,
    ) {
        let (mut at, mut memory) = (self.at, self.memory);
        for ((hits, resets), places) in batch.rows().zip(next.places_by_row()) {
            // SAFETY: as in `fill`, and the caller vouches for the processor.
            unsafe {
                for places in places {
                    self.fill_group::<B>(at, &mut memory, places);
                    at += GROUP;
                }
                step.take(M::of(hits), M::of(resets));
            }
        }
        // SAFETY: all places are written.
        unsafe { next.close(BLOCKS) };
        (self.at, self.memory) = (at, memory);
    }

    /// Writes down the hits and resets of a group.
    ///
    /// # Safety
    ///
    /// As [`pass`](Self::pass), from this `at` on.
    #[inline(always)]
    unsafe fn fill_group<B: Block>(
        &self,
        at: usize,
        memory: &mut W::Memory,
        (hits, resets): (&mut Places, &mut Places),
    ) {
        // SAFETY: the caller's promise.
        unsafe {
            let at = self.data.as_ptr().add(at);
            if is_far(self.data.len()) {
                prefetch_group::<B>(at);
            }
            for block in 0..FOUR {
                let at = at.add(block * BLOCK);
                hits[block].write(self.what.at::<B>(at, memory).mask());
                let none = &mut R::Memory::default();
                resets[block].write(self.reset.at::<B>(at, none).mask());
            }
        }
    }

    /// [`Test::Hits`], for groups that start no later than at `last`. Whether it held for all.
    ///
    /// # Safety
    ///
    /// As [`fill`](Self::fill).
    #[inline(always)]
    pub(super) unsafe fn pass_by_hits<B: Block>(&mut self, last: usize, threshold: u64) -> bool {
        let far = is_far(self.data.len());
        let (mut at, mut bound) = (self.at, self.carry.bound);
        let mut held = true;
        while at <= last {
            let mut memory = self.memory;
            // SAFETY: the caller's promise.
            let higher = bound
                + unsafe {
                    let at = self.data.as_ptr().add(at);
                    let mut sum = self.what.at::<B>(at, &mut memory).sum();
                    if far {
                        prefetch_group::<B>(at);
                    }
                    for block in 1..FOUR {
                        sum = self.what.at::<B>(at.add(block * BLOCK), &mut memory).add(sum);
                    }
                    W::Hits::<B>::total(sum)
                };
            if higher >= threshold {
                held = false;
                break;
            }
            bound = higher;
            self.memory = memory;
            at += GROUP;
        }
        (self.at, self.carry.bound) = (at, bound);
        held
    }

    /// [`Test::Pairs`], for groups that start no later than at `last`. Whether it held for all.
    ///
    /// # Safety
    ///
    /// As [`fill`](Self::fill).
    #[inline(always)]
    pub(super) unsafe fn pass_by_pairs<B: Block>(&mut self, last: usize, threshold: u64) -> bool {
        let none = &mut R::Memory::default();
        let far = is_far(self.data.len());
        let (mut at, mut bound) = (self.at, self.carry.bound);
        let mut held = true;
        while at <= last {
            let mut memory = self.memory;
            let mut highest = 0;
            let mut behind = bound;
            if far {
                prefetch_group::<B>(self.data.as_ptr().wrapping_add(at));
            }
            for pair in 0..FOUR / 2 {
                // SAFETY: the caller's promise.
                let (hits, has_reset) = unsafe {
                    let at = self.data.as_ptr().add(at + pair * 2 * BLOCK);
                    let hits = self.what.at::<B>(at, &mut memory).sum();
                    let hits = self.what.at::<B>(at.add(BLOCK), &mut memory).add(hits);
                    let resets = self.reset.at::<B>(at, none);
                    let resets = resets.or(self.reset.at::<B>(at.add(BLOCK), none));
                    (W::Hits::<B>::total(hits), resets.any())
                };
                highest = highest.max(behind + hits);
                // Whether there is a reset cannot be foretold, so no branch is taken on it.
                behind = hits + (behind & u64::from(has_reset).wrapping_sub(1));
            }
            if highest >= threshold {
                held = false;
                break;
            }
            bound = behind;
            self.memory = memory;
            at += GROUP;
        }
        (self.at, self.carry.bound) = (at, bound);
        held
    }

    /// [`Test::Columns`], for groups that start no later than at `last`, and some more. Whether it
    /// held for all; none from where too little is left for it, or more than `most_open` rows at once
    /// had no reset.
    ///
    /// # Safety
    ///
    /// As [`pass`](Self::pass), and the processor has the instructions of `C`. Where `what` looks
    /// back, there are [`column::LOOKBACK`] bytes before `at`.
    #[cfg_attr(
        not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little"))),
        allow(dead_code, reason = "the portable backend has no columns")
    )]
    #[inline(always)]
    pub(super) unsafe fn pass_by_columns<B: Backend, C: Column>(
        &mut self,
        last: usize,
        goal: &mut Goal<'_>,
        most_open: usize,
    ) -> Option<bool> {
        if !(W::IN_COLUMNS && R::IN_COLUMNS) {
            return None;
        }
        let Self { what, reset, data, .. } = *self;
        let far = is_far(data.len());
        // SAFETY: the caller vouches for the processor.
        self.carry = Carry::exact(self.at, unsafe { B::look_back(self, self.at) });
        while self.at <= last {
            let left = data.len() - self.at;
            let at = data.as_ptr().wrapping_add(self.at);
            // SAFETY: the caller vouches for the processor, and for the bytes before the rows, which
            // are inside the data.
            let (stride, rows) = unsafe {
                if far {
                    for group in 0..MAX_STRIDE * C::ROWS / GROUP {
                        prefetch_group::<B>(at.wrapping_add(group * GROUP));
                    }
                }
                if left >= MAX_STRIDE * C::ROWS {
                    (MAX_STRIDE, column::walk::<C, _, _, MAX_STRIDE>(what, reset, at))
                } else if left >= SHORT_STRIDE * C::ROWS {
                    (SHORT_STRIDE, column::walk::<C, _, _, SHORT_STRIDE>(what, reset, at))
                } else {
                    return None;
                }
            };
            let open = rows.open();
            let (highest, count) = rows.counts(self.carry.count);
            if let Question::MaxCount = goal.question {
                goal.raise_above(highest);
            } else if highest >= goal.threshold.number() {
                return Some(false);
            }
            self.at += stride * C::ROWS;
            self.memory = what.memory_of(&data[..self.at]);
            self.carry = Carry::exact(self.at, count);
            if open > most_open {
                return None;
            }
        }
        Some(true)
    }

    /// The exact count of the segment that is open at `at`, up to where all is passed over or
    /// decided, and which the bound is of.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`, and `at` is inside the data, and not before the
    /// place where the count is known.
    #[inline(always)]
    pub(super) unsafe fn look_back<B: Backend>(&self, at: usize) -> u64 {
        if self.carry.known == at {
            return self.carry.count;
        }
        // SAFETY: the caller vouches for the processor; the places are inside the data.
        unsafe {
            match last::<B, R>(self.reset, self.data, self.carry.known, at) {
                // No hit spans a reset, so counting may begin at one.
                Some(reset) if at - reset <= NEAR => {
                    let memory = &mut W::Memory::default();
                    count_blocks::<B, W>(self.what, self.data, reset, at, memory)
                }
                Some(reset) => B::count(self.what, &self.data[reset..at]),
                None => self.carry.bound,
            }
        }
    }
}

/// Up to so many bytes, a simple way of counting is faster.
const NEAR: usize = 4 * GROUP;

/// [`count`], block by block, where `memory` is that at `from`.
///
/// # Safety
///
/// As there.
#[inline(always)]
unsafe fn count_blocks<B: Block, W: Pattern>(
    what: &W,
    data: &[u8],
    from: usize,
    to: usize,
    memory: &mut W::Memory,
) -> u64 {
    let mut at = from;
    let mut total = 0;
    while at < to {
        let end = to.min(at + BLOCK);
        // SAFETY: the caller's promise.
        total += u64::from(unsafe { what.at_edge::<B>(data, at, end, memory) }.count_ones());
        at = end;
    }
    total
}

/// Where to begin reading `data[from..to]` in whole groups of blocks. What is before, less than two
/// blocks, is read as an edge: because bytes before it are missing for a `lookback`, or because
/// there is much to read, and loads from aligned places are faster.
#[inline(always)]
fn whole_from(data: &[u8], from: usize, to: usize, lookback: usize) -> usize {
    if to - from >= ALIGN_FROM {
        // Behind the lookback, the first multiple of 64.
        let aligned = data.as_ptr().wrapping_add(from).align_offset(BLOCK);
        from + if aligned < lookback { aligned + BLOCK } else { aligned }
    } else if lookback > 0 {
        to.min(from + BLOCK)
    } else {
        from
    }
}

/// How far ahead data is asked for that may come from memory. (The processor asks by itself, but
/// not across the borders of pages.)
const AHEAD: usize = 2048;

/// Whether so much data may have to come from memory.
#[inline(always)]
fn is_far(len: usize) -> bool {
    len >= 256 * 1024
}

/// Asks for the group that follows [`AHEAD`] of the one at `at`.
#[inline(always)]
fn prefetch_group<B: Block>(at: *const u8) {
    for block in 0..4 {
        B::prefetch(at.wrapping_add(AHEAD + block * BLOCK));
    }
}

/// From how many bytes on aligned loads make up for a block read at the edge.
const ALIGN_FROM: usize = 4 * GROUP;

/// Counts the hits that end in `data[from..to]`, where `from` is a place that no hit spans.
///
/// # Safety
///
/// The processor has the instructions of `B`, and `from <= to <= data.len()`.
#[inline(always)]
pub(super) unsafe fn count<B: Block, W: Pattern>(
    what: &W,
    data: &[u8],
    from: usize,
    to: usize,
) -> u64 {
    let mut memory = W::Memory::default();
    let mut at = whole_from(data, from, to, what.lookback());
    // SAFETY: the caller vouches for the processor; a block is read whole only where it and its
    // lookback are inside the data.
    unsafe {
        let mut total = count_blocks::<B, W>(what, data, from, at, &mut memory);
        while to - at >= GROUP {
            let far = is_far(to - at);
            let turns = ((to - at) / GROUP).min(W::Hits::<B>::MAX_ADDS);
            let start = data.as_ptr().add(at);
            // Four sums, so that no addition waits for the one before.
            let mut a = what.at::<B>(start, &mut memory).sum();
            let mut b = what.at::<B>(start.add(BLOCK), &mut memory).sum();
            let mut c = what.at::<B>(start.add(2 * BLOCK), &mut memory).sum();
            let mut d = what.at::<B>(start.add(3 * BLOCK), &mut memory).sum();
            for turn in 1..turns {
                let group = start.add(turn * GROUP);
                if far {
                    prefetch_group::<B>(group);
                }
                a = what.at::<B>(group, &mut memory).add(a);
                b = what.at::<B>(group.add(BLOCK), &mut memory).add(b);
                c = what.at::<B>(group.add(2 * BLOCK), &mut memory).add(c);
                d = what.at::<B>(group.add(3 * BLOCK), &mut memory).add(d);
            }
            total += W::Hits::<B>::total(a) + W::Hits::<B>::total(b);
            total += W::Hits::<B>::total(c) + W::Hits::<B>::total(d);
            at += turns * GROUP;
        }
        total + count_blocks::<B, W>(what, data, at, to, &mut memory)
    }
}

/// The place of the first reset in `data[from..]`.
///
/// # Safety
///
/// The processor has the instructions of `B`.
#[inline(always)]
pub(super) unsafe fn first<B: Block, R: Pattern>(
    reset: &R,
    data: &[u8],
    from: usize,
) -> Option<usize> {
    if !R::OCCURS {
        return None;
    }
    let mut at = from;
    // SAFETY: the caller vouches for the processor; a block is read whole only where it is inside
    // the data.
    unsafe {
        while data.len().saturating_sub(at) >= GROUP {
            let none = &mut R::Memory::default();
            let group = data.as_ptr().add(at);
            let a = reset.at::<B>(group, none).or(reset.at::<B>(group.add(BLOCK), none));
            let group = group.add(2 * BLOCK);
            let b = reset.at::<B>(group, none).or(reset.at::<B>(group.add(BLOCK), none));
            if a.or(b).any() {
                break;
            }
            at += GROUP;
        }
        while at < data.len() {
            let to = data.len().min(at + BLOCK);
            let resets = reset.at_edge::<B>(data, at, to, &mut R::Memory::default());
            if resets != 0 {
                return Some(at + resets.trailing_zeros() as usize);
            }
            at = to;
        }
    }
    None
}

/// The place of the last reset in `data[from..to]`.
///
/// # Safety
///
/// The processor has the instructions of `B`, and `from <= to <= data.len()`.
#[inline(always)]
pub(super) unsafe fn last<B: Block, R: Pattern>(
    reset: &R,
    data: &[u8],
    from: usize,
    to: usize,
) -> Option<usize> {
    if !R::OCCURS {
        return None;
    }
    let mut at = to;
    // SAFETY: the caller vouches for the processor; a block is read whole only where it is inside
    // the data.
    unsafe {
        while at - from >= BLOCK {
            at -= BLOCK;
            let none = &mut R::Memory::default();
            let resets = reset.at::<B>(data.as_ptr().add(at), none).mask();
            if resets != 0 {
                return Some(at + 63 - resets.leading_zeros() as usize);
            }
        }
        if at > from {
            let none = &mut R::Memory::default();
            let resets = reset.at_edge::<B>(data, from, at, none);
            if resets != 0 {
                return Some(from + 63 - resets.leading_zeros() as usize);
            }
        }
    }
    None
}
