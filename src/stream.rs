use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::bytes::Match;
use crate::chunk::{Chunked, Cursor, RecordCursor};
use crate::counter::Counter;
use crate::engine::Criterion;
use crate::error::Error;
use crate::io::{Consumer, FileSource, ReadError, ReadOptions, ReaderSource, read};
use crate::sys::open;

/// Incremental search: feed chunks until a segment matches, or find all matches, chunk by chunk.
///
/// The answer is that for all data fed so far, as if it were one piece: needles that the edge of a
/// chunk cuts are counted once. Chunks may have any length, 0 included.
///
/// - With [`feed`](Self::feed) the stream stops at the first match, and processes no
///   more data.
/// - With [`find`](Self::find) it goes on, and returns every match.
///
/// [`finish`](Self::finish) says that the data ends here. Conditions on the final count need that
/// for the last segment.
///
/// A stream shares the memory of its counter. No call allocates, except those that read files.
///
/// ```
/// use tally::{Counter, Reset, Stream};
///
/// let mut stream = Stream::new(&Counter::new('é', 2, Reset::Newlines)?)?;
/// assert!(!stream.feed(b"\xC3\xA9t\xC3")?);
/// assert!(stream.feed(b"\xA9")?);
/// assert_eq!(stream.first_match().unwrap().end, 5);
/// # Ok::<(), tally::Error>(())
/// ```
pub struct Stream {
    counter: Counter,
    chunked: Chunked,
    search: Search,
    is_finished: bool,
    /// The first match of a stream that is fed; the last segment of one that finds all matches.
    found: Option<Match>,
}

/// How the stream is used, and how far it has come.
///
/// ```text
///         feed, plain question
///   New ------------------------> First
///    |    feed, another question
///    +--------------------------> FirstRecord
///    |    find
///    +--------------------------> All
///
/// First and FirstRecord become Stopped at the first match. A reset leads back to New.
/// ```
#[derive(Clone, Copy, Debug)]
enum Search {
    New,
    First(Cursor),
    FirstRecord(RecordCursor),
    All(RecordCursor),
    Stopped,
}

