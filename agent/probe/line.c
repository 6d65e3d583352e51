/* Looks at the router's counters: see line.h. What they say is common/speed/counters.h's. A
 * busy line is looked at often for a while, so that a full one is proved. */
#include "agent/probe/line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/router.h"
#include "agent/probe/route.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/options.h"
#include "common/speed/counters.h"
#include "common/speed/judge.h"

enum {
	SELDOM_MS = 10 * 1000,
	SILENT_MS = 600 * 1000, /* a router that does not answer is left alone */
	OFTEN_MS = 50,
	LOAD_US = 35 * 1000 * 1000,
	FRESH_US = 22 * 1000 * 1000, /* the last two seldom looks */
	PROOF_US = 12 * 1000 * 1000, /* three refreshes of the slowest router that we know */
	PROOF_EVERY_US = 300 * 1000 * 1000,
};

static const uint64_t proved_us = 3600ull * 1000000;
static const double busy_of_target = 0.3;
static const double nearly_full = 0.8; /* roughly read, of a target: worth a closer look */

struct line {
	struct loop *loop;
	struct line_settings settings; /* its texts are those below */
	char *communities[OPTION_LIST_MAX];
	size_t n_communities;
	struct address ip;     /* of the router */
	struct router *router; /* NULL: not known yet */
	struct loop_event *timer;
	struct counters counters;
	bool often;             /* a test runs: whatever is full is ours */
	bool silent;            /* the router did not answer */
	uint64_t proof_from_us; /* a closer look began; 0: none */
	uint64_t proof_next_us; /* when one may begin */
	uint64_t proved_us[2];  /* when; 0: not yet */
};

static double
target_of(const struct line *line, bool upload)
{
	return upload ? line->settings.target_up_mbps : line->settings.target_down_mbps;
}

/* All traffic of so long; < 0 unknown. */
static double
load_of(const struct line *line, bool upload, uint64_t length_us)
{
	uint64_t now_us = clock_boot_us();
	double mbps;

	return counters_load(&line->counters, upload,
		   now_us > length_us ? now_us - length_us : 0, &mbps) < 0
		   ? -1
		   : mbps;
}

/* ---- proof ---- */

/* A closer look at a line that seems nearly full, and its end. */
static void
proof_begin_or_end(struct line *line, uint64_t now_us)
{
	bool worth = false;

	if (line->proof_from_us > 0) {
		if (now_us - line->proof_from_us > PROOF_US)
			line->proof_from_us = 0;
		return;
	}
	if (!line->settings.on_proof || line->often || now_us < line->proof_next_us)
		return;
	for (int i = 0; i < 2; i++)
		worth |= target_of(line, i) > 0 &&
			 load_of(line, i, FRESH_US) >= nearly_full * target_of(line, i);
	if (!worth)
		return;
	line->proof_from_us = now_us;
	line->proof_next_us = now_us + PROOF_EVERY_US;
	(void)loop_timer_set(line->timer, OFTEN_MS);
}

static void
proof_look(struct line *line, bool upload, uint64_t now_us)
{
	double mbps, duration_s;

	if (line->proof_from_us == 0 || target_of(line, upload) <= 0 ||
	    (line->proved_us[upload] > 0 && now_us - line->proved_us[upload] < proved_us) ||
	    counters_rate(
		&line->counters, upload, line->proof_from_us, now_us, &mbps, &duration_s) < 0 ||
	    !speed_reaches(mbps, target_of(line, upload)))
		return;
	line->proved_us[upload] = now_us;
	line->settings.on_proof(line->settings.arg, upload, mbps, duration_s);
}

/* ---- looks ---- */

static void
on_look(void *arg, int error, const struct router_facts *facts)
{
	struct line *line = arg;
	uint64_t now_us = clock_boot_us();

	line->silent = error < 0;
	if (error < 0 || !facts->counts_both || facts->if_index == 0)
		return;
	counters_note(&line->counters, &(struct counter_reading){.at_us = now_us,
					   .up_time_ms = facts->up_time_ms,
					   .octets = {facts->in_octets, facts->out_octets},
					   .wide = facts->wide});
	proof_look(line, false, now_us);
	proof_look(line, true, now_us);
	proof_begin_or_end(line, now_us);
}

