use std::ffi::{CStr, c_char};

use super::call::call_or;
#[allow(clippy::wildcard_imports, reason = "all statuses have a message")]
use super::status::*;

/// Returns a description of a status in English.
///
/// @param status  Any number.
/// @return        A static string that ends in NUL; never NULL.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tally_status_message(status: tally_status) -> *const c_char {
    call_or("tally_status_message", c"defect in the library", || message(status)).as_ptr()
}

fn message(status: tally_status) -> &'static CStr {
    match status {
        TALLY_OK => c"no error",
        TALLY_ERROR_NULL_POINTER => c"a pointer that must not be NULL is NULL",
        TALLY_ERROR_INVALID_ARGUMENT => c"invalid argument",
        TALLY_ERROR_IO => c"reading failed",
        TALLY_ERROR_NO_MEMORY => c"not enough memory",
        TALLY_ERROR_LIMIT => c"limit exceeded",
        TALLY_ERROR_CANCELLED => c"cancelled",
        TALLY_ERROR_PANIC => c"defect in the library",
        TALLY_ERROR_OVERLAP => c"overlapping occurrences cross the cut between the summaries",
        TALLY_ERROR_IN_USE => c"another call is using the handle",
        TALLY_ERROR_RESET_IN_NEEDLE => c"the needle contains a reset byte",
        TALLY_ERROR_NOT_A_MATCH => c"not a match of this counter in this data",
        TALLY_ERROR_DIFFERENT_COUNTERS => c"made of different counters",
        TALLY_ERROR_BAD_STATE => c"not a saved state, or a damaged one",
        TALLY_ERROR_FINISHED => c"the data has ended; reset the stream first",
        _ => c"unknown status",
    }
}

/// `env!` returns no C string, so the NUL is added here.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");

/// Returns the version of the library, as "MAJOR.MINOR.PATCH". TALLY_VERSION_MAJOR, _MINOR and
/// _PATCH are the version of the header that the program was compiled with.
///
/// @return  A static string that ends in NUL; never NULL.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tally_version() -> *const c_char {
    call_or("tally_version", c"", || {
        CStr::from_bytes_with_nul(VERSION.as_bytes()).unwrap_or_default()
    })
    .as_ptr()
}

/// Returns the widest instruction set in use: "avx512", "avx2", "sse2", "neon" or "portable".
///
/// It is chosen once, on Linux when the library is loaded, elsewhere when it is first used: the one
/// that the environment variable TALLY_BACKEND names, if the processor has it; otherwise the
/// fastest way on this processor, which may mix instruction sets. While it is chosen, no other
/// thread may change the environment.
///
/// @return  A static string that ends in NUL; never NULL.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tally_backend() -> *const c_char {
    call_or("tally_backend", c"", || crate::engine::Backend::chosen().name()).as_ptr()
}

/// Reads the environment when the library is loaded, so before `main` where a program is linked to
/// it: later another thread may be changing it. Where this is not called, the first use reads it.
#[cfg(target_os = "linux")]
#[used]
// SAFETY: the loader, or the start of the program, calls each function in this section once.
#[unsafe(link_section = ".init_array")]
static WHEN_LOADED: extern "C" fn() = {
    extern "C" fn choose() {
        crate::engine::Backend::chosen();
    }
    choose
};
