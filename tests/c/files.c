/* Files, and all that can go wrong with them. Each fault really happens; then the status, errno and
 * the contents of the handle are checked.
 *
 * Faults that no file system produces on demand come from faulty_read.c: `files faults`, with that
 * library preloaded. */

#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tally.h>

#include "check.h"

enum { LINE = 50, MIB = 1 << 20 };

static tally_counter *counter; /* of "é", 3 in a line */
static tally_stream *stream;
static tally_summary *summary;
static bool brief;             /* nothing that is too much for valgrind or an emulator */
static char folder[] = "/tmp/tally-files-XXXXXX";

/* A path in the folder of this run. */
static const char *in_folder(const char *name) {
    static char path[sizeof folder + 64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *plain(void) {
    return in_folder("plain");
}

/* The text: lines with two "é" each, cut off after `len` bytes. */
static char *text(size_t len) {
    static const char line[LINE + 1] = "h\xC3\xA9llo, this is a line, as other lines \xC3\xA9, ok -->\n";
    char *bytes = malloc(len + 1);
    if (bytes == NULL) {
        exit(EXIT_FAILURE);
    }
    for (size_t i = 0; i < len; i++) {
        bytes[i] = line[i % LINE];
    }
    return bytes;
}

static void write_file(const char *path, const char *bytes, size_t len) {
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(bytes, 1, len, file) == len && fclose(file) == 0, path);
}

static tally_totals totals(void) {
    tally_totals result = {0};
    CHECK(tally_summary_totals(summary, &result) == TALLY_OK, "totals");
    return result;
}

/* Checks that the summary holds the first `len` bytes of the text and can continue; resets it. */
static void holds_text(size_t len, const char *about) {
    tally_totals now = totals();
    const uint64_t lines = len / LINE, rest = len % LINE;
    const uint64_t count = 2 * lines + (rest >= 3) + (rest >= 41);
    CHECK(now.bytes == len, about);
    CHECK(now.count == count, about);
    CHECK(now.segments == lines + 1, about);
    CHECK(now.max_count == (lines > 0 || rest >= 41 ? 2 : rest >= 3), about);
    CHECK(now.matching_segments == 0, about);
    CHECK(tally_summary_feed(summary, "\xC3\xA9\xC3\xA9\xC3\xA9", 6) == TALLY_OK, about);
    CHECK(totals().count == count + 3 && totals().matching_segments == 1, about);
    tally_summary_reset(summary);
}

/* Checks that the stream was fed `len` bytes of the text, by feeding a line that matches; resets
 * it. */
static void stream_holds_text(size_t len, const char *about) {
    bool matched = true;
    tally_match match;
    CHECK(tally_stream_match(stream, NULL, &matched) == TALLY_OK && !matched, about);
    CHECK(tally_stream_feed(stream, "\n\xC3\xA9\xC3\xA9\xC3\xA9", 7, &matched) == TALLY_OK, about);
    CHECK(matched, about);
    CHECK(tally_stream_match(stream, &match, &matched) == TALLY_OK && matched, about);
    CHECK(match.start == len + 1 && match.end == len + 7, about);
    CHECK(match.segment == len / LINE + 1, about);
    tally_stream_reset(stream);
}

/* Checks that both handles fail to feed a file, and keep what they hold: 101 bytes of the text. */
static void refused(const char *path, int fd, int reason, const char *about) {
    char *bytes = text(101);
    bool matched;
    unsigned char untouched;
    memset(&matched, 0x5A, sizeof matched);
    tally_stream_reset(stream);
    tally_summary_reset(summary);
    CHECK(tally_summary_feed(summary, bytes, 101) == TALLY_OK, about);
    bool fed;
    CHECK(tally_stream_feed(stream, bytes, 101, &fed) == TALLY_OK && !fed, about);
    free(bytes);
    if (path != NULL) {
        errno = 0;
        CHECK(tally_summary_feed_file(summary, path, NULL) == TALLY_ERROR_IO, about);
        CHECK(errno == reason, about);
        errno = 0;
        CHECK(tally_stream_feed_file(stream, path, NULL, &matched) == TALLY_ERROR_IO, about);
        CHECK(errno == reason, about);
    } else {
        errno = 0;
        CHECK(tally_summary_feed_fd(summary, fd, NULL) == TALLY_ERROR_IO, about);
        CHECK(errno == reason, about);
        errno = 0;
        CHECK(tally_stream_feed_fd(stream, fd, NULL, &matched) == TALLY_ERROR_IO, about);
        CHECK(errno == reason, about);
    }
    memcpy(&untouched, &matched, 1);
    CHECK(untouched == 0x5A, about);
    holds_text(101, about);
    stream_holds_text(101, about);
}

static int open_plain(void) {
    int fd = open(plain(), O_RDONLY);
    CHECK(fd >= 0, "open");
    return fd;
}

static size_t open_descriptors(void) {
    size_t number = 0;
    DIR *listed = opendir("/proc/self/fd");
    if (listed == NULL) {
        return 0;
    }
    while (readdir(listed) != NULL) {
        number++;
    }
    closedir(listed);
    return number;
}

static tally_read_options options_of(uint64_t max_bytes, uint32_t threads) {
    tally_read_options options;
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.max_bytes = max_bytes;
    options.threads = threads;
    return options;
}

static void check_good(void) {
    const size_t sizes[] = {0, 1, 2, 3, 49, 50, 4095, 4096, 65536, 262143, 262144, 262145, 3000000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t len = sizes[i];
        char *bytes = text(len);
        bool matched;
        write_file(plain(), bytes, len);
        free(bytes);
        for (uint32_t threads = 0; threads < 5; threads++) {
            const tally_read_options options = options_of(0, threads);
            CHECK(tally_summary_feed_file(summary, plain(), &options) == TALLY_OK, "file");
            holds_text(len, "file");
        }
        int fd = open_plain();
        CHECK(tally_summary_feed_fd(summary, fd, NULL) == TALLY_OK, "fd");
        holds_text(len, "fd");
        /* From its position; and it stays open. */
        const size_t from = len < 7 ? len : 7;
        CHECK(lseek(fd, (off_t)from, SEEK_SET) == (off_t)from, "fd stands");
        CHECK(tally_summary_feed_fd(summary, fd, NULL) == TALLY_OK, "fd from the middle");
        CHECK(totals().bytes == len - from, "fd from the middle");
        tally_summary_reset(summary);
        CHECK(close(fd) == 0, "fd stays open");
        CHECK(tally_stream_feed_file(stream, plain(), NULL, &matched) == TALLY_OK, "stream");
        CHECK(!matched, "stream");
        stream_holds_text(len, "stream");
    }
    /* A file whose size is 0, and which is not empty. */
    CHECK(tally_summary_feed_file(summary, "/proc/self/status", NULL) == TALLY_OK, "/proc");
    CHECK(totals().bytes > 100, "/proc");
    tally_summary_reset(summary);
    /* Two files, one behind the other; the cut is inside a character. */
    char *bytes = text(200);
    write_file(plain(), bytes, 102);
    CHECK(tally_summary_feed_file(summary, plain(), NULL) == TALLY_OK, "two files");
    write_file(plain(), bytes + 102, 98);
    CHECK(tally_summary_feed_file(summary, plain(), NULL) == TALLY_OK, "two files");
    free(bytes);
    holds_text(200, "two files");
}

static void check_refused(void) {
    refused(in_folder("missing"), -1, ENOENT, "missing");
    refused("", -1, ENOENT, "empty path");
    refused(folder, -1, EISDIR, "directory");
    int fd = open(folder, O_RDONLY);
    refused(NULL, fd, EISDIR, "directory's descriptor");
    close(fd);
    refused(NULL, fd, EBADF, "closed descriptor");
    refused(NULL, -1, EBADF, "-1");
    refused(NULL, INT32_MIN, EBADF, "INT_MIN");
    refused(NULL, INT32_MAX, EBADF, "INT_MAX");
    fd = open(plain(), O_WRONLY);
    refused(NULL, fd, EBADF, "descriptor for writing");
    close(fd);

    /* No descriptor is left. */
    struct rlimit limit, none;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
    none = limit;
    none.rlim_cur = 0;
    CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0, "setrlimit");
    refused(plain(), -1, EMFILE, "no descriptor left");
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");

    /* Root may read everything, so another user tries. (To valgrind, a process leaks that ends with
     * _exit.) */
    if (brief) {
        return;
    }
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        checks = failures = 0;
        CHECK(chmod(folder, 0755) == 0 && chmod(plain(), 0) == 0, "chmod");
        CHECK(geteuid() != 0 || setuid(65534) == 0, "setuid");
        refused(plain(), -1, EACCES, "no permission");
        fflush(NULL);
        _exit(failures > 0);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0, "no permission");
    CHECK(chmod(plain(), 0644) == 0, "chmod");
}

