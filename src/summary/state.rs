//! A summary as bytes, for another process or machine.
//!
//! | bytes | content |
//! |---|---|
//! | 1 | the version of this format: 1, or 2 for conditions, quotes and closing bytes |
//! | 8 | the number to reach, or the least of the condition's range |
//! | 32 | the reset bytes, a bit for each byte value, ascending, the lowest bit of a byte first |
//! | 32 | the needle's bytes in the same form; none if it is a string |
//! | 8 | the length of the needle if it is a string, or 0 |
//! | that | the string |
//!
//! In version 1 follow:
//!
//! | bytes | content |
//! |---|---|
//! | 8 each | of [`Counts`]: `bytes`, `count`, `resets`, `first` (0 if there is no reset byte), |
//! | | `open`, `max_count`, `matching`, `prefix` |
//!
//! In version 2:
//!
//! | bytes | content |
//! |---|---|
//! | 8 | the most of the condition's range, or 0 |
//! | 1 | the condition: 0 at least, 1 outside, 2 within |
//! | 1 | 1: empty segments are skipped; plus 2: the last one is |
//! | 1 | the rule of the quotes: 0 none, 1 fields, 2 anywhere |
//! | 1, 1 | the quote and the escape, or 0 |
//! | 32, 32 | the delimiters and the closing bytes, as sets |
//! | 8 | the number of bytes of data |
//! | 17 * 8 | for each state in which the data can start: the numbers of its [`Run`], in order |
//!
//! In both:
//!
//! | bytes | content |
//! |---|---|
//! | the rest | the first bytes of the data: [`Chunked::head_len`](crate::chunk::Chunked), or all |
//!
//! Numbers are little-endian, on every processor. The state follows from the question and the data
//! alone: it is the same on every backend, and for all chunks.

use std::array;

use super::Summary;
use crate::bytes::{ByteSet, Condition};
use crate::chunk::{Counts, Kmp, MAX_BYTES, Metrics, Partial, Runs};
use crate::counter::Counter;
use crate::engine::{Plan, Question, QuoteRule, QuoteState, Run, Stretch};
use crate::error::Error;

/// The version for plain questions.
const PLAIN: u8 = 1;
/// The version for all others.
const RECORDS: u8 = 2;

/// The length of the numbers of [`Counts`].
const NUMBERS: usize = 8 * 8;

/// How many numbers a [`Run`] has.
const RUN_NUMBERS: usize = 17;

impl Summary {
    /// The state as bytes, for [`load`](Self::load) in another process or on another machine. It
    /// contains the question, the counts, and for a needle of several bytes the first bytes of the
    /// data, as [`merge`](Self::merge) says.
    ///
    /// ```
    /// use tally::{Counter, Reset, Summary};
    ///
    /// let counter = Counter::new('c', 2, Reset::Newlines)?;
    /// let (mut left, mut right) = (Summary::new(&counter)?, Summary::new(&counter)?);
    /// left.feed(b"a\nc");
    /// right.feed(b"c\ncc");
    /// let state = right.save()?;
    ///
    /// left.merge(&Summary::load(&counter, &state)?)?;
    /// assert_eq!(left.totals().count, 4);
    /// # Ok::<(), tally::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] for more than 2⁶² bytes of data; [`Error::NoMemory`].
    pub fn save(&self) -> Result<Vec<u8>, Error> {
        let mut state = Vec::new();
        state.try_reserve_exact(self.state_size()).map_err(|_| Error::NoMemory)?;
        self.write_state(|bytes| state.extend_from_slice(bytes))?;
        Ok(state)
    }

    /// The summary whose state was [saved](Self::save) by a counter that asks the same question. It
    /// continues where that one was.
    ///
    /// The state is not trusted: any bytes may be given. What no summary can have saved is refused
    /// as far as that shows; after a forged state that does not show, the totals are meaningless,
    /// and nothing worse.
    ///
    /// # Errors
    ///
    /// [`Error::BadState`] for an unknown or damaged state; [`Error::DifferentCounters`] for a state
    /// saved by a counter that asks another question; [`Error::NoMemory`].
    pub fn load(counter: &Counter, state: &[u8]) -> Result<Self, Error> {
        let mut summary = Self::new(counter)?;
        let (partial, head) = split(counter, state)?;
        if !summary.can_have(&partial, head) {
            return Err(Error::BadState);
        }
        summary.partial = partial;
        // Its memory is reserved.
        summary.head.extend_from_slice(head);
        Ok(summary)
    }

