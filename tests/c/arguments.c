/* Calls every function with every bad argument: the status is the one that the header names, the
 * results stay as they were, and the handle still works. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <tally.h>

#include "check.h"

#define TOO_LONG ((size_t)PTRDIFF_MAX + 1)

static const char DATA[] = "c\ncc\nccc";
enum { LEN = sizeof DATA - 1, PATTERN = 0x5A };

static tally_counter *counter;
static tally_stream *stream;
static tally_summary *summary;
static unsigned long pairs;

/* A place for a result that tells when it is written to. */
#define FILL(place) memset(&(place), PATTERN, sizeof(place))

static bool untouched(const void *place, size_t size) {
    const unsigned char *bytes = place;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != PATTERN) {
            return false;
        }
    }
    return true;
}

/* One pair of function and fault: the call's status, the place it may not write, and the handle
 * afterwards. */
#define REFUSED(call, expected, place)                                                             \
    do {                                                                                           \
        FILL(place);                                                                               \
        CHECK((call) == (expected), #call);                                                        \
        CHECK(untouched(&(place), sizeof(place)), #call);                                          \
        check_handles();                                                                           \
        pairs++;                                                                                   \
    } while (0)

/* The same for a fault that is the place itself. */
#define REFUSED_PLACE(call)                                                                        \
    do {                                                                                           \
        CHECK((call) == TALLY_ERROR_NULL_POINTER, #call);                                          \
        check_handles();                                                                           \
        pairs++;                                                                                   \
    } while (0)

/* The same for a call without a place. */
#define REFUSED_CALL(call, expected)                                                               \
    do {                                                                                           \
        CHECK((call) == (expected), #call);                                                        \
        check_handles();                                                                           \
        pairs++;                                                                                   \
    } while (0)

static void check_handles(void) {
    tally_match match;
    tally_totals totals;
    size_t found;
    bool reached;
    CHECK(tally_counter_find(counter, DATA, LEN, NULL, &match, 1, &found) == TALLY_OK, "counter");
    CHECK(found == 1 && match.segment == 1 && match.start == 2 && match.end == 4, "counter");
    /* Both were fed "c\nc", and nothing since. */
    CHECK(tally_stream_match(stream, &match, &reached) == TALLY_OK && !reached, "stream");
    CHECK(tally_summary_totals(summary, &totals) == TALLY_OK, "summary");
    CHECK(totals.bytes == 3 && totals.count == 2 && totals.segments == 2, "summary");
}

static void check_new(void) {
    tally_counter *made;
    const uint32_t no_characters[] = {0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0x110000, UINT32_MAX};
    const tally_reset no_resets[] = {4, 5, 0x80000000, UINT32_MAX};
    for (size_t i = 0; i < sizeof no_characters / sizeof *no_characters; i++) {
        REFUSED(tally_counter_new(no_characters[i], 1, TALLY_RESET_NONE, &made),
                TALLY_ERROR_INVALID_ARGUMENT, made);
    }
    for (size_t i = 0; i < sizeof no_resets / sizeof *no_resets; i++) {
        REFUSED(tally_counter_new('c', 1, no_resets[i], &made), TALLY_ERROR_INVALID_ARGUMENT, made);
    }
    REFUSED_PLACE(tally_counter_new('c', 1, TALLY_RESET_NONE, NULL));

    REFUSED(tally_counter_new_bytes(NULL, 0, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_bytes("c", 0, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT, made);
    REFUSED(tally_counter_new_bytes(NULL, 1, 1, NULL, 0, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED(tally_counter_new_bytes("c", TOO_LONG, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_bytes("c", SIZE_MAX, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_bytes("c", 1, 1, NULL, 1, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED(tally_counter_new_bytes("c", 1, 1, "\n", TOO_LONG, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_bytes("a\nb", 3, 1, "\n", 1, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_bytes("\nb", 2, 1, "x\n", 2, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED_PLACE(tally_counter_new_bytes("c", 1, 1, NULL, 0, NULL));

    REFUSED(tally_counter_new_any_of(NULL, 0, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_any_of("c", 0, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_any_of(NULL, 1, 1, NULL, 0, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED(tally_counter_new_any_of("c", TOO_LONG, 1, NULL, 0, &made),
            TALLY_ERROR_INVALID_ARGUMENT, made);
    REFUSED(tally_counter_new_any_of("c", 1, 1, NULL, 1, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED(tally_counter_new_any_of("c", 1, 1, "\n", TOO_LONG, &made),
            TALLY_ERROR_INVALID_ARGUMENT, made);
    REFUSED_PLACE(tally_counter_new_any_of("c", 1, 1, NULL, 0, NULL));
}

/* The functions that take data and a number of threads. */
#define CHECK_THREADS(function, type)                                                              \
    do {                                                                                           \
        type result;                                                                               \
        REFUSED(function(NULL, DATA, LEN, 2, &result), TALLY_ERROR_NULL_POINTER, result);          \
        REFUSED(function(counter, NULL, 1, 2, &result), TALLY_ERROR_NULL_POINTER, result);         \
        REFUSED(function(counter, DATA, TOO_LONG, 2, &result), TALLY_ERROR_INVALID_ARGUMENT,       \
                result);                                                                           \
        REFUSED_PLACE(function(counter, DATA, LEN, 2, NULL));                                      \
        CHECK(function(counter, NULL, 0, 2, &result) == TALLY_OK && result == 0, #function);       \
        CHECK(function(counter, "c\ncc", 4, 0, &result) == TALLY_OK && result > 0, #function);     \
        CHECK(function(counter, "c\ncc", 4, UINT32_MAX, &result) == TALLY_OK, #function);          \
    } while (0)

static void check_has_count_threads(void) {
    struct {
        tally_match match;
        bool reached;
    } out;
    REFUSED(tally_counter_has_count_threads(NULL, DATA, LEN, 2, &out.match, &out.reached),
            TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_counter_has_count_threads(counter, NULL, 1, 2, &out.match, &out.reached),
            TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_counter_has_count_threads(counter, DATA, TOO_LONG, 2, &out.match, &out.reached),
            TALLY_ERROR_INVALID_ARGUMENT, out);
    REFUSED(tally_counter_has_count_threads(counter, DATA, LEN, 2, &out.match, NULL),
            TALLY_ERROR_NULL_POINTER, out);
    bool reached;
    CHECK(tally_counter_has_count_threads(counter, DATA, LEN, 2, NULL, &reached) == TALLY_OK &&
              reached,
          "no place for the match");
    /* Without a match, its place stays as it was. */
    FILL(out);
    CHECK(tally_counter_has_count_threads(counter, DATA, 1, 2, &out.match, &out.reached) ==
              TALLY_OK,
          "no match");
    CHECK(!out.reached && untouched(&out.match, sizeof out.match), "no match");
}

static void check_stream(void) {
    tally_stream *made;
    bool reached;
    REFUSED(tally_stream_new(NULL, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED_PLACE(tally_stream_new(counter, NULL));
    REFUSED(tally_stream_feed(NULL, DATA, LEN, &reached), TALLY_ERROR_NULL_POINTER, reached);
    REFUSED(tally_stream_feed(stream, NULL, 1, &reached), TALLY_ERROR_NULL_POINTER, reached);
    REFUSED(tally_stream_feed(stream, DATA, TOO_LONG, &reached), TALLY_ERROR_INVALID_ARGUMENT,
            reached);
    REFUSED_PLACE(tally_stream_feed(stream, DATA, LEN, NULL));
    REFUSED(tally_stream_feed_file(NULL, "/dev/null", NULL, &reached), TALLY_ERROR_NULL_POINTER,
            reached);
    REFUSED(tally_stream_feed_file(stream, NULL, NULL, &reached), TALLY_ERROR_NULL_POINTER,
            reached);
    REFUSED_PLACE(tally_stream_feed_file(stream, "/dev/null", NULL, NULL));
    REFUSED(tally_stream_feed_fd(NULL, 0, NULL, &reached), TALLY_ERROR_NULL_POINTER, reached);
    REFUSED(tally_stream_feed_fd(stream, -1, NULL, &reached), TALLY_ERROR_IO, reached);
    REFUSED_PLACE(tally_stream_feed_fd(stream, 0, NULL, NULL));
    tally_match match;
    REFUSED(tally_stream_match(NULL, &match, &reached), TALLY_ERROR_NULL_POINTER, match);
    REFUSED_PLACE(tally_stream_match(stream, &match, NULL));
    REFUSED_CALL(tally_stream_reset(NULL), TALLY_ERROR_NULL_POINTER);
    /* Without a match, its place stays as it was; and there may be none. */
    FILL(match);
    CHECK(tally_stream_match(stream, &match, &reached) == TALLY_OK && !reached, "no match");
    CHECK(untouched(&match, sizeof match), "no match");
    CHECK(tally_stream_feed(stream, NULL, 0, &reached) == TALLY_OK && !reached, "empty");
    /* The number 0 is reached before anything is fed. */
    tally_counter *zero;
    CHECK(tally_counter_new('c', 0, TALLY_RESET_NONE, &zero) == TALLY_OK, "zero");
    CHECK(tally_stream_new(zero, &made) == TALLY_OK, "zero");
    tally_counter_free(zero);
    CHECK(tally_stream_match(made, &match, &reached) == TALLY_OK && reached, "zero");
    CHECK(match.segment == 0 && match.start == 0 && match.end == 0, "zero");
    CHECK(tally_stream_feed(made, NULL, 0, &reached) == TALLY_OK && reached, "zero");
    tally_stream_free(made);
}

static tally_summary *new_summary(const char *what, size_t len, uint64_t min_number) {
    tally_counter *of;
    tally_summary *made = NULL;
    CHECK(tally_counter_new_bytes(what, len, min_number, "\n", 1, &of) == TALLY_OK, what);
    CHECK(tally_summary_new(of, &made) == TALLY_OK, what);
    tally_counter_free(of);
    return made;
}

static void check_merge(void) {
    REFUSED_CALL(tally_summary_merge(NULL, summary), TALLY_ERROR_NULL_POINTER);
    REFUSED_CALL(tally_summary_merge(summary, NULL), TALLY_ERROR_NULL_POINTER);
    /* Other questions: another number, other bytes, other resets. */
    tally_summary *other = new_summary("c", 1, 3);
    REFUSED_CALL(tally_summary_merge(summary, other), TALLY_ERROR_INVALID_ARGUMENT);
    tally_summary_free(other);
    other = new_summary("d", 1, 2);
    REFUSED_CALL(tally_summary_merge(summary, other), TALLY_ERROR_INVALID_ARGUMENT);
    tally_summary_free(other);
    tally_counter *of;
    CHECK(tally_counter_new('c', 2, TALLY_RESET_NONE, &of) == TALLY_OK, "other resets");
    CHECK(tally_summary_new(of, &other) == TALLY_OK, "other resets");
    tally_counter_free(of);
    REFUSED_CALL(tally_summary_merge(summary, other), TALLY_ERROR_INVALID_ARGUMENT);
    tally_summary_free(other);
    /* The same question, said in another way. */
    tally_totals totals;
    tally_summary *same = new_summary("c", 1, 2);
    CHECK(tally_summary_merge(same, summary) == TALLY_OK, "the same question");
    CHECK(tally_summary_totals(same, &totals) == TALLY_OK && totals.bytes == 3, "the same");
    /* With itself, until that is too much: after 62 times there are 2^62 bytes of 1. */
    tally_summary_reset(same);
    CHECK(tally_summary_feed(same, "c", 1) == TALLY_OK, "itself");
    for (int i = 0; i < 62; i++) {
        CHECK(tally_summary_merge(same, same) == TALLY_OK, "itself");
    }
    CHECK(tally_summary_totals(same, &totals) == TALLY_OK, "itself");
    CHECK(totals.bytes == (uint64_t)1 << 62 && totals.count == totals.bytes, "itself");
    CHECK(totals.max_count == totals.bytes && totals.segments_reached == 1, "itself");
    REFUSED_CALL(tally_summary_merge(same, same), TALLY_ERROR_LIMIT);
    REFUSED_CALL(tally_summary_merge(same, summary), TALLY_ERROR_LIMIT);
    CHECK(tally_summary_feed(same, "c", 1) == TALLY_OK, "more");
    CHECK(tally_summary_totals(same, &totals) == TALLY_OK, "more");
    CHECK(totals.count == ((uint64_t)1 << 62) + 1 && totals.segments == 1, "more");
    tally_summary_free(same);
    /* Strings that overlap themselves, cut in a long row of them. */
    tally_summary *left = new_summary("aa", 2, 2), *right = new_summary("aa", 2, 2);
    char row[600];
    memset(row, 'a', sizeof row);
    CHECK(tally_summary_feed(left, row, 3) == TALLY_OK, "row");
    CHECK(tally_summary_feed(right, row, sizeof row) == TALLY_OK, "row");
    REFUSED_CALL(tally_summary_merge(left, right), TALLY_ERROR_OVERLAP);
    CHECK(tally_summary_totals(left, &totals) == TALLY_OK, "row");
    CHECK(totals.bytes == 3 && totals.count == 1, "row");
    CHECK(tally_summary_merge(right, left) == TALLY_OK, "row");
    CHECK(tally_summary_totals(right, &totals) == TALLY_OK, "row");
    CHECK(totals.bytes == 603 && totals.count == 301 && totals.max_count == 301, "row");
    tally_summary_free(left);
    tally_summary_free(right);
}

/* What is saved is loaded, and what is anything else refused. */
static void check_state(void) {
    struct {
        unsigned char state[512];
        size_t len;
    } out;
    size_t size = 0;
    REFUSED(tally_summary_state_size(NULL, &out.len), TALLY_ERROR_NULL_POINTER, out);
    REFUSED_PLACE(tally_summary_state_size(summary, NULL));
    CHECK(tally_summary_state_size(summary, &size) == TALLY_OK, "size");
    CHECK(size > 0 && size < sizeof out.state, "size");
    REFUSED(tally_summary_save(NULL, out.state, size, &out.len), TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_summary_save(summary, NULL, size, &out.len), TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_summary_save(summary, out.state, size, NULL), TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_summary_save(summary, out.state, TOO_LONG, &out.len),
            TALLY_ERROR_INVALID_ARGUMENT, out);
    REFUSED(tally_summary_save(summary, NULL, 0, &out.len), TALLY_ERROR_LIMIT, out);
    for (size_t capacity = 0; capacity < size; capacity++) {
        REFUSED(tally_summary_save(summary, out.state, capacity, &out.len), TALLY_ERROR_LIMIT, out);
    }
    /* With room for it or more; what is behind stays as it was. */
    unsigned char saved[sizeof out.state];
    const size_t capacities[] = {size, size + 1, sizeof out.state};
    for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
        FILL(out);
        CHECK(tally_summary_save(summary, out.state, capacities[i], &out.len) == TALLY_OK, "save");
        CHECK(out.len == size, "save");
        CHECK(untouched(out.state + size, sizeof out.state - size), "save");
        memcpy(saved, out.state, size);
    }

    tally_summary *made;
    tally_totals totals;
    REFUSED(tally_summary_load(NULL, saved, size, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED(tally_summary_load(counter, NULL, size, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED_PLACE(tally_summary_load(counter, saved, size, NULL));
    REFUSED(tally_summary_load(counter, saved, TOO_LONG, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_summary_load(counter, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT, made);
    for (size_t len = 0; len < size; len++) {
        REFUSED(tally_summary_load(counter, saved, len, &made), TALLY_ERROR_INVALID_ARGUMENT, made);
    }
    /* A byte more, and one that is not the version's. */
    saved[size] = 0;
    REFUSED(tally_summary_load(counter, saved, size + 1, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    saved[0]++;
    REFUSED(tally_summary_load(counter, saved, size, &made), TALLY_ERROR_INVALID_ARGUMENT, made);
    saved[0]--;
    /* Another question. */
    tally_counter *other;
    CHECK(tally_counter_new('c', 3, TALLY_RESET_NEWLINES, &other) == TALLY_OK, "other question");
    REFUSED(tally_summary_load(other, saved, size, &made), TALLY_ERROR_INVALID_ARGUMENT, made);
    tally_counter_free(other);

    CHECK(tally_summary_load(counter, saved, size, &made) == TALLY_OK, "load");
    CHECK(tally_summary_feed(made, DATA + 3, LEN - 3) == TALLY_OK, "load");
    CHECK(tally_summary_totals(made, &totals) == TALLY_OK, "load");
    CHECK(totals.bytes == LEN && totals.count == 6 && totals.max_count == 3, "load");
    CHECK(totals.segments == 3 && totals.segments_reached == 2, "load");
    tally_summary_free(made);
    /* One of more data than can be counted is neither merged nor saved. */
    made = new_summary("c", 1, 2);
    CHECK(tally_summary_feed(made, "c", 1) == TALLY_OK, "more");
    for (int i = 0; i < 62; i++) {
        CHECK(tally_summary_merge(made, made) == TALLY_OK, "more");
    }
    CHECK(tally_summary_save(made, saved, sizeof saved, &size) == TALLY_OK, "more");
    CHECK(tally_summary_feed(made, "c", 1) == TALLY_OK, "more");
    REFUSED(tally_summary_save(made, out.state, sizeof out.state, &out.len), TALLY_ERROR_LIMIT,
            out);
    tally_summary_free(made);
}

static void check_summary(void) {
    tally_summary *made;
    tally_totals totals;
    REFUSED(tally_summary_new(NULL, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED_PLACE(tally_summary_new(counter, NULL));
    REFUSED_CALL(tally_summary_feed(NULL, DATA, LEN), TALLY_ERROR_NULL_POINTER);
    REFUSED_CALL(tally_summary_feed(summary, NULL, 1), TALLY_ERROR_NULL_POINTER);
    REFUSED_CALL(tally_summary_feed(summary, DATA, TOO_LONG), TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_CALL(tally_summary_feed_file(NULL, "/dev/null", NULL), TALLY_ERROR_NULL_POINTER);
    REFUSED_CALL(tally_summary_feed_file(summary, NULL, NULL), TALLY_ERROR_NULL_POINTER);
    REFUSED_CALL(tally_summary_feed_fd(NULL, 0, NULL), TALLY_ERROR_NULL_POINTER);
    REFUSED_CALL(tally_summary_feed_fd(summary, -1, NULL), TALLY_ERROR_IO);
    REFUSED(tally_summary_totals(NULL, &totals), TALLY_ERROR_NULL_POINTER, totals);
    REFUSED_PLACE(tally_summary_totals(summary, NULL));
    REFUSED_CALL(tally_summary_reset(NULL), TALLY_ERROR_NULL_POINTER);
    CHECK(tally_summary_feed(summary, NULL, 0) == TALLY_OK, "empty");
    check_merge();
    check_state();
}

/* The four functions that take data and give one result. */
#define CHECK_QUERY(function, type)                                                                \
    do {                                                                                           \
        type result;                                                                               \
        REFUSED(function(NULL, DATA, LEN, &result), TALLY_ERROR_NULL_POINTER, result);             \
        REFUSED(function(counter, NULL, 1, &result), TALLY_ERROR_NULL_POINTER, result);            \
        REFUSED(function(counter, DATA, TOO_LONG, &result), TALLY_ERROR_INVALID_ARGUMENT, result); \
        REFUSED(function(counter, DATA, SIZE_MAX, &result), TALLY_ERROR_INVALID_ARGUMENT, result); \
        REFUSED_PLACE(function(counter, DATA, LEN, NULL));                                         \
        CHECK(function(counter, NULL, 0, &result) == TALLY_OK, #function);                         \
        CHECK(result == 0, #function);                                                             \
    } while (0)

/* "c\ncc\nccc" in four pieces, of which one is empty and one has two lines. */
static const size_t LENS[] = {3, 0, 4, 1};

#define CHECK_PIECES(function, type, ...)                                                          \
    do {                                                                                           \
        type out[4];                                                                               \
        const type expected[4] = {__VA_ARGS__};                                                    \
        const size_t around[] = {SIZE_MAX, 3, 0, 5, 1};                                            \
        REFUSED(function(NULL, DATA, LEN, LENS, 4, out), TALLY_ERROR_NULL_POINTER, out);           \
        REFUSED(function(counter, NULL, LEN, LENS, 4, out), TALLY_ERROR_NULL_POINTER, out);        \
        REFUSED(function(counter, DATA, LEN, NULL, 4, out), TALLY_ERROR_NULL_POINTER, out);        \
        REFUSED(function(counter, DATA, TOO_LONG, LENS, 4, out), TALLY_ERROR_INVALID_ARGUMENT,     \
                out);                                                                              \
        REFUSED(function(counter, DATA, LEN, LENS, SIZE_MAX, out), TALLY_ERROR_INVALID_ARGUMENT,   \
                out);                                                                              \
        REFUSED(function(counter, DATA, LEN, LENS, PTRDIFF_MAX / sizeof(size_t) + 1, out),         \
                TALLY_ERROR_INVALID_ARGUMENT, out);                                                \
        /* The lengths are too little, too much, and too much for a size_t. */                     \
        REFUSED(function(counter, DATA, LEN, LENS, 3, out), TALLY_ERROR_INVALID_ARGUMENT, out);    \
        REFUSED(function(counter, DATA, LEN - 1, LENS, 4, out), TALLY_ERROR_INVALID_ARGUMENT,      \
                out);                                                                              \
        REFUSED(function(counter, DATA, LEN, around, 5, out), TALLY_ERROR_INVALID_ARGUMENT, out);  \
        REFUSED_PLACE(function(counter, DATA, LEN, LENS, 4, NULL));                                \
        CHECK(function(counter, NULL, 0, NULL, 0, NULL) == TALLY_OK, #function);                   \
        CHECK(function(counter, DATA, LEN, LENS, 4, out) == TALLY_OK, #function);                  \
        CHECK(memcmp(out, expected, sizeof out) == 0, #function);                                  \
    } while (0)

static void check_find(void) {
    struct {
        tally_match matches[2];
        size_t found;
    } out;
    REFUSED(tally_counter_find(NULL, DATA, LEN, NULL, out.matches, 2, &out.found),
            TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_counter_find(counter, NULL, 1, NULL, out.matches, 2, &out.found),
            TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_counter_find(counter, DATA, TOO_LONG, NULL, out.matches, 2, &out.found),
            TALLY_ERROR_INVALID_ARGUMENT, out);
    REFUSED(tally_counter_find(counter, DATA, LEN, NULL, NULL, 2, &out.found),
            TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_counter_find(counter, DATA, LEN, NULL, out.matches, SIZE_MAX, &out.found),
            TALLY_ERROR_INVALID_ARGUMENT, out);
    REFUSED(tally_counter_find(counter, DATA, LEN, NULL, out.matches,
                               PTRDIFF_MAX / sizeof(tally_match) + 1, &out.found),
            TALLY_ERROR_INVALID_ARGUMENT, out);
    REFUSED(tally_counter_find(counter, DATA, LEN, NULL, out.matches, 2, NULL),
            TALLY_ERROR_NULL_POINTER, out);

    /* "c\ncc\nccc": segments start at 0, 2 and 5. */
    const tally_match bad[] = {
        {0, 0, LEN + 1},              /* ends behind the data */
        {0, 0, UINT64_MAX},           /* far behind */
        {1, 4, 3},                    /* ends before it starts */
        {1, 3, 4},                    /* starts behind no reset */
        {1, 0, 2},                    /* only segment 0 starts at 0 */
        {0, 2, 4},                    /* segment 0 starts at 0 alone */
        {3, 2, 4},                    /* more segments before it than bytes */
        {UINT64_MAX, 2, 4},           /* many more */
        {1, UINT64_MAX, UINT64_MAX},  /* starts behind the data */
        {1, LEN + 1, LEN + 1},        /* starts right behind it */
        {0, 0, 0},                    /* ends before any hit */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        REFUSED(tally_counter_find(counter, DATA, LEN, &bad[i], out.matches, 2, &out.found),
                TALLY_ERROR_INVALID_ARGUMENT, out);
    }

    /* No room is no error, and leaves the matches alone. */
    FILL(out);
    CHECK(tally_counter_find(counter, DATA, LEN, NULL, NULL, 0, &out.found) == TALLY_OK, "no room");
    CHECK(out.found == 0 && untouched(out.matches, sizeof out.matches), "no room");
    /* One match: the place behind stays as it was. */
    const tally_match first = {1, 2, 4};
    FILL(out);
    CHECK(tally_counter_find(counter, DATA, LEN, &first, out.matches, 2, &out.found) == TALLY_OK,
          "after the first");
    CHECK(out.found == 1 && out.matches[0].segment == 2 && out.matches[0].end == 7,
          "after the first");
    CHECK(untouched(&out.matches[1], sizeof out.matches[1]), "after the first");
    /* The place of a result may be that of the match before. */
    out.matches[0] = first;
    CHECK(tally_counter_find(counter, DATA, LEN, out.matches, out.matches, 2, &out.found) ==
              TALLY_OK,
          "in place");
    CHECK(out.found == 1 && out.matches[0].segment == 2, "in place");
}

static void check_library(void) {
    char version[64];
    snprintf(version, sizeof version, "%d.%d.%d", TALLY_VERSION_MAJOR, TALLY_VERSION_MINOR,
             TALLY_VERSION_PATCH);
    CHECK(strcmp(tally_version(), version) == 0, "version");
    CHECK(strlen(tally_backend()) > 0, "backend");
    const tally_status statuses[] = {INT32_MIN, -1, 0, 1,  2,    3,        4, 5,
                                     6,         7,  8, 9, 1000, INT32_MAX};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        const char *message = tally_status_message(statuses[i]);
        CHECK(message != NULL && strlen(message) > 3, "status message");
        /* Those that are declared have a message of their own. */
        const bool declared = statuses[i] >= TALLY_OK && statuses[i] <= TALLY_ERROR_OVERLAP;
        CHECK(declared == (strcmp(message, tally_status_message(-1)) != 0), "status message");
    }
    tally_counter_free(NULL);
    tally_stream_free(NULL);
    tally_summary_free(NULL);
}

int main(void) {
    if (tally_counter_new('c', 2, TALLY_RESET_NEWLINES, &counter) != TALLY_OK) {
        return EXIT_FAILURE;
    }
    bool reached;
    if (tally_stream_new(counter, &stream) != TALLY_OK ||
        tally_stream_feed(stream, DATA, 3, &reached) != TALLY_OK ||
        tally_summary_new(counter, &summary) != TALLY_OK ||
        tally_summary_feed(summary, DATA, 3) != TALLY_OK) {
        return EXIT_FAILURE;
    }
    check_new();
    CHECK_QUERY(tally_counter_has_count, bool);
    CHECK_QUERY(tally_counter_count, uint64_t);
    CHECK_QUERY(tally_counter_max_count, uint64_t);
    CHECK_QUERY(tally_counter_segments_reached, uint64_t);
    /* "c\nc", "", "c\ncc", "c" */
    CHECK_PIECES(tally_counter_has_counts, bool, false, false, true, false);
    CHECK_PIECES(tally_counter_counts, uint64_t, 2, 0, 3, 1);
    CHECK_PIECES(tally_counter_max_counts, uint64_t, 1, 0, 2, 1);
    check_find();
    check_has_count_threads();
    CHECK_THREADS(tally_counter_count_threads, uint64_t);
    CHECK_THREADS(tally_counter_max_count_threads, uint64_t);
    CHECK_THREADS(tally_counter_segments_reached_threads, uint64_t);
    check_stream();
    check_summary();
    check_library();
    tally_summary_free(summary);
    tally_stream_free(stream);
    tally_counter_free(counter);
    printf("%lu pairs of function and fault\n", pairs);
    return report("arguments");
}
