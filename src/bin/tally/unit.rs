//! The kinds of segments: lines, words, rows, files.

use memchr::{memchr, memrchr};
use tally::{ByteSet, Reset};

/// A kind of segment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Lines, which end in this byte.
    Line(u8),
    /// Words: runs of bytes other than white space.
    Word,
    /// Rows of a table, which are not empty. They end in this byte or, if it is a newline, in a
    /// newline or a carriage return.
    Row(u8),
    File,
}

impl Unit {
    /// The bytes that end a segment.
    pub(crate) fn reset(self) -> Reset {
        match self {
            Self::Line(end) | Self::Row(end) => Reset::AnyOf(self.line_ends(end)),
            Self::Word => Reset::Whitespace,
            Self::File => Reset::None,
        }
    }

    fn line_ends(self, end: u8) -> ByteSet {
        let ends = ByteSet::EMPTY.with(end);
        if self == Self::Row(b'\n') { ends.with(b'\r') } else { ends }
    }

    /// The byte that ends each line of the input, and of the output.
    pub(crate) fn line_end(self) -> u8 {
        if let Self::Line(end) | Self::Row(end) = self { end } else { b'\n' }
    }

    /// The offset of the first byte of `data` that ends a segment, if no byte is quoted.
    pub(crate) fn first_end(self, data: &[u8]) -> Option<usize> {
        match self {
            Self::Line(end) => memchr(end, data),
            Self::Word | Self::Row(_) => {
                let ends = self.reset().bytes();
                data.iter().position(|&byte| ends.contains(byte))
            }
            Self::File => None,
        }
    }

    /// The offset of the last byte of `data` that ends a segment, if no byte is quoted.
    pub(crate) fn last_end(self, data: &[u8]) -> Option<usize> {
        match self {
            Self::Line(end) => memrchr(end, data),
            Self::Word | Self::Row(_) => {
                let ends = self.reset().bytes();
                data.iter().rposition(|&byte| ends.contains(byte))
            }
            Self::File => None,
        }
    }

    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Line(_) => "lines",
            Self::Word => "words",
            Self::Row(_) => "rows",
            Self::File => "files",
        }
    }
}
