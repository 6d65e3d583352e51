/*
 * Is it the collector that answers, or somebody in its place? Two questions: an HTTP
 * request whose answer nobody else can know beforehand, for portals and proxies that
 * show a page of their own, and a TLS handshake that only the collector's authority
 * vouches for.
 */
#ifndef PARTA_AGENT_PROBE_GENUINE_H
#define PARTA_AGENT_PROBE_GENUINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address;
struct genuine;
struct transfers;

enum genuine_kind { GENUINE_HTTP, GENUINE_TLS, GENUINE_KINDS };
enum genuine_answer { GENUINE_NO_WORD, GENUINE_OWN, GENUINE_FOREIGN };

enum { GENUINE_OBSERVED_SIZE = 48 };

struct genuine_settings {
	struct transfers *transfers;
	const char *host; /* of the collector */
	uint16_t port;
	const char *ca_file;    /* NULL: no handshake is made */
	const char *portal_url; /* NULL or "": that of the collector's host, port 80 */
	void (*on_answer)(void *arg, enum genuine_kind kind, enum genuine_answer answer,
	    uint64_t sent_ms, const char *observed);
	void *arg;
};

/* Everything is copied. 0 or -ENOMEM. */
int genuine_new(const struct genuine_settings *settings, struct genuine **ret);
void genuine_free(struct genuine *genuine); /* accepts NULL; on_answer is not called */
const char *genuine_target(const struct genuine *genuine, enum genuine_kind kind);
/* One question of each kind at a time. collector: its address, family 0 not known. */
void genuine_ask(
    struct genuine *genuine, enum genuine_kind kind, const struct address *collector);

/* ---- pure (genuine_judge.c) */

/* An HTTP answer to the question. */
struct genuine_reply {
	long status;
	const char *location; /* header, "" none */
	const char *host;     /* that was asked */
	const void *body;
	size_t body_len;
	const char *expected; /* the body that is right */
	bool proven;          /* it was right before, or a person says that it is there */
};

enum genuine_answer genuine_judge_http(
    const struct genuine_reply *reply, char ret_observed[static GENUINE_OBSERVED_SIZE]);

/* verify: OpenSSL's X509_V_ code of the chain; a clock that stands wrong is nobody's fraud. */
enum genuine_answer genuine_judge_tls(
    long verify, const char *issuer, char ret_observed[static GENUINE_OBSERVED_SIZE]);

#endif
