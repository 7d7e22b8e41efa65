//! The way through the data where the strategies of the [`driver`](super::driver) do not apply:
//! conditions on the final count, quotes, closing bytes.
//!
//! [`Visible`] makes masks of hits, resets and closing bytes, batch by batch. Here they are decided
//! block by block, from reset to reset: the bytes between two resets are a stretch of one segment,
//! and the number of its hits is a count of bits.
//!
//! ```text
//! hits       x . x . . x . x x     count before: 3
//! resets     . . . . | . . . .
//! stretches  |-----| |-------|     3 + 2 = 5 is final; 3 so far in the next segment
//! ```
//!
//! - [`Plan::each_record`](crate::engine::Plan::each_record) finds matches, and can stop at any of
//!   them and continue behind it;
//! - [`Plan::run`](crate::engine::Plan::run) counts a part of a text, as a [`Run`]: all that has to
//!   be known to join it with the part before and the part behind.
//!
//! Most data is not decided so, but by the batch, with kernels that take no branch for a hit or a reset:
//! how many segments match that end in it ([`range`](crate::engine::decide::range)), or reach a number
//! ([`batch`](crate::engine::decide::batch)). Where none does, the batch is passed over; where one
//! does, its blocks are decided one by one. Closing bytes have bounds for each block
//! ([`depth`](crate::engine::decide::depth)).
//!
//! Cost: that of the kernels, which do not depend on the data, for a batch without a match. Otherwise
//! a few steps for each block and each reset; with closing bytes, one for each four bytes that have a
//! hit or a closing byte, in a block whose bounds do not decide it.

use super::kernels::Kernels;
use super::query::{NEVER_REACHED, OpenSegment, Sink};
use super::visible::{Masks, Visible};
use crate::bytes::{ByteSet, Match};
use crate::engine::decide::batch::Outcome;
use crate::engine::decide::condition::{Criterion, Rules, Stretch};
use crate::engine::decide::range::CountRange;
use crate::engine::find::quotes::QuoteState;
use crate::engine::isa::block::BLOCK;

/// How far a search has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The segment that is open here, and the offset of this place.
    pub(crate) open: OpenSegment,
    /// Whether the segment is known to match, and has been reported.
    pub(crate) is_reported: bool,
    pub(crate) quotes: QuoteState,
    /// The offset at which the quote was opened that is open here, or would be if it were doubled.
    pub(crate) opened: u64,
}

impl Place {
    pub(crate) const START: Self =
        Self { open: OpenSegment::START, is_reported: false, quotes: QuoteState::Start, opened: 0 };

    /// The length of the open segment so far.
    fn len(&self) -> u64 {
        self.open.base - self.open.start
    }

    /// The match of a segment that matches at its end, which is at the offset `end`.
    fn match_at(&self, rules: &Rules, end: u64) -> Match {
        let OpenSegment { segment, start, count, .. } = self.open;
        match rules.criterion {
            Criterion::Always => Match { segment, start, end: start, count: 0 },
            _ => Match { segment, start, end, count },
        }
    }
}

/// Searches the data behind `place` and moves `place` to its end, or behind the byte that decides
/// the match for which `sink` returns `false`. Returns how many bytes were used in the latter case.
pub(in crate::engine) fn each(
    visible: &mut Visible<'_>,
    reset_set: &ByteSet,
    rules: &Rules,
    place: &mut Place,
    sink: Sink<'_>,
) -> Option<usize> {
    let base = place.open.base;
    let mut masks = Masks::new();
    visible.begin_short();
    while visible.next(&mut masks) {
        place.open.base = base + masks.at as u64;
        if !visible.marking.has_closings() && pass(visible.kernels, &masks, rules, place) {
            continue;
        }
        let mut block = 0;
        while block < masks.blocks {
            if visible.marking.has_closings() {
                block +=
                    pass_depth(visible.kernels, masks.all().map(|all| &all[block..]), rules, place);
                if block == masks.blocks {
                    break;
                }
            }
            let at = masks.at + block * BLOCK;
            place.open.base = base + at as u64;
            let masks = masks.all().map(|all| all[block]);
            block += 1;
            if let Some(behind) = each_in_block(masks, rules, place, sink) {
                let used = at + behind as usize;
                place.open.base = base + used as u64;
                place.quotes = visible.marking.state_behind(visible.data[used - 1], reset_set);
                return Some(used);
            }
        }
    }
    place.open.base = base + visible.data.len() as u64;
    place.quotes = visible.state;
    if let Some(opened) = visible.opened {
        place.opened = base + opened as u64;
    }
    // Any byte in the segment, or none, is enough.
    if rules.criterion == Criterion::Always
        && !place.is_reported
        && (place.len() > 0 || !rules.skip_empty && !rules.skip_last_empty)
    {
        place.is_reported = true;
        if !sink(place.match_at(rules, 0)) {
            return Some(visible.data.len());
        }
    }
    None
}

