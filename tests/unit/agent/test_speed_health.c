/* What processors and ports lost while a test ran. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "agent/probe/speed_health.h"

static void
reads_each_processor_and_not_their_sum(void **state)
{
	static const char text[] = "cpu  40 0 20 300 0 0 10 30 0 0\n"
				   "cpu0 10 0 10 150 0 0 8 22 0 0\n"
				   "cpu1 30 0 10 150 0 0 2 8 0 0\n"
				   "cpu2 30 0 10\n"
				   "intr 12345 0 0\n";
	struct speed_health health;

	(void)state;
	assert_int_equal(speed_health_cpus(text, &health), 2);
	assert_int_equal(health.cpus[0].all, 200);
	assert_int_equal(health.cpus[0].softirq, 8);
	assert_int_equal(health.cpus[1].steal, 8);
	assert_int_equal(speed_health_cpus("", &health), 0);
}

static void
tells_shares_of_what_passed_in_between(void **state)
{
	struct speed_health before = {.n_cpus = 2, .packets = 1000, .bad = 7}, after = before;
	struct speed_limits limits = {0};

	(void)state;
	after.cpus[0].all = 1000;
	after.cpus[0].softirq = 850;
	after.cpus[1].all = 1000;
	after.cpus[1].steal = 300;
	after.packets = 2000;
	after.bad = 9;
	speed_health_lost(&before, &after, &limits);
	assert_true(fabs(limits.softirq_pct - 85) < 1e-9);
	assert_true(fabs(limits.steal_pct - 15) < 1e-9);
	assert_true(fabs(limits.nic_bad_pct - 0.2) < 1e-9);
}

static void
knows_nothing_of_no_time_and_no_packets(void **state)
{
	struct speed_health same = {.n_cpus = 1};
	struct speed_limits limits = {0};

	(void)state;
	speed_health_lost(&same, &same, &limits);
	assert_true(limits.steal_pct < 0 && limits.softirq_pct < 0 && limits.nic_bad_pct < 0);
}

static void
looks_at_the_machine_itself(void **state)
{
	struct speed_limits limits = {0};
	struct speed_health health;

	(void)state;
	speed_health_read("lo", &health);
	assert_true(health.n_cpus > 0 && health.cpus[0].all > 0);
	speed_health_port("lo", &limits);
	assert_false(limits.wireless || limits.half_duplex);
	assert_int_equal(limits.lan_speed_mbps, 0);
	speed_health_read("", &health);
	assert_int_equal(health.packets, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_each_processor_and_not_their_sum),
	    cmocka_unit_test(tells_shares_of_what_passed_in_between),
	    cmocka_unit_test(knows_nothing_of_no_time_and_no_packets),
	    cmocka_unit_test(looks_at_the_machine_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
