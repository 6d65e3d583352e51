/*
 * claim act, journal, data, list, verify, judge: papers for a claim to the provider,
 * and whether one still says what the raw data say.
 */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/claim_line.h"
#include "collector/desk.h"
#include "collector/page/claim.h"
#include "collector/print.h"
#include "collector/store/connection.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/digest.h"
#include "common/text.h"

static const char usage[] =
    "usage: parta-collector claim act|journal --school CODE --from DAY --to DAY\n"
    "                [--format html|xlsx] [--output FILE]\n"
    "       parta-collector claim data --school CODE --from DAY --to DAY [--output FILE]\n"
    "       parta-collector claim list [--school CODE] [--format table|json|csv]\n"
    "       parta-collector claim verify FILE|SHA256 [--format table|json|csv]\n"
    "       parta-collector claim judge FILE [--format table|json|csv]\n"
    "\n"
    "  act      of a rate below the contract, to be signed (in Russian)\n"
    "  journal  of outages, with what counts against the provider\n"
    "  data     what both rest on, a JSON object a line; its SHA-256 is the one they print\n"
    "  list     claims that papers were made of\n"
    "  verify   does the database still say what a paper says? A file of a paper or of data,\n"
    "           as it left, or the SHA-256 that stands in it; every test is judged again from\n"
    "           its samples; exit status 3: it does not\n"
    "  judge    the same of a file of data alone, anywhere, without the database\n"
    "\n"
    "Days are written YYYY-MM-DD, both included, in the school's time. xlsx needs --output.\n";

enum { NUMBER_SIZE = 24, FILE_PIECE_BYTES = 65536 };

static int
bad_usage(FILE *err)
{
	(void)fputs(usage, err);
	return COMMAND_USAGE;
}

/* ---------------------------------------------------------------- papers */

/* html and xlsx are formats of papers alone, which all other commands refuse: here they get a
 * name of their own. */
static void
formats_rename(int argc, char *argv[])
{
	static char as[] = "--as", as_html[] = "--as=html", as_xlsx[] = "--as=xlsx";

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--format=html") == 0)
			argv[i] = as_html;
		else if (strcmp(argv[i], "--format=xlsx") == 0)
			argv[i] = as_xlsx;
		else if (strcmp(argv[i], "--format") == 0 && i + 1 < argc &&
			 (strcmp(argv[i + 1], "html") == 0 || strcmp(argv[i + 1], "xlsx") == 0))
			argv[i] = as;
	}
}

/* The program's own notion of who asks: the login, else the number of the user. */
static const char *
user_name(void)
{
	const char *sudo = getenv("SUDO_USER");
	struct passwd *user = getpwuid(getuid());

	return sudo && *sudo ? sudo : user ? user->pw_name : "?";
}

static int
paper_make(struct db *db, const struct claim_ask *ask, FILE *out, FILE *err)
{
	struct claim_file file;
	int r = db_begin(db);

	if (r == 0)
		r = claim_make(db, ask, &file);
	if (r == -ENOENT)
		return desk_failed(err,
		    "school '%s' is not known: 'parta-collector school list' names all",
		    ask->school);
	if (r == -EXDEV)
		return desk_failed(err,
		    "no one contract was in force on all of these days, make a paper for each: "
		    "'parta-collector school contracts --school %s' names them",
		    ask->school);
	if (r != 0)
		return desk_failed(err, "%s",
		    r == -EFBIG ? "the days have too many tests for a file" : db_error(db));
	if (db_commit(db) < 0)
		r = desk_failed(err, "%s", db_error(db));
	else if (fwrite(file.bytes.data, 1, file.bytes.len, out) != file.bytes.len ||
		 fflush(out) != 0)
		r = desk_failed(err, "could not write the file: %s", strerror(errno));
	else
		(void)fprintf(err, "claim %lld, SHA-256 of the raw data %s\n",
		    (long long)file.claim_id, file.sha256);
	bytes_clear(&file.bytes);
	return r == 0 ? COMMAND_DONE : COMMAND_FAILED;
}

