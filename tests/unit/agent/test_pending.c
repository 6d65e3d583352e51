/* Waiting probes, and who is known: agent/sensor/pending.c, known.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "agent/sensor/known.h"
#include "agent/sensor/pending.h"

static struct address
v4(unsigned n)
{
	return address_v4((const uint8_t[]){10, 1, (uint8_t)(n >> 8), (uint8_t)n});
}

static struct pending_probe
probe(enum sensor_probe kind, uint32_t id, uint64_t deadline_us)
{
	struct pending_probe p = {
	    .kind = kind, .id = id, .to = v4(id), .port = 1, .deadline_us = deadline_us};

	return p;
}

static void
finds_a_probe_by_its_sequence_number(void **state)
{
	struct pending *p = calloc(1, sizeof(*p));
	struct pending_probe wanted = probe(SENSOR_PROBE_ICMP, 5, 1000), *slot;

	(void)state;
	assert_non_null(p);
	slot = pending_add(p, &wanted, 10);
	assert_non_null(slot);
	assert_int_equal(slot->sent_us, 10);
	assert_ptr_equal(pending_by_sequence(p, ADDRESS_IPV4, slot->sequence, 20), slot);
	assert_null(pending_by_sequence(p, ADDRESS_IPV6, slot->sequence, 20));
	assert_null(pending_by_sequence(
	    p, ADDRESS_IPV4, (uint16_t)(slot->sequence + PENDING_SLOTS), 20));
	assert_null(pending_by_sequence(p, ADDRESS_IPV4, (uint16_t)(slot->sequence + 1), 20));
	pending_remove(p, slot);
	assert_null(pending_by_sequence(p, ADDRESS_IPV4, slot->sequence, 20));
	assert_int_equal(p->waiting, 0);
	free(p);
}

static void
tells_each_timeout_once_and_late_answers_for_a_minute(void **state)
{
	struct pending *p = calloc(1, sizeof(*p));
	struct pending_probe wanted = probe(SENSOR_PROBE_ICMP, 5, 1000), *slot;
	uint64_t deadline;

	(void)state;
	assert_non_null(p);
	assert_false(pending_deadline(p, &deadline));
	slot = pending_add(p, &wanted, 10);
	assert_true(pending_deadline(p, &deadline));
	assert_int_equal(deadline, 1000);
	assert_null(pending_expired(p, 999));
	assert_ptr_equal(pending_expired(p, 1000), slot);
	assert_null(pending_expired(p, 1000));
	assert_false(pending_deadline(p, &deadline));
	assert_ptr_equal(pending_by_sequence(p, ADDRESS_IPV4, slot->sequence, 5000), slot);
	assert_int_equal(slot->state, PENDING_TOLD);
	assert_null(
	    pending_by_sequence(p, ADDRESS_IPV4, slot->sequence, 1001 + PENDING_LATE_US));
	free(p);
}

static void
bounds_how_many_wait(void **state)
{
	struct pending *p = calloc(1, sizeof(*p));
	struct pending_probe *kept[SENSOR_ECHOES_MAX];

	(void)state;
	assert_non_null(p);
	for (uint32_t i = 0; i < SENSOR_ECHOES_MAX; i++) {
		struct pending_probe wanted = probe(SENSOR_PROBE_ICMP, i, 1000 + i);

		kept[i] = pending_add(p, &wanted, 10);
		assert_non_null(kept[i]);
	}
	assert_null(pending_add(p, kept[0], 10));
	pending_remove(p, kept[7]);
	assert_non_null(pending_add(p, kept[0], 10));
	assert_null(pending_add(p, kept[0], 10));
	free(p);
}

/* One that waits long stays while thousands come and go around it. */
static void
never_takes_the_slot_of_one_that_waits(void **state)
{
	struct pending *p = calloc(1, sizeof(*p));
	struct pending_probe wanted = probe(SENSOR_PROBE_ICMP, 5, UINT64_MAX), *slot;

	(void)state;
	assert_non_null(p);
	slot = pending_add(p, &wanted, 10);
	for (uint32_t i = 0; i < 70000; i++) {
		struct pending_probe quick = probe(SENSOR_PROBE_ICMP, i, 20);
		struct pending_probe *at = pending_add(p, &quick, 10);

		assert_ptr_not_equal(at, slot);
		assert_ptr_equal(pending_by_sequence(p, ADDRESS_IPV4, at->sequence, 10), at);
		assert_ptr_equal(pending_expired(p, 20), at);
	}
	assert_int_equal(slot->id, 5);
	assert_int_equal(slot->state, PENDING_WAITING);
	free(p);
}

