//! The argument NEEDLE: its escapes, and what it stands for.

use tally::{ByteSet, Needle};

/// The needle, read from its argument.
pub(crate) enum OwnedNeedle {
    /// A character or a string, as bytes.
    String(Vec<u8>),
    AnyOf(ByteSet),
}

impl OwnedNeedle {
    /// Reads the argument: literally if it is `fixed`, with escapes otherwise; as a set if `any_of`.
    pub(crate) fn parse(argument: &[u8], fixed: bool, any_of: bool) -> Result<Self, String> {
        let mut symbols = Vec::new();
        if fixed || argument.len() == 1 {
            literal(argument, &mut symbols);
        } else if let Some(hex) = code_point(argument) {
            symbols.push(Symbol::Character(character(hex)?));
        } else {
            escaped(argument, &mut symbols)?;
        }
        if symbols.is_empty() {
            return Err("it is empty".into());
        }
        if any_of {
            let set: Result<ByteSet, _> = symbols.into_iter().map(Symbol::byte).collect();
            return set.map(Self::AnyOf);
        }
        let mut string = Vec::new();
        for symbol in symbols {
            match symbol {
                Symbol::Byte(byte) => string.push(byte),
                Symbol::Character(character) => {
                    string.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
        }
        Ok(Self::String(string))
    }

    pub(crate) fn get(&self) -> Needle<'_> {
        match self {
            Self::String(string) => Needle::String(string),
            Self::AnyOf(set) => Needle::AnyOf(*set),
        }
    }

    /// The length of a hit in bytes.
    pub(crate) fn hit_len(&self) -> usize {
        match self {
            Self::String(string) => string.len(),
            Self::AnyOf(_) => 1,
        }
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        match self {
            Self::String(string) => string.contains(&byte),
            Self::AnyOf(set) => set.contains(byte),
        }
    }

    /// Calls `hit` with the offset of each hit in `data`, from left to right.
    pub(crate) fn each_hit(&self, data: &[u8], hit: impl FnMut(usize)) {
        match self {
            Self::String(string) => memchr::memmem::find_iter(data, string).for_each(hit),
            Self::AnyOf(set) => {
                (0..data.len()).filter(|&at| set.contains(data[at])).for_each(hit);
            }
        }
    }
}

/// The argument is a sequence of characters, and of bytes that are not part of one.
#[derive(Clone, Copy)]
enum Symbol {
    Byte(u8),
    Character(char),
}

impl Symbol {
    fn byte(self) -> Result<u8, String> {
        match self {
            Self::Byte(byte) => Ok(byte),
            Self::Character(character) if character.is_ascii() => Ok(character as u8),
            Self::Character(character) => {
                Err(format!("{character} has several bytes in UTF-8; --any-of needs single bytes"))
            }
        }
    }
}

fn literal(text: &[u8], symbols: &mut Vec<Symbol>) {
    for chunk in text.utf8_chunks() {
        symbols.extend(chunk.valid().chars().map(Symbol::Character));
        symbols.extend(chunk.invalid().iter().copied().map(Symbol::Byte));
    }
}

/// The digits of `U+00E9`.
fn code_point(argument: &[u8]) -> Option<&[u8]> {
    let hex = argument.strip_prefix(b"U+")?;
    ((4..=6).contains(&hex.len()) && hex.iter().all(u8::is_ascii_hexdigit)).then_some(hex)
}

fn character(hex: &[u8]) -> Result<char, String> {
    let digits = str::from_utf8(hex).unwrap_or_default();
    // `from_str_radix` allows a sign.
    let number = if digits.starts_with('+') { None } else { u32::from_str_radix(digits, 16).ok() };
    number
        .and_then(char::from_u32)
        .ok_or_else(|| format!("'{}' is not the code point of a character", hex.escape_ascii()))
}

fn escaped(text: &[u8], symbols: &mut Vec<Symbol>) -> Result<(), String> {
    let mut rest = text;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        literal(&rest[..backslash], symbols);
        let escape = &rest[backslash + 1..];
        let (symbol, len) = match escape {
            [b'\\', ..] => (Symbol::Byte(b'\\'), 1),
            [b'0', ..] => (Symbol::Byte(0), 1),
            [b't', ..] => (Symbol::Byte(b'\t'), 1),
            [b'n', ..] => (Symbol::Byte(b'\n'), 1),
            [b'v', ..] => (Symbol::Byte(0x0B), 1),
            [b'f', ..] => (Symbol::Byte(0x0C), 1),
            [b'r', ..] => (Symbol::Byte(b'\r'), 1),
            [b'e', ..] => (Symbol::Byte(0x1B), 1),
            [b'x', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: &u8| (*byte as char).to_digit(16).unwrap_or(0) as u8;
                (Symbol::Byte(digit(high) << 4 | digit(low)), 3)
            }
            [b'u', b'{', hex @ ..] => {
                let len = memchr::memchr(b'}', hex).ok_or("\\u{ without a closing }")?;
                (Symbol::Character(character(&hex[..len])?), len + 3)
            }
            _ => {
                let next = escape.utf8_chunks().next().map_or("", |chunk| chunk.valid());
                let next: String = next.chars().take(1).collect();
                return Err(format!(
                    "unknown escape \\{next} (write \\\\ for a backslash, or use -F)"
                ));
            }
        };
        symbols.push(symbol);
        rest = &escape[len..];
    }
    literal(rest, symbols);
    Ok(())
}
