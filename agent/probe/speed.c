/*
 * A whole throughput test: the first server that answers, its latency while idle,
 * then each direction by speed_run. The server's address is pinned from the first
 * answer on, so that one test is one path and one address family.
 */
#include "agent/probe/speed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "agent/probe/speed_run.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/transfer.h"

enum { SERVERS_MAX = 8, URL_MAX = 512, IDLE_PINGS = 7 };

struct server {
	char url[URL_MAX]; /* without query, without '/' at the end */
	char query[256];
};

struct speed_test {
	struct speed_settings settings; /* its texts are those below */
	char *ca_file, *cert_file, *key_file, *interface;
	struct server servers[SERVERS_MAX];
	size_t n_servers, at_server, at_paths;

	struct speed_place place;
	struct speed_access access;
	struct address address;
	struct transfer *ping;
	double pings_ms[IDLE_PINGS];
	size_t n_pings, n_asked;
	struct speed_run *run;
	unsigned want; /* directions to come */
	uint64_t bytes;

	speed_progress_fn on_progress;
	speed_done_fn on_done;
	void *arg;
	struct speed_result result;
};

/* ---- settings ---- */

/* "host", "//host/x/" and "https://host/x/?key=y" become a URL and a query. */
static int
server_take(const char *text, struct server *ret)
{
	const char *scheme = strncmp(text, "//", 2) == 0 ? "https:"
			     : strstr(text, "://")       ? ""
							 : "https://";
	size_t query = strcspn(text, "?"), len = query;

	while (len > 0 && text[len - 1] == '/')
		len--;
	if (len == 0 || strlen(scheme) + len >= sizeof(ret->url) ||
	    strlen(text + query) > sizeof(ret->query))
		return -EINVAL;
	(void)snprintf(ret->url, sizeof(ret->url), "%s%.*s", scheme, (int)len, text);
	(void)text_copy(ret->query, sizeof(ret->query), text[query] ? text + query + 1 : "");
	return 0;
}

static int
copy_text(char **ret, const char *text)
{
	*ret = text ? strdup(text) : NULL;
	return text && !*ret ? -ENOMEM : 0;
}

static int
settings_take(struct speed_test *t, const struct speed_settings *settings)
{
	t->settings = *settings;
	if (settings->n_servers == 0 || settings->n_servers > SERVERS_MAX)
		return -EINVAL;
	for (t->n_servers = 0; t->n_servers < settings->n_servers; t->n_servers++)
		if (server_take(settings->servers[t->n_servers], &t->servers[t->n_servers]) < 0)
			return -EINVAL;
	if (copy_text(&t->ca_file, settings->ca_file) < 0 ||
	    copy_text(&t->cert_file, settings->cert_file) < 0 ||
	    copy_text(&t->key_file, settings->key_file) < 0 ||
	    copy_text(&t->interface, settings->interface) < 0)
		return -ENOMEM;
	t->access.ca_file = t->ca_file;
	t->access.cert_file = t->cert_file;
	t->access.key_file = t->key_file;
	t->access.interface = t->interface;
	return 0;
}

static void
test_free(struct speed_test *t)
{
	free(t->ca_file);
	free(t->cert_file);
	free(t->key_file);
	free(t->interface);
	free(t);
}

/* A random UUID (RFC 9562, version 4). */
static int
test_id_make(uint8_t id[static 16])
{
	if (getrandom(id, 16, 0) != 16)
		return -errno;
	id[6] = (uint8_t)((id[6] & 0x0f) | 0x40);
	id[8] = (uint8_t)((id[8] & 0x3f) | 0x80);
	return 0;
}

/* ---- the end ---- */

static void
finish(struct speed_test *t, int error)
{
	t->result.error = error;
	if (error < 0 && !t->result.words[0])
		(void)text_copy(t->result.words, sizeof(t->result.words), strerror(-error));
	t->on_done(t->arg, &t->result);
	test_free(t);
}

/* ---- directions ---- */

static void direction_next(struct speed_test *t);

static void
on_outcome(void *arg, const struct speed_outcome *outcome)
{
	struct speed_test *t = arg;
	struct speed_result *result = &t->result;

	t->run = NULL;
	if (outcome->error < 0) {
		(void)text_copy(result->words, sizeof(result->words), outcome->words);
		if (result->n_directions == 0 && t->want == 0) {
			finish(t, outcome->error);
			return;
		}
	} else {
		result->directions[result->n_directions++] = outcome->direction;
		t->bytes += outcome->direction.size_bytes;
	}
	if (outcome->latency_loaded_ms > result->latency_loaded_ms)
		result->latency_loaded_ms = outcome->latency_loaded_ms;
	if (outcome->loss_pct >= 0)
		result->loss_pct = outcome->loss_pct;
	if (outcome->cpu_pct > result->cpu_pct)
		result->cpu_pct = outcome->cpu_pct;
	if (outcome->lan_speed_mbps > 0)
		result->lan_speed_mbps = outcome->lan_speed_mbps;
	if (outcome->congestion[0])
		(void)text_copy(result->congestion_control, sizeof(result->congestion_control),
		    outcome->congestion);
	direction_next(t);
}

static bool
budget_spent(const struct speed_test *t)
{
	return t->settings.budget_bytes > 0 && t->bytes >= t->settings.budget_bytes;
}

