/*
 * XML of devices, read as text, element by element, whatever prefixes its namespaces have: what
 * is broken elsewhere in a message does not hide the rest. No entity is expanded. Pure.
 */
#ifndef PARTA_AGENT_DECODE_ELEMENT_H
#define PARTA_AGENT_DECODE_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cursor.h"

struct span {
	const char *at;
	size_t len;
};

struct element {
	struct span name; /* without prefix */
	struct span text; /* up to the next tag, blanks around it cut */
	bool ends;        /* </name> */
};

/* The next tag and the text behind it; false at the end. Comments and declarations are elements
 * whose names nobody looks for. */
bool element_next(struct cursor *c, struct element *ret);

bool span_is(const struct span *s, const char *text);
struct span span_trim(struct span s);
/* The next of words with blanks between them; false when none is left. */
bool span_take_word(struct span *from, struct span *ret);
struct span span_local_name(struct span s); /* behind the prefix and its colon */

#endif
