/* The server of a throughput test: see speed_find.h. The address of the first good answer is
 * pinned, so that one test is one path and one address family. */
#include "agent/probe/speed_find.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/loop.h"
#include "common/text.h"
#include "common/transfer.h"

enum { IDLE_PINGS = 7 };

struct speed_find {
	struct speed_access access; /* its place and address are those below */
	const struct speed_server *servers;
	size_t n_servers, at_server;
	struct speed_place places[SPEED_PLACES_MAX];
	size_t n_places, at_place;
	char test_id[37];
	struct address address;
	struct loop_event *timer; /* ends the search from the loop */
	struct transfer *ping;
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
	};

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
	if (ms >= 0 && f->n_asked > 1) /* the first one opened the connection */
		f->pings_ms[f->n_pings++] = ms;
	if (f->n_asked < IDLE_PINGS)
		idle_ping(f);
	else
		end(f, 0);
}

static void
idle_ping(struct speed_find *f)
{
	int r;

	f->n_asked++;
	r = speed_ping(&f->access, on_idle_pong, f, &f->ping);
	if (r < 0)
		end(f, r);
}

/* ---- which server ---- */

static int place_ask(struct speed_find *f);

static int
server_ask(struct speed_find *f)
{
	int r = f->access.backend->places(&f->servers[f->at_server], f->places, &f->n_places);

	f->at_place = 0;
	return r < 0 ? r : place_ask(f);
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
failure_note(struct speed_find *f, const struct transfer_result *result)
{
	const char *url = f->servers[f->at_server].url;

	if (result->error < 0)
		(void)snprintf(f->words, sizeof(f->words), "could not reach '%.100s': %.120s",
		    url, result->words);
	else
		(void)snprintf(f->words, sizeof(f->words),
		    "'%.100s' is no %s server: status %ld", url, f->access.backend->name,
		    result->status);
}

static void
on_pong(void *arg, const struct transfer_result *result)
{
	struct speed_find *f = arg;
	int r;

	f->ping = NULL;
	if (result->error == -ECANCELED)
		return;
	if (speed_ping_ms(&f->access, result) >= 0) {
		f->words[0] = '\0';
		f->address = result->peer;
		if (f->address.family != ADDRESS_NONE)
			f->access.address = &f->address;
		idle_ping(f);
		return;
	}
	failure_note(f, result);
	r = place_next(f, result->error == 0);
	if (r == -ENOENT)
		end(f, result->error < 0 ? result->error : -EPROTO);
	else if (r < 0)
		end(f, r);
}

static int
place_ask(struct speed_find *f)
{
	struct speed_place *place = &f->places[f->at_place];

	(void)text_copy(place->test_id, sizeof(place->test_id), f->test_id);
	f->access.place = place;
	return speed_ping(&f->access, on_pong, f, &f->ping);
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
