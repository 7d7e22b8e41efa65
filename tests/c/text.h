/* What the programs that run the shared cases have in common: TEXT, as tests/cases describes it. */
#ifndef TEXT_H
#define TEXT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LINE = 4096, MAX_TEXT = 1 << 20 };

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
            char *after_number;
            unsigned long times = strtoul(at + 1, &after_number, 10);
            const char *close = memchr(at, '}', (size_t)(end - at));
            if (close == NULL || *after_number != ' ') {
                stop(at);
            }
            while (times-- > 0) {
                parse_text(after_number + 1, close, to);
            }
            at = close + 1;
        } else {
            add(to, at, 1);
            at++;
        }
    }
}

/* The TEXT after `word` and a space in `line`; NULL if `line` does not start with them. */
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

#endif
