use std::ffi::c_void;

use super::call::{Exclusive, allocate, call, call_or, free_unused, input, object, out, out_array};
use super::counter::{tally_counter, tally_match};
use super::status::tally_status;
use crate::stream::Stream;

/// Incremental search: feed chunks until a segment matches, or find all matches, chunk by chunk.
///
/// The answer is that for all data fed so far, as if it were one piece: a needle or segment that a
/// chunk boundary cuts is counted as one. Chunks may have any length, 0 included.
///
/// A stream is fed either by tally_stream_feed and the functions that read files, which stop at the
/// first match: after it, more data is accepted and ignored. Or by tally_stream_find, which returns
/// every match. If the number is 0 and no flag is set, segment 0 matches before anything is fed.
///
/// TALLY_OUTSIDE and TALLY_WITHIN are decided at the end of a segment: for the last one, at
/// tally_stream_finish.
///
/// One call at a time may use a stream, from any thread. Since 0.1.0.
pub struct tally_stream(pub(super) Exclusive<Stream>);

/// Creates a stream that asks the question of a counter.
///
/// @param counter  The counter. It may be freed before the stream.
/// @param stream   Receives the stream. Free it with tally_stream_free.
///
/// @return  TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Uses 8 bytes of memory for each byte of a needle that has several. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_new(
    counter: *const tally_counter,
    stream: *mut *mut tally_stream,
) -> tally_status {
    call("tally_stream_new", || {
        // SAFETY: the header requires a valid counter and a valid place.
        let (counter, stream) = unsafe { (tally_counter::get(counter)?, out(stream)?) };
        stream.write(allocate(tally_stream(Exclusive::new(Stream::new(&counter)?)))?);
        Ok(())
    })
}

/// Frees a stream.
///
/// @param stream  The stream; may be NULL. If a call is using it, as during a progress callback,
///                nothing happens.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_free(stream: *mut tally_stream) {
    call_or("tally_stream_free", (), || {
        // SAFETY: the header requires a stream that has not been freed, or NULL.
        unsafe { free_unused(stream, |stream| stream.0.is_in_use()) }
    });
}

/// Feeds the next chunk of the data.
///
/// @param stream   The stream.
/// @param data     The chunk; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param matched  Receives whether a segment has matched so far, in this chunk or before.
///
/// @return  TALLY_ERROR_FINISHED after tally_stream_finish;
///          TALLY_ERROR_INVALID_ARGUMENT after tally_stream_find. Either until the stream is reset.
///
/// One call at a time. Allocates no memory. Reads the chunk up to the first match, and at most 4 KiB
/// further, or for a needle of more than 16 bytes at most 8 KiB and its length. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_feed(
    stream: *mut tally_stream,
    data: *const c_void,
    len: usize,
    matched: *mut bool,
) -> tally_status {
    call("tally_stream_feed", || {
        // SAFETY: the header requires a valid stream, `len` bytes, and a valid place.
        let (stream, data, matched) =
            unsafe { (object(stream)?, input(data, len)?, out(matched)?) };
        matched.write(stream.0.with(|stream| stream.feed(data))??);
        Ok(())
    })
}

