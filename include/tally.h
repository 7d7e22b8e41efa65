/*
 * tally.h - the C interface of libtally
 *
 * Does this character occur at least N times, in any word, in any line, or in the whole text?
 * libtally answers this for arbitrary bytes, at memory speed, and stops at the first match. It
 * also answers the related questions: where, how many, the most in any line, how many lines.
 *
 *     tally_counter *counter;
 *     bool matched;
 *     if (tally_counter_new(';', 64, TALLY_RESET_NEWLINES, &counter) == TALLY_OK) {
 *         if (tally_counter_has_count(counter, data, len, &matched) == TALLY_OK && matched) {
 *             puts("a line has 64 semicolons or more");
 *         }
 *         tally_counter_free(counter);
 *     }
 *
 * TERMS
 *
 * Data          Bytes. Any bytes have an answer; invalid UTF-8 is not an error. Lengths and
 *               offsets are in bytes.
 * Needle        What is counted: a character, a byte string, or any byte of a set.
 * Hit           One occurrence of the needle. Occurrences of a string are found from left to right
 *               and do not overlap: "aaa" has one hit of "aa".
 * Reset byte    Ends a segment and starts the next one, in which the count restarts at 0. For
 *               example, lines are the segments of the reset byte "\n".
 * Segment       What lies between two reset bytes. Segments are numbered from 0. Segment 0 starts
 *               at offset 0; a reset byte at offset p makes the next one start at p + 1. There is
 *               one segment more than there are reset bytes.
 * Condition     What the count of a segment has to satisfy: to reach a number, or to be outside or
 *               within a range when the segment ends.
 * Match         A segment that satisfies the condition. If the number is 0, every segment does.
 * Quote         If the counter has a rule for quotes: opens or closes a stretch in which nothing is a
 *               hit or a reset byte.
 * Closing byte  Lowers the count by one, but not below 0: the count is the depth of nesting.
 * Word          A longest run of bytes that are in no separator; separators are white space.
 *
 * At each byte the library first resets, then counts, then compares. So a byte that is both a
 * reset byte and a hit is the first hit of the segment that it starts.
 *
 * WHICH FUNCTIONS
 *
 * A tally_counter is a question; its functions answer it for data in memory. A tally_stream
 * answers it for data that comes in chunks or from files, up to the first match or for each. A
 * tally_summary counts such data to its end, and summaries of the parts of a text can be merged.
 * Streams and summaries are made of a counter, which may be freed before them. The functions for
 * words need no counter: tally_words is a table of all words, tally_top one of the most frequent.
 * Lists and columns are many strings in one call; tally_column_ask asks many questions about each.
 *
 * CONVENTIONS
 *
 * These hold for every function; the comment of a function adds what is special.
 *
 * - Results. A function that can fail returns a tally_status. It writes its results, new handles
 *   included, through its last parameters, and only if it returns TALLY_OK. After an error, the
 *   handles that it was given are unchanged; but if reading a file ends early, by an error, a limit
 *   or the callback, what was read has been fed.
 * - NULL. A parameter may be NULL only if its description says so; otherwise NULL is
 *   TALLY_ERROR_NULL_POINTER.
 * - Common errors. These are not listed again: TALLY_ERROR_NULL_POINTER as above;
 *   TALLY_ERROR_INVALID_ARGUMENT for a constant that this version does not know, and for a length,
 *   or the size of an array, above PTRDIFF_MAX bytes; TALLY_ERROR_PANIC; and from functions on
 *   handles other than counters, TALLY_ERROR_IN_USE.
 * - Panics. A defect in the library is reported as TALLY_ERROR_PANIC, and the process continues.
 *   Arrays of results may then be partly written; single results are not. Counters stay usable.
 *   Another handle in which a panic happened returns TALLY_ERROR_PANIC from every call until it is
 *   reset, or cleared; it can be freed.
 * - Memory. Each handle has to be freed once, by the function for its type, and not be used after
 *   that; NULL may be freed, and nothing else has to be. What a parameter points to is used only
 *   during the call, or copied. Results must not overlap data or each other, except as
 *   tally_counter_find says.
 * - Allocation failures. Where there is not enough memory, a call returns TALLY_ERROR_NO_MEMORY, or
 *   does without. On Linux this holds for every allocation. Elsewhere a call that starts threads can
 *   end the process: the locks and threads of Rust's standard library allocate there.
 * - Threads. "Thread-safe": the function may be called at the same time, for the same counter too.
 *   "One call at a time": calls for the same handle may come from any thread, but not at the same
 *   time, and not from the progress callback of one of them; that is TALLY_ERROR_IN_USE, for
 *   functions that take a const handle too. Freeing a handle has to come after all other calls on
 *   it. From the progress callback of a call on it, freeing a handle does nothing: it stays
 *   allocated.
 * - Process. The only global state is the choice of the instruction set, see tally_backend. The
 *   library prints nothing, except for the message of a panic, on standard error.
 * - Own threads. The library starts threads only if it is asked to, and they have ended when the
 *   call returns. On Unix they receive no signals, except those that an instruction causes, such as
 *   SIGSEGV.
 * - Unloading. When no call is running, the library may be unloaded (dlclose). Threads that have
 *   used it may end later.
 * - Cancellation. On Linux, a thread that is cancelled (pthread_cancel) while it is in a call
 *   completes the call first. Elsewhere a thread must not be cancelled while it is in a call.
 * - Fork. A process may fork at any time, and the child may use the library. A handle
 *   that another thread was using at that moment stays in use in the child for ever: calls on it
 *   return TALLY_ERROR_IN_USE, and freeing it does nothing. A child that is forked in a progress
 *   callback must not return from it.
 * - Time. A call on data takes time linear in its length, whatever the bytes are. The exception is a
 *   table of words whose seed is known to those who choose the words.
 * - Stack. A call needs less than 24 KiB of stack, without what a progress callback and the handling
 *   of a panic need.
 * - Versions. Functions, the values of constants, and structs do not change. Only structs that start
 *   with their size can grow, at the end.
 *
 * This file is generated from the library's sources. SPDX-License-Identifier: MIT OR Apache-2.0
 */

#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The version of this header. The version of the library is tally_version(). */
#define TALLY_VERSION_MAJOR 0
#define TALLY_VERSION_MINOR 1
#define TALLY_VERSION_PATCH 0

/* Precedes each function. On Windows, define TALLY_STATIC to link the static library. */
#ifndef TALLY_API
#if defined(_WIN32) && !defined(TALLY_STATIC)
#define TALLY_API __declspec(dllimport)
#elif defined(__GNUC__) && !defined(_WIN32)
#define TALLY_API __attribute__((visibility("default")))
#else
#define TALLY_API
#endif
#endif

/* The Arrow C data interface, for the functions on columns. Its guard is the same wherever these
 * structs are declared. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* =============================================================================================
 * Status
 * ============================================================================================= */

/**
 * The status returned by every function that can fail: TALLY_OK, or one of TALLY_ERROR_*.
 *
 * Each reason that only the call can find out has a status of its own. What a caller can check
 * beforehand is TALLY_ERROR_INVALID_ARGUMENT. The numbers never change and are never reused; later
 * versions may add some. tally_status_message describes a status. Since 0.1.0.
 */
typedef int32_t tally_status;

/**
 * Success. All results have been written.
 */
#define TALLY_OK 0

/**
 * A pointer that must not be NULL is NULL.
 */
#define TALLY_ERROR_NULL_POINTER 1

/**
 * An argument has a value that the function does not accept.
 */
#define TALLY_ERROR_INVALID_ARGUMENT 2

/**
 * Opening or reading a file failed. errno says why; on Windows, GetLastError does.
 */
#define TALLY_ERROR_IO 3

/**
 * There is not enough memory.
 */
#define TALLY_ERROR_NO_MEMORY 4

/**
 * A limit was exceeded: one that the caller set, or one that the function names.
 */
#define TALLY_ERROR_LIMIT 5

/**
 * The progress callback stopped the call.
 */
#define TALLY_ERROR_CANCELLED 6

/**
 * The library has a defect; please report it. See "Panics" at the top of this file.
 */
#define TALLY_ERROR_PANIC 7

/**
 * The summaries cannot be merged exactly: see tally_summary_merge.
 */
#define TALLY_ERROR_OVERLAP 8

/**
 * Another call is using the handle: one on another thread, or the one that called the
 * progress callback.
 */
#define TALLY_ERROR_IN_USE 9

/**
 * The needle has several bytes, one of which is a reset byte: no segment could contain it.
 */
#define TALLY_ERROR_RESET_IN_NEEDLE 10

/**
 * The match to continue from cannot be a match of this counter in this data.
 */
#define TALLY_ERROR_NOT_A_MATCH 11

/**
 * The summaries or tables, or the state and what it is loaded for, ask different questions.
 */
#define TALLY_ERROR_DIFFERENT_COUNTERS 12

/**
 * The bytes are not a state that this version can load, or they are damaged.
 */
#define TALLY_ERROR_BAD_STATE 13

/**
 * The data of the stream has ended, by tally_stream_finish. Nothing can be fed until it is reset.
 */
#define TALLY_ERROR_FINISHED 14

/* =============================================================================================
 * Simple: data in memory
 * ============================================================================================= */

/**
 * A question: does a needle occur at least a number of times in any segment?
 *
 * A counter never changes. Any number of threads may use one at the same time. Since 0.1.0.
 */
typedef struct tally_counter tally_counter;

/**
 * Which bytes end a segment: one of TALLY_RESET_*. Since 0.1.0.
 */
typedef uint32_t tally_reset;

/**
 * A segment that matches, and where it does. This struct never changes. Since 0.1.0.
 */
typedef struct tally_match {
    /**
     * The number of the segment, from 0.
     */
    uint64_t segment;
    /**
     * The offset at which the segment starts, in bytes.
     */
    uint64_t start;
    /**
     * TALLY_AT_LEAST: the offset just past the hit with which the count reached the number, in
     * bytes; equal to start if the number is 0. Otherwise the end of the segment: the offset of its
     * reset byte, or the length of the data.
     */
    uint64_t end;
    /**
     * The count of the segment at end. For TALLY_AT_LEAST it is the number.
     */
    uint64_t count;
} tally_match;

/**
 * Which white space is left out at the edge of a segment: one of TALLY_TRIM_*. Since 0.1.0.
 */
