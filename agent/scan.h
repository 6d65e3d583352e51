/*
 * One round of finding out what is on this network: the sensor sweeps, each host
 * that shows itself is asked by SNMP, then by the other askers (ask/ask.h), while
 * the sweep goes on, and everything that was said goes into the inventory. `scan` and the
 * service both stand on it.
 *
 * Whoever owns the sensor hands its events over: every sighting to
 * scan_sighting() while a scan runs (to scan_note() otherwise), the end of the
 * sweep to scan_sweep(), that it had to slow down to scan_slowed().
 */
#ifndef PARTA_AGENT_SCAN_H
#define PARTA_AGENT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/asks.h"
#include "agent/ask/snmp.h"
#include "agent/inventory/inventory.h"
#include "agent/sensor/sensor.h"
#include "common/address.h"

struct loop;
struct scan;
struct scan_memory;

struct scan_settings {
	const struct interface *interfaces; /* those that the sensor listens on; copied */
	size_t n_interfaces;
	const struct address_range *ranges; /* IPv4, at most SENSOR_RANGES_MAX; none:
					       scan_own_ranges(); copied */
	size_t n_ranges;
	struct snmp_settings snmp; /* copied deep; no community and no user: nobody is asked */
	const char *pjlink_password; /* NULL or "": none; copied */
	struct scan_memory *past;    /* what earlier scans learned; borrowed, NULL: nothing */
	uint32_t
	    broadcasts_per_s; /* of all that a scan causes, ours and the kernel's. 0: 250 */
	bool fast;            /* as fast as replies keep up instead */
	uint32_t patience_ms; /* with those who alone are not done, from the beginning on. 0:
				 14,500, when fast 7,500 */
	bool listen_only;     /* nothing is sent at all */
	uint32_t listen_ms;   /* at least this long, for those who only talk by themselves */
};

enum scan_stage { SCAN_SWEEPING, SCAN_ASKING, SCAN_LISTENING, SCAN_OVER };

struct scan_progress {
	enum scan_stage stage;
	uint32_t addresses;      /* in the ranges */
	uint32_t hosts;          /* showed themselves */
	uint32_t asked, pending; /* by SNMP: given, not yet ended */
	uint32_t talking;        /* to the other askers */
};

struct scan_statistics {
	struct sweep_result sweep;
	struct snmp_counters snmp;
	struct asks_counters asks;
	uint32_t addresses;
	uint32_t hosts;
	uint32_t snmp_done, snmp_partial, snmp_denied, snmp_silent; /* by outcome */
	uint32_t snmp_unchanged;                                    /* of those done */
	uint32_t snmp_left; /* not asked: silent or refused within the day */
	uint32_t told;      /* addresses noted because a router or a controller told of them */
	uint64_t sightings;
	uint64_t duration_ms;       /* and of it until the end of */
	uint64_t swept_ms, snmp_ms; /* the sweep, of SNMP */
	bool without_sensor;        /* no CAP_NET_RAW: the kernel's neighbour table stood in */
	uint64_t overflows; /* of the kernel's neighbour table meanwhile, whoever caused them */
	int memory_error;   /* 0, or why what is remembered could not be written */
	int error; /* 0, or why the sweep could not be made; what was seen still counts */
};

/* Called once, from the loop, never from inside scan_start(); the scan is still to be freed. */
typedef void (*scan_done_fn)(void *arg, const struct scan_statistics *statistics);

/*
 * Starts a round. sensor NULL: kernel sockets and the neighbour table stand in for
 * it, and nothing is heard that is not asked for. Addresses of ranges that are on no
 * interface's subnet are asked by SNMP alone. 0; -EINVAL without an address to sweep and
 * nothing to listen to, for a bad range or user; -E2BIG beyond SCAN_ADDRESSES_MAX; another
 * negative errno. loop, sensor and inventory are borrowed until scan_free().
 */
int scan_start(struct loop *loop, struct sensor *sensor, struct inventory *inventory,
    const struct scan_settings *settings, scan_done_fn on_done, void *arg, struct scan **ret);

void scan_sighting(struct scan *scan, const struct sighting *sighting);
void scan_sweep(struct scan *scan, const struct sweep_result *result);
/* The sweep lost something and makes no more than so many broadcasts a second from now on. */
void scan_slowed(struct scan *scan, uint32_t broadcasts_per_s);

/* What a device was asked in this round, at all its addresses. */
struct scan_cost {
	uint32_t snmp_requests, connections;
	uint32_t bytes_sent,
	    bytes_received; /* of the connections: payload, TLS counted inside */
};

void scan_cost(const struct scan *scan, const struct device *device, struct scan_cost *ret);

void scan_progress(const struct scan *scan, struct scan_progress *ret);

/* Ends it now, whatever its state; on_done is not called afterwards. Accepts NULL. May be
 * called from inside on_done. */
void scan_free(struct scan *scan);

/* A sighting goes into the inventory, with or without a scan. */
enum inventory_change scan_note(struct inventory *inventory, const struct sighting *sighting,
    const struct interface interfaces[], size_t n_interfaces);

#endif
