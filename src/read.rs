//! Reading files and other readers.
//!
//! Plain reads into a buffer, no mapping: a file that is cut short under a mapping ends the
//! process.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::parallel;
use crate::stream::Stream;
use crate::summary::Summary;

/// How a file is read: progress, a limit, threads.
///
/// ```no_run
/// use std::ops::ControlFlow;
/// use tally::{Counter, ReadOptions, Reset};
///
/// let mut summary = Counter::new(';', 64, Reset::Newlines)?.summary()?;
/// let mut show = |done, total| {
///     eprint!("\r{done} of {total} bytes");
///     ControlFlow::Continue(())
/// };
/// summary.feed_file("data.csv", &mut ReadOptions::new().progress(&mut show))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ReadOptions<'a> {
    progress: Option<Progress<'a>>,
    max_bytes: u64,
    threads: NonZeroUsize,
}

/// Is told how many bytes are read and how many there are to be read in all, and says whether to
/// go on.
type Progress<'a> = &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>;

impl Default for ReadOptions<'_> {
    fn default() -> Self {
        Self { progress: None, max_bytes: u64::MAX, threads: NonZeroUsize::MIN }
    }
}

impl<'a> ReadOptions<'a> {
    /// No progress, no limit, one thread.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `progress` while reading, at most 20 times a second, and once more when all is read.
    /// It is told how many bytes this reading has read, and how many there were to be read when it
    /// began, or 0 where that is not known. If it breaks, be it at the last call, reading stops with
    /// [`ReadError::Cancelled`].
    ///
    /// It is called between reads, so not while one waits for data.
    #[must_use]
    pub fn progress(mut self, progress: &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Reads at most so many bytes, and stops with [`ReadError::Limit`] if there are more.
    ///
    /// Whether there are is looked up for a regular file alone: from anything else it would take
    /// a byte away, and so exactly so many bytes are [`ReadError::Limit`] too.
    #[must_use]
    pub fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// Reads with so many threads, where [`Summary::feed_file`] reads a large regular file; this
    /// thread is one of them. Anything else is read by this thread alone.
    #[must_use]
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = threads;
        self
    }
}

impl fmt::Debug for ReadOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadOptions")
            .field("progress", &self.progress.is_some())
            .field("max_bytes", &self.max_bytes)
            .field("threads", &self.threads)
            .finish()
    }
}

/// Why reading stopped early. What was read before is fed, and feeding can go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// Opening or reading failed.
    Io(io::Error),
    /// The progress callback stopped it.
    Cancelled,
    /// [`ReadOptions::max_bytes`] are read, and there are more.
    Limit,
    /// There is not enough memory for a buffer.
    OutOfMemory,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Limit => f.write_str("more bytes than the limit"),
            Self::OutOfMemory => f.write_str("not enough memory"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Io(error) = self { Some(error) } else { None }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What can be fed.
pub(crate) trait Feed {
    /// Takes the next chunk; whether that was enough.
    fn feed(&mut self, data: &[u8]) -> bool;

    /// Whether there is no call for a chunk.
    fn is_done(&self) -> bool;
}

impl Stream {
    /// Feeds what `reader` gives, up to its end or until a segment has reached the number, and says
    /// whether one has. No more than 256 KiB are read past the match, and nothing if a segment had
    /// reached the number before.
    ///
    /// # Errors
    ///
    /// [`ReadError`]. What was read before is fed.
    pub fn feed_reader(
        &mut self,
        reader: impl Read,
        options: &mut ReadOptions<'_>,
    ) -> Result<bool, ReadError> {
        read(&mut Unsized(reader), options, self)?;
        Ok(self.reached())
    }

    /// [`feed_reader`](Self::feed_reader) for the file at `path`: a regular one, a named pipe, a
    /// device. It is not even opened if a segment had reached the number before.
    ///
    /// # Errors
    ///
    /// As [`feed_reader`](Self::feed_reader).
    pub fn feed_file(
        &mut self,
        path: impl AsRef<Path>,
        options: &mut ReadOptions<'_>,
    ) -> Result<bool, ReadError> {
        if !self.reached() {
            read(&mut Whole::new(&File::open(path)?), options, self)?;
        }
        Ok(self.reached())
    }
}

impl Summary {
    /// Feeds what `reader` gives, up to its end.
    ///
    /// # Errors
    ///
    /// [`ReadError`]. What was read before is fed.
    pub fn feed_reader(
        &mut self,
        reader: impl Read,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        read(&mut Unsized(reader), options, self)
    }

    /// [`feed_reader`](Self::feed_reader) for the file at `path`: a regular one, a named pipe, a
    /// device.
    ///
    /// # Errors
    ///
    /// As [`feed_reader`](Self::feed_reader).
    pub fn feed_file(
        &mut self,
        path: impl AsRef<Path>,
        options: &mut ReadOptions<'_>,
    ) -> Result<(), ReadError> {
        let file = File::open(path)?;
        let mut source = Whole::new(&file);
        let threads = options.threads;
        let len = source.size().unwrap_or(0).min(options.max_bytes);
        let mut meter = Meter::new(options, source.size());
        parallel::feed_file(self, &file, len, threads, &mut meter)?;
        read_on(&mut source, meter, self)
    }
}

/// Something to read.
pub(crate) trait Source: Read {
    /// How many bytes it will give, if that is known.
    fn size(&self) -> Option<u64> {
        None
    }

    /// Whether it is known to have no more bytes.
    fn has_ended(&mut self) -> bool {
        false
    }
}

/// A reader of which no more is known.
struct Unsized<R>(R);

impl<R: Read> Read for Unsized<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> Source for Unsized<R> {}

/// A file, from where it stands.
pub(crate) struct Whole<'f> {
    file: &'f File,
    /// For a regular file: how many bytes there are.
    size: Option<u64>,
}

