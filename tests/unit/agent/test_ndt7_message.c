/* What ndt7 servers and M-Lab's locator tell: the specification's forms, and what cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "agent/probe/ndt7_message.h"
#include "common/check.h"

#define AT(us, bytes)                                                                          \
	{                                                                                      \
		.elapsed_us = (us), .received_bytes = (bytes)                                  \
	}

static struct speed_place places[SPEED_PLACES_MAX];

static void
reads_a_server_s_measurement(void **state)
{
	static const char text[] =
	    "{\"ConnectionInfo\":{\"Client\":\"1.2.3.4:5\",\"UUID\":\"x\"},\"BBRInfo\":{"
	    "\"BW\":9,\"ElapsedTime\":1},\"TCPInfo\":{\"BytesReceived\":1234567890123,"
	    "\"BytesAcked\":7,\"RTT\":20500,\"MinRTT\":20000,\"BusyTime\":240000,"
	    "\"RWndLimited\":1000,\"SndBufLimited\":2000,\"ElapsedTime\":250001}}";
	struct ndt7_measurement m;

	(void)state;
	assert_int_equal(ndt7_measurement_read(text, strlen(text), &m), 0);
	assert_int_equal(m.elapsed_us, 250001);
	assert_int_equal(m.received_bytes, 1234567890123);
	assert_int_equal(m.rtt_us, 20500);
	assert_int_equal(m.busy_us, 240000);
	assert_int_equal(m.rwnd_limited_us, 1000);
	assert_int_equal(m.sndbuf_limited_us, 2000);
}

static void
passes_over_what_measures_nothing(void **state)
{
	static const char *const bad[] = {"", "{", "[]", "null", "{}", "{\"TCPInfo\":null}",
	    "{\"TCPInfo\":[1]}", "{\"TCPInfo\":{\"ElapsedTime\":-1}}",
	    "{\"TCPInfo\":{\"ElapsedTime\":\"5\"}}", "{\"TCPInfo\":{\"ElapsedTime\":1e9}}",
	    "{\"AppInfo\":{\"ElapsedTime\":5,\"NumBytes\":6},\"Origin\":\"client\"}"};
	struct ndt7_measurement m = AT(1, 2);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(ndt7_measurement_read(bad[i], strlen(bad[i]), &m), -EBADMSG);
	assert_int_equal(m.received_bytes, 2);
}

/* 1 MB in each 100 ms, told every quarter of a second. */
static void
makes_even_samples_of_uneven_ones(void **state)
{
	static struct speed_counted c;
	struct ndt7_measurement series[8];

	(void)state;
	for (uint64_t i = 0; i < 8; i++)
		series[i] = (struct ndt7_measurement){
		    .elapsed_us = 250000 * (i + 1), .received_bytes = 2500000 * (i + 1)};
	assert_int_equal(ndt7_counted(series, 8, 0.5, &c), 0);
	assert_int_equal(c.sample_ms, 100);
	assert_int_equal(c.n_samples, 20);
	for (size_t i = 0; i < 20; i++)
		assert_in_range(c.samples[i], 499999, 500001);
	assert_in_range(c.size_bytes, 9999980, 10000000);
}

static void
counts_nothing_by_a_crooked_clock(void **state)
{
	static struct speed_counted c;
	const struct ndt7_measurement back[] = {AT(200000, 5), AT(100000, 9)},
				      less[] = {AT(100000, 5), AT(200000, 4)},
				      ages[] = {AT(1, 5), AT(UINT64_MAX, 6)},
				      instant[] = {AT(1, 5), AT(2, 6)},
				      huge[] = {AT(1, 0), AT(100000, UINT64_MAX)};

	(void)state;
	assert_int_equal(ndt7_counted(back, 2, 1, &c), -ENODATA);
	assert_int_equal(ndt7_counted(less, 2, 1, &c), -ENODATA);
	assert_int_equal(ndt7_counted(ages, 2, 1, &c), -ENODATA);
	assert_int_equal(ndt7_counted(instant, 2, 1, &c), -ENODATA);
	assert_int_equal(ndt7_counted(less, 1, 1, &c), -ENODATA);
	assert_int_equal(ndt7_counted(huge, 2, 1, &c), 0);
	assert_int_equal(c.samples[0], UINT32_MAX);
}

static int
locate(const char *text, size_t *ret_count)
{
	return ndt7_located(text, strlen(text), places, ret_count);
}

