//! Speed by the size of the data, which the plot shows.

use tally::{Needle, Reset};

use crate::backends::{self, AUTOMATIC};
use crate::bench::{Bench, L1, L2, MEMORY};
use crate::contenders;
use crate::data::CaseKind;
use crate::plot::{Line, Panel};
use crate::report::{Table, digits, size_name, speed};

const SIZES: [usize; 8] = [16, 64, 256, 512, 1 << 10, L1, L2, MEMORY];

pub(super) fn section(bench: &mut Bench) {
    bench
        .report
        .section("By size", "GB/s in text, of `e` with N 65. The plot shows these figures.");
    let mut questions =
        [("At least 65 `e` in a line?", Vec::<Line>::new()), ("How many `e`?", Vec::<Line>::new())];
    for size in SIZES {
        let len = bench.size(size);
        let case = CaseKind::Common.case(len);
        let needle = [case.needle];
        let counter =
            backends::counter(AUTOMATIC, Needle::String(&needle), case.min_number, Reset::Newlines);
        let counters = [(AUTOMATIC, counter)];
        let contenders =
            [contenders::for_has_count(&case, &counters), contenders::for_count(&case, &counters)];
        for (mut contenders, (_, lines)) in contenders.into_iter().zip(&mut questions) {
            contenders.retain(|contender| !contender.name.contains("char"));
            let seconds = bench.compare(&case.name, &mut contenders, size);
            for (number, (contender, time)) in contenders.iter().zip(seconds).enumerate() {
                if lines.len() == number {
                    let name = contender.name.replace('`', "");
                    lines.push(Line { name, points: Vec::new() });
                }
                lines[number].points.push((size, speed(len, time)));
            }
        }
    }
    for (title, mut lines) in questions {
        // The plot draws the first line thickest.
        lines.rotate_right(1);
        let names = lines.iter().map(|line| line.name.clone());
        let mut table = Table::new([title.to_owned()].into_iter().chain(names));
        for (place, &size) in SIZES.iter().enumerate() {
            let cells = lines.iter().map(|line| digits(line.points[place].1));
            table.row([size_name(size)].into_iter().chain(cells));
        }
        bench.report.table(&table);
        let title = format!("{} Text, {}", title.replace('`', ""), tally::backend());
        bench.panels.push(Panel { title, lines });
    }
}
