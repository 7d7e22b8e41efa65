/*
 * A guard in front of a JSON parser: rejects a request body that nests too deep, in whatever chunks
 * it arrives, at the bracket that is one too many.
 *
 *     json_guard MOST < BODY
 *
 * Brackets in strings do not count. The exit status is 0 if the body may be parsed, 1 if it nests
 * deeper than MOST or ends inside a string, 2 after an error. Whether it is valid JSON is for the
 * parser to find out.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tally.h>

enum { ACCEPTED = 0, REJECTED = 1, FAILED = 2 };

/* What a server makes once: a counter that all its requests share. */
static tally_status new_guard(uint64_t most, tally_counter **guard) {
    tally_counter_options options = {0};
    options.size = sizeof options;
    options.needle_kind = TALLY_NEEDLE_ANY_OF;
    options.needle = "{[";
    options.needle_len = 2;
    options.closing = "}]";
    options.closing_len = 2;
    options.quote_rule = TALLY_QUOTES_ANYWHERE;
    options.escape = '\\';
    /* "Deeper than most" is "at least most + 1". */
    options.min_number = most + 1;
    return tally_counter_new_with(&options, guard);
}

/* What it makes for each request: a stream, which takes little memory. */
static tally_status check_body(tally_stream *request, bool *rejected) {
    char chunk[4096];
    size_t len;
    tally_status status;
    uint64_t offset;
    tally_match match;
    *rejected = false;
    while (!*rejected && (len = fread(chunk, 1, sizeof chunk, stdin)) > 0) {
        if ((status = tally_stream_feed(request, chunk, len, rejected)) != TALLY_OK) {
            return status;
        }
    }
    if (*rejected) {
        if ((status = tally_stream_match(request, &match, rejected)) == TALLY_OK) {
            fprintf(stderr, "too deep at byte %" PRIu64 "\n", match.end - 1);
        }
        return status;
    }
    if (ferror(stdin)) {
        return TALLY_ERROR_IO;
    }
    status = tally_stream_unclosed_quote(request, &offset, rejected);
    if (status == TALLY_OK && *rejected) {
        fprintf(stderr, "the string at byte %" PRIu64 " does not end\n", offset);
    }
    return status;
}

int main(int argc, char **argv) {
    char *end = NULL;
    errno = 0;
    const uint64_t most = argc == 2 ? strtoull(argv[1], &end, 10) : 0;
    if (argc != 2 || errno != 0 || end == argv[1] || *end != '\0' || argv[1][0] == '-' ||
        most == UINT64_MAX) {
        fprintf(stderr, "usage: json_guard MOST < BODY\n");
        return FAILED;
    }
    tally_counter *guard = NULL;
    tally_stream *request = NULL;
    bool rejected = false;
    tally_status status = new_guard(most, &guard);
    if (status == TALLY_OK) {
        status = tally_stream_new(guard, &request);
    }
    if (status == TALLY_OK) {
        status = check_body(request, &rejected);
    }
    tally_stream_free(request);
    tally_counter_free(guard);
    if (status != TALLY_OK) {
        fprintf(stderr, "json_guard: %s\n", tally_status_message(status));
        return FAILED;
    }
    return rejected ? REJECTED : ACCEPTED;
}
