//! A table as bytes, for another process or machine.
//!
//! | bytes | content |
//! |---|---|
//! | 1 | the version of this format: 1 |
//! | 1 | the rule: 0 ASCII, 1 UNICODE |
//! | 8 | the number of bytes of the data, little-endian |
//! | number | what the data starts with: 0 the open word, 1 a separator, from 2 on a word: its number + 1 |
//! | number | the length of the open word |
//! | that | the open word |
//! | number | the number of words |
//! | for each word: number | its count |
//! | number | its length |
//! | that | its bytes |
//!
//! A *number* is that of `encoding.rs`.

use super::encoding::{State, put_number};
use super::table::{Head, Words, WordsOptions};
use crate::bytes::WordRule;
use crate::chunk::MAX_BYTES;
use crate::error::Error;

const VERSION: u8 = 1;

impl Words {
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
        let rule = match self.rule() {
            WordRule::Ascii => 0,
            WordRule::Unicode => 1,
        };
        put(&[VERSION, rule]);
        put(&self.bytes().to_le_bytes());
        let (head, open) = self.ends();
        put_number(
            match head {
                Head::Open => 0,
                Head::Separator => 1,
                Head::Word(entry) => u64::from(entry) + 1,
            },
            &mut put,
        );
        put_number(open.len() as u64, &mut put);
        put(open);
        put_number(self.distinct(), &mut put);
        for word in self.iter() {
            put_number(word.count, &mut put);
            put_number(word.bytes.len() as u64, &mut put);
            put(word.bytes);
        }
    }

    /// The table that was [saved](Self::save), with the limits and the seed of `options`, which also
    /// have its rule. It continues where that one was.
    ///
    /// The state is not trusted: any bytes may be given. What no table can have saved is refused as
    /// far as that shows; after a forged state that does not show, the counts are meaningless, and
    /// nothing worse.
    ///
    /// # Errors
    ///
    /// [`Error::BadState`] for an unknown or damaged state; [`Error::DifferentCounters`] for one of
    /// another rule; [`Error::Limit`]; [`Error::NoMemory`].
    pub fn load(options: WordsOptions, state: &[u8]) -> Result<Self, Error> {
        let mut words = options.build()?;
        let mut state = State::new(state);
        let rule = match state.take(2).ok_or(Error::BadState)? {
            [VERSION, 0] => WordRule::Ascii,
            [VERSION, 1] => WordRule::Unicode,
            _ => return Err(Error::BadState),
        };
        if rule != words.rule() {
            return Err(Error::DifferentCounters);
        }
        words.restore(&mut state).unwrap_or(Err(Error::BadState))?;
        Ok(words)
    }

    /// Reads the state behind the rule; `None` if it is damaged.
    fn restore(&mut self, state: &mut State<'_>) -> Option<Result<(), Error>> {
        let bytes = u64::from_le_bytes(*state.take(8)?.first_chunk()?);
        let head = state.number()?;
        let open = state.word()?;
        let distinct = state.number()?;
        let mut total: u64 = 0;
        for _ in 0..distinct {
            let count = state.number().filter(|&count| count > 0)?;
            let word = state.word().filter(|word| !word.is_empty() && self.is_word(word))?;
            total = total.checked_add(count).filter(|&total| total < 1 << 62)?;
            if self.get(word) > 0 {
                return None;
            }
            if let Err(error) = self.add_new(word, count) {
                return Some(Err(error));
            }
        }
        let head = match head {
            0 if distinct == 0 && open.len() as u64 == bytes => Head::Open,
            1 => Head::Separator,
            2.. if head - 1 <= distinct => Head::Word(u32::try_from(head - 1).ok()?),
            _ => return None,
        };
        let fits = total.saturating_add(open.len() as u64) <= bytes && bytes <= MAX_BYTES;
        if !state.is_empty() || !fits || !self.is_word(open) {
            return None;
        }
        Some(self.set_ends(head, open, bytes))
    }
}
