/* Calls every function with every bad argument: the status is the one that the header names, the
 * results stay untouched, and the handles still work. */

#include <stdbool.h>
#include <stddef.h>
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

/* Fills the place of a result, so that writing to it can be detected. */
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

/* One pair of function and fault: the call's status, the place that it may not write, and the
 * handles afterwards. */
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
    bool matched;
    CHECK(tally_counter_find(counter, DATA, LEN, NULL, &match, 1, &found) == TALLY_OK, "counter");
    CHECK(found == 1 && match.segment == 1 && match.start == 2 && match.end == 4, "counter");
    /* Both were fed "c\nc", and nothing since. */
    CHECK(tally_stream_match(stream, &match, &matched) == TALLY_OK && !matched, "stream");
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
}

/* Options of a good counter. */
static tally_counter_options good_options(void) {
    tally_counter_options options = {0};
    options.size = sizeof options;
    options.needle = "c";
    options.needle_len = 1;
    options.min_number = 2;
    return options;
}

/* Good options after `change` are refused. */
#define REFUSED_OPTIONS(change, expected)                                                          \
    do {                                                                                           \
        tally_counter_options options = good_options();                                            \
        tally_counter *refused;                                                                    \
        change;                                                                                    \
        REFUSED(tally_counter_new_with(&options, &refused), expected, refused);                    \
    } while (0)

