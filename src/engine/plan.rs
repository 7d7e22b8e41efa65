//! The seam to the rest of the crate: what to look for, where counts restart, and with which
//! kernels.

use super::decide::condition::{Criterion, Rules};
use super::find::needle::Needle;
use super::find::quotes::{QuoteState, Quotes};
use super::isa::Backend;
use super::scan::driver::{End, scan};
use super::scan::edges::{self, Edge, Edges};
use super::scan::kernels::Kernels;
use super::scan::query::{Find, Largest, Matching, NEVER_REACHED, OpenSegment, Sink};
use super::scan::records::{self, Place, Run};
use super::scan::strings;
use super::scan::visible::{Marking, Masks, Visible};
use crate::bytes::{ByteSet, Condition, Match, WordRule};
use crate::error::Error;
use crate::fault;

/// What makes a segment match, and which bytes do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) condition: Condition,
    /// Segments without a byte never match; or only the last one of them.
    pub(crate) skip_empty: bool,
    pub(crate) skip_last_empty: bool,
    pub(crate) reset: ByteSet,
    pub(crate) quotes: Option<Quotes>,
    /// The bytes that lower the count.
    pub(crate) closing: ByteSet,
}

/// What is looked for in data, and the kernels for it.
///
/// A segment's number and start are counted from the start of the data given, or from where the
/// caller says.
#[derive(Debug)]
pub(crate) struct Plan {
    kernels: Kernels,
    question: Question,
    rules: Rules,
    is_plain: bool,
    /// The number that a segment's count has to reach, as a threshold for the scan, if the question
    /// [is plain](Self::is_plain) and that is at least 1; otherwise 0.
    threshold: u64,
    marking: Marking,
}

impl Plan {
    /// A needle of several bytes contains no byte of the reset. Fails with [`Error::NoMemory`] alone.
    pub(crate) fn new(backend: Backend, needle: Needle, question: Question) -> Result<Self, Error> {
        let Question { condition, skip_empty, skip_last_empty, reset, quotes, closing } = question;
        let resets = Needle::of_set(&reset);
        let marking = Marking::new(backend, quotes, &closing, &needle.set(), &reset)?;
        let kernels = Kernels::new(backend, needle, resets);
        let rules = Rules::new(condition, skip_empty, skip_last_empty);
        let is_plain = !(marking.hides_bytes() || marking.has_closings())
            && match rules.criterion {
                Criterion::Always => !skip_empty && !skip_last_empty,
                Criterion::Reach(_) => true,
                Criterion::Final { .. } => false,
            };
        let threshold = match rules.criterion {
            Criterion::Reach(number) if is_plain => number.min(NEVER_REACHED),
            _ => 0,
        };
        Ok(Self { kernels, question, rules, is_plain, threshold, marking })
    }

    pub(crate) fn question(&self) -> &Question {
        &self.question
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whether segments match when their count reaches a number, and every byte counts. Otherwise
    /// only the functions that say so may be used.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    pub(crate) fn needle(&self) -> &Needle {
        &self.kernels.needle
    }

    pub(crate) fn resets(&self) -> ByteSet {
        self.kernels.resets.set()
    }

    /// The number that a segment's count has to reach.
    #[inline]
    pub(crate) fn min_number(&self) -> u64 {
        match self.rules.criterion {
            Criterion::Reach(number) => number,
            _ => 0,
        }
    }

    /// The number of hits in `data`, for any question.
    pub(crate) fn count_visible(&self, data: &[u8]) -> u64 {
        if self.marking.hides_bytes() {
            return self.run(data, 0, QuoteState::Start).count;
        }
        self.count(data)
    }

    /// How often the needle occurs in `data`, whatever hides it.
    pub(crate) fn count(&self, data: &[u8]) -> u64 {
        fault::point("count");
        self.kernels.count(data)
    }

    /// Whether a segment matches, for any question.
    #[inline(always)]
    pub(crate) fn has_count(&self, data: &[u8]) -> bool {
        match self.threshold {
            0 => self.finds(data),
            number => scan(&self.kernels, data, 0, &mut Matching::<true> { number, segments: 0 })
                .is_none(),
        }
    }

    /// [`has_count`](Self::has_count) by [`find`](Self::find).
    #[inline(never)]
    fn finds(&self, data: &[u8]) -> bool {
        let mut found = false;
        self.find(data, Place::START, &mut |_| {
            found = true;
            false
        });
        found
    }

    /// Whether strings can be answered together by [`counts`](Self::counts) and
    /// [`has_counts`](Self::has_counts): whether a byte is a hit, or a reset, depends on that byte
    /// alone, and a segment matches if it has at least a number of hits.
    pub(crate) fn takes_strings(&self) -> bool {
        self.threshold > 0 && self.needle().string().is_none()
    }

