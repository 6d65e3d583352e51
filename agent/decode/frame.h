/*
 * The headers of a frame: Ethernet (IEEE 802.3), stacked VLAN tags (802.1Q),
 * LLC and SNAP (802.2), IPv4 (RFC 791), IPv6 with extension headers (RFC 8200), UDP (RFC 768),
 * down to the payload and the place it stands in.
 */
#ifndef PARTA_AGENT_DECODE_FRAME_H
#define PARTA_AGENT_DECODE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "common/address.h"
#include "common/cursor.h"

/* What a captured frame begins with; the first is what the sensor reads, the others stand in
 * files. */
enum frame_link {
	FRAME_LINK_ETHERNET,
	FRAME_LINK_COOKED,   /* LINKTYPE_LINUX_SLL */
	FRAME_LINK_COOKED2,  /* LINKTYPE_LINUX_SLL2 */
	FRAME_LINK_RAW_IP,   /* LINKTYPE_RAW, LINKTYPE_IPV4, LINKTYPE_IPV6 */
	FRAME_LINK_LOOPBACK, /* LINKTYPE_NULL, LINKTYPE_LOOP: an address family, then IP */
	FRAME_LINKS
};

/* What a payload is carried by; the number tells which protocol it is. */
enum frame_carrier {
	FRAME_NOWHERE,
	FRAME_ETHERTYPE, /* EtherType */
	FRAME_SNAP,      /* organisation << 16 | protocol, 40 bits; organisation 0 counts as
			    ETHERTYPE */
	FRAME_LLC,       /* destination SAP, unnumbered information */
	FRAME_UDP,       /* port, of either side */
	FRAME_ICMPV6,    /* 0: every type */
	FRAME_IP,        /* protocol number, of either version */
};

struct frame_place {
	enum frame_carrier carrier;
	uint64_t number;
};

struct frame {
	struct mac source, destination; /* all zero when the link has none */
	uint16_t vlan;                  /* of the innermost tag, 0 none */
	struct address from, to;        /* IP, family 0 none */
	uint8_t hop_limit;              /* TTL */
	struct frame_place place;
	uint16_t source_port;  /* UDP; place.number is the destination port */
	struct cursor payload; /* padding of the frame is cut off where a length tells */
};

enum frame_verdict {
	FRAME_OK,
	FRAME_FRAGMENT,  /* a part of a datagram: nothing of it is read */
	FRAME_UNKNOWN,   /* carries nothing that a place could name */
	FRAME_MALFORMED, /* a header that is cut short or contradicts itself */
};

/* A router passed it on, as far as its hop limit tells: the MAC is the router's, the IP address
 * of somebody beyond it. */
bool frame_is_forwarded(const struct frame *frame);

/* *ret is set on FRAME_OK only; its payload points into bytes. */
enum frame_verdict frame_parse(
    enum frame_link link, const void *bytes, size_t len, struct frame *ret);

#endif