/* A child that writes `bytes` to `fd`, `step` bytes at a time: once, or, if `other_end` is not -1,
 * until nobody reads from that end any more. */
static pid_t writer(int fd, const char *bytes, size_t len, size_t step, int other_end) {
    fflush(NULL);
    const pid_t child = fork();
    if (child != 0) {
        return child;
    }
    const bool forever = other_end >= 0;
    if (forever) {
        close(other_end);
    }
    signal(SIGPIPE, SIG_DFL);
    do {
        for (size_t at = 0; at < len; at += step) {
            const size_t size = len - at < step ? len - at : step;
            if (write(fd, bytes + at, size) != (ssize_t)size) {
                _exit(1);
            }
        }
    } while (forever);
    _exit(0);
}

static void check_pipes(void) {
    char *bytes = text(100000);
    bool matched;
    /* A FIFO by its path; the writes to it cut characters. */
    CHECK(mkfifo(in_folder("fifo"), 0600) == 0, "mkfifo");
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        const int fd = open(in_folder("fifo"), O_WRONLY);
        waitpid(writer(fd, bytes, 100000, 41, -1), NULL, 0);
        _exit(0);
    }
    CHECK(tally_summary_feed_file(summary, in_folder("fifo"), NULL) == TALLY_OK, "FIFO");
    holds_text(100000, "FIFO");
    waitpid(child, NULL, 0);

    /* A pipe that never ends: it is read up to the match. */
    int ends[2];
    CHECK(pipe(ends) == 0, "pipe");
    child = writer(ends[1], "no hit here\n\xC3\xA9\xC3\xA9 and \xC3\xA9", 24, 24, ends[0]);
    close(ends[1]);
    CHECK(tally_stream_feed_fd(stream, ends[0], NULL, &matched) == TALLY_OK && matched, "endless");
    tally_match match;
    CHECK(tally_stream_match(stream, &match, &matched) == TALLY_OK && matched, "endless");
    CHECK(match.segment == 1 && match.start == 12 && match.end == 23, "endless");
    close(ends[0]);
    waitpid(child, NULL, 0);
    /* After a match, nothing is opened or read. */
    CHECK(tally_stream_feed_file(stream, in_folder("missing"), NULL, &matched) == TALLY_OK,
          "matched");
    CHECK(matched, "matched");
    CHECK(tally_stream_feed_fd(stream, -1, NULL, &matched) == TALLY_OK && matched, "matched");
    tally_stream_reset(stream);

    /* A pipe that does not block: what is there is fed, and the rest later. */
    CHECK(pipe(ends) == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0, "pipe");
    CHECK(write(ends[1], bytes, 1002) == 1002, "write");
    errno = 0;
    CHECK(tally_summary_feed_fd(summary, ends[0], NULL) == TALLY_ERROR_IO, "EAGAIN");
    CHECK(errno == EAGAIN && totals().bytes == 1002, "EAGAIN");
    CHECK(write(ends[1], bytes + 1002, 998) == 998, "write");
    close(ends[1]);
    CHECK(tally_summary_feed_fd(summary, ends[0], NULL) == TALLY_OK, "after EAGAIN");
    holds_text(2000, "after EAGAIN");
    close(ends[0]);

    /* With a limit, no byte more is read from a pipe, so it is unknown whether there is one. */
    for (uint64_t limit = 1; limit <= 1000; limit += 333) {
        CHECK(pipe(ends) == 0 && write(ends[1], bytes, 1000) == 1000, "pipe");
        close(ends[1]);
        const tally_read_options options = options_of(limit, 1);
        CHECK(tally_summary_feed_fd(summary, ends[0], &options) == TALLY_ERROR_LIMIT, "limit");
        CHECK(totals().bytes == limit, "limit on a pipe");
        CHECK(tally_summary_feed_fd(summary, ends[0], NULL) == TALLY_OK, "after the limit");
        holds_text(1000, "after the limit");
        close(ends[0]);
    }
    free(bytes);
}

