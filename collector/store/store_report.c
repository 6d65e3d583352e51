/*
 * A batch of reports, one transaction: heads, bytes and measurements in one
 * statement, then a call for each body that is new. What a report's own key says
 * was stored before stores nothing. Two batches that lock each other, or a
 * connection the server gave up, are tried again from the beginning.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/body.h"
#include "collector/store/session.h"
#include "common/arena.h"
#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"

enum {
	TRIES_MAX = 4,
	SCHEMA_NUMBER = 3, /* the newest migration this program needs */
	DAY_MS = 86400 * 1000,
	HOUR_MS = 3600 * 1000,
};

int
session_errno(int r)
{
	switch (r) {
	case 0:
	case -EBADMSG:
	case -EACCES:
	case -ENOMEM:
		return r;
	case -ERANGE:
		return -EBADMSG;
	default:
		return -EAGAIN;
	}
}

/* ---------------------------------------------------------------- opening */

int
session_check_schema(struct db *db, char error[static 256])
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r = db_text(db,
	    "SELECT COALESCE(max(substring(path FROM '^migrate/([0-9]+)')::int), 0)"
	    " FROM core.schema_file",
	    &rows);

	if (r == -EPROTO || (r == 0 && db_number(rows, 0, 0) < SCHEMA_NUMBER)) {
		(void)text_copy(error, 256,
		    "the database is not at this version: run 'parta-collector migrate'");
		return -EPROTO;
	}
	if (r < 0)
		(void)text_copy(error, 256, db_error(db));
	return r;
}

int
store_open(const char *conninfo, struct store **ret, char error[static 256])
{
	struct store *store = calloc(1, sizeof(*store));
	int r = store ? series_table_new(&store->series) : -ENOMEM;

	if (r < 0)
		(void)text_copy(error, 256, "out of memory");
	if (r == 0)
		r = db_open(conninfo, "parta_ingest", 30, &store->db, error);
	/* The roles come with the schema. */
	if (r == -EBADMSG) {
		(void)text_copy(error, 256,
		    "the database is not at this version: run 'parta-collector migrate'");
		r = -EPROTO;
	}
	if (r == 0)
		r = session_check_schema(store->db, error);
	if (r < 0) {
		store_close(store);
		return r;
	}
	*ret = store;
	return 0;
}

void
store_close(struct store *store)
{
	if (!store)
		return;
	call_clear(&store->call);
	series_table_free(store->series);
	db_close(store->db);
	free(store);
}

/* ---------------------------------------------------------------- partitions */

/* The days that reports of this hour may speak of are there. */
static int
make_partitions(struct store *store, int64_t now_ms)
{
	int64_t passed = now_ms - store->partitions_ms;
	int r;

	if (store->partitions_ms != 0 && passed < HOUR_MS && passed > -HOUR_MS)
		return 0;
	call_start(&store->call);
	call_time(&store->call, now_ms - (int64_t)(WIRE_AGE_DAYS_MAX + 1) * DAY_MS);
	call_time(&store->call, now_ms + 2 * (int64_t)DAY_MS);
	r = call_run(&store->call, store->db, STATEMENT_MAKE_PARTITIONS, NULL);
	if (r == 0)
		store->partitions_ms = now_ms;
	return r;
}

int
store_keep_house(struct store *store, int64_t now_ms, const struct store_retention *retention)
{
	call_start(&store->call);
	call_time(&store->call, now_ms);
	call_int(&store->call, ARRAY_INTEGER, retention->raw_days);
	call_int(&store->call, ARRAY_INTEGER, retention->hourly_days);
	call_int(&store->call, ARRAY_INTEGER, retention->daily_days);
	call_int(&store->call, ARRAY_INTEGER, retention->quarantine_days);
	return session_errno(call_run(&store->call, store->db, STATEMENT_KEEP_HOUSE, NULL));
}

int
store_roll_up(struct store *store, unsigned count)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r;

	call_start(&store->call);
	call_int(&store->call, ARRAY_INTEGER, count);
	r = call_run(&store->call, store->db, STATEMENT_ROLL_UP, &rows);
	if (r == -EDEADLK)
		return 0; /* what is due stays due */
	return r < 0 ? session_errno(r) : (int)db_number(rows, 0, 0);
}

/* ---------------------------------------------------------------- a batch */

