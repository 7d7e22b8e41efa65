//! What is carried across the edge of a chunk, and from one part of a text to the next.
//!
//! - [`Chunked`] is a counter's question, prepared for data in chunks.
//! - [`Cursor`] is the state of a search that stops at the first match: what a stream carries.
//! - [`RecordCursor`] is that of a search which goes on behind a match, for any question.
//! - [`Partial`] is what is known of a part of a text: what a summary carries, and what merges. It
//!   is one of [`counts`] and [`runs`].
//! - [`kmp`] finds the strings that the edge of a chunk cuts.

mod counts;
mod cursor;
mod kmp;
mod partial;
mod runs;
mod totals;

pub(crate) use counts::Counts;
pub(crate) use cursor::{Cursor, RecordCursor};
pub(crate) use kmp::Kmp;
pub(crate) use partial::Partial;
pub(crate) use runs::Runs;
pub use totals::Totals;
pub(crate) use totals::{MAX_BYTES, Metrics};

use crate::bytes::borders;
use crate::engine::Plan;
use crate::error::Error;
use crate::sys::Shared;

/// A counter's question, prepared for data in chunks.
///
/// Chunks are processed in strides of [`stride`](Self::stride) bytes, so that whatever looks at the
/// bytes a second time finds them in the second-level cache.
#[derive(Clone)]
pub(crate) struct Chunked {
    plan: Shared<Plan>,
    /// The border of each prefix of a string needle; empty if the needle is a set of bytes.
    borders: Shared<Vec<usize>>,
}

impl Chunked {
    /// For a string needle this takes eight bytes of memory for each byte of it.
    pub(crate) fn new(plan: &Shared<Plan>) -> Result<Self, Error> {
        let borders = match plan.needle().string() {
            Some(string) => borders(string)?,
            None => Vec::new(),
        };
        Ok(Self { plan: plan.clone(), borders: Shared::try_new(borders)? })
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What finds the needle across edges. Needles of one byte need nothing.
    pub(crate) fn kmp(&self) -> Option<Kmp<'_>> {
        let string = self.plan.needle().string()?;
        Some(Kmp::new(string, &self.borders))
    }

    /// How many bytes are processed at a time: at least eight times the length of the needle.
    pub(crate) fn stride(&self) -> usize {
        const SHORTEST: usize = 256 << 10;
        self.kmp().map_or(0, |kmp| kmp.len().saturating_mul(8)).max(SHORTEST)
    }

    /// How many of its first bytes a part of a text has to keep so that it can be merged with the
    /// part before it; see [`Partial::merged`].
    pub(crate) fn head_len(&self) -> usize {
        match self.kmp() {
            None => 0,
            Some(kmp) if kmp.overlaps_itself() => kmp.len().saturating_mul(4).max(256),
            Some(kmp) => kmp.len() - 1,
        }
    }
}
