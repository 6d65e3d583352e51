/* What iperf3 says in JSON: as version 3.12 says it, and what cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/probe/iperf3_report.h"
#include "agent/probe/speed_backend.h"
#include "common/check.h"

#define START(reverse)                                                                         \
	"{\"start\":{\"connected\":[{\"remote_host\":\"2001:db8::1\"}],\"tcp_mss_default\":"   \
	"1428,"                                                                                \
	"\"test_start\":{\"reverse\":" #reverse "}},\"intervals\":["                           \
	"{\"sum\":{\"seconds\":0.1,\"bytes\":1000000}},{\"sum\":{\"seconds\":0.2,\"bytes\":"   \
	"3000000}},{\"sum\":{\"seconds\":0.001,\"bytes\":9}}],"
#define END                                                                                    \
	"\"end\":{\"streams\":[{\"sender\":{\"mean_rtt\":20000}},{\"sender\":{\"mean_rtt\":"   \
	"30000}}],\"sum_sent\":{\"seconds\":0.3,\"bytes\":4000000},\"sum_received\":{"         \
	"\"seconds\":0.3,\"bytes\":3000000},\"cpu_utilization_percent\":{\"host_total\":12.5}" \
	","                                                                                    \
	"\"sender_tcp_congestion\":\"cubic\"}}"

static struct iperf3_report report;

static int
report_read(const char *text)
{
	return iperf3_report_read(text, strlen(text), &report);
}

static void
takes_the_intervals_of_a_download(void **state)
{
	(void)state;
	assert_int_equal(report_read(START(1) END), 0);
	assert_string_equal(report.error, "");
	assert_int_equal(report.counted.sample_ms, 100);
	assert_int_equal(report.counted.n_samples, 2); /* the rest is no sample */
	assert_int_equal(report.counted.samples[0], 1000000);
	assert_int_equal(report.counted.samples[1], 1500000);
	assert_int_equal(report.counted.size_bytes, 3000000);
	assert_int_equal(report.mss_bytes, 1428);
	assert_true(report.ipv6);
	assert_int_equal(report.rtt_us, 0);
	assert_true(report.cpu_pct == 12.5);
	assert_string_equal(report.congestion, "cubic");
}

static void
scales_an_upload_by_what_the_receiver_got(void **state)
{
	(void)state;
	assert_int_equal(report_read(START(0) END), 0);
	assert_in_range(report.counted.samples[0], 749999, 750001);
	assert_in_range(report.counted.samples[1], 1124999, 1125001);
	assert_int_equal(report.rtt_us, 25000);
}

static void
hands_on_why_there_was_no_test(void **state)
{
	(void)state;
	assert_int_equal(report_read("{\"start\":{},\"intervals\":[],\"end\":{},\"error\":"
				     "\"unable to connect to server: Connection\\nrefused\"}"),
	    0);
	assert_string_equal(report.error, "unable to connect to server: Connection refused");
}

static void
refuses_what_measures_nothing(void **state)
{
	static const char *const bad[] = {"", "{", "[]", "null", "{}",
	    "{\"end\":{\"sum_received\":{\"seconds\":1,\"bytes\":5}}}",
	    "{\"start\":{\"test_start\":{\"reverse\":1}},\"end\":{\"sum_received\":{"
	    "\"seconds\":1,"
	    "\"bytes\":5}}}",
	    START(1) "\"end\":{\"sum_received\":{\"seconds\":0,\"bytes\":5}}}",
	    START(1) "\"end\":{\"sum_received\":{\"seconds\":-1,\"bytes\":-5}}}",
	    START(1) "\"end\":{\"sum_received\":{\"seconds\":1e-300,\"bytes\":1e300}}}",
	    START(0) "\"end\":{\"sum_received\":{\"seconds\":1,\"bytes\":5}}}"};

	(void)state;
	report.mss_bytes = 77;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(report_read(bad[i]), -EBADMSG);
	assert_int_equal(report.mss_bytes, 77);
}

static void
refuses_every_shorter_report(void **state)
{
	static const char whole[] = START(1) END;

	(void)state;
	for (size_t len = 0; len + 1 < sizeof(whole); len++) {
		char *exact = malloc(len ? len : 1);

		assert_non_null(exact);
		memcpy(exact, whole, len);
		assert_int_equal(iperf3_report_read(exact, len, &report), -EBADMSG);
		free(exact);
	}
}

/* The host becomes an argument of a program. */
static void
takes_no_server_that_could_be_an_option(void **state)
{
	static const char *const good[] = {"iperf3://h", "iperf3://h.example:5202",
	    "iperf3://[2001:db8::1]", "iperf3://[::1]:5201", "iperf3://192.0.2.1"},
				 *const bad[] = {"https://h", "iperf3://", "iperf3://-c",
				     "iperf3://h:0", "iperf3://h:x", "iperf3://h/x",
				     "iperf3://a b", "iperf3://h;rm", "iperf3://[::1",
				     "iperf3://[::1]x"};
	static struct speed_place places[SPEED_PLACES_MAX];
	size_t count;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		const struct speed_server server = {good[i], ""};

		assert_int_equal(speed_iperf3.places(&server, NULL, 0, places, &count), 0);
		assert_string_equal(places[0].upload, good[i]);
		assert_string_equal(places[0].ping, "");
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const struct speed_server server = {bad[i], ""};

		assert_int_equal(
		    speed_iperf3.places(&server, NULL, 0, places, &count), -EINVAL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_the_intervals_of_a_download),
	    cmocka_unit_test(scales_an_upload_by_what_the_receiver_got),
	    cmocka_unit_test(hands_on_why_there_was_no_test),
	    cmocka_unit_test(refuses_what_measures_nothing),
	    cmocka_unit_test(refuses_every_shorter_report),
	    cmocka_unit_test(takes_no_server_that_could_be_an_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
