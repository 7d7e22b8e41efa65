/// What a segment's count has to satisfy for the segment to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// The count reaches this number; 0 holds for every segment.
    AtLeast(u64),
}
