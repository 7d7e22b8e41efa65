use std::ffi::c_void;

use super::call::{Exclusive, allocate, call, call_or, free_unused, input, object, out};
use super::counter::{tally_counter, tally_match};
use super::status::tally_status;
use crate::stream::Stream;

/// Incremental search: feed chunks until a segment matches.
///
/// The answer is that for all data fed so far, as if it were one piece: a needle or segment that a
/// chunk boundary cuts is counted as one. Chunks may have any length, 0 included. The first match
/// is final: after it, more data is accepted and ignored. If the number is 0, segment 0 matches
/// before anything is fed.
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
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Allocates no memory. Reads the chunk up to the first match. Since 0.1.0.
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
        matched.write(stream.0.with(|stream| stream.feed(data))?);
        Ok(())
    })
}

/// Returns the first match in the data fed so far.
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
