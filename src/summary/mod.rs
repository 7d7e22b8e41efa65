mod state;

use crate::Error;
use crate::counter::Counter;
use crate::edge::{Crossing, Edge};
use crate::engine::Plan;
use crate::read::Feed;
use crate::stream::piece;

/// All counts of a [`Counter`]'s question, found on one way through data that comes in chunks.
/// Made by [`Counter::summary`].
///
/// Summaries of the parts of a text can be [merged](Self::merge) to that of the whole, wherever it
/// was cut: so parts can be counted on different threads or machines. Between processes and machines
/// a summary travels as its [state](Self::save).
///
/// No call allocates but those that read files, and those that save and load.
///
/// ```
/// use tally::{Counter, Reset};
///
/// let counter = Counter::new('c', 2, Reset::Newlines)?;
/// let (mut left, mut right) = (counter.summary()?, counter.summary()?);
/// left.feed(b"a\nc");
/// right.feed(b"c\ncc");
/// left.merge(&right)?;
///
/// let totals = left.totals();
/// assert_eq!((totals.bytes, totals.count, totals.max_count), (7, 4, 2));
/// assert_eq!((totals.segments, totals.segments_reached), (3, 2));
/// # Ok::<(), tally::Error>(())
/// ```
#[derive(Debug)]
pub struct Summary {
    counter: Counter,
    edge: Option<Edge>,
    part: Part,
    /// The first bytes of the data, up to [`Part::most_kept`].
    kept: Vec<u8>,
}

/// What a [`Summary`] has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Totals {
    /// The length of the data.
    pub bytes: u64,
    /// How often it occurs, whatever the segments.
    pub count: u64,
    /// The largest count in one segment.
    pub max_count: u64,
    /// How many segments there are: one more than there are reset bytes.
    pub segments: u64,
    /// How many segments reach the number.
    pub segments_reached: u64,
}

/// The most bytes that merged parts may have together. To feed as many again takes lifetimes, so
/// no count ever overflows.
const MOST_BYTES: u64 = 1 << 62;

impl Counter {
    /// A summary for this question, of no data yet, with a copy of the counter. For a string of
    /// bytes, it takes some memory more for each of them: up to 14 bytes.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn summary(&self) -> Result<Summary, Error> {
        let edge = self.edge()?;
        let mut kept = Vec::new();
        let most = edge.as_ref().map_or(0, Part::most_kept);
        kept.try_reserve_exact(most).map_err(|_| Error::OutOfMemory)?;
        Ok(Summary { counter: self.try_clone()?, edge, part: Part::EMPTY, kept })
    }
}

impl Summary {
    /// Takes the next chunk of the data.
    pub fn feed(&mut self, data: &[u8]) {
        self.keep(data);
        let work =
            Work { plan: self.counter.plan(), edge: self.edge.as_ref(), wanted: Wanted::All };
        self.part.feed(&work, data);
    }

    /// Keeps the first bytes of the data; `data` is the next.
    fn keep(&mut self, data: &[u8]) {
        let room = self.edge.as_ref().map_or(0, Part::most_kept) - self.kept.len();
        self.kept.extend_from_slice(&data[..room.min(data.len())]);
    }

    /// Takes what `right` has counted, whose data follows this summary's: both are as one that was
    /// fed all.
    ///
    /// A character or string that the cut between them splits is found, and the segment that it
    /// splits is one again. It does not matter in which order neighbours are merged. The parts may
    /// have been counted on different processors.
    ///
    /// **Strings that can overlap themselves**, as `aa` in `aaa`, are counted from left to right,
    /// each behind the end of the one before. Where one lies across the cut, counting goes on
    /// behind its end, `e` bytes into `right`. But `right` has counted from its own start. Both
    /// ways of counting mostly come together soon, at the first reset at the latest, and find the
    /// same from there on. `right` remembers its first bytes, four times as many as the string has
    /// but at least 256, and sees what happens there. If it has more bytes than it remembers, and
    /// both ways have not come together within those, then the answer cannot be known, and merging
    /// is refused. (Have come together: by then, both have left open the same beginning of the
    /// string, if any.) For what cannot overlap itself, characters and sets of bytes among it,
    /// merging always works.
    ///
    /// # Errors
    ///
    /// [`Error::DifferentCounters`] where `right` asks something else; [`Error::Overlap`] as above;
    /// [`Error::TooLong`] for more than 2⁶² bytes together. This summary is then as it was.
    pub fn merge(&mut self, right: &Summary) -> Result<(), Error> {
        if !self.counter.asks_the_same(&right.counter) {
            return Err(Error::DifferentCounters);
        }
        self.merge_part(&right.part, &right.kept)
    }

