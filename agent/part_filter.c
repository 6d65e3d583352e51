/*
 * The check of the content filter as a part of the service: the policy's signed
 * list, or a local one that the school's administrator wrote, when the schedule
 * says so; the observations are spooled together. What is observed and concluded
 * is probe/filter.c's. The policy also says what a control outside the school sees,
 * which is of use for an hour: it is fetched anew before a check.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/parts.h"
#include "agent/probe/filter.h"
#include "agent/uplink/uplink.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/wire/limits.h"

enum {
	OBSERVATIONS_A_REPORT = 400,
	FRESH_MS = 60 * 1000, /* a policy that came so lately need not be fetched */
	WAIT_MS = 30 * 1000,  /* for it: without it the check still tells a part */
	DEADLINE_S = 3600,
};

struct part_filter {
	struct filter_run *run;
	struct loop_event *waiting; /* for the policy */
	struct filter_list own;     /* of the local file, while a run lasts */
	bool has_own;
	const char *version;
	int64_t started_ms;
	struct filter_observation *seen;
	size_t n_seen, room;
};

static int
start(struct agent *agent)
{
	agent->filter = calloc(1, sizeof(*agent->filter));
	return agent->filter ? 0 : -ENOMEM;
}

static void
run_end(struct part_filter *part)
{
	part->run = NULL;
	loop_event_free(part->waiting);
	part->waiting = NULL;
	free(part->seen);
	part->seen = NULL;
	part->n_seen = part->room = 0;
	if (part->has_own)
		filter_list_free(&part->own);
	part->has_own = false;
}

static void
stop(struct agent *agent)
{
	if (agent->filter)
		run_end(agent->filter);
	free(agent->filter);
	agent->filter = NULL;
}

static void
on_observation(void *arg, const struct filter_observation *observation)
{
	struct agent *agent = arg;
	struct part_filter *part = agent->filter;

	if (part->n_seen < part->room)
		part->seen[part->n_seen++] = *observation;
}

static void
put_observations(struct agent *agent)
{
	const struct part_filter *part = agent->filter;
	int64_t finished_ms = clock_wall_ms();
	uint8_t run_id[16];

	agent_uuid(run_id);
	for (size_t at = 0; at < part->n_seen; at += OBSERVATIONS_A_REPORT) {
		struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
		size_t n = part->n_seen - at;
		struct report_head head;
		int r;

		if (n > OBSERVATIONS_A_REPORT)
			n = OBSERVATIONS_A_REPORT;
		agent_head(agent, &head);
		r = report_filter(&head, run_id, part->started_ms, finished_ms, part->version,
		    part->seen + at, n, &packed);
		agent_put(agent, &head, SPOOL_KEEP, r, &packed);
	}
}

static void
on_done(void *arg, int error)
{
	char words[SCHEDULE_WORDS_SIZE];
	struct agent *agent = arg;
	struct part_filter *part = agent->filter;
	size_t leaks = 0, overblocks = 0, n = part->n_seen;

	for (size_t i = 0; i < n; i++) {
		leaks += part->seen[i].outcome == FILTER_LEAK;
		overblocks += part->seen[i].outcome == FILTER_OVERBLOCK;
	}
	if (error == 0)
		put_observations(agent);
	run_end(part);
	(void)snprintf(
	    words, sizeof(words), "checked=%zu leak=%zu overblock=%zu", n, leaks, overblocks);
	schedule_done(agent, error, words);
}

/* The list in force: a local file, else the policy's. 0, -ENODATA, or what is wrong with the
 * file. */
static int
list_of(struct agent *agent, const struct filter_list **ret)
{
	struct part_filter *part = agent->filter;
	char error[256];
	int r;

	if (!*agent->settings.filter_list) {
		*ret = agent->effective.filter;
		return agent->effective.filter ? 0 : -ENODATA;
	}
	r = filter_list_read(agent->settings.filter_list, &part->own, error);
	if (r < 0) {
		(void)log_error(0, "cannot use the filter list: %s", error);
		return r;
	}
	part->has_own = true;
	*ret = &part->own;
	return part->own.n_entries > 0 ? 0 : -ENODATA;
}

static int
run_begin(struct agent *agent)
{
	struct filter_settings settings = {
	    .resolver = *agent->settings.resolver ? agent->settings.resolver : NULL,
	    .repeat_doubtful = true};
	struct part_filter *part = agent->filter;
	const struct filter_list *list;
	int r = list_of(agent, &list);

	if (agent->policy)
		policy_expire_controls(agent->policy, clock_boot_ms());
	if (r == 0) {
		part->seen = calloc(list->n_entries, sizeof(*part->seen));
		r = part->seen ? 0 : -ENOMEM;
	}
	if (r == 0) {
		part->room = list->n_entries;
		part->version = list->version;
		part->started_ms = clock_wall_ms();
		r = filter_start(agent->loop, agent->transfers, list, &settings, on_observation,
		    on_done, agent, &part->run);
	}
	if (r < 0)
		run_end(part);
	return r;
}

bool
part_filter_waits(const struct agent *agent)
{
	return agent->filter && agent->filter->waiting;
}

void
part_filter_policy(struct agent *agent)
{
	int r;

	if (!part_filter_waits(agent))
		return;
	loop_event_free(agent->filter->waiting);
	agent->filter->waiting = NULL;
	r = run_begin(agent);
	if (r < 0)
		schedule_done(agent, r == -ENODATA ? 0 : r, "nothing was checked");
}

static void
on_waited(void *arg)
{
	(void)log_info("the filter is checked without what a control sees: the policy did not "
		       "come");
	part_filter_policy(arg);
}

static bool
needs_policy(const struct agent *agent)
{
	const struct policy *policy = agent->policy;

	return !*agent->settings.filter_list && policy && policy->filter.n_entries > 0 &&
	       (policy->received_boot_ms == 0 ||
		   clock_boot_ms() - policy->received_boot_ms > FRESH_MS);
}

static int
begin(struct agent *agent)
{
	struct part_filter *part = agent->filter;

	if (agent_exam(agent, DEADLINE_S))
		return -EAGAIN;
	if (!needs_policy(agent))
		return run_begin(agent);
	if (loop_timer(agent->loop, on_waited, agent, &part->waiting) < 0)
		return -ENOMEM;
	(void)loop_timer_set(part->waiting, WAIT_MS);
	uplink_ask_policy(agent->uplink);
	return 0;
}

static void
cancel(struct agent *agent)
{
	if (agent->filter->run)
		filter_cancel(agent->filter->run);
	run_end(agent->filter);
}

static uint32_t
every_s(const struct agent *agent)
{
	return agent->effective.filter_every_s;
}

const struct part part_filter = {
    .name = "filter", .enrolled = true, .start = start, .stop = stop};

const struct task task_filter = {.name = "filter",
    .deadline_s = DEADLINE_S,
    .every_s = every_s,
    .begin = begin,
    .cancel = cancel};
