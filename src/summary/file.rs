//! Files, on several threads where that pays.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::num::NonZeroUsize;
use std::ops::ControlFlow::{Break, Continue};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Summary;
use crate::chunk::{Metrics, Partial};
use crate::error::Error;
use crate::io::{
    Buffer, FileSource, Meter, ReadError, ReadOptions, Source, read, read_on, read_part,
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
                let (mut partial, mut head) = (Partial::empty(chunked), Vec::new());
                head.try_reserve_exact(head_len).ok()?;
                let start = part as u64 * part_len as u64;
                let is_whole = read_part(file, start, part_len, &mut buffer, |data| {
                    head.extend_from_slice(&data[..data.len().min(head_len - head.len())]);
                    partial.feed(chunked, Metrics::All, data);
                });
                is_whole.then_some((partial, head))
            })
        };
        let done = AtomicU64::new(0);
        let mut cancelled = Ok(());
        let between = || {
            meter.done = done.load(Ordering::Relaxed);
            cancelled = meter.tick();
            if cancelled.is_err() { Break(()) } else { Continue(()) }
        };
        let merge = |part, result: Option<(Partial, Vec<u8>)>| {
            let Some((partial, head)) = result else { return Break(()) };
            match self.merge_partial(&partial, &head) {
                Ok(()) => drop(done.fetch_add(part_len as u64, Ordering::Relaxed)),
                // Overlapping occurrences cross the cut: the part is read once more, from what is
                // known before it.
                Err(Error::Overlap) => {
                    let Ok(mut buffer) = Buffer::try_new(ReadOptions::BUFFER_SIZE) else {
                        return Break(());
                    };
                    let start = part as u64 * part_len as u64;
                    let is_whole = read_part(file, start, part_len, &mut buffer, |data| {
                        self.feed(data);
                        done.fetch_add(data.len() as u64, Ordering::Relaxed);
                    });
                    if !is_whole {
                        return Break(());
                    }
                }
                Err(_) => return Break(()),
            }
            Continue(())
        };
        // Too little memory for several threads may be enough for one.
        let _ = in_order(threads, parts, worker, between, merge);
        meter.done = done.into_inner();
        file.seek(SeekFrom::Start(meter.done))?;
        cancelled
    }
}
