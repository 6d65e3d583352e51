/*
 * The agent's own account of itself as JSON (RFC 8259), and that account as a
 * table. A file and not a socket: there is nothing to ask that the agent does not
 * know already, and a file is still there when the agent is not.
 */
#include "agent/status.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "agent/parts.h"
#include "agent/probe/connectivity.h"
#include "agent/uplink/uplink.h"
#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/words.h"

enum { STATUS_BYTES_MAX = 64 * 1024, TASKS_MAX = 16, TIME_SIZE = 25, EVERY_MS = 30 * 1000 };

/* ---- writing ---- */

static json_t *
tasks_json(const struct agent *agent)
{
	struct schedule_row rows[TASKS_MAX];
	size_t n = schedule_rows(agent, rows, TASKS_MAX);
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(list,
		    json_pack("{s:s, s:b, s:I, s:I, s:s, s:i, s:I, s:I, s:I}", "task",
			rows[i].name, "running", rows[i].running, "last_ms",
			(json_int_t)rows[i].last_ms, "next_ms", (json_int_t)rows[i].next_ms,
			"result", rows[i].words, "error", rows[i].last_error, "runs",
			(json_int_t)rows[i].runs, "failures", (json_int_t)rows[i].failures,
			"skips", (json_int_t)rows[i].skips));
	return list;
}

/* Which examination is held; "" none. */
static const char *
exam_name(const struct agent *agent)
{
	const struct calendar_exam *exam = agent_exam(agent, 0);

	return exam ? exam->name : "";
}

static json_t *
measuring_json(const struct agent *agent)
{
	struct calendar_budget budget = schedule_budget(agent);

	return json_pack("{s:I, s:I, s:I, s:I}", "day_bytes", (json_int_t)budget.day_bytes,
	    "day_limit_bytes", (json_int_t)agent->effective.speed_budget_bytes, "month_bytes",
	    (json_int_t)budget.month_bytes, "month_limit_bytes",
	    (json_int_t)agent->effective.speed_budget_month_bytes);
}

static json_t *
spool_json(const struct agent *agent)
{
	struct spool_stat stat = {0};

	if (agent->spool)
		spool_stat(agent->spool, &stat);
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "reports",
	    (json_int_t)stat.reports, "size_bytes", (json_int_t)stat.size_bytes, "budget_bytes",
	    (json_int_t)stat.budget_bytes, "next_seq", (json_int_t)stat.next_seq, "dropped",
	    (json_int_t)stat.dropped, "corrupt", (json_int_t)stat.corrupt, "refused",
	    (json_int_t)stat.refused, "held", (json_int_t)stat.held);
}

static json_t *
uplink_json(const struct agent *agent)
{
	struct uplink_stat stat = {0};

	if (agent->uplink)
		uplink_stat(agent->uplink, &stat);
	return json_pack("{s:b, s:I, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "reached",
	    stat.reached, "reached_ms", (json_int_t)stat.reached_ms, "error", stat.words,
	    "sent", (json_int_t)stat.reports_sent, "accepted",
	    (json_int_t)stat.reports_accepted, "rejected", (json_int_t)stat.reports_rejected,
	    "lost", (json_int_t)stat.reports_lost, "failures", (json_int_t)stat.failures,
	    "clock_offset_ms", (json_int_t)stat.clock_offset_ms);
}

static json_t *
status_json(const struct agent *agent)
{
	char id[37] = "";

	if (agent->enrolled)
		text_uuid(id, agent->credentials.agent_id);
	return json_pack(
	    "{s:s, s:i, s:I, s:I, s:b, s:s, s:s, s:s, s:s, s:s, s:I, s:b, s:s, s:o, s:o, s:s, "
	    "s:s, s:o, s:o}",
	    "version", PARTA_VERSION, "pid", (int)getpid(), "written_ms",
	    (json_int_t)clock_wall_ms(), "started_ms", (json_int_t)agent->started_ms,
	    "enrolled", agent->enrolled, "agent_id", id, "school_code",
	    agent->credentials.school_code, "school_name", agent->credentials.school_name,
	    "collector_url", agent->credentials.collector_url, "policy_version",
	    agent->policy ? agent->policy->version : "", "certificate_ends_ms",
	    (json_int_t)agent->credentials.ends_ms, "hears", agent->sensor != NULL,
	    "connectivity", part_watch_state(agent), "spool", spool_json(agent), "uplink",
	    uplink_json(agent), "exam", exam_name(agent), "metered", part_path_metered(agent),
	    "measuring", measuring_json(agent), "tasks", tasks_json(agent));
}

