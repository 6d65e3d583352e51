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
#include "tests/lib/snmp_agent.h"

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
	    {{{0, 0x1b, 0x21, 0, 0, 1}}, 0, 4, 0}, {{{0, 0x1b, 0x21, 0, 0, 2}}, 0, 5, 0}};
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

/* A Catalyst: two VLANs beside the first, in each of which the same address is on port 7; or
 * one that takes no community of a VLAN. asked: how often one was asked for. */
static struct outcome *
walk_catalyst(bool by_vlan, unsigned *asked)
{
	/* clang-format off */
	static const struct row rows[] = {
		{ "1.3.6.1.2.1.1.1.0", SNMP_OCTETS, "Cisco IOS" },
		{ "1.3.6.1.2.1.1.2.0", SNMP_OBJECT_ID, "1.3.6.1.4.1.9.1.716" },
		{ "1.3.6.1.2.1.17.4.3.1.2.0.27.33.0.0.1", SNMP_NUMBER, "4" },
		{ "1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.1", SNMP_NUMBER, "1" },
		{ "1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.20", SNMP_NUMBER, "1" },
		{ "1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.30", SNMP_NUMBER, "1" },
		{ "1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.40", SNMP_NUMBER, "2" }, /* suspended */
		{ "1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.1002", SNMP_NUMBER, "1" },
	};
	/* clang-format on */
	struct agent *whole = calloc(1, sizeof(*whole)), *of_vlan = calloc(1, sizeof(*of_vlan));
	struct outcome *o = calloc(1, sizeof(*o));
	struct snmp_reply *reply = malloc(sizeof(*reply));
	struct snmp_request request;

	assert_true(whole && of_vlan && o && reply);
	whole->version = of_vlan->version = 2;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		agent_add(whole, rows[i].oid, rows[i].type, rows[i].value);
	agent_add(of_vlan, "1.3.6.1.2.1.17.1.4.1.2.7", SNMP_NUMBER, "10107");
	agent_add(of_vlan, "1.3.6.1.2.1.17.4.3.1.2.0.27.33.0.0.2", SNMP_NUMBER, "7");
	*asked = 0;
	assert_int_equal(snmp_facts_new(&o->facts), 0);
	snmp_walk_start(&o->walk, o->facts, 2, 25, 2);
	while (snmp_walk_next(&o->walk, &request)) {
		assert_true(++o->requests < STEPS_MAX);
		assert_true(request.vlan == 0 || request.vlan == 20 || request.vlan == 30);
		*asked += request.vlan > 0;
		if (request.vlan > 0 && !by_vlan) {
			snmp_walk_timeout(&o->walk);
			continue;
		}
		(void)agent_answer(request.vlan > 0 ? of_vlan : whole, &request, reply);
		snmp_walk_reply(&o->walk, reply);
	}
	assert_int_equal(snmp_facts_finish(o->facts, &o->answer), 0);
	free(reply);
	free(whole);
	free(of_vlan);
	return o;
}

static void
vlans_with_a_bridge_each_are_read(void **state)
{
	unsigned asked;
	struct outcome *o = walk_catalyst(true, &asked);

	(void)state;
	assert_false(o->walk.partial);
	assert_int_equal(o->answer.n_forwarding, 3);
	assert_int_equal(o->answer.forwarding[0].context, 0);
	assert_int_equal(o->answer.forwarding[1].vlan, 20);
	assert_int_equal(o->answer.forwarding[1].if_index, 10107);
	assert_int_equal(o->answer.forwarding[2].vlan, 30);
	assert_int_equal(o->answer.forwarding[2].context, 30);
	outcome_free(o);
}

static void
who_takes_no_community_of_a_vlan_is_asked_twice(void **state)
{
	unsigned asked;
	struct outcome *o = walk_catalyst(false, &asked);

	(void)state;
	assert_int_equal(asked, 2);
	assert_false(o->walk.partial);
	assert_int_equal(o->answer.n_forwarding, 1);
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
	    cmocka_unit_test(vlans_with_a_bridge_each_are_read),
	    cmocka_unit_test(who_takes_no_community_of_a_vlan_is_asked_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
