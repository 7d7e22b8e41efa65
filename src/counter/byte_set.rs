use std::fmt;

/// A set of bytes.
///
/// ```
/// let separators: tally::ByteSet = b",;\t".iter().copied().collect();
/// assert!(separators.contains(b';'));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    /// The set without a byte.
    pub const EMPTY: Self = Self([0; 4]);

    /// The set of these bytes.
    #[must_use]
    pub const fn new(bytes: &[u8]) -> Self {
        let mut set = Self::EMPTY;
        let mut next = 0;
        while next < bytes.len() {
            set = set.with(bytes[next]);
            next += 1;
        }
        set
    }

    /// This set and `byte`.
    #[must_use]
    pub const fn with(mut self, byte: u8) -> Self {
        self.0[(byte >> 6) as usize] |= 1 << (byte & 63);
        self
    }

    /// Whether `byte` is in the set.
    #[must_use]
    pub const fn contains(&self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 != 0
    }

    /// Whether no byte is in the set.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        let [a, b, c, d] = self.0;
        a | b | c | d == 0
    }

    /// The set as bits: that of a byte is bit `byte % 8` of number `byte / 8`.
    pub(crate) fn to_bits(self) -> [u8; 32] {
        let mut bits = [0; 32];
        for (bits, word) in bits.chunks_exact_mut(8).zip(self.0) {
            bits.copy_from_slice(&word.to_le_bytes());
        }
        bits
    }

    /// The bytes of the set, in rising order.
    pub fn iter(&self) -> impl Iterator<Item = u8> + use<> {
        let set = *self;
        (0..=u8::MAX).filter(move |&byte| set.contains(byte))
    }
}

impl FromIterator<u8> for ByteSet {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        bytes.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl fmt::Debug for ByteSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|byte| byte.escape_ascii().to_string())).finish()
    }
}
