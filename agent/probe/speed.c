/*
 * A whole throughput test: the first server that answers (speed_find.h), then each
 * direction by speed_run.
 */
#include "agent/probe/speed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "agent/probe/speed_find.h"
#include "agent/probe/speed_run.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"

enum { SERVERS_MAX = 8, URL_MAX = 512 };

struct server {
	char url[URL_MAX], query[256];
};

struct speed_test {
	struct speed_settings settings; /* its texts are those below */
	char *ca_file, *cert_file, *key_file, *interface;
	struct server texts[SERVERS_MAX];
	struct speed_server servers[SERVERS_MAX];
	size_t n_servers;

	struct speed_place place;
	struct speed_access access;
	struct address address;
	struct speed_find *find;
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
	for (t->n_servers = 0; t->n_servers < settings->n_servers; t->n_servers++) {
		struct server *texts = &t->texts[t->n_servers];

		if (server_take(settings->servers[t->n_servers], texts) < 0)
			return -EINVAL;
		t->servers[t->n_servers] = (struct speed_server){texts->url, texts->query};
	}
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

/* ---- which server ---- */

static void
on_found(void *arg, const struct speed_found *found)
{
	struct speed_test *t = arg;

	t->find = NULL;
	if (found->error < 0) {
		(void)text_copy(t->result.words, sizeof(t->result.words), found->words);
		finish(t, found->error);
		return;
	}
	t->place = *found->place;
	t->address = t->result.server_address = found->address;
	if (t->address.family != ADDRESS_NONE)
		t->access.address = &t->address;
	t->result.latency_idle_ms = found->idle_ms;
	(void)text_copy(t->result.server, sizeof(t->result.server), found->server->url);
	direction_next(t);
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
	char test_id[37];
	int r;

	if (!t)
		return -ENOMEM;
	t->access.loop = loop;
	t->access.transfers = transfers;
	t->on_progress = on_progress;
	t->on_done = on_done;
	t->arg = arg;
	r = test_prepare(t, settings);
	text_uuid(test_id, t->result.test_id);
	if (r == 0)
		r = speed_find_start(
		    &t->access, t->servers, t->n_servers, test_id, on_found, t, &t->find);
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
	speed_find_cancel(t->find);
	speed_run_cancel(t->run);
	t->run = NULL;
	finish(t, -ECANCELED);
}
