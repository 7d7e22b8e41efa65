//! What the masks of one block mean for the segments that the block touches.
//!
//! # The idea
//!
//! The resets of a block split its bytes into three parts:
//!
//! ```text
//! byte      0 1 2 3 4 5 6 7 8 9     (byte 0 is the lowest bit; drawn from left to right)
//! hits      x . x x . x x . x .
//! resets    . . | . . . . | . .
//! part      lead  middle    tail
//! ```
//!
//! - the *lead*, before the first reset, belongs to the segment that was open before the block;
//! - the *tail*, from the last reset on, to the one that is open behind it;
//! - the *middle* has the segments that both start and end in the block.
//!
//! Without a reset, all of the block is lead, and nothing else. ([`Parts`] has it as tail too, which
//! saves a test.) A segment that spans three blocks is the tail of the first, all of the second and
//! the lead of the third: its count is carried from one block to the next and grows by these numbers
//! of hits.
//!
//! Lead and tail are counted with a few instructions. The segments of the middle are looked at only
//! if all hits of the middle together are enough for one of them to matter. Then all are walked
//! through at the same time, hit by hit ([`Walk`]).
//!
//! Cost: no more than 63 steps, whatever the masks are. [`middle_reaching`] takes one less than the
//! number, at most 31, as longer segments are counted one by one; [`middle_largest`] as many as the
//! largest count in a middle. Both do so for 16 blocks at once, and the latter for one in
//! [`highest`]. [`reached`], which finds the bytes of one block at which the number is reached, takes
//! one less than the hits that are missing in the lead, and one less than the number for the segments
//! behind it, and only if there are enough hits.

use crate::engine::isa::lanes::{Lanes, select};

/// How many hits the parts of each block have.
#[derive(Clone, Copy)]
pub(super) struct Parts<L> {
    /// Those before the first reset; all if there is no reset.
    pub(super) lead: L,
    /// Those from the last reset on; all if there is no reset.
    pub(super) tail: L,
    /// Those of the segments that start and end in the block, all together; 0 or less, as a signed
    /// number, if there is no reset.
    pub(super) middle: L,
}

impl<L: Lanes> Parts<L> {
    /// `one` is 1 in every lane.
    #[inline(always)]
    pub(super) fn new(hits: L, resets: L, one: L) -> Self {
        let before_first = resets.minus(one).and(resets.not());
        let lead = hits.and(before_first).count_ones();
        let tail = hits.and(resets.since_highest()).count_ones();
        Self { lead, tail, middle: hits.count_ones().minus(lead).minus(tail) }
    }
}

/// Walks through all segments that start in a block at once, from one hit to the next.
///
/// A carry does the walking. A bit behind the place where a segment stands is added to the *gaps*,
/// the bytes that are neither hit nor reset: the carry runs through them, and what it reaches is
/// the next hit, or the reset that ends the segment. One addition moves all segments, as no carry
/// gets past a hit or a reset.
///
/// ```text
/// byte              0 1 2 3 4 5 6 7 8 9
/// hits              . . x . . x x . . x
/// resets            | . . . . . . | . .
/// gaps              . 1 . 1 1 . . . 1 .
/// behind resets     . 1 . . . . . . 1 .
/// sum               . . 1 1 1 . . . . 1     the first hits, at 2 and 9 (and gaps, masked out)
/// behind these      . . . 1 . . . . . .
/// plus gaps         . 1 . . . 1 . . 1 .     the second hit, at 5; the other segment has none
/// ```
#[derive(Clone, Copy)]
struct Walk<L> {
    /// A bit for each segment that is not done, at the hit which the walk has reached.
    at: L,
    /// The hits that are not the first of their segment.
    rest: L,
    gaps: L,
}

impl<L: Lanes> Walk<L> {
    /// Stands at the first hit of each segment that starts in the block, counting only hits in
    /// `within`.
    #[inline(always)]
    fn new(hits: L, resets: L, within: L) -> Self {
        let gaps = hits.or(resets).not();
        let inside = hits.and(within);
        // A reset that is a hit itself is the first of its segment.
        let start = resets.and(hits.not());
        let at = inside.and(resets.or(start.plus(start).plus(gaps)));
        Self { at, rest: inside.and(at.not()), gaps }
    }

    /// Moves each segment to its next hit; a segment without one is done.
    #[inline(always)]
    fn step(&mut self) {
        self.at = self.at.plus(self.at).plus(self.gaps).and(self.rest);
    }

    /// The `number`-th hit (from 1) of each segment that has at least `number`.
    #[inline(always)]
    fn nth(mut self, number: u64) -> L {
        for _ in 1..number {
            self.step();
        }
        self.at
    }
}

