/* Sockets and TLS of the askers: see ask_socket.h. */
#include "agent/ask/ask_socket.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/ask/harmless.h"
#include "common/check.h"
#include "common/loop.h"
#include "common/text.h"

struct ask_tls {
	SSL_CTX *context;
	unsigned under_way;
};

struct ask_secure {
	struct ask_tls *tls;
	SSL *ssl;
};

int
ask_socket_open(const struct asker *asker, const struct address *ip, uint16_t port)
{
	struct sockaddr_storage to;
	size_t len = address_to_sockaddr(ip, port, &to);
	int type = asker->transport == ASK_UDP ? SOCK_DGRAM : SOCK_STREAM, fd, r;

	if (!harmless_port(port, asker->source))
		return -EPERM;
	if (len == 0)
		return -EAFNOSUPPORT;
	fd = socket(to.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&to, (socklen_t)len) < 0 &&
	    errno != EINPROGRESS) {
		r = -errno;
		(void)close(fd);
		return r;
	}
	return fd;
}

int
ask_socket_error(int fd)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return -errno;
	return -error;
}

/* Devices live long: whatever version and cipher they have is taken, as nothing secret is said.
 */
static SSL_CTX *
context_make(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	if (!context)
		return NULL;
	SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_security_level(context, 0);
	(void)SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
	(void)SSL_CTX_set_cipher_list(context, "ALL:!aNULL:!eNULL:@SECLEVEL=0");
	(void)SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_TICKET |
					       SSL_OP_NO_COMPRESSION |
					       SSL_OP_IGNORE_UNEXPECTED_EOF);
	(void)SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	(void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	return context;
}

void
ask_tls_free(struct ask_tls *tls)
{
	if (!tls)
		return;
	SSL_CTX_free(tls->context);
	free(tls);
}

int
ask_secure_new(struct ask_tls **tls, int fd, struct ask_secure **ret)
{
	struct ask_secure *secure;

	if (!*tls) {
		*tls = calloc(1, sizeof(**tls));
		if (!*tls)
			return -ENOMEM;
		(*tls)->context = context_make();
	}
	if ((*tls)->under_way >= ASK_TLS_AT_ONCE_MAX)
		return -EAGAIN;
	secure = calloc(1, sizeof(*secure));
	if (!secure)
		return -ENOMEM;
	secure->ssl = (*tls)->context ? SSL_new((*tls)->context) : NULL;
	if (!secure->ssl || SSL_set_fd(secure->ssl, fd) != 1) {
		SSL_free(secure->ssl);
		free(secure);
		return -ENOMEM;
	}
	SSL_set_connect_state(secure->ssl);
	secure->tls = *tls;
	secure->tls->under_way++;
	*ret = secure;
	return 0;
}

void
ask_secure_free(struct ask_secure *secure)
{
	if (!secure)
		return;
	secure->tls->under_way--;
	SSL_free(secure->ssl);
	free(secure);
}

/* What a call of OpenSSL that did not succeed means. */
static int
verdict_of(const struct ask_secure *secure, int r, unsigned *ret_want)
{
	switch (SSL_get_error(secure->ssl, r)) {
	case SSL_ERROR_WANT_READ:
		*ret_want = LOOP_READ;
		return -EAGAIN;
	case SSL_ERROR_WANT_WRITE:
		*ret_want = LOOP_WRITE;
		return -EAGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	case SSL_ERROR_SYSCALL:
		return -ECONNRESET;
	default:
		return -EPROTO;
	}
}

int
ask_secure_handshake(struct ask_secure *secure, unsigned *ret_want)
{
	int r;

	ERR_clear_error();
	r = SSL_do_handshake(secure->ssl);
	if (r == 1)
		return 0;
	r = verdict_of(secure, r, ret_want);
	return r == 0 ? -ECONNRESET : r;
}

ssize_t
ask_secure_read(struct ask_secure *secure, void *ret, size_t size, unsigned *ret_want)
{
	size_t n = 0;
	int r;

	ERR_clear_error();
	r = SSL_read_ex(secure->ssl, ret, size, &n);
	return r == 1 ? (ssize_t)n : verdict_of(secure, r, ret_want);
}

ssize_t
ask_secure_write(struct ask_secure *secure, const void *bytes, size_t len, unsigned *ret_want)
{
	size_t n = 0;
	int r;

	ERR_clear_error();
	r = SSL_write_ex(secure->ssl, bytes, len, &n);
	if (r == 1)
		return (ssize_t)n;
	r = verdict_of(secure, r, ret_want);
	return r == 0 ? -ECONNRESET : r;
}

void
ask_secure_subject(const struct ask_secure *secure, char ret[static ASK_SUBJECT_BYTES])
{
	static const struct {
		const char *name;
		int nid;
	} parts[] = {{"CN", NID_commonName}, {"O", NID_organizationName},
	    {"OU", NID_organizationalUnitName}};
	X509 *certificate = SSL_get1_peer_certificate(secure->ssl);
	size_t len = 0;

	ret[0] = '\0';
	for (size_t i = 0; certificate && i < COUNT_OF(parts); i++) {
		const X509_NAME *subject = X509_get_subject_name(certificate);
		int at = X509_NAME_get_index_by_NID(subject, parts[i].nid, -1);
		unsigned char *utf8 = NULL;
		char text[96];
		int n;

		if (at < 0)
			continue;
		n = ASN1_STRING_to_UTF8(
		    &utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
		if (n > 0 && text_clean(text, sizeof(text), utf8, (size_t)n) > 0 &&
		    len < ASK_SUBJECT_BYTES)
			len += (size_t)snprintf(ret + len, ASK_SUBJECT_BYTES - len, "%s%s=%s",
			    len ? ", " : "", parts[i].name, text);
		OPENSSL_free(utf8);
	}
	X509_free(certificate);
}

void
ask_md5(const void *bytes, size_t len, uint8_t ret[static ASK_MD5_BYTES])
{
	memset(ret, 0, ASK_MD5_BYTES);
	(void)EVP_Digest(bytes, len, ret, NULL, EVP_md5(), NULL);
}
