//! The lines or words of a file, one by one.

use std::io::{ErrorKind, Read};
use std::ops::ControlFlow;

use memchr::{memchr, memrchr};
use tally::{ByteSet, Counter, Match, Reset};

use crate::arguments::{Options, Per};
use crate::input::Unreadable;

/// The bytes read at a time: what fits the second-level cache with room to spare.
const BLOCK: usize = 256 << 10;

/// Less room than this is not worth a read.
const LEAST_ROOM: usize = 64 << 10;

impl Per {
    /// Where the first byte is that ends a segment.
    pub(crate) fn first_end(self, data: &[u8]) -> Option<usize> {
        match self {
            Self::Line(end) => memchr(end, data),
            Self::Word => data.iter().position(|&byte| WHITESPACE.contains(byte)),
            Self::File => None,
        }
    }

    pub(crate) fn last_end(self, data: &[u8]) -> Option<usize> {
        match self {
            Self::Line(end) => memrchr(end, data),
            Self::Word => data.iter().rposition(|&byte| WHITESPACE.contains(byte)),
            Self::File => None,
        }
    }
}

const WHITESPACE: ByteSet = Reset::Whitespace.bytes();

/// A file in blocks of whole segments. The last may lack the byte that ends it.
pub(crate) struct Blocks {
    per: Per,
    buffer: Vec<u8>,
    /// How much of the buffer is data, and how much of that the last block was.
    filled: usize,
    taken: usize,
    ended: bool,
}

impl Blocks {
    pub(crate) fn new(per: Per) -> Self {
        Self { per, buffer: Vec::new(), filled: 0, taken: 0, ended: false }
    }

    /// Makes ready for another file.
    pub(crate) fn start(&mut self) {
        (self.filled, self.taken, self.ended) = (0, 0, false);
        // Needle a single long line took is given back.
        if self.buffer.len() > 4 * BLOCK {
            self.buffer = Vec::new();
        }
    }

    /// The next block, which is not empty, or `None` at the end of the file.
    pub(crate) fn next(&mut self, reader: &mut impl Read) -> Result<Option<&[u8]>, Unreadable> {
        self.buffer.copy_within(self.taken..self.filled, 0);
        self.filled -= self.taken;
        self.taken = 0;
        while self.taken == 0 {
            if self.ended {
                self.taken = self.filled;
                break;
            }
            self.make_room()?;
            let read = match reader.read(&mut self.buffer[self.filled..]) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            self.ended = read == 0;
            let fresh = &self.buffer[self.filled..][..read];
            if let Some(last) = self.per.last_end(fresh) {
                self.taken = self.filled + last + 1;
            }
            self.filled += read;
        }
        Ok((self.taken > 0).then(|| &self.buffer[..self.taken]))
    }

    /// The next piece of the file, cut anywhere; empty at its end.
    pub(crate) fn next_chunk(&mut self, reader: &mut impl Read) -> Result<&[u8], Unreadable> {
        self.make_room()?;
        loop {
            match reader.read(&mut self.buffer) {
                Ok(read) => return Ok(&self.buffer[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn make_room(&mut self) -> Result<(), Unreadable> {
        let len = self.buffer.len();
        if len - self.filled >= LEAST_ROOM {
            return Ok(());
        }
        let more = len.max(BLOCK);
        self.buffer.try_reserve_exact(more).map_err(|_| {
            Unreadable(format!("one of its {} is longer than memory can hold", self.per.plural()))
        })?;
        self.buffer.resize(len + more, 0);
        Ok(())
    }
}

/// A line or word in a block.
pub(crate) struct Segment {
    pub(crate) start: usize,
    /// Without the byte that ends the segment.
    pub(crate) end: usize,
    /// Just past the hit that reaches the number.
    pub(crate) hit_end: Option<usize>,
}

/// Which segments are asked for.
pub(crate) struct Question<'a> {
    counter: &'a Counter,
    per: Per,
    invert: bool,
}

impl<'a> Question<'a> {
    pub(crate) fn new(counter: &'a Counter, options: &Options) -> Self {
        let Options { per, invert, .. } = *options;
        Self { counter, per, invert }
    }

    /// Gives `found` the segments in `block` that are asked for, until it breaks off.
    pub(crate) fn each<B>(
        &self,
        block: &[u8],
        mut found: impl FnMut(Segment) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        // All reach 0, but an empty word is none, nor is what follows the last newline a line.
        if self.counter.min_number() == 0 {
            let end = if self.invert { 0 } else { block.len() };
            return self.all(block, 0, end, &mut found);
        }
        let mut matches = [Match::default(); 64];
        let mut after = None;
        let mut next = 0;
        loop {
            // `after` is a match of this counter in this data, so there is no error.
            let number = self.counter.find_many(block, after.as_ref(), &mut matches).unwrap_or(0);
            for reached in &matches[..number] {
                let (start, hit_end) = (reached.start as usize, reached.end as usize);
                let end = hit_end + self.end(&block[hit_end..]);
                if self.invert {
                    self.all(block, next, start, &mut found)?;
                } else {
                    found(Segment { start, end, hit_end: Some(hit_end) })?;
                }
                next = end + 1;
            }
            if number < matches.len() {
                break;
            }
            after = matches.last().copied();
        }
        if self.invert {
            self.all(block, next, block.len(), &mut found)?;
        }
        ControlFlow::Continue(())
    }

    /// Gives `found` all segments from `start` to `end`.
    fn all<B>(
        &self,
        block: &[u8],
        mut start: usize,
        end: usize,
        found: &mut impl FnMut(Segment) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        while start < end {
            let next = start + self.end(&block[start..end]);
            if self.per != Per::Word || next > start {
                found(Segment { start, end: next, hit_end: None })?;
            }
            start = next + 1;
        }
        ControlFlow::Continue(())
    }

    /// Where the first segment of `data` ends.
    fn end(&self, data: &[u8]) -> usize {
        self.per.first_end(data).unwrap_or(data.len())
    }
}

/// The line that a place in a file is in.
#[derive(Default)]
pub(crate) struct Lines {
    /// The number of the line, from 0, and the offset of its start.
    pub(crate) number: u64,
    pub(crate) start: u64,
    at: u64,
}

impl Lines {
    /// Goes on to `to` in `block`, which starts at the offset `base` of the file. `ends` counts the
    /// byte `end` that ends lines.
    pub(crate) fn advance(&mut self, ends: &Counter, end: u8, block: &[u8], base: u64, to: usize) {
        let from = (self.at - base) as usize;
        if from < to {
            let passed = &block[from..to];
            self.number += ends.count(passed);
            if let Some(last) = memrchr(end, passed) {
                self.start = self.at + last as u64 + 1;
            }
            self.at = base + to as u64;
        }
    }
}
