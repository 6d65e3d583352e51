/* What an administrator's command works on: the settings, the database, and one way into it. */
#ifndef PARTA_COLLECTOR_DESK_H
#define PARTA_COLLECTOR_DESK_H

#include <stdio.h>

#include "collector/command.h"
#include "collector/database.h"
#include "collector/settings.h"
#include "collector/store/registry.h"

struct db;
struct views;

struct desk {
	struct collector_settings settings;
	struct database database;
	struct registry *registry; /* with DESK_REGISTRY */
	struct views *views;       /* with DESK_VIEWS */
	struct db *db;             /* with DESK_DB: as who owns the database */
};

enum desk_way { DESK_REGISTRY, DESK_VIEWS, DESK_DB };

/* COMMAND_DONE, or COMMAND_FAILED with words on err and nothing left open. */
int desk_open(
    const struct command_common *common, enum desk_way way, struct desk *ret, FILE *err);
void desk_close(struct desk *desk);

/* "parta-collector: " and the words; COMMAND_FAILED. */
int desk_failed(FILE *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Rows of the database printed in the format asked for; columns named in numbers (a list that
 * NULL ends) are numbers. COMMAND_DONE or COMMAND_FAILED. */
struct pg_result;
int desk_print(const struct pg_result *rows, const char *const numbers[],
    enum command_format format, FILE *out, FILE *err);

/* A list of the registry (desk_open() with DESK_REGISTRY) printed so, of one school, or with
 * NULL of all. */
int desk_list(struct desk *desk, enum registry_list what, const char *school,
    const char *const numbers[], enum command_format format, FILE *out, FILE *err);

#endif
