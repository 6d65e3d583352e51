#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "agent/ask/ups.h"

static const struct snmp_oid seconds = SNMP_OID(1, 3, 6, 1, 2, 1, 33, 1, 2, 2, 0);
static const struct snmp_oid source = SNMP_OID(1, 3, 6, 1, 2, 1, 33, 1, 4, 1, 0);
static const struct snmp_oid next = SNMP_OID(1, 3, 6, 1, 2, 1, 33, 1, 4, 2, 0);

static struct snmp_reply *
reply_of(const struct snmp_oid *first, int64_t one, const struct snmp_oid *second, int64_t two)
{
	static struct snmp_reply reply;

	memset(&reply, 0, sizeof(reply));
	reply.n = 2;
	reply.vars[0].oid = *first, reply.vars[1].oid = *second;
	reply.vars[0].number = one, reply.vars[1].number = two;
	reply.vars[0].type = reply.vars[1].type = SNMP_NUMBER;
	return &reply;
}

static void
batteries_that_feed_the_output_are_told_with_their_time(void **state)
{
	char words[UPS_OBSERVED_SIZE] = "";

	(void)state;
	assert_true(ups_on_battery(reply_of(&seconds, 42, &source, 5), words));
	assert_string_equal(words, "on battery for 42 s (UPS)");
	assert_true(ups_on_battery(reply_of(&seconds, 7, &next, 500), words));
	assert_string_equal(words, "on battery for 7 s (UPS)");
	assert_true(ups_on_battery(reply_of(&seconds, 0, &source, 5), words));
	assert_string_equal(words, "on battery (UPS)");
}

static void
mains_bypass_and_other_answers_are_no_sign(void **state)
{
	char words[UPS_OBSERVED_SIZE] = "";
	struct snmp_reply *reply;

	(void)state;
	for (int64_t told = 1; told <= 7; told++)
		assert_int_equal(
		    ups_on_battery(reply_of(&seconds, 0, &source, told), words), told == 5);
	assert_false(ups_on_battery(reply_of(&next, 5, &next, 5), words));
	assert_false(ups_on_battery(reply_of(&seconds, -5, &source, 3), words));
	reply = reply_of(&seconds, 9, &source, 5);
	reply->vars[0].type = reply->vars[1].type = SNMP_OCTETS;
	assert_false(ups_on_battery(reply, words));
	reply->n = 0;
	assert_false(ups_on_battery(reply, words));
}

static void
both_are_asked_at_once(void **state)
{
	struct snmp_request request;

	(void)state;
	ups_ask(&request);
	assert_int_equal(request.operation, SNMP_OP_GETNEXT);
	assert_int_equal(request.n, 2);
	assert_true(oid_compare(&request.oids[0], &seconds) < 0);
	assert_true(oid_compare(&request.oids[1], &source) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(batteries_that_feed_the_output_are_told_with_their_time),
	    cmocka_unit_test(mains_bypass_and_other_answers_are_no_sign),
	    cmocka_unit_test(both_are_asked_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
