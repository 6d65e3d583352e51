/* The speed of a cipher: see cipher.h. Sealing is tried; opening takes as long. */
#include "common/cipher.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

#include "common/check.h"
#include "common/clock.h"

enum { RECORD_BYTES = 16384, TRY_US = 10000 };

/* What a name holds says which it is, the longer one first. */
static const struct {
	const char *part;
	const EVP_CIPHER *(*cipher)(void);
} ciphers[] = {
    {"CHACHA20", EVP_chacha20_poly1305},
    {"AES_256_GCM", EVP_aes_256_gcm},
    {"AES256-GCM", EVP_aes_256_gcm},
    {"AES_128_GCM", EVP_aes_128_gcm},
    {"AES128-GCM", EVP_aes_128_gcm},
};

static double
mbps_of(const EVP_CIPHER *cipher)
{
	static uint8_t record[RECORD_BYTES];
	static const uint8_t key[32], nonce[12];
	EVP_CIPHER_CTX *state = EVP_CIPHER_CTX_new();
	uint64_t from_us = clock_boot_us(), us = 0, bytes = 0;
	int len;

	if (!state)
		return 0;
	do {
		if (EVP_EncryptInit_ex(state, cipher, NULL, key, nonce) != 1 ||
		    EVP_EncryptUpdate(state, record, &len, record, RECORD_BYTES) != 1)
			break;
		bytes += RECORD_BYTES;
		us = clock_boot_us() - from_us;
	} while (us < TRY_US);
	EVP_CIPHER_CTX_free(state);
	return us > 0 ? 8.0 * (double)bytes / (double)us : 0;
}

double
cipher_mbps(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(ciphers); i++)
		if (strstr(name, ciphers[i].part))
			return mbps_of(ciphers[i].cipher());
	return 0;
}
