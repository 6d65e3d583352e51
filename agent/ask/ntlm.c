/* NTLM's NEGOTIATE and CHALLENGE: see ntlm.h. */
#include "agent/ask/ntlm.h"

#include <stdio.h>
#include <string.h>

#include "common/cursor.h"

enum {
	TYPE_CHALLENGE = 2,
	FLAG_VERSION = 0x02000000,
	AV_END = 0,
	AV_COMPUTER = 1,
	AV_DOMAIN = 2,
	AV_DNS_COMPUTER = 3,
	PAIRS_MAX = 32,
	NAME_BYTES_MAX = 256,
	SIGNATURE_BYTES = 8,
};

static const char signature[SIGNATURE_BYTES] = "NTLMSSP"; /* with its zero */

/* 2.2.1.1. Flags: Unicode, OEM, target, NTLM, always sign, extended session security, version,
 * 128 and 56 bits; no domain, no workstation; version of Windows 10, as that of a client that
 * says nothing. */
const uint8_t ntlm_negotiate[NTLM_NEGOTIATE_BYTES] = {'N', 'T', 'L', 'M', 'S', 'S', 'P', 0, 1,
    0, 0, 0, 0x07, 0x82, 0x08, 0xa2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0,
    0x61, 0x4a, 0, 0, 0, 15};

/* UTF-16LE (RFC 2781) to UTF-8. */
static void
add_utf16(struct ask *ask, const char *key, struct cursor *value)
{
	char text[NAME_BYTES_MAX + 4];
	size_t len = 0;

	while (cursor_left(value) >= 2 && len < NAME_BYTES_MAX) {
		uint32_t c = cursor_le16(value);

		if (c >= 0xd800 && c < 0xdc00 && cursor_left(value) >= 2)
			c = 0x10000 + ((c & 0x3ff) << 10) + (cursor_le16(value) & 0x3ffu);
		if (c < 0x80) {
			text[len++] = (char)c;
		} else if (c < 0x800) {
			text[len++] = (char)(0xc0 | c >> 6);
			text[len++] = (char)(0x80 | (c & 0x3f));
		} else if (c < 0x10000) {
			text[len++] = (char)(0xe0 | c >> 12);
			text[len++] = (char)(0x80 | (c >> 6 & 0x3f));
			text[len++] = (char)(0x80 | (c & 0x3f));
		} else {
			text[len++] = (char)(0xf0 | c >> 18);
			text[len++] = (char)(0x80 | (c >> 12 & 0x3f));
			text[len++] = (char)(0x80 | (c >> 6 & 0x3f));
			text[len++] = (char)(0x80 | (c & 0x3f));
		}
	}
	ask_add(ask, key, text, len);
}

/* 2.2.2.1 */
static void
read_pairs(struct ask *ask, struct cursor pairs)
{
	for (int i = 0; i < PAIRS_MAX && cursor_left(&pairs) > 0; i++) {
		uint16_t id = cursor_le16(&pairs);
		struct cursor value = cursor_cut(&pairs, cursor_le16(&pairs));

		if (!cursor_ok(&value) || id == AV_END)
			return;
		if (id == AV_COMPUTER)
			add_utf16(ask, "name", &value);
		else if (id == AV_DOMAIN)
			add_utf16(ask, "domain", &value);
		else if (id == AV_DNS_COMPUTER)
			add_utf16(ask, "dns_name", &value);
	}
}

static uint32_t
le32(struct cursor *c)
{
	uint32_t low = cursor_le16(c);

	return low | (uint32_t)cursor_le16(c) << 16;
}

/* 2.2.1.2, from its signature on. */
static void
read_message(struct ask *ask, const uint8_t *bytes, size_t len)
{
	struct cursor c = cursor_over(bytes, len), pairs = c;
	uint32_t flags, pairs_at;
	uint16_t pairs_len;
	char version[24];

	(void)cursor_take(&c, SIGNATURE_BYTES + 4 + 8); /* type, target name */
	flags = le32(&c);
	(void)cursor_take(&c, 16); /* the challenge, reserved */
	pairs_len = cursor_le16(&c);
	(void)cursor_le16(&c);
	pairs_at = le32(&c);
	if (!cursor_ok(&c))
		return;
	if (flags & FLAG_VERSION) {
		unsigned major = cursor_u8(&c), minor = cursor_u8(&c), build = cursor_le16(&c);

		(void)snprintf(version, sizeof(version), "%u.%u.%u", major, minor, build);
		if (cursor_ok(&c) && major > 0)
			ask_add_text(ask, "os_version", version);
	}
	(void)cursor_take(&pairs, pairs_at);
	pairs = cursor_cut(&pairs, pairs_len);
	if (cursor_ok(&pairs))
		read_pairs(ask, pairs);
}

bool
ntlm_read_challenge(struct ask *ask, const uint8_t *bytes, size_t len)
{
	static const uint8_t type[4] = {TYPE_CHALLENGE, 0, 0, 0};
	const uint8_t *at;
	size_t left;

	if (len < SIGNATURE_BYTES + sizeof(type))
		return false;
	at = memmem(bytes, len, signature, SIGNATURE_BYTES);
	if (!at)
		return false;
	left = len - (size_t)(at - bytes);
	if (left < SIGNATURE_BYTES + sizeof(type) ||
	    memcmp(at + SIGNATURE_BYTES, type, sizeof(type)) != 0)
		return false;
	read_message(ask, at, left);
	return true;
}
