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

    /// Whether there is a bit for each of `number` values.
    pub(super) fn covers(&self, number: usize) -> bool {
        self.offset.checked_add(number).is_some_and(|bits| bits.div_ceil(8) <= self.bits.len())
    }
}
