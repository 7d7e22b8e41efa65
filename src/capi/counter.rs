use std::ffi::c_void;
use std::num::NonZeroUsize;

use super::call::{
    Failure, INVALID, allocate, call, call_or, free, input, input_array, object, out, out_array,
};
use super::status::tally_status;
use crate::{ByteSet, Counter, Match, Reset, What};

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

/// A question: does something occur at least so many times in a segment?
///
/// It never changes once made. Any number of threads may use one at the same time, without a lock;
/// only tally_counter_free must come after all other uses.
pub struct tally_counter(pub(super) Counter);

/// Where a segment reaches the number.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_match {
    /// The number of the segment, counted from 0.
    pub segment: u64,
    /// The offset in bytes at which the segment starts.
    pub start: u64,
    /// The offset just past the bytes with which the segment reaches the number; for the number 0,
    /// the same as start.
    pub end: u64,
}

impl From<Match> for tally_match {
    fn from(Match { segment, start, end }: Match) -> Self {
        Self { segment, start, end }
    }
}

impl From<tally_match> for Match {
    fn from(tally_match { segment, start, end }: tally_match) -> Self {
        Self { segment, start, end }
    }
}

/// Makes a counter of a character.
///
/// @param what        A Unicode code point; it is counted as its bytes in UTF-8.
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
    what: u32,
    min_number: u64,
    reset: tally_reset,
    counter: *mut *mut tally_counter,
) -> tally_status {
    call("tally_counter_new", || {
        // SAFETY: the header asks the caller for a place.
        let counter = unsafe { out(counter) }?;
        let what = char::from_u32(what).ok_or(INVALID)?;
        let reset = match reset {
            TALLY_RESET_NONE => Reset::None,
            TALLY_RESET_NEWLINES => Reset::Newlines,
            TALLY_RESET_SPACES => Reset::Spaces,
            TALLY_RESET_WHITESPACE => Reset::Whitespace,
            _ => return Err(INVALID),
        };
        counter.write(new_counter(what.into(), min_number, reset)?);
        Ok(())
    })
}

/// Makes a counter of a string of bytes: of its occurrences from left to right that do not overlap.
///
/// @param what        The bytes of the string; they are copied.
/// @param what_len    How many there are, at least 1.
/// @param min_number  The number that a segment's count has to reach. Every segment reaches 0.
/// @param reset       The reset bytes, in any order; may be NULL if reset_len is 0.
/// @param reset_len   How many there are; 0: the whole data is one segment.
/// @param counter     Where the new counter goes. It is to be freed with tally_counter_free.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length;
///          TALLY_ERROR_INVALID_ARGUMENT for an empty string, a length above PTRDIFF_MAX, or a
///          string of two bytes or more of which one is a reset byte (no segment could hold it);
///          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_new_bytes(
    what: *const c_void,
    what_len: usize,
    min_number: u64,
    reset: *const c_void,
    reset_len: usize,
    counter: *mut *mut tally_counter,
) -> tally_status {
    call("tally_counter_new_bytes", || {
        // SAFETY: the header asks the caller for a place, and for so many bytes.
        let (counter, what, reset) =
            unsafe { (out(counter)?, input(what, what_len)?, input(reset, reset_len)?) };
        counter.write(new_counter(what.into(), min_number, ByteSet::new(reset).into())?);
        Ok(())
    })
}

/// Makes a counter of any byte of a set.
///
/// @param bytes       The bytes of the set, in any order; they are copied.
/// @param bytes_len   How many there are, at least 1.
/// @param min_number  The number that a segment's count has to reach. Every segment reaches 0.
/// @param reset       The reset bytes, in any order; may be NULL if reset_len is 0. A byte may be
///                    in both sets: then it is the first hit of the segment that it opens.
/// @param reset_len   How many there are; 0: the whole data is one segment.
/// @param counter     Where the new counter goes. It is to be freed with tally_counter_free.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length;
///          TALLY_ERROR_INVALID_ARGUMENT for an empty set or a length above PTRDIFF_MAX;
///          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_new_any_of(
    bytes: *const c_void,
    bytes_len: usize,
    min_number: u64,
    reset: *const c_void,
    reset_len: usize,
    counter: *mut *mut tally_counter,
) -> tally_status {
    call("tally_counter_new_any_of", || {
        // SAFETY: the header asks the caller for a place, and for so many bytes.
        let (counter, set, reset) =
            unsafe { (out(counter)?, input(bytes, bytes_len)?, input(reset, reset_len)?) };
        counter.write(new_counter(
            ByteSet::new(set).into(),
            min_number,
            ByteSet::new(reset).into(),
        )?);
        Ok(())
    })
}

fn new_counter(
    what: What<'_>,
    min_number: u64,
    reset: Reset,
) -> Result<*mut tally_counter, Failure> {
    allocate(tally_counter(Counter::new(what, min_number, reset)?))
}

/// Frees a counter.
///
/// @param counter  The counter; nothing happens for NULL. It may not be used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_free(counter: *mut tally_counter) {
    // SAFETY: the header asks the caller for a counter that is not freed yet, or NULL.
    call_or("tally_counter_free", (), || unsafe { free(counter) });
}

