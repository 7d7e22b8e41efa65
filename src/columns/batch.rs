//! The answers for many strings, a batch at a time.
//!
//! Strings that follow one another in a buffer are collected, up to 4 KiB and [`MAX_NUMBER`] of
//! them, and answered together where the counter allows it: a call for each would cost more than
//! reading it. Longer strings are answered by themselves.

use super::place::Place;
use crate::counter::Counter;
use crate::engine::MAX_STRINGS_LEN;

/// The most strings of a batch.
const MAX_NUMBER: usize = 256;

/// Up to this length, a string is counted as a whole before it is asked where its segments are:
/// counting is faster than the scan, which pays if it can stop early.
const COUNT_FIRST: usize = 16 << 10;

/// What is asked about each string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Query {
    HasCount,
    Count,
    MaxCount,
}

/// Receives the number of the first of some strings, and their answers. `HasCount` is answered by
/// 0 or 1.
pub(super) type Sink<'s> = &'s mut dyn FnMut(usize, &[u64]);

/// Strings that follow one another in a buffer.
pub(super) struct Batch<'c, 'a> {
    counter: &'c Counter,
    query: Query,
    buffer: &'a [u8],
    start: usize,
    end: usize,
    /// Where each string ends, from `start` on.
    ends: [u32; MAX_NUMBER],
    number: usize,
    answers: [u64; MAX_NUMBER],
    /// How many strings came before them.
    before: usize,
}

impl<'c, 'a> Batch<'c, 'a> {
    pub(super) fn new(counter: &'c Counter, query: Query) -> Self {
        let (ends, answers) = ([0; MAX_NUMBER], [0; MAX_NUMBER]);
        let (buffer, start, end) = (&[][..], 0, 0);
        Self { counter, query, buffer, start, end, ends, number: 0, answers, before: 0 }
    }

    /// Answers `number` strings, those that are not valid as empty ones.
    #[inline(always)]
    pub(super) fn answer_all(
        &mut self,
        number: usize,
        is_valid: impl Fn(usize) -> bool,
        place: impl Fn(usize) -> Place<'a>,
        sink: Sink<'_>,
    ) {
        for at in 0..number {
            self.add(if is_valid(at) { place(at) } else { Place::EMPTY }, sink);
        }
        self.flush(sink);
    }

    /// Adds the next string.
    #[inline(always)]
    pub(super) fn add(&mut self, Place { buffer, start, end }: Place<'a>, sink: Sink<'_>) {
        // An empty string is at the end of any other.
        let follows = start == end || start == self.end && std::ptr::eq(buffer, self.buffer);
        let len = self.end - self.start + (end - start);
        if !follows || len > MAX_STRINGS_LEN || self.number == MAX_NUMBER {
            self.flush(sink);
            (self.buffer, self.start, self.end) = (buffer, start, start);
            if end - start > MAX_STRINGS_LEN {
                let answer = self.answer(&buffer[start..end]);
                sink(self.before, &[answer]);
                self.before += 1;
                return;
            }
        }
        self.end += end - start;
        self.ends[self.number] = (self.end - self.start) as u32;
        self.number += 1;
    }

    /// Answers the strings that were added since the last time.
    #[inline(never)]
    pub(super) fn flush(&mut self, sink: Sink<'_>) {
        let Self { counter, query, number, before, .. } = *self;
        let data = &self.buffer[self.start..self.end];
        let (ends, answers) = (&self.ends[..number], &mut self.answers[..number]);
        let plan = counter.plan();
        if number > 1 && plan.takes_strings() {
            match query {
                Query::Count => plan.counts(data, ends, answers),
                Query::HasCount => plan.has_counts(data, ends, answers),
                Query::MaxCount => plan.max_counts(data, ends, answers),
            }
        } else {
            let mut start = 0;
            for (&end, answer) in ends.iter().zip(answers) {
                let end = end as usize;
                *answer = answer_one(counter, query, &data[start..end]);
                start = end;
            }
        }
        sink(before, &self.answers[..number]);
        self.before += number;
        self.number = 0;
        self.start = self.end;
    }

    /// The answer for one string.
    pub(super) fn answer(&self, string: &[u8]) -> u64 {
        answer_one(self.counter, self.query, string)
    }
}

fn answer_one(counter: &Counter, query: Query, string: &[u8]) -> u64 {
    match query {
        Query::Count => counter.count(string),
        Query::MaxCount => counter.max_count(string),
        Query::HasCount => u64::from(has_count(counter, string)),
    }
}

/// [`Counter::has_count`], for short strings no slower than [`Counter::count`].
fn has_count(counter: &Counter, string: &[u8]) -> bool {
    let plan = counter.plan();
    let number = counter.min_number();
    if !plan.is_plain() || number == 0 || string.len() > COUNT_FIRST {
        return counter.has_count(string);
    }
    // A segment has no more hits than the string.
    if counter.count(string) < number {
        return false;
    }
    plan.first_reset(string, 0).is_none() || counter.has_count(string)
}
