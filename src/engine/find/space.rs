//! White space between words, by two rules.
//!
//! A *separator* is one white-space character. By the rule `ASCII` it is one byte. By `UNICODE` it is
//! any character at which Python's `str.split()` cuts: ten ASCII characters, and these encodings:
//!
//! | characters | encoding |
//! |---|---|
//! | U+0085, U+00A0 | `C2 85`, `C2 A0` |
//! | U+1680 | `E1 9A 80` |
//! | U+2000 to U+200A, U+2028, U+2029, U+202F | `E2 80 80` to `8A`, `A8`, `A9`, `AF` |
//! | U+205F | `E2 81 9F` |
//! | U+3000 | `E3 80 80` |
//!
//! Two encodings never overlap, as each starts with a byte that is in none at another place. So every
//! occurrence is a separator, whatever stands around it, and in malformed text too.
//!
//! A separator is found at its last byte, with a look at the two bytes before it and at none behind
//! it. So a block needs nothing of the next one, and a chunk leaves nothing undecided:
//!
//! ```text
//! bytes            a  E2 80 89 20  b  C2 A0  c          (U+2009, a space, U+00A0)
//! ends of three    .  .  .  x  .   .  .  .   .
//! ends of one      .  .  .  .  x   .  .  .   .
//! ends of two      .  .  .  .  .   .  .  x   .
//! ```
//!
//! A separator of `n` bytes that ends at `p` has a word right before it if no separator ends at
//! `p - n`; here the first and the last have one.

use crate::bytes::{ByteSet, WordRule};
use crate::engine::isa::block::{BLOCK, Block, Hits};
use crate::engine::isa::set::Set;

/// The separators by the rule `ASCII`.
static ASCII: Set = Set::new(&ByteSet::WHITESPACE);

/// The separators of one byte by the rule `UNICODE`.
static ONE: Set = Set::new(&ByteSet::new(b" \t\n\x0B\x0C\r\x1C\x1D\x1E\x1F"));

/// The bytes with which longer separators start.
const LEADS: [u8; 4] = [0xC2, 0xE1, 0xE2, 0xE3];
static LEAD: Set = Set::new(&ByteSet::new(&LEADS));

/// What follows C2.
static AFTER_C2: Set = Set::new(&ByteSet::new(b"\x85\xA0"));

/// What follows E2 80.
static AFTER_E2_80: Set =
    Set::new(&ByteSet::new(b"\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8A\xA8\xA9\xAF"));

/// Which bytes of a block end a separator of one, of two and of three bytes.
#[derive(Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) one: u64,
    pub(crate) two: u64,
    pub(crate) three: u64,
}

/// What a block has to know of the data before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    /// Which of the 64 bytes before end a separator, the last one's bit the highest. Of these bits,
    /// three are used.
    pub(crate) ends: u64,
    /// The two bytes before.
    pub(crate) bytes: [u8; 2],
}

impl Before {
    /// Before the start of the data: as behind a separator.
    pub(crate) const START: Self = Self { ends: 1 << (BLOCK - 1), bytes: [0; 2] };

    /// As a number, which is 0 at the start: the two bytes, and which of the last three end a
    /// separator.
    pub(crate) fn to_bits(self) -> u64 {
        let bytes = u64::from(u16::from_le_bytes(self.bytes));
        bytes << 3 | (self.ends ^ Self::START.ends) >> (BLOCK - 3)
    }

    /// The inverse of [`to_bits`](Self::to_bits).
    pub(crate) fn from_bits(bits: u64) -> Self {
        let ends = bits << (BLOCK - 3) ^ Self::START.ends;
        Self { ends, bytes: ((bits >> 3) as u16).to_le_bytes() }
    }

    /// Whether the data ends with a word, or with part of one.
    pub(crate) fn is_in_word(self) -> bool {
        self.ends >> (BLOCK - 1) == 0
    }

    /// What the data behind `len` more bytes has to know, from 1 to 64: `bytes`, of which `ends` end
    /// a separator.
    #[inline(always)]
    pub(crate) fn advance(&mut self, ends: u64, bytes: &[u8]) {
        let len = bytes.len();
        self.ends = if len < BLOCK { ends << (BLOCK - len) | self.ends >> len } else { ends };
        self.bytes = match *bytes {
            [.., a, b] => [a, b],
            [b] => [self.bytes[1], b],
            [] => self.bytes,
        };
    }
}

impl Ends {
    /// No separator ends there.
    pub(crate) const NONE: Self = Self { one: 0, two: 0, three: 0 };

