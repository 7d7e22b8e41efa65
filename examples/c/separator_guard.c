/*
 * Refuses a file (CSV, a log) with a line of too many separators, before a parser sees it.
 *
 *     separator_guard FILE SEPARATOR MOST
 *
 * SEPARATOR is one byte, or \t for a tab. The guard is silent and exits with 0 if no line has more
 * than MOST of them; else it names the first such line and the column (in bytes, from 1) of the
 * first separator too many, and exits with 1. After an error it exits with 2.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tally.h>

#include "read_file.h"

enum { ACCEPTED = 0, REFUSED = 1, FAILED = 2 };

static int fail(const char *about, const char *reason) {
    fprintf(stderr, "separator_guard: %s: %s\n", about, reason);
    return FAILED;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: separator_guard FILE SEPARATOR MOST\n");
        return FAILED;
    }
    const char *path = argv[1];
    const char *separator = strcmp(argv[2], "\\t") == 0 ? "\t" : argv[2];
    if (strlen(separator) != 1 || separator[0] == '\n') {
        return fail(argv[2], "the separator is one byte, and not a newline");
    }
    char *end;
    errno = 0;
    uint64_t most = strtoull(argv[3], &end, 10);
    if (errno != 0 || end == argv[3] || *end != '\0' || strchr(argv[3], '-') != NULL ||
        most == UINT64_MAX) {
        return fail(argv[3], "not a number, or too large");
    }

    /* One more than the most is the one too many. */
    tally_counter *counter;
    tally_status status =
        tally_counter_new_bytes(separator, 1, most + 1, "\n", 1, &counter);
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
        result = REFUSED;
    }
    free(data);
    tally_counter_free(counter);
    return result;
}
