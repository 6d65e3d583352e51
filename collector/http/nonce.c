/* See nonce.h. Nothing of it is kept or looked up, so it costs no more than its request. */
#include "collector/http/nonce.h"

#include <stdlib.h>
#include <string.h>

#include "common/digest.h"
#include "common/text.h"

enum http_progress
nonce_answer(struct http_request *request, struct http_reply *ret)
{
	const char *n = http_query(request, "n");
	size_t len = n ? strnlen(n, NONCE_TEXT_MAX + 1) : 0;
	uint8_t digest[DIGEST_BYTES];
	char *text;

	if (len == 0 || len > NONCE_TEXT_MAX) {
		ret->status = 400;
		return HTTP_NOW;
	}
	text = malloc(2 * DIGEST_BYTES + 1);
	if (!text || digest_of(n, len, digest) < 0) {
		free(text);
		ret->status = 503;
		ret->retry_after_s = 5;
		return HTTP_NOW;
	}
	text_hex(text, digest, sizeof(digest));
	ret->status = 200;
	ret->content_type = "text/plain; charset=utf-8";
	ret->body = (uint8_t *)text;
	ret->body_len = 2 * DIGEST_BYTES;
	return HTTP_NOW;
}
