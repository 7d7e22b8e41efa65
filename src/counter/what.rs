use crate::{ByteSet, Error};

/// What is counted.
///
/// ```
/// use tally::{ByteSet, What};
///
/// assert_eq!(What::from('é'), What::Character('é'));
/// assert_eq!(What::from("::"), What::Bytes(b"::"));
/// let quotes = What::AnyOf(ByteSet::new(b"'\""));
/// # let _ = quotes;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What<'a> {
    /// A Unicode code point, wherever its UTF-8 bytes stand in the data.
    Character(char),
    /// A string of at least one byte: its occurrences from left to right that do not overlap.
    Bytes(&'a [u8]),
    /// Every byte that is in the set, which has at least one.
    AnyOf(ByteSet),
}

impl What<'_> {
    /// Whether this can be counted in segments that `resets` end.
    pub(crate) fn check(&self, resets: &ByteSet) -> Result<(), Error> {
        match self {
            Self::Character(character) => check_string(utf8(*character, &mut [0; 4]), resets),
            Self::Bytes(bytes) => check_string(bytes, resets),
            Self::AnyOf(set) if set.is_empty() => Err(Error::EmptyWhat),
            Self::AnyOf(_) => Ok(()),
        }
    }
}

/// The UTF-8 bytes of `character`.
pub(crate) fn utf8(character: char, room: &mut [u8; 4]) -> &[u8] {
    character.encode_utf8(room).as_bytes()
}

fn check_string(bytes: &[u8], resets: &ByteSet) -> Result<(), Error> {
    match bytes {
        [] => Err(Error::EmptyWhat),
        [_] => Ok(()),
        _ if bytes.iter().any(|&byte| resets.contains(byte)) => Err(Error::ResetInWhat),
        _ => Ok(()),
    }
}

impl From<char> for What<'_> {
    fn from(character: char) -> Self {
        Self::Character(character)
    }
}

impl<'a> From<&'a str> for What<'a> {
    fn from(text: &'a str) -> Self {
        Self::Bytes(text.as_bytes())
    }
}

impl<'a> From<&'a [u8]> for What<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for What<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<ByteSet> for What<'_> {
    fn from(set: ByteSet) -> Self {
        Self::AnyOf(set)
    }
}
