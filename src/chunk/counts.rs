//! What is known of a part of a text, where segments match by reaching a number and every byte
//! counts.
//!
//! ```text
//! part     . x . . x | x . | . x x | . x .         x hit   | reset byte
//! first    2           (the segment that the part before may have begun)
//! between              1     2
//! open                               1             (the segment that the next part may continue)
//! ```
//!
//! The first segment is kept apart from the others, since the part before it may add to its count,
//! and so is the open one at the end. Of the segments behind the first, only the largest count and
//! the number of matching ones have to be known.

use super::Chunked;
use super::kmp::Crossing;
use super::totals::{MAX_BYTES, Metrics, Totals};
use crate::error::Error;

/// What is known of a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) bytes: u64,
    pub(crate) count: u64,
    pub(crate) resets: u64,
    /// The count of the first segment, if another follows it.
    pub(crate) first: Option<u64>,
    /// The count of the segment that is open at the end.
    pub(crate) open: u64,
    /// The largest count of the segments behind the first.
    pub(crate) max_count: u64,
    /// How many of the segments behind the first match.
    pub(crate) matching: u64,
    /// How many of a string needle's first bytes the data ends with; see [`kmp`](super::kmp).
    pub(crate) prefix: usize,
}

impl Counts {
    /// The empty part.
    pub(crate) const EMPTY: Self = Self {
        bytes: 0,
        count: 0,
        resets: 0,
        first: None,
        open: 0,
        max_count: 0,
        matching: 0,
        prefix: 0,
    };

    /// Continues with `data`.
    pub(crate) fn feed(&mut self, chunked: &Chunked, metrics: Metrics, data: &[u8]) {
        for data in data.chunks(chunked.stride()) {
            crate::fault::point("feed");
            self.bytes += data.len() as u64;
            self.feed_stride(chunked, metrics, data);
        }
    }

    fn feed_stride(&mut self, chunked: &Chunked, metrics: Metrics, mut data: &[u8]) {
        let Some(kmp) = chunked.kmp() else { return self.feed_uncut(chunked, metrics, data) };
        match kmp.cross(self.prefix, data) {
            Crossing::Complete(end) => {
                data = &data[end..];
                self.count += 1;
                self.open += 1;
                if self.first.is_some() {
                    self.max_count = self.max_count.max(self.open);
                    self.matching += u64::from(self.open == chunked.plan().min_number());
                }
            }
            Crossing::Broken => {}
            Crossing::Undecided(prefix) => {
                self.prefix = prefix;
                return;
            }
        }
        self.feed_uncut(chunked, metrics, data);
        self.prefix = kmp.prefix_at_end(chunked.plan(), data);
    }

    /// Continues with `data`, in which no occurrence ends that began before it.
    fn feed_uncut(&mut self, chunked: &Chunked, metrics: Metrics, mut data: &[u8]) {
        let plan = chunked.plan();
        if self.first.is_none() {
            let reset = match metrics {
                Metrics::Count => None,
                _ => plan.first_reset(data, 0),
            };
            let count = plan.count(&data[..reset.unwrap_or(data.len())]);
            self.count += count;
            self.open += count;
            let Some(reset) = reset else { return };
            self.first = Some(self.open);
            self.open = 0;
            // The reset byte itself may be a hit of the next segment.
            data = &data[reset..];
        }
        let number = plan.min_number();
        if matches!(metrics, Metrics::All | Metrics::FirstMatch) {
            self.resets += plan.count_resets(data);
        }
        if metrics == Metrics::All {
            self.count += plan.count(data);
        }
        if matches!(metrics, Metrics::All | Metrics::MaxCount) {
            self.max_count = plan.max_count_from(data, self.open, self.max_count);
        }
        let may_match = match metrics {
            Metrics::All => self.max_count >= number,
            Metrics::MatchingSegments | Metrics::FirstMatch => true,
            Metrics::Count | Metrics::MaxCount => false,
        };
        if may_match && number > 0 {
            let (matching, open) = plan.matching_segments_from(data, self.open);
            self.matching += matching;
            self.open = open;
        } else {
            self.open = plan.count_at_end(data, self.open);
        }
    }

    /// This part and `right`, which follows it. `head` are the first bytes of `right`: all of them,
    /// or [`Chunked::head_len`].
    pub(crate) fn merged(
        &self,
        chunked: &Chunked,
        metrics: Metrics,
        right: &Self,
        head: &[u8],
    ) -> Result<Self, Error> {
        crate::fault::point("merge");
        let bytes = self.bytes.saturating_add(right.bytes);
        if bytes > MAX_BYTES {
            return Err(Error::Limit);
        }
        // Hits that the segment across the cut has more than both parts counted, and fewer.
        let (mut more, mut fewer) = (0, 0);
        if let Some(kmp) = chunked.kmp() {
            if right.bytes <= head.len() as u64 {
                let mut whole = *self;
                whole.feed(chunked, metrics, head);
                return Ok(whole);
            }
            if let Crossing::Complete(end) = kmp.cross(self.prefix, head) {
                let (counted, correct) = kmp.meet(head, end).ok_or(Error::Overlap)?;
                more = 1 + correct;
                fewer = counted;
            }
        }
        let joined = self.open + right.first_count() + more - fewer;
        let number = chunked.plan().min_number();
        let mut whole = Self {
            bytes,
            count: self.count + right.count + more - fewer,
            resets: self.resets + right.resets,
            prefix: right.prefix,
            ..*right
        };
        if self.first.is_some() {
            // The open segment was judged by its count so far.
            let became = u64::from(joined >= number) - u64::from(self.open >= number);
            whole.first = self.first;
            whole.max_count = self.max_count.max(right.max_count).max(joined);
            whole.matching = self.matching + right.matching + became;
        } else if right.first.is_some() {
            whole.first = Some(joined);
        }
        if right.first.is_none() {
            whole.open = joined;
        }
        Ok(whole)
    }

    /// The count of the first segment.
    pub(crate) fn first_count(&self) -> u64 {
        self.first.unwrap_or(self.open)
    }

    /// The totals of a text that consists of this part alone; `number` is the counter's.
    pub(crate) fn totals(&self, number: u64) -> Totals {
        let first = self.first_count();
        let segments = self.resets + 1;
        Totals {
            bytes: self.bytes,
            count: self.count,
            max_count: self.max_count.max(first),
            segments,
            matching_segments: match number {
                0 => segments,
                _ => self.matching + u64::from(first >= number),
            },
        }
    }
}
