/*
 * SADP, by which Hikvision's cameras and recorders, and those made by it for others, tell who
 * they are: XML in datagrams of a group. Deliberately not read: what others ask.
 */
#include "agent/decode/decode.h"

#include "agent/decode/element.h"
#include "common/check.h"

enum { ELEMENTS_MAX = 128 };

/* clang-format off */
static const struct field {
	const char *element, *key;
} fields[] = {
	{ "DeviceDescription", "model" },
	{ "DeviceSN",          "serial" },
	{ "SoftwareVersion",   "firmware" },
	{ "MAC",               "mac" },
	{ "IPv4Address",       "address" },
};
/* clang-format on */

static void
read_element(const struct element *e, struct sighting *s)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (span_is(&e->name, fields[i].element))
			(void)sighting_add(s, fields[i].key, e->text.at, e->text.len);
}

static enum decode_verdict
sadp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_sadp, frame);
	struct cursor c = frame->payload;
	bool speaks = false;
	struct element e;

	for (size_t i = 0; i < ELEMENTS_MAX && element_next(&c, &e); i++) {
		if (e.ends)
			continue;
		speaks |= span_is(&e.name, "ProbeMatch") || span_is(&e.name, "Hello");
		read_element(&e, &s);
	}
	if (!speaks) /* it asks */
		return DECODE_NOT_MINE;
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_sadp = {
    .name = "sadp",
    .filter = "udp port 37020",
    .places = {{FRAME_UDP, 37020}},
    .decode = sadp_decode,
};
