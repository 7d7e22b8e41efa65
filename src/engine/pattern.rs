//! What is looked for in a block: hits, or resets.
//!
//! A hit is a bit at the byte that completes it. For a string of bytes the block is compared with
//! each byte of the string, shifted, and the outcomes are and-ed; where occurrences can overlap,
//! those that count (leftmost first) are then picked.

use super::block::{BLOCK, Block, Hits, Mask, low_bits};
use super::column::{BEFORE, Column};
use super::set::Set;
use crate::ByteSet;

/// Something to look for, as a counter keeps it.
#[derive(Clone, Debug)]
pub(crate) enum Needle {
    /// Nothing: it never occurs.
    Never(Never),
    /// One byte.
    Byte(Byte),
    /// Any byte of a set of two or more.
    AnyOf(AnyOf),
    /// A string of 2 to [`MAX_STRING`] bytes whose occurrences cannot overlap.
    String(String),
    /// A string of 2 to [`MAX_STRING`] bytes whose occurrences can.
    Overlapping(Overlapping),
    /// A longer string.
    Long(Vec<u8>),
}

/// The longest string that is compared shifted, byte by byte. Beyond, a search that skips is
/// faster on most data. (It could be 64 at most, for looking back from a block.)
const MAX_STRING: usize = 16;

impl Needle {
    /// Any byte of `set`, in its simplest form.
    pub(crate) fn any_of(set: &ByteSet) -> Self {
        let mut bytes = set.iter();
        match (bytes.next(), bytes.next()) {
            (None, _) => Self::Never(Never),
            (Some(byte), None) => Self::Byte(Byte(byte)),
            _ => Self::AnyOf(AnyOf(Set::new(set))),
        }
    }

    /// A string of bytes, in its simplest form.
    pub(crate) fn string(bytes: Vec<u8>) -> Self {
        match bytes[..] {
            [] => Self::Never(Never),
            [byte] => Self::Byte(Byte(byte)),
            _ if bytes.len() > MAX_STRING => Self::Long(bytes),
            _ => match Overlaps::of(&bytes) {
                None => Self::String(String(Bytes::new(bytes))),
                Some(overlaps) => Self::Overlapping(Overlapping(Bytes::new(bytes), overlaps)),
            },
        }
    }
}

impl Needle {
    /// Whether `self` and the reset are found in [columns](super::column) too, and no byte is both.
    pub(super) fn fits_columns(&self, reset: &Self) -> bool {
        match (self, reset) {
            (Self::Byte(what), Self::Byte(reset)) => what.0 != reset.0,
            (Self::Byte(Byte(byte)), Self::AnyOf(AnyOf(set)))
            | (Self::AnyOf(AnyOf(set)), Self::Byte(Byte(byte))) => !set.contains(*byte),
            (Self::AnyOf(what), Self::AnyOf(reset)) => !what.0.meets(&reset.0),
            // No string has a byte that resets.
            (Self::String(what), Self::Byte(_) | Self::AnyOf(_)) => what.0.lookback() <= BEFORE,
            _ => false,
        }
    }
}

/// A way to find hits in a block.
pub(super) trait Pattern {
    /// What finding gives on the backend `B`.
    type Hits<B: Block>: Hits;

    /// What has to be known of the blocks before; the default at a place that no hit spans.
    type Memory: Copy + Default;

    /// Whether it can occur at all.
    const OCCURS: bool = true;

    /// The pattern in `needle`, if that is of this kind.
    fn of(needle: &Needle) -> Option<&Self>;

    /// How many bytes before a block [`at`](Self::at) reads; below 64.
    fn lookback(&self) -> usize {
        0
    }

    /// The hits that the 64 bytes at `at` complete.
    ///
    /// # Safety
    ///
    /// As [`Block::load`], and the [`lookback`](Self::lookback) bytes before `at` are readable
    /// too.
    unsafe fn at<B: Block>(&self, at: *const u8, memory: &mut Self::Memory) -> Self::Hits<B>;

    /// The hits that the bytes from `from` to `to`, at most 64, complete: as [`at`](Self::at), but
    /// at the edges of the data, where bytes before or behind are missing.
    ///
    /// # Safety
    ///
    /// The processor has the backend's instructions, `from < to <= data.len()`, and
    /// `to - from <= 64`.
    unsafe fn at_edge<B: Block>(
        &self,
        data: &[u8],
        from: usize,
        to: usize,
        memory: &mut Self::Memory,
    ) -> u64;

