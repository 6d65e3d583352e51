/*
 * Actions on schools, tokens, agents and devices. What may be done to which school
 * is decided by the functions called (sql/functions/act_*.sql, correct_device.sql);
 * here requests are read and outcomes told.
 */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "collector/access/reply.h"
#include "collector/page/facts.h"
#include "collector/page/page.h"
#include "collector/page/refuse.h"
#include "collector/store/connection.h"
#include "collector/store/school_sheet.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/token.h"

enum { NUMBER_SIZE = 32, TEXT_BYTES_MAX = 255, FIELDS_MAX = 16 };

static void
decref_at(json_t **value)
{
	json_decref(*value);
}

/* ---------------------------------------------------------------- schools */

/* One call of the function: 0 and the word it returned, or as db_query(). */
static int
school_put(struct db *db, const struct registry_school *school, char ret[static NUMBER_SIZE])
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {
#define FIELD_VALUE(field, option) school->field,
	    SCHOOL_FIELDS(FIELD_VALUE)
#undef FIELD_VALUE
	};
	const char *word;
	int r = db_query(db,
	    "SELECT core.act_put_school(p_code => $1, p_name => $2, p_municipality => $3,"
	    " p_settlement => $4, p_time_zone => $5, p_provider => $6, p_down => $7,"
	    " p_up => $8, p_pupils => $9, p_vantage => $10)",
	    values, (int)(sizeof(values) / sizeof(values[0])), &rows);

	if (r < 0)
		return r;
	word = db_field(rows, 0, 0);
	(void)text_copy(ret, NUMBER_SIZE, word && *word ? word : "failed");
	return 0;
}

/* new, changed, same: what can become of a school. */
static int
outcome_of(const char *word)
{
	static const char *const outcomes[] = {"new", "changed", "same"};

	for (int i = 0; i < 3; i++)
		if (strcmp(outcomes[i], word) == 0)
			return i;
	return -ENOENT;
}

/* A value of the body as text: a number may be a number. NULL in *ret: it is not given. */
static int
field_read(
    const json_t *body, const char *key, char number[static NUMBER_SIZE], const char **ret)
{
	const json_t *value = json_object_get(body, key);
	double real = json_number_value(value);

	*ret = NULL;
	if (!value || json_is_null(value))
		return 0;
	if (json_is_number(value)) {
		(void)snprintf(
		    number, NUMBER_SIZE, real == floor(real) ? "%.0f" : "%.3f", real);
		*ret = number;
		return 0;
	}
	*ret = body_text(body, key, TEXT_BYTES_MAX);
	if (!*ret)
		return -EINVAL;
	if (**ret == '\0')
		*ret = NULL;
	return 0;
}

/* The API calls a school's code "school". */
static int
school_read(const json_t *body, char numbers[static FIELDS_MAX][NUMBER_SIZE],
    struct registry_school *ret)
{
	*ret = (struct registry_school){0};
	for (size_t i = 0; i < school_fields_count; i++) {
		const char *value;

		if (field_read(body, i == 0 ? "school" : school_fields[i].column, numbers[i],
			&value) < 0)
			return -EINVAL;
		school_field_set(ret, i, value);
	}
	return ret->code ? 0 : -EINVAL;
}

void
page_school_put(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	CLEANUP(decref_at) json_t *body = body_object(request);
	char numbers[FIELDS_MAX][NUMBER_SIZE], word[NUMBER_SIZE];
	struct registry_school school;
	int r;

	if (!body || school_read(body, numbers, &school) < 0) {
		refuse_code(ret, asker, "malformed");
		return;
	}
	(void)text_copy(ret->object, sizeof(ret->object), school.code);
	r = school_put(db, &school, word);
	if (r < 0)
		refuse_database(ret, asker, db, r);
	else if (outcome_of(word) < 0)
		refuse_code(ret, asker, word);
	else
		reply_json(ret, json_pack("{s:s, s:s}", "school", school.code, "result", word));
}

/* ---------------------------------------------------------------- a file of schools */

static void
refuse_line(struct http_reply *ret, const struct asker *asker, unsigned line, const char *ru,
    const char *en)
{
	char words_ru[512], words_en[512];

	(void)snprintf(
	    words_ru, sizeof(words_ru), "строка %u: %s; ничего не загружено", line, ru);
	(void)snprintf(
	    words_en, sizeof(words_en), "line %u: %s; nothing was imported", line, en);
	refuse_words(ret, asker, 400, "bad_line", words_ru, words_en);
}

/* -EBADMSG: it was refused. */
static int
import_row(struct db *db, const struct asker *asker, const struct school_sheet *sheet,
    const struct registry_school *school, int counts[static 3], struct http_reply *ret)
{
	char word[NUMBER_SIZE];
	int outcome, r = school_put(db, school, word);

	if (r < 0) {
		refuse_database(ret, asker, db, r);
		return -EBADMSG;
	}
	outcome = outcome_of(word);
	if (outcome < 0) {
		const char *ru = refuse_says(word, LANGUAGE_RU);
		const char *en = refuse_says(word, LANGUAGE_EN);

		refuse_line(ret, asker, sheet->csv.line, ru ? ru : word, en ? en : word);
		return -EBADMSG;
	}
	counts[outcome]++;
	return 0;
}

