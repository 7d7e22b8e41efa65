//! The search for the data that hurts most.

use std::collections::HashSet;
use std::hint::black_box;

use tally::{ByteSet, Counter, Needle, Reset};

use crate::data::{self, Aligned, Alphabet, Hurt, Random};
use crate::measure::{Contender, Effort, race};
use crate::peers;
use crate::report::{Report, Table, digits, speed};

/// One that fits the first-level cache, where branches can be learned by heart, and one that does
/// not.
const LENGTHS: [usize; 2] = [16 << 10, 128 << 10];
const GENERATIONS: usize = 4;
/// Of the worst so far, for each backend and measure: so many have so many neighbours tried.
const PARENTS: usize = 4;
const CHILDREN: usize = 8;
/// So many are measured again with care.
const FINALISTS: usize = 6;

/// An input.
#[derive(Clone, Copy)]
struct Input {
    hurt: Hurt,
    len: usize,
}

impl Input {
    fn data(self) -> Aligned {
        Aligned::new(&self.hurt.data(Alphabet::BYTE, self.len))
    }
}

/// The seconds that an input takes.
struct Tried {
    input: Input,
    plain: f64,
    backends: Vec<f64>,
}

/// Needle an input is bad by.
#[derive(Clone, Copy)]
enum Measure {
    /// How much faster than the plain loop on the same data.
    Plain,
    /// How much of its speed on text is left to a backend.
    Text,
}

