#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/classify/vendor.h"
#include "common/classify/vendor_table.h"

static size_t
places_within_a_name(const struct vendor_row rows[], size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++)
		wrong += rows[i].name > 0 && vendor_names[rows[i].name - 1] != '\0';
	return wrong;
}

static void
every_place_is_the_beginning_of_a_name(void **state)
{
	(void)state;
	assert_int_equal(places_within_a_name(vendor_mal, vendor_mal_count), 0);
	assert_int_equal(places_within_a_name(vendor_mam, vendor_mam_count), 0);
	assert_int_equal(places_within_a_name(vendor_enterprise, vendor_enterprise_count), 0);
	for (size_t i = 0; i < vendor_mas_count; i++)
		if (vendor_mas[i].name > 0)
			assert_int_equal(vendor_names[vendor_mas[i].name - 1], '\0');
}

static void
the_last_enterprises_are_still_whole(void **state)
{
	(void)state;
	assert_true(vendor_enterprise_count > 50000);
	assert_non_null(
	    vendor_of_enterprise(vendor_enterprise[vendor_enterprise_count - 1].prefix));
	assert_string_equal(vendor_of_enterprise(9), "ciscoSystems");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_place_is_the_beginning_of_a_name),
	    cmocka_unit_test(the_last_enterprises_are_still_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
