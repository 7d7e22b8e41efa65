//! The needles, as a counter keeps them: compiled once, and read by every kernel.

use super::bytes::{AnyOf, Byte, Never, Spread};
use super::long::Long;
use super::short::{MAX_STRING, Overlapping, Short};
use crate::{ByteSet, Error};

/// Something to look for.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "a counter has two, and they are never moved")]
pub(crate) enum Needle {
    /// Nothing: it never occurs.
    Never(Never),
    /// One byte.
    Byte(Byte),
    /// Any byte of a set of two or more.
    AnyOf(AnyOf),
    /// The same for a set that [is spread](super::super::isa::set::Set::is_spread).
    Spread(Spread),
    /// A string of 2 to [`MAX_STRING`] bytes whose occurrences cannot overlap.
    Short(Short),
    /// A string of 2 to [`MAX_STRING`] bytes whose occurrences can.
    Overlapping(Overlapping),
    /// A longer string.
    Long(Long),
}

impl Needle {
    /// Any byte of `set`, in its simplest form.
    pub(crate) fn any_of(set: &ByteSet) -> Self {
        let mut bytes = set.iter();
        match (bytes.next(), bytes.next()) {
            (None, _) => Self::Never(Never),
            (Some(byte), None) => Self::Byte(Byte(byte)),
            _ => Spread::new(set).map_or_else(|any| Self::AnyOf(any), Self::Spread),
        }
    }

    /// A string of bytes, in its simplest form.
    pub(crate) fn string(bytes: &[u8]) -> Result<Self, Error> {
        Ok(match *bytes {
            [] => Self::Never(Never),
            [byte] => Self::Byte(Byte(byte)),
            _ if bytes.len() > MAX_STRING => Self::Long(Long::new(bytes)?),
            _ => {
                let string = Short::new(bytes);
                Overlapping::new(string).map_or_else(Self::Short, Self::Overlapping)
            }
        })
    }

    /// The bytes that are hits, if single bytes are.
    pub(crate) fn set(&self) -> Option<ByteSet> {
        match self {
            Self::Never(_) => Some(ByteSet::EMPTY),
            Self::Byte(Byte(byte)) => Some(ByteSet::EMPTY.with(*byte)),
            Self::AnyOf(any) => Some(any.set()),
            Self::Spread(any) => Some(any.set()),
            Self::Short(_) | Self::Overlapping(_) | Self::Long(_) => None,
        }
    }

    /// The string, which has at least two bytes, if that is the needle.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Never(_) | Self::Byte(_) | Self::AnyOf(_) | Self::Spread(_) => None,
            Self::Short(string) => Some(string.bytes()),
            Self::Overlapping(overlapping) => Some(overlapping.bytes()),
            Self::Long(long) => Some(long.bytes()),
        }
    }

    /// How many bytes before the last one of a hit belong to it. No hit ends in as many first bytes
    /// of the data.
    #[inline(always)]
    pub(in crate::engine) fn lookback(&self) -> usize {
        self.bytes().map_or(0, |bytes| bytes.len() - 1)
    }
}
