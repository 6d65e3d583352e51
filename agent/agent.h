/*
 * What the parts of the service share. Which parts there are is service.c's; what
 * they offer one another is in parts.h.
 */
#ifndef PARTA_AGENT_AGENT_H
#define PARTA_AGENT_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/effective.h"
#include "agent/sensor/sensor.h"
#include "agent/settings.h"
#include "agent/uplink/credentials.h"
#include "agent/uplink/policy.h"
#include "agent/uplink/report.h"
#include "agent/uplink/spool.h"
#include "common/bytes.h"

struct loop;
struct loop_event;
struct resolver;
struct transfers;
struct uplink;
struct schedule;
struct part_scan;
struct part_speed;
struct part_watch;
struct part_filter;
struct part_health;
struct part_network;
struct part_host;
struct line;
struct part_path;

struct agent {
	struct agent_settings settings;
	const char *config; /* the file that SIGHUP reads again, NULL: the usual one */
	char host_name[256];
	uint8_t boot_id[16];
	int64_t started_ms;
	uint64_t started_boot_ms;

	struct loop *loop;
	struct sensor *sensor; /* NULL: no CAP_NET_RAW */
	struct interface interfaces[SENSOR_INTERFACES_MAX];
	size_t n_interfaces;
	struct sensor_counters sensor_counters; /* as last told */
	struct resolver *resolver;
	struct transfers *transfers;
	struct spool *spool;
	struct credentials credentials;
	bool enrolled;
	uint64_t enrolment; /* which one, as the state folder holds it */
	struct uplink *uplink;
	struct policy *policy,
	    *policy_next; /* NULL: none yet; the next waits for a task to end */
	struct effective effective;
	struct schedule *schedule;
	struct part_scan *scan;
	struct part_speed *speed;
	struct part_watch *watch;
	struct part_filter *filter;
	struct part_health *health;
	struct part_network *network;
	struct part_host *host;
	struct part_path *path;
	struct line *line; /* as its router counts it */

	struct loop_event *signals[3], *watchdog, *waiting, *drained,
	    *status;    /* waiting: for the enrolment */
	size_t started; /* parts */
	bool stopping, failed;
	int status_error; /* of the last try to write the status file */
};

/* A part of the program; its row stands in THE LIST (service.c). Any hook may be NULL. */
struct part {
	const char *name;
	bool enrolled;                     /* only of an enrolled agent */
	int (*start)(struct agent *agent); /* 0 or a negative errno; it has said why */
	void (*stop)(struct agent *agent);
	void (*reload)(
	    struct agent *agent); /* settings or policy changed: agent->effective is new */
	void (*drain)(
	    struct agent *agent); /* the end is near: what is unsaid goes into the spool */
};

/* The head of the next report. */
void agent_head(const struct agent *agent, struct report_head *ret);
/* Spools what was packed under that head and clears it; r is what packing said. Failures are
 * said in the log. */
void agent_put(struct agent *agent, const struct report_head *head, enum spool_weight weight,
    int r, struct bytes *packed);
/* A fresh random UUID (RFC 9562 version 4). */
void agent_uuid(uint8_t ret[static 16]);
/* Reads the interfaces anew (addresses change); the sensor is told. */
void agent_interfaces(struct agent *agent);
/* The examination that is held at a moment (wall clock), and between now and so long ahead, by
 * what is in force; NULL: none. */
const struct calendar_exam *agent_exam_at(const struct agent *agent, int64_t at_ms);
const struct calendar_exam *agent_exam(const struct agent *agent, uint32_t ahead_s);
/* The same by what will be. */
const struct calendar_exam *agent_exam_by(const struct effective *effective, uint32_t ahead_s);
/* How often windows of the line and health are reported now. */
uint32_t agent_report_every_s(const struct agent *agent);
/* The school's lesson time now. */
enum calendar_period agent_period(const struct agent *agent);

/* Ends as after a signal, but so that the supervisor starts us again. It has been said why. */
void agent_restart(struct agent *agent);

/* Something happened that a person may want to see in `status` at once. */
void agent_touch(struct agent *agent);

#endif
