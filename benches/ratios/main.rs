//! All contenders side by side: `cargo bench --bench ratios`.
//!
//! It prints tables, and writes them and a plot to this folder, for `benches/README.md`. Arguments
//! are names of sections; then only those are measured, and nothing is written.

#![allow(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "figures for people")]

#[path = "../data/mod.rs"]
mod data;
mod measure;
#[path = "../peers/mod.rs"]
mod peers;
mod report;
mod svg;
mod worst;

use std::hint::black_box;
use std::path::Path;
use std::{env, fs, process};

use memchr::memmem::Finder;
use tally::{ByteSet, Counter, Needle, Reset};

use data::{Aligned, Alphabet, Case, Hurt, Named, Random};
use measure::{Contender, Effort, race};
use report::{Report, Table, digits, speed};
use svg::{Line, Panel, size_name};

/// Data in the first-level cache, in the second, and in neither.
const L1: usize = 16 << 10;
const L2: usize = 1 << 20;
const MEMORY: usize = 256 << 20;

const SIZES: [usize; 6] = [16, 64, 1 << 10, L1, L2, MEMORY];

type Section = (&'static str, fn(&mut Bench));

const SECTIONS: [Section; 11] = [
    ("cache", cache),
    ("cache2", second_level_cache),
    ("memory", memory),
    ("worst", worst_inputs),
    ("others", other_questions),
    ("count", count),
    ("strings", strings),
    ("kinds", kinds),
    ("short", short),
    ("early", early),
    ("sizes", sizes),
];

struct Bench {
    report: Report,
    panels: Vec<Panel>,
    /// Only to see that everything runs.
    quick: bool,
}

impl Bench {
    fn effort(&self, size: usize) -> Effort {
        match size {
            _ if self.quick => Effort::ONCE,
            MEMORY => Effort::MEMORY,
            _ => Effort::CACHE,
        }
    }

    /// The size to use for this one.
    fn size(&self, size: usize) -> usize {
        if self.quick { size.min(L2) } else { size }
    }
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // Without this, cargo only wants to know whether the program works.
    let quick = !arguments.iter().any(|argument| argument == "--bench");
    let names: Vec<&String> =
        arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |section: &str| names.is_empty() || names.iter().any(|&name| name == section);
    if let Some(unknown) = names.iter().find(|name| SECTIONS.iter().all(|known| known.0 != **name))
    {
        let known: Vec<&str> = SECTIONS.iter().map(|section| section.0).collect();
        eprintln!("No section {unknown}; there are: {}.", known.join(", "));
        process::exit(2);
    }
    let mut bench = Bench { report: Report::default(), panels: Vec::new(), quick };
    for (_, measure) in SECTIONS.iter().filter(|section| is_wanted(section.0)) {
        measure(&mut bench);
    }
    print!("{}", Summary::new(&bench.report));
    if names.is_empty() && !quick {
        write(&bench);
    }
}

fn write(bench: &Bench) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let below = format!("{}. cargo bench --bench ratios", report::processor());
    let picture = svg::picture(&bench.panels, &below);
    let page = folder.join("README.md");
    let plot = folder.join("speed.svg");
    if let Err(error) = bench.report.write(&page).and_then(|()| fs::write(&plot, picture)) {
        eprintln!("{}: {error}", folder.display());
        process::exit(1);
    }
    println!("Written: {} and {}.", page.display(), plot.display());
}

/// A counter on a backend that this processor has.
fn counter(backend: &str, what: Needle<'_>, number: u64, reset: Reset) -> Counter {
    match Counter::new_on(backend, what, number, reset) {
        Ok(Some(counter)) => counter,
        other => panic!("no counter on {backend}: {other:?}"),
    }
}

const CASES: [Named; 6] =
    [Named::Absent, Named::Rare, Named::Common, Named::Shifted, Named::Dense, Named::Random];

/// The backends' counters for a case.
fn counters(case: &Case) -> Vec<(&'static str, Counter)> {
    let make = |backend| counter(backend, (&[case.what]).into(), case.number, Reset::Newlines);
    tally::backends().map(|backend| (backend, make(backend))).collect()
}

