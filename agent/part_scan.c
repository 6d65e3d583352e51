/*
 * The scan as a part of the service: holds the inventory, runs a round when the
 * schedule says so, and spools what was seen in parts that fit the wire. Between
 * rounds what the sensor hears goes into the same inventory. What is found, and
 * how, is scan.c's.
 */
#include "agent/scan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_users.h"
#include "agent/host/attached.h"
#include "agent/parts.h"
#include "agent/scan_hosts.h"
#include "agent/scan_memory.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/wire/limits.h"

enum {
	DEVICES_MAX = 8192,
	PART_BYTES = 256 * 1024,
	LISTEN_MS = 10 * 1000,
	PATIENCE_MS = 120 * 1000,   /* but its report of the others waits as long */
	KEEP_MS = 24 * 3600 * 1000, /* who was not seen for a day is forgotten here */
	HOST_KEEP_MS = 7 * KEEP_MS, /* what hangs on a computer that told nothing for a week */
	COUNTERS_MAX = 16,
	DEADLINE_S = 1800,
};

struct part_scan {
	struct inventory *inventory;
	struct attached *attached; /* what hangs on computers that tell it */
	struct scan_memory *past;  /* what earlier scans learned */
	struct scan *scan;
	int64_t started_ms;  /* of the round under way */
	int64_t reported_ms; /* when the last round was reported, 0 none */
	struct address_range ranges[SENSOR_RANGES_MAX];
	size_t n_ranges;
	struct snmp_user users[SNMP_USERS_MAX];
	size_t n_users;
};

static void
users_load(struct agent *agent, struct part_scan *part)
{
	const char *path = agent->settings.credentials_file;
	char error[256];

	part->n_users = 0;
	if (!*path)
		return;
	if (snmp_users_read(path, part->users, &part->n_users, error) < 0) {
		part->n_users = 0;
		(void)log_error(0, "cannot use the SNMPv3 users, going on without: %s", error);
	}
}

static int
past_open(const struct agent *agent, struct part_scan *part)
{
	char path[SETTINGS_PATH_MAX + 32];

	(void)snprintf(path, sizeof(path), "%s/scan.memory", agent->settings.state_dir);
	return scan_memory_open(path, &part->past);
}

static int
start(struct agent *agent)
{
	struct part_scan *part = calloc(1, sizeof(*part));
	int r;

	if (!part)
		return -ENOMEM;
	part->attached = attached_new();
	r = part->attached ? inventory_new(DEVICES_MAX, &part->inventory) : -ENOMEM;
	if (r == 0)
		r = past_open(agent, part);
	if (r < 0) {
		inventory_free(part->inventory);
		attached_free(part->attached);
		free(part);
		return r;
	}
	users_load(agent, part);
	agent->scan = part;
	return 0;
}

static void
stop(struct agent *agent)
{
	struct part_scan *part = agent->scan;

	agent->scan = NULL;
	if (!part)
		return;
	scan_free(part->scan);
	scan_memory_free(part->past);
	inventory_free(part->inventory);
	attached_free(part->attached);
	free(part);
}

static void
reload(struct agent *agent)
{
	users_load(agent, agent->scan);
}

/* Devices of which something was seen since the last report, those that hang on computers after
 * them. The caller frees the list. */
static const struct device **
devices_since(const struct part_scan *part, const struct device attached[], size_t n_attached,
    size_t *ret_count)
{
	size_t n = inventory_count(part->inventory), count = 0;
	const struct device **devices =
	    calloc(n + n_attached + 1, sizeof(const struct device *));

	for (size_t i = 0; devices && i < n; i++) {
		const struct device *device = inventory_at(part->inventory, i);

		if (device->last_seen_ms >= part->reported_ms)
			devices[count++] = device;
	}
	for (size_t i = 0; devices && i < n_attached; i++)
		devices[count++] = &attached[i];
	*ret_count = count;
	return devices;
}

static void
put_parts(struct agent *agent, const struct report_scan *scan,
    const struct device *const devices[], size_t count)
{
	uint32_t parts = 0, part = 0;
	size_t at = 0;

	for (size_t i = 0; i < count || parts == 0; parts++)
		i += report_inventory_fit(devices + i, count - i, PART_BYTES);
	for (; part < parts; part++) {
		size_t n = report_inventory_fit(devices + at, count - at, PART_BYTES);
		struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
		struct report_head head;
		int r;

		agent_head(agent, &head);
		r = report_inventory(&head, scan, part, parts, devices + at, n, &packed);
		agent_put(agent, &head, SPOOL_KEEP, r, &packed);
		at += n;
	}
}

static size_t
put_round(struct agent *agent, bool complete)
{
	struct part_scan *part = agent->scan;
	struct report_scan scan = {.started_ms = part->started_ms,
	    .finished_ms = clock_wall_ms(),
	    .ranges = part->ranges,
	    .n_ranges = part->n_ranges,
	    .complete = complete};
	const struct device **devices;
	struct device *attached;
	size_t n_attached = attached_since(part->attached, part->reported_ms, &attached), count;

	agent_uuid(scan.scan_id);
	devices = devices_since(part, attached, n_attached, &count);
	if (devices)
		put_parts(agent, &scan, devices, count);
	free(devices);
	free(attached);
	part->reported_ms = scan.finished_ms;
	attached_expire(part->attached, part->started_ms - HOST_KEEP_MS);
	(void)inventory_expire(part->inventory, part->started_ms - KEEP_MS);
	return count;
}

