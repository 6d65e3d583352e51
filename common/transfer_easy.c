/*
 * One request as libcurl is told of it (options) and what libcurl calls us for:
 * header lines, bodies, sockets, certificate chains. The chain is noted as the
 * other side showed it (RFC 8446, 4.4.2), whatever OpenSSL thinks of it.
 */
#include "common/transfer_easy.h"

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/text.h"

enum {
	RETRY_AFTER_S_MAX = 24 * 3600,
	NAMES_S =
	    3600, /* beyond any request, which libcurl may start again on a new connection */
};

/* ---- what came of it ---- */

int
transfer_header(const struct transfer_result *result, const char *name, char *ret, size_t size)
{
	size_t len = strlen(name);

	for (const char *line = result->headers; *line;) {
		const char *end = strchr(line, '\n'), *value = line + len + 1;

		if (!end)
			end = line + strlen(line);
		if (!strncasecmp(line, name, len) && line[len] == ':') {
			while (value < end && (*value == ' ' || *value == '\t'))
				value++;
			while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
				end--;
			if ((size_t)(end - value) >= size)
				return -ENOBUFS;
			memcpy(ret, value, (size_t)(end - value));
			ret[end - value] = '\0';
			return 0;
		}
		line = *end ? end + 1 : end;
	}
	return -ENOENT;
}

static int
error_of(const struct transfer *t, int code, long os_errno)
{
	if (t->stop != STOP_NOT)
		return t->stop == STOP_TOO_LARGE ? -EFBIG
		       : t->stop == STOP_ENOUGH  ? 0
						 : -ECANCELED;
	switch (code) {
	case CURLE_OK:
		return 0;
	case CURLE_OPERATION_TIMEDOUT:
		return -ETIMEDOUT;
	case CURLE_COULDNT_RESOLVE_HOST:
		return -ENOENT;
	case CURLE_COULDNT_CONNECT:
		return os_errno > 0 ? -(int)os_errno : -ECONNREFUSED;
	case CURLE_SSL_CONNECT_ERROR:
		return strstr(t->words, "reset by peer") ? -ECONNRESET : -EPROTO;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return -EPROTO;
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return -ECONNRESET;
	case CURLE_LOGIN_DENIED:
		return -EACCES;
	case CURLE_USE_SSL_FAILED:
		return -EPROTO;
	case CURLE_OUT_OF_MEMORY:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

/* A time that libcurl took, since our own start. */
static uint64_t
time_of(const struct transfer *t, CURLINFO what)
{
	curl_off_t us = 0;

	if (curl_easy_getinfo(t->easy, what, &us) != CURLE_OK || us <= 0)
		return 0;
	return (uint64_t)us + (t->handed_us - t->started_us);
}

void
easy_result(const struct transfer *t, int code, struct transfer_result *result)
{
	const char *ip = NULL;
	curl_off_t retry = 0;
	long os_errno = 0;
	char value[64];

	(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &result->status);
	(void)curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &os_errno);
	(void)curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &ip);
	(void)curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &retry);
	if (ip)
		(void)address_parse(ip, &result->peer);
	result->error = error_of(t, code, os_errno);
	result->curl_code = code;
	result->os_errno =
	    result->error == -ECONNRESET && os_errno == 0 ? ECONNRESET : (int)os_errno;
	result->tls_rounds = t->tls_rounds;
	(void)text_copy(result->cipher, sizeof(result->cipher), t->cipher);
	result->connecting_us = time_of(t, CURLINFO_NAMELOOKUP_TIME_T);
	result->connect_us = time_of(t, CURLINFO_CONNECT_TIME_T);
	result->tls_us = time_of(t, CURLINFO_APPCONNECT_TIME_T);
	result->sent_us = time_of(t, CURLINFO_PRETRANSFER_TIME_T);
	result->first_byte_us = time_of(t, CURLINFO_STARTTRANSFER_TIME_T);
	if (transfer_header(result, "Retry-After", value, sizeof(value)) == 0)
		result->retry_after_s = retry < 0                   ? 0
					: retry > RETRY_AFTER_S_MAX ? RETRY_AFTER_S_MAX
								    : (long)retry;
	if (code == CURLE_PEER_FAILED_VERIFICATION && result->tls_verify == X509_V_OK)
		result->tls_verify =
		    X509_V_ERR_HOSTNAME_MISMATCH; /* libcurl looks at names itself */
}

bool
easy_redirects(const struct transfer *t)
{
	struct transfer_result seen = {
	    .headers = t->lines.data ? (const char *)t->lines.data : ""};
	long status = 0;
	char where[8];
	int r;

	(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	if (!t->request.follow)
		return false;
	if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308)
		return false;
	r = transfer_header(&seen, "Location", where, sizeof(where));
	return r == 0 || r == -ENOBUFS;
}