struct batch {
	struct store *store;
	struct store_item *items;
	size_t count;
	int64_t *report_ids, *school_ids; /* of the new ones, by item; 0 a duplicate */
	struct bytes *blotted;            /* bytes of reports that name personal devices */
	int32_t *series; /* of each measurement; below 0: the -n-th unknown one */
	size_t measurements;
};

static void
batch_clear(struct batch *b)
{
	for (size_t i = 0; b->blotted && i < b->count; i++)
		bytes_clear(&b->blotted[i]);
	free(b->blotted);
	free(b->report_ids);
	free(b->school_ids);
	free(b->series);
}

static int
batch_new(struct batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		b->measurements += b->items[i].report->n_measurements;
	b->report_ids = calloc(b->count, sizeof(*b->report_ids));
	b->school_ids = calloc(b->count, sizeof(*b->school_ids));
	b->series = calloc(b->measurements + 1, sizeof(*b->series));
	b->blotted = calloc(b->count, sizeof(*b->blotted));
	if (!b->report_ids || !b->school_ids || !b->series || !b->blotted)
		return -ENOMEM;
	for (size_t i = 0; i < b->count; i++)
		b->blotted[i] = bytes_new(WIRE_REPORT_BYTES_MAX);
	return 0;
}

static bool
names_personal_devices(const Parta__V1__Report *report)
{
	if (report->body_case != PARTA__V1__REPORT__BODY_INVENTORY)
		return false;
	for (size_t i = 0; i < report->inventory->n_devices; i++)
		if (report->inventory->devices[i]->randomized_mac)
			return true;
	return false;
}

/* The report again, with nothing left of personal devices but that they were there. */
static int
blot(const Parta__V1__Report *report, struct bytes *ret)
{
	Parta__V1__Report copy = *report;
	Parta__V1__Inventory inventory = *report->inventory;
	size_t count = inventory.n_devices;
	CLEANUP(free_at) Parta__V1__Device *blanks = calloc(count, sizeof(*blanks));
	CLEANUP(free_at)
	Parta__V1__Device **devices = calloc(count, sizeof(Parta__V1__Device *));

	if (!blanks || !devices)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const Parta__V1__Device *device = report->inventory->devices[i];

		devices[i] = report->inventory->devices[i];
		if (!device->randomized_mac)
			continue;
		parta__v1__device__init(&blanks[i]);
		blanks[i].randomized_mac = true;
		blanks[i].first_seen_ms = device->first_seen_ms;
		blanks[i].last_seen_ms = device->last_seen_ms;
		devices[i] = &blanks[i];
	}
	inventory.devices = devices;
	copy.inventory = &inventory;
	return wire_pack(&copy.base, ret);
}

/* Looks every measurement's series up; asks for those that are not known. */
static int
find_series(struct batch *b)
{
	struct call *call = &b->store->call;
	struct array *agents, *metrics, *subjects;
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	CLEANUP(free_at) int32_t *ids = NULL;
	size_t at = 0, unknown = 0;
	int r;

	call_start(call);
	agents = call_column(call, ARRAY_UUID);
	metrics = call_column(call, ARRAY_TEXT);
	subjects = call_column(call, ARRAY_TEXT);
	for (size_t i = 0; i < b->count; i++) {
		const struct store_item *item = &b->items[i];

		for (size_t n = 0; n < item->report->n_measurements; n++, at++) {
			const Parta__V1__Measurement *m = item->report->measurements[n];

			b->series[at] = series_find(
			    b->store->series, item->agent_id, m->metric, m->subject);
			if (b->series[at] != 0)
				continue;
			array_add_uuid(agents, item->agent_id);
			array_add_text(metrics, m->metric);
			array_add_text(subjects, m->subject);
			b->series[at] = -(int32_t)++unknown;
		}
	}
	if (unknown == 0)
		return 0;
	r = call_run(call, b->store->db, STATEMENT_SERIES_IDS, &rows);
	if (r < 0)
		return r;
	ids = calloc(unknown + 1, sizeof(*ids));
	if (!ids)
		return -ENOMEM;
	for (size_t i = 0; i < db_rows(rows); i++) {
		int64_t item = db_number(rows, i, 0);

		if (item >= 1 && (size_t)item <= unknown)
			ids[item] = (int32_t)db_number(rows, i, 1);
	}
	for (at = 0; at < b->measurements; at++)
		if (b->series[at] < 0)
			b->series[at] = ids[-b->series[at]];
	return 0;
}