const PLAIN_READ: usize = 0;
const PLAIN_LOOP: usize = 1;

/// All who can answer whether a segment reaches the number. They read all of the data.
fn for_has_count<'a>(
    case: &'a Case,
    counters: &'a [(&'static str, Counter)],
) -> Vec<Contender<'a>> {
    let data = &*case.data;
    // Needle is asked is not known when the contenders are compiled.
    let question = || black_box((case.what, case.number, b'\n'));
    let mut contenders = vec![
        Contender::apart("plain read", || peers::read(black_box(data))),
        Contender::new("plain loop", move || {
            let (what, number, reset) = question();
            peers::has_count(black_box(data), what, number, reset).into()
        }),
    ];
    // Random bytes have no characters.
    let text = peers::as_text(data);
    let characters = move || {
        let (what, number, reset) = question();
        peers::has_count_chars(black_box(text), what.into(), number, reset.into()).into()
    };
    contenders.push(if text.len() + 4 > data.len() {
        Contender::new("plain loop over `char`s", characters)
    } else {
        Contender::absent("plain loop over `char`s")
    });
    contenders.push(Contender::new("`memchr2_iter`", move || {
        let (what, number, reset) = question();
        peers::has_count_memchr2(black_box(data), what, number, reset).into()
    }));
    contenders.push(Contender::new("split + `bytecount`", move || {
        let (what, number, reset) = question();
        peers::has_count_split(black_box(data), what, number, reset).into()
    }));
    contenders.extend(counters.iter().map(|(backend, counter)| {
        Contender::new(format!("tally, {backend}"), move || {
            black_box(counter).has_count(black_box(data)).into()
        })
    }));
    contenders
}

/// The cases, by all contenders, with the ratio to one of them, which `line` sums up.
fn compare_cases(bench: &mut Bench, len: usize, to: usize, line: &str) {
    let len = bench.size(len);
    let effort = bench.effort(len);
    let mut columns: Vec<Vec<String>> = Vec::new();
    // The lowest and the highest ratio of each backend.
    let mut ranges = vec![(f64::INFINITY, 0.0_f64); tally::backends().count()];
    for named in CASES {
        let case = named.case(len);
        let counters = counters(&case);
        let mut contenders = for_has_count(&case, &counters);
        let seconds = race(&case.name, &mut contenders, effort);
        if columns.is_empty() {
            let names = contenders.iter().map(|contender| contender.name.clone());
            columns.push([String::new()].into_iter().chain(names).collect());
        }
        let cells = seconds.iter().map(|&taken| {
            if taken.is_nan() {
                return String::new();
            }
            format!("{} ({}×)", digits(speed(len, taken)), digits(seconds[to] / taken))
        });
        columns.push([case.name.clone()].into_iter().chain(cells).collect());
        let backends = &seconds[seconds.len() - ranges.len()..];
        for ((lowest, highest), taken) in ranges.iter_mut().zip(backends) {
            let ratio = seconds[to] / taken;
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
    bench.report.sum_up(line, ranges.into_iter().map(range));
}

fn cache(bench: &mut Bench) {
    bench.report.section(
        "In the first-level cache",
        "Has any line at least N hits? No: all of the 16 KiB is read. GB/s, and in brackets the \
         ratio to the plain loop. Hits are NUL (N 1), `q` (N 9), `e` (N 65), in source code the \
         space (N 129), and in random bytes `e` (N 65).",
    );
    compare_cases(bench, L1, PLAIN_LOOP, "16 KiB, at least N in a line: times the plain loop");
}

fn second_level_cache(bench: &mut Bench) {
    bench.report.section(
        "In the second-level cache",
        "The same questions about 1 MiB. GB/s, and in brackets the ratio to the plain loop.",
    );
    compare_cases(bench, L2, PLAIN_LOOP, "1 MiB, the same: times the plain loop");
}

fn memory(bench: &mut Bench) {
    bench.report.section(
        "From memory",
        "The same questions about 256 MiB. GB/s, and in brackets the ratio to a plain read.",
    );
    compare_cases(bench, MEMORY, PLAIN_READ, "256 MiB, the same: part of a plain read");
}

fn worst_inputs(bench: &mut Bench) {
    bench.report.section(
        "The data that hurts most",
        "Has any line at least N hits? No, but every one may be about to.",
    );
    worst::search(&mut bench.report, bench.quick);
}

fn other_questions(bench: &mut Bench) {
    bench.report.section(
        "The data that hurts most, other questions",
        "Needle is counted and what is asked vary; the data is made to hurt again.",
    );
    worst::other_questions(&mut bench.report, bench.quick);
}

/// All who can count a byte.
fn for_count<'a>(case: &'a Case, counters: &'a [(&'static str, Counter)]) -> Vec<Contender<'a>> {
    let data = &*case.data;
    let what = || black_box(case.what);
    let mut contenders = vec![
        Contender::apart("plain read", || peers::read(black_box(data))),
        Contender::new("plain loop", move || peers::count(black_box(data), what())),
        Contender::new("`memchr_iter().count()`", move || {
            peers::count_memchr(black_box(data), what())
        }),
        Contender::new("`bytecount::count`", move || {
            peers::count_bytecount(black_box(data), what())
        }),
    ];
    contenders.extend(counters.iter().map(|(backend, counter)| {
        Contender::new(format!("tally, {backend}"), move || {
            black_box(counter).count(black_box(data))
        })
    }));
    contenders
}

