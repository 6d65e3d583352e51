#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_tables.h"
#include "agent/ask/snmp_walk.h"
#include "common/check.h"
#include "common/text.h"

/* An agent made of rows in order, that can be wrong in the ways agents are. */
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

struct outcome {
	struct snmp_walk walk;
	struct snmp_answer answer;
	struct snmp_facts *facts;
	unsigned requests, largest;
};

static struct outcome *
walk_agent(enum fault fault, uint8_t version, unsigned ports)
{
	struct agent *a = calloc(1, sizeof(*a));
	struct outcome *o = calloc(1, sizeof(*o));
	struct snmp_reply *reply = malloc(sizeof(*reply));
	struct snmp_request request;

	assert_true(a && o && reply);
	a->fault = fault;
	a->version = version;
	agent_fill(a, ports);
	assert_int_equal(snmp_facts_new(&o->facts), 0);
	snmp_walk_start(&o->walk, o->facts, version, 25, 2);
	while (snmp_walk_next(&o->walk, &request)) {
		assert_true(++o->requests < STEPS_MAX);
		if (agent_answer(a, &request, reply)) {
			if (reply->n > o->largest)
				o->largest = (unsigned)reply->n;
			snmp_walk_reply(&o->walk, reply);
		} else {
			snmp_walk_timeout(&o->walk);
		}
	}
	assert_int_equal(snmp_facts_finish(o->facts, &o->answer), 0);
	free(reply);
	free(a);
	return o;
}

static void
outcome_free(struct outcome *o)
{
	snmp_facts_free(o->facts);
	free(o);
}

static const char *
said(const struct outcome *o, const char *key)
{
	for (size_t i = 0; i < o->answer.n_evidence; i++)
		if (strcmp(o->answer.evidence[i].key, key) == 0)
			return o->answer.evidence[i].value;
	return "";
}

static void
assert_all_is_known(const struct outcome *o, unsigned ports)
{
	assert_string_equal(said(o, "sys_descr"), "Switch of a test");
	assert_string_equal(said(o, "sys_object_id"), "1.3.6.1.4.1.99999.1");
	assert_string_equal(said(o, "sys_location"), "Каб. 12");
	assert_string_equal(said(o, "chassis_serial"), "SN-1");
	assert_string_equal(said(o, "chassis_model"), "MODEL-1");
	assert_string_equal(said(o, "bridge_address"), "02:01:01:01:01:01");
	assert_string_equal(said(o, "ip_address"), "10.0.0.7");
	assert_string_equal(said(o, "if_mac"), "02:01:01:01:01:01");
	assert_int_equal(o->answer.n_ports, ports);
	assert_string_equal(o->answer.ports[ports - 1].name, "port");
	assert_int_equal(o->answer.ports[ports - 1].oper_status, 1);
	assert_int_equal(o->answer.n_neighbors, 1);
	assert_string_equal(o->answer.neighbors[0].local_port, "gi2");
	assert_string_equal(o->answer.neighbors[0].chassis_id, "02:01:01:01:01:09");
	assert_string_equal(o->answer.neighbors[0].port_id, "Gi1/0/1");
	assert_string_equal(o->answer.neighbors[0].system_name, "core");
}

static void
an_agent_that_is_right_is_read_whole_in_few_requests(void **state)
{
	struct outcome *o = walk_agent(RIGHT, 2, 52);

	(void)state;
	assert_all_is_known(o, 52);
	assert_false(o->walk.partial);
	assert_string_equal(o->walk.reason, "");
	assert_true(o->requests <= 20);
	assert_true(o->largest <= 50);
	outcome_free(o);
}

static void
version_1_is_read_whole_by_getnext(void **state)
{
	struct outcome *o = walk_agent(RIGHT, 1, 12);

	(void)state;
	assert_all_is_known(o, 12);
	assert_false(o->walk.partial);
	outcome_free(o);
}

