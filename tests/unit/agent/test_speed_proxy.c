/* Proxies that say so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/probe/speed_proxy.h"

static void
sees_who_answers_in_a_servers_place(void **state)
{
	char line[24];

	(void)state;
	assert_true(speed_proxy_tells(
	    "HTTP/1.1 200 OK\r\nServer: nginx\r\nvia: 1.1 squid (squid/5.7)\r\n", line,
	    sizeof(line)));
	assert_string_equal(line, "via: 1.1 squid (squid/5");
	assert_true(
	    speed_proxy_tells("HTTP/1.1 200 OK\nX-Cache: MISS from gw\n", line, sizeof(line)));
	assert_true(speed_proxy_tells("HTTP/1.1 200 OK\nAge: 12", line, sizeof(line)));
	assert_string_equal(line, "Age: 12");
}

static void
takes_no_server_for_a_proxy(void **state)
{
	char line[24] = "as it was";

	(void)state;
	assert_false(speed_proxy_tells("", line, sizeof(line)));
	assert_false(speed_proxy_tells(
	    "HTTP/1.1 204 No Content\r\nServer: Via: nothing\r\nAgenda: none\r\n\r\n", line,
	    sizeof(line)));
	assert_string_equal(line, "as it was");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sees_who_answers_in_a_servers_place),
	    cmocka_unit_test(takes_no_server_for_a_proxy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