fn count(bench: &mut Bench) {
    const MEMCHR: usize = 2;
    const BYTECOUNT: usize = 3;
    bench
        .report
        .section("Counting a byte", "How many `e` are there in the text? GB/s, and ratios.");
    for (place, len) in [("16 KiB", L1), ("1 MiB", L2), ("256 MiB", MEMORY)] {
        let len = bench.size(len);
        let case = Named::Common.case(len);
        let counters = counters(&case);
        let mut contenders = for_count(&case, &counters);
        let seconds = race(&case.name, &mut contenders, bench.effort(len));
        let mut table = Table::new([
            place,
            "GB/s",
            "to `bytecount`",
            "to `memchr_iter`",
            "to a plain read",
            "to the plain loop",
        ]);
        for (contender, &taken) in contenders.iter().zip(&seconds) {
            let ratios = [BYTECOUNT, MEMCHR, PLAIN_READ, PLAIN_LOOP]
                .map(|other| digits(seconds[other] / taken));
            let cells = [contender.name.clone(), digits(speed(len, taken))];
            table.row(cells.into_iter().chain(ratios));
        }
        bench.report.table(&table);
        let backends = &seconds[seconds.len() - counters.len()..];
        let times = |other: usize| {
            let other = seconds[other];
            backends.iter().map(move |taken| digits(other / taken))
        };
        bench.report.sum_up(&format!("{place}, count: times `bytecount`"), times(BYTECOUNT));
        bench.report.sum_up(&format!("{place}, count: times `memchr_iter`"), times(MEMCHR));
        bench.report.sum_up(&format!("{place}, count: part of a plain read"), times(PLAIN_READ));
    }
}

fn strings(bench: &mut Bench) {
    const LENGTHS: [usize; 3] = [8, 40, 100];
    bench.report.section(
        "Counting a string",
        "How often is the string in 1 MiB? In text, two spaces in source code, and last in data \
         made to hurt: many occurrences, near misses and newlines. GB/s, and in brackets the ratio \
         to `memmem::Finder::find_iter().count()`.",
    );
    let text = data::text_once(L2);
    let source = Aligned::new(&data::source(L2));
    let backends = tally::backends().map(|backend| format!("tally, {backend}"));
    let head = ["", "`memmem`", "plain loop"].map(str::to_owned);
    let mut table = Table::new(head.into_iter().chain(backends));
    let mut row = |name: &str, what: &[u8], data: &[u8]| {
        let seconds = race_strings(bench, name, what, data);
        let cells = seconds.iter().map(|&taken| {
            format!("{} ({}×)", digits(speed(data.len(), taken)), digits(seconds[0] / taken))
        });
        table.row([name.to_owned()].into_iter().chain(cells));
    };
    row("two spaces", b"  ", &source);
    row("`th`", b"th", &text);
    row("`’`, 3 bytes", "’".as_bytes(), &text);
    row("`because`", b"because", &text);
    for length in LENGTHS {
        // Cut from the text, and so at least once in it.
        row(&format!("{length} bytes, once"), &text[L2 / 2..L2 / 2 + length], &text);
    }
    for (name, alphabet) in Alphabet::STRINGS {
        let hurt = Hurt::Mixture { number: usize::MAX, hit: 0.3, near: 0.3, reset: 0.01 };
        let data = Aligned::new(&hurt.data(alphabet, L2));
        row(&format!("{name}, made to hurt"), alphabet.hit, &data);
    }
    bench.report.table(&table);
}

