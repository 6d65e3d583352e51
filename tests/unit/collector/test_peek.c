#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "collector/ingest/peek.h"
#include "common/bytes.h"
#include "common/wire/report_codec.h"
#include "parta/v1/report.pb-c.h"

static uint8_t boot_id[16] = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6};

static void
pack(struct bytes *ret)
{
	static uint8_t agent_id[16] = {1};
	Parta__V1__Report report = PARTA__V1__REPORT__INIT;
	Parta__V1__Gap gap = PARTA__V1__GAP__INIT;

	report.agent_id = (ProtobufCBinaryData){16, agent_id};
	report.boot_id = (ProtobufCBinaryData){16, boot_id};
	report.seq = 300;
	report.created_ms = 1795000000000;
	report.body_case = PARTA__V1__REPORT__BODY_GAP;
	report.gap = &gap;
	*ret = bytes_new(4096);
	assert_int_equal(wire_pack(&report.base, ret), 0);
}

static void
the_key_of_a_whole_report_is_found(void **state)
{
	struct bytes packed;
	struct peeked key;

	(void)state;
	pack(&packed);
	key = peek_report(packed.data, packed.len);
	assert_true(key.has_boot_id);
	assert_memory_equal(key.boot_id, boot_id, 16);
	assert_int_equal(key.seq, 300);
	bytes_clear(&packed);
}

/* Cut anywhere, it finds what lies before the cut and nothing else. */
static void
a_cut_report_gives_what_it_still_has(void **state)
{
	struct bytes packed;
	struct peeked key;

	(void)state;
	pack(&packed);
	for (size_t len = 0; len < packed.len; len++) {
		uint8_t *copy = malloc(len + 1);

		memcpy(copy, packed.data, len);
		key = peek_report(copy, len);
		assert_int_equal(key.has_boot_id, len >= 36);
		assert_true(key.seq == (len >= 39 ? 300 : 0));
		free(copy);
	}
	bytes_clear(&packed);
}

static void
nonsense_gives_nothing(void **state)
{
	static const uint8_t group[] = {0x1b, 0x18, 0x05},
			     endless[16] = {0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
				 0xff, 0xff, 0xff, 0xff},
			     beyond[] = {0x12, 0x7f, 1};

	(void)state;
	assert_false(peek_report(group, sizeof(group)).has_boot_id);
	assert_true(peek_report(group, sizeof(group)).seq == 0);
	assert_false(peek_report(endless, sizeof(endless)).has_boot_id);
	assert_false(peek_report(beyond, sizeof(beyond)).has_boot_id);
}

static void
a_boot_id_of_another_length_is_none(void **state)
{
	static const uint8_t shorter[] = {0x12, 0x02, 1, 2, 0x18, 0x05};

	(void)state;
	assert_false(peek_report(shorter, sizeof(shorter)).has_boot_id);
	assert_true(peek_report(shorter, sizeof(shorter)).seq == 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_key_of_a_whole_report_is_found),
	    cmocka_unit_test(a_cut_report_gives_what_it_still_has),
	    cmocka_unit_test(nonsense_gives_nothing),
	    cmocka_unit_test(a_boot_id_of_another_length_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