static void check_limits(void) {
    const size_t len = 3 * MIB + 17;
    const uint64_t limits[] = {1, 2, len - 1, len, len + 1, UINT64_MAX};
    char *bytes = text(len);
    write_file(plain(), bytes, len);
    free(bytes);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const uint64_t limit = limits[i];
        const bool enough = limit >= len;
        const tally_status expected = enough ? TALLY_OK : TALLY_ERROR_LIMIT;
        for (uint32_t threads = 1; threads < 4; threads++) {
            const tally_read_options options = options_of(limit, threads);
            CHECK(tally_summary_feed_file(summary, plain(), &options) == expected, "limit");
            holds_text(enough ? len : (size_t)limit, "limit");
        }
        const int fd = open_plain();
        const tally_read_options options = options_of(limit, 1);
        CHECK(tally_summary_feed_fd(summary, fd, &options) == expected, "limit");
        /* Its position is the end of what was fed. */
        CHECK(lseek(fd, 0, SEEK_CUR) == (off_t)(enough ? len : limit), "limit");
        CHECK(tally_summary_feed_fd(summary, fd, NULL) == TALLY_OK, "after the limit");
        holds_text(len, "after the limit");
        close(fd);
        bool matched;
        CHECK(tally_stream_feed_file(stream, plain(), &options, &matched) == expected, "limit");
        stream_holds_text(enough ? len : (size_t)limit, "limit");
    }
}