    /// The length of the state in bytes.
    pub(crate) fn state_size(&self) -> usize {
        let mut size = numbers_len(self.counter.plan()) + self.head.len();
        write_question(&self.counter, |bytes| size += bytes.len());
        size
    }

    /// Passes the state to `put`, piece by piece.
    pub(crate) fn write_state(&self, mut put: impl FnMut(&[u8])) -> Result<(), Error> {
        if self.partial.bytes() > MAX_BYTES {
            return Err(Error::Limit);
        }
        write_question(&self.counter, &mut put);
        match &self.partial {
            Partial::Plain(counts) => {
                for number in counts.numbers() {
                    put(&number.to_le_bytes());
                }
            }
            Partial::Records(runs) => {
                put(&runs.bytes.to_le_bytes());
                for &state in self.counter.plan().states() {
                    let numbers = runs.runs[state as usize].numbers();
                    for number in numbers {
                        put(&number.to_le_bytes());
                    }
                }
            }
        }
        put(&self.head);
        Ok(())
    }

    /// Whether data that starts with `head` can have made `partial`, as far as that shows easily,
    /// and far enough that nothing done with it later overflows or indexes behind the needle's end.
    fn can_have(&self, partial: &Partial, head: &[u8]) -> bool {
        let head_len = self.chunked.head_len() as u64;
        if head.len() as u64 != partial.bytes().min(head_len) {
            return false;
        }
        let mut start = Partial::empty(&self.chunked);
        start.feed(&self.chunked, Metrics::All, head);
        if partial.bytes() <= head_len {
            return *partial == start;
        }
        match (partial, &start) {
            (Partial::Plain(counts), Partial::Plain(start)) => self.can_have_counts(counts, start),
            (Partial::Records(runs), _) => self.can_have_runs(runs),
            _ => false,
        }
    }

    fn can_have_counts(&self, partial: &Counts, start: &Counts) -> bool {
        let Some(behind_first) = partial.count.checked_sub(partial.first_count()) else {
            return false;
        };
        let in_last = partial.first.map_or(0, |_| partial.open);
        let hit_len = self.chunked.kmp().map_or(1, Kmp::len);
        let number = self.counter.min_number();
        partial.bytes <= MAX_BYTES
            && partial.prefix < hit_len
            && partial.count <= partial.bytes / hit_len as u64
            && partial.resets <= partial.bytes
            // There are as many segments behind the first as there are resets.
            && behind_first <= partial.max_count.saturating_mul(partial.resets)
            && partial.max_count <= behind_first
            && in_last <= partial.max_count
            && partial.matching <= partial.resets
            && (partial.matching > 0) == (number > 0 && partial.max_count >= number)
            // The rest was added to the head, whose hits a merge may have to take back.
            && match start.first {
                Some(_) => partial.first == start.first,
                None => partial.first_count() >= start.open,
            }
            && partial.count >= start.count
            && partial.resets >= start.resets
            && partial.max_count >= start.max_count
            && partial.matching >= start.matching
    }

