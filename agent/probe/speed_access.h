/* How a measuring server is reached and how long it takes to answer: what pings and streams
 * share. */
#ifndef PARTA_AGENT_PROBE_SPEED_ACCESS_H
#define PARTA_AGENT_PROBE_SPEED_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/probe/speed_backend.h"
#include "common/address.h"

struct loop;
struct transfer;
struct transfer_request;
struct transfer_result;
struct transfers;

struct speed_access {
	struct loop *loop;
	struct transfers *transfers;
	const struct speed_backend *backend;
	const struct speed_place *place;
	const char *ca_file, *cert_file, *key_file, *interface;
	enum address_family family;    /* to resolve to; NONE: any */
	const struct address *address; /* pinned; NULL: resolve */
};

/* A request with what access says of it. */
struct transfer_request speed_request(const struct speed_access *access);

enum speed_ping_kind {
	SPEED_PING_KEPT,   /* on a connection that is kept for pings; of HTTP/2: a fresh one */
	SPEED_PING_FRESH,  /* on a connection that is made for it */
	SPEED_PING_BESIDE, /* on one that carries load, with HTTP/2; else KEPT */
};

/* Asks the place's ping once. 0 or a negative errno; on_done gets arg. */
int speed_ping(const struct speed_access *access, enum speed_ping_kind kind,
    void (*on_done)(void *arg, const struct transfer_result *result), void *arg,
    struct transfer **ret);
/* From the request to the first byte of the answer, or of the TCP handshake; < 0 when it was
 * not such a server's. */
double speed_ping_ms(const struct speed_access *access, const struct transfer_result *result);

/* The middle value, of a copy of the first SPEED_PINGS_MAX; < 0 of nothing. */
double speed_median(const double values[], size_t count);

#endif
