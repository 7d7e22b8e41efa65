//! Reading the data, 64 bytes at a time.
//!
//! The seam to the counter is [`Plan`]: what to look for, where counts start again, and the
//! kernels picked for both. Below it:
//!
//! - `block`: what an instruction set provides; `avx512` and `avx2` (with `bmi2`), `sse2`, `neon`,
//!   `portable`: those that do;
//! - `pattern`: hits and resets in a block; `set`: sets of bytes, laid out for looking up;
//! - `masks`: the exact answer for one block; `batch`: for many at once, by the arithmetic of `row`;
//! - `column`: many places gone through side by side, a byte of each at a time;
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
#[cfg_attr(
    not(target_arch = "x86_64"),
    allow(dead_code, reason = "only AVX-512 has arithmetic for a whole row")
)]
mod batch;
mod block;
#[cfg(target_arch = "x86_64")]
mod bmi2;
#[cfg_attr(
    not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little"))),
    allow(dead_code, reason = "the portable backend has no columns")
)]
mod column;
mod goal;
mod kernels;
mod long;
mod masks;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod neon;
mod pattern;
mod portable;
#[cfg_attr(
    not(target_arch = "x86_64"),
    allow(dead_code, reason = "only AVX-512 has arithmetic for a whole row")
)]
mod row;
mod scan;
mod set;
#[cfg(target_arch = "x86_64")]
mod sse2;

use crate::{ByteSet, Match};
pub(crate) use backend::Backend;
use goal::{Carry, Find, Goal, Question};
pub(crate) use goal::{OpenSegment, Sink};
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
    fits_columns: bool,
}

impl Plan {
    pub(crate) fn new(backend: Backend, what: Needle, min_number: u64, resets: &ByteSet) -> Self {
        let reset = Needle::of_set(resets);
        let kernels = backend.kernels(&what, &reset);
        let squeezes = backend.squeezes();
        let threshold = Number::new(min_number.max(1), squeezes);
        let fits_columns = what.fits_columns(&reset);
        Self { what, reset, min_number, threshold, kernels, squeezes, fits_columns }
    }

    pub(crate) fn needle(&self) -> &Needle {
        &self.what
    }

    pub(crate) fn resets(&self) -> ByteSet {
        self.reset.set()
    }

    pub(crate) fn min_number(&self) -> u64 {
        self.min_number
    }