static void check_options(void) {
    struct {
        tally_read_options options;
        char later[5000];
    } large;
    bool matched;
    const size_t first = offsetof(tally_read_options, reserved) + sizeof(uint32_t);
    const size_t refused_sizes[] = {0, 1, first - 1, 4097, SIZE_MAX};
    memset(&large, 0, sizeof large);
    for (size_t i = 0; i < sizeof refused_sizes / sizeof *refused_sizes; i++) {
        large.options.size = refused_sizes[i];
        CHECK(tally_summary_feed_file(summary, plain(), &large.options) ==
                  TALLY_ERROR_INVALID_ARGUMENT,
              "size");
        CHECK(tally_summary_feed_fd(summary, 0, &large.options) == TALLY_ERROR_INVALID_ARGUMENT,
              "size");
        CHECK(tally_stream_feed_file(stream, plain(), &large.options, &matched) ==
                  TALLY_ERROR_INVALID_ARGUMENT,
              "size");
        CHECK(tally_stream_feed_fd(stream, 0, &large.options, &matched) ==
                  TALLY_ERROR_INVALID_ARGUMENT,
              "size");
    }
    CHECK(totals().bytes == 0, "size");
    /* The first layout, this one, and larger ones of which the rest is 0. */
    const size_t good_sizes[] = {first, sizeof large.options, 100, 4096};
    for (size_t i = 0; i < sizeof good_sizes / sizeof *good_sizes; i++) {
        large.options.size = good_sizes[i];
        large.options.max_bytes = 10;
        large.options.threads = 2;
        CHECK(tally_summary_feed_file(summary, plain(), &large.options) == TALLY_ERROR_LIMIT,
              "size");
        holds_text(10, "size");
    }
    large.later[100 - sizeof large.options - 1] = 1;
    large.options.size = 100;
    CHECK(tally_summary_feed_file(summary, plain(), &large.options) == TALLY_ERROR_INVALID_ARGUMENT,
          "unknown field");
    large.options.size = sizeof large.options;
    CHECK(tally_summary_feed_file(summary, plain(), &large.options) == TALLY_ERROR_LIMIT,
          "unknown field");
    holds_text(10, "unknown field");
    large.options.reserved = 1;
    CHECK(tally_summary_feed_file(summary, plain(), &large.options) == TALLY_ERROR_INVALID_ARGUMENT,
          "reserved");
    CHECK(tally_stream_feed_fd(stream, 0, &large.options, &matched) == TALLY_ERROR_INVALID_ARGUMENT,
          "reserved");
    holds_text(0, "reserved");
}

/* What a callback has been passed, and what it does. */
typedef struct {
    unsigned calls;
    uint64_t done, total;
    unsigned stop_at;       /* the call that stops it; 0: none */
    const char *path;       /* to be set to another length, at the first call */
    off_t len;
} progress_calls;

