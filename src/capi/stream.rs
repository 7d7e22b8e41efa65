use std::ffi::c_void;

use super::call::{Exclusive, allocate, call, call_or, free_unused, input, object, out};
use super::counter::{tally_counter, tally_match};
use super::status::tally_status;
use crate::Stream;

/// Has it yet? A counter's question, asked of data that comes in chunks or from files.
///
/// The answer is that for all the data fed so far, as if it were one piece: characters and strings
/// that the edge of a chunk cuts are counted once. Chunks may be of any size, 0 included. Once the
/// answer is yes it stays, and nothing more is read.
///
/// One thread at a time may use a stream, any thread. A use at the same time, out of the callback
/// of a reading too, is refused as TALLY_ERROR_INVALID_ARGUMENT.
pub struct tally_stream(pub(super) Exclusive<Stream>);

/// Makes a stream. It has a copy of the counter, which may be freed before it.
///
/// @param counter  The counter.
/// @param stream   Where the new stream goes. It is to be freed with tally_stream_free.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter or stream;
///          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
///
/// Other threads may use the counter meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_new(
    counter: *const tally_counter,
    stream: *mut *mut tally_stream,
) -> tally_status {
    call("tally_stream_new", || {
        // SAFETY: the header asks the caller for a counter and a place.
        let (counter, stream) = unsafe { (tally_counter::get(counter)?, out(stream)?) };
        stream.write(allocate(tally_stream(Exclusive::new(Stream::new(&counter)?)))?);
        Ok(())
    })
}

/// Frees a stream.
///
/// @param stream  The stream; nothing happens for NULL. It may not be used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_free(stream: *mut tally_stream) {
    call_or("tally_stream_free", (), || {
        // SAFETY: the header asks the caller for a stream that is not freed yet, or NULL.
        unsafe { free_unused(stream, |stream| stream.0.is_in_use()) }
    });
}

/// Takes the next chunk of the data, and says whether a segment has reached the number by now.
///
/// @param stream   The stream.
/// @param data     The chunk, any bytes; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param matched  Where the answer goes.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL stream or reached, or NULL with a length;
///          TALLY_ERROR_INVALID_ARGUMENT for a length above PTRDIFF_MAX, or a stream in use;
///          TALLY_ERROR_PANIC.
///
/// One thread at a time. No memory is allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_feed(
    stream: *mut tally_stream,
    data: *const c_void,
    len: usize,
    matched: *mut bool,
) -> tally_status {
    call("tally_stream_feed", || {
        // SAFETY: the header asks the caller for a stream, so many bytes, and a place.
        let (stream, data, matched) =
            unsafe { (object(stream)?, input(data, len)?, out(matched)?) };
        matched.write(stream.0.with(|stream| stream.feed(data))?);
        Ok(())
    })
}

/// Tells the first match in what was fed so far.
///
/// @param stream   The stream.
/// @param match    Where the match goes, if a segment has reached the number; offsets are from the
///                 first byte ever fed. May be NULL.
/// @param matched  Where it goes whether one has.
///
/// @return  TALLY_OK, also where none has;
///          TALLY_ERROR_NULL_POINTER for a NULL stream or reached;
///          TALLY_ERROR_INVALID_ARGUMENT for a stream in use; TALLY_ERROR_PANIC.
///
/// One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_match(
    stream: *const tally_stream,
    r#match: *mut tally_match,
    matched: *mut bool,
) -> tally_status {
    call("tally_stream_match", || {
        // SAFETY: the header asks the caller for a stream and places.
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

/// Starts again, as if nothing were fed.
///
/// @param stream  The stream.
///
/// @return  TALLY_OK; TALLY_ERROR_NULL_POINTER for a NULL stream; TALLY_ERROR_INVALID_ARGUMENT for
///          a stream in use; TALLY_ERROR_PANIC.
///
/// One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_reset(stream: *mut tally_stream) -> tally_status {
    call("tally_stream_reset", || {
        // SAFETY: the header asks the caller for a stream.
        let stream = unsafe { object(stream) }?;
        stream.0.reset(Stream::reset)
    })
}
