/* Words: the cases of a file, tests/cases/words.txt, which describes its format; and arguments. */

#include <stdbool.h>
#include <stdint.h>

#include <tally.h>

#include "check.h"
#include "text.h"

static const tally_word_rule RULES[] = {TALLY_WORDS_ASCII, TALLY_WORDS_UNICODE};

static char name[MAX_LINE];
static text data;
static char path[MAX_LINE];

/* The data counted whole, in two chunks (cut at every offset, if it is short), in chunks of a few
 * bytes, and from a file. */
static void check_count(tally_word_rule rule, uint64_t expected) {
    const size_t len = data.len;
    uint64_t words = 0;
    CHECK(tally_count_words(data.bytes, len, rule, &words) == TALLY_OK, name);
    CHECK(words == expected, name);
    for (size_t cut = 0; cut <= len; cut += len < 2000 ? 1 : 1 + len / 20) {
        tally_word_cursor cursor = {0, 0};
        CHECK(tally_count_words_chunk(data.bytes, cut, rule, &cursor) == TALLY_OK, name);
        CHECK(tally_count_words_chunk(data.bytes + cut, len - cut, rule, &cursor) == TALLY_OK, name);
        CHECK(cursor.words == expected, name);
    }
    for (size_t size = 1; size < 5; size++) {
        tally_word_cursor cursor = {0, 0};
        for (size_t at = 0; at < len; at += size) {
            const size_t rest = len - at < size ? len - at : size;
            CHECK(tally_count_words_chunk(data.bytes + at, rest, rule, &cursor) == TALLY_OK, name);
        }
        CHECK(cursor.words == expected, name);
    }
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(data.bytes, 1, len, file) != len || fclose(file) != 0) {
        stop(path);
    }
    tally_word_cursor cursor = {0, 0};
    CHECK(tally_count_words_file(path, rule, NULL, &cursor) == TALLY_OK, name);
    CHECK(cursor.words == expected, name);
    /* The file again, behind a separator. */
    CHECK(tally_count_words_chunk("\n", 1, rule, &cursor) == TALLY_OK, name);
    CHECK(tally_count_words_file(path, rule, NULL, &cursor) == TALLY_OK, name);
    CHECK(cursor.words == 2 * expected, name);
}

enum { MAX_WORDS = 100 };
static tally_word expected[MAX_WORDS];
static size_t expected_number;
static text expected_text;

/* Reads the words of a line behind the total: " : COUNT=TEXT" each. */
static void parse_words(const char *at) {
    expected_number = 0;
    expected_text.len = 0;
    while ((at = strstr(at, " : ")) != NULL) {
        char *equals;
        tally_word *word = &expected[expected_number++];
        word->count = strtoull(at + 3, &equals, 10);
        if (*equals != '=' || expected_number == MAX_WORDS) {
            stop(at);
        }
        const char *end = strstr(equals, " : ");
        const size_t start = expected_text.len;
        parse_text(equals + 1, end == NULL ? equals + strlen(equals) : end, &expected_text);
        word->bytes = expected_text.bytes + start;
        word->len = expected_text.len - start;
        at = equals;
    }
}

static void check_words(const tally_words *words, uint64_t total) {
    static tally_word top[MAX_WORDS], list[MAX_WORDS];
    uint64_t number = 0;
    size_t found = 0;
    CHECK(tally_words_total(words, &number) == TALLY_OK && number == total, name);
    CHECK(tally_words_distinct(words, &number) == TALLY_OK && number == expected_number, name);
    CHECK(tally_words_top(words, top, MAX_WORDS, &found) == TALLY_OK, name);
    CHECK(found == expected_number, name);
    for (size_t i = 0; i < found && i < expected_number; i++) {
        CHECK(top[i].count == expected[i].count && top[i].len == expected[i].len, name);
        CHECK(memcmp(top[i].bytes, expected[i].bytes, expected[i].len) == 0, name);
        CHECK(tally_words_get(words, top[i].bytes, top[i].len, &number) == TALLY_OK, name);
        CHECK(number == expected[i].count, name);
    }
    /* One by one, in whatever order. */
    uint64_t sum = 0;
    for (uint64_t first = 0; first <= expected_number; first++) {
        CHECK(tally_words_list(words, first, list, 1, &found) == TALLY_OK, name);
        CHECK(found == (first < expected_number), name);
        sum += found == 1 ? list[0].count : 0;
    }
    CHECK(sum == total, name);
}

