/* agent/host/host_request: the one request we serve, and nothing like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/host/host_request.h"
#include "common/check.h"

#define NONCE "X-Parta-Nonce: 00112233445566778899aabbccddeeff\r\n"
#define SIGN                                                                                   \
	"X-Parta-Signature: "                                                                  \
	"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\r\n"
#define GOOD                                                                                   \
	"POST /v1/host HTTP/1.1\r\nHost: 10.0.0.1\r\ncontent-length:  12 \r\n"                 \
	"x-parta-time: 1795675191\r\n" NONCE SIGN "\r\n"

static int
read_text(const char *text, struct host_request *ret)
{
	return host_request_read(text, strlen(text), ret);
}

static void
a_signed_post_is_read(void **state)
{
	struct host_request request;

	(void)state;
	assert_int_equal(read_text(GOOD "{\"content\":", &request), 0);
	assert_int_equal(request.head_bytes, strlen(GOOD));
	assert_int_equal(request.body_bytes, 12);
	assert_int_equal(request.time_s, 1795675191);
	assert_int_equal(request.nonce[1], 0x11);
	assert_int_equal(request.signature[31], 0xff);
}

static void
every_shorter_head_waits(void **state)
{
	struct host_request request;

	(void)state;
	for (size_t len = 0; len < strlen(GOOD); len++)
		assert_int_equal(host_request_read(GOOD, len, &request), -EAGAIN);
}

static void
what_is_not_ours_is_refused_by_kind(void **state)
{
	static const struct {
		const char *text;
		int r;
	} cases[] = {
	    {"GET /v1/host HTTP/1.1\r\n\r\n", -ENOENT},
	    {"POST /v1/hosts HTTP/1.1\r\n\r\n", -ENOENT},
	    {"\r\n\r\n", -ENOENT},
	    {"POST /v1/host HTTP/1.1\r\n\r\n", -EBADMSG},
	    {"POST /v1/host HTTP/1.1\r\nContent-Length: 5\r\n\r\n", -EACCES},
	    {"POST /v1/host HTTP/1.1\r\nContent-Length: 0\r\n" NONCE SIGN "\r\n", -EBADMSG},
	    {"POST /v1/host HTTP/1.1\r\nContent-Length: -5\r\n\r\n", -EBADMSG},
	    {"POST /v1/host HTTP/1.1\r\nContent-Length: 262145\r\n\r\n", -EFBIG},
	    {"POST /v1/host HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
		-EBADMSG},
	    {"POST /v1/host HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: "
	     "5\r\n\r\n",
		-EBADMSG},
	    {"POST /v1/host HTTP/1.1\r\nContent-Length: 5\r\n folded\r\n\r\n", -EBADMSG},
	    {"POST /v1/host HTTP/1.1\r\nno colon\r\nContent-Length: 5\r\n\r\n", -EBADMSG},
	    {"POST /v1/host HTTP/1.1\r\nContent-Length: 5\r\nX-Parta-Time: 1\r\n"
	     "X-Parta-Nonce: 0011\r\n" SIGN "\r\n",
		-EACCES},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct host_request request = {.time_s = 7};

		assert_int_equal(read_text(cases[i].text, &request), cases[i].r);
		assert_int_equal(request.time_s, 7);
	}
}

static void
a_head_without_end_is_too_large(void **state)
{
	char text[HOST_HEAD_BYTES_MAX + 1];
	struct host_request request;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(host_request_read(text, sizeof(text), &request), -EFBIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_signed_post_is_read),
	    cmocka_unit_test(every_shorter_head_waits),
	    cmocka_unit_test(what_is_not_ours_is_refused_by_kind),
	    cmocka_unit_test(a_head_without_end_is_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
