/* Descriptors, timers and signals on libevent: see loop.h. */
#include "common/loop.h"

#include <errno.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stdlib.h>

struct loop {
	struct event_base *base;
};

struct loop_event {
	struct event *event;
	struct loop *loop;
	union {
		loop_io_fn io;
		loop_timer_fn timer;
		loop_signal_fn signal;
	} fn;
	void *arg;
};

int
loop_new(struct loop **ret)
{
	struct event_config *config = event_config_new();
	struct loop *loop = calloc(1, sizeof(*loop));

	if (loop && config) {
		(void)event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
		(void)event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
		loop->base = event_base_new_with_config(config);
	}
	event_config_free(config);
	if (!loop || !loop->base) {
		free(loop);
		return -ENOMEM;
	}
	*ret = loop;
	return 0;
}

void
loop_free(struct loop *loop)
{
	if (!loop)
		return;
	event_base_free(loop->base);
	free(loop);
}

int
loop_run(struct loop *loop)
{
	return event_base_dispatch(loop->base) < 0 ? -EIO : 0;
}

void
loop_stop(struct loop *loop)
{
	(void)event_base_loopbreak(loop->base);
}

static void
on_io(evutil_socket_t fd, short what, void *at)
{
	struct loop_event *e = at;
	unsigned ready =
	    (what & EV_READ ? LOOP_READ : 0u) | (what & EV_WRITE ? LOOP_WRITE : 0u);

	e->fn.io(fd, ready, e->arg);
}

static void
on_timer(evutil_socket_t fd, short what, void *at)
{
	struct loop_event *e = at;

	(void)fd;
	(void)what;
	e->fn.timer(e->arg);
}

static void
on_signal(evutil_socket_t signo, short what, void *at)
{
	struct loop_event *e = at;

	(void)what;
	e->fn.signal(signo, e->arg);
}

static int
make(struct loop *loop, int fd, short what, event_callback_fn fn, void *arg,
    struct loop_event **ret)
{
	struct loop_event *e = calloc(1, sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->loop = loop;
	e->arg = arg;
	e->event = event_new(loop->base, fd, what, fn, e);
	if (!e->event) {
		free(e);
		return -ENOMEM;
	}
	*ret = e;
	return 0;
}

static short
io_flags(unsigned what)
{
	int flags = EV_PERSIST;

	if (what & LOOP_READ)
		flags |= EV_READ;
	if (what & LOOP_WRITE)
		flags |= EV_WRITE;
	return (short)flags;
}

int
loop_io(
    struct loop *loop, int fd, unsigned what, loop_io_fn fn, void *arg, struct loop_event **ret)
{
	struct loop_event *e;
	int r = make(loop, fd, io_flags(what), on_io, arg, &e);

	if (r < 0)
		return r;
	e->fn.io = fn;
	if (what && event_add(e->event, NULL) < 0) {
		loop_event_free(e);
		return -EBADF;
	}
	*ret = e;
	return 0;
}

int
loop_io_want(struct loop_event *e, unsigned what)
{
	int fd = event_get_fd(e->event);

	(void)event_del(e->event);
	if (!what)
		return 0;
	if (event_assign(e->event, e->loop->base, fd, io_flags(what), on_io, e) < 0)
		return -EINVAL;
	return event_add(e->event, NULL) < 0 ? -EBADF : 0;
}

int
loop_timer(struct loop *loop, loop_timer_fn fn, void *arg, struct loop_event **ret)
{
	int r = make(loop, -1, 0, on_timer, arg, ret);

	if (r < 0)
		return r;
	(*ret)->fn.timer = fn;
	return 0;
}

int
loop_timer_set_us(struct loop_event *timer, uint64_t delay_us)
{
	struct timeval tv = {
	    .tv_sec = (time_t)(delay_us / 1000000u),
	    .tv_usec = (suseconds_t)(delay_us % 1000000u),
	};

	return event_add(timer->event, &tv) < 0 ? -ENOMEM : 0;
}

int
loop_timer_set(struct loop_event *timer, uint64_t delay_ms)
{
	return loop_timer_set_us(timer, delay_ms * 1000u);
}

void
loop_timer_cancel(struct loop_event *timer)
{
	(void)event_del(timer->event);
}

int
loop_signal(struct loop *loop, int signo, loop_signal_fn fn, void *arg, struct loop_event **ret)
{
	struct loop_event *e;
	int r = make(loop, signo, EV_SIGNAL | EV_PERSIST, on_signal, arg, &e);

	if (r < 0)
		return r;
	e->fn.signal = fn;
	if (event_add(e->event, NULL) < 0) {
		loop_event_free(e);
		return -EINVAL;
	}
	*ret = e;
	return 0;
}

void
loop_event_free(struct loop_event *e)
{
	if (!e)
		return;
	event_free(e->event);
	free(e);
}