impl<'f> Whole<'f> {
    pub(crate) fn new(mut file: &'f File) -> Self {
        // Where these fail, reading will say why.
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file);
        let size = metadata.and_then(|metadata| {
            let at = file.stream_position().ok()?;
            Some(metadata.len().saturating_sub(at))
        });
        Self { file, size }
    }
}

impl Read for Whole<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Source for Whole<'_> {
    fn size(&self) -> Option<u64> {
        self.size
    }

    fn has_ended(&mut self) -> bool {
        // Its size says little: it may have changed since, and some files that are made as they are
        // read have none. A byte read is given back.
        match self.size.map(|_| self.file.read(&mut [0])) {
            Some(Ok(0)) => true,
            Some(Ok(_)) => {
                // A regular file always can.
                let _ = self.file.seek_relative(-1);
                false
            }
            _ => false,
        }
    }
}

/// Fits the second-level cache, with room for what else is there.
pub(crate) const BUFFER: usize = 256 << 10;

/// Reads `source` into `to` as `options` say.
pub(crate) fn read(
    source: &mut impl Source,
    options: &mut ReadOptions<'_>,
    to: &mut impl Feed,
) -> Result<(), ReadError> {
    let size = source.size();
    read_on(source, Meter::new(options, size), to)
}

/// Goes on reading where `meter` stands.
fn read_on(
    source: &mut impl Source,
    mut meter: Meter<'_, '_>,
    to: &mut impl Feed,
) -> Result<(), ReadError> {
    if to.is_done() {
        return Ok(());
    }
    // Small files need no large buffer. One byte more, for the end to be seen at once; and some
    // files that are made as they are read say they are empty.
    let left = source.size().filter(|&size| size > 0).map(|size| size.saturating_sub(meter.done));
    let len = left.map_or(BUFFER as u64, |left| left.saturating_add(1));
    let len = len.clamp(4 << 10, BUFFER as u64) as usize;
    let mut buffer = zeroed(len).ok_or(ReadError::OutOfMemory)?;
    loop {
        let room = (meter.max_bytes - meter.done).min(buffer.len() as u64) as usize;
        if room == 0 {
            if !source.has_ended() {
                return Err(ReadError::Limit);
            }
            break;
        }
        match source.read(&mut buffer[..room]) {
            Ok(0) => break,
            Ok(len) => {
                // A reader may claim more than there is room for.
                let data = &buffer[..len.min(room)];
                meter.done += data.len() as u64;
                if to.feed(data) {
                    break;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(ReadError::Io(error)),
        }
        meter.tick()?;
    }
    meter.tell()
}

/// A buffer of `len` bytes, where there is the memory for it.
pub(crate) fn zeroed(len: usize) -> Option<Vec<u8>> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(len).ok()?;
    buffer.resize(len, 0);
    Some(buffer)
}

/// How far a reading has come, and telling of it, not too often.
pub(crate) struct Meter<'m, 'a> {
    progress: Option<&'m mut (dyn FnMut(u64, u64) -> ControlFlow<()> + 'a)>,
    /// How many bytes are read.
    pub(crate) done: u64,
    total: u64,
    max_bytes: u64,
    told: Instant,
}

impl<'m, 'a> Meter<'m, 'a> {
    const PAUSE: Duration = Duration::from_millis(50);

    fn new(options: &'m mut ReadOptions<'a>, size: Option<u64>) -> Self {
        let max_bytes = options.max_bytes;
        Self {
            progress: options.progress.as_deref_mut(),
            done: 0,
            total: size.map_or(0, |size| size.min(max_bytes)),
            max_bytes,
            told: Instant::now(),
        }
    }

    /// Tells of it if the last time is long enough ago.
    pub(crate) fn tick(&mut self) -> Result<(), ReadError> {
        if self.progress.is_some() && self.told.elapsed() >= Self::PAUSE {
            self.told = Instant::now();
            return self.tell();
        }
        Ok(())
    }

    fn tell(&mut self) -> Result<(), ReadError> {
        if let Some(progress) = &mut self.progress
            && progress(self.done, self.total).is_break()
        {
            return Err(ReadError::Cancelled);
        }
        Ok(())
    }
}
