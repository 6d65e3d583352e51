/*
 * Names to addresses with c-ares (RFC 1035) on the loop, without a thread. Names
 * are absolute: no search list is tried, so an answer never depends on the
 * domain a school happens to be in. /etc/hosts counts. A changed
 * /etc/resolv.conf is read again at the next question. Nothing is cached here.
 */
#include "common/resolve.h"

#include <ares.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/stat.h>

#include "common/loop.h"

enum { RESOLVE_TRY_MS = 2000, RESOLVE_TRIES = 2, RESOLVE_SERVERS_BYTES = 512 };

static const char configuration[] = "/etc/resolv.conf";

struct watched { /* a socket of c-ares */
	struct watched *next;
	struct resolver *resolver;
	struct loop_event *event;
	int fd;
};

struct resolver {
	struct loop *loop;
	ares_channel channel;
	char servers[RESOLVE_SERVERS_BYTES]; /* "" those of the configuration */
	struct stat read_from;               /* the configuration, as it was read */
	struct loop_event *timer;
	struct watched *watched;
	unsigned asked; /* under way */
};

struct question {
	struct resolver *resolver;
	resolve_fn fn;
	void *arg;
};

/* Another look when the next answer is overdue. */
static void
timer_follow(struct resolver *r)
{
	struct timeval tv, *next = ares_timeout(r->channel, NULL, &tv);

	if (next)
		(void)loop_timer_set_us(
		    r->timer, (uint64_t)next->tv_sec * 1000000u + (uint64_t)next->tv_usec);
	else
		loop_timer_cancel(r->timer);
}

static void
on_overdue(void *arg)
{
	struct resolver *r = arg;

	ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	timer_follow(r);
}

static void
on_ready(int fd, unsigned what, void *arg)
{
	struct watched *w = arg;
	struct resolver *r = w->resolver; /* c-ares may close the socket, and w goes with it */

	ares_process_fd(r->channel, what & LOOP_READ ? fd : ARES_SOCKET_BAD,
	    what & LOOP_WRITE ? fd : ARES_SOCKET_BAD);
	timer_follow(r);
}

static void
watch(struct resolver *r, int fd, unsigned what)
{
	struct watched *w = calloc(1, sizeof(*w));

	/* Without memory the socket is not heard, and the question times out. */
	if (!w || loop_io(r->loop, fd, what, on_ready, w, &w->event) < 0) {
		free(w);
		return;
	}
	w->fd = fd;
	w->resolver = r;
	w->next = r->watched;
	r->watched = w;
}

static void
unwatch(struct watched **at)
{
	struct watched *w = *at;

	*at = w->next;
	loop_event_free(w->event);
	free(w);
}

static void
on_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct resolver *r = arg;
	unsigned what = (readable ? LOOP_READ : 0u) | (writable ? LOOP_WRITE : 0u);

	for (struct watched **at = &r->watched; *at; at = &(*at)->next)
		if ((*at)->fd == fd) {
			if (what)
				(void)loop_io_want((*at)->event, what);
			else
				unwatch(at);
			return;
		}
	if (what)
		watch(r, fd, what);
}

static int
error_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
		return 0;
	case ARES_ENOTFOUND:
	case ARES_ENODATA:
		return -ENOENT;
	case ARES_ETIMEOUT:
		return -ETIMEDOUT;
	case ARES_ECONNREFUSED:
		return -EHOSTUNREACH;
	case ARES_ESERVFAIL:
		return -EAGAIN;
	case ARES_EREFUSED:
		return -EACCES;
	case ARES_EBADNAME:
		return -EINVAL;
	case ARES_ENOMEM:
		return -ENOMEM;
	case ARES_ECANCELLED:
	case ARES_EDESTRUCTION:
		return -ECANCELED;
	default:
		return -EIO;
	}
}

static int
channel_open(struct resolver *r)
{
	struct ares_options options = {
	    .timeout = RESOLVE_TRY_MS,
	    .tries = RESOLVE_TRIES,
	    .sock_state_cb = on_socket,
	    .sock_state_cb_data = r,
	};
	int status = ares_init_options(&r->channel, &options,
	    ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB | ARES_OPT_DOMAINS);

	if (status != ARES_SUCCESS)
		return error_of(status);
	if (stat(configuration, &r->read_from) < 0)
		r->read_from = (struct stat){0};
	if (!r->servers[0])
		return 0;
	status = ares_set_servers_ports_csv(r->channel, r->servers);
	if (status == ARES_SUCCESS)
		return 0;
	ares_destroy(r->channel);
	return status == ARES_ENOMEM ? -ENOMEM : -EINVAL;
}

/* The configuration may have changed since: a lease brought another server. */
static void
channel_refresh(struct resolver *r)
{
	struct stat now;
	ares_channel before = r->channel;

	if (r->servers[0] || r->asked > 0 || stat(configuration, &now) < 0)
		return;
	if (now.st_ino == r->read_from.st_ino &&
	    now.st_mtim.tv_sec == r->read_from.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == r->read_from.st_mtim.tv_nsec)
		return;
	if (channel_open(r) < 0)
		r->channel = before; /* better the old servers than none */
	else
		ares_destroy(before);
}

int
resolver_new(struct loop *loop, const char *servers, struct resolver **ret)
{
	struct resolver *r = calloc(1, sizeof(*r));
	int error;

	if (!r)
		return -ENOMEM;
	r->loop = loop;
	if (servers && (size_t)snprintf(r->servers, sizeof(r->servers), "%s", servers) >=
			   sizeof(r->servers)) {
		free(r);
		return -EINVAL;
	}
	error = loop_timer(loop, on_overdue, r, &r->timer);
	if (error == 0)
		error = channel_open(r);
	if (error < 0) {
		loop_event_free(r->timer);
		free(r);
		return error;
	}
	*ret = r;
	return 0;
}

void
resolver_free(struct resolver *r)
{
	if (!r)
		return;
	ares_destroy(r->channel);
	while (r->watched)
		unwatch(&r->watched);
	loop_event_free(r->timer);
	free(r);
}

static void
on_answer(void *arg, int status, int timeouts, struct ares_addrinfo *answer)
{
	struct question *q = arg;
	struct address found[RESOLVE_MAX];
	size_t count = 0;
	uint16_t port;
	int error = error_of(status);

	(void)timeouts;
	if (error == 0)
		for (struct ares_addrinfo_node *n = answer->nodes; n && count < RESOLVE_MAX;
		     n = n->ai_next)
			if (address_from_sockaddr(n->ai_addr, &found[count], &port) == 0)
				count++;
	if (answer)
		ares_freeaddrinfo(answer);
	if (error == 0 && count == 0)
		error = -ENOENT;
	q->fn(q->arg, error, found, count);
	q->resolver->asked--; /* only now: fn may ask again, and this channel must stay until it
				 returns */
	free(q);
}

void
resolver_ask(struct resolver *r, const char *name, resolve_fn fn, void *arg)
{
	static const struct ares_addrinfo_hints hints = {.ai_socktype = SOCK_STREAM};
	struct address itself;
	struct question *q;

	if (address_parse(name, &itself) == 0) {
		fn(arg, 0, &itself, 1);
		return;
	}
	q = malloc(sizeof(*q));
	if (!q) {
		fn(arg, -ENOMEM, NULL, 0);
		return;
	}
	channel_refresh(r);
	*q = (struct question){r, fn, arg};
	r->asked++;
	ares_getaddrinfo(r->channel, name, NULL, &hints, on_answer, q);
	timer_follow(r);
}
