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
#include "agent/probe/line.h"
#include "agent/probe/route.h"
#include "agent/probe/speed.h"
#include "agent/probe/speed_backend.h"
#include "common/clock.h"
#include "common/wire/limits.h"

enum {
	BUDGET_BYTES_MIN = 8 * 1024 * 1024, /* less does not tell one line from another */
	LIGHT_BYTES = 8 * 1024 * 1024,      /* both directions of a light test */
	LIGHT_SHARE = 10,                   /* of the target */
	OVERHEAD_SHARE = 16, /* of the bytes that are left: headers, TLS, the last in flight */
	EXAM_EVERY_MS = 600 * 1000,
	DEADLINE_S = 300,
	USUAL_MSS_BYTES = 1448,
	HEADERS_BYTES = 52, /* IPv4 20, TCP 32 with timestamps */
	NO_IPV6_MS = 7 * 24 * 3600 * 1000,
	POSTPONED_MAX = 4, /* a school whose line is always busy is measured all the same */
};

struct part_speed {
	struct speed_test *test;
	enum calendar_period period;   /* when the test began */
	struct timetable_test planned; /* the next one, or the one whose turn it is */
	bool owes_capacity;            /* its turn came and it is not done */
	bool by_ipv6, light;           /* the test under way */
	int64_t no_ipv6_until_ms;      /* wall clock: no server answered by it */
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

/* What a run cost the line: what its sockets carried, TLS and what was sent twice included, and
 * the headers of IP and TCP about it. */
static void
on_run(void *arg, const struct speed_direction *run)
{
	uint64_t carried = 0;
	uint32_t mss = run->mss_bytes > 0 ? run->mss_bytes : USUAL_MSS_BYTES;

	for (size_t i = 0; i < run->n_tcp; i++) {
		const struct speed_tcp *tcp = &run->tcp[i];

		carried += tcp->bytes_received + tcp->bytes_acked +
			   (uint64_t)tcp->total_retrans * tcp->snd_mss_bytes;
	}
	if (carried < run->size_bytes) /* streams that ended before */
		carried = run->size_bytes;
	schedule_spend(arg, carried + carried / mss * HEADERS_BYTES);
}

static void
on_done(void *arg, const struct speed_result *result)
{
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	char words[SCHEDULE_WORDS_SIZE];
	struct agent *agent = arg;
	struct report_head head;
	int r;

	agent->speed->test = NULL;
	if (result->error == -ECANCELED)
		return;
	if (result->error < 0) {
		bool down = strcmp(part_watch_state(agent), "down") == 0;

		if (agent->speed->by_ipv6 && !down)
			agent->speed->no_ipv6_until_ms = clock_wall_ms() + NO_IPV6_MS;
		schedule_done(agent, down ? -ENETUNREACH : result->error, result->words);
		return;
	}
	if (result->mode == SPEED_CAPACITY)
		agent->speed->owes_capacity = false;
	agent_head(agent, &head);
	r = report_speed(&head, result, calendar_period_name(agent->speed->period), &packed);
	agent_put(agent, &head, SPOOL_KEEP, r, &packed);
	words_of_result(result, words, sizeof(words));
	schedule_done(agent, 0, words);
}

/* A capacity test fills the line: never in a lesson, though its turn was missed. */
static enum speed_mode
mode_now(const struct agent *agent)
{
	struct part_speed *part = agent->speed;
	bool turn = part->planned.at_ms > 0 && part->planned.at_ms <= clock_wall_ms();

	part->owes_capacity = part->owes_capacity || (turn && part->planned.capacity);
	if (agent->effective.target_down_mbps <= 0)
		return SPEED_CAPACITY; /* there is nothing to verify */
	return part->owes_capacity && part->period != CALENDAR_LESSON ? SPEED_CAPACITY
								      : SPEED_VERIFY;
}

/* Where the network has both, they take turns; servers may have IPv4 alone. */
static enum address_family
family_now(const struct part_speed *part)
{
	if (!route_ipv6() || clock_wall_ms() < part->no_ipv6_until_ms)
		return ADDRESS_NONE;
	return part->planned.ipv6 ? ADDRESS_IPV6 : ADDRESS_IPV4;
}

static double
light_target(double mbps)
{
	return mbps > LIGHT_SHARE ? mbps / LIGHT_SHARE : 1;
}

/* While an examination is held, or bytes are dear: does the line carry a little still? */
static void
make_light(struct speed_settings *settings)
{
	settings->mode = SPEED_LIGHT;
	settings->target_down_mbps = light_target(settings->target_down_mbps);
	settings->target_up_mbps = light_target(settings->target_up_mbps);
	if (settings->budget_bytes > LIGHT_BYTES)
		settings->budget_bytes = LIGHT_BYTES;
}

static int
begin(struct agent *agent)
{
	const struct effective *effective = &agent->effective;
	bool own = strcmp(effective->speed_backend, "parta") == 0;
	struct speed_settings settings = {.servers = effective->speed_servers,
	    .n_servers = effective->n_speed_servers,
	    .backend = effective->speed_backend,
	    .want = SPEED_DOWN | SPEED_UP,
	    .target_down_mbps = effective->target_down_mbps,
	    .target_up_mbps = effective->target_up_mbps,
	    .line = agent->line,
	    .on_run = on_run,
	    .budget_bytes = schedule_left_bytes(agent)};

	if (settings.n_servers == 0)
		return -ENODATA;
	agent->speed->period = agent_period(agent);
	settings.mode = mode_now(agent);
	settings.family = family_now(agent->speed);
	agent->speed->by_ipv6 = settings.family == ADDRESS_IPV6;
	if (settings.budget_bytes < BUDGET_BYTES_MIN)
		return -EDQUOT;
	settings.budget_bytes -= settings.budget_bytes / OVERHEAD_SHARE;
	part_path_look(agent);
	if (agent_exam(agent, 0)) {
		settings.want = SPEED_UP;
		make_light(&settings);
	} else if (*part_path_metered(agent)) {
		make_light(&settings);
	} else if (agent_exam(agent, DEADLINE_S)) {
		return -EAGAIN;
	}
	if (line_busy(agent->line) && schedule_postponed(agent) < POSTPONED_MAX)
		return -EBUSY;
	agent->speed->light = settings.mode == SPEED_LIGHT;
	if (*agent->settings.speed_ca_file)
		settings.ca_file = agent->settings.speed_ca_file;
	else if (own)
		settings.ca_file = agent->credentials.ca_file;
	if (own) {
		settings.cert_file = agent->credentials.cert_file;
		settings.key_file = agent->credentials.key_file;
	}
	return speed_start(agent->loop, agent->transfers, &settings, NULL, on_done, agent,
	    &agent->speed->test);
}

static void
cancel(struct agent *agent)
{
	speed_cancel(agent->speed->test);
}

static bool
is_quiet(const struct agent *agent)
{
	return agent->speed->light;
}

static uint32_t
measured_every_s(const struct effective *effective, bool *ret_public)
{
	return speed_backend_every_s(speed_backend_find(effective->speed_backend),
	    effective->speed_servers, effective->n_speed_servers, effective->speed_every_s,
	    ret_public);
}

static uint32_t
every_s(const struct agent *agent)
{
	bool public;

	return measured_every_s(&agent->effective, &public);
}

static int64_t
plan(struct agent *agent, int64_t after_ms, uint32_t within_s)
{
	const struct effective *effective = &agent->effective;
	bool public; /* a public server: neither oftener in an examination, nor again soon */
	const struct timetable timetable = {.calendar = &effective->calendar,
	    .slots = effective->speed_slots,
	    .every_s = measured_every_s(effective, &public),
	    .seed = calendar_seed(agent->credentials.agent_id, "speed")};
	struct clock_local local = clock_local_of(after_ms, effective->time_zone);
	struct timetable_day day = timetable_day_of(after_ms, &local);
	int64_t next_ms, at_ms;

	if (within_s > 0 && !public)
		return timetable_catch_up(&timetable, after_ms, within_s);
	agent->speed->planned = timetable_next(&timetable, &day, after_ms);
	next_ms = agent->speed->planned.at_ms;
	if (public)
		return next_ms;
	/* While an examination is held: every ten minutes, neither seldomer nor oftener. */
	for (int64_t from_ms = after_ms + EXAM_EVERY_MS; from_ms < next_ms;
	     from_ms += EXAM_EVERY_MS) {
		at_ms = timetable_catch_up(&timetable, from_ms, TIMETABLE_SOON_S);
		if (at_ms < next_ms && agent_exam_at(agent, at_ms))
			return at_ms;
	}
	return next_ms < after_ms + EXAM_EVERY_MS && agent_exam_at(agent, next_ms)
		   ? timetable_catch_up(&timetable, after_ms + EXAM_EVERY_MS, TIMETABLE_SOON_S)
		   : next_ms;
}

const struct part part_speed = {
    .name = "speed", .enrolled = true, .start = start, .stop = stop};

const struct task task_speed = {.name = "speed",
    .deadline_s = DEADLINE_S,
    .every_s = every_s,
    .plan = plan,
    .begin = begin,
    .cancel = cancel,
    .is_quiet = is_quiet};
