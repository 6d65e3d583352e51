/*
 * A conversation over one socket, then perhaps another: connect, wait for its turn,
 * then step by step what the asker says, in the clear or by TLS.
 */
#include "agent/ask/talk.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/ask/ask_socket.h"
#include "common/check.h"
#include "common/loop.h"

enum { TLS_WAIT_MS = 40, DATAGRAM_TRIES = 3, SILENCES_MAX = 2, READ_BYTES = 1500 };

enum talk_state {
	STATE_CONNECTING,
	STATE_OPEN, /* waits for its turn; a stream perhaps without its connection */
	STATE_TLS_WAIT,
	STATE_HANDSHAKE,
	STATE_TALKING,
};

struct talk {
	struct loop *loop;
	struct talk_settings settings;
	enum talk_state state;
	int fd;
	struct loop_event *io, *timer;
	struct ask_secure *secure;
	struct ask *ask; /* once it began */
	char subject[ASK_SUBJECT_BYTES];
	size_t sent;       /* of ask->out */
	unsigned repeated; /* the datagram */
	unsigned silences; /* of a stream, each followed by a new connection */
	uint32_t tries_left;
	uint32_t connections, bytes_sent, bytes_received;
	size_t received; /* on this connection */
	bool heard;
};

static void on_io(int fd, unsigned what, void *arg);
static void on_timer(void *arg);

static void
end(struct talk *t, enum talk_end how)
{
	t->settings.events->on_end(t->settings.arg, t, how);
}

static void
connection_close(struct talk *t)
{
	ask_secure_free(t->secure);
	t->secure = NULL;
	loop_event_free(t->io);
	t->io = NULL;
	if (t->fd >= 0)
		(void)close(t->fd);
	t->fd = -1;
}

static int
connection_open(struct talk *t)
{
	const struct asker *asker = t->settings.asker;
	int fd = ask_socket_open(asker, &t->settings.ip, t->settings.place.port), r;

	if (fd < 0)
		return fd;
	t->fd = fd;
	t->connections++;
	t->received = 0;
	t->state = asker->transport == ASK_UDP ? STATE_OPEN : STATE_CONNECTING;
	r = loop_io(t->loop, fd, t->state == STATE_OPEN ? 0 : LOOP_WRITE, on_io, t, &t->io);
	if (r == 0 && t->state == STATE_CONNECTING)
		r = loop_timer_set(t->timer, t->settings.connect_ms);
	if (r < 0)
		connection_close(t);
	return r;
}

int
talk_new(struct loop *loop, const struct talk_settings *settings, struct talk **ret)
{
	struct talk *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return -ENOMEM;
	t->loop = loop;
	t->settings = *settings;
	t->tries_left = settings->connect_tries;
	t->fd = -1;
	r = loop_timer(loop, on_timer, t, &t->timer);
	if (r == 0)
		r = connection_open(t);
	if (r < 0) {
		talk_free(t);
		return r;
	}
	*ret = t;
	return 0;
}

void
talk_free(struct talk *t)
{
	if (!t)
		return;
	connection_close(t);
	loop_event_free(t->timer);
	if (t->ask) {
		bytes_clear(&t->ask->in);
		bytes_clear(&t->ask->out);
		free(t->ask);
	}
	free(t);
}

/* ---- step by step */

/* What is in ask->out goes as far as the kernel has room. 0, -EAGAIN, or why not. */
static int
flush(struct talk *t)
{
	struct bytes *out = &t->ask->out;
	unsigned want = LOOP_WRITE;

	while (t->sent < out->len) {
		const uint8_t *at = out->data + t->sent;
		size_t left = out->len - t->sent;
		ssize_t n = t->secure ? ask_secure_write(t->secure, at, left, &want)
				      : send(t->fd, at, left, MSG_NOSIGNAL);

		if (n < 0 && !t->secure)
			n = -errno;
		if (n == -EAGAIN)
			return loop_io_want(t->io, want | LOOP_READ) < 0 ? -EIO : -EAGAIN;
		if (n <= 0)
			return n < 0 ? (int)n : -ECONNRESET;
		t->sent += (size_t)n;
		t->bytes_sent += (uint32_t)n;
	}
	return loop_io_want(t->io, LOOP_READ);
}

/* Once more from the first word on a new connection. */
static void
again(struct talk *t)
{
	if (t->connections >= ASK_CONNECTIONS_MAX) {
		end(t, TALK_DONE);
		return;
	}
	connection_close(t);
	t->settings.place = t->ask->place;
	t->tries_left = t->settings.connect_tries;
	t->ask->in.len = 0;
	t->ask->ended = false;
	if (connection_open(t) < 0)
		end(t, TALK_BROKEN);
}

