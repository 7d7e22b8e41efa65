//! The answers for many strings, a batch at a time.
//!
//! A call for each short string would cost more than reading it. So strings that follow one another
//! in a buffer, up to 4 KiB and [`MAX_NUMBER`] of them, are a chain, and each question is asked of
//! them together where its counter allows it. Where chains are short, strings are copied, one right
//! behind the other. Long strings are answered by themselves. So a string is in the cache for all
//! questions but the first.
//!
//! ```text
//! strings   a ; b | ; ; | c        in one buffer: a chain of three
//! ends            3     5   6      and one question of "a;b;;c"
//! ```

use super::answers::Answers;
use super::place::{INLINE, Place};
use super::question::Question;
use super::validity::Validity;

/// The most strings of a batch.
pub(super) const MAX_NUMBER: usize = 256;

/// Strings and chains with fewer bytes than this are copied: for each, that takes less time than a
/// batch of its own.
const SHORT: usize = 512;

/// The most bytes that are copied together: they are on the stack.
const MAX_COPIED: usize = 2 << 10;

/// Receives the answers.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(Answers<'_>);

/// Receives where each string of a batch ends, from the start of the first.
pub(super) type Ends = [u32; MAX_NUMBER];

/// Strings that are asked for in order.
pub(super) trait Strings<'a> {
    fn len(&self) -> usize;

    /// Where the string `at` lies, unless it is null.
    fn place(&self, at: usize) -> Place<'a>;

    /// How many strings from `first` on are a chain, and where that lies. In a chain a null is an empty
    /// string, whatever it has underneath. It may have no string: then the first one is copied, or
    /// answered by itself.
    fn chain(
        &mut self,
        first: usize,
        validity: Option<Validity<'_>>,
        ends: &mut Ends,
    ) -> (usize, Place<'a>);
}

/// Answers all strings; a null, as an empty one.
#[inline(always)]
pub(super) fn answer_all<'a>(
    questions: &[Question<'_>],
    mut strings: impl Strings<'a>,
    validity: Option<Validity<'_>>,
    sink: Sink<'_>,
) {
    let mut batch = Batch::new(questions);
    let mut copies = Copies::new();
    let all = strings.len();
    let mut next = 0;
    while next < all {
        let (mut number, chain) = strings.chain(next, validity, &mut batch.ends);
        next += number;
        let mut len = chain.len();
        let short = |at: usize, number: usize, len: usize| {
            if at == all || number == MAX_NUMBER {
                return None;
            }
            let is_null = validity.is_some_and(|validity| !validity.get(at));
            let place = if is_null { Place::EMPTY } else { strings.place(at) };
            (place.len() < SHORT && len + place.len() <= MAX_COPIED).then_some(place)
        };
        let mut scattered = if len < SHORT { short(next, number, len) } else { None };
        if scattered.is_none() {
            if number > 0 {
                batch.answer(chain.bytes(), number, sink);
            } else {
                batch.answer_one(strings.place(next).bytes(), sink);
                next += 1;
            }
            continue;
        }
        copies.copy(0, &chain);
        while let Some(place) = scattered {
            len = copies.copy(len, &place);
            batch.ends[number] = len as u32;
            number += 1;
            next += 1;
            scattered = short(next, number, len);
        }
        batch.answer(&copies.0[..len], number, sink);
    }
}

/// Short strings, copied one right behind the other.
struct Copies([u8; MAX_COPIED + INLINE]);

impl Copies {
    const fn new() -> Self {
        Self([0; MAX_COPIED + INLINE])
    }

    /// Copies a string to the place `at`, and returns where it ends.
    #[inline(always)]
    fn copy(&mut self, at: usize, place: &Place<'_>) -> usize {
        let end = at + place.len();
        if place.is_inline {
            // A constant number of bytes is copied without a call.
            let bytes = &place.buffer[place.start..][..INLINE];
            self.0[at..][..INLINE].copy_from_slice(bytes);
        } else {
            self.0[at..end].copy_from_slice(place.bytes());
        }
        end
    }
}

struct Batch<'c> {
    questions: &'c [Question<'c>],
    /// Where each string ends in the data.
    ends: Ends,
    numbers: [u64; MAX_NUMBER],
    /// How many strings came before.
    before: usize,
}

impl<'c> Batch<'c> {
    const fn new(questions: &'c [Question<'c>]) -> Self {
        Self { questions, ends: [0; MAX_NUMBER], numbers: [0; MAX_NUMBER], before: 0 }
    }

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

    /// Answers one string, of any length.
    #[inline(never)]
    fn answer_one(&mut self, string: &[u8], sink: Sink<'_>) {
        for (question, asked) in self.questions.iter().enumerate() {
            let numbers = &mut [asked.answer(string)];
            sink(Answers { question, first: self.before, numbers, least: None });
        }
        self.before += 1;
    }
}
