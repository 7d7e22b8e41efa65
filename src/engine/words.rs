//! The seam for words.

pub(crate) use super::find::space::Before;
use super::find::space::separator_len;
use super::isa::Backend;
use super::isa::block::BLOCK;
pub(crate) use super::isa::hash::{Key, SHORT, Seed};
pub(crate) use super::scan::words::{Bucket, Entry};
use super::scan::words::{Edges, Kernels, Looked};
use crate::bytes::WordRule;

/// A rule for words, and the kernels for it.
#[derive(Clone, Copy)]
pub(crate) struct WordPlan {
    rule: WordRule,
    kernels: Kernels,
}

impl WordPlan {
    pub(crate) fn new(rule: WordRule, backend: Backend) -> Self {
        let kernels = match rule {
            WordRule::Ascii => Kernels::new::<false>(backend),
            WordRule::Unicode => Kernels::new::<true>(backend),
        };
        Self { rule, kernels }
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
        self.kernels.count(data, before)
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
        self.kernels.hash(seed, word)
    }
}

/// The words of some data, a batch at a time.
#[derive(Clone)]
pub(crate) struct Batch {
    edges: Edges,
    looked: Looked,
    rest: usize,
}

impl Batch {
    pub(crate) const EMPTY: Self = Self { edges: Edges::NONE, looked: Looked::NONE, rest: 0 };

    /// Before the first batch of some data.
    pub(crate) fn start(&mut self) {
        self.edges.restart();
    }

    /// Finds the next words in `data`, which starts behind a separator; `false` at its end.
    pub(crate) fn find(&mut self, plan: &WordPlan, data: &[u8]) -> bool {
        plan.kernels.find_words(data, &mut self.edges)
    }

    /// Counts up the entries of the words that are easy to find; [`rest`](Self::rest) are the others.
    ///
    /// The index has a power of two of buckets, with numbers of entries; entry 0 is no word's.
    pub(crate) fn count(
        &mut self,
        plan: &WordPlan,
        seed: &Seed,
        index: &[Bucket],
        entries: &mut [Entry],
        data: &[u8],
    ) {
        let words = self.edges.words();
        self.rest = plan.kernels.count_known(seed, index, entries, data, words, &mut self.looked);
    }

    /// How many words there are.
    pub(crate) fn len(&self) -> usize {
        self.edges.words().len() / 2
    }

    /// Where a word starts and ends.
    pub(crate) fn word(&self, place: usize) -> [usize; 2] {
        let words = self.edges.words();
        [words[2 * place], words[2 * place + 1]]
    }

    /// How many words were not counted.
    pub(crate) fn rest(&self) -> usize {
        self.rest
    }

    /// One of those: the place of the word, and its tag.
    pub(crate) fn left(&self, number: usize) -> (usize, u32) {
        let place = usize::from(self.looked.rest[number]);
        (place, self.looked.tags[place])
    }

    /// The entries that were counted up for words from `place` on.
    pub(crate) fn counted_from(&self, place: usize) -> impl Iterator<Item = usize> {
        let entries = &self.looked.entries[place..self.len()];
        entries.iter().map(|&entry| entry as usize).filter(|&entry| entry != 0)
    }

    /// Where the word starts that the data leaves open.
    pub(crate) fn open(&self) -> Option<usize> {
        self.edges.open()
    }
}
