/* Text from the wire becomes clean UTF-8 here, at the edge, and nowhere else. */
#ifndef PARTA_COMMON_TEXT_H
#define PARTA_COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Copies bytes from the wire into ret (size bytes, always terminated): control
 * bytes and broken sequences become U+FFFD, except that bytes which are not UTF-8
 * at all but read as Windows-1251 Cyrillic are converted; a line end becomes one
 * blank together with the blanks around it; leading and trailing blanks go, NULs end the text,
 * a cut never splits a character. Returns the length in bytes.
 */
size_t text_clean(char *ret, size_t size, const void *bytes, size_t len);

/* Bounded copy of clean text, always terminated, never splitting a character; returns the
 * length. */
size_t text_copy(char *ret, size_t size, const char *text);

/* Valid UTF-8 (RFC 3629) without control characters. */
bool text_is_clean(const char *text, size_t len);

/* Lower-case hexadecimal; ret holds 2 * len + 1 bytes. */
void text_hex(char *ret, const void *bytes, size_t len);
/* Returns the number of bytes, or -EINVAL; at most size are written. */
int text_unhex(void *ret, size_t size, const char *hex);

/* A UUID (RFC 9562) as text, 36 characters, and back (-EINVAL). */
void text_uuid(char ret[static 37], const uint8_t uuid[static 16]);
int text_uuid_parse(const char *text, uint8_t ret[static 16]);

/* Shell-like match without case: '*' any run, '?' one byte; "a|b" either. */
bool text_match(const char *pattern, const char *text);

/* Numbers: the whole text, within bounds; 0, -EINVAL or -ERANGE. */
int text_i64(const char *text, int64_t min, int64_t max, int64_t *ret);
int text_f64(const char *text, double min, double max, double *ret);

/* Columns that a text takes on a terminal (one a character, two for wide East Asian). */
size_t text_width(const char *text);

#endif
