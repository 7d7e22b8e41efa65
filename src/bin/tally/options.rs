//! The options of a search, as the command line has set them.

use std::ffi::OsString;
use std::num::NonZeroUsize;

use crate::filter::Filter;
use crate::question::Question;

#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Options {
    pub(crate) question: Question,
    /// NEEDLE is given, and not the fields of rows or the length of lines.
    pub(crate) has_needle: bool,
    /// The separator of fields is given.
    pub(crate) has_separator: bool,
    pub(crate) report: Report,
    pub(crate) quiet: bool,
    /// The search succeeds if no segment is selected.
    pub(crate) none: bool,
    pub(crate) json: bool,
    /// Stop reading a file after this number of selected segments.
    pub(crate) max_count: u64,
    pub(crate) place: Place,
    /// Print the count of each segment.
    pub(crate) show_count: bool,
    pub(crate) with_name: bool,
    /// Print a NUL byte after each file name.
    pub(crate) null: bool,
    pub(crate) binary: Binary,
    pub(crate) color: bool,
    /// The longest bar of a histogram, if it has bars.
    pub(crate) bars: Option<usize>,
    /// Flush the output after each block of input.
    pub(crate) flush: bool,
    /// Print nothing before it is known whether the input is binary.
    pub(crate) waits: bool,
    pub(crate) progress: bool,
    pub(crate) messages: bool,
    pub(crate) threads: NonZeroUsize,
    pub(crate) recurse: Recurse,
    pub(crate) filter: Filter,
    /// Skip files that `.gitignore` files name.
    pub(crate) gitignore: bool,
    /// A file that lists the files to search.
    pub(crate) list: Option<OsString>,
    /// The name of standard input.
    pub(crate) label: Option<Vec<u8>>,
    /// Empty: standard input or, with `recurse`, the working directory.
    pub(crate) files: Vec<OsString>,
}

impl Options {
    /// Whether hits are printed in color.
    pub(crate) fn highlights(&self) -> bool {
        self.color && self.has_needle && !self.question.invert && self.question.quotes.is_none()
    }
}

/// What happens to inputs with a NUL byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    /// Their matches are not printed, but for a message that there are some.
    Hide,
    Print,
    /// They count as inputs without a match.
    Skip,
}

/// What is printed for a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    /// The selected segments.
    Segments,
    /// The number of selected segments.
    Count,
    /// Its name, if a segment is selected.
    Name,
    /// Its name, if no segment is selected.
    NameWithout,
    /// The number of hits.
    Hits,
    /// The highest count of any segment.
    Most,
    /// The first segment with the highest count.
    MostLine,
    /// How many segments have which count.
    Histogram,
    Totals,
}

/// What is printed of the place of a selected segment.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) line: bool,
    pub(crate) column: bool,
    pub(crate) offset: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recurse {
    No,
    Yes,
    /// Yes, and follow symbolic links.
    FollowLinks,
}
