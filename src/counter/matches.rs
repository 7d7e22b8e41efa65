use std::iter::FusedIterator;

use super::Counter;

/// The place where a segment reaches the number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Match {
    /// The number of the segment, counted from 0.
    pub segment: u64,
    /// The offset in bytes at which the segment starts.
    pub start: u64,
    /// The offset just past the bytes with which the segment reaches the number; for the number 0,
    /// the same as `start`.
    pub end: u64,
}

/// The matches of a [`Counter`] in some data, in order: one for each segment that reaches the
/// number. Made by [`Counter::matches`].
#[derive(Clone, Debug)]
pub struct Matches<'a> {
    counter: &'a Counter,
    data: &'a [u8],
    /// Matches are fetched several at a time: one at first, since there may be no call for more.
    fetched: [Match; MOST],
    next: usize,
    len: usize,
    room: usize,
}

/// The most matches fetched at a time.
const MOST: usize = 16;

impl<'a> Matches<'a> {
    pub(super) fn new(counter: &'a Counter, data: &'a [u8]) -> Self {
        Self { counter, data, fetched: [Match::default(); MOST], next: 0, len: 0, room: 0 }
    }

    fn fetch(&mut self) {
        let last = self.fetched[..self.len].last().copied();
        self.room = (self.room * 4).clamp(1, MOST);
        let room = &mut self.fetched[..self.room];
        // `last` is a match of this counter in this data, so there is no error.
        self.len = self.counter.find_many(self.data, last.as_ref(), room).unwrap_or(0);
        self.next = 0;
    }
}

impl Iterator for Matches<'_> {
    type Item = Match;

    fn next(&mut self) -> Option<Match> {
        // Less than there was room for: those were the last.
        if self.next == self.room {
            self.fetch();
        }
        let found = *self.fetched[..self.len].get(self.next)?;
        self.next += 1;
        Some(found)
    }
}

impl FusedIterator for Matches<'_> {}