    /// Reads `data` for a question, and gives it back; `count` are the hits before `data` in the
    /// segment that is open at its start.
    #[inline]
    fn scan<'g>(
        &self,
        data: &[u8],
        count: u64,
        threshold: Number,
        question: Question<'g>,
    ) -> Goal<'g> {
        let carry = Carry::new(count);
        let Self { squeezes, fits_columns, .. } = *self;
        let looked_inside = 0;
        let mut goal = Goal { threshold, squeezes, fits_columns, looked_inside, carry, question };
        // SAFETY: `Backend::kernels` gives kernels that this processor runs.
        unsafe { (self.kernels.scan)(&self.what, &self.reset, data, &mut goal) };
        goal
    }

    /// How often *what* occurs in `data`.
    pub(crate) fn count(&self, data: &[u8]) -> u64 {
        if let Needle::Long(bytes) = &self.what {
            return self.count_long(bytes, data);
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
            return self.has_count_long(bytes, data);
        }
        let goal = self.scan(data, 0, self.threshold, Question::HasCount { reached: false });
        matches!(goal.question, Question::HasCount { reached: true })
    }

    /// Gives the matches to `sink`, until it wants no more.
    pub(crate) fn find(&self, data: &[u8], open: OpenSegment, sink: Sink<'_>) {
        if self.min_number == 0 {
            return self.find_segments(data, open, sink);
        }
        if let Needle::Long(bytes) = &self.what {
            return self.find_long(bytes, data, open, sink);
        }
        let count = open.count;
        let find = Find { plan: self, data, open, numbered: 0, sink };
        self.scan(data, count, self.threshold, Question::Find(find));
    }

    /// Gives each segment to `sink`, as a match of no hits.
    fn find_segments(&self, data: &[u8], open: OpenSegment, sink: Sink<'_>) {
        let OpenSegment { base, mut segment, mut start, .. } = open;
        let mut at = 0;
        while sink(Match { segment, start, end: start, count: 0 })
            && let Some(reset) = self.first_reset(data, at)
        {
            at = reset + 1;
            segment += 1;
            start = base + at as u64;
        }
    }

    /// The largest count in one segment.
    pub(crate) fn max_count(&self, data: &[u8]) -> u64 {
        self.max_count_from(data, 0, 0)
    }

    /// [`max_count`](Self::max_count) where the segment that is open at the start of `data` has
    /// `count` hits so far, and none is looked for that is not above `least`.
    pub(crate) fn max_count_from(&self, data: &[u8], count: u64, least: u64) -> u64 {
        let least = least.max(count);
        if let Needle::Never(_) = self.reset {
            return least.max(count + self.count(data));
        }
        if let Needle::Long(bytes) = &self.what {
            return self.max_count_long_from(bytes, data, count, least);
        }
        let above = Number::new(least + 1, self.squeezes);
        self.scan(data, count, above, Question::MaxCount).threshold.number() - 1
    }

    /// How many segments reach the number.
    pub(crate) fn matching_segments(&self, data: &[u8]) -> u64 {
        if self.min_number == 0 {
            return self.count_resets(data) + 1;
        }
        if let Needle::Never(_) = self.reset {
            return u64::from(self.has_count(data));
        }
        if let Needle::Long(bytes) = &self.what {
            return self.matching_segments_long(bytes, data);
        }
        let question = Question::MatchingSegments { segments: 0 };
        self.scan(data, 0, self.threshold, question).segments()
    }

    /// How many segments come to the number (at least 1) in `data`, where the one that is open at
    /// its start has `count` hits so far; and the count of the one that is open at its end.
    pub(crate) fn matching_segments_from(&self, data: &[u8], count: u64) -> (u64, u64) {
        if let Needle::Long(bytes) = &self.what {
            return self.matching_segments_long_from(bytes, data, count);
        }
        let question = Question::MatchingSegments { segments: 0 };
        let goal = self.scan(data, count, self.threshold, question);
        (goal.segments(), self.open_count(data, goal.carry))
    }

    /// The first match, for a number of at least 1; or, where there is none, the count of the
    /// segment that is open at the end of `data`.
    pub(crate) fn find_from(&self, data: &[u8], open: OpenSegment) -> Result<Match, u64> {
        if let Needle::Long(bytes) = &self.what {
            return self.find_long_from(bytes, data, open);
        }
        let mut first = None;
        let mut sink = |found| {
            first = Some(found);
            false
        };
        let find = Find { plan: self, data, open, numbered: 0, sink: &mut sink };
        let carry = self.scan(data, open.count, self.threshold, Question::Find(find)).carry;
        first.ok_or_else(|| self.open_count(data, carry))
    }

    /// The count of the segment that is open at the end of `data`, where the one that is open at its
    /// start has `count` hits so far.
    pub(crate) fn count_at_end(&self, data: &[u8], count: u64) -> u64 {
        match self.last_reset(data) {
            Some(reset) => self.count(&data[reset..]),
            None => count + self.count(data),
        }
    }

    /// Where the last hit behind the last reset ends, if there is one.
    pub(crate) fn last_hit(&self, data: &[u8]) -> Option<usize> {
        let from = self.last_reset(data).unwrap_or(0);
        let data = &data[from..];
        if let Needle::Long(bytes) = &self.what {
            return self.long_hits(bytes, data, 0).last().map(|hit| from + hit.end);
        }
        let number = self.count(data);
        let mut last = None;
        let mut sink = |found: Match| {
            last = Some(from + found.end as usize);
            false
        };
        if number > 0 {
            let find =
                Find { plan: self, data, open: OpenSegment::START, numbered: 0, sink: &mut sink };
            self.scan(data, 0, Number::new(number, self.squeezes), Question::Find(find));
        }
        last
    }

    /// The exact count of the segment that is open at the end of `data`, where a scan left `carry`.
    fn open_count(&self, data: &[u8], carry: Carry) -> u64 {
        let unknown = &data[carry.known..];
        match self.last_reset(unknown) {
            // No hit spans a reset, so counting may begin at one.
            Some(reset) => self.count(&unknown[reset..]),
            None => carry.bound,
        }
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
