use std::ffi::{CStr, c_char, c_int, c_void};
use std::fs::File;
use std::io;
use std::mem::{ManuallyDrop, offset_of};
use std::ops::ControlFlow;
use std::path::Path;

use super::call::{Failure, INVALID, NULL, call};
use super::counter::number_of;
use super::status::{
    TALLY_ERROR_CANCELLED, TALLY_ERROR_IO, TALLY_ERROR_LIMIT, TALLY_ERROR_NO_MEMORY, tally_status,
};
use crate::read::{ReadError, ReadOptions};

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

    /// The most bytes that options may ever have.
    const MOST: usize = 4096;

    /// The options at `at`; NULL are the defaults.
    ///
    /// # Safety
    ///
    /// A pointer that is not NULL points to options of the size that they say.
    pub(super) unsafe fn get(at: *const Self) -> Result<Self, Failure> {
        let mut options = Self::DEFAULT;
        if at.is_null() {
            return Ok(options);
        }
        // SAFETY: the caller's promise: there is a size, and as many bytes as it says. They are
        // looked at once that is checked.
        let given = unsafe {
            let size = (&raw const (*at).size).read();
            if !(offset_of!(Self, threads)..=Self::MOST).contains(&size) {
                return Err(INVALID);
            }
            std::slice::from_raw_parts(at.cast::<std::mem::MaybeUninit<u8>>(), size)
        };
        let known = given.len().min(size_of::<Self>());
        // SAFETY: so many bytes are on both sides, and any bytes that C put there make options: a
        // callback that is not NULL is the caller's to vouch for.
        unsafe {
            let to = (&raw mut options).cast::<std::mem::MaybeUninit<u8>>();
            std::ptr::copy_nonoverlapping(given.as_ptr(), to, known);
        }
        if known < offset_of!(Self, threads) + size_of::<u32>() {
            options.threads = 0;
        }
        // SAFETY: fields of a later version, which its callers set, if to 0.
        if given[known..].iter().any(|byte| unsafe { byte.assume_init() } != 0) {
            return Err(INVALID);
        }
        Ok(options)
    }

    /// Runs `read` with these options.
    pub(super) fn run<T>(
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

/// [`call`] for a function that reads files. What else it does is over before `errno` is set.
pub(super) fn call_reading(
    name: &'static str,
    body: impl FnOnce() -> Result<(), Stopped>,
) -> tally_status {
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
                Stopped::Read(ReadError::OutOfMemory) => TALLY_ERROR_NO_MEMORY,
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
    // SAFETY: the caller's promise.
    let path = unsafe { CStr::from_ptr(at) };
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;

        // Unix takes any bytes.
        Ok(Path::new(std::ffi::OsStr::from_bytes(path.to_bytes())))
    }
    #[cfg(not(unix))]
    path.to_str().map(Path::new).map_err(|_| INVALID)
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
        // SAFETY: it takes any number.
        unsafe { SetLastError(reason.cast_unsigned()) }
    }

    #[cfg(not(any(unix, windows)))]
    pub(super) const UNKNOWN: i32 = 5;

    #[cfg(not(any(unix, windows)))]
    pub(super) fn set(_: i32) {}
}
