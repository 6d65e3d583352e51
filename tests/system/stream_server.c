/*
 * An HTTPS listener of the collector with replies that are made while they leave,
 * for stream.sh: stream_server CHAIN KEY ADDRESS. Says on stdout what became of each.
 *
 *   GET /numbers?bytes=N   N bytes of "0123456789", whole
 *   GET /broken            some bytes, then the end of it
 *   GET /endless           bytes until the client or the server ends it
 *   GET /heavy             24 MiB, made at once; 60 may be on their way
 *   GET /events            an event for each SIGUSR1
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/http/router.h"
#include "collector/http/server.h"
#include "common/bytes.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/log.h"
#include "common/text.h"

enum { PIECE_BYTES = 10000, WAIT_MS = 2000, HEAVY_BYTES = 24 * 1024 * 1024 };

static _Atomic unsigned signals;
static _Atomic unsigned producers;

static int
numbers(struct http_call *call, uint64_t len)
{
	char piece[PIECE_BYTES];
	int r = 0;

	for (size_t i = 0; i < sizeof(piece); i++)
		piece[i] = (char)('0' + i % 10);
	while (r == 0 && len > 0) {
		size_t some = len < sizeof(piece) ? (size_t)len : sizeof(piece);

		r = http_send(call, piece, some, WAIT_MS);
		len -= some;
	}
	return r;
}

static int
events(struct http_call *call)
{
	unsigned told = 0;
	char event[64];
	int r = 0;

	while (r == 0) {
		if (told == atomic_load(&signals)) {
			(void)usleep(20000);
			r = http_send(call, ":\n", 2, 0);
			continue;
		}
		(void)snprintf(event, sizeof(event), "data: %u\n\n", ++told);
		r = http_send(call, event, strlen(event), 0);
	}
	return r;
}

static void *
produce(void *arg)
{
	struct http_request *request = arg;
	struct http_call *call = request->call;
	struct http_reply head = {.status = 200, .content_type = "text/plain"};
	char path[32], bytes[32] = "";
	int64_t len = 0;
	bool whole;
	int r;

	CHECK(http_claim(call));
	(void)text_copy(path, sizeof(path), request->path);
	if (http_query(request, "bytes"))
		(void)text_copy(bytes, sizeof(bytes), http_query(request, "bytes"));
	(void)text_i64(bytes, 0, INT64_MAX, &len);
	CHECK(http_begin(call, &head) == 0);
	if (strcmp(path, "/events") == 0)
		r = events(call);
	else
		r = numbers(call, strcmp(path, "/endless") == 0 ? UINT64_MAX : (uint64_t)len);
	whole = r == 0 && strcmp(path, "/broken") != 0;
	http_end(call, whole);
	(void)printf("%s %s\n", path, r == 0 ? "sent" : strerror(-r));
	(void)fflush(stdout);
	(void)atomic_fetch_sub(&producers, 1);
	return NULL;
}

static enum http_progress
answer(struct http_request *request, struct http_reply *ret)
{
	pthread_t thread;

	(void)ret;
	(void)atomic_fetch_add(&producers, 1);
	CHECK(pthread_create(&thread, NULL, produce, request) == 0);
	CHECK(pthread_detach(thread) == 0);
	return HTTP_LATER;
}

static enum http_progress
heavy(struct http_request *request, struct http_reply *ret)
{
	(void)request;
	ret->status = 200;
	ret->body_len = HEAVY_BYTES;
	ret->body = calloc(1, HEAVY_BYTES);
	CHECK(ret->body);
	return HTTP_NOW;
}

static const struct route routes[] = {
    {HTTP_PAGE, "GET", "/heavy", HTTP_ANYONE, 0, NULL, heavy, NULL},
    {HTTP_PAGE, "GET", "/numbers", HTTP_ANYONE, 0, NULL, answer, NULL},
    {HTTP_PAGE, "GET", "/broken", HTTP_ANYONE, 0, NULL, answer, NULL},
    {HTTP_PAGE, "GET", "/endless", HTTP_ANYONE, 0, NULL, answer, NULL},
    {HTTP_PAGE, "GET", "/events", HTTP_ANYONE, 0, NULL, answer, NULL},
};

static void
explain(const struct http_request *request, unsigned status, const char *code,
    const char *reason, struct http_reply *ret)
{
	(void)request, (void)status, (void)code, (void)reason, (void)ret;
}

static void
count(int signo)
{
	(void)signo;
	(void)atomic_fetch_add(&signals, 1);
}

int
main(int argc, char *argv[])
{
	static const struct http_services services;
	struct http_config config = {
	    .listener = HTTP_PAGE,
	    .routes = routes,
	    .routes_count = COUNT_OF(routes),
	    .threads = 1,
	    .connections_max = 64,
	    .connection_memory_bytes = 32768,
	    .idle_s = 30,
	    .body_within_ms = 10000,
	    .bodies_bytes_max = 1 << 20,
	    .replies_bytes_max = 60 * 1024 * 1024,
	    .requests_per_s = 100,
	    .requests_burst = 100,
	    .hooks = {.explain = explain},
	    .services = &services,
	};
	struct bytes chain = bytes_new(65536), key = bytes_new(65536);
	struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
	struct http_server *server;
	sigset_t ends;
	int signo;

	CHECK(argc == 4);
	config.address = argv[3];
	CHECK(file_read(argv[1], &chain) == 0 && file_read(argv[2], &key) == 0);
	CHECK(server_identity((char *)chain.data, (char *)key.data) == 0);
	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
	(void)sigaction(SIGUSR1, &action, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	CHECK(server_start(&config, &server) == 0);
	(void)printf("listening\n");
	(void)fflush(stdout);
	(void)sigwait(&ends, &signo);
	server_quiesce(server);
	server_stop(server);
	while (atomic_load(&producers) > 0)
		(void)usleep(1000);
	(void)printf("ended\n");
	bytes_clear(&chain);
	bytes_clear(&key);
	return 0;
}
