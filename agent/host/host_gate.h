/*
 * Who may post facts, and how often: keys of the school, a window of time, nonces
 * that were seen, and buckets of requests. Pure: time comes in as a number.
 */
#ifndef PARTA_AGENT_HOST_HOST_GATE_H
#define PARTA_AGENT_HOST_HOST_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/host/host_request.h"
#include "common/address.h"

enum {
	HOST_KEYS_MAX = 4, /* the present one and those that are being replaced */
	HOST_KEY_BYTES = 32,
	HOST_WINDOW_S = 300,     /* a clock may be wrong by so much */
	HOST_NONCES_MAX = 8192,  /* more than the buckets let through within two windows */
	HOST_SOURCES_MAX = 1024, /* addresses that are counted at once */
	HOST_BURST = 6,          /* requests of one address at once, */
	HOST_REFILL_MS = 10000,  /* and one more after each such time */
	HOST_BURST_ALL = 50,
	HOST_REFILL_ALL_MS = 100,
};

struct host_gate;

struct host_keys {
	uint8_t keys[HOST_KEYS_MAX][HOST_KEY_BYTES];
	size_t count;
};

enum host_verdict {
	HOST_TAKEN,
	HOST_UNSIGNED, /* by none of our keys */
	HOST_CLOCK,    /* signed, at a time that is not ours */
	HOST_REPLAYED,
	HOST_BUSY, /* nonces of the window fill the table */
};

/*
 * Keys as a file holds them: one a line, 64 hexadecimal digits; blank lines and lines
 * beginning with '#' aside. 0; -EINVAL with one line of words in error.
 */
int host_keys_parse(
    const char *name, const char *text, struct host_keys *ret, char error[static 256]);

int host_gate_new(struct host_gate **ret); /* 0 or -ENOMEM */
void host_gate_free(struct host_gate *gate);
void host_gate_keys(struct host_gate *gate, const struct host_keys *keys);

/* May this address make a request now? Boot time, which never jumps. */
bool host_gate_admits(struct host_gate *gate, const struct address *from, uint64_t boot_ms);

/*
 * Judges a whole request; a nonce is remembered only when it is HOST_TAKEN. *ret_key is
 * which key signed it, -1 none. The signature is HMAC-SHA256 (RFC 2104) over
 * "parta-host-1\n", the time, "\n", the nonce, "\n" (both as in their fields) and the body.
 */
enum host_verdict host_gate_judge(struct host_gate *gate, const struct host_request *request,
    const char *body, size_t len, int64_t now_s, int *ret_key);

/* Signs the time we answer with, so that nobody else can set a sender's clock:
 * "parta-host-1-time\n", the request's nonce, "\n", the time. Hexadecimal. */
void host_gate_sign_time(const struct host_gate *gate, int key,
    const uint8_t nonce[static HOST_NONCE_BYTES], int64_t now_s,
    char ret[static 2 * HOST_SIGNATURE_BYTES + 1]);

#endif
