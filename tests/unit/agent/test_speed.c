/* A throughput test against a small server of our own on the same loop: how it begins, fails
 * and is cancelled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/probe/speed.h"
#include "common/loop.h"
#include "common/resolve.h"
#include "common/transfer.h"

enum { CLIENTS_MAX = 64, STATUS_SIZE = 64 };

struct client {
	struct rig *rig;
	struct loop_event *event;
	int fd;
	char request[4096];
	size_t len;
	bool sending;
};

struct rig {
	struct loop *loop;
	struct resolver *resolver;
	struct transfers *transfers;
	struct speed_test *test;
	struct loop_event *listener_event, *timer;
	struct client clients[CLIENTS_MAX];
	size_t n_clients;
	int listener;
	char url[64];
	enum address_family family;
	const char *ping, *download; /* answers; NULL download: bytes without end */
	struct speed_result result;
	size_t done, downloads;
	unsigned progress, cancel_at;
};

static const char pong[] = "HTTP/1.1 204 No Content\r\n\r\n";
static const char busy[] =
    "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nRetry-After: 5\r\n\r\nbusy";
static const char not_found[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

static void
client_write(int fd, const char *text)
{
	/* A ping whose test has ended meanwhile has nobody to answer to. */
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) != (ssize_t)strlen(text))
		assert_true(errno == ECONNRESET || errno == EPIPE);
}

static void
client_close(struct client *c)
{
	loop_event_free(c->event);
	c->event = NULL;
	(void)close(c->fd);
	c->fd = -1;
}

static void
client_answer(struct client *c)
{
	struct rig *rig = c->rig;

	if (strstr(c->request, "/v1/measure/ping")) {
		client_write(c->fd, rig->ping);
	} else if (strstr(c->request, "/v1/measure/download")) {
		rig->downloads++;
		client_write(c->fd,
		    rig->download ? rig->download
				  : "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");
		c->sending = !rig->download;
		if (c->sending)
			(void)loop_io_want(c->event, LOOP_READ | LOOP_WRITE);
	} else {
		client_write(c->fd, not_found);
	}
	c->len = 0;
}