    /// The hits that a column completes, where those in `before` go before it, the nearest first.
    /// For those patterns alone that [`Needle::fits_columns`] names.
    #[inline(always)]
    fn in_column<C: Column>(&self, column: C, before: &[C; BEFORE]) -> C {
        let _ = before;
        column
    }
}

/// A pattern of single bytes.
trait OfBytes {
    /// The bytes of the block that are hits.
    fn in_block<B: Block>(&self, block: B) -> B::Hits;
}

/// [`Pattern::at_edge`] for patterns of single bytes.
///
/// # Safety
///
/// As [`Pattern::at_edge`].
#[inline(always)]
unsafe fn bytes_at_edge<B: Block, P: OfBytes>(
    pattern: &P,
    data: &[u8],
    from: usize,
    to: usize,
) -> u64 {
    let len = to - from;
    // SAFETY: the caller vouches for the processor. The bytes from `from` to `to` are inside the
    // data, and so are the 64 before `to` where there are as many.
    unsafe {
        if to >= BLOCK {
            let block = B::load(data.as_ptr().add(to - BLOCK));
            pattern.in_block(block).mask() >> (BLOCK - len)
        } else {
            let block = B::load_partial(data.as_ptr().add(from), len);
            B::unfold(pattern.in_block(block).mask(), len)
        }
    }
}

/// Nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Never;

impl Pattern for Never {
    type Hits<B: Block> = Mask;
    type Memory = ();

    const OCCURS: bool = false;

    #[inline(always)]
    fn of(needle: &Needle) -> Option<&Self> {
        if let Needle::Never(pattern) = needle { Some(pattern) } else { None }
    }

    #[inline(always)]
    unsafe fn at<B: Block>(&self, _: *const u8, (): &mut ()) -> Mask {
        Mask(0)
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(&self, _: &[u8], _: usize, _: usize, (): &mut ()) -> u64 {
        0
    }
}

/// One byte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Byte(u8);

impl OfBytes for Byte {
    #[inline(always)]
    fn in_block<B: Block>(&self, block: B) -> B::Hits {
        block.eq(self.0)
    }
}

impl Pattern for Byte {
    type Hits<B: Block> = B::Hits;
    type Memory = ();

    #[inline(always)]
    fn of(needle: &Needle) -> Option<&Self> {
        if let Needle::Byte(pattern) = needle { Some(pattern) } else { None }
    }

    #[inline(always)]
    unsafe fn at<B: Block>(&self, at: *const u8, (): &mut ()) -> B::Hits {
        // SAFETY: the caller's promise.
        self.in_block(unsafe { B::load(at) })
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(&self, data: &[u8], from: usize, to: usize, (): &mut ()) -> u64 {
        // SAFETY: the caller's promise.
        unsafe { bytes_at_edge::<B, _>(self, data, from, to) }
    }

    #[inline(always)]
    fn in_column<C: Column>(&self, column: C, _: &[C; BEFORE]) -> C {
        column.eq(self.0)
    }
}

/// Any byte of a set.
#[derive(Clone, Debug)]
pub(crate) struct AnyOf(Set);

impl OfBytes for AnyOf {
    #[inline(always)]
    fn in_block<B: Block>(&self, block: B) -> B::Hits {
        block.in_set(&self.0)
    }
}

impl Pattern for AnyOf {
    type Hits<B: Block> = B::Hits;
    type Memory = ();

    #[inline(always)]
    fn of(needle: &Needle) -> Option<&Self> {
        if let Needle::AnyOf(pattern) = needle { Some(pattern) } else { None }
    }

    #[inline(always)]
    unsafe fn at<B: Block>(&self, at: *const u8, (): &mut ()) -> B::Hits {
        // SAFETY: the caller's promise.
        self.in_block(unsafe { B::load(at) })
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(&self, data: &[u8], from: usize, to: usize, (): &mut ()) -> u64 {
        // SAFETY: the caller's promise.
        unsafe { bytes_at_edge::<B, _>(self, data, from, to) }
    }

    #[inline(always)]
    fn in_column<C: Column>(&self, column: C, _: &[C; BEFORE]) -> C {
        column.in_set(&self.0)
    }
}

/// A string of bytes whose occurrences cannot overlap.
#[derive(Clone, Debug)]
pub(crate) struct String(Bytes);

impl Pattern for String {
    type Hits<B: Block> = B::Hits;
    type Memory = ();

    #[inline(always)]
    fn of(needle: &Needle) -> Option<&Self> {
        if let Needle::String(pattern) = needle { Some(pattern) } else { None }
    }

    #[inline(always)]
    fn lookback(&self) -> usize {
        self.0.lookback()
    }