static int32_t progress(void *context, uint64_t done, uint64_t total) {
    progress_calls *call = context;
    call->calls++;
    CHECK(done >= call->done, "progress never decreases");
    call->done = done;
    call->total = total;
    if (call->path != NULL && call->calls == 1) {
        CHECK(truncate(call->path, call->len) == 0, "truncate");
    }
    return call->calls == call->stop_at ? -7 : 0;
}

static void check_progress(void) {
    const size_t len = 200000;
    char *bytes = text(len);
    write_file(plain(), bytes, len);
    progress_calls call = {0};
    tally_read_options options = options_of(0, 1);
    options.progress = progress;
    options.context = &call;
    CHECK(tally_summary_feed_file(summary, plain(), &options) == TALLY_OK, "progress");
    CHECK(call.calls >= 1 && call.done == len && call.total == len, "the last call");
    holds_text(len, "progress");
    /* Stopped by the last call, or by an earlier one. */
    memset(&call, 0, sizeof call);
    call.stop_at = 1;
    CHECK(tally_summary_feed_file(summary, plain(), &options) == TALLY_ERROR_CANCELLED, "stop");
    CHECK(call.calls == 1, "stop");
    holds_text((size_t)call.done, "stop");
    /* With a limit, that is the total; of a pipe, it is not known. */
    memset(&call, 0, sizeof call);
    options.max_bytes = len;
    CHECK(tally_summary_feed_file(summary, plain(), &options) == TALLY_OK, "total");
    CHECK(call.total == len, "total");
    tally_summary_reset(summary);
    int ends[2];
    CHECK(pipe(ends) == 0 && write(ends[1], bytes, 1000) == 1000, "pipe");
    close(ends[1]);
    memset(&call, 0, sizeof call);
    options.max_bytes = 0;
    CHECK(tally_summary_feed_fd(summary, ends[0], &options) == TALLY_OK, "pipe");
    CHECK(call.done == 1000 && call.total == 0, "pipe");
    holds_text(1000, "pipe");
    close(ends[0]);
    free(bytes);
}

/* A callback that uses the handle that is being fed fails, and nothing else happens. */
static int32_t reenter(void *context, uint64_t done, uint64_t total) {
    tally_totals before;
    tally_match match;
    size_t size;
    bool matched;
    (void)done, (void)total;
    if (context == summary) {
        CHECK(tally_summary_feed(summary, "x", 1) == TALLY_ERROR_IN_USE, "re-entered");
        CHECK(tally_summary_totals(summary, &before) == TALLY_ERROR_IN_USE, "re-entered");
        CHECK(tally_summary_merge(summary, summary) == TALLY_ERROR_IN_USE, "re-entered");
        CHECK(tally_summary_feed_file(summary, plain(), NULL) == TALLY_ERROR_IN_USE,
              "re-entered");
        CHECK(tally_summary_feed_fd(summary, 0, NULL) == TALLY_ERROR_IN_USE,
              "re-entered");
        CHECK(tally_summary_state_size(summary, &size) == TALLY_ERROR_IN_USE,
              "re-entered");
        CHECK(tally_summary_save(summary, &before, sizeof before, &size) ==
                  TALLY_ERROR_IN_USE,
              "re-entered");
        CHECK(tally_summary_reset(summary) == TALLY_ERROR_IN_USE, "re-entered");
        tally_summary_free(summary);
        /* Another handle is free to be used. */
        CHECK(tally_stream_feed(stream, "x", 1, &matched) == TALLY_OK, "another");
        tally_stream_reset(stream);
    } else {
        CHECK(tally_stream_feed(stream, "x", 1, &matched) == TALLY_ERROR_IN_USE,
              "re-entered");
        CHECK(tally_stream_match(stream, &match, &matched) == TALLY_ERROR_IN_USE,
              "re-entered");
        CHECK(tally_stream_reset(stream) == TALLY_ERROR_IN_USE, "re-entered");
        tally_stream_free(stream);
    }
    return 0;
}

static void check_reentrance(void) {
    bool matched;
    char *bytes = text(1000);
    write_file(plain(), bytes, 1000);
    free(bytes);
    tally_read_options options = options_of(0, 1);
    options.progress = reenter;
    options.context = summary;
    CHECK(tally_summary_feed_file(summary, plain(), &options) == TALLY_OK, "re-entered");
    holds_text(1000, "re-entered");
    options.context = stream;
    CHECK(tally_stream_feed_file(stream, plain(), &options, &matched) == TALLY_OK, "re-entered");
    stream_holds_text(1000, "re-entered");
}

