//! A segment that is too long for a block, part by part.

use tally::{Counter, Error, Stream};

use crate::failure::Failure;
use crate::input::Reader;
use crate::pieces::no_memory;
use crate::question::Question;

use memchr::memchr;

/// A long segment. Its text is kept only if it may be needed and cannot be read again.
pub(crate) struct Long {
    stream: Stream,
    pub(crate) start: u64,
    len: u64,
    pub(crate) has_nul: bool,
    kept: Option<Vec<u8>>,
    /// It has been counted already, before its end.
    pub(crate) is_counted: bool,
}

impl Long {
    /// A segment that starts at the offset `start`, and whose text is kept or not.
    pub(crate) fn new(counter: &Counter, start: u64, keep: bool) -> Result<Self, Error> {
        let stream = Stream::new(counter)?;
        let kept = keep.then(Vec::new);
        Ok(Self { stream, start, len: 0, has_nul: false, kept, is_counted: false })
    }

    /// Adds the next part, without the byte that ends the segment.
    pub(crate) fn feed(&mut self, part: &[u8], question: &Question) -> Result<(), Failure> {
        self.stream.feed(part)?;
        self.len += part.len() as u64;
        self.has_nul |= memchr(0, part).is_some();
        if let Some(kept) = &mut self.kept {
            kept.try_reserve(part.len()).map_err(|_| no_memory(question))?;
            kept.extend_from_slice(part);
        }
        Ok(())
    }

    /// The text will not be needed.
    pub(crate) fn drop_text(&mut self) {
        self.kept = None;
    }

    /// Whether the count has reached the number.
    pub(crate) fn matched(&self) -> bool {
        self.stream.matched()
    }

    /// The offset in the segment just past the hit with which it did, if there is one.
    pub(crate) fn hit_end(&self) -> Option<usize> {
        let found = self.stream.first_match().filter(|found| found.count > 0);
        found.map(|found| found.end as usize)
    }

    /// The text of the whole segment.
    pub(crate) fn text(
        &mut self,
        reader: &mut Reader<'_>,
        question: &Question,
    ) -> Result<Vec<u8>, Failure> {
        if let Some(kept) = self.kept.take() {
            return Ok(kept);
        }
        let len = usize::try_from(self.len).map_err(|_| no_memory(question))?;
        reader.bytes_at(self.start, len).map_err(|error| match error.kind() {
            std::io::ErrorKind::OutOfMemory => no_memory(question),
            _ => Failure::reading(error),
        })
    }
}
