use crate::counter::Counter;
use crate::edge::{Crossing, Edge};
use crate::engine::OpenSegment;
use crate::read::Feed;
use crate::{Error, Match};

/// Has it yet? A [`Counter`]'s question, asked of data that comes in chunks. Made by
/// [`Counter::stream`].
///
/// The answer is that for all the data fed so far, as if it were one piece: characters and strings
/// that the edge of a chunk cuts are counted once. Chunks may be of any size, none at all
/// included. Once the answer is yes it stays, and nothing more is read.
///
/// No call allocates but those that read files.
///
/// ```
/// use tally::{Counter, Reset};
///
/// let mut stream = Counter::new('é', 2, Reset::Newlines)?.stream()?;
/// assert!(!stream.feed(b"\xC3\xA9t\xC3"));
/// assert!(stream.feed(b"\xA9"));
/// assert_eq!(stream.find().unwrap().end, 5);
/// # Ok::<(), tally::Error>(())
/// ```
#[derive(Debug)]
pub struct Stream {
    counter: Counter,
    edge: Option<Edge>,
    at: Position,
    found: Option<Match>,
}

/// The place a stream has come to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    /// The segment that is open there.
    pub(crate) open: OpenSegment,
    /// How many of the first bytes of a string the data before it ends with (see [`Edge`]).
    pub(crate) matched: usize,
}

impl Position {
    pub(crate) const START: Self = Self { open: OpenSegment::START, matched: 0 };
}

/// Chunks are worked on in pieces of so many bytes: what looks at them a second time finds them in
/// the second-level cache. Strings that are long are looked for in pieces that are longer.
pub(crate) fn piece(edge: Option<&Edge>) -> usize {
    edge.map_or(0, |edge| edge.len().saturating_mul(8)).max(256 << 10)
}

impl Counter {
    /// A stream for this question, with a copy of the counter. For a string of bytes, it takes some
    /// memory more for each of them: about ten bytes.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn stream(&self) -> Result<Stream, Error> {
        let mut stream = Stream {
            counter: self.try_clone()?,
            edge: self.edge()?,
            at: Position::START,
            found: None,
        };
        stream.reset();
        Ok(stream)
    }
}

impl Stream {
    /// Takes the next chunk of the data, and says whether a segment has reached the number by now.
    pub fn feed(&mut self, data: &[u8]) -> bool {
        if self.found.is_none() {
            self.found = self.counter.advance(self.edge.as_ref(), &mut self.at, data);
        }
        self.reached()
    }

    /// Whether a segment has reached the number.
    #[must_use]
    pub fn reached(&self) -> bool {
        self.found.is_some()
    }

    /// The first match, if a segment has reached the number; offsets are from the first byte ever
    /// fed.
    #[must_use]
    pub fn find(&self) -> Option<Match> {
        self.found
    }

    /// Starts again, as if nothing were fed.
    pub fn reset(&mut self) {
        self.at = Position::START;
        // Every segment reaches 0, the first at once.
        self.found = (self.counter.min_number() == 0).then(Match::default);
    }
}

impl Counter {
    /// Reads `data` at the place `at` of a whole, up to the first match or to its end; the number
    /// is at least 1.
    pub(crate) fn advance(
        &self,
        edge: Option<&Edge>,
        at: &mut Position,
        data: &[u8],
    ) -> Option<Match> {
        data.chunks(piece(edge)).find_map(|piece| self.advance_piece(edge, at, piece))
    }

    fn advance_piece(
        &self,
        edge: Option<&Edge>,
        Position { open, matched }: &mut Position,
        mut data: &[u8],
    ) -> Option<Match> {
        let plan = self.plan();
        if let Some(edge) = edge {
            match edge.cross(*matched, data) {
                Crossing::Complete(end) => {
                    data = &data[end..];
                    open.base += end as u64;
                    open.count += 1;
                    if open.count == self.min_number() {
                        let OpenSegment { base: end, segment, start, .. } = *open;
                        return Some(Match { segment, start, end });
                    }
                }
                Crossing::Broken => {}
                Crossing::Open(more) => {
                    *matched = more;
                    open.base += data.len() as u64;
                    return None;
                }
            }
        }
        match plan.find_from(data, *open) {
            Ok(found) => return Some(found),
            Err(count) => open.count = count,
        }
        if let Some(last) = plan.last_reset(data) {
            open.segment += plan.count_resets(&data[..=last]);
            open.start = open.base + last as u64 + 1;
        }
        open.base += data.len() as u64;
        if let Some(edge) = edge {
            *matched = edge.matched_at_end(plan, data);
        }
        None
    }
}

impl Feed for Stream {
    fn feed(&mut self, data: &[u8]) -> bool {
        Self::feed(self, data)
    }

    fn is_done(&self) -> bool {
        self.reached()
    }
}
