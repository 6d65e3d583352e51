/*
 * An option is a row, and the row is its manual: defaults, bounds, reload, the
 * printed configuration file and the manual page are all read from it. A file is
 * "key = value" lines with '#' comments; an unknown key, a value out of bounds
 * or a key given twice (but for lists) is an error that names file and line.
 */
#ifndef PARTA_COMMON_OPTIONS_H
#define PARTA_COMMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
	OPTION_TEXT,    /* char[max + 1] in the struct */
	OPTION_NUMBER,  /* int64_t */
	OPTION_REAL,    /* double */
	OPTION_SECONDS, /* int64_t, seconds; "90", "90s", "5m", "2h", "7d" */
	OPTION_BYTES,   /* int64_t; "512", "64K", "20M", "1G" (powers of 1024) */
	OPTION_SWITCH,  /* bool; yes/no, true/false, on/off */
	OPTION_LIST,    /* struct option_list; the key may repeat, values are comma-separated */
};

enum { OPTION_LIST_MAX = 32, OPTION_LIST_TEXT = 256 };

struct option_list {
	size_t count;
	char text[OPTION_LIST_MAX][OPTION_LIST_TEXT];
};

struct option_row {
	const char *name; /* as the user says it: "report-every" */
	enum option_type type;
	size_t at;            /* offsetof in the settings struct */
	const char *fallback; /* default as text, NULL: empty or zero */
	double min, max;      /* of the value; of the length for TEXT; of the count for LIST */
	bool reload;          /* SIGHUP takes a new value */
	int (*valid)(const char *value); /* further check, NULL none; 0 or -EINVAL */
	const char
	    *text; /* for the manual and the shipped file; a full English sentence or two */
};

struct option_error {
	char text[512]; /* "file:line: words", one sentence that says what to write instead */
};

/* Fills settings with every row's default. */
void options_default(const struct option_row rows[], size_t count, void *settings);

/* Reads a file over what settings hold. 0; -ENOENT etc. when it cannot be read; -EINVAL. error
 * is set on failure. */
int options_load(const struct option_row rows[], size_t count, void *settings, const char *path,
    struct option_error *error);

/* One value, as from the command line. where stands before an error's words. */
int options_set(const struct option_row rows[], size_t count, void *settings, const char *name,
    const char *value, const char *where, struct option_error *error);

/* The settings of `fresh` that may be reloaded go into `settings`. Returns how many rows differ
 * but need a restart. */
size_t options_reload(
    const struct option_row rows[], size_t count, void *settings, const void *fresh);

/* The shipped configuration file: every option with its text, commented out at its default. */
void options_print_file(
    const struct option_row rows[], size_t count, const char *program, FILE *out);
/* The mdoc(7) list of options for the manual page. */
void options_print_manual(const struct option_row rows[], size_t count, FILE *out);
/* What is in force: "name = value" lines. */
void options_print(
    const struct option_row rows[], size_t count, const void *settings, FILE *out);

#endif
