//! The answers for many strings, a batch at a time.
//!
//! Strings that follow one another in a buffer are collected, up to 4 KiB and [`MAX_NUMBER`] of
//! them, and each question is asked of them together where its counter allows it: a call for each
//! would cost more than reading it. Longer strings are answered by themselves. So a string is in the
//! cache for all questions but the first.

use super::place::Place;
use super::question::Question;
use crate::engine::MAX_STRINGS_LEN;

/// The most strings of a batch.
const MAX_NUMBER: usize = 256;

/// Receives the number of a question, that of the first of some strings, and the answers for these.
pub(super) type Sink<'s> = &'s mut dyn FnMut(usize, usize, &[u64]);

/// Strings that follow one another in a buffer.
pub(super) struct Batch<'c, 'a> {
    questions: &'c [Question<'c>],
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
    pub(super) fn new(questions: &'c [Question<'c>]) -> Self {
        let (ends, answers) = ([0; MAX_NUMBER], [0; MAX_NUMBER]);
        let (buffer, start, end) = (&[][..], 0, 0);
        Self { questions, buffer, start, end, ends, number: 0, answers, before: 0 }
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
                for (number, question) in self.questions.iter().enumerate() {
                    sink(number, self.before, &[question.answer(&buffer[start..end])]);
                }
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
        let Self { questions, number, before, .. } = *self;
        let data = &self.buffer[self.start..self.end];
        let (ends, answers) = (&self.ends[..number], &mut self.answers[..number]);
        for (number, question) in questions.iter().enumerate() {
            question.answer_each(data, ends, answers);
            sink(number, before, answers);
        }
        self.before += number;
        self.number = 0;
        self.start = self.end;
    }
}
