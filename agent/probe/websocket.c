/*
 * See websocket.h. Frames are libwslay's, the connection and its TLS those of a
 * transfer's channel. One turn on the loop moves a bounded number of bytes, so that
 * a fast line leaves room for the clock.
 */
#include "agent/probe/websocket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <wslay/wslay.h>

#include "agent/probe/websocket_hello.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/transfer.h"

enum { TURN_BYTES = 2 * 1024 * 1024, ANSWERS_WAITING_MAX = 64, WIRE_BYTES = 64 * 1024 };

struct websocket {
	struct websocket_settings settings;
	struct transfer *transfer;
	struct loop_event *io, *timer;
	wslay_event_context_ptr frames; /* NULL: still shaking hands */
	char key[WEBSOCKET_KEY_SIZE];
	struct bytes out, in; /* of the handshake: what is left to send; what came */
	size_t in_at;         /* of `in`, already read */
	/* What libwslay wants to send: TLS must be asked again with the very same bytes when it
	 * could not take them, and makes full records of many. */
	uint8_t wire[WIRE_BYTES];
	size_t wire_at, wire_len;
	struct bytes text; /* of a text message so far */
	bool in_text, in_control, too_long, resting, closed;
	size_t turn_bytes; /* left in this turn */
	int error;
	unsigned status;
	char words[160];
};

/* ---- the end ---- */

/* on_close is told from the loop: libwslay or libcurl may be on the stack. */
static void
end(struct websocket *ws, int error, const char *words)
{
	if (ws->closed)
		return;
	ws->closed = true;
	ws->error = error;
	(void)text_copy(ws->words, sizeof(ws->words), words);
	if (ws->io)
		(void)loop_io_want(ws->io, 0);
	(void)loop_timer_set(ws->timer, 0);
}

void
websocket_free(struct websocket *ws)
{
	struct transfer *transfer;

	if (!ws)
		return;
	loop_event_free(ws->io);
	loop_event_free(ws->timer);
	wslay_event_context_free(ws->frames);
	bytes_clear(&ws->out);
	bytes_clear(&ws->in);
	bytes_clear(&ws->text);
	transfer = ws->transfer;
	ws->transfer = NULL;
	transfer_cancel(transfer);
	free(ws);
}

/* ---- frames ---- */

