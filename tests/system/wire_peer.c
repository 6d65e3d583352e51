/*
 * Our end of the wire for tests/system/wire.py: `wire_peer write` prints a body
 * of reports as an agent makes it; `wire_peer echo MESSAGE` reads a body of that
 * message, unpacks each and packs it again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <protobuf-c/protobuf-c.h>

#include "common/check.h"
#include "common/cleanup.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/enrolment.pb-c.h"
#include "parta/v1/exchange.pb-c.h"
#include "parta/v1/policy.pb-c.h"
#include "parta/v1/report.pb-c.h"

static const ProtobufCMessageDescriptor *const messages[] = {
    &parta__v1__report__descriptor,
    &parta__v1__reports_answer__descriptor,
    &parta__v1__heartbeat__descriptor,
    &parta__v1__heartbeat_answer__descriptor,
    &parta__v1__error_answer__descriptor,
    &parta__v1__enrol_request__descriptor,
    &parta__v1__enrol_answer__descriptor,
    &parta__v1__signed_policy__descriptor,
    &parta__v1__policy__descriptor,
};

static int
frame_message(struct bytes *body, const ProtobufCMessage *message)
{
	struct bytes b = bytes_new(WIRE_REPORT_BYTES_MAX);
	int r = wire_pack(message, &b);

	if (r == 0)
		r = wire_frame(body, b.data, b.len);
	bytes_clear(&b);
	return r;
}

static int
body_print(const struct bytes *plain)
{
	struct bytes small = bytes_new(WIRE_BODY_BYTES_MAX);
	int r = wire_deflate(plain->data, plain->len, &small);

	if (r == 0 && fwrite(small.data, 1, small.len, stdout) != small.len)
		r = -EIO;
	bytes_clear(&small);
	return r;
}

static int
write_speed(struct bytes *body, Parta__V1__Report *report)
{
	uint32_t samples[] = {0, 127, 128, 1250000, UINT32_MAX};
	Parta__V1__SpeedDirection down = PARTA__V1__SPEED_DIRECTION__INIT, *both[] = {&down};
	Parta__V1__SpeedTest speed = PARTA__V1__SPEED_TEST__INIT;

	down.ip_mbps = 97.53;
	down.verdict = PARTA__V1__SPEED_VERDICT__SPEED_VERDICT_PASS;
	down.n_sample_bytes = COUNT_OF(samples);
	down.sample_bytes = samples;
	speed.n_directions = 1;
	speed.directions = both;
	speed.latency_idle_ms = -1;
	report->seq = 1;
	report->body_case = PARTA__V1__REPORT__BODY_SPEED;
	report->speed = &speed;
	return frame_message(body, &report->base);
}

static int
write_gap(struct bytes *body, Parta__V1__Report *report)
{
	Parta__V1__Gap gap = PARTA__V1__GAP__INIT;
	char reason[] = "переполнение";

	gap.first_seq = UINT64_MAX;
	gap.first_created_ms = INT64_MIN;
	gap.reason = reason;
	report->seq = 2;
	report->body_case = PARTA__V1__REPORT__BODY_GAP;
	report->gap = &gap;
	return frame_message(body, &report->base);
}

static int
write_body(void)
{
	uint8_t id[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255};
	Parta__V1__Report report = PARTA__V1__REPORT__INIT;
	struct bytes body = bytes_new(WIRE_INFLATED_BYTES_MAX);
	int r;

	report.agent_id = (ProtobufCBinaryData){sizeof(id), id};
	report.created_ms = 1764000000123;
	report.clock_synchronised = 1;
	r = write_speed(&body, &report);
	if (r == 0)
		r = write_gap(&body, &report);
	if (r == 0)
		r = body_print(&body);
	bytes_clear(&body);
	return r;
}

static int
echo_messages(const ProtobufCMessageDescriptor *type, const struct bytes *plain)
{
	static uint8_t memory[WIRE_ARENA_BYTES];
	struct bytes again = bytes_new(WIRE_INFLATED_BYTES_MAX);
	const uint8_t *at = plain->data, *one;
	size_t left = plain->len, len;
	int r;

	while ((r = wire_next(&at, &left, &one, &len)) == 0) {
		struct arena arena = arena_over(memory, sizeof(memory));
		ProtobufCMessage *message;

		r = wire_unpack(type, &arena, one, len, &message);
		if (r == 0)
			r = frame_message(&again, message);
		if (r < 0)
			break;
	}
	if (r == -ENODATA)
		r = body_print(&again);
	bytes_clear(&again);
	return r;
}

static int
echo_body(const ProtobufCMessageDescriptor *type)
{
	static uint8_t body[WIRE_BODY_BYTES_MAX];
	size_t len = fread(body, 1, sizeof(body), stdin);
	struct bytes plain = bytes_new(WIRE_INFLATED_BYTES_MAX);
	int r = wire_inflate(body, len, WIRE_INFLATED_BYTES_MAX, &plain);

	if (r == 0)
		r = echo_messages(type, &plain);
	bytes_clear(&plain);
	return r;
}

int
main(int argc, char *argv[])
{
	int r = -EINVAL;

	if (argc == 2 && !strcmp(argv[1], "write"))
		r = write_body();
	for (size_t i = 0; argc == 3 && i < COUNT_OF(messages); i++)
		if (!strcmp(argv[2], messages[i]->short_name))
			r = echo_body(messages[i]);
	if (r < 0)
		(void)fprintf(stderr, "wire_peer: %s\n", strerror(-r));
	return r < 0;
}
