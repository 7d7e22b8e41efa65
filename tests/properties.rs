//! Random cases, on every backend, against the plain loop.

mod common;

use common::{Case, OwnedNeedle, Random, ask, plainly};
use tally::{ByteSet, Counter, Reset};

/// The number of cases; `TALLY_TEST_CASES` changes it.
fn cases() -> u64 {
    let number = std::env::var("TALLY_TEST_CASES").ok();
    number.map_or(150_000, |cases| cases.parse().expect("TALLY_TEST_CASES is a number"))
}

/// Compares `cases` cases drawn from `seed`, with up to about `most` bytes of data; returns the
/// number of comparisons.
fn compare(seed: u64, cases: u64, most: usize, draw: impl Fn(&mut Random, usize) -> Case) -> u64 {
    let backends: Vec<&str> = tally::backends().collect();
    let mut random = Random::new(seed);
    let mut comparisons = 0;
    // The data moves in a larger buffer, so that it starts at every alignment.
    let mut buffer = vec![0; most + 600];
    for number in 0..cases {
        let case = draw(&mut random, most);
        let Case { needle, reset, min_number, data } = &case;
        let expected = plainly(needle.get(), *reset, *min_number, data);
        let start = random.below(64);
        let place = &mut buffer[start..start + data.len()];
        place.copy_from_slice(data);
        let way = random.below(4);
        for &backend in &backends {
            let counter = Counter::new_on(backend, needle.get(), *min_number, *reset);
            let counter = counter.unwrap_or_else(|error| panic!("{error}: {case:?}")).unwrap();
            let answers = ask(&counter, place, way);
            assert_eq!(answers, expected, "{backend}, seed {seed}, case {number}: {case:?}");
            comparisons += 5;
        }
    }
    comparisons
}

#[test]
fn every_backend_answers_as_the_plain_loop() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let cases = cases();
    let comparisons: u64 = std::thread::scope(|scope| {
        let share = |thread| {
            let cases = cases / threads + u64::from(thread < cases % threads);
            // Mostly short data, now and then several kilobytes, and a few times so much that every
            // strategy has its turn.
            let (long, huge) = (cases / 16, cases / 1000);
            scope.spawn(move || {
                compare(3 * thread, cases - long - huge, 600, Case::random)
                    + compare(3 * thread + 1, long, 9000, Case::random)
                    + compare(3 * thread + 2, huge, 400_000, Case::random)
            })
        };
        let handles: Vec<_> = (0..threads).map(share).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).sum()
    });
    println!("{cases} cases, {comparisons} answers compared, differences: 0");
}

/// Segments that all have one hit less than the number, except perhaps one in the last kilobyte.
fn near_miss(random: &mut Random, most: usize) -> Case {
    const GAPS: [usize; 6] = [1, 2, 30, 120, 500, 6000];
    let needle = match random.below(5) {
        0 => OwnedNeedle::AnyOf(ByteSet::new(b"abc")),
        1 => OwnedNeedle::AnyOf(ByteSet::new(b"a\x91\xFF")),
        2 | 3 => {
            let character = random.pick(&['é', '€', '𝄞']);
            OwnedNeedle::String(character.to_string().into_bytes())
        }
        _ => OwnedNeedle::Character('a'),
    };
    let hit = match &needle {
        OwnedNeedle::String(bytes) => &bytes[..],
        _ => b"a",
    };
    let reset = random.pick(&[Reset::Newlines, Reset::Whitespace]);
    let number = random.pick(&[2, 3, 8, 9, 9, 9, 10, 11, 12, 17, 30, 64, 65, 300]);
    let (mut spread, mut gap) = (random.below(3), random.pick(&GAPS));
    // Among the other bytes are those that a character begins or ends with.
    let others = b".\xE2\xC3\x82\xAC\x9E";
    let length = random.below(most);
    let mut match_from = length.saturating_sub(random.below(1200));
    let mut data = Vec::new();
    while data.len() < length {
        // Stretches of other kinds, and of any length.
        if random.one_in(100) {
            (spread, gap) = (random.below(3), random.pick(&GAPS));
        }
        for _ in usize::from(data.len() < match_from)..number {
            data.extend_from_slice(hit);
            data.extend((0..random.below(spread + 1)).map(|_| random.pick(others)));
            if data.len() >= length {
                break;
            }
        }
        if data.len() >= match_from {
            match_from = usize::MAX;
        }
        data.extend((0..random.below(gap)).map(|_| random.pick(others)));
        data.push(b'\n');
    }
    data.truncate(length);
    Case { needle, reset, min_number: number as u64, data }
}

#[test]
fn near_misses_are_none() {
    let (some, huge) = (cases() / 20, cases() / 1500);
    let comparisons = compare(1, some, 20_000, near_miss) + compare(2, huge, 300_000, near_miss);
    println!("{} near misses, {comparisons} answers compared, differences: 0", some + huge);
}

/// Wherever one strategy takes over from another, no hit across that place is lost.
#[test]
fn the_one_segment_that_matches_is_found() {
    const SEGMENTS: usize = 340;
    for character in ['a', 'é', '€', '𝄞'] {
        let hit = character.to_string().into_bytes();
        let segment = [&hit.repeat(8)[..], b"\n"].concat();
        for backend in tally::backends() {
            let counter = Counter::new_on(backend, character, 9, Reset::Newlines).unwrap().unwrap();
            for pad in 0..segment.len() {
                for matching in (0..SEGMENTS).rev().take(100) {
                    let before = [b".".repeat(pad), segment.repeat(matching)].concat();
                    let end = before.len() + 9 * hit.len();
                    let rest = segment.repeat(SEGMENTS - matching - 1);
                    let data = [&before[..], &hit[..], &segment[..], &rest[..]].concat();
                    let found = counter.find(&data).map(|found| (found.segment, found.end));
                    let expected = Some((matching as u64, end as u64));
                    assert_eq!(found, expected, "{backend}, {character}, {pad}, {matching}");
                }
            }
        }
    }
}

/// Data so long that it comes from memory, for which a backend may have other kernels.
#[test]
fn far_data() {
    const LEN: usize = 33 << 20;
    let mut random = Random::new(11);
    let mut data = Vec::with_capacity(LEN + 100);
    while data.len() < LEN {
        // Mostly quiet, so that groups are passed over; then lines with hits.
        let quiet = random.below(20_000);
        data.resize(data.len() + quiet, b'.');
        for _ in 0..random.below(40) {
            data.extend((0..random.below(60)).map(|_| random.pick(b"ab,;\n....\xE2\x80\x99")));
            data.extend_from_slice("’,ab".as_bytes());
        }
    }
    let needles = [
        OwnedNeedle::Character(','),
        OwnedNeedle::String(b"ab".to_vec()),
        OwnedNeedle::Character('’'),
        OwnedNeedle::String("’,ab".into()),
        OwnedNeedle::AnyOf(ByteSet::new(b",;")),
        OwnedNeedle::AnyOf(ByteSet::new(b",;ab\xE2\xFF")),
    ];
    for needle in needles {
        let most = plainly(needle.get(), Reset::Newlines, 0, &data).max_count;
        let number = most - 1;
        let expected = plainly(needle.get(), Reset::Newlines, number, &data);
        for backend in tally::backends() {
            let counter = Counter::new_on(backend, needle.get(), number, Reset::Newlines);
            let counter = counter.unwrap().unwrap();
            assert_eq!(ask(&counter, &data, 3), expected, "{backend}");
            let none = Counter::new_on(backend, needle.get(), most + 1, Reset::Newlines);
            assert!(!none.unwrap().unwrap().has_count(&data), "{backend}");
        }
    }
}