/* What is wrong, and is still read whole. */
static void
these_faults_cost_requests_and_nothing_else(void **state)
{
	static const enum fault faults[] = {DROPS_BULK, DROPS_MANY_OBJECTS, GENERR_ON_MANY,
	    GENERR_ON_MANY_GET, TOO_BIG_ABOVE_TEN, TOO_BIG_ABOVE_ONE, WRAPS_AT_THE_END,
	    LEAVES_VARIABLES_OUT};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		for (uint8_t version = 1; version <= 2; version++) {
			struct outcome *o = walk_agent(faults[i], version, 6);

			assert_all_is_known(o, 6);
			if (o->walk.partial)
				fail_msg("fault %d, version %u: %s", faults[i], version,
				    o->walk.reason);
			outcome_free(o);
		}
	}
}

static void
an_agent_that_does_not_move_on_is_told_in_part(void **state)
{
	struct outcome *o = walk_agent(STICKS, 2, 6);

	(void)state;
	assert_true(o->walk.partial);
	assert_non_null(strstr(o->walk.reason, "do not grow"));
	assert_string_equal(said(o, "sys_descr"), "Switch of a test");
	outcome_free(o);
}

static void
empty_answers_end_with_a_reason(void **state)
{
	struct outcome *o = walk_agent(ANSWERS_NOTHING_IN_IT, 2, 6);

	(void)state;
	assert_true(o->walk.partial);
	assert_non_null(strstr(o->walk.reason, "without what was asked"));
	assert_true(o->requests < 60);
	outcome_free(o);
}

static void
who_falls_silent_is_told_in_part_and_soon(void **state)
{
	struct outcome *o = walk_agent(SILENT_AFTER_TEN, 2, 300);

	(void)state;
	assert_true(o->walk.partial);
	assert_non_null(strstr(o->walk.reason, "no answer in"));
	assert_string_equal(said(o, "chassis_serial"), "SN-1");
	assert_true(o->requests <= 20);
	outcome_free(o);
}

static void
who_never_answers_costs_one_request_and_its_retries(void **state)
{
	struct outcome *o = walk_agent(SILENT, 2, 6);

	(void)state;
	assert_false(o->walk.answered);
	assert_int_equal(o->requests, 3);
	outcome_free(o);
}

static void
one_dead_table_does_not_blank_the_others(void **state)
{
	struct outcome *o = walk_agent(ENTITY_IS_DEAD, 2, 6);

	(void)state;
	assert_true(o->walk.partial);
	assert_string_equal(o->walk.reason, "no answer in 'entPhysicalClass'");
	assert_int_equal(o->answer.n_ports, 6);
	assert_int_equal(o->answer.n_neighbors, 1);
	outcome_free(o);
}

static void
what_is_denied_is_told_and_passed_over(void **state)
{
	struct outcome *o = walk_agent(DENIES_ENTITY, 2, 6);

	(void)state;
	assert_string_equal(o->walk.reason, "access to 'entPhysicalClass' is denied");
	assert_int_equal(o->answer.n_ports, 6);
	outcome_free(o);
}

static void
a_table_beyond_its_bound_is_cut_and_told(void **state)
{
	struct outcome *o = walk_agent(RIGHT, 2, 500);

	(void)state;
	assert_int_equal(o->answer.n_ports, 500);
	assert_false(o->walk.partial);
	outcome_free(o);
}

static void
a_walk_that_is_cut_says_where(void **state)
{
	struct snmp_facts *facts;
	struct snmp_walk *walk = malloc(sizeof(*walk));
	struct snmp_request request;

	(void)state;
	assert_non_null(walk);
	assert_int_equal(snmp_facts_new(&facts), 0);
	snmp_walk_start(walk, facts, 2, 25, 2);
	assert_true(snmp_walk_next(walk, &request));
	snmp_walk_cut(walk, "its time was up");
	assert_string_equal(walk->reason, "its time was up at 'system'");
	assert_false(snmp_walk_next(walk, &request));
	snmp_facts_free(facts);
	free(walk);
}

