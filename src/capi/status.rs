use std::ffi::{CStr, c_char};

use super::call::call_or;
use crate::Error;

/// What a function says of how it went: TALLY_OK, or one of TALLY_ERROR_*. The numbers never change
/// and are never used again for something else; later versions may add some.
pub type tally_status = i32;

/// It went well, and the results are written.
pub const TALLY_OK: tally_status = 0;
/// A pointer that may not be NULL is NULL.
pub const TALLY_ERROR_NULL_POINTER: tally_status = 1;
/// An argument is outside of what the function takes.
pub const TALLY_ERROR_INVALID_ARGUMENT: tally_status = 2;
/// Reading failed; errno (on Windows GetLastError) says why.
pub const TALLY_ERROR_IO: tally_status = 3;
/// There is not enough memory.
pub const TALLY_ERROR_NO_MEMORY: tally_status = 4;
/// A limit that the caller set is reached.
pub const TALLY_ERROR_LIMIT: tally_status = 5;
/// The caller's callback stopped it.
pub const TALLY_ERROR_CANCELLED: tally_status = 6;
/// A defect of the library, which was stopped before it could do harm. Please report it.
pub const TALLY_ERROR_PANIC: tally_status = 7;

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
        TALLY_ERROR_NULL_POINTER => c"a pointer that may not be NULL is NULL",
        TALLY_ERROR_INVALID_ARGUMENT => c"invalid argument",
        TALLY_ERROR_IO => c"reading failed",
        TALLY_ERROR_NO_MEMORY => c"not enough memory",
        TALLY_ERROR_LIMIT => c"limit reached",
        TALLY_ERROR_CANCELLED => c"cancelled",
        TALLY_ERROR_PANIC => c"defect in the library",
        _ => c"unknown status",
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(match error {
            Error::EmptyWhat | Error::ResetInWhat | Error::NoMatch => TALLY_ERROR_INVALID_ARGUMENT,
            Error::OutOfMemory => TALLY_ERROR_NO_MEMORY,
        })
    }
}

/// A status that is not [`TALLY_OK`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure(pub(super) tally_status);
