#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "agent/path.h"
#include "common/text.h"

enum { MINUTE_MS = 60000, HOUR_MINUTES = 60, DAY_MINUTES = 1440 };

static uint64_t now_ms;

static struct path_look
look(const char *interface, const char *gateway, const char *public)
{
	struct path_look look = {.mobile = false};

	(void)text_copy(look.interface, sizeof(look.interface), interface);
	(void)address_parse(gateway, &look.gateway);
	(void)address_parse(public, &look.public);
	return look;
}

/* The same way for so many minutes; what was said of it last. */
static enum path_kind
go(struct path *path, const struct path_look *look, unsigned minutes)
{
	enum path_kind kind = PATH_USUAL;

	for (unsigned i = 0; i < minutes; i++) {
		now_ms += MINUTE_MS;
		kind = path_note(path, look, now_ms);
	}
	return kind;
}

static void
a_stand_in_of_some_hours_is_told_from_the_usual_line(void **state)
{
	struct path_look usual = look("lan0", "10.0.0.1", "198.51.100.7");
	struct path_look backup = look("lan0", "10.0.0.1", "203.0.113.9");
	struct path path = {0};

	(void)state;
	assert_int_equal(go(&path, &usual, 20 * DAY_MINUTES), PATH_USUAL);
	assert_int_equal(go(&path, &backup, 1), PATH_OTHER);
	assert_int_equal(go(&path, &backup, 12 * HOUR_MINUTES), PATH_OTHER);
	assert_int_equal(go(&path, &usual, 1), PATH_USUAL);
	assert_int_equal(go(&path, &usual, 7 * DAY_MINUTES), PATH_USUAL);
	assert_int_equal(go(&path, &backup, 5 * HOUR_MINUTES), PATH_OTHER);
}

static void
another_line_for_good_becomes_the_usual_one_within_two_days(void **state)
{
	struct path_look old = look("lan0", "10.0.0.1", "198.51.100.7");
	struct path_look new = look("lan0", "10.0.0.254", "203.0.113.9");
	struct path path = {0};

	(void)state;
	assert_int_equal(go(&path, &old, 20 * DAY_MINUTES), PATH_USUAL);
	assert_int_equal(go(&path, &new, 12 * HOUR_MINUTES), PATH_OTHER);
	assert_int_equal(go(&path, &new, 36 * HOUR_MINUTES), PATH_USUAL);
}

/* Addresses of a provider that come and go within its networks are one line. */
static void
a_providers_pool_is_one_line(void **state)
{
	struct path_look a = look("lan0", "10.0.0.1", "100.64.3.7");
	struct path_look b = look("lan0", "10.0.0.1", "100.64.200.1");
	struct path_look c = look("lan0", "10.0.0.1", "2001:db8:1::7");
	struct path_look d = look("lan0", "10.0.0.1", "2001:db8:2::8");
	struct path path = {0};

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_int_equal(go(&path, &a, 30), PATH_USUAL);
		assert_int_equal(go(&path, &b, 30), PATH_USUAL);
		assert_int_equal(go(&path, &c, 30), PATH_USUAL);
		assert_int_equal(go(&path, &d, 30), PATH_USUAL);
	}
	assert_int_equal(path.n_ways, 2);
}

static void
nothing_is_unusual_before_something_is_usual_and_a_modem_always(void **state)
{
	struct path_look first = look("lan0", "10.0.0.1", "198.51.100.7");
	struct path_look second = look("lan1", "10.1.0.1", "203.0.113.9");
	struct path_look modem = look("wwan0", "10.2.0.1", "203.0.113.9"), none = {.mobile = 0};
	struct path_look unseen = look("lan1", "10.9.0.1", "");
	struct path path = {0};

	(void)state;
	modem.mobile = true;
	assert_int_equal(go(&path, &modem, 1), PATH_MOBILE);
	assert_int_equal(go(&path, &none, 60), PATH_USUAL);
	assert_int_equal(path.n_ways, 0);
	assert_int_equal(go(&path, &first, 5), PATH_USUAL);
	assert_int_equal(go(&path, &second, 5), PATH_USUAL);
	assert_int_equal(go(&path, &first, 20 * DAY_MINUTES), PATH_USUAL);
	assert_int_equal(go(&path, &unseen, 60), PATH_USUAL); /* the collector has not said */
	assert_int_equal(path.n_ways, 2);
	assert_int_equal(go(&path, &modem, 1), PATH_MOBILE);
}

/* A sleep of a week is nobody's use. */
static void
time_that_nobody_looked_on_counts_for_nobody(void **state)
{
	struct path_look usual = look("lan0", "10.0.0.1", "198.51.100.7");
	struct path_look backup = look("lan0", "10.0.0.1", "203.0.113.9");
	struct path path = {0};

	(void)state;
	assert_int_equal(go(&path, &usual, 10 * DAY_MINUTES), PATH_USUAL);
	now_ms += UINT64_C(7) * DAY_MINUTES * MINUTE_MS;
	assert_int_equal(go(&path, &backup, 2), PATH_OTHER);
}

static void
what_is_kept_is_read_again(void **state)
{
	struct path_look usual = look("lan0", "10.0.0.1", "198.51.100.7");
	struct path_look other = look("ppp0", "", "2001:db8:1::7");
	char text[PATH_TEXT_SIZE], again[PATH_TEXT_SIZE];
	struct path path = {0}, read;

	(void)state;
	(void)go(&path, &other, 3);
	(void)go(&path, &usual, 20 * DAY_MINUTES);
	path_format(&path, text);
	path_parse(text, &read);
	assert_int_equal(read.n_ways, 2);
	assert_int_equal(read.looked_ms, 0);
	path_format(&read, again);
	assert_string_equal(text, again);
	assert_int_equal(path_note(&read, &other, 5), PATH_OTHER);
}

static void
what_cannot_be_read_is_left_out(void **state)
{
	struct path read;

	(void)state;
	path_parse("", &read);
	assert_int_equal(read.n_ways, 0);
	path_parse(
	    "lan0\nlan0 x 198.51.0.0 5\nlan0 - 198.51.0.0\nlan0 - 198.51.0.0 99999999999\n"
	    "lan0 - 198.51.0.0 -1\naninterfacethatistoolong - 198.51.0.0 5\n\n"
	    "lan0 - 198.51.0.0 60\n",
	    &read);
	assert_int_equal(read.n_ways, 1);
	assert_int_equal(read.ways[0].used_s, 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_stand_in_of_some_hours_is_told_from_the_usual_line),
	    cmocka_unit_test(another_line_for_good_becomes_the_usual_one_within_two_days),
	    cmocka_unit_test(a_providers_pool_is_one_line),
	    cmocka_unit_test(nothing_is_unusual_before_something_is_usual_and_a_modem_always),
	    cmocka_unit_test(time_that_nobody_looked_on_counts_for_nobody),
	    cmocka_unit_test(what_is_kept_is_read_again),
	    cmocka_unit_test(what_cannot_be_read_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
