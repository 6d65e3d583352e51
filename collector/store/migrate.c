/*
 * The keeper of the schema. core.schema_file remembers each file with the
 * SHA-256 of its text: a migration whose text changed after it was applied stops
 * everything, any other file is applied again. Views and functions may use each
 * other in any order: a file that misses another waits for the next round.
 */
#include "collector/store/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/store/connection.h"
#include "collector/store/reference.h"
#include "common/cleanup.h"
#include "common/text.h"

enum { FILES_MAX = 256, FILE_BYTES_MAX = 16 * 1024 * 1024 };

struct migration {
	const struct migrate_settings *settings;
	struct db *db;
	char *error;
	bool changed; /* something was applied: the rights must follow */
};

/* Notes the words; the value is r. */
#define complain(m, r, ...) (complain_words((m), __VA_ARGS__), (r))

__attribute__((format(printf, 2, 3))) static void
complain_words(struct migration *m, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(m->error, MIGRATE_ERROR_SIZE, format, args);
	va_end(args);
}

static int
complain_db(struct migration *m, int r, const char *what)
{
	return complain(m, r, "%s: %s", what, db_error(m->db));
}

static int
file_read(const char *path, char **ret, size_t *ret_len)
{
	CLEANUP(fclose_at) FILE *file = fopen(path, "re");
	CLEANUP(free_at) char *text = NULL;
	struct stat st;

	if (!file || fstat(fileno(file), &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX)
		return -EFBIG;
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return -ENOMEM;
	*ret_len = fread(text, 1, (size_t)st.st_size, file);
	if (*ret_len != (size_t)st.st_size)
		return -EIO;
	text[*ret_len] = '\0';
	*ret = TAKE(text, NULL);
	return 0;
}

/* Names of a folder's files with that ending, in order. */
struct names {
	size_t count;
	char name[FILES_MAX][128];
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
closedir_at(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

static int
list_files(struct migration *m, const char *folder, const char *ending, struct names *ret)
{
	char path[1024];
	CLEANUP(closedir_at) DIR *dir = NULL;
	size_t ending_len = strlen(ending);

	(void)snprintf(path, sizeof(path), "%s/%s", m->settings->sql_dir, folder);
	dir = opendir(path);
	if (!dir)
		return complain(m, -errno, "could not read '%s': %s", path, strerror(errno));
	ret->count = 0;
	for (struct dirent *entry; (entry = readdir(dir));) {
		size_t len = strlen(entry->d_name);

		if (len <= ending_len || entry->d_name[0] == '.' ||
		    strcmp(entry->d_name + len - ending_len, ending) != 0)
			continue;
		if (ret->count == FILES_MAX || len >= sizeof(ret->name[0]))
			return complain(m, -EFBIG, "'%s' holds too many files", path);
		(void)text_copy(ret->name[ret->count++], sizeof(ret->name[0]), entry->d_name);
	}
	qsort(ret->name, ret->count, sizeof(ret->name[0]), by_name);
	return 0;
}

/* What core.schema_file knows of a file. */
enum known { KNOWN_NOT, KNOWN_SAME, KNOWN_OTHER };

static int
file_known(struct migration *m, const char *path, const char *text)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {path, text};
	int r = db_query(m->db,
	    "SELECT (sha256 = encode(sha256(convert_to($2, 'UTF8')), 'hex'))::int"
	    " FROM core.schema_file WHERE path = $1",
	    values, 2, &rows);

	if (r < 0)
		return complain_db(m, r, path);
	if (db_rows(rows) == 0)
		return KNOWN_NOT;
	return db_number(rows, 0, 0) ? KNOWN_SAME : KNOWN_OTHER;
}

static int
file_remember(struct migration *m, const char *path, const char *text)
{
	const char *const values[] = {path, text};
	int r = db_query(m->db,
	    "INSERT INTO core.schema_file (path, sha256)"
	    " VALUES ($1, encode(sha256(convert_to($2, 'UTF8')), 'hex'))"
	    " ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, applied_at = now()",
	    values, 2, NULL);

	if (r < 0)
		return complain_db(m, r, path);
	if (m->settings->out)
		(void)fprintf(m->settings->out, "applied %s\n", path);
	m->changed = true;
	return 0;
}

/* Errors in a file are told with the line they stand in. */
static int
complain_file(struct migration *m, int r, const char *path, const char *text)
{
	unsigned at = db_error_at(m->db), line = 1;

	/* at counts characters, so bytes that continue one do not count. */
	for (; *text && at > 1; text++) {
		if (((unsigned char)text[1] & 0xc0) != 0x80)
			at--;
		if (*text == '\n')
			line++;
	}
	if (r == -EPROTO)
		r = -EBADMSG;
	if (db_error_at(m->db) == 0)
		return complain_db(m, r, path);
	return complain(m, r, "%s:%u: %s", path, line, db_error(m->db));
}

static int
read_named(struct migration *m, const char *path, char **ret, size_t *ret_len)
{
	char whole[1200];
	int r;

	(void)snprintf(whole, sizeof(whole), "%s/%s", m->settings->sql_dir, path);
	r = file_read(whole, ret, ret_len);
	if (r < 0)
		return complain(m, r, "could not read '%s': %s", whole, strerror(-r));
	return 0;
}

static int
apply_migration(struct migration *m, const char *name)
{
	CLEANUP(free_at) char *text = NULL;
	char path[160];
	size_t len;
	int r, known;

	(void)snprintf(path, sizeof(path), "migrate/%s", name);
	r = read_named(m, path, &text, &len);
	if (r < 0)
		return r;
	known = file_known(m, path, text);
	if (known < 0 || known == KNOWN_SAME)
		return known < 0 ? known : 0;
	if (known == KNOWN_OTHER)
		return complain(m, -EPROTO,
		    "'%s' was applied to this database with another text; a migration is never "
		    "edited, write a new one",
		    path);
	r = db_text(m->db, text, NULL);
	if (r < 0)
		return complain_file(m, r, path, text);
	return file_remember(m, path, text);
}

static int
apply_migrations(struct migration *m)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	CLEANUP(free_at) struct names *names = calloc(1, sizeof(*names));
	const char *newest;
	int r;

	if (!names)
		return complain(m, -ENOMEM, "out of memory");
	r = list_files(m, "migrate", ".sql", names);
	if (r == 0 && names->count == 0)
		r = complain(
		    m, -ENOENT, "'%s/migrate' holds no migration", m->settings->sql_dir);
	if (r == 0)
		r = db_text(m->db,
		    "SELECT max(path) FROM core.schema_file WHERE path LIKE 'migrate/%'",
		    &rows);
	if (r < 0)
		return r;
	newest = db_field(rows, 0, 0);
	if (newest && strcmp(newest + strlen("migrate/"), names->name[names->count - 1]) > 0)
		return complain(m, -EPROTO,
		    "the database is newer than this program: it has '%s', the newest file "
		    "here is "
		    "'%s'",
		    newest, names->name[names->count - 1]);
	for (size_t i = 0; i < names->count && r == 0; i++)
		r = apply_migration(m, names->name[i]);
	return r;
}

/* The local file of that name, if there is one, else the shipped one. */
static int
read_reference(struct migration *m, const char *name, char **ret, size_t *ret_len)
{
	char path[1024];
	int r;

	if (m->settings->reference_dir) {
		(void)snprintf(path, sizeof(path), "%s/%s", m->settings->reference_dir, name);
		r = file_read(path, ret, ret_len);
		if (r != -ENOENT)
			return r < 0 ? complain(
					   m, r, "could not read '%s': %s", path, strerror(-r))
				     : 0;
	}
	(void)snprintf(path, sizeof(path), "reference/%s", name);
	return read_named(m, path, ret, ret_len);
}

static int
apply_reference(struct migration *m, const char *name)
{
	CLEANUP(free_at) char *text = NULL;
	char path[160];
	size_t len;
	int r = read_reference(m, name, &text, &len), known;

	if (r < 0)
		return r;
	(void)snprintf(path, sizeof(path), "reference/%s", name);
	known = file_known(m, path, text);
	if (known < 0 || known == KNOWN_SAME)
		return known < 0 ? known : 0;
	r = reference_load(m->db, name, text, len);
	if (r < 0)
		return complain_db(m, r == -EPROTO ? -EBADMSG : r, path);
	return file_remember(m, path, text);
}

static int
apply_references(struct migration *m)
{
	const char *file;
	int r = 0;

	for (size_t i = 0; r == 0 && (file = reference_file(i)); i++)
		r = apply_reference(m, file);
	return r;
}

/* 0 applied or the same as before; -ENOENT it needs something that is not there yet. */
static int
apply_again(struct migration *m, const char *path, bool always)
{
	CLEANUP(free_at) char *text = NULL;
	size_t len;
	int r = read_named(m, path, &text, &len), known;
	bool waits;

	if (r < 0)
		return r;
	known = file_known(m, path, text);
	if (known < 0 || (known == KNOWN_SAME && !always))
		return known < 0 ? known : 0;
	r = db_text(m->db, "SAVEPOINT file", NULL);
	if (r == 0)
		r = db_text(m->db, text, NULL);
	if (r == 0)
		return file_remember(m, path, text);
	waits = strcmp(db_sqlstate(m->db), "42P01") == 0 ||
		strcmp(db_sqlstate(m->db), "42883") == 0;
	r = complain_file(m, r, path, text);
	if (waits && db_text(m->db, "ROLLBACK TO SAVEPOINT file", NULL) == 0)
		return -ENOENT;
	return r;
}

/* Rounds over a folder, until a round applies nothing more. */
static int
apply_folder(struct migration *m, const char *folder)
{
	CLEANUP(free_at) struct names *names = calloc(1, sizeof(*names));
	bool done[FILES_MAX] = {false};
	size_t left, before;
	int r;

	if (!names)
		return complain(m, -ENOMEM, "out of memory");
	r = list_files(m, folder, ".sql", names);
	if (r < 0)
		return r;
	left = names->count;
	do {
		before = left;
		for (size_t i = 0; i < names->count; i++) {
			char path[160];

			if (done[i])
				continue;
			(void)snprintf(path, sizeof(path), "%s/%s", folder, names->name[i]);
			r = apply_again(m, path, false);
			if (r < 0 && r != -ENOENT)
				return r;
			done[i] = r == 0;
			left -= done[i];
		}
	} while (left > 0 && left < before);
	return left > 0 ? -EBADMSG
			: 0; /* the words of the last file that misses something stand */
}

static int
lay_ground(struct migration *m)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r = db_text(m->db,
	    "SELECT current_setting('server_version_num')::int,"
	    " current_setting('server_encoding'), pg_advisory_xact_lock(hashtext('parta "
	    "migrate'))",
	    &rows);

	if (r < 0)
		return complain_db(m, r, "could not lock the schema");
	if (db_number(rows, 0, 0) < 150000)
		return complain(m, -EPROTO, "the database is older than PostgreSQL 15");
	if (strcmp(db_field(rows, 0, 1), "UTF8") != 0)
		return complain(m, -EPROTO, "the database's encoding is '%s', it must be UTF8",
		    db_field(rows, 0, 1));
	r = db_text(m->db,
	    "SET LOCAL check_function_bodies = off; SET LOCAL client_min_messages = warning;"
	    "CREATE SCHEMA IF NOT EXISTS core;"
	    "CREATE TABLE IF NOT EXISTS core.schema_file ("
	    " path text NOT NULL CONSTRAINT schema_file_pk PRIMARY KEY,"
	    " sha256 text NOT NULL,"
	    " applied_at timestamptz NOT NULL DEFAULT now());"
	    "COMMENT ON TABLE core.schema_file IS"
	    " 'The files of sql/ that made this database, with the SHA-256 of their text.'",
	    NULL);
	return r < 0 ? complain_db(m, r, "could not begin the schema") : 0;
}

