//! Data in memory, counted by several threads.
//!
//! The data is cut into parts; each thread takes the next one, and the [`Partial`]s are merged in
//! order as soon as they can be, so that a first match ends the work of all threads.

use std::num::NonZeroUsize;
use std::ops::ControlFlow::{self, Break, Continue};

use super::in_order;
use crate::bytes::Match;
use crate::chunk::{Chunked, Cursor, Metrics, Partial, RecordCursor, Totals};
use crate::engine::{Criterion, OpenSegment, Plan};
use crate::error::Error;
use crate::sys::Shared;

/// The shortest part that is worth a lock.
const SHORTEST: usize = 1 << 20;

/// The longest part, unless a stride is longer: a progress callback waits for no more.
const LONGEST: u64 = 64 << 20;

/// How long the parts of a text of `len` bytes are: at least a stride, and some thousands if they
/// are not too long for that.
pub(crate) fn part_len(len: u64, chunked: &Chunked) -> usize {
    let part = (len >> 12).clamp(SHORTEST as u64, LONGEST);
    chunked.stride().max(part as usize)
}

/// Data in memory, cut into parts.
pub(crate) struct Parts<'a> {
    chunked: Chunked,
    data: &'a [u8],
    len: usize,
    threads: NonZeroUsize,
}

impl<'a> Parts<'a> {
    /// `None` where one thread is as good: for one thread, short data, a number that every segment
    /// reaches, or not enough memory.
    pub(crate) fn new(plan: &Shared<Plan>, data: &'a [u8], threads: NonZeroUsize) -> Option<Self> {
        let is_trivial = plan.is_plain() && plan.rules().criterion == Criterion::Always;
        if threads.get() == 1 || data.len() < 2 * SHORTEST || is_trivial {
            return None;
        }
        let chunked = Chunked::new(plan).ok()?;
        let len = part_len(data.len() as u64, &chunked);
        (data.len() / 2 >= len).then_some(Self { chunked, data, len, threads })
    }

    fn get(&self, part: usize) -> &[u8] {
        let data = &self.data[part * self.len..];
        &data[..self.len.min(data.len())]
    }

    /// Counts each part, and passes to `next` its number, what is known before it and with it, in
    /// order.
    fn each(
        &self,
        metrics: Metrics,
        mut next: impl FnMut(usize, &Partial, &Partial) -> ControlFlow<()> + Send,
    ) -> Result<(), Error> {
        let chunked = &self.chunked;
        let mut whole = Partial::empty(chunked);
        let worker = || {
            Ok(|part| {
                let mut partial = Partial::empty(chunked);
                partial.feed(chunked, metrics, self.get(part));
                partial
            })
        };
        let merge = |part, partial: Partial| {
            let before = whole;
            let data = self.get(part);
            let head = &data[..data.len().min(chunked.head_len())];
            match before.merged(chunked, metrics, &partial, head) {
                Ok(merged) => whole = merged,
                // Overlapping occurrences cross the cut: the part is counted once more, from what
                // is known before it.
                Err(_) => whole.feed(chunked, metrics, data),
            }
            next(part, &before, &whole)
        };
        let parts = self.data.len().div_ceil(self.len);
        in_order(self.threads, parts, worker, || Continue(()), merge)
    }

    /// The totals, of which those that `metrics` names are right; `None` if there is not enough
    /// memory for several threads.
    pub(crate) fn totals(&self, metrics: Metrics) -> Option<Totals> {
        let mut totals = None;
        self.each(metrics, |_, _, whole| {
            totals = Some(whole.totals(&self.chunked));
            Continue(())
        })
        .ok()?;
        totals
    }

    /// The first match in the data; an error if there is not enough memory for several threads.
    pub(crate) fn find(&self) -> Result<Option<Match>, Error> {
        let mut first = None;
        // The last part with a reset byte: the open segment starts in it.
        let mut opened_in = None;
        let mut resets = 0;
        let mut last = None;
        self.each(Metrics::FirstMatch, |part, before, whole| {
            if whole.has_match(&self.chunked) {
                first = self.find_in(part, before, opened_in);
                return Break(());
            }
            if whole.resets() > resets {
                (resets, opened_in) = (whole.resets(), Some(part));
            }
            last = Some(whole.end());
            Continue(())
        })?;
        // The last segment may match because it ends.
        Ok(first.or_else(|| {
            let (place, prefix) = last.filter(|_| !self.chunked.plan().is_plain())?;
            RecordCursor { place, prefix }.finish(&self.chunked)
        }))
    }

    /// The first match, which lies in `part`; the segment that is open at its start was opened in
    /// the part `opened_in`.
    fn find_in(&self, part: usize, before: &Partial, opened_in: Option<usize>) -> Option<Match> {
        let (place, prefix) = before.end();
        let data = self.get(part);
        let mut first = None;
        if !self.chunked.plan().is_plain() {
            RecordCursor { place, prefix }.advance(&self.chunked, data, &mut |found| {
                first = Some(found);
                false
            });
            return first;
        }
        let start = opened_in.map_or(0, |opened_in| {
            let last = self.chunked.plan().last_reset(self.get(opened_in));
            opened_in * self.len + last.map_or(0, |last| last + 1)
        });
        let open = OpenSegment { start: start as u64, ..place.open };
        Cursor { open, prefix }.advance(&self.chunked, data)
    }
}
