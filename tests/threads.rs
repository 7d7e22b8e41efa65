//! One counter, used by many threads at once, and one text, counted on several.

mod common;

use std::num::NonZeroUsize;

use common::{Answers, Case, Random, ask, plainly};
use tally::{ByteSet, Counter, Needle, Reset};

#[test]
fn threads_share_a_counter() {
    let mut random = Random::new(3);
    for _ in 0..50 {
        let case = Case::random(&mut random, 2000);
        let Case { needle, reset, min_number, data } = &case;
        let counter = Counter::new(needle.get(), *min_number, *reset).unwrap();
        let expected = plainly(needle.get(), *reset, *min_number, data);
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let (counter, expected, case) = (&counter, &expected, &case);
                scope.spawn(move || {
                    for _ in 0..20 {
                        assert_eq!(ask(counter, &case.data, thread), *expected, "{case:?}");
                    }
                });
            }
        });
    }
}

/// Text long enough for several threads, made of parts of `string` and some other bytes.
fn long_text(random: &mut Random, string: &[u8], len: usize) -> Vec<u8> {
    let mut data = Vec::with_capacity(len + 1000);
    let dense = random.one_in(2);
    while data.len() < len {
        let from = random.below(string.len());
        match random.below(if dense { 4 } else { 100 }) {
            0 => data.extend(string.iter().cycle().take(random.below(900))),
            1 => data.extend(&string[from..]),
            2 => data.extend(&string[..from]),
            _ => data.push(random.pick(b"ab\nxyzxyzxyzxyzxyzxyz")),
        }
        if random.one_in(200_000) {
            // A run longer than a part.
            data.extend(string.iter().cycle().take(1_200_000));
        }
    }
    data.truncate(len);
    data
}

#[test]
fn any_number_of_threads_gives_one_answer() {
    const STRINGS: [&str; 6] = ["a", "ab", "aa", "aabaa", "abaababaabaab", "xyzxyzxyzxyzxyzxyzxyz"];
    let mut random = Random::new(4);
    let (mut asked, mut found) = (0, 0);
    for case in 0..60 {
        let string = STRINGS[case % STRINGS.len()];
        let len = 2_000_000 + random.below(3_000_000);
        let mut data = long_text(&mut random, string.as_bytes(), len);
        let needle = if random.one_in(4) {
            Needle::AnyOf(ByteSet::new(string.as_bytes()))
        } else {
            Needle::from(string)
        };
        let reset = random.pick(&[Reset::None, Reset::Newlines, Reset::AnyOf(ByteSet::new(b"z"))]);
        let Ok(counter) = Counter::new(needle, 1, reset) else { continue };
        // A number reached early, late, by one segment alone, or never.
        let most = counter.max_count(&data);
        let min_number = match random.below(5) {
            0 => most + 1,
            1 => random.below(3) as u64,
            2 => most / 2,
            _ => most,
        };
        if random.one_in(3) {
            // Nothing for a while.
            let quiet = random.below(data.len());
            data[..quiet].fill(b'-');
        }
        let counter = Counter::new(needle, min_number, reset).unwrap();
        let expected = plainly(needle, reset, min_number, &data);
        for threads in [1, 2, 3, 8, 100_000] {
            let threads = NonZeroUsize::new(threads).unwrap();
            let first = counter.find_threads(&data, threads);
            assert_eq!(first, expected.matches.first().copied(), "{string} {min_number} {threads}");
            asked += 1;
            found += u64::from(first.is_some());
            let answers = Answers {
                has_count: counter.has_count_threads(&data, threads),
                count: counter.count_threads(&data, threads),
                max_count: counter.max_count_threads(&data, threads),
                matching_segments: counter.matching_segments_threads(&data, threads),
                matches: expected.matches.clone(),
            };
            assert!(answers == expected, "{string} {min_number} {threads} {len}");
        }
    }
    println!("{asked} times, {found} with a match");
    assert!(asked > 200 && found > 50 && asked - found > 50);
}
