/*
 * An asker driven without a socket: what each of its connections hears is given as bytes. For
 * unit tests and fuzzing. MD5 is OpenSSL's, as in the agent.
 */
#ifndef PARTA_TESTS_LIB_ASK_DRIVE_H
#define PARTA_TESTS_LIB_ASK_DRIVE_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/ask.h"
#include "agent/ask/ask_socket.h"
#include "common/text.h"

struct ask_script {
	const struct asker *asker;
	struct ask_known known;
	const char *password, *certificate;
	size_t piece; /* bytes that come at once, 0: all */
};

/* Between what two connections hear. */
static const uint8_t ask_next_connection[] = {0, 0xff, 0, 'A', 'G', 'A', 'I', 'N'};

static inline struct ask *
ask_begin(const struct ask_script *script)
{
	struct ask *ask = calloc(1, sizeof(*ask));

	assert(ask);
	ask->asker = script->asker;
	ask->place = (struct ask_place){.port = script->asker->port, .path = "/"};
	ask->pjlink_password = script->password ? script->password : "";
	ask->certificate = script->certificate ? script->certificate : "";
	ask->md5 = ask_md5;
	ask->in = bytes_new(script->asker->bytes_max + 4096);
	ask->out = bytes_new(ASK_OUT_BYTES_MAX);
	memset(ask->random, 0x5a, sizeof(ask->random));
	ask->known = &script->known;
	return ask;
}

static inline void
ask_end(struct ask *ask)
{
	/* Whatever came: facts are clean, and within their bounds. */
	assert(ask->n_facts <= ASK_FACTS_MAX && ask->text_len <= sizeof(ask->text));
	for (size_t i = 0; i < ask->n_facts; i++)
		assert(*ask->facts[i].value &&
		       text_is_clean(ask->facts[i].value, strlen(ask->facts[i].value)));
	bytes_clear(&ask->in);
	bytes_clear(&ask->out);
	free(ask);
}

/* One connection hears these bytes, then its end. What was said stays in ask->out until the
 * next. */
static inline enum ask_verdict
ask_hear(struct ask *ask, const struct ask_script *script, const uint8_t *bytes, size_t len)
{
	enum ask_verdict verdict;
	size_t piece = script->piece ? script->piece : len;

	ask->in.len = 0;
	ask->ended = false;
	verdict = ask->asker->step(ask);
	while (verdict == ASK_TLS)
		verdict = ask->asker->step(ask);
	for (size_t at = 0; verdict == ASK_MORE && !ask->ended && at <= len;) {
		size_t n = len - at < piece ? len - at : piece;

		if (at == len)
			ask->ended = true;
		if (ask->asker->transport == ASK_UDP)
			ask->in.len = 0;
		if (n && bytes_add(&ask->in, bytes + at, n) < 0)
			ask->ended = true;
		at += n;
		verdict = ask->asker->step(ask);
		if (verdict == ASK_TLS)
			verdict = ask->asker->step(ask);
	}
	return verdict;
}

/* All connections, told apart by ask_next_connection. */
static inline void
ask_run(struct ask *ask, const struct ask_script *script, const uint8_t *bytes, size_t len)
{
	for (int i = 0; i < ASK_CONNECTIONS_MAX; i++) {
		const uint8_t *next =
		    len ? memmem(bytes, len, ask_next_connection, sizeof(ask_next_connection))
			: NULL;
		size_t mine = next ? (size_t)(next - bytes) : len;

		if (ask_hear(ask, script, bytes, mine) != ASK_AGAIN)
			return;
		len -= mine;
		bytes += mine;
		if (next) {
			bytes += sizeof(ask_next_connection);
			len -= sizeof(ask_next_connection);
		}
	}
}

#endif
