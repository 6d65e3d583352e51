/*
 * A whole throughput test: the first server that answers (speed_find.h), then each
 * direction in the steps of its plan (common/speed/plan.h), each by speed_run, judged
 * with what the machine and the router counted meanwhile.
 */
#include "agent/probe/speed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "agent/probe/line.h"
#include "agent/probe/speed_find.h"
#include "agent/probe/speed_record.h"
#include "agent/probe/speed_run.h"
#include "common/check.h"
#include "common/cipher.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"

enum { SERVERS_MAX = 8, URL_MAX = 512 };

struct server {
	char url[URL_MAX], query[256];
};

/* A server that answered. */
struct site {
	struct speed_place place;
	struct address address;
	double idle_ms;
	double cipher_mbps; /* of this machine; 0: none, or not known */
	char url[URL_MAX];
	bool found;
};

struct speed_test {
	struct speed_settings settings; /* its texts are those below */
	char *ca_file, *cert_file, *key_file, *interface;
	struct server texts[SERVERS_MAX];
	struct speed_server servers[SERVERS_MAX];
	size_t n_servers;

	char test_id[37];
	struct speed_access access;
	struct site sites[2]; /* the first that answered, and another */
	size_t others_at;     /* of servers: those that may be the other */
	struct speed_find *find;
	struct speed_run *run;
	struct speed_record_ask *record;
	unsigned want; /* directions to come */
	bool upload;   /* the one under way */
	struct speed_plan plan;
	struct speed_step step;
	size_t first_step; /* of the direction, in the result */
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
	t->access.family = settings->family;
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
	if (error == 0)
		t->result.words[0] = '\0';
	if (error < 0 && !t->result.words[0])
		(void)text_copy(t->result.words, sizeof(t->result.words), strerror(-error));
	t->on_done(t->arg, &t->result);
	test_free(t);
}

/* ---- directions ---- */

static void direction_next(struct speed_test *t);
static void step_next(struct speed_test *t);

void
speed_direction_judge(struct speed_direction *d)
{
	const struct speed_kept kept = {.sample_bytes = d->sample_bytes,
	    .n_samples = d->n_samples,
	    .sender_bytes = d->sender_bytes,
	    .n_sender = d->n_sender,
	    .sample_us = d->sample_us,
	    .sample_ms = SPEED_SAMPLE_MS,
	    .first_sample = d->first_sample,
	    .queued_sample = d->queued_sample,
	    .ip_per_payload = d->ip_per_payload,
	    .target_mbps = d->target_mbps,
	    .line_mbps = d->line_mbps,
	    .limits = d->limits};
	struct speed_ruled ruled;

	CHECK(speed_kept_judge(&kept, &ruled));
	d->verdict = ruled.judgement.verdict;
	d->confidence = ruled.judgement.confidence;
	d->cause = ruled.judgement.cause;
	d->ip_mbps = ruled.rate.ip_mbps;
	d->goodput_mbps = ruled.rate.goodput_mbps;
	d->duration_s = ruled.rate.duration_s;
	d->warmup_samples = ruled.rate.warmup_samples;
}

static void
result_add(struct speed_result *result, const struct speed_outcome *outcome)
{
	if (outcome->latency_loaded_ms > result->latency_loaded_ms)
		result->latency_loaded_ms = outcome->latency_loaded_ms;
	if (outcome->loss_pct >= 0)
		result->loss_pct = outcome->loss_pct;
	if (outcome->direction.limits.cpu_pct > result->cpu_pct)
		result->cpu_pct = outcome->direction.limits.cpu_pct;
	if (outcome->direction.limits.lan_speed_mbps > 0)
		result->lan_speed_mbps = outcome->direction.limits.lan_speed_mbps;
	if (outcome->congestion[0])
		(void)text_copy(result->congestion_control, sizeof(result->congestion_control),
		    outcome->congestion);
}

/* The step is over; d: what it measured, judged, or NULL. */
static void
step_end(struct speed_test *t, const struct speed_direction *d)
{
	struct speed_finding finding = {.step = t->step, .measured = d != NULL};

	if (d) {
		finding.judgement =
		    (struct speed_judgement){d->verdict, d->confidence, d->cause};
		finding.ip_mbps = d->ip_mbps;
		finding.size_bytes = d->size_bytes;
	}
	speed_plan_note(&t->plan, &finding);
	step_next(t);
}

static void
on_record(void *arg, const struct speed_server_part *server)
{
	struct speed_test *t = arg;
	struct speed_direction *d = &t->result.steps[t->result.n_steps - 1];

	t->record = NULL;
	if (server) {
		d->limits.server_cpu_pct = server->cpu_pct;
		d->limits.server_rwnd_limited = server->rwnd_limited;
		d->limits.server_sndbuf_limited = server->sndbuf_limited;
		speed_direction_judge(d);
	}
	step_end(t, d);
}

static struct speed_access
site_access(const struct speed_test *t, const struct site *site)
{
	struct speed_access access = t->access;

	access.place = &site->place;
	access.address = site->address.family != ADDRESS_NONE ? &site->address : NULL;
	return access;
}

static struct speed_direction *
step_take(struct speed_test *t, const struct speed_outcome *outcome)
{
	struct speed_result *result = &t->result;
	struct speed_direction *d = &result->steps[result->n_steps++];
	const struct site *site = &t->sites[t->step.other_server];

	*d = outcome->direction;
	(void)text_copy(d->server, sizeof(d->server), site->url);
	d->limits.cipher_mbps = site->cipher_mbps;
	d->line_mbps =
	    line_between_mbps(t->settings.line, t->upload, outcome->from_us, outcome->to_us);
	d->target_mbps = result->target_mbps[t->upload];
	speed_direction_judge(d);
	t->bytes += d->size_bytes;
	result_add(result, outcome);
	return d;
}