static void
finds_every_arp_probe_of_an_address(void **state)
{
	struct pending *p = calloc(1, sizeof(*p));
	struct pending_probe arp = probe(SENSOR_PROBE_ARP, 5, 1000);
	struct pending_probe icmp = probe(SENSOR_PROBE_ICMP, 5, 1000);
	struct address to = v4(5);
	size_t at = 0, n = 0;

	(void)state;
	assert_non_null(p);
	(void)pending_add(p, &arp, 10);
	(void)pending_add(p, &icmp, 10);
	(void)pending_add(p, &arp, 10);
	arp.port = 0;
	(void)pending_add(p, &arp, 10);
	while (pending_by_address(p, &to, 1, 20, &at))
		n++;
	assert_int_equal(n, 2);
	free(p);
}

static void
remembers_who_answered_where(void **state)
{
	struct known *k = calloc(1, sizeof(*k));
	struct mac one = {{2, 0, 0, 0, 0, 1}}, two = {{2, 0, 0, 0, 0, 2}}, got;
	struct address ip = v4(5), other = v4(6);

	(void)state;
	assert_non_null(k);
	assert_false(known_find(k, 0, &ip, &got));
	known_learn(k, 0, &ip, &one);
	known_learn(k, 1, &ip, &two);
	assert_true(known_find(k, 0, &ip, &got));
	assert_true(mac_equal(&got, &one));
	assert_true(known_find(k, 1, &ip, &got));
	assert_true(mac_equal(&got, &two));
	assert_false(known_find(k, 0, &other, &got));
	known_learn(k, 0, &ip, &two); /* the device was changed */
	assert_true(known_find(k, 0, &ip, &got));
	assert_true(mac_equal(&got, &two));
	known_forget(k, 0, &ip);
	assert_false(known_find(k, 0, &ip, &got));
	assert_true(known_find(k, 1, &ip, &got));
	known_forget(k, 0, &other);
	free(k);
}

static void
holds_a_school_and_stays_bounded(void **state)
{
	struct known *k = calloc(1, sizeof(*k));
	struct mac mac = {{2, 0, 0, 0, 0, 1}}, got;
	unsigned held = 0;

	(void)state;
	assert_non_null(k);
	for (unsigned i = 0; i < 1022; i++) {
		struct address ip = v4(i);

		known_learn(k, 0, &ip, &mac);
	}
	for (unsigned i = 0; i < 1022; i++) {
		struct address ip = v4(i);

		held += known_find(k, 0, &ip, &got);
	}
	assert_true(held > 1000);
	for (unsigned i = 0; i < 65536; i++) {
		struct address ip = v4(i);

		known_learn(k, 0, &ip, &mac);
		assert_true(known_find(k, 0, &ip, &got)); /* the newest is there */
	}
	free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_a_probe_by_its_sequence_number),
	    cmocka_unit_test(tells_each_timeout_once_and_late_answers_for_a_minute),
	    cmocka_unit_test(bounds_how_many_wait),
	    cmocka_unit_test(never_takes_the_slot_of_one_that_waits),
	    cmocka_unit_test(finds_every_arp_probe_of_an_address),
	    cmocka_unit_test(remembers_who_answered_where),
	    cmocka_unit_test(holds_a_school_and_stays_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