/* How many bytes this process has read. */
static uint64_t bytes_read(void) {
    char line[100];
    unsigned long long number = 0;
    FILE *file = fopen("/proc/self/io", "r");
    if (file != NULL && fgets(line, sizeof line, file) != NULL) {
        sscanf(line, "rchar: %llu", &number);
    }
    if (file != NULL) {
        fclose(file);
    }
    return number;
}

/* A sparse file of `len` bytes, with `bytes` at `offset`. */
static void write_sparse(off_t len, const char *bytes, off_t offset) {
    const int fd = open(in_folder("sparse"), O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0 && ftruncate(fd, len) == 0, "sparse");
    CHECK(pwrite(fd, bytes, strlen(bytes), offset) == (ssize_t)strlen(bytes), "sparse");
    close(fd);
}

static void check_large(void) {
    /* Above 4 GiB: the hits lie behind. */
    const off_t len = ((off_t)4 << 30) + 5 * MIB + 3;
    write_sparse(len, "\n\xC3\xA9\xC3\xA9\xC3\xA9\n", len - 100);
    const tally_read_options options = options_of(0, 2);
    CHECK(tally_summary_feed_file(summary, in_folder("sparse"), &options) == TALLY_OK, "4 GiB");
    const tally_totals now = totals();
    CHECK(now.bytes == (uint64_t)len && now.count == 3 && now.max_count == 3, "above 4 GiB");
    CHECK(now.segments == 3 && now.matching_segments == 1, "above 4 GiB");
    tally_summary_reset(summary);
    bool matched;
    tally_match match;
    CHECK(tally_stream_feed_file(stream, in_folder("sparse"), NULL, &matched) == TALLY_OK, "4 GiB");
    CHECK(tally_stream_match(stream, &match, &matched) == TALLY_OK && matched, "4 GiB");
    CHECK(match.segment == 1 && match.end == (uint64_t)len - 93, "4 GiB");
    tally_stream_reset(stream);

    /* Reading stops soon after the first match. */
    const off_t hits[] = {0, MIB, 512 * (off_t)MIB};
    for (size_t i = 0; i < sizeof hits / sizeof *hits; i++) {
        write_sparse((off_t)1 << 30, "\xC3\xA9\xC3\xA9\xC3\xA9", hits[i]);
        const uint64_t before = bytes_read();
        CHECK(tally_stream_feed_file(stream, in_folder("sparse"), NULL, &matched) == TALLY_OK,
              "early");
        const uint64_t read = bytes_read() - before;
        CHECK(matched, "early");
        CHECK(read > (uint64_t)hits[i] && read <= (uint64_t)hits[i] + 512 * 1024, "early");
        printf("first match at %lld of 1 GiB: %llu bytes read\n", (long long)hits[i],
               (unsigned long long)read);
        tally_stream_reset(stream);
    }
    unlink(in_folder("sparse"));
}

static void fault(const char *value) {
    setenv("FAULT", value, 1);
}

