/*
 * What the parts of the service share beside struct agent itself: the head of a
 * report and its way into the spool, fresh identifiers, interfaces, lesson time.
 * Knows no part; who they are is service.c's.
 */
#include "agent/agent.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "agent/uplink/uplink.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"

enum { EXAM_REPORT_EVERY_S = 60 };

void
agent_head(const struct agent *agent, struct report_head *ret)
{
	uplink_head(agent->uplink, ret);
}

void
agent_put(struct agent *agent, const struct report_head *head, enum spool_weight weight, int r,
    struct bytes *packed)
{
	struct spool_stat stat;

	if (r < 0) {
		(void)log_error(r, "could not make a report");
	} else {
		r = spool_put(agent->spool, head->seq, head->created_ms, weight, packed->data,
		    packed->len);
		spool_stat(agent->spool, &stat);
		if (r < 0)
			(void)log_error(r, "could not spool report %llu, %s",
			    (unsigned long long)head->seq,
			    stat.held > 0 ? "it waits in memory" : "it is lost and counted");
	}
	bytes_clear(packed);
	if (agent->uplink)
		uplink_wake(agent->uplink);
}

void
agent_uuid(uint8_t ret[static 16])
{
	memset(ret, 0, 16);
	CHECK(getrandom(ret, 16, 0) == 16);
	ret[6] = (uint8_t)((ret[6] & 0x0f) | 0x40);
	ret[8] = (uint8_t)((ret[8] & 0x3f) | 0x80);
}

void
agent_interfaces(struct agent *agent)
{
	const struct option_list *wanted = &agent->settings.interfaces;
	struct interface found[SENSOR_INTERFACES_MAX];
	int n = interfaces_list(found);

	agent->n_interfaces = 0;
	for (int i = 0; i < n; i++) {
		bool is_wanted = wanted->count == 0;

		for (size_t j = 0; j < wanted->count; j++)
			is_wanted = is_wanted || strcmp(wanted->text[j], found[i].name) == 0;
		if (is_wanted)
			agent->interfaces[agent->n_interfaces++] = found[i];
	}
	if (agent->sensor)
		(void)sensor_update(agent->sensor, agent->interfaces, agent->n_interfaces);
}

static const struct calendar_exam *
exam_between(const struct effective *effective, int64_t from_ms, int64_t to_ms)
{
	struct clock_local from = clock_local_of(from_ms, effective->time_zone);
	struct clock_local to = clock_local_of(to_ms, effective->time_zone);

	return calendar_exam_between(&effective->calendar, from_ms, &from, to_ms, &to);
}

const struct calendar_exam *
agent_exam_at(const struct agent *agent, int64_t at_ms)
{
	return exam_between(&agent->effective, at_ms, at_ms);
}

const struct calendar_exam *
agent_exam_by(const struct effective *effective, uint32_t ahead_s)
{
	int64_t now_ms = clock_wall_ms();

	return exam_between(effective, now_ms, now_ms + (int64_t)ahead_s * 1000);
}

const struct calendar_exam *
agent_exam(const struct agent *agent, uint32_t ahead_s)
{
	return agent_exam_by(&agent->effective, ahead_s);
}

uint32_t
agent_report_every_s(const struct agent *agent)
{
	uint32_t every_s = agent->effective.report_every_s;

	return agent_exam(agent, 0) && every_s > EXAM_REPORT_EVERY_S ? EXAM_REPORT_EVERY_S
								     : every_s;
}

enum calendar_period
agent_period(const struct agent *agent)
{
	struct clock_local local = clock_local_of(clock_wall_ms(), agent->effective.time_zone);

	return calendar_period_of(&agent->effective.calendar, &local);
}

void
agent_touch(struct agent *agent)
{
	if (agent->status && !agent->stopping)
		(void)loop_timer_set(agent->status, 0);
}