/* The table of the data, whole, in chunks, from a file, merged, saved and loaded. */
static void check_table(tally_word_rule rule, uint64_t total) {
    const size_t len = data.len;
    tally_words_options options = {0};
    options.size = sizeof options;
    options.rule = rule;
    tally_words *words, *right, *loaded;
    CHECK(tally_words_new(rule, 0, &words) == TALLY_OK, name);
    CHECK(tally_words_new_with(&options, &right) == TALLY_OK, name);
    CHECK(tally_words_feed(words, data.bytes, len) == TALLY_OK, name);
    CHECK(tally_words_finish(words) == TALLY_OK, name);
    check_words(words, total);
    CHECK(tally_words_clear(words) == TALLY_OK, name);
    CHECK(tally_words_feed_file(words, path, NULL) == TALLY_OK, name);
    CHECK(tally_words_finish(words) == TALLY_OK, name);
    check_words(words, total);
    for (size_t cut = 0; cut <= len; cut += len < 500 ? 1 : 1 + len / 20) {
        CHECK(tally_words_clear(words) == TALLY_OK && tally_words_clear(right) == TALLY_OK, name);
        CHECK(tally_words_feed(words, data.bytes, cut) == TALLY_OK, name);
        CHECK(tally_words_feed(right, data.bytes + cut, len - cut) == TALLY_OK, name);
        size_t size = 0;
        CHECK(tally_words_state_size(words, &size) == TALLY_OK && size > 0, name);
        char *state = malloc(size);
        CHECK(tally_words_save(words, state, size - 1, &size) == TALLY_ERROR_LIMIT, name);
        CHECK(tally_words_save(words, state, size, &size) == TALLY_OK, name);
        CHECK(tally_words_load(&options, state, size, &loaded) == TALLY_OK, name);
        free(state);
        CHECK(tally_words_merge(loaded, right) == TALLY_OK, name);
        CHECK(tally_words_finish(loaded) == TALLY_OK, name);
        check_words(loaded, total);
        tally_words_free(loaded);
        uint64_t bytes = 0;
        CHECK(tally_words_feed(words, data.bytes + cut, len - cut) == TALLY_OK, name);
        CHECK(tally_words_bytes(words, &bytes) == TALLY_OK && bytes == len, name);
        CHECK(tally_words_finish(words) == TALLY_OK, name);
        check_words(words, total);
    }
    tally_words_free(words);
    tally_words_free(right);
}

static void check_top_words(const tally_top *top, uint64_t total) {
    static tally_top_word found_words[MAX_WORDS];
    uint64_t number = 77, error = 77;
    size_t found = 0;
    CHECK(tally_top_total(top, &number) == TALLY_OK && number == total, name);
    CHECK(tally_top_skipped(top, &number) == TALLY_OK && number == 0, name);
    CHECK(tally_top_floor(top, &number) == TALLY_OK && number == 0, name);
    CHECK(tally_top_held(top, &number) == TALLY_OK && number == expected_number, name);
    CHECK(tally_top_words(top, found_words, MAX_WORDS, &found) == TALLY_OK, name);
    CHECK(found == expected_number, name);
    for (size_t i = 0; i < found && i < expected_number; i++) {
        const tally_top_word *word = &found_words[i];
        CHECK(word->count == expected[i].count && word->error == 0, name);
        CHECK(word->len == expected[i].len, name);
        CHECK(memcmp(word->bytes, expected[i].bytes, word->len) == 0, name);
        CHECK(tally_top_get(top, word->bytes, word->len, &number, &error) == TALLY_OK, name);
        CHECK(number == word->count && error == 0, name);
    }
}

