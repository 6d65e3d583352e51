/* store/ against a real PostgreSQL: batches, bodies, agents, the policy, a server that dies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "collector/store/store.h"
#include "common/arena.h"
#include "common/bytes.h"
#include "common/clock.h"
#include "common/text.h"
#include "common/wire/report_codec.h"
#include "parta/v1/policy.pb-c.h"
#include "tests/lib/database.h"

enum { BATCH_MAX = 16 };

static struct test_database database;
static struct store *store;
static uint8_t agent_id[16];
static const uint8_t boot_id[16] = {0xb0, 0x07};
static uint64_t next_seq = 1;

/* A report and all its parts, of one test. */
struct made {
	Parta__V1__Report report;
	Parta__V1__Measurement m[4];
	Parta__V1__Measurement *ms[4];
	struct bytes packed;
};

static ProtobufCBinaryData
bin(const void *bytes, size_t len)
{
	union {
		const void *in;
		uint8_t *out;
	} u = {.in = bytes};

	return (ProtobufCBinaryData){.data = u.out, .len = len};
}

static char *
str(const char *text)
{
	union {
		const char *in;
		char *out;
	} u = {.in = text};

	return u.out;
}

static void
make(struct made *made, size_t measurements)
{
	int64_t now = clock_wall_ms();

	*made = (struct made){.packed = bytes_new(1 << 20)};
	parta__v1__report__init(&made->report);
	made->report.agent_id = bin(agent_id, 16);
	made->report.boot_id = bin(boot_id, 16);
	made->report.seq = next_seq++;
	made->report.created_ms = now;
	made->report.agent_version = str("0.1.0");
	for (size_t i = 0; i < measurements; i++) {
		parta__v1__measurement__init(&made->m[i]);
		made->m[i].metric = str(i % 2 ? "rtt_ms" : "loss_pct");
		made->m[i].subject = str(i < 2 ? "192.0.2.1" : "192.0.2.2");
		made->m[i].at_ms = now - 1000;
		made->m[i].value = 1.5 * (double)i;
		made->ms[i] = &made->m[i];
	}
	made->report.measurements = made->ms;
	made->report.n_measurements = measurements;
}

static struct store_item
item_of(struct made *made)
{
	struct store_item item = {.received_ms = clock_wall_ms(), .report = &made->report};

	bytes_clear(&made->packed);
	assert_int_equal(wire_pack(&made->report.base, &made->packed), 0);
	memcpy(item.agent_id, agent_id, 16);
	item.bytes = made->packed.data;
	item.len = made->packed.len;
	return item;
}

static int
batch_of_one(struct made *made, enum store_outcome *ret)
{
	char error[256] = "";
	struct store_item item = item_of(made);
	int r = store_batch(store, &item, 1, error);

	*ret = item.outcome;
	bytes_clear(&made->packed);
	return r;
}

static void
must_store(struct made *made)
{
	enum store_outcome outcome;

	assert_int_equal(batch_of_one(made, &outcome), 0);
	assert_int_equal(outcome, STORE_NEW);
}

static void
stores_a_report_once_however_often_it_comes(void **state)
{
	struct made made[3];
	struct store_item items[4];
	char error[256];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		make(&made[i], 4);
	for (size_t i = 0; i < 3; i++)
		items[i] = item_of(&made[i]);
	items[3] = items[1];
	assert_int_equal(store_batch(store, items, 4, error), 0);
	assert_int_equal(items[0].outcome, STORE_NEW);
	assert_int_equal(items[1].outcome, STORE_NEW);
	assert_int_equal(items[2].outcome, STORE_NEW);
	assert_int_equal(items[3].outcome, STORE_DUPLICATE);
	assert_int_equal(store_batch(store, items, 3, error), 0);
	assert_int_equal(items[2].outcome, STORE_DUPLICATE);
	assert_int_equal(database_number(&database, "SELECT count(*) FROM core.report"), 3);
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM core.report_body"), 3);
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM core.measurement"), 12);
	assert_int_equal(database_number(&database, "SELECT count(*) FROM core.series"), 4);
	assert_int_equal(
	    database_number(&database, "SELECT sum(value)::bigint FROM core.measurement"), 27);
	for (size_t i = 0; i < 3; i++)
		bytes_clear(&made[i].packed);
}