/// The seconds of `memmem`, the plain loop and each backend.
fn race_strings(bench: &Bench, name: &str, what: &[u8], data: &[u8]) -> Vec<f64> {
    let finder = Finder::new(what);
    let counters: Vec<(&str, Counter)> = tally::backends()
        .map(|backend| (backend, counter(backend, what.into(), 1, Reset::None)))
        .collect();
    let mut contenders = vec![
        Contender::new("memmem", || peers::count_memmem(black_box(data), &finder)),
        Contender::new("the plain loop", || {
            let mut count = 0;
            // NUL resets, but is nowhere.
            peers::each_string(black_box(data), 0, black_box(what), |_| {
                count += 1;
                false
            });
            count
        }),
    ];
    contenders.extend(counters.iter().map(|(backend, counter)| {
        Contender::new(*backend, move || black_box(counter).count(black_box(data)))
    }));
    race(&name, &mut contenders, bench.effort(L2))
}

/// Needle is asked of a counter.
type Ask = fn(&Counter, &[u8]) -> u64;

fn has_count(counter: &Counter, data: &[u8]) -> u64 {
    counter.has_count(data).into()
}

fn find(counter: &Counter, data: &[u8]) -> u64 {
    counter.find(data).is_some().into()
}

/// Kinds of *what* and of question, and which of them before each is compared with.
fn variants() -> Vec<(&'static str, Needle<'static>, u64, Reset, Ask, usize)> {
    let comma = Needle::String(b",");
    let marks = Needle::AnyOf(ByteSet::new(b",;:!?\"'()[]{}<>0"));
    let letters = Needle::AnyOf(ByteSet::new(b"etaoinshrdlcumwf"));
    let lines = Reset::Newlines;
    vec![
        ("`has_count`, `,`", comma, 65, lines, has_count, 0),
        ("`has_count`, any of 16 marks", marks, 65, lines, has_count, 0),
        ("`has_count`, `’` (3 bytes)", Needle::Character('’'), 65, lines, has_count, 0),
        ("`has_count`, `,`, reset at white space", comma, 65, Reset::Whitespace, has_count, 0),
        ("`has_count`, `,`, no reset", comma, u64::MAX, Reset::None, has_count, 0),
        ("`find`, `,`", comma, 65, lines, find, 0),
        ("`max_count`, `,`", comma, 65, lines, Counter::max_count, 0),
        ("`matching_segments`, `,`", comma, 65, lines, Counter::matching_segments, 0),
        ("`matching_segments`, `,`, N 2", comma, 2, lines, Counter::matching_segments, 0),
        ("`count`, `,`", comma, 65, lines, Counter::count, 9),
        ("`count`, any of 16 marks", marks, 65, lines, Counter::count, 9),
        ("`count`, `’` (3 bytes)", Needle::Character('’'), 65, lines, Counter::count, 9),
        ("`has_count`, `e`", Needle::String(b"e"), 121, lines, has_count, 12),
        ("`has_count`, any of 16 letters", letters, 121, lines, has_count, 12),
        ("`max_count`, `e`", Needle::String(b"e"), 121, lines, Counter::max_count, 12),
        (
            "`matching_segments`, `e`",
            Needle::String(b"e"),
            121,
            lines,
            Counter::matching_segments,
            12,
        ),
        (
            "`matching_segments`, `e`, N 9",
            Needle::String(b"e"),
            9,
            lines,
            Counter::matching_segments,
            12,
        ),
    ]
}

