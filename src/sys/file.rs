use std::fs::File;
use std::io;
use std::path::Path;

/// Opens a file for reading.
///
/// `File::open` aborts the process if there is no memory for a copy of a long path; this fails.
#[cfg(unix)]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    use std::os::fd::FromRawFd;
    use std::os::unix::ffi::OsStrExt;

    let path = path.as_os_str().as_bytes();
    if path.contains(&0) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut name = Vec::new();
    if name.try_reserve_exact(path.len() + 1).is_err() {
        return Err(io::Error::from_raw_os_error(libc::ENOMEM));
    }
    name.extend_from_slice(path);
    name.push(0);
    // A terminal that is opened must not become the one that controls the process.
    const FLAGS: libc::c_int = libc::O_RDONLY | libc::O_CLOEXEC | libc::O_NOCTTY;
    loop {
        #[cfg(not(target_os = "linux"))]
        use libc::open;
        #[cfg(target_os = "linux")]
        use libc::open64 as open;

        // SAFETY: `name` ends in NUL.
        let file = unsafe { open(name.as_ptr().cast(), FLAGS) };
        if file >= 0 {
            // SAFETY: the descriptor is new, and nothing else owns it.
            return Ok(unsafe { File::from_raw_fd(file) });
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// Opens a file for reading.
#[cfg(not(unix))]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}
