/* The Internet checksum (RFC 1071). */
#ifndef PARTA_TESTS_SCHOOL_CHECKSUM_H
#define PARTA_TESTS_SCHOOL_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t
checksum_add(uint32_t sum, const uint8_t *bytes, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	if (len & 1)
		sum += (uint32_t)bytes[len - 1] << 8;
	return sum;
}

static inline uint16_t
checksum_end(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* The part that TCP and UDP add for the addresses (RFC 768, RFC 9293). */
static inline uint32_t
checksum_pseudo(uint32_t from_ip, uint32_t to_ip, uint8_t protocol, size_t len)
{
	return (from_ip >> 16) + (from_ip & 0xffff) + (to_ip >> 16) + (to_ip & 0xffff) +
	       protocol + (uint32_t)len;
}

#endif
