/* The keys of `speed` are a contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/speed_print.h"

static struct speed_result
example(void)
{
	struct speed_result r = {
	    .test_id = {1},
	    .started_ms = 1764000000000,
	    .backend = "parta",
	    .server = "https://speed.example",
	    .target_mbps = {100, 0},
	    .latency_idle_ms = 1.25,
	    .latency_loaded_ms = -1,
	    .loss_pct = 0.5,
	    .cross_traffic_mbps = -1,
	    .n_directions = 2,
	    .n_steps = 2,
	};

	r.directions[0] = (struct speed_direction){.ip_mbps = 97.5304,
	    .goodput_mbps = 94.1,
	    .streams = 4,
	    .duration_s = 1.7,
	    .size_bytes = 24000000,
	    .verdict = SPEED_PASS,
	    .confidence = 0.999,
	    .mss_bytes = 1448,
	    .sample_bytes = {10, 20, 30},
	    .n_samples = 3,
	    .warmup_samples = 1,
	    .n_tcp = 1};
	r.directions[0].line_mbps = -1;
	r.directions[1] = (struct speed_direction){.upload = true,
	    .step = SPEED_STEP_STREAMS,
	    .ip_mbps = 50,
	    .verdict = SPEED_LIMITED_LAN,
	    .cause = SPEED_CAUSE_PORT,
	    .limits = {.lan_speed_mbps = 100}};
	r.steps[0] = r.directions[0];
	r.steps[1] = r.directions[1];
	return r;
}

static char *
printed(enum command_format format, enum language language)
{
	struct speed_result r = example();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(speed_print(&r, format, language, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
prints_one_object_with_the_promised_keys(void **state)
{
	static const char *const keys[] = {"ip_mbps", "goodput_mbps", "samples", "streams",
	    "duration_s", "bytes", "verdict", "confidence"};
	char *text = printed(FORMAT_JSON, LANGUAGE_RU);
	json_t *object = json_loads(text, 0, NULL), *down = json_object_get(object, "down");
	json_t *steps;

	(void)state;
	assert_non_null(object);
	assert_int_equal(strcspn(text, "\n") + 1, strlen(text));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_non_null(json_object_get(down, keys[i]));
		assert_non_null(json_object_get(json_object_get(object, "up"), keys[i]));
	}
	assert_true(json_real_value(json_object_get(down, "ip_mbps")) == 97.53);
	assert_int_equal(json_integer_value(json_object_get(down, "samples")), 3);
	assert_int_equal(json_array_size(json_object_get(down, "sample_bytes")), 3);
	assert_string_equal(json_string_value(json_object_get(down, "verdict")), "pass");
	assert_true(json_real_value(json_object_get(object, "latency_idle_ms")) == 1.25);
	assert_string_equal(json_string_value(json_object_get(down, "cause")), "");
	steps = json_object_get(object, "steps");
	assert_int_equal(json_array_size(steps), 2);
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(steps, 1), "step")), "streams");
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(steps, 1), "cause")), "port");
	json_decref(object);
	free(text);
}

static void
says_null_and_not_zero_of_what_was_not_measured(void **state)
{
	char *text = printed(FORMAT_JSON, LANGUAGE_EN);
	json_t *object = json_loads(text, 0, NULL);

	(void)state;
	assert_true(json_is_null(json_object_get(object, "latency_loaded_ms")));
	assert_true(json_is_null(json_object_get(object, "rpm")));
	assert_true(json_is_null(json_object_get(object, "cross_traffic_mbps")));
	assert_true(json_is_null(json_object_get(object, "lan_speed_mbps")));
	assert_true(
	    json_is_null(json_object_get(json_object_get(object, "up"), "target_mbps")));
	json_decref(object);
	free(text);
}

static void
prints_a_line_of_csv_for_each_direction(void **state)
{
	char *text = printed(FORMAT_CSV, LANGUAGE_RU);

	(void)state;
	assert_non_null(strstr(text, "direction,ip_mbps,"));
	assert_non_null(strstr(
	    text, "\ndown,97.530,94.100,100.000,pass,0.999,3,4,1.700,24000000,1.250,\n"));
	assert_non_null(strstr(text, "\nup,50.000,"));
	free(text);
}

static void
prints_a_table_in_the_language_of_the_reader(void **state)
{
	char *ru = printed(FORMAT_TABLE, LANGUAGE_RU), *en = printed(FORMAT_TABLE, LANGUAGE_EN);

	(void)state;
	assert_non_null(strstr(ru, "соответствует норме"));
	assert_non_null(strstr(ru, "приём"));
	assert_non_null(strstr(en, "meets the norm"));
	assert_non_null(strstr(en, "97.53"));
	assert_non_null(strstr(en, ": the computer's port carries no more, Mbit/s (100)\n"));
	assert_null(strstr(en, "-1"));
	free(ru);
	free(en);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints_one_object_with_the_promised_keys),
	    cmocka_unit_test(says_null_and_not_zero_of_what_was_not_measured),
	    cmocka_unit_test(prints_a_line_of_csv_for_each_direction),
	    cmocka_unit_test(prints_a_table_in_the_language_of_the_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
