use std::ffi::c_void;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;

use super::call::{Failure, INVALID, NULL, call, call_or, input, out, out_array};
use super::status::tally_status;
use crate::bytes::{Match, WordRule};
use crate::counter::{Counter, CounterOptions, Reset};
use crate::engine::Plan;
use crate::sys::Shared;

/// Which bytes end a segment: one of TALLY_RESET_*. Since 0.1.0.
pub type tally_reset = u32;

/// Reset at no byte: all data is one segment.
pub const TALLY_RESET_NONE: tally_reset = 0;
/// Reset at each "\n": segments are lines. A "\r" is an ordinary byte.
pub const TALLY_RESET_NEWLINES: tally_reset = 1;
/// Reset at each space, U+0020 only.
pub const TALLY_RESET_SPACES: tally_reset = 2;
/// Reset at each space, "\t", "\n", "\v", "\f" and "\r": segments are words.
pub const TALLY_RESET_WHITESPACE: tally_reset = 3;

/// Which white space is left out at the edge of a segment: one of TALLY_TRIM_*. Since 0.1.0.
pub type tally_trim = u32;

/// None.
pub const TALLY_TRIM_NONE: tally_trim = 0;
/// Each space, "\t", "\n", "\v", "\f" and "\r", as Python's bytes.strip() has it.
pub const TALLY_TRIM_ASCII: tally_trim = 1;
/// Each character that Python's str.strip() leaves out: those that TALLY_WORDS_UNICODE names.
pub const TALLY_TRIM_UNICODE: tally_trim = 2;

/// The rule of a constant.
pub(super) fn trim_of(trim: tally_trim) -> Result<Option<WordRule>, Failure> {
    match trim {
        TALLY_TRIM_NONE => Ok(None),
        TALLY_TRIM_ASCII => Ok(Some(WordRule::Ascii)),
        TALLY_TRIM_UNICODE => Ok(Some(WordRule::Unicode)),
        _ => Err(INVALID),
    }
}

/// A question: does a needle occur at least a number of times in any segment?
///
/// A counter never changes. Any number of threads may use one at the same time. Since 0.1.0.
pub struct tally_counter(PhantomData<Plan>);

impl tally_counter {
    /// Makes a handle of the counter of `options`.
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
        // SAFETY: by the contract above the address is from `Shared::into_raw`. The result is never
        // dropped, so the reference that belongs to the handle is kept.
        let plan = unsafe { Shared::from_raw(counter.cast_mut().cast::<Plan>()) };
        Ok(ManuallyDrop::new(Counter::from_plan(plan)))
    }
}

/// A segment that matches, and where it does. This struct never changes. Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_match {
    /// The number of the segment, from 0.
    pub segment: u64,
    /// The offset at which the segment starts, in bytes.
    pub start: u64,
    /// TALLY_AT_LEAST: the offset just past the hit with which the count reached the number, in
    /// bytes; equal to start if the number is 0. Otherwise the end of the segment: the offset of its
    /// reset byte, or the length of the data.
    pub end: u64,
    /// The count of the segment at end. For TALLY_AT_LEAST it is the number.
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

/// Creates a counter for a character: a segment matches if it contains the character at least
/// min_number times.
///
/// @param needle      The character, a Unicode code point. It is counted as its UTF-8 bytes.
/// @param min_number  The number of hits with which a segment matches. With 0, every segment does.
/// @param reset       Which bytes end a segment: one of TALLY_RESET_*.
/// @param counter     Receives the counter. Free it with tally_counter_free.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for a surrogate (0xD800 to 0xDFFF) or a needle above
///          0x10FFFF;
///          TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_new(
    needle: u32,
    min_number: u64,
    reset: tally_reset,
    counter: *mut *mut tally_counter,
) -> tally_status {
    call("tally_counter_new", || {
        // SAFETY: the header requires a valid place for the counter.
        let counter = unsafe { out(counter) }?;
        let needle = char::from_u32(needle).ok_or(INVALID)?;
        let options = CounterOptions::new(needle).at_least(min_number);
        counter.write(tally_counter::new(options.reset(named_reset(reset)?))?);
        Ok(())
    })
}

/// Frees a counter. Streams and summaries made of it stay valid.
///
/// @param counter  The counter; may be NULL.
///
/// No other call may be using the counter. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_free(counter: *mut tally_counter) {
    call_or("tally_counter_free", (), || {
        if !counter.is_null() {
            // SAFETY: the header requires a counter that has not been freed, or NULL.
            drop(unsafe { Shared::from_raw(counter.cast::<Plan>()) });
        }
    });
}

/// Determines whether any segment matches. Stops at the first match.
///
/// @param counter  The counter.
/// @param data     The data; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param matched  Receives whether a segment matches.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_has_count(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    matched: *mut bool,
) -> tally_status {
    call("tally_counter_has_count", || {
        // SAFETY: the header requires a valid counter, `len` bytes, and a valid place.
        let (counter, data, matched) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(matched)?) };
        matched.write(counter.has_count(data));
        Ok(())
    })
}

