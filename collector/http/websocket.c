/*
 * A client's frames are masked, use no extension, and have the shortest length that
 * fits (RFC 6455, 5.1 and 5.2): anything else is broken.
 */
#include "collector/http/websocket.h"

enum {
	FINAL = 0x80,
	RESERVED = 0x70,
	OPCODE = 0x0f,
	MASKED = 0x80,
	LENGTH = 0x7f,
	LENGTH_16 = 126,
	LENGTH_64 = 127,
	CONTROL_BIT = 0x08,
	MASK_BYTES = 4,
};

/* How long the head is, as far as its first two bytes say. */
static size_t
head_size(const struct websocket *ws)
{
	unsigned length = ws->head[1] & LENGTH;

	if (ws->head_len < 2)
		return 2;
	return 2 + (length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0) + MASK_BYTES;
}

static uint64_t
big_endian(const uint8_t *bytes, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* False: not the shortest that fits. */
static bool
head_length(const struct websocket *ws, uint64_t *ret)
{
	unsigned length = ws->head[1] & LENGTH;

	if (length < LENGTH_16)
		*ret = length;
	else if (length == LENGTH_16)
		*ret = big_endian(ws->head + 2, 2);
	else
		*ret = big_endian(ws->head + 2, 8);
	return length < LENGTH_16 || *ret > (length == LENGTH_16 ? LENGTH_16 - 1 : UINT16_MAX);
}

/* A frame of a message: the first one names what it is, the others are its continuation. */
static bool
data_begin(struct websocket *ws, uint8_t opcode, uint64_t length, bool final)
{
	bool first = opcode != 0;

	if (first != (ws->message_opcode == 0) || opcode > WEBSOCKET_BINARY)
		return false;
	if (first) {
		ws->message_opcode = opcode;
		ws->message_bytes = 0;
	}
	if (length > WEBSOCKET_MESSAGE_MAX - ws->message_bytes)
		return false;
	ws->message_bytes += length;
	ws->opcode = ws->message_opcode;
	if (final)
		ws->message_opcode = 0;
	return true;
}

/* The head is whole. */
static bool
frame_begin(struct websocket *ws)
{
	uint8_t opcode = ws->head[0] & OPCODE;
	bool final = ws->head[0] & FINAL;
	uint64_t length;

	if ((ws->head[0] & RESERVED) || !head_length(ws, &length))
		return false;
	ws->in_frame = true;
	ws->frame_opcode = opcode;
	ws->frame_left = length;
	if (!(opcode & CONTROL_BIT))
		return data_begin(ws, opcode, length, final);
	ws->control_len = 0;
	return final && length <= WEBSOCKET_CONTROL_MAX && opcode <= WEBSOCKET_PONG;
}

static void
frame_end(struct websocket *ws)
{
	ws->in_frame = false;
	ws->head_len = 0;
}

static enum websocket_event
control_take(struct websocket *ws, const uint8_t *bytes, size_t len)
{
	const uint8_t *mask = ws->head + head_size(ws) - MASK_BYTES;

	for (size_t i = 0; i < len; i++, ws->control_len++)
		ws->control[ws->control_len] = bytes[i] ^ mask[ws->control_len % MASK_BYTES];
	ws->frame_left -= len;
	if (ws->frame_left > 0)
		return WEBSOCKET_MORE;
	ws->opcode = ws->frame_opcode;
	frame_end(ws);
	return WEBSOCKET_CONTROL;
}

static enum websocket_event
data_take(struct websocket *ws, size_t len)
{
	ws->data_len = len;
	ws->frame_left -= len;
	if (ws->frame_left == 0)
		frame_end(ws);
	return WEBSOCKET_DATA;
}

/* Takes bytes of a head until it is whole. */
static void
head_take(struct websocket *ws, const uint8_t **at, size_t *len)
{
	while (*len > 0 && ws->head_len < head_size(ws)) {
		ws->head[ws->head_len++] = **at;
		(*at)++;
		(*len)--;
	}
}

enum websocket_event
websocket_take(struct websocket *ws, const uint8_t **at, size_t *len)
{
	const uint8_t *bytes;
	size_t part;

	if (!ws->in_frame) {
		head_take(ws, at, len);
		if (ws->head_len >= 2 && !(ws->head[1] & MASKED))
			return WEBSOCKET_BROKEN;
		if (ws->head_len < head_size(ws))
			return WEBSOCKET_MORE;
		if (!frame_begin(ws))
			return WEBSOCKET_BROKEN;
	}
	bytes = *at;
	part = ws->frame_left < *len ? (size_t)ws->frame_left : *len;
	if (part == 0 && ws->frame_left > 0)
		return WEBSOCKET_MORE;
	*at += part;
	*len -= part;
	return ws->frame_opcode & CONTROL_BIT ? control_take(ws, bytes, part)
					      : data_take(ws, part);
}

size_t
websocket_head(
    enum websocket_opcode opcode, uint64_t len, uint8_t ret[static WEBSOCKET_OWN_HEAD_MAX])
{
	size_t bytes = len < LENGTH_16 ? 0 : len <= UINT16_MAX ? 2 : 8;

	ret[0] = (uint8_t)(FINAL | opcode);
	ret[1] = (uint8_t)(bytes == 0 ? len : bytes == 2 ? LENGTH_16 : LENGTH_64);
	for (size_t i = 0; i < bytes; i++)
		ret[2 + i] = (uint8_t)(len >> 8 * (bytes - 1 - i));
	return 2 + bytes;
}
