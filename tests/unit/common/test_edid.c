/* common/facts/edid: what displays tell. The block is that of a Dell P2419H, text changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "common/facts/edid.h"

static void
seal(uint8_t block[static EDID_BLOCK_BYTES])
{
	unsigned sum = 0;

	for (size_t i = 0; i < EDID_BLOCK_BYTES - 1; i++)
		sum += block[i];
	block[EDID_BLOCK_BYTES - 1] = (uint8_t)(256 - sum % 256);
}

static void
descriptor(uint8_t *at, uint8_t tag, const char *text)
{
	memset(at, 0, 18);
	at[3] = tag;
	memset(at + 5, ' ', 13);
	memcpy(at + 5, text, strlen(text));
	if (strlen(text) < 13)
		at[5 + strlen(text)] = '\n';
}

/* DEL, product 0xa0c4, 527 x 296 mm, week 12 of 2019. */
static void
display(uint8_t block[static EDID_BLOCK_BYTES])
{
	static const uint8_t head[] = {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0x10, 0xac,
	    0xc4, 0xa0, 0x4c, 0x37, 0x30, 0x30, 12, 29, 1, 4, 0xa5, 52, 29};

	memset(block, 0, EDID_BLOCK_BYTES);
	memcpy(block, head, sizeof(head));
	block[54] = 1;
	block[66] = 527 % 256;
	block[67] = 296 % 256;
	block[68] = (527 / 256) << 4 | 296 / 256;
	descriptor(block + 72, 0xfc, "DELL P2419H");
	descriptor(block + 90, 0xff, "7XQ4ZW2");
	seal(block);
}

static void
a_display_tells_maker_model_number_size_and_year(void **state)
{
	uint8_t block[EDID_BLOCK_BYTES];
	struct edid edid;

	(void)state;
	display(block);
	assert_int_equal(edid_read(block, sizeof(block), &edid), 0);
	assert_string_equal(edid.maker, "DEL");
	assert_string_equal(edid_maker_name(edid.maker), "Dell");
	assert_string_equal(edid.model, "DELL P2419H");
	assert_string_equal(edid.serial, "7XQ4ZW2");
	assert_int_equal(edid.year, 2019);
	assert_true(edid.diagonal_in > 23.75 && edid.diagonal_in < 23.85);
}

static void
what_it_leaves_out_is_taken_from_numbers(void **state)
{
	uint8_t block[EDID_BLOCK_BYTES];
	struct edid edid;

	(void)state;
	display(block);
	memset(block + 54, 0, 72);
	seal(block);
	assert_int_equal(edid_read(block, sizeof(block), &edid), 0);
	assert_string_equal(edid.model, "DELA0C4");
	assert_string_equal(edid.serial, "808466252");
	assert_true(edid.diagonal_in > 23.3 && edid.diagonal_in < 23.5); /* 52 x 29 cm */
	memset(block + 12, 1, 4);
	block[21] = 16; /* an aspect ratio, as projectors write it */
	block[22] = 0;
	block[17] = 0;
	seal(block);
	assert_int_equal(edid_read(block, sizeof(block), &edid), 0);
	assert_string_equal(edid.serial, "");
	assert_true(edid.diagonal_in < 0.01);
	assert_int_equal(edid.year, 0);
	assert_string_equal(edid_maker_name("ZZZ"), "ZZZ");
}

static void
a_wrong_sum_header_or_length_is_refused(void **state)
{
	uint8_t block[EDID_BLOCK_BYTES];
	struct edid edid = {.year = 7};

	(void)state;
	display(block);
	for (size_t len = 0; len < EDID_BLOCK_BYTES; len++)
		assert_int_equal(edid_read(block, len, &edid), -EBADMSG);
	block[127] ^= 1;
	assert_int_equal(edid_read(block, sizeof(block), &edid), -EBADMSG);
	block[127] ^= 1;
	block[0] = 1;
	assert_int_equal(edid_read(block, sizeof(block), &edid), -EBADMSG);
	assert_int_equal(edid.year, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_display_tells_maker_model_number_size_and_year),
	    cmocka_unit_test(what_it_leaves_out_is_taken_from_numbers),
	    cmocka_unit_test(a_wrong_sum_header_or_length_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
