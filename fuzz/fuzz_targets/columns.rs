//! Many questions of a column, and segments that start or end with the needle: on every backend,
//! against an automaton that reads a byte at a time, value by value.

#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;
mod decode;

use common::words;
use common::OwnedNeedle;
use common::edges::expected;
use common::records::{Question as Plain, QuoteOptions, Rule, plainly};
use decode::Input;
use libfuzzer_sys::fuzz_target;
use tally::{ByteSet, Column, Condition, Question, Reset, Validity, WordRule, Words};

/// What values are made of.
const PIECES: [&[u8]; 16] = [
    b",",
    b"-",
    b"\n",
    b" ",
    b"a",
    b"aa",
    b"\"",
    b"\\",
    b"\r\n",
    b"\t",
    b"\xC2\xA0",
    b"\xE2\x80",
    b"\x83",
    b"\xE3\x80\x80",
    b"\x1F",
    b"abcdefghijklmnopqrstuvwxyz0123456789",
];

/// The questions of one counter.
fn plain(input: &mut Input<'_>) -> Plain {
    let needle = match input.below(5) {
        0 => OwnedNeedle::Character('\u{3000}'),
        1 => OwnedNeedle::String(b"aa".to_vec()),
        2 => OwnedNeedle::AnyOf(ByteSet::new(b"-a")),
        3 => OwnedNeedle::AnyOf((0..=u8::MAX).filter(|&byte| byte != b'\n').collect()),
        _ => OwnedNeedle::Character(','),
    };
    let reset = [Reset::Newlines, Reset::None, Reset::AnyOf(ByteSet::new(b"\n\r\xC2"))];
    let mut plain = Plain::new(needle, input.below(4) as u64, reset[input.below(3)]);
    if input.below(3) == 0 {
        let rule = [Rule::Fields, Rule::Anywhere][input.below(2)];
        let (quote, escape) = (b"\"\" \xA0"[input.below(4)], [None, Some(b'\\')][input.below(2)]);
        let delimiters = (rule == Rule::Fields).then(|| ByteSet::new(b","));
        plain.quotes = Some(QuoteOptions { rule, quote, escape, delimiters });
    }
    if input.below(3) == 0 {
        let most = input.below(9) as u64;
        plain.condition = Condition::Within { min_number: 0, max_number: most };
    }
    plain
}

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let plain = plain(&mut input);
    let trim = [None, Some(WordRule::Ascii), Some(WordRule::Unicode)][input.below(3)];
    let rule = words::RULES[input.below(2)];
    let (mut data, mut ends, mut valid) = (Vec::new(), vec![0_u32], Vec::new());
    while !input.is_empty() && data.len() < 12 << 10 {
        let byte = input.byte();
        match byte >> 4 {
            0..3 => {
                ends.push(data.len() as u32);
                valid.push(byte & 7 != 0);
            }
            15 => data.extend(PIECES[usize::from(byte % 16)].repeat(200)),
            times => data.extend(PIECES[usize::from(byte % 16)].repeat(usize::from(times) - 2)),
        }
    }
    let mut bits = vec![0; valid.len().div_ceil(8)];
    for (at, _) in valid.iter().enumerate().filter(|(_, is_valid)| **is_valid) {
        bits[at / 8] |= 1 << (at % 8);
    }
    let column = Column::from_offsets(&data, &ends, Some(Validity::new(&bits, 0))).unwrap();
    let keys: Vec<u16> = (0..valid.len() as u16).rev().collect();
    let by_keys = Column::from_keys(&keys, &column, None).unwrap();
    let (mut right, mut total) = (Vec::new(), 0);
    for (at, &is_valid) in valid.iter().enumerate() {
        let value = &data[ends[at] as usize..ends[at + 1] as usize];
        right.push(is_valid.then(|| {
            let known = plainly(&plain, value);
            let (starting, ending) = expected(&plain, &known, value, trim);
            let answers = &known.answers;
            let words = words::plainly(value, rule).len() as u64;
            total += words;
            let has = u64::from(answers.has_count);
            [
                answers.count,
                answers.max_count,
                has,
                answers.matching_segments,
                starting,
                ending,
                words,
                value.len() as u64,
            ]
        }));
    }
    for backend in tally::backends() {
        let Ok(counter) = plain.counter(backend) else { return };
        let questions = [
            Question::Count(&counter),
            Question::MaxCount(&counter),
            Question::HasCount(&counter),
            Question::MatchingSegments(&counter),
            Question::StartingSegments(&counter, trim),
            Question::EndingSegments(&counter, trim),
            Question::Words(rule),
            Question::Bytes,
        ];
        for (column, is_reversed) in [(&column, false), (&by_keys, true)] {
            let mut answers: [Vec<Option<u64>>; 8] = Default::default();
            column.ask(&questions, |question, answer| answers[question].push(answer)).unwrap();
            for (question, mut found) in answers.into_iter().enumerate() {
                if is_reversed {
                    found.reverse();
                }
                let right: Vec<_> = right.iter().map(|all| all.map(|all| all[question])).collect();
                assert_eq!(found, right, "{backend}, {:?}", questions[question]);
            }
        }
    }
    let mut words = Words::new(rule).unwrap();
    words.feed_column(&column).unwrap();
    assert_eq!(words.total(), total);
});
