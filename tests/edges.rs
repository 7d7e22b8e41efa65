//! Segments that start or end with the needle: random questions with and without quotes, in data with
//! white space at the edges, on every backend, against segments that are cut out and looked at.

mod common;

use common::Random;
use common::edges::expected;
use common::records::{plainly, random};
use common::words;
use tally::{ByteSet, Counter, Reset, WordRule};

/// The number of cases; `TALLY_TEST_CASES` changes it.
fn cases() -> u64 {
    let number = std::env::var("TALLY_TEST_CASES").ok();
    number.map_or(20_000, |cases| cases.parse().expect("TALLY_TEST_CASES is a number"))
}

/// `data` with white space put in, mostly around resets.
fn with_white_space(draw: &mut Random, data: &[u8], resets: ByteSet) -> Vec<u8> {
    let mut result = Vec::new();
    for &byte in data {
        let is_reset = resets.contains(byte);
        let white = |draw: &mut Random, result: &mut Vec<u8>| {
            while draw.one_in(if is_reset { 2 } else { 40 }) {
                let separators = words::separators(WordRule::Unicode);
                let separator = &separators[draw.below(separators.len())];
                // Some are not whole.
                let len =
                    if draw.one_in(6) { draw.below(separator.len()) } else { separator.len() };
                result.extend_from_slice(&separator[..len]);
            }
        };
        white(draw, &mut result);
        result.push(byte);
        white(draw, &mut result);
    }
    result
}

#[test]
fn every_backend_finds_the_edges_that_are_there() {
    let backends: Vec<&str> = tally::backends().collect();
    let mut draw = Random::new(11);
    let (mut starting, mut ending, mut quoted) = (0, 0, 0);
    for number in 0..cases() {
        let most = if number % 64 == 0 { 9000 } else { 300 };
        let (mut question, data) = random(&mut draw, most);
        if draw.one_in(2) {
            question.quotes = None;
        }
        if draw.one_in(8) && question.quotes.is_some() {
            // A quote that is white space.
            let mut other = question.clone();
            other.quotes.as_mut().unwrap().quote = draw.pick(b" \t\xA0\x80");
            if other.options().build().is_ok() {
                question = other;
            }
        }
        if question.options().build().is_err() {
            continue;
        }
        let data = with_white_space(&mut draw, &data, question.reset.bytes());
        let known = plainly(&question, &data);
        quoted += u64::from(question.quotes.is_some() && known.visible.contains(&false));
        for trim in [None, Some(WordRule::Ascii), Some(WordRule::Unicode)] {
            let right = expected(&question, &known, &data, trim);
            starting += right.0;
            ending += right.1;
            for &backend in &backends {
                let counter = question.counter(backend).unwrap();
                let found =
                    (counter.starting_segments(&data, trim), counter.ending_segments(&data, trim));
                assert_eq!(
                    found,
                    right,
                    "{backend}, {trim:?}, {question:?}, \"{}\"",
                    data.escape_ascii()
                );
            }
        }
    }
    assert!(starting > 1000 && ending > 1000 && quoted > 100, "{starting} {ending} {quoted}");
    println!("{starting} starts, {ending} ends, {quoted} texts with quotes, differences: 0");
}

#[test]
fn edges_by_hand() {
    let lines = |needle: &str| Counter::new(needle, 1, Reset::Newlines).unwrap();
    let ends =
        |needle: &str, data: &str, trim| lines(needle).ending_segments(data.as_bytes(), trim);
    // An occurrence at the end counts, whether or not it is the one that is found first.
    assert_eq!(ends("...", "....\n.....", None), 2);
    assert_eq!(ends("...", "..\n...\r", None), 0);
    assert_eq!(ends("...", "..\n...\r", Some(WordRule::Ascii)), 1);
    assert_eq!(ends("…", "a…\u{3000}\u{A0}\nb…", Some(WordRule::Ascii)), 1);
    assert_eq!(ends("…", "a…\u{3000}\u{A0}\nb…", Some(WordRule::Unicode)), 2);
    // White space is left out before the needle is looked for, and so is never its end.
    assert_eq!(ends(". ", ". ", Some(WordRule::Ascii)), 0);
    assert_eq!(ends(". ", ". ", None), 1);
    // Nothing is in an empty segment, and the reset byte is in none.
    assert_eq!(lines("a").starting_segments(b"", None), 0);
    assert_eq!(lines("a").starting_segments(b"\n\na\n", None), 1);
    let newline = Counter::new('\n', 1, Reset::Newlines).unwrap();
    assert_eq!(newline.starting_segments(b"\n\n", None), 0);
    // A separator does not begin before its segment.
    let cut = Counter::new(b"a", 1, Reset::AnyOf(ByteSet::new(b"\xC2"))).unwrap();
    assert_eq!(cut.starting_segments(b"\xC2\xA0a", Some(WordRule::Unicode)), 0);
    assert_eq!(cut.ending_segments(b"a\xC2\xA0", Some(WordRule::Unicode)), 1);
}
