/*
 * Memory for one piece of work: taken from the front, never given back one by
 * one, released whole. The size is the limit, so a stranger's report can cost
 * us this much and no more.
 */
#ifndef PARTA_COMMON_ARENA_H
#define PARTA_COMMON_ARENA_H

#include <stddef.h>

struct arena {
	unsigned char *base;
	size_t size, used;
};

/* An arena over memory the caller owns. */
struct arena arena_over(void *memory, size_t size);

/* n bytes, aligned for any type, or NULL when the arena is full. */
void *arena_take(struct arena *a, size_t n);

/* A NUL-terminated copy of len bytes of text, or NULL when the arena is full. */
char *arena_text(struct arena *a, const char *text, size_t len);

/* Everything taken is given back at once. */
void arena_reset(struct arena *a);

#endif
