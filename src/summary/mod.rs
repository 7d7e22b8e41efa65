mod column;
mod file;
mod state;

use std::fmt;
use std::io::Read;

use crate::bytes::try_copy;
use crate::chunk::{Chunked, Metrics, Partial, Totals};
use crate::counter::Counter;
use crate::error::Error;
use crate::io::{Consumer, ReadError, ReadOptions, ReaderSource, read};

/// All counts of a [`Counter`]'s question, in one pass over data that comes in chunks.
///
/// Summaries of the parts of a text can be [merged](Self::merge) to that of the whole, wherever it
/// was cut, so parts can be counted by different threads or machines. Between processes and
/// machines a summary travels as its [saved state](Self::save).
///
/// A summary shares the memory of its counter. No call allocates, except those that read files, and
/// those that save and load.
///
/// ```
/// use tally::{Counter, Reset, Summary};
///
/// let counter = Counter::new('c', 2, Reset::Newlines)?;
/// let (mut left, mut right) = (Summary::new(&counter)?, Summary::new(&counter)?);
/// left.feed(b"a\nc");
/// right.feed(b"c\ncc");
/// left.merge(&right)?;
///
/// let totals = left.totals();
/// assert_eq!((totals.bytes, totals.count, totals.max_count), (7, 4, 2));
/// assert_eq!((totals.segments, totals.matching_segments), (3, 2));
/// # Ok::<(), tally::Error>(())
/// ```
pub struct Summary {
    counter: Counter,
    chunked: Chunked,
    partial: Partial,
    /// The first bytes of the data, up to [`Chunked::head_len`]; the memory is reserved.
    head: Vec<u8>,
}

impl Summary {
    /// A summary of no data yet. For a needle of several bytes, it takes up to twelve bytes of
    /// memory for each of them, at least 256 if the needle can overlap itself.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn new(counter: &Counter) -> Result<Self, Error> {
        let chunked = Chunked::new(counter.plan())?;
        let mut head = Vec::new();
        head.try_reserve_exact(chunked.head_len()).map_err(|_| Error::NoMemory)?;
        let partial = Partial::empty(&chunked);
        Ok(Self { counter: counter.clone(), chunked, partial, head })
    }

    /// The counter that the summary was made of.
    #[must_use]
    pub fn counter(&self) -> &Counter {
        &self.counter
    }

    /// Processes the next chunk.
    pub fn feed(&mut self, data: &[u8]) {
        self.extend_head(data);
        self.partial.feed(&self.chunked, Metrics::All, data);
    }

    /// Keeps the first bytes of the data; `data` is the next of it.
    fn extend_head(&mut self, data: &[u8]) {
        let room = self.chunked.head_len() - self.head.len();
        self.head.extend_from_slice(&data[..room.min(data.len())]);
    }

    /// Feeds what `reader` returns, up to its end.
    ///
    /// # Errors
    ///
    /// [`ReadError`]. What was read before it is fed.
    pub fn feed_reader(
        &mut self,
        reader: impl Read,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        read(&mut ReaderSource(reader), options, self)
    }

    /// Adds what `right` has counted, whose data follows this summary's. The result is that of one
    /// summary that was fed both.
    ///
    /// A needle that the cut splits is found, and the segment that it splits is one again.
    /// Neighbours can be merged in any order. They may have been counted on different processors.
    ///
    /// **Merging is exact, or it fails.** The one case in which it fails concerns needles that can
    /// overlap themselves, such as `aa` in `aaa`. Their hits are counted left to right, each behind
    /// the end of the one before. If one lies across the cut and ends `e` bytes into `right`, then
    /// counting has to continue there, but `right` has counted from its own start. Both counts
    /// usually agree again soon, at the first reset byte at the latest, and find the same hits from
    /// there on. `right` keeps its first bytes, four times the length of the needle but at least
    /// 256, to follow both counts through them. If it has more bytes than that, and the counts do
    /// not agree within them, the answer is unknown, and merging fails with [`Error::Overlap`].
    ///
    /// # Errors
    ///
    /// [`Error::DifferentCounters`] if the counters ask different questions; [`Error::Overlap`] as
    /// above; [`Error::Limit`] for more than 2⁶² bytes together. The summary is then unchanged.
    pub fn merge(&mut self, right: &Summary) -> Result<(), Error> {
        if self.counter != right.counter {
            return Err(Error::DifferentCounters);
        }
        self.merge_partial(&right.partial, &right.head)
    }

    /// [`merge`](Self::merge) with itself.
    ///
    /// # Errors
    ///
    /// As [`merge`](Self::merge), and [`Error::NoMemory`].
    pub(crate) fn double(&mut self) -> Result<(), Error> {
        let (partial, head) = (self.partial, try_copy(&self.head)?);
        self.merge_partial(&partial, &head)
    }

    fn merge_partial(&mut self, right: &Partial, head: &[u8]) -> Result<(), Error> {
        self.partial = self.partial.merged(&self.chunked, Metrics::All, right, head)?;
        crate::fault::point("merged");
        self.extend_head(head);
        Ok(())
    }

    /// The counts so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.partial.totals(&self.chunked)
    }

    /// The offset of the quote that is still open at the end of the data, if one is.
    #[must_use]
    pub fn unclosed_quote(&self) -> Option<u64> {
        self.partial.unclosed_quote()
    }

    /// Starts again, as if nothing had been fed.
    pub fn reset(&mut self) {
        self.partial = Partial::empty(&self.chunked);
        self.head.clear();
    }
}

impl Consumer for Summary {
    fn consume(&mut self, data: &[u8]) -> bool {
        self.feed(data);
        true
    }

    fn wants_data(&self) -> bool {
        true
    }
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Summary")
            .field("counter", &self.counter)
            .field("totals", &self.totals())
            .finish_non_exhaustive()
    }
}
