//! A value shared by reference count, like [`std::sync::Arc`], whose allocation can fail.

use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering, fence};

use crate::error::Error;

/// A value that several owners share; it is dropped with the last of them.
///
/// `Arc::new` aborts the process when there is no memory; [`Shared::try_new`] reports it.
pub(crate) struct Shared<T>(NonNull<Inner<T>>);

struct Inner<T> {
    owners: AtomicUsize,
    value: T,
}

// SAFETY: owners only give out `&T`, and the last one, on whatever thread, drops the `T`. So both
// `Send` and `Sync` of the value are needed for either, as for `Arc`.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// Moves `value` to memory of its own.
    pub(crate) fn try_new(value: T) -> Result<Self, Error> {
        let mut room = Vec::new();
        room.try_reserve_exact(1).map_err(|_| Error::NoMemory)?;
        room.push(Inner { owners: AtomicUsize::new(1), value });
        let inner: *mut [Inner<T>] = Box::into_raw(room.into_boxed_slice());
        NonNull::new(inner.cast()).map(Self).ok_or(Error::NoMemory)
    }

    /// The value's address, for C. The owner lives on in it, until [`from_raw`](Self::from_raw).
    pub(crate) fn into_raw(self) -> *mut T {
        let inner = std::mem::ManuallyDrop::new(self).0.as_ptr();
        // SAFETY: `inner` is live, since `self` owned it; the field is inside the allocation.
        unsafe { &raw mut (*inner).value }
    }

    /// The owner that [`into_raw`](Self::into_raw) made an address of.
    ///
    /// # Safety
    ///
    /// `value` is from `into_raw`, and is given back once.
    pub(crate) unsafe fn from_raw(value: *mut T) -> Self {
        // SAFETY: by the caller's promise the value lies in an `Inner`, `offset_of` bytes behind
        // its start, so the result is the address of that `Inner`, which is not NULL.
        unsafe {
            let inner = value.byte_sub(std::mem::offset_of!(Inner<T>, value)).cast();
            Self(NonNull::new_unchecked(inner))
        }
    }

    fn inner(&self) -> &Inner<T> {
        // SAFETY: the allocation lives as long as an owner does, and is only read while shared.
        unsafe { self.0.as_ref() }
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        // Nothing is read through the new owner that was not visible through this one.
        let owners = self.inner().owners.fetch_add(1, Ordering::Relaxed);
        // Owners that are forgotten take no memory, so their number has no bound. As `Arc` does:
        // before the count can overflow, the process ends.
        if owners > isize::MAX as usize {
            std::process::abort();
        }
        Self(self.0)
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        if self.inner().owners.fetch_sub(1, Ordering::Release) == 1 {
            // All that other owners did comes before the value is dropped.
            fence(Ordering::Acquire);
            let inner = std::ptr::slice_from_raw_parts_mut(self.0.as_ptr(), 1);
            // SAFETY: this was the last owner; `try_new` made the allocation as a boxed slice of
            // one element.
            drop(unsafe { Box::from_raw(inner) });
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, formatter)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner().value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread;

    #[test]
    fn the_last_owner_drops_the_value() {
        let probe = Arc::new(());
        let first = Shared::try_new((Arc::clone(&probe), 5)).unwrap();
        let raw = first.clone().into_raw();
        let second = first.clone();
        assert_eq!((first.1, second.1), (5, 5));
        drop(first);
        drop(second);
        assert_eq!(Arc::strong_count(&probe), 2);
        // SAFETY: given back once.
        let last = unsafe { Shared::from_raw(raw) };
        assert_eq!(last.1, 5);
        drop(last);
        assert_eq!(Arc::strong_count(&probe), 1);
    }

    #[test]
    fn threads_share_and_drop() {
        let probe = Arc::new(());
        let shared = Shared::try_new(Arc::clone(&probe)).unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                let shared = shared.clone();
                scope.spawn(move || {
                    for _ in 0..1000 {
                        drop(shared.clone());
                    }
                });
            }
        });
        drop(shared);
        assert_eq!(Arc::strong_count(&probe), 1);
    }

    #[test]
    fn an_over_aligned_value_is_found_again() {
        #[repr(align(64))]
        struct Wide(u8);
        let raw = Shared::try_new(Wide(7)).unwrap().into_raw();
        assert_eq!(raw.addr() % 64, 0);
        // SAFETY: from `into_raw`, given back once.
        let last = unsafe { Shared::from_raw(raw) };
        let Wide(value) = *last;
        assert_eq!(value, 7);
    }
}
