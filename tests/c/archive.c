/* The static library in a program: with -DOTHER beside another Rust library, with -DPANIC made to
 * panic, in the calling thread and in one that the library starts. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <tally.h>

#include "check.h"

enum { LEN = 4 << 20 };

#ifdef OTHER
size_t other_distinct(const void *data, size_t len);

static void check_other(void) {
    CHECK(other_distinct("a;b;c", 5) == 4, "the other library");
    CHECK(other_distinct("a;b;c", 6) == SIZE_MAX, "the other library after a panic");
    CHECK(other_distinct("a;b;c", 5) == 4, "the other library again");
}
#else
static void check_other(void) {
}
#endif

#ifdef PANIC
void tally_inject_panic(const char *name, uint64_t passes);
#endif

int main(void) {
    tally_counter *counter;
    char *data = malloc(LEN);
    uint64_t count;
    if (data == NULL || tally_counter_new(';', 2, TALLY_RESET_NEWLINES, &counter) != TALLY_OK) {
        return EXIT_FAILURE;
    }
    memset(data, ';', LEN);
    check_other();
    for (uint32_t threads = 1; threads < 4; threads++) {
        CHECK(tally_counter_count_threads(counter, data, LEN, threads, &count) == TALLY_OK,
              "threads");
        CHECK(count == LEN, "threads");
    }
#ifdef PANIC
    tally_inject_panic("tally_counter_count", 0);
    CHECK(tally_counter_count(counter, data, LEN, &count) == TALLY_ERROR_PANIC, "panic");
    for (uint64_t part = 0; part < 4; part++) {
        tally_inject_panic("worker", part);
        CHECK(tally_counter_count_threads(counter, data, LEN, 3, &count) == TALLY_ERROR_PANIC,
              "panic in a thread");
    }
    check_other();
#endif
    CHECK(tally_counter_count(counter, data, LEN, &count) == TALLY_OK && count == LEN, "count");
    tally_counter_free(counter);
    free(data);
    return report("archive");
}
