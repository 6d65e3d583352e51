/*
 * A token and a certificate request (PKCS #10) against a certificate of our own
 * authority. The request is judged before the token is claimed, so a token is
 * not spent on a key that cannot be certified. A lost answer costs nothing: the
 * same token and key get the same agent again.
 */
#include "collector/ingest/enrol.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http/limit.h"
#include "collector/http/metrics.h"
#include "collector/ingest/answer.h"
#include "collector/ingest/authority.h"
#include "collector/ingest/clerk.h"
#include "collector/ingest/roll.h"
#include "collector/store/store.h"
#include "common/arena.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/text.h"
#include "common/token.h"
#include "common/wire/report_codec.h"
#include "parta/v1/enrolment.pb-c.h"

enum { REQUEST_ARENA_BYTES = 64 * 1024, BURST = 20, HOST_NAME_SIZE = 256 };

struct enrol {
	struct enrol_config config; /* agents_url and per_minute under the lock */
	pthread_mutex_t lock;
	struct limit limit;
};

/* One request on its way to the database and back. */
struct applicant {
	struct enrol *enrol;
	struct http_call *call;
	struct http_agent agent; /* of a renewal */
	char client[ADDRESS_TEXT_SIZE];
	char host_name[HOST_NAME_SIZE];
	uint8_t token_sha256[32], key_sha256[32];
	uint8_t request[AUTHORITY_REQUEST_BYTES_MAX];
	size_t request_len;
};

int
enrol_new(const struct enrol_config *config, struct enrol **ret)
{
	struct enrol *enrol = calloc(1, sizeof(*enrol));

	if (!enrol)
		return -ENOMEM;
	enrol->config = *config;
	(void)pthread_mutex_init(&enrol->lock, NULL);
	*ret = enrol;
	return 0;
}

void
enrol_free(struct enrol *enrol)
{
	if (!enrol)
		return;
	(void)pthread_mutex_destroy(&enrol->lock);
	free(enrol);
}

void
enrol_change(struct enrol *enrol, double per_minute, const char *agents_url)
{
	(void)pthread_mutex_lock(&enrol->lock);
	enrol->config.per_minute = per_minute;
	(void)text_copy(enrol->config.agents_url, sizeof(enrol->config.agents_url), agents_url);
	(void)pthread_mutex_unlock(&enrol->lock);
}

/* ---------------------------------------------------------------- answers */

static void
refuse(struct http_reply *ret, unsigned status, const char *code, const char *reason,
    enum metric metric)
{
	metric_add(metric, 1);
	answer_refusal(status, code, reason, ret);
}

static void
database_away(struct http_reply *ret)
{
	metric_add(METRIC_REFUSED_DATABASE, 1);
	answer_later("database", "the database is away", ret);
}

static void
welcome(struct applicant *a, const uint8_t agent_id[static 16],
    const struct store_school *school, char *pem, struct http_reply *ret)
{
	const struct authority_facts *facts = authority_facts(a->enrol->config.authority);
	Parta__V1__EnrolAnswer answer = PARTA__V1__ENROL_ANSWER__INIT;
	uint8_t id[16], key[32];
	char url[sizeof(a->enrol->config.agents_url)], code[32], name[256];

	memcpy(id, agent_id, sizeof(id));
	memcpy(key, facts->policy_key, sizeof(key));
	(void)text_copy(code, sizeof(code), school->code);
	(void)text_copy(name, sizeof(name), school->name);
	(void)pthread_mutex_lock(&a->enrol->lock);
	(void)text_copy(url, sizeof(url), a->enrol->config.agents_url);
	(void)pthread_mutex_unlock(&a->enrol->lock);
	answer.agent_id = (ProtobufCBinaryData){sizeof(id), id};
	answer.certificate = (ProtobufCBinaryData){strlen(pem), (uint8_t *)pem};
	answer.authority =
	    (ProtobufCBinaryData){strlen(facts->pem), (uint8_t *)(uintptr_t)facts->pem};
	answer.policy_key = (ProtobufCBinaryData){sizeof(key), key};
	answer.school_code = code;
	answer.school_name = name;
	answer.agents_url = url;
	answer_message(&answer.base, ret);
}

/* Certifies the applicant's key for an agent, tells the database and the roll. */
static int
certify(struct applicant *a, struct store *store, const uint8_t agent_id[static 16],
    const struct store_school *school, struct http_reply *ret)
{
	CLEANUP(free_at) char *pem = NULL;
	int64_t ends_ms;
	int r = authority_issue(a->enrol->config.authority, a->request, a->request_len,
	    agent_id, clock_wall_ms(), &pem, &ends_ms);

	if (r == 0)
		r = store_renew(store, agent_id, a->key_sha256, ends_ms);
	if (r == 0)
		r = roll_read(a->enrol->config.roll, store);
	if (r == 0)
		welcome(a, agent_id, school, pem, ret);
	return r;
}

/* ---------------------------------------------------------------- on the clerk's thread */

static int
finish(struct applicant *a, struct store *store, int r, struct http_reply *reply)
{
	http_answer(a->call, reply);
	free(a);
	return store ? r : 0;
}

