//! Records with quotes, and the depth of JSON.

use std::hint::black_box;

use tally::{ByteSet, Counter, CounterOptions, Needle, Quotes, Reset, Summary};

use crate::backends;
use crate::bench::{Bench, L1, L2, MEMORY};
use crate::data::{self, Aligned, Fields};
use crate::measure::Contender;
use crate::peers::{self, Found};
use crate::report::{Table, digits, size_name, speed};

const DATA: [(&str, Fields); 7] = [
    ("0 % quoted", Fields::Quoted(0)),
    ("20 % quoted", Fields::Quoted(20)),
    ("100 % quoted", Fields::Quoted(100)),
    ("quotes inside fields", Fields::QuoteInside),
    ("tiny quoted fields", Fields::Tiny),
    ("escaped quotes", Fields::Escaped),
    ("a quote never closed", Fields::Unclosed),
];

/// How many of these are ordinary data.
const ORDINARY: usize = 3;

pub(super) fn section(bench: &mut Bench) {
    bench.report.section(
        "Records with quotes",
        "Does any record of 12 fields have 12 commas or more, or other than 11, outside quotes? None \
         does. Quotes as in CSV; blank records do not count. GB/s, and in brackets the ratio to an \
         automaton that reads a byte at a time; in memory, to a plain read. The first three kinds are \
         ordinary data, the others meant to be slow.",
    );
    let mut table = head("records");
    for size in [L1, MEMORY] {
        // In memory, input that takes long to decide is as slow as in a cache.
        let number = if size == MEMORY { ORDINARY } else { DATA.len() };
        for (name, fields) in DATA.into_iter().take(number) {
            let len = bench.size(size);
            let data = Aligned::new(&data::records(fields, len));
            let escape = matches!(fields, Fields::Escaped).then_some(b'\\');
            for (found, condition) in
                [(Found::AtLeast(12), "at least 12"), (Found::Outside(11, 11), "outside 11..11")]
            {
                let is_found = matches!((fields, found), (Fields::Unclosed, Found::Outside(..)));
                // The one record has no comma outside quotes: it is found at its end.
                let counters = counters(|| options(found, escape));
                let automaton = || {
                    let (delimiter, found) = black_box((b',', found));
                    u64::from(peers::has_record(black_box(&data), delimiter, escape, found))
                };
                assert_eq!(automaton(), u64::from(is_found), "{name}, {condition}");
                let name = format!("{}, {name}, {condition}", size_name(len));
                table.row(row(bench, &name, &data, automaton, &counters, size));
            }
        }
    }
    bench.report.table(&table);
}

pub(super) fn depth(bench: &mut Bench) {
    bench.report.section(
        "The depth of JSON",
        "Does it nest 64 deep? It nests 6 deep, with braces and brackets in strings too. GB/s, and in \
         brackets the ratio to a loop that reads a byte at a time; in memory, to a plain read.",
    );
    let mut table = head("JSON");
    for size in [L1, MEMORY] {
        let len = bench.size(size);
        let data = Aligned::new(&data::json(len));
        let counters = counters(depth_options);
        let plain = || u64::from(peers::is_deep(black_box(&data), black_box(64)));
        table.row(row(bench, &size_name(len), &data, plain, &counters, size));
    }
    bench.report.table(&table);
}

pub(super) fn parts(bench: &mut Bench) {
    bench.report.section(
        "Parts that may start inside a quote",
        "How many records, or documents, match, in 1 MiB? A summary holds the answer for each state of \
         the quotes in which the part may start: it reads data once for each state in which any of them \
         is. GB/s, and in brackets the ratio to `matching_segments`.",
    );
    let len = bench.size(L2);
    let records = Aligned::new(&data::records(Fields::Quoted(20), len));
    let json = Aligned::new(&data::json(len));
    let build = |options: CounterOptions<'_>| options.build().expect("a counter");
    let mut table = Table::new(["", "`matching_segments`", "`Summary`"]);
    for (name, data, counter) in [
        ("20 % quoted, outside 11..11", &records, build(options(Found::Outside(11, 11), None))),
        ("the depth of JSON", &json, build(depth_options())),
    ] {
        let mut contenders = [
            Contender::new("matching_segments", || black_box(&counter).matching_segments(data)),
            Contender::new("summary", || {
                let mut summary = Summary::new(&counter).expect("there is memory");
                summary.feed(black_box(data));
                summary.totals().matching_segments
            }),
        ];
        let seconds = bench.compare(&name, &mut contenders, L2);
        let speed = |seconds| digits(speed(len, seconds));
        let ratio = digits(seconds[0] / seconds[1]);
        table.row([
            name.to_owned(),
            speed(seconds[0]),
            format!("{} ({ratio}×)", speed(seconds[1])),
        ]);
    }
    bench.report.table(&table);
}

fn options(found: Found, escape: Option<u8>) -> CounterOptions<'static> {
    let options = CounterOptions::new(',').reset(Reset::Newlines).skip_empty(true);
    let options = options.quotes(Quotes::fields().escape(escape));
    match found {
        Found::AtLeast(number) => options.at_least(number),
        Found::Outside(low, high) => options.outside(low..=high),
    }
}

fn depth_options() -> CounterOptions<'static> {
    CounterOptions::new(Needle::AnyOf(ByteSet::new(b"{[")))
        .at_least(64)
        .closing(ByteSet::new(b"}]"))
        .quotes(Quotes::anywhere().escape(Some(b'\\')))
}

/// A counter for each choice of backend.
fn counters(options: impl Fn() -> CounterOptions<'static>) -> Vec<(&'static str, Counter)> {
    let counter = |choice| match backends::build(choice, options()) {
        Ok(Some(counter)) => (choice, counter),
        other => panic!("no counter for {choice}: {other:?}"),
    };
    backends::choices().map(counter).collect()
}

fn head(first: &str) -> Table {
    let columns = [first, "plain read", "a byte at a time"].map(str::to_owned);
    Table::new(columns.into_iter().chain(backends::choices().map(backends::label)))
}

/// One row: the plain read, the automaton, and the counters with their ratios.
fn row(
    bench: &Bench,
    name: &str,
    data: &[u8],
    plain: impl Fn() -> u64,
    counters: &[(&'static str, Counter)],
    size: usize,
) -> Vec<String> {
    let mut contenders = vec![
        Contender::unchecked("plain read", || peers::read(black_box(data))),
        Contender::new("a byte at a time", plain),
    ];
    contenders.extend(counters.iter().map(|(choice, counter)| {
        Contender::new(*choice, move || u64::from(black_box(counter).has_count(black_box(data))))
    }));
    let seconds = bench.compare(&name, &mut contenders, size);
    let speed = |&seconds: &f64| digits(speed(data.len(), seconds));
    let base = if size == MEMORY { seconds[0] } else { seconds[1] };
    let mut cells = vec![name.to_owned()];
    cells.extend(seconds[..2].iter().map(speed));
    let with_ratio = |time| format!("{} ({}×)", speed(time), digits(base / time));
    cells.extend(seconds[2..].iter().map(with_ratio));
    cells
}
