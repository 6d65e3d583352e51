#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "collector/access/asker.h"

static void
the_table_of_rights_is_as_agreed(void **state)
{
	static const struct {
		enum access_role role;
		const char *may; /* a mark for each right, in their order */
	} table[] = {
	    {ROLE_MUNICIPAL, "++++++++"},
	    {ROLE_AUDITOR, "+-----++"},
	    {ROLE_SCHOOL, "++++---+"},
	    {ROLE_HEAD, "+-------"},
	    {ROLE_VIEWER, "+-------"},
	};

	(void)state;
	assert_int_equal(sizeof(table) / sizeof(table[0]), ROLE_COUNT);
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		for (enum access_right right = 0; right < RIGHT_COUNT; right++)
			assert_int_equal(
			    role_may(table[i].role, right), table[i].may[right] == '+');
		assert_true(role_may(table[i].role, RIGHT_OPEN));
	}
}

static void
a_role_is_known_by_its_key(void **state)
{
	static const char *const others[] = {"", "Municipal", "school ", "root"};
	enum access_role role;

	(void)state;
	for (enum access_role i = 0; i < ROLE_COUNT; i++) {
		assert_int_equal(role_of_key(role_key(i), &role), 0);
		assert_int_equal(role, i);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(role_of_key(others[i], &role), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_table_of_rights_is_as_agreed),
	    cmocka_unit_test(a_role_is_known_by_its_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
