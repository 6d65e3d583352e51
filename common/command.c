/*
 * Arguments that commands of both programs share. Complaints begin with the name
 * that the program was called by, as error(3) does it.
 */
#include "common/command.h"

#include <errno.h>
#include <string.h>

#include "common/check.h"

const char *
command_first(int argc, char *argv[])
{
	char *name;
	int at = 1;

	for (; at < argc && argv[at][0] == '-'; at++)
		if (strcmp(argv[at], "-c") == 0 || strcmp(argv[at], "--config") == 0 ||
		    strcmp(argv[at], "-P") == 0)
			at++;
	if (at >= argc)
		return NULL;
	name = argv[at];
	for (; at > 1; at--)
		argv[at] = argv[at - 1];
	argv[1] = name;
	return name;
}

static const char *const formats[] = {"table", "json", "csv"};

/* The value of an option written as "--name value", "--name=value" or "-c value"; NULL: it is
 * another word. */
static const char *
value_of(
    const char *word, const char *next, const char *longer, const char *shorter, int *ret_used)
{
	size_t len = strlen(longer);

	*ret_used = 1;
	if (strncmp(word, longer, len) == 0 && word[len] == '=')
		return word + len + 1;
	if (strcmp(word, longer) != 0 && (!shorter || strcmp(word, shorter) != 0))
		return NULL;
	*ret_used = 2;
	return next ? next : "";
}

static int
format_parse(const char *text, enum command_format *ret)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		if (strcmp(text, formats[i]) == 0) {
			*ret = (enum command_format)i;
			return 0;
		}
	}
	return -1;
}

/* How many words at argv[at] are common ones; 0 none, negative: wrong. */
static int
common_take(int at, char *argv[], struct command_common *common, FILE *err)
{
	const char *value;
	int used;

	if (strcmp(argv[at], "-v") == 0 || strcmp(argv[at], "--verbose") == 0) {
		common->verbose = true;
		return 1;
	}
	if (strcmp(argv[at], "-h") == 0 || strcmp(argv[at], "--help") == 0) {
		common->help = true;
		return 1;
	}
	value = value_of(argv[at], argv[at + 1], "--config", "-c", &used);
	if (value) {
		common->config = value;
		if (*value)
			return used;
		(void)fprintf(
		    err, "%s: --config needs a file\n", program_invocation_short_name);
		return -1;
	}
	value = value_of(argv[at], argv[at + 1], "--format", NULL, &used);
	if (!value)
		return 0;
	if (format_parse(value, &common->format) == 0)
		return used;
	(void)fprintf(
	    err, "%s: --format takes table, json or csv\n", program_invocation_short_name);
	return -1;
}

int
command_common(int *argc, char *argv[], struct command_common *ret, FILE *err)
{
	struct command_common common = {0};
	int kept = 0;

	for (int i = 0; i < *argc;) {
		int used = i > 0 ? common_take(i, argv, &common, err) : 0;

		if (used < 0)
			return COMMAND_USAGE;
		if (used == 0)
			argv[kept++] = argv[i];
		i += used > 0 ? used : 1;
	}
	argv[kept] = NULL;
	*argc = kept;
	*ret = common;
	return COMMAND_DONE;
}

int
command_bare(
    int argc, char *argv[], const char *usage, struct command_common *ret, FILE *out, FILE *err)
{
	int status = command_common(&argc, argv, ret, err);

	if (status == COMMAND_DONE && ret->help) {
		(void)fputs(usage, out);
	} else if (status == COMMAND_DONE && argc > 1) {
		(void)fprintf(err, "%s: %s takes no argument '%s'\n%s",
		    program_invocation_short_name, argv[0], argv[1], usage);
		status = COMMAND_USAGE;
	}
	return status;
}

bool
command_value(char *argv[], int at, const char *name, const char **ret)
{
	int used;
	const char *value = value_of(argv[at], argv[at + 1], name, NULL, &used);

	if (value)
		*ret = value;
	return value != NULL;
}

int
command_used(const char *word)
{
	return strchr(word, '=') ? 1 : 2;
}

int
command_option(int *argc, char *argv[], const char *name, const char **ret_value, FILE *err)
{
	int kept = 0;

	for (int i = 0; i < *argc;) {
		int used;
		const char *value =
		    i > 0 ? value_of(argv[i], argv[i + 1], name, NULL, &used) : NULL;

		if (!value) {
			argv[kept++] = argv[i++];
			continue;
		}
		if (used == 2 && !argv[i + 1]) {
			(void)fprintf(
			    err, "%s: %s needs a value\n", program_invocation_short_name, name);
			return COMMAND_USAGE;
		}
		*ret_value = value;
		i += used;
	}
	argv[kept] = NULL;
	*argc = kept;
	return COMMAND_DONE;
}

bool
command_flag(int *argc, char *argv[], const char *name)
{
	int kept = 1;

	for (int i = 1; i < *argc; i++)
		if (strcmp(argv[i], name) != 0)
			argv[kept++] = argv[i];
	if (kept >= *argc)
		return false;
	argv[kept] = NULL;
	*argc = kept;
	return true;
}
