/* What a browser, or somebody who is none, sends to the page: cookies, the addresses of
 * proxies, JSON bodies. The first byte says which. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/access/reply.h"
#include "collector/access/session.h"
#include "collector/http/cookie.h"
#include "collector/http/forwarded.h"
#include "common/check.h"
#include "common/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void
cookie(const char *text)
{
	char value[SESSION_TEXT_SIZE];

	if (cookie_find(text, SESSION_COOKIE, value, sizeof(value)) == 0)
		CHECK(strlen(value) < sizeof(value) && text_is_clean(value, strlen(value)));
}

static void
forwarded(const char *text)
{
	struct address_range proxies[1];
	struct address address;

	CHECK(address_range_parse("10.0.0.0/8", &proxies[0]) == 0);
	if (forwarded_client(text, proxies, 1, &address) == 0)
		CHECK(address_len(&address) > 0);
}

static void
body(const uint8_t *bytes, size_t len)
{
	struct http_request request = {.body = bytes, .body_len = len};
	json_t *object = body_object(&request);
	const char *text = object ? body_text(object, "login", 63) : NULL;

	if (text)
		CHECK(strlen(text) <= 63 && text_is_clean(text, strlen(text)));
	json_decref(object);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text;

	if (len == 0)
		return 0;
	text = malloc(len);
	CHECK(text);
	memcpy(text, bytes + 1, len - 1);
	text[len - 1] = '\0';
	if (bytes[0] % 3 == 0)
		cookie(text);
	else if (bytes[0] % 3 == 1)
		forwarded(text);
	else
		body(bytes + 1, len - 1);
	free(text);
	return 0;
}
