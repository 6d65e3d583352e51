/*
 * A small server of one request a connection: accept, read the head, read the
 * body, answer, close. Every connection has one deadline for all of it, so that a
 * client that dawdles holds its place no longer than that.
 */
#include "agent/host/host_listen.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/bytes.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"

enum {
	DEADLINE_MS = 15 * 1000,
	DRAIN_MS = 2000,
	BACKLOG = 16,
	ANSWER_SIZE = 512,
	READ_BYTES = 16 * 1024
};

struct place {
	struct host_listener *listener;
	struct address address;
	uint16_t port;
	int fd;
	struct loop_event *event;
};

struct connection {
	struct host_listener *listener;
	struct address from;
	int fd;
	struct loop_event *event, *deadline;
	struct bytes in;
	struct host_request request;
	bool has_head, drains;
	char answer[ANSWER_SIZE];
	size_t answer_len, sent;
};

struct host_listener {
	struct loop *loop;
	struct host_gate *gate;
	host_facts_fn on_facts;
	void *arg;
	struct place places[HOST_ADDRESSES_MAX];
	struct connection *connections[HOST_CONNECTIONS_MAX];
	struct host_counters counters;
};

/* ---------------------------------------------------------------- connections */

static void
connection_end(struct connection *c)
{
	struct host_listener *listener = c->listener;

	for (size_t i = 0; i < HOST_CONNECTIONS_MAX; i++)
		if (listener->connections[i] == c)
			listener->connections[i] = NULL;
	loop_event_free(c->event);
	loop_event_free(c->deadline);
	(void)close(c->fd);
	bytes_clear(&c->in);
	free(c);
}

static void
connection_late(void *arg)
{
	struct connection *c = arg;

	c->listener->counters.broken += !c->drains;
	connection_end(c);
}

static void
answer(struct connection *c, int status, const char *reason, const char *body)
{
	int len = snprintf(c->answer, sizeof(c->answer),
	    "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n%s\r\n%s",
	    status, reason, strlen(body), status == 429 ? "Retry-After: 60\r\n" : "", body);

	c->answer_len = (size_t)len;
	(void)loop_io_want(c->event, LOOP_WRITE);
}

static void
refuse(
    struct connection *c, uint64_t *counter, int status, const char *reason, const char *error)
{
	char body[64];

	(*counter)++;
	(void)snprintf(body, sizeof(body), "{\"error\":\"%s\"}\n", error);
	answer(c, status, reason, body);
}

static void
refuse_clock(struct connection *c, int key, int64_t now_s)
{
	char signature[2 * HOST_SIGNATURE_BYTES + 1], body[192];

	host_gate_sign_time(c->listener->gate, key, c->request.nonce, now_s, signature);
	(void)snprintf(body, sizeof(body),
	    "{\"error\":\"clock\",\"time\":%" PRId64 ",\"signature\":\"%s\"}\n", now_s,
	    signature);
	c->listener->counters.clock++;
	answer(c, 401, "Unauthorized", body);
}

static void
take(struct connection *c, const char *body, int64_t now_s)
{
	struct host_listener *listener = c->listener;
	char words[64];

	if (listener->on_facts(listener->arg, &c->from, body, c->request.body_bytes) < 0) {
		refuse(c, &listener->counters.malformed, 400, "Bad Request", "no_inventory");
		return;
	}
	listener->counters.taken++;
	(void)snprintf(
	    words, sizeof(words), "{\"result\":\"taken\",\"time\":%" PRId64 "}\n", now_s);
	answer(c, 200, "OK", words);
}

static void
judge(struct connection *c)
{
	const char *body = (const char *)c->in.data + c->request.head_bytes;
	struct host_listener *listener = c->listener;
	struct host_counters *counters = &listener->counters;
	int64_t now_s = clock_wall_ms() / 1000;
	int key;

	switch (host_gate_judge(
	    listener->gate, &c->request, body, c->request.body_bytes, now_s, &key)) {
	case HOST_TAKEN:
		take(c, body, now_s);
		break;
	case HOST_UNSIGNED:
		refuse(c, &counters->is_unsigned, 401, "Unauthorized", "unsigned");
		break;
	case HOST_CLOCK:
		refuse_clock(c, key, now_s);
		break;
	case HOST_REPLAYED:
		refuse(c, &counters->replayed, 409, "Conflict", "replayed");
		break;
	case HOST_BUSY:
		refuse(c, &counters->limited, 503, "Service Unavailable", "busy");
		break;
	}
}

