/*
 * The page of port 80, else 443: title, Server and realm, and the certificate of
 * 443. RFC 9110, 9112. One redirection within the host is followed; what the page
 * links to is not fetched.
 */
#include <string.h>
#include <strings.h>

#include "agent/ask/http_answer.h"
#include "agent/ask/url.h"
#include "common/text.h"

enum {
	STATUS_OK = 200,
	HTTP_PORT = 80,
	HTTPS_PORT = 443,
	TITLE_BYTES_MAX = 512,
	PAGE_BYTES_MAX = 24 * 1024
};
enum { STAGE_ASK, STAGE_ASKED, STAGE_ASK_AGAIN, STAGE_ASKED_AGAIN };

/* The place behind the first `word` at or behind *at, without case; NULL. */
static const char *
find(const char *at, const char *end, const char *word)
{
	size_t len = strlen(word);

	for (; at && (size_t)(end - at) >= len; at++)
		if (strncasecmp(at, word, len) == 0)
			return at + len;
	return NULL;
}

/* The characters that a title is likely to have by name. */
static size_t
decode_entities(char *text, size_t len)
{
	static const struct {
		const char *name;
		char is;
	} entities[] = {
	    {"&amp;", '&'},
	    {"&lt;", '<'},
	    {"&gt;", '>'},
	    {"&quot;", '"'},
	    {"&#39;", '\''},
	    {"&nbsp;", ' '},
	    {"&reg;", ' '},
	    {"&trade;", ' '},
	};
	size_t to = 0;

	for (size_t from = 0; from < len;) {
		size_t taken = 0;

		for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]) && !taken; i++) {
			size_t n = strlen(entities[i].name);

			if (n <= len - from &&
			    strncasecmp(text + from, entities[i].name, n) == 0) {
				text[to++] = entities[i].is;
				taken = n;
			}
		}
		if (!taken) {
			text[to++] = text[from];
			taken = 1;
		}
		from += taken;
	}
	return to;
}

static void
add_title(struct ask *ask, const struct http_answer *answer)
{
	const char *at = (const char *)answer->body, *end = at + answer->body_len, *stop;
	char title[TITLE_BYTES_MAX];
	size_t len;

	at = find(at, end, "<title");
	if (at)
		at = memchr(at, '>', (size_t)(end - at));
	if (!at)
		return;
	at++;
	stop = memchr(at, '<', (size_t)(end - at));
	len = (size_t)((stop ? stop : end) - at);
	if (len > sizeof(title))
		len = sizeof(title);
	memcpy(title, at, len);
	ask_add(ask, "title", title, decode_entities(title, len));
}

/* realm="..." of WWW-Authenticate (RFC 9110 11.6.1). */
static void
add_realm(struct ask *ask, const struct http_answer *answer)
{
	struct http_span offered = http_answer_header(answer, "www-authenticate");
	const char *at, *end, *stop;

	if (offered.len == 0)
		return;
	end = offered.at + offered.len;
	at = find(offered.at, end, "realm=\"");
	if (!at)
		return;
	stop = memchr(at, '"', (size_t)(end - at));
	if (stop)
		ask_add(ask, "realm", at, (size_t)(stop - at));
}

/* True when the page is elsewhere on this host and port: it is asked there next. */
static bool
redirect(struct ask *ask, const struct http_answer *answer)
{
	struct http_span to = http_answer_header(answer, "location");
	struct ask_place place = ask->place;
	char url[ASK_PATH_BYTES];

	if (answer->status < 300 || answer->status > 399 || to.len == 0 ||
	    to.len >= sizeof(url))
		return false;
	(void)text_clean(url, sizeof(url), to.at, to.len);
	if (url[0] == '/' && url[1] != '/' && !strpbrk(url, " \"<>")) {
		(void)text_copy(place.path, sizeof(place.path), url);
	} else if (url_place(url, &ask->known->ip, &place) < 0 ||
		   place.port != ask->place.port || place.tls != ask->place.tls) {
		ask_add_text(ask, "redirect", url);
		return false;
	}
	if (ask->stage == STAGE_ASKED_AGAIN || strcmp(place.path, ask->place.path) == 0)
		return false;
	ask->place = place;
	return true;
}

static enum ask_verdict
step(struct ask *ask)
{
	struct http_span server;
	struct http_answer answer;
	int r;

	if (ask->stage == STAGE_ASK || ask->stage == STAGE_ASK_AGAIN) {
		ask_add_text(ask, "cert", ask->certificate);
		/* The certificate was all that was still to be learnt. */
		if (ask->place.tls && ask_known_value(ask->known, "http", "title", "?*"))
			return ASK_DONE;
		ask->stage++;
		http_ask_get(ask, "text/html");
		return ASK_MORE;
	}
	r = http_answer_read(ask->in.data, ask->in.len, ask->ended, &answer);
	if (r <= 0)
		return r < 0 || ask->ended ? ASK_DONE : ASK_MORE;
	server = http_answer_header(&answer, "server");
	ask_add(ask, "server", server.at, server.len);
	add_realm(ask, &answer);
	if (redirect(ask, &answer)) {
		ask->stage = STAGE_ASK_AGAIN;
		return ASK_AGAIN;
	}
	if (answer.status ==
	    STATUS_OK) /* what other pages are called says nothing of the device */
		add_title(ask, &answer);
	return ASK_DONE;
}

static bool
wants_tls(const struct ask_known *known, struct ask_place *place)
{
	(void)known;
	place->tls = true;
	return true;
}

const struct asker asker_http = {.name = "http",
    .source = "http",
    .transport = ASK_TCP,
    .port = HTTP_PORT,
    .timeout_ms = 3000,
    .bytes_max = PAGE_BYTES_MAX,
    .step = step};

const struct asker asker_https = {.name = "https",
    .source = "http",
    .transport = ASK_TCP,
    .port = HTTPS_PORT,
    .timeout_ms = 4000,
    .bytes_max = PAGE_BYTES_MAX,
    .wants = wants_tls,
    .step = step};