static void
on_outcome(void *arg, const struct speed_outcome *outcome)
{
	struct speed_test *t = arg;
	struct speed_access access = site_access(t, &t->sites[t->step.other_server]);
	struct speed_direction *d = NULL;

	t->run = NULL;
	line_watch(t->settings.line, false);
	if (t->settings.on_run)
		t->settings.on_run(t->arg, &outcome->direction);
	if (outcome->error == 0) {
		d = step_take(t, outcome);
	} else {
		(void)text_copy(t->result.words, sizeof(t->result.words), outcome->words);
		t->result.error = outcome->error;
	}
	/* Before the provider is blamed, the server says what it saw. */
	if (!d || d->verdict != SPEED_FAIL_ISP ||
	    speed_record_start(&access, t->upload, on_record, t, &t->record) < 0)
		step_end(t, d);
}

static void
step_run(struct speed_test *t)
{
	struct site *site = &t->sites[t->step.other_server];
	struct speed_run_settings settings = {
	    .access = site_access(t, site),
	    .upload = t->upload,
	    .step = t->step,
	    .target_mbps = t->result.target_mbps[t->upload],
	    .latency_idle_ms = site->idle_ms,
	    .on_progress = t->on_progress,
	    .on_stream = t->settings.on_stream,
	    .progress_arg = t->arg,
	};
	int r;

	settings.budget_bytes = speed_plan_left_bytes(&t->plan);
	r = speed_run_start(&settings, on_outcome, t, &t->run);
	if (r < 0)
		finish(t, r);
	else
		line_watch(t->settings.line, true);
}

/* The direction has its last step: the one that decided tells, with the verdict of all. */
static void
direction_end(struct speed_test *t)
{
	struct speed_judgement j = speed_plan_conclude(&t->plan);
	struct speed_result *result = &t->result;
	struct speed_direction *d;

	if (result->n_steps > t->first_step) { /* what was measured last decides */
		d = &result->directions[result->n_directions++];
		*d = result->steps[result->n_steps - 1];
		d->verdict = j.verdict;
		d->confidence = j.confidence;
		d->cause = j.cause;
		if (d->line_mbps >= 0)
			result->cross_traffic_mbps =
			    d->line_mbps > d->ip_mbps ? d->line_mbps - d->ip_mbps : 0;
	}
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
	struct speed_result *result = &t->result;
	bool upload = !(t->want & SPEED_DOWN);

	if (t->want == 0 || budget_spent(t)) {
		if (result->n_directions > 0)
			finish(t, 0);
		else
			finish(t, result->error < 0 ? result->error : -ENODATA);
		return;
	}
	t->upload = upload;
	t->first_step = result->n_steps;
	t->plan = (struct speed_plan){.capacity = t->settings.mode == SPEED_CAPACITY,
	    .target_mbps = result->target_mbps[upload],
	    .streams_first = t->access.backend->streams_first,
	    .streams_max = t->access.backend->streams_max,
	    .has_other_server = t->sites[1].found || t->others_at < t->n_servers};
	if (t->settings.budget_bytes > 0) /* what is left, shared by what is to come */
		t->plan.budget_bytes = (t->settings.budget_bytes - t->bytes) /
				       (t->want == (SPEED_DOWN | SPEED_UP) ? 2 : 1);
	t->want &= ~(unsigned)(upload ? SPEED_UP : SPEED_DOWN);
	step_next(t);
}

/* ---- which server ---- */

static void
site_take(struct site *site, const struct speed_found *found)
{
	*site = (struct site){.place = *found->place,
	    .address = found->address,
	    .idle_ms = found->idle_ms,
	    .cipher_mbps = cipher_mbps(found->cipher),
	    .found = true};
	(void)text_copy(site->url, sizeof(site->url), found->url);
}

static void
on_other_found(void *arg, const struct speed_found *found)
{
	struct speed_test *t = arg;
	struct speed_finding finding = {.step = t->step};

	t->find = NULL;
	t->others_at = t->n_servers;
	if (found->error == 0) {
		site_take(&t->sites[1], found);
		step_run(t);
		return;
	}
	speed_plan_note(&t->plan, &finding);
	step_next(t);
}

static void
step_next(struct speed_test *t)
{
	int r;

	if (!speed_plan_next(&t->plan, &t->step)) {
		direction_end(t);
		return;
	}
	if (!t->step.other_server || t->sites[1].found) {
		step_run(t);
		return;
	}
	r = speed_find_start(&t->access, t->servers + t->others_at, t->n_servers - t->others_at,
	    t->test_id, on_other_found, t, &t->find);
	if (r < 0)
		finish(t, r);
}

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
	site_take(&t->sites[0], found);
	(void)text_copy(t->result.cipher, sizeof(t->result.cipher), found->cipher);
	t->others_at = (size_t)(found->server - t->servers) + 1;
	t->result.server_address = found->address;
	t->result.latency_idle_ms = found->idle_ms;
	(void)text_copy(t->result.server, sizeof(t->result.server), found->url);
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
	result->cross_traffic_mbps = -1;
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
	text_uuid(t->test_id, t->result.test_id);
	if (r == 0)
		r = speed_find_start(
		    &t->access, t->servers, t->n_servers, t->test_id, on_found, t, &t->find);
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
	speed_record_cancel(t->record);
	if (t->run && t->settings.on_run)
		t->settings.on_run(
		    t->arg, &(struct speed_direction){.size_bytes = speed_run_bytes(t->run)});
	speed_run_cancel(t->run);
	t->run = NULL;
	line_watch(t->settings.line, false);
	finish(t, -ECANCELED);
}
