/*
 * The probe's messages in BER (X.690, definite lengths): SNMPv1 and v2c GET
 * (RFC 1157 section 4.1.2, RFC 3416 section 3) and SNMPv3 engine discovery
 * (RFC 3412 section 6, RFC 3414 sections 2.4 and 4). Of an answer only what tells
 * whose it is gets read; values are left to the session that follows.
 */
#include "agent/ask/snmp_probe.h"

#include <errno.h>
#include <string.h>

#include "common/check.h"
#include "common/cursor.h"

enum {
	BER_INTEGER = 0x02,
	BER_OCTETS = 0x04,
	BER_NULL = 0x05,
	BER_OBJECT_ID = 0x06,
	BER_SEQUENCE = 0x30,
	PDU_GET = 0xa0,
	PDU_RESPONSE = 0xa2,
	PDU_REPORT = 0xa8,
	VERSION_1 = 0,
	VERSION_2C = 1,
	VERSION_3 = 3,
	MESSAGE_SIZE = 65507, /* what we take, RFC 3412 section 6.3 */
	FLAG_REPORTABLE = 0x04,
	SECURITY_USM = 3,
};

/* Writes from the end of the buffer to its front, so that each length is known when it is
 * written. */
struct writer {
	uint8_t *base;
	size_t left; /* bytes before what is written */
};

static void
put(struct writer *w, const void *bytes, size_t len)
{
	CHECK(len <= w->left);
	w->left -= len;
	memcpy(w->base + w->left, bytes, len);
}

static void
put_head(struct writer *w, uint8_t tag, size_t len)
{
	uint8_t head[3] = {tag, (uint8_t)len};

	CHECK(len <= 0xff);
	if (len < 0x80) {
		put(w, head, 2);
		return;
	}
	head[1] = 0x81;
	head[2] = (uint8_t)len;
	put(w, head, 3);
}

/* Closes what was written since `end` bytes were left. */
static void
put_close(struct writer *w, uint8_t tag, size_t end)
{
	put_head(w, tag, end - w->left);
}

static void
put_integer(struct writer *w, uint32_t value)
{
	uint8_t b[5] = {0, (uint8_t)(value >> 24), (uint8_t)(value >> 16),
	    (uint8_t)(value >> 8), (uint8_t)value};
	size_t skip = 0;

	while (skip < 4 && b[skip] == 0 && b[skip + 1] < 0x80)
		skip++;
	put(w, b + skip, sizeof(b) - skip);
	put_head(w, BER_INTEGER, sizeof(b) - skip);
}

static void
put_octets(struct writer *w, const void *bytes, size_t len)
{
	put(w, bytes, len);
	put_head(w, BER_OCTETS, len);
}

static void
put_get(struct writer *w, uint32_t id, bool ask)
{
	static const uint8_t sys_object_id[] = {0x2b, 6, 1, 2, 1, 1, 2, 0};
	size_t pdu = w->left;

	if (ask) {
		put_head(w, BER_NULL, 0);
		put(w, sys_object_id, sizeof(sys_object_id));
		put_head(w, BER_OBJECT_ID, sizeof(sys_object_id));
		put_close(w, BER_SEQUENCE, pdu);
	}
	put_close(w, BER_SEQUENCE, pdu);
	put_integer(w, 0);
	put_integer(w, 0);
	put_integer(w, id);
	put_close(w, PDU_GET, pdu);
}

static void
put_engine_discovery(struct writer *w, uint32_t id)
{
	static const uint8_t flags = FLAG_REPORTABLE;
	size_t end = w->left, part;

	/* scopedPDU: no context engine, no context name, an empty GET */
	put_get(w, id, false);
	put_octets(w, "", 0);
	put_octets(w, "", 0);
	put_close(w, BER_SEQUENCE, end);

	/* UsmSecurityParameters, all empty, inside an OCTET STRING */
	part = w->left;
	put_octets(w, "", 0);
	put_octets(w, "", 0);
	put_octets(w, "", 0);
	put_integer(w, 0);
	put_integer(w, 0);
	put_octets(w, "", 0);
	put_close(w, BER_SEQUENCE, part);
	put_close(w, BER_OCTETS, part);

	part = w->left;
	put_integer(w, SECURITY_USM);
	put_octets(w, &flags, 1);
	put_integer(w, MESSAGE_SIZE);
	put_integer(w, id);
	put_close(w, BER_SEQUENCE, part);

	put_integer(w, VERSION_3);
	put_close(w, BER_SEQUENCE, end);
}

