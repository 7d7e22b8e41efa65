//! The C interface, called as a C program calls it.

#![allow(unsafe_code, reason = "calls of C functions")]

use std::ffi::c_void;
use std::hint::black_box;
use std::ptr;

// Links the library, whose symbols the declarations below name.
use tally as _;

#[repr(C)]
struct Handle {
    _opaque: [u8; 0],
}

type HasCount = unsafe extern "C" fn(*const Handle, *const c_void, usize, *mut bool) -> i32;

const RESET_NEWLINES: u32 = 1;

unsafe extern "C" {
    fn tally_counter_new(
        needle: u32,
        min_number: u64,
        reset: u32,
        counter: *mut *mut Handle,
    ) -> i32;
    fn tally_counter_free(counter: *mut Handle);
    fn tally_counter_has_count(
        counter: *const Handle,
        data: *const c_void,
        len: usize,
        matched: *mut bool,
    ) -> i32;
}

/// A counter of a character in lines, used through the C interface.
pub(crate) struct CCounter {
    handle: *mut Handle,
    /// The compiler cannot see which function this is, so it cannot inline it: neither can the
    /// compiler of a C program.
    has_count: HasCount,
}

impl CCounter {
    pub(crate) fn new(needle: char, min_number: u64) -> Self {
        let mut handle = ptr::null_mut();
        // SAFETY: the out-parameter points to a local variable of its type.
        let status = unsafe {
            tally_counter_new(needle.into(), min_number, RESET_NEWLINES, &raw mut handle)
        };
        assert_eq!(status, 0, "tally_counter_new");
        Self { handle, has_count: black_box(tally_counter_has_count as HasCount) }
    }

    #[inline(always)]
    pub(crate) fn has_count(&self, data: &[u8]) -> bool {
        let mut matched = false;
        // SAFETY: the handle is valid until it is dropped, pointer and length come from one slice,
        // and the out-parameter points to a local variable of its type.
        unsafe {
            (self.has_count)(self.handle, data.as_ptr().cast(), data.len(), &raw mut matched);
        }
        matched
    }
}

impl Drop for CCounter {
    fn drop(&mut self) {
        // SAFETY: `tally_counter_new` made the handle, and this is its last use.
        unsafe { tally_counter_free(self.handle) };
    }
}
