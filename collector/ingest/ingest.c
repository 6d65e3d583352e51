/*
 * The listener's half of taking reports in: type, inflation and framing are judged
 * on its thread, at once, so that nonsense never reaches the queue. An answer
 * leaves only when the reports it names are committed or kept aside.
 */
#include "collector/ingest/ingest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/http/metrics.h"
#include "collector/ingest/answer.h"
#include "collector/ingest/clerk.h"
#include "collector/ingest/committer.h"
#include "collector/ingest/policy.h"
#include "collector/ingest/queue.h"
#include "collector/store/store.h"
#include "common/arena.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/text.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/exchange.pb-c.h"

enum { HEARTBEAT_ARENA_BYTES = 8 * 1024, QUEUE_READY_PCT = 80 };

struct ingest {
	struct ingest_config config;
	struct queue *queue;
	struct policies *policies;
	struct committer *committers[QUEUE_LANES];
};

/* ---------------------------------------------------------------- what to run */

struct refreshing {
	struct ingest *ingest;
	struct http_agent agent;
};

static int
refresh(struct store *store, void *work)
{
	struct refreshing *refreshing = work;
	int r = store ? policies_refresh(refreshing->ingest->policies, store,
			    &refreshing->agent, clock_boot_ms())
		      : 0;

	free(refreshing);
	return r;
}

/* The version to name in an answer; when it is old, the clerk is sent for a new one. */
static void
version_of(
    struct ingest *ingest, const struct http_agent *agent, char ret[static POLICY_VERSION_SIZE])
{
	struct refreshing *refreshing;

	if (!policies_version(ingest->policies, agent->school_code, clock_boot_ms(), ret))
		return;
	refreshing = calloc(1, sizeof(*refreshing));
	if (!refreshing)
		return;
	refreshing->ingest = ingest;
	refreshing->agent = *agent;
	if (clerk_post(ingest->config.clerk, refresh, refreshing) < 0)
		free(refreshing);
}

/* ---------------------------------------------------------------- reports */

static void
rejection_fill(struct rejected *rejected, Parta__V1__Rejection *ret)
{
	parta__v1__rejection__init(ret);
	if (rejected->has_boot_id)
		ret->boot_id =
		    (ProtobufCBinaryData){sizeof(rejected->boot_id), rejected->boot_id};
	ret->seq = rejected->seq;
	ret->code = (char *)(uintptr_t)rejected->code;
	ret->reason = rejected->reason;
}

/* An answer with rejections is rare, so it may take memory; one without takes none. */
static void
answer_with_rejections(
    struct job *job, Parta__V1__ReportsAnswer *answer, struct http_reply *ret)
{
	CLEANUP(free_at)
	Parta__V1__Rejection *messages = calloc(job->n_rejected, sizeof(*messages));
	CLEANUP(free_at)
	Parta__V1__Rejection **list = calloc(job->n_rejected, sizeof(Parta__V1__Rejection *));

	if (!messages || !list) {
		answer_later("busy", "there is no memory for the answer", ret);
		return;
	}
	for (size_t i = 0; i < job->n_rejected; i++) {
		rejection_fill(&job->rejected[i], &messages[i]);
		list[i] = &messages[i];
	}
	answer->n_rejected = job->n_rejected;
	answer->rejected = list;
	answer_message(&answer->base, ret);
}

static void
job_reply(struct ingest *ingest, struct job *job, struct http_reply *ret)
{
	Parta__V1__ReportsAnswer answer = PARTA__V1__REPORTS_ANSWER__INIT;
	char version[POLICY_VERSION_SIZE];

	version_of(ingest, &job->agent, version);
	answer.accepted = job->accepted;
	answer.server_time_ms = clock_wall_ms();
	answer.policy_version = version;
	if (job->n_rejected > 0)
		answer_with_rejections(job, &answer, ret);
	else
		answer_message(&answer.base, ret);
}

/* Runs on a committer's thread. */
static void
job_answer(void *arg, struct job *job)
{
	struct http_reply reply;

	if (job->again) {
		metric_add(METRIC_REFUSED_DATABASE, 1);
		metric_add(METRIC_REPORTS_DELAYED,
		    (int64_t)(job->reports - job->accepted - job->n_rejected));
		answer_later("database", "the database is away", &reply);
	} else {
		job_reply(arg, job, &reply);
	}
	http_answer(job->call, &reply);
	job_free(job);
}

static bool
header_is(const struct http_request *request, const char *name, const char *value)
{
	const char *given = http_header(request, name);

	return given && strcasecmp(given, value) == 0;
}