typedef uint32_t tally_trim;

/**
 * Reset at no byte: all data is one segment.
 */
#define TALLY_RESET_NONE 0

/**
 * Reset at each "\n": segments are lines. A "\r" is an ordinary byte.
 */
#define TALLY_RESET_NEWLINES 1

/**
 * Reset at each space, U+0020 only.
 */
#define TALLY_RESET_SPACES 2

/**
 * Reset at each space, "\t", "\n", "\v", "\f" and "\r": segments are words.
 */
#define TALLY_RESET_WHITESPACE 3

/**
 * None.
 */
#define TALLY_TRIM_NONE 0

/**
 * Each space, "\t", "\n", "\v", "\f" and "\r", as Python's bytes.strip() has it.
 */
#define TALLY_TRIM_ASCII 1

/**
 * Each character that Python's str.strip() leaves out: those that TALLY_WORDS_UNICODE names.
 */
#define TALLY_TRIM_UNICODE 2

/**
 * Creates a counter for a character: a segment matches if it contains the character at least
 * min_number times.
 *
 * @param needle      The character, a Unicode code point. It is counted as its UTF-8 bytes.
 * @param min_number  The number of hits with which a segment matches. With 0, every segment does.
 * @param reset       Which bytes end a segment: one of TALLY_RESET_*.
 * @param counter     Receives the counter. Free it with tally_counter_free.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT for a surrogate (0xD800 to 0xDFFF) or a needle above
 *          0x10FFFF;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_new(uint32_t needle,
                               uint64_t min_number,
                               tally_reset reset,
                               tally_counter **counter);

/**
 * Frees a counter. Streams and summaries made of it stay valid.
 *
 * @param counter  The counter; may be NULL.
 *
 * No other call may be using the counter. Since 0.1.0.
 */
TALLY_API void tally_counter_free(tally_counter *counter);

/**
 * Determines whether any segment matches. Stops at the first match.
 *
 * @param counter  The counter.
 * @param data     The data; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param matched  Receives whether a segment matches.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_has_count(const tally_counter *counter,
                                     const void *data,
                                     size_t len,
                                     bool *matched);

/**
 * Finds the first matches, or the next ones after a match that was found before.
 *
 * Each segment that matches is found once. To find all matches in portions, pass the last match
 * found as after, until fewer matches are found than there is room for.
 *
 * @param counter   The counter.
 * @param data      The data; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param after     Where to continue: a match of this counter in the same data; the segment behind
 *                  it is the first that is considered. NULL: at the start. It may point into
 *                  matches.
 * @param matches   Receives the matches, in the order of the data. Elements that are not needed
 *                  are not written. May be NULL if capacity is 0.
 * @param capacity  The number of elements of matches.
 * @param found     Receives the number of matches found, at most capacity. Finding none is not an
 *                  error.
 *
 * @return  TALLY_ERROR_NOT_A_MATCH if after cannot be a match of this counter in this data. Not
 *          every wrong match is recognized, since that would mean counting again. If a wrong
 *          match is accepted, the matches found are meaningless.
 *
 * Thread-safe. Allocates no memory. Reads the data up to the last match found, and at most 4 KiB
 * further, or for a needle of more than 16 bytes at most 8 KiB and its length. What lies between
 * two matches is read twice, to number the segments. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_find(const tally_counter *counter,
                                const void *data,
                                size_t len,
                                const tally_match *after,
                                tally_match *matches,
                                size_t capacity,
                                size_t *found);

/**
 * Counts the hits, in whatever segments they are.
 *
 * @param counter  The counter. Its number does not matter here.
 * @param data     The data; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param count    Receives the number of hits.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_count(const tally_counter *counter,
                                 const void *data,
                                 size_t len,
                                 uint64_t *count);

/**
 * Determines the largest count of any segment.
 *
 * @param counter    The counter. Its number does not matter here.
 * @param data       The data; may be NULL if len is 0.
 * @param len        Its length in bytes.
 * @param max_count  Receives the largest count.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_max_count(const tally_counter *counter,
                                     const void *data,
                                     size_t len,
                                     uint64_t *max_count);

/**
 * Counts the segments that match.
 *
 * @param counter   The counter.
 * @param data      The data; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param segments  Receives the number of segments that match.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_matching_segments(const tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             uint64_t *segments);

/**
 * Counts the segments that start with the needle: whose first bytes are the string, or whose first
 * byte is in the set.
 *
 * A segment is its bytes, without the reset bytes around it. As with Python's startswith, it does
 * not matter whether tally_counter_count counts that occurrence; nor do the number, the condition
 * and closing bytes matter. An occurrence that quotes hide does not count, and white space that has
 * a quote or an escape in it is not left out.
 *
 * @param counter   The counter.
 * @param data      The data; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param trim      Which white space is left out before the needle.
 * @param segments  Receives the number of segments that start with the needle.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_starting_segments(const tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             tally_trim trim,
                                             uint64_t *segments);

/**
 * Counts the segments that end with the needle: whose last bytes are the string, or whose last byte
 * is in the set. See tally_counter_starting_segments.
 *
 * @param counter   The counter.
 * @param data      The data; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param trim      Which white space is left out behind the needle.
 * @param segments  Receives the number of segments that end with the needle.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_ending_segments(const tally_counter *counter,
                                           const void *data,
                                           size_t len,
                                           tally_trim trim,
                                           uint64_t *segments);

/**
 * Determines where the quote was opened that is still open at the end of the data.
 *
 * @param counter  The counter.
 * @param data     The data; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param offset   Receives the offset of the quote, if one is open; may be NULL.
 * @param open     Receives whether one is open. Without a quote rule none is.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_unclosed_quote(const tally_counter *counter,
                                          const void *data,
                                          size_t len,
                                          uint64_t *offset,
                                          bool *open);

/* =============================================================================================
 * With options: strings, sets, reset bytes, ranges, quotes, closing bytes
 * ============================================================================================= */

/**
 * For needle_kind: a byte string. Its occurrences are found from left to right and do not overlap.
 */
#define TALLY_NEEDLE_STRING 0

/**
 * For needle_kind: any byte of a set.
 */
#define TALLY_NEEDLE_ANY_OF 1

/**
 * For needle_kind: a Unicode code point, counted as its UTF-8 bytes.
 */
#define TALLY_NEEDLE_CHARACTER 2

/**
 * For condition: a segment matches if its count is at least min_number.
 */
#define TALLY_AT_LEAST 0

/**
 * For condition: a segment matches if its final count is below min_number or above max_number.
 */
#define TALLY_OUTSIDE 1

/**
 * For condition: a segment matches if its final count is from min_number to max_number.
 */
#define TALLY_WITHIN 2

/**
 * For max_number: no maximum.
 */
#define TALLY_NO_MAXIMUM UINT64_MAX

/**
 * For flags: a segment without a byte never matches.
 */
#define TALLY_SKIP_EMPTY 1

/**
 * For flags: the last segment never matches if it has no byte. What follows a final newline is no
 * line.
 */
#define TALLY_SKIP_LAST_EMPTY 2

/**
 * For quote_rule: nothing is quoted.
 */
#define TALLY_QUOTES_NONE 0

/**
 * For quote_rule: the quotes of CSV, as Python's csv.reader reads them. A quote opens only where a
 * field starts: at the start of the data, and behind a reset byte or a delimiter. Inside, a doubled
 * quote is a literal one; any other closes, and what follows up to the next delimiter or reset byte
 * is ordinary. An escape directly behind a closing quote is ordinary too.
 */
#define TALLY_QUOTES_FIELDS 1

/**
 * For quote_rule: the quotes of JSON, programs and logs. Every quote that is not escaped opens or
 * closes.
 */
#define TALLY_QUOTES_ANYWHERE 2

/**
 * All options of a counter. Set all bytes to 0, for example with "= {0}", then size to
 * sizeof(tally_counter_options), then the fields that are needed: 0 is the default of each field.
 *
 * Later versions may add fields at the end. A program and a library of different versions still
 * work together: a field that the program does not know has its default, and a field that the
 * library does not know has to be 0. Since 0.1.0.
 */
typedef struct tally_counter_options {
    /**
     * The size of the struct that the caller knows, in bytes: sizeof(tally_counter_options).
     */
    size_t size;
    /**
     * The bytes of the string, or those of the set, in any order; they are copied. NULL for a
     * character.
     */
    const void *needle;
    /**
     * The length of needle in bytes: 0 for a character, otherwise at least 1.
     */
    size_t needle_len;
    /**
     * What the needle is: one of TALLY_NEEDLE_*.
     */
    uint32_t needle_kind;
    /**
     * The code point for TALLY_NEEDLE_CHARACTER; otherwise 0.
     */
    uint32_t character;
    /**
     * What the count of a segment has to satisfy: one of TALLY_AT_LEAST, TALLY_OUTSIDE and
     * TALLY_WITHIN.
     */
    uint32_t condition;
    /**
     * Which bytes end a segment: one of TALLY_RESET_*; TALLY_RESET_NONE if they are given in
     * reset.
     */
    tally_reset named_reset;
    /**
     * For TALLY_AT_LEAST, the number of hits with which a segment matches; with 0, every segment
     * does. Otherwise the lowest number of the range.
     */
    uint64_t min_number;
    /**
     * The highest number of the range, or TALLY_NO_MAXIMUM. 0 for TALLY_AT_LEAST.
     */
    uint64_t max_number;
    /**
     * The bytes that end a segment, in any order; they are copied. May be NULL if reset_len is 0.
     */
    const void *reset;
    /**
     * The length of reset in bytes: 0 if named_reset is not TALLY_RESET_NONE.
     */
    size_t reset_len;
    /**
     * TALLY_SKIP_EMPTY and TALLY_SKIP_LAST_EMPTY, or neither. With a needle that has a reset byte,
     * neither.
     */
    uint32_t flags;
    /**
     * Which quotes hide bytes: one of TALLY_QUOTES_*. Quoted bytes, quotes, escapes and the bytes
     * that these make literal are neither hits nor resets, closing bytes or delimiters.
     */
    uint32_t quote_rule;
    /**
     * The quote, a byte value; 0: '"'.
     */
    uint32_t quote;
    /**
     * A byte value that makes the next byte literal, inside quotes and outside; 0: none.
     */
    uint32_t escape;
    /**
     * For TALLY_QUOTES_FIELDS: the bytes that end a field, besides the reset bytes. They are in
     * any order, and are copied. May be NULL if delimiters_len is 0.
     */
    const void *delimiters;
    /**
     * The length of delimiters in bytes; 0: the delimiters are the bytes of the needle, which then
     * are not several bytes of a string.
     */
    size_t delimiters_len;
    /**
     * The bytes that lower the count by one, but not below 0, in any order; they are copied. With
     * the needle "{[" and these "}]", the count is the depth of nesting. Not for a string of
     * several bytes. May be NULL if closing_len is 0.
     */
    const void *closing;
    /**
     * The length of closing in bytes.
     */
    size_t closing_len;
} tally_counter_options;

