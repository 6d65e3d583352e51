/*
 * The collector's own certificate authority, in the directory "ca" of its state:
 *   ca.key ca.crt            P-256, signs agents and listeners (RFC 5280)
 *   policy.key               Ed25519, signs policies (RFC 8032)
 *   server.key server.crt    what the listeners show; made again when names or time ask for it
 * Every file is mode 0600. All functions may be called from any thread.
 */
#ifndef PARTA_COLLECTOR_INGEST_AUTHORITY_H
#define PARTA_COLLECTOR_INGEST_AUTHORITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/http/message.h"

struct authority;

enum {
	AUTHORITY_DAYS = 3653,
	AUTHORITY_AGENT_DAYS = 400,
	AUTHORITY_SERVER_DAYS = 400,
	AUTHORITY_REQUEST_BYTES_MAX = 4096,
};

/* Makes what is not there yet: keys, and the authority's certificate. 0 or a negative errno. */
int authority_create(const char *state_dir, int64_t now_ms);

/* 0; -ENOENT nothing was made yet; -EBADMSG a file is ruined; -EACCES and the like. */
int authority_open(const char *state_dir, struct authority **ret);
void authority_close(struct authority *authority); /* accepts NULL */

/* A new certificate for the same key and name, so that certificates given before stay good. */
int authority_renew(const char *state_dir, int64_t now_ms);

/* Takes a certificate that was renewed since this authority was opened. 1 it did; 0 there is
 * none; -EKEYREJECTED it is of another key, and that asks for a restart; else as
 * authority_open(). */
int authority_reload(struct authority *authority);

struct authority_facts {
	const char *pem;        /* of its certificate */
	uint8_t sha256[32];     /* of the certificate's DER: stands in enrolment tokens */
	uint8_t policy_key[32]; /* public */
	char subject[256];
	int64_t begins_ms, ends_ms;
};
/* Of the newest certificate that was read. Stays good until the authority is closed. */
const struct authority_facts *authority_facts(const struct authority *authority);

/*
 * Looks at a certificate request (PKCS #10, RFC 2986) before anything is promised: 0 and the
 * SHA-256 of its SubjectPublicKeyInfo; -EBADMSG not a request; -EPROTONOSUPPORT not a P-256
 * key; -EKEYREJECTED its signature is not of its own key.
 */
int authority_request_key(
    const uint8_t *request, size_t len, uint8_t ret_key_sha256[static 32]);

/* An agent's certificate for that request's key. *ret_pem is malloc'd. 0 or a negative errno as
 * above. */
int authority_issue(struct authority *authority, const uint8_t *request, size_t len,
    const uint8_t agent_id[static 16], int64_t now_ms, char **ret_pem, int64_t *ret_ends_ms);

/* What a client's certificate says; its time is not compared with any clock. */
void authority_judge(
    struct authority *authority, const uint8_t *der, size_t len, struct http_certificate *ret);

/* Ed25519 over bytes. 0 or -EIO. */
int authority_sign(
    struct authority *authority, const uint8_t *bytes, size_t len, uint8_t ret[static 64]);

/*
 * The listeners' certificate chain (with the authority's own at its end) and key for these
 * names (DNS or addresses), from the files or newly issued when names differ, two thirds of its
 * time are over or `force`. Both are malloc'd PEM. *ret_fresh says that it was made now.
 */
int authority_server(struct authority *authority, const char *const names[], size_t count,
    int64_t now_ms, bool force, char **ret_chain, char **ret_key, bool *ret_fresh);

#endif
