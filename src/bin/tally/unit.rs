//! The kinds of segments: lines, words, files.

use memchr::{memchr, memrchr};
use tally::{ByteSet, Reset};

/// A kind of segment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Lines, which end in this byte.
    Line(u8),
    /// Words: runs of bytes other than white space.
    Word,
    File,
}

impl Unit {
    /// The bytes that end a segment.
    pub(crate) fn reset(self) -> Reset {
        match self {
            Self::Line(end) => Reset::AnyOf(ByteSet::EMPTY.with(end)),
            Self::Word => Reset::Whitespace,
            Self::File => Reset::None,
        }
    }

    /// The byte that ends each line of the input, and of the output.
    pub(crate) fn line_end(self) -> u8 {
        if let Self::Line(end) = self { end } else { b'\n' }
    }

    /// The offset of the first byte of `data` that ends a segment.
    pub(crate) fn first_end(self, data: &[u8]) -> Option<usize> {
        match self {
            Self::Line(end) => memchr(end, data),
            Self::Word => data.iter().position(|&byte| ByteSet::WHITESPACE.contains(byte)),
            Self::File => None,
        }
    }

    /// The offset of the last byte of `data` that ends a segment.
    pub(crate) fn last_end(self, data: &[u8]) -> Option<usize> {
        match self {
            Self::Line(end) => memrchr(end, data),
            Self::Word => data.iter().rposition(|&byte| ByteSet::WHITESPACE.contains(byte)),
            Self::File => None,
        }
    }

    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Line(_) => "lines",
            Self::Word => "words",
            Self::File => "files",
        }
    }
}
