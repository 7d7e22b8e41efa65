//! What is looked for in a block: hits, or resets.
//!
//! A hit is a bit at the byte that completes it. For a string of bytes the block is compared with
//! each byte of the string, shifted, and the outcomes are and-ed; where occurrences can overlap,
//! those that count (leftmost first) are then picked.

use std::ptr;

use super::block::{BLOCK, Block, Hits, Mask, low_bits};
use super::column::{BEFORE, Column};
use super::set::Set;
use crate::bytes::try_copy;
use crate::{ByteSet, Error};

/// Something to look for, as a counter keeps it.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "a counter has two, and no call copies them")]
pub(crate) enum Needle {
    /// Nothing: it never occurs.
    Never(Never),
    /// One byte.
    Byte(Byte),
    /// Any byte of a set of two or more: as each of the patterns that may look for them, of which
    /// the kernels take one.
    AnyOf(Ascii),
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
    pub(crate) fn of_set(set: &ByteSet) -> Self {
        let mut bytes = set.iter();
        match (bytes.next(), bytes.next()) {
            (None, _) => Self::Never(Never),
            (Some(byte), None) => Self::Byte(Byte(byte)),
            _ => Self::AnyOf(Ascii(Alone(AnyOf(Set::new(set))))),
        }
    }

    /// A string of bytes, in its simplest form.
    pub(crate) fn of_string(bytes: &[u8]) -> Result<Self, Error> {
        let bytes = try_copy(bytes)?;
        Ok(match bytes[..] {
            [] => Self::Never(Never),
            [byte] => Self::Byte(Byte(byte)),
            _ if bytes.len() > MAX_STRING => Self::Long(bytes),
            _ => match Overlaps::of(&bytes) {
                None => Self::String(String(Bytes::new(bytes))),
                Some(overlaps) => Self::Overlapping(Overlapping(Bytes::new(bytes), overlaps)),
            },
        })
    }

    /// The bytes of a set.
    pub(crate) fn set(&self) -> ByteSet {
        match self {
            Self::Byte(byte) => ByteSet::EMPTY.with(byte.0),
            Self::AnyOf(any) => (0..=u8::MAX).filter(|&byte| any.set().contains(byte)).collect(),
            _ => ByteSet::EMPTY,
        }
    }

