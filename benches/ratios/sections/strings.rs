//! Counting a string.

use std::hint::black_box;

use memchr::memmem::Finder;
use tally::Reset;

use crate::backends::{self, label};
use crate::bench::{Bench, L2};
use crate::data::{self, Adversarial, Aligned, Alphabet};
use crate::measure::Contender;
use crate::peers;
use crate::report::{Table, digits, speed};

pub(super) fn section(bench: &mut Bench) {
    const LENGTHS: [usize; 3] = [8, 40, 100];
    const TWENTY: &[u8; 20] = b"twenty bytes to find";
    bench.report.section(
        "Counting a string",
        "How often does the string occur in 1 MiB? First in text, two spaces in source code; then a \
         string repeated without gaps, or with gaps of 9 bytes on average; last in adversarial \
         data: many occurrences, near misses and newlines. GB/s, and in brackets the ratio to \
         `memmem::Finder::find_iter().count()`, then the ratio to the plain loop.",
    );
    let text = data::cached_text(L2);
    let source = Aligned::new(&data::source(L2));
    let head = ["", "`memmem`", "plain loop"].map(str::to_owned);
    let mut table = Table::new(head.into_iter().chain(backends::choices().map(label)));
    let mut row = |name: &str, needle: &[u8], data: &[u8]| {
        let seconds = compare(bench, name, needle, data);
        let cells = seconds.iter().map(|&time| {
            let speed = digits(speed(data.len(), time));
            let [memmem, plain] = [0, 1].map(|base| digits(seconds[base] / time));
            format!("{speed} ({memmem}×, {plain}×)")
        });
        table.row([name.to_owned()].into_iter().chain(cells));
    };
    row("two spaces", b"  ", &source);
    row("`th`", b"th", &text);
    row("`’`, 3 bytes", "’".as_bytes(), &text);
    row("`because`", b"because", &text);
    for length in LENGTHS {
        // Cut from the text, so that it occurs at least once.
        row(&format!("{length} bytes, once"), &text[L2 / 2..L2 / 2 + length], &text);
    }
    let twenty = Alphabet { hit: TWENTY, near_miss: &TWENTY[..19], ..Alphabet::BYTE };
    for (name, hit) in [("20 bytes, repeated", 1.0), ("20 bytes, repeated with gaps", 0.1)] {
        let repeated = Adversarial::Mixture { number: usize::MAX, hit, near_miss: 0.0, reset: 0.0 };
        row(name, TWENTY, &Aligned::new(&repeated.data(twenty, L2)));
    }
    for (name, alphabet) in Alphabet::STRINGS {
        let mixture =
            Adversarial::Mixture { number: usize::MAX, hit: 0.3, near_miss: 0.3, reset: 0.01 };
        let data = Aligned::new(&mixture.data(alphabet, L2));
        row(&format!("{name}, adversarial"), alphabet.hit, &data);
    }
    bench.report.table(&table);
}

/// The seconds of `memmem`, of the plain loop, and of each choice of backend.
fn compare(bench: &Bench, name: &str, needle: &[u8], data: &[u8]) -> Vec<f64> {
    let finder = Finder::new(needle);
    let counters = backends::counters(needle.into(), 1, Reset::None);
    let mut contenders = vec![
        Contender::new("memmem", || peers::count_memmem(black_box(data), &finder)),
        Contender::new("plain loop", || {
            let mut count = 0;
            // The data does not contain the reset byte, NUL.
            peers::each_string(black_box(data), 0, black_box(needle), |_| {
                count += 1;
                false
            });
            count
        }),
    ];
    contenders.extend(counters.iter().map(|(choice, counter)| {
        Contender::new(*choice, move || black_box(counter).count(black_box(data)))
    }));
    bench.compare(&name, &mut contenders, L2)
}
