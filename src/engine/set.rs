//! A set of bytes, in the forms that the backends look things up in.

use crate::ByteSet;

/// The bit that stands for each high nibble in [`Set::low_rows`] and [`Set::high_rows`].
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) const ROW_BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];

/// A set of bytes, laid out for every backend.
///
/// Made once for a counter; the backends only read it.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct Set {
    /// For each low nibble, one bit for each high nibble from 0 to 7 (bytes below 0x80).
    pub(super) low_rows: [u8; 16],
    /// The same for the high nibbles from 8 to 15 (bytes from 0x80).
    pub(super) high_rows: [u8; 16],
    /// Whether all bytes are below 0x80: then one table is enough.
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "not all backends ask"))]
    pub(super) is_ascii: bool,
    /// The same set as 256 bits.
    bits: [u64; 4],
    /// The set as ranges of bytes, where [`Set::MAX_RANGES`] are enough.
    ranges: [Range; Set::MAX_RANGES],
    range_count: usize,
}

/// The bytes from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) first: u8,
    pub(super) last: u8,
}

impl Set {
    const MAX_RANGES: usize = 8;

    pub(crate) fn new(bytes: &ByteSet) -> Self {
        let mut set = Self {
            low_rows: [0; 16],
            high_rows: [0; 16],
            is_ascii: true,
            bits: [0; 4],
            ranges: [Range { first: 0, last: 0 }; Self::MAX_RANGES],
            range_count: 0,
        };
        let mut previous = None;
        for byte in bytes.iter() {
            let row = 1 << (byte >> 4 & 7);
            let column = usize::from(byte & 15);
            if byte < 0x80 {
                set.low_rows[column] |= row;
            } else {
                set.high_rows[column] |= row;
                set.is_ascii = false;
            }
            set.bits[usize::from(byte >> 6)] |= 1 << (byte & 63);
            if previous.is_none() || previous != byte.checked_sub(1) {
                if let Some(range) = set.ranges.get_mut(set.range_count) {
                    range.first = byte;
                }
                set.range_count += 1;
            }
            if let Some(range) = set.ranges.get_mut(set.range_count - 1) {
                range.last = byte;
            }
            previous = Some(byte);
        }
        set
    }

    /// The set as ranges, if it is made of few; for backends without a table instruction.
    #[inline(always)]
    pub(super) fn ranges(&self) -> Option<&[Range]> {
        self.ranges.get(..self.range_count)
    }

    /// Whether a byte is in both sets.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.bits.iter().zip(other.bits).any(|(bits, other)| bits & other != 0)
    }

    /// Whether the set has `byte`.
    #[inline(always)]
    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.bits[usize::from(byte >> 6)] >> (byte & 63) & 1 != 0
    }
}