/* The most frequent words, while there is room for all: whole, in chunks, from a file, saved and
 * loaded. */
static void check_top(tally_word_rule rule, uint64_t total) {
    tally_words_options options = {0};
    options.size = sizeof options;
    options.rule = rule;
    /* Room for one word that is all of the data. */
    options.max_bytes = data.len < 1000 ? 1 << 16 : 1 << 24;
    options.max_word = options.max_bytes / 16;
    tally_top *top, *loaded;
    CHECK(tally_top_new_with(&options, &top) == TALLY_OK, name);
    CHECK(tally_top_feed_file(top, path, NULL) == TALLY_OK, name);
    CHECK(tally_top_finish(top) == TALLY_OK, name);
    check_top_words(top, total);
    const size_t len = data.len;
    for (size_t cut = 0; cut <= len; cut += len < 500 ? 1 : 1 + len / 20) {
        CHECK(tally_top_clear(top) == TALLY_OK, name);
        CHECK(tally_top_feed(top, data.bytes, cut) == TALLY_OK, name);
        size_t size = 0;
        CHECK(tally_top_state_size(top, &size) == TALLY_OK && size > 0, name);
        char *state = malloc(size);
        CHECK(tally_top_save(top, state, size - 1, &size) == TALLY_ERROR_LIMIT, name);
        CHECK(tally_top_save(top, state, size, &size) == TALLY_OK, name);
        CHECK(tally_top_load(&options, state, size, &loaded) == TALLY_OK, name);
        free(state);
        CHECK(tally_top_feed(loaded, data.bytes + cut, len - cut) == TALLY_OK, name);
        CHECK(tally_top_finish(loaded) == TALLY_OK, name);
        check_top_words(loaded, total);
        tally_top_free(loaded);
    }
    tally_top_free(top);
}

static void check_case(tally_word_rule rule, const char *line) {
    const uint64_t total = strtoull(line, NULL, 10);
    check_count(rule, total);
    parse_words(line);
    check_table(rule, total);
    check_top(rule, total);
}

static void run_cases(const char *cases) {
    FILE *file = fopen(cases, "r");
    if (file == NULL) {
        stop(cases);
    }
    static char line[MAX_LINE];
    unsigned long number = 0;
    static char ascii[MAX_LINE];
    bool has_unicode = true;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        const char *value;
        if ((value = after_word(line, "case")) != NULL) {
            if (!has_unicode) {
                check_case(TALLY_WORDS_UNICODE, ascii);
            }
            strcpy(name, value);
            number++;
            has_unicode = true;
        } else if ((value = after_word(line, "data")) != NULL) {
            set_text(value, &data);
        } else if ((value = after_word(line, "ascii")) != NULL) {
            strcpy(ascii, value);
            check_case(TALLY_WORDS_ASCII, ascii);
            has_unicode = false;
        } else if ((value = after_word(line, "unicode")) != NULL) {
            check_case(TALLY_WORDS_UNICODE, value);
            has_unicode = true;
        } else if (line[0] != '#' && line[0] != '\0') {
            stop(line);
        }
    }
    if (!has_unicode) {
        check_case(TALLY_WORDS_UNICODE, ascii);
    }
    fclose(file);
    CHECK(number > 25, "the file is cut short");
}

