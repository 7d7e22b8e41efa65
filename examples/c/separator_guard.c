/*
 * Rejects a file (CSV, a log) that has a line with too many separators, before a parser reads it.
 *
 *     separator_guard FILE SEPARATOR MOST
 *
 * SEPARATOR is an ASCII character other than a newline, or \t for a tab. If no line has more than
 * MOST separators, the guard prints nothing and exits with 0. Otherwise it prints the line and the
 * column (in bytes, from 1) of the first separator too many, and exits with 1. After an error it
 * exits with 2.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tally.h>

#include "read_file.h"

enum { ACCEPTED = 0, REJECTED = 1, FAILED = 2 };

static int fail(const char *subject, const char *reason) {
    fprintf(stderr, "separator_guard: %s: %s\n", subject, reason);
    return FAILED;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: separator_guard FILE SEPARATOR MOST\n");
        return FAILED;
    }
    const char *path = argv[1];
    const char *separator = strcmp(argv[2], "\\t") == 0 ? "\t" : argv[2];
    if (strlen(separator) != 1 || separator[0] == '\n' || (unsigned char)separator[0] > 0x7F) {
        return fail(argv[2], "the separator is one ASCII character other than a newline");
    }
    char *end;
    errno = 0;
    uint64_t most = strtoull(argv[3], &end, 10);
    if (errno != 0 || end == argv[3] || *end != '\0' || strchr(argv[3], '-') != NULL ||
        most == UINT64_MAX) {
        return fail(argv[3], "not a number, or too large");
    }

    /* "More than MOST" is "at least MOST + 1". */
    const uint32_t needle = (unsigned char)separator[0];
    tally_counter *counter;
    tally_status status = tally_counter_new(needle, most + 1, TALLY_RESET_NEWLINES, &counter);
    if (status != TALLY_OK) {
        return fail(path, tally_status_message(status));
    }
    size_t len, found = 0;
    tally_match match;
    int result = ACCEPTED;
    char *data = read_file(path, &len);
    if (data == NULL) {
        result = fail(path, strerror(errno));
    } else if ((status = tally_counter_find(counter, data, len, NULL, &match, 1, &found)) !=
               TALLY_OK) {
        result = fail(path, tally_status_message(status));
    } else if (found == 1) {
        fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": more than %" PRIu64 " separators\n", path,
                match.segment + 1, match.end - match.start, most);
        result = REJECTED;
    }
    free(data);
    tally_counter_free(counter);
    return result;
}
