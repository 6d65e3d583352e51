#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "agent/ask/snmp_probe.h"
#include "common/text.h"

static void
assert_writes(enum snmp_probe_kind kind, const char *community, uint32_t id, const char *hex)
{
	uint8_t bytes[SNMP_PROBE_BYTES_MAX];
	char got[2 * SNMP_PROBE_BYTES_MAX + 1];

	text_hex(got, bytes, snmp_probe_write(kind, community, id, bytes));
	assert_string_equal(got, hex);
}

/* The bytes are net-snmp's own, seen on the wire. */
static void
a_get_of_sys_object_id_is_written_as_net_snmp_writes_it(void **state)
{
	(void)state;
	assert_writes(SNMP_PROBE_V2C, "school", 0x30567eca,
	    "302902010104067363686f6f6ca01c020430567eca020100020100300e30"
	    "0c06082b060102010102000500");
}

static void
engine_discovery_is_written_as_net_snmp_writes_it(void **state)
{
	(void)state;
	assert_writes(SNMP_PROBE_ENGINE, "", 0x2a2351aa,
	    "303e020103301102042a2351aa020300ffe30401040201030410300e04000201"
	    "00020100040004000400301404000400a00e02042a2351aa0201000201003000");
}

static void
version_1_differs_in_its_number_alone(void **state)
{
	uint8_t one[SNMP_PROBE_BYTES_MAX], two[SNMP_PROBE_BYTES_MAX];
	size_t n = snmp_probe_write(SNMP_PROBE_V1, "public", 7, one);

	(void)state;
	assert_int_equal(n, snmp_probe_write(SNMP_PROBE_V2C, "public", 7, two));
	assert_int_equal(one[4], 0);
	assert_int_equal(two[4], 1);
	one[4] = 1;
	assert_memory_equal(one, two, n);
}

static void
a_long_community_is_cut_and_still_fits(void **state)
{
	uint8_t bytes[SNMP_PROBE_BYTES_MAX];
	char community[300];

	(void)state;
	memset(community, 'a', sizeof(community) - 1);
	community[sizeof(community) - 1] = 0;
	assert_true(snmp_probe_write(SNMP_PROBE_V2C, community, INT32_MAX, bytes) <=
		    SNMP_PROBE_BYTES_MAX);
}

/* What an snmpd answered to the two above. */
static const uint8_t v2c_answer[] = {0x30, 0x33, 0x02, 0x01, 0x01, 0x04, 0x06, 0x73, 0x63, 0x68,
    0x6f, 0x6f, 0x6c, 0xa2, 0x26, 0x02, 0x04, 0x30, 0x56, 0x7e, 0xca, 0x02, 0x01, 0x00, 0x02,
    0x01, 0x00, 0x30, 0x18, 0x30, 0x16, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x02, 0x01, 0x01, 0x02,
    0x00, 0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xbf, 0x08, 0x03, 0x02, 0x0a};
static const uint8_t report[] = {0x30, 0x71, 0x02, 0x01, 0x03, 0x30, 0x11, 0x02, 0x04, 0x2a,
    0x23, 0x51, 0xaa, 0x02, 0x03, 0x00, 0xff, 0xe3, 0x04, 0x01, 0x00, 0x02, 0x01, 0x03, 0x04,
    0x21, 0x30, 0x1f, 0x04, 0x11, 0x80, 0x00, 0x1f, 0x88, 0x80, 0xff, 0x73, 0xc4, 0x05, 0x78,
    0x5e, 0x07, 0x6b, 0x00, 0x00, 0x00, 0x00, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01, 0x04, 0x00,
    0x04, 0x00, 0x04, 0x00, 0x30, 0x36, 0x04, 0x11, 0x80, 0x00, 0x1f, 0x88, 0x80, 0xff, 0x73,
    0xc4, 0x05, 0x78, 0x5e, 0x07, 0x6b, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0xa8, 0x1f, 0x02,
    0x04, 0x74, 0x23, 0xb8, 0x93, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x11, 0x30, 0x0f,
    0x06, 0x0a, 0x2b, 0x06, 0x01, 0x06, 0x03, 0x0f, 0x01, 0x01, 0x04, 0x00, 0x41, 0x01, 0x01};

