use std::ffi::{c_char, c_int, c_void};
use std::mem::offset_of;

use super::arrow::{ArrowArray, ArrowSchema, with_column};
use super::call::{
    Exclusive, Failure, INVALID, Put, allocate, call, call_or, free_unused, input, object, out,
    out_array, sized,
};
use super::count_words::{TALLY_WORDS_ASCII, rule_of, tally_word_rule};
use super::files::{Stopped, call_reading, descriptor, path, tally_read_options};
use super::status::tally_status;
use crate::words::{Word, Words, WordsOptions};

/// How often each word occurs, in data that comes in chunks or from files.
///
/// A chunk may have any length, and may end inside a word or a character. The last word is counted
/// once tally_words_finish says that the data has ended, or a separator follows it.
///
/// With a limit of memory the table holds at most that much. Reaching it is TALLY_ERROR_LIMIT, and
/// running out of memory TALLY_ERROR_NO_MEMORY; neither loses anything: everything before the byte
/// that tally_words_bytes returns is counted, and feeding can continue there.
///
/// One call at a time may use a table, from any thread. Since 0.1.0.
pub struct tally_words(Exclusive<Words>);

/// A word and how often it occurs. This struct never changes. Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_word {
    /// The word's bytes, in the memory of the table: valid until the next call that takes it without
    /// const.
    pub bytes: *const c_void,
    /// Their number; it is never 0.
    pub len: usize,
    /// How often the word occurs.
    pub count: u64,
}

impl From<Word<'_>> for tally_word {
    fn from(Word { bytes, count }: Word<'_>) -> Self {
        Self { bytes: bytes.as_ptr().cast(), len: bytes.len(), count }
    }
}

/// All options of a table of words. Set all bytes to 0, for example with "= {0}", then size to
/// sizeof(tally_words_options), then the fields that are needed: 0 is the default of each field.
///
/// Later versions may add fields at the end, as for tally_counter_options. A size smaller than the
/// struct of version 0.1.0 or larger than 4096, and bytes of the struct that this version does not
/// use and that are not 0, are TALLY_ERROR_INVALID_ARGUMENT. Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_words_options {
    /// The size of the struct that the caller knows, in bytes: sizeof(tally_words_options).
    pub size: usize,
    /// The most memory that the table may hold, in bytes; 0 for no limit. It needs about 16 KiB to
    /// begin, whatever the limit.
    pub max_bytes: u64,
    /// The length of the longest word in bytes; 0 for no limit. A longer one is TALLY_ERROR_LIMIT.
    pub max_word: u64,
    /// The seed of the hashing; 0 for a secret one. Whoever knows the seed can choose words that make
    /// the table slow. The results do not depend on it.
    pub seed: u64,
    /// What separates words.
    pub rule: tally_word_rule,
    /// Not used: 0.
    pub reserved: u32,
}

// A later field must not fit padding at the end: its presence would not show in the size.
const _: () = {
    const SIZE: usize = tally_words_options::SMALLEST;
    assert!(SIZE == SIZE.next_multiple_of(align_of::<tally_words_options>()));
};

impl tally_words_options {
    const DEFAULT: Self = Self {
        size: size_of::<Self>(),
        max_bytes: 0,
        max_word: 0,
        seed: 0,
        rule: TALLY_WORDS_ASCII,
        reserved: 0,
    };

    /// The size of the first version.
    const SMALLEST: usize = offset_of!(Self, reserved) + size_of::<u32>();

    /// The options for the simple functions.
    pub(super) fn new(rule: tally_word_rule, max_bytes: u64) -> Self {
        Self { max_bytes, rule, ..Self::DEFAULT }
    }

    /// The options at `at`.
    ///
    /// # Safety
    ///
    /// A pointer that is not NULL points to options of the size that they say.
    pub(super) unsafe fn get(at: *const Self) -> Result<WordsOptions, Failure> {
        if at.is_null() {
            return Err(super::call::NULL);
        }
        // SAFETY: by the contract above there are as many bytes as the size says. Integers may have
        // any bytes.
        unsafe { sized(at, Self::SMALLEST, Self::DEFAULT) }?.build()
    }

    pub(super) fn build(self) -> Result<WordsOptions, Failure> {
        if self.reserved != 0 {
            return Err(INVALID);
        }
        let mut options = WordsOptions::new(rule_of(self.rule)?);
        if self.max_bytes > 0 {
            options = options.max_bytes(self.max_bytes);
        }
        if self.max_word > 0 {
            options = options.max_word(self.max_word);
        }
        if self.seed > 0 {
            options = options.seed(self.seed);
        }
        Ok(options)
    }
}

