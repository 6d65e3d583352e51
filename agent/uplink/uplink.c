/*
 * The uplink: asks uplink_plan.c what is next, makes that request, and turns the
 * answer into what the spool, the policy and the plan need to know. One request
 * is under way at a time, over one kept connection with mutual TLS. It says in
 * the log when the collector goes away and when it is back, not each try.
 */
#include "agent/uplink/uplink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "agent/uplink/enrol.h"
#include "agent/uplink/uplink_plan.h"
#include "common/arena.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/transfer.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/exchange.pb-c.h"

enum {
	BATCH_BYTES_MAX = 2 * 1024 * 1024,
	ANSWER_BYTES_MAX = 64 * 1024,
	ANSWER_ARENA_BYTES = 1024 * 1024,
	BEAT_TIMEOUT_MS = 10 * 1000,
	SEND_TIMEOUT_MS = 45 * 1000,
	HUNG_MS = 3000,
	AWAY_MS = 3600 * 1000, /* without an answer for so long, age counts in the spool */
};

struct uplink {
	struct loop *loop;
	struct transfers *transfers;
	struct spool *spool;
	struct credentials *credentials;
	struct uplink_events events;
	void *arg;
	char state_dir[256], host_name[256], url[256];
	uint8_t boot_id[16];

	struct uplink_plan plan;
	struct uplink_stat stat;
	struct loop_event *timer;
	struct transfer *transfer; /* under way */
	enum uplink_act act;
	uint64_t asked_boot_ms, reached_boot_ms;
	uint64_t seqs[UPLINK_BATCH_MAX];
	size_t n_seqs;
	uint64_t beat;
	char policy_version[65], policy_wanted[65];
	int64_t policy_issued_ms;
	bool policy_asked;
	bool stopping;
};

static void step(void *arg);

static uint32_t
chance(void)
{
	uint32_t bits = 0;

	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != sizeof(bits))
		return (uint32_t)clock_boot_us();
	return bits;
}

/* This agent's own place in what is spread over all of them. */
static uint32_t
spread(const struct uplink *u)
{
	const uint8_t *id = u->credentials->agent_id;

	return (uint32_t)id[12] << 24 | (uint32_t)id[13] << 16 | (uint32_t)id[14] << 8 | id[15];
}

void
uplink_head(const struct uplink *u, struct report_head *ret)
{
	*ret = (struct report_head){.seq = spool_next_seq(u->spool),
	    .created_ms = clock_wall_ms(),
	    .clock_synchronised = clock_synchronised()};
	memcpy(ret->agent_id, u->credentials->agent_id, sizeof(ret->agent_id));
	memcpy(ret->boot_id, u->boot_id, sizeof(ret->boot_id));
}

/* What the spool had to drop is told before what it still has. */
static void
put_gaps(struct uplink *u)
{
	struct spool_gap gap;

	while (spool_gap(u->spool, &gap) > 0) {
		struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
		struct report_head head;
		int r;

		uplink_head(u, &head);
		r = report_gap(&head, &gap, &packed);
		if (r == 0)
			r = spool_put(u->spool, head.seq, head.created_ms, SPOOL_KEEP,
			    packed.data, packed.len);
		bytes_clear(&packed);
		if (r < 0 || spool_gap_taken(u->spool) < 0)
			return;
		(void)log_warn(0,
		    "reports were dropped: count=%llu reason=%s first=%llu last=%llu",
		    (unsigned long long)gap.reports, gap.reason,
		    (unsigned long long)gap.first_seq, (unsigned long long)gap.last_seq);
	}
}

/* ---- the collector is there, or is not ---- */

static void
note_reached(struct uplink *u)
{
	u->stat.reached_ms = clock_wall_ms();
	u->reached_boot_ms = clock_boot_ms();
	u->stat.words[0] = '\0';
	if (u->stat.reached)
		return;
	u->stat.reached = true;
	(void)log_info(
	    "collector reached: url='%s' reports=%llu", u->url, (unsigned long long)u->n_seqs);
	if (u->events.on_reach)
		u->events.on_reach(u->arg, true);
}

