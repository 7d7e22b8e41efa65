use crate::bytes::ByteSet;
use crate::engine;
use crate::error::Error;

/// What is counted. An occurrence of it is a hit.
///
/// ```
/// use tally::{ByteSet, Needle};
///
/// assert_eq!(Needle::from('é'), Needle::Character('é'));
/// assert_eq!(Needle::from("::"), Needle::String(b"::"));
/// let quotes = Needle::AnyOf(ByteSet::new(b"'\""));
/// # let _ = quotes;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needle<'a> {
    /// A code point, counted as its UTF-8 bytes.
    Character(char),
    /// A string of at least one byte: its occurrences leftmost first, not overlapping.
    String(&'a [u8]),
    /// Any byte of a set, which is not empty.
    AnyOf(ByteSet),
}

impl Needle<'_> {
    /// The bytes of the needle, and whether it is a string of several.
    pub(super) fn bytes(&self) -> (ByteSet, bool) {
        let mut utf8 = [0; 4];
        let string = match self {
            Self::Character(character) => character.encode_utf8(&mut utf8).as_bytes(),
            Self::String(string) => string,
            Self::AnyOf(set) => return (*set, false),
        };
        (ByteSet::new(string), string.len() > 1)
    }

    /// The needle as the engine looks for it, in segments that `resets` make.
    pub(super) fn compile(self, resets: &ByteSet) -> Result<engine::Needle, Error> {
        let mut utf8 = [0; 4];
        let string = match self {
            Self::Character(character) => character.encode_utf8(&mut utf8).as_bytes(),
            Self::String(string) => string,
            Self::AnyOf(set) if set.is_empty() => return Err(Error::EmptyNeedle),
            Self::AnyOf(set) => return Ok(engine::Needle::of_set(&set)),
        };
        match string {
            [] => Err(Error::EmptyNeedle),
            [byte] => Ok(engine::Needle::of_set(&ByteSet::EMPTY.with(*byte))),
            _ if string.iter().any(|&byte| resets.contains(byte)) => Err(Error::ResetInNeedle),
            _ => engine::Needle::of_string(string),
        }
    }
}

impl From<char> for Needle<'_> {
    fn from(character: char) -> Self {
        Self::Character(character)
    }
}

impl<'a> From<&'a str> for Needle<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(text.as_bytes())
    }
}

impl<'a> From<&'a [u8]> for Needle<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::String(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Needle<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::String(bytes)
    }
}

impl From<ByteSet> for Needle<'_> {
    fn from(set: ByteSet) -> Self {
        Self::AnyOf(set)
    }
}
