//! The search for the slowest input.
//!
//! A grid of adversarial inputs is measured coarsely. In each generation, inputs similar to the
//! slowest so far are tried. The slowest of all are then measured again with more effort, since a
//! coarse measurement may have been disturbed.

use std::collections::HashSet;
use std::fmt;
use std::hint::black_box;

use tally::{Counter, Needle, Reset};

use crate::backends;
use crate::bench::Bench;
use crate::data::{self, Adversarial, Aligned, Alphabet, Random};
use crate::measure::{Contender, Effort};
use crate::peers;
use crate::report::{Table, digits, speed};

/// In the first-level cache, where a processor can learn all branches, and beyond it.
const LENGTHS: [usize; 2] = [16 << 10, 128 << 10];
const GENERATIONS: usize = 4;
/// In each generation, for each backend and measure: how many of the slowest inputs are varied, and
/// how many similar inputs are tried for each.
const PARENTS: usize = 4;
const CHILDREN: usize = 8;
/// For each backend and measure, the number of inputs that are measured again.
const FINALISTS: usize = 6;

#[derive(Clone, Copy)]
struct Input {
    recipe: Adversarial,
    len: usize,
}

impl Input {
    fn data(self) -> Aligned {
        Aligned::new(&self.recipe.data(Alphabet::BYTE, self.len))
    }

    fn min_number(self) -> u64 {
        self.recipe.number() as u64
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} KiB", self.recipe, self.len >> 10)
    }
}

/// The seconds for an input.
struct Measured {
    input: Input,
    plain: f64,
    /// NaN after a coarse measurement.
    memchr2: f64,
    /// For each choice of backend.
    counters: Vec<f64>,
    /// For each choice, those for text of the same length.
    text: Vec<f64>,
}

/// What the speed on an input is compared with.
#[derive(Clone, Copy)]
enum Measure {
    /// The speed of the plain loop on the same data.
    Plain,
    /// The speed on text.
    Text,
}

impl Measure {
    const ALL: [Self; 2] = [Self::Plain, Self::Text];

    /// The speed of a choice of backend on an input, by this measure.
    fn ratio(self, measured: &Measured, choice: usize) -> f64 {
        let base = match self {
            Self::Plain => measured.plain,
            Self::Text => measured.text[choice],
        };
        base / measured.counters[choice]
    }
}

pub(super) fn section(bench: &mut Bench) {
    bench.report.section(
        "The slowest input",
        "Does any line contain at least N hits? None does, but each comes close.",
    );
    let all = search(bench);
    let mut names = HashSet::new();
    let mut finals = Vec::new();
    for (choice, measure) in criteria() {
        for input in slowest(&all, choice, measure, FINALISTS) {
            if names.insert(input.to_string()) {
                finals.push(measure_well(bench, input));
            }
        }
    }
    bench.report.paragraph(&format!(
        "{} inputs were tried: a grid of lines that are one hit short of N (N from 2 to 1000), of \
         random mixtures of hits and newlines, and of bursts of hits, then inputs similar to the \
         slowest. The slowest were measured again, together with text (`e`, N 65) of the same \
         length; these are the lowest ratios with each choice of backend.",
        all.len()
    ));
    report(bench, &finals);
}

/// Each choice of backend with each measure.
fn criteria() -> impl Iterator<Item = (usize, Measure)> {
    let choices = backends::choices().count();
    (0..choices).flat_map(|choice| Measure::ALL.map(|measure| (choice, measure)))
}

