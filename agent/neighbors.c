/*
 * arp_accept is 1, or 2 for addresses of the interface's subnet alone (Linux 6.0; older ones
 * take any number for 1), and holds when it is set for the interface or for all. The kernel
 * looks at who writes, not at who opened: the user id is enough (net_ctl_permissions).
 */
#include "agent/neighbors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/file.h"

enum { STATISTICS_BYTES_MAX = 256 * 1024, COLUMNS_MAX = 32 };

static void
path_of(const char *interface, char ret[static 64])
{
	(void)snprintf(ret, 64, "/proc/sys/net/ipv4/conf/%.15s/arp_accept", interface);
}

static bool
is_set(const char *interface)
{
	CLEANUP(close_at) int fd = -1;
	char path[64], value = '0';

	path_of(interface, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, &value, 1) == 1 && value != '0';
}

bool
neighbors_learn(const struct interface interfaces[], size_t n)
{
	bool all = n > 0;

	if (is_set("all"))
		return true;
	for (size_t i = 0; i < n && all; i++)
		all = is_set(interfaces[i].name);
	return all;
}

void
neighbors_teach(const struct interface interfaces[], size_t n, struct neighbors *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < n && !is_set("all"); i++) {
		CLEANUP(close_at) int fd = -1;
		char path[64];

		if (is_set(interfaces[i].name))
			continue;
		path_of(interfaces[i].name, path);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd >= 0 && pwrite(fd, "2", 1, 0) == 1)
			ret->fds[ret->n++] = TAKE(fd, -1);
	}
}

int
neighbors_restore(struct neighbors *neighbors)
{
	int r = 0;

	for (size_t i = 0; i < neighbors->n; i++) {
		if (pwrite(neighbors->fds[i], "0", 1, 0) < 0)
			r = -errno;
		(void)close(neighbors->fds[i]);
	}
	neighbors->n = 0;
	return r;
}

/* Where a word stands among those of a line; -1 when it does not. */
static int
column_of(const char *line, const char *word)
{
	for (int at = 0; at < COLUMNS_MAX; at++) {
		size_t len;

		line += strspn(line, " ");
		len = strcspn(line, " \n");
		if (len == 0)
			return -1;
		if (len == strlen(word) && memcmp(line, word, len) == 0)
			return at;
		line += len;
	}
	return -1;
}

/* The file has a row a processor: hexadecimal numbers under a line of names. */
int
neighbors_overflows_read(const char *text, uint64_t *ret)
{
	int column = column_of(text, "table_fulls");
	uint64_t sum = 0;

	if (column < 0)
		return -EBADMSG;
	for (const char *line = strchr(text, '\n'); line && line[1];
	     line = strchr(line, '\n')) {
		const char *at = ++line;

		for (int i = 0; i < column; i++) {
			at += strspn(at, " ");
			at += strcspn(at, " \n");
		}
		sum += strtoul(at, NULL, 16);
	}
	*ret = sum;
	return 0;
}

int
neighbors_overflows(uint64_t *ret)
{
	struct bytes text = bytes_new(STATISTICS_BYTES_MAX);
	int r = file_read("/proc/net/stat/arp_cache", &text);

	if (r == 0)
		r = bytes_add(&text, "", 1);
	if (r == 0)
		r = neighbors_overflows_read((const char *)text.data, ret);
	bytes_clear(&text);
	return r;
}
