/* Columns: each layout with nulls, an offset and a dictionary, against a plain loop; and broken
 * ones, each of which is refused before any result is written.
 *
 * Every buffer is memory of its own and just long enough, so that valgrind and AddressSanitizer see
 * each read outside. The values of null slots are out of bounds wherever the layout allows it. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <tally.h>

#include "check.h"

/* 6 values, of which the fourth is null. A column of them starts at the second. */
enum { ALL = 6, FIRST = 1, NUMBER = ALL - FIRST, NULL_AT = 3, BITS = 64 };
static const char *const VALUES[ALL] = {
    "ccc", "", "c\nccc and more than twelve bytes", "cc", "xcxcx", "c c,c\xC3\xA9"};

static const char *about = "";
static const char *layout = "";

static void release_schema(struct ArrowSchema *schema) {
    schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
    array->release = NULL;
}

/* A column and its memory. */
struct column {
    struct ArrowSchema schema, value_schema;
    struct ArrowArray array, values;
    const void *buffers[6], *value_buffers[6];
    void *owned[12];
    size_t number;
};

static void *own(struct column *column, const void *bytes, size_t len) {
    void *memory = malloc(len > 0 ? len : 1);
    if (memory == NULL) {
        exit(EXIT_FAILURE);
    }
    if (len > 0) {
        memcpy(memory, bytes, len);
    }
    column->owned[column->number++] = memory;
    return memory;
}

static void drop(struct column *column) {
    while (column->number > 0) {
        free(column->owned[--column->number]);
    }
}

static bool is_null(size_t at) {
    return at == NULL_AT;
}

/* Bits of which one is 0: that of the null. */
static void *validity(struct column *column) {
    const uint8_t bits = (uint8_t)~(1U << NULL_AT);
    return own(column, &bits, 1);
}

static void by_offsets(struct column *column, bool is_wide) {
    char data[1000];
    int32_t narrow[ALL + 1] = {0};
    int64_t wide[ALL + 1] = {0};
    size_t len = 0;
    for (size_t i = 0; i < ALL; i++) {
        memcpy(data + len, VALUES[i], strlen(VALUES[i]));
        len += strlen(VALUES[i]);
        narrow[i + 1] = (int32_t)len;
        wide[i + 1] = (int64_t)len;
    }
    column->buffers[1] =
        is_wide ? own(column, wide, sizeof wide) : own(column, narrow, sizeof narrow);
    column->buffers[2] = own(column, data, len);
    column->array.n_buffers = 3;
}

/* All values cut or filled up to 5 bytes. */
enum { WIDTH = 5 };
static void of_fixed_width(struct column *column) {
    char data[ALL * WIDTH];
    memset(data, '-', sizeof data);
    for (size_t i = 0; i < ALL; i++) {
        const size_t len = strlen(VALUES[i]);
        memcpy(data + i * WIDTH, VALUES[i], len < WIDTH ? len : WIDTH);
    }
    column->buffers[1] = own(column, data, sizeof data);
    column->array.n_buffers = 2;
}

static void by_views(struct column *column) {
    unsigned char views[ALL][16];
    char data[1000];
    int32_t len = 0;
    memset(views, 0, sizeof views);
    for (size_t i = 0; i < ALL; i++) {
        const int32_t own_len = (int32_t)strlen(VALUES[i]);
        memcpy(views[i], &own_len, 4);
        if (own_len <= 12) {
            memcpy(views[i] + 4, VALUES[i], (size_t)own_len);
        } else {
            const int32_t buffer = 1;
            memcpy(views[i] + 4, VALUES[i], 4);
            memcpy(views[i] + 8, &buffer, 4);
            memcpy(views[i] + 12, &len, 4);
            memcpy(data + len, VALUES[i], (size_t)own_len);
            len += own_len;
        }
    }
    memset(views[NULL_AT], 0xEE, 16);
    const int64_t lens[] = {0, len};
    column->buffers[1] = own(column, views, sizeof views);
    column->buffers[2] = NULL;
    column->buffers[3] = own(column, data, (size_t)len);
    column->buffers[4] = own(column, lens, sizeof lens);
    column->array.n_buffers = 5;
}

