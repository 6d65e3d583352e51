#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/uplink/report.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/report.pb-c.h"

static const struct report_head head = {
    .agent_id = {1, 2, 3},
    .boot_id = {9, 8, 7},
    .seq = 41,
    .created_ms = 1795000000123,
    .clock_synchronised = true,
};

/* What was packed, read back by the wire's own codec; ends with the test. */
static const Parta__V1__Report *
unpacked(const struct bytes *packed)
{
	static unsigned char memory[WIRE_ARENA_BYTES];
	struct arena arena = arena_over(memory, sizeof(memory));
	ProtobufCMessage *message = NULL;
	const Parta__V1__Report *report;

	assert_int_equal(wire_unpack(&parta__v1__report__descriptor, &arena, packed->data,
			     packed->len, &message),
	    0);
	report = (const Parta__V1__Report *)message;
	assert_int_equal(report->seq, 41);
	assert_int_equal(report->created_ms, 1795000000123);
	assert_true(report->clock_synchronised);
	assert_int_equal(report->agent_id.len, 16);
	assert_int_equal(report->agent_id.data[2], 3);
	assert_int_equal(report->boot_id.data[0], 9);
	assert_string_equal(report->agent_version, PARTA_VERSION);
	return report;
}

static struct address
address_of(const char *words)
{
	struct address address;

	assert_int_equal(address_parse(words, &address), 0);
	return address;
}

static void
a_device_keeps_its_evidence_ports_and_neighbors(void **state)
{
	struct device_evidence evidence[] = {
	    {"snmp", "sys_descr", "Печать \xd0\x9c", 5},
	    {"lldp", "sys_name", "sw-1", 6},
	};
	struct port port = {.index = 3,
	    .name = "ge3",
	    .type = 6,
	    .mac = {{2, 1, 1, 1, 1, 1}},
	    .speed_bps = 1000000000,
	    .admin_status = 1,
	    .oper_status = 2};
	struct neighbor neighbor = {"ge3", "4:aa", "p1", "core", "lldp", "192.0.2.9"};
	struct mac mac = {{0, 1, 2, 3, 4, 5}};
	struct address ips[] = {address_of("192.0.2.7"), address_of("2001:db8::7")};
	struct device device = {.key = "k1",
	    .macs = &mac,
	    .n_macs = 1,
	    .ips = ips,
	    .n_ips = 2,
	    .evidence = evidence,
	    .n_evidence = 2,
	    .ports = &port,
	    .n_ports = 1,
	    .neighbors = &neighbor,
	    .n_neighbors = 1,
	    .place = {.bridge = "m-1", .port = "gi7", .if_index = 7, .vlan = 20},
	    .first_seen_ms = 1,
	    .last_seen_ms = 2};
	const struct device *devices[] = {&device};
	struct report_scan scan = {
	    .scan_id = {7}, .started_ms = 10, .finished_ms = 20, .complete = true};
	struct address_range range;
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	const Parta__V1__Inventory *inventory;
	const Parta__V1__Device *told;

	(void)state;
	assert_int_equal(address_range_parse("192.0.2.0/24", &range), 0);
	scan.ranges = &range;
	scan.n_ranges = 1;
	assert_int_equal(report_inventory(&head, &scan, 1, 3, devices, 1, &packed), 0);
	inventory = unpacked(&packed)->inventory;
	assert_non_null(inventory);
	assert_int_equal(inventory->part, 1);
	assert_int_equal(inventory->parts, 3);
	assert_true(inventory->complete);
	assert_string_equal(inventory->ranges[0], "192.0.2.0/24");
	told = inventory->devices[0];
	assert_int_equal(told->ip[0].len, 4);
	assert_int_equal(told->ip[1].len, 16);
	assert_int_equal(told->mac[0].data[5], 5);
	assert_int_equal(told->n_evidence, 2);
	assert_string_equal(told->evidence[0]->value, "Печать \xd0\x9c");
	assert_int_equal(told->evidence[1]->seen_ms, 6);
	assert_string_equal(told->ports[0]->name, "ge3");
	assert_int_equal(told->ports[0]->speed_bps, 1000000000);
	assert_int_equal(told->ports[0]->mac.len, 6);
	assert_string_equal(told->neighbors[0]->system_name, "core");
	assert_string_equal(told->neighbors[0]->management_address, "192.0.2.9");
	assert_non_null(told->place);
	assert_string_equal(told->place->switch_key, "m-1");
	assert_string_equal(told->place->port, "gi7");
	assert_int_equal(told->place->vlan, 20);
	bytes_clear(&packed);
}

