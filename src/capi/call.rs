//! The rules that all functions share.

use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::{AtomicBool, Ordering};

use super::status::{
    TALLY_ERROR_INVALID_ARGUMENT, TALLY_ERROR_LIMIT, TALLY_ERROR_NO_MEMORY,
    TALLY_ERROR_NULL_POINTER, TALLY_ERROR_OVERLAP, TALLY_ERROR_PANIC, TALLY_OK, tally_status,
};
use crate::Error;

/// A status that is not [`TALLY_OK`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure(pub(super) tally_status);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(match error {
            Error::EmptyWhat
            | Error::ResetInWhat
            | Error::NoMatch
            | Error::DifferentCounters
            | Error::BadState => TALLY_ERROR_INVALID_ARGUMENT,
            Error::Overlap => TALLY_ERROR_OVERLAP,
            Error::TooLong => TALLY_ERROR_LIMIT,
            Error::OutOfMemory => TALLY_ERROR_NO_MEMORY,
        })
    }
}

/// Runs the body of the function `name`; a panic stops here.
///
/// A body changes nothing before its last check, so a panic leaves every handle as it was.
pub(super) fn call(name: &'static str, body: impl FnOnce() -> Result<(), Failure>) -> tally_status {
    call_or(name, TALLY_ERROR_PANIC, || match body() {
        Ok(()) => TALLY_OK,
        Err(Failure(status)) => status,
    })
}

/// [`call`] for a function that returns something else, and `otherwise` after a panic.
pub(super) fn call_or<T>(name: &'static str, otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(|| {
        check_injected(name);
        body()
    }))
    .unwrap_or(otherwise)
}

#[cfg(not(feature = "inject-panic"))]
fn check_injected(_: &'static str) {}

#[cfg(feature = "inject-panic")]
std::thread_local! {
    static INJECTED: std::cell::RefCell<Option<String>> = const { std::cell::RefCell::new(None) };
}

/// Makes the next call of the function `name` on this thread panic.
#[cfg(feature = "inject-panic")]
pub fn inject_panic(name: &str) {
    INJECTED.set(Some(name.to_owned()));
}

/// [`inject_panic`] for the tests of other languages; tally.h does not have it.
///
/// # Safety
///
/// `name` is a string that ends in NUL.
#[cfg(feature = "inject-panic")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_inject_panic(name: *const std::ffi::c_char) {
    // SAFETY: the caller's promise.
    inject_panic(&unsafe { std::ffi::CStr::from_ptr(name) }.to_string_lossy());
}

#[cfg(feature = "inject-panic")]
fn check_injected(name: &'static str) {
    if INJECTED.with_borrow(|injected| injected.as_deref() == Some(name)) {
        INJECTED.take();
        panic!("injected into {name}");
    }
}

pub(super) const NULL: Failure = Failure(TALLY_ERROR_NULL_POINTER);
pub(super) const INVALID: Failure = Failure(TALLY_ERROR_INVALID_ARGUMENT);

/// The `len` bytes at `at`, which may be NULL if there are none.
///
/// # Safety
///
/// A pointer that is not NULL points to `len` bytes, which nobody writes during the call.
pub(super) unsafe fn input<'call>(at: *const c_void, len: usize) -> Result<&'call [u8], Failure> {
    if len > isize::MAX as usize {
        return Err(INVALID);
    }
    match NonNull::new(at.cast_mut().cast::<u8>()) {
        // SAFETY: the caller's promise; bytes need no alignment, and `len` is small enough.
        Some(at) => Ok(unsafe { slice::from_raw_parts(at.as_ptr(), len) }),
        None if len == 0 => Ok(&[]),
        None => Err(NULL),
    }
}

/// The `number` values at `at`, which may be NULL if there are none.
///
/// # Safety
///
/// A pointer that is not NULL points to so many values, which nobody writes during the call.
pub(super) unsafe fn input_array<'call, T>(
    at: *const T,
    number: usize,
) -> Result<&'call [T], Failure> {
    if number > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(INVALID);
    }
    match NonNull::new(at.cast_mut()) {
        // SAFETY: the caller's promise; the size is small enough.
        Some(at) => Ok(unsafe { slice::from_raw_parts(at.as_ptr(), number) }),
        None if number == 0 => Ok(&[]),
        None => Err(NULL),
    }
}

/// The object at `at`.
///
/// # Safety
///
/// A pointer that is not NULL points to an object, which nobody changes during the call.
pub(super) unsafe fn object<'call, T>(at: *const T) -> Result<&'call T, Failure> {
    // SAFETY: the caller's promise.
    unsafe { at.as_ref() }.ok_or(NULL)
}

