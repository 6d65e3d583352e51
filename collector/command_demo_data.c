/*
 * demo-data: schools that do not exist, for whoever wants to see the page full. All
 * of it is marked: codes begin with demo-, and the page says so.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/access/password.h"
#include "collector/access/people.h"
#include "collector/desk.h"
#include "collector/print.h"
#include "collector/store/connection.h"
#include "collector/store/demo.h"
#include "common/check.h"
#include "common/clock.h"

static const char usage[] =
    "usage: parta-collector demo-data [--schools N] [--days N] [--seed N] [--force]\n"
    "       parta-collector demo-data --remove\n"
    "\n"
    "Makes schools that do not exist (100 of them, 365 days, unless said otherwise), from city "
    "to\n"
    "country, with equipment, tests, outages and filter checks, and an account of each role "
    "whose\n"
    "passwords are printed once. The same seed makes the same schools. It refuses a database "
    "that\n"
    "holds reports of real schools unless --force; --remove takes all of it away again.\n";

static const struct {
	const char *login, *name, *role, *schools, *municipality;
} people[] = {
    {"demo-municipal", "Демо: специалист управления", "municipal", NULL, NULL},
    {"demo-auditor", "Демо: ревизор", "auditor", NULL, NULL},
    {"demo-school", "Демо: системный администратор школы", "school", "{demo-0001}", NULL},
    {"demo-head", "Демо: начальник управления", "head", NULL, NULL},
    {"demo-viewer", "Демо: наблюдатель", "viewer", NULL, "Норильск"},
};

struct progress {
	FILE *err;
	bool is_shown;
	uint64_t began_ms;
};

static void
on_step(void *arg, unsigned step, unsigned steps, const char *words)
{
	const struct progress *progress = arg;

	if (progress->is_shown)
		(void)fprintf(progress->err, "%3llu s  %u of %u: %s\n",
		    (unsigned long long)(clock_boot_ms() - progress->began_ms) / 1000, step + 1,
		    steps, words);
}

static int
accounts_make(struct db *db, FILE *out, FILE *err)
{
	for (size_t i = 0; i < COUNT_OF(people); i++) {
		char password[PASSWORD_MADE_SIZE];
		const struct person person = {
		    .login = people[i].login,
		    .name = people[i].name,
		    .role = people[i].role,
		    .schools = people[i].schools,
		    .municipality = people[i].municipality,
		    .password = password,
		    .disabled = "false",
		};
		const char *wrong = NULL;
		int r = password_make(password);

		if (r == 0)
			r = person_put(db, NULL, &person, PERSON_EITHER, &wrong);
		if (r < 0 || wrong)
			return desk_failed(err, "could not make account '%s': %s", person.login,
			    wrong ? wrong : db_error(db));
		(void)fprintf(out, "%-16s %-10s %s\n", person.login, person.role, password);
		explicit_bzero(password, sizeof(password));
	}
	return COMMAND_DONE;
}

static int
make(struct desk *desk, const struct demo *asked, bool force, FILE *out, FILE *err)
{
	char sql_dir[sizeof(desk->settings.data_dir) + 8], words[DEMO_ERROR_SIZE] = "";
	struct demo demo = *asked;
	struct progress progress = {err, isatty(fileno(err)) == 1, clock_boot_ms()};
	bool is_there = false, is_real = false;
	int r = demo_look(desk->db, &is_there, &is_real);

	if (r < 0)
		return desk_failed(err, "%s", db_error(desk->db));
	if (is_there)
		return desk_failed(
		    err, "demo data are here already: 'demo-data --remove' takes them away");
	if (is_real && !force)
		return desk_failed(err,
		    "this database holds reports of real schools: use another one, or "
		    "--force");
	(void)snprintf(sql_dir, sizeof(sql_dir), "%s/sql", desk->settings.data_dir);
	demo.sql_dir = sql_dir;
	demo.step = on_step;
	demo.arg = &progress;
	r = demo_make(desk->db, &demo, words);
	if (r < 0)
		return desk_failed(err, "%s", words);
	(void)fprintf(out, "made %lld schools of %lld days with seed %lld\n",
	    (long long)demo.schools, (long long)demo.days, (long long)demo.seed);
	return accounts_make(desk->db, out, err);
}

static int
take_away(struct desk *desk, FILE *out, FILE *err)
{
	char sql_dir[sizeof(desk->settings.data_dir) + 8], words[DEMO_ERROR_SIZE] = "";

	(void)snprintf(sql_dir, sizeof(sql_dir), "%s/sql", desk->settings.data_dir);
	if (demo_remove(desk->db, sql_dir, words) < 0)
		return desk_failed(err, "%s", words);
	(void)fputs("no demo data are left\n", out);
	return COMMAND_DONE;
}

/* Takes a word without a value out of argv. */
static bool
take_switch(int *argc, char *argv[], const char *name)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], name) != 0)
			continue;
		for (int from = i + 1; from <= *argc; from++)
			argv[from - 1] = argv[from];
		(*argc)--;
		return true;
	}
	return false;
}

static int
take_number(int *argc, char *argv[], const char *name, int64_t most, int64_t *ret, FILE *err)
{
	const char *value = NULL;
	char *end;

	if (command_option(argc, argv, name, &value, err) != COMMAND_DONE)
		return COMMAND_USAGE;
	if (!value)
		return COMMAND_DONE;
	errno = 0;
	*ret = strtoll(value, &end, 10);
	if (errno == 0 && end != value && *end == '\0' && *ret >= 1 && *ret <= most)
		return COMMAND_DONE;
	(void)fprintf(
	    err, "parta-collector: %s takes a number from 1 to %lld\n", name, (long long)most);
	return COMMAND_USAGE;
}

int
command_demo_data(int argc, char *argv[], FILE *out, FILE *err)
{
	struct demo demo = {.schools = 100, .days = 365, .seed = 1};
	struct command_common common;
	struct desk desk;
	bool remove, force;
	int status = command_common(&argc, argv, &common, err);

	if (status == COMMAND_DONE && common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	remove = take_switch(&argc, argv, "--remove");
	force = take_switch(&argc, argv, "--force");
	if (status == COMMAND_DONE)
		status =
		    take_number(&argc, argv, "--schools", DEMO_SCHOOLS_MAX, &demo.schools, err);
	if (status == COMMAND_DONE)
		status = take_number(&argc, argv, "--days", DEMO_DAYS_MAX, &demo.days, err);
	if (status == COMMAND_DONE)
		status = take_number(&argc, argv, "--seed", 1000000, &demo.seed, err);
	if (status != COMMAND_DONE || argc != 1) {
		(void)fputs(usage, err);
		return COMMAND_USAGE;
	}
	status = desk_open(&common, DESK_DB, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = remove ? take_away(&desk, out, err) : make(&desk, &demo, force, out, err);
	desk_close(&desk);
	return status;
}
