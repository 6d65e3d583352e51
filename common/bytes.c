/* A growing buffer with a limit: see bytes.h. It doubles, so adding is linear in the whole. */
#include "common/bytes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_FIRST = 256 };

struct bytes
bytes_new(size_t limit)
{
	struct bytes b = {.limit = limit};

	return b;
}

void
bytes_clear(struct bytes *b)
{
	free(b->data);
	*b = bytes_new(b->limit);
}

int
bytes_room(struct bytes *b, size_t len, uint8_t **ret)
{
	size_t size = b->size ? b->size : BYTES_FIRST;
	uint8_t *data;

	if (len > b->limit - b->len)
		return -EFBIG;
	while (size < b->len + len + 1)
		size *= 2;
	if (size > b->size) {
		data = realloc(b->data, size);
		if (!data)
			return -ENOMEM;
		b->data = data;
		b->size = size;
	}
	b->data[b->len] = '\0';
	*ret = b->data + b->len;
	return 0;
}

void
bytes_grew(struct bytes *b, size_t len)
{
	b->len += len;
	b->data[b->len] = '\0';
}

int
bytes_add(struct bytes *b, const void *data, size_t len)
{
	uint8_t *room;
	int r = bytes_room(b, len, &room);

	if (r < 0)
		return r;
	if (len)
		memcpy(room, data, len);
	bytes_grew(b, len);
	return 0;
}

int
bytes_add_text(struct bytes *b, const char *text)
{
	return bytes_add(b, text, strlen(text));
}

int
bytes_add_format(struct bytes *b, const char *format, ...)
{
	va_list args;
	uint8_t *room;
	int len, r;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return -EINVAL;
	r = bytes_room(b, (size_t)len, &room);
	if (r < 0)
		return r;
	va_start(args, format);
	(void)vsnprintf((char *)room, (size_t)len + 1, format, args);
	va_end(args);
	bytes_grew(b, (size_t)len);
	return 0;
}
