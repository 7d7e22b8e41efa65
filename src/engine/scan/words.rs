//! The loops over words: counting them, finding where they are, and looking them up.

use crate::engine::find::passes::{FAR, prefetch_ahead};
use crate::engine::find::space::{Before, Ends};
use crate::engine::isa::block::{BLOCK, Block, low_bits};
use crate::engine::isa::hash::{Hash, Key, SHORT, Seed};
use crate::engine::isa::prefetch::prefetch;

/// From this length on, and up to [`FAR`], each block is prefetched [`AHEAD`] bytes ahead where words
/// are counted by the rule `ASCII`. Longer data is not prefetched, not by [`prefetch_ahead`] either.
///
/// The texts of `cargo bench --bench words`, Zen 4, GB/s:
///
/// | size    | `ASCII`: nothing | each block | by page | `UNICODE`: nothing | by page |
/// |---------|------------------|------------|---------|--------------------|---------|
/// | 1 MiB   | 60               | 69         |         | 11.7               |         |
/// | 4 MiB   | 62               | 73         |         | 12.9               |         |
/// | 16 MiB  | 58               | 59         | 52      | 12.6               | 11.6    |
/// | 256 MiB | 28               | 25         | 27      | 13.6               | 12.1    |
const NEAR: usize = 256 << 10;
const AHEAD: usize = 2 << 10;

/// How many words end in `data`: those that a separator in `data` ends. What is before the data has
/// been processed up to `before`, which is moved on.
///
/// # Safety
///
/// The processor has the instructions of `B`.
#[inline(always)]
pub(in crate::engine) unsafe fn count<B: Block, const UNICODE: bool>(
    data: &[u8],
    before: &mut Before,
) -> u64 {
    let mut words = 0;
    let mut now = *before;
    let blocks = data.chunks_exact(BLOCK);
    let rest = blocks.remainder();
    let is_near = B::PREFETCHES && !UNICODE && (NEAR..FAR).contains(&data.len());
    for bytes in blocks {
        if is_near {
            prefetch(bytes.as_ptr().wrapping_add(AHEAD));
        }
        // SAFETY: the caller vouches for the processor; these are 64 bytes.
        let block = unsafe { B::load(bytes.as_ptr()) };
        // Twice, so that less is done for blocks in ASCII.
        if Ends::may_be_long::<B, UNICODE>(block) {
            let ends = Ends::new::<B, UNICODE>(block, now.bytes);
            words += u64::from(ends.behind_words(now.ends).count_ones());
            now.advance(ends.all(), bytes);
        } else {
            let ends = Ends::short::<B, UNICODE>(block);
            words += u64::from(ends.behind_words(now.ends).count_ones());
            now.advance(ends.all(), bytes);
        }
    }
    if !rest.is_empty() {
        // Zeros are in no separator.
        let mut bytes = [0; BLOCK];
        bytes[..rest.len()].copy_from_slice(rest);
        // SAFETY: as above.
        let ends = Ends::new::<B, UNICODE>(unsafe { B::load(bytes.as_ptr()) }, now.bytes);
        words += u64::from(ends.behind_words(now.ends).count_ones());
        now.advance(ends.all(), rest);
    }
    *before = now;
    words
}

/// The ends in up to 64 bytes.
///
/// # Safety
///
/// The processor has the instructions of `B`.
#[inline(always)]
unsafe fn ends_of<B: Block, const UNICODE: bool>(bytes: &[u8], before: [u8; 2]) -> Ends {
    let mut copy;
    let at = if bytes.len() == BLOCK {
        bytes.as_ptr()
    } else {
        // Zeros are in no separator.
        copy = [0; BLOCK];
        copy[..bytes.len()].copy_from_slice(bytes);
        copy.as_ptr()
    };
    // SAFETY: the caller vouches for the processor; there are 64 bytes.
    unsafe { Ends::new::<B, UNICODE>(B::load(at), before) }
}

/// The most edges, and words, that are found at a time.
const EDGES: usize = 384;
const WORDS: usize = EDGES / 2;