static int
enrol_errand(struct store *store, void *work)
{
	struct applicant *a = work;
	struct http_reply reply;
	struct store_school school;
	uint8_t agent_id[16];
	char uuid[37];
	int r = store ? store_enrol(store, a->token_sha256, a->key_sha256, a->host_name,
			    agent_id, &school)
		      : -EAGAIN;

	if (r == 0)
		r = certify(a, store, agent_id, &school, &reply);
	if (r == 0) {
		text_uuid(uuid, agent_id);
		metric_add(METRIC_ENROLLED, 1);
		(void)log_info("enrolled an agent agent=%s school='%s' host='%s' from=%s", uuid,
		    school.code, a->host_name, a->client);
	} else if (r == -EACCES) {
		(void)log_warn(
		    0, "refused an enrolment: token unknown, used or ended from=%s", a->client);
		refuse(&reply, 403, "token", "the token is unknown, was used or has ended",
		    METRIC_REFUSED_TOKEN);
	} else {
		database_away(&reply);
	}
	return finish(a, store, r, &reply);
}

static int
renew_errand(struct store *store, void *work)
{
	struct applicant *a = work;
	struct store_school school = {.name = ""};
	struct http_reply reply;
	int r = -EAGAIN;

	(void)text_copy(school.code, sizeof(school.code), a->agent.school_code);
	if (store)
		r = certify(a, store, a->agent.id, &school, &reply);
	if (r == 0)
		metric_add(METRIC_RENEWED, 1);
	else if (r == -EACCES)
		refuse(&reply, 403, "revoked", "this agent may not be certified again",
		    METRIC_REFUSED_REVOKED);
	else
		database_away(&reply);
	return finish(a, store, r, &reply);
}

/* ---------------------------------------------------------------- on the listener's thread */

static bool
request_judge(
    struct applicant *a, const Parta__V1__EnrolRequest *request, struct http_reply *ret)
{
	int r = authority_request_key(request->csr.data, request->csr.len, a->key_sha256);

	if (r < 0) {
		refuse(ret, 400, "malformed",
		    r == -EPROTONOSUPPORT ? "the certificate request's key is not P-256"
		    : r == -EKEYREJECTED
			? "the certificate request is not signed by its own key"
			: "the certificate request cannot be read",
		    METRIC_REFUSED_REQUEST);
		return false;
	}
	memcpy(a->request, request->csr.data, request->csr.len);
	a->request_len = request->csr.len;
	(void)text_clean(
	    a->host_name, sizeof(a->host_name), request->host_name, strlen(request->host_name));
	return true;
}

static bool
token_judge(struct applicant *a, const char *text, struct http_reply *ret)
{
	struct token token;

	if (token_parse(text, &token) == 0 &&
	    memcmp(token.authority_sha256, authority_facts(a->enrol->config.authority)->sha256,
		32) == 0 &&
	    gnutls_hash_fast(
		GNUTLS_DIG_SHA256, token.secret, sizeof(token.secret), a->token_sha256) >= 0)
		return true;
	refuse(ret, 403, "token", "this is no token of this collector", METRIC_REFUSED_TOKEN);
	return false;
}

/* A new applicant from a request's body, or NULL and *ret. */
static struct applicant *
applicant_new(struct http_request *request, bool with_token, struct http_reply *ret)
{
	CLEANUP(free_at) void *memory = malloc(REQUEST_ARENA_BYTES);
	CLEANUP(free_at) struct applicant *a = calloc(1, sizeof(*a));
	struct ProtobufCMessage *message;
	struct arena arena;

	if (!memory || !a) {
		answer_later("busy", "there is no memory for this request", ret);
		return NULL;
	}
	arena = arena_over(memory, REQUEST_ARENA_BYTES);
	a->enrol = request->services->enrol;
	a->call = request->call;
	a->agent = request->agent;
	address_format(&request->client, a->client);
	if (wire_unpack(&parta__v1__enrol_request__descriptor, &arena, request->body,
		request->body_len, &message) < 0) {
		refuse(ret, 400, "malformed", "the body is not an enrolment request",
		    METRIC_REFUSED_MALFORMED);
		return NULL;
	}
	if (!request_judge(a, (const Parta__V1__EnrolRequest *)message, ret))
		return NULL;
	if (with_token &&
	    !token_judge(a, ((const Parta__V1__EnrolRequest *)message)->token, ret))
		return NULL;
	return TAKE(a, NULL);
}

static enum http_progress
post(struct applicant *a, clerk_fn errand, struct http_reply *ret)
{
	if (clerk_post(a->enrol->config.clerk, errand, a) == 0)
		return HTTP_LATER;
	metric_add(METRIC_REFUSED_QUEUE, 1);
	answer_later("busy", "too many errands are waiting", ret);
	free(a);
	return HTTP_NOW;
}

/* A guesser of tokens is slowed, whatever certificate requests he makes. */
static bool
throttled(struct enrol *enrol, const struct address *client, struct http_reply *ret)
{
	uint64_t wait_ms;

	(void)pthread_mutex_lock(&enrol->lock);
	wait_ms = limit_take(&enrol->limit, limit_key(client, sizeof(*client)),
	    enrol->config.per_minute / 60, BURST, 1, clock_boot_ms());
	(void)pthread_mutex_unlock(&enrol->lock);
	if (wait_ms == 0)
		return false;
	refuse(ret, 429, "too_often", "too many enrolments come from this address",
	    METRIC_REFUSED_TOO_OFTEN);
	ret->retry_after_s = (unsigned)((wait_ms + 999) / 1000);
	return true;
}

enum http_progress
enrol_enrol(struct http_request *request, struct http_reply *ret)
{
	struct applicant *a;

	if (throttled(request->services->enrol, &request->client, ret))
		return HTTP_NOW;
	a = applicant_new(request, true, ret);
	return a ? post(a, enrol_errand, ret) : HTTP_NOW;
}

enum http_progress
enrol_renew(struct http_request *request, struct http_reply *ret)
{
	struct applicant *a = applicant_new(request, false, ret);

	return a ? post(a, renew_errand, ret) : HTTP_NOW;
}
