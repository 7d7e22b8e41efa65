//! The most frequent words of a stream that never ends, in fixed memory.
//!
//! This is Space-Saving (Metwally, Agrawal and El Abbadi, "Efficient Computation of Frequent and Top-k
//! Elements in Data Streams", 2005) with the evictions done together, as in "A High-Performance
//! Algorithm for Identifying Frequent Items in Data Streams" (Anderson, Bevan, Lang, Liberty, Rhodes
//! and Thaler, 2017). The table holds words with an upper bound of their counts each, and one number,
//! the *floor*:
//!
//! ```text
//! feed(word):
//!     if the table has the word:      count += 1
//!     else:
//!         while there is no room:     evict()
//!         insert it with              count = floor + 1, error = floor
//! evict():
//!     floor = the lowest number that at least a quarter of the counts do not exceed
//!     remove these words
//! ```
//!
//! Three invariants hold after each step, where *occurs* means: so far, in the data.
//!
//! 1. A word in the table occurs at most `count` times, and at least `count - error`.
//! 2. Any other word occurs at most `floor` times.
//! 3. Every count is above the floor.
//!
//! A word that is evicted had a count of at most the new floor, so 2 follows from 1; a word that is
//! inserted has occurred at most `floor` times before, so 1 follows from 2.
//!
//! **The floor is low.** Look at the excess of the counts over the floor. Each word that is fed adds
//! 1 to the sum of all, which is never negative. Raising the floor by *d* takes *d* away from the three
//! quarters of the table with the highest counts. So after *N* words the floor is at most about
//! 4/3 · *N* / *m*, where *m* is the number of words in the table when it is full. In text it is much
//! lower: only the words outside the table's most frequent ones raise it.
//!
//! **Cost.** An eviction passes over the table a few times and hashes what stays, but it makes room
//! for a quarter of the table: a few steps for each new word. Known words are counted by the engine
//! as in [`Words`]. If the table is full, what the engine has counted behind the word that has no room
//! is taken back first. So the result is that of feeding the words one by one: chunks, backends and
//! seeds do not change it. Little is taken back: behind an eviction, pieces of data are processed that
//! are about as long as what was processed before it.

use super::table::{Room, Word, Words, WordsOptions};
use crate::bytes::WordRule;
use crate::chunk::MAX_BYTES;
use crate::engine::Backend;
use crate::error::Error;

/// A word of [`TopWords`], and how often it occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TopWord<'a> {
    /// The word's bytes.
    pub bytes: &'a [u8],
    /// How often it occurs at most.
    pub count: u64,
    /// How much less often it may occur: at least `count - error` times.
    pub error: u64,
}

/// The most frequent words of data that never ends, in fixed memory: approximate counts, each with a
/// bound of its error.
///
/// A word that it holds occurs at most [`count`](TopWord::count) times, and at least `count - error`
/// times; a word that it does not hold, at most [`floor`](Self::floor) times. So every word that
/// occurs more often than that is held, and if there is room for all words, their counts are exact.
///
/// ```
/// use tally::{TopWords, WordRule};
///
/// let mut top = TopWords::new(WordRule::Ascii, 1 << 20)?;
/// top.feed(b"to be or not to be")?;
/// top.finish();
/// let most = top.words(1)?[0];
/// assert_eq!((most.bytes, most.count, most.error), (&b"be"[..], 2, 0));
/// # Ok::<(), tally::Error>(())
/// ```
///
/// All memory is allocated at the start, and feeding never fails for want of it. Words that are longer
/// than a limit ([`WordsOptions::max_word`]; by default a 64th of the memory, at most 1024 bytes) are
/// never held: see [`skipped`](Self::skipped).
pub struct TopWords {
    options: WordsOptions,
    words: Words,
    /// The errors of the first entries. That of others is the floor.
    errors: Vec<u64>,
}

impl WordsOptions {
    /// Makes [`TopWords`] instead of a table: [`max_bytes`](Self::max_bytes) is how much memory it
    /// takes, which is 1 MiB unless it is set.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] for less than 32 KiB, and if the longest word is longer than a 16th of the
    /// memory; [`Error::NoMemory`].
    pub fn build_top(self) -> Result<TopWords, Error> {
        TopWords::on(self, Backend::chosen())
    }

