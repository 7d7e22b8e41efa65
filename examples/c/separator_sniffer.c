/*
 * Guesses what separates the fields of a file: which of comma, semicolon, bar and tab occurs most
 * evenly in its rows.
 *
 *     separator_sniffer FILE
 *
 * Prints the separator, the number of fields that most rows have, and how many rows of all looked at
 * have it. Separators and line ends in quotes do not count, and blank lines are no rows. The exit
 * status is 0, 1 if none of the four is in the file, or 2 after an error.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tally.h>

enum { FOUND = 0, NOT_FOUND = 1, FAILED = 2 };

/* The most bytes that are looked at, and rows: each has a byte, and all but the last an end. */
enum { SAMPLE = 1 << 20, ROWS = SAMPLE / 2 + 1, BATCH = 256 };

typedef struct guess {
    uint64_t separators; /* the number in most rows that have one */
    uint64_t rows;       /* the rows that have it */
    uint64_t all_rows;
} guess;

static int compare(const void *left, const void *right) {
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* How evenly one separator occurs. If the sample is cut, its last row is left out. */
static tally_status try_separator(char separator, const char *data, size_t len, int is_cut,
                                  guess *result) {
    static uint64_t counts[ROWS]; /* of each row */
    tally_counter_options options = {0};
    tally_match matches[BATCH];
    const tally_match *after = NULL;
    tally_counter *counter;
    size_t found = 0;
    bool is_open = false;
    options.size = sizeof options;
    options.needle = &separator;
    options.needle_len = 1;
    options.condition = TALLY_WITHIN;
    options.max_number = TALLY_NO_MAXIMUM;
    options.reset = "\r\n";
    options.reset_len = 2;
    options.flags = TALLY_SKIP_EMPTY;
    options.quote_rule = TALLY_QUOTES_FIELDS;
    *result = (guess){0};
    tally_status status = tally_counter_new_with(&options, &counter);
    if (status != TALLY_OK) {
        return status;
    }
    /* With the wrong separator, a quote can open that nothing closes. */
    status = tally_counter_unclosed_quote(counter, data, len, NULL, &is_open);
    if (status != TALLY_OK || (is_open && !is_cut)) {
        tally_counter_free(counter);
        return status;
    }
    do {
        status = tally_counter_find(counter, data, len, after, matches, BATCH, &found);
        for (size_t i = 0; status == TALLY_OK && i < found; i++) {
            if (!(is_cut && matches[i].end == len)) {
                counts[result->all_rows++] = matches[i].count;
            }
        }
        after = &matches[BATCH - 1];
    } while (status == TALLY_OK && found == BATCH);
    tally_counter_free(counter);
    /* Equal counts stand together; the longest run of one that is not 0 wins. */
    qsort(counts, result->all_rows, sizeof counts[0], compare);
    for (size_t start = 0, end = 0; start < result->all_rows; start = end) {
        while (end < result->all_rows && counts[end] == counts[start]) {
            end++;
        }
        if (counts[start] > 0 && end - start > result->rows) {
            result->separators = counts[start];
            result->rows = end - start;
        }
    }
    return status;
}

/* The part of the rows that are even decides; then the number of fields. */
static int is_better(const guess *next, const guess *best) {
    const uint64_t ours = next->rows * best->all_rows, theirs = best->rows * next->all_rows;
    if (best->rows == 0) {
        return next->rows > 0;
    }
    return ours > theirs || (ours == theirs && next->separators > best->separators);
}

int main(int argc, char **argv) {
    static char data[SAMPLE];
    const char candidates[] = ",;|\t";
    if (argc != 2) {
        fprintf(stderr, "usage: separator_sniffer FILE\n");
        return FAILED;
    }
    FILE *file = fopen(argv[1], "rb");
    if (file == NULL) {
        fprintf(stderr, "separator_sniffer: %s: %s\n", argv[1], strerror(errno));
        return FAILED;
    }
    const size_t len = fread(data, 1, sizeof data, file);
    const int is_bad = ferror(file);
    const int is_cut = len == sizeof data && fgetc(file) != EOF;
    fclose(file);
    if (is_bad) {
        fprintf(stderr, "separator_sniffer: %s: it cannot be read\n", argv[1]);
        return FAILED;
    }
    guess best = {0};
    char separator = '\0';
    for (const char *candidate = candidates; *candidate != '\0'; candidate++) {
        guess next;
        const tally_status status = try_separator(*candidate, data, len, is_cut, &next);
        if (status != TALLY_OK) {
            fprintf(stderr, "separator_sniffer: %s\n", tally_status_message(status));
            return FAILED;
        }
        if (is_better(&next, &best)) {
            best = next;
            separator = *candidate;
        }
    }
    if (best.rows == 0) {
        return NOT_FOUND;
    }
    fputs(separator == '\t' ? "\\t" : (char[]){separator, '\0'}, stdout);
    printf(": %" PRIu64 " fields in %" PRIu64 " of %" PRIu64 " rows\n", best.separators + 1,
           best.rows, best.all_rows);
    return FOUND;
}
