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
//! Cost: about eight instructions for each block.

/// Passes over blocks from the first one on, up to one with a reset, or for which the bounds do not
/// decide whether the count, which is `count` before, reaches `number`. Returns how many blocks were
/// passed over, and the count behind them.
#[inline(always)]
pub(crate) fn pass(
    hits: &[u64],
    resets: &[u64],
    closings: &[u64],
    mut count: u64,
    number: u64,
) -> (usize, u64) {
    let mut passed = 0;
    for ((&hits, &resets), &closings) in hits.iter().zip(resets).zip(closings) {
        let highest = count + u64::from(hits.count_ones());
        let closings = u64::from(closings.count_ones());
        if resets != 0 || highest >= number || count < closings {
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

    #[test]
    fn what_is_passed_over_stays_inside_the_bounds() {
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed ^ seed >> 29
        };
        let mut passed = 0;
        for _ in 0..100_000 {
            let hits = next() & next() & next() & next();
            let closings = next() & next() & next() & next() & !hits;
            let (count, number) = (next() % 12, next() % 20 + 1);
            let (stays, behind) = plainly(hits, closings, count, number);
            match pass(&[hits], &[0], &[closings], count, number) {
                (1, exact) => {
                    assert!(stays && exact == behind, "{hits:x} {closings:x} {count} {number}");
                    passed += 1;
                }
                stopped => assert_eq!(stopped, (0, count)),
            }
            assert_eq!(pass(&[0, hits], &[0, 1], &[0, closings], count, u64::MAX), (1, count));
        }
        assert!(passed > 10_000);
    }
}