    /// [`merge`](Self::merge) with itself.
    ///
    /// # Errors
    ///
    /// As [`merge`](Self::merge), and [`Error::OutOfMemory`].
    pub(crate) fn double(&mut self) -> Result<(), Error> {
        let kept = crate::engine::try_copy(&self.kept)?;
        let part = self.part;
        self.merge_part(&part, &kept)
    }

    pub(crate) fn counter(&self) -> &Counter {
        &self.counter
    }

    pub(crate) fn edge(&self) -> Option<&Edge> {
        self.edge.as_ref()
    }

    pub(crate) fn merge_part(&mut self, right: &Part, kept: &[u8]) -> Result<(), Error> {
        let work =
            Work { plan: self.counter.plan(), edge: self.edge.as_ref(), wanted: Wanted::All };
        self.part = self.part.merged(&work, right, kept)?;
        self.keep(kept);
        Ok(())
    }

    /// What is counted so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.part.totals(self.counter.min_number())
    }

    /// Starts again, as if nothing were fed.
    pub fn reset(&mut self) {
        self.part = Part::EMPTY;
        self.kept.clear();
    }
}

impl Feed for Summary {
    fn feed(&mut self, data: &[u8]) -> bool {
        Self::feed(self, data);
        false
    }

    fn is_done(&self) -> bool {
        false
    }
}

/// What is to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    All,
    Count,
    MaxCount,
    SegmentsReached,
    /// Whether a segment reaches the number, and how many there are before.
    FirstMatch,
}

/// How parts are counted.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) edge: Option<&'a Edge>,
    pub(crate) wanted: Wanted,
}

/// What is known of a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    bytes: u64,
    count: u64,
    resets: u64,
    /// The count of the first segment, once another follows.
    first: Option<u64>,
    /// The count of the segment that is open at the end.
    open: u64,
    /// The largest count behind the first segment, and how many segments reach the number there.
    max_count: u64,
    reached: u64,
    /// How many of the first bytes of a string the data ends with (see [`Edge`]).
    matched: usize,
}

impl Part {
    pub(crate) const EMPTY: Self = Self {
        bytes: 0,
        count: 0,
        resets: 0,
        first: None,
        open: 0,
        max_count: 0,
        reached: 0,
        matched: 0,
    };

    /// How many of a part's first bytes have to be known for merging it with the one before.
    pub(crate) fn most_kept(edge: &Edge) -> usize {
        if edge.overlaps() { edge.len().saturating_mul(4).max(256) } else { edge.len() - 1 }
    }

    /// Goes on with `data`.
    pub(crate) fn feed(&mut self, work: &Work<'_>, data: &[u8]) {
        for data in data.chunks(piece(work.edge)) {
            self.bytes += data.len() as u64;
            match work.edge {
                Some(edge) => self.feed_piece(work, edge, data),
                None => self.feed_behind(work, data),
            }
        }
    }

    fn feed_piece(&mut self, work: &Work<'_>, edge: &Edge, mut data: &[u8]) {
        match edge.cross(self.matched, data) {
            Crossing::Complete(end) => {
                data = &data[end..];
                self.count += 1;
                self.open += 1;
                if self.first.is_some() {
                    self.max_count = self.max_count.max(self.open);
                    self.reached += u64::from(self.open == work.plan.min_number());
                }
            }
            Crossing::Broken => {}
            Crossing::Open(matched) => {
                self.matched = matched;
                return;
            }
        }
        self.feed_behind(work, data);
        self.matched = edge.matched_at_end(work.plan, data);
    }

