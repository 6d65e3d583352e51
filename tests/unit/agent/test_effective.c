#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/effective.h"
#include "common/check.h"
#include "common/text.h"

struct world {
	struct agent_settings settings;
	struct policy policy;
	struct effective effective;
};

static int
make_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	options_default(agent_options, agent_options_count, &world->settings);
	*state = world;
	return 0;
}

static int
free_world(void **state)
{
	free(*state);
	return 0;
}

static void
set(struct world *world, const char *name, const char *value)
{
	struct option_error error;

	assert_int_equal(options_set(agent_options, agent_options_count, &world->settings, name,
			     value, "test", &error),
	    0);
}

static void
a_school_without_settings_or_policy_still_works(void **state)
{
	struct world *world = *state;
	const struct effective *e = &world->effective;

	effective_make(&world->settings, NULL, &world->effective);
	assert_int_equal(e->report_every_s, 300);
	assert_int_equal(e->scan_every_s, 4 * 3600);
	assert_int_equal(e->speed_every_s, 3600);
	assert_int_equal(e->filter_every_s, 12 * 3600);
	assert_int_equal(e->n_ranges, 0);
	assert_int_equal(e->n_communities, 1);
	assert_string_equal(e->communities[0], "public");
	assert_string_equal(e->speed_backend, "parta");
	assert_int_equal(e->n_targets, 0);
	assert_null(e->filter);
}

static void
fill_policy(struct policy *policy)
{
	policy->report_every_s = 60;
	policy->scan_every_s = 7200;
	policy->speed_every_s = 5; /* less than is decent */
	policy->speed_budget_bytes_a_month = 1000;
	policy->exams[0] = (struct policy_exam){5, 6, "first"};
	policy->n_exams = 1;
	policy->speed_slots = (struct policy_slots){3, 7, 60};
	policy->target_down_mbps = 100;
	policy->target_up_mbps = 50;
	policy->speed_budget_bytes_a_day = 1000;
	(void)text_copy(policy->time_zone, sizeof(policy->time_zone), "Asia/Omsk");
	(void)text_copy(policy->communities[0], sizeof(policy->communities[0]), "school");
	policy->n_communities = 1;
	(void)text_copy(
	    policy->speed_servers[0], sizeof(policy->speed_servers[0]), "https://m.example");
	policy->n_speed_servers = 1;
	assert_int_equal(address_range_parse("10.9.0.0/24", &policy->ranges[0]), 0);
	policy->n_ranges = 1;
	assert_int_equal(effective_target("icmp@192.0.2.9", &policy->targets[0]), 0);
	policy->n_targets = 1;
	policy->filter.n_entries = 3;
	policy->lessons[0] = (struct policy_lesson){2, 500, 540};
	policy->n_lessons = 1;
}

static void
the_policy_holds_where_nothing_is_set(void **state)
{
	struct world *world = *state;
	const struct effective *e = &world->effective;

	fill_policy(&world->policy);
	effective_make(&world->settings, &world->policy, &world->effective);
	assert_string_equal(e->time_zone, "Asia/Omsk");
	assert_int_equal(e->report_every_s, 60);
	assert_int_equal(e->scan_every_s, 7200);
	assert_int_equal(e->speed_every_s, 60);
	assert_int_equal(e->speed_budget_month_bytes, 1000);
	assert_int_equal(e->calendar.n_exams, 1);
	assert_string_equal(e->calendar.exams[0].name, "first");
	assert_int_equal(e->speed_slots.slot, 3);
	assert_int_equal(e->speed_slots.slots, 7);
	assert_int_equal(e->speed_slots.slot_s, 60);
	assert_true(e->target_down_mbps == 100 && e->target_up_mbps == 50);
	assert_int_equal(e->speed_budget_bytes, 1000);
	assert_string_equal(e->communities[0], "school");
	assert_int_equal(e->n_communities, 1);
	assert_string_equal(e->speed_servers[0], "https://m.example");
	assert_int_equal(e->n_ranges, 1);
	assert_int_equal(e->n_targets, 1);
	assert_ptr_equal(e->filter, &world->policy.filter);
	assert_int_equal(e->calendar.n_lessons, 1);
	assert_int_equal(e->calendar.lessons[0].to_minute, 540);
}

static void
a_local_setting_holds_over_the_policy(void **state)
{
	struct world *world = *state;
	const struct effective *e = &world->effective;

	fill_policy(&world->policy);
	set(world, "time-zone", "Europe/Moscow");
	set(world, "scan-every", "10m");
	set(world, "communities", "own,other");
	set(world, "ranges", "10.1.0.0/24,10.2.0.0/24");
	set(world, "targets", "tcp:443@192.0.2.1");
	set(world, "target-down-mbps", "30");
	set(world, "speed-servers", "https://own.example");
	set(world, "speed-backend", "librespeed");
	set(world, "speed-budget", "1M");
	set(world, "filter-list", "/etc/parta/list.csv");
	effective_make(&world->settings, &world->policy, &world->effective);
	assert_string_equal(e->time_zone, "Europe/Moscow");
	assert_int_equal(e->scan_every_s, 600);
	assert_int_equal(e->n_communities, 2);
	assert_string_equal(e->communities[1], "other");
	assert_int_equal(e->n_ranges, 2);
	assert_int_equal(e->n_targets, 1);
	assert_string_equal(e->targets[0].kind, "tcp:443");
	assert_true(e->target_down_mbps == 30 && e->target_up_mbps == 50);
	assert_int_equal(e->n_speed_servers, 1);
	assert_string_equal(e->speed_servers[0], "https://own.example");
	assert_string_equal(e->speed_backend, "librespeed");
	assert_int_equal(e->speed_budget_bytes, 1 << 20);
	assert_null(e->filter);
}

static void
targets_are_read_or_refused(void **state)
{
	static const char *const wrong[] = {"", "@", "icmp@", "@192.0.2.1", "icmp@host",
	    "tcp@192.0.2.1", "tcp:@192.0.2.1", "tcp:65536@192.0.2.1", "tcp:443x@192.0.2.1",
	    "ICMP@192.0.2.1", "a-kind-that-is-too-long@192.0.2.1"};
	struct connectivity_target target;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(effective_target(wrong[i], &target), -EINVAL);
	assert_int_equal(effective_target("192.0.2.7", &target), 0);
	assert_string_equal(target.kind, "icmp");
	assert_int_equal(effective_target("dns@2001:db8::1", &target), 0);
	assert_string_equal(target.kind, "dns");
	assert_int_equal(target.address.family, ADDRESS_IPV6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		a_school_without_settings_or_policy_still_works, make_world, free_world),
	    cmocka_unit_test_setup_teardown(
		the_policy_holds_where_nothing_is_set, make_world, free_world),
	    cmocka_unit_test_setup_teardown(
		a_local_setting_holds_over_the_policy, make_world, free_world),
	    cmocka_unit_test(targets_are_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
