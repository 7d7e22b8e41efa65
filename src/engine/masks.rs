//! The exact step: what 64 bytes mean for the segments they touch, from two masks.
//!
//! `hits` has a bit for each byte that completes a hit, `resets` one for each reset byte. A byte
//! with both bits set opens a segment and is its first hit. Nothing here loops over hits or
//! resets, so no data is slow.
//!
//! A block splits the segments it touches in three: the one that was open before it (`lead` are
//! its hits here), those that open inside, and of these the last, which stays open (`tail` is its
//! count so far).

use super::row::Masks;

/// The hits of the segment that was open at the block's start: those before the first reset.
#[inline(always)]
pub(super) fn lead(hits: u64, resets: u64) -> u64 {
    hits & !resets & resets.wrapping_sub(1)
}

/// The hits of the segment that is open at the block's end, given the `carry` of the one that was
/// open at its start.
#[inline(always)]
pub(super) fn tail(hits: u64, resets: u64, carry: u64) -> u64 {
    tail_from(hits, resets, carry, 0)
}

/// [`tail`] where counting starts again at `start` instead of 0, with wrapping.
#[inline(always)]
pub(super) fn tail_from(hits: u64, resets: u64, carry: u64, start: u64) -> u64 {
    let from_last = hits >> (63 - (resets | 1).leading_zeros());
    // Whether there is a reset cannot be foretold, so no branch is taken on it.
    let before = std::hint::select_unpredictable(resets == 0, carry, start);
    before.wrapping_add(u64::from(from_last.count_ones()))
}

/// The hits of the segments that open inside a block; for one block or several.
#[derive(Clone, Copy)]
struct Inside<M> {
    /// All of them.
    hits: M,
    /// Those that are the first of their segment.
    first: M,
    /// The bytes that are neither hit nor reset.
    gaps: M,
}

impl<M: Masks> Inside<M> {
    /// A carry started behind each reset runs through the gaps and lands on the first hit of the
    /// segment, or on the next reset; one addition does so for all of them.
    #[inline(always)]
    fn new(hits: M, resets: M) -> Self {
        let gaps = hits.or(resets).not();
        let behind_first_reset = resets.minus(resets).minus(resets).or(resets);
        let inside = hits.and(behind_first_reset);
        let behind_resets = resets.and(hits.not()).up(1);
        let first = inside.and(resets.or(behind_resets.plus(gaps)));
        Self { hits: inside, first, gaps }
    }

    /// The hits that are not the first of their segment.
    #[inline(always)]
    fn going_on(&self) -> M {
        self.hits.and(self.first.not())
    }
}

/// Whether a count comes to the number by growing by `more`: the highest bit, the others mean
/// nothing. `below` is [`Number::below`] of the count.
#[inline(always)]
pub(super) fn crosses(below: u64, more: u64) -> u64 {
    below & !below.wrapping_add(more)
}

/// A number of hits that a segment may reach, and how to look for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    value: u64,
    way: Way,
    steps: [u8; 6],
}

/// How [`nth`] finds hits.
///
/// - The first hits are moved to the next hit of their segment, `number - 1` times, by the same
///   addition that found them (see [`Inside`]).
/// - The hits are squeezed together, so that a segment is a 0 (its first hit) followed by ones (the
///   others). The `number`-th hit ends a run of `number - 1` ones that begins right behind a 0.
///   Such runs are left by `x &= x << step`, done `log2` times.
/// - The few segments that are long enough are counted in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Moves,
    Runs,
    Few,
    /// No segment inside a block has so many hits.
    None,
}

impl Number {
    /// Up to here, moving is faster than squeezing.
    const MOST_MOVES: u64 = 14;

    /// No count comes so far.
    const NEVER: u64 = i64::MAX as u64;

    /// `number` is at least 1; `squeezes` says whether the processor is fast at that.
    pub(super) fn new(number: u64, squeezes: bool) -> Self {
        let way = match (number, squeezes) {
            (65.., _) => Way::None,
            (33.., false) => Way::Few,
            (..=Self::MOST_MOVES, true) | (_, false) => Way::Moves,
            _ => Way::Runs,
        };
        let mut steps = [0; 6];
        let mut longer = number.clamp(2, 64) as u8 - 2;
        let mut have = 1;
        for step in &mut steps {
            *step = longer.min(have);
            longer -= *step;
            have += *step;
        }
        Self { value: number.min(Self::NEVER), way, steps }
    }