    /// Writes the number of hits in each string. The strings follow one another in `data`, which has
    /// at most [`MAX_STRINGS_LEN`](super::MAX_STRINGS_LEN) bytes; `ends` says where each ends.
    pub(crate) fn counts(&self, data: &[u8], ends: &[u32], counts: &mut [u64]) {
        fault::point("strings");
        strings::counts(&self.kernels, data, ends, counts);
    }

    /// Writes a number for each string; a segment reaches the counter's number in those with the
    /// returned one or more. For strings as those of [`counts`](Self::counts).
    pub(crate) fn has_counts(&self, data: &[u8], ends: &[u32], numbers: &mut [u64]) -> u64 {
        self.counts(data, ends, numbers);
        let number = self.threshold;
        // In most data the strings have too few hits, or no reset byte.
        if numbers.iter().any(|&count| count >= number) && self.first_reset(data, 0).is_some() {
            strings::matching(&self.kernels, data, ends, number, numbers);
            return 1;
        }
        number
    }

    /// Writes how many segments of each string reach the number. For strings as those of
    /// [`counts`](Self::counts).
    pub(crate) fn matching_counts(&self, data: &[u8], ends: &[u32], segments: &mut [u64]) {
        fault::point("strings");
        strings::matching(&self.kernels, data, ends, self.threshold, segments);
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

    /// Passes the matches from `place` to the end of the data, which is that of `data`, to `sink`,
    /// until it returns `false`. For any question.
    pub(crate) fn find(&self, data: &[u8], mut place: Place, sink: Sink<'_>) {
        if !self.is_plain() || place.is_reported {
            if self.each_record(data, 0, &mut place, sink).is_none() {
                if let Some(last) = self.last_record(&place) {
                    sink(last);
                }
            }
        } else if self.threshold == 0 {
            self.find_segments(data, place.open, sink);
        } else {
            self.find_reached(data, place.open, self.threshold, sink);
        }
    }

    /// What reads `data` behind a place in the state `quotes`; `crossing` is where a hit ends that
    /// began before it, or 0.
    fn visible<'a>(&'a self, data: &'a [u8], crossing: usize, quotes: QuoteState) -> Visible<'a> {
        Visible::new(&self.kernels, &self.marking, data, crossing, quotes)
    }

    /// For any question: searches `data`, which begins at `place`, and moves `place` to its end, or
    /// just behind the match for which `sink` returns `false`. Returns how many bytes were used in
    /// the latter case. The last segment is not judged: for that, there is
    /// [`last_record`](Self::last_record).
    pub(crate) fn each_record(
        &self,
        data: &[u8],
        crossing: usize,
        place: &mut Place,
        sink: Sink<'_>,
    ) -> Option<usize> {
        fault::point("each");
        let mut visible = self.visible(data, crossing, place.quotes);
        records::each(&mut visible, &self.question.reset, &self.rules, place, sink)
    }

    /// The segment that ends with the data at `place`, if it matches and has not been reported.
    pub(crate) fn last_record(&self, place: &Place) -> Option<Match> {
        records::last(&self.rules, place)
    }

    /// For any question: counts a part of a text.
    pub(crate) fn run(&self, data: &[u8], crossing: usize, quotes: QuoteState) -> Run {
        records::run(&mut self.visible(data, crossing, quotes), &self.rules)
    }

    /// The state behind the whole of a hit, or behind a reset byte, which ends with `byte`.
    pub(crate) fn state_behind(&self, byte: u8) -> QuoteState {
        self.marking.state_behind(byte, &self.question.reset)
    }

    /// The states in which a part of a text can start.
    pub(crate) fn states(&self) -> &'static [QuoteState] {
        self.marking.states()
    }

    /// How many of the first bytes of `data` are visible, at most `most`.
    pub(crate) fn visible_prefix(&self, data: &[u8], quotes: QuoteState, most: usize) -> usize {
        let data = &data[..most.min(data.len())];
        self.visible(data, 0, quotes).visible_prefix()
    }

    /// How many of the last bytes of `data` are visible.
    pub(crate) fn visible_suffix(&self, data: &[u8], quotes: QuoteState) -> usize {
        if !self.marking.hides_bytes() {
            return data.len();
        }
        let mut visible = self.visible(data, 0, quotes);
        let mut masks = Masks::new();
        while visible.next(&mut masks) {}
        data.len() - visible.span
    }

