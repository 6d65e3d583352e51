/* The kernel's neighbour table: agent/neighbors.c, on the real settings of a network namespace
 * of the test's own. Needs root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/neighbors.h"
#include "common/check.h"

static const struct interface interfaces[] = {
    {.name = "lan0", .ifindex = 2}, {.name = "lan1", .ifindex = 3}};
static const char *skipped;

static bool
cable_made(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		(void)execlp("ip", "ip", "link", "add", "lan0", "type", "veth", "peer", "name",
		    "lan1", (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static void
set_accept(const char *interface, const char *value)
{
	char path[64];
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/arp_accept", interface);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_not_equal(fputs(value, file), EOF);
	assert_int_equal(fclose(file), 0);
}

static int
namespace_begin(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skipped = "it needs root";
	else if (unshare(CLONE_NEWNET) < 0)
		skipped = "network namespaces are not to be had here";
	else if (!cable_made())
		skipped = "interfaces could not be made";
	if (skipped)
		print_message("skipped in part: %s\n", skipped);
	return 0;
}

static bool
are_all_taught_and_restored(size_t wanted)
{
	struct neighbors taught;
	bool learned;

	neighbors_teach(interfaces, COUNT_OF(interfaces), &taught);
	assert_int_equal(taught.n, wanted);
	learned = neighbors_learn(interfaces, COUNT_OF(interfaces));
	assert_int_equal(neighbors_restore(&taught), 0);
	assert_int_equal(taught.n, 0);
	assert_int_equal(neighbors_restore(&taught), 0);
	return learned;
}

static void
interfaces_are_taught_for_a_while(void **state)
{
	(void)state;
	if (skipped)
		return;
	assert_false(neighbors_learn(interfaces, COUNT_OF(interfaces)));
	assert_true(are_all_taught_and_restored(2));
	assert_false(neighbors_learn(interfaces, COUNT_OF(interfaces)));
	assert_false(neighbors_learn(interfaces, 0));
}

static void
who_has_learned_before_is_left_alone(void **state)
{
	(void)state;
	if (skipped)
		return;
	set_accept("lan1", "1");
	assert_false(neighbors_learn(interfaces, 2));
	assert_true(neighbors_learn(interfaces + 1, 1));
	assert_true(are_all_taught_and_restored(1));
	assert_true(neighbors_learn(interfaces + 1, 1));
	set_accept("all", "1");
	assert_true(are_all_taught_and_restored(0));
	assert_true(neighbors_learn(interfaces, 2));
	set_accept("all", "0");
}

static void
an_interface_that_went_away_is_not_taught(void **state)
{
	static const struct interface gone = {.name = "lan9", .ifindex = 9};
	struct neighbors taught;

	(void)state;
	neighbors_teach(&gone, 1, &taught);
	assert_int_equal(taught.n, 0);
	assert_false(neighbors_learn(&gone, 1));
}

static void
overflows_are_summed_over_the_processors(void **state)
{
	uint64_t n = 7;

	(void)state;
	assert_int_equal(neighbors_overflows_read("entries  allocs   table_fulls\n"
						  "00000018 0000001a 0000000f\n"
						  "00000018 00000029 00000010\n",
			     &n),
	    0);
	assert_int_equal(n, 31);
	assert_int_equal(
	    neighbors_overflows_read("table_fulls hits\n000000ff 00000001", &n), 0);
	assert_int_equal(n, 255);
	assert_int_equal(neighbors_overflows_read("table_fulls\n", &n), 0);
	assert_int_equal(n, 0);
	n = 7;
	assert_int_equal(neighbors_overflows_read("entries table_full\n1 2\n", &n), -EBADMSG);
	assert_int_equal(neighbors_overflows_read("", &n), -EBADMSG);
	assert_int_equal(n, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(interfaces_are_taught_for_a_while),
	    cmocka_unit_test(who_has_learned_before_is_left_alone),
	    cmocka_unit_test(an_interface_that_went_away_is_not_taught),
	    cmocka_unit_test(overflows_are_summed_over_the_processors),
	};

	return cmocka_run_group_tests(tests, namespace_begin, NULL);
}