fn kinds(bench: &mut Bench) {
    bench.report.section(
        "Kinds of what, and of question",
        "In text. GB/s, and in brackets the ratio to the first of its group, which counts one byte: \
         `has_count` and `count` of `,`, and `has_count` of `e`. Unless it says otherwise, the reset \
         is the newline, and N is above what any line has.",
    );
    let backends: Vec<&str> = tally::backends().collect();
    let variants = variants();
    let head = ["", "size"].into_iter().chain(backends.iter().copied());
    let mut table = Table::new(head);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for len in [L1, L2, MEMORY] {
        let text = data::text_once(bench.size(len));
        let text = &**text;
        let columns: Vec<Vec<f64>> = backends
            .iter()
            .map(|backend| {
                let counters: Vec<Counter> = variants
                    .iter()
                    .map(|&(_, what, number, reset, ..)| counter(backend, what, number, reset))
                    .collect();
                let mut contenders: Vec<Contender<'_>> = variants
                    .iter()
                    .zip(&counters)
                    .map(|(&(name, .., ask, _), counter)| {
                        Contender::apart(name, move || ask(black_box(counter), black_box(text)))
                    })
                    .collect();
                race(backend, &mut contenders, bench.effort(len))
            })
            .collect();
        for (number, (name, .., to)) in variants.iter().enumerate() {
            let cells = columns.iter().map(|seconds| {
                let ratio = seconds[*to] / seconds[number];
                format!("{} ({})", digits(speed(text.len(), seconds[number])), digits(ratio))
            });
            rows.push([(*name).to_owned(), size_name(len)].into_iter().chain(cells).collect());
        }
    }
    // The sizes of a question together.
    for number in 0..variants.len() {
        for row in rows.iter().skip(number).step_by(variants.len()) {
            table.row(row);
        }
    }
    bench.report.table(&table);
}

fn short(bench: &mut Bench) {
    const LENGTH: usize = 20;
    const MANY: usize = 1024;
    bench.report.section(
        "Short strings",
        "Has any line of these 20 bytes at least N hits? No. The counter is ready. Nanoseconds for \
         one call, of many in a row: about one string again and again, which has N hits, but in two \
         lines; the same, with fewer hits than N; and about 1024 pieces of text. The plain loop is \
         inlined, with the question known to the compiler.",
    );
    let same = [&b"hello-c-c-\nc-goodbye"[..]; MANY];
    let text = data::text_once(L2);
    let mut random = Random::new(5);
    let different: Vec<&[u8]> = (0..MANY)
        .map(|_| {
            let start = random.below(L2 - LENGTH);
            &text[start..start + LENGTH]
        })
        .collect();
    // The questions are constants for the plain loop, as one would write it.
    let columns = [
        race_short::<b'c', 3>(bench, &same),
        race_short::<b'c', 9>(bench, &same),
        race_short::<b'e', 9>(bench, &different),
    ];
    let head = ["", "two lines, N 3, ns", "the same, N 9, ns", "different strings, N 9, ns"];
    let mut table = Table::new(head);
    for (row, (name, _)) in columns[0].iter().enumerate() {
        let cells = columns.iter().map(|column| digits(column[row].1 / MANY as f64 * 1e9));
        table.row([name.clone()].into_iter().chain(cells));
    }
    bench.report.table(&table);
    let backends = &columns[0][columns[0].len() - tally::backends().count()..];
    let figures = backends.iter().map(|(_, seconds)| digits(seconds / MANY as f64 * 1e9));
    bench.report.sum_up("20 bytes, at least N in a line: ns", figures);
}

