use crate::ByteSet;

/// Where counting starts again: each of these bytes ends one segment and opens the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reset {
    /// Nowhere: the whole data is one segment.
    #[default]
    None,
    /// At `\n`: segments are lines.
    Newlines,
    /// At a space, U+0020 alone.
    Spaces,
    /// At a space, `\t`, `\n`, `\v`, `\f` or `\r`.
    Whitespace,
    /// At any byte of a set. The empty set is the same as [`Reset::None`].
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
            Self::Whitespace => ByteSet::new(b" \t\n\x0B\x0C\r"),
            Self::AnyOf(set) => *set,
        }
    }
}

impl From<ByteSet> for Reset {
    fn from(set: ByteSet) -> Self {
        Self::AnyOf(set)
    }
}
