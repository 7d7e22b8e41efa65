//! The automatic choice of kernels, compared with every backend that can be forced.

use std::hint::black_box;

use tally::Counter;

use super::cases::CASES;
use super::needles;
use crate::backends;
use crate::bench::{Bench, L1, L2, MEMORY};
use crate::contenders;
use crate::data;
use crate::measure::{Contender, Statistic, Timing};
use crate::question::Question;
use crate::report::{Table, digits, size_name, speed};

/// The ratio to the best forced backend that each row should reach.
const GOAL: f64 = 0.95;

struct Row {
    name: String,
    size: usize,
    /// Speed relative to the best forced backend, by the medians and by the minima.
    medians: f64,
    minima: f64,
}

pub(super) fn section(bench: &mut Bench) {
    bench.report.section(
        "The automatic choice",
        "Is the library's own choice as fast as the best backend that can be forced? GB/s, and the \
         speed of the automatic choice relative to the best forced one, by the medians and by the \
         minima of the rounds: a difference that only one of them shows is noise.",
    );
    let mut table = Table::new([
        "question",
        "size",
        "automatic, GB/s",
        "best forced, GB/s",
        "which",
        "ratio, medians",
        "ratio, minima",
    ]);
    let mut rows = Vec::new();
    for kind in CASES {
        for size in [L1, L2, MEMORY] {
            let case = kind.case(bench.size(size));
            let counters = contenders::counters(&case);
            let name = format!("`has_count`, {}", case.name);
            rows.push(row(
                bench,
                &mut table,
                name,
                Question::HasCount,
                &counters,
                &case.data,
                size,
            ));
        }
    }
    for variant in needles::variants() {
        let counters: Vec<_> =
            backends::choices().map(|choice| (choice, variant.counter(choice))).collect();
        for size in [L1, L2, MEMORY] {
            let text = data::cached_text(bench.size(size));
            let name = variant.name.clone();
            rows.push(row(bench, &mut table, name, variant.question, &counters, &text, size));
        }
    }
    bench.report.table(&table);
    conclude(bench, &rows);
}

/// Measures one question and adds it to the table.
fn row(
    bench: &Bench,
    table: &mut Table,
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
    let (automatic, forced) = (timings[0], &timings[1..]);
    let best = |statistic: Statistic| {
        let order =
            |a: &&Timing, b: &&Timing| a.seconds(statistic).total_cmp(&b.seconds(statistic));
        let best = forced.iter().enumerate().min_by(|a, b| order(&a.1, &b.1));
        best.map_or((0, f64::NAN), |(place, timing)| (place, timing.seconds(statistic)))
    };
    let (place, best_median) = best(Statistic::Median);
    let (_, best_minimum) = best(Statistic::Minimum);
    let row = Row {
        name,
        size,
        medians: best_median / automatic.median,
        minima: best_minimum / automatic.minimum,
    };
    table.row([
        row.name.clone(),
        size_name(size),
        digits(speed(data.len(), automatic.median)),
        digits(speed(data.len(), best_median)),
        counters[1 + place].0.to_owned(),
        digits(row.medians),
        digits(row.minima),
    ]);
    row
}

/// The worst row, and how many miss the goal.
fn conclude(bench: &mut Bench, rows: &[Row]) {
    let Some(worst) = rows.iter().min_by(|a, b| a.medians.total_cmp(&b.medians)) else { return };
    let below = |ratio: fn(&Row) -> f64| rows.iter().filter(|row| ratio(row) < GOAL).count();
    bench.report.paragraph(&format!(
        "The worst row: {}, {}: {} by the medians, {} by the minima. Below {GOAL}: {} of {} rows by \
         the medians, {} by the minima, {} by both.",
        worst.name,
        size_name(worst.size),
        digits(worst.medians),
        digits(worst.minima),
        below(|row| row.medians),
        rows.len(),
        below(|row| row.minima),
        below(|row| row.medians.max(row.minima)),
    ));
}
