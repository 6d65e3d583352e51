/*
 * DHCP for IPv4 (RFC 2131, options of RFC 2132, RFC 4702): what a client says about
 * itself when it asks for an address, and that somebody is a server. Deliberately not read:
 * leases given to others, overloaded fields, vendor options.
 */
#include "agent/decode/decode.h"

#include <string.h>

#include "common/check.h"
#include "common/text.h"

enum {
	REQUEST = 1,
	REPLY = 2,
	COOKIE = 0x63825363,
	OPTION_PAD = 0,
	OPTION_END = 255,
};

static void
read_text(struct cursor *value, const char *key, struct sighting *s)
{
	size_t len = cursor_left(value);

	(void)sighting_add(s, key, cursor_take(value, len), len);
}

/* RFC 4702: flags, two result codes, then the name as text or, flag E, as labels. */
static void
read_fqdn(struct cursor *value, const char *key, struct sighting *s)
{
	uint8_t flags = cursor_u8(value), joined[256];
	size_t len = 0;

	(void)cursor_be16(value);
	if (!(flags & 4)) {
		read_text(value, key, s);
		return;
	}
	while (cursor_left(value)) {
		struct cursor label = cursor_cut(value, cursor_u8(value));
		size_t n = cursor_left(&label);

		if (n == 0)
			break;
		if (len)
			joined[len++] = '.';
		memcpy(joined + len, label.at, n);
		len += n;
	}
	(void)sighting_add(s, key, joined, len);
}

static void
read_hex(struct cursor *value, const char *key, struct sighting *s)
{
	size_t len = cursor_left(value);
	char text[2 * 255 + 1];

	text_hex(text, cursor_take(value, len), len);
	(void)sighting_add(s, key, text, strlen(text));
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

static void
read_addresses(struct cursor *value, const char *key, struct sighting *s)
{
	while (cursor_left(value)) {
		const uint8_t *bytes = cursor_take(value, 4);
		struct address ip;

		if (!bytes)
			return;
		ip = address_v4(bytes);
		(void)sighting_add_address(s, key, &ip);
	}
}

/* clang-format off */
static const struct option {
	uint8_t operation, code, min;
	const char *key;
	void (*read)(struct cursor *value, const char *key, struct sighting *s);
} options[] = {
	{ REQUEST, 12, 1, "host_name",    read_text },
	{ REQUEST, 55, 1, "parameters",   read_parameters },
	{ REQUEST, 60, 1, "vendor_class", read_text },
	{ REQUEST, 61, 2, "client_id",    read_hex },
	{ REQUEST, 81, 4, "fqdn",         read_fqdn },
	{ REPLY,    3, 4, "router",       read_addresses },
	{ REPLY,    6, 4, "dns",          read_addresses },
	{ REPLY,   15, 1, "domain",       read_text },
};
/* clang-format on */

static bool
read_option(uint8_t operation, uint8_t code, struct cursor *value, struct sighting *s)
{
	for (size_t i = 0; i < COUNT_OF(options); i++) {
		const struct option *option = &options[i];

		if (option->operation != operation || option->code != code)
			continue;
		if (cursor_left(value) >= option->min)
			option->read(value, option->key, s);
	}
	return cursor_ok(value);
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
		if (!cursor_ok(c) || !read_option(operation, code, &value, s))
			return false;
	}
	return cursor_ok(c);
}

/* A client speaks through relays too, so its MAC is the one it names. */
static void
take_client(struct sighting *s, const uint8_t *mac, const uint8_t *ip)
{
	memcpy(s->mac.bytes, mac, sizeof(s->mac.bytes));
	if (mac_is_multicast(&s->mac))
		memset(&s->mac, 0, sizeof(s->mac));
	s->ip = address_v4(ip);
	if (address_is_unspecified(&s->ip) || address_is_multicast(&s->ip))
		s->ip = (struct address){.family = ADDRESS_NONE};
}

static enum decode_verdict
dhcp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_dhcp, frame);
	struct cursor c = frame->payload;
	uint8_t operation = cursor_u8(&c), hardware = cursor_u8(&c), len = cursor_u8(&c);
	const uint8_t *own, *mac;

	(void)cursor_take(&c, 9); /* hops, transaction, seconds, flags */
	own = cursor_take(&c, 4);
	(void)cursor_take(&c, 12); /* yours, next server, relay */
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
	if (operation == REPLY)
		(void)sighting_add_format(&s, "server", "1");
	else if (hardware == 1 && len == sizeof(s.mac.bytes))
		take_client(&s, mac, own);
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
