//! The way through the data: once for every instruction set, pattern and question.
//!
//! Each question has a threshold: a count that a segment must reach to matter. Nearly all data is
//! far from it, so the scan passes over groups of blocks with the cheapest test that proves it, and
//! looks exactly only where the test fails. It knows the hits of the open segment exactly at one place, `known`, and
//! an upper bound, `bound`, at the place it has come to. Three tests, from the lightest:
//!
//! - `Hits`: resets are not even looked for. While `bound` and the group's hits stay below the
//!   threshold, no segment can have reached it, wherever the resets are.
//! - `Bounds`: where a block has a reset, the bound falls to that block's hits.
//! - `Exact`: each block is decided by [`masks`](super::masks), without a branch per hit or reset.
//!
//! Where a test fails, the exact count is found by looking back to the last reset, never further
//! than `known`; so each byte is looked at once forward and at most once back. A test that fails
//! soon after the last time is not worth its cost, and the next heavier one is used for a stretch,
//! longer each time: that bounds what hostile data can gain from making the tests fail.

use super::block::{BLOCK, Block, Hits};
use super::goal::{Goal, Seen};
use super::masks;
use super::pattern::Pattern;

/// Blocks tested together.
const GROUP: usize = 4 * BLOCK;

/// How closely the scan looks, the lightest first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Test {
    Hits,
    Bounds,
    Exact,
}

/// Which test is worth its cost at the moment.
struct Choice {
    test: Test,
    /// Where to try [`Test::Hits`] and [`Test::Bounds`] again, and how long to do without next.
    hits_from: usize,
    hits_pause: usize,
    bounds_from: usize,
    bounds_pause: usize,
}

impl Choice {
    /// A test pays if it holds for so long; [`Test::Hits`] costs half of [`Test::Bounds`].
    const HITS_PAY: usize = 16 * GROUP;
    const BOUNDS_PAY: usize = 2 * GROUP;
    const HITS_PAUSE: (usize, usize) = (8 * GROUP, 256 * GROUP);
    const BOUNDS_PAUSE: (usize, usize) = (4 * GROUP, 64 * GROUP);

    fn new() -> Self {
        Self {
            test: Test::Hits,
            hits_from: 0,
            hits_pause: Self::HITS_PAUSE.0,
            bounds_from: 0,
            bounds_pause: Self::BOUNDS_PAUSE.0,
        }
    }

    /// The test failed at `at`, `held` bytes after the last time.
    fn failed(&mut self, at: usize, held: usize) {
        match self.test {
            Test::Hits => Self::pause(
                &mut self.hits_from,
                &mut self.hits_pause,
                (at, held),
                Self::HITS_PAY,
                Self::HITS_PAUSE,
            ),
            Test::Bounds => Self::pause(
                &mut self.bounds_from,
                &mut self.bounds_pause,
                (at, held),
                Self::BOUNDS_PAY,
                Self::BOUNDS_PAUSE,
            ),
            Test::Exact => {}
        }
        self.test = if at >= self.hits_from {
            Test::Hits
        } else if at >= self.bounds_from {
            Test::Bounds
        } else {
            Test::Exact
        };
    }

    fn pause(
        from: &mut usize,
        pause: &mut usize,
        (at, held): (usize, usize),
        pays: usize,
        (shortest, longest): (usize, usize),
    ) {
        if held >= pays {
            *pause = shortest;
        } else {
            *from = at + *pause;
            *pause = (*pause * 2).min(longest);
        }
    }
}

/// Reads `data`, which starts with a segment, for `goal`.
///
/// # Safety
///
/// The processor has the instructions of `B`.
#[inline(always)]
pub(super) unsafe fn scan<B: Block, W: Pattern, R: Pattern>(
    what: &W,
    reset: &R,
    data: &[u8],
    goal: &mut Goal<'_>,
) {
    let mut scan = Scan {
        what,
        reset,
        data,
        at: 0,
        memory: W::Memory::default(),
        known: 0,
        carry: 0,
        bound: 0,
    };
    let mut choice = Choice::new();
    while scan.at < data.len() {
        // Everything is written so that there is one copy of each part in the kernel.
        let from = scan.at;
        let mut hits = [0; 4];
        let mut resets = [0; 4];
        let blocks;
        // SAFETY: the caller vouches for the processor. A group is read whole only where it and
        // the lookback of `what` are inside the data; before that, and behind, block by block.
        unsafe {
            if data.len() - from >= GROUP && from >= what.lookback() {
                if scan.passes::<B>(&mut choice, goal.threshold) {
                    continue;
                }
                scan.read_group::<B>(&mut hits, &mut resets);
                blocks = 4;
            } else {
                let to = data.len().min(from + BLOCK);
                hits[0] = what.at_edge::<B>(data, from, to, &mut scan.memory);
                scan.at = to;
                let bound = scan.bound + u64::from(hits[0].count_ones());
                if bound < goal.threshold {
                    scan.bound = bound;
                    continue;
                }
                resets[0] = reset.at_edge::<B>(data, from, to, &mut R::Memory::default());
                blocks = 1;
            }
            let held = from - scan.known;
            scan.look_back::<B>(from);
            if scan.decide::<B>(from, &hits[..blocks], &resets[..blocks], goal) {
                return;
            }
            choice.failed(scan.at, held);
        }
    }
}

struct Scan<'a, W: Pattern, R> {
    what: &'a W,
    reset: &'a R,
    data: &'a [u8],
    /// How far the data is read.
    at: usize,
    /// What `what` has to know of the blocks before `at`.
    memory: W::Memory,
    /// The place up to which `carry` is the exact count of the open segment.
    known: usize,
    carry: u64,
    /// At least the count of the open segment at `at`; exact where there was no reset since
    /// `known`.
    bound: u64,
}

