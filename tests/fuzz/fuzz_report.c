/*
 * The codec of the wire: the first byte says what the rest is, a request body or
 * one message. What is read is written again and must read as the same; what is
 * refused leaves no trace.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <protobuf-c/protobuf-c.h>

#include "common/check.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/enrolment.pb-c.h"
#include "parta/v1/exchange.pb-c.h"
#include "parta/v1/policy.pb-c.h"
#include "parta/v1/report.pb-c.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static uint8_t memory[2][1024 * 1024];

/* NULL when it was refused. */
static ProtobufCMessage *
unpack(const ProtobufCMessageDescriptor *type, uint8_t *at, const uint8_t *data, size_t size)
{
	struct arena arena = arena_over(at, sizeof(memory[0]));
	ProtobufCMessage untouched, *message = &untouched;
	int r = wire_unpack(type, &arena, data, size, &message);

	if (r == 0) {
		assert(message != &untouched && message->descriptor == type);
		return message;
	}
	assert(message == &untouched && arena.used == 0);
	return NULL;
}

static void
try_message(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t size)
{
	struct bytes once = bytes_new(64 * 1024 * 1024), twice = once;
	ProtobufCMessage *first = unpack(type, memory[0], data, size), *second;

	if (!first)
		return;
	assert(wire_pack(first, &once) == 0);
	second = unpack(type, memory[1], once.data, once.len);
	if (second) { /* else it outgrew the arena: enums below zero are longer when we write
			 them */
		assert(wire_pack(second, &twice) == 0);
		assert(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
	}
	bytes_clear(&once);
	bytes_clear(&twice);
}

static void
try_body(const uint8_t *data, size_t size)
{
	struct bytes plain = bytes_new(WIRE_INFLATED_BYTES_MAX);
	int r = wire_inflate(data, size, 256 * 1024, &plain);

	assert(plain.len <= 256 * 1024);
	if (r < 0) {
		assert(plain.len == 0);
	} else {
		const uint8_t *at = plain.data, *one;
		size_t left = plain.len, len;

		while (wire_next(&at, &left, &one, &len) == 0)
			try_message(messages[0], one, len);
	}
	bytes_clear(&plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] < COUNT_OF(messages))
		try_message(messages[data[0]], data + 1, size - 1);
	else
		try_body(data + 1, size - 1);
	return 0;
}
