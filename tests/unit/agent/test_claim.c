/* The map of claims: owners, bans, deletion, its limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "agent/inventory/claim.h"
#include "agent/inventory/entry.h"

static struct entry devices[64];

static void
kinds_of_claims_do_not_mix(void **state)
{
	struct claim_map map = claim_map_new(1000);
	const struct mac mac = {{0, 0x1b, 0x21, 1, 2, 3}};
	const uint8_t bytes[4] = {10, 0, 0, 1};
	const struct address ip = address_v4(bytes);

	(void)state;
	assert_null(claim_owner(&map, claim_of_mac(CLAIM_MAC_SEEN, &mac)));
	assert_true(claim_set(&map, claim_of_mac(CLAIM_MAC_SEEN, &mac), &devices[0]));
	assert_true(claim_set(&map, claim_of_ip(CLAIM_IP_SEEN, &ip), &devices[1]));
	assert_null(claim_owner(&map, claim_of_mac(CLAIM_MAC_TOLD, &mac)));
	assert_null(claim_owner(&map, claim_of_ip(CLAIM_IP_TOLD, &ip)));
	assert_ptr_equal(claim_owner(&map, claim_of_mac(CLAIM_MAC_SEEN, &mac)), &devices[0]);
	assert_ptr_equal(claim_owner(&map, claim_of_ip(CLAIM_IP_SEEN, &ip)), &devices[1]);
	assert_false(claim_set(&map, claim_of_hash(CLAIM_SERIAL, 0), &devices[1]));
	claim_map_clear(&map);
}

static void
a_banned_claim_finds_nobody_any_more(void **state)
{
	struct claim_map map = claim_map_new(1000);
	struct claim claim = claim_of_hash(CLAIM_SERIAL, 7);

	(void)state;
	assert_true(claim_set(&map, claim, &devices[0]));
	assert_true(claim_ban(&map, claim));
	assert_true(claim_is_banned(&map, claim));
	assert_null(claim_owner(&map, claim));
	assert_true(claim_set(&map, claim, &devices[1]));
	assert_null(claim_owner(&map, claim));
	claim_drop(&map, claim, &devices[0]);
	assert_true(claim_is_banned(&map, claim));
	claim_map_clear(&map);
}

/* Against a plain array: set, move and drop in a drawn order. */
static void
it_holds_what_was_put_in(void **state)
{
	enum { CLAIMS = 4000 };
	static struct entry *owners[CLAIMS];
	struct claim_map map = claim_map_new(CLAIMS);
	uint32_t draw = 12345;

	(void)state;
	for (unsigned round = 0; round < 40000; round++) {
		size_t at, who;

		draw = draw * 1664525u + 1013904223u;
		at = draw >> 8 & 0xfff;
		who = draw >> 20 & 63;
		if (at >= CLAIMS)
			continue;
		if (draw & 1u << 30) {
			claim_drop(&map, claim_of_hash(CLAIM_ENGINE, at + 1), owners[at]);
			owners[at] = NULL;
		} else {
			assert_true(claim_set(
			    &map, claim_of_hash(CLAIM_ENGINE, at + 1), &devices[who]));
			owners[at] = &devices[who];
		}
	}
	for (size_t i = 0; i < CLAIMS; i++)
		assert_ptr_equal(
		    claim_owner(&map, claim_of_hash(CLAIM_ENGINE, i + 1)), owners[i]);
	claim_map_clear(&map);
}

static void
only_the_owner_can_drop_a_claim(void **state)
{
	struct claim_map map = claim_map_new(10);
	struct claim claim = claim_of_hash(CLAIM_UUID, 9);

	(void)state;
	claim_drop(&map, claim, &devices[0]);
	assert_true(claim_set(&map, claim, &devices[0]));
	claim_drop(&map, claim, &devices[1]);
	assert_ptr_equal(claim_owner(&map, claim), &devices[0]);
	claim_drop(&map, claim, &devices[0]);
	assert_null(claim_owner(&map, claim));
	claim_map_clear(&map);
}

static void
a_full_map_refuses_new_claims_only(void **state)
{
	struct claim_map map = claim_map_new(100);

	(void)state;
	for (uint64_t i = 1; i <= 100; i++)
		assert_true(claim_set(&map, claim_of_hash(CLAIM_UUID, i), &devices[0]));
	assert_false(claim_set(&map, claim_of_hash(CLAIM_UUID, 101), &devices[0]));
	assert_false(claim_ban(&map, claim_of_hash(CLAIM_UUID, 101)));
	assert_true(claim_set(&map, claim_of_hash(CLAIM_UUID, 50), &devices[1]));
	assert_ptr_equal(claim_owner(&map, claim_of_hash(CLAIM_UUID, 50)), &devices[1]);
	claim_map_clear(&map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kinds_of_claims_do_not_mix),
	    cmocka_unit_test(a_banned_claim_finds_nobody_any_more),
	    cmocka_unit_test(it_holds_what_was_put_in),
	    cmocka_unit_test(only_the_owner_can_drop_a_claim),
	    cmocka_unit_test(a_full_map_refuses_new_claims_only),
	};

	return cmocka_run_group_tests_name("claim", tests, NULL, NULL);
}
