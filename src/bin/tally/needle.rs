//! The argument NEEDLE: its escapes, and what it stands for.

use std::ops::RangeInclusive;

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
            return set(&symbols, !fixed).map(Self::AnyOf);
        }
        let mut string = Vec::new();
        for symbol in symbols {
            match symbol {
                Symbol::Byte(byte) | Symbol::Escape(byte) => string.push(byte),
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

    /// The byte, if only one is counted: as a string or as a set.
    pub(crate) fn only_byte(&self) -> Option<u8> {
        match self {
            Self::String(string) if string.len() == 1 => Some(string[0]),
            Self::AnyOf(set) if set.iter().count() == 1 => set.iter().next(),
            _ => None,
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
#[derive(Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Byte(u8),
    /// A byte that is written as an escape.
    Escape(u8),
    Character(char),
}

impl Symbol {
    /// How an error shows it.
    fn shown(self) -> String {
        match self {
            Self::Byte(byte) | Self::Escape(byte) => format!("\\x{byte:02X}"),
            Self::Character(character) => character.to_string(),
        }
    }

    fn byte(self) -> Result<u8, String> {
        match self {
            Self::Byte(byte) | Self::Escape(byte) => Ok(byte),
            Self::Character(character) if character.is_ascii() => Ok(character as u8),
            Self::Character(character) => {
                Err(format!("{character} has several bytes in UTF-8; --any-of needs single bytes"))
            }
        }
    }
}

/// The set of the symbols, in which `a-z` is a range if there are `ranges`.
///
/// A dash between other characters might be meant for itself, as in `+-*`, or for a range, as in
/// `!-~`. It is refused.
fn set(symbols: &[Symbol], ranges: bool) -> Result<ByteSet, String> {
    let mut set = ByteSet::EMPTY;
    let mut rest = symbols;
    loop {
        rest = match rest {
            [] => return Ok(set),
            [Symbol::Character('['), Symbol::Character(':'), ..] if ranges && is_class(rest) => {
                return Err("there are no classes such as [:digit:]; use a range, as 0-9".into());
            }
            [first, Symbol::Character('-'), last, rest @ ..] if ranges => {
                set = range(*first, *last)?.fold(set, ByteSet::with);
                rest
            }
            [symbol, rest @ ..] => {
                set = set.with(symbol.byte()?);
                rest
            }
        };
    }
}

fn range(first: Symbol, last: Symbol) -> Result<RangeInclusive<u8>, String> {
    let kind = |symbol| match symbol {
        Symbol::Escape(_) => Some(0),
        Symbol::Character('0'..='9') => Some(1),
        Symbol::Character('A'..='Z') => Some(2),
        Symbol::Character('a'..='z') => Some(3),
        _ => None,
    };
    let range = first.byte()?..=last.byte()?;
    if kind(first).is_none() || kind(first) != kind(last) || range.is_empty() {
        return Err(format!(
            "'{0}-{1}' is no range; ranges are from letter to letter, digit to digit or escape to \
             escape, as \\x{2:02X}-\\x{3:02X}; for a dash itself write \\-",
            first.shown(),
            last.shown(),
            range.start().min(range.end()),
            range.end().max(range.start()),
        ));
    }
    Ok(range)
}

/// Whether `[:name:]` is at the start.
fn is_class(symbols: &[Symbol]) -> bool {
    let is_letter = |symbol: &&Symbol| matches!(symbol, Symbol::Character('a'..='z'));
    let name = symbols[2..].iter().take_while(is_letter).count();
    let end = [Symbol::Character(':'), Symbol::Character(']')];
    name > 0 && symbols[2 + name..].starts_with(&end)
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
    let digits = std::str::from_utf8(hex).unwrap_or_default();
    // `from_str_radix` allows a sign.
    let number = if digits.starts_with('+') { None } else { u32::from_str_radix(digits, 16).ok() };
    number
        .and_then(char::from_u32)
        .ok_or_else(|| format!("'{}' is not the code point of a character", hex.escape_ascii()))
}

/// Reads `0` or three octal digits, and returns their number too.
fn octal(escape: &[u8]) -> Result<(Symbol, usize), String> {
    let len = escape.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match escape {
        [b'0', ..] if len == 1 => Ok((Symbol::Escape(0), 1)),
        [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => {
            let byte = [a, b, c].iter().fold(0, |byte, digit| byte << 3 | (*digit - b'0'));
            Ok((Symbol::Escape(byte), 3))
        }
        _ => Err(format!(
            "\\{} is not a byte; write \\0, three octal digits up to \\377, or \\xHH",
            escape[..len.min(3)].escape_ascii()
        )),
    }
}

fn escaped(text: &[u8], symbols: &mut Vec<Symbol>) -> Result<(), String> {
    let mut rest = text;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        literal(&rest[..backslash], symbols);
        let escape = &rest[backslash + 1..];
        let (symbol, len) = match escape {
            [b'\\', ..] => (Symbol::Escape(b'\\'), 1),
            [b'-', ..] => (Symbol::Escape(b'-'), 1),
            [b'0'..=b'9', ..] => octal(escape)?,
            [b't', ..] => (Symbol::Escape(b'\t'), 1),
            [b'n', ..] => (Symbol::Escape(b'\n'), 1),
            [b'v', ..] => (Symbol::Escape(0x0B), 1),
            [b'f', ..] => (Symbol::Escape(0x0C), 1),
            [b'r', ..] => (Symbol::Escape(b'\r'), 1),
            [b'e', ..] => (Symbol::Escape(0x1B), 1),
            [b'x', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: &u8| (*byte as char).to_digit(16).unwrap_or(0) as u8;
                (Symbol::Escape(digit(high) << 4 | digit(low)), 3)
            }
            [b'u', b'{', hex @ ..] => {
                let len = memchr::memchr(b'}', hex).ok_or("\\u{ without a closing }")?;
                (Symbol::Character(character(&hex[..len])?), len + 3)
            }
            [b'x', ..] => return Err("\\x takes two hexadecimal digits, as in \\x2C".into()),
            [b'u', ..] => return Err("\\u takes a code point in braces, as in \\u{E9}".into()),
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
