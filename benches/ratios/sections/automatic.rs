//! The automatic choice of kernels, compared with every backend that can be forced.

use std::hint::black_box;

use tally::Counter;

use super::cases::CASES;
use super::needles;
use crate::backends;
use crate::bench::{Bench, L1, L2, MEMORY};
use crate::contenders;
use crate::data;
use crate::measure::{Contender, Timing};
use crate::question::Question;
use crate::report::{Table, digits, size_name, speed};

/// The ratio to the best forced backend that each row should reach.
const GOAL: f64 = 0.95;

/// The measurements of one question about one size of data.
struct Row {
    name: String,
    size: usize,
    len: usize,
    automatic: Timing,
    /// The best backend by the median, and its time.
    best: &'static str,
    best_median: f64,
    /// The least time of all forced backends.
    best_minimum: f64,
}

impl Row {
    /// The speed relative to the best forced backend, by the medians.
    fn medians(&self) -> f64 {
        self.best_median / self.automatic.median
    }

    /// The same by the minima.
    fn minima(&self) -> f64 {
        self.best_minimum / self.automatic.minimum
    }
}

pub(super) fn section(bench: &mut Bench) {
    bench.report.section(
        "The automatic choice",
        "Is the library's own choice as fast as the best backend that can be forced? GB/s, and the \
         speed of the automatic choice relative to the best forced one, by the medians and by the \
         minima of the rounds: a difference that only one of them shows is noise.",
    );
    let mut rows = Vec::new();
    for kind in CASES {
        for size in [L1, L2, MEMORY] {
            let case = kind.case(bench.size(size));
            let counters = contenders::counters(&case);
            let name = format!("`has_count`, {}", case.name);
            rows.push(measure(bench, name, Question::HasCount, &counters, &case.data, size));
        }
    }
    for variant in needles::variants() {
        let counters: Vec<_> =
            backends::choices().map(|choice| (choice, variant.counter(choice))).collect();
        for size in [L1, L2, MEMORY] {
            let text = data::cached_text(bench.size(size));
            let name = variant.name.clone();
            rows.push(measure(bench, name, variant.question, &counters, &text, size));
        }
    }
    report(bench, &rows);
}

/// The counters are the automatic one, then the forced ones.
fn measure(
    bench: &Bench,
    name: String,
    question: Question,
    counters: &[(&'static str, Counter)],
    data: &[u8],
    size: usize,
) -> Row {
    let mut contenders: Vec<Contender<'_>> = counters
        .iter()
        .map(|(choice, counter)| {
            Contender::new(*choice, move || question.ask(black_box(counter), black_box(data)))
        })
        .collect();
    let timings = bench.timings(&name, &mut contenders, size);
    let mut row = Row {
        name,
        size,
        len: data.len(),
        automatic: timings[0],
        best: "",
        best_median: f64::INFINITY,
        best_minimum: f64::INFINITY,
    };
    for ((choice, _), timing) in counters.iter().zip(timings).skip(1) {
        if timing.median < row.best_median {
            (row.best, row.best_median) = (choice, timing.median);
        }
        row.best_minimum = row.best_minimum.min(timing.minimum);
    }
    row
}

/// The table, the worst row, and how many miss the goal.
fn report(bench: &mut Bench, rows: &[Row]) {
    let mut table = Table::new([
        "question",
        "size",
        "automatic, GB/s",
        "best forced, GB/s",
        "which",
        "ratio, medians",
        "ratio, minima",
    ]);
    for row in rows {
        table.row([
            row.name.clone(),
            size_name(row.size),
            digits(speed(row.len, row.automatic.median)),
            digits(speed(row.len, row.best_median)),
            row.best.to_owned(),
            digits(row.medians()),
            digits(row.minima()),
        ]);
    }
    bench.report.table(&table);
    let Some(worst) = rows.iter().min_by(|a, b| a.medians().total_cmp(&b.medians())) else {
        return;
    };
    let below = |ratio: fn(&Row) -> f64| rows.iter().filter(|row| ratio(row) < GOAL).count();
    bench.report.paragraph(&format!(
        "The worst row: {}, {}: {} by the medians, {} by the minima. Below {GOAL}: {} of {} rows by \
         the medians, {} by the minima, {} by both.",
        worst.name,
        size_name(worst.size),
        digits(worst.medians()),
        digits(worst.minima()),
        below(Row::medians),
        rows.len(),
        below(Row::minima),
        below(|row| row.medians().max(row.minima())),
    ));
}
