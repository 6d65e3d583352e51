/*
 * The connectivity ladder: carrier, address, gateway, the provider's first hop,
 * Internet targets, DNS, portal, TLS, collector. `ladder.h` is the pure machine (hits and
 * misses in, outages out); this is its I/O: who is probed, how often, through the sensor and
 * the loop.
 */
#ifndef PARTA_AGENT_PROBE_CONNECTIVITY_H
#define PARTA_AGENT_PROBE_CONNECTIVITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/sensor/sensor.h"
#include "common/address.h"

struct loop;
struct resolver;
struct transfers;
struct connectivity;

enum {
	CONNECTIVITY_TARGETS_MAX = 8,
	CONNECTIVITY_EVIDENCE_MAX = 20,
	CONNECTIVITY_WINDOWS_MAX = 64
};

/* The numbers are those of parta.v1.OutageClass and ConnectivityState. */
enum outage_class {
	OUTAGE_UNSPECIFIED,
	OUTAGE_LAN_LINK,
	OUTAGE_LAN_ADDRESS,
	OUTAGE_GATEWAY,
	OUTAGE_ISP_ACCESS,
	OUTAGE_ISP_CORE,
	OUTAGE_DNS_LOCAL,
	OUTAGE_DNS_ALL,
	OUTAGE_PORTAL,
	OUTAGE_TLS_INTERCEPT,
	OUTAGE_DESTINATION,
	OUTAGE_COLLECTOR_ONLY,
	OUTAGE_AGENT_DOWN,
	OUTAGE_POWER,
};
const char *outage_class_name(enum outage_class class); /* "lan_link", "isp_access", ... */

enum connectivity_state {
	CONNECTIVITY_UNSPECIFIED,
	CONNECTIVITY_UP,
	CONNECTIVITY_DEGRADED,
	CONNECTIVITY_DOWN,
	CONNECTIVITY_UNKNOWN,
};
const char *connectivity_state_name(enum connectivity_state state); /* "up", "degraded", ... */

struct outage_evidence {
	char rung[16], target[64], observed[48];
	int64_t at_ms;
};

struct outage {
	uint8_t outage_id[16];
	enum outage_class class;
	enum connectivity_state state;
	int64_t onset_ms, end_ms; /* end 0: it lasts */
	bool machine_restarted;   /* OUTAGE_AGENT_DOWN: not the program alone */
	struct outage_evidence evidence[CONNECTIVITY_EVIDENCE_MAX];
	size_t n_evidence;
};

struct connectivity_window {
	char rung[16], target[64];
	int64_t from_ms, to_ms;
	uint32_t sent, received, late, micro_outages;
	double rtt_min_ms, rtt_median_ms, rtt_max_ms; /* < 0 none */
};

struct connectivity_target {
	struct address address;
	char kind[16]; /* "icmp", "tcp:443", "dns" */
};

struct connectivity_settings {
	struct connectivity_target targets[CONNECTIVITY_TARGETS_MAX];
	size_t n_targets;
	const char *resolver;        /* "10.0.0.1" or NULL: /etc/resolv.conf */
	const char *public_resolver; /* address, or NULL: none */
	const char
	    *dns_name; /* a name that must resolve, random label allowed: "*.probe.example" */
	const char *collector_host; /* name or address; NULL or "": not watched */
	uint16_t collector_port;
	const char *ca_file;         /* the collector's authority; NULL: TLS is not looked at */
	const char *portal_url;      /* see genuine.h */
	struct resolver *names;      /* finds the collector */
	struct transfers *transfers; /* NULL: neither portals nor TLS are looked at */
	bool live;                   /* somebody looks on, see ladder.h */
	const char *state_dir; /* alive mark and open outage live here; NULL: nothing is kept */
	uint64_t window_ms;    /* length of a window, 0: 60 s */
};

struct connectivity_events {
	void (*on_outage)(void *arg,
	    const struct outage
		*outage); /* at its declaration and at its end; also AGENT_DOWN after a start */
	void (*on_windows)(void *arg, const struct connectivity_window windows[], size_t count);
	void (*on_state)(void *arg, enum connectivity_state state, int64_t at_ms);
	void (*on_sample)(void *arg, const char *line); /* see ladder_samples.h */
};

/* sensor may be NULL (no CAP_NET_RAW): ICMP and ARP rungs are then asked by TCP and the
 * kernel's neighbour table. */
int connectivity_start(struct loop *loop, struct sensor *sensor,
    const struct connectivity_settings *settings, const struct connectivity_events *events,
    void *arg, struct connectivity **ret);
void connectivity_stop(struct connectivity *connectivity);
/* The agent's sensor has one consumer of echoes; it hands each result on. */
void connectivity_echo(struct connectivity *connectivity, const struct echo_result *result);
/* Evidence of the open outage from elsewhere; on_outage tells the outage anew. Nothing when
 * none is open. */
void connectivity_witness(struct connectivity *connectivity, const char *rung,
    const char *target, const char *observed);
/* NULL: there is none. */
const struct address *connectivity_gateway(const struct connectivity *connectivity);
enum connectivity_state connectivity_now(const struct connectivity *connectivity);

#endif
