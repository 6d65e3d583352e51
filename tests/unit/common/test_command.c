/* The words after a program's name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/command.h"

enum { WORDS_MAX = 16 };

struct line {
	char text[256];
	char *argv[WORDS_MAX + 1];
	int argc;
	char complaint[256];
};

static void
split(struct line *line, const char *text)
{
	char *rest = line->text;

	memset(line, 0, sizeof(*line));
	assert_true(strlen(text) < sizeof(line->text));
	memcpy(line->text, text, strlen(text) + 1);
	while (line->argc < WORDS_MAX && (line->argv[line->argc] = strsep(&rest, " ")))
		line->argc++;
}

static const char *
joined(const struct line *line)
{
	static char text[512];

	text[0] = '\0';
	for (int i = 0; i < line->argc; i++) {
		if (i)
			(void)strcat(text, " ");
		(void)strcat(text, line->argv[i]);
	}
	assert_null(line->argv[line->argc]);
	return text;
}

static int
common_of(struct line *line, struct command_common *ret)
{
	FILE *err = fmemopen(line->complaint, sizeof(line->complaint), "w");
	int status;

	assert_non_null(err);
	status = command_common(&line->argc, line->argv, ret, err);
	(void)fclose(err);
	return status;
}

static void
the_command_is_the_first_word_that_is_no_option(void **state)
{
	struct line line;

	(void)state;
	split(&line, "parta -v -c a.conf scan --format json");
	assert_string_equal(command_first(line.argc, line.argv), "scan");
	assert_string_equal(joined(&line), "parta scan -v -c a.conf --format json");
	split(&line, "parta -v --config");
	assert_null(command_first(line.argc, line.argv));
}

static void
common_options_are_taken_out(void **state)
{
	struct command_common common;
	struct line line;

	(void)state;
	split(&line, "scan -c a.conf one --format=csv --verbose two");
	assert_int_equal(common_of(&line, &common), COMMAND_DONE);
	assert_string_equal(joined(&line), "scan one two");
	assert_string_equal(common.config, "a.conf");
	assert_true(common.verbose && !common.help);
	assert_int_equal(common.format, FORMAT_CSV);
	split(&line, "scan --format xml");
	assert_int_equal(common_of(&line, &common), COMMAND_USAGE);
	assert_non_null(strstr(line.complaint, ": --format takes table, json or csv\n"));
	split(&line, "scan --config");
	assert_int_equal(common_of(&line, &common), COMMAND_USAGE);
	assert_non_null(strstr(line.complaint, ": --config needs a file\n"));
}

static void
a_command_without_arguments_refuses_them_and_helps(void **state)
{
	struct command_common common;
	char out_text[64] = "", err_text[128] = "";
	struct line line;
	FILE *out = fmemopen(out_text, sizeof(out_text), "w"),
	     *err = fmemopen(err_text, sizeof(err_text), "w");

	(void)state;
	assert_non_null(out);
	assert_non_null(err);
	split(&line, "run --help");
	assert_int_equal(command_bare(line.argc, line.argv, "usage: run\n", &common, out, err),
	    COMMAND_DONE);
	assert_true(common.help);
	split(&line, "run -v now");
	assert_int_equal(command_bare(line.argc, line.argv, "usage: run\n", &common, out, err),
	    COMMAND_USAGE);
	(void)fclose(out);
	(void)fclose(err);
	assert_string_equal(out_text, "usage: run\n");
	assert_non_null(strstr(err_text, ": run takes no argument 'now'\nusage: run\n"));
}

static void
an_option_of_a_command_is_taken_in_both_spellings(void **state)
{
	const char *value = "before";
	struct line line;
	FILE *err = fopen("/dev/null", "we");

	(void)state;
	assert_non_null(err);
	split(&line, "token --school 7 make");
	assert_int_equal(
	    command_option(&line.argc, line.argv, "--uses", &value, err), COMMAND_DONE);
	assert_string_equal(value, "before");
	assert_int_equal(
	    command_option(&line.argc, line.argv, "--school", &value, err), COMMAND_DONE);
	assert_string_equal(value, "7");
	assert_string_equal(joined(&line), "token make");
	split(&line, "token --school=8 --schools");
	assert_int_equal(
	    command_option(&line.argc, line.argv, "--school", &value, err), COMMAND_DONE);
	assert_string_equal(value, "8");
	assert_string_equal(joined(&line), "token --schools");
	split(&line, "token --school");
	assert_int_equal(
	    command_option(&line.argc, line.argv, "--school", &value, err), COMMAND_USAGE);
	(void)fclose(err);
}

static void
a_flag_is_taken_or_is_not_there(void **state)
{
	struct line line;

	(void)state;
	split(&line, "ca --renew show --renew");
	assert_true(command_flag(&line.argc, line.argv, "--renew"));
	assert_string_equal(joined(&line), "ca show");
	assert_false(command_flag(&line.argc, line.argv, "--renew"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_command_is_the_first_word_that_is_no_option),
	    cmocka_unit_test(common_options_are_taken_out),
	    cmocka_unit_test(a_command_without_arguments_refuses_them_and_helps),
	    cmocka_unit_test(an_option_of_a_command_is_taken_in_both_spellings),
	    cmocka_unit_test(a_flag_is_taken_or_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