    #[inline(always)]
    unsafe fn at<B: Block>(&self, at: *const u8, (): &mut ()) -> B::Hits {
        // SAFETY: the caller's promise.
        unsafe { self.0.ends::<B>(at) }
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(&self, data: &[u8], from: usize, to: usize, (): &mut ()) -> u64 {
        // SAFETY: the caller's promise.
        unsafe { self.0.ends_at_edge::<B>(data, from, to) }
    }

    #[inline(always)]
    fn in_column<C: Column>(&self, column: C, before: &[C; BEFORE]) -> C {
        let [a, b, c, d] = self.0.last;
        let mut hits = column.eq(a).and(before[0].eq(b));
        if self.0.lookback() >= 2 {
            hits = hits.and(before[1].eq(c));
        }
        if self.0.lookback() >= 3 {
            hits = hits.and(before[2].eq(d));
        }
        hits
    }
}

/// A string of bytes whose occurrences can overlap.
#[derive(Clone, Debug)]
pub(crate) struct Overlapping(Bytes, Overlaps);

impl Pattern for Overlapping {
    type Hits<B: Block> = Mask;
    /// How many bytes from the block's start on cannot be an occurrence's last, because they
    /// belong to one that counted before.
    type Memory = u32;

    #[inline(always)]
    fn of(needle: &Needle) -> Option<&Self> {
        if let Needle::Overlapping(pattern) = needle { Some(pattern) } else { None }
    }

    #[inline(always)]
    fn lookback(&self) -> usize {
        self.0.lookback()
    }

    #[inline(always)]
    unsafe fn at<B: Block>(&self, at: *const u8, blocked: &mut u32) -> Mask {
        // SAFETY: the caller's promise.
        let ends = unsafe { self.0.ends::<B>(at) };
        Mask(self.1.pick(ends.mask(), BLOCK, blocked))
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(
        &self,
        data: &[u8],
        from: usize,
        to: usize,
        blocked: &mut u32,
    ) -> u64 {
        // SAFETY: the caller's promise.
        let ends = unsafe { self.0.ends_at_edge::<B>(data, from, to) };
        self.1.pick(ends, to - from, blocked)
    }
}

/// A string of 2 to [`MAX_STRING`] bytes.
#[derive(Clone, Debug)]
struct Bytes {
    all: Vec<u8>,
    /// The last four, the very last first (or as many as there are): kept apart, so that they stay
    /// in registers.
    last: [u8; 4],
}

impl Bytes {
    fn new(all: Vec<u8>) -> Self {
        let mut last = [0; 4];
        for (to, &from) in last.iter_mut().zip(all.iter().rev()) {
            *to = from;
        }
        Self { all, last }
    }

    /// How many bytes before its last it begins.
    fn lookback(&self) -> usize {
        self.all.len() - 1
    }

    /// Where occurrences end in the 64 bytes at `at`.
    ///
    /// # Safety
    ///
    /// As [`Block::load`], and the [`lookback`](Self::lookback) bytes before `at` are readable too.
    #[inline(always)]
    unsafe fn ends<B: Block>(&self, at: *const u8) -> B::Hits {
        let lookback = self.lookback();
        let [a, b, c, d] = self.last;
        // SAFETY: the caller's promise: no more than `lookback` bytes before `at` are read.
        unsafe {
            let mut hits = B::load(at).eq(a).and(B::load(at.sub(1)).eq(b));
            if lookback >= 2 {
                hits = hits.and(B::load(at.sub(2)).eq(c));
            }
            if lookback >= 3 {
                hits = hits.and(B::load(at.sub(3)).eq(d));
            }
            for back in 4..=lookback {
                // Four equal bytes are rare enough to look whether any are left.
                if back % 4 == 0 && !hits.any() {
                    break;
                }
                hits = hits.and(B::load(at.sub(back)).eq(self.all[lookback - back]));
            }
            hits
        }
    }

    /// [`ends`](Self::ends) for the bytes from `from` to `to`, at the edges of `data`.
    ///
    /// # Safety
    ///
    /// As [`Pattern::at_edge`].
    #[inline(always)]
    unsafe fn ends_at_edge<B: Block>(&self, data: &[u8], from: usize, to: usize) -> u64 {
        let before = self.lookback().min(from);
        // SAFETY: the caller vouches for the processor. The first load is of the 64 bytes before
        // `to`, with the lookback inside the data; the second of what stands between these bounds.
        unsafe {
            if to >= BLOCK + self.lookback() {
                let ends = self.ends::<B>(data.as_ptr().add(to - BLOCK));
                return ends.mask() >> (BLOCK - (to - from));
            }
            let first = data.as_ptr().add(from - before);
            let ends = self.ends_in_short::<B>(first, (to - from + before).min(BLOCK)) >> before;
            // What is left where a whole block stands behind some bytes, but not enough of them.
            let missing = (to - from + before).saturating_sub(BLOCK);
            if missing == 0 {
                return ends;
            }
            let first = data.as_ptr().add(to - BLOCK);
            let last = self.ends_in_short::<B>(first, BLOCK) >> (BLOCK - missing);
            ends | last << (to - from - missing)
        }
    }

