/*
 * The measurement of the line as a part of the service: when the schedule says so
 * and the day's bytes allow it, one test against the policy's servers, its raw
 * samples spooled. How it is measured and judged is probe/speed.c's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/parts.h"
#include "agent/probe/speed.h"
#include "common/wire/limits.h"

enum { BUDGET_BYTES_MIN = 8 * 1024 * 1024 }; /* less does not tell one line from another */

struct part_speed {
	struct speed_test *test;
	enum calendar_period period; /* when the test began */
};

static int
start(struct agent *agent)
{
	agent->speed = calloc(1, sizeof(*agent->speed));
	return agent->speed ? 0 : -ENOMEM;
}

static void
stop(struct agent *agent)
{
	free(agent->speed);
	agent->speed = NULL;
}

static void
words_of_result(const struct speed_result *result, char *ret, size_t size)
{
	size_t len = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < result->n_directions && len < size; i++) {
		const struct speed_direction *direction = &result->directions[i];
		int n = snprintf(ret + len, size - len, "%s%s_mbps=%.1f verdict=%s",
		    i ? " " : "", direction->upload ? "up" : "down", direction->ip_mbps,
		    speed_verdict_name(direction->verdict));

		len += n > 0 ? (size_t)n : 0;
	}
}

static void
on_done(void *arg, const struct speed_result *result)
{
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	char words[SCHEDULE_WORDS_SIZE];
	struct agent *agent = arg;
	struct report_head head;
	uint64_t spent = 0;
	int r;

	agent->speed->test = NULL;
	for (size_t i = 0; i < result->n_directions; i++)
		spent += result->directions[i].size_bytes;
	if (spent > 0)
		schedule_spend(agent, spent);
	if (result->error < 0) {
		schedule_done(agent, result->error, result->words);
		return;
	}
	agent_head(agent, &head);
	r = report_speed(&head, result, calendar_period_name(agent->speed->period), &packed);
	agent_put(agent, &head, SPOOL_KEEP, r, &packed);
	words_of_result(result, words, sizeof(words));
	schedule_done(agent, 0, words);
}

static int
begin(struct agent *agent)
{
	const struct effective *effective = &agent->effective;
	bool own = strcmp(effective->speed_backend, "parta") == 0;
	struct speed_settings settings = {.servers = effective->speed_servers,
	    .n_servers = effective->n_speed_servers,
	    .backend = effective->speed_backend,
	    .mode = effective->target_down_mbps > 0 ? SPEED_VERIFY : SPEED_CAPACITY,
	    .want = SPEED_DOWN | SPEED_UP,
	    .target_down_mbps = effective->target_down_mbps,
	    .target_up_mbps = effective->target_up_mbps,
	    .budget_bytes = schedule_left_bytes(agent)};

	if (settings.n_servers == 0)
		return -ENODATA;
	if (settings.budget_bytes < BUDGET_BYTES_MIN)
		return -EAGAIN;
	if (*agent->settings.speed_ca_file)
		settings.ca_file = agent->settings.speed_ca_file;
	else if (own)
		settings.ca_file = agent->credentials.ca_file;
	if (own) {
		settings.cert_file = agent->credentials.cert_file;
		settings.key_file = agent->credentials.key_file;
	}
	agent->speed->period = agent_period(agent);
	return speed_start(agent->loop, agent->transfers, &settings, NULL, on_done, agent,
	    &agent->speed->test);
}

/* speed_cancel() tells on_done of it, for whom there is nothing to spool then. */
static void
cancel(struct agent *agent)
{
	if (agent->speed->test)
		speed_cancel(agent->speed->test);
}

static uint32_t
every_s(const struct agent *agent)
{
	return agent->effective.speed_every_s;
}

const struct part part_speed = {
    .name = "speed", .enrolled = true, .start = start, .stop = stop};

const struct task task_speed = {
    .name = "speed", .deadline_s = 300, .every_s = every_s, .begin = begin, .cancel = cancel};
