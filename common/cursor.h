/*
 * A cursor walks bytes we do not trust.
 *
 * A read past the end yields zero and leaves the cursor empty and failed for
 * good. So a loop over cursor_left() always ends, no read needs its own test,
 * and one look at cursor_ok() when the walk is over is enough.
 */
#ifndef PARTA_COMMON_CURSOR_H
#define PARTA_COMMON_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
	const uint8_t *at;
	size_t left;
	bool failed;
};

static inline struct cursor
cursor_over(const void *bytes, size_t len)
{
	struct cursor c = {.at = bytes, .left = len};

	return c;
}

static inline bool
cursor_ok(const struct cursor *c)
{
	return !c->failed;
}

static inline size_t
cursor_left(const struct cursor *c)
{
	return c->left;
}

static inline void
cursor_fail(struct cursor *c)
{
	c->left = 0;
	c->failed = true;
}

/* The only function that moves a cursor. Returns NULL and fails the cursor when
 * fewer than n bytes are left. */
static inline const uint8_t *
cursor_take(struct cursor *c, size_t n)
{
	const uint8_t *taken = c->at;

	if (n > c->left) {
		cursor_fail(c);
		return NULL;
	}
	if (n > 0) { /* nothing may be added to the NULL of a cursor over nothing */
		c->at += n;
		c->left -= n;
	}
	return taken;
}

/* The next n bytes as a cursor of their own; a failed one when they are not there. */
static inline struct cursor
cursor_cut(struct cursor *c, size_t n)
{
	struct cursor part = {.at = cursor_take(c, n), .left = n};

	if (!part.at)
		cursor_fail(&part);
	return part;
}

static inline uint8_t
cursor_u8(struct cursor *c)
{
	const uint8_t *b = cursor_take(c, 1);

	if (!b)
		return 0;
	return b[0];
}

static inline uint16_t
cursor_be16(struct cursor *c)
{
	const uint8_t *b = cursor_take(c, 2);

	if (!b)
		return 0;
	return (uint16_t)(b[0] << 8 | b[1]);
}

static inline uint32_t
cursor_be32(struct cursor *c)
{
	const uint8_t *b = cursor_take(c, 4);

	if (!b)
		return 0;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline uint16_t
cursor_le16(struct cursor *c)
{
	const uint8_t *b = cursor_take(c, 2);

	if (!b)
		return 0;
	return (uint16_t)(b[1] << 8 | b[0]);
}

#endif
