use std::ffi::{CStr, c_char, c_int, c_void};
use std::fs::File;
use std::io;
use std::mem::{ManuallyDrop, offset_of};
use std::ops::ControlFlow;
use std::path::Path;

use super::call::{Failure, INVALID, NULL, call, object, out, sized};
use super::status::{
    TALLY_ERROR_CANCELLED, TALLY_ERROR_IO, TALLY_ERROR_LIMIT, TALLY_ERROR_NO_MEMORY, tally_status,
};
use super::stream::tally_stream;
use super::summary::tally_summary;
use super::threads::number_of;
use crate::io::{ReadError, ReadOptions};
use crate::sys::Uncancelled;

/// Called while a file is read, on the thread that called the reading function: between reads, at
/// most 20 times a second, and once more when reading ends: at the end of the file, or at the first
/// match. With several threads it is called between the parts that the calling thread reads, each at
/// most 64 MiB long, or eight times as long as the needle. Since 0.1.0.
///
/// @param context  The context of the tally_read_options.
/// @param done     The number of bytes that the call has read so far.
/// @param total    The number of bytes that there were to read when the call began; 0 if unknown.
/// @return         0 to continue. Anything else ends the call with TALLY_ERROR_CANCELLED, even if
///                 everything has been read.
///
/// It must not throw an exception or jump out of the call. It may use the library, but calls on the
/// handle that is being fed fail with TALLY_ERROR_IN_USE, and freeing that handle does nothing: it
/// stays allocated.
pub type tally_progress =
    Option<unsafe extern "C" fn(context: *mut c_void, done: u64, total: u64) -> i32>;

/// How to read files. Set all bytes to 0, for example with "= {0}", then size to
/// sizeof(tally_read_options), then the fields that are needed: 0 is the default of each field.
/// Functions also accept NULL, which means all defaults.
///
/// Later versions may add fields at the end, as for tally_counter_options. A size smaller than the
/// struct of version 0.1.0 or larger than 4096, and bytes of the struct that this version does not
/// use and that are not 0, are TALLY_ERROR_INVALID_ARGUMENT. Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_read_options {
    /// The size of the struct that the caller knows, in bytes: sizeof(tally_read_options).
    pub size: usize,
    /// Called while reading; may be NULL.
    pub progress: tally_progress,
    /// Passed to progress.
    pub context: *mut c_void,
    /// The most bytes to read; 0 for no limit. If there are more, the call ends with
    /// TALLY_ERROR_LIMIT. A regular file of exactly max_bytes bytes is within the limit. Probing
    /// anything else, such as a pipe, would consume a byte, so there exactly max_bytes bytes also
    /// end in TALLY_ERROR_LIMIT.
    pub max_bytes: u64,
    /// The number of threads with which tally_summary_feed_file and tally_words_feed_file read a
    /// large regular file, the calling thread included; 0 is the same as 1. Everything else is read
    /// by the calling thread alone. If a thread cannot be started, the others do its work.
    pub threads: u32,
    /// Not used: 0.
    pub reserved: u32,
}

// A later field must not fit padding at the end: its presence would not show in the size.
const _: () = {
    const SIZE: usize = tally_read_options::SMALLEST;
    assert!(SIZE == SIZE.next_multiple_of(align_of::<tally_read_options>()));
};

impl tally_read_options {
    const DEFAULT: Self = Self {
        size: size_of::<Self>(),
        progress: None,
        context: std::ptr::null_mut(),
        max_bytes: 0,
        threads: 0,
        reserved: 0,
    };

    /// The size of the first version.
    const SMALLEST: usize = offset_of!(Self, reserved) + size_of::<u32>();

    /// The options at `at`; NULL means the defaults.
    ///
    /// # Safety
    ///
    /// A pointer that is not NULL points to options of the size that they say.
    pub(super) unsafe fn get(at: *const Self) -> Result<Self, Failure> {
        if at.is_null() {
            return Ok(Self::DEFAULT);
        }
        // SAFETY: by the contract above there are as many bytes as the size says. Integers, pointers
        // and optional functions may have any bytes; whether a function can be called is for `run`.
        let options = unsafe { sized(at, Self::SMALLEST, Self::DEFAULT)? };
        if options.reserved == 0 { Ok(options) } else { Err(INVALID) }
    }

