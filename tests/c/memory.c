/* Every allocation fails, one after the other: it alone, or it and all later ones. Whatever fails,
 * a function returns TALLY_ERROR_NO_MEMORY, and then its results are not written and its handles
 * are unchanged; or it does without the memory, and its answer is right. Nothing leaks, and the
 * process goes on.
 *
 * Prints a line for each function: its name, and how many failures it was called with.
 *
 * The allocator below takes the place of glibc's for the whole program, libraries included. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <tally.h>

#include "check.h"
#include "needles.h"

/* The allocator */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *at, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *at);

/* Whether allocations fail now; which is the first to fail, from 1; whether all later ones do. */
static bool armed, persistent;
static long first_failure;
/* How many allocations were requested and how many failed while armed, and how many are not freed.
 */
static long requests, failed, live;

static bool fails(void) {
    if (!__atomic_load_n(&armed, __ATOMIC_SEQ_CST)) {
        return false;
    }
    const long request = __atomic_add_fetch(&requests, 1, __ATOMIC_SEQ_CST);
    if (request != first_failure && (request < first_failure || !persistent)) {
        return false;
    }
    __atomic_add_fetch(&failed, 1, __ATOMIC_SEQ_CST);
    errno = ENOMEM;
    return true;
}

static void *counted(void *at) {
    if (at != NULL) {
        __atomic_add_fetch(&live, 1, __ATOMIC_SEQ_CST);
    }
    return at;
}

void *malloc(size_t size) {
    return fails() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t number, size_t size) {
    return fails() ? NULL : counted(__libc_calloc(number, size));
}

void *realloc(void *at, size_t size) {
    if (fails()) {
        return NULL;
    }
    return at == NULL ? counted(__libc_realloc(at, size)) : __libc_realloc(at, size);
}