/* Keys of the values in reverse; that of the null is none. */
static void with_keys(struct column *column, const char *format) {
    uint64_t keys[ALL];
    uint8_t bytes[ALL * 8];
    size_t width = 1;
    switch (format[0]) {
    case 's':
    case 'S':
        width = 2;
        break;
    case 'i':
    case 'I':
        width = 4;
        break;
    case 'l':
    case 'L':
        width = 8;
        break;
    default:
        break;
    }
    for (size_t i = 0; i < ALL; i++) {
        keys[i] = i == NULL_AT ? 0x7777777777777777 : ALL - 1 - i;
        const uint8_t key8 = (uint8_t)keys[i];
        const uint16_t key16 = (uint16_t)keys[i];
        const uint32_t key32 = (uint32_t)keys[i];
        const void *key = width == 1   ? (const void *)&key8
                          : width == 2 ? (const void *)&key16
                          : width == 4 ? (const void *)&key32
                                       : (const void *)&keys[i];
        memcpy(bytes + i * width, key, width);
    }
    /* The values are those in the order of the keys. */
    char data[1000];
    int32_t offsets[ALL + 1] = {0};
    size_t len = 0;
    for (size_t i = 0; i < ALL; i++) {
        const char *value = VALUES[ALL - 1 - i];
        memcpy(data + len, value, strlen(value));
        len += strlen(value);
        offsets[i + 1] = (int32_t)len;
    }
    column->value_buffers[0] = NULL;
    column->value_buffers[1] = own(column, offsets, sizeof offsets);
    column->value_buffers[2] = own(column, data, len);
    column->values.length = ALL;
    column->values.n_buffers = 3;
    column->values.buffers = column->value_buffers;
    column->values.release = release_array;
    column->value_schema.format = "u";
    column->value_schema.release = release_schema;
    column->schema.dictionary = &column->value_schema;
    column->array.dictionary = &column->values;
    column->buffers[1] = own(column, bytes, ALL * width);
    column->array.n_buffers = 2;
}

static const char *const FORMATS[] = {"u", "U", "z", "Z", "vu", "vz", "w:5", "n",
                                      "c", "C", "s", "S", "i",  "I",  "l",   "L"};
enum { FORMATS_NUMBER = sizeof FORMATS / sizeof *FORMATS };

/* The column of the values from the second on. */
static void make(struct column *column, const char *format) {
    memset(column, 0, sizeof *column);
    column->schema.format = format;
    column->schema.release = release_schema;
    column->array.offset = FIRST;
    column->array.length = NUMBER;
    column->array.null_count = 1;
    column->array.buffers = column->buffers;
    column->array.release = release_array;
    if (strcmp(format, "u") == 0 || strcmp(format, "z") == 0) {
        by_offsets(column, false);
    } else if (strcmp(format, "U") == 0 || strcmp(format, "Z") == 0) {
        by_offsets(column, true);
    } else if (format[0] == 'v') {
        by_views(column);
    } else if (format[0] == 'w') {
        of_fixed_width(column);
    } else if (format[0] == 'n') {
        column->array.null_count = NUMBER;
        return;
    } else {
        with_keys(column, format);
    }
    column->buffers[0] = validity(column);
}

/* The value at a place, and its length. */
static size_t value_of(const char *format, size_t at, char *value) {
    if (format[0] == 'w') {
        const size_t len = strlen(VALUES[at]);
        memset(value, '-', WIDTH);
        memcpy(value, VALUES[at], len < WIDTH ? len : WIDTH);
        return WIDTH;
    }
    memcpy(value, VALUES[at], strlen(VALUES[at]));
    return strlen(VALUES[at]);
}

/* The number of "c" in all, and in the line with the most. */
static void plain(const char *value, size_t len, int64_t *count, int64_t *max_count) {
    int64_t in_line = 0;
    *count = *max_count = 0;
    for (size_t i = 0; i < len; i++) {
        in_line = value[i] == '\n' ? 0 : in_line + (value[i] == 'c');
        *count += value[i] == 'c';
        *max_count = in_line > *max_count ? in_line : *max_count;
    }
}

/* The lines that start and that end with "c", and the words. */
static void plain_edges(const char *value, size_t len, int64_t *starts, int64_t *ends,
                        int64_t *words) {
    *starts = *ends = *words = 0;
    for (size_t i = 0; i < len; i++) {
        const bool is_last = i + 1 == len;
        *starts += value[i] == 'c' && (i == 0 || value[i - 1] == '\n');
        *ends += value[i] == 'c' && (is_last || value[i + 1] == '\n');
        *words += strchr(" \n", value[i]) == NULL && (is_last || strchr(" \n", value[i + 1]));
    }
}

/* The lines that have "c" at least twice. */
static int64_t plain_lines(const char *value, size_t len) {
    int64_t lines = 0, in_line = 0;
    for (size_t i = 0; i < len; i++) {
        in_line = value[i] == '\n' ? 0 : in_line + (value[i] == 'c');
        lines += value[i] == 'c' && in_line == 2;
    }
    return lines;
}

static tally_counter *counter;
static tally_summary *summary;
static tally_words *words;
static tally_top *top;

