#include "agent/ask/xml_fetch.h"

#include <string.h>
#include <strings.h>

#include "agent/ask/http_answer.h"
#include "agent/ask/xml.h"

struct reading {
	struct ask *ask;
	const struct xml_wanted *wanted;
	size_t n;
};

static const char *
skip(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncasecmp(text, prefix, len) == 0 ? text + len : text;
}

static void
on_text(void *arg, const char *path, const char *text)
{
	const struct reading *reading = arg;

	for (size_t i = 0; i < reading->n; i++) {
		const struct xml_wanted *wanted = &reading->wanted[i];

		if (strcmp(path, wanted->path) != 0)
			continue;
		if (strcmp(wanted->key, "uuid") == 0)
			text = skip(skip(text, "urn:"), "uuid:");
		ask_add_text(reading->ask, wanted->key, text);
	}
}

enum ask_verdict
xml_fetch(struct ask *ask, const char *accept, const struct xml_wanted wanted[], size_t n)
{
	struct reading reading = {ask, wanted, n};
	struct http_answer answer;
	uint32_t salt;
	int r;

	if (ask->stage == 0) {
		ask->stage = 1;
		http_ask_get(ask, accept);
		return ASK_MORE;
	}
	r = http_answer_read(ask->in.data, ask->in.len, ask->ended, &answer);
	if (r == 0 && !ask->ended)
		return ASK_MORE;
	memcpy(&salt, ask->random, sizeof(salt));
	if (r > 0 && answer.status == 200)
		(void)xml_read(answer.body, answer.body_len, salt, on_text, &reading);
	return ASK_DONE;
}
