//! The C interface, called as a C program calls it.

#![allow(unsafe_code, reason = "calls of C functions")]

use std::ffi::c_void;
use std::hint::black_box;
use std::ptr;

// For its symbols.
use tally as _;

#[repr(C)]
struct Handle {
    _opaque: [u8; 0],
}

type HasCount = unsafe extern "C" fn(*const Handle, *const c_void, usize, *mut bool) -> i32;

const RESET_NEWLINES: u32 = 1;

unsafe extern "C" {
    fn tally_counter_new(what: u32, number: u64, reset: u32, counter: *mut *mut Handle) -> i32;
    fn tally_counter_free(counter: *mut Handle);
    fn tally_counter_has_count(
        counter: *const Handle,
        data: *const c_void,
        len: usize,
        reached: *mut bool,
    ) -> i32;
}

/// A counter behind the C interface, which counts again at each newline.
pub(crate) struct CCounter {
    handle: *mut Handle,
    /// The function, through a pointer that the compiler knows nothing about: a C program cannot
    /// have it inlined either.
    has_count: HasCount,
}

impl CCounter {
    pub(crate) fn new(what: char, number: u64) -> Self {
        let mut handle = ptr::null_mut();
        // SAFETY: there is a place for the handle.
        let status =
            unsafe { tally_counter_new(what.into(), number, RESET_NEWLINES, &raw mut handle) };
        assert_eq!(status, 0, "tally_counter_new");
        Self { handle, has_count: black_box(tally_counter_has_count as HasCount) }
    }

    #[inline(always)]
    pub(crate) fn has_count(&self, data: &[u8]) -> bool {
        let mut reached = false;
        // SAFETY: the handle is not freed yet, the data is as long as said, and there is a place
        // for the answer.
        unsafe {
            (self.has_count)(self.handle, data.as_ptr().cast(), data.len(), &raw mut reached);
        }
        reached
    }
}

impl Drop for CCounter {
    fn drop(&mut self) {
        // SAFETY: it was made by `tally_counter_new`, and nothing uses it any more.
        unsafe { tally_counter_free(self.handle) };
    }
}
