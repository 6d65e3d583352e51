#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "common/arena.h"
#include "common/bytes.h"
#include "common/cursor.h"

static void
a_cursor_fails_for_good_and_reads_zero(void **state)
{
	static const uint8_t wire[] = {1, 2, 3, 4, 5};
	struct cursor c = cursor_over(wire, sizeof(wire)), part;

	(void)state;
	assert_int_equal(cursor_be16(&c), 0x0102);
	part = cursor_cut(&c, 2);
	assert_int_equal(cursor_be32(&part), 0);
	assert_false(cursor_ok(&part));
	assert_true(cursor_ok(&c));
	assert_int_equal(cursor_u8(&c), 5);
	assert_int_equal(cursor_u8(&c), 0);
	assert_false(cursor_ok(&c));
	assert_int_equal(cursor_left(&c), 0);
	part = cursor_cut(&c, 0);
	assert_true(cursor_left(&part) == 0);
}

static void
an_arena_gives_no_more_than_it_has(void **state)
{
	static _Alignas(16) unsigned char memory[256];
	struct arena a = arena_over(memory, sizeof(memory));
	char *text;

	(void)state;
	assert_non_null(arena_take(&a, 1));
	assert_int_equal((uintptr_t)arena_take(&a, 8) % 16, 0);
	text = arena_text(&a, "school", 6);
	assert_string_equal(text, "school");
	assert_null(arena_take(&a, 256));
	assert_null(arena_take(&a, SIZE_MAX));
	assert_null(arena_text(&a, "x", SIZE_MAX));
	arena_reset(&a);
	assert_non_null(arena_take(&a, 256));
	assert_null(arena_take(&a, 1));
}

static void
bytes_stop_at_their_limit(void **state)
{
	struct bytes b = bytes_new(10);

	(void)state;
	assert_int_equal(bytes_add_text(&b, "12345"), 0);
	assert_int_equal(bytes_add_format(&b, "%d", 123456), -EFBIG);
	assert_int_equal(bytes_add_format(&b, "%d", 12345), 0);
	assert_int_equal(b.len, 10);
	assert_string_equal((char *)b.data, "1234512345");
	assert_int_equal(bytes_add(&b, "x", 1), -EFBIG);
	bytes_clear(&b);
	assert_null(b.data);
	assert_int_equal(bytes_add(&b, "x", 1), 0);
	bytes_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_cursor_fails_for_good_and_reads_zero),
	    cmocka_unit_test(an_arena_gives_no_more_than_it_has),
	    cmocka_unit_test(bytes_stop_at_their_limit),
	};

	return cmocka_run_group_tests_name("common/cursor, arena, bytes", tests, NULL, NULL);
}