static void
refuses_bad_data_whole_and_says_why(void **state)
{
	struct made good, bad;
	struct store_item items[2];
	char error[256] = "";

	(void)state;
	make(&good, 1);
	make(&bad, 2);
	bad.m[1].at_ms -= INT64_C(100) * 86400 * 1000;
	items[0] = item_of(&good);
	items[1] = item_of(&bad);
	assert_int_equal(store_batch(store, items, 2, error), -EBADMSG);
	assert_non_null(strstr(error, "no partition"));
	assert_int_equal(items[0].outcome, STORE_UNDECIDED);
	assert_int_equal(store_batch(store, items, 1, error), 0);
	assert_int_equal(items[0].outcome, STORE_NEW);
	bad.m[1].at_ms = -5;
	assert_int_equal(store_batch(store, items + 1, 1, error), -EBADMSG);
	assert_non_null(strstr(error, "out of range"));
	bytes_clear(&good.packed);
	bytes_clear(&bad.packed);
}

static void
keeps_what_cannot_be_stored_once(void **state)
{
	struct made made;
	struct store_item item;
	static const uint8_t junk[] = {0xff, 0xff, 0xff};

	(void)state;
	make(&made, 0);
	item = item_of(&made);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_quarantine(store, agent_id, item.bytes, item.len, "data",
				     "no partition", clock_wall_ms()),
		    0);
		assert_int_equal(store_quarantine(store, agent_id, junk, sizeof(junk),
				     "malformed", "not a report", clock_wall_ms()),
		    0);
	}
	assert_int_equal(database_number(&database, "SELECT count(*) FROM core.quarantine"), 2);
	assert_int_equal(
	    database_number(&database, "SELECT seq FROM core.quarantine WHERE code = 'data'"),
	    (int64_t)made.report.seq);
	assert_int_equal(database_number(&database,
			     "SELECT count(*) FROM core.quarantine WHERE boot_id IS NULL"),
	    1);
	bytes_clear(&made.packed);
}

/* An inventory of two devices, of which one is somebody's telephone. */
static void
make_inventory(struct made *made, Parta__V1__Inventory *inventory, Parta__V1__Device devices[2],
    Parta__V1__Device *list[2], uint8_t scan)
{
	static uint8_t scan_id[16];
	static ProtobufCBinaryData mac[2], ip[2];
	static Parta__V1__Evidence e[2];
	static Parta__V1__Evidence *es[2] = {&e[0], &e[1]};
	static Parta__V1__Port port;
	static Parta__V1__Port *ports[1] = {&port};
	static Parta__V1__Neighbor neighbor;
	static Parta__V1__Neighbor *neighbors[1] = {&neighbor};
	static const uint8_t own[6] = {0x00, 0x1b, 0x21, 1, 2, 3},
			     random_mac[6] = {0xda, 0xa1, 0x19, 1, 2, 3};
	static const uint8_t v4[4] = {192, 0, 2, 10}, v4b[4] = {192, 0, 2, 11};

	make(made, 0);
	scan_id[0] = scan;
	parta__v1__inventory__init(inventory);
	inventory->scan_id = bin(scan_id, 16);
	inventory->parts = 1;
	inventory->started_ms = made->report.created_ms - 5000;
	inventory->finished_ms = made->report.created_ms;
	inventory->complete = true;
	for (size_t i = 0; i < 2; i++) {
		mac[i] = bin(i ? random_mac : own, 6);
		ip[i] = bin(i ? v4b : v4, 4);
		parta__v1__device__init(&devices[i]);
		devices[i].mac = &mac[i];
		devices[i].n_mac = 1;
		devices[i].ip = &ip[i];
		devices[i].n_ip = 1;
		devices[i].first_seen_ms = inventory->started_ms;
		devices[i].last_seen_ms = inventory->finished_ms;
		devices[i].key = str(i ? "phone" : "switch");
		list[i] = &devices[i];
	}
	devices[1].randomized_mac = true;
	for (size_t i = 0; i < 2; i++)
		parta__v1__evidence__init(&e[i]);
	e[0].source = str("snmp");
	e[0].key = str("sys_name");
	e[0].value = str("шкаф-1");
	e[1].source = str("entity");
	e[1].key = str("chassis_serial");
	e[1].value = str("fdo 1234 x0ab");
	devices[0].evidence = es;
	devices[0].n_evidence = 2;
	parta__v1__port__init(&port);
	port.index = 1;
	port.name = str("gi1");
	port.speed_bps = 1000000000;
	port.oper_status = 1;
	port.mac = mac[0];
	devices[0].ports = ports;
	devices[0].n_ports = 1;
	parta__v1__neighbor__init(&neighbor);
	neighbor.local_port = str("gi1");
	neighbor.protocol = str("lldp");
	devices[0].neighbors = neighbors;
	devices[0].n_neighbors = 1;
	inventory->devices = list;
	inventory->n_devices = 2;
	made->report.body_case = PARTA__V1__REPORT__BODY_INVENTORY;
	made->report.inventory = inventory;
}