/* Every kind of question, whose results are the rows of a table. */
enum { KINDS = TALLY_QUESTION_BYTES + 1 };
static void make_questions(tally_question *questions, int64_t *results) {
    memset(questions, 0, KINDS * sizeof *questions);
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        questions[kind].kind = kind;
        questions[kind].counter = kind < TALLY_QUESTION_WORDS ? counter : NULL;
        questions[kind].results = results + kind * NUMBER;
    }
}

static void check_answers(const char *format) {
    struct column column;
    make(&column, format);
    about = layout = format;
    int64_t counts[NUMBER], max_counts[NUMBER], results[KINDS][NUMBER];
    tally_question questions[KINDS];
    uint8_t matched[1], valid[1], valid_too[1];
    uint64_t nulls = 0, expected_nulls = 0;
    CHECK(tally_counter_column_counts(counter, &column.schema, &column.array, counts, valid, NUMBER,
                                      &nulls) == TALLY_OK,
          about);
    CHECK(tally_counter_column_max_counts(counter, &column.schema, &column.array, max_counts, NULL,
                                          NUMBER, NULL) == TALLY_OK,
          about);
    CHECK(tally_counter_column_has_counts(counter, &column.schema, &column.array, matched, NULL,
                                          NUMBER, NULL) == TALLY_OK,
          about);
    uint64_t asked_nulls = 0;
    make_questions(questions, results[0]);
    CHECK(tally_column_ask(&column.schema, &column.array, questions, KINDS, valid_too, NUMBER,
                           &asked_nulls) == TALLY_OK,
          about);
    CHECK(valid[0] == valid_too[0] && nulls == asked_nulls, about);
    uint64_t bytes = 0, all = 0, all_words = 0;
    for (size_t i = 0; i < NUMBER; i++) {
        char value[200];
        int64_t count = 0, max_count = 0, starts = 0, ends = 0, in_words = 0, lines = 0;
        const bool missing = format[0] == 'n' || is_null(FIRST + i);
        const size_t len = value_of(format, FIRST + i, value);
        if (!missing) {
            plain(value, len, &count, &max_count);
            plain_edges(value, len, &starts, &ends, &in_words);
            lines = plain_lines(value, len);
            bytes += len + 1;
        }
        all += (uint64_t)count;
        expected_nulls += missing;
        CHECK(counts[i] == count && max_counts[i] == max_count, about);
        CHECK((matched[0] >> i & 1) == (!missing && max_count >= 2), about);
        CHECK((valid[0] >> i & 1) == !missing, about);
        all_words += (uint64_t)in_words;
        const int64_t right[KINDS] = {count,  max_count, lines > 0, lines,
                                      starts, ends,      in_words,  missing ? 0 : (int64_t)len};
        for (size_t kind = 0; kind < KINDS; kind++) {
            CHECK(results[kind][i] == right[kind], about);
        }
    }
    CHECK(matched[0] >> NUMBER == 0 && valid[0] >> NUMBER == 0, about);
    CHECK(nulls == expected_nulls, about);

    tally_totals totals;
    CHECK(tally_summary_reset(summary) == TALLY_OK, about);
    CHECK(tally_summary_feed_column(summary, &column.schema, &column.array) == TALLY_OK, about);
    CHECK(tally_summary_totals(summary, &totals) == TALLY_OK, about);
    CHECK(totals.bytes == bytes && totals.count == all, about);

    uint64_t total = 0;
    CHECK(tally_words_clear(words) == TALLY_OK && tally_words_feed(words, "x", 1) == TALLY_OK &&
              tally_words_feed_column(words, &column.schema, &column.array) == TALLY_OK &&
              tally_words_total(words, &total) == TALLY_OK && total == all_words + 1,
          about);
    CHECK(tally_words_bytes(words, &total) == TALLY_OK && total == bytes + 1, about);
    CHECK(tally_top_clear(top) == TALLY_OK && tally_top_feed(top, "x", 1) == TALLY_OK &&
              tally_top_feed_column(top, &column.schema, &column.array) == TALLY_OK &&
              tally_top_total(top, &total) == TALLY_OK && total == all_words + 1,
          about);
    CHECK(column.array.release != NULL && column.schema.release != NULL, about);

    /* No value: buffers may be missing. */
    column.array.length = column.array.null_count = column.array.offset = 0;
    if (column.array.dictionary == NULL) {
        memset(column.buffers, 0, sizeof column.buffers);
        if (format[0] == 'v') {
            column.array.n_buffers = 3;
        }
    }
    CHECK(tally_counter_column_counts(counter, &column.schema, &column.array, NULL, NULL, 0,
                                      &nulls) == TALLY_OK,
          about);
    CHECK(nulls == 0, about);
    drop(&column);
}

/* What can be broken. */

static unsigned long refusals;