    /// [`build_top`](Self::build_top) on the backend of that name, if this processor has it. For
    /// tests.
    #[doc(hidden)]
    pub fn build_top_on(self, backend: &str) -> Result<Option<TopWords>, Error> {
        Backend::named(backend).map(|backend| TopWords::on(self, backend)).transpose()
    }
}

impl TopWords {
    /// The least memory.
    const LEAST: u64 = 32 << 10;

    /// A table that takes `max_bytes` bytes of memory.
    ///
    /// # Errors
    ///
    /// As [`WordsOptions::build_top`].
    pub fn new(rule: WordRule, max_bytes: u64) -> Result<Self, Error> {
        WordsOptions::new(rule).max_bytes(max_bytes).build_top()
    }

    fn on(options: WordsOptions, backend: Backend) -> Result<Self, Error> {
        let options = options.with_defaults(1 << 20, |max_bytes| (max_bytes / 64).min(1024));
        let (max_bytes, max_word) = options.limits();
        if max_bytes < Self::LEAST || max_word > max_bytes / 16 {
            return Err(Error::Limit);
        }
        // An entry has its error here, and eight bytes for the words that are too long for a key.
        let error = size_of::<u64>() as u64;
        let room = Room::new(max_bytes, max_word, error, 8).ok_or(Error::NoMemory)?;
        let mut errors = Vec::new();
        errors.try_reserve_exact(room.entries + 1).map_err(|_| Error::NoMemory)?;
        errors.push(0);
        Ok(Self { options, words: Words::in_room(options, backend, room)?, errors })
    }

    /// Processes the next chunk, which may end inside a word or a character.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`], but only after a panic.
    pub fn feed(&mut self, mut data: &[u8]) -> Result<(), Error> {
        const LEAST: usize = 256;
        let mut most = data.len();
        while !data.is_empty() {
            let before = self.words.bytes();
            let (piece, rest) = data.split_at(most.min(data.len()));
            match self.words.feed(piece) {
                Ok(()) => {
                    data = rest;
                    most = most.saturating_mul(2);
                }
                Err(Error::Limit) => {
                    let fed = (self.words.bytes() - before) as usize;
                    data = &data[fed..];
                    most = fed.max(LEAST);
                    self.evict();
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The data ends here, and so does its last word. What is fed next starts another one, as if a
    /// separator stood between.
    pub fn finish(&mut self) {
        while self.words.finish().is_err() {
            self.evict();
        }
    }

    /// Raises the floor to remove at least a quarter of the words; if the bytes of long words are
    /// what is full, also a quarter of these. So evictions are rare, whatever the counts are.
    fn evict(&mut self) {
        let floor = self.words.floor();
        let entries = self.words.iter().len();
        let mut floor_now = floor;
        loop {
            let above = || self.words.iter().filter(|word| word.count > floor_now);
            let excess = |word: Word<'_>| word.count - floor_now;
            let number = above().count();
            floor_now += quantile(|| above().map(excess), number.div_ceil(4));
            if !self.words.lacks_long_bytes(floor_now) {
                break;
            }
        }
        let Self { words, errors, .. } = self;
        errors.resize(entries + 1, floor);
        let mut kept = 1;
        words.retain(|entry, count| {
            let stays = count > floor_now;
            if stays {
                errors[kept] = errors[entry];
                kept += 1;
            }
            stays
        });
        errors.truncate(kept);
        words.set_floor(floor_now);
        crate::fault::point("evicted");
    }

    /// How much less often than its count says the word of an entry may occur.
    fn error_of(&self, entry: usize) -> u64 {
        self.errors.get(entry).copied().unwrap_or(self.words.floor())
    }

    /// A word that is held.
    fn word<'a>(&self, Word { bytes, count }: Word<'a>) -> TopWord<'a> {
        let error = self.words.entry(bytes).map_or(0, |entry| self.error_of(entry));
        TopWord { bytes, count, error }
    }

    /// The words that are held, in the order in which they came.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = TopWord<'_>> {
        self.words.iter().enumerate().map(|(place, Word { bytes, count })| TopWord {
            bytes,
            count,
            error: self.error_of(place + 1),
        })
    }

    /// The `most` most frequent words: by count, the highest first, then by their bytes.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn words(&self, most: usize) -> Result<Vec<TopWord<'_>>, Error> {
        let top = self.words.top(most)?;
        let mut words = Vec::new();
        words.try_reserve_exact(top.len()).map_err(|_| Error::NoMemory)?;
        words.extend(top.into_iter().map(|word| self.word(word)));
        Ok(words)
    }

