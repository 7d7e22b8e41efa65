/* A program of the first version. It includes the tally.h beside it, which stays as it was then, and
 * is linked to the library as it is now: each function of that header has to do what it did. Nothing
 * here is adapted to a later version.
 *
 * The answers were worked out from the rules. Structs lie at the end of a page, where there is one, so
 * that a library which knows a larger struct and touches what the caller has not is noticed. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef _WIN32
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "tally.h"

#include "../c/check.h"

static const char TEXT[] = "c\ncc\nc.c.c";
enum { LEN = sizeof TEXT - 1 };
/* At least 2 in a line. */
static const tally_match FIRST = {1, 2, 4, 2}, SECOND = {2, 5, 8, 2};

/* Zeroed memory for a struct; what lies behind it cannot be read or written. */
static void *at_page_end(size_t size) {
#ifdef _WIN32
    return calloc(1, size);
#else
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0) {
        perror("mmap");
        exit(2);
    }
    return pages + page - size;
#endif
}

static bool same(const tally_match *left, const tally_match *right) {
    return left->segment == right->segment && left->start == right->start &&
           left->end == right->end && left->count == right->count;
}

static bool are_totals(const tally_totals *totals) {
    return totals->bytes == LEN && totals->count == 6 && totals->max_count == 3 &&
           totals->segments == 3 && totals->matching_segments == 2;
}

static tally_counter *new_counter(void) {
    tally_counter *counter = NULL;
    CHECK(tally_counter_new('c', 2, TALLY_RESET_NEWLINES, &counter) == TALLY_OK, "new");
    return counter;
}

static void layouts(void) {
    CHECK(sizeof(tally_match) == 32 && sizeof(tally_totals) == 40, "sizes");
    if (sizeof(void *) == 8) {
        CHECK(sizeof(tally_counter_options) == 72, "sizes");
        CHECK(sizeof(tally_read_options) == 40, "sizes");
        CHECK(offsetof(tally_counter_options, min_number) == 40, "offsets");
        CHECK(offsetof(tally_counter_options, reset_len) == 64, "offsets");
        CHECK(offsetof(tally_read_options, threads) == 32, "offsets");
    }
}

static void memory(void) {
    tally_counter *counter = new_counter();
    tally_match *match = at_page_end(sizeof *match), two[2];
    bool matched = false;
    size_t found = 0;
    uint64_t number = 0;
    CHECK(tally_counter_has_count(counter, TEXT, LEN, &matched) == TALLY_OK && matched, "has_count");
    CHECK(tally_counter_find(counter, TEXT, LEN, NULL, match, 1, &found) == TALLY_OK, "find");
    CHECK(found == 1 && same(match, &FIRST), "find");
    CHECK(tally_counter_find(counter, TEXT, LEN, match, match, 1, &found) == TALLY_OK, "find");
    CHECK(found == 1 && same(match, &SECOND), "the next");
    CHECK(tally_counter_find(counter, TEXT, LEN, NULL, two, 2, &found) == TALLY_OK, "find");
    CHECK(found == 2 && same(&two[0], &FIRST) && same(&two[1], &SECOND), "both");
    CHECK(tally_counter_count(counter, TEXT, LEN, &number) == TALLY_OK && number == 6, "count");
    CHECK(tally_counter_max_count(counter, TEXT, LEN, &number) == TALLY_OK && number == 3, "max");
    CHECK(tally_counter_matching_segments(counter, TEXT, LEN, &number) == TALLY_OK, "segments");
    CHECK(number == 2, "segments");

    memset(match, 0, sizeof *match);
    CHECK(tally_counter_has_count_threads(counter, TEXT, LEN, 2, match, &matched) == TALLY_OK,
          "threads");
    CHECK(matched && same(match, &FIRST), "threads");
    CHECK(tally_counter_count_threads(counter, TEXT, LEN, 2, &number) == TALLY_OK, "threads");
    CHECK(number == 6, "threads");
    CHECK(tally_counter_max_count_threads(counter, TEXT, LEN, 2, &number) == TALLY_OK, "threads");
    CHECK(number == 3, "threads");
    CHECK(tally_counter_matching_segments_threads(counter, TEXT, LEN, 2, &number) == TALLY_OK,
          "threads");
    CHECK(number == 2, "threads");

    const size_t lens[3] = {2, 3, 5};
    bool each[3];
    uint64_t numbers[3];
    CHECK(tally_counter_has_counts(counter, TEXT, LEN, lens, 3, each) == TALLY_OK, "lists");
    CHECK(!each[0] && each[1] && each[2], "lists");
    CHECK(tally_counter_counts(counter, TEXT, LEN, lens, 3, numbers) == TALLY_OK, "lists");
    CHECK(numbers[0] == 1 && numbers[1] == 2 && numbers[2] == 3, "lists");
    CHECK(tally_counter_max_counts(counter, TEXT, LEN, lens, 3, numbers) == TALLY_OK, "lists");
    CHECK(numbers[0] == 1 && numbers[1] == 2 && numbers[2] == 3, "lists");
    tally_counter_free(counter);
    tally_counter_free(NULL);
}

