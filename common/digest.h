/* SHA-256 (FIPS 180-4), whole or in pieces, and with a key. */
#ifndef PARTA_COMMON_DIGEST_H
#define PARTA_COMMON_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_BYTES = 32 };

struct digest; /* a sum under way */

int digest_new(struct digest **ret); /* 0 or -ENOMEM */
void digest_add(struct digest *digest, const void *bytes, size_t len);
/* Ends the sum and frees it. */
void digest_end(struct digest *digest, uint8_t ret[static DIGEST_BYTES]);

/* 0 or -ENOMEM. */
int digest_of(const void *bytes, size_t len, uint8_t ret[static DIGEST_BYTES]);

/* HMAC with SHA-256 (RFC 2104). 0 or -ENOMEM. */
int digest_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
    uint8_t ret[static DIGEST_BYTES]);

#endif
