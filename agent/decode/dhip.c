/*
 * DHIP, by which Dahua's cameras and recorders, and those made by it for others, tell who they
 * are: a head with the length of a JSON object, then that object. Its texts are looked for by
 * their names; what names nest in what does not matter here. Deliberately not read: the older
 * binary form, what others ask.
 */
#include "agent/decode/decode.h"

#include <string.h>

#include "common/check.h"

enum { HEAD_BYTES = 32, HEAD_MARK_BYTES = 8 };

/* clang-format off */
static const struct field {
	const char *name, *key;
} fields[] = {
	{ "\"DeviceType\"",   "model" },
	{ "\"DeviceClass\"",  "type" },
	{ "\"SerialNo\"",     "serial" },
	{ "\"Version\"",      "firmware" },
	{ "\"Vendor\"",       "maker" },
	{ "\"MachineName\"",  "name" },
	{ "\"mac\"",          "mac" },
	{ "\"IPAddress\"",    "address" },
};
/* clang-format on */

static size_t
skip_blanks(const char *at, size_t from, size_t len)
{
	while (from < len &&
	       (at[from] == ' ' || at[from] == '\t' || at[from] == '\r' || at[from] == '\n'))
		from++;
	return from;
}

/* The text that stands behind a name and its colon; one with an escape in it is left alone. */
static void
add_text(struct sighting *s, const struct field *field, const char *json, size_t len)
{
	const char *name = memmem(json, len, field->name, strlen(field->name)), *end;
	size_t at, end_at;

	if (!name)
		return;
	at = skip_blanks(json, (size_t)(name - json) + strlen(field->name), len);
	if (at == len || json[at] != ':')
		return;
	at = skip_blanks(json, at + 1, len);
	if (at == len || json[at] != '"')
		return;
	at++;
	end = memchr(json + at, '"', len - at);
	end_at = end ? (size_t)(end - json) : len;
	if (end && !memchr(json + at, '\\', end_at - at))
		(void)sighting_add(s, field->key, json + at, end_at - at);
}

static enum decode_verdict
dhip_decode(const struct frame *frame, struct sighting *ret)
{
	static const uint8_t mark[HEAD_MARK_BYTES] = {0x20, 0, 0, 0, 'D', 'H', 'I', 'P'};
	struct sighting s = decode_begin(&decoder_dhip, frame);
	struct cursor c = frame->payload;
	const uint8_t *head = cursor_take(&c, HEAD_BYTES);
	const char *json = (const char *)c.at;
	size_t len = cursor_left(&c);

	if (!head || memcmp(head, mark, sizeof(mark)) != 0)
		return DECODE_NOT_MINE;
	if (!memmem(json, len, "deviceInfo", strlen("deviceInfo"))) /* it asks */
		return DECODE_NOT_MINE;
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		add_text(&s, &fields[i], json, len);
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_dhip = {
    .name = "dhip",
    .filter = "udp port 37810",
    .places = {{FRAME_UDP, 37810}},
    .decode = dhip_decode,
};
