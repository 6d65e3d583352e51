#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "agent/ask/router.h"
#include "common/check.h"

/* A reply with one more variable. */
static struct snmp_var *
add(struct snmp_reply *reply, struct snmp_oid oid, enum snmp_type type)
{
	struct snmp_var *var = &reply->vars[reply->n++];

	memset(var, 0, sizeof(*var));
	var->oid = oid;
	var->type = type;
	return var;
}

static void
the_way_out_is_that_of_the_default_route(void **state)
{
	static const struct snmp_oid inet = SNMP_OID(
	    1, 3, 6, 1, 2, 1, 4, 24, 7, 1, 7, 1, 4, 0, 0, 0, 0, 0, 2, 0, 0, 1, 4, 10, 0, 0, 1);
	static const struct snmp_oid cidr = SNMP_OID(
	    1, 3, 6, 1, 2, 1, 4, 24, 4, 1, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 198, 51, 100, 1);
	static const struct snmp_oid old = SNMP_OID(1, 3, 6, 1, 2, 1, 4, 21, 1, 2, 0, 0, 0, 0);
	static const struct snmp_oid lan = SNMP_OID(1, 3, 6, 1, 2, 1, 4, 21, 1, 2, 10, 0, 0, 0);
	static struct snmp_reply reply;
	struct snmp_request request;

	(void)state;
	router_ask_way(&request);
	assert_int_equal(request.operation, SNMP_OP_GETNEXT);
	reply.n = 0;
	add(&reply, lan, SNMP_NUMBER)->number = 2;
	assert_int_equal(router_read_way(&reply), 0);
	add(&reply, old, SNMP_NUMBER)->number = 3;
	assert_int_equal(router_read_way(&reply), 3);
	add(&reply, cidr, SNMP_NUMBER)->number = 4;
	assert_int_equal(router_read_way(&reply), 4);
	add(&reply, inet, SNMP_NUMBER)->number = 5;
	assert_int_equal(router_read_way(&reply), 5);
	/* What is asked stands before what is wanted. */
	for (size_t i = 0; i < request.n; i++)
		assert_true(oid_compare(&request.oids[i], &reply.vars[3 - i].oid) < 0);
	reply.vars[3].number = -1;
	reply.vars[2].type = SNMP_OCTETS;
	assert_int_equal(router_read_way(&reply), 3);
}

static void
a_look_reads_the_row_of_the_way_out_alone(void **state)
{
	static const struct snmp_oid up_time = SNMP_OID(1, 3, 6, 1, 2, 1, 1, 3, 0);
	static const struct snmp_oid status7 = SNMP_OID(1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 7);
	static const struct snmp_oid octets8 = SNMP_OID(1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 8);
	static const struct snmp_oid octets7 = SNMP_OID(1, 3, 6, 1, 2, 1, 2, 2, 1, 10, 7);
	static const struct snmp_oid out7 = SNMP_OID(1, 3, 6, 1, 2, 1, 2, 2, 1, 16, 7);
	static const struct snmp_oid hc_in7 = SNMP_OID(1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 7);
	static const struct snmp_oid hc_out7 = SNMP_OID(1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 10, 7);
	static const struct snmp_oid name7 = SNMP_OID(1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1, 7);
	static struct snmp_reply reply;
	struct router_facts facts = {.if_index = 7};
	struct snmp_request request;

	(void)state;
	router_ask_state(7, &request);
	assert_int_equal(request.n, 6);
	reply.n = 0;
	add(&reply, up_time, SNMP_NUMBER)->number = 360000;
	add(&reply, status7, SNMP_NUMBER)->number = 2;
	add(&reply, octets8, SNMP_NUMBER)->number = 1;
	add(&reply, octets7, SNMP_NUMBER)->number = 1234;
	router_read_state(&reply, &facts);
	assert_int_equal(facts.up_time_ms, 3600000);
	assert_int_equal(facts.oper_status, 2);
	assert_true(facts.counts);
	assert_int_equal(facts.in_octets, 1234);
	assert_false(facts.counts_both);
	add(&reply, out7, SNMP_NUMBER)->number = 77;
	router_read_state(&reply, &facts);
	assert_true(facts.counts_both && !facts.wide);
	assert_int_equal(facts.out_octets, 77);
	add(&reply, hc_in7, SNMP_NUMBER)->number = 5000000000;
	add(&reply, hc_out7, SNMP_NUMBER)->number = 6000000000;
	router_read_state(&reply, &facts);
	assert_true(facts.counts_both && facts.wide);
	assert_int_equal(facts.in_octets, 5000000000);
	assert_int_equal(facts.out_octets, 6000000000);
	reply.n = 0;
	router_read_name(&reply, &facts);
	assert_string_equal(facts.interface, "7");
	add(&reply, name7, SNMP_OCTETS)->bytes = (const uint8_t *)"ppp\x01";
	reply.vars[0].len = 4;
	router_read_name(&reply, &facts);
	assert_memory_equal(facts.interface, "ppp", 3);
}

static void
what_it_says_of_an_outage(void **state)
{
	static const struct router_facts up = {.at_ms = 100000,
	    .up_time_ms = 5000000,
	    .if_index = 3,
	    .interface = "ppp0",
	    .oper_status = 1,
	    .counts = true,
	    .in_octets = 1000000};
	static const struct {
		uint64_t up_time_ms, in_octets;
		uint32_t oper_status;
		enum router_word word;
		const char *observed;
	} looks[] = {
	    {5010000, 1000100, 1, ROUTER_LINE_SILENT, "ppp0 is up, 0 kbit/s come in"},
	    {5010000, 2000000, 1, ROUTER_LINE_BUSY, "ppp0 is up, 800 kbit/s come in"},
	    {5010000, 1000000, 7, ROUTER_LINE_DOWN, "ppp0: ifOperStatus 7"},
	    {42000, 5, 1, ROUTER_RESTARTED, "restarted, up for 42 s"},
	    {5010000, 1000000, 0, ROUTER_SAYS_NOTHING, ""},
	    {5010000, 5, 1, ROUTER_SAYS_NOTHING, ""}, /* its counter ran over */
	    {4990000, 1000100, 1, ROUTER_LINE_SILENT, "ppp0 is up, 0 kbit/s come in"},
	};
	static const struct router_facts none;
	char observed[ROUTER_OBSERVED_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(looks); i++) {
		struct router_facts now = up;

		now.at_ms = 110000;
		now.up_time_ms = looks[i].up_time_ms;
		now.oper_status = looks[i].oper_status;
		now.in_octets = looks[i].in_octets;
		assert_int_equal(router_judge(&up, &now, observed), looks[i].word);
		assert_string_equal(observed, looks[i].observed);
	}
	assert_int_equal(router_judge(&up, NULL, observed), ROUTER_SILENT);
	assert_int_equal(router_judge(&none, &up, observed), ROUTER_SAYS_NOTHING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_way_out_is_that_of_the_default_route),
	    cmocka_unit_test(a_look_reads_the_row_of_the_way_out_alone),
	    cmocka_unit_test(what_it_says_of_an_outage),
	};

	return cmocka_run_group_tests_name("agent/ask/router", tests, NULL, NULL);
}
