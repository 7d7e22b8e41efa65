//! The options of a search, as the command line has set them.

use std::ffi::OsString;
use std::num::NonZeroUsize;

use crate::filter::Filter;
use crate::needle::OwnedNeedle;
use crate::unit::Unit;

#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Options {
    pub(crate) needle: OwnedNeedle,
    /// A segment matches if its count reaches this number.
    pub(crate) min_number: u64,
    pub(crate) unit: Unit,
    /// Select the segments that do not match.
    pub(crate) invert: bool,
    pub(crate) report: Report,
    pub(crate) quiet: bool,
    /// The search succeeds if no segment is selected.
    pub(crate) none: bool,
    pub(crate) json: bool,
    /// Stop reading a file after this number of selected segments.
    pub(crate) max_count: u64,
    pub(crate) place: Place,
    pub(crate) with_name: bool,
    /// Print a NUL byte after each file name.
    pub(crate) null: bool,
    pub(crate) binary: Binary,
    pub(crate) color: bool,
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
