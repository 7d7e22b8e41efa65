//! Words, on every backend, whole, in chunks, merged and saved, against the plain loop; the bounds of
//! the most frequent ones; and tables loaded from any state.

#![no_main]

#[path = "../../tests/common/words.rs"]
mod reference;

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use reference::{RULES, plainly};
use tally::{TopWords, WordCounter, Words, WordsOptions, count_words};

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
        let options = options.max_bytes(32 << 10);
        if let Ok(mut top) = TopWords::load(options, &input[1..]) {
            assert_eq!(top.save().unwrap(), &input[1..]);
            let copy = TopWords::load(options, &top.save().unwrap()).unwrap();
            top.merge(&copy).unwrap();
            top.feed(input).unwrap();
            top.finish();
            top.words(3).unwrap();
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
        let mut counter = WordCounter::new_on(backend, rule).expect("a backend of this processor");
        let mut words = options.build_on(backend).unwrap().expect("a backend of this processor");
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
    // Longer words than 40 bytes are skipped; with numbers behind them, words do not fit.
    let data = if first & 8 != 0 { numbered(&data) } else { data };
    let found: Vec<&[u8]> = plainly(&data, rule);
    let options = options.max_bytes(32 << 10).max_word(40);
    let mut top = options.build_top().unwrap();
    let mut merged = options.build_top().unwrap();
    for (number, chunk) in data.chunks(size * 50).enumerate() {
        top.feed(chunk).unwrap();
        let mut part = options.build_top().unwrap();
        part.feed(chunk).unwrap();
        merged.merge(&part).unwrap();
        if number % 2 == 1 {
            top = TopWords::load(options, &top.save().unwrap()).unwrap();
        }
    }
    top.finish();
    merged.finish();
    let mut whole = options.build_top().unwrap();
    whole.feed(&data).unwrap();
    whole.finish();
    assert_eq!(top.save().unwrap(), whole.save().unwrap());
    let of_parts: Vec<&[u8]> =
        data.chunks(size * 50).flat_map(|chunk| plainly(chunk, rule)).collect();
    check_top(&top, &found);
    check_top(&merged, &of_parts);
});

/// The words with a number behind each.
fn numbered(data: &[u8]) -> Vec<u8> {
    let words = data.split(|&byte| byte == b' ');
    words.enumerate().flat_map(|(n, word)| [word, format!("{n} ").as_bytes()].concat()).collect()
}

fn check_top(top: &TopWords, words: &[&[u8]]) {
    let (short, long): (Vec<&[u8]>, Vec<&[u8]>) = words.iter().partition(|word| word.len() <= 40);
    assert_eq!((top.total(), top.skipped()), (words.len() as u64, long.len() as u64));
    let mut exact: BTreeMap<&[u8], u64> = BTreeMap::new();
    for word in short {
        *exact.entry(word).or_default() += 1;
    }
    for (word, &times) in &exact {
        let (count, error) = top.get(word);
        assert!(times <= count && times >= count - error);
    }
    for word in top.words(usize::MAX).unwrap() {
        assert!(exact.contains_key(word.bytes) && word.count > top.floor());
    }
}
