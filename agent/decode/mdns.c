/*
 * Multicast DNS (RFC 6762) and DNS-based service discovery (RFC 6763): what a
 * host says about itself. Known answers in a query are another host's words and are
 * not read; the records that a probe proposes are its own. Deliberately not read:
 * reverse names, NSEC, questions.
 */
#include "agent/decode/decode.h"

#include <string.h>
#include <strings.h>

#include "agent/decode/dns.h"
#include "common/check.h"
#include "common/text.h"

enum { FLAG_RESPONSE = 0x8000, FLAG_OPCODE = 0x7800, FLAG_RCODE = 0x000f };

struct reading {
	const struct frame *frame;
	const struct dns_message *message;
	struct sighting s;
	bool own_address;       /* an address record equals the sender's */
	struct address other;   /* of the sender's family, but another one */
	struct dns_name target; /* of a service: the host's name if no address tells it */
};

/* Labels [from, to) joined by dots, clean. */
static void
add_name(
    struct sighting *s, const char *key, const struct dns_name *name, size_t from, size_t to)
{
	uint8_t joined[DNS_NAME_BYTES_MAX];
	size_t len = 0;

	for (size_t i = from; i < to; i++) {
		if (len)
			joined[len++] = '.';
		memcpy(joined + len, name->labels[i].at, name->labels[i].len);
		len += name->labels[i].len;
	}
	(void)sighting_add(s, key, joined, len);
}

static bool
is_local(const struct dns_name *name)
{
	return name->n > 1 && dns_label_is(name, name->n - 1u, "local");
}

static void
add_host(struct sighting *s, const struct dns_name *name)
{
	if (is_local(name))
		add_name(s, "host_name", name, 0, name->n - 1u);
}

/* RFC 6763 section 4: "<instance>._service._proto.local", or without the instance. */
static bool
add_service(struct sighting *s, const struct dns_name *name)
{
	size_t type = name->n - 3u;

	if (name->n < 3 || !is_local(name))
		return false;
	if (!dns_label_is(name, type + 1, "_tcp") && !dns_label_is(name, type + 1, "_udp"))
		return false;
	if (name->labels[type].len < 2 || name->labels[type].at[0] != '_')
		return false;
	if (dns_label_is(name, type, "_dns-sd")) /* section 9: a list of types, not one */
		return false;
	add_name(s, "service", name, type, type + 2);
	if (type == 1)
		add_name(s, "instance", name, 0, 1);
	return true;
}

/* A host that speaks from its link-local address tells its others, and does not name that one.
 */
static bool
is_comparable(const struct address *a, const struct address *b)
{
	return a->family == b->family && address_is_link_local(a) == address_is_link_local(b);
}

static void
read_address(const struct dns_record *record, struct reading *r)
{
	struct cursor c = record->data;
	size_t len = record->type == DNS_A ? 4 : 16;
	const uint8_t *bytes = cursor_take(&c, len);
	struct address ip;

	if (!bytes || cursor_left(&c))
		return;
	ip = len == 4 ? address_v4(bytes) : address_v6(bytes);
	if (!address_is_host(&ip))
		return;
	add_host(&r->s, &record->owner);
	(void)sighting_add_address(&r->s, "address", &ip);
	if (address_equal(&ip, &r->frame->from))
		r->own_address = true;
	else if (r->other.family == ADDRESS_NONE && is_comparable(&ip, &r->frame->from))
		r->other = ip;
}

static void
read_pointer(const struct dns_record *record, struct reading *r)
{
	struct cursor c = record->data;
	struct dns_name name;

	if (!dns_read_name(r->message, &c, &name))
		return;
	if (add_service(&r->s, &record->owner) || dns_label_is(&record->owner, 1, "_dns-sd"))
		(void)add_service(&r->s, &name);
}

static void
read_service(const struct dns_record *record, struct reading *r)
{
	struct cursor c = record->data;

	(void)cursor_take(&c, 6); /* priority, weight, port */
	if (add_service(&r->s, &record->owner) && dns_read_name(r->message, &c, &r->target))
		return;
	r->target.n = 0;
}

/* clang-format off */
static const struct txt_key {
	const char *txt, *key;
} txt_keys[] = {
	{ "model",        "model" },
	{ "am",           "model" },
	{ "ty",           "model" },
	{ "md",           "model" },
	{ "usb_MDL",      "model" },
	{ "product",      "product" },
	{ "usb_MFG",      "vendor" },
	{ "mf",           "vendor" },
	{ "manufacturer", "vendor" },
	{ "serial",       "serial" },
	{ "serialNumber", "serial" },
	{ "sn",           "serial" },
	{ "UUID",         "uuid" },
	{ "fv",           "firmware" },
	{ "fw",           "firmware" },
	{ "firmware",     "firmware" },
	{ "note",         "location" },
	{ "deviceid",     "mac" },
};
/* clang-format on */