/* A device that has these rows and no table at all. */
static struct outcome *
walk_rows_known(
    const struct row rows[], size_t n, uint8_t version, const struct snmp_known *known)
{
	struct agent *a = calloc(1, sizeof(*a));
	struct outcome *o = calloc(1, sizeof(*o));
	struct snmp_reply *reply = malloc(sizeof(*reply));
	struct snmp_request request;

	assert_true(a && o && reply);
	a->version = version;
	for (size_t i = 0; i < n; i++)
		agent_add(a, rows[i].oid, rows[i].type, rows[i].value);
	assert_int_equal(snmp_facts_new(&o->facts), 0);
	snmp_walk_start(&o->walk, o->facts, version, 25, 2);
	if (known)
		snmp_walk_known(&o->walk, known);
	while (snmp_walk_next(&o->walk, &request)) {
		assert_true(++o->requests < STEPS_MAX);
		assert_true(agent_answer(a, &request, reply));
		snmp_walk_reply(&o->walk, reply);
	}
	assert_int_equal(snmp_facts_finish(o->facts, &o->answer), 0);
	free(reply);
	free(a);
	return o;
}

static struct outcome *
walk_rows(const struct row rows[], size_t n, uint8_t version)
{
	return walk_rows_known(rows, n, version, NULL);
}

static void
a_maker_is_asked_for_its_own_values(void **state)
{
	static const struct row rows[] = {
	    {"1.3.6.1.2.1.1.2.0", SNMP_OBJECT_ID, "1.3.6.1.4.1.318.1.3.27"},
	    {"1.3.6.1.4.1.318.1.1.1.1.1.1.0", SNMP_OCTETS, "A UPS"},
	    {"1.3.6.1.4.1.318.1.1.1.1.2.3.0", SNMP_OCTETS, "SN-OF-UPS"},
	    {"1.3.6.1.4.1.318.1.1.12.1.6.0", SNMP_OCTETS, "SN-OF-SOMETHING-LATER"},
	    {"1.3.6.1.4.1.6574.1.5.2.0", SNMP_OCTETS, "NOT-ITS-MAKER"},
	};

	(void)state;
	for (uint8_t version = 1; version <= 2; version++) {
		struct outcome *o = walk_rows(rows, COUNT_OF(rows), version);

		assert_string_equal(said(o, "serial"), "SN-OF-UPS");
		assert_string_equal(said(o, "model"), "A UPS");
		assert_false(o->walk.partial);
		outcome_free(o);
	}
}

static void
a_maker_behind_net_snmp_is_found(void **state)
{
	static const struct row rows[] = {
	    {"1.3.6.1.2.1.1.2.0", SNMP_OBJECT_ID, "1.3.6.1.4.1.8072.3.2.10"},
	    {"1.3.6.1.4.1.318.1.1.1.1.2.3.0", SNMP_OCTETS, "A-UPS-THAT-IT-WATCHES"},
	    {"1.3.6.1.4.1.6574.1.5.1.0", SNMP_OCTETS, "A NAS"},
	    {"1.3.6.1.4.1.6574.1.5.2.0", SNMP_OCTETS, "SN-OF-NAS"},
	};

	(void)state;
	for (uint8_t version = 1; version <= 2; version++) {
		struct outcome *o = walk_rows(rows, COUNT_OF(rows), version);

		assert_string_equal(said(o, "serial"), "SN-OF-NAS");
		assert_string_equal(said(o, "model"), "A NAS");
		outcome_free(o);
	}
}

/* Rows below the product, of a column's first row that says something, and of a standard MIB.
 */
