/*
 * Lists: views of schema api, shown in pages, filtered, sorted and exported.
 * LISTS is the one list of them; a row there and a view make a list. What columns
 * a view has says the database (api.view_column). Here a query string becomes SQL:
 * every name in it is compared with the list, every value becomes a parameter.
 * Pure.
 */
#ifndef PARTA_COLLECTOR_PAGE_LIST_H
#define PARTA_COLLECTOR_PAGE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/access/asker.h"
#include "common/words.h"

enum list_type {
	LIST_TEXT,
	LIST_WORD, /* a key of a dictionary */
	LIST_NUMBER,
	LIST_TIME,
	LIST_DATE,
	LIST_BOOLEAN,
	LIST_LIST, /* of texts */
	LIST_JSON,
};

enum {
	LIST_COLUMNS_MAX = 64,
	LIST_NAME_SIZE = 64, /* as PostgreSQL's names */
	LIST_TITLE_SIZE = 160,
	LIST_ARGS_MAX = 64,
	LIST_VALUE_BYTES_MAX = 512,
	LIST_SORTS_MAX = 4,
	LIST_SQL_SIZE = 24 * 1024,
	LIST_ROWS_MAX = 1000,
	LIST_ROWS_USUAL = 100,
	LIST_OFFSET_MAX = 10000000,
};

struct list_column {
	char key[LIST_NAME_SIZE];
	char sql_type[LIST_NAME_SIZE]; /* as the database writes it */
	char words[LIST_NAME_SIZE];    /* the dictionary of a LIST_WORD */
	char ru[LIST_TITLE_SIZE], en[LIST_TITLE_SIZE];
	enum list_type type;
};

/*
 * THE LIST: X(name in the path /api/v1/NAME, view of schema api, order when no other is asked
 * and which tells every row apart, column that from and to filter or NULL, the end of the
 * stretch that begins with it (empty while it lasts) or NULL when it is a moment, the column by
 * which core.find_NAME(pattern) finds rows faster than a look at each text of the view would,
 * or NULL, right that it takes)
 */
/* clang-format off */
#define LISTS(X)                                                                                                            \
	X("schools",             "school_state",       "school",                                     NULL,         NULL,        NULL, RIGHT_READ)    \
	X("lessons",             "school_lessons",     "school,weekday,from_minute",                 NULL,         NULL,        NULL, RIGHT_READ)    \
	X("norms",               "norm",               "settlement,direction,valid_from",            NULL,         NULL,        NULL, RIGHT_READ)    \
	X("outages",             "outage_list",        "-onset,school,class",                        "onset",      "end",       NULL, RIGHT_READ)    \
	X("speed",               "speed_list",         "-started_at,school,direction",               "started_at", NULL,        NULL, RIGHT_READ)    \
	X("speed_runs",          "speed_run",          "-started_at,school,agent_id,test_id,run",    "started_at", NULL,        NULL, RIGHT_READ)    \
	X("speed_raw",           "speed_raw",          "-started_at,school,agent_id,test_id,direction", "started_at", NULL,     NULL, RIGHT_READ)    \
	X("exams",               "exam_list",          "-from_at,exam_id",                           "from_at",    "to_at",     NULL, RIGHT_READ)    \
	X("exam_results",        "exam",               "-from_at,exam_id,school",                    "from_at",    "to_at",     NULL, RIGHT_READ)    \
	X("equipment",           "equipment_list",     "school,class",                               NULL,         NULL,        NULL, RIGHT_READ)    \
	X("devices",             "device_list",        "school,label,device_id",                     "first_seen", "last_seen", "device_id", RIGHT_READ)    \
	X("device_evidence",     "device_evidence",    "device_id,source,key,value",                 "seen_at",    NULL,        NULL, RIGHT_READ)    \
	X("device_history",      "device_history",     "-changed_at,device_id,action",               "changed_at", NULL,        NULL, RIGHT_READ)    \
	X("changes",             "device_event",       "-changed_at,change_id,kind,what",            "changed_at", NULL,        NULL, RIGHT_READ)    \
	X("idle",                "device_idle",        "school,days_on,label,device_id",             NULL,         NULL,        NULL, RIGHT_READ)    \
	X("merge_candidates",    "merge_candidate",    "-noted_at,candidate_id",                     "noted_at",   NULL,        NULL, RIGHT_READ)    \
	X("ports",               "port",               "device_id,if_index",                         NULL,         NULL,        NULL, RIGHT_READ)    \
	X("neighbors",           "neighbor",           "device_id,local_port,chassis_id,port_id",    NULL,         NULL,        NULL, RIGHT_READ)    \
	X("software",            "software",           "school,program,version,device_id,source",    "seen_at",    NULL,        NULL, RIGHT_READ)    \
	X("antivirus",           "antivirus",          "school,device,device_id,product,version",    NULL,         NULL,        NULL, RIGHT_READ)    \
	X("class_corrections",    "class_correction",    "-changed_at,device_id",                      "changed_at", NULL,        NULL, RIGHT_READ)    \
	X("rule_candidates",      "rule_candidate",      "-schools,-devices,others,rule",              NULL,         NULL,        NULL, RIGHT_READ)    \
	X("filter",              "filter_list",        "school,expect",                              NULL,         NULL,        NULL, RIGHT_READ)    \
	X("filter_observations", "filter_observation", "-observed_at,school,entry_id,run_id",        "observed_at", NULL,       NULL, RIGHT_READ)    \
	X("agents",              "agent_list",         "school,agent_id",                            NULL,         NULL,        NULL, RIGHT_READ)    \
	X("quarantine",          "quarantine",         "-received_at,agent_id,boot_id,seq",          "received_at", NULL,       NULL, RIGHT_READ)    \
	X("alerts",              "alert_list",         "-since,alert_id",                            "since",      "ended_at",  NULL, RIGHT_READ)    \
	X("alert_events",        "alert_event",        "-at,alert_id,what",                          "at",         NULL,        NULL, RIGHT_READ)    \
	X("silences",            "silence_list",       "-from,silence_id",                           "from",       "to",        NULL, RIGHT_READ)    \
	X("messages",            "outbox_list",        "-made_at,outbox_id",                         "made_at",    NULL,        NULL, RIGHT_LOG)     \
	X("users",               "account_list",       "login",                                      NULL,         NULL,        NULL, RIGHT_ACCOUNT) \
	X("access_log",          "access_log",         "-at,login,action,object",                    "at",         NULL,        NULL, RIGHT_LOG)     \
	X("unheard",             "unheard",            "-from,school,agent_id",                      "from",       "to",        NULL, RIGHT_READ)    \
	X("line_months",         "line_month",         "-month,school,direction,lesson",             "month",      NULL,        NULL, RIGHT_READ)    \
	X("norm_years",          "norm_year",          "year",                                       NULL,         NULL,        NULL, RIGHT_READ)    \
	X("trend",               "trend",              "month",                                      NULL,         NULL,        NULL, RIGHT_READ)
