/*
 * Prints what a throughput test found: see speed_print.h. A figure that was not
 * measured is null in JSON and empty in CSV, never zero.
 */
#include "agent/speed_print.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "common/address.h"
#include "common/clock.h"
#include "common/text.h"

/* Three digits are all that is known. */
static json_t *
real(double value)
{
	return value < 0 ? json_null() : json_real(round(value * 1000) / 1000);
}

static json_t *
tcp_object(const struct speed_tcp *tcp)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "rtt_us",
	    (json_int_t)tcp->rtt_us, "rttvar_us", (json_int_t)tcp->rttvar_us, "min_rtt_us",
	    (json_int_t)tcp->min_rtt_us, "total_retrans", (json_int_t)tcp->total_retrans,
	    "snd_mss_bytes", (json_int_t)tcp->snd_mss_bytes, "rcv_mss_bytes",
	    (json_int_t)tcp->rcv_mss_bytes, "bytes_acked", (json_int_t)tcp->bytes_acked,
	    "bytes_received", (json_int_t)tcp->bytes_received, "busy_us",
	    (json_int_t)tcp->busy_us, "rwnd_limited_us", (json_int_t)tcp->rwnd_limited_us,
	    "sndbuf_limited_us", (json_int_t)tcp->sndbuf_limited_us,
	    "delivery_rate_bytes_per_s", (json_int_t)tcp->delivery_rate_bytes_per_s);
}

static json_t *
direction_object(const struct speed_result *result, const struct speed_direction *d)
{
	json_t *samples = json_array(), *tcp = json_array();

	for (size_t i = 0; i < d->n_samples; i++)
		(void)json_array_append_new(samples, json_integer(d->sample_bytes[i]));
	for (size_t i = 0; i < d->n_tcp; i++)
		(void)json_array_append_new(tcp, tcp_object(&d->tcp[i]));
	return json_pack(
	    "{s:o,s:o,s:I,s:I,s:o,s:I,s:s,s:o,s:s,s:o,s:s,s:s,s:o,s:o,s:s,s:I,s:I,s:i,s:o,s:o}",
	    "ip_mbps", real(d->ip_mbps), "goodput_mbps", real(d->goodput_mbps), "samples",
	    (json_int_t)d->n_samples, "streams", (json_int_t)d->streams, "duration_s",
	    real(d->duration_s), "bytes", (json_int_t)d->size_bytes, "verdict",
	    speed_verdict_name(d->verdict), "confidence", real(d->confidence), "cause",
	    speed_cause_name(d->cause), "line_mbps", real(d->line_mbps), "step",
	    speed_step_name(d->step), "server", d->server, "target_mbps",
	    real(result->target_mbps[d->upload] > 0 ? result->target_mbps[d->upload] : -1),
	    "rpm", real(d->rpm > 0 ? d->rpm : -1), "rpm_confidence",
	    rpm_confidence_name(d->rpm_confidence), "warmup_samples",
	    (json_int_t)d->warmup_samples, "mss_bytes", (json_int_t)d->mss_bytes, "sample_ms",
	    SPEED_SAMPLE_MS, "sample_bytes", samples, "tcp", tcp);
}

/* A run in short; those that decided stand in whole elsewhere. */
static json_t *
step_object(const struct speed_direction *d)
{
	return json_pack("{s:s,s:s,s:s,s:I,s:I,s:o,s:o,s:s,s:o,s:s,s:I}", "direction",
	    d->upload ? "up" : "down", "step", speed_step_name(d->step), "server", d->server,
	    "samples", (json_int_t)d->n_samples, "streams", (json_int_t)d->streams, "ip_mbps",
	    real(d->ip_mbps), "duration_s", real(d->duration_s), "verdict",
	    speed_verdict_name(d->verdict), "confidence", real(d->confidence), "cause",
	    speed_cause_name(d->cause), "bytes", (json_int_t)d->size_bytes);
}

/* The worse of the two directions; < 0 not measured. */
static double
rpm_least(const struct speed_result *result)
{
	double least = -1;

	for (size_t i = 0; i < result->n_directions; i++) {
		double rpm = result->directions[i].rpm;

		if (rpm > 0 && (least < 0 || rpm < least))
			least = rpm;
	}
	return least;
}

static json_t *
result_object(const struct speed_result *result)
{
	char id[37], started[25], address[ADDRESS_TEXT_SIZE] = "";
	json_t *object, *steps = json_array();

	for (size_t i = 0; i < result->n_steps; i++)
		(void)json_array_append_new(steps, step_object(&result->steps[i]));
	text_uuid(id, result->test_id);
	clock_format(result->started_ms, started);
	if (result->server_address.family != ADDRESS_NONE)
		address_format(&result->server_address, address);
	object = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:s,s:s,s:o}",
	    "test_id", id, "started", started, "backend", result->backend, "server",
	    result->server, "server_address", address, "mode", speed_mode_name(result->mode),
	    "latency_idle_ms", real(result->latency_idle_ms), "latency_loaded_ms",
	    real(result->latency_loaded_ms), "rpm", real(rpm_least(result)), "loss_pct",
	    real(result->loss_pct), "cross_traffic_mbps", real(result->cross_traffic_mbps),
	    "lan_speed_mbps",
	    real(result->lan_speed_mbps > 0 ? (double)result->lan_speed_mbps : -1), "cpu_pct",
	    real(result->cpu_pct), "congestion_control", result->congestion_control, "cipher",
	    result->cipher, "steps", steps);
	for (size_t i = 0; object && i < result->n_directions; i++)
		(void)json_object_set_new(object, result->directions[i].upload ? "up" : "down",
		    direction_object(result, &result->directions[i]));
	return object;
}

