//! Many places of the data, gone through side by side, a byte of each at a time.
//!
//! What a plain loop does (count up at a hit, start again at a reset) a register does for 16 or 32
//! places at once, at a speed that no data changes. For that, the bytes have to stand in columns:
//! row after row of 16 bytes is loaded, each `stride` behind the one before, and turned by four
//! rounds of interleaving, each of which moves one bit of the number of a register to the place of
//! a byte in it (Eklundh, "A fast computer method for matrix transposing", 1972).

use super::pattern::Pattern;
use super::set::Set;

/// How many columns before one a pattern may ask for.
pub(super) const BEFORE: usize = 3;

/// How many bytes before the first row [`walk`] reads, where a pattern does ask for some.
pub(super) const LOOKBACK: usize = 16;

/// The most rows that a backend has.
pub(super) const MAX_ROWS: usize = 32;

/// One byte from each of some rows. A comparison gives a byte of ones where it holds.
pub(super) trait Column: Copy {
    /// How many; 16 or 32.
    const ROWS: usize;

    /// How many columns are made together; at most [`LOOKBACK`].
    const COLUMNS: usize;

    type Columns: AsRef<[Self]>;

    /// The first bytes of each row, as columns.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions, and `at.add(row * stride)` points to as many
    /// readable bytes as there are columns, for each of the rows.
    unsafe fn columns(at: *const u8, stride: usize) -> Self::Columns;

    /// The bytes of both in turn: of the lower halves, and of the upper ones. (Halves of 16 bytes,
    /// where a register has more.)
    fn interleaved(self, other: Self) -> (Self, Self);

    /// The same byte in each row.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions.
    unsafe fn all(byte: u8) -> Self;

    /// Which bytes equal `byte`.
    fn eq(self, byte: u8) -> Self;

    /// Which bytes are in `set`.
    fn in_set(self, set: &Set) -> Self;

    /// The same for a set [whose bytes are alone](Set::is_alone).
    #[inline(always)]
    fn in_alone(self, set: &Set) -> Self {
        self.in_set(set)
    }

    /// The bits of both.
    fn and(self, other: Self) -> Self;

    /// The bits that `other` has not.
    fn and_not(self, other: Self) -> Self;

    /// The sum of each two; 255 where it is more.
    fn plus(self, other: Self) -> Self;

    /// Each byte less that of `other`, modulo 256.
    fn minus(self, other: Self) -> Self;

    /// The larger of each two.
    fn max(self, other: Self) -> Self;

    /// The highest counts that are not [`OPEN`], with those of `counts`; to begin with, 0. In a form
    /// that [`highest`](Self::highest) reads.
    fn raised(self, counts: Self) -> Self;

    /// What [`raised`](Self::raised) gave, as counts.
    fn highest(self) -> Self;

    /// The largest byte.
    fn highest_byte(self) -> u8;

    /// The high bit of each byte, that of the first row the lowest.
    fn high_bits(self) -> u32;

    /// Which bytes have the high bit.
    fn has_high(self) -> Self;

    /// A byte in the first row, and 0 in the others.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions.
    unsafe fn first(byte: u8) -> Self;

    /// The bytes, each so many rows on (1, 2, 4, 8 or 16); 0 in the first ones.
    fn behind<const BY: usize>(self) -> Self;

    /// The bytes, in the order of the rows.
    fn bytes(self) -> [u8; MAX_ROWS];
}

/// What going through rows has shown of each.
pub(super) struct Rows<C> {
    /// The hits before the first reset, and [`OPEN`].
    leads: C,
    /// The hits from the last reset on; or [`OPEN`], and all the hits of a row without a reset.
    tails: C,
    /// The largest count that a segment came to that had opened in the row.
    highest: C,
}

/// Is added to the count of a row until it has had a reset.
pub(super) const OPEN: u8 = 128;

/// The most bytes of a row: no count is above what a byte holds besides [`OPEN`].
pub(super) const MAX_STRIDE: usize = 112;

/// The bytes of a row where too little is left for longer ones.
pub(super) const SHORT_STRIDE: usize = 32;

