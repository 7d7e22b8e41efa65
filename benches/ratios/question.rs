//! The questions that are measured.

use std::fmt;

use tally::Counter;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    HasCount,
    Find,
    Count,
    MaxCount,
    MatchingSegments,
}

impl Question {
    /// A counter's answer as a number, so that contenders can be compared.
    #[inline(always)]
    pub(crate) fn ask(self, counter: &Counter, data: &[u8]) -> u64 {
        match self {
            Self::HasCount => counter.has_count(data).into(),
            Self::Find => counter.find(data).is_some().into(),
            Self::Count => counter.count(data),
            Self::MaxCount => counter.max_count(data),
            Self::MatchingSegments => counter.matching_segments(data),
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HasCount => "`has_count`",
            Self::Find => "`find`",
            Self::Count => "`count`",
            Self::MaxCount => "`max_count`",
            Self::MatchingSegments => "`matching_segments`",
        })
    }
}
