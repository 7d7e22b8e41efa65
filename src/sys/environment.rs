/// Calls `read` with the value of the environment variable `name`, whose last byte is NUL, if it
/// is set.
///
/// Allocates nothing on Unix. The value is read where it stands: as with every reader of the
/// environment, no other thread may change the environment meanwhile.
pub(crate) fn variable<T>(name: &std::ffi::CStr, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
    #[cfg(unix)]
    {
        // SAFETY: `name` ends in NUL.
        let value = unsafe { libc::getenv(name.as_ptr()) };
        // SAFETY: a value that is not NULL is a string that ends in NUL.
        (!value.is_null()).then(|| read(unsafe { std::ffi::CStr::from_ptr(value) }.to_bytes()))
    }
    #[cfg(not(unix))]
    {
        let value = std::env::var(name.to_str().ok()?).ok()?;
        Some(read(value.as_bytes()))
    }
}
