//! The seam to the rest of the crate: what to look for, where counts restart, and with which
//! kernels.

use super::find::needle::Needle;
use super::isa::Backend;
use super::scan::driver::{End, Input, scan};
use super::scan::kernels::Kernels;
use super::scan::query::{
    Exists, Find, Largest, Matching, NEVER_REACHED, OpenSegment, Question, Sink,
};
use super::scan::strings::Strings;
use crate::bytes::{ByteSet, Match};
use crate::fault;

/// What is looked for in data, and the kernels for it.
///
/// A segment's number and start are counted from the start of the data given, or from where the
/// caller says.
#[derive(Debug)]
pub(crate) struct Plan {
    needle: Needle,
    resets: Needle,
    min_number: u64,
    kernels: Kernels,
}

impl Plan {
    /// A segment matches if it has at least `min_number` hits. A needle of several bytes contains
    /// no byte of `reset`.
    pub(crate) fn new(backend: Backend, needle: Needle, min_number: u64, reset: &ByteSet) -> Self {
        let resets = Needle::of_set(reset);
        let kernels = Kernels::new(backend, &needle, &resets);
        Self { needle, resets, min_number, kernels }
    }

    pub(crate) fn needle(&self) -> &Needle {
        &self.needle
    }

    pub(crate) fn resets(&self) -> ByteSet {
        self.resets.set()
    }

    pub(crate) fn min_number(&self) -> u64 {
        self.min_number
    }

    /// The number as a threshold for the scan, which is at least 1. (Number 0 is answered without
    /// one.)
    #[inline]
    fn threshold(&self) -> u64 {
        self.min_number.clamp(1, NEVER_REACHED)
    }

    /// Reads `data` for a question. `count` is the number of hits before `data` in the segment that
    /// is open at its start. Returns what is known at the end, or `None` if the question was
    /// answered early.
    #[inline]
    fn scan<Q: Question>(&self, data: &[u8], count: u64, question: &mut Q) -> Option<End> {
        let Self { needle, resets, kernels, .. } = self;
        scan(&Input { kernels, needle, resets, data, count }, question)
    }

    /// How often the needle occurs in `data`.
    pub(crate) fn count(&self, data: &[u8]) -> u64 {
        fault::point("count");
        self.kernels.count_hits(&self.needle, data, 0)
    }

    /// Whether a segment reaches the number.
    pub(crate) fn has_count(&self, data: &[u8]) -> bool {
        if self.min_number == 0 {
            return true;
        }
        self.scan(data, 0, &mut Exists { number: self.threshold() }).is_none()
    }

    /// Whether strings can be answered together by [`counts`](Self::counts) and
    /// [`has_counts`](Self::has_counts): whether a byte is a hit, or a reset, depends on that byte
    /// alone, and a segment matches if it has at least a number of hits.
    pub(crate) fn takes_strings(&self) -> bool {
        self.needle.string().is_none() && self.min_number > 0
    }

    /// Writes the number of hits in each string. The strings follow one another in `data`, which has
    /// at most [`MAX_STRINGS_LEN`](super::MAX_STRINGS_LEN) bytes; `ends` says where each ends.
    pub(crate) fn counts(&self, data: &[u8], ends: &[u32], counts: &mut [u64]) {
        fault::point("strings");
        self.strings(data, ends).counts(counts);
    }

    /// Writes for each string whether a segment reaches the number, as 0 or 1. For strings as those
    /// of [`counts`](Self::counts).
    pub(crate) fn has_counts(&self, data: &[u8], ends: &[u32], answers: &mut [u64]) {
        self.counts(data, ends, answers);
        let number = self.threshold();
        // In most data the strings have too few hits, or no reset byte.
        let mut least = number;
        if answers.iter().any(|&count| count >= number) && self.first_reset(data, 0).is_some() {
            self.strings(data, ends).matching(number, answers);
            least = 1;
        }
        for answer in answers {
            *answer = u64::from(*answer >= least);
        }
    }

    /// Writes the largest count of a segment of each string. For strings as those of
    /// [`counts`](Self::counts).
    pub(crate) fn max_counts(&self, data: &[u8], ends: &[u32], counts: &mut [u64]) {
        self.counts(data, ends, counts);
        let mut next_reset = self.first_reset(data, 0);
        let mut start = 0;
        for (&end, count) in ends.iter().zip(counts) {
            let end = end as usize;
            if next_reset.is_some_and(|reset| reset < start) {
                next_reset = self.first_reset(data, start);
            }
            if *count > 1 && next_reset.is_some_and(|reset| reset < end) {
                *count = self.max_count(&data[start..end]);
            }
            start = end;
        }
    }

