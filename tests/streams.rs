//! Data in chunks, and parts merged: random cases cut at random places, against the plain loop.

mod common;

use common::{Answers, Case, OwnedNeedle, Random, plainly};
use tally::{Counter, Error, Stream, Summary, Totals};

/// The number of cuts; `TALLY_TEST_CUTS` changes it.
fn cuts() -> u64 {
    let number = std::env::var("TALLY_TEST_CUTS").ok();
    number.map_or(1_000_000, |cuts| cuts.parse().expect("TALLY_TEST_CUTS is a number"))
}

/// The bytes of the needle, if it is a string of several.
fn string(needle: &OwnedNeedle) -> Option<Vec<u8>> {
    let string = match needle {
        OwnedNeedle::Character(character) => character.to_string().into_bytes(),
        OwnedNeedle::String(bytes) => bytes.clone(),
        OwnedNeedle::AnyOf(_) => return None,
    };
    (string.len() > 1).then_some(string)
}

/// A case for chunks: more needles that repeat and overlap themselves than elsewhere.
fn random_case(random: &mut Random) -> Case {
    let most = if random.one_in(20) { 3000 } else { 300 };
    let mut case = Case::random(random, most);
    if most > 300 || random.one_in(3) {
        const STRINGS: [&[u8]; 10] = [
            b"aa",
            b"ab",
            b"aba",
            b"aabaa",
            b"aabaaab",
            b"abab",
            b"aaaa",
            b"abaababaabaab",
            b"aaaaaaaaaaaaaaaaaaaaaaa",
            b"abaababaabaababaababaabaababaabaab",
        ];
        let string = random.pick(&STRINGS);
        case.needle = OwnedNeedle::String(string.to_vec());
        case.reset = random.pick(&[tally::Reset::None, tally::Reset::Newlines]);
        // The needle, parts of it, and now and then another byte.
        case.data.clear();
        let length = random.below(most);
        while case.data.len() < length {
            match random.below(12) {
                0 => case.data.push(random.pick(b"ab\nx")),
                1..4 => case.data.extend(string),
                4 => case.data.extend(string.repeat(random.below(most / string.len() / 2 + 1))),
                _ => {
                    let from = random.below(string.len());
                    let to = from + random.below(string.len() - from + 1);
                    case.data.extend(&string[from..to]);
                }
            }
        }
        case.data.truncate(most);
    }
    case
}

/// `data` in chunks: of one size, of random sizes, or cut in two.
fn chunks<'a>(random: &mut Random, mut data: &'a [u8]) -> Vec<&'a [u8]> {
    let way = random.below(5);
    let size = random.pick(&[1, 2, 3, 5, 16, 63, 64, 65, 300]);
    let mut chunks = Vec::new();
    while !data.is_empty() {
        let len = match way {
            0 => size,
            1 => random.below(4),
            2 => random.below(301),
            3 => random.below(size + 1),
            _ if chunks.is_empty() => random.below(data.len() + 1),
            _ => data.len(),
        };
        let (chunk, rest) = data.split_at(len.min(data.len()));
        chunks.push(chunk);
        data = rest;
    }
    if random.one_in(4) {
        chunks.push(data);
    }
    chunks
}

fn totals(case: &Case, data: &[u8]) -> Totals {
    let Answers { count, max_count, matching_segments, .. } =
        plainly(case.needle.get(), case.reset, case.min_number, data);
    let resets = case.reset.bytes();
    let segments = 1 + data.iter().filter(|&&byte| resets.contains(byte)).count() as u64;
    Totals { bytes: data.len() as u64, count, max_count, segments, matching_segments }
}

/// Where hits end in `data[from..]`, counted from `from`.
fn ends(string: &[u8], data: &[u8], from: usize) -> Vec<usize> {
    let mut free = from;
    let mut ends = Vec::new();
    for end in from..=data.len() {
        if end >= free + string.len() && data[..end].ends_with(string) {
            ends.push(end);
            free = end;
        }
    }
    ends
}