/// The next words of some data, and what is known of them.
///
/// ```text
/// bytes       . . o n e . t w o . . a . .
/// in words    0 0 1 1 1 0 1 1 1 0 0 1 0 0
/// edges       0 0 1 0 0 1 1 0 0 1 0 1 1 0     where it differs from the byte before
/// ```
#[derive(Clone)]
pub(crate) struct Batch {
    /// Where words start and end, in turn, as offsets in the data.
    edges: [usize; EDGES],
    number: usize,
    /// The next byte to look at, at the start of a block.
    at: usize,
    /// Whether the byte before that is in a word.
    in_word: bool,
    /// Of each word: its key, its tag, and its entry that was counted up, or 0.
    keys: [Key; WORDS],
    tags: [u32; WORDS],
    entries: [u32; WORDS],
    /// The words that were not counted.
    rest: [u16; WORDS],
    left: usize,
    /// Those of more than [`SHORT`] bytes.
    long: [u16; WORDS],
}

impl Batch {
    pub(crate) const EMPTY: Self = Self {
        edges: [0; EDGES],
        number: 0,
        at: 0,
        in_word: false,
        keys: [Key([0; 16]); WORDS],
        tags: [0; WORDS],
        entries: [0; WORDS],
        rest: [0; WORDS],
        left: 0,
        long: [0; WORDS],
    };

    /// Before the first words of other data.
    pub(crate) fn start(&mut self) {
        (self.number, self.at, self.in_word) = (0, 0, false);
    }

    /// How many words are known whole.
    pub(crate) fn len(&self) -> usize {
        self.number / 2
    }

    /// Where a word starts and ends.
    pub(crate) fn word(&self, place: usize) -> [usize; 2] {
        [self.edges[2 * place], self.edges[2 * place + 1]]
    }

    /// Where the last word ends that is known whole; the others end before.
    pub(crate) fn end(&self) -> usize {
        self.len().checked_sub(1).map_or(0, |last| self.word(last)[1])
    }

    /// Where a word starts whose end is not known.
    pub(crate) fn open(&self) -> Option<usize> {
        (self.number % 2 == 1).then(|| self.edges[self.number - 1])
    }

    /// The words that were not counted: the place of each, and its tag.
    pub(crate) fn rest(&self) -> impl Iterator<Item = (usize, u32)> {
        let places = self.rest[..self.left].iter().map(|&place| usize::from(place));
        places.map(|place| (place, self.tags[place]))
    }

    /// The entries that were counted up for words from `place` on.
    pub(crate) fn counted_from(&self, place: usize) -> impl Iterator<Item = usize> {
        let entries = &self.entries[place..self.len()];
        entries.iter().map(|&entry| entry as usize).filter(|&entry| entry != 0)
    }

    /// Forgets the words that are known whole.
    fn shift(&mut self) {
        let open = self.open();
        self.number = usize::from(open.is_some());
        self.edges[0] = open.unwrap_or(0);
    }

    /// Writes the offsets of the bits of `mask`, in the block at `at`.
    #[inline(always)]
    fn push(&mut self, mut mask: u64, at: usize) {
        let number = mask.count_ones() as usize;
        let room = &mut self.edges[self.number..self.number + BLOCK];
        // More are written than there are, so that the processor can predict the branches.
        for (place, eight) in room.chunks_exact_mut(8).enumerate() {
            if place > 1 && place * 8 >= number {
                break;
            }
            for edge in eight {
                *edge = at + mask.trailing_zeros() as usize;
                mask &= mask.wrapping_sub(1);
            }
        }
        self.number += number;
    }
}