/* ---- callbacks ---- */

static size_t
on_header(char *line, size_t one, size_t len, void *arg)
{
	struct transfer *t = arg;
	size_t bare = len;

	(void)one;
	if (len >= 5 && !memcmp(line, "HTTP/", 5) && t->lines.data)
		t->lines.len = 0; /* an answer after an interim one */
	while (bare > 0 && (line[bare - 1] == '\r' || line[bare - 1] == '\n'))
		bare--;
	if (bare == 0)
		return len;
	if (bytes_add(&t->lines, line, bare) == 0 && bytes_add(&t->lines, "\n", 1) == 0)
		return len;
	t->stop = STOP_TOO_LARGE;
	return 0;
}

static size_t
on_write(char *bytes, size_t one, size_t len, void *arg)
{
	struct transfer *t = arg;

	(void)one;
	if (t->stop != STOP_NOT)
		return 0;
	if (t->request.on_body && !easy_redirects(t)) {
		if (!t->request.on_body(t->request.arg, bytes, len) && t->stop == STOP_NOT)
			t->stop = STOP_ENOUGH;
	} else if (bytes_add(&t->got, bytes, len) < 0) {
		t->stop = STOP_TOO_LARGE;
	}
	return t->stop == STOP_NOT ? len : 0;
}

static size_t
on_read(char *buffer, size_t one, size_t size, void *arg)
{
	struct transfer *t = arg;
	size_t made;

	(void)one;
	if (t->stop != STOP_NOT)
		return CURL_READFUNC_ABORT;
	made = t->request.on_send(t->request.arg, buffer, size);
	return t->stop == STOP_NOT ? made : CURL_READFUNC_ABORT;
}

static size_t
on_mail(char *buffer, size_t one, size_t size, void *arg)
{
	struct transfer *t = arg;
	size_t left = t->request.body_len - t->mailed,
	       some = left < one * size ? left : one * size;

	if (t->stop != STOP_NOT)
		return CURL_READFUNC_ABORT;
	memcpy(buffer, t->body + t->mailed, some);
	t->mailed += some;
	return some;
}

static curl_socket_t
on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct transfers *pool = arg;
	struct tracked *s = calloc(1, sizeof(*s));

	(void)purpose;
	if (!s)
		return CURL_SOCKET_BAD;
	s->fd = socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
	if (s->fd < 0) {
		free(s);
		return CURL_SOCKET_BAD;
	}
	s->next = pool->sockets;
	pool->sockets = s;
	return s->fd;
}

static int
on_close(void *arg, curl_socket_t fd)
{
	struct transfers *pool = arg;

	for (struct tracked **at = &pool->sockets, *s; (s = *at); at = &s->next)
		if (s->fd == fd) {
			*at = s->next;
			free(s);
			break;
		}
	return close(fd);
}

static void
tls_rounds_read(struct transfer *t)
{
	const struct curl_tlssessioninfo *tls = NULL;

	if (curl_easy_getinfo(t->easy, CURLINFO_TLS_SSL_PTR, &tls) == CURLE_OK && tls &&
	    tls->internals)
		t->tls_rounds = SSL_version(tls->internals) >= TLS1_3_VERSION ? 1 : 2;
}

/* The connection stands and the request is about to go: which of our sockets is it? */
static int
on_connected(void *arg, char *peer, char *local, int peer_port, int local_port)
{
	struct transfer *t = arg;

	(void)peer;
	(void)local;
	(void)peer_port;
	tls_rounds_read(t);
	for (const struct tracked *s = t->pool->sockets; s; s = s->next) {
		struct sockaddr_storage name = {0};
		socklen_t len = sizeof(name);
		struct address ours;
		uint16_t port;

		if (getsockname(s->fd, (struct sockaddr *)&name, &len) < 0 ||
		    address_from_sockaddr((struct sockaddr *)&name, &ours, &port) < 0 ||
		    port != local_port)
			continue;
		if (t->request.on_socket)
			t->request.on_socket(t->request.arg, s->fd);
		break;
	}
	if (t->request.connect_only && t->stop == STOP_NOT)
		t->stop = STOP_ENOUGH;
	return t->stop == STOP_NOT ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static void
issuer_read(struct transfer *t, const X509 *leaf)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;
	long len;

	if (!out)
		return;
	(void)X509_NAME_print_ex(
	    out, X509_get_issuer_name(leaf), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(out, &text);
	if (len > 0 && text)
		(void)text_clean(t->issuer, sizeof(t->issuer), text, (size_t)len);
	BIO_free(out);
}

/* The name is judged with the chain, so that one code says what is wrong. */
static void
name_expect(X509_STORE_CTX *store, const struct transfer *t)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(store);
	char bare[sizeof(t->host)];
	size_t len = text_copy(bare, sizeof(bare), t->host[0] == '[' ? t->host + 1 : t->host);

	if (len > 0 && bare[len - 1] == ']')
		bare[len - 1] = '\0';
	if (X509_VERIFY_PARAM_set1_ip_asc(param, bare) != 1)
		(void)X509_VERIFY_PARAM_set1_host(param, t->host, 0);
}