static void
keeps_devices_and_only_counts_personal_ones(void **state)
{
	struct made made;
	Parta__V1__Inventory inventory;
	Parta__V1__Device devices[2], *list[2];
	struct classification classes[2] = {{.class_key = "switch",
						.rule = "r1",
						.confidence = 0.9,
						.vendor = "Maker",
						.serial = "fdo 1234 x0ab"},
	    {.class_key = "phone"}};
	char error[256] = "";

	(void)state;
	for (uint8_t scan = 1; scan <= 2; scan++) {
		struct store_item item;

		make_inventory(&made, &inventory, devices, list, scan);
		item = item_of(&made);
		item.classes = classes;
		assert_int_equal(store_batch(store, &item, 1, error), 0);
		assert_int_equal(item.outcome, STORE_NEW);
		bytes_clear(&made.packed);
		/* Next time SNMP says nothing and the class is only guessed. */
		classes[0] = (struct classification){.class_key = "unknown"};
	}
	assert_int_equal(database_number(&database, "SELECT count(*) FROM core.device"), 1);
	assert_string_equal(
	    database_text(
		&database, "SELECT class || ' ' || vendor || ' ' || serial FROM core.device"),
	    "switch Maker fdo 1234 x0ab");
	assert_string_equal(
	    database_text(&database,
		"SELECT string_agg(kind || '=' || value || '/' || qualifier, ' ' "
		"ORDER BY kind) FROM core.device_identifier"),
	    "mac=00:1b:21:01:02:03/ name=шкаф-1/ serial=FDO1234X0AB/maker");
	assert_string_equal(
	    database_text(&database, "SELECT host(address) FROM core.device_address"),
	    "192.0.2.10");
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM core.device_evidence"), 2);
	assert_int_equal(database_number(&database, "SELECT count(*) FROM core.port"), 1);
	assert_int_equal(database_number(&database, "SELECT count(*) FROM core.neighbor"), 1);
	assert_int_equal(
	    database_number(&database, "SELECT devices FROM core.transient_day"), 1);
	/* Neither as it came nor anywhere else, quarantine included, is the telephone's address
	 * kept. */
	make_inventory(&made, &inventory, devices, list, 3);
	{
		struct store_item item = item_of(&made);

		assert_int_equal(store_quarantine(store, agent_id, item.bytes, item.len, "data",
				     "a test", clock_wall_ms()),
		    0);
		bytes_clear(&made.packed);
	}
	assert_int_equal(database_number(&database,
			     "SELECT count(*) FROM core.quarantine WHERE reason = 'a test' AND "
			     "position('\\xdaa119010203'::bytea IN bytes) = 0 AND "
			     "position('\\x001b21010203'::bytea IN bytes) > 0"),
	    1);
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM core.report_body WHERE position("
				       "'\\xdaa119010203'::bytea IN bytes) > 0"),
	    0);
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM core.report_body WHERE position("
				       "'\\x001b21010203'::bytea IN bytes) > 0"),
	    2);
	assert_int_equal(database_number(&database,
			     "SELECT count(*) FROM audit.change AS c JOIN core.report AS r "
			     "USING (report_id) WHERE c.table_name = 'core.device'"),
	    1);
}

