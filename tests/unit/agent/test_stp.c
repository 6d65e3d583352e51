/* Spanning tree: agent/decode/stp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static const uint8_t bpdu[] = {
    0, 0, 0, 0, 0,                                  /* protocol, version, type, flags */
    0x10, 0x00, 0x02, 0x00, 0x5e, 0x00, 0x00, 0x01, /* root */
    0, 0, 0, 19,                                    /* cost */
    0x80, 0x00, 0x02, 0x00, 0x5e, 0x00, 0x00, 0x02, /* bridge */
    0x80, 0x05, 1, 0, 20, 0, 2, 0, 15, 0,           /* port, timers */
};

static struct build
frame(const uint8_t *bytes, size_t len)
{
	static const uint8_t llc[] = {0x42, 0x42, 3};
	struct build b = build_ethernet((unsigned)(sizeof(llc) + len));

	put(&b, llc, sizeof(llc));
	put(&b, bytes, len);
	return b;
}

static void
assert_bridge(const struct build *b)
{
	struct sighting s = decode_good(b);

	assert_string_equal(s.source, "stp");
	assert_fact(&s, "bridge", "02:00:5e:00:00:02");
	assert_fact(&s, "root", "02:00:5e:00:00:01");
	assert_fact(&s, "root_cost", "19");
	assert_fact(&s, "port", "5");
	assert_memory_equal(s.mac.bytes, build_source, 6);
}

static void
reads_a_bridge_and_its_root(void **state)
{
	struct build b = frame(bpdu, sizeof(bpdu));

	(void)state;
	put(&b, "padding", 7);
	assert_bridge(&b);
	b.bytes[17 + 2] = 2; /* rapid */
	b.bytes[17 + 3] = 2;
	assert_bridge(&b);
}

static void
reads_the_same_in_a_pvst_frame(void **state)
{
	static const uint8_t snap[] = {0xaa, 0xaa, 3, 0, 0, 0x0c, 0x01, 0x0b};
	struct build b = build_ethernet((unsigned)(sizeof(snap) + sizeof(bpdu)));

	(void)state;
	put(&b, snap, sizeof(snap));
	put(&b, bpdu, sizeof(bpdu));
	assert_bridge(&b);
}

static void
leaves_topology_changes_alone(void **state)
{
	static const uint8_t change[] = {0, 0, 0, 0x80};
	struct build b = frame(change, sizeof(change));

	(void)state;
	assert_refused(&b, DECODE_NOT_MINE);
	b = frame(bpdu, sizeof(bpdu));
	b.bytes[18] = 1; /* another protocol */
	assert_refused(&b, DECODE_NOT_MINE);
}

static void
refuses_every_shorter_frame(void **state)
{
	struct build b = frame(bpdu, sizeof(bpdu));

	(void)state;
	assert_int_equal(refuse_truncations(&b), b.len);
	for (size_t len = 0; len < sizeof(bpdu); len++) {
		b = frame(bpdu, len);
		assert_refused(&b, DECODE_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_a_bridge_and_its_root),
	    cmocka_unit_test(reads_the_same_in_a_pvst_frame),
	    cmocka_unit_test(leaves_topology_changes_alone),
	    cmocka_unit_test(refuses_every_shorter_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
