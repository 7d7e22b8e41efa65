//! What is known of a part of a text, before the parts are merged, for any question.

use super::Chunked;
use super::counts::Counts;
use super::runs::Runs;
use super::totals::{Metrics, Totals};
use crate::engine::{OpenSegment, Place};
use crate::error::Error;

/// What is known of a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "there are few, and no allocation may fail")]
pub(crate) enum Partial {
    /// For a question that [is plain](crate::engine::Plan::is_plain).
    Plain(Counts),
    Records(Runs),
}

impl Partial {
    /// The empty part.
    pub(crate) fn empty(chunked: &Chunked) -> Self {
        if chunked.plan().is_plain() {
            Self::Plain(Counts::EMPTY)
        } else {
            Self::Records(Runs::empty())
        }
    }

    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Plain(counts) => counts.bytes,
            Self::Records(runs) => runs.bytes,
        }
    }

    /// Continues with `data`.
    pub(crate) fn feed(&mut self, chunked: &Chunked, metrics: Metrics, data: &[u8]) {
        match self {
            Self::Plain(counts) => counts.feed(chunked, metrics, data),
            Self::Records(runs) => runs.feed(chunked, data),
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
        match (self, right) {
            (Self::Plain(left), Self::Plain(right)) => {
                left.merged(chunked, metrics, right, head).map(Self::Plain)
            }
            (Self::Records(left), Self::Records(right)) => {
                left.merged(chunked, right, head).map(Self::Records)
            }
            _ => Err(Error::DifferentCounters),
        }
    }

    /// The totals of a text that consists of this part alone.
    pub(crate) fn totals(&self, chunked: &Chunked) -> Totals {
        match self {
            Self::Plain(counts) => counts.totals(chunked.plan().min_number()),
            Self::Records(runs) => runs.totals(chunked.plan()),
        }
    }

    /// Whether a segment of a text that begins with this part matches, whatever follows.
    pub(crate) fn has_match(&self, chunked: &Chunked) -> bool {
        match self {
            Self::Plain(_) => self.totals(chunked).matching_segments > 0,
            Self::Records(runs) => runs.whole().has_match(chunked.plan().rules()),
        }
    }

    /// The number of reset bytes.
    pub(crate) fn resets(&self) -> u64 {
        match self {
            Self::Plain(counts) => counts.resets,
            Self::Records(runs) => runs.whole().resets,
        }
    }

    /// The end of a text that consists of this part alone, and how many of a string's first bytes
    /// it ends with. The start of the open segment is not known for a plain question.
    pub(crate) fn end(&self) -> (Place, usize) {
        match self {
            Self::Plain(counts) => {
                let open = OpenSegment {
                    base: counts.bytes,
                    segment: counts.resets,
                    start: 0,
                    count: counts.open,
                };
                (Place { open, ..Place::START }, counts.prefix)
            }
            Self::Records(runs) => {
                let whole = runs.whole();
                let (open, len) = match whole.resets {
                    0 => (whole.first, whole.first_len),
                    _ => (whole.open, whole.open_len),
                };
                let open = OpenSegment {
                    base: runs.bytes,
                    segment: whole.resets,
                    start: runs.bytes - len,
                    count: open.count,
                };
                let opened = whole.opened;
                (Place { open, is_reported: false, quotes: whole.quotes, opened }, whole.prefix)
            }
        }
    }

    /// Where the quote was opened that is open at the end of a text that consists of this part
    /// alone.
    pub(crate) fn unclosed_quote(&self) -> Option<u64> {
        let Self::Records(runs) = self else { return None };
        let whole = runs.whole();
        whole.quotes.is_open().then_some(whole.opened)
    }
}
