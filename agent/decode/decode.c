/* The list of decoders and the way of a frame to one of them: see decode.h. */
#include "agent/decode/decode.h"

#include <errno.h>
#include <string.h>

#include "common/check.h"

#define X(name) &decoder_##name,
const struct decoder *const decoders[DECODER_COUNT] = {DECODERS(X)};
#undef X

static int
decoder_at(enum frame_carrier carrier, uint64_t number)
{
	for (int i = 0; i < DECODER_COUNT; i++)
		for (size_t k = 0; k < DECODER_PLACES_MAX; k++) {
			const struct frame_place *place = &decoders[i]->places[k];

			if (place->carrier == carrier && place->number == number)
				return i;
		}
	return -1;
}

/* An answer to one's own port comes from the service's port. */
static int
decoder_of(const struct frame *frame)
{
	int found = decoder_at(frame->place.carrier, frame->place.number);

	if (found < 0 && frame->place.carrier == FRAME_UDP)
		found = decoder_at(FRAME_UDP, frame->source_port);
	return found;
}

/* Somebody on the Internet spoke to a host here. */
static bool
is_strange(const struct frame *frame)
{
	return frame_is_forwarded(frame) && !address_is_private(&frame->from);
}

enum decode_verdict
decode_frame(
    enum frame_link link, const void *bytes, size_t len, struct sighting *ret, int *ret_decoder)
{
	struct frame frame;

	*ret_decoder = -1;
	switch (frame_parse(link, bytes, len, &frame)) {
	case FRAME_MALFORMED:
		return DECODE_MALFORMED;
	case FRAME_FRAGMENT:
	case FRAME_UNKNOWN:
		return DECODE_NOT_MINE;
	case FRAME_OK:
		break;
	}
	*ret_decoder = decoder_of(&frame);
	if (*ret_decoder < 0 || is_strange(&frame))
		return DECODE_NOT_MINE;
	return decoders[*ret_decoder]->decode(&frame, ret);
}

struct sighting
decode_begin(const struct decoder *decoder, const struct frame *frame)
{
	struct sighting s = {.vlan = frame->vlan};

	CHECK(strlen(decoder->name) < sizeof(s.source));
	memcpy(s.source, decoder->name, strlen(decoder->name));
	if (!mac_is_multicast(&frame->source) && !frame_is_forwarded(frame))
		s.mac = frame->source;
	if (address_is_host(&frame->from))
		s.ip = frame->from;
	return s;
}

bool
decode_sender(enum frame_link link, const void *bytes, size_t len, const struct sighting *said,
    struct sighting *ret)
{
	struct frame frame;
	int decoder;

	if (frame_parse(link, bytes, len, &frame) != FRAME_OK)
		return false;
	decoder = decoder_of(&frame);
	if (decoder < 0 || mac_is_zero(&frame.source) || mac_equal(&frame.source, &said->mac))
		return false;
	if (said->ip.family != ADDRESS_NONE && address_equal(&frame.from, &said->ip))
		return false; /* it is about itself, by another MAC: a virtual router */
	*ret = decode_begin(decoders[decoder], &frame);
	ret->mac = frame.source;
	if (frame_is_forwarded(&frame))
		ret->ip = (struct address){.family = ADDRESS_NONE};
	return !mac_is_multicast(&ret->mac);
}

static bool
append(char *ret, size_t size, size_t *len, const char *text)
{
	size_t n = strlen(text);

	if (n >= size - *len)
		return false;
	memcpy(ret + *len, text, n + 1);
	*len += n;
	return true;
}

int
decode_filter(char *ret, size_t size)
{
	size_t len = 0;
	bool fits = size > 0;

	for (int i = 0; i < DECODER_COUNT; i++)
		fits = fits && append(ret, size, &len, i ? " or (" : "(") &&
		       append(ret, size, &len, decoders[i]->filter) &&
		       append(ret, size, &len, ")");
	return fits ? (int)len : -ENOSPC;
}