    #[inline(always)]
    pub(super) fn number(&self) -> u64 {
        self.value
    }

    /// `count` minus the number, with wrapping: its highest bit says that the number is not reached.
    #[inline(always)]
    pub(super) fn below(&self, count: u64) -> u64 {
        count.wrapping_sub(self.value)
    }

    /// Where runs of `number - 1` ones (or more) end in `row`; `number` is at least 2.
    #[inline(always)]
    fn run_ends<M: Masks>(&self, row: M) -> M {
        let mut runs = row;
        for step in self.steps {
            runs = runs.and(runs.up(step.into()));
        }
        runs
    }
}

/// The `number`-th hit, counted from 1, of each segment that opens inside the block and has so
/// many hits in it: a bit for each such hit. [`places`] says where.
///
/// # Safety
///
/// The processor has the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn nth<M: Masks, S: Squeeze>(hits: M, resets: M, number: &Number) -> M {
    match number.way {
        Way::Moves => {
            let inside = Inside::new(hits, resets);
            let going_on = inside.going_on();
            let mut at = inside.first;
            for _ in 1..number.value {
                at = at.plus(at).plus(inside.gaps).and(going_on);
            }
            at
        }
        Way::Runs if S::SQUEEZES => {
            let inside = Inside::new(hits, resets);
            let (mut row, hits) = (inside.going_on().row(), inside.hits.row());
            // SAFETY: the caller vouches for the processor.
            let row = unsafe {
                for block in 0..M::NUMBER {
                    row[block] = S::squeeze(row[block], hits[block]);
                }
                M::of(&row)
            };
            number.run_ends(row).and(row.up(number.value as u32 - 1).not())
        }
        Way::Few => {
            let (mut hits, resets) = (hits.row(), resets.row());
            for block in 0..M::NUMBER {
                hits[block] = nth_of_few(hits[block], resets[block], number);
            }
            // SAFETY: the caller vouches for the processor.
            unsafe { M::of(&hits) }
        }
        _ => hits.minus(hits),
    }
}

/// Where in the block the bits of [`nth`] are.
///
/// # Safety
///
/// As there.
#[inline(always)]
pub(super) unsafe fn places<S: Squeeze>(nth: u64, hits: u64, resets: u64, number: &Number) -> u64 {
    match number.way {
        // SAFETY: the caller vouches for the processor.
        Way::Runs => unsafe { S::spread(nth, Inside::new([hits], [resets]).hits[0]) },
        _ => nth,
    }
}

/// Instructions that move bits together.
pub(super) trait Squeeze {
    /// Whether there are any.
    const SQUEEZES: bool;

    /// The bits of `bits` that `mask` names, moved together at the low end.
    ///
    /// # Safety
    ///
    /// The processor has these instructions.
    unsafe fn squeeze(bits: u64, mask: u64) -> u64;

    /// The low bits of `bits`, moved to the places that `mask` names.
    ///
    /// # Safety
    ///
    /// As [`squeeze`](Self::squeeze).
    unsafe fn spread(bits: u64, mask: u64) -> u64;
}

/// A processor without such instructions: no [`Number`] made for it asks for them.
pub(super) struct NoSqueeze;

impl Squeeze for NoSqueeze {
    const SQUEEZES: bool = false;

    #[inline(always)]
    unsafe fn squeeze(_: u64, _: u64) -> u64 {
        0
    }

    #[inline(always)]
    unsafe fn spread(_: u64, _: u64) -> u64 {
        0
    }
}

/// [`nth`] for numbers so large that few segments of a block can have as many bytes.
#[inline(always)]
fn nth_of_few(hits: u64, resets: u64, number: &Number) -> u64 {
    let mut found = 0;
    // Where `number - 1` bytes without a reset end, behind the first reset. (The opening reset may
    // be a hit too, so one byte less than `number` is enough.)
    let behind_first = !resets & (resets | resets.wrapping_neg());
    let [mut long] = number.run_ends([behind_first]);
    while long != 0 {
        let place = long.trailing_zeros();
        let opening = 63 - (resets & !(u64::MAX << place)).leading_zeros();
        let next = resets & (u64::MAX << place);
        let segment = (u64::MAX << opening) & !next & next.wrapping_sub(1);
        let own = hits & segment;
        if u64::from(own.count_ones()) >= number.value {
            found |= 1 << select(own, number.value);
        }
        long &= !segment;
    }
    found
}