/// Says whether any segment reaches the number, and reads no more of the data than that takes.
///
/// @param counter  The counter.
/// @param data     The data, any bytes; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param reached  Where the answer goes.
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
    reached: *mut bool,
) -> tally_status {
    call("tally_counter_has_count", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and a place.
        let (counter, data, reached) =
            unsafe { (object(counter)?, input(data, len)?, out(reached)?) };
        reached.write(counter.0.has_count(data));
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
                object(counter)?,
                input(data, len)?,
                after.as_ref().map(|&after| Match::from(after)),
                out_array(matches, capacity)?,
                out(found)?,
            )
        };
        let mut number = 0;
        counter.0.find_each(data, after.as_ref(), matches.capacity(), |found| {
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
        let (counter, data, count) = unsafe { (object(counter)?, input(data, len)?, out(count)?) };
        count.write(counter.0.count(data));
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
            unsafe { (object(counter)?, input(data, len)?, out(max_count)?) };
        max_count.write(counter.0.max_count(data));
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
pub unsafe extern "C" fn tally_counter_segments_reached(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    segments: *mut u64,
) -> tally_status {
    call("tally_counter_segments_reached", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and a place.
        let (counter, data, segments) =
            unsafe { (object(counter)?, input(data, len)?, out(segments)?) };
        segments.write(counter.0.segments_reached(data));
        Ok(())
    })
}

/// tally_counter_has_count of each of many pieces of data, with one call.
///
/// Each piece is data of its own: counting starts again in it, and segments end with it. For short
/// pieces, a call for each would cost more than the counting.
///
/// @param counter  The counter.
/// @param data     The pieces, one right behind the other; may be NULL if len is 0.
/// @param len      Their length together, in bytes.
/// @param lens     The length of each piece; may be NULL if number is 0. Together they make len.
/// @param number   How many pieces there are.
/// @param reached  Where the answers go, one for each piece; may be NULL if number is 0.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length or a number;
///          TALLY_ERROR_INVALID_ARGUMENT for a length, or a size of lens or reached, above
///          PTRDIFF_MAX, or where the lengths do not make len;
///          TALLY_ERROR_PANIC, after which some of the answers may be written.
///
/// Other threads may use the counter meanwhile. No memory is allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_has_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    lens: *const usize,
    number: usize,
    reached: *mut bool,
) -> tally_status {
    call("tally_counter_has_counts", || {
        // SAFETY: the header asks the caller for a counter, so many bytes and lengths, and places.
        let (counter, pieces, mut reached) = unsafe {
            (object(counter)?, Pieces::get(data, len, lens, number)?, out_array(reached, number)?)
        };
        pieces.for_each(|piece| reached.push(counter.0.has_count(piece)));
        Ok(())
    })
}

/// tally_counter_count of each of many pieces of data, with one call.
///
/// See tally_counter_has_counts.
///
/// @param counter  The counter.
/// @param data     The pieces, one right behind the other; may be NULL if len is 0.
/// @param len      Their length together, in bytes.
/// @param lens     The length of each piece; may be NULL if number is 0. Together they make len.
/// @param number   How many pieces there are.
/// @param counts   Where the counts go, one for each piece; may be NULL if number is 0.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length or a number;
///          TALLY_ERROR_INVALID_ARGUMENT for a length, or a size of lens or counts, above
///          PTRDIFF_MAX, or where the lengths do not make len;
///          TALLY_ERROR_PANIC, after which some of the counts may be written.
///
/// Other threads may use the counter meanwhile. No memory is allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    lens: *const usize,
    number: usize,
    counts: *mut u64,
) -> tally_status {
    call("tally_counter_counts", || {
        // SAFETY: the header asks the caller for a counter, so many bytes and lengths, and places.
        let (counter, pieces, mut counts) = unsafe {
            (object(counter)?, Pieces::get(data, len, lens, number)?, out_array(counts, number)?)
        };
        pieces.for_each(|piece| counts.push(counter.0.count(piece)));
        Ok(())
    })
}

/// tally_counter_max_count of each of many pieces of data, with one call.
///
/// See tally_counter_has_counts.
///
/// @param counter  The counter.
/// @param data     The pieces, one right behind the other; may be NULL if len is 0.
/// @param len      Their length together, in bytes.
/// @param lens     The length of each piece; may be NULL if number is 0. Together they make len.
/// @param number   How many pieces there are.
/// @param counts   Where the counts go, one for each piece; may be NULL if number is 0.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length or a number;
///          TALLY_ERROR_INVALID_ARGUMENT for a length, or a size of lens or counts, above
///          PTRDIFF_MAX, or where the lengths do not make len;
///          TALLY_ERROR_PANIC, after which some of the counts may be written.
///
/// Other threads may use the counter meanwhile. No memory is allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_max_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    lens: *const usize,
    number: usize,
    counts: *mut u64,
) -> tally_status {
    call("tally_counter_max_counts", || {
        // SAFETY: the header asks the caller for a counter, so many bytes and lengths, and places.
        let (counter, pieces, mut counts) = unsafe {
            (object(counter)?, Pieces::get(data, len, lens, number)?, out_array(counts, number)?)
        };
        pieces.for_each(|piece| counts.push(counter.0.max_count(piece)));
        Ok(())
    })
}

