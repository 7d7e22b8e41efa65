/* Runs the cases of files: tests/cases/counter.txt and records.txt, which describe their format. */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <tally.h>

#include "check.h"
#include "text.h"

enum { MAX_MATCHES = 4096, MAX_QUESTIONS = 16 };

static char name[MAX_LINE];
static uint32_t needle_kind, character;
static text needle, resets, data, delimiters, closing;
static uint32_t flags, quote_rule, quote, escape;
static bool is_unclosed; /* whether a quote is open at the end, and where it was opened */
static uint64_t unclosed;
static tally_reset named_reset; /* TALLY_RESET_NONE, and the bytes are in `resets` alone */
static uint64_t count, max_count;
static unsigned long cuts;
/* The lines that start with at, outside and within. */
static char questions[MAX_QUESTIONS][MAX_LINE];
static size_t question_count;
/* The lines that start with edges, in the order of TALLY_TRIM_*. */
static struct {
    bool is_given;
    uint64_t starting, ending;
} edges[3];

/* What a segment's count has to satisfy. */
typedef struct {
    uint32_t kind;
    uint64_t min_number, max_number;
} condition;

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

/* The words behind `quotes`, from a copy of the line. */
static void parse_quotes(char *line) {
    const char *word = strtok(line, " ");
    quote_rule = strcmp(word, "fields") == 0     ? TALLY_QUOTES_FIELDS
                 : strcmp(word, "anywhere") == 0 ? TALLY_QUOTES_ANYWHERE
                                                 : (stop(word), 0U);
    while ((word = strtok(NULL, " ")) != NULL) {
        static text bytes;
        const char *value = strtok(NULL, " ");
        if (value == NULL) {
            stop(word);
        } else if (strcmp(word, "delimiters") == 0) {
            set_text(value, &delimiters);
        } else if (strcmp(word, "quote") == 0) {
            set_text(value, &bytes);
            quote = bytes.bytes[0];
        } else if (strcmp(word, "escape") == 0) {
            set_text(value, &bytes);
            escape = bytes.bytes[0];
        } else {
            stop(word);
        }
    }
}

/* Whether the case has an option that tally_counter_new has not. */
static bool has_options(void) {
    return flags != 0 || quote_rule != TALLY_QUOTES_NONE || closing.len > 0;
}

/* A counter of the case; with `by_bytes`, from the bytes of a named reset. */
static tally_status new_counter(condition asked, bool by_bytes, tally_counter **counter) {
    tally_counter_options options = {0};
    options.size = sizeof options;
    options.needle_kind = needle_kind;
    options.character = character;
    if (needle_kind != TALLY_NEEDLE_CHARACTER) {
        options.needle = needle.bytes;
        options.needle_len = needle.len;
    }
    options.condition = asked.kind;
    options.min_number = asked.min_number;
    options.max_number = asked.max_number;
    options.flags = flags;
    options.quote_rule = quote_rule;
    options.quote = quote;
    options.escape = escape;
    options.delimiters = delimiters.bytes;
    options.delimiters_len = delimiters.len;
    options.closing = closing.bytes;
    options.closing_len = closing.len;
    if (by_bytes || named_reset == TALLY_RESET_NONE) {
        options.reset = resets.bytes;
        options.reset_len = resets.len;
    } else {
        options.named_reset = named_reset;
    }
    return tally_counter_new_with(&options, counter);
}

