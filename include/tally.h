/*
 * tally: does this character occur at least N times, in any word, any line, or the whole text?
 *
 * A tally_counter is the question: what is counted, how many times it has to occur, and where
 * counting starts again. Its functions answer for data in memory: whether
 * (tally_counter_has_count), where (tally_counter_find), and the neighbours of that; the functions
 * that end in _threads do so on several threads. Data is any bytes; lengths and offsets are in
 * bytes. For data that comes in chunks or from files, a tally_stream answers whether and where, and
 * reads no further than it must; a tally_summary counts everything, and those of parts can be
 * merged, wherever they were counted.
 *
 *     tally_counter *counter;
 *     bool reached;
 *     if (tally_counter_new(';', 64, TALLY_RESET_NEWLINES, &counter) == TALLY_OK) {
 *         if (tally_counter_has_count(counter, data, len, &reached) == TALLY_OK && reached) {
 *             puts("a line has 64 semicolons or more");
 *         }
 *         tally_counter_free(counter);
 *     }
 *
 * Segments. Each reset byte ends one segment and opens the next, which starts at the offset behind
 * it; the count starts again at 0 there. Segments are numbered from 0; there is one more than there
 * are reset bytes. At each byte the reset comes first, then the count, then the comparison: a byte
 * that is counted and resets is the first hit of the segment it opens. A segment reaches a number
 * when its count is at least that.
 *
 * Conventions, the same for every function:
 *
 * - What can fail returns a tally_status. Results go to the last parameters, and only with
 *   TALLY_OK: after an error they are as they were, and so is every handle; but where reading a
 *   file fails, what was read before is fed.
 * - NULL with a length of 0 is empty data. NULL with a length, for a handle, or for the place of a
 *   result is TALLY_ERROR_NULL_POINTER.
 * - A length above PTRDIFF_MAX, or a constant that is not declared here, is
 *   TALLY_ERROR_INVALID_ARGUMENT.
 * - Every ..._new has its ..._free, which does nothing for NULL. Nothing else is to be freed.
 * - Data and text given to a function are borrowed for the call, or copied. The places of results
 *   may not overlap them.
 * - The library keeps no state but its choice of an instruction set, starts no threads unless it is
 *   asked for some, and prints nothing (but for a defect's own message, see TALLY_ERROR_PANIC).
 *
 * This file is generated from the library's sources. SPDX-License-Identifier: MIT OR Apache-2.0
 */

#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The version of this header; tally_version() tells the library's. */
#define TALLY_VERSION_MAJOR 0
#define TALLY_VERSION_MINOR 1
#define TALLY_VERSION_PATCH 0

/* Before each function. On Windows, define TALLY_STATIC to link the static library. */
#ifndef TALLY_API
#if defined(_WIN32) && !defined(TALLY_STATIC)
#define TALLY_API __declspec(dllimport)
#elif defined(__GNUC__) && !defined(_WIN32)
#define TALLY_API __attribute__((visibility("default")))
#else
#define TALLY_API
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* =============================================================================================
 * Status
 * ============================================================================================= */

/**
 * The status returned by every function that can fail: TALLY_OK, or one of TALLY_ERROR_*. The
 * numbers never change and are never reused; later versions may add some.
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
 * An argument is outside of what the function accepts.
 */
#define TALLY_ERROR_INVALID_ARGUMENT 2

/**
 * Opening or reading a file failed; errno (on Windows GetLastError) says why.
 */
#define TALLY_ERROR_IO 3

/**
 * Not enough memory.
 */
#define TALLY_ERROR_NO_MEMORY 4

/**
 * A limit was reached: one that the caller set, or one that the function names.
 */
#define TALLY_ERROR_LIMIT 5

/**
 * The caller's callback stopped the call.
 */
#define TALLY_ERROR_CANCELLED 6

/**
 * A defect in the library was caught before it could do harm. Please report it. A stream or summary
 * in which it happened is unusable until it is reset: every other call on it returns this again.
 */
#define TALLY_ERROR_PANIC 7

/**
 * The summaries cannot be merged exactly: overlapping occurrences cross the cut between them.
 */
#define TALLY_ERROR_OVERLAP 8

/**
 * Another call is using the handle: on another thread, or the one whose callback this is.
 */
#define TALLY_ERROR_IN_USE 9

/**
 * The needle has several bytes, and one of them is a reset byte: no segment could contain it.
 */
#define TALLY_ERROR_RESET_IN_NEEDLE 10

/**
 * The match to continue from cannot be a match of this counter in this data.
 */
#define TALLY_ERROR_NOT_A_MATCH 11

