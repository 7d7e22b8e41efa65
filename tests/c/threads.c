/* One counter used by many threads at once; and one text counted on several threads, also if none
 * can be started. */

#define _DEFAULT_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tally.h>

#include "check.h"

enum { THREADS = 8, ROUNDS = 2000, LINES = 50, LINE = 21 };

static tally_counter *counter;
static char data[LINES * LINE];

/* How many answers were wrong. */
static void *use(void *wrong) {
    unsigned long *count = wrong;
    for (int round = 0; round < ROUNDS; round++) {
        bool matched;
        uint64_t number;
        tally_match match;
        size_t found;
        *count += tally_counter_has_count(counter, data, sizeof data, &matched) != TALLY_OK ||
                  !matched;
        *count += tally_counter_matching_segments(counter, data, sizeof data, &number) !=
                      TALLY_OK ||
                  number != LINES / 2;
        *count += tally_counter_find(counter, data, sizeof data, NULL, &match, 1, &found) !=
                      TALLY_OK ||
                  found != 1 || match.segment != 1 || match.start != LINE ||
                  match.end != LINE + 3 || match.count != 3;
    }
    return NULL;
}

/* Four MiB of "x" with three hits in one line: on both sides of a boundary between two threads, and
 * in the last byte. */
static void check_several(const char *about) {
    enum { LONG = 4 << 20 };
    char *text = malloc(LONG);
    if (text == NULL) {
        exit(EXIT_FAILURE);
    }
    memset(text, 'x', LONG);
    text[500] = '\n';
    text[(1 << 20) - 1] = text[1 << 20] = text[LONG - 1] = 'c';
    for (uint32_t threads = 0; threads < 6; threads++) {
        tally_match match;
        bool matched;
        uint64_t number;
        CHECK(tally_counter_has_count_threads(counter, text, LONG, threads, &match, &matched) ==
                  TALLY_OK,
              about);
        CHECK(matched && match.segment == 1 && match.start == 501, about);
        CHECK(match.end == LONG && match.count == 3, about);
        CHECK(tally_counter_count_threads(counter, text, LONG, threads, &number) == TALLY_OK,
              about);
        CHECK(number == 3, about);
        CHECK(tally_counter_max_count_threads(counter, text, LONG, threads, &number) == TALLY_OK,
              about);
        CHECK(number == 3, about);
        CHECK(tally_counter_matching_segments_threads(counter, text, LONG, threads, &number) ==
                  TALLY_OK,
              about);
        CHECK(number == 1, about);
    }
    free(text);
}

static void *nothing(void *argument) {
    return argument;
}

/* In a process that may not start a thread. The limit does not hold for root, so the child becomes
 * another user. */
static void check_no_threads(void) {
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit none = {0, 0};
        pthread_t thread;
        checks = failures = 0;
        CHECK(geteuid() != 0 || setuid(65534) == 0, "setuid");
        CHECK(setrlimit(RLIMIT_NPROC, &none) == 0, "setrlimit");
        CHECK(pthread_create(&thread, NULL, nothing, NULL) != 0, "a thread in spite of the limit");
        check_several("no threads");
        fflush(NULL);
        _exit(failures > 0);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0, "no threads");
}

int main(int argc, char **argv) {
    (void)argv;
    pthread_t threads[THREADS];
    unsigned long wrong[THREADS] = {0};
    /* Every second line matches. */
    for (int line = 0; line < LINES; line++) {
        memset(data + line * LINE, '.', LINE - 1);
        memset(data + line * LINE, 'c', line % 2 == 0 ? 2 : 3);
        data[line * LINE + LINE - 1] = '\n';
    }
    if (tally_counter_new('c', 3, TALLY_RESET_NEWLINES, &counter) != TALLY_OK) {
        return EXIT_FAILURE;
    }
    check_several("several threads");
    /* To valgrind, the child leaks: it ends with _exit. */
    if (argc == 1) {
        check_no_threads();
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