/// Finds the worst input of each backend by both measures.
pub(crate) fn search(report: &mut Report, quick: bool) {
    let backends: Vec<&str> = tally::backends().collect();
    let lengths = if quick { &LENGTHS[..1] } else { &LENGTHS[..] };
    let text: Vec<(usize, Vec<f64>)> =
        lengths.iter().map(|&len| (len, on_text(&backends, len, quick))).collect();
    let ratio = |tried: &Tried, backend: usize, measure: Measure| match measure {
        Measure::Plain => tried.plain / tried.backends[backend],
        Measure::Text => {
            let text = text.iter().find(|text| text.0 == tried.input.len);
            text.map_or(1.0, |text| text.1[backend]) / tried.backends[backend]
        }
    };
    let both = [Measure::Plain, Measure::Text];
    let pairs: Vec<(usize, Measure)> =
        (0..backends.len()).flat_map(|backend| both.map(|measure| (backend, measure))).collect();

    let mut grid = Hurt::grid();
    if quick {
        grid.truncate(10);
    }
    let mut all: Vec<Tried> = Vec::new();
    let mut seen = HashSet::new();
    let mut try_out = |all: &mut Vec<Tried>, input: Input| {
        if seen.insert(describe(input)) {
            all.push(glance(input, &backends));
        }
    };
    for &len in lengths {
        for &hurt in &grid {
            try_out(&mut all, Input { hurt, len });
        }
    }
    let worst = |all: &[Tried], backend, measure, number| {
        let mut order: Vec<(f64, Input)> =
            all.iter().map(|tried| (ratio(tried, backend, measure), tried.input)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        order.into_iter().map(|(_, input)| input).take(number).collect::<Vec<Input>>()
    };
    let mut random = Random::new(4);
    for _ in 0..if quick { 0 } else { GENERATIONS } {
        for &(backend, measure) in &pairs {
            for parent in worst(&all, backend, measure, PARENTS) {
                for _ in 0..CHILDREN {
                    let hurt = parent.hurt.neighbour(&mut random);
                    try_out(&mut all, Input { hurt, ..parent });
                }
            }
        }
    }

    // A glance may have been unlucky: the worst by it are measured again.
    let mut finalists: Vec<Input> = Vec::new();
    for &(backend, measure) in &pairs {
        for input in worst(&all, backend, measure, FINALISTS) {
            if !finalists.iter().any(|&other| describe(other) == describe(input)) {
                finalists.push(input);
            }
        }
    }
    let finals: Vec<(Input, Final)> =
        finalists.iter().map(|&input| (input, measure_well(input, &backends, quick))).collect();

    show(report, &backends, &finals, all.len());
}

/// The worst of the finalists.
fn show(report: &mut Report, backends: &[&str], finals: &[(Input, Final)], tried: usize) {
    report.paragraph(&format!(
        "{tried} inputs were tried: a grid of one hit short of N in every segment (N from 2 to 1000), \
         random mixtures of hits and resets, and stretches with hits between stretches without, \
         then what is near the worst of them. The worst were measured again, together with text \
         (`e`, N 65) of the same length; these are the lowest figures of each backend."
    ));
    let mut table = Table::new([
        "backend",
        "GB/s",
        "plain loop, GB/s",
        "times the plain loop",
        "`memchr2_iter`, GB/s",
        "input",
    ]);
    let lowest = |ratio: &dyn Fn(&Final) -> f64| {
        finals.iter().min_by(|a, b| ratio(&a.1).total_cmp(&ratio(&b.1)))
    };
    for (number, backend) in backends.iter().enumerate() {
        if let Some((input, found)) = lowest(&|found| found.plain / found.backends[number]) {
            table.row([
                (*backend).to_owned(),
                digits(speed(input.len, found.backends[number])),
                digits(speed(input.len, found.plain)),
                digits(found.plain / found.backends[number]),
                digits(speed(input.len, found.memchr2)),
                describe(*input),
            ]);
        }
    }
    report.table(&table);
    let mut table = Table::new(["backend", "GB/s", "on text, GB/s", "part of that", "input"]);
    for (number, backend) in backends.iter().enumerate() {
        let ratio = |found: &Final| found.text[number] / found.backends[number];
        if let Some((input, found)) = lowest(&ratio) {
            table.row([
                (*backend).to_owned(),
                digits(speed(input.len, found.backends[number])),
                digits(speed(input.len, found.text[number])),
                digits(ratio(found)),
                describe(*input),
            ]);
        }
    }
    report.table(&table);
    let lowest = |ratio: &dyn Fn(&Final, usize) -> f64| {
        let of_backend = |number| finals.iter().map(move |found| ratio(&found.1, number));
        let figure = |number| digits(of_backend(number).fold(f64::INFINITY, f64::min));
        (0..backends.len()).map(figure).collect::<Vec<String>>().into_iter()
    };
    report.sum_up(
        "the worst input, the same: times the plain loop",
        lowest(&|found, backend| found.plain / found.backends[backend]),
    );
    report.sum_up(
        "the worst input, the same: part of the speed on text",
        lowest(&|found, backend| found.text[backend] / found.backends[backend]),
    );

    let slowest = |seconds: &dyn Fn(&Final) -> f64| {
        let speeds = finals.iter().map(|(input, found)| speed(input.len, seconds(found)));
        digits(speeds.fold(f64::INFINITY, f64::min))
    };
    report.paragraph("The lowest speed of each on any of these inputs:");
    let mut table = Table::new(["", "GB/s"]);
    table.row(["plain loop".to_owned(), slowest(&|found| found.plain)]);
    table.row(["`memchr2_iter`".to_owned(), slowest(&|found| found.memchr2)]);
    for (number, backend) in backends.iter().enumerate() {
        table.row([format!("tally, {backend}"), slowest(&|found| found.backends[number])]);
    }
    report.table(&table);
}

fn describe(input: Input) -> String {
    format!("{}, {} KiB", input.hurt, input.len >> 10)
}

fn counter(backend: &str, number: u64) -> Counter {
    super::counter(backend, 'c'.into(), number, Reset::Newlines)
}

fn on_text(backends: &[&str], len: usize, quick: bool) -> Vec<f64> {
    let text = Aligned::new(&data::text(len));
    let counters = text_counters(backends);
    let mut contenders = for_text(&text, &counters);
    race(&"text", &mut contenders, if quick { Effort::ONCE } else { Effort::CACHE })
}

fn text_counters(backends: &[&str]) -> Vec<Counter> {
    let common = |backend: &&str| super::counter(backend, 'e'.into(), 65, Reset::Newlines);
    backends.iter().map(common).collect()
}

fn for_text<'a>(text: &'a [u8], counters: &'a [Counter]) -> Vec<Contender<'a>> {
    let contender = |counter: &'a Counter| {
        Contender::new("text", move || black_box(counter).has_count(black_box(text)).into())
    };
    counters.iter().map(contender).collect()
}

fn hurt_contenders<'a>(
    data: &'a [u8],
    backends: &[&str],
    counters: &'a [Counter],
    number: u64,
) -> Vec<Contender<'a>> {
    let mut contenders = vec![Contender::new("plain loop", move || {
        let (what, number, reset) = black_box((b'c', number, b'\n'));
        u64::from(peers::has_count(black_box(data), what, number, reset))
    })];
    contenders.extend(backends.iter().zip(counters).map(|(&backend, counter)| {
        Contender::new(backend, move || u64::from(black_box(counter).has_count(black_box(data))))
    }));
    contenders
}

