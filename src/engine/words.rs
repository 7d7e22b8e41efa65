//! The seam for words: a rule, and its loops compiled for the processor.

pub(crate) use super::find::space::Before;
use super::find::space::separator_len;
#[cfg(has_avx512)]
use super::isa::avx512::Avx512;
use super::isa::block::BLOCK;
#[cfg(target_arch = "x86_64")]
use super::isa::hash::Aes;
use super::isa::hash::{Hash, Sip};
pub(crate) use super::isa::hash::{Key, SHORT, Seed};
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
use super::isa::neon::Neon;
use super::isa::portable::Portable;
use super::isa::{Backend, Kind, for_each_backend};
#[cfg(target_arch = "x86_64")]
use super::isa::{avx2::Avx2, sse2::Sse2};
use super::scan::words;
pub(crate) use super::scan::words::{Batch, Bucket, Entry};
use crate::bytes::WordRule;

type Count = unsafe fn(&[u8], &mut Before) -> u64;
type Find = unsafe fn(&[u8], &mut Batch) -> bool;

/// The kernels that hash, for a way to do it.
#[derive(Clone, Copy)]
struct HashKernels {
    count_known: unsafe fn(&Seed, &[Bucket], &mut [Entry], &[u8], &mut Batch),
    hash: unsafe fn(&Seed, &[u8]) -> u32,
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
                batch: &mut Batch,
            ) {
                // SAFETY: the caller's promise is the same.
                unsafe { words::count_known::<Self>(seed, index, entries, data, batch) }
            }

            $(#[target_feature(enable = $features)])?
            unsafe fn hash(seed: &Seed, word: &[u8]) -> u32 {
                // SAFETY: the caller vouches for the processor.
                unsafe {
                    if word.len() > SHORT {
                        Self::long(seed, word)
                    } else {
                        Self::short(seed, &Key::short(word))
                    }
                }
            }

            const KERNELS: HashKernels =
                HashKernels { count_known: Self::count_known, hash: Self::hash };
        }
    };
}

#[cfg(target_arch = "x86_64")]
compile_hash!(Aes, "aes,avx2,bmi1,bmi2,lzcnt,popcnt");
compile_hash!(Sip);

/// The hash of a processor with AVX2: nearly all of them have AES.
#[cfg(target_arch = "x86_64")]
fn x86_hash() -> HashKernels {
    if std::arch::is_x86_feature_detected!("aes") { Aes::KERNELS } else { Sip::KERNELS }
}

macro_rules! compile {
    ($block:ty, $enable:meta) => {
        impl $block {
            #[$enable]
            unsafe fn count_words<const UNICODE: bool>(data: &[u8], before: &mut Before) -> u64 {
                // SAFETY: the caller's promise is the same.
                unsafe { words::count::<Self, UNICODE>(data, before) }
            }

            #[$enable]
            unsafe fn find_words<const UNICODE: bool>(data: &[u8], batch: &mut Batch) -> bool {
                // SAFETY: the caller's promise is the same.
                unsafe { words::find::<Self, UNICODE>(data, batch) }
            }

            fn word_plan(rule: WordRule, hash: HashKernels) -> WordPlan {
                let (count, find): (Count, Find) = match rule {
                    WordRule::Ascii => (Self::count_words::<false>, Self::find_words::<false>),
                    WordRule::Unicode => (Self::count_words::<true>, Self::find_words::<true>),
                };
                WordPlan { rule, count, find, hash }
            }
        }
    };
}

for_each_backend!(compile);

/// A rule for words, and kernels for it, which this processor runs.
#[derive(Clone, Copy)]
pub(crate) struct WordPlan {
    rule: WordRule,
    count: Count,
    find: Find,
    hash: HashKernels,
}

impl WordPlan {
    pub(crate) fn new(rule: WordRule, backend: Backend) -> Self {
        match backend.0 {
            #[cfg(has_avx512)]
            Kind::Avx512 | Kind::Avx512InHalves => Avx512::word_plan(rule, x86_hash()),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => Avx2::word_plan(rule, x86_hash()),
            #[cfg(target_arch = "x86_64")]
            Kind::Sse2 | Kind::Sse2Only => Sse2::word_plan(rule, Sip::KERNELS),
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Kind::Neon => Neon::word_plan(rule, Sip::KERNELS),
            Kind::Portable => Portable::word_plan(rule, Sip::KERNELS),
        }
    }

    pub(crate) fn rule(&self) -> WordRule {
        self.rule
    }

    /// How many words `data` has, if it is a text of its own.
    pub(crate) fn words(&self, data: &[u8]) -> u64 {
        let mut before = Before::START;
        let ended = self.count(data, &mut before);
        ended + u64::from(before.is_in_word())
    }

    /// How many words end in `data`, at a separator; `before`, which says what is in front of the
    /// data, is moved behind it.
    pub(crate) fn count(&self, data: &[u8], before: &mut Before) -> u64 {
        // SAFETY: the processor runs these kernels.
        unsafe { (self.count)(data, before) }
    }

    /// Where the first separator in `data` ends, and its length, which reaches into the two bytes
    /// in front of the data if it is larger than that end plus one.
    pub(crate) fn first_separator(&self, data: &[u8], before: [u8; 2]) -> Option<(usize, usize)> {
        // As inside a word: so the first separator is one that ends a word, which is counted.
        let mut now = Before { ends: 0, bytes: before };
        for (number, block) in data.chunks(BLOCK).enumerate() {
            let [mut a, mut b] = now.bytes;
            if self.count(block, &mut now) == 0 {
                continue;
            }
            for (place, &c) in block.iter().enumerate() {
                if let Some(len) = separator_len(self.rule, [a, b, c]) {
                    return Some((number * BLOCK + place, len));
                }
                (a, b) = (b, c);
            }
        }
        None
    }

    /// The hash of a word, which is its tag in an index.
    pub(crate) fn hash(&self, seed: &Seed, word: &[u8]) -> u32 {
        // SAFETY: the processor runs these kernels.
        unsafe { (self.hash.hash)(seed, word) }
    }

    /// Finds the next words in `data`, which starts behind a separator; `false` at its end.
    pub(crate) fn find(&self, data: &[u8], batch: &mut Batch) -> bool {
        // SAFETY: the processor runs these kernels.
        unsafe { (self.find)(data, batch) }
    }

    /// Counts up the entries of the words that are easy to find; [`Batch::rest`] are the others.
    ///
    /// The words are those found in `data`. The index has a power of two of buckets, with numbers of
    /// entries; entry 0 is no word's.
    pub(crate) fn count_known(
        &self,
        seed: &Seed,
        index: &[Bucket],
        entries: &mut [Entry],
        data: &[u8],
        batch: &mut Batch,
    ) {
        assert!(index.len().is_power_of_two() && batch.end() <= data.len());
        // SAFETY: the processor runs these kernels; the length was checked, and that the words are in
        // the data.
        unsafe { (self.hash.count_known)(seed, index, entries, data, batch) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where words are found decides what is read: they have to be in the data.
    #[test]
    #[should_panic(expected = "batch.end()")]
    fn words_of_other_data() {
        let plan = WordPlan::new(WordRule::Ascii, Backend::chosen());
        let mut batch = Batch::EMPTY;
        plan.find(b"word word ", &mut batch);
        let index = [Bucket::default()];
        plan.count_known(&Seed::new([0; 2]), &index, &mut [Entry::default()], b"word", &mut batch);
    }
}
