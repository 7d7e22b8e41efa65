/*
 * tally: does this character occur at least N times, in any word, any line, or the whole text?
 *
 * A tally_counter is the question: what is counted, how many times it has to occur, and where
 * counting starts again. Its functions answer for data in memory: whether
 * (tally_counter_has_count), where (tally_counter_find), and the neighbours of that. Data is any
 * bytes; lengths and offsets are in bytes.
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
 *   TALLY_OK: after an error they are as they were, and so is every handle.
 * - NULL with a length of 0 is empty data. NULL with a length, for a handle, or for the place of a
 *   result is TALLY_ERROR_NULL_POINTER.
 * - A length above PTRDIFF_MAX, or a constant that is not declared here, is
 *   TALLY_ERROR_INVALID_ARGUMENT.
 * - Every ..._new has its ..._free, which does nothing for NULL. Nothing else is to be freed.
 * - Data and text given to a function are borrowed for the call, or copied. The places of results
 *   may not overlap them.
 * - The library keeps no state but its choice of an instruction set, starts no threads, and prints
 *   nothing (but for a defect's own message, see TALLY_ERROR_PANIC).
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

/**
 * A question: does something occur at least so many times in a segment?
 *
 * It never changes once made. Any number of threads may use one at the same time, without a lock;
 * only tally_counter_free must come after all other uses.
 */
typedef struct tally_counter tally_counter;

/**
 * What a function says of how it went: TALLY_OK, or one of TALLY_ERROR_*. The numbers never change
 * and are never used again for something else; later versions may add some.
 */
typedef int32_t tally_status;

/**
 * Where counting starts again: one of TALLY_RESET_*. Each reset byte ends one segment and opens
 * the next.
 */
typedef uint32_t tally_reset;

/**
 * Where a segment reaches the number.
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
     * The offset just past the bytes with which the segment reaches the number; for the number 0,
     * the same as start.
     */
    uint64_t end;
} tally_match;

/**
 * It went well, and the results are written.
 */
#define TALLY_OK 0

/**
 * A pointer that may not be NULL is NULL.
 */
#define TALLY_ERROR_NULL_POINTER 1

/**
 * An argument is outside of what the function takes.
 */
#define TALLY_ERROR_INVALID_ARGUMENT 2

/**
 * Reading failed; errno (on Windows GetLastError) says why.
 */
#define TALLY_ERROR_IO 3

/**
 * There is not enough memory.
 */
#define TALLY_ERROR_NO_MEMORY 4

/**
 * A limit that the caller set is reached.
 */
#define TALLY_ERROR_LIMIT 5

/**
 * The caller's callback stopped it.
 */
#define TALLY_ERROR_CANCELLED 6

/**
 * A defect of the library, which was stopped before it could do harm. Please report it.
 */
#define TALLY_ERROR_PANIC 7

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

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

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

/**
 * Makes a counter of a character.
 *
 * @param what        A Unicode code point; it is counted as its bytes in UTF-8.
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
tally_status tally_counter_new(uint32_t what,
                               uint64_t min_number,
                               tally_reset reset,
                               struct tally_counter **counter);

/**
 * Makes a counter of a string of bytes: of its occurrences from left to right that do not overlap.
 *
 * @param what        The bytes of the string; they are copied.
 * @param what_len    How many there are, at least 1.
 * @param min_number  The number that a segment's count has to reach. Every segment reaches 0.
 * @param reset       The reset bytes, in any order; may be NULL if reset_len is 0.
 * @param reset_len   How many there are; 0: the whole data is one segment.
 * @param counter     Where the new counter goes. It is to be freed with tally_counter_free.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length;
 *          TALLY_ERROR_INVALID_ARGUMENT for an empty string, a length above PTRDIFF_MAX, or a
 *          string of two bytes or more of which one is a reset byte (no segment could hold it);
 *          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
 */
TALLY_API
tally_status tally_counter_new_bytes(const void *what,
                                     size_t what_len,
                                     uint64_t min_number,
                                     const void *reset,
                                     size_t reset_len,
                                     struct tally_counter **counter);

/**
 * Makes a counter of any byte of a set.
 *
 * @param bytes       The bytes of the set, in any order; they are copied.
 * @param bytes_len   How many there are, at least 1.
 * @param min_number  The number that a segment's count has to reach. Every segment reaches 0.
 * @param reset       The reset bytes, in any order; may be NULL if reset_len is 0. A byte may be
 *                    in both sets: then it is the first hit of the segment that it opens.
 * @param reset_len   How many there are; 0: the whole data is one segment.
 * @param counter     Where the new counter goes. It is to be freed with tally_counter_free.
 *
 * @return  TALLY_OK;
 *          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length;
 *          TALLY_ERROR_INVALID_ARGUMENT for an empty set or a length above PTRDIFF_MAX;
 *          TALLY_ERROR_NO_MEMORY; TALLY_ERROR_PANIC.
 */
TALLY_API
tally_status tally_counter_new_any_of(const void *bytes,
                                      size_t bytes_len,
                                      uint64_t min_number,
                                      const void *reset,
                                      size_t reset_len,
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
 * @param reached  Where the answer goes.
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
                                     bool *reached);

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
tally_status tally_counter_segments_reached(const struct tally_counter *counter,
                                            const void *data,
                                            size_t len,
                                            uint64_t *segments);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TALLY_H */
