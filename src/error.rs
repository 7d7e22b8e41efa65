use std::fmt;

/// Why something could not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// What is to be counted is a string or set without a byte.
    EmptyWhat,
    /// What is to be counted has several bytes, and one of them is a reset byte: no segment can
    /// hold it.
    ResetInWhat,
    /// The match to go on from cannot be one of this counter in this data.
    NoMatch,
    /// Summaries of different counters cannot be merged.
    DifferentCounters,
    /// The summaries cannot be merged exactly: see [`Summary::merge`](crate::Summary::merge).
    Overlap,
    /// The summaries are of more bytes together than can be counted.
    TooLong,
    /// The state is broken, or that of a summary of another counter.
    BadState,
    /// There is not enough memory.
    OutOfMemory,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyWhat => "nothing to count: the string or set has no byte",
            Self::ResetInWhat => "what is counted has several bytes, and one is a reset byte",
            Self::NoMatch => "the match to go on from is not one of this counter in this data",
            Self::DifferentCounters => "the summaries are of different counters",
            Self::Overlap => "overlapping strings run across the cut: the parts cannot be merged",
            Self::TooLong => "more bytes than can be counted",
            Self::BadState => "the state is broken, or that of another counter's summary",
            Self::OutOfMemory => "not enough memory",
        })
    }
}

impl std::error::Error for Error {}
