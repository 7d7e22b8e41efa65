use std::ffi::{c_char, c_int, c_void};

use super::arrow::{ArrowArray, ArrowSchema, with_column};
use super::call::{
    Exclusive, Failure, INVALID, Put, allocate, call, call_or, free_unused, input, object, out,
    out_array,
};
use super::count_words::tally_word_rule;
use super::files::{Stopped, call_reading, descriptor, path, tally_read_options};
use super::status::tally_status;
use super::words::tally_words_options;
use crate::error::Error;
use crate::words::{TopWord, TopWords, WordsOptions};

/// The most frequent words of data that never ends, in fixed memory: approximate counts, each with a
/// bound of its error.
///
/// A word that is held occurs at most count times, and at least count - error times; a word that is
/// not held, at most tally_top_floor times. So every word that occurs more often than that is held,
/// and if there is room for all words, their counts are exact. The result depends on the data, the
/// memory and the longest word alone. Feeding needs no memory, and does not fail for want of it.
///
/// Words longer than the max_word of the options (by default a 64th of max_bytes, at most 1024) are
/// never held: see tally_top_skipped.
///
/// One call at a time may use it, from any thread. Since 0.1.0.
pub struct tally_top(Exclusive<TopWords>);

/// A word that is held, and how often it occurs. This struct never changes. Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_top_word {
    /// The word's bytes: valid until the next call that takes the tally_top without const.
    pub bytes: *const c_void,
    /// Their number; it is never 0.
    pub len: usize,
    /// How often the word occurs at most.
    pub count: u64,
    /// How much less often it may occur: at least count - error times.
    pub error: u64,
}

impl From<TopWord<'_>> for tally_top_word {
    fn from(TopWord { bytes, count, error }: TopWord<'_>) -> Self {
        Self { bytes: bytes.as_ptr().cast(), len: bytes.len(), count, error }
    }
}

/// What the options ask for. The caller could have checked their limits.
fn build(options: WordsOptions) -> Result<TopWords, Failure> {
    options.build_top().map_err(|error| match error {
        Error::Limit => INVALID,
        error => error.into(),
    })
}

/// Creates a tally_top of no data.
///
/// @param rule       What separates words.
/// @param max_bytes  How much memory it takes, in bytes, at least 32768; 0 for 1 MiB.
/// @param top        Receives it. Free it with tally_top_free.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for 1 to 32767 bytes;
///          TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_new(
    rule: tally_word_rule,
    max_bytes: u64,
    top: *mut *mut tally_top,
) -> tally_status {
    call("tally_top_new", || {
        // SAFETY: the header requires a valid place.
        let top = unsafe { out(top) }?;
        let options = tally_words_options::new(rule, max_bytes);
        top.write(allocate(tally_top(Exclusive::new(build(options.build()?)?)))?);
        Ok(())
    })
}

/// Creates a tally_top of no data with all options.
///
/// @param options  The options. Their max_bytes is how much memory it takes, at least 32768 bytes,
///                 and their max_word is at most a 16th of that.
/// @param top      Receives it. Free it with tally_top_free.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for another max_bytes or max_word, and as the options say;
///          TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_new_with(
    options: *const tally_words_options,
    top: *mut *mut tally_top,
) -> tally_status {
    call("tally_top_new_with", || {
        // SAFETY: the header requires options of the size that they say, and a valid place.
        let (options, top) = unsafe { (tally_words_options::get(options)?, out(top)?) };
        top.write(allocate(tally_top(Exclusive::new(build(options)?)))?);
        Ok(())
    })
}

/// Frees a tally_top.
///
/// @param top  The tally_top; may be NULL. If a call is using it, as during a progress callback,
///             nothing happens.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_free(top: *mut tally_top) {
    call_or("tally_top_free", (), || {
        // SAFETY: the header requires one that has not been freed, or NULL.
        unsafe { free_unused(top, |top| top.0.is_in_use()) }
    });
}