size_t
snmp_probe_write(enum snmp_probe_kind kind, const char *community, uint32_t id,
    uint8_t ret[static SNMP_PROBE_BYTES_MAX])
{
	uint8_t buffer[SNMP_PROBE_BYTES_MAX];
	struct writer w = {buffer, sizeof(buffer)};
	size_t len;

	if (kind == SNMP_PROBE_ENGINE) {
		put_engine_discovery(&w, id);
	} else {
		put_get(&w, id, true);
		put_octets(&w, community, strnlen(community, SNMP_COMMUNITY_BYTES_MAX));
		put_integer(&w, kind == SNMP_PROBE_V1 ? VERSION_1 : VERSION_2C);
		put_close(&w, BER_SEQUENCE, sizeof(buffer));
	}
	len = sizeof(buffer) - w.left;
	memcpy(ret, buffer + w.left, len);
	return len;
}

/* The contents of the next element, which must have this tag; a failed cursor otherwise, and
 * then c has failed too. */
static struct cursor
take(struct cursor *c, uint8_t tag)
{
	size_t len;
	uint8_t first;

	if (cursor_u8(c) != tag)
		cursor_fail(c);
	first = cursor_u8(c);
	len = first;
	if (first & 0x80) {
		len = 0;
		if ((first & 0x7f) == 0 || (first & 0x7f) > 4)
			cursor_fail(c);
		for (unsigned i = 0; i < (first & 0x7fu) && cursor_ok(c); i++)
			len = len << 8 | cursor_u8(c);
	}
	return cursor_cut(c, len);
}

/* RFC 3416 keeps these within 32 bits; what is wider or negative fails. */
static uint32_t
take_integer(struct cursor *c)
{
	struct cursor value = take(c, BER_INTEGER);
	size_t len = cursor_left(&value);
	uint64_t number = 0;

	if (len == 0 || len > 5)
		cursor_fail(c);
	while (cursor_left(&value) > 0)
		number = number << 8 | cursor_u8(&value);
	if (number > INT32_MAX)
		cursor_fail(c);
	return cursor_ok(c) ? (uint32_t)number : 0;
}

static uint32_t
take_pdu_id(struct cursor *c, uint8_t tag)
{
	struct cursor pdu = take(c, tag);
	uint32_t id = take_integer(&pdu);

	if (!cursor_ok(&pdu))
		cursor_fail(c);
	return id;
}

static void
read_community_message(struct cursor *message, struct snmp_probe_answer *a)
{
	(void)take(message, BER_OCTETS); /* some agents answer with a community of their own */
	a->id = take_pdu_id(message, PDU_RESPONSE);
}

static void
read_engine(struct cursor *message, struct snmp_engine *engine)
{
	struct cursor wrapped = take(message, BER_OCTETS);
	struct cursor usm = take(&wrapped, BER_SEQUENCE);
	struct cursor id = take(&usm, BER_OCTETS);
	size_t len = cursor_left(&id);
	const uint8_t *bytes = cursor_take(&id, len);

	engine->boots = take_integer(&usm);
	engine->time_s = take_integer(&usm);
	if (!cursor_ok(&usm) || len < 5 || len > sizeof(engine->id)) {
		cursor_fail(message);
		return;
	}
	memcpy(engine->id, bytes, len);
	engine->id_len = len;
}

static void
read_v3_message(struct cursor *message, struct snmp_probe_answer *a)
{
	struct cursor header = take(message, BER_SEQUENCE);

	a->kind = SNMP_PROBE_ENGINE;
	a->id = take_integer(&header);
	(void)take_integer(&header);
	(void)take(&header, BER_OCTETS);
	if (take_integer(&header) != SECURITY_USM || !cursor_ok(&header))
		cursor_fail(message);
	read_engine(message, &a->engine);
	if (cursor_ok(message)) {
		struct cursor scoped = take(message, BER_SEQUENCE);

		(void)take(&scoped, BER_OCTETS);
		(void)take(&scoped, BER_OCTETS);
		(void)take(&scoped, PDU_REPORT);
		if (!cursor_ok(&scoped))
			cursor_fail(message);
	}
}

int
snmp_probe_read(const void *bytes, size_t len, struct snmp_probe_answer *ret)
{
	struct cursor datagram = cursor_over(bytes, len);
	struct cursor message = take(&datagram, BER_SEQUENCE);
	struct snmp_probe_answer a = {.kind = SNMP_PROBE_V1};

	switch (take_integer(&message)) {
	case VERSION_1:
		read_community_message(&message, &a);
		break;
	case VERSION_2C:
		a.kind = SNMP_PROBE_V2C;
		read_community_message(&message, &a);
		break;
	case VERSION_3:
		read_v3_message(&message, &a);
		break;
	default:
		return -EBADMSG;
	}
	if (!cursor_ok(&message))
		return -EBADMSG;
	*ret = a;
	return 0;
}
