/* The queue before the pipe: see outbox.h. A ring of records: type, length, body. */
#include "agent/sensor/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/loop.h"
#include "common/pipe.h"

struct record {
	uint32_t type, len;
};

struct outbox {
	int fd;
	struct loop_event *writable;
	void (*on_gone)(void *arg);
	void *arg;
	size_t first, used;
	uint8_t ring[OUTBOX_BYTES]; /* touched only when it is used */
};

static void
ring_write(struct outbox *o, const void *bytes, size_t len)
{
	size_t at = (o->first + o->used) % sizeof(o->ring);
	size_t part = len < sizeof(o->ring) - at ? len : sizeof(o->ring) - at;

	memcpy(o->ring + at, bytes, part);
	memcpy(o->ring, (const uint8_t *)bytes + part, len - part);
	o->used += len;
}

static void
ring_read(const struct outbox *o, size_t skip, void *ret, size_t len)
{
	size_t at = (o->first + skip) % sizeof(o->ring);
	size_t part = len < sizeof(o->ring) - at ? len : sizeof(o->ring) - at;

	memcpy(ret, o->ring + at, part);
	memcpy((uint8_t *)ret + part, o->ring, len - part);
}

static void
on_writable(int fd, unsigned what, void *arg)
{
	struct outbox *o = arg;
	uint8_t body[PIPE_MESSAGE_MAX];
	struct record record;
	int r;

	(void)what;
	while (o->used) {
		ring_read(o, 0, &record, sizeof(record));
		CHECK(record.len <= sizeof(body));
		ring_read(o, sizeof(record), body, record.len);
		r = pipe_send(fd, record.type, body, record.len);
		if (r == -EAGAIN)
			return;
		if (r < 0) {
			o->on_gone(o->arg);
			return;
		}
		o->first = (o->first + sizeof(record) + record.len) % sizeof(o->ring);
		o->used -= sizeof(record) + record.len;
	}
	(void)loop_io_want(o->writable, 0);
}

int
outbox_new(
    struct loop *loop, int fd, void (*on_gone)(void *arg), void *arg, struct outbox **ret)
{
	struct outbox *o = calloc(1, sizeof(*o));
	int r;

	if (!o)
		return -ENOMEM;
	o->fd = fd;
	o->on_gone = on_gone;
	o->arg = arg;
	r = loop_io(loop, fd, 0, on_writable, o, &o->writable);
	if (r < 0) {
		free(o);
		return r;
	}
	*ret = o;
	return 0;
}

void
outbox_free(struct outbox *o)
{
	if (!o)
		return;
	loop_event_free(o->writable);
	free(o);
}

bool
outbox_put(struct outbox *o, uint32_t type, const void *body, size_t len)
{
	struct record record = {.type = type, .len = (uint32_t)len};
	int r = -EAGAIN;

	CHECK(len <= PIPE_MESSAGE_MAX);
	if (o->used == 0)
		r = pipe_send(o->fd, type, body, len);
	if (r == 0)
		return true;
	if (r != -EAGAIN || sizeof(record) + len > sizeof(o->ring) - o->used)
		return false; /* an end that is gone is noticed by whoever reads */
	if (o->used == 0)
		(void)loop_io_want(o->writable, LOOP_WRITE);
	ring_write(o, &record, sizeof(record));
	ring_write(o, body, len);
	return true;
}

size_t
outbox_room(const struct outbox *o)
{
	return sizeof(o->ring) - o->used;
}
