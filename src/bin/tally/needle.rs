//! WHAT as it is written on the command line.

use tally::{ByteSet, Needle};

/// Needle is counted, read from its argument.
pub(crate) enum Counted {
    /// A character or a string, as bytes.
    Bytes(Vec<u8>),
    AnyOf(ByteSet),
}

impl Counted {
    /// Reads the argument: its escapes too, unless it is `fixed`; as a set if `any_of`.
    pub(crate) fn parse(argument: &[u8], fixed: bool, any_of: bool) -> Result<Self, String> {
        let mut pieces = Vec::new();
        if fixed || argument.len() == 1 {
            literal(argument, &mut pieces);
        } else if let Some(hex) = code_point(argument) {
            pieces.push(Piece::Character(character(hex)?));
        } else {
            escaped(argument, &mut pieces)?;
        }
        if pieces.is_empty() {
            return Err("it is empty: there is nothing to count".into());
        }
        if !any_of {
            return Ok(Self::Bytes(bytes(&pieces)));
        }
        let set: Result<ByteSet, _> = pieces.into_iter().map(Piece::byte).collect();
        set.map(Self::AnyOf)
    }

    pub(crate) fn get(&self) -> Needle<'_> {
        match self {
            Self::Bytes(bytes) => Needle::String(bytes),
            Self::AnyOf(set) => Needle::AnyOf(*set),
        }
    }

    /// The length of each hit.
    pub(crate) fn hit_len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::AnyOf(_) => 1,
        }
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.contains(&byte),
            Self::AnyOf(set) => set.contains(byte),
        }
    }

    /// Calls `hit` with the offset of each hit in `data`, from left to right.
    pub(crate) fn each_hit(&self, data: &[u8], hit: impl FnMut(usize)) {
        match self {
            Self::Bytes(bytes) => memchr::memmem::find_iter(data, bytes).for_each(hit),
            Self::AnyOf(set) => {
                (0..data.len()).filter(|&at| set.contains(data[at])).for_each(hit);
            }
        }
    }
}

/// A part of the argument: a character, or a byte that is not one.
#[derive(Clone, Copy)]
enum Piece {
    Byte(u8),
    Character(char),
}

impl Piece {
    fn byte(self) -> Result<u8, String> {
        match self {
            Self::Byte(byte) => Ok(byte),
            Self::Character(character) if character.is_ascii() => Ok(character as u8),
            Self::Character(character) => Err(format!(
                "{character} is several bytes in UTF-8, and --any-of takes single bytes"
            )),
        }
    }
}

fn bytes(pieces: &[Piece]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Byte(byte) => bytes.push(*byte),
            Piece::Character(character) => {
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    bytes
}

fn literal(text: &[u8], pieces: &mut Vec<Piece>) {
    for chunk in text.utf8_chunks() {
        pieces.extend(chunk.valid().chars().map(Piece::Character));
        pieces.extend(chunk.invalid().iter().copied().map(Piece::Byte));
    }
}

/// The digits of `U+00E9`.
fn code_point(argument: &[u8]) -> Option<&[u8]> {
    let hex = argument.strip_prefix(b"U+")?;
    ((4..=6).contains(&hex.len()) && hex.iter().all(u8::is_ascii_hexdigit)).then_some(hex)
}

fn character(hex: &[u8]) -> Result<char, String> {
    let digits = str::from_utf8(hex).unwrap_or_default();
    let number = if digits.starts_with('+') { None } else { u32::from_str_radix(digits, 16).ok() };
    number
        .and_then(char::from_u32)
        .ok_or_else(|| format!("{} is not the number of a character", hex.escape_ascii()))
}

fn escaped(text: &[u8], pieces: &mut Vec<Piece>) -> Result<(), String> {
    let mut rest = text;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        literal(&rest[..backslash], pieces);
        let escape = &rest[backslash + 1..];
        let (piece, len) = match escape {
            [b'\\', ..] => (Piece::Byte(b'\\'), 1),
            [b'0', ..] => (Piece::Byte(0), 1),
            [b't', ..] => (Piece::Byte(b'\t'), 1),
            [b'n', ..] => (Piece::Byte(b'\n'), 1),
            [b'v', ..] => (Piece::Byte(0x0B), 1),
            [b'f', ..] => (Piece::Byte(0x0C), 1),
            [b'r', ..] => (Piece::Byte(b'\r'), 1),
            [b'e', ..] => (Piece::Byte(0x1B), 1),
            [b'x', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: &u8| (*byte as char).to_digit(16).unwrap_or(0) as u8;
                (Piece::Byte(digit(high) << 4 | digit(low)), 3)
            }
            [b'u', b'{', hex @ ..] => {
                let len = memchr::memchr(b'}', hex).ok_or("\\u{ without its }")?;
                (Piece::Character(character(&hex[..len])?), len + 3)
            }
            _ => {
                let shown = escape.utf8_chunks().next().map_or("", |chunk| chunk.valid());
                let shown: String = shown.chars().take(1).collect();
                return Err(format!(
                    "\\{shown} is no escape (\\\\ stands for a backslash; -F reads no escapes)"
                ));
            }
        };
        pieces.push(piece);
        rest = &escape[len..];
    }
    literal(rest, pieces);
    Ok(())
}
