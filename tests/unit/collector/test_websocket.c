#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "collector/http/websocket.h"
#include "common/check.h"

/* RFC 6455, 5.7: a masked "Hello". */
#define HELLO_MASK 0x37, 0xfa, 0x21, 0x3d
#define HELLO      0x7f, 0x9f, 0x4d, 0x51, 0x58

struct heard {
	enum websocket_event last;
	unsigned events, controls;
	uint64_t data_bytes;
	uint8_t opcode;
	char control[WEBSOCKET_CONTROL_MAX + 1];
};

/* All events of those bytes, given in steps of `step`. */
static struct heard
hear(const uint8_t *bytes, size_t len, size_t step)
{
	struct websocket ws = {0};
	struct heard heard = {.last = WEBSOCKET_MORE};

	for (size_t from = 0; from < len; from += step) {
		const uint8_t *at = bytes + from;
		size_t left = len - from < step ? len - from : step;

		while ((heard.last = websocket_take(&ws, &at, &left)) != WEBSOCKET_MORE) {
			if (heard.last == WEBSOCKET_BROKEN)
				return heard;
			heard.events++;
			heard.opcode = ws.opcode;
			heard.data_bytes += heard.last == WEBSOCKET_DATA ? ws.data_len : 0;
			if (heard.last != WEBSOCKET_CONTROL)
				continue;
			heard.controls++;
			memcpy(heard.control, ws.control, ws.control_len);
			heard.control[ws.control_len] = '\0';
		}
		assert_int_equal(left, 0);
	}
	return heard;
}

#define HEAR(...)                                                                              \
	hear((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}),           \
	    sizeof((const uint8_t[]){__VA_ARGS__}))
#define BROKEN(...) assert_int_equal(HEAR(__VA_ARGS__).last, WEBSOCKET_BROKEN)

static void
a_message_is_counted_however_it_is_cut(void **state)
{
	static const uint8_t bytes[] = {
	    0x01, 0x83, 1, 2, 3, 4, 'a', 'b', 'c', /* the beginning of a text */
	    0x89, 0x85, HELLO_MASK, HELLO,         /* a ping between */
	    0x80, 0x82, 1, 2, 3, 4, 'd', 'e',      /* its end */
	    0x82, 0xfe, 0x00, 0x7e, 9, 9, 9, 9,    /* 126 bytes */
	};
	uint8_t all[sizeof(bytes) + 126] = {0};

	(void)state;
	memcpy(all, bytes, sizeof(bytes));
	for (size_t step = 1; step <= sizeof(all); step++) {
		struct heard heard = hear(all, sizeof(all), step);

		assert_int_equal(heard.last, WEBSOCKET_MORE);
		assert_int_equal(heard.data_bytes, 3 + 2 + 126);
		assert_int_equal(heard.controls, 1);
		assert_string_equal(heard.control, "Hello");
		assert_int_equal(heard.opcode, WEBSOCKET_BINARY);
	}
}

static void
control_frames_bear_what_they_may(void **state)
{
	uint8_t longest[2 + 4 + 125] = {0x8a, 0xfd};

	(void)state;
	assert_int_equal(hear(longest, sizeof(longest), 7).opcode, WEBSOCKET_PONG);
	assert_int_equal(HEAR(0x88, 0x80, 0, 0, 0, 0).opcode, WEBSOCKET_CLOSE);
	BROKEN(0x88, 0xfe, 0, 126, 0, 0, 0, 0); /* longer than 125 */
	BROKEN(0x08, 0x80, 0, 0, 0, 0);         /* in pieces */
	BROKEN(0x8b, 0x80, 0, 0, 0, 0);         /* of no kind that there is */
}

static void
what_no_client_may_send_is_broken(void **state)
{
	(void)state;
	BROKEN(0x82, 0x01);                                     /* not masked */
	BROKEN(0xc2, 0x81, 0, 0, 0, 0);                         /* an extension's bit */
	BROKEN(0x83, 0x81, 0, 0, 0, 0);                         /* no such opcode */
	BROKEN(0x80, 0x81, 0, 0, 0, 0);                         /* goes on with nothing */
	BROKEN(0x02, 0x80, 0, 0, 0, 0, 0x82, 0x80, 0, 0, 0, 0); /* a message in another */
	BROKEN(0x82, 0xfe, 0, 125, 0, 0, 0, 0);                 /* a shorter length fits */
	BROKEN(0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0);
	BROKEN(0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

static void
a_message_has_an_end(void **state)
{
	(void)state;
	assert_int_equal(
	    HEAR(0x82, 0xff, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0).last, WEBSOCKET_MORE);
	BROKEN(0x82, 0xff, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0);
	/* 1 byte, and 2^24 more of the same message */
	BROKEN(0x02, 0x81, 0, 0, 0, 0, 'x', 0x80, 0xff, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
}

static void
a_head_is_as_short_as_it_can_be(void **state)
{
	static const struct {
		uint64_t len;
		size_t head_len;
		uint8_t head[WEBSOCKET_OWN_HEAD_MAX];
	} cases[] = {
	    {0, 2, {0x82, 0}},
	    {125, 2, {0x82, 125}},
	    {126, 4, {0x82, 126, 0, 126}},
	    {65535, 4, {0x82, 126, 0xff, 0xff}},
	    {65536, 10, {0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}},
	};
	uint8_t head[WEBSOCKET_OWN_HEAD_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(
		    websocket_head(WEBSOCKET_BINARY, cases[i].len, head), cases[i].head_len);
		assert_memory_equal(head, cases[i].head, cases[i].head_len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_message_is_counted_however_it_is_cut),
	    cmocka_unit_test(control_frames_bear_what_they_may),
	    cmocka_unit_test(what_no_client_may_send_is_broken),
	    cmocka_unit_test(a_message_has_an_end),
	    cmocka_unit_test(a_head_is_as_short_as_it_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