/**
 * The summaries, or the summary and the state, are of counters that ask different questions.
 */
#define TALLY_ERROR_DIFFERENT_COUNTERS 12

/**
 * The bytes are not a state that this version can load, or they are damaged.
 */
#define TALLY_ERROR_BAD_STATE 13

/* =============================================================================================
 * Simple: data in memory
 * ============================================================================================= */

/**
 * A question: does a needle occur at least a number of times in a segment?
 *
 * A counter never changes. Any number of threads can use one at the same time without a lock; only
 * tally_counter_free has to come after all other uses.
 */
typedef struct tally_counter tally_counter;

/**
 * Where counting starts again: one of TALLY_RESET_*. Each reset byte ends one segment and opens
 * the next.
 */
typedef uint32_t tally_reset;

/**
 * A segment that matches, and where. This struct never changes.
 */
typedef struct tally_match {
    /**
     * The number of the segment, counted from 0.
     */
    uint64_t segment;
    /**
     * The offset in bytes at which the segment starts.
     */
    uint64_t start;
    /**
     * The offset just past the hit with which the count reached the number; the same as start if
     * the number is 0.
     */
    uint64_t end;
    /**
     * The segment's count at end, which is the number.
     */
    uint64_t count;
} tally_match;

/**
 * Nowhere: the whole data is one segment.
 */
#define TALLY_RESET_NONE 0

/**
 * At "\n": segments are lines.
 */
#define TALLY_RESET_NEWLINES 1

/**
 * At a space, U+0020 alone.
 */
#define TALLY_RESET_SPACES 2

/**
 * At a space, "\t", "\n", "\v", "\f" or "\r".
 */
#define TALLY_RESET_WHITESPACE 3

/**
 * Makes a counter of a character.
 *
 * @param needle      A code point, counted as its UTF-8 bytes.
 * @param min_number  The number that a segment's count has to reach. Every segment reaches 0.
 * @param reset       One of TALLY_RESET_*.
 * @param counter     Where the new counter goes. It is to be freed with tally_counter_free.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL counter;
 *          TALLY_ERROR_INVALID_ARGUMENT for a surrogate, a number above 0x10FFFF, or an unknown
 *          reset;
 *          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
 */
TALLY_API
tally_status tally_counter_new(uint32_t needle,
                               uint64_t min_number,
                               tally_reset reset,
                               struct tally_counter **counter);

/**
 * Frees a counter.
 *
 * @param counter  The counter; nothing happens for NULL. It may not be used any more.
 */
TALLY_API void tally_counter_free(struct tally_counter *counter);

/**
 * Says whether any segment reaches the number, and reads no more of the data than that takes.
 *
 * @param counter  The counter.
 * @param data     The data, any bytes; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param matched  Where the answer goes.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL counter or reached, or NULL with a length;
 *          TALLY_ERROR_INVALID_ARGUMENT for a length above PTRDIFF_MAX;
 *          TALLY_ERROR_PANIC.
 *
 * Other threads may use the counter meanwhile. No memory is allocated.
 */
TALLY_API
tally_status tally_counter_has_count(const struct tally_counter *counter,
                                     const void *data,
                                     size_t len,
                                     bool *matched);

/**
 * Finds where segments reach the number: the first matches, or the next behind one found before.
 *
 * Each segment that reaches the number is a match once. To go through all, give the last match
 * found as after, until fewer are found than there was room for.
 *
 * @param counter   The counter.
 * @param data      The data, any bytes; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param after     NULL: from the start. Or a match that this counter found in the same data: from
 *                  the segment behind it on. It may be one of matches.
 * @param matches   Where the matches go, in order; may be NULL if capacity is 0. Only as many are
 *                  written as are found.
 * @param capacity  How many there is room for.
 * @param found     Where the number of matches found goes: at most capacity.
 *
 * @return  TALLY_OK, if nothing is found too;
 *          TALLY_ERROR_NULL_POINTER for a NULL counter or found, or NULL with a length or a
 *          capacity;
 *          TALLY_ERROR_INVALID_ARGUMENT for a length, or a size of matches, above PTRDIFF_MAX, or
 *          for an after that cannot be a match of this counter in this data (what can be told
 *          without reading all of the data again);
 *          TALLY_ERROR_PANIC.
 *
 * Other threads may use the counter meanwhile. No memory is allocated. It reads the data up to the
 * last match found and, to number the segments, the part since the match before a second time.
 */
TALLY_API
tally_status tally_counter_find(const struct tally_counter *counter,
                                const void *data,
                                size_t len,
                                const struct tally_match *after,
                                struct tally_match *matches,
                                size_t capacity,
                                size_t *found);

