/*
 * The page's files in memory. A request's path is compared with the names that were
 * found at start and never becomes a path on disk, so there is nothing to traverse.
 * A client asks each time whether its copy is still good (ETag), so that a new
 * version of the program is a new page at once.
 */
#include "collector/http/site.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/bytes.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/digest.h"
#include "common/log.h"
#include "common/text.h"

enum { NAME_SIZE = 128, ETAG_BYTES = 16 };

struct site_file {
	char name[NAME_SIZE]; /* with its '/' */
	const char *type;
	char etag[2 * ETAG_BYTES + 3];
	struct bytes content;
};

struct site {
	size_t count, bytes;
	struct site_file files[SITE_FILES_MAX];
};

static const struct {
	const char *end, *type;
} types[] = {
#define TYPE_ROW(end, type) {end, type},
    SITE_TYPES(TYPE_ROW)
#undef TYPE_ROW
};

static const char *
type_of(const char *name)
{
	const char *end = strrchr(name, '.');

	for (size_t i = 0; end && i < COUNT_OF(types); i++) {
		if (strcmp(types[i].end, end) == 0)
			return types[i].type;
	}
	return NULL;
}

/* ---------------------------------------------------------------- loading */

static int
content_read(int fd, size_t size, struct bytes *ret)
{
	uint8_t *room;
	size_t at = 0;
	int r = bytes_room(ret, size + 1, &room);

	if (r < 0)
		return r;
	while (at < size) {
		ssize_t n = read(fd, room + at, size - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		at += (size_t)n;
	}
	bytes_grew(ret, size);
	return 0;
}

static int
etag_make(struct site_file *file)
{
	uint8_t sum[DIGEST_BYTES];
	int r = digest_of(file->content.data, file->content.len, sum);

	if (r < 0)
		return r;
	file->etag[0] = '"';
	text_hex(file->etag + 1, sum, ETAG_BYTES);
	file->etag[2 * ETAG_BYTES + 1] = '"';
	file->etag[2 * ETAG_BYTES + 2] = '\0';
	return 0;
}

static int
file_load(struct site *site, int fd, const char *name, size_t size)
{
	struct site_file *file = &site->files[site->count];
	int r;

	if (site->count == SITE_FILES_MAX || size > SITE_BYTES_MAX - site->bytes)
		return -EFBIG;
	*file = (struct site_file){.type = type_of(name), .content = bytes_new(size + 1)};
	(void)text_copy(file->name, sizeof(file->name), name);
	r = content_read(fd, size, &file->content);
	if (r == 0)
		r = etag_make(file);
	if (r < 0) {
		bytes_clear(&file->content);
		return r;
	}
	site->count++;
	site->bytes += size;
	return 0;
}

static int folder_load(struct site *site, int fd, const char *name, unsigned depth);

static int
entry_load(struct site *site, int folder, const char *prefix, const char *entry, unsigned depth)
{
	CLEANUP(close_at)
	int fd = openat(folder, entry, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char name[NAME_SIZE];
	struct stat facts;

	if (fd < 0)
		return errno == ELOOP ? 0 : -errno;
	if (fstat(fd, &facts) < 0)
		return -errno;
	if (snprintf(name, sizeof(name), "%s/%s", prefix, entry) >= (int)sizeof(name))
		return -ENAMETOOLONG;
	if (S_ISDIR(facts.st_mode))
		return folder_load(site, TAKE(fd, -1), name, depth + 1);
	if (!S_ISREG(facts.st_mode) || !type_of(entry))
		return 0;
	return file_load(site, fd, name, (size_t)facts.st_size);
}

/* Takes fd over. */
static int
folder_load(struct site *site, int fd, const char *name, unsigned depth)
{
	DIR *folder = depth <= SITE_DEPTH_MAX ? fdopendir(fd) : NULL;
	struct dirent *entry;
	int r = 0;

	if (!folder) {
		(void)close(fd);
		return depth <= SITE_DEPTH_MAX ? -ENOMEM : -EFBIG;
	}
	while (r == 0 && (entry = readdir(folder))) {
		if (entry->d_name[0] != '.')
			r = entry_load(site, dirfd(folder), name, entry->d_name, depth);
	}
	(void)closedir(folder);
	return r;
}

int
site_load(const char *folder, struct site **ret)
{
	struct site *site = calloc(1, sizeof(*site));
	int fd, r = 0;

	if (!site)
		return -ENOMEM;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		r = folder_load(site, fd, "", 0);
	else if (errno != ENOENT)
		r = -errno;
	if (r < 0) {
		site_free(site);
		return r;
	}
	*ret = site;
	return 0;
}

void
site_free(struct site *site)
{
	if (!site)
		return;
	for (size_t i = 0; i < site->count; i++)
		bytes_clear(&site->files[i].content);
	free(site);
}

/* ---------------------------------------------------------------- answering */

size_t
site_files(const struct site *site)
{
	return site->count;
}

static const struct site_file *
site_find(const struct site *site, const char *path)
{
	if (strcmp(path, "/") == 0)
		path = "/index.html";
	for (size_t i = 0; i < site->count; i++) {
		if (strcmp(site->files[i].name, path) == 0)
			return &site->files[i];
	}
	return NULL;
}

bool
site_has(const struct site *site, const char *path)
{
	return site && site_find(site, path);
}

static enum http_progress
site_answer(struct http_request *request, struct http_reply *ret)
{
	const struct site_file *file = site_find(request->services->site, request->path);
	const char *has = http_header(request, "If-None-Match");

	CHECK(file);
	(void)text_copy(ret->etag, sizeof(ret->etag), file->etag);
	ret->cache = "no-cache";
	ret->status = has && strstr(has, file->etag) ? 304 : 200;
	if (ret->status == 304)
		return HTTP_NOW;
	ret->content_type = file->type;
	ret->lent = file->content.data;
	ret->body_len = file->content.len;
	return HTTP_NOW;
}

const struct route site_route = {
    .listener = HTTP_PAGE, .method = "GET", .role = HTTP_ANYONE, .handle = site_answer};