static void
direction_next(struct speed_test *t)
{
	bool upload = !(t->want & SPEED_DOWN);
	struct speed_run_settings settings = {
	    .access = t->access,
	    .upload = upload,
	    .mode = t->settings.mode,
	    .target_mbps = t->result.target_mbps[upload],
	    .latency_idle_ms = t->result.latency_idle_ms,
	    .on_progress = t->on_progress,
	    .on_stream = t->settings.on_stream,
	    .progress_arg = t->arg,
	};
	int r;

	if (t->want == 0 || budget_spent(t)) {
		finish(t, t->result.n_directions > 0 ? 0 : -ENODATA);
		return;
	}
	if (t->settings.budget_bytes > 0) /* what is left, shared by what is to come */
		settings.budget_bytes = (t->settings.budget_bytes - t->bytes) /
					(t->want == (SPEED_DOWN | SPEED_UP) ? 2 : 1);
	t->want &= ~(unsigned)(upload ? SPEED_UP : SPEED_DOWN);
	r = speed_run_start(&settings, on_outcome, t, &t->run);
	if (r < 0)
		finish(t, r);
}

/* ---- idle latency ---- */

static void idle_ping(struct speed_test *t);

static void
on_idle_pong(void *arg, const struct transfer_result *result)
{
	struct speed_test *t = arg;
	double ms = speed_ping_ms(&t->access, result);

	t->ping = NULL;
	if (result->error == -ECANCELED)
		return;
	if (ms >= 0 && t->n_asked > 1) /* the first one opened the connection */
		t->pings_ms[t->n_pings++] = ms;
	if (t->n_asked < IDLE_PINGS) {
		idle_ping(t);
		return;
	}
	t->result.latency_idle_ms = speed_median(t->pings_ms, t->n_pings);
	direction_next(t);
}

static void
idle_ping(struct speed_test *t)
{
	int r;

	t->n_asked++;
	r = speed_ping(&t->access, on_idle_pong, t, &t->ping);
	if (r < 0)
		finish(t, r);
}

/* ---- which server ---- */

static void candidate_ask(struct speed_test *t);

/* The next one to try; false when there is none. */
static bool
candidate_next(struct speed_test *t, bool server_answered)
{
	if (server_answered && ++t->at_paths < t->access.backend->n_paths)
		return true;
	t->at_paths = 0;
	return ++t->at_server < t->n_servers;
}

static void
candidate_note(struct speed_test *t, const struct transfer_result *result)
{
	const char *url = t->servers[t->at_server].url;

	if (result->error < 0)
		(void)snprintf(t->result.words, sizeof(t->result.words),
		    "could not reach '%.100s': %.120s", url, result->words);
	else
		(void)snprintf(t->result.words, sizeof(t->result.words),
		    "'%.100s' is no %s server: status %ld", url, t->access.backend->name,
		    result->status);
}

static void
on_candidate(void *arg, const struct transfer_result *result)
{
	struct speed_test *t = arg;

	t->ping = NULL;
	if (result->error == -ECANCELED)
		return;
	if (speed_ping_ms(&t->access, result) < 0) {
		candidate_note(t, result);
		if (candidate_next(t, result->error == 0))
			candidate_ask(t);
		else
			finish(t, result->error < 0 ? result->error : -EPROTO);
		return;
	}
	t->result.words[0] = '\0';
	t->address = t->result.server_address = result->peer;
	if (t->address.family != ADDRESS_NONE)
		t->access.address = &t->address;
	(void)text_copy(
	    t->result.server, sizeof(t->result.server), t->servers[t->at_server].url);
	idle_ping(t);
}

static void
candidate_ask(struct speed_test *t)
{
	int r;

	t->place.server = t->servers[t->at_server].url;
	t->place.query = t->servers[t->at_server].query;
	t->place.paths = &t->access.backend->paths[t->at_paths];
	r = speed_ping(&t->access, on_candidate, t, &t->ping);
	if (r < 0)
		finish(t, r);
}

/* ---- start ---- */

static int
test_prepare(struct speed_test *t, const struct speed_settings *settings)
{
	struct speed_result *result = &t->result;
	int r = settings_take(t, settings);

	if (r < 0)
		return r;
	t->access.backend = speed_backend_find(settings->backend);
	t->access.place = &t->place;
	t->want = settings->want ? settings->want : SPEED_DOWN | SPEED_UP;
	if (!t->access.backend)
		return -EINVAL;
	r = test_id_make(result->test_id);
	if (r < 0)
		return r;
	text_uuid(t->place.test_id, result->test_id);
	result->started_ms = clock_wall_ms();
	(void)text_copy(result->backend, sizeof(result->backend), t->access.backend->name);
	result->mode = settings->mode;
	result->target_mbps[0] = settings->target_down_mbps;
	result->target_mbps[1] = settings->target_up_mbps;
	result->latency_idle_ms = result->latency_loaded_ms = result->loss_pct = -1;
	return 0;
}

int
speed_start(struct loop *loop, struct transfers *transfers,
    const struct speed_settings *settings, speed_progress_fn on_progress, speed_done_fn on_done,
    void *arg, struct speed_test **ret)
{
	struct speed_test *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return -ENOMEM;
	t->access.loop = loop;
	t->access.transfers = transfers;
	t->on_progress = on_progress;
	t->on_done = on_done;
	t->arg = arg;
	r = test_prepare(t, settings);
	if (r == 0) {
		t->place.server = t->servers[0].url;
		t->place.query = t->servers[0].query;
		t->place.paths = t->access.backend->paths;
		r = speed_ping(&t->access, on_candidate, t, &t->ping);
	}
	if (r < 0) {
		test_free(t);
		return r;
	}
	*ret = t;
	return 0;
}

void
speed_cancel(struct speed_test *t)
{
	if (!t)
		return;
	transfer_cancel(t->ping);
	speed_run_cancel(t->run);
	t->run = NULL;
	finish(t, -ECANCELED);
}