/// Goes through rows of `STRIDE` bytes, a multiple of 16 and at most [`MAX_STRIDE`]. No byte is both
/// `what` and `reset`.
///
/// # Safety
///
/// The processor has the instructions of `C`, and `at` points to that many bytes for each row. Where
/// `what` looks back, there are [`LOOKBACK`] bytes before `at`.
#[inline(always)]
pub(super) unsafe fn walk<C: Column, W: Pattern, R: Pattern, const STRIDE: usize>(
    what: &W,
    reset: &R,
    at: *const u8,
) -> Rows<C> {
    // SAFETY: the caller vouches for the processor.
    let mut rows = unsafe { Rows { leads: C::all(OPEN), tails: C::all(OPEN), highest: C::all(0) } };
    let mut before = [rows.highest; BEFORE];
    if what.lookback() > 0 {
        // SAFETY: the caller's promise.
        let columns = unsafe { C::columns(at.sub(C::COLUMNS), STRIDE) };
        for (before, &column) in before.iter_mut().zip(columns.as_ref().iter().rev()) {
            *before = column;
        }
    }
    let mut done = 0;
    while done < STRIDE {
        // SAFETY: the caller's promise: no row is read behind its end.
        let columns = unsafe { C::columns(at.add(done), STRIDE) };
        for pair in columns.as_ref().chunks_exact(2) {
            rows.take(what, reset, &mut before, pair[0], pair[1]);
        }
        done += C::COLUMNS;
    }
    rows.highest = rows.highest.highest();
    rows
}

/// A round of interleaving.
#[inline(always)]
pub(super) fn turned<C: Column, const N: usize>(rows: [C; N]) -> [C; N] {
    let mut next = rows;
    let mut i = 0;
    while i < N / 2 {
        (next[2 * i], next[2 * i + 1]) = rows[i].interleaved(rows[i + N / 2]);
        i += 1;
    }
    next
}

impl<C: Column> Rows<C> {
    /// Goes on by two columns.
    #[inline(always)]
    fn take<W: Pattern, R: Pattern>(
        &mut self,
        what: &W,
        reset: &R,
        before: &mut [C; BEFORE],
        first: C,
        second: C,
    ) {
        let [a, b, _] = *before;
        let counts = self.tails.minus(what.in_column(first, before));
        let counts = counts.and_not(reset.in_column(first, before));
        let before_second = [first, a, b];
        let counts = counts.minus(what.in_column(second, &before_second));
        *before = [second, first, a];
        // This is high enough to look once for both: a count that the first column resets has no hit
        // there, and so was as high before.
        self.leads = self.leads.max(counts);
        self.highest = self.highest.raised(counts);
        self.tails = counts.and_not(reset.in_column(second, &before_second));
    }

    /// How many rows have no reset.
    #[inline(always)]
    pub(super) fn open(&self) -> usize {
        self.tails.high_bits().count_ones() as usize
    }

    /// The largest count that a segment comes to, and that of the one open at the end of the last
    /// row, where the one that is open at the start of the first has `carry`.
    #[inline(always)]
    pub(super) fn counts(self, carry: u64) -> (u64, u64) {
        let Self { leads, tails, highest } = self;
        // SAFETY: the processor has the instructions: there are columns.
        let (high, start) =
            unsafe { (C::all(OPEN), C::first(u8::try_from(carry).unwrap_or(u8::MAX))) };
        let leads = leads.and_not(high);
        // The counts at the end of each row.
        let mut counts = tails.and_not(high);
        if tails.high_bits() != 0 {
            let mut open = tails.has_high();
            counts = counts.plus(open.and(start));
            (counts, open) = going_on::<C, 1>(counts, open);
            (counts, open) = going_on::<C, 2>(counts, open);
            (counts, open) = going_on::<C, 4>(counts, open);
            (counts, open) = going_on::<C, 8>(counts, open);
            if C::ROWS > 16 {
                (counts, _) = going_on::<C, 16>(counts, open);
            }
        }
        let with_leads = counts.behind::<1>().plus(start).plus(leads);
        let highest = highest.max(with_leads).highest_byte();
        if highest < u8::MAX {
            (highest.into(), counts.bytes()[C::ROWS - 1].into())
        } else {
            counts_one_by_one::<C>(&leads.bytes(), &tails.bytes(), carry)
        }
    }
}

/// The counts at the end of each row, with those of the row `BY` before where all rows behind that
/// one are `open`; and which rows are open with the `BY` before.
#[inline(always)]
fn going_on<C: Column, const BY: usize>(counts: C, open: C) -> (C, C) {
    (counts.plus(counts.behind::<BY>().and(open)), open.and(open.behind::<BY>()))
}