/// The segment that ends at `place`, with the data, if it matches and has not been reported.
pub(in crate::engine) fn last(rules: &Rules, place: &Place) -> Option<Match> {
    let is_final = !matches!(rules.criterion, Criterion::Reach(_));
    let matches =
        is_final && !place.is_reported && rules.hold(place.open.count, 0, place.len(), true);
    matches.then(|| place.match_at(rules, place.open.base))
}

/// Passes over a batch in which no segment is known to match that has not been reported, from its
/// start at `place` on. Returns whether that is so; otherwise `place` stays.
fn pass(kernels: &Kernels, masks: &Masks, rules: &Rules, place: &mut Place) -> bool {
    let batch = masks.batch();
    let (_, resets) = batch.masks();
    let count = place.open.count;
    let outcome = match rules.criterion {
        Criterion::Reach(number) => kernels.matching(batch, count, number.min(NEVER_REACHED)),
        Criterion::Final { .. } if !place.is_reported => {
            ended(kernels, masks, rules, count, place.len() == 0)
        }
        _ => return false,
    };
    if outcome.answer > 0 {
        return false;
    }
    place.open.count = outcome.count;
    if let Some(block) = resets.iter().rposition(|&resets| resets != 0) {
        let behind = u64::BITS - resets[block].leading_zeros();
        place.open.start = place.open.base + (block * BLOCK) as u64 + u64::from(behind);
        place.open.segment += kernels.ones(resets);
        place.is_reported = false;
    }
    true
}

/// How many segments that end in a batch match by their final count, and the count at its end.
/// `count` is that of the segment that is open before it, and `is_empty` whether that has no byte.
fn ended(kernels: &Kernels, masks: &Masks, rules: &Rules, count: u64, is_empty: bool) -> Outcome {
    let Criterion::Final { low, high, is_inside } = rules.criterion else {
        return Outcome { answer: 0, count };
    };
    let batch = masks.batch();
    let (_, resets) = batch.masks();
    let mut outcome = kernels.outside(batch, count, CountRange::new(low, high));
    if is_inside {
        outcome.answer = kernels.ones(resets) - outcome.answer;
    }
    if outcome.answer > 0 && rules.skip_empty && (low == 0) == is_inside {
        outcome.answer -= empty(resets, is_empty);
    }
    outcome
}

/// How many segments without a byte end at these resets. `is_empty`: whether the open one has none.
fn empty(resets: &[u64], is_empty: bool) -> u64 {
    let mut number = 0;
    let mut starts = u64::from(is_empty);
    for &resets in resets {
        number += u64::from((resets & (resets << 1 | starts)).count_ones());
        starts = resets >> 63;
    }
    number
}

/// Passes over the first of these blocks, from `place` on, while bounds decide them. Returns how
/// many they are.
fn pass_depth(kernels: &Kernels, masks: [&[u64]; 3], rules: &Rules, place: &mut Place) -> usize {
    let number = match rules.criterion {
        Criterion::Reach(number) if !place.is_reported => number.min(NEVER_REACHED),
        _ => NEVER_REACHED,
    };
    let passed;
    (passed, place.open.count) = kernels.pass_depth(masks, place.open.count, number);
    passed
}

/// Searches a block that begins at `place.open.base`, by its masks of hits, resets and closing bytes.
/// Returns the number of its bytes up to the one that decides the match for which `sink` returns
/// `false`.
#[inline]
fn each_in_block(
    [hits, mut resets, closings]: [u64; 3],
    rules: &Rules,
    place: &mut Place,
    sink: Sink<'_>,
) -> Option<u32> {
    let base = place.open.base;
    let mut left = u64::MAX;
    loop {
        let next = resets & resets.wrapping_neg();
        // All that is left, or up to the next reset.
        let stretch = left & next.wrapping_sub(1);
        let (hits_here, closings_here) = (hits & stretch, closings & stretch);
        let mut before = Stretch { count: place.open.count, ..Stretch::default() };
        before.highest = before.count;
        let mut behind = before;
        behind.add(hits_here, closings_here);
        place.open.count = behind.count;
        let reached = match rules.criterion {
            Criterion::Reach(number) if !place.is_reported && behind.highest >= number => {
                Some(number)
            }
            _ => None,
        };
        if let Some(number) = reached {
            place.is_reported = true;
            // Hit by hit, up to the one that reaches it.
            let mut events = hits_here | closings_here;
            let mut lowest = 0;
            while before.count < number {
                lowest = events & events.wrapping_neg();
                events &= events - 1;
                before.add(hits & lowest, closings & lowest);
            }
            let behind = lowest.trailing_zeros() + 1;
            let OpenSegment { segment, start, .. } = place.open;
            let end = base + u64::from(behind);
            if !sink(Match { segment, start, end, count: number }) {
                place.open.count = number;
                return Some(behind);
            }
        }
        if next == 0 {
            return None;
        }
        let reset = next.trailing_zeros();
        let end = base + u64::from(reset);
        let is_match = !matches!(rules.criterion, Criterion::Reach(_))
            && !place.is_reported
            && rules.hold(place.open.count, 0, end - place.open.start, false);
        let found = place.match_at(rules, end);
        place.open.segment += 1;
        place.open.start = end + 1;
        place.open.count = 0;
        place.is_reported = false;
        if is_match && !sink(found) {
            place.open.count = u64::from(hits & next != 0);
            return Some(reset + 1);
        }
        resets &= resets - 1;
        left = u64::MAX << reset;
    }
}