/**
 * Counts how often it occurs in the data, whatever the segments.
 *
 * @param counter  The counter.
 * @param data     The data, any bytes; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param count    Where the count goes.
 *
 * @return  As tally_counter_has_count.
 *
 * Other threads may use the counter meanwhile. No memory is allocated.
 */
TALLY_API
tally_status tally_counter_count(const struct tally_counter *counter,
                                 const void *data,
                                 size_t len,
                                 uint64_t *count);

/**
 * Finds the largest count in one segment.
 *
 * @param counter    The counter.
 * @param data       The data, any bytes; may be NULL if len is 0.
 * @param len        Its length in bytes.
 * @param max_count  Where the count goes.
 *
 * @return  As tally_counter_has_count.
 *
 * Other threads may use the counter meanwhile. No memory is allocated.
 */
TALLY_API
tally_status tally_counter_max_count(const struct tally_counter *counter,
                                     const void *data,
                                     size_t len,
                                     uint64_t *max_count);

/**
 * Counts the segments that reach the number.
 *
 * @param counter   The counter.
 * @param data      The data, any bytes; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param segments  Where their number goes.
 *
 * @return  As tally_counter_has_count.
 *
 * Other threads may use the counter meanwhile. No memory is allocated.
 */
TALLY_API
tally_status tally_counter_matching_segments(const struct tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             uint64_t *segments);

/* =============================================================================================
 * With options: byte strings, sets of bytes, reset bytes of your own
 * ============================================================================================= */

/**
 * The needle is a string of bytes: its occurrences leftmost first, not overlapping.
 */
#define TALLY_NEEDLE_STRING 0

/**
 * The needle is any byte of a set.
 */
#define TALLY_NEEDLE_ANY_OF 1

/**
 * The needle is a code point, counted as its UTF-8 bytes.
 */
#define TALLY_NEEDLE_CHARACTER 2

/**
 * A segment matches if its count reaches min_number.
 */
#define TALLY_AT_LEAST 0

/**
 * For max_number: no maximum.
 */
#define TALLY_NO_MAXIMUM UINT64_MAX

/**
 * All options of a counter. Set everything to 0, for example with "= {0}", then size to
 * sizeof(tally_counter_options), then the fields that are wanted: 0 is the default of each.
 *
 * Later versions add fields at the end.
 */
typedef struct tally_counter_options {
    /**
     * sizeof(tally_counter_options): says which fields the caller knows.
     */
    size_t size;
    /**
     * The bytes of the string or of the set, in any order; NULL if needle_kind is
     * TALLY_NEEDLE_CHARACTER.
     */
    const void *needle;
    /**
     * How many bytes needle has.
     */
    size_t needle_len;
    /**
     * One of TALLY_NEEDLE_*.
     */
    uint32_t needle_kind;
    /**
     * The code point, if needle_kind is TALLY_NEEDLE_CHARACTER; else 0.
     */
    uint32_t character;
    /**
     * What a segment's count has to satisfy: TALLY_AT_LEAST.
     */
    uint32_t condition;
    /**
     * One of TALLY_RESET_*; TALLY_RESET_NONE if the reset bytes are in reset.
     */
    tally_reset named_reset;
    /**
     * For TALLY_AT_LEAST: the number that the count has to reach. Every segment reaches 0.
     */
    uint64_t min_number;
    /**
     * Has to be 0 for TALLY_AT_LEAST.
     */
    uint64_t max_number;
    /**
     * The reset bytes, in any order; may be NULL if reset_len is 0.
     */
    const void *reset;
    /**
     * How many bytes reset has.
     */
    size_t reset_len;
} tally_counter_options;

/**
 * Makes a counter with all options.
 *
 * @param options  The options; the bytes they point to are copied.
 * @param counter  Receives the new counter. Free it with tally_counter_free.
 *
 * @return  TALLY_ERROR_INVALID_ARGUMENT for an unknown constant, a size below that of the first
 *          version, options that this version does not know and that are not 0, a surrogate or
 *          a number above 0x10FFFF, an empty needle, a needle or character that needle_kind does
 *          not use, both a named reset and reset bytes;
 *          TALLY_ERROR_RESET_IN_NEEDLE for a needle of several bytes that contains a reset byte;
 *          TALLY_ERROR_NO_MEMORY.
 */
TALLY_API
tally_status tally_counter_new_with(const struct tally_counter_options *options,
                                    tally_counter **counter);

/* =============================================================================================
 * Streams: data in chunks, up to the first match
 * ============================================================================================= */

