//! What summaries and threads count.

/// The most bytes that merged parts may have together. Feeding that many takes centuries, so no sum
/// of counts overflows.
pub(crate) const MAX_BYTES: u64 = 1 << 62;

/// All counts of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Totals {
    /// The length of the data in bytes.
    pub bytes: u64,
    /// The number of hits, in whatever segments.
    pub count: u64,
    /// The largest count of a segment.
    pub max_count: u64,
    /// The number of segments, which is one more than the number of reset bytes.
    pub segments: u64,
    /// The number of segments that match.
    pub matching_segments: u64,
}

/// Which of the numbers have to be right; each costs a pass over the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metrics {
    All,
    Count,
    MaxCount,
    MatchingSegments,
    /// Whether a segment matches, and how many segments precede it.
    FirstMatch,
}
