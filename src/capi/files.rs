use std::ffi::{CStr, c_char, c_int, c_void};
use std::fs::File;
use std::io;
use std::mem::{ManuallyDrop, offset_of};
use std::ops::ControlFlow;
use std::path::Path;

use super::call::{Failure, NULL, call, object, out, sized};
use super::status::{
    TALLY_ERROR_CANCELLED, TALLY_ERROR_IO, TALLY_ERROR_LIMIT, TALLY_ERROR_NO_MEMORY, tally_status,
};
use super::stream::tally_stream;
use super::summary::tally_summary;
use super::threads::number_of;
use crate::{ReadError, ReadOptions};

/// Called while a file is read, on the thread that called the reading function: at most 20 times a
/// second, between reads, and once more when all is read.
///
/// @param context  The context of the tally_read_options.
/// @param done     How many bytes this call has read.
/// @param total    How many there were to be read when it began; 0 where that is not known.
/// @return         0 to go on; anything else stops it with TALLY_ERROR_CANCELLED, the last call's
///                 answer too.
///
/// It may not throw or jump out of the call. It may use the library, but not the handle that is
/// being fed: that is refused as TALLY_ERROR_INVALID_ARGUMENT, and a free does nothing.
pub type tally_progress =
    Option<unsafe extern "C" fn(context: *mut c_void, done: u64, total: u64) -> i32>;

/// How files are read. Set everything to 0, as by "= {0}", and then size, to sizeof the whole.
/// So 0 is the default of every field, those of later versions too. A NULL for the options of a
/// function is the same as all defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_read_options {
    /// sizeof(tally_read_options), which tells the fields that the caller knows. Too small for the
    /// fields down to max_bytes, above 4096, or with something other than 0 in what this library
    /// does not know: TALLY_ERROR_INVALID_ARGUMENT.
    pub size: usize,
    /// Called while reading; may be NULL.
    pub progress: tally_progress,
    /// Handed to progress.
    pub context: *mut c_void,
    /// How many bytes are read at most; 0: no limit. If there are more, the status is
    /// TALLY_ERROR_LIMIT. Whether there are is looked up for a regular file alone: from anything
    /// else it would take a byte away, and so exactly so many bytes are TALLY_ERROR_LIMIT too.
    pub max_bytes: u64,
    /// How many threads read, of which the calling one is the first, where
    /// tally_summary_feed_file reads a large regular file; 0 is the same as 1. Anything else is
    /// read by the calling thread alone. A thread that cannot be started is no error.
    pub threads: u32,
}

impl tally_read_options {
    const DEFAULT: Self = Self {
        size: size_of::<Self>(),
        progress: None,
        context: std::ptr::null_mut(),
        max_bytes: 0,
        threads: 0,
    };

    /// The size of the first version.
    const SMALLEST: usize = offset_of!(Self, threads) + size_of::<u32>();

    /// The options at `at`; NULL means the defaults.
    ///
    /// # Safety
    ///
    /// A pointer that is not NULL points to options of the size that they say.
    unsafe fn get(at: *const Self) -> Result<Self, Failure> {
        if at.is_null() {
            return Ok(Self::DEFAULT);
        }
        // SAFETY: the caller's promise; integers and pointers may have any bytes, and a callback
        // that is not NULL is the caller's to vouch for.
        unsafe { sized(at, Self::SMALLEST, Self::DEFAULT) }
    }

    /// Runs `read` with these options.
    fn run<T>(
        self,
        read: impl FnOnce(&mut ReadOptions<'_>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let mut progress = |done, total| match self.progress {
            // SAFETY: the header asks the caller for a function that can be called so.
            Some(progress) if unsafe { progress(self.context, done, total) } != 0 => {
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        };
        let mut options = ReadOptions::new().threads(number_of(self.threads));
        if self.max_bytes > 0 {
            options = options.max_bytes(self.max_bytes);
        }
        if self.progress.is_some() {
            options = options.progress(&mut progress);
        }
        read(&mut options)
    }
}

/// Feeds a file, up to its end or until a segment has reached the number. At most 256 KiB are read
/// past the match. If a segment had reached the number before, the file is not even opened.
///
/// @param stream   The stream.
/// @param path     The file's path, in UTF-8 on Windows; elsewhere any bytes. A regular file, a
///                 named pipe, a device.
/// @param options  How to read; may be NULL.
/// @param matched  Where the answer goes.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL stream, path or reached;
///          TALLY_ERROR_INVALID_ARGUMENT for options of a bad size, on Windows for a path that is
///          not UTF-8, or for a stream in use;
///          TALLY_ERROR_IO where opening or reading fails, and errno (on Windows GetLastError)
///          says why: for a directory it is EISDIR;
///          TALLY_ERROR_LIMIT, TALLY_ERROR_CANCELLED as the options say;
///          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
///
/// After an error, what was read before it is fed, and feeding can go on: so tally_stream_match
/// answers for that. Reads that are interrupted (EINTR) are tried again. One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_feed_file(
    stream: *mut tally_stream,
    path: *const c_char,
    options: *const tally_read_options,
    matched: *mut bool,
) -> tally_status {
    call_reading("tally_stream_feed_file", || {
        // SAFETY: the header asks the caller for a stream, a path, options, and a place.
        let (stream, path, matched, options) = unsafe {
            (object(stream)?, self::path(path)?, out(matched)?, tally_read_options::get(options)?)
        };
        let fed = stream.0.with(|stream| options.run(|options| stream.feed_file(path, options)))?;
        matched.write(fed?);
        Ok(())
    })
}

