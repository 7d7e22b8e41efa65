//! Random cases, on every backend, against the plain loop.

mod common;

use common::{Case, Random, ask, plainly};
use tally::Counter;

/// How many cases; `TALLY_TEST_CASES` asks for more.
fn cases() -> u64 {
    let asked = std::env::var("TALLY_TEST_CASES").ok();
    asked.map_or(150_000, |cases| cases.parse().expect("TALLY_TEST_CASES is a number"))
}

/// Compares `cases` cases from a seed of their own; the number of comparisons.
fn compare(seed: u64, cases: u64, most: usize) -> u64 {
    let backends: Vec<&str> = tally::backends().collect();
    let mut random = Random::new(seed);
    let mut comparisons = 0;
    // The data moves about in a larger buffer, so that it starts at every alignment.
    let mut buffer = vec![0; most + 64];
    for number in 0..cases {
        let case = Case::random(&mut random, most);
        let Case { what, reset, min_number, data } = &case;
        let expected = plainly(what.get(), *reset, *min_number, data);
        let start = random.below(64);
        let place = &mut buffer[start..start + data.len()];
        place.copy_from_slice(data);
        let way = random.below(4);
        for &backend in &backends {
            let counter = Counter::new_on(backend, what.get(), *min_number, *reset);
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
            // Mostly short data, and now and then several kilobytes.
            let long = cases / 16;
            scope.spawn(move || {
                compare(2 * thread, cases - long, 600) + compare(2 * thread + 1, long, 9000)
            })
        };
        let handles: Vec<_> = (0..threads).map(share).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).sum()
    });
    println!("{cases} cases, {comparisons} answers compared, differences: 0");
}