/* How many reports a body frames; 0 when the framing is ruined, empty or too long. */
static size_t
reports_count(const struct bytes *body)
{
	const uint8_t *at = body->data, *report;
	size_t left = body->len, len, count = 0;
	int r;

	while ((r = wire_next(&at, &left, &report, &len)) == 0) {
		if (++count > WIRE_REPORTS_A_BODY_MAX)
			return 0;
	}
	return r == -ENODATA ? count : 0;
}

static enum http_progress
refused(struct http_reply *ret, unsigned status, const char *code, const char *reason,
    enum metric metric)
{
	metric_add(metric, 1);
	answer_refusal(status, code, reason, ret);
	return HTTP_NOW;
}

static enum http_progress
later(struct http_reply *ret, const char *code, const char *reason, enum metric metric)
{
	metric_add(metric, 1);
	answer_later(code, reason, ret);
	return HTTP_NOW;
}

static struct job *
job_new(const struct http_request *request)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	job->call = request->call;
	job->agent = request->agent;
	job->received_ms = clock_wall_ms();
	job->body = bytes_new(WIRE_INFLATED_BYTES_MAX);
	return job;
}

static enum http_progress
job_refused(struct job *job, int r, struct http_reply *ret)
{
	job_free(job);
	if (r == -EFBIG)
		return refused(ret, 413, "too_large", "the body is too large once inflated",
		    METRIC_REFUSED_INFLATED);
	if (r == -ENOMEM)
		return later(
		    ret, "busy", "there is no memory for this body", METRIC_REFUSED_MEMORY);
	return refused(ret, 400, "malformed", "the body is not zstd over framed reports",
	    METRIC_REFUSED_MALFORMED);
}

enum http_progress
ingest_reports(struct http_request *request, struct http_reply *ret)
{
	struct ingest *ingest = request->services->ingest;
	struct job *job;
	int r;

	if (!header_is(request, "Content-Type", ANSWER_TYPE) ||
	    !header_is(request, "Content-Encoding", "zstd"))
		return refused(ret, 415, "content_type",
		    "reports come as application/x-protobuf in zstd", METRIC_REFUSED_TYPE);
	job = job_new(request);
	if (!job)
		return later(
		    ret, "busy", "there is no memory for this request", METRIC_REFUSED_MEMORY);
	r = wire_inflate(request->body, request->body_len, WIRE_INFLATED_BYTES_MAX, &job->body);
	if (r == 0) {
		job->reports = reports_count(&job->body);
		r = job->reports > 0 ? 0 : -EBADMSG;
	}
	if (r < 0)
		return job_refused(job, r, ret);
	if (queue_put(ingest->queue, job) < 0) {
		job_free(job);
		return later(ret, "busy", "too many reports are waiting", METRIC_REFUSED_QUEUE);
	}
	return HTTP_LATER;
}

/* ---------------------------------------------------------------- heartbeats */

struct beating {
	struct ingest *ingest;
	struct http_call *call;
	struct http_agent agent;
	uint8_t boot_id[16];
	uint64_t beat, next_seq, spool_reports;
	int64_t at_ms, received_ms;
	char client[ADDRESS_TEXT_SIZE];
};

static int
beat(struct store *store, void *work)
{
	struct beating *b = work;
	Parta__V1__HeartbeatAnswer answer = PARTA__V1__HEARTBEAT_ANSWER__INIT;
	char version[POLICY_VERSION_SIZE];
	struct http_reply reply;
	int r = store ? store_heartbeat(store, b->agent.id, b->boot_id, b->beat, b->at_ms,
			    b->next_seq, b->spool_reports, b->received_ms)
		      : -EAGAIN;

	if (r < 0) {
		metric_add(METRIC_REFUSED_DATABASE, 1);
		answer_later("database", "the heartbeat could not be stored now", &reply);
	} else {
		metric_add(METRIC_HEARTBEATS, 1);
		version_of(b->ingest, &b->agent, version);
		answer.server_time_ms = clock_wall_ms();
		answer.policy_version = version;
		answer.client_address = b->client;
		answer_message(&answer.base, &reply);
	}
	http_answer(b->call, &reply);
	free(b);
	return store ? r : 0;
}

static bool
heartbeat_read(const struct http_request *request, struct beating *ret)
{
	unsigned char memory[HEARTBEAT_ARENA_BYTES];
	struct arena arena = arena_over(memory, sizeof(memory));
	struct ProtobufCMessage *message;
	const Parta__V1__Heartbeat *heartbeat;

	if (wire_unpack(&parta__v1__heartbeat__descriptor, &arena, request->body,
		request->body_len, &message) < 0)
		return false;
	heartbeat = (const Parta__V1__Heartbeat *)message;
	if (heartbeat->boot_id.len != sizeof(ret->boot_id) || heartbeat->beat > INT64_MAX ||
	    heartbeat->next_seq > INT64_MAX || heartbeat->spool_reports > INT64_MAX ||
	    heartbeat->at_ms < 0)
		return false;
	memcpy(ret->boot_id, heartbeat->boot_id.data, sizeof(ret->boot_id));
	ret->beat = heartbeat->beat;
	ret->at_ms = heartbeat->at_ms;
	ret->next_seq = heartbeat->next_seq;
	ret->spool_reports = heartbeat->spool_reports;
	return true;
}