/// Feeds what a file descriptor gives, from where it stands, up to its end or until a segment has
/// reached the number. At most 256 KiB are read past the match, and nothing if a segment had
/// reached the number before. The descriptor stays open.
///
/// @param stream   The stream.
/// @param fd       The descriptor: of a file, a pipe, a socket, a terminal. On Windows, one of the
///                 C runtime that the library uses, in binary mode.
/// @param options  How to read; may be NULL.
/// @param matched  Where the answer goes.
///
/// @return  As tally_stream_feed_file; for a descriptor that is not open, or not for reading, it
///          is TALLY_ERROR_IO and errno is EBADF.
///
/// After an error, what was read before it is fed, and feeding can go on: also after EAGAIN from a
/// descriptor that does not wait. One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_feed_fd(
    stream: *mut tally_stream,
    fd: c_int,
    options: *const tally_read_options,
    matched: *mut bool,
) -> tally_status {
    call_reading("tally_stream_feed_fd", || {
        // SAFETY: the header asks the caller for a stream, options, and a place.
        let (stream, matched, options) =
            unsafe { (object(stream)?, out(matched)?, tally_read_options::get(options)?) };
        let fed = stream.0.with(|stream| {
            if !stream.matched() {
                let descriptor = descriptor(fd)?;
                options.run(|options| stream.feed_open_file(descriptor.file(), options))?;
            }
            Ok::<_, ReadError>(stream.matched())
        })?;
        matched.write(fed?);
        Ok(())
    })
}

/// Feeds a file, up to its end; with several threads, if the options say so.
///
/// @param summary  The summary.
/// @param path     The file's path, in UTF-8 on Windows; elsewhere any bytes. A regular file, a
///                 named pipe, a device.
/// @param options  How to read; may be NULL.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL summary or path;
///          TALLY_ERROR_INVALID_ARGUMENT for options of a bad size, on Windows for a path that is
///          not UTF-8, or for a summary in use;
///          TALLY_ERROR_IO where opening or reading fails, and errno (on Windows GetLastError)
///          says why: for a directory it is EISDIR;
///          TALLY_ERROR_LIMIT, TALLY_ERROR_CANCELLED as the options say;
///          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
///
/// After an error, what was read before it is fed, and feeding can go on; bytes of the totals says
/// how much that is. (Several threads may have read more, which is not fed.) Reads that are
/// interrupted (EINTR) are tried again. One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_feed_file(
    summary: *mut tally_summary,
    path: *const c_char,
    options: *const tally_read_options,
) -> tally_status {
    call_reading("tally_summary_feed_file", || {
        // SAFETY: the header asks the caller for a summary, a path, and options.
        let (summary, path, options) =
            unsafe { (object(summary)?, self::path(path)?, tally_read_options::get(options)?) };
        summary.0.with(|summary| options.run(|options| summary.feed_file(path, options)))??;
        Ok(())
    })
}

/// Feeds what a file descriptor gives, from where it stands, up to its end. The descriptor stays
/// open.
///
/// @param summary  The summary.
/// @param fd       The descriptor: of a file, a pipe, a socket, a terminal. On Windows, one of the
///                 C runtime that the library uses, in binary mode.
/// @param options  How to read; may be NULL. It is read by the calling thread alone.
///
/// @return  As tally_summary_feed_file; for a descriptor that is not open, or not for reading, it
///          is TALLY_ERROR_IO and errno is EBADF.
///
/// After an error, what was read before it is fed, and feeding can go on: also after EAGAIN from a
/// descriptor that does not wait. One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_feed_fd(
    summary: *mut tally_summary,
    fd: c_int,
    options: *const tally_read_options,
) -> tally_status {
    call_reading("tally_summary_feed_fd", || {
        // SAFETY: the header asks the caller for a summary and options.
        let (summary, options) = unsafe { (object(summary)?, tally_read_options::get(options)?) };
        summary.0.with(|summary| {
            let descriptor = descriptor(fd)?;
            options.run(|options| summary.feed_open_file(descriptor.file(), options))
        })??;
        Ok(())
    })
}

