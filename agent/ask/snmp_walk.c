/*
 * The walk of one device (RFC 3416 sections 4.2.1 to 4.2.3, RFC 1157 for v1). An
 * answer is believed as far as it moves the walk on: an identifier that does not
 * grow, leaves its column or was not asked for ends the column, never the walk. Each
 * refusal makes the next request smaller, so every walk ends by itself; how long to
 * wait, and how much in all, is the asker's business.
 */
#include "agent/ask/snmp_walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_tables.h"
#include "common/check.h"

enum {
	ANSWER_BYTES = 1400,  /* of variables, so that an answer fits one Ethernet frame */
	VAR_BYTES_FIRST = 28, /* before any came; the mean of real walks is about 26 */
	VAR_HEAD_BYTES = 6,   /* three tags and lengths */
	FAILURES_MAX = 2,
	DEAD_MAX = 2,
	SILENCES_WITHOUT_BULK = 2,
	ENTERPRISE_PLACE = 6, /* of its number among the arcs of 1.3.6.1.4.1.N */
	HIDDEN_LOOKS_MAX = 12,
	PAGE_MAKERS_MAX = 3,
	PAGE_ROWS_AT_ONCE = 16,
	PAGE_SKIP_COST = 8,    /* rows: as much as a request is worth */
	MAKER_ARCS_MAX = 12,   /* of a row's object below the product */
	MAKER_COLUMN_ROWS = 3, /* the first of a stack may be an empty slot */
	ROWS_BY_NEXT = 64,     /* of a sample, where each costs a request */
};

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t
most(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* The first reason is the one that is told. */
static void __attribute__((format(printf, 2, 3)))
note(struct snmp_walk *w, const char *format, ...)
{
	va_list args;

	w->partial = true;
	w->forwarding_cut |= w->step == SNMP_STEP_TABLE &&
			     snmp_tables[w->table].fields[0].read == snmp_read_forwarding;
	if (*w->reason)
		return;
	va_start(args, format);
	(void)vsnprintf(w->reason, sizeof(w->reason), format, args);
	va_end(args);
}

static const char *
step_name(const struct snmp_walk *w)
{
	/* clang-format off */
	static const char *const names[] = {
		[SNMP_STEP_SYSTEM] = "system", [SNMP_STEP_PLACES] = "places",
		[SNMP_STEP_PRESENCE] = "table roots",
		[SNMP_STEP_HIDDEN] = "makers' roots", [SNMP_STEP_MAKER] = "maker's values",
		[SNMP_STEP_MAKER_COLUMN] = "maker's columns", [SNMP_STEP_TABLE] = "",
		[SNMP_STEP_PAGE] = "maker's first page", [SNMP_STEP_END] = "end",
	};
	/* clang-format on */

	return w->step == SNMP_STEP_TABLE ? snmp_tables[w->table].name : names[w->step];
}

/* ---- steps */

static struct snmp_walk_item *
item_add(struct snmp_walk *w, const struct snmp_oid *root, const struct snmp_field *field)
{
	struct snmp_walk_item *item;

	CHECK(w->n_items < SNMP_WALK_ITEMS_MAX);
	item = &w->items[w->n_items++];
	oid_copy(&item->root, root);
	oid_copy(&item->at, root);
	item->field = field;
	item->table = 0;
	item->rows = 0;
	item->failures = 0;
	item->done = false;
	return item;
}

static void
load_system(struct snmp_walk *w)
{
	for (size_t i = 0; i < snmp_system_count; i++) {
		struct snmp_oid instance;

		oid_copy(&instance, &snmp_system[i].object);
		(void)oid_append(&instance, 0);
		(void)item_add(w, &instance, &snmp_system[i].field);
	}
}

/* Scalars and, once each, the roots of tables. */
static void
load_presence(struct snmp_walk *w)
{
	for (size_t i = 0; i < snmp_scalars_count; i++)
		(void)item_add(w, &snmp_scalars[i].object, &snmp_scalars[i].field);
	for (size_t t = 0; t < snmp_tables_count; t++) {
		struct snmp_oid root;
		bool known = snmp_tables[t].enterprise != 0;

		oid_copy(&root, &snmp_tables[t].entry);
		root.len = snmp_tables[t].root_len;
		for (size_t i = snmp_scalars_count; i < w->n_items; i++)
			known |= oid_compare(&w->items[i].root, &root) == 0;
		if (!known)
			item_add(w, &root, NULL)->table = t;
	}
}

/* Appends the arcs of a text, as far as a '*'. */
static void
oid_append_text(struct snmp_oid *oid, const char *text)
{
	char *end;

	for (; *text && *text != '*'; text = *end == '.' ? end + 1 : end)
		CHECK(oid_append(oid, (uint32_t)strtoul(text, &end, 10)));
}

static const struct snmp_oid enterprises = SNMP_OID(1, 3, 6, 1, 4, 1);

/* An object of a maker's row: below enterprises, below the product, or of a standard MIB. */
static void
maker_object(const struct snmp_walk *w, const char *text, struct snmp_oid *ret)
{
	static const char standard[] = "1.3.6.1.";

	if (*text == '~') {
		oid_copy(ret, w->product.len + MAKER_ARCS_MAX <= SNMP_OID_MAX ? &w->product
									      : &enterprises);
		text += 2;
	} else if (strncmp(text, standard, sizeof(standard) - 1) == 0) {
		ret->len = 0;
	} else {
		oid_copy(ret, &enterprises);
	}
	oid_append_text(ret, text);
}

static bool
is_in(uint32_t enterprise, const uint32_t list[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == enterprise)
			return true;
	return false;
}

static bool
is_generic(uint32_t enterprise)
{
	return is_in(enterprise, snmp_maker_generic, snmp_maker_generic_count);
}

/* Whose subtrees are there is asked one after the other: the answer names the next question.
 * At once for devices whose sysObjectID names nobody; after the tables for those that these
 * and their maker's rows left nameless: boxes are sold under other names than that of whose
 * agent it is. */
static void
load_hidden(struct snmp_walk *w)
{
	if (is_generic(w->enterprise) != w->tables_done &&
	    (!w->tables_done || snmp_facts_lack_name(w->facts)))
		(void)item_add(w, &enterprises, NULL);
}

/* Those found after the tables; before them also the one that sysObjectID names. */
static bool
is_its_maker(const struct snmp_walk *w, uint32_t enterprise)
{
	if (w->tables_done && is_generic(w->enterprise))
		return false; /* all that there is was asked */
	return is_in(enterprise, w->hidden, w->n_hidden) ||
	       (!w->tables_done && enterprise == w->enterprise);
}

/* Rows that name an instance, or those that name a column, whose first row counts ("*" at the
 * end). */
static void
load_maker(struct snmp_walk *w, bool columns)
{
	for (size_t i = 0; i < snmp_makers_count && w->n_items < SNMP_WALK_ITEMS_MAX; i++) {
		const struct snmp_maker_row *row = &snmp_makers[i];
		const char *star = strchr(row->object, '*');
		struct snmp_oid object;

		if (!is_its_maker(w, row->enterprise) || (star != NULL) != columns)
			continue;
		maker_object(w, row->object, &object);
		(void)item_add(w, &object, &snmp_maker_fields[row->key]);
	}
}

static void
load_page_of(struct snmp_walk *w, const struct snmp_oid *root)
{
	for (size_t i = 0; i < w->n_items; i++)
		if (oid_compare(&w->items[i].root, root) == 0)
			return;
	(void)item_add(w, root, &snmp_page_field);
}

/* The subtrees of its makers, and of the very product, which lies deeper as a rule. */
static void
load_page(struct snmp_walk *w)
{
	struct snmp_oid root;

	w->rows_next = PAGE_ROWS_AT_ONCE;
	w->table_by_next = false;
	if (!snmp_facts_lack_identity(w->facts))
		return;
	for (size_t i = 0; i < w->n_hidden && i < PAGE_MAKERS_MAX; i++) {
		oid_copy(&root, &enterprises);
		(void)oid_append(&root, w->hidden[i]);
		load_page_of(w, &root);
	}
	if (w->product.len <= ENTERPRISE_PLACE || is_generic(w->enterprise))
		return;
	oid_copy(&root, &w->product);
	root.len = ENTERPRISE_PLACE + 1;
	load_page_of(w, &root);
	if (w->product.len > root.len) {
		root.len++;
		load_page_of(w, &root);
		load_page_of(w, &w->product);
	}
}

static void
load_columns(struct snmp_walk *w, const struct snmp_table *table)
{
	for (size_t f = 0; f < table->n_fields; f++) {
		struct snmp_oid column;

		oid_copy(&column, &table->entry);
		(void)oid_append(&column, table->fields[f].column);
		(void)item_add(w, &column, &table->fields[f]);
	}
	w->rows_next = table->rows_first;
	w->table_by_next = false;
}

static void
load_units(struct snmp_walk *w, const struct snmp_table *table)
{
	uint32_t units[SNMP_UNITS_MAX];
	size_t n = snmp_facts_units(w->facts, units);

	for (size_t u = 0; u < n; u++)
		for (size_t f = 0; f < table->n_fields; f++) {
			struct snmp_oid instance;

			oid_copy(&instance, &table->entry);
			(void)oid_append(&instance, table->fields[f].column);
			(void)oid_append(&instance, units[u]);
			(void)item_add(w, &instance, &table->fields[f]);
		}
}

/* As many of those on its ports as one request takes. */
static void
load_places(struct snmp_walk *w)
{
	static const struct snmp_oid plain = SNMP_OID(1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2);
	static const struct snmp_oid of_vlan = SNMP_OID(1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2);
	const struct snmp_known *known = w->known;

	w->vlan = w->watched < known->n_watch ? known->watch[w->watched].context : 0;
	while (w->n_items < SNMP_REQUEST_VARS_MAX && w->watched < known->n_watch) {
		const struct snmp_watch *watch = &known->watch[w->watched];
		struct snmp_oid instance;

		if (watch->context != w->vlan)
			return; /* a request is of one VLAN */
		oid_copy(&instance, watch->database ? &of_vlan : &plain);
		if (watch->database)
			(void)oid_append(&instance, watch->database);
		for (size_t i = 0; i < sizeof(watch->mac.bytes); i++)
			(void)oid_append(&instance, watch->mac.bytes[i]);
		item_add(w, &instance, NULL)->table = w->watched++;
	}
}

/* Who is not in the table any more is silent, which is no move. */
static void
place_read(struct snmp_walk *w, const struct snmp_walk_item *item, const struct snmp_var *var)
{
	w->moved |= var->type == SNMP_NUMBER && var->number > 0 &&
		    var->number != w->known->watch[item->table].bridge_port;
}

bool
snmp_walk_settled(const struct snmp_walk *walk)
{
	return walk->unchanged && walk->known->is_settled && !walk->moved;
}

static bool
is_wanted(const struct snmp_walk *w, const struct snmp_table *table)
{
	bool there =
	    table->enterprise ? is_its_maker(w, table->enterprise) : w->present >> w->table & 1;

	return there &&
	       (!w->unchanged || table->moves || (table->places && !snmp_walk_settled(w))) &&
	       (!table->wanted || table->wanted(w->facts));
}

static void
load_table(struct snmp_walk *w)
{
	const struct snmp_table *table = &snmp_tables[w->table];

	if (!is_wanted(w, table))
		return;
	if (table->kind == SNMP_TABLE_UNITS) {
		load_units(w, table);
		return;
	}
	if (table->kind == SNMP_TABLE_CONTEXTS &&
	    (w->vlan = snmp_facts_next_context(w->facts, w->vlan)) == 0)
		return;
	load_columns(w, table);
}

/* Is it as it was? Then the tables that were there are, and the first of them is next. */
static bool
is_unchanged(struct snmp_walk *w)
{
	struct snmp_stamp now;

	if (!w->known)
		return false;
	snmp_facts_stamp(w->facts, &now);
	if (!snmp_stamp_holds(&w->known->stamp, &now, w->known->elapsed_ms))
		return false;
	w->present = w->known->present;
	return true;
}

static void
step_on(struct snmp_walk *w)
{
	w->n_items = 0;
	w->silences = 0;
	switch (w->step) {
	case SNMP_STEP_SYSTEM:
		w->unchanged = is_unchanged(w);
		w->step = w->unchanged ? SNMP_STEP_PLACES : SNMP_STEP_PRESENCE;
		if (w->unchanged)
			load_places(w);
		else
			load_presence(w);
		return;
	case SNMP_STEP_PLACES:
		load_places(w);
		if (w->n_items > 0 && !w->moved)
			return;
		w->n_items = 0;
		w->vlan = 0;
		w->step = SNMP_STEP_TABLE;
		break;
	case SNMP_STEP_PRESENCE:
		w->step = SNMP_STEP_HIDDEN;
		load_hidden(w);
		return;
	case SNMP_STEP_HIDDEN:
		w->step = SNMP_STEP_MAKER;
		load_maker(w, false);
		return;
	case SNMP_STEP_MAKER:
		w->step = SNMP_STEP_MAKER_COLUMN;
		load_maker(w, true);
		return;
	case SNMP_STEP_MAKER_COLUMN:
		if (w->tables_done) {
			w->step = SNMP_STEP_PAGE;
			load_page(w);
			return;
		}
		w->step = SNMP_STEP_TABLE;
		w->table = 0;
		break;
	case SNMP_STEP_TABLE:
		w->table += w->vlan == 0; /* else it is asked of the next VLAN */
		break;
	case SNMP_STEP_PAGE:
		w->step = SNMP_STEP_END;
		return;
	case SNMP_STEP_END:
		return;
	}
	if (w->table < snmp_tables_count) {
		load_table(w);
	} else if (w->unchanged) {
		w->step = SNMP_STEP_END;
	} else {
		w->tables_done = true;
		w->step = SNMP_STEP_HIDDEN;
		load_hidden(w);
	}
}

void
snmp_walk_start(struct snmp_walk *walk, struct snmp_facts *facts, uint8_t version,
    uint32_t max_repetitions, uint32_t retries)
{
	memset(walk, 0, sizeof(*walk));
	CHECK(snmp_tables_count <= 64);
	walk->facts = facts;
	walk->retries = retries;
	walk->vars_ceiling = least(most(2 * (size_t)max_repetitions, 1), SNMP_REPLY_VARS_MAX);
	walk->vars_max = walk->vars_ceiling;
	walk->get_max = SNMP_REQUEST_VARS_MAX;
	walk->next_max = SNMP_REQUEST_VARS_MAX;
	walk->bytes_a_var = VAR_BYTES_FIRST;
	walk->bulk = version > 1;
	load_system(walk);
}

void
snmp_walk_known(struct snmp_walk *walk, const struct snmp_known *known)
{
	walk->known = known;
}

bool
snmp_walk_learned(const struct snmp_walk *walk, struct snmp_known *ret)
{
	if (walk->partial || walk->unchanged || walk->step != SNMP_STEP_END)
		return false;
	*ret = (struct snmp_known){.present = walk->present};
	snmp_facts_stamp(walk->facts, &ret->stamp);
	return ret->stamp.up_time_cs > 0;
}

void
snmp_walk_cut(struct snmp_walk *walk, const char *why)
{
	note(walk, "%s at '%s'", why, step_name(walk));
	walk->step = SNMP_STEP_END;
	walk->n_items = 0;
}

/* ---- the next request */

static bool
all_done(const struct snmp_walk *w)
{
	for (size_t i = 0; i < w->n_items; i++)
		if (!w->items[i].done)
			return false;
	return true;
}

static enum snmp_operation
operation_of(const struct snmp_walk *w)
{
	if (w->step == SNMP_STEP_SYSTEM || w->step == SNMP_STEP_PLACES ||
	    w->step == SNMP_STEP_MAKER ||
	    (w->step == SNMP_STEP_TABLE && snmp_tables[w->table].kind == SNMP_TABLE_UNITS))
		return SNMP_OP_GET;
	if ((w->step == SNMP_STEP_TABLE || w->step == SNMP_STEP_PAGE) && w->bulk &&
	    !w->table_by_next)
		return SNMP_OP_GETBULK;
	return SNMP_OP_GETNEXT;
}

bool
snmp_walk_next(struct snmp_walk *walk, struct snmp_request *ret)
{
	size_t objects_max, vars;

	while (walk->step != SNMP_STEP_END && all_done(walk))
		step_on(walk);
	if (walk->step == SNMP_STEP_END)
		return false;

	walk->operation = operation_of(walk);
	vars = least(walk->vars_max, most(ANSWER_BYTES / walk->bytes_a_var, 1));
	objects_max = walk->operation == SNMP_OP_GET ? walk->get_max : walk->next_max;
	if (walk->operation == SNMP_OP_GETBULK)
		objects_max = least(objects_max, vars);

	walk->n_asked = 0;
	for (size_t i = 0; i < walk->n_items && walk->n_asked < objects_max; i++) {
		const struct snmp_walk_item *item = &walk->items[i];

		if (item->done)
			continue;
		oid_copy(&ret->oids[walk->n_asked], &item->at);
		walk->asked[walk->n_asked++] = i;
	}
	walk->repetitions = 1;
	if (walk->operation == SNMP_OP_GETBULK)
		walk->repetitions =
		    (unsigned)most(least(vars / most(walk->n_asked, 1), walk->rows_next), 1);
	ret->operation = walk->operation;
	ret->repetitions = walk->repetitions;
	ret->vlan = walk->vlan;
	ret->n = walk->n_asked;
	return true;
}

/* ---- answers */

static void
learn_size(struct snmp_walk *w, const struct snmp_var *var)
{
	size_t bytes = VAR_HEAD_BYTES + var->oid.len + 4;

	if (var->type == SNMP_OCTETS)
		bytes = VAR_HEAD_BYTES + var->oid.len + var->len;
	w->bytes_a_var = most((7 * w->bytes_a_var + bytes + 4) / 8, 8);
}

static uint32_t
enterprise_of(const struct snmp_oid *object)
{
	return oid_under(object, &enterprises) && object->len > enterprises.len
		   ? object->arc[enterprises.len]
		   : 0;
}

static void
item_read(struct snmp_walk *w, struct snmp_walk_item *item, const struct snmp_var *var)
{
	struct snmp_oid index;

	if (w->step == SNMP_STEP_PLACES)
		place_read(w, item, var);
	if (!item->field)
		return;
	if (w->step == SNMP_STEP_SYSTEM && var->type == SNMP_OBJECT_ID) {
		w->enterprise = enterprise_of(&var->object);
		if (w->enterprise)
			oid_copy(&w->product, &var->object);
	}
	index.len = 0;
	for (uint32_t i = item->root.len; i < var->oid.len; i++)
		(void)oid_append(&index, var->oid.arc[i]);
	if (w->step == SNMP_STEP_TABLE && snmp_tables[w->table].kind == SNMP_TABLE_UNITS) {
		/* the instance was part of what was asked */
		index.len = 0;
		(void)oid_append(&index, var->oid.arc[var->oid.len - 1]);
	}
	item->field->read(w->facts, item->field, &index, var);
}

/* Returns whether the item moved on. */
static bool
take_exact(struct snmp_walk *w, struct snmp_walk_item *item, const struct snmp_var *var)
{
	if (item->done || oid_compare(&var->oid, &item->root) != 0)
		return false;
	item->done = true;
	learn_size(w, var);
	item_read(w, item, var);
	return true;
}

static void
mark_present(struct snmp_walk *w, const struct snmp_walk_item *item)
{
	if (item->field)
		return;
	for (size_t t = 0; t < snmp_tables_count; t++)
		if (oid_under(&snmp_tables[t].entry, &item->root))
			w->present |= (uint64_t)1 << t;
}

/* The identifier did not grow. Where it is the column's first one again, the agent began anew,
 * which is its way to say "end"; where it is the one that was just given, it does not move. */
static void
item_stuck(struct snmp_walk *w, struct snmp_walk_item *item, const struct snmp_var *var)
{
	bool anew = item->rows > 1 && oid_compare(&var->oid, &item->first) == 0;

	item->done = true;
	if (!anew)
		note(w, "identifiers do not grow in '%s'", step_name(w));
}

/* One subtree of enterprises is known; the next question is behind it. */
static void
take_hidden(struct snmp_walk *w, struct snmp_walk_item *item, const struct snmp_var *var)
{
	uint32_t enterprise = enterprise_of(&var->oid);
	char text[16];

	item->done = enterprise == UINT32_MAX || ++item->rows == HIDDEN_LOOKS_MAX;
	oid_copy(&item->at, &item->root);
	(void)oid_append(&item->at, enterprise + 1);
	if (enterprise == w->enterprise || is_generic(enterprise) ||
	    is_in(enterprise, snmp_maker_watched, snmp_maker_watched_count) ||
	    w->n_hidden == COUNT_OF(w->hidden))
		return;
	w->hidden[w->n_hidden++] = enterprise;
	if (!is_generic(w->enterprise))
		return;
	(void)snprintf(text, sizeof(text), "%u", enterprise);
	(void)snmp_facts_add(w->facts, "snmp", "enterprise", text);
}

/* A later row of a column says nothing about the device: the page goes on behind it. */
static void
page_skip(struct snmp_walk_item *item, const struct snmp_oid *before)
{
	uint32_t last = item->at.len - 1;

	if (before->len != item->at.len || item->at.arc[last] <= 1 ||
	    memcmp(before->arc, item->at.arc, last * sizeof(before->arc[0])) != 0)
		return;
	item->at.arc[last] = UINT32_MAX;
	item->rows += PAGE_SKIP_COST;
}

static bool
take_page(struct snmp_walk *w, struct snmp_walk_item *item, const struct snmp_var *var)
{
	struct snmp_oid before;

	if (oid_compare(&var->oid, &item->at) <= 0)
		return false; /* of the column that is passed over */
	oid_copy(&before, &item->at);
	oid_copy(&item->at, &var->oid);
	learn_size(w, var);
	item_read(w, item, var);
	item->rows++;
	page_skip(item, &before);
	item->done = item->rows >= (w->bulk ? SNMP_PAGE_ROWS : SNMP_PAGE_ROWS_BY_NEXT);
	return true;
}

static bool
take_next(struct snmp_walk *w, struct snmp_walk_item *item, const struct snmp_var *var)
{
	const struct snmp_table *table;

	if (item->done)
		return false;
	if (var->type == SNMP_END_OF_VIEW || !oid_under(&var->oid, &item->root)) {
		item->done = true;
		return true;
	}
	if (w->step == SNMP_STEP_PAGE)
		return take_page(w, item, var);
	if (oid_compare(&var->oid, &item->at) <= 0) {
		item_stuck(w, item, var);
		return true;
	}
	oid_copy(&item->at, &var->oid);
	learn_size(w, var);
	if (w->step == SNMP_STEP_HIDDEN) {
		take_hidden(w, item, var);
		return true;
	}
	if (w->step == SNMP_STEP_PRESENCE) {
		item->done = true;
		mark_present(w, item);
		item_read(w, item, var);
		return true;
	}
	if (item->rows++ == 0)
		oid_copy(&item->first, &var->oid);
	item_read(w, item, var);
	if (w->step == SNMP_STEP_MAKER_COLUMN) {
		item->done = item->rows >= MAKER_COLUMN_ROWS;
		return true;
	}
	table = &snmp_tables[w->table];
	if (item->rows >= table->rows_max ||
	    (table->sample && w->operation == SNMP_OP_GETNEXT && item->rows >= ROWS_BY_NEXT)) {
		item->done = true;
		if (!table->sample)
			note(w, "'%s' has more rows than are read", table->name);
	}
	return true;
}

static void
item_fail(struct snmp_walk *w, struct snmp_walk_item *item, const char *why)
{
	if (item->done || ++item->failures < FAILURES_MAX)
		return;
	item->done = true;
	note(w, "%s in '%s'", why, step_name(w));
}

static void
values_in(struct snmp_walk *w, const struct snmp_reply *reply)
{
	bool moved = false;

	for (size_t j = 0; j < reply->n; j++) {
		struct snmp_walk_item *item = &w->items[w->asked[j % w->n_asked]];

		if (w->operation != SNMP_OP_GET)
			moved |= take_next(w, item, &reply->vars[j]);
		else if (j < w->n_asked)
			moved |= take_exact(w, item, &reply->vars[j]);
	}
	if (!moved) {
		for (size_t i = 0; i < w->n_asked; i++)
			item_fail(w, &w->items[w->asked[i]], "answers without what was asked");
		return;
	}
	if (w->operation == SNMP_OP_GETBULK) {
		w->bulk_works = true;
		w->rows_next = (unsigned)least(2 * (size_t)w->rows_next, SNMP_REPLY_VARS_MAX);
		w->vars_max = least(w->vars_max + w->n_asked, w->vars_ceiling);
	}
}

/* ---- refusals: each makes the next request smaller or ends an item */

static void
drop_asked(struct snmp_walk *w)
{
	for (size_t i = 0; i < w->n_asked; i++)
		w->items[w->asked[i]].done = true;
}

static void
ask_fewer_objects(struct snmp_walk *w, size_t n)
{
	if (w->operation == SNMP_OP_GET)
		w->get_max = n;
	else
		w->next_max = n;
}

static void
error_too_big(struct snmp_walk *w)
{
	if (w->operation == SNMP_OP_GETBULK && w->n_asked * w->repetitions > 1) {
		w->vars_ceiling = w->n_asked * w->repetitions / 2;
		w->vars_max = w->vars_ceiling;
	} else if (w->n_asked > 1) {
		ask_fewer_objects(w, w->n_asked / 2);
	} else {
		drop_asked(w);
		note(w, "a single value is too big in '%s'", step_name(w));
	}
}

/* RFC 1157: the way of v1 to say that an object is not there, or nothing follows. */
static void
error_no_such_name(struct snmp_walk *w, int64_t index)
{
	if (index >= 1 && (size_t)index <= w->n_asked)
		w->items[w->asked[index - 1]].done = true;
	else if (w->n_asked > 1)
		ask_fewer_objects(w, 1);
	else
		drop_asked(w);
}

static void
error_general(struct snmp_walk *w, int64_t status)
{
	if (w->operation == SNMP_OP_GETBULK) {
		w->table_by_next = true;
		if (!w->bulk_works)
			w->bulk = false;
	} else if (w->n_asked > 1) {
		ask_fewer_objects(w, 1);
	} else {
		drop_asked(w);
		note(w, "error %lld in '%s'", (long long)status, step_name(w));
	}
}

void
snmp_walk_reply(struct snmp_walk *walk, const struct snmp_reply *reply)
{
	if (walk->step == SNMP_STEP_END || walk->n_asked == 0)
		return;
	walk->answered = true;
	walk->vlan_answered |= walk->vlan > 0;
	walk->silences = 0;
	walk->dead = 0;
	walk->position++;
	switch (reply->error_status) {
	case SNMP_ERROR_NONE:
		values_in(walk, reply);
		break;
	case SNMP_ERROR_TOO_BIG:
		error_too_big(walk);
		break;
	case SNMP_ERROR_NO_SUCH_NAME:
		error_no_such_name(walk, reply->error_index);
		break;
	case SNMP_ERROR_NO_ACCESS:
	case SNMP_ERROR_AUTHORIZATION:
		drop_asked(walk);
		note(walk, "access to '%s' is denied", step_name(walk));
		break;
	default:
		error_general(walk, reply->error_status);
		break;
	}
	walk->n_asked = 0;
}

/* Other tables of the same rows would be as silent. */
static void
table_is_dead(struct snmp_walk *w)
{
	for (size_t t = 0; w->step == SNMP_STEP_TABLE && t < snmp_tables_count; t++)
		if (oid_compare(&snmp_tables[t].entry, &snmp_tables[w->table].entry) == 0)
			w->present &= ~((uint64_t)1 << t);
}

/* Every retry was silent: less of it, or without it. */
static void
give_up_asked(struct snmp_walk *w)
{
	w->silences = 0;
	if (w->operation != SNMP_OP_GETBULK && w->n_asked > 1 && w->dead == 0 && w->answered) {
		ask_fewer_objects(w, 1);
		w->dead =
		    1; /* an agent that drops what has many objects answers the next one */
		return;
	}
	note(w, "no answer in '%s'", step_name(w));
	if (++w->dead >= DEAD_MAX || !w->answered) {
		w->step = SNMP_STEP_END;
		w->n_items = 0;
		return;
	}
	table_is_dead(w);
	for (size_t i = 0; i < w->n_items; i++)
		w->items[i].done = true;
}

/* It takes no community of a VLAN: not to be tried twice. */
static void
give_up_vlans(struct snmp_walk *w)
{
	if (w->silences <= least(w->retries, 1))
		return;
	snmp_facts_drop_contexts(w->facts);
	w->silences = 0;
	w->vlan = 0;
	w->n_items = 0;
}

void
snmp_walk_timeout(struct snmp_walk *walk)
{
	if (walk->step == SNMP_STEP_END)
		return;
	walk->silences++;
	if (walk->operation == SNMP_OP_GETBULK) {
		if (!walk->bulk_works && walk->silences >= SILENCES_WITHOUT_BULK) {
			walk->bulk = false;
			walk->silences = 0;
			return;
		}
		walk->vars_max = most(walk->vars_max / 2, 1);
	}
	if (walk->vlan && !walk->vlan_answered)
		give_up_vlans(walk);
	else if (walk->silences > walk->retries)
		give_up_asked(walk);
}
