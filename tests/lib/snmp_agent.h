/* An SNMP agent for tests of what is asked: rows in the order of their identifiers, and the
 * ways in which agents are wrong. */
#ifndef PARTA_TESTS_LIB_SNMP_AGENT_H
#define PARTA_TESTS_LIB_SNMP_AGENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_pdu.h"
#include "common/check.h"

enum fault {
	RIGHT,
	DROPS_BULK,
	DROPS_MANY_OBJECTS,
	GENERR_ON_MANY,
	GENERR_ON_MANY_GET,
	TOO_BIG_ABOVE_TEN,
	TOO_BIG_ABOVE_ONE,
	WRAPS_AT_THE_END,
	STICKS,
	LEAVES_VARIABLES_OUT,
	ANSWERS_NOTHING_IN_IT,
	SILENT_AFTER_TEN,
	SILENT,
	ENTITY_IS_DEAD,
	DENIES_ENTITY,
};

struct row {
	const char *oid;
	enum snmp_type type;
	const char *value; /* number, text, object identifier, by type */
};

enum { ROWS_MAX = 4000, STEPS_MAX = 3000 };

struct agent {
	struct snmp_var vars[ROWS_MAX];
	size_t n;
	enum fault fault;
	uint8_t version;
	unsigned answers;
};

static void
oid_read(struct snmp_oid *oid, const char *text)
{
	oid->len = 0;
	for (char *end; *text; text = *end == '.' ? end + 1 : end)
		assert_true(oid_append(oid, (uint32_t)strtoul(text, &end, 10)));
}

static void
agent_add(struct agent *a, const char *oid, enum snmp_type type, const char *value)
{
	struct snmp_var *v = &a->vars[a->n++];

	assert_true(a->n < ROWS_MAX);
	memset(v, 0, sizeof(*v));
	oid_read(&v->oid, oid);
	v->type = type;
	if (type == SNMP_NUMBER)
		v->number = strtoll(value, NULL, 10);
	else if (type == SNMP_OBJECT_ID)
		oid_read(&v->object, value);
	else {
		v->bytes = (const uint8_t *)value;
		v->len = type == SNMP_IP_ADDRESS ? 4 : strlen(value);
	}
	assert_true(a->n < 2 || oid_compare(&a->vars[a->n - 2].oid, &v->oid) < 0);
}

static void
agent_fill(struct agent *a, unsigned ports)
{
	/* clang-format off */
	static const struct row system[] = {
		{ "1.0.8802.1.1.2.1.3.7.1.2.2", SNMP_NUMBER, "5" },
		{ "1.0.8802.1.1.2.1.3.7.1.3.2", SNMP_OCTETS, "gi2" },
		{ "1.0.8802.1.1.2.1.3.7.1.4.2", SNMP_OCTETS, "uplink" },
		{ "1.0.8802.1.1.2.1.4.1.1.4.77.2.1", SNMP_NUMBER, "4" },
		{ "1.0.8802.1.1.2.1.4.1.1.5.77.2.1", SNMP_OCTETS, "\x02\x01\x01\x01\x01\x09" },
		{ "1.0.8802.1.1.2.1.4.1.1.6.77.2.1", SNMP_NUMBER, "5" },
		{ "1.0.8802.1.1.2.1.4.1.1.7.77.2.1", SNMP_OCTETS, "Gi1/0/1" },
		{ "1.0.8802.1.1.2.1.4.1.1.9.77.2.1", SNMP_OCTETS, "core" },
		{ "1.3.6.1.2.1.1.1.0", SNMP_OCTETS, "Switch of a test" },
		{ "1.3.6.1.2.1.1.2.0", SNMP_OBJECT_ID, "1.3.6.1.4.1.99999.1" },
		{ "1.3.6.1.2.1.1.3.0", SNMP_NUMBER, "1000" },
		{ "1.3.6.1.2.1.1.5.0", SNMP_OCTETS, "sw1" },
		{ "1.3.6.1.2.1.1.6.0", SNMP_OCTETS, "\xd0\x9a\xd0\xb0\xd0\xb1. 12" },
	};
	static const struct row rest[] = {
		{ "1.3.6.1.2.1.4.20.1.1.10.0.0.7", SNMP_IP_ADDRESS, "\x0a\x00\x00\x07" },
		{ "1.3.6.1.2.1.17.1.1.0", SNMP_OCTETS, "\x02\x01\x01\x01\x01\x01" },
		{ "1.3.6.1.2.1.47.1.1.1.1.2.1", SNMP_OCTETS, "a chassis" },
		{ "1.3.6.1.2.1.47.1.1.1.1.2.2", SNMP_OCTETS, "a fan" },
		{ "1.3.6.1.2.1.47.1.1.1.1.5.1", SNMP_NUMBER, "3" },
		{ "1.3.6.1.2.1.47.1.1.1.1.5.2", SNMP_NUMBER, "7" },
		{ "1.3.6.1.2.1.47.1.1.1.1.11.1", SNMP_OCTETS, "SN-1" },
		{ "1.3.6.1.2.1.47.1.1.1.1.11.2", SNMP_OCTETS, "SN-OF-A-FAN" },
		{ "1.3.6.1.2.1.47.1.1.1.1.13.1", SNMP_OCTETS, "MODEL-1" },
	};
	/* clang-format on */
	static const unsigned columns[] = {2, 3, 5, 6, 7, 8, 10};
	char oid[64];

	for (size_t i = 0; i < COUNT_OF(system); i++)
		agent_add(a, system[i].oid, system[i].type, system[i].value);
	for (size_t c = 0; c < COUNT_OF(columns); c++)
		for (unsigned p = 1; p <= ports; p++) {
			(void)snprintf(
			    oid, sizeof(oid), "1.3.6.1.2.1.2.2.1.%u.%u", columns[c], p);
			if (columns[c] == 2)
				agent_add(a, oid, SNMP_OCTETS, "port");
			else if (columns[c] == 6)
				agent_add(a, oid, SNMP_OCTETS, "\x02\x01\x01\x01\x01\x01");
			else
				agent_add(a, oid, SNMP_NUMBER, "1");
		}
	for (size_t i = 0; i < COUNT_OF(rest); i++)
		agent_add(a, rest[i].oid, rest[i].type, rest[i].value);
}