static void
tls_start(struct talk *t)
{
	int r = ask_secure_new(t->settings.tls, t->fd, &t->secure);

	if (r == -EAGAIN) {
		t->state = STATE_TLS_WAIT;
		(void)loop_io_want(t->io, 0);
		(void)loop_timer_set(t->timer, TLS_WAIT_MS);
		return;
	}
	if (r < 0) {
		end(t, TALK_BROKEN);
		return;
	}
	t->state = STATE_HANDSHAKE;
	(void)loop_timer_set(t->timer, t->settings.asker->timeout_ms);
	on_io(t->fd, 0, t);
}

static void
step(struct talk *t)
{
	struct ask_known known = {.ip = t->settings.ip};
	struct ask *ask = t->ask;
	enum ask_verdict verdict;
	int r;

	t->settings.events->known(t->settings.arg, &known);
	ask->known = &known;
	if (t->sent == ask->out.len && ask->asker->transport == ASK_TCP)
		t->sent = ask->out.len = 0;
	verdict = ask->asker->step(ask);
	ask->known = NULL;
	if (verdict == ASK_DONE || (verdict == ASK_MORE && ask->ended)) {
		end(t, TALK_DONE);
		return;
	}
	if (verdict == ASK_AGAIN) {
		t->sent = ask->out.len = 0;
		again(t);
		return;
	}
	r = flush(t);
	if (verdict == ASK_TLS && r == 0 && !t->secure)
		tls_start(t);
	else if (r < 0 && r != -EAGAIN)
		end(t, TALK_BROKEN);
}

/* True when something new is there to be looked at. */
static bool
receive(struct talk *t, enum talk_end *ret_end)
{
	struct ask *ask = t->ask;
	bool news = false;

	for (;;) {
		unsigned want = LOOP_READ;
		uint8_t *room;
		ssize_t n;

		if (t->received >= ask->asker->bytes_max) {
			ask->ended = true;
			return true;
		}
		if (ask->asker->transport == ASK_UDP)
			ask->in.len = 0;
		if (bytes_room(&ask->in, READ_BYTES, &room) < 0) {
			*ret_end = TALK_BROKEN;
			return news;
		}
		n = t->secure ? ask_secure_read(t->secure, room, READ_BYTES, &want)
			      : recv(t->fd, room, READ_BYTES, 0);
		if (n < 0 && !t->secure)
			n = -errno;
		if (n == -EAGAIN)
			return news;
		t->heard |= n >= 0 || n == -ECONNREFUSED;
		if (n < 0) {
			*ret_end = TALK_BROKEN;
			return news;
		}
		if (n == 0) {
			ask->ended = true;
			return true;
		}
		bytes_grew(&ask->in, (size_t)n);
		t->received += (size_t)n;
		t->bytes_received += (uint32_t)n;
		news = true;
		if (ask->asker->transport == ASK_UDP)
			return true;
	}
}

/* How long the peer's next word is waited for. */
static uint32_t
patience_ms(const struct talk *t)
{
	const struct asker *asker = t->settings.asker;

	if (asker->transport == ASK_UDP)
		return asker->timeout_ms / DATAGRAM_TRIES;
	if (asker->silence_ms && t->silences < SILENCES_MAX)
		return asker->silence_ms << t->silences;
	return asker->timeout_ms - asker->silence_ms * ((1u << SILENCES_MAX) - 1);
}

static void
talk_go(struct talk *t)
{
	t->state = STATE_TALKING;
	(void)loop_timer_set(t->timer, patience_ms(t));
	(void)loop_io_want(t->io, LOOP_READ);
	step(t);
}

static void
turn_begins(struct talk *t)
{
	if (t->settings.place.tls)
		tls_start(t);
	else
		talk_go(t);
}

static void
on_handshake(struct talk *t)
{
	unsigned want = LOOP_READ;
	int r = ask_secure_handshake(t->secure, &want);

	if (r == -EAGAIN) {
		(void)loop_io_want(t->io, want);
		return;
	}
	if (r < 0) {
		end(t, TALK_BROKEN);
		return;
	}
	ask_secure_subject(t->secure, t->subject);
	talk_go(t);
}

