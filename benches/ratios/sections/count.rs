//! Counting a byte.

use crate::bench::{Bench, L1, L2, MEMORY};
use crate::contenders::{self, BYTECOUNT, MEMCHR, PLAIN_LOOP, PLAIN_READ};
use crate::data::CaseKind;
use crate::report::{Table, digits, size_name, speed};

pub(super) fn section(bench: &mut Bench) {
    bench.report.section(
        "Counting a byte",
        "How often does `e` occur in the text? GB/s, and the ratios to the other contenders.",
    );
    for size in [L1, L2, MEMORY] {
        let len = bench.size(size);
        let case = CaseKind::Common.case(len);
        let counters = contenders::counters(&case);
        let mut contenders = contenders::for_count(&case, &counters);
        let seconds = bench.compare(&case.name, &mut contenders, size);
        let size = size_name(size);
        let mut table = Table::new([
            &size,
            "GB/s",
            "to `bytecount`",
            "to `memchr_iter`",
            "to a plain read",
            "to the plain loop",
        ]);
        for (contender, &time) in contenders.iter().zip(&seconds) {
            let ratios = [BYTECOUNT, MEMCHR, PLAIN_READ, PLAIN_LOOP]
                .map(|base| digits(seconds[base] / time));
            let cells = [contender.name.clone(), digits(speed(len, time))];
            table.row(cells.into_iter().chain(ratios));
        }
        bench.report.table(&table);
        let of_counters = &seconds[seconds.len() - counters.len()..];
        for (base, name) in
            [(BYTECOUNT, "`bytecount`"), (MEMCHR, "`memchr_iter`"), (PLAIN_READ, "a plain read")]
        {
            let ratios = of_counters.iter().map(|time| digits(seconds[base] / time));
            bench.report.sum_up(&format!("{size}, count: times {name}"), ratios);
        }
    }
}
