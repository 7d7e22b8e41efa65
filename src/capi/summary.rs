use std::ffi::c_void;

use super::call::{
    Exclusive, Failure, allocate, call, call_or, free_unused, input, object, out, out_array,
};
use super::counter::tally_counter;
use super::status::{TALLY_ERROR_LIMIT, tally_status};
use crate::{Summary, Totals};

/// All counts of a counter's question, found on one way through data that comes in chunks or from
/// files. Those of the parts of a text can be merged.
///
/// One thread at a time may use a summary, any thread. A use at the same time, out of the callback
/// of a reading too, is refused as TALLY_ERROR_INVALID_ARGUMENT.
pub struct tally_summary(pub(super) Exclusive<Summary>);

/// What a summary has counted.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_totals {
    /// The length of the data.
    pub bytes: u64,
    /// How often it occurs, whatever the segments.
    pub count: u64,
    /// The largest count in one segment.
    pub max_count: u64,
    /// How many segments there are: one more than there are reset bytes.
    pub segments: u64,
    /// How many segments reach the number.
    pub matching_segments: u64,
}

impl From<Totals> for tally_totals {
    fn from(totals: Totals) -> Self {
        let Totals { bytes, count, max_count, segments, matching_segments } = totals;
        Self { bytes, count, max_count, segments, matching_segments }
    }
}

/// Makes a summary of no data yet. It has a copy of the counter, which may be freed before it.
///
/// @param counter  The counter.
/// @param summary  Where the new summary goes. It is to be freed with tally_summary_free.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter or summary;
///          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
///
/// Other threads may use the counter meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_new(
    counter: *const tally_counter,
    summary: *mut *mut tally_summary,
) -> tally_status {
    call("tally_summary_new", || {
        // SAFETY: the header asks the caller for a counter and a place.
        let (counter, summary) = unsafe { (tally_counter::get(counter)?, out(summary)?) };
        summary.write(allocate(tally_summary(Exclusive::new(Summary::new(&counter)?)))?);
        Ok(())
    })
}

/// Frees a summary.
///
/// @param summary  The summary; nothing happens for NULL. It may not be used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_free(summary: *mut tally_summary) {
    call_or("tally_summary_free", (), || {
        // SAFETY: the header asks the caller for a summary that is not freed yet, or NULL.
        unsafe { free_unused(summary, |summary| summary.0.is_in_use()) }
    });
}

/// Takes the next chunk of the data.
///
/// @param summary  The summary.
/// @param data     The chunk, any bytes; may be NULL if len is 0.
/// @param len      Its length in bytes.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL summary, or NULL with a length;
///          TALLY_ERROR_INVALID_ARGUMENT for a length above PTRDIFF_MAX, or a summary in use;
///          TALLY_ERROR_PANIC.
///
/// One thread at a time. No memory is allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_feed(
    summary: *mut tally_summary,
    data: *const c_void,
    len: usize,
) -> tally_status {
    call("tally_summary_feed", || {
        // SAFETY: the header asks the caller for a summary and so many bytes.
        let (summary, data) = unsafe { (object(summary)?, input(data, len)?) };
        summary.0.with(|summary| summary.feed(data))
    })
}

/// Takes what right has counted, whose data follows left's: left is then as one that was fed all.
///
/// A character or string that the cut between them splits is found, and the segment that it splits
/// is one again. It does not matter in which order neighbours are merged. The parts may have been
/// counted by different threads or processors.
///
/// Strings that can overlap themselves, as "aa" in "aaa", are counted from left to right, each
/// behind the end of the one before. Where one lies across the cut, counting goes on behind its
/// end, e bytes into right. But right has counted from its own start. Both ways of counting mostly
/// come together soon, at the first reset at the latest, and find the same from there on. right
/// remembers its first bytes, four times as many as the string has but at least 256, and sees what
/// happens there. If it has more bytes than it remembers, and both ways have not come together
/// within those, then the answer cannot be known, and merging is refused. (Have come together: by
/// then, both have left open the same beginning of the string, if any.) For what cannot overlap
/// itself, characters and sets of bytes among it, merging always works.
///
/// @param left   The summary that takes.
/// @param right  The summary that gives; it is not changed. It may be the same as left: then its
///               data counts twice.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL left or right;
///          TALLY_ERROR_INVALID_ARGUMENT where they ask different questions, or for a summary in
///          use;
///          TALLY_ERROR_OVERLAP where merging cannot be exact, as above;
///          TALLY_ERROR_LIMIT for more than 2^62 bytes together;
///          TALLY_ERROR_NO_MEMORY where left and right are the same; TALLY_ERROR_PANIC.
///
/// After an error both are as they were. One thread at a time may use left, and right.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_merge(
    left: *mut tally_summary,
    right: *const tally_summary,
) -> tally_status {
    call("tally_summary_merge", || {
        // SAFETY: the header asks the caller for summaries.
        let (left, right) = unsafe { (object(left)?, object(right)?) };
        left.0.with(|into| {
            if std::ptr::eq(left, right) {
                return Ok(into.double()?);
            }
            Ok(right.0.read(|right| into.merge(right))??)
        })?
    })
}