/**
 * Creates a counter with all options.
 *
 * @param options  The options.
 * @param counter  Receives the counter. Free it with tally_counter_free.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT for an empty needle, a surrogate (0xD800 to 0xDFFF), a
 *          character above 0x10FFFF, an unknown constant or flag, a length, byte or number that
 *          the needle_kind, condition or quote_rule does not use and that is not 0, a byte value
 *          above 255, both a named reset and reset bytes, a maximum below the minimum, a flag with a
 *          needle that has a reset byte, a quote or escape that is in the needle, the reset, the
 *          closing bytes or the delimiters, or that is the other one, closing bytes that are in
 *          the needle or for a string of several bytes, TALLY_QUOTES_FIELDS without delimiters for
 *          such a string, a size that ends before reset_len does or is larger than 4096, and
 *          bytes of the struct that this version does not know and that are not 0;
 *          TALLY_ERROR_RESET_IN_NEEDLE for a needle of several bytes, one of which is a reset
 *          byte;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_new_with(const tally_counter_options *options,
                                    tally_counter **counter);

/* =============================================================================================
 * Streams: data in chunks, up to the first match or for each
 * ============================================================================================= */

/**
 * Incremental search: feed chunks until a segment matches, or find all matches, chunk by chunk.
 *
 * The answer is that for all data fed so far, as if it were one piece: a needle or segment that a
 * chunk boundary cuts is counted as one. Chunks may have any length, 0 included.
 *
 * A stream is fed either by tally_stream_feed and the functions that read files, which stop at the
 * first match: after it, more data is accepted and ignored. Or by tally_stream_find, which returns
 * every match. If the number is 0 and no flag is set, segment 0 matches before anything is fed.
 *
 * TALLY_OUTSIDE and TALLY_WITHIN are decided at the end of a segment: for the last one, at
 * tally_stream_finish.
 *
 * One call at a time may use a stream, from any thread. Since 0.1.0.
 */
typedef struct tally_stream tally_stream;

/**
 * Creates a stream that asks the question of a counter.
 *
 * @param counter  The counter. It may be freed before the stream.
 * @param stream   Receives the stream. Free it with tally_stream_free.
 *
 * @return  TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Uses 8 bytes of memory for each byte of a needle that has several. Since 0.1.0.
 */
TALLY_API tally_status tally_stream_new(const tally_counter *counter, tally_stream **stream);

/**
 * Frees a stream.
 *
 * @param stream  The stream; may be NULL. If a call is using it, as during a progress callback,
 *                nothing happens.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API void tally_stream_free(tally_stream *stream);

/**
 * Feeds the next chunk of the data.
 *
 * @param stream   The stream.
 * @param data     The chunk; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param matched  Receives whether a segment has matched so far, in this chunk or before.
 *
 * @return  TALLY_ERROR_FINISHED after tally_stream_finish;
 *          TALLY_ERROR_INVALID_ARGUMENT after tally_stream_find. Either until the stream is reset.
 *
 * One call at a time. Allocates no memory. Reads the chunk up to the first match, and at most 4 KiB
 * further, or for a needle of more than 16 bytes at most 8 KiB and its length. Since 0.1.0.
 */
TALLY_API
tally_status tally_stream_feed(tally_stream *stream,
                               const void *data,
                               size_t len,
                               bool *matched);

/**
 * Finds the matches in the next chunk of the data.
 *
 * Stops when matches are full: the next call has to continue with the rest of the chunk, behind
 * the bytes that were used. While there is room, all bytes of the chunk are used. A match is found
 * in the chunk that decides it, which for TALLY_OUTSIDE and TALLY_WITHIN is the one with the end of
 * the segment. What tally_stream_finish still finds is then the match of tally_stream_match.
 *
 * @param stream    The stream.
 * @param data      The chunk; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param matches   Receives the matches, in the order of the data; their offsets count from the
 *                  first byte ever fed. Elements that are not needed are not written. May be NULL
 *                  if capacity is 0.
 * @param capacity  The number of elements of matches. With 0, no byte is used.
 * @param found     Receives the number of matches found, at most capacity.
 * @param used      Receives how many bytes of the chunk were used.
 *
 * @return  TALLY_ERROR_FINISHED after tally_stream_finish;
 *          TALLY_ERROR_INVALID_ARGUMENT after tally_stream_feed or a function that feeds a file.
 *          Either until the stream is reset.
 *
 * One call at a time. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_stream_find(tally_stream *stream,
                               const void *data,
                               size_t len,
                               tally_match *matches,
                               size_t capacity,
                               size_t *found,
                               size_t *used);

/**
 * Ends the data: judges the last segment. Needed for TALLY_OUTSIDE and TALLY_WITHIN, and allowed
 * for every counter. May be called again, with the same result. Until the stream is reset, nothing
 * more can be fed.
 *
 * @param stream   The stream.
 * @param matched  Receives whether a segment has matched. For a stream that was fed by
 *                 tally_stream_find, whether the last segment matches and had not been found.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Allocates no memory. Since 0.1.0.
 */
TALLY_API tally_status tally_stream_finish(tally_stream *stream, bool *matched);

/**
 * Returns where the quote was opened that is open at the end of the data so far.
 *
 * @param stream  The stream.
 * @param offset  Receives the offset of the quote from the first byte ever fed, if one is open; may
 *                be NULL.
 * @param open    Receives whether one is open. Without a quote rule none is, and a stream that
 *                stopped at a match knows of none.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_stream_unclosed_quote(const tally_stream *stream,
                                         uint64_t *offset,
                                         bool *open);

/**
 * Returns the first match in the data fed so far. For a stream that was fed by tally_stream_find,
 * the match that tally_stream_finish found.
 *
 * @param stream   The stream.
 * @param match    Receives the match, if there is one; its offsets count from the first byte ever
 *                 fed. May be NULL.
 * @param matched  Receives whether there is one.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_stream_match(const tally_stream *stream,
                                tally_match *match,
                                bool *matched);

/**
 * Resets a stream, as if nothing had been fed. A stream in which a panic happened is usable again.
 *
 * @param stream  The stream.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_stream_reset(tally_stream *stream);

/* =============================================================================================
 * Summaries: data in chunks, counted to its end and merged
 * ============================================================================================= */

/**
 * All totals for a counter, in one pass over data that comes in chunks or from files.
 *
 * Summaries of the parts of a text can be merged to that of the whole, wherever it was cut. The
 * parts may be counted by different threads or machines; between machines a summary travels as its
 * saved state.
 *
 * One call at a time may use a summary, from any thread. Since 0.1.0.
 */
typedef struct tally_summary tally_summary;

/**
 * What a summary has counted. This struct never changes. Since 0.1.0.
 */
typedef struct tally_totals {
    /**
     * The length of the data in bytes.
     */
    uint64_t bytes;
    /**
     * The number of hits, in whatever segments they are.
     */
    uint64_t count;
    /**
     * The largest count of any segment.
     */
    uint64_t max_count;
    /**
     * The number of segments: one more than there are reset bytes.
     */
    uint64_t segments;
    /**
     * The number of segments that match.
     */
    uint64_t matching_segments;
} tally_totals;

/**
 * Creates a summary of no data, for the question of a counter.
 *
 * @param counter  The counter. It may be freed before the summary.
 * @param summary  Receives the summary. Free it with tally_summary_free.
 *
 * @return  TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. For a needle of several bytes, uses up to 12 bytes of memory for each of them, and
 * at least 256 bytes if the needle can overlap itself. Since 0.1.0.
 */
TALLY_API
tally_status tally_summary_new(const tally_counter *counter,
                               tally_summary **summary);

/**
 * Frees a summary.
 *
 * @param summary  The summary; may be NULL. If a call is using it, as during a progress callback,
 *                 nothing happens.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API void tally_summary_free(tally_summary *summary);

/**
 * Feeds the next chunk of the data.
 *
 * @param summary  The summary.
 * @param data     The chunk; may be NULL if len is 0.
 * @param len      Its length in bytes.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_summary_feed(tally_summary *summary,
                                const void *data,
                                size_t len);

/**
 * Adds what right has counted to left; the data of right follows that of left. Then left is as if
 * it had been fed both.
 *
 * A needle or segment that the cut splits is counted as one. Neighbours can be merged in any
 * order.
 *
 * Merging is exact, or it fails. The one case in which it fails concerns needles that can overlap
 * themselves, such as "aa" in "aaa". Their hits are counted from left to right, each behind the
 * end of the one before. If a hit lies across the cut and ends e bytes into right, then counting
 * has to continue there, but right has counted from its own start. Both counts usually agree again
 * soon, at the first reset byte at the latest, and find the same hits from there on. To follow
 * both counts, right keeps its first bytes: four times the length of the needle, but at least 256.
 * If it has more bytes than that, and the counts do not agree within them, the answer is unknown:
 * that is TALLY_ERROR_OVERLAP.
 *
 * @param left   The summary that is changed.
 * @param right  The summary to add; it is not changed. It may be left itself: its data then counts
 *               twice.
 *
 * @return  TALLY_ERROR_DIFFERENT_COUNTERS if the summaries ask different questions;
 *          TALLY_ERROR_OVERLAP as above;
 *          TALLY_ERROR_LIMIT if both together have more than 2^62 bytes of data;
 *          TALLY_ERROR_NO_MEMORY, only if left and right are the same.
 *
 * One call at a time on left, and on right. Since 0.1.0.
 */
TALLY_API
tally_status tally_summary_merge(tally_summary *left,
                                 const tally_summary *right);