    /// The bytes of a string, at least two.
    pub(crate) fn string(&self) -> Option<&[u8]> {
        match self {
            Self::String(string) => Some(&string.0.all),
            Self::Overlapping(string) => Some(&string.0.all),
            Self::Long(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl Needle {
    /// Whether `self` and the reset are found in [columns](super::column) too, and no byte is both.
    pub(super) fn fits_columns(&self, reset: &Self) -> bool {
        match (self, reset) {
            (Self::Byte(what), Self::Byte(reset)) => what.0 != reset.0,
            (Self::Byte(Byte(byte)), Self::AnyOf(any))
            | (Self::AnyOf(any), Self::Byte(Byte(byte))) => !any.set().contains(*byte),
            (Self::AnyOf(what), Self::AnyOf(reset)) => !what.set().meets(reset.set()),
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

    /// The memory behind `seen`, where these are the data's first bytes.
    #[inline(always)]
    fn memory_of(&self, seen: &[u8]) -> Self::Memory {
        let _ = seen;
        Self::Memory::default()
    }

    /// Whether the pattern is found in columns too: then [`memory_of`](Self::memory_of) and
    /// [`in_column`](Self::in_column) are right.
    #[cfg_attr(
        not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little"))),
        allow(dead_code, reason = "the portable backend has no columns")
    )]
    const IN_COLUMNS: bool = false;

    /// The hits that a column completes, where those in `before` go before it, the nearest first.
    #[inline(always)]
    fn in_column<C: Column>(&self, column: C, before: &[C; BEFORE]) -> C {
        let _ = before;
        column
    }
}

/// A pattern of single bytes.
pub(super) trait OfBytes {
    /// As [`Pattern::of`].
    fn of(needle: &Needle) -> Option<&Self>;

    /// The bytes of the block that are hits.
    fn in_block<B: Block>(&self, block: B) -> B::Hits;

    /// Those of the column.
    fn in_column<C: Column>(&self, column: C) -> C;
}

impl<P: OfBytes> Pattern for P {
    type Hits<B: Block> = B::Hits;
    type Memory = ();

    #[inline(always)]
    fn of(needle: &Needle) -> Option<&Self> {
        P::of(needle)
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

    const IN_COLUMNS: bool = true;

    #[inline(always)]
    fn in_column<C: Column>(&self, column: C, _: &[C; BEFORE]) -> C {
        P::in_column(self, column)
    }
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
    fn of(needle: &Needle) -> Option<&Self> {
        if let Needle::Byte(pattern) = needle { Some(pattern) } else { None }
    }

    #[inline(always)]
    fn in_block<B: Block>(&self, block: B) -> B::Hits {
        block.eq(self.0)
    }

    #[inline(always)]
    fn in_column<C: Column>(&self, column: C) -> C {
        column.eq(self.0)
    }
}

/// Any byte of a set.
#[derive(Clone, Debug)]
pub(crate) struct AnyOf(Set);

impl AnyOf {
    #[inline(always)]
    pub(super) fn set(&self) -> &Set {
        &self.0
    }
}

impl OfBytes for AnyOf {
    #[inline(always)]
    fn of(needle: &Needle) -> Option<&Self> {
        if let Needle::AnyOf(Ascii(Alone(pattern))) = needle { Some(pattern) } else { None }
    }

    #[inline(always)]
    fn in_block<B: Block>(&self, block: B) -> B::Hits {
        block.in_set(&self.0)
    }

    #[inline(always)]
    fn in_column<C: Column>(&self, column: C) -> C {
        column.in_set(&self.0)
    }
}

/// The same for a set [whose bytes are alone](Set::is_alone).
#[derive(Clone, Debug)]
pub(crate) struct Alone(AnyOf);

impl OfBytes for Alone {
    #[inline(always)]
    fn of(needle: &Needle) -> Option<&Self> {
        if let Needle::AnyOf(Ascii(pattern)) = needle { Some(pattern) } else { None }
    }

    #[inline(always)]
    fn in_block<B: Block>(&self, block: B) -> B::Hits {
        block.in_alone(self.0.set())
    }

    #[inline(always)]
    fn in_column<C: Column>(&self, column: C) -> C {
        column.in_alone(self.0.set())
    }
}

/// The same for a set [of ASCII](Set::is_ascii).
#[derive(Clone, Debug)]
pub(crate) struct Ascii(Alone);

impl Ascii {
    #[inline(always)]
    pub(super) fn set(&self) -> &Set {
        self.0.0.set()
    }
}

impl OfBytes for Ascii {
    #[inline(always)]
    fn of(needle: &Needle) -> Option<&Self> {
        if let Needle::AnyOf(pattern) = needle { Some(pattern) } else { None }
    }

    #[inline(always)]
    fn in_block<B: Block>(&self, block: B) -> B::Hits {
        block.in_ascii(self.set())
    }

    #[inline(always)]
    fn in_column<C: Column>(&self, column: C) -> C {
        column.in_set(self.set())
    }
}

/// A string of bytes whose occurrences cannot overlap.
#[derive(Clone, Debug)]
pub(crate) struct String(Bytes);

impl String {
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.0.all.len()
    }
}

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
}

/// A [`String`] of `LEN` bytes.
#[derive(Clone, Debug)]
#[repr(transparent)]
pub(crate) struct Short<const LEN: usize>(String);

impl<const LEN: usize> Pattern for Short<LEN> {
    type Hits<B: Block> = B::Hits;
    /// A bit for each byte of the block before that is the string's first, as [`Block::ends`] has it.
    type Memory = u64;

    #[inline(always)]
    fn of(needle: &Needle) -> Option<&Self> {
        match needle {
            Needle::String(string) if string.len() == LEN => {
                // SAFETY: it is nothing but a `String`.
                Some(unsafe { &*ptr::from_ref(string).cast::<Self>() })
            }
            _ => None,
        }
    }

    #[inline(always)]
    fn lookback(&self) -> usize {
        LEN - 1
    }

    #[inline(always)]
    unsafe fn at<B: Block>(&self, at: *const u8, firsts: &mut u64) -> B::Hits {
        // SAFETY: the caller's promise.
        unsafe { B::ends::<LEN>(at, self.0.0.last, firsts) }
    }

    #[inline(always)]
    unsafe fn at_edge<B: Block>(
        &self,
        data: &[u8],
        from: usize,
        to: usize,
        firsts: &mut u64,
    ) -> u64 {
        *firsts = self.memory_of(&data[..to]);
        // SAFETY: the caller's promise.
        unsafe { self.0.0.ends_at_edge::<B>(data, from, to) }
    }

    #[inline(always)]
    fn memory_of(&self, seen: &[u8]) -> u64 {
        let mut firsts = 0;
        // None further back begins a string that ends behind them.
        for (back, &byte) in seen.iter().rev().enumerate().take(LEN - 1) {
            firsts |= u64::from(byte == self.0.0.last[LEN - 1]) << (BLOCK - 1 - back);
        }
        firsts
    }

    const IN_COLUMNS: bool = true;

    #[inline(always)]
    fn in_column<C: Column>(&self, column: C, before: &[C; BEFORE]) -> C {
        let last = self.0.0.last;
        let mut hits = column.eq(last[0]);
        for back in 1..LEN {
            hits = hits.and(before[back - 1].eq(last[back]));
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
        // Mostly, none is so near behind another that they overlap.
        let mut near = ends << self.period;
        let mut reach = 1;
        while reach < self.len - self.period {
            near |= near << reach;
            reach *= 2;
        }
        if ends & near == 0 {
            return ends;
        }
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

#[cfg(test)]
mod tests {
    use super::super::backend::{Check, check_on_all};
    use super::*;

    /// A string, and data to find its first bytes in: two blocks behind a lookback of four.
    struct Ends {
        string: [u8; 4],
        data: [u8; 4 + 2 * BLOCK],
    }

    impl Ends {
        /// # Safety
        ///
        /// The processor has the instructions of `B`.
        unsafe fn check<B: Block, const LEN: usize>(&self) {
            let string = &self.string[..LEN];
            let last = Bytes::new(string.to_vec()).last;
            let before = self.data[..4].iter().enumerate().filter(|(_, byte)| **byte == string[0]);
            let mut firsts = before.fold(0, |bits, (place, _)| bits | 1 << (60 + place));
            for start in [4, 4 + BLOCK] {
                let ends = (0..BLOCK).filter(|end| self.data[..=start + end].ends_with(string));
                let expected = ends.fold(0_u64, |mask, end| mask | 1 << end);
                // SAFETY: the caller vouches for the processor; a block is there, and the lookback.
                let found = unsafe {
                    B::ends::<LEN>(self.data.as_ptr().add(start), last, &mut firsts).mask()
                };
                assert_eq!(found, expected, "{string:?} in {:?} from {start}", self.data);
            }
        }
    }

    impl Check for Ends {
        unsafe fn check<B: Block>(&self) {
            // SAFETY: the caller's promise is the same.
            unsafe {
                self.check::<B, 2>();
                self.check::<B, 3>();
                self.check::<B, 4>();
            }
        }
    }

    #[test]
    fn ends_of_short_strings() {
        let mut state = 1_u64;
        let mut bit = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state >> 63 == 0
        };
        for (one, other) in [(b'a', b'b'), (0, 0x80), (0xFF, 0xFE), (0, 1)] {
            for _ in 0..200 {
                let mut byte = || if bit() { one } else { other };
                let string = std::array::from_fn(|_| byte());
                check_on_all(&Ends { string, data: std::array::from_fn(|_| byte()) });
            }
        }
    }
}
