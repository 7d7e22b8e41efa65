//! The masks of the bytes that count: of hits, resets and closing bytes that no quote hides.
//!
//! Each kind of byte is looked for by the kernel of its own finder, in batches of blocks, or up to four
//! kinds by one kernel ([`kinds`](crate::engine::isa::kinds)). Then the quotes are followed from block
//! to block, and what they hide is removed.
//!
//! An occurrence of a string has no hidden byte. So each *span* of visible bytes is searched on its
//! own, as if it were all data: no hit begins before it or ends behind it.

use std::ops::Range;

use super::kernels::{FillKinds, HitKernels, Kernels, fill_kinds};
use crate::bytes::ByteSet;
use crate::engine::decide::batch::{BLOCKS, Batch, Slots};
use crate::engine::find::finder::Carried;
use crate::engine::find::hide::QuoteBatch;
use crate::engine::find::needle::Needle;
use crate::engine::find::quotes::{QuoteMasks, QuoteState, Quotes};
use crate::engine::isa::Backend;
use crate::engine::isa::block::{BLOCK, GROUP, GROUP_BLOCKS, low_bits};
use crate::engine::isa::kinds::{KINDS, Kinds};
use crate::engine::isa::lanes::ROW;
use crate::error::Error;
use crate::sys::Shared;

/// Single bytes to look for.
#[derive(Debug)]
pub(in crate::engine) struct Marks {
    needle: Needle,
    kernels: HitKernels,
}

impl Marks {
    /// `None` for no bytes. In memory of their own: most counters have none, and a needle is large.
    #[inline(never)]
    fn new(backend: Backend, set: &ByteSet) -> Result<Option<Shared<Self>>, Error> {
        if set.is_empty() {
            return Ok(None);
        }
        let needle = Needle::of_set(set);
        let kernels = HitKernels::new(backend, &needle);
        Shared::try_new(Self { needle, kernels }).map(Some)
    }
}

/// What hides bytes and what lowers counts, with the kernels that find it.
#[derive(Debug)]
pub(in crate::engine) struct Marking {
    quotes: Option<Quotes>,
    quote: Option<Shared<Marks>>,
    escape: Option<Shared<Marks>>,
    /// The delimiters apart from the resets, and from the hits if these are delimiters.
    other_ends: Option<Shared<Marks>>,
    /// Whether all hits are delimiters: all bits or none.
    hits_end: u64,
    closings: Option<Shared<Marks>>,
    /// All of these and the hits and resets, if one pass finds them.
    kinds: Option<KindMarks>,
}

/// Kinds of bytes that one kernel finds.
#[derive(Debug)]
struct KindMarks {
    kinds: Kinds,
    /// The place in [`Masks::kinds`] of each.
    places: [usize; KINDS],
    fill: FillKinds,
}

/// With fewer kinds, a pass for each is as fast. One place of those for kinds may stay unused.
const MIN_KINDS: usize = 3;
const _: () = assert!(MIN_KINDS + 1 >= KINDS);

impl Marking {
    /// `needle` is the set of bytes that are hits; a reset byte ends a field, whatever the delimiters
    /// are. Fails with [`Error::NoMemory`] alone.
    pub(in crate::engine) fn new(
        backend: Backend,
        quotes: Option<Quotes>,
        closing: &ByteSet,
        needle: &ByteSet,
        resets: &ByteSet,
    ) -> Result<Self, Error> {
        let marks = |set: &ByteSet| Marks::new(backend, set);
        let delimiters = quotes.map_or(ByteSet::EMPTY, |quotes| quotes.delimiters);
        let is_end = |byte: u8| delimiters.contains(byte) || resets.contains(byte);
        let hits_end = needle.iter().all(is_end);
        let is_found = |byte: u8| resets.contains(byte) || hits_end && needle.contains(byte);
        let others = delimiters.iter().filter(|&byte| !is_found(byte)).collect();
        let single = |byte: Option<u8>| byte.into_iter().collect::<ByteSet>();
        let quote = single(quotes.map(|quotes| quotes.quote));
        let escape = single(quotes.and_then(|quotes| quotes.escape));
        let kinds = if needle.is_empty() {
            None
        } else {
            Self::kinds(backend, &[*needle, *resets, quote, escape, others, *closing])
        };
        Ok(Self {
            quotes,
            hits_end: if hits_end { u64::MAX } else { 0 },
            quote: marks(&quote)?,
            escape: marks(&escape)?,
            other_ends: marks(&others)?,
            closings: marks(closing)?,
            kinds,
        })
    }