/// An object that one call at a time uses. That is what callers promise; here it is looked after,
/// so that a second use at the same time, out of a callback or by another thread, is refused.
pub(super) struct Exclusive<T> {
    in_use: AtomicBool,
    object: UnsafeCell<T>,
}

// SAFETY: `Exclusive::get` gives the object to one at a time.
unsafe impl<T: Send> Sync for Exclusive<T> {}

impl<T> Exclusive<T> {
    pub(super) fn new(object: T) -> Self {
        Self { in_use: AtomicBool::new(false), object: UnsafeCell::new(object) }
    }

    /// The object, for as long as the result lives.
    pub(super) fn get(&self) -> Result<InUse<'_, T>, Failure> {
        if self.in_use.swap(true, Ordering::Acquire) { Err(INVALID) } else { Ok(InUse(self)) }
    }
}

/// An object in use.
pub(super) struct InUse<'call, T>(&'call Exclusive<T>);

impl<T> Deref for InUse<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: nobody else has it while `in_use` is set.
        unsafe { &*self.0.object.get() }
    }
}

impl<T> DerefMut for InUse<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: nobody else has it while `in_use` is set.
        unsafe { &mut *self.0.object.get() }
    }
}

impl<T> Drop for InUse<'_, T> {
    fn drop(&mut self) {
        self.0.in_use.store(false, Ordering::Release);
    }
}

/// A place for a result: not NULL, and written once all is well.
pub(super) struct Out<T>(NonNull<T>);

/// The place for a result at `at`.
///
/// # Safety
///
/// A pointer that is not NULL points to a place for a `T`, which nobody else uses during the call.
pub(super) unsafe fn out<T>(at: *mut T) -> Result<Out<T>, Failure> {
    NonNull::new(at).map(Out).ok_or(NULL)
}

impl<T> Out<T> {
    pub(super) fn write(self, value: T) {
        // SAFETY: `out`'s caller vouched for the place. What is there may be anything, and is not
        // dropped.
        unsafe { self.0.write(value) }
    }
}

/// Places for results.
pub(super) struct OutArray<T> {
    next: NonNull<T>,
    left: usize,
}

/// The `capacity` places for results at `at`, which may be NULL if there are none.
///
/// # Safety
///
/// A pointer that is not NULL points to so many places, which nobody else uses during the call.
pub(super) unsafe fn out_array<T>(at: *mut T, capacity: usize) -> Result<OutArray<T>, Failure> {
    if capacity > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(INVALID);
    }
    match NonNull::new(at) {
        Some(next) => Ok(OutArray { next, left: capacity }),
        None if capacity == 0 => Ok(OutArray { next: NonNull::dangling(), left: 0 }),
        None => Err(NULL),
    }
}

impl<T> OutArray<T> {
    pub(super) fn capacity(&self) -> usize {
        self.left
    }

    /// Writes the next place, if one is left.
    pub(super) fn push(&mut self, value: T) {
        if self.left > 0 {
            // SAFETY: `out_array`'s caller vouched for the places; this is one of them, and the
            // next pointer is at most just past the last.
            unsafe {
                self.next.write(value);
                self.next = self.next.add(1);
            }
            self.left -= 1;
        }
    }
}

/// Moves an object to memory of its own, for [`free`] to end.
pub(super) fn allocate<T>(object: T) -> Result<*mut T, Failure> {
    let mut room = Vec::new();
    room.try_reserve_exact(1).map_err(|_| Failure(TALLY_ERROR_NO_MEMORY))?;
    room.push(object);
    Ok(Box::into_raw(room.into_boxed_slice()).cast())
}

/// Ends an object; NULL is fine.
///
/// # Safety
///
/// A pointer that is not NULL is from [`allocate`] and was not ended before.
pub(super) unsafe fn free<T>(at: *mut T) {
    if !at.is_null() {
        // SAFETY: the caller's promise: it is a boxed slice of one.
        drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(at, 1)) });
    }
}

/// [`free`] for an object that a call may be using: then it stays.
///
/// # Safety
///
/// As [`free`].
pub(super) unsafe fn free_unused<T>(at: *mut T, is_used: impl FnOnce(&T) -> bool) {
    // SAFETY: the caller's promise.
    unsafe {
        if !at.as_ref().is_some_and(is_used) {
            free(at);
        }
    }
}
