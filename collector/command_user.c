/*
 * user: people who may sign in to the page. A password comes from the terminal, from
 * a file, or is made here and shown once; it is never an argument, which others of
 * the machine could read.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>

#include "collector/access/password.h"
#include "collector/access/people.h"
#include "collector/access/reply.h"
#include "collector/desk.h"
#include "collector/store/connection.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/words.h"

static const char usage[] =
    "usage: parta-collector user add LOGIN --role ROLE [--name NAME] [--school "
    "CODE[,CODE]...]\n"
    "                            [--municipality TEXT] [--language ru|en] [--password-file "
    "FILE]\n"
    "       parta-collector user list [--format table|json|csv]\n"
    "       parta-collector user passwd LOGIN [--password-file FILE]\n"
    "       parta-collector user disable LOGIN\n"
    "       parta-collector user enable LOGIN\n"
    "\n"
    "People who may sign in to the page. Roles: municipal (all rights), auditor, school, "
    "head,\n"
    "viewer. A person of role school works on the schools named; --municipality shows the "
    "schools\n"
    "of one municipality only. The password is asked for on the terminal, or is the first line "
    "of\n"
    "the file (-: standard input); without a terminal one is made and printed once.\n";

enum { LINE_SIZE = 4 * PASSWORD_LONGEST, SCHOOLS_SIZE = 4096 };

static int
bad_usage(FILE *err)
{
	(void)fputs(usage, err);
	return COMMAND_USAGE;
}

/* ---------------------------------------------------------------- the password */

static int
line_read(FILE *from, char ret[static LINE_SIZE])
{
	if (!fgets(ret, LINE_SIZE, from))
		return -ENODATA;
	ret[strcspn(ret, "\r\n")] = '\0';
	return 0;
}

static int
file_line(const char *path, char ret[static LINE_SIZE], FILE *err)
{
	CLEANUP(fclose_at) FILE *file = NULL;
	int r;

	if (strcmp(path, "-") != 0) {
		file = fopen(path, "re");
		if (!file)
			return desk_failed(
			    err, "could not read '%s': %s", path, strerror(errno));
	}
	r = line_read(file ? file : stdin, ret);
	return r < 0 ? desk_failed(err, "there is no password in '%s'", path) : COMMAND_DONE;
}

static int
ask(const char *words, FILE *terminal, char ret[static LINE_SIZE])
{
	struct termios was, quiet;
	int r;

	if (tcgetattr(fileno(terminal), &was) < 0)
		return -errno;
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(fileno(terminal), TCSAFLUSH, &quiet) < 0)
		return -errno;
	(void)fputs(words, terminal);
	(void)fflush(terminal);
	r = line_read(terminal, ret);
	(void)tcsetattr(fileno(terminal), TCSAFLUSH, &was);
	(void)fputc('\n', terminal);
	return r;
}

static int
ask_twice(FILE *terminal, char ret[static LINE_SIZE], FILE *err)
{
	char again[LINE_SIZE] = "";
	int r = ask("password: ", terminal, ret);

	if (r == 0)
		r = ask("once more: ", terminal, again);
	if (r == 0 && strcmp(ret, again) != 0)
		return desk_failed(err, "these are two different passwords");
	explicit_bzero(again, sizeof(again));
	return r < 0 ? desk_failed(err, "no password was given") : COMMAND_DONE;
}

/* *ret_made: it is ours, to be shown. */
static int
password_get(const char *path, char ret[static LINE_SIZE], bool *ret_made, FILE *err)
{
	CLEANUP(fclose_at) FILE *terminal = NULL;

	*ret_made = false;
	if (path)
		return file_line(path, ret, err);
	if (isatty(STDIN_FILENO))
		terminal = fopen("/dev/tty", "r+e");
	if (terminal)
		return ask_twice(terminal, ret, err);
	*ret_made = true;
	return password_make(ret) < 0 ? desk_failed(err, "could not get random bytes")
				      : COMMAND_DONE;
}

/* ---------------------------------------------------------------- the commands */

