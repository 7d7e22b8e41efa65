//! How often each word occurs.
//!
//! ```text
//! index      buckets of eight tags (hashes) and numbers of entries; a cache line each
//! entries    a key of 16 bytes and a count each, in the order in which the words were first met
//! long       the bytes of words of more than 15 bytes, one word behind the other
//! open       the bytes of the word that the data ends in so far
//! ```
//!
//! A word of up to 15 bytes is its key, and is compared as such. The engine counts the words that
//! have an entry in the first bucket that their hash says, a batch at a time; this file does the
//! rest: words that are long or new, buckets that are full, and memory.
//!
//! **Memory.** All arrays grow by [`Words::reserve`], which counts what the table holds, the array
//! that is being replaced included, against the limit. A word that cannot be inserted leaves the
//! table as it was before that word: the words behind it that the engine has counted are taken
//! back, and the number of bytes is the offset of the word. A table in a [`Room`] never grows: there,
//! [`TopWords`](super::TopWords) makes room by removing words.
//!
//! **Parts.** A table keeps the first word of its data apart in one respect: its number, because
//! the data in front of it may end with the word's beginning. See [`Words::merge`].

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::hash::{BuildHasher, Hasher, RandomState};

use crate::bytes::WordRule;
use crate::chunk::MAX_BYTES;
use crate::engine::{Backend, Batch, Bucket, Entry, Key, SHORT, Seed, WordPlan};
use crate::error::Error;

/// A word and how often it occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Word<'a> {
    /// The word's bytes.
    pub bytes: &'a [u8],
    /// How often it occurs.
    pub count: u64,
}

/// By rank: the more frequent word is the smaller one, and of two with the same count, the one with
/// the smaller bytes.
impl Ord for Word<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.count.cmp(&self.count).then_with(|| self.bytes.cmp(other.bytes))
    }
}

impl PartialOrd for Word<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The options of [`Words`].
///
/// ```
/// use tally::{WordRule, WordsOptions};
///
/// let mut words = WordsOptions::new(WordRule::Ascii).max_bytes(64 << 20).build()?;
/// words.feed(b"to be or not to be")?;
/// assert_eq!(words.get(b"to"), 2);
/// # Ok::<(), tally::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct WordsOptions {
    rule: WordRule,
    max_bytes: Option<u64>,
    max_word: Option<u64>,
    seed: Option<u64>,
}

impl WordsOptions {
    /// No limits; hashing that differs from process to process.
    pub fn new(rule: WordRule) -> Self {
        Self { rule, max_bytes: None, max_word: None, seed: None }
    }

    /// The most memory that the table may hold, in bytes. (It needs about 16 KiB to begin.)
    pub fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = Some(max_bytes);
        self
    }

    /// The length of the longest word in bytes. A longer one is [`Error::Limit`].
    pub fn max_word(mut self, max_word: u64) -> Self {
        self.max_word = Some(max_word);
        self
    }

    /// The seed of the hashing, instead of a secret one. Whoever knows it can choose words that make
    /// the table slow. The results are the same for every seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The limits of memory and of a word's length.
    pub(super) fn limits(&self) -> (u64, u64) {
        (self.max_bytes.unwrap_or(u64::MAX), self.longest_word())
    }

    fn longest_word(&self) -> u64 {
        self.max_word.unwrap_or(u64::MAX)
    }

    /// With limits where there are none: of memory, and of a word's length, which follows from that.
    pub(super) fn with_defaults(
        mut self,
        max_bytes: u64,
        max_word: impl FnOnce(u64) -> u64,
    ) -> Self {
        let max_bytes = *self.max_bytes.get_or_insert(max_bytes);
        self.max_word.get_or_insert_with(|| max_word(max_bytes));
        self
    }

    /// Makes the table.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn build(self) -> Result<Words, Error> {
        Words::on(self, Backend::chosen())
    }

    /// [`build`](Self::build) on the backend of that name, if this processor has it. For tests.
    #[doc(hidden)]
    pub fn build_on(self, backend: &str) -> Result<Option<Words>, Error> {
        Backend::named(backend).map(|backend| Words::on(self, backend)).transpose()
    }
}

