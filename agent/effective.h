/*
 * What is in force: a local setting where a person gave one, else the collector's
 * policy, else what a school without either does. Pure.
 */
#ifndef PARTA_AGENT_EFFECTIVE_H
#define PARTA_AGENT_EFFECTIVE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/calendar.h"
#include "agent/settings.h"
#include "agent/timetable.h"
#include "agent/uplink/policy.h"

/* Texts and the filter list are borrowed from the settings and the policy. */
struct effective {
	const char *time_zone; /* "": the machine's */
	struct calendar calendar;
	uint32_t report_every_s, scan_every_s, speed_every_s, filter_every_s;
	struct address_range ranges[SENSOR_RANGES_MAX];
	size_t n_ranges; /* 0: the own subnets */
	const char *communities[OPTION_LIST_MAX];
	size_t n_communities;
	double target_down_mbps, target_up_mbps;
	const char *speed_servers[POLICY_SERVERS_MAX];
	size_t n_speed_servers;
	const char *speed_backend;
	struct timetable_slots speed_slots;
	uint64_t speed_budget_bytes;       /* a day */
	uint64_t speed_budget_month_bytes; /* a month of the calendar */
	struct connectivity_target targets[CONNECTIVITY_TARGETS_MAX];
	size_t n_targets;
	const struct filter_list *filter; /* NULL: none, or a local file is named */
};

/* policy NULL: none yet. */
void effective_make(
    const struct agent_settings *settings, const struct policy *policy, struct effective *ret);

/* Host and port of an https URL. */
void effective_host(const char *url, char *ret, size_t size, uint16_t *ret_port);

/* The name that must resolve: the own setting, else any label under the collector's host; ""
 * when that is an address. */
void effective_dns_name(
    const struct agent_settings *settings, const char *host, char *ret, size_t size);

/* "icmp@192.0.2.1", "tcp:443@192.0.2.1", "dns@192.0.2.1"; a bare address is asked by ICMP. 0 or
 * -EINVAL. */
int effective_target(const char *text, struct connectivity_target *ret);

#endif