/// Creates a table of no data.
///
/// @param rule       What separates words.
/// @param max_bytes  The most memory that the table may hold, in bytes; 0 for no limit. It needs
///                   about 16 KiB to begin, whatever the limit.
/// @param words      Receives the table. Free it with tally_words_free.
///
/// @return  TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_new(
    rule: tally_word_rule,
    max_bytes: u64,
    words: *mut *mut tally_words,
) -> tally_status {
    call("tally_words_new", || {
        // SAFETY: the header requires a valid place.
        let words = unsafe { out(words) }?;
        let options = tally_words_options::new(rule, max_bytes);
        words.write(allocate(tally_words(Exclusive::new(options.build()?.build()?)))?);
        Ok(())
    })
}

/// Creates a table of no data with all options.
///
/// @param options  The options.
/// @param words    Receives the table. Free it with tally_words_free.
///
/// @return  TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_new_with(
    options: *const tally_words_options,
    words: *mut *mut tally_words,
) -> tally_status {
    call("tally_words_new_with", || {
        // SAFETY: the header requires options of the size that they say, and a valid place.
        let (options, words) = unsafe { (tally_words_options::get(options)?, out(words)?) };
        words.write(allocate(tally_words(Exclusive::new(options.build()?)))?);
        Ok(())
    })
}

/// Frees a table.
///
/// @param words  The table; may be NULL. If a call is using it, as during a progress callback,
///               nothing happens.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_free(words: *mut tally_words) {
    call_or("tally_words_free", (), || {
        // SAFETY: the header requires a table that has not been freed, or NULL.
        unsafe { free_unused(words, |words| words.0.is_in_use()) }
    });
}

/// Feeds the next chunk of the data.
///
/// @param words  The table.
/// @param data   The chunk; may be NULL if len is 0.
/// @param len    Its length in bytes.
///
/// @return  TALLY_ERROR_LIMIT; TALLY_ERROR_NO_MEMORY. After them, what is before the byte that
///          tally_words_bytes returns is counted.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_feed(
    words: *mut tally_words,
    data: *const c_void,
    len: usize,
) -> tally_status {
    call("tally_words_feed", || {
        // SAFETY: the header requires a valid table and `len` bytes.
        let (words, data) = unsafe { (object(words)?, input(data, len)?) };
        Ok(words.0.with(|words| words.feed(data))??)
    })
}

/// Feeds the values of a column, as if each was a line of a text: so no word is in two values, nor in
/// a value and in what was fed before. Nulls are left out; a value of a dictionary counts as often as
/// it occurs. Columns are described at tally_counter_column_has_counts.
///
/// The newline behind each value counts as data.
///
/// @param words   The table.
/// @param schema  The type of the column.
/// @param array   The column. It is not released.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for another type, and for a column that is broken;
///          TALLY_ERROR_NULL_POINTER also if it lacks a buffer;
///          TALLY_ERROR_LIMIT and TALLY_ERROR_NO_MEMORY, after which what is before the byte of that
///          text that tally_words_bytes returns is counted.
///
/// One call at a time. For views, uses 16 bytes of memory for each buffer. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_feed_column(
    words: *mut tally_words,
    schema: *const ArrowSchema,
    array: *const ArrowArray,
) -> tally_status {
    call("tally_words_feed_column", || {
        // SAFETY: the header requires a valid table and a valid column.
        unsafe {
            let words = object(words)?;
            with_column(schema, array, |column| {
                Ok(words.0.with(|words| words.feed_column(column))??)
            })
        }
    })
}

/// Feeds a file, up to its end. The data does not end there: see tally_words_finish.
///
/// @param words    The table.
/// @param path     The path of a regular file, a named pipe or a device; it ends in NUL. On Windows
///                 it is UTF-8, elsewhere any bytes.
/// @param options  How to read; may be NULL. If the table has a limit, only the calling thread reads.
///
/// @return  As tally_summary_feed_file. TALLY_ERROR_LIMIT also means that of the table.
///
/// After an error, what is before the byte that tally_words_bytes returns is counted. One call at a
/// time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_feed_file(
    words: *mut tally_words,
    path: *const c_char,
    options: *const tally_read_options,
) -> tally_status {
    call_reading("tally_words_feed_file", || {
        // SAFETY: the header requires a valid table and path, and options of the size that they say.
        let (words, path, options) =
            unsafe { (object(words)?, self::path(path)?, tally_read_options::get(options)?) };
        words.0.with(|words| options.run(|options| words.feed_file(path, options)))??;
        Ok(())
    })
}

