//! One counter, used by many threads at once.

mod common;

use common::{Case, Random, ask, plainly};
use tally::Counter;

#[test]
fn threads_share_a_counter() {
    let mut random = Random::new(3);
    for _ in 0..50 {
        let case = Case::random(&mut random, 2000);
        let Case { what, reset, min_number, data } = &case;
        let counter = Counter::new(what.get(), *min_number, *reset).unwrap();
        let expected = plainly(what.get(), *reset, *min_number, data);
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
