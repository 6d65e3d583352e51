/*
 * The policy of a school's agents: rows of core.policy_of() become a packed
 * Policy. Its version is a hash of all that it asks, so it changes when, and
 * only when, an agent has something to do differently: what a control sees of a
 * site is new every half hour and is not part of it. Signing is done elsewhere.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/session.h"
#include "common/address.h"
#include "common/arena.h"
#include "common/bytes.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/policy.pb-c.h"

enum {
	ROW_BYTES =
	    512, /* what one row may take of the arena, its places in the lists included */
	CONTROL_LIST_MAX = 16,
};

struct building {
	const struct pg_result *rows;
	size_t row;   /* the one being read */
	size_t count; /* of rows: no list is longer */
	struct arena arena;
	Parta__V1__Policy policy;
	Parta__V1__SpeedSlots slots;
	Parta__V1__FilterList filter;
	Parta__V1__FilterControl **controls; /* of the entry in the same place, NULL none */
	uint8_t canary_sha256[32];
	char version[24];
};

/* The generated structs hold char *, which nothing here writes through. */
static char *
field(const struct building *b, size_t column)
{
	const char *text = db_field(b->rows, b->row, column);
	union {
		const char *in;
		char *out;
	} u = {.in = text ? text : ""};

	return u.out;
}

static uint64_t
number(const struct building *b, size_t column)
{
	int64_t value = db_number(b->rows, b->row, column);

	return value < 0 ? 0 : (uint64_t)value;
}

/* A list with room for every row. */
static void *
list(struct building *b)
{
	void *places = arena_take(&b->arena, b->count * sizeof(void *));

	CHECK(places);
	return places;
}

static void *
piece(struct building *b, size_t size)
{
	void *taken = arena_take(&b->arena, size);

	CHECK(taken);
	return taken;
}

static void
add_text(struct building *b, size_t *count, char ***texts)
{
	if (!*texts)
		*texts = list(b);
	(*texts)[(*count)++] = field(b, 1);
}

static void
add_lesson(struct building *b)
{
	Parta__V1__Lesson *lesson = piece(b, sizeof(*lesson));

	parta__v1__lesson__init(lesson);
	lesson->weekday = (uint32_t)number(b, 1);
	lesson->from_minute = (uint32_t)number(b, 2);
	lesson->to_minute = (uint32_t)number(b, 3);
	if (!b->policy.lessons)
		b->policy.lessons = list(b);
	b->policy.lessons[b->policy.n_lessons++] = lesson;
}

static void
add_holiday(struct building *b)
{
	Parta__V1__DayRange *range = piece(b, sizeof(*range));

	parta__v1__day_range__init(range);
	range->from_day = (uint32_t)number(b, 1);
	range->to_day = (uint32_t)number(b, 2);
	if (!b->policy.holidays)
		b->policy.holidays = list(b);
	b->policy.holidays[b->policy.n_holidays++] = range;
}

static void
add_exam(struct building *b)
{
	Parta__V1__ExamWindow *exam = piece(b, sizeof(*exam));

	parta__v1__exam_window__init(exam);
	exam->from_ms = (int64_t)number(b, 1);
	exam->to_ms = (int64_t)number(b, 2);
	exam->name = field(b, 3);
	if (!b->policy.exams)
		b->policy.exams = list(b);
	b->policy.exams[b->policy.n_exams++] = exam;
}

static void
set_slots(struct building *b)
{
	parta__v1__speed_slots__init(&b->slots);
	b->slots.slot = (uint32_t)number(b, 1);
	b->slots.slots = (uint32_t)number(b, 2);
	b->slots.length_s = (uint32_t)number(b, 3);
	b->policy.speed_slots = &b->slots;
}

static void
add_target(struct building *b)
{
	Parta__V1__InternetTarget *target = piece(b, sizeof(*target));

	parta__v1__internet_target__init(target);
	target->address = field(b, 1);
	target->kind = field(b, 2);
	if (!b->policy.targets)
		b->policy.targets = list(b);
	b->policy.targets[b->policy.n_targets++] = target;
}

/* The value of an enum whose name is the prefix and the word in upper case; 0 when there is
 * none. */
static int
value_of(const ProtobufCEnumDescriptor *type, const char *prefix, const char *word)
{
	char name[96];

	(void)snprintf(name, sizeof(name), "%s%s", prefix, word);
	for (size_t i = strlen(prefix); name[i]; i++)
		if (name[i] >= 'a' && name[i] <= 'z')
			name[i] = (char)(name[i] - 'a' + 'A');
	for (unsigned i = 0; i < type->n_values; i++)
		if (strcmp(type->values[i].name, name) == 0)
			return type->values[i].value;
	return 0;
}

