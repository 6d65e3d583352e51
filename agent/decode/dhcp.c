/*
 * DHCP for IPv4 (RFC 2131, options of RFC 2132, RFC 4702): what a client says about
 * itself when it asks for an address, and that somebody is a server. Deliberately not read:
 * leases given to others, overloaded fields, vendor options.
 */
#include "agent/decode/decode.h"

#include <string.h>

#include "agent/decode/value.h"
#include "common/check.h"
#include "common/text.h"

enum {
	REQUEST = 1,
	REPLY = 2,
	COOKIE = 0x63825363,
	OPTION_PAD = 0,
	OPTION_MESSAGE_TYPE = 53,
	OPTION_END = 255,
	LEASE_QUERY = 10,     /* RFC 4388: from here on, what is said is about a third */
	CLIENT_ID_DUID = 255, /* RFC 4361 6.1 */
};

/* RFC 4702: flags, two result codes, then the name as text or, flag E, as labels. */
static void
read_fqdn(struct cursor *value, const char *key, struct sighting *s)
{
	uint8_t flags = cursor_u8(value);

	(void)cursor_be16(value);
	if (!(flags & 4)) {
		value_text(value, key, s);
		return;
	}
	value_labels(value, key, s);
}

/* Which options it wants, in its own order: systems differ by it. */
static void
read_parameters(struct cursor *value, const char *key, struct sighting *s)
{
	char text[4 * 255 + 1];
	size_t len = 0;

	while (cursor_left(value))
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, "%s%u", len ? "," : "", cursor_u8(value));
	(void)sighting_add(s, key, text, len);
}

/* RFC 4361: an interface and a DUID, by which DHCPv6 knows the client too. */
static void
read_client_id(struct cursor *value, const char *key, struct sighting *s)
{
	struct cursor duid = *value;

	value_hex(value, key, s);
	if (cursor_u8(&duid) != CLIENT_ID_DUID)
		return;
	(void)cursor_be32(&duid);
	if (cursor_left(&duid) > 2)
		value_hex(&duid, "duid", s);
}

/* RFC 4578 2.3: type 0, then the SMBIOS UUID, whose first three fields are little-endian in
 * memory (SMBIOS 7.2.1) and are sent as they lie there. */
static void
read_machine(struct cursor *value, const char *key, struct sighting *s)
{
	uint8_t type = cursor_u8(value), uuid[16];
	const uint8_t *b = cursor_take(value, sizeof(uuid));
	static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	char text[37];

	if (!b || type != 0)
		return;
	for (size_t i = 0; i < sizeof(uuid); i++)
		uuid[i] = b[order[i]];
	text_uuid(text, uuid);
	(void)sighting_add(s, key, text, strlen(text));
}

/* Whoever passes a server's answer on bears another address than the server (RFC 2132 9.7). */
static void
read_server(struct cursor *value, const char *key, struct sighting *s)
{
	const uint8_t *bytes = cursor_take(value, 4);
	struct address ip;

	if (!bytes)
		return;
	ip = address_v4(bytes);
	if (s->ip.family == ADDRESS_NONE || address_equal(&ip, &s->ip))
		(void)sighting_add_format(s, key, "1");
}

/* clang-format off */
static const struct option {
	uint8_t operation, code, min;
	const char *key;
	value_read *read;
} options[] = {
	{ REQUEST, 12, 1, "host_name",    value_text },
	{ REQUEST, 50, 4, "requested",    value_ipv4 },
	{ REQUEST, 55, 1, "parameters",   read_parameters },
	{ REQUEST, 60, 1, "vendor_class", value_text },
	{ REQUEST, 61, 2, "client_id",    read_client_id },
	{ REQUEST, 77, 1, "user_class",   value_text },
	{ REQUEST, 81, 4, "fqdn",         read_fqdn },
	{ REQUEST, 93, 2, "architecture", value_list16 },  /* RFC 4578 */
	{ REQUEST, 94, 3, "boot_interface", value_hex },
	{ REQUEST, 97, 17, "uuid",        read_machine },
	{ REQUEST, 161, 1, "mud_url",     value_text },    /* RFC 8520 */
	{ REPLY,    3, 4, "router",       value_ipv4 },
	{ REPLY,    6, 4, "dns",          value_ipv4 },
	{ REPLY,   15, 1, "domain",       value_text },
	{ REPLY,   54, 4, "server",       read_server },
};
/* clang-format on */

