//! Reading files and other sources: options, sources, and the one read loop.
//!
//! Files are read into a buffer and never mapped: if another process truncates a mapped file, the
//! reader of the mapping is killed by a signal.

mod buffer;
mod meter;
mod options;
mod source;

pub(crate) use buffer::Buffer;
pub(crate) use meter::Meter;
pub use options::{ReadError, ReadOptions};
use source::read_at;
pub(crate) use source::{FileSource, ReaderSource, Source};

use std::fs::File;
use std::io::ErrorKind;

/// What data that is read is given to.
pub(crate) trait Consumer {
    /// Processes the next chunk; whether more is wanted.
    fn consume(&mut self, data: &[u8]) -> bool;

    /// Whether any data is wanted at all.
    fn wants_data(&self) -> bool;
}

/// Reads `source` to its end, or until the options or the consumer stop it.
pub(crate) fn read(
    source: &mut impl Source,
    options: &mut ReadOptions<'_>,
    consumer: &mut impl Consumer,
) -> Result<(), ReadError> {
    let size = source.size();
    read_on(source, Meter::new(options, size), consumer)
}

/// Continues reading at the place that `meter` says.
pub(crate) fn read_on(
    source: &mut impl Source,
    mut meter: Meter<'_, '_>,
    consumer: &mut impl Consumer,
) -> Result<(), ReadError> {
    if !consumer.wants_data() {
        return Ok(());
    }
    let mut buffer = buffer_for(source.size(), meter.done)?;
    loop {
        let room = meter.remaining().min(buffer.len() as u64) as usize;
        if room == 0 {
            if !source.is_at_end()? {
                return Err(ReadError::Limit);
            }
            break;
        }
        match source.read(&mut buffer[..room]) {
            Ok(0) => break,
            Ok(len) => {
                crate::fault::point("read");
                // A faulty reader may claim more bytes than there was room for.
                let data = &buffer[..len.min(room)];
                meter.done += data.len() as u64;
                if !consumer.consume(data) {
                    break;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(ReadError::Io(error)),
        }
        meter.tick()?;
    }
    meter.report()
}

/// A buffer for what is left of a source of `size` bytes, of which `done` are read.
///
/// A small file needs a small buffer: one byte longer than the file, so that its end is seen at
/// the first read. A size of 0 says nothing: files that the kernel makes up while they are read,
/// as those in `/proc`, have it too.
fn buffer_for(size: Option<u64>, done: u64) -> Result<Buffer, ReadError> {
    let largest = ReadOptions::BUFFER_SIZE as u64;
    let left = size.filter(|&size| size > 0).map(|size| size.saturating_sub(done));
    let len = left.map_or(largest, |left| left.saturating_add(1)).clamp(4 << 10, largest);
    Buffer::try_new(len as usize)
}

/// Passes the `len` bytes at the offset `at` of a file to `process`, in chunks; whether all of them
/// could be read.
pub(crate) fn read_part(
    file: &File,
    mut at: u64,
    len: usize,
    buffer: &mut Buffer,
    mut process: impl FnMut(&[u8]),
) -> bool {
    let end = at + len as u64;
    while at < end {
        let room = (end - at).min(buffer.len() as u64) as usize;
        match read_at(file, &mut buffer[..room], at) {
            Ok(0) => return false,
            Ok(len) => {
                process(&buffer[..len]);
                at += len as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
    true
}
