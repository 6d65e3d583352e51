/* What measuring servers are asked, and what they may answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/probe/speed_backend.h"
#include "common/check.h"

#define ASK(bytes, rate, need, nonce) (&(const struct speed_ask){bytes, rate, need, nonce})
#define TEST_ID                       "00112233-4455-4677-8899-aabbccddeeff"

static struct speed_place places[SPEED_PLACES_MAX];

/* The first place of a server, with the id of the test. */
static const struct speed_place *
place_of(const struct speed_backend *backend, const char *query)
{
	struct speed_server server = {"https://speed.example:8445", query};
	size_t count = 0;

	assert_int_equal(backend->places(&server, NULL, 0, places, &count), 0);
	assert_true(count >= 1 && count <= SPEED_PLACES_MAX);
	(void)snprintf(places[0].test_id, sizeof(places[0].test_id), "%s", TEST_ID);
	return &places[0];
}

static void
assert_url(int r, struct bytes *url, const char *wanted)
{
	assert_int_equal(r, 0);
	assert_string_equal((const char *)url->data, wanted);
	bytes_clear(url);
}

static void
finds_backends_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(speed_backend_find(NULL), &speed_parta);
	assert_ptr_equal(speed_backend_find(""), &speed_parta);
	assert_ptr_equal(speed_backend_find("parta"), &speed_parta);
	assert_ptr_equal(speed_backend_find("librespeed"), &speed_librespeed);
	assert_null(speed_backend_find("ndt5"));
}

static void
asks_the_collector_as_its_table_says(void **state)
{
	const struct speed_http *http = speed_parta.http;
	const struct speed_place *place = place_of(&speed_parta, "");
	struct bytes url = bytes_new(300);

	(void)state;
	assert_string_equal(place->ping, "https://speed.example:8445/v1/measure/ping");
	assert_url(http->download_url(place, ASK(1000000, 0, 0, 3), &url), &url,
	    "https://speed.example:8445/v1/measure/download?bytes=1000000&test=" TEST_ID);
	assert_url(http->download_url(place, ASK(9, 27500000, 110, 3), &url), &url,
	    "https://speed.example:8445/v1/measure/"
	    "download?bytes=9&need=110&rate=27500000&test=" TEST_ID);
	assert_url(http->upload_url(place, ASK(0, 0, 0, 3), &url), &url,
	    "https://speed.example:8445/v1/measure/upload?test=" TEST_ID);
	assert_true(speed_parta.alive(204, 0));
	assert_false(speed_parta.alive(200, 0));
	assert_false(speed_parta.alive(204, 1));
}

static void
hands_on_what_the_url_asked(void **state)
{
	const struct speed_place *place = place_of(&speed_parta, "key=secret");
	struct bytes url = bytes_new(300), tiny = bytes_new(20);

	(void)state;
	assert_string_equal(
	    place->ping, "https://speed.example:8445/v1/measure/ping?key=secret");
	assert_url(speed_parta.http->upload_url(place, ASK(0, 0, 0, 0), &url), &url,
	    "https://speed.example:8445/v1/measure/upload?key=secret&test=" TEST_ID);
	assert_int_equal(speed_parta.http->upload_url(place, ASK(0, 0, 0, 0), &tiny), -EFBIG);
	bytes_clear(&tiny);
}

static void
refuses_a_url_without_end(void **state)
{
	static char query[SPEED_URL_SIZE];
	struct speed_server server = {"https://speed.example", query};
	size_t count = 77;

	(void)state;
	memset(query, 'x', sizeof(query) - 1);
	for (size_t i = 0; i < speed_backends_count; i++) {
		const struct speed_backend *backend = speed_backends[i];
		struct bytes url = bytes_new(SPEED_URL_SIZE);
		int r = backend->question ? backend->question(&server, &url) : -ENOENT;

		if (r == -ENOENT)
			r = backend->places(&server, NULL, 0, places, &count);
		assert_int_equal(r, backend == &speed_iperf3 ? -EINVAL : -EFBIG);
		bytes_clear(&url);
	}
}