static int
print_json(const struct speed_result *result, FILE *out)
{
	json_t *object = result_object(result);
	int r = -ENOMEM;

	if (object)
		r = json_dumpf(object, out, JSON_COMPACT) < 0 || fputc('\n', out) == EOF ? -EIO
											 : 0;
	json_decref(object);
	return r;
}

static void
print_csv(const struct speed_result *result, FILE *out)
{
	(void)fprintf(out, "direction,ip_mbps,goodput_mbps,target_mbps,verdict,confidence,"
			   "samples,streams,duration_s,"
			   "bytes,latency_idle_ms,latency_loaded_ms\n");
	for (size_t i = 0; i < result->n_directions; i++) {
		const struct speed_direction *d = &result->directions[i];

		(void)fprintf(out,
		    "%s,%.3f,%.3f,%.3f,%s,%.3f,%zu,%" PRIu32 ",%.3f,%" PRIu64 ",",
		    d->upload ? "up" : "down", d->ip_mbps, d->goodput_mbps,
		    result->target_mbps[d->upload], speed_verdict_name(d->verdict),
		    d->confidence, d->n_samples, d->streams, d->duration_s, d->size_bytes);
		if (result->latency_idle_ms >= 0)
			(void)fprintf(out, "%.3f", result->latency_idle_ms);
		(void)fputc(',', out);
		if (result->latency_loaded_ms >= 0)
			(void)fprintf(out, "%.3f", result->latency_loaded_ms);
		(void)fputc('\n', out);
	}
}

/* A word and blanks up to a column, whatever its bytes. */
static void
cell(const char *text, size_t columns, FILE *out)
{
	size_t width = text_width(text);

	(void)fprintf(out, "%s%*s", text, (int)(width < columns ? columns - width : 1), "");
}

static void
print_row(const struct speed_result *result, const struct speed_direction *d,
    enum language language, FILE *out)
{
	char text[64];

	cell(words_of(language, d->upload ? "speed.up" : "speed.down"), 12, out);
	(void)snprintf(text, sizeof(text), "%.2f", d->ip_mbps);
	cell(text, 22, out);
	(void)snprintf(text, sizeof(text), "%.2f", d->goodput_mbps);
	cell(text, 22, out);
	(void)snprintf(text, sizeof(text), result->target_mbps[d->upload] > 0 ? "%.2f" : "-",
	    result->target_mbps[d->upload]);
	cell(text, 16, out);
	(void)snprintf(text, sizeof(text), "%.1f", (double)d->size_bytes / 1e6);
	cell(text, 10, out);
	(void)fprintf(out, "%s", words_of(language, speed_verdict_name(d->verdict)));
	if (d->cause != SPEED_CAUSE_NONE) {
		(void)snprintf(
		    text, sizeof(text), "speed.cause.%s", speed_cause_name(d->cause));
		(void)fprintf(out, ": %s", words_of(language, text));
	}
	if (d->cause == SPEED_CAUSE_PORT)
		(void)fprintf(out, " (%" PRIu32 ")", d->limits.lan_speed_mbps);
	(void)fputc('\n', out);
}

static void
print_table(const struct speed_result *result, enum language language, FILE *out)
{
	(void)fprintf(out, "%s\n", result->server);
	cell("", 12, out);
	cell(words_of(language, "ip_mbps"), 22, out);
	cell(words_of(language, "goodput_mbps"), 22, out);
	cell(words_of(language, "target_mbps"), 16, out);
	cell(words_of(language, "megabytes"), 10, out);
	(void)fprintf(out, "%s\n", words_of(language, "verdict"));
	for (size_t i = 0; i < result->n_directions; i++)
		print_row(result, &result->directions[i], language, out);
	if (result->latency_idle_ms >= 0)
		(void)fprintf(out, "%s: %.1f\n", words_of(language, "latency_idle_ms"),
		    result->latency_idle_ms);
	if (result->latency_loaded_ms >= 0)
		(void)fprintf(out, "%s: %.1f\n", words_of(language, "latency_loaded_ms"),
		    result->latency_loaded_ms);
	if (rpm_least(result) >= 0)
		(void)fprintf(out, "%s: %.0f\n", words_of(language, "rpm"), rpm_least(result));
	if (result->cross_traffic_mbps >= 0)
		(void)fprintf(out, "%s: %.1f\n", words_of(language, "cross_traffic_mbps"),
		    result->cross_traffic_mbps);
}

int
speed_print(const struct speed_result *result, enum command_format format,
    enum language language, FILE *out)
{
	int r = 0;

	switch (format) {
	case FORMAT_JSON:
		r = print_json(result, out);
		break;
	case FORMAT_CSV:
		print_csv(result, out);
		break;
	case FORMAT_TABLE:
		print_table(result, language, out);
		break;
	}
	if (r < 0)
		return r;
	return fflush(out) == EOF || ferror(out) ? -EIO : 0;
}

void
speed_print_stream(bool upload, double elapsed_s, unsigned stream, uint64_t size_bytes,
    const struct speed_tcp *tcp, FILE *out)
{
	(void)fprintf(out,
	    "{\"direction\":\"%s\",\"elapsed_s\":%.3f,\"stream\":%u,\"bytes\":%" PRIu64
	    ",\"rtt_us\":%" PRIu32 ",\"total_retrans\":%" PRIu32
	    ",\"delivery_rate_bytes_per_s\":%" PRIu64 "}\n",
	    upload ? "up" : "down", elapsed_s, stream, size_bytes, tcp->rtt_us,
	    tcp->total_retrans, tcp->delivery_rate_bytes_per_s);
}
