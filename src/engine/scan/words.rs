//! The loops over words, and their kernels.

use crate::engine::find::passes::prefetch;
use crate::engine::find::space::{Before, Ends};
#[cfg(has_avx512)]
use crate::engine::isa::avx512::Avx512;
use crate::engine::isa::block::{BLOCK, Block, low_bits};
#[cfg(target_arch = "x86_64")]
use crate::engine::isa::hash::Aes;
use crate::engine::isa::hash::{Hash, Key, SHORT, Seed, Sip};
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
use crate::engine::isa::neon::Neon;
use crate::engine::isa::portable::Portable;
use crate::engine::isa::{Backend, Kind, for_each_backend};
#[cfg(target_arch = "x86_64")]
use crate::engine::isa::{avx2::Avx2, sse2::Sse2};

/// How many words end in `data`: those that a separator in `data` ends. What is before the data has
/// been processed up to `before`, which is moved on.
///
/// # Safety
///
/// The processor has the instructions of `B`.
#[inline(always)]
unsafe fn count<B: Block, const UNICODE: bool>(data: &[u8], before: &mut Before) -> u64 {
    let mut words = 0;
    let mut now = *before;
    let blocks = data.chunks_exact(BLOCK);
    let rest = blocks.remainder();
    for (number, bytes) in blocks.enumerate() {
        prefetch::<B>(data, number * BLOCK);
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
pub(in crate::engine) const WORDS_AT_ONCE: usize = EDGES / 2;

/// Where words start and end, in turn, as offsets in the data.
///
/// ```text
/// bytes       . . o n e . t w o . . a . .
/// in words    0 0 1 1 1 0 1 1 1 0 0 1 0 0
/// edges       0 0 1 0 0 1 1 0 0 1 0 1 1 0     where it differs from the byte before
/// ```
#[derive(Clone)]
pub(in crate::engine) struct Edges {
    places: [usize; EDGES],
    number: usize,
    /// The next byte to look at, at the start of a block.
    at: usize,
    /// Whether the byte before that is in a word.
    in_word: bool,
}

impl Edges {
    pub(in crate::engine) const NONE: Self =
        Self { places: [0; EDGES], number: 0, at: 0, in_word: false };

    /// Before the first block of other data.
    pub(in crate::engine) fn restart(&mut self) {
        (self.number, self.at, self.in_word) = (0, 0, false);
    }

    /// The words that are known whole: where each starts and ends, in turn.
    pub(in crate::engine) fn words(&self) -> &[usize] {
        &self.places[..self.number & !1]
    }

    /// Where a word starts whose end is not known.
    pub(in crate::engine) fn open(&self) -> Option<usize> {
        (self.number % 2 == 1).then(|| self.places[self.number - 1])
    }

    /// Forgets the words that are known whole.
    fn shift(&mut self) {
        let open = self.open();
        self.number = 0;
        if let Some(open) = open {
            self.places[0] = open;
            self.number = 1;
        }
    }

    /// Writes the offsets of the bits of `mask`, in the block at `at`.
    #[inline(always)]
    fn push(&mut self, mut mask: u64, at: usize) {
        let number = mask.count_ones() as usize;
        let room = &mut self.places[self.number..self.number + BLOCK];
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
unsafe fn find_words<B: Block, const UNICODE: bool>(data: &[u8], edges: &mut Edges) -> bool {
    edges.shift();
    let len = data.len();
    let (mut at, mut in_word) = (edges.at, edges.in_word);
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
            prefetch::<B>(data, at);
            let here = (len - at).min(BLOCK);
            let words = !(ends.marks().0 | following.marks().1);
            edges.push((words ^ (words << 1 | u64::from(in_word))) & low_bits(here), at);
            in_word = words >> (here - 1) & 1 != 0;
            at = next;
            if at >= len || edges.number + BLOCK > EDGES {
                break;
            }
        }
        ends = following;
        next = at + BLOCK;
    }
    (edges.at, edges.in_word) = (at, in_word);
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

/// What is known of the words of a batch.
#[derive(Clone)]
pub(in crate::engine) struct Looked {
    pub(in crate::engine) keys: [Key; WORDS_AT_ONCE],
    pub(in crate::engine) tags: [u32; WORDS_AT_ONCE],
    /// The entry that was counted up, or 0.
    pub(in crate::engine) entries: [u32; WORDS_AT_ONCE],
    /// Which words were not counted.
    pub(in crate::engine) rest: [u16; WORDS_AT_ONCE],
    long: [u16; WORDS_AT_ONCE],
}

impl Looked {
    pub(in crate::engine) const NONE: Self = Self {
        keys: [Key([0; 16]); WORDS_AT_ONCE],
        tags: [0; WORDS_AT_ONCE],
        entries: [0; WORDS_AT_ONCE],
        rest: [0; WORDS_AT_ONCE],
        long: [0; WORDS_AT_ONCE],
    };
}

/// Counts the words that are found at once: short ones in the first bucket that their tag says.
/// Returns how many are not, which are listed in `looked.rest`.
///
/// Three passes, so that the processor waits for many lines of memory at the same time: hash, and
/// prefetch the bucket; look into the bucket, and prefetch the entry; compare and count. No pass has
/// a branch that depends on the words, but for the lengths of the lists.
///
/// # Safety
///
/// The processor has the instructions of `H`. `index` has a power of two of buckets, and all numbers
/// in it are those of entries; there is an entry 0, which has the key of no word.
#[inline(always)]
unsafe fn count_known<H: Hash>(
    seed: &Seed,
    index: &[Bucket],
    entries: &mut [Entry],
    data: &[u8],
    words: &[usize],
    looked: &mut Looked,
) -> usize {
    let number = (words.len() / 2).min(WORDS_AT_ONCE);
    let words = &words[..2 * number];
    let mask = index.len() - 1;
    let Looked { keys, tags, entries: numbers, rest, long } = looked;
    let mut longs = 0;
    // SAFETY: the caller vouches for the processor. Words are in the data. Buckets are masked to the
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
            H::prefetch(index.as_ptr().wrapping_add(tag as usize & mask));
        }
        for &place in &long[..longs] {
            let place = usize::from(place);
            let (start, end) = (words[2 * place], words[2 * place + 1]);
            let tag = H::long(seed, &data[start..end]);
            // The key of no word: long ones are compared as a whole, later.
            keys[place] = Key::long(0, 0);
            tags[place] = tag;
            H::prefetch(index.as_ptr().wrapping_add(tag as usize & mask));
        }
        for (&tag, entry) in tags.iter().zip(&mut *numbers).take(number) {
            let bucket = index.get_unchecked(tag as usize & mask);
            let equal = H::equal(&bucket.tags, tag);
            // Without an equal tag, the entry of another word, whose key differs.
            *entry = bucket.entries[((equal | 0x80).trailing_zeros() & 7) as usize];
            H::prefetch(entries.as_ptr().wrapping_add(*entry as usize));
        }
    }
    let mut left = 0;
    for (place, (key, number)) in keys.iter().zip(numbers).take(number).enumerate() {
        let entry = &mut entries[*number as usize];
        let is_equal = entry.key == *key;
        entry.count += u64::from(is_equal);
        *number = if is_equal { *number } else { 0 };
        rest[left] = place as u16;
        left += usize::from(!is_equal);
    }
    left
}

type Count = unsafe fn(&[u8], &mut Before) -> u64;
type FindWords = unsafe fn(&[u8], &mut Edges) -> bool;
type CountKnown = unsafe fn(&Seed, &[Bucket], &mut [Entry], &[u8], &[usize], &mut Looked) -> usize;
type HashLong = unsafe fn(&Seed, &[u8]) -> u32;
type HashShort = unsafe fn(&Seed, &Key) -> u32;

/// The kernels that hash, for a way to do it.
#[derive(Clone, Copy)]
struct HashKernels {
    count_known: CountKnown,
    long: HashLong,
    short: HashShort,
}

macro_rules! compile_hash {
    ($hash:ty $(, $features:literal)?) => {
        impl $hash {
            $(#[target_feature(enable = $features)])?
            unsafe fn count_known(
                seed: &Seed,
                index: &[Bucket],
                entries: &mut [Entry],
                data: &[u8],
                words: &[usize],
                looked: &mut Looked,
            ) -> usize {
                // SAFETY: the caller's promise is the same.
                unsafe { count_known::<Self>(seed, index, entries, data, words, looked) }
            }

            $(#[target_feature(enable = $features)])?
            unsafe fn hash_long(seed: &Seed, word: &[u8]) -> u32 {
                // SAFETY: the caller's promise is the same.
                unsafe { Self::long(seed, word) }
            }

            $(#[target_feature(enable = $features)])?
            unsafe fn hash_short(seed: &Seed, key: &Key) -> u32 {
                // SAFETY: the caller's promise is the same.
                unsafe { Self::short(seed, key) }
            }

            const KERNELS: HashKernels = HashKernels {
                count_known: Self::count_known,
                long: Self::hash_long,
                short: Self::hash_short,
            };
        }
    };
}

#[cfg(target_arch = "x86_64")]
compile_hash!(Aes, "aes,avx2,bmi1,bmi2,lzcnt,popcnt");
compile_hash!(Sip);

/// The kernels for a rule, which this processor runs.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Kernels {
    count: Count,
    find_words: FindWords,
    hash: HashKernels,
}

macro_rules! compile {
    ($block:ty $(, $features:literal)?) => {
        impl $block {
            $(#[target_feature(enable = $features)])?
            unsafe fn count_words<const UNICODE: bool>(data: &[u8], before: &mut Before) -> u64 {
                // SAFETY: the caller's promise is the same.
                unsafe { count::<Self, UNICODE>(data, before) }
            }

            $(#[target_feature(enable = $features)])?
            unsafe fn find_words<const UNICODE: bool>(data: &[u8], edges: &mut Edges) -> bool {
                // SAFETY: the caller's promise is the same.
                unsafe { find_words::<Self, UNICODE>(data, edges) }
            }

            fn word_kernels<const UNICODE: bool>(hash: HashKernels) -> Kernels {
                Kernels {
                    count: Self::count_words::<UNICODE>,
                    find_words: Self::find_words::<UNICODE>,
                    hash,
                }
            }
        }
    };
}

for_each_backend!(compile);

/// The hash of a processor with AVX2: nearly all of them have AES.
#[cfg(target_arch = "x86_64")]
fn x86_hash() -> HashKernels {
    if std::arch::is_x86_feature_detected!("aes") { Aes::KERNELS } else { Sip::KERNELS }
}

impl Kernels {
    pub(in crate::engine) fn new<const UNICODE: bool>(backend: Backend) -> Self {
        match backend.0 {
            #[cfg(has_avx512)]
            Kind::Avx512 | Kind::Avx512InHalves => Avx512::word_kernels::<UNICODE>(x86_hash()),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => Avx2::word_kernels::<UNICODE>(x86_hash()),
            #[cfg(target_arch = "x86_64")]
            Kind::Sse2 => Sse2::word_kernels::<UNICODE>(Sip::KERNELS),
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Kind::Neon => Neon::word_kernels::<UNICODE>(Sip::KERNELS),
            Kind::Portable => Portable::word_kernels::<UNICODE>(Sip::KERNELS),
        }
    }

    /// [`count`].
    pub(in crate::engine) fn count(&self, data: &[u8], before: &mut Before) -> u64 {
        // SAFETY: the processor runs these kernels.
        unsafe { (self.count)(data, before) }
    }

    /// [`find_words`].
    pub(in crate::engine) fn find_words(&self, data: &[u8], edges: &mut Edges) -> bool {
        // SAFETY: the processor runs these kernels.
        unsafe { (self.find_words)(data, edges) }
    }

    /// [`count_known`].
    pub(in crate::engine) fn count_known(
        &self,
        seed: &Seed,
        index: &[Bucket],
        entries: &mut [Entry],
        data: &[u8],
        words: &[usize],
        looked: &mut Looked,
    ) -> usize {
        assert!(index.len().is_power_of_two());
        // SAFETY: the processor runs these kernels, and the length was checked.
        unsafe { (self.hash.count_known)(seed, index, entries, data, words, looked) }
    }

    /// The hash of a word.
    pub(in crate::engine) fn hash(&self, seed: &Seed, word: &[u8]) -> u32 {
        // SAFETY: the processor runs these kernels.
        unsafe {
            if word.len() > SHORT {
                (self.hash.long)(seed, word)
            } else {
                (self.hash.short)(seed, &Key::short(word))
            }
        }
    }
}