/// Feeds the next chunk of the data, which may end inside a word or a character.
///
/// @param top   The tally_top.
/// @param data  The chunk; may be NULL if len is 0.
/// @param len   Its length in bytes.
///
/// @return  TALLY_ERROR_NO_MEMORY, after a panic alone.
///
/// One call at a time. Allocates no memory, unless there was a panic. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_feed(
    top: *mut tally_top,
    data: *const c_void,
    len: usize,
) -> tally_status {
    call("tally_top_feed", || {
        // SAFETY: the header requires a valid handle and `len` bytes.
        let (top, data) = unsafe { (object(top)?, input(data, len)?) };
        Ok(top.0.with(|top| top.feed(data))??)
    })
}

/// Feeds the values of a column, as tally_words_feed_column.
///
/// @param top     The tally_top.
/// @param schema  The type of the column.
/// @param array   The column. It is not released.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for another type, and for a column that is broken;
///          TALLY_ERROR_NULL_POINTER also if it lacks a buffer;
///          TALLY_ERROR_NO_MEMORY.
///
/// One call at a time. For views, uses 16 bytes of memory for each buffer. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_feed_column(
    top: *mut tally_top,
    schema: *const ArrowSchema,
    array: *const ArrowArray,
) -> tally_status {
    call("tally_top_feed_column", || {
        // SAFETY: the header requires a valid handle and a valid column.
        unsafe {
            let top = object(top)?;
            with_column(schema, array, |column| Ok(top.0.with(|top| top.feed_column(column))??))
        }
    })
}

/// Feeds a file, up to its end. The data does not end there: see tally_top_finish.
///
/// @param top      The tally_top.
/// @param path     The path of a regular file, a named pipe or a device; it ends in NUL. On Windows
///                 it is UTF-8, elsewhere any bytes.
/// @param options  How to read; may be NULL. Only the calling thread reads.
///
/// @return  As tally_summary_feed_file.
///
/// After an error, what was read before it has been fed. One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_feed_file(
    top: *mut tally_top,
    path: *const c_char,
    options: *const tally_read_options,
) -> tally_status {
    call_reading("tally_top_feed_file", || {
        // SAFETY: the header requires a valid handle and path, and options of the size that they say.
        let (top, path, options) =
            unsafe { (object(top)?, self::path(path)?, tally_read_options::get(options)?) };
        top.0.with(|top| options.run(|options| top.feed_file(path, options)))??;
        Ok(())
    })
}

/// Feeds what can be read from a file descriptor, from its position to its end. The descriptor stays
/// open. The data does not end there: see tally_top_finish.
///
/// @param top      The tally_top.
/// @param fd       The descriptor of a file, a pipe, a socket or a terminal. On Windows, a
///                 descriptor of the C runtime that the library uses, in binary mode.
/// @param options  How to read; may be NULL. Only the calling thread reads.
///
/// @return  As tally_summary_feed_fd.
///
/// After an error, what was read before it has been fed. One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_feed_fd(
    top: *mut tally_top,
    fd: c_int,
    options: *const tally_read_options,
) -> tally_status {
    call_reading("tally_top_feed_fd", || {
        // SAFETY: the header requires a valid handle, and options of the size that they say.
        let (top, options) = unsafe { (object(top)?, tally_read_options::get(options)?) };
        top.0.with(|top| {
            let descriptor = descriptor(fd)?;
            options.run(|options| top.feed_open_file(descriptor.file(), options))?;
            Ok::<(), Stopped>(())
        })??;
        Ok(())
    })
}

/// Says that the data ends here, and so does its last word. What is fed next starts another one, as
/// if a separator stood between.
///
/// @param top  The tally_top.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_finish(top: *mut tally_top) -> tally_status {
    call("tally_top_finish", || {
        // SAFETY: the header requires a valid handle.
        let top = unsafe { object(top) }?;
        top.0.with(TopWords::finish)
    })
}

/// Returns the number of words, but for the one that the data ends in so far.
///
/// @param top    The tally_top.
/// @param total  Receives the number.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_total(top: *const tally_top, total: *mut u64) -> tally_status {
    call("tally_top_total", || {
        // SAFETY: the header requires a valid handle and a valid place.
        let (top, total) = unsafe { (object(top)?, out(total)?) };
        total.write(top.0.with(|top| top.total())?);
        Ok(())
    })
}

