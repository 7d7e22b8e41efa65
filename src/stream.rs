use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::bytes::Match;
use crate::chunk::{Chunked, Cursor};
use crate::counter::Counter;
use crate::error::Error;
use crate::io::{Consumer, FileSource, ReadError, ReadOptions, ReaderSource, read};
use crate::sys::open;

/// Incremental search: feed chunks until a segment matches.
///
/// The answer is that for all data fed so far, as if it were one piece: needles that the edge of a
/// chunk cuts are counted once. Chunks may have any length, 0 included. After the first match the
/// stream stays as it is and processes no more data.
///
/// A stream shares the memory of its counter. No call allocates, except those that read files.
///
/// ```
/// use tally::{Counter, Reset, Stream};
///
/// let mut stream = Stream::new(&Counter::new('é', 2, Reset::Newlines)?)?;
/// assert!(!stream.feed(b"\xC3\xA9t\xC3"));
/// assert!(stream.feed(b"\xA9"));
/// assert_eq!(stream.first_match().unwrap().end, 5);
/// # Ok::<(), tally::Error>(())
/// ```
pub struct Stream {
    counter: Counter,
    chunked: Chunked,
    cursor: Cursor,
    found: Option<Match>,
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
        let mut stream = Self { counter, chunked, cursor: Cursor::START, found: None };
        stream.reset();
        Ok(stream)
    }

    /// The counter that the stream was made of.
    #[must_use]
    pub fn counter(&self) -> &Counter {
        &self.counter
    }

    /// Processes the next chunk, and returns whether a segment has matched so far.
    pub fn feed(&mut self, data: &[u8]) -> bool {
        if self.found.is_none() {
            self.found = self.cursor.advance(&self.chunked, data);
        }
        self.matched()
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
        read(&mut FileSource::new(file), options, self)
    }

    /// Whether a segment has matched.
    #[must_use]
    pub fn matched(&self) -> bool {
        self.found.is_some()
    }

    /// The first match, if a segment has matched; offsets are from the first byte ever fed.
    #[must_use]
    pub fn first_match(&self) -> Option<Match> {
        self.found
    }

    /// Starts again, as if nothing had been fed.
    pub fn reset(&mut self) {
        self.cursor = Cursor::START;
        // Every segment reaches 0, the first one at once.
        self.found = (self.counter.min_number() == 0).then(Match::default);
    }
}

impl Consumer for Stream {
    fn consume(&mut self, data: &[u8]) -> bool {
        !self.feed(data)
    }

    fn wants_data(&self) -> bool {
        !self.matched()
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream")
            .field("counter", &self.counter)
            .field("cursor", &self.cursor)
            .field("found", &self.found)
            .finish_non_exhaustive()
    }
}