/* Every function refuses the column, and writes nothing. */
static void refused(struct column *column) {
    union {
        int64_t counts[NUMBER + 1];
        unsigned char bytes[8 * (NUMBER + 1)];
    } results;
    unsigned char matched[8], valid[8];
    uint64_t nulls = 77;
    memset(&results, 0x5A, sizeof results);
    memset(matched, 0x5A, sizeof matched);
    memset(valid, 0x5A, sizeof valid);
    const struct ArrowSchema *schema = &column->schema;
    const struct ArrowArray *array = &column->array;
    tally_question questions[KINDS];
    make_questions(questions, results.counts);
    for (size_t kind = 0; kind < KINDS; kind++) {
        questions[kind].results = results.counts;
    }
    const tally_status status[] = {
        tally_column_ask(schema, array, questions, KINDS, valid, NUMBER, &nulls),
        tally_column_ask(schema, array, NULL, 0, valid, NUMBER, &nulls),
        tally_words_feed_column(words, schema, array),
        tally_top_feed_column(top, schema, array),
        tally_counter_column_counts(counter, schema, array, results.counts, valid, NUMBER, &nulls),
        tally_counter_column_max_counts(counter, schema, array, results.counts, valid, NUMBER,
                                        &nulls),
        tally_counter_column_has_counts(counter, schema, array, matched, valid, NUMBER, &nulls),
        tally_summary_feed_column(summary, schema, array),
    };
    for (size_t i = 0; i < sizeof status / sizeof *status; i++) {
        if (status[i] != TALLY_ERROR_INVALID_ARGUMENT && status[i] != TALLY_ERROR_NULL_POINTER) {
            fprintf(stderr, "%s: status %d\n", layout, (int)status[i]);
        }
        CHECK(status[i] == TALLY_ERROR_INVALID_ARGUMENT || status[i] == TALLY_ERROR_NULL_POINTER,
              about);
        refusals++;
    }
    for (size_t i = 0; i < sizeof results; i++) {
        CHECK(results.bytes[i] == 0x5A, about);
    }
    for (size_t i = 0; i < sizeof valid; i++) {
        CHECK(matched[i] == 0x5A && valid[i] == 0x5A, about);
    }
    CHECK(nulls == 77, about);
}

/* Breaks one thing of a column of a format, and has it refused. */
#define BREAK(format_, what)                                                                       \
    do {                                                                                           \
        struct column column;                                                                      \
        make(&column, format_);                                                                    \
        layout = format_;                                                                          \
        about = #what;                                                                             \
        what;                                                                                      \
        refused(&column);                                                                          \
        drop(&column);                                                                             \
        kinds++;                                                                                   \
    } while (0)

#define AS(type, buffer) ((type *)(uintptr_t)column.buffers[buffer])
#define VIEW(at, field) ((int32_t *)(uintptr_t)column.buffers[1])[4 * (at) + (field)]

static unsigned kinds;

