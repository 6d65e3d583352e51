/*
 * Lists of an answer one after the other, each with its count; numbers are big
 * endian, texts have their length before them and a zero behind them, so that they can
 * be used where they lie.
 */
#include "agent/scan_recall.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_read.h"
#include "common/cursor.h"
#include "common/text.h"

enum { MAC_BYTES = 6, NUMBER_BYTES = 8 };

struct writer {
	struct bytes *out;
	int error;
};

static void
put_bytes(struct writer *w, const void *bytes, size_t len)
{
	if (w->error == 0)
		w->error = bytes_add(w->out, bytes, len);
}

static void
put_number(struct writer *w, uint64_t number, size_t len)
{
	uint8_t bytes[NUMBER_BYTES];

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(number >> 8 * (len - 1 - i));
	put_bytes(w, bytes, len);
}

static void
put_text(struct writer *w, const char *text)
{
	size_t len = strnlen(text, UINT16_MAX - 1);

	put_number(w, len, 2);
	put_bytes(w, text, len);
	put_bytes(w, "", 1);
}

int
recall_pack(const struct snmp_answer *answer, struct bytes *ret)
{
	struct writer w = {.out = ret};

	put_number(&w, answer->n_evidence, 2);
	for (size_t i = 0; i < answer->n_evidence; i++) {
		put_text(&w, answer->evidence[i].source);
		put_text(&w, answer->evidence[i].key);
		put_text(&w, answer->evidence[i].value);
	}
	put_number(&w, answer->n_ports, 2);
	for (size_t i = 0; i < answer->n_ports; i++) {
		const struct port *p = &answer->ports[i];

		put_number(&w, p->index, 4);
		put_text(&w, p->name);
		put_text(&w, p->alias);
		put_number(&w, p->type, 4);
		put_bytes(&w, p->mac.bytes, MAC_BYTES);
		put_number(&w, p->speed_bps, 8);
		put_number(&w, p->admin_status, 1);
		put_number(&w, p->oper_status, 1);
		put_number(&w, p->vlan, 2);
		put_number(&w, p->poe_status, 1);
	}
	put_number(&w, answer->n_neighbors, 2);
	for (size_t i = 0; i < answer->n_neighbors; i++) {
		const struct neighbor *n = &answer->neighbors[i];

		put_text(&w, n->local_port);
		put_text(&w, n->chassis_id);
		put_text(&w, n->port_id);
		put_text(&w, n->system_name);
		put_text(&w, n->protocol);
		put_text(&w, n->management_address);
	}
	return w.error;
}

/* ---- and back */

static uint64_t
take_number(struct cursor *c, size_t len)
{
	const uint8_t *bytes = cursor_take(c, len);
	uint64_t number = 0;

	for (size_t i = 0; bytes && i < len; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* "" once anything is wrong. */
static const char *
take_text(struct cursor *c)
{
	size_t len = (size_t)take_number(c, 2);
	const char *text = (const char *)cursor_take(c, len + 1);

	if (text && (text[len] != '\0' || strlen(text) != len || !text_is_clean(text, len)))
		cursor_fail(c);
	return text && cursor_ok(c) ? text : "";
}

static void
take_text_into(struct cursor *c, char *ret, size_t size)
{
	const char *text = take_text(c);

	if (strlen(text) >= size)
		cursor_fail(c);
	else
		memcpy(ret, text, strlen(text) + 1);
}

/* A count that what is left can hold; its list, NULL for none. */
static void *
take_list(struct cursor *c, size_t max, size_t row_bytes, size_t *ret_count, int *ret_error)
{
	size_t count = (size_t)take_number(c, 2);
	void *list;

	*ret_count = 0;
	if (count > max || count > cursor_left(c))
		cursor_fail(c);
	if (count == 0 || !cursor_ok(c))
		return NULL;
	list = calloc(count, row_bytes);
	if (!list)
		*ret_error = -ENOMEM;
	else
		*ret_count = count;
	return list;
}

static void
take_port(struct cursor *c, struct port *p)
{
	const uint8_t *mac;

	p->index = (uint32_t)take_number(c, 4);
	take_text_into(c, p->name, sizeof(p->name));
	take_text_into(c, p->alias, sizeof(p->alias));
	p->type = (uint32_t)take_number(c, 4);
	mac = cursor_take(c, MAC_BYTES);
	if (mac)
		memcpy(p->mac.bytes, mac, MAC_BYTES);
	p->speed_bps = take_number(c, 8);
	p->admin_status = (uint32_t)take_number(c, 1);
	p->oper_status = (uint32_t)take_number(c, 1);
	p->vlan = (uint16_t)take_number(c, 2);
	p->poe_status = (uint8_t)take_number(c, 1);
}

static void
take_neighbor(struct cursor *c, struct neighbor *n)
{
	take_text_into(c, n->local_port, sizeof(n->local_port));
	take_text_into(c, n->chassis_id, sizeof(n->chassis_id));
	take_text_into(c, n->port_id, sizeof(n->port_id));
	take_text_into(c, n->system_name, sizeof(n->system_name));
	take_text_into(c, n->protocol, sizeof(n->protocol));
	take_text_into(c, n->management_address, sizeof(n->management_address));
}

int
recall_unpack(const uint8_t *bytes, size_t len, struct recall *ret)
{
	struct cursor c = cursor_over(bytes, len);
	int error = 0;

	memset(ret, 0, sizeof(*ret));
	ret->evidence =
	    take_list(&c, SNMP_EVIDENCE_MAX, sizeof(*ret->evidence), &ret->n_evidence, &error);
	for (size_t i = 0; i < ret->n_evidence; i++) {
		ret->evidence[i].source = take_text(&c);
		ret->evidence[i].key = take_text(&c);
		ret->evidence[i].value = take_text(&c);
	}
	ret->ports = take_list(&c, SNMP_PORTS_MAX, sizeof(*ret->ports), &ret->n_ports, &error);
	for (size_t i = 0; i < ret->n_ports; i++)
		take_port(&c, &ret->ports[i]);
	ret->neighbors = take_list(
	    &c, SNMP_NEIGHBORS_MAX, sizeof(*ret->neighbors), &ret->n_neighbors, &error);
	for (size_t i = 0; i < ret->n_neighbors; i++)
		take_neighbor(&c, &ret->neighbors[i]);
	if (error == 0 && (!cursor_ok(&c) || cursor_left(&c) > 0))
		error = -EBADMSG;
	if (error < 0)
		recall_clear(ret);
	return error;
}

void
recall_clear(struct recall *recall)
{
	free(recall->evidence);
	free(recall->ports);
	free(recall->neighbors);
	memset(recall, 0, sizeof(*recall));
}