static void
note_failed(struct uplink *u, const struct transfer_result *result, enum uplink_fate fate)
{
	bool first = u->stat.reached || u->stat.failures == 0;

	u->stat.failures++;
	if (fate == UPLINK_STRANGER)
		(void)snprintf(u->stat.words, sizeof(u->stat.words),
		    "the collector refuses this agent's certificate (status %ld): enrol it "
		    "again",
		    result->status);
	else if (result->error < 0)
		(void)text_copy(u->stat.words, sizeof(u->stat.words), result->words);
	else
		(void)snprintf(
		    u->stat.words, sizeof(u->stat.words), "status %ld", result->status);
	u->stat.reached = false;
	if (!first)
		return;
	(void)log_warn(0, "could not reach collector '%s', reports wait in the spool: %s",
	    u->url, u->stat.words);
	if (u->events.on_reach)
		u->events.on_reach(u->arg, false);
}

/* The answer was written somewhere between our question and now. */
static void
note_clock(struct uplink *u, int64_t server_time_ms)
{
	if (server_time_ms <= 0)
		return;
	clock_told(server_time_ms + (int64_t)(clock_boot_ms() - u->asked_boot_ms) / 2);
	u->stat.clock_offset_ms = server_time_ms +
				  (int64_t)(clock_boot_ms() - u->asked_boot_ms) / 2 -
				  clock_kernel_ms();
}

static void
note_policy_version(struct uplink *u, const char *version)
{
	(void)text_copy(u->policy_wanted, sizeof(u->policy_wanted), version);
}

/* ---- answers ---- */

struct answer {
	void *memory;
	const ProtobufCMessage *message;
};

static int
answer_read(const struct transfer_result *result, const ProtobufCMessageDescriptor *type,
    struct answer *ret)
{
	ProtobufCMessage *message;
	struct arena arena;
	int r;

	ret->memory = malloc(ANSWER_ARENA_BYTES);
	if (!ret->memory)
		return -ENOMEM;
	arena = arena_over(ret->memory, ANSWER_ARENA_BYTES);
	r = wire_unpack(type, &arena, result->body, result->body_len, &message);
	ret->message = message;
	if (r == 0)
		return 0;
	free(ret->memory);
	ret->memory = NULL;
	return log_warn(r, "cannot read the collector's answer");
}

static const Parta__V1__Rejection *
rejection_of(const Parta__V1__ReportsAnswer *answer, uint64_t seq)
{
	for (size_t i = 0; i < answer->n_rejected; i++)
		if (answer->rejected[i]->seq == seq)
			return answer->rejected[i];
	return NULL;
}

/* Takes out of the spool what the collector has. Returns how many went. */
static size_t
apply_answer(struct uplink *u, const Parta__V1__ReportsAnswer *answer)
{
	size_t gone = 0;

	for (size_t i = 0; i < u->n_seqs; i++) {
		const Parta__V1__Rejection *rejection = rejection_of(answer, u->seqs[i]);

		if (rejection && rejection->retry)
			continue;
		if (rejection) {
			u->stat.reports_rejected++;
			(void)log_warn(0,
			    "the collector keeps report %llu aside: code=%s reason='%s'",
			    (unsigned long long)u->seqs[i], rejection->code, rejection->reason);
		} else {
			u->stat.reports_accepted++;
		}
		(void)spool_drop(u->spool, u->seqs[i]);
		gone++;
	}
	return gone;
}