/* Good options after `change` make a counter with which "c\ncc\nccc" has `expected` matches. */
#define ACCEPTED_OPTIONS(change, expected)                                                         \
    do {                                                                                           \
        tally_counter_options options = good_options();                                            \
        tally_counter *accepted = NULL;                                                            \
        uint64_t number = UINT64_MAX;                                                              \
        change;                                                                                    \
        CHECK(tally_counter_new_with(&options, &accepted) == TALLY_OK, #change);                   \
        CHECK(tally_counter_matching_segments(accepted, DATA, LEN, &number) == TALLY_OK, #change); \
        CHECK(number == (expected), #change);                                                      \
        tally_counter_free(accepted);                                                              \
    } while (0)

static void check_needles(void) {
    const uint32_t no_characters[] = {0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0x110000, UINT32_MAX};
    const uint32_t no_kinds[] = {3, 4, 256, UINT32_MAX};
    for (size_t i = 0; i < sizeof no_characters / sizeof *no_characters; i++) {
        REFUSED_OPTIONS((options.needle = NULL, options.needle_len = 0,
                         options.needle_kind = TALLY_NEEDLE_CHARACTER,
                         options.character = no_characters[i]),
                        TALLY_ERROR_INVALID_ARGUMENT);
    }
    for (size_t i = 0; i < sizeof no_kinds / sizeof *no_kinds; i++) {
        REFUSED_OPTIONS(options.needle_kind = no_kinds[i], TALLY_ERROR_INVALID_ARGUMENT);
        REFUSED_OPTIONS((options.needle = NULL, options.needle_len = 0,
                         options.needle_kind = no_kinds[i]),
                        TALLY_ERROR_INVALID_ARGUMENT);
    }
    const uint32_t kinds_of_bytes[] = {TALLY_NEEDLE_STRING, TALLY_NEEDLE_ANY_OF};
    for (size_t i = 0; i < 2; i++) {
        const uint32_t kind = kinds_of_bytes[i];
        REFUSED_OPTIONS((options.needle_kind = kind, options.needle_len = 0),
                        TALLY_ERROR_INVALID_ARGUMENT);
        REFUSED_OPTIONS((options.needle_kind = kind, options.needle = NULL, options.needle_len = 0),
                        TALLY_ERROR_INVALID_ARGUMENT);
        REFUSED_OPTIONS((options.needle_kind = kind, options.needle = NULL),
                        TALLY_ERROR_NULL_POINTER);
        REFUSED_OPTIONS((options.needle_kind = kind, options.needle_len = TOO_LONG),
                        TALLY_ERROR_INVALID_ARGUMENT);
        REFUSED_OPTIONS((options.needle_kind = kind, options.needle_len = SIZE_MAX),
                        TALLY_ERROR_INVALID_ARGUMENT);
        /* A character that this kind does not use. */
        REFUSED_OPTIONS((options.needle_kind = kind, options.character = 'c'),
                        TALLY_ERROR_INVALID_ARGUMENT);
        ACCEPTED_OPTIONS(options.needle_kind = kind, 1);
    }
    /* Bytes that a character does not use; no pointer is needed for none. */
    REFUSED_OPTIONS((options.needle_kind = TALLY_NEEDLE_CHARACTER, options.character = 'c'),
                    TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS((options.needle = NULL, options.needle_kind = TALLY_NEEDLE_CHARACTER),
                    TALLY_ERROR_NULL_POINTER);
    ACCEPTED_OPTIONS((options.needle_len = 0, options.needle_kind = TALLY_NEEDLE_CHARACTER,
                      options.character = 'c', options.named_reset = TALLY_RESET_NEWLINES),
                     2);
    /* U+0000 is a character as any other. */
    ACCEPTED_OPTIONS((options.needle_len = 0, options.needle_kind = TALLY_NEEDLE_CHARACTER), 0);
}

static void check_resets(void) {
    const tally_reset no_resets[] = {4, 5, 0x80000000, UINT32_MAX};
    for (size_t i = 0; i < sizeof no_resets / sizeof *no_resets; i++) {
        REFUSED_OPTIONS(options.named_reset = no_resets[i], TALLY_ERROR_INVALID_ARGUMENT);
    }
    REFUSED_OPTIONS(options.reset_len = 1, TALLY_ERROR_NULL_POINTER);
    REFUSED_OPTIONS((options.reset = "\n", options.reset_len = TOO_LONG),
                    TALLY_ERROR_INVALID_ARGUMENT);
    /* Both ways at once. */
    REFUSED_OPTIONS((options.reset = "\n", options.reset_len = 1,
                     options.named_reset = TALLY_RESET_NEWLINES),
                    TALLY_ERROR_INVALID_ARGUMENT);
    ACCEPTED_OPTIONS((void)options, 1);
    ACCEPTED_OPTIONS(options.reset = "\n", 1);
    ACCEPTED_OPTIONS((options.reset = "x\n", options.reset_len = 2), 2);
    ACCEPTED_OPTIONS(options.named_reset = TALLY_RESET_NEWLINES, 2);
    ACCEPTED_OPTIONS(options.named_reset = TALLY_RESET_SPACES, 1);
    ACCEPTED_OPTIONS((options.reset = "\n", options.named_reset = TALLY_RESET_WHITESPACE), 2);

    /* A reset byte in a needle of several bytes; in a single byte or a set it is allowed. */
    REFUSED_OPTIONS((options.needle = "a\nb", options.needle_len = 3,
                     options.named_reset = TALLY_RESET_NEWLINES),
                    TALLY_ERROR_RESET_IN_NEEDLE);
    REFUSED_OPTIONS((options.needle = "\nb", options.needle_len = 2, options.reset = "x\n",
                     options.reset_len = 2),
                    TALLY_ERROR_RESET_IN_NEEDLE);
    REFUSED_OPTIONS((options.needle_len = 0, options.needle_kind = TALLY_NEEDLE_CHARACTER,
                     options.character = 0xE9, options.reset = "\xA9", options.reset_len = 1),
                    TALLY_ERROR_RESET_IN_NEEDLE);
    ACCEPTED_OPTIONS((options.needle = "\n", options.min_number = 1,
                      options.named_reset = TALLY_RESET_NEWLINES),
                     2);
    ACCEPTED_OPTIONS((options.needle = "\nc", options.needle_len = 2,
                      options.needle_kind = TALLY_NEEDLE_ANY_OF,
                      options.named_reset = TALLY_RESET_NEWLINES),
                     2);
}

static void check_conditions(void) {
    const uint32_t no_conditions[] = {3, 4, UINT32_MAX};
    for (size_t i = 0; i < sizeof no_conditions / sizeof *no_conditions; i++) {
        REFUSED_OPTIONS(options.condition = no_conditions[i], TALLY_ERROR_INVALID_ARGUMENT);
    }
    /* A maximum, with a condition that has none. */
    REFUSED_OPTIONS(options.max_number = 1, TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS(options.max_number = TALLY_NO_MAXIMUM, TALLY_ERROR_INVALID_ARGUMENT);
    ACCEPTED_OPTIONS(options.min_number = 0, 1);
    ACCEPTED_OPTIONS(options.min_number = UINT64_MAX, 0);
    const uint32_t ranges[] = {TALLY_OUTSIDE, TALLY_WITHIN};
    for (size_t i = 0; i < 2; i++) {
        REFUSED_OPTIONS((options.condition = ranges[i], options.max_number = 1),
                        TALLY_ERROR_INVALID_ARGUMENT);
        REFUSED_OPTIONS((options.condition = ranges[i], options.min_number = UINT64_MAX,
                         options.max_number = UINT64_MAX - 1),
                        TALLY_ERROR_INVALID_ARGUMENT);
        ACCEPTED_OPTIONS((options.condition = ranges[i], options.min_number = 0,
                          options.max_number = TALLY_NO_MAXIMUM),
                         i);
        ACCEPTED_OPTIONS((options.condition = ranges[i], options.max_number = 2,
                          options.named_reset = TALLY_RESET_NEWLINES),
                         i == 0 ? 2 : 1);
    }
}

/* What hides bytes, what lowers counts, and what is skipped. */
static void check_records(void) {
    REFUSED_OPTIONS(options.flags = 4, TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS(options.flags = 1U << 31, TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS((options.flags = TALLY_SKIP_EMPTY, options.reset = "xc",
                     options.reset_len = 2),
                    TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS((options.flags = TALLY_SKIP_LAST_EMPTY, options.reset = "xc",
                     options.reset_len = 2),
                    TALLY_ERROR_INVALID_ARGUMENT);
    ACCEPTED_OPTIONS((options.flags = TALLY_SKIP_EMPTY | TALLY_SKIP_LAST_EMPTY,
                      options.named_reset = TALLY_RESET_NEWLINES),
                     2);
    const uint32_t no_rules[] = {3, 4, UINT32_MAX};
    for (size_t i = 0; i < sizeof no_rules / sizeof *no_rules; i++) {
        REFUSED_OPTIONS(options.quote_rule = no_rules[i], TALLY_ERROR_INVALID_ARGUMENT);
    }
    /* Without the rule that uses them. */
    REFUSED_OPTIONS(options.quote = '"', TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS(options.escape = '\\', TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS((options.delimiters = ",", options.delimiters_len = 1),
                    TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS((options.delimiters = ",", options.delimiters_len = 1,
                     options.quote_rule = TALLY_QUOTES_ANYWHERE),
                    TALLY_ERROR_INVALID_ARGUMENT);
    const uint32_t rules[] = {TALLY_QUOTES_FIELDS, TALLY_QUOTES_ANYWHERE};
    for (size_t i = 0; i < 2; i++) {
        /* Not a byte, the needle, the reset, a closing byte, the other one. */
        const uint32_t used[] = {256, UINT32_MAX, 'c', 'x', '}'};
        for (size_t j = 0; j < sizeof used / sizeof *used; j++) {
            REFUSED_OPTIONS((options.quote_rule = rules[i], options.quote = used[j],
                             options.reset = "x", options.reset_len = 1, options.closing = "}",
                             options.closing_len = 1),
                            TALLY_ERROR_INVALID_ARGUMENT);
            REFUSED_OPTIONS((options.quote_rule = rules[i], options.escape = used[j],
                             options.reset = "x", options.reset_len = 1, options.closing = "}",
                             options.closing_len = 1),
                            TALLY_ERROR_INVALID_ARGUMENT);
        }
        REFUSED_OPTIONS((options.quote_rule = rules[i], options.escape = '"'),
                        TALLY_ERROR_INVALID_ARGUMENT);
        REFUSED_OPTIONS((options.quote_rule = rules[i], options.quote = 'q', options.escape = 'q'),
                        TALLY_ERROR_INVALID_ARGUMENT);
        ACCEPTED_OPTIONS((options.quote_rule = rules[i], options.escape = '\\',
                          options.closing = "}", options.closing_len = 1),
                         1);
    }
    REFUSED_OPTIONS((options.quote_rule = TALLY_QUOTES_FIELDS, options.delimiters = ";\"",
                     options.delimiters_len = 2),
                    TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS((options.quote_rule = TALLY_QUOTES_FIELDS, options.escape = ';',
                     options.delimiters = ";", options.delimiters_len = 1),
                    TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS((options.quote_rule = TALLY_QUOTES_FIELDS, options.delimiters_len = 1),
                    TALLY_ERROR_NULL_POINTER);
    REFUSED_OPTIONS((options.quote_rule = TALLY_QUOTES_FIELDS, options.delimiters = ";",
                     options.delimiters_len = TOO_LONG),
                    TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS((options.quote_rule = TALLY_QUOTES_FIELDS, options.needle = "cc",
                     options.needle_len = 2),
                    TALLY_ERROR_INVALID_ARGUMENT);
    /* A delimiter that resets is allowed. */
    ACCEPTED_OPTIONS((options.quote_rule = TALLY_QUOTES_FIELDS, options.delimiters = "\n",
                      options.delimiters_len = 1, options.named_reset = TALLY_RESET_NEWLINES),
                     2);
    REFUSED_OPTIONS((options.closing = "xc", options.closing_len = 2),
                    TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS(options.closing_len = 1, TALLY_ERROR_NULL_POINTER);
    REFUSED_OPTIONS((options.closing = "x", options.closing_len = TOO_LONG),
                    TALLY_ERROR_INVALID_ARGUMENT);
    REFUSED_OPTIONS((options.closing = "x", options.closing_len = 1, options.needle = "cc",
                     options.needle_len = 2),
                    TALLY_ERROR_INVALID_ARGUMENT);
    ACCEPTED_OPTIONS((options.closing = "\n", options.closing_len = 1,
                      options.named_reset = TALLY_RESET_NEWLINES),
                     2);
}

/* The size says which fields there are. */
static void check_size(void) {
    struct {
        tally_counter_options options;
        unsigned char later[4097];
    } large;
    const size_t first = offsetof(tally_counter_options, reset_len) + sizeof(size_t);
    tally_counter *made;
    for (size_t size = 0; size < first; size++) {
        REFUSED_OPTIONS(options.size = size, TALLY_ERROR_INVALID_ARGUMENT);
    }
    memset(&large, 0, sizeof large);
    large.options = good_options();
    const size_t refused[] = {4097, sizeof large, TOO_LONG, SIZE_MAX};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        large.options.size = refused[i];
        REFUSED(tally_counter_new_with(&large.options, &made), TALLY_ERROR_INVALID_ARGUMENT, made);
    }
    /* Larger, with all 0 behind what this version knows; then with another byte anywhere there. */
    for (size_t size = first; size <= 4096; size += size < 200 ? 1 : 487) {
        large.options.size = size;
        CHECK(tally_counter_new_with(&large.options, &made) == TALLY_OK, "larger");
        tally_counter_free(made);
        for (size_t at = sizeof large.options; at < size; at += 1 + at / 16) {
            unsigned char *byte = &large.later[at - sizeof large.options];
            *byte = 1;
            REFUSED(tally_counter_new_with(&large.options, &made), TALLY_ERROR_INVALID_ARGUMENT,
                    made);
            *byte = 0;
        }
        /* The last byte that the size includes, and the first that it does not. */
        if (size > sizeof large.options) {
            large.later[size - sizeof large.options - 1] = 0x80;
            REFUSED(tally_counter_new_with(&large.options, &made), TALLY_ERROR_INVALID_ARGUMENT,
                    made);
            large.later[size - sizeof large.options - 1] = 0;
        }
        large.later[size > sizeof large.options ? size - sizeof large.options : 0] = 0x80;
        CHECK(tally_counter_new_with(&large.options, &made) == TALLY_OK, "behind the size");
        tally_counter_free(made);
        large.later[size > sizeof large.options ? size - sizeof large.options : 0] = 0;
    }
}

static void check_new_with(void) {
    const tally_counter_options options = good_options();
    tally_counter *made;
    REFUSED(tally_counter_new_with(NULL, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED_PLACE(tally_counter_new_with(&options, NULL));
    check_needles();
    check_resets();
    check_conditions();
    check_records();
    check_size();
}

/* The functions with data and a number of threads. */
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
        bool matched;
    } out;
    REFUSED(tally_counter_has_count_threads(NULL, DATA, LEN, 2, &out.match, &out.matched),
            TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_counter_has_count_threads(counter, NULL, 1, 2, &out.match, &out.matched),
            TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_counter_has_count_threads(counter, DATA, TOO_LONG, 2, &out.match, &out.matched),
            TALLY_ERROR_INVALID_ARGUMENT, out);
    REFUSED(tally_counter_has_count_threads(counter, DATA, LEN, 2, &out.match, NULL),
            TALLY_ERROR_NULL_POINTER, out);
    bool matched;
    CHECK(tally_counter_has_count_threads(counter, DATA, LEN, 2, NULL, &matched) == TALLY_OK &&
              matched,
          "no place for the match");
    /* Without a match, its place stays untouched. */
    FILL(out);
    CHECK(tally_counter_has_count_threads(counter, DATA, 1, 2, &out.match, &out.matched) ==
              TALLY_OK,
          "no match");
    CHECK(!out.matched && untouched(&out.match, sizeof out.match), "no match");
}

static void check_stream(void) {
    tally_stream *made;
    bool matched;
    REFUSED(tally_stream_new(NULL, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED_PLACE(tally_stream_new(counter, NULL));
    REFUSED(tally_stream_feed(NULL, DATA, LEN, &matched), TALLY_ERROR_NULL_POINTER, matched);
    REFUSED(tally_stream_feed(stream, NULL, 1, &matched), TALLY_ERROR_NULL_POINTER, matched);
    REFUSED(tally_stream_feed(stream, DATA, TOO_LONG, &matched), TALLY_ERROR_INVALID_ARGUMENT,
            matched);
    REFUSED_PLACE(tally_stream_feed(stream, DATA, LEN, NULL));
    REFUSED(tally_stream_feed_file(NULL, "/dev/null", NULL, &matched), TALLY_ERROR_NULL_POINTER,
            matched);
    REFUSED(tally_stream_feed_file(stream, NULL, NULL, &matched), TALLY_ERROR_NULL_POINTER,
            matched);
    REFUSED_PLACE(tally_stream_feed_file(stream, "/dev/null", NULL, NULL));
    REFUSED(tally_stream_feed_fd(NULL, 0, NULL, &matched), TALLY_ERROR_NULL_POINTER, matched);
    REFUSED(tally_stream_feed_fd(stream, -1, NULL, &matched), TALLY_ERROR_IO, matched);
    REFUSED_PLACE(tally_stream_feed_fd(stream, 0, NULL, NULL));
    tally_match match;
    REFUSED(tally_stream_match(NULL, &match, &matched), TALLY_ERROR_NULL_POINTER, match);
    REFUSED_PLACE(tally_stream_match(stream, &match, NULL));
    REFUSED_CALL(tally_stream_reset(NULL), TALLY_ERROR_NULL_POINTER);
    uint64_t offset;
    REFUSED(tally_stream_unclosed_quote(NULL, &offset, &matched), TALLY_ERROR_NULL_POINTER, offset);
    REFUSED_PLACE(tally_stream_unclosed_quote(stream, &offset, NULL));
    FILL(offset);
    CHECK(tally_stream_unclosed_quote(stream, &offset, &matched) == TALLY_OK && !matched, "none");
    CHECK(untouched(&offset, sizeof offset), "none is open");
    REFUSED(tally_stream_finish(NULL, &matched), TALLY_ERROR_NULL_POINTER, matched);
    REFUSED_PLACE(tally_stream_finish(stream, NULL));
    size_t found, used;
    REFUSED(tally_stream_find(NULL, DATA, LEN, &match, 1, &found, &used),
            TALLY_ERROR_NULL_POINTER, used);
    /* It was fed. */
    REFUSED(tally_stream_find(stream, DATA, LEN, &match, 1, &found, &used),
            TALLY_ERROR_INVALID_ARGUMENT, used);
    REFUSED(tally_stream_find(stream, DATA, LEN, NULL, 1, &found, &used),
            TALLY_ERROR_NULL_POINTER, used);
    REFUSED(tally_stream_find(stream, NULL, LEN, &match, 1, &found, &used),
            TALLY_ERROR_NULL_POINTER, used);
    REFUSED(tally_stream_find(stream, DATA, TOO_LONG, &match, 1, &found, &used),
            TALLY_ERROR_INVALID_ARGUMENT, used);
    REFUSED_PLACE(tally_stream_find(stream, DATA, LEN, &match, 1, NULL, &used));
    REFUSED_PLACE(tally_stream_find(stream, DATA, LEN, &match, 1, &found, NULL));
    /* Without a match, its place stays untouched. */
    FILL(match);
    CHECK(tally_stream_match(stream, &match, &matched) == TALLY_OK && !matched, "no match");
    CHECK(untouched(&match, sizeof match), "no match");
    CHECK(tally_stream_feed(stream, NULL, 0, &matched) == TALLY_OK && !matched, "empty");
    /* Every segment reaches 0: the first one does before anything is fed. */
    tally_counter *zero;
    CHECK(tally_counter_new('c', 0, TALLY_RESET_NONE, &zero) == TALLY_OK, "zero");
    CHECK(tally_stream_new(zero, &made) == TALLY_OK, "zero");
    tally_counter_free(zero);
    CHECK(tally_stream_match(made, &match, &matched) == TALLY_OK && matched, "zero");
    CHECK(match.segment == 0 && match.start == 0 && match.end == 0, "zero");
    CHECK(tally_stream_feed(made, NULL, 0, &matched) == TALLY_OK && matched, "zero");
    CHECK(tally_stream_finish(made, &matched) == TALLY_OK && matched, "finish");
    CHECK(tally_stream_finish(made, &matched) == TALLY_OK && matched, "finish again");
    /* The data has ended. */
    REFUSED(tally_stream_feed(made, DATA, LEN, &matched), TALLY_ERROR_FINISHED, matched);
    REFUSED(tally_stream_feed_file(made, "/dev/null", NULL, &matched), TALLY_ERROR_FINISHED,
            matched);
    REFUSED(tally_stream_feed_fd(made, 0, NULL, &matched), TALLY_ERROR_FINISHED, matched);
    REFUSED(tally_stream_find(made, DATA, LEN, &match, 1, &found, &used), TALLY_ERROR_FINISHED,
            used);
    CHECK(tally_stream_reset(made) == TALLY_OK, "reset");
    CHECK(tally_stream_find(made, DATA, LEN, &match, 1, &found, &used) == TALLY_OK, "find");
    CHECK(found == 1 && used == LEN && match.segment == 0, "find");
    REFUSED(tally_stream_feed(made, DATA, LEN, &matched), TALLY_ERROR_INVALID_ARGUMENT, matched);
    REFUSED(tally_stream_feed_file(made, "/dev/null", NULL, &matched),
            TALLY_ERROR_INVALID_ARGUMENT, matched);
    REFUSED(tally_stream_feed_fd(made, 0, NULL, &matched), TALLY_ERROR_INVALID_ARGUMENT, matched);
    tally_stream_free(made);
}

static tally_summary *new_summary(const char *needle, size_t len, uint64_t min_number) {
    tally_counter *of;
    tally_summary *made = NULL;
    tally_counter_options options = good_options();
    options.needle = needle;
    options.needle_len = len;
    options.min_number = min_number;
    options.reset = "\n";
    options.reset_len = 1;
    CHECK(tally_counter_new_with(&options, &of) == TALLY_OK, needle);
    CHECK(tally_summary_new(of, &made) == TALLY_OK, needle);
    tally_counter_free(of);
    return made;
}

static void check_merge(void) {
    REFUSED_CALL(tally_summary_merge(NULL, summary), TALLY_ERROR_NULL_POINTER);
    REFUSED_CALL(tally_summary_merge(summary, NULL), TALLY_ERROR_NULL_POINTER);
    /* Other questions: another number, another needle, another reset. */
    tally_summary *other = new_summary("c", 1, 3);
    REFUSED_CALL(tally_summary_merge(summary, other), TALLY_ERROR_DIFFERENT_COUNTERS);
    tally_summary_free(other);
    other = new_summary("d", 1, 2);
    REFUSED_CALL(tally_summary_merge(summary, other), TALLY_ERROR_DIFFERENT_COUNTERS);
    tally_summary_free(other);
    tally_counter *of;
    CHECK(tally_counter_new('c', 2, TALLY_RESET_NONE, &of) == TALLY_OK, "other resets");
    CHECK(tally_summary_new(of, &other) == TALLY_OK, "other resets");
    tally_counter_free(of);
    REFUSED_CALL(tally_summary_merge(summary, other), TALLY_ERROR_DIFFERENT_COUNTERS);
    tally_summary_free(other);
    /* The same question, asked in another way. */
    tally_totals totals;
    tally_summary *same = new_summary("c", 1, 2);
    CHECK(tally_summary_merge(same, summary) == TALLY_OK, "the same question");
    CHECK(tally_summary_totals(same, &totals) == TALLY_OK && totals.bytes == 3, "the same");
    /* With itself, up to the limit: 62 times make 2^62 bytes of 1. */
    tally_summary_reset(same);
    CHECK(tally_summary_feed(same, "c", 1) == TALLY_OK, "itself");
    for (int i = 0; i < 62; i++) {
        CHECK(tally_summary_merge(same, same) == TALLY_OK, "itself");
    }
    CHECK(tally_summary_totals(same, &totals) == TALLY_OK, "itself");
    CHECK(totals.bytes == (uint64_t)1 << 62 && totals.count == totals.bytes, "itself");
    CHECK(totals.max_count == totals.bytes && totals.matching_segments == 1, "itself");
    REFUSED_CALL(tally_summary_merge(same, same), TALLY_ERROR_LIMIT);
    REFUSED_CALL(tally_summary_merge(same, summary), TALLY_ERROR_LIMIT);
    CHECK(tally_summary_feed(same, "c", 1) == TALLY_OK, "more");
    CHECK(tally_summary_totals(same, &totals) == TALLY_OK, "more");
    CHECK(totals.count == ((uint64_t)1 << 62) + 1 && totals.segments == 1, "more");
    tally_summary_free(same);
    /* Strings that overlap themselves, cut within a long run of them. */
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

/* A saved state can be loaded; anything else is refused. */
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
    /* With just enough room, or more: what is behind the state stays untouched. */
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
    REFUSED(tally_summary_load(counter, NULL, 0, &made), TALLY_ERROR_BAD_STATE, made);
    for (size_t len = 0; len < size; len++) {
        REFUSED(tally_summary_load(counter, saved, len, &made), TALLY_ERROR_BAD_STATE, made);
    }
    /* One byte more, and another version. */
    saved[size] = 0;
    REFUSED(tally_summary_load(counter, saved, size + 1, &made), TALLY_ERROR_BAD_STATE,
            made);
    saved[0]++;
    REFUSED(tally_summary_load(counter, saved, size, &made), TALLY_ERROR_BAD_STATE, made);
    saved[0]--;
    /* Another question. */
    tally_counter *other;
    CHECK(tally_counter_new('c', 3, TALLY_RESET_NEWLINES, &other) == TALLY_OK, "other question");
    REFUSED(tally_summary_load(other, saved, size, &made), TALLY_ERROR_DIFFERENT_COUNTERS, made);
    tally_counter_free(other);

    CHECK(tally_summary_load(counter, saved, size, &made) == TALLY_OK, "load");
    CHECK(tally_summary_feed(made, DATA + 3, LEN - 3) == TALLY_OK, "load");
    CHECK(tally_summary_totals(made, &totals) == TALLY_OK, "load");
    CHECK(totals.bytes == LEN && totals.count == 6 && totals.max_count == 3, "load");
    CHECK(totals.segments == 3 && totals.matching_segments == 2, "load");
    tally_summary_free(made);
    /* A summary of more data than the limit can be neither merged nor saved. */
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

/* The four functions with data and one result. */
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

static tally_status starting_segments(const tally_counter *of, const void *data, size_t len,
                                      uint64_t *segments) {
    return tally_counter_starting_segments(of, data, len, TALLY_TRIM_UNICODE, segments);
}

static tally_status ending_segments(const tally_counter *of, const void *data, size_t len,
                                    uint64_t *segments) {
    return tally_counter_ending_segments(of, data, len, TALLY_TRIM_UNICODE, segments);
}

static void check_trim(void) {
    uint64_t segments;
    REFUSED(tally_counter_starting_segments(counter, DATA, LEN, 3, &segments),
            TALLY_ERROR_INVALID_ARGUMENT, segments);
    REFUSED(tally_counter_ending_segments(counter, DATA, LEN, UINT32_MAX, &segments),
            TALLY_ERROR_INVALID_ARGUMENT, segments);
}

/* "c\ncc\nccc" as four strings; the second is empty. */
static const size_t LENS[] = {3, 0, 4, 1};

#define CHECK_LISTS(function, type, ...)                                                          \
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
        /* The sum of the lengths is too small, too large, or overflows. */                        \
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
        {0, 0, LEN + 1, 2},             /* ends behind the data */
        {0, 0, UINT64_MAX, 2},          /* far behind */
        {1, 4, 3, 2},                   /* ends before it starts */
        {1, 3, 4, 2},                   /* starts behind no reset byte */
        {1, 0, 2, 2},                   /* only segment 0 starts at 0 */
        {0, 2, 4, 2},                   /* segment 0 starts at 0 alone */
        {3, 2, 4, 2},                   /* more segments before it than bytes */
        {UINT64_MAX, 2, 4, 2},          /* many more */
        {1, UINT64_MAX, UINT64_MAX, 2}, /* starts behind the data */
        {1, LEN + 1, LEN + 1, 2},       /* starts right behind it */
        {0, 0, 0, 2},                   /* ends before any hit */
        {1, 2, 4, 0},                   /* with a count that is not the number */
        {1, 2, 4, 1},
        {1, 2, 4, 3},
        {1, 2, 4, UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        REFUSED(tally_counter_find(counter, DATA, LEN, &bad[i], out.matches, 2, &out.found),
                TALLY_ERROR_NOT_A_MATCH, out);
    }

    /* No room is no error, and leaves the matches alone. */
    FILL(out);
    CHECK(tally_counter_find(counter, DATA, LEN, NULL, NULL, 0, &out.found) == TALLY_OK, "no room");
    CHECK(out.found == 0 && untouched(out.matches, sizeof out.matches), "no room");
    /* One match: the place behind it stays untouched. */
    const tally_match first = {1, 2, 4, 2};
    FILL(out);
    CHECK(tally_counter_find(counter, DATA, LEN, &first, out.matches, 2, &out.found) == TALLY_OK,
          "after the first");
    CHECK(out.found == 1 && out.matches[0].segment == 2 && out.matches[0].end == 7 &&
              out.matches[0].count == 2,
          "after the first");
    CHECK(untouched(&out.matches[1], sizeof out.matches[1]), "after the first");
    /* The match to continue from may be in the place of a result. */
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
    /* Each status has a message of its own; other numbers share one. */
    const char *unknown = tally_status_message(-1);
    for (tally_status status = TALLY_OK; status <= TALLY_ERROR_FINISHED; status++) {
        const char *message = tally_status_message(status);
        CHECK(strlen(message) > 3 && strcmp(message, unknown) != 0, "status message");
        for (tally_status other = TALLY_OK; other < status; other++) {
            CHECK(strcmp(message, tally_status_message(other)) != 0, message);
        }
    }
    const tally_status none[] = {INT32_MIN, -2, TALLY_ERROR_FINISHED + 1, 1000, INT32_MAX};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        CHECK(strcmp(tally_status_message(none[i]), unknown) == 0, "unknown status");
    }
    tally_counter_free(NULL);
    tally_stream_free(NULL);
    tally_summary_free(NULL);
}

int main(void) {
    if (tally_counter_new('c', 2, TALLY_RESET_NEWLINES, &counter) != TALLY_OK) {
        return EXIT_FAILURE;
    }
    bool matched;
    if (tally_stream_new(counter, &stream) != TALLY_OK ||
        tally_stream_feed(stream, DATA, 3, &matched) != TALLY_OK ||
        tally_summary_new(counter, &summary) != TALLY_OK ||
        tally_summary_feed(summary, DATA, 3) != TALLY_OK) {
        return EXIT_FAILURE;
    }
    check_new();
    check_new_with();
    CHECK_QUERY(tally_counter_has_count, bool);
    CHECK_QUERY(tally_counter_count, uint64_t);
    CHECK_QUERY(tally_counter_max_count, uint64_t);
    CHECK_QUERY(tally_counter_matching_segments, uint64_t);
    CHECK_QUERY(starting_segments, uint64_t);
    CHECK_QUERY(ending_segments, uint64_t);
    check_trim();
    /* "c\nc", "", "c\ncc", "c" */
    CHECK_LISTS(tally_counter_has_counts, bool, false, false, true, false);
    CHECK_LISTS(tally_counter_counts, uint64_t, 2, 0, 3, 1);
    CHECK_LISTS(tally_counter_max_counts, uint64_t, 1, 0, 2, 1);
    check_find();
    check_has_count_threads();
    CHECK_THREADS(tally_counter_count_threads, uint64_t);
    CHECK_THREADS(tally_counter_max_count_threads, uint64_t);
    CHECK_THREADS(tally_counter_matching_segments_threads, uint64_t);
    check_stream();
    check_summary();
    check_library();
    tally_summary_free(summary);
    tally_stream_free(stream);
    tally_counter_free(counter);
    printf("%lu pairs of function and fault\n", pairs);
    return report("arguments");
}
