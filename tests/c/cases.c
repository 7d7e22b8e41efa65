/* Runs the cases of a file, tests/cases/counter.txt, which describes its format. */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <tally.h>

#include "check.h"
#include "text.h"

enum { MAX_MATCHES = 4096 };

static char name[MAX_LINE];
static uint32_t needle_kind, character;
static text needle, resets, data;
static tally_reset named_reset; /* TALLY_RESET_NONE, and the bytes are in `resets` alone */
static uint64_t count, max_count;
static unsigned long cuts;

static void parse_needle(const char *value) {
    const char *rest;
    character = 0;
    needle.len = 0;
    if ((rest = after_word(value, "char")) != NULL) {
        needle_kind = TALLY_NEEDLE_CHARACTER;
        character = (uint32_t)strtoul(rest, NULL, 16);
    } else if ((rest = after_word(value, "bytes")) != NULL) {
        needle_kind = TALLY_NEEDLE_STRING;
        set_text(rest, &needle);
    } else if ((rest = after_word(value, "any")) != NULL) {
        needle_kind = TALLY_NEEDLE_ANY_OF;
        set_text(rest, &needle);
    } else {
        stop(value);
    }
}

static void parse_reset(const char *value) {
    static const char *const names[] = {"none", "newlines", "spaces", "whitespace"};
    static const char *const bytes[] = {"", "\n", " ", " \t\n\v\f\r"};
    const char *rest = after_word(value, "bytes");
    named_reset = TALLY_RESET_NONE;
    if (rest != NULL) {
        set_text(rest, &resets);
        return;
    }
    for (tally_reset reset = 0; reset < 4; reset++) {
        if (strcmp(value, names[reset]) == 0) {
            named_reset = reset;
            resets.len = 0;
            add(&resets, bytes[reset], strlen(bytes[reset]));
            return;
        }
    }
    stop(value);
}

/* A counter of the case; with `by_bytes`, from the bytes of a named reset. */
static tally_status new_counter(uint64_t min_number, bool by_bytes, tally_counter **counter) {
    tally_counter_options options = {0};
    options.size = sizeof options;
    options.needle_kind = needle_kind;
    options.character = character;
    if (needle_kind != TALLY_NEEDLE_CHARACTER) {
        options.needle = needle.bytes;
        options.needle_len = needle.len;
    }
    options.min_number = min_number;
    if (by_bytes || named_reset == TALLY_RESET_NONE) {
        options.reset = resets.bytes;
        options.reset_len = resets.len;
    } else {
        options.named_reset = named_reset;
    }
    return tally_counter_new_with(&options, counter);
}

/* Counters of the case that are made in every other way find as many matching segments. */
static void check_other_counters(uint64_t min_number, uint64_t segments) {
    tally_counter *counters[2] = {NULL, NULL};
    CHECK(new_counter(min_number, true, &counters[0]) == TALLY_OK, name);
    if (needle_kind == TALLY_NEEDLE_CHARACTER && (named_reset != 0 || resets.len == 0)) {
        CHECK(tally_counter_new(character, min_number, named_reset, &counters[1]) == TALLY_OK,
              name);
    }
    for (size_t i = 0; i < 2; i++) {
        uint64_t number;
        if (counters[i] != NULL) {
            CHECK(tally_counter_matching_segments(counters[i], data.bytes, data.len, &number) ==
                          TALLY_OK &&
                      number == segments,
                  name);
        }
        tally_counter_free(counters[i]);
    }
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
           left->end == right->end && left->count == right->count;
}

/* A copy of part of the data in memory of its own, so that valgrind sees every read outside. */
static void *copy(size_t from, size_t to) {
    void *bytes = to > from ? malloc(to - from) : NULL;
    if (bytes != NULL) {
        memcpy(bytes, data.bytes + from, to - from);
    }
    return bytes;
}

