/*
 * Lets a CSV file pass if each row has as many fields as the first, and names the first row that has
 * not. The file may have any size: it is read in chunks, and no further than that row.
 *
 *     csv_gate FILE [SEPARATOR]
 *
 * FILE is a regular file without a byte order mark. SEPARATOR is a byte, or \t for a tab; a comma if
 * there is none. Quoted separators and line ends belong to their field, and blank lines are no rows.
 * The exit status is 0 if the file passes, 1 if it does not, 2 after an error.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <tally.h>

enum { PASSED = 0, REJECTED = 1, FAILED = 2 };

static int fail(const char *subject, const char *reason) {
    fprintf(stderr, "csv_gate: %s: %s\n", subject, reason);
    return FAILED;
}

/* A stream that stops at the first row whose number of separators satisfies a condition. */
static tally_status row_stream(const char *separator, uint32_t condition, uint64_t min_number,
                               uint64_t max_number, tally_stream **stream) {
    tally_counter_options options = {0};
    tally_counter *counter;
    tally_status status;
    options.size = sizeof options;
    options.needle = separator;
    options.needle_len = 1;
    options.condition = condition;
    options.min_number = min_number;
    options.max_number = max_number;
    options.reset = "\r\n";
    options.reset_len = 2;
    options.flags = TALLY_SKIP_EMPTY;
    options.quote_rule = TALLY_QUOTES_FIELDS;
    status = tally_counter_new_with(&options, &counter);
    if (status == TALLY_OK) {
        status = tally_stream_new(counter, stream);
        tally_counter_free(counter);
    }
    return status;
}

/* Whether there is such a row, and which; and whether a quote is open at the end, and where. */
static tally_status find_row(const char *path, tally_stream *stream, bool *found,
                             tally_match *match, bool *open, uint64_t *quote) {
    tally_status status = tally_stream_feed_file(stream, path, NULL, found);
    if (status == TALLY_OK) {
        status = tally_stream_finish(stream, found);
    }
    if (status == TALLY_OK) {
        status = tally_stream_match(stream, match, found);
    }
    return status == TALLY_OK ? tally_stream_unclosed_quote(stream, quote, open) : status;
}

/*
 * The number of the line at an offset, or 0 if the file cannot be read. Lines end as rows do: with
 * "\n", "\r" or both.
 */
static uint64_t line_at(const char *path, uint64_t offset) {
    static char chunk[65536];
    FILE *file = fopen(path, "rb");
    uint64_t line = 1;
    char last = 0;
    size_t len;
    if (file == NULL) {
        return 0;
    }
    while ((len = fread(chunk, 1, sizeof chunk, file)) > 0 && offset > 0) {
        const size_t before = offset < len ? (size_t)offset : len;
        for (size_t i = 0; i < before; i++) {
            line += chunk[i] == '\r' || (chunk[i] == '\n' && last != '\r');
            last = chunk[i];
        }
        offset -= before;
    }
    fclose(file);
    return line;
}

static int gate(const char *path, const char *separator) {
    tally_stream *stream = NULL;
    tally_match first, other;
    bool found = false, open = false;
    uint64_t quote = 0;
    /* Any number of separators: the first row there is. */
    tally_status status = row_stream(separator, TALLY_WITHIN, 0, TALLY_NO_MAXIMUM, &stream);
    if (status == TALLY_OK) {
        status = find_row(path, stream, &found, &first, &open, &quote);
        tally_stream_free(stream);
    }
    if (status == TALLY_OK && found) {
        status = row_stream(separator, TALLY_OUTSIDE, first.count, first.count, &stream);
        if (status == TALLY_OK) {
            status = find_row(path, stream, &found, &other, &open, &quote);
            tally_stream_free(stream);
        }
    }
    if (status != TALLY_OK) {
        return fail(path, status == TALLY_ERROR_IO ? strerror(errno) : tally_status_message(status));
    }
    if (found) {
        fprintf(stderr, "%s:%" PRIu64 ": %" PRIu64 " field%s, expected %" PRIu64 "\n", path,
                line_at(path, other.start), other.count + 1, other.count == 0 ? "" : "s",
                first.count + 1);
        return REJECTED;
    }
    if (open) {
        fprintf(stderr, "%s:%" PRIu64 ": the quote that opens here is never closed\n", path,
                line_at(path, quote));
        return REJECTED;
    }
    return PASSED;
}

int main(int argc, char **argv) {
    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: csv_gate FILE [SEPARATOR]\n");
        return FAILED;
    }
    const char *separator = argc == 3 ? argv[2] : ",";
    if (strcmp(separator, "\\t") == 0) {
        separator = "\t";
    }
    if (strlen(separator) != 1) {
        return fail(separator, "the separator is one byte");
    }
    return gate(argv[1], separator);
}
