//! Several kinds of bytes that are found together, as hits, quotes and escapes are.
//!
//! Each kind is a bit. One table has, for each low nibble (half of a byte), the bits of the kinds
//! that have a byte with it, another the same for high nibbles. A byte is of a kind if both entries
//! have its bit: that is right for a kind that has each of its low nibbles with each of its high ones.
//!
//! ```text
//! kind 0: { [    5B 7B      low_nibbles   B: 1    D: 2    2: 4
//! kind 1: } ]    5D 7D      high_nibbles  5: 1|2  7: 1|2  2: 4
//! kind 2: "      22         the byte 7D: 2 & (1|2) = 2, kind 1; 52: 4 & (1|2) = 0, none
//! ```

use crate::bytes::ByteSet;

/// How many kinds there are at most.
pub(crate) const KINDS: usize = 4;

/// Kinds of ASCII bytes.
#[derive(Debug)]
#[cfg_attr(not(has_avx512), allow(dead_code, reason = "no other backend finds kinds together"))]
pub(crate) struct Kinds {
    pub(super) low_nibbles: [u8; 16],
    pub(super) high_nibbles: [u8; 16],
}

impl Kinds {
    /// Kinds with these bytes, unless one of them is not as the tables need it.
    pub(crate) fn new(kinds: &[ByteSet; KINDS]) -> Option<Self> {
        let mut tables = Self { low_nibbles: [0; 16], high_nibbles: [0; 16] };
        for (kind, bytes) in kinds.iter().enumerate() {
            let (mut low, mut high) = (0_u16, 0_u16);
            for byte in bytes.iter() {
                low |= 1 << (byte & 15);
                high |= 1 << (byte >> 4);
            }
            let products = low.count_ones() * high.count_ones();
            if high >> 8 != 0 || bytes.iter().count() != products as usize {
                return None;
            }
            for nibble in 0..16 {
                tables.low_nibbles[nibble] |= ((low >> nibble & 1) as u8) << kind;
                tables.high_nibbles[nibble] |= ((high >> nibble & 1) as u8) << kind;
            }
        }
        Some(tables)
    }
}
