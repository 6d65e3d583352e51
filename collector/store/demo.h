/*
 * Made-up schools for demonstrations and benches: the scripts of sql/demo, one
 * after another, a transaction each. The same seed on the same day makes the same.
 */
#ifndef PARTA_COLLECTOR_STORE_DEMO_H
#define PARTA_COLLECTOR_STORE_DEMO_H

#include <stdbool.h>
#include <stdint.h>

struct db;

enum { DEMO_SCHOOLS_MAX = 5000, DEMO_DAYS_MAX = 400, DEMO_ERROR_SIZE = 512 };

struct demo {
	const char *sql_dir;
	int64_t schools, days, seed;
	/* Told before each step; may be NULL. */
	void (*step)(void *arg, unsigned step, unsigned steps, const char *words);
	void *arg;
};

/* What is there: *ret_demo made-up schools, *ret_real reports of others. 0 or as db_text(). */
int demo_look(struct db *db, bool *ret_demo, bool *ret_real);

/* 0; -EBADMSG, -EAGAIN and so on as db_text(), with words. What was done before stays, and
 * demo_remove() takes it away. */
int demo_make(struct db *db, const struct demo *demo, char error[static DEMO_ERROR_SIZE]);

/* All of it goes, in one transaction; nothing happens where there is none. */
int demo_remove(struct db *db, const char *sql_dir, char error[static DEMO_ERROR_SIZE]);

#endif
