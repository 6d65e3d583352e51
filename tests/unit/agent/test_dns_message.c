#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/probe/dns_client.h"

/* clang-format off */
/* A reply to "a.example": a CNAME to "b.example", its address, and in OPT the Extended DNS Error 17 (Filtered). */
static const uint8_t reply[] = {
	0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 1,
	1, 'a', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 1, 0, 1,
	0xc0, 12, 0, 5, 0, 1, 0, 0, 1, 0x2c, 0, 4, 1, 'b', 0xc0, 14,  /* CNAME */
	0xc0, 39, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7,         /* A */
	0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 6, 0, 15, 0, 2, 0, 17,       /* OPT with EDE */
};
/* clang-format on */

static uint8_t query[300];
static size_t query_len;

static int
ask(void **state)
{
	int len = dns_query_write(0x1234, "a.example", query, sizeof(query));

	(void)state;
	assert_true(len > 0);
	query_len = (size_t)len;
	return 0;
}

static void
a_reply_tells_address_chain_and_error(void **state)
{
	struct dns_answer a;

	(void)state;
	assert_int_equal(dns_reply_read(0x1234, query, query_len, reply, sizeof(reply), &a), 0);
	assert_int_equal(a.rcode, 0);
	assert_int_equal(a.n_addresses, 1);
	assert_int_equal(a.addresses[0].bytes[3], 7);
	assert_int_equal(a.n_cnames, 1);
	assert_string_equal(a.cnames[0], "b.example");
	assert_int_equal(a.ttl_s, 60);
	assert_int_equal(a.ede, 17);
}

static void
anothers_reply_is_not_ours(void **state)
{
	struct dns_answer a;
	uint8_t other[sizeof(reply)];

	(void)state;
	assert_int_equal(
	    dns_reply_read(0x1235, query, query_len, reply, sizeof(reply), &a), -ENOMSG);
	memcpy(other, reply, sizeof(other));
	other[13] = 'x'; /* another question */
	assert_int_equal(
	    dns_reply_read(0x1234, query, query_len, other, sizeof(other), &a), -ENOMSG);
	memcpy(other, reply, sizeof(other));
	other[2] = 1; /* not a response */
	assert_int_equal(
	    dns_reply_read(0x1234, query, query_len, other, sizeof(other), &a), -ENOMSG);
}

static void
every_shorter_reply_is_refused(void **state)
{
	struct dns_answer a;

	(void)state;
	for (size_t len = 0; len < sizeof(reply); len++) {
		uint8_t *copy =
		    malloc(len + 1); /* of the heap, so that the sanitizer sees its end */

		assert_non_null(copy);
		memcpy(copy, reply, len);
		a.rcode = 99;
		assert_int_not_equal(
		    dns_reply_read(0x1234, query, query_len, copy, len, &a), 0);
		assert_int_equal(a.rcode, 99);
		free(copy);
	}
}

static void
any_change_of_a_reply_is_survived(void **state)
{
	uint32_t seed = 3;
	struct dns_answer a;

	(void)state;
	for (int round = 0; round < 50000; round++) {
		uint8_t other[sizeof(reply)];

		memcpy(other, reply, sizeof(other));
		for (int i = 0; i < 3; i++) {
			seed = seed * 1664525u + 1013904223u;
			other[27 + (seed >> 16) % (sizeof(other) - 27)] = (uint8_t)(seed >> 8);
		}
		if (dns_reply_read(0x1234, query, query_len, other, sizeof(other), &a) == 0)
			assert_true(
			    a.n_addresses <= DNS_ANSWERS_MAX && a.n_cnames <= DNS_CNAMES_MAX);
	}
}

static void
only_names_are_asked_for(void **state)
{
	uint8_t bytes[300];
	char label[70];

	(void)state;
	memset(label, 'a', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	assert_int_equal(dns_query_write(1, label, bytes, sizeof(bytes)), -EINVAL);
	assert_int_equal(dns_query_write(1, "", bytes, sizeof(bytes)), -EINVAL);
	assert_int_equal(dns_query_write(1, "a..b", bytes, sizeof(bytes)), -EINVAL);
	assert_int_equal(dns_query_write(1, "a.example", bytes, 20), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_reply_tells_address_chain_and_error),
	    cmocka_unit_test(anothers_reply_is_not_ours),
	    cmocka_unit_test(every_shorter_reply_is_refused),
	    cmocka_unit_test(any_change_of_a_reply_is_survived),
	    cmocka_unit_test(only_names_are_asked_for),
	};

	return cmocka_run_group_tests_name("agent/probe/dns_message", tests, ask, NULL);
}
