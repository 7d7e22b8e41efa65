/* Calls every function with every bad argument: the status is the one that the header names, the
 * results stay as they were, and the handle still works. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <tally.h>

#include "check.h"

#define TOO_LONG ((size_t)PTRDIFF_MAX + 1)

static const char DATA[] = "c\ncc\nccc";
enum { LEN = sizeof DATA - 1, PATTERN = 0x5A };

static tally_counter *counter;
static unsigned long pairs;

/* A place for a result that tells when it is written to. */
#define FILL(place) memset(&(place), PATTERN, sizeof(place))

static bool untouched(const void *place, size_t size) {
    const unsigned char *bytes = place;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != PATTERN) {
            return false;
        }
    }
    return true;
}

/* One pair of function and fault: the call's status, the place it may not write, and the handle
 * afterwards. */
#define REFUSED(call, expected, place)                                                             \
    do {                                                                                           \
        FILL(place);                                                                               \
        CHECK((call) == (expected), #call);                                                        \
        CHECK(untouched(&(place), sizeof(place)), #call);                                          \
        check_counter();                                                                           \
        pairs++;                                                                                   \
    } while (0)

/* The same for a fault that is the place itself. */
#define REFUSED_PLACE(call)                                                                        \
    do {                                                                                           \
        CHECK((call) == TALLY_ERROR_NULL_POINTER, #call);                                          \
        check_counter();                                                                           \
        pairs++;                                                                                   \
    } while (0)

static void check_counter(void) {
    tally_match match;
    size_t found;
    CHECK(tally_counter_find(counter, DATA, LEN, NULL, &match, 1, &found) == TALLY_OK, "counter");
    CHECK(found == 1 && match.segment == 1 && match.start == 2 && match.end == 4, "counter");
}

static void check_new(void) {
    tally_counter *made;
    const uint32_t no_characters[] = {0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0x110000, UINT32_MAX};
    const tally_reset no_resets[] = {4, 5, 0x80000000, UINT32_MAX};
    for (size_t i = 0; i < sizeof no_characters / sizeof *no_characters; i++) {
        REFUSED(tally_counter_new(no_characters[i], 1, TALLY_RESET_NONE, &made),
                TALLY_ERROR_INVALID_ARGUMENT, made);
    }
    for (size_t i = 0; i < sizeof no_resets / sizeof *no_resets; i++) {
        REFUSED(tally_counter_new('c', 1, no_resets[i], &made), TALLY_ERROR_INVALID_ARGUMENT, made);
    }
    REFUSED_PLACE(tally_counter_new('c', 1, TALLY_RESET_NONE, NULL));

    REFUSED(tally_counter_new_bytes(NULL, 0, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_bytes("c", 0, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT, made);
    REFUSED(tally_counter_new_bytes(NULL, 1, 1, NULL, 0, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED(tally_counter_new_bytes("c", TOO_LONG, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_bytes("c", SIZE_MAX, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_bytes("c", 1, 1, NULL, 1, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED(tally_counter_new_bytes("c", 1, 1, "\n", TOO_LONG, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_bytes("a\nb", 3, 1, "\n", 1, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_bytes("\nb", 2, 1, "x\n", 2, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED_PLACE(tally_counter_new_bytes("c", 1, 1, NULL, 0, NULL));

    REFUSED(tally_counter_new_any_of(NULL, 0, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_any_of("c", 0, 1, NULL, 0, &made), TALLY_ERROR_INVALID_ARGUMENT,
            made);
    REFUSED(tally_counter_new_any_of(NULL, 1, 1, NULL, 0, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED(tally_counter_new_any_of("c", TOO_LONG, 1, NULL, 0, &made),
            TALLY_ERROR_INVALID_ARGUMENT, made);
    REFUSED(tally_counter_new_any_of("c", 1, 1, NULL, 1, &made), TALLY_ERROR_NULL_POINTER, made);
    REFUSED(tally_counter_new_any_of("c", 1, 1, "\n", TOO_LONG, &made),
            TALLY_ERROR_INVALID_ARGUMENT, made);
    REFUSED_PLACE(tally_counter_new_any_of("c", 1, 1, NULL, 0, NULL));
}

/* The four functions that take data and give one result. */
#define CHECK_QUERY(function, type)                                                                \
    do {                                                                                           \
        type result;                                                                               \
        REFUSED(function(NULL, DATA, LEN, &result), TALLY_ERROR_NULL_POINTER, result);             \
        REFUSED(function(counter, NULL, 1, &result), TALLY_ERROR_NULL_POINTER, result);            \
        REFUSED(function(counter, DATA, TOO_LONG, &result), TALLY_ERROR_INVALID_ARGUMENT, result); \
        REFUSED(function(counter, DATA, SIZE_MAX, &result), TALLY_ERROR_INVALID_ARGUMENT, result); \
        REFUSED_PLACE(function(counter, DATA, LEN, NULL));                                         \
        CHECK(function(counter, NULL, 0, &result) == TALLY_OK, #function);                         \
        CHECK(result == 0, #function);                                                             \
    } while (0)

static void check_find(void) {
    struct {
        tally_match matches[2];
        size_t found;
    } out;
    REFUSED(tally_counter_find(NULL, DATA, LEN, NULL, out.matches, 2, &out.found),
            TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_counter_find(counter, NULL, 1, NULL, out.matches, 2, &out.found),
            TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_counter_find(counter, DATA, TOO_LONG, NULL, out.matches, 2, &out.found),
            TALLY_ERROR_INVALID_ARGUMENT, out);
    REFUSED(tally_counter_find(counter, DATA, LEN, NULL, NULL, 2, &out.found),
            TALLY_ERROR_NULL_POINTER, out);
    REFUSED(tally_counter_find(counter, DATA, LEN, NULL, out.matches, SIZE_MAX, &out.found),
            TALLY_ERROR_INVALID_ARGUMENT, out);
    REFUSED(tally_counter_find(counter, DATA, LEN, NULL, out.matches,
                               PTRDIFF_MAX / sizeof(tally_match) + 1, &out.found),
            TALLY_ERROR_INVALID_ARGUMENT, out);
    REFUSED(tally_counter_find(counter, DATA, LEN, NULL, out.matches, 2, NULL),
            TALLY_ERROR_NULL_POINTER, out);

    /* "c\ncc\nccc": segments start at 0, 2 and 5. */
    const tally_match bad[] = {
        {0, 0, LEN + 1},              /* ends behind the data */
        {0, 0, UINT64_MAX},           /* far behind */
        {1, 4, 3},                    /* ends before it starts */
        {1, 3, 4},                    /* starts behind no reset */
        {1, 0, 2},                    /* only segment 0 starts at 0 */
        {0, 2, 4},                    /* segment 0 starts at 0 alone */
        {3, 2, 4},                    /* more segments before it than bytes */
        {UINT64_MAX, 2, 4},           /* many more */
        {1, UINT64_MAX, UINT64_MAX},  /* starts behind the data */
        {1, LEN + 1, LEN + 1},        /* starts right behind it */
        {0, 0, 0},                    /* ends before any hit */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        REFUSED(tally_counter_find(counter, DATA, LEN, &bad[i], out.matches, 2, &out.found),
                TALLY_ERROR_INVALID_ARGUMENT, out);
    }

    /* No room is no error, and leaves the matches alone. */
    FILL(out);
    CHECK(tally_counter_find(counter, DATA, LEN, NULL, NULL, 0, &out.found) == TALLY_OK, "no room");
    CHECK(out.found == 0 && untouched(out.matches, sizeof out.matches), "no room");
    /* One match: the place behind stays as it was. */
    const tally_match first = {1, 2, 4};
    FILL(out);
    CHECK(tally_counter_find(counter, DATA, LEN, &first, out.matches, 2, &out.found) == TALLY_OK,
          "after the first");
    CHECK(out.found == 1 && out.matches[0].segment == 2 && out.matches[0].end == 7,
          "after the first");
    CHECK(untouched(&out.matches[1], sizeof out.matches[1]), "after the first");
    /* The place of a result may be that of the match before. */
    out.matches[0] = first;
    CHECK(tally_counter_find(counter, DATA, LEN, out.matches, out.matches, 2, &out.found) ==
              TALLY_OK,
          "in place");
    CHECK(out.found == 1 && out.matches[0].segment == 2, "in place");
}

static void check_library(void) {
    char version[64];
    snprintf(version, sizeof version, "%d.%d.%d", TALLY_VERSION_MAJOR, TALLY_VERSION_MINOR,
             TALLY_VERSION_PATCH);
    CHECK(strcmp(tally_version(), version) == 0, "version");
    CHECK(strlen(tally_backend()) > 0, "backend");
    const tally_status statuses[] = {INT32_MIN, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1000, INT32_MAX};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        const char *message = tally_status_message(statuses[i]);
        CHECK(message != NULL && strlen(message) > 3, "status message");
        /* Those that are declared have a message of their own. */
        const bool declared = statuses[i] >= TALLY_OK && statuses[i] <= TALLY_ERROR_PANIC;
        CHECK(declared == (strcmp(message, tally_status_message(-1)) != 0), "status message");
    }
    tally_counter_free(NULL);
}

int main(void) {
    if (tally_counter_new('c', 2, TALLY_RESET_NEWLINES, &counter) != TALLY_OK) {
        return EXIT_FAILURE;
    }
    check_new();
    CHECK_QUERY(tally_counter_has_count, bool);
    CHECK_QUERY(tally_counter_count, uint64_t);
    CHECK_QUERY(tally_counter_max_count, uint64_t);
    CHECK_QUERY(tally_counter_segments_reached, uint64_t);
    check_find();
    check_library();
    tally_counter_free(counter);
    printf("%lu pairs of function and fault\n", pairs);
    return report("arguments");
}
