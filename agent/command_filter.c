/*
 * `parta-agent filter`: checks the content filter now, a line for each URL. The
 * list is a file, else the one that the service has in force. Exit 3 when
 * something that must be blocked is reached, or something that must be open is not.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "agent/command.h"
#include "agent/effective.h"
#include "agent/probe/filter.h"
#include "agent/uplink/uplink.h"
#include "common/loop.h"
#include "common/resolve.h"
#include "common/text.h"
#include "common/transfer.h"
#include "common/words.h"

enum { URL_COLUMN = 40, OUTCOME_COLUMN = 18 };

struct check {
	FILE *out;
	enum command_format format;
	struct loop *loop;
	struct resolver *resolver;
	struct transfers *transfers;
	struct filter_run *run;
	size_t leaks, overblocks, excluded, seen;
	int error;
};

static json_t *
flags_json(const char *flags)
{
	json_t *list = json_array();

	while (*flags) {
		size_t len = strcspn(flags, ",");

		if (len > 0)
			(void)json_array_append_new(list, json_stringn(flags, len));
		flags += len + (flags[len] == ',');
	}
	return list;
}

static void
print_json(const struct check *check, const struct filter_observation *seen)
{
	json_t *line =
	    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:f, s:o, s:s}", "id", seen->entry->id,
		"url", seen->entry->url, "expect", filter_expect_name(seen->entry->expect),
		"verdict", filter_verdict_name(seen->verdict), "layer", seen->layer, "rule_id",
		seen->rule_id, "confidence", seen->confidence, "flags", flags_json(seen->flags),
		"outcome", filter_outcome_name(seen->outcome));

	(void)json_dumpf(line, check->out, JSON_COMPACT | JSON_REAL_PRECISION(4));
	(void)fputc('\n', check->out);
	json_decref(line);
}

/* Fields that hold no quotes but perhaps a comma: RFC 4180. */
static void
print_csv(const struct check *check, const struct filter_observation *seen)
{
	(void)fprintf(check->out, "%s,\"%s\",%s,%s,%s,%s,%.3f,\"%s\",%s\r\n", seen->entry->id,
	    seen->entry->url, filter_expect_name(seen->entry->expect),
	    filter_verdict_name(seen->verdict), seen->layer, seen->rule_id, seen->confidence,
	    seen->flags, filter_outcome_name(seen->outcome));
}

static void
print_column(FILE *out, const char *text, size_t columns)
{
	size_t width = text_width(text);

	(void)fprintf(out, "%s%*s  ", text, width < columns ? (int)(columns - width) : 0, "");
}

static void
print_table(const struct check *check, const struct filter_observation *seen)
{
	enum language language = words_language();
	char key[48];

	(void)snprintf(key, sizeof(key), "filter.%s", filter_outcome_name(seen->outcome));
	print_column(check->out, seen->entry->url, URL_COLUMN);
	print_column(check->out, words_of(language, filter_expect_name(seen->entry->expect)),
	    OUTCOME_COLUMN);
	print_column(check->out, words_of(language, key), OUTCOME_COLUMN);
	(void)fprintf(check->out, "%s%s%s\n",
	    words_of(language, filter_verdict_name(seen->verdict)), *seen->flags ? "  " : "",
	    seen->flags);
}

static void
on_observation(void *arg, const struct filter_observation *seen)
{
	struct check *check = arg;

	check->seen++;
	check->leaks += seen->outcome == FILTER_LEAK;
	check->overblocks += seen->outcome == FILTER_OVERBLOCK;
	check->excluded += seen->outcome == FILTER_EXCLUDED;
	switch (check->format) {
	case FORMAT_JSON:
		print_json(check, seen);
		break;
	case FORMAT_CSV:
		print_csv(check, seen);
		break;
	case FORMAT_TABLE:
		print_table(check, seen);
		break;
	}
	(void)fflush(check->out);
}

static void
on_done(void *arg, int error)
{
	struct check *check = arg;

	check->error = error;
	loop_stop(check->loop);
}

