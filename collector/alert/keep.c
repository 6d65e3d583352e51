/*
 * Rows of core.alert_facts() and core.alerts_kept() as structs, and changes as
 * columns of core.put_alerts(). A kind that this program does not know (written by
 * a newer one) is left alone.
 */
#include "collector/alert/keep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/call.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"

enum { TRANSITIONS_TEXT = ALERT_TRANSITIONS_MAX * 24 + 3 };

static const char *const states[] = {
    [ALERT_OK] = "resolved",
    [ALERT_PENDING] = "pending",
    [ALERT_FIRING] = "firing",
    [ALERT_STALE] = "stale",
};
static const char *const severities[] = {
    [ALERT_INFO] = "info", [ALERT_WARNING] = "warning", [ALERT_CRITICAL] = "critical"};

static size_t
index_of(const char *const words[], size_t count, const char *word)
{
	size_t i = 0;

	while (i + 1 < count && strcmp(words[i], word) != 0)
		i++;
	return i;
}

/* "1700000000000 1700000001000", oldest first, at the end of the array. */
static void
transitions_take(int64_t ret[static ALERT_TRANSITIONS_MAX], const char *text)
{
	while (text && *text) {
		char *end;
		int64_t at_ms = strtoll(text, &end, 10);

		if (end == text)
			return;
		memmove(ret, ret + 1, (ALERT_TRANSITIONS_MAX - 1) * sizeof(ret[0]));
		ret[ALERT_TRANSITIONS_MAX - 1] = at_ms;
		text = end;
	}
}

static struct alert
alert_of_row(const struct pg_result *rows, size_t i, enum alert_kind kind)
{
	struct alert a = {
	    .kind = kind,
	    .school_id = (int32_t)db_number(rows, i, 1),
	    .state = (enum alert_state)index_of(states, COUNT_OF(states), db_field(rows, i, 3)),
	    .severity = (enum alert_severity)index_of(
		severities, COUNT_OF(severities), db_field(rows, i, 4)),
	    .value = db_real(rows, i, 5),
	    .since_ms = db_number(rows, i, 6),
	    .pending_ms = db_number(rows, i, 7),
	    .raised_ms = db_number(rows, i, 8),
	    .told = db_number(rows, i, 9) != 0,
	    .told_lesson = db_number(rows, i, 10) != 0,
	    .grouped = db_number(rows, i, 11) != 0,
	    .flapping = db_number(rows, i, 12) != 0,
	};

	(void)text_copy(a.subject, sizeof(a.subject), db_field(rows, i, 2));
	transitions_take(a.transitions, db_field(rows, i, 13));
	return a;
}

int
keep_load(struct db *db, struct call *call, int64_t now_ms, struct engine *engine)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r;

	call_start(call);
	call_time(call, now_ms);
	r = call_run(call, db, STATEMENT_ALERT_KEPT, &rows);
	for (size_t i = 0; r == 0 && i < db_rows(rows); i++) {
		enum alert_kind kind;
		struct alert a;

		if (alert_kind_of(db_field(rows, i, 0), &kind) < 0)
			continue;
		a = alert_of_row(rows, i, kind);
		r = engine_put(engine, &a);
	}
	return r;
}

static struct alert_fact
fact_of_row(const struct pg_result *rows, size_t i, enum alert_kind kind)
{
	struct alert_fact f = {
	    .kind = kind,
	    .school_id = (int32_t)db_number(rows, i, 1),
	    .value = db_real(rows, i, 3),
	    .at_ms = db_number(rows, i, 4),
	    .since_ms = db_number(rows, i, 5),
	    .lesson = db_number(rows, i, 6) != 0,
	    .silenced = db_number(rows, i, 7) != 0,
	    .moot = db_number(rows, i, 8) != 0,
	    .reach = (enum alert_reach)db_number(rows, i, 9),
	    .provider = (int32_t)db_number(rows, i, 10),
	    .provider_schools = (uint32_t)db_number(rows, i, 11),
	};

	(void)text_copy(f.subject, sizeof(f.subject), db_field(rows, i, 2));
	return f;
}

