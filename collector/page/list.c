/*
 * How a query string becomes SQL. Names are only ever
 * written out of the list or of the database's own catalogue; values travel as
 * parameters. What a column's type cannot take is refused here where that is
 * simple (numbers, booleans, days) and by PostgreSQL where it is not.
 */
#include "collector/page/list.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"

const struct list_row lists[] = {
#define LIST_ROW(name, view, sort, period, until, found_by, right)                             \
	{name, view, sort, period, until, found_by, right},
    LISTS(LIST_ROW)
#undef LIST_ROW
};

const size_t lists_count = COUNT_OF(lists);

static const struct {
	const char *name;
	enum list_type type;
} types[] = {
    {"text", LIST_TEXT},
    {"word", LIST_WORD},
    {"number", LIST_NUMBER},
    {"time", LIST_TIME},
    {"date", LIST_DATE},
    {"boolean", LIST_BOOLEAN},
    {"list", LIST_LIST},
    {"json", LIST_JSON},
};

const struct list_row *
list_find(const char *name)
{
	for (size_t i = 0; i < lists_count; i++)
		if (strcmp(lists[i].name, name) == 0)
			return &lists[i];
	return NULL;
}

enum list_type
list_type_of(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (strcmp(types[i].name, name) == 0)
			return types[i].type;
	return LIST_TEXT;
}

static const struct list_column *
column_find(const struct list *list, const char *key, size_t len)
{
	for (size_t i = 0; i < list->count; i++)
		if (strncmp(list->columns[i].key, key, len) == 0 &&
		    list->columns[i].key[len] == '\0')
			return &list->columns[i];
	return NULL;
}

/* ---------------------------------------------------------------- text in the making */

/* A text that is too long stays cut, and says so at its end. */
struct sql {
	char *text;
	size_t size, len;
};

__attribute__((format(printf, 2, 3))) static void
sql_add(struct sql *sql, const char *format, ...)
{
	va_list args;
	int len;

	if (sql->len >= sql->size)
		return;
	va_start(args, format);
	len = vsnprintf(sql->text + sql->len, sql->size - sql->len, format, args);
	va_end(args);
	sql->len += len < 0 ? sql->size : (size_t)len;
}

static int
sql_end(const struct sql *sql)
{
	return sql->len < sql->size ? 0 : -EFBIG;
}

/* ---------------------------------------------------------------- what is wrong */

enum complaint {
	BAD_NAME,
	BAD_VALUE,
	BAD_SORT,
	BAD_RANGE,
	BAD_FORMAT,
	BAD_LANGUAGE,
	BAD_DAY,
	NO_PERIOD,
	NO_FILTER,
	TOO_MANY,
	TOO_LONG,
	TOO_COMPLEX,
};

/* %s is the parameter's name, then its value; both are cut. */
static const struct {
	const char *ru, *en;
} complaints[] = {
    [BAD_NAME] = {"параметр «%s» не известен", "parameter '%s' is not known"},
    [BAD_VALUE] = {"параметр «%s» не может быть «%s»", "parameter '%s' cannot be '%s'"},
    [BAD_SORT] = {"«%s»: сортировки по «%s» нет", "'%s': there is no sorting by '%s'"},
    [BAD_RANGE] = {"параметр «%s» вне пределов: «%s»", "parameter '%s' is out of range: '%s'"},
    [BAD_FORMAT] = {"параметр «%s» — json, csv или xlsx, а не «%s»",
	"parameter '%s' is json, csv or xlsx, not '%s'"},
    [BAD_LANGUAGE] = {"параметр «%s» — ru или en, а не «%s»",
	"parameter '%s' is ru or en, not '%s'"},
    [BAD_DAY] = {"параметр «%s» — день вида 2025-09-01, а не «%s»",
	"parameter '%s' is a day like 2025-09-01, not '%s'"},
    [NO_PERIOD] = {"в этом списке нет периода: параметр «%s»",
	"this list has no period: parameter '%s'"},
    [NO_FILTER] = {"по столбцу «%s» не отбирают", "column '%s' cannot be filtered by"},
    [TOO_MANY] = {"слишком много параметров: «%s»", "too many parameters: '%s'"},
    [TOO_LONG] = {"значение параметра «%s» слишком длинное или не текст",
	"the value of parameter '%s' is too long or no text"},
    [TOO_COMPLEX] = {"запрос слишком сложный: «%s»", "the question is too complex: '%s'"},
};