    fn strings<'a>(&'a self, data: &'a [u8], ends: &'a [u32]) -> Strings<'a> {
        let Self { needle, resets, kernels, .. } = self;
        Strings { kernels, needle, resets, data, ends }
    }

    /// Passes the matches to `sink`, until it returns `false`.
    pub(crate) fn find(&self, data: &[u8], open: OpenSegment, sink: Sink<'_>) {
        if self.min_number == 0 {
            self.find_segments(data, open, sink);
        } else {
            self.find_reached(data, open, self.threshold(), sink);
        }
    }

    /// Passes each segment to `sink`, as a match of no hits.
    fn find_segments(&self, data: &[u8], open: OpenSegment, sink: Sink<'_>) {
        let OpenSegment { base, mut segment, mut start, .. } = open;
        let mut at = 0;
        while sink(Match { segment, start, end: start, count: 0 }) {
            let Some(reset) = self.first_reset(data, at) else {
                break;
            };
            at = reset + 1;
            segment += 1;
            start = base + at as u64;
        }
    }

    /// [`find`](Self::find) for any number of at least 1.
    fn find_reached(
        &self,
        data: &[u8],
        open: OpenSegment,
        number: u64,
        sink: Sink<'_>,
    ) -> Option<End> {
        let mut find = Find { number, resets: &self.resets, data, open, numbered: 0, sink };
        self.scan(data, open.count, &mut find)
    }

    /// The largest count in one segment.
    pub(crate) fn max_count(&self, data: &[u8]) -> u64 {
        self.max_count_from(data, 0, 0)
    }

    /// [`max_count`](Self::max_count) where the segment that is open at the start of `data` has
    /// `count` hits so far; or `least`, if that is larger.
    pub(crate) fn max_count_from(&self, data: &[u8], count: u64, least: u64) -> u64 {
        let least = least.max(count);
        if self.resets.is_never() {
            return least.max(count + self.count(data));
        }
        let mut question = Largest { largest: least };
        self.scan(data, count, &mut question);
        question.largest
    }

    /// How many segments reach the number.
    pub(crate) fn matching_segments(&self, data: &[u8]) -> u64 {
        if self.min_number == 0 {
            return self.count_resets(data) + 1;
        }
        if self.resets.is_never() {
            return u64::from(self.has_count(data));
        }
        let mut question = Matching { number: self.threshold(), segments: 0 };
        self.scan(data, 0, &mut question);
        question.segments
    }

    /// How many segments reach the number (at least 1) in `data`, where the one that is open at its
    /// start has `count` hits so far; and the count of the one that is open at its end.
    pub(crate) fn matching_segments_from(&self, data: &[u8], count: u64) -> (u64, u64) {
        let mut question = Matching { number: self.threshold(), segments: 0 };
        let end = self.scan(data, count, &mut question);
        (question.segments, end.map_or(0, |end| self.open_count(data, end)))
    }

    /// The first match, for a number of at least 1; or, if there is none, the count of the segment
    /// that is open at the end of `data`.
    pub(crate) fn find_from(&self, data: &[u8], open: OpenSegment) -> Result<Match, u64> {
        let mut first = None;
        let end = self.find_reached(data, open, self.threshold(), &mut |found| {
            first = Some(found);
            false
        });
        match (first, end) {
            (None, Some(end)) => Err(self.open_count(data, end)),
            (first, _) => first.ok_or(0),
        }
    }

    /// The count of the segment that is open at the end of `data`, where the one that is open at its
    /// start has `count` hits so far.
    pub(crate) fn count_at_end(&self, data: &[u8], count: u64) -> u64 {
        match self.last_reset(data) {
            Some(reset) => self.count(&data[reset..]),
            None => count + self.count(data),
        }
    }

    /// The end of the last hit behind the last reset, if there is one.
    pub(crate) fn last_hit(&self, data: &[u8]) -> Option<usize> {
        let from = self.last_reset(data).unwrap_or(0);
        let data = &data[from..];
        let number = self.count(data);
        let mut last = None;
        if number > 0 {
            self.find_reached(data, OpenSegment::START, number, &mut |found| {
                last = Some(from + found.end as usize);
                false
            });
        }
        last
    }

    /// The exact count of the segment that is open at the end of `data`.
    fn open_count(&self, data: &[u8], End { exact, bound }: End) -> u64 {
        let unknown = &data[exact.at..];
        match self.last_reset(unknown) {
            // No hit spans a reset, so counting may begin at one.
            Some(reset) => self.count(&unknown[reset..]),
            None => bound,
        }
    }

    /// How many reset bytes `data` has.
    pub(crate) fn count_resets(&self, data: &[u8]) -> u64 {
        self.kernels.count_resets(&self.resets, data)
    }

    /// The offset of the first reset byte in `data[from..]`.
    pub(crate) fn first_reset(&self, data: &[u8], from: usize) -> Option<usize> {
        self.kernels.first_reset(&self.resets, data, from)
    }

    /// The offset of the last reset byte.
    pub(crate) fn last_reset(&self, data: &[u8]) -> Option<usize> {
        self.kernels.last_reset(&self.resets, data, 0)
    }
}