/// tally_counter_has_count on several threads, and the first match. All of them stop at the first
/// match; it is the first one in the data, whichever thread finds one first.
///
/// Threads are worth while from some megabytes on; below two, none is started, and never more than
/// 1024. A thread that cannot be started is no error: the others do its work. So the answer is the
/// same with any number.
///
/// @param counter  The counter.
/// @param data     The data, any bytes; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param threads  How many threads work, of which the calling one is the first; 0 is the same as
///                 1.
/// @param match    Where the first match goes, if there is one; may be NULL.
/// @param reached  Where the answer goes.
///
/// @return  As tally_counter_has_count.
///
/// Other threads may use the counter meanwhile. For threads, and for strings of bytes, some memory
/// is allocated; where there is none, the calling thread works alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_has_count_threads(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    threads: u32,
    r#match: *mut tally_match,
    reached: *mut bool,
) -> tally_status {
    call("tally_counter_has_count_threads", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and places.
        let (counter, data, place, reached) =
            unsafe { (object(counter)?, input(data, len)?, out(r#match).ok(), out(reached)?) };
        let found = counter.0.find_threads(data, number_of(threads));
        if let (Some(found), Some(place)) = (found, place) {
            place.write(found.into());
        }
        reached.write(found.is_some());
        Ok(())
    })
}

/// tally_counter_count on several threads, as tally_counter_has_count_threads.
///
/// @param counter  The counter.
/// @param data     The data, any bytes; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param threads  How many threads work; 0 is the same as 1.
/// @param count    Where the count goes.
///
/// @return  As tally_counter_has_count.
///
/// Other threads may use the counter meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_count_threads(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    threads: u32,
    count: *mut u64,
) -> tally_status {
    call("tally_counter_count_threads", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and a place.
        let (counter, data, count) = unsafe { (object(counter)?, input(data, len)?, out(count)?) };
        count.write(counter.0.count_threads(data, number_of(threads)));
        Ok(())
    })
}

/// tally_counter_max_count on several threads, as tally_counter_has_count_threads.
///
/// @param counter    The counter.
/// @param data       The data, any bytes; may be NULL if len is 0.
/// @param len        Its length in bytes.
/// @param threads    How many threads work; 0 is the same as 1.
/// @param max_count  Where the count goes.
///
/// @return  As tally_counter_has_count.
///
/// Other threads may use the counter meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_max_count_threads(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    threads: u32,
    max_count: *mut u64,
) -> tally_status {
    call("tally_counter_max_count_threads", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and a place.
        let (counter, data, max_count) =
            unsafe { (object(counter)?, input(data, len)?, out(max_count)?) };
        max_count.write(counter.0.max_count_threads(data, number_of(threads)));
        Ok(())
    })
}

/// tally_counter_segments_reached on several threads, as tally_counter_has_count_threads.
///
/// @param counter   The counter.
/// @param data      The data, any bytes; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param threads   How many threads work; 0 is the same as 1.
/// @param segments  Where their number goes.
///
/// @return  As tally_counter_has_count.
///
/// Other threads may use the counter meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_segments_reached_threads(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    threads: u32,
    segments: *mut u64,
) -> tally_status {
    call("tally_counter_segments_reached_threads", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and a place.
        let (counter, data, segments) =
            unsafe { (object(counter)?, input(data, len)?, out(segments)?) };
        segments.write(counter.0.segments_reached_threads(data, number_of(threads)));
        Ok(())
    })
}

/// A number of threads, from C: 0 is 1.
pub(super) fn number_of(threads: u32) -> NonZeroUsize {
    NonZeroUsize::new(threads as usize).unwrap_or(NonZeroUsize::MIN)
}

/// Pieces of data, one right behind the other.
struct Pieces<'call> {
    data: &'call [u8],
    lens: &'call [usize],
}

impl<'call> Pieces<'call> {
    /// The pieces at `data`, `len` bytes together, of the `number` lengths at `lens`.
    ///
    /// # Safety
    ///
    /// Pointers that are not NULL point to so many bytes and lengths, which nobody writes during
    /// the call.
    unsafe fn get(
        data: *const c_void,
        len: usize,
        lens: *const usize,
        number: usize,
    ) -> Result<Self, Failure> {
        // SAFETY: the caller's promise.
        let (data, lens) = unsafe { (input(data, len)?, input_array(lens, number)?) };
        let sum = lens.iter().try_fold(0_usize, |sum, &len| sum.checked_add(len));
        if sum == Some(data.len()) { Ok(Self { data, lens }) } else { Err(INVALID) }
    }

    fn for_each(&self, mut take: impl FnMut(&'call [u8])) {
        let mut rest = self.data;
        for &len in self.lens {
            // There always is one: `get` has added the lengths up.
            let Some((piece, behind)) = rest.split_at_checked(len) else { return };
            take(piece);
            rest = behind;
        }
    }
}
