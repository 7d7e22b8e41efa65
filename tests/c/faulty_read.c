/* To be preloaded before the C library (LD_PRELOAD): reads that fail, return less, are interrupted
 * or are slow, as the environment variable FAULT says. Its value is a word and a number:
 *
 *   short N        no read returns more than N bytes
 *   interrupt N    every second read is interrupted; the others return at most N bytes
 *   error N        reading fails with EIO at offset N
 *   slow N         each read lasts N milliseconds
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* How many bytes to read at `offset`; 0, and the reason in `failed`, if reading is to fail. */
static size_t allowed(off_t offset, size_t size, int *failed) {
    static unsigned long calls;
    const char *fault = getenv("FAULT");
    const char *space = fault != NULL ? strchr(fault, ' ') : NULL;
    *failed = 0;
    if (space == NULL) {
        return size;
    }
    const size_t number = strtoul(space, NULL, 10);
    if (strncmp(fault, "slow", 4) == 0) {
        const struct timespec pause = {0, (long)number * 1000000};
        nanosleep(&pause, NULL);
        return size;
    }
    if (strncmp(fault, "interrupt", 9) == 0 && __sync_fetch_and_add(&calls, 1) % 2 == 0) {
        *failed = EINTR;
        return 0;
    }
    if (strncmp(fault, "error", 5) == 0) {
        if ((size_t)offset >= number) {
            *failed = EIO;
            return 0;
        }
        return size < number - (size_t)offset ? size : number - (size_t)offset;
    }
    return size < number ? size : number;
}

ssize_t read(int fd, void *buffer, size_t size) {
    static ssize_t (*real)(int, void *, size_t);
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "read");
    }
    const off_t offset = lseek(fd, 0, SEEK_CUR);
    int failed;
    size = allowed(offset < 0 ? 0 : offset, size, &failed);
    if (failed != 0) {
        errno = failed;
        return -1;
    }
    return real(fd, buffer, size);
}

ssize_t pread64(int fd, void *buffer, size_t size, off64_t offset) {
    static ssize_t (*real)(int, void *, size_t, off64_t);
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "pread64");
    }
    int failed;
    size = allowed(offset, size, &failed);
    if (failed != 0) {
        errno = failed;
        return -1;
    }
    return real(fd, buffer, size, offset);
}
