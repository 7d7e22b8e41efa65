use std::ffi::c_void;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;

use super::call::{Failure, INVALID, NULL, call, call_or, input, out, out_array};
use super::status::tally_status;
use crate::engine::Plan;
use crate::sys::Shared;
use crate::{Counter, CounterOptions, Match, Reset};

/// Where counting starts again: one of TALLY_RESET_*. Each reset byte ends one segment and opens
/// the next.
pub type tally_reset = u32;

/// Nowhere: the whole data is one segment.
pub const TALLY_RESET_NONE: tally_reset = 0;
/// At "\n": segments are lines.
pub const TALLY_RESET_NEWLINES: tally_reset = 1;
/// At a space, U+0020 alone.
pub const TALLY_RESET_SPACES: tally_reset = 2;
/// At a space, "\t", "\n", "\v", "\f" or "\r".
pub const TALLY_RESET_WHITESPACE: tally_reset = 3;

/// A question: does a needle occur at least a number of times in a segment?
///
/// A counter never changes. Any number of threads can use one at the same time without a lock; only
/// tally_counter_free has to come after all other uses.
pub struct tally_counter(PhantomData<Plan>);

impl tally_counter {
    /// Makes the counter of `options` a handle.
    pub(super) fn new(options: CounterOptions<'_>) -> Result<*mut Self, Failure> {
        Ok(Shared::into_raw(options.build()?.into_plan()).cast())
    }

    /// The counter behind a handle, for the time of a call. The handle keeps its own reference.
    ///
    /// # Safety
    ///
    /// A pointer that is not NULL is from [`new`](Self::new) and not freed until the result is no
    /// longer used.
    pub(super) unsafe fn get(counter: *const Self) -> Result<ManuallyDrop<Counter>, Failure> {
        if counter.is_null() {
            return Err(NULL);
        }
        // SAFETY: the caller's promise: the address is from `Shared::into_raw`. The reference that
        // it stands for is not given up, as the result is never dropped.
        let plan = unsafe { Shared::from_raw(counter.cast_mut().cast::<Plan>()) };
        Ok(ManuallyDrop::new(Counter::from_plan(plan)))
    }
}

/// A segment that matches, and where. This struct never changes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_match {
    /// The number of the segment, counted from 0.
    pub segment: u64,
    /// The offset in bytes at which the segment starts.
    pub start: u64,
    /// The offset just past the hit with which the count reached the number; the same as start if
    /// the number is 0.
    pub end: u64,
    /// The segment's count at end, which is the number.
    pub count: u64,
}

impl From<Match> for tally_match {
    fn from(Match { segment, start, end, count }: Match) -> Self {
        Self { segment, start, end, count }
    }
}

impl From<tally_match> for Match {
    fn from(tally_match { segment, start, end, count }: tally_match) -> Self {
        Self { segment, start, end, count }
    }
}

/// Makes a counter of a character.
///
/// @param needle      A code point, counted as its UTF-8 bytes.
/// @param min_number  The number that a segment's count has to reach. Every segment reaches 0.
/// @param reset       One of TALLY_RESET_*.
/// @param counter     Where the new counter goes. It is to be freed with tally_counter_free.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter;
///          TALLY_ERROR_INVALID_ARGUMENT for a surrogate, a number above 0x10FFFF, or an unknown
///          reset;
///          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_new(
    needle: u32,
    min_number: u64,
    reset: tally_reset,
    counter: *mut *mut tally_counter,
) -> tally_status {
    call("tally_counter_new", || {
        // SAFETY: the header asks the caller for a place.
        let counter = unsafe { out(counter) }?;
        let needle = char::from_u32(needle).ok_or(INVALID)?;
        let options = CounterOptions::new(needle).at_least(min_number);
        counter.write(tally_counter::new(options.reset(named_reset(reset)?))?);
        Ok(())
    })
}

/// Frees a counter.
///
/// @param counter  The counter; nothing happens for NULL. It may not be used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_free(counter: *mut tally_counter) {
    call_or("tally_counter_free", (), || {
        if !counter.is_null() {
            // SAFETY: the header asks the caller for a counter that is not freed yet, or NULL.
            drop(unsafe { Shared::from_raw(counter.cast::<Plan>()) });
        }
    });
}