    /// The kinds that there are of these.
    fn kinds(backend: Backend, sets: &[ByteSet; SETS]) -> Option<KindMarks> {
        let fill = fill_kinds(backend)?;
        let (mut kinds, mut places) = ([ByteSet::EMPTY; KINDS], [SETS; KINDS]);
        let mut number = 0;
        for (place, set) in sets.iter().enumerate().filter(|(_, set)| !set.is_empty()) {
            *kinds.get_mut(number)? = *set;
            places[number] = place;
            number += 1;
        }
        if number < MIN_KINDS {
            return None;
        }
        Some(KindMarks { kinds: Kinds::new(&kinds)?, places, fill })
    }

    /// Whether some bytes may be hidden.
    pub(in crate::engine) fn hides_bytes(&self) -> bool {
        self.quotes.is_some()
    }

    /// The bytes that hide others, if some may be hidden.
    pub(in crate::engine) fn hiding(&self) -> Option<ByteSet> {
        let quotes = self.quotes?;
        Some(quotes.escape.into_iter().fold(ByteSet::EMPTY.with(quotes.quote), ByteSet::with))
    }

    /// The state behind the whole of a hit, or behind a reset byte, which ends with `byte`.
    pub(in crate::engine) fn state_behind(&self, byte: u8, resets: &ByteSet) -> QuoteState {
        self.quotes.map_or(QuoteState::Start, |quotes| quotes.state_behind(byte, resets))
    }

    /// The states in which a part of a text can start.
    pub(in crate::engine) fn states(&self) -> &'static [QuoteState] {
        self.quotes.as_ref().map_or(&[QuoteState::Start], Quotes::states)
    }

    pub(in crate::engine) fn has_closings(&self) -> bool {
        self.closings.is_some()
    }
}

/// Hits, resets, quotes, escapes, other ends of fields and closing bytes.
const SETS: usize = 6;

/// The masks of blocks that follow one another, and zeros up to the end of a row.
#[repr(align(64))]
pub(in crate::engine) struct Masks {
    slots: Slots,
    closings: [u64; BLOCKS],
    quotes: [u64; BLOCKS],
    escapes: [u64; BLOCKS],
    other_ends: [u64; BLOCKS],
    /// The bytes that quotes hide: read for a string alone, which is looked for between them.
    hidden: [u64; BLOCKS],
    pub(in crate::engine) blocks: usize,
    /// The offset of the first block.
    pub(in crate::engine) at: usize,
}

impl Masks {
    pub(in crate::engine) fn new() -> Self {
        let none = [0; BLOCKS];
        Self {
            slots: Slots::zeroed(),
            closings: none,
            quotes: none,
            escapes: none,
            other_ends: none,
            hidden: none,
            blocks: 0,
            at: 0,
        }
    }

    /// Hits and resets, as kernels decide them.
    pub(in crate::engine) fn batch(&self) -> Batch<'_> {
        // SAFETY: all slots are written: they were zeroed.
        unsafe { self.slots.batch(self.blocks) }
    }

    /// The masks of hits, resets and closing bytes, each one for each block.
    pub(in crate::engine) fn all(&self) -> [&[u64]; 3] {
        let (hits, resets) = self.batch().masks();
        [hits, resets, &self.closings[..self.blocks]]
    }

    /// Those of hits, resets, quotes, escapes, other ends and closing bytes; then room for a kind that
    /// has no bytes: hidden ones are known later.
    fn kinds(&mut self) -> [&mut [u64]; SETS + 1] {
        // SAFETY: they were zeroed.
        let (hits, resets) = unsafe { self.slots.written() };
        let Self { blocks, closings, quotes, escapes, other_ends, hidden, .. } = self;
        [hits, resets, quotes, escapes, other_ends, closings, hidden]
            .map(|masks| &mut masks[..*blocks])
    }

    /// Begins with these blocks.
    fn begin(&mut self, at: usize, blocks: usize) {
        (self.at, self.blocks) = (at, blocks);
        let behind = blocks..blocks.next_multiple_of(ROW);
        if behind.is_empty() {
            return;
        }
        // SAFETY: they were zeroed.
        let (hits, resets) = unsafe { self.slots.written() };
        let Self { closings, quotes, escapes, other_ends, .. } = self;
        for masks in [hits, resets, closings, quotes, escapes, other_ends] {
            masks[behind.clone()].fill(0);
        }
    }
}

/// The most groups of a batch.
const MAX_GROUPS: usize = BLOCKS / GROUP_BLOCKS;

