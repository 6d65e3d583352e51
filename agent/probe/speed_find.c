/* The server of a throughput test: see speed_find.h. The address of the first good answer is
 * pinned, so that one test is one path and one address family. */
#include "agent/probe/speed_find.h"
#include "agent/probe/speed_proxy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/transfer.h"

enum { IDLE_PINGS = 7, IDLE_HANDSHAKES = 3 };

struct speed_find {
	struct speed_access access; /* its place and address are those below */
	const struct speed_server *servers;
	size_t n_servers, at_server;
	struct speed_place places[SPEED_PLACES_MAX];
	size_t n_places, at_place;
	bool told; /* the places are an answer's, and maybe on several hosts */
	char test_id[37];
	struct address address;
	struct loop_event *timer; /* ends the search from the loop */
	struct transfer *ping;
	char cipher[48];
	double pings_ms[IDLE_PINGS];
	size_t n_pings, n_asked;
	int error;
	char words[256];
	void (*on_done)(void *arg, const struct speed_found *found);
	void *arg;
};

static void
find_free(struct speed_find *f)
{
	transfer_cancel(f->ping);
	loop_event_free(f->timer);
	free(f);
}

/* What was named, or the scheme and host of what somebody else named. */
static void
url_name(const struct speed_find *f, char *ret, size_t size)
{
	const char *url = f->told ? f->access.place->download : f->servers[f->at_server].url;
	const char *host = strstr(url, "://");
	size_t len =
	    f->told && host ? (size_t)(host - url) + 3 + strcspn(host + 3, "/?") : strlen(url);

	(void)snprintf(ret, size, "%.*s", (int)len, url);
}

static void
on_end(void *arg)
{
	struct speed_find *f = arg;
	struct speed_found found = {
	    .error = f->error,
	    .words = f->words,
	    .server = &f->servers[f->at_server],
	    .place = f->access.place,
	    .address = f->address,
	    .idle_ms = speed_median(f->pings_ms, f->n_pings),
	    .cipher = f->cipher,
	};

	if (f->error == 0)
		url_name(f, found.url, sizeof(found.url));
	f->on_done(f->arg, &found);
	find_free(f);
}

static void
end(struct speed_find *f, int error)
{
	f->error = error;
	if (error < 0 && !f->words[0])
		(void)text_copy(f->words, sizeof(f->words), strerror(-error));
	(void)loop_timer_set(f->timer, 0);
}

/* ---- idle latency ---- */

static void idle_ping(struct speed_find *f);

static void
on_idle_pong(void *arg, const struct transfer_result *result)
{
	struct speed_find *f = arg;
	double ms = speed_ping_ms(&f->access, result);

	f->ping = NULL;
	if (result->error == -ECANCELED)
		return;
	/* The first request opened the connection. */
	if (ms >= 0 && (f->n_asked > 1 || f->access.backend->handshakes))
		f->pings_ms[f->n_pings++] = ms;
	if (f->n_asked < (f->access.backend->handshakes ? IDLE_HANDSHAKES : IDLE_PINGS))
		idle_ping(f);
	else
		end(f, 0);
}

static void
idle_ping(struct speed_find *f)
{
	int r;

	f->n_asked++;
	r = speed_ping(&f->access, SPEED_PING_KEPT, on_idle_pong, f, &f->ping);
	if (r < 0)
		end(f, r);
}

/* ---- which server ---- */

static int place_ask(struct speed_find *f);
static void next_or_end(struct speed_find *f, bool server_answered, int error);

static int
places_make(struct speed_find *f, const void *answer, size_t len)
{
	const struct speed_server *server = &f->servers[f->at_server];

	f->at_place = f->n_places = 0;
	f->told = answer != NULL;
	return f->access.backend->places(server, answer, len, f->places, &f->n_places);
}

static void
failure_note(struct speed_find *f, const struct transfer_result *result)
{
	const char *url = f->servers[f->at_server].url;

	if (result->error < 0)
		(void)snprintf(f->words, sizeof(f->words), "could not reach '%.100s': %.120s",
		    url, result->words);
	else if (result->retry_after_s > 0)
		(void)snprintf(f->words, sizeof(f->words),
		    "'%.100s' has no room: status %ld, come again after %ld s", url,
		    result->status, result->retry_after_s);
	else
		(void)snprintf(f->words, sizeof(f->words),
		    "'%.100s' is no %s server: status %ld", url, f->access.backend->name,
		    result->status);
}