    fn can_have_runs(&self, runs: &Runs) -> bool {
        let plan = self.counter.plan();
        let bytes = runs.bytes;
        let hit_len = self.chunked.kmp().map_or(1, Kmp::len);
        let is_open = |run: &Run, state: QuoteState| match run.opened {
            Run::BEFORE => !run.quotes.may_be_open() || state.may_be_open(),
            opened => run.quotes.may_be_open() && opened < bytes,
        };
        bytes <= MAX_BYTES
            && plan.states().iter().all(|&state| {
                let run = &runs.runs[state as usize];
                let Run { first, first_len, open, open_len, .. } = *run;
                let is_whole = match run.resets {
                    0 => first_len == bytes && open == Stretch::default() && open_len == 0,
                    resets => {
                        let others = resets.checked_add(first_len);
                        others
                            .and_then(|len| len.checked_add(open_len))
                            .is_some_and(|len| len <= bytes)
                    }
                };
                is_whole
                    && run.count <= bytes / hit_len as u64
                    && run.prefix < hit_len
                    && is_stretch(plan, &first, first_len)
                    // The reset byte before it may be a hit.
                    && is_stretch(plan, &open, open_len + 1)
                    && run.max_count <= if run.resets > 1 { run.count } else { 0 }
                    && run.matching <= run.resets.saturating_sub(1)
                    && first.highest.max(open.highest) <= run.count
                    && is_open(run, state)
            })
    }
}

/// Whether `len` bytes of a segment can move its count so.
fn is_stretch(plan: &Plan, stretch: &Stretch, len: u64) -> bool {
    let Stretch { sum, highest_sum, count, highest } = *stretch;
    let Ok(most) = i64::try_from(len) else { return false };
    let of_zero = 0_u64.saturating_add_signed(highest_sum);
    (-most..=most).contains(&sum)
        && (sum.max(0)..=most).contains(&highest_sum)
        && of_zero <= highest
        && highest <= len
        && count <= highest
        && (!plan.question().closing.is_empty()
            || sum == highest_sum && count == highest && of_zero == count)
}

/// How many bytes the numbers of a state have.
fn numbers_len(plan: &Plan) -> usize {
    if plan.is_plain() { NUMBERS } else { 8 + plan.states().len() * RUN_NUMBERS * 8 }
}

/// Passes the part of the state that is the question to `put`, piece by piece.
fn write_question(counter: &Counter, mut put: impl FnMut(&[u8])) {
    let plan = counter.plan();
    let string = plan.needle().string().unwrap_or_default();
    put(&[if plan.is_plain() { PLAIN } else { RECORDS }]);
    put(&counter.min_number().to_le_bytes());
    put(&plan.resets().to_bits());
    put(&plan.needle().set().to_bits());
    put(&(string.len() as u64).to_le_bytes());
    put(string);
    if !plan.is_plain() {
        let Question { condition, skip_empty, skip_last_empty, quotes, closing, .. } =
            plan.question();
        let (kind, max_number) = match *condition {
            Condition::AtLeast(_) => (0, 0),
            Condition::Outside { max_number, .. } => (1, max_number),
            Condition::Within { max_number, .. } => (2, max_number),
        };
        put(&max_number.to_le_bytes());
        let rule = quotes.map_or(0, |quotes| match quotes.rule {
            QuoteRule::Fields => 1,
            QuoteRule::Anywhere => 2,
        });
        let flags = u8::from(*skip_empty) | u8::from(*skip_last_empty) << 1;
        let quote = quotes.map_or(0, |quotes| quotes.quote);
        let escape = quotes.and_then(|quotes| quotes.escape).unwrap_or(0);
        put(&[kind, flags, rule, quote, escape]);
        put(&quotes.map_or(ByteSet::EMPTY, |quotes| quotes.delimiters).to_bits());
        put(&closing.to_bits());
    }
}

/// What a state of the counter's question has besides the question.
fn split<'a>(counter: &Counter, state: &'a [u8]) -> Result<(Partial, &'a [u8]), Error> {
    let mut rest = Some(state);
    write_question(counter, |bytes| rest = rest.and_then(|rest| rest.strip_prefix(bytes)));
    let Some(rest) = rest else {
        return Err(if is_whole(state) { Error::DifferentCounters } else { Error::BadState });
    };
    let plan = counter.plan();
    let (numbers, head) = rest.split_at_checked(numbers_len(plan)).ok_or(Error::BadState)?;
    let partial = if plan.is_plain() {
        Counts::from_numbers(array::from_fn(|place| number(numbers, place))).map(Partial::Plain)
    } else {
        runs(plan, numbers).map(Partial::Records)
    };
    Ok((partial.ok_or(Error::BadState)?, head))
}

