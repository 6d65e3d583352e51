/*
 * `parta-agent enrol --collector URL --token TOKEN`: makes this agent known to a
 * collector. A running service sees it by itself. The token may come on standard
 * input, where no list of processes shows it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/command.h"
#include "agent/uplink/enrol.h"
#include "common/cleanup.h"
#include "common/loop.h"
#include "common/resolve.h"
#include "common/transfer.h"
#include "common/user.h"

enum { TOKEN_SIZE = 256 };

struct conversation {
	struct loop *loop;
	struct resolver *resolver;
	struct transfers *transfers;
	struct enrol *enrol;
	int error;
	char words[CREDENTIALS_WORDS_SIZE];
};

static void
on_done(void *arg, int error, const char *words)
{
	struct conversation *c = arg;

	c->error = error;
	(void)snprintf(c->words, sizeof(c->words), "%s", words);
	loop_stop(c->loop);
}

static int
converse(struct conversation *c, const struct enrol_settings *settings)
{
	int r = loop_new(&c->loop);

	if (r == 0)
		r = resolver_new(c->loop, NULL, &c->resolver);
	if (r == 0)
		r = transfers_new(c->loop, c->resolver, &c->transfers);
	if (r == 0)
		r = enrol_start(c->transfers, settings, on_done, c, &c->enrol);
	if (r == -EINVAL)
		(void)snprintf(c->words, sizeof(c->words),
		    "the token or the URL is not one: copy both whole, the URL begins with "
		    "https://");
	if (r == 0)
		r = loop_run(c->loop);
	if (r == 0)
		r = c->error;
	if (r < 0 && !*c->words)
		(void)snprintf(c->words, sizeof(c->words), "%s", strerror(-r));
	enrol_free(c->enrol);
	transfers_free(c->transfers);
	resolver_free(c->resolver);
	loop_free(c->loop);
	return r;
}

/* The folder is there, ours and writable before the token is spent. */
static int
prepare(const char *state_dir, FILE *err)
{
	int r = user_become_owner(state_dir, COMMAND_USER, false);

	if (r == 0 && mkdir(state_dir, 0700) < 0 && errno != EEXIST)
		r = -errno;
	if (r == 0 && access(state_dir, W_OK | X_OK) < 0)
		r = -errno;
	if (r == 0)
		return COMMAND_DONE;
	(void)fprintf(err, "parta-agent: could not use the state folder '%s': %s%s\n",
	    state_dir, strerror(-r), r == -EACCES ? ", run this as root" : "");
	return COMMAND_FAILED;
}

static int
enrol(const char *url, const char *token, const struct agent_settings *settings, FILE *out,
    FILE *err)
{
	struct conversation conversation = {0};
	struct credentials credentials;
	char words[CREDENTIALS_WORDS_SIZE];
	char host_name[256] = "";
	const struct enrol_settings enrolment = {.collector_url = url,
	    .token = token,
	    .state_dir = settings->state_dir,
	    .host_name = host_name};
	int r = prepare(settings->state_dir, err);

	if (r != COMMAND_DONE)
		return r;
	if (gethostname(host_name, sizeof(host_name) - 1) < 0)
		host_name[0] = '\0';
	if (converse(&conversation, &enrolment) < 0) {
		(void)fprintf(err, "parta-agent: not enrolled: %s\n", conversation.words);
		return COMMAND_FAILED;
	}
	if (credentials_load(settings->state_dir, &credentials, words) < 0) {
		(void)fprintf(err, "parta-agent: %s\n", words);
		return COMMAND_FAILED;
	}
	(void)fprintf(out, "enrolled: school %s (%s), reports go to %s\n",
	    credentials.school_code, credentials.school_name, credentials.collector_url);
	return COMMAND_DONE;
}

/* One line of standard input. */
static int
read_token(char ret[static TOKEN_SIZE])
{
	if (!fgets(ret, TOKEN_SIZE, stdin))
		return -ENODATA;
	ret[strcspn(ret, " \t\r\n")] = '\0';
	return *ret ? 0 : -ENODATA;
}

static int
usage(FILE *to, int status)
{
	(void)fprintf(to, "usage: parta-agent enrol --collector URL --token TOKEN [-c FILE]\n"
			  "       --token -   reads the token from standard input\n");
	return status;
}

int
command_enrol(int argc, char *argv[], FILE *out, FILE *err)
{
	const char *url = NULL, *token = NULL;
	struct command_common common;
	struct agent_settings settings;
	char line[TOKEN_SIZE];
	int r = command_common(&argc, argv, &common, err);

	if (r != COMMAND_DONE)
		return r;
	if (common.help)
		return usage(out, COMMAND_DONE);
	for (int i = 1; i < argc; i += command_used(argv[i])) {
		if (!command_value(argv, i, "--collector", &url) &&
		    !command_value(argv, i, "--token", &token))
			return usage(err, COMMAND_USAGE);
	}
	if (!url || !*url || !token || !*token)
		return usage(err, COMMAND_USAGE);
	r = command_settings(&common, &settings, err);
	if (r != COMMAND_DONE)
		return r;
	if (strcmp(token, "-") == 0) {
		if (read_token(line) < 0) {
			(void)fprintf(err, "parta-agent: no token on standard input\n");
			return COMMAND_USAGE;
		}
		token = line;
	}
	return enrol(url, token, &settings, out, err);
}