static void
rows_of_makers_lie_in_many_places(void **state)
{
	static const struct row moxa[] = {
	    {"1.3.6.1.2.1.1.2.0", SNMP_OBJECT_ID, "1.3.6.1.4.1.8691.7.333"},
	    {"1.3.6.1.4.1.8691.7.333.1.2.0", SNMP_OCTETS, "A SWITCH"},
	    {"1.3.6.1.4.1.8691.7.333.1.78.0", SNMP_OCTETS, "SN-BELOW-PRODUCT"},
	};
	static const struct row panduit[] = {
	    {"1.3.6.1.2.1.1.2.0", SNMP_OBJECT_ID, "1.3.6.1.4.1.19536.10.1"},
	    {"1.3.6.1.4.1.19536.10.1.1.2.1.7.1", SNMP_OCTETS, ""},
	    {"1.3.6.1.4.1.19536.10.1.1.2.1.7.2", SNMP_OCTETS, "A PDU"},
	};
	static const struct row modem[] = {
	    {"1.3.6.1.2.1.1.2.0", SNMP_OBJECT_ID, "1.3.6.1.4.1.4115.1"},
	    {"1.3.6.1.2.1.69.1.1.4.0", SNMP_OCTETS, "SN-OF-MODEM"},
	};
	struct outcome *o = walk_rows(moxa, COUNT_OF(moxa), 2);

	(void)state;
	assert_string_equal(said(o, "model"), "A SWITCH");
	assert_string_equal(said(o, "serial"), "SN-BELOW-PRODUCT");
	outcome_free(o);
	o = walk_rows(panduit, COUNT_OF(panduit), 1);
	assert_string_equal(said(o, "model"), "A PDU");
	outcome_free(o);
	o = walk_rows(modem, COUNT_OF(modem), 2);
	assert_string_equal(said(o, "serial"), "SN-OF-MODEM");
	outcome_free(o);
}

/* An agent whose tables come before what names it: their columns are passed over. */
static void
a_page_passes_over_the_rows_of_tables(void **state)
{
	struct row rows[2 + 4 * 40];
	char oids[4 * 40][48];
	size_t n = 0;
	struct outcome *o;

	(void)state;
	rows[n++] = (struct row){"1.3.6.1.2.1.1.2.0", SNMP_OBJECT_ID, "1.3.6.1.4.1.99999.1"};
	for (unsigned column = 1; column <= 4; column++)
		for (unsigned row = 1; row <= 40; row++) {
			char *oid = oids[n - 1];

			(void)snprintf(
			    oid, sizeof(oids[0]), "1.3.6.1.4.1.99999.1.1.1.%u.%u", column, row);
			rows[n++] = (struct row){oid, SNMP_OCTETS, "up"};
		}
	rows[n++] = (struct row){"1.3.6.1.4.1.99999.1.2.1.0", SNMP_OCTETS, "AC12345678"};
	o = walk_rows(rows, n, 2);
	assert_string_equal(said(o, "serial"), "AC12345678");
	assert_true(o->requests < 16);
	outcome_free(o);
}

static void
an_unknown_maker_is_told_by_its_first_page(void **state)
{
	static const struct row rows[] = {
	    {"1.3.6.1.2.1.1.2.0", SNMP_OBJECT_ID, "1.3.6.1.4.1.99999.7.2"},
	    {"1.3.6.1.4.1.99999.7.1.1.0", SNMP_OCTETS, "SW-24G"},
	    {"1.3.6.1.4.1.99999.7.1.2.0", SNMP_OCTETS, "2.4.1"},
	    {"1.3.6.1.4.1.99999.7.1.3.0", SNMP_OCTETS, "AC12345678"},
	};

	(void)state;
	for (uint8_t version = 1; version <= 2; version++) {
		struct outcome *o = walk_rows(rows, COUNT_OF(rows), version);

		assert_string_equal(said(o, "serial"), "AC12345678");
		assert_string_equal(said(o, "model"), "SW-24G");
		assert_string_equal(said(o, "firmware"), "2.4.1");
		assert_false(o->walk.partial);
		outcome_free(o);
	}
}

static void
makers_behind_net_snmp_are_named(void **state)
{
	static const struct row rows[] = {
	    {"1.3.6.1.2.1.1.2.0", SNMP_OBJECT_ID, "1.3.6.1.4.1.8072.3.2.10"},
	    {"1.3.6.1.4.1.318.1.1.1.1.2.3.0", SNMP_OCTETS, "A-UPS-THAT-IT-WATCHES"},
	    {"1.3.6.1.4.1.2021.4.1.0", SNMP_NUMBER, "1"},
	    {"1.3.6.1.4.1.99999.1.1.0", SNMP_NUMBER, "1"},
	};
	struct outcome *o = walk_rows(rows, COUNT_OF(rows), 2);

	(void)state;
	assert_string_equal(said(o, "enterprise"), "99999");
	assert_int_equal(o->walk.n_hidden, 1);
	outcome_free(o);
}

