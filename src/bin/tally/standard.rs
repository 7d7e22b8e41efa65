//! Standard input and output without the standard library's buffers, and without its indulgence: it
//! takes a descriptor that cannot be read for an empty file, and one that cannot be written for one
//! that discards everything.
//!
//! One that is closed cannot be told from a null device: Rust's runtime opens that in its place.

use std::fs::File;
use std::io;

#[cfg(unix)]
pub(crate) fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
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
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
pub(crate) fn standard_output() -> io::Result<StandardOutput> {
    Ok(io::stdout())
}
