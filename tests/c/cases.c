/* Runs the cases of a file (tests/cases/counter.txt, which says how it is written). */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <tally.h>

#include "check.h"

enum { MAX_LINE = 4096, MAX_TEXT = 1 << 20, MAX_MATCHES = 4096 };

typedef struct {
    unsigned char bytes[MAX_TEXT];
    size_t len;
} text;

static void stop(const char *line) {
    fprintf(stderr, "cases: cannot read: %s\n", line);
    exit(2);
}

static void add(text *to, const void *bytes, size_t len) {
    if (to->len + len > MAX_TEXT) {
        stop("text too long");
    }
    memcpy(to->bytes + to->len, bytes, len);
    to->len += len;
}

/* Appends the TEXT from `at` to `end`. */
static void parse_text(const char *at, const char *end, text *to) {
    while (at < end) {
        if (*at == '\\' && at[1] == 'n') {
            add(to, "\n", 1);
            at += 2;
        } else if (*at == '\\' && at[1] == 'x') {
            const char hex[3] = {at[2], at[3], '\0'};
            const unsigned char byte = (unsigned char)strtoul(hex, NULL, 16);
            add(to, &byte, 1);
            at += 4;
        } else if (*at == '{') {
            char *piece;
            unsigned long times = strtoul(at + 1, &piece, 10);
            const char *close = memchr(at, '}', (size_t)(end - at));
            if (close == NULL || *piece != ' ') {
                stop(at);
            }
            while (times-- > 0) {
                parse_text(piece + 1, close, to);
            }
            at = close + 1;
        } else {
            add(to, at, 1);
            at++;
        }
    }
}

/* The TEXT after `word` and a space in `line`, or NULL where `line` starts otherwise. */
static const char *after_word(const char *line, const char *word) {
    const size_t len = strlen(word);
    if (strncmp(line, word, len) != 0 || (line[len] != ' ' && line[len] != '\0')) {
        return NULL;
    }
    return line[len] == ' ' ? line + len + 1 : line + len;
}

static void set_text(const char *from, text *to) {
    to->len = 0;
    parse_text(from, from + strlen(from), to);
}

typedef enum { CHARACTER, BYTES, ANY_OF } kind;

static char name[MAX_LINE];
static kind what_kind;
static uint32_t character;
static text what, resets, data;
static bool named_reset;
static tally_reset reset;
static uint64_t count, max_count;
static unsigned long cuts;

static void set_utf8(uint32_t code, text *to) {
    unsigned char bytes[4];
    size_t len;
    if (code < 0x80) {
        len = 1;
        bytes[0] = (unsigned char)code;
    } else {
        len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        for (size_t i = len - 1; i > 0; i--, code >>= 6) {
            bytes[i] = (unsigned char)(0x80 | (code & 0x3F));
        }
        bytes[0] = (unsigned char)(0xF00U >> len | code);
    }
    to->len = 0;
    add(to, bytes, len);
}

static void parse_what(const char *value) {
    const char *rest;
    if ((rest = after_word(value, "char")) != NULL) {
        what_kind = CHARACTER;
        character = (uint32_t)strtoul(rest, NULL, 16);
        set_utf8(character, &what);
    } else if ((rest = after_word(value, "bytes")) != NULL) {
        what_kind = BYTES;
        set_text(rest, &what);
    } else if ((rest = after_word(value, "any")) != NULL) {
        what_kind = ANY_OF;
        set_text(rest, &what);
    } else {
        stop(value);
    }
}

static void parse_reset(const char *value) {
    static const char *const names[] = {"none", "newlines", "spaces", "whitespace"};
    static const char *const bytes[] = {"", "\n", " ", " \t\n\v\f\r"};
    const char *rest = after_word(value, "bytes");
    if (rest != NULL) {
        named_reset = false;
        set_text(rest, &resets);
        return;
    }
    named_reset = true;
    for (reset = 0; reset < 4; reset++) {
        if (strcmp(value, names[reset]) == 0) {
            resets.len = 0;
            add(&resets, bytes[reset], strlen(bytes[reset]));
            return;
        }
    }
    stop(value);
}

