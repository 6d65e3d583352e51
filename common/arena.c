/* Bounded memory for one piece of work: see arena.h. */
#include "common/arena.h"

#include <stdalign.h>
#include <string.h>

struct arena
arena_over(void *memory, size_t size)
{
	struct arena a = {.base = memory, .size = size};

	return a;
}

void *
arena_take(struct arena *a, size_t n)
{
	size_t pad = -a->used & (alignof(max_align_t) - 1);
	void *taken;

	if (pad > a->size - a->used || n > a->size - a->used - pad)
		return NULL;
	taken = a->base + a->used + pad;
	a->used += pad + n;
	return taken;
}

char *
arena_text(struct arena *a, const char *text, size_t len)
{
	char *copy = len < a->size ? arena_take(a, len + 1) : NULL;

	if (!copy)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

void
arena_reset(struct arena *a)
{
	a->used = 0;
}
