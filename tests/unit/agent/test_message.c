/* What goes over the sensor's pipe: agent/sensor/message.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "agent/sensor/message.h"

/* Sets one byte of a switch to what no switch holds. */
#define SPOIL_SWITCH(field) memset(&(field), 2, 1)

static void
takes_only_a_right_start(void **state)
{
	struct message_interfaces m = {.n = 1};
	struct interface *i = &m.interfaces[0];

	(void)state;
	memcpy(i->name, "lan0", 5);
	i->ifindex = 3;
	assert_true(message_sane(MESSAGE_START, &m, sizeof(m)));
	assert_false(message_sane(MESSAGE_START, &m, sizeof(m) - 1));
	assert_false(message_sane(MESSAGE_SWEEP, &m, sizeof(m)));
	assert_int_equal(address_parse("10.1.2.3", &i->ipv4), 0);
	assert_false(message_sane(MESSAGE_START, &m, sizeof(m))); /* no subnet */
	assert_int_equal(address_range_parse("10.1.2.0/24", &i->subnet), 0);
	assert_true(message_sane(MESSAGE_START, &m, sizeof(m)));
	i->subnet.prefix_len = 33;
	assert_false(message_sane(MESSAGE_START, &m, sizeof(m)));
	i->subnet.prefix_len = 24;
	SPOIL_SWITCH(i->carrier);
	assert_false(message_sane(MESSAGE_START, &m, sizeof(m)));
	i->carrier = true;
	i->ifindex = 0;
	assert_false(message_sane(MESSAGE_START, &m, sizeof(m)));
	i->ifindex = 3;
	memset(i->name, 'x', sizeof(i->name));
	assert_false(message_sane(MESSAGE_START, &m, sizeof(m)));
	m.n = SENSOR_INTERFACES_MAX + 1;
	assert_false(message_sane(MESSAGE_START, &m, sizeof(m)));
	m.n = 0; /* nothing to listen on: it may still ping */
	assert_true(message_sane(MESSAGE_START, &m, sizeof(m)));
}

static void
takes_only_a_right_sweep(void **state)
{
	struct sweep_plan plan = {.n_ranges = 1};

	(void)state;
	assert_int_equal(address_range_parse("10.1.0.0/16", &plan.ranges[0]), 0);
	assert_true(message_sane(MESSAGE_SWEEP, &plan, sizeof(plan)));
	plan.n_ranges = 2;
	assert_int_equal(address_range_parse("10.2.0.0/30", &plan.ranges[1]), 0);
	assert_false(message_sane(MESSAGE_SWEEP, &plan, sizeof(plan))); /* too many */
	plan.n_ranges = 0;
	assert_false(message_sane(MESSAGE_SWEEP, &plan, sizeof(plan)));
	plan.n_ranges = 1;
	SPOIL_SWITCH(plan.fast);
	assert_false(message_sane(MESSAGE_SWEEP, &plan, sizeof(plan)));
	plan.fast = false;
	assert_int_equal(address_range_parse("fd00::/120", &plan.ranges[0]), 0);
	assert_false(message_sane(MESSAGE_SWEEP, &plan, sizeof(plan)));
	assert_int_equal(address_range_parse("10.0.0.0/8", &plan.ranges[0]), 0);
	assert_false(message_sane(MESSAGE_SWEEP, &plan, sizeof(plan)));
}

static void
takes_only_a_right_probe(void **state)
{
	struct message_probe m = {.kind = SENSOR_PROBE_ICMP, .timeout_ms = 500};

	(void)state;
	assert_false(message_sane(MESSAGE_PROBE, &m, sizeof(m))); /* to nobody */
	assert_int_equal(address_parse("fd00::1", &m.to), 0);
	assert_true(message_sane(MESSAGE_PROBE, &m, sizeof(m)));
	m.kind = SENSOR_PROBE_ARP;
	assert_false(message_sane(MESSAGE_PROBE, &m, sizeof(m)));
	assert_int_equal(address_parse("10.0.0.1", &m.to), 0);
	assert_false(message_sane(MESSAGE_PROBE, &m, sizeof(m))); /* out of what? */
	m.ifindex = 2;
	assert_true(message_sane(MESSAGE_PROBE, &m, sizeof(m)));
	m.kind = 9;
	assert_false(message_sane(MESSAGE_PROBE, &m, sizeof(m)));
	m.kind = SENSOR_PROBE_ARP;
	m.timeout_ms = SENSOR_TIMEOUT_MS_MAX + 1;
	assert_false(message_sane(MESSAGE_PROBE, &m, sizeof(m)));
	m.timeout_ms = 0;
	assert_false(message_sane(MESSAGE_PROBE, &m, sizeof(m)));
}