static void
takes_the_servers_that_the_locator_names(void **state)
{
	static const char text[] =
	    "{\"results\":[{\"machine\":\"a\",\"urls\":{"
	    "\"ws:///ndt/v7/download\":\"ws://a.example/ndt/v7/download?access_token=t\","
	    "\"ws:///ndt/v7/upload\":\"ws://a.example/ndt/v7/upload?access_token=t\","
	    "\"wss:///ndt/v7/download\":\"wss://a.example/ndt/v7/download?access_token=t\","
	    "\"wss:///ndt/v7/upload\":\"wss://a.example/ndt/v7/upload?access_token=t\"}},"
	    "{\"machine\":\"half\",\"urls\":{\"wss:///ndt/v7/download\":\"wss://h/d\"}},"
	    "{\"machine\":\"b\",\"urls\":{\"ws:///ndt/v7/download\":\"ws://b/d\","
	    "\"ws:///ndt/v7/upload\":\"ws://b/u\"}}]}";
	size_t count;

	(void)state;
	assert_int_equal(locate(text, &count), 0);
	assert_int_equal(count, 2);
	assert_string_equal(
	    places[0].download, "https://a.example/ndt/v7/download?access_token=t");
	assert_string_equal(places[0].upload, "https://a.example/ndt/v7/upload?access_token=t");
	assert_string_equal(places[0].ping, places[0].download);
	assert_string_equal(places[1].upload, "http://b/u");
}

static void
takes_no_more_servers_than_there_is_room_for(void **state)
{
	struct bytes text = bytes_new(10000);
	size_t count;

	(void)state;
	assert_int_equal(bytes_add_text(&text, "{\"results\":["), 0);
	for (int i = 0; i < 9; i++)
		assert_int_equal(bytes_add_format(&text,
				     "%s{\"urls\":{\"wss:///ndt/v7/download\":\"wss://b/%d\","
				     "\"wss:///ndt/v7/upload\":\"wss://b/u\"}}",
				     i ? "," : "", i),
		    0);
	assert_int_equal(bytes_add_text(&text, "]}"), 0);
	assert_int_equal(locate((char *)text.data, &count), 0);
	assert_int_equal(count, SPEED_PLACES_MAX);
	assert_string_equal(places[SPEED_PLACES_MAX - 1].download, "https://b/3");
	bytes_clear(&text);
}

static void
takes_nothing_from_a_locator_that_names_none(void **state)
{
	static const char *const none[] = {"{\"results\":[]}",
	    "{\"results\":[{\"urls\":{\"wss:///ndt/v7/download\":\"gopher://a/\","
	    "\"wss:///ndt/v7/upload\":\"gopher://a/\"}}]}",
	    "{\"results\":[null,5,{\"urls\":[]}]}"},
				 *const bad[] = {"", "[]", "{}", "{\"results\":{}}",
				     "{\"error\":{\"status\":429}}"};
	size_t count = 77;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_int_equal(locate(none[i], &count), -ENOENT);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(locate(bad[i], &count), -EBADMSG);
	assert_int_equal(count, 77);
}

static void
finds_what_a_server_s_url_means(void **state)
{
	const struct speed_server server = {"wss://ndt.example:4443", "key=k"},
				  locator = {"https://l.example/v2/nearest/ndt/ndt7",
				      "country=RU"},
				  mail = {"smtp://ndt.example", ""};
	struct bytes url = bytes_new(300);
	size_t count;

	(void)state;
	assert_int_equal(speed_ndt7.question(&server, &url), -ENOENT);
	assert_int_equal(speed_ndt7.places(&server, NULL, 0, places, &count), 0);
	assert_int_equal(count, 1);
	assert_string_equal(places[0].upload, "https://ndt.example:4443/ndt/v7/upload?key=k");
	assert_int_equal(speed_ndt7.places(&mail, NULL, 0, places, &count), -EINVAL);
	assert_int_equal(speed_ndt7.question(&locator, &url), 0);
	assert_non_null(strstr((char *)url.data,
	    "https://l.example/v2/nearest/ndt/ndt7?country=RU&client_name=parta&"));
	bytes_clear(&url);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_a_server_s_measurement),
	    cmocka_unit_test(passes_over_what_measures_nothing),
	    cmocka_unit_test(makes_even_samples_of_uneven_ones),
	    cmocka_unit_test(counts_nothing_by_a_crooked_clock),
	    cmocka_unit_test(takes_the_servers_that_the_locator_names),
	    cmocka_unit_test(takes_no_more_servers_than_there_is_room_for),
	    cmocka_unit_test(takes_nothing_from_a_locator_that_names_none),
	    cmocka_unit_test(finds_what_a_server_s_url_means),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
