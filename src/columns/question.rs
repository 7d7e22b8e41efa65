use crate::bytes::WordRule;
use crate::counter::Counter;
use crate::engine::{Backend, WordPlan};

/// A question about each value of a [`Column`](crate::Column), whose answer is a number.
///
/// [`Column::ask`](crate::Column::ask) takes many at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Question<'c> {
    /// [`Counter::count`].
    Count(&'c Counter),
    /// [`Counter::max_count`].
    MaxCount(&'c Counter),
    /// [`Counter::has_count`], as 0 or 1.
    HasCount(&'c Counter),
    /// [`Counter::matching_segments`].
    MatchingSegments(&'c Counter),
    /// [`Counter::starting_segments`], with the rule by which white space is left out.
    StartingSegments(&'c Counter, Option<WordRule>),
    /// [`Counter::ending_segments`], likewise.
    EndingSegments(&'c Counter, Option<WordRule>),
    /// [`count_words`](crate::count_words).
    Words(WordRule),
    /// The length in bytes.
    Bytes,
}

/// Up to this length, a string is counted as a whole before it is asked where its segments are:
/// counting is faster than the scan, which pays if it can stop early.
const COUNT_FIRST: usize = 16 << 10;

impl Question<'_> {
    /// The answer for one string.
    pub(super) fn answer(&self, string: &[u8]) -> u64 {
        match *self {
            Self::Count(counter) => counter.count(string),
            Self::MaxCount(counter) => counter.max_count(string),
            Self::HasCount(counter) => u64::from(has_count(counter, string)),
            Self::MatchingSegments(counter) => counter.matching_segments(string),
            Self::StartingSegments(counter, trim) => counter.starting_segments(string, trim),
            Self::EndingSegments(counter, trim) => counter.ending_segments(string, trim),
            Self::Words(rule) => words(string, rule),
            Self::Bytes => string.len() as u64,
        }
    }

    /// Writes the answers for strings that follow one another in `data`; `ends` says where each ends.
    /// For some questions that are answered by yes or no it writes other numbers, and returns the
    /// least one that means yes.
    pub(super) fn answer_each(
        &self,
        data: &[u8],
        ends: &[u32],
        numbers: &mut [u64],
    ) -> Option<u64> {
        match *self {
            Self::Count(counter) if takes(counter, ends) => {
                counter.plan().counts(data, ends, numbers);
            }
            Self::MaxCount(counter) if takes(counter, ends) => {
                counter.plan().max_counts(data, ends, numbers);
            }
            Self::HasCount(counter) if takes(counter, ends) => {
                return Some(counter.plan().has_counts(data, ends, numbers));
            }
            Self::MatchingSegments(counter) if takes(counter, ends) => {
                counter.plan().matching_counts(data, ends, numbers);
            }
            _ => {
                let mut start = 0;
                for (&end, number) in ends.iter().zip(numbers) {
                    let end = end as usize;
                    *number = self.answer(&data[start..end]);
                    start = end;
                }
            }
        }
        None
    }
}

/// Whether the counter answers for these strings together, which does not pay for one.
fn takes(counter: &Counter, ends: &[u32]) -> bool {
    ends.len() > 1 && counter.plan().takes_strings()
}

/// [`Counter::has_count`], for short strings no slower than [`Counter::count`].
fn has_count(counter: &Counter, string: &[u8]) -> bool {
    let plan = counter.plan();
    let number = counter.min_number();
    if !plan.is_plain() || number == 0 || string.len() > COUNT_FIRST {
        return counter.has_count(string);
    }
    // A segment has no more hits than the string.
    if counter.count(string) < number {
        return false;
    }
    plan.first_reset(string, 0).is_none() || counter.has_count(string)
}

fn words(string: &[u8], rule: WordRule) -> u64 {
    crate::fault::point("count_words");
    WordPlan::new(rule, Backend::chosen()).words(string)
}