    /// The ends of the separators in a block. `before` are the two bytes in front of it.
    #[inline(always)]
    pub(crate) fn new<B: Block, const UNICODE: bool>(block: B, before: [u8; 2]) -> Self {
        let Self { one, .. } = Self::short::<B, UNICODE>(block);
        let (two, three) =
            if Self::may_be_long::<B, UNICODE>(block) { longer(block, before) } else { (0, 0) };
        Self { one, two, three }
    }

    /// The ends of the separators of one byte.
    #[inline(always)]
    pub(crate) fn short<B: Block, const UNICODE: bool>(block: B) -> Self {
        let one = match UNICODE {
            true => block.in_set(&ONE),
            false if B::HAS_SPREAD => block.in_spread(&ASCII),
            false => block.in_set(&ASCII),
        };
        Self { one: one.mask(), two: 0, three: 0 }
    }

    /// Whether a longer separator may end in a block: its last byte is not ASCII.
    #[inline(always)]
    pub(crate) fn may_be_long<B: Block, const UNICODE: bool>(block: B) -> bool {
        UNICODE && block.not_ascii().any()
    }

    /// All bytes of the separators that end in a block. Those that start before it have bytes in the
    /// second mask, of the block in front.
    #[inline(always)]
    pub(crate) fn marks(self) -> (u64, u64) {
        let Self { one, two, three } = self;
        let here = one | two | two >> 1 | three | three >> 1 | three >> 2;
        (here, two << 63 | three << 63 | three << 62)
    }

    /// The ends of separators of any length.
    #[inline(always)]
    pub(crate) fn all(self) -> u64 {
        self.one | self.two | self.three
    }

    /// The ends of the separators that have a word right before them. `before` are the ends in the
    /// block in front.
    #[inline(always)]
    pub(crate) fn behind_words(self, before: u64) -> u64 {
        let all = self.all();
        let separated = |mask: u64, len: u32| mask & (all << len | before >> (64 - len));
        let between = separated(self.one, 1) | separated(self.two, 2) | separated(self.three, 3);
        all & !between
    }
}

/// The length of the separator that ends with the last of three bytes.
#[allow(clippy::match_same_arms, reason = "those of the second rule come behind the first")]
pub(crate) fn separator_len(rule: WordRule, bytes: [u8; 3]) -> Option<usize> {
    match bytes {
        [.., b' ' | b'\t'..=b'\r'] => Some(1),
        _ if rule == WordRule::Ascii => None,
        [.., 0x1C..=0x1F] => Some(1),
        [_, 0xC2, 0x85 | 0xA0] => Some(2),
        [0xE1, 0x9A, 0x80]
        | [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF]
        | [0xE2, 0x81, 0x9F]
        | [0xE3, 0x80, 0x80] => Some(3),
        _ => None,
    }
}

/// The ends of the separators of two and of three bytes.
#[inline(always)]
#[allow(clippy::similar_names, reason = "the names are those of the bytes")]
fn longer<B: Block>(block: B, before: [u8; 2]) -> (u64, u64) {
    let has_lead = block.in_set(&LEAD).any();
    if !has_lead && !LEADS.contains(&before[0]) && !LEADS.contains(&before[1]) {
        return (0, 0);
    }
    let [_, last] = before;
    let is_80 = block.eq(0x80).mask();
    // Which bytes follow the byte, or the two bytes, of each name.
    let c2 = behind(block.eq(0xC2).mask(), last == 0xC2);
    let e1 = behind(block.eq(0xE1).mask(), last == 0xE1);
    let e2 = behind(block.eq(0xE2).mask(), last == 0xE2);
    let e3 = behind(block.eq(0xE3).mask(), last == 0xE3);
    let e1_9a = behind(e1 & block.eq(0x9A).mask(), before == [0xE1, 0x9A]);
    let e2_80 = behind(e2 & is_80, before == [0xE2, 0x80]);
    let e2_81 = behind(e2 & block.eq(0x81).mask(), before == [0xE2, 0x81]);
    let e3_80 = behind(e3 & is_80, before == [0xE3, 0x80]);
    let two = c2 & block.in_set(&AFTER_C2).mask();
    let three = (e1_9a | e3_80) & is_80
        | e2_80 & block.in_set(&AFTER_E2_80).mask()
        | e2_81 & block.eq(0x9F).mask();
    (two, three)
}

/// The bytes right behind those of `mask`; the first one if `before` says so.
#[inline(always)]
fn behind(mask: u64, before: bool) -> u64 {
    mask << 1 | u64::from(before)
}
