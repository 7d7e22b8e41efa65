/* Handles that one call at a time may use: every function that takes one returns
 * TALLY_ERROR_IN_USE from the progress callback of a call on it, and TALLY_ERROR_NULL_POINTER
 * without one; then it writes no result and changes nothing. Then many threads call them all at the
 * same time, which the header forbids: each call succeeds or is refused, and what succeeded is
 * counted. Prints the names of these functions. */

#define _DEFAULT_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <tally.h>

#include "check.h"

/* What the functions write: each its own part, so that a part that is not its own stays untouched. */
struct results {
    tally_match match;
    tally_totals totals;
    tally_word word;
    tally_top_word top_word;
    uint64_t number, other;
    size_t found, used;
    bool matched;
    unsigned char state[1 << 12];
};

enum { PATTERN = 0x5A };

static bool is_untouched(const struct results *results) {
    const unsigned char *bytes = (const unsigned char *)results;
    for (size_t i = 0; i < sizeof *results; i++) {
        if (bytes[i] != PATTERN) {
            return false;
        }
    }
    return true;
}

/* A column of "c" and "c d". */
static const int32_t offsets[] = {0, 1, 4};
static const void *buffers[] = {NULL, offsets, "cc d"};

static void release_schema(struct ArrowSchema *schema) {
    schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
    array->release = NULL;
}

static const struct ArrowSchema schema = {.format = "u", .release = release_schema};
static const struct ArrowArray array = {
    .length = 2, .n_buffers = 3, .buffers = buffers, .release = release_array};

/* The file that is read: this program. And what has nothing to read. */
static const char *program;
static const char nothing[] = "/dev/null";

typedef tally_status function(void *handle, struct results *results);

struct entry {
    const char *name;
    function *call;
};

/* A function of `name`, with `handle` and the arguments that follow. */
#define CALL(name, ...)                                                                            \
    static tally_status call_##name(void *handle, struct results *results) {                       \
        (void)results;                                                                             \
        return tally_##name(handle, __VA_ARGS__);                                                  \
    }
#define CALL_ALONE(name)                                                                           \
    static tally_status call_##name(void *handle, struct results *results) {                       \
        (void)results;                                                                             \
        return tally_##name(handle);                                                               \
    }

CALL(stream_feed, "c d", 3, &results->matched)
CALL(stream_feed_file, nothing, NULL, &results->matched)
CALL(stream_feed_fd, -1, NULL, &results->matched)
CALL(stream_find, "c\n", 2, &results->match, 1, &results->found, &results->used)
CALL(stream_finish, &results->matched)
CALL(stream_match, &results->match, &results->matched)
CALL(stream_unclosed_quote, &results->number, &results->matched)
CALL_ALONE(stream_reset)
CALL(summary_feed, "c d", 3)
CALL(summary_feed_column, &schema, &array)
CALL(summary_feed_file, nothing, NULL)
CALL(summary_feed_fd, -1, NULL)
CALL(summary_totals, &results->totals)
CALL(summary_unclosed_quote, &results->number, &results->matched)
CALL(summary_state_size, &results->found)
CALL(summary_save, results->state, sizeof results->state, &results->found)
CALL_ALONE(summary_reset)
CALL(words_feed, "c d", 3)
CALL(words_feed_column, &schema, &array)
CALL(words_feed_file, nothing, NULL)
CALL(words_feed_fd, -1, NULL)
CALL_ALONE(words_finish)
CALL(words_total, &results->number)
CALL(words_distinct, &results->number)
CALL(words_bytes, &results->number)
CALL(words_get, "c", 1, &results->number)
CALL(words_top, &results->word, 1, &results->found)
CALL(words_list, 0, &results->word, 1, &results->found)
CALL(words_state_size, &results->found)
CALL(words_save, results->state, sizeof results->state, &results->found)
CALL_ALONE(words_clear)
CALL(top_feed, "c d", 3)
CALL(top_feed_column, &schema, &array)
CALL(top_feed_file, nothing, NULL)
CALL(top_feed_fd, -1, NULL)
CALL_ALONE(top_finish)
CALL(top_total, &results->number)
CALL(top_skipped, &results->number)
CALL(top_bytes, &results->number)
CALL(top_held, &results->number)
CALL(top_floor, &results->number)
CALL(top_get, "c", 1, &results->number, &results->other)
CALL(top_words, &results->top_word, 1, &results->found)
CALL(top_state_size, &results->found)
CALL(top_save, results->state, sizeof results->state, &results->found)
CALL_ALONE(top_clear)

