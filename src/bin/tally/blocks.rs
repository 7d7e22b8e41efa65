//! Reading a file in blocks of whole segments, for output that needs their text.
//!
//! Where only an answer is needed, the library reads by itself.

use std::io::{ErrorKind, Read};

use tally::ReadOptions;

use crate::failure::Failure;
use crate::unit::Unit;

/// A read into less room than this is not worth its call.
const MIN_ROOM: usize = ReadOptions::BUFFER_SIZE / 4;

/// A buffer for the block and the beginning of the next, used for one file after the other.
pub(crate) struct Blocks {
    unit: Unit,
    buffer: Vec<u8>,
    /// The number of bytes in the buffer.
    filled: usize,
    /// How many of them the last block had.
    block_len: usize,
    at_end: bool,
}

impl Blocks {
    pub(crate) fn new(unit: Unit) -> Self {
        Self { unit, buffer: Vec::new(), filled: 0, block_len: 0, at_end: false }
    }

    /// Prepares for another file.
    pub(crate) fn reset(&mut self) {
        (self.filled, self.block_len, self.at_end) = (0, 0, false);
        // Free what a single long line has needed.
        if self.buffer.len() > 4 * ReadOptions::BUFFER_SIZE {
            self.buffer = Vec::new();
        }
    }

    /// The next block, which is not empty, or `None` at the end of the file. The last block may end
    /// without the byte that ends a segment.
    pub(crate) fn next(&mut self, reader: &mut impl Read) -> Result<Option<&[u8]>, Failure> {
        self.buffer.copy_within(self.block_len..self.filled, 0);
        self.filled -= self.block_len;
        self.block_len = 0;
        while self.block_len == 0 && !self.at_end {
            let len = self.read(reader)?;
            let last_end = self.unit.last_end(&self.buffer[self.filled..][..len]);
            self.block_len = last_end.map_or(0, |end| self.filled + end + 1);
            self.filled += len;
            self.at_end = len == 0;
        }
        if self.block_len == 0 {
            self.block_len = self.filled;
        }
        Ok((self.block_len > 0).then(|| &self.buffer[..self.block_len]))
    }

    /// Reads more bytes behind those in the buffer; 0 at the end of the file.
    fn read(&mut self, reader: &mut impl Read) -> Result<usize, Failure> {
        let len = self.buffer.len();
        if len - self.filled < MIN_ROOM {
            let more = len.max(ReadOptions::BUFFER_SIZE);
            self.buffer.try_reserve_exact(more).map_err(|_| {
                let unit = self.unit.plural();
                Failure::Input(format!("not enough memory for one of its {unit}"))
            })?;
            self.buffer.resize(len + more, 0);
        }
        loop {
            match reader.read(&mut self.buffer[self.filled..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return result.map_err(Failure::reading),
            }
        }
    }
}
