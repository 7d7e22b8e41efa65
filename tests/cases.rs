//! The cases in `tests/cases`, on every backend.

mod common;

use common::edges;
use common::records::{self, Question, QuoteOptions, Rule};
use common::text::text;
use common::{Answers, OwnedNeedle, ask, plainly};
use tally::{ByteSet, Condition, Counter, Match, Reset, Stream, Summary, WordRule};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/");

/// What one condition finds: how many matches, and some or all of them.
struct At {
    condition: Condition,
    matching_segments: u64,
    matches: Vec<Match>,
    all: bool,
}

#[derive(Default)]
struct FileCase {
    name: String,
    needle: Option<OwnedNeedle>,
    reset: Reset,
    skip_empty: bool,
    skip_last_empty: bool,
    quotes: Option<QuoteOptions>,
    closing: ByteSet,
    unclosed: Option<u64>,
    /// How many segments start and end with the needle, once this white space is left out.
    edges: Vec<(Option<WordRule>, u64, u64)>,
    data: Option<Vec<u8>>,
    count: Option<u64>,
    max_count: Option<u64>,
    at: Vec<At>,
    error: bool,
}

fn split(line: &str) -> (&str, &str) {
    line.split_once(' ').unwrap_or((line, ""))
}

/// What `at`, `outside` or `within` says.
fn at(kind: &str, line: &str) -> At {
    let mut words = line.split(' ');
    let mut number = || match words.next().unwrap() {
        "any" => u64::MAX,
        number => number.parse().unwrap(),
    };
    let min_number = number();
    let condition = match kind {
        "at" => Condition::AtLeast(min_number),
        "outside" => Condition::Outside { min_number, max_number: number() },
        _ => Condition::Within { min_number, max_number: number() },
    };
    let matching_segments = number();
    let mut matches = Vec::new();
    let mut all = true;
    for word in words {
        if word == "..." {
            all = false;
        } else {
            let places: Vec<u64> = word.split(':').map(|place| place.parse().unwrap()).collect();
            let (segment, start, end, count) = match places[..] {
                [segment, start, end] => (segment, start, end, min_number),
                [segment, start, end, count] => (segment, start, end, count),
                _ => panic!("{line}"),
            };
            matches.push(Match { segment, start, end, count });
        }
    }
    At { condition, matching_segments, matches, all }
}

fn quotes(line: &str) -> QuoteOptions {
    let mut words = line.split(' ');
    let rule = match words.next() {
        Some("fields") => Rule::Fields,
        Some("anywhere") => Rule::Anywhere,
        _ => panic!("{line}"),
    };
    let mut quotes = QuoteOptions { rule, quote: b'"', escape: None, delimiters: None };
    while let Some(key) = words.next() {
        let value = text(words.next().unwrap());
        match key {
            "quote" => quotes.quote = value[0],
            "escape" => quotes.escape = Some(value[0]),
            "delimiters" => quotes.delimiters = Some(ByteSet::new(&value)),
            _ => panic!("{line}"),
        }
    }
    quotes
}

fn read(name: &str) -> Vec<FileCase> {
    let file = std::fs::read_to_string(format!("{CASES}{name}")).unwrap();
    let mut cases: Vec<FileCase> = Vec::new();
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (key, value) = split(line);
        if key == "case" {
            cases.push(FileCase { name: value.to_owned(), ..FileCase::default() });
            continue;
        }
        let case = cases.last_mut().unwrap();
        match key {
            "needle" => {
                let (kind, value) = split(value);
                case.needle = Some(match kind {
                    "char" => {
                        let code = u32::from_str_radix(value, 16).unwrap();
                        OwnedNeedle::Character(char::from_u32(code).unwrap())
                    }
                    "bytes" => OwnedNeedle::String(text(value)),
                    "any" => OwnedNeedle::AnyOf(text(value).into_iter().collect()),
                    _ => panic!("{line}"),
                });
            }
            "reset" => {
                case.reset = match split(value) {
                    ("none", "") => Reset::None,
                    ("newlines", "") => Reset::Newlines,
                    ("spaces", "") => Reset::Spaces,
                    ("whitespace", "") => Reset::Whitespace,
                    ("bytes", value) => Reset::AnyOf(ByteSet::new(&text(value))),
                    _ => panic!("{line}"),
                }
            }
            "data" => case.data = Some(text(value)),
            "count" => case.count = Some(value.parse().unwrap()),
            "max" => case.max_count = Some(value.parse().unwrap()),
            "at" | "outside" | "within" => case.at.push(at(key, value)),
            "skip" => {
                case.skip_empty = matches!(value, "empty" | "both");
                case.skip_last_empty = matches!(value, "last" | "both");
                assert!(case.skip_empty || case.skip_last_empty, "{line}");
            }
            "quotes" => case.quotes = Some(quotes(value)),
            "closing" => case.closing = ByteSet::new(&text(value)),
            "unclosed" => case.unclosed = Some(value.parse().unwrap()),
            "edges" => {
                let words: Vec<&str> = value.split(' ').collect();
                let trim = match words[0] {
                    "none" => None,
                    "ascii" => Some(WordRule::Ascii),
                    "unicode" => Some(WordRule::Unicode),
                    _ => panic!("{line}"),
                };
                case.edges.push((trim, words[1].parse().unwrap(), words[2].parse().unwrap()));
            }
            "error" => case.error = true,
            _ => panic!("{line}"),
        }
    }
    cases
}