/// Measures in the shortest time that tells anything.
fn glance(input: Input, backends: &[&str]) -> Tried {
    let data = input.data();
    let number = input.hurt.number() as u64;
    let counters: Vec<Counter> = backends.iter().map(|backend| counter(backend, number)).collect();
    let mut contenders = hurt_contenders(&data, backends, &counters, number);
    let seconds = race(&input.hurt, &mut contenders, Effort::GLANCE);
    Tried { input, plain: seconds[0], backends: seconds[1..].to_vec() }
}

/// The seconds that an input takes, measured well.
struct Final {
    plain: f64,
    memchr2: f64,
    backends: Vec<f64>,
    /// Those of each backend on text.
    text: Vec<f64>,
}

fn measure_well(input: Input, backends: &[&str], quick: bool) -> Final {
    let data = input.data();
    let data = &*data;
    let number = input.hurt.number() as u64;
    let counters: Vec<Counter> = backends.iter().map(|backend| counter(backend, number)).collect();
    let text = Aligned::new(&data::text(input.len));
    let text_counters = text_counters(backends);
    let mut contenders = hurt_contenders(data, backends, &counters, number);
    contenders.push(Contender::new("memchr2_iter", || {
        u64::from(peers::has_count_memchr2(black_box(data), b'c', number, b'\n'))
    }));
    contenders.extend(for_text(&text, &text_counters));
    let effort = if quick { Effort::ONCE } else { Effort { rounds: 15, ..Effort::CACHE } };
    let seconds = race(&input.hurt, &mut contenders, effort);
    let (hurt, text) = seconds.split_at(backends.len() + 2);
    Final {
        plain: hurt[0],
        memchr2: hurt[backends.len() + 1],
        backends: hurt[1..=backends.len()].to_vec(),
        text: text.to_vec(),
    }
}

/// Something to count, and what it is made of.
struct Kind {
    name: &'static str,
    what: Whats,
    reset: Reset,
    alphabet: Alphabet,
}

#[derive(Clone, Copy)]
enum Whats {
    AnyOf(&'static [u8]),
    String,
}

impl Kind {
    fn what(&self) -> Needle<'_> {
        match self.what {
            Whats::AnyOf(bytes) => Needle::AnyOf(ByteSet::new(bytes)),
            Whats::String => Needle::String(self.alphabet.hit),
        }
    }

    /// The plain loop for this kind.
    fn each_hit(&self, data: &[u8], counted: impl FnMut(u64) -> bool) -> bool {
        match self.what {
            Whats::AnyOf(bytes) => {
                let is_hit = table(bytes);
                let resets: Vec<u8> = self.reset.bytes().iter().collect();
                if let [reset] = resets[..] {
                    let is_reset = |byte| byte == reset;
                    peers::each_hit(data, is_reset, |byte| is_hit[usize::from(byte)], counted)
                } else {
                    let is_reset = table(&resets);
                    let is_reset = |byte| is_reset[usize::from(byte)];
                    peers::each_hit(data, is_reset, |byte| is_hit[usize::from(byte)], counted)
                }
            }
            Whats::String => {
                if let [what] = *self.alphabet.hit {
                    peers::each_hit(data, |byte| byte == b'\n', |byte| byte == what, counted)
                } else {
                    peers::each_string(data, b'\n', self.alphabet.hit, counted)
                }
            }
        }
    }
}

fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    for &byte in bytes {
        table[usize::from(byte)] = true;
    }
    table
}

fn kinds() -> Vec<Kind> {
    let bytes = |name, bytes, reset, near| Kind {
        name,
        what: Whats::AnyOf(bytes),
        reset,
        alphabet: Alphabet { near, ..Alphabet::BYTE },
    };
    let string =
        |(name, alphabet)| Kind { name, what: Whats::String, reset: Reset::Newlines, alphabet };
    let mut kinds = vec![
        string(("one byte", Alphabet::BYTE)),
        bytes("one byte, reset at white space", b"c", Reset::Whitespace, b"."),
        bytes("any of 16 bytes", b"abcdefgh,;:!?'()", Reset::Newlines, b"i"),
    ];
    kinds.extend(Alphabet::STRINGS.map(string));
    kinds
}

const QUESTIONS: [&str; 4] = ["has_count", "max_count", "matching_segments", "count"];