void *memalign(size_t alignment, size_t size) {
    return fails() ? NULL : counted(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    void *at = memalign(alignment, size);
    if (at == NULL) {
        return ENOMEM;
    }
    *result = at;
    return 0;
}

void free(void *at) {
    if (at != NULL) {
        __atomic_sub_fetch(&live, 1, __ATOMIC_SEQ_CST);
        __libc_free(at);
    }
}

/* Calls while allocations fail. */
#define FAILING(call) (arm(), disarm(call))

static void arm(void) {
    requests = failed = 0;
    __atomic_store_n(&armed, true, __ATOMIC_SEQ_CST);
}

static tally_status disarm(tally_status status) {
    __atomic_store_n(&armed, false, __ATOMIC_SEQ_CST);
    return status;
}

/* The data, and what is right of it */

enum { LEN = 5 << 20, SHORT = 200000, FED = 3000, MIN = 3, THREADS = 3 };

static char data[LEN];
static char path[1000];

static void make_data(void) {
    make_needles();
    size_t at = 0;
    for (size_t line = 0; at < LEN; line++) {
        const struct needle *needle = &needles[line % NEEDLES];
        for (size_t i = 0; i <= line % 4; i++) {
            const char *parts[] = {"x ", needle->bytes};
            const size_t lens[] = {2, needle->len};
            for (int part = 0; part < 2; part++) {
                const size_t len = lens[part] < LEN - at ? lens[part] : LEN - at;
                memcpy(data + at, parts[part], len);
                at += len;
            }
        }
        if (at < LEN) {
            data[at++] = '\n';
        }
    }
    const char *folder = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp";
    /* So long that copying it needs memory. */
    size_t len = (size_t)snprintf(path, sizeof path, "%s", folder);
    while (len < 600) {
        len += (size_t)snprintf(path + len, sizeof path - len, "/.");
    }
    snprintf(path + len, sizeof path - len, "/tally-memory-%ld", (long)getpid());
    const int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (fd < 0 || write(fd, data, LEN) != LEN || close(fd) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

/* What is right of the first bytes of the data: a plain loop. */
struct right {
    tally_totals totals;
    tally_match first;
};

static struct right plain(const struct needle *needle, size_t len) {
    struct right right = {{len, 0, 0, 1, 0}, {0, 0, 0, 0}};
    uint64_t count = 0, start = 0;
    for (size_t i = 0; i < len;) {
        size_t step = 1;
        bool is_hit = false;
        if (data[i] == '\n') {
            right.totals.segments++;
            count = 0;
            start = i + 1;
        } else if (needle->kind == TALLY_NEEDLE_ANY_OF) {
            is_hit = memchr(needle->bytes, data[i], needle->len) != NULL;
        } else if (needle->len <= len - i && memcmp(data + i, needle->bytes, needle->len) == 0) {
            is_hit = true;
            step = needle->len;
        }
        i += step;
        if (is_hit) {
            right.totals.count++;
            count++;
            right.totals.max_count += count > right.totals.max_count;
            if (count == MIN && right.totals.matching_segments++ == 0) {
                const tally_match first = {right.totals.segments - 1, start, i, count};
                right.first = first;
            }
        }
    }
    return right;
}

static const struct needle *needle;
static struct right whole, of_short, of_fed;

/* The functions */

static tally_counter *counter;
static tally_stream *stream;
static tally_summary *summary, *other;
static tally_words *words;
static tally_top *top;
static char state[100000];
static size_t state_len;
/* Results are written here. Before a call every byte is 0x5A. */
static union {
    tally_counter *counter;
    tally_stream *stream;
    tally_summary *summary;
    tally_words *words;
    tally_top *top;
    bool matched;
    bool many_matched[2];
    uint64_t number;
    uint64_t numbers[2];
    int64_t counts[2];
    size_t len;
    tally_totals totals;
    unsigned char bytes[64];
} result;
static tally_match match;

static const char *about;

static void check_untouched(void) {
    for (size_t i = 0; i < sizeof result.bytes; i++) {
        CHECK(result.bytes[i] == 0x5A, about);
    }
}

/* The status of a call that may need memory: whether there was enough. */
static bool enough(tally_status status) {
    if (status == TALLY_OK) {
        return true;
    }
    CHECK(status == TALLY_ERROR_NO_MEMORY && failed > 0, about);
    check_untouched();
    return false;
}

/* The status of a call that needs no memory. */
static void none_needed(tally_status status) {
    CHECK(status == TALLY_OK, about);
    CHECK(requests == 0, about);
}

static tally_counter_options options(void) {
    tally_counter_options options = {0};
    options.size = sizeof options;
    options.needle_kind = needle->kind;
    options.needle = needle->bytes;
    options.needle_len = needle->len;
    options.min_number = MIN;
    options.named_reset = TALLY_RESET_NEWLINES;
    return options;
}

static void counter_new(void) {
    if (enough(FAILING(tally_counter_new(0xE9, MIN, TALLY_RESET_NEWLINES, &result.counter)))) {
        tally_counter_free(result.counter);
    }
}

static void counter_new_with(void) {
    const tally_counter_options with = options();
    if (enough(FAILING(tally_counter_new_with(&with, &result.counter)))) {
        tally_counter_free(result.counter);
    }
}

static void counter_has_count(void) {
    none_needed(FAILING(tally_counter_has_count(counter, data, SHORT, &result.matched)));
    CHECK(result.matched == (of_short.totals.matching_segments > 0), about);
}

static void counter_find(void) {
    none_needed(FAILING(tally_counter_find(counter, data, SHORT, NULL, &match, 1, &result.len)));
    CHECK(result.len == (of_short.totals.matching_segments > 0), about);
    CHECK(result.len == 0 || memcmp(&match, &of_short.first, sizeof match) == 0, about);
}

static void counter_count(void) {
    none_needed(FAILING(tally_counter_count(counter, data, SHORT, &result.number)));
    CHECK(result.number == of_short.totals.count, about);
}

static void counter_max_count(void) {
    none_needed(FAILING(tally_counter_max_count(counter, data, SHORT, &result.number)));
    CHECK(result.number == of_short.totals.max_count, about);
}

static void counter_matching_segments(void) {
    none_needed(FAILING(tally_counter_matching_segments(counter, data, SHORT, &result.number)));
    CHECK(result.number == of_short.totals.matching_segments, about);
}

static void counter_has_count_threads(void) {
    const tally_status status = FAILING(
        tally_counter_has_count_threads(counter, data, LEN, THREADS, &match, &result.matched));
    CHECK(status == TALLY_OK && result.matched, about);
    CHECK(memcmp(&match, &whole.first, sizeof match) == 0, about);
}

static void counter_count_threads(void) {
    const tally_status status =
        FAILING(tally_counter_count_threads(counter, data, LEN, THREADS, &result.number));
    CHECK(status == TALLY_OK && result.number == whole.totals.count, about);
}

static void counter_max_count_threads(void) {
    const tally_status status =
        FAILING(tally_counter_max_count_threads(counter, data, LEN, THREADS, &result.number));
    CHECK(status == TALLY_OK && result.number == whole.totals.max_count, about);
}

static void counter_matching_segments_threads(void) {
    const tally_status status = FAILING(
        tally_counter_matching_segments_threads(counter, data, LEN, THREADS, &result.number));
    CHECK(status == TALLY_OK && result.number == whole.totals.matching_segments, about);
}

/* Two strings, the second of which is empty. */
static const size_t lens[] = {SHORT, 0};

static void counter_has_counts(void) {
    none_needed(
        FAILING(tally_counter_has_counts(counter, data, SHORT, lens, 2, result.many_matched)));
    CHECK(result.many_matched[0] == (of_short.totals.matching_segments > 0), about);
    CHECK(!result.many_matched[1], about);
}

static void counter_counts(void) {
    none_needed(FAILING(tally_counter_counts(counter, data, SHORT, lens, 2, result.numbers)));
    CHECK(result.numbers[0] == of_short.totals.count && result.numbers[1] == 0, about);
}

static void counter_max_counts(void) {
    none_needed(FAILING(tally_counter_max_counts(counter, data, SHORT, lens, 2, result.numbers)));
    CHECK(result.numbers[0] == of_short.totals.max_count && result.numbers[1] == 0, about);
}

/* The same two strings as columns: by offsets, with keys of a dictionary, and as views. */
static const uint32_t offsets32[] = {0, SHORT, SHORT};
static const uint64_t offsets64[] = {0, SHORT, SHORT};

static void offsets32_has_counts(void) {
    none_needed(FAILING(tally_counter_offsets32_has_counts(counter, data, SHORT, offsets32, 2,
                                                           result.many_matched)));
    CHECK(result.many_matched[0] == (of_short.totals.matching_segments > 0), about);
    CHECK(!result.many_matched[1], about);
}

static void offsets64_has_counts(void) {
    none_needed(FAILING(tally_counter_offsets64_has_counts(counter, data, SHORT, offsets64, 2,
                                                           result.many_matched)));
    CHECK(result.many_matched[0] == (of_short.totals.matching_segments > 0), about);
    CHECK(!result.many_matched[1], about);
}

static void offsets32_counts(void) {
    none_needed(FAILING(
        tally_counter_offsets32_counts(counter, data, SHORT, offsets32, 2, result.numbers)));
    CHECK(result.numbers[0] == of_short.totals.count && result.numbers[1] == 0, about);
}

static void offsets64_counts(void) {
    none_needed(FAILING(
        tally_counter_offsets64_counts(counter, data, SHORT, offsets64, 2, result.numbers)));
    CHECK(result.numbers[0] == of_short.totals.count && result.numbers[1] == 0, about);
}

static void offsets32_max_counts(void) {
    none_needed(FAILING(
        tally_counter_offsets32_max_counts(counter, data, SHORT, offsets32, 2, result.numbers)));
    CHECK(result.numbers[0] == of_short.totals.max_count && result.numbers[1] == 0, about);
}

static void offsets64_max_counts(void) {
    none_needed(FAILING(
        tally_counter_offsets64_max_counts(counter, data, SHORT, offsets64, 2, result.numbers)));
    CHECK(result.numbers[0] == of_short.totals.max_count && result.numbers[1] == 0, about);
}

static void release_schema(struct ArrowSchema *schema) {
    schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
    array->release = NULL;
}

static const void *string_buffers[] = {NULL, offsets32, data};
static const int8_t keys[] = {0, 1};
static const void *key_buffers[] = {NULL, keys};
static struct ArrowSchema string_schema = {.format = "u", .release = release_schema};
static struct ArrowSchema key_schema = {
    .format = "c", .dictionary = &string_schema, .release = release_schema};
static struct ArrowArray strings = {
    .length = 2, .n_buffers = 3, .buffers = string_buffers, .release = release_array};
static struct ArrowArray with_keys = {.length = 2,
                                      .n_buffers = 2,
                                      .buffers = key_buffers,
                                      .dictionary = &strings,
                                      .release = release_array};

/* A dictionary needs memory. */
static void counter_column_has_counts(void) {
    none_needed(FAILING(tally_counter_column_has_counts(counter, &string_schema, &strings,
                                                        result.bytes, NULL, 2, NULL)));
    CHECK(result.bytes[0] == (of_short.totals.matching_segments > 0), about);
    memset(&result, 0x5A, sizeof result);
    if (enough(FAILING(tally_counter_column_has_counts(counter, &key_schema, &with_keys,
                                                       result.bytes, NULL, 2, NULL)))) {
        CHECK(result.bytes[0] == (of_short.totals.matching_segments > 0), about);
    }
}

static void counter_column_counts(void) {
    if (enough(FAILING(tally_counter_column_counts(counter, &key_schema, &with_keys, result.counts,
                                                   NULL, 2, NULL)))) {
        CHECK(result.numbers[0] == of_short.totals.count && result.numbers[1] == 0, about);
    }
}

static void counter_column_max_counts(void) {
    if (enough(FAILING(tally_counter_column_max_counts(counter, &key_schema, &with_keys,
                                                       result.counts, NULL, 2, NULL)))) {
        CHECK(result.numbers[0] == of_short.totals.max_count && result.numbers[1] == 0, about);
    }
}

static void results_export(void) {
    struct ArrowSchema schema;
    struct ArrowArray array;
    const int64_t values[] = {5, 7};
    if (enough(FAILING(tally_results_export(TALLY_RESULTS_COUNTS, values, (const uint8_t *)"\1", 2,
                                            1, &schema, &array)))) {
        CHECK(array.length == 2 && array.null_count == 1, about);
        CHECK(memcmp(array.buffers[1], values, sizeof values) == 0, about);
        array.release(&array);
        schema.release(&schema);
        CHECK(array.release == NULL && schema.release == NULL, about);
    }
}

/* The lines that start and that end with the needle: a plain loop. */
static void plain_edges(uint64_t *starts, uint64_t *ends) {
    const bool is_set = needle->kind == TALLY_NEEDLE_ANY_OF;
    const size_t len = is_set ? 1 : needle->len;
    *starts = *ends = 0;
    for (size_t at = 0; at + len <= SHORT; at++) {
        const bool is_there = is_set ? memchr(needle->bytes, data[at], needle->len) != NULL
                                     : memcmp(data + at, needle->bytes, len) == 0;
        *starts += is_there && (at == 0 || data[at - 1] == '\n');
        *ends += is_there && (at + len == SHORT || data[at + len] == '\n');
    }
}

static void counter_starting_segments(void) {
    uint64_t starts, ends;
    plain_edges(&starts, &ends);
    none_needed(FAILING(
        tally_counter_starting_segments(counter, data, SHORT, TALLY_TRIM_NONE, &result.number)));
    CHECK(result.number == starts, about);
}

static void counter_ending_segments(void) {
    uint64_t starts, ends;
    plain_edges(&starts, &ends);
    none_needed(FAILING(
        tally_counter_ending_segments(counter, data, SHORT, TALLY_TRIM_NONE, &result.number)));
    CHECK(result.number == ends, about);
}

static void counter_unclosed_quote(void) {
    none_needed(
        FAILING(tally_counter_unclosed_quote(counter, data, SHORT, NULL, &result.matched)));
    CHECK(!result.matched, about);
}

static void counter_free(void) {
    tally_counter_free(NULL);
    none_needed(FAILING((tally_counter_free(counter), TALLY_OK)));
    counter = NULL;
}

static void stream_new(void) {
    if (enough(FAILING(tally_stream_new(counter, &result.stream)))) {
        tally_stream_free(result.stream);
    }
}

static void stream_feed(void) {
    none_needed(FAILING(tally_stream_feed(stream, data, SHORT, &result.matched)));
    CHECK(result.matched == (of_short.totals.matching_segments > 0), about);
}

/* The stream was fed nothing but the data. */
static void check_stream(void) {
    bool matched;
    CHECK(tally_stream_match(stream, &match, &matched) == TALLY_OK && matched, about);
    CHECK(memcmp(&match, &whole.first, sizeof match) == 0, about);
}

/* No byte was read, and feeding the file again succeeds. */
static void check_stream_unfed(void) {
    bool matched;
    CHECK(tally_stream_match(stream, NULL, &matched) == TALLY_OK && !matched, about);
    CHECK(tally_stream_feed_file(stream, path, NULL, &matched) == TALLY_OK && matched, about);
    check_stream();
}

static void stream_feed_file(void) {
    if (enough(FAILING(tally_stream_feed_file(stream, path, NULL, &result.matched)))) {
        CHECK(result.matched, about);
        check_stream();
    } else {
        check_stream_unfed();
    }
}

static void stream_feed_fd(void) {
    const int fd = open(path, O_RDONLY);
    if (enough(FAILING(tally_stream_feed_fd(stream, fd, NULL, &result.matched)))) {
        CHECK(result.matched, about);
        check_stream();
    } else {
        CHECK(lseek(fd, 0, SEEK_CUR) == 0, about);
        check_stream_unfed();
    }
    close(fd);
}

static void stream_match(void) {
    none_needed(FAILING(tally_stream_match(stream, NULL, &result.matched)));
    CHECK(!result.matched, about);
}

static void stream_find(void) {
    size_t used = 0;
    none_needed(
        FAILING(tally_stream_find(stream, data, SHORT, &match, 1, &result.len, &used)));
    CHECK(result.len == (of_short.totals.matching_segments > 0), about);
    CHECK(used == (result.len == 0 ? (size_t)SHORT : of_short.first.end), about);
    CHECK(result.len == 0 || memcmp(&match, &of_short.first, sizeof match) == 0, about);
}

static void stream_finish(void) {
    none_needed(FAILING(tally_stream_finish(stream, &result.matched)));
    CHECK(!result.matched, about);
}

static void stream_unclosed_quote(void) {
    none_needed(FAILING(tally_stream_unclosed_quote(stream, NULL, &result.matched)));
    CHECK(!result.matched, about);
}

static void stream_reset(void) {
    none_needed(FAILING(tally_stream_reset(stream)));
}

static void stream_free(void) {
    none_needed(FAILING((tally_stream_free(stream), TALLY_OK)));
    stream = NULL;
}

static void check_summary(const tally_totals *right) {
    tally_totals totals;
    CHECK(tally_summary_totals(summary, &totals) == TALLY_OK, about);
    CHECK(memcmp(&totals, right, sizeof totals) == 0, about);
}

static void summary_new(void) {
    if (enough(FAILING(tally_summary_new(counter, &result.summary)))) {
        tally_summary_free(result.summary);
    }
}

static void summary_feed(void) {
    none_needed(FAILING(tally_summary_feed(summary, data + FED, SHORT - FED)));
    check_summary(&of_short.totals);
}

/* Of the two strings, each followed by a newline. */
static void summary_feed_column(void) {
    tally_totals totals;
    tally_summary_reset(summary);
    none_needed(FAILING(tally_summary_feed_column(summary, &string_schema, &strings)));
    CHECK(tally_summary_totals(summary, &totals) == TALLY_OK, about);
    CHECK(totals.bytes == SHORT + 2 && totals.segments == of_short.totals.segments + 2, about);
    CHECK(totals.count == of_short.totals.count, about);
}

/* The data that was fed is the start of the file. */
static void check_partly_fed(void) {
    tally_totals totals;
    CHECK(tally_summary_totals(summary, &totals) == TALLY_OK, about);
    CHECK(totals.bytes <= LEN, about);
    const struct right right = plain(needle, totals.bytes);
    CHECK(memcmp(&totals, &right.totals, sizeof totals) == 0, about);
    CHECK(tally_summary_feed(summary, data + totals.bytes, LEN - totals.bytes) == TALLY_OK, about);
    check_summary(&whole.totals);
}

static void feed_file(const tally_read_options *read) {
    tally_summary_reset(summary);
    if (enough(FAILING(tally_summary_feed_file(summary, path, read)))) {
        check_summary(&whole.totals);
    } else {
        check_partly_fed();
    }
}

static void summary_feed_file(void) {
    feed_file(NULL);
}

static void summary_feed_file_threads(void) {
    const tally_read_options read = {sizeof read, NULL, NULL, 0, THREADS, 0};
    feed_file(&read);
}

static void summary_feed_fd(void) {
    const int fd = open(path, O_RDONLY);
    tally_summary_reset(summary);
    if (enough(FAILING(tally_summary_feed_fd(summary, fd, NULL)))) {
        check_summary(&whole.totals);
    } else {
        check_partly_fed();
    }
    close(fd);
}

static void summary_merge(void) {
    CHECK(tally_summary_feed(other, data + FED, SHORT - FED) == TALLY_OK, about);
    none_needed(FAILING(tally_summary_merge(summary, other)));
    check_summary(&of_short.totals);
}

static void summary_merge_itself(void) {
    if (enough(FAILING(tally_summary_merge(summary, summary)))) {
        tally_totals totals;
        CHECK(tally_summary_totals(summary, &totals) == TALLY_OK && totals.bytes == 2 * FED, about);
    } else {
        check_summary(&of_fed.totals);
    }
}

static void summary_totals(void) {
    none_needed(FAILING(tally_summary_totals(summary, &result.totals)));
    CHECK(memcmp(&result.totals, &of_fed.totals, sizeof result.totals) == 0, about);
}

static void summary_state_size(void) {
    none_needed(FAILING(tally_summary_state_size(summary, &result.len)));
    CHECK(result.len == state_len, about);
}

static void summary_save(void) {
    static char saved[sizeof state];
    none_needed(FAILING(tally_summary_save(summary, saved, sizeof saved, &result.len)));
    CHECK(result.len == state_len && memcmp(saved, state, state_len) == 0, about);
}

static void summary_load(void) {
    if (enough(FAILING(tally_summary_load(counter, state, state_len, &result.summary)))) {
        tally_totals totals;
        CHECK(tally_summary_totals(result.summary, &totals) == TALLY_OK, about);
        CHECK(memcmp(&totals, &of_fed.totals, sizeof totals) == 0, about);
        tally_summary_free(result.summary);
    }
}

static void summary_unclosed_quote(void) {
    none_needed(FAILING(tally_summary_unclosed_quote(summary, NULL, &result.matched)));
    CHECK(!result.matched, about);
}

static void summary_reset(void) {
    none_needed(FAILING(tally_summary_reset(summary)));
}

static void summary_free(void) {
    none_needed(FAILING((tally_summary_free(summary), TALLY_OK)));
    summary = NULL;
}

/* Words: a plain loop. */
static uint64_t plain_words(size_t len) {
    uint64_t number = 0;
    for (size_t i = 0; i < len; i++) {
        number += strchr(" \n", data[i]) == NULL && (i + 1 == len || strchr(" \n", data[i + 1]));
    }
    return number;
}

static void count_words(void) {
    none_needed(FAILING(tally_count_words(data, SHORT, TALLY_WORDS_ASCII, &result.number)));
    CHECK(result.number == plain_words(SHORT), about);
}

static void count_words_chunk(void) {
    tally_word_cursor cursor = {0, 0};
    none_needed(FAILING(tally_count_words_chunk(data, FED, TALLY_WORDS_ASCII, &cursor)));
    none_needed(
        FAILING(tally_count_words_chunk(data + FED, SHORT - FED, TALLY_WORDS_ASCII, &cursor)));
    CHECK(cursor.words == plain_words(SHORT), about);
}

/* How often the word "x" stands in the first bytes of the data, behind it a separator. */
static uint64_t plain_x(size_t len) {
    uint64_t count = 0;
    for (size_t i = 0; i + 1 < len; i++) {
        count += data[i] == 'x' && strchr(" \n", data[i + 1]) != NULL &&
                 (i == 0 || strchr(" \n", data[i - 1]) != NULL);
    }
    return count;
}

/* The table holds the words of the first `len` bytes, and takes the rest. */
static void check_table(tally_words *table, size_t len) {
    uint64_t total = 0, count = 0, bytes = 0;
    CHECK(tally_words_bytes(table, &bytes) == TALLY_OK && bytes == len, about);
    CHECK(tally_words_total(table, &total) == TALLY_OK, about);
    const bool is_open = len > 0 && strchr(" \n", data[len - 1]) == NULL;
    CHECK(total == plain_words(len) - is_open, about);
    CHECK(tally_words_get(table, "x", 1, &count) == TALLY_OK && count == plain_x(len), about);
    CHECK(tally_words_feed(table, data + len, LEN - len) == TALLY_OK, about);
    CHECK(tally_words_finish(table) == TALLY_OK, about);
    CHECK(tally_words_total(table, &total) == TALLY_OK && total == plain_words(LEN), about);
    CHECK(tally_words_get(table, "x", 1, &count) == TALLY_OK && count == plain_x(LEN), about);
}

static size_t table_bytes(void) {
    uint64_t bytes = 0;
    CHECK(tally_words_bytes(words, &bytes) == TALLY_OK && bytes <= LEN, about);
    return (size_t)bytes;
}

static void words_new(void) {
    if (enough(FAILING(tally_words_new(TALLY_WORDS_ASCII, 0, &result.words)))) {
        tally_words_free(result.words);
    }
}

static void words_new_with(void) {
    tally_words_options with = {0};
    with.size = sizeof with;
    if (enough(FAILING(tally_words_new_with(&with, &result.words)))) {
        tally_words_free(result.words);
    }
}

static void words_feed(void) {
    const bool fed = enough(FAILING(tally_words_feed(words, data + FED, SHORT - FED)));
    CHECK(!fed || table_bytes() == SHORT, about);
    check_table(words, table_bytes());
}

/* The two strings are the first bytes of the data and a newline, and another newline. */
static void words_feed_column(void) {
    uint64_t total = 0, count = 0;
    CHECK(tally_words_clear(words) == TALLY_OK, about);
    if (!enough(FAILING(tally_words_feed_column(words, &string_schema, &strings)))) {
        CHECK(table_bytes() <= SHORT, about);
        check_table(words, table_bytes());
        return;
    }
    CHECK(table_bytes() == SHORT + 2, about);
    CHECK(tally_words_total(words, &total) == TALLY_OK && total == plain_words(SHORT), about);
    CHECK(tally_words_get(words, "x", 1, &count) == TALLY_OK, about);
    CHECK(count == plain_x(SHORT) + (data[SHORT - 1] == 'x'), about);
}

static void words_feed_file(void) {
    CHECK(tally_words_clear(words) == TALLY_OK, about);
    const bool fed = enough(FAILING(tally_words_feed_file(words, path, NULL)));
    CHECK(!fed || table_bytes() == LEN, about);
    check_table(words, table_bytes());
}

static void words_feed_fd(void) {
    const int fd = open(path, O_RDONLY);
    CHECK(tally_words_clear(words) == TALLY_OK, about);
    const bool fed = enough(FAILING(tally_words_feed_fd(words, fd, NULL)));
    CHECK(!fed || table_bytes() == LEN, about);
    check_table(words, table_bytes());
    close(fd);
}

static void words_finish(void) {
    uint64_t total;
    const tally_status status = FAILING(tally_words_finish(words));
    CHECK(tally_words_total(words, &total) == TALLY_OK, about);
    if (enough(status)) {
        CHECK(total == plain_words(FED), about);
    } else {
        check_table(words, FED);
    }
}

static void words_total(void) {
    none_needed(FAILING(tally_words_total(words, &result.number)));
}

static void words_distinct(void) {
    none_needed(FAILING(tally_words_distinct(words, &result.number)));
}

static void words_bytes(void) {
    none_needed(FAILING(tally_words_bytes(words, &result.number)));
    CHECK(result.number == FED, about);
}

static void words_get(void) {
    none_needed(FAILING(tally_words_get(words, "x", 1, &result.number)));
    CHECK(result.number == plain_x(FED), about);
}

static void words_top(void) {
    tally_word best[100];
    if (enough(FAILING(tally_words_top(words, best, 100, &result.len)))) {
        uint64_t sum = 0;
        for (size_t i = 0; i < result.len; i++) {
            sum += best[i].count;
        }
        CHECK(result.len == 100 || sum + 1 >= plain_words(FED), about);
    }
}

static void words_list(void) {
    tally_word list[2];
    none_needed(FAILING(tally_words_list(words, 0, list, 2, &result.len)));
}

static void words_merge(void) {
    tally_words *right;
    CHECK(tally_words_new(TALLY_WORDS_ASCII, 0, &right) == TALLY_OK, about);
    CHECK(tally_words_feed(right, data + FED, SHORT - FED) == TALLY_OK, about);
    check_table(words, enough(FAILING(tally_words_merge(words, right))) ? SHORT : FED);
    tally_words_free(right);
}

static void words_merge_itself(void) {
    const bool merged = enough(FAILING(tally_words_merge(words, words)));
    uint64_t bytes;
    CHECK(tally_words_bytes(words, &bytes) == TALLY_OK, about);
    CHECK(bytes == (merged ? 2 * FED : FED), about);
}

static void words_state_size(void) {
    none_needed(FAILING(tally_words_state_size(words, &result.len)));
}

static void words_save(void) {
    none_needed(FAILING(tally_words_save(words, state, sizeof state, &result.len)));
}

static void words_load(void) {
    tally_words_options with = {0};
    with.size = sizeof with;
    size_t len;
    CHECK(tally_words_save(words, state, sizeof state, &len) == TALLY_OK, about);
    if (enough(FAILING(tally_words_load(&with, state, len, &result.words)))) {
        check_table(result.words, FED);
        tally_words_free(result.words);
    }
}

static void words_clear(void) {
    none_needed(FAILING(tally_words_clear(words)));
    check_table(words, 0);
}

static void words_free(void) {
    none_needed(FAILING((tally_words_free(words), TALLY_OK)));
    words = NULL;
}

/* What is held of the first `len` bytes is right, and it takes the rest. */
static void check_top(tally_top *table, size_t len) {
    uint64_t total = 0, count = 0, error = 0, bytes = 0;
    CHECK(tally_top_bytes(table, &bytes) == TALLY_OK && bytes == len, about);
    CHECK(tally_top_total(table, &total) == TALLY_OK, about);
    const bool is_open = len > 0 && strchr(" \n", data[len - 1]) == NULL;
    CHECK(total == plain_words(len) - is_open, about);
    CHECK(tally_top_get(table, "x", 1, &count, &error) == TALLY_OK, about);
    CHECK(count >= plain_x(len) && count - error <= plain_x(len), about);
    CHECK(tally_top_feed(table, data + len, LEN - len) == TALLY_OK, about);
    CHECK(tally_top_finish(table) == TALLY_OK, about);
    CHECK(tally_top_total(table, &total) == TALLY_OK && total == plain_words(LEN), about);
    CHECK(tally_top_get(table, "x", 1, &count, &error) == TALLY_OK, about);
    CHECK(count >= plain_x(LEN) && count - error <= plain_x(LEN), about);
}

static size_t top_bytes_fed(void) {
    uint64_t bytes = 0;
    CHECK(tally_top_bytes(top, &bytes) == TALLY_OK && bytes <= LEN, about);
    return (size_t)bytes;
}

static void top_new(void) {
    if (enough(FAILING(tally_top_new(TALLY_WORDS_ASCII, 0, &result.top)))) {
        tally_top_free(result.top);
    }
}

static void top_new_with(void) {
    tally_words_options with = {0};
    with.size = sizeof with;
    if (enough(FAILING(tally_top_new_with(&with, &result.top)))) {
        tally_top_free(result.top);
    }
}

static void top_feed(void) {
    none_needed(FAILING(tally_top_feed(top, data + FED, SHORT - FED)));
    CHECK(top_bytes_fed() == SHORT, about);
    check_top(top, SHORT);
}

static void top_feed_column(void) {
    uint64_t total = 0;
    CHECK(tally_top_clear(top) == TALLY_OK, about);
    none_needed(FAILING(tally_top_feed_column(top, &string_schema, &strings)));
    CHECK(top_bytes_fed() == SHORT + 2, about);
    CHECK(tally_top_total(top, &total) == TALLY_OK && total == plain_words(SHORT), about);
}

static void top_feed_file(void) {
    CHECK(tally_top_clear(top) == TALLY_OK, about);
    const bool fed = enough(FAILING(tally_top_feed_file(top, path, NULL)));
    CHECK(!fed || top_bytes_fed() == LEN, about);
    check_top(top, top_bytes_fed());
}

static void top_feed_fd(void) {
    const int fd = open(path, O_RDONLY);
    CHECK(tally_top_clear(top) == TALLY_OK, about);
    const bool fed = enough(FAILING(tally_top_feed_fd(top, fd, NULL)));
    CHECK(!fed || top_bytes_fed() == LEN, about);
    check_top(top, top_bytes_fed());
    close(fd);
}

static void top_finish(void) {
    none_needed(FAILING(tally_top_finish(top)));
    uint64_t total;
    CHECK(tally_top_total(top, &total) == TALLY_OK && total == plain_words(FED), about);
}

static void top_total(void) {
    none_needed(FAILING(tally_top_total(top, &result.number)));
}

static void top_skipped(void) {
    none_needed(FAILING(tally_top_skipped(top, &result.number)));
}

static void top_bytes(void) {
    none_needed(FAILING(tally_top_bytes(top, &result.number)));
    CHECK(result.number == FED, about);
}

static void top_held(void) {
    none_needed(FAILING(tally_top_held(top, &result.number)));
}

static void top_floor(void) {
    none_needed(FAILING(tally_top_floor(top, &result.number)));
}

static void top_get(void) {
    uint64_t error;
    none_needed(FAILING(tally_top_get(top, "x", 1, &result.number, &error)));
}

static void top_words(void) {
    tally_top_word found[100];
    if (enough(FAILING(tally_top_words(top, found, 100, &result.len)))) {
        CHECK(result.len > 0, about);
    }
}

static void top_merge(void) {
    tally_top *right;
    CHECK(tally_top_new(TALLY_WORDS_ASCII, 0, &right) == TALLY_OK, about);
    CHECK(tally_top_feed(right, " x ", 3) == TALLY_OK, about);
    none_needed(FAILING(tally_top_merge(top, right)));
    CHECK(top_bytes_fed() == FED + 3, about);
    tally_top_free(right);
}

static void top_merge_itself(void) {
    if (enough(FAILING(tally_top_merge(top, top)))) {
        CHECK(top_bytes_fed() == 2 * FED, about);
    } else {
        check_top(top, FED);
    }
}

static void top_state_size(void) {
    none_needed(FAILING(tally_top_state_size(top, &result.len)));
}

static void top_save(void) {
    none_needed(FAILING(tally_top_save(top, state, sizeof state, &result.len)));
}

static void top_load(void) {
    tally_words_options with = {0};
    with.size = sizeof with;
    size_t len;
    CHECK(tally_top_save(top, state, sizeof state, &len) == TALLY_OK, about);
    if (enough(FAILING(tally_top_load(&with, state, len, &result.top)))) {
        check_top(result.top, FED);
        tally_top_free(result.top);
    }
}

static void top_clear(void) {
    none_needed(FAILING(tally_top_clear(top)));
    check_top(top, 0);
}

static void top_free(void) {
    none_needed(FAILING((tally_top_free(top), TALLY_OK)));
    top = NULL;
}

static void check_word_cursor(tally_status status, tally_word_cursor cursor) {
    if (enough(status)) {
        CHECK(cursor.words == plain_words(LEN), about);
    } else {
        CHECK(cursor.words == 0 && cursor.state == 0, about);
    }
}

static void count_words_file(void) {
    tally_word_cursor cursor = {0, 0};
    const tally_status status =
        FAILING(tally_count_words_file(path, TALLY_WORDS_ASCII, NULL, &cursor));
    check_word_cursor(status, cursor);
}

static void count_words_fd(void) {
    tally_word_cursor cursor = {0, 0};
    const int fd = open(path, O_RDONLY);
    const tally_status status = FAILING(tally_count_words_fd(fd, TALLY_WORDS_ASCII, NULL, &cursor));
    check_word_cursor(status, cursor);
    close(fd);
}

static void backend(void) {
    none_needed(FAILING((tally_backend() != NULL ? TALLY_OK : TALLY_ERROR_PANIC)));
}

static void version(void) {
    none_needed(FAILING((tally_version() != NULL ? TALLY_OK : TALLY_ERROR_PANIC)));
}

static void status_message(void) {
    none_needed(FAILING((tally_status_message(4) != NULL ? TALLY_OK : TALLY_ERROR_PANIC)));
}

/* Every kind of question, of both strings as a dictionary and without one. */
static void column_ask(void) {
    enum { KINDS = TALLY_QUESTION_BYTES + 1 };
    int64_t answers[KINDS][2];
    tally_question questions[KINDS];
    uint64_t starts, ends;
    plain_edges(&starts, &ends);
    const uint64_t right[KINDS] = {of_short.totals.count,
                                   of_short.totals.max_count,
                                   of_short.totals.matching_segments > 0,
                                   of_short.totals.matching_segments,
                                   starts,
                                   ends,
                                   plain_words(SHORT),
                                   SHORT};
    for (size_t with = 0; with < 2; with++) {
        memset(answers, 0x5A, sizeof answers);
        memset(questions, 0, sizeof questions);
        for (uint32_t kind = 0; kind < KINDS; kind++) {
            questions[kind].kind = kind;
            questions[kind].counter = kind < TALLY_QUESTION_WORDS ? counter : NULL;
            questions[kind].results = answers[kind];
        }
        const struct ArrowSchema *schema = with == 1 ? &key_schema : &string_schema;
        const struct ArrowArray *array = with == 1 ? &with_keys : &strings;
        const tally_status status =
            FAILING(tally_column_ask(schema, array, questions, KINDS, NULL, 2, &result.number));
        if (!enough(status)) {
            for (size_t i = 0; i < sizeof answers; i++) {
                CHECK(((const unsigned char *)answers)[i] == 0x5A, about);
            }
            return;
        }
        for (size_t kind = 0; kind < KINDS; kind++) {
            CHECK(answers[kind][0] == (int64_t)right[kind] && answers[kind][1] == 0, about);
        }
        memset(&result, 0x5A, sizeof result);
    }
}

static const struct {
    const char *name;
    void (*call)(void);
} functions[] = {
    {"tally_backend", backend},
    {"tally_column_ask", column_ask},
    {"tally_count_words", count_words},
    {"tally_count_words_chunk", count_words_chunk},
    {"tally_count_words_fd", count_words_fd},
    {"tally_count_words_file", count_words_file},
    {"tally_counter_column_counts", counter_column_counts},
    {"tally_counter_column_has_counts", counter_column_has_counts},
    {"tally_counter_column_max_counts", counter_column_max_counts},
    {"tally_counter_count", counter_count},
    {"tally_counter_count_threads", counter_count_threads},
    {"tally_counter_counts", counter_counts},
    {"tally_counter_ending_segments", counter_ending_segments},
    {"tally_counter_find", counter_find},
    {"tally_counter_free", counter_free},
    {"tally_counter_has_count", counter_has_count},
    {"tally_counter_has_count_threads", counter_has_count_threads},
    {"tally_counter_has_counts", counter_has_counts},
    {"tally_counter_matching_segments", counter_matching_segments},
    {"tally_counter_matching_segments_threads", counter_matching_segments_threads},
    {"tally_counter_max_count", counter_max_count},
    {"tally_counter_max_count_threads", counter_max_count_threads},
    {"tally_counter_max_counts", counter_max_counts},
    {"tally_counter_new", counter_new},
    {"tally_counter_new_with", counter_new_with},
    {"tally_counter_offsets32_counts", offsets32_counts},
    {"tally_counter_offsets32_has_counts", offsets32_has_counts},
    {"tally_counter_offsets32_max_counts", offsets32_max_counts},
    {"tally_counter_offsets64_counts", offsets64_counts},
    {"tally_counter_offsets64_has_counts", offsets64_has_counts},
    {"tally_counter_offsets64_max_counts", offsets64_max_counts},
    {"tally_counter_starting_segments", counter_starting_segments},
    {"tally_counter_unclosed_quote", counter_unclosed_quote},
    {"tally_results_export", results_export},
    {"tally_status_message", status_message},
    {"tally_stream_feed", stream_feed},
    {"tally_stream_feed_fd", stream_feed_fd},
    {"tally_stream_feed_file", stream_feed_file},
    {"tally_stream_find", stream_find},
    {"tally_stream_finish", stream_finish},
    {"tally_stream_free", stream_free},
    {"tally_stream_match", stream_match},
    {"tally_stream_new", stream_new},
    {"tally_stream_reset", stream_reset},
    {"tally_stream_unclosed_quote", stream_unclosed_quote},
    {"tally_summary_feed", summary_feed},
    {"tally_summary_feed_column", summary_feed_column},
    {"tally_summary_feed_fd", summary_feed_fd},
    {"tally_summary_feed_file", summary_feed_file},
    {"tally_summary_feed_file with threads", summary_feed_file_threads},
    {"tally_summary_free", summary_free},
    {"tally_summary_load", summary_load},
    {"tally_summary_merge", summary_merge},
    {"tally_summary_merge with itself", summary_merge_itself},
    {"tally_summary_new", summary_new},
    {"tally_summary_reset", summary_reset},
    {"tally_summary_save", summary_save},
    {"tally_summary_state_size", summary_state_size},
    {"tally_summary_totals", summary_totals},
    {"tally_summary_unclosed_quote", summary_unclosed_quote},
    {"tally_top_bytes", top_bytes},
    {"tally_top_clear", top_clear},
    {"tally_top_feed", top_feed},
    {"tally_top_feed_column", top_feed_column},
    {"tally_top_feed_fd", top_feed_fd},
    {"tally_top_feed_file", top_feed_file},
    {"tally_top_finish", top_finish},
    {"tally_top_floor", top_floor},
    {"tally_top_free", top_free},
    {"tally_top_get", top_get},
    {"tally_top_held", top_held},
    {"tally_top_load", top_load},
    {"tally_top_merge", top_merge},
    {"tally_top_merge with itself", top_merge_itself},
    {"tally_top_new", top_new},
    {"tally_top_new_with", top_new_with},
    {"tally_top_save", top_save},
    {"tally_top_skipped", top_skipped},
    {"tally_top_state_size", top_state_size},
    {"tally_top_total", top_total},
    {"tally_top_words", top_words},
    {"tally_version", version},
    {"tally_words_bytes", words_bytes},
    {"tally_words_clear", words_clear},
    {"tally_words_distinct", words_distinct},
    {"tally_words_feed", words_feed},
    {"tally_words_feed_column", words_feed_column},
    {"tally_words_feed_fd", words_feed_fd},
    {"tally_words_feed_file", words_feed_file},
    {"tally_words_finish", words_finish},
    {"tally_words_free", words_free},
    {"tally_words_get", words_get},
    {"tally_words_list", words_list},
    {"tally_words_load", words_load},
    {"tally_words_merge", words_merge},
    {"tally_words_merge with itself", words_merge_itself},
    {"tally_words_new", words_new},
    {"tally_words_new_with", words_new_with},
    {"tally_words_save", words_save},
    {"tally_words_state_size", words_state_size},
    {"tally_words_top", words_top},
    {"tally_words_total", words_total},
};

/* One call of one function, with handles of its own. */
static void try(void (*call)(void)) {
    const tally_counter_options with = options();
    CHECK(tally_counter_new_with(&with, &counter) == TALLY_OK, about);
    CHECK(tally_stream_new(counter, &stream) == TALLY_OK, about);
    CHECK(tally_summary_new(counter, &summary) == TALLY_OK, about);
    CHECK(tally_summary_new(counter, &other) == TALLY_OK, about);
    CHECK(tally_summary_feed(summary, data, FED) == TALLY_OK, about);
    CHECK(tally_summary_save(summary, state, sizeof state, &state_len) == TALLY_OK, about);
    CHECK(tally_words_new(TALLY_WORDS_ASCII, 0, &words) == TALLY_OK, about);
    CHECK(tally_words_feed(words, data, FED) == TALLY_OK, about);
    CHECK(tally_top_new(TALLY_WORDS_ASCII, 0, &top) == TALLY_OK, about);
    CHECK(tally_top_feed(top, data, FED) == TALLY_OK, about);
    memset(&result, 0x5A, sizeof result);
    call();
    tally_words_free(words);
    tally_top_free(top);
    tally_stream_free(stream);
    tally_summary_free(summary);
    tally_summary_free(other);
    tally_counter_free(counter);
}

int main(void) {
    /* The first call of all chooses the instruction set. */
    about = "the first call";
    persistent = true;
    first_failure = 1;
    backend();
    make_data();
    long all_tries = 0;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        long tries = 0;
        for (size_t n = 0; n < NEEDLES; n++) {
            needle = &needles[n];
            whole = plain(needle, LEN);
            of_short = plain(needle, SHORT);
            of_fed = plain(needle, FED);
            /* glibc keeps the stacks of threads. */
            first_failure = 0;
            persistent = false;
            about = "without failures";
            try(functions[i].call);
            try(functions[i].call);
            for (int way = 0; way < 2; way++) {
                persistent = way == 1;
                for (first_failure = 1;; first_failure++) {
                    char text[200];
                    snprintf(text, sizeof text, "%s of %s, allocation %ld%s", functions[i].name,
                             needle->name, first_failure, persistent ? " and later" : "");
                    about = text;
                    const long before = live;
                    try(functions[i].call);
                    CHECK(live == before, about);
                    if (failed == 0) {
                        break;
                    }
                    tries++;
                }
            }
        }
        printf("%s: %ld\n", functions[i].name, tries);
        all_tries += tries;
    }
    unlink(path);
    printf("%ld failed allocations\n", all_tries);
    return report("memory");
}