/// Tells what is counted so far.
///
/// @param summary  The summary.
/// @param totals   Where the counts go.
///
/// @return  TALLY_OK; TALLY_ERROR_NULL_POINTER for a NULL summary or totals;
///          TALLY_ERROR_INVALID_ARGUMENT for a summary in use; TALLY_ERROR_PANIC.
///
/// One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_totals(
    summary: *const tally_summary,
    totals: *mut tally_totals,
) -> tally_status {
    call("tally_summary_totals", || {
        // SAFETY: the header asks the caller for a summary and a place.
        let (summary, totals) = unsafe { (object(summary)?, out(totals)?) };
        totals.write(summary.0.with(|summary| summary.totals())?.into());
        Ok(())
    })
}

/// Tells how many bytes the state of a summary takes.
///
/// @param summary  The summary.
/// @param len      Where the number of bytes goes; it is never 0.
///
/// @return  TALLY_OK; TALLY_ERROR_NULL_POINTER for a NULL summary or len;
///          TALLY_ERROR_INVALID_ARGUMENT for a summary in use; TALLY_ERROR_PANIC.
///
/// One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_state_size(
    summary: *const tally_summary,
    len: *mut usize,
) -> tally_status {
    call("tally_summary_state_size", || {
        // SAFETY: the header asks the caller for a summary and a place.
        let (summary, len) = unsafe { (object(summary)?, out(len)?) };
        len.write(summary.0.with(|summary| summary.state_size())?);
        Ok(())
    })
}

/// Writes the state of a summary as bytes, for tally_summary_load in another process or on another
/// machine. It has the question, the counts, and for a string of bytes the first ones of the data
/// (see tally_summary_merge). Its format is the same on every processor.
///
/// @param summary   The summary.
/// @param state     Where the state goes; may be NULL if capacity is 0.
/// @param capacity  How many bytes there is room for: as many as tally_summary_state_size tells
///                  suffice, until the summary is next fed or merged.
/// @param len       Where the length of the state in bytes goes.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL summary or len, or a NULL state with a capacity;
///          TALLY_ERROR_INVALID_ARGUMENT for a capacity above PTRDIFF_MAX, or a summary in use;
///          TALLY_ERROR_LIMIT for a capacity that is too small, or more than 2^62 bytes of data;
///          TALLY_ERROR_PANIC.
///
/// One thread at a time. No memory is allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_save(
    summary: *const tally_summary,
    state: *mut c_void,
    capacity: usize,
    len: *mut usize,
) -> tally_status {
    call("tally_summary_save", || {
        // SAFETY: the header asks the caller for a summary and places.
        let (summary, mut state, len) =
            unsafe { (object(summary)?, out_array(state.cast::<u8>(), capacity)?, out(len)?) };
        let size = summary.0.with(|summary| {
            let size = summary.state_size();
            if size > capacity {
                return Err(Failure(TALLY_ERROR_LIMIT));
            }
            summary.write_state(|bytes| bytes.iter().for_each(|&byte| state.push(byte)))?;
            Ok(size)
        })??;
        len.write(size);
        Ok(())
    })
}

/// Makes the summary whose state was saved, by a counter that asks the same question. It goes on
/// where that one was.
///
/// Any bytes may be given. What no summary can have saved is refused, as far as that can be told;
/// from a wrong state that is not, the totals make no sense, and that is all.
///
/// @param counter  The counter, which may be freed before the summary.
/// @param state    The state; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param summary  Where the new summary goes. It is to be freed with tally_summary_free.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter or summary, or NULL with a length;
///          TALLY_ERROR_INVALID_ARGUMENT for a state that is broken or of another question, or a
///          length above PTRDIFF_MAX;
///          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
///
/// Other threads may use the counter meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_load(
    counter: *const tally_counter,
    state: *const c_void,
    len: usize,
    summary: *mut *mut tally_summary,
) -> tally_status {
    call("tally_summary_load", || {
        // SAFETY: the header asks the caller for a counter, so many bytes and a place.
        let (counter, state, summary) =
            unsafe { (tally_counter::get(counter)?, input(state, len)?, out(summary)?) };
        let loaded = Summary::load(&counter, state)?;
        summary.write(allocate(tally_summary(Exclusive::new(loaded)))?);
        Ok(())
    })
}

/// Starts again, as if nothing were fed.
///
/// @param summary  The summary.
///
/// @return  TALLY_OK; TALLY_ERROR_NULL_POINTER for a NULL summary; TALLY_ERROR_INVALID_ARGUMENT
///          for a summary in use; TALLY_ERROR_PANIC.
///
/// One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_reset(summary: *mut tally_summary) -> tally_status {
    call("tally_summary_reset", || {
        // SAFETY: the header asks the caller for a summary.
        let summary = unsafe { object(summary) }?;
        summary.0.reset(Summary::reset)
    })
}