    /// Where the quote was opened that is open at the end of `data`.
    pub(crate) fn unclosed_quote(&self, data: &[u8]) -> Option<u64> {
        self.question.quotes?;
        let mut place = Place::START;
        self.each_record(data, 0, &mut place, &mut |_| true);
        place.quotes.is_open().then_some(place.opened)
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
    #[inline]
    fn find_reached(
        &self,
        data: &[u8],
        open: OpenSegment,
        number: u64,
        sink: Sink<'_>,
    ) -> Option<End> {
        let mut find = Find { number, data, open, numbered: 0, sink };
        scan(&self.kernels, data, open.count, &mut find)
    }

    /// The largest count in one segment, for any question.
    pub(crate) fn max_count(&self, data: &[u8]) -> u64 {
        if self.marking.hides_bytes() || self.marking.has_closings() {
            let Run { first, open, max_count, .. } = self.run(data, 0, QuoteState::Start);
            return max_count.max(first.highest).max(open.highest);
        }
        self.max_count_from(data, 0, 0)
    }

    /// [`max_count`](Self::max_count) where the segment that is open at the start of `data` has
    /// `count` hits so far; or `least`, if that is larger.
    pub(crate) fn max_count_from(&self, data: &[u8], count: u64, least: u64) -> u64 {
        let least = least.max(count);
        if self.kernels.resets.is_never() {
            return least.max(count + self.count(data));
        }
        let mut query = Largest { largest: least };
        scan(&self.kernels, data, count, &mut query);
        query.largest
    }

    /// How many segments match, for any question.
    pub(crate) fn matching_segments(&self, data: &[u8]) -> u64 {
        if !self.is_plain() {
            return self.run(data, 0, QuoteState::Start).matching_segments(&self.rules);
        }
        if self.threshold == 0 {
            return self.count_resets(data) + 1;
        }
        if self.kernels.resets.is_never() {
            return u64::from(self.has_count(data));
        }
        let mut query = Matching::<false> { number: self.threshold, segments: 0 };
        scan(&self.kernels, data, 0, &mut query);
        query.segments
    }

    /// How many segments have the needle at an edge, where white space by the rule `trim` is left out.
    /// For any question; see [`edges`](super::scan::edges).
    pub(crate) fn edge_segments(&self, data: &[u8], edge: Edge, trim: Option<WordRule>) -> u64 {
        fault::point("edges");
        let (kernels, needle) = (&self.kernels, self.needle());
        let mut segments = 0;
        let Some(kept) = self.marking.hiding() else {
            let edges = Edges::new(needle, edge, trim, ByteSet::EMPTY);
            edges::each(kernels, data, |start, end| {
                segments += u64::from(edges.find(&data[start..end]).is_some());
            });
            return segments;
        };
        let edges = Edges::new(needle, edge, trim, kept);
        let mut masks = Masks::new();
        edges::each_visible(&mut self.visible(data, 0, QuoteState::Start), |start, end| {
            let found = edges.find(&data[start..end]).is_some_and(|end| {
                // No quote is open where a segment starts, so only these bytes begin to hide others.
                let segment = &data[start..start + end];
                edge == Edge::Start || !segment.iter().any(|&byte| kept.contains(byte)) || {
                    let mut visible = self.visible(segment, 0, QuoteState::Start);
                    edges::ends_visibly(&mut visible, &mut masks)
                }
            });
            segments += u64::from(found);
        });
        segments
    }

    /// How many segments reach the number (at least 1) in `data`, where the one that is open at its
    /// start has `count` hits so far; and the count of the one that is open at its end.
    pub(crate) fn matching_segments_from(&self, data: &[u8], count: u64) -> (u64, u64) {
        let mut query = Matching::<false> { number: self.threshold, segments: 0 };
        let end = scan(&self.kernels, data, count, &mut query);
        (query.segments, end.map_or(0, |end| self.open_count(data, end)))
    }

    /// The first match, for a number of at least 1; or, if there is none, the count of the segment
    /// that is open at the end of `data`.
    pub(crate) fn find_from(&self, data: &[u8], open: OpenSegment) -> Result<Match, u64> {
        let mut first = None;
        let end = self.find_reached(data, open, self.threshold, &mut |found| {
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
    fn open_count(&self, data: &[u8], end: End) -> u64 {
        let unknown = &data[end.exact..];
        match self.last_reset(unknown) {
            // No hit spans a reset, so counting may begin at one.
            Some(reset) => self.count(&unknown[reset..]),
            None => end.above.get() - 1,
        }
    }

    /// How many reset bytes `data` has.
    pub(crate) fn count_resets(&self, data: &[u8]) -> u64 {
        self.kernels.count_resets(data)
    }

    /// The offset of the first reset byte in `data[from..]`.
    pub(crate) fn first_reset(&self, data: &[u8], from: usize) -> Option<usize> {
        self.kernels.first_reset(data, from)
    }

    /// The offset of the last reset byte.
    pub(crate) fn last_reset(&self, data: &[u8]) -> Option<usize> {
        self.kernels.last_reset(data, 0)
    }
}
