#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/ingest/check.h"
#include "common/wire/limits.h"

static const int64_t now_ms = 1795000000000;
static const int64_t day_ms = 86400000;
static const uint8_t agent_id[16] = {0xa0, 1, 2, 3};
static uint8_t own_id[16], boot_id[16] = {0xb0}, some_id[16] = {0xc0}, mac[6] = {2},
			   ip[4] = {10};

/* A whole report of one kind, that passes; each test spoils one thing in it. */
struct sample {
	Parta__V1__Report report;
	Parta__V1__Measurement measurement, *measurements[WIRE_MEASUREMENTS_MAX + 1];
	Parta__V1__Inventory inventory;
	Parta__V1__Device device, *devices[WIRE_DEVICES_MAX + 1];
	Parta__V1__Evidence evidence, *evidences[WIRE_EVIDENCE_MAX + 1];
	Parta__V1__Port port, *ports[WIRE_PORTS_MAX + 1];
	ProtobufCBinaryData macs[1], ips[1];
	Parta__V1__SpeedTest speed;
	Parta__V1__SpeedDirection direction, *directions[3];
	uint32_t sample_bytes[WIRE_SAMPLES_MAX + 1];
	Parta__V1__Connectivity connectivity;
	Parta__V1__ConnectivityWindow window, *windows[1];
	Parta__V1__Outage outage, *outages[1];
	Parta__V1__FilterRun filter;
	Parta__V1__FilterObservation observation, *observations[1];
	Parta__V1__FilterHttp http;
	Parta__V1__AgentHealth health;
	Parta__V1__Gap gap;
	char text[WIRE_TEXT_BYTES_MAX + 2];
	struct check_failure failure;
};

#define ID(bytes)                                                                              \
	(ProtobufCBinaryData)                                                                  \
	{                                                                                      \
		sizeof(bytes), bytes                                                           \
	}

static struct sample *
sample_new(void)
{
	struct sample *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	memcpy(own_id, agent_id, sizeof(own_id));
	parta__v1__report__init(&s->report);
	s->report.agent_id = ID(own_id);
	s->report.boot_id = ID(boot_id);
	s->report.seq = 7;
	s->report.created_ms = now_ms - 1000;
	parta__v1__measurement__init(&s->measurement);
	s->measurement.metric = s->text;
	(void)snprintf(s->text, sizeof(s->text), "%s", "rtt_ms");
	s->measurement.at_ms = now_ms - 2000;
	s->measurement.value = 12.5;
	for (size_t i = 0; i <= WIRE_MEASUREMENTS_MAX; i++)
		s->measurements[i] = &s->measurement;
	s->report.measurements = s->measurements;
	s->report.n_measurements = 20;
	return s;
}

static void
inventory_put(struct sample *s)
{
	parta__v1__inventory__init(&s->inventory);
	parta__v1__device__init(&s->device);
	parta__v1__evidence__init(&s->evidence);
	parta__v1__port__init(&s->port);
	for (size_t i = 0; i <= WIRE_DEVICES_MAX; i++)
		s->devices[i] = &s->device;
	for (size_t i = 0; i <= WIRE_EVIDENCE_MAX; i++)
		s->evidences[i] = &s->evidence;
	for (size_t i = 0; i <= WIRE_PORTS_MAX; i++)
		s->ports[i] = &s->port;
	s->macs[0] = ID(mac);
	s->ips[0] = ID(ip);
	s->device.n_mac = s->device.n_ip = 1;
	s->device.mac = s->macs;
	s->device.ip = s->ips;
	s->device.evidence = s->evidences;
	s->device.n_evidence = 3;
	s->device.ports = s->ports;
	s->device.n_ports = 3;
	s->device.first_seen_ms = s->device.last_seen_ms = now_ms - 5000;
	s->inventory.scan_id = ID(some_id);
	s->inventory.parts = 1;
	s->inventory.started_ms = s->inventory.finished_ms = now_ms - 4000;
	s->inventory.devices = s->devices;
	s->inventory.n_devices = 3;
	s->report.body_case = PARTA__V1__REPORT__BODY_INVENTORY;
	s->report.inventory = &s->inventory;
}

static void
speed_put(struct sample *s)
{
	parta__v1__speed_test__init(&s->speed);
	parta__v1__speed_direction__init(&s->direction);
	s->directions[0] = s->directions[1] = s->directions[2] = &s->direction;
	s->speed.test_id = ID(some_id);
	s->speed.started_ms = now_ms - 9000;
	s->speed.target_mbps = 100;
	s->speed.latency_loaded_ms = -1;
	s->speed.directions = s->directions;
	s->speed.n_directions = 2;
	s->direction.ip_mbps = 97.5;
	s->direction.confidence = 0.9;
	s->direction.sample_ms = 100;
	s->direction.sample_bytes = s->sample_bytes;
	s->direction.n_sample_bytes = 20;
	s->report.body_case = PARTA__V1__REPORT__BODY_SPEED;
	s->report.speed = &s->speed;
}

