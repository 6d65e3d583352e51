/* A whole frame through its headers to whichever decoder it is for; the first byte says what
 * link it came from. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "agent/decode/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sighting before, after;
	int decoder = -2;

	if (size == 0)
		return 0;
	memset(&before, 0xa5, sizeof(before));
	memset(&after, 0xa5, sizeof(after));
	if (decode_frame((enum frame_link)(data[0] % FRAME_LINKS), data + 1, size - 1, &after,
		&decoder) == DECODE_OK) {
		assert(sighting_sane(&after));
		assert(decoder >= 0 && strcmp(after.source, decoders[decoder]->name) == 0);
	} else {
		assert(memcmp(&before, &after, sizeof(after)) == 0);
	}
	assert(decoder >= -1 && decoder < DECODER_COUNT);
	return 0;
}
