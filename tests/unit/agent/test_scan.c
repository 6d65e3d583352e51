/* A round of the scan without a sensor. Nothing leaves: the network namespace is the test's
 * own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "agent/scan.h"
#include "agent/scan_hosts.h"
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
	if (skipped)
		print_message("skipped in part: %s\n", skipped);
	return 0;
}

static struct address_range
range(const char *text)
{
	struct address_range r;

	assert_int_equal(address_range_parse(text, &r), 0);
	return r;
}

static struct interface
interface(const char *ip, const char *subnet)
{
	struct interface i = {.name = "lan0", .ifindex = 2};

	assert_int_equal(address_parse(ip, &i.ipv4), 0);
	i.subnet = range(subnet);
	return i;
}

static struct sighting
sighting(const char *mac, const char *ip)
{
	struct sighting s = {.seen_ms = 1764000000000, .source = "arp"};

	assert_int_equal(mac_parse(mac, &s.mac), 0);
	assert_int_equal(address_parse(ip, &s.ip), 0);
	assert_true(sighting_add(&s, "answered", "1", 1));
	return s;
}

/* ---- ranges */

static void
assert_own_ranges(const struct interface interfaces[], size_t n, const char *expected)
{
	struct address_range ranges[SENSOR_RANGES_MAX];
	char text[512] = "", *end = text;
	size_t count = scan_own_ranges(interfaces, n, ranges);

	for (size_t i = 0; i < count; i++) {
		if (i)
			*end++ = ' ';
		address_range_format(&ranges[i], end);
		end += strlen(end);
	}
	assert_string_equal(text, expected);
}

static void
own_subnets_are_swept_up_to_a_22(void **state)
{
	const struct interface several[] = {interface("192.0.2.7", "192.0.2.0/24"),
	    interface("10.20.31.7", "10.0.0.0/8"), interface("192.0.2.130", "192.0.2.128/25"),
	    {.name = "bare"}};

	(void)state;
	assert_own_ranges(several, 1, "192.0.2.0/24");
	assert_own_ranges(several, 4, "192.0.2.0/24 10.20.28.0/22");
	assert_own_ranges(several + 3, 1, "");
}

/* ---- sightings */

static void
a_sighting_goes_into_the_inventory_with_its_evidence(void **state)
{
	struct sighting s = sighting("00:00:5e:00:53:05", "192.0.2.5");
	struct evidence evidence[4];
	struct inventory *inventory;
	const struct device *device;

	(void)state;
	assert_int_equal(inventory_new(4, &inventory), 0);
	assert_int_equal(scan_note(inventory, &s, NULL, 0), INVENTORY_NEW);
	assert_int_equal(inventory_count(inventory), 1);
	device = inventory_by_ip(inventory, &s.ip);
	assert_non_null(device);
	assert_int_equal(device->first_seen_ms, 1764000000000);
	assert_true(mac_equal(&device->macs[0], &s.mac));
	assert_int_equal(inventory_evidence(device, evidence, 4), 1);
	assert_string_equal(evidence[0].source, "arp");
	assert_string_equal(evidence[0].key, "answered");
	inventory_free(inventory);
}

/* ---- rounds */

struct round {
	struct loop *loop;
	struct inventory *inventory;
	struct scan *scan;
	struct scan_statistics statistics;
	unsigned ends;
};

static void
on_done(void *arg, const struct scan_statistics *statistics)
{
	struct round *r = arg;

	r->statistics = *statistics;
	r->ends++;
	scan_free(r->scan);
	r->scan = NULL;
	loop_stop(r->loop);
}

static int
setup(void **state)
{
	static struct round r;

	r = (struct round){.loop = NULL};
	assert_int_equal(loop_new(&r.loop), 0);
	assert_int_equal(inventory_new(64, &r.inventory), 0);
	*state = &r;
	return 0;
}

static int
teardown(void **state)
{
	struct round *r = *state;

	scan_free(r->scan);
	inventory_free(r->inventory);
	loop_free(r->loop);
	return 0;
}

static int
begin(struct round *r, const struct scan_settings *settings)
{
	return scan_start(r->loop, NULL, r->inventory, settings, on_done, r, &r->scan);
}

