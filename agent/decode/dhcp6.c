/*
 * DHCP for IPv6 (RFC 8415): what a client says about itself, through relays too, and that
 * somebody is a server. Deliberately not read: leases, authentication, lease queries, DHCPv4
 * inside (RFC 7341).
 */
#include "agent/decode/decode.h"

#include <string.h>

#include "agent/decode/value.h"
#include "common/check.h"
#include "common/text.h"

enum {
	SOLICIT = 1,
	ADVERTISE = 2,
	REQUEST = 3,
	CONFIRM = 4,
	RENEW = 5,
	REBIND = 6,
	REPLY = 7,
	RELEASE = 8,
	DECLINE = 9,
	RECONFIGURE = 10,
	INFORMATION_REQUEST = 11,
	RELAY_FORWARD = 12,
	RELAY_REPLY = 13,
	OPTION_RELAY_MESSAGE = 9,
	OPTION_CLIENT_LINK_ADDRESS = 79, /* RFC 6939 */
	RELAYS_MAX = 8,                  /* 7.6 HOP_COUNT_LIMIT */
	HARDWARE_ETHERNET = 1,
	DUID_LLT = 1,
	DUID_LL = 3,
	DUID_UUID = 4, /* RFC 6355 */
	DUID_BYTES_MAX = 130,
};

enum speaker { SPEAKER_OTHER, SPEAKER_CLIENT, SPEAKER_SERVER };

static enum speaker
speaker_of(uint8_t message)
{
	static const enum speaker speakers[] = {
	    [SOLICIT] = SPEAKER_CLIENT,
	    [ADVERTISE] = SPEAKER_SERVER,
	    [REQUEST] = SPEAKER_CLIENT,
	    [CONFIRM] = SPEAKER_CLIENT,
	    [RENEW] = SPEAKER_CLIENT,
	    [REBIND] = SPEAKER_CLIENT,
	    [REPLY] = SPEAKER_SERVER,
	    [RELEASE] = SPEAKER_CLIENT,
	    [DECLINE] = SPEAKER_CLIENT,
	    [RECONFIGURE] = SPEAKER_SERVER,
	    [INFORMATION_REQUEST] = SPEAKER_CLIENT,
	};

	return message < COUNT_OF(speakers) ? speakers[message] : SPEAKER_OTHER;
}

/* 11: the identifier as a whole, and what of it is known elsewhere too: a MAC, a UUID. */
static void
read_duid(struct cursor *value, const char *key, struct sighting *s)
{
	struct cursor parts = *value;
	uint16_t type = cursor_be16(&parts);
	char uuid[37];

	if (cursor_left(value) > DUID_BYTES_MAX) {
		cursor_fail(value);
		return;
	}
	value_hex(value, key, s);
	if (type == DUID_LLT || type == DUID_LL) {
		uint16_t hardware = cursor_be16(&parts);

		if (type == DUID_LLT)
			(void)cursor_be32(&parts);
		if (hardware == HARDWARE_ETHERNET && cursor_left(&parts) == 6)
			value_mac(&parts, "mac", s);
	} else if (type == DUID_UUID && cursor_left(&parts) == 16) {
		text_uuid(uuid, cursor_take(&parts, 16));
		(void)sighting_add(s, "uuid", uuid, strlen(uuid));
	}
}

/* 21.16: whose words, then each with its length. */
static void
read_vendor_class(struct cursor *value, const char *key, struct sighting *s)
{
	(void)sighting_add_format(s, "enterprise", "%u", cursor_be32(value));
	while (cursor_left(value)) {
		struct cursor word = cursor_cut(value, cursor_be16(value));

		value_text(&word, key, s);
	}
}

/* RFC 4704: flags, then a name, perhaps without its domain. */
static void
read_fqdn(struct cursor *value, const char *key, struct sighting *s)
{
	(void)cursor_u8(value);
	value_labels(value, key, s);
}

