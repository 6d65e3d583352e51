/* The identification string of SSH (RFC 4253 4.2), which the server says first. Nothing is said
 * to it. */
#include <string.h>

#include "agent/ask/ask.h"

enum { SSH_PORT = 22, LINES_MAX = 16 };

static enum ask_verdict
step(struct ask *ask)
{
	/* Other lines may come before it. */
	while (ask->in.len > 0 && ask->stage < LINES_MAX) {
		const uint8_t *end = memchr(ask->in.data, '\n', ask->in.len);
		size_t len = end ? (size_t)(end - ask->in.data) : ask->in.len;

		if (!end && !ask->ended)
			return ASK_MORE;
		if (len >= 4 && memcmp(ask->in.data, "SSH-", 4) == 0) {
			ask_add(ask, "banner", ask->in.data, len);
			return ASK_DONE;
		}
		ask_consume(ask, len + !!end);
		ask->stage++;
	}
	return ask->ended || ask->stage == LINES_MAX ? ASK_DONE : ASK_MORE;
}

const struct asker asker_ssh = {.name = "ssh",
    .source = "ssh",
    .transport = ASK_TCP,
    .port = SSH_PORT,
    .timeout_ms = 2000,
    .bytes_max = 1024,
    .wants = ask_wants_computer,
    .step = step};