/* The last certificate that was shown: where the chain says that trust begins. */
static void
authority_read(struct transfer *t, const X509 *last)
{
	unsigned char *der = NULL;
	int len = last ? i2d_X509(last, &der) : 0;

	bytes_clear(&t->authority);
	if (len > 0)
		(void)bytes_add(&t->authority, der, (size_t)len);
	OPENSSL_free(der);
}

/* Judges the chain as OpenSSL would, and notes what the other side showed, whatever the
 * judgement. */
static int
on_chain(X509_STORE_CTX *store, void *arg)
{
	struct transfer *t = arg;
	const SSL *tls =
	    X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	const SSL_CIPHER *cipher = tls ? SSL_get_pending_cipher(tls) : NULL;
	STACK_OF(X509) *shown = X509_STORE_CTX_get0_untrusted(store);
	X509 *leaf = X509_STORE_CTX_get0_cert(store);
	int good;

	if (cipher)
		(void)text_copy(t->cipher, sizeof(t->cipher), SSL_CIPHER_get_name(cipher));
	name_expect(store, t);
	good = X509_verify_cert(store);
	t->verify = X509_STORE_CTX_get_error(store);
	if (good <= 0 && t->verify == X509_V_OK)
		t->verify = X509_V_ERR_UNSPECIFIED;
	t->chain_count = 0;
	for (int i = 0; i < sk_X509_num(shown) && t->chain_count < TRANSFER_CHAIN_MAX; i++)
		if (X509_digest(sk_X509_value(shown, i), EVP_sha256(),
			t->chain_sha256[t->chain_count], NULL))
			t->chain_count++;
	if (leaf)
		issuer_read(t, leaf);
	if (t->request.want_chain)
		authority_read(t, sk_X509_value(shown, sk_X509_num(shown) - 1));
	return t->request.insecure ? 1 : good;
}

static CURLcode
on_tls(CURL *easy, void *tls, void *arg)
{
	const struct transfer *t = arg;

	(void)easy;
	if (t->request.insecure) { /* libcurl loads no authorities then, and we want to know all
				      the same */
		if (t->ca_file)
			(void)SSL_CTX_load_verify_file(tls, t->ca_file);
		else
			(void)SSL_CTX_set_default_verify_paths(tls);
	}
	/* A later handshake on a kept connection would call with a transfer that is gone. */
	(void)SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION);
	X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(tls), (time_t)(clock_wall_ms() / 1000));
	SSL_CTX_set_cert_verify_callback(tls, on_chain, arg);
	return CURLE_OK;
}

/* ---- a request as libcurl wants it ---- */

/* The body and the method; returns how many options were refused. */
static int
set_body(struct transfer *t, CURL *e)
{
	const struct transfer_request *q = &t->request;
	const char *method = t->method ? t->method : "GET";
	int bad = 0;

	if (q->on_send) {
		bad += curl_easy_setopt(e, CURLOPT_POST, 1L) != CURLE_OK;
		bad += curl_easy_setopt(e, CURLOPT_READFUNCTION, on_read) != CURLE_OK;
		bad += curl_easy_setopt(e, CURLOPT_READDATA, t) != CURLE_OK;
		if (q->body_len > 0)
			bad += curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
				   (curl_off_t)q->body_len) != CURLE_OK;
	} else if (q->body_len > 0 || !strcmp(method, "POST")) {
		bad += curl_easy_setopt(
			   e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body_len) != CURLE_OK;
		bad += curl_easy_setopt(
			   e, CURLOPT_POSTFIELDS, t->body ? (char *)t->body : "") != CURLE_OK;
	}
	if (!strcmp(method, "HEAD"))
		bad += curl_easy_setopt(e, CURLOPT_NOBODY, 1L) != CURLE_OK;
	else if (strcmp(method, "GET") != 0 && strcmp(method, "POST") != 0)
		bad += curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, method) != CURLE_OK;
	return bad;
}