/// How often each word occurs, in data that comes in chunks or files.
///
/// A chunk may have any length, and may end inside a word or a character. The last word is counted
/// once [`finish`](Self::finish) says that the data has ended, or a separator follows it.
///
/// ```
/// use tally::{WordRule, Words};
///
/// let mut words = Words::new(WordRule::Unicode)?;
/// words.feed(b"to be or n")?;
/// words.feed(b"ot to be")?;
/// words.finish()?;
/// let top: Vec<_> = words.top(2)?.iter().map(|word| (word.bytes, word.count)).collect();
/// assert_eq!(top, [(&b"be"[..], 2), (b"to", 2)]);
/// assert_eq!((words.total(), words.distinct()), (6, 4));
/// # Ok::<(), tally::Error>(())
/// ```
///
/// With a limit ([`WordsOptions::max_bytes`]) the table holds at most that much memory. Reaching it,
/// as running out of memory, is an error that loses nothing: everything up to the byte that
/// [`bytes`](Self::bytes) returns is counted, and feeding can continue there.
pub struct Words {
    plan: WordPlan,
    seed: Seed,
    options: WordsOptions,
    index: Vec<Bucket>,
    /// The first one is no word's.
    entries: Vec<Entry>,
    long: Vec<u8>,
    open: Vec<u8>,
    /// What the data starts with.
    head: Head,
    total: u64,
    bytes: u64,
    /// One, or none yet.
    batch: Vec<Batch>,
    /// What a table of a fixed size has besides.
    fixed: Option<Fixed>,
}

/// The sizes of a table that never grows.
#[derive(Clone, Copy)]
pub(super) struct Room {
    buckets: usize,
    /// The number of words.
    pub(super) entries: usize,
    /// The bytes of all long words.
    long: usize,
}

impl Room {
    /// What fits in `max_bytes` bytes, if each entry has `more` bytes elsewhere, and `long` bytes of
    /// long words on average. At most a third is the index. `None` if a word of `max_word` bytes does
    /// not fit, or more than there are addresses.
    pub(super) fn new(max_bytes: u64, max_word: u64, more: u64, long: u64) -> Option<Self> {
        let (bucket, batch) = (size_of::<Bucket>() as u64, size_of::<Batch>() as u64);
        let entry = size_of::<Entry>() as u64 + more;
        let free = max_bytes.checked_sub(batch + entry)?.checked_sub(max_word.checked_add(2)?)?;
        let buckets = 1 << (free / (3 * bucket)).checked_ilog2()?;
        let rest = free - buckets * bucket;
        let most = (buckets * Words::MOST).min(u64::from(u32::MAX));
        let entries = (rest / (entry + long)).min(most);
        let long = rest - entries * entry;
        let size = |number| usize::try_from(number).ok();
        (entries > 0 && long >= max_word).then_some(())?;
        Some(Self { buckets: size(buckets)?, entries: size(entries)?, long: size(long)? })
    }
}

/// The state of a table of a fixed size.
struct Fixed {
    room: Room,
    /// The count of a word when it is inserted.
    floor: u64,
    /// How many words were longer than the limit.
    skipped: u64,
    /// Whether the open word is longer than the limit. Then only its last two bytes are kept.
    skips: bool,
}

/// What the data of a table starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// With the open word; there is no other data.
    Open,
    /// With the word of an entry.
    Word(u32),
    /// With a separator, or its end came before any word.
    Separator,
}