static int
put(struct desk *desk, const struct person *person, enum person_must must, FILE *err)
{
	const char *wrong = NULL;
	int r = person_put(desk->db, NULL, person, must, &wrong);

	if (r == -EPROTO)
		return desk_failed(
		    err, "the database is not at this version: run 'parta-collector migrate'");
	if (r < 0)
		return desk_failed(err, "%s", db_error(desk->db));
	if (wrong)
		return desk_failed(err, "'%s': %s", person->login,
		    refusal_words(wrong, words_language() == LANGUAGE_RU ? "ru" : "en"));
	return COMMAND_DONE;
}

/* Opens the database, changes the person, shows a password that was made. */
static int
put_with_password(const struct command_common *common, struct person *person,
    enum person_must must, const char *path, FILE *out, FILE *err)
{
	char password[LINE_SIZE] = "";
	bool made = false;
	struct desk desk;
	/* Read first: the file may be one that only root can read. */
	int status = password_get(path, password, &made, err);

	person->password = password;
	if (status == COMMAND_DONE)
		status = desk_open(common, DESK_DB, &desk, err);
	if (status == COMMAND_DONE) {
		status = put(&desk, person, must, err);
		desk_close(&desk);
	}
	if (status == COMMAND_DONE && made)
		(void)fprintf(out, "%s\n", password);
	person->password = NULL;
	explicit_bzero(password, sizeof(password));
	return status;
}

static int
add(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	struct person person = {.disabled = "false"};
	const char *schools = NULL, *path = NULL;
	char codes[SCHOOLS_SIZE];
	const struct {
		const char *name, **value;
	} options[] = {
	    {"--role", &person.role},
	    {"--name", &person.name},
	    {"--school", &schools},
	    {"--municipality", &person.municipality},
	    {"--language", &person.language},
	    {"--password-file", &path},
	};
	int status = COMMAND_DONE;

	for (size_t i = 0; status == COMMAND_DONE && i < COUNT_OF(options); i++)
		status = command_option(&argc, argv, options[i].name, options[i].value, err);
	if (status != COMMAND_DONE || argc != 2 || argv[1][0] == '-' || !person.role)
		return bad_usage(err);
	person.login = argv[1];
	if (schools && person_schools(schools, codes, sizeof(codes)) < 0)
		return desk_failed(err, "'%s' is no list of school codes", schools);
	person.schools = schools ? codes : NULL;
	return put_with_password(common, &person, PERSON_NEW, path, out, err);
}

static int
passwd(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	struct person person = {0};
	const char *path = NULL;
	int status = command_option(&argc, argv, "--password-file", &path, err);

	if (status != COMMAND_DONE || argc != 2 || argv[1][0] == '-')
		return bad_usage(err);
	person.login = argv[1];
	return put_with_password(common, &person, PERSON_OLD, path, out, err);
}

static int
list(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	static const char *const numbers[] = {NULL};
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	struct desk desk;
	int status;

	if (argc != 1)
		return bad_usage(err);
	(void)argv;
	status = desk_open(common, DESK_DB, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	if (db_text(desk.db,
		"SELECT a.login, a.name, a.role, string_agg(s.code, ',' ORDER BY s.code) AS "
		"schools, a.municipality, a.language, a.disabled_at, a.last_login_at"
		"  FROM core.account AS a LEFT JOIN core.account_school USING (account_id)"
		"  LEFT JOIN core.school AS s USING (school_id)"
		" GROUP BY a.account_id ORDER BY a.login",
		&rows) < 0)
		status = desk_failed(err, "%s", db_error(desk.db));
	else
		status = desk_print(rows, numbers, common->format, out, err);
	desk_close(&desk);
	return status;
}

static int
able(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	struct person person = {.disabled = strcmp(argv[0], "disable") == 0 ? "true" : "false"};
	struct desk desk;
	int status;

	(void)out;
	if (argc != 2 || argv[1][0] == '-')
		return bad_usage(err);
	person.login = argv[1];
	status = desk_open(common, DESK_DB, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = put(&desk, &person, PERSON_OLD, err);
	desk_close(&desk);
	return status;
}

int
command_user(int argc, char *argv[], FILE *out, FILE *err)
{
	static const struct command_action actions[] = {{"add", add}, {"list", list},
	    {"passwd", passwd}, {"disable", able}, {"enable", able}};

	return command_act(argc, argv, usage, actions, COUNT_OF(actions), out, err);
}
