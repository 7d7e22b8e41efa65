//! What is asked, and the exact answer.

mod byte_set;
mod matches;
mod reset;
mod what;

pub use byte_set::ByteSet;
pub use matches::{Match, Matches};
pub use reset::Reset;
pub use what::What;

use std::sync::Arc;

use crate::Error;
use crate::edge::Edge;
use crate::engine::{Backend, Needle, OpenSegment, Plan, try_copy};

/// A question: does *what* occur at least `min_number` times in a segment of some data?
///
/// A counter is made once and asked about any data, from any number of threads. It never changes,
/// and no question about data allocates.
///
/// **Segments.** Each reset byte ends one segment and opens the next, at the offset behind it; the
/// count starts again at 0 there. There is one segment more than there are reset bytes. At each
/// byte the reset comes first, then the count, then the comparison: a byte that is counted and
/// resets is the first hit of the segment it opens.
///
/// **Reaching.** A segment reaches the number when its count is at least that. Every segment
/// reaches 0, the empty one of empty data included.
///
/// ```
/// use tally::{Counter, Reset};
///
/// let counter = Counter::new('c', 3, Reset::Newlines)?;
/// assert!(counter.has_count(b"hello-c-c-c-goodbye"));
/// assert!(!counter.has_count(b"hello-c-c-\nc-goodbye"));
///
/// let found = counter.find(b"c\nc, c, c!").unwrap();
/// assert_eq!((found.segment, found.start, found.end), (1, 2, 9));
/// # Ok::<(), tally::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Counter {
    sought: Sought,
    resets: ByteSet,
    plan: Arc<Plan>,
}

/// What is counted, in the one form that all ways of saying it have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sought {
    AnyOf(ByteSet),
    /// At least two bytes.
    String(Arc<Vec<u8>>),
}

impl Sought {
    fn new(what: What<'_>) -> Result<Self, Error> {
        let mut room = [0; 4];
        let string = match what {
            What::Character(character) => what::utf8(character, &mut room),
            What::Bytes(bytes) => bytes,
            What::AnyOf(set) => return Ok(Self::AnyOf(set)),
        };
        match string {
            [byte] => Ok(Self::AnyOf(ByteSet::EMPTY.with(*byte))),
            _ => Ok(Self::String(Arc::new(try_copy(string)?))),
        }
    }

    fn needle(&self) -> Result<Needle, Error> {
        match self {
            Self::AnyOf(set) => Ok(Needle::any_of(set)),
            Self::String(string) => Needle::string(string),
        }
    }
}