/* clang-format off */
static const struct option {
	enum speaker speaker;
	uint16_t code, min;
	const char *key;
	value_read *read;
} options[] = {
	{ SPEAKER_CLIENT,   1, 3, "duid",         read_duid },
	{ SPEAKER_CLIENT,   6, 2, "fingerprint",  value_list16 },
	{ SPEAKER_CLIENT,  16, 4, "vendor",       read_vendor_class },
	{ SPEAKER_CLIENT,  39, 2, "fqdn",         read_fqdn },
	{ SPEAKER_CLIENT,  61, 2, "architecture", value_list16 }, /* RFC 5970 */
	{ SPEAKER_CLIENT, 112, 1, "mud_url",      value_text },   /* RFC 8520 */
	{ SPEAKER_SERVER,   2, 3, "duid",         read_duid },
	{ SPEAKER_SERVER,  23, 16, "dns",         value_ipv6 },   /* RFC 3646 */
	{ SPEAKER_SERVER,  24, 2, "domain",       value_labels },
};
/* clang-format on */

/* What one option says is forgotten when it is wrong: others of the message stand. */
static void
read_option(enum speaker speaker, uint16_t code, struct cursor *value, struct sighting *s)
{
	struct sighting kept = *s;

	for (size_t i = 0; i < COUNT_OF(options); i++) {
		const struct option *option = &options[i];

		if (option->speaker != speaker || option->code != code)
			continue;
		if (cursor_left(value) >= option->min)
			option->read(value, option->key, s);
		if (!cursor_ok(value))
			*s = kept;
		return;
	}
}

static bool
read_options(enum speaker speaker, struct cursor *c, struct sighting *s)
{
	while (cursor_left(c)) {
		uint16_t code = cursor_be16(c);
		struct cursor value = cursor_cut(c, cursor_be16(c));

		if (!cursor_ok(c))
			return false;
		read_option(speaker, code, &value, s);
	}
	return cursor_ok(c);
}

/* 9: a relay's own header about the client or relay below it; *c becomes what that one said. */
static bool
open_relay(struct cursor *c, struct sighting *s)
{
	struct cursor inner = {.failed = true};
	const uint8_t *peer;
	struct mac mac;

	(void)cursor_u8(c);       /* hop count */
	(void)cursor_take(c, 16); /* link address */
	peer = cursor_take(c, 16);
	if (!peer)
		return false;
	s->ip = address_v6(peer);
	if (!address_is_host(&s->ip))
		s->ip = (struct address){.family = ADDRESS_NONE};
	memset(&s->mac, 0, sizeof(s->mac));
	while (cursor_left(c)) {
		uint16_t code = cursor_be16(c);
		struct cursor value = cursor_cut(c, cursor_be16(c));

		if (code == OPTION_RELAY_MESSAGE)
			inner = value;
		else if (code == OPTION_CLIENT_LINK_ADDRESS &&
			 cursor_be16(&value) == HARDWARE_ETHERNET &&
			 value_take_mac(&value, &mac) && value_is_station(&mac))
			s->mac = mac;
	}
	if (!cursor_ok(c) || !cursor_ok(&inner))
		return false;
	*c = inner;
	return true;
}

static enum decode_verdict
dhcp6_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_dhcp6, frame);
	struct cursor c = frame->payload;
	uint8_t message = cursor_u8(&c);
	enum speaker speaker;

	if (!cursor_ok(&c))
		return DECODE_MALFORMED;
	for (int relays = 0; message == RELAY_FORWARD; relays++) {
		if (relays == RELAYS_MAX || !open_relay(&c, &s))
			return DECODE_MALFORMED;
		message = cursor_u8(&c);
	}
	if (mac_is_zero(&s.mac) && address_equal(&s.ip, &frame->from))
		s.mac = decode_begin(&decoder_dhcp6, frame).mac; /* a relay that asks itself */
	speaker = speaker_of(message);
	if (speaker == SPEAKER_OTHER && message != RELAY_REPLY)
		return cursor_ok(&c) ? DECODE_NOT_MINE : DECODE_MALFORMED;
	if (message == RELAY_REPLY) { /* on its way to a relay, perhaps by another: no words of
				       * the sender's own */
		*ret = s;
		return DECODE_OK;
	}
	(void)cursor_take(&c, 3); /* transaction */
	if (speaker == SPEAKER_SERVER)
		(void)sighting_add_format(&s, "server", "1");
	if (!cursor_ok(&c) || !read_options(speaker, &c, &s))
		return DECODE_MALFORMED;
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_dhcp6 = {
    .name = "dhcp6",
    .filter = "ip6 and (udp port 546 or udp port 547)",
    .places = {{FRAME_UDP, 547}, {FRAME_UDP, 546}},
    .decode = dhcp6_decode,
};
