/*
 * How the value of a TLV becomes a fact: what several protocols read alike. Each takes all that
 * is left of the value; one of the wrong form fails the cursor, an empty one adds nothing.
 * Pure.
 */
#ifndef PARTA_AGENT_DECODE_VALUE_H
#define PARTA_AGENT_DECODE_VALUE_H

#include "agent/decode/sighting.h"
#include "common/address.h"
#include "common/cursor.h"

typedef void value_read(struct cursor *value, const char *key, struct sighting *s);

value_read value_text;
value_read value_hex;    /* at most 512 bytes of it */
value_read value_u8;     /* decimal */
value_read value_be16;   /* decimal */
value_read value_list16; /* be16 after be16, decimal, comma-separated, in their order */
value_read value_mac;    /* not when it is nobody's: zero or a group's */
value_read value_ipv4;   /* one or several; not those that are nobody's */
value_read value_ipv6;
value_read value_labels; /* a domain name without compression (RFC 1035 3.1), joined by dots */

/* A type of TLV: how its value is read under which key when it has at least min bytes. */
struct value_row {
	uint16_t type, min;
	const char *key;
	value_read *read;
};

/* Reads a value as each of the n rows of its type says; a type without a row says nothing. */
void value_read_rows(const struct value_row rows[], size_t n, uint16_t type,
    struct cursor *value, struct sighting *s);

/* Six bytes; false and a failed cursor when they are not there. */
bool value_take_mac(struct cursor *value, struct mac *ret);

/* A device's own address: not zero, no group's. */
bool value_is_station(const struct mac *mac);

#endif
