/*
 * Web Services Dynamic Discovery (April 2005; OASIS 1.1 has the same elements): a
 * device greets (Hello) or answers (ProbeMatches, ResolveMatches) with its endpoint,
 * its types, scopes and address. Read as text, element by element, whatever prefixes its
 * namespaces have; an answer about several devices is of a proxy, which is not one of
 * them, and says nothing of the sender. Deliberately not done: fetching metadata.
 */
#include "agent/decode/decode.h"

#include <string.h>
#include <strings.h>

#include "agent/decode/element.h"
#include "common/check.h"
#include "common/text.h"

enum { ELEMENTS_MAX = 128, WORDS_MAX = 16, VALUE_BYTES_MAX = 256 };

/* ---------------------------------------------------------------- what is said */

static void
add_endpoint(struct sighting *s, struct span text)
{
	static const char urn[] = "urn:uuid:", bare[] = "uuid:";

	for (size_t i = 0; i < 2; i++) {
		const char *prefix = i ? bare : urn;
		size_t len = strlen(prefix);

		if (text.len > len && strncasecmp(text.at, prefix, len) == 0) {
			(void)sighting_add(s, "uuid", text.at + len, text.len - len);
			return;
		}
	}
}

static void
add_types(struct sighting *s, struct span text)
{
	struct span word;

	for (size_t i = 0; i < WORDS_MAX && span_take_word(&text, &word); i++) {
		word = span_local_name(word);
		(void)sighting_add(s, "type", word.at, word.len);
	}
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that "%41" stands for (RFC 3986, 2.1), or -1. */
static int
escaped(const char *at, size_t left)
{
	int high, low;

	if (left < 3 || *at != '%')
		return -1;
	high = hex_digit(at[1]);
	low = hex_digit(at[2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static void
add_decoded(struct sighting *s, const char *key, struct span text)
{
	uint8_t value[VALUE_BYTES_MAX];
	size_t len = 0;

	for (size_t i = 0; i < text.len && len < sizeof(value); i++) {
		int byte = escaped(text.at + i, text.len - i);

		value[len++] = byte < 0 ? (uint8_t)text.at[i] : (uint8_t)byte;
		i += byte < 0 ? 0 : 2;
	}
	(void)sighting_add(s, key, value, len);
}

/* ONVIF Core Specification, 7.3.2.2: cameras tell themselves by scopes. */
static void
add_scopes(struct sighting *s, struct span text)
{
	static const struct {
		const char *prefix, *key;
	} scopes[] = {
	    {"onvif://www.onvif.org/hardware/", "model"},
	    {"onvif://www.onvif.org/name/", "name"},
	    {"onvif://www.onvif.org/location/", "location"},
	};
	struct span word;

	for (size_t n = 0; n < WORDS_MAX && span_take_word(&text, &word); n++) {
		for (size_t i = 0; i < COUNT_OF(scopes); i++) {
			size_t len = strlen(scopes[i].prefix);
			struct span value = {word.at + len, word.len - len};

			if (word.len > len && strncasecmp(word.at, scopes[i].prefix, len) == 0)
				add_decoded(s, scopes[i].key, value);
		}
	}
}

/* Where its web service is; of several places the first. */
static void
add_address(struct sighting *s, struct span text)
{
	struct span word;

	if (span_take_word(&text, &word))
		(void)sighting_add(s, "address", word.at, word.len);
}

static bool
is_word_of_a_device(const struct span *action)
{
	static const char *const actions[] = {"/Hello", "/ProbeMatches", "/ResolveMatches"};

	for (size_t i = 0; i < COUNT_OF(actions); i++) {
		size_t len = strlen(actions[i]);

		if (action->len > len &&
		    memcmp(action->at + action->len - len, actions[i], len) == 0)
			return true;
	}
	return false;
}

static void
read_element(const struct element *e, const struct element *parent, struct sighting *s)
{
	if (span_is(&e->name, "Address") && span_is(&parent->name, "EndpointReference"))
		add_endpoint(s, e->text);
	else if (span_is(&e->name, "Types"))
		add_types(s, e->text);
	else if (span_is(&e->name, "Scopes"))
		add_scopes(s, e->text);
	else if (span_is(&e->name, "XAddrs"))
		add_address(s, e->text);
}

static enum decode_verdict
wsd_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_wsd, frame), bare = s;
	struct cursor c = frame->payload;
	struct element e, before = {0};
	bool is_xml = false, speaks = false;
	size_t endpoints = 0;

	for (size_t i = 0; i < ELEMENTS_MAX && element_next(&c, &e); i++) {
		is_xml |= span_is(&e.name, "Envelope");
		if (e.ends)
			continue;
		if (span_is(&e.name, "Action"))
			speaks = is_word_of_a_device(&e.text);
		endpoints += span_is(&e.name, "EndpointReference");
		read_element(&e, &before, &s);
		before = e;
	}
	if (!is_xml)
		return DECODE_MALFORMED;
	if (!speaks) /* it asks, or says goodbye */
		return DECODE_NOT_MINE;
	*ret = endpoints == 1 ? s : bare;
	return DECODE_OK;
}

const struct decoder decoder_wsd = {
    .name = "wsd",
    .filter = "udp port 3702",
    .places = {{FRAME_UDP, 3702}},
    .decode = wsd_decode,
};