impl Words {
    /// A table without limits.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn new(rule: WordRule) -> Result<Self, Error> {
        WordsOptions::new(rule).build()
    }

    fn on(options: WordsOptions, backend: Backend) -> Result<Self, Error> {
        let mut words = Self::empty(options, backend);
        words.index = words.larger_index(Self::SMALLEST)?;
        words.index.resize(Self::SMALLEST, Bucket::default());
        words.entries.try_reserve_exact(Self::SMALLEST).map_err(|_| Error::NoMemory)?;
        words.entries.push(Entry::default());
        Ok(words)
    }

    /// A table of a fixed size.
    pub(super) fn in_room(
        options: WordsOptions,
        backend: Backend,
        room: Room,
    ) -> Result<Self, Error> {
        let mut words = Self::empty(options, backend);
        let open = usize::try_from(options.longest_word()).map_err(|_| Error::NoMemory)? + 2;
        let no_memory = |_| Error::NoMemory;
        words.index.try_reserve_exact(room.buckets).map_err(no_memory)?;
        words.index.resize(room.buckets, Bucket::default());
        words.entries.try_reserve_exact(room.entries + 1).map_err(no_memory)?;
        words.entries.push(Entry::default());
        words.long.try_reserve_exact(room.long).map_err(no_memory)?;
        words.open.try_reserve_exact(open).map_err(no_memory)?;
        words.batch = Self::new_batch()?;
        words.fixed = Some(Fixed { room, floor: 0, skipped: 0, skips: false });
        Ok(words)
    }

    /// Without memory.
    fn empty(options: WordsOptions, backend: Backend) -> Self {
        let secrets = match options.seed {
            Some(seed) => [seed, 0],
            None => {
                [RandomState::new(), RandomState::new()].map(|keys| keys.build_hasher().finish())
            }
        };
        Self {
            plan: WordPlan::new(options.rule, backend),
            seed: Seed::new(secrets),
            options,
            index: Vec::new(),
            entries: Vec::new(),
            long: Vec::new(),
            open: Vec::new(),
            head: Head::Open,
            total: 0,
            bytes: 0,
            batch: Vec::new(),
            fixed: None,
        }
    }

    /// In memory of its own: it is large for a stack.
    fn new_batch() -> Result<Vec<Batch>, Error> {
        let mut batch = Vec::new();
        batch.try_reserve_exact(1).map_err(|_| Error::NoMemory)?;
        batch.push(Batch::EMPTY);
        Ok(batch)
    }

    /// The number of buckets at the start.
    const SMALLEST: usize = 64;

    /// How many entries there may be for each bucket. With six on average, which is the most, one
    /// bucket in seven would have more than its eight places (by Poisson's law), and passes words on
    /// to the next; after the index has doubled, none in a hundred.
    const MOST: u64 = 6;

    fn most_entries(buckets: usize) -> usize {
        buckets * Self::MOST as usize
    }

    /// How much memory the table holds.
    fn held(&self) -> u64 {
        let bytes = self.index.capacity() * size_of::<Bucket>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.long.capacity()
            + self.open.capacity()
            + size_of::<Batch>();
        bytes as u64
    }

    /// Makes room for `more` elements in one of the arrays. It grows to twice its length if the limit
    /// allows that. All arrays together hold `held` bytes now.
    fn reserve<T>(vec: &mut Vec<T>, more: usize, held: u64, limit: u64) -> Result<(), Error> {
        let needed = vec.len().checked_add(more).ok_or(Error::NoMemory)?;
        if needed <= vec.capacity() {
            return Ok(());
        }
        let room = limit.saturating_sub(held) / size_of::<T>() as u64;
        let twice = vec.capacity().saturating_mul(2).max(needed).max(64);
        // Less than an eighth more would copy too often.
        let eighth = vec.capacity().saturating_add(vec.capacity() / 8).max(needed);
        let capacity = [twice, eighth].into_iter().find(|&capacity| capacity as u64 <= room);
        let capacity = capacity.ok_or(Error::Limit)?;
        vec.try_reserve_exact(capacity - vec.len()).map_err(|_| Error::NoMemory)
    }

    /// Memory for an index of `buckets` buckets.
    fn larger_index(&self, buckets: usize) -> Result<Vec<Bucket>, Error> {
        let size = buckets as u64 * size_of::<Bucket>() as u64;
        // A table always has its first index.
        let (limit, _) = self.options.limits();
        if buckets > Self::SMALLEST && size > limit.saturating_sub(self.held()) {
            return Err(Error::Limit);
        }
        let mut index = Vec::new();
        index.try_reserve_exact(buckets).map_err(|_| Error::NoMemory)?;
        Ok(index)
    }

    /// Adds `count` to the entry of a word whose tag is known, which is made if there is none.
    /// Returns its number. If there is no memory, nothing has changed.
    fn add(&mut self, word: &[u8], tag: u32, count: u64) -> Result<u32, Error> {
        let entry = match self.find(word, tag) {
            Some(entry) => entry,
            None => self.insert(word, tag)?,
        };
        let Entry { count: so_far, .. } = &mut self.entries[entry as usize];
        *so_far = so_far.wrapping_add(count);
        Ok(entry)
    }

    /// The number of a word's entry.
    fn find(&self, word: &[u8], tag: u32) -> Option<u32> {
        let mask = self.index.len() - 1;
        let mut at = tag as usize & mask;
        loop {
            let Bucket { tags, entries } = &self.index[at];
            for (&other, &entry) in tags.iter().zip(entries) {
                if entry == 0 {
                    return None;
                }
                if other == tag && self.bytes_of(entry as usize) == word {
                    return Some(entry);
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// The bytes of the word of an entry.
    fn bytes_of(&self, entry: usize) -> &[u8] {
        let key = &self.entries[entry].key;
        match key.place() {
            Some((at, len)) => &self.long[at..at + len],
            None => key.bytes(),
        }
    }

    /// Makes an entry for a word that has none, with the count of a word that does not occur.
    #[cold]
    fn insert(&mut self, word: &[u8], tag: u32) -> Result<u32, Error> {
        if word.len() as u64 > self.options.longest_word() {
            return Err(Error::Limit);
        }
        let number = u32::try_from(self.entries.len()).map_err(|_| Error::Limit)?;
        let long = if word.len() > SHORT { word.len() } else { 0 };
        match &self.fixed {
            Some(Fixed { room, .. }) => {
                if self.entries.len() > room.entries || self.long.len() + long > room.long {
                    return Err(Error::Limit);
                }
            }
            None => self.make_room(long)?,
        }
        let key = if long > 0 {
            let at = self.long.len();
            self.long.extend_from_slice(word);
            Key::long(at, word.len())
        } else {
            Key::short(word)
        };
        self.entries.push(Entry { key, count: self.floor() });
        Self::place(&mut self.index, tag, number);
        Ok(number)
    }

    /// Makes room for an entry, and `long` bytes of a long word.
    fn make_room(&mut self, long: usize) -> Result<(), Error> {
        let (limit, _) = self.options.limits();
        if self.entries.len() > Self::most_entries(self.index.len()) {
            self.grow()?;
        }
        let held = self.held();
        Self::reserve(&mut self.entries, 1, held, limit)?;
        let held = self.held();
        Self::reserve(&mut self.long, long, held, limit)
    }

    /// Writes the number of an entry into the first bucket with room.
    fn place(index: &mut [Bucket], tag: u32, entry: u32) {
        let mask = index.len() - 1;
        let mut at = tag as usize & mask;
        loop {
            let bucket = &mut index[at];
            if let Some(free) = bucket.entries.iter().position(|&entry| entry == 0) {
                bucket.tags[free] = tag;
                bucket.entries[free] = entry;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Doubles the index.
    fn grow(&mut self) -> Result<(), Error> {
        let buckets = self.index.len() * 2;
        let mut index = self.larger_index(buckets)?;
        index.resize(buckets, Bucket::default());
        for Bucket { tags, entries } in &self.index {
            for (&tag, &entry) in tags.iter().zip(entries).filter(|&(_, &entry)| entry != 0) {
                Self::place(&mut index, tag, entry);
            }
        }
        self.index = index;
        crate::fault::point("grown");
        Ok(())
    }

    /// Processes the next chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] or [`Error::NoMemory`]: then everything before the byte that
    /// [`bytes`](Self::bytes) returns is counted, and feeding can continue there.
    pub fn feed(&mut self, data: &[u8]) -> Result<(), Error> {
        let result = self.feed_chunk(data);
        if self.open.is_empty() && self.open.capacity() > 1 << 16 && self.fixed.is_none() {
            // A long word's memory is needed for others.
            self.open = Vec::new();
        }
        result
    }

    fn feed_chunk(&mut self, mut data: &[u8]) -> Result<(), Error> {
        if !self.open.is_empty() {
            let Some((end, len)) = self.end_of_open(data) else {
                return self.extend_open(data);
            };
            // The separator may have started before the data.
            let (inside, cut) = ((end + 1).saturating_sub(len), len.saturating_sub(end + 1));
            self.extend_open(&data[..inside])?;
            self.end_word(cut)?;
            let behind = end + 1;
            self.bytes += (behind - inside) as u64;
            data = &data[behind..];
        }
        self.feed_words(data)
    }

    /// Where the separator ends in `data` with which the open word ends, and its length: its first
    /// bytes may be the last ones of the open word.
    fn end_of_open(&self, data: &[u8]) -> Option<(usize, usize)> {
        let before = match *self.open {
            [.., a, b] => [a, b],
            [b] => [0, b],
            [] => [0; 2],
        };
        self.plan.first_separator(data, before)
    }

    /// Adds to the open word.
    fn extend_open(&mut self, data: &[u8]) -> Result<(), Error> {
        // The last two bytes may turn out to belong to a separator.
        let most = self.options.longest_word().saturating_add(2);
        let is_long = self.open.len() as u64 + data.len() as u64 > most;
        if let Some(fixed) = self.fixed.as_mut().filter(|fixed| is_long || fixed.skips) {
            fixed.skips = true;
            let last = &data[data.len().saturating_sub(2)..];
            self.open.drain(..(self.open.len() + last.len()).saturating_sub(2));
            self.open.extend_from_slice(last);
            self.bytes += data.len() as u64;
            return Ok(());
        }
        if is_long {
            return Err(Error::Limit);
        }
        // A table of a fixed size has room for it, unless a panic has lost that.
        let limit = if self.fixed.is_some() { u64::MAX } else { self.options.limits().0 };
        let held = self.held();
        Self::reserve(&mut self.open, data.len(), held, limit)?;
        self.open.extend_from_slice(data);
        self.bytes += data.len() as u64;
        Ok(())
    }

    /// Ends the open word, of which the last `cut` bytes belong to a separator.
    fn end_word(&mut self, cut: usize) -> Result<(), Error> {
        let open = std::mem::take(&mut self.open);
        let word = &open[..open.len() - cut.min(open.len())];
        let is_skipped = self.skips_open() || self.skips(word.len());
        let result = if word.is_empty() || is_skipped {
            Ok(None)
        } else {
            let tag = self.plan.hash(&self.seed, word);
            self.add(word, tag, 1).map(Some)
        };
        self.open = open;
        let entry = result?;
        self.total += u64::from(entry.is_some() || is_skipped);
        if self.head == Head::Open {
            self.head = entry.map_or(Head::Separator, Head::Word);
        }
        self.open.clear();
        Ok(())
    }

    /// Whether a word of `len` bytes is longer than a limit that does not end feeding; then it is
    /// counted among those.
    fn skips(&mut self, len: usize) -> bool {
        let is_long = len as u64 > self.options.longest_word();
        self.fixed.as_mut().filter(|_| is_long).is_some_and(|fixed| {
            fixed.skipped += 1;
            true
        })
    }

    /// The same of the open word, if it is known to be so long. It ends.
    fn skips_open(&mut self) -> bool {
        self.fixed.as_mut().is_some_and(|fixed| {
            let skips = std::mem::take(&mut fixed.skips);
            fixed.skipped += u64::from(skips);
            skips
        })
    }

    /// Processes data in front of which there is a separator, or nothing.
    fn feed_words(&mut self, data: &[u8]) -> Result<(), Error> {
        if self.batch.is_empty() {
            // At the first time, or a panic has dropped it.
            self.batch = Self::new_batch()?;
        }
        let mut batch = std::mem::take(&mut self.batch);
        let result = batch.first_mut().map_or(Ok(()), |batch| self.feed_batches(data, batch));
        self.batch = batch;
        result
    }

    fn feed_batches(&mut self, data: &[u8], batch: &mut Batch) -> Result<(), Error> {
        let start = self.bytes;
        batch.start();
        while self.plan.find(data, batch) {
            crate::fault::point("batch");
            self.plan.count_known(&self.seed, &self.index, &mut self.entries, data, batch);
            for (place, tag) in batch.rest() {
                let [from, to] = batch.word(place);
                if self.skips(to - from) {
                    continue;
                }
                match self.add(&data[from..to], tag, 1) {
                    Ok(entry) if self.head == Head::Open => {
                        let is_first = place == 0 && from == 0;
                        self.head = if is_first { Head::Word(entry) } else { Head::Separator };
                    }
                    Ok(_) => {}
                    Err(error) => {
                        // The words behind this one are not counted.
                        for entry in batch.counted_from(place) {
                            self.entries[entry].count -= 1;
                        }
                        self.total += place as u64;
                        self.bytes = start + from as u64;
                        if from > 0 && self.head == Head::Open {
                            self.head = Head::Separator;
                        }
                        return Err(error);
                    }
                }
            }
            self.total += batch.len() as u64;
        }
        let open = batch.open().unwrap_or(data.len());
        self.bytes = start + open as u64;
        if open > 0 && self.head == Head::Open {
            self.head = Head::Separator;
        }
        self.extend_open(&data[open..])
    }

    /// The data ends here, and so does its last word. What is fed next starts another one, as if a
    /// separator stood between.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] or [`Error::NoMemory`]: then the last word is not counted.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.end_word(0)
    }

    /// How many words there are, but for the one that the data ends in so far.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many different words there are.
    #[must_use]
    pub fn distinct(&self) -> u64 {
        self.entries.len() as u64 - 1
    }

    /// How many bytes have been processed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How often `word` occurs; 0 if it does not.
    #[must_use]
    pub fn get(&self, word: &[u8]) -> u64 {
        if word.is_empty() {
            return 0;
        }
        self.entry(word).map_or(0, |entry| self.entries[entry].count)
    }

    /// The number of the entry of `word`, which is not empty.
    pub(super) fn entry(&self, word: &[u8]) -> Option<usize> {
        self.find(word, self.plan.hash(&self.seed, word)).map(|entry| entry as usize)
    }

    /// All words with their counts, in no particular order, which is the same for the same calls.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Word<'_>> {
        (1..self.entries.len()).map(|entry| self.word(entry))
    }

    /// The words from number `first` on of [`iter`](Self::iter).
    pub(crate) fn list(&self, first: u64) -> impl Iterator<Item = Word<'_>> {
        let first = usize::try_from(first).unwrap_or(usize::MAX).saturating_add(1);
        (first.min(self.entries.len())..self.entries.len()).map(|entry| self.word(entry))
    }

    /// The word of an entry.
    pub(super) fn word(&self, entry: usize) -> Word<'_> {
        Word { bytes: self.bytes_of(entry), count: self.entries[entry].count }
    }

    /// The `most` most frequent words: by count, the highest first, then by their bytes.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`].
    pub fn top(&self, most: usize) -> Result<Vec<Word<'_>>, Error> {
        let most = most.min(self.entries.len() - 1);
        let mut heap = Vec::new();
        heap.try_reserve_exact(most).map_err(|_| Error::NoMemory)?;
        // The lowest of the best so far is on top of the heap.
        let mut heap: BinaryHeap<Word<'_>> = BinaryHeap::from(heap);
        for word in self.iter() {
            if heap.len() < most {
                heap.push(word);
            } else if let Some(mut lowest) = heap.peek_mut() {
                if word < *lowest {
                    *lowest = word;
                }
            }
        }
        Ok(heap.into_sorted_vec())
    }

    /// Forgets everything, but keeps the memory.
    pub fn clear(&mut self) {
        self.index.fill(Bucket::default());
        self.entries.truncate(1);
        self.entries.fill(Entry::default());
        self.long.clear();
        self.open.clear();
        (self.head, self.total, self.bytes) = (Head::Open, 0, 0);
        if let Some(Fixed { floor, skipped, skips, .. }) = &mut self.fixed {
            (*floor, *skipped, *skips) = (0, 0, false);
        }
    }

    /// Keeps the words of the entries that `keep` accepts: it is called with the number and the count
    /// of each, in order. Those that stay keep their order, and get the numbers from 1 on.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(usize, u64) -> bool) {
        self.index.fill(Bucket::default());
        let (mut kept, mut used) = (1, 0);
        for entry in 1..self.entries.len() {
            let Entry { mut key, count } = self.entries[entry];
            if !keep(entry, count) {
                continue;
            }
            // The bytes of long words have the order of the entries.
            if let Some((at, len)) = key.place() {
                self.long.copy_within(at..at + len, used);
                key = Key::long(used, len);
                used += len;
            }
            self.entries[kept] = Entry { key, count };
            kept += 1;
        }
        self.entries.truncate(kept);
        self.long.truncate(used);
        for (entry, number) in (1..kept).zip(1..) {
            let tag = self.plan.hash(&self.seed, self.bytes_of(entry));
            Self::place(&mut self.index, tag, number);
        }
    }

    /// Whether the bytes of long words are what a table of a fixed size lacks, and would be if only
    /// words with a count above `floor` stayed: then these have more than three quarters of the room.
    pub(super) fn lacks_long_bytes(&self, floor: u64) -> bool {
        let Some(Fixed { room, .. }) = &self.fixed else { return false };
        let is_long = |word: &Word<'_>| word.count > floor && word.bytes.len() > SHORT;
        let long = || self.iter().filter(is_long).map(|word| word.bytes.len()).sum::<usize>();
        self.entries.len() <= room.entries && long() > room.long / 4 * 3
    }

    /// The count of a word when it is inserted.
    pub(super) fn floor(&self) -> u64 {
        self.fixed.as_ref().map_or(0, |fixed| fixed.floor)
    }

    /// How many words were longer than the limit, and whether the open one is.
    pub(super) fn skipped(&self) -> (u64, bool) {
        self.fixed.as_ref().map_or((0, false), |fixed| (fixed.skipped, fixed.skips))
    }

    /// Makes an entry for a word that has none, with that count. The total is as before.
    pub(super) fn insert_new(&mut self, word: &[u8], count: u64) -> Result<(), Error> {
        let entry = self.insert(word, self.plan.hash(&self.seed, word))?;
        self.set_count(entry as usize, count);
        Ok(())
    }

    /// Sets the count of an entry.
    pub(super) fn set_count(&mut self, entry: usize, count: u64) {
        self.entries[entry].count = count;
    }

    /// The count of an entry.
    pub(super) fn count_of(&self, entry: usize) -> u64 {
        self.entries[entry].count
    }

    /// Sets how many words there are, and how many of them were longer than the limit.
    pub(super) fn set_totals(&mut self, total: u64, skipped: u64) {
        self.total = total;
        if let Some(fixed) = &mut self.fixed {
            fixed.skipped = skipped;
        }
    }

    /// Sets the open word, which so far is empty, and whether it is longer than the limit; and the
    /// number of bytes.
    pub(super) fn set_open(&mut self, open: &[u8], skips: bool, bytes: u64) -> Result<(), Error> {
        if let Some(fixed) = &mut self.fixed {
            fixed.skips = skips;
        }
        self.extend_open(open)?;
        self.bytes = bytes;
        Ok(())
    }

    /// Sets the floor.
    pub(super) fn set_floor(&mut self, to: u64) {
        if let Some(Fixed { floor, .. }) = &mut self.fixed {
            *floor = to;
        }
    }

    /// Adds what `right` has counted, whose data follows this table's.
    ///
    /// If this table's data ends in a word (it is not [finished](Self::finish)) and the other one's
    /// starts with one, these are one word. A separator that the cut splits is found. The limits are
    /// those of this table.
    ///
    /// # Errors
    ///
    /// [`Error::DifferentCounters`] for tables of different rules; [`Error::Limit`] or
    /// [`Error::NoMemory`]: then the table is as before, but for its memory.
    pub fn merge(&mut self, right: &Words) -> Result<(), Error> {
        if self.plan.rule() != right.plan.rule() {
            return Err(Error::DifferentCounters);
        }
        let bytes = self.bytes.saturating_add(right.bytes);
        if bytes > MAX_BYTES {
            return Err(Error::Limit);
        }
        self.total.checked_add(right.total).filter(|total| *total < 1 << 62).ok_or(Error::Limit)?;
        // The first of the right words, which this table's last one may continue in.
        let head = match right.head {
            Head::Open => &right.open[..],
            Head::Word(entry) => right.bytes_of(entry as usize),
            Head::Separator => &[],
        };
        let found = self.find_all(right)?;
        self.reserve_merge(right, &found, head)?;
        // From here on there is enough memory.
        self.feed_chunk(head)?;
        if right.head != Head::Open {
            self.end_word(0)?;
            self.open.extend_from_slice(&right.open);
        }
        for ((number, word), &(tag, entry)) in right.iter().enumerate().zip(&found) {
            let is_head = right.head == Head::Word(number as u32 + 1);
            let count = word.count - u64::from(is_head);
            if count == 0 {
                continue;
            }
            if entry == 0 {
                self.add(word.bytes, tag, count)?;
            } else {
                let Entry { count: so_far, .. } = &mut self.entries[entry as usize];
                *so_far = so_far.wrapping_add(count);
            }
            self.total += count;
        }
        self.bytes = bytes;
        crate::fault::point("merged");
        Ok(())
    }

    /// [`merge`](Self::merge) for a table of the same options. An empty one becomes the other.
    pub(super) fn append(&mut self, right: Words) -> Result<(), Error> {
        if self.bytes > 0 || self.head != Head::Open {
            return self.merge(&right);
        }
        *self = right;
        Ok(())
    }

    /// The tag of each word of `right`, and the number of its entry here, or 0.
    ///
    /// In passes over some words at a time, so that the processor waits for many lines of memory at
    /// the same time, as the engine does.
    fn find_all(&self, right: &Words) -> Result<Vec<(u32, u32)>, Error> {
        const AT_ONCE: usize = 64;
        let mask = self.index.len() - 1;
        let mut found = Vec::new();
        found.try_reserve_exact(right.entries.len() - 1).map_err(|_| Error::NoMemory)?;
        found.extend(right.iter().map(|word| (self.plan.hash(&self.seed, word.bytes), 0)));
        for (some, first) in found.chunks_mut(AT_ONCE).zip((1..).step_by(AT_ONCE)) {
            for (tag, entry) in &mut *some {
                let Bucket { tags, entries } = &self.index[*tag as usize & mask];
                let place = tags.iter().position(|other| other == tag);
                *entry = place.map_or(0, |place| entries[place]);
            }
            for ((tag, entry), of_right) in some.iter_mut().zip(first..) {
                let word = right.bytes_of(of_right);
                if *entry == 0 || self.bytes_of(*entry as usize) != word {
                    *entry = self.find(word, *tag).unwrap_or(0);
                }
            }
        }
        Ok(found)
    }

    /// Makes room for all words of `right`, of which `found` says where they are here, and for the one
    /// that is joined of this table's last one and `head`, the first of the other's data.
    fn reserve_merge(
        &mut self,
        right: &Words,
        found: &[(u32, u32)],
        head: &[u8],
    ) -> Result<(), Error> {
        if self.batch.is_empty() {
            self.batch = Self::new_batch()?;
        }
        // A separator that is cut may end the joined word; then the rest of `head` is a word.
        let (joined, rest) = match self.end_of_open(head) {
            Some((end, len)) => (self.open.len() + end + 1 - len, head.len() - (end + 1)),
            None => (self.open.len() + head.len(), 0),
        };
        // Of a word that stays open, the last two bytes may turn out to belong to a separator.
        let is_cut = joined + rest < self.open.len() + head.len();
        let (ended, open) = match right.head {
            Head::Open if is_cut => (joined, rest),
            Head::Open => (0, joined),
            _ => (joined.max(rest), right.open.len()),
        };
        let (mut words, mut long, mut longest) = (2, joined + rest, ended);
        for ((number, word), &(_, entry)) in right.iter().enumerate().zip(found) {
            // The first word is not added as such.
            let count = word.count - u64::from(right.head == Head::Word(number as u32 + 1));
            if entry == 0 && count > 0 {
                words += 1;
                longest = longest.max(word.bytes.len());
                if word.bytes.len() > SHORT {
                    long += word.bytes.len();
                }
            }
        }
        let (limit, most) = self.options.limits();
        if longest as u64 > most || open as u64 > most.saturating_add(2) {
            return Err(Error::Limit);
        }
        while self.entries.len() + words > Self::most_entries(self.index.len()) {
            self.grow()?;
        }
        let before = self.held();
        Self::reserve(&mut self.entries, words, before, limit)?;
        let before = self.held();
        Self::reserve(&mut self.long, long, before, limit)?;
        let before = self.held();
        Self::reserve(&mut self.open, head.len().max(right.open.len()), before, limit)
    }

    /// The options, if they have no limit: then parts can be counted at the same time.
    pub(super) fn unlimited(&self) -> Option<WordsOptions> {
        let Self { options, .. } = self;
        (options.limits() == (u64::MAX, u64::MAX)).then_some(*options)
    }

    /// What the data starts with, and the open word.
    pub(super) fn ends(&self) -> (Head, &[u8]) {
        (self.head, &self.open)
    }

    /// Sets what the data starts with, the open word, and the number of bytes.
    pub(super) fn set_ends(&mut self, head: Head, open: &[u8], bytes: u64) -> Result<(), Error> {
        self.head = head;
        self.set_open(open, false, bytes)
    }

    /// Whether no separator is in `word`.
    pub(super) fn is_word(&self, word: &[u8]) -> bool {
        self.plan.first_separator(word, [0; 2]).is_none()
    }

    /// Adds a word that occurs `count` times.
    pub(super) fn add_new(&mut self, word: &[u8], count: u64) -> Result<(), Error> {
        let tag = self.plan.hash(&self.seed, word);
        self.add(word, tag, count)?;
        self.total += count;
        Ok(())
    }

    /// The rule that says what a word is.
    #[must_use]
    pub fn rule(&self) -> WordRule {
        self.plan.rule()
    }

    /// [`merge`](Self::merge) with the table itself.
    pub(crate) fn double(&mut self) -> Result<(), Error> {
        let mut copy = Self::on(self.options, Backend::chosen())?;
        copy.merge(self)?;
        self.merge(&copy)
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("options", &self.options)
            .field("total", &self.total)
            .field("distinct", &self.distinct())
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without a seed, each table has secrets of its own. That all four hashes are equal by chance is
    /// out of the question.
    #[test]
    fn seeds_are_secret() {
        let options = WordsOptions::new(WordRule::Ascii);
        let hashes = |options: WordsOptions| {
            let words = options.build().unwrap();
            [&b"one"[..], b"two", b"three", b"a word of more than fifteen bytes"]
                .map(|word| words.plan.hash(&words.seed, word))
        };
        assert_ne!(hashes(options), hashes(options));
        assert_ne!(hashes(options.seed(1)), hashes(options.seed(2)));
        assert_eq!(hashes(options.seed(1)), hashes(options.seed(1)));
    }
}