static void
on_answer(void *arg, const struct transfer_result *result)
{
	struct speed_find *f = arg;
	int r = -EPROTO;

	f->ping = NULL;
	if (result->error == -ECANCELED)
		return;
	if (result->error == 0 && result->status == 200)
		r = places_make(f, result->body, result->body_len);
	if (r == 0)
		r = place_ask(f);
	if (r < 0) {
		failure_note(f, result);
		next_or_end(f, false, result->error < 0 ? result->error : -EPROTO);
	}
}

static int
server_ask(struct speed_find *f)
{
	struct transfer_request request = speed_request(&f->access);
	const struct speed_backend *backend = f->access.backend;
	struct bytes url = bytes_new(SPEED_URL_SIZE);
	int r = -ENOENT;

	if (backend->question)
		r = backend->question(&f->servers[f->at_server], &url);
	if (r == -ENOENT) {
		r = places_make(f, NULL, 0);
		return r < 0 ? r : place_ask(f);
	}
	request.url = (const char *)url.data;
	request.on_done = on_answer;
	request.arg = f;
	if (r == 0)
		r = transfer_start(f->access.transfers, &request, &f->ping);
	bytes_clear(&url);
	return r;
}

/* The next one to try. -ENOENT when there is none. */
static int
place_next(struct speed_find *f, bool server_answered)
{
	if (server_answered && ++f->at_place < f->n_places)
		return place_ask(f);
	if (f->at_server + 1 == f->n_servers)
		return -ENOENT;
	f->at_server++;
	return server_ask(f);
}

static void
next_or_end(struct speed_find *f, bool server_answered, int error)
{
	int r = place_next(f, server_answered);

	if (r < 0)
		end(f, r == -ENOENT ? error : r);
}

/* It answered as a server should, but there is somebody else in between. */
static bool
proxied(struct speed_find *f, const struct transfer_result *result)
{
	char tells[64];

	if (!speed_proxy_tells(result->headers, tells, sizeof(tells)))
		return false;
	(void)snprintf(f->words, sizeof(f->words),
	    "a proxy answers for '%.100s' ('%s'): that would not measure the line",
	    f->servers[f->at_server].url, tells);
	return true;
}

static void
on_pong(void *arg, const struct transfer_result *result)
{
	struct speed_find *f = arg;
	double ms = speed_ping_ms(&f->access, result);

	f->ping = NULL;
	if (result->error == -ECANCELED)
		return;
	(void)text_copy(f->cipher, sizeof(f->cipher), result->cipher);
	if (ms >= 0 && proxied(f, result)) {
		next_or_end(f, false, -EPROTO);
		return;
	}
	if (ms >= 0) {
		f->words[0] = '\0';
		f->address = result->peer;
		if (f->address.family != ADDRESS_NONE)
			f->access.address = &f->address;
		idle_ping(f);
		return;
	}
	failure_note(f, result);
	next_or_end(
	    f, result->error == 0 || f->told, result->error < 0 ? result->error : -EPROTO);
}

static int
place_ask(struct speed_find *f)
{
	struct speed_place *place = &f->places[f->at_place];

	(void)text_copy(place->test_id, sizeof(place->test_id), f->test_id);
	f->access.place = place;
	if (!place->ping[0]) {
		end(f, 0);
		return 0;
	}
	return speed_ping(&f->access, SPEED_PING_KEPT, on_pong, f, &f->ping);
}

int
speed_find_start(const struct speed_access *access, const struct speed_server servers[],
    size_t count, const char *test_id,
    void (*on_done)(void *arg, const struct speed_found *found), void *arg,
    struct speed_find **ret)
{
	struct speed_find *f = calloc(1, sizeof(*f));
	int r;

	if (!f)
		return -ENOMEM;
	f->access = *access;
	f->access.address = NULL;
	f->servers = servers;
	f->n_servers = count;
	f->on_done = on_done;
	f->arg = arg;
	(void)text_copy(f->test_id, sizeof(f->test_id), test_id);
	r = loop_timer(access->loop, on_end, f, &f->timer);
	if (r == 0)
		r = server_ask(f);
	if (r < 0) {
		find_free(f);
		return r;
	}
	*ret = f;
	return 0;
}

void
speed_find_cancel(struct speed_find *f)
{
	if (f)
		find_free(f);
}
