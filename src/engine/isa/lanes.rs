//! Masks of blocks that follow one another, side by side, for the arithmetic of `decide`.
//!
//! With AVX-512 a register holds eight masks, and one instruction works on all of them. The other
//! backends use an array of numbers, which the compiler turns into vectors where it can.
//!
//! As with a [`Block`](super::block::Block), making lanes is `unsafe`, and the rest is safe because
//! they exist. Arithmetic is modulo 2⁶⁴ within a lane.

/// How many masks make a row.
pub(crate) const ROW: usize = 16;

/// One of two numbers, without a branch on `condition` if the compiler can be asked for that.
#[inline(always)]
pub(crate) fn select(condition: bool, yes: u64, no: u64) -> u64 {
    #[cfg(has_select_unpredictable)]
    return std::hint::select_unpredictable(condition, yes, no);
    #[cfg(not(has_select_unpredictable))]
    return if condition { yes } else { no };
}

/// Masks (or counts): lane `i` belongs to block `i`.
pub(crate) trait Lanes: Copy {
    /// How many lanes there are; a divisor of [`ROW`].
    const NUMBER: usize;

    /// The first [`NUMBER`](Self::NUMBER) masks at `masks`.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions, and [`NUMBER`](Self::NUMBER) masks are
    /// readable.
    #[inline(always)]
    unsafe fn load(masks: *const u64) -> Self {
        const { assert!(size_of::<Self>() == 8 * Self::NUMBER) }
        // SAFETY: the caller vouches for the masks, whose alignment does not matter. A value of this
        // type is as many bits, any of them.
        unsafe { masks.cast::<Self>().read_unaligned() }
    }

    /// Writes the masks to the first [`NUMBER`](Self::NUMBER) places at `masks`.
    ///
    /// # Safety
    ///
    /// These places are writable.
    #[inline(always)]
    unsafe fn store(self, masks: *mut u64) {
        const { assert!(size_of::<Self>() == 8 * Self::NUMBER) }
        // SAFETY: the caller vouches for the places, whose alignment does not matter. A value of this
        // type is as many bits.
        unsafe { masks.cast::<Self>().write_unaligned(self) }
    }

    /// The same value in every lane.
    ///
    /// # Safety
    ///
    /// The processor has this backend's instructions.
    #[inline(always)]
    unsafe fn splat(value: u64) -> Self {
        const { assert!(Self::NUMBER <= ROW) }
        // SAFETY: the caller vouches for the processor; there are enough masks.
        unsafe { Self::load([value; ROW].as_ptr()) }
    }

    /// The same value in every lane.
    fn all(self, value: u64) -> Self;

    fn not(self) -> Self;

    fn and(self, other: Self) -> Self;

    fn or(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;

    fn plus(self, other: Self) -> Self;

    fn minus(self, other: Self) -> Self;

    /// Each lane shifted towards its highest bit, by at most 63.
    fn up(self, bits: u32) -> Self;

    /// Each lane shifted towards its lowest bit, by at most 63.
    fn down(self, bits: u32) -> Self;

    /// How many bits are set in each lane.
    fn count_ones(self) -> Self;

    /// All bits from the highest one of each lane on; all bits if the lane is 0.
    fn since_highest(self) -> Self;

    /// Whether every lane is 0.
    fn is_zero(self) -> bool;

    /// The lanes, and zeros behind them.
    #[inline(always)]
    fn to_row(self) -> [u64; ROW] {
        const { assert!(Self::NUMBER <= ROW) }
        let mut row = [0; ROW];
        // SAFETY: there are as many places.
        unsafe { self.store(row.as_mut_ptr()) };
        row
    }

    /// The sum of all lanes.
    #[inline(always)]
    fn total(self) -> u64 {
        self.to_row().into_iter().fold(0, u64::wrapping_add)
    }
}

/// How an instruction set computes with masks. It needs no data, so it is apart from its
/// [`Block`](super::block::Block): a processor may have more instructions for it.
pub(crate) trait Arithmetic {
    /// The masks through which counts are carried together.
    type Counts: CountLanes;

    /// A row of masks.
    type Row: Lanes;

    /// From this number on, long segments inside a block are counted one by one. It is at least 22,
    /// as a block has room for three segments of 21; it is higher where bits are counted slowly.
    /// `cargo bench --bench ratios -- worst`, Zen 4.
    const COUNT_FROM: u64 = 22;
}

/// The lanes in which counts are carried from block to block.
pub(crate) trait CountLanes: Lanes {
    /// Whether [`carried`](Self::carried) is faster than to carry counts from block to block, and not
    /// only as fast.
    const CARRIES_AT_ONCE: bool = false;

    /// Lanes of which the largest is that of both. All lanes of `self` are the same, or what this returned.
    fn raised(self, counts: Self) -> Self;

    /// Whether the highest bit of every lane is set.
    #[inline(always)]
    fn all_signs(self) -> bool {
        self.not().down(63).is_zero()
    }

