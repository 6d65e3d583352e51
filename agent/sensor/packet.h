/*
 * The packets that we send ourselves, and what comes back: ARP requests (RFC 826),
 * datagrams to a group (RFC 768, RFC 1112, RFC 2464) and echoes of ICMP (RFC 792) and ICMPv6
 * (RFC 4443). Pure.
 */
#ifndef PARTA_AGENT_SENSOR_PACKET_H
#define PARTA_AGENT_SENSOR_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"

enum {
	PACKET_ARP_BYTES = 60,  /* the least Ethernet frame, without its checksum */
	PACKET_ECHO_BYTES = 24, /* header and cookie, padded */
	PACKET_DATAGRAM_BYTES_MAX = 1514,
};

/*
 * Who has `ip`? From `mac` and `own_ip` (family 0: as a probe of RFC 5227, from nobody). `to`
 * is the frame's destination, NULL for all.
 */
void packet_arp_request(uint8_t ret[static PACKET_ARP_BYTES], const struct mac *mac,
    const struct address *own_ip, const struct address *ip, const struct mac *to);

/* A UDP datagram to an IPv4 or IPv6 group, from a port to the same one. Returns the frame's
 * length, or 0 when the payload is too long for one. */
size_t packet_datagram(uint8_t ret[static PACKET_DATAGRAM_BYTES_MAX], const struct mac *mac,
    const struct address *own_ip, const struct address *group, uint16_t port, uint8_t ttl,
    const void *payload, size_t len);

/* An echo that is known again by id, sequence and cookie. */
struct packet_echo {
	uint16_t id, sequence;
	uint64_t cookie;
};

/* ICMPv6 is sent without a checksum: the kernel knows the addresses. */
void packet_echo_build(uint8_t ret[static PACKET_ECHO_BYTES], enum address_family family,
    const struct packet_echo *echo);

struct packet_answer {
	bool error; /* somebody on the way could not deliver it */
	uint8_t type, code;
	struct address to;       /* of an error: whom we had asked, as its quotation says */
	struct packet_echo echo; /* no cookie in an error that quotes too little */
};

/*
 * What a raw socket gave: IPv4 with its header, ICMPv6 without. True and *ret when
 * it is an echo reply, or an error about an echo.
 */
bool packet_answer_read(
    enum address_family family, const void *bytes, size_t len, struct packet_answer *ret);

#endif
