/* Lines of a claim's data are judged again; whatever of a test is turned over is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collector/claim_line.h"
#include "common/check.h"

enum { SAMPLES = 23, WARMUP = 6, SAMPLE_US = 100000, RUNS = 3 };

static const double ratio = 1.0377;

/* A run of 23 samples at so many Mbit/s of the IP layer, the first of them slow: what the agent
 * tells of it when nothing nearer than the line was the limit. */
static json_t *
run_of(const char *step, double mbps, const char *verdict, double confidence)
{
	json_t *bytes = json_array(), *lengths = json_array();
	double sum = 0;

	for (int i = 0; i < SAMPLES; i++) {
		double part = i < 3 ? 0.25 * (i + 1) : 1 + 0.003 * (i % 3 - 1);
		json_int_t size = (json_int_t)(mbps / ratio * SAMPLE_US / 8 * part);

		(void)json_array_append_new(bytes, json_integer(size));
		(void)json_array_append_new(lengths, json_integer(SAMPLE_US));
		sum += i < WARMUP ? 0 : (double)size;
	}
	return json_pack("{s:s,s:s,s:f,s:f,s:f,s:s,s:f,s:f,s:n,s:i,s:i,s:i,s:i,s:o,s:o,s:[],s:{"
			 "s:f,s:f,s:b}}",
	    "step", step, "verdict", verdict, "ip_mbps",
	    8 * sum / ((SAMPLES - WARMUP) * (double)SAMPLE_US) * ratio, "duration_s",
	    (SAMPLES - WARMUP) / 10.0, "confidence", confidence, "cause", "", "ip_per_payload",
	    ratio, "target_mbps", 100.0, "line_mbps", "sample_ms", 100, "warmup_samples",
	    WARMUP, "first_sample", 0, "queued_sample", 0, "sample_bytes", bytes, "sample_us",
	    lengths, "sender_bytes", "limits", "cpu_pct", 12.0, "nic_bad_pct", -1.0, "wireless",
	    0);
}

/* A line that failed three times, the last time for long. */
static json_t *
failed_test(void)
{
	static const char *const steps[RUNS] = {"verify", "streams", "long"};
	json_t *runs = json_array(), *test;
	json_t *last = NULL;

	for (size_t i = 0; i < RUNS; i++) {
		last = run_of(steps[i], 80 + (double)i, "fail_isp", 1);
		(void)json_array_append_new(runs, last);
	}
	test = json_pack("{s:s,s:s,s:s,s:s,s:o}", "kind", "test", "mode", "verify", "test",
	    "11111111-0000-0000-0000-000000000001", "direction", "down", "runs", runs);
	for (size_t i = 0; i < 5; i++) {
		static const char *const same[] = {
		    "verdict", "ip_mbps", "duration_s", "confidence", "warmup_samples"};

		(void)json_object_set(test, same[i], json_object_get(last, same[i]));
	}
	(void)json_object_set_new(
	    test, "sample_bytes", json_deep_copy(json_object_get(last, "sample_bytes")));
	return test;
}

static enum rejudge
judged(json_t *test)
{
	char *line = json_dumps(test, JSON_COMPACT | JSON_REAL_PRECISION(17));
	struct claim_line found;

	assert_int_equal(claim_line_judge(line, strlen(line), &found), 0);
	assert_true(found.is_test);
	assert_string_equal(found.direction, "down");
	free(line);
	json_decref(test);
	return found.found;
}

static json_t *
run_at(json_t *test, size_t i)
{
	return json_array_get(json_object_get(test, "runs"), i);
}

static void
a_record_says_again_what_was_found(void **state)
{
	json_t *test;

	(void)state;
	assert_int_equal(judged(failed_test()), REJUDGE_SAME);
	/* A fail that nothing confirmed is nobody's. */
	test = failed_test();
	(void)json_array_remove(json_object_get(test, "runs"), 2);
	(void)json_object_set_new(test, "verdict", json_string("inconclusive"));
	(void)json_object_set(test, "ip_mbps", json_object_get(run_at(test, 1), "ip_mbps"));
	(void)json_object_set(
	    test, "sample_bytes", json_object_get(run_at(test, 1), "sample_bytes"));
	assert_int_equal(judged(test), REJUDGE_SAME);
}

