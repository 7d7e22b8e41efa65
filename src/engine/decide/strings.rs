//! Masks of many strings that follow one another, split at their ends.

use crate::engine::isa::block::BLOCK;

/// The masks of up to 64 blocks, and of one block behind them, which has no byte.
pub(crate) struct StringMasks(pub(crate) [u64; Self::BLOCKS + 1]);

impl StringMasks {
    /// The most blocks: 4 KiB of data.
    pub(crate) const BLOCKS: usize = 64;

    /// No bit.
    pub(crate) const fn new() -> Self {
        Self([0; Self::BLOCKS + 1])
    }

    /// Sets the bit of the byte at `place`.
    #[inline(always)]
    pub(crate) fn set(&mut self, place: u32) {
        let place = place as usize;
        self.0[(place / BLOCK).min(Self::BLOCKS)] |= 1 << (place % BLOCK);
    }

    /// Writes how many bits each string has. A string ends at the place in `ends`, and the next one
    /// starts there; places ascend, and none is behind the last block.
    ///
    /// The bits before a place are those of the blocks before its own, which are added up once, and
    /// those below it in its block.
    #[inline(always)]
    pub(crate) fn split(&self, ends: &[u32], numbers: &mut [u64]) {
        let Some(&end) = ends.last() else { return };
        let blocks = (end as usize / BLOCK).min(Self::BLOCKS) + 1;
        let mut before = [0_u32; Self::BLOCKS + 1];
        let mut sum = 0;
        for (before, mask) in before.iter_mut().zip(&self.0[..blocks]) {
            *before = sum;
            sum += mask.count_ones();
        }
        let mut last = 0;
        for (&end, number) in ends.iter().zip(numbers) {
            let (block, place) = ((end as usize / BLOCK).min(Self::BLOCKS), end as usize % BLOCK);
            let below = self.0[block] & ((1 << place) - 1);
            let here = before[block] + below.count_ones();
            *number = u64::from(here - last);
            last = here;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_split_as_bit_by_bit() {
        let mut masks = StringMasks::new();
        let mut seed = 1_u64;
        let mut next = |bound: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % bound
        };
        for round in 0..200 {
            for mask in &mut masks.0[..StringMasks::BLOCKS] {
                *mask = next(1 << 31) << 32 & next(1 << 31) << 33 | next(1 << 31);
            }
            let mut ends: Vec<u32> = (0..next(100)).map(|_| next(4097) as u32).collect();
            ends.extend([0, 64, 4096, 4096].iter().take(round % 5));
            ends.sort_unstable();
            let is_set = |place: &u32| {
                let place = *place as usize;
                masks.0[place / BLOCK] >> (place % BLOCK) & 1 != 0
            };
            let mut start = 0;
            let expected: Vec<u64> = ends
                .iter()
                .map(|&end| (std::mem::replace(&mut start, end)..end).filter(is_set).count() as u64)
                .collect();
            let mut numbers = vec![9; ends.len()];
            masks.split(&ends, &mut numbers);
            assert_eq!(numbers, expected);
        }
    }
}