static void
on_connected(struct talk *t)
{
	int r = ask_socket_error(t->fd);

	t->heard |= r == 0;
	if (r < 0) {
		end(t, t->ask ? TALK_BROKEN : TALK_REFUSED);
		return;
	}
	t->state = STATE_OPEN;
	loop_timer_cancel(t->timer);
	(void)loop_io_want(t->io, 0);
	if (t->ask)
		turn_begins(t);
	else
		t->settings.events->on_open(t->settings.arg, t);
}

static void
on_talking(struct talk *t, unsigned what)
{
	enum talk_end failed = TALK_DONE;

	if (what & LOOP_WRITE) {
		int r = flush(t);

		if (r < 0 && r != -EAGAIN) {
			end(t, TALK_BROKEN);
			return;
		}
	}
	if (receive(t, &failed)) {
		if (t->settings.asker->silence_ms)
			(void)loop_timer_set(t->timer, patience_ms(t));
		step(t);
	} else if (failed != TALK_DONE) {
		end(t, failed);
	}
}

static void
on_io(int fd, unsigned what, void *arg)
{
	struct talk *t = arg;

	(void)fd;
	switch (t->state) {
	case STATE_CONNECTING:
		on_connected(t);
		break;
	case STATE_HANDSHAKE:
		on_handshake(t);
		break;
	case STATE_TALKING:
		on_talking(t, what);
		break;
	case STATE_OPEN:
	case STATE_TLS_WAIT:
		break;
	}
}

/* A datagram may be lost: it goes again. So may what a stream carries, and then it is begun
 * again, or what came before it fell silent is looked at as it is. */
static void
on_silence(struct talk *t)
{
	if (t->settings.asker->transport == ASK_UDP && ++t->repeated < DATAGRAM_TRIES) {
		t->sent = 0;
		(void)loop_timer_set(t->timer, patience_ms(t));
		if (flush(t) < 0)
			end(t, TALK_BROKEN);
		return;
	}
	if (t->settings.asker->silence_ms && t->silences++ < SILENCES_MAX) {
		t->ask->stage = 0;
		t->sent = t->ask->out.len = 0;
		again(t);
		return;
	}
	if (t->ask->in.len > 0 && !t->ask->ended) {
		t->ask->ended = true;
		step(t);
		return;
	}
	end(t, TALK_TIMEOUT);
}

static void
on_timer(void *arg)
{
	struct talk *t = arg;

	if (t->state == STATE_TLS_WAIT) {
		tls_start(t);
		return;
	}
	if (t->state == STATE_CONNECTING && --t->tries_left > 0) {
		connection_close(t);
		if (connection_open(t) < 0)
			end(t, TALK_REFUSED);
		return;
	}
	if (t->state == STATE_TALKING)
		on_silence(t);
	else
		end(t, t->ask ? TALK_TIMEOUT : TALK_UNHEARD);
}

void
talk_wait(struct talk *t)
{
	CHECK(t->state == STATE_OPEN && !t->ask);
	connection_close(t);
}

int
talk_begin(struct talk *t)
{
	CHECK(t->state == STATE_OPEN && !t->ask);
	t->ask = calloc(1, sizeof(*t->ask));
	if (!t->ask)
		return -ENOMEM;
	t->ask->asker = t->settings.asker;
	t->ask->place = t->settings.place;
	t->ask->pjlink_password = t->settings.pjlink_password;
	t->ask->md5 = ask_md5;
	t->ask->certificate = t->subject;
	t->ask->in = bytes_new(t->settings.asker->bytes_max + READ_BYTES);
	t->ask->out = bytes_new(ASK_OUT_BYTES_MAX);
	if (getrandom(t->ask->random, sizeof(t->ask->random), GRND_NONBLOCK) < 0)
		return -errno;
	if (t->fd < 0)
		return connection_open(t);
	turn_begins(t);
	return 0;
}

const struct asker *
talk_asker(const struct talk *t)
{
	return t->settings.asker;
}

bool
talk_is_open(const struct talk *t)
{
	return t->state == STATE_OPEN && !t->ask;
}

bool
talk_is_heard(const struct talk *t)
{
	return t->heard;
}

bool
talk_has_begun(const struct talk *t)
{
	return t->ask != NULL;
}

size_t
talk_facts(const struct talk *t, const struct evidence **ret)
{
	*ret = t->ask ? t->ask->facts : NULL;
	return t->ask ? t->ask->n_facts : 0;
}

void
talk_cost(
    const struct talk *t, uint32_t *ret_connections, uint32_t *ret_sent, uint32_t *ret_received)
{
	*ret_connections = t->connections;
	*ret_sent = t->bytes_sent;
	*ret_received = t->bytes_received;
}
