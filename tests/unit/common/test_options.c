#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/check.h"
#include "common/cleanup.h"
#include "common/options.h"

struct sample {
	char url[32];
	int64_t every_s, budget_bytes, count;
	double share;
	bool sweep;
	struct option_list ranges;
};

#define AT(field) offsetof(struct sample, field)

static const struct option_row rows[] = {
    {"url", OPTION_TEXT, AT(url), NULL, 0, 31, false, NULL, "Where it goes."},
    {"every", OPTION_SECONDS, AT(every_s), "60s", 5, 3600, true, NULL, "How often."},
    {"budget", OPTION_BYTES, AT(budget_bytes), "1M", 1024, 1 << 30, true, NULL, "How much."},
    {"count", OPTION_NUMBER, AT(count), "3", 0, 9, false, NULL, "How many."},
    {"share", OPTION_REAL, AT(share), "0.5", 0, 1, true, NULL, "What part."},
    {"sweep", OPTION_SWITCH, AT(sweep), "yes", 0, 1, true, NULL, "Whether to ask."},
    {"range", OPTION_LIST, AT(ranges), "10.0.0.0/24", 0, 4, true, NULL, "Which ranges."},
};

static int
load(const char *text, struct sample *settings, struct option_error *error)
{
	char path[] = "/tmp/test_options.XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC), r;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	options_default(rows, COUNT_OF(rows), settings);
	error->text[0] = '\0';
	r = options_load(rows, COUNT_OF(rows), settings, path, error);
	unlink(path);
	return r;
}

static void
defaults_and_values_are_taken(void **state)
{
	struct sample s;
	struct option_error e;

	(void)state;
	assert_int_equal(load("# nothing\n", &s, &e), 0);
	assert_int_equal(s.every_s, 60);
	assert_int_equal(s.budget_bytes, 1 << 20);
	assert_true(s.sweep);
	assert_int_equal(s.ranges.count, 1);
	assert_int_equal(load("url = https://a\nevery = 5m\nbudget = 64K\nsweep=off\n"
			      "range = 10.1.0.0/24, 10.2.0.0/24\nrange = 10.3.0.0/24\n",
			     &s, &e),
	    0);
	assert_string_equal(s.url, "https://a");
	assert_int_equal(s.every_s, 300);
	assert_int_equal(s.budget_bytes, 65536);
	assert_false(s.sweep);
	assert_int_equal(s.ranges.count, 3);
	assert_string_equal(s.ranges.text[1], "10.2.0.0/24");
}

static void
a_bad_line_is_named(void **state)
{
	static const struct {
		const char *file, *words;
	} cases[] = {
	    {"\nevry = 5\n", ":2: there is no option 'evry'"},
	    {"every = 1s\n", ":1: 'every = 1s' is out of bounds, use 5s to 1h"},
	    {"every = soon\n", ":1: 'every = soon' is not understood"},
	    {"count = 1\ncount = 2\n", ":2: 'count' is given a second time"},
	    {"[part]\ncount = 1\n", "sections"},
	    {"nonsense\n", ":1: the line is not of the form"},
	    {"sweep = perhaps\n", "use yes or no"},
	    {"url = 0123456789012345678901234567890123456789\n", "too long"},
	    {"range = 1,2,3,4,5\n", "too many values"},
	    {"share = nan\n", "is not understood"},
	    {"every = 99999999999999999999d\n", "out of bounds"},
	};
	struct sample s;
	struct option_error e;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(load(cases[i].file, &s, &e), -EINVAL);
		if (!strstr(e.text, cases[i].words))
			fail_msg("'%s' does not say '%s'", e.text, cases[i].words);
	}
}

static void
a_missing_file_is_said(void **state)
{
	struct sample s;
	struct option_error e;

	(void)state;
	options_default(rows, COUNT_OF(rows), &s);
	assert_int_equal(
	    options_load(rows, COUNT_OF(rows), &s, "/nonexistent/x.conf", &e), -ENOENT);
	assert_non_null(strstr(e.text, "/nonexistent/x.conf"));
}

static void
reload_takes_only_what_may_change(void **state)
{
	struct sample s, fresh;
	struct option_error e;

	(void)state;
	assert_int_equal(load("count = 4\nevery = 10s\n", &s, &e), 0);
	assert_int_equal(load("count = 5\nevery = 20s\n", &fresh, &e), 0);
	assert_int_equal(options_reload(rows, COUNT_OF(rows), &s, &fresh), 1);
	assert_int_equal(s.every_s, 20);
	assert_int_equal(s.count, 4);
}

static void
the_printed_file_is_read_back(void **state)
{
	CLEANUP(free_at) char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct sample s, defaults;
	struct option_error e;

	(void)state;
	options_print_file(rows, COUNT_OF(rows), "sample", out);
	fclose(out);
	for (char *line = strstr(text, "\n#"); line; line = strstr(line + 1, "\n#"))
		if (line[2] != ' ')
			memmove(line + 1, line + 2, strlen(line + 1));
	options_default(rows, COUNT_OF(rows), &defaults);
	assert_int_equal(load(text, &s, &e), 0);
	assert_memory_equal(&s.ranges, &defaults.ranges, sizeof(s.ranges));
	assert_int_equal(s.every_s, defaults.every_s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_and_values_are_taken),
	    cmocka_unit_test(a_bad_line_is_named),
	    cmocka_unit_test(a_missing_file_is_said),
	    cmocka_unit_test(reload_takes_only_what_may_change),
	    cmocka_unit_test(the_printed_file_is_read_back),
	};

	return cmocka_run_group_tests_name("common/options", tests, NULL, NULL);
}