/**
 * Returns the counts so far.
 *
 * @param summary  The summary.
 * @param totals   Receives the counts.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_summary_totals(const tally_summary *summary,
                                  tally_totals *totals);

/**
 * Returns where the quote was opened that is open at the end of the data.
 *
 * @param summary  The summary.
 * @param offset   Receives the offset of the quote, if one is open; may be NULL.
 * @param open     Receives whether one is open. Without a quote rule none is.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_summary_unclosed_quote(const tally_summary *summary,
                                          uint64_t *offset,
                                          bool *open);

/**
 * Returns the size of the state that tally_summary_save writes.
 *
 * @param summary  The summary.
 * @param len      Receives the size in bytes; it is never 0. It can change when the summary is
 *                 next fed, merged or reset.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_summary_state_size(const tally_summary *summary, size_t *len);

/**
 * Saves a summary as bytes, for tally_summary_load in another process or on another machine. The
 * state contains the question, the counts, and for a needle of several bytes the first bytes of
 * the data (see tally_summary_merge). Its format is the same on every processor.
 *
 * @param summary   The summary.
 * @param state     Receives the state; may be NULL if capacity is 0.
 * @param capacity  The size of state in bytes. What tally_summary_state_size returns is enough.
 * @param len       Receives the size of the state in bytes.
 *
 * @return  TALLY_ERROR_LIMIT if capacity is too small, or the summary has more than 2^62 bytes of
 *          data.
 *
 * One call at a time. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_summary_save(const tally_summary *summary,
                                void *state,
                                size_t capacity,
                                size_t *len);

/**
 * Creates a summary from a saved state. It continues where the saved one was.
 *
 * The state is not trusted: any bytes may be given. Impossible states are refused where
 * that can be detected; after a forged state that is accepted, the totals are meaningless, and
 * nothing worse. Later versions load the states of this one.
 *
 * @param counter  A counter that asks the question of the saved summary. It may be freed before
 *                 the summary.
 * @param state    The state; may be NULL if len is 0.
 * @param len      Its size in bytes.
 * @param summary  Receives the summary. Free it with tally_summary_free.
 *
 * @return  TALLY_ERROR_BAD_STATE if the bytes are not a state that this version can load, or
 *          damaged;
 *          TALLY_ERROR_DIFFERENT_COUNTERS if the state was saved for another question;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_summary_load(const tally_counter *counter,
                                const void *state,
                                size_t len,
                                tally_summary **summary);

/**
 * Resets a summary, as if nothing had been fed. A summary in which a panic happened is usable
 * again.
 *
 * @param summary  The summary.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_summary_reset(tally_summary *summary);

/* =============================================================================================
 * Files, for streams and summaries
 * ============================================================================================= */

/**
 * Called while a file is read, on the thread that called the reading function: between reads, at
 * most 20 times a second, and once more when reading ends: at the end of the file, or at the first
 * match. With several threads it is called between the parts that the calling thread reads, each at
 * most 64 MiB long, or eight times as long as the needle. Since 0.1.0.
 *
 * @param context  The context of the tally_read_options.
 * @param done     The number of bytes that the call has read so far.
 * @param total    The number of bytes that there were to read when the call began; 0 if unknown.
 * @return         0 to continue. Anything else ends the call with TALLY_ERROR_CANCELLED, even if
 *                 everything has been read.
 *
 * It must not throw an exception or jump out of the call. It may use the library, but calls on the
 * handle that is being fed fail with TALLY_ERROR_IN_USE, and freeing that handle does nothing: it
 * stays allocated.
 */
typedef int32_t (*tally_progress)(void *context, uint64_t done, uint64_t total);

/**
 * How to read files. Set all bytes to 0, for example with "= {0}", then size to
 * sizeof(tally_read_options), then the fields that are needed: 0 is the default of each field.
 * Functions also accept NULL, which means all defaults.
 *
 * Later versions may add fields at the end, as for tally_counter_options. A size smaller than the
 * struct of version 0.1.0 or larger than 4096, and bytes of the struct that this version does not
 * use and that are not 0, are TALLY_ERROR_INVALID_ARGUMENT. Since 0.1.0.
 */
typedef struct tally_read_options {
    /**
     * The size of the struct that the caller knows, in bytes: sizeof(tally_read_options).
     */
    size_t size;
    /**
     * Called while reading; may be NULL.
     */
    tally_progress progress;
    /**
     * Passed to progress.
     */
    void *context;
    /**
     * The most bytes to read; 0 for no limit. If there are more, the call ends with
     * TALLY_ERROR_LIMIT. A regular file of exactly max_bytes bytes is within the limit. Probing
     * anything else, such as a pipe, would consume a byte, so there exactly max_bytes bytes also
     * end in TALLY_ERROR_LIMIT.
     */
    uint64_t max_bytes;
    /**
     * The number of threads with which tally_summary_feed_file and tally_words_feed_file read a
     * large regular file, the calling thread included; 0 is the same as 1. Everything else is read
     * by the calling thread alone. If a thread cannot be started, the others do its work.
     */
    uint32_t threads;
    /**
     * Not used: 0.
     */
    uint32_t reserved;
} tally_read_options;

/**
 * Feeds a file to a stream, up to its end or the first match. At most 256 KiB are read past the
 * match. If a segment had matched before, the file is not opened. The end of the file does not
 * end the data: for that, call tally_stream_finish.
 *
 * @param stream   The stream.
 * @param path     The path of a regular file, a named pipe or a device; it ends in NUL. On Windows
 *                 it is UTF-8, elsewhere any bytes.
 * @param options  How to read; may be NULL.
 * @param matched  Receives whether a segment has matched so far, in this file or before.
 *
 * @return  TALLY_ERROR_IO if opening or reading fails. For a directory, errno is EISDIR;
 *          TALLY_ERROR_LIMIT and TALLY_ERROR_CANCELLED as the options say;
 *          TALLY_ERROR_INVALID_ARGUMENT as the options say, and on Windows for a path that is not
 *          UTF-8;
 *          TALLY_ERROR_NO_MEMORY;
 *          TALLY_ERROR_FINISHED and TALLY_ERROR_INVALID_ARGUMENT as tally_stream_feed.
 *
 * After an error, what was read before it has been fed, and feeding can continue;
 * tally_stream_match returns whether it contains a match. Interrupted reads (EINTR) are repeated.
 * One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_stream_feed_file(tally_stream *stream,
                                    const char *path,
                                    const tally_read_options *options,
                                    bool *matched);

/**
 * Feeds what can be read from a file descriptor to a stream, from its position to its end or to
 * the first match. At most 256 KiB are read past the match, and nothing if a segment had matched
 * before. The descriptor stays open.
 *
 * @param stream   The stream.
 * @param fd       The descriptor of a file, a pipe, a socket or a terminal. On Windows, a
 *                 descriptor of the C runtime that the library uses, in binary mode.
 * @param options  How to read; may be NULL.
 * @param matched  Receives whether a segment has matched so far, in this data or before.
 *
 * @return  As tally_stream_feed_file. For a descriptor that is not open for reading,
 *          TALLY_ERROR_IO with errno EBADF.
 *
 * After an error, what was read before it has been fed, and feeding can continue, also after
 * EAGAIN from a descriptor that does not block. One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_stream_feed_fd(tally_stream *stream,
                                  int fd,
                                  const tally_read_options *options,
                                  bool *matched);

/**
 * Feeds a file to a summary, up to its end; on several threads if the options say so.
 *
 * @param summary  The summary.
 * @param path     The path of a regular file, a named pipe or a device; it ends in NUL. On Windows
 *                 it is UTF-8, elsewhere any bytes.
 * @param options  How to read; may be NULL.
 *
 * @return  TALLY_ERROR_IO if opening or reading fails. For a directory, errno is EISDIR;
 *          TALLY_ERROR_LIMIT and TALLY_ERROR_CANCELLED as the options say;
 *          TALLY_ERROR_INVALID_ARGUMENT as the options say, and on Windows for a path that is not
 *          UTF-8;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * After an error, what was read before it has been fed, and feeding can continue; the totals say
 * how many bytes that is. Interrupted reads (EINTR) are repeated. One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_summary_feed_file(tally_summary *summary,
                                     const char *path,
                                     const tally_read_options *options);

/**
 * Feeds what can be read from a file descriptor to a summary, from its position to its end. The
 * descriptor stays open.
 *
 * @param summary  The summary.
 * @param fd       The descriptor of a file, a pipe, a socket or a terminal. On Windows, a
 *                 descriptor of the C runtime that the library uses, in binary mode.
 * @param options  How to read; may be NULL. Only the calling thread reads.
 *
 * @return  As tally_summary_feed_file. For a descriptor that is not open for reading,
 *          TALLY_ERROR_IO with errno EBADF.
 *
 * After an error, what was read before it has been fed, and feeding can continue, also after
 * EAGAIN from a descriptor that does not block. One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_summary_feed_fd(tally_summary *summary,
                                   int fd,
                                   const tally_read_options *options);

/* =============================================================================================
 * Several threads: large data in memory
 * ============================================================================================= */

/**
 * tally_counter_has_count on several threads, which also returns the first match. The answer does
 * not depend on the number of threads: the match is the first one in the data. It ends the work of
 * all threads.
 *
 * Threads pay from some megabytes on: below 2 MiB none is started, and never more than 1024. If a
 * thread cannot be started, the others do its work.
 *
 * @param counter  The counter.
 * @param data     The data; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param threads  The number of threads that work, the calling one included; 0 is the same as 1.
 * @param match    Receives the first match, if there is one; may be NULL.
 * @param matched  Receives whether there is one.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Allocates memory for the threads, and for a needle of several bytes; if there is
 * none, the calling thread works alone. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_has_count_threads(const tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             uint32_t threads,
                                             tally_match *match,
                                             bool *matched);

/**
 * tally_counter_count on several threads; see tally_counter_has_count_threads.
 *
 * @param counter  The counter.
 * @param data     The data; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param threads  The number of threads that work, the calling one included; 0 is the same as 1.
 * @param count    Receives the number of hits.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_count_threads(const tally_counter *counter,
                                         const void *data,
                                         size_t len,
                                         uint32_t threads,
                                         uint64_t *count);

/**
 * tally_counter_max_count on several threads; see tally_counter_has_count_threads.
 *
 * @param counter    The counter.
 * @param data       The data; may be NULL if len is 0.
 * @param len        Its length in bytes.
 * @param threads    The number of threads that work, the calling one included; 0 is the same as 1.
 * @param max_count  Receives the largest count.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_max_count_threads(const tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             uint32_t threads,
                                             uint64_t *max_count);

/**
 * tally_counter_matching_segments on several threads; see tally_counter_has_count_threads.
 *
 * @param counter   The counter.
 * @param data      The data; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param threads   The number of threads that work, the calling one included; 0 is the same as 1.
 * @param segments  Receives the number of segments that match.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_matching_segments_threads(const tally_counter *counter,
                                                     const void *data,
                                                     size_t len,
                                                     uint32_t threads,
                                                     uint64_t *segments);

/* =============================================================================================
 * Lists: many strings in one call
 * ============================================================================================= */