static void
keeps_a_speed_test_with_its_samples(void **state)
{
	static const uint8_t id[16] = {1};
	struct made made;
	Parta__V1__SpeedTest test;
	Parta__V1__SpeedDirection d[2];
	Parta__V1__SpeedDirection *ds[2] = {&d[0], &d[1]};
	Parta__V1__TcpInfo tcp;
	Parta__V1__TcpInfo *tcps[1] = {&tcp};
	uint32_t samples[3] = {100, 200, 300}, sent[1] = {7};
	Parta__V1__SpeedLimits limits;
	Parta__V1__TcpSample reading;
	Parta__V1__TcpSample *readings[2] = {&reading, &reading};

	(void)state;
	make(&made, 0);
	parta__v1__speed_test__init(&test);
	test.test_id = bin(id, 16);
	test.started_ms = made.report.created_ms;
	test.backend = str("parta");
	test.lesson = str("lesson");
	test.target_mbps = 100;
	for (size_t i = 0; i < 2; i++) {
		parta__v1__speed_direction__init(&d[i]);
		d[i].upload = i == 1;
		d[i].ip_mbps = 97.5;
		d[i].goodput_mbps = 91;
		d[i].verdict = PARTA__V1__SPEED_VERDICT__SPEED_VERDICT_FAIL_ISP;
		d[i].sample_bytes = samples;
		d[i].n_sample_bytes = 3;
	}
	parta__v1__tcp_info__init(&tcp);
	tcp.rtt_us = 1234;
	parta__v1__speed_limits__init(&limits);
	limits.wireless = true;
	d[0].limits = &limits;
	d[0].step = PARTA__V1__SPEED_STEP_KIND__SPEED_STEP_KIND_VERIFY;
	d[1].step = PARTA__V1__SPEED_STEP_KIND__SPEED_STEP_KIND_LONG;
	d[1].sender_sample_bytes = sent;
	d[1].n_sender_sample_bytes = 1;
	d[1].tcp = tcps;
	d[1].n_tcp = 1;
	parta__v1__tcp_sample__init(&reading);
	reading.elapsed_ms = 250;
	reading.delivery_rate_bytes_per_s = UINT64_MAX;
	d[1].tcp_samples = readings;
	d[1].n_tcp_samples = 2;
	d[1].rpm = 640;
	d[1].rpm_confidence = str("high");
	test.directions = ds;
	test.n_directions = 2;
	made.report.body_case = PARTA__V1__REPORT__BODY_SPEED;
	made.report.speed = &test;
	must_store(&made);
	assert_string_equal(
	    database_text(&database,
		"SELECT string_agg(direction || ' ' || verdict || ' ' || "
		"sample_bytes::text, ',' ORDER BY direction) FROM core.speed_direction"),
	    "down fail_isp {100,200,300},up fail_isp {100,200,300}");
	assert_int_equal(database_number(&database,
			     "SELECT rtt_us FROM core.speed_stream WHERE direction = 'up'"),
	    1234);
	assert_string_equal(
	    database_text(&database,
		"SELECT string_agg(run || direction || step || ' ' || sample_bytes::text || "
		"sender_bytes::text || (limits ->> 'wireless'), ',' ORDER BY run) "
		"FROM core.speed_run"),
	    "1downverify {100,200,300}{}true,2uplong {100,200,300}{7}false");
	assert_string_equal(
	    database_text(&database,
		"SELECT string_agg(COALESCE(rpm::text, '-') || rpm_confidence || "
		"tcp_samples::text, ' ' ORDER BY run) FROM core.speed_run"),
	    "-[] 640high[[250, 0, 0, 0, 0, 0, 18446744073709551615], "
	    "[250, 0, 0, 0, 0, 0, 18446744073709551615]]");
}

static void
make_outage(struct made *made, Parta__V1__Connectivity *c, Parta__V1__Outage *outage,
    Parta__V1__Outage *outages[1], int64_t end_ms)
{
	static const uint8_t id[16] = {2};
	static Parta__V1__OutageEvidence e;
	static Parta__V1__OutageEvidence *es[1] = {&e};
	static Parta__V1__ConnectivityWindow w;
	static Parta__V1__ConnectivityWindow *ws[1] = {&w};

	make(made, 0);
	parta__v1__connectivity__init(c);
	parta__v1__outage__init(outage);
	outage->outage_id = bin(id, 16);
	outage->class_ = PARTA__V1__OUTAGE_CLASS__OUTAGE_CLASS_ISP_ACCESS;
	outage->state = PARTA__V1__CONNECTIVITY_STATE__CONNECTIVITY_STATE_DOWN;
	outage->onset_ms = 1760000000000;
	outage->end_ms = end_ms;
	parta__v1__outage_evidence__init(&e);
	e.rung = str("internet");
	e.observed = str("timeout");
	e.at_ms = 1760000000000;
	outage->evidence = es;
	outage->n_evidence = 1;
	outages[0] = outage;
	c->outages = outages;
	c->n_outages = 1;
	parta__v1__connectivity_window__init(&w);
	w.rung = str("gateway");
	w.from_ms = made->report.created_ms - 60000;
	w.to_ms = made->report.created_ms;
	w.sent = 60;
	w.received = 59;
	w.rtt_median_ms = 0.4;
	c->windows = ws;
	c->n_windows = 1;
	made->report.body_case = PARTA__V1__REPORT__BODY_CONNECTIVITY;
	made->report.connectivity = c;
}

