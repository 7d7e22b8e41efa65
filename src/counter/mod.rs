//! The question, and its answers for data in memory.

mod needle;
mod options;
mod quotes;
mod reset;

pub use needle::Needle;
pub use options::CounterOptions;
pub use quotes::Quotes;
pub use reset::Reset;

use std::fmt;
use std::iter::FusedIterator;
use std::num::NonZeroUsize;

use crate::bytes::{ByteSet, Condition, Match, WordRule};
use crate::chunk::Metrics;
use crate::engine::{Backend, Criterion, Edge, OpenSegment, Place, Plan, Question, QuoteState};
use crate::error::Error;
use crate::parallel::Parts;
use crate::sys::Shared;

/// A question: does the needle occur at least `min_number` times in a segment?
///
/// A counter never changes, so any number of threads can use one at the same time. Clones share
/// its memory. No question about data allocates, except on several threads.
///
/// **Segments.** Each reset byte ends one segment and starts the next, at the offset behind it; the
/// count restarts at 0. There is one segment more than there are reset bytes. At each byte the
/// reset comes first, then the count, then the comparison: a byte that is both needle and reset
/// byte is the first hit of the segment it starts.
///
/// **Matches.** A segment matches if its count reaches the number. Every segment reaches 0, the
/// empty segment of empty data included.
///
/// ```
/// use tally::{Counter, Reset};
///
/// let counter = Counter::new('c', 3, Reset::Newlines)?;
/// assert!(counter.has_count(b"hello-c-c-c-goodbye"));
/// assert!(!counter.has_count(b"hello-c-c-\nc-goodbye"));
///
/// let found = counter.find(b"c\nc, c, c!").unwrap();
/// assert_eq!((found.segment, found.start, found.end, found.count), (1, 2, 9, 3));
/// # Ok::<(), tally::Error>(())
/// ```
#[derive(Clone)]
pub struct Counter {
    plan: Shared<Plan>,
}

