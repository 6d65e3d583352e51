/* The rate of a line from a router's counters, as routers refresh them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/speed/counters.h"

enum { SECOND_US = 1000000 };

/* A router that counts a line, and tells what it counted at its last refresh. */
struct router {
	double mbps[2]; /* on the wire: of frames of 1514 octets for 1500 at the IP layer */
	uint64_t refresh_us; /* 0: at each answer */
	uint64_t started_us; /* by our clock */
	double counted[2];
	uint64_t counted_to_us, told_at_us;
	uint64_t told[2];
	bool wide;
};

static void
count_to(struct router *router, uint64_t now_us)
{
	for (int i = 0; i < 2; i++)
		router->counted[i] += router->mbps[i] / 8 * 1514 / 1500 *
				      (double)(now_us - router->counted_to_us);
	router->counted_to_us = now_us;
}

static void
refresh(struct router *router, uint64_t now_us)
{
	count_to(router, now_us);
	for (int i = 0; i < 2; i++)
		router->told[i] = (uint64_t)router->counted[i];
	router->told_at_us = now_us;
}

/* The answer that arrives at now_us. */
static struct counter_reading
answer(struct router *router, uint64_t now_us)
{
	struct counter_reading reading = {.at_us = now_us,
	    .up_time_ms = (now_us - router->started_us) / 10000 * 10,
	    .wide = router->wide};

	while (router->refresh_us > 0 && router->told_at_us + router->refresh_us <= now_us)
		refresh(router, router->told_at_us + router->refresh_us);
	if (router->refresh_us == 0)
		refresh(router, now_us);
	for (int i = 0; i < 2; i++)
		reading.octets[i] =
		    router->wide ? router->told[i] : router->told[i] & UINT32_MAX;
	return reading;
}

static void
ask(struct counters *counters, struct router *router, uint64_t from_us, uint64_t to_us,
    uint64_t every_us)
{
	for (uint64_t now_us = from_us; now_us < to_us; now_us += every_us) {
		struct counter_reading reading = answer(router, now_us);

		counters_note(counters, &reading);
	}
}

static struct router
router_at(double down_mbps, double up_mbps, uint64_t refresh_us)
{
	return (struct router){.mbps = {down_mbps, up_mbps},
	    .refresh_us = refresh_us,
	    .wide = true,
	    .counted = {7e12, 3e9}};
}

static void
assert_rate(const struct counters *counters, bool upload, uint64_t from_us, uint64_t to_us,
    double mbps, double off)
{
	double got = -1, duration_s;
	int r = counters_rate(counters, upload, from_us, to_us, &got, &duration_s);

	if (r < 0 || fabs(got - mbps) > off * mbps)
		fail_msg("%f (%d) is not %f within %f", got, r, mbps, off);
}

static void
cuts_at_refreshes_whatever_their_length(void **state)
{
	static const uint64_t refreshes_us[] = {0, 1000000, 2900000, 3200000};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (uint64_t shift_us = 0; shift_us < 3000000; shift_us += 370000) {
			struct router router = router_at(97.5, 12, refreshes_us[i]);
			struct counters counters = {0};

			ask(&counters, &router, 0, 20 * SECOND_US, 50000);
			assert_rate(&counters, false, 4 * SECOND_US + shift_us,
			    14 * SECOND_US + shift_us, 97.5, 0.02);
			assert_rate(&counters, true, 4 * SECOND_US + shift_us,
			    14 * SECOND_US + shift_us, 12, 0.02);
		}
}

static void
knows_nothing_without_a_whole_refresh(void **state)
{
	struct router router = router_at(97.5, 12, 3000000);
	struct counters counters = {0};
	double mbps, duration_s;

	(void)state;
	assert_int_equal(
	    counters_rate(&counters, false, 0, UINT64_MAX, &mbps, &duration_s), -ENODATA);
	ask(&counters, &router, 0, 20 * SECOND_US, 50000);
	assert_int_equal(
	    counters_rate(&counters, false, 6200000, 8900000, &mbps, &duration_s), -ENODATA);
	assert_int_equal(
	    counters_rate(&counters, false, 6200000, 12200000, &mbps, &duration_s), 0);
	assert_true(duration_s > 2.9 && duration_s < 3.1);
}

