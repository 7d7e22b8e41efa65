//! Files, on several threads where that pays.

use std::fs::File;
use std::io::{ErrorKind, Seek, SeekFrom};
use std::num::NonZeroUsize;
use std::ops::ControlFlow::{Break, Continue};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Summary;
use crate::chunk::{Metrics, Partial};
use crate::error::Error;
use crate::io::{
    Buffer, FileSource, Meter, ReadError, ReadOptions, Source, read, read_at, read_on,
};
use crate::parallel::{in_order, part_len};
use crate::sys::open;

impl Summary {
    /// [`feed_reader`](Self::feed_reader) for the file at `path`: a regular file, a named pipe, a
    /// device. A large regular file is read by [`ReadOptions::threads`] threads.
    ///
    /// # Errors
    ///
    /// As [`feed_reader`](Self::feed_reader).
    pub fn feed_file(
        &mut self,
        path: impl AsRef<Path>,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        let file = open(path.as_ref())?;
        let mut source = FileSource::new(&file);
        let threads = options.threads;
        let len = source.size().unwrap_or(0).min(options.max_bytes);
        let mut meter = Meter::new(options, source.size());
        self.feed_parts(&file, len, threads, &mut meter)?;
        read_on(&mut source, meter, self)
    }

    /// [`feed_reader`](Self::feed_reader) for an open file, from its position on.
    pub(crate) fn feed_open_file(
        &mut self,
        file: &File,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        read(&mut FileSource::new(file), options, self)
    }

    /// Feeds the first `len` bytes of a regular file on `threads` threads, in whole parts, as far as
    /// that succeeds. The file's position is then the end of what was fed: whatever stopped it
    /// shows when reading continues there.
    fn feed_parts(
        &mut self,
        mut file: &File,
        len: u64,
        threads: NonZeroUsize,
        meter: &mut Meter<'_, '_>,
    ) -> Result<(), ReadError> {
        let part_len = part_len(len, &self.chunked);
        let parts = usize::try_from(len / part_len as u64).unwrap_or(usize::MAX);
        if threads.get() == 1 || parts < 2 {
            return Ok(());
        }
        let chunked = self.chunked.clone();
        let head_len = chunked.head_len();
        let worker = || {
            let mut buffer =
                Buffer::try_new(ReadOptions::BUFFER_SIZE).map_err(|_| Error::NoMemory)?;
            let chunked = &chunked;
            Ok(move |part| {
                let (mut partial, mut head) = (Partial::EMPTY, Vec::new());
                head.try_reserve_exact(head_len).ok()?;
                let mut at = part as u64 * part_len as u64;
                let end = at + part_len as u64;
                while at < end {
                    let room = (end - at).min(buffer.len() as u64) as usize;
                    match read_at(file, &mut buffer[..room], at) {
                        Ok(0) => return None,
                        Ok(len) => {
                            let data = &buffer[..len];
                            head.extend_from_slice(&data[..len.min(head_len - head.len())]);
                            partial.feed(chunked, Metrics::All, data);
                            at += len as u64;
                        }
                        Err(error) if error.kind() == ErrorKind::Interrupted => {}
                        Err(_) => return None,
                    }
                }
                Some((partial, head))
            })
        };
        let done = AtomicU64::new(0);
        let mut cancelled = Ok(());
        let between = || {
            meter.done = done.load(Ordering::Relaxed);
            cancelled = meter.tick();
            if cancelled.is_err() { Break(()) } else { Continue(()) }
        };
        let merge = |_, result: Option<(Partial, Vec<u8>)>| match result {
            Some((partial, head)) if self.merge_partial(&partial, &head).is_ok() => {
                done.fetch_add(part_len as u64, Ordering::Relaxed);
                Continue(())
            }
            _ => Break(()),
        };
        // Too little memory for several threads may be enough for one.
        let _ = in_order(threads, parts, worker, between, merge);
        meter.done = done.into_inner();
        file.seek(SeekFrom::Start(meter.done))?;
        cancelled
    }
}