struct turn {
	const char *key;
	json_t *value;
	enum rejudge wanted;
};

static void
whatever_is_turned_over_is_found(void **state)
{
	const struct turn of_test[] =
	    {
		{"verdict", json_string("pass"), REJUDGE_OTHER_VERDICT},
		{"verdict", json_string("limited_lan"), REJUDGE_OTHER_VERDICT},
		{"confidence", json_real(0.9), REJUDGE_OTHER_VERDICT},
		{"ip_mbps", json_real(82.01), REJUDGE_OTHER_RATE},
		{"warmup_samples", json_integer(4), REJUDGE_OTHER_RATE},
		{"sample_bytes", json_array(), REJUDGE_OTHER_SAMPLES},
		{"runs", json_array(), REJUDGE_NO_RECORD},
		{"sample_bytes", json_null(), REJUDGE_BROKEN_RECORD},
	    },
			  of_run[] = {
			      {"verdict", json_string("pass"), REJUDGE_OTHER_VERDICT},
			      {"target_mbps", json_real(80), REJUDGE_OTHER_VERDICT},
			      {"cause", json_string("wireless"), REJUDGE_OTHER_VERDICT},
			      {"line_mbps", json_real(99), REJUDGE_OTHER_VERDICT},
			      {"limits", json_pack("{s:b}", "wireless", 1),
				  REJUDGE_OTHER_VERDICT},
			      {"limits", json_pack("{s:i}", "lan_speed_mbps", 85),
				  REJUDGE_OTHER_VERDICT},
			      {"ip_mbps", json_real(80.5), REJUDGE_OTHER_RATE},
			      {"ip_per_payload", json_real(1.0378), REJUDGE_OTHER_RATE},
			      {"first_sample", json_integer(5), REJUDGE_OTHER_RATE},
			      {"first_sample", json_integer(24), REJUDGE_BROKEN_RECORD},
			      {"first_sample", json_integer(-1), REJUDGE_BROKEN_RECORD},
			      {"sample_us", json_pack("[i]", 1), REJUDGE_BROKEN_RECORD},
			      {"step", json_string("poem"), REJUDGE_BROKEN_RECORD},
			  };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(of_test); i++) {
		json_t *test = failed_test();

		(void)json_object_set_new(test, of_test[i].key, of_test[i].value);
		assert_int_equal(judged(test), of_test[i].wanted);
	}
	for (size_t i = 0; i < COUNT_OF(of_run); i++) {
		json_t *test = failed_test();

		(void)json_object_set_new(run_at(test, 0), of_run[i].key, of_run[i].value);
		assert_int_equal(judged(test), of_run[i].wanted);
	}
}

static void
one_byte_of_one_sample_is_found(void **state)
{
	static const char *const lists[] = {"sample_bytes", "sample_us"};

	(void)state;
	for (size_t run = 0; run < RUNS; run++)
		for (size_t list = 0; list < COUNT_OF(lists); list++) {
			json_t *test = failed_test();
			json_t *array = json_object_get(run_at(test, run), lists[list]);
			json_t *sample = json_array_get(array, 20);

			(void)json_integer_set(sample, json_integer_value(sample) + 1);
			assert_int_not_equal(judged(test), REJUDGE_SAME);
		}
}

static void
a_line_that_is_none_is_refused(void **state)
{
	static const char *const wrong[] = {
	    "", "{", "[]", "7", "{}", "{\"kind\":7}", "{\"kind\":\"a\",\"kind\":\"b\"}"};
	static const char works[] = "{\"kind\":\"works\"}",
			  proof[] = "{\"kind\":\"test\",\"mode\":\"passive\"}";
	struct claim_line found;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(
		    claim_line_judge(wrong[i], strlen(wrong[i]), &found), -EBADMSG);
	assert_int_equal(claim_line_judge(works, strlen(works), &found), 0);
	assert_false(found.is_test);
	assert_int_equal(claim_line_judge(proof, strlen(proof), &found), 0);
	assert_false(found.is_test);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_record_says_again_what_was_found),
	    cmocka_unit_test(whatever_is_turned_over_is_found),
	    cmocka_unit_test(one_byte_of_one_sample_is_found),
	    cmocka_unit_test(a_line_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
