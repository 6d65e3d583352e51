/*
 * Multicast DNS asked of one host (RFC 6762 5.5, by unicast; section 6.7, from a port that is
 * not 5353): what its services tell of themselves, PTR and TXT of each that was heard. Answers
 * to all are made shorter than those to one, and may have been lost. Who answers is read by the
 * sensor like all that is said by mDNS; here it only ends the question.
 */
#include <string.h>

#include "agent/ask/ask.h"
#include "common/check.h"
#include "common/cursor.h"

enum {
	MDNS_PORT = 5353,
	QUESTIONS_MAX = 24,
	QUESTION_BYTES_MAX = 1300, /* one datagram */
	LABEL_MAX = 63,
	HEADER_BYTES = 12,
	TYPE_PTR = 12,
	TYPE_TXT = 16,
	CLASS_IN = 1,
	FLAG_RESPONSE = 0x8000,
};

static bool
wants(const struct ask_known *known, struct ask_place *place)
{
	(void)place;
	return ask_known_value(known, "mdns", "service", "?*") != NULL;
}

static void
put16(struct bytes *out, unsigned value)
{
	const uint8_t two[] = {(uint8_t)(value >> 8), (uint8_t)value};

	(void)bytes_add(out, two, sizeof(two));
}

/* False when it is none. */
static bool
put_label(struct bytes *out, const char *label, size_t len)
{
	const uint8_t head = (uint8_t)len;

	if (len == 0 || len > LABEL_MAX)
		return false;
	(void)bytes_add(out, &head, 1);
	(void)bytes_add(out, label, len);
	return true;
}

/* "_ipp._tcp", or a service of it; instance NULL: all of them. */
static void
put_question(struct bytes *out, unsigned *n, const char *instance, const char *service)
{
	const char *dot = strchr(service, '.');
	size_t begun = out->len;

	if (*n == QUESTIONS_MAX || !dot)
		return;
	if ((instance && !put_label(out, instance, strlen(instance))) ||
	    !put_label(out, service, (size_t)(dot - service)) ||
	    !put_label(out, dot + 1, strlen(dot + 1)) || !put_label(out, "local", 5)) {
		out->len = begun;
		return;
	}
	(void)bytes_add(out, "", 1);
	put16(out, instance ? TYPE_TXT : TYPE_PTR);
	put16(out, CLASS_IN);
	if (out->len > QUESTION_BYTES_MAX)
		out->len = begun;
	else
		++*n;
}

static bool
is_fact(const struct evidence *e, const char *key)
{
	return strcmp(e->source, "mdns") == 0 && strcmp(e->key, key) == 0;
}

/* TXT of an instance under each type that the host has, because which is whose is not known. */
static void
put_texts(struct bytes *out, unsigned *n, const struct ask_known *known, const char *instance)
{
	put_question(out, n, instance, "_device-info._tcp"); /* nothing points there */
	for (size_t i = 0; i < known->n_evidence; i++)
		if (is_fact(&known->evidence[i], "service"))
			put_question(out, n, instance, known->evidence[i].value);
}

static void
put_query(struct ask *ask)
{
	const struct ask_known *known = ask->known;
	unsigned n = 0;

	(void)bytes_add(&ask->out, ask->random, 2);
	(void)bytes_add(&ask->out, (const uint8_t[HEADER_BYTES - 2]){0}, HEADER_BYTES - 2);
	for (size_t i = 0; i < known->n_evidence; i++)
		if (is_fact(&known->evidence[i], "instance"))
			put_texts(&ask->out, &n, known, known->evidence[i].value);
	for (size_t i = 0; i < known->n_evidence; i++)
		if (is_fact(&known->evidence[i], "service"))
			put_question(&ask->out, &n, NULL, known->evidence[i].value);
	if (ask->out.len >= HEADER_BYTES)
		ask->out.data[5] = (uint8_t)n;
}

static enum ask_verdict
step(struct ask *ask)
{
	struct cursor c = cursor_over(ask->in.data, ask->in.len);
	const uint8_t *id = cursor_take(&c, 2);
	uint16_t flags = cursor_be16(&c);

	if (ask->stage == 0) {
		ask->stage = 1;
		put_query(ask);
		return ASK_MORE;
	}
	if (cursor_ok(&c) && memcmp(id, ask->random, 2) == 0 && flags & FLAG_RESPONSE)
		return ASK_DONE;
	return ask->ended ? ASK_DONE : ASK_MORE;
}

const struct asker asker_mdns = {.name = "mdns",
    .source = "mdns",
    .transport = ASK_UDP,
    .port = MDNS_PORT,
    .timeout_ms = 750,
    .bytes_max = 4096,
    .wants = wants,
    .step = step};