static void
does_not_trust_times_that_are_blurred(void **state)
{
	struct router router = router_at(97.5, 12, 3000000);
	struct counters counters = {0};
	double mbps, duration_s;

	(void)state;
	ask(&counters, &router, 0, 40 * SECOND_US, 1000000);
	assert_int_equal(
	    counters_rate(&counters, false, 0, 40 * SECOND_US, &mbps, &duration_s), -ENODATA);
	/* After long silence the first change is no edge. */
	ask(&counters, &router, 60 * SECOND_US, 70 * SECOND_US, 50000);
	assert_rate(&counters, false, 0, 70 * SECOND_US, 97.5, 0.02);
}

static void
a_narrow_counter_may_wrap(void **state)
{
	struct router router = router_at(800, 12, 3000000); /* wraps every 43 s */
	struct counters counters = {0};

	(void)state;
	router.wide = false;
	ask(&counters, &router, 0, 100 * SECOND_US, 50000);
	for (uint64_t from_us = 0; from_us < 90u * SECOND_US; from_us += SECOND_US)
		assert_rate(&counters, false, from_us, from_us + 10 * SECOND_US, 800, 0.02);
}

static void
a_restart_ends_what_was_known(void **state)
{
	struct router router = router_at(97.5, 12, 1000000), again = router;
	struct counters counters = {0};
	double mbps, duration_s;

	(void)state;
	ask(&counters, &router, 0, 20 * SECOND_US, 50000);
	again.counted[0] = again.counted[1] = 0;
	again.started_us = 19 * SECOND_US;
	ask(&counters, &again, 20 * SECOND_US, 21 * SECOND_US, 50000);
	assert_int_equal(
	    counters_rate(&counters, false, 0, UINT64_MAX, &mbps, &duration_s), -ENODATA);
	ask(&counters, &again, 21 * SECOND_US, 40 * SECOND_US, 50000);
	assert_rate(&counters, false, 30 * SECOND_US, 40 * SECOND_US, 97.5, 0.02);
	/* A counter that fell alone says the same: someone reset it. */
	again.counted[0] = 0;
	ask(&counters, &again, 40 * SECOND_US, 43 * SECOND_US, 50000);
	assert_int_equal(
	    counters_rate(&counters, false, 0, 41 * SECOND_US, &mbps, &duration_s), -ENODATA);
}

static void
tells_the_load_by_slow_looks(void **state)
{
	struct router router = router_at(40, 2, 3000000);
	struct counters counters = {0};
	double mbps;

	(void)state;
	assert_int_equal(counters_load(&counters, false, 0, &mbps), -ENODATA);
	ask(&counters, &router, 0, 61 * SECOND_US, 10 * SECOND_US);
	assert_int_equal(counters_load(&counters, false, 25 * SECOND_US, &mbps), 0);
	assert_true(fabs(mbps - 40) < 8);
	router.mbps[0] = router.mbps[1] = 0;
	ask(&counters, &router, 70 * SECOND_US, 121 * SECOND_US, 10 * SECOND_US);
	assert_int_equal(counters_load(&counters, false, 85 * SECOND_US, &mbps), 0);
	assert_true(mbps < 0.01);
	/* Nobody answered since. */
	assert_int_equal(counters_load(&counters, false, 130 * SECOND_US, &mbps), -ENODATA);
}

static void
keeps_no_more_than_it_has_room_for(void **state)
{
	static struct counters counters;
	struct router router = router_at(97.5, 12, 0);

	(void)state;
	memset(&counters, 0, sizeof(counters));
	ask(&counters, &router, 0, 60 * SECOND_US, 50000);
	assert_int_equal(counters.n_steps, COUNTER_STEPS_MAX);
	assert_rate(&counters, false, 50 * SECOND_US, 60 * SECOND_US, 97.5, 0.02);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cuts_at_refreshes_whatever_their_length),
	    cmocka_unit_test(knows_nothing_without_a_whole_refresh),
	    cmocka_unit_test(does_not_trust_times_that_are_blurred),
	    cmocka_unit_test(a_narrow_counter_may_wrap),
	    cmocka_unit_test(a_restart_ends_what_was_known),
	    cmocka_unit_test(tells_the_load_by_slow_looks),
	    cmocka_unit_test(keeps_no_more_than_it_has_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
