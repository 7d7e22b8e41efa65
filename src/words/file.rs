use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::num::NonZeroUsize;
use std::ops::ControlFlow::{Break, Continue};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::table::Words;
use super::top::TopWords;
use crate::error::Error;
use crate::io::{
    Buffer, Consumer, FileSource, Meter, ReadError, ReadOptions, ReaderSource, Source, read,
    read_on, read_part,
};
use crate::parallel::in_order;
use crate::sys::open;

/// How much a thread reads for a table of its own, which is then merged, at least and at most. Large
/// parts have fewer words that have to be merged twice.
const PARTS: (u64, u64) = (8 << 20, 64 << 20);

impl Words {
    /// Feeds what `reader` returns, up to its end. (That does not [finish](Self::finish) the data.)
    ///
    /// # Errors
    ///
    /// [`ReadError`]; [`ReadError::Limit`] and [`ReadError::NoMemory`] of the table too. Everything
    /// before the byte that [`bytes`](Self::bytes) returns is counted.
    pub fn feed_reader(
        &mut self,
        reader: impl Read,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        self.feed_source(&mut ReaderSource(reader), options)
    }

    /// [`feed_reader`](Self::feed_reader) for the file at `path`: a regular file, a named pipe, a
    /// device. A large regular file is read by [`ReadOptions::threads`] threads, unless the table has
    /// a limit: each thread needs a table of its own.
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
        feeding(|data| self.feed(data), |feeding| read_on(&mut source, meter, feeding))
    }

    /// Feeds the first `len` bytes of a regular file on `threads` threads, in whole parts, as far as
    /// that succeeds. The file's position is then the end of what was fed: whatever stopped it shows
    /// when reading continues there.
    fn feed_parts(
        &mut self,
        mut file: &File,
        len: u64,
        threads: NonZeroUsize,
        meter: &mut Meter<'_, '_>,
    ) -> Result<(), ReadError> {
        let part_len = (len / threads.get() as u64).clamp(PARTS.0, PARTS.1);
        let parts = usize::try_from(len / part_len).unwrap_or(usize::MAX);
        let Some(options) = self.unlimited().filter(|_| threads.get() > 1 && parts > 1) else {
            return Ok(());
        };
        let worker = || {
            let mut buffer =
                Buffer::try_new(ReadOptions::BUFFER_SIZE).map_err(|_| Error::NoMemory)?;
            Ok(move |part| {
                let mut words = options.build().ok()?;
                let (start, mut fed) = (part as u64 * part_len, Ok(()));
                let is_whole = read_part(file, start, part_len as usize, &mut buffer, |data| {
                    if fed.is_ok() {
                        fed = words.feed(data);
                    }
                });
                (is_whole && fed.is_ok()).then_some(words)
            })
        };
        let done = AtomicU64::new(0);
        let mut cancelled = Ok(());
        let between = || {
            meter.done = done.load(Ordering::Relaxed);
            cancelled = meter.tick();
            if cancelled.is_err() { Break(()) } else { Continue(()) }
        };
        let merge = |_, words: Option<Words>| match words.map(|words| self.append(words)) {
            Some(Ok(())) => {
                done.fetch_add(part_len, Ordering::Relaxed);
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

    /// [`feed_reader`](Self::feed_reader) for an open file, from its position on.
    pub(crate) fn feed_open_file(
        &mut self,
        file: &File,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        self.feed_source(&mut FileSource::new(file), options)
    }

    fn feed_source(
        &mut self,
        source: &mut impl Source,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        feeding(|data| self.feed(data), |feeding| read(source, options, feeding))
    }
}

impl TopWords {
    /// Feeds what `reader` returns, up to its end. (That does not [finish](Self::finish) the data.)
    ///
    /// # Errors
    ///
    /// [`ReadError`]; what was read before is counted.
    pub fn feed_reader(
        &mut self,
        reader: impl Read,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        feeding(|data| self.feed(data), |feeding| read(&mut ReaderSource(reader), options, feeding))
    }

    /// [`feed_reader`](Self::feed_reader) for the file at `path`: a regular file, a named pipe, a
    /// device. Only the calling thread reads.
    ///
    /// # Errors
    ///
    /// As [`feed_reader`](Self::feed_reader).
    pub fn feed_file(
        &mut self,
        path: impl AsRef<Path>,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        self.feed_open_file(&open(path.as_ref())?, options)
    }

    /// [`feed_reader`](Self::feed_reader) for an open file, from its position on.
    pub(crate) fn feed_open_file(
        &mut self,
        file: &File,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        feeding(
            |data| self.feed(data),
            |feeding| read(&mut FileSource::new(file), options, feeding),
        )
    }
}

/// Runs `read`, which passes chunks to `feed`.
fn feeding<F: FnMut(&[u8]) -> Result<(), Error>>(
    feed: F,
    read: impl FnOnce(&mut Feeding<F>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut feeding = Feeding { feed, stopped: None };
    let result = read(&mut feeding);
    match feeding.stopped {
        Some(Error::NoMemory) => Err(ReadError::NoMemory),
        Some(_) => Err(ReadError::Limit),
        None => result,
    }
}

/// What is fed, until that fails.
struct Feeding<F> {
    feed: F,
    stopped: Option<Error>,
}

impl<F: FnMut(&[u8]) -> Result<(), Error>> Consumer for Feeding<F> {
    fn consume(&mut self, data: &[u8]) -> bool {
        self.stopped = (self.feed)(data).err();
        self.stopped.is_none()
    }

    fn wants_data(&self) -> bool {
        true
    }
}
