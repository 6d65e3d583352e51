/*
 * HTTP(S) requests and mails (SMTP) on the loop: a request in, an answer and its
 * timings out; the only user of libcurl. No thread: names go through common/resolve.
 */
#ifndef PARTA_COMMON_TRANSFER_H
#define PARTA_COMMON_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/address.h"

struct loop;
struct resolver;
struct transfers; /* connections kept alive between requests */
struct transfer;  /* one request under way */

enum { TRANSFER_CHAIN_MAX = 6, TRANSFER_HEADERS_BYTES_MAX = 64 * 1024 };

struct transfer_result {
	int error;     /* 0 an answer came; -ETIMEDOUT, -ECONNREFUSED, -ENOENT (name), -EPROTO
			  (TLS), -ECONNRESET, -EFBIG, -ECANCELED, -EIO */
	int curl_code; /* CURLcode, for evidence */
	int os_errno;  /* of the connection, 0 unknown */
	long status;   /* of HTTP, or the last reply of SMTP; 0 none */
	const uint8_t *body; /* when on_body was NULL; lives until on_done returns */
	size_t body_len;
	const char *headers; /* raw header lines of the last answer, '\n' between; may be "" */
	struct address peer;
	uint64_t dns_us, connecting_us, connect_us, tls_us, sent_us, first_byte_us,
	    total_us; /* since the start; 0 not reached; connecting: the TCP handshake began;
			 sent: the request began to go */
	unsigned
	    tls_rounds; /* round trips of the TLS handshake: 1 of TLS 1.3, 2 before; 0: none */
	long retry_after_s; /* -1 none */
	long tls_verify;    /* X509_V_OK 0, or OpenSSL's code, of chain and name; also when
			       insecure */
	size_t chain_count;
	uint8_t chain_sha256[TRANSFER_CHAIN_MAX][32]; /* of the DER certificates, leaf first */
	const uint8_t *authority; /* the last certificate of the chain, DER; lives until on_done
				     returns */
	size_t authority_len;
	char issuer[256]; /* of the leaf, one line */
	char cipher[48];  /* OpenSSL's name; "" when this request made no TLS handshake */
	char words[256];  /* what libcurl says of a failure */
};

/* What is asked of a mail server that speaks in the clear at first. */
enum transfer_starttls {
	TRANSFER_STARTTLS_REQUIRED,
	TRANSFER_STARTTLS_TRY,
	TRANSFER_STARTTLS_NEVER
};

/* A mail (RFC 5321) to one recipient. */
struct transfer_mail {
	const char *from, *to;           /* the envelope: addresses without brackets */
	const char *user, *password;     /* NULL: no authentication (RFC 4954) */
	enum transfer_starttls starttls; /* of smtp:// */
};

struct transfer_request {
	const char *method; /* NULL: GET */
	const char *url;    /* https:// or http:// only; with mail: smtp:// or smtps:// */
	const struct transfer_mail
	    *mail;                  /* the body is a message to be sent; NULL: it is HTTP */
	const char *const *headers; /* NULL-terminated list or NULL */
	const void *body;           /* copied */
	size_t body_len;
	/* A body made on the way: fills at most `size` bytes, returns how many, 0 at the end.
	 * Instead of body; body_len then says how long it will be, 0 unknown. */
	size_t (*on_send)(void *arg, void *buffer, size_t size);
	const char *ca_file;   /* NULL: the system's store */
	const char *cert_file; /* with key_file: mutual TLS */
	const char *key_file;
	bool insecure;         /* look at the chain, do not judge it */
	bool want_chain;       /* fill chain_sha256, authority and issuer */
	bool fresh_connection; /* do not reuse a kept connection */
	bool alone;            /* the same, and this one is not kept either */
	bool beside;       /* with HTTP/2, rather wait for a connection in use than make one */
	bool follow;       /* at most 5 redirects, https/http only */
	bool connect_only; /* stop after the TCP and, with https, the TLS handshake: nothing is
			      asked */
	bool channel;      /* the same, but then the connection is the caller's: on_channel */
	bool http11;       /* forbid HTTP/2 */
	const struct address
	    *connect_to;            /* use this address instead of resolving; NULL: resolve */
	enum address_family family; /* of what is resolved; NONE: any */
	const char *lookup;    /* resolve this name in place of the URL's; NULL: the URL's */
	const char *interface; /* bind to this device, or NULL */
	uint64_t connect_timeout_ms, timeout_ms; /* 0: 10 s, 60 s */
	size_t body_max_bytes;                /* of the answer when on_body is NULL; 0: 1 MiB */
	uint32_t receive_buffer_bytes;        /* libcurl's buffer, 0: its default */
	uint32_t send_buffer_bytes;           /* likewise, 16 KiB to 2 MiB */
	void (*on_socket)(void *arg, int fd); /* connected: for TCP_INFO */
	/* The handshakes are done; from here on the caller waits for fd and reads and writes,
	 * until transfer_cancel(), which closes it. Then on_done is called, as always. */
	void (*on_channel)(void *arg, int fd);
	bool (*on_body)(
	    void *arg, const void *bytes, size_t len); /* false: stop here, it is enough */
	void (*on_done)(void *arg,
	    const struct transfer_result
		*result); /* always called once, never before transfer_start() returned */
	void *arg;
};

int transfers_new(struct loop *loop, struct resolver *resolver, struct transfers **ret);
void transfers_free(
    struct transfers *pool); /* requests under way are cancelled: on_done with -ECANCELED */

/* Everything in request is copied but for arg. 0 or a negative errno (then on_done is not
 * called). */
int transfer_start(
    struct transfers *pool, const struct transfer_request *request, struct transfer **ret);
void transfer_cancel(
    struct transfer *transfer); /* on_done is called with -ECANCELED before this returns */

/* Of a channel, through its TLS. Bytes, 0 the end (of reading), -EAGAIN, or another negative
 * errno. What was decrypted and not read makes no descriptor ready: read until -EAGAIN. */
ssize_t transfer_read(struct transfer *transfer, void *buffer, size_t size);
ssize_t transfer_write(struct transfer *transfer, const void *bytes, size_t len);

/* For on_body: nothing more is read until transfer_resume(), so the sender has to wait. */
void transfer_pause(struct transfer *transfer);
void transfer_resume(struct transfer *transfer); /* not from a callback of a transfer */

/* The value of a header in result->headers; -ENOENT, or -ENOBUFS when it does not fit. */
int transfer_header(
    const struct transfer_result *result, const char *name, char *ret, size_t size);

#endif