/// Says whether any segment reaches the number, and reads no more of the data than that takes.
///
/// @param counter  The counter.
/// @param data     The data, any bytes; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param matched  Where the answer goes.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter or reached, or NULL with a length;
///          TALLY_ERROR_INVALID_ARGUMENT for a length above PTRDIFF_MAX;
///          TALLY_ERROR_PANIC.
///
/// Other threads may use the counter meanwhile. No memory is allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_has_count(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    matched: *mut bool,
) -> tally_status {
    call("tally_counter_has_count", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and a place.
        let (counter, data, matched) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(matched)?) };
        matched.write(counter.has_count(data));
        Ok(())
    })
}

/// Finds where segments reach the number: the first matches, or the next behind one found before.
///
/// Each segment that reaches the number is a match once. To go through all, give the last match
/// found as after, until fewer are found than there was room for.
///
/// @param counter   The counter.
/// @param data      The data, any bytes; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param after     NULL: from the start. Or a match that this counter found in the same data: from
///                  the segment behind it on. It may be one of matches.
/// @param matches   Where the matches go, in order; may be NULL if capacity is 0. Only as many are
///                  written as are found.
/// @param capacity  How many there is room for.
/// @param found     Where the number of matches found goes: at most capacity.
///
/// @return  TALLY_OK, if nothing is found too;
///          TALLY_ERROR_NULL_POINTER for a NULL counter or found, or NULL with a length or a
///          capacity;
///          TALLY_ERROR_INVALID_ARGUMENT for a length, or a size of matches, above PTRDIFF_MAX, or
///          for an after that cannot be a match of this counter in this data (what can be told
///          without reading all of the data again);
///          TALLY_ERROR_PANIC.
///
/// Other threads may use the counter meanwhile. No memory is allocated. It reads the data up to the
/// last match found and, to number the segments, the part since the match before a second time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_find(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    after: *const tally_match,
    matches: *mut tally_match,
    capacity: usize,
    found: *mut usize,
) -> tally_status {
    call("tally_counter_find", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and places. `after` is
        // copied before `matches` are written, of which it may be one.
        let (counter, data, after, mut matches, found) = unsafe {
            (
                tally_counter::get(counter)?,
                input(data, len)?,
                after.as_ref().map(|&after| Match::from(after)),
                out_array(matches, capacity)?,
                out(found)?,
            )
        };
        let mut number = 0;
        counter.find_each(data, after.as_ref(), matches.capacity(), |found| {
            matches.push(found.into());
            number += 1;
        })?;
        found.write(number);
        Ok(())
    })
}

/// Counts how often it occurs in the data, whatever the segments.
///
/// @param counter  The counter.
/// @param data     The data, any bytes; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param count    Where the count goes.
///
/// @return  As tally_counter_has_count.
///
/// Other threads may use the counter meanwhile. No memory is allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_count(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    count: *mut u64,
) -> tally_status {
    call("tally_counter_count", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and a place.
        let (counter, data, count) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(count)?) };
        count.write(counter.count(data));
        Ok(())
    })
}

/// Finds the largest count in one segment.
///
/// @param counter    The counter.
/// @param data       The data, any bytes; may be NULL if len is 0.
/// @param len        Its length in bytes.
/// @param max_count  Where the count goes.
///
/// @return  As tally_counter_has_count.
///
/// Other threads may use the counter meanwhile. No memory is allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_max_count(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    max_count: *mut u64,
) -> tally_status {
    call("tally_counter_max_count", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and a place.
        let (counter, data, max_count) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(max_count)?) };
        max_count.write(counter.max_count(data));
        Ok(())
    })
}

/// Counts the segments that reach the number.
///
/// @param counter   The counter.
/// @param data      The data, any bytes; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param segments  Where their number goes.
///
/// @return  As tally_counter_has_count.
///
/// Other threads may use the counter meanwhile. No memory is allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_matching_segments(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    segments: *mut u64,
) -> tally_status {
    call("tally_counter_matching_segments", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and a place.
        let (counter, data, segments) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(segments)?) };
        segments.write(counter.matching_segments(data));
        Ok(())
    })
}

/// The reset of a TALLY_RESET_*.
pub(super) fn named_reset(reset: tally_reset) -> Result<Reset, Failure> {
    match reset {
        TALLY_RESET_NONE => Ok(Reset::None),
        TALLY_RESET_NEWLINES => Ok(Reset::Newlines),
        TALLY_RESET_SPACES => Ok(Reset::Spaces),
        TALLY_RESET_WHITESPACE => Ok(Reset::Whitespace),
        _ => Err(INVALID),
    }
}