static void
head_look(struct connection *c)
{
	struct host_counters *counters = &c->listener->counters;
	int r = host_request_read((const char *)c->in.data, c->in.len, &c->request);

	switch (r) {
	case 0:
		c->has_head = true;
		break;
	case -EAGAIN:
		break;
	case -ENOENT:
		refuse(c, &counters->malformed, 404, "Not Found", "not_found");
		break;
	case -EFBIG:
		refuse(c, &counters->too_large, 413, "Content Too Large", "too_large");
		break;
	case -EACCES:
		refuse(c, &counters->is_unsigned, 401, "Unauthorized", "unsigned");
		break;
	default:
		refuse(c, &counters->malformed, 400, "Bad Request", "malformed");
	}
}

static void
connection_read(struct connection *c)
{
	uint8_t *room;
	ssize_t n;

	if (bytes_room(&c->in, READ_BYTES, &room) < 0) {
		connection_end(c);
		return;
	}
	n = read(c->fd, room, READ_BYTES);
	if (n <= 0) {
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		c->listener->counters.broken++;
		connection_end(c);
		return;
	}
	bytes_grew(&c->in, (size_t)n);
	if (!c->has_head)
		head_look(c);
	if (c->has_head && c->in.len >= c->request.head_bytes + c->request.body_bytes)
		judge(c);
}

static void
connection_write(struct connection *c)
{
	ssize_t n = send(c->fd, c->answer + c->sent, c->answer_len - c->sent, MSG_NOSIGNAL);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		connection_end(c);
		return;
	}
	c->sent += (size_t)n;
	if (c->sent < c->answer_len)
		return;
	(void)shutdown(c->fd, SHUT_WR);
	c->drains = true;
	(void)loop_io_want(c->event, LOOP_READ);
	(void)loop_timer_set(c->deadline, DRAIN_MS);
}

/* What the client still sends must not turn our answer into a reset. */
static void
connection_drain(struct connection *c)
{
	char rest[4096];
	ssize_t n = read(c->fd, rest, sizeof(rest));

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		connection_end(c);
}

static void
on_connection(int fd, unsigned what, void *arg)
{
	struct connection *c = arg;

	(void)fd;
	if (c->drains)
		connection_drain(c);
	else if (c->answer_len > 0)
		connection_write(c);
	else if (what & LOOP_READ)
		connection_read(c);
}

/* ---------------------------------------------------------------- accepting */

/* A free place in the table, unless this address has its share already. */
static struct connection **
room_for(struct host_listener *listener, const struct address *from)
{
	struct connection **room = NULL;
	unsigned own = 0;

	for (size_t i = 0; i < HOST_CONNECTIONS_MAX; i++) {
		if (!listener->connections[i])
			room = &listener->connections[i];
		else
			own += address_equal(&listener->connections[i]->from, from);
	}
	return own < HOST_CONNECTIONS_A_SOURCE ? room : NULL;
}

static void
connection_begin(struct host_listener *listener, int fd, const struct address *from)
{
	struct connection **room = room_for(listener, from);
	struct connection *c = room ? calloc(1, sizeof(*c)) : NULL;

	if (!c) {
		listener->counters.connections_refused++;
		(void)close(fd);
		return;
	}
	c->listener = listener;
	c->from = *from;
	c->fd = fd;
	c->in = bytes_new(HOST_HEAD_BYTES_MAX + HOST_BODY_BYTES_MAX + READ_BYTES);
	*room = c;
	if (loop_io(listener->loop, fd, LOOP_READ, on_connection, c, &c->event) < 0 ||
	    loop_timer(listener->loop, connection_late, c, &c->deadline) < 0 ||
	    loop_timer_set(c->deadline, DEADLINE_MS) < 0) {
		connection_end(c);
		return;
	}
	if (!address_is_private(from))
		refuse(c, &listener->counters.foreign, 403, "Forbidden", "foreign");
	else if (!host_gate_admits(listener->gate, from, clock_boot_ms()))
		refuse(c, &listener->counters.limited, 429, "Too Many Requests", "limited");
}

