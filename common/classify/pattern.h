/*
 * The patterns of device rules: shell-like, without case, with captures.
 *
 *   *         any run, the shortest that fits
 *   ?         one byte
 *   [0-9ab]   one byte of the set
 *   {name}    captures a word, the longest that fits: no blank, comma or semicolon
 *   {name:9}  captures a word that begins with a digit
 *   {name:V}  captures a word that begins with a digit and holds a dot: a version
 *   {name:N}  captures a word that begins with a digit and holds no dot: a number
 *   {name:A}  captures a word that begins with a letter and holds a digit: a model
 *   {name:*}  captures any run of at least one byte, the shortest that fits
 *   \x        the byte x itself
 *   a|b       either; the first that fits
 *
 * A pattern must fit the whole text. Pure.
 */
#ifndef PARTA_COMMON_CLASSIFY_PATTERN_H
#define PARTA_COMMON_CLASSIFY_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CAPTURES_MAX = 8, PATTERN_STEPS_MAX = 20000 };

/* Borrows from the pattern (name) and the text (value). */
struct capture {
	const char *name, *value;
	size_t name_len, value_len;
};

struct captures {
	struct capture list[CAPTURES_MAX];
	size_t count;
};

/* NULL when the pattern is well-formed, else one English clause that says what is wrong. */
const char *pattern_fault(const char *pattern);

/*
 * True when the text fits; then what was captured is added to *captures (as far
 * as there is room), which is untouched otherwise. The work is bounded: a text
 * that costs more than PATTERN_STEPS_MAX steps does not fit.
 */
bool pattern_match(const char *pattern, const char *text, struct captures *captures);

/*
 * One alternative of a pattern, cut out once for many texts: borrows from the pattern.
 * pairs has a bit for every two bytes that stand beside each other in what it fits: a text
 * whose pairs lack one of them does not fit.
 */
struct alternative {
	const char *at, *end;
	uint64_t pairs;
};

/* Cuts a pattern without a fault; writes as many as there is room for (ret may be NULL for
 * none). Returns how many there are. */
size_t pattern_split(const char *pattern, struct alternative ret[], size_t max);

/* The pairs of a text. */
uint64_t pattern_pairs(const char *text);

/* pattern_match() for alternatives that were cut, and the pairs of the text. */
bool pattern_match_any(const struct alternative alternatives[], size_t count, const char *text,
    uint64_t pairs, struct captures *captures);

/* The captured value of a name, or NULL. */
const struct capture *captures_find(const struct captures *captures, const char *name);

#endif