/// Finds the matches in the next chunk of the data.
///
/// Stops when matches are full: the next call has to continue with the rest of the chunk, behind
/// the bytes that were used. While there is room, all bytes of the chunk are used. A match is found
/// in the chunk that decides it, which for TALLY_OUTSIDE and TALLY_WITHIN is the one with the end of
/// the segment. What tally_stream_finish still finds is then the match of tally_stream_match.
///
/// @param stream    The stream.
/// @param data      The chunk; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param matches   Receives the matches, in the order of the data; their offsets count from the
///                  first byte ever fed. Elements that are not needed are not written. May be NULL
///                  if capacity is 0.
/// @param capacity  The number of elements of matches. With 0, no byte is used.
/// @param found     Receives the number of matches found, at most capacity.
/// @param used      Receives how many bytes of the chunk were used.
///
/// @return  TALLY_ERROR_FINISHED after tally_stream_finish;
///          TALLY_ERROR_INVALID_ARGUMENT after tally_stream_feed or a function that feeds a file.
///          Either until the stream is reset.
///
/// One call at a time. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_find(
    stream: *mut tally_stream,
    data: *const c_void,
    len: usize,
    matches: *mut tally_match,
    capacity: usize,
    found: *mut usize,
    used: *mut usize,
) -> tally_status {
    call("tally_stream_find", || {
        // SAFETY: the header requires a valid stream, `len` bytes, and valid places.
        let (stream, data, mut matches, found, used) = unsafe {
            (
                object(stream)?,
                input(data, len)?,
                out_array(matches, capacity)?,
                out(found)?,
                out(used)?,
            )
        };
        let mut number = 0;
        let used_len = stream.0.with(|stream| {
            stream.find_each(data, matches.capacity(), |found| {
                matches.push(found.into());
                number += 1;
            })
        })??;
        found.write(number);
        used.write(used_len);
        Ok(())
    })
}

/// Ends the data: judges the last segment. Needed for TALLY_OUTSIDE and TALLY_WITHIN, and allowed
/// for every counter. May be called again, with the same result. Until the stream is reset, nothing
/// more can be fed.
///
/// @param stream   The stream.
/// @param matched  Receives whether a segment has matched. For a stream that was fed by
///                 tally_stream_find, whether the last segment matches and had not been found.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_finish(
    stream: *mut tally_stream,
    matched: *mut bool,
) -> tally_status {
    call("tally_stream_finish", || {
        // SAFETY: the header requires a valid stream and a valid place.
        let (stream, matched) = unsafe { (object(stream)?, out(matched)?) };
        matched.write(stream.0.with(Stream::finish)??);
        Ok(())
    })
}

/// Returns where the quote was opened that is open at the end of the data so far.
///
/// @param stream  The stream.
/// @param offset  Receives the offset of the quote from the first byte ever fed, if one is open; may
///                be NULL.
/// @param open    Receives whether one is open. Without a quote rule none is, and a stream that
///                stopped at a match knows of none.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_unclosed_quote(
    stream: *const tally_stream,
    offset: *mut u64,
    open: *mut bool,
) -> tally_status {
    call("tally_stream_unclosed_quote", || {
        // SAFETY: the header requires a valid stream and valid places; `offset` may be NULL.
        let (stream, place, open) = unsafe { (object(stream)?, out(offset).ok(), out(open)?) };
        let opened = stream.0.with(|stream| stream.unclosed_quote())?;
        if let (Some(opened), Some(place)) = (opened, place) {
            place.write(opened);
        }
        open.write(opened.is_some());
        Ok(())
    })
}

/// Returns the first match in the data fed so far. For a stream that was fed by tally_stream_find,
/// the match that tally_stream_finish found.
///
/// @param stream   The stream.
/// @param match    Receives the match, if there is one; its offsets count from the first byte ever
///                 fed. May be NULL.
/// @param matched  Receives whether there is one.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_match(
    stream: *const tally_stream,
    r#match: *mut tally_match,
    matched: *mut bool,
) -> tally_status {
    call("tally_stream_match", || {
        // SAFETY: the header requires a valid stream and valid places; `match` may be NULL.
        let (stream, place, matched) =
            unsafe { (object(stream)?, out(r#match).ok(), out(matched)?) };
        let found = stream.0.with(|stream| stream.first_match())?;
        if let (Some(found), Some(place)) = (found, place) {
            place.write(found.into());
        }
        matched.write(found.is_some());
        Ok(())
    })
}

/// Resets a stream, as if nothing had been fed. A stream in which a panic happened is usable again.
///
/// @param stream  The stream.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_reset(stream: *mut tally_stream) -> tally_status {
    call("tally_stream_reset", || {
        // SAFETY: the header requires a valid stream.
        let stream = unsafe { object(stream) }?;
        stream.0.reset(Stream::reset)
    })
}
