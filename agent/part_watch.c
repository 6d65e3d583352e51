/*
 * The watch over the line as a part of the service: an outage is spooled at once,
 * at its beginning and at its end; windows are gathered and spooled when a report
 * is due; until then they are kept in the state folder, where kill -9 leaves them.
 * When the line works again the uplink is told, so that it need not wait
 * out its back-off. What is an outage, and of which class, is probe/ladder.c's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/parts.h"
#include "agent/probe/alive.h"
#include "agent/probe/connectivity.h"
#include "agent/uplink/uplink.h"
#include "agent/witness.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/wire/limits.h"

enum { WINDOWS_MAX = 512 };

struct part_watch {
	struct agent *agent;
	struct connectivity *connectivity;
	struct witness *witness;
	struct connectivity_settings settings;
	char host[256], dns_name[260], resolver[64], public_resolver[64], portal_url[256];
	struct connectivity_window windows[WINDOWS_MAX];
	size_t n_windows;
	uint64_t report_at_ms; /* windows go out then; clock_boot_ms() */
};

/* ---- what is spooled ---- */

static void
put(struct agent *agent, enum spool_weight weight, const struct connectivity_window windows[],
    size_t n_windows, const struct outage outages[], size_t n_outages)
{
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	struct report_head head;
	int r;

	agent_head(agent, &head);
	r = report_connectivity(&head, windows, n_windows, outages, n_outages, &packed);
	agent_put(agent, &head, weight, r, &packed);
}

/* The number is noted first: who is killed between spooling and dropping them tells none twice.
 */
static void
put_windows(struct part_watch *part)
{
	const char *state_dir = part->settings.state_dir;

	if (part->n_windows > 0) {
		(void)alive_seal_windows(state_dir, spool_next_seq(part->agent->spool));
		put(part->agent, SPOOL_DETAIL, part->windows, part->n_windows, NULL, 0);
		(void)alive_drop_windows(state_dir);
	}
	part->n_windows = 0;
	part->report_at_ms =
	    clock_boot_ms() + (uint64_t)agent_report_every_s(part->agent) * 1000;
}

static void
on_windows(void *arg, const struct connectivity_window windows[], size_t count)
{
	struct part_watch *part = arg;
	bool at_once = clock_boot_ms() >= part->report_at_ms;

	if (part->n_windows + count > WINDOWS_MAX)
		put_windows(part);
	for (size_t i = 0; i < count && part->n_windows < WINDOWS_MAX; i++)
		part->windows[part->n_windows++] = windows[i];
	/* The first ones go at once: a new installation shows that it works. */
	if (at_once)
		put_windows(part);
	else
		(void)alive_add_windows(part->settings.state_dir, windows, count);
}

/* What the last run was killed over goes first. */
static void
take_up_windows(struct part_watch *part)
{
	part->n_windows = alive_read_windows(part->settings.state_dir,
	    spool_next_seq(part->agent->spool), part->windows, WINDOWS_MAX);
	put_windows(part);
	(void)alive_drop_windows(part->settings.state_dir);
	part->report_at_ms = 0;
}

static void
on_outage(void *arg, const struct outage *outage)
{
	struct part_watch *part = arg;
	char at[25];

	clock_format(outage->end_ms ? outage->end_ms : outage->onset_ms, at);
	(void)log_info("outage %s: class=%s at=%s", outage->end_ms ? "ended" : "began",
	    outage_class_name(outage->class), at);
	put(part->agent, SPOOL_KEEP, NULL, 0, outage, 1);
	if (part->witness)
		witness_absence(part->witness, outage);
}

static bool
find_ups(void *arg, struct address *ret)
{
	const struct part_watch *part = arg;

	return part_scan_ups(part->agent, ret);
}

/* The same absence, of which more is known. */
static void
on_absence(void *arg, const struct outage *outage)
{
	struct part_watch *part = arg;

	(void)log_info("our absence: class=%s", outage_class_name(outage->class));
	put(part->agent, SPOOL_KEEP, NULL, 0, outage, 1);
}

static void
on_state(void *arg, enum connectivity_state state, int64_t at_ms)
{
	struct part_watch *part = arg;

	(void)at_ms;
	(void)log_info("connectivity: state=%s", connectivity_state_name(state));
	if (state == CONNECTIVITY_UP || state == CONNECTIVITY_DEGRADED) {
		uplink_line_up(part->agent->uplink);
		schedule_line_up(part->agent);
	}
	if (part->witness)
		witness_state(part->witness, state);
	agent_touch(part->agent);
}

/* ---- the part ---- */

