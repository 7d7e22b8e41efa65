use std::ffi::{CStr, c_char};

use super::call::call_or;
use super::status::*;

/// Says in English what a status means.
///
/// @param status  Any number.
/// @return        A static text that ends in NUL, never NULL. Not to be freed.
///
/// Any thread may call it at any time.
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
        TALLY_ERROR_LIMIT => c"limit reached",
        TALLY_ERROR_CANCELLED => c"cancelled",
        TALLY_ERROR_PANIC => c"defect in the library",
        TALLY_ERROR_OVERLAP => c"overlapping occurrences cross the cut between the summaries",
        TALLY_ERROR_IN_USE => c"another call is using the handle",
        TALLY_ERROR_RESET_IN_NEEDLE => c"the needle contains a reset byte",
        TALLY_ERROR_NOT_A_MATCH => c"not a match of this counter in this data",
        TALLY_ERROR_DIFFERENT_COUNTERS => c"made of different counters",
        TALLY_ERROR_BAD_STATE => c"not a saved state, or a damaged one",
        _ => c"unknown status",
    }
}

/// `env!` gives no C string, so the end is put here.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");

/// The version of the library that the program runs with, as "MAJOR.MINOR.PATCH". Compare
/// TALLY_VERSION_MAJOR and its like, which tell the header's.
///
/// @return  A static text that ends in NUL, never NULL. Not to be freed.
///
/// Any thread may call it at any time.
#[unsafe(no_mangle)]
pub extern "C" fn tally_version() -> *const c_char {
    call_or("tally_version", c"", || {
        CStr::from_bytes_with_nul(VERSION.as_bytes()).unwrap_or_default()
    })
    .as_ptr()
}

/// The instruction set in use: "avx512", "avx2", "sse2", "neon" or "portable".
///
/// It is chosen once, at the first use of the library: the one that the environment variable
/// TALLY_BACKEND names, if the processor has it, or else the fastest that it has.
///
/// @return  A static text that ends in NUL, never NULL. Not to be freed.
///
/// Any thread may call it at any time.
#[unsafe(no_mangle)]
pub extern "C" fn tally_backend() -> *const c_char {
    call_or("tally_backend", c"", || crate::engine::Backend::chosen().name()).as_ptr()
}
