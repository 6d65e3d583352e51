/*
 * How the agent itself does: counters, warnings and memory go to the collector as
 * often as windows do. Memory is read from proc(5): our own and that of our
 * children.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/parts.h"
#include "agent/uplink/uplink.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/wire/limits.h"

enum {
	COUNTERS_MAX = 128,
	NAMES_SIZE = 48,
	WARNINGS_MAX = 8,
	FIRST_MS = 3000,
	TASKS_MAX = 8,
};

struct part_health {
	struct loop_event *report;
	char os[128];
};

/* What a report is made of while it is made. */
struct account {
	struct report_counter counters[COUNTERS_MAX];
	char names[COUNTERS_MAX][NAMES_SIZE];
	size_t n_counters;
	const char *warnings[WARNINGS_MAX];
	char words[WARNINGS_MAX][300];
	size_t n_warnings;
};

static void
count(struct account *account, uint64_t value, const char *name)
{
	size_t n = account->n_counters;

	if (n == COUNTERS_MAX)
		return;
	(void)text_copy(account->names[n], NAMES_SIZE, name);
	account->counters[n] = (struct report_counter){account->names[n], value};
	account->n_counters++;
}

static void
count_two(struct account *account, uint64_t value, const char *first, const char *name,
    const char *last)
{
	char whole[NAMES_SIZE];

	(void)snprintf(whole, sizeof(whole), "%s.%s.%s", first, name, last);
	count(account, value, whole);
}

static void
warn(struct account *account, const char *words, const char *more)
{
	size_t n = account->n_warnings;

	if (n == WARNINGS_MAX)
		return;
	(void)snprintf(account->words[n], sizeof(account->words[n]), "%s%s%s", words,
	    *more ? ": " : "", more);
	account->warnings[n] = account->words[n];
	account->n_warnings++;
}

static void
count_sensor(const struct agent *agent, struct account *account)
{
	const struct sensor_counters *sensor = &agent->sensor_counters;

	if (!agent->sensor) {
		warn(account, "no CAP_NET_RAW: devices are not heard", "");
		return;
	}
	count(account, sensor->frames, "sensor.frames");
	count(account, sensor->dropped_by_kernel, "sensor.dropped_by_kernel");
	count(account, sensor->headers_malformed, "sensor.headers_malformed");
	count(account, sensor->cut, "sensor.cut");
	count(account, sensor->sightings_dropped, "sensor.sightings_dropped");
	for (uint32_t i = 0; i < sensor->n && i < COUNT_OF(sensor->decoder); i++) {
		count_two(
		    account, sensor->decoder[i].ok, "decode", sensor->decoder[i].name, "ok");
		count_two(account, sensor->decoder[i].malformed, "decode",
		    sensor->decoder[i].name, "malformed");
	}
}

static void
count_spool(const struct spool_stat *spool, struct account *account)
{
	count(account, spool->dropped, "spool.dropped");
	count(account, spool->corrupt, "spool.corrupt");
	count(account, spool->refused, "spool.refused");
	count(account, spool->held, "spool.held");
	if (spool->held > 0)
		warn(account, "the disk takes no reports: they wait in memory", "");
}

static void
count_uplink(const struct agent *agent, struct account *account)
{
	struct uplink_stat uplink;

	uplink_stat(agent->uplink, &uplink);
	count(account, uplink.requests, "uplink.requests");
	count(account, uplink.failures, "uplink.failures");
	count(account, uplink.reports_sent, "uplink.sent");
	count(account, uplink.reports_accepted, "uplink.accepted");
	count(account, uplink.reports_rejected, "uplink.rejected");
	count(account, uplink.reports_lost, "uplink.lost");
	count(account, uplink.policies_refused, "uplink.policies_refused");
	if (uplink.policies_refused > 0)
		warn(account, "a policy of the collector was refused", "");
}

static void
count_tasks(const struct agent *agent, struct account *account)
{
	struct schedule_row rows[TASKS_MAX];
	size_t n = schedule_rows(agent, rows, TASKS_MAX);

	for (size_t i = 0; i < n; i++) {
		count_two(account, rows[i].runs, "task", rows[i].name, "runs");
		count_two(account, rows[i].failures, "task", rows[i].name, "failures");
		count_two(account, rows[i].skips, "task", rows[i].name, "skips");
		if ((rows[i].last_error < 0 && rows[i].failures > 0) ||
		    rows[i].put_off == -EDQUOT)
			warn(account, rows[i].name,
			    *rows[i].words ? rows[i].words : "could not begin");
	}
}

