/*
 * Accepts connections and gives each session its turn. An address may have so many
 * connections and begin so many of them; what they may carry is decided where all
 * streams are.
 */
#include "collector/http/ndt7.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "collector/http/identity.h"
#include "collector/http/listen.h"
#include "collector/http/ndt7_session.h"
#include "common/cleanup.h"
#include "common/clock.h"

enum {
	SESSIONS_MAX = 512,
	CLIENT_SESSIONS_MAX = 64,
	CLIENT_PER_S = 10,
	CLIENT_BURST = 100,
	TICK_MS = 50,
	EVENTS = 64,
	ACCEPTS = 16, /* at once, before sessions have their turn */
};

LIST_HEAD(session_list, session);

struct ndt7 {
	struct measure *measure;
	pthread_t thread;
	bool started;
	int listen_fd, epoll_fd, stop_fd;
	uint16_t port;
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priorities;
	struct limit limit; /* connections of an address */
	struct session_list sessions;
	size_t n_sessions;
	bool ending;
	uint8_t room[SESSION_READ_BYTES];
};

/* ---------------------------------------------------------------- coming in */

static bool
may_come(struct ndt7 *ndt7, const struct address *client)
{
	const struct session *s;
	size_t theirs = 0;

	LIST_FOREACH(s, &ndt7->sessions, among)
	theirs += memcmp(&s->client, client, sizeof(*client)) == 0;
	return theirs < CLIENT_SESSIONS_MAX && ndt7->n_sessions < SESSIONS_MAX &&
	       limit_take(&ndt7->limit, measure_client_key(client), CLIENT_PER_S, CLIENT_BURST,
		   1, clock_boot_ms()) == 0;
}

static void
session_add(struct ndt7 *ndt7, int fd, const struct address *client)
{
	struct epoll_event event = {.events = EPOLLIN};
	struct session *s =
	    session_new(ndt7->measure, fd, client, ndt7->credentials, ndt7->priorities);

	if (!s)
		return;
	event.data.ptr = s;
	if (epoll_ctl(ndt7->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
		session_free(s);
		return;
	}
	LIST_INSERT_HEAD(&ndt7->sessions, s, among);
	ndt7->n_sessions++;
}

static void
connections_accept(struct ndt7 *ndt7)
{
	for (int i = 0; i < ACCEPTS; i++) {
		struct sockaddr_storage at = {0};
		socklen_t len = sizeof(at);
		struct address client = {0};
		uint16_t port;
		int fd = accept4(ndt7->listen_fd, (struct sockaddr *)&at, &len,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0)
			return;
		(void)address_from_sockaddr((struct sockaddr *)&at, &client, &port);
		client = address_unmapped(&client);
		if (!ndt7->ending && may_come(ndt7, &client)) {
			session_add(ndt7, fd, &client);
			continue;
		}
		metric_add(METRIC_REFUSED_TOO_OFTEN, 1);
		(void)close(fd);
	}
}

/* ---------------------------------------------------------------- the thread */

static void
session_listen(struct ndt7 *ndt7, struct session *s)
{
	bool out = session_wants_out(s);
	struct epoll_event event = {
	    .events = EPOLLIN | (out ? (uint32_t)EPOLLOUT : 0), .data.ptr = s};

	if (out == s->listens_out)
		return;
	s->listens_out = out;
	(void)epoll_ctl(ndt7->epoll_fd, EPOLL_CTL_MOD, s->fd, &event);
}

static void
sessions_tick(struct ndt7 *ndt7)
{
	uint64_t now_us = clock_boot_us();
	struct session *s, *next;

	for (s = LIST_FIRST(&ndt7->sessions); s; s = next) {
		next = LIST_NEXT(s, among);
		session_tick(s, now_us, ndt7->ending);
		if (s->state != SESSION_OVER) {
			session_listen(ndt7, s);
			continue;
		}
		LIST_REMOVE(s, among);
		ndt7->n_sessions--;
		session_free(s);
	}
}

static void *
work(void *arg)
{
	struct ndt7 *ndt7 = arg;
	struct epoll_event events[EVENTS];

	while (!ndt7->ending || !LIST_EMPTY(&ndt7->sessions)) {
		int n = epoll_wait(
		    ndt7->epoll_fd, events, EVENTS, LIST_EMPTY(&ndt7->sessions) ? -1 : TICK_MS);
		bool comes = false;

		for (int i = 0; i < n; i++) {
			void *whose = events[i].data.ptr;

			if (whose == &ndt7->listen_fd)
				comes = true;
			else if (whose == &ndt7->stop_fd)
				ndt7->ending = true;
			else
				session_read(whose, ndt7->room);
		}
		sessions_tick(ndt7);
		if (comes)
			connections_accept(ndt7);
	}
	return NULL;
}

/* ---------------------------------------------------------------- beginning and end */

static int
tls_begin(struct ndt7 *ndt7)
{
	if (gnutls_certificate_allocate_credentials(&ndt7->credentials) < 0 ||
	    gnutls_priority_init(&ndt7->priorities, IDENTITY_PRIORITIES, NULL) < 0)
		return -ENOMEM;
	gnutls_certificate_set_retrieve_function2(ndt7->credentials, identity_show);
	return 0;
}

static int
watch(struct ndt7 *ndt7, int *fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = fd};

	return epoll_ctl(ndt7->epoll_fd, EPOLL_CTL_ADD, *fd, &event) < 0 ? -errno : 0;
}

static int
thread_begin(struct ndt7 *ndt7)
{
	int r;

	ndt7->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	ndt7->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (ndt7->epoll_fd < 0 || ndt7->stop_fd < 0)
		return -errno;
	r = watch(ndt7, &ndt7->listen_fd);
	if (r == 0)
		r = watch(ndt7, &ndt7->stop_fd);
	if (r == 0)
		r = -pthread_create(&ndt7->thread, NULL, work, ndt7);
	ndt7->started = r == 0;
	return r;
}

int
ndt7_start(const char *address, struct measure *measure, struct ndt7 **ret)
{
	struct ndt7 *ndt7 = calloc(1, sizeof(*ndt7));
	int r;

	if (!ndt7)
		return -ENOMEM;
	ndt7->measure = measure;
	ndt7->listen_fd = ndt7->epoll_fd = ndt7->stop_fd = -1;
	LIST_INIT(&ndt7->sessions);
	r = listen_open(address, &ndt7->listen_fd, &ndt7->port);
	if (r == 0)
		r = tls_begin(ndt7);
	if (r == 0)
		r = thread_begin(ndt7);
	if (r < 0) {
		ndt7_stop(ndt7);
		return r;
	}
	measure->ndt7_port = ndt7->port;
	*ret = ndt7;
	return 0;
}

uint16_t
ndt7_port(const struct ndt7 *ndt7)
{
	return ndt7->port;
}

void
ndt7_stop(struct ndt7 *ndt7)
{
	if (!ndt7)
		return;
	if (ndt7->started) {
		(void)eventfd_write(ndt7->stop_fd, 1);
		(void)pthread_join(ndt7->thread, NULL);
	}
	close_at(&ndt7->listen_fd);
	close_at(&ndt7->epoll_fd);
	close_at(&ndt7->stop_fd);
	if (ndt7->priorities)
		gnutls_priority_deinit(ndt7->priorities);
	if (ndt7->credentials)
		gnutls_certificate_free_credentials(ndt7->credentials);
	free(ndt7);
}
