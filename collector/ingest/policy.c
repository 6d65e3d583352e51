/*
 * Policies are made by the database and signed here: the signature covers the
 * bytes as they are sent. The memory of versions is a table of fixed size; schools
 * that share a place in it ask the database more often, and that is all.
 */
#include "collector/ingest/policy.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http/limit.h"
#include "collector/http/metrics.h"
#include "collector/ingest/answer.h"
#include "collector/ingest/authority.h"
#include "collector/store/store.h"
#include "common/arena.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/policy.pb-c.h"

enum { PLACES = 4096, REMEMBER_MS = 30000, POLICY_BYTES_MAX = 4 * 1024 * 1024 };

struct place {
	char school_code[32];
	char version[POLICY_VERSION_SIZE];
	uint64_t ask_at_ms;
};

struct policies {
	struct authority *authority;
	pthread_mutex_t lock;
	struct place places[PLACES];
};

int
policies_new(struct authority *authority, struct policies **ret)
{
	struct policies *policies = calloc(1, sizeof(*policies));

	if (!policies)
		return -ENOMEM;
	policies->authority = authority;
	(void)pthread_mutex_init(&policies->lock, NULL);
	*ret = policies;
	return 0;
}

void
policies_free(struct policies *policies)
{
	if (!policies)
		return;
	(void)pthread_mutex_destroy(&policies->lock);
	free(policies);
}

/* Under the lock. The school's place, which another school may have held. */
static struct place *
place_of(struct policies *policies, const char *school_code)
{
	struct place *place =
	    &policies->places[limit_key(school_code, strlen(school_code)) % PLACES];

	if (strcmp(place->school_code, school_code) != 0) {
		memset(place, 0, sizeof(*place));
		(void)text_copy(place->school_code, sizeof(place->school_code), school_code);
	}
	return place;
}

bool
policies_version(struct policies *policies, const char *school_code, uint64_t now_ms,
    char ret[static POLICY_VERSION_SIZE])
{
	struct place *place;
	bool ask;

	(void)pthread_mutex_lock(&policies->lock);
	place = place_of(policies, school_code);
	(void)text_copy(ret, POLICY_VERSION_SIZE, place->version);
	ask = now_ms >= place->ask_at_ms;
	if (ask)
		place->ask_at_ms = now_ms + REMEMBER_MS;
	(void)pthread_mutex_unlock(&policies->lock);
	return ask;
}

static void
remember(
    struct policies *policies, const char *school_code, const char *version, uint64_t now_ms)
{
	struct place *place;

	(void)pthread_mutex_lock(&policies->lock);
	place = place_of(policies, school_code);
	(void)text_copy(place->version, sizeof(place->version), version);
	place->ask_at_ms = now_ms + REMEMBER_MS;
	(void)pthread_mutex_unlock(&policies->lock);
}

/* Which policy it is (version: what it asks of an agent) and which answer (etag: what a control
 * saw of the filter list as well, which does not make another policy of it). */
struct identity {
	char version[POLICY_VERSION_SIZE];
	char etag[sizeof(((struct http_reply *)NULL)->etag)];
};

/* 0 where no control saw anything. */
static uint64_t
controls_mark(const Parta__V1__FilterList *filter)
{
	uint64_t mark = 0;

	for (size_t i = 0; filter && i < filter->n_entries; i++)
		if (filter->entries[i]->control) {
			const uint64_t seen[] = {
			    mark, i, (uint64_t)filter->entries[i]->control->at_ms};

			mark = limit_key(seen, sizeof(seen));
		}
	return mark;
}

static void
identify(const Parta__V1__Policy *policy, struct identity *ret)
{
	uint64_t mark = controls_mark(policy->filter);

	(void)text_copy(ret->version, sizeof(ret->version), policy->version);
	if (mark)
		(void)snprintf(ret->etag, sizeof(ret->etag), "\"%.64s-%016" PRIx64 "\"",
		    ret->version, mark);
	else
		(void)snprintf(ret->etag, sizeof(ret->etag), "\"%s\"", ret->version);
}

static int
identity_read(const uint8_t *bytes, size_t len, struct identity *ret)
{
	CLEANUP(free_at) void *memory = NULL;
	struct ProtobufCMessage *message;
	struct arena arena;
	int r;

	if (len > POLICY_BYTES_MAX)
		return -EFBIG;
	memory = malloc(WIRE_ARENA_BYTES);
	if (!memory)
		return -ENOMEM;
	arena = arena_over(memory, WIRE_ARENA_BYTES);
	r = wire_unpack(&parta__v1__policy__descriptor, &arena, bytes, len, &message);
	if (r < 0)
		return r;
	identify((const Parta__V1__Policy *)message, ret);
	return 0;
}

static int
policy_read(struct policies *policies, struct store *store, const struct http_agent *agent,
    uint64_t now_ms, uint8_t **ret, size_t *ret_len, struct identity *ret_identity)
{
	uint8_t *policy;
	size_t len;
	int r = store_policy(store, agent->id, &policy, &len);

	if (r < 0)
		return r;
	r = identity_read(policy, len, ret_identity);
	if (r < 0) {
		free(policy);
		return r;
	}
	remember(policies, agent->school_code, ret_identity->version, now_ms);
	*ret = policy;
	*ret_len = len;
	return 0;
}

int
policies_refresh(struct policies *policies, struct store *store, const struct http_agent *agent,
    uint64_t now_ms)
{
	CLEANUP(free_at) uint8_t *policy = NULL;
	struct identity identity;
	size_t len;

	return policy_read(policies, store, agent, now_ms, &policy, &len, &identity);
}

int
policies_reply(struct policies *policies, struct store *store, const struct http_agent *agent,
    const char *if_none_match, uint64_t now_ms, struct http_reply *ret)
{
	CLEANUP(free_at) uint8_t *policy = NULL;
	Parta__V1__SignedPolicy message = PARTA__V1__SIGNED_POLICY__INIT;
	struct identity identity;
	uint8_t signature[64];
	size_t len;
	int r = policy_read(policies, store, agent, now_ms, &policy, &len, &identity);

	if (r < 0)
		return r;
	if (strcmp(if_none_match, identity.etag) == 0) {
		*ret = (struct http_reply){.status = 304};
		memcpy(ret->etag, identity.etag, sizeof(ret->etag));
		return 0;
	}
	r = authority_sign(policies->authority, policy, len, signature);
	if (r < 0)
		return r;
	message.policy = (ProtobufCBinaryData){len, policy};
	message.signature = (ProtobufCBinaryData){sizeof(signature), signature};
	answer_message(&message.base, ret);
	memcpy(ret->etag, identity.etag, sizeof(ret->etag));
	metric_add(METRIC_POLICIES, 1);
	return 0;
}
