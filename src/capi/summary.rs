use std::ffi::c_void;

use super::call::{
    Exclusive, Put, allocate, call, call_or, free_unused, input, object, out, out_array,
};
use super::counter::tally_counter;
use super::status::tally_status;
use crate::chunk::Totals;
use crate::summary::Summary;

/// All totals for a counter, in one pass over data that comes in chunks or from files.
///
/// Summaries of the parts of a text can be merged to that of the whole, wherever it was cut. The
/// parts may be counted by different threads or machines; between machines a summary travels as its
/// saved state.
///
/// One call at a time may use a summary, from any thread. Since 0.1.0.
pub struct tally_summary(pub(super) Exclusive<Summary>);

/// What a summary has counted. This struct never changes. Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_totals {
    /// The length of the data in bytes.
    pub bytes: u64,
    /// The number of hits, in whatever segments they are.
    pub count: u64,
    /// The largest count of any segment.
    pub max_count: u64,
    /// The number of segments: one more than there are reset bytes.
    pub segments: u64,
    /// The number of segments that match.
    pub matching_segments: u64,
}

impl From<Totals> for tally_totals {
    fn from(totals: Totals) -> Self {
        let Totals { bytes, count, max_count, segments, matching_segments } = totals;
        Self { bytes, count, max_count, segments, matching_segments }
    }
}

/// Creates a summary of no data, for the question of a counter.
///
/// @param counter  The counter. It may be freed before the summary.
/// @param summary  Receives the summary. Free it with tally_summary_free.
///
/// @return  TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. For a needle of several bytes, uses up to 12 bytes of memory for each of them, and
/// at least 256 bytes if the needle can overlap itself. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_new(
    counter: *const tally_counter,
    summary: *mut *mut tally_summary,
) -> tally_status {
    call("tally_summary_new", || {
        // SAFETY: the header requires a valid counter and a valid place.
        let (counter, summary) = unsafe { (tally_counter::get(counter)?, out(summary)?) };
        summary.write(allocate(tally_summary(Exclusive::new(Summary::new(&counter)?)))?);
        Ok(())
    })
}

/// Frees a summary.
///
/// @param summary  The summary; may be NULL. If a call is using it, as during a progress callback,
///                 nothing happens.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_free(summary: *mut tally_summary) {
    call_or("tally_summary_free", (), || {
        // SAFETY: the header requires a summary that has not been freed, or NULL.
        unsafe { free_unused(summary, |summary| summary.0.is_in_use()) }
    });
}

/// Feeds the next chunk of the data.
///
/// @param summary  The summary.
/// @param data     The chunk; may be NULL if len is 0.
/// @param len      Its length in bytes.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_feed(
    summary: *mut tally_summary,
    data: *const c_void,
    len: usize,
) -> tally_status {
    call("tally_summary_feed", || {
        // SAFETY: the header requires a valid summary and `len` bytes.
        let (summary, data) = unsafe { (object(summary)?, input(data, len)?) };
        summary.0.with(|summary| summary.feed(data))
    })
}

/// Adds what right has counted to left; the data of right follows that of left. Then left is as if
/// it had been fed both.
///
/// A needle or segment that the cut splits is counted as one. Neighbours can be merged in any
/// order.
///
/// Merging is exact, or it fails. The one case in which it fails concerns needles that can overlap
/// themselves, such as "aa" in "aaa". Their hits are counted from left to right, each behind the
/// end of the one before. If a hit lies across the cut and ends e bytes into right, then counting
/// has to continue there, but right has counted from its own start. Both counts usually agree again
/// soon, at the first reset byte at the latest, and find the same hits from there on. To follow
/// both counts, right keeps its first bytes: four times the length of the needle, but at least 256.
/// If it has more bytes than that, and the counts do not agree within them, the answer is unknown:
/// that is TALLY_ERROR_OVERLAP.
///
/// @param left   The summary that is changed.
/// @param right  The summary to add; it is not changed. It may be left itself: its data then counts
///               twice.
///
/// @return  TALLY_ERROR_DIFFERENT_COUNTERS if the summaries ask different questions;
///          TALLY_ERROR_OVERLAP as above;
///          TALLY_ERROR_LIMIT if both together have more than 2^62 bytes of data;
///          TALLY_ERROR_NO_MEMORY, only if left and right are the same.
///
/// One call at a time on left, and on right. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_merge(
    left: *mut tally_summary,
    right: *const tally_summary,
) -> tally_status {
    call("tally_summary_merge", || {
        // SAFETY: the header requires valid summaries.
        let (left, right) = unsafe { (object(left)?, object(right)?) };
        left.0.merge(&right.0, Summary::double, Summary::merge)
    })
}

