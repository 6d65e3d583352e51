/*
 * How handshakes wait: see handshake.h. MHD_suspend_connection() is documented for
 * two callbacks; what it needs of them is that it runs in the connection's own
 * thread, outside of the library's lock, and so do GnuTLS's reads in a handshake.
 * Only the thread here resumes a connection, and a connection that is suspended
 * cannot end: no event ever meets one that is gone.
 */
#include "collector/http/handshake.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "common/cleanup.h"
#include "common/clock.h"

enum {
	HANDSHAKE_MS = 15000, /* all of its messages; a slow line takes a second */
	EVENTS = 64,
};

struct handshakes {
	pthread_t thread;
	bool started;
	int epoll_fd, stop_fd;
	pthread_mutex_t lock; /* of all below */
	bool stopping;
	TAILQ_HEAD(handshake_list, handshake) waiting;
};

/* ---------------------------------------------------------------- a connection's thread */

static void
handshake_wait(struct handshake *h)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = h};
	struct handshakes *all = h->all;

	(void)pthread_mutex_lock(&all->lock);
	if (!all->stopping && !h->waits &&
	    epoll_ctl(all->epoll_fd, EPOLL_CTL_ADD, h->fd, &event) == 0) {
		MHD_suspend_connection(h->connection);
		h->waits = true;
		TAILQ_INSERT_TAIL(&all->waiting, h, among);
	}
	(void)pthread_mutex_unlock(&all->lock);
}

/* In place of GnuTLS's own. */
static ssize_t
pull(gnutls_transport_ptr_t at, void *bytes, size_t size)
{
	struct handshake *h = at;
	ssize_t n = recv(h->fd, bytes, size, 0);

	if (n < 0 && errno == EAGAIN && !h->done) {
		handshake_wait(h);
		errno = EAGAIN;
	}
	return n;
}

static int
pull_timeout(gnutls_transport_ptr_t at, unsigned ms)
{
	const struct handshake *h = at;

	return gnutls_system_recv_timeout((gnutls_transport_ptr_t)(intptr_t)h->fd, ms);
}

/* The client's Finished is the last message that a server waits for (RFC 8446, 2; RFC 5246,
 * 7.3). */
static int
on_finished(gnutls_session_t tls, unsigned type, unsigned when, unsigned incoming,
    const gnutls_datum_t *message)
{
	struct handshake *h = gnutls_transport_get_ptr(tls);

	(void)type, (void)when, (void)message;
	h->done |= incoming != 0;
	return 0;
}

void
handshake_begin(struct handshake *h, struct handshakes *all, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	gnutls_session_t tls = info ? info->tls_session : NULL;

	if (!tls)
		return;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	*h = (struct handshake){.all = all,
	    .connection = connection,
	    .fd = info->connect_fd,
	    .until_ms = clock_boot_ms() + HANDSHAKE_MS};
	gnutls_transport_set_ptr2(tls, h, (gnutls_transport_ptr_t)(intptr_t)h->fd);
	gnutls_transport_set_pull_function(tls, pull);
	gnutls_transport_set_pull_timeout_function(tls, pull_timeout);
	gnutls_handshake_set_hook_function(
	    tls, GNUTLS_HANDSHAKE_FINISHED, GNUTLS_HOOK_POST, on_finished);
}

/* ---------------------------------------------------------------- the thread that waits */

/* Under the lock: what it waited for has come. */
static void
handshake_resume(struct handshakes *all, struct handshake *h)
{
	(void)epoll_ctl(all->epoll_fd, EPOLL_CTL_DEL, h->fd, NULL);
	TAILQ_REMOVE(&all->waiting, h, among);
	h->waits = false;
	MHD_resume_connection(h->connection);
}

static void *
work(void *arg)
{
	struct handshakes *all = arg;
	struct epoll_event events[EVENTS];
	bool over = false;
	eventfd_t value;

	while (!over) {
		int n = epoll_wait(all->epoll_fd, events, EVENTS, -1);

		(void)pthread_mutex_lock(&all->lock);
		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr == all)
				(void)eventfd_read(all->stop_fd, &value);
			else
				handshake_resume(all, events[i].data.ptr);
		}
		over = all->stopping && TAILQ_EMPTY(&all->waiting);
		(void)pthread_mutex_unlock(&all->lock);
	}
	return NULL;
}

/* Under the lock. A connection that is shut down has something to read, its end, and is resumed
 * as any other. */
static void
late_cut(struct handshakes *all, uint64_t now_ms)
{
	struct handshake *h;

	TAILQ_FOREACH(h, &all->waiting, among)
	if (now_ms >= h->until_ms)
		(void)shutdown(h->fd, SHUT_RDWR);
}

void
handshakes_tick(struct handshakes *all, uint64_t now_ms)
{
	(void)pthread_mutex_lock(&all->lock);
	late_cut(all, now_ms);
	(void)pthread_mutex_unlock(&all->lock);
}

static int
thread_begin(struct handshakes *all)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = all};
	int r;

	all->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	all->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (all->epoll_fd < 0 || all->stop_fd < 0 ||
	    epoll_ctl(all->epoll_fd, EPOLL_CTL_ADD, all->stop_fd, &event) < 0)
		return -errno;
	r = -pthread_create(&all->thread, NULL, work, all);
	all->started = r == 0;
	return r;
}

int
handshakes_new(struct handshakes **ret)
{
	struct handshakes *all = calloc(1, sizeof(*all));
	int r;

	if (!all)
		return -ENOMEM;
	all->epoll_fd = all->stop_fd = -1;
	TAILQ_INIT(&all->waiting);
	(void)pthread_mutex_init(&all->lock, NULL);
	r = thread_begin(all);
	if (r < 0) {
		handshakes_free(all);
		return r;
	}
	*ret = all;
	return 0;
}

void
handshakes_stop(struct handshakes *all)
{
	(void)pthread_mutex_lock(&all->lock);
	all->stopping = true;
	late_cut(all, UINT64_MAX);
	(void)pthread_mutex_unlock(&all->lock);
	(void)eventfd_write(all->stop_fd, 1);
	(void)pthread_join(all->thread, NULL);
	all->started = false;
}

void
handshakes_free(struct handshakes *all)
{
	if (!all)
		return;
	if (all->started)
		handshakes_stop(all);
	close_at(&all->epoll_fd);
	close_at(&all->stop_fd);
	(void)pthread_mutex_destroy(&all->lock);
	free(all);
}
