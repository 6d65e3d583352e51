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
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/resolve.h"
#include "common/text.h"
#include "common/wire/limits.h"

enum { WINDOWS_MAX = 512, HTTPS_PORT = 443 };

struct part_watch {
	struct agent *agent;
	struct connectivity *connectivity; /* NULL until the collector's name was asked for */
	struct connectivity_settings settings;
	char host[256], dns_name[256], resolver[64], public_resolver[64];
	struct connectivity_window windows[WINDOWS_MAX];
	size_t n_windows;
	uint64_t report_at_ms; /* windows go out then; clock_boot_ms() */
	bool asking, stopped;
};

/* Host and port of an https URL. */
static void
url_take(const char *url, char *host, size_t size, uint16_t *ret_port)
{
	const char *at = strstr(url, "://"), *end;
	int64_t port = HTTPS_PORT;
	size_t len;

	at = at ? at + 3 : url;
	end = *at == '[' ? strchr(at, ']') : at + strcspn(at, ":/");
	if (!end)
		end = at + strlen(at);
	if (*at == '[')
		at++;
	len = (size_t)(end - at) < size ? (size_t)(end - at) : size - 1;
	memcpy(host, at, len);
	host[len] = '\0';
	end += *end == ']';
	if (*end == ':') {
		char digits[8];

		len = strcspn(end + 1, "/");
		if (len < sizeof(digits)) {
			memcpy(digits, end + 1, len);
			digits[len] = '\0';
			(void)text_i64(digits, 1, UINT16_MAX, &port);
		}
	}
	*ret_port = (uint16_t)port;
}

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
	    clock_boot_ms() + (uint64_t)part->agent->effective.report_every_s * 1000;
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
}

static void
on_state(void *arg, enum connectivity_state state, int64_t at_ms)
{
	struct part_watch *part = arg;

	(void)at_ms;
	(void)log_info("connectivity: state=%s", connectivity_state_name(state));
	if (state == CONNECTIVITY_UP || state == CONNECTIVITY_DEGRADED)
		uplink_line_up(part->agent->uplink);
	agent_touch(part->agent);
}

/* ---- the part ---- */

static int
begin(struct part_watch *part)
{
	const struct connectivity_events events = {on_outage, on_windows, on_state};
	struct agent *agent = part->agent;
	int r = connectivity_start(
	    agent->loop, agent->sensor, &part->settings, &events, part, &part->connectivity);

	if (r < 0) {
		part->connectivity = NULL;
		return log_error(r, "could not begin to watch the line");
	}
	return 0;
}

static void
on_collector(void *arg, int error, const struct address addresses[], size_t count)
{
	struct part_watch *part = arg;

	part->asking = false;
	if (part->stopped) {
		free(part);
		return;
	}
	if (error == 0 && count > 0)
		part->settings.collector = addresses[0];
	else
		(void)log_warn(error,
		    "could not find the collector's host '%s', watching the line without it",
		    part->host);
	(void)begin(part);
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
	url_take(url, part->host, sizeof(part->host), &to->collector_port);
	memcpy(to->targets, agent->effective.targets, sizeof(to->targets));
	to->n_targets = agent->effective.n_targets;
	(void)text_copy(part->dns_name, sizeof(part->dns_name),
	    *own->dns_name ? own->dns_name : part->host);
	(void)text_copy(part->resolver, sizeof(part->resolver), own->resolver);
	(void)text_copy(
	    part->public_resolver, sizeof(part->public_resolver), own->public_resolver);
	to->resolver = *part->resolver ? part->resolver : NULL;
	to->public_resolver = *part->public_resolver ? part->public_resolver : NULL;
	/* An address needs no resolver: nothing to ask it for. */
	if (address_parse(part->dns_name, &to->collector) == 0 && !*own->dns_name)
		part->dns_name[0] = '\0';
	to->collector = (struct address){0};
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
	part->asking = true;
	resolver_ask(agent->resolver, part->host, on_collector, part);
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
	connectivity_stop(part->connectivity);
	part->connectivity = NULL;
	part->stopped = true;
	if (!part->asking) /* else the resolver still holds it */
		free(part);
}

/* What is watched is changed only when it is different: an outage under way stays one outage.
 */
static void
reload(struct agent *agent)
{
	struct part_watch *part = agent->watch;
	struct connectivity_settings *to = &part->settings;
	struct address collector = to->collector;

	if (part->asking)
		return;
	if (to->n_targets == agent->effective.n_targets &&
	    memcmp(to->targets, agent->effective.targets,
		to->n_targets * sizeof(to->targets[0])) == 0 &&
	    strcmp(part->public_resolver, agent->settings.public_resolver) == 0 &&
	    (!*agent->settings.dns_name ||
		strcmp(part->dns_name, agent->settings.dns_name) == 0))
		return;
	(void)log_info("watching other targets: targets=%zu", agent->effective.n_targets);
	connectivity_stop(part->connectivity);
	part->connectivity = NULL;
	settings_fill(part);
	to->collector = collector;
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
