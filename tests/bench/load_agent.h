/*
 * An agent of a load generator: it enrols with its own token, keeps one mutual TLS
 * connection and packs reports of random-looking numbers. Blocking; a thread each.
 */
#ifndef PARTA_TESTS_BENCH_LOAD_AGENT_H
#define PARTA_TESTS_BENCH_LOAD_AGENT_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bytes.h"

enum { LOAD_SAMPLES_MAX = 1000, LOAD_ANSWER_BYTES_MAX = 64 * 1024 };

struct load_place {
	const char *host; /* an IPv4 address */
	uint16_t agents_port, enrol_port;
	unsigned patience_s; /* for one answer; 0 for ever */
};

struct load_agent {
	char token[128];
	EVP_PKEY *key;
	X509 *certificate, *authority; /* NULL until it is enrolled */
	uint8_t id[16], boot_id[16];
	uint64_t seq;
	SSL *tls; /* for load_send() */
};

struct load_answer {
	unsigned status; /* of HTTP; 0 the connection broke or could not be made */
	uint32_t accepted, rejected;
	char reason[160]; /* of the first that was rejected */
};

/* Enrols, trying again each second for a minute; complains on stderr. */
bool load_enrol(struct load_agent *agent, const struct load_place *place);
void load_clear(struct load_agent *agent);

/* A connection to the listener of agents: NULL when it cannot be made. */
SSL *load_open(const struct load_agent *agent, const struct load_place *place);
void load_close(SSL *tls); /* accepts NULL */

/* Asks for a path that is not there: the smallest request that makes the collector judge a
 * certificate. True when it was answered so. */
bool load_knock(SSL *tls);

/* Adds the next report, with so many measurements, to a body. */
void load_report(struct load_agent *agent, unsigned samples, struct bytes *body);

/* Sends a body of reports over agent->tls, which is opened first when it is NULL and closed
 * when it broke. */
struct load_answer load_send(
    struct load_agent *agent, const struct load_place *place, const struct bytes *body);

/* One token a line of stdin; ends the program when there are too few. */
void load_tokens(struct load_agent *agents[], unsigned count);

#endif