/* With faulty_read.c. */
static void check_faults(void) {
    const size_t len = 4 * MIB + 1001;
    char *bytes = text(len);
    bool matched;
    write_file(plain(), bytes, len);

    /* Short and interrupted reads: nothing is lost. */
    const char *const harmless[] = {"short 1000", "short 4097", "interrupt 5001"};
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        fault(harmless[i]);
        for (uint32_t threads = 1; threads < 4; threads++) {
            const tally_read_options options = options_of(0, threads);
            CHECK(tally_summary_feed_file(summary, plain(), &options) == TALLY_OK, harmless[i]);
            holds_text(len, harmless[i]);
        }
        CHECK(tally_stream_feed_file(stream, plain(), NULL, &matched) == TALLY_OK, harmless[i]);
        stream_holds_text(len, harmless[i]);
    }
    fault("short 1");
    const tally_read_options few = options_of(5003, 1);
    CHECK(tally_summary_feed_file(summary, plain(), &few) == TALLY_ERROR_LIMIT, "single bytes");
    holds_text(5003, "single bytes");

    /* An error in the middle: what comes before it is fed, and feeding can continue behind it. */
    const size_t places[] = {0, 1, 102, 262144, 1000003, MIB, 3 * MIB + 2, 4 * MIB + 1000};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char value[50];
        snprintf(value, sizeof value, "error %zu", places[i]);
        for (uint32_t threads = 1; threads < 4; threads++) {
            const tally_read_options options = options_of(0, threads);
            fault(value);
            errno = 0;
            CHECK(tally_summary_feed_file(summary, plain(), &options) == TALLY_ERROR_IO, value);
            CHECK(errno == EIO, value);
            CHECK(totals().bytes == places[i], value);
            CHECK(tally_summary_feed(summary, bytes + places[i], len - places[i]) == TALLY_OK,
                  value);
            holds_text(len, value);
        }
        const int fd = open_plain();
        fault(value);
        CHECK(tally_stream_feed_fd(stream, fd, NULL, &matched) == TALLY_ERROR_IO, value);
        CHECK(lseek(fd, 0, SEEK_CUR) == (off_t)places[i], value);
        fault("");
        CHECK(tally_stream_feed_fd(stream, fd, NULL, &matched) == TALLY_OK && !matched, value);
        stream_holds_text(len, value);
        close(fd);
    }

    /* Slow reads: the callback is called between them, not too often, and changes the file. */
    for (uint32_t threads = 1; threads < 3; threads++) {
        progress_calls call = {0};
        tally_read_options options = options_of(0, threads);
        options.progress = progress;
        options.context = &call;
        fault("slow 15");
        CHECK(tally_summary_feed_file(summary, plain(), &options) == TALLY_OK, "slow");
        /* 17 reads at least, of 15 ms each: a call for each would be too many. */
        CHECK(call.calls >= 2 && call.calls <= 10, "some calls");
        CHECK(call.done == len && call.total == len, "slow");
        holds_text(len, "slow");

        memset(&call, 0, sizeof call);
        call.stop_at = 1;
        CHECK(tally_summary_feed_file(summary, plain(), &options) == TALLY_ERROR_CANCELLED, "stop");
        const uint64_t done = totals().bytes;
        CHECK(call.calls == 1 && done >= call.done && done < len, "stop");
        CHECK(tally_summary_feed(summary, bytes + done, len - (size_t)done) == TALLY_OK,
              "after stop");
        holds_text(len, "after stop");

        /* The file grows while it is read: all of it is read. */
        memset(&call, 0, sizeof call);
        call.path = plain();
        call.len = (off_t)len + MIB;
        CHECK(tally_summary_feed_file(summary, plain(), &options) == TALLY_OK, "grows");
        CHECK(totals().bytes == len + MIB && call.done == len + MIB, "grows");
        tally_summary_reset(summary);
        /* The file shrinks while it is read: reading ends at its new end. */
        memset(&call, 0, sizeof call);
        call.path = plain();
        call.len = 3 * MIB + 7;
        CHECK(tally_summary_feed_file(summary, plain(), &options) == TALLY_OK, "shrinks");
        CHECK(totals().bytes == 3 * MIB + 7, "shrinks");
        holds_text(3 * MIB + 7, "shrinks");
        write_file(plain(), bytes, len);
    }
    fault("");
    free(bytes);
}

int main(int argc, char **argv) {
    CHECK(mkdtemp(folder) != NULL, "mkdtemp");
    CHECK(tally_counter_new(0xE9, 3, TALLY_RESET_NEWLINES, &counter) == TALLY_OK, "counter");
    CHECK(tally_stream_new(counter, &stream) == TALLY_OK, "stream");
    CHECK(tally_summary_new(counter, &summary) == TALLY_OK, "summary");
    /* The handles share its memory. */
    tally_counter_free(counter);
    const size_t descriptors = open_descriptors();
    const bool faults = argc > 1 && strcmp(argv[1], "faults") == 0;
    brief = argc > 1;
    if (faults) {
        check_faults();
    } else {
        check_good();
        check_refused();
        check_pipes();
        check_limits();
        check_options();
        check_progress();
        check_reentrance();
        if (!brief) {
            check_large();
        }
    }
    CHECK(open_descriptors() == descriptors, "descriptors left open");
    unlink(in_folder("fifo"));
    unlink(plain());
    CHECK(rmdir(folder) == 0, "rmdir");
    tally_stream_free(stream);
    tally_summary_free(summary);
    return report(faults ? "files with faults" : "files");
}