static void
a_personal_device_is_sent_without_its_name(void **state)
{
	struct device_evidence evidence[] = {
	    {"mdns", "host_name", "somebodys-phone", 1},
	    {"mdns", "instance", "Somebody", 1},
	    {"arp", "answered", "1", 1},
	    {"mdns", "service", "_airplay._tcp", 1},
	};
	struct device device = {.evidence = evidence,
	    .n_evidence = 4,
	    .place = {.bridge = "m-1", .port = "gi7"},
	    .randomized_mac = true};
	const struct device *devices[] = {&device};
	struct report_scan scan = {0};
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	const Parta__V1__Device *told;

	(void)state;
	assert_int_equal(report_inventory(&head, &scan, 0, 1, devices, 1, &packed), 0);
	told = unpacked(&packed)->inventory->devices[0];
	assert_int_equal(told->n_evidence, 2);
	assert_string_equal(told->evidence[0]->key, "answered");
	assert_string_equal(told->evidence[1]->key, "service");
	assert_null(memmem(packed.data, packed.len, "omebody", 7));
	assert_null(told->place); /* nor where it is */
	bytes_clear(&packed);
}

static void
too_much_is_cut_to_what_the_wire_takes(void **state)
{
	enum { N = WIRE_EVIDENCE_MAX + 50 };
	struct device_evidence *evidence = calloc(N, sizeof(*evidence));
	struct device device = {.evidence = evidence, .n_evidence = N};
	const struct device *devices[] = {&device};
	struct report_scan scan = {0};
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	char *words = calloc(1, WIRE_TEXT_BYTES_MAX * 2);
	const Parta__V1__Device *told;

	(void)state;
	memset(words, 'w', WIRE_TEXT_BYTES_MAX * 2 - 1);
	for (size_t i = 0; i < N; i++)
		evidence[i] = (struct device_evidence){"snmp", "k", i == 0 ? words : "\x01", 1};
	assert_int_equal(report_inventory(&head, &scan, 0, 1, devices, 1, &packed), 0);
	told = unpacked(&packed)->inventory->devices[0];
	assert_int_equal(told->n_evidence, WIRE_EVIDENCE_MAX);
	assert_int_equal(strlen(told->evidence[0]->value), WIRE_TEXT_BYTES_MAX);
	assert_string_equal(told->evidence[1]->value, "\xef\xbf\xbd");
	bytes_clear(&packed);
	free(words);
	free(evidence);
}

static void
parts_are_filled_to_their_bound_but_never_empty(void **state)
{
	enum { N = WIRE_DEVICES_MAX + 10 };
	static char words[1001];
	struct device_evidence evidence = {"snmp", "sys_descr", words, 1};
	struct device device = {.evidence = &evidence, .n_evidence = 1};
	const struct device *devices[N];

	(void)state;
	memset(words, 'w', 1000);
	for (size_t i = 0; i < N; i++)
		devices[i] = &device;
	assert_int_equal(report_inventory_fit(devices, 0, 1 << 20), 0);
	assert_int_equal(report_inventory_fit(devices, N, 1 << 20), WIRE_DEVICES_MAX);
	assert_int_equal(report_inventory_fit(devices, 3, 1 << 20), 3);
	assert_int_equal(report_inventory_fit(devices, N, 10), 1);
	assert_in_range(report_inventory_fit(devices, N, 10 * 1050), 9, 10);
}

