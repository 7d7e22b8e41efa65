//! Counters with the automatic choice of kernels, and with each backend of this processor forced.

use tally::{Counter, CounterOptions, Error, Needle, Reset};

/// The library's own choice.
pub(crate) const AUTOMATIC: &str = "automatic";

/// [`AUTOMATIC`], then the backends of one instruction set that this processor has.
pub(crate) fn choices() -> impl Iterator<Item = &'static str> {
    [AUTOMATIC].into_iter().chain(tally::backends().filter(|&name| name != "avx512-halves"))
}

/// The name of a choice in a list of contenders.
pub(crate) fn label(choice: &str) -> String {
    if choice == AUTOMATIC { "tally".to_owned() } else { format!("tally, {choice}") }
}

pub(crate) fn counter(choice: &str, needle: Needle<'_>, min_number: u64, reset: Reset) -> Counter {
    let counter = if choice == AUTOMATIC {
        Counter::new(needle, min_number, reset).map(Some)
    } else {
        Counter::new_on(choice, needle, min_number, reset)
    };
    match counter {
        Ok(Some(counter)) => counter,
        other => panic!("no counter for {choice}: {other:?}"),
    }
}

/// The counter that asks what `options` say.
pub(crate) fn build(choice: &str, options: CounterOptions<'_>) -> Result<Option<Counter>, Error> {
    if choice == AUTOMATIC { options.build().map(Some) } else { options.build_on(choice) }
}

/// A counter for each choice.
pub(crate) fn counters(
    needle: Needle<'_>,
    min_number: u64,
    reset: Reset,
) -> Vec<(&'static str, Counter)> {
    choices().map(|choice| (choice, counter(choice, needle, min_number, reset))).collect()
}
