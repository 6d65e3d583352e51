/*
 * A session of ndt7: TLS, a handshake, ten seconds of binary messages in one
 * direction, measurements as text meanwhile, with what the kernel says of the
 * connection. Sends no ping; keeps nothing of what clients say of themselves.
 */
#include "collector/http/ndt7_session.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <inttypes.h>
#include <linux/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "collector/http/tcp.h"
#include "common/bytes.h"
#include "common/clock.h"
#include "common/text.h"

#define ACCEPT_SUFFIX "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455, 1.3 */

enum {
	HELLO_US = 7 * 1000000, /* TLS and the head; M-Lab's clients give as long */
	REFUSED_US = 2 * 1000000,
	RUN_US = 10 * 1000000,
	RUN_US_MAX = 15 * 1000000,
	CLOSE_US = 2 * 1000000, /* for the client's side of the close */
	MEASURE_US = 250 * 1000,
	MESSAGE_BYTES_MIN = 1 << 13,
	MESSAGE_BYTES_MAX = 1 << 20,
	MESSAGE_PARTS = 16,      /* a message is at most this part of all that was sent */
	READ_BYTES = 512 * 1024, /* at once, before another session has its turn */
	WRITE_BYTES = 512 * 1024,
	SHA1_BYTES = 20,
};

/* RFC 6455, 7.4.1 */
enum { CLOSE_NORMAL = 1000, CLOSE_AWAY = 1001, CLOSE_BROKEN = 1002, CLOSE_UNEXPECTED = 1003 };

static void
session_become(struct session *s, enum session_state state, uint64_t for_us)
{
	s->state = state;
	s->until_us = clock_boot_us() + for_us;
}