/// Reads data, batch by batch.
pub(in crate::engine) struct Visible<'a> {
    pub(in crate::engine) kernels: &'a Kernels,
    pub(in crate::engine) marking: &'a Marking,
    pub(in crate::engine) data: &'a [u8],
    /// The offset of the next block.
    at: usize,
    /// How many groups are read next, if as many are left.
    groups: usize,
    carried: Carried,
    /// Where a hit ends that began before the data, or 0.
    crossing: usize,
    pub(in crate::engine) state: QuoteState,
    /// Where the span of visible bytes began that lasts until `at`. Followed for a string alone.
    pub(in crate::engine) span: usize,
    /// The offset of the quote that opened last, if the state is that it may be open.
    pub(in crate::engine) opened: Option<usize>,
}

impl<'a> Visible<'a> {
    /// `crossing` is the place in the data where a hit ends that began before it, or 0.
    pub(in crate::engine) fn new(
        kernels: &'a Kernels,
        marking: &'a Marking,
        data: &'a [u8],
        crossing: usize,
        state: QuoteState,
    ) -> Self {
        let carried = Carried { free: crossing, ..Carried::default() };
        Self {
            kernels,
            marking,
            data,
            at: 0,
            groups: MAX_GROUPS,
            carried,
            crossing,
            state,
            span: 0,
            opened: None,
        }
    }

    /// Whether hits are looked for in each span of visible bytes: those of a string are.
    fn looks_in_spans(&self) -> bool {
        self.marking.hides_bytes() && self.kernels.needle.string().is_some()
    }

    /// Begins with a batch of one row, as what is looked for may be near.
    pub(in crate::engine) fn begin_short(&mut self) {
        self.groups = ROW / GROUP_BLOCKS;
    }

    /// Writes the masks of `data[at]`, a kind at a time.
    ///
    /// # Safety
    ///
    /// These are whole groups of the data, with the lookback before them, or 1 to 64 bytes; and no more
    /// blocks than there are masks.
    #[inline(always)]
    unsafe fn fill_each(&mut self, masks: &mut Masks, at: Range<usize>) {
        let Self { kernels, marking, data, .. } = *self;
        let blocks = at.len().div_ceil(BLOCK);
        // SAFETY: they were zeroed.
        let (hits, resets) = unsafe { masks.slots.written() };
        // SAFETY: the caller vouches for `at`; the processor runs these kernels.
        unsafe {
            if self.looks_in_spans() {
                hits.fill(0);
            } else {
                kernels.hit_masks(data, at.clone(), &mut self.carried, &mut hits[..blocks]);
            }
            kernels.reset_hits.masks(&kernels.resets, data, at.clone(), &mut resets[..blocks]);
            for (marks, masks) in [
                (&marking.quote, &mut masks.quotes),
                (&marking.escape, &mut masks.escapes),
                (&marking.other_ends, &mut masks.other_ends),
                (&marking.closings, &mut masks.closings),
            ] {
                if let Some(Marks { needle, kernels }) = marks.as_deref() {
                    kernels.masks(needle, data, at.clone(), &mut masks[..blocks]);
                }
            }
        }
    }

    /// Writes the masks of the next blocks; whether there are any.
    pub(in crate::engine) fn next(&mut self, masks: &mut Masks) -> bool {
        let (at, len) = (self.at, self.data.len());
        if at == len {
            return false;
        }
        // A string's hits are looked for in whole groups only where its length before them is data.
        let is_whole = len - at >= GROUP && at >= self.kernels.needle.lookback();
        let end = if is_whole {
            at + ((len - at) / GROUP).min(self.groups) * GROUP
        } else {
            len.min(at + BLOCK)
        };
        self.groups = (4 * self.groups).min(MAX_GROUPS);
        let blocks = (end - at).div_ceil(BLOCK);
        masks.begin(at, blocks);
        let Self { marking, data, .. } = *self;
        if let (Some(KindMarks { kinds, places, fill }), true) = (&marking.kinds, is_whole) {
            let mut all = masks.kinds();
            let chosen = places.map(|place| std::mem::take(&mut all[place]));
            // SAFETY: the processor runs this kernel. These are whole groups of the data, and a mask of
            // each kind for each block.
            unsafe { fill(kinds, data, at, chosen) };
        } else {
            // SAFETY: these are whole groups with the lookback before them, or 1 to 64 bytes.
            unsafe { self.fill_each(masks, at..end) };
        }
        if let Some(rules) = &marking.quotes {
            self.hide(rules, masks, end - at);
        }
        if self.looks_in_spans() {
            for block in 0..blocks {
                let start = at + block * BLOCK;
                let len = (end - start).min(BLOCK);
                let hits = self.hits_in_spans(start, len, masks.hidden[block]);
                // SAFETY: they were zeroed.
                unsafe { masks.slots.written() }.0[block] = hits;
            }
        }
        if self.crossing > at && self.crossing <= end {
            let place = self.crossing - 1 - at;
            // SAFETY: they were zeroed.
            unsafe { masks.slots.written() }.0[place / BLOCK] |= 1 << (place % BLOCK);
        }
        self.at = end;
        true
    }

