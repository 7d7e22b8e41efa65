//! Nothing outside the data is read: no byte before it, and none behind.

#![cfg(unix)]
#![allow(unsafe_code, reason = "maps memory that must not be touched")]

mod common;

use std::ptr;
use std::slice;

use common::{Case, OwnedNeedle, Random, ask, edges, plainly, records, words};
use tally::{ByteSet, Column, Counter, Reset, WordCounter, WordRule, WordsOptions};

/// A page of memory between two that must not be touched.
struct Guarded {
    page: *mut u8,
    size: usize,
}

impl Guarded {
    fn new() -> Self {
        // SAFETY: the system chooses the place of new memory, and only that is protected.
        unsafe {
            let size = usize::try_from(libc::sysconf(libc::_SC_PAGESIZE)).unwrap();
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            let start = libc::mmap(ptr::null_mut(), 3 * size, libc::PROT_NONE, flags, -1, 0);
            assert_ne!(start, libc::MAP_FAILED);
            let page = start.cast::<u8>().add(size);
            let usable = libc::PROT_READ | libc::PROT_WRITE;
            assert_eq!(libc::mprotect(page.cast(), size, usable), 0);
            Self { page, size }
        }
    }

    /// A copy of `data`, `distance` bytes behind the first guard, or before the second.
    fn place(&mut self, data: &[u8], before_end: bool, distance: usize) -> &[u8] {
        let start = if before_end { self.size - data.len() - distance } else { distance };
        assert!(start + data.len() <= self.size);
        // SAFETY: that is inside the page, which nothing else uses.
        unsafe {
            ptr::copy_nonoverlapping(data.as_ptr(), self.page.add(start), data.len());
            slice::from_raw_parts(self.page.add(start), data.len())
        }
    }
}

fn questions() -> Vec<(OwnedNeedle, Reset)> {
    let scattered =
        ByteSet::new(b"\x01\x13\x25\x37\x49\x5B\x6D\x7F\x81\x93\xA5\xB7\xC9\xDB\xED\xFFa");
    let newlines = Reset::Newlines;
    vec![
        (OwnedNeedle::String(b"a".to_vec()), newlines),
        (OwnedNeedle::String(b"a".to_vec()), Reset::None),
        (OwnedNeedle::String(b"a".to_vec()), Reset::Whitespace),
        (OwnedNeedle::String(b"a".to_vec()), Reset::AnyOf(scattered)),
        (OwnedNeedle::AnyOf(ByteSet::new(b"ab")), newlines),
        (OwnedNeedle::AnyOf(scattered), newlines),
        (OwnedNeedle::Character('é'), newlines),
        (OwnedNeedle::String(b"ab".to_vec()), newlines),
        (OwnedNeedle::String(b"aa".to_vec()), newlines),
        (OwnedNeedle::String(b"aaba".to_vec()), newlines),
        (OwnedNeedle::String([b"a".repeat(32), b"b".repeat(32)].concat()), newlines),
        (OwnedNeedle::String(b"a".repeat(64)), newlines),
        (OwnedNeedle::String(b"a".repeat(65)), newlines),
    ]
}

#[test]
fn nothing_outside_the_data_is_read() {
    let mut guarded = Guarded::new();
    let mut random = Random::new(7);
    let mut runs = 0_u64;
    for backend in tally::backends() {
        for (needle, reset) in questions() {
            for len in 0..=320 {
                let data: Vec<u8> = (0..len).map(|_| random.pick(b"aaaaab\n\xC3\xA9")).collect();
                // Numbers reached at once, late, and never.
                let min_number = [1, 9, u64::MAX][len % 3];
                let counter = Counter::new_on(backend, needle.get(), min_number, reset);
                let counter = counter.unwrap().unwrap();
                let expected = plainly(needle.get(), reset, min_number, &data);
                for distance in 0..64 {
                    for before_end in [false, true] {
                        let place = guarded.place(&data, before_end, distance);
                        assert_eq!(ask(&counter, place, distance), expected, "{backend} {len}");
                        runs += 1;
                    }
                }
            }
        }
    }
    let backends: Vec<&str> = tally::backends().collect();
    println!("{runs} runs between guard pages, on {}", backends.join(", "));
}