static void
on_client(int fd, unsigned what, void *arg)
{
	static const char block[65536];
	struct client *c = arg;
	ssize_t n;

	if (what & LOOP_READ) {
		n = recv(
		    fd, c->request + c->len, sizeof(c->request) - 1 - c->len, MSG_DONTWAIT);
		if (n <= 0) {
			client_close(c);
			return;
		}
		c->len += (size_t)n;
		c->request[c->len] = '\0';
		if (strstr(c->request, "\r\n\r\n"))
			client_answer(c);
	}
	if (what & LOOP_WRITE && c->sending)
		(void)send(fd, block, sizeof(block), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
on_connection(int fd, unsigned what, void *arg)
{
	struct rig *rig = arg;
	struct client *c = &rig->clients[rig->n_clients++];

	(void)what;
	assert_true(rig->n_clients < CLIENTS_MAX);
	c->rig = rig;
	c->fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_true(c->fd >= 0);
	assert_int_equal(loop_io(rig->loop, c->fd, LOOP_READ, on_client, c, &c->event), 0);
}

static int
rig_make(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct sockaddr_in here = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(here);

	if (!rig)
		return -1;
	rig->ping = pong;
	rig->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (bind(rig->listener, (struct sockaddr *)&here, len) < 0 ||
	    listen(rig->listener, 64) < 0 ||
	    getsockname(rig->listener, (struct sockaddr *)&here, &len) < 0)
		return -1;
	(void)snprintf(
	    rig->url, sizeof(rig->url), "http://127.0.0.1:%u/", ntohs(here.sin_port));
	if (loop_new(&rig->loop) < 0 ||
	    resolver_new(rig->loop, "127.0.0.1:9", &rig->resolver) < 0 ||
	    transfers_new(rig->loop, rig->resolver, &rig->transfers) < 0 ||
	    loop_io(rig->loop, rig->listener, LOOP_READ, on_connection, rig,
		&rig->listener_event) < 0)
		return -1;
	*state = rig;
	return 0;
}

static int
rig_take_away(void **state)
{
	struct rig *rig = *state;

	transfers_free(rig->transfers);
	resolver_free(rig->resolver);
	for (size_t i = 0; i < rig->n_clients; i++)
		if (rig->clients[i].event)
			client_close(&rig->clients[i]);
	loop_event_free(rig->listener_event);
	loop_event_free(rig->timer);
	loop_free(rig->loop);
	(void)close(rig->listener);
	free(rig);
	return 0;
}

static void
on_done(void *arg, const struct speed_result *result)
{
	struct rig *rig = arg;

	rig->result = *result;
	rig->done++;
	rig->test = NULL;
	loop_stop(rig->loop);
}

static void
on_cancel(void *arg)
{
	struct rig *rig = arg;

	speed_cancel(rig->test);
}

/* Cancelled by the loop and not from inside the test, as the service does it. */
static void
on_progress(void *arg, bool upload, double elapsed_s, double mbps)
{
	struct rig *rig = arg;

	assert_false(upload);
	assert_true(elapsed_s > 0 && mbps >= 0);
	if (++rig->progress == rig->cancel_at)
		assert_int_equal(loop_timer_set(rig->timer, 0), 0);
}

static int
measure(struct rig *rig, const char *const servers[], size_t count, const char *backend)
{
	struct speed_settings settings = {.servers = servers,
	    .n_servers = count,
	    .backend = backend,
	    .mode = SPEED_VERIFY,
	    .want = SPEED_DOWN,
	    .family = rig->family,
	    .target_down_mbps = 100}; /* the loopback carries less in lumps of 64 KB */
	int r;

	if (!rig->timer)
		assert_int_equal(loop_timer(rig->loop, on_cancel, rig, &rig->timer), 0);
	r = speed_start(
	    rig->loop, rig->transfers, &settings, on_progress, on_done, rig, &rig->test);
	if (r == 0) {
		assert_int_equal(rig->done, 0);
		assert_int_equal(loop_run(rig->loop), 0);
		assert_int_equal(rig->done, 1);
	}
	return r;
}

static void
refuses_what_it_cannot_do(void **state)
{
	struct rig *rig = *state;
	const char *const bad[] = {""}, *const other[] = {"ftp://speed.example/"};

	assert_int_equal(measure(rig, NULL, 0, NULL), -EINVAL);
	assert_int_equal(measure(rig, bad, 1, NULL), -EINVAL);
	assert_int_equal(measure(rig, other, 1, NULL), -EINVAL);
	assert_int_equal(
	    measure(rig, (const char *const[]){rig->url}, 1, "carrier-pigeon"), -EINVAL);
	assert_int_equal(rig->done, 0);
}

static void
passes_a_line_above_its_target(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(measure(rig, (const char *const[]){rig->url}, 1, NULL), 0);
	assert_int_equal(rig->result.error, 0);
	assert_int_equal(rig->result.n_directions, 1);
	assert_int_equal(rig->result.directions[0].verdict, SPEED_PASS);
	assert_int_equal(rig->result.directions[0].streams, 4);
	assert_int_equal(rig->downloads, 4);
	assert_true(rig->result.directions[0].n_samples >= 20);
	assert_true(rig->result.directions[0].ip_mbps > rig->result.directions[0].goodput_mbps);
	assert_true(rig->result.latency_idle_ms >= 0);
	assert_true(rig->result.directions[0].n_tcp_samples >= 4 * 6); /* two seconds of 4 Hz */
	for (size_t i = 0; i < rig->result.directions[0].n_tcp_samples; i++)
		assert_true(
		    rig->result.directions[0].tcp_samples[i].stream < 4 &&
		    rig->result.directions[0].tcp_samples[i].elapsed_ms >= SPEED_TCP_EVERY_MS);
	assert_int_equal(rig->result.server_address.family, ADDRESS_IPV4);
	assert_int_equal(rig->result.lan_speed_mbps, 0); /* the loopback has no port */
}

static void
takes_the_next_server_when_one_is_silent(void **state)
{
	struct rig *rig = *state;

	rig->cancel_at = 1;
	assert_int_equal(
	    measure(rig, (const char *const[]){"http://127.0.0.1:9/", rig->url}, 2, NULL), 0);
	assert_true(rig->progress > 0);
}

static void
says_why_no_server_is_one(void **state)
{
	struct rig *rig = *state;

	rig->ping = not_found;
	assert_int_equal(measure(rig, (const char *const[]){rig->url}, 1, NULL), 0);
	assert_int_equal(rig->result.error, -EPROTO);
	assert_non_null(strstr(rig->result.words, "is no parta server: status 404"));
	rig->done = 0;
	assert_int_equal(
	    measure(rig, (const char *const[]){"http://127.0.0.1:9"}, 1, "librespeed"), 0);
	assert_int_equal(rig->result.error, -ECONNREFUSED);
	assert_non_null(strstr(rig->result.words, "could not reach 'http://127.0.0.1:9'"));
}

static void
keeps_to_the_family_it_is_told(void **state)
{
	struct rig *rig = *state;

	rig->family = ADDRESS_IPV6;
	assert_int_equal(measure(rig, (const char *const[]){rig->url}, 1, NULL), 0);
	assert_int_equal(rig->result.error, -EAFNOSUPPORT);
	assert_non_null(strstr(rig->result.words, "could not resolve '127.0.0.1'"));
	rig->done = 0;
	rig->family = ADDRESS_IPV4;
	rig->cancel_at = 5;
	assert_int_equal(measure(rig, (const char *const[]){rig->url}, 1, NULL), 0);
	assert_int_equal(rig->result.server_address.family, ADDRESS_IPV4);
}

static void
gives_up_on_a_server_that_is_busy(void **state)
{
	struct rig *rig = *state;

	rig->download = busy;
	assert_int_equal(measure(rig, (const char *const[]){rig->url}, 1, NULL), 0);
	assert_int_equal(rig->result.error, -EPROTO);
	assert_int_equal(rig->result.n_directions, 0);
	assert_non_null(strstr(rig->result.words, "status 503"));
	assert_true(rig->downloads >= 4 && rig->downloads <= 16);
}

static void
is_cancelled_in_the_middle(void **state)
{
	struct rig *rig = *state;

	rig->cancel_at = 3;
	assert_int_equal(measure(rig, (const char *const[]){rig->url}, 1, NULL), 0);
	assert_int_equal(rig->result.error, -ECANCELED);
	assert_int_equal(rig->progress, 3);
}

static void
is_cancelled_at_once(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(loop_timer(rig->loop, on_cancel, rig, &rig->timer), 0);
	assert_int_equal(loop_timer_set(rig->timer, 0), 0);
	assert_int_equal(measure(rig, (const char *const[]){rig->url}, 1, NULL), 0);
	assert_int_equal(rig->result.error, -ECANCELED);
	assert_int_equal(rig->progress, 0);
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, rig_make, rig_take_away)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_RIG(refuses_what_it_cannot_do),
	    WITH_RIG(passes_a_line_above_its_target),
	    WITH_RIG(takes_the_next_server_when_one_is_silent),
	    WITH_RIG(says_why_no_server_is_one),
	    WITH_RIG(keeps_to_the_family_it_is_told),
	    WITH_RIG(gives_up_on_a_server_that_is_busy),
	    WITH_RIG(is_cancelled_in_the_middle),
	    WITH_RIG(is_cancelled_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
