/* The alive mark and the open outage: one line of text each, written aside, synced and renamed,
 * so that a power cut leaves the old or the new. */
#include "agent/probe/alive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/text.h"

enum { ALIVE_LINE_BYTES = 160 };

static const char mark_name[] = "alive", outage_name[] = "outage";

void
alive_boot_id(char ret[static 40])
{
	CLEANUP(fclose_at) FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!file || !fgets(ret, 40, file))
		ret[0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
}

static int
replace(const char *state_dir, const char *name, const char *line)
{
	CLEANUP(close_at) int dir = open(state_dir, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	CLEANUP(close_at) int fd = -1;
	size_t len = strlen(line);
	char aside[32];

	if (dir < 0)
		return -errno;
	(void)snprintf(aside, sizeof(aside), "%s.new", name);
	fd = openat(dir, aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	if (write(fd, line, len) != (ssize_t)len)
		return errno ? -errno : -EIO;
	if (fdatasync(fd) < 0 || renameat(dir, aside, dir, name) < 0)
		return -errno;
	return 0;
}

static int
read_line(const char *state_dir, const char *name, char ret[static ALIVE_LINE_BYTES])
{
	char path[512];
	CLEANUP(fclose_at) FILE *file = NULL;

	(void)snprintf(path, sizeof(path), "%s/%s", state_dir, name);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	if (!fgets(ret, ALIVE_LINE_BYTES, file))
		return -EBADMSG;
	ret[strcspn(ret, "\n")] = '\0';
	return 0;
}

/* Cuts the line at the next blank; returns the word and moves *at behind it, NULL at the end.
 */
static char *
word(char **at)
{
	char *begin = *at;
	size_t len = strcspn(begin, " ");

	if (len == 0)
		return NULL;
	*at = begin + len;
	if (**at == ' ')
		*(*at)++ = '\0';
	return begin;
}

int
alive_read(const char *state_dir, struct alive *ret)
{
	char line[ALIVE_LINE_BYTES], *at = line, *time, *boot, *ticks;
	struct alive mark = {0};
	int r = read_line(state_dir, mark_name, line);

	if (r < 0)
		return r;
	time = word(&at);
	boot = word(&at);
	ticks = word(&at);
	if (!time || !boot || !ticks || text_i64(time, 0, INT64_MAX, &mark.at_ms) < 0 ||
	    text_i64(ticks, 0, INT64_MAX, &mark.boot_ms) < 0)
		return -EBADMSG;
	(void)text_copy(mark.boot_id, sizeof(mark.boot_id), boot);
	*ret = mark;
	return 0;
}

int
alive_write(const char *state_dir, const struct alive *mark)
{
	char line[ALIVE_LINE_BYTES];

	(void)snprintf(line, sizeof(line), "%lld %.39s %lld\n", (long long)mark->at_ms,
	    mark->boot_id, (long long)mark->boot_ms);
	return replace(state_dir, mark_name, line);
}

int
alive_keep_outage(const char *state_dir, const struct outage *outage, int64_t boot_ms)
{
	char line[ALIVE_LINE_BYTES], uuid[37], path[512];

	if (!outage) {
		(void)snprintf(path, sizeof(path), "%s/%s", state_dir, outage_name);
		return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
	}
	text_uuid(uuid, outage->outage_id);
	(void)snprintf(line, sizeof(line), "%s %d %d %lld %lld\n", uuid, (int)outage->class,
	    (int)outage->state, (long long)outage->onset_ms, (long long)boot_ms);
	return replace(state_dir, outage_name, line);
}

int
alive_read_outage(const char *state_dir, struct outage *ret, int64_t *ret_boot_ms)
{
	char line[ALIVE_LINE_BYTES], *at = line, *words[5];
	struct outage o = {0};
	int64_t class, state, boot_ms;
	int r = read_line(state_dir, outage_name, line);

	if (r < 0)
		return r;
	for (size_t i = 0; i < 5; i++) {
		words[i] = word(&at);
		if (!words[i])
			return -EBADMSG;
	}
	if (text_uuid_parse(words[0], o.outage_id) < 0 ||
	    text_i64(words[1], OUTAGE_LAN_LINK, OUTAGE_AGENT_DOWN, &class) < 0 ||
	    text_i64(words[2], CONNECTIVITY_UP, CONNECTIVITY_UNKNOWN, &state) < 0 ||
	    text_i64(words[3], 0, INT64_MAX, &o.onset_ms) < 0 ||
	    text_i64(words[4], 0, INT64_MAX, &boot_ms) < 0)
		return -EBADMSG;
	o.class = (enum outage_class) class;
	o.state = (enum connectivity_state)state;
	*ret = o;
	*ret_boot_ms = boot_ms;
	return 0;
}
