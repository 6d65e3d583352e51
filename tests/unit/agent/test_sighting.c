/* Facts in a flat struct: agent/decode/sighting.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static struct sighting
sample(void)
{
	struct sighting s = {.source = "lldp", .vlan = 5, .mac = {{2, 0, 0, 0, 0, 1}}};

	return s;
}

static void
keeps_facts_in_order(void **state)
{
	struct sighting s = sample();

	(void)state;
	assert_true(sighting_add(&s, "sys_name", " sw-1 \n", 7));
	assert_true(sighting_add_format(&s, "port_vlan", "%u", 12u));
	assert_true(sighting_add(&s, "sys_name", "sw-2", 4));
	assert_string_equal(fact(&s, "sys_name", 0), "sw-1");
	assert_string_equal(fact(&s, "port_vlan", 0), "12");
	assert_string_equal(fact(&s, "sys_name", 1), "sw-2");
	assert_null(fact(&s, "sys_name", 2));
	assert_true(sighting_sane(&s));
}

static void
drops_empty_and_repeated_values(void **state)
{
	struct sighting s = sample();

	(void)state;
	assert_true(sighting_add(&s, "sys_name", "", 0));
	assert_true(sighting_add(&s, "sys_name", " \0x", 3));
	assert_int_equal(s.text_len, 0);
	assert_true(sighting_add(&s, "sys_name", "a", 1));
	assert_true(sighting_add(&s, "sys_name", "a", 1));
	assert_int_equal(fact_count(&s), 1);
}

static void
cleans_bytes_from_the_wire(void **state)
{
	struct sighting s = sample();

	(void)state;
	assert_true(sighting_add(&s, "sys_name", "a\x1b[31mb\xff", 8));
	assert_true(sighting_sane(&s));
	assert_null(strchr(fact(&s, "sys_name", 0), '\x1b'));
}

static void
says_when_it_is_full(void **state)
{
	struct sighting s = sample();
	size_t kept;
	unsigned i = 0;

	(void)state;
	while (sighting_add_format(&s, "fact", "number %u", i))
		i++;
	kept = fact_count(&s);
	assert_int_equal(kept, i);
	assert_true(sighting_sane(&s));
	assert_true(s.text_len <= SIGHTING_TEXT_BYTES);
	assert_true(s.text_len > SIGHTING_TEXT_BYTES - 32);
	assert_false(sighting_add_format(&s, "fact", "number %u", i));
	assert_int_equal(fact_count(&s), kept);
}

static void
takes_one_value_of_a_kilobyte_at_most(void **state)
{
	struct sighting s = sample();
	char big[4096];

	(void)state;
	memset(big, 'x', sizeof(big));
	assert_true(sighting_add(&s, "sys_descr", big, sizeof(big)));
	assert_int_equal(strlen(fact(&s, "sys_descr", 0)), 1023);
}

static void
knows_insane_text(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} bad[] = {
	    {"key", 3},               /* nothing ends */
	    {"key\0", 4},             /* no value */
	    {"key\0\0", 5},           /* an empty one */
	    {"key\0value", 9},        /* that does not end */
	    {"Key\0value\0", 10},     /* no such keys */
	    {"\0value\0", 7},         /* no key */
	    {"key\0val\x01ue\0", 11}, /* not clean */
	    {"key\0v\0x", 7},         /* a rest */
	    {"key_that_is_much_longer_than_any_of_ours\0v\0", 43},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sighting s = sample();

		memcpy(s.text, bad[i].text, bad[i].len);
		s.text_len = (uint16_t)bad[i].len;
		assert_false(sighting_sane(&s));
	}
}

static void
knows_insane_fields(void **state)
{
	struct sighting s = sample();

	(void)state;
	assert_true(sighting_sane(&s));
	s.vlan = 4095;
	assert_false(sighting_sane(&s));
	s = sample();
	s.text_len = SIGHTING_TEXT_BYTES + 1;
	assert_false(sighting_sane(&s));
	s = sample();
	s.ip.family = 5;
	assert_false(sighting_sane(&s));
	s = sample();
	s.ip.family = ADDRESS_IPV4;
	s.ip.bytes[7] = 1;
	assert_false(sighting_sane(&s));
	s = sample();
	s.mac.bytes[0] = 1;
	assert_false(sighting_sane(&s));
	s = sample();
	memset(s.source, 'a', sizeof(s.source));
	assert_false(sighting_sane(&s));
	s = sample();
	s.source[0] = '\0';
	assert_false(sighting_sane(&s));
	s = sample();
	s.seen_ms = -1;
	assert_false(sighting_sane(&s));
}

static void
prints_one_fact_a_line(void **state)
{
	struct sighting s = sample();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_non_null(out);
	(void)sighting_add(&s, "sys_name", "sw", 2);
	s.ip = address_v4((const uint8_t[]){10, 0, 0, 1});
	sighting_print(&s, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(
	    text, "lldp mac 02:00:00:00:00:01 ip 10.0.0.1 vlan 5\n\tsys_name: sw\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_facts_in_order),
	    cmocka_unit_test(drops_empty_and_repeated_values),
	    cmocka_unit_test(cleans_bytes_from_the_wire),
	    cmocka_unit_test(says_when_it_is_full),
	    cmocka_unit_test(takes_one_value_of_a_kilobyte_at_most),
	    cmocka_unit_test(knows_insane_text),
	    cmocka_unit_test(knows_insane_fields),
	    cmocka_unit_test(prints_one_fact_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
