//! The rules that all functions share.

use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::{AtomicU8, Ordering};

use super::status::{
    TALLY_ERROR_BAD_STATE, TALLY_ERROR_DIFFERENT_COUNTERS, TALLY_ERROR_FINISHED,
    TALLY_ERROR_IN_USE, TALLY_ERROR_INVALID_ARGUMENT, TALLY_ERROR_LIMIT, TALLY_ERROR_NO_MEMORY,
    TALLY_ERROR_NOT_A_MATCH, TALLY_ERROR_NULL_POINTER, TALLY_ERROR_OVERLAP, TALLY_ERROR_PANIC,
    TALLY_ERROR_RESET_IN_NEEDLE, TALLY_OK, tally_status,
};
use crate::error::Error;

/// A status that is not [`TALLY_OK`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure(pub(super) tally_status);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(match error {
            Error::EmptyNeedle
            | Error::BadColumn
            | Error::NoReset
            | Error::OtherSearch
            | Error::EmptyRange
            | Error::ResetIsHit
            | Error::QuoteInUse
            | Error::NoDelimiters
            | Error::NotFields
            | Error::ClosingInUse
            | Error::ClosingString => TALLY_ERROR_INVALID_ARGUMENT,
            Error::Finished => TALLY_ERROR_FINISHED,
            Error::ResetInNeedle => TALLY_ERROR_RESET_IN_NEEDLE,
            Error::NotAMatch => TALLY_ERROR_NOT_A_MATCH,
            Error::DifferentCounters => TALLY_ERROR_DIFFERENT_COUNTERS,
            Error::Overlap => TALLY_ERROR_OVERLAP,
            Error::Limit => TALLY_ERROR_LIMIT,
            Error::BadState => TALLY_ERROR_BAD_STATE,
            Error::NoMemory => TALLY_ERROR_NO_MEMORY,
        })
    }
}

/// Runs the body of the function `name`; a panic ends here, as [`TALLY_ERROR_PANIC`].
///
/// Bodies check all arguments before they change anything, and write single results last. What a
/// panic can leave half-done is the object of a handle, which [`Exclusive`] takes care of.
pub(super) fn call(name: &'static str, body: impl FnOnce() -> Result<(), Failure>) -> tally_status {
    call_or(name, TALLY_ERROR_PANIC, || match body() {
        Ok(()) => TALLY_OK,
        Err(Failure(status)) => status,
    })
}

/// [`call`] for a function that returns no status: after a panic it returns `otherwise`.
pub(super) fn call_or<T>(name: &'static str, otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(|| {
        crate::fault::point(name);
        body()
    }))
    .unwrap_or(otherwise)
}

/// Makes the point `name` inside the library panic, after it has been passed `passes` times: a
/// function of this interface, or one of the points of [`crate::fault`]. For the tests of other
/// languages; tally.h does not declare it.
///
/// # Safety
///
/// `name` points to a string that ends in NUL.
#[cfg(feature = "inject-panic")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_inject_panic(name: *const std::ffi::c_char, passes: u64) {
    // SAFETY: the contract above: the string ends in NUL.
    crate::fault::arm(&unsafe { std::ffi::CStr::from_ptr(name) }.to_string_lossy(), passes);
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
        // SAFETY: by the contract above there are `len` bytes, which do not change during the call.
        // Bytes need no alignment, and `len` was checked.
        Some(at) => Ok(unsafe { slice::from_raw_parts(at.as_ptr(), len) }),
        None if len == 0 => Ok(&[]),
        None => Err(NULL),
    }
}

/// The `number` values at `at`, which may be NULL if there are none.
///
/// # Safety
///
/// A pointer that is not NULL points to `number` values, which nobody writes during the call.
pub(super) unsafe fn input_array<'call, T>(
    at: *const T,
    number: usize,
) -> Result<&'call [T], Failure> {
    if number > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(INVALID);
    }
    match NonNull::new(at.cast_mut()) {
        // SAFETY: by the contract above there are `number` values, which do not change during the
        // call. Their size in bytes was checked.
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
    // SAFETY: by the contract above `at` is NULL or points to an object, which does not change
    // during the call.
    unsafe { at.as_ref() }.ok_or(NULL)
}

/// Receives a saved state, piece by piece.
pub(super) type Put<'a> = &'a mut dyn FnMut(&[u8]);

/// An object that one call at a time may use. Callers promise that; here it is checked, so that
/// concurrent or re-entrant use (out of a callback) fails. After a panic inside a call the object
/// is unusable until it is reset.
///
/// ```text
///              call begins
///      IDLE ----------------> IN_USE      any other call: TALLY_ERROR_IN_USE
///        ^ <------------------- |
///        |      it returns      | it panics
///        |                      v
///        +------------------- BROKEN      any other call: TALLY_ERROR_PANIC
///              it is reset
/// ```
pub(super) struct Exclusive<T> {
    state: AtomicU8,
    object: UnsafeCell<T>,
}

