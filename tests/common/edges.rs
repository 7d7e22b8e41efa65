//! Segments that start or end with the needle, cut out and looked at.

use tally::{ByteSet, WordRule};

use super::OwnedNeedle;
use super::records::{Known, Question};
use super::words;

/// The separator that the bytes start or end with, if it may be left out.
fn separator(bytes: &[u8], rule: WordRule, kept: ByteSet, at_start: bool) -> Option<usize> {
    let found = words::separators(rule).iter().find(|separator| {
        if at_start { bytes.starts_with(separator) } else { bytes.ends_with(separator) }
    });
    found.filter(|bytes| !bytes.iter().any(|&byte| kept.contains(byte))).map(Vec::len)
}

/// How many segments start, and how many end, with the needle.
pub fn expected(
    question: &Question,
    known: &Known,
    data: &[u8],
    trim: Option<WordRule>,
) -> (u64, u64) {
    let resets = question.reset.bytes();
    let mut kept = ByteSet::EMPTY;
    if let Some(quotes) = question.quotes {
        kept = quotes.escape.into_iter().fold(kept.with(quotes.quote), ByteSet::with);
    }
    let set = match (&question.needle, question.string()) {
        (_, Some(_)) => ByteSet::EMPTY,
        (OwnedNeedle::AnyOf(set), None) => *set,
        (OwnedNeedle::String(bytes), None) => ByteSet::new(bytes),
        (OwnedNeedle::Character(character), None) => ByteSet::EMPTY.with(*character as u8),
    };
    // The needles that may be at an edge.
    let needles: Vec<Vec<u8>> = match question.string() {
        Some(string) => vec![string],
        None => set.iter().map(|byte| vec![byte]).collect(),
    };
    let mut cuts: Vec<usize> =
        (0..data.len()).filter(|&at| known.visible[at] && resets.contains(data[at])).collect();
    cuts.push(data.len());
    let (mut start, mut starting, mut ending) = (0, 0, 0);
    for end in cuts {
        let (mut from, mut to) = (start, end);
        if let Some(rule) = trim {
            while let Some(len) = separator(&data[from..end], rule, kept, true) {
                from += len;
            }
            while let Some(len) = separator(&data[start..to], rule, kept, false) {
                to -= len;
            }
        }
        let is_visible =
            |from: usize, len: usize| known.visible[from..from + len].iter().all(|v| *v);
        starting +=
            u64::from(needles.iter().any(|needle| {
                data[from..end].starts_with(needle) && is_visible(from, needle.len())
            }));
        ending += u64::from(needles.iter().any(|needle| {
            data[start..to].ends_with(needle) && is_visible(to - needle.len(), needle.len())
        }));
        start = end + 1;
    }
    (starting, ending)
}