static void
asks_a_public_locator_four_times_a_day_at_most(void **state)
{
	static const char *const mlab[] = {"https://ours.example/v2/nearest/ndt/ndt7",
	    "https://locate.measurementlab.net/v2/nearest/ndt/ndt7?country=RU"};
	bool public = true;

	(void)state;
	assert_int_equal(speed_backend_every_s(&speed_ndt7, mlab, 1, 3600, &public), 3600);
	assert_false(public);
	assert_int_equal(speed_backend_every_s(&speed_ndt7, mlab, 2, 3600, &public), 21600);
	assert_true(public);
	assert_int_equal(speed_backend_every_s(&speed_ndt7, mlab, 2, 43200, &public), 43200);
	assert_int_equal(speed_backend_every_s(&speed_ndt7, mlab, 2, 0, &public), 0);
	assert_int_equal(speed_backend_every_s(&speed_parta, mlab, 2, 60, &public), 60);
	assert_false(public);
	assert_int_equal(speed_backend_every_s(NULL, mlab, 2, 60, &public), 60);
}

static void
asks_librespeed_for_mebibytes_within_its_bounds(void **state)
{
	const struct speed_http *http = speed_librespeed.http;
	const struct speed_place *place = place_of(&speed_librespeed, "");
	struct bytes url = bytes_new(300);

	(void)state;
	assert_string_equal(place[1].ping, "https://speed.example:8445/backend/empty");
	assert_string_equal(place[2].download, "https://speed.example:8445/garbage.php");
	assert_string_equal(place[3].upload, "https://speed.example:8445/empty");
	assert_url(http->download_url(place, ASK(5u << 20, 0, 0, 255), &url), &url,
	    "https://speed.example:8445/backend/garbage.php?ckSize=5&r=00112233000000ff");
	assert_url(http->download_url(place, ASK(1, 0, 0, 0), &url), &url,
	    "https://speed.example:8445/backend/garbage.php?ckSize=1&r=0011223300000000");
	assert_url(http->download_url(place, ASK(UINT64_MAX, 0, 0, 0), &url), &url,
	    "https://speed.example:8445/backend/garbage.php?ckSize=100&r=0011223300000000");
	assert_url(http->upload_url(place, ASK(0, 0, 0, 1), &url), &url,
	    "https://speed.example:8445/backend/empty.php?r=0011223300000001");
	assert_true(speed_librespeed.alive(200, 0));
	assert_false(speed_librespeed.alive(200, 10));
	assert_false(speed_librespeed.alive(404, 0));
	assert_null(http->counted);
}

static const struct speed_server rpm_server = {"https://rpm.example", ""};

static int
rpm_config(const char *text, size_t *ret_count)
{
	return speed_rpm.places(&rpm_server, text, strlen(text), places, ret_count);
}

static void
asks_for_the_endpoints_of_responsiveness(void **state)
{
	const struct speed_server apple = {"https://mensura.example/api/v1/gm/config", ""};
	struct bytes url = bytes_new(300);
	size_t count;

	(void)state;
	assert_url(
	    speed_rpm.question(&rpm_server, &url), &url, "https://rpm.example/.well-known/nq");
	assert_url(
	    speed_rpm.question(&apple, &url), &url, "https://mensura.example/api/v1/gm/config");
	assert_int_equal(
	    rpm_config(
		"{\"version\":1,\"urls\":{\"small_download_url\":\"https://a.example/s\","
		"\"large_https_download_url\":\"https://A.example/l\",\"https_upload_url\":"
		"\"https://a.example/u\"},\"test_endpoint\":\"b.example\"}",
		&count),
	    0);
	assert_int_equal(count, 1);
	assert_string_equal(places[0].ping, "https://a.example/s");
	assert_string_equal(places[0].connect_to, "b.example");
	assert_url(speed_rpm.http->download_url(&places[0], ASK(5, 6, 0, 7), &url), &url,
	    "https://A.example/l");
	assert_url(speed_rpm.http->upload_url(&places[0], ASK(0, 0, 0, 7), &url), &url,
	    "https://a.example/u");
	assert_true(speed_rpm.alive(200, 1));
	assert_false(speed_rpm.alive(200, 0));
	assert_false(speed_rpm.alive(204, 1));
}