static int
refuse(enum complaint complaint, const struct list_arg *arg, struct list_error *ret)
{
	char name[48], value[96];

	(void)text_clean(name, sizeof(name), arg->key, strnlen(arg->key, sizeof(name) - 1));
	(void)text_clean(
	    value, sizeof(value), arg->value, strnlen(arg->value, sizeof(value) - 1));
	/* The formats are those above. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	(void)snprintf(ret->ru, sizeof(ret->ru), complaints[complaint].ru, name, value);
	(void)snprintf(ret->en, sizeof(ret->en), complaints[complaint].en, name, value);
#pragma GCC diagnostic pop
	return -EINVAL;
}

/* ---------------------------------------------------------------- parameters of the list */

static int
parameter_add(struct list_ask *ask, const char *value)
{
	CHECK(ask->n_values < (int)COUNT_OF(ask->values));
	ask->values[ask->n_values++] = value;
	return ask->n_values;
}

/* Whether a word is a day of the calendar is the database's to say. */
static bool
is_day(const char *text)
{
	static const char form[] = "dddd-dd-dd";

	if (strlen(text) != sizeof(form) - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return true;
}

static bool
is_number(const char *text)
{
	double number;

	return text_f64(text, -1e300, 1e300, &number) == 0;
}

static bool
fits(const struct list_column *column, const char *value)
{
	uint8_t uuid[16];

	switch (column->type) {
	case LIST_NUMBER:
		return is_number(value);
	case LIST_BOOLEAN:
		return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
	case LIST_DATE:
		return is_day(value);
	case LIST_TEXT:
		return strcmp(column->sql_type, "uuid") != 0 ||
		       text_uuid_parse(value, uuid) == 0;
	case LIST_WORD:
	case LIST_TIME:
	case LIST_LIST:
	case LIST_JSON:
		break;
	}
	return true;
}

/* One value of a column: any of its values will do. */
static void
compare_add(struct list_ask *ask, struct sql *sql, const struct list_column *column,
    const char *value, bool first)
{
	const char *key = column->key;

	sql_add(sql, first ? " AND (" : " OR ");
	if (*value == '\0' && column->type == LIST_LIST)
		sql_add(sql, "COALESCE(cardinality(\"%s\"), 0) = 0", key);
	else if (*value == '\0')
		sql_add(sql, "COALESCE(\"%s\"::text, '') = ''", key);
	else if (column->type == LIST_LIST)
		/* The type of its members is its own without the brackets. */
		sql_add(sql, "$%d::%.*s = ANY (\"%s\")", parameter_add(ask, value),
		    (int)strcspn(column->sql_type, "["), column->sql_type, key);
	else
		sql_add(
		    sql, "\"%s\" = $%d::%s", key, parameter_add(ask, value), column->sql_type);
}

static bool
is_own(const char *key)
{
	static const char *const own[] = {
	    "q", "from", "to", "sort", "limit", "offset", "format", "lang"};

	for (size_t i = 0; i < COUNT_OF(own); i++)
		if (strcmp(own[i], key) == 0)
			return true;
	return false;
}

/* Values that are meant for one column stand in one pair of brackets. */
static int
columns_read(struct list_ask *ask, const struct list_arg args[], size_t count, struct sql *sql,
    struct list_error *ret_error)
{
	for (size_t c = 0; c < ask->list->count; c++) {
		const struct list_column *column = &ask->list->columns[c];
		bool first = true;

		if (is_own(column->key))
			continue;
		for (size_t i = 0; i < count; i++) {
			if (strcmp(args[i].key, column->key) != 0)
				continue;
			if (column->type == LIST_JSON)
				return refuse(NO_FILTER, &args[i], ret_error);
			if (args[i].value[0] && !fits(column, args[i].value))
				return refuse(BAD_VALUE, &args[i], ret_error);
			compare_add(ask, sql, column, args[i].value, first);
			first = false;
		}
		if (!first)
			sql_add(sql, ")");
	}
	return 0;
}

/* ---------------------------------------------------------------- q, from, to */

/* The pattern of LIKE that finds a text anywhere. */
static void
pattern_write(char *ret, const char *text)
{
	*ret++ = '%';
	for (; *text; text++) {
		if (*text == '%' || *text == '_' || *text == '\\')
			*ret++ = '\\';
		*ret++ = *text;
	}
	*ret++ = '%';
	*ret = '\0';
}

/* Texts are searched, and keys by what people call them. */
static void
search_add(struct list_ask *ask, struct sql *sql, const char *text)
{
	int n;

	pattern_write(ask->pattern, text);
	n = parameter_add(ask, ask->pattern);
	if (ask->list->row->found_by) {
		sql_add(sql, " AND \"%s\" IN (SELECT core.find_%s($%d))",
		    ask->list->row->found_by, ask->list->row->name, n);
		return;
	}
	/* Never null: in a list without texts nothing is found, and the parameter has its type.
	 */
	sql_add(sql, " AND ($%d::text IS NULL", n);
	for (size_t i = 0; i < ask->list->count; i++) {
		const struct list_column *column = &ask->list->columns[i];

		if (column->type == LIST_TEXT)
			sql_add(sql, " OR \"%s\"::text ILIKE $%d", column->key, n);
		else if (column->type == LIST_LIST)
			sql_add(
			    sql, " OR array_to_string(\"%s\", ' ') ILIKE $%d", column->key, n);
		else if (column->type == LIST_WORD)
			sql_add(sql,
			    " OR \"%s\" ILIKE $%d OR \"%s\" = ANY (ARRAY(SELECT w.key FROM"
			    " api.word AS w WHERE w.dictionary = '%s' AND"
			    " (w.ru ILIKE $%d OR w.en ILIKE $%d)))",
			    column->key, n, column->key, column->words, n, n);
	}
	sql_add(sql, ")");
}

/* The zone in which a row's days are counted. */
static const char *
zone_of(const struct list *list)
{
	return column_find(list, "time_zone", strlen("time_zone")) ? "\"time_zone\"" : "'UTC'";
}

/* Days are the school's own; the bound without a zone lets an index help. */
static void
period_add(struct list_ask *ask, struct sql *sql, bool from, const char *day)
{
	const struct list_row *row = ask->list->row;
	const char *zone = zone_of(ask->list);
	int n = parameter_add(ask, day);

	if (!from)
		sql_add(sql,
		    " AND \"%s\" < ($%d::date + 1)::timestamp AT TIME ZONE %s AND \"%s\" <"
		    " $%d::date + interval '2 days'",
		    row->period, n, zone, row->period, n);
	else if (row->until)
		sql_add(sql,
		    " AND COALESCE(\"%s\", 'infinity') >= $%d::date::timestamp AT TIME ZONE %s",
		    row->until, n, zone);
	else
		sql_add(sql,
		    " AND \"%s\" >= $%d::date::timestamp AT TIME ZONE %s AND \"%s\" >= "
		    "$%d::date"
		    " - interval '1 day'",
		    row->period, n, zone, row->period, n);
}

/* ---------------------------------------------------------------- sort */

/* The order, and what it stands on beside the view. */
struct order {
	struct sql by, ranks;
};

/* Texts as people sort them, keys by what they are called. */
static void
sort_column(
    struct order *order, const struct list_column *column, enum language language, bool down)
{
	struct sql *by = &order->by;

	sql_add(by, by->len ? ", " : "");
	if (column->type == LIST_WORD) {
		sql_add(&order->ranks,
		    " LEFT JOIN (SELECT w.key AS \"key of %s\", row_number() OVER (ORDER BY "
		    "w.%s"
		    " COLLATE core.natural_order) AS \"rank of %s\" FROM api.word AS w WHERE"
		    " w.dictionary = '%s') AS \"ranks of %s\" ON \"key of %s\" = \"%s\"",
		    column->key, language == LANGUAGE_RU ? "ru" : "en", column->key,
		    column->words, column->key, column->key, column->key);
		sql_add(by, "\"rank of %s\"", column->key);
	} else {
		sql_add(by, "\"%s\"%s", column->key,
		    strcmp(column->sql_type, "text") == 0 ? " COLLATE core.natural_order" : "");
	}
	sql_add(by, "%s NULLS LAST", down ? " DESC" : "");
}

/* "-onset,school": each at most once. False: there is no such column to sort by. */
static bool
sort_add(const struct list *list, enum language language, struct order *order, const char *text,
    bool used[static LIST_COLUMNS_MAX], size_t most)
{
	for (size_t n = 0; *text; n++) {
		bool down = *text == '-';
		size_t len = strcspn(text += down, ",");
		const struct list_column *column = column_find(list, text, len);

		if (!column || n == most || column->type == LIST_LIST ||
		    column->type == LIST_JSON)
			return false;
		if (!used[column - list->columns])
			sort_column(order, column, language, down);
		used[column - list->columns] = true;
		text += len;
		text += *text == ',';
	}
	return true;
}

/* What is asked goes first, the list's own order behind it tells every row apart. */
static int
order_write(struct list_ask *ask, const struct list_arg *sort, struct list_error *ret_error)
{
	bool used[LIST_COLUMNS_MAX] = {false};
	struct order order = {
	    {ask->order, sizeof(ask->order), 0}, {ask->ranks, sizeof(ask->ranks), 0}};

	ask->ranks[0] = '\0';
	if (sort &&
	    !sort_add(ask->list, ask->language, &order, sort->value, used, LIST_SORTS_MAX))
		return refuse(BAD_SORT, sort, ret_error);
	(void)sort_add(
	    ask->list, ask->language, &order, ask->list->row->sort, used, LIST_COLUMNS_MAX);
	CHECK(sql_end(&order.by) == 0 && sql_end(&order.ranks) == 0);
	return 0;
}

/* ---------------------------------------------------------------- reading */

static int
number_read(const struct list_arg *arg, unsigned min, unsigned max, unsigned *ret,
    struct list_error *ret_error)
{
	int64_t value;
	int r = text_i64(arg->value, min, max, &value);

	if (r == -ERANGE)
		return refuse(BAD_RANGE, arg, ret_error);
	if (r < 0)
		return refuse(BAD_VALUE, arg, ret_error);
	*ret = (unsigned)value;
	return 0;
}

static int
format_read(const struct list_arg *arg, enum list_format *ret, struct list_error *ret_error)
{
	static const char *const formats[] = {
	    [LIST_AS_JSON] = "json", [LIST_AS_CSV] = "csv", [LIST_AS_XLSX] = "xlsx"};

	for (size_t i = 0; i < COUNT_OF(formats); i++)
		if (strcmp(arg->value, formats[i]) == 0) {
			*ret = (enum list_format)i;
			return 0;
		}
	return refuse(BAD_FORMAT, arg, ret_error);
}

static int
language_read(const struct list_arg *arg, enum language *ret, struct list_error *ret_error)
{
	if (strcmp(arg->value, "ru") != 0 && strcmp(arg->value, "en") != 0)
		return refuse(BAD_LANGUAGE, arg, ret_error);
	*ret = arg->value[0] == 'r' ? LANGUAGE_RU : LANGUAGE_EN;
	return 0;
}

static int
day_read(
    struct list_ask *ask, struct sql *sql, const struct list_arg *arg, struct list_error *ret)
{
	if (!ask->list->row->period)
		return refuse(NO_PERIOD, arg, ret);
	if (!is_day(arg->value))
		return refuse(BAD_DAY, arg, ret);
	period_add(ask, sql, arg->key[0] == 'f', arg->value);
	return 0;
}

/* One of the parameters that every list has. */
static int
own_read(struct list_ask *ask, struct sql *sql, const struct list_arg *arg,
    const struct list_arg **ret_sort, struct list_error *ret_error)
{
	switch (arg->key[0]) {
	case 'q':
		if (arg->value[0])
			search_add(ask, sql, arg->value);
		return 0;
	case 's':
		*ret_sort = arg;
		return 0;
	case 'o':
		return number_read(arg, 0, LIST_OFFSET_MAX, &ask->offset, ret_error);
	case 'l':
		return arg->key[1] == 'a'
			   ? language_read(arg, &ask->language, ret_error)
			   : number_read(arg, 1, LIST_ROWS_MAX, &ask->limit, ret_error);
	case 'f':
		if (arg->key[1] == 'o')
			return format_read(arg, &ask->format, ret_error);
		return day_read(ask, sql, arg, ret_error);
	default:
		return day_read(ask, sql, arg, ret_error);
	}
}

/* Every name is known, every value short and text, and what every list has stands there once.
 */
static int
args_check(const struct list *list, const struct list_arg args[], size_t count,
    struct list_error *ret_error)
{
	for (size_t i = 0; i < count; i++) {
		const struct list_arg *arg = &args[i];
		size_t len = strnlen(arg->value, LIST_VALUE_BYTES_MAX + 1);

		if (i == LIST_ARGS_MAX)
			return refuse(TOO_MANY, arg, ret_error);
		if (!is_own(arg->key) && !column_find(list, arg->key, strlen(arg->key)))
			return refuse(BAD_NAME, arg, ret_error);
		if (len > LIST_VALUE_BYTES_MAX || !text_is_clean(arg->value, len))
			return refuse(TOO_LONG, arg, ret_error);
		for (size_t before = 0; is_own(arg->key) && before < i; before++)
			if (strcmp(args[before].key, arg->key) == 0)
				return refuse(TOO_MANY, arg, ret_error);
	}
	return 0;
}

int
list_read(const struct list *list, const struct list_arg args[], size_t count,
    enum language language, struct list_ask *ret, struct list_error *ret_error)
{
	struct sql sql = {ret->where, sizeof(ret->where), 0};
	const struct list_arg *sort = NULL;
	int r = args_check(list, args, count, ret_error);

	ret->list = list;
	ret->format = LIST_AS_JSON;
	ret->language = language;
	ret->limit = LIST_ROWS_USUAL;
	ret->offset = 0;
	ret->n_values = 0;
	sql_add(&sql, "true");
	if (r == 0)
		r = columns_read(ret, args, count, &sql, ret_error);
	for (size_t i = 0; r == 0 && i < count; i++)
		if (is_own(args[i].key))
			r = own_read(ret, &sql, &args[i], &sort, ret_error);
	if (r == 0)
		r = order_write(ret, sort, ret_error);
	if (r == 0 && sql_end(&sql) < 0)
		return refuse(TOO_COMPLEX, &(struct list_arg){list->row->name, ""}, ret_error);
	return r;
}

/* ---------------------------------------------------------------- writing SQL */

int
list_rows_sql(const struct list_ask *ask, char ret[static LIST_SQL_SIZE])
{
	struct sql sql = {ret, LIST_SQL_SIZE, 0};

	sql_add(&sql, "SELECT row_to_json(r) FROM (SELECT ");
	for (size_t i = 0; i < ask->list->count; i++)
		sql_add(&sql, "%s\"%s\"", i ? ", " : "", ask->list->columns[i].key);
	sql_add(&sql, " FROM api.%s%s WHERE %s ORDER BY %s LIMIT %u OFFSET %u) AS r",
	    ask->list->row->view, ask->ranks, ask->where, ask->order, ask->limit, ask->offset);
	return sql_end(&sql);
}

int
list_total_sql(const struct list_ask *ask, char ret[static LIST_SQL_SIZE])
{
	struct sql sql = {ret, LIST_SQL_SIZE, 0};

	sql_add(&sql, "SELECT count(*) FROM api.%s WHERE %s", ask->list->row->view, ask->where);
	return sql_end(&sql);
}

int
list_export_sql(const struct list_ask *ask, char ret[static LIST_SQL_SIZE])
{
	struct sql sql = {ret, LIST_SQL_SIZE, 0};
	const char *zone = zone_of(ask->list);

	sql_add(&sql, "DECLARE export NO SCROLL CURSOR FOR SELECT ");
	for (size_t i = 0; i < ask->list->count; i++) {
		const struct list_column *column = &ask->list->columns[i];

		sql_add(&sql, i ? ", " : "");
		if (column->type == LIST_TIME)
			sql_add(&sql,
			    "to_char(\"%s\" AT TIME ZONE %s, 'YYYY-MM-DD HH24:MI:SS')",
			    column->key, zone);
		else if (column->type == LIST_LIST)
			sql_add(&sql, "array_to_string(\"%s\", ', ')", column->key);
		else
			sql_add(&sql, "\"%s\"", column->key);
	}
	sql_add(&sql, " FROM api.%s%s WHERE %s ORDER BY %s", ask->list->row->view, ask->ranks,
	    ask->where, ask->order);
	return sql_end(&sql);
}
