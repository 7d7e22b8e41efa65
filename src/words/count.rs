use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::bytes::WordRule;
use crate::engine::{Backend, Before, WordPlan};
use crate::io::{Consumer, FileSource, ReadError, ReadOptions, ReaderSource, read};
use crate::sys::open;

/// The number of words in `data`.
///
/// ```
/// use tally::{WordRule, count_words};
///
/// let text = "one\u{2003}two three";
/// assert_eq!(count_words(text.as_bytes(), WordRule::Unicode), 3);
/// assert_eq!(count_words(text.as_bytes(), WordRule::Ascii), 2);
/// ```
#[must_use]
pub fn count_words(data: &[u8], rule: WordRule) -> u64 {
    crate::fault::point("count_words");
    WordPlan::new(rule, Backend::chosen()).words(data)
}

/// The number of words in data that comes in chunks or files.
///
/// A chunk may have any length, and may end inside a word or a character. No call allocates, except
/// those that read files.
///
/// ```
/// use tally::{WordCounter, WordRule};
///
/// let mut counter = WordCounter::new(WordRule::Unicode);
/// counter.feed(b"one\xE2\x80");
/// counter.feed(b"\x83two");
/// assert_eq!(counter.words(), 2);
/// ```
#[derive(Clone)]
pub struct WordCounter {
    plan: WordPlan,
    before: Before,
    /// The words that a separator has ended.
    ended: u64,
    bytes: u64,
}

impl WordCounter {
    /// A counter of no data yet.
    #[must_use]
    pub fn new(rule: WordRule) -> Self {
        let plan = WordPlan::new(rule, Backend::chosen());
        Self { plan, before: Before::START, ended: 0, bytes: 0 }
    }

    /// A counter on the backend of that name, or `None` if this processor lacks it. For tests.
    #[doc(hidden)]
    #[must_use]
    pub fn new_on(backend: &str, rule: WordRule) -> Option<Self> {
        let plan = WordPlan::new(rule, Backend::named(backend)?);
        Some(Self { plan, ..Self::new(rule) })
    }

    /// A counter that goes on where another one stopped: after `words` words, in its
    /// [`state`](Self::state). Of any other state the count is meaningless, and nothing worse.
    pub(crate) fn resume(rule: WordRule, words: u64, state: u64) -> Self {
        let before = Before::from_bits(state);
        let ended = words.wrapping_sub(before.is_in_word().into());
        Self { before, ended, ..Self::new(rule) }
    }

    /// What the last bytes mean for the next chunk; 0 at the start.
    pub(crate) fn state(&self) -> u64 {
        self.before.to_bits()
    }

    /// Processes the next chunk.
    pub fn feed(&mut self, data: &[u8]) {
        crate::fault::point("count_words");
        let ended = self.plan.count(data, &mut self.before);
        self.ended = self.ended.wrapping_add(ended);
        self.bytes += data.len() as u64;
    }

    /// Feeds what `reader` returns, up to its end.
    ///
    /// # Errors
    ///
    /// [`ReadError`]. What was read before it is fed.
    pub fn feed_reader(
        &mut self,
        reader: impl Read,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        read(&mut ReaderSource(reader), options, self)
    }

    /// [`feed_reader`](Self::feed_reader) for the file at `path`: a regular file, a named pipe, a
    /// device. The calling thread alone reads.
    ///
    /// # Errors
    ///
    /// As [`feed_reader`](Self::feed_reader).
    pub fn feed_file(
        &mut self,
        path: impl AsRef<Path>,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        self.feed_open_file(&open(path.as_ref())?, options)
    }

    /// [`feed_reader`](Self::feed_reader) for an open file, from its position on.
    pub(crate) fn feed_open_file(
        &mut self,
        file: &File,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        read(&mut FileSource::new(file), options, self)
    }

    /// The number of words in the data so far, as if it ended here.
    #[must_use]
    pub fn words(&self) -> u64 {
        self.ended.wrapping_add(self.before.is_in_word().into())
    }

    /// The length of the data so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The rule that says what a word is.
    #[must_use]
    pub fn rule(&self) -> WordRule {
        self.plan.rule()
    }

    /// Starts again, as if nothing had been fed.
    pub fn reset(&mut self) {
        (self.before, self.ended, self.bytes) = (Before::START, 0, 0);
    }
}

impl Consumer for WordCounter {
    fn consume(&mut self, data: &[u8]) -> bool {
        self.feed(data);
        true
    }

    fn wants_data(&self) -> bool {
        true
    }
}

impl std::fmt::Debug for WordCounter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WordCounter")
            .field("rule", &self.rule())
            .field("words", &self.words())
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}