    /// Adds what `right` has counted, whose data is behind this one's and a separator: the last word
    /// before it ends, and what is fed next continues the last one of `right`.
    ///
    /// The bounds of counts and errors hold for the whole; the floor is at most the sum of both, and
    /// what an eviction adds to it.
    ///
    /// # Errors
    ///
    /// [`Error::DifferentCounters`] for another rule or another limit of words;
    /// [`Error::Limit`] for 2⁶² words or bytes or more together. Then nothing has changed.
    pub fn merge(&mut self, right: &Self) -> Result<(), Error> {
        if self.question() != right.question() {
            return Err(Error::DifferentCounters);
        }
        let bytes = self.bytes().saturating_add(right.bytes());
        // With the last word.
        let total = self.total().saturating_add(right.total()).saturating_add(1);
        if total > MOST_WORDS || bytes > MAX_BYTES {
            return Err(Error::Limit);
        }
        self.finish();
        let total = self.total() + right.total();
        let (left_floor, right_floor) = (self.floor(), right.floor());
        self.errors.resize(self.words.iter().len() + 1, left_floor);
        for (entry, own_error) in self.errors.iter_mut().enumerate().skip(1) {
            let Word { bytes, count } = self.words.word(entry);
            let (more, error) = right.get(bytes);
            *own_error = own_error.saturating_add(error);
            let count = count.saturating_add(more);
            self.words.set_count(entry, count);
        }
        self.words.set_floor(left_floor.saturating_add(right_floor));
        crate::fault::point("merged");
        for TopWord { bytes, count, error } in right.iter() {
            if self.words.entry(bytes).is_none() {
                // If the word was evicted just now, this is not above the floor, as its whole count
                // was not.
                let (count, error) =
                    (count.saturating_add(left_floor), error.saturating_add(left_floor));
                self.insert(TopWord { bytes, count, error });
            }
        }
        let skipped = self.skipped().saturating_add(right.skipped());
        self.set_ends((total, skipped), right.open(), bytes)
    }

    /// [`merge`](Self::merge) with itself.
    pub(crate) fn double(&mut self) -> Result<(), Error> {
        let mut copy = Self::on(self.options, Backend::chosen())?;
        copy.set_floor(self.floor());
        self.iter().for_each(|word| copy.insert(word));
        copy.set_ends((self.total(), self.skipped()), self.open(), self.bytes())?;
        self.merge(&copy)
    }

    /// Sets the floor of an empty table.
    pub(super) fn set_floor(&mut self, floor: u64) {
        self.words.set_floor(floor);
    }

    /// The open word, and whether this is only the end of one that is longer than the limit.
    pub(super) fn open(&self) -> (&[u8], bool) {
        (self.words.ends().1, self.words.skipped().1)
    }

    /// Whether that may be the open word.
    pub(super) fn can_be_open(&self, open: &[u8], skips: bool) -> bool {
        let most = if skips { 2 } else { self.options.limits().1.saturating_add(2) };
        (!skips || open.len() == 2) && open.len() as u64 <= most && self.words.is_word(open)
    }

    /// Whether that may be a word that is held besides those that are.
    pub(super) fn can_be_inserted(&self, word: &[u8]) -> bool {
        let fits = !word.is_empty() && word.len() as u64 <= self.options.limits().1;
        fits && self.words.is_word(word) && self.words.entry(word).is_none()
    }

    /// Sets the numbers of words and of skipped ones, the open word, where there is none, and the
    /// number of bytes.
    pub(super) fn set_ends(
        &mut self,
        (total, skipped): (u64, u64),
        (open, skips): (&[u8], bool),
        bytes: u64,
    ) -> Result<(), Error> {
        self.words.set_totals(total, skipped);
        self.words.set_open(open, skips, bytes)
    }

