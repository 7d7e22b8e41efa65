//! What is known of a part of a text, for conditions on the final count, quotes and closing bytes.
//!
//! Whether a byte is quoted depends on all bytes before it. So a part is counted once for each state
//! in which the quotes can be at its start, and merging picks the run that starts as the part before
//! ends: a part is a function of that state, and merging composes functions.
//!
//! ```text
//! part            c , d " , e         FIELDS; hits are commas
//! from Start      . x . . x .         2 hits, ends in Field (the quote is inside a field)
//! from Quoted     . . . | x .         1 hit, ends in Field
//! from here on both are in the same state, and find the same
//! ```
//!
//! Runs that are in the same state see the same in all that follows. So each stride is read once for
//! each state in which any run is, and what it holds is added to all runs in that state. In most
//! data the runs of fields meet soon; where quotes open anywhere, two runs last to the end. While
//! there are several, strides are short, so that all of them find the bytes in a near cache.

use super::Chunked;
use super::kmp::{Crossing, Kmp};
use super::totals::{MAX_BYTES, Totals};
use crate::engine::{Plan, QuoteState, Run, Stretch};
use crate::error::Error;

/// While runs differ, no more than this is read at a time, and not more than was read before, as runs
/// of fields meet soon. In shorter strides, a run knows too little of the counts before. (The depth of
/// JSON in 1 MiB, Zen 4: 3.5 GB/s with 4 KiB, 5.1 with 16, 5.9 with 64, 5.5 with 256.)
const LONGEST_STRIDE: usize = 64 << 10;
const SHORTEST_STRIDE: usize = 4 << 10;

/// One [`Run`] for each state at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Runs {
    pub(crate) bytes: u64,
    /// By the number of the state. Those that the question cannot have stay empty.
    pub(crate) runs: [Run; QuoteState::ALL.len()],
}

impl Runs {
    /// No data.
    pub(crate) fn empty() -> Self {
        Self { bytes: 0, runs: QuoteState::ALL.map(Run::empty) }
    }

    /// The run of a text that begins with this part.
    pub(crate) fn whole(&self) -> &Run {
        &self.runs[QuoteState::Start as usize]
    }

    /// Continues with `data`.
    pub(crate) fn feed(&mut self, chunked: &Chunked, mut data: &[u8]) {
        while !data.is_empty() {
            crate::fault::point("feed");
            let states = chunked.plan().states();
            let now = |state: QuoteState| {
                let Run { quotes, prefix, .. } = self.runs[state as usize];
                (quotes, prefix)
            };
            let first = now(QuoteState::Start);
            let have_met = states.iter().all(|&state| now(state) == first);
            let stride = if have_met {
                chunked.stride()
            } else {
                self.bytes.clamp(SHORTEST_STRIDE as u64, LONGEST_STRIDE as u64) as usize
            };
            let (here, rest) = data.split_at(stride.min(data.len()));
            self.feed_stride(chunked, here);
            data = rest;
        }
    }

    fn feed_stride(&mut self, chunked: &Chunked, data: &[u8]) {
        let plan = chunked.plan();
        let before = *self;
        for (place, &state) in plan.states().iter().enumerate() {
            let Run { quotes, prefix, .. } = before.runs[state as usize];
            // A run in the same state has been continued already: what was added to it?
            let is_same = |&&other: &&QuoteState| {
                let other = before.runs[other as usize];
                (other.quotes, other.prefix) == (quotes, prefix)
            };
            if plan.states()[..place].iter().any(|other| is_same(&other)) {
                continue;
            }
            let added = run(chunked, data, quotes, prefix);
            for same in plan.states().iter().filter(is_same) {
                let run = &before.runs[*same as usize];
                self.runs[*same as usize] = run.then(plan.rules(), before.bytes, &added);
            }
        }
        self.bytes += data.len() as u64;
    }