    /// Where occurrences end that lie in the `len` bytes at `at` as a whole.
    ///
    /// # Safety
    ///
    /// The processor has the backend's instructions, `len` is 1 to 64, and `at` points to `len`
    /// readable bytes.
    #[inline(always)]
    unsafe fn ends_in_short<B: Block>(&self, at: *const u8, len: usize) -> u64 {
        let whole = len == BLOCK;
        // SAFETY: the caller's promise.
        let block = unsafe { if whole { B::load(at) } else { B::load_partial(at, len) } };
        let mut ends = low_bits(len);
        for (back, &byte) in self.all.iter().rev().enumerate() {
            let mask = block.eq(byte).mask();
            ends &= (if whole { mask } else { B::unfold(mask, len) }) << back;
            if ends == 0 {
                break;
            }
        }
        ends
    }
}

/// How occurrences of a string can overlap.
#[derive(Clone, Copy, Debug)]
struct Overlaps {
    len: usize,
    /// The smallest distance of two overlapping occurrences.
    period: usize,
    /// Whether all such distances are multiples of the smallest. Then overlapping occurrences
    /// stand in rows, `period` apart, and a row counts every `stride` bytes.
    in_rows: bool,
    stride: usize,
    /// How many occurrences a row has from one that counts to the next, both included.
    linked: usize,
}

impl Overlaps {
    /// None where occurrences cannot overlap.
    fn of(bytes: &[u8]) -> Option<Self> {
        let len = bytes.len();
        let mut periods = (1..len).filter(|&period| bytes[period..] == bytes[..len - period]);
        let period = periods.next()?;
        let in_rows = periods.all(|other| other % period == 0);
        let stride = len.next_multiple_of(period);
        Some(Self { len, period, in_rows, stride, linked: stride / period + 1 })
    }

    /// Of the occurrences that end at the bits of `ends`, those that count: from left to right,
    /// each that begins behind the end of the one before. The bits stand for `bytes` bytes.
    #[inline(always)]
    fn pick(self, ends: u64, bytes: usize, blocked: &mut u32) -> u64 {
        // `blocked` is below 64, as a string has at most 64 bytes.
        let ends = ends & (u64::MAX << *blocked);
        let picked = if self.in_rows { self.pick_in_rows(ends) } else { self.pick_each(ends) };
        // The next may end `len` behind the last of these.
        let next = match picked {
            0 => *blocked as usize,
            _ => BLOCK - 1 - picked.leading_zeros() as usize + self.len,
        };
        *blocked = next.saturating_sub(bytes) as u32;
        picked
    }

    /// A row starts where no occurrence stands `period` before. Doubling the stride marks all
    /// that count in at most five steps.
    #[inline(always)]
    fn pick_in_rows(self, ends: u64) -> u64 {
        let mut picked = ends & !(ends << self.period);
        if picked == ends || self.stride >= BLOCK {
            return picked;
        }
        let mut linked = run_ends(ends, self.linked, self.period);
        let mut stride = self.stride;
        while stride < BLOCK {
            picked |= (picked << stride) & linked;
            linked &= linked << stride;
            stride *= 2;
        }
        picked
    }

    #[inline(always)]
    fn pick_each(self, mut ends: u64) -> u64 {
        let mut picked = 0;
        while ends != 0 {
            let lowest = ends & ends.wrapping_neg();
            picked |= lowest;
            let free = lowest.trailing_zeros() as usize + self.len;
            ends = if free < BLOCK { ends & (u64::MAX << free) } else { 0 };
        }
        picked
    }
}

/// Where `count` bits (at least one), each `step` behind the one before, end in `bits`. The whole
/// of them spans less than 64 bits.
#[inline(always)]
pub(super) fn run_ends(bits: u64, count: usize, step: usize) -> u64 {
    let mut runs = bits;
    let mut have = 1;
    while have * 2 <= count {
        runs &= runs << (have * step);
        have *= 2;
    }
    // `have` bits end here and `have` end `count - have` before: together `count`.
    runs & (runs << ((count - have) * step))
}
