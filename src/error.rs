use std::fmt;

/// Why a counter could not be made, or a call could not be answered.
///
/// Each is one `TALLY_ERROR_...` of the C interface; [`EmptyNeedle`](Self::EmptyNeedle),
/// [`BadColumn`](Self::BadColumn) and [`NoReset`](Self::NoReset) are `TALLY_ERROR_INVALID_ARGUMENT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The needle is an empty string or an empty set.
    EmptyNeedle,
    /// The needle is a string of two bytes or more, and one of them is a reset byte: no segment
    /// could contain it.
    ResetInNeedle,
    /// The match to continue from cannot be a match of this counter in this data.
    NotAMatch,
    /// The summaries belong to different counters, or the state was saved by another one.
    DifferentCounters,
    /// The summaries cannot be merged exactly: see [`Summary::merge`](crate::Summary::merge).
    Overlap,
    /// The summaries have more bytes together than can be counted.
    Limit,
    /// The bytes are not a saved state, or the state is damaged.
    BadState,
    /// What says where the values of a column are is not right: see [`Column`](crate::Column).
    BadColumn,
    /// The counter has no reset byte that is not in the needle, which a column is fed with.
    NoReset,
    /// Not enough memory.
    NoMemory,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyNeedle => "the needle is empty",
            Self::ResetInNeedle => "the needle has several bytes, and one of them is a reset byte",
            Self::NotAMatch => "the match is not one of this counter in this data",
            Self::DifferentCounters => "made of different counters",
            Self::Overlap => "overlapping occurrences cross the cut, so the parts cannot be merged",
            Self::Limit => "more bytes than can be counted",
            Self::BadState => "not a saved state, or a damaged one",
            Self::BadColumn => "the offsets, views, keys or validity of a column are not right",
            Self::NoReset => "the counter has no reset byte that is not in the needle",
            Self::NoMemory => "not enough memory",
        })
    }
}

impl std::error::Error for Error {}