struct session *
session_new(struct measure *measure, int fd, const struct address *client,
    gnutls_certificate_credentials_t credentials, gnutls_priority_t priorities)
{
	static const gnutls_datum_t http = {(unsigned char *)(uintptr_t) "http/1.1", 8};
	struct session *s = calloc(1, sizeof(*s));

	if (!s ||
	    gnutls_init(&s->tls, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0) {
		free(s);
		(void)close(fd);
		return NULL;
	}
	s->measure = measure;
	s->fd = fd;
	s->client = *client;
	s->message_bytes = MESSAGE_BYTES_MIN / 2;
	session_become(s, SESSION_SHAKES, HELLO_US);
	gnutls_transport_set_int(s->tls, fd);
	if (gnutls_priority_set(s->tls, priorities) < 0 ||
	    gnutls_credentials_set(s->tls, GNUTLS_CRD_CERTIFICATE, credentials) < 0 ||
	    gnutls_alpn_set_protocols(s->tls, &http, 1, 0) < 0) {
		session_free(s);
		return NULL;
	}
	return s;
}

void
session_free(struct session *s)
{
	if (s->stream)
		stream_end(s->stream);
	if (s->head_len > 0)
		(void)gnutls_bye(s->tls, GNUTLS_SHUT_WR);
	gnutls_deinit(s->tls);
	(void)close(s->fd);
	free(s);
}

/* ---------------------------------------------------------------- its words */

/* A whole message or control frame; it fits, as only one of them leaves at a time. */
static void
out_add(struct session *s, enum websocket_opcode opcode, const void *bytes, size_t len)
{
	s->out_len = websocket_head(opcode, len, s->out);
	memcpy(s->out + s->out_len, bytes, len);
	s->out_len += len;
}

static int
measurement_write(const struct session *s, uint64_t elapsed_us, struct bytes *ret)
{
	const struct measure_record *record = &s->stream->record;
	struct tcp_info tcp;
	int r;

	(void)tcp_read(s->fd, &tcp);
	r = bytes_add_format(ret,
	    "{\"ConnectionInfo\":{%s},\"Origin\":\"server\",\"Test\":\"%s\""
	    ",\"AppInfo\":{\"NumBytes\":%" PRIu64 ",\"ElapsedTime\":%" PRIu64 "},\"BBRInfo\":{",
	    s->connection, record->upload ? "upload" : "download", record->size_bytes,
	    elapsed_us);
	if (r == 0)
		r = tcp_write_bbr(s->fd, ret);
	if (r == 0)
		r = bytes_add_text(ret, "},\"TCPInfo\":{");
	if (r == 0)
		r = tcp_write_ndt7(&tcp, ret);
	return r == 0 ? bytes_add_format(ret, ",\"ElapsedTime\":%" PRIu64 "}}", elapsed_us) : r;
}

static void
measurement_add(struct session *s)
{
	struct bytes text = bytes_new(SESSION_OUT_BYTES - WEBSOCKET_OWN_HEAD_MAX);

	if (measurement_write(s, clock_boot_us() - s->began_us, &text) == 0)
		out_add(s, WEBSOCKET_TEXT, text.data, text.len);
	bytes_clear(&text);
}

/* Messages grow with what was sent, so that a slow line is not held by a long one. */
static void
message_begin(struct session *s)
{
	if (s->message_bytes < MESSAGE_BYTES_MIN ||
	    (s->message_bytes < MESSAGE_BYTES_MAX &&
		s->message_bytes <= s->stream->record.size_bytes / MESSAGE_PARTS))
		s->message_bytes *= 2;
	s->out_len = websocket_head(WEBSOCKET_BINARY, s->message_bytes, s->out);
	s->message_left = s->message_bytes;
}

static void
session_close(struct session *s, uint16_t code)
{
	if (s->state != SESSION_RUNS)
		return;
	session_become(s, SESSION_CLOSES, CLOSE_US);
	s->close_code = code;
	s->measure_due = true;
}

/* ---------------------------------------------------------------- its handshake */

static void
reply_refuse(struct session *s, unsigned status, const char *words, unsigned wait_s)
{
	char again[32] = "";

	if (wait_s)
		(void)snprintf(again, sizeof(again), "Retry-After: %u\r\n", wait_s);
	s->out_len = (size_t)snprintf((char *)s->out, sizeof(s->out),
	    "HTTP/1.1 %u Refused\r\n%sContent-Type: text/plain; charset=utf-8\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
	    status, again, strlen(words), words);
	session_become(s, SESSION_REFUSED, REFUSED_US);
}

static int
reply_accept(struct session *s, const struct ndt7_head *head)
{
	char text[sizeof(head->websocket_key) + sizeof(ACCEPT_SUFFIX)];
	uint8_t sha1[SHA1_BYTES];
	gnutls_datum_t bytes = {sha1, sizeof(sha1)}, base64;
	int len = snprintf(text, sizeof(text), "%s%s", head->websocket_key, ACCEPT_SUFFIX);

	if (gnutls_hash_fast(GNUTLS_DIG_SHA1, text, (size_t)len, sha1) < 0 ||
	    gnutls_base64_encode2(&bytes, &base64) < 0)
		return -ENOMEM;
	s->out_len = (size_t)snprintf((char *)s->out, sizeof(s->out),
	    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Protocol: " NDT7_SUBPROTOCOL
	    "\r\nSec-WebSocket-Accept: %.*s\r\n\r\n",
	    (int)base64.size, (const char *)base64.data);
	gnutls_free(base64.data);
	return 0;
}

/* "10.0.0.1:443" or "[fd00::1]:443"; "" when it is not known. */
static void
endpoint_write(int (*name)(int, struct sockaddr *, socklen_t *), int fd, char ret[static 64])
{
	struct sockaddr_storage at = {0};
	socklen_t len = sizeof(at);
	struct address address;
	char text[ADDRESS_TEXT_SIZE];
	uint16_t port;

	ret[0] = '\0';
	if (name(fd, (struct sockaddr *)&at, &len) < 0 ||
	    address_from_sockaddr((struct sockaddr *)&at, &address, &port) < 0)
		return;
	address = address_unmapped(&address);
	address_format(&address, text);
	(void)snprintf(ret, 64, address.family == ADDRESS_IPV6 ? "[%s]:%u" : "%s:%u", text,
	    (unsigned)port);
}

static void
session_begin(struct session *s, const struct ndt7_head *head)
{
	char client[64], server[64], uuid[37], time[25];

	endpoint_write(getpeername, s->fd, client);
	endpoint_write(getsockname, s->fd, server);
	text_uuid(uuid, s->stream->record.test_id);
	clock_format(s->stream->record.started_ms, time);
	(void)snprintf(s->connection, sizeof(s->connection),
	    "\"Client\":\"%s\",\"Server\":\"%s\",\"UUID\":\"%s\",\"StartTime\":\"%s\"", client,
	    server, uuid, time);
	s->exit_bytes = head->exit_bytes;
	s->began_us = clock_boot_us();
	s->next_us = s->began_us + MEASURE_US;
	session_become(s, SESSION_RUNS, RUN_US_MAX);
}

/* A test id where the client named none, version 4 of RFC 9562. */
static void
test_id_make(char ret[static 37])
{
	uint8_t id[16] = {0};

	(void)gnutls_rnd(GNUTLS_RND_NONCE, id, sizeof(id));
	id[6] = (uint8_t)((id[6] & 0x0f) | 0x40);
	id[8] = (uint8_t)((id[8] & 0x3f) | 0x80);
	text_uuid(ret, id);
}

static const char *
text_or_none(const char *text)
{
	return text[0] ? text : NULL;
}

/* The head is whole. */
static void
session_answer(struct session *s, size_t len)
{
	struct ndt7_head head;
	struct refusal refusal;
	const char *why;
	char made[37];
	unsigned status = ndt7_head_read(s->head, len, &head, &why);
	struct stream_ask ask = {
	    .protocol = MEASURE_NDT7, .client = s->client, .socket_fd = s->fd};

	if (status != 101) {
		metric_add(METRIC_REFUSED_MALFORMED, 1);
		reply_refuse(s, status, why, 0);
		return;
	}
	test_id_make(made);
	ask.upload = head.upload;
	ask.test = head.test[0] ? head.test : made;
	ask.need = text_or_none(head.need);
	ask.rate = text_or_none(head.rate);
	ask.key = text_or_none(head.key);
	s->stream = stream_new(s->measure, &ask, &refusal);
	if (!s->stream)
		reply_refuse(s, refusal.status, refusal.words, refusal.wait_s);
	else if (reply_accept(s, &head) < 0)
		s->state = SESSION_OVER;
	else
		session_begin(s, &head);
}

/* ---------------------------------------------------------------- what leaves */

/* What leaves next, between two messages. False: nothing does now. */
static bool
session_next(struct session *s)
{
	uint8_t code[2] = {(uint8_t)(s->close_code >> 8), (uint8_t)s->close_code};

	s->out_len = s->out_at = 0;
	if (s->closed || (s->state != SESSION_RUNS && s->state != SESSION_CLOSES))
		return false;
	if (s->pong_due) {
		s->pong_due = false;
		out_add(s, WEBSOCKET_PONG, s->pong, s->pong_len);
	} else if (s->measure_due) {
		s->measure_due = false;
		measurement_add(s);
	} else if (s->state == SESSION_CLOSES) {
		s->closed = true;
		out_add(s, WEBSOCKET_CLOSE, code, sizeof(code));
	} else if (!s->stream->record.upload) {
		message_begin(s);
	}
	return s->out_len > 0;
}

/* How much of it went, 0 when there is no room. What did not go is given again, as GnuTLS
 * wants it. */
static size_t
piece_send(struct session *s, const uint8_t *bytes, size_t len)
{
	ssize_t n = gnutls_record_send(s->tls, bytes, len);

	if (n >= 0)
		return (size_t)n;
	if (gnutls_error_is_fatal((int)n))
		s->state = SESSION_OVER;
	return 0;
}

static size_t
message_send(struct session *s)
{
	const uint8_t *at = s->measure->block + (s->message_bytes - s->message_left);
	size_t n = piece_send(s, at, s->message_left);

	s->message_left -= n;
	if (n > 0 && s->state == SESSION_RUNS && !stream_count(s->stream, n))
		session_close(s, CLOSE_NORMAL);
	return n;
}

/* Sends until the socket is full, nothing is left, or others wait. */
static void
session_write(struct session *s)
{
	size_t sent = 0, n;

	while (sent < WRITE_BYTES && s->state != SESSION_OVER) {
		if (s->out_at < s->out_len) {
			n = piece_send(s, s->out + s->out_at, s->out_len - s->out_at);
			s->out_at += n;
		} else if (s->message_left > 0) {
			n = message_send(s);
		} else if (session_next(s)) {
			continue;
		} else {
			break;
		}
		if (n == 0)
			return;
		sent += n;
	}
	if (s->out_at == s->out_len &&
	    (s->state == SESSION_REFUSED || (s->closed && s->peer_closed)))
		s->state = SESSION_OVER;
}

/* ---------------------------------------------------------------- what comes */

static void
control_take(struct session *s)
{
	if (s->ws.opcode == WEBSOCKET_PING) {
		s->pong_due = true;
		s->pong_len = s->ws.control_len;
		memcpy(s->pong, s->ws.control, s->pong_len);
	} else if (s->ws.opcode == WEBSOCKET_CLOSE) {
		s->peer_closed = true;
		session_close(s, CLOSE_NORMAL);
	}
}

static void
data_take(struct session *s)
{
	if (s->state != SESSION_RUNS || s->ws.opcode != WEBSOCKET_BINARY)
		return;
	if (!s->stream->record.upload)
		session_close(s, CLOSE_UNEXPECTED);
	else if (!stream_count(s->stream, s->ws.data_len))
		session_close(s, CLOSE_NORMAL);
}

static void
frames_take(struct session *s, const uint8_t *bytes, size_t len)
{
	enum websocket_event event;

	while (!s->peer_closed &&
	       (event = websocket_take(&s->ws, &bytes, &len)) != WEBSOCKET_MORE) {
		if (event == WEBSOCKET_BROKEN) {
			s->peer_closed = true; /* nothing more can be read of it */
			session_close(s, CLOSE_BROKEN);
		} else if (event == WEBSOCKET_CONTROL) {
			control_take(s);
		} else {
			data_take(s);
		}
	}
}

/* What comes before the handshake is done. */
static void
head_take(struct session *s, const uint8_t *bytes, size_t len)
{
	size_t part = sizeof(s->head) - s->head_len, whole;

	part = part < len ? part : len;
	memcpy(s->head + s->head_len, bytes, part);
	s->head_len += part;
	whole = ndt7_head_len(s->head, s->head_len);
	if (whole == 0 && s->head_len == sizeof(s->head)) {
		metric_add(METRIC_REFUSED_TOO_LARGE, 1);
		reply_refuse(s, 431, "the head of the request is too long\n", 0);
	}
	if (whole == 0)
		return;
	session_answer(s, whole);
	if (s->state == SESSION_RUNS) {
		frames_take(s, s->head + whole, s->head_len - whole);
		frames_take(s, bytes + part, len - part);
	}
}

static void
session_shake(struct session *s)
{
	int r = gnutls_handshake(s->tls);

	if (r == 0)
		s->state = SESSION_HEARS;
	else if (gnutls_error_is_fatal(r))
		s->state = SESSION_OVER;
}

void
session_read(struct session *s, uint8_t *room)
{
	ssize_t n;

	if (s->state == SESSION_SHAKES)
		session_shake(s);
	for (size_t taken = 0;
	     s->state > SESSION_SHAKES && s->state < SESSION_OVER && taken < READ_BYTES;
	     taken += (size_t)n) {
		n = gnutls_record_recv(s->tls, room, SESSION_READ_BYTES);
		if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
			return;
		if (n <= 0)
			s->state = SESSION_OVER;
		else if (s->state == SESSION_HEARS)
			head_take(s, room, (size_t)n);
		else if (s->state != SESSION_REFUSED)
			frames_take(s, room, (size_t)n);
		if (n <= 0)
			return;
	}
}

/* ---------------------------------------------------------------- its time */

static bool
has_enough(const struct session *s)
{
	struct tcp_info tcp;

	return s->exit_bytes > 0 && tcp_read(s->fd, &tcp) == 0 &&
	       tcp.tcpi_bytes_acked >= s->exit_bytes;
}

static void
session_run(struct session *s, uint64_t now_us, bool ending)
{
	if (now_us >= s->next_us) {
		s->measure_due = true;
		s->next_us = now_us + MEASURE_US;
	}
	if (ending)
		session_close(s, CLOSE_AWAY);
	else if (now_us - s->began_us >= RUN_US || has_enough(s))
		session_close(s, CLOSE_NORMAL);
}

void
session_tick(struct session *s, uint64_t now_us, bool ending)
{
	if (now_us >= s->until_us || (ending && s->state < SESSION_RUNS))
		s->state = SESSION_OVER;
	if (s->state == SESSION_RUNS)
		session_run(s, now_us, ending);
	if (s->state >= SESSION_REFUSED)
		session_write(s);
}

bool
session_wants_out(const struct session *s)
{
	if (s->state == SESSION_SHAKES)
		return gnutls_record_get_direction(s->tls);
	return s->out_at < s->out_len || s->message_left > 0 || s->pong_due ||
	       (s->state == SESSION_RUNS && !s->stream->record.upload);
}
