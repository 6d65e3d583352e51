/* The table of products that the build makes of product.txt, and the look into it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/check.h"
#include "common/classify/product.h"

static void
products_are_found_by_their_whole_identifier(void **state)
{
	static const struct {
		const char *oid, *name;
	} cases[] = {
	    {"1.3.6.1.4.1.9.1.716", "catalyst296024TT"},
	    {".1.3.6.1.4.1.9.1.620", "1841"},
	    {"1.3.6.1.4.1.9.1.2425", "IR809G3GGAK9"},
	    {"1.3.6.1.4.1.1588.2.1.1.170", "G610"},
	    /* left out; begun and not ended; longer; nobody's; no identifier */
	    {"1.3.6.1.4.1.9.1.384", ""},
	    {"1.3.6.1.4.1.9.1", ""},
	    {"1.3.6.1.4.1.9.1.716.1", ""},
	    {"1.3.6.1.4.1.99999.1", ""},
	    {"1.3.6.1.2.1.1", ""},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char name[64] = "x";

		product_of_oid(cases[i].oid, name, sizeof(name));
		assert_string_equal(name, cases[i].name);
	}
}

/* Two products cannot bear one identifier: a line of product.txt would run into the next. */
static void
no_identifier_stands_twice(void **state)
{
	unsigned rows = 0;

	(void)state;
	for (const char *row = product_table; row[1] != '\0'; row = strchr(row + 1, '\n')) {
		size_t len = strcspn(row, "\t") + 1;
		char key[64];

		assert_true(len < sizeof(key));
		memcpy(key, row, len);
		key[len] = '\0';
		assert_null(strstr(row + 1, key));
		rows++;
	}
	assert_true(rows > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(products_are_found_by_their_whole_identifier),
	    cmocka_unit_test(no_identifier_stands_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