static void
add_entry(struct building *b)
{
	Parta__V1__FilterEntry *entry = piece(b, sizeof(*entry));

	parta__v1__filter_entry__init(entry);
	entry->id = field(b, 1);
	entry->url = field(b, 2);
	entry->expect = (Parta__V1__FilterExpect)value_of(
	    &parta__v1__filter_expect__descriptor, "FILTER_EXPECT_", field(b, 3));
	entry->max_stage = (Parta__V1__FilterStage)value_of(
	    &parta__v1__filter_stage__descriptor, "FILTER_STAGE_", field(b, 4));
	entry->category = field(b, 5);
	if (!b->filter.entries) {
		b->filter.entries = list(b);
		b->controls = list(b);
	}
	b->controls[b->filter.n_entries] = NULL;
	b->filter.entries[b->filter.n_entries++] = entry;
}

/* A control's rows follow the row of its entry. */
static Parta__V1__FilterControl *
control_of(struct building *b)
{
	return b->filter.n_entries > 0 ? b->controls[b->filter.n_entries - 1] : NULL;
}

static void
add_control(struct building *b)
{
	Parta__V1__FilterControl *control = piece(b, sizeof(*control));

	if (b->filter.n_entries == 0)
		return;
	parta__v1__filter_control__init(control);
	control->at_ms = (int64_t)number(b, 1);
	control->reachable = number(b, 2) > 0;
	control->status = (uint32_t)number(b, 3);
	control->body_bytes = number(b, 4);
	control->title = field(b, 5);
	b->controls[b->filter.n_entries - 1] = control;
}

static void
set_sha256(struct building *b, ProtobufCBinaryData *ret)
{
	uint8_t *sum = piece(b, 32);

	if (text_unhex(sum, 32, field(b, 1)) == 32)
		*ret = (ProtobufCBinaryData){32, sum};
}

static void
add_control_body(struct building *b)
{
	if (control_of(b))
		set_sha256(b, &control_of(b)->body_sha256);
}

static void
add_control_chain(struct building *b)
{
	Parta__V1__FilterControl *control = control_of(b);

	if (!control || control->n_chain_sha256 == CONTROL_LIST_MAX)
		return;
	if (!control->chain_sha256)
		control->chain_sha256 =
		    piece(b, CONTROL_LIST_MAX * sizeof(*control->chain_sha256));
	set_sha256(b, &control->chain_sha256[control->n_chain_sha256]);
	control->n_chain_sha256 += control->chain_sha256[control->n_chain_sha256].len > 0;
}

static void
add_control_address(struct building *b)
{
	Parta__V1__FilterControl *control = control_of(b);
	struct address address;
	uint8_t *bytes;

	if (!control || control->n_addresses == CONTROL_LIST_MAX ||
	    address_parse(field(b, 1), &address) < 0)
		return;
	if (!control->addresses)
		control->addresses = piece(b, CONTROL_LIST_MAX * sizeof(*control->addresses));
	bytes = piece(b, address_len(&address));
	memcpy(bytes, address.bytes, address_len(&address));
	control->addresses[control->n_addresses++] =
	    (ProtobufCBinaryData){address_len(&address), bytes};
}

static void
set_canary_sha256(struct building *b)
{
	if (text_unhex(b->canary_sha256, sizeof(b->canary_sha256), field(b, 1)) !=
	    (int)sizeof(b->canary_sha256))
		return;
	b->filter.canary_sha256.data = b->canary_sha256;
	b->filter.canary_sha256.len = sizeof(b->canary_sha256);
}