static void
an_answer_is_known_by_its_version_and_identifier(void **state)
{
	struct snmp_probe_answer a;

	(void)state;
	assert_int_equal(snmp_probe_read(v2c_answer, sizeof(v2c_answer), &a), 0);
	assert_int_equal(a.kind, SNMP_PROBE_V2C);
	assert_int_equal(a.id, 0x30567eca);
}

static void
a_report_tells_the_engine_and_its_clock(void **state)
{
	struct snmp_probe_answer a;
	char hex[2 * SNMP_ENGINE_ID_BYTES_MAX + 1];

	(void)state;
	assert_int_equal(snmp_probe_read(report, sizeof(report), &a), 0);
	assert_int_equal(a.kind, SNMP_PROBE_ENGINE);
	assert_int_equal(a.id, 0x2a2351aa);
	text_hex(hex, a.engine.id, a.engine.id_len);
	assert_string_equal(hex, "80001f8880ff73c405785e076b00000000");
	assert_int_equal(a.engine.boots, 1);
	assert_int_equal(a.engine.time_s, 1);
}

static void
refuses_every_shorter_answer_and_leaves_no_trace(void **state)
{
	struct snmp_probe_answer before, after;

	(void)state;
	memset(&before, 0xa5, sizeof(before));
	for (size_t len = 0; len < sizeof(v2c_answer); len++) {
		after = before;
		assert_int_equal(snmp_probe_read(v2c_answer, len, &after), -EBADMSG);
		assert_memory_equal(&before, &after, sizeof(after));
	}
	for (size_t len = 0; len < sizeof(report); len++) {
		after = before;
		assert_int_equal(snmp_probe_read(report, len, &after), -EBADMSG);
		assert_memory_equal(&before, &after, sizeof(after));
	}
}

static void
assert_refused_with(const uint8_t *answer, size_t len, size_t at, uint8_t value)
{
	struct snmp_probe_answer a;
	uint8_t bytes[128];

	assert_true(len <= sizeof(bytes));
	memcpy(bytes, answer, len);
	bytes[at] = value;
	assert_int_equal(snmp_probe_read(bytes, len, &a), -EBADMSG);
}

static void
refuses_what_is_no_answer(void **state)
{
	uint8_t question[SNMP_PROBE_BYTES_MAX];
	struct snmp_probe_answer a;
	size_t len = snmp_probe_write(SNMP_PROBE_V2C, "public", 1, question);

	(void)state;
	assert_int_equal(snmp_probe_read(question, len, &a), -EBADMSG);
	assert_refused_with(v2c_answer, sizeof(v2c_answer), 4, 2);     /* no version */
	assert_refused_with(v2c_answer, sizeof(v2c_answer), 1, 0x80);  /* indefinite length */
	assert_refused_with(v2c_answer, sizeof(v2c_answer), 17, 0xb0); /* negative identifier */
	assert_refused_with(report, sizeof(report), 23, 2);            /* not the user model */
	assert_refused_with(report, sizeof(report), 29, 0x04); /* engine of four bytes */
	assert_refused_with(report, sizeof(report), 82, 0xa2); /* response, unasked */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_get_of_sys_object_id_is_written_as_net_snmp_writes_it),
	    cmocka_unit_test(engine_discovery_is_written_as_net_snmp_writes_it),
	    cmocka_unit_test(version_1_differs_in_its_number_alone),
	    cmocka_unit_test(a_long_community_is_cut_and_still_fits),
	    cmocka_unit_test(an_answer_is_known_by_its_version_and_identifier),
	    cmocka_unit_test(a_report_tells_the_engine_and_its_clock),
	    cmocka_unit_test(refuses_every_shorter_answer_and_leaves_no_trace),
	    cmocka_unit_test(refuses_what_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