static int
paper(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	CLEANUP(fclose_at) FILE *file = NULL;
	struct claim_ask ask = {.paper = argv[0], .by = user_name()};
	const char *output = NULL;
	struct desk desk;
	int status;

	ask.format = strcmp(argv[0], "data") == 0 ? "json" : "html";
	if (command_option(&argc, argv, "--as", &ask.format, err) != COMMAND_DONE ||
	    command_option(&argc, argv, "--school", &ask.school, err) != COMMAND_DONE ||
	    command_option(&argc, argv, "--from", &ask.from, err) != COMMAND_DONE ||
	    command_option(&argc, argv, "--to", &ask.to, err) != COMMAND_DONE ||
	    command_option(&argc, argv, "--output", &output, err) != COMMAND_DONE ||
	    argc != 1 || claim_wrong(&ask) || (strcmp(ask.format, "xlsx") == 0 && !output))
		return bad_usage(err);
	/* Opened first: the folder may be one in which only root may write. */
	file = output ? fopen(output, "we") : NULL;
	if (output && !file)
		return desk_failed(err, "could not write '%s': %s", output, strerror(errno));
	status = desk_open(common, DESK_DB, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = paper_make(desk.db, &ask, file ? file : out, err);
	desk_close(&desk);
	return status;
}

static int
list(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	static const char *const numbers[] = {"claim_id", "tests", "outages", NULL};
	const char *school = NULL;
	struct desk desk;
	int status = command_option(&argc, argv, "--school", &school, err);

	if (status != COMMAND_DONE || argc != 1)
		return bad_usage(err);
	status = desk_open(common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = desk_list(&desk, REGISTRY_CLAIMS, school, numbers, common->format, out, err);
	desk_close(&desk);
	return status;
}

/* ---------------------------------------------------------------- verify */

/* The digest itself, or that of the file's bytes. */
static int
digest_read(const char *word, char ret[static CLAIM_DIGEST_SIZE], FILE *err)
{
	CLEANUP(fclose_at) FILE *file = NULL;
	uint8_t sum[DIGEST_BYTES], piece[FILE_PIECE_BYTES];
	struct digest *digest;
	size_t len;

	if (strlen(word) == CLAIM_DIGEST_SIZE - 1 &&
	    text_unhex(sum, sizeof(sum), word) == DIGEST_BYTES) {
		text_hex(ret, sum, sizeof(sum));
		return COMMAND_DONE;
	}
	file = fopen(word, "re");
	if (!file)
		return desk_failed(err, "could not read '%s': %s", word, strerror(errno));
	if (digest_new(&digest) < 0)
		return desk_failed(err, "out of memory");
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		digest_add(digest, piece, len);
	digest_end(digest, sum);
	if (ferror(file))
		return desk_failed(err, "could not read '%s'", word);
	text_hex(ret, sum, sizeof(sum));
	return COMMAND_DONE;
}

/* Tests that were judged again from their samples. */
struct tally {
	struct digest *digest; /* of the lines */
	size_t tests, judged, differ;
};

/* What a test does not say again is told on err. */
static int
line_judge(struct tally *tally, const char *line, size_t len, FILE *err)
{
	struct claim_line judged;
	int r = claim_line_judge(line, len, &judged);

	if (r < 0)
		return r;
	digest_add(tally->digest, line, len);
	digest_add(tally->digest, "\n", 1);
	if (!judged.is_test)
		return 0;
	tally->tests++;
	tally->judged += judged.found != REJUDGE_NO_RECORD;
	tally->differ += judged.found != REJUDGE_NO_RECORD && judged.found != REJUDGE_SAME;
	if (judged.found != REJUDGE_SAME)
		(void)fprintf(err, "test %s %s: %s\n", judged.test, judged.direction,
		    rejudge_name(judged.found));
	return 0;
}

static int
lines_judge(struct db *db, const char *const days[static 3], struct tally *tally, FILE *err)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r =
	    db_query(db, "SELECT line FROM api.claim_data($1, $2::date, $3::date) ORDER BY n",
		days, 3, &rows);

	for (size_t i = 0; r == 0 && i < db_rows(rows); i++) {
		const char *line = db_field(rows, i, 0);

		r = line_judge(tally, line, strlen(line), err);
	}
	return r;
}

/* same; differs; incomplete: of some tests no record is kept. */
static const char *
verdict_of(const struct tally *tally)
{
	return tally->differ > 0              ? "differs"
	       : tally->judged < tally->tests ? "incomplete"
					      : "same";
}

static int
status_of(const char *verdict)
{
	return strcmp(verdict, "same") == 0 ? COMMAND_DONE : COMMAND_BAD_VERDICT;
}

static int
verdict_print(struct db *db, const char *const days[static 3], const char *claim,
    enum command_format format, FILE *out, FILE *err)
{
	static const char *const numbers[] = {"claim_id", "tests", "tests_now", "outages",
	    "outages_now", "judged", "differ", NULL};
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	char judged[NUMBER_SIZE], differ[NUMBER_SIZE], sha256[CLAIM_DIGEST_SIZE];
	const char *values[] = {claim, sha256, judged, differ, NULL};
	uint8_t sum[DIGEST_BYTES];
	struct tally tally = {0};
	int status;

	if (digest_new(&tally.digest) < 0)
		return desk_failed(err, "out of memory");
	status = lines_judge(db, days, &tally, err);
	digest_end(tally.digest, sum);
	if (status < 0)
		return desk_failed(err, "%s", db_error(db));
	text_hex(sha256, sum, sizeof(sum));
	(void)snprintf(judged, sizeof(judged), "%zu", tally.judged);
	(void)snprintf(differ, sizeof(differ), "%zu", tally.differ);
	values[4] = verdict_of(&tally);
	if (db_query(db,
		"SELECT c.claim_id, c.school, c.from_day AS from, c.to_day AS to, c.sha256,"
		" $2 AS sha256_now, c.tests, d.tests AS tests_now, c.outages,"
		" d.outages AS outages_now, $3::bigint AS judged, $4::bigint AS differ,"
		" CASE WHEN c.sha256 = $2 THEN $5 ELSE 'differs' END AS verdict"
		" FROM api.claim AS c,"
		" api.claim_digest(c.school, c.from_day, c.to_day) AS d"
		" WHERE c.claim_id = $1::integer",
		values, COUNT_OF(values), &rows) < 0)
		return desk_failed(err, "%s", db_error(db));
	status = desk_print(rows, numbers, format, out, err);
	return status == COMMAND_DONE ? status_of(db_field(rows, 0, db_columns(rows) - 1))
				      : status;
}

static int
claim_verify(struct db *db, const char *sha256, const char *word, enum command_format format,
    FILE *out, FILE *err)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;

	if (db_query(db,
		"SELECT c.claim_id, c.school, c.from_day, c.to_day FROM api.claim AS c"
		" WHERE c.sha256 = $1 OR c.claim_id ="
		" (SELECT f.claim_id FROM api.claim_file AS f WHERE f.file_sha256 = $1)"
		" ORDER BY c.claim_id LIMIT 1",
		&sha256, 1, &rows) < 0)
		return desk_failed(err, "%s", db_error(db));
	if (db_rows(rows) == 0) {
		(void)desk_failed(err,
		    "'%s' is no paper or data of this collector, or was changed since (SHA-256 "
		    "%s)",
		    word, sha256);
		return COMMAND_BAD_VERDICT;
	}
	return verdict_print(db,
	    (const char *const[]){
		db_field(rows, 0, 1), db_field(rows, 0, 2), db_field(rows, 0, 3)},
	    db_field(rows, 0, 0), format, out, err);
}