static void check_broken(void) {
    /* What holds for every layout. */
    for (size_t i = 0; i < FORMATS_NUMBER; i++) {
        const char *format = FORMATS[i];
        struct ArrowSchema *child = NULL;
        BREAK(format, column.schema.release = NULL);
        BREAK(format, column.array.release = NULL);
        BREAK(format, column.schema.format = NULL);
        BREAK(format, column.schema.format = "");
        BREAK(format, column.array.length = -1);
        BREAK(format, column.array.length = INT64_MIN);
        BREAK(format, column.array.offset = -1);
        BREAK(format, column.array.offset = INT64_MIN);
        BREAK(format, column.array.null_count = -2);
        BREAK(format, column.array.null_count = NUMBER + 1);
        BREAK(format, column.array.null_count = INT64_MAX);
        BREAK(format, column.array.n_buffers = -1);
        BREAK(format, column.array.n_buffers = INT64_MIN);
        BREAK(format, column.array.n_buffers = 1);
        BREAK(format, column.array.n_children = 1);
        BREAK(format, column.array.n_children = -1);
        BREAK(format, column.schema.n_children = 1; column.schema.children = &child);
        BREAK(format, column.schema.n_children = INT64_MIN);
        if (format[0] != 'n') {
            BREAK(format, column.array.buffers = NULL);
            BREAK(format, column.array.n_buffers = 0);
            BREAK(format, column.buffers[0] = NULL);
            BREAK(format, column.buffers[1] = NULL);
            BREAK(format, column.array.offset = INT64_MAX);
        }
        if (strchr("uUzZ", format[0]) != NULL) {
            BREAK(format, column.array.n_buffers = 2);
            BREAK(format, column.array.n_buffers = 4);
            BREAK(format, column.buffers[2] = NULL);
            BREAK(format, column.buffers[1] = (const char *)column.buffers[1] + 1);
        }
    }
    /* Types without strings, and none at all. */
    const char *const others[] = {"b",    "g",     "tdD",   "+l",     "+s",  "+r", "e",  "w",
                                  "w:",   "w:-1",  "w:+5",  "w:5x",   "uu",  "v",  "vv", "U ",
                                  "w: 5", "w:5:5", "+us:0", "d:19,2", "z:5", "\xFF"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        BREAK("u", column.schema.format = others[i]);
    }
    BREAK("w:5", column.schema.format = "w:99999999999999999999");
    BREAK("w:5", column.schema.format = "w:9223372036854775807");
    BREAK("w:5", column.schema.format = "w:4611686018427387904");
    /* Offsets that fall, are negative, or too high for memory. */
    BREAK("u", AS(int32_t, 1)[3] = 0);
    BREAK("u", AS(int32_t, 1)[2] = INT32_MAX);
    BREAK("u", AS(int32_t, 1)[6] = -1);
    BREAK("u", AS(int32_t, 1)[1] = -1);
    BREAK("u", AS(int32_t, 1)[1] = INT32_MIN);
    BREAK("u", AS(int32_t, 1)[6] = 0);
    BREAK("z", AS(int32_t, 1)[4] = 1);
    BREAK("U", AS(int64_t, 1)[3] = 0);
    BREAK("U", AS(int64_t, 1)[2] = INT64_MAX);
    BREAK("U", AS(int64_t, 1)[6] = -1);
    BREAK("U", AS(int64_t, 1)[1] = INT64_MIN);
    BREAK("Z", AS(int64_t, 1)[6] = 0);
    /* Views: lengths, buffers and offsets. Value 2 is a long one. */
    BREAK("vu", VIEW(2, 0) = -1);
    BREAK("vu", VIEW(2, 0) = INT32_MIN);
    BREAK("vu", VIEW(2, 0) = INT32_MAX);
    BREAK("vu", VIEW(2, 0) += 1);
    BREAK("vu", VIEW(2, 2) = 0);
    BREAK("vu", VIEW(2, 2) = 2);
    BREAK("vu", VIEW(2, 2) = -1);
    BREAK("vu", VIEW(2, 2) = INT32_MAX);
    BREAK("vu", VIEW(2, 3) = 1);
    BREAK("vu", VIEW(2, 3) = -1);
    BREAK("vu", VIEW(2, 3) = INT32_MAX);
    BREAK("vz", VIEW(1, 0) = 13);
    BREAK("vu", AS(int64_t, 4)[0] = 1);
    BREAK("vu", AS(int64_t, 4)[1] = -1);
    BREAK("vu", AS(int64_t, 4)[1] = 1);
    BREAK("vu", AS(int64_t, 4)[1] = INT64_MIN);
    BREAK("vu", column.buffers[3] = NULL);
    BREAK("vu", column.buffers[4] = NULL);
    BREAK("vu", column.array.n_buffers = 2);
    BREAK("vu", column.array.n_buffers = 3);
    /* Keys and dictionaries. */
    BREAK("c", AS(int8_t, 1)[1] = -1);
    BREAK("c", AS(int8_t, 1)[1] = ALL);
    BREAK("C", AS(uint8_t, 1)[1] = 255);
    BREAK("s", AS(int16_t, 1)[1] = INT16_MIN);
    BREAK("S", AS(uint16_t, 1)[1] = ALL);
    BREAK("i", AS(int32_t, 1)[1] = -1);
    BREAK("I", AS(uint32_t, 1)[1] = UINT32_MAX);
    BREAK("l", AS(int64_t, 1)[1] = INT64_MIN);
    BREAK("L", AS(uint64_t, 1)[1] = UINT64_MAX);
    BREAK("i", column.array.n_buffers = 3);
    BREAK("i", column.array.dictionary = NULL);
    BREAK("i", column.schema.dictionary = NULL);
    BREAK("i", column.schema.format = "u");
    BREAK("i", column.schema.format = "f");
    BREAK("i", column.value_schema.format = "i");
    BREAK("i", column.value_schema.dictionary = &column.value_schema);
    BREAK("i", column.values.dictionary = &column.values);
    BREAK("i", column.value_schema.release = NULL);
    BREAK("i", column.values.release = NULL);
    BREAK("i", column.values.length = 0);
    BREAK("i", column.values.length = -1);
    BREAK("i", column.values.n_buffers = 2);
    BREAK("i", column.value_buffers[1] = NULL);
    BREAK("i", ((int32_t *)(uintptr_t)column.value_buffers[1])[2] = -5);
    BREAK("u", column.schema.dictionary = &column.value_schema);
    BREAK("u", column.array.dictionary = &column.values);
}

