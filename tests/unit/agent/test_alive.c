#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/probe/alive.h"

static char dir[64];

static int
setup(void **state)
{
	(void)state;
	(void)strcpy(dir, "/tmp/alive.XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int
take_away(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static int
teardown(void **state)
{
	(void)state;
	return nftw(dir, take_away, 4, FTW_DEPTH | FTW_PHYS);
}

static struct connectivity_window
window(const char *target, int64_t from_ms)
{
	struct connectivity_window w = {.rung = "internet",
	    .from_ms = from_ms,
	    .to_ms = from_ms + 60000,
	    .sent = 60,
	    .received = 57,
	    .late = 1,
	    .micro_outages = 2,
	    .rtt_min_ms = 1.25,
	    .rtt_median_ms = 2.001,
	    .rtt_max_ms = 600};

	(void)snprintf(w.target, sizeof(w.target), "%s", target);
	return w;
}

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "a");
	assert_non_null(file);
	(void)fputs(text, file);
	(void)fclose(file);
}

static void
assert_same(const struct connectivity_window *seen, const struct connectivity_window *wanted)
{
	assert_string_equal(seen->rung, wanted->rung);
	assert_string_equal(seen->target, wanted->target);
	assert_int_equal(seen->from_ms, wanted->from_ms);
	assert_int_equal(seen->to_ms, wanted->to_ms);
	assert_int_equal(seen->sent, wanted->sent);
	assert_int_equal(seen->received, wanted->received);
	assert_int_equal(seen->late, wanted->late);
	assert_int_equal(seen->micro_outages, wanted->micro_outages);
	assert_float_equal(seen->rtt_min_ms, wanted->rtt_min_ms, 0.0005);
	assert_float_equal(seen->rtt_median_ms, wanted->rtt_median_ms, 0.0005);
	assert_float_equal(seen->rtt_max_ms, wanted->rtt_max_ms, 0.0005);
}

static void
a_mark_keeps_the_windows_that_were_open(void **state)
{
	struct alive mark = {.at_ms = 1700000000000, .boot_ms = 5000, .boot_id = "b-1"}, seen;

	(void)state;
	assert_int_equal(alive_read(dir, &seen), -ENOENT);
	mark.windows[0] = window("192.0.2.1:443", 1000);
	mark.windows[1] = window("a name, with blanks", 1000);
	mark.windows[1].received = mark.windows[1].late = 0;
	mark.windows[1].rtt_min_ms = mark.windows[1].rtt_median_ms =
	    mark.windows[1].rtt_max_ms = -1;
	mark.n_windows = 2;
	assert_int_equal(alive_write(dir, &mark), 0);
	assert_int_equal(alive_read(dir, &seen), 0);
	assert_int_equal(seen.at_ms, mark.at_ms);
	assert_int_equal(seen.boot_ms, mark.boot_ms);
	assert_string_equal(seen.boot_id, "b-1");
	assert_int_equal(seen.n_windows, 2);
	assert_same(&seen.windows[0], &mark.windows[0]);
	assert_same(&seen.windows[1], &mark.windows[1]);
	mark.n_windows = 0;
	assert_int_equal(alive_write(dir, &mark), 0);
	assert_int_equal(alive_read(dir, &seen), 0);
	assert_int_equal(seen.n_windows, 0);
}

static void
a_mark_of_an_older_version_or_with_ruined_windows_is_still_a_mark(void **state)
{
	struct alive seen;

	(void)state;
	write_file("alive",
	    "1700000000000 b-1 5000\n"
	    "window internet 2 1 60 57 1 2 -1 -1 -1 ends before it begins\n"
	    "window internet 1 2 60 61 1 2 -1 -1 -1 more answers than questions\n"
	    "window internet 1 2 60 -1 1 2 -1 -1 -1 less than none\n"
	    "window internet 1 2 60 57 1 2\n"
	    "nonsense\n"
	    "window internet 1 2 60 57 1 2 -1 -1 -1 good\n"
	    "window internet 1 2 60 57 1 2 -1 -1 -1 cu");
	assert_int_equal(alive_read(dir, &seen), 0);
	assert_int_equal(seen.n_windows, 1);
	assert_string_equal(seen.windows[0].target, "good");
}

static void
windows_wait_until_their_report_is_spooled(void **state)
{
	struct connectivity_window first[] = {window("a", 1), window("b", 1)},
				   second = window("a", 60001), seen[8];

	(void)state;
	assert_int_equal(alive_read_windows(dir, 5, seen, 8), 0);
	assert_int_equal(alive_add_windows(dir, first, 2), 0);
	assert_int_equal(alive_add_windows(dir, &second, 1), 0);
	assert_int_equal(alive_read_windows(dir, 5, seen, 8), 3);
	assert_same(&seen[1], &first[1]);
	assert_same(&seen[2], &second);
	assert_int_equal(alive_read_windows(dir, 5, seen, 2), 2);
	/* Killed before the spool had report 5: told again; after it: not. */
	assert_int_equal(alive_seal_windows(dir, 5), 0);
	assert_int_equal(alive_read_windows(dir, 5, seen, 8), 3);
	assert_int_equal(alive_read_windows(dir, 6, seen, 8), 0);
	assert_int_equal(alive_add_windows(dir, &second, 1), 0);
	assert_int_equal(alive_read_windows(dir, 6, seen, 8), 1);
	assert_int_equal(alive_drop_windows(dir), 0);
	assert_int_equal(alive_drop_windows(dir), 0);
	assert_int_equal(alive_read_windows(dir, 6, seen, 8), 0);
}

static void
a_line_that_was_cut_is_left_out(void **state)
{
	struct connectivity_window w = window("a", 1), seen[8];

	(void)state;
	assert_int_equal(alive_add_windows(dir, &w, 1), 0);
	write_file("windows", "window internet 1 2 60 57 1");
	assert_int_equal(alive_read_windows(dir, 1, seen, 8), 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_mark_keeps_the_windows_that_were_open),
	    TEST(a_mark_of_an_older_version_or_with_ruined_windows_is_still_a_mark),
	    TEST(windows_wait_until_their_report_is_spooled),
	    TEST(a_line_that_was_cut_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