    /// Inserts a word that is not held, if its count is above the floor.
    pub(super) fn insert(&mut self, word: TopWord<'_>) {
        while word.count > self.floor() {
            self.errors.resize(self.words.iter().len() + 1, self.floor());
            if self.words.insert_new(word.bytes, word.count).is_ok() {
                self.errors.push(word.error);
                return;
            }
            self.evict();
        }
    }

    /// What has to be equal for two to be merged.
    pub(super) fn question(&self) -> (WordRule, u64) {
        (self.words.rule(), self.options.limits().1)
    }

    /// How often `word` occurs: at most as often as the first number says, and at least that less
    /// the second one. For a word that is not held, both are the [`floor`](Self::floor). Of words
    /// longer than the limit nothing is known.
    #[must_use]
    pub fn get(&self, word: &[u8]) -> (u64, u64) {
        let floor = self.words.floor();
        match self.words.entry(word) {
            Some(entry) => (self.words.count_of(entry), self.error_of(entry)),
            None if word.is_empty() => (0, 0),
            None => (floor, floor),
        }
    }

    /// How often a word that is not held occurs at most. It is 0 as long as there is room for all.
    #[must_use]
    pub fn floor(&self) -> u64 {
        self.words.floor()
    }

    /// How many words there are, but for the one that the data ends in so far. Long words count.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.words.total()
    }

    /// How many words were longer than the limit. They are in the total alone.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.words.skipped().0
    }

    /// How many bytes have been processed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.words.bytes()
    }

    /// How many words are held.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.words.distinct()
    }

    /// The rule that says what a word is.
    #[must_use]
    pub fn rule(&self) -> WordRule {
        self.words.rule()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.words.clear();
        self.errors.truncate(1);
    }
}

impl std::fmt::Debug for TopWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TopWords")
            .field("options", &self.options)
            .field("total", &self.total())
            .field("held", &self.held())
            .field("floor", &self.floor())
            .finish_non_exhaustive()
    }
}

/// The most words that are counted when parts are merged.
pub(super) const MOST_WORDS: u64 = 1 << 62;

/// The `place`-th smallest of some numbers, counted from 1, or up to a 256th more. It is one of them.
///
/// The numbers are sorted into bins twice, without memory: by their length in bits, and in the bin
/// that has the place, by the eight bits behind the highest one.
fn quantile<I: Iterator<Item = u64>>(numbers: impl Fn() -> I, place: usize) -> u64 {
    let bits_of = |number: u64| (64 - number.leading_zeros()) as usize;
    let mut lengths = [0; 65];
    numbers().for_each(|number| lengths[bits_of(number)] += 1);
    let (length, left) = bin(&lengths, place);
    let shift = length.saturating_sub(9);
    let (mut sizes, mut largest) = ([0; 256], [0; 256]);
    for number in numbers().filter(|&number| bits_of(number) == length) {
        let of_number = (number >> shift & 0xFF) as usize;
        sizes[of_number] += 1;
        largest[of_number] = number.max(largest[of_number]);
    }
    largest[bin(&sizes, left).0]
}

/// The bin in which the `place`-th number is, counted from 1, and its place there.
fn bin(sizes: &[usize], place: usize) -> (usize, usize) {
    let mut left = place;
    for (number, &size) in sizes.iter().enumerate() {
        if left <= size {
            return (number, left);
        }
        left -= size;
    }
    (sizes.len() - 1, left)
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn a_quantile_is_that_of_the_sorted_numbers() {
        let lists: [Vec<u64>; 5] = [
            (1..=1000).collect(),
            vec![1; 100],
            vec![u64::MAX, 1, 2, u64::MAX - 1, 300, 511, 512, 513],
            (0..64).map(|bit| 1 << bit).collect(),
            (1..2000_u64).map(|number| number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20).collect(),
        ];
        for list in lists {
            let mut sorted = list.clone();
            sorted.sort_unstable();
            for place in 1..=list.len() {
                let (found, exact) = (quantile(|| list.iter().copied(), place), sorted[place - 1]);
                assert!(list.contains(&found) && found >= exact, "{found} {exact}");
                assert!(found - exact <= exact / 256, "{found} {exact}");
                assert!(exact >= 512 || found == exact, "{found} {exact}");
            }
        }
    }
}
