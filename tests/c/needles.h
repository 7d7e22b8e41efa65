/* The needles with which tests/c/memory.c and tests/c/stack.c call every function: one for each way
 * in which the library looks for a needle. */

#ifndef NEEDLES_H
#define NEEDLES_H

#include <stdint.h>
#include <string.h>

#include <tally.h>

enum { LONGEST = 5000 };

struct needle {
    const char *name;
    uint32_t kind;
    char bytes[LONGEST];
    size_t len;
};

static struct needle needles[] = {
    {"a byte", TALLY_NEEDLE_STRING, ";", 1},
    {"two bytes", TALLY_NEEDLE_STRING, "\xC3\xA9", 2},
    {"overlaps itself", TALLY_NEEDLE_STRING, "aba", 3},
    {"long", TALLY_NEEDLE_STRING, "q1q1q1q1q1q1q1q1q1q1q1q1q1q1q1q1q1q1q1q", 39},
    {"very long", TALLY_NEEDLE_STRING, "", LONGEST},
    {"a set", TALLY_NEEDLE_ANY_OF, "azeiou\xE9\xC3\xFF;,|", 12},
};
enum { VERY_LONG = 4, NEEDLES = sizeof needles / sizeof *needles };

/* Fills in the bytes that are too many to write. */
static void make_needles(void) {
    memset(needles[VERY_LONG].bytes, 'z', LONGEST);
}

#endif