    /// Removes from the masks what is hidden of these `len` bytes: whole groups, or 1 to 64 bytes.
    #[inline(always)]
    fn hide(&mut self, rules: &Quotes, masks: &mut Masks, len: usize) {
        let Self { kernels, marking, .. } = *self;
        let (at, blocks, hits_end) = (masks.at, masks.blocks, marking.hits_end);
        // SAFETY: they were zeroed.
        let (hits, resets) = unsafe { masks.slots.written() };
        if len > BLOCK {
            let mut batch = QuoteBatch {
                blocks,
                quotes: &mut masks.quotes,
                escapes: &masks.escapes,
                other_ends: &masks.other_ends,
                hits_end,
                hits,
                resets,
                closings: if marking.has_closings() { &mut masks.closings } else { &mut [] },
                hidden: if self.looks_in_spans() { &mut masks.hidden } else { &mut [] },
            };
            self.state = kernels.hide(&mut batch, rules, self.state);
        } else {
            let quote_masks = QuoteMasks {
                quotes: masks.quotes[0],
                escapes: masks.escapes[0],
                ends: hits[0] & hits_end | resets[0] | masks.other_ends[0],
                len: len as u32,
            };
            let hidden = rules.hide(quote_masks, self.state);
            self.state = hidden.state;
            (masks.quotes[0], masks.hidden[0]) = (hidden.opening, hidden.mask);
            for masks in [hits, resets, &mut masks.closings] {
                masks[0] &= !hidden.mask;
            }
        }
        if self.state.may_be_open() {
            // If none opened here, it is the one that was open before.
            let last = masks.quotes[..blocks].iter().rposition(|&opening| opening != 0);
            if let Some(block) = last {
                let place = 63 - masks.quotes[block].leading_zeros() as usize;
                self.opened = Some(at + block * BLOCK + place);
            }
        }
    }

    /// How many of the first bytes are visible.
    pub(in crate::engine) fn visible_prefix(&mut self) -> usize {
        let Some(rules) = self.marking.quotes else { return self.data.len() };
        let mut at = 0;
        while at < self.data.len() {
            let end = self.data.len().min(at + BLOCK);
            let mask = |marks: &Option<Shared<Marks>>| {
                let mut mask = [0];
                if let Some(Marks { needle, kernels }) = marks.as_deref() {
                    // SAFETY: these are 1 to 64 bytes of the data.
                    unsafe { kernels.masks(needle, self.data, at..end, &mut mask) };
                }
                mask[0]
            };
            let (quotes, escapes) = (mask(&self.marking.quote), mask(&self.marking.escape));
            let mut ends = [0];
            let Kernels { reset_hits, resets, .. } = self.kernels;
            // SAFETY: the same.
            unsafe { reset_hits.masks(resets, self.data, at..end, &mut ends) };
            let ends = ends[0] | mask(&self.marking.other_ends);
            let masks = QuoteMasks { quotes, escapes, ends, len: (end - at) as u32 };
            let hidden = rules.hide(masks, self.state);
            let first = hidden.mask.trailing_zeros() as usize;
            if first < end - at {
                return at + first;
            }
            self.state = hidden.state;
            at = end;
        }
        self.data.len()
    }

    /// The hits of a string in the visible spans of the `len` bytes (1 to 64) at `at`.
    fn hits_in_spans(&mut self, at: usize, len: usize, hidden: u64) -> u64 {
        let hidden = hidden & low_bits(len) | if len < BLOCK { u64::MAX << len } else { 0 };
        let mut hits = 0;
        let mut place = 0;
        while place < len {
            let visible = !hidden >> place;
            let skipped = visible.trailing_zeros() as usize;
            if skipped > 0 {
                place = len.min(place + skipped);
                self.span = at + place;
                self.carried = Carried::default();
                continue;
            }
            let number = ((!visible).trailing_zeros() as usize).min(len - place);
            let start = self.span;
            let (from, to) = (at + place - start, at + place + number - start);
            let mut mask = [0];
            // SAFETY: these are 1 to 64 bytes of the span.
            unsafe {
                let span = &self.data[start..];
                self.kernels.hit_masks(span, from..to, &mut self.carried, &mut mask);
            }
            hits |= mask[0] << place;
            place += number;
        }
        hits
    }
}

const _: () = assert!(BLOCKS % GROUP_BLOCKS == 0);