static void check_arguments(void) {
    uint64_t words = 77;
    tally_word_cursor cursor = {0, 0};
    for (size_t i = 0; i < 2; i++) {
        CHECK(tally_count_words(NULL, 0, RULES[i], &words) == TALLY_OK && words == 0, "no data");
        CHECK(tally_count_words_chunk(NULL, 0, RULES[i], &cursor) == TALLY_OK, "no data");
    }
    CHECK(cursor.words == 0 && cursor.state == 0, "no data");
    words = 77;
    CHECK(tally_count_words(NULL, 1, 0, &words) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_count_words("a", 1, 0, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_count_words("a", SIZE_MAX, 0, &words) == TALLY_ERROR_INVALID_ARGUMENT, "length");
    CHECK(tally_count_words("a", 1, 2, &words) == TALLY_ERROR_INVALID_ARGUMENT, "rule");
    CHECK(words == 77, "untouched");
    CHECK(tally_count_words_chunk(NULL, 1, 0, &cursor) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_count_words_chunk("a", 1, 0, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_count_words_chunk("a", 1, 9, &cursor) == TALLY_ERROR_INVALID_ARGUMENT, "rule");
    CHECK(tally_count_words_file(NULL, 0, NULL, &cursor) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_count_words_file(path, 0, NULL, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_count_words_file("/missing/file", 0, NULL, &cursor) == TALLY_ERROR_IO, "missing");
    CHECK(tally_count_words_fd(0, 0, NULL, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_count_words_fd(-1, 0, NULL, &cursor) == TALLY_ERROR_IO, "descriptor");
    CHECK(cursor.words == 0 && cursor.state == 0, "untouched");
    /* A limit: what was read before has been counted. */
    tally_read_options options = {0};
    options.size = sizeof options;
    options.max_bytes = 3;
    FILE *file = fopen(path, "wb");
    if (file == NULL || fputs("a b c d", file) < 0 || fclose(file) != 0) {
        stop(path);
    }
    CHECK(tally_count_words_file(path, 0, &options, &cursor) == TALLY_ERROR_LIMIT, "limit");
    CHECK(cursor.words == 2, "limit");
    /* Any state is safe. */
    for (uint64_t bit = 1; bit != 0; bit <<= 1) {
        tally_word_cursor forged = {bit, ~bit};
        CHECK(tally_count_words_chunk("a b\xA0", 4, 1, &forged) == TALLY_OK, "forged");
        forged.state = bit;
        CHECK(tally_count_words_chunk("\x80", 1, 1, &forged) == TALLY_OK, "forged");
    }
}

static void check_table_arguments(void) {
    tally_words_options options = {0};
    tally_words *words = NULL, *other = NULL;
    tally_word top[2];
    uint64_t number = 77;
    size_t found = 77;
    CHECK(tally_words_new(2, 0, &words) == TALLY_ERROR_INVALID_ARGUMENT, "rule");
    CHECK(tally_words_new(0, 0, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_words_new_with(NULL, &words) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_words_new_with(&options, &words) == TALLY_ERROR_INVALID_ARGUMENT, "size");
    options.size = sizeof options;
    options.rule = 5;
    CHECK(tally_words_new_with(&options, &words) == TALLY_ERROR_INVALID_ARGUMENT, "rule");
    options.rule = TALLY_WORDS_ASCII;
    options.reserved = 1;
    CHECK(tally_words_new_with(&options, &words) == TALLY_ERROR_INVALID_ARGUMENT, "reserved");
    options.reserved = 0;
    options.size = sizeof options - 1;
    CHECK(tally_words_new_with(&options, &words) == TALLY_ERROR_INVALID_ARGUMENT, "size");
    options.size = sizeof options;
    options.max_word = 20;
    options.seed = 7;
    CHECK(words == NULL, "untouched");
    CHECK(tally_words_new_with(&options, &words) == TALLY_OK, "new");
    CHECK(tally_words_new(TALLY_WORDS_UNICODE, 1, &other) == TALLY_OK, "new");
    CHECK(tally_words_feed(NULL, "a", 1) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_words_feed(words, NULL, 1) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_words_feed(words, NULL, 0) == TALLY_OK, "no data");
    CHECK(tally_words_feed(words, "a", SIZE_MAX) == TALLY_ERROR_INVALID_ARGUMENT, "length");
    CHECK(tally_words_feed_file(words, "/missing/file", NULL) == TALLY_ERROR_IO, "missing");
    CHECK(tally_words_feed_file(words, NULL, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_words_feed_fd(words, -1, NULL) == TALLY_ERROR_IO, "descriptor");
    CHECK(tally_words_finish(NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_words_total(words, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_words_distinct(NULL, &number) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_words_bytes(NULL, &number) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_words_get(words, NULL, 1, &number) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_words_top(words, NULL, 1, &found) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_words_list(words, 0, top, 2, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(number == 77 && found == 77, "untouched");
    CHECK(tally_words_top(words, NULL, 0, &found) == TALLY_OK && found == 0, "empty");
    CHECK(tally_words_list(words, UINT64_MAX, top, 2, &found) == TALLY_OK && found == 0, "end");
    CHECK(tally_words_get(words, NULL, 0, &number) == TALLY_OK && number == 0, "empty");
    CHECK(tally_words_merge(words, other) == TALLY_ERROR_DIFFERENT_COUNTERS, "rules");
    CHECK(tally_words_merge(NULL, other) == TALLY_ERROR_NULL_POINTER, "NULL");
    /* Limits. */
    CHECK(tally_words_feed(words, "a a ", 4) == TALLY_OK, "limit");
    CHECK(tally_words_feed(words, "a 123456789012345678901 b", 25) == TALLY_ERROR_LIMIT, "limit");
    CHECK(tally_words_bytes(words, &number) == TALLY_OK && number == 6, "limit");
    CHECK(tally_words_get(words, "a", 1, &number) == TALLY_OK && number == 3, "limit");
    CHECK(tally_words_get(words, "b", 1, &number) == TALLY_OK && number == 0, "limit");
    CHECK(tally_words_merge(words, words) == TALLY_OK, "itself");
    CHECK(tally_words_get(words, "a", 1, &number) == TALLY_OK && number == 6, "itself");
    tally_words *loaded = NULL;
    CHECK(tally_words_load(&options, "", 0, &loaded) == TALLY_ERROR_BAD_STATE, "no state");
    CHECK(tally_words_load(&options, "\1", 2, &loaded) == TALLY_ERROR_BAD_STATE, "cut");
    CHECK(tally_words_load(&options, "\1\1", 2, &loaded) == TALLY_ERROR_DIFFERENT_COUNTERS, "rule");
    CHECK(loaded == NULL, "untouched");
    tally_words_free(words);
    tally_words_free(other);
    tally_words_free(NULL);
}

static void check_top_arguments(void) {
    tally_words_options options = {0};
    tally_top *top = NULL, *other = NULL, *loaded = NULL;
    tally_top_word words[2];
    uint64_t number = 77, error = 77;
    size_t found = 77;
    CHECK(tally_top_new(2, 0, &top) == TALLY_ERROR_INVALID_ARGUMENT, "rule");
    CHECK(tally_top_new(0, 0, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_top_new(0, 32767, &top) == TALLY_ERROR_INVALID_ARGUMENT, "memory");
    CHECK(tally_top_new(0, UINT64_MAX, &top) == TALLY_ERROR_NO_MEMORY, "memory");
    CHECK(tally_top_new_with(NULL, &top) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_top_new_with(&options, &top) == TALLY_ERROR_INVALID_ARGUMENT, "size");
    options.size = sizeof options;
    options.max_bytes = 32768;
    options.max_word = 2049;
    CHECK(tally_top_new_with(&options, &top) == TALLY_ERROR_INVALID_ARGUMENT, "longest word");
    options.max_word = UINT64_MAX;
    CHECK(tally_top_new_with(&options, &top) == TALLY_ERROR_INVALID_ARGUMENT, "longest word");
    CHECK(top == NULL, "untouched");
    options.max_word = 20;
    CHECK(tally_top_new_with(&options, &top) == TALLY_OK, "new");
    CHECK(tally_top_new(TALLY_WORDS_ASCII, 0, &other) == TALLY_OK, "new");
    CHECK(tally_top_feed(NULL, "a", 1) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_top_feed(top, NULL, 1) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_top_feed(top, NULL, 0) == TALLY_OK, "no data");
    CHECK(tally_top_feed_file(top, "/missing/file", NULL) == TALLY_ERROR_IO, "missing");
    CHECK(tally_top_feed_file(top, NULL, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_top_feed_fd(top, -1, NULL) == TALLY_ERROR_IO, "descriptor");
    CHECK(tally_top_finish(NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_top_total(top, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_top_get(top, "a", 1, &number, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_top_get(top, "a", 1, NULL, &error) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_top_words(top, NULL, 1, &found) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_top_words(top, words, 2, NULL) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(number == 77 && error == 77 && found == 77, "untouched");
    CHECK(tally_top_words(top, NULL, 0, &found) == TALLY_OK && found == 0, "empty");
    CHECK(tally_top_get(top, NULL, 0, &number, &error) == TALLY_OK && number == 0, "empty");
    CHECK(tally_top_merge(top, other) == TALLY_ERROR_DIFFERENT_COUNTERS, "longest word");
    CHECK(tally_top_merge(NULL, other) == TALLY_ERROR_NULL_POINTER, "NULL");
    CHECK(tally_top_load(&options, "", 0, &loaded) == TALLY_ERROR_BAD_STATE, "no state");
    CHECK(tally_top_load(&options, "\1\3", 2, &loaded) == TALLY_ERROR_BAD_STATE, "cut");
    CHECK(loaded == NULL, "untouched");
    CHECK(tally_top_feed(top, "a 123456789012345678901 b", 25) == TALLY_OK, "long");
    CHECK(tally_top_skipped(top, &number) == TALLY_OK && number == 1, "long");
    CHECK(tally_top_merge(top, top) == TALLY_OK, "itself");
    CHECK(tally_top_finish(top) == TALLY_OK, "itself");
    CHECK(tally_top_get(top, "b", 1, &number, &error) == TALLY_OK, "itself");
    CHECK(number == 2 && error == 0, "itself");
    CHECK(tally_top_total(top, &number) == TALLY_OK && number == 6, "itself");
    /* More words than fit: the floor rises, and what is known holds. */
    CHECK(tally_top_clear(top) == TALLY_OK, "clear");
    char word[16];
    for (int i = 0; i < 5000; i++) {
        const int len = snprintf(word, sizeof word, "often %d ", i);
        CHECK(tally_top_feed(top, word, (size_t)len) == TALLY_OK, "many");
    }
    CHECK(tally_top_get(top, "often", 5, &number, &error) == TALLY_OK, "many");
    CHECK(number == 5000 && error == 0, "many");
    uint64_t floor = 0;
    CHECK(tally_top_floor(top, &floor) == TALLY_OK && floor > 0 && floor < 50, "many");
    CHECK(tally_top_get(top, "7", 1, &number, &error) == TALLY_OK, "many");
    CHECK(number >= 1 && error >= number - 1, "many");
    CHECK(tally_top_words(top, words, 2, &found) == TALLY_OK && found == 2, "many");
    CHECK(words[0].len == 5 && memcmp(words[0].bytes, "often", 5) == 0, "many");
    tally_top_free(top);
    tally_top_free(other);
    tally_top_free(NULL);
}

int main(int count, char **arguments) {
    if (count != 3) {
        stop("usage: words CASES FOLDER");
    }
    snprintf(path, sizeof path, "%s/c-words.txt", arguments[2]);
    run_cases(arguments[1]);
    check_arguments();
    check_table_arguments();
    check_top_arguments();
    remove(path);
    return report("words");
}
