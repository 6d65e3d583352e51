/*
 * What a decoder is, and the one list of them. A decoder is pure: the payload of
 * one frame in, one sighting out. To add a protocol: one file with its table and
 * `const struct decoder decoder_<name>`, and one row in DECODERS. The capture
 * filter, the counters, the fuzz programs and the golden tests read this list.
 */
#ifndef PARTA_AGENT_DECODE_DECODE_H
#define PARTA_AGENT_DECODE_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/decode/frame.h"
#include "agent/decode/sighting.h"

/* THE LIST; the Makefile reads it too. */
/* clang-format off */
#define DECODERS(X) \
	X(arp)      \
	X(ndp)      \
	X(lldp)     \
	X(cdp)      \
	X(stp)      \
	X(mdns)     \
	X(ssdp)     \
	X(wsd)      \
	X(dhcp)     \
	X(nbns)     \
	X(dhcp6)    \
	X(llmnr)    \
	X(browser)  \
	X(edp)      \
	X(mndp)     \
	X(ubnt)     \
	X(vrrp)     \
	X(hsrp)     \
	X(sadp)     \
	X(dhip)     \
	X(amx)
/* clang-format on */

enum decode_verdict {
	DECODE_OK,
	DECODE_NOT_MINE,  /* well formed perhaps, but it tells nothing we look for */
	DECODE_MALFORMED, /* it breaks its standard; counted, never an alarm by itself */
};

enum { DECODER_PLACES_MAX = 2 };

struct decoder {
	const char *name;   /* the source of its evidence; shorter than SIGHTING_SOURCE_BYTES */
	const char *filter; /* pcap-filter(7): the frames it wants, untagged */
	struct frame_place places[DECODER_PLACES_MAX]; /* where its payload stands in a frame */
	/* *ret is set on DECODE_OK only. frame->payload is what it reads. */
	enum decode_verdict (*decode)(const struct frame *frame, struct sighting *ret);
};

#define X(name) extern const struct decoder decoder_##name;
DECODERS(X)
#undef X

#define X(name) DECODER_AT_##name,
enum { DECODERS(X) DECODER_COUNT };
#undef X

extern const struct decoder *const decoders[DECODER_COUNT];

/*
 * One frame as it was captured, through the decoder that its payload belongs to.
 * *ret is set on DECODE_OK only. *ret_decoder is the row of decoders[] that judged, or -1 when
 * the frame did not get that far (nobody's, or its own headers are malformed).
 */
enum decode_verdict decode_frame(enum frame_link link, const void *bytes, size_t len,
    struct sighting *ret, int *ret_decoder);

/*
 * Who sent a frame that is about another: a relay, a proxy, a reflector. said: what
 * decode_frame() made of it. True when there is one, and then *ret is a sighting without facts.
 */
bool decode_sender(enum frame_link link, const void *bytes, size_t len,
    const struct sighting *said, struct sighting *ret);

/* A sighting with what the frame itself tells: source, VLAN, MAC and IP of the sender. */
struct sighting decode_begin(const struct decoder *decoder, const struct frame *frame);

/*
 * The pcap-filter(7) expression for all decoders. Linux takes the outermost tag off
 * before it filters, so frames of one VLAN pass too; under two tags none does. Returns its
 * length, or -ENOSPC.
 */
int decode_filter(char *ret, size_t size);

#endif