/* The last of three runs, with all that its verdict rests on. */
static void
assert_runs(const Parta__V1__SpeedTest *told)
{
	const Parta__V1__SpeedDirection *run;

	assert_int_equal(told->n_steps, 3);
	run = told->steps[2];
	assert_int_equal(run->step, PARTA__V1__SPEED_STEP_KIND__SPEED_STEP_KIND_LONG);
	assert_string_equal(run->cause, "port");
	assert_int_equal(run->n_sender_sample_bytes, 4);
	assert_int_equal(run->n_sample_us, 4);
	assert_int_equal(run->sample_us[3], 100002);
	assert_int_equal(run->queued_sample, 2);
	assert_true(run->target_mbps == 50);
	assert_true(run->line_mbps == 120);
	assert_true(run->rpm == 1234.5);
	assert_int_equal(run->n_tcp_samples, 2);
	assert_int_equal(run->tcp_samples[0]->elapsed_ms, 250);
	assert_int_equal(run->tcp_samples[1]->stream, 3);
	assert_int_equal(run->tcp_samples[1]->size_bytes, 77);
	assert_string_equal(run->rpm_confidence, "high");
	assert_true(run->limits->cpu_pct == 12);
	assert_true(run->limits->steal_pct == -1);
}

static void
a_speed_test_keeps_its_raw_samples(void **state)
{
	struct speed_result *result = calloc(1, sizeof(*result));
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	const Parta__V1__SpeedTest *told;

	(void)state;
	*result = (struct speed_result){.test_id = {4},
	    .started_ms = 77,
	    .backend = "parta",
	    .server = "https://m.example/",
	    .mode = SPEED_VERIFY,
	    .target_mbps = {100, 50},
	    .latency_idle_ms = 12.5,
	    .latency_loaded_ms = -1,
	    .loss_pct = 0.25,
	    .cross_traffic_mbps = 0,
	    .n_directions = 2,
	    .lan_speed_mbps = 1000,
	    .cpu_pct = 3,
	    .congestion_control = "cubic"};
	result->server_address = address_of("192.0.2.1");
	result->directions[1] = (struct speed_direction){.upload = true,
	    .ip_mbps = 99.5,
	    .goodput_mbps = 95,
	    .streams = 4,
	    .verdict = SPEED_LIMITED_LAN,
	    .n_samples = 3,
	    .sample_bytes = {5, 6, 7},
	    .warmup_samples = 1,
	    .n_tcp = 1,
	    .step = SPEED_STEP_LONG,
	    .cause = SPEED_CAUSE_PORT,
	    .sender_bytes = {4, 6, 8, 9},
	    .n_sender = 4,
	    .sample_us = {100001, 99999, 100000, 100002},
	    .first_sample = 1,
	    .queued_sample = 2,
	    .ip_per_payload = 1.0374,
	    .target_mbps = 50,
	    .line_mbps = 120,
	    .rpm = 1234.5,
	    .rpm_confidence = RPM_HIGH,
	    .limits = {.cpu_pct = 12, .steal_pct = -1, .lan_speed_mbps = 100},
	    .ping_us = {20500, 31000},
	    .n_pings = 2,
	    .tcp = {{.rtt_us = 900}},
	    .tcp_samples = {{.elapsed_ms = 250, .rtt_us = 901},
		{.stream = 3, .size_bytes = 77}},
	    .n_tcp_samples = 2};
	result->steps[0] = result->directions[0];
	result->steps[1] = result->steps[2] = result->directions[1];
	result->n_steps = 3;
	assert_int_equal(report_speed(&head, result, "lesson", &packed), 0);
	told = unpacked(&packed)->speed;
	assert_string_equal(told->server_address, "192.0.2.1");
	assert_string_equal(told->lesson, "lesson");
	assert_string_equal(told->mode, "verify");
	assert_true(told->target_mbps == 100 && told->latency_idle_ms == 12.5);
	assert_true(told->latency_loaded_ms == 0);
	assert_int_equal(told->n_directions, 2);
	assert_true(told->directions[1]->upload);
	assert_int_equal(
	    told->directions[1]->verdict, PARTA__V1__SPEED_VERDICT__SPEED_VERDICT_LIMITED_LAN);
	assert_int_equal(told->directions[1]->n_sample_bytes, 3);
	assert_int_equal(told->directions[1]->sample_bytes[2], 7);
	assert_int_equal(told->directions[1]->warmup_samples, 1);
	assert_int_equal(told->directions[1]->tcp[0]->rtt_us, 900);
	assert_int_equal(told->directions[1]->n_ping_us, 2);
	assert_int_equal(told->directions[1]->ping_us[1], 31000);
	assert_true(told->cross_traffic_mbps == 0);
	assert_runs(told);
	bytes_clear(&packed);
	free(result);
}