static tally_status new_counter(uint64_t min_number, tally_counter **counter) {
    if (what_kind == ANY_OF) {
        return tally_counter_new_any_of(what.bytes, what.len, min_number, resets.bytes, resets.len,
                                        counter);
    }
    /* A character with reset bytes of its own is counted as the string of its bytes. */
    if (what_kind == CHARACTER && named_reset) {
        return tally_counter_new(character, min_number, reset, counter);
    }
    return tally_counter_new_bytes(what.bytes, what.len, min_number, resets.bytes, resets.len,
                                   counter);
}

/* Finds all matches, `room` at a time. */
static size_t find_all(const tally_counter *counter, const void *bytes, tally_match *all,
                       size_t room) {
    size_t total = 0, found;
    do {
        const tally_match *after = total > 0 ? &all[total - 1] : NULL;
        CHECK(total + room <= MAX_MATCHES, name);
        CHECK(tally_counter_find(counter, bytes, data.len, after, all + total, room, &found) ==
                  TALLY_OK,
              name);
        total += found;
    } while (found == room);
    return total;
}

static bool same(const tally_match *left, const tally_match *right) {
    return left->segment == right->segment && left->start == right->start &&
           left->end == right->end;
}

/* Copies of both halves of the data, with nothing around them. */
static void *half(size_t from, size_t to) {
    void *bytes = to > from ? malloc(to - from) : NULL;
    if (bytes != NULL) {
        memcpy(bytes, data.bytes + from, to - from);
    }
    return bytes;
}

/* The totals are those that the case names. */
static void check_totals(const tally_summary *summary, uint64_t segments_reached) {
    tally_totals totals;
    uint64_t segments = 1;
    for (size_t i = 0; i < data.len; i++) {
        segments += resets.len > 0 && memchr(resets.bytes, data.bytes[i], resets.len) != NULL;
    }
    CHECK(tally_summary_totals(summary, &totals) == TALLY_OK, name);
    CHECK(totals.bytes == data.len && totals.count == count, name);
    CHECK(totals.max_count == max_count && totals.segments == segments, name);
    CHECK(totals.segments_reached == segments_reached, name);
}

/* Puts a summary that is loaded from its state in the place of one. */
static void travel(const tally_counter *counter, tally_summary **summary) {
    size_t size = 0, len = 0;
    CHECK(tally_summary_state_size(*summary, &size) == TALLY_OK, name);
    void *state = malloc(size);
    CHECK(tally_summary_save(*summary, state, size, &len) == TALLY_OK && len == size, name);
    tally_summary_free(*summary);
    *summary = NULL;
    CHECK(tally_summary_load(counter, state, len, summary) == TALLY_OK, name);
    free(state);
}

/* The data fed in two chunks, and merged from two parts, wherever it can be cut (in long data, near
 * its ends and here and there). */
static void check_cuts(const tally_counter *counter, uint64_t segments_reached,
                       const tally_match *first) {
    tally_stream *stream = NULL;
    tally_summary *left = NULL, *right = NULL;
    CHECK(tally_stream_new(counter, &stream) == TALLY_OK, name);
    CHECK(tally_summary_new(counter, &left) == TALLY_OK, name);
    CHECK(tally_summary_new(counter, &right) == TALLY_OK, name);
    for (size_t cut = 0; cut <= data.len;
         cut += cut < 300 || cut + 300 > data.len ? 1 : 1 + data.len / 50) {
        void *a = half(0, cut), *b = half(cut, data.len);
        bool reached;
        tally_match match;
        CHECK(tally_stream_feed(stream, a, cut, &reached) == TALLY_OK, name);
        CHECK(reached == (segments_reached > 0 && first->end <= cut), name);
        CHECK(tally_stream_feed(stream, b, data.len - cut, &reached) == TALLY_OK, name);
        CHECK(reached == (segments_reached > 0), name);
        CHECK(tally_stream_match(stream, &match, &reached) == TALLY_OK, name);
        CHECK(reached == (segments_reached > 0) && (!reached || same(&match, first)), name);
        CHECK(tally_stream_reset(stream) == TALLY_OK, name);

        CHECK(tally_summary_feed(left, a, cut) == TALLY_OK, name);
        CHECK(tally_summary_feed(right, b, data.len - cut) == TALLY_OK, name);
        travel(counter, &left);
        travel(counter, &right);
        const tally_status merged = tally_summary_merge(left, right);
        CHECK(merged == TALLY_OK || merged == TALLY_ERROR_OVERLAP, name);
        if (merged != TALLY_OK) {
            CHECK(tally_summary_feed(left, b, data.len - cut) == TALLY_OK, name);
        }
        check_totals(left, segments_reached);
        CHECK(tally_summary_reset(left) == TALLY_OK, name);
        CHECK(tally_summary_reset(right) == TALLY_OK, name);
        free(a);
        free(b);
        cuts++;
    }
    tally_stream_free(stream);
    tally_summary_free(left);
    tally_summary_free(right);
}