/**
 * tally_counter_has_count for each of many strings, in one call.
 *
 * Each string is data of its own: it starts with segment 0, and its last segment ends with it. For
 * short strings, a call for each would cost more than the counting.
 *
 * @param counter  The counter.
 * @param data     The strings, one right behind the other; may be NULL if len is 0.
 * @param len      Their length together, in bytes.
 * @param lens     The length of each string in bytes; may be NULL if number is 0.
 * @param number   The number of strings.
 * @param matched  Receives whether a segment matches, for each string; may be NULL if number is 0.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT if the sum of lens is not len.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_has_counts(const tally_counter *counter,
                                      const void *data,
                                      size_t len,
                                      const size_t *lens,
                                      size_t number,
                                      bool *matched);

/**
 * tally_counter_count for each of many strings, in one call; see tally_counter_has_counts.
 *
 * @param counter  The counter.
 * @param data     The strings, one right behind the other; may be NULL if len is 0.
 * @param len      Their length together, in bytes.
 * @param lens     The length of each string in bytes; may be NULL if number is 0.
 * @param number   The number of strings.
 * @param counts   Receives the number of hits, for each string; may be NULL if number is 0.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT if the sum of lens is not len.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_counts(const tally_counter *counter,
                                  const void *data,
                                  size_t len,
                                  const size_t *lens,
                                  size_t number,
                                  uint64_t *counts);

/**
 * tally_counter_max_count for each of many strings, in one call; see tally_counter_has_counts.
 *
 * @param counter  The counter.
 * @param data     The strings, one right behind the other; may be NULL if len is 0.
 * @param len      Their length together, in bytes.
 * @param lens     The length of each string in bytes; may be NULL if number is 0.
 * @param number   The number of strings.
 * @param counts   Receives the largest count of any segment, for each string; may be NULL if
 *                 number is 0.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT if the sum of lens is not len.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_max_counts(const tally_counter *counter,
                                      const void *data,
                                      size_t len,
                                      const size_t *lens,
                                      size_t number,
                                      uint64_t *counts);

/**
 * tally_counter_has_count for each of many strings, in one call, by 32-bit offsets.
 *
 * Each string is data of its own, from its offset in the data up to the next string's offset. For
 * columns of Apache Arrow, see tally_counter_column_has_counts.
 *
 * @param counter   The counter.
 * @param data      The data in which the strings are; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
 *                  them. May be NULL if number is 0.
 * @param number    The number of strings.
 * @param matched   Receives whether a segment matches, for each string; may be NULL if number is
 *                  0.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_offsets32_has_counts(const tally_counter *counter,
                                                const void *data,
                                                size_t len,
                                                const uint32_t *offsets,
                                                size_t number,
                                                bool *matched);

/**
 * tally_counter_has_count for each of many strings, in one call, by 64-bit offsets; see
 * tally_counter_offsets32_has_counts.
 *
 * @param counter   The counter.
 * @param data      The data in which the strings are; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
 *                  them. May be NULL if number is 0.
 * @param number    The number of strings.
 * @param matched   Receives whether a segment matches, for each string; may be NULL if number is
 *                  0.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_offsets64_has_counts(const tally_counter *counter,
                                                const void *data,
                                                size_t len,
                                                const uint64_t *offsets,
                                                size_t number,
                                                bool *matched);

/**
 * tally_counter_count for each of many strings, in one call, by 32-bit offsets; see
 * tally_counter_offsets32_has_counts.
 *
 * @param counter   The counter.
 * @param data      The data in which the strings are; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
 *                  them. May be NULL if number is 0.
 * @param number    The number of strings.
 * @param counts    Receives the number of hits, for each string; may be NULL if number is 0.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_offsets32_counts(const tally_counter *counter,
                                            const void *data,
                                            size_t len,
                                            const uint32_t *offsets,
                                            size_t number,
                                            uint64_t *counts);

/**
 * tally_counter_count for each of many strings, in one call, by 64-bit offsets; see
 * tally_counter_offsets32_has_counts.
 *
 * @param counter   The counter.
 * @param data      The data in which the strings are; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
 *                  them. May be NULL if number is 0.
 * @param number    The number of strings.
 * @param counts    Receives the number of hits, for each string; may be NULL if number is 0.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_offsets64_counts(const tally_counter *counter,
                                            const void *data,
                                            size_t len,
                                            const uint64_t *offsets,
                                            size_t number,
                                            uint64_t *counts);

/**
 * tally_counter_max_count for each of many strings, in one call, by 32-bit offsets; see
 * tally_counter_offsets32_has_counts.
 *
 * @param counter   The counter.
 * @param data      The data in which the strings are; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
 *                  them. May be NULL if number is 0.
 * @param number    The number of strings.
 * @param counts    Receives the largest count of any segment, for each string; may be NULL if
 *                  number is 0.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_offsets32_max_counts(const tally_counter *counter,
                                                const void *data,
                                                size_t len,
                                                const uint32_t *offsets,
                                                size_t number,
                                                uint64_t *counts);

/**
 * tally_counter_max_count for each of many strings, in one call, by 64-bit offsets; see
 * tally_counter_offsets32_has_counts.
 *
 * @param counter   The counter.
 * @param data      The data in which the strings are; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
 *                  them. May be NULL if number is 0.
 * @param number    The number of strings.
 * @param counts    Receives the largest count of any segment, for each string; may be NULL if
 *                  number is 0.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_offsets64_max_counts(const tally_counter *counter,
                                                const void *data,
                                                size_t len,
                                                const uint64_t *offsets,
                                                size_t number,
                                                uint64_t *counts);

/* =============================================================================================
 * Columns: many strings in one call, in the layouts of Apache Arrow
 * ============================================================================================= */

/**
 * The type of the results of functions on columns: one of TALLY_RESULTS_*. Since 0.1.0.
 */
typedef uint32_t tally_results;

/**
 * Counts: 64-bit integers with a sign.
 */
#define TALLY_RESULTS_COUNTS 0

/**
 * Whether a segment matches: bits, the lowest of a byte first.
 */
#define TALLY_RESULTS_BITS 1

/**
 * tally_counter_has_count for each value of a column, in one call.
 *
 * A column is an array of the Arrow C data interface: of strings or binary values, with 32- or
 * 64-bit offsets, of a fixed width, or as views (formats u, U, z, Z, w:N, vu, vz), a dictionary of
 * these, or of the null type. Each value is data of its own. A value of a dictionary is looked at
 * once, however often it occurs. A null is never read, and its results are 0.
 *
 * What the structs and buffers say of themselves is checked before any value is read: numbers,
 * missing buffers, offsets, views and keys. That a buffer is as long as its layout makes it cannot
 * be checked, except for views.
 *
 * @param counter   The counter.
 * @param schema    The type of the column.
 * @param array     The column. It is not released.
 * @param matched   Receives whether a segment matches, for each value: one bit, the lowest of a
 *                  byte first. Bits behind the last value are 0.
 * @param validity  Receives which values are not null, in the same form; may be NULL.
 * @param capacity  The number of values for which there is room in matched, and in validity: an
 *                  eighth of it in bytes, rounded up.
 * @param nulls     Receives the number of nulls; may be NULL.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT for another type, and for a column that is broken;
 *          TALLY_ERROR_NULL_POINTER also if it lacks a buffer;
 *          TALLY_ERROR_LIMIT if capacity is too small;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. For views, uses 16 bytes of memory for each buffer; for a dictionary, 8 for each of
 * its values. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_column_has_counts(const tally_counter *counter,
                                             const struct ArrowSchema *schema,
                                             const struct ArrowArray *array,
                                             uint8_t *matched,
                                             uint8_t *validity,
                                             size_t capacity,
                                             uint64_t *nulls);

/**
 * tally_counter_count for each value of a column, in one call; see tally_counter_column_has_counts.
 *
 * @param counter   The counter.
 * @param schema    The type of the column.
 * @param array     The column. It is not released.
 * @param counts    Receives the number of hits, for each value; may be NULL if capacity is 0.
 * @param validity  Receives which values are not null; may be NULL.
 * @param capacity  The number of values for which there is room.
 * @param nulls     Receives the number of nulls; may be NULL.
 *
 * @return  As tally_counter_column_has_counts.
 *
 * Thread-safe. For views, uses 16 bytes of memory for each buffer; for a dictionary, 8 for each of
 * its values. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_column_counts(const tally_counter *counter,
                                         const struct ArrowSchema *schema,
                                         const struct ArrowArray *array,
                                         int64_t *counts,
                                         uint8_t *validity,
                                         size_t capacity,
                                         uint64_t *nulls);

/**
 * tally_counter_max_count for each value of a column, in one call; see
 * tally_counter_column_has_counts.
 *
 * @param counter   The counter.
 * @param schema    The type of the column.
 * @param array     The column. It is not released.
 * @param counts    Receives the largest count of any segment, for each value; may be NULL if
 *                  capacity is 0.
 * @param validity  Receives which values are not null; may be NULL.
 * @param capacity  The number of values for which there is room.
 * @param nulls     Receives the number of nulls; may be NULL.
 *
 * @return  As tally_counter_column_has_counts.
 *
 * Thread-safe. For views, uses 16 bytes of memory for each buffer; for a dictionary, 8 for each of
 * its values. Since 0.1.0.
 */
TALLY_API
tally_status tally_counter_column_max_counts(const tally_counter *counter,
                                             const struct ArrowSchema *schema,
                                             const struct ArrowArray *array,
                                             int64_t *counts,
                                             uint8_t *validity,
                                             size_t capacity,
                                             uint64_t *nulls);