/* A fail that nothing confirmed is one of the run, and of the direction it is not. */
static void
a_single_run_is_told_apart_from_what_its_test_concludes(void **state)
{
	struct speed_result *result = calloc(1, sizeof(*result));
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	const Parta__V1__SpeedTest *told;

	(void)state;
	result->n_directions = result->n_steps = 1;
	result->steps[0] = (struct speed_direction){
	    .step = SPEED_STEP_VERIFY, .verdict = SPEED_FAIL_ISP, .target_mbps = 100};
	result->directions[0] = result->steps[0];
	assert_int_equal(report_speed(&head, result, "lesson", &packed), 0);
	assert_int_equal(unpacked(&packed)->speed->n_steps, 0);
	bytes_clear(&packed);

	result->directions[0].verdict = SPEED_INCONCLUSIVE;
	result->directions[0].cause = SPEED_CAUSE_UNCONFIRMED;
	assert_int_equal(report_speed(&head, result, "lesson", &packed), 0);
	told = unpacked(&packed)->speed;
	assert_int_equal(told->n_steps, 1);
	assert_int_equal(
	    told->steps[0]->verdict, PARTA__V1__SPEED_VERDICT__SPEED_VERDICT_FAIL_ISP);
	bytes_clear(&packed);
	free(result);
}

static void
windows_and_outages_travel_together(void **state)
{
	struct connectivity_window window = {.rung = "gateway",
	    .target = "192.0.2.1",
	    .from_ms = 1,
	    .to_ms = 60001,
	    .sent = 60,
	    .received = 58,
	    .late = 1,
	    .rtt_min_ms = 0.5,
	    .rtt_median_ms = 1,
	    .rtt_max_ms = 9,
	    .micro_outages = 1};
	struct outage outage = {.outage_id = {5},
	    .class = OUTAGE_ISP_ACCESS,
	    .state = CONNECTIVITY_DOWN,
	    .onset_ms = 100,
	    .end_ms = 200,
	    .n_evidence = 1,
	    .evidence = {{.rung = "internet",
		.target = "192.0.2.9",
		.observed = "timeout",
		.at_ms = 101}}};
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	const Parta__V1__Connectivity *told;

	(void)state;
	assert_int_equal(report_connectivity(&head, &window, 1, &outage, 1, &packed), 0);
	told = unpacked(&packed)->connectivity;
	assert_int_equal(told->windows[0]->received, 58);
	assert_true(told->windows[0]->rtt_max_ms == 9);
	assert_int_equal(
	    told->outages[0]->class_, PARTA__V1__OUTAGE_CLASS__OUTAGE_CLASS_ISP_ACCESS);
	assert_int_equal(
	    told->outages[0]->state, PARTA__V1__CONNECTIVITY_STATE__CONNECTIVITY_STATE_DOWN);
	assert_string_equal(told->outages[0]->evidence[0]->observed, "timeout");
	assert_int_equal(told->outages[0]->outage_id.len, 16);
	bytes_clear(&packed);
}

static void
a_filter_observation_tells_no_further_than_it_reached(void **state)
{
	struct filter_entry entry = {
	    .id = "e1", .url = "https://x.example/", .expect = FILTER_BLOCK};
	struct filter_observation *seen = calloc(2, sizeof(*seen));
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	const uint8_t run_id[16] = {3};
	const Parta__V1__FilterRun *told;

	(void)state;
	seen[0] = (struct filter_observation){.entry = &entry,
	    .reached = FILTER_STAGE_DNS,
	    .dns = {.rcode = 3, .ede = -1, .n_cnames = 1, .cnames = {"c.example"}},
	    .verdict = FILTER_BLOCKED_DNS,
	    .outcome = FILTER_PASS,
	    .layer = "dns",
	    .rule_id = "D1",
	    .flags = "intercepted,dns_unmatched",
	    .confidence = 0.9};
	seen[1] = (struct filter_observation){.entry = &entry,
	    .reached = FILTER_STAGE_HTTP_BODY,
	    .tls = {.n_chain = 1, .chain_sha256 = {{8}}, .issuer = "CN=x"},
	    .http = {.status = 200,
		.headers = "Server\nVia\n",
		.title = "Доступ",
		.body_sha256 = {1},
		.fingerprint = "page-7"}};
	assert_int_equal(report_filter(&head, run_id, 1, 2, "v3", seen, 2, &packed), 0);
	told = unpacked(&packed)->filter;
	assert_string_equal(told->list_version, "v3");
	assert_int_equal(told->observations[0]->dns->rcode, 3);
	assert_int_equal(told->observations[0]->dns->ede, -1);
	assert_string_equal(told->observations[0]->dns->cnames[0], "c.example");
	assert_null(told->observations[0]->tcp);
	assert_null(told->observations[0]->http);
	assert_int_equal(told->observations[0]->n_flags, 2);
	assert_string_equal(told->observations[0]->flags[1], "dns_unmatched");
	assert_int_equal(
	    told->observations[0]->expect, PARTA__V1__FILTER_EXPECT__FILTER_EXPECT_BLOCK);
	assert_int_equal(told->observations[1]->tls->chain_sha256[0].data[0], 8);
	assert_int_equal(told->observations[1]->http->n_header_names, 2);
	assert_string_equal(told->observations[1]->http->header_names[1], "Via");
	assert_string_equal(told->observations[1]->http->fingerprints[0], "page-7");
	assert_int_equal(told->observations[1]->http->body_sha256.len, 32);
	bytes_clear(&packed);
	free(seen);
}

