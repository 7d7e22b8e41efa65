//! The needles, as a counter keeps them: compiled once, and read by every kernel.

use super::bytes::{AnyOf, Byte, Spread, Twins};
use super::finder::Finder;
use super::long::Long;
use super::overlap::Overlaps;
use super::short::{MAX_STRING, MORE, OfLen, Overlapping, Short};
use crate::bytes::ByteSet;
use crate::engine::isa::set::Set;
use crate::error::Error;

/// Something to look for.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "a counter has two, and they are never moved")]
pub(crate) enum Needle {
    /// One byte.
    Byte(Byte),
    /// Any byte of a set of two or more; or of none, so that it never occurs.
    AnyOf(AnyOf),
    /// The same for a set that [is spread](Set::is_spread).
    Spread(Spread),
    /// The same for [twins](Set::twins).
    Twins(Twins),
    /// Strings of 2, 3 and 4 bytes whose occurrences cannot overlap.
    Two(OfLen<2>),
    Three(OfLen<3>),
    Four(OfLen<4>),
    /// A string of 5 to [`MAX_STRING`] bytes whose occurrences cannot overlap.
    More(OfLen<MORE>),
    /// A string of 2 to [`MAX_STRING`] bytes whose occurrences can.
    Overlapping(Overlapping),
    /// A longer string.
    Long(Long),
}

impl Needle {
    /// Any byte of `set`, in its simplest form.
    pub(crate) fn of_set(set: &ByteSet) -> Self {
        let mut bytes = set.iter();
        match (bytes.next(), bytes.next()) {
            (None, _) => Self::AnyOf(AnyOf(Set::new(set))),
            (Some(byte), None) => Self::Byte(Byte(byte)),
            _ => {
                let any = AnyOf(Set::new(set));
                match any.0.twins() {
                    Some((bit, byte)) => Self::Twins(Twins { bit, byte, any }),
                    None if any.0.is_spread => Self::Spread(Spread(any)),
                    None => Self::AnyOf(any),
                }
            }
        }
    }

    /// A string of bytes, in its simplest form.
    pub(crate) fn of_string(bytes: &[u8]) -> Result<Self, Error> {
        Ok(match *bytes {
            [] => Self::of_set(&ByteSet::EMPTY),
            [byte] => Self::Byte(Byte(byte)),
            _ if bytes.len() > MAX_STRING => Self::Long(Long::new(bytes)?),
            _ => {
                let short = Short::new(bytes);
                match (Overlaps::of(bytes), bytes.len()) {
                    (Some(overlaps), _) => Self::Overlapping(Overlapping(short, overlaps)),
                    (None, 2) => Self::Two(OfLen::new(short)),
                    (None, 3) => Self::Three(OfLen::new(short)),
                    (None, 4) => Self::Four(OfLen::new(short)),
                    _ => Self::More(OfLen::new(short)),
                }
            }
        })
    }

    /// Whether it never occurs.
    pub(crate) fn is_never(&self) -> bool {
        matches!(self, Self::AnyOf(any) if any.0.bytes == ByteSet::EMPTY)
    }

    /// The set of bytes that are hits; empty for a string.
    pub(crate) fn set(&self) -> ByteSet {
        match self {
            Self::Byte(Byte(byte)) => ByteSet::EMPTY.with(*byte),
            Self::AnyOf(any) | Self::Spread(Spread(any)) | Self::Twins(Twins { any, .. }) => {
                any.0.bytes
            }
            _ => ByteSet::EMPTY,
        }
    }

    /// The string, which has at least two bytes, if the needle is one.
    pub(crate) fn string(&self) -> Option<&[u8]> {
        match self {
            Self::Byte(_) | Self::AnyOf(_) | Self::Spread(_) | Self::Twins(_) => None,
            Self::Two(OfLen(short))
            | Self::Three(OfLen(short))
            | Self::Four(OfLen(short))
            | Self::More(OfLen(short))
            | Self::Overlapping(Overlapping(short, _)) => Some(short.bytes()),
            Self::Long(long) => Some(long.bytes()),
        }
    }

    /// How many bytes before a block have to be readable: the length of a hit, less 1. No hit ends
    /// in the first `lookback` bytes of the data.
    #[inline(always)]
    pub(in crate::engine) fn lookback(&self) -> usize {
        self.string().map_or(0, |string| string.len() - 1)
    }
}

/// One of the forms of a [`Needle`].
pub(in crate::engine) trait Form: Finder {
    /// The finder in `needle`, if that has this form.
    fn of(needle: &Needle) -> Option<&Self>;
}

/// Says in which form of a needle each finder is.
macro_rules! forms {
    ($($finder:ty: $pattern:pat => $found:expr;)*) => {$(
        impl Form for $finder {
            #[inline(always)]
            fn of(needle: &Needle) -> Option<&Self> {
                if let $pattern = needle { Some($found) } else { None }
            }
        }
    )*};
}

forms! {
    Byte: Needle::Byte(finder) => finder;
    AnyOf: Needle::AnyOf(finder) | Needle::Spread(Spread(finder))
        | Needle::Twins(Twins { any: finder, .. }) => finder;
    Twins: Needle::Twins(finder) => finder;
    Spread: Needle::Spread(finder) => finder;
    OfLen<2>: Needle::Two(finder) => finder;
    OfLen<3>: Needle::Three(finder) => finder;
    OfLen<4>: Needle::Four(finder) => finder;
    OfLen<MORE>: Needle::More(finder) => finder;
    Overlapping: Needle::Overlapping(finder) => finder;
    Long: Needle::Long(finder) => finder;
}