static int
run(struct check *check, const struct filter_list *list, const struct agent_settings *settings)
{
	const struct filter_settings how = {
	    .resolver = *settings->resolver ? settings->resolver : NULL,
	    .repeat_doubtful = true};
	int r = loop_new(&check->loop);

	if (r == 0)
		r = resolver_new(check->loop, how.resolver, &check->resolver);
	if (r == 0)
		r = transfers_new(check->loop, check->resolver, &check->transfers);
	if (r == 0)
		r = filter_start(check->loop, check->transfers, list, &how, on_observation,
		    on_done, check, &check->run);
	if (r == 0)
		r = loop_run(check->loop);
	transfers_free(check->transfers);
	resolver_free(check->resolver);
	loop_free(check->loop);
	return r < 0 ? r : check->error;
}

static int
check_list(struct check *check, const struct filter_list *list,
    const struct agent_settings *settings, FILE *err)
{
	int r;

	if (check->format == FORMAT_CSV)
		(void)fprintf(check->out,
		    "id,url,expect,verdict,layer,rule_id,confidence,flags,outcome\r\n");
	r = run(check, list, settings);
	if (r < 0) {
		(void)fprintf(
		    err, "parta-agent: could not check the filter: %s\n", strerror(-r));
		return COMMAND_FAILED;
	}
	if (check->format == FORMAT_TABLE)
		(void)fprintf(check->out, "%s: %zu, %s: %zu, %s: %zu, %s: %zu\n",
		    words_of(words_language(), "checked"), check->seen,
		    words_of(words_language(), "leak"), check->leaks,
		    words_of(words_language(), "overblock"), check->overblocks,
		    words_of(words_language(), "excluded"), check->excluded);
	return check->leaks + check->overblocks > 0 ? COMMAND_BAD_VERDICT : COMMAND_DONE;
}

/* The list of a file, or of the policy in force. */
static int
check_with(
    struct check *check, const char *path, const struct agent_settings *settings, FILE *err)
{
	char words[CREDENTIALS_WORDS_SIZE] = "no list was given";
	struct credentials credentials;
	struct filter_list list;
	struct policy *policy = NULL;
	int r;

	if (path) {
		if (filter_list_read(path, &list, words) < 0) {
			(void)fprintf(err, "parta-agent: %s\n", words);
			return COMMAND_FAILED;
		}
		r = check_list(check, &list, settings, err);
		filter_list_free(&list);
		return r;
	}
	if (credentials_load(settings->state_dir, &credentials, words) < 0 ||
	    uplink_policy_load(settings->state_dir, &credentials, &policy) < 0 ||
	    policy->filter.n_entries == 0) {
		(void)fprintf(err, "parta-agent: there is no list of the collector here, give "
				   "one with --list FILE\n");
		policy_free(policy);
		return COMMAND_FAILED;
	}
	r = check_list(check, &policy->filter, settings, err);
	policy_free(policy);
	return r;
}

int
command_filter(int argc, char *argv[], FILE *out, FILE *err)
{
	struct command_common common;
	struct agent_settings settings;
	struct check check = {.out = out};
	const char *path = NULL;
	int r = command_common(&argc, argv, &common, err);

	if (r != COMMAND_DONE)
		return r;
	for (int i = 1; r == COMMAND_DONE && i < argc; i += command_used(argv[i]))
		if (!command_value(argv, i, "--list", &path) || !*path)
			r = COMMAND_USAGE;
	if (r != COMMAND_DONE || common.help) {
		(void)fprintf(common.help ? out : err,
		    "usage: parta-agent filter [--list FILE] "
		    "[--format table|json|csv] [-c FILE] [-v]\n");
		return common.help ? COMMAND_DONE : COMMAND_USAGE;
	}
	check.format = common.format;
	r = command_settings(&common, &settings, err);
	if (r != COMMAND_DONE)
		return r;
	if (!path && *settings.filter_list)
		path = settings.filter_list;
	return check_with(&check, path, &settings, err);
}
