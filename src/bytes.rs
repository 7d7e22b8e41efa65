//! Sets of bytes, conditions and matches: what the engine and everything above it share.

use std::fmt;

use crate::error::Error;

/// A set of bytes.
///
/// ```
/// let separators: tally::ByteSet = b",;\t".iter().copied().collect();
/// assert!(separators.contains(b';'));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    /// The empty set.
    pub const EMPTY: Self = Self([0; 4]);

    /// Space, `\t`, `\n`, `\v`, `\f` and `\r`: what C's `isspace` calls white space.
    pub const WHITESPACE: Self = Self::new(b" \t\n\x0B\x0C\r");

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

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        let [a, b, c, d] = self.0;
        a | b | c | d == 0
    }

    /// The set as 256 bits; that of byte `b` is bit `b % 8` of element `b / 8`.
    pub(crate) fn to_bits(self) -> [u8; 32] {
        let mut bits = [0; 32];
        for (bits, word) in bits.chunks_exact_mut(8).zip(self.0) {
            bits.copy_from_slice(&word.to_le_bytes());
        }
        bits
    }

    /// The bytes of the set, in ascending order.
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

/// What separates words. A word is a longest run of bytes that are in no separator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WordRule {
    /// Space, `\t`, `\n`, `\v`, `\f` and `\r`: the words of Python's `bytes.split()`, and of `wc -w`
    /// in printable text.
    Ascii,
    /// Every character at which Python's `str.split()` cuts: those with the Unicode property
    /// `White_Space`, and U+001C to U+001F.
    ///
    /// In malformed text every occurrence of the encoding of such a character separates, whatever
    /// stands around it, and nothing else does.
    Unicode,
}

/// What a segment's count has to satisfy for the segment to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// The count reaches this number; 0 holds for every segment.
    AtLeast(u64),
    /// The final count is below `min_number` or above `max_number`.
    Outside {
        /// The lowest count that does not match.
        min_number: u64,
        /// The highest count that does not match; [`u64::MAX`] is no maximum.
        max_number: u64,
    },
    /// The final count is from `min_number` to `max_number`.
    Within {
        /// The lowest count that matches.
        min_number: u64,
        /// The highest count that matches; [`u64::MAX`] is no maximum.
        max_number: u64,
    },
}

/// A segment that satisfies the condition, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Match {
    /// The number of the segment, counted from 0.
    pub segment: u64,
    /// The offset in bytes at which the segment starts.
    pub start: u64,
    /// For [`Condition::AtLeast`], the offset just past the hit with which the count reached the
    /// number; the same as `start` if the number is 0. Otherwise the end of the segment: the offset
    /// of its reset byte, or the length of the data.
    pub end: u64,
    /// The segment's count at `end`: for [`Condition::AtLeast`], the number.
    pub count: u64,
}

/// The length of the longest border of each prefix of `string`, indexed by the prefix's length;
/// [`Error::NoMemory`] if there is no memory for them.
///
/// A *border* of a string is a shorter string with which it both begins and ends. The table is that
/// of Knuth, Morris and Pratt ("Fast pattern matching in strings", 1977); a border that a byte
/// makes longer is one of the prefix before it.
pub(crate) fn borders(string: &[u8]) -> Result<Vec<usize>, Error> {
    let mut borders = Vec::new();
    borders.try_reserve_exact(string.len() + 1).map_err(|_| Error::NoMemory)?;
    borders.extend([0, 0]);
    for (at, &byte) in string.iter().enumerate().skip(1) {
        let mut border = borders[at];
        while border > 0 && string[border] != byte {
            border = borders[border];
        }
        borders.push(border + usize::from(string[border] == byte));
    }
    Ok(borders)
}

/// A copy of `bytes`; [`Error::NoMemory`] if there is no memory for it.
pub(crate) fn try_copy(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len()).map_err(|_| Error::NoMemory)?;
    copy.extend_from_slice(bytes);
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_are_the_longest() {
        for string in [
            &b"ab"[..],
            b"aa",
            b"aabaa",
            b"aabaaab",
            b"abaabac",
            b"abcabcab",
            b"abcabcabcabd",
            b"ababbababab",
            b"abacabadabacaba",
            &[b'x'; 100],
        ] {
            let expected: Vec<usize> = (0..=string.len())
                .map(|len| {
                    let is_border = |&border: &usize| string[..len].ends_with(&string[..border]);
                    (0..len).rev().find(is_border).unwrap_or(0)
                })
                .collect();
            assert_eq!(borders(string).unwrap(), expected);
        }
    }
}