/// Finds the words of the next blocks of `data`, which starts behind a separator; whether the data
/// has more. (What follows its last separator is an open word.)
///
/// # Safety
///
/// The processor has the instructions of `B`.
#[inline(always)]
pub(in crate::engine) unsafe fn find<B: Block, const UNICODE: bool>(
    data: &[u8],
    batch: &mut Batch,
) -> bool {
    batch.shift();
    let len = data.len();
    let (mut at, mut in_word) = (batch.at, batch.in_word);
    if at >= len {
        return false;
    }
    let before = |at: usize| if at >= 2 { [data[at - 2], data[at - 1]] } else { [0; 2] };
    let block = |at: usize| &data[at.min(len)..(at + BLOCK).min(len)];
    // The ends in the block at `at` are known once those behind it are looked for.
    let (mut ends, mut next) = (Ends::NONE, at);
    loop {
        // A separator that ends in the next block may start in this one.
        let following = if next < len {
            // SAFETY: the caller vouches for the processor.
            unsafe { ends_of::<B, UNICODE>(block(next), before(next)) }
        } else {
            Ends::NONE
        };
        if next > at {
            prefetch_ahead::<B>(data, at, FAR);
            let here = (len - at).min(BLOCK);
            let words = !(ends.marks().0 | following.marks().1);
            batch.push((words ^ (words << 1 | u64::from(in_word))) & low_bits(here), at);
            in_word = words >> (here - 1) & 1 != 0;
            at = next;
            if at >= len || batch.number + BLOCK > EDGES {
                break;
            }
        }
        ends = following;
        next = at + BLOCK;
    }
    (batch.at, batch.in_word) = (at, in_word);
    true
}

/// A cache line of a table's index: the tags of eight entries, which are hashes, and their numbers.
/// Number 0 is none.
///
/// A word's entry is in the bucket that the low bits of its tag say, or, if that is full, in one
/// behind it, up to the first with room.
#[derive(Clone, Copy, Default)]
#[repr(C, align(64))]
pub(crate) struct Bucket {
    pub(crate) tags: [u32; 8],
    pub(crate) entries: [u32; 8],
}

/// A word and its count.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) count: u64,
}

/// Counts the words that are found at once: short ones in the first bucket that their tag says.
/// The others are [`Batch::rest`].
///
/// Three passes, so that the processor waits for many lines of memory at the same time: hash, and
/// prefetch the bucket; look into the bucket, and prefetch the entry; compare and count. No pass has
/// a branch that depends on the words, but for the lengths of the lists.
///
/// # Safety
///
/// The processor has the instructions of `H`. The words of `batch` end in `data`. `index` has a power
/// of two of buckets, and all numbers in it are those of entries; there is an entry 0, which has the
/// key of no word.
#[inline(always)]
pub(in crate::engine) unsafe fn count_known<H: Hash>(
    seed: &Seed,
    index: &[Bucket],
    entries: &mut [Entry],
    data: &[u8],
    batch: &mut Batch,
) {
    let number = batch.len().min(WORDS);
    let mask = index.len() - 1;
    let Batch { edges, keys, tags, entries: numbers, rest, left, long, .. } = batch;
    let words = &edges[..2 * number];
    let mut longs = 0;
    // SAFETY: the caller vouches for the processor and the words. Buckets are masked to the
    // length of the index, which is a power of two.
    unsafe {
        for (place, word) in words.chunks_exact(2).enumerate() {
            let (start, len) = (word[0], word[1] - word[0]);
            long[longs] = place as u16;
            longs += usize::from(len > SHORT);
            let key = H::key(data, start, len.min(SHORT));
            let tag = H::short(seed, &key);
            keys[place] = key;
            tags[place] = tag;
            prefetch(index.as_ptr().wrapping_add(tag as usize & mask));
        }
        for &place in &long[..longs] {
            let place = usize::from(place);
            let (start, end) = (words[2 * place], words[2 * place + 1]);
            let tag = H::long(seed, &data[start..end]);
            // The key of no word: long ones are compared as a whole, later.
            keys[place] = Key::long(0, 0);
            tags[place] = tag;
            prefetch(index.as_ptr().wrapping_add(tag as usize & mask));
        }
        for (&tag, entry) in tags.iter().zip(&mut *numbers).take(number) {
            let bucket = index.get_unchecked(tag as usize & mask);
            let equal = H::equal(&bucket.tags, tag);
            // Without an equal tag, the entry of another word, whose key differs.
            *entry = bucket.entries[((equal | 0x80).trailing_zeros() & 7) as usize];
            prefetch(entries.as_ptr().wrapping_add(*entry as usize));
        }
    }
    let mut others = 0;
    for (place, (key, number)) in keys.iter().zip(numbers).take(number).enumerate() {
        let entry = &mut entries[*number as usize];
        let is_equal = entry.key == *key;
        entry.count += u64::from(is_equal);
        *number = if is_equal { *number } else { 0 };
        rest[others] = place as u16;
        others += usize::from(!is_equal);
    }
    *left = others;
}
