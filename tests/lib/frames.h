/* Frames put together byte by byte, and what every decoder owes: included by unit tests. */
#ifndef PARTA_TESTS_LIB_FRAMES_H
#define PARTA_TESTS_LIB_FRAMES_H

#include <stdlib.h>
#include <string.h>

#include "agent/decode/decode.h"
#include "agent/decode/sighting.h"

struct build {
	uint8_t bytes[2048];
	size_t len;
};

static const uint8_t build_source[6] = {0x02, 0x00, 0x5e, 0x10, 0x20, 0x30};
static const uint8_t build_group[6] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e};

static inline void
put(struct build *b, const void *bytes, size_t len)
{
	assert_true(b->len + len <= sizeof(b->bytes));
	if (len)
		memcpy(b->bytes + b->len, bytes, len);
	b->len += len;
}

static inline void
put8(struct build *b, unsigned value)
{
	uint8_t byte = (uint8_t)value;

	put(b, &byte, 1);
}

static inline void
put16(struct build *b, unsigned value)
{
	put8(b, value >> 8);
	put8(b, value);
}

static inline void
put32(struct build *b, uint32_t value)
{
	put16(b, value >> 16);
	put16(b, value & 0xffff);
}

static inline void
put_text(struct build *b, const char *text)
{
	put(b, text, strlen(text));
}

static inline struct build
build_ethernet(unsigned type)
{
	struct build b = {.len = 0};

	put(&b, build_group, 6);
	put(&b, build_source, 6);
	put16(&b, type);
	return b;
}

/* IPv4 and UDP around a payload, from 10.1.2.3. */
static inline struct build
build_udp4(unsigned from, unsigned to, const struct build *payload)
{
	static const uint8_t ends[] = {10, 1, 2, 3, 224, 0, 0, 251};
	struct build b = build_ethernet(0x0800);

	put16(&b, 0x4500);
	put16(&b, (unsigned)payload->len + 28);
	put32(&b, 0);
	put16(&b, 0xff11);
	put16(&b, 0);
	put(&b, ends, sizeof(ends));
	put16(&b, from);
	put16(&b, to);
	put16(&b, (unsigned)payload->len + 8);
	put16(&b, 0);
	put(&b, payload->bytes, payload->len);
	return b;
}

/* IPv6 around a payload, from fe80::5eff:fe10:2030. */
static inline struct build
build_ipv6(unsigned protocol, const struct build *payload)
{
	static const uint8_t ends[32] = {
	    0xfe, 0x80, [12] = 0x5e, 0x10, 0x20, 0x30, 0xff, 0x02, [31] = 1};
	struct build b = build_ethernet(0x86dd);

	put32(&b, 0x60000000);
	put16(&b, (unsigned)payload->len);
	put8(&b, protocol);
	put8(&b, 255);
	put(&b, ends, sizeof(ends));
	put(&b, payload->bytes, payload->len);
	return b;
}

/* The same with UDP between. */
static inline struct build
build_udp6(unsigned from, unsigned to, const struct build *payload)
{
	struct build b = {.len = 0};

	put16(&b, from);
	put16(&b, to);
	put16(&b, (unsigned)payload->len + 8);
	put16(&b, 0);
	put(&b, payload->bytes, payload->len);
	return build_ipv6(17, &b);
}

/* A sub-network access protocol frame whose length is right. */
static inline struct build
build_snap(unsigned organisation, unsigned protocol, const struct build *payload)
{
	struct build b = build_ethernet((unsigned)payload->len + 8);

	put(&b, "\xaa\xaa\x03", 3);
	put8(&b, organisation >> 16);
	put16(&b, organisation & 0xffff);
	put16(&b, protocol);
	put(&b, payload->bytes, payload->len);
	return b;
}

/* A copy that ends where the heap block ends, so that the sanitizer sees every byte too much.
 */
static inline enum decode_verdict
decode_exact(const struct build *b, size_t len, struct sighting *ret)
{
	uint8_t *exact = malloc(len ? len : 1);
	enum decode_verdict verdict;
	int decoder;

	assert_non_null(exact);
	memcpy(exact, b->bytes, len);
	verdict = decode_frame(FRAME_LINK_ETHERNET, exact, len, ret, &decoder);
	free(exact);
	return verdict;
}

static inline struct sighting
decode_good(const struct build *b)
{
	struct sighting s;

	memset(&s, 0xa5, sizeof(s));
	assert_int_equal(decode_exact(b, b->len, &s), DECODE_OK);
	assert_true(sighting_sane(&s));
	return s;
}

/* A refused frame leaves no trace. */
static inline void
assert_refused(const struct build *b, enum decode_verdict verdict)
{
	struct sighting before, after;

	memset(&before, 0xa5, sizeof(before));
	memset(&after, 0xa5, sizeof(after));
	assert_int_equal(decode_exact(b, b->len, &after), verdict);
	assert_memory_equal(&before, &after, sizeof(after));
}

/* Each shorter form of a good frame is refused without a trace, or it is sane. Returns how many
 * were refused. */
static inline size_t
refuse_truncations(const struct build *b)
{
	struct sighting before, after;
	size_t refused = 0;

	memset(&before, 0xa5, sizeof(before));
	for (size_t len = 0; len < b->len; len++) {
		memset(&after, 0xa5, sizeof(after));
		if (decode_exact(b, len, &after) == DECODE_OK) {
			assert_true(sighting_sane(&after));
			continue;
		}
		assert_memory_equal(&before, &after, sizeof(after));
		refused++;
	}
	return refused;
}

/* One fact's value, the n-th of its key; NULL when there is none. */
static inline const char *
fact(const struct sighting *s, const char *wanted, size_t n)
{
	const char *key, *value;
	size_t at = 0;

	while (sighting_next(s, &at, &key, &value))
		if (strcmp(key, wanted) == 0 && n-- == 0)
			return value;
	return NULL;
}

static inline size_t
fact_count(const struct sighting *s)
{
	const char *key, *value;
	size_t at = 0, n = 0;

	while (sighting_next(s, &at, &key, &value))
		n++;
	return n;
}

#define assert_fact(s, key, value) assert_string_equal(fact(s, key, 0), value)

#endif
