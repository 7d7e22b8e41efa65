//! The saved state of a summary: its format, against bytes written by hand and the plain loop; and
//! damaged states, which are refused or do no harm.

mod common;

use common::{Case, OwnedNeedle, Random};
use tally::{ByteSet, Counter, Error, Needle, Reset, Summary};

fn counter<'a>(needle: impl Into<Needle<'a>>, min_number: u64, reset: Reset) -> Counter {
    Counter::new(needle, min_number, reset).unwrap()
}

fn fed(counter: &Counter, data: &[u8]) -> Summary {
    let mut summary = Summary::new(counter).unwrap();
    summary.feed(data);
    summary
}

/// Where the numbers of a state start.
fn numbers_at(string: usize) -> usize {
    1 + 8 + 32 + 32 + 8 + string
}

/// A state, field by field.
fn state(
    number: u64,
    resets: [u8; 32],
    set: [u8; 32],
    string: &[u8],
    numbers: [u64; 8],
) -> Vec<u8> {
    let mut state = vec![1];
    state.extend(number.to_le_bytes());
    state.extend(resets);
    state.extend(set);
    state.extend((string.len() as u64).to_le_bytes());
    state.extend(string);
    assert_eq!(state.len(), numbers_at(string.len()));
    state.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    state
}

#[test]
fn written_by_hand() {
    const NONE: [u8; 32] = [0; 32];
    let mut newline = NONE;
    newline[1] = 0b100;
    let mut c = NONE;
    c[12] = 0b1000;
    // bytes, count, resets, first, open, max_count, matching, prefix
    let lines = state(2, newline, c, b"", [10, 6, 2, 1, 3, 3, 2, 0]);
    // A needle that overlaps itself: the data is kept.
    let mut overlapping = state(1, NONE, NONE, b"aba", [6, 1, 0, 0, 1, 0, 0, 2]);
    overlapping.extend(b"xabaab");
    // One that cannot: the head is one byte shorter than the needle.
    let mut accents = state(u64::MAX, newline, NONE, "é".as_bytes(), [7, 2, 1, 1, 1, 1, 0, 1]);
    accents.extend(b"a");
    let cases: [(Counter, &[u8], Vec<u8>); 3] = [
        (counter('c', 2, Reset::Newlines), b"c\ncc\nc.c.c", lines),
        (counter("aba", 1, Reset::None), b"xabaab", overlapping),
        (counter('é', u64::MAX, Reset::Newlines), b"a\xC3\xA9\n\xC3\xA9\xC3", accents),
    ];
    for (counter, data, state) in &cases {
        let summary = fed(counter, data);
        assert_eq!(summary.save().unwrap(), *state);
        assert_eq!(Summary::load(counter, state).unwrap().totals(), summary.totals());
    }
}

/// The state of a summary of `case`, by a plain loop.
fn plain_state(case: &Case) -> Vec<u8> {
    let Case { needle, reset, min_number, data } = case;
    let resets = reset.bytes();
    let (mut set, mut string) = (
        ByteSet::EMPTY,
        match needle {
            OwnedNeedle::Character(character) => character.to_string().into_bytes(),
            OwnedNeedle::String(bytes) => bytes.clone(),
            OwnedNeedle::AnyOf(_) => Vec::new(),
        },
    );
    if let OwnedNeedle::AnyOf(any) = needle {
        set = *any;
    } else if let [byte] = string[..] {
        set = ByteSet::new(&[byte]);
        string.clear();
    }
    // The count of each segment, and where the last hit ended.
    let (mut counts, mut free) = (vec![0], 0);
    for (at, &byte) in data.iter().enumerate() {
        if resets.contains(byte) {
            counts.push(0);
        }
        let end = at + 1;
        let hit = if string.is_empty() {
            set.contains(byte)
        } else {
            end >= free + string.len() && data[..end].ends_with(&string)
        };
        if hit {
            *counts.last_mut().unwrap() += 1;
            free = end;
        }
    }
    let behind = &counts[1..];
    let matching = behind.iter().filter(|&&count| *min_number > 0 && count >= *min_number).count();
    let is_prefix = |len: &usize| data[free..].ends_with(&string[..*len]);
    let numbers = [
        data.len() as u64,
        counts.iter().sum(),
        behind.len() as u64,
        if behind.is_empty() { 0 } else { counts[0] },
        counts[counts.len() - 1],
        behind.iter().copied().max().unwrap_or(0),
        matching as u64,
        (0..string.len()).rev().find(is_prefix).unwrap_or(0) as u64,
    ];
    let overlaps = (1..string.len()).any(|len| string.ends_with(&string[..len]));
    let head = if overlaps { 256.max(4 * string.len()) } else { string.len().saturating_sub(1) };
    let bits = |set: &ByteSet| {
        let mut bits = [0; 32];
        set.iter().for_each(|byte| bits[usize::from(byte / 8)] |= 1 << (byte % 8));
        bits
    };
    let mut state = state(*min_number, bits(&resets), bits(&set), &string, numbers);
    state.extend(&data[..head.min(data.len())]);
    state
}

