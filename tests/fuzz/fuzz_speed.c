/* What measuring servers answer: the first byte says which reader gets the rest. */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "agent/probe/iperf3_report.h"
#include "agent/probe/ndt7_message.h"
#include "agent/probe/websocket_hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
measurements(const char *text, size_t len)
{
	static struct speed_counted counted;
	struct ndt7_measurement series[2];

	if (ndt7_measurement_read(text, len, &series[1]) < 0)
		return;
	series[0] = (struct ndt7_measurement){.elapsed_us = 1};
	assert(series[1].elapsed_us > 0);
	if (ndt7_counted(series, 2, 1, &counted) == 0)
		assert(counted.n_samples >= 1 && counted.n_samples <= SPEED_COUNTED_MAX);
}

static void
located(const char *text, size_t len)
{
	static struct speed_place places[SPEED_PLACES_MAX];
	size_t count;

	if (ndt7_located(text, len, places, &count) < 0)
		return;
	assert(count >= 1 && count <= SPEED_PLACES_MAX);
	for (size_t i = 0; i < count; i++)
		assert(!strncmp(places[i].download, "http", 4) &&
		       !strncmp(places[i].upload, "http", 4));
}

static void
hello(const char *text, size_t len)
{
	unsigned status;
	int r = websocket_answer(
	    text, len, "net.measurementlab.ndt.v7", "dGhlIHNhbXBsZSBub25jZQ==", &status);

	assert(r < 0 || ((size_t)r <= len && status == 101));
}

static void
counted(const char *text, size_t len)
{
	static struct speed_counted c;

	if (speed_parta.http->counted(text, len, &c) == 0)
		assert(c.n_samples <= SPEED_COUNTED_MAX && c.sample_ms > 0);
}

static void
recorded(const char *text, size_t len)
{
	struct speed_server_part part;

	for (int upload = 0; upload < 2; upload++)
		if (speed_parta.record(text, len, upload, &part) == 0)
			assert(part.cpu_pct >= -1 && part.rwnd_limited >= -1 &&
			       part.sndbuf_limited >= -1);
}

static void
endpoints(const char *text, size_t len)
{
	const struct speed_server server = {"https://rpm.example", ""};
	static struct speed_place places[SPEED_PLACES_MAX];
	size_t count;

	if (speed_rpm.places(&server, text, len, places, &count) == 0)
		assert(count == 1 && !strncasecmp(places[0].upload, "http", 4));
}

static void
list(const char *text, size_t len)
{
	const struct speed_server server = {"https://speed.example/servers.json", ""};
	static struct speed_place places[SPEED_PLACES_MAX];
	size_t count;

	if (speed_librespeed.places(&server, text, len, places, &count) < 0)
		return;
	assert(count >= 1 && count <= SPEED_PLACES_MAX);
	for (size_t i = 0; i < count; i++)
		assert(!strncasecmp(places[i].ping, "http", 4) &&
		       !strncasecmp(places[i].upload, "http", 4));
}

static void
iperf3(const char *text, size_t len)
{
	static struct iperf3_report report;

	if (iperf3_report_read(text, len, &report) == 0)
		assert(report.error[0] || (report.counted.n_samples >= 1 &&
					      report.counted.n_samples <= SPEED_COUNTED_MAX));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(const char *text, size_t len) = {
	    measurements, located, hello, counted, endpoints, iperf3, recorded, list};

	if (size > 0)
		readers[data[0] % (sizeof(readers) / sizeof(readers[0]))](
		    (const char *)data + 1, size - 1);
	return 0;
}
