/* The sweep by the kernel's neighbour table, on a real table: in a network namespace of its
 * own, with an interface that asks nobody (NOARP) and neighbours put in by hand. Needs root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/scan_kernel.h"
#include "common/loop.h"

static const char *skipped;

static int
namespace_begin(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skipped = "it needs root";
	else if (unshare(CLONE_NEWNET) < 0)
		skipped = "network namespaces are not to be had here";
	else if (
	    system(
		"ip link add lan0 type veth peer name far0 && ip link set far0 up &&"
		" ip link set lan0 arp off && ip link set lan0 up &&"
		" ip addr add 192.0.2.1/24 dev lan0 &&"
		" ip neigh add 192.0.2.5 lladdr 00:00:5e:00:53:05 nud permanent dev lan0 &&"
		" ip neigh add 192.0.2.6 lladdr 00:00:5e:00:53:06 nud stale dev lan0 &&"
		" ip neigh add 192.0.2.99 lladdr 00:00:5e:00:53:63 nud permanent dev lan0") !=
	    0)
		skipped = "an interface could not be made";
	if (skipped)
		print_message("skipped: %s\n", skipped);
	return 0;
}

struct told {
	struct loop *loop;
	struct sighting sightings[8];
	size_t n;
	struct sweep_result result;
	unsigned ends;
};

static void
on_sighting(void *arg, const struct sighting *sighting)
{
	struct told *t = arg;

	assert_true(t->n < 8);
	t->sightings[t->n++] = *sighting;
}

static void
on_sweep(void *arg, const struct sweep_result *result)
{
	struct told *t = arg;

	t->result = *result;
	t->ends++;
	loop_stop(t->loop);
}

static const struct kernel_sweep_events events = {on_sighting, on_sweep};

static struct address_range
range(const char *text)
{
	struct address_range r;

	assert_int_equal(address_range_parse(text, &r), 0);
	return r;
}

static void
only_who_answers_within_the_ranges_is_told_and_once(void **state)
{
	struct address_range ranges[] = {range("192.0.2.0/28"), range("192.0.2.0/29")};
	struct told t = {.n = 0};
	struct kernel_sweep *sweep;
	struct address ip;
	struct mac mac;

	(void)state;
	if (skipped)
		return;
	assert_int_equal(loop_new(&t.loop), 0);
	assert_int_equal(kernel_sweep_start(t.loop, ranges, 2, 1000, &events, &t, &sweep), 0);
	assert_int_equal(loop_run(t.loop), 0);
	assert_int_equal(t.ends, 1);
	assert_int_equal(t.result.error, 0);
	assert_int_equal(t.result.asked, 16 + 8);
	assert_int_equal(t.result.answered, 1);
	assert_int_equal(t.n, 1);
	assert_int_equal(address_parse("192.0.2.5", &ip), 0);
	assert_int_equal(mac_parse("00:00:5e:00:53:05", &mac), 0);
	assert_true(address_equal(&t.sightings[0].ip, &ip));
	assert_true(mac_equal(&t.sightings[0].mac, &mac));
	assert_string_equal(t.sightings[0].source, "arp");
	kernel_sweep_free(sweep);
	loop_free(t.loop);
}

static void
a_sweep_may_be_dropped_on_its_way(void **state)
{
	struct address_range ranges[] = {range("192.0.2.0/24")};
	struct told t = {.n = 0};
	struct kernel_sweep *sweep;

	(void)state;
	if (skipped)
		return;
	assert_int_equal(loop_new(&t.loop), 0);
	assert_int_equal(kernel_sweep_start(t.loop, ranges, 1, 1, &events, &t, &sweep), 0);
	kernel_sweep_free(sweep);
	assert_int_equal(loop_run(t.loop), 0);
	assert_int_equal(t.ends, 0);
	loop_free(t.loop);
}

static void
no_range_or_too_many_are_refused(void **state)
{
	struct address_range ranges[SENSOR_RANGES_MAX + 1];
	struct told t = {.n = 0};
	struct kernel_sweep *sweep;

	(void)state;
	for (size_t i = 0; i <= SENSOR_RANGES_MAX; i++)
		ranges[i] = range("192.0.2.0/30");
	assert_int_equal(loop_new(&t.loop), 0);
	assert_int_equal(
	    kernel_sweep_start(t.loop, ranges, 0, 100, &events, &t, &sweep), -EINVAL);
	assert_int_equal(
	    kernel_sweep_start(t.loop, ranges, SENSOR_RANGES_MAX + 1, 100, &events, &t, &sweep),
	    -EINVAL);
	kernel_sweep_free(NULL);
	loop_free(t.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_who_answers_within_the_ranges_is_told_and_once),
	    cmocka_unit_test(a_sweep_may_be_dropped_on_its_way),
	    cmocka_unit_test(no_range_or_too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, namespace_begin, NULL);
}