static ssize_t
on_recv(wslay_event_context_ptr frames, uint8_t *buffer, size_t size, int flags, void *arg)
{
	struct websocket *ws = arg;
	size_t left = ws->in.len - ws->in_at;
	ssize_t n = -EAGAIN;

	(void)flags;
	if (left > 0) { /* what came with the answer to the handshake */
		n = (ssize_t)(left < size ? left : size);
		memcpy(buffer, ws->in.data + ws->in_at, (size_t)n);
		ws->in_at += (size_t)n;
	} else if (!ws->resting && ws->turn_bytes > 0) {
		n = transfer_read(ws->transfer, buffer, size);
	}
	if (n > 0) {
		ws->turn_bytes -= ws->turn_bytes < (size_t)n ? ws->turn_bytes : (size_t)n;
		return n;
	}
	if (n == 0) /* the connection's end without a good-bye is one all the same */
		end(ws, 0, "");
	wslay_event_set_error(
	    frames, n == -EAGAIN ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

/* 0 all of it went, -EAGAIN, or another negative errno. */
static int
wire_flush(struct websocket *ws)
{
	while (ws->wire_at < ws->wire_len) {
		ssize_t n = transfer_write(
		    ws->transfer, ws->wire + ws->wire_at, ws->wire_len - ws->wire_at);

		if (n < 0)
			return (int)n;
		ws->wire_at += (size_t)n;
		ws->turn_bytes -= ws->turn_bytes < (size_t)n ? ws->turn_bytes : (size_t)n;
	}
	ws->wire_at = ws->wire_len = 0;
	return 0;
}

static ssize_t
on_send(wslay_event_context_ptr frames, const uint8_t *bytes, size_t len, int flags, void *arg)
{
	struct websocket *ws = arg;
	size_t room;
	int r = 0;

	(void)flags;
	if (ws->wire_len == WIRE_BYTES)
		r = wire_flush(ws);
	room = WIRE_BYTES - ws->wire_len;
	if (r < 0) {
		wslay_event_set_error(
		    frames, r == -EAGAIN ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
		return -1;
	}
	if (len > room)
		len = room;
	memcpy(ws->wire + ws->wire_len, bytes, len);
	ws->wire_len += len;
	return (ssize_t)len;
}

static int
on_mask(wslay_event_context_ptr frames, uint8_t *buffer, size_t len, void *arg)
{
	(void)frames;
	(void)arg;
	return getrandom(buffer, len, 0) == (ssize_t)len ? 0 : -1;
}

static void
on_frame(wslay_event_context_ptr frames,
    const struct wslay_event_on_frame_recv_start_arg *frame, void *arg)
{
	struct websocket *ws = arg;

	(void)frames;
	ws->in_control = wslay_is_ctrl_frame(frame->opcode); /* it may stand amid a message */
	if (frame->opcode == WSLAY_TEXT_FRAME || frame->opcode == WSLAY_BINARY_FRAME) {
		ws->in_text = frame->opcode == WSLAY_TEXT_FRAME;
		ws->too_long = false;
		ws->text.len = 0;
	}
}

static void
on_chunk(wslay_event_context_ptr frames,
    const struct wslay_event_on_frame_recv_chunk_arg *chunk, void *arg)
{
	struct websocket *ws = arg;

	(void)frames;
	if (ws->in_control)
		return;
	if (ws->in_text)
		ws->too_long |= bytes_add(&ws->text, chunk->data, chunk->data_length) < 0;
	else if (!ws->settings.on_binary(ws->settings.arg, chunk->data_length))
		ws->resting = true;
}

static void
on_message(wslay_event_context_ptr frames, const struct wslay_event_on_msg_recv_arg *message,
    void *arg)
{
	struct websocket *ws = arg;

	(void)frames;
	if (message->opcode == WSLAY_TEXT_FRAME && !ws->too_long && ws->text.len > 0)
		ws->settings.on_text(
		    ws->settings.arg, (const char *)ws->text.data, ws->text.len);
}

/* ---- turns ---- */

/* Messages as long as the line takes them. */
static int
send_on(struct websocket *ws)
{
	int r = 0;

	while (r == 0 && ws->turn_bytes > 0) {
		struct wslay_event_msg message = {.opcode = WSLAY_BINARY_FRAME};

		if (!wslay_event_want_write(ws->frames)) {
			message.msg =
			    ws->settings.on_room(ws->settings.arg, &message.msg_length);
			if (!message.msg)
				break;
			if (wslay_event_queue_msg(ws->frames, &message) != 0)
				return -EPIPE; /* the server said good-bye */
		}
		if (wslay_event_send(ws->frames) != 0)
			return -ECONNRESET;
		r = wire_flush(ws);
	}
	if (r == 0)
		r = wire_flush(ws);
	return r == -EAGAIN ? 0 : r;
}

static void
turn(struct websocket *ws)
{
	bool waits; /* for room to write */
	int r = 0;

	ws->turn_bytes = TURN_BYTES;
	if (wslay_event_want_read(ws->frames))
		r = wslay_event_recv(ws->frames);
	if (ws->closed)
		return;
	if (wslay_event_get_close_received(ws->frames)) {
		(void)send_on(ws); /* the good-bye in return */
		end(ws, 0, "");
		return;
	}
	if (r != 0 || !wslay_event_get_read_enabled(ws->frames)) {
		end(ws, -EPROTO, "the server broke the WebSocket protocol or the connection");
		return;
	}
	if (wslay_event_get_queued_msg_count(ws->frames) > ANSWERS_WAITING_MAX) {
		end(ws, -EPROTO, "the server pings without end");
		return;
	}
	r = send_on(ws);
	if (r < 0) {
		end(ws, r, strerror(-r));
		return;
	}
	waits = ws->wire_len > 0 || wslay_event_want_write(ws->frames);
	(void)loop_io_want(ws->io, (ws->resting ? 0u : LOOP_READ) | (waits ? LOOP_WRITE : 0u));
	if (ws->turn_bytes == 0) /* what is decrypted already wakes nobody */
		(void)loop_timer_set(ws->timer, 0);
}

static int
frames_make(struct websocket *ws)
{
	const struct wslay_event_callbacks callbacks = {
	    .recv_callback = on_recv,
	    .send_callback = on_send,
	    .genmask_callback = on_mask,
	    .on_frame_recv_start_callback = on_frame,
	    .on_frame_recv_chunk_callback = on_chunk,
	    .on_msg_recv_callback = on_message,
	};

	if (wslay_event_context_client_init(&ws->frames, &callbacks, ws) != 0)
		return -ENOMEM;
	wslay_event_config_set_no_buffering(ws->frames, 1);
	wslay_event_config_set_max_recv_msg_length(ws->frames, WEBSOCKET_MESSAGE_MAX);
	return 0;
}

/* ---- the handshake ---- */

static int
hello_send(struct websocket *ws)
{
	ssize_t n;

	if (ws->out.len == 0)
		return 0;
	n = transfer_write(ws->transfer, ws->out.data, ws->out.len);
	if (n < 0)
		return n == -EAGAIN ? 0 : (int)n;
	memmove(ws->out.data, ws->out.data + n, ws->out.len - (size_t)n);
	ws->out.len -= (size_t)n;
	return 0;
}

/* Reads on; 1 when the answer is whole and good. */
static int
hello_read(struct websocket *ws)
{
	uint8_t *room;
	ssize_t n;
	int r;

	do {
		if (bytes_room(&ws->in, 4096, &room) < 0)
			return -EPROTO;
		n = transfer_read(ws->transfer, room, 4096);
		if (n <= 0)
			return n == -EAGAIN ? 0 : n == 0 ? -ECONNRESET : (int)n;
		bytes_grew(&ws->in, (size_t)n);
		r = websocket_answer((const char *)ws->in.data, ws->in.len,
		    ws->settings.protocol, ws->key, &ws->status);
	} while (r == -EAGAIN);
	if (r < 0)
		return r;
	ws->in_at = (size_t)r;
	return 1;
}

static void
shake(struct websocket *ws, int fd)
{
	char words[sizeof(ws->words)];
	int r = hello_send(ws);

	if (r == 0)
		r = hello_read(ws);
	if (r == 1)
		r = frames_make(ws) < 0 ? -ENOMEM : 1;
	if (r < 0) {
		(void)snprintf(words, sizeof(words), "the server speaks no %s: status %u",
		    ws->settings.protocol, ws->status);
		end(ws, r, r == -EPROTO ? words : strerror(-r));
		return;
	}
	if (r == 0) {
		(void)loop_io_want(ws->io, LOOP_READ | (ws->out.len > 0 ? LOOP_WRITE : 0u));
		return;
	}
	ws->settings.on_open(ws->settings.arg, fd);
	turn(ws);
}

static void
on_io(int fd, unsigned what, void *arg)
{
	struct websocket *ws = arg;

	(void)what;
	if (ws->closed)
		return;
	if (ws->frames)
		turn(ws);
	else
		shake(ws, fd);
}

static void
on_timer(void *arg)
{
	struct websocket *ws = arg;

	if (ws->closed)
		ws->settings.on_close(ws->settings.arg, ws->error, ws->status, ws->words);
	else
		turn(ws);
}

void
websocket_resume(struct websocket *ws)
{
	ws->resting = false;
	if (!ws->closed && ws->frames)
		turn(ws);
}

/* ---- the connection ---- */

static void
on_channel(void *arg, int fd)
{
	struct websocket *ws = arg;

	if (loop_io(ws->settings.loop, fd, LOOP_READ | LOOP_WRITE, on_io, ws, &ws->io) < 0)
		end(ws, -ENOMEM, strerror(ENOMEM));
}

static void
on_done(void *arg, const struct transfer_result *result)
{
	struct websocket *ws = arg;

	if (!ws->transfer)
		return; /* it is being freed */
	ws->transfer = NULL;
	end(ws, result->error < 0 ? result->error : -ECONNRESET, result->words);
}

int
websocket_open(const struct transfer_request *request,
    const struct websocket_settings *settings, struct websocket **ret)
{
	struct websocket *ws = calloc(1, sizeof(*ws));
	struct transfer_request channel = *request;
	uint8_t random[16];
	int r = 0;

	if (!ws)
		return -ENOMEM;
	ws->settings = *settings;
	ws->out = bytes_new(WEBSOCKET_HELLO_MAX);
	ws->in = bytes_new(WEBSOCKET_HELLO_MAX + 8192);
	ws->text = bytes_new(WEBSOCKET_TEXT_MAX);
	channel.channel = true;
	channel.fresh_connection = true;
	channel.on_channel = on_channel;
	channel.on_done = on_done;
	channel.arg = ws;
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		r = -EAGAIN;
	websocket_key(random, ws->key);
	if (r == 0)
		r = websocket_ask(request->url, settings->protocol, ws->key, &ws->out);
	if (r == 0)
		r = loop_timer(settings->loop, on_timer, ws, &ws->timer);
	if (r == 0)
		r = transfer_start(settings->transfers, &channel, &ws->transfer);
	if (r < 0) {
		websocket_free(ws);
		return r;
	}
	*ret = ws;
	return 0;
}
