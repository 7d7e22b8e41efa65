use std::ffi::{c_char, c_int, c_void};

use super::call::{Failure, INVALID, NULL, call, input, out};
use super::files::{call_reading, descriptor, path, tally_read_options};
use super::status::tally_status;
use crate::bytes::WordRule;
use crate::words::WordCounter;

/// What separates words: one of TALLY_WORDS_*. A word is a longest run of bytes that are in no
/// separator. Since 0.1.0.
pub type tally_word_rule = u32;

/// Each space, "\t", "\n", "\v", "\f" and "\r": the words of C's isspace and of Python's
/// bytes.split(), and of "wc -w" in printable text.
pub const TALLY_WORDS_ASCII: tally_word_rule = 0;
/// Each character at which Python's str.split() cuts: those with the Unicode property White_Space,
/// and U+001C to U+001F. In malformed UTF-8 every occurrence of the encoding of such a character
/// separates, whatever stands around it, and nothing else does.
pub const TALLY_WORDS_UNICODE: tally_word_rule = 1;

/// The rule of a constant.
pub(super) fn rule_of(rule: tally_word_rule) -> Result<WordRule, Failure> {
    match rule {
        TALLY_WORDS_ASCII => Ok(WordRule::Ascii),
        TALLY_WORDS_UNICODE => Ok(WordRule::Unicode),
        _ => Err(INVALID),
    }
}

/// How far the counting of words has come, in data that comes in chunks. Set all bytes to 0 to
/// begin. It may be copied at any time. This struct never changes. Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_word_cursor {
    /// The number of words so far, as if the data ended here.
    pub words: u64,
    /// What the last bytes mean for the next chunk. No program looks at it.
    pub state: u64,
}

impl tally_word_cursor {
    /// The cursor at `at`, as a counter.
    ///
    /// # Safety
    ///
    /// A pointer that is not NULL points to a cursor, which nobody changes during the call.
    unsafe fn counter(at: *const Self, rule: tally_word_rule) -> Result<WordCounter, Failure> {
        if at.is_null() {
            return Err(NULL);
        }
        // SAFETY: by the contract above there is a cursor.
        let Self { words, state } = unsafe { at.read() };
        Ok(WordCounter::resume(rule_of(rule)?, words, state))
    }

    fn of(counter: &WordCounter) -> Self {
        Self { words: counter.words(), state: counter.state() }
    }
}

/// Counts the words in data.
///
/// @param data   The data; may be NULL if len is 0.
/// @param len    Its length in bytes.
/// @param rule   What separates words.
/// @param words  Receives the number of words.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_count_words(
    data: *const c_void,
    len: usize,
    rule: tally_word_rule,
    words: *mut u64,
) -> tally_status {
    call("tally_count_words", || {
        // SAFETY: the header requires `len` bytes and a valid place.
        let (data, words) = unsafe { (input(data, len)?, out(words)?) };
        let mut counter = WordCounter::new(rule_of(rule)?);
        counter.feed(data);
        words.write(counter.words());
        Ok(())
    })
}

/// Counts the words in data that comes in chunks. A chunk may have any length, and may end inside a
/// word or a character.
///
/// @param data    The next chunk; may be NULL if len is 0.
/// @param len     Its length in bytes.
/// @param rule    What separates words; the same for all chunks.
/// @param cursor  Where counting continues; receives where it stopped. All bytes 0 for the
///                first chunk.
///
/// @return  TALLY_OK or a common error.
///
/// Thread-safe, for cursors that no other call uses. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_count_words_chunk(
    data: *const c_void,
    len: usize,
    rule: tally_word_rule,
    cursor: *mut tally_word_cursor,
) -> tally_status {
    call("tally_count_words_chunk", || {
        // SAFETY: the header requires `len` bytes and a valid cursor.
        let (data, mut counter, cursor) =
            unsafe { (input(data, len)?, tally_word_cursor::counter(cursor, rule)?, out(cursor)?) };
        counter.feed(data);
        cursor.write(tally_word_cursor::of(&counter));
        Ok(())
    })
}

/// Counts the words in a file, as the next chunk of the data.
///
/// @param path     The path of a regular file, a named pipe or a device; it ends in NUL. On Windows
///                 it is UTF-8, elsewhere any bytes.
/// @param rule     What separates words.
/// @param options  How to read; may be NULL. Only the calling thread reads.
/// @param cursor   Where counting continues; receives where it stopped, after an error in
///                 reading too. All bytes 0 for the first file.
///
/// @return  As tally_stream_feed_file.
///
/// Thread-safe, for cursors that no other call uses. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_count_words_file(
    path: *const c_char,
    rule: tally_word_rule,
    options: *const tally_read_options,
    cursor: *mut tally_word_cursor,
) -> tally_status {
    call_reading("tally_count_words_file", || {
        // SAFETY: the header requires a valid path and cursor, and options of the size that they
        // say.
        let (path, mut counter, options, cursor) = unsafe {
            (
                self::path(path)?,
                tally_word_cursor::counter(cursor, rule)?,
                tally_read_options::get(options)?,
                out(cursor)?,
            )
        };
        let read = options.run(|options| counter.feed_file(path, options));
        cursor.write(tally_word_cursor::of(&counter));
        Ok(read?)
    })
}

/// Counts the words in what can be read from a file descriptor, from its position to its end, as the
/// next chunk of the data. The descriptor stays open.
///
/// @param fd       The descriptor of a file, a pipe, a socket or a terminal. On Windows, a
///                 descriptor of the C runtime that the library uses, in binary mode.
/// @param rule     What separates words.
/// @param options  How to read; may be NULL. Only the calling thread reads.
/// @param cursor   Where counting continues; receives where it stopped, after an error in
///                 reading too. All bytes 0 for the first file.
///
/// @return  As tally_stream_feed_fd.
///
/// Thread-safe, for cursors that no other call uses. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_count_words_fd(
    fd: c_int,
    rule: tally_word_rule,
    options: *const tally_read_options,
    cursor: *mut tally_word_cursor,
) -> tally_status {
    call_reading("tally_count_words_fd", || {
        // SAFETY: the header requires a valid cursor, and options of the size that they say.
        let (mut counter, options, cursor) = unsafe {
            (
                tally_word_cursor::counter(cursor, rule)?,
                tally_read_options::get(options)?,
                out(cursor)?,
            )
        };
        let descriptor = descriptor(fd)?;
        let read = options.run(|options| counter.feed_open_file(descriptor.file(), options));
        cursor.write(tally_word_cursor::of(&counter));
        Ok(read?)
    })
}
