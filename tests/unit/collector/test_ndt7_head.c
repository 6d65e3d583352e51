#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "collector/http/ndt7_head.h"
#include "common/check.h"

#define UPGRADE                                                                                \
	"Host: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"                 \
	"Sec-WebSocket-Version: 13\r\n"
#define KEY      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define PROTOCOL "Sec-WebSocket-Protocol: chat, net.measurementlab.ndt.v7\r\n"
#define END      "\r\n"

static unsigned
read_head(const char *text, struct ndt7_head *ret)
{
	const char *why = NULL;
	unsigned status = ndt7_head_read((const uint8_t *)text, strlen(text), ret, &why);

	assert_true(status == 101 || (why && strlen(why) > 10));
	return status;
}

static void
a_browser_s_handshake_is_taken(void **state)
{
	struct ndt7_head head;

	(void)state;
	assert_int_equal(
	    read_head(
		"GET "
		"/ndt/v7/upload?client_name=x&test=a%2Db&need=50&rate=100000&key=p%71&%zz=1 "
		"HTTP/1.1\r\n" UPGRADE KEY PROTOCOL "user-agent:\tx y \r\n" END,
		&head),
	    101);
	assert_true(head.upload);
	assert_string_equal(head.websocket_key, "dGhlIHNhbXBsZSBub25jZQ==");
	assert_string_equal(head.test, "a-b");
	assert_string_equal(head.need, "50");
	assert_string_equal(head.rate, "100000");
	assert_string_equal(head.key, "pq");
	assert_int_equal(head.exit_bytes, 0);
}

static void
an_early_exit_is_of_a_download_and_of_one_size(void **state)
{
	struct ndt7_head head;

	(void)state;
	assert_int_equal(
	    read_head(
		"GET /ndt/v7/download?early_exit=250 HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END,
		&head),
	    101);
	assert_false(head.upload);
	assert_int_equal(head.exit_bytes, 250000000);
	assert_int_equal(
	    read_head(
		"GET /ndt/v7/download?early_exit=251 HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END,
		&head),
	    400);
	assert_int_equal(
	    read_head("GET /ndt/v7/upload?early_exit=250 HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END,
		&head),
	    400);
}

#define WANTS(status, text)                                                                    \
	{                                                                                      \
		status, text                                                                   \
	}
static void
what_is_no_handshake_is_refused_by_its_reason(void **state)
{
	static const struct {
		unsigned status;
		const char *text;
	} cases[] = {
	    WANTS(404, "GET / HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END),
	    WANTS(404, "GET /ndt/v7/download/ HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END),
	    WANTS(405, "POST /ndt/v7/download HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END),
	    WANTS(400, "GET /ndt/v7/download HTTP/1.1\r\n" END),
	    WANTS(400, "GET /ndt/v7/download HTTP/1.1\r\n" UPGRADE KEY END),
	    WANTS(400, "GET /ndt/v7/download HTTP/1.1\r\n" UPGRADE PROTOCOL END),
	    WANTS(400, "GET /ndt/v7/download HTTP/1.1\r\n" KEY PROTOCOL END),
	    WANTS(400, "GET /ndt/v7/download HTTP/1.0\r\n" UPGRADE KEY PROTOCOL END),
	    WANTS(400, "GET /ndt/v7/download\r\n" UPGRADE KEY PROTOCOL END),
	    WANTS(400, "GET  /ndt/v7/download HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END),
	    WANTS(400, "GET /ndt/v7/download HTTP/1.1\r\n" UPGRADE PROTOCOL
		       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=\r\n" END),
	    WANTS(400, "GET /ndt/v7/upload HTTP/1.1\r\n" UPGRADE KEY PROTOCOL
		       "Content-Length: 5\r\n" END "hello"),
	    WANTS(400, "GET /ndt/v7/upload HTTP/1.1\r\n" UPGRADE KEY PROTOCOL
		       "Transfer-Encoding: chunked\r\n" END),
	    WANTS(
		400, "GET /ndt/v7/upload HTTP/1.1\r\n" UPGRADE KEY PROTOCOL "no colon\r\n" END),
	    WANTS(400,
		"GET /ndt/v7/upload HTTP/1.1\r\n" UPGRADE KEY PROTOCOL " folded: x\r\n" END),
	    WANTS(400, "GET /ndt/v7/upload HTTP/1.1\r\n" UPGRADE KEY PROTOCOL "a b: x\r\n" END),
	    WANTS(
		400, "GET /ndt/v7/upload HTTP/1.1\r\n" UPGRADE KEY PROTOCOL "x: a\nb\r\n" END),
	    WANTS(400, "GET /ndt/v7/upload HTTP/1.1\r\n" UPGRADE KEY PROTOCOL),
	    WANTS(400, "GET /ndt/v7/upload?test=%00 HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END),
	    WANTS(400, "\r\n\r\n"),
	    WANTS(400, ""),
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct ndt7_head head = {.upload = true, .exit_bytes = 7};

		if (read_head(cases[i].text, &head) != cases[i].status)
			fail_msg("%u is wanted of: %s", cases[i].status, cases[i].text);
		assert_int_equal(head.exit_bytes, 7);
	}
}

static void
what_is_too_long_is_refused(void **state)
{
	char text[NDT7_HEAD_BYTES_MAX + 512], long_query[NDT7_QUERY_BYTES_MAX + 2];
	struct ndt7_head head;

	(void)state;
	memset(long_query, 'x', sizeof(long_query));
	long_query[sizeof(long_query) - 1] = '\0';
	(void)snprintf(text, sizeof(text),
	    "GET /ndt/v7/upload?%s HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END, long_query);
	assert_int_equal(read_head(text, &head), 400);
	long_query[sizeof(long_query) - 2] = '\0';
	(void)snprintf(text, sizeof(text),
	    "GET /ndt/v7/upload?%s HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END, long_query);
	assert_int_equal(read_head(text, &head), 101);
	(void)snprintf(text, sizeof(text),
	    "GET /ndt/v7/upload?test=%.127s HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END, long_query);
	assert_int_equal(read_head(text, &head), 101);
	(void)snprintf(text, sizeof(text),
	    "GET /ndt/v7/upload?test=%.128s HTTP/1.1\r\n" UPGRADE KEY PROTOCOL END, long_query);
	assert_int_equal(read_head(text, &head), 400);
}

static void
a_head_ends_with_an_empty_line(void **state)
{
	(void)state;
	assert_int_equal(ndt7_head_len((const uint8_t *)"GET\r\n\r", 6), 0);
	assert_int_equal(ndt7_head_len((const uint8_t *)"GET\r\n\r\nmore", 11), 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_browser_s_handshake_is_taken),
	    cmocka_unit_test(an_early_exit_is_of_a_download_and_of_one_size),
	    cmocka_unit_test(what_is_no_handshake_is_refused_by_its_reason),
	    cmocka_unit_test(what_is_too_long_is_refused),
	    cmocka_unit_test(a_head_ends_with_an_empty_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