static void
takes_no_endpoints_that_do_not_belong_together(void **state)
{
	static const char *const bad[] = {"", "[]", "{}",
	    "{\"version\":2,\"urls\":{\"small_download_url\":\"https://a/\","
	    "\"large_download_url\":\"https://a/\",\"upload_url\":\"https://a/\"}}",
	    "{\"version\":1,\"urls\":{\"small_download_url\":\"https://a/\","
	    "\"large_download_url\":\"https://a/\"}}",
	    "{\"version\":1,\"urls\":{\"small_download_url\":\"https://a/\","
	    "\"large_download_url\":\"https://a/\",\"upload_url\":\"https://ab/\"}}",
	    "{\"version\":1,\"urls\":{\"small_download_url\":\"https://a/\","
	    "\"large_download_url\":\"http://a/\",\"upload_url\":\"https://a/\"}}",
	    "{\"version\":1,\"urls\":{\"small_download_url\":\"file:///a\","
	    "\"large_download_url\":\"file:///a\",\"upload_url\":\"file:///a\"}}",
	    "{\"version\":1,\"test_endpoint\":\"a\\nb\",\"urls\":{\"small_download_url\":"
	    "\"https://a/\",\"large_download_url\":\"https://a/\",\"upload_url\":"
	    "\"https://a/\"}}"};
	size_t count = 77;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(rpm_config(bad[i], &count), -EBADMSG);
	assert_int_equal(count, 77);
}

static const char answer[] = "{\"bytes\":300,\"duration_us\":150000,\"sample_ms\":100,\"first_"
			     "sample\":77,\"samples\":[100,200]}\n";

static void
reads_what_the_collector_counted(void **state)
{
	static struct speed_counted c;

	(void)state;
	assert_int_equal(speed_parta.http->counted(answer, strlen(answer), &c), 0);
	assert_int_equal(c.size_bytes, 300);
	assert_int_equal(c.first_sample, 77);
	assert_int_equal(c.sample_ms, 100);
	assert_int_equal(c.n_samples, 2);
	assert_int_equal(c.samples[0], 100);
	assert_int_equal(c.samples[1], 200);
}

static void
assert_not_counted(const char *text, size_t len)
{
	static struct speed_counted c, untouched;

	memset(&c, 0x5a, sizeof(c));
	untouched = c;
	assert_int_equal(speed_parta.http->counted(text, len, &c), -EBADMSG);
	assert_memory_equal(&c, &untouched, sizeof(c));
}

static void
refuses_every_shorter_answer(void **state)
{
	(void)state;
	for (size_t len = 0; len + 1 < strlen(answer); len++) {
		char *exact = malloc(len ? len : 1);

		assert_non_null(exact);
		memcpy(exact, answer, len);
		assert_not_counted(exact, len);
		free(exact);
	}
}

static void
refuses_answers_that_cannot_be(void **state)
{
	static const char *const bad[] = {
	    "[]",
	    "null",
	    "{\"bytes\":-1,\"sample_ms\":100,\"first_sample\":0,\"samples\":[]}",
	    "{\"bytes\":1,\"sample_ms\":0,\"first_sample\":0,\"samples\":[1]}",
	    "{\"bytes\":1,\"sample_ms\":100,\"first_sample\":-5,\"samples\":[1]}",
	    "{\"bytes\":1,\"sample_ms\":100,\"first_sample\":0,\"samples\":[4294967296]}",
	    "{\"bytes\":1,\"sample_ms\":100,\"first_sample\":0,\"samples\":[-1]}",
	    "{\"bytes\":1,\"sample_ms\":100,\"first_sample\":0,\"samples\":[1.5]}",
	    "{\"bytes\":1,\"sample_ms\":100,\"first_sample\":0,\"samples\":{}}",
	    "{\"bytes\":\"1\",\"sample_ms\":100,\"first_sample\":0,\"samples\":[1]}",
	};
	struct bytes many = bytes_new(100000);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_not_counted(bad[i], strlen(bad[i]));
	assert_int_equal(
	    bytes_add_text(
		&many, "{\"bytes\":1,\"sample_ms\":100,\"first_sample\":0,\"samples\":[0"),
	    0);
	for (size_t i = 0; i < SPEED_COUNTED_MAX; i++)
		assert_int_equal(bytes_add_text(&many, ",0"), 0);
	assert_int_equal(bytes_add_text(&many, "]}"), 0);
	assert_not_counted((const char *)many.data, many.len);
	bytes_clear(&many);
}