/// Finds the first matches, or the next ones after a match that was found before.
///
/// Each segment that matches is found once. To find all matches in portions, pass the last match
/// found as after, until fewer matches are found than there is room for.
///
/// @param counter   The counter.
/// @param data      The data; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param after     Where to continue: a match of this counter in the same data; the segment behind
///                  it is the first that is considered. NULL: at the start. It may point into
///                  matches.
/// @param matches   Receives the matches, in the order of the data. Elements that are not needed
///                  are not written. May be NULL if capacity is 0.
/// @param capacity  The number of elements of matches.
/// @param found     Receives the number of matches found, at most capacity. Finding none is not an
///                  error.
///
/// @return  TALLY_ERROR_NOT_A_MATCH if after cannot be a match of this counter in this data. Not
///          every wrong match is recognized, since that would mean counting again. If a wrong
///          match is accepted, the matches found are meaningless.
///
/// Thread-safe. Allocates no memory. Reads the data up to the last match found, and at most 4 KiB
/// further, or for a needle of more than 16 bytes at most 8 KiB and its length. What lies between
/// two matches is read twice, to number the segments. Since 0.1.0.
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
        // SAFETY: the header requires a valid counter, `len` bytes, and valid places. `after` is
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

/// Counts the hits, in whatever segments they are.
///
/// @param counter  The counter. Its number does not matter here.
/// @param data     The data; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param count    Receives the number of hits.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_count(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    count: *mut u64,
) -> tally_status {
    call("tally_counter_count", || {
        // SAFETY: the header requires a valid counter, `len` bytes, and a valid place.
        let (counter, data, count) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(count)?) };
        count.write(counter.count(data));
        Ok(())
    })
}

/// Determines the largest count of any segment.
///
/// @param counter    The counter. Its number does not matter here.
/// @param data       The data; may be NULL if len is 0.
/// @param len        Its length in bytes.
/// @param max_count  Receives the largest count.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_max_count(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    max_count: *mut u64,
) -> tally_status {
    call("tally_counter_max_count", || {
        // SAFETY: the header requires a valid counter, `len` bytes, and a valid place.
        let (counter, data, max_count) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(max_count)?) };
        max_count.write(counter.max_count(data));
        Ok(())
    })
}

/// Counts the segments that match.
///
/// @param counter   The counter.
/// @param data      The data; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param segments  Receives the number of segments that match.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_matching_segments(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    segments: *mut u64,
) -> tally_status {
    call("tally_counter_matching_segments", || {
        // SAFETY: the header requires a valid counter, `len` bytes, and a valid place.
        let (counter, data, segments) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(segments)?) };
        segments.write(counter.matching_segments(data));
        Ok(())
    })
}

/// Counts the segments that start with the needle: whose first bytes are the string, or whose first
/// byte is in the set.
///
/// A segment is its bytes, without the reset bytes around it. As with Python's startswith, it does
/// not matter whether tally_counter_count counts that occurrence; nor do the number, the condition
/// and closing bytes matter. An occurrence that quotes hide does not count, and white space that has
/// a quote or an escape in it is not left out.
///
/// @param counter   The counter.
/// @param data      The data; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param trim      Which white space is left out before the needle.
/// @param segments  Receives the number of segments that start with the needle.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_starting_segments(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    trim: tally_trim,
    segments: *mut u64,
) -> tally_status {
    call("tally_counter_starting_segments", || {
        // SAFETY: the header requires a valid counter, `len` bytes, and a valid place.
        let (counter, data, segments) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(segments)?) };
        segments.write(counter.starting_segments(data, trim_of(trim)?));
        Ok(())
    })
}

/// Counts the segments that end with the needle: whose last bytes are the string, or whose last byte
/// is in the set. See tally_counter_starting_segments.
///
/// @param counter   The counter.
/// @param data      The data; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param trim      Which white space is left out behind the needle.
/// @param segments  Receives the number of segments that end with the needle.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_ending_segments(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    trim: tally_trim,
    segments: *mut u64,
) -> tally_status {
    call("tally_counter_ending_segments", || {
        // SAFETY: the header requires a valid counter, `len` bytes, and a valid place.
        let (counter, data, segments) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(segments)?) };
        segments.write(counter.ending_segments(data, trim_of(trim)?));
        Ok(())
    })
}

/// Determines where the quote was opened that is still open at the end of the data.
///
/// @param counter  The counter.
/// @param data     The data; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param offset   Receives the offset of the quote, if one is open; may be NULL.
/// @param open     Receives whether one is open. Without a quote rule none is.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_unclosed_quote(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    offset: *mut u64,
    open: *mut bool,
) -> tally_status {
    call("tally_counter_unclosed_quote", || {
        // SAFETY: the header requires a valid counter, `len` bytes, and valid places, of which
        // `offset` may be NULL.
        let (counter, data, place, open) = unsafe {
            (tally_counter::get(counter)?, input(data, len)?, out(offset).ok(), out(open)?)
        };
        let opened = counter.unclosed_quote(data);
        if let (Some(opened), Some(place)) = (opened, place) {
            place.write(opened);
        }
        open.write(opened.is_some());
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