static void
closes_an_outage_that_was_told_before(void **state)
{
	struct made begun, ended;
	Parta__V1__Connectivity c[2];
	Parta__V1__Outage outage[2];
	Parta__V1__Outage *list[1];

	(void)state;
	make_outage(&begun, &c[0], &outage[0], list, 0);
	must_store(&begun);
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM core.outage WHERE end_at IS NULL"),
	    1);
	make_outage(&ended, &c[1], &outage[1], list, 1760000020000);
	must_store(&ended);
	assert_string_equal(
	    database_text(&database,
		"SELECT outage_class || ' ' || state || ' ' || EXTRACT(epoch FROM end_at - "
		"onset_at)::int FROM core.outage"),
	    "isp_access down 20");
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM core.connectivity_window"), 2);
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM core.outage_evidence"), 1);
}

static void
keeps_a_filter_run_health_and_a_gap(void **state)
{
	static const uint8_t id[16] = {3};
	static const uint8_t addr[4] = {198, 51, 100, 1};
	ProtobufCBinaryData addrs[1] = {bin(addr, 4)};
	struct made made;
	Parta__V1__FilterRun run;
	Parta__V1__FilterObservation o;
	Parta__V1__FilterObservation *os[1] = {&o};
	Parta__V1__FilterDns dns;
	Parta__V1__AgentHealth health;
	Parta__V1__Counter counter;
	Parta__V1__Counter *counters[1] = {&counter};
	Parta__V1__Gap gap;
	char *flags[1] = {str("intercepted")};

	(void)state;
	make(&made, 0);
	parta__v1__filter_run__init(&run);
	run.run_id = bin(id, 16);
	run.started_ms = made.report.created_ms - 1000;
	run.finished_ms = made.report.created_ms;
	run.list_version = str("v1");
	parta__v1__filter_observation__init(&o);
	o.id = str("x");
	o.url = str("https://example.org/");
	o.expect = PARTA__V1__FILTER_EXPECT__FILTER_EXPECT_BLOCK;
	o.verdict = PARTA__V1__FILTER_VERDICT__FILTER_VERDICT_ALLOWED;
	o.outcome = PARTA__V1__FILTER_OUTCOME__FILTER_OUTCOME_LEAK;
	o.at_ms = made.report.created_ms;
	o.flags = flags;
	o.n_flags = 1;
	parta__v1__filter_dns__init(&dns);
	dns.addresses = addrs;
	dns.n_addresses = 1;
	o.dns = &dns;
	run.observations = os;
	run.n_observations = 1;
	made.report.body_case = PARTA__V1__REPORT__BODY_FILTER;
	made.report.filter = &run;
	must_store(&made);
	assert_string_equal(
	    database_text(&database, "SELECT concat_ws(' ', expect, verdict, outcome, flags, "
				     "dns_addresses, tcp_error, "
				     "http_fingerprints) FROM core.filter_observation"),
	    "block allowed leak {intercepted} {198.51.100.1}");

	make(&made, 0);
	parta__v1__agent_health__init(&health);
	health.rss_bytes = UINT64_MAX;
	health.os = str("Debian");
	parta__v1__counter__init(&counter);
	counter.name = str("decode.lldp.malformed");
	counter.value = 7;
	health.counters = counters;
	health.n_counters = 1;
	made.report.body_case = PARTA__V1__REPORT__BODY_HEALTH;
	made.report.health = &health;
	must_store(&made);
	assert_int_equal(database_number(&database, "SELECT value FROM core.agent_counter"), 7);
	assert_int_equal(
	    database_number(&database, "SELECT rss_bytes FROM core.agent_state"), INT64_MAX);

	make(&made, 0);
	parta__v1__gap__init(&gap);
	gap.first_seq = 3;
	gap.last_seq = 9;
	gap.reports = 7;
	gap.reason = str("budget");
	made.report.body_case = PARTA__V1__REPORT__BODY_GAP;
	made.report.gap = &gap;
	must_store(&made);
	assert_int_equal(
	    database_number(&database, "SELECT reports FROM core.gap WHERE reason = 'budget'"),
	    7);
}

