//! A summary as bytes, for another process or machine.
//!
//! | bytes | content |
//! |---|---|
//! | 1 | the version of this format: 1 |
//! | 8 | the number to reach |
//! | 32 | the reset bytes, a bit for each byte value, ascending, the lowest bit of a byte first |
//! | 32 | the needle's bytes in the same form; none if it is a string |
//! | 8 | the length of the needle if it is a string, or 0 |
//! | that | the string |
//! | 8 each | of [`Partial`]: `bytes`, `count`, `resets`, `first` (0 if there is no reset byte), |
//! | | `open`, `max_count`, `matching`, `prefix` |
//! | the rest | the first bytes of the data: [`Chunked::head_len`](crate::chunk::Chunked), or all |
//!
//! Numbers are little-endian, on every processor. The state follows from the question and the data
//! alone: it is the same on every backend, and for all chunks.

use std::array;

use super::Summary;
use crate::chunk::{Kmp, MAX_BYTES, Metrics, Partial};
use crate::counter::Counter;
use crate::error::Error;

const VERSION: u8 = 1;

/// The length of a partial's numbers.
const NUMBERS: usize = 8 * 8;

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
        let mut size = NUMBERS + self.head.len();
        write_question(&self.counter, |bytes| size += bytes.len());
        size
    }

    /// Passes the state to `put`, piece by piece.
    pub(crate) fn write_state(&self, mut put: impl FnMut(&[u8])) -> Result<(), Error> {
        if self.partial.bytes > MAX_BYTES {
            return Err(Error::Limit);
        }
        write_question(&self.counter, &mut put);
        for number in self.partial.numbers() {
            put(&number.to_le_bytes());
        }
        put(&self.head);
        Ok(())
    }

    /// Whether data that starts with `head` can have made `partial`, as far as that shows easily,
    /// and far enough that nothing done with it later overflows or indexes behind the needle's end.
    fn can_have(&self, partial: &Partial, head: &[u8]) -> bool {
        let head_len = self.chunked.head_len() as u64;
        if head.len() as u64 != partial.bytes.min(head_len) {
            return false;
        }
        let mut start = Partial::EMPTY;
        start.feed(&self.chunked, Metrics::All, head);
        if partial.bytes <= head_len {
            return *partial == start;
        }
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
}

/// Passes the part of the state that is the question to `put`, piece by piece.
fn write_question(counter: &Counter, mut put: impl FnMut(&[u8])) {
    let plan = counter.plan();
    let string = plan.needle().string().unwrap_or_default();
    put(&[VERSION]);
    put(&plan.min_number().to_le_bytes());
    put(&plan.resets().to_bits());
    put(&plan.needle().set().to_bits());
    put(&(string.len() as u64).to_le_bytes());
    put(string);
}

/// What a state of the counter's question has besides the question.
fn split<'a>(counter: &Counter, state: &'a [u8]) -> Result<(Partial, &'a [u8]), Error> {
    if state.first() != Some(&VERSION) {
        return Err(Error::BadState);
    }
    let mut rest = Some(state);
    write_question(counter, |bytes| rest = rest.and_then(|rest| rest.strip_prefix(bytes)));
    let Some(rest) = rest else {
        let is_whole = question_len(state).is_some_and(|len| state.len() - len >= NUMBERS);
        return Err(if is_whole { Error::DifferentCounters } else { Error::BadState });
    };
    let numbers = rest.split_at_checked(NUMBERS).and_then(|(numbers, head)| {
        let number = |at: usize| u64::from_le_bytes(array::from_fn(|byte| numbers[at + byte]));
        let numbers = array::from_fn(|index| number(8 * index));
        Some((Partial::from_numbers(numbers)?, head))
    });
    numbers.ok_or(Error::BadState)
}

/// The length of the question at the start of `state`, if all of it is there.
fn question_len(state: &[u8]) -> Option<usize> {
    const BEFORE_STRING: usize = 1 + 8 + 32 + 32 + 8;
    let len = state.get(BEFORE_STRING - 8..)?.first_chunk()?;
    let len = BEFORE_STRING.checked_add(usize::try_from(u64::from_le_bytes(*len)).ok()?)?;
    (len <= state.len()).then_some(len)
}

impl Partial {
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