/// Feeds what can be read from a file descriptor, from its position to its end. The descriptor stays
/// open. The data does not end there: see tally_words_finish.
///
/// @param words    The table.
/// @param fd       The descriptor of a file, a pipe, a socket or a terminal. On Windows, a
///                 descriptor of the C runtime that the library uses, in binary mode.
/// @param options  How to read; may be NULL. Only the calling thread reads.
///
/// @return  As tally_summary_feed_fd. TALLY_ERROR_LIMIT also means that of the table.
///
/// After an error, what is before the byte that tally_words_bytes returns is counted. One call at a
/// time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_feed_fd(
    words: *mut tally_words,
    fd: c_int,
    options: *const tally_read_options,
) -> tally_status {
    call_reading("tally_words_feed_fd", || {
        // SAFETY: the header requires a valid table, and options of the size that they say.
        let (words, options) = unsafe { (object(words)?, tally_read_options::get(options)?) };
        words.0.with(|words| {
            let descriptor = descriptor(fd)?;
            options.run(|options| words.feed_open_file(descriptor.file(), options))?;
            Ok::<(), Stopped>(())
        })??;
        Ok(())
    })
}

/// Says that the data ends here, and so does its last word. What is fed next starts another one, as
/// if a separator stood between.
///
/// @param words  The table.
///
/// @return  TALLY_ERROR_LIMIT and TALLY_ERROR_NO_MEMORY, after which the last word is not counted.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_finish(words: *mut tally_words) -> tally_status {
    call("tally_words_finish", || {
        // SAFETY: the header requires a valid table.
        let words = unsafe { object(words) }?;
        Ok(words.0.with(Words::finish)??)
    })
}

/// Returns the number of words, but for the one that the data ends in so far.
///
/// @param words  The table.
/// @param total  Receives the number.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_total(
    words: *const tally_words,
    total: *mut u64,
) -> tally_status {
    call("tally_words_total", || {
        // SAFETY: the header requires a valid table and a valid place.
        let (words, total) = unsafe { (object(words)?, out(total)?) };
        total.write(words.0.with(|words| words.total())?);
        Ok(())
    })
}

/// Returns the number of different words.
///
/// @param words     The table.
/// @param distinct  Receives the number.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_distinct(
    words: *const tally_words,
    distinct: *mut u64,
) -> tally_status {
    call("tally_words_distinct", || {
        // SAFETY: the header requires a valid table and a valid place.
        let (words, distinct) = unsafe { (object(words)?, out(distinct)?) };
        distinct.write(words.0.with(|words| words.distinct())?);
        Ok(())
    })
}

/// Returns how many bytes of the data have been processed.
///
/// @param words  The table.
/// @param bytes  Receives the number of bytes.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_bytes(
    words: *const tally_words,
    bytes: *mut u64,
) -> tally_status {
    call("tally_words_bytes", || {
        // SAFETY: the header requires a valid table and a valid place.
        let (words, bytes) = unsafe { (object(words)?, out(bytes)?) };
        bytes.write(words.0.with(|words| words.bytes())?);
        Ok(())
    })
}

/// Returns how often a word occurs.
///
/// @param words  The table.
/// @param word   The word; may be NULL if len is 0.
/// @param len    Its length in bytes.
/// @param count  Receives the count; 0 if it does not occur.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_get(
    words: *const tally_words,
    word: *const c_void,
    len: usize,
    count: *mut u64,
) -> tally_status {
    call("tally_words_get", || {
        // SAFETY: the header requires a valid table, `len` bytes, and a valid place.
        let (words, word, count) = unsafe { (object(words)?, input(word, len)?, out(count)?) };
        count.write(words.0.with(|words| words.get(word))?);
        Ok(())
    })
}

/// Returns the most frequent words: by count, the highest first, then by their bytes, the smallest
/// first.
///
/// @param words     The table.
/// @param top       Receives the words; may be NULL if capacity is 0.
/// @param capacity  How many to return at most.
/// @param found     Receives their number.
///
/// @return  TALLY_ERROR_NO_MEMORY.
///
/// One call at a time. Needs memory for the words that it returns, 24 bytes each. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_top(
    words: *const tally_words,
    top: *mut tally_word,
    capacity: usize,
    found: *mut usize,
) -> tally_status {
    call("tally_words_top", || {
        // SAFETY: the header requires a valid table, and valid places.
        let (words, mut top, found) =
            unsafe { (object(words)?, out_array(top, capacity)?, out(found)?) };
        let number = words.0.read(|words| {
            let best = words.top(capacity)?;
            for &word in &best {
                top.push(word.into());
            }
            Ok::<usize, Failure>(best.len())
        })??;
        found.write(number);
        Ok(())
    })
}

/// Returns the words in no particular order, a part of them at a time.
///
/// @param words     The table.
/// @param first     How many words to pass over: 0, and then as many as were found before.
/// @param list      Receives the words; may be NULL if capacity is 0.
/// @param capacity  How many to return at most.
/// @param found     Receives their number; less than capacity only at the end.
///
/// @return  TALLY_OK or a common error.
///
/// The order does not change until the table does. One call at a time. Allocates no memory.
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_list(
    words: *const tally_words,
    first: u64,
    list: *mut tally_word,
    capacity: usize,
    found: *mut usize,
) -> tally_status {
    call("tally_words_list", || {
        // SAFETY: the header requires a valid table, and valid places.
        let (words, mut list, found) =
            unsafe { (object(words)?, out_array(list, capacity)?, out(found)?) };
        let number = words.0.read(|words| {
            let mut number = 0;
            for word in words.list(first).take(capacity) {
                list.push(word.into());
                number += 1;
            }
            number
        })?;
        found.write(number);
        Ok(())
    })
}

