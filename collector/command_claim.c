/*
 * claim act, journal, data, list, verify: papers for a claim to the provider, and
 * whether one still says what the raw data say.
 */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/desk.h"
#include "collector/page/claim.h"
#include "collector/print.h"
#include "collector/rejudge.h"
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
    "\n"
    "  act      of a rate below the contract, to be signed (in Russian)\n"
    "  journal  of outages, with what counts against the provider\n"
    "  data     what both rest on, a JSON object a line; its SHA-256 is the one they print\n"
    "  list     claims that papers were made of\n"
    "  verify   does the database still say what a paper says? A file of a paper or of data,\n"
    "           as it left, or the SHA-256 that stands in it; exit status 3: it does not\n"
    "\n"
    "Days are written YYYY-MM-DD, both included, in the school's time. xlsx needs --output.\n";

enum { NUMBER_SIZE = 24, SAMPLES_MAX = 8192, FILE_PIECE_BYTES = 65536 };

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
	if (r < 0)
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
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *school = NULL;
	struct desk desk;
	int status = command_option(&argc, argv, "--school", &school, err);

	if (status != COMMAND_DONE || argc != 1)
		return bad_usage(err);
	status = desk_open(common, DESK_DB, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	if (db_query(desk.db,
		"SELECT claim_id, school, from_day AS from, to_day AS to, sha256, tests, "
		"outages,"
		" to_char(made_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS "
		"made_at,"
		" made_by AS by FROM api.claim WHERE $1::text IS NULL OR school = $1"
		" ORDER BY claim_id",
		&school, 1, &rows) < 0)
		status = desk_failed(err, "%s", db_error(desk.db));
	else
		status = desk_print(rows, numbers, common->format, out, err);
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

struct tally {
	size_t judged, differ;
};

static void
test_judge(const struct pg_result *rows, size_t row, struct tally *ret)
{
	static uint32_t samples[SAMPLES_MAX];
	const char *text = db_field(rows, row, 6);
	long count = text ? rejudge_samples(text, samples, SAMPLES_MAX) : 0;
	struct rejudge_test test = {
	    .verdict = db_field(rows, row, 0),
	    .ip_mbps = db_real(rows, row, 1),
	    .goodput_mbps = db_real(rows, row, 2),
	    .target_mbps = db_real(rows, row, 3),
	    .line_mbps = db_real(rows, row, 7),
	    .sample_ms = (uint32_t)db_number(rows, row, 4),
	    .warmup_samples = (size_t)db_number(rows, row, 5),
	    .count = count > 0 ? (size_t)count : 0,
	    .sample_bytes = samples,
	};
	enum rejudge found = count < 0 ? REJUDGE_OTHER_RATE : rejudge(&test);

	ret->judged += found != REJUDGE_NO_SAMPLES;
	ret->differ += found == REJUDGE_OTHER_RATE || found == REJUDGE_OTHER_VERDICT;
}

/* Tests that count, judged again from their samples. */
static int
tests_judge(struct db *db, const char *const days[static 3], struct tally *ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r = db_query(db,
	    "SELECT t.verdict, x.ip_mbps, x.goodput_mbps, COALESCE(x.target_mbps, 0),"
	    " r.sample_ms, r.warmup_samples, r.sample_bytes, COALESCE(r.line_mbps, -1)"
	    " FROM api.claim_tests($1, $2::date, $3::date) AS t"
	    " JOIN api.speed_sample AS x USING (agent_id, test_id, direction)"
	    " JOIN api.speed_raw AS r USING (agent_id, test_id, direction)"
	    " WHERE t.excluded IS NULL AND x.school = $1 AND r.school = $1",
	    days, 3, &rows);

	for (size_t i = 0; r == 0 && i < db_rows(rows); i++)
		test_judge(rows, i, ret);
	return r;
}

static int
verdict_print(struct db *db, const char *const days[static 3], const char *claim,
    enum command_format format, FILE *out, FILE *err)
{
	static const char *const numbers[] = {"claim_id", "tests", "tests_now", "outages",
	    "outages_now", "judged", "differ", NULL};
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	char judged[NUMBER_SIZE], differ[NUMBER_SIZE];
	const char *const values[] = {days[0], days[1], days[2], claim, judged, differ};
	struct tally tally = {0};
	int status;

	if (tests_judge(db, days, &tally) < 0)
		return desk_failed(err, "%s", db_error(db));
	(void)snprintf(judged, sizeof(judged), "%zu", tally.judged);
	(void)snprintf(differ, sizeof(differ), "%zu", tally.differ);
	if (db_query(db,
		"SELECT c.claim_id, c.school, c.from_day AS from, c.to_day AS to, c.sha256,"
		" d.sha256 AS sha256_now, c.tests, d.tests AS tests_now, c.outages,"
		" d.outages AS outages_now, $5::bigint AS judged, $6::bigint AS differ,"
		" CASE WHEN c.sha256 = d.sha256 AND $6::bigint = 0 THEN 'same' ELSE 'differs' "
		"END"
		" AS verdict FROM api.claim AS c,"
		" api.claim_digest($1, $2::date, $3::date) AS d"
		" WHERE c.claim_id = $4::integer",
		values, COUNT_OF(values), &rows) < 0)
		return desk_failed(err, "%s", db_error(db));
	status = desk_print(rows, numbers, format, out, err);
	if (status == COMMAND_DONE &&
	    strcmp(db_field(rows, 0, db_columns(rows) - 1), "same") != 0)
		status = COMMAND_BAD_VERDICT;
	return status;
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

int
command_claim(int argc, char *argv[], FILE *out, FILE *err)
{
	static const struct command_action actions[] = {{"act", paper}, {"journal", paper},
	    {"data", paper}, {"list", list}, {"verify", verify}};

	formats_rename(argc, argv);
	return command_act(argc, argv, usage, actions, COUNT_OF(actions), out, err);
}
