/*
 * The one place where askers' sockets are opened, and TLS over them: OpenSSL, whose
 * certificates are looked at and not judged, because nothing secret is said and
 * devices sign their own.
 */
#ifndef PARTA_AGENT_ASK_ASK_SOCKET_H
#define PARTA_AGENT_ASK_ASK_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "agent/ask/ask.h"

struct ask_tls;    /* what all connections share; made when the first one needs it */
struct ask_secure; /* TLS of one connection */

enum { ASK_TLS_AT_ONCE_MAX = 16, ASK_SUBJECT_BYTES = 256 };

/* A non-blocking descriptor that is connecting (TCP) or connected (UDP). -EPERM for a port that
 * is left alone (harmless.h); -EAFNOSUPPORT; another negative errno. */
int ask_socket_open(const struct asker *asker, const struct address *ip, uint16_t port);
/* 0 once it stands, else why not. */
int ask_socket_error(int fd);

void ask_tls_free(struct ask_tls *tls); /* accepts NULL */

/* 0; -EAGAIN while ASK_TLS_AT_ONCE_MAX are under way; -ENOMEM. *tls NULL: made. */
int ask_secure_new(struct ask_tls **tls, int fd, struct ask_secure **ret);
void ask_secure_free(struct ask_secure *secure); /* accepts NULL */

/* Each returns -EAGAIN and what to wait for (LOOP_READ, LOOP_WRITE) in *ret_want, or -EPROTO,
 * -ECONNRESET. handshake: 0. read: bytes, 0 at the end. write: bytes. */
int ask_secure_handshake(struct ask_secure *secure, unsigned *ret_want);
ssize_t ask_secure_read(struct ask_secure *secure, void *ret, size_t size, unsigned *ret_want);
ssize_t ask_secure_write(
    struct ask_secure *secure, const void *bytes, size_t len, unsigned *ret_want);
/* The peer's "CN=..., O=..., OU=..."; "" when it has no certificate. */
void ask_secure_subject(const struct ask_secure *secure, char ret[static ASK_SUBJECT_BYTES]);

void ask_md5(const void *bytes, size_t len, uint8_t ret[static ASK_MD5_BYTES]);

#endif
