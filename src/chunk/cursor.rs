use super::Chunked;
use super::kmp::Crossing;
use super::runs::{cross, prefix_behind};
use crate::bytes::Match;
use crate::engine::{OpenSegment, Place, Sink};

/// How far a search in chunks has come: what is carried from one chunk to the next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor {
    /// The segment that is open here.
    pub(crate) open: OpenSegment,
    /// How many of a string needle's first bytes the data ends with here; see [`Kmp`](super::kmp).
    pub(crate) prefix: usize,
}

impl Cursor {
    pub(crate) const START: Self = Self { open: OpenSegment::START, prefix: 0 };

    /// Searches `data`, the next chunk, up to the first match or to its end. The number to reach is
    /// at least 1. After a match the cursor is of no more use.
    pub(crate) fn advance(&mut self, chunked: &Chunked, data: &[u8]) -> Option<Match> {
        data.chunks(chunked.stride()).find_map(|stride| {
            crate::fault::point("advance");
            self.advance_stride(chunked, stride)
        })
    }

    fn advance_stride(&mut self, chunked: &Chunked, mut data: &[u8]) -> Option<Match> {
        let plan = chunked.plan();
        let Self { open, prefix } = self;
        if let Some(kmp) = chunked.kmp() {
            match kmp.cross(*prefix, data) {
                Crossing::Complete(end) => {
                    data = &data[end..];
                    open.base += end as u64;
                    open.count += 1;
                    if open.count == plan.min_number() {
                        let OpenSegment { base: end, segment, start, count } = *open;
                        return Some(Match { segment, start, end, count });
                    }
                }
                Crossing::Broken => {}
                Crossing::Undecided(longer) => {
                    *prefix = longer;
                    open.base += data.len() as u64;
                    return None;
                }
            }
        }
        match plan.find_from(data, *open) {
            Ok(found) => return Some(found),
            Err(count) => open.count = count,
        }
        if let Some(last) = plan.last_reset(data) {
            open.segment += plan.count_resets(&data[..=last]);
            open.start = open.base + last as u64 + 1;
        }
        open.base += data.len() as u64;
        if let Some(kmp) = chunked.kmp() {
            *prefix = kmp.prefix_at_end(plan, data);
        }
        None
    }
}

/// How far a search in chunks has come that can go on behind a match; for any question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordCursor {
    pub(crate) place: Place,
    /// As in [`Cursor`].
    pub(crate) prefix: usize,
}

impl RecordCursor {
    pub(crate) const START: Self = Self { place: Place::START, prefix: 0 };

    /// Searches `data`, the next chunk, and passes the matches to `sink`. Returns how many bytes
    /// were used up to the match for which that returned `false`.
    pub(crate) fn advance(
        &mut self,
        chunked: &Chunked,
        data: &[u8],
        sink: Sink<'_>,
    ) -> Option<usize> {
        crate::fault::point("advance");
        let plan = chunked.plan();
        let Self { place, prefix } = self;
        let quotes = place.quotes;
        let Some(kmp) = chunked.kmp() else { return plan.each_record(data, 0, place, sink) };
        let (crossing, undecided) = cross(plan, kmp, data, quotes, *prefix);
        let used = plan.each_record(data, crossing, place, sink);
        let seen = &data[..used.unwrap_or(data.len())];
        // Behind a match no occurrence is begun: it ends with a hit or a reset byte, or with the
        // data.
        *prefix = undecided.unwrap_or_else(|| prefix_behind(plan, kmp, seen, quotes, crossing));
        used
    }

    /// The last segment, at the end of the data, if it matches and has not been passed on.
    pub(crate) fn finish(&mut self, chunked: &Chunked) -> Option<Match> {
        let found = chunked.plan().last_record(&self.place);
        self.place.is_reported |= found.is_some();
        found
    }

    /// Where the quote was opened that is open here.
    pub(crate) fn unclosed_quote(&self) -> Option<u64> {
        self.place.quotes.is_open().then_some(self.place.opened)
    }
}