static enum uplink_fate
read_reports_answer(struct uplink *u, const struct transfer_result *result, long *retry_after_s)
{
	const Parta__V1__ReportsAnswer *told;
	struct answer answer;
	size_t answered, gone;

	if (answer_read(result, &parta__v1__reports_answer__descriptor, &answer) < 0)
		return UPLINK_LATER;
	told = (const Parta__V1__ReportsAnswer *)answer.message;
	note_clock(u, told->server_time_ms);
	note_policy_version(u, told->policy_version);
	/* An answer that does not speak of every report acknowledges none. */
	answered = told->accepted + told->n_rejected;
	if (answered != u->n_seqs) {
		(void)log_warn(0,
		    "the collector answered for %zu reports of %zu, sending them again",
		    answered, u->n_seqs);
		gone = 0;
	} else {
		gone = apply_answer(u, told);
	}
	if (told->next_report_in_s > 0)
		*retry_after_s = told->next_report_in_s;
	free(answer.memory);
	return gone > 0 ? UPLINK_TAKEN : UPLINK_LATER;
}

/* One report that the collector will never take stands alone: it goes, and a gap says so. */
static void
lose_culprit(struct uplink *u, const struct transfer_result *result)
{
	if (u->n_seqs != 1)
		return;
	(void)log_error(0, "the collector refuses report %llu with status %ld, dropping it",
	    (unsigned long long)u->seqs[0], result->status);
	u->stat.reports_lost++;
	(void)spool_lose(u->spool, u->seqs[0]);
}

static enum uplink_fate
read_beat_answer(struct uplink *u, const struct transfer_result *result)
{
	const Parta__V1__HeartbeatAnswer *told;
	struct answer answer;

	if (answer_read(result, &parta__v1__heartbeat_answer__descriptor, &answer) < 0)
		return UPLINK_LATER;
	told = (const Parta__V1__HeartbeatAnswer *)answer.message;
	note_clock(u, told->server_time_ms);
	note_policy_version(u, told->policy_version);
	if (address_parse(told->client_address, &u->stat.public_address) < 0)
		u->stat.public_address = (struct address){.family = ADDRESS_NONE};
	free(answer.memory);
	return UPLINK_TAKEN;
}

static enum uplink_fate
refuse_policy(struct uplink *u, int r, const char *why)
{
	u->stat.policies_refused++;
	(void)log_error(r, "%s, keeping the one in force", why);
	return UPLINK_NEVER;
}

static enum uplink_fate
read_policy_answer(struct uplink *u, const struct transfer_result *result)
{
	struct policy *policy;
	char path[512];
	int r;

	if (result->status == 304)
		return UPLINK_TAKEN;
	r = policy_open(result->body, result->body_len, u->credentials->policy_key, &policy);
	if (r == -EKEYREJECTED)
		return refuse_policy(
		    u, 0, "the collector's policy is not signed by the key of the enrolment");
	if (r < 0)
		return refuse_policy(u, r, "cannot read the collector's policy");
	if (policy->issued_ms < u->policy_issued_ms) {
		policy_free(policy);
		return refuse_policy(
		    u, 0, "the collector's policy is older than the one in force");
	}
	r = file_path(path, sizeof(path), u->state_dir, "policy");
	if (r == 0)
		r = file_write(path, result->body, result->body_len, 0600);
	if (r < 0)
		(void)log_warn(r, "could not keep the policy for the next start");
	policy->received_boot_ms = clock_boot_ms();
	if (strcmp(policy->version, u->policy_version) != 0)
		(void)log_info("policy in force: version='%s'", policy->version);
	uplink_policy_is(u, policy);
	if (u->events.on_policy)
		u->events.on_policy(u->arg, policy);
	else
		policy_free(policy);
	return UPLINK_TAKEN;
}

static enum uplink_fate
read_renewal(struct uplink *u, const struct transfer_result *result)
{
	char words[CREDENTIALS_WORDS_SIZE];
	int r = enrol_answer(u->state_dir, result->body, result->body_len, false, words);

	if (r == 0)
		r = credentials_load(u->state_dir, u->credentials, words);
	if (r < 0) {
		(void)log_error(0, "cannot use the renewed certificate: %s", words);
		return UPLINK_NEVER;
	}
	(void)log_info("certificate renewed: days=%lld",
	    (long long)((u->credentials->ends_ms - clock_wall_ms()) / 86400000));
	return UPLINK_TAKEN;
}

