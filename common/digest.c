/* SHA-256 by OpenSSL's EVP interface. */
#include "common/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

#include "common/check.h"

struct digest {
	EVP_MD_CTX *sum;
};

int
digest_new(struct digest **ret)
{
	struct digest *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->sum = EVP_MD_CTX_new();
	if (!d->sum || EVP_DigestInit_ex(d->sum, EVP_sha256(), NULL) != 1) {
		EVP_MD_CTX_free(d->sum);
		free(d);
		return -ENOMEM;
	}
	*ret = d;
	return 0;
}

void
digest_add(struct digest *d, const void *bytes, size_t len)
{
	CHECK(EVP_DigestUpdate(d->sum, bytes, len) == 1);
}

void
digest_end(struct digest *d, uint8_t ret[static DIGEST_BYTES])
{
	CHECK(EVP_DigestFinal_ex(d->sum, ret, NULL) == 1);
	EVP_MD_CTX_free(d->sum);
	free(d);
}

int
digest_of(const void *bytes, size_t len, uint8_t ret[static DIGEST_BYTES])
{
	struct digest *d;
	int r = digest_new(&d);

	if (r < 0)
		return r;
	digest_add(d, bytes, len);
	digest_end(d, ret);
	return 0;
}

int
digest_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
    uint8_t ret[static DIGEST_BYTES])
{
	unsigned ret_len = DIGEST_BYTES;

	return HMAC(EVP_sha256(), key, (int)key_len, bytes, len, ret, &ret_len) ? 0 : -ENOMEM;
}
