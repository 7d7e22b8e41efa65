/* Files of any name, by path and by descriptor, on every system: a program of standard C with what
 * Windows calls otherwise. Writes a file to the working folder, and removes it. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <wchar.h>
#include <windows.h>
#else
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#endif

#include <tally.h>

#include "check.h"

/* In UTF-8: two letters with accents, two of Chinese, and one outside the basic plane. */
#define NAME "tally-\xC3\xA9\xC3\x9F-\xE4\xB8\xAD\xE6\x96\x87-\xF0\x9F\x98\x80.txt"

static const char TEXT[] = "a,b\r\nc,d,e\r\n\x1A,\r\n";
enum { LEN = sizeof TEXT - 1 };

#ifdef _WIN32
static const wchar_t WIDE[] = L"tally-\u00E9\u00DF-\u4E2D\u6587-\xD83D\xDE00.txt";

static FILE *create(void) {
    return _wfopen(WIDE, L"wb");
}

static int open_file(void) {
    return _wopen(WIDE, _O_RDONLY | _O_BINARY);
}

static void close_file(int fd) {
    _close(fd);
}

static int remove_file(void) {
    return _wremove(WIDE);
}

static bool not_found(void) {
    return GetLastError() == ERROR_FILE_NOT_FOUND;
}

static bool not_open(void) {
    return GetLastError() == ERROR_INVALID_HANDLE;
}
#else
static FILE *create(void) {
    return fopen(NAME, "wb");
}

static int open_file(void) {
    return open(NAME, O_RDONLY);
}

static void close_file(int fd) {
    close(fd);
}

static int remove_file(void) {
    return remove(NAME);
}

static bool not_found(void) {
    return errno == ENOENT;
}

#ifndef __wasi__
static bool not_open(void) {
    return errno == EBADF;
}
#endif
#endif

int main(void) {
    tally_counter *counter = NULL;
    tally_stream *stream = NULL;
    tally_summary *summary = NULL;
    CHECK(tally_counter_new(',', 2, TALLY_RESET_NEWLINES, &counter) == TALLY_OK, "counter");
    CHECK(tally_stream_new(counter, &stream) == TALLY_OK, "stream");
    CHECK(tally_summary_new(counter, &summary) == TALLY_OK, "summary");

    FILE *file = create();
    CHECK(file != NULL && fwrite(TEXT, 1, LEN, file) == LEN && fclose(file) == 0, "write");

    bool matched = false;
    CHECK(tally_stream_feed_file(stream, NAME, NULL, &matched) == TALLY_OK && matched, "stream");
    tally_match match;
    CHECK(tally_stream_match(stream, &match, &matched) == TALLY_OK && matched, "match");
    CHECK(match.segment == 1 && match.start == 5 && match.end == 9 && match.count == 2, "match");

    tally_totals totals;
    for (uint32_t threads = 0; threads < 3; threads++) {
        tally_read_options options = {.size = sizeof options, .threads = threads};
        CHECK(tally_summary_feed_file(summary, NAME, &options) == TALLY_OK, "summary");
        CHECK(tally_summary_totals(summary, &totals) == TALLY_OK, "totals");
        CHECK(totals.bytes == LEN && totals.count == 4 && totals.segments == 4, "totals");
        CHECK(totals.max_count == 2 && totals.matching_segments == 1, "totals");
        CHECK(tally_summary_reset(summary) == TALLY_OK, "reset");
    }

    /* In binary mode, a carriage return and the byte 1A are bytes like others. */
    const int fd = open_file();
#ifdef __wasi__
    CHECK(tally_summary_feed_fd(summary, fd, NULL) == TALLY_ERROR_IO, "no descriptors there");
#else
    CHECK(tally_summary_feed_fd(summary, fd, NULL) == TALLY_OK, "descriptor");
    CHECK(tally_summary_totals(summary, &totals) == TALLY_OK, "descriptor");
    CHECK(totals.bytes == LEN && totals.count == 4 && totals.max_count == 2, "descriptor");
#endif
    close_file(fd);
    CHECK(tally_summary_reset(summary) == TALLY_OK, "reset");

    CHECK(remove_file() == 0, "remove");
    CHECK(tally_summary_feed_file(summary, NAME, NULL) == TALLY_ERROR_IO, "no file");
    CHECK(not_found(), "no file");
    CHECK(tally_summary_feed_fd(summary, -1, NULL) == TALLY_ERROR_IO, "no descriptor");
#ifndef __wasi__
    CHECK(not_open(), "no descriptor");
#endif
#ifdef _WIN32
    const tally_status status = tally_summary_feed_file(summary, "\xC3(", NULL);
    CHECK(status == TALLY_ERROR_INVALID_ARGUMENT, "not UTF-8");
#endif

    tally_summary_free(summary);
    tally_stream_free(stream);
    tally_counter_free(counter);
    return report("C names");
}