/* A row whose first word is not known here is of a newer schema and asks nothing of us. */
static void
take_row(struct building *b)
{
	const char *kind = field(b, 0);
	Parta__V1__Policy *p = &b->policy;
	const struct {
		const char *kind;
		char **text;
		uint32_t *number;
		uint64_t *bytes;
		double *real;
		size_t *count;
		char ***texts;
		void (*add)(struct building *);
	} things[] = {
	    {"time_zone", .text = &p->time_zone},
	    {"target_down_mbps", .real = &p->target_down_mbps},
	    {"target_up_mbps", .real = &p->target_up_mbps},
	    {"speed_backend", .text = &p->speed_backend},
	    {"speed_every_s", .number = &p->speed_every_s},
	    {"speed_budget_bytes_a_day", .bytes = &p->speed_budget_bytes_a_day},
	    {"speed_budget_bytes_a_month", .bytes = &p->speed_budget_bytes_a_month},
	    {"speed_slots", .add = set_slots},
	    {"scan_every_s", .number = &p->scan_every_s},
	    {"filter_every_s", .number = &p->filter_every_s},
	    {"report_every_s", .number = &p->report_every_s},
	    {"speed_server", .count = &p->n_speed_servers, .texts = &p->speed_servers},
	    {"range", .count = &p->n_ranges, .texts = &p->ranges},
	    {"community", .count = &p->n_communities, .texts = &p->communities},
	    {"lesson", .add = add_lesson},
	    {"holiday", .add = add_holiday},
	    {"exam", .add = add_exam},
	    {"target", .add = add_target},
	    {"filter", .add = add_entry},
	    {"control", .add = add_control},
	    {"control_body", .add = add_control_body},
	    {"control_chain", .add = add_control_chain},
	    {"control_address", .add = add_control_address},
	    {"filter_version", .text = &b->filter.version},
	    {"filter_canary_url", .text = &b->filter.canary_url},
	    {"filter_canary_sha256", .add = set_canary_sha256},
	    {"block_address", .count = &b->filter.n_block_addresses,
		.texts = &b->filter.block_addresses},
	    {"block_host", .count = &b->filter.n_block_hosts, .texts = &b->filter.block_hosts},
	};

	for (size_t i = 0; i < COUNT_OF(things); i++) {
		if (strcmp(things[i].kind, kind) != 0)
			continue;
		if (things[i].text)
			*things[i].text = field(b, 1);
		if (things[i].number)
			*things[i].number = (uint32_t)number(b, 1);
		if (things[i].bytes)
			*things[i].bytes = number(b, 1);
		if (things[i].real)
			*things[i].real = db_real(b->rows, b->row, 1);
		if (things[i].texts)
			add_text(b, things[i].count, things[i].texts);
		if (things[i].add)
			things[i].add(b);
	}
}

/* FNV-1a over what is asked, before it has a version and a date. */
static int
set_version(struct building *b)
{
	struct bytes packed = bytes_new(WIRE_BODY_BYTES_MAX);
	uint64_t hash = UINT64_C(14695981039346656037);
	int r = wire_pack(&b->policy.base, &packed);

	for (size_t i = 0; r == 0 && i < packed.len; i++)
		hash = (hash ^ packed.data[i]) * UINT64_C(1099511628211);
	bytes_clear(&packed);
	(void)snprintf(b->version, sizeof(b->version), "%016" PRIx64, hash);
	b->policy.version = b->version;
	return r;
}

static int
build(struct building *b, uint8_t **ret, size_t *ret_len)
{
	struct bytes packed = bytes_new(WIRE_BODY_BYTES_MAX);
	int64_t issued_ms = 0;
	int r;

	parta__v1__policy__init(&b->policy);
	parta__v1__filter_list__init(&b->filter);
	b->policy.filter = &b->filter;
	for (b->row = 0; b->row < b->count; b->row++) {
		take_row(b);
		if (strcmp(field(b, 0), "issued_ms") == 0)
			issued_ms = db_number(b->rows, b->row, 1);
	}
	r = set_version(b);
	b->policy.issued_ms = issued_ms;
	for (size_t i = 0; i < b->filter.n_entries; i++)
		b->filter.entries[i]->control = b->controls[i];
	if (r == 0)
		r = wire_pack(&b->policy.base, &packed);
	if (r < 0) {
		bytes_clear(&packed);
		return r;
	}
	*ret = packed.data;
	*ret_len = packed.len;
	return 0;
}

int
store_policy(
    struct store *store, const uint8_t agent_id[static 16], uint8_t **ret, size_t *ret_len)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	CLEANUP(free_at) void *memory = NULL;
	struct building b = {.count = 0};
	size_t size;
	int r;

	call_start(&store->call);
	call_uuid(&store->call, agent_id);
	r = call_run(&store->call, store->db, STATEMENT_POLICY, &rows);
	if (r < 0)
		return session_errno(r);
	if (db_rows(rows) == 0)
		return -EACCES;
	b.rows = rows;
	b.count = db_rows(rows);
	size = 4096 + b.count * ROW_BYTES;
	memory = malloc(size);
	if (!memory)
		return -ENOMEM;
	b.arena = arena_over(memory, size);
	r = build(&b, ret, ret_len);
	return r < 0 ? session_errno(r) : 0;
}