/// Returns the counts so far.
///
/// @param summary  The summary.
/// @param totals   Receives the counts.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_totals(
    summary: *const tally_summary,
    totals: *mut tally_totals,
) -> tally_status {
    call("tally_summary_totals", || {
        // SAFETY: the header requires a valid summary and a valid place.
        let (summary, totals) = unsafe { (object(summary)?, out(totals)?) };
        totals.write(summary.0.with(|summary| summary.totals())?.into());
        Ok(())
    })
}

/// Returns where the quote was opened that is open at the end of the data.
///
/// @param summary  The summary.
/// @param offset   Receives the offset of the quote, if one is open; may be NULL.
/// @param open     Receives whether one is open. Without a quote rule none is.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_unclosed_quote(
    summary: *const tally_summary,
    offset: *mut u64,
    open: *mut bool,
) -> tally_status {
    call("tally_summary_unclosed_quote", || {
        // SAFETY: the header requires a valid summary and valid places; `offset` may be NULL.
        let (summary, place, open) = unsafe { (object(summary)?, out(offset).ok(), out(open)?) };
        let opened = summary.0.with(|summary| summary.unclosed_quote())?;
        if let (Some(opened), Some(place)) = (opened, place) {
            place.write(opened);
        }
        open.write(opened.is_some());
        Ok(())
    })
}

/// Returns the size of the state that tally_summary_save writes.
///
/// @param summary  The summary.
/// @param len      Receives the size in bytes; it is never 0. It can change when the summary is
///                 next fed, merged or reset.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_state_size(
    summary: *const tally_summary,
    len: *mut usize,
) -> tally_status {
    call("tally_summary_state_size", || {
        // SAFETY: the header requires a valid summary and a valid place.
        let (summary, len) = unsafe { (object(summary)?, out(len)?) };
        len.write(summary.0.with(|summary| summary.state_size())?);
        Ok(())
    })
}

/// Saves a summary as bytes, for tally_summary_load in another process or on another machine. The
/// state contains the question, the counts, and for a needle of several bytes the first bytes of
/// the data (see tally_summary_merge). Its format is the same on every processor.
///
/// @param summary   The summary.
/// @param state     Receives the state; may be NULL if capacity is 0.
/// @param capacity  The size of state in bytes. What tally_summary_state_size returns is enough.
/// @param len       Receives the size of the state in bytes.
///
/// @return  TALLY_ERROR_LIMIT if capacity is too small, or the summary has more than 2^62 bytes of
///          data.
///
/// One call at a time. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_save(
    summary: *const tally_summary,
    state: *mut c_void,
    capacity: usize,
    len: *mut usize,
) -> tally_status {
    call("tally_summary_save", || {
        // SAFETY: the header requires a valid summary and valid places.
        let (summary, state, len) =
            unsafe { (object(summary)?, out_array(state.cast::<u8>(), capacity)?, out(len)?) };
        let write = |summary: &Summary, put: Put<'_>| summary.write_state(put);
        let size = summary.0.save(state, Summary::state_size, write)?;
        len.write(size);
        Ok(())
    })
}

/// Creates a summary from a saved state. It continues where the saved one was.
///
/// The state is not trusted: any bytes may be given. Impossible states are refused where
/// that can be detected; after a forged state that is accepted, the totals are meaningless, and
/// nothing worse. Later versions load the states of this one.
///
/// @param counter  A counter that asks the question of the saved summary. It may be freed before
///                 the summary.
/// @param state    The state; may be NULL if len is 0.
/// @param len      Its size in bytes.
/// @param summary  Receives the summary. Free it with tally_summary_free.
///
/// @return  TALLY_ERROR_BAD_STATE if the bytes are not a state that this version can load, or
///          damaged;
///          TALLY_ERROR_DIFFERENT_COUNTERS if the state was saved for another question;
///          TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_load(
    counter: *const tally_counter,
    state: *const c_void,
    len: usize,
    summary: *mut *mut tally_summary,
) -> tally_status {
    call("tally_summary_load", || {
        // SAFETY: the header requires a valid counter, `len` bytes, and a valid place.
        let (counter, state, summary) =
            unsafe { (tally_counter::get(counter)?, input(state, len)?, out(summary)?) };
        let loaded = Summary::load(&counter, state)?;
        summary.write(allocate(tally_summary(Exclusive::new(loaded)))?);
        Ok(())
    })
}

/// Resets a summary, as if nothing had been fed. A summary in which a panic happened is usable
/// again.
///
/// @param summary  The summary.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_reset(summary: *mut tally_summary) -> tally_status {
    call("tally_summary_reset", || {
        // SAFETY: the header requires a valid summary.
        let summary = unsafe { object(summary) }?;
        summary.0.reset(Summary::reset)
    })
}