impl Counter {
    /// A counter of `needle` in the segments that `reset` makes. For more options, see
    /// [`CounterOptions`].
    ///
    /// # Errors
    ///
    /// [`Error::EmptyNeedle`]; [`Error::ResetInNeedle`] if a needle of several bytes contains a
    /// reset byte; [`Error::NoMemory`].
    pub fn new<'a>(
        needle: impl Into<Needle<'a>>,
        min_number: u64,
        reset: impl Into<Reset>,
    ) -> Result<Self, Error> {
        Self::simple(needle.into(), min_number, reset.into(), Backend::chosen())
    }

    /// [`Counter::new`] with a backend of choice, or `None` if this processor does not have it.
    /// For tests and benchmarks that compare backends; not part of the stable interface.
    ///
    /// # Errors
    ///
    /// As [`Counter::new`].
    #[doc(hidden)]
    pub fn new_on<'a>(
        backend: &str,
        needle: impl Into<Needle<'a>>,
        min_number: u64,
        reset: impl Into<Reset>,
    ) -> Result<Option<Self>, Error> {
        let on = |backend| Self::simple(needle.into(), min_number, reset.into(), backend);
        Backend::named(backend).map(on).transpose()
    }

    /// The counter of a question about segments whose count reaches a number.
    fn simple(
        needle: Needle<'_>,
        min_number: u64,
        reset: Reset,
        backend: Backend,
    ) -> Result<Self, Error> {
        let question = Question {
            condition: Condition::AtLeast(min_number),
            skip_empty: false,
            skip_last_empty: false,
            reset: reset.bytes(),
            quotes: None,
            closing: ByteSet::EMPTY,
        };
        Self::make(needle, question, backend)
    }

    fn make(needle: Needle<'_>, question: Question, backend: Backend) -> Result<Self, Error> {
        let needle = needle.compile(&question.reset)?;
        Ok(Self { plan: Shared::try_new(Plan::new(backend, needle, question)?)? })
    }

    pub(crate) fn from_plan(plan: Shared<Plan>) -> Self {
        Self { plan }
    }

    pub(crate) fn into_plan(self) -> Shared<Plan> {
        self.plan
    }

    pub(crate) fn plan(&self) -> &Shared<Plan> {
        &self.plan
    }

    /// What a segment's count has to satisfy.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.plan.question().condition
    }

    /// The number that a segment's count has to reach, or the least of the condition's range.
    #[must_use]
    pub fn min_number(&self) -> u64 {
        match self.condition() {
            Condition::AtLeast(min_number)
            | Condition::Outside { min_number, .. }
            | Condition::Within { min_number, .. } => min_number,
        }
    }

    /// Whether any segment of `data` matches. Stops at the first match.
    #[must_use]
    #[inline]
    pub fn has_count(&self, data: &[u8]) -> bool {
        self.plan.has_count(data)
    }

    /// The first match.
    #[must_use]
    pub fn find(&self, data: &[u8]) -> Option<Match> {
        let mut first = None;
        self.plan.find(data, Place::START, &mut |found| {
            first = Some(found);
            false
        });
        first
    }

    /// All matches, in order: one for each segment that matches.
    #[must_use]
    pub fn matches<'a>(&'a self, data: &'a [u8]) -> Matches<'a> {
        Matches::new(self, data)
    }

    /// Writes to `matches` the matches of the segments behind `after`, an earlier match in the same
    /// data, or from the start. Returns their number, which is less than the length of `matches`
    /// only if no more follow.
    ///
    /// # Errors
    ///
    /// [`Error::NotAMatch`] if `after` cannot be a match of this counter in this data. Not every
    /// wrong match is recognized; after one that is not, the matches are meaningless.
    pub fn find_many(
        &self,
        data: &[u8],
        after: Option<&Match>,
        matches: &mut [Match],
    ) -> Result<usize, Error> {
        let mut found = 0;
        self.find_each(data, after, matches.len(), |next| {
            matches[found] = next;
            found += 1;
        })?;
        Ok(found)
    }

    /// Passes at most `limit` matches behind `after` to `sink`.
    pub(crate) fn find_each(
        &self,
        data: &[u8],
        after: Option<&Match>,
        limit: usize,
        mut sink: impl FnMut(Match),
    ) -> Result<(), Error> {
        let (from, place) = match after {
            None => (0, Place::START),
            Some(after) => {
                self.check_match(data, after)?;
                if !self.plan.is_plain() {
                    (after.end as usize, self.place_behind(data, after))
                } else if let Some(reset) = self.plan.first_reset(data, after.end as usize) {
                    // The next segment begins at this reset byte.
                    let (from, open) = self.segment_at(reset, after);
                    (from, Place { open, ..Place::START })
                } else {
                    return Ok(());
                }
            }
        };
        let mut left = limit;
        if left > 0 {
            self.plan.find(&data[from..], place, &mut |found| {
                sink(found);
                left -= 1;
                left > 0
            });
        }
        Ok(())
    }

    /// Where to continue for the segment that begins at the byte `reset`, the first behind `after`.
    fn segment_at(&self, reset: usize, after: &Match) -> (usize, OpenSegment) {
        if self.min_number() == 0 {
            let start = reset as u64 + 1;
            let segment = after.segment + 1;
            (reset + 1, OpenSegment { base: start, segment, start, count: 0 })
        } else {
            // The data is read from the reset byte on, since that may be a hit.
            let Match { segment, start, .. } = *after;
            (reset, OpenSegment { base: reset as u64, segment, start, count: 0 })
        }
    }

    /// The end of a match, in the segment that has been reported. A match ends behind a byte that
    /// no quote hides, or before one that resets.
    fn place_behind(&self, data: &[u8], after: &Match) -> Place {
        let Match { segment, start, end, count } = *after;
        let quotes = match self.plan.rules().criterion {
            Criterion::Reach(_) => self.plan.state_behind(data[end as usize - 1]),
            Criterion::Always => QuoteState::Start,
            // Outside quotes. What a field is does not matter to a reset byte.
            Criterion::Final { .. } => {
                self.plan.state_behind(data.get(end as usize).copied().unwrap_or(0))
            }
        };
        let open = OpenSegment { base: end, segment, start, count };
        Place { open, is_reported: true, quotes, opened: 0 }
    }

    /// Refuses what cannot be a match in `data`, as far as that shows without counting again.
    fn check_match(&self, data: &[u8], found: &Match) -> Result<(), Error> {
        let Match { segment, start, end, count } = *found;
        let is_inside = start <= end && end <= data.len() as u64;
        let resets = self.plan.resets();
        let is_start = match start {
            0 => segment == 0,
            // Each earlier segment has its reset byte before `start`, the last one right before.
            _ => {
                is_inside && segment > 0 && segment <= start && {
                    resets.contains(data[start as usize - 1])
                }
            }
        };
        let is_match = is_inside
            && match self.plan.rules().criterion {
                Criterion::Always => end == start && count == 0,
                Criterion::Reach(number) => end > 0 && count == number,
                // The first hit of a segment may be the reset byte before it.
                Criterion::Final { low, high, is_inside } => {
                    (low..=high).contains(&count) == is_inside
                        && count <= end - start + 1
                        && data.get(end as usize).is_none_or(|&byte| resets.contains(byte))
                }
            };
        if is_match && is_start { Ok(()) } else { Err(Error::NotAMatch) }
    }

    /// The number of hits in `data`, in whatever segments.
    #[must_use]
    pub fn count(&self, data: &[u8]) -> u64 {
        self.plan.count_visible(data)
    }

    /// The largest count of a segment of `data`.
    #[must_use]
    pub fn max_count(&self, data: &[u8]) -> u64 {
        self.plan.max_count(data)
    }

    /// The number of segments of `data` that match.
    #[must_use]
    pub fn matching_segments(&self, data: &[u8]) -> u64 {
        self.plan.matching_segments(data)
    }

    /// The number of segments of `data` that start with the needle: whose first bytes are the string,
    /// or whose first byte is in the set. White space that the rule `trim` names is left out before.
    ///
    /// A segment is its bytes, without the reset bytes around it. As with Python's `startswith`, it
    /// does not matter whether [`count`](Self::count) counts that occurrence; nor do the number, the
    /// condition and closing bytes matter. An occurrence that quotes hide does not count, and no
    /// white space is left out that has a quote or an escape in it.
    ///
    /// ```
    /// use tally::{Counter, Reset, WordRule};
    ///
    /// let bullets = Counter::new('-', 1, Reset::Newlines)?;
    /// let list = b"- one\n  - two\nthree";
    /// assert_eq!(bullets.starting_segments(list, None), 1);
    /// assert_eq!(bullets.starting_segments(list, Some(WordRule::Ascii)), 2);
    /// # Ok::<(), tally::Error>(())
    /// ```
    #[must_use]
    pub fn starting_segments(&self, data: &[u8], trim: Option<WordRule>) -> u64 {
        self.plan.edge_segments(data, Edge::Start, trim)
    }

    /// The number of segments of `data` that end with the needle, as
    /// [`starting_segments`](Self::starting_segments) has it; white space behind it is left out.
    ///
    /// ```
    /// use tally::{Counter, Reset, WordRule};
    ///
    /// let dots = Counter::new("...", 1, Reset::Newlines)?;
    /// assert_eq!(dots.ending_segments(b"more ....\r\nand more...", Some(WordRule::Ascii)), 2);
    /// # Ok::<(), tally::Error>(())
    /// ```
    #[must_use]
    pub fn ending_segments(&self, data: &[u8], trim: Option<WordRule>) -> u64 {
        self.plan.edge_segments(data, Edge::End, trim)
    }

    /// The offset of the quote that is still open at the end of `data`, if one is.
    #[must_use]
    pub fn unclosed_quote(&self, data: &[u8]) -> Option<u64> {
        self.plan.unclosed_quote(data)
    }

    /// [`has_count`](Self::has_count) on `threads` threads, the calling one included. The first
    /// match stops all of them.
    ///
    /// Threads pay from some megabytes on. Below two megabytes none is started, and never more
    /// than 1024. If a thread cannot be started, the others do its work. The answer is always that
    /// of `has_count`. The threads, and needles of several bytes, take some memory; if there is
    /// none, the calling thread works alone.
    #[must_use]
    pub fn has_count_threads(&self, data: &[u8], threads: NonZeroUsize) -> bool {
        self.find_threads(data, threads).is_some()
    }

    /// [`find`](Self::find) on several threads, as
    /// [`has_count_threads`](Self::has_count_threads): the first match in the data, whichever
    /// thread finds one first.
    #[must_use]
    pub fn find_threads(&self, data: &[u8], threads: NonZeroUsize) -> Option<Match> {
        let parts = Parts::new(&self.plan, data, threads);
        match parts.map(|parts| parts.find()) {
            Some(Ok(found)) => found,
            Some(Err(_)) | None => self.find(data),
        }
    }

    /// [`count`](Self::count) on several threads, as
    /// [`has_count_threads`](Self::has_count_threads).
    #[must_use]
    pub fn count_threads(&self, data: &[u8], threads: NonZeroUsize) -> u64 {
        let parts = Parts::new(&self.plan, data, threads);
        let totals = parts.and_then(|parts| parts.totals(Metrics::Count));
        totals.map_or_else(|| self.count(data), |totals| totals.count)
    }

    /// [`max_count`](Self::max_count) on several threads, as
    /// [`has_count_threads`](Self::has_count_threads).
    #[must_use]
    pub fn max_count_threads(&self, data: &[u8], threads: NonZeroUsize) -> u64 {
        let parts = Parts::new(&self.plan, data, threads);
        let totals = parts.and_then(|parts| parts.totals(Metrics::MaxCount));
        totals.map_or_else(|| self.max_count(data), |totals| totals.max_count)
    }

    /// [`matching_segments`](Self::matching_segments) on several threads, as
    /// [`has_count_threads`](Self::has_count_threads).
    #[must_use]
    pub fn matching_segments_threads(&self, data: &[u8], threads: NonZeroUsize) -> u64 {
        let parts = Parts::new(&self.plan, data, threads);
        let totals = parts.and_then(|parts| parts.totals(Metrics::MatchingSegments));
        totals.map_or_else(|| self.matching_segments(data), |totals| totals.matching_segments)
    }
}

