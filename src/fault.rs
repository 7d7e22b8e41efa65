//! Points inside the work at which tests make the library panic.
//!
//! With the feature `inject-panic`, `arm` chooses a point, and the thread that reaches it panics.
//! Without the feature, `point` is nothing.

/// A place in the code, outside of all hot loops, where a panic can be injected.
#[cfg(not(feature = "inject-panic"))]
#[inline(always)]
pub(crate) fn point(_: &'static str) {}

#[cfg(feature = "inject-panic")]
pub use armed::{arm, disarm};

#[cfg(feature = "inject-panic")]
pub(crate) use armed::point;

#[cfg(feature = "inject-panic")]
mod armed {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Mutex, PoisonError};

    /// Whether a point was armed in this process. Until then no lock is taken: one that another
    /// thread holds while the process forks is held in the child for ever.
    static IS_USED: AtomicBool = AtomicBool::new(false);

    /// The point that panics, and how many times it is still passed before that.
    static ARMED: Mutex<Option<(String, u64)>> = Mutex::new(None);

    /// Makes the point `name` panic, on whatever thread, after it was passed `passes` times.
    pub fn arm(name: &str, passes: u64) {
        *ARMED.lock().unwrap_or_else(PoisonError::into_inner) = Some((name.to_owned(), passes));
        IS_USED.store(true, Ordering::Release);
    }

    /// Ends what [`arm`] began; whether the point had not panicked yet.
    pub fn disarm() -> bool {
        ARMED.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()
    }

    pub(crate) fn point(name: &'static str) {
        if !IS_USED.load(Ordering::Acquire) {
            return;
        }
        let mut armed = ARMED.lock().unwrap_or_else(PoisonError::into_inner);
        match armed.as_mut() {
            Some((point, passes)) if point == name && *passes > 0 => *passes -= 1,
            Some((point, _)) if point == name => {
                *armed = None;
                drop(armed);
                panic!("injected at {name}");
            }
            _ => {}
        }
    }
}