static int
set_mail(struct transfer *t, CURL *e)
{
	static const long starttls[] = {
	    [TRANSFER_STARTTLS_REQUIRED] = CURLUSESSL_ALL,
	    [TRANSFER_STARTTLS_TRY] = CURLUSESSL_TRY,
	    [TRANSFER_STARTTLS_NEVER] = CURLUSESSL_NONE,
	};
	int bad = 0;

	bad += curl_easy_setopt(e, CURLOPT_MAIL_FROM, t->mail_from) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_MAIL_RCPT, t->recipients) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_USE_SSL, starttls[t->starttls]) != CURLE_OK;
	if (t->user) {
		bad += curl_easy_setopt(e, CURLOPT_USERNAME, t->user) != CURLE_OK;
		bad += curl_easy_setopt(e, CURLOPT_PASSWORD, t->password) != CURLE_OK;
	}
	bad += curl_easy_setopt(e, CURLOPT_UPLOAD, 1L) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_READFUNCTION, on_mail) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_READDATA, t) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->request.body_len) !=
	       CURLE_OK;
	return bad;
}

static int
set_tls(struct transfer *t, CURL *e)
{
	int bad = 0;

	bad +=
	    curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_SSL_CTX_FUNCTION, on_tls) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_SSL_CTX_DATA, t) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, t->request.insecure ? 0L : 1L) !=
	       CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, t->request.insecure ? 0L : 2L) !=
	       CURLE_OK;
	if (t->ca_file)
		bad += curl_easy_setopt(e, CURLOPT_CAINFO, t->ca_file) != CURLE_OK;
	/* A file of authorities alone: libcurl's own folder would stay in force beside ours,
	 * and while there is a folder libcurl reads the file again for each connection. */
	if (t->ca_file || curl_version_info(CURLVERSION_NOW)->cainfo)
		bad += curl_easy_setopt(e, CURLOPT_CAPATH, NULL) != CURLE_OK;
	if (t->cert_file) {
		bad += curl_easy_setopt(e, CURLOPT_SSLCERT, t->cert_file) != CURLE_OK;
		bad += curl_easy_setopt(e, CURLOPT_SSLKEY, t->key_file) != CURLE_OK;
	}
	return bad;
}

static int
set_connection(struct transfer *t, CURL *e)
{
	const struct transfer_request *q = &t->request;
	uint64_t spent_ms = (clock_boot_us() - t->started_us) / 1000;
	uint64_t left_ms = q->timeout_ms > spent_ms ? q->timeout_ms - spent_ms : 1;
	int bad = 0;

	bad += curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)q->connect_timeout_ms) !=
	       CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)left_ms) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t->pool) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_CLOSESOCKETFUNCTION, on_close) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_CLOSESOCKETDATA, t->pool) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_FRESH_CONNECT,
		   q->fresh_connection || q->alone ? 1L : 0L) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_FORBID_REUSE, q->alone ? 1L : 0L) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_PIPEWAIT, q->beside ? 1L : 0L) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_RESOLVE, t->resolved) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_DNS_CACHE_TIMEOUT, (long)NAMES_S) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_CONNECT_TO, t->connect_to) != CURLE_OK;
	if (t->interface)
		bad += curl_easy_setopt(e, CURLOPT_INTERFACE, t->interface) != CURLE_OK;
	if (q->receive_buffer_bytes)
		bad += curl_easy_setopt(e, CURLOPT_BUFFERSIZE, (long)q->receive_buffer_bytes) !=
		       CURLE_OK;
	if (q->send_buffer_bytes)
		bad += curl_easy_setopt(e, CURLOPT_UPLOAD_BUFFERSIZE,
			   (long)q->send_buffer_bytes) != CURLE_OK;
	if (q->channel)
		bad += curl_easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L) != CURLE_OK;
	if (q->on_socket || q->connect_only || q->alone) {
		bad += curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_connected) != CURLE_OK;
		bad += curl_easy_setopt(e, CURLOPT_PREREQDATA, t) != CURLE_OK;
	}
	return bad;
}

int
easy_make(struct transfer *t)
{
	CURL *e = curl_easy_init();
	int bad = 0;

	if (!e)
		return -ENOMEM;
	t->easy = e;
	bad += curl_easy_setopt(e, CURLOPT_PRIVATE, t) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_URL, t->url) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR,
		   t->request.mail ? "smtp,smtps" : "http,https") != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_PROXY, "") != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_USERAGENT, "parta/" PARTA_VERSION) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_HTTP_VERSION,
		   t->request.http11 || t->request.channel
		       ? (long)CURL_HTTP_VERSION_1_1 /* h2 crashes curl_easy_send() */
		       : (long)CURL_HTTP_VERSION_2TLS) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->words) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_HEADERDATA, t) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_write) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_WRITEDATA, t) != CURLE_OK;
	bad += curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers) != CURLE_OK;
	bad += t->request.mail ? set_mail(t, e) : set_body(t, e);
	bad += set_tls(t, e) + set_connection(t, e);
	return bad ? -EINVAL : 0;
}
