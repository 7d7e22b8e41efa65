//! The contenders for the questions about a case.

use std::hint::black_box;

use tally::{Counter, Needle, Reset};

use crate::backends::{self, label};
use crate::data::Case;
use crate::measure::Contender;
use crate::peers;

/// Places in the lists below.
pub(crate) const PLAIN_READ: usize = 0;
pub(crate) const PLAIN_LOOP: usize = 1;
pub(crate) const MEMCHR: usize = 2;
pub(crate) const BYTECOUNT: usize = 3;

/// The counters for a case, one for each choice of backend.
pub(crate) fn counters(case: &Case) -> Vec<(&'static str, Counter)> {
    backends::counters(Needle::String(&[case.needle]), case.min_number, Reset::Newlines)
}

/// All that answer whether a segment matches. The counters come last, in their order.
pub(crate) fn for_has_count<'a>(
    case: &'a Case,
    counters: &'a [(&'static str, Counter)],
) -> Vec<Contender<'a>> {
    let data = &*case.data;
    // The compiler must not know the question.
    let question = || black_box((case.needle, case.min_number, b'\n'));
    let text = peers::as_text(data);
    let over_characters = move || {
        let (needle, min_number, reset) = question();
        peers::has_count_chars(black_box(text), needle.into(), min_number, reset.into()).into()
    };
    // Random bytes are no text. At most one character is cut at the end of a text.
    let is_text = text.len() + 4 > data.len();
    let mut contenders = vec![
        Contender::unchecked("plain read", || peers::read(black_box(data))),
        Contender::new("plain loop", move || {
            let (needle, min_number, reset) = question();
            peers::has_count(black_box(data), needle, min_number, reset).into()
        }),
        Contender::new("`memchr2_iter`", move || {
            let (needle, min_number, reset) = question();
            peers::has_count_memchr2(black_box(data), needle, min_number, reset).into()
        }),
        Contender::new("split + `bytecount`", move || {
            let (needle, min_number, reset) = question();
            peers::has_count_split(black_box(data), needle, min_number, reset).into()
        }),
        if is_text {
            Contender::new("plain loop over `char`s", over_characters)
        } else {
            Contender::absent("plain loop over `char`s")
        },
    ];
    contenders.extend(counters.iter().map(|(choice, counter)| {
        Contender::new(label(choice), move || black_box(counter).has_count(black_box(data)).into())
    }));
    contenders
}

/// All that count a byte. The counters come last, in their order.
pub(crate) fn for_count<'a>(
    case: &'a Case,
    counters: &'a [(&'static str, Counter)],
) -> Vec<Contender<'a>> {
    let data = &*case.data;
    let needle = || black_box(case.needle);
    let mut contenders = vec![
        Contender::unchecked("plain read", || peers::read(black_box(data))),
        Contender::new("plain loop", move || peers::count(black_box(data), needle())),
        Contender::new("`memchr_iter().count()`", move || {
            peers::count_memchr(black_box(data), needle())
        }),
        Contender::new("`bytecount::count`", move || {
            peers::count_bytecount(black_box(data), needle())
        }),
    ];
    contenders.extend(counters.iter().map(|(choice, counter)| {
        Contender::new(label(choice), move || black_box(counter).count(black_box(data)))
    }));
    contenders
}