static void
asks_librespeed_for_its_list(void **state)
{
	static const char *const lists[] = {"https://speed.example/.well-known/librespeed",
	    "https://speed.example/backend-servers/servers.php", "https://x.example/s.json"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		struct speed_server server = {lists[i], ""};
		struct bytes url = bytes_new(300);

		assert_url(speed_librespeed.question(&server, &url), &url, lists[i]);
	}
	assert_int_equal(speed_librespeed.question(
			     &(struct speed_server){"https://speed.example", ""}, NULL),
	    -ENOENT);
}

static int
list_of(const char *text, size_t *ret_count)
{
	const struct speed_server server = {"https://speed.example/servers.json", ""};

	return speed_librespeed.places(&server, text, strlen(text), places, ret_count);
}

static void
takes_the_servers_of_a_librespeed_list(void **state)
{
	static const char text[] =
	    "[{\"id\":1,\"name\":\"a\",\"server\":\"//a.example/speed/"
	    "\",\"dlURL\":\"garbage.php\","
	    "\"ulURL\":\"empty.php\",\"pingURL\":\"empty.php\",\"getIpURL\":\"getIP.php\"},"
	    "{\"server\":\"ftp://b\",\"dlURL\":\"g\",\"ulURL\":\"e\",\"pingURL\":\"e\"},"
	    "{\"server\":\"https://c\",\"dlURL\":\"g?key=w\",\"ulURL\":\"e\"},"
	    "{\"server\":\"http://"
	    "d\",\"dlURL\":\"g?key=w\",\"ulURL\":\"e\",\"pingURL\":\"p\"},7,null]";
	struct bytes url = bytes_new(300);
	size_t count = 0;

	(void)state;
	assert_int_equal(list_of(text, &count), 0);
	assert_int_equal(count, 2);
	assert_string_equal(places[0].ping, "https://a.example/speed/empty.php");
	assert_string_equal(places[0].download, "https://a.example/speed/garbage.php");
	assert_string_equal(places[1].ping, "http://d/p");
	(void)snprintf(places[1].test_id, sizeof(places[1].test_id), "%s", TEST_ID);
	assert_url(speed_librespeed.http->download_url(&places[1], ASK(1 << 20, 0, 0, 1), &url),
	    &url, "http://d/g?key=w&ckSize=1&r=0011223300000001");
}

static void
takes_nothing_from_a_list_that_is_none(void **state)
{
	size_t count = 77;

	(void)state;
	assert_int_equal(list_of("[]", &count), -ENOENT);
	assert_int_equal(list_of("[{\"server\":\"//\"}]", &count), -ENOENT);
	assert_int_equal(list_of("{}", &count), -EBADMSG);
	assert_int_equal(list_of("<html>", &count), -EBADMSG);
	assert_int_equal(count, 77);
}

/* ---- what the collector recorded ---- */

#define STREAM(direction, started, duration, cpu, tcp)                                         \
	"{\"direction\":\"" direction "\",\"started_ms\":" started                             \
	",\"duration_us\":" duration ",\"cpu_pct\":" cpu ",\"tcp\":" tcp "}"
#define TCP(busy, rwnd, sndbuf)                                                                \
	"{\"busy_us\":" busy ",\"rwnd_limited_us\":" rwnd ",\"sndbuf_limited_us\":" sndbuf "}"
#define RECORD(open, streams)                                                                  \
	"{\"test\":\"" TEST_ID "\",\"open\":" open ",\"streams\":[" streams "]}"