static void
every_row_of_makers_can_be_asked(void **state)
{
	(void)state;
	for (size_t i = 0; i < snmp_makers_count; i++) {
		struct snmp_oid oid;
		char object[64];
		size_t same = 0;

		assert_true(strspn(snmp_makers[i].object, "0123456789.*~") ==
			    strlen(snmp_makers[i].object));
		(void)text_copy(object, sizeof(object), snmp_makers[i].object);
		if (strchr(object, '*')) { /* a column: "...*" ends it, and only there */
			assert_string_equal(strchr(object, '*') - 1, ".*");
			*(strchr(object, '*') - 1) = '\0';
		}
		oid_read(&oid, object + (*object == '~' ? 2 : 0));
		assert_true(oid.len > 1 && oid.len <= 18);
		for (size_t j = 0; j < i; j++)
			assert_true(snmp_makers[j].enterprise != snmp_makers[i].enterprise ||
				    strcmp(snmp_makers[j].object, snmp_makers[i].object) != 0);
		assert_true(
		    i == 0 || snmp_makers[i - 1].enterprise <= snmp_makers[i].enterprise);
		assert_true(snmp_makers[i].key < MAKER_KEY_COUNT);
		for (size_t j = 0; j < snmp_makers_count; j++)
			same += snmp_makers[j].enterprise == snmp_makers[i].enterprise;
		assert_true(same <= SNMP_WALK_ITEMS_MAX);
	}
}

static void
a_request_never_asks_for_more_than_fits(void **state)
{
	(void)state;
	for (size_t t = 0; t < snmp_tables_count; t++) {
		const struct snmp_table *table = &snmp_tables[t];

		assert_true(table->n_fields >= 1 && table->n_fields <= SNMP_TABLE_FIELDS_MAX);
		assert_true(table->root_len <= table->entry.len);
		assert_true(table->kind == SNMP_TABLE_UNITS || table->rows_first >= 1);
		assert_true(table->n_fields * SNMP_UNITS_MAX <= SNMP_WALK_ITEMS_MAX);
	}
	assert_true(snmp_system_count <= SNMP_REQUEST_VARS_MAX);
	assert_true(snmp_scalars_count + snmp_tables_count <= SNMP_WALK_ITEMS_MAX);
}

static void
a_stamp_holds_while_the_device_runs_on_unchanged(void **state)
{
	const struct snmp_stamp then = {.up_time_cs = 100, .ports_cs = 5, .system = 9};
	struct snmp_stamp now = then;

	(void)state;
	now.up_time_cs += 360000; /* an hour */
	assert_true(snmp_stamp_holds(&then, &now, 3600000));
	assert_true(snmp_stamp_holds(&then, &now, 3650000)); /* its clock is slow */
	assert_false(snmp_stamp_holds(&then, &now, 2 * 3600000));
	now.ports_cs++;
	assert_false(snmp_stamp_holds(&then, &now, 3600000));
	now = then;
	now.up_time_cs = 4000; /* it was started anew */
	assert_false(snmp_stamp_holds(&then, &now, 3600000));
	now = (struct snmp_stamp){.up_time_cs = 50, .ports_cs = 5, .system = 9};
	assert_true(snmp_stamp_holds(/* 497 days are over */
	    &(struct snmp_stamp){.up_time_cs = UINT32_MAX - 359949, .ports_cs = 5, .system = 9},
	    &now, 3600000));
	assert_false(snmp_stamp_holds(&(struct snmp_stamp){.system = 9}, &now, 0));
}

