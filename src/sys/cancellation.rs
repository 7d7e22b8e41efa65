//! Requests to cancel a thread (`pthread_cancel`).

use std::marker::PhantomData;

/// While this lives, a request to cancel the calling thread waits.
///
/// Otherwise the C library would unwind the stack out of calls that wait, such as `read`, and end the
/// process where that meets frames of Rust. Does nothing but on Linux.
pub(crate) struct Uncancelled {
    #[cfg(target_os = "linux")]
    before: std::ffi::c_int,
    /// It belongs to the thread.
    not_send: PhantomData<*const ()>,
}

#[cfg(target_os = "linux")]
unsafe extern "C" {
    fn pthread_setcancelstate(
        state: std::ffi::c_int,
        before: *mut std::ffi::c_int,
    ) -> std::ffi::c_int;
}

impl Uncancelled {
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            before: {
                const PTHREAD_CANCEL_DISABLE: std::ffi::c_int = 1;
                let mut before = 0;
                // SAFETY: the state is valid, and there is a place for the one before.
                unsafe { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &raw mut before) };
                before
            },
            not_send: PhantomData,
        }
    }
}

impl Drop for Uncancelled {
    fn drop(&mut self) {
        #[cfg(target_os = "linux")]
        // SAFETY: the state is one that the function returned, for the same thread.
        unsafe {
            pthread_setcancelstate(self.before, &raw mut self.before);
        }
    }
}