/// The bytes from the first reset on.
#[inline(always)]
fn since_first<L: Lanes>(resets: L) -> L {
    resets.plus(resets.all(u64::MAX)).and(resets.not()).not()
}

/// The bytes of the middle: from the first reset up to the last.
#[inline(always)]
fn middle<L: Lanes>(resets: L) -> L {
    since_first(resets).and(resets.since_highest().not())
}

/// The bytes of the `middle` at which a run ends that has room for `number` hits (2 to 64):
/// `number` less 1 bytes without a reset, as the reset before them may be a hit too.
///
/// Shifting a mask over itself leaves the runs of at least two ones, and so on: each of at most six
/// steps doubles the length of the runs that are left.
#[inline(always)]
fn room<L: Lanes>(resets: L, middle: L, number: u64) -> L {
    let mut runs = middle.and(resets.not());
    let (mut have, want) = (1, number as u32 - 1);
    while 2 * have <= want {
        runs = runs.and(runs.up(have));
        have *= 2;
    }
    runs.and(runs.up(want - have))
}

/// From this number on, testing for room costs less than the steps that it saves.
/// `cargo bench --bench ratios -- worst`, Zen 4: 4 to 14 are within 1 %.
const LOOK_FOR_ROOM: u64 = 8;

/// How many segments of the middle have `number` hits or more. From the number `count_from` on,
/// which is 22 or more, these are counted one by one instead of walked through.
#[inline(always)]
pub(super) fn middle_reaching<L: Lanes>(hits: L, resets: L, number: u64, count_from: u64) -> u64 {
    let middle = middle(resets);
    if (LOOK_FOR_ROOM..=64).contains(&number) {
        let mut room = room(resets, middle, number);
        if room.is_zero() {
            return 0;
        }
        if number >= count_from {
            // A block has room for two such segments at most. Their bytes are the `number` up to
            // each end.
            let (mut have, want) = (1, number as u32);
            while 2 * have <= want {
                room = room.or(room.down(have));
                have *= 2;
            }
            room = room.or(room.down(want - have));
            let second = room.and(resets).since_highest();
            let hits = hits.and(room);
            return has_as_many(hits.and(second), number).total()
                + has_as_many(hits.and(second.not()), number).total();
        }
    } else if number > 64 {
        return 0;
    }
    Walk::new(hits, resets, middle).nth(number).count_ones().total()
}

/// In each lane 1 if `hits` are `number` or more, otherwise 0.
#[inline(always)]
fn has_as_many<L: Lanes>(hits: L, number: u64) -> L {
    hits.count_ones().minus(hits.all(number)).not().down(63)
}

/// The largest count of a segment of the middle, or `least` if that is larger.
#[inline(always)]
pub(super) fn middle_largest<L: Lanes>(hits: L, resets: L, least: u64) -> u64 {
    let middle = middle(resets);
    if least >= 64 || least >= LOOK_FOR_ROOM && room(resets, middle, least + 1).is_zero() {
        return least;
    }
    let mut walk = Walk::new(hits, resets, middle);
    let mut number = 0;
    while !walk.at.is_zero() {
        number += 1;
        walk.step();
    }
    least.max(number)
}

/// Decides a block: a bit for each byte at which a segment's count reaches `number` (at least 1 and
/// below 2⁶³), and the count of the segment that is open behind the block. Before it, that of the
/// open segment is `count`.
#[inline(always)]
pub(crate) fn reached(hits: u64, resets: u64, count: u64, number: u64) -> (u64, u64) {
    let Parts { lead: [lead], tail: [tail], middle: [middle] } = Parts::new([hits], [resets], [1]);
    let mut ends = 0;
    if count < number && number - count <= lead {
        let mut left = hits;
        for _ in 1..number - count {
            left &= left - 1;
        }
        ends = left & left.wrapping_neg();
    }
    // All behind the lead; none if there is no reset.
    if middle.wrapping_add(tail) >= number {
        let [inside] = Walk::new([hits], [resets], since_first([resets])).nth(number);
        ends |= inside;
    }
    (ends, select(resets == 0, count, 0) + tail)
}

