/* token: a one-time secret with which a school's agent enrols. Shown once, kept nowhere. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "collector/desk.h"
#include "collector/ingest/authority.h"
#include "collector/store/registry.h"
#include "common/clock.h"
#include "common/text.h"
#include "common/token.h"

static const char usage[] =
    "usage: parta-collector token SCHOOL [--uses N] [--hours N]\n"
    "\n"
    "Prints a token for 'parta-agent enrol'. It is good for one agent (--uses) and 72 hours\n"
    "(--hours), and it names this collector's certificate authority, so that the agent's "
    "first\n"
    "contact is authenticated. Only the SHA-256 of its secret is kept.\n";

/* The authority's fingerprint; the authority is made if there is none yet. */
static int
authority_fingerprint(const char *state_dir, uint8_t ret[static 32])
{
	struct authority *authority = NULL;
	int r = authority_create(state_dir, clock_wall_ms());

	if (r == 0)
		r = authority_open(state_dir, &authority);
	if (r < 0)
		return r;
	memcpy(ret, authority_facts(authority)->sha256, 32);
	authority_close(authority);
	return 0;
}

static int
make_token(
    struct desk *desk, const char *school, unsigned uses, unsigned hours, FILE *out, FILE *err)
{
	char text[TOKEN_TEXT_SIZE];
	struct token token;
	int r = authority_fingerprint(desk->settings.state_dir, token.authority_sha256);

	if (r < 0)
		return desk_failed(err,
		    "could not open the certificate authority in '%s/ca': %s",
		    desk->settings.state_dir, strerror(-r));
	if (getrandom(token.secret, sizeof(token.secret), 0) != (ssize_t)sizeof(token.secret))
		return desk_failed(err, "could not get random bytes: %s", strerror(errno));
	r = registry_token(desk->registry, school, token.secret, hours, uses);
	if (r == -ENOENT)
		return desk_failed(err,
		    "school '%s' is not known: add it with 'parta-collector school add %s'",
		    school, school);
	if (r < 0)
		return desk_failed(err, "%s", registry_error(desk->registry));
	token_format(&token, text);
	(void)fprintf(out, "%s\n", text);
	explicit_bzero(&token, sizeof(token));
	explicit_bzero(text, sizeof(text));
	return COMMAND_DONE;
}

int
command_token(int argc, char *argv[], FILE *out, FILE *err)
{
	const char *uses_text = "1", *hours_text = "72";
	int64_t uses = 0, hours = 0;
	struct command_common common;
	struct desk desk;
	int status = command_common(&argc, argv, &common, err);

	if (status == COMMAND_DONE && common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	if (status == COMMAND_DONE)
		status = command_option(&argc, argv, "--uses", &uses_text, err);
	if (status == COMMAND_DONE)
		status = command_option(&argc, argv, "--hours", &hours_text, err);
	if (status != COMMAND_DONE || argc != 2 || argv[1][0] == '-' ||
	    text_i64(uses_text, 1, 10000, &uses) < 0 ||
	    text_i64(hours_text, 1, 24 * 365, &hours) < 0) {
		(void)fputs(usage, err);
		return COMMAND_USAGE;
	}
	status = desk_open(&common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = make_token(&desk, argv[1], (unsigned)uses, (unsigned)hours, out, err);
	desk_close(&desk);
	return status;
}