/// What is known of a part of a text that starts in a certain state of the quotes.
///
/// ```text
/// part     . x . . x | x . | . x x | . x .         x hit   | reset byte
/// first    2           (the segment that the part before may have begun)
/// between              1     2
/// open                               1             (the segment that the next part may continue)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The hits in all.
    pub(crate) count: u64,
    pub(crate) resets: u64,
    /// The first segment, up to its reset byte or to the end, and its length.
    pub(crate) first: Stretch,
    pub(crate) first_len: u64,
    /// The segment that is open at the end, if there is a reset byte.
    pub(crate) open: Stretch,
    pub(crate) open_len: u64,
    /// The highest count of the segments between these, and how many of them match.
    pub(crate) max_count: u64,
    pub(crate) matching: u64,
    /// The state at the end.
    pub(crate) quotes: QuoteState,
    /// The offset at which the quote was opened that is open at the end, or would be if it were
    /// doubled; [`Run::BEFORE`] if that was before this part, or if none is.
    pub(crate) opened: u64,
    /// How many of a string needle's first bytes the part ends with.
    pub(crate) prefix: usize,
}

impl Run {
    pub(crate) const BEFORE: u64 = u64::MAX;

    /// No data.
    pub(crate) fn empty(quotes: QuoteState) -> Self {
        Self {
            count: 0,
            resets: 0,
            first: Stretch::default(),
            first_len: 0,
            open: Stretch::default(),
            open_len: 0,
            max_count: 0,
            matching: 0,
            quotes,
            opened: Self::BEFORE,
            prefix: 0,
        }
    }

    /// Ends the segment that is open.
    #[inline]
    fn end_segment(&mut self, rules: &Rules) {
        if self.resets > 0 {
            self.max_count = self.max_count.max(self.open.highest);
            let Stretch { count, highest, .. } = self.open;
            self.matching += u64::from(rules.hold(count, highest, self.open_len, false));
        }
        self.resets += 1;
        (self.open, self.open_len) = (Stretch::default(), 0);
    }

    /// Adds a batch that has no closing bytes, if no segment that ends in it raises the highest
    /// count; whether that is so. `start` is where the open segment starts.
    fn add(&mut self, kernels: &Kernels, masks: &Masks, rules: &Rules, start: &mut u64) -> bool {
        let (hits, resets) = masks.batch().masks();
        let Some(last) = resets.iter().rposition(|&resets| resets != 0) else {
            let hits = kernels.ones(hits);
            self.open_mut().0.add_hits(hits);
            self.count += hits;
            return true;
        };
        let before = self.open.count;
        if self.resets == 0 || before > self.max_count {
            return false;
        }
        let largest = kernels.largest(masks.batch(), before, self.max_count);
        if largest.answer > self.max_count {
            return false;
        }
        let at = masks.at as u64;
        let number = kernels.ones(resets);
        let is_empty = *start == at;
        self.matching += match rules.criterion {
            Criterion::Always if rules.skip_empty => number - empty(resets, is_empty),
            Criterion::Always => number,
            Criterion::Reach(threshold) => {
                // The segment that is open at the end is judged later.
                let threshold = threshold.min(NEVER_REACHED);
                let reached = kernels.matching(masks.batch(), before, threshold).answer;
                reached + u64::from(before >= threshold) - u64::from(largest.count >= threshold)
            }
            Criterion::Final { .. } => ended(kernels, masks, rules, before, is_empty).answer,
        };
        self.count += kernels.ones(hits);
        self.resets += number;
        self.open = Stretch::default();
        self.open.add_hits(largest.count);
        *start = at + (last * BLOCK) as u64 + u64::from(u64::BITS - resets[last].leading_zeros());
        true
    }

