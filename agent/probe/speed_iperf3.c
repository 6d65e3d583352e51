/*
 * Servers of iperf3 (esnet/iperf), by the program of that name: "iperf3://host:port".
 * The program carries all streams of a direction and tells at its end what it
 * counted, so a test takes its whole time, and nothing can be pinged beside it. It
 * gets no shell, no environment and no more time than it needs; what it prints is
 * bounded. parta does not need it otherwise: who wants this backend installs it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/probe/iperf3_report.h"
#include "agent/probe/speed_stream.h"
#include "common/loop.h"
#include "common/text.h"

enum {
	PORT = 5201,
	GRACE_MS = 10000, /* to connect, and to tell */
	REPORT_BYTES_MAX = 2 * 1024 * 1024,
};

static const char scheme[] = "iperf3://";

struct iperf3 {
	struct speed_stream *stream;
	pid_t pid; /* 0: it does not run */
	int fd;    /* what it prints; -1 */
	struct loop_event *io, *deadline;
	struct bytes printed;
	int error; /* why it could not be started */
};

/* ---- where ---- */

/* "host", "host:port", "[address]:port" of a URL without a path. 0 or -EINVAL. */
static int
place_read(const char *url, char *ret_host, size_t size, char ret_port[static 8])
{
	const char *host = url + sizeof(scheme) - 1;
	bool bracket;
	size_t len;
	int64_t port = PORT;

	if (strncmp(url, scheme, sizeof(scheme) - 1) != 0)
		return -EINVAL;
	bracket = *host == '[';
	host += bracket;
	len = strcspn(host, bracket ? "]" : ":");
	/* It becomes an argument of its own, and must not look like an option. */
	if (len == 0 || len >= size || *host == '-' ||
	    strspn(host, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:_") <
		len ||
	    (bracket && host[len] != ']'))
		return -EINVAL;
	url = host + len + bracket;
	if (*url && (*url != ':' || text_i64(url + 1, 1, 65535, &port) < 0))
		return -EINVAL;
	(void)snprintf(ret_host, size, "%.*s", (int)len, host);
	(void)snprintf(ret_port, 8, "%d", (int)port);
	return 0;
}

static int
places(const struct speed_server *server, const void *answer, size_t len,
    struct speed_place ret[static SPEED_PLACES_MAX], size_t *ret_count)
{
	char host[256], port[8];

	(void)answer;
	(void)len;
	if (strlen(server->url) >= SPEED_URL_SIZE)
		return -EFBIG;
	if (place_read(server->url, host, sizeof(host), port) < 0)
		return -EINVAL;
	*ret = (struct speed_place){0};
	(void)text_copy(ret->download, sizeof(ret->download), server->url);
	(void)text_copy(ret->upload, sizeof(ret->upload), server->url);
	*ret_count = 1;
	return 0;
}

/* ---- a run ---- */

/* Ends the program, whatever it does, and tells the stream. */
static void
end(struct iperf3 *i, const struct speed_end *result)
{
	if (i->pid > 0) {
		(void)kill(i->pid, SIGKILL);
		(void)waitpid(i->pid, NULL, 0);
	}
	loop_event_free(i->io);
	loop_event_free(i->deadline);
	if (i->fd >= 0)
		(void)close(i->fd);
	i->stream->work = NULL;
	speed_stream_end(i->stream, result);
	bytes_clear(&i->printed);
	free(i);
}

static void
report_take(struct iperf3 *i, const struct iperf3_report *report)
{
	struct speed_stream *s = i->stream;
	struct speed_flow *flow = s->flow;

	s->current = report->counted.size_bytes;
	s->told_rtt_us = report->rtt_us;
	flow->wire.mss_bytes = report->mss_bytes;
	flow->wire.ipv6 = report->ipv6;
	flow->wire.timestamps = true; /* as Linux does unless it is told otherwise */
	flow->cpu_pct = report->cpu_pct;
	(void)text_copy(flow->congestion, sizeof(flow->congestion), report->congestion);
}

static void
finish(struct iperf3 *i)
{
	struct iperf3_report *report = calloc(1, sizeof(*report));
	char words[160];
	struct speed_end result = {.error = -EPROTO, .words = "iperf3 told nothing"};

	if (report &&
	    iperf3_report_read((const char *)i->printed.data, i->printed.len, report) == 0) {
		result = (struct speed_end){.counted = &report->counted};
		(void)snprintf(words, sizeof(words), "iperf3: %s", report->error);
		if (report->error[0])
			result = (struct speed_end){.error = -EPROTO,
			    .refused = strstr(report->error, "busy") != NULL,
			    .words = words};
		else
			report_take(i, report);
	}
	end(i, &result);
	free(report);
}

static void
on_print(int fd, unsigned what, void *arg)
{
	struct iperf3 *i = arg;
	uint8_t *room;
	ssize_t n;

	(void)what;
	if (bytes_room(&i->printed, 4096, &room) < 0) {
		end(i,
		    &(struct speed_end){.error = -EFBIG, .words = "iperf3 prints without end"});
		return;
	}
	n = read(fd, room, 4096);
	if (n > 0)
		bytes_grew(&i->printed, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		finish(i);
}

static void
on_deadline(void *arg)
{
	struct iperf3 *i = arg;
	char words[128];
	struct speed_end result = {.error = -ETIMEDOUT, .words = "iperf3 did not end in time"};

	if (i->error < 0) {
		(void)snprintf(words, sizeof(words),
		    i->error == -ENOENT
			? "install iperf3: its servers are measured by that program"
		    : i->error == -EDQUOT ? "the budget does not last for a test by iperf3"
					  : "could not run iperf3: %s",
		    strerror(-i->error));
		result = (struct speed_end){.error = i->error, .words = words};
	}
	end(i, &result);
}

/* Its output is a pipe, everything else nothing. 0 or a negative errno. */
static int
spawn(struct iperf3 *i, const char *const arguments[])
{
	char *const environment[] = {
	    (char[]){"PATH=/usr/bin:/bin:/usr/local/bin"}, (char[]){"LC_ALL=C"}, NULL};
	posix_spawn_file_actions_t files;
	int ends[2], r;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	r = posix_spawn_file_actions_init(&files);
	if (r == 0) {
		(void)posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
		(void)posix_spawn_file_actions_adddup2(&files, ends[1], 1);
		(void)posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
		r = posix_spawnp(&i->pid, "iperf3", &files, NULL,
		    (char *const *)(uintptr_t)arguments, environment);
		(void)posix_spawn_file_actions_destroy(&files);
	}
	(void)close(ends[1]);
	if (r != 0) {
		i->pid = 0;
		(void)close(ends[0]);
		return -r;
	}
	i->fd = ends[0];
	return fcntl(i->fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

/* It cannot be cut short without losing what it counted: time and rate keep it within the
 * budget. */
static int
run(struct iperf3 *i, unsigned *seconds)
{
	const struct speed_flow *flow = i->stream->flow;
	char host[256], port[8], time[8], streams[8], rate[24];
	const char *arguments[24] = {"iperf3", "-c", host, "-p", port, "-J", "-i", "0.1", "-t",
	    time, "-P", streams, "--connect-timeout", "5000"};
	size_t n = 14;
	uint64_t share_bps = flow->share_bps;
	int r = place_read(flow->access.place->download, host, sizeof(host), port);

	if (r == 0)
		r = speed_step_within(flow->budget_bytes, flow->target_mbps, flow->n_streams,
		    &share_bps, seconds);
	if (r < 0)
		return r;
	(void)snprintf(time, sizeof(time), "%u", *seconds);
	(void)snprintf(streams, sizeof(streams), "%u", flow->n_streams);
	if (!flow->upload)
		arguments[n++] = "-R";
	if (share_bps > 0) {
		(void)snprintf(rate, sizeof(rate), "%llu", (unsigned long long)share_bps);
		arguments[n++] = "-b";
		arguments[n++] = rate;
	}
	if (flow->access.family != ADDRESS_NONE)
		arguments[n++] = flow->access.family == ADDRESS_IPV6 ? "-6" : "-4";
	if (flow->access.interface) {
		arguments[n++] = "--bind-dev";
		arguments[n++] = flow->access.interface;
	}
	arguments[n] = NULL;
	return spawn(i, arguments);
}

static int
start(struct speed_stream *s)
{
	struct iperf3 *i = calloc(1, sizeof(*i));
	struct loop *loop = s->flow->access.loop;
	unsigned seconds = s->flow->seconds;
	int r;

	if (!i)
		return -ENOMEM;
	i->stream = s;
	i->fd = -1;
	i->printed = bytes_new(REPORT_BYTES_MAX);
	r = loop_timer(loop, on_deadline, i, &i->deadline);
	if (r < 0) {
		free(i);
		return r;
	}
	s->work = i;
	i->error = run(i, &seconds);
	if (i->error == 0)
		i->error = loop_io(loop, i->fd, LOOP_READ, on_print, i, &i->io);
	(void)loop_timer_set(i->deadline, i->error < 0 ? 0 : seconds * 1000 + GRACE_MS);
	return 0;
}

static bool
ends(const struct speed_stream *s)
{
	(void)s;
	return false;
}

static void
cancel(struct speed_stream *s)
{
	end(s->work, &(struct speed_end){.error = -ECANCELED});
}

static void
resume(struct speed_stream *s)
{
	(void)s; /* it never rests */
}

static const struct speed_carrier carrier = {.once = true,
    .together = true,
    .start = start,
    .ends = ends,
    .cancel = cancel,
    .resume = resume};

const struct speed_backend speed_iperf3 = {
    .name = "iperf3",
    .streams_first = 4,
    .streams_max = SPEED_STREAMS_MAX,
    .places = places,
    .carrier = &carrier,
};