/* How often "é" occurs in "aéé;é" between semicolons, by a counter made with these options. */
static void counts_two(const tally_counter_options *options) {
    tally_counter *counter = NULL;
    uint64_t number = 0;
    CHECK(tally_counter_new_with(options, &counter) == TALLY_OK && counter != NULL, "new_with");
    if (counter != NULL) {
        const char data[] = "a\xc3\xa9\xc3\xa9;\xc3\xa9";
        CHECK(tally_counter_max_count(counter, data, 8, &number) == TALLY_OK, "new_with");
        CHECK(number == 2, "new_with");
        CHECK(tally_counter_matching_segments(counter, data, 8, &number) == TALLY_OK, "new_with");
        CHECK(number == 1, "new_with");
    }
    tally_counter_free(counter);
}

static void counter_options(void) {
    tally_counter *counter = NULL;
    tally_counter_options *options = at_page_end(sizeof *options);
    options->size = sizeof *options;
    options->needle = "\xc3\xa9";
    options->needle_len = 2;
    options->needle_kind = TALLY_NEEDLE_STRING;
    options->condition = TALLY_AT_LEAST;
    options->min_number = 2;
    options->reset = ";";
    options->reset_len = 1;
    counts_two(options);

    /* A program that knows a larger struct than this one, whose further fields are 0. */
    static union {
        tally_counter_options options;
        unsigned char bytes[4096];
    } large;
    large.options = *options;
    large.options.size = sizeof large;
    counts_two(&large.options);
    large.bytes[sizeof large - 1] = 1;
    CHECK(tally_counter_new_with(&large.options, &counter) == TALLY_ERROR_INVALID_ARGUMENT,
          "a byte that no library knows");
    options->size--;
    CHECK(tally_counter_new_with(options, &counter) == TALLY_ERROR_INVALID_ARGUMENT, "too small");
    options->size++;

    options->needle = NULL;
    options->needle_len = 0;
    options->needle_kind = TALLY_NEEDLE_CHARACTER;
    options->character = 0xe9;
    counts_two(options);

    /* The first byte of an "é". */
    options->needle = "\xc3";
    options->needle_len = 1;
    options->needle_kind = TALLY_NEEDLE_ANY_OF;
    options->character = 0;
    counts_two(options);

    options->needle_kind = TALLY_NEEDLE_STRING;
    options->max_number = 1;
    CHECK(tally_counter_new_with(options, &counter) == TALLY_ERROR_INVALID_ARGUMENT, "a maximum");
    options->max_number = 0;
    options->reset_len = 0;
    options->named_reset = TALLY_RESET_NEWLINES;
    options->needle = "\n.";
    options->needle_len = 2;
    CHECK(tally_counter_new_with(options, &counter) == TALLY_ERROR_RESET_IN_NEEDLE, "a reset byte");
    CHECK(counter == NULL, "written on an error");
}

static void streams(void) {
    tally_counter *counter = new_counter();
    tally_stream *stream = NULL;
    tally_match *match = at_page_end(sizeof *match);
    bool matched = true;
    CHECK(tally_stream_new(counter, &stream) == TALLY_OK, "stream");
    tally_counter_free(counter);
    for (int round = 0; round < 2; round++) {
        CHECK(tally_stream_feed(stream, TEXT, 3, &matched) == TALLY_OK && !matched, "stream");
        CHECK(tally_stream_match(stream, match, &matched) == TALLY_OK && !matched, "stream");
        CHECK(tally_stream_feed(stream, TEXT + 3, LEN - 3, &matched) == TALLY_OK && matched,
              "stream");
        CHECK(tally_stream_match(stream, match, &matched) == TALLY_OK && matched, "stream");
        CHECK(same(match, &FIRST), "stream");
        CHECK(tally_stream_reset(stream) == TALLY_OK, "stream");
    }
    tally_stream_free(stream);
}

/* The state of a summary of TEXT, byte by byte, in the first format. */
static const unsigned char STATE[145] = {
    [0] = 1,        /* the format */
    [1] = 2,        /* at least 2 */
    [9 + 1] = 0x04, /* newline resets */
    [41 + 12] = 8,  /* "c" counts */
    [81] = LEN,     /* bytes */
    [89] = 6,       /* count */
    [97] = 2,       /* reset bytes */
    [105] = 1,      /* count of the first line */
    [113] = 3,      /* count of the last line */
    [121] = 3,      /* the largest count */
    [129] = 2,      /* lines that match */
};