/**
 * Feeds a column to a summary, as if it was text in which each value is followed by a reset byte:
 * values are segments, and values of several segments are several. Nulls are left out. Columns are
 * described at tally_counter_column_has_counts.
 *
 * The reset bytes count as data. Behind the last value an empty segment is open, as behind the last
 * newline of a text; it never has a hit, unless the reset byte is one.
 *
 * @param summary  The summary, of a counter with reset bytes.
 * @param schema   The type of the column.
 * @param array    The column. It is not released.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT for another type, for a column that is broken, and for a
 *          counter without reset bytes, or whose reset bytes are all in the needle;
 *          TALLY_ERROR_NULL_POINTER also if the column lacks a buffer;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * One call at a time. For views, uses 16 bytes of memory for each buffer. Since 0.1.0.
 */
TALLY_API
tally_status tally_summary_feed_column(tally_summary *summary,
                                       const struct ArrowSchema *schema,
                                       const struct ArrowArray *array);

/**
 * Copies the results of a function on columns to an array of the Arrow C data interface, which owns
 * its memory, to be passed on to any program that reads Arrow.
 *
 * @param type      The type of the results.
 * @param values    The results; may be NULL if number is 0.
 * @param validity  Which of them are not null, as bits; NULL if all are not.
 * @param number    How many there are.
 * @param nulls     How many of them are null.
 * @param schema    Receives the type of the array, for which its release has to be called.
 * @param array     Receives the array, for which its release has to be called.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT for more nulls than results, and for nulls without
 *          validity;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_results_export(tally_results type,
                                  const void *values,
                                  const uint8_t *validity,
                                  size_t number,
                                  uint64_t nulls,
                                  struct ArrowSchema *schema,
                                  struct ArrowArray *array);

/* =============================================================================================
 * Words: how many
 * ============================================================================================= */

/**
 * What separates words: one of TALLY_WORDS_*. A word is a longest run of bytes that are in no
 * separator. Since 0.1.0.
 */
typedef uint32_t tally_word_rule;

/**
 * How far the counting of words has come, in data that comes in chunks. Set all bytes to 0 to
 * begin. It may be copied at any time. This struct never changes. Since 0.1.0.
 */
typedef struct tally_word_cursor {
    /**
     * The number of words so far, as if the data ended here.
     */
    uint64_t words;
    /**
     * What the last bytes mean for the next chunk. No program looks at it.
     */
    uint64_t state;
} tally_word_cursor;

/**
 * Each space, "\t", "\n", "\v", "\f" and "\r": the words of C's isspace and of Python's
 * bytes.split(), and of "wc -w" in printable text.
 */
#define TALLY_WORDS_ASCII 0

/**
 * Each character at which Python's str.split() cuts: those with the Unicode property White_Space,
 * and U+001C to U+001F. In malformed UTF-8 every occurrence of the encoding of such a character
 * separates, whatever stands around it, and nothing else does.
 */
#define TALLY_WORDS_UNICODE 1

/**
 * Counts the words in data.
 *
 * @param data   The data; may be NULL if len is 0.
 * @param len    Its length in bytes.
 * @param rule   What separates words.
 * @param words  Receives the number of words.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_count_words(const void *data,
                               size_t len,
                               tally_word_rule rule,
                               uint64_t *words);

/**
 * Counts the words in data that comes in chunks. A chunk may have any length, and may end inside a
 * word or a character.
 *
 * @param data    The next chunk; may be NULL if len is 0.
 * @param len     Its length in bytes.
 * @param rule    What separates words; the same for all chunks.
 * @param cursor  Where counting continues; receives where it stopped. All bytes 0 for the
 *                first chunk.
 *
 * @return  TALLY_OK or a common error.
 *
 * Thread-safe, for cursors that no other call uses. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_count_words_chunk(const void *data,
                                     size_t len,
                                     tally_word_rule rule,
                                     tally_word_cursor *cursor);

/**
 * Counts the words in a file, as the next chunk of the data.
 *
 * @param path     The path of a regular file, a named pipe or a device; it ends in NUL. On Windows
 *                 it is UTF-8, elsewhere any bytes.
 * @param rule     What separates words.
 * @param options  How to read; may be NULL. Only the calling thread reads.
 * @param cursor   Where counting continues; receives where it stopped, after an error in
 *                 reading too. All bytes 0 for the first file.
 *
 * @return  As tally_stream_feed_file.
 *
 * Thread-safe, for cursors that no other call uses. Since 0.1.0.
 */
TALLY_API
tally_status tally_count_words_file(const char *path,
                                    tally_word_rule rule,
                                    const tally_read_options *options,
                                    tally_word_cursor *cursor);

/**
 * Counts the words in what can be read from a file descriptor, from its position to its end, as the
 * next chunk of the data. The descriptor stays open.
 *
 * @param fd       The descriptor of a file, a pipe, a socket or a terminal. On Windows, a
 *                 descriptor of the C runtime that the library uses, in binary mode.
 * @param rule     What separates words.
 * @param options  How to read; may be NULL. Only the calling thread reads.
 * @param cursor   Where counting continues; receives where it stopped, after an error in
 *                 reading too. All bytes 0 for the first file.
 *
 * @return  As tally_stream_feed_fd.
 *
 * Thread-safe, for cursors that no other call uses. Since 0.1.0.
 */
TALLY_API
tally_status tally_count_words_fd(int fd,
                                  tally_word_rule rule,
                                  const tally_read_options *options,
                                  tally_word_cursor *cursor);

/* =============================================================================================
 * Columns: many questions in one call
 * ============================================================================================= */

/**
 * What is asked of each value of a column: one of TALLY_QUESTION_*. Since 0.1.0.
 */
typedef uint32_t tally_question_kind;

/**
 * A question for tally_column_ask. Set all bytes to 0, for example with "= {0}", then the fields
 * that the kind uses; the others stay 0. This struct never changes. Since 0.1.0.
 */
typedef struct tally_question {
    /**
     * What is asked.
     */
    tally_question_kind kind;
    /**
     * For segments that start or end with the needle: which white space is left out.
     */
    tally_trim trim;
    /**
     * For words: what separates them.
     */
    tally_word_rule rule;
    /**
     * Not used: 0.
     */
    uint32_t reserved;
    /**
     * The counter; NULL for words and bytes.
     */
    const tally_counter *counter;
    /**
     * Receives the result for each value: as many as the capacity of the call. May be NULL if that
     * is 0. The results must not overlap other results, the questions, the validity or the column.
     */
    int64_t *results;
} tally_question;

/**
 * tally_counter_count.
 */
#define TALLY_QUESTION_COUNT 0

/**
 * tally_counter_max_count.
 */
#define TALLY_QUESTION_MAX_COUNT 1

/**
 * tally_counter_has_count; the result is 0 or 1.
 */
#define TALLY_QUESTION_HAS_COUNT 2

/**
 * tally_counter_matching_segments.
 */
#define TALLY_QUESTION_MATCHING_SEGMENTS 3

/**
 * tally_counter_starting_segments, with trim.
 */
#define TALLY_QUESTION_STARTING_SEGMENTS 4

/**
 * tally_counter_ending_segments, with trim.
 */
#define TALLY_QUESTION_ENDING_SEGMENTS 5

/**
 * tally_count_words, with rule; without a counter.
 */
#define TALLY_QUESTION_WORDS 6

/**
 * The length in bytes; without a counter.
 */
#define TALLY_QUESTION_BYTES 7

/**
 * Asks many questions of each value of a column, in one call. Each value is read from memory once,
 * and all questions are answered while it is in the cache. Columns are described at
 * tally_counter_column_has_counts.
 *
 * @param schema     The type of the column.
 * @param array      The column. It is not released.
 * @param questions  The questions; may be NULL if number is 0. The results of a null are 0.
 * @param number     How many questions there are.
 * @param validity   Receives which values are not null, as bits, the lowest of a byte first; may be
 *                   NULL.
 * @param capacity   The number of values for which there is room in the results of each question and
 *                   in validity.
 * @param nulls      Receives the number of nulls; may be NULL.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT for a kind, a trim or a rule that does not exist, for fields
 *          that the kind does not use and that are not 0, for another type of column, and for a
 *          column that is broken;
 *          TALLY_ERROR_NULL_POINTER also if a counter, results, or a buffer of the column is missing;
 *          TALLY_ERROR_LIMIT if capacity is too small;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Uses some memory for each question; for views, 16 bytes for each buffer; for a
 * dictionary, 8 for each question and value of it. Since 0.1.0.
 */
TALLY_API
tally_status tally_column_ask(const struct ArrowSchema *schema,
                              const struct ArrowArray *array,
                              const tally_question *questions,
                              size_t number,
                              uint8_t *validity,
                              size_t capacity,
                              uint64_t *nulls);

/* =============================================================================================
 * Words: how often each occurs
 * ============================================================================================= */

/**
 * How often each word occurs, in data that comes in chunks or from files.
 *
 * A chunk may have any length, and may end inside a word or a character. The last word is counted
 * once tally_words_finish says that the data has ended, or a separator follows it.
 *
 * With a limit of memory the table holds at most that much. Reaching it is TALLY_ERROR_LIMIT, and
 * running out of memory TALLY_ERROR_NO_MEMORY; neither loses anything: everything before the byte
 * that tally_words_bytes returns is counted, and feeding can continue there.
 *
 * One call at a time may use a table, from any thread. Since 0.1.0.
 */
typedef struct tally_words tally_words;

/**
 * All options of a table of words. Set all bytes to 0, for example with "= {0}", then size to
 * sizeof(tally_words_options), then the fields that are needed: 0 is the default of each field.
 *
 * Later versions may add fields at the end, as for tally_counter_options. A size smaller than the
 * struct of version 0.1.0 or larger than 4096, and bytes of the struct that this version does not
 * use and that are not 0, are TALLY_ERROR_INVALID_ARGUMENT. Since 0.1.0.
 */
typedef struct tally_words_options {
    /**
     * The size of the struct that the caller knows, in bytes: sizeof(tally_words_options).
     */
    size_t size;
    /**
     * The most memory that the table may hold, in bytes; 0 for no limit. It needs about 16 KiB to
     * begin, whatever the limit.
     */
    uint64_t max_bytes;
    /**
     * The length of the longest word in bytes; 0 for no limit. A longer one is TALLY_ERROR_LIMIT.
     */
    uint64_t max_word;
    /**
     * The seed of the hashing; 0 for a secret one. Whoever knows the seed can choose words that make
     * the table slow. The results do not depend on it.
     */
    uint64_t seed;
    /**
     * What separates words.
     */
    tally_word_rule rule;
    /**
     * Not used: 0.
     */
    uint32_t reserved;
} tally_words_options;