/// Decides a block: the largest count of a segment, or `least` if that is larger; and the count of the
/// segment that is open behind the block. Before it, that of the open segment is `count`.
#[inline(always)]
pub(crate) fn highest(hits: u64, resets: u64, count: u64, least: u64) -> (u64, u64) {
    let Parts { lead: [lead], tail: [tail], .. } = Parts::new([hits], [resets], [1]);
    let highest = least.max(count + lead).max(tail);
    (middle_largest([hits], [resets], highest), select(resets == 0, count, 0) + tail)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The same by walking over the bits.
    fn reached_plainly(hits: u64, resets: u64, mut count: u64, number: u64) -> (u64, u64) {
        let mut ends = 0;
        for place in 0..64 {
            if resets >> place & 1 != 0 {
                count = 0;
            }
            if hits >> place & 1 != 0 {
                count += 1;
                if count == number {
                    ends |= 1 << place;
                }
            }
        }
        (ends, count)
    }

    /// Random numbers, from a seed.
    pub(in crate::engine::decide) struct Random(u64);

    impl Random {
        pub(in crate::engine::decide) fn new(seed: u64) -> Self {
            Self(0x9E37_79B9_7F4A_7C15 ^ seed)
        }

        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }

        pub(in crate::engine::decide) fn below(&mut self, bound: u64) -> u64 {
            (self.next() >> 32) % bound
        }

        /// Hits and resets of one block. The density of one is independent of that of the other.
        pub(in crate::engine::decide) fn masks(&mut self) -> (u64, u64) {
            let (hits, resets) = (self.below(9), self.below(9));
            (self.mask(hits), self.mask(resets))
        }

        fn mask(&mut self, density: u64) -> u64 {
            match density {
                0 => self.next(),
                1 => self.next() & self.next(),
                2 => self.next() & self.next() & self.next() & self.next(),
                3 => self.next() | self.next(),
                4 => self.next() | self.next() | self.next() | self.next(),
                5 => u64::MAX << self.below(64),
                6 => 0,
                7 => u64::MAX,
                _ => (0..=self.below(4)).fold(0, |mask, _| mask | 1 << self.below(64)),
            }
        }
    }

    const NUMBERS: [u64; 19] =
        [1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 21, 22, 23, 31, 32, 33, 63, 64, 65];

    #[test]
    fn a_block_is_decided_as_bit_by_bit() {
        let mut random = Random::new(1);
        for round in 0..40_000 {
            let (hits, resets) = random.masks();
            for number in NUMBERS {
                for count in [0, round % number, number - 1, number, number + 1] {
                    let (ends, behind) = reached_plainly(hits, resets, count, number);
                    let about = || format!("{hits:#x} {resets:#x} {count} {number}");
                    assert_eq!(reached(hits, resets, count, number), (ends, behind), "{}", about());
                    let (largest, last) = highest(hits, resets, count, number - 1);
                    assert_eq!(last, behind, "{}", about());
                    let is_reached = largest >= number;
                    assert_eq!(is_reached, ends != 0 || count >= number, "{}", about());
                    // It is reached in the block, or was before it, and no higher number is.
                    let (higher, _) = reached_plainly(hits, resets, count, largest + 1);
                    assert_eq!(higher, 0, "{}", about());
                }
            }
        }
    }

    #[test]
    fn long_segments_at_the_edges_of_a_block() {
        for (hits, resets, number, ends) in [
            (u64::MAX, 1, 64, 1 << 63), // the opening reset is the first of 64 hits
            (u64::MAX << 1, 1, 63, 1 << 63),
            (u64::MAX << 1, 1, 64, 0),
            (u64::MAX, 0, 64, 1 << 63),
            (u64::MAX, 1 << 63, 63, 1 << 62),
            (u64::MAX, u64::MAX, 1, u64::MAX), // each byte is a segment of its own
            (u64::MAX, u64::MAX, 2, 0),
        ] {
            assert_eq!(reached(hits, resets, 0, number).0, ends);
            assert_eq!(reached_plainly(hits, resets, 0, number).0, ends);
        }
    }

    #[test]
    fn counts_far_above_a_block() {
        let number = i64::MAX as u64;
        assert_eq!(reached(u64::MAX, 0, number - 64, number), (1 << 63, number));
        assert_eq!(reached(u64::MAX, 0, number - 65, number), (0, number - 1));
        assert_eq!(reached(u64::MAX, 0, number, number), (0, number + 64));
    }

    #[test]
    fn parts_add_up() {
        let mut random = Random::new(2);
        for _ in 0..10_000 {
            let (hits, resets) = random.masks();
            let Parts { lead: [lead], tail: [tail], middle: [middle] } =
                Parts::new([hits], [resets], [1]);
            let number = u64::from(hits.count_ones());
            if resets == 0 {
                assert_eq!(lead, number);
                assert_eq!((tail, middle), (number, number.wrapping_neg()));
            } else {
                assert_eq!(lead + middle + tail, number);
            }
            // One hit short of reaching it by the tail alone, or by it.
            let number = 1_000;
            assert_eq!(
                reached(hits, resets, number, number).1,
                if resets == 0 { number + lead } else { tail }
            );
        }
    }
}
