use crate::bytes::ByteSet;

/// The bytes that end a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reset {
    /// None: all data is one segment.
    #[default]
    None,
    /// `\n`: segments are lines.
    Newlines,
    /// A space, U+0020 only.
    Spaces,
    /// A space, `\t`, `\n`, `\v`, `\f` or `\r`: segments are words.
    Whitespace,
    /// Any byte of a set. The empty set is the same as [`Reset::None`].
    AnyOf(ByteSet),
}

impl Reset {
    /// The reset bytes.
    #[must_use]
    pub const fn bytes(&self) -> ByteSet {
        match self {
            Self::None => ByteSet::EMPTY,
            Self::Newlines => ByteSet::new(b"\n"),
            Self::Spaces => ByteSet::new(b" "),
            Self::Whitespace => ByteSet::WHITESPACE,
            Self::AnyOf(set) => *set,
        }
    }
}

impl From<ByteSet> for Reset {
    fn from(set: ByteSet) -> Self {
        Self::AnyOf(set)
    }
}
