/*
 * The line as its router counts it, as a part of the service: for tests, which wait
 * while others use it, and the proof that it carries what it should, which lessons
 * give by themselves. How it is counted is probe/line.c's.
 */
#include <errno.h>
#include <stdlib.h>

#include "agent/parts.h"
#include "agent/probe/line.h"
#include "agent/probe/speed.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/wire/limits.h"

/* A proof is a test that nobody made. */
static void
on_proof(void *arg, bool upload, double ip_mbps, double duration_s)
{
	const struct agent *agent = arg;
	enum calendar_period period = agent_period(agent);
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	double target_mbps =
	    upload ? agent->effective.target_up_mbps : agent->effective.target_down_mbps;
	struct report_head head;
	struct speed_result *result;

	if (period != CALENDAR_LESSON || !(result = calloc(1, sizeof(*result)))) {
		bytes_clear(&packed);
		return;
	}
	*result =
	    (struct speed_result){.started_ms = clock_wall_ms() - (int64_t)(duration_s * 1000),
		.backend = "router",
		.mode = SPEED_PASSIVE,
		.target_mbps = {target_mbps, target_mbps},
		.latency_idle_ms = -1,
		.latency_loaded_ms = -1,
		.loss_pct = -1,
		.cross_traffic_mbps = -1,
		.n_directions = 1};
	agent_uuid(result->test_id);
	result->directions[0] = (struct speed_direction){.upload = upload,
	    .ip_mbps = ip_mbps,
	    .goodput_mbps = -1,
	    .target_mbps = target_mbps,
	    .line_mbps = ip_mbps,
	    .duration_s = duration_s,
	    .verdict = SPEED_PASS,
	    .confidence = 1};
	(void)log_info("the line is proved by traffic alone: direction=%s ip_mbps=%.1f",
	    upload ? "up" : "down", ip_mbps);
	agent_head(agent, &head);
	agent_put(arg, &head, SPOOL_KEEP,
	    report_speed(&head, result, calendar_period_name(period), &packed), &packed);
	free(result);
}

static struct line_settings
settings_of(struct agent *agent)
{
	const struct effective *effective = &agent->effective;
	struct line_settings settings = {.communities = effective->communities,
	    .n_communities = effective->n_communities,
	    .if_index = (uint32_t)agent->settings.line_interface,
	    .target_down_mbps = effective->target_down_mbps,
	    .target_up_mbps = effective->target_up_mbps,
	    .on_proof = on_proof,
	    .arg = agent};

	if (*agent->settings.line_router)
		(void)address_parse(agent->settings.line_router, &settings.router);
	return settings;
}

static int
start(struct agent *agent)
{
	struct line_settings settings = settings_of(agent);

	return line_new(agent->loop, &settings, &agent->line);
}

static void
stop(struct agent *agent)
{
	line_free(agent->line);
	agent->line = NULL;
}

static void
reload(struct agent *agent)
{
	struct line_settings settings = settings_of(agent);

	if (line_set(agent->line, &settings) < 0)
		(void)log_warn(0, "the router's counters will not be asked");
}

const struct part part_line = {
    .name = "line", .enrolled = true, .start = start, .stop = stop, .reload = reload};