void
page_school_import(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	CLEANUP(free_at) struct school_sheet *sheet = calloc(1, sizeof(*sheet));
	struct registry_school school;
	int counts[3] = {0}, r;

	if (!sheet) {
		refuse_code(ret, asker, "no_memory");
		return;
	}
	r = school_sheet_start(sheet, (const char *)request->body, request->body_len);
	while (r == 0 && (r = school_sheet_next(sheet, &school)) == 0) {
		r = import_row(db, asker, sheet, &school, counts, ret);
		if (r < 0)
			return;
	}
	if (r != -ENODATA) {
		refuse_line(ret, asker, sheet->csv.line, sheet->error_ru, sheet->error);
		return;
	}
	(void)snprintf(ret->object, sizeof(ret->object), "new=%d changed=%d same=%d", counts[0],
	    counts[1], counts[2]);
	reply_json(ret, json_pack("{s:i, s:i, s:i}", "new", counts[0], "changed", counts[1],
			    "same", counts[2]));
}

/* ---------------------------------------------------------------- tokens */

/* The token's shadow goes to the database; false: refused. ends_at lives as long as *ret_rows.
 */
static bool
token_keep(struct db *db, const struct asker *asker, const char *school,
    const struct token *token, struct pg_result **ret_rows, struct http_reply *ret)
{
	uint8_t shadow[SHA256_DIGEST_LENGTH];
	char hex[2 * sizeof(shadow) + 1];
	const char *const values[] = {school, hex};
	int r;

	(void)SHA256(token->secret, sizeof(token->secret), shadow);
	text_hex(hex, shadow, sizeof(shadow));
	r = db_query(db,
	    "SELECT problem, to_json(ends_at) #>> '{}'"
	    " FROM core.act_make_token($1, decode($2, 'hex'))",
	    values, 2, ret_rows);
	if (r < 0)
		refuse_database(ret, asker, db, r);
	else if (db_field(*ret_rows, 0, 0))
		refuse_code(ret, asker, db_field(*ret_rows, 0, 0));
	return r == 0 && !db_field(*ret_rows, 0, 0);
}

void
page_token_make(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	CLEANUP(decref_at) json_t *body = body_object(request);
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const struct page_facts *facts = request->services->facts;
	const char *school = body ? body_text(body, "school", TEXT_BYTES_MAX) : NULL;
	char text[TOKEN_TEXT_SIZE], command[512];
	struct token token;

	if (!school || *school == '\0') {
		refuse_code(ret, asker, "malformed");
		return;
	}
	(void)text_copy(ret->object, sizeof(ret->object), school);
	memcpy(token.authority_sha256, atomic_load(&facts->authority_sha256),
	    sizeof(token.authority_sha256));
	if (getrandom(token.secret, sizeof(token.secret), 0) != (ssize_t)sizeof(token.secret)) {
		refuse_code(ret, asker, "failed");
		return;
	}
	if (token_keep(db, asker, school, &token, &rows, ret)) {
		token_format(&token, text);
		(void)snprintf(command, sizeof(command),
		    "parta-agent enrol --collector %s --token %s", facts->url, text);
		reply_json(ret, json_pack("{s:s, s:s, s:s}", "token", text, "command", command,
				    "ends_at", db_field(rows, 0, 1)));
	}
	explicit_bzero(&token, sizeof(token));
	explicit_bzero(text, sizeof(text));
	explicit_bzero(command, sizeof(command));
}

/* ---------------------------------------------------------------- agents, alerts, devices */

/* A function that returns null when it is done, or the code of what is wrong. */
static void
act(struct db *db, const struct asker *asker, const char *sql, const char *const values[],
    int count, struct http_reply *ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r = db_query(db, sql, values, count, &rows);

	if (r < 0)
		refuse_database(ret, asker, db, r);
	else if (db_field(rows, 0, 0))
		refuse_code(ret, asker, db_field(rows, 0, 0));
	else
		reply_json(ret, json_pack("{s:b}", "done", 1));
}

/* An action whose function takes some texts of the body and the login of who asks as the last
 * parameter. The first text is what is acted on. */
struct simple_act {
	const char *sql;
	const char *keys[6]; /* NULL ends them */
};

static void
act_simply(struct db *db, const struct asker *asker, struct http_request *request,
    const struct simple_act *simple, struct http_reply *ret)
{
	CLEANUP(decref_at) json_t *body = body_object(request);
	char numbers[6][NUMBER_SIZE];
	const char *values[7];
	int count = 0, r = body ? 0 : -EINVAL;

	for (; r == 0 && simple->keys[count]; count++)
		r = field_read(body, simple->keys[count], numbers[count], &values[count]);
	if (r < 0) {
		refuse_code(ret, asker, "malformed");
		return;
	}
	(void)text_copy(ret->object, sizeof(ret->object), values[0] ? values[0] : "");
	values[count++] = asker->login;
	act(db, asker, simple->sql, values, count, ret);
}

