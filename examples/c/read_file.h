/* Reads a whole file into memory; shared by the examples. */
#ifndef READ_FILE_H
#define READ_FILE_H

#include <stdio.h>
#include <stdlib.h>

/* Returns the bytes of a file, which the caller frees, and stores their number in `len`; or returns
 * NULL, with errno set. An empty file is not NULL. */
static char *read_file(const char *path, size_t *len) {
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    size_t capacity = 0;
    *len = 0;
    if (file == NULL) {
        return NULL;
    }
    for (;;) {
        if (*len == capacity) {
            char *more;
            capacity = capacity == 0 ? 65536 : capacity * 2;
            more = realloc(bytes, capacity);
            if (more == NULL) {
                break;
            }
            bytes = more;
        }
        size_t got = fread(bytes + *len, 1, capacity - *len, file);
        *len += got;
        if (got == 0) {
            if (ferror(file)) {
                break;
            }
            fclose(file);
            return bytes;
        }
    }
    fclose(file);
    free(bytes);
    return NULL;
}

#endif