static int
begin(struct part_watch *part)
{
	const struct connectivity_events events = {
	    .on_outage = on_outage, .on_windows = on_windows, .on_state = on_state};
	struct agent *agent = part->agent;
	struct witness_settings witness = {.find_ups = find_ups,
	    .communities = agent->effective.communities,
	    .n_communities = agent->effective.n_communities,
	    .on_absence = on_absence,
	    .arg = part};
	int r = connectivity_start(
	    agent->loop, agent->sensor, &part->settings, &events, part, &part->connectivity);

	if (r < 0) {
		part->connectivity = NULL;
		return log_error(r, "could not begin to watch the line");
	}
	witness.connectivity = part->connectivity;
	r = witness_new(agent->loop, &witness, &part->witness);
	return r < 0 ? log_error(r, "the router will not be asked") : 0;
}

static void
end(struct part_watch *part)
{
	witness_free(part->witness);
	part->witness = NULL;
	connectivity_stop(part->connectivity);
	part->connectivity = NULL;
}

static void
settings_fill(struct part_watch *part)
{
	const struct agent *agent = part->agent;
	const struct agent_settings *own = &agent->settings;
	const char *url =
	    *own->collector_url ? own->collector_url : agent->credentials.collector_url;
	struct connectivity_settings *to = &part->settings;

	memset(to, 0, sizeof(*to));
	effective_host(url, part->host, sizeof(part->host), &to->collector_port);
	to->collector_host = part->host;
	to->ca_file = agent->credentials.ca_file;
	(void)text_copy(part->portal_url, sizeof(part->portal_url), own->portal_url);
	to->portal_url = part->portal_url;
	to->names = agent->resolver;
	to->transfers = agent->transfers;
	memcpy(to->targets, agent->effective.targets, sizeof(to->targets));
	to->n_targets = agent->effective.n_targets;
	effective_dns_name(own, part->host, part->dns_name, sizeof(part->dns_name));
	(void)text_copy(part->resolver, sizeof(part->resolver), own->resolver);
	(void)text_copy(
	    part->public_resolver, sizeof(part->public_resolver), own->public_resolver);
	to->resolver = *part->resolver ? part->resolver : NULL;
	to->public_resolver = *part->public_resolver ? part->public_resolver : NULL;
	to->dns_name = *part->dns_name ? part->dns_name : NULL;
	to->state_dir = own->state_dir;
}

static int
start(struct agent *agent)
{
	struct part_watch *part = calloc(1, sizeof(*part));

	if (!part)
		return -ENOMEM;
	part->agent = agent;
	agent->watch = part;
	settings_fill(part);
	take_up_windows(part);
	(void)begin(part); /* without it the rest of the agent is of use still */
	return 0;
}

static void
stop(struct agent *agent)
{
	struct part_watch *part = agent->watch;

	agent->watch = NULL;
	if (!part)
		return;
	put_windows(part);
	end(part);
	free(part);
}

/* What is watched is changed only when it is different: an outage under way stays one outage.
 */
static void
reload(struct agent *agent)
{
	struct part_watch *part = agent->watch;
	struct connectivity_settings *to = &part->settings;

	if (part->witness)
		witness_communities(part->witness, agent->effective.communities,
		    agent->effective.n_communities);
	if (to->n_targets == agent->effective.n_targets &&
	    memcmp(to->targets, agent->effective.targets,
		to->n_targets * sizeof(to->targets[0])) == 0 &&
	    strcmp(part->public_resolver, agent->settings.public_resolver) == 0 &&
	    strcmp(part->portal_url, agent->settings.portal_url) == 0 &&
	    (!*agent->settings.dns_name ||
		strcmp(part->dns_name, agent->settings.dns_name) == 0))
		return;
	(void)log_info("watching other targets: targets=%zu", agent->effective.n_targets);
	end(part);
	settings_fill(part);
	(void)begin(part);
}

static void
drain(struct agent *agent)
{
	if (agent->watch)
		put_windows(agent->watch);
}

void
part_watch_echo(struct agent *agent, const struct echo_result *result)
{
	if (agent->watch && agent->watch->connectivity)
		connectivity_echo(agent->watch->connectivity, result);
}

const char *
part_watch_state(const struct agent *agent)
{
	return connectivity_state_name(agent->watch && agent->watch->connectivity
					   ? connectivity_now(agent->watch->connectivity)
					   : CONNECTIVITY_UNKNOWN);
}

const struct part part_watch = {.name = "watch",
    .enrolled = true,
    .start = start,
    .stop = stop,
    .reload = reload,
    .drain = drain};
