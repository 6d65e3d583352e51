/*
 * What a broken-into sensor may say to the agent, and what a raw ICMP socket
 * hands over. The first byte is the message's type, or 0 and 255 for ICMP and ICMPv6.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "agent/sensor/message.h"
#include "agent/sensor/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_icmp(enum address_family family, const uint8_t *data, size_t size)
{
	struct packet_answer before, after;

	memset(&before, 0xa5, sizeof(before));
	memset(&after, 0xa5, sizeof(after));
	if (!packet_answer_read(family, data, size, &after))
		assert(memcmp(&before, &after, sizeof(after)) == 0);
}

/* What the agent would do with it next. */
static void
use(const struct sighting *s)
{
	const char *key, *value;
	size_t at = 0, bytes = 0;

	while (sighting_next(s, &at, &key, &value))
		bytes += strlen(key) + strlen(value) + 2;
	assert(bytes == s->text_len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static _Alignas(max_align_t) uint8_t body[MESSAGE_BYTES_MAX];

	if (size == 0)
		return 0;
	if (data[0] == 0 || data[0] == 255) {
		read_icmp(data[0] ? ADDRESS_IPV6 : ADDRESS_IPV4, data + 1, size - 1);
		return 0;
	}
	if (size - 1 > sizeof(body))
		return 0;
	memset(body, 0, sizeof(body));
	memcpy(body, data + 1, size - 1);
	if (message_sane(data[0], body, size - 1) && data[0] == MESSAGE_SIGHTING)
		use((const struct sighting *)(const void *)body);
	return 0;
}
