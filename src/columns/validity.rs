/// Which values of a [`Column`](crate::Column) are null: bits, the lowest of a byte first; 0 is null.
#[derive(Clone, Copy, Debug)]
pub struct Validity<'a> {
    bits: &'a [u8],
    /// The number of the bit of the first value.
    offset: usize,
}

impl<'a> Validity<'a> {
    /// The bits from the bit `offset` on.
    #[must_use]
    pub fn new(bits: &'a [u8], offset: usize) -> Self {
        Self { bits, offset }
    }

    /// Whether a value is not null.
    #[inline]
    pub(super) fn get(&self, at: usize) -> bool {
        let bit = self.offset + at;
        self.bits.get(bit / 8).is_some_and(|bits| bits >> (bit % 8) & 1 != 0)
    }

    /// Which of 64 values are not null, the first in the lowest bit. Those behind the last one may be
    /// either.
    #[inline]
    pub(super) fn word(&self, at: usize) -> u64 {
        let bit = self.offset + at;
        let bytes = self.bits.get(bit / 8..).unwrap_or_default();
        let mut word = [0; 16];
        // A constant number of bytes is copied without a call.
        match bytes.first_chunk::<9>() {
            Some(bytes) => word[..9].copy_from_slice(bytes),
            None => word[..bytes.len()].copy_from_slice(bytes),
        }
        (u128::from_le_bytes(word) >> (bit % 8)) as u64
    }

    /// Which of the `number` values from the value `at` on are null, counted from that.
    #[inline]
    pub(super) fn nulls(&self, at: usize, number: usize) -> impl Iterator<Item = usize> {
        let mut first = 0;
        let mut nulls = 0;
        std::iter::from_fn(move || {
            while nulls == 0 {
                if first >= number {
                    return None;
                }
                nulls = !self.word(at + first) & u64::MAX >> (64 - (number - first).min(64));
                first += 64;
            }
            let null = first - 64 + nulls.trailing_zeros() as usize;
            nulls &= nulls - 1;
            Some(null)
        })
    }

    /// Sets the answers of nulls to 0; the first of the answers is that of the value `at`.
    pub(super) fn clear_nulls(&self, at: usize, answers: &mut [u64]) {
        for null in self.nulls(at, answers.len()) {
            answers[null] = 0;
        }
    }

    /// Whether there is a bit for each of `number` values.
    pub(super) fn covers(&self, number: usize) -> bool {
        self.offset.checked_add(number).is_some_and(|bits| bits.div_ceil(8) <= self.bits.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_bits_one_by_one() {
        let bits: Vec<u8> = (0..40).map(|at: u32| (at * 151 + at / 3) as u8).collect();
        for offset in 0..80 {
            let validity = Validity::new(&bits, offset);
            let len = 8 * bits.len() - offset;
            for at in 0..len {
                let number = (len - at).min(64);
                let expected = (0..number).filter(|of| validity.get(at + of));
                let expected = expected.fold(0, |word, of| word | 1_u64 << of);
                let word = validity.word(at);
                assert_eq!(word & u64::MAX >> (64 - number), expected, "{offset}, {at}");
            }
            for number in [0, 1, 63, 64, 65, 200] {
                let mut answers = vec![7; number];
                validity.clear_nulls(3, &mut answers);
                let expected = (3..3 + number).map(|at| if validity.get(at) { 7 } else { 0 });
                assert!(answers.iter().copied().eq(expected), "{offset}, {number}");
            }
        }
    }
}