/// Whether the answers are what the case says.
fn check(case: &FileCase, at: &At, answers: &Answers, from: &str) {
    let name = format!("{}, {:?}, {from}", case.name, at.condition);
    assert_eq!(answers.count, case.count.unwrap(), "count: {name}");
    assert_eq!(answers.max_count, case.max_count.unwrap(), "max_count: {name}");
    assert_eq!(answers.has_count, at.matching_segments > 0, "has_count: {name}");
    assert_eq!(answers.matching_segments, at.matching_segments, "matching_segments: {name}");
    assert_eq!(answers.matches.len() as u64, at.matching_segments, "matches: {name}");
    if at.all {
        assert_eq!(answers.matches, at.matches, "{name}");
    } else {
        assert_eq!(answers.matches[..at.matches.len()], at.matches, "{name}");
    }
}

#[test]
fn every_case_on_every_backend() {
    let cases = read("counter.txt");
    let backends: Vec<&str> = tally::backends().collect();
    let mut questions = 0;
    for case in &cases {
        let needle = case.needle.as_ref().unwrap().get();
        if case.error {
            assert!(Counter::new(needle, 1, case.reset).is_err(), "{}", case.name);
            questions += 1;
            continue;
        }
        let data = case.data.as_ref().unwrap();
        assert!(!case.at.is_empty(), "{}", case.name);
        for at in &case.at {
            let Condition::AtLeast(min_number) = at.condition else { panic!("{}", case.name) };
            let plain = plainly(needle, case.reset, min_number, data);
            check(case, at, &plain, "the plain loop of the tests");
            for backend in &backends {
                let counter = Counter::new_on(backend, needle, min_number, case.reset);
                let counter = counter.unwrap().unwrap();
                for way in 0..4 {
                    check(case, at, &ask(&counter, data, way), backend);
                }
            }
            questions += 1;
        }
    }
    println!("{} cases, {questions} questions, on {}", cases.len(), backends.join(", "));
    assert!(cases.len() > 70, "the file is cut short");
}

#[test]
fn records_on_every_backend() {
    let cases = read("records.txt");
    let backends: Vec<&str> = tally::backends().collect();
    for case in &cases {
        let data = case.data.as_ref().unwrap();
        assert!(!case.at.is_empty(), "{}", case.name);
        for at in &case.at {
            let question = Question {
                needle: case.needle.clone().unwrap(),
                condition: at.condition,
                reset: case.reset,
                skip_empty: case.skip_empty,
                skip_last_empty: case.skip_last_empty,
                quotes: case.quotes,
                closing: case.closing,
            };
            let known = records::plainly(&question, data);
            check(case, at, &known.answers, "the automaton of the tests");
            assert_eq!(known.unclosed_quote, case.unclosed, "{}", case.name);
            for &(trim, starting, ending) in &case.edges {
                let right = edges::expected(&question, &known, data, trim);
                assert_eq!(right, (starting, ending), "{trim:?}, {}", case.name);
            }
            for backend in &backends {
                let counter = question.counter(backend).unwrap();
                for way in 0..4 {
                    check(case, at, &ask(&counter, data, way), backend);
                }
                for &(trim, starting, ending) in &case.edges {
                    assert_eq!(counter.starting_segments(data, trim), starting, "{}", case.name);
                    assert_eq!(counter.ending_segments(data, trim), ending, "{}", case.name);
                }
                assert_eq!(counter.unclosed_quote(data), case.unclosed, "{}", case.name);
                let mut stream = Stream::new(&counter).unwrap();
                let mut summary = Summary::new(&counter).unwrap();
                for byte in data.chunks(1) {
                    stream.feed(byte).unwrap();
                    summary.feed(byte);
                }
                assert_eq!(stream.finish(), Ok(at.matching_segments > 0), "{}", case.name);
                assert_eq!(stream.first_match(), at.matches.first().copied(), "{}", case.name);
                assert_eq!(summary.totals(), known.totals, "{}", case.name);
                assert_eq!(summary.unclosed_quote(), case.unclosed, "{}", case.name);
            }
        }
    }
    assert!(cases.len() > 20, "the file is cut short");
}
