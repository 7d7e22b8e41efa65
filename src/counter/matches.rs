use std::iter::FusedIterator;

use super::Counter;
use crate::Match;

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
const MAX_FETCHED: usize = 64;

impl<'a> Matches<'a> {
    pub(super) fn new(counter: &'a Counter, data: &'a [u8]) -> Self {
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