    /// Passes over the first of these blocks, which have closing bytes, while bounds show that the
    /// highest count stays the same. Returns how many they are.
    fn pass_depth(&mut self, kernels: &Kernels, masks: [&[u64]; 3]) -> usize {
        let open = self.open_mut().0;
        let below = (open.highest_sum - open.sum).unsigned_abs().min(open.highest - open.count);
        let (passed, count) = kernels.pass_depth(masks, open.count, open.count + below + 1);
        open.sum = open.sum.wrapping_add_unsigned(count).wrapping_sub_unsigned(open.count);
        open.count = count;
        self.count += kernels.ones(&masks[0][..passed]);
        passed
    }

    /// The segment that is open.
    fn open_mut(&mut self) -> (&mut Stretch, &mut u64) {
        if self.resets > 0 {
            (&mut self.open, &mut self.open_len)
        } else {
            (&mut self.first, &mut self.first_len)
        }
    }

    /// How many segments match, if this part is all data.
    pub(crate) fn matching_segments(&self, rules: &Rules) -> u64 {
        let hold = |stretch: &Stretch, len, is_last| {
            u64::from(rules.hold(stretch.count, stretch.highest, len, is_last))
        };
        let first = hold(&self.first, self.first_len, self.resets == 0);
        let open = if self.resets > 0 { hold(&self.open, self.open_len, true) } else { 0 };
        first + self.matching + open
    }

    /// Whether a segment matches, whatever follows this part, which is the first.
    pub(crate) fn has_match(&self, rules: &Rules) -> bool {
        let hold = |stretch: &Stretch, len| rules.hold(stretch.count, stretch.highest, len, false);
        // One that is open may match by its count so far, unless the final count matters.
        let open_holds = |stretch: &Stretch, len| match rules.criterion {
            Criterion::Always => len > 0 || !rules.skip_empty && !rules.skip_last_empty,
            Criterion::Reach(_) => hold(stretch, len),
            Criterion::Final { .. } => false,
        };
        if self.resets == 0 {
            return open_holds(&self.first, self.first_len);
        }
        self.matching > 0
            || hold(&self.first, self.first_len)
            || open_holds(&self.open, self.open_len)
    }

    /// This part, of `bytes` bytes, and `right`, which follows it and starts in the state in which
    /// this one ends.
    pub(crate) fn then(&self, rules: &Rules, bytes: u64, right: &Self) -> Self {
        let mut whole = *self;
        let (open, open_len) = whole.open_mut();
        *open = open.then(&right.first);
        *open_len += right.first_len;
        if right.resets > 0 {
            whole.end_segment(rules);
            whole.resets = self.resets + right.resets;
            (whole.open, whole.open_len) = (right.open, right.open_len);
            whole.max_count = whole.max_count.max(right.max_count);
            whole.matching += right.matching;
        }
        whole.count += right.count;
        whole.quotes = right.quotes;
        whole.prefix = right.prefix;
        if !right.quotes.may_be_open() {
            whole.opened = Self::BEFORE;
        } else if right.opened != Self::BEFORE {
            whole.opened = bytes + right.opened;
        }
        whole
    }
}

/// Counts the data, from the state of `visible` on. The prefix is left to the caller.
pub(in crate::engine) fn run(visible: &mut Visible<'_>, rules: &Rules) -> Run {
    let mut run = Run::empty(visible.state);
    let mut masks = Masks::new();
    // Where the open segment starts.
    let mut start = 0;
    // The first reset is likely near; until then, segments are counted one by one.
    visible.begin_short();
    let has_closings = visible.marking.has_closings();
    while visible.next(&mut masks) {
        if !has_closings && run.add(visible.kernels, &masks, rules, &mut start) {
            continue;
        }
        let mut block = 0;
        while block < masks.blocks {
            if has_closings {
                block += run.pass_depth(visible.kernels, masks.all().map(|all| &all[block..]));
                if block == masks.blocks {
                    break;
                }
            }
            let at = masks.at + block * BLOCK;
            let [hits, mut resets, closings] = masks.all().map(|all| all[block]);
            block += 1;
            run.count += u64::from(hits.count_ones());
            let mut left = u64::MAX;
            loop {
                let next = resets & resets.wrapping_neg();
                let stretch = left & next.wrapping_sub(1);
                let (open, open_len) = run.open_mut();
                open.add(hits & stretch, closings & stretch);
                if next == 0 {
                    break;
                }
                let reset = next.trailing_zeros();
                let end = (at + reset as usize) as u64;
                *open_len = end - start;
                run.end_segment(rules);
                start = end + 1;
                resets &= resets - 1;
                left = u64::MAX << reset;
            }
        }
    }
    *run.open_mut().1 = visible.data.len() as u64 - start;
    run.quotes = visible.state;
    if let Some(opened) = visible.opened.filter(|_| run.quotes.may_be_open()) {
        run.opened = opened as u64;
    }
    run
}