/* The value of one "key=value" string when the key fits; NULL when not. */
static const uint8_t *
txt_value(struct cursor string, const char *key, size_t *ret_len)
{
	size_t len = strlen(key);
	const uint8_t *bytes = string.at;

	if (cursor_left(&string) <= len || bytes[len] != '=' ||
	    strncasecmp((const char *)bytes, key, len) != 0)
		return NULL;
	*ret_len = cursor_left(&string) - len - 1;
	return bytes + len + 1;
}

/* A print queue that a server shares describes a printer that stands elsewhere (CUPS names
 * them so; a printer's own queue is "ipp/print" or the like). */
static bool
is_shared_queue(struct cursor strings)
{
	static const char *const paths[] = {"printers/", "classes/"};
	size_t len;

	while (cursor_left(&strings)) {
		struct cursor string = cursor_cut(&strings, cursor_u8(&strings));
		const uint8_t *value = txt_value(string, "rp", &len);

		for (size_t i = 0; value && i < COUNT_OF(paths); i++)
			if (len >= strlen(paths[i]) &&
			    memcmp(value, paths[i], strlen(paths[i])) == 0)
				return true;
	}
	return false;
}

static void
read_txt(const struct dns_record *record, struct reading *r)
{
	struct cursor strings = record->data;
	bool shared = is_shared_queue(strings);

	if (!add_service(&r->s, &record->owner))
		return;
	while (cursor_left(&strings)) {
		struct cursor string = cursor_cut(&strings, cursor_u8(&strings));

		for (size_t i = 0; cursor_ok(&string) && i < COUNT_OF(txt_keys); i++) {
			const char *key = shared ? "shared_printer" : txt_keys[i].key;
			const char *txt = shared ? "ty" : txt_keys[i].txt;
			size_t len;
			const uint8_t *value = txt_value(string, txt, &len);

			if (value)
				(void)sighting_add(&r->s, key, value, len);
		}
	}
}

static void
read_record(const struct dns_record *record, struct reading *r)
{
	static const struct {
		uint16_t type;
		void (*read)(const struct dns_record *record, struct reading *r);
	} types[] = {
	    {DNS_A, read_address},
	    {DNS_AAAA, read_address},
	    {DNS_PTR, read_pointer},
	    {DNS_SRV, read_service},
	    {DNS_TXT, read_txt},
	};

	if ((record->class & 0x7fff) != 1 || record->ttl_s == 0) /* 10.1: goodbye */
		return;
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (types[i].type == record->type)
			types[i].read(record, r);
}

/* Steps over the questions, then reads those records that are the sender's own words. */
static bool
read_message(struct dns_message *m, struct reading *r)
{
	bool response = m->flags & FLAG_RESPONSE;
	size_t records = (size_t)m->answers + m->authorities + m->additionals;
	struct dns_record record;
	struct dns_name name;
	uint16_t type;

	for (size_t i = 0; i < m->questions; i++)
		if (!dns_read_question(m, &name, &type))
			return false;
	for (size_t i = 0; i < records; i++) {
		bool proposed = i >= m->answers && i < (size_t)m->answers + m->authorities;

		if (!dns_read_record(m, &record))
			return false;
		if (response || proposed)
			read_record(&record, r);
	}
	return true;
}

static enum decode_verdict
mdns_decode(const struct frame *frame, struct sighting *ret)
{
	struct dns_message message;
	struct reading r = {.frame = frame, .message = &message};

	r.s = decode_begin(&decoder_mdns, frame);
	if (!dns_open(frame->payload, &message))
		return DECODE_MALFORMED;
	if (message.flags & (FLAG_OPCODE | FLAG_RCODE)) /* 18.3, 18.11 */
		return DECODE_NOT_MINE;
	if (!read_message(&message, &r))
		return DECODE_MALFORMED;
	if (r.target.n && !r.own_address && r.other.family == ADDRESS_NONE)
		add_host(&r.s, &r.target);
	if (r.other.family != ADDRESS_NONE && !r.own_address) {
		/* A reflector or a sleep proxy speaks for another host. */
		memset(&r.s.mac, 0, sizeof(r.s.mac));
		r.s.ip = r.other;
	}
	*ret = r.s;
	return DECODE_OK;
}

const struct decoder decoder_mdns = {
    .name = "mdns",
    .filter = "udp port 5353",
    .places = {{FRAME_UDP, 5353}},
    .decode = mdns_decode,
};
