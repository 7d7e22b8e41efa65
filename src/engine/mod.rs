//! Reading the data, 64 bytes at a time.
//!
//! The seam to the counter is [`Plan`]: what to look for, where counts start again, and the
//! kernels picked for both. Below it:
//!
//! - `block`: what an instruction set provides; `avx512` and `avx2` (with `bmi2`), `sse2`, `neon`,
//!   `portable`: those that do;
//! - `pattern`: hits and resets in a block; `set`: sets of bytes, laid out for looking up;
//! - `masks`: the exact answer for one block;
//! - `scan`: the way through the data; `goal`: the questions asked on it; `long`: both for strings
//!   too long to compare byte by byte;
//! - `kernels`: all of these compiled for an instruction set; `backend`: the choice of one.

#![allow(unsafe_code, reason = "vector instructions, and loads that the bounds were checked for")]
#![allow(clippy::cast_ptr_alignment, reason = "only unaligned loads are used on such pointers")]
#![allow(clippy::many_single_char_names, reason = "the four registers of a block are a to d")]
#![allow(clippy::manual_ilog2, reason = "ilog2 checks for 0")]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod backend;
mod block;
#[cfg(target_arch = "x86_64")]
mod bmi2;
mod goal;
mod kernels;
mod long;
mod masks;
#[cfg(target_arch = "aarch64")]
mod neon;
mod pattern;
mod portable;
mod scan;
mod set;
#[cfg(target_arch = "x86_64")]
mod sse2;

use crate::Match;
pub(crate) use backend::Backend;
use goal::{Find, Goal, Question};
pub(crate) use goal::{Open, Sink};
use kernels::Kernels;
use masks::Number;
pub(crate) use pattern::Needle;

/// What is looked for in data, and how on this processor.
///
/// A segment's number and start are counted from the start of the data given, or from where the
/// caller says.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    what: Needle,
    reset: Needle,
    min_number: u64,
    /// `min_number`, but at least 1, for the kernels.
    threshold: Number,
    kernels: Kernels,
    squeezes: bool,
}

impl Plan {
    pub(crate) fn new(backend: Backend, what: Needle, min_number: u64, reset: Needle) -> Self {
        let kernels = backend.kernels(&what, &reset);
        let squeezes = backend.squeezes();
        let threshold = Number::new(min_number.max(1), squeezes);
        Self { what, reset, min_number, threshold, kernels, squeezes }
    }

    pub(crate) fn min_number(&self) -> u64 {
        self.min_number
    }

    /// Reads `data` for a question, and gives it back.
    #[inline]
    fn scan<'g>(&self, data: &[u8], threshold: Number, question: Question<'g>) -> Goal<'g> {
        let mut goal = Goal { threshold, squeezes: self.squeezes, question };
        // SAFETY: `Backend::kernels` gives kernels that this processor runs.
        unsafe { (self.kernels.scan)(&self.what, &self.reset, data, &mut goal) };
        goal
    }

    /// How often *what* occurs in `data`.
    pub(crate) fn count(&self, data: &[u8]) -> u64 {
        if let Needle::Long(bytes) = &self.what {
            return self.long_hits(bytes, data).count() as u64;
        }
        // SAFETY: as in `scan`.
        unsafe { (self.kernels.count)(&self.what, data) }
    }

    /// Whether a segment reaches the number.
    pub(crate) fn has_count(&self, data: &[u8]) -> bool {
        if self.min_number == 0 {
            return true;
        }
        if let Needle::Long(bytes) = &self.what {
            return self.long_hits(bytes, data).any(|hit| hit.count == self.min_number);
        }
        let goal = self.scan(data, self.threshold, Question::HasCount { reached: false });
        matches!(goal.question, Question::HasCount { reached: true })
    }

    /// Gives the matches to `sink`, until it wants no more.
    pub(crate) fn find(&self, data: &[u8], open: Open, sink: Sink<'_>) {
        if self.min_number == 0 {
            return self.find_segments(data, open, sink);
        }
        if let Needle::Long(bytes) = &self.what {
            return self.find_long(bytes, data, open, sink);
        }
        let find = Find { plan: self, data, open, numbered: 0, sink };
        self.scan(data, self.threshold, Question::Find(find));
    }

    /// Gives each segment to `sink`, as a match of no hits.
    fn find_segments(&self, data: &[u8], open: Open, sink: Sink<'_>) {
        let Open { base, mut segment, mut start } = open;
        let mut at = 0;
        while sink(Match { segment, start, end: start })
            && let Some(reset) = self.first_reset(data, at)
        {
            at = reset + 1;
            segment += 1;
            start = base + at as u64;
        }
    }

    /// The largest count in one segment.
    pub(crate) fn max_count(&self, data: &[u8]) -> u64 {
        if let Needle::Never(_) = self.reset {
            return self.count(data);
        }
        if let Needle::Long(bytes) = &self.what {
            return self.long_hits(bytes, data).map(|hit| hit.count).max().unwrap_or(0);
        }
        self.scan(data, Number::new(1, self.squeezes), Question::MaxCount).threshold.number() - 1
    }

    /// How many segments reach the number.
    pub(crate) fn segments_reached(&self, data: &[u8]) -> u64 {
        if self.min_number == 0 {
            return self.count_resets(data) + 1;
        }
        if let Needle::Never(_) = self.reset {
            return u64::from(self.has_count(data));
        }
        if let Needle::Long(bytes) = &self.what {
            let reached = self.long_hits(bytes, data).filter(|hit| hit.count == self.min_number);
            return reached.count() as u64;
        }
        let goal = self.scan(data, self.threshold, Question::SegmentsReached { segments: 0 });
        if let Question::SegmentsReached { segments } = goal.question { segments } else { 0 }
    }

    /// How many reset bytes `data` has.
    pub(crate) fn count_resets(&self, data: &[u8]) -> u64 {
        // SAFETY: as in `scan`.
        unsafe { (self.kernels.count_resets)(&self.reset, data) }
    }

    /// The offset of the first reset byte in `data[from..]`.
    pub(crate) fn first_reset(&self, data: &[u8], from: usize) -> Option<usize> {
        // SAFETY: as in `scan`.
        unsafe { (self.kernels.first_reset)(&self.reset, data, from) }
    }

    /// The offset of the last reset byte.
    pub(crate) fn last_reset(&self, data: &[u8]) -> Option<usize> {
        // SAFETY: as in `scan`.
        unsafe { (self.kernels.last_reset)(&self.reset, data) }
    }
}
