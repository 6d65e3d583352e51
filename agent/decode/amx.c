/*
 * AMX Dynamic Device Discovery beacons: projectors, panels and matrices of many makers tell
 * themselves to a group as "AMXB<-UUID=...><-Make=...>". One field in angle brackets each.
 */
#include "agent/decode/decode.h"

#include <string.h>
#include <strings.h>

#include "common/check.h"

enum { FIELDS_MAX = 32 };

/* clang-format off */
static const struct field {
	const char *name, *key;
} fields[] = {
	{ "SDKClass", "type" },
	{ "Make",     "maker" },
	{ "Model",    "model" },
	{ "Revision", "firmware" },
};
/* clang-format on */

static void
read_field(const char *at, size_t len, struct sighting *s)
{
	const char *equals = memchr(at, '=', len);
	size_t name = equals ? (size_t)(equals - at) : 0;

	for (size_t i = 0; equals && i < COUNT_OF(fields); i++)
		if (strlen(fields[i].name) == name &&
		    strncasecmp(at, fields[i].name, name) == 0)
			(void)sighting_add(s, fields[i].key, equals + 1, len - name - 1);
}

/* What stands between "<-" and ">"; false at the end. */
static bool
next_field(struct cursor *c, struct sighting *s)
{
	const char *begin = memmem(c->at, cursor_left(c), "<-", 2), *end;

	if (!begin)
		return false;
	(void)cursor_take(c, (size_t)(begin + 2 - (const char *)c->at));
	begin += 2;
	end = memchr(begin, '>', cursor_left(c));
	if (!end)
		return false;
	(void)cursor_take(c, (size_t)(end + 1 - begin));
	read_field(begin, (size_t)(end - begin), s);
	return true;
}

static enum decode_verdict
amx_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_amx, frame);
	struct cursor c = frame->payload;
	const uint8_t *mark = cursor_take(&c, 4);

	if (!mark || memcmp(mark, "AMXB", 4) != 0)
		return DECODE_NOT_MINE;
	for (int i = 0; i < FIELDS_MAX && cursor_left(&c) && next_field(&c, &s); i++)
		continue;
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_amx = {
    .name = "amx",
    .filter = "udp port 9131",
    .places = {{FRAME_UDP, 9131}},
    .decode = amx_decode,
};