/**
 * Has it yet? A counter's question, asked of data that comes in chunks or from files.
 *
 * The answer is that for all the data fed so far, as if it were one piece: characters and strings
 * that the edge of a chunk cuts are counted once. Chunks may be of any size, 0 included. Once the
 * answer is yes it stays, and nothing more is read.
 *
 * One thread at a time may use a stream, any thread. A use at the same time, out of the callback
 * of a reading too, is refused as TALLY_ERROR_INVALID_ARGUMENT.
 */
typedef struct tally_stream tally_stream;

/**
 * Makes a stream. It has a copy of the counter, which may be freed before it.
 *
 * @param counter  The counter.
 * @param stream   Where the new stream goes. It is to be freed with tally_stream_free.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL counter or stream;
 *          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
 *
 * Other threads may use the counter meanwhile.
 */
TALLY_API tally_status tally_stream_new(const tally_counter *counter, struct tally_stream **stream);

/**
 * Frees a stream.
 *
 * @param stream  The stream; nothing happens for NULL. It may not be used any more.
 */
TALLY_API void tally_stream_free(struct tally_stream *stream);

/**
 * Takes the next chunk of the data, and says whether a segment has reached the number by now.
 *
 * @param stream   The stream.
 * @param data     The chunk, any bytes; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param matched  Where the answer goes.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL stream or reached, or NULL with a length;
 *          TALLY_ERROR_INVALID_ARGUMENT for a length above PTRDIFF_MAX, or a stream in use;
 *          TALLY_ERROR_PANIC.
 *
 * One thread at a time. No memory is allocated.
 */
TALLY_API
tally_status tally_stream_feed(struct tally_stream *stream,
                               const void *data,
                               size_t len,
                               bool *matched);

/**
 * Tells the first match in what was fed so far.
 *
 * @param stream   The stream.
 * @param match    Where the match goes, if a segment has reached the number; offsets are from the
 *                 first byte ever fed. May be NULL.
 * @param matched  Where it goes whether one has.
 *
 * @return  TALLY_OK, also where none has;
 *          TALLY_ERROR_NULL_POINTER for a NULL stream or reached;
 *          TALLY_ERROR_INVALID_ARGUMENT for a stream in use; TALLY_ERROR_PANIC.
 *
 * One thread at a time.
 */
TALLY_API
tally_status tally_stream_match(const struct tally_stream *stream,
                                tally_match *match,
                                bool *matched);

/**
 * Starts again, as if nothing were fed.
 *
 * @param stream  The stream.
 *
 * @return  TALLY_OK; TALLY_ERROR_NULL_POINTER for a NULL stream; TALLY_ERROR_INVALID_ARGUMENT for
 *          a stream in use; TALLY_ERROR_PANIC.
 *
 * One thread at a time.
 */
TALLY_API tally_status tally_stream_reset(struct tally_stream *stream);

/* =============================================================================================
 * Summaries: data in chunks, counted to its end and merged
 * ============================================================================================= */

/**
 * All counts of a counter's question, found on one way through data that comes in chunks or from
 * files. Those of the parts of a text can be merged.
 *
 * One thread at a time may use a summary, any thread. A use at the same time, out of the callback
 * of a reading too, is refused as TALLY_ERROR_INVALID_ARGUMENT.
 */
typedef struct tally_summary tally_summary;

/**
 * What a summary has counted.
 */
typedef struct tally_totals {
    /**
     * The length of the data.
     */
    uint64_t bytes;
    /**
     * How often it occurs, whatever the segments.
     */
    uint64_t count;
    /**
     * The largest count in one segment.
     */
    uint64_t max_count;
    /**
     * How many segments there are: one more than there are reset bytes.
     */
    uint64_t segments;
    /**
     * How many segments reach the number.
     */
    uint64_t matching_segments;
} tally_totals;

/**
 * Makes a summary of no data yet. It has a copy of the counter, which may be freed before it.
 *
 * @param counter  The counter.
 * @param summary  Where the new summary goes. It is to be freed with tally_summary_free.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL counter or summary;
 *          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
 *
 * Other threads may use the counter meanwhile.
 */
TALLY_API
tally_status tally_summary_new(const tally_counter *counter,
                               struct tally_summary **summary);

/**
 * Frees a summary.
 *
 * @param summary  The summary; nothing happens for NULL. It may not be used any more.
 */
TALLY_API void tally_summary_free(struct tally_summary *summary);

/**
 * Takes the next chunk of the data.
 *
 * @param summary  The summary.
 * @param data     The chunk, any bytes; may be NULL if len is 0.
 * @param len      Its length in bytes.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL summary, or NULL with a length;
 *          TALLY_ERROR_INVALID_ARGUMENT for a length above PTRDIFF_MAX, or a summary in use;
 *          TALLY_ERROR_PANIC.
 *
 * One thread at a time. No memory is allocated.
 */