static void
router_forget(struct line *line)
{
	router_free(line->router);
	line->router = NULL;
	line->silent = false;
	memset(&line->counters, 0, sizeof(line->counters));
}

/* Another gateway is another router. */
static void
find_router(struct line *line)
{
	const struct snmp_get_settings access = {
	    .communities = (const char *const *)line->communities,
	    .n_communities = line->n_communities};
	struct route route = {.gateway = line->settings.router};

	if (route.gateway.family == ADDRESS_NONE && route_default(&route, NULL) < 0)
		return;
	if (line->router && address_equal(&route.gateway, &line->ip))
		return;
	router_forget(line);
	line->ip = route.gateway;
	if (router_new(line->loop, &access, &line->ip, &line->router) < 0)
		line->router = NULL;
	else if (line->settings.if_index > 0)
		router_set_way(line->router, line->settings.if_index);
}

static void
on_timer(void *arg)
{
	struct line *line = arg;
	bool often = line->often || line->proof_from_us > 0;

	if (!often || !line->router)
		find_router(line);
	if (line->router)
		(void)router_look(line->router, on_look, line); /* busy: it is under way */
	(void)loop_timer_set(line->timer, often          ? OFTEN_MS
					  : line->silent ? SILENT_MS
							 : SELDOM_MS);
}

/* ---- what is asked ---- */

double
line_load_mbps(const struct line *line, bool upload)
{
	return load_of(line, upload, LOAD_US);
}

bool
line_busy(const struct line *line)
{
	for (int i = 0; line && i < 2; i++)
		if (target_of(line, i) > 0 &&
		    line_load_mbps(line, i) > busy_of_target * target_of(line, i))
			return true;
	return false;
}

void
line_watch(struct line *line, bool often)
{
	if (!line)
		return;
	line->often = often;
	line->proof_from_us = 0;
	(void)loop_timer_set(line->timer, 0);
}

double
line_between_mbps(const struct line *line, bool upload, uint64_t from_us, uint64_t to_us)
{
	double mbps, duration_s;

	return !line || counters_rate(
			    &line->counters, upload, from_us, to_us, &mbps, &duration_s) < 0
		   ? -1
		   : mbps;
}

/* ---- life ---- */

static void
communities_free(struct line *line)
{
	while (line->n_communities > 0)
		free(line->communities[--line->n_communities]);
}

static bool
asks_the_same(const struct line *line, const struct line_settings *settings)
{
	if (line->n_communities != settings->n_communities ||
	    line->settings.if_index != settings->if_index ||
	    !address_equal(&line->settings.router, &settings->router))
		return false;
	for (size_t i = 0; i < line->n_communities; i++)
		if (strcmp(line->communities[i], settings->communities[i]) != 0)
			return false;
	return true;
}

int
line_set(struct line *line, const struct line_settings *settings)
{
	bool same = asks_the_same(line, settings);

	line->settings = *settings;
	if (same)
		return 0;
	router_forget(line);
	communities_free(line);
	for (size_t i = 0; i < settings->n_communities; i++) {
		line->communities[i] = strdup(settings->communities[i]);
		if (!line->communities[i])
			return -ENOMEM;
		line->n_communities++;
	}
	return loop_timer_set(line->timer, 0);
}

int
line_new(struct loop *loop, const struct line_settings *settings, struct line **ret)
{
	struct line *line = calloc(1, sizeof(*line));
	int r;

	if (!line)
		return -ENOMEM;
	line->loop = loop;
	r = loop_timer(loop, on_timer, line, &line->timer);
	if (r == 0)
		r = line_set(line, settings);
	if (r < 0) {
		line_free(line);
		return r;
	}
	*ret = line;
	return 0;
}

void
line_free(struct line *line)
{
	if (!line)
		return;
	router_free(line->router);
	loop_event_free(line->timer);
	communities_free(line);
	free(line);
}