static void check_at(const char *line) {
    static tally_match all[MAX_MATCHES], again[MAX_MATCHES];
    char *rest;
    uint64_t min_number = strtoull(line, &rest, 10);
    uint64_t segments_expected = strtoull(rest, &rest, 10);
    tally_counter *counter = NULL;
    CHECK(new_counter(min_number, &counter) == TALLY_OK, name);
    if (counter == NULL) {
        return;
    }
    /* Data with nothing around it, so that valgrind sees every byte read outside. */
    void *bytes = data.len > 0 ? malloc(data.len) : NULL;
    if (bytes != NULL) {
        memcpy(bytes, data.bytes, data.len);
    }
    bool reached;
    uint64_t number;
    CHECK(tally_counter_has_count(counter, bytes, data.len, &reached) == TALLY_OK, name);
    CHECK(reached == (segments_expected > 0), name);
    CHECK(tally_counter_count(counter, bytes, data.len, &number) == TALLY_OK, name);
    CHECK(number == count, name);
    CHECK(tally_counter_max_count(counter, bytes, data.len, &number) == TALLY_OK, name);
    CHECK(number == max_count, name);
    CHECK(tally_counter_segments_reached(counter, bytes, data.len, &number) == TALLY_OK, name);
    CHECK(number == segments_expected, name);

    const size_t found = find_all(counter, bytes, all, 1024);
    CHECK(found == segments_expected, name);
    CHECK(find_all(counter, bytes, again, 3) == found, name);
    for (size_t i = 0; i < found; i++) {
        CHECK(same(&all[i], &again[i]), name);
    }
    size_t given = 0;
    bool complete = true;
    while (*rest == ' ') {
        if (strcmp(rest, " ...") == 0) {
            complete = false;
            break;
        }
        tally_match expected;
        expected.segment = strtoull(rest, &rest, 10);
        expected.start = strtoull(rest + 1, &rest, 10);
        expected.end = strtoull(rest + 1, &rest, 10);
        CHECK(given < found && same(&expected, &all[given]), name);
        given++;
    }
    CHECK(!complete || given == found, name);
    check_cuts(counter, segments_expected, &all[0]);
    free(bytes);
    tally_counter_free(counter);
}

static void check_error(void) {
    tally_counter *counter = NULL;
    CHECK(new_counter(1, &counter) == TALLY_ERROR_INVALID_ARGUMENT, name);
    CHECK(counter == NULL, name);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: cases FILE\n");
        return 2;
    }
    FILE *file = fopen(argv[1], "rb");
    if (file == NULL) {
        perror(argv[1]);
        return 2;
    }
    static char line[MAX_LINE];
    unsigned cases = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        const char *value;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0') {
            continue;
        } else if ((value = after_word(line, "case")) != NULL) {
            strcpy(name, value);
            cases++;
        } else if ((value = after_word(line, "what")) != NULL) {
            parse_what(value);
        } else if ((value = after_word(line, "reset")) != NULL) {
            parse_reset(value);
        } else if ((value = after_word(line, "data")) != NULL) {
            set_text(value, &data);
        } else if ((value = after_word(line, "count")) != NULL) {
            count = strtoull(value, NULL, 10);
        } else if ((value = after_word(line, "max")) != NULL) {
            max_count = strtoull(value, NULL, 10);
        } else if ((value = after_word(line, "at")) != NULL) {
            check_at(value);
        } else if (after_word(line, "error") != NULL) {
            check_error();
        } else {
            stop(line);
        }
    }
    fclose(file);
    CHECK(cases > 70, "the file is cut short");
    printf("%u cases, cut %lu times, on %s\n", cases, cuts, tally_backend());
    return report("cases");
}
