/* BER (X.690) as SNMP uses it: definite lengths, tags of one byte. */
#ifndef PARTA_TESTS_SCHOOL_BER_H
#define PARTA_TESTS_SCHOOL_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cursor.h"
#include "tests/school/packet.h"

enum ber_tag {
	BER_INTEGER = 0x02,
	BER_OCTETS = 0x04,
	BER_NULL = 0x05,
	BER_OID = 0x06,
	BER_SEQUENCE = 0x30,
	BER_ADDRESS =
	    0x40, /* RFC 2578: IpAddress, Counter32, Gauge32, TimeTicks, Opaque, Counter64 */
	BER_COUNTER = 0x41,
	BER_GAUGE = 0x42,
	BER_TICKS = 0x43,
	BER_OPAQUE = 0x44,
	BER_COUNTER64 = 0x46,
	BER_NO_OBJECT = 0x80, /* RFC 3416: exceptions in place of a value */
	BER_NO_INSTANCE = 0x81,
	BER_END_OF_VIEW = 0x82,
};

enum { BER_OID_LEN_MAX = 128, BER_OID_BYTES_MAX = BER_OID_LEN_MAX * 5 };

struct oid {
	size_t len;
	uint32_t part[BER_OID_LEN_MAX];
};

/* The next element: its tag and its contents; a failed cursor in place of a ruined one. */
struct cursor ber_next(struct cursor *c, uint8_t *ret_tag);
/* The contents of the next element, which must bear the tag. */
struct cursor ber_expect(struct cursor *c, uint8_t tag);
int64_t ber_integer(struct cursor *c);
/* Fails the cursor when the element is not an OID or is too long. */
void ber_oid(struct cursor *c, struct oid *ret);

/* Contents only, no tag: each returns the bytes written. */
size_t ber_encode_oid(uint8_t ret[static BER_OID_BYTES_MAX], const uint32_t *part, size_t len);
size_t ber_encode_signed(uint8_t ret[static 9], int64_t value);
size_t ber_encode_unsigned(uint8_t ret[static 9], uint64_t value);
size_t ber_encode_header(uint8_t ret[static 4], uint8_t tag, size_t content_len);

/* In front of what the packet holds: elements are built from the inside out. */
void ber_push_header(struct packet *p, uint8_t tag, size_t content_len);
void ber_push_integer(struct packet *p, int64_t value);
void ber_push_octets(struct packet *p, const void *bytes, size_t len);

int oid_parse(const char *text,
    struct oid *ret); /* "1.3.6.1", a leading dot is tolerated: 0 or -EINVAL */
int oid_compare(const uint32_t *a, size_t a_len, const uint32_t *b, size_t b_len);

#endif