static int
status_write(const struct agent *agent)
{
	json_t *status = status_json(agent);
	CLEANUP(free_at) char *text = status ? json_dumps(status, JSON_COMPACT) : NULL;
	char path[512];
	int r;

	json_decref(status);
	if (!text)
		return -ENOMEM;
	r = file_path(path, sizeof(path), agent->settings.state_dir, STATUS_FILE);
	return r < 0 ? r : file_write_lazily(path, text, strlen(text), 0600);
}

static void
on_timer(void *arg)
{
	struct agent *agent = arg;
	int r = status_write(agent);

	if (r < 0 && r != agent->status_error)
		(void)log_warn(r, "could not write the status file");
	agent->status_error = r;
	(void)loop_timer_set(agent->status, EVERY_MS);
}

static int
start(struct agent *agent)
{
	int r = loop_timer(agent->loop, on_timer, agent, &agent->status);

	return r < 0 ? r : loop_timer_set(agent->status, 0);
}

static void
stop(struct agent *agent)
{
	loop_event_free(agent->status);
	agent->status = NULL;
}

/* The last word of this run is what it knew while it still did something. */
static void
drain(struct agent *agent)
{
	(void)status_write(agent);
}

const struct part part_status = {
    .name = "status", .start = start, .stop = stop, .drain = drain};

/* ---- reading ---- */

/* The running agent holds its spool's lock. */
static bool
is_running(const char *state_dir)
{
	char path[512];

	if (file_path(path, sizeof(path), state_dir, "spool") < 0)
		return false;
	CLEANUP(close_at) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

static void
print_row(FILE *out, enum language language, const char *key, const char *value)
{
	enum { COLUMN = 26 };
	const char *title = words_of(language, key);
	size_t width = text_width(title);

	(void)fprintf(
	    out, "%s%*s  %s\n", title, width < COLUMN ? (int)(COLUMN - width) : 0, "", value);
}

static const char *
time_words(const json_t *object, const char *key, char ret[static TIME_SIZE])
{
	int64_t at_ms = json_integer_value(json_object_get(object, key));

	if (at_ms == 0)
		return "-";
	clock_format(at_ms, ret);
	return ret;
}

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text ? text : "-";
}

static void
print_collector(FILE *out, enum language language, const json_t *status)
{
	const json_t *uplink = json_object_get(status, "uplink"),
		     *spool = json_object_get(status, "spool");
	char text[128], time[TIME_SIZE];

	print_row(out, language, "status.collector_url", text_of(status, "collector_url"));
	print_row(out, language, "status.reached", time_words(uplink, "reached_ms", time));
	if (*text_of(uplink, "error") != '-')
		print_row(out, language, "status.error", text_of(uplink, "error"));
	print_row(out, language, "status.policy_version", text_of(status, "policy_version"));
	print_row(out, language, "status.certificate_ends",
	    time_words(status, "certificate_ends_ms", time));
	(void)snprintf(text, sizeof(text), "%lld (%lld of %lld KiB)",
	    (long long)json_integer_value(json_object_get(spool, "reports")),
	    (long long)json_integer_value(json_object_get(spool, "size_bytes")) / 1024,
	    (long long)json_integer_value(json_object_get(spool, "budget_bytes")) / 1024);
	print_row(out, language, "status.spool", text);
	(void)snprintf(text, sizeof(text), "%lld / %lld / %lld",
	    (long long)json_integer_value(json_object_get(uplink, "accepted")),
	    (long long)json_integer_value(json_object_get(uplink, "rejected")),
	    (long long)json_integer_value(json_object_get(spool, "dropped")));
	print_row(out, language, "status.reports", text);
}

