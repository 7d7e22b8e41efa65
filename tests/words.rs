//! Words: on every backend, whole and in chunks, against a plain loop.

mod common;

use std::collections::BTreeMap;

use common::Random;
use common::text::text;
use common::words::{RULES, plainly, separators};
use tally::{WordCounter, WordRule, count_words};

const CASES: &str = include_str!("cases/words.txt");

/// Text of few words, with separators of every kind, and with bytes that almost are some.
fn random_data(random: &mut Random, most: usize) -> Vec<u8> {
    const PIECES: [&[u8]; 16] = [
        b"\xC2",
        b"\x85",
        b"\xA0",
        b"\xE1",
        b"\x9A",
        b"\x80",
        b"\xE2\x80",
        b"\x8A",
        b"\xE2",
        b"\x81",
        b"\x9F",
        b"\xE3",
        b"\xC0\xA0",
        b"\xED\xA0\x80",
        b"\0",
        b"\xF0\x9F\x98\x80",
    ];
    let separators = separators(WordRule::Unicode);
    let len = random.below(most + 1);
    let kind = random.below(4);
    let mut data = Vec::new();
    while data.len() < len {
        match (kind, random.below(8)) {
            (0, 0..6) | (1, 0) | (2, 0..3) => data.extend(random.pick(&PIECES)),
            (_, 6) => data.extend(&separators[random.below(separators.len())]),
            (_, 7) => data.push(random.pick(b" \n\t\x1C")),
            (3, _) => {
                data.extend("aаβ語".chars().nth(random.below(4)).unwrap().to_string().bytes());
            }
            _ => {
                let letter = random.pick(b"ab");
                let longest = if random.one_in(9) { 70 } else { 4 };
                data.resize(data.len() + 1 + random.below(longest), letter);
            }
        }
    }
    data.truncate(len);
    data
}

/// Cuts `data` at random places; some pieces are empty.
fn chunks<'a>(random: &mut Random, mut data: &'a [u8]) -> Vec<&'a [u8]> {
    let most = random.pick(&[1, 3, 70, 1000]);
    let mut chunks = Vec::new();
    while !data.is_empty() {
        let (chunk, rest) = data.split_at(random.below(most + 1).min(data.len()));
        chunks.push(chunk);
        data = rest;
    }
    chunks
}

#[test]
fn words_are_counted_as_by_the_plain_loop() {
    let mut random = Random::new(16);
    let mut comparisons = 0;
    for case in 0..6_000 {
        let most = if case % 64 == 0 { 20_000 } else { 400 };
        let data = random_data(&mut random, most);
        let cut = chunks(&mut random, &data);
        for rule in RULES {
            let expected = plainly(&data, rule).len() as u64;
            assert_eq!(count_words(&data, rule), expected);
            for backend in tally::backends() {
                let mut whole = WordCounter::new_on(backend, rule).unwrap();
                whole.feed(&data);
                let about = || format!("{backend}, {rule:?}, \"{}\"", data.escape_ascii());
                assert_eq!(whole.words(), expected, "{}", about());
                let mut chunked = WordCounter::new_on(backend, rule).unwrap();
                for chunk in &cut {
                    chunked.feed(chunk);
                }
                assert_eq!(chunked.words(), expected, "in chunks: {}", about());
                assert_eq!(chunked.bytes(), data.len() as u64);
                comparisons += 2;
            }
        }
    }
    println!("{comparisons} comparisons of the number of words, differences: 0");
}

/// After each byte, the count is that of the data up to there.
#[test]
fn the_count_is_known_at_every_byte() {
    let mut random = Random::new(17);
    for rule in RULES {
        for backend in tally::backends() {
            let data = random_data(&mut random, 700);
            let mut counter = WordCounter::new_on(backend, rule).unwrap();
            for (place, byte) in data.iter().enumerate() {
                let expected = plainly(&data[..place], rule).len() as u64;
                assert_eq!(counter.words(), expected, "{backend} {rule:?} {place}");
                counter.feed(&[*byte]);
            }
            counter.reset();
            assert_eq!((counter.words(), counter.bytes()), (0, 0));
        }
    }
}

/// On valid text the words are those of the standard library, whose `split_whitespace` follows the
/// property alone.
#[test]
fn valid_text_is_split_as_by_the_property() {
    let text = "Ἐν ἀρχῇ\u{A0}ἦν\u{2003}ὁ λόγος. В\u{85}начале\u{3000}были 太初有道　道与神同在 👨‍👩‍👧 end\u{1680}";
    let expected = text.split_whitespace().count() as u64;
    assert_eq!(count_words(text.as_bytes(), WordRule::Unicode), expected);
}

/// The number of words, and the words with their counts in the order of the top.
type Expected = (u64, Vec<(Vec<u8>, u64)>);

fn expected(line: &str) -> Expected {
    let mut parts = line.split(" : ");
    let total = parts.next().unwrap().parse().unwrap();
    let words = parts.map(|part| {
        let (count, word) = part.split_once('=').unwrap();
        (text(word), count.parse().unwrap())
    });
    (total, words.collect())
}

/// Name, data, and what is expected by each rule.
fn cases() -> Vec<(&'static str, Vec<u8>, [Expected; 2])> {
    let blocks = CASES.split("\ncase ").skip(1);
    let case = |block: &'static str| {
        let mut lines = block.lines();
        let name = lines.next().unwrap();
        let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            assert!(fields.insert(key, value).is_none(), "{name}");
        }
        let ascii = expected(fields["ascii"]);
        let unicode = fields.get("unicode").map_or_else(|| ascii.clone(), |line| expected(line));
        (name, text(fields["data"]), [ascii, unicode])
    };
    blocks.map(case).collect()
}

#[test]
fn every_case_on_every_backend() {
    let cases = cases();
    assert!(cases.len() > 25, "the file is cut short");
    for (name, data, expected) in &cases {
        for (rule, (total, words)) in RULES.into_iter().zip(expected) {
            // The file agrees with the reference.
            let found = plainly(data, rule);
            assert_eq!(found.len() as u64, *total, "{name}, {rule:?}");
            let mut counts: BTreeMap<&[u8], u64> = BTreeMap::new();
            for word in &found {
                *counts.entry(word).or_default() += 1;
            }
            let mut ranked: Vec<(Vec<u8>, u64)> =
                counts.into_iter().map(|(word, count)| (word.to_vec(), count)).collect();
            ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            assert_eq!(&ranked, words, "{name}, {rule:?}");
            for backend in tally::backends() {
                let mut counter = WordCounter::new_on(backend, rule).unwrap();
                counter.feed(data);
                assert_eq!(counter.words(), *total, "{name}, {rule:?}, {backend}");
            }
        }
    }
    println!("{} cases", cases.len());
}