/**
 * A word and how often it occurs. This struct never changes. Since 0.1.0.
 */
typedef struct tally_word {
    /**
     * The word's bytes, in the memory of the table: valid until the next call that takes it without
     * const.
     */
    const void *bytes;
    /**
     * Their number; it is never 0.
     */
    size_t len;
    /**
     * How often the word occurs.
     */
    uint64_t count;
} tally_word;

/**
 * Creates a table of no data.
 *
 * @param rule       What separates words.
 * @param max_bytes  The most memory that the table may hold, in bytes; 0 for no limit. It needs
 *                   about 16 KiB to begin, whatever the limit.
 * @param words      Receives the table. Free it with tally_words_free.
 *
 * @return  TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_words_new(tally_word_rule rule,
                             uint64_t max_bytes,
                             tally_words **words);

/**
 * Creates a table of no data with all options.
 *
 * @param options  The options.
 * @param words    Receives the table. Free it with tally_words_free.
 *
 * @return  TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_words_new_with(const tally_words_options *options,
                                  tally_words **words);

/**
 * Frees a table.
 *
 * @param words  The table; may be NULL. If a call is using it, as during a progress callback,
 *               nothing happens.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API void tally_words_free(tally_words *words);

/**
 * Feeds the next chunk of the data.
 *
 * @param words  The table.
 * @param data   The chunk; may be NULL if len is 0.
 * @param len    Its length in bytes.
 *
 * @return  TALLY_ERROR_LIMIT; TALLY_ERROR_NO_MEMORY. After them, what is before the byte that
 *          tally_words_bytes returns is counted.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_words_feed(tally_words *words, const void *data, size_t len);

/**
 * Feeds the values of a column, as if each was a line of a text: so no word is in two values, nor in
 * a value and in what was fed before. Nulls are left out; a value of a dictionary counts as often as
 * it occurs. Columns are described at tally_counter_column_has_counts.
 *
 * The newline behind each value counts as data.
 *
 * @param words   The table.
 * @param schema  The type of the column.
 * @param array   The column. It is not released.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT for another type, and for a column that is broken;
 *          TALLY_ERROR_NULL_POINTER also if it lacks a buffer;
 *          TALLY_ERROR_LIMIT and TALLY_ERROR_NO_MEMORY, after which what is before the byte of that
 *          text that tally_words_bytes returns is counted.
 *
 * One call at a time. For views, uses 16 bytes of memory for each buffer. Since 0.1.0.
 */
TALLY_API
tally_status tally_words_feed_column(tally_words *words,
                                     const struct ArrowSchema *schema,
                                     const struct ArrowArray *array);

/**
 * Feeds a file, up to its end. The data does not end there: see tally_words_finish.
 *
 * @param words    The table.
 * @param path     The path of a regular file, a named pipe or a device; it ends in NUL. On Windows
 *                 it is UTF-8, elsewhere any bytes.
 * @param options  How to read; may be NULL. If the table has a limit, only the calling thread reads.
 *
 * @return  As tally_summary_feed_file. TALLY_ERROR_LIMIT also means that of the table.
 *
 * After an error, what is before the byte that tally_words_bytes returns is counted. One call at a
 * time. Since 0.1.0.
 */
TALLY_API
tally_status tally_words_feed_file(tally_words *words,
                                   const char *path,
                                   const tally_read_options *options);

/**
 * Feeds what can be read from a file descriptor, from its position to its end. The descriptor stays
 * open. The data does not end there: see tally_words_finish.
 *
 * @param words    The table.
 * @param fd       The descriptor of a file, a pipe, a socket or a terminal. On Windows, a
 *                 descriptor of the C runtime that the library uses, in binary mode.
 * @param options  How to read; may be NULL. Only the calling thread reads.
 *
 * @return  As tally_summary_feed_fd. TALLY_ERROR_LIMIT also means that of the table.
 *
 * After an error, what is before the byte that tally_words_bytes returns is counted. One call at a
 * time. Since 0.1.0.
 */
TALLY_API
tally_status tally_words_feed_fd(tally_words *words,
                                 int fd,
                                 const tally_read_options *options);

/**
 * Says that the data ends here, and so does its last word. What is fed next starts another one, as
 * if a separator stood between.
 *
 * @param words  The table.
 *
 * @return  TALLY_ERROR_LIMIT and TALLY_ERROR_NO_MEMORY, after which the last word is not counted.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_words_finish(tally_words *words);

/**
 * Returns the number of words, but for the one that the data ends in so far.
 *
 * @param words  The table.
 * @param total  Receives the number.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_words_total(const tally_words *words, uint64_t *total);

/**
 * Returns the number of different words.
 *
 * @param words     The table.
 * @param distinct  Receives the number.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_words_distinct(const tally_words *words, uint64_t *distinct);

/**
 * Returns how many bytes of the data have been processed.
 *
 * @param words  The table.
 * @param bytes  Receives the number of bytes.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_words_bytes(const tally_words *words, uint64_t *bytes);

/**
 * Returns how often a word occurs.
 *
 * @param words  The table.
 * @param word   The word; may be NULL if len is 0.
 * @param len    Its length in bytes.
 * @param count  Receives the count; 0 if it does not occur.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_words_get(const tally_words *words,
                             const void *word,
                             size_t len,
                             uint64_t *count);

/**
 * Returns the most frequent words: by count, the highest first, then by their bytes, the smallest
 * first.
 *
 * @param words     The table.
 * @param top       Receives the words; may be NULL if capacity is 0.
 * @param capacity  How many to return at most.
 * @param found     Receives their number.
 *
 * @return  TALLY_ERROR_NO_MEMORY.
 *
 * One call at a time. Needs memory for the words that it returns, 24 bytes each. Since 0.1.0.
 */
TALLY_API
tally_status tally_words_top(const tally_words *words,
                             tally_word *top,
                             size_t capacity,
                             size_t *found);

/**
 * Returns the words in no particular order, a part of them at a time.
 *
 * @param words     The table.
 * @param first     How many words to pass over: 0, and then as many as were found before.
 * @param list      Receives the words; may be NULL if capacity is 0.
 * @param capacity  How many to return at most.
 * @param found     Receives their number; less than capacity only at the end.
 *
 * @return  TALLY_OK or a common error.
 *
 * The order does not change until the table does. One call at a time. Allocates no memory.
 * Since 0.1.0.
 */
TALLY_API
tally_status tally_words_list(const tally_words *words,
                              uint64_t first,
                              tally_word *list,
                              size_t capacity,
                              size_t *found);

/**
 * Adds what from has counted to into; the data of from follows that of into.
 *
 * If the data of into ends in a word (it is not finished) and that of from starts with one, these
 * are one word. A separator that the cut splits is found.
 *
 * @param into  The table that is changed. Its limits hold.
 * @param from  The table to add; it is not changed. It may be into itself: its data then counts
 *              twice.
 *
 * @return  TALLY_ERROR_DIFFERENT_COUNTERS for tables of different rules; TALLY_ERROR_LIMIT, also if
 *          both together have more than 2^62 bytes of data; TALLY_ERROR_NO_MEMORY.
 *
 * Needs memory meanwhile: 8 bytes for each word of from, and for a table merged into itself that of
 * a copy. One call at a time on into, and on from. Since 0.1.0.
 */
TALLY_API tally_status tally_words_merge(tally_words *into, const tally_words *from);

/**
 * Returns the size of the state that tally_words_save writes.
 *
 * @param words  The table.
 * @param len    Receives the size in bytes; it is never 0. It can change when the table is next fed,
 *               finished, merged or cleared.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_words_state_size(const tally_words *words,
                                    size_t *len);

/**
 * Saves a table as bytes, for tally_words_load in another process or on another machine. The format
 * is the same on every processor.
 *
 * @param words     The table.
 * @param state     Receives the state; may be NULL if capacity is 0.
 * @param capacity  The size of state in bytes. What tally_words_state_size returns is enough.
 * @param len       Receives the size of the state in bytes.
 *
 * @return  TALLY_ERROR_LIMIT if capacity is too small.
 *
 * One call at a time. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_words_save(const tally_words *words,
                              void *state,
                              size_t capacity,
                              size_t *len);

/**
 * Creates a table from a saved state. It continues where the saved one was.
 *
 * The state is not trusted: any bytes may be given. Impossible states are refused where that can be
 * detected; after a forged state that is accepted, the counts are meaningless, and nothing worse.
 * Later versions load the states of this one.
 *
 * @param options  The options of the table; their rule is that of the saved one.
 * @param state    The state; may be NULL if len is 0.
 * @param len      Its size in bytes.
 * @param words    Receives the table. Free it with tally_words_free.
 *
 * @return  TALLY_ERROR_BAD_STATE if the bytes are not a state that this version can load, or
 *          damaged;
 *          TALLY_ERROR_DIFFERENT_COUNTERS if the state was saved by a table of another rule;
 *          TALLY_ERROR_LIMIT as the options say;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_words_load(const tally_words_options *options,
                              const void *state,
                              size_t len,
                              tally_words **words);

/**
 * Clears a table, as if nothing had been fed; it keeps its memory. A table in which a panic happened
 * is usable again.
 *
 * @param words  The table.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_words_clear(tally_words *words);

/* =============================================================================================
 * Words: the most frequent ones, approximately, in fixed memory
 * ============================================================================================= */

/**
 * The most frequent words of data that never ends, in fixed memory: approximate counts, each with a
 * bound of its error.
 *
 * A word that is held occurs at most count times, and at least count - error times; a word that is
 * not held, at most tally_top_floor times. So every word that occurs more often than that is held,
 * and if there is room for all words, their counts are exact. The result depends on the data, the
 * memory and the longest word alone. Feeding needs no memory, and does not fail for want of it.
 *
 * Words longer than the max_word of the options (by default a 64th of max_bytes, at most 1024) are
 * never held: see tally_top_skipped.
 *
 * One call at a time may use it, from any thread. Since 0.1.0.
 */
