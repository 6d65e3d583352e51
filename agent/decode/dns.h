/*
 * Messages of the Domain Name System (RFC 1035): names and records out of bytes
 * we do not trust. A compression pointer must point before the labels that led to
 * it, so a name cannot loop.
 */
#ifndef PARTA_AGENT_DECODE_DNS_H
#define PARTA_AGENT_DECODE_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cursor.h"

enum { DNS_LABELS_MAX = 127, DNS_NAME_BYTES_MAX = 255 };

enum dns_type {
	DNS_A = 1,
	DNS_PTR = 12,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_SRV = 33,
};

/* Labels point into the message; the root is not counted. */
struct dns_name {
	uint8_t n;
	struct {
		const uint8_t *at;
		uint8_t len;
	} labels[DNS_LABELS_MAX];
};

struct dns_message {
	const uint8_t *base;
	struct cursor rest; /* what is not yet read */
	uint16_t id, flags;
	uint16_t questions, answers, authorities, additionals;
};

struct dns_record {
	struct dns_name owner;
	uint16_t type, class;
	uint32_t ttl_s;
	struct cursor data; /* names in it are read with dns_read_name() of the same message */
};

/* The header; false when the message is shorter than one. *ret is set on success. */
bool dns_open(struct cursor message, struct dns_message *ret);

/* The name at *at, which is the message's rest or a part of it; fails *at when it is wrong. */
bool dns_read_name(const struct dns_message *message, struct cursor *at, struct dns_name *ret);

/* Each moves message->rest over one entry; false when it is wrong or cut short. */
bool dns_read_question(struct dns_message *message, struct dns_name *ret, uint16_t *ret_type);
bool dns_read_record(struct dns_message *message, struct dns_record *ret);

/* Without case (ASCII). */
bool dns_label_is(const struct dns_name *name, size_t i, const char *text);

#endif
