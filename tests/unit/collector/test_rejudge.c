#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/rejudge.h"

enum { SAMPLES = 23, WARMUP = 3 };

/* A test of 100 Mbit/s with samples of 100 ms that carry so much of it. */
static struct rejudge_test
test_of(const char *verdict, double share, uint32_t samples[static SAMPLES])
{
	for (uint32_t i = 0; i < SAMPLES; i++)
		samples[i] =
		    (uint32_t)(share * 1206250 *
			       (i < WARMUP ? 0.3 * (i + 1) : 1.0 + 0.003 * ((int)(i % 3) - 1)));
	return (struct rejudge_test){
	    .verdict = verdict,
	    .ip_mbps = 100 * share,
	    .goodput_mbps = 96.5 * share,
	    .target_mbps = 100,
	    .line_mbps = -1,
	    .sample_ms = 100,
	    .warmup_samples = WARMUP,
	    .count = SAMPLES,
	    .sample_bytes = samples,
	};
}

static void
samples_confirm_what_is_stored(void **state)
{
	uint32_t samples[SAMPLES];
	struct rejudge_test test;

	(void)state;
	test = test_of("pass", 1.0, samples);
	assert_int_equal(rejudge(&test), REJUDGE_SAME);
	test = test_of("fail_isp", 0.8, samples);
	assert_int_equal(rejudge(&test), REJUDGE_SAME);
	/* The agent knew what nearer than the line was the limit. */
	test = test_of("limited_lan", 0.8, samples);
	assert_int_equal(rejudge(&test), REJUDGE_SAME);
	test = test_of("inconclusive", 0.945, samples);
	assert_int_equal(rejudge(&test), REJUDGE_SAME);
	/* Others had the rest of the line. */
	test = test_of("pass", 0.6, samples);
	test.line_mbps = 98;
	assert_int_equal(rejudge(&test), REJUDGE_SAME);
	test.line_mbps = 90;
	assert_int_equal(rejudge(&test), REJUDGE_OTHER_VERDICT);
}

static void
samples_contradict_what_is_stored(void **state)
{
	uint32_t samples[SAMPLES];
	struct rejudge_test test;

	(void)state;
	test = test_of("fail_isp", 1.0, samples);
	assert_int_equal(rejudge(&test), REJUDGE_OTHER_VERDICT);
	test = test_of("pass", 0.8, samples);
	assert_int_equal(rejudge(&test), REJUDGE_OTHER_VERDICT);
	test = test_of("pass", 1.0, samples);
	test.goodput_mbps = 90;
	assert_int_equal(rejudge(&test), REJUDGE_OTHER_RATE);
	test.goodput_mbps = 103;
	assert_int_equal(rejudge(&test), REJUDGE_OTHER_RATE);
}

static void
without_samples_nothing_is_judged(void **state)
{
	uint32_t samples[SAMPLES];
	struct rejudge_test test = test_of("pass", 1.0, samples);

	(void)state;
	test.count = WARMUP;
	assert_int_equal(rejudge(&test), REJUDGE_NO_SAMPLES);
	test.count = 0;
	assert_int_equal(rejudge(&test), REJUDGE_NO_SAMPLES);
	test = test_of("pass", 1.0, samples);
	test.sample_ms = 0;
	assert_int_equal(rejudge(&test), REJUDGE_NO_SAMPLES);
	test = test_of("pass", 1.0, samples);
	test.goodput_mbps = 0;
	assert_int_equal(rejudge(&test), REJUDGE_NO_SAMPLES);
}

static void
an_array_is_read_whole_or_not(void **state)
{
	static const char *const wrong[] = {"", "{", "1,2", "{1,2", "{1,}", "{-1}", "{1,2}x",
	    "{4294967296}", "{1,2,3,4}", "{ 1}", "{NULL}"};
	uint32_t got[3];

	(void)state;
	assert_int_equal(rejudge_samples("{}", got, 3), 0);
	assert_int_equal(rejudge_samples("{7,0,4294967295}", got, 3), 3);
	assert_int_equal(got[0], 7);
	assert_int_equal(got[1], 0);
	assert_int_equal(got[2], UINT32_MAX);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(rejudge_samples(wrong[i], got, 3), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(samples_confirm_what_is_stored),
	    cmocka_unit_test(samples_contradict_what_is_stored),
	    cmocka_unit_test(without_samples_nothing_is_judged),
	    cmocka_unit_test(an_array_is_read_whole_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
