/*
 * The sensor, seen from parta-agent: a child, forked and re-executed as
 * `parta-agent -P sensor`, which opens raw sockets and pcap handles on the named
 * interfaces, shuts its sandbox (no file, no socket, no exec) and then only
 * reads frames, sends ARP requests and ICMP echoes for us, and talks over one
 * SEQPACKET socketpair. The agent gives its capability up once sensor_start()
 * returned; when the sensor dies, on_lost tells it and the agent ends.
 */
#ifndef PARTA_AGENT_SENSOR_SENSOR_H
#define PARTA_AGENT_SENSOR_SENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/decode/sighting.h"
#include "common/address.h"

struct loop;
struct sensor;

enum {
	SENSOR_INTERFACES_MAX = 16,
	SENSOR_RANGES_MAX = 32,
	SENSOR_SWEEP_ADDRESSES_MAX = 65536,
	SENSOR_ECHOES_MAX = 512,
	SENSOR_TIMEOUT_MS_MAX = 60000
};

/* An Ethernet interface that is up (getifaddrs, SIOCGIFHWADDR). */
struct interface {
	char name[16];
	uint32_t ifindex;
	struct mac mac;
	struct address ipv4;         /* first IPv4 address, family 0 none */
	struct address_range subnet; /* of it */
	struct address ipv6;         /* first link-local IPv6 address, family 0 none */
	bool carrier;
};

/* All Ethernet interfaces that are up, no loopback; returns the count or a negative errno. */
int interfaces_list(struct interface ret[static SENSOR_INTERFACES_MAX]);

struct sweep_plan {
	struct address_range ranges[SENSOR_RANGES_MAX]; /* IPv4, on-link */
	size_t n_ranges;
	uint32_t broadcasts_per_s; /* most; slowed while replies fall behind. 0: 250 */
	uint32_t passes;           /* over the silent addresses only. 0: 3 */
	bool fast; /* no pacing by the polite default: as fast as replies keep up */
};

struct sweep_result {
	uint32_t asked, answered, requests_sent; /* addresses, addresses, frames */
	uint64_t duration_ms;
	int32_t error; /* 0, or the negative errno that ended it early: -ENODEV no interface is
			  left */
};

/* An ICMP (or, kind 1, ARP) probe's fate. */
struct echo_result {
	uint32_t id; /* as given to sensor_echo */
	bool answered;
	bool
	    late; /* after the timeout was already told: this is a second word on the same id */
	uint32_t rtt_us;
	uint8_t icmp_type; /* of an ICMP error instead of an answer, 0 none */
	uint8_t icmp_code;
	struct address from;
	int32_t error; /* it could not be sent: negative errno; answered is false */
};

/* Since the sensor started. */
struct sensor_counters {
	uint64_t frames, dropped_by_kernel;
	uint64_t not_mine;          /* passed the filter, but nothing for a decoder */
	uint64_t headers_malformed; /* Ethernet, IP or UDP; no decoder saw them */
	uint64_t cut;               /* longer than the capture keeps, and refused for it */
	uint64_t sightings_dropped; /* the agent was behind */
	uint32_t n;                 /* per decoder, in the order of DECODERS */
	struct {
		char name[12];
		uint64_t ok, malformed;
	} decoder[32];
};

/* Only on_sighting and on_lost must be there. */
struct sensor_events {
	void (*on_sighting)(void *arg, const struct sighting *sighting);
	void (*on_sweep)(void *arg, const struct sweep_result *result);
	/* losses made the sweep slower: so many broadcasts a second at most from now on */
	void (*on_slowed)(void *arg, uint32_t broadcasts_per_s);
	void (*on_echo)(void *arg, const struct echo_result *result);
	void (*on_counters)(
	    void *arg, const struct sensor_counters *counters); /* about once a minute */
	void (*on_lost)(void *arg, int error); /* the child is gone; nothing else will come */
};

/*
 * Returns when the child has opened its handles and shut its sandbox, which takes
 * some milliseconds. 0; -EPERM without CAP_NET_RAW; another negative errno. Words go to the
 * log.
 */
int sensor_start(struct loop *loop, const struct interface interfaces[], size_t n_interfaces,
    const struct sensor_events *events, void *arg, struct sensor **ret);
void sensor_stop(struct sensor *sensor); /* ends and reaps the child; accepts NULL */

/* The same interfaces with new addresses (DHCP); those that the sensor does not listen on are
 * ignored. 0 or a negative errno. */
int sensor_update(
    struct sensor *sensor, const struct interface interfaces[], size_t n_interfaces);

/*
 * Ask every address of the ranges by ARP, scattered, those that are known by unicast; on_sweep
 * tells the end. 0; -EBUSY while one runs; -EINVAL without a range or with one that is not
 * IPv4; -E2BIG for more than SENSOR_SWEEP_ADDRESSES_MAX addresses; -EADDRNOTAVAIL for a range
 * outside of every interface's subnet when there are several interfaces; -EAGAIN when the
 * sensor is behind; -EPIPE when it is gone.
 */
int sensor_sweep(struct sensor *sensor, const struct sweep_plan *plan);
/* Ends the sweep under way, if there is one; on_sweep tells it with -ECANCELED. */
void sensor_sweep_end(struct sensor *sensor);

/* The sweep under way asks at most so many broadcasts a second from now on, because something
 * else causes broadcasts too; 0: as its plan says. 0; -EAGAIN when the sensor is behind;
 * -EPIPE. */
int sensor_sweep_rate(struct sensor *sensor, uint32_t broadcasts_per_s);

/* Asks everybody to say what they are, by mDNS, SSDP and WS-Discovery; who does is sighted, for
 * the next three seconds most likely. 0; -EAGAIN when the sensor is behind; -EPIPE. */
int sensor_search(struct sensor *sensor);

enum sensor_probe { SENSOR_PROBE_ICMP, SENSOR_PROBE_ARP };

/*
 * One ICMP echo (ttl 0: the default) or one unicast-or-broadcast ARP request out of the
 * interface. ifindex 0 (ICMP only): where the routes say. on_echo tells its fate within
 * timeout_ms, and once more when the answer came late. 0; -EINVAL; -EBUSY with
 * SENSOR_ECHOES_MAX under way; -EAGAIN; -EPIPE.
 */
int sensor_echo(struct sensor *sensor, enum sensor_probe kind, uint32_t id, uint32_t ifindex,
    const struct address *to, uint8_t ttl, uint32_t timeout_ms);

/* main() of the child: `parta-agent -P sensor`; never returns to the service's code. Exit
 * status. */
int sensor_main(void);

/* A capture file through the same decoders, without a child: `scan --pcap FILE`. 0 or a
 * negative errno; words for a person in error. */
int capture_read_file(const char *path,
    void (*on_sighting)(void *arg, const struct sighting *sighting), void *arg,
    struct sensor_counters *ret_counters, char error[static 256]);

#endif