TALLY_API
tally_status tally_summary_feed(struct tally_summary *summary,
                                const void *data,
                                size_t len);

/**
 * Takes what right has counted, whose data follows left's: left is then as one that was fed all.
 *
 * A character or string that the cut between them splits is found, and the segment that it splits
 * is one again. It does not matter in which order neighbours are merged. The parts may have been
 * counted by different threads or processors.
 *
 * Strings that can overlap themselves, as "aa" in "aaa", are counted from left to right, each
 * behind the end of the one before. Where one lies across the cut, counting goes on behind its
 * end, e bytes into right. But right has counted from its own start. Both ways of counting mostly
 * come together soon, at the first reset at the latest, and find the same from there on. right
 * remembers its first bytes, four times as many as the string has but at least 256, and sees what
 * happens there. If it has more bytes than it remembers, and both ways have not come together
 * within those, then the answer cannot be known, and merging is refused. (Have come together: by
 * then, both have left open the same beginning of the string, if any.) For what cannot overlap
 * itself, characters and sets of bytes among it, merging always works.
 *
 * @param left   The summary that takes.
 * @param right  The summary that gives; it is not changed. It may be the same as left: then its
 *               data counts twice.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL left or right;
 *          TALLY_ERROR_INVALID_ARGUMENT where they ask different questions, or for a summary in
 *          use;
 *          TALLY_ERROR_OVERLAP where merging cannot be exact, as above;
 *          TALLY_ERROR_LIMIT for more than 2^62 bytes together;
 *          TALLY_ERROR_NO_MEMORY where left and right are the same; TALLY_ERROR_PANIC.
 *
 * After an error both are as they were. One thread at a time may use left, and right.
 */
TALLY_API
tally_status tally_summary_merge(struct tally_summary *left,
                                 const struct tally_summary *right);

/**
 * Tells what is counted so far.
 *
 * @param summary  The summary.
 * @param totals   Where the counts go.
 *
 * @return  TALLY_OK; TALLY_ERROR_NULL_POINTER for a NULL summary or totals;
 *          TALLY_ERROR_INVALID_ARGUMENT for a summary in use; TALLY_ERROR_PANIC.
 *
 * One thread at a time.
 */
TALLY_API
tally_status tally_summary_totals(const struct tally_summary *summary,
                                  struct tally_totals *totals);

/**
 * Tells how many bytes the state of a summary takes.
 *
 * @param summary  The summary.
 * @param len      Where the number of bytes goes; it is never 0.
 *
 * @return  TALLY_OK; TALLY_ERROR_NULL_POINTER for a NULL summary or len;
 *          TALLY_ERROR_INVALID_ARGUMENT for a summary in use; TALLY_ERROR_PANIC.
 *
 * One thread at a time.
 */
TALLY_API tally_status tally_summary_state_size(const struct tally_summary *summary, size_t *len);

/**
 * Writes the state of a summary as bytes, for tally_summary_load in another process or on another
 * machine. It has the question, the counts, and for a string of bytes the first ones of the data
 * (see tally_summary_merge). Its format is the same on every processor.
 *
 * @param summary   The summary.
 * @param state     Where the state goes; may be NULL if capacity is 0.
 * @param capacity  How many bytes there is room for: as many as tally_summary_state_size tells
 *                  suffice, until the summary is next fed or merged.
 * @param len       Where the length of the state in bytes goes.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL summary or len, or a NULL state with a capacity;
 *          TALLY_ERROR_INVALID_ARGUMENT for a capacity above PTRDIFF_MAX, or a summary in use;
 *          TALLY_ERROR_LIMIT for a capacity that is too small, or more than 2^62 bytes of data;
 *          TALLY_ERROR_PANIC.
 *
 * One thread at a time. No memory is allocated.
 */
TALLY_API
tally_status tally_summary_save(const struct tally_summary *summary,
                                void *state,
                                size_t capacity,
                                size_t *len);

/**
 * Makes the summary whose state was saved, by a counter that asks the same question. It goes on
 * where that one was.
 *
 * Any bytes may be given. What no summary can have saved is refused, as far as that can be told;
 * from a wrong state that is not, the totals make no sense, and that is all.
 *
 * @param counter  The counter, which may be freed before the summary.
 * @param state    The state; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param summary  Where the new summary goes. It is to be freed with tally_summary_free.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL counter or summary, or NULL with a length;
 *          TALLY_ERROR_INVALID_ARGUMENT for a state that is broken or of another question, or a
 *          length above PTRDIFF_MAX;
 *          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
 *
 * Other threads may use the counter meanwhile.
 */
