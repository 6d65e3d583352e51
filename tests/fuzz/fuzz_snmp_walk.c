/*
 * A device that answers the walk as it likes. The input is its script: the version
 * it speaks, then for each request a byte (above 127: silence; else an error and
 * that many variables), for each variable whose column it belongs to, how far its
 * identifier goes on, a type and a value. When the script ends, so do the answers.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_walk.h"
#include "common/cursor.h"
#include "common/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { REQUESTS_MAX = 100000, ERRORS = 8 };

static struct snmp_oid
identifier(struct cursor *script, const struct snmp_oid *asked)
{
	struct snmp_oid oid = *asked;
	uint8_t more = cursor_u8(script);

	if (more & 0x80) /* somewhere else */
		oid.len = more & 7;
	if (more & 0x40 && oid.len > 0) /* the row after */
		oid.arc[oid.len - 1]++;
	for (int i = 0; i < (more >> 3 & 3); i++)
		(void)oid_append(&oid, cursor_u8(script));
	return oid;
}

static void
variable(struct cursor *script, const struct snmp_request *request, struct snmp_var *ret)
{
	uint8_t head = cursor_u8(script);

	*ret = (struct snmp_var){.type = (enum snmp_type)(head >> 4) % (SNMP_END_OF_VIEW + 1),
	    .oid = identifier(script, &request->oids[(head & 15) % request->n])};
	switch (ret->type) {
	case SNMP_NUMBER:
		ret->number = (int8_t)cursor_u8(script);
		ret->number = (int64_t)((uint64_t)ret->number << (cursor_u8(script) & 63));
		break;
	case SNMP_OCTETS:
		ret->len = cursor_u8(script);
		if (ret->len > cursor_left(script))
			ret->len = cursor_left(script);
		ret->bytes = cursor_take(script, ret->len);
		break;
	case SNMP_IP_ADDRESS:
		ret->len = 4;
		ret->bytes = cursor_take(script, 4);
		if (!ret->bytes)
			ret->type = SNMP_NOTHING;
		break;
	case SNMP_OBJECT_ID:
		ret->object = identifier(script, &request->oids[0]);
		break;
	case SNMP_NOTHING:
	case SNMP_END_OF_VIEW:
		break;
	}
}

static void
answer(struct cursor *script, const struct snmp_request *request, struct snmp_walk *walk)
{
	static const int64_t errors[ERRORS] = {0, 0, 0, SNMP_ERROR_TOO_BIG,
	    SNMP_ERROR_NO_SUCH_NAME, SNMP_ERROR_GENERAL, SNMP_ERROR_AUTHORIZATION, -1};
	static struct snmp_reply reply;
	uint8_t head = cursor_left(script) > 0 ? cursor_u8(script) : 0xff;

	if (head & 0x80) {
		snmp_walk_timeout(walk);
		return;
	}
	reply.error_status = errors[head >> 4];
	reply.error_index = reply.error_status ? (int8_t)cursor_u8(script) : 0;
	reply.n = (size_t)(head & 15) * 2;
	for (size_t i = 0; i < reply.n; i++)
		variable(script, request, &reply.vars[i]);
	snmp_walk_reply(walk, &reply);
}

static void
judge(struct snmp_facts *facts)
{
	struct snmp_answer told = {.version = 2};

	assert(snmp_facts_finish(facts, &told) == 0);
	assert(told.n_evidence <= SNMP_EVIDENCE_MAX);
	assert(told.n_ports <= SNMP_PORTS_MAX && told.n_neighbors <= SNMP_NEIGHBORS_MAX);
	assert(told.n_forwarding <= SNMP_FORWARDING_MAX);
	assert(told.n_resolved <= SNMP_RESOLVED_MAX);
	assert(told.n_stations <= SNMP_STATIONS_MAX);
	assert(told.n_access_points <= SNMP_ACCESS_POINTS_MAX);
	for (size_t i = 0; i < told.n_forwarding; i++)
		assert(!mac_is_multicast(&told.forwarding[i].mac));
	for (size_t i = 0; i < told.n_resolved; i++)
		assert(!mac_is_zero(&told.resolved[i].mac) && told.resolved[i].ip.family);
	for (size_t i = 0; i < told.n_evidence; i++) {
		const char *value = told.evidence[i].value;

		assert(text_is_clean(value, strlen(value)));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor script = cursor_over(data, size);
	struct snmp_walk *walk = malloc(sizeof(*walk));
	struct snmp_facts *facts = NULL;
	struct snmp_known known = {
	    .stamp = {.up_time_cs = 1, .system = 2166136261u}, .present = UINT64_MAX};
	struct snmp_request request;
	int requests = 0;
	uint8_t how;

	assert(walk && snmp_facts_new(&facts) == 0);
	how = cursor_u8(&script);
	snmp_walk_start(walk, facts, (uint8_t)(1 + how % 3), 25, 2);
	if (how & 0x80) /* it is known, and every table with it */
		snmp_walk_known(walk, &known);
	while (snmp_walk_next(walk, &request)) {
		assert(++requests < REQUESTS_MAX);
		assert(request.n > 0 && request.n <= SNMP_REQUEST_VARS_MAX);
		assert(request.repetitions > 0);
		answer(&script, &request, walk);
	}
	judge(facts);
	snmp_facts_free(facts);
	free(walk);
	return 0;
}