/// Returns how many words were longer than the max_word of the options. They are in the total alone.
///
/// @param top      The tally_top.
/// @param skipped  Receives the number.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_skipped(
    top: *const tally_top,
    skipped: *mut u64,
) -> tally_status {
    call("tally_top_skipped", || {
        // SAFETY: the header requires a valid handle and a valid place.
        let (top, skipped) = unsafe { (object(top)?, out(skipped)?) };
        skipped.write(top.0.with(|top| top.skipped())?);
        Ok(())
    })
}

/// Returns how many bytes of the data have been processed.
///
/// @param top    The tally_top.
/// @param bytes  Receives the number of bytes.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_bytes(top: *const tally_top, bytes: *mut u64) -> tally_status {
    call("tally_top_bytes", || {
        // SAFETY: the header requires a valid handle and a valid place.
        let (top, bytes) = unsafe { (object(top)?, out(bytes)?) };
        bytes.write(top.0.with(|top| top.bytes())?);
        Ok(())
    })
}

/// Returns how many words are held.
///
/// @param top   The tally_top.
/// @param held  Receives the number.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_held(top: *const tally_top, held: *mut u64) -> tally_status {
    call("tally_top_held", || {
        // SAFETY: the header requires a valid handle and a valid place.
        let (top, held) = unsafe { (object(top)?, out(held)?) };
        held.write(top.0.with(|top| top.held())?);
        Ok(())
    })
}

/// Returns how often a word that is not held and not longer than max_word occurs at most. It is 0 as
/// long as there is room for all words.
///
/// @param top    The tally_top.
/// @param floor  Receives the number.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_floor(top: *const tally_top, floor: *mut u64) -> tally_status {
    call("tally_top_floor", || {
        // SAFETY: the header requires a valid handle and a valid place.
        let (top, floor) = unsafe { (object(top)?, out(floor)?) };
        floor.write(top.0.with(|top| top.floor())?);
        Ok(())
    })
}

/// Returns how often a word occurs: at most count times, and at least count - error times. For a word
/// that is not held both are tally_top_floor.
///
/// @param top    The tally_top.
/// @param word   The word; may be NULL if len is 0, when both are 0. Nothing is known of a word that
///               is longer than max_word.
/// @param len    Its length in bytes.
/// @param count  Receives how often it occurs at most.
/// @param error  Receives how much less often it may occur.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_get(
    top: *const tally_top,
    word: *const c_void,
    len: usize,
    count: *mut u64,
    error: *mut u64,
) -> tally_status {
    call("tally_top_get", || {
        // SAFETY: the header requires a valid handle, `len` bytes, and valid places.
        let (top, word, count, error) =
            unsafe { (object(top)?, input(word, len)?, out(count)?, out(error)?) };
        let (most, less) = top.0.with(|top| top.get(word))?;
        count.write(most);
        error.write(less);
        Ok(())
    })
}

/// Returns the most frequent words: by count, the highest first, then by their bytes, the smallest
/// first.
///
/// @param top       The tally_top.
/// @param words     Receives the words; may be NULL if capacity is 0.
/// @param capacity  How many to return at most.
/// @param found     Receives their number.
///
/// @return  TALLY_ERROR_NO_MEMORY.
///
/// One call at a time. Needs memory for the words that it returns, 56 bytes each. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_words(
    top: *const tally_top,
    words: *mut tally_top_word,
    capacity: usize,
    found: *mut usize,
) -> tally_status {
    call("tally_top_words", || {
        // SAFETY: the header requires a valid handle, and valid places.
        let (top, mut words, found) =
            unsafe { (object(top)?, out_array(words, capacity)?, out(found)?) };
        let number = top.0.read(|top| {
            let best = top.words(capacity)?;
            for &word in &best {
                words.push(word.into());
            }
            Ok::<usize, Failure>(best.len())
        })??;
        found.write(number);
        Ok(())
    })
}

