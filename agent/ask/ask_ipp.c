/*
 * Get-Printer-Attributes of IPP (RFC 8010, RFC 8011 4.2.5): the one operation that
 * is known here, and it only reads. The place is /ipp/print (RFC 8011 4.1.6), else "/".
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "agent/ask/http_answer.h"
#include "common/check.h"
#include "common/cursor.h"
#include "common/text.h"

enum {
	IPP_PORT = 631,
	OPERATION_GET_PRINTER_ATTRIBUTES = 0x000b,
	TAG_OPERATION = 0x01,
	TAG_END = 0x03,
	TAG_PRINTER = 0x04,
	TAG_DELIMITER_MAX = 0x0f,
	TAG_OCTETS = 0x30,
	TAG_TEXT_WITH_LANGUAGE = 0x35,
	TAG_NAME_WITH_LANGUAGE = 0x36,
	TAG_TEXT = 0x41,
	TAG_NAME = 0x42,
	TAG_KEYWORD = 0x44,
	TAG_URI = 0x45,
	TAG_CHARSET = 0x47,
	TAG_LANGUAGE = 0x48,
	STATUS_ERROR = 0x0400,
	STAGE_ASKED = 1, /* and odd: asked; even: to be asked */
};

static const char *const paths[] = {"/ipp/print", "/"};

static const struct {
	const char *attribute, *key;
} wanted[] = {
    {"printer-make-and-model", "make_model"},
    {"printer-device-id", NULL},
    {"printer-uuid", "uuid"},
    {"printer-firmware-string-version", "firmware"},
    {"printer-serial-number", "serial"},
    {"printer-name", "name"},
    {"printer-location", "location"},
};

static void
put16(struct bytes *b, unsigned value)
{
	uint8_t two[2] = {(uint8_t)(value >> 8), (uint8_t)value};

	(void)bytes_add(b, two, sizeof(two));
}

static void
put_attribute(struct bytes *b, uint8_t tag, const char *name, const char *value)
{
	(void)bytes_add(b, &tag, 1);
	put16(b, (unsigned)strlen(name));
	(void)bytes_add_text(b, name);
	put16(b, (unsigned)strlen(value));
	(void)bytes_add_text(b, value);
}

static void
request(struct ask *ask)
{
	static const uint8_t version[] = {1, 1}, begin = TAG_OPERATION, end = TAG_END;
	struct bytes b = bytes_new(ASK_OUT_BYTES_MAX / 2);
	char ip[ADDRESS_TEXT_SIZE], uri[ASK_PATH_BYTES + ADDRESS_TEXT_SIZE + 16];
	bool v6 = ask->known->ip.family == ADDRESS_IPV6;

	(void)text_copy(ask->place.path, sizeof(ask->place.path), paths[ask->stage / 2]);
	address_format(&ask->known->ip, ip);
	(void)snprintf(uri, sizeof(uri), "ipp://%s%s%s:%u%s", v6 ? "[" : "", ip, v6 ? "]" : "",
	    ask->place.port, ask->place.path);
	(void)bytes_add(&b, version, sizeof(version));
	put16(&b, OPERATION_GET_PRINTER_ATTRIBUTES);
	put16(&b, 0);
	put16(&b, 1); /* request-id */
	(void)bytes_add(&b, &begin, 1);
	put_attribute(&b, TAG_CHARSET, "attributes-charset", "utf-8");
	put_attribute(&b, TAG_LANGUAGE, "attributes-natural-language", "en");
	put_attribute(&b, TAG_URI, "printer-uri", uri);
	for (size_t i = 0; i < COUNT_OF(wanted); i++)
		put_attribute(
		    &b, TAG_KEYWORD, i == 0 ? "requested-attributes" : "", wanted[i].attribute);
	(void)bytes_add(&b, &end, 1);
	http_ask_post(ask, "application/ipp", b.data, b.len);
	bytes_clear(&b);
}

/* IEEE 1284: "MFG:Maker;MDL:Model;SN:1234;". */
static void
add_device_id(struct ask *ask, const char *at, size_t len)
{
	static const struct {
		const char *name, *key;
	} fields[] = {
	    {"MFG", "maker"},
	    {"MANUFACTURER", "maker"},
	    {"MDL", "model"},
	    {"MODEL", "model"},
	    {"SN", "serial"},
	    {"SERN", "serial"},
	    {"SERIALNUMBER", "serial"},
	};
	const char *end = at + len;

	while (at < end) {
		const char *stop = memchr(at, ';', (size_t)(end - at));
		const char *colon;

		stop = stop ? stop : end;
		while (at < stop && *at == ' ')
			at++;
		colon = memchr(at, ':', (size_t)(stop - at));
		for (size_t i = 0; colon && i < COUNT_OF(fields); i++)
			if (strlen(fields[i].name) == (size_t)(colon - at) &&
			    strncasecmp(at, fields[i].name, (size_t)(colon - at)) == 0)
				ask_add(
				    ask, fields[i].key, colon + 1, (size_t)(stop - colon - 1));
		at = stop + 1;
	}
}

