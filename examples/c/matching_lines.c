/*
 * Prints the lines of a file in which a string occurs at least MIN times, and where.
 *
 *     matching_lines FILE STRING MIN
 *
 * Each line found is printed as FILE:LINE:COLUMN: TEXT. Columns are counted in bytes from 1; COLUMN
 * is that of the last byte of the hit with which the line matches. The totals follow. The exit
 * status is that of grep: 0 if a line was found, 1 if none was, 2 after an error.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tally.h>

#include "read_file.h"

enum { FOUND = 0, NOT_FOUND = 1, FAILED = 2, CAPACITY = 256 };

static int fail(const char *subject, const char *reason) {
    fprintf(stderr, "matching_lines: %s: %s\n", subject, reason);
    return FAILED;
}

static void print_line(const char *path, const char *data, size_t len, const tally_match *match) {
    const char *start = data + match->start;
    size_t left = len - (size_t)match->start;
    const char *end = memchr(start, '\n', left);
    size_t line_len = end != NULL ? (size_t)(end - start) : left;
    printf("%s:%" PRIu64 ":%" PRIu64 ": ", path, match->segment + 1, match->end - match->start);
    fwrite(start, 1, line_len, stdout);
    putchar('\n');
}

static int run(const tally_counter *counter, const char *path, const char *data, size_t len) {
    tally_match matches[CAPACITY];
    const tally_match *after = NULL;
    size_t found;
    uint64_t lines, count, max_count;
    tally_status status;
    do {
        status = tally_counter_find(counter, data, len, after, matches, CAPACITY, &found);
        if (status != TALLY_OK) {
            return fail(path, tally_status_message(status));
        }
        for (size_t i = 0; i < found; i++) {
            print_line(path, data, len, &matches[i]);
        }
        after = &matches[CAPACITY - 1];
    } while (found == CAPACITY);

    if ((status = tally_counter_matching_segments(counter, data, len, &lines)) != TALLY_OK ||
        (status = tally_counter_count(counter, data, len, &count)) != TALLY_OK ||
        (status = tally_counter_max_count(counter, data, len, &max_count)) != TALLY_OK) {
        return fail(path, tally_status_message(status));
    }
    printf("%" PRIu64 " lines found; %" PRIu64 " hits in all, at most %" PRIu64 " in a line\n",
           lines, count, max_count);
    return lines > 0 ? FOUND : NOT_FOUND;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: matching_lines FILE STRING MIN\n");
        return FAILED;
    }
    const char *path = argv[1], *string = argv[2];
    char *end;
    errno = 0;
    uint64_t min_number = strtoull(argv[3], &end, 10);
    if (errno != 0 || end == argv[3] || *end != '\0' || strchr(argv[3], '-') != NULL) {
        return fail(argv[3], "not a number");
    }
    tally_counter_options options = {0};
    options.size = sizeof options;
    options.needle = string;
    options.needle_len = strlen(string);
    options.min_number = min_number;
    options.named_reset = TALLY_RESET_NEWLINES;
    tally_counter *counter;
    tally_status status = tally_counter_new_with(&options, &counter);
    if (status != TALLY_OK) {
        return fail(string, tally_status_message(status));
    }
    size_t len;
    char *data = read_file(path, &len);
    int result = data != NULL ? run(counter, path, data, len) : fail(path, strerror(errno));
    free(data);
    tally_counter_free(counter);
    if (fflush(stdout) != 0) {
        return fail("output", strerror(errno));
    }
    return result;
}
