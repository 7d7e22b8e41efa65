//! The most frequent words as bytes, for another process or machine.
//!
//! | bytes | content |
//! |---|---|
//! | 1 | the version of this format: 1 |
//! | 1 | the rule: 2 ASCII, 3 UNICODE, which no table of all words has |
//! | 8 | the number of bytes of the data, little-endian |
//! | number | the length of the longest word that is held |
//! | number | the number of words |
//! | number | how many of them were longer |
//! | number | the floor |
//! | number | 1 if the open word is longer, or 0 |
//! | number | the length of the open word, or of its end |
//! | that | the open word, or its end |
//! | number | the number of words that are held |
//! | for each word: number | its count |
//! | number | its error |
//! | number | its length |
//! | that | its bytes |
//!
//! A *number* is that of `encoding.rs`.

use super::encoding::{State, put_number};
use super::table::WordsOptions;
use super::top::{MOST_WORDS, TopWord, TopWords};
use crate::bytes::WordRule;
use crate::chunk::MAX_BYTES;
use crate::error::Error;

const VERSION: u8 = 1;

impl TopWords {
    /// The state as bytes, for [`load`](Self::load) in another process or on another machine.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn save(&self) -> Result<Vec<u8>, Error> {
        let mut state = Vec::new();
        state.try_reserve_exact(self.state_size()).map_err(|_| Error::NoMemory)?;
        self.write_state(|bytes| state.extend_from_slice(bytes));
        Ok(state)
    }

    /// The length of the state in bytes.
    pub(crate) fn state_size(&self) -> usize {
        let mut size = 0;
        self.write_state(|bytes| size += bytes.len());
        size
    }

    /// Passes the state to `put`, piece by piece.
    pub(crate) fn write_state(&self, mut put: impl FnMut(&[u8])) {
        let (rule, max_word) = self.question();
        let rule = match rule {
            WordRule::Ascii => 2,
            WordRule::Unicode => 3,
        };
        put(&[VERSION, rule]);
        put(&self.bytes().to_le_bytes());
        let (open, skips) = self.open();
        for number in [max_word, self.total(), self.skipped(), self.floor(), u64::from(skips)] {
            put_number(number, &mut put);
        }
        put_number(open.len() as u64, &mut put);
        put(open);
        put_number(self.held(), &mut put);
        for TopWord { bytes, count, error } in self.iter() {
            put_number(count, &mut put);
            put_number(error, &mut put);
            put_number(bytes.len() as u64, &mut put);
            put(bytes);
        }
    }

    /// What was [saved](Self::save), with the memory and the seed of `options`, which also have its
    /// rule and its longest word. It continues where that one was. With less memory, words are evicted.
    ///
    /// The state is not trusted: any bytes may be given. Impossible states are refused as far as that
    /// shows; after a forged state that does not show, the counts are meaningless, and nothing worse.
    ///
    /// # Errors
    ///
    /// As [`WordsOptions::build_top`]; [`Error::BadState`] for an unknown or damaged state;
    /// [`Error::DifferentCounters`] for one of another rule or another longest word.
    pub fn load(options: WordsOptions, state: &[u8]) -> Result<Self, Error> {
        let mut top = options.build_top()?;
        top.load_state(state)?;
        Ok(top)
    }

    /// [`load`](Self::load) into an empty one. After an error, it is meaningless.
    pub(crate) fn load_state(&mut self, state: &[u8]) -> Result<(), Error> {
        let mut state = State::new(state);
        let rule = match state.take(2).ok_or(Error::BadState)? {
            [VERSION, 2] => WordRule::Ascii,
            [VERSION, 3] => WordRule::Unicode,
            _ => return Err(Error::BadState),
        };
        let bytes = state.take(8).and_then(<[u8]>::first_chunk).ok_or(Error::BadState)?;
        let max_word = state.number().ok_or(Error::BadState)?;
        if (rule, max_word) != self.question() {
            return Err(Error::DifferentCounters);
        }
        self.restore(u64::from_le_bytes(*bytes), &mut state).ok_or(Error::BadState)
    }

    /// Reads the state behind the longest word; `None` if it is damaged.
    fn restore(&mut self, bytes: u64, state: &mut State<'_>) -> Option<()> {
        let mut number = |most: u64| state.number().filter(|&number| number <= most);
        let total = number(MOST_WORDS)?;
        let skipped = number(total)?;
        // A count has words of its own above the floor that it began with, and so has the floor.
        let floor = number(total)?;
        let skips = number(1)? == 1;
        let open = state.word().filter(|open| self.can_be_open(open, skips))?;
        self.set_floor(floor);
        // The words that have occurred for certain.
        let mut sum = skipped;
        for _ in 0..state.number()? {
            let count = state.number().filter(|&count| count > floor && count <= total)?;
            let error = state.number().filter(|&error| error <= floor)?;
            let word = state.word().filter(|word| self.can_be_inserted(word))?;
            sum = sum.checked_add(count - error)?;
            self.insert(TopWord { bytes: word, count, error });
        }
        let fits =
            sum <= total && total.saturating_add(open.len() as u64) <= bytes && bytes <= MAX_BYTES;
        if !state.is_empty() || !fits {
            return None;
        }
        self.set_ends((total, skipped), (open, skips), bytes).ok()
    }
}