static void
connectivity_put(struct sample *s)
{
	parta__v1__connectivity__init(&s->connectivity);
	parta__v1__connectivity_window__init(&s->window);
	parta__v1__outage__init(&s->outage);
	s->windows[0] = &s->window;
	s->outages[0] = &s->outage;
	s->window.from_ms = now_ms - 60000;
	s->window.to_ms = now_ms - 1000;
	s->window.sent = 10;
	s->window.received = 9;
	s->outage.outage_id = ID(some_id);
	s->outage.onset_ms = now_ms - 90 * day_ms; /* a summer */
	s->outage.end_ms = now_ms - 1000;
	s->connectivity.windows = s->windows;
	s->connectivity.outages = s->outages;
	s->connectivity.n_windows = s->connectivity.n_outages = 1;
	s->report.body_case = PARTA__V1__REPORT__BODY_CONNECTIVITY;
	s->report.connectivity = &s->connectivity;
}

static void
filter_put(struct sample *s)
{
	parta__v1__filter_run__init(&s->filter);
	parta__v1__filter_observation__init(&s->observation);
	parta__v1__filter_http__init(&s->http);
	s->observations[0] = &s->observation;
	s->filter.run_id = ID(some_id);
	s->filter.started_ms = s->filter.finished_ms = now_ms - 3000;
	s->filter.observations = s->observations;
	s->filter.n_observations = 1;
	s->observation.confidence = 1;
	s->observation.http = &s->http;
	s->report.body_case = PARTA__V1__REPORT__BODY_FILTER;
	s->report.filter = &s->filter;
}

static void
passes(struct sample *s)
{
	if (!check_report(&s->report, agent_id, now_ms, &s->failure))
		fail_msg("%s: %s", s->failure.code, s->failure.reason);
}

static void
is_refused(struct sample *s, const char *code, const char *words)
{
	assert_false(check_report(&s->report, agent_id, now_ms, &s->failure));
	assert_string_equal(s->failure.code, code);
	assert_non_null(strstr(s->failure.reason, words));
}

static void
good_reports_of_every_kind_pass(void **state)
{
	static void (*const kinds[])(struct sample *) = {
	    inventory_put, speed_put, connectivity_put, filter_put};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct sample *s = sample_new();

		kinds[i](s);
		passes(s);
		free(s);
	}
}

static void
a_report_of_another_agent_is_refused(void **state)
{
	struct sample *s = sample_new();

	(void)state;
	own_id[15] ^= 1;
	is_refused(s, "foreign_agent", "another agent");
	free(s);
}

static void
ids_of_a_wrong_length_are_refused(void **state)
{
	struct sample *s = sample_new();

	(void)state;
	s->report.boot_id.len = 15;
	is_refused(s, "malformed", "boot_id");
	s->report.boot_id.len = 16;
	s->report.agent_id.len = 0;
	is_refused(s, "malformed", "agent_id");
	s->report.agent_id.len = 16;
	inventory_put(s);
	s->macs[0].len = 5;
	is_refused(s, "malformed", "mac");
	s->macs[0].len = 6;
	s->ips[0].len = 6;
	is_refused(s, "malformed", "ip");
	s->ips[0].len = 4;
	s->inventory.scan_id.len = 0;
	is_refused(s, "malformed", "scan_id");
	free(s);
}

static void
times_are_taken_up_to_their_bounds(void **state)
{
	struct sample *s = sample_new();

	(void)state;
	s->report.created_ms = now_ms + (int64_t)WIRE_FUTURE_S_MAX * 1000;
	passes(s);
	s->report.created_ms += 1;
	is_refused(s, "future", "created_ms");
	s->report.created_ms = now_ms - WIRE_AGE_DAYS_MAX * day_ms;
	passes(s);
	s->report.created_ms -= 1;
	is_refused(s, "too_old", "created_ms");
	s->report.created_ms = 0;
	is_refused(s, "too_old", "created_ms");
	free(s);
}

static void
times_inside_are_bounded_too(void **state)
{
	struct sample *s = sample_new();

	(void)state;
	s->measurement.at_ms = now_ms + 700000;
	is_refused(s, "future", "at_ms");
	s->measurement.at_ms = now_ms - 36 * day_ms;
	is_refused(s, "too_old", "at_ms");
	s->measurement.at_ms = now_ms;
	connectivity_put(s);
	s->outage.onset_ms = now_ms + 700000;
	is_refused(s, "future", "onset_ms");
	s->outage.onset_ms = -5;
	is_refused(s, "too_old", "onset_ms");
	free(s);
}

static void
a_certificate_may_end_in_the_future(void **state)
{
	struct sample *s = sample_new();

	(void)state;
	parta__v1__agent_health__init(&s->health);
	s->health.certificate_ends_ms = now_ms + 400 * day_ms;
	s->report.body_case = PARTA__V1__REPORT__BODY_HEALTH;
	s->report.health = &s->health;
	passes(s);
	free(s);
}

