/*
 * Makes requests through common/transfer and prints what came of each as
 * "key=value" lines, for tests/system/transfer.sh.
 *
 *   transfer_peer [-s SERVERS] [-a CA] [-c CERT -k KEY] [-m METHOD] [-b BYTES] [-u BYTES | -U
 * BYTES] [-H HEADER]
 *       [-t ADDRESS] [-T MS] [-C MS] [-n TIMES] [-x BYTES] [-o WHAT]... URL...
 *   WHAT: insecure fresh follow http11 stop cancel cancel-inside interface=NAME
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/loop.h"
#include "common/resolve.h"
#include "common/text.h"
#include "common/transfer.h"

struct peer {
	struct loop *loop;
	struct resolver *resolver;
	struct transfers *transfers;
	struct transfer *transfer;
	struct transfer_request request;
	char **urls;
	int n_urls, next, times;
	const char *servers;
	const char *headers[2];
	struct address to;
	size_t send_left, received, sockets;
	bool counts, stops, cancels, cancels_inside, known_length;
	size_t send_bytes;
};

static void start_next(struct peer *p);

static size_t
make_body(void *arg, void *buffer, size_t size)
{
	struct peer *p = arg;
	size_t n = size < p->send_left ? size : p->send_left;

	memset(buffer, 'x', n);
	p->send_left -= n;
	return n;
}

static bool
take_body(void *arg, const void *bytes, size_t len)
{
	struct peer *p = arg;

	(void)bytes;
	p->received += len;
	if (p->cancels_inside)
		transfer_cancel(p->transfer);
	return !p->stops;
}

static void
note_socket(void *arg, int fd)
{
	struct peer *p = arg;
	int type = 0;
	socklen_t len = sizeof(type);

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM)
		p->sockets++;
}

static void
print_threads(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[128];

	while (status && fgets(line, sizeof(line), status))
		if (!strncmp(line, "Threads:", 8))
			(void)printf("threads=%ld\n", strtol(line + 8, NULL, 10));
	if (status)
		(void)fclose(status);
}

static void
print_result(const struct peer *p, const struct transfer_result *r)
{
	char peer[ADDRESS_TEXT_SIZE] = "-", hex[65], value[256];

	if (r->peer.family)
		address_format(&r->peer, peer);
	(void)printf("error=%d curl=%d errno=%d status=%ld verify=%ld retry=%ld peer=%s "
		     "chain=%zu sockets=%zu\n",
	    r->error, r->curl_code, r->os_errno, r->status, r->tls_verify, r->retry_after_s,
	    peer, r->chain_count, p->sockets);
	for (size_t i = 0; i < r->chain_count; i++) {
		text_hex(hex, r->chain_sha256[i], 32);
		(void)printf("sha256=%s\n", hex);
	}
	(void)printf("issuer=%s\nwords=%s\n", r->issuer, r->words);
	(void)printf("body_len=%zu received=%zu\n", r->body_len, p->received);
	if (r->body_len > 0 && r->body_len < 200)
		(void)printf("body=%.*s\n", (int)r->body_len, (const char *)r->body);
	for (const char *const *name =
		 (const char *const[]){"X-Connection", "X-Protocol", "Content-Type", NULL};
	     *name; name++)
		if (transfer_header(r, *name, value, sizeof(value)) == 0)
			(void)printf("%s=%s\n", *name, value);
	(void)printf(
	    "ordered=%d\n", r->dns_us <= r->total_us && r->connect_us <= r->total_us &&
				(r->tls_us == 0 || r->tls_us >= r->connect_us) &&
				(r->first_byte_us == 0 || r->first_byte_us >= r->tls_us));
	print_threads();
}

static void
on_done(void *arg, const struct transfer_result *result)
{
	struct peer *p = arg;

	p->transfer = NULL;
	print_result(p, result);
	start_next(p);
}

static void
start_next(struct peer *p)
{
	int r;

	if (p->next == p->n_urls * p->times) {
		loop_stop(p->loop);
		return;
	}
	p->request.url = p->urls[p->next++ % p->n_urls];
	p->send_left = p->send_bytes;
	p->received = p->sockets = 0;
	r = transfer_start(p->transfers, &p->request, &p->transfer);
	if (r < 0) {
		(void)printf("start=%d\n", r);
		start_next(p);
	} else if (p->cancels) {
		transfer_cancel(p->transfer);
	}
}

static void
take_flag(struct peer *p, const char *what)
{
	p->request.insecure |= !strcmp(what, "insecure");
	p->request.fresh_connection |= !strcmp(what, "fresh");
	p->request.follow |= !strcmp(what, "follow");
	p->request.http11 |= !strcmp(what, "http11");
	p->stops |= !strcmp(what, "stop");
	p->counts |=
	    !strcmp(what, "count") || !strcmp(what, "stop") || !strcmp(what, "cancel-inside");
	p->cancels |= !strcmp(what, "cancel");
	p->cancels_inside |= !strcmp(what, "cancel-inside");
	if (!strncmp(what, "interface=", 10))
		p->request.interface = what + 10;
}

static int
take_option(struct peer *p, int option, const char *value)
{
	switch (option) {
	case 's':
		p->servers = value;
		return 0;
	case 'a':
		p->request.ca_file = value;
		return 0;
	case 'c':
		p->request.cert_file = value;
		return 0;
	case 'k':
		p->request.key_file = value;
		return 0;
	case 'm':
		p->request.method = value;
		return 0;
	case 'b':
		p->request.body = value;
		p->request.body_len = strlen(value);
		return 0;
	case 'u':
	case 'U':
		p->send_bytes = strtoul(value, NULL, 10);
		p->known_length = option == 'u';
		return 0;
	case 'H':
		p->headers[0] = value;
		p->request.headers = p->headers;
		return 0;
	case 't':
		p->request.connect_to = &p->to;
		return address_parse(value, &p->to);
	case 'T':
		p->request.timeout_ms = strtoul(value, NULL, 10);
		return 0;
	case 'C':
		p->request.connect_timeout_ms = strtoul(value, NULL, 10);
		return 0;
	case 'n':
		p->times = (int)strtol(value, NULL, 10);
		return 0;
	case 'x':
		p->request.body_max_bytes = strtoul(value, NULL, 10);
		return 0;
	case 'o':
		take_flag(p, value);
		return 0;
	default:
		return -EINVAL;
	}
}

int
main(int argc, char *argv[])
{
	struct peer p = {.times = 1};
	int option, r = 0;

	while (r == 0 && (option = getopt(argc, argv, "s:a:c:k:m:b:u:U:H:t:T:C:n:x:o:")) != -1)
		r = take_option(&p, option, optarg);
	if (r < 0 || optind == argc)
		return 2;
	p.urls = argv + optind;
	p.n_urls = argc - optind;
	p.request.on_done = on_done;
	p.request.on_socket = note_socket;
	p.request.on_body = p.counts ? take_body : NULL;
	p.request.arg = &p;
	p.request.want_chain = true;
	if (p.send_bytes > 0) {
		p.request.on_send = make_body;
		p.request.body_len = p.known_length ? p.send_bytes : 0;
	}
	if (loop_new(&p.loop) < 0 || resolver_new(p.loop, p.servers, &p.resolver) < 0 ||
	    transfers_new(p.loop, p.resolver, &p.transfers) < 0)
		return 1;
	start_next(&p);
	r = p.next < p.n_urls * p.times || p.transfer ? loop_run(p.loop) : 0;
	transfers_free(p.transfers);
	resolver_free(p.resolver);
	loop_free(p.loop);
	return r < 0;
}