/* A bridge with one table and two devices on its ports; at: where the second one is now. */
static struct outcome *
walk_again(uint64_t elapsed_ms, const char *at)
{
	static const struct snmp_watch watch[] = {
	    {{{0, 0x1b, 0x21, 0, 0, 1}}, 0, 4}, {{{0, 0x1b, 0x21, 0, 0, 2}}, 0, 5}};
	/* clang-format off */
	const struct row rows[] = {
		{ "1.3.6.1.2.1.1.1.0", SNMP_OCTETS, "Switch of a test" },
		{ "1.3.6.1.2.1.1.2.0", SNMP_OBJECT_ID, "1.3.6.1.4.1.99999.1" },
		{ "1.3.6.1.2.1.1.3.0", SNMP_NUMBER, "400000" },
		{ "1.3.6.1.2.1.2.2.1.2.1", SNMP_OCTETS, "port" },
		{ "1.3.6.1.2.1.17.4.3.1.2.0.27.33.0.0.1", SNMP_NUMBER, "4" },
		{ "1.3.6.1.2.1.17.4.3.1.2.0.27.33.0.0.2", SNMP_NUMBER, at },
	};
	/* clang-format on */
	struct snmp_known known = {.watch = watch, .n_watch = 2, .is_settled = true};
	struct outcome *first = walk_rows(rows, COUNT_OF(rows), 2), *again;

	assert_true(snmp_walk_learned(&first->walk, &known));
	known.stamp.up_time_cs -= 360000;
	known.elapsed_ms = elapsed_ms;
	known.watch = watch;
	known.n_watch = 2;
	known.is_settled = true;
	again = walk_rows_known(rows, COUNT_OF(rows), 2, &known);
	assert_true(again->requests <= first->requests);
	outcome_free(first);
	return again;
}

static void
what_is_as_it_was_is_not_walked(void **state)
{
	struct outcome *o = walk_again(3600000, "5");

	(void)state;
	assert_true(o->walk.unchanged);
	assert_true(snmp_walk_settled(&o->walk));
	assert_int_equal(o->answer.n_forwarding, 0);
	assert_int_equal(o->answer.n_ports, 0);
	assert_true(o->requests <= 3);
	outcome_free(o);
}

static void
who_moved_makes_the_table_be_read(void **state)
{
	struct outcome *o = walk_again(3600000, "6");

	(void)state;
	assert_true(o->walk.unchanged);
	assert_false(snmp_walk_settled(&o->walk));
	assert_int_equal(o->answer.n_forwarding, 2);
	assert_int_equal(o->answer.n_ports, 0);
	outcome_free(o);
}

static void
what_was_started_anew_is_walked(void **state)
{
	struct outcome *o = walk_again(36000000, "5");

	(void)state;
	assert_false(o->walk.unchanged);
	assert_int_equal(o->answer.n_forwarding, 2);
	assert_int_equal(o->answer.n_ports, 1);
	outcome_free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_agent_that_is_right_is_read_whole_in_few_requests),
	    cmocka_unit_test(version_1_is_read_whole_by_getnext),
	    cmocka_unit_test(these_faults_cost_requests_and_nothing_else),
	    cmocka_unit_test(an_agent_that_does_not_move_on_is_told_in_part),
	    cmocka_unit_test(empty_answers_end_with_a_reason),
	    cmocka_unit_test(who_falls_silent_is_told_in_part_and_soon),
	    cmocka_unit_test(who_never_answers_costs_one_request_and_its_retries),
	    cmocka_unit_test(one_dead_table_does_not_blank_the_others),
	    cmocka_unit_test(what_is_denied_is_told_and_passed_over),
	    cmocka_unit_test(a_table_beyond_its_bound_is_cut_and_told),
	    cmocka_unit_test(a_walk_that_is_cut_says_where),
	    cmocka_unit_test(a_maker_is_asked_for_its_own_values),
	    cmocka_unit_test(a_maker_behind_net_snmp_is_found),
	    cmocka_unit_test(rows_of_makers_lie_in_many_places),
	    cmocka_unit_test(a_page_passes_over_the_rows_of_tables),
	    cmocka_unit_test(an_unknown_maker_is_told_by_its_first_page),
	    cmocka_unit_test(makers_behind_net_snmp_are_named),
	    cmocka_unit_test(every_row_of_makers_can_be_asked),
	    cmocka_unit_test(a_request_never_asks_for_more_than_fits),
	    cmocka_unit_test(a_stamp_holds_while_the_device_runs_on_unchanged),
	    cmocka_unit_test(what_is_as_it_was_is_not_walked),
	    cmocka_unit_test(who_moved_makes_the_table_be_read),
	    cmocka_unit_test(what_was_started_anew_is_walked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
