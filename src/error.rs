use std::fmt;

/// Why a counter could not be made, or a call could not be answered.
///
/// Each is one `TALLY_ERROR_...` of the C interface. Options that contradict one another,
/// [`BadColumn`](Self::BadColumn), [`NoReset`](Self::NoReset) and
/// [`OtherSearch`](Self::OtherSearch) are `TALLY_ERROR_INVALID_ARGUMENT` there.
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
    /// The summaries belong to different counters, the tables of words to different rules or limits
    /// of a word's length, or the state was saved by another one.
    DifferentCounters,
    /// The summaries cannot be merged exactly: see [`Summary::merge`](crate::Summary::merge).
    Overlap,
    /// There is more than can be counted, or than a limit allows that was set.
    Limit,
    /// The bytes are not a saved state, or the state is damaged.
    BadState,
    /// What says where the values of a column are is not right: see [`Column`](crate::Column).
    BadColumn,
    /// The counter has no reset byte that is not in the needle, which a column is fed with.
    NoReset,
    /// Not enough memory.
    NoMemory,
    /// The data of the stream has ended: nothing can be fed until it is reset.
    Finished,
    /// A stream is fed with [`feed`](crate::Stream::feed) or with [`find`](crate::Stream::find);
    /// the other one can be used once it is reset.
    OtherSearch,
    /// The maximum is below the minimum.
    EmptyRange,
    /// Empty segments are skipped, but the needle has a reset byte: its hits would be in them.
    ResetIsHit,
    /// The quote or the escape is NUL, or both are the same byte, or one of them is in the needle,
    /// the reset, the closing bytes or the delimiters.
    QuoteInUse,
    /// A needle of several bytes needs delimiters, if quotes open at the start of a field.
    NoDelimiters,
    /// Delimiters are only for quotes that open at the start of a field.
    NotFields,
    /// A closing byte is in the needle.
    ClosingInUse,
    /// A needle of several bytes cannot have closing bytes.
    ClosingString,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyNeedle => "the needle is empty",
            Self::ResetInNeedle => "the needle has several bytes, and one of them is a reset byte",
            Self::NotAMatch => "the match is not one of this counter in this data",
            Self::DifferentCounters => "made of different counters",
            Self::Overlap => "overlapping occurrences cross the cut, so the parts cannot be merged",
            Self::Limit => "more than can be counted, or than a limit allows",
            Self::BadState => "not a saved state, or a damaged one",
            Self::BadColumn => "the offsets, views, keys or validity of a column are not right",
            Self::NoReset => "the counter has no reset byte that is not in the needle",
            Self::NoMemory => "not enough memory",
            Self::Finished => "the data has ended; reset the stream first",
            Self::OtherSearch => "the stream is fed in the other way; reset it first",
            Self::EmptyRange => "the maximum is below the minimum",
            Self::ResetIsHit => "empty segments cannot be skipped: the needle has a reset byte",
            Self::QuoteInUse => {
                "the quote or escape byte is NUL, or is used twice: as both, or in the needle, the \
                 reset, the closing bytes or the delimiters"
            }
            Self::NoDelimiters => {
                "quotes of fields need delimiters, if the needle has several bytes"
            }
            Self::NotFields => "delimiters are only for quotes of fields",
            Self::ClosingInUse => "a closing byte is in the needle",
            Self::ClosingString => "a needle of several bytes cannot have closing bytes",
        })
    }
}

impl std::error::Error for Error {}