/* Counters of the case that are made in every other way find as many matching segments. */
static void check_other_counters(condition asked, uint64_t segments) {
    tally_counter *counters[2] = {NULL, NULL};
    CHECK(new_counter(asked, true, &counters[0]) == TALLY_OK, name);
    if (needle_kind == TALLY_NEEDLE_CHARACTER && (named_reset != 0 || resets.len == 0) &&
        asked.kind == TALLY_AT_LEAST && !has_options()) {
        CHECK(tally_counter_new(character, asked.min_number, named_reset, &counters[1]) ==
                  TALLY_OK,
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

/* How many segments there are. */
static uint64_t segment_count(void) {
    uint64_t segments = 1;
    if (quote_rule == TALLY_QUOTES_NONE) {
        for (size_t i = 0; i < data.len; i++) {
            segments += resets.len > 0 && memchr(resets.bytes, data.bytes[i], resets.len) != NULL;
        }
        return segments;
    }
    /* Quotes hide resets: ask how many have any count. */
    const condition any = {TALLY_WITHIN, 0, TALLY_NO_MAXIMUM};
    const uint32_t skipped = flags;
    tally_counter *counter = NULL;
    flags = 0;
    CHECK(new_counter(any, false, &counter) == TALLY_OK, name);
    CHECK(tally_counter_matching_segments(counter, data.bytes, data.len, &segments) == TALLY_OK,
          name);
    tally_counter_free(counter);
    flags = skipped;
    return segments;
}

/* Compares the totals, and the open quote, with the case. */
static void check_totals(const tally_summary *summary, uint64_t matching_segments,
                         uint64_t segments) {
    tally_totals totals;
    uint64_t offset = 0;
    bool open;
    CHECK(tally_summary_unclosed_quote(summary, &offset, &open) == TALLY_OK, name);
    CHECK(open == is_unclosed && (!open || offset == unclosed), name);
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

/* All matches of the two chunks `a` and `b`, three at a time. */
static size_t stream_all(tally_stream *stream, const void *a, size_t a_len, const void *b,
                         size_t b_len, tally_match *all) {
    size_t total = 0;
    bool open = false, matched = false;
    uint64_t offset = 0;
    for (int chunk = 0; chunk < 2; chunk++) {
        const unsigned char *rest = chunk == 0 ? a : b;
        size_t left = chunk == 0 ? a_len : b_len, found, used;
        do {
            CHECK(total + 3 <= MAX_MATCHES, name);
            CHECK(tally_stream_find(stream, rest, left, all + total, 3, &found, &used) == TALLY_OK,
                  name);
            total += found;
            rest = left > 0 ? rest + used : rest;
            left -= used;
        } while (found == 3);
        CHECK(left == 0, name);
    }
    CHECK(tally_stream_unclosed_quote(stream, &offset, &open) == TALLY_OK, name);
    CHECK(open == is_unclosed && (!open || offset == unclosed), name);
    CHECK(tally_stream_finish(stream, &matched) == TALLY_OK, name);
    if (matched) {
        CHECK(tally_stream_match(stream, &all[total], &matched) == TALLY_OK && matched, name);
        total++;
    }
    return total;
}

/* The data fed in two chunks, and merged from two parts: cut at every offset; in long data, at all
 * offsets near its ends, and at 50 between. */
static void check_cuts(const tally_counter *counter, condition asked, uint64_t matching_segments,
                       const tally_match *all) {
    static tally_match found[MAX_MATCHES];
    const tally_match *first = &all[0];
    const uint64_t segments = segment_count();
    /* Otherwise a match is known at its end; here, at the reset byte behind it or a byte in it. */
    const bool is_late = asked.kind != TALLY_AT_LEAST || (asked.min_number == 0 && flags != 0);
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
        CHECK(is_late || matched == (matching_segments > 0 && first->end <= cut), name);
        CHECK(!matched || (matching_segments > 0 && first->end <= cut), name);
        CHECK(asked.kind == TALLY_AT_LEAST ||
                  matched == (matching_segments > 0 && first->end < cut),
              name);
        CHECK(tally_stream_feed(stream, b, data.len - cut, &matched) == TALLY_OK, name);
        CHECK(is_late || matched == (matching_segments > 0), name);
        CHECK(tally_stream_finish(stream, &matched) == TALLY_OK, name);
        CHECK(matched == (matching_segments > 0), name);
        CHECK(tally_stream_feed(stream, b, data.len - cut, &matched) == TALLY_ERROR_FINISHED, name);
        CHECK(tally_stream_match(stream, &match, &matched) == TALLY_OK, name);
        CHECK(matched == (matching_segments > 0) && (!matched || same(&match, first)), name);
        CHECK(tally_stream_reset(stream) == TALLY_OK, name);

        const size_t total = stream_all(stream, a, cut, b, data.len - cut, found);
        CHECK(total == matching_segments, name);
        for (size_t i = 0; i < total && i < matching_segments; i++) {
            CHECK(same(&found[i], &all[i]), name);
        }
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
        check_totals(left, matching_segments, segments);
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

/* A number, or the highest one for `any`. */
static uint64_t number_at(char **at) {
    while (**at == ' ') {
        ++*at;
    }
    if (strncmp(*at, "any", 3) == 0) {
        *at += 3;
        return TALLY_NO_MAXIMUM;
    }
    return strtoull(*at, at, 10);
}

/* What the lines that start with edges say. */
static void check_edges(const tally_counter *counter, const void *bytes) {
    for (tally_trim trim = 0; trim < 3; trim++) {
        uint64_t starting, ending;
        if (edges[trim].is_given) {
            CHECK(tally_counter_starting_segments(counter, bytes, data.len, trim, &starting) ==
                      TALLY_OK,
                  name);
            CHECK(tally_counter_ending_segments(counter, bytes, data.len, trim, &ending) ==
                      TALLY_OK,
                  name);
            CHECK(starting == edges[trim].starting && ending == edges[trim].ending, name);
        }
    }
}

static void parse_edges(const char *value) {
    static const char *const names[] = {"none", "ascii", "unicode"};
    for (size_t trim = 0; trim < 3; trim++) {
        const char *rest = after_word(value, names[trim]);
        if (rest != NULL) {
            char *at;
            edges[trim].is_given = true;
            edges[trim].starting = strtoull(rest, &at, 10);
            edges[trim].ending = strtoull(at, &at, 10);
            return;
        }
    }
    stop(value);
}

/* What a line that starts with at, outside or within says. */
static void check_question(char *line) {
    static tally_match all[MAX_MATCHES], again[MAX_MATCHES];
    condition asked = {TALLY_AT_LEAST, 0, 0};
    char *rest = strchr(line, ' ');
    if (line[0] != 'a') {
        asked.kind = line[0] == 'o' ? TALLY_OUTSIDE : TALLY_WITHIN;
    }
    asked.min_number = number_at(&rest);
    if (asked.kind != TALLY_AT_LEAST) {
        asked.max_number = number_at(&rest);
    }
    uint64_t segments_expected = number_at(&rest);
    tally_counter *counter = NULL;
    CHECK(new_counter(asked, false, &counter) == TALLY_OK, name);
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
    CHECK(tally_counter_unclosed_quote(counter, bytes, data.len, &number, &matched) == TALLY_OK,
          name);
    CHECK(matched == is_unclosed && (!matched || number == unclosed), name);
    check_edges(counter, bytes);

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
        expected.count =
            asked.kind == TALLY_AT_LEAST ? asked.min_number : strtoull(rest + 1, &rest, 10);
        CHECK(listed < found && same(&expected, &all[listed]), name);
        listed++;
    }
    CHECK(!complete || listed == found, name);
    check_other_counters(asked, segments_expected);
    check_cuts(counter, asked, segments_expected, all);
    free(bytes);
    tally_counter_free(counter);
}

static void check_error(void) {
    tally_counter *counter = NULL;
    const tally_status expected =
        needle.len == 0 ? TALLY_ERROR_INVALID_ARGUMENT : TALLY_ERROR_RESET_IN_NEEDLE;
    const condition once = {TALLY_AT_LEAST, 1, 0};
    CHECK(new_counter(once, false, &counter) == expected && counter == NULL, name);
    CHECK(new_counter(once, true, &counter) == expected && counter == NULL, name);
}

/* Asks what the case says, and forgets its options. */
static void end_case(void) {
    for (size_t i = 0; i < question_count; i++) {
        check_question(questions[i]);
    }
    question_count = 0;
    flags = quote_rule = quote = escape = 0;
    delimiters.len = closing.len = 0;
    memset(edges, 0, sizeof edges);
    is_unclosed = false;
}

static unsigned run_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    static char line[MAX_LINE];
    unsigned cases = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        const char *value;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0') {
            continue;
        } else if ((value = after_word(line, "case")) != NULL) {
            end_case();
            strcpy(name, value);
            cases++;
        } else if ((value = after_word(line, "needle")) != NULL) {
            parse_needle(value);
        } else if ((value = after_word(line, "reset")) != NULL) {
            parse_reset(value);
        } else if ((value = after_word(line, "skip")) != NULL) {
            flags = strcmp(value, "empty") == 0  ? TALLY_SKIP_EMPTY
                    : strcmp(value, "last") == 0 ? TALLY_SKIP_LAST_EMPTY
                    : strcmp(value, "both") == 0 ? TALLY_SKIP_EMPTY | TALLY_SKIP_LAST_EMPTY
                                                 : (stop(line), 0U);
        } else if (after_word(line, "quotes") != NULL) {
            parse_quotes(line + strlen("quotes "));
        } else if ((value = after_word(line, "closing")) != NULL) {
            set_text(value, &closing);
        } else if ((value = after_word(line, "edges")) != NULL) {
            parse_edges(value);
        } else if ((value = after_word(line, "unclosed")) != NULL) {
            is_unclosed = true;
            unclosed = strtoull(value, NULL, 10);
        } else if ((value = after_word(line, "data")) != NULL) {
            set_text(value, &data);
        } else if ((value = after_word(line, "count")) != NULL) {
            count = strtoull(value, NULL, 10);
        } else if ((value = after_word(line, "max")) != NULL) {
            max_count = strtoull(value, NULL, 10);
        } else if (after_word(line, "at") != NULL || after_word(line, "outside") != NULL ||
                   after_word(line, "within") != NULL) {
            if (question_count == MAX_QUESTIONS) {
                stop(line);
            }
            strcpy(questions[question_count++], line);
        } else if (after_word(line, "error") != NULL) {
            check_error();
        } else {
            stop(line);
        }
    }
    end_case();
    fclose(file);
    return cases;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: cases FILE...\n");
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        const unsigned cases = run_file(argv[i]);
        CHECK(cases >= 20, "the file is cut short");
        printf("%s: %u cases, cut %lu times, on %s\n", argv[i], cases, cuts, tally_backend());
    }
    return report("cases");
}
