//! The answers for many strings, a batch at a time.
//!
//! Strings that follow one another in a buffer are collected, up to 4 KiB and [`MAX_NUMBER`] of
//! them, and each question is asked of them together where its counter allows it: a call for each
//! would cost more than reading it. Longer strings are answered by themselves. So a string is in the
//! cache for all questions but the first.

use super::answers::Answers;
use super::place::Place;
use super::question::Question;
use crate::engine::MAX_STRINGS_LEN;

/// The most strings of a batch.
pub(super) const MAX_NUMBER: usize = 256;

/// Receives the answers.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(Answers<'_>);

/// Answers the strings in these places.
#[inline(always)]
pub(super) fn answer_all<'a>(
    questions: &[Question<'_>],
    mut places: impl Iterator<Item = Place<'a>>,
    sink: Sink<'_>,
) {
    let mut batch = Batch { questions, ends: [0; MAX_NUMBER], numbers: [0; MAX_NUMBER], before: 0 };
    let mut next = places.next();
    while let Some(Place { buffer, start, end }) = next {
        if end - start > MAX_STRINGS_LEN {
            batch.answer_one(&buffer[start..end], sink);
            next = places.next();
            continue;
        }
        let (mut len, mut number) = (end - start, 0);
        loop {
            batch.ends[number] = len as u32;
            number += 1;
            next = places.next();
            let Some(place) = next else { break };
            // An empty string is at the end of any other.
            let is_empty = place.start == place.end;
            let follows =
                is_empty || place.start == start + len && std::ptr::eq(place.buffer, buffer);
            let longer = len + (place.end - place.start);
            if !follows || longer > MAX_STRINGS_LEN || number == MAX_NUMBER {
                break;
            }
            len = longer;
        }
        batch.answer(&buffer[start..start + len], number, sink);
    }
}

struct Batch<'c> {
    questions: &'c [Question<'c>],
    /// Where each string ends in the data.
    ends: [u32; MAX_NUMBER],
    numbers: [u64; MAX_NUMBER],
    /// How many strings came before.
    before: usize,
}

impl Batch<'_> {
    /// Answers `number` strings that are `data` together.
    #[inline(never)]
    fn answer(&mut self, data: &[u8], number: usize, sink: Sink<'_>) {
        let (ends, first) = (&self.ends[..number], self.before);
        for (question, asked) in self.questions.iter().enumerate() {
            let numbers = &mut self.numbers[..number];
            let least = asked.answer_each(data, ends, numbers);
            sink(Answers { question, first, numbers, least });
        }
        self.before += number;
    }

    /// Answers a string that is longer than a batch.
    #[inline(never)]
    fn answer_one(&mut self, string: &[u8], sink: Sink<'_>) {
        for (question, asked) in self.questions.iter().enumerate() {
            let numbers = &mut [asked.answer(string)];
            sink(Answers { question, first: self.before, numbers, least: None });
        }
        self.before += 1;
    }
}