impl Counter {
    /// A counter of `what` in segments that `reset` ends.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyWhat`] for a string or set without a byte, [`Error::ResetInWhat`] for a
    /// character or string of several bytes of which one is a reset byte, and
    /// [`Error::OutOfMemory`].
    pub fn new<'a>(
        what: impl Into<What<'a>>,
        min_number: u64,
        reset: impl Into<Reset>,
    ) -> Result<Self, Error> {
        Self::with_backend(Backend::chosen(), what.into(), min_number, reset.into())
    }

    /// [`Counter::new`] on a backend of choice, or `None` where this processor does not have it:
    /// what tests and benchmarks compare backends with. Not part of the stable interface.
    ///
    /// # Errors
    ///
    /// As [`Counter::new`].
    #[doc(hidden)]
    pub fn new_on<'a>(
        backend: &str,
        what: impl Into<What<'a>>,
        min_number: u64,
        reset: impl Into<Reset>,
    ) -> Result<Option<Self>, Error> {
        Backend::named(backend)
            .map(|backend| Self::with_backend(backend, what.into(), min_number, reset.into()))
            .transpose()
    }

    fn with_backend(
        backend: Backend,
        what: What<'_>,
        min_number: u64,
        reset: Reset,
    ) -> Result<Self, Error> {
        let resets = reset.bytes();
        what.check(&resets)?;
        let sought = Sought::new(what)?;
        let plan = Plan::new(backend, sought.needle()?, min_number, &resets);
        Ok(Self { sought, resets, plan: Arc::new(plan) })
    }

    /// A copy, where there is the memory for one.
    pub(crate) fn try_clone(&self) -> Result<Self, Error> {
        Ok(self.clone())
    }

    /// Whether `other` asks the same question.
    pub(crate) fn asks_the_same(&self, other: &Self) -> bool {
        self.sought == other.sought
            && self.resets == other.resets
            && self.min_number() == other.min_number()
    }

    /// The set that is counted, or the string of at least two bytes; the other one is empty.
    pub(crate) fn set_or_string(&self) -> (ByteSet, &[u8]) {
        match &self.sought {
            Sought::AnyOf(set) => (*set, &[]),
            Sought::String(string) => (ByteSet::EMPTY, string),
        }
    }

    pub(crate) fn resets(&self) -> ByteSet {
        self.resets
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What finds a string that the edge of a chunk cuts; single bytes need none.
    pub(crate) fn edge(&self) -> Result<Option<Edge>, Error> {
        match &self.sought {
            Sought::AnyOf(_) => Ok(None),
            Sought::String(string) => Edge::new(Arc::clone(string)).map(Some),
        }
    }

    /// The number that a segment has to reach.
    #[must_use]
    pub fn min_number(&self) -> u64 {
        self.plan.min_number()
    }

    /// Whether any segment of `data` reaches the number. Reads no further than it must.
    #[must_use]
    pub fn has_count(&self, data: &[u8]) -> bool {
        self.plan.has_count(data)
    }

    /// The first match: where the first segment to reach the number does so.
    #[must_use]
    pub fn find(&self, data: &[u8]) -> Option<Match> {
        let mut first = None;
        self.plan.find(data, OpenSegment::START, &mut |found| {
            first = Some(found);
            false
        });
        first
    }

    /// All matches, one for each segment that reaches the number.
    #[must_use]
    pub fn matches<'a>(&'a self, data: &'a [u8]) -> Matches<'a> {
        Matches::new(self, data)
    }

    /// The matches behind `after`, a match found in the same data before, or from the start: as
    /// many as there are, and as `matches` has room for. Their number is returned, and so many of
    /// `matches` are written.
    ///
    /// # Errors
    ///
    /// [`Error::NoMatch`] where `after` cannot be a match of this counter in this data. Not every
    /// wrong match is noticed; from one that is not, what is found makes no sense, and that is all.
    pub fn find_many(
        &self,
        data: &[u8],
        after: Option<&Match>,
        matches: &mut [Match],
    ) -> Result<usize, Error> {
        let mut found = 0;
        let room = matches.len();
        self.find_each(data, after, room, |match_found| {
            matches[found] = match_found;
            found += 1;
        })?;
        Ok(found)
    }

    /// Gives at most `limit` matches behind `after` to `sink`.
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
                // Where the next segment opens. It is read from its reset byte on, which may count.
                let Some(reset) = self.plan.first_reset(data, after.end as usize) else {
                    return Ok(());
                };
                if self.min_number() == 0 {
                    let start = reset as u64 + 1;
                    (
                        reset + 1,
                        OpenSegment { base: start, segment: after.segment + 1, start, count: 0 },
                    )
                } else {
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

    /// Refuses what cannot be a match in `data`, as far as can be told at once.
    fn check_match(&self, data: &[u8], found: &Match) -> Result<(), Error> {
        let Match { segment, start, end } = *found;
        let in_data = start <= end && end <= data.len() as u64;
        let opened = match start {
            0 => segment == 0,
            // Each segment before has its reset byte before `start`, the last right before it.
            _ => {
                in_data && segment > 0 && segment <= start && {
                    self.resets.contains(data[start as usize - 1])
                }
            }
        };
        let counted = if self.min_number() == 0 { end == start } else { end > 0 };
        if in_data && opened && counted { Ok(()) } else { Err(Error::NoMatch) }
    }

    /// How often *what* occurs in `data`, whatever the segments.
    #[must_use]
    pub fn count(&self, data: &[u8]) -> u64 {
        self.plan.count(data)
    }

    /// The largest count in one segment of `data`.
    #[must_use]
    pub fn max_count(&self, data: &[u8]) -> u64 {
        self.plan.max_count(data)
    }

    /// How many segments of `data` reach the number.
    #[must_use]
    pub fn segments_reached(&self, data: &[u8]) -> u64 {
        self.plan.matching_segments(data)
    }
}