int
keep_facts(struct db *db, struct call *call, int64_t now_ms, int64_t since_ms,
    struct alert_fact **ret, size_t *ret_count)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	struct alert_fact *facts;
	size_t count = 0;
	int r;

	call_start(call);
	call_time(call, now_ms);
	call_time_or_null(call, since_ms);
	r = call_run(call, db, STATEMENT_ALERT_FACTS, &rows);
	if (r < 0)
		return r;
	facts = calloc(db_rows(rows) + 1, sizeof(*facts));
	if (!facts)
		return -ENOMEM;
	for (size_t i = 0; i < db_rows(rows); i++) {
		enum alert_kind kind;

		if (alert_kind_of(db_field(rows, i, 0), &kind) == 0)
			facts[count++] = fact_of_row(rows, i, kind);
	}
	*ret = facts;
	*ret_count = count;
	return 0;
}

static void
add_time(struct array *column, int64_t unix_ms)
{
	if (unix_ms > 0)
		array_add_time(column, unix_ms);
	else
		array_add_null(column);
}

/* The columns of core.put_alerts() behind the time, in their order. */
struct columns {
	struct array *kind, *school, *subject, *state, *severity, *value, *since, *pending,
	    *raised, *ended, *told, *told_lesson, *grouped, *flapping, *events, *transitions;
};

static struct columns
columns_of(struct call *call)
{
	return (struct columns){
	    .kind = call_column(call, ARRAY_TEXT),
	    .school = call_column(call, ARRAY_INTEGER),
	    .subject = call_column(call, ARRAY_TEXT),
	    .state = call_column(call, ARRAY_TEXT),
	    .severity = call_column(call, ARRAY_TEXT),
	    .value = call_column(call, ARRAY_DOUBLE),
	    .since = call_column(call, ARRAY_TIME),
	    .pending = call_column(call, ARRAY_TIME),
	    .raised = call_column(call, ARRAY_TIME),
	    .ended = call_column(call, ARRAY_TIME),
	    .told = call_column(call, ARRAY_BOOLEAN),
	    .told_lesson = call_column(call, ARRAY_BOOLEAN),
	    .grouped = call_column(call, ARRAY_BOOLEAN),
	    .flapping = call_column(call, ARRAY_BOOLEAN),
	    .events = call_column(call, ARRAY_INTEGER),
	    .transitions = call_column(call, ARRAY_TEXT),
	};
}

/* "{1700000000.000,1700000001.500}" */
static void
transitions_text(
    const int64_t transitions[static ALERT_TRANSITIONS_MAX], char ret[static TRANSITIONS_TEXT])
{
	size_t len = 1;

	ret[0] = '{';
	for (size_t i = 0; i < ALERT_TRANSITIONS_MAX; i++)
		if (transitions[i] > 0)
			len += (size_t)snprintf(ret + len, TRANSITIONS_TEXT - len,
			    "%s%lld.%03d", len > 1 ? "," : "",
			    (long long)(transitions[i] / 1000), (int)(transitions[i] % 1000));
	ret[len] = '}';
	ret[len + 1] = '\0';
}

static void
add_change(const struct columns *c, const struct alert_change *change)
{
	const struct alert *a = &change->alert;
	char transitions[TRANSITIONS_TEXT];

	array_add_text(c->kind, alert_rules[a->kind].kind);
	array_add_int(c->school, a->school_id);
	array_add_text(c->subject, a->subject);
	array_add_text(c->state, states[a->state]);
	array_add_text(c->severity, severities[a->severity]);
	array_add_number(c->value, a->value);
	add_time(c->since, a->since_ms);
	add_time(c->pending, a->pending_ms);
	add_time(c->raised, a->raised_ms);
	add_time(c->ended, a->state == ALERT_OK ? a->ended_ms : 0);
	array_add_bool(c->told, a->told);
	array_add_bool(c->told_lesson, a->told_lesson);
	array_add_bool(c->grouped, a->grouped);
	array_add_bool(c->flapping, a->flapping);
	array_add_int(c->events, change->events);
	transitions_text(a->transitions, transitions);
	array_add_text(c->transitions, transitions);
}

int
keep_changes(struct db *db, struct call *call, int64_t now_ms,
    const struct alert_change changes[], size_t count)
{
	struct columns columns;

	if (count == 0)
		return 0;
	call_start(call);
	call_time(call, now_ms);
	columns = columns_of(call);
	for (size_t i = 0; i < count; i++)
		add_change(&columns, &changes[i]);
	return call_run(call, db, STATEMENT_PUT_ALERTS, NULL);
}