static int
verify(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	char sha256[CLAIM_DIGEST_SIZE];
	struct desk desk;
	int status;

	if (argc != 2 || argv[1][0] == '-')
		return bad_usage(err);
	/* Read first: the file may be one that only root can read. */
	status = digest_read(argv[1], sha256, err);
	if (status == COMMAND_DONE)
		status = desk_open(common, DESK_DB, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = claim_verify(desk.db, sha256, argv[1], common->format, out, err);
	desk_close(&desk);
	return status;
}

/* ---------------------------------------------------------------- judge */

static const struct print_column judge_columns[] = {
    {"sha256", false}, {"tests", true}, {"judged", true}, {"differ", true}, {"verdict", false}};

struct judge_row {
	char fields[COUNT_OF(judge_columns)][CLAIM_DIGEST_SIZE];
};

static const char *
judge_field(void *arg, size_t row, size_t column)
{
	const struct judge_row *only = arg;

	(void)row;
	return only->fields[column];
}

static int
judge_print(struct tally *tally, enum command_format format, FILE *out)
{
	struct judge_row row = {0};
	const struct print_rows rows = {.columns = judge_columns,
	    .n_columns = COUNT_OF(judge_columns),
	    .n_rows = 1,
	    .field = judge_field,
	    .words = judge_field,
	    .arg = &row};
	const size_t counts[] = {tally->tests, tally->judged, tally->differ};
	uint8_t sum[DIGEST_BYTES];

	digest_end(TAKE(tally->digest, NULL), sum);
	text_hex(row.fields[0], sum, sizeof(sum));
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		(void)snprintf(row.fields[i + 1], sizeof(row.fields[i + 1]), "%zu", counts[i]);
	(void)text_copy(row.fields[4], sizeof(row.fields[4]), verdict_of(tally));
	return format == FORMAT_JSON  ? print_json(&rows, out)
	       : format == FORMAT_CSV ? print_csv(&rows, out)
				      : print_table(&rows, words_language(), out);
}

static int
file_judge(FILE *file, const char *path, struct tally *tally, FILE *err)
{
	CLEANUP(free_at) char *line = NULL;
	size_t size = 0, number = 0;
	ssize_t len;

	while ((len = getline(&line, &size, file)) > 0) {
		number++;
		if (line[len - 1] != '\n' || line_judge(tally, line, (size_t)len - 1, err) < 0)
			return desk_failed(
			    err, "'%s' is no data of a claim: line %zu", path, number);
	}
	if (ferror(file))
		return desk_failed(err, "could not read '%s'", path);
	return number > 0 ? COMMAND_DONE : desk_failed(err, "'%s' is empty", path);
}

static int
judge(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	CLEANUP(fclose_at) FILE *file = NULL;
	struct tally tally = {0};
	int status;

	if (argc != 2 || argv[1][0] == '-')
		return bad_usage(err);
	file = fopen(argv[1], "re");
	if (!file)
		return desk_failed(err, "could not read '%s': %s", argv[1], strerror(errno));
	if (digest_new(&tally.digest) < 0)
		return desk_failed(err, "out of memory");
	status = file_judge(file, argv[1], &tally, err);
	if (status == COMMAND_DONE)
		status = judge_print(&tally, common->format, out) < 0
			     ? desk_failed(err, "could not write")
			     : status_of(verdict_of(&tally));
	if (tally.digest)
		digest_end(tally.digest, (uint8_t[DIGEST_BYTES]){0});
	return status;
}

int
command_claim(int argc, char *argv[], FILE *out, FILE *err)
{
	static const struct command_action actions[] = {{"act", paper}, {"journal", paper},
	    {"data", paper}, {"list", list}, {"verify", verify}, {"judge", judge}};

	formats_rename(argc, argv);
	return command_act(argc, argv, usage, actions, COUNT_OF(actions), out, err);
}