static void
refuses_a_body_that_breaks_a_bound(void **state)
{
	struct made made;
	Parta__V1__SpeedTest test;
	enum store_outcome outcome;

	(void)state;
	make(&made, 2);
	parta__v1__speed_test__init(&test);
	test.test_id = bin(agent_id, 16);
	test.started_ms = made.report.created_ms;
	test.loss_pct = 101;
	made.report.body_case = PARTA__V1__REPORT__BODY_SPEED;
	made.report.speed = &test;
	assert_int_equal(batch_of_one(&made, &outcome), -EBADMSG);
	test.loss_pct = 0;
	test.test_id.len = 15;
	assert_int_equal(batch_of_one(&made, &outcome), -EBADMSG);
	test.test_id.len = 16;
	must_store(&made);
}

static void
count_beats(void **state)
{
	(void)state;
	for (uint64_t beat = 1; beat <= 9; beat += 4)
		assert_int_equal(
		    store_heartbeat(store, agent_id, boot_id, beat, 1000500, 5, 2, 1000000), 0);
	assert_string_equal(
	    database_text(&database,
		"SELECT lost_beats || ' ' || clock_ahead_ms || ' ' || spool_reports FROM "
		"core.agent_state"),
	    "6 500 2");
}

static void
count_agents(void *arg, const struct store_agent *agent)
{
	int *counts = arg;

	counts[0]++;
	counts[1] += agent->revoked;
	counts[2] += strcmp(agent->school_code, "S1") == 0;
}

static void
enrols_by_a_token_renews_and_revokes(void **state)
{
	static const uint8_t token[32] = {9}, wrong[32] = {8}, key[32] = {1}, key2[32] = {2},
			     key3[32] = {3};
	uint8_t first[16], again[16];
	struct store_school school;
	int counts[3] = {0};

	(void)state;
	assert_int_equal(store_agents(store, count_agents, counts), 0);
	assert_int_equal(counts[0], 0);
	assert_int_equal(store_agents_changed(store), 0);
	assert_int_equal(
	    database_number(&database,
		"INSERT INTO core.token (token_sha256, school_id, ends_at, uses_left) "
		"SELECT decode('09' || repeat('00', 31), 'hex'), school_id, now() + "
		"interval '1 hour', 1 FROM core.school RETURNING 1"),
	    1);
	assert_int_equal(store_enrol(store, wrong, key, "host", first, &school), -EACCES);
	assert_int_equal(store_enrol(store, token, key, "host", first, &school), 0);
	assert_string_equal(school.code, "S1");
	/* The answer was lost: the same again is the same agent. */
	assert_int_equal(store_enrol(store, token, key, "host", again, &school), 0);
	assert_memory_equal(first, again, 16);
	assert_int_equal(store_enrol(store, token, key2, "other", again, &school), -EACCES);
	assert_int_equal(store_agents_changed(store), 1);
	assert_int_equal(store_renew(store, first, key2, clock_wall_ms() + 1000000), 0);
	assert_int_equal(store_renew(store, agent_id, key2, clock_wall_ms()), -EACCES);
	assert_int_equal(store_agents(store, count_agents, counts), 0);
	assert_int_equal(counts[0], 2);
	assert_int_equal(counts[1], 0);
	assert_int_equal(counts[2], 2);
	assert_int_equal(store_agents_changed(store), 0);
	assert_int_equal(
	    database_number(&database,
		"UPDATE core.agent SET revoked_at = now() WHERE host_name = 'host' "
		"RETURNING 1"),
	    1);
	assert_int_equal(store_agents_changed(store), 1);
	assert_int_equal(store_renew(store, first, key3, clock_wall_ms()), -EACCES);
	assert_int_equal(store_enrol(store, token, key, "host", again, &school), -EACCES);
}