/* Only now, when they are committed, may others rely on them. */
static void
learn_series(struct batch *b)
{
	size_t at = 0;

	for (size_t i = 0; i < b->count; i++) {
		const struct store_item *item = &b->items[i];

		for (size_t n = 0; n < item->report->n_measurements; n++, at++)
			series_learn(b->store->series, item->agent_id,
			    item->report->measurements[n]->metric,
			    item->report->measurements[n]->subject, b->series[at]);
	}
}

static int
head_columns(struct batch *b, struct call *call)
{
	struct array *agent = call_column(call, ARRAY_UUID);
	struct array *boot = call_column(call, ARRAY_UUID);
	struct array *seq = call_column(call, ARRAY_BIGINT);
	struct array *kind = call_column(call, ARRAY_TEXT);
	struct array *created = call_column(call, ARRAY_TIME);
	struct array *received = call_column(call, ARRAY_TIME);
	struct array *version = call_column(call, ARRAY_TEXT);
	struct array *sync = call_column(call, ARRAY_BOOLEAN);
	struct array *bytes = call_column(call, ARRAY_BYTEA);
	int r = 0;

	for (size_t i = 0; i < b->count && r == 0; i++) {
		const struct store_item *item = &b->items[i];
		const Parta__V1__Report *report = item->report;

		array_add_uuid(agent, item->agent_id);
		column_uuid_of(boot, report->boot_id.data, report->boot_id.len);
		if (report->seq > INT64_MAX)
			array_refuse(seq);
		array_add_count(seq, report->seq);
		array_add_text(kind, body_kind(report));
		array_add_time(created, report->created_ms);
		array_add_time(received, item->received_ms);
		array_add_text(version, report->agent_version);
		array_add_bool(sync, report->clock_synchronised);
		if (names_personal_devices(report)) {
			r = b->blotted[i].len ? 0 : blot(report, &b->blotted[i]);
			array_add_bytes(bytes, b->blotted[i].data, b->blotted[i].len);
		} else {
			array_add_bytes(bytes, item->bytes, item->len);
		}
	}
	return r;
}

static void
measurement_columns(const struct batch *b, struct call *call)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *series = call_column(call, ARRAY_INTEGER);
	struct array *at_time = call_column(call, ARRAY_TIME);
	struct array *value = call_column(call, ARRAY_DOUBLE);
	size_t at = 0;

	for (size_t i = 0; i < b->count; i++) {
		const Parta__V1__Report *report = b->items[i].report;

		for (size_t n = 0; n < report->n_measurements; n++, at++) {
			array_add_int(of, (int64_t)i + 1);
			array_add_int(series, b->series[at]);
			array_add_time(at_time, report->measurements[n]->at_ms);
			array_add_number(value, report->measurements[n]->value);
		}
	}
}

static int
take_heads(struct batch *b)
{
	struct call *call = &b->store->call;
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r;

	call_start(call);
	r = head_columns(b, call);
	if (r < 0)
		return r;
	measurement_columns(b, call);
	r = call_run(call, b->store->db, STATEMENT_TAKE_REPORTS, &rows);
	if (r < 0)
		return r;
	memset(b->report_ids, 0, b->count * sizeof(*b->report_ids));
	for (size_t i = 0; i < db_rows(rows); i++) {
		int64_t item = db_number(rows, i, 0);

		if (item < 1 || (size_t)item > b->count)
			return -EIO;
		b->report_ids[item - 1] = db_number(rows, i, 1);
		b->school_ids[item - 1] = db_number(rows, i, 2);
	}
	return 0;
}

/* Devices of a school are changed by one batch at a time. */
static int
lock_schools(struct batch *b)
{
	struct call *call = &b->store->call;
	struct array *agents;
	size_t count = 0;

	call_start(call);
	agents = call_column(call, ARRAY_UUID);
	for (size_t i = 0; i < b->count; i++) {
		if (b->report_ids[i] == 0 ||
		    b->items[i].report->body_case != PARTA__V1__REPORT__BODY_INVENTORY)
			continue;
		array_add_uuid(agents, b->items[i].agent_id);
		count++;
	}
	return count ? call_run(call, b->store->db, STATEMENT_LOCK_SCHOOLS, NULL) : 0;
}

