//! The question, and its answers for data in memory.

mod condition;
mod needle;
mod options;
mod reset;

pub use condition::Condition;
pub use needle::Needle;
pub use options::CounterOptions;
pub use reset::Reset;

use std::fmt;
use std::iter::FusedIterator;
use std::num::NonZeroUsize;

use crate::bytes::Match;
use crate::chunk::Metrics;
use crate::engine::{Backend, OpenSegment, Plan};
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
        Self::make(needle.into(), Condition::AtLeast(min_number), reset.into(), Backend::chosen())
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
        let condition = Condition::AtLeast(min_number);
        let on = |backend| Self::make(needle.into(), condition, reset.into(), backend);
        Backend::named(backend).map(on).transpose()
    }

    fn make(
        needle: Needle<'_>,
        condition: Condition,
        reset: Reset,
        backend: Backend,
    ) -> Result<Self, Error> {
        let Condition::AtLeast(min_number) = condition;
        let resets = reset.bytes();
        let plan = Plan::new(backend, needle.compile(&resets)?, min_number, &resets);
        Ok(Self { plan: Shared::try_new(plan)? })
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

    /// The number that a segment's count has to reach.
    #[must_use]
    pub fn min_number(&self) -> u64 {
        self.plan.min_number()
    }

    /// Whether any segment of `data` matches. Stops at the first match.
    #[must_use]
    pub fn has_count(&self, data: &[u8]) -> bool {
        self.plan.has_count(data)
    }

    /// The first match.
    #[must_use]
    pub fn find(&self, data: &[u8]) -> Option<Match> {
        let mut first = None;
        self.plan.find(data, OpenSegment::START, &mut |found| {
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
        let (from, open) = match after {
            None => (0, OpenSegment::START),
            Some(after) => {
                self.check_match(data, after)?;
                // The next segment begins at this reset byte.
                let Some(reset) = self.plan.first_reset(data, after.end as usize) else {
                    return Ok(());
                };
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
        };
        let mut left = limit;
        if left > 0 {
            self.plan.find(&data[from..], open, &mut |found| {
                sink(found);
                left -= 1;
                left > 0
            });
        }
        Ok(())
    }

    /// Refuses what cannot be a match in `data`, as far as that shows without counting again.
    fn check_match(&self, data: &[u8], found: &Match) -> Result<(), Error> {
        let Match { segment, start, end, count } = *found;
        let is_inside = start <= end && end <= data.len() as u64;
        let is_start = match start {
            0 => segment == 0,
            // Each earlier segment has its reset byte before `start`, the last one right before.
            _ => {
                is_inside && segment > 0 && segment <= start && {
                    self.plan.resets().contains(data[start as usize - 1])
                }
            }
        };
        let number = self.min_number();
        let is_end = if number == 0 { end == start } else { end > 0 };
        if is_inside && is_start && is_end && count == number {
            Ok(())
        } else {
            Err(Error::NotAMatch)
        }
    }

    /// The number of hits in `data`, in whatever segments.
    #[must_use]
    pub fn count(&self, data: &[u8]) -> u64 {
        self.plan.count(data)
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
        one.min_number() == other.min_number()
            && one.resets() == other.resets()
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
        debug.field("min_number", &self.min_number()).field("reset", &self.plan.resets()).finish()
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
