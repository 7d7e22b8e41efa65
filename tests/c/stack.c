/* How much stack each function uses: it is called on a thread whose stack was filled with a pattern
 * before, of which the used part is overwritten. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <tally.h>

#include "check.h"
#include "needles.h"

/* tally.h promises that a call needs less than MOST bytes. */
enum { LEN = 3 << 20, STACK = 1 << 20, MOST = 24 << 10, PATTERN = 0xA5 };

static tally_reset resets[] = {TALLY_RESET_NONE, TALLY_RESET_NEWLINES, TALLY_RESET_WHITESPACE};
enum { RESETS = sizeof resets / sizeof *resets };

static char *data;
static char path[600];

/* Lines in which all needles occur, some of them densely. */
static void make_data(void) {
    make_needles();
    data = malloc(LEN);
    if (data == NULL) {
        exit(EXIT_FAILURE);
    }
    size_t at = 0;
    for (size_t line = 0; at < LEN; line++) {
        const struct needle *needle = &needles[line % NEEDLES];
        for (size_t i = 0; i < 1 + line / 1000 % 100 && at + needle->len < LEN; i++) {
            memcpy(data + at, needle->bytes, needle->len);
            at += needle->len;
        }
        if (at + needle->len >= LEN) {
            memset(data + at, ';', LEN - at);
            at = LEN;
        } else {
            data[at++] = '\n';
        }
    }
    const char *folder = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp";
    snprintf(path, sizeof path, "%s/tally-stack-%ld", folder, (long)getpid());
    const int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (fd < 0 || write(fd, data, LEN) != LEN || close(fd) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

static uint64_t min_number;
static tally_counter *counter;
static tally_stream *stream;
static tally_summary *summary, *other;
static int fd;
static char state[100000];
static size_t state_len;
static const tally_read_options with_threads = {sizeof with_threads, NULL, NULL, 0, 3, 0};

/* Results, which nobody looks at. */
static bool matched;
static bool many_matched[2];
static uint64_t number, numbers[2];
static size_t found;
static tally_match matches[2];
static tally_totals totals;
static tally_counter *new_counter;
static tally_stream *new_stream;
static tally_summary *new_summary;
static tally_counter_options options;
static tally_word_cursor cursor;
static tally_words *words, *other_words, *new_words;
static tally_top *top, *other_top, *new_top;
static tally_top_word top_list[2];
static tally_word list[2];
static char words_state[LEN];
static const tally_words_options words_options = {sizeof words_options, 0, 0, 0, 1, 0};
static const size_t lens[] = {LEN - 10, 10};

static const uint32_t offsets32[] = {0, LEN - 10, LEN};
static const uint64_t offsets64[] = {0, LEN - 10, LEN};
static int64_t column_counts[2];
static int64_t question_results[8][2];
static tally_question questions[8];
static uint8_t bits[1];

static void release_schema(struct ArrowSchema *schema) {
    schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
    array->release = NULL;
}

static struct ArrowSchema schema = {.format = "u", .release = release_schema};
static const void *buffers[] = {NULL, offsets32, NULL};
static struct ArrowArray array = {
    .length = 2, .n_buffers = 3, .buffers = buffers, .release = release_array};
static const int64_t values[2];
static struct ArrowSchema new_schema;
static struct ArrowArray new_array;

static tally_status export_and_release(void) {
    const tally_status status =
        tally_results_export(TALLY_RESULTS_COUNTS, values, NULL, 2, 0, &new_schema, &new_array);
    new_array.release(&new_array);
    return status;
}

#define CALL(name, call)                                                                           \
    static tally_status name(void) {                                                               \
        return call;                                                                               \
    }
CALL(nothing, TALLY_OK)
CALL(backend, tally_backend() == NULL)
CALL(count_words, tally_count_words(data, LEN, TALLY_WORDS_UNICODE, &number))
CALL(count_words_ascii, tally_count_words(data, LEN, TALLY_WORDS_ASCII, &number))
CALL(count_words_chunk, tally_count_words_chunk(data, LEN, TALLY_WORDS_UNICODE, &cursor))
CALL(count_words_fd, tally_count_words_fd(fd, TALLY_WORDS_UNICODE, NULL, &cursor))
CALL(count_words_file, tally_count_words_file(path, TALLY_WORDS_UNICODE, NULL, &cursor))
CALL(counter_count, tally_counter_count(counter, data, LEN, &number))
CALL(counter_count_threads, tally_counter_count_threads(counter, data, LEN, 3, &number))
CALL(counter_counts, tally_counter_counts(counter, data, LEN, lens, 2, numbers))
CALL(counter_find, tally_counter_find(counter, data, LEN, NULL, matches, 2, &found))
CALL(counter_find_more,
     found < 2 ? TALLY_OK : tally_counter_find(counter, data, LEN, &matches[1], matches, 2, &found))
CALL(counter_free, (tally_counter_free(new_counter), TALLY_OK))
CALL(counter_has_count, tally_counter_has_count(counter, data, LEN, &matched))
CALL(counter_has_count_threads,
     tally_counter_has_count_threads(counter, data, LEN, 3, matches, &matched))
CALL(counter_has_counts, tally_counter_has_counts(counter, data, LEN, lens, 2, many_matched))
CALL(counter_matching_segments, tally_counter_matching_segments(counter, data, LEN, &number))
CALL(counter_matching_segments_threads,
     tally_counter_matching_segments_threads(counter, data, LEN, 3, &number))
CALL(counter_max_count, tally_counter_max_count(counter, data, LEN, &number))
CALL(counter_max_count_threads, tally_counter_max_count_threads(counter, data, LEN, 3, &number))
CALL(counter_max_counts, tally_counter_max_counts(counter, data, LEN, lens, 2, numbers))
CALL(counter_unclosed_quote, tally_counter_unclosed_quote(counter, data, LEN, NULL, &matched))
CALL(counter_new, tally_counter_new(0xE9, min_number, TALLY_RESET_NEWLINES, &new_counter))
CALL(counter_new_with, tally_counter_new_with(&options, &new_counter))
CALL(counter_offsets32_has_counts,
     tally_counter_offsets32_has_counts(counter, data, LEN, offsets32, 2, many_matched))
CALL(counter_offsets32_counts,
     tally_counter_offsets32_counts(counter, data, LEN, offsets32, 2, numbers))
CALL(counter_offsets32_max_counts,
     tally_counter_offsets32_max_counts(counter, data, LEN, offsets32, 2, numbers))
CALL(counter_offsets64_has_counts,
     tally_counter_offsets64_has_counts(counter, data, LEN, offsets64, 2, many_matched))
CALL(counter_offsets64_counts,
     tally_counter_offsets64_counts(counter, data, LEN, offsets64, 2, numbers))
CALL(counter_offsets64_max_counts,
     tally_counter_offsets64_max_counts(counter, data, LEN, offsets64, 2, numbers))
CALL(counter_column_has_counts,
     tally_counter_column_has_counts(counter, &schema, &array, bits, NULL, 2, NULL))
CALL(counter_column_counts,
     tally_counter_column_counts(counter, &schema, &array, column_counts, NULL, 2, NULL))
CALL(counter_column_max_counts,
     tally_counter_column_max_counts(counter, &schema, &array, column_counts, NULL, 2, NULL))
CALL(results_export, export_and_release())
CALL(counter_starting_segments,
     tally_counter_starting_segments(counter, data, LEN, TALLY_TRIM_UNICODE, &number))
CALL(counter_ending_segments,
     tally_counter_ending_segments(counter, data, LEN, TALLY_TRIM_UNICODE, &number))
CALL(words_feed_column, tally_words_feed_column(words, &schema, &array))
CALL(top_feed_column, tally_top_feed_column(top, &schema, &array))

/* Every kind of question. */
static tally_status column_ask(void) {
    for (uint32_t kind = 0; kind < 8; kind++) {
        questions[kind].kind = kind;
        questions[kind].counter = kind < TALLY_QUESTION_WORDS ? counter : NULL;
        questions[kind].results = question_results[kind];
    }
    return tally_column_ask(&schema, &array, questions, 8, NULL, 2, NULL);
}
/* A counter without reset bytes cannot be fed columns. */
CALL(summary_feed_column,
     tally_summary_feed_column(other, &schema, &array) == TALLY_ERROR_PANIC ? TALLY_ERROR_PANIC
                                                                           : TALLY_OK)
CALL(status_message, tally_status_message(4) == NULL)
CALL(stream_feed, tally_stream_feed(stream, data, LEN, &matched))
CALL(stream_feed_fd, tally_stream_feed_fd(stream, fd, NULL, &matched))
CALL(stream_feed_file, tally_stream_feed_file(stream, path, NULL, &matched))
CALL(stream_find, tally_stream_find(stream, data, LEN, matches, 2, &found, &found))
CALL(stream_finish, tally_stream_finish(stream, &matched))
CALL(stream_unclosed_quote, tally_stream_unclosed_quote(stream, NULL, &matched))
CALL(stream_free, (tally_stream_free(new_stream), TALLY_OK))
CALL(stream_match, tally_stream_match(stream, matches, &matched))
CALL(stream_new, tally_stream_new(counter, &new_stream))
CALL(stream_reset, tally_stream_reset(stream))
CALL(summary_feed, tally_summary_feed(summary, data, LEN))
CALL(summary_feed_fd, tally_summary_feed_fd(summary, fd, NULL))
CALL(summary_feed_file, tally_summary_feed_file(summary, path, NULL))
CALL(summary_feed_file_threads, tally_summary_feed_file(summary, path, &with_threads))
CALL(summary_free, (tally_summary_free(new_summary), TALLY_OK))
CALL(summary_load, tally_summary_load(counter, state, state_len, &new_summary))
CALL(summary_merge, tally_summary_merge(other, summary))
CALL(summary_merge_itself, tally_summary_merge(other, other))
CALL(summary_new, tally_summary_new(counter, &new_summary))
CALL(summary_reset, tally_summary_reset(summary))
CALL(summary_save, tally_summary_save(summary, state, sizeof state, &state_len))
CALL(summary_state_size, tally_summary_state_size(summary, &found))
CALL(summary_totals, tally_summary_totals(summary, &totals))
CALL(summary_unclosed_quote, tally_summary_unclosed_quote(summary, NULL, &matched))
CALL(version, tally_version() == NULL)
CALL(words_new, tally_words_new(TALLY_WORDS_UNICODE, 0, &new_words))
CALL(words_new_with, tally_words_new_with(&words_options, &new_words))
CALL(words_free, (tally_words_free(new_words), TALLY_OK))
CALL(words_feed, tally_words_feed(words, data, LEN))
CALL(words_feed_fd, tally_words_feed_fd(words, fd, NULL))
CALL(words_feed_file, tally_words_feed_file(words, path, NULL))
CALL(words_finish, tally_words_finish(words))
CALL(words_total, tally_words_total(words, &number))
CALL(words_distinct, tally_words_distinct(words, &number))
CALL(words_bytes, tally_words_bytes(words, &number))
CALL(words_get, tally_words_get(words, data, 20, &number))
CALL(words_top, tally_words_top(words, list, 2, &found))
CALL(words_list, tally_words_list(words, 0, list, 2, &found))
CALL(words_merge, tally_words_merge(other_words, words))
CALL(words_merge_itself, tally_words_merge(other_words, other_words))
CALL(words_clear, tally_words_clear(words))
CALL(words_state_size, tally_words_state_size(words, &found))
CALL(words_save, tally_words_save(words, words_state, sizeof words_state, &state_len))
CALL(words_load, tally_words_load(&words_options, words_state, state_len, &new_words))
CALL(top_new, tally_top_new(TALLY_WORDS_UNICODE, 0, &new_top))
CALL(top_new_with, tally_top_new_with(&words_options, &new_top))
CALL(top_free, (tally_top_free(new_top), TALLY_OK))
CALL(top_feed, tally_top_feed(top, data, LEN))
CALL(top_feed_fd, tally_top_feed_fd(top, fd, NULL))
CALL(top_feed_file, tally_top_feed_file(top, path, NULL))
CALL(top_finish, tally_top_finish(top))
CALL(top_total, tally_top_total(top, &number))
CALL(top_skipped, tally_top_skipped(top, &number))
CALL(top_bytes, tally_top_bytes(top, &number))
CALL(top_held, tally_top_held(top, &number))
CALL(top_floor, tally_top_floor(top, &number))
CALL(top_get, tally_top_get(top, data, 20, &number, &numbers[0]))
CALL(top_words, tally_top_words(top, top_list, 2, &found))
CALL(top_merge, tally_top_merge(other_top, top))
CALL(top_merge_itself, tally_top_merge(other_top, other_top))
CALL(top_clear, tally_top_clear(top))
CALL(top_state_size, tally_top_state_size(top, &found))
CALL(top_save, tally_top_save(top, words_state, sizeof words_state, &state_len))
CALL(top_load, tally_top_load(&words_options, words_state, state_len, &new_top))

/* In an order in which what one makes, a later one frees. */
static struct {
    const char *name;
    tally_status (*call)(void);
    size_t most;
} functions[] = {
    {"nothing", nothing, 0},
    {"tally_backend", backend, 0},
    {"tally_count_words", count_words, 0},
    {"tally_count_words", count_words_ascii, 0},
    {"tally_count_words_chunk", count_words_chunk, 0},
    {"tally_count_words_fd", count_words_fd, 0},
    {"tally_count_words_file", count_words_file, 0},
    {"tally_counter_count", counter_count, 0},
    {"tally_counter_count_threads", counter_count_threads, 0},
    {"tally_counter_counts", counter_counts, 0},
    {"tally_counter_find", counter_find, 0},
    {"tally_counter_find", counter_find_more, 0},
    {"tally_counter_has_count", counter_has_count, 0},
    {"tally_counter_has_count_threads", counter_has_count_threads, 0},
    {"tally_counter_has_counts", counter_has_counts, 0},
    {"tally_counter_matching_segments", counter_matching_segments, 0},
    {"tally_counter_matching_segments_threads", counter_matching_segments_threads, 0},
    {"tally_counter_max_count", counter_max_count, 0},
    {"tally_counter_max_count_threads", counter_max_count_threads, 0},
    {"tally_counter_max_counts", counter_max_counts, 0},
    {"tally_counter_unclosed_quote", counter_unclosed_quote, 0},
    {"tally_counter_new", counter_new, 0},
    {"tally_counter_free", counter_free, 0},
    {"tally_counter_new_with", counter_new_with, 0},
    {"tally_counter_free", counter_free, 0},
    {"tally_status_message", status_message, 0},
    {"tally_stream_feed", stream_feed, 0},
    {"tally_stream_reset", stream_reset, 0},
    {"tally_stream_feed_fd", stream_feed_fd, 0},
    {"tally_stream_match", stream_match, 0},
    {"tally_stream_reset", stream_reset, 0},
    {"tally_stream_feed_file", stream_feed_file, 0},
    {"tally_stream_unclosed_quote", stream_unclosed_quote, 0},
    {"tally_stream_finish", stream_finish, 0},
    {"tally_stream_reset", stream_reset, 0},
    {"tally_stream_find", stream_find, 0},
    {"tally_stream_reset", stream_reset, 0},
    {"tally_stream_new", stream_new, 0},
    {"tally_stream_free", stream_free, 0},
    {"tally_summary_feed", summary_feed, 0},
    {"tally_summary_reset", summary_reset, 0},
    {"tally_summary_feed_fd", summary_feed_fd, 0},
    {"tally_summary_feed_file", summary_feed_file, 0},
    {"tally_summary_feed_file", summary_feed_file_threads, 0},
    {"tally_summary_totals", summary_totals, 0},
    {"tally_summary_state_size", summary_state_size, 0},
    {"tally_summary_save", summary_save, 0},
    {"tally_summary_load", summary_load, 0},
    {"tally_summary_free", summary_free, 0},
    {"tally_summary_merge", summary_merge, 0},
    {"tally_summary_merge", summary_merge_itself, 0},
    {"tally_summary_new", summary_new, 0},
    {"tally_summary_free", summary_free, 0},
    {"tally_counter_offsets32_has_counts", counter_offsets32_has_counts, 0},
    {"tally_counter_offsets32_counts", counter_offsets32_counts, 0},
    {"tally_counter_offsets32_max_counts", counter_offsets32_max_counts, 0},
    {"tally_counter_offsets64_has_counts", counter_offsets64_has_counts, 0},
    {"tally_counter_offsets64_counts", counter_offsets64_counts, 0},
    {"tally_counter_offsets64_max_counts", counter_offsets64_max_counts, 0},
    {"tally_counter_column_has_counts", counter_column_has_counts, 0},
    {"tally_counter_column_counts", counter_column_counts, 0},
    {"tally_counter_column_max_counts", counter_column_max_counts, 0},
    {"tally_column_ask", column_ask, 0},
    {"tally_counter_starting_segments", counter_starting_segments, 0},
    {"tally_counter_ending_segments", counter_ending_segments, 0},
    {"tally_results_export", results_export, 0},
    {"tally_summary_feed_column", summary_feed_column, 0},
    {"tally_summary_unclosed_quote", summary_unclosed_quote, 0},
    {"tally_version", version, 0},
    {"tally_words_new", words_new, 0},
    {"tally_words_free", words_free, 0},
    {"tally_words_new_with", words_new_with, 0},
    {"tally_words_free", words_free, 0},
    {"tally_words_feed", words_feed, 0},
    {"tally_words_finish", words_finish, 0},
    {"tally_words_feed_column", words_feed_column, 0},
    {"tally_words_feed_file", words_feed_file, 0},
    {"tally_words_total", words_total, 0},
    {"tally_words_distinct", words_distinct, 0},
    {"tally_words_bytes", words_bytes, 0},
    {"tally_words_get", words_get, 0},
    {"tally_words_top", words_top, 0},
    {"tally_words_list", words_list, 0},
    {"tally_words_merge", words_merge, 0},
    {"tally_words_merge", words_merge_itself, 0},
    {"tally_words_clear", words_clear, 0},
    {"tally_words_feed_fd", words_feed_fd, 0},
    {"tally_words_state_size", words_state_size, 0},
    {"tally_words_save", words_save, 0},
    {"tally_words_load", words_load, 0},
    {"tally_words_free", words_free, 0},
    {"tally_top_new", top_new, 0},
    {"tally_top_free", top_free, 0},
    {"tally_top_new_with", top_new_with, 0},
    {"tally_top_free", top_free, 0},
    {"tally_top_feed_column", top_feed_column, 0},
    {"tally_top_feed", top_feed, 0},
    {"tally_top_finish", top_finish, 0},
    {"tally_top_feed_file", top_feed_file, 0},
    {"tally_top_total", top_total, 0},
    {"tally_top_skipped", top_skipped, 0},
    {"tally_top_bytes", top_bytes, 0},
    {"tally_top_held", top_held, 0},
    {"tally_top_floor", top_floor, 0},
    {"tally_top_get", top_get, 0},
    {"tally_top_words", top_words, 0},
    {"tally_top_merge", top_merge, 0},
    {"tally_top_merge", top_merge_itself, 0},
    {"tally_top_clear", top_clear, 0},
    {"tally_top_feed_fd", top_feed_fd, 0},
    {"tally_top_state_size", top_state_size, 0},
    {"tally_top_save", top_save, 0},
    {"tally_top_load", top_load, 0},
    {"tally_top_free", top_free, 0},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static void *run(void *function) {
    const tally_status status = functions[*(size_t *)function].call();
    /* Merging may be impossible. */
    CHECK(status == TALLY_OK || status == TALLY_ERROR_OVERLAP, functions[*(size_t *)function].name);
    return NULL;
}

/* How many bytes of its stack a thread has used that calls the function. */
static size_t used(size_t function) {
    pthread_t thread;
    pthread_attr_t attributes;
    unsigned char *stack =
        mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        exit(EXIT_FAILURE);
    }
    memset(stack, PATTERN, STACK);
    CHECK(pthread_attr_init(&attributes) == 0, "attributes");
    CHECK(pthread_attr_setstack(&attributes, stack, STACK) == 0, "stack");
    CHECK(pthread_create(&thread, &attributes, run, &function) == 0, "pthread_create");
    CHECK(pthread_join(thread, NULL) == 0, "pthread_join");
    pthread_attr_destroy(&attributes);
    size_t unused = 0;
    while (unused < STACK && stack[unused] == PATTERN) {
        unused++;
    }
    munmap(stack, STACK);
    return STACK - unused;
}

int main(void) {
    make_data();
    buffers[2] = data;
    /* What a thread needs by itself, most of it for variables of its own. */
    used(0);
    const size_t base = used(0);
    for (size_t i = 0; i < NEEDLES * RESETS; i++) {
        /* 2 twice: the first time with quotes and, where they are allowed, closing bytes. */
        for (int round = 0; round < 3; round++) {
            min_number = (const uint64_t[]){2, 2, 600}[round];
            options = (tally_counter_options){0};
            options.size = sizeof options;
            options.needle_kind = needles[i % NEEDLES].kind;
            options.needle = needles[i % NEEDLES].bytes;
            options.needle_len = needles[i % NEEDLES].len;
            options.min_number = min_number;
            options.named_reset = resets[i / NEEDLES];
            if (round == 0) {
                options.quote_rule = TALLY_QUOTES_FIELDS;
                options.quote = '"';
                options.escape = '\\';
                options.delimiters = "|\t~";
                options.delimiters_len = 3;
                options.closing = "}]";
                options.closing_len = needles[i % NEEDLES].len == 1 ? 2 : 0;
            }
            fd = open(path, O_RDONLY);
            CHECK(fd >= 0, path);
            CHECK(tally_counter_new_with(&options, &counter) == TALLY_OK, "counter");
            CHECK(tally_stream_new(counter, &stream) == TALLY_OK, "stream");
            CHECK(tally_summary_new(counter, &summary) == TALLY_OK, "summary");
            CHECK(tally_summary_new(counter, &other) == TALLY_OK, "other");
            CHECK(tally_summary_feed(other, data, LEN) == TALLY_OK, "other");
            CHECK(tally_words_new_with(&words_options, &words) == TALLY_OK, "words");
            CHECK(tally_words_new_with(&words_options, &other_words) == TALLY_OK, "words");
            CHECK(tally_words_feed(other_words, "one two", 7) == TALLY_OK, "words");
            CHECK(tally_top_new_with(&words_options, &top) == TALLY_OK, "top");
            CHECK(tally_top_new_with(&words_options, &other_top) == TALLY_OK, "top");
            CHECK(tally_top_feed(other_top, "one two", 7) == TALLY_OK, "top");
            for (size_t function = 1; function < FUNCTIONS; function++) {
                const size_t bytes = used(function);
                const size_t more = bytes > base ? bytes - base : 0;
                CHECK(more < MOST, functions[function].name);
                if (more > functions[function].most) {
                    functions[function].most = more;
                }
            }
            tally_words_free(words);
            tally_words_free(other_words);
            tally_top_free(top);
            tally_top_free(other_top);
            tally_stream_free(stream);
            tally_summary_free(summary);
            tally_summary_free(other);
            tally_counter_free(counter);
            close(fd);
        }
    }
    size_t most = 1;
    for (size_t function = 1; function < FUNCTIONS; function++) {
        if (functions[function].most > functions[most].most) {
            most = function;
        }
    }
    printf("%s, at most %zu bytes of stack: %s\n", tally_backend(), functions[most].most,
           functions[most].name);
    unlink(path);
    free(data);
    return report("stack");
}
