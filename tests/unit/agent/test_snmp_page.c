#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_page.h"
#include "common/check.h"

/* Texts of one group, in the order of their objects. */
static void
add_group(struct snmp_page *page, uint32_t group, const char *const texts[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct snmp_oid oid = SNMP_OID(1, 3, 6, 1, 4, 1, 99999, 1, 1, 0);

		oid.arc[7] = group;
		oid.arc[8] = (uint32_t)i + 1;
		snmp_page_add(page, &oid, 3, texts[i]);
	}
}

static void
an_identity_is_told_by_its_forms(void **state)
{
	static const struct {
		const char *texts[5];
		const char *model, *serial, *firmware;
	} cases[] = {
	    {{"Acme", "SW-24G", "SN12345678", "2.4.1"}, "SW-24G", "SN12345678", "2.4.1"},
	    {{"V2007150017", "V2.03.74R", "OLT1600D"}, "OLT1600D", "V2007150017", "V2.03.74R"},
	    {{"TB9000/TB7000", "18271180"}, "TB9000/TB7000", "18271180", ""},
	    {{"12.1", "K50-3136-005"}, "", "K50-3136-005", "12.1"},
	    {{"MT-32803-1.2.3-R8"}, "", "", ""},
	    {{"release 7.4-build0771"}, "", "", "release 7.4-build0771"},
	    {{"1.0", "1.0.2.3", "XX00000001"}, "", "XX00000001", "1.0.2.3"},
	    /* a version behind a model; revisions; two that look like a serial number */
	    {{"AP831F-v7.0-build0127", "AP831FTF00000000"}, "AP831F", "AP831FTF00000000",
		"v7.0-build0127"},
	    {{"R01", "1.0.2.3", "XX00000001", "FNS-SFP-24"}, "FNS-SFP-24", "XX00000001",
		"1.0.2.3"},
	    {{"F/W 5.11 FPGA 0416", "MeridianII GPS 6010-0067"}, "", "", ""},
	    {{"EP-54V-150W", "EP.v1.6.0", "2.1.1"}, "EP-54V-150W", "", "2.1.1"},
	    {{"A2002DED0259", "60-000471-02", "2.1.1"}, "", "A2002DED0259", "2.1.1"},
	    {{"Acme 9PX 1000i", "9PX1000iRT2U", "GA10K33096"}, "Acme 9PX 1000i", "GA10K33096",
		""},
	    {{"353152089035028", "OTIZT173501415"}, "", "OTIZT173501415", ""},
	    {{"5984924", "26OE130224003KM"}, "", "26OE130224003KM", ""},
	    {{"5984924"}, "", "5984924", ""},
	    {{"V210R220", "SN12345678"}, "", "SN12345678", ""},
	    {{"61\xd1\x82XC", "SN12345678"}, "", "SN12345678", ""},
	    /* no identity: addresses, times, measured values, parts, placeholders */
	    {{"10.1.2.3", "192.168.1.1"}, "", "", ""},
	    {{"57.41", "23.5"}, "", "", ""},
	    {{"Fan 1", "Power Supply 2", "Port24"}, "", "", ""},
	    {{"00:11:22:33:44:55", "2024-01-02 10:20"}, "", "", ""},
	    {{"000000000", "1234567890"}, "", "", ""},
	    {{"SW-24G", "a room"}, "", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snmp_page *page = calloc(1, sizeof(*page));
		struct snmp_page_identity is;
		size_t n = 0;

		assert_non_null(page);
		while (n < COUNT_OF(cases[i].texts) && cases[i].texts[n])
			n++;
		add_group(page, 1, cases[i].texts, n);
		snmp_page_identify(page, &is);
		assert_string_equal(is.model, cases[i].model);
		assert_string_equal(is.serial, cases[i].serial);
		assert_string_equal(is.firmware, cases[i].firmware);
		free(page);
	}
}

static void
a_name_without_a_digit_stands_first(void **state)
{
	static const struct {
		const char *texts[3];
		const char *name;
	} cases[] = {
	    {{"Smart Pack", "SN12345678", "2.4.1"}, "Smart Pack"},
	    {{"SN12345678", "Smart Pack", "2.4.1"}, ""},
	    {{"Smart Pack", "SN12345678"}, ""},
	    {{"Power Supply", "SN12345678", "2.4.1"}, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snmp_page *page = calloc(1, sizeof(*page));
		struct snmp_page_identity is;

		assert_non_null(page);
		add_group(page, 1, cases[i].texts, cases[i].texts[2] ? 3 : 2);
		snmp_page_identify(page, &is);
		assert_string_equal(is.name, cases[i].name);
		free(page);
	}
}

static void
the_group_that_has_most_of_it_is_taken(void **state)
{
	static const char *const parts[] = {"PSM-440W", "R523A2233101507"};
	static const char *const device[] = {"S5810-48T", "G1R914M001326", "11.4(1)B74"};
	struct snmp_page *page = calloc(1, sizeof(*page));
	struct snmp_page_identity is;

	(void)state;
	assert_non_null(page);
	add_group(page, 1, parts, COUNT_OF(parts));
	add_group(page, 2, device, COUNT_OF(device));
	snmp_page_identify(page, &is);
	assert_string_equal(is.serial, "G1R914M001326");
	assert_string_equal(is.model, "S5810-48T");
	free(page);
}

static void
only_scalars_and_first_rows_are_kept_and_a_page_has_an_end(void **state)
{
	struct snmp_page *page = calloc(1, sizeof(*page));
	struct snmp_oid row = SNMP_OID(1, 3, 6, 1, 4, 1, 99999, 1, 2);

	(void)state;
	assert_non_null(page);
	snmp_page_add(page, &row, 2, "SN12345678");
	assert_int_equal(page->n, 0);
	row.arc[8] = 1;
	for (uint32_t i = 0; i < SNMP_PAGE_TEXTS_MAX + 5; i++) {
		row.arc[7] = i;
		snmp_page_add(page, &row, 2, "SN12345678");
		row.arc[6] = i;
	}
	assert_int_equal(page->n, SNMP_PAGE_TEXTS_MAX);
	free(page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_identity_is_told_by_its_forms),
	    cmocka_unit_test(a_name_without_a_digit_stands_first),
	    cmocka_unit_test(the_group_that_has_most_of_it_is_taken),
	    cmocka_unit_test(only_scalars_and_first_rows_are_kept_and_a_page_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