static void
health_carries_counters_warnings_and_measurements(void **state)
{
	static const char *const warnings[] = {"no CAP_NET_RAW: devices are not heard"};
	const struct report_counter counters[] = {{"spool.refused", 4}, {"uplink.sent", 5}};
	const struct report_measurement measurements[] = {{"spool_bytes", NULL, 9, 4096}};
	struct report_health health = {.started_ms = 1,
	    .certificate_ends_ms = 2,
	    .uptime_s = 3,
	    .rss_bytes = 4,
	    .spool = {.size_bytes = 5, .budget_bytes = 6, .reports = 7},
	    .os = "Debian",
	    .policy_version = "p1",
	    .counters = counters,
	    .n_counters = 2,
	    .warnings = warnings,
	    .n_warnings = 1};
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	const Parta__V1__Report *report;

	(void)state;
	assert_int_equal(report_health(&head, &health, measurements, 1, &packed), 0);
	report = unpacked(&packed);
	assert_int_equal(report->health->spool_limit_bytes, 6);
	assert_string_equal(report->health->counters[1]->name, "uplink.sent");
	assert_int_equal(report->health->counters[0]->value, 4);
	assert_string_equal(report->health->warnings[0], warnings[0]);
	assert_string_equal(report->measurements[0]->metric, "spool_bytes");
	assert_string_equal(report->measurements[0]->subject, "");
	assert_true(report->measurements[0]->value == 4096);
	bytes_clear(&packed);
}

static void
a_gap_says_what_went_and_why(void **state)
{
	const struct spool_gap gap = {.first_seq = 2,
	    .last_seq = 9,
	    .reports = 5,
	    .size_bytes = 6,
	    .first_created_ms = 7,
	    .last_created_ms = 8,
	    .reason = "budget"};
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX), small = bytes_new(10);
	const Parta__V1__Gap *told;

	(void)state;
	assert_int_equal(report_gap(&head, &gap, &packed), 0);
	told = unpacked(&packed)->gap;
	assert_int_equal(told->first_seq, 2);
	assert_int_equal(told->last_seq, 9);
	assert_int_equal(told->reports, 5);
	assert_string_equal(told->reason, "budget");
	assert_int_equal(report_gap(&head, &gap, &small), -EFBIG);
	bytes_clear(&packed);
	bytes_clear(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_device_keeps_its_evidence_ports_and_neighbors),
	    cmocka_unit_test(a_personal_device_is_sent_without_its_name),
	    cmocka_unit_test(too_much_is_cut_to_what_the_wire_takes),
	    cmocka_unit_test(parts_are_filled_to_their_bound_but_never_empty),
	    cmocka_unit_test(a_speed_test_keeps_its_raw_samples),
	    cmocka_unit_test(a_single_run_is_told_apart_from_what_its_test_concludes),
	    cmocka_unit_test(windows_and_outages_travel_together),
	    cmocka_unit_test(a_filter_observation_tells_no_further_than_it_reached),
	    cmocka_unit_test(health_carries_counters_warnings_and_measurements),
	    cmocka_unit_test(a_gap_says_what_went_and_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
