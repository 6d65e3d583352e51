/* Small files, whole: read within a limit, or replaced so that a reader and a loss of power see
 * the old or the new one. */
#ifndef PARTA_COMMON_FILE_H
#define PARTA_COMMON_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "common/bytes.h"

/* Appends the whole file to ret. 0; -EFBIG beyond ret's limit; another negative errno. */
int file_read(const char *path, struct bytes *ret);

/* Replaces a file: written beside it, synced, renamed, the folder synced. 0 or a negative
 * errno; on failure the old file stands. */
int file_write(const char *path, const void *data, size_t len, mode_t mode);

/* The same without waiting for the disk: for what may be lost with the power. */
int file_write_lazily(const char *path, const void *data, size_t len, mode_t mode);

/* All of it, however many calls that takes. 0 or a negative errno. */
int file_write_all(int fd, const void *data, size_t len);

/* "folder/name" into ret. 0 or -ENAMETOOLONG. */
int file_path(char *ret, size_t size, const char *folder, const char *name);

#endif
