//! The masks of eight blocks side by side, for the arithmetic of [`batch`](super::batch).
//!
//! A processor with eight of them in a register does each step for all at once; for the others
//! they are an array, of which the compiler makes what vectors it can.

/// So many masks are worked on together.
pub(super) const ROW: usize = 8;

/// Masks of blocks that follow one another, or counts of them.
pub(super) type Row = [u64; ROW];

/// A [`Row`] in registers, or a part of one. As with a [`Block`](super::block::Block), making one
/// is `unsafe`, and the rest is safe because one exists. Arithmetic is modulo 2⁶⁴, and each mask's
/// own.
pub(super) trait Masks: Copy {
    /// How many there are.
    const NUMBER: usize;

    /// The first masks of a row.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions.
    unsafe fn of(row: &Row) -> Self;

    /// These, as the first of a row.
    fn row(self) -> Row;

    fn not(self) -> Self;

    fn and(self, other: Self) -> Self;

    fn or(self, other: Self) -> Self;

    fn plus(self, other: Self) -> Self;

    fn minus(self, other: Self) -> Self;

    /// Moved up by so many bits, at most 63.
    fn up(self, bits: u32) -> Self;

    /// How many bits each has.
    fn count_ones(self) -> Self;
}

/// A whole [`Row`] in one register, with the arithmetic that pays there.
pub(super) trait SideBySide: Masks {
    /// The same for all blocks.
    ///
    /// # Safety
    ///
    /// As [`Masks::of`].
    unsafe fn all(mask: u64) -> Self;

    /// The smaller of the two, as numbers.
    fn min(self, other: Self) -> Self;

    /// The larger of the two, as numbers.
    fn max(self, other: Self) -> Self;

    /// The highest bit alone, as the lowest.
    fn high_bit(self) -> Self;

    /// Whether all have the highest bit.
    fn all_high(self) -> bool;

    /// The bits from the last one of `resets` on, moved down; all where there is none.
    fn since_last(self, resets: Self) -> Self;

    /// From the counts of each block from its last reset, or its start, on: the count of the open
    /// segment before each block, and behind each. `before` has that before the first, as its last.
    fn carried(self, resets: Self, before: Self) -> (Self, Self);
}

impl<const NUMBER: usize> Masks for [u64; NUMBER] {
    const NUMBER: usize = NUMBER;

    #[inline(always)]
    unsafe fn of(row: &Row) -> Self {
        std::array::from_fn(|block| row[block])
    }

    #[inline(always)]
    fn row(self) -> Row {
        let mut row = [0; ROW];
        row[..NUMBER].copy_from_slice(&self);
        row
    }

    #[inline(always)]
    fn not(self) -> Self {
        self.map(|mask| !mask)
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        std::array::from_fn(|block| self[block] & other[block])
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        std::array::from_fn(|block| self[block] | other[block])
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        std::array::from_fn(|block| self[block].wrapping_add(other[block]))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        std::array::from_fn(|block| self[block].wrapping_sub(other[block]))
    }

    #[inline(always)]
    fn up(self, bits: u32) -> Self {
        self.map(|mask| mask << bits)
    }

    #[inline(always)]
    fn count_ones(self) -> Self {
        self.map(|mask| mask.count_ones().into())
    }
}
