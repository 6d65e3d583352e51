/* DNS messages: see dns.h. Deliberately not done: EDNS, signatures, UPDATE. */
#include "agent/decode/dns.h"

#include <string.h>
#include <strings.h>

bool
dns_open(struct cursor c, struct dns_message *ret)
{
	struct dns_message m = {.base = c.at};

	m.id = cursor_be16(&c);
	m.flags = cursor_be16(&c);
	m.questions = cursor_be16(&c);
	m.answers = cursor_be16(&c);
	m.authorities = cursor_be16(&c);
	m.additionals = cursor_be16(&c);
	if (!cursor_ok(&c))
		return false;
	m.rest = c;
	*ret = m;
	return true;
}

/*
 * Labels up to the root or a pointer. Returns the offset that the pointer names, 0
 * at the root, -1 when it is wrong.
 */
static int
read_labels(struct cursor *c, struct dns_name *name, size_t *bytes)
{
	for (;;) {
		uint8_t len = cursor_u8(c);

		if (!cursor_ok(c))
			return -1;
		if (len == 0)
			return 0;
		if (len >= 0xc0) {
			int target = (len & 0x3f) << 8 | cursor_u8(c);

			return cursor_ok(c) && target ? target : -1;
		}
		*bytes += len + 1u;
		if (len > 63 || *bytes >= DNS_NAME_BYTES_MAX || name->n == DNS_LABELS_MAX)
			return -1;
		name->labels[name->n].at = cursor_take(c, len);
		name->labels[name->n].len = len;
		name->n++;
	}
}

bool
dns_read_name(const struct dns_message *message, struct cursor *at, struct dns_name *ret)
{
	size_t start, bytes = 0;
	struct cursor jumped;
	int target;

	ret->n = 0;
	if (!cursor_ok(at) || !cursor_left(at)) {
		cursor_fail(at);
		return false;
	}
	start = (size_t)(at->at - message->base);
	target = read_labels(at, ret, &bytes);
	while (target > 0 && (size_t)target < start) {
		jumped = cursor_over(message->base + target, start - (size_t)target);
		start = (size_t)target;
		target = read_labels(&jumped, ret, &bytes);
	}
	if (target != 0) {
		cursor_fail(at);
		return false;
	}
	return true;
}

bool
dns_read_question(struct dns_message *message, struct dns_name *ret, uint16_t *ret_type)
{
	uint16_t type;

	if (!dns_read_name(message, &message->rest, ret))
		return false;
	type = cursor_be16(&message->rest);
	(void)cursor_be16(&message->rest); /* class */
	if (!cursor_ok(&message->rest))
		return false;
	*ret_type = type;
	return true;
}

bool
dns_read_record(struct dns_message *message, struct dns_record *ret)
{
	struct cursor *c = &message->rest;

	if (!dns_read_name(message, c, &ret->owner))
		return false;
	ret->type = cursor_be16(c);
	ret->class = cursor_be16(c);
	ret->ttl_s = cursor_be32(c);
	ret->data = cursor_cut(c, cursor_be16(c));
	return cursor_ok(c);
}

bool
dns_label_is(const struct dns_name *name, size_t i, const char *text)
{
	size_t len = strlen(text);

	return i < name->n && name->labels[i].len == len &&
	       (len == 0 || strncasecmp((const char *)name->labels[i].at, text, len) == 0);
}
