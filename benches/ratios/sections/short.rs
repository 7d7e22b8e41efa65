//! Calls that take nanoseconds: on short strings, and with a match near the start.

use std::hint::black_box;

use tally::{Needle, Reset};

use crate::backends::{self, AUTOMATIC};
use crate::bench::{Bench, L1, L2};
use crate::data::{self, Random};
use crate::measure::Contender;
use crate::peers;
use crate::report::{Table, digits};

pub(super) fn section(bench: &mut Bench) {
    const LENGTH: usize = 20;
    const STRINGS: usize = 1024;
    bench.report.section(
        "Short strings",
        "Does any line of 20 bytes contain at least N hits? None does. Nanoseconds per call, of many \
         in a row, of a counter that exists: for the same string again and again, which contains N \
         hits, but in two lines; for the same with a higher N; and for 1024 different strings of \
         text. The compiler inlines the plain loop, and knows its needle and N.",
    );
    let same = [&b"hello-c-c-\nc-goodbye"[..]; STRINGS];
    let text = data::cached_text(L2);
    let mut random = Random::new(5);
    let different: Vec<&[u8]> = (0..STRINGS)
        .map(|_| {
            let start = random.below(L2 - LENGTH);
            &text[start..start + LENGTH]
        })
        .collect();
    let columns = [
        nanoseconds::<b'c', 3>(bench, &same),
        nanoseconds::<b'c', 9>(bench, &same),
        nanoseconds::<b'e', 9>(bench, &different),
    ];
    let heads = ["two lines, N 3, ns", "the same, N 9, ns", "different strings, N 9, ns"];
    report(bench, heads.map(str::to_owned), &columns);
    let of_counters = &columns[0][columns[0].len() - backends::choices().count()..];
    let figures = of_counters.iter().map(|(_, nanoseconds)| digits(*nanoseconds));
    bench.report.sum_up("20 bytes, at least N in a line: ns", figures);
}

pub(super) fn early(bench: &mut Bench) {
    const CALLS: usize = 64;
    const MIN_NUMBER: u64 = 12;
    const PLACES: [usize; 4] = [100, 600, 2000, 9000];
    bench.report.section(
        "An early match",
        "Does any line of 16 KiB of text contain at least 12 `c`? One does, and starts near the \
         offset above the column. Nanoseconds per call, of many in a row.",
    );
    let text = data::cached_text(L1);
    let columns = PLACES.map(|place| {
        let line = text[place..].iter().position(|&byte| byte == b'\n').map_or(0, |at| place + at);
        let mut text = text.to_vec();
        text[line + 1..][..MIN_NUMBER as usize].fill(b'c');
        nanoseconds::<b'c', MIN_NUMBER>(bench, &[&text[..]; CALLS])
    });
    report(bench, PLACES.map(|place| format!("{place} B, ns")), &columns);
}

fn report<const N: usize>(
    bench: &mut Bench,
    heads: [String; N],
    columns: &[Vec<(String, f64)>; N],
) {
    let mut table = Table::new([String::new()].into_iter().chain(heads));
    for (row, (name, _)) in columns[0].iter().enumerate() {
        let cells = columns.iter().map(|column| digits(column[row].1));
        table.row([name.clone()].into_iter().chain(cells));
    }
    bench.report.table(&table);
}

/// The contenders' names, and their nanoseconds per string. Needle and number are constants for the
/// plain loop, as in a loop that is written for one question.
fn nanoseconds<const NEEDLE: u8, const MIN_NUMBER: u64>(
    bench: &Bench,
    strings: &[&[u8]],
) -> Vec<(String, f64)> {
    let from_c = peers::CCounter::new(NEEDLE.into(), MIN_NUMBER);
    let from_c = &from_c;
    let counters = backends::counters(Needle::String(&[NEEDLE]), MIN_NUMBER, Reset::Newlines);
    let mut contenders = vec![
        Contender::new("plain loop", move || {
            sum(strings, |string| peers::has_count(string, NEEDLE, MIN_NUMBER, b'\n'))
        }),
        Contender::new("`memchr2_iter`", move || {
            sum(strings, |string| peers::has_count_memchr2(string, NEEDLE, MIN_NUMBER, b'\n'))
        }),
        Contender::new("tally from C", move || sum(strings, |string| from_c.has_count(string))),
    ];
    contenders.extend(counters.iter().map(|(choice, counter)| {
        let name = match *choice {
            AUTOMATIC => "tally from Rust".to_owned(),
            forced => format!("tally from Rust, {forced}"),
        };
        Contender::new(name, move || sum(strings, |string| counter.has_count(string)))
    }));
    let seconds = bench.compare(&"short strings", &mut contenders, L1);
    let nanoseconds = seconds.iter().map(|seconds| seconds / strings.len() as f64 * 1e9);
    contenders.into_iter().map(|contender| contender.name).zip(nanoseconds).collect()
}

/// The number of strings that match.
#[inline(always)]
fn sum(strings: &[&[u8]], matches: impl Fn(&[u8]) -> bool) -> u64 {
    strings.iter().map(|&string| u64::from(matches(black_box(string)))).sum()
}
