//! A summary as bytes, for another process or machine.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the version of this format: 1 |
//! | 8 | the number to reach |
//! | 32 | the reset bytes: a bit for each byte, in rising order, from the lowest bit of the first |
//! | 32 | the bytes that are counted, in the same way; none where it is a string |
//! | 8 | the length of the string that is counted; 0 where it is single bytes |
//! | that | the string |
//! | 8 each | of [`Part`]: `bytes`, `count`, `resets`, `first` (0 where there is no reset), |
//! | | `open`, `max_count`, `reached`, `matched` |
//! | the rest | the first bytes of the data, so many as [`Part::most_kept`] says, or all |
//!
//! Numbers are little-endian, on every processor. All of it follows from the question and the data
//! alone: it is the same whatever counted it, in whatever chunks.

use super::{MOST_BYTES, Part, Summary, Wanted, Work};
use crate::Error;
use crate::counter::Counter;
use crate::edge::Edge;

const VERSION: u8 = 1;

/// What the numbers of a part take.
const NUMBERS: usize = 8 * 8;

impl Summary {
    /// The state as bytes, for [`load`](Self::load) in another process or on another machine. It
    /// has the question, the counts, and for a string of bytes the first ones of the data, as
    /// [`merge`](Self::merge) says.
    ///
    /// ```
    /// use tally::{Counter, Reset, Summary};
    ///
    /// let counter = Counter::new('c', 2, Reset::Newlines)?;
    /// let (mut left, mut right) = (counter.summary()?, counter.summary()?);
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
    /// [`Error::TooLong`] for more than 2⁶² bytes of data, [`Error::OutOfMemory`].
    pub fn save(&self) -> Result<Vec<u8>, Error> {
        let mut state = Vec::new();
        state.try_reserve_exact(self.state_size()).map_err(|_| Error::OutOfMemory)?;
        self.write_state(|bytes| state.extend_from_slice(bytes))?;
        Ok(state)
    }

    /// The summary whose state was [saved](Self::save), by a counter that asks the same. It goes on
    /// where that one was.
    ///
    /// Any bytes may be given. What no summary can have saved is refused, as far as that can be
    /// told; from a wrong state that is not, the totals make no sense, and that is all.
    ///
    /// # Errors
    ///
    /// [`Error::BadState`] where the state is broken or of another question, and
    /// [`Error::OutOfMemory`].
    pub fn load(counter: &Counter, state: &[u8]) -> Result<Self, Error> {
        let mut summary = counter.summary()?;
        let (part, kept) = split(counter, state).ok_or(Error::BadState)?;
        if !summary.can_have(&part, kept) {
            return Err(Error::BadState);
        }
        summary.part = part;
        // There is room for so many.
        summary.kept.extend_from_slice(kept);
        Ok(summary)
    }

    /// How many bytes the state takes.
    pub(crate) fn state_size(&self) -> usize {
        let mut size = NUMBERS + self.kept.len();
        write_question(&self.counter, |bytes| size += bytes.len());
        size
    }

    /// Gives the state to `put`, piece by piece.
    pub(crate) fn write_state(&self, mut put: impl FnMut(&[u8])) -> Result<(), Error> {
        if self.part.bytes > MOST_BYTES {
            return Err(Error::TooLong);
        }
        write_question(&self.counter, &mut put);
        for number in self.part.numbers() {
            put(&number.to_le_bytes());
        }
        put(&self.kept);
        Ok(())
    }

    /// Whether data that starts with `kept` can have made `part`: as far as that is easily told, and
    /// so far that nothing done with it later overflows or looks behind the end of the string.
    fn can_have(&self, part: &Part, kept: &[u8]) -> bool {
        let edge = self.edge.as_ref();
        let most_kept = edge.map_or(0, Part::most_kept) as u64;
        if kept.len() as u64 != part.bytes.min(most_kept) {
            return false;
        }
        let mut start = Part::EMPTY;
        start.feed(&Work { plan: self.counter.plan(), edge, wanted: Wanted::All }, kept);
        if part.bytes <= most_kept {
            return *part == start;
        }
        let Some(behind_first) = part.count.checked_sub(part.in_first()) else { return false };
        let in_last = part.first.map_or(0, |_| part.open);
        let hit = edge.map_or(1, Edge::len);
        let number = self.counter.min_number();
        part.bytes <= MOST_BYTES
            && part.matched < hit
            && part.count <= part.bytes / hit as u64
            && part.resets <= part.bytes
            // The segments behind the first, of which there are as many as resets.
            && behind_first <= part.max_count.saturating_mul(part.resets)
            && part.max_count <= behind_first
            && in_last <= part.max_count
            && part.reached <= part.resets
            && (part.reached > 0) == (number > 0 && part.max_count >= number)
            // The rest came on top of the start, whose hits merging may have to take back.
            && match start.first {
                Some(_) => part.first == start.first,
                None => part.in_first() >= start.open,
            }
            && part.count >= start.count
            && part.resets >= start.resets
            && part.max_count >= start.max_count
            && part.reached >= start.reached
    }
}

/// Gives the part of the state that is the question to `put`, piece by piece.
fn write_question(counter: &Counter, mut put: impl FnMut(&[u8])) {
    let (set, string) = counter.set_or_string();
    put(&[VERSION]);
    put(&counter.min_number().to_le_bytes());
    put(&counter.resets().to_bits());
    put(&set.to_bits());
    put(&(string.len() as u64).to_le_bytes());
    put(string);
}

/// What a state of the counter's question has besides it.
fn split<'a>(counter: &Counter, state: &'a [u8]) -> Option<(Part, &'a [u8])> {
    let mut rest = Some(state);
    write_question(counter, |bytes| rest = rest.and_then(|rest| rest.strip_prefix(bytes)));
    let (numbers, kept) = rest?.split_at_checked(NUMBERS)?;
    let numbers = numbers.as_chunks().0.first_chunk()?;
    Some((Part::from_numbers(numbers.map(u64::from_le_bytes))?, kept))
}

impl Part {
    fn numbers(&self) -> [u64; 8] {
        let Self { bytes, count, resets, first, open, max_count, reached, matched } = *self;
        [bytes, count, resets, first.unwrap_or(0), open, max_count, reached, matched as u64]
    }

    fn from_numbers(numbers: [u64; 8]) -> Option<Self> {
        let [bytes, count, resets, first, open, max_count, reached, matched] = numbers;
        let first = match (resets, first) {
            (0, 0) => None,
            (0, _) => return None,
            _ => Some(first),
        };
        let matched = usize::try_from(matched).ok()?;
        Some(Self { bytes, count, resets, first, open, max_count, reached, matched })
    }
}