TALLY_API
tally_status tally_summary_load(const tally_counter *counter,
                                const void *state,
                                size_t len,
                                struct tally_summary **summary);

/**
 * Starts again, as if nothing were fed.
 *
 * @param summary  The summary.
 *
 * @return  TALLY_OK; TALLY_ERROR_NULL_POINTER for a NULL summary; TALLY_ERROR_INVALID_ARGUMENT
 *          for a summary in use; TALLY_ERROR_PANIC.
 *
 * One thread at a time.
 */
TALLY_API tally_status tally_summary_reset(struct tally_summary *summary);

/* =============================================================================================
 * Files, for streams and summaries
 * ============================================================================================= */

/**
 * Called while a file is read, on the thread that called the reading function: at most 20 times a
 * second, between reads, and once more when all is read.
 *
 * @param context  The context of the tally_read_options.
 * @param done     How many bytes this call has read.
 * @param total    How many there were to be read when it began; 0 where that is not known.
 * @return         0 to go on; anything else stops it with TALLY_ERROR_CANCELLED, the last call's
 *                 answer too.
 *
 * It may not throw or jump out of the call. It may use the library, but not the handle that is
 * being fed: that is refused as TALLY_ERROR_INVALID_ARGUMENT, and a free does nothing.
 */
typedef int32_t (*tally_progress)(void *context, uint64_t done, uint64_t total);

/**
 * How files are read. Set everything to 0, as by "= {0}", and then size, to sizeof the whole.
 * So 0 is the default of every field, those of later versions too. A NULL for the options of a
 * function is the same as all defaults.
 */
typedef struct tally_read_options {
    /**
     * sizeof(tally_read_options), which tells the fields that the caller knows. Too small for the
     * fields down to max_bytes, above 4096, or with something other than 0 in what this library
     * does not know: TALLY_ERROR_INVALID_ARGUMENT.
     */
    size_t size;
    /**
     * Called while reading; may be NULL.
     */
    tally_progress progress;
    /**
     * Handed to progress.
     */
    void *context;
    /**
     * How many bytes are read at most; 0: no limit. If there are more, the status is
     * TALLY_ERROR_LIMIT. Whether there are is looked up for a regular file alone: from anything
     * else it would take a byte away, and so exactly so many bytes are TALLY_ERROR_LIMIT too.
     */
    uint64_t max_bytes;
    /**
     * How many threads read, of which the calling one is the first, where
     * tally_summary_feed_file reads a large regular file; 0 is the same as 1. Anything else is
     * read by the calling thread alone. A thread that cannot be started is no error.
     */
    uint32_t threads;
} tally_read_options;

/**
 * Feeds a file, up to its end or until a segment has reached the number. At most 256 KiB are read
 * past the match. If a segment had reached the number before, the file is not even opened.
 *
 * @param stream   The stream.
 * @param path     The file's path, in UTF-8 on Windows; elsewhere any bytes. A regular file, a
 *                 named pipe, a device.
 * @param options  How to read; may be NULL.
 * @param matched  Where the answer goes.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL stream, path or reached;
 *          TALLY_ERROR_INVALID_ARGUMENT for options of a bad size, on Windows for a path that is
 *          not UTF-8, or for a stream in use;
 *          TALLY_ERROR_IO where opening or reading fails, and errno (on Windows GetLastError)
 *          says why: for a directory it is EISDIR;
 *          TALLY_ERROR_LIMIT, TALLY_ERROR_CANCELLED as the options say;
 *          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
 *
 * After an error, what was read before it is fed, and feeding can go on: so tally_stream_match
 * answers for that. Reads that are interrupted (EINTR) are tried again. One thread at a time.
 */
TALLY_API
tally_status tally_stream_feed_file(tally_stream *stream,
                                    const char *path,
                                    const struct tally_read_options *options,
                                    bool *matched);

/**
 * Feeds what a file descriptor gives, from where it stands, up to its end or until a segment has
 * reached the number. At most 256 KiB are read past the match, and nothing if a segment had
 * reached the number before. The descriptor stays open.
 *
 * @param stream   The stream.
 * @param fd       The descriptor: of a file, a pipe, a socket, a terminal. On Windows, one of the
 *                 C runtime that the library uses, in binary mode.
 * @param options  How to read; may be NULL.
 * @param matched  Where the answer goes.
 *
 * @return  As tally_stream_feed_file; for a descriptor that is not open, or not for reading, it
 *          is TALLY_ERROR_IO and errno is EBADF.
 *
 * After an error, what was read before it is fed, and feeding can go on: also after EAGAIN from a
 * descriptor that does not wait. One thread at a time.
 */
