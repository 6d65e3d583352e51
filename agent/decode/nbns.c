/*
 * NetBIOS name service over UDP (RFC 1001, RFC 1002): names that a Windows or
 * Samba host registers or answers with. Deliberately not read: queries, which tell what
 * somebody looks for and not who he is; scopes.
 */
#include "agent/decode/decode.h"

#include <string.h>

#include "agent/decode/dns.h"
#include "agent/decode/netbios.h"
#include "common/check.h"

enum {
	FLAG_RESPONSE = 0x8000,
	FLAG_RCODE = 0x000f,
	OPERATION_SHIFT = 11,
	OPERATION_QUERY = 0,
	OPERATION_REGISTRATION = 5,
	OPERATION_REFRESH = 8,
	OPERATION_REFRESH_ALSO = 9, /* RFC 1002 gives both numbers */
	OPERATION_MULTIHOMED = 15,
	TYPE_NB = 0x20,
	TYPE_NBSTAT = 0x21,
	FLAG_GROUP = 0x8000,
};

static bool
decode_name(const struct dns_name *name, uint8_t ret[static NETBIOS_NAME_BYTES])
{
	return name->n > 0 && netbios_name_decode(name->labels[0].at, name->labels[0].len, ret);
}

/* What the sixteenth byte says about a name that a host bears itself or shares with a group. */
static void
add_name(struct sighting *s, const uint8_t name[static NETBIOS_NAME_BYTES], bool group)
{
	static const struct {
		uint8_t suffix;
		bool group;
		const char *key;
	} kinds[] = {
	    {0x00, false, "name"},
	    {0x20, false, "server"},
	    {0x00, true, "domain"},
	    {0x1c, true, "controller_of"},
	    {0x1b, false, "master_of"},
	};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (kinds[i].suffix == name[NETBIOS_NAME_BYTES - 1] && kinds[i].group == group)
			(void)sighting_add(s, kinds[i].key, name, NETBIOS_NAME_BYTES - 1);
}

/* RFC 1002 4.2.1.3: flags and an address for each interface. */
static void
read_nb(const struct dns_record *record, struct sighting *s)
{
	struct cursor c = record->data;
	uint16_t flags = cursor_be16(&c);
	uint8_t name[NETBIOS_NAME_BYTES];

	if (cursor_ok(&c) && decode_name(&record->owner, name))
		add_name(s, name, flags & FLAG_GROUP);
}

/* 4.2.18: all its names, then its MAC. */
static bool
read_status(const struct dns_record *record, struct sighting *s)
{
	struct cursor c = record->data;
	uint8_t count = cursor_u8(&c);
	const uint8_t *name, *unit;
	struct mac mac;

	for (; count > 0; count--) {
		name = cursor_take(&c, NETBIOS_NAME_BYTES);
		if (name)
			add_name(s, name, cursor_be16(&c) & FLAG_GROUP);
	}
	unit = cursor_take(&c, sizeof(mac.bytes));
	if (!unit)
		return false;
	memcpy(mac.bytes, unit, sizeof(mac.bytes));
	if (!mac_is_zero(&mac) && !mac_is_multicast(&mac)) {
		char text[MAC_TEXT_SIZE];

		mac_format(&mac, text);
		(void)sighting_add(s, "mac", text, strlen(text));
	}
	return true;
}

static bool
is_own_word(const struct dns_message *m)
{
	unsigned operation = (m->flags & 0x7800u) >> OPERATION_SHIFT;

	if (m->flags & FLAG_RESPONSE)
		return operation == OPERATION_QUERY && !(m->flags & FLAG_RCODE);
	return operation == OPERATION_REGISTRATION || operation == OPERATION_REFRESH ||
	       operation == OPERATION_REFRESH_ALSO || operation == OPERATION_MULTIHOMED;
}

static enum decode_verdict
nbns_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_nbns, frame);
	struct dns_message m;
	struct dns_record record;
	struct dns_name name;
	uint16_t type;
	size_t records;

	if (!dns_open(frame->payload, &m))
		return DECODE_MALFORMED;
	if (!is_own_word(&m))
		return DECODE_NOT_MINE;
	records = (size_t)m.answers + m.authorities + m.additionals;
	for (size_t i = 0; i < m.questions; i++)
		if (!dns_read_question(&m, &name, &type))
			return DECODE_MALFORMED;
	for (size_t i = 0; i < records; i++) {
		if (!dns_read_record(&m, &record))
			return DECODE_MALFORMED;
		if (record.type == TYPE_NB)
			read_nb(&record, &s);
		else if (record.type == TYPE_NBSTAT && !read_status(&record, &s))
			return DECODE_MALFORMED;
	}
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_nbns = {
    .name = "nbns",
    .filter = "udp port 137",
    .places = {{FRAME_UDP, 137}},
    .decode = nbns_decode,
};