/* What is wrong besides the column. */
/* Has a change to one of the questions refused. */
#define REFUSE(expected, change)                                                                   \
    do {                                                                                           \
        make_questions(questions, results);                                                        \
        tally_question *question = &questions[kind];                                               \
        change;                                                                                    \
        about = #change;                                                                           \
        CHECK(tally_column_ask(schema, array, questions, KINDS, &valid, NUMBER, &nulls) ==         \
                  TALLY_ERROR_##expected,                                                          \
              about);                                                                              \
    } while (0)

static void check_questions(const struct ArrowSchema *schema, const struct ArrowArray *array) {
    int64_t results[KINDS * NUMBER];
    tally_question questions[KINDS];
    uint8_t valid = 0x5A;
    uint64_t nulls = 77;
    memset(results, 0x5A, sizeof results);
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        const bool is_edge =
            kind == TALLY_QUESTION_STARTING_SEGMENTS || kind == TALLY_QUESTION_ENDING_SEGMENTS;
        REFUSE(INVALID_ARGUMENT, question->kind = KINDS);
        REFUSE(INVALID_ARGUMENT, question->kind = UINT32_MAX);
        REFUSE(INVALID_ARGUMENT, question->reserved = 1);
        REFUSE(INVALID_ARGUMENT, question->trim = is_edge ? 3 : TALLY_TRIM_ASCII);
        REFUSE(INVALID_ARGUMENT, question->rule = kind == TALLY_QUESTION_WORDS ? 2 : 1);
        REFUSE(NULL_POINTER, question->results = NULL);
        REFUSE(INVALID_ARGUMENT, question->results = (int64_t *)(uintptr_t)1);
        if (kind < TALLY_QUESTION_WORDS) {
            REFUSE(NULL_POINTER, question->counter = NULL);
        } else {
            REFUSE(INVALID_ARGUMENT, question->counter = counter);
        }
    }
    make_questions(questions, results);
    about = "questions";
    /* Nulls take no memory, so there may be very many. */
    const struct ArrowSchema of_nulls = {.format = "n", .release = schema->release};
    const struct ArrowArray no_values = {
        .length = INT64_MAX, .null_count = INT64_MAX, .release = array->release};
    nulls = 0;
    CHECK(tally_column_ask(&of_nulls, &no_values, NULL, 0, NULL, SIZE_MAX, &nulls) ==
                  (SIZE_MAX < INT64_MAX ? TALLY_ERROR_INVALID_ARGUMENT : TALLY_OK) &&
              nulls == (SIZE_MAX < INT64_MAX ? 0 : (uint64_t)INT64_MAX),
          about);
    /* There is no result to write at an odd address. */
    const struct ArrowArray empty = {.release = array->release};
    tally_question length = {.kind = TALLY_QUESTION_BYTES, .results = (int64_t *)(uintptr_t)1};
    CHECK(tally_column_ask(&of_nulls, &empty, &length, 1, NULL, 0, &nulls) == TALLY_OK && nulls == 0,
          about);
    nulls = 77;
    CHECK(tally_column_ask(NULL, array, questions, KINDS, &valid, NUMBER, &nulls) ==
              TALLY_ERROR_NULL_POINTER,
          about);
    CHECK(tally_column_ask(schema, NULL, questions, KINDS, &valid, NUMBER, &nulls) ==
              TALLY_ERROR_NULL_POINTER,
          about);
    CHECK(tally_column_ask(schema, array, NULL, KINDS, &valid, NUMBER, &nulls) ==
              TALLY_ERROR_NULL_POINTER,
          about);
    CHECK(tally_column_ask(schema, array, questions, SIZE_MAX, &valid, NUMBER, &nulls) ==
              TALLY_ERROR_INVALID_ARGUMENT,
          about);
    CHECK(tally_column_ask(schema, array, questions, KINDS, &valid, SIZE_MAX, &nulls) ==
              TALLY_ERROR_INVALID_ARGUMENT,
          about);
    CHECK(tally_column_ask(schema, array, questions, KINDS, &valid, NUMBER - 1, &nulls) ==
              TALLY_ERROR_LIMIT,
          about);
    for (size_t i = 0; i < sizeof results; i++) {
        CHECK(((const unsigned char *)results)[i] == 0x5A, about);
    }
    CHECK(valid == 0x5A && nulls == 77, about);
    /* No question: which values are null. */
    CHECK(tally_column_ask(schema, array, NULL, 0, &valid, NUMBER, &nulls) == TALLY_OK, about);
    CHECK(valid == (uint8_t)(0x1F & ~(1U << (NULL_AT - FIRST))) && nulls == 1, about);
}

