/*
 * What was seen and measured becomes a packed Report: the only file of the agent
 * that knows the generated messages of parta.v1 reports. Pure but for memory.
 */
#ifndef PARTA_AGENT_UPLINK_REPORT_H
#define PARTA_AGENT_UPLINK_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/inventory/inventory.h"
#include "agent/probe/connectivity.h"
#include "agent/probe/filter.h"
#include "agent/probe/speed.h"
#include "agent/uplink/spool.h"
#include "common/bytes.h"

struct report_head {
	uint8_t agent_id[16], boot_id[16];
	uint64_t seq;
	int64_t created_ms;
	bool clock_synchronised;
};

struct report_measurement {
	const char *metric, *subject;
	int64_t at_ms;
	double value;
};

struct report_scan {
	uint8_t scan_id[16];
	int64_t started_ms, finished_ms;
	const struct address_range *ranges;
	size_t n_ranges;
	bool complete;
};

struct report_counter {
	const char *name;
	uint64_t value;
};

struct report_health {
	int64_t started_ms, certificate_ends_ms;
	uint64_t uptime_s, rss_bytes;
	struct spool_stat spool;
	const char *os, *policy_version;
	const struct report_counter *counters;
	size_t n_counters;
	const char *const *warnings;
	size_t n_warnings;
};

/*
 * How many of the first devices go into one part of an inventory: at most
 * WIRE_DEVICES_MAX, and as many as fit in max_bytes, but at least one. 0 when
 * count is 0.
 */
size_t report_inventory_fit(
    const struct device *const devices[], size_t count, size_t max_bytes);

/*
 * Each appends one packed Report to ret: 0, -EFBIG, -ENOMEM. Lists longer than
 * common/wire/limits.h allows are cut. Of a device with a randomised MAC and
 * nothing stronger no name is sent.
 */
int report_inventory(const struct report_head *head, const struct report_scan *scan,
    uint32_t part, uint32_t parts, const struct device *const devices[], size_t count,
    struct bytes *ret);
int report_speed(const struct report_head *head, const struct speed_result *result,
    const char *lesson, struct bytes *ret);
int report_connectivity(const struct report_head *head,
    const struct connectivity_window windows[], size_t n_windows, const struct outage outages[],
    size_t n_outages, struct bytes *ret);
int report_filter(const struct report_head *head, const uint8_t run_id[static 16],
    int64_t started_ms, int64_t finished_ms, const char *list_version,
    const struct filter_observation observations[], size_t count, struct bytes *ret);
int report_health(const struct report_head *head, const struct report_health *health,
    const struct report_measurement measurements[], size_t n_measurements, struct bytes *ret);
int report_gap(const struct report_head *head, const struct spool_gap *gap, struct bytes *ret);

#endif