/* What one option says is forgotten when it is wrong: others of the message stand. */
static void
read_option(uint8_t operation, uint8_t code, struct cursor *value, struct sighting *s)
{
	struct sighting kept = *s;

	for (size_t i = 0; i < COUNT_OF(options); i++) {
		const struct option *option = &options[i];

		if (option->operation != operation || option->code != code)
			continue;
		if (cursor_left(value) >= option->min)
			option->read(value, option->key, s);
		if (!cursor_ok(value))
			*s = kept;
		return;
	}
}

/* RFC 2131 section 3: the end is marked; some old clients forget it. */
static bool
read_options(uint8_t operation, struct cursor *c, struct sighting *s)
{
	while (cursor_left(c)) {
		uint8_t code = cursor_u8(c);
		struct cursor value;

		if (code == OPTION_PAD)
			continue;
		if (code == OPTION_END)
			return true;
		value = cursor_cut(c, cursor_u8(c));
		if (!cursor_ok(c))
			return false;
		read_option(operation, code, &value, s);
	}
	return cursor_ok(c);
}

/* A client speaks through relays too, so its MAC is the one it names; mac is NULL when that is
 * none of Ethernet. */
static void
take_client(struct sighting *s, const uint8_t *mac, const uint8_t *ip, bool relayed)
{
	struct mac named = {{0}};

	if (mac)
		memcpy(named.bytes, mac, sizeof(named.bytes));
	if (relayed || value_is_station(&named))
		s->mac = named;
	if (mac_is_multicast(&s->mac))
		memset(&s->mac, 0, sizeof(s->mac));
	if (!mac && !relayed)
		return;
	s->ip = address_v4(ip);
	if (!address_is_host(&s->ip))
		s->ip = (struct address){.family = ADDRESS_NONE};
}

/* The value of option 53, 0 when there is none. */
static uint8_t
message_type(struct cursor c)
{
	while (cursor_left(&c)) {
		uint8_t code = cursor_u8(&c);
		struct cursor value;

		if (code == OPTION_PAD)
			continue;
		if (code == OPTION_END)
			break;
		value = cursor_cut(&c, cursor_u8(&c));
		if (code == OPTION_MESSAGE_TYPE)
			return cursor_u8(&value);
	}
	return 0;
}

static enum decode_verdict
dhcp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_dhcp, frame);
	struct cursor c = frame->payload, relay;
	uint8_t operation = cursor_u8(&c), hardware = cursor_u8(&c), len = cursor_u8(&c);
	static const uint8_t nobody[4];
	const uint8_t *own, *mac;

	(void)cursor_take(&c, 9); /* hops, transaction, seconds, flags */
	own = cursor_take(&c, 4);
	(void)cursor_take(&c, 8); /* yours, next server */
	relay = cursor_cut(&c, 4);
	mac = cursor_take(&c, 16);
	(void)cursor_take(&c, 64 + 128); /* server name, boot file */
	if (!own || !mac || !cursor_ok(&c) || len > 16)
		return DECODE_MALFORMED;
	if (operation != REQUEST && operation != REPLY)
		return DECODE_MALFORMED;
	if (!cursor_left(&c))
		return DECODE_NOT_MINE; /* BOOTP (RFC 951) */
	if (cursor_be32(&c) != COOKIE)
		return cursor_ok(&c) ? DECODE_NOT_MINE : DECODE_MALFORMED;
	if (message_type(c) >= LEASE_QUERY) {
		*ret = s;
		return DECODE_OK;
	}
	if (operation == REQUEST) {
		bool ethernet = hardware == 1 && len == sizeof(s.mac.bytes);
		bool relayed = memcmp(relay.at, nobody, sizeof(nobody)) != 0;

		value_ipv4(&relay, "relay", &s);
		take_client(&s, ethernet ? mac : NULL, own, relayed);
	}
	if (!read_options(operation, &c, &s))
		return DECODE_MALFORMED;
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_dhcp = {
    .name = "dhcp",
    .filter = "udp port 67 or udp port 68",
    .places = {{FRAME_UDP, 67}, {FRAME_UDP, 68}},
    .decode = dhcp_decode,
};
