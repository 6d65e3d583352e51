/*
 * The virtual school at run time: one process at the far end of a veth pair that
 * speaks for every device of a scenario by raw frames; the kernel holds none of
 * its addresses.
 */
#ifndef PARTA_TESTS_SCHOOL_SCHOOL_H
#define PARTA_TESTS_SCHOOL_SCHOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/school/packet.h"
#include "tests/school/scenario.h"

struct wire;

#define SCHOOL_COUNTERS(X)                                                                     \
	X(frames_in)                                                                           \
	X(frames_out)                                                                          \
	X(broadcasts_in)                                                                       \
	X(storm_drops)                                                                         \
	X(loss_drops)                                                                          \
	X(queue_drops)                                                                         \
	X(send_failures)                                                                       \
	X(arp_requests)                                                                        \
	X(arp_unicast)                                                                         \
	X(arp_replies)                                                                         \
	X(echo_requests)                                                                       \
	X(echo_replies)                                                                        \
	X(datagrams)                                                                           \
	X(port_unreachables)                                                                   \
	X(tcp_segments)                                                                        \
	X(snmp_v1)                                                                             \
	X(snmp_v2c)                                                                            \
	X(snmp_v3)                                                                             \
	X(snmp_get)                                                                            \
	X(snmp_getnext)                                                                        \
	X(snmp_getbulk)                                                                        \
	X(snmp_set)                                                                            \
	X(snmp_variables)                                                                      \
	X(snmp_answers)                                                                        \
	X(snmp_malformed)                                                                      \
	X(snmp_wrong_community)                                                                \
	X(snmp_reports)                                                                        \
	X(snmp_faults)                                                                         \
	X(snmp_outstanding_max)                                                                \
	X(mdns_queries)                                                                        \
	X(mdns_answers)                                                                        \
	X(lldp_sent)                                                                           \
	X(nbns_queries)                                                                        \
	X(ssdp_searches)                                                                       \
	X(wsd_probes)                                                                          \
	X(pjlink_commands)                                                                     \
	X(dhcp_sent)                                                                           \
	X(printing_ports)

struct counters {
#define X(name) uint64_t name;
	SCHOOL_COUNTERS(X)
#undef X
};

struct school {
	struct scenario scenario;
	struct host *
	    *by_address; /* index: address less the range's base; NULL where nobody is */
	uint32_t n_addresses;
	struct wire *wire;
	struct counters counters;
	uint64_t random;
	int64_t started_us;
	uint8_t (*user_keys)[2][USM_KEY_MAX]; /* by user: password keys before localisation */
};

/* What a protocol is handed: a UDP datagram for one host. */
struct datagram {
	struct mac from_mac, to_mac;
	uint32_t from_ip, to_ip; /* host order */
	uint16_t from_port, to_port;
	bool group; /* multicast or broadcast */
	const uint8_t *data;
	size_t len;
};

/* Where an answer goes, and from where. */
struct route {
	struct mac to_mac;
	uint32_t from_ip, to_ip;
	uint16_t from_port, to_port;
	uint8_t ttl;
};

/*
 * A protocol of the school: THE LIST is in protocols.c. Any of the two may be NULL.
 * on_datagram says whether this host listens to it: where none does, the host
 * answers "port unreachable".
 */
struct protocol {
	const char *name;
	uint16_t udp_port;
	bool (*on_datagram)(struct school *s, struct host *h, const struct datagram *d);
	void (*announce)(
	    struct school *s, struct host *h); /* every announce_s, and when a host comes up */
};

extern const struct protocol *const protocols[]; /* NULL ends it */

struct host *school_host(const struct school *s, uint32_t ip);
uint32_t host_ip(const struct host *h);
uint32_t school_random(struct school *s); /* 32 bits, from the scenario's seed */
int64_t school_now_us(void);

struct route route_back(const struct host *h, const struct datagram *d);

/*
 * Sends what the packet holds as one UDP datagram, in fragments where it is longer
 * than a frame. The host's latency, jitter, loss and serial queue apply when
 * `serial`; else only delay_us.
 */
void school_send(struct school *s, struct host *h, const struct route *to, struct packet *p,
    int64_t delay_us);
void school_send_serial(struct school *s, struct host *h, const struct route *to,
    struct packet *p, uint32_t variables);
/* Lays a checked IPv4 header of the protocol before the packet and sends it. */
void school_send_ip(struct school *s, struct host *h, const struct route *to, uint8_t protocol,
    struct packet *p, int64_t delay_us);
/* Lays an Ethernet header before the packet and sends it. */
void school_send_frame(struct school *s, struct host *h, const struct mac *to, uint16_t type,
    struct packet *p, int64_t delay_us);

void school_announce(struct school *s, struct host *h);

#endif
