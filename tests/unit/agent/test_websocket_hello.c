/* The opening handshake of a WebSocket, by the example of RFC 6455 and against answers that are
 * none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/probe/websocket_hello.h"
#include "common/check.h"

#define KEY    "dGhlIHNhbXBsZSBub25jZQ==" /* RFC 6455, 1.3 */
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define GOOD                                                                                   \
	"HTTP/1.1 101 Switching Protocols\r\n"                                                 \
	"Server: x\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\n"                           \
	"Sec-WebSocket-Accept:  " ACCEPT " \r\n"                                               \
	"Sec-WebSocket-Protocol: chat\r\n\r\n"

static void
makes_the_key_of_the_standard(void **state)
{
	char key[WEBSOCKET_KEY_SIZE];

	(void)state;
	websocket_key((const uint8_t *)"the sample nonce", key);
	assert_string_equal(key, KEY);
}

static void
asks_for_what_the_url_says(void **state)
{
	struct bytes asked = bytes_new(1000);

	(void)state;
	assert_int_equal(websocket_ask("http://host.example:81?a=b", "chat", KEY, &asked), 0);
	assert_memory_equal(asked.data, "GET /?a=b HTTP/1.1\r\nHost: host.example:81\r\n", 43);
	assert_non_null(strstr((char *)asked.data, "\r\nSec-WebSocket-Key: " KEY "\r\n"));
	assert_non_null(strstr((char *)asked.data, "\r\nSec-WebSocket-Protocol: chat\r\n"));
	bytes_clear(&asked);
	assert_int_equal(websocket_ask("https://[::1]/x/y?z", "chat", KEY, &asked), 0);
	assert_memory_equal(asked.data, "GET /x/y?z HTTP/1.1\r\nHost: [::1]\r\n", 34);
	bytes_clear(&asked);
}

static void
asks_for_nothing_by_a_crooked_url(void **state)
{
	static const char *const bad[] = {"", "host", "http://", "http:///x", "http://host/a b",
	    "http://host/a\r\nX: y", "http://h\xc3\xb6st/", "http://host/#a"};
	struct bytes asked = bytes_new(1000);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(websocket_ask(bad[i], "chat", KEY, &asked), -EINVAL);
	bytes_clear(&asked);
}

/* In memory that ends where the answer does. */
static int
answer(const char *text, size_t len, unsigned *ret_status)
{
	char *exact = malloc(len ? len : 1);
	int r;

	assert_non_null(exact);
	memcpy(exact, text, len);
	r = websocket_answer(exact, len, "chat", KEY, ret_status);
	free(exact);
	return r;
}

static void
takes_the_answer_of_the_standard(void **state)
{
	static const char longer[] =
	    GOOD "\x81\x02hi"; /* a frame behind it is not the head's */
	const size_t len = sizeof(GOOD) - 1;
	unsigned status;

	(void)state;
	assert_int_equal(answer(GOOD, len, &status), len);
	assert_int_equal(status, 101);
	assert_int_equal(answer(longer, sizeof(longer) - 1, &status), len);
}

static void
waits_for_the_whole_answer(void **state)
{
	unsigned status;

	(void)state;
	for (size_t len = 0; len + 1 < sizeof(GOOD); len++)
		assert_int_equal(answer(GOOD, len, &status), -EAGAIN);
}

static void
refuses_answers_that_are_none(void **state)
{
	static const char *const bad[] = {
	    "HTTP/1.1 400 Bad Request\r\n\r\n",
	    "HTTP/1.0 101 Switching Protocols\r\n\r\n",
	    "SSH-2.0-OpenSSH_9.2p1\r\n\r\n",
	    "HTTP/1.1 1x1 Switching\r\n\r\n",
	    "HTTP/1.1 10\r\n\r\n",
	    "HTTP/1.1 101 x\r\n\r\n",
	    "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " ACCEPT "\r\n\r\n",
	    "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " ACCEPT
	    "\r\nSec-WebSocket-Protocol: chats\r\n\r\n",
	    "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: S" ACCEPT
	    "\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
	    "HTTP/1.1 101 x\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: " ACCEPT
	    "\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
	};
	unsigned status;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(answer(bad[i], strlen(bad[i]), &status), -EPROTO);
	assert_int_equal(answer(bad[0], strlen(bad[0]), &status), -EPROTO);
	assert_int_equal(status, 400);
}

static void
does_not_wait_without_end(void **state)
{
	static char head[WEBSOCKET_HELLO_MAX + 1];
	unsigned status;

	(void)state;
	(void)snprintf(
	    head, sizeof(head), "HTTP/1.1 101 x\r\n%0*d", WEBSOCKET_HELLO_MAX - 16, 0);
	assert_int_equal(answer(head, WEBSOCKET_HELLO_MAX, &status), -EPROTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(makes_the_key_of_the_standard),
	    cmocka_unit_test(asks_for_what_the_url_says),
	    cmocka_unit_test(asks_for_nothing_by_a_crooked_url),
	    cmocka_unit_test(takes_the_answer_of_the_standard),
	    cmocka_unit_test(waits_for_the_whole_answer),
	    cmocka_unit_test(refuses_answers_that_are_none),
	    cmocka_unit_test(does_not_wait_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
