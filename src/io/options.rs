use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::time::Duration;

use crate::error::Error;

/// How a file is read: progress, a limit, threads.
///
/// ```no_run
/// use std::ops::ControlFlow;
/// use tally::{Counter, ReadOptions, Reset, Summary};
///
/// let mut summary = Summary::new(&Counter::new(';', 64, Reset::Newlines)?)?;
/// let mut show = |done, total| {
///     eprint!("\r{done} of {total} bytes");
///     ControlFlow::Continue(())
/// };
/// summary.feed_file("data.csv", &mut ReadOptions::new().progress(&mut show))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ReadOptions<'a> {
    pub(super) progress: Option<Progress<'a>>,
    pub(crate) max_bytes: u64,
    pub(crate) threads: NonZeroUsize,
}

/// Receives the number of bytes read and the number there is to read, and says whether to go on.
type Progress<'a> = &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>;

impl Default for ReadOptions<'_> {
    fn default() -> Self {
        Self { progress: None, max_bytes: u64::MAX, threads: NonZeroUsize::MIN }
    }
}

impl<'a> ReadOptions<'a> {
    /// The largest number of bytes read at a time. It fits the second-level cache.
    pub const BUFFER_SIZE: usize = 256 << 10;

    /// The shortest time between two calls of a [`progress`](Self::progress) callback, but for the
    /// last one.
    pub const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);

    /// No progress callback, no limit, one thread.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `progress` while reading, at most once per
    /// [`PROGRESS_INTERVAL`](Self::PROGRESS_INTERVAL), and once more at the end.
    ///
    /// Its arguments are the number of bytes that this call has read, and the number there was to
    /// read when it began, or 0 if that is not known. If it breaks, even in its last call, reading
    /// stops with [`ReadError::Cancelled`]. It is called between reads, so not while a read waits
    /// for data.
    #[must_use]
    pub fn progress(mut self, progress: &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Reads at most `max_bytes` bytes, and fails with [`ReadError::Limit`] if there are more.
    ///
    /// Whether there are more is probed for regular files only. Probing a pipe would consume a
    /// byte, so there exactly `max_bytes` bytes also end in [`ReadError::Limit`].
    #[must_use]
    pub fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// Uses `threads` threads, the calling one included, where
    /// [`Summary::feed_file`](crate::Summary::feed_file) reads a large regular file. Everything
    /// else is read by the calling thread alone.
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

/// Why reading stopped early. What was read before is fed, and feeding can continue.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// Opening or reading failed.
    Io(io::Error),
    /// The progress callback stopped it.
    Cancelled,
    /// [`ReadOptions::max_bytes`] bytes are read, and there are more.
    Limit,
    /// Not enough memory.
    NoMemory,
    /// The stream cannot be fed: [`Error::Finished`] or [`Error::OtherSearch`]. Nothing was read.
    Refused(Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Limit => f.write_str("more bytes than the limit"),
            Self::NoMemory => f.write_str("not enough memory"),
            Self::Refused(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Refused(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoMemory => Self::NoMemory,
            error => Self::Refused(error),
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::OutOfMemory => Self::NoMemory,
            _ => Self::Io(error),
        }
    }
}