typedef struct tally_top tally_top;

/**
 * A word that is held, and how often it occurs. This struct never changes. Since 0.1.0.
 */
typedef struct tally_top_word {
    /**
     * The word's bytes: valid until the next call that takes the tally_top without const.
     */
    const void *bytes;
    /**
     * Their number; it is never 0.
     */
    size_t len;
    /**
     * How often the word occurs at most.
     */
    uint64_t count;
    /**
     * How much less often it may occur: at least count - error times.
     */
    uint64_t error;
} tally_top_word;

/**
 * Creates a tally_top of no data.
 *
 * @param rule       What separates words.
 * @param max_bytes  How much memory it takes, in bytes, at least 32768; 0 for 1 MiB.
 * @param top        Receives it. Free it with tally_top_free.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT for 1 to 32767 bytes;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_top_new(tally_word_rule rule,
                           uint64_t max_bytes,
                           tally_top **top);

/**
 * Creates a tally_top of no data with all options.
 *
 * @param options  The options. Their max_bytes is how much memory it takes, at least 32768 bytes,
 *                 and their max_word is at most a 16th of that.
 * @param top      Receives it. Free it with tally_top_free.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT for another max_bytes or max_word, and as the options say;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_top_new_with(const tally_words_options *options,
                                tally_top **top);

/**
 * Frees a tally_top.
 *
 * @param top  The tally_top; may be NULL. If a call is using it, as during a progress callback,
 *             nothing happens.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API void tally_top_free(tally_top *top);

/**
 * Feeds the next chunk of the data, which may end inside a word or a character.
 *
 * @param top   The tally_top.
 * @param data  The chunk; may be NULL if len is 0.
 * @param len   Its length in bytes.
 *
 * @return  TALLY_ERROR_NO_MEMORY, after a panic alone.
 *
 * One call at a time. Allocates no memory, unless there was a panic. Since 0.1.0.
 */
TALLY_API tally_status tally_top_feed(tally_top *top, const void *data, size_t len);

/**
 * Feeds the values of a column, as tally_words_feed_column.
 *
 * @param top     The tally_top.
 * @param schema  The type of the column.
 * @param array   The column. It is not released.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT for another type, and for a column that is broken;
 *          TALLY_ERROR_NULL_POINTER also if it lacks a buffer;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * One call at a time. For views, uses 16 bytes of memory for each buffer. Since 0.1.0.
 */
TALLY_API
tally_status tally_top_feed_column(tally_top *top,
                                   const struct ArrowSchema *schema,
                                   const struct ArrowArray *array);

/**
 * Feeds a file, up to its end. The data does not end there: see tally_top_finish.
 *
 * @param top      The tally_top.
 * @param path     The path of a regular file, a named pipe or a device; it ends in NUL. On Windows
 *                 it is UTF-8, elsewhere any bytes.
 * @param options  How to read; may be NULL. Only the calling thread reads.
 *
 * @return  As tally_summary_feed_file.
 *
 * After an error, what was read before it has been fed. One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_top_feed_file(tally_top *top,
                                 const char *path,
                                 const tally_read_options *options);

/**
 * Feeds what can be read from a file descriptor, from its position to its end. The descriptor stays
 * open. The data does not end there: see tally_top_finish.
 *
 * @param top      The tally_top.
 * @param fd       The descriptor of a file, a pipe, a socket or a terminal. On Windows, a
 *                 descriptor of the C runtime that the library uses, in binary mode.
 * @param options  How to read; may be NULL. Only the calling thread reads.
 *
 * @return  As tally_summary_feed_fd.
 *
 * After an error, what was read before it has been fed. One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_top_feed_fd(tally_top *top,
                               int fd,
                               const tally_read_options *options);

/**
 * Says that the data ends here, and so does its last word. What is fed next starts another one, as
 * if a separator stood between.
 *
 * @param top  The tally_top.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Allocates no memory. Since 0.1.0.
 */
TALLY_API tally_status tally_top_finish(tally_top *top);

/**
 * Returns the number of words, but for the one that the data ends in so far.
 *
 * @param top    The tally_top.
 * @param total  Receives the number.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_top_total(const tally_top *top, uint64_t *total);

/**
 * Returns how many words were longer than the max_word of the options. They are in the total alone.
 *
 * @param top      The tally_top.
 * @param skipped  Receives the number.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_top_skipped(const tally_top *top, uint64_t *skipped);

/**
 * Returns how many bytes of the data have been processed.
 *
 * @param top    The tally_top.
 * @param bytes  Receives the number of bytes.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_top_bytes(const tally_top *top, uint64_t *bytes);

/**
 * Returns how many words are held.
 *
 * @param top   The tally_top.
 * @param held  Receives the number.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_top_held(const tally_top *top, uint64_t *held);

/**
 * Returns how often a word that is not held and not longer than max_word occurs at most. It is 0 as
 * long as there is room for all words.
 *
 * @param top    The tally_top.
 * @param floor  Receives the number.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_top_floor(const tally_top *top, uint64_t *floor);

/**
 * Returns how often a word occurs: at most count times, and at least count - error times. For a word
 * that is not held both are tally_top_floor.
 *
 * @param top    The tally_top.
 * @param word   The word; may be NULL if len is 0, when both are 0. Nothing is known of a word that
 *               is longer than max_word.
 * @param len    Its length in bytes.
 * @param count  Receives how often it occurs at most.
 * @param error  Receives how much less often it may occur.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API
tally_status tally_top_get(const tally_top *top,
                           const void *word,
                           size_t len,
                           uint64_t *count,
                           uint64_t *error);

/**
 * Returns the most frequent words: by count, the highest first, then by their bytes, the smallest
 * first.
 *
 * @param top       The tally_top.
 * @param words     Receives the words; may be NULL if capacity is 0.
 * @param capacity  How many to return at most.
 * @param found     Receives their number.
 *
 * @return  TALLY_ERROR_NO_MEMORY.
 *
 * One call at a time. Needs memory for the words that it returns, 56 bytes each. Since 0.1.0.
 */
TALLY_API
tally_status tally_top_words(const tally_top *top,
                             tally_top_word *words,
                             size_t capacity,
                             size_t *found);

/**
 * Adds what from has counted to into; the data of from is behind that of into and a separator. The
 * last word of into ends, and what is fed next continues the last one of from.
 *
 * All bounds hold for the whole. The memory of the two may differ.
 *
 * @param into  The tally_top that is changed.
 * @param from  The tally_top to add; it is not changed. It may be into itself: its data then counts
 *              twice.
 *
 * @return  TALLY_ERROR_DIFFERENT_COUNTERS if their rules or the longest words they hold differ;
 *          TALLY_ERROR_LIMIT if both together have more than 2^62 bytes of data;
 *          TALLY_ERROR_NO_MEMORY, for into itself alone.
 *
 * One call at a time on into, and on from. Since 0.1.0.
 */
TALLY_API tally_status tally_top_merge(tally_top *into, const tally_top *from);

/**
 * Returns the size of the state that tally_top_save writes.
 *
 * @param top  The tally_top.
 * @param len  Receives the size in bytes; it is never 0. It can change when more is fed.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_top_state_size(const tally_top *top, size_t *len);

/**
 * Saves a tally_top as bytes, for tally_top_load in another process or on another machine. The format
 * is the same on every processor.
 *
 * @param top       The tally_top.
 * @param state     Receives the state; may be NULL if capacity is 0.
 * @param capacity  The size of state in bytes. What tally_top_state_size returns is enough.
 * @param len       Receives the size of the state in bytes.
 *
 * @return  TALLY_ERROR_LIMIT if capacity is too small.
 *
 * One call at a time. Allocates no memory. Since 0.1.0.
 */
TALLY_API
tally_status tally_top_save(const tally_top *top,
                            void *state,
                            size_t capacity,
                            size_t *len);

/**
 * Creates a tally_top from a saved state. It continues where the saved one was.
 *
 * The state is not trusted: any bytes may be given. Impossible states are refused where that can be
 * detected; after a forged state that is accepted, the counts are meaningless, and nothing worse.
 * Later versions load the states of this one.
 *
 * @param options  The options; their rule and longest word are those of the saved one. With less
 *                 memory than that had, it holds fewer words.
 * @param state    The state; may be NULL if len is 0.
 * @param len      Its size in bytes.
 * @param top      Receives the tally_top. Free it with tally_top_free.
 *
 * @return  TALLY_ERROR_BAD_STATE if the bytes are not a state that this version can load, or
 *          damaged;
 *          TALLY_ERROR_DIFFERENT_COUNTERS if rule or longest word differ;
 *          TALLY_ERROR_INVALID_ARGUMENT as tally_top_new_with;
 *          TALLY_ERROR_NO_MEMORY.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API
tally_status tally_top_load(const tally_words_options *options,
                            const void *state,
                            size_t len,
                            tally_top **top);

/**
 * Clears a tally_top, as if nothing had been fed. One in which a panic happened is usable again.
 *
 * @param top  The tally_top.
 *
 * @return  TALLY_OK or a common error.
 *
 * One call at a time. Since 0.1.0.
 */
TALLY_API tally_status tally_top_clear(tally_top *top);

/* =============================================================================================
 * Information
 * ============================================================================================= */

/**
 * Returns a description of a status in English.
 *
 * @param status  Any number.
 * @return        A static string that ends in NUL; never NULL.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API const char *tally_status_message(tally_status status);

/**
 * Returns the version of the library, as "MAJOR.MINOR.PATCH". TALLY_VERSION_MAJOR, _MINOR and
 * _PATCH are the version of the header that the program was compiled with.
 *
 * @return  A static string that ends in NUL; never NULL.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API const char *tally_version(void);

/**
 * Returns the widest instruction set in use: "avx512", "avx2", "sse2", "neon" or "portable".
 *
 * It is chosen once, on Linux when the library is loaded, elsewhere when it is first used: the one
 * that the environment variable TALLY_BACKEND names, if the processor has it; otherwise the
 * fastest way on this processor, which may mix instruction sets. While it is chosen, no other
 * thread may change the environment.
 *
 * @return  A static string that ends in NUL; never NULL.
 *
 * Thread-safe. Since 0.1.0.
 */
TALLY_API const char *tally_backend(void);

#ifdef __cplusplus
}
#endif

#endif /* TALLY_H */