#[test]
fn the_same_from_every_backend_and_in_any_chunks() {
    let backends: Vec<&str> = tally::backends().collect();
    let mut random = Random::new(1);
    let mut states = 0;
    for number in 0..40_000 {
        let case = Case::random(&mut random, if number % 8 == 0 { 2000 } else { 300 });
        let expected = plain_state(&case);
        for backend in &backends {
            let counter = Counter::new_on(backend, case.needle.get(), case.min_number, case.reset);
            let counter = counter.unwrap().unwrap();
            let mut summary = Summary::new(&counter).unwrap();
            let size = random.pick(&[1, 7, 64, 300, 2000]);
            case.data.chunks(size).for_each(|chunk| summary.feed(chunk));
            assert_eq!(summary.save().unwrap(), expected, "{backend}, by {size}: {case:?}");
            let loaded = Summary::load(&counter, &expected).unwrap();
            assert_eq!(loaded.totals(), summary.totals(), "{backend}: {case:?}");
            assert_eq!(loaded.save().unwrap(), expected, "{backend}: {case:?}");
            states += 1;
        }
    }
    println!("{states} states, differences: 0");
}

#[test]
fn of_another_question() {
    let saved = fed(&counter('c', 2, Reset::Newlines), b"c\ncc").save().unwrap();
    // The same question in other words.
    for needle in [Needle::from("c"), Needle::from(ByteSet::new(b"c"))] {
        for reset in [Reset::Newlines, Reset::AnyOf(ByteSet::new(b"\n"))] {
            assert_eq!(
                Summary::load(&counter(needle, 2, reset), &saved).unwrap().totals().count,
                3
            );
        }
    }
    for other in [
        counter('c', 3, Reset::Newlines),
        counter('d', 2, Reset::Newlines),
        counter("cc", 2, Reset::Newlines),
        counter(ByteSet::new(b"cd"), 2, Reset::Newlines),
        counter('c', 2, Reset::None),
        counter('c', 2, Reset::Whitespace),
    ] {
        assert_eq!(
            Summary::load(&other, &saved).unwrap_err(),
            Error::DifferentCounters,
            "{other:?}"
        );
    }
    let strings = fed(&counter("abc", 2, Reset::None), b"abc").save().unwrap();
    for other in ["ab", "abcd", "abd"] {
        let other = counter(other, 2, Reset::None);
        assert_eq!(
            Summary::load(&other, &strings).unwrap_err(),
            Error::DifferentCounters,
            "{other:?}"
        );
    }
}

#[test]
fn more_than_can_be_counted() {
    let counter = counter('c', 2, Reset::None);
    let mut summary = fed(&counter, b"c");
    for _ in 0..62 {
        let copy = Summary::load(&counter, &summary.save().unwrap()).unwrap();
        summary.merge(&copy).unwrap();
    }
    let copy = Summary::load(&counter, &summary.save().unwrap()).unwrap();
    assert_eq!(copy.totals().count, 1 << 62);
    assert_eq!(summary.merge(&copy), Err(Error::Limit));
    summary.feed(b"c");
    assert_eq!(summary.save(), Err(Error::Limit));
}

/// A question and data, mostly more data than a summary keeps.
struct Fed {
    counter: Counter,
    data: Vec<u8>,
    /// The length of the needle if it is a string, or 0.
    string: usize,
}