static void
builds_a_policy_whose_version_is_its_content(void **state)
{
	static uint8_t memory[1 << 20];
	struct arena arena = arena_over(memory, sizeof(memory));
	uint8_t *bytes = NULL, *again = NULL;
	size_t len, again_len;
	ProtobufCMessage *message;
	const Parta__V1__Policy *policy, *other;

	(void)state;
	assert_int_equal(
	    store_announce(store, "measure_url", "https://collector.example:8445"), 0);
	assert_int_equal(store_policy(store, agent_id, &bytes, &len), 0);
	assert_int_equal(
	    wire_unpack(&parta__v1__policy__descriptor, &arena, bytes, len, &message), 0);
	policy = (const Parta__V1__Policy *)message;
	assert_string_equal(policy->time_zone, "Asia/Yekaterinburg");
	assert_true(policy->target_down_mbps > 49.9 && policy->target_down_mbps < 50.1);
	assert_int_equal(policy->n_lessons, 6);
	assert_int_equal(policy->n_speed_servers, 1);
	assert_string_equal(policy->speed_servers[0], "https://collector.example:8445");
	assert_non_null(policy->speed_slots);
	assert_int_equal(policy->speed_slots->slots, 1);
	assert_int_equal(policy->speed_slots->length_s, 60);
	assert_true(policy->speed_budget_bytes_a_month > 0);
	assert_int_equal(policy->scan_every_s, 3600);
	assert_true(policy->n_targets >= 3);
	assert_true(policy->filter->n_entries >= 4);
	assert_int_equal(
	    policy->filter->entries[0]->expect, PARTA__V1__FILTER_EXPECT__FILTER_EXPECT_ALLOW);
	assert_int_equal(
	    database_number(&database,
		"INSERT INTO core.school_setting SELECT school_id, 'scan_every_s', "
		"'60' FROM core.school RETURNING 1"),
	    1);
	assert_int_equal(store_policy(store, agent_id, &again, &again_len), 0);
	assert_int_equal(
	    wire_unpack(&parta__v1__policy__descriptor, &arena, again, again_len, &message), 0);
	other = (const Parta__V1__Policy *)message;
	assert_int_equal(other->scan_every_s, 60);
	assert_string_not_equal(policy->version, other->version);
	free(bytes);
	free(again);
}

/* What a control outside the school saw goes along; it makes no other policy. */
static void
a_policy_brings_what_a_control_sees(void **state)
{
	static uint8_t memory[1 << 20];
	struct arena arena = arena_over(memory, sizeof(memory));
	const Parta__V1__FilterControl *control = NULL;
	uint8_t *bytes = NULL, *again = NULL;
	const Parta__V1__Policy *policy, *other;
	ProtobufCMessage *message;
	size_t len;

	(void)state;
	assert_int_equal(store_policy(store, agent_id, &bytes, &len), 0);
	assert_int_equal(
	    wire_unpack(&parta__v1__policy__descriptor, &arena, bytes, len, &message), 0);
	policy = (const Parta__V1__Policy *)message;
	for (size_t i = 0; i < policy->filter->n_entries; i++)
		assert_null(policy->filter->entries[i]->control);
	(void)database_text(&database, "SELECT core.put_school('OUT', 'Outside', NULL, NULL, "
				       "NULL, NULL, NULL, NULL, NULL, 'control')");
	(void)database_text(&database,
	    "INSERT INTO core.agent (school_id) SELECT school_id FROM core.school WHERE code = "
	    "'OUT' RETURNING 1");
	(void)database_text(&database,
	    "WITH g AS (SELECT agent_id, school_id FROM core.agent JOIN core.school USING "
	    "(school_id) WHERE code = 'OUT'), r AS (INSERT INTO core.filter_run SELECT "
	    "agent_id, gen_random_uuid(), school_id, now(), now(), 'v', 1 FROM g RETURNING *) "
	    "INSERT INTO core.filter_observation (report_id, ordinal, agent_id, run_id, "
	    "school_id, entry_id, url, expect, verdict, outcome, layer, rule_id, confidence, "
	    "flags, observed_at, dns_rcode, dns_addresses, tcp_error, http_error, "
	    "http_status, http_body_bytes, http_title, http_body_sha256, tls_chain_sha256) "
	    "SELECT 1, 1, agent_id, run_id, school_id, f.entry_id, f.url, f.expect, "
	    "'allowed', 'pass', '', 'OK', 1, '{}', now(), 0, '{192.0.2.7,2001:db8::7}', 0, 0, "
	    "200, 4711, 'A title', sha256('body'), ARRAY[sha256('leaf')] FROM r, (SELECT * "
	    "FROM reference.filter_entry ORDER BY entry_id LIMIT 1) AS f RETURNING 1");
	assert_int_equal(store_policy(store, agent_id, &again, &len), 0);
	assert_int_equal(
	    wire_unpack(&parta__v1__policy__descriptor, &arena, again, len, &message), 0);
	other = (const Parta__V1__Policy *)message;
	assert_string_equal(policy->version, other->version);
	control = other->filter->entries[0]->control;
	assert_non_null(control);
	assert_null(other->filter->entries[1]->control);
	assert_true(control->reachable);
	assert_int_equal(control->status, 200);
	assert_int_equal(control->body_bytes, 4711);
	assert_string_equal(control->title, "A title");
	assert_int_equal(control->body_sha256.len, 32);
	assert_int_equal(control->n_chain_sha256, 1);
	assert_int_equal(control->n_addresses, 2);
	assert_int_equal(control->addresses[0].len, 4);
	assert_int_equal(control->addresses[0].data[3], 7);
	assert_int_equal(control->addresses[1].len, 16);
	assert_true(control->at_ms > 0 && control->at_ms <= other->issued_ms);
	free(bytes);
	free(again);
}

