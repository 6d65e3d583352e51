/* What all listeners show, as server_identity() set it, and how they speak TLS. Private to this
 * room. */
#ifndef PARTA_COLLECTOR_HTTP_IDENTITY_H
#define PARTA_COLLECTOR_HTTP_IDENTITY_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdbool.h>

/* Only forward-secret suites with authenticated encryption; the cheapest of them first. */
#define IDENTITY_PRIORITIES                                                                    \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM:+CHACHA20-"       \
	"POLY1305:"                                                                            \
	"+AES-256-GCM:-MAC-ALL:+AEAD:-KX-ALL:+ECDHE-ECDSA:%SERVER_PRECEDENCE"

/* Whether server_identity() was called. */
bool identity_known(void);

/* For gnutls_certificate_set_retrieve_function2(). */
int identity_show(gnutls_session_t session, const gnutls_datum_t *authorities,
    int authorities_count, const gnutls_pk_algorithm_t *algorithms, int algorithms_count,
    gnutls_pcert_st **ret_chain, unsigned *ret_len, gnutls_privkey_t *ret_key);

#endif
