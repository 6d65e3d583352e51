/* The alive mark and the open outage: lines of text, written aside, synced and renamed, so that
 * a power cut leaves the old or the new. The closed windows: lines added and synced once a
 * minute. */
#include "agent/probe/alive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/text.h"

enum {
	ALIVE_LINE_BYTES = 160,
	WINDOW_LINE_BYTES = 256,
	WINDOW_NUMBERS = 9,
};

static const char mark_name[] = "alive", outage_name[] = "outage", windows_name[] = "windows";

void
alive_boot_id(char ret[static 40])
{
	CLEANUP(fclose_at) FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!file || !fgets(ret, 40, file))
		ret[0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
}

static int
replace(const char *state_dir, const char *name, const char *text, size_t len)
{
	CLEANUP(close_at) int dir = open(state_dir, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	CLEANUP(close_at) int fd = -1;
	char aside[32];

	if (dir < 0)
		return -errno;
	(void)snprintf(aside, sizeof(aside), "%s.new", name);
	fd = openat(dir, aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	if (write(fd, text, len) != (ssize_t)len)
		return errno ? -errno : -EIO;
	if (fdatasync(fd) < 0 || renameat(dir, aside, dir, name) < 0)
		return -errno;
	return 0;
}

/* NULL and errno. */
static FILE *
file_in(const char *state_dir, const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", state_dir, name);
	return fopen(path, "re");
}

static int
first_line(FILE *file, char ret[static ALIVE_LINE_BYTES])
{
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

/* ------------------------------------------------- windows as lines */

static int64_t
us_of(double ms)
{
	return ms < 0 ? -1 : (int64_t)(ms * 1000 + 0.5);
}

static double
ms_of(int64_t us)
{
	return us < 0 ? -1 : (double)us / 1000;
}

/* The target comes last, it may be any text. */
static size_t
window_format(const struct connectivity_window *w, char ret[static WINDOW_LINE_BYTES])
{
	int len = snprintf(ret, WINDOW_LINE_BYTES,
	    "window %s %lld %lld %u %u %u %u %lld %lld %lld %s\n", w->rung,
	    (long long)w->from_ms, (long long)w->to_ms, w->sent, w->received, w->late,
	    w->micro_outages, (long long)us_of(w->rtt_min_ms),
	    (long long)us_of(w->rtt_median_ms), (long long)us_of(w->rtt_max_ms), w->target);

	return len < WINDOW_LINE_BYTES ? (size_t)len : 0;
}

static int
window_parse(char *line, struct connectivity_window *ret)
{
	struct connectivity_window w = {0};
	char *at = line, *kind = word(&at), *rung = word(&at), *number;
	size_t len = strlen(at);
	int64_t v[WINDOW_NUMBERS];

	if (!kind || strcmp(kind, "window") != 0 || !rung || len == 0 || at[len - 1] != '\n')
		return -EBADMSG;
	at[len - 1] = '\0';
	for (size_t i = 0; i < WINDOW_NUMBERS; i++) {
		number = word(&at);
		if (!number || text_i64(number, -1, INT64_MAX, &v[i]) < 0)
			return -EBADMSG;
	}
	for (size_t i = 2; i < 6; i++)
		if (v[i] < 0 || v[i] > UINT32_MAX)
			return -EBADMSG;
	if (v[0] > v[1] || v[3] > v[2])
		return -EBADMSG;
	(void)text_copy(w.rung, sizeof(w.rung), rung);
	(void)text_copy(w.target, sizeof(w.target), at);
	w.from_ms = v[0];
	w.to_ms = v[1];
	w.sent = (uint32_t)v[2];
	w.received = (uint32_t)v[3];
	w.late = (uint32_t)v[4];
	w.micro_outages = (uint32_t)v[5];
	w.rtt_min_ms = ms_of(v[6]);
	w.rtt_median_ms = ms_of(v[7]);
	w.rtt_max_ms = ms_of(v[8]);
	*ret = w;
	return 0;
}

/* ------------------------------------------------- the mark */

static void
read_open_windows(FILE *file, struct alive *mark)
{
	char line[WINDOW_LINE_BYTES];

	while (mark->n_windows < ALIVE_WINDOWS_MAX && fgets(line, sizeof(line), file))
		if (window_parse(line, &mark->windows[mark->n_windows]) == 0)
			mark->n_windows++;
}

int
alive_read(const char *state_dir, struct alive *ret)
{
	CLEANUP(fclose_at) FILE *file = file_in(state_dir, mark_name);
	char line[ALIVE_LINE_BYTES], *at = line, *time, *boot, *ticks;
	struct alive mark = {0};
	int r = file ? first_line(file, line) : -errno;

	if (r < 0)
		return r;
	time = word(&at);
	boot = word(&at);
	ticks = word(&at);
	if (!time || !boot || !ticks || text_i64(time, 0, INT64_MAX, &mark.at_ms) < 0 ||
	    text_i64(ticks, 0, INT64_MAX, &mark.boot_ms) < 0)
		return -EBADMSG;
	(void)text_copy(mark.boot_id, sizeof(mark.boot_id), boot);
	read_open_windows(file, &mark);
	*ret = mark;
	return 0;
}

int
alive_write(const char *state_dir, const struct alive *mark)
{
	char text[ALIVE_LINE_BYTES + ALIVE_WINDOWS_MAX * WINDOW_LINE_BYTES];
	size_t len;

	(void)snprintf(text, ALIVE_LINE_BYTES, "%lld %.39s %lld\n", (long long)mark->at_ms,
	    mark->boot_id, (long long)mark->boot_ms);
	len = strlen(text);
	for (size_t i = 0; i < mark->n_windows; i++)
		len += window_format(&mark->windows[i], text + len);
	return replace(state_dir, mark_name, text, len);
}

/* ------------------------------------------------- windows that wait for their report */

static int
add(const char *state_dir, const char *text, size_t len)
{
	CLEANUP(close_at) int fd = -1;
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", state_dir, windows_name);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	if (write(fd, text, len) != (ssize_t)len)
		return errno ? -errno : -EIO;
	return fdatasync(fd) < 0 ? -errno : 0;
}

int
alive_add_windows(
    const char *state_dir, const struct connectivity_window windows[], size_t count)
{
	CLEANUP(free_at) char *text = malloc(count * WINDOW_LINE_BYTES + 1);
	size_t len = 0;

	if (!text)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		len += window_format(&windows[i], text + len);
	return add(state_dir, text, len);
}

int
alive_seal_windows(const char *state_dir, uint64_t seq)
{
	char line[32];

	(void)snprintf(line, sizeof(line), "report %llu\n", (unsigned long long)seq);
	return add(state_dir, line, strlen(line));
}

int
alive_drop_windows(const char *state_dir)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", state_dir, windows_name);
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

static bool
is_spooled(const char *line, uint64_t next_seq)
{
	char *end;

	return strncmp(line, "report ", 7) == 0 && strtoull(line + 7, &end, 10) < next_seq &&
	       *end == '\n';
}

size_t
alive_read_windows(
    const char *state_dir, uint64_t next_seq, struct connectivity_window ret[], size_t max)
{
	CLEANUP(fclose_at) FILE *file = file_in(state_dir, windows_name);
	char line[WINDOW_LINE_BYTES];
	size_t n = 0;

	while (file && n < max && fgets(line, sizeof(line), file)) {
		if (is_spooled(line, next_seq))
			n = 0;
		else if (window_parse(line, &ret[n]) == 0)
			n++;
	}
	return n;
}

/* ------------------------------------------------- the open outage */

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
	return replace(state_dir, outage_name, line, strlen(line));
}

int
alive_read_outage(const char *state_dir, struct outage *ret, int64_t *ret_boot_ms)
{
	CLEANUP(fclose_at) FILE *file = file_in(state_dir, outage_name);
	char line[ALIVE_LINE_BYTES], *at = line, *words[5];
	struct outage o = {0};
	int64_t class, state, boot_ms;
	int r = file ? first_line(file, line) : -errno;

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