static void
hosts_are_who_shows_itself_within_the_ranges(void **state)
{
	const struct interface own = interface("192.0.2.1", "192.0.2.0/28");
	const struct scan_settings settings = {
	    .interfaces = &own, .n_interfaces = 1, .listen_only = true, .listen_ms = 1};
	static const char *const addresses[] = {
	    "192.0.2.1", "192.0.2.5", "192.0.2.5", "192.0.2.15", "192.0.2.16", "fe80::5"};
	struct scan_progress progress;
	struct round *r = *state;

	assert_int_equal(begin(r, &settings), 0);
	for (size_t i = 0; i < 6; i++) {
		struct sighting s = sighting("00:00:5e:00:53:05", addresses[i]);

		scan_sighting(r->scan, &s);
	}
	scan_progress(r->scan, &progress);
	assert_int_equal(progress.stage, SCAN_LISTENING);
	assert_int_equal(progress.addresses, 16);
	assert_int_equal(progress.hosts, 2); /* not ourselves, not beyond, each once */
	assert_int_equal(progress.asked, 0);
	assert_int_equal(loop_run(r->loop), 0);
	assert_int_equal(r->ends, 1);
	assert_int_equal(r->statistics.error, 0);
	assert_int_equal(r->statistics.sightings, 6);
	assert_int_equal(r->statistics.hosts, 2);
	assert_int_equal(r->statistics.snmp.requests, 0);
}

/* Nobody is there: each is asked by SNMP all the same, for ARP would not reach it. */
static void
addresses_on_no_subnet_of_ours_are_asked_by_snmp_alone(void **state)
{
	static const char *const communities[] = {"public"};
	const struct address_range far = range("198.51.100.0/30");
	const struct scan_settings settings = {.ranges = &far,
	    .n_ranges = 1,
	    .fast = true,
	    .snmp = {
		.communities = communities, .n_communities = 1, .timeout_ms = 1, .retries = 1}};
	struct round *r = *state;

	if (skipped)
		return;
	assert_int_equal(begin(r, &settings), 0);
	assert_int_equal(loop_run(r->loop), 0);
	assert_int_equal(r->ends, 1);
	assert_true(r->statistics.without_sensor);
	assert_int_equal(r->statistics.addresses, 4);
	assert_int_equal(r->statistics.hosts, 0);
	assert_int_equal(r->statistics.snmp_silent, 4);
	assert_int_equal(r->statistics.sweep.asked, 0);
	assert_int_equal(inventory_count(r->inventory), 0);
}

static void
a_failed_sweep_ends_the_round_and_is_told(void **state)
{
	const struct interface own = interface("192.0.2.1", "192.0.2.0/28");
	const struct scan_settings settings = {
	    .interfaces = &own, .n_interfaces = 1, .listen_only = true, .listen_ms = 1};
	const struct sweep_result failed = {.asked = 3, .error = -ENODEV};
	struct round *r = *state;

	assert_int_equal(begin(r, &settings), 0);
	scan_sweep(r->scan, &failed);
	assert_int_equal(loop_run(r->loop), 0);
	assert_int_equal(r->statistics.error, -ENODEV);
	assert_int_equal(r->statistics.sweep.asked, 3);
}

static void
what_cannot_be_scanned_is_refused(void **state)
{
	const struct address_range six = range("2001:db8::/120"), huge = range("10.0.0.0/8");
	const struct scan_settings none = {.listen_ms = 0},
				   ipv6 = {.ranges = &six, .n_ranges = 1},
				   too_many = {.ranges = &huge, .n_ranges = 1},
				   ranges = {.ranges = &six, .n_ranges = SENSOR_RANGES_MAX + 1};
	struct round *r = *state;

	assert_int_equal(begin(r, &none), -EINVAL);
	assert_int_equal(begin(r, &ipv6), -EINVAL);
	assert_int_equal(begin(r, &too_many), -E2BIG);
	assert_int_equal(begin(r, &ranges), -E2BIG);
	scan_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(own_subnets_are_swept_up_to_a_22),
	    cmocka_unit_test(a_sighting_goes_into_the_inventory_with_its_evidence),
	    cmocka_unit_test_setup_teardown(
		hosts_are_who_shows_itself_within_the_ranges, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		addresses_on_no_subnet_of_ours_are_asked_by_snmp_alone, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_failed_sweep_ends_the_round_and_is_told, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_cannot_be_scanned_is_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, namespace_begin, NULL);
}
