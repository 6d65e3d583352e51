/*
 * Whole small files: see file.h. A new one is written under a name of its own
 * beside the old one and renamed over it, so that nobody ever reads half a file.
 * It does not lock: two writers at once are the caller's matter.
 */
#include "common/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"

enum { READ_BYTES = 4096 };

int
file_read(const char *path, struct bytes *ret)
{
	CLEANUP(close_at) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char block[READ_BYTES];

	if (fd < 0)
		return -errno;
	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		r = bytes_add(ret, block, (size_t)n);
		if (r < 0)
			return r;
	}
}

int
file_write_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
write_new(const char *path, const void *data, size_t len, mode_t mode, bool sync)
{
	CLEANUP(close_at)
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	int r;

	if (fd < 0)
		return -errno;
	r = fchmod(fd, mode) < 0 ? -errno : file_write_all(fd, data, len);
	if (r == 0 && sync && fsync(fd) < 0)
		r = -errno;
	return r;
}

/* The folder a path is in has its new name on disk. */
static int
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	size_t len = slash ? (size_t)(slash - path) : 0;

	if (len >= sizeof(folder))
		return -ENAMETOOLONG;
	memcpy(folder, path, len);
	folder[len] = '\0';
	if (len == 0)
		memcpy(folder, slash ? "/" : ".", 2);
	CLEANUP(close_at) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

static int
replace(const char *path, const void *data, size_t len, mode_t mode, bool sync)
{
	char passing[PATH_MAX];
	int r = snprintf(passing, sizeof(passing), "%s.new", path);

	if (r < 0 || (size_t)r >= sizeof(passing))
		return -ENAMETOOLONG;
	r = write_new(passing, data, len, mode, sync);
	if (r == 0 && rename(passing, path) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlink(passing);
		return r;
	}
	return sync ? sync_folder(path) : 0;
}

int
file_write(const char *path, const void *data, size_t len, mode_t mode)
{
	return replace(path, data, len, mode, true);
}

int
file_write_lazily(const char *path, const void *data, size_t len, mode_t mode)
{
	return replace(path, data, len, mode, false);
}

int
file_path(char *ret, size_t size, const char *folder, const char *name)
{
	int n = snprintf(ret, size, "%s/%s", folder, name);

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}