static enum uplink_fate
read_answer(struct uplink *u, const struct transfer_result *result, long *retry_after_s)
{
	enum uplink_fate fate = uplink_fate_of(result->error, result->status);

	if (fate != UPLINK_TAKEN) {
		if (u->act == UPLINK_SEND && (fate == UPLINK_SMALLER || fate == UPLINK_NEVER))
			lose_culprit(u, result);
		return fate;
	}
	switch (u->act) {
	case UPLINK_SEND:
		return read_reports_answer(u, result, retry_after_s);
	case UPLINK_BEAT:
		return read_beat_answer(u, result);
	case UPLINK_POLICY:
		return read_policy_answer(u, result);
	case UPLINK_RENEW:
		return read_renewal(u, result);
	case UPLINK_REST:
		break;
	}
	return UPLINK_TAKEN;
}

static void
on_done(void *arg, const struct transfer_result *result)
{
	long retry_after_s = result->retry_after_s;
	struct uplink *u = arg;
	enum uplink_fate fate;

	u->transfer = NULL;
	if (u->stopping)
		return;
	if (u->act == UPLINK_POLICY)
		u->policy_asked = false;
	fate = read_answer(u, result, &retry_after_s);
	if (result->error == -ECANCELED)
		(void)log_debug("asking again on a new connection: the line was down");
	else if (fate == UPLINK_LATER || fate == UPLINK_STRANGER)
		note_failed(u, result, fate);
	else
		note_reached(u);
	uplink_told(&u->plan, u->act, fate, retry_after_s, clock_boot_ms(), chance());
	(void)log_debug(
	    "uplink: act=%d fate=%d status=%ld error=%d retry_after_s=%ld took_ms=%llu",
	    (int)u->act, (int)fate, result->status, result->error, result->retry_after_s,
	    (unsigned long long)(clock_boot_ms() - u->asked_boot_ms));
	u->act = UPLINK_REST;
	u->n_seqs = 0;
	(void)loop_timer_set(u->timer, 0);
}

/* ---- requests ---- */

static int
start(struct uplink *u, const char *method, const char *path, const char *const headers[],
    const struct bytes *body, uint64_t timeout_ms)
{
	char url[300];
	struct transfer_request request = {.method = method,
	    .url = url,
	    .headers = headers,
	    .body = body ? body->data : NULL,
	    .body_len = body ? body->len : 0,
	    .ca_file = u->credentials->ca_file,
	    .cert_file = u->credentials->cert_file,
	    .key_file = u->credentials->key_file,
	    .http11 = true,
	    .timeout_ms = timeout_ms,
	    .body_max_bytes = u->act == UPLINK_POLICY ? POLICY_BYTES_MAX : ANSWER_BYTES_MAX,
	    .on_done = on_done,
	    .arg = u};

	(void)snprintf(url, sizeof(url), "%s%s", u->url, path);
	u->asked_boot_ms = clock_boot_ms();
	u->stat.requests++;
	u->stat.bytes_sent += request.body_len;
	return transfer_start(u->transfers, &request, &u->transfer);
}

static int
send_message(struct uplink *u, const char *path, const ProtobufCMessage *message)
{
	static const char *const headers[] = {"Content-Type: application/x-protobuf", NULL};
	struct bytes body = bytes_new(ANSWER_BYTES_MAX);
	int r = wire_pack(message, &body);

	if (r == 0)
		r = start(u, "POST", path, headers, &body, BEAT_TIMEOUT_MS);
	bytes_clear(&body);
	return r;
}

static int
send_beat(struct uplink *u)
{
	Parta__V1__Heartbeat beat = PARTA__V1__HEARTBEAT__INIT;
	struct spool_stat stat;

	if (clock_synchronised() && clock_boot_ms() - u->reached_boot_ms > AWAY_MS)
		(void)spool_expire(u->spool, clock_wall_ms());
	(void)spool_retry(u->spool);
	spool_stat(u->spool, &stat);
	beat.boot_id = (ProtobufCBinaryData){.len = sizeof(u->boot_id), .data = u->boot_id};
	beat.beat = ++u->beat;
	beat.at_ms = clock_kernel_ms();
	beat.next_seq = stat.next_seq;
	beat.spool_reports = stat.reports;
	return send_message(u, "/v1/heartbeat", &beat.base);
}

