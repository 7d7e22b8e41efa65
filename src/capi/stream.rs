use std::ffi::{c_char, c_int, c_void};

use super::call::{Exclusive, allocate, call, call_or, free_unused, input, object, out};
use super::counter::{tally_counter, tally_match};
use super::read::{call_reading, descriptor, path, tally_read_options};
use super::status::tally_status;
use crate::Stream;
use crate::read::{Whole, read};

/// Has it yet? A counter's question, asked of data that comes in chunks or from files.
///
/// The answer is that for all the data fed so far, as if it were one piece: characters and strings
/// that the edge of a chunk cuts are counted once. Chunks may be of any size, 0 included. Once the
/// answer is yes it stays, and nothing more is read.
///
/// One thread at a time may use a stream, any thread. A use at the same time, out of the callback
/// of a reading too, is refused as TALLY_ERROR_INVALID_ARGUMENT.
pub struct tally_stream(Exclusive<Stream>);

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
        let (counter, stream) = unsafe { (object(counter)?, out(stream)?) };
        stream.write(allocate(tally_stream(Exclusive::new(counter.0.stream()?)))?);
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
        unsafe { free_unused(stream, |stream| stream.0.get().is_err()) }
    });
}

/// Takes the next chunk of the data, and says whether a segment has reached the number by now.
///
/// @param stream   The stream.
/// @param data     The chunk, any bytes; may be NULL if len is 0.
/// @param len      Its length in bytes.
/// @param reached  Where the answer goes.
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
    reached: *mut bool,
) -> tally_status {
    call("tally_stream_feed", || {
        // SAFETY: the header asks the caller for a stream, so many bytes, and a place.
        let (stream, data, reached) =
            unsafe { (object(stream)?, input(data, len)?, out(reached)?) };
        reached.write(stream.0.get()?.feed(data));
        Ok(())
    })
}

/// Feeds a file, up to its end or until a segment has reached the number. At most 256 KiB are read
/// past the match. If a segment had reached the number before, the file is not even opened.
///
/// @param stream   The stream.
/// @param path     The file's path, in UTF-8 on Windows; elsewhere any bytes. A regular file, a
///                 named pipe, a device.
/// @param options  How to read; may be NULL.
/// @param reached  Where the answer goes.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL stream, path or reached;
///          TALLY_ERROR_INVALID_ARGUMENT for options of a bad size, on Windows for a path that is
///          not UTF-8, or for a stream in use;
///          TALLY_ERROR_IO where opening or reading fails, and errno (on Windows GetLastError)
///          says why: for a directory it is EISDIR;
///          TALLY_ERROR_LIMIT, TALLY_ERROR_CANCELLED as the options say;
///          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
///
/// After an error, what was read before it is fed, and feeding can go on: so tally_stream_match
/// answers for that. Reads that are interrupted (EINTR) are tried again. One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_feed_file(
    stream: *mut tally_stream,
    path: *const c_char,
    options: *const tally_read_options,
    reached: *mut bool,
) -> tally_status {
    call_reading("tally_stream_feed_file", || {
        // SAFETY: the header asks the caller for a stream, a path, options, and a place.
        let (stream, path, reached, options) = unsafe {
            (object(stream)?, self::path(path)?, out(reached)?, tally_read_options::get(options)?)
        };
        let mut stream = stream.0.get()?;
        reached.write(options.run(|options| stream.feed_file(path, options))?);
        Ok(())
    })
}

/// Feeds what a file descriptor gives, from where it stands, up to its end or until a segment has
/// reached the number. At most 256 KiB are read past the match, and nothing if a segment had
/// reached the number before. The descriptor stays open.
///
/// @param stream   The stream.
/// @param fd       The descriptor: of a file, a pipe, a socket, a terminal. On Windows, one of the
///                 C runtime that the library uses, in binary mode.
/// @param options  How to read; may be NULL.
/// @param reached  Where the answer goes.
///
/// @return  As tally_stream_feed_file; for a descriptor that is not open, or not for reading, it
///          is TALLY_ERROR_IO and errno is EBADF.
///
/// After an error, what was read before it is fed, and feeding can go on: also after EAGAIN from a
/// descriptor that does not wait. One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_stream_feed_fd(
    stream: *mut tally_stream,
    fd: c_int,
    options: *const tally_read_options,
    reached: *mut bool,
) -> tally_status {
    call_reading("tally_stream_feed_fd", || {
        // SAFETY: the header asks the caller for a stream, options, and a place.
        let (stream, reached, options) =
            unsafe { (object(stream)?, out(reached)?, tally_read_options::get(options)?) };
        let mut stream = stream.0.get()?;
        if !stream.reached() {
            let descriptor = descriptor(fd)?;
            let mut source = Whole::new(descriptor.file());
            options.run(|options| read(&mut source, options, &mut *stream))?;
        }
        reached.write(stream.reached());
        Ok(())
    })
}

/// Tells the first match in what was fed so far.
///
/// @param stream   The stream.
/// @param match    Where the match goes, if a segment has reached the number; offsets are from the
///                 first byte ever fed. May be NULL.
/// @param reached  Where it goes whether one has.
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
    reached: *mut bool,
) -> tally_status {
    call("tally_stream_match", || {
        // SAFETY: the header asks the caller for a stream and places.
        let (stream, place, reached) =
            unsafe { (object(stream)?, out(r#match).ok(), out(reached)?) };
        let found = stream.0.get()?.find();
        if let (Some(found), Some(place)) = (found, place) {
            place.write(found.into());
        }
        reached.write(found.is_some());
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
        stream.0.get()?.reset();
        Ok(())
    })
}