static int
take_bodies(struct batch *b)
{
	int r = lock_schools(b);

	for (size_t i = 0; i < b->count && r == 0; i++) {
		struct body body = {
		    .db = b->store->db,
		    .call = &b->store->call,
		    .item = &b->items[i],
		    .report_id = b->report_ids[i],
		    .school_id = b->school_ids[i],
		};

		if (b->report_ids[i] != 0)
			r = body_store(&body);
	}
	return r;
}

static int
batch_try(struct batch *b)
{
	struct db *db = b->store->db;
	int r = make_partitions(b->store, b->items[0].received_ms);

	if (r == 0)
		r = db_begin(db);
	if (r < 0)
		return r;
	r = find_series(b);
	if (r == 0)
		r = take_heads(b);
	if (r == 0)
		r = take_bodies(b);
	if (r == 0)
		r = db_commit(db);
	else
		db_rollback(db);
	return r;
}

int
store_batch(
    struct store *store, struct store_item items[], size_t count, char error[static 256])
{
	struct batch b = {.store = store, .items = items, .count = count};
	int r;

	if (count == 0)
		return 0;
	r = batch_new(&b);
	if (r < 0)
		(void)db_refuse(store->db, "out of memory");
	for (int tries = 0; r == 0 && tries < TRIES_MAX; tries++) {
		r = batch_try(&b);
		if (r != -EDEADLK)
			break;
		r = tries + 1 < TRIES_MAX ? 0 : -EAGAIN;
	}
	if (r == 0)
		learn_series(&b);
	else
		(void)text_copy(error, 256, db_error(store->db));
	for (size_t i = 0; r == 0 && i < count; i++)
		items[i].outcome = b.report_ids[i] ? STORE_NEW : STORE_DUPLICATE;
	batch_clear(&b);
	return session_errno(r);
}

/* ---------------------------------------------------------------- the rest of the daily work
 */

/* The key of what may be a report; false when the bytes are none. */
static bool
read_key(const uint8_t *bytes, size_t len, struct arena *arena, Parta__V1__Report **ret)
{
	ProtobufCMessage *message;

	if (wire_unpack(&parta__v1__report__descriptor, arena, bytes, len, &message) < 0)
		return false;
	*ret = (Parta__V1__Report *)message;
	return (*ret)->boot_id.len == 16;
}

int
store_quarantine(struct store *store, const uint8_t agent_id[static 16], const uint8_t *bytes,
    size_t len, const char *code, const char *reason, int64_t received_ms)
{
	CLEANUP(free_at) void *memory = malloc(WIRE_ARENA_BYTES);
	struct arena arena = arena_over(memory, memory ? WIRE_ARENA_BYTES : 0);
	struct bytes blotted = bytes_new(WIRE_REPORT_BYTES_MAX);
	struct call *call = &store->call;
	Parta__V1__Report *report;
	int r = 0;

	call_start(call);
	call_uuid(call, agent_id);
	if (memory && read_key(bytes, len, &arena, &report)) {
		call_uuid(call, report->boot_id.data);
		call_count(call, report->seq);
		if (names_personal_devices(report))
			r = blot(report, &blotted);
	} else {
		call_null(call, ARRAY_UUID);
		call_null(call, ARRAY_BIGINT);
	}
	call_text(call, code);
	call_text(call, reason);
	call_time(call, received_ms);
	call_bytes(call, blotted.len ? blotted.data : bytes, blotted.len ? blotted.len : len);
	if (r == 0)
		r = call_run(call, store->db, STATEMENT_QUARANTINE, NULL);
	bytes_clear(&blotted);
	return session_errno(r);
}

int
store_heartbeat(struct store *store, const uint8_t agent_id[static 16],
    const uint8_t boot_id[static 16], uint64_t beat, int64_t at_ms, uint64_t next_seq,
    uint64_t spool_reports, int64_t received_ms)
{
	struct call *call = &store->call;

	call_start(call);
	call_uuid(call, agent_id);
	call_uuid(call, boot_id);
	call_count(call, beat);
	call_time(call, at_ms);
	call_count(call, next_seq);
	call_count(call, spool_reports);
	call_time(call, received_ms);
	return session_errno(call_run(call, store->db, STATEMENT_HEARTBEAT, NULL));
}
