/*
 * What every listener shows in its handshakes. A new one is for new connections; old
 * ones stay until the program ends: a handshake may hold them, and a new one comes
 * less than once in half a year.
 */
#include "collector/http/identity.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http/server.h"

enum { CHAIN_MAX = 4 };

struct identity {
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned chain_len;
	gnutls_privkey_t key;
	struct identity *before;
};

static _Atomic(struct identity *) identity_now;

int
identity_show(gnutls_session_t session, const gnutls_datum_t *authorities,
    int authorities_count, const gnutls_pk_algorithm_t *algorithms, int algorithms_count,
    gnutls_pcert_st **ret_chain, unsigned *ret_len, gnutls_privkey_t *ret_key)
{
	struct identity *identity = atomic_load(&identity_now);

	(void)session, (void)authorities, (void)authorities_count;
	(void)algorithms, (void)algorithms_count;
	*ret_chain = identity->chain;
	*ret_len = identity->chain_len;
	*ret_key = identity->key;
	return 0;
}

static void
identity_free(struct identity *identity)
{
	for (unsigned i = 0; i < identity->chain_len; i++)
		gnutls_pcert_deinit(&identity->chain[i]);
	if (identity->key)
		gnutls_privkey_deinit(identity->key);
	free(identity);
}

int
server_identity(const char *chain_pem, const char *key_pem)
{
	gnutls_datum_t chain = {
	    (unsigned char *)(uintptr_t)chain_pem, (unsigned)strlen(chain_pem)};
	gnutls_datum_t key = {(unsigned char *)(uintptr_t)key_pem, (unsigned)strlen(key_pem)};
	struct identity *identity = calloc(1, sizeof(*identity));
	unsigned len = CHAIN_MAX;

	if (!identity)
		return -ENOMEM;
	if (gnutls_pcert_list_import_x509_raw(
		identity->chain, &len, &chain, GNUTLS_X509_FMT_PEM, 0) < 0) {
		free(identity);
		return -EINVAL;
	}
	identity->chain_len = len;
	if (gnutls_privkey_init(&identity->key) < 0 ||
	    gnutls_privkey_import_x509_raw(identity->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0) <
		0) {
		identity_free(identity);
		return -EINVAL;
	}
	identity->before = atomic_load(&identity_now);
	atomic_store(&identity_now, identity);
	return 0;
}

bool
identity_known(void)
{
	return atomic_load(&identity_now) != NULL;
}