fn early(bench: &mut Bench) {
    const MANY: usize = 64;
    const NUMBER: u64 = 12;
    const PLACES: [usize; 4] = [100, 600, 2000, 9000];
    bench.report.section(
        "An early answer",
        "Has any line of 16 KiB of text at least 12 `c`? Yes: one that begins after about so many \
         bytes. Nanoseconds for one call, of many in a row.",
    );
    let text = data::text_once(L1);
    let columns = PLACES.map(|place| {
        let line = text[place..].iter().position(|&byte| byte == b'\n').map_or(0, |at| place + at);
        let mut text = text.to_vec();
        text[line + 1..][..NUMBER as usize].fill(b'c');
        race_short::<b'c', NUMBER>(bench, &[&text[..]; MANY])
    });
    let head = [String::new()].into_iter().chain(PLACES.map(|place| format!("{place} B, ns")));
    let mut table = Table::new(head);
    for (row, (name, _)) in columns[0].iter().enumerate() {
        let cells = columns.iter().map(|column| digits(column[row].1 / MANY as f64 * 1e9));
        table.row([name.clone()].into_iter().chain(cells));
    }
    bench.report.table(&table);
}

/// The seconds that each contender takes for all of the strings.
fn race_short<const WHAT: u8, const NUMBER: u64>(
    bench: &Bench,
    strings: &[&[u8]],
) -> Vec<(String, f64)> {
    let in_c = peers::CCounter::new(WHAT.into(), NUMBER);
    let in_c = &in_c;
    let counters: Vec<(&str, Counter)> = tally::backends()
        .map(|name| (name, counter(name, (&[WHAT]).into(), NUMBER, Reset::Newlines)))
        .collect();
    let mut contenders = vec![
        Contender::new("plain loop", move || {
            each(strings, |string| peers::has_count(string, WHAT, NUMBER, b'\n'))
        }),
        Contender::new("`memchr2_iter`", move || {
            each(strings, |string| peers::has_count_memchr2(string, WHAT, NUMBER, b'\n'))
        }),
        Contender::new(format!("tally from C ({})", tally::backend()), move || {
            each(strings, |string| in_c.has_count(string))
        }),
    ];
    contenders.extend(counters.iter().map(|(backend, counter)| {
        Contender::new(format!("tally from Rust, {backend}"), move || {
            each(strings, |string| counter.has_count(string))
        })
    }));
    let seconds = race(&"short strings", &mut contenders, bench.effort(L1));
    contenders.into_iter().map(|contender| contender.name).zip(seconds).collect()
}

/// Asks about each string; how often the answer is yes.
#[inline(always)]
fn each(strings: &[&[u8]], reached: impl Fn(&[u8]) -> bool) -> u64 {
    strings.iter().map(|&string| u64::from(reached(black_box(string)))).sum()
}

fn sizes(bench: &mut Bench) {
    bench
        .report
        .section("By the size of the data", "GB/s in text, `e`, N 65: what the plot shows.");
    let mut asked =
        [("At least 65 `e` in a line?", Vec::<Line>::new()), ("How many `e`?", Vec::<Line>::new())];
    for len in SIZES.map(|size| bench.size(size)) {
        let case = Named::Common.case(len);
        let what = [case.what];
        let what = Needle::String(&what);
        let chosen = [("", counter(tally::backend(), what, case.number, Reset::Newlines))];
        for (contenders, (_, lines)) in
            [for_has_count(&case, &chosen), for_count(&case, &chosen)].into_iter().zip(&mut asked)
        {
            let mut contenders = contenders;
            contenders.retain(|contender| !contender.name.contains("char"));
            let seconds = race(&case.name, &mut contenders, bench.effort(len));
            for (number, (contender, taken)) in contenders.iter().zip(seconds).enumerate() {
                if lines.len() == number {
                    let name = contender.name.replace(['`', ','], "").trim().to_owned();
                    lines.push(Line { name, points: Vec::new() });
                }
                lines[number].points.push((len, speed(len, taken)));
            }
        }
    }
    for (title, mut lines) in asked {
        // The one that it is about comes first, and is drawn thickest.
        lines.rotate_right(1);
        let mut table = Table::new(
            [title.to_owned()].into_iter().chain(lines.iter().map(|line| line.name.clone())),
        );
        for (place, &size) in SIZES.iter().enumerate() {
            let cells = lines.iter().map(|line| digits(line.points[place].1));
            table.row([size_name(size)].into_iter().chain(cells));
        }
        bench.report.table(&table);
        bench.panels.push(Panel {
            title: format!("{} Text, {}", title.replace('`', ""), tally::backend()),
            lines,
        });
    }
}