/// The worst of all questions and kinds of *what*, in a smaller grid.
pub(crate) fn other_questions(report: &mut Report, quick: bool) {
    const LENGTH: usize = 32 << 10;
    let backends: Vec<&str> = tally::backends().collect();
    let mut grid = Hurt::short_grid();
    let mut seen = HashSet::new();
    grid.retain(|hurt| seen.insert(hurt.to_string()));
    if quick {
        grid.truncate(3);
    }
    let effort = if quick { Effort::ONCE } else { Effort { rounds: 9, ..Effort::CACHE } };
    let mut table = Table::new(
        ["what", "question"].into_iter().chain(backends.iter().copied()).chain(["worst input"]),
    );
    for kind in kinds() {
        let data = |hurt: Hurt| Aligned::new(&hurt.data(kind.alphabet, LENGTH));
        // For each question, each input with its ratio on each backend.
        let mut glances: [Vec<(Hurt, Vec<f64>)>; 4] = Default::default();
        for &hurt in &grid {
            let data = data(hurt);
            for (question, glances) in glances.iter_mut().enumerate() {
                let seconds = ask(&kind, &data, question, &backends, Effort::GLANCE);
                glances.push((hurt, seconds[1..].iter().map(|taken| seconds[0] / taken).collect()));
            }
        }
        for (question, mut glances) in glances.into_iter().enumerate() {
            let mut row = vec![kind.name.to_owned(), format!("`{}`", QUESTIONS[question])];
            let mut input = None;
            for (number, backend) in backends.iter().enumerate() {
                glances.sort_by(|a, b| a.1[number].total_cmp(&b.1[number]));
                // A glance may have been unlucky: the lowest once more with care.
                let measured = glances.iter().take(FINALISTS).map(|&(hurt, _)| {
                    let seconds = ask(&kind, &data(hurt), question, &[*backend], effort);
                    (seconds[0] / seconds[1], speed(LENGTH, seconds[1]), hurt)
                });
                if let Some((ratio, speed, hurt)) = measured.min_by(|a, b| a.0.total_cmp(&b.0)) {
                    row.push(format!("{} ({}×)", digits(speed), digits(ratio)));
                    input.get_or_insert(hurt.to_string());
                }
            }
            row.extend(input);
            table.row(row);
        }
    }
    report.paragraph(&format!(
        "GB/s, and in brackets the ratio to the plain loop, which is the lowest of {} inputs of \
         32 KiB for each row and backend, near misses among them. The input named is the first \
         backend's.",
        grid.len()
    ));
    report.table(&table);
}

/// The seconds that the plain loop takes, and those of the backends.
fn ask(kind: &Kind, data: &[u8], question: usize, backends: &[&str], effort: Effort) -> Vec<f64> {
    let mut most = 0;
    kind.each_hit(data, |count| {
        most = most.max(count);
        false
    });
    // Not reached by a hit, or reached by the last hits of the fullest segments.
    let number = if question == 0 { most + 1 } else { most.max(1) };
    let counters: Vec<Counter> = backends
        .iter()
        .map(|backend| super::counter(backend, kind.what(), number, kind.reset))
        .collect();
    let plain = || plainly(kind, black_box(data), question, black_box(number));
    let mut contenders = vec![Contender::new("plain loop", plain)];
    contenders.extend(backends.iter().zip(&counters).map(|(&backend, counter)| {
        Contender::new(backend, move || {
            let (counter, data) = black_box((counter, data));
            match question {
                0 => u64::from(counter.has_count(data)),
                1 => counter.max_count(data),
                2 => counter.matching_segments(data),
                _ => counter.count(data),
            }
        })
    }));
    let about = format!("{}, {}, N {number}", kind.name, QUESTIONS[question]);
    race(&about, &mut contenders, effort)
}

fn plainly(kind: &Kind, data: &[u8], question: usize, number: u64) -> u64 {
    let mut answer = 0;
    match question {
        0 => u64::from(kind.each_hit(data, |count| count >= number)),
        1 => {
            kind.each_hit(data, |count| {
                answer = answer.max(count);
                false
            });
            answer
        }
        2 => {
            kind.each_hit(data, |count| {
                answer += u64::from(count == number);
                false
            });
            answer
        }
        _ => match kind.what {
            Whats::String if kind.alphabet.hit.len() == 1 => {
                peers::count(data, kind.alphabet.hit[0])
            }
            _ => {
                kind.each_hit(data, |_| {
                    answer += 1;
                    false
                });
                answer
            }
        },
    }
}