/// Where data is put between the guards.
fn places(random: &mut Random) -> [(bool, usize); 4] {
    let distance = random.below(64);
    [(false, 0), (true, 0), (false, distance), (true, distance)]
}

/// Random questions with quotes, closing bytes and ranges; and the edges of segments.
#[test]
fn records_between_guards() {
    let mut guarded = Guarded::new();
    let mut random = Random::new(8);
    for _ in 0..3000 {
        let (question, data) = records::random(&mut random, 330);
        let known = records::plainly(&question, &data);
        let trim = random.pick(&[None, Some(WordRule::Ascii), Some(WordRule::Unicode)]);
        let right = edges::expected(&question, &known, &data, trim);
        for backend in tally::backends() {
            let counter = question.counter(backend).unwrap();
            for (before_end, distance) in places(&mut random) {
                let place = guarded.place(&data, before_end, distance);
                let about = || format!("{backend}, {question:?}, \"{}\"", data.escape_ascii());
                assert_eq!(ask(&counter, place, distance), known.answers, "{}", about());
                assert_eq!(counter.unclosed_quote(place), known.unclosed_quote, "{}", about());
                let found =
                    (counter.starting_segments(place, trim), counter.ending_segments(place, trim));
                assert_eq!(found, right, "{}", about());
            }
        }
    }
}

/// Words of every length, and separators that may be cut.
#[test]
fn words_between_guards() {
    let mut guarded = Guarded::new();
    let mut random = Random::new(9);
    let separators = words::separators(WordRule::Unicode);
    for _ in 0..2000 {
        let (len, longest) = (random.below(330), random.pick(&[1, 4, 20, 70]));
        let mut data = Vec::new();
        while data.len() < len {
            data.extend((0..random.below(longest + 1)).map(|_| b'a'));
            data.extend(&separators[random.below(separators.len())]);
        }
        data.truncate(len);
        for rule in words::RULES {
            let right = words::plainly(&data, rule);
            for backend in tally::backends() {
                for (before_end, distance) in places(&mut random) {
                    let place = guarded.place(&data, before_end, distance);
                    let mut counter = WordCounter::new_on(backend, rule).unwrap();
                    counter.feed(place);
                    assert_eq!(counter.words(), right.len() as u64, "{backend} {data:?}");
                    let mut table = WordsOptions::new(rule).build_on(backend).unwrap().unwrap();
                    table.feed(place).unwrap();
                    table.finish().unwrap();
                    assert_eq!(table.total(), right.len() as u64, "{backend} {data:?}");
                    for word in &right {
                        let count = right.iter().filter(|other| *other == word).count();
                        assert_eq!(table.get(word), count as u64, "{backend} {data:?}");
                    }
                }
            }
        }
    }
}

/// Strings that follow one another, and are answered together.
#[test]
fn columns_between_guards() {
    let mut guarded = Guarded::new();
    let mut random = Random::new(10);
    for _ in 0..2000 {
        let Case { needle, reset, min_number, data } = Case::random(&mut random, 330);
        let mut ends = vec![0];
        while ends[ends.len() - 1] < data.len() as u64 {
            let end = ends[ends.len() - 1] + random.below(40) as u64;
            ends.push(end.min(data.len() as u64));
        }
        let strings = ends.windows(2).map(|ends| &data[ends[0] as usize..ends[1] as usize]);
        let right: Vec<_> =
            strings.map(|string| plainly(needle.get(), reset, min_number, string)).collect();
        for backend in tally::backends() {
            let counter = Counter::new_on(backend, needle.get(), min_number, reset);
            let counter = counter.unwrap().unwrap();
            for (before_end, distance) in places(&mut random) {
                let place = guarded.place(&data, before_end, distance);
                let column = Column::from_offsets(place, &ends, None).unwrap();
                let (mut counts, mut most, mut has) = (Vec::new(), Vec::new(), Vec::new());
                column.counts(&counter, |answer| counts.push(answer.unwrap())).unwrap();
                column.max_counts(&counter, |answer| most.push(answer.unwrap())).unwrap();
                column.has_counts(&counter, |answer| has.push(answer.unwrap())).unwrap();
                for (at, right) in right.iter().enumerate() {
                    let found = (counts[at], most[at], has[at]);
                    let right = (right.count, right.max_count, right.has_count);
                    assert_eq!(found, right, "{backend} {at} {data:?}");
                }
            }
        }
    }
}
