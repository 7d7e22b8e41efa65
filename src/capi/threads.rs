use std::ffi::c_void;
use std::num::NonZeroUsize;

use super::call::{call, input, out};
use super::counter::{tally_counter, tally_match};
use super::status::tally_status;

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
/// @param matched  Where the answer goes.
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
    matched: *mut bool,
) -> tally_status {
    call("tally_counter_has_count_threads", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and places.
        let (counter, data, place, matched) = unsafe {
            (tally_counter::get(counter)?, input(data, len)?, out(r#match).ok(), out(matched)?)
        };
        let found = counter.find_threads(data, number_of(threads));
        if let (Some(found), Some(place)) = (found, place) {
            place.write(found.into());
        }
        matched.write(found.is_some());
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
        let (counter, data, count) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(count)?) };
        count.write(counter.count_threads(data, number_of(threads)));
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
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(max_count)?) };
        max_count.write(counter.max_count_threads(data, number_of(threads)));
        Ok(())
    })
}

/// tally_counter_matching_segments on several threads, as tally_counter_has_count_threads.
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
pub unsafe extern "C" fn tally_counter_matching_segments_threads(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    threads: u32,
    segments: *mut u64,
) -> tally_status {
    call("tally_counter_matching_segments_threads", || {
        // SAFETY: the header asks the caller for a counter, so many bytes, and a place.
        let (counter, data, segments) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(segments)?) };
        segments.write(counter.matching_segments_threads(data, number_of(threads)));
        Ok(())
    })
}

/// A number of threads, from C: 0 is 1.
pub(super) fn number_of(threads: u32) -> NonZeroUsize {
    NonZeroUsize::new(threads as usize).unwrap_or(NonZeroUsize::MIN)
}
