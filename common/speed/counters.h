/*
 * The octet counters of a router's interface, read again and again, become the rate of
 * the line. A router may refresh what it tells only every few seconds (net-snmp: three),
 * so the rate is taken from one refresh to another, by the router's own clock. Pure:
 * recorded readings give the same rates again.
 */
#ifndef PARTA_COMMON_SPEED_COUNTERS_H
#define PARTA_COMMON_SPEED_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COUNTER_STEPS_MAX = 256 };

/* What the router said in one answer. */
struct counter_reading {
	uint64_t at_us;      /* our clock */
	uint64_t up_time_ms; /* SNMPv2-MIB sysUpTime */
	uint64_t octets[2];  /* IF-MIB: into the school, out of it */
	bool wide;           /* 64 bits, else 32 */
};

/* A refresh: when the counters were seen to be others. Octets count from the first reading on.
 */
struct counter_step {
	uint64_t at_us;      /* our clock, in the middle between the readings around it */
	uint64_t up_time_us; /* the router's clock, likewise */
	uint64_t gap_us;     /* between these readings */
	uint64_t octets[2];
};

struct counters {
	bool begun;
	struct counter_reading last;
	uint64_t octets[2];                           /* so far */
	struct counter_step steps[COUNTER_STEPS_MAX]; /* the last ones, oldest first */
	size_t n_steps;
};

/* The next reading, in order of time. After a restart of the router, or a 64-bit counter that
 * fell, all before is forgotten; a 32-bit counter may wrap once. */
void counters_note(struct counters *counters, const struct counter_reading *reading);

/*
 * The rate at the IP layer from the first to the last refresh between two moments of
 * our clock, both known to within 6 % of what lies between them. Frames are taken for
 * full ones: 1500 of 1514 octets. 0; -ENODATA: there are no two such refreshes.
 */
int counters_rate(const struct counters *counters, bool upload, uint64_t from_us,
    uint64_t to_us, double *ret_ip_mbps, double *ret_duration_s);

/* The rate of the time since from_us, roughly: by readings that may be old by a refresh. 0 or
 * -ENODATA. */
int counters_load(
    const struct counters *counters, bool upload, uint64_t from_us, double *ret_ip_mbps);

#endif
