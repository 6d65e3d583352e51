/* Who may cause how many broadcasts: agent/scan_pace.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/scan_pace.h"

static void
assert_rates(const struct scan_pace *pace, bool sweeping, uint64_t taken, uint32_t sweep,
    uint32_t devices)
{
	struct scan_rates rates = scan_pace_rates(pace, sweeping, taken);

	assert_int_equal(rates.sweep_per_s, sweep);
	assert_int_equal(rates.devices_per_s, devices);
}

static void
sweep_and_hosts_share_one_budget(void **state)
{
	struct scan_pace pace = scan_pace(0, false, false);

	(void)state;
	assert_true(scan_pace_divides(&pace));
	assert_rates(&pace, true, 0, 250, 125);
	assert_rates(&pace, true, 40, 210, 125);
	assert_rates(&pace, true, 125, 125, 125);
	assert_rates(&pace, true, UINT64_MAX, 125, 125);
	assert_rates(&pace, false, 40, 250, 250); /* nobody sweeps any more */
}

static void
nothing_is_divided_when_the_kernel_learns(void **state)
{
	struct scan_pace pace = scan_pace(100, false, true);

	(void)state;
	assert_false(scan_pace_divides(&pace));
	assert_rates(&pace, true, 90, 100, 100);
	scan_pace_lost(&pace, 25); /* the sweep itself keeps to that */
	assert_rates(&pace, true, 90, 100, 100);
}

static void
fast_holds_until_something_is_lost(void **state)
{
	struct scan_pace pace = scan_pace(0, true, false);

	(void)state;
	assert_false(scan_pace_divides(&pace));
	assert_rates(&pace, true, 900, 0, SCAN_PACE_FAST_DEVICES);
	scan_pace_lost(&pace, 250);
	assert_true(scan_pace_divides(&pace));
	assert_rates(&pace, true, 900, 125, 125);
	scan_pace_lost(&pace, 62);
	assert_rates(&pace, true, 0, 62, 31);
	scan_pace_lost(&pace, 125); /* never up again */
	assert_rates(&pace, false, 0, 62, 62);
}

static void
fast_goes_on_asking_when_only_the_sweep_broadcasts(void **state)
{
	struct scan_pace pace = scan_pace(0, true, true);

	(void)state;
	scan_pace_lost(&pace, 250);
	assert_false(scan_pace_divides(&pace));
	assert_rates(&pace, true, 900, 0, SCAN_PACE_FAST_DEVICES);
}

static void
the_least_budget_leaves_something_to_both(void **state)
{
	struct scan_pace pace = scan_pace(1, false, false);

	(void)state;
	assert_rates(&pace, true, 1, 1, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sweep_and_hosts_share_one_budget),
	    cmocka_unit_test(nothing_is_divided_when_the_kernel_learns),
	    cmocka_unit_test(fast_holds_until_something_is_lost),
	    cmocka_unit_test(fast_goes_on_asking_when_only_the_sweep_broadcasts),
	    cmocka_unit_test(the_least_budget_leaves_something_to_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
