/*
 * A datagram under construction: a region in the middle of a buffer that grows at
 * both ends, so that contents come first and headers are laid before them.
 */
#ifndef PARTA_TESTS_SCHOOL_PACKET_H
#define PARTA_TESTS_SCHOOL_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { PACKET_HEADROOM = 1024, PACKET_SIZE = PACKET_HEADROOM + 16384 };

struct packet {
	size_t from, to;
	bool failed; /* something did not fit: it must not be sent */
	uint8_t bytes[PACKET_SIZE];
};

static inline void
packet_reset(struct packet *p)
{
	p->from = p->to = PACKET_HEADROOM;
	p->failed = false;
}

static inline size_t
packet_len(const struct packet *p)
{
	return p->to - p->from;
}

static inline uint8_t *
packet_start(struct packet *p)
{
	return p->bytes + p->from;
}

static inline void
packet_append(struct packet *p, const void *bytes, size_t len)
{
	if (len > PACKET_SIZE - p->to) {
		p->failed = true;
		return;
	}
	if (len > 0)
		memcpy(p->bytes + p->to, bytes, len);
	p->to += len;
}

static inline void
packet_push(struct packet *p, const void *bytes, size_t len)
{
	if (len > p->from) {
		p->failed = true;
		return;
	}
	p->from -= len;
	if (len > 0)
		memcpy(p->bytes + p->from, bytes, len);
}

static inline void
packet_append_u8(struct packet *p, unsigned value)
{
	uint8_t b = (uint8_t)value;

	packet_append(p, &b, 1);
}

static inline void
packet_append_be16(struct packet *p, unsigned value)
{
	uint8_t b[2] = {(uint8_t)(value >> 8), (uint8_t)value};

	packet_append(p, b, sizeof(b));
}

static inline void
packet_append_be32(struct packet *p, uint32_t value)
{
	uint8_t b[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
	    (uint8_t)value};

	packet_append(p, b, sizeof(b));
}

static inline void
packet_append_text(struct packet *p, const char *text)
{
	packet_append(p, text, strlen(text));
}

#endif