TALLY_API
tally_status tally_stream_feed_fd(tally_stream *stream,
                                  int fd,
                                  const struct tally_read_options *options,
                                  bool *matched);

/**
 * Feeds a file, up to its end; with several threads, if the options say so.
 *
 * @param summary  The summary.
 * @param path     The file's path, in UTF-8 on Windows; elsewhere any bytes. A regular file, a
 *                 named pipe, a device.
 * @param options  How to read; may be NULL.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL summary or path;
 *          TALLY_ERROR_INVALID_ARGUMENT for options of a bad size, on Windows for a path that is
 *          not UTF-8, or for a summary in use;
 *          TALLY_ERROR_IO where opening or reading fails, and errno (on Windows GetLastError)
 *          says why: for a directory it is EISDIR;
 *          TALLY_ERROR_LIMIT, TALLY_ERROR_CANCELLED as the options say;
 *          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
 *
 * After an error, what was read before it is fed, and feeding can go on; bytes of the totals says
 * how much that is. (Several threads may have read more, which is not fed.) Reads that are
 * interrupted (EINTR) are tried again. One thread at a time.
 */
TALLY_API
tally_status tally_summary_feed_file(tally_summary *summary,
                                     const char *path,
                                     const struct tally_read_options *options);

/**
 * Feeds what a file descriptor gives, from where it stands, up to its end. The descriptor stays
 * open.
 *
 * @param summary  The summary.
 * @param fd       The descriptor: of a file, a pipe, a socket, a terminal. On Windows, one of the
 *                 C runtime that the library uses, in binary mode.
 * @param options  How to read; may be NULL. It is read by the calling thread alone.
 *
 * @return  As tally_summary_feed_file; for a descriptor that is not open, or not for reading, it
 *          is TALLY_ERROR_IO and errno is EBADF.
 *
 * After an error, what was read before it is fed, and feeding can go on: also after EAGAIN from a
 * descriptor that does not wait. One thread at a time.
 */
TALLY_API
tally_status tally_summary_feed_fd(tally_summary *summary,
                                   int fd,
                                   const struct tally_read_options *options);

/* =============================================================================================
 * Several threads: large data in memory
 * ============================================================================================= */

/**
 * tally_counter_has_count on several threads, and the first match. All of them stop at the first
 * match; it is the first one in the data, whichever thread finds one first.
 *
 * Threads are worth while from some megabytes on; below two, none is started, and never more than
 * 1024. A thread that cannot be started is no error: the others do its work. So the answer is the
 * same with any number.
 *
 * @param counter  The counter.
 * @param data     The data, any bytes; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param threads  How many threads work, of which the calling one is the first; 0 is the same as
 *                 1.
 * @param match    Where the first match goes, if there is one; may be NULL.
 * @param matched  Where the answer goes.
 *
 * @return  As tally_counter_has_count.
 *
 * Other threads may use the counter meanwhile. For threads, and for strings of bytes, some memory
 * is allocated; where there is none, the calling thread works alone.
 */
TALLY_API
tally_status tally_counter_has_count_threads(const tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             uint32_t threads,
                                             tally_match *match,
                                             bool *matched);

/**
 * tally_counter_count on several threads, as tally_counter_has_count_threads.
 *
 * @param counter  The counter.
 * @param data     The data, any bytes; may be NULL if len is 0.
 * @param len      Its length in bytes.
 * @param threads  How many threads work; 0 is the same as 1.
 * @param count    Where the count goes.
 *
 * @return  As tally_counter_has_count.
 *
 * Other threads may use the counter meanwhile.
 */
TALLY_API
tally_status tally_counter_count_threads(const tally_counter *counter,
                                         const void *data,
                                         size_t len,
                                         uint32_t threads,
                                         uint64_t *count);

/**
 * tally_counter_max_count on several threads, as tally_counter_has_count_threads.
 *
 * @param counter    The counter.
 * @param data       The data, any bytes; may be NULL if len is 0.
 * @param len        Its length in bytes.
 * @param threads    How many threads work; 0 is the same as 1.
 * @param max_count  Where the count goes.
 *
 * @return  As tally_counter_has_count.
 *
 * Other threads may use the counter meanwhile.
 */
TALLY_API
tally_status tally_counter_max_count_threads(const tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             uint32_t threads,
                                             uint64_t *max_count);

