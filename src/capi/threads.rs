use std::ffi::c_void;
use std::num::NonZeroUsize;

use super::call::{call, input, out};
use super::counter::{tally_counter, tally_match};
use super::status::tally_status;

/// tally_counter_has_count on several threads, which also returns the first match. The answer does
/// not depend on the number of threads: the match is the first one in the data. It ends the work of
/// all threads.
///
/// Threads pay from some megabytes on: below 2 MiB none is started, and never more than 1024. If a
/// thread cannot be started, the others do its work.
///
/// @param counter  The counter.
/// @param data     The data; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param threads  The number of threads that work, the calling one included; 0 is the same as 1.
/// @param match    Receives the first match, if there is one; may be NULL.
/// @param matched  Receives whether there is one.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Allocates memory for the threads, and for a needle of several bytes; if there is
/// none, the calling thread works alone. Since 0.1.0.
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
        // SAFETY: the header requires a valid counter, `len` bytes, and valid places, of which
        // `match` may be NULL.
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

/// tally_counter_count on several threads; see tally_counter_has_count_threads.
///
/// @param counter  The counter.
/// @param data     The data; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param threads  The number of threads that work, the calling one included; 0 is the same as 1.
/// @param count    Receives the number of hits.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_count_threads(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    threads: u32,
    count: *mut u64,
) -> tally_status {
    call("tally_counter_count_threads", || {
        // SAFETY: the header requires a valid counter, `len` bytes, and a valid place.
        let (counter, data, count) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(count)?) };
        count.write(counter.count_threads(data, number_of(threads)));
        Ok(())
    })
}

/// tally_counter_max_count on several threads; see tally_counter_has_count_threads.
///
/// @param counter    The counter.
/// @param data       The data; may be NULL if len is 0.
/// @param len        Its length in bytes.
/// @param threads    The number of threads that work, the calling one included; 0 is the same as 1.
/// @param max_count  Receives the largest count.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_max_count_threads(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    threads: u32,
    max_count: *mut u64,
) -> tally_status {
    call("tally_counter_max_count_threads", || {
        // SAFETY: the header requires a valid counter, `len` bytes, and a valid place.
        let (counter, data, max_count) =
            unsafe { (tally_counter::get(counter)?, input(data, len)?, out(max_count)?) };
        max_count.write(counter.max_count_threads(data, number_of(threads)));
        Ok(())
    })
}

/// tally_counter_matching_segments on several threads; see tally_counter_has_count_threads.
///
/// @param counter   The counter.
/// @param data      The data; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param threads   The number of threads that work, the calling one included; 0 is the same as 1.
/// @param segments  Receives the number of segments that match.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_matching_segments_threads(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    threads: u32,
    segments: *mut u64,
) -> tally_status {
    call("tally_counter_matching_segments_threads", || {
        // SAFETY: the header requires a valid counter, `len` bytes, and a valid place.
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
