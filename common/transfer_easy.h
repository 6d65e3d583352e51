/*
 * Inside common/transfer: a request as libcurl is told of it, and what libcurl
 * calls us for. transfer_pool.c begins, ends and redirects requests; transfer_easy.c
 * is one conversation. Nobody else includes this.
 */
#ifndef PARTA_COMMON_TRANSFER_EASY_H
#define PARTA_COMMON_TRANSFER_EASY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bytes.h"
#include "common/transfer.h"

struct curl_slist;
struct loop;
struct loop_event;
struct resolver;

struct tracked { /* a socket that libcurl has open */
	struct tracked *next;
	int fd;
};

struct transfers {
	struct loop *loop;
	struct resolver *resolver;
	void *multi; /* CURLM */
	struct loop_event *timer;
	struct transfer *first;
	struct tracked *sockets;
	bool closing;
	unsigned inside; /* libcurl is on the stack: it may not be asked for anything */
};

enum stop { STOP_NOT, STOP_ENOUGH, STOP_TOO_LARGE, STOP_CANCELLED };

struct transfer {
	struct transfers *pool; /* NULL: cancelled while its name was asked for */
	struct transfer *prev, *next;
	bool linked;
	struct transfer_request request; /* its texts are those below */
	char *url, *method, *ca_file, *cert_file, *key_file, *interface, *lookup;
	struct curl_slist *headers, *connect_to, *resolved;
	char *mail_from, *user, *password;
	struct curl_slist *recipients;
	enum transfer_starttls starttls;
	size_t mailed; /* how much of the body went */
	uint8_t *body;
	struct address literal; /* of connect_to */

	void *easy; /* CURL */
	bool handed, resolving, told;
	enum stop stop;
	struct loop_event *timer; /* the deadline of the name, then the hand-over */
	unsigned redirects_left;
	char host[256];
	uint16_t port;
	int name_error;
	uint64_t started_us, asked_us, handed_us, dns_us;

	struct bytes got, lines; /* body and header lines of the answer */
	struct bytes authority;  /* DER */
	long verify;
	unsigned tls_rounds;
	size_t chain_count;
	uint8_t chain_sha256[TRANSFER_CHAIN_MAX][32];
	char issuer[256], cipher[48], words[512];
};

/* Makes t->easy of the request. 0, -ENOMEM, -EINVAL. */
int easy_make(struct transfer *t);

/* What libcurl knows when it has finished with code (CURLcode) goes into result, whose headers
 * are set. */
void easy_result(const struct transfer *t, int code, struct transfer_result *result);

/* The answer so far sends us elsewhere, and the request wants to be sent. */
bool easy_redirects(const struct transfer *t);

#endif