/// Adds what from has counted to into; the data of from follows that of into.
///
/// If the data of into ends in a word (it is not finished) and that of from starts with one, these
/// are one word. A separator that the cut splits is found.
///
/// @param into  The table that is changed. Its limits hold.
/// @param from  The table to add; it is not changed. It may be into itself: its data then counts
///              twice.
///
/// @return  TALLY_ERROR_DIFFERENT_COUNTERS for tables of different rules; TALLY_ERROR_LIMIT, also if
///          both together have more than 2^62 bytes of data; TALLY_ERROR_NO_MEMORY.
///
/// Needs memory meanwhile: 8 bytes for each word of from, and for a table merged into itself that of
/// a copy. One call at a time on into, and on from. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_merge(
    into: *mut tally_words,
    from: *const tally_words,
) -> tally_status {
    call("tally_words_merge", || {
        // SAFETY: the header requires valid tables.
        let (left, right) = unsafe { (object(into)?, object(from)?) };
        left.0.merge(&right.0, Words::double, Words::merge)
    })
}

/// Returns the size of the state that tally_words_save writes.
///
/// @param words  The table.
/// @param len    Receives the size in bytes; it is never 0. It can change when the table is next fed,
///               finished, merged or cleared.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_state_size(
    words: *const tally_words,
    len: *mut usize,
) -> tally_status {
    call("tally_words_state_size", || {
        // SAFETY: the header requires a valid table and a valid place.
        let (words, len) = unsafe { (object(words)?, out(len)?) };
        len.write(words.0.with(|words| words.state_size())?);
        Ok(())
    })
}

/// Saves a table as bytes, for tally_words_load in another process or on another machine. The format
/// is the same on every processor.
///
/// @param words     The table.
/// @param state     Receives the state; may be NULL if capacity is 0.
/// @param capacity  The size of state in bytes. What tally_words_state_size returns is enough.
/// @param len       Receives the size of the state in bytes.
///
/// @return  TALLY_ERROR_LIMIT if capacity is too small.
///
/// One call at a time. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_save(
    words: *const tally_words,
    state: *mut c_void,
    capacity: usize,
    len: *mut usize,
) -> tally_status {
    call("tally_words_save", || {
        // SAFETY: the header requires a valid table and valid places.
        let (words, state, len) =
            unsafe { (object(words)?, out_array(state.cast::<u8>(), capacity)?, out(len)?) };
        let write = |words: &Words, put: Put<'_>| {
            words.write_state(put);
            Ok(())
        };
        let size = words.0.save(state, Words::state_size, write)?;
        len.write(size);
        Ok(())
    })
}

/// Creates a table from a saved state. It continues where the saved one was.
///
/// The state is not trusted: any bytes may be given. Impossible states are refused where that can be
/// detected; after a forged state that is accepted, the counts are meaningless, and nothing worse.
/// Later versions load the states of this one.
///
/// @param options  The options of the table; their rule is that of the saved one.
/// @param state    The state; may be NULL if len is 0.
/// @param len      Its size in bytes.
/// @param words    Receives the table. Free it with tally_words_free.
///
/// @return  TALLY_ERROR_BAD_STATE if the bytes are not a state that this version can load, or
///          damaged;
///          TALLY_ERROR_DIFFERENT_COUNTERS if the state was saved by a table of another rule;
///          TALLY_ERROR_LIMIT as the options say;
///          TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_load(
    options: *const tally_words_options,
    state: *const c_void,
    len: usize,
    words: *mut *mut tally_words,
) -> tally_status {
    call("tally_words_load", || {
        // SAFETY: the header requires options of the size that they say, `len` bytes, and a valid
        // place.
        let (options, state, words) =
            unsafe { (tally_words_options::get(options)?, input(state, len)?, out(words)?) };
        let loaded = Words::load(options, state)?;
        words.write(allocate(tally_words(Exclusive::new(loaded)))?);
        Ok(())
    })
}

/// Clears a table, as if nothing had been fed; it keeps its memory. A table in which a panic happened
/// is usable again.
///
/// @param words  The table.
///
/// @return  TALLY_OK or a common error.
///
/// One call at a time. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_words_clear(words: *mut tally_words) -> tally_status {
    call("tally_words_clear", || {
        // SAFETY: the header requires a valid table.
        let words = unsafe { object(words) }?;
        words.0.reset(Words::clear)
    })
}
