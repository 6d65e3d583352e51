/* A scenario value cut at '|' into its fields. */
#ifndef PARTA_TESTS_SCHOOL_FIELDS_H
#define PARTA_TESTS_SCHOOL_FIELDS_H

#include <stddef.h>
#include <string.h>

enum { FIELDS_MAX = 40, FIELDS_BYTES = 1024 };

struct fields {
	size_t n;
	const char *at[FIELDS_MAX];
	char text[FIELDS_BYTES];
};

static inline void
fields_cut(const char *value, struct fields *ret)
{
	char *rest = ret->text;
	size_t len = strnlen(value, sizeof(ret->text) - 1);

	memcpy(ret->text, value, len);
	ret->text[len] = '\0';
	for (ret->n = 0; rest && ret->n < FIELDS_MAX;)
		ret->at[ret->n++] = strsep(&rest, "|");
}

/* "" where the value has fewer. */
static inline const char *
fields_at(const struct fields *f, size_t i)
{
	return i < f->n ? f->at[i] : "";
}

#endif