    /// Runs `read` with these options.
    pub(super) fn run<T>(
        self,
        read: impl FnOnce(&mut ReadOptions<'_>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let mut progress = |done, total| match self.progress {
            // SAFETY: the header requires a function of this type, which returns.
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

/// Feeds a file to a stream, up to its end or the first match. At most 256 KiB are read past the
/// match. If a segment had matched before, the file is not opened. The end of the file does not
/// end the data: for that, call tally_stream_finish.
///
/// @param stream   The stream.
/// @param path     The path of a regular file, a named pipe or a device; it ends in NUL. On Windows
///                 it is UTF-8, elsewhere any bytes.
/// @param options  How to read; may be NULL.
/// @param matched  Receives whether a segment has matched so far, in this file or before.
///
/// @return  TALLY_ERROR_IO if opening or reading fails. For a directory, errno is EISDIR;
///          TALLY_ERROR_LIMIT and TALLY_ERROR_CANCELLED as the options say;
///          TALLY_ERROR_INVALID_ARGUMENT as the options say, and on Windows for a path that is not
///          UTF-8;
///          TALLY_ERROR_NO_MEMORY;
///          TALLY_ERROR_FINISHED and TALLY_ERROR_INVALID_ARGUMENT as tally_stream_feed.
///
/// After an error, what was read before it has been fed, and feeding can continue;
/// tally_stream_match returns whether it contains a match. Interrupted reads (EINTR) are repeated.
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_feed_file(
    stream: *mut tally_stream,
    path: *const c_char,
    options: *const tally_read_options,
    matched: *mut bool,
) -> tally_status {
    call_reading("tally_stream_feed_file", || {
        // SAFETY: the header requires a valid stream, path and place, and options of the size that
        // they say.
        let (stream, path, matched, options) = unsafe {
            (object(stream)?, self::path(path)?, out(matched)?, tally_read_options::get(options)?)
        };
        let fed = stream.0.with(|stream| options.run(|options| stream.feed_file(path, options)))?;
        matched.write(fed?);
        Ok(())
    })
}

/// Feeds what can be read from a file descriptor to a stream, from its position to its end or to
/// the first match. At most 256 KiB are read past the match, and nothing if a segment had matched
/// before. The descriptor stays open.
///
/// @param stream   The stream.
/// @param fd       The descriptor of a file, a pipe, a socket or a terminal. On Windows, a
///                 descriptor of the C runtime that the library uses, in binary mode.
/// @param options  How to read; may be NULL.
/// @param matched  Receives whether a segment has matched so far, in this data or before.
///
/// @return  As tally_stream_feed_file. For a descriptor that is not open for reading,
///          TALLY_ERROR_IO with errno EBADF.
///
/// After an error, what was read before it has been fed, and feeding can continue, also after
/// EAGAIN from a descriptor that does not block. One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_feed_fd(
    stream: *mut tally_stream,
    fd: c_int,
    options: *const tally_read_options,
    matched: *mut bool,
) -> tally_status {
    call_reading("tally_stream_feed_fd", || {
        // SAFETY: the header requires a valid stream and place, and options of the size that they
        // say.
        let (stream, matched, options) =
            unsafe { (object(stream)?, out(matched)?, tally_read_options::get(options)?) };
        let fed = stream.0.with(|stream| {
            stream.begin_feeding()?;
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

/// Feeds a file to a summary, up to its end; on several threads if the options say so.
///
/// @param summary  The summary.
/// @param path     The path of a regular file, a named pipe or a device; it ends in NUL. On Windows
///                 it is UTF-8, elsewhere any bytes.
/// @param options  How to read; may be NULL.
///
/// @return  TALLY_ERROR_IO if opening or reading fails. For a directory, errno is EISDIR;
///          TALLY_ERROR_LIMIT and TALLY_ERROR_CANCELLED as the options say;
///          TALLY_ERROR_INVALID_ARGUMENT as the options say, and on Windows for a path that is not
///          UTF-8;
///          TALLY_ERROR_NO_MEMORY.
///
/// After an error, what was read before it has been fed, and feeding can continue; the totals say
/// how many bytes that is. Interrupted reads (EINTR) are repeated. One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_feed_file(
    summary: *mut tally_summary,
    path: *const c_char,
    options: *const tally_read_options,
) -> tally_status {
    call_reading("tally_summary_feed_file", || {
        // SAFETY: the header requires a valid summary and path, and options of the size that they
        // say.
        let (summary, path, options) =
            unsafe { (object(summary)?, self::path(path)?, tally_read_options::get(options)?) };
        summary.0.with(|summary| options.run(|options| summary.feed_file(path, options)))??;
        Ok(())
    })
}

/// Feeds what can be read from a file descriptor to a summary, from its position to its end. The
/// descriptor stays open.
///
/// @param summary  The summary.
/// @param fd       The descriptor of a file, a pipe, a socket or a terminal. On Windows, a
///                 descriptor of the C runtime that the library uses, in binary mode.
/// @param options  How to read; may be NULL. Only the calling thread reads.
///
/// @return  As tally_summary_feed_file. For a descriptor that is not open for reading,
///          TALLY_ERROR_IO with errno EBADF.
///
/// After an error, what was read before it has been fed, and feeding can continue, also after
/// EAGAIN from a descriptor that does not block. One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_feed_fd(
    summary: *mut tally_summary,
    fd: c_int,
    options: *const tally_read_options,
) -> tally_status {
    call_reading("tally_summary_feed_fd", || {
        // SAFETY: the header requires a valid summary, and options of the size that they say.
        let (summary, options) = unsafe { (object(summary)?, tally_read_options::get(options)?) };
        summary.0.with(|summary| {
            let descriptor = descriptor(fd)?;
            options.run(|options| summary.feed_open_file(descriptor.file(), options))
        })??;
        Ok(())
    })
}

/// A [`Failure`], or one of reading.
pub(super) enum Stopped {
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

/// [`call`] for a function that reads files. It sets `errno` last, since closing a file changes it.
pub(super) fn call_reading(
    name: &'static str,
    body: impl FnOnce() -> Result<(), Stopped>,
) -> tally_status {
    let _uncancelled = Uncancelled::new();
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
                Stopped::Read(ReadError::Refused(error)) => Failure::from(error).0,
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
pub(super) unsafe fn path<'call>(at: *const c_char) -> Result<&'call Path, Failure> {
    if at.is_null() {
        return Err(NULL);
    }
    // SAFETY: by the contract above the string ends in NUL and does not change during the call.
    let path = unsafe { CStr::from_ptr(at) };
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;

        // On Unix, a path may have any bytes.
        Ok(Path::new(std::ffi::OsStr::from_bytes(path.to_bytes())))
    }
    #[cfg(not(unix))]
    path.to_str().map(Path::new).map_err(|_| super::call::INVALID)
}

/// A caller's file descriptor; it stays open.
pub(super) struct Descriptor(ManuallyDrop<File>);

impl Descriptor {
    pub(super) fn file(&self) -> &File {
        &self.0
    }
}

#[cfg(unix)]
pub(super) fn descriptor(fd: c_int) -> io::Result<Descriptor> {
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
pub(super) fn descriptor(fd: c_int) -> io::Result<Descriptor> {
    use std::os::windows::io::FromRawHandle;

    // Some C runtimes end the process if they are asked for a negative one.
    // SAFETY: any other number may be passed.
    let handle = if fd < 0 { -1 } else { unsafe { libc::get_osfhandle(fd) } };
    // -1: not open; -2: open, but without a handle.
    if handle < 0 {
        return Err(io::Error::from_raw_os_error(errno::INVALID_HANDLE));
    }
    // SAFETY: it is used for reading during the call, and never closed.
    Ok(Descriptor(ManuallyDrop::new(unsafe { File::from_raw_handle(handle as *mut _) })))
}

#[cfg(not(any(unix, windows)))]
pub(super) fn descriptor(_: c_int) -> io::Result<Descriptor> {
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
        // SAFETY: any number may be passed.
        unsafe { SetLastError(reason as u32) }
    }

    #[cfg(not(any(unix, windows)))]
    pub(super) const UNKNOWN: i32 = 5;

    #[cfg(not(any(unix, windows)))]
    pub(super) fn set(_: i32) {}
}
