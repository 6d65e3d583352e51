/* A growing buffer that cannot be made without a limit. */
#ifndef PARTA_COMMON_BYTES_H
#define PARTA_COMMON_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *data; /* NUL-terminated beyond len once anything was added */
	size_t len;
	size_t limit; /* at most this long */
	size_t size;  /* taken from the heap */
};

struct bytes bytes_new(size_t limit);
void bytes_clear(struct bytes *b); /* frees; the limit stays */

/* Each returns 0, -EFBIG beyond the limit, or -ENOMEM; a failed addition adds nothing. */
int bytes_add(struct bytes *b, const void *data, size_t len);
int bytes_add_text(struct bytes *b, const char *text);
int bytes_add_format(struct bytes *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Room for len more bytes at *ret; bytes_grew() then says how many were written. */
int bytes_room(struct bytes *b, size_t len, uint8_t **ret);
void bytes_grew(struct bytes *b, size_t len);

#endif
