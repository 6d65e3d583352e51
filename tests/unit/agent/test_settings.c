#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/settings.h"
#include "common/check.h"

/* Loads a file that holds the text; its words on failure are in error. */
static int
load(const char *text, struct agent_settings *ret, struct option_error *error)
{
	char path[] = "/tmp/parta-settings-XXXXXX";
	int fd = mkstemp(path), r;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(close(fd), 0);
	r = settings_load(path, ret, error);
	assert_int_equal(unlink(path), 0);
	return r;
}

static void
an_empty_file_gives_the_defaults(void **state)
{
	struct agent_settings *settings = calloc(1, sizeof(*settings));
	struct option_error error;

	(void)state;
	assert_int_equal(load("# nothing\n", settings, &error), 0);
	assert_string_equal(settings->state_dir, "/var/lib/parta-agent");
	assert_int_equal(settings->scan_rate, 250);
	assert_int_equal(settings->spool_budget_bytes, 128 << 20);
	assert_int_equal(settings->spool_age_s, 33 * 86400);
	assert_int_equal(settings->communities.count, 0);
	assert_int_equal(settings_log_level(settings), LOG_LEVEL_INFO);
	free(settings);
}

static void
what_is_set_is_read(void **state)
{
	struct agent_settings *settings = calloc(1, sizeof(*settings));
	struct option_error error;

	(void)state;
	assert_int_equal(
	    load("collector-url = https://c.example:8443\nranges = 10.0.0.0/24, 10.1.0.0/22\n"
		 "targets = icmp@192.0.2.1, tcp:443@192.0.2.2, 192.0.2.3\nlog-level = debug\n"
		 "speed-every = 2h\nspool-budget = 2M\n",
		settings, &error),
	    0);
	assert_string_equal(settings->collector_url, "https://c.example:8443");
	assert_int_equal(settings->ranges.count, 2);
	assert_int_equal(settings->targets.count, 3);
	assert_int_equal(settings->speed_every_s, 7200);
	assert_int_equal(settings->spool_budget_bytes, 2 << 20);
	assert_int_equal(settings_log_level(settings), LOG_LEVEL_DEBUG);
	free(settings);
}

static void
every_wrong_value_is_refused_with_words(void **state)
{
	static const char *const wrong[] = {"collector-url = http://c.example\n",
	    "state-dir = relative\n", "ranges = 10.0.0.0/8\n", "ranges = 2001:db8::/64\n",
	    "ranges = school\n", "log-level = loud\n", "targets = udp@192.0.2.1\n",
	    "targets = tcp:0@192.0.2.1\n", "targets = icmp@name.example\n",
	    "speed-backend = iperf\n", "speed-servers = ftp://x\n",
	    "time-zone = ../etc/passwd\n", "resolver = dns.example\n",
	    "interfaces = much-too-long-for-linux\n", "spool-budget = 10K\n",
	    "scan-every = 5s\n", "report-every = 1s\n", "no-such-option = 1\n",
	    "scan-rate = 0\n"};
	struct agent_settings *settings = calloc(1, sizeof(*settings));

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct option_error error = {""};

		assert_int_equal(load(wrong[i], settings, &error), -EINVAL);
		assert_true(strlen(error.text) > 10);
	}
	assert_string_equal(settings->state_dir, "");
	free(settings);
}

static void
a_file_that_is_not_there_is_an_error_only_when_it_was_named(void **state)
{
	struct agent_settings *settings = calloc(1, sizeof(*settings));
	struct option_error error;

	(void)state;
	assert_int_equal(settings_load("/nonexistent/parta.conf", settings, &error), -ENOENT);
	assert_non_null(strstr(error.text, "/nonexistent/parta.conf"));
	free(settings);
}

static void
every_option_explains_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < agent_options_count; i++) {
		size_t len = strlen(agent_options[i].text);

		assert_true(len > 20);
		assert_int_equal(agent_options[i].text[len - 1], '.');
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(agent_options[i].name, agent_options[j].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_file_gives_the_defaults),
	    cmocka_unit_test(what_is_set_is_read),
	    cmocka_unit_test(every_wrong_value_is_refused_with_words),
	    cmocka_unit_test(a_file_that_is_not_there_is_an_error_only_when_it_was_named),
	    cmocka_unit_test(every_option_explains_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
