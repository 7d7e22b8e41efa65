//! Kinds of needles, resets and questions, in text.

use std::hint::black_box;

use tally::{ByteSet, Counter, Needle, Reset};

use crate::backends;
use crate::bench::{Bench, L1, L2, MEMORY};
use crate::data;
use crate::measure::Contender;
use crate::question::Question;
use crate::report::{Table, digits, size_name, speed};

/// A question about text.
pub(super) struct Variant {
    pub(super) name: String,
    needle: Needle<'static>,
    min_number: u64,
    reset: Reset,
    pub(super) question: Question,
    /// The place in the list of the variant that this one is compared with.
    base: usize,
}

impl Variant {
    pub(super) fn counter(&self, choice: &str) -> Counter {
        backends::counter(choice, self.needle, self.min_number, self.reset)
    }
}

/// The variants. The minimum is above the count of any line, unless the name has it.
pub(super) fn variants() -> Vec<Variant> {
    use Question::{Count, Find, HasCount, MatchingSegments, MaxCount};

    let comma = Needle::String(b",");
    let e = Needle::String(b"e");
    let marks = Needle::AnyOf(ByteSet::new(b",;:!?\"'()[]{}<>0"));
    let letters = Needle::AnyOf(ByteSet::new(b"etaoinshrdlcumwf"));
    let apostrophe = Needle::Character('’');
    let lines = Reset::Newlines;
    let rows = [
        (HasCount, "`,`", comma, 65, lines, 0),
        (HasCount, "any of 16 marks", marks, 65, lines, 0),
        (HasCount, "`’` (3 bytes)", apostrophe, 65, lines, 0),
        (HasCount, "`,`, reset at white space", comma, 65, Reset::Whitespace, 0),
        (HasCount, "`,`, no reset", comma, u64::MAX, Reset::None, 0),
        (Find, "`,`", comma, 65, lines, 0),
        (MaxCount, "`,`", comma, 65, lines, 0),
        (MatchingSegments, "`,`", comma, 65, lines, 0),
        (MatchingSegments, "`,`, N 2", comma, 2, lines, 0),
        (Count, "`,`", comma, 65, lines, 9),
        (Count, "any of 16 marks", marks, 65, lines, 9),
        (Count, "`’` (3 bytes)", apostrophe, 65, lines, 9),
        (HasCount, "`e`", e, 121, lines, 12),
        (HasCount, "any of 16 letters", letters, 121, lines, 12),
        (MaxCount, "`e`", e, 121, lines, 12),
        (MatchingSegments, "`e`", e, 121, lines, 12),
        (MatchingSegments, "`e`, N 9", e, 9, lines, 12),
    ];
    let variant = |(question, about, needle, min_number, reset, base)| Variant {
        name: format!("{question}, {about}"),
        needle,
        min_number,
        reset,
        question,
        base,
    };
    rows.into_iter().map(variant).collect()
}

pub(super) fn section(bench: &mut Bench) {
    bench.report.section(
        "Needles, resets and questions",
        "In text. GB/s, and in brackets the ratio to a needle of one byte: to `has_count` of `,` for \
         the first nine questions, to `count` of `,` for the next three, and to `has_count` of `e` \
         for the others. Unless the row says otherwise, the reset is the newline, and N is above \
         the count of any line.",
    );
    let choices: Vec<&str> = backends::choices().collect();
    let variants = variants();
    let mut table = Table::new(["", "size"].into_iter().chain(choices.iter().copied()));
    // For each size, the seconds of each choice for each variant.
    let sizes = [L1, L2, MEMORY].map(|size| {
        let text = data::cached_text(bench.size(size));
        let seconds: Vec<Vec<f64>> =
            choices.iter().map(|choice| compare(bench, choice, &variants, &text, size)).collect();
        (size, text.len(), seconds)
    });
    for (number, variant) in variants.iter().enumerate() {
        for (size, len, seconds) in &sizes {
            let cells = seconds.iter().map(|seconds| {
                let ratio = seconds[variant.base] / seconds[number];
                format!("{} ({})", digits(speed(*len, seconds[number])), digits(ratio))
            });
            table.row([variant.name.clone(), size_name(*size)].into_iter().chain(cells));
        }
    }
    bench.report.table(&table);
}

/// The seconds of each variant with one choice of backend.
fn compare(
    bench: &Bench,
    choice: &str,
    variants: &[Variant],
    text: &[u8],
    size: usize,
) -> Vec<f64> {
    let counters: Vec<Counter> = variants.iter().map(|variant| variant.counter(choice)).collect();
    let contender = |(variant, counter): (&Variant, _)| {
        let question = variant.question;
        Contender::unchecked(variant.name.clone(), move || {
            question.ask(black_box(counter), black_box(text))
        })
    };
    let mut contenders: Vec<Contender<'_>> =
        variants.iter().zip(&counters).map(contender).collect();
    bench.compare(&choice, &mut contenders, size)
}