static void
on_place(int fd, unsigned what, void *arg)
{
	struct place *place = arg;
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	struct address from;
	uint16_t port;
	int new = accept4(fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)what;
	if (new < 0)
		return;
	if (address_from_sockaddr((struct sockaddr *)&peer, &from, &port) < 0) {
		(void)close(new);
		return;
	}
	connection_begin(place->listener, new, &from);
}

/* ---------------------------------------------------------------- places */

static int
place_open(struct host_listener *listener, const struct address *address, uint16_t port,
    struct place *ret)
{
	static const int on = 1;
	struct sockaddr_storage sa;
	size_t len = address_to_sockaddr(address, port, &sa);
	int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	*ret =
	    (struct place){.listener = listener, .address = *address, .port = port, .fd = fd};
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&sa, (socklen_t)len) < 0 || listen(fd, BACKLOG) < 0)
		r = -errno;
	else
		r = loop_io(listener->loop, fd, LOOP_READ, on_place, ret, &ret->event);
	if (r < 0)
		(void)close(fd);
	return r;
}

static void
place_close(struct place *place)
{
	loop_event_free(place->event);
	(void)close(place->fd);
	*place = (struct place){.fd = -1};
}

static bool
is_wanted(
    const struct place *place, const struct address addresses[], size_t count, uint16_t port)
{
	for (size_t i = 0; i < count; i++)
		if (place->port == port && address_equal(&place->address, &addresses[i]))
			return true;
	return false;
}

static bool
is_open(const struct host_listener *listener, const struct address *address)
{
	for (size_t i = 0; i < HOST_ADDRESSES_MAX; i++)
		if (listener->places[i].fd >= 0 &&
		    address_equal(&listener->places[i].address, address))
			return true;
	return false;
}

static struct place *
free_place(struct host_listener *listener)
{
	for (size_t i = 0; i < HOST_ADDRESSES_MAX; i++)
		if (listener->places[i].fd < 0)
			return &listener->places[i];
	return NULL;
}

size_t
host_listen_at(struct host_listener *listener, const struct address addresses[], size_t count,
    uint16_t port)
{
	size_t open = 0;

	for (size_t i = 0; i < HOST_ADDRESSES_MAX; i++)
		if (listener->places[i].fd >= 0 &&
		    !is_wanted(&listener->places[i], addresses, count, port))
			place_close(&listener->places[i]);
	for (size_t i = 0; i < count; i++) {
		struct place *place = free_place(listener);
		char text[ADDRESS_TEXT_SIZE];
		int r;

		if (!place || is_open(listener, &addresses[i]))
			continue;
		address_format(&addresses[i], text);
		r = place_open(listener, &addresses[i], port, place);
		if (r < 0) {
			place->fd = -1;
			(void)log_warn(
			    r, "could not listen for host scripts at %s port %u", text, port);
		} else {
			(void)log_info("listening for host scripts at %s port %u", text, port);
		}
	}
	for (size_t i = 0; i < HOST_ADDRESSES_MAX; i++)
		open += listener->places[i].fd >= 0;
	return open;
}

/* ---------------------------------------------------------------- the whole */

int
host_listen_start(
    struct loop *loop, host_facts_fn on_facts, void *arg, struct host_listener **ret)
{
	struct host_listener *listener = calloc(1, sizeof(*listener));
	int r = listener ? host_gate_new(&listener->gate) : -ENOMEM;

	if (r < 0) {
		free(listener);
		return r;
	}
	listener->loop = loop;
	listener->on_facts = on_facts;
	listener->arg = arg;
	for (size_t i = 0; i < HOST_ADDRESSES_MAX; i++)
		listener->places[i].fd = -1;
	*ret = listener;
	return 0;
}

void
host_listen_stop(struct host_listener *listener)
{
	if (!listener)
		return;
	for (size_t i = 0; i < HOST_ADDRESSES_MAX; i++)
		if (listener->places[i].fd >= 0)
			place_close(&listener->places[i]);
	for (size_t i = 0; i < HOST_CONNECTIONS_MAX; i++)
		if (listener->connections[i])
			connection_end(listener->connections[i]);
	host_gate_free(listener->gate);
	free(listener);
}

void
host_listen_keys(struct host_listener *listener, const struct host_keys *keys)
{
	host_gate_keys(listener->gate, keys);
}

void
host_listen_counters(const struct host_listener *listener, struct host_counters *ret)
{
	*ret = listener->counters;
}
