/* agent/host/attached: things that move, and things of one number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/host/attached.h"

/* The facts of a computer with cameras of these numbers ("" for none at all). */
static void
tell(struct attached *attached, const char *host, const char *serial, int64_t at_ms)
{
	struct facts *facts;

	assert_int_equal(facts_new(16 * 1024, 1, &facts), 0);
	facts_add(facts, &facts->computer, "facts", "name", host);
	if (serial) {
		struct facts_item *item = facts_attach(facts, "usb", "1778:0215", serial);

		facts_add(facts, item, "usb", "model", "Camera");
		facts_add(facts, item, "usb", "serial", serial);
		facts_add(facts, item, "usb", "attached_to", host);
	}
	attached_note(attached, facts, at_ms);
	facts_free(facts);
}

/* Where cameras are, as "A,B". */
static const char *
places(const struct attached *attached, int64_t since_ms)
{
	static char text[64];
	struct device *devices;
	size_t count = attached_since(attached, since_ms, &devices);

	text[0] = '\0';
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < devices[i].n_evidence; k++)
			if (strcmp(devices[i].evidence[k].key, "attached_to") == 0) {
				if (text[0])
					(void)strcat(text, ",");
				(void)strcat(text, devices[i].evidence[k].value);
			}
	free(devices);
	return text;
}

static void
a_number_that_another_tells_has_moved(void **state)
{
	struct attached *attached = attached_new();

	(void)state;
	tell(attached, "A", "SN70012345", 1);
	assert_string_equal(places(attached, 0), "A");
	tell(attached, "B", "SN70012345", 2);
	assert_string_equal(places(attached, 0), "B");
	tell(attached, "A", NULL, 3);
	assert_string_equal(places(attached, 0), "B");
	tell(attached, "B", "SN70012345", 4);
	assert_string_equal(places(attached, 0), "B");
	tell(attached, "A", "SN70012345", 5);
	assert_string_equal(places(attached, 0), "A");
	attached_free(attached);
}

static void
one_that_is_told_again_by_both_is_two(void **state)
{
	struct attached *attached = attached_new();

	(void)state;
	tell(attached, "A", "123456789", 1);
	tell(attached, "B", "123456789", 2);
	tell(attached, "A", "123456789", 3);
	assert_string_equal(places(attached, 0), "B,A");
	tell(attached, "B", "123456789", 4);
	assert_string_equal(places(attached, 0), "A,B");
	tell(attached, "C", "123456789", 5);
	assert_string_equal(places(attached, 0), "A,B,C");
	attached_free(attached);
}

static void
what_has_no_number_stays_with_its_computer(void **state)
{
	struct attached *attached = attached_new();

	(void)state;
	tell(attached, "A", "", 1);
	tell(attached, "B", "", 2);
	assert_string_equal(places(attached, 0), "A,B");
	assert_string_equal(places(attached, 2), "B");
	attached_expire(attached, 2);
	assert_string_equal(places(attached, 0), "B");
	attached_free(attached);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_number_that_another_tells_has_moved),
	    cmocka_unit_test(one_that_is_told_again_by_both_is_two),
	    cmocka_unit_test(what_has_no_number_stays_with_its_computer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
