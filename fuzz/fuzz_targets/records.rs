//! Conditions on the final count, quotes and closing bytes: on every backend, in chunks and merged,
//! against an automaton that reads a byte at a time.

#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;
mod decode;

use common::records::{Question, QuoteOptions, Rule, plainly};
use common::{OwnedNeedle, ask};
use decode::{Input, exactly};
use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use tally::{ByteSet, Condition, Error, Match, Reset, Stream, Summary};

/// What data is made of.
const PIECES: [&[u8]; 16] = [
    b",", b"\"", b"\n", b"\\", b"a", b"ab", b"\"\"", b"\",\"", b"\"\n", b"\r\n", b"{", b"}", b"[", b"]",
    "é".as_bytes(), b"abcdefghijklmnopqrstuvwxyz0123456789",
];

#[derive(Debug)]
struct Records {
    question: Question,
    data: Vec<u8>,
    /// Where the data is cut.
    cut: usize,
    /// How many matches there is room for.
    room: usize,
}

impl Arbitrary<'_> for Records {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let mut input = Input::new(u.bytes(u.len())?);
        let question = question(&mut input);
        let (cut, room) = (input.below(256) << input.below(6), 1 + input.below(4));
        let mut data = Vec::new();
        while !input.is_empty() && data.len() < 12 << 10 {
            let byte = input.byte();
            let times = match byte >> 4 {
                15 => 100,
                times => usize::from(times) + 1,
            };
            data.extend(PIECES[usize::from(byte % 16)].repeat(times));
        }
        Ok(Self { question, data, cut, room })
    }
}

fn question(input: &mut Input<'_>) -> Question {
    let needle = match input.below(6) {
        0 => OwnedNeedle::Character('é'),
        1 => OwnedNeedle::String(b"ab".to_vec()),
        2 => OwnedNeedle::String(b"aa".to_vec()),
        3 => OwnedNeedle::AnyOf(ByteSet::new(b"{[")),
        _ => OwnedNeedle::Character(','),
    };
    let reset = [Reset::Newlines, Reset::None, Reset::Whitespace][input.below(3)];
    let (min_number, width) = (input.small(), input.small());
    let mut question = Question::new(needle, min_number, reset);
    let max_number = if width == 3 { u64::MAX } else { min_number.saturating_add(width) };
    question.condition = match input.below(3) {
        0 => Condition::AtLeast(min_number),
        1 => Condition::Outside { min_number, max_number },
        _ => Condition::Within { min_number, max_number },
    };
    let flags = input.below(32);
    (question.skip_empty, question.skip_last_empty) = (flags & 1 != 0, flags & 2 != 0);
    let rule = if flags & 4 != 0 { Rule::Fields } else { Rule::Anywhere };
    question.quotes = (flags & 24 != 0).then_some(QuoteOptions {
        rule,
        quote: b'"',
        escape: (flags & 8 != 0).then_some(b'\\'),
        delimiters: (rule == Rule::Fields).then_some(ByteSet::new(b",")),
    });
    if input.below(3) == 0 && matches!(question.needle, OwnedNeedle::AnyOf(_)) {
        question.closing = ByteSet::new(b"}]");
    }
    question
}

fuzz_target!(|records: Records| {
    let Records { question, data, cut, room } = &records;
    if question.options().build().is_err() {
        return;
    }
    let data = exactly(data, 0);
    let known = plainly(question, &data);
    let (left, right) = data.split_at(*cut.min(&data.len()));
    for backend in tally::backends() {
        let counter = question.counter(backend).expect("as without a backend");
        assert_eq!(ask(&counter, &data, *room), known.answers, "{backend}");
        assert_eq!(counter.unclosed_quote(&data), known.unclosed_quote, "{backend}");

        let mut stream = Stream::new(&counter).expect("there is memory");
        let mut all = Vec::new();
        let mut matches = vec![Match::default(); *room];
        for mut rest in [left, right] {
            loop {
                let (found, used) = stream.find(rest, &mut matches).expect("not finished");
                all.extend(&matches[..found]);
                rest = &rest[used..];
                if found < *room {
                    break;
                }
            }
        }
        assert_eq!(stream.unclosed_quote(), known.unclosed_quote, "stream, {backend}");
        stream.finish().expect("not finished");
        all.extend(stream.first_match());
        assert_eq!(all, known.answers.matches, "stream, {backend}");

        let mut summary = Summary::new(&counter).expect("there is memory");
        let mut other = Summary::new(&counter).expect("there is memory");
        summary.feed(left);
        other.feed(right);
        let state = other.save().expect("there is memory");
        match summary.merge(&Summary::load(&counter, &state).expect("it was saved")) {
            Ok(()) => {}
            Err(Error::Overlap) => summary.feed(right),
            Err(error) => panic!("{error}"),
        }
        assert_eq!(summary.totals(), known.totals, "summary, {backend}");
        assert_eq!(summary.unclosed_quote(), known.unclosed_quote, "summary, {backend}");
    }
});