static void
print_measuring(FILE *out, enum language language, const json_t *measuring)
{
	enum { MIB = 1024 * 1024 };
	char text[128];

	(void)snprintf(text, sizeof(text), "%lld / %lld, %lld / %lld MiB",
	    (long long)json_integer_value(json_object_get(measuring, "day_bytes")) / MIB,
	    (long long)json_integer_value(json_object_get(measuring, "day_limit_bytes")) / MIB,
	    (long long)json_integer_value(json_object_get(measuring, "month_bytes")) / MIB,
	    (long long)json_integer_value(json_object_get(measuring, "month_limit_bytes")) /
		MIB);
	print_row(out, language, "status.measuring", text);
}

/* "up" and "down" are directions of a line's speed too: the line's state has words of its own.
 */
static const char *
state_words(enum language language, const char *state)
{
	if (strcmp(state, "up") == 0)
		return words_of(language, "state.up");
	if (strcmp(state, "down") == 0)
		return words_of(language, "state.down");
	return words_of(language, state);
}

static const char *
metered_words(enum language language, const char *why)
{
	if (strcmp(why, "mobile") == 0)
		return words_of(language, "metered.mobile");
	return words_of(language, strcmp(why, "other") == 0 ? "metered.other" : "yes");
}

static void
print_table(FILE *out, const json_t *status, bool running)
{
	enum language language = words_language();
	char time[TIME_SIZE];
	json_t *task;
	size_t i;

	print_row(out, language, "status.service",
	    words_of(language, running ? "status.running" : "status.stopped"));
	print_row(out, language, "status.as_of", time_words(status, "written_ms", time));
	print_row(out, language, "status.agent_id", text_of(status, "agent_id"));
	print_row(out, language, "status.school", text_of(status, "school_name"));
	print_row(out, language, "status.connectivity",
	    state_words(language, text_of(status, "connectivity")));
	if (*text_of(status, "exam") != '-')
		print_row(out, language, "status.exam", text_of(status, "exam"));
	if (*text_of(status, "metered") != '-')
		print_row(out, language, "status.metered",
		    metered_words(language, text_of(status, "metered")));
	print_row(out, language, "status.hears",
	    words_of(language, json_is_true(json_object_get(status, "hears")) ? "yes" : "no"));
	print_collector(out, language, status);
	print_measuring(out, language, json_object_get(status, "measuring"));
	json_array_foreach(json_object_get(status, "tasks"), i, task)
	{
		char last[TIME_SIZE], next[TIME_SIZE], line[400];

		(void)snprintf(line, sizeof(line), "%s: %s; %s: %s; %s",
		    words_of(language, "status.last"), time_words(task, "last_ms", last),
		    words_of(language, "status.next"),
		    json_is_true(json_object_get(task, "running"))
			? words_of(language, "status.now")
			: time_words(task, "next_ms", next),
		    text_of(task, "result"));
		print_row(out, language, text_of(task, "task"), line);
	}
}

static int
read_failed(const char *path, int r, FILE *err)
{
	if (r == -ENOENT)
		(void)fprintf(err,
		    "parta-agent: there is no '%s': the service has not run yet, start it with "
		    "'systemctl start parta-agent'\n",
		    path);
	else if (r == -EACCES)
		(void)fprintf(err,
		    "parta-agent: no right to read '%s', run this as root or as user "
		    "parta-agent\n",
		    path);
	else
		(void)fprintf(
		    err, "parta-agent: could not read '%s': %s\n", path, strerror(-r));
	return COMMAND_FAILED;
}

int
status_print(const char *state_dir, enum command_format format, FILE *out, FILE *err)
{
	struct bytes text = bytes_new(STATUS_BYTES_MAX);
	bool running = is_running(state_dir);
	char path[512];
	json_t *status = NULL;
	int r = file_path(path, sizeof(path), state_dir, STATUS_FILE);

	if (r == 0)
		r = file_read(path, &text);
	if (r == 0)
		status = json_loadb((const char *)text.data, text.len, 0, NULL);
	bytes_clear(&text);
	if (!status)
		return read_failed(path, r < 0 ? r : -EBADMSG, err);
	(void)json_object_set_new(status, "running", json_boolean(running));
	if (format == FORMAT_JSON) {
		(void)json_dumpf(status, out, JSON_COMPACT);
		(void)fputc('\n', out);
	} else {
		print_table(out, status, running);
	}
	json_decref(status);
	return COMMAND_DONE;
}
