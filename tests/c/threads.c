/* One counter, used by many threads at once. */

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include <tally.h>

#include "check.h"

enum { THREADS = 8, ROUNDS = 2000, LINES = 50, LINE = 21 };

static tally_counter *counter;
static char data[LINES * LINE];

/* How many answers were wrong. */
static void *use(void *wrong) {
    unsigned long *count = wrong;
    for (int round = 0; round < ROUNDS; round++) {
        bool reached;
        uint64_t number;
        tally_match match;
        size_t found;
        *count += tally_counter_has_count(counter, data, sizeof data, &reached) != TALLY_OK ||
                  !reached;
        *count += tally_counter_segments_reached(counter, data, sizeof data, &number) != TALLY_OK ||
                  number != LINES / 2;
        *count += tally_counter_find(counter, data, sizeof data, NULL, &match, 1, &found) !=
                      TALLY_OK ||
                  found != 1 || match.segment != 1 || match.start != LINE || match.end != LINE + 3;
    }
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    unsigned long wrong[THREADS] = {0};
    /* Every second line has three. */
    for (int line = 0; line < LINES; line++) {
        memset(data + line * LINE, '.', LINE - 1);
        memset(data + line * LINE, 'c', line % 2 == 0 ? 2 : 3);
        data[line * LINE + LINE - 1] = '\n';
    }
    if (tally_counter_new('c', 3, TALLY_RESET_NEWLINES, &counter) != TALLY_OK) {
        return EXIT_FAILURE;
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, use, &wrong[i]) == 0, "pthread_create");
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0, "pthread_join");
        CHECK(wrong[i] == 0, "answers");
    }
    tally_counter_free(counter);
    printf("%d threads, %d answers each\n", THREADS, 3 * ROUNDS);
    return report("threads");
}