/// A [`Failure`], or one of reading.
enum Stopped {
    Failure(Failure),
    Read(ReadError),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<ReadError> for Stopped {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Read(ReadError::Io(error))
    }
}

/// [`call`] for a function that reads files. What else it does is over before `errno` is set.
fn call_reading(name: &'static str, body: impl FnOnce() -> Result<(), Stopped>) -> tally_status {
    let mut reason = None;
    let status = call(name, || {
        body().map_err(|stopped| {
            Failure(match stopped {
                Stopped::Failure(Failure(status)) => status,
                Stopped::Read(ReadError::Io(error)) => {
                    reason = error.raw_os_error();
                    TALLY_ERROR_IO
                }
                Stopped::Read(ReadError::Cancelled) => TALLY_ERROR_CANCELLED,
                Stopped::Read(ReadError::Limit) => TALLY_ERROR_LIMIT,
                Stopped::Read(ReadError::NoMemory) => TALLY_ERROR_NO_MEMORY,
            })
        })
    });
    if status == TALLY_ERROR_IO {
        errno::set(reason.unwrap_or(errno::UNKNOWN));
    }
    status
}

/// The path at `at`.
///
/// # Safety
///
/// A pointer that is not NULL points to a string that ends in NUL, which nobody writes during the
/// call.
unsafe fn path<'call>(at: *const c_char) -> Result<&'call Path, Failure> {
    if at.is_null() {
        return Err(NULL);
    }
    // SAFETY: the caller's promise.
    let path = unsafe { CStr::from_ptr(at) };
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;

        // Unix takes any bytes.
        Ok(Path::new(std::ffi::OsStr::from_bytes(path.to_bytes())))
    }
    #[cfg(not(unix))]
    path.to_str().map(Path::new).map_err(|_| super::call::INVALID)
}

/// A caller's file descriptor; it stays open.
struct Descriptor(ManuallyDrop<File>);

impl Descriptor {
    fn file(&self) -> &File {
        &self.0
    }
}

#[cfg(unix)]
fn descriptor(fd: c_int) -> io::Result<Descriptor> {
    use std::os::fd::FromRawFd;

    if fd < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: it is used for reading during the call, and never closed. If it is not open, that
    // fails.
    Ok(Descriptor(ManuallyDrop::new(unsafe { File::from_raw_fd(fd) })))
}

/// The descriptors of Windows are the C runtime's, which keeps a handle for each.
#[cfg(windows)]
fn descriptor(fd: c_int) -> io::Result<Descriptor> {
    use std::os::windows::io::FromRawHandle;

    // SAFETY: it takes any number.
    let handle = unsafe { libc::get_osfhandle(fd) };
    // -1: not open; -2: open, but without a handle.
    if handle < 0 {
        return Err(io::Error::from_raw_os_error(errno::INVALID_HANDLE));
    }
    // SAFETY: it is used for reading during the call, and never closed.
    Ok(Descriptor(ManuallyDrop::new(unsafe { File::from_raw_handle(handle as *mut _) })))
}

#[cfg(not(any(unix, windows)))]
fn descriptor(_: c_int) -> io::Result<Descriptor> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The place where C finds the reason for a failure.
mod errno {
    #[cfg(unix)]
    pub(super) const UNKNOWN: i32 = libc::EIO;

    #[cfg(unix)]
    pub(super) fn set(reason: i32) {
        #[cfg(any(target_os = "illumos", target_os = "solaris"))]
        use libc::___errno as place;
        #[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
        use libc::__errno as place;
        #[cfg(any(
            target_os = "dragonfly",
            target_os = "emscripten",
            target_os = "linux",
            target_os = "redox",
        ))]
        use libc::__errno_location as place;
        #[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
        use libc::__error as place;

        // SAFETY: it is this thread's `errno`.
        unsafe { *place() = reason }
    }

    #[cfg(windows)]
    pub(super) const INVALID_HANDLE: i32 = 6;
    /// `ERROR_READ_FAULT`.
    #[cfg(windows)]
    pub(super) const UNKNOWN: i32 = 30;

    #[cfg(windows)]
    pub(super) fn set(reason: i32) {
        #[link(name = "kernel32")]
        unsafe extern "system" {
            fn SetLastError(reason: u32);
        }
        // SAFETY: it takes any number.
        unsafe { SetLastError(reason.cast_unsigned()) }
    }

    #[cfg(not(any(unix, windows)))]
    pub(super) const UNKNOWN: i32 = 5;

    #[cfg(not(any(unix, windows)))]
    pub(super) fn set(_: i32) {}
}