enum http_progress
ingest_heartbeat(struct http_request *request, struct http_reply *ret)
{
	struct ingest *ingest = request->services->ingest;
	struct beating *b = calloc(1, sizeof(*b));

	if (!b)
		return later(
		    ret, "busy", "there is no memory for this request", METRIC_REFUSED_MEMORY);
	if (!heartbeat_read(request, b)) {
		free(b);
		return refused(ret, 400, "malformed", "the body is not a heartbeat",
		    METRIC_REFUSED_MALFORMED);
	}
	b->ingest = ingest;
	b->call = request->call;
	b->agent = request->agent;
	b->received_ms = clock_wall_ms();
	address_format(&request->client, b->client);
	if (clerk_post(ingest->config.clerk, beat, b) < 0) {
		free(b);
		return later(ret, "busy", "too many errands are waiting", METRIC_REFUSED_QUEUE);
	}
	return HTTP_LATER;
}

/* ---------------------------------------------------------------- policies */

struct asking {
	struct ingest *ingest;
	struct http_call *call;
	struct http_agent agent;
	char if_none_match[POLICY_VERSION_SIZE + 8];
};

static int
ask(struct store *store, void *work)
{
	struct asking *asking = work;
	struct http_reply reply;
	int r = store ? policies_reply(asking->ingest->policies, store, &asking->agent,
			    asking->if_none_match, clock_boot_ms(), &reply)
		      : -EAGAIN;

	if (r < 0) {
		metric_add(METRIC_REFUSED_DATABASE, 1);
		answer_later("database", "the policy could not be read now", &reply);
	}
	http_answer(asking->call, &reply);
	free(asking);
	return store ? r : 0;
}

enum http_progress
ingest_policy(struct http_request *request, struct http_reply *ret)
{
	struct ingest *ingest = request->services->ingest;
	struct asking *asking = calloc(1, sizeof(*asking));
	const char *tag = http_header(request, "If-None-Match");

	if (!asking)
		return later(
		    ret, "busy", "there is no memory for this request", METRIC_REFUSED_MEMORY);
	asking->ingest = ingest;
	asking->call = request->call;
	asking->agent = request->agent;
	(void)text_copy(asking->if_none_match, sizeof(asking->if_none_match), tag ? tag : "");
	if (clerk_post(ingest->config.clerk, ask, asking) < 0) {
		free(asking);
		return later(ret, "busy", "too many errands are waiting", METRIC_REFUSED_QUEUE);
	}
	return HTTP_LATER;
}

/* ---------------------------------------------------------------- life */

bool
ingest_ready(struct ingest *ingest)
{
	for (unsigned i = 0; i < QUEUE_LANES; i++) {
		if (!committer_up(ingest->committers[i]))
			return false;
	}
	return queue_fill(ingest->queue) * 100 < QUEUE_READY_PCT;
}

int
ingest_start(const struct ingest_config *config, struct ingest **ret)
{
	struct ingest *ingest = calloc(1, sizeof(*ingest));
	int r;

	if (!ingest)
		return -ENOMEM;
	ingest->config = *config;
	r = queue_new(config->queue_reports, config->queue_bytes, &ingest->queue);
	if (r == 0)
		r = policies_new(config->authority, &ingest->policies);
	for (unsigned i = 0; r == 0 && i < QUEUE_LANES; i++) {
		struct committer_config committer = {.lane = i,
		    .conninfo = config->conninfo,
		    .rules = config->rules,
		    .queue = ingest->queue,
		    .answer = job_answer,
		    .arg = ingest};

		r = committer_start(&committer, &ingest->committers[i]);
	}
	if (r < 0) {
		ingest_stop(ingest);
		ingest_free(ingest);
		return r;
	}
	*ret = ingest;
	return 0;
}

void
ingest_stop(struct ingest *ingest)
{
	if (!ingest)
		return;
	if (ingest->queue)
		queue_close(ingest->queue);
	for (unsigned i = 0; i < QUEUE_LANES; i++)
		committer_stop(ingest->committers[i]);
}

void
ingest_free(struct ingest *ingest)
{
	if (!ingest)
		return;
	for (unsigned i = 0; i < QUEUE_LANES; i++)
		committer_free(ingest->committers[i]);
	queue_free(ingest->queue);
	policies_free(ingest->policies);
	free(ingest);
}
