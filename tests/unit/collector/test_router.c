#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "collector/routes.h"
#include "common/wire/limits.h"

static const struct route *
find(enum http_listener listener, const char *method, const char *path)
{
	return route_find(routes, routes_count, listener, method, path);
}

static void
every_row_is_found_by_its_own_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < routes_count; i++)
		assert_ptr_equal(
		    find(routes[i].listener, routes[i].method, routes[i].path), &routes[i]);
}

static void
a_route_answers_on_its_own_listener_only(void **state)
{
	(void)state;
	assert_non_null(find(HTTP_AGENTS, "POST", "/v1/reports"));
	assert_null(find(HTTP_PAGE, "POST", "/v1/reports"));
	assert_null(find(HTTP_MEASURE, "POST", "/v1/reports"));
	assert_null(find(HTTP_AGENTS, "POST", "/v1/enrol"));
	assert_null(find(HTTP_AGENTS, "GET", "/metrics"));
}

static void
a_path_has_one_spelling(void **state)
{
	static const char *const others[] = {"/v1/reports/", "/V1/reports", "//v1/reports",
	    "/v1/./reports", "/v1/report", "/v1/reports2", "", "/"};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_null(find(HTTP_AGENTS, "POST", others[i]));
		assert_null(route_methods(routes, routes_count, HTTP_AGENTS, others[i]));
	}
}

static void
another_method_is_told_which_are_taken(void **state)
{
	(void)state;
	assert_null(find(HTTP_AGENTS, "GET", "/v1/reports"));
	assert_string_equal(
	    route_methods(routes, routes_count, HTTP_AGENTS, "/v1/reports"), "POST");
	assert_string_equal(
	    route_methods(routes, routes_count, HTTP_AGENTS, "/v1/policy"), "GET");
	assert_string_equal(
	    route_methods(routes, routes_count, HTTP_MEASURE, "/backend/empty"), "GET, POST");
}

static void
nobody_without_a_certificate_reaches_the_agents_listener(void **state)
{
	(void)state;
	for (size_t i = 0; i < routes_count; i++) {
		if (routes[i].listener == HTTP_AGENTS)
			assert_int_not_equal(routes[i].role, HTTP_ANYONE);
		else if (routes[i].listener == HTTP_MEASURE || routes[i].listener == HTTP_PLAIN)
			assert_int_equal(routes[i].role, HTTP_ANYONE);
		if (strncmp(routes[i].path, "/api/", 5) == 0) {
			assert_int_equal(routes[i].listener, HTTP_PAGE);
			assert_int_equal(routes[i].role, HTTP_PERSON);
		}
		if (routes[i].role == HTTP_RENEWING)
			assert_string_equal(routes[i].path, "/v1/renew");
	}
}

static void
every_body_has_a_limit_or_a_sink(void **state)
{
	(void)state;
	for (size_t i = 0; i < routes_count; i++) {
		assert_non_null(routes[i].handle);
		if (routes[i].body_bytes_max > WIRE_BODY_BYTES_MAX)
			assert_non_null(routes[i].open);
		if (strcmp(routes[i].method, "GET") == 0)
			assert_int_equal(routes[i].body_bytes_max, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_is_found_by_its_own_words),
	    cmocka_unit_test(a_route_answers_on_its_own_listener_only),
	    cmocka_unit_test(a_path_has_one_spelling),
	    cmocka_unit_test(another_method_is_told_which_are_taken),
	    cmocka_unit_test(nobody_without_a_certificate_reaches_the_agents_listener),
	    cmocka_unit_test(every_body_has_a_limit_or_a_sink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
