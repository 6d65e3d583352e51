/*
 * The collector's policy as this agent uses it: read from a SignedPolicy whose
 * Ed25519 signature (RFC 8032) is checked first. Bounded: what is more than the
 * lists below hold is cut. Pure but for memory.
 */
#ifndef PARTA_AGENT_UPLINK_POLICY_H
#define PARTA_AGENT_UPLINK_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include "agent/probe/connectivity.h"
#include "agent/probe/filter.h"
#include "agent/sensor/sensor.h"
#include "common/address.h"

enum {
	POLICY_LESSONS_MAX = 128,
	POLICY_HOLIDAYS_MAX = 64,
	POLICY_EXAMS_MAX = 16,
	POLICY_SERVERS_MAX = 8,
	POLICY_COMMUNITIES_MAX = 16,
	POLICY_FILTER_ENTRIES_MAX = 2000,
	POLICY_BYTES_MAX = 1024 * 1024,
	POLICY_CONTROL_MS = 3600 * 1000, /* how long a control may be told by */
};

struct policy_lesson {
	unsigned weekday; /* 1 Monday .. 7 Sunday */
	unsigned from_minute, to_minute;
};

struct policy_days {
	unsigned from_day, to_day; /* YYYYMMDD, inclusive */
};

struct policy_exam {
	int64_t from_ms, to_ms;
	char name[112];
};

struct policy_slots { /* as parta.v1.SpeedSlots; slots 0: none */
	uint32_t slot, slots, slot_s;
};

struct policy {
	char version[65];
	int64_t issued_ms;
	uint64_t received_boot_ms; /* clock_boot_ms(); 0 kept from an earlier run */
	char time_zone[64];
	struct policy_lesson lessons[POLICY_LESSONS_MAX];
	size_t n_lessons;
	struct policy_days holidays[POLICY_HOLIDAYS_MAX];
	size_t n_holidays;
	struct policy_exam exams[POLICY_EXAMS_MAX];
	size_t n_exams;
	double target_down_mbps, target_up_mbps;
	char speed_servers[POLICY_SERVERS_MAX][256];
	size_t n_speed_servers;
	char speed_backend[16];
	uint32_t speed_every_s;
	uint64_t speed_budget_bytes_a_day, speed_budget_bytes_a_month;
	struct policy_slots speed_slots;
	struct address_range ranges[SENSOR_RANGES_MAX];
	size_t n_ranges;
	uint32_t scan_every_s;
	char communities[POLICY_COMMUNITIES_MAX][256];
	size_t n_communities;
	struct connectivity_target targets[CONNECTIVITY_TARGETS_MAX];
	size_t n_targets;
	uint32_t filter_every_s;
	struct filter_list filter;           /* its memory is the policy's */
	struct filter_entry *filter_entries; /* the same, for who may change them */
	uint32_t report_every_s;
	void *memory;
};

/*
 * Checks the signature of a packed SignedPolicy and reads what it signs. 0;
 * -EKEYREJECTED when it is not signed by that key; -EBADMSG when it is not a
 * policy; -EFBIG; -ENOMEM.
 */
int policy_open(
    const void *signed_policy, size_t len, const uint8_t key[static 32], struct policy **ret);
/* Controls that are too old by now to be told by are known no longer; all of them when it is
 * not known when the policy came. */
void policy_expire_controls(struct policy *policy, uint64_t now_boot_ms);
void policy_free(struct policy *policy); /* accepts NULL */

#endif