static int
send_renewal(struct uplink *u)
{
	/* The collector judges a certificate once a connection: the next one shows the new. */
	static const char *const headers[] = {
	    "Content-Type: application/x-protobuf", "Connection: close", NULL};
	struct bytes body = bytes_new(ANSWER_BYTES_MAX);
	int r = enrol_request(u->state_dir, u->host_name, NULL, false, &body);

	if (r == 0)
		r = start(u, "POST", "/v1/renew", headers, &body, SEND_TIMEOUT_MS);
	bytes_clear(&body);
	return r;
}

struct batch {
	struct uplink *u;
	struct bytes body;
	int error;
};

static int
batch_add(void *arg, uint64_t seq, const void *report, size_t len)
{
	struct batch *batch = arg;

	batch->error = wire_frame(&batch->body, report, len);
	if (batch->error < 0)
		return batch->error;
	batch->u->seqs[batch->u->n_seqs++] = seq;
	return 0;
}

/* As many reports as the plan allows, compressed; *ret is empty when there is nothing to send.
 */
static int
batch_make(struct uplink *u, struct bytes *ret)
{
	struct batch batch = {.u = u, .body = bytes_new(WIRE_INFLATED_BYTES_MAX)};
	int r;

	u->n_seqs = 0;
	r = spool_peek(u->spool, 0, u->plan.batch, BATCH_BYTES_MAX, batch_add, &batch);
	if (r >= 0 && u->n_seqs > 0)
		r = wire_deflate(batch.body.data, batch.body.len, ret);
	bytes_clear(&batch.body);
	return r < 0 ? r : 0;
}

static int
send_reports(struct uplink *u)
{
	static const char *const headers[] = {
	    "Content-Type: application/x-protobuf", "Content-Encoding: zstd", NULL};
	const struct transfer_result too_large = {.status = 413};
	struct bytes body = bytes_new(WIRE_BODY_BYTES_MAX);
	int r;

	put_gaps(u);
	r = batch_make(u, &body);
	if (r == -EFBIG) {
		lose_culprit(u, &too_large);
		uplink_told(
		    &u->plan, UPLINK_SEND, UPLINK_SMALLER, -1, clock_boot_ms(), chance());
		r = 0;
	} else if (r == 0 && body.len > 0) {
		u->stat.reports_sent += u->n_seqs;
		r = start(u, "POST", "/v1/reports", headers, &body, SEND_TIMEOUT_MS);
	}
	bytes_clear(&body);
	return r;
}

static int
perform(struct uplink *u)
{
	switch (u->act) {
	case UPLINK_BEAT:
		return send_beat(u);
	case UPLINK_RENEW:
		return send_renewal(u);
	case UPLINK_POLICY:
		return start(u, "GET", "/v1/policy", NULL, NULL, SEND_TIMEOUT_MS);
	case UPLINK_SEND:
		return send_reports(u);
	case UPLINK_REST:
		break;
	}
	return 0;
}

static void
facts_of(const struct uplink *u, struct uplink_facts *ret)
{
	struct spool_stat stat;

	spool_stat(u->spool, &stat);
	*ret = (struct uplink_facts){.reports = stat.reports,
	    .policy_wanted =
		u->policy_asked ||
		(*u->policy_wanted && strcmp(u->policy_wanted, u->policy_version) != 0),
	    .renewal_due = uplink_renewal_due(u->credentials->issued_ms,
		u->credentials->ends_ms, clock_wall_ms(), spread(u))};
}

