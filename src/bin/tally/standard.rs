//! Standard input and output without the standard library's buffers, and without its indulgence: it
//! takes a descriptor that cannot be read for an empty file, and one that cannot be written for one
//! that discards everything.

use std::fs::File;
use std::io;

#[cfg(unix)]
mod closed {
    use std::fs::OpenOptions;
    use std::io::{stdin, stdout};
    use std::os::fd::{AsFd, BorrowedFd};
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

    use super::{File, io};

    static STDIN: AtomicBool = AtomicBool::new(false);
    static STDOUT: AtomicBool = AtomicBool::new(false);

    // Rust's runtime opens `/dev/null` for a descriptor that is closed, before `main`; this runs
    // before that.
    ctor::declarative::ctor! {
        #[ctor(unsafe)]
        fn find_closed() {
            STDIN.store(is_closed(stdin().as_fd()), Relaxed);
            STDOUT.store(is_closed(stdout().as_fd()), Relaxed);
        }
    }

    /// Whether a descriptor is closed: duplicating it may fail for other reasons too.
    fn is_closed(descriptor: BorrowedFd<'_>) -> bool {
        let copy = descriptor.try_clone_to_owned();
        copy.is_err_and(|error| error.raw_os_error() == Some(libc::EBADF))
    }

    /// In place of one that is closed: a file of which a read fails in the same way.
    pub(super) fn input() -> io::Result<Option<File>> {
        let file = || OpenOptions::new().write(true).open("/dev/null");
        STDIN.load(Relaxed).then(file).transpose()
    }

    /// In place of one that is closed: a file to which a write fails in the same way.
    pub(super) fn output() -> io::Result<Option<File>> {
        STDOUT.load(Relaxed).then(|| File::open("/dev/null")).transpose()
    }
}

#[cfg(unix)]
pub(crate) fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    match closed::input()? {
        Some(file) => Ok(file),
        None => io::stdin().as_fd().try_clone_to_owned().map(File::from),
    }
}

#[cfg(windows)]
pub(crate) fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stdin().as_handle().try_clone_to_owned().map(File::from)
}

#[cfg(unix)]
pub(crate) type StandardOutput = File;
/// Only the standard library knows how to write to a console of Windows.
#[cfg(not(unix))]
pub(crate) type StandardOutput = io::Stdout;

#[cfg(unix)]
pub(crate) fn standard_output() -> io::Result<StandardOutput> {
    use std::os::fd::AsFd;
    match closed::output()? {
        Some(file) => Ok(file),
        None => io::stdout().as_fd().try_clone_to_owned().map(File::from),
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
pub(crate) fn standard_output() -> io::Result<StandardOutput> {
    Ok(io::stdout())
}
