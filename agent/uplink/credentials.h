/*
 * Who this agent is: the files of its state folder that came with the enrolment.
 *
 *   agent.key   the private key (P-256), mode 0600, never sent
 *   agent.crt   the certificate over it, by the collector's authority
 *   ca.crt      that authority
 *   policy.pub  the public key that signs policies (Ed25519)
 *   school      code and name of the school, a line each
 *   collector   the URL that reports go to
 *   agent.id    the agent's UUID; written last: while it is absent nobody is enrolled
 */
#ifndef PARTA_AGENT_UPLINK_CREDENTIALS_H
#define PARTA_AGENT_UPLINK_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bytes.h"

enum { CREDENTIALS_PATH_SIZE = 320, CREDENTIALS_WORDS_SIZE = 320 };

struct credentials {
	uint8_t agent_id[16];
	uint8_t policy_key[32];
	char school_code[65], school_name[257];
	char collector_url[256];
	char key_file[CREDENTIALS_PATH_SIZE], cert_file[CREDENTIALS_PATH_SIZE],
	    ca_file[CREDENTIALS_PATH_SIZE];
	int64_t issued_ms, ends_ms; /* of the certificate */
};

/* What the collector gave; everything is borrowed. */
struct credentials_grant {
	const uint8_t *agent_id;   /* 16 bytes */
	const char *certificate;   /* PEM */
	const char *authority;     /* PEM */
	const uint8_t *policy_key; /* 32 bytes */
	const char *school_code, *school_name, *collector_url;
};

/* 0; -ENOENT not enrolled; -EBADMSG a file that cannot be used, named in words. */
int credentials_load(
    const char *state_dir, struct credentials *ret, char words[static CREDENTIALS_WORDS_SIZE]);

/*
 * A certificate request (PKCS #10, DER) appended to ret. fresh: over a new key,
 * which waits beside the old one until credentials_store(); else over the key in use.
 */
int credentials_request(
    const char *state_dir, const char *host_name, bool fresh, struct bytes *ret);

/*
 * Checks that the certificate is over our key and by the authority, then
 * replaces the files. A renewal (fresh false) keeps the key and the agent's id and
 * replaces the certificates alone, so that they fit the key at any moment. 0,
 * -EBADMSG with words, or another negative errno.
 */
int credentials_store(const char *state_dir, const struct credentials_grant *grant, bool fresh,
    char words[static CREDENTIALS_WORDS_SIZE]);

/* A certificate's (PEM) SHA-256 over its DER. 0 or -EBADMSG. */
int credentials_fingerprint(const char *pem, uint8_t ret[static 32]);

#endif
