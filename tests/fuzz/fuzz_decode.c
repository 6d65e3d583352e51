/*
 * One harness for all decoders: the Makefile builds it once for each row of
 * DECODERS, so a new decoder is fuzzed before anybody remembers to ask. The
 * input is the payload of one frame.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "agent/decode/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t from[] = {10, 1, 2, 3}, to[] = {224, 0, 0, 251};
	struct frame frame = {
	    .source = {{2, 0, 0, 0, 0, 1}},
	    .from = address_v4(from),
	    .to = address_v4(to),
	    .hop_limit = 255,
	    .place = DECODER.places[0],
	    .payload = cursor_over(data, size),
	};
	struct sighting before, after;

	memset(&before, 0xa5, sizeof(before));
	memset(&after, 0xa5, sizeof(after));
	switch (DECODER.decode(&frame, &after)) {
	case DECODE_OK: /* whatever the wire said */
		assert(sighting_sane(&after));
		assert(strcmp(after.source, DECODER.name) == 0);
		break;
	case DECODE_NOT_MINE:
	case DECODE_MALFORMED: /* a refused frame leaves no trace */
		assert(memcmp(&before, &after, sizeof(after)) == 0);
		break;
	}
	return 0;
}
