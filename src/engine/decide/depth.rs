//! Blocks in which closing bytes lower the count, passed over as long as bounds decide them.
//!
//! Wherever they stand in a block, its hits raise the count by no more than their number, and its
//! closing bytes lower it by no more than theirs:
//!
//! ```text
//! count before: 3       hits      . x . . x . . .       at most 3 + 2 = 5 on the way
//!                       closings  . . x . . . x x       at least 3 - 3 = 0 on the way
//! behind the block      3 + 2 - 3 = 2
//! ```
//!
//! While the highest is below the number to reach and the lowest is not below 0, which would stop the
//! count, the count behind the block is exact, and no segment matches in it.
//!
//! With AVX-512 eight blocks are compared side by side, with the counts carried through them; where the
//! bounds do not decide one of these, they are compared one by one. (`cargo bench --bench ratios --
//! depth`, Zen 4: 9 % faster, and no other backend gains.)
//!
//! Cost: about eight instructions for each block; four where they are compared side by side.

use crate::engine::isa::lanes::{Arithmetic, CountLanes, Lanes};

/// Passes over blocks from the first one on, up to one with a reset, or for which the bounds do not
/// decide whether the count, which is `count` before, reaches `number`. Returns how many blocks were
/// passed over, and the count behind them. Counts and `number` are below 2⁶³. The masks are those of
/// hits, resets and closing bytes.
///
/// # Safety
///
/// The processor has the instructions of `A`.
#[inline(always)]
pub(crate) unsafe fn pass<A: Arithmetic>(
    [hits, resets, closings]: [&[u64]; 3],
    count: u64,
    number: u64,
) -> (usize, u64) {
    let blocks = hits.len().min(resets.len()).min(closings.len());
    let mut passed = 0;
    // SAFETY: the caller vouches for the processor.
    let (zero, number_in_lanes, mut counts) =
        unsafe { (A::Counts::splat(0), A::Counts::splat(number), A::Counts::splat(count)) };
    while A::Counts::CARRIES_AT_ONCE && blocks - passed >= A::Counts::NUMBER {
        // SAFETY: the caller vouches for the processor, and that many masks are there.
        let (hits, resets, closings) = unsafe {
            (
                A::Counts::load(hits.as_ptr().add(passed)),
                A::Counts::load(resets.as_ptr().add(passed)),
                A::Counts::load(closings.as_ptr().add(passed)),
            )
        };
        let (hits, closings) = (hits.count_ones(), closings.count_ones());
        let change = hits.minus(closings);
        let (behind, counts_behind) = CountLanes::carried(change, change, zero, counts);
        let is_below = behind.plus(closings).minus(number_in_lanes);
        let is_negative = behind.minus(hits);
        if !resets.is_zero() || !is_below.and(is_negative.not()).all_signs() {
            break;
        }
        counts = counts_behind;
        passed += A::Counts::NUMBER;
    }
    let mut count = counts.last();
    while passed < blocks {
        let highest = count + u64::from(hits[passed].count_ones());
        let closings = u64::from(closings[passed].count_ones());
        if resets[passed] != 0 || highest >= number || count < closings {
            break;
        }
        count = highest - closings;
        passed += 1;
    }
    (passed, count)
}

#[cfg(test)]
mod tests {
    use super::pass;
    use crate::engine::isa::lanes::Arithmetic;
    use crate::engine::isa::portable::Portable;
    use crate::engine::isa::{CheckArithmetic, check_arithmetic};

    /// Masks of hits, resets and closing bytes, the count before them, and the number to reach.
    struct Case([Vec<u64>; 3], u64, u64);

    impl CheckArithmetic for Case {
        unsafe fn check<A: Arithmetic>(&self) {
            let Self([hits, resets, closings], count, number) = self;
            let mut expected = (0, *count);
            for ((&hits, &resets), &closings) in hits.iter().zip(resets).zip(closings) {
                let count = expected.1;
                // SAFETY: the caller vouches for the processor.
                let one = unsafe { pass::<A>([&[hits], &[resets], &[closings]], count, *number) };
                if one.0 == 0 {
                    assert_eq!(one.1, count);
                    break;
                }
                assert_eq!(resets, 0);
                assert_eq!(plainly(hits, closings, count, *number), (true, one.1));
                expected = (expected.0 + 1, one.1);
            }
            // SAFETY: the caller vouches for the processor.
            let passed = unsafe { pass::<A>([hits, resets, closings], *count, *number) };
            assert_eq!(passed, expected, "{hits:x?} {resets:x?} {closings:x?} {count} {number}");
        }
    }

    /// Byte by byte: whether the count stays between 0 and `number`, and the count behind.
    fn plainly(hits: u64, closings: u64, mut count: u64, number: u64) -> (bool, u64) {
        let mut stays = true;
        for place in 0..64 {
            count += hits >> place & 1;
            stays &= count < number;
            if closings >> place & 1 != 0 {
                stays &= count > 0;
                count = count.saturating_sub(1);
            }
        }
        (stays, count)
    }

    /// Blocks one by one against the bytes, and many against the blocks one by one.
    #[test]
    fn what_is_passed_over_stays_inside_the_bounds() {
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed ^ seed >> 29
        };
        let mut few = |bits: usize| (0..bits).fold(u64::MAX, |mask, _| mask & next());
        let mut passed = 0;
        for round in 0..20_000 {
            let (blocks, bits) = (round % 40, 3 + round % 4);
            let hits: Vec<u64> = (0..blocks).map(|_| few(bits)).collect();
            let closings: Vec<u64> = hits.iter().map(|hits| few(bits) & !hits).collect();
            let resets = (0..blocks).map(|_| few(6) & 1).collect();
            let (count, number) = (few(1) % 40, few(1) % 60 + 1);
            let first = [&hits[..blocks.min(1)], &[0], &closings[..blocks.min(1)]];
            // SAFETY: every processor has it.
            passed += unsafe { pass::<Portable>(first, count, number) }.0;
            check_arithmetic(&Case([hits, resets, closings], count, number));
        }
        assert!(passed > 2_000, "{passed}");
    }
}