#define SIMPLE_ACT(name, statement, ...)                                                       \
	void name(struct db *db, const struct asker *asker, struct http_request *request,      \
	    struct http_reply *ret)                                                            \
	{                                                                                      \
		static const struct simple_act simple = {statement, {__VA_ARGS__, NULL}};      \
                                                                                               \
		act_simply(db, asker, request, &simple, ret);                                  \
	}

SIMPLE_ACT(page_agent_revoke,
    "SELECT core.act_revoke_agent($1::uuid, concat_ws(': ', $3::text, $2::text))", "agent_id",
    "reason")
SIMPLE_ACT(page_candidate_answer, "SELECT core.act_decide_candidate($1::bigint, $2, $3)",
    "candidate_id", "decision")
SIMPLE_ACT(page_alert_ack, "SELECT core.ack_alert($1::bigint, $3, $2)", "alert_id", "comment")
SIMPLE_ACT(page_silence_add,
    "SELECT core.add_silence($1, $2, $3::timestamptz, $4::timestamptz, $5, $6)", "school",
    "kind", "from", "to", "comment")
SIMPLE_ACT(page_silence_end, "SELECT core.end_silence($1::bigint, $2)", "silence_id")
SIMPLE_ACT(page_maintenance_add,
    "SELECT core.add_maintenance($1, $2::timestamptz, $3::timestamptz, $4, $5)", "school",
    "from", "to", "comment")
SIMPLE_ACT(page_exam_remove, "SELECT core.act_remove_exam($1::bigint, $2)", "exam_id")
SIMPLE_ACT(page_norm_put, "SELECT core.put_norm($1, $2, $3::date, $4::numeric, $5, $6)",
    "settlement", "direction", "valid_from", "norm_mbps", "source")

SIMPLE_ACT(page_contract_put, "SELECT core.put_contract($1, $2, $3::date, $4::numeric, $5, $6)",
    "school", "contract_number", "contract_day", "contract_month_rub", "address")

/* An empty list: as all schools. */
void
page_lessons_put(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	CLEANUP(decref_at) json_t *body = body_object(request);
	const char *school = body ? body_text(body, "school", TEXT_BYTES_MAX) : NULL;
	const json_t *lessons = json_object_get(body, "lessons");
	CLEANUP(free_at)
	char *text = json_is_array(lessons) ? json_dumps(lessons, JSON_COMPACT) : NULL;
	const char *const values[] = {school, text};

	if (!school || !text) {
		refuse_code(ret, asker, "malformed");
		return;
	}
	(void)text_copy(ret->object, sizeof(ret->object), school);
	act(db, asker, "SELECT core.put_lessons($1, $2::jsonb)", values, 2, ret);
}

void
page_exam_add(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	static const char *const keys[] = {
	    "municipality", "first_day", "last_day", "from", "to", "name"};
	CLEANUP(decref_at) json_t *body = body_object(request);
	const json_t *schools = json_object_get(body, "schools");
	CLEANUP(free_at)
	char *codes = json_is_array(schools) ? json_dumps(schools, JSON_COMPACT) : NULL;
	char numbers[COUNT_OF(keys)][NUMBER_SIZE];
	const char *values[1 + COUNT_OF(keys)] = {codes};
	int r = body ? 0 : -EINVAL;

	for (size_t i = 0; r == 0 && i < COUNT_OF(keys); i++)
		r = field_read(body, keys[i], numbers[i], &values[1 + i]);
	if (r < 0) {
		refuse_code(ret, asker, "malformed");
		return;
	}
	(void)text_copy(ret->object, sizeof(ret->object),
	    values[1] ? values[1]
	    : codes   ? codes
		      : "");
	act(db, asker,
	    "SELECT core.act_add_exams(ARRAY(SELECT jsonb_array_elements_text($1::jsonb)),"
	    " $2, $3::date, $4::date, $5::time, $6::time, $7)",
	    values, (int)COUNT_OF(values), ret);
}

/* What of the body is a correction, as JSON; NULL: a value that is no text. Null takes back. */
static char *
change_read(const json_t *body)
{
	static const char *const keys[] = {"class", "room", "inventory_number"};
	CLEANUP(decref_at) json_t *change = json_object();

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (!json_object_get(body, keys[i]))
			continue;
		if (!body_text(body, keys[i], TEXT_BYTES_MAX))
			return NULL;
		(void)json_object_set(change, keys[i], json_object_get(body, keys[i]));
	}
	return json_object_size(change) > 0 ? json_dumps(change, JSON_COMPACT) : NULL;
}

void
page_device_correct(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	CLEANUP(decref_at) json_t *body = body_object(request);
	const char *device = body ? body_text(body, "device_id", TEXT_BYTES_MAX) : NULL;
	CLEANUP(free_at) char *change = device ? change_read(body) : NULL;
	const char *const values[] = {device, asker->login, change};

	if (!change) {
		refuse_code(ret, asker, "malformed");
		return;
	}
	(void)text_copy(ret->object, sizeof(ret->object), device);
	act(db, asker, "SELECT core.correct_device($1::uuid, $2, $3::jsonb)", values, 3, ret);
}