/// Adds what from has counted to into; the data of from is behind that of into and a separator. The
/// last word of into ends, and what is fed next continues the last one of from.
///
/// All bounds hold for the whole. The memory of the two may differ.
///
/// @param into  The tally_top that is changed.
/// @param from  The tally_top to add; it is not changed. It may be into itself: its data then counts
///              twice.
///
/// @return  TALLY_ERROR_DIFFERENT_COUNTERS if their rules or the longest words they hold differ;
///          TALLY_ERROR_LIMIT if both together have more than 2^62 bytes of data;
///          TALLY_ERROR_NO_MEMORY, for into itself alone.
///
/// One call at a time on into, and on from. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_merge(
    into: *mut tally_top,
    from: *const tally_top,
) -> tally_status {
    call("tally_top_merge", || {
        // SAFETY: the header requires valid handles.
        let (left, right) = unsafe { (object(into)?, object(from)?) };
        left.0.merge(&right.0, TopWords::double, TopWords::merge)
    })
}

/// Returns the size of the state that tally_top_save writes.
///
/// @param top  The tally_top.
/// @param len  Receives the size in bytes; it is never 0. It can change when more is fed.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_state_size(
    top: *const tally_top,
    len: *mut usize,
) -> tally_status {
    call("tally_top_state_size", || {
        // SAFETY: the header requires a valid handle and a valid place.
        let (top, len) = unsafe { (object(top)?, out(len)?) };
        len.write(top.0.with(|top| top.state_size())?);
        Ok(())
    })
}

/// Saves a tally_top as bytes, for tally_top_load in another process or on another machine. The format
/// is the same on every processor.
///
/// @param top       The tally_top.
/// @param state     Receives the state; may be NULL if capacity is 0.
/// @param capacity  The size of state in bytes. What tally_top_state_size returns is enough.
/// @param len       Receives the size of the state in bytes.
///
/// @return  TALLY_ERROR_LIMIT if capacity is too small.
///
/// One call at a time. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_save(
    top: *const tally_top,
    state: *mut c_void,
    capacity: usize,
    len: *mut usize,
) -> tally_status {
    call("tally_top_save", || {
        // SAFETY: the header requires a valid handle and valid places.
        let (top, state, len) =
            unsafe { (object(top)?, out_array(state.cast::<u8>(), capacity)?, out(len)?) };
        let write = |top: &TopWords, put: Put<'_>| {
            top.write_state(put);
            Ok(())
        };
        let size = top.0.save(state, TopWords::state_size, write)?;
        len.write(size);
        Ok(())
    })
}

/// Creates a tally_top from a saved state. It continues where the saved one was.
///
/// The state is not trusted: any bytes may be given. Impossible states are refused where that can be
/// detected; after a forged state that is accepted, the counts are meaningless, and nothing worse.
/// Later versions load the states of this one.
///
/// @param options  The options; their rule and longest word are those of the saved one. With less
///                 memory than that had, it holds fewer words.
/// @param state    The state; may be NULL if len is 0.
/// @param len      Its size in bytes.
/// @param top      Receives the tally_top. Free it with tally_top_free.
///
/// @return  TALLY_ERROR_BAD_STATE if the bytes are not a state that this version can load, or
///          damaged;
///          TALLY_ERROR_DIFFERENT_COUNTERS if rule or longest word differ;
///          TALLY_ERROR_INVALID_ARGUMENT as tally_top_new_with;
///          TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_load(
    options: *const tally_words_options,
    state: *const c_void,
    len: usize,
    top: *mut *mut tally_top,
) -> tally_status {
    call("tally_top_load", || {
        // SAFETY: the header requires options of the size that they say, `len` bytes, and a valid
        // place.
        let (options, state, top) =
            unsafe { (tally_words_options::get(options)?, input(state, len)?, out(top)?) };
        let mut loaded = build(options)?;
        loaded.load_state(state)?;
        top.write(allocate(tally_top(Exclusive::new(loaded)))?);
        Ok(())
    })
}

/// Clears a tally_top, as if nothing had been fed. One in which a panic happened is usable again.
///
/// @param top  The tally_top.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_top_clear(top: *mut tally_top) -> tally_status {
    call("tally_top_clear", || {
        // SAFETY: the header requires a valid handle.
        let top = unsafe { object(top) }?;
        top.0.reset(TopWords::clear)
    })
}