static void
lists_are_taken_up_to_their_limits(void **state)
{
	struct sample *s = sample_new();

	(void)state;
	s->report.n_measurements = WIRE_MEASUREMENTS_MAX;
	passes(s);
	s->report.n_measurements++;
	is_refused(s, "too_large", "measurements");
	s->report.n_measurements = 0;
	inventory_put(s);
	s->inventory.n_devices = WIRE_DEVICES_MAX;
	s->device.n_evidence = WIRE_EVIDENCE_MAX;
	s->device.n_ports = WIRE_PORTS_MAX;
	passes(s);
	s->inventory.n_devices++;
	is_refused(s, "too_large", "devices");
	s->inventory.n_devices = 1;
	s->device.n_evidence++;
	is_refused(s, "too_large", "evidence");
	s->device.n_evidence = 0;
	s->device.n_ports++;
	is_refused(s, "too_large", "ports");
	speed_put(s);
	s->direction.n_sample_bytes = WIRE_SAMPLES_MAX + 1;
	is_refused(s, "too_large", "sample_bytes");
	s->direction.n_sample_bytes = 0;
	s->speed.n_directions = 3;
	is_refused(s, "too_large", "directions");
	free(s);
}

static void
texts_are_bounded_and_clean(void **state)
{
	struct sample *s = sample_new();

	(void)state;
	memset(s->text, 'a', WIRE_TEXT_BYTES_MAX);
	passes(s);
	s->text[WIRE_TEXT_BYTES_MAX] = 'a';
	is_refused(s, "too_large", "metric");
	(void)snprintf(s->text, sizeof(s->text), "%s", "rtt\nms");
	is_refused(s, "data", "control");
	(void)snprintf(s->text, sizeof(s->text), "%s", "rtt\x7f");
	is_refused(s, "data", "control");
	s->text[0] = '\0';
	is_refused(s, "data", "no name");
	free(s);
}

static void
numbers_that_are_none_or_beyond_belief_are_refused(void **state)
{
	struct sample *s = sample_new();

	(void)state;
	s->measurement.value = NAN;
	is_refused(s, "data", "finite");
	s->measurement.value = -INFINITY;
	is_refused(s, "data", "finite");
	s->measurement.value = DBL_MAX;
	passes(s);
	s->report.seq = (uint64_t)INT64_MAX + 1;
	is_refused(s, "data", "seq");
	s->report.seq = INT64_MAX;
	passes(s);
	speed_put(s);
	s->direction.confidence = 1.01;
	is_refused(s, "data", "confidence");
	s->direction.confidence = 1;
	s->direction.ip_mbps = -0.5;
	is_refused(s, "data", "ip_mbps");
	s->direction.ip_mbps = 1e7;
	is_refused(s, "data", "ip_mbps");
	s->direction.ip_mbps = 0;
	s->speed.loss_pct = 101;
	is_refused(s, "data", "loss_pct");
	free(s);
}

static void
what_contradicts_itself_is_refused(void **state)
{
	struct sample *s = sample_new();

	(void)state;
	connectivity_put(s);
	s->window.received = 11;
	is_refused(s, "data", "more answers");
	s->window.received = 10;
	s->window.to_ms = s->window.from_ms - 1;
	is_refused(s, "data", "ends before");
	s->window.to_ms = s->window.from_ms;
	s->outage.end_ms = s->outage.onset_ms - 1;
	is_refused(s, "data", "ends before");
	s->outage.end_ms = 0; /* it lasts */
	passes(s);
	s->outage.onset_ms = 0;
	is_refused(s, "data", "no onset");
	inventory_put(s);
	s->inventory.part = 1;
	is_refused(s, "data", "part number");
	s->inventory.part = 0;
	s->inventory.finished_ms = s->inventory.started_ms - 1;
	is_refused(s, "data", "ended before");
	parta__v1__gap__init(&s->gap);
	s->report.body_case = PARTA__V1__REPORT__BODY_GAP;
	s->report.gap = &s->gap;
	s->gap.first_seq = 9;
	s->gap.last_seq = 8;
	is_refused(s, "data", "gap");
	free(s);
}

static void
unknown_enum_values_and_an_absent_body_pass(void **state)
{
	struct sample *s = sample_new();

	(void)state;
	passes(s);
	connectivity_put(s);
	s->outage.class_ = (Parta__V1__OutageClass)99;
	passes(s);
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_reports_of_every_kind_pass),
	    cmocka_unit_test(a_report_of_another_agent_is_refused),
	    cmocka_unit_test(ids_of_a_wrong_length_are_refused),
	    cmocka_unit_test(times_are_taken_up_to_their_bounds),
	    cmocka_unit_test(times_inside_are_bounded_too),
	    cmocka_unit_test(a_certificate_may_end_in_the_future),
	    cmocka_unit_test(lists_are_taken_up_to_their_limits),
	    cmocka_unit_test(texts_are_bounded_and_clean),
	    cmocka_unit_test(numbers_that_are_none_or_beyond_belief_are_refused),
	    cmocka_unit_test(what_contradicts_itself_is_refused),
	    cmocka_unit_test(unknown_enum_values_and_an_absent_body_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
