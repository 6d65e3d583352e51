/* Responsiveness out of what probes took. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "common/speed/rpm.h"

static struct rpm_probes *
probes_make(double tcp, double tls, double http, double self)
{
	struct rpm_probes *probes = calloc(1, sizeof(*probes));

	assert_non_null(probes);
	for (int i = 0; i < 20; i++) {
		rpm_time_add(&probes->tcp, tcp);
		rpm_time_add(&probes->tls, tls);
		rpm_time_add(&probes->http, http);
		rpm_time_add(&probes->self, self);
	}
	return probes;
}

static void
assert_rpm(double tcp, double tls, double http, double self, double wanted)
{
	struct rpm_probes *probes = probes_make(tcp, tls, http, self);

	assert_float_equal(rpm_of(probes), wanted, 1e-9);
	free(probes);
}

static void
follows_the_formula_of_the_draft(void **state)
{
	(void)state;
	/* Foreign (20+40+60)/3 = 40 ms: 1500; self 100 ms: 600. */
	assert_rpm(20, 40, 60, 100, 1050);
	assert_rpm(20, 0, 60, 100, 1050); /* a plain line */
	assert_rpm(20, 40, 60, 0, 1500);
	assert_rpm(0, 0, 0, 100, 600);
	assert_rpm(0, 0, 0, 0, -1);
	assert_rpm(20, 40, 0, 0, -1);
}

static void
leaves_the_slowest_twentieth_out(void **state)
{
	struct rpm_times self = {.count = 0};
	struct rpm_probes *probes = calloc(1, sizeof(*probes));

	(void)state;
	assert_non_null(probes);
	rpm_time_add(&self, 60000);
	for (int i = 0; i < 19; i++)
		rpm_time_add(&self, 50);
	probes->self = self;
	assert_float_equal(rpm_of(probes), 1200, 1e-9);
	rpm_time_add(&probes->self, 60000); /* the second of 21 is within the 95th */
	assert_true(rpm_of(probes) < 100);
	free(probes);
}

static void
keeps_no_more_times_than_there_is_room_for(void **state)
{
	static struct rpm_times times;

	(void)state;
	for (int i = 0; i < RPM_TIMES_MAX + 10; i++)
		rpm_time_add(&times, 1);
	assert_int_equal(times.count, RPM_TIMES_MAX);
}

static void
tells_what_is_stable_from_what_grows(void **state)
{
	static const double flat[] = {10, 98, 101, 100, 99, 102, 100, 97},
			    growing[] = {10, 20, 30, 40, 50, 60, 70, 80}, none[8];

	(void)state;
	assert_true(rpm_stable(flat + 1, 7));
	assert_false(rpm_stable(flat, 7)); /* the start is within the first average */
	assert_true(rpm_stable(flat, 8));
	assert_false(rpm_stable(flat + 1, 6));
	assert_false(rpm_stable(growing, 8));
	assert_false(rpm_stable(none, 8));
	assert_false(rpm_stable(NULL, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(follows_the_formula_of_the_draft),
	    cmocka_unit_test(leaves_the_slowest_twentieth_out),
	    cmocka_unit_test(keeps_no_more_times_than_there_is_room_for),
	    cmocka_unit_test(tells_what_is_stable_from_what_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