static void
count_host(const struct agent *agent, struct account *account)
{
	struct report_counter counters[HOST_COUNTERS_MAX];
	size_t n = part_host_count(agent, counters);

	for (size_t i = 0; i < n; i++)
		count(account, counters[i].value, counters[i].name);
}

/* Resident bytes of a process, 0 when it cannot be seen. */
static uint64_t
resident_bytes(const char *process)
{
	struct bytes text = bytes_new(256);
	char path[64];
	uint64_t pages = 0;

	(void)snprintf(path, sizeof(path), "/proc/%s/statm", process);
	if (file_read(path, &text) == 0 && text.len > 0) {
		char *at = strchr((const char *)text.data, ' ');

		pages = at ? strtoull(at, NULL, 10) : 0;
	}
	bytes_clear(&text);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t
resident_bytes_together(void)
{
	uint64_t bytes = resident_bytes("self");
	struct bytes children = bytes_new(4096);
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	if (file_read(path, &children) == 0 && children.len > 0) {
		char *at = (char *)children.data;

		while (*at) {
			size_t len = strcspn(at, " ");
			char *next = at + len + (at[len] == ' ');

			at[len] = '\0';
			bytes += len > 0 ? resident_bytes(at) : 0;
			at = next;
		}
	}
	bytes_clear(&children);
	return bytes;
}

/* PRETTY_NAME of os-release(5). */
static void
os_name(char *ret, size_t size)
{
	static const char key[] = "\nPRETTY_NAME=";
	struct bytes text = bytes_new(16 * 1024);
	const char *at;

	(void)text_copy(ret, size, "Linux");
	if (bytes_add(&text, "\n", 1) == 0 && file_read("/etc/os-release", &text) == 0) {
		at = strstr((const char *)text.data, key);
		if (at) {
			at += sizeof(key) - 1;
			at += *at == '"';
			(void)text_clean(ret, size, at, strcspn(at, "\"\n"));
		}
	}
	bytes_clear(&text);
}

static void
put_report(struct agent *agent)
{
	struct account *account = calloc(1, sizeof(*account));
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	struct report_measurement measurements[2];
	struct report_health health = {.started_ms = agent->started_ms,
	    .certificate_ends_ms = agent->credentials.ends_ms,
	    .uptime_s = (clock_boot_ms() - agent->started_boot_ms) / 1000,
	    .rss_bytes = resident_bytes_together(),
	    .os = agent->health->os,
	    .policy_version = agent->policy ? agent->policy->version : ""};
	struct uplink_stat uplink;
	struct report_head head;
	int r;

	if (!account)
		return;
	spool_stat(agent->spool, &health.spool);
	count_sensor(agent, account);
	count_spool(&health.spool, account);
	count_uplink(agent, account);
	count_tasks(agent, account);
	count_host(agent, account);
	health.counters = account->counters;
	health.n_counters = account->n_counters;
	health.warnings = account->warnings;
	health.n_warnings = account->n_warnings;
	agent_head(agent, &head);
	uplink_stat(agent->uplink, &uplink);
	measurements[0] = (struct report_measurement){
	    "spool_bytes", "", head.created_ms, (double)health.spool.size_bytes};
	measurements[1] = (struct report_measurement){
	    "clock_offset_ms", "", uplink.reached_ms, (double)uplink.clock_offset_ms};
	r = report_health(&head, &health, measurements, uplink.reached_ms > 0 ? 2 : 1, &packed);
	agent_put(agent, &head, SPOOL_DETAIL, r, &packed);
	free(account);
}

static void
on_report(void *arg)
{
	struct agent *agent = arg;

	put_report(agent);
	(void)loop_timer_set(
	    agent->health->report, (uint64_t)agent_report_every_s(agent) * 1000);
}

static void
stop(struct agent *agent)
{
	if (!agent->health)
		return;
	loop_event_free(agent->health->report);
	free(agent->health);
	agent->health = NULL;
}

static int
start(struct agent *agent)
{
	struct part_health *part = calloc(1, sizeof(*part));
	int r;

	if (!part)
		return -ENOMEM;
	agent->health = part;
	os_name(part->os, sizeof(part->os));
	r = loop_timer(agent->loop, on_report, agent, &part->report);
	if (r == 0)
		r = loop_timer_set(part->report, FIRST_MS);
	if (r < 0)
		stop(agent);
	return r;
}

static void
reload(struct agent *agent)
{
	(void)loop_timer_set(agent->health->report, FIRST_MS);
}

const struct part part_health = {
    .name = "health", .enrolled = true, .start = start, .stop = stop, .reload = reload};