impl Fed {
    fn new<'a>(needle: impl Into<Needle<'a>>, number: u64, reset: Reset, data: &str) -> Self {
        let needle = needle.into();
        let string = match needle {
            Needle::Character(character) => character.len_utf8(),
            Needle::String(bytes) => bytes.len(),
            Needle::AnyOf(_) => 0,
        };
        let string = if string == 1 { 0 } else { string };
        Self { counter: counter(needle, number, reset), data: data.into(), string }
    }

    fn state(&self) -> Vec<u8> {
        fed(&self.counter, &self.data).save().unwrap()
    }

    /// The state with these numbers in place of its own.
    fn state_with(&self, numbers: &[u64; 8]) -> Vec<u8> {
        let mut state = self.state();
        let places = state[numbers_at(self.string)..].chunks_exact_mut(8);
        for (place, number) in places.zip(numbers) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        state
    }

    /// If `state` is not refused, calls everything that a summary has.
    fn try_out(&self, state: &[u8]) -> bool {
        let load = || Summary::load(&self.counter, state);
        let loaded = match load() {
            Ok(loaded) => loaded,
            Err(error) => {
                assert!(matches!(error, Error::BadState | Error::DifferentCounters), "{error}");
                return false;
            }
        };
        let merge = |left: &mut Summary, right: &Summary| {
            if let Err(error) = left.merge(right) {
                assert!(matches!(error, Error::Overlap | Error::Limit), "{error}");
            }
            left.feed(&self.data);
            let _ = (left.totals(), left.save());
        };
        for data in [&self.data, &self.data[..self.data.len() / 2], &self.data[..1], b""] {
            let mut other = fed(&self.counter, data);
            merge(&mut load().unwrap(), &other);
            merge(&mut other, &loaded);
        }
        let mut twice = load().unwrap();
        merge(&mut twice, &loaded);
        twice.reset();
        twice.feed(&self.data);
        assert_eq!(twice.save().unwrap(), self.state());
        true
    }
}

#[test]
fn states_that_no_summary_saves() {
    // bytes, count, resets, first, open, max_count, matching, prefix; the first row is right.
    let bytes: &[[u64; 8]] = &[
        [12, 7, 3, 1, 0, 4, 2, 0],
        [0, 7, 3, 1, 0, 4, 2, 0],             // counts of no data
        [(1 << 62) + 1, 7, 3, 1, 0, 4, 2, 0], // more bytes than can be counted
        [6, 7, 3, 1, 0, 4, 2, 0],             // more hits than bytes
        [12, 7, 13, 1, 0, 4, 2, 0],           // more resets than bytes
        [12, 7, 0, 1, 7, 0, 0, 0],            // a first segment that no reset ended
        [12, 7, 0, 0, 7, 4, 2, 0],            // no segment behind the first, and a count there
        [12, 7, 0, 0, 6, 0, 0, 0],            // a hit outside all segments
        [12, 0, 3, 1, 0, 4, 2, 0],            // more hits in the first than in all
        [12, 7, 3, 1, 0, 7, 2, 0],            // more hits in the largest than behind the first
        [12, 7, 3, 1, 0, 1, 0, 0],            // more hits behind the first than the largest allows
        [12, 7, 3, 1, 5, 4, 2, 0],            // more hits in the last than in the largest
        [12, 7, 3, 1, 0, 4, 4, 0],            // more matching segments than there are
        [12, 7, 3, 1, 0, 4, 0, 0],            // none, but the largest count matches
        [12, 7, 3, 1, 0, 4, 2, 1],            // a prefix of a needle of one byte
    ];
    let every: &[[u64; 8]] = &[
        [12, 7, 3, 1, 0, 4, 0, 0],
        [12, 7, 3, 1, 0, 4, 2, 0], // segments that reach 0 are not counted
    ];
    // "aa" in 300 a, of which the head has 256.
    let row: &[[u64; 8]] = &[
        [300, 150, 0, 0, 150, 0, 0, 0],
        [300, 150, 0, 0, 150, 0, 0, 2], // a prefix as long as the needle
        [300, 151, 0, 0, 151, 0, 0, 0], // more hits than fit
        [300, 127, 0, 0, 127, 0, 0, 0], // fewer hits than in the head
        [300, 150, 1, 127, 23, 23, 1, 0], // fewer in the first segment than in the head
        [200, 100, 0, 0, 100, 0, 0, 0], // a head longer than the data
        [256, 127, 0, 0, 127, 0, 0, 1], // the head is all data, and its count differs
    ];
    // "aa" in three lines with 1, 2 and 150 hits; two lines and 123 hits of the third are in the head.
    let lines: &[[u64; 8]] = &[
        [310, 153, 2, 1, 150, 150, 2, 1],
        [310, 153, 0, 0, 153, 0, 0, 1], // no reset, but two in the head
        [310, 153, 2, 0, 150, 150, 2, 1], // the first segment's count differs from the head's
        [310, 125, 2, 1, 124, 124, 2, 1], // fewer hits than in the head
        [310, 153, 2, 1, 150, 150, 1, 1], // one line matches, but two in the head do
    ];
    // The same; no line reaches 124 in the head.
    let longest: &[[u64; 8]] = &[
        [310, 153, 2, 1, 150, 150, 1, 1],
        [310, 153, 1, 1, 152, 152, 1, 1], // one reset, but two in the head
        [310, 153, 2, 1, 100, 100, 0, 1], // a largest count below that of the head
    ];
    let three_lines = format!("aaa\naaaa\n{}", "a".repeat(301));
    let cases = [
        (Fed::new('c', 2, Reset::Newlines, "c\ncc\nc.ccc\n."), bytes),
        (Fed::new('c', 0, Reset::Newlines, "c\ncc\nc.ccc\n."), every),
        (Fed::new("aa", 2, Reset::None, &"a".repeat(300)), row),
        (Fed::new("aa", 2, Reset::Newlines, &three_lines), lines),
        (Fed::new("aa", 124, Reset::Newlines, &three_lines), longest),
    ];
    for (fed, numbers) in &cases {
        let [right, wrong @ ..] = numbers else { unreachable!() };
        assert_eq!(fed.state_with(right), fed.state(), "{right:?}");
        for wrong in wrong {
            let refused = Summary::load(&fed.counter, &fed.state_with(wrong));
            assert_eq!(refused.unwrap_err(), Error::BadState, "{wrong:?}");
        }
    }
}

