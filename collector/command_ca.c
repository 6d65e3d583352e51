/*
 * ca init: makes the certificate authority. ca show: says what it is. ca renew: a
 * new certificate for the same key, and a new one for the listeners; tokens that
 * were given before no longer fit, agents go on.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/collector.h"
#include "collector/command.h"
#include "collector/ingest/authority.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/text.h"

static const char usage[] =
    "usage: parta-collector ca init|show|renew [-c FILE] [--format table|json]\n"
    "\n"
    "  init    make the certificate authority and the policy key, where there are none\n"
    "  show    print the authority's name, fingerprint and validity\n"
    "  renew   issue its certificate anew for the same key, and the listeners' as well;\n"
    "          a running collector takes them on SIGHUP (systemctl reload), at the latest\n"
    "          within the hour\n";

static void
show_json(const struct authority_facts *facts, const char *sha256, const char *key, FILE *out)
{
	char begins[25], ends[25];

	clock_format(facts->begins_ms, begins);
	clock_format(facts->ends_ms, ends);
	(void)fprintf(out,
	    "{\"subject\":\"%s\",\"sha256\":\"%s\",\"policy_key\":\"%s\",\"begins\":\"%s\","
	    "\"ends\":\"%s\"}\n",
	    facts->subject, sha256, key, begins, ends);
}

static void
show_table(const struct authority_facts *facts, const char *sha256, const char *key, FILE *out)
{
	char begins[25], ends[25];

	clock_format(facts->begins_ms, begins);
	clock_format(facts->ends_ms, ends);
	(void)fprintf(out, "subject     %s\n", facts->subject);
	(void)fprintf(out, "sha256      %s\n", sha256);
	(void)fprintf(out, "policy key  %s\n", key);
	(void)fprintf(out, "valid       %s to %s\n", begins, ends);
	(void)fprintf(out, "%s", facts->pem);
}

static int
show(const struct collector_settings *settings, enum command_format format, FILE *out)
{
	const struct authority_facts *facts;
	struct authority *authority;
	char sha256[65], key[65];
	int r = authority_open(settings->state_dir, &authority);

	if (r < 0)
		return r;
	facts = authority_facts(authority);
	text_hex(sha256, facts->sha256, sizeof(facts->sha256));
	text_hex(key, facts->policy_key, sizeof(facts->policy_key));
	if (format == FORMAT_JSON)
		show_json(facts, sha256, key, out);
	else
		show_table(facts, sha256, key, out);
	authority_close(authority);
	return 0;
}

static int
init(const struct collector_settings *settings, enum command_format format, FILE *out)
{
	int r = authority_create(settings->state_dir, clock_wall_ms());

	return r < 0 ? r : show(settings, format, out);
}

static int
renew(const struct collector_settings *settings, enum command_format format, FILE *out)
{
	CLEANUP(free_at) char *chain = NULL;
	CLEANUP(free_at) char *key = NULL;
	const char *names[OPTION_LIST_MAX];
	char own[OPTION_LIST_TEXT];
	size_t count = collector_names(settings, own, names);
	struct authority *authority = NULL;
	bool fresh;
	int r = authority_renew(settings->state_dir, clock_wall_ms());

	if (r == 0)
		r = authority_open(settings->state_dir, &authority);
	if (r < 0)
		return r;
	r = authority_server(
	    authority, names, count, clock_wall_ms(), true, &chain, &key, &fresh);
	authority_close(authority);
	return r < 0 ? r : show(settings, format, out);
}

static const struct {
	const char *name;
	int (*run)(
	    const struct collector_settings *settings, enum command_format format, FILE *out);
} actions[] = {
    {"init", init},
    {"show", show},
    {"renew", renew},
};

static int
complain(int r, const char *state_dir, FILE *err)
{
	if (r == -ENOENT)
		(void)fprintf(err,
		    "parta-collector: there is no authority below '%s': make one with "
		    "'parta-collector ca init', "
		    "and make that folder first if it is missing\n",
		    state_dir);
	else if (r == -EBADMSG)
		(void)fprintf(err,
		    "parta-collector: a file in '%s/ca' is ruined: bring it back from a "
		    "backup\n",
		    state_dir);
	else
		(void)fprintf(err, "parta-collector: could not work on '%s/ca': %s\n",
		    state_dir, strerror(-r));
	return COMMAND_FAILED;
}

int
command_ca(int argc, char *argv[], FILE *out, FILE *err)
{
	struct collector_settings settings;
	struct command_common common;
	int r, status = command_common(&argc, argv, &common, err);

	if (status == COMMAND_DONE && common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	if (status == COMMAND_DONE && argc == 2)
		status = command_settings(&common, &settings, err);
	else
		status = COMMAND_USAGE;
	for (size_t i = 0; status == COMMAND_DONE && i < COUNT_OF(actions); i++) {
		if (strcmp(actions[i].name, argv[1]) == 0) {
			r = actions[i].run(&settings, common.format, out);
			return r < 0 ? complain(r, settings.state_dir, err) : COMMAND_DONE;
		}
	}
	if (status == COMMAND_FAILED)
		return status;
	(void)fputs(usage, err);
	return COMMAND_USAGE;
}