/// The place of the `number`-th set bit of `bits`, counted from 1. There are as many.
#[inline(always)]
pub(super) fn select(bits: u64, number: u64) -> u32 {
    let mut place = 0;
    let mut left = number as u32;
    for width in [32, 16, 8, 4, 2, 1] {
        let ones = (bits >> place & ((1 << width) - 1)).count_ones();
        if ones < left {
            left -= ones;
            place += width;
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bit by bit.
    struct Plain;

    impl Squeeze for Plain {
        const SQUEEZES: bool = true;

        unsafe fn squeeze(bits: u64, mask: u64) -> u64 {
            ones(mask).enumerate().fold(0, |row, (to, from)| row | (bits >> from & 1) << to)
        }

        unsafe fn spread(bits: u64, mask: u64) -> u64 {
            ones(mask).enumerate().fold(0, |row, (from, to)| row | (bits >> from & 1) << to)
        }
    }

    /// The answer by both ways that a number may take; they must agree.
    fn nth(hits: u64, resets: u64, number: u64) -> u64 {
        let [squeezed, moved] = [true, false].map(|squeezes| {
            let number = &Number::new(number, squeezes);
            // SAFETY: no special instructions are used.
            unsafe {
                let [nth] = super::nth::<_, Plain>([hits], [resets], number);
                places::<Plain>(nth, hits, resets, number)
            }
        });
        assert_eq!(squeezed, moved, "{hits:#x} {resets:#x} {number}");
        moved
    }

    fn ones(mask: u64) -> impl Iterator<Item = u32> {
        (0..64).filter(move |place| mask >> place & 1 != 0)
    }

    /// The same by walking over the bits.
    fn nth_plainly(hits: u64, resets: u64, number: u64) -> u64 {
        let (mut inside, mut count, mut found) = (false, 0, 0);
        for place in 0..64 {
            if resets >> place & 1 != 0 {
                (inside, count) = (true, 0);
            }
            if hits >> place & 1 != 0 {
                count += 1;
                if inside && count == number {
                    found |= 1 << place;
                }
            }
        }
        found
    }

    /// Masks of every density, from a fixed seed.
    fn masks() -> impl Iterator<Item = u64> {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        (0..).map(move |turn| match turn % 7 {
            0 => next(),
            1 => next() & next(),
            2 => next() & next() & next() & next(),
            3 => next() | next(),
            4 => next() | next() | next() | next(),
            5 => u64::MAX << (next() & 63),
            _ => 1 << (next() & 63),
        })
    }

    #[test]
    fn nth_is_what_walking_over_the_bits_finds() {
        let (mut hits, mut resets) = (masks(), masks().step_by(3).skip(5));
        for _ in 0..40_000 {
            let (hits, resets) = (hits.next().unwrap(), resets.next().unwrap());
            for number in [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 16, 17, 21, 31, 32, 33, 34, 63, 64, 65] {
                assert_eq!(
                    nth(hits, resets, number),
                    nth_plainly(hits, resets, number),
                    "{hits:#x} {resets:#x} {number}"
                );
            }
        }
    }

    #[test]
    fn long_segments_at_the_edges_of_a_block() {
        for (hits, resets, number, expected) in [
            (u64::MAX, 1, 64, 1 << 63), // the opening reset is the first of 64 hits
            (u64::MAX << 1, 1, 63, 1 << 63),
            (u64::MAX << 1, 1, 64, 0),
            (u64::MAX, 0, 1, 0), // nothing opens here
            (u64::MAX, 1 << 63, 1, 1 << 63),
            (u64::MAX, u64::MAX, 1, u64::MAX), // each byte is a segment of its own
            (u64::MAX, u64::MAX, 2, 0),
        ] {
            assert_eq!(nth(hits, resets, number), expected);
            assert_eq!(nth_plainly(hits, resets, number), expected);
        }
    }

    #[test]
    fn lead_and_tail() {
        assert_eq!(lead(0b1011_0110, 0b0001_0000), 0b0110);
        assert_eq!(lead(u64::MAX, 0), u64::MAX);
        assert_eq!(lead(u64::MAX, 1), 0);
        assert_eq!(tail(0b1011_0110, 0b0001_0000, 9), 3);
        assert_eq!(tail(0b1011_0110, 0, 9), 14);
        assert_eq!(tail(u64::MAX, 1 << 63, 9), 1);
    }

    #[test]
    fn select_counts_from_one() {
        for bits in masks().take(5_000) {
            for (number, place) in ones(bits).enumerate() {
                assert_eq!(select(bits, number as u64 + 1), place);
            }
        }
    }
}