#[test]
fn damaged_states_do_no_harm() {
    let row = "a".repeat(300);
    let cases = [
        Fed::new('c', 2, Reset::Newlines, "c\ncc\nc.ccc\n."),
        Fed::new(ByteSet::new(b"c\n"), 1, Reset::Newlines, "c\n\ncc\nc.c\n"),
        Fed::new('c', 0, Reset::None, "ccc.c"),
        Fed::new('é', 2, Reset::Newlines, "é\né.éé\né"),
        Fed::new("more of it", 2, Reset::Newlines, "more of it"),
        Fed::new("aa", 2, Reset::Newlines, "a\naaa"),
        Fed::new("aa", 2, Reset::None, &row),
        Fed::new("aa", 2, Reset::Newlines, &format!("aaa\n{row}\naaaaa\na")),
        Fed::new("aba", 2, Reset::Newlines, &format!("{row}baba\nababa\nab")),
    ];
    let (mut tried, mut loaded) = (0, 0);
    for fed in &cases {
        let state = fed.state();
        assert!(fed.try_out(&state), "{state:?}");
        for len in 0..state.len() {
            assert!(!fed.try_out(&state[..len]), "{len} of {state:?}");
        }
        assert!(!fed.try_out(&[&state[..], b"\0"].concat()), "{state:?}");
        let mut try_out = |state: &[u8]| {
            tried += 1;
            loaded += u64::from(fed.try_out(state));
        };
        for at in 0..state.len() {
            let mut broken = state.clone();
            for xor in 1..=u8::MAX {
                broken[at] = state[at] ^ xor;
                try_out(&broken);
            }
        }
        // Any two of the numbers, with any values at a boundary.
        let own: &[u8] = &state[numbers_at(fed.string)..];
        let own: Vec<u64> = own
            .chunks_exact(8)
            .take(8)
            .map(|n| u64::from_le_bytes(n.try_into().unwrap()))
            .collect();
        let own: [u64; 8] = own.try_into().unwrap();
        let mut values = own.to_vec();
        values.extend([0, 1, 2, 64, own[0] - 1, own[0] + 1]);
        values.extend([1 << 61, (1 << 62) - 1, 1 << 62, i64::MAX as u64, 1 << 63, u64::MAX]);
        for (one, other) in (0..8).flat_map(|one| (0..one).map(move |other| (one, other))) {
            for &a in &values {
                for &b in &values {
                    let mut numbers = own;
                    (numbers[one], numbers[other]) = (a, b);
                    try_out(&fed.state_with(&numbers));
                }
            }
        }
        // The largest allowed numbers.
        let most = 1 << 62;
        for hits in [most, most / 2, most / 3] {
            for open in [hits, hits / 2, 0] {
                try_out(&fed.state_with(&[most, hits, 0, 0, open, 0, 0, 1]));
                try_out(&fed.state_with(&[
                    most / 2,
                    hits / 2,
                    1,
                    open / 2,
                    hits / 4,
                    hits / 4,
                    1,
                    1,
                ]));
            }
        }
    }
    assert!(loaded > 1000, "{loaded}");
    println!("{tried} broken states, {} refused", tried - loaded);
}