/* RFC 8010 3.9: a text with its language has both, each with its length. */
static struct cursor
text_of(uint8_t tag, struct cursor value)
{
	if (tag != TAG_TEXT_WITH_LANGUAGE && tag != TAG_NAME_WITH_LANGUAGE)
		return value;
	(void)cursor_take(&value, cursor_be16(&value));
	return cursor_cut(&value, cursor_be16(&value));
}

static void
add_attribute(struct ask *ask, const char *name, size_t name_len, const struct cursor *value)
{
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		const char *text = (const char *)value->at;
		size_t len = value->left;

		if (strlen(wanted[i].attribute) != name_len ||
		    memcmp(wanted[i].attribute, name, name_len) != 0)
			continue;
		if (!wanted[i].key) {
			add_device_id(ask, text, len);
			return;
		}
		if (len > 9 && strncasecmp(text, "urn:uuid:", 9) == 0) {
			text += 9;
			len -= 9;
		}
		ask_add(ask, wanted[i].key, text, len);
		return;
	}
}

static bool
is_text(uint8_t tag)
{
	return tag == TAG_OCTETS || tag == TAG_TEXT_WITH_LANGUAGE ||
	       tag == TAG_NAME_WITH_LANGUAGE || (tag >= TAG_TEXT && tag <= TAG_LANGUAGE);
}

/* RFC 8010 3.1. False when the printer does not know this place. */
static bool
read_attributes(struct ask *ask, const struct http_answer *answer)
{
	struct cursor c = cursor_over(answer->body, answer->body_len);
	uint8_t group = 0;

	(void)cursor_be16(&c); /* version */
	if (cursor_be16(&c) >= STATUS_ERROR || !cursor_ok(&c))
		return false;
	(void)cursor_be32(&c); /* request-id */
	while (cursor_left(&c) > 0) {
		uint8_t tag = cursor_u8(&c);
		struct cursor name, value;

		if (tag == TAG_END)
			break;
		if (tag <= TAG_DELIMITER_MAX) {
			group = tag;
			continue;
		}
		name = cursor_cut(&c, cursor_be16(&c));
		value = cursor_cut(&c, cursor_be16(&c));
		if (!cursor_ok(&c))
			break;
		value = text_of(tag, value);
		if (group == TAG_PRINTER && name.left > 0 && is_text(tag) && cursor_ok(&value))
			add_attribute(ask, (const char *)name.at, name.left, &value);
	}
	return true;
}

static bool
wants(const struct ask_known *known, struct ask_place *place)
{
	static const struct {
		const char *source, *key, *pattern;
	} signs[] = {
	    {"mdns", "service", "_ipp*|_printer*|_pdl-datastream*|_uscan*"},
	    {"printer", "serial", "?*"},
	    {"printer", "name", "?*"},
	    {"printer", "model", "?*"},
	    {"wsd", "type", "*Print*|*Scan*"},
	};

	(void)place;
	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (ask_known_value(known, signs[i].source, signs[i].key, signs[i].pattern))
			return true;
	return !ask_known_snmp(known);
}

static enum ask_verdict
step(struct ask *ask)
{
	struct http_answer answer;
	int r;

	if (ask->stage % 2 == 0) {
		request(ask);
		ask->stage++;
		return ASK_MORE;
	}
	r = http_answer_read(ask->in.data, ask->in.len, ask->ended, &answer);
	if (r == 0 && !ask->ended)
		return ASK_MORE;
	if (r <= 0 || (answer.status == 200 && read_attributes(ask, &answer)))
		return ASK_DONE;
	if (answer.status == 426 && !ask->place.tls) { /* RFC 8010 8.2: by TLS only */
		ask->place.tls = true;
		ask->stage--;
		return ASK_AGAIN;
	}
	ask->stage++;
	return ask->stage / 2 < COUNT_OF(paths) ? ASK_AGAIN : ASK_DONE;
}

const struct asker asker_ipp = {.name = "ipp",
    .source = "ipp",
    .transport = ASK_TCP,
    .port = IPP_PORT,
    .timeout_ms = 5000,
    .bytes_max = 32 * 1024,
    .wants = wants,
    .step = step};