    /// This part and `right`, which follows it. `head` are the first bytes of `right`: all of them,
    /// or [`Chunked::head_len`].
    pub(crate) fn merged(
        &self,
        chunked: &Chunked,
        right: &Self,
        head: &[u8],
    ) -> Result<Self, Error> {
        crate::fault::point("merge");
        let bytes = self.bytes.saturating_add(right.bytes);
        if bytes > MAX_BYTES {
            return Err(Error::Limit);
        }
        let mut whole = *self;
        if chunked.kmp().is_some() && right.bytes <= head.len() as u64 {
            whole.feed(chunked, head);
            return Ok(whole);
        }
        let plan = chunked.plan();
        for &state in plan.states() {
            let run = &self.runs[state as usize];
            let mut added = right.runs[run.quotes as usize];
            if let Some(kmp) = chunked.kmp() {
                let visible = plan.visible_prefix(head, run.quotes, head.len());
                correct(kmp, run.prefix, head, visible, &mut added)?;
            }
            whole.runs[state as usize] = run.then(plan.rules(), self.bytes, &added);
        }
        whole.bytes = bytes;
        Ok(whole)
    }

    /// The totals of a text that consists of this part alone.
    pub(crate) fn totals(&self, plan: &Plan) -> Totals {
        let whole = self.whole();
        Totals {
            bytes: self.bytes,
            count: whole.count,
            max_count: whole.max_count.max(whole.first.highest).max(whole.open.highest),
            segments: whole.resets + 1,
            matching_segments: whole.matching_segments(plan.rules()),
        }
    }
}

/// Counts `data`, before which the quotes are in the state `quotes`, and which follows `prefix` of a
/// string's first bytes.
fn run(chunked: &Chunked, data: &[u8], quotes: QuoteState, prefix: usize) -> Run {
    let plan = chunked.plan();
    let Some(kmp) = chunked.kmp() else { return plan.run(data, 0, quotes) };
    let (crossing, undecided) = cross(plan, kmp, data, quotes, prefix);
    let mut run = plan.run(data, crossing, quotes);
    run.prefix = undecided.unwrap_or_else(|| prefix_behind(plan, kmp, data, quotes, crossing));
    run
}

/// Where in `data` an occurrence ends that began before it, or 0; and if `data` ends before that is
/// known, how many of the needle's first bytes it ends with.
pub(super) fn cross(
    plan: &Plan,
    kmp: Kmp<'_>,
    data: &[u8],
    quotes: QuoteState,
    prefix: usize,
) -> (usize, Option<usize>) {
    if prefix == 0 {
        return (0, None);
    }
    // More bytes are not needed to decide.
    let visible = plan.visible_prefix(data, quotes, kmp.len() - 1);
    match kmp.cross(prefix, &data[..visible]) {
        Crossing::Complete(end) => (end, None),
        Crossing::Undecided(longer) if visible == data.len() => (0, Some(longer)),
        _ => (0, None),
    }
}

/// How many of the needle's first bytes `data` ends with, behind the last hit.
pub(super) fn prefix_behind(
    plan: &Plan,
    kmp: Kmp<'_>,
    data: &[u8],
    quotes: QuoteState,
    crossing: usize,
) -> usize {
    let from = data.len() - plan.visible_suffix(data, quotes);
    kmp.prefix_at_end(plan, &data[from.max(crossing)..])
}

/// Corrects what `right` has counted for an occurrence that began before it. Its first bytes are
/// `head`, and the first `visible` of them are visible.
fn correct(
    kmp: Kmp<'_>,
    prefix: usize,
    head: &[u8],
    visible: usize,
    right: &mut Run,
) -> Result<(), Error> {
    let run = &head[..visible];
    if let Crossing::Complete(end) = kmp.cross(prefix, run) {
        // Where a byte is hidden, both counts are in the same state.
        let (counted, correct) = match kmp.meet(run, end) {
            Some(counts) => counts,
            None if visible < head.len() => kmp.counts(run, end),
            None => return Err(Error::Overlap),
        };
        let corrected = |number: u64| (number + 1 + correct).saturating_sub(counted);
        right.count = corrected(right.count);
        // Strings have no closing bytes, so the count only rises.
        let first = corrected(right.first.count);
        right.first = Stretch::default();
        right.first.add_hits(first);
    }
    Ok(())
}
