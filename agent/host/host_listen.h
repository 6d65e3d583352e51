/*
 * Where host scripts post the facts of their computers: HTTP on the school's own
 * network, at the addresses of the interfaces that the agent may use and nowhere
 * else. POST /v1/host, signed (host_gate.h); JSON answers:
 *
 *   200 {"result":"taken","time":N}            401 {"error":"unsigned"}
 *   401 {"error":"clock","time":N,"signature"} 403 {"error":"foreign"}: not from here
 *   400 malformed  404 not_found  409 replayed  413 too_large  429 limited  503 busy
 *
 * Many slow or silent clients cost a bounded number of descriptors and bytes.
 */
#ifndef PARTA_AGENT_HOST_HOST_LISTEN_H
#define PARTA_AGENT_HOST_HOST_LISTEN_H

#include <stddef.h>
#include <stdint.h>

#include "agent/host/host_gate.h"
#include "common/address.h"

struct loop;
struct host_listener;

enum { HOST_ADDRESSES_MAX = 16, HOST_CONNECTIONS_MAX = 32, HOST_CONNECTIONS_A_SOURCE = 4 };

/* A body that is signed and new. 0, or -EBADMSG: it is no inventory. */
typedef int (*host_facts_fn)(
    void *arg, const struct address *from, const char *body, size_t len);

struct host_counters {
	uint64_t taken, is_unsigned, clock, replayed, limited, malformed, too_large, foreign,
	    connections_refused, broken;
};

int host_listen_start(
    struct loop *loop, host_facts_fn on_facts, void *arg, struct host_listener **ret);
void host_listen_stop(struct host_listener *listener); /* accepts NULL */

void host_listen_keys(struct host_listener *listener, const struct host_keys *keys);

/* Listens at these addresses and port, and no longer at others; connections go on. Returns how
 * many of them could be bound. */
size_t host_listen_at(struct host_listener *listener, const struct address addresses[],
    size_t count, uint16_t port);

void host_listen_counters(const struct host_listener *listener, struct host_counters *ret);

#endif
