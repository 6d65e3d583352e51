/*
 * Reports out of schema api, read as an auditor: THE LIST of them, their columns
 * and how they count.
 */
#ifndef PARTA_COLLECTOR_STORE_VIEWS_H
#define PARTA_COLLECTOR_STORE_VIEWS_H

#include <stdbool.h>
#include <stddef.h>

struct views;
struct pg_result;

enum { VIEWS_ERROR_SIZE = 256, VIEW_COLUMNS_MAX = 16 };

enum view_kind {
	VIEW_TEXT,
	VIEW_WORD,   /* a key that has words; see views_words() */
	VIEW_NUMBER, /* a JSON number as it is */
	VIEW_TIME, /* RFC 3339, UTC; the same in the school's own time stands `local` columns on
		    */
};

struct view_column {
	const char *key;   /* never translated */
	const char *words; /* of VIEW_WORD: which dictionary */
	enum view_kind kind;
	unsigned char local; /* of VIEW_TIME: which column of the rows, counted from 0 */
};

struct view_report {
	const char *name;
	const char
	    *sql; /* $1 school or null, $2 first day, $3 last day, $4 day (each or null) */
	struct view_column columns[VIEW_COLUMNS_MAX];
	size_t n_columns;
	bool is_now; /* of what is known now: it takes no day, $1 alone */
	const char *title_en, *title_ru;
	const char *method_en, *method_ru; /* how it counts: stands under the table */
};

/* By name; NULL when there is none. views_at(): THE LIST, NULL beyond its end. */
const struct view_report *views_find(const char *name);
const struct view_report *views_at(size_t i);

/* As registry_open(). */
int views_open(const char *conninfo, struct views **ret, char error[static VIEWS_ERROR_SIZE]);
void views_close(struct views *views); /* accepts NULL */
const char *views_error(const struct views *views);

/* 1 the school is there, 0 it is not, or a negative errno. */
int views_school(struct views *views, const char *code);

/* The rows of a report; days are "YYYY-MM-DD" or NULL. -EBADMSG: a day that is none. *ret is
 * freed with db_free(). */
int views_run(struct views *views, const struct view_report *report, const char *school,
    const char *from, const char *to, const char *at, struct pg_result **ret);

/* The devices of a school (NULL: of all) as GLPI inventories: their number and the JSON. */
int views_inventory(struct views *views, const char *school, struct pg_result **ret);

/* Rows of dictionary, key, English, Russian, for every VIEW_WORD. */
int views_words(struct views *views, struct pg_result **ret);

#endif
