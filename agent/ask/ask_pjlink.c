/*
 * PJLink class 1 and 2 (JBMIA, specifications 1.05 and 2.10): what a projector is,
 * one query after another on one connection. A projector with a password is asked
 * only when one is configured. No command that changes anything is known here.
 */
#include <string.h>

#include "agent/ask/ask.h"
#include "common/check.h"
#include "common/text.h"

enum { PJLINK_PORT = 4352, LINE_MAX = 160, RANDOM_BYTES = 8, PASSWORD_BYTES_MAX = 32 };

struct query {
	const char *body; /* behind "%1" or "%2" */
	const char *key;
	bool class_2; /* asked of such projectors only, as "%2" */
};

/* The first one tells the class. */
static const struct query queries[] = {
    {"CLSS", "class", false},
    {"INF1", "maker", false},
    {"INF2", "model", false},
    {"INFO", "info", false},
    {"NAME", "name", false},
    {"LAMP", "lamp_hours", false},
    {"INST", "inputs", false},
    {"ERST", "errors", false},
    {"SNUM", "serial", true},
    {"SVER", "firmware", true},
    {"RLMP", "lamp_model", true},
    {"FILT", "filter_hours", true},
    {"IRES", "resolution", true},
};

/* stage: 0 greeting; n the answer to queries[n - 1] is awaited. What an earlier connection told
 * is not asked again. */
static enum ask_verdict
ask_next(struct ask *ask, unsigned at)
{
	bool class_2 = false;

	for (size_t i = 0; i < ask->n_facts; i++)
		class_2 |=
		    strcmp(ask->facts[i].key, "class") == 0 && *ask->facts[i].value == '2';
	while (at < COUNT_OF(queries) &&
	       ((queries[at].class_2 && !class_2) || ask_has(ask, queries[at].key)))
		at++;
	if (at == COUNT_OF(queries))
		return ASK_DONE;
	ask->stage = at + 1;
	(void)bytes_add_format(
	    &ask->out, "%%%c%s ?\r", queries[at].class_2 ? '2' : '1', queries[at].body);
	return ASK_MORE;
}

/* "PJLINK 0", or "PJLINK 1 <random>": then the digest of random and password goes before the
 * first command (5.1). */
static enum ask_verdict
greeted(struct ask *ask, const char *line, size_t len)
{
	char secret[RANDOM_BYTES + PASSWORD_BYTES_MAX + 1];
	char hex[2 * ASK_MD5_BYTES + 1];
	uint8_t digest[ASK_MD5_BYTES];
	size_t password;

	if (len >= 8 && memcmp(line, "PJLINK 0", 8) == 0)
		return ask_next(ask, 0);
	if (len < 9 + RANDOM_BYTES || memcmp(line, "PJLINK 1 ", 9) != 0)
		return ASK_DONE;
	password = strlen(ask->pjlink_password);
	if (password == 0 || password > PASSWORD_BYTES_MAX) {
		ask_add_text(ask, "locked", "1");
		return ASK_DONE;
	}
	memcpy(secret, line + 9, RANDOM_BYTES);
	memcpy(secret + RANDOM_BYTES, ask->pjlink_password, password);
	ask->md5(secret, RANDOM_BYTES + password, digest);
	text_hex(hex, digest, sizeof(digest));
	(void)bytes_add_text(&ask->out, hex);
	return ask_next(ask, 0);
}

/* The value of an answer; lamps come as "<hours> <on>" pairs, of which the first counts. */
static void
add_value(struct ask *ask, const struct query *query, const char *value, size_t len)
{
	if (len == 4 && memcmp(value, "ERR", 3) == 0)
		return;
	if (strcmp(query->body, "LAMP") == 0) {
		const char *blank = memchr(value, ' ', len);

		len = blank ? (size_t)(blank - value) : len;
	}
	ask_add(ask, query->key, value, len);
}

static enum ask_verdict
answered(struct ask *ask, const char *line, size_t len)
{
	const struct query *query = &queries[ask->stage - 1];

	if (len >= 11 && memcmp(line, "PJLINK ERRA", 11) == 0) {
		ask_add_text(ask, "locked", "1");
		return ASK_DONE;
	}
	if (len < 7 || line[0] != '%' || line[6] != '=' ||
	    strncmp(line + 2, query->body, 4) != 0)
		return ASK_MORE; /* a class 2 projector may tell news (LKUP, POWR) in between */
	add_value(ask, query, line + 7, len - 7);
	return ask_next(ask, ask->stage);
}

static enum ask_verdict
step(struct ask *ask)
{
	enum ask_verdict verdict = ASK_MORE;

	while (verdict == ASK_MORE && ask->in.len > 0) {
		const char *line = (const char *)ask->in.data;
		const char *end = memchr(line, '\r', ask->in.len);
		size_t len = end ? (size_t)(end - line) : ask->in.len;

		if (len > LINE_MAX)
			return ASK_DONE;
		if (!end)
			break;
		verdict = ask->stage == 0 ? greeted(ask, line, len) : answered(ask, line, len);
		ask_consume(ask, len + 1);
	}
	return ask->ended ? ASK_DONE : verdict;
}

const struct asker asker_pjlink = {.name = "pjlink",
    .source = "pjlink",
    .transport = ASK_TCP,
    .port = PJLINK_PORT,
    .timeout_ms = 6000,
    .silence_ms = 1000,
    .bytes_max = 4096,
    .step = step};