    /// Goes on with `data`, in which nothing begun before it is completed.
    fn feed_behind(&mut self, work: &Work<'_>, mut data: &[u8]) {
        let Work { plan, wanted, .. } = *work;
        if self.first.is_none() {
            let reset = match wanted {
                Wanted::Count => None,
                _ => plan.first_reset(data, 0),
            };
            let count = plan.count(&data[..reset.unwrap_or(data.len())]);
            self.count += count;
            self.open += count;
            let Some(reset) = reset else { return };
            self.first = Some(self.open);
            self.open = 0;
            // It is read from its reset byte on, which may count.
            data = &data[reset..];
        }
        let number = plan.min_number();
        if matches!(wanted, Wanted::All | Wanted::FirstMatch) {
            self.resets += plan.count_resets(data);
        }
        if wanted == Wanted::All {
            self.count += plan.count(data);
        }
        if matches!(wanted, Wanted::All | Wanted::MaxCount) {
            self.max_count = plan.max_count_from(data, self.open, self.max_count);
        }
        let could_reach = match wanted {
            Wanted::All => self.max_count >= number,
            Wanted::SegmentsReached | Wanted::FirstMatch => true,
            Wanted::Count | Wanted::MaxCount => false,
        };
        if could_reach && number > 0 {
            let (reached, open) = plan.matching_segments_from(data, self.open);
            self.reached += reached;
            self.open = open;
        } else {
            self.open = plan.count_at_end(data, self.open);
        }
    }

    /// This part and `right`, which follows it and starts with the bytes `kept`: so many as
    /// [`most_kept`](Self::most_kept) says, or all.
    pub(crate) fn merged(&self, work: &Work<'_>, right: &Self, kept: &[u8]) -> Result<Self, Error> {
        let bytes = self.bytes.saturating_add(right.bytes);
        if bytes > MOST_BYTES {
            return Err(Error::TooLong);
        }
        // How many more there are in the segment that the cut splits, and how many less.
        let (mut more, mut less) = (0, 0);
        if let Some(edge) = work.edge {
            if right.bytes <= kept.len() as u64 {
                let mut whole = *self;
                whole.feed(work, kept);
                return Ok(whole);
            }
            if let Crossing::Complete(end) = edge.cross(self.matched, kept) {
                let (counted, counts) = edge.meet(kept, end).ok_or(Error::Overlap)?;
                more = 1 + counts;
                less = counted;
            }
        }
        let joined = self.open + right.in_first() + more - less;
        let number = work.plan.min_number();
        let mut whole = Self {
            bytes,
            count: self.count + right.count + more - less,
            resets: self.resets + right.resets,
            matched: right.matched,
            ..*right
        };
        if self.first.is_some() {
            // The segment was counted, as far as it had come.
            let reached = u64::from(joined >= number) - u64::from(self.open >= number);
            whole.first = self.first;
            whole.max_count = self.max_count.max(right.max_count).max(joined);
            whole.reached = self.reached + right.reached + reached;
        } else if right.first.is_some() {
            whole.first = Some(joined);
        }
        if right.first.is_none() {
            whole.open = joined;
        }
        Ok(whole)
    }

    /// The count of the first segment.
    fn in_first(&self) -> u64 {
        self.first.unwrap_or(self.open)
    }

    pub(crate) fn resets(&self) -> u64 {
        self.resets
    }

    pub(crate) fn open(&self) -> u64 {
        self.open
    }

    pub(crate) fn matched(&self) -> usize {
        self.matched
    }

    pub(crate) fn totals(&self, number: u64) -> Totals {
        let first = self.in_first();
        let segments = self.resets + 1;
        Totals {
            bytes: self.bytes,
            count: self.count,
            max_count: self.max_count.max(first),
            segments,
            segments_reached: match number {
                0 => segments,
                _ => self.reached + u64::from(first >= number),
            },
        }
    }
}