/* A server that is killed comes back by itself, and so does the connection. */
static void
survives_the_death_of_the_server(void **state)
{
	struct made made;
	enum store_outcome outcome = STORE_UNDECIDED;
	bool was_away = false;
	int r = 0;

	(void)state;
	make(&made, 4);
	assert_int_equal(
	    kill((pid_t)database_number(
		     &database, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"),
		SIGKILL),
	    0);
	for (int i = 0; i < 3000 && !(r == 0 && was_away); i++) {
		r = batch_of_one(&made, &outcome);
		was_away |= r == -EAGAIN;
		if (r == 0 && !was_away)
			make(&made, 4);
		if (r < 0)
			(void)poll(NULL, 0, 10);
	}
	assert_true(was_away);
	assert_int_equal(r, 0);
	assert_int_equal(outcome, STORE_NEW);
}

static int
open_all(void **state)
{
	char error[256];
	struct pg_result *rows = NULL;

	(void)state;
	if (database_open(&database, 1) < 0) {
		print_message("no database: %s\n", database.error);
		return -1;
	}
	if (db_text(database.owner,
		"INSERT INTO core.school (code, name, settlement, time_zone) VALUES ('S1', "
		"'School', 'rural', 'Asia/Yekaterinburg');"
		"INSERT INTO core.agent (school_id) SELECT school_id FROM core.school "
		"RETURNING "
		"encode(uuid_send(agent_id), 'hex')",
		&rows) < 0)
		return -1;
	(void)text_unhex(agent_id, sizeof(agent_id), db_field(rows, 0, 0));
	db_free(rows);
	return store_open(cluster_conninfo(database.cluster), &store, error);
}

static int
close_all(void **state)
{
	(void)state;
	store_close(store);
	database_close(&database);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(enrols_by_a_token_renews_and_revokes),
	    cmocka_unit_test(stores_a_report_once_however_often_it_comes),
	    cmocka_unit_test(refuses_bad_data_whole_and_says_why),
	    cmocka_unit_test(keeps_what_cannot_be_stored_once),
	    cmocka_unit_test(keeps_devices_and_only_counts_personal_ones),
	    cmocka_unit_test(keeps_a_speed_test_with_its_samples),
	    cmocka_unit_test(closes_an_outage_that_was_told_before),
	    cmocka_unit_test(keeps_a_filter_run_health_and_a_gap),
	    cmocka_unit_test(refuses_a_body_that_breaks_a_bound),
	    cmocka_unit_test(count_beats),
	    cmocka_unit_test(builds_a_policy_whose_version_is_its_content),
	    cmocka_unit_test(a_policy_brings_what_a_control_sees),
	    cmocka_unit_test(survives_the_death_of_the_server),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