const IDLE: u8 = 0;
const IN_USE: u8 = 1;
const BROKEN: u8 = 2;

// SAFETY: the object is reached through `enter` alone, which lets one call at a time pass.
unsafe impl<T: Send> Sync for Exclusive<T> {}

impl<T> Exclusive<T> {
    pub(super) fn new(object: T) -> Self {
        Self { state: AtomicU8::new(IDLE), object: UnsafeCell::new(object) }
    }

    /// Runs a call's work on the object.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> Result<R, Failure> {
        self.enter(IDLE, BROKEN, work)
    }

    /// [`with`](Self::with) for work that belongs to another object, and only reads this one: a
    /// panic leaves it intact.
    pub(super) fn read<R>(&self, work: impl FnOnce(&T) -> R) -> Result<R, Failure> {
        self.enter(IDLE, IDLE, |object| work(object))
    }

    /// [`with`](Self::with) for a reset, which also mends an object that a panic left broken.
    pub(super) fn reset(&self, work: impl Fn(&mut T)) -> Result<(), Failure> {
        self.with(&work).or_else(|_| self.enter(BROKEN, BROKEN, &work))
    }

    /// Adds `right`, which may be this object itself: then `double` does that.
    pub(super) fn merge(
        &self,
        right: &Self,
        double: impl FnOnce(&mut T) -> Result<(), Error>,
        merge: impl FnOnce(&mut T, &T) -> Result<(), Error>,
    ) -> Result<(), Failure> {
        self.with(|into| {
            if std::ptr::eq(self, right) {
                return Ok(double(into)?);
            }
            Ok(right.read(|right| merge(into, right))??)
        })?
    }

    /// Writes the saved state, which has `size` bytes, to `state`. Returns its size.
    pub(super) fn save(
        &self,
        mut state: OutArray<u8>,
        size: impl FnOnce(&T) -> usize,
        write: impl FnOnce(&T, Put<'_>) -> Result<(), Error>,
    ) -> Result<usize, Failure> {
        self.with(|object| {
            let size = size(object);
            if size > state.capacity() {
                return Err(Failure(TALLY_ERROR_LIMIT));
            }
            write(object, &mut |bytes| bytes.iter().for_each(|&byte| state.push(byte)))?;
            Ok(size)
        })?
    }

    fn enter<R>(
        &self,
        expected: u8,
        after_panic: u8,
        work: impl FnOnce(&mut T) -> R,
    ) -> Result<R, Failure> {
        let exchanged =
            self.state.compare_exchange(expected, IN_USE, Ordering::Acquire, Ordering::Relaxed);
        match exchanged {
            Ok(_) => {}
            Err(BROKEN) => return Err(Failure(TALLY_ERROR_PANIC)),
            Err(_) => return Err(Failure(TALLY_ERROR_IN_USE)),
        }
        let mut leave = Leave { state: &self.state, next: after_panic };
        // SAFETY: the state was not `IN_USE` and is from here to the drop of `leave`, so no other
        // call has a reference to the object.
        let result = work(unsafe { &mut *self.object.get() });
        leave.next = IDLE;
        Ok(result)
    }

    /// Whether a call is using the object.
    pub(super) fn is_in_use(&self) -> bool {
        self.state.load(Ordering::Acquire) == IN_USE
    }
}

/// Ends the use of an [`Exclusive`], also by unwinding.
struct Leave<'call> {
    state: &'call AtomicU8,
    next: u8,
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.state.store(self.next, Ordering::Release);
    }
}

/// A place for a result. It is not NULL, and is written last, when nothing can fail any more.
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
        // SAFETY: `out` requires a valid place. It may be uninitialized; nothing in it is dropped.
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
/// A pointer that is not NULL points to `capacity` places, which nobody else uses during the call.
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
            // SAFETY: `out_array` requires `capacity` valid places. `left` of them are left, so this
            // is one, and the next pointer is at most just past the last.
            unsafe {
                self.next.write(value);
                self.next = self.next.add(1);
            }
            self.left -= 1;
        }
    }

    /// Writes the next places, as many as are left.
    #[inline]
    pub(super) fn extend(&mut self, values: &[T])
    where
        T: Copy,
    {
        let number = values.len().min(self.left);
        // SAFETY: `out_array` requires `capacity` valid places, which nobody else uses. `left` of
        // them are left, so there is room, and the next pointer is at most just past the last.
        unsafe {
            self.next.copy_from_nonoverlapping(NonNull::from(values).cast(), number);
            self.next = self.next.add(number);
        }
        self.left -= number;
    }
}

/// Places for results of one bit each, the lowest of a byte first.
pub(super) struct Bits {
    bytes: OutArray<u8>,
    /// The bits that are not written yet, fewer than 64.
    word: u64,
    number: usize,
}

