#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http/measure_stream.h"
#include "common/text.h"

#define TEST "0b6d5b1e-7c52-4f0b-9a56-0d6f3c1f2a77"

struct stage {
	struct measure *measure;
	struct measure_record last;
	unsigned records;
};

static void
record(void *arg, const struct measure_record *record)
{
	struct stage *stage = arg;

	stage->last = *record;
	stage->records++;
}

static int
begin(void **state)
{
	static struct stage stage;
	const struct measure_config config = {
	    .streams_max = 3,
	    .request_bytes_max = 1000000,
	    .client_bytes_a_day = 3000000,
	    .capacity_mbps = 120,
	    .key = "word",
	    .record = record,
	    .arg = &stage,
	};

	memset(&stage, 0, sizeof(stage));
	*state = &stage;
	return measure_new(&config, &stage.measure);
}

static int
end(void **state)
{
	measure_free(((struct stage *)*state)->measure);
	return 0;
}

/* A client that asks as it should, at no socket. */
static struct stream_ask
asking(const char *address)
{
	struct stream_ask ask = {.protocol = MEASURE_PARTA, .socket_fd = -1, .key = "word"};

	assert_int_equal(address_parse(address, &ask.client), 0);
	return ask;
}

#define REFUSED(ask, wanted)                                                                   \
	do {                                                                                   \
		struct refusal refusal_ = {0};                                                 \
                                                                                               \
		assert_null(stream_new(stage->measure, &(ask), &refusal_));                    \
		assert_int_equal(refusal_.status, (wanted));                                   \
		assert_true(strlen(refusal_.words) > 10);                                      \
		assert_int_equal(refusal_.wait_s > 0, (wanted) == 503 || (wanted) == 429);     \
	} while (0)

static struct stream *
taken(struct stage *stage, const struct stream_ask *ask)
{
	struct refusal refusal;
	struct stream *stream = stream_new(stage->measure, ask, &refusal);

	assert_non_null(stream);
	return stream;
}

static void
a_stream_is_refused_for_its_reason(void **state)
{
	struct stage *stage = *state;
	struct stream_ask ask = asking("10.0.0.1");
	struct stream *streams[3];

	ask.key = "wort";
	REFUSED(ask, 401);
	ask.key = NULL;
	REFUSED(ask, 401);
	ask = asking("10.0.0.1");
	ask.need = "fast";
	REFUSED(ask, 400);
	ask.need = "100.5";
	REFUSED(ask, 503);
	ask.need = "100";
	ask.rate = "7999";
	REFUSED(ask, 400);
	ask.rate = NULL;
	for (int i = 0; i < 3; i++)
		streams[i] = taken(stage, &ask);
	ask = asking("10.0.0.2");
	REFUSED(ask, 503);
	for (int i = 0; i < 3; i++)
		stream_end(streams[i]);
	assert_int_equal(stage->records, 0);
}

static void
one_address_leaves_others_a_quarter_of_all_streams(void **state)
{
	struct stage *stage = *state;
	struct measure_config config = stage->measure->config;
	struct stream_ask ask = asking("fd00:0:0:1::1");
	struct stream *streams[8];

	config.streams_max = 8;
	measure_change(stage->measure, &config);
	for (int i = 0; i < 6; i++) {
		ask.client.bytes[15]++;
		streams[i] = taken(stage, &ask);
	}
	REFUSED(ask, 503);
	ask = asking("10.0.0.2");
	for (int i = 6; i < 8; i++)
		streams[i] = taken(stage, &ask);
	REFUSED(ask, 503);
	for (int i = 0; i < 8; i++)
		stream_end(streams[i]);
}

/* A day's bytes come back slowly: in the time of this test some dozens. */
static void
what_a_network_measured_counts_for_all_of_it(void **state)
{
	struct stage *stage = *state;
	struct stream_ask ask = asking("fd00:0:0:1::1");

	for (int i = 0; i < 4; i++) {
		struct stream *stream = taken(stage, &ask);

		assert_true(stream_count(stream, 900000));
		stream_end(stream);
		ask.client.bytes[15]++;
	}
	REFUSED(ask, 429);
	ask = asking("fd00:0:0:2::1");
	stream_end(taken(stage, &ask));
}

static void
a_stream_is_recorded_as_it_was(void **state)
{
	struct stage *stage = *state;
	struct stream_ask ask = asking("10.0.0.1");
	struct stream *stream;
	char test[37];

	ask.upload = true;
	ask.test = TEST;
	ask.rate = "8000000";
	stream = taken(stage, &ask);
	assert_true(stream_count(stream, 600000));
	assert_true(stream_count(stream, 400000));
	assert_false(stream_count(stream, 1));
	stream_end(stream);
	assert_int_equal(stage->records, 1);
	text_uuid(test, stage->last.test_id);
	assert_string_equal(test, TEST);
	assert_string_equal(stage->last.protocol, "parta");
	assert_string_equal(stage->last.client, "10.0.0.1");
	assert_true(stage->last.upload);
	assert_int_equal(stage->last.rate_bps, 8000000);
	assert_int_equal(stage->last.size_bytes, 1000001);
	assert_string_equal(stage->last.tcp, "");
	stream_end(taken(stage, &ask));
	assert_int_equal(stage->records, 1);
}

static void
a_client_troubles_the_database_so_often_and_no_more(void **state)
{
	struct stage *stage = *state;
	struct address client = asking("10.0.0.1").client;
	unsigned times = 0;

	while (measure_may_trouble(stage->measure, &client) && times < 100000)
		times++;
	assert_in_range(times, 500, 99999);
	client = asking("10.0.0.2").client;
	assert_true(measure_may_trouble(stage->measure, &client));
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	    CASE(a_stream_is_refused_for_its_reason),
	    CASE(one_address_leaves_others_a_quarter_of_all_streams),
	    CASE(what_a_network_measured_counts_for_all_of_it),
	    CASE(a_stream_is_recorded_as_it_was),
	    CASE(a_client_troubles_the_database_so_often_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