/// [`Rows::counts`], where they are higher than what a byte holds.
#[inline(never)]
fn counts_one_by_one<C: Column>(
    leads: &[u8; MAX_ROWS],
    tails: &[u8; MAX_ROWS],
    carry: u64,
) -> (u64, u64) {
    let (mut highest, mut count) = (0, carry);
    for (&lead, &tail) in leads.iter().zip(tails).take(C::ROWS) {
        let with_lead = count + u64::from(lead);
        highest = highest.max(with_lead);
        count = if tail >= OPEN { with_lead } else { tail.into() };
    }
    (highest, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ByteSet;
    use crate::engine::pattern::{Alone, AnyOf, Byte, Needle, Short};

    /// Compares the outcome of a walk with that of a plain loop.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `C`.
    unsafe fn compare<C: Column, W: Pattern, R: Pattern, const STRIDE: usize>(
        [what, reset]: [&Needle; 2],
        data: &[u8],
        completes: impl Fn(&[u8]) -> bool,
        resets: impl Fn(u8) -> bool,
    ) {
        let (what, reset) = (W::of(what).unwrap(), R::of(reset).unwrap());
        let data = &data[..LOOKBACK + C::ROWS * STRIDE];
        for carry in [0, 1, 5, 100, 200, 253, 254, 255, 256, 1000] {
            let (mut count, mut highest) = (carry, carry);
            for at in LOOKBACK..data.len() {
                count =
                    if resets(data[at]) { 0 } else { count } + u64::from(completes(&data[..=at]));
                highest = highest.max(count);
            }
            // SAFETY: the caller vouches for the processor; the rows are in the data, and the bytes
            // to look back to.
            let rows = unsafe { walk::<C, W, R, STRIDE>(what, reset, &raw const data[LOOKBACK]) };
            assert_eq!(rows.counts(carry), (highest, count), "{carry}, {data:?}");
        }
    }

    /// Compares for a string of `LEN` bytes.
    ///
    /// # Safety
    ///
    /// As [`compare`].
    unsafe fn compare_string<C: Column, const LEN: usize>(
        string: &[u8; LEN],
        newline: &Needle,
        data: &[u8],
    ) {
        let needle = Needle::string(string.to_vec());
        let is_end = |seen: &[u8]| seen.ends_with(string);
        let is_newline = |byte| byte == b'\n';
        // SAFETY: the caller's promise is the same.
        unsafe {
            let needles = [&needle, newline];
            compare::<C, Short<LEN>, Byte, MAX_STRIDE>(needles, data, is_end, is_newline);
            compare::<C, Short<LEN>, Byte, SHORT_STRIDE>(needles, data, is_end, is_newline);
        }
    }

    /// Compares for every kind of pattern.
    ///
    /// # Safety
    ///
    /// As [`compare`].
    unsafe fn compare_all<C: Column>() {
        let marks = ByteSet::new(b"\t\n\r ");
        let letters = ByteSet::new(b"a(Z\xFF");
        let is_mark = |byte| marks.contains(byte);
        let is_newline = |byte| byte == b'\n';
        let is_a = |seen: &[u8]| seen.ends_with(b"a");
        let is_letter = |seen: &[u8]| letters.contains(seen[seen.len() - 1]);
        let byte = |byte| Needle::of_set(&ByteSet::new(&[byte]));
        let (a, newline) = (byte(b'a'), byte(b'\n'));
        let (letters, marks) = (Needle::of_set(&letters), Needle::any_of(&marks));
        let mut state = 1_u64;
        let mut below = |bound: u64| {
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
            (state >> 33) % bound
        };
        for round in 0..60 {
            let most = [3, 10, 100, 300, 3000][round % 5];
            let of_a_hundred = below(101);
            let data: Vec<u8> = (0..LOOKBACK + MAX_ROWS * MAX_STRIDE)
                .map(|_| match below(most) {
                    0 => b'\n',
                    _ if below(100) < of_a_hundred => b'a',
                    _ => b".b\xE2 b"[below(5) as usize],
                })
                .collect();
            let data = &data[..];
            // SAFETY: the caller's promise is the same.
            unsafe {
                let bytes = [&a, &newline];
                compare::<C, Byte, Byte, MAX_STRIDE>(bytes, data, is_a, is_newline);
                compare::<C, Byte, Byte, SHORT_STRIDE>(bytes, data, is_a, is_newline);
                compare::<C, Byte, AnyOf, SHORT_STRIDE>([&a, &marks], data, is_a, is_mark);
                compare::<C, AnyOf, Byte, SHORT_STRIDE>(
                    [&letters, &newline],
                    data,
                    is_letter,
                    is_newline,
                );
                compare::<C, Byte, Alone, SHORT_STRIDE>([&a, &marks], data, is_a, is_mark);
                compare_string::<C, 2>(b"ab", &newline, data);
                compare_string::<C, 3>(b"\xE2ab", &newline, data);
                compare_string::<C, 4>(b".baa", &newline, data);
            }
        }
    }

    #[test]
    fn a_walk_counts_as_the_plain_loop() {
        // SAFETY: these instructions are there on every such processor, or looked for.
        #[cfg(target_arch = "x86_64")]
        unsafe {
            compare_all::<crate::engine::sse2::Column128>();
            if std::arch::is_x86_feature_detected!("avx2") {
                compare_all::<crate::engine::avx2::Column256>();
            }
        }
        // SAFETY: every such processor has NEON.
        #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
        unsafe {
            compare_all::<crate::engine::neon::NeonColumn>();
        }
    }
}
