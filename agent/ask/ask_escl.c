/* ScannerCapabilities of eSCL (Mopria Alliance, eSCL 2.97, 9.1) of what announces _uscan or
 * _uscans by DNS-SD. */
#include <string.h>
#include <strings.h>

#include "agent/ask/http_answer.h"
#include "agent/ask/xml.h"
#include "common/check.h"
#include "common/text.h"

static void
on_text(void *arg, const char *path, const char *text)
{
	static const struct {
		const char *path, *key;
	} wanted[] = {
	    {"ScannerCapabilities/MakeAndModel", "make_model"},
	    {"ScannerCapabilities/SerialNumber", "serial"},
	    {"ScannerCapabilities/UUID", "uuid"},
	};
	struct ask *ask = arg;

	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		if (strcmp(path, wanted[i].path) != 0)
			continue;
		if (strncasecmp(text, "urn:uuid:", 9) == 0)
			text += 9;
		ask_add_text(ask, wanted[i].key, text);
	}
}

static bool
wants(const struct ask_known *known, struct ask_place *place)
{
	(void)text_copy(place->path, sizeof(place->path), "/eSCL/ScannerCapabilities");
	if (ask_known_value(known, "mdns", "service", "_uscan._tcp*"))
		return true;
	place->tls = true;
	place->port = 443;
	return ask_known_value(known, "mdns", "service", "_uscans._tcp*") != NULL;
}

static enum ask_verdict
step(struct ask *ask)
{
	struct http_answer answer;
	uint32_t salt;
	int r;

	if (ask->stage == 0) {
		ask->stage = 1;
		http_ask_get(ask, "text/xml");
		return ASK_MORE;
	}
	r = http_answer_read(ask->in.data, ask->in.len, ask->ended, &answer);
	if (r == 0 && !ask->ended)
		return ASK_MORE;
	memcpy(&salt, ask->random, sizeof(salt));
	if (r > 0 && answer.status == 200)
		(void)xml_read(answer.body, answer.body_len, salt, on_text, ask);
	return ASK_DONE;
}

const struct asker asker_escl = {.name = "escl",
    .source = "escl",
    .transport = ASK_TCP,
    .port = 80,
    .timeout_ms = 4000,
    .bytes_max = 48 * 1024,
    .wants = wants,
    .step = step};
