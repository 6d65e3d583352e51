/*
 * How this agent becomes known to a collector: a one-time token (common/token.h)
 * and a certificate request against a certificate, twice over HTTPS. The first
 * request carries nothing and only looks at the chain: it must end in the
 * authority whose SHA-256 the token tells. The second is verified by that
 * authority and carries the secret.
 */
#ifndef PARTA_AGENT_UPLINK_ENROL_H
#define PARTA_AGENT_UPLINK_ENROL_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/uplink/credentials.h"
#include "common/bytes.h"

struct transfers;
struct enrol;

struct enrol_settings {
	const char *collector_url; /* https://host:port of the enrolment listener */
	const char *token;
	const char *state_dir;
	const char *host_name;
};

/* error: 0 enrolled, -EKEYREJECTED another authority than the token tells, -EACCES the token is
 * not taken, or another negative errno; words: one sentence. */
typedef void (*enrol_done_fn)(void *arg, int error, const char *words);

/* 0; -EINVAL a token or URL that cannot be; another negative errno. on_done is called once,
 * never before this returns. */
int enrol_start(struct transfers *transfers, const struct enrol_settings *settings,
    enrol_done_fn on_done, void *arg, struct enrol **ret);
void enrol_free(struct enrol *enrol); /* accepts NULL; not before on_done was called */

/* The body of an enrolment (fresh, with the token) or a renewal (neither): an EnrolRequest
 * appended to ret. */
int enrol_request(const char *state_dir, const char *host_name, const char *token, bool fresh,
    struct bytes *ret);
/* An EnrolAnswer checked and stored. 0, -EBADMSG with words, or another negative errno. */
int enrol_answer(const char *state_dir, const void *body, size_t len, bool fresh,
    char words[static CREDENTIALS_WORDS_SIZE]);

#endif
