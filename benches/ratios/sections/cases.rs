//! Whether any line contains at least N hits, in several kinds of data.

use crate::backends;
use crate::bench::{Bench, L1, L2, MEMORY};
use crate::contenders::{self, PLAIN_LOOP, PLAIN_READ};
use crate::data::CaseKind;
use crate::report::{Table, digits, speed};

pub(super) const CASES: [CaseKind; 6] = [
    CaseKind::Absent,
    CaseKind::Rare,
    CaseKind::Common,
    CaseKind::Shifted,
    CaseKind::Dense,
    CaseKind::Random,
];

pub(super) fn first_level_cache(bench: &mut Bench) {
    bench.report.section(
        "In the first-level cache",
        "Does any line contain at least N hits? None does, so all of the 16 KiB is read. GB/s, and \
         in brackets the ratio to the plain loop. The needles: NUL (N 1), `q` (N 9), `e` (N 65), in \
         source code the space (N 129), in random bytes `e` (N 65).",
    );
    compare(bench, L1, PLAIN_LOOP, "16 KiB, at least N in a line: times the plain loop");
}

pub(super) fn second_level_cache(bench: &mut Bench) {
    bench.report.section(
        "In the second-level cache",
        "The same questions about 1 MiB. GB/s, and in brackets the ratio to the plain loop.",
    );
    compare(bench, L2, PLAIN_LOOP, "1 MiB, at least N in a line: times the plain loop");
}

pub(super) fn memory(bench: &mut Bench) {
    bench.report.section(
        "In memory",
        "The same questions about 256 MiB. GB/s, and in brackets the ratio to a plain read.",
    );
    compare(bench, MEMORY, PLAIN_READ, "256 MiB, at least N in a line: times a plain read");
}

/// A table of the cases by contender, with the ratio to the contender `base`. The summary gets the
/// range of this ratio.
fn compare(bench: &mut Bench, size: usize, base: usize, title: &str) {
    let len = bench.size(size);
    let mut columns: Vec<Vec<String>> = Vec::new();
    // The lowest and the highest ratio of each choice of backend.
    let mut ranges = vec![(f64::INFINITY, 0.0_f64); backends::choices().count()];
    for kind in CASES {
        let case = kind.case(len);
        let counters = contenders::counters(&case);
        let mut contenders = contenders::for_has_count(&case, &counters);
        let seconds = bench.compare(&case.name, &mut contenders, size);
        if columns.is_empty() {
            let names = contenders.iter().map(|contender| contender.name.clone());
            columns.push([String::new()].into_iter().chain(names).collect());
        }
        let cells = seconds.iter().map(|&time| {
            if time.is_nan() {
                return String::new();
            }
            format!("{} ({}×)", digits(speed(len, time)), digits(seconds[base] / time))
        });
        columns.push([case.name.clone()].into_iter().chain(cells).collect());
        let of_counters = &seconds[seconds.len() - ranges.len()..];
        for ((lowest, highest), time) in ranges.iter_mut().zip(of_counters) {
            let ratio = seconds[base] / time;
            (*lowest, *highest) = (lowest.min(ratio), highest.max(ratio));
        }
    }
    let mut rows = (0..columns[0].len()).map(|row| columns.iter().map(move |column| &column[row]));
    let mut table = Table::new(rows.next().into_iter().flatten());
    for row in rows {
        table.row(row);
    }
    bench.report.table(&table);
    let range = |(lowest, highest)| format!("{} to {}", digits(lowest), digits(highest));
    bench.report.sum_up(title, ranges.into_iter().map(range));
}
