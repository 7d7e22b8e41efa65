//! The objects that `--json` prints, one per line.

use std::fmt::{self, Display, Formatter};
use std::io::{self, Write};

use serde::{Serialize, Serializer};

/// A line of the output. Its members have the library's names.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum Record<'a> {
    /// A selected line or word.
    #[serde(rename = "match")]
    Segment {
        path: Option<Text<'a>>,
        /// The number of the line, from 1.
        line: u64,
        /// The number of the row, from 1, if bytes can be quoted.
        #[serde(skip_serializing_if = "Option::is_none")]
        record: Option<u64>,
        start: u64,
        /// The offset just past the hit with which the count reaches the number, or the end of a
        /// segment that matches by its final count.
        #[serde(skip_serializing_if = "Option::is_none")]
        end: Option<u64>,
        /// The column of that hit's first byte, from 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        column: Option<u64>,
        /// The number of hits in the whole segment.
        count: u64,
        #[serde(flatten)]
        fields: Option<Fields>,
        text: Text<'a>,
    },
    /// The first line with the highest count.
    #[serde(rename = "most")]
    MostLine {
        path: Option<Text<'a>>,
        line: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        record: Option<u64>,
        start: u64,
        max_count: u64,
        text: Text<'a>,
    },
    /// A selected file, with --per file.
    #[serde(rename = "match")]
    File {
        path: Option<Text<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        end: Option<u64>,
    },
    /// A file that -l or -L lists.
    #[serde(rename = "file")]
    Name {
        path: Option<Text<'a>>,
    },
    Count {
        path: Option<Text<'a>>,
        matching_segments: u64,
    },
    Hits {
        path: Option<Text<'a>>,
        count: u64,
    },
    Most {
        path: Option<Text<'a>>,
        max_count: u64,
    },
    Histogram {
        path: Option<Text<'a>>,
        histogram: &'a [Bar],
    },
    /// The totals of one file.
    Totals {
        path: Option<Text<'a>>,
        #[serde(flatten)]
        totals: Totals,
    },
    /// A quote that is still open at the end of a file.
    #[serde(rename = "unclosed_quote")]
    UnclosedQuote {
        path: Option<Text<'a>>,
        /// The number of the line in which it was opened, from 1.
        line: u64,
        /// Its offset.
        start: u64,
    },
    /// The end of the output. It has the sums of what was counted for each file.
    Total {
        #[serde(skip_serializing_if = "Option::is_none")]
        count: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        max_count: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        matching_segments: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        segments: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        bytes: Option<u64>,
        #[serde(flatten)]
        searched: Searched,
    },
}

/// The fields of a row, and of the first row.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Fields {
    pub(crate) fields: u64,
    pub(crate) expected: u64,
}

/// How many segments have a count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Bar {
    /// For a ragged table, it is that of the fields.
    pub(crate) count: u64,
    pub(crate) segments: u64,
}

/// How many files were searched.
#[derive(Clone, Copy, Default, Serialize)]
pub(crate) struct Searched {
    /// Those that could be read.
    pub(crate) files: u64,
    /// Those in which a segment was selected, also if an error followed.
    pub(crate) matching_files: u64,
    /// How many files and folders could not be read, and how many quotes are never closed.
    pub(crate) errors: u64,
}

impl Record<'_> {
    pub(crate) fn print(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut out, self)?;
        out.write_all(b"\n")
    }
}

/// What is counted of a file.
#[derive(Clone, Copy, Default, Serialize)]
pub(crate) struct Totals {
    pub(crate) count: u64,
    pub(crate) max_count: u64,
    /// The number of selected segments.
    pub(crate) matching_segments: u64,
    /// The number of lines, words or files.
    pub(crate) segments: u64,
    pub(crate) bytes: u64,
}

impl Totals {
    pub(crate) fn add(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.max_count = self.max_count.max(other.max_count);
        self.matching_segments = self.matching_segments.saturating_add(other.matching_segments);
        self.segments = self.segments.saturating_add(other.segments);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

/// Bytes: `{"text":"..."}` if they are UTF-8, or else `{"bytes":"..."}` in base64.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Text<'a> {
    Text(&'a str),
    Bytes(#[serde(serialize_with = "base64")] &'a [u8]),
}

impl<'a> From<&'a [u8]> for Text<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        std::str::from_utf8(bytes).map_or(Self::Bytes(bytes), Self::Text)
    }
}

fn base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Base64(bytes))
}

struct Base64<'a>(&'a [u8]);

impl Display for Base64<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for group in self.0.chunks(3) {
            let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            let mut digits = [18, 12, 6, 0].map(|shift| DIGITS[(bits >> shift & 63) as usize]);
            digits[group.len() + 1..].fill(b'=');
            f.write_str(std::str::from_utf8(&digits).unwrap_or_default())?;
        }
        Ok(())
    }
}