/// The length of the longest prefix of the string that `data[free..]` ends with.
fn prefix(string: &[u8], data: &[u8], free: usize) -> usize {
    (0..string.len()).rev().find(|&len| data[free..].ends_with(&string[..len])).unwrap()
}

/// The rule in the comment of `Summary::merge`: whether merging fails.
fn refused(string: &[u8], left: &[u8], right: &[u8]) -> bool {
    let overlaps = (1..string.len()).any(|len| string.ends_with(&string[..len]));
    let head = 256.max(4 * string.len());
    if !overlaps || right.len() <= head {
        return false;
    }
    // Does an occurrence lie across the cut?
    let free = ends(string, left, 0).last().copied().unwrap_or(0);
    let both = [&left[free..], right].concat();
    let cut = left.len() - free;
    let Some(&end) = ends(string, &both, 0).first() else { return false };
    if end >= cut + string.len() {
        return false;
    }
    let end = end - cut;
    // Do both counts reach the same state within the head?
    (end..=head).all(|at| {
        let prefix_from = |from: usize| {
            let free = ends(string, &right[..at], from).last().copied().unwrap_or(from);
            prefix(string, &right[..at], free)
        };
        prefix_from(0) != prefix_from(end)
    })
}

/// The number of cuts, of summaries saved and loaded on the way, of merges, and of merges that
/// rightly failed.
#[derive(Default)]
struct Done {
    cuts: u64,
    loads: u64,
    merges: u64,
    refused: u64,
}

struct Check<'c> {
    case: &'c Case,
    counter: &'c Counter,
    /// One that asks the same question, on any backend.
    other: &'c Counter,
    string: Option<Vec<u8>>,
    done: Done,
}

impl Check<'_> {
    fn stream(&self, stream: &mut Stream, chunks: &[&[u8]], expected: &Answers) {
        let case = self.case;
        let mut fed = 0;
        let first = expected.matches.first().copied();
        assert_eq!(stream.matched(), case.min_number == 0, "{case:?}");
        for chunk in chunks {
            fed += chunk.len() as u64;
            let matched = first.is_some_and(|first| first.end <= fed);
            assert_eq!(stream.feed(chunk), Ok(matched), "{chunks:?} {case:?}");
            assert_eq!(stream.first_match(), first.filter(|_| matched), "{chunks:?} {case:?}");
        }
    }

    /// Now and then replaces `summary` by the one loaded from its state.
    fn travel(&mut self, random: &mut Random, summary: &mut Summary) {
        if random.one_in(4) {
            let counter = if random.one_in(2) { self.counter } else { self.other };
            *summary = Summary::load(counter, &summary.save().unwrap()).unwrap();
            self.done.loads += 1;
        }
    }

    /// Merges neighbours in a random order until one is left.
    fn merge(&mut self, random: &mut Random, chunks: &[&[u8]]) {
        let case = self.case;
        let mut parts: Vec<(Summary, Vec<u8>)> = Vec::new();
        for chunk in chunks {
            let mut summary = Summary::new(self.counter).unwrap();
            // Fed in two chunks, one of them perhaps empty.
            let (a, b) = chunk.split_at(random.below(chunk.len() + 1));
            summary.feed(a);
            self.travel(random, &mut summary);
            summary.feed(b);
            parts.push((summary, chunk.to_vec()));
        }
        while parts.len() > 1 {
            let at = random.below(parts.len() - 1);
            let (mut right, right_data) = parts.remove(at + 1);
            let (left, left_data) = &mut parts[at];
            self.travel(random, left);
            self.travel(random, &mut right);
            let before = left.totals();
            let expected = match &self.string {
                Some(string) if refused(string, left_data, &right_data) => Err(Error::Overlap),
                _ => Ok(()),
            };
            assert_eq!(left.merge(&right), expected, "{left_data:?} {right_data:?} {case:?}");
            self.done.merges += 1;
            if expected.is_err() {
                // It is unchanged, and can be fed instead.
                self.done.refused += 1;
                assert_eq!(left.totals(), before, "{case:?}");
                left.feed(&right_data);
            }
            left_data.extend(right_data);
            assert_eq!(left.totals(), totals(case, left_data), "{left_data:?} {case:?}");
        }
        if let Some((whole, data)) = parts.pop() {
            assert_eq!(whole.totals(), totals(case, &data), "{case:?}");
        }
    }
}