static int
recorded(const char *text, bool upload, struct speed_server_part *ret)
{
	*ret = (struct speed_server_part){-7, -7, -7};
	return speed_parta.record(text, strlen(text), upload, ret);
}

static void
assert_part(const struct speed_server_part *part, double cpu, double rwnd, double sndbuf)
{
	assert_float_equal(part->cpu_pct, cpu, 1e-9);
	assert_float_equal(part->rwnd_limited, rwnd, 1e-9);
	assert_float_equal(part->sndbuf_limited, sndbuf, 1e-9);
}

static void
reads_of_the_last_run_what_the_collector_recorded(void **state)
{
	/* Two runs down, of which the first found the collector busy; one stream up. */
	static const char text[] = RECORD("0",
	    STREAM("down", "1000", "2000000", "97", TCP("9", "9", "9")) "," STREAM("down",
		"5000", "2000000", "30.5", TCP("2000", "500", "100")) "," STREAM("down", "5900",
		"1100000", "12", TCP("2000", "500", "700")) "," STREAM("down", "6000", "900000",
		"11", "null") "," STREAM("up", "9000", "2000000", "44", TCP("100", "90", "0")));
	struct speed_server_part part;

	(void)state;
	assert_int_equal(recorded(text, false, &part), 0);
	assert_part(&part, 30.5, 0.25, 0.2);
	assert_int_equal(recorded(text, true, &part), 0);
	assert_part(&part, 44, -1, -1); /* what it sent of an upload tells nothing */
}

static void
waits_for_streams_and_finds_none(void **state)
{
	struct speed_server_part part;

	(void)state;
	assert_int_equal(recorded(RECORD("2", ""), false, &part), -EAGAIN);
	assert_int_equal(recorded(RECORD("0", ""), false, &part), -ENOENT);
	assert_int_equal(
	    recorded(RECORD("0", STREAM("up", "1", "1", "1", "{}")), false, &part), -ENOENT);
	assert_int_equal(recorded("{\"open\":0}", false, &part), -EBADMSG);
	assert_int_equal(recorded("{\"open\":-1,\"streams\":[]}", false, &part), -EBADMSG);
	assert_int_equal(recorded("[]", false, &part), -EBADMSG);
	assert_int_equal(recorded("", false, &part), -EBADMSG);
	assert_part(&part, -7, -7, -7);
	assert_int_equal(
	    recorded(RECORD("0", STREAM("down", "-1", "1", "1", "{}")), false, &part), -ENOENT);
}

static void
asks_for_the_record_of_its_test(void **state)
{
	const struct speed_place *place = place_of(&speed_parta, "key=secret");
	struct bytes url = bytes_new(300);

	(void)state;
	assert_url(speed_parta.record_url(place, &url), &url,
	    "https://speed.example:8445/v1/measure/record?key=secret&test=" TEST_ID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_backends_by_name),
	    cmocka_unit_test(asks_the_collector_as_its_table_says),
	    cmocka_unit_test(hands_on_what_the_url_asked),
	    cmocka_unit_test(refuses_a_url_without_end),
	    cmocka_unit_test(asks_a_public_locator_four_times_a_day_at_most),
	    cmocka_unit_test(asks_librespeed_for_mebibytes_within_its_bounds),
	    cmocka_unit_test(asks_for_the_endpoints_of_responsiveness),
	    cmocka_unit_test(takes_no_endpoints_that_do_not_belong_together),
	    cmocka_unit_test(reads_what_the_collector_counted),
	    cmocka_unit_test(refuses_every_shorter_answer),
	    cmocka_unit_test(refuses_answers_that_cannot_be),
	    cmocka_unit_test(asks_librespeed_for_its_list),
	    cmocka_unit_test(takes_the_servers_of_a_librespeed_list),
	    cmocka_unit_test(takes_nothing_from_a_list_that_is_none),
	    cmocka_unit_test(reads_of_the_last_run_what_the_collector_recorded),
	    cmocka_unit_test(waits_for_streams_and_finds_none),
	    cmocka_unit_test(asks_for_the_record_of_its_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