/* Of each pair that is merged, one is the handle in question. */
static tally_summary *other_summary;
static tally_words *other_words;
static tally_top *other_top;

#define MERGE(kind)                                                                                \
    static tally_status call_##kind##_merge(void *handle, struct results *results) {               \
        (void)results;                                                                             \
        const tally_status one = tally_##kind##_merge(handle, other_##kind);                       \
        const tally_status two = tally_##kind##_merge(other_##kind, handle);                       \
        return one == TALLY_OK ? two : one;                                                        \
    }

MERGE(summary)
MERGE(words)
MERGE(top)

#define ENTRY(name)                                                                                \
    { "tally_" #name, call_##name }

static const struct entry stream_entries[] = {
    ENTRY(stream_feed),   ENTRY(stream_feed_file), ENTRY(stream_feed_fd), ENTRY(stream_find),
    ENTRY(stream_finish), ENTRY(stream_match),     ENTRY(stream_reset),
    ENTRY(stream_unclosed_quote)};
static const struct entry summary_entries[] = {
    ENTRY(summary_feed),       ENTRY(summary_feed_column), ENTRY(summary_feed_file),
    ENTRY(summary_feed_fd),    ENTRY(summary_merge),       ENTRY(summary_reset),
    ENTRY(summary_save),       ENTRY(summary_state_size),  ENTRY(summary_totals),
    ENTRY(summary_unclosed_quote)};
static const struct entry words_entries[] = {
    ENTRY(words_bytes),     ENTRY(words_clear),      ENTRY(words_distinct), ENTRY(words_feed),
    ENTRY(words_feed_fd),   ENTRY(words_feed_file),  ENTRY(words_finish),   ENTRY(words_get),
    ENTRY(words_list),      ENTRY(words_merge),      ENTRY(words_save),     ENTRY(words_total),
    ENTRY(words_top),       ENTRY(words_state_size), ENTRY(words_feed_column)};
static const struct entry top_entries[] = {
    ENTRY(top_bytes), ENTRY(top_clear),   ENTRY(top_feed),       ENTRY(top_feed_column),
    ENTRY(top_floor), ENTRY(top_feed_fd), ENTRY(top_feed_file),  ENTRY(top_finish),
    ENTRY(top_get),   ENTRY(top_held),    ENTRY(top_merge),      ENTRY(top_save),
    ENTRY(top_words), ENTRY(top_skipped), ENTRY(top_state_size), ENTRY(top_total)};

static void free_stream(void *handle) {
    tally_stream_free(handle);
}

static void free_summary(void *handle) {
    tally_summary_free(handle);
}

static void free_words(void *handle) {
    tally_words_free(handle);
}

static void free_top(void *handle) {
    tally_top_free(handle);
}

static tally_status read_stream(void *handle, const tally_read_options *options) {
    bool matched;
    return tally_stream_feed_file(handle, program, options, &matched);
}

static tally_status read_summary(void *handle, const tally_read_options *options) {
    return tally_summary_feed_file(handle, program, options);
}

static tally_status read_words(void *handle, const tally_read_options *options) {
    return tally_words_feed_file(handle, program, options);
}

static tally_status read_top(void *handle, const tally_read_options *options) {
    return tally_top_feed_file(handle, program, options);
}

/* A type of handles. */
struct type {
    const struct entry *entries;
    size_t number;
    void (*free)(void *handle);
    tally_status (*read)(void *handle, const tally_read_options *options);
    void *handle;
    unsigned calls;
};

#define TYPE(kind)                                                                                 \
    {                                                                                              \
        kind##_entries, sizeof kind##_entries / sizeof *kind##_entries, free_##kind, read_##kind,  \
            NULL, 0                                                                                \
    }

static struct type types[] = {TYPE(stream), TYPE(summary), TYPE(words), TYPE(top)};
enum { STREAM, SUMMARY, WORDS, TOP, TYPES };

/* Calls every function of a type, all of which are refused. */
static void check_refused(const struct type *type, void *handle, tally_status expected) {
    for (size_t i = 0; i < type->number; i++) {
        struct results results;
        memset(&results, PATTERN, sizeof results);
        CHECK(type->entries[i].call(handle, &results) == expected, type->entries[i].name);
        CHECK(is_untouched(&results), type->entries[i].name);
    }
    type->free(handle);
}

/* Uses the handle that is being read for. */
static int32_t use(void *context, uint64_t done, uint64_t total) {
    struct type *type = context;
    (void)done, (void)total;
    check_refused(type, type->handle, TALLY_ERROR_IN_USE);
    type->calls++;
    return 0;
}

static void make_handles(void) {
    tally_counter *counter;
    tally_stream *stream;
    tally_summary *summary;
    tally_words *words;
    tally_top *top;
    /* So often is it in no line of the program. */
    CHECK(tally_counter_new('c', UINT64_MAX, TALLY_RESET_NEWLINES, &counter) == TALLY_OK, "new");
    CHECK(tally_stream_new(counter, &stream) == TALLY_OK, "stream");
    CHECK(tally_summary_new(counter, &summary) == TALLY_OK, "summary");
    CHECK(tally_summary_new(counter, &other_summary) == TALLY_OK, "summary");
    CHECK(tally_words_new(TALLY_WORDS_UNICODE, 0, &words) == TALLY_OK, "words");
    CHECK(tally_words_new(TALLY_WORDS_UNICODE, 0, &other_words) == TALLY_OK, "words");
    CHECK(tally_top_new(TALLY_WORDS_ASCII, 0, &top) == TALLY_OK, "top");
    CHECK(tally_top_new(TALLY_WORDS_ASCII, 0, &other_top) == TALLY_OK, "top");
    tally_counter_free(counter);
    void *handles[TYPES] = {stream, summary, words, top};
    for (size_t i = 0; i < TYPES; i++) {
        types[i].handle = handles[i];
    }
}

static void free_handles(void) {
    for (size_t i = 0; i < TYPES; i++) {
        types[i].free(types[i].handle);
    }
    tally_summary_free(other_summary);
    tally_words_free(other_words);
    tally_top_free(other_top);
}

static void check_in_use(void) {
    for (size_t i = 0; i < TYPES; i++) {
        struct type *type = &types[i];
        tally_read_options options = {0};
        options.size = sizeof options;
        options.progress = use;
        options.context = type;
        CHECK(type->read(type->handle, &options) == TALLY_OK, "read");
        CHECK(type->calls > 0, "no callback");
        check_refused(type, NULL, TALLY_ERROR_NULL_POINTER);
        for (size_t j = 0; j < type->number; j++) {
            puts(type->entries[j].name);
        }
    }
    /* What was refused is not counted. */
    tally_summary *summary;
    tally_counter *counter;
    tally_totals one, two;
    CHECK(tally_counter_new('c', 1, TALLY_RESET_NEWLINES, &counter) == TALLY_OK, "new");
    CHECK(tally_summary_new(counter, &summary) == TALLY_OK, "summary");
    CHECK(tally_summary_feed_file(summary, program, NULL) == TALLY_OK, "read");
    CHECK(tally_summary_totals(summary, &one) == TALLY_OK, "totals");
    CHECK(tally_summary_totals(types[SUMMARY].handle, &two) == TALLY_OK, "totals");
    CHECK(one.bytes > 1000 && one.bytes == two.bytes && one.count == two.count, "totals");
    tally_summary_free(summary);
    tally_counter_free(counter);
}

enum { THREADS = 4, ROUNDS = 2000 };

/* How often each thread fed each type, and how many calls were refused. */
struct work {
    pthread_t thread;
    uint64_t seed, fed[TYPES], refused, wrong;
};

static function *const feed[TYPES] = {call_stream_feed, call_summary_feed, call_words_feed,
                                      call_top_feed};

static size_t below(struct work *work, size_t bound) {
    work->seed = work->seed * 6364136223846793005 + 1442695040888963407;
    return (size_t)(work->seed >> 33) % bound;
}

static void *feed_all(void *context) {
    struct work *work = context;
    struct results results;
    for (int round = 0; round < ROUNDS; round++) {
        const size_t type = below(work, TYPES);
        const tally_status status = feed[type](types[type].handle, &results);
        work->fed[type] += status == TALLY_OK;
        work->refused += status == TALLY_ERROR_IN_USE;
        work->wrong += status != TALLY_OK && status != TALLY_ERROR_IN_USE;
    }
    return NULL;
}

static void *call_all(void *context) {
    struct work *work = context;
    struct results results;
    for (int round = 0; round < ROUNDS; round++) {
        const struct type *type = &types[below(work, TYPES)];
        const struct entry *entry = &type->entries[below(work, type->number)];
        switch (entry->call(type->handle, &results)) {
        case TALLY_OK:
        case TALLY_ERROR_IN_USE:
            break;
        /* A stream that has ended, or is searched in another way. */
        case TALLY_ERROR_FINISHED:
        case TALLY_ERROR_INVALID_ARGUMENT:
            work->wrong += type != &types[STREAM];
            break;
        /* A descriptor that is none; a merge that doubles what is there, again and again. */
        case TALLY_ERROR_IO:
        case TALLY_ERROR_LIMIT:
            break;
        default:
            work->wrong++;
        }
    }
    return NULL;
}

static void run(struct work *works, void *(*body)(void *)) {
    for (size_t i = 0; i < THREADS; i++) {
        works[i].seed = i;
        CHECK(pthread_create(&works[i].thread, NULL, body, &works[i]) == 0, "pthread_create");
    }
    for (size_t i = 0; i < THREADS; i++) {
        CHECK(pthread_join(works[i].thread, NULL) == 0, "pthread_join");
        CHECK(works[i].wrong == 0, "statuses");
    }
}

/* Each call that succeeds feeds "c d". */
static void check_threads(void) {
    struct work works[THREADS] = {0};
    uint64_t fed[TYPES] = {0}, refused = 0, number;
    tally_totals totals;
    call_summary_reset(types[SUMMARY].handle, NULL);
    call_words_clear(types[WORDS].handle, NULL);
    call_top_clear(types[TOP].handle, NULL);
    run(works, feed_all);
    for (size_t i = 0; i < THREADS; i++) {
        refused += works[i].refused;
        for (size_t type = 0; type < TYPES; type++) {
            fed[type] += works[i].fed[type];
        }
    }
    CHECK(tally_summary_totals(types[SUMMARY].handle, &totals) == TALLY_OK, "totals");
    CHECK(totals.bytes == 3 * fed[SUMMARY] && totals.count == fed[SUMMARY], "summary");
    CHECK(tally_words_bytes(types[WORDS].handle, &number) == TALLY_OK, "bytes");
    CHECK(number == 3 * fed[WORDS], "words");
    CHECK(tally_top_bytes(types[TOP].handle, &number) == TALLY_OK, "bytes");
    CHECK(number == 3 * fed[TOP], "top");
    CHECK(fed[STREAM] + fed[SUMMARY] + fed[WORDS] + fed[TOP] + refused == THREADS * ROUNDS, "all");
    fprintf(stderr, "%llu of %d calls were refused\n", (unsigned long long)refused,
            THREADS * ROUNDS);
    memset(works, 0, sizeof works);
    run(works, call_all);
}

int main(int argc, char **argv) {
    program = argc > 1 ? argv[1] : argv[0];
    make_handles();
    check_in_use();
    check_threads();
    free_handles();
    return report("handles");
}