impl<W: Pattern, R: Pattern> Scan<'_, W, R> {
    /// Passes over the next four blocks if the test of the moment proves that no segment reaches
    /// the threshold in them.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`, there are 256 bytes from `at` on, and before it
    /// the lookback of `what`.
    #[inline(always)]
    unsafe fn passes<B: Block>(&mut self, choice: &mut Choice, threshold: u64) -> bool {
        let mut memory = self.memory;
        let mut bound = self.bound;
        let mut highest = 0;
        // SAFETY: by the caller's promise these blocks and their lookback are inside the data.
        unsafe {
            let at = self.data.as_ptr().add(self.at);
            match choice.test {
                Test::Hits => {
                    let mut sum = self.what.at::<B>(at, &mut memory).sum();
                    for block in 1..4 {
                        sum = self.what.at::<B>(at.add(block * BLOCK), &mut memory).add(sum);
                    }
                    bound += W::Hits::<B>::total(sum);
                    highest = bound;
                }
                Test::Bounds => {
                    for block in 0..4 {
                        let at = at.add(block * BLOCK);
                        let hits = self.what.at::<B>(at, &mut memory).sum();
                        let hits = W::Hits::<B>::total(hits);
                        highest = highest.max(bound + hits);
                        let resets = self.reset.at::<B>(at, &mut R::Memory::default());
                        bound = if resets.any() { hits } else { bound + hits };
                    }
                }
                Test::Exact => return false,
            }
        }
        if highest >= threshold {
            return false;
        }
        self.bound = bound;
        self.memory = memory;
        self.at += GROUP;
        if choice.test == Test::Bounds && self.at >= choice.hits_from {
            choice.test = Test::Hits;
        }
        true
    }

    /// Reads the next four blocks.
    ///
    /// # Safety
    ///
    /// As [`passes`](Self::passes).
    #[inline(always)]
    unsafe fn read_group<B: Block>(&mut self, hits: &mut [u64; 4], resets: &mut [u64; 4]) {
        for (hits, resets) in hits.iter_mut().zip(resets) {
            // SAFETY: by the caller's promise the block and its lookback are inside the data.
            unsafe {
                let at = self.data.as_ptr().add(self.at);
                *hits = self.what.at::<B>(at, &mut self.memory).mask();
                *resets = self.reset.at::<B>(at, &mut R::Memory::default()).mask();
            }
            self.at += BLOCK;
        }
    }

    /// Makes `carry` exact at `at`, a place up to which all is passed over or decided.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    unsafe fn look_back<B: Block>(&mut self, at: usize) {
        if self.known < at {
            // SAFETY: the caller vouches for the processor; the places are inside the data.
            unsafe {
                self.carry = match last::<B, R>(self.reset, self.data, self.known, at) {
                    // No hit spans a reset, so counting may begin at one.
                    Some(reset) => count::<B, W>(self.what, self.data, reset, at),
                    None => self.bound,
                };
            }
        }
    }

    /// Decides the blocks from `from` up to `at` exactly, from an exact carry. True where no more
    /// is to be read.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    #[inline(always)]
    unsafe fn decide<B: Block>(
        &mut self,
        from: usize,
        hits: &[u64],
        resets: &[u64],
        goal: &mut Goal<'_>,
    ) -> bool {
        self.known = self.at;
        if resets.iter().fold(0, |any, resets| any | resets) == 0 {
            let more = hits.iter().map(|hits| u64::from(hits.count_ones())).sum();
            if goal.go_on(self.carry, more) {
                self.carry += more;
                self.bound = self.carry;
                return false;
            }
        }
        for (block, (&hits, &resets)) in hits.iter().zip(resets).enumerate() {
            let seen = Seen { at: from + block * BLOCK, hits, resets, carry: self.carry };
            let slow_squeeze = goal.slow_squeeze;
            // SAFETY: the caller vouches for the processor.
            let nth = |number| unsafe { B::nth(hits, resets, number, slow_squeeze) };
            if goal.decide(seen, nth) {
                return true;
            }
            self.carry = masks::tail(hits, resets, self.carry);
        }
        self.bound = self.carry;
        false
    }
}

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
    let mut at = from;
    let mut total = 0;
    // SAFETY: the caller vouches for the processor; a block is read whole only where it and its
    // lookback are inside the data.
    unsafe {
        if what.lookback() > 0 && at < to {
            let end = to.min(at + BLOCK);
            total += u64::from(what.at_edge::<B>(data, at, end, &mut memory).count_ones());
            at = end;
        }
        while to - at >= GROUP {
            let turns = ((to - at) / GROUP).min(W::Hits::<B>::MAX_ADDS);
            let mut next = || {
                let hits = what.at::<B>(data.as_ptr().add(at), &mut memory);
                at += BLOCK;
                hits
            };
            // Four sums, so that no addition waits for the one before.
            let mut sums = [next().sum(), next().sum(), next().sum(), next().sum()];
            for _ in 1..turns {
                for sum in &mut sums {
                    *sum = next().add(*sum);
                }
            }
            total += sums.map(W::Hits::<B>::total).iter().sum::<u64>();
        }
        while at < to {
            let end = to.min(at + BLOCK);
            total += u64::from(what.at_edge::<B>(data, at, end, &mut memory).count_ones());
            at = end;
        }
    }
    total
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
            let place = data.as_ptr().add(at);
            let found =
                |block: usize| reset.at::<B>(place.add(block * BLOCK), &mut R::Memory::default());
            if found(0).or(found(1)).or(found(2).or(found(3))).any() {
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
