/*
 * NetBIOS name service (RFC 1002): node status, and name queries by broadcast, of a
 * host with netbios= and workgroup=. Registration, release and conflict are not done.
 */
#include <string.h>
#include <strings.h>

#include "common/cursor.h"
#include "tests/school/school.h"

enum { NBNS_PORT = 137, TYPE_NAME = 0x20, TYPE_STATUS = 0x21, CLASS_IN = 1, NAME_BYTES = 16 };
enum { GROUP = 0x8000, ACTIVE = 0x0400, ENCODED_BYTES = 32 };

/* RFC 1001 14.1: each half of a byte is a letter from 'A'. */
static bool
decode_name(struct cursor *c, char ret[static NAME_BYTES + 1])
{
	const uint8_t *b;
	size_t i;

	if (cursor_u8(c) != ENCODED_BYTES || (b = cursor_take(c, ENCODED_BYTES + 1)) == NULL ||
	    b[ENCODED_BYTES] != 0)
		return false;
	for (i = 0; i < NAME_BYTES; i++)
		ret[i] = (char)((b[2 * i] - 'A') << 4 | (b[2 * i + 1] - 'A'));
	ret[NAME_BYTES] = '\0';
	return true;
}

static void
append_padded(struct packet *p, const char *name, unsigned suffix)
{
	size_t i, len = strnlen(name, NAME_BYTES - 1);
	char c;

	for (i = 0; i < NAME_BYTES - 1; i++) {
		c = i < len ? name[i] : ' ';
		packet_append_u8(p, (unsigned char)(c >= 'a' && c <= 'z' ? c - 32 : c));
	}
	packet_append_u8(p, suffix);
}

static void
append_status(struct packet *p, const struct host *h)
{
	const char *group = h->workgroup ? h->workgroup : "WORKGROUP";

	packet_append_be16(p, 1 + 3 * (NAME_BYTES + 2) + 46);
	packet_append_u8(p, 3);
	append_padded(p, h->netbios, 0x00);
	packet_append_be16(p, ACTIVE);
	append_padded(p, group, 0x00);
	packet_append_be16(p, GROUP | ACTIVE);
	append_padded(p, h->netbios, 0x20);
	packet_append_be16(p, ACTIVE);
	packet_append(p, h->mac.bytes, 6);
	packet_append(p, (const uint8_t[40]){0}, 40);
}

static void
answer(struct school *s, struct host *h, const struct datagram *d, uint16_t id, uint16_t type)
{
	struct route back = route_back(h, d);
	struct packet p;

	packet_reset(&p);
	packet_append_be16(&p, id);
	packet_append_be16(&p, type == TYPE_NAME ? 0x8500 : 0x8400);
	packet_append_be16(&p, 0);
	packet_append_be16(&p, 1);
	packet_append_be32(&p, 0);
	packet_append(&p, d->data + 12, ENCODED_BYTES + 2); /* the name that was asked */
	packet_append_be16(&p, type);
	packet_append_be16(&p, CLASS_IN);
	packet_append_be32(&p, type == TYPE_NAME ? 300000 : 0);
	if (type == TYPE_NAME) {
		packet_append_be16(&p, 6);
		packet_append_be16(&p, 0); /* B node, unique */
		packet_append(&p, h->ip.bytes, 4);
	} else {
		append_status(&p, h);
	}
	school_send_serial(s, h, &back, &p, 0);
}

static bool
netbios_datagram(struct school *s, struct host *h, const struct datagram *d)
{
	struct cursor c = cursor_over(d->data, d->len);
	uint16_t id = cursor_be16(&c), flags = cursor_be16(&c), questions = cursor_be16(&c),
		 type;
	char name[NAME_BYTES + 1];
	size_t len;

	if (!h->netbios)
		return false;
	(void)cursor_take(&c, 6);
	if ((flags & 0xf800) || questions != 1 || !decode_name(&c, name))
		return true;
	type = cursor_be16(&c);
	len = strnlen(h->netbios, NAME_BYTES - 1);
	if (type == TYPE_NAME && strncasecmp(name, h->netbios, len) == 0 &&
	    (len == NAME_BYTES - 1 || name[len] == ' ')) {
		s->counters.nbns_queries++;
		answer(s, h, d, id, type);
	} else if (type == TYPE_STATUS && name[0] == '*' && !d->group) {
		s->counters.nbns_queries++;
		answer(s, h, d, id, type);
	}
	return true;
}

const struct protocol protocol_netbios = {"netbios", NBNS_PORT, netbios_datagram, NULL};