/* The first variable after an identifier, or NULL. */
static const struct snmp_var *
agent_after(const struct agent *a, const struct snmp_oid *oid)
{
	for (size_t i = 0; i < a->n; i++)
		if (oid_compare(&a->vars[i].oid, oid) > 0)
			return &a->vars[i];
	return a->fault == WRAPS_AT_THE_END ? &a->vars[0] : NULL;
}

static const struct snmp_var *
agent_at(const struct agent *a, const struct snmp_oid *oid)
{
	for (size_t i = 0; i < a->n; i++)
		if (oid_compare(&a->vars[i].oid, oid) == 0)
			return &a->vars[i];
	return NULL;
}

static void
put_var(struct snmp_reply *reply, const struct snmp_oid *asked, const struct snmp_var *found,
    enum snmp_type none)
{
	struct snmp_var *v = &reply->vars[reply->n++];

	if (found) {
		*v = *found;
		return;
	}
	memset(v, 0, sizeof(*v));
	oid_copy(&v->oid, asked);
	v->type = none;
}

static void
refuse(struct snmp_reply *reply, enum snmp_error error, size_t index)
{
	reply->error_status = error;
	reply->error_index = (int64_t)index;
	reply->n = 0;
}

static void
answer_get(const struct agent *a, const struct snmp_request *request, struct snmp_reply *reply)
{
	for (size_t i = 0; i < request->n; i++) {
		const struct snmp_var *found = agent_at(a, &request->oids[i]);

		if (!found && a->version == 1) {
			refuse(reply, SNMP_ERROR_NO_SUCH_NAME, i + 1);
			return;
		}
		put_var(reply, &request->oids[i], found, SNMP_NOTHING);
	}
}

static void
answer_next(const struct agent *a, const struct snmp_request *request, struct snmp_reply *reply)
{
	struct snmp_oid at[SNMP_REQUEST_VARS_MAX];
	unsigned repetitions = request->operation == SNMP_OP_GETBULK ? request->repetitions : 1;

	for (size_t i = 0; i < request->n; i++)
		oid_copy(&at[i], &request->oids[i]);
	for (unsigned r = 0; r < repetitions; r++)
		for (size_t i = 0; i < request->n && reply->n < SNMP_REPLY_VARS_MAX; i++) {
			const struct snmp_var *found = agent_after(a, &at[i]);

			if (a->fault == STICKS && agent_at(a, &at[i]))
				found = agent_at(a, &at[i]);
			if (!found && a->version == 1) {
				refuse(reply, SNMP_ERROR_NO_SUCH_NAME, i + 1);
				return;
			}
			put_var(reply, &at[i], found, SNMP_END_OF_VIEW);
			if (found)
				oid_copy(&at[i], &found->oid);
		}
}

static bool
asks_entity(const struct snmp_request *request)
{
	struct snmp_oid entity = SNMP_OID(1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1);

	return oid_under(&request->oids[0], &entity);
}

static bool
is_dropped(const struct agent *a, const struct snmp_request *request)
{
	switch ((int)a->fault) {
	case DROPS_BULK:
		return request->operation == SNMP_OP_GETBULK;
	case DROPS_MANY_OBJECTS:
		return request->n > 1 && a->answers > 0;
	case SILENT_AFTER_TEN:
		return a->answers >= 10;
	case SILENT:
		return true;
	case ENTITY_IS_DEAD:
		return asks_entity(request);
	default:
		return false;
	}
}

/* false: no answer. */
static bool
agent_answer(struct agent *a, const struct snmp_request *request, struct snmp_reply *reply)
{
	size_t vars =
	    request->n * (request->operation == SNMP_OP_GETBULK ? request->repetitions : 1);

	memset(reply, 0, sizeof(*reply));
	assert_true(request->n >= 1 && request->n <= SNMP_REQUEST_VARS_MAX);
	assert_true(a->version > 1 || request->operation != SNMP_OP_GETBULK);
	if (is_dropped(a, request))
		return false;
	a->answers++;
	if (request->operation == SNMP_OP_GET)
		answer_get(a, request, reply);
	else
		answer_next(a, request, reply);
	if (a->fault == GENERR_ON_MANY && request->n > 1)
		refuse(reply, SNMP_ERROR_GENERAL, 1);
	if (a->fault == GENERR_ON_MANY_GET && request->n > 1 &&
	    request->operation == SNMP_OP_GET)
		refuse(reply, SNMP_ERROR_GENERAL, 0);
	if ((a->fault == TOO_BIG_ABOVE_TEN && vars > 10) ||
	    (a->fault == TOO_BIG_ABOVE_ONE && vars > 1))
		refuse(reply, SNMP_ERROR_TOO_BIG, 0);
	if (a->fault == LEAVES_VARIABLES_OUT && reply->n > 1)
		reply->n = (reply->n + 1) / 2;
	if (a->fault == ANSWERS_NOTHING_IN_IT && a->answers > 2)
		reply->n = 0;
	if (a->fault == DENIES_ENTITY && asks_entity(request))
		refuse(reply, SNMP_ERROR_AUTHORIZATION, 0);
	return true;
}

#endif
