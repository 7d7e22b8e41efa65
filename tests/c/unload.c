/* The library is loaded, used and unloaded by a thread, which then ends; again and again. Then a
 * thread that has used it ends after it is unloaded. The last argument is its path. Where the
 * library can be made to panic, it is. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <tally.h>

#include "check.h"

enum { LEN = 4 << 20, ROUNDS = 20 };

static const char *path;
static char data[LEN];

/* A function is not an object, so its address is copied. */
static bool find(void *library, const char *name, void *function) {
    void *at = dlsym(library, name);
    memcpy(function, &at, sizeof at);
    return at != NULL;
}

static void *load(void) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(EXIT_FAILURE);
    }
    return library;
}

static void use(void *library) {
    tally_status (*new)(uint32_t, uint64_t, tally_reset, tally_counter **);
    tally_status (*count_threads)(const tally_counter *, const void *, size_t, uint32_t,
                                  uint64_t *);
    void (*free_counter)(tally_counter *);
    void (*inject_panic)(const char *, uint64_t);
    tally_counter *counter;
    uint64_t count;
    if (!find(library, "tally_counter_new", &new) ||
        !find(library, "tally_counter_count_threads", &count_threads) ||
        !find(library, "tally_counter_free", &free_counter)) {
        fprintf(stderr, "%s\n", dlerror());
        exit(EXIT_FAILURE);
    }
    CHECK(new ('x', 2, TALLY_RESET_NEWLINES, &counter) == TALLY_OK, "new");
    if (find(library, "tally_inject_panic", &inject_panic)) {
        inject_panic("worker", 0);
        CHECK(count_threads(counter, data, LEN, 3, &count) == TALLY_ERROR_PANIC, "panic");
        inject_panic("tally_counter_count_threads", 0);
        CHECK(count_threads(counter, data, LEN, 3, &count) == TALLY_ERROR_PANIC, "panic");
    }
    CHECK(count_threads(counter, data, LEN, 3, &count) == TALLY_OK && count == LEN, "count");
    free_counter(counter);
}

static void *load_and_use(void *unused) {
    void *library = load();
    use(library);
    CHECK(dlclose(library) == 0, "dlclose");
    return unused;
}

static pthread_barrier_t used, unloaded;

/* Ends after the library is gone. */
static void *use_and_outlive(void *library) {
    use(library);
    pthread_barrier_wait(&used);
    pthread_barrier_wait(&unloaded);
    return NULL;
}

/* Whether the library is in memory. */
static bool is_mapped(void) {
    char line[1000];
    bool found = false;
    FILE *maps = fopen("/proc/self/maps", "r");
    CHECK(maps != NULL, "maps");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        found |= strstr(line, "libtally") != NULL;
    }
    if (maps != NULL) {
        fclose(maps);
    }
    return found;
}

int main(int argc, char **argv) {
    path = argv[argc - 1];
    memset(data, 'x', LEN);
    for (int round = 0; round < ROUNDS; round++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, load_and_use, NULL) == 0, "pthread_create");
        CHECK(pthread_join(thread, NULL) == 0, "pthread_join");
        CHECK(!is_mapped(), "the library stays in memory");
    }
    CHECK(pthread_barrier_init(&used, NULL, 2) == 0, "barrier");
    CHECK(pthread_barrier_init(&unloaded, NULL, 2) == 0, "barrier");
    for (int round = 0; round < ROUNDS; round++) {
        pthread_t thread;
        void *library = load();
        CHECK(pthread_create(&thread, NULL, use_and_outlive, library) == 0, "pthread_create");
        pthread_barrier_wait(&used);
        CHECK(dlclose(library) == 0, "dlclose");
        CHECK(!is_mapped(), "the library stays in memory");
        pthread_barrier_wait(&unloaded);
        CHECK(pthread_join(thread, NULL) == 0, "pthread_join");
    }
    return report("unload");
}
