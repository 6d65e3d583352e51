/*
 * A few objects of one device, asked for now and then: one request at a time, by the
 * community that it answers to, which is found by trying (v2c, then v1, each
 * community in turn). Unlike snmp.h it walks nothing. Communities alone: no SNMPv3.
 */
#ifndef PARTA_AGENT_ASK_SNMP_GET_H
#define PARTA_AGENT_ASK_SNMP_GET_H

#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp_pdu.h"
#include "common/address.h"

struct loop;
struct snmp_get;

struct snmp_get_settings {
	const char *const *communities; /* copied, at most SNMP_COMMUNITIES_MAX of them */
	size_t n_communities;
	uint16_t port;       /* 0: 161 */
	uint32_t timeout_ms; /* of a try, 0: 500 */
};

/* error: 0, and the reply lives during the call; -ETIMEDOUT nobody answered, -ECONNREFUSED
 * nobody listens, or another negative errno; reply is NULL then. */
typedef void (*snmp_get_fn)(void *arg, int error, const struct snmp_reply *reply);

/* 0; -EINVAL no address; -ENOMEM. */
int snmp_get_new(struct loop *loop, const struct snmp_get_settings *settings,
    const struct address *ip, struct snmp_get **ret);
void snmp_get_free(struct snmp_get *get); /* accepts NULL; fn is not called */

/* Only GET and GETNEXT. fn is called once, never from inside this call, and may ask again. 0 or
 * -EBUSY. */
int snmp_get_ask(
    struct snmp_get *get, const struct snmp_request *request, snmp_get_fn fn, void *arg);

#endif