static void
takes_only_a_sane_sighting_of_its_own_length(void **state)
{
	struct sighting s = {.source = "arp"};
	size_t len;

	(void)state;
	assert_true(sighting_add(&s, "answered", "1", 1));
	len = message_sighting_len(&s);
	assert_true(len < sizeof(s));
	assert_true(message_sane(MESSAGE_SIGHTING, &s, len));
	assert_false(message_sane(MESSAGE_SIGHTING, &s, len + 1));
	assert_false(message_sane(MESSAGE_SIGHTING, &s, len - 1));
	assert_false(message_sane(MESSAGE_SIGHTING, &s, 10));
	s.text[s.text_len - 1] = 'x';
	assert_false(message_sane(MESSAGE_SIGHTING, &s, len));
	s.text_len = 65535;
	assert_false(message_sane(MESSAGE_SIGHTING, &s, message_sighting_len(&s)));
}

static void
takes_only_right_results(void **state)
{
	struct sweep_result swept = {.asked = 5, .answered = 5};
	struct echo_result fate = {.answered = true};
	struct sensor_counters counters = {.n = 2};
	struct message_ready ready = {.error = -1, .words = "no"};

	(void)state;
	assert_true(message_sane(MESSAGE_SWEPT, &swept, sizeof(swept)));
	swept.answered = 6;
	assert_false(message_sane(MESSAGE_SWEPT, &swept, sizeof(swept)));
	assert_true(message_sane(MESSAGE_FATE, &fate, sizeof(fate)));
	SPOIL_SWITCH(fate.answered);
	assert_false(message_sane(MESSAGE_FATE, &fate, sizeof(fate)));
	fate.answered = false;
	fate.from.family = 9;
	assert_false(message_sane(MESSAGE_FATE, &fate, sizeof(fate)));
	assert_true(message_sane(MESSAGE_COUNTERS, &counters, sizeof(counters)));
	memset(counters.decoder[1].name, 'x', sizeof(counters.decoder[1].name));
	assert_false(message_sane(MESSAGE_COUNTERS, &counters, sizeof(counters)));
	counters.n = 33;
	assert_false(message_sane(MESSAGE_COUNTERS, &counters, sizeof(counters)));
	assert_true(message_sane(MESSAGE_READY, &ready, sizeof(ready)));
	memset(ready.words, 'x', sizeof(ready.words));
	assert_false(message_sane(MESSAGE_READY, &ready, sizeof(ready)));
}

static void
knows_who_may_say_what(void **state)
{
	(void)state;
	assert_true(message_is_order(MESSAGE_START));
	assert_false(message_is_order(MESSAGE_SLOWED));
	assert_true(message_sane(
	    MESSAGE_SLOWED, &(struct message_rate){250}, sizeof(struct message_rate)));
	assert_true(message_is_order(MESSAGE_PROBE));
	assert_true(message_is_order(MESSAGE_SEARCH));
	assert_true(message_sane(MESSAGE_SEARCH, NULL, 0));
	assert_false(message_sane(MESSAGE_SEARCH, "x", 1));
	assert_false(message_is_order(MESSAGE_READY));
	assert_false(message_is_order(0));
	assert_false(message_sane(0, "", 0));
	assert_false(message_sane(MESSAGE_COUNTERS + 1, "", 0));
	assert_false(message_sane(UINT32_MAX, "", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_only_a_right_start),
	    cmocka_unit_test(takes_only_a_right_sweep),
	    cmocka_unit_test(takes_only_a_right_probe),
	    cmocka_unit_test(takes_only_a_sane_sighting_of_its_own_length),
	    cmocka_unit_test(takes_only_right_results),
	    cmocka_unit_test(knows_who_may_say_what),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
