//! Strings too long to compare byte by byte with each block: found with [`memchr::memmem`], whose
//! search is linear however the string repeats itself; the engine looks for the resets between.

use std::iter;

use memchr::memmem::Finder;

use super::{OpenSegment, Plan, Sink};
use crate::Match;

/// A place where a long string counts.
pub(super) struct Hit {
    /// Where it ends.
    pub(super) end: usize,
    /// The count of its segment, this one included.
    pub(super) count: u64,
    /// The reset that opened its segment, if one did.
    pub(super) opened: Option<usize>,
}

/// So many places behind a hit are looked at before a search is begun, where the last hit was as
/// near to the one before: to begin one takes longer.
const NEAR: usize = 16;

/// Where the string is in the first places of `data`, if it is where its two ends first are. So no
/// more than one comparison goes on behind the ends, and the time stays linear.
fn near(data: &[u8], string: &[u8]) -> Option<usize> {
    let [first, .., last] = *string else { return None };
    let mut ends = data.iter().zip(data.get(string.len() - 1..)?).take(NEAR);
    let place = ends.position(|ends| ends == (&first, &last))?;
    data[place..].starts_with(string).then_some(place)
}

/// The questions. None is inlined where it is asked: a search needs much room on the stack, which
/// short data and short strings should not pay for.
impl Plan {
    /// The places where the string `bytes` counts, in order; `count` are the hits before `data` in
    /// the segment that is open at its start.
    pub(super) fn long_hits<'a>(
        &'a self,
        bytes: &'a [u8],
        data: &'a [u8],
        mut count: u64,
    ) -> impl Iterator<Item = Hit> + 'a {
        let mut previous = 0;
        let mut opened = None;
        let mut is_near = false;
        // Preparing the search costs as much as the string is long.
        let finder = (data.len() >= bytes.len()).then(|| Finder::new(bytes));
        iter::from_fn(move || {
            let rest = &data[previous..];
            let at_once = rest.starts_with(bytes).then_some(0);
            let at_once = at_once.or_else(|| is_near.then(|| near(rest, bytes)).flatten());
            let between = match at_once {
                Some(between) => between,
                None => finder.as_ref()?.find(rest)?,
            };
            is_near = between < NEAR;
            if between > 0
                && let Some(reset) = self.last_reset(&rest[..between])
            {
                opened = Some(previous + reset);
                count = 0;
            }
            count += 1;
            previous += between + bytes.len();
            Some(Hit { end: previous, count, opened })
        })
    }

    /// [`Plan::count`] for a long string.
    #[inline(never)]
    pub(super) fn count_long(&self, bytes: &[u8], data: &[u8]) -> u64 {
        self.long_hits(bytes, data, 0).count() as u64
    }

    /// [`Plan::has_count`] for a long string.
    #[inline(never)]
    pub(super) fn has_count_long(&self, bytes: &[u8], data: &[u8]) -> bool {
        self.long_hits(bytes, data, 0).any(|hit| hit.count == self.min_number)
    }

    /// [`Plan::max_count_from`] for a long string.
    #[inline(never)]
    pub(super) fn max_count_long_from(
        &self,
        bytes: &[u8],
        data: &[u8],
        count: u64,
        least: u64,
    ) -> u64 {
        self.long_hits(bytes, data, count).map(|hit| hit.count).fold(least, u64::max)
    }

    /// [`Plan::matching_segments`] for a long string.
    #[inline(never)]
    pub(super) fn matching_segments_long(&self, bytes: &[u8], data: &[u8]) -> u64 {
        self.long_hits(bytes, data, 0).filter(|hit| hit.count == self.min_number).count() as u64
    }

    /// [`Plan::matching_segments_from`] for a long string.
    #[inline(never)]
    pub(super) fn matching_segments_long_from(
        &self,
        bytes: &[u8],
        data: &[u8],
        count: u64,
    ) -> (u64, u64) {
        let (mut segments, mut last) = (0, Hit { end: 0, count, opened: None });
        for hit in self.long_hits(bytes, data, count) {
            segments += u64::from(hit.count == self.min_number);
            last = hit;
        }
        (segments, self.long_count(data, &last))
    }

    /// [`Plan::find`] for a long string.
    #[inline(never)]
    pub(super) fn find_long(
        &self,
        bytes: &[u8],
        data: &[u8],
        mut open: OpenSegment,
        sink: Sink<'_>,
    ) {
        let mut numbered = 0;
        for hit in
            self.long_hits(bytes, data, open.count).filter(|hit| hit.count == self.min_number)
        {
            if let Some(reset) = hit.opened {
                open.segment += self.count_resets(&data[numbered..=reset]);
                numbered = reset + 1;
                open.start = open.base + numbered as u64;
            }
            let end = open.base + hit.end as u64;
            if !sink(Match { segment: open.segment, start: open.start, end, count: hit.count }) {
                return;
            }
        }
    }

    /// [`Plan::find_from`] for a long string.
    #[inline(never)]
    pub(super) fn find_long_from(
        &self,
        bytes: &[u8],
        data: &[u8],
        open: OpenSegment,
    ) -> Result<Match, u64> {
        let mut last = Hit { end: 0, count: open.count, opened: None };
        for hit in self.long_hits(bytes, data, open.count) {
            if hit.count == self.min_number {
                let end = open.base + hit.end as u64;
                let (segment, start) = match hit.opened {
                    None => (open.segment, open.start),
                    Some(reset) => (
                        open.segment + self.count_resets(&data[..=reset]),
                        open.base + reset as u64 + 1,
                    ),
                };
                return Ok(Match { segment, start, end, count: hit.count });
            }
            last = hit;
        }
        Err(self.long_count(data, &last))
    }

    /// The count of the segment that is open at the end of `data`, where `last` is its last hit.
    pub(super) fn long_count(&self, data: &[u8], last: &Hit) -> u64 {
        if self.last_reset(&data[last.end..]).is_some() { 0 } else { last.count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_finds_the_first_places_alone() {
        let string = b"a string of some length";
        for place in 0..2 * NEAR {
            let mut data = vec![b'.'; place];
            data.extend_from_slice(string);
            assert_eq!(near(&data, string), (place < NEAR).then_some(place));
            // No part of it is enough.
            assert_eq!(near(&data[..data.len() - 1], string), None);
            data[place + 5] = b'.';
            assert_eq!(near(&data, string), None);
        }
    }
}
