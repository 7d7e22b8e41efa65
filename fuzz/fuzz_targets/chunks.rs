//! Data in chunks, parts that are saved, loaded and merged, and several threads, against the plain
//! loop; and summaries loaded from any state.

#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;
mod decode;

use std::num::NonZeroUsize;

use common::{Answers, Case, plainly};
use decode::{Change, Input, exactly};
use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use tally::{Counter, Error, Needle, Stream, Summary, Totals};

#[derive(Debug)]
struct Chunks {
    case: Case,
    /// Which backend, of those that are here.
    backend: usize,
    /// How long the chunks are, again and again.
    sizes: Vec<usize>,
    /// Which neighbours are merged next.
    merges: Vec<usize>,
    /// What is changed in a state.
    changes: Vec<Change>,
}

impl Arbitrary<'_> for Chunks {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let mut input = Input::new(u.bytes(u.len())?);
        let backend = input.below(16);
        let (number, wide) = (1 + input.below(7), input.below(3));
        let sizes = (0..number).map(|_| [1, 9, 200][wide] * input.below(40)).collect();
        let merges = (0..4).map(|_| input.byte().into()).collect();
        let changes = Change::some(&mut input);
        Ok(Self { backend, sizes, merges, changes, case: input.case() })
    }
}

impl Chunks {
    /// Behind this many chunks, the rest is one chunk: many runs find more than long ones.
    const MOST: usize = 100;

    fn of<'a>(&self, mut data: &'a [u8]) -> Vec<&'a [u8]> {
        let mut chunks = Vec::new();
        // The 1 is for sizes that are all 0.
        for &size in self.sizes.iter().chain([&1]).cycle() {
            let size = if chunks.len() < Self::MOST { size } else { data.len() };
            let (chunk, rest) = data.split_at(size.min(data.len()));
            chunks.push(chunk);
            data = rest;
            if data.is_empty() {
                break;
            }
        }
        chunks
    }
}

fuzz_target!(|chunks: Chunks| {
    let Case { needle, reset, min_number, data } = &chunks.case;
    let backends: Vec<&str> = tally::backends().collect();
    let backend = backends[chunks.backend % backends.len()];
    let Ok(Some(counter)) = Counter::new_on(backend, needle.get(), *min_number, *reset) else {
        return;
    };
    let data = exactly(data, 0);
    let Answers { count, max_count, matching_segments, matches, .. } =
        plainly(needle.get(), *reset, *min_number, &data);
    let resets = reset.bytes();
    let segments = 1 + data.iter().filter(|&&byte| resets.contains(byte)).count() as u64;
    let totals = Totals { bytes: data.len() as u64, count, max_count, segments, matching_segments };

    let mut stream = Stream::new(&counter).expect("there is memory");
    let mut summary = Summary::new(&counter).expect("there is memory");
    let mut fed = 0;
    for chunk in chunks.of(&data) {
        fed += chunk.len() as u64;
        let first = matches.first().filter(|found| found.end <= fed).copied();
        assert_eq!(stream.feed(chunk).unwrap(), first.is_some(), "stream");
        assert_eq!(stream.first_match(), first, "stream");
        summary.feed(chunk);
    }
    assert_eq!(summary.totals(), totals, "summary");

    if let Some(merged) = merged(&chunks, &counter, &data) {
        assert_eq!(merged.totals(), totals, "merged");
    }
    load_any(&chunks, &counter, &data);
    let two = NonZeroUsize::MIN.saturating_add(1);
    assert_eq!(counter.find_threads(&data, two), matches.first().copied(), "threads");
});

/// The chunks, counted apart and merged; or None where that is refused.
fn merged(chunks: &Chunks, counter: &Counter, data: &[u8]) -> Option<Summary> {
    let mut parts: Vec<Summary> = Vec::new();
    for chunk in chunks.of(data) {
        let mut part = Summary::new(&counter).expect("there is memory");
        part.feed(chunk);
        parts.push(part);
    }
    let mut turns = chunks.merges.iter().cycle();
    while parts.len() > 1 {
        let at = turns.next().map_or(0, |turn| turn % (parts.len() - 1));
        let right = parts.remove(at + 1).save().expect("there is memory");
        let right = Summary::load(counter, &right).expect("it was saved");
        match parts[at].merge(&right) {
            Ok(()) => {}
            // For strings alone whose end is as their beginning, and with many bytes behind.
            Err(Error::Overlap) => {
                assert!(overlaps(chunks.case.needle.get()), "refused");
                assert!(right.totals().bytes > 256, "refused");
                return None;
            }
            Err(error) => panic!("{error}"),
        }
    }
    parts.pop()
}

/// A state with changes is refused, or else its summary can be used like any.
fn load_any(chunks: &Chunks, counter: &Counter, data: &[u8]) {
    let size = chunks.sizes.first().map_or(0, |&size| size.min(data.len()));
    for (left, right) in [(data, data), data.split_at(size)] {
        let mut other = Summary::new(&counter).expect("there is memory");
        other.feed(left);
        let mut state = other.save().expect("there is memory");
        Change::make(&chunks.changes, &mut state);
        // Memory of its own.
        let state = exactly(&state, 0);
        let Ok(mut loaded) = Summary::load(counter, &state) else { continue };
        assert_eq!(loaded.save().as_deref(), Ok(&state[..]), "loaded");
        // Whether it is refused or not.
        let _ = other.merge(&loaded);
        other.feed(right);
        let _ = loaded.merge(&other);
        loaded.feed(right);
        let _ = (other.totals(), loaded.totals());
    }
}

fn overlaps(needle: Needle<'_>) -> bool {
    match needle {
        Needle::String(bytes) => (1..bytes.len()).any(|len| bytes.ends_with(&bytes[..len])),
        _ => false,
    }
}