/// Compares until `cuts` cuts are done.
fn compare(seed: u64, cuts: u64) -> Done {
    let backends: Vec<&str> = tally::backends().collect();
    let mut random = Random::new(seed);
    let mut done = Done::default();
    while done.cuts < cuts {
        let case = random_case(&mut random);
        let Case { needle, reset, min_number, data } = &case;
        let backend = random.pick(&backends);
        let new = |backend| {
            let counter = Counter::new_on(backend, needle.get(), *min_number, *reset);
            counter.unwrap_or_else(|error| panic!("{error}: {case:?}")).unwrap()
        };
        let (counter, other) = (new(backend), new(random.pick(&backends)));
        let expected = plainly(needle.get(), *reset, *min_number, data);
        let expected_totals = totals(&case, data);
        let mut stream = Stream::new(&counter).unwrap();
        let mut summary = Summary::new(&counter).unwrap();
        let string = string(needle);
        let mut check = Check { case: &case, counter: &counter, other: &other, string, done };
        for _ in 0..3 {
            let chunks = chunks(&mut random, data);
            check.done.cuts += chunks.len().saturating_sub(1) as u64;
            check.stream(&mut stream, &chunks, &expected);
            for chunk in &chunks {
                summary.feed(chunk);
                check.travel(&mut random, &mut summary);
            }
            assert_eq!(summary.totals(), expected_totals, "{backend} {chunks:?} {case:?}");
            if chunks.len() < 12 || random.one_in(20) {
                check.merge(&mut random, &chunks);
            }
            stream.reset();
            summary.reset();
        }
        done = check.done;
    }
    done
}

#[test]
fn cut_anywhere_and_merged_in_any_order() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let share = cuts().div_ceil(threads);
    let done: Vec<Done> = std::thread::scope(|scope| {
        let handles: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || compare(thread, share))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });
    let sum = |number: fn(&Done) -> u64| done.iter().map(number).sum::<u64>();
    let refused = sum(|done| done.refused);
    assert!(refused > 0, "no merge failed");
    println!(
        "{} cuts, {} merges ({refused} rightly failed), {} summaries loaded, differences: 0",
        sum(|done| done.cuts),
        sum(|done| done.merges),
        sum(|done| done.loads)
    );
}

/// A chunk of several strides: the edges between strides are cuts too.
#[test]
fn one_large_chunk() {
    let mut random = Random::new(9);
    let strings: [&[u8]; 6] =
        [b"a", b"ab", b"aa", b"aabaa", b"aaaaaaaaaaaaaaaaaaaaaaa", "é".as_bytes()];
    for string in strings {
        // Dense needles often cross an edge; sparse ones are far apart.
        for others in [1, 4, 40] {
            let mut data = Vec::new();
            while data.len() < 600 << 10 {
                data.extend(string);
                data.resize(data.len() + random.below(others), random.pick(b"ab\n"));
            }
            let needle = OwnedNeedle::String(string.to_vec());
            let case = Case { needle, reset: tally::Reset::Newlines, min_number: 90, data };
            let counter = Counter::new(case.needle.get(), case.min_number, case.reset).unwrap();
            let mut summary = Summary::new(&counter).unwrap();
            summary.feed(&case.data);
            assert_eq!(summary.totals(), totals(&case, &case.data), "{string:?} {others}");
            let mut stream = Stream::new(&counter).unwrap();
            let expected = plainly(case.needle.get(), case.reset, case.min_number, &case.data);
            assert_eq!(stream.feed(&case.data), Ok(expected.has_count), "{string:?} {others}");
            assert_eq!(
                stream.first_match(),
                expected.matches.first().copied(),
                "{string:?} {others}"
            );
        }
    }
}