/* Does what is due, or sets the timer to when something will be. */
static void
step(void *arg)
{
	struct uplink *u = arg;
	struct uplink_facts facts;
	uint64_t wait_ms = 0;
	int r;

	if (u->transfer || u->stopping)
		return;
	facts_of(u, &facts);
	u->act = uplink_next(&u->plan, &facts, clock_boot_ms(), &wait_ms);
	if (u->act == UPLINK_REST) {
		(void)loop_timer_set(u->timer, wait_ms);
		return;
	}
	r = perform(u);
	if (r == 0 && u->transfer)
		return;
	if (r < 0) {
		(void)log_error(r, "could not make a request to the collector");
		uplink_told(&u->plan, u->act, UPLINK_LATER, -1, clock_boot_ms(), chance());
	}
	u->act = UPLINK_REST;
	(void)loop_timer_set(u->timer, 1);
}

/* ---- the part ---- */

int
uplink_start(struct loop *loop, struct transfers *transfers,
    const struct uplink_settings *settings, const struct uplink_events *events, void *arg,
    struct uplink **ret)
{
	const char *url = settings->collector_url && *settings->collector_url
			      ? settings->collector_url
			      : settings->credentials->collector_url;
	struct uplink *u = calloc(1, sizeof(*u));
	size_t len;
	int r;

	if (!u)
		return -ENOMEM;
	u->loop = loop;
	u->transfers = transfers;
	u->spool = settings->spool;
	u->credentials = settings->credentials;
	u->events = *events;
	u->arg = arg;
	memcpy(u->boot_id, settings->boot_id, sizeof(u->boot_id));
	(void)text_copy(u->state_dir, sizeof(u->state_dir), settings->state_dir);
	(void)text_copy(u->host_name, sizeof(u->host_name), settings->host_name);
	len = text_copy(u->url, sizeof(u->url), url);
	while (len > 0 && u->url[len - 1] == '/')
		u->url[--len] = '\0';
	clock_not_before(u->credentials->issued_ms);
	uplink_plan_start(&u->plan, clock_boot_ms());
	r = loop_timer(loop, step, u, &u->timer);
	if (r == 0)
		r = loop_timer_set(u->timer, 0);
	if (r < 0) {
		uplink_stop(u);
		return r;
	}
	*ret = u;
	return 0;
}

void
uplink_stop(struct uplink *u)
{
	if (!u)
		return;
	u->stopping = true;
	if (u->transfer)
		transfer_cancel(u->transfer);
	loop_event_free(u->timer);
	free(u);
}

void
uplink_wake(struct uplink *u)
{
	if (!u->transfer)
		(void)loop_timer_set(u->timer, 0);
}

void
uplink_line_up(struct uplink *u)
{
	/* A request that hung through the outage would wait out TCP's own back-off. */
	if (u->transfer && clock_boot_ms() - u->asked_boot_ms > HUNG_MS)
		transfer_cancel(u->transfer);
	uplink_hint(&u->plan, clock_boot_ms(), chance());
	uplink_wake(u);
}

bool
uplink_idle(const struct uplink *u)
{
	struct spool_stat stat;

	spool_stat(u->spool, &stat);
	return !u->transfer && (stat.reports == 0 || u->plan.send_at_ms > clock_boot_ms());
}

void
uplink_ask_policy(struct uplink *u)
{
	u->policy_asked = true;
	uplink_wake(u);
}

void
uplink_policy_is(struct uplink *u, const struct policy *policy)
{
	(void)text_copy(u->policy_version, sizeof(u->policy_version), policy->version);
	u->policy_issued_ms = policy->issued_ms;
	clock_not_before(policy->issued_ms);
}

void
uplink_stat(const struct uplink *u, struct uplink_stat *ret)
{
	*ret = u->stat;
}

int
uplink_policy_load(
    const char *state_dir, const struct credentials *credentials, struct policy **ret)
{
	struct bytes packed = bytes_new(POLICY_BYTES_MAX);
	char path[512];
	int r = file_path(path, sizeof(path), state_dir, "policy");

	if (r == 0)
		r = file_read(path, &packed);
	if (r == 0)
		r = policy_open(packed.data, packed.len, credentials->policy_key, ret);
	bytes_clear(&packed);
	return r;
}
