/* What the C tests share: checks that count themselves and go on. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>

static unsigned long checks, failures;

/* Counts a check, and says which failed. `about` is printed with it. */
#define CHECK(condition, about)                                                                    \
    do {                                                                                           \
        checks++;                                                                                  \
        if (!(condition)) {                                                                        \
            failures++;                                                                            \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, (about), #condition);           \
        }                                                                                          \
    } while (0)

/* The closing line, and the exit status. */
static int report(const char *name) {
    printf("%s: %lu passed, %lu failed\n", name, checks - failures, failures);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
