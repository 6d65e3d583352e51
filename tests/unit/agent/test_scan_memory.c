#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/scan_memory.h"

enum { HOUR_MS = 3600 * 1000 };

static const int64_t now_ms = 1800000000000;
static const struct mac mac = {{0x00, 0x1b, 0x21, 1, 2, 3}},
			other = {{0x00, 0x1b, 0x21, 9, 9, 9}};

struct shelf {
	char dir[64], path[96];
	struct scan_memory *memory;
};

static struct address
address_of(const char *text)
{
	struct address ip;

	assert_int_equal(address_parse(text, &ip), 0);
	return ip;
}

static void
shelf_open(struct shelf *s)
{
	(void)snprintf(s->dir, sizeof(s->dir), "/tmp/scan-memory-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	(void)snprintf(s->path, sizeof(s->path), "%s/scan.memory", s->dir);
	assert_int_equal(scan_memory_open(s->path, &s->memory), 0);
}

static void
shelf_again(struct shelf *s)
{
	scan_memory_free(s->memory);
	assert_int_equal(scan_memory_open(s->path, &s->memory), 0);
}

static void
shelf_close(struct shelf *s)
{
	scan_memory_free(s->memory);
	(void)unlink(s->path);
	assert_int_equal(rmdir(s->dir), 0);
}

static void
learn_walk(struct scan_memory *memory, const char *ip)
{
	static const struct evidence evidence[] = {
	    {"snmp", "sys_descr", "A switch"}, {"entity", "chassis_serial", "SN-1"}};
	static const struct port port = {.index = 7, .name = "gi7", .speed_bps = 1000000000};
	static const struct neighbor neighbor = {.local_port = "gi7", .protocol = "lldp"};
	const struct snmp_answer answer = {.ip = address_of(ip),
	    .outcome = SNMP_DONE,
	    .version = 2,
	    .credential = 77,
	    .known = {.stamp = {.up_time_cs = 100, .ports_cs = 5}, .present = 3},
	    .evidence = evidence,
	    .n_evidence = 2,
	    .ports = &port,
	    .n_ports = 1,
	    .neighbors = &neighbor,
	    .n_neighbors = 1};

	scan_memory_learn(memory, &mac, &answer, now_ms);
}

static void
learn_outcome(struct scan_memory *memory, const char *ip, enum snmp_outcome outcome)
{
	const struct snmp_answer answer = {.ip = address_of(ip), .outcome = outcome};

	scan_memory_learn(memory, &mac, &answer, now_ms);
}

static void
a_walk_is_recalled_after_a_restart(void **state)
{
	const struct address ip = address_of("10.0.0.7");
	struct snmp_hint hint;
	struct recall recall;
	struct shelf s;

	(void)state;
	shelf_open(&s);
	learn_walk(s.memory, "10.0.0.7");
	assert_int_equal(scan_memory_save(s.memory, now_ms), 0);
	shelf_again(&s);
	assert_true(scan_memory_hint(s.memory, &ip, &mac, now_ms + HOUR_MS, &hint));
	assert_true(hint.is_known);
	assert_int_equal(hint.version, 2);
	assert_int_equal(hint.credential, 77);
	assert_int_equal(hint.known.elapsed_ms, HOUR_MS);
	assert_int_equal(hint.known.stamp.ports_cs, 5);
	assert_int_equal(scan_memory_wins(s.memory, 77), 1);
	assert_true(scan_memory_recall(s.memory, &ip, &recall));
	assert_int_equal(recall.n_evidence, 2);
	assert_string_equal(recall.evidence[1].value, "SN-1");
	assert_string_equal(recall.ports[0].name, "gi7");
	assert_int_equal(recall.ports[0].speed_bps, 1000000000);
	assert_string_equal(recall.neighbors[0].protocol, "lldp");
	recall_clear(&recall);
	/* a day later it is walked again; another device at this address always is */
	assert_true(scan_memory_hint(s.memory, &ip, &mac, now_ms + 24 * HOUR_MS, &hint));
	assert_false(hint.is_known);
	assert_true(scan_memory_hint(s.memory, &ip, &other, now_ms + HOUR_MS, &hint));
	assert_false(hint.is_known);
	assert_int_equal(hint.version, 0);
	shelf_close(&s);
}

static void
who_was_silent_is_left_alone_for_a_day(void **state)
{
	const struct address ip = address_of("10.0.0.8");
	struct snmp_hint hint;
	struct shelf s;

	(void)state;
	shelf_open(&s);
	scan_memory_credentials(s.memory, 5);
	learn_outcome(s.memory, "10.0.0.8", SNMP_SILENT);
	assert_false(scan_memory_hint(s.memory, &ip, &mac, now_ms + HOUR_MS, &hint));
	assert_true(scan_memory_hint(s.memory, &ip, &other, now_ms + HOUR_MS, &hint));
	assert_true(scan_memory_hint(s.memory, &ip, &mac, now_ms + 24 * HOUR_MS, &hint));
	scan_memory_credentials(s.memory, 6); /* somebody gave it another community */
	assert_true(scan_memory_hint(s.memory, &ip, &mac, now_ms + HOUR_MS, &hint));
	learn_outcome(s.memory, "10.0.0.8", SNMP_DENIED);
	assert_false(scan_memory_hint(s.memory, &ip, &mac, now_ms + HOUR_MS, &hint));
	shelf_close(&s);
}

/* The bound of a day outlives the process, however it ends. */
static void
failures_are_counted_and_kept_at_once(void **state)
{
	const struct address ip = address_of("10.0.0.9");
	struct snmp_hint hint;
	struct shelf s;

	(void)state;
	shelf_open(&s);
	for (uint32_t n = 0; n < SNMP_FAILURES_A_DAY; n++) {
		assert_true(scan_memory_hint(s.memory, &ip, &mac, now_ms + n, &hint));
		assert_int_equal(hint.failures_left, SNMP_FAILURES_A_DAY - n);
		scan_memory_failed(s.memory, &ip, 41, now_ms + n);
		shelf_again(&s); /* as if it had been killed */
	}
	assert_true(scan_memory_hint(s.memory, &ip, &other, now_ms + HOUR_MS, &hint));
	assert_int_equal(hint.failures_left, 0);
	assert_int_equal(hint.n_failed, 1);
	assert_int_equal(hint.failed[0], 41);
	assert_int_equal(scan_memory_save(s.memory, now_ms), 0);
	shelf_again(&s);
	assert_true(scan_memory_hint(s.memory, &ip, &mac, now_ms + 25 * HOUR_MS, &hint));
	assert_int_equal(hint.failures_left, SNMP_FAILURES_A_DAY);
	shelf_close(&s);
}

static void
places_and_those_on_the_ports_are_kept(void **state)
{
	const struct address ip = address_of("10.0.0.7"), host = address_of("10.0.0.10");
	const struct snmp_watch watch = {other, 30, 7, 0};
	const struct place place = {.bridge = "m-1", .port = "gi7", .seen_ms = 5};
	struct snmp_hint hint;
	struct place found;
	struct shelf s;

	(void)state;
	shelf_open(&s);
	learn_walk(s.memory, "10.0.0.7");
	scan_memory_put_place(s.memory, &ip, &mac, &(struct place){.seen_ms = 0}, now_ms);
	scan_memory_put_place(s.memory, &host, &other, &place, now_ms);
	assert_true(scan_memory_hint(s.memory, &ip, &mac, now_ms + 1, &hint));
	assert_false(hint.known.is_settled);
	scan_memory_put_watch(s.memory, &ip, &watch, 1);
	assert_int_equal(scan_memory_save(s.memory, now_ms), 0);
	shelf_again(&s);
	assert_true(scan_memory_hint(s.memory, &ip, &mac, now_ms + 1, &hint));
	assert_true(hint.known.is_settled);
	assert_int_equal(hint.known.n_watch, 1);
	assert_int_equal(hint.known.watch[0].database, 30);
	assert_true(scan_memory_knows(s.memory, &host, &other));
	assert_false(scan_memory_knows(s.memory, &host, &mac));
	assert_true(scan_memory_place(s.memory, &host, &other, &found));
	assert_string_equal(found.port, "gi7");
	assert_false(scan_memory_place(s.memory, &host, &mac, &found));
	/* a host that only hangs somewhere was never asked */
	assert_true(scan_memory_hint(s.memory, &host, &other, now_ms + 1, &hint));
	assert_int_equal(hint.version, 0);
	shelf_close(&s);
}

/* Half a file, another's file, and bytes that were turned are an empty memory, or a shorter
 * one. */
static void
a_ruined_file_is_survived(void **state)
{
	const struct address ip = address_of("10.0.0.7");
	struct snmp_hint hint;
	struct recall recall;
	struct shelf s;
	struct stat st;

	(void)state;
	shelf_open(&s);
	learn_walk(s.memory, "10.0.0.7");
	assert_int_equal(scan_memory_save(s.memory, now_ms), 0);
	assert_int_equal(stat(s.path, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	for (off_t at = 0; at < st.st_size; at += 11) {
		int fd = open(s.path, O_RDWR);
		uint8_t byte, turned;

		assert_true(fd >= 0);
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		turned = byte ^ 0x40;
		assert_int_equal(pwrite(fd, &turned, 1, at), 1);
		shelf_again(&s);
		assert_true(scan_memory_hint(s.memory, &ip, &mac, now_ms + 1, &hint));
		assert_false(hint.is_known);
		assert_false(scan_memory_recall(s.memory, &ip, &recall));
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		(void)close(fd);
	}
	for (off_t len = st.st_size - 1; len > 0; len -= 13) {
		assert_int_equal(truncate(s.path, len), 0);
		shelf_again(&s);
		assert_true(scan_memory_hint(s.memory, &ip, &mac, now_ms + 1, &hint));
		assert_false(hint.is_known);
	}
	shelf_close(&s);
}

static void
without_a_path_it_serves_one_process(void **state)
{
	const struct address ip = address_of("10.0.0.7");
	struct scan_memory *memory = NULL;
	struct snmp_hint hint;

	(void)state;
	assert_int_equal(scan_memory_open(NULL, &memory), 0);
	learn_walk(memory, "10.0.0.7");
	scan_memory_failed(memory, &ip, 41, now_ms);
	assert_int_equal(scan_memory_save(memory, now_ms), 0);
	assert_true(scan_memory_hint(memory, &ip, &mac, now_ms + HOUR_MS, &hint));
	assert_true(hint.is_known);
	scan_memory_free(memory);
}

static void
assert_told(const struct scan_memory *memory, const struct address *ip, const char *expected)
{
	struct evidence told[8];
	char text[512] = "";
	size_t n = scan_memory_recall_told(memory, ip, &mac, told, 8), at = 0;

	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s.%s=%s;",
		    told[i].source, told[i].key, told[i].value);
	assert_string_equal(text, expected);
}

static void
other_askers_ask_once_a_day_and_are_recalled(void **state)
{
	static const struct evidence page[] = {
	    {"http", "title", "One"}, {"http", "server", "s"}};
	static const struct evidence later[] = {
	    {"ssh", "banner", "SSH-2.0"}, {"http", "title", "Two"}};
	const struct address ip = address_of("10.0.0.9");
	struct shelf s;

	(void)state;
	shelf_open(&s);
	scan_memory_told(s.memory, &ip, page, 2); /* nobody asked: nothing is kept */
	assert_told(s.memory, &ip, "");
	assert_true(scan_memory_take(s.memory, &ip, &mac, 3, now_ms));
	assert_false(scan_memory_take(s.memory, &ip, &mac, 3, now_ms + HOUR_MS));
	assert_true(scan_memory_take(s.memory, &ip, &mac, 31, now_ms + HOUR_MS));
	scan_memory_told(s.memory, &ip, page, 2);
	scan_memory_told(s.memory, &ip, later, 2);
	assert_told(s.memory, &ip, "ssh.banner=SSH-2.0;http.title=Two;http.server=s;");
	learn_walk(s.memory, "10.0.0.9"); /* SNMP's word stands beside theirs */
	assert_int_equal(scan_memory_save(s.memory, now_ms), 0);
	shelf_again(&s);
	assert_told(s.memory, &ip, "ssh.banner=SSH-2.0;http.title=Two;http.server=s;");
	assert_false(scan_memory_take(s.memory, &ip, &mac, 3, now_ms + 24 * HOUR_MS - 1));
	/* Somebody else at this address, other passwords, another day. */
	assert_int_equal(scan_memory_recall_told(s.memory, &ip, &other, NULL, 0), 0);
	assert_true(scan_memory_take(s.memory, &ip, &other, 3, now_ms + HOUR_MS));
	assert_false(scan_memory_take(s.memory, &ip, &other, 3, now_ms + HOUR_MS));
	assert_told(s.memory, &ip, "");
	shelf_again(&s);
	scan_memory_passwords(s.memory, 9);
	assert_true(scan_memory_take(s.memory, &ip, &mac, 3, now_ms + HOUR_MS));
	assert_false(scan_memory_take(s.memory, &ip, &mac, 3, now_ms + HOUR_MS));
	assert_true(scan_memory_take(s.memory, &ip, &mac, 3, now_ms + 26 * HOUR_MS));
	shelf_close(&s);
}

static void
a_personal_device_is_forgotten_after_a_day(void **state)
{
	static const struct mac phone = {{0x02, 1, 2, 3, 4, 5}};
	const struct address ip = address_of("10.0.0.7");
	struct shelf s;

	(void)state;
	shelf_open(&s);
	scan_memory_put_place(s.memory, &ip, &phone, &(struct place){.seen_ms = 0}, now_ms);
	assert_int_equal(scan_memory_save(s.memory, now_ms + HOUR_MS), 0);
	shelf_again(&s);
	assert_true(scan_memory_knows(s.memory, &ip, &phone));
	assert_int_equal(scan_memory_save(s.memory, now_ms + 25 * HOUR_MS), 0);
	shelf_again(&s);
	assert_false(scan_memory_knows(s.memory, &ip, &phone));
	shelf_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_walk_is_recalled_after_a_restart),
	    cmocka_unit_test(who_was_silent_is_left_alone_for_a_day),
	    cmocka_unit_test(failures_are_counted_and_kept_at_once),
	    cmocka_unit_test(places_and_those_on_the_ports_are_kept),
	    cmocka_unit_test(other_askers_ask_once_a_day_and_are_recalled),
	    cmocka_unit_test(a_ruined_file_is_survived),
	    cmocka_unit_test(without_a_path_it_serves_one_process),
	    cmocka_unit_test(a_personal_device_is_forgotten_after_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