/**
 * tally_counter_matching_segments on several threads, as tally_counter_has_count_threads.
 *
 * @param counter   The counter.
 * @param data      The data, any bytes; may be NULL if len is 0.
 * @param len       Its length in bytes.
 * @param threads   How many threads work; 0 is the same as 1.
 * @param segments  Where their number goes.
 *
 * @return  As tally_counter_has_count.
 *
 * Other threads may use the counter meanwhile.
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
 * tally_counter_has_count of each of many pieces of data, with one call.
 *
 * Each piece is data of its own: counting starts again in it, and segments end with it. For short
 * pieces, a call for each would cost more than the counting.
 *
 * @param counter  The counter.
 * @param data     The pieces, one right behind the other; may be NULL if len is 0.
 * @param len      Their length together, in bytes.
 * @param lens     The length of each piece; may be NULL if number is 0. Together they make len.
 * @param number   How many pieces there are.
 * @param matched  Where the answers go, one for each piece; may be NULL if number is 0.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length or a number;
 *          TALLY_ERROR_INVALID_ARGUMENT for a length, or a size of lens or reached, above
 *          PTRDIFF_MAX, or where the lengths do not make len;
 *          TALLY_ERROR_PANIC, after which some of the answers may be written.
 *
 * Other threads may use the counter meanwhile. No memory is allocated.
 */
TALLY_API
tally_status tally_counter_has_counts(const tally_counter *counter,
                                      const void *data,
                                      size_t len,
                                      const size_t *lens,
                                      size_t number,
                                      bool *matched);

/**
 * tally_counter_count of each of many pieces of data, with one call.
 *
 * See tally_counter_has_counts.
 *
 * @param counter  The counter.
 * @param data     The pieces, one right behind the other; may be NULL if len is 0.
 * @param len      Their length together, in bytes.
 * @param lens     The length of each piece; may be NULL if number is 0. Together they make len.
 * @param number   How many pieces there are.
 * @param counts   Where the counts go, one for each piece; may be NULL if number is 0.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length or a number;
 *          TALLY_ERROR_INVALID_ARGUMENT for a length, or a size of lens or counts, above
 *          PTRDIFF_MAX, or where the lengths do not make len;
 *          TALLY_ERROR_PANIC, after which some of the counts may be written.
 *
 * Other threads may use the counter meanwhile. No memory is allocated.
 */
TALLY_API
tally_status tally_counter_counts(const tally_counter *counter,
                                  const void *data,
                                  size_t len,
                                  const size_t *lens,
                                  size_t number,
                                  uint64_t *counts);

/**
 * tally_counter_max_count of each of many pieces of data, with one call.
 *
 * See tally_counter_has_counts.
 *
 * @param counter  The counter.
 * @param data     The pieces, one right behind the other; may be NULL if len is 0.
 * @param len      Their length together, in bytes.
 * @param lens     The length of each piece; may be NULL if number is 0. Together they make len.
 * @param number   How many pieces there are.
 * @param counts   Where the counts go, one for each piece; may be NULL if number is 0.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length or a number;
 *          TALLY_ERROR_INVALID_ARGUMENT for a length, or a size of lens or counts, above
 *          PTRDIFF_MAX, or where the lengths do not make len;
 *          TALLY_ERROR_PANIC, after which some of the counts may be written.
 *
 * Other threads may use the counter meanwhile. No memory is allocated.
 */
TALLY_API
tally_status tally_counter_max_counts(const tally_counter *counter,
                                      const void *data,
                                      size_t len,
                                      const size_t *lens,
                                      size_t number,
                                      uint64_t *counts);

/* =============================================================================================
 * Information
 * ============================================================================================= */

/**
 * Says in English what a status means.
 *
 * @param status  Any number.
 * @return        A static text that ends in NUL, never NULL. Not to be freed.
 *
 * Any thread may call it at any time.
 */
TALLY_API const char *tally_status_message(tally_status status);

/**
 * The version of the library that the program runs with, as "MAJOR.MINOR.PATCH". Compare
 * TALLY_VERSION_MAJOR and its like, which tell the header's.
 *
 * @return  A static text that ends in NUL, never NULL. Not to be freed.
 *
 * Any thread may call it at any time.
 */
TALLY_API const char *tally_version(void);

/**
 * The instruction set in use: "avx512", "avx2", "sse2", "neon" or "portable".
 *
 * It is chosen once, at the first use of the library: the one that the environment variable
 * TALLY_BACKEND names, if the processor has it, or else the fastest that it has.
 *
 * @return  A static text that ends in NUL, never NULL. Not to be freed.
 *
 * Any thread may call it at any time.
 */
TALLY_API const char *tally_backend(void);

#ifdef __cplusplus
}
#endif

#endif /* TALLY_H */