    /// Carries counts from block to block. `lead` has the number of hits of each block before its
    /// first reset, and `tail` of those from its last reset on; both that of all if it has none. The
    /// last lane of `before` is the count of the segment that is open before the first block.
    ///
    /// Returns two counts for each block: of the segment that is open before this block, at the
    /// block's first reset or else at its end; and of the segment that is open behind this block.
    fn carried(lead: Self, tail: Self, resets: Self, before: Self) -> (Self, Self);

    /// How many lanes have a reset, and a count of at least `number`. `cargo bench --bench ratios --
    /// cache2 kinds`, Zen 4: a number is 2 to 5 % faster than a sum in lanes.
    fn reaching(self, number: Self, resets: Self) -> u64;

    /// In each lane 1 if the highest bit of the lane before it is set, otherwise 0. Before the first
    /// lane is the last one of `before`.
    fn tops_before(self, before: Self) -> Self;

    /// In each lane all bits, if among the highest bits of the lanes before it an odd number is set,
    /// otherwise none: where `first` is all bits, the other way round. And what the lane behind the
    /// last one would be.
    fn parities_before(self, first: u64) -> (Self, u64);

    /// The last lane.
    #[inline(always)]
    fn last(self) -> u64 {
        self.to_row()[Self::NUMBER - 1]
    }

    /// The largest lane.
    #[inline(always)]
    fn largest(self) -> u64 {
        self.to_row().into_iter().fold(0, u64::max)
    }
}

/// Methods that do the same with each element of an array, or with each two, and may use the instructions
/// of the backend. The first line says where the array is in a value.
macro_rules! each {
    (
        |$all:ident| $array:expr;
        $($name:ident: |$one:ident $(, $other:ident)? $(; $argument:ident: $type:ty)?| $value:expr;)*
    ) => {$(
        #[inline(always)]
        #[allow(unused_unsafe, reason = "only vectors need it")]
        fn $name(self $(, $other: Self)? $(, $argument: $type)?) -> Self {
            let mut $all = self;
            for place in 0..$array.len() {
                let $one = $array[place];
                $(let $other = { let $all = $other; $array[place] };)?
                // SAFETY: the processor has the instructions: there is a value.
                $array[place] = unsafe { $value };
            }
            $all
        }
    )*};
}
pub(super) use each;

impl<const NUMBER: usize> Lanes for [u64; NUMBER] {
    const NUMBER: usize = NUMBER;

    each! {
        |lanes| lanes;
        not: |lane| !lane;
        count_ones: |lane| lane.count_ones().into();
        and: |lane, other| lane & other;
        or: |lane, other| lane | other;
        xor: |lane, other| lane ^ other;
        plus: |lane, other| lane.wrapping_add(other);
        minus: |lane, other| lane.wrapping_sub(other);
        all: |_lane; value: u64| value;
        up: |lane; bits: u32| lane << bits;
        down: |lane; bits: u32| lane >> bits;
    }

    #[inline(always)]
    fn since_highest(self) -> Self {
        if NUMBER == 1 {
            return self.map(|lane| u64::MAX << (63 - (lane | 1).leading_zeros()));
        }
        // Vectors have no instruction for the highest bit: it is copied to all bits below.
        let mut below = self;
        for step in [1, 2, 4, 8, 16, 32] {
            below = below.or(below.down(step));
        }
        below.down(1).not()
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        self.into_iter().fold(0, |any, lane| any | lane) == 0
    }
}

/// Counts are carried block by block, as no vector instruction does so faster. Where the compiler
/// makes vectors of the other steps, four lanes are better than one: on adversarial data
/// (`cargo bench --bench ratios -- worst`, Zen 4), AVX2 is 7 % faster, and SSE2 without POPCNT 20 to
/// 30 %.
impl<const NUMBER: usize> CountLanes for [u64; NUMBER] {
    /// The counts were carried one by one, and are compared so.
    #[inline(always)]
    fn raised(self, counts: Self) -> Self {
        [counts.into_iter().fold(self[0], u64::max); NUMBER]
    }

    #[inline(always)]
    fn carried(mut lead: Self, mut tail: Self, resets: Self, before: Self) -> (Self, Self) {
        let mut count = before.last();
        for place in 0..NUMBER {
            lead[place] += count;
            // Whether there is a reset cannot be predicted, so no branch is taken on it.
            count = select(resets[place] == 0, lead[place], tail[place]);
            tail[place] = count;
        }
        (lead, tail)
    }

    #[inline(always)]
    fn reaching(self, number: Self, resets: Self) -> u64 {
        let mut reaching = 0;
        for place in 0..NUMBER {
            let ended = select(resets[place] == 0, 0, self[place]);
            reaching += u64::from(ended >= number[place]);
        }
        reaching
    }

    #[inline(always)]
    fn tops_before(mut self, before: Self) -> Self {
        let mut top = before[NUMBER - 1] >> 63;
        for lane in &mut self {
            (*lane, top) = (top, *lane >> 63);
        }
        self
    }

    #[inline(always)]
    fn parities_before(mut self, mut first: u64) -> (Self, u64) {
        for lane in &mut self {
            let top = 0_u64.wrapping_sub(*lane >> 63);
            *lane = first;
            first ^= top;
        }
        (self, first)
    }
}
