//! Masks of blocks that follow one another, side by side, for the arithmetic of `decide`.
//!
//! Where a register holds eight masks, one instruction works on all of them. Elsewhere an array
//! stands for the register: of one mask where the arithmetic is best done block by block, of eight
//! where the compiler finds vectors for it.

/// How many masks are loaded together.
pub(crate) const ROW: usize = 8;

/// The first lanes of eight masks (or of eight counts): lane `i` belongs to block `i`.
///
/// As with a [`Block`](super::block::Block), making one is `unsafe`, and the rest is safe because
/// one exists. Arithmetic is modulo 2⁶⁴ within a lane.
pub(crate) trait Lanes: Copy {
    /// How many lanes there are; a divisor of [`ROW`].
    const NUMBER: usize;

    /// The masks at the start of `masks`, which are at least [`NUMBER`](Self::NUMBER).
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions, and there are as many masks.
    unsafe fn load(masks: *const u64) -> Self;

    /// The same value in every lane.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions.
    unsafe fn splat(value: u64) -> Self;

    /// The lanes, followed by zeros.
    fn to_array(self) -> [u64; ROW];

    fn not(self) -> Self;

    fn and(self, other: Self) -> Self;

    fn or(self, other: Self) -> Self;

    fn plus(self, other: Self) -> Self;

    fn minus(self, other: Self) -> Self;

    /// The smaller of two numbers below 2⁶³.
    fn min(self, other: Self) -> Self;

    /// The larger of two numbers below 2⁶³.
    fn max(self, other: Self) -> Self;

    /// The highest bit as the lowest, and no other.
    fn sign(self) -> Self;

    /// Whether the highest bit of every lane is set.
    fn all_signs(self) -> bool;

    /// Whether every lane is 0.
    fn is_zero(self) -> bool;

    /// How many bits are set in each lane.
    fn count_ones(self) -> Self;

    /// All bits from the highest one of each lane on; all bits where there is none.
    fn from_highest(self) -> Self;

    /// Carries counts from block to block. `self` has the hits of each block behind its last reset
    /// (all where it has none), and the last lane of `before` the count of the segment that is open
    /// before the first block. Returns the count of the open segment before each block, and behind
    /// each.
    fn carried(self, resets: Self, before: Self) -> (Self, Self);
}

impl<const NUMBER: usize> Lanes for [u64; NUMBER] {
    const NUMBER: usize = NUMBER;

    #[inline(always)]
    unsafe fn load(masks: *const u64) -> Self {
        // SAFETY: the caller vouches for the masks.
        unsafe { masks.cast::<Self>().read() }
    }

    #[inline(always)]
    unsafe fn splat(value: u64) -> Self {
        [value; NUMBER]
    }

    #[inline(always)]
    fn to_array(self) -> [u64; ROW] {
        let mut row = [0; ROW];
        row[..NUMBER].copy_from_slice(&self);
        row
    }

    #[inline(always)]
    fn not(self) -> Self {
        self.map(|lane| !lane)
    }

    #[inline(always)]
    fn and(mut self, other: Self) -> Self {
        for (lane, other) in self.iter_mut().zip(other) {
            *lane &= other;
        }
        self
    }

    #[inline(always)]
    fn or(mut self, other: Self) -> Self {
        for (lane, other) in self.iter_mut().zip(other) {
            *lane |= other;
        }
        self
    }

    #[inline(always)]
    fn plus(mut self, other: Self) -> Self {
        for (lane, other) in self.iter_mut().zip(other) {
            *lane = lane.wrapping_add(other);
        }
        self
    }

    #[inline(always)]
    fn minus(mut self, other: Self) -> Self {
        for (lane, other) in self.iter_mut().zip(other) {
            *lane = lane.wrapping_sub(other);
        }
        self
    }

    #[inline(always)]
    fn min(mut self, other: Self) -> Self {
        for (lane, other) in self.iter_mut().zip(other) {
            *lane = (*lane).min(other);
        }
        self
    }

    #[inline(always)]
    fn max(mut self, other: Self) -> Self {
        for (lane, other) in self.iter_mut().zip(other) {
            *lane = (*lane).max(other);
        }
        self
    }

    #[inline(always)]
    fn sign(self) -> Self {
        self.map(|lane| lane >> 63)
    }

    #[inline(always)]
    fn all_signs(self) -> bool {
        self.into_iter().fold(u64::MAX, |all, lane| all & lane) >> 63 != 0
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        self.into_iter().fold(0, |any, lane| any | lane) == 0
    }

    #[inline(always)]
    fn count_ones(self) -> Self {
        self.map(|lane| lane.count_ones().into())
    }

    #[inline(always)]
    fn from_highest(self) -> Self {
        self.map(|lane| u64::MAX << (63 - (lane | 1).leading_zeros()))
    }

    #[inline(always)]
    fn carried(self, resets: Self, before: Self) -> (Self, Self) {
        let (mut starts, mut ends) = (self, self);
        let mut count = before[NUMBER - 1];
        for lane in 0..NUMBER {
            starts[lane] = count;
            // Whether there is a reset cannot be predicted, so no branch is taken on it.
            let kept = std::hint::select_unpredictable(resets[lane] == 0, count, 0);
            count = kept.wrapping_add(self[lane]);
            ends[lane] = count;
        }
        (starts, ends)
    }
}