/// The inputs with the lowest ratio, the lowest first.
fn slowest(all: &[Measured], choice: usize, measure: Measure, number: usize) -> Vec<Input> {
    let mut order: Vec<(f64, Input)> =
        all.iter().map(|measured| (measure.ratio(measured, choice), measured.input)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    order.into_iter().map(|(_, input)| input).take(number).collect()
}

/// Coarse measurements of the grid, and of inputs similar to the slowest.
fn search(bench: &Bench) -> Vec<Measured> {
    let lengths = if bench.quick { &LENGTHS[..1] } else { &LENGTHS[..] };
    let mut grid = Adversarial::grid();
    if bench.quick {
        grid.truncate(10);
    }
    let texts: Vec<(usize, Vec<f64>)> =
        lengths.iter().map(|&len| (len, measure_text(bench, len))).collect();
    let mut tried = HashSet::new();
    let mut all = Vec::new();
    let mut try_input = |all: &mut Vec<Measured>, input: Input| {
        if tried.insert(input.to_string()) {
            let text = texts.iter().find(|text| text.0 == input.len);
            let text = text.map(|text| text.1.clone()).unwrap_or_default();
            all.push(measure_coarsely(bench, input, text));
        }
    };
    for &len in lengths {
        for &recipe in &grid {
            try_input(&mut all, Input { recipe, len });
        }
    }
    let mut random = Random::new(4);
    for _ in 0..if bench.quick { 0 } else { GENERATIONS } {
        for (choice, measure) in criteria() {
            for parent in slowest(&all, choice, measure, PARENTS) {
                for _ in 0..CHILDREN {
                    let recipe = parent.recipe.similar(&mut random);
                    try_input(&mut all, Input { recipe, ..parent });
                }
            }
        }
    }
    all
}

fn report(bench: &mut Bench, finals: &[Measured]) {
    let choices: Vec<&str> = backends::choices().collect();
    let lowest = |choice, measure: Measure| {
        let ratio = |measured: &&Measured| measure.ratio(measured, choice);
        finals.iter().min_by(|a, b| ratio(a).total_cmp(&ratio(b)))
    };
    let mut table = Table::new([
        "backend",
        "GB/s",
        "plain loop, GB/s",
        "times the plain loop",
        "`memchr2_iter`, GB/s",
        "input",
    ]);
    for (choice, name) in choices.iter().enumerate() {
        if let Some(found) = lowest(choice, Measure::Plain) {
            let speed = |seconds| digits(speed(found.input.len, seconds));
            table.row([
                (*name).to_owned(),
                speed(found.counters[choice]),
                speed(found.plain),
                digits(Measure::Plain.ratio(found, choice)),
                speed(found.memchr2),
                found.input.to_string(),
            ]);
        }
    }
    bench.report.table(&table);
    let mut table = Table::new(["backend", "GB/s", "on text, GB/s", "times text", "input"]);
    for (choice, name) in choices.iter().enumerate() {
        if let Some(found) = lowest(choice, Measure::Text) {
            let speed = |seconds| digits(speed(found.input.len, seconds));
            table.row([
                (*name).to_owned(),
                speed(found.counters[choice]),
                speed(found.text[choice]),
                digits(Measure::Text.ratio(found, choice)),
                found.input.to_string(),
            ]);
        }
    }
    bench.report.table(&table);
    for (measure, title) in [
        (Measure::Plain, "the slowest input, at least N in a line: times the plain loop"),
        (Measure::Text, "the slowest input, at least N in a line: times the speed on text"),
    ] {
        let figures: Vec<String> = (0..choices.len())
            .map(|choice| {
                let found = lowest(choice, measure);
                found.map_or_else(String::new, |found| digits(measure.ratio(found, choice)))
            })
            .collect();
        bench.report.sum_up(title, figures);
    }

    let lowest_speed = |seconds: &dyn Fn(&Measured) -> f64| {
        let speeds = finals.iter().map(|found| speed(found.input.len, seconds(found)));
        digits(speeds.fold(f64::INFINITY, f64::min))
    };
    bench.report.paragraph("The lowest speed of each contender on any of these inputs:");
    let mut table = Table::new(["", "GB/s"]);
    table.row(["plain loop".to_owned(), lowest_speed(&|found| found.plain)]);
    table.row(["`memchr2_iter`".to_owned(), lowest_speed(&|found| found.memchr2)]);
    for (choice, name) in choices.iter().enumerate() {
        let speed = lowest_speed(&|found| found.counters[choice]);
        table.row([backends::label(name), speed]);
    }
    bench.report.table(&table);
}

/// The seconds of each choice for text of this length.
fn measure_text(bench: &Bench, len: usize) -> Vec<f64> {
    let text = Aligned::new(&data::text(len));
    let counters = text_counters();
    bench.compare_with(&"text", &mut for_data(&text, &counters), Effort::CACHE)
}

fn measure_coarsely(bench: &Bench, input: Input, text: Vec<f64>) -> Measured {
    let data = input.data();
    let counters = counters(input);
    let mut contenders = vec![plain_loop(&data, input.min_number())];
    contenders.extend(for_data(&data, &counters));
    let seconds = bench.compare_with(&input, &mut contenders, Effort::COARSE);
    let (plain, counters) = (seconds[0], seconds[1..].to_vec());
    Measured { input, plain, memchr2: f64::NAN, counters, text }
}

fn measure_well(bench: &Bench, input: Input) -> Measured {
    let data = input.data();
    let text = Aligned::new(&data::text(input.len));
    let (counters, text_counters) = (counters(input), text_counters());
    let mut contenders = vec![
        plain_loop(&data, input.min_number()),
        Contender::new("memchr2_iter", || {
            let min_number = input.min_number();
            u64::from(peers::has_count_memchr2(black_box(&data), b'c', min_number, b'\n'))
        }),
    ];
    contenders.extend(for_data(&data, &counters));
    contenders.extend(for_data(&text, &text_counters));
    let effort = Effort { rounds: 15, ..Effort::CACHE };
    let seconds = bench.compare_with(&input, &mut contenders, effort);
    let (peers, seconds) = seconds.split_at(2);
    let (counters, text) = seconds.split_at(counters.len());
    Measured {
        input,
        plain: peers[0],
        memchr2: peers[1],
        counters: counters.to_vec(),
        text: text.to_vec(),
    }
}

fn counters(input: Input) -> Vec<(&'static str, Counter)> {
    backends::counters(Needle::Character('c'), input.min_number(), Reset::Newlines)
}

fn text_counters() -> Vec<(&'static str, Counter)> {
    backends::counters(Needle::Character('e'), 65, Reset::Newlines)
}

fn plain_loop(data: &[u8], min_number: u64) -> Contender<'_> {
    Contender::new("plain loop", move || {
        let (needle, min_number, reset) = black_box((b'c', min_number, b'\n'));
        u64::from(peers::has_count(black_box(data), needle, min_number, reset))
    })
}

fn for_data<'a>(data: &'a [u8], counters: &'a [(&'static str, Counter)]) -> Vec<Contender<'a>> {
    let contender = |(choice, counter): &'a (&'static str, Counter)| {
        Contender::new(*choice, move || u64::from(black_box(counter).has_count(black_box(data))))
    };
    counters.iter().map(contender).collect()
}