impl Bits {
    /// The `capacity` places at `at`, which may be NULL if there are none.
    ///
    /// # Safety
    ///
    /// As [`out_array`], for an eighth of `capacity` in bytes, rounded up.
    pub(super) unsafe fn new(at: *mut u8, capacity: usize) -> Result<Self, Failure> {
        // SAFETY: the caller's promise.
        Ok(Self { bytes: unsafe { out_array(at, capacity.div_ceil(8))? }, word: 0, number: 0 })
    }

    /// Adds `number` bits, 1 to 64, the lowest first; all above them are 0.
    #[inline]
    pub(super) fn push(&mut self, bits: u64, number: usize) {
        self.word |= bits << self.number;
        let sum = self.number + number;
        if sum >= 64 {
            self.bytes.extend(&self.word.to_le_bytes());
            // What did not fit; nothing if all bits did.
            self.word = bits.checked_shr((64 - self.number) as u32).unwrap_or(0);
        }
        self.number = sum % 64;
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) {
        self.bytes.extend(&self.word.to_le_bytes()[..self.number.div_ceil(8)]);
    }
}

/// Moves an object to memory of its own, which [`free`] releases.
pub(super) fn allocate<T>(object: T) -> Result<*mut T, Failure> {
    let mut room = Vec::new();
    room.try_reserve_exact(1).map_err(|_| Failure(TALLY_ERROR_NO_MEMORY))?;
    room.push(object);
    Ok(Box::into_raw(room.into_boxed_slice()).cast())
}

/// Drops an object and releases its memory; does nothing for NULL.
///
/// # Safety
///
/// A pointer that is not NULL is from [`allocate`] and has not been freed.
pub(super) unsafe fn free<T>(at: *mut T) {
    if !at.is_null() {
        // SAFETY: by the contract above the object is from `allocate`, which made a boxed slice of
        // one, and nobody has freed it.
        drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(at, 1)) });
    }
}

/// [`free`], unless a call is using the object: then nothing happens.
///
/// # Safety
///
/// As [`free`].
pub(super) unsafe fn free_unused<T>(at: *mut T, is_in_use: impl FnOnce(&T) -> bool) {
    // SAFETY: by the contract above `at` is NULL or points to an object that has not been freed,
    // from `allocate`.
    unsafe {
        if !at.as_ref().is_some_and(is_in_use) {
            free(at);
        }
    }
}

/// The largest size that a struct of options may say it has.
const MAX_SIZE: usize = 4096;

/// A copy of the struct of options at `at`, whose first field is its size in bytes: `smallest` or
/// more. Fields that the caller's version does not have are taken from `default`; bytes that this
/// version does not know have to be 0.
///
/// # Safety
///
/// `at` is not NULL and points to a `size_t` and, if that is from `smallest` to [`MAX_SIZE`], to
/// that number of bytes. `T` is `repr(C)`, starts with its size as a `usize`, and any bytes that C
/// can put in it make a valid one.
pub(super) unsafe fn sized<T: Copy>(
    at: *const T,
    smallest: usize,
    default: T,
) -> Result<T, Failure> {
    // SAFETY: by the contract above there is a size. It may be unaligned.
    let size = unsafe { at.cast::<usize>().read_unaligned() };
    if !(smallest..=MAX_SIZE).contains(&size) {
        return Err(INVALID);
    }
    let mut options = default;
    let known = size.min(size_of::<T>());
    // SAFETY: by the contract above there are `size` bytes, as that is in the range. `known` of
    // them fit `options`, for which any bytes are valid.
    let rest = unsafe {
        std::ptr::copy_nonoverlapping(at.cast::<u8>(), (&raw mut options).cast(), known);
        slice::from_raw_parts(at.cast::<u8>().add(known), size - known)
    };
    if rest.iter().any(|&byte| byte != 0) { Err(INVALID) } else { Ok(options) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_written_in_order_and_no_further() {
        for step in 1..=64_usize {
            for number in [0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 1000] {
                let bit = |at: usize| (at * at / 3 + at / 7) % 2 == 1;
                let mut bytes = vec![0x5A; number / 8 + 10];
                // SAFETY: there is room for more bits.
                let mut places = unsafe { Bits::new(bytes.as_mut_ptr(), number) }.unwrap();
                for first in (0..number).step_by(step) {
                    let len = step.min(number - first);
                    let some = (0..len).fold(0, |some, of| some | u64::from(bit(first + of)) << of);
                    places.push(some, len);
                }
                places.finish();
                let mut expected = vec![0x5A; number / 8 + 10];
                expected[..number.div_ceil(8)].fill(0);
                for at in (0..number).filter(|&at| bit(at)) {
                    expected[at / 8] |= 1 << (at % 8);
                }
                assert_eq!(bytes, expected, "{number} bits, {step} at a time");
            }
        }
    }
}
