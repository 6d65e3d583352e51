/* What a client of ndt7 sends once its handshake is done: in one piece, and byte by byte. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "collector/http/websocket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	uint64_t data_bytes, controls;
	uint8_t last[WEBSOCKET_CONTROL_MAX];
	bool broken;
};

/* False: it ends here. */
static bool
hear(struct websocket *ws, const uint8_t *at, size_t len, struct sum *sum)
{
	for (;;) {
		const uint8_t *before = at;

		switch (websocket_take(ws, &at, &len)) {
		case WEBSOCKET_MORE:
			assert(len == 0);
			return true;
		case WEBSOCKET_BROKEN:
			sum->broken = true;
			return false;
		case WEBSOCKET_DATA:
			assert(ws->data_len <= (size_t)(at - before));
			assert(ws->opcode == WEBSOCKET_TEXT || ws->opcode == WEBSOCKET_BINARY);
			sum->data_bytes += ws->data_len;
			break;
		case WEBSOCKET_CONTROL:
			assert(ws->control_len <= sizeof(ws->control));
			memcpy(sum->last, ws->control, ws->control_len);
			sum->controls++;
			break;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct websocket whole = {0}, slow = {0};
	struct sum at_once = {0}, by_byte = {0};

	(void)hear(&whole, data, size, &at_once);
	for (size_t i = 0; i < size && hear(&slow, data + i, 1, &by_byte); i++)
		;
	assert(memcmp(&at_once, &by_byte, sizeof(at_once)) == 0);
	return 0;
}
