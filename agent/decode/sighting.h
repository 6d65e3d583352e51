/*
 * A sighting: what one frame told about one device. Flat, so that it crosses the
 * pipe by one send, is checked again on arrival, compared with memcmp and printed
 * in a golden test.
 */
#ifndef PARTA_AGENT_DECODE_SIGHTING_H
#define PARTA_AGENT_DECODE_SIGHTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/address.h"

enum { SIGHTING_TEXT_BYTES = 2048, SIGHTING_SOURCE_BYTES = 12 };

struct sighting {
	int64_t seen_ms;   /* wall clock, stamped by the sensor, 0 from a decoder */
	uint32_t ifindex;  /* stamped by the sensor */
	uint16_t vlan;     /* 802.1Q, 0 none */
	struct mac mac;    /* the device's, all zero when the frame does not tell */
	struct address ip; /* the device's, family 0 when the frame does not tell */
	char source[SIGHTING_SOURCE_BYTES]; /* the decoder's name: an evidence source */
	uint16_t text_len;                  /* facts: key NUL value NUL, one after another */
	char text[SIGHTING_TEXT_BYTES];
};

/* Adds a fact with wire bytes made clean (common/text). An empty value or a full
 * sighting adds nothing; false tells that it was full. */
bool sighting_add(struct sighting *s, const char *key, const void *value, size_t len);
bool sighting_add_format(struct sighting *s, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool sighting_add_address(struct sighting *s, const char *key, const struct address *address);

/* Walks the facts: start with *at = 0; false at the end. */
bool sighting_next(
    const struct sighting *s, size_t *at, const char **ret_key, const char **ret_value);

/* Whatever the sensor sent, it can be read without a fault: lengths, terminators, clean text.
 */
bool sighting_sane(const struct sighting *s);

/* One sighting as readable lines: golden tests and parta-agent -v. */
void sighting_print(const struct sighting *s, FILE *out);

#endif