static void check_arguments(void) {
    struct column column;
    make(&column, "u");
    int64_t counts[NUMBER];
    uint8_t bits[1];
    const struct ArrowSchema *schema = &column.schema;
    const struct ArrowArray *array = &column.array;
    CHECK(tally_counter_column_counts(NULL, schema, array, counts, NULL, NUMBER, NULL) ==
              TALLY_ERROR_NULL_POINTER,
          "counter");
    CHECK(tally_counter_column_counts(counter, NULL, array, counts, NULL, NUMBER, NULL) ==
              TALLY_ERROR_NULL_POINTER,
          "schema");
    CHECK(tally_counter_column_counts(counter, schema, NULL, counts, NULL, NUMBER, NULL) ==
              TALLY_ERROR_NULL_POINTER,
          "array");
    CHECK(tally_counter_column_counts(counter, schema, array, NULL, NULL, NUMBER, NULL) ==
              TALLY_ERROR_NULL_POINTER,
          "counts");
    CHECK(tally_counter_column_has_counts(counter, schema, array, NULL, NULL, NUMBER, NULL) ==
              TALLY_ERROR_NULL_POINTER,
          "matched");
    CHECK(tally_counter_column_counts(counter, schema, array, counts, NULL, NUMBER - 1, NULL) ==
              TALLY_ERROR_LIMIT,
          "capacity");
    CHECK(tally_counter_column_has_counts(counter, schema, array, bits, NULL, 0, NULL) ==
              TALLY_ERROR_LIMIT,
          "capacity");
    CHECK(tally_counter_column_counts(counter, schema, array, counts, NULL, SIZE_MAX, NULL) ==
              TALLY_ERROR_INVALID_ARGUMENT,
          "capacity");
    CHECK(tally_summary_feed_column(NULL, schema, array) == TALLY_ERROR_NULL_POINTER, "summary");

    CHECK(tally_words_feed_column(NULL, schema, array) == TALLY_ERROR_NULL_POINTER, "words");
    CHECK(tally_top_feed_column(NULL, schema, array) == TALLY_ERROR_NULL_POINTER, "top");
    check_questions(schema, array);

    /* A reset byte is needed that is no hit. */
    tally_counter *without;
    tally_summary *of_none;
    const uint32_t resets[] = {TALLY_RESET_NONE, TALLY_RESET_NEWLINES};
    for (size_t i = 0; i < 2; i++) {
        CHECK(tally_counter_new('\n', 2, resets[i], &without) == TALLY_OK, "counter");
        CHECK(tally_summary_new(without, &of_none) == TALLY_OK, "summary");
        CHECK(tally_summary_feed_column(of_none, schema, array) == TALLY_ERROR_INVALID_ARGUMENT,
              "no reset byte");
        tally_summary_free(of_none);
        tally_counter_free(without);
    }

    struct ArrowSchema new_schema;
    struct ArrowArray new_array;
    CHECK(tally_results_export(2, counts, NULL, 1, 0, &new_schema, &new_array) ==
              TALLY_ERROR_INVALID_ARGUMENT,
          "type");
    CHECK(tally_results_export(0, counts, NULL, SIZE_MAX, 0, &new_schema, &new_array) ==
              TALLY_ERROR_INVALID_ARGUMENT,
          "number");
    CHECK(tally_results_export(0, counts, bits, 1, 2, &new_schema, &new_array) ==
              TALLY_ERROR_INVALID_ARGUMENT,
          "nulls");
    CHECK(tally_results_export(0, counts, NULL, 1, 1, &new_schema, &new_array) ==
              TALLY_ERROR_INVALID_ARGUMENT,
          "nulls without validity");
    CHECK(tally_results_export(0, NULL, NULL, 1, 0, &new_schema, &new_array) ==
              TALLY_ERROR_NULL_POINTER,
          "values");
    CHECK(tally_results_export(0, counts, NULL, 1, 0, NULL, &new_array) ==
              TALLY_ERROR_NULL_POINTER,
          "schema");
    CHECK(tally_results_export(0, counts, NULL, 1, 0, &new_schema, NULL) ==
              TALLY_ERROR_NULL_POINTER,
          "array");
    drop(&column);
}