static int
apply_all(struct migration *m)
{
	int r = lay_ground(m);

	if (r == 0)
		r = apply_migrations(m);
	if (r == 0)
		r = apply_references(m);
	if (r == 0)
		r = apply_folder(m, "functions");
	if (r == 0)
		r = apply_folder(m, "views");
	if (r == 0)
		r = apply_again(m, "roles.sql", m->changed);
	if (r < 0)
		return r == -ENOENT ? -EBADMSG : r;
	r = db_text(m->db, "SELECT core.keep_house(now())", NULL);
	return r < 0 ? complain_db(m, r, "could not make partitions") : 0;
}

int
migrate_run(const struct migrate_settings *settings, char error[static MIGRATE_ERROR_SIZE])
{
	struct migration m = {.settings = settings, .error = error};
	char words[DB_ERROR_SIZE];
	int r = db_open(settings->conninfo, NULL, 0, &m.db, words);

	if (r < 0)
		return complain(&m, r, "could not reach the database: %s", words);
	r = db_begin(m.db);
	if (r < 0)
		(void)complain_db(&m, r, "could not begin");
	if (r == 0)
		r = apply_all(&m);
	if (r == 0) {
		r = db_commit(m.db);
		if (r < 0)
			(void)complain_db(&m, r, "could not commit");
	} else {
		db_rollback(m.db);
	}
	db_close(m.db);
	return r;
}