/// Two counters are equal if they ask the same question, on whatever backends.
impl PartialEq for Counter {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (&self.plan, &other.plan);
        one.question() == other.question()
            && one.needle().set() == other.needle().set()
            && one.needle().string() == other.needle().string()
    }
}

impl Eq for Counter {}

impl fmt::Debug for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let needle = self.plan.needle();
        let mut debug = f.debug_struct("Counter");
        match needle.string() {
            Some(string) => debug.field("string", &string.escape_ascii().to_string()),
            None => debug.field("any_of", &needle.set()),
        };
        let Question { condition, reset, skip_empty, skip_last_empty, quotes, closing } =
            self.plan.question();
        debug.field("condition", condition).field("reset", reset);
        if *skip_empty || *skip_last_empty {
            debug.field("skip_empty", skip_empty).field("skip_last_empty", skip_last_empty);
        }
        if let Some(quotes) = quotes {
            debug.field("quotes", quotes);
        }
        if !closing.is_empty() {
            debug.field("closing", closing);
        }
        debug.finish()
    }
}

/// The matches of a [`Counter`] in some data, in order: one for each segment that matches. Made by
/// [`Counter::matches`].
#[derive(Clone, Debug)]
pub struct Matches<'a> {
    counter: &'a Counter,
    data: &'a [u8],
    /// Matches are fetched several at a time; the first fetch is for one, since it may be enough.
    fetched: [Match; MAX_FETCHED],
    next: usize,
    len: usize,
    capacity: usize,
}

/// The largest number of matches fetched at a time.
const MAX_FETCHED: usize = 16;

impl<'a> Matches<'a> {
    fn new(counter: &'a Counter, data: &'a [u8]) -> Self {
        Self {
            counter,
            data,
            fetched: [Match::default(); MAX_FETCHED],
            next: 0,
            len: 0,
            capacity: 0,
        }
    }

    fn fetch(&mut self) {
        let last = self.fetched[..self.len].last().copied();
        self.capacity = (self.capacity * 4).clamp(1, MAX_FETCHED);
        let room = &mut self.fetched[..self.capacity];
        // `last` is a match of this counter in this data, so there is no error.
        self.len = self.counter.find_many(self.data, last.as_ref(), room).unwrap_or(0);
        self.next = 0;
    }
}

impl Iterator for Matches<'_> {
    type Item = Match;

    fn next(&mut self) -> Option<Match> {
        // If the last fetch was not full, no more matches follow.
        if self.next == self.capacity {
            self.fetch();
        }
        let found = *self.fetched[..self.len].get(self.next)?;
        self.next += 1;
        Some(found)
    }
}

impl FusedIterator for Matches<'_> {}