/* clang-format on */

struct list_row {
	const char *name, *view, *sort, *period, *until, *found_by;
	enum access_right right;
};

extern const struct list_row lists[];
extern const size_t lists_count;

const struct list_row *list_find(const char *name); /* NULL: there is none */

/* A list and the columns of its view, in their order. */
struct list {
	const struct list_row *row;
	struct list_column columns[LIST_COLUMNS_MAX];
	size_t count;
};

enum list_format { LIST_AS_JSON, LIST_AS_CSV, LIST_AS_XLSX };

struct list_arg {
	const char *key, *value;
};

/* What is asked, checked. Values are borrowed from the arguments. */
struct list_ask {
	const struct list *list;
	enum list_format format;
	enum language language;
	unsigned limit, offset;
	const char *values[LIST_ARGS_MAX + 1]; /* parameters $1, $2, ... */
	int n_values;
	char where[LIST_SQL_SIZE / 2], order[LIST_SQL_SIZE / 4];
	char ranks[LIST_SQL_SIZE / 8]; /* what the order stands on beside the view */
	char pattern[2 * LIST_VALUE_BYTES_MAX + 3]; /* of q */
};

/* What is wrong, in both languages. */
struct list_error {
	char ru[320], en[320];
};

/*
 * Reads the parameters COLUMN, q, from, to, sort, limit, offset, format, lang. The same column
 * again means any of the values; an empty value means that nothing stands there. language: what
 * holds when lang is not given. 0, or -EINVAL and *ret_error.
 */
int list_read(const struct list *list, const struct list_arg args[], size_t count,
    enum language language, struct list_ask *ret, struct list_error *ret_error);

/* Each writes one statement that takes the ask's values, or returns -EFBIG. */
int list_rows_sql(
    const struct list_ask *ask, char ret[static LIST_SQL_SIZE]); /* JSON objects */
int list_total_sql(const struct list_ask *ask, char ret[static LIST_SQL_SIZE]); /* one number */
/* All rows as a cursor "export", each column as text as a spreadsheet prints it. */
int list_export_sql(const struct list_ask *ask, char ret[static LIST_SQL_SIZE]);

/* As api.view_column names it; LIST_TEXT for what is not known. */
enum list_type list_type_of(const char *name);

#endif