impl Stream {
    /// A stream for the counter's question. For a needle of several bytes, it takes eight bytes of
    /// memory for each of them.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn new(counter: &Counter) -> Result<Self, Error> {
        let chunked = Chunked::new(counter.plan())?;
        let counter = counter.clone();
        let mut stream =
            Self { counter, chunked, search: Search::New, is_finished: false, found: None };
        stream.reset();
        Ok(stream)
    }

    /// The counter that the stream was made of.
    #[must_use]
    pub fn counter(&self) -> &Counter {
        &self.counter
    }

    /// Processes the next chunk, and returns whether a segment has matched so far.
    ///
    /// # Errors
    ///
    /// [`Error::Finished`] behind [`finish`](Self::finish), and [`Error::OtherSearch`] if
    /// [`find`](Self::find) was used, until the stream is reset.
    pub fn feed(&mut self, data: &[u8]) -> Result<bool, Error> {
        self.begin_feeding()?;
        let Self { search, chunked, found, .. } = self;
        match search {
            Search::First(cursor) => *found = cursor.advance(chunked, data),
            Search::FirstRecord(cursor) => {
                cursor.advance(chunked, data, &mut |first| {
                    *found = Some(first);
                    false
                });
            }
            Search::New | Search::All(_) | Search::Stopped => {}
        }
        if found.is_some() {
            *search = Search::Stopped;
        }
        Ok(self.matched())
    }

    /// Chooses how the stream is used, if that is open.
    pub(crate) fn begin_feeding(&mut self) -> Result<(), Error> {
        match self.search {
            _ if self.is_finished => Err(Error::Finished),
            Search::All(_) => Err(Error::OtherSearch),
            Search::New if self.found.is_some() => {
                self.search = Search::Stopped;
                Ok(())
            }
            Search::New if self.chunked.plan().is_plain() => {
                self.search = Search::First(Cursor::START);
                Ok(())
            }
            Search::New => {
                self.search = Search::FirstRecord(RecordCursor::START);
                Ok(())
            }
            Search::First(_) | Search::FirstRecord(_) | Search::Stopped => Ok(()),
        }
    }

    /// Processes the next chunk up to the match that fills `matches`, or to its end. Returns how
    /// many matches were written, and how many bytes of the chunk were used: the next call has to
    /// continue with the rest. If there is room left, all bytes were used.
    ///
    /// What [`finish`](Self::finish) still finds is then [`first_match`](Self::first_match).
    ///
    /// ```
    /// use tally::{CounterOptions, Match, Reset, Stream};
    ///
    /// let counter = CounterOptions::new(',').outside(1..=1).reset(Reset::Newlines).build()?;
    /// let mut stream = Stream::new(&counter)?;
    /// let mut matches = [Match::default(); 8];
    /// let (found, used) = stream.find(b"a,b\nc\nd,e,f", &mut matches)?;
    /// assert_eq!((found, used, matches[0].segment), (1, 11, 1));
    /// assert!(stream.finish()?);
    /// assert_eq!(stream.first_match().unwrap().count, 2);
    /// # Ok::<(), tally::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Finished`] behind [`finish`](Self::finish), and [`Error::OtherSearch`] if
    /// [`feed`](Self::feed) was used, until the stream is reset.
    pub fn find(&mut self, data: &[u8], matches: &mut [Match]) -> Result<(usize, usize), Error> {
        let mut found = 0;
        let used = self.find_each(data, matches.len(), |next| {
            matches[found] = next;
            found += 1;
        })?;
        Ok((found, used))
    }

    /// [`find`](Self::find), which passes at most `limit` matches to `sink` and returns how many
    /// bytes were used.
    pub(crate) fn find_each(
        &mut self,
        data: &[u8],
        limit: usize,
        mut sink: impl FnMut(Match),
    ) -> Result<usize, Error> {
        match self.search {
            _ if self.is_finished => return Err(Error::Finished),
            Search::First(_) | Search::FirstRecord(_) | Search::Stopped => {
                return Err(Error::OtherSearch);
            }
            Search::All(_) => {}
            Search::New => {
                self.search = Search::All(RecordCursor::START);
                // Segment 0 is passed on like any other.
                self.found = None;
            }
        }
        let mut left = limit;
        let used = match &mut self.search {
            Search::All(cursor) if limit > 0 => cursor.advance(&self.chunked, data, &mut |found| {
                sink(found);
                left -= 1;
                left > 0
            }),
            // There is no room for a match.
            _ => Some(0),
        };
        Ok(used.unwrap_or(data.len()))
    }

    /// The data ends here: judges the last segment, and returns whether a segment has matched; for a
    /// stream that finds all matches, whether the last one matches that was not found before. May be
    /// called again. Until the stream is reset, nothing more can be fed.
    ///
    /// # Errors
    ///
    /// None yet.
    pub fn finish(&mut self) -> Result<bool, Error> {
        crate::fault::point("finish");
        if !self.is_finished {
            if let Search::New = self.search {
                self.begin_feeding()?;
            }
            if let Search::FirstRecord(cursor) | Search::All(cursor) = &mut self.search {
                self.found = cursor.finish(&self.chunked);
            }
            self.is_finished = true;
        }
        Ok(self.matched())
    }

    /// The offset of the quote that is open at the end of the data so far, if one is. A stream that
    /// stopped at a match knows of none.
    #[must_use]
    pub fn unclosed_quote(&self) -> Option<u64> {
        match &self.search {
            Search::FirstRecord(cursor) | Search::All(cursor) => cursor.unclosed_quote(),
            Search::New | Search::First(_) | Search::Stopped => None,
        }
    }

    /// Feeds what `reader` returns, up to its end or to the first match, and returns whether a
    /// segment has matched. At most [`ReadOptions::BUFFER_SIZE`] bytes are read past the match, and
    /// none if a segment had matched before.
    ///
    /// # Errors
    ///
    /// [`ReadError`]. What was read before it is fed.
    pub fn feed_reader(
        &mut self,
        reader: impl Read,
        options: &mut ReadOptions<'_>,
    ) -> Result<bool, ReadError> {
        self.begin_feeding()?;
        read(&mut ReaderSource(reader), options, self)?;
        Ok(self.matched())
    }

    /// [`feed_reader`](Self::feed_reader) for the file at `path`: a regular file, a named pipe, a
    /// device. If a segment had matched before, the file is not even opened.
    ///
    /// # Errors
    ///
    /// As [`feed_reader`](Self::feed_reader).
    pub fn feed_file(
        &mut self,
        path: impl AsRef<Path>,
        options: &mut ReadOptions<'_>,
    ) -> Result<bool, ReadError> {
        self.begin_feeding()?;
        if !self.matched() {
            self.feed_open_file(&open(path.as_ref())?, options)?;
        }
        Ok(self.matched())
    }

    /// [`feed_file`](Self::feed_file) for an open file, from its position on.
    pub(crate) fn feed_open_file(
        &mut self,
        file: &File,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        self.begin_feeding()?;
        read(&mut FileSource::new(file), options, self)
    }

    /// Whether a segment has matched.
    #[must_use]
    pub fn matched(&self) -> bool {
        self.found.is_some()
    }

    /// The first match, if a segment has matched; offsets are from the first byte ever fed. Of a
    /// stream that finds all matches, the one that [`finish`](Self::finish) found.
    #[must_use]
    pub fn first_match(&self) -> Option<Match> {
        self.found
    }

    /// Starts again, as if nothing had been fed.
    pub fn reset(&mut self) {
        self.search = Search::New;
        self.is_finished = false;
        // Every segment reaches 0, the first one at once.
        let plan = self.chunked.plan();
        let matches_at_once = plan.rules().criterion == Criterion::Always
            && !plan.rules().skip_empty
            && !plan.rules().skip_last_empty;
        self.found = matches_at_once.then(Match::default);
    }
}

impl Consumer for Stream {
    fn consume(&mut self, data: &[u8]) -> bool {
        // Whether the stream may be fed was found out before reading.
        !self.feed(data).unwrap_or(true)
    }

    fn wants_data(&self) -> bool {
        !self.matched()
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream")
            .field("counter", &self.counter)
            .field("search", &self.search)
            .field("found", &self.found)
            .finish_non_exhaustive()
    }
}
