/*
 * The policy of a school, signed; and which version of it an agent should be
 * running, remembered for half a minute so that every answer can say it.
 */
#ifndef PARTA_COLLECTOR_INGEST_POLICY_H
#define PARTA_COLLECTOR_INGEST_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/http/message.h"

struct authority;
struct store;
struct policies;

enum { POLICY_VERSION_SIZE = 88 };

int policies_new(struct authority *authority, struct policies **ret);
void policies_free(struct policies *policies); /* accepts NULL */

/* The version that is remembered for the school, "" when none is. True when it is time to ask
 * the database: then this caller is the only one who is told so for a while. */
bool policies_version(struct policies *policies, const char *school_code, uint64_t now_ms,
    char ret[static POLICY_VERSION_SIZE]);

/* Asks the database and remembers. 0 or a negative errno of the store. */
int policies_refresh(struct policies *policies, struct store *store,
    const struct http_agent *agent, uint64_t now_ms);

/* The reply to GET /v1/policy. if_none_match: the request's header, or "". 0 or a negative
 * errno of the store; then there is no reply yet. */
int policies_reply(struct policies *policies, struct store *store,
    const struct http_agent *agent, const char *if_none_match, uint64_t now_ms,
    struct http_reply *ret);

#endif
