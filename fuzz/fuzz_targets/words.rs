//! Words, on every backend, whole, in chunks, merged and saved, against the plain loop; and tables
//! loaded from any state.

#![no_main]

#[path = "../../tests/common/words.rs"]
mod reference;

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use reference::{RULES, plainly};
use tally::{WordCounter, Words, WordsOptions, count_words};

/// Each input byte stands for one of these pieces.
const PIECES: [&[u8]; 24] = [
    b" ", b"\n", b"\x1C", b"\xC2", b"\x85", b"\xA0", b"\xE1\x9A", b"\x80", b"\xE2\x80", b"\x8A",
    b"\xE2", b"\x81", b"\x9F", b"\xE3", b"\0", b"a", b"b", b"ab", b"abcdefghijklm", b"\xE2\x80\x83",
    b"\xE3\x80\x80", b"\xF0\x9F\x98\x80", b"0123456789012345678901234567890123456789", b"zz",
];

fuzz_target!(|input: &[u8]| {
    let [first, second, rest @ ..] = input else { return };
    let rule = RULES[usize::from(first & 1)];
    let options = WordsOptions::new(rule);
    if first & 2 != 0 {
        // Any bytes are a state, or an error.
        if let Ok(mut words) = Words::load(options, &input[1..]) {
            assert_eq!(words.save().unwrap(), &input[1..]);
            let copy = Words::load(options, &words.save().unwrap()).unwrap();
            words.merge(&copy).unwrap();
            words.feed(input).unwrap();
            words.finish().unwrap();
        }
        return;
    }
    let times = if first & 4 != 0 { 40 } else { 1 };
    let piece = |byte: &u8| PIECES[usize::from(*byte) % PIECES.len()];
    let data: Vec<u8> = rest.iter().flat_map(piece).copied().collect::<Vec<u8>>().repeat(times);
    let found = plainly(&data, rule);
    assert_eq!(count_words(&data, rule), found.len() as u64);
    let mut expected: BTreeMap<&[u8], u64> = BTreeMap::new();
    for word in &found {
        *expected.entry(word).or_default() += 1;
    }
    let size = 1 + usize::from(*second) % 100;
    for backend in tally::backends() {
        let (Some(mut counter), Ok(Some(mut words))) =
            (WordCounter::new_on(backend, rule), options.build_on(backend))
        else {
            return;
        };
        let mut merged = Words::new(rule).unwrap();
        for chunk in data.chunks(size) {
            counter.feed(chunk);
            words.feed(chunk).unwrap();
            let mut part = Words::new(rule).unwrap();
            part.feed(chunk).unwrap();
            merged.merge(&part).unwrap();
        }
        assert_eq!(counter.words(), found.len() as u64);
        for mut words in [words, merged] {
            words.finish().unwrap();
            let counts: BTreeMap<&[u8], u64> =
                words.iter().map(|word| (word.bytes, word.count)).collect();
            assert_eq!(counts, expected);
            assert_eq!(words.total(), found.len() as u64);
        }
    }
});
