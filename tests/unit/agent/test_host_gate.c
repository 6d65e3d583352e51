/* agent/host/host_gate: keys, times, nonces and buckets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/host/host_gate.h"
#include "common/digest.h"
#include "common/text.h"

enum { NOW_S = 1795675191 };

static const char body[] = "{\"content\":{}}";

static struct host_gate *
gate_of(const struct host_keys *keys)
{
	struct host_gate *gate;

	assert_int_equal(host_gate_new(&gate), 0);
	host_gate_keys(gate, keys);
	return gate;
}

static struct host_keys
keys_of(uint8_t first, uint8_t second)
{
	struct host_keys keys = {.count = second ? 2 : 1};

	memset(keys.keys[0], first, HOST_KEY_BYTES);
	memset(keys.keys[1], second, HOST_KEY_BYTES);
	return keys;
}

static struct host_request
signed_by(uint8_t key_byte, int64_t time_s, uint64_t number)
{
	struct host_request request = {.body_bytes = strlen(body), .time_s = time_s};
	char nonce[2 * HOST_NONCE_BYTES + 1], text[256];
	uint8_t key[HOST_KEY_BYTES];
	int len;

	memset(key, key_byte, sizeof(key));
	memcpy(request.nonce, &number, sizeof(number));
	text_hex(nonce, request.nonce, sizeof(request.nonce));
	len = snprintf(
	    text, sizeof(text), "parta-host-1\n%" PRId64 "\n%s\n%s", time_s, nonce, body);
	assert_int_equal(
	    digest_hmac(key, sizeof(key), text, (size_t)len, request.signature), 0);
	return request;
}

static enum host_verdict
judge(struct host_gate *gate, const struct host_request *request, int64_t now_s)
{
	int key;

	return host_gate_judge(gate, request, body, strlen(body), now_s, &key);
}

static void
either_key_of_a_school_signs(void **state)
{
	struct host_keys keys = keys_of(1, 2);
	struct host_gate *gate = gate_of(&keys);
	struct host_request first = signed_by(1, NOW_S, 1), second = signed_by(2, NOW_S, 2),
			    other = signed_by(3, NOW_S, 3);

	(void)state;
	assert_int_equal(judge(gate, &first, NOW_S), HOST_TAKEN);
	assert_int_equal(judge(gate, &second, NOW_S), HOST_TAKEN);
	assert_int_equal(judge(gate, &other, NOW_S), HOST_UNSIGNED);
	second.signature[5] ^= 1;
	assert_int_equal(judge(gate, &second, NOW_S), HOST_UNSIGNED);
	keys.count = 0;
	host_gate_keys(gate, &keys);
	first = signed_by(1, NOW_S, 4);
	assert_int_equal(judge(gate, &first, NOW_S), HOST_UNSIGNED);
	host_gate_free(gate);
}

static void
a_request_counts_once_and_in_its_time(void **state)
{
	struct host_keys keys = keys_of(1, 0);
	struct host_gate *gate = gate_of(&keys);
	struct host_request request = signed_by(1, NOW_S, 1);

	(void)state;
	assert_int_equal(judge(gate, &request, NOW_S - HOST_WINDOW_S - 1), HOST_CLOCK);
	assert_int_equal(judge(gate, &request, NOW_S + HOST_WINDOW_S + 1), HOST_CLOCK);
	assert_int_equal(judge(gate, &request, NOW_S - HOST_WINDOW_S), HOST_TAKEN);
	for (int64_t at = NOW_S - HOST_WINDOW_S; at <= NOW_S + HOST_WINDOW_S; at += 50)
		assert_int_equal(judge(gate, &request, at), HOST_REPLAYED);
	assert_int_equal(judge(gate, &request, NOW_S + HOST_WINDOW_S + 1), HOST_CLOCK);
	host_gate_free(gate);
}

static void
a_full_table_refuses_rather_than_forgets(void **state)
{
	struct host_keys keys = keys_of(1, 0);
	struct host_gate *gate = gate_of(&keys);
	struct host_request request;

	(void)state;
	for (uint64_t i = 0; i < HOST_NONCES_MAX; i++) {
		request = signed_by(1, NOW_S, i);
		assert_int_equal(judge(gate, &request, NOW_S), HOST_TAKEN);
	}
	request = signed_by(1, NOW_S, HOST_NONCES_MAX);
	assert_int_equal(judge(gate, &request, NOW_S), HOST_BUSY);
	request = signed_by(1, NOW_S + HOST_WINDOW_S + 1, HOST_NONCES_MAX);
	assert_int_equal(judge(gate, &request, NOW_S + HOST_WINDOW_S + 1), HOST_TAKEN);
	host_gate_free(gate);
}

static void
the_time_is_told_under_the_same_key(void **state)
{
	struct host_keys keys = keys_of(1, 2);
	struct host_gate *gate = gate_of(&keys);
	struct host_request request = signed_by(2, NOW_S, 1);
	char told[2 * HOST_SIGNATURE_BYTES + 1], expected[2 * HOST_SIGNATURE_BYTES + 1],
	    nonce[2 * HOST_NONCE_BYTES + 1], text[128];
	uint8_t signature[DIGEST_BYTES];
	int key, len;

	(void)state;
	assert_int_equal(
	    host_gate_judge(gate, &request, body, strlen(body), NOW_S + 5000, &key),
	    HOST_CLOCK);
	assert_int_equal(key, 1);
	host_gate_sign_time(gate, key, request.nonce, NOW_S + 5000, told);
	text_hex(nonce, request.nonce, sizeof(request.nonce));
	len = snprintf(text, sizeof(text), "parta-host-1-time\n%s\n%d", nonce, NOW_S + 5000);
	assert_int_equal(
	    digest_hmac(keys.keys[1], HOST_KEY_BYTES, text, (size_t)len, signature), 0);
	text_hex(expected, signature, sizeof(signature));
	assert_string_equal(told, expected);
	host_gate_free(gate);
}

static void
an_address_has_its_share_and_all_have_theirs(void **state)
{
	struct host_keys keys = keys_of(1, 0);
	struct host_gate *gate = gate_of(&keys);
	struct address one = {.family = ADDRESS_IPV4, .bytes = {10, 0, 0, 1}}, other = one;
	unsigned admitted = 0;

	(void)state;
	other.bytes[3] = 2;
	for (int i = 0; i < HOST_BURST; i++)
		assert_true(host_gate_admits(gate, &one, 1000));
	assert_false(host_gate_admits(gate, &one, 1000));
	assert_true(host_gate_admits(gate, &other, 1000));
	assert_false(host_gate_admits(gate, &one, 1000 + HOST_REFILL_MS - 1));
	assert_true(host_gate_admits(gate, &one, 1000 + HOST_REFILL_MS));
	assert_false(host_gate_admits(gate, &one, 1000 + HOST_REFILL_MS));
	for (unsigned i = 0; i < 4 * HOST_SOURCES_MAX; i++) {
		other.bytes[2] = (uint8_t)(i / 256 + 1);
		other.bytes[3] = (uint8_t)i;
		admitted += host_gate_admits(gate, &other, 1000 + HOST_REFILL_MS);
	}
	assert_true(admitted <= HOST_BURST_ALL);
	host_gate_free(gate);
}

static void
a_file_of_keys_is_read_strictly(void **state)
{
	static const char line[] =
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	struct host_keys keys = {.count = 0};
	char text[512], error[256];

	(void)state;
	(void)snprintf(text, sizeof(text), "# ours\r\n\r\n%s\r\n%s\n", line, line);
	assert_int_equal(host_keys_parse("f", text, &keys, error), 0);
	assert_int_equal(keys.count, 2);
	assert_int_equal(keys.keys[1][1], 0x11);
	assert_int_equal(host_keys_parse("f", "", &keys, error), -EINVAL);
	assert_int_equal(host_keys_parse("f", "# nothing\n", &keys, error), -EINVAL);
	(void)snprintf(text, sizeof(text), "%s0\n", line);
	assert_int_equal(host_keys_parse("f", text, &keys, error), -EINVAL);
	(void)snprintf(
	    text, sizeof(text), "%s\n%s\n%s\n%s\n%s\n", line, line, line, line, line);
	assert_int_equal(host_keys_parse("f", text, &keys, error), -EINVAL);
	assert_string_equal(
	    error, "f:5: write at most 4 keys, each a line of 64 hexadecimal digits");
	assert_int_equal(keys.count, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(either_key_of_a_school_signs),
	    cmocka_unit_test(a_request_counts_once_and_in_its_time),
	    cmocka_unit_test(a_full_table_refuses_rather_than_forgets),
	    cmocka_unit_test(the_time_is_told_under_the_same_key),
	    cmocka_unit_test(an_address_has_its_share_and_all_have_theirs),
	    cmocka_unit_test(a_file_of_keys_is_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