/// The number at a place, counted in numbers.
fn number(numbers: &[u8], place: usize) -> u64 {
    u64::from_le_bytes(array::from_fn(|byte| numbers[8 * place + byte]))
}

/// `numbers` are as many as the plan's states need.
fn runs(plan: &Plan, numbers: &[u8]) -> Option<Runs> {
    let mut runs = Runs { bytes: number(numbers, 0), ..Runs::empty() };
    for (place, &state) in plan.states().iter().enumerate() {
        let first = 1 + place * RUN_NUMBERS;
        let numbers = array::from_fn(|place| number(numbers, first + place));
        runs.runs[state as usize] = Run::from_numbers(plan, numbers)?;
    }
    Some(runs)
}

/// Whether `state` has a question of whatever counter, and the numbers that belong to it.
fn is_whole(state: &[u8]) -> bool {
    const BEFORE_STRING: usize = 1 + 8 + 32 + 32 + 8;
    /// What version 2 has behind the string, and where the rule of the quotes is in it.
    const BEHIND_STRING: usize = 8 + 5 + 32 + 32;
    const RULE: usize = 8 + 2;
    let question = || {
        let len = state.get(BEFORE_STRING - 8..)?.first_chunk()?;
        let len = usize::try_from(u64::from_le_bytes(*len)).ok()?;
        state.get(BEFORE_STRING..)?.get(len..)
    };
    let Some(behind) = question() else { return false };
    match state[0] {
        PLAIN => behind.len() >= NUMBERS,
        // At least one run.
        RECORDS => behind.len() >= BEHIND_STRING + 8 + RUN_NUMBERS * 8 && behind[RULE] <= 2,
        _ => false,
    }
}

impl Counts {
    fn numbers(&self) -> [u64; 8] {
        let Self { bytes, count, resets, first, open, max_count, matching, prefix } = *self;
        [bytes, count, resets, first.unwrap_or(0), open, max_count, matching, prefix as u64]
    }

    fn from_numbers(numbers: [u64; 8]) -> Option<Self> {
        let [bytes, count, resets, first, open, max_count, matching, prefix] = numbers;
        let first = match (resets, first) {
            (0, 0) => None,
            (0, _) => return None,
            _ => Some(first),
        };
        let prefix = usize::try_from(prefix).ok()?;
        Some(Self { bytes, count, resets, first, open, max_count, matching, prefix })
    }
}

impl Run {
    fn numbers(&self) -> [u64; RUN_NUMBERS] {
        let Self { count, resets, first, first_len, open, open_len, max_count, matching, .. } =
            *self;
        let stretch = |Stretch { sum, highest_sum, count, highest }: Stretch| {
            [0_u64.wrapping_add_signed(sum), 0_u64.wrapping_add_signed(highest_sum), count, highest]
        };
        let (first, open) = (stretch(first), stretch(open));
        let (quotes, opened, prefix) = (self.quotes as u64, self.opened, self.prefix as u64);
        [
            count, resets, first[0], first[1], first[2], first[3], first_len, open[0], open[1],
            open[2], open[3], open_len, max_count, matching, quotes, opened, prefix,
        ]
    }

    fn from_numbers(plan: &Plan, numbers: [u64; RUN_NUMBERS]) -> Option<Self> {
        let [count, resets, ..] = numbers;
        let [.., open_len, max_count, matching, quotes, opened, prefix] = numbers;
        let stretch = |from: usize| Stretch {
            sum: 0_i64.wrapping_add_unsigned(numbers[from]),
            highest_sum: 0_i64.wrapping_add_unsigned(numbers[from + 1]),
            count: numbers[from + 2],
            highest: numbers[from + 3],
        };
        let (first, first_len, open) = (stretch(2), numbers[6], stretch(7));
        let quotes = *plan.states().iter().find(|&&state| state as u64 == quotes)?;
        let prefix = usize::try_from(prefix).ok()?;
        Some(Self {
            count,
            resets,
            first,
            first_len,
            open,
            open_len,
            max_count,
            matching,
            quotes,
            opened,
            prefix,
        })
    }
}
