/*
 * NetBIOS node status (RFC 1002 4.2.17, 4.2.18): the names that a Windows or Samba
 * host has, and its MAC. Deliberately not read: names of services and of the person
 * who is logged in (suffix 03).
 */
#include <string.h>

#include "agent/ask/ask.h"
#include "common/check.h"
#include "common/cursor.h"

enum {
	NBNS_PORT = 137,
	TYPE_NBSTAT = 0x21,
	FLAG_RESPONSE = 0x8000,
	FLAGS_RCODE = 0x000f,
	NAME_GROUP = 0x8000,
	NAME_BYTES = 16,
	SUFFIX_WORKSTATION = 0x00,
};

static void
request(struct ask *ask)
{
	static const uint8_t question[] = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, /* one question */
	    32, 'C', 'K', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A',
	    'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A',
	    0,                     /* "*", padded with zeros */
	    0, TYPE_NBSTAT, 0, 1}; /* IN */

	(void)bytes_add(&ask->out, ask->random, 2); /* NAME_TRN_ID */
	(void)bytes_add(&ask->out, question, sizeof(question));
}

/* A name, or a pointer to the one of the question. */
static void
skip_name(struct cursor *c)
{
	for (;;) {
		uint8_t len = cursor_u8(c);

		if (len == 0)
			return;
		if (len >= 0xc0) {
			(void)cursor_u8(c);
			return;
		}
		(void)cursor_take(c, len);
	}
}

static void
read_names(struct ask *ask, struct cursor *c)
{
	uint8_t count = cursor_u8(c);
	const uint8_t *unit;

	for (; count > 0; count--) {
		const uint8_t *name = cursor_take(c, NAME_BYTES);
		uint16_t flags = cursor_be16(c);

		if (!cursor_ok(c))
			return;
		if (name[NAME_BYTES - 1] == SUFFIX_WORKSTATION)
			ask_add(ask, flags & NAME_GROUP ? "workgroup" : "name", name,
			    NAME_BYTES - 1);
	}
	unit = cursor_take(c, sizeof(struct mac));
	if (unit) {
		char text[MAC_TEXT_SIZE];
		struct mac mac;

		memcpy(mac.bytes, unit, sizeof(mac.bytes));
		mac_format(&mac, text);
		if (!mac_is_zero(&mac) && !mac_is_multicast(&mac))
			ask_add_text(ask, "mac", text);
	}
}

static enum ask_verdict
step(struct ask *ask)
{
	struct cursor c = cursor_over(ask->in.data, ask->in.len), names;
	const uint8_t *id;
	uint16_t flags, questions, answers, type;

	if (ask->stage == 0) {
		ask->stage = 1;
		request(ask);
		return ASK_MORE;
	}
	id = cursor_take(&c, 2);
	flags = cursor_be16(&c);
	questions = cursor_be16(&c);
	answers = cursor_be16(&c);
	(void)cursor_be32(&c);
	if (!cursor_ok(&c) || memcmp(id, ask->random, 2) != 0 || !(flags & FLAG_RESPONSE))
		return ask->ended ? ASK_DONE : ASK_MORE;
	for (; questions > 0 && cursor_ok(&c); questions--) {
		skip_name(&c);
		(void)cursor_be32(&c);
	}
	skip_name(&c);
	type = cursor_be16(&c);
	(void)cursor_take(&c, 6); /* class, time to live */
	names = cursor_cut(&c, cursor_be16(&c));
	if (cursor_ok(&c) && answers > 0 && type == TYPE_NBSTAT && !(flags & FLAGS_RCODE))
		read_names(ask, &names);
	return ASK_DONE;
}

const struct asker asker_nbstat = {.name = "nbstat",
    .source = "nbstat",
    .transport = ASK_UDP,
    .port = NBNS_PORT,
    .timeout_ms = 750,
    .bytes_max = 2048,
    .step = step};
