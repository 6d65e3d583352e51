/* The parts of the service and their tasks, and what one part asks of another. */
#ifndef PARTA_AGENT_PARTS_H
#define PARTA_AGENT_PARTS_H

#include "agent/agent.h"
#include "agent/schedule.h"

struct facts;

/* The parts, each in its own file. */
extern const struct part part_network, part_status, part_scan, part_speed, part_watch,
    part_filter, part_health, part_host, part_line, part_path;

/* What the sensor says, handed on. */
void part_scan_sighting(struct agent *agent, const struct sighting *sighting);
void part_scan_sweep(struct agent *agent, const struct sweep_result *result);
void part_scan_slowed(struct agent *agent, uint32_t broadcasts_per_s);
void part_watch_echo(struct agent *agent, const struct echo_result *result);
/* The policy has come: a check that waited for what a control sees begins. */
void part_filter_policy(struct agent *agent);
bool part_filter_waits(const struct agent *agent);
/* Looks which way out is used, since that may have changed a moment ago. */
void part_path_look(struct agent *agent);
/* Does the way out cost by the byte? Why: "yes" (the settings say so), "mobile", "other"; "" it
 * does not. */
const char *part_path_metered(const struct agent *agent);
/* "up", "down", ...; "unknown" while nothing is watched. */
const char *part_watch_state(const struct agent *agent);

/* The device that is seen at an address, or NULL; valid until the next observation. */
const struct device *part_scan_device_at(
    const struct agent *agent, const struct address *address);
/* Where a UPS is that told of itself by UPS-MIB; false: none is known. */
bool part_scan_ups(const struct agent *agent, struct address *ret);
/* What a device said goes into the inventory. */
void part_scan_observe(struct agent *agent, const struct observation *observation);
/* What hangs on a computer is reported with the next round, as attached_note(); how many found
 * no room, as attached_refused(). */
void part_scan_attached(struct agent *agent, const struct facts *facts, int64_t seen_ms);
uint64_t part_scan_attached_refused(const struct agent *agent);

enum { HOST_COUNTERS_MAX = 12 };
/* Counters by name. */
size_t part_host_count(
    const struct agent *agent, struct report_counter ret[static HOST_COUNTERS_MAX]);

/* The tasks, each beside its part. */
extern const struct task task_scan, task_speed, task_filter;

#endif