static void
on_done(void *arg, const struct scan_statistics *statistics)
{
	bool complete = statistics->error == 0 && statistics->sweep.error == 0;
	char words[SCHEDULE_WORDS_SIZE];
	struct agent *agent = arg;
	struct part_scan *part = agent->scan;
	size_t count = put_round(agent, complete);

	(void)snprintf(words, sizeof(words), "devices=%zu addresses=%u snmp=%u%s", count,
	    statistics->addresses, statistics->snmp_done + statistics->snmp_partial,
	    statistics->without_sensor ? " without CAP_NET_RAW" : "");
	if (statistics->memory_error < 0)
		(void)log_error(statistics->memory_error, "cannot keep what the scan learned");
	if (statistics->overflows > 0)
		(void)log_warn(0,
		    "the kernel's neighbour table overflowed %llu times: "
		    "net.ipv4.neigh.default."
		    "gc_thresh3 is too low for this network",
		    (unsigned long long)statistics->overflows);
	scan_free(part->scan);
	part->scan = NULL;
	schedule_done(agent, statistics->error, words);
}

static int
begin(struct agent *agent)
{
	const struct effective *effective = &agent->effective;
	struct part_scan *part = agent->scan;
	struct scan_settings settings = {.interfaces = agent->interfaces,
	    .n_interfaces = agent->n_interfaces,
	    .ranges = part->ranges,
	    .past = part->past,
	    .snmp = {.communities = effective->communities,
		.n_communities = effective->n_communities,
		.users = part->users,
		.n_users = part->n_users,
		.deadline_ms = PATIENCE_MS},
	    .patience_ms = PATIENCE_MS,
	    .pjlink_password = agent->settings.pjlink_password,
	    .broadcasts_per_s = (uint32_t)agent->settings.scan_rate,
	    .listen_ms = LISTEN_MS};

	if (agent_exam(agent, DEADLINE_S))
		return -EAGAIN;
	agent_interfaces(agent);
	settings.n_interfaces = agent->n_interfaces;
	if (settings.snmp.n_communities > SNMP_COMMUNITIES_MAX)
		settings.snmp.n_communities = SNMP_COMMUNITIES_MAX;
	memcpy(part->ranges, effective->ranges, sizeof(part->ranges));
	part->n_ranges = effective->n_ranges;
	if (part->n_ranges == 0)
		part->n_ranges =
		    scan_own_ranges(agent->interfaces, agent->n_interfaces, part->ranges);
	if (part->n_ranges == 0)
		return -ENETDOWN;
	settings.n_ranges = part->n_ranges;
	part->started_ms = clock_wall_ms();
	return scan_start(agent->loop, agent->sensor, part->inventory, &settings, on_done,
	    agent, &part->scan);
}

static void
cancel(struct agent *agent)
{
	scan_free(agent->scan->scan);
	agent->scan->scan = NULL;
}

static uint32_t
every_s(const struct agent *agent)
{
	return agent->effective.scan_every_s;
}

void
part_scan_sighting(struct agent *agent, const struct sighting *sighting)
{
	struct part_scan *part = agent->scan;

	if (part && part->scan)
		scan_sighting(part->scan, sighting);
	else if (part)
		(void)scan_note(
		    part->inventory, sighting, agent->interfaces, agent->n_interfaces);
}

const struct device *
part_scan_device_at(const struct agent *agent, const struct address *address)
{
	return agent->scan ? inventory_by_ip(agent->scan->inventory, address) : NULL;
}

static bool
is_ups(const struct device *device)
{
	for (size_t i = 0; i < device->n_evidence; i++)
		if (strcmp(device->evidence[i].source, "ups") == 0)
			return true;
	return false;
}

bool
part_scan_ups(const struct agent *agent, struct address *ret)
{
	size_t n = agent->scan ? inventory_count(agent->scan->inventory) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct device *device = inventory_at(agent->scan->inventory, i);

		if (device->n_ips == 0 || !is_ups(device))
			continue;
		*ret = device->ips[0];
		return true;
	}
	return false;
}

void
part_scan_observe(struct agent *agent, const struct observation *observation)
{
	if (agent->scan)
		(void)inventory_note(agent->scan->inventory, observation);
}

void
part_scan_attached(struct agent *agent, const struct facts *facts, int64_t seen_ms)
{
	if (agent->scan)
		attached_note(agent->scan->attached, facts, seen_ms);
}

uint64_t
part_scan_attached_refused(const struct agent *agent)
{
	return agent->scan ? attached_refused(agent->scan->attached) : 0;
}

void
part_scan_sweep(struct agent *agent, const struct sweep_result *result)
{
	if (agent->scan && agent->scan->scan)
		scan_sweep(agent->scan->scan, result);
}

void
part_scan_slowed(struct agent *agent, uint32_t broadcasts_per_s)
{
	if (agent->scan && agent->scan->scan)
		scan_slowed(agent->scan->scan, broadcasts_per_s);
}

const struct part part_scan = {
    .name = "scan", .enrolled = true, .start = start, .stop = stop, .reload = reload};

const struct task task_scan = {.name = "scan",
    .deadline_s = DEADLINE_S,
    .every_s = every_s,
    .begin = begin,
    .cancel = cancel};