static void summaries(void) {
    tally_counter *counter = new_counter();
    tally_summary *left = NULL, *right = NULL, *loaded = NULL;
    tally_totals *totals = at_page_end(sizeof *totals);
    size_t size = 0, len = 0;
    CHECK(tally_summary_new(counter, &left) == TALLY_OK, "summary");
    CHECK(tally_summary_new(counter, &right) == TALLY_OK, "summary");
    CHECK(tally_summary_feed(left, TEXT, 3) == TALLY_OK, "summary");
    CHECK(tally_summary_feed(right, TEXT + 3, LEN - 3) == TALLY_OK, "summary");
    CHECK(tally_summary_merge(left, right) == TALLY_OK, "summary");
    CHECK(tally_summary_totals(left, totals) == TALLY_OK && are_totals(totals), "summary");

    CHECK(tally_summary_state_size(left, &size) == TALLY_OK, "state");
    void *state = malloc(size);
    CHECK(tally_summary_save(left, state, size, &len) == TALLY_OK && len == size, "state");
    CHECK(tally_summary_load(counter, state, len, &loaded) == TALLY_OK, "state");
    CHECK(tally_summary_totals(loaded, totals) == TALLY_OK && are_totals(totals), "state");
    tally_summary_free(loaded);
    free(state);
    loaded = NULL;
    CHECK(tally_summary_load(counter, STATE, sizeof STATE, &loaded) == TALLY_OK, "an old state");
    memset(totals, 0, sizeof *totals);
    CHECK(tally_summary_totals(loaded, totals) == TALLY_OK && are_totals(totals), "an old state");

    CHECK(tally_summary_reset(left) == TALLY_OK, "summary");
    CHECK(tally_summary_totals(left, totals) == TALLY_OK && totals->bytes == 0, "summary");
    tally_summary_free(left);
    tally_summary_free(right);
    tally_summary_free(loaded);
    tally_counter_free(counter);
}

static int32_t progress(void *context, uint64_t done, uint64_t total) {
    CHECK(done <= LEN && total == LEN, "progress");
    ++*(unsigned *)context;
    return 0;
}

static void files(const char *path) {
    tally_counter *counter = new_counter();
    tally_stream *stream = NULL;
    tally_summary *summary = NULL;
    tally_totals *totals = at_page_end(sizeof *totals);
    tally_read_options *options = at_page_end(sizeof *options);
    unsigned calls = 0;
    bool matched = false;
    options->size = sizeof *options;
    options->progress = progress;
    options->context = &calls;
    options->max_bytes = LEN;
    options->threads = 2;
    CHECK(tally_stream_new(counter, &stream) == TALLY_OK, "files");
    CHECK(tally_summary_new(counter, &summary) == TALLY_OK, "files");
    CHECK(tally_stream_feed_file(stream, path, options, &matched) == TALLY_OK && matched, "files");
    CHECK(tally_summary_feed_file(summary, path, options) == TALLY_OK, "files");
    CHECK(tally_summary_totals(summary, totals) == TALLY_OK && are_totals(totals), "files");
    CHECK(calls > 0, "files");
#ifndef _WIN32
    const int first = open(path, O_RDONLY), second = open(path, O_RDONLY);
    CHECK(tally_stream_reset(stream) == TALLY_OK && tally_summary_reset(summary) == TALLY_OK,
          "descriptors");
    CHECK(tally_stream_feed_fd(stream, first, NULL, &matched) == TALLY_OK && matched, "descriptors");
    CHECK(tally_summary_feed_fd(summary, second, options) == TALLY_OK, "descriptors");
    CHECK(tally_summary_totals(summary, totals) == TALLY_OK && are_totals(totals), "descriptors");
    close(first);
    close(second);
#endif
    options->max_bytes = LEN - 1;
    CHECK(tally_summary_feed_file(summary, path, options) == TALLY_ERROR_LIMIT, "a limit");
    CHECK(tally_summary_feed_file(summary, "no such file", NULL) == TALLY_ERROR_IO, "no file");
    tally_stream_free(stream);
    tally_summary_free(summary);
    tally_counter_free(counter);
}

static void information(void) {
    int version[3];
    CHECK(sscanf(tally_version(), "%d.%d.%d", &version[0], &version[1], &version[2]) == 3, "version");
    CHECK(version[0] > TALLY_VERSION_MAJOR ||
              (version[0] == TALLY_VERSION_MAJOR && version[1] >= TALLY_VERSION_MINOR),
          "version");
    CHECK(strlen(tally_backend()) > 0, "backend");
    CHECK(strlen(tally_status_message(TALLY_ERROR_OVERLAP)) > 0, "message");
    CHECK(strlen(tally_status_message(-1)) > 0, "message");
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: program FILE\n");
        return 2;
    }
    FILE *file = fopen(argv[1], "wb");
    if (file == NULL || fwrite(TEXT, 1, LEN, file) != LEN || fclose(file) != 0) {
        perror(argv[1]);
        return 2;
    }
    layouts();
    memory();
    counter_options();
    streams();
    summaries();
    files(argv[1]);
    information();
    return report("a program of the first version");
}