/* Compares the totals with the case. */
static void check_totals(const tally_summary *summary, uint64_t matching_segments) {
    tally_totals totals;
    uint64_t segments = 1;
    for (size_t i = 0; i < data.len; i++) {
        segments += resets.len > 0 && memchr(resets.bytes, data.bytes[i], resets.len) != NULL;
    }
    CHECK(tally_summary_totals(summary, &totals) == TALLY_OK, name);
    CHECK(totals.bytes == data.len && totals.count == count, name);
    CHECK(totals.max_count == max_count && totals.segments == segments, name);
    CHECK(totals.matching_segments == matching_segments, name);
}

/* Saves a summary, frees it, and loads it again. */
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

/* The data fed in two chunks, and merged from two parts: cut at every offset; in long data, at all
 * offsets near its ends, and at 50 between. */
static void check_cuts(const tally_counter *counter, uint64_t matching_segments,
                       const tally_match *first) {
    tally_stream *stream = NULL;
    tally_summary *left = NULL, *right = NULL;
    CHECK(tally_stream_new(counter, &stream) == TALLY_OK, name);
    CHECK(tally_summary_new(counter, &left) == TALLY_OK, name);
    CHECK(tally_summary_new(counter, &right) == TALLY_OK, name);
    for (size_t cut = 0; cut <= data.len;
         cut += cut < 300 || cut + 300 > data.len ? 1 : 1 + data.len / 50) {
        void *a = copy(0, cut), *b = copy(cut, data.len);
        bool matched;
        tally_match match;
        CHECK(tally_stream_feed(stream, a, cut, &matched) == TALLY_OK, name);
        CHECK(matched == (matching_segments > 0 && first->end <= cut), name);
        CHECK(tally_stream_feed(stream, b, data.len - cut, &matched) == TALLY_OK, name);
        CHECK(matched == (matching_segments > 0), name);
        CHECK(tally_stream_match(stream, &match, &matched) == TALLY_OK, name);
        CHECK(matched == (matching_segments > 0) && (!matched || same(&match, first)), name);
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
        check_totals(left, matching_segments);
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
    CHECK(new_counter(min_number, false, &counter) == TALLY_OK, name);
    if (counter == NULL) {
        return;
    }
    /* In memory of its own, so that valgrind sees every read outside. */
    void *bytes = copy(0, data.len);
    bool matched;
    uint64_t number;
    CHECK(tally_counter_has_count(counter, bytes, data.len, &matched) == TALLY_OK, name);
    CHECK(matched == (segments_expected > 0), name);
    CHECK(tally_counter_count(counter, bytes, data.len, &number) == TALLY_OK, name);
    CHECK(number == count, name);
    CHECK(tally_counter_max_count(counter, bytes, data.len, &number) == TALLY_OK, name);
    CHECK(number == max_count, name);
    CHECK(tally_counter_matching_segments(counter, bytes, data.len, &number) == TALLY_OK, name);
    CHECK(number == segments_expected, name);

    const size_t found = find_all(counter, bytes, all, 1024);
    CHECK(found == segments_expected, name);
    CHECK(find_all(counter, bytes, again, 3) == found, name);
    for (size_t i = 0; i < found; i++) {
        CHECK(same(&all[i], &again[i]), name);
    }
    size_t listed = 0;
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
        expected.count = min_number;
        CHECK(listed < found && same(&expected, &all[listed]), name);
        listed++;
    }
    CHECK(!complete || listed == found, name);
    check_other_counters(min_number, segments_expected);
    check_cuts(counter, segments_expected, &all[0]);
    free(bytes);
    tally_counter_free(counter);
}

static void check_error(void) {
    tally_counter *counter = NULL;
    const tally_status expected =
        needle.len == 0 ? TALLY_ERROR_INVALID_ARGUMENT : TALLY_ERROR_RESET_IN_NEEDLE;
    CHECK(new_counter(1, false, &counter) == expected && counter == NULL, name);
    CHECK(new_counter(1, true, &counter) == expected && counter == NULL, name);
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
        } else if ((value = after_word(line, "needle")) != NULL) {
            parse_needle(value);
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