/* Exported results are moved, and released by whoever has them. */
static void check_export(void) {
    for (size_t number = 0; number < 20; number++) {
        int64_t *values = malloc(8 * number + 1);
        uint8_t *bits = malloc((number + 7) / 8 + 1);
        if (values == NULL || bits == NULL) {
            exit(EXIT_FAILURE);
        }
        for (size_t i = 0; i < number; i++) {
            values[i] = (int64_t)(i * i);
        }
        memset(bits, 0x55, (number + 7) / 8);
        for (int type = 0; type < 2; type++) {
            struct ArrowSchema schema;
            struct ArrowArray array, moved;
            const void *from = type == 0 ? (const void *)values : bits;
            CHECK(tally_results_export((tally_results)type, from, bits, number, number / 2, &schema,
                                       &array) == TALLY_OK,
                  "export");
            moved = array;
            CHECK(strcmp(schema.format, type == 0 ? "l" : "b") == 0, "format");
            CHECK(moved.length == (int64_t)number && moved.null_count == (int64_t)number / 2,
                  "length");
            const size_t len = type == 0 ? 8 * number : (number + 7) / 8;
            CHECK(memcmp(moved.buffers[1], from, len) == 0, "values");
            CHECK(number == 0 || memcmp(moved.buffers[0], bits, (number + 7) / 8) == 0, "validity");
            moved.release(&moved);
            schema.release(&schema);
            CHECK(moved.release == NULL && schema.release == NULL, "released");
        }
        free(values);
        free(bits);
    }
}

/* Lists by offsets. */
#define CHECK_OFFSETS(function, type, bits, ...)                                                   \
    do {                                                                                           \
        static const char text[] = "c\ncccxc";                                                     \
        const uint##bits##_t offsets[] = {1, 1, 5, 5, 7};                                          \
        const uint##bits##_t falls[] = {1, 5, 4, 5, 7}, outside[] = {1, 2, 3, 4, 8};               \
        const uint##bits##_t far[] = {1, 2, 3, 4, (uint##bits##_t)-1};                             \
        const type expected[4] = {__VA_ARGS__};                                                    \
        type out[4], untouched[4];                                                                 \
        memset(untouched, 1, sizeof untouched);                                                    \
        memcpy(out, untouched, sizeof out);                                                        \
        CHECK(function(counter, text, 7, falls, 4, out) == TALLY_ERROR_INVALID_ARGUMENT, "falls"); \
        CHECK(function(counter, text, 7, outside, 4, out) == TALLY_ERROR_INVALID_ARGUMENT,         \
              "outside");                                                                          \
        CHECK(function(counter, text, 7, far, 4, out) == TALLY_ERROR_INVALID_ARGUMENT, "far");     \
        CHECK(function(counter, text, 7, offsets, SIZE_MAX, out) == TALLY_ERROR_INVALID_ARGUMENT,  \
              "number");                                                                           \
        CHECK(function(counter, text, 7, NULL, 4, out) == TALLY_ERROR_NULL_POINTER, "offsets");    \
        CHECK(function(counter, NULL, 7, offsets, 4, out) == TALLY_ERROR_NULL_POINTER, "data");    \
        CHECK(function(NULL, text, 7, offsets, 4, out) == TALLY_ERROR_NULL_POINTER, "counter");    \
        CHECK(function(counter, text, 7, offsets, 4, NULL) == TALLY_ERROR_NULL_POINTER, "out");    \
        CHECK(memcmp(out, untouched, sizeof out) == 0, #function);                                 \
        CHECK(function(counter, NULL, 0, NULL, 0, NULL) == TALLY_OK, #function);                   \
        CHECK(function(counter, text, 7, offsets, 4, out) == TALLY_OK, #function);                 \
        CHECK(memcmp(out, expected, sizeof out) == 0, #function);                                  \
    } while (0)

int main(void) {
    if (tally_counter_new('c', 2, TALLY_RESET_NEWLINES, &counter) != TALLY_OK ||
        tally_summary_new(counter, &summary) != TALLY_OK ||
        tally_words_new(TALLY_WORDS_UNICODE, 0, &words) != TALLY_OK ||
        tally_top_new(TALLY_WORDS_UNICODE, 0, &top) != TALLY_OK) {
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < FORMATS_NUMBER; i++) {
        check_answers(FORMATS[i]);
    }
    check_broken();
    check_arguments();
    check_export();
    /* "", "\nccc", "", "xc" */
    CHECK_OFFSETS(tally_counter_offsets32_has_counts, bool, 32, false, true, false, false);
    CHECK_OFFSETS(tally_counter_offsets32_counts, uint64_t, 32, 0, 3, 0, 1);
    CHECK_OFFSETS(tally_counter_offsets32_max_counts, uint64_t, 32, 0, 3, 0, 1);
    CHECK_OFFSETS(tally_counter_offsets64_has_counts, bool, 64, false, true, false, false);
    CHECK_OFFSETS(tally_counter_offsets64_counts, uint64_t, 64, 0, 3, 0, 1);
    CHECK_OFFSETS(tally_counter_offsets64_max_counts, uint64_t, 64, 0, 3, 0, 1);
    tally_top_free(top);
    tally_words_free(words);
    tally_summary_free(summary);
    tally_counter_free(counter);
    printf("%d layouts, %u broken columns, %lu refusals\n", (int)FORMATS_NUMBER, kinds, refusals);
    return report("columns");
}
