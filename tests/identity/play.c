/*
 * Plays stories (tests/identity/README.md) the whole way: the agent's inventory
 * takes the sightings, what it reports is packed, unpacked, classified and stored
 * by the collector's own calls in a private PostgreSQL, a school for each story.
 * Then the database says which devices there are, and the story which there were.
 *   play [-v] FILE...    0: all as they should be; 1: some are not; 2: a file is wrong
 * In a story "check" compares the counts of a day; play prints how many were wrong.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <unistd.h>

#include "agent/uplink/report.h"
#include "collector/ingest/devices.h"
#include "collector/store/store.h"
#include "common/arena.h"
#include "common/classify/rule.h"
#include "common/clock.h"
#include "common/wire/report_codec.h"
#include "tests/identity/story.h"
#include "tests/lib/database.h"

enum { PART_BYTES = 256 * 1024, ARENA_BYTES = 64 << 20 };

static struct play {
	struct test_database database;
	struct store *store;
	struct rules *rules;
	void *memory;
	uint8_t agent_id[16], boot_id[16];
	uint64_t seq;
	unsigned schools;
	char school[16];
	bool is_loud;
	unsigned days, wrong_days; /* of the story */
	unsigned stories, wrong, all_days, all_wrong_days;
	int64_t storing_ms;
	size_t devices, analyse_at; /* stored; when the planner is told how many there are */
} play = {.analyse_at = 150};

static void
die(const char *what, const char *why)
{
	(void)fprintf(stderr, "play: %s: %s\n", what, why);
	database_close(&play.database);
	exit(2);
}

static const char *
ask(const char *format, ...)
{
	static char sql[4096];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sql, sizeof(sql), format, args);
	va_end(args);
	return sql;
}

/* Rows of one text each, joined by blanks. */
static void
rows_of(const char *sql, char ret[static STORY_TEXT_SIZE])
{
	struct pg_result *rows = NULL;
	size_t at = 0;

	ret[0] = '\0';
	if (db_text(play.database.owner, sql, &rows) < 0)
		die(sql, db_error(play.database.owner));
	for (size_t i = 0; i < db_rows(rows) && at < STORY_TEXT_SIZE - 1024; i++)
		at += (size_t)snprintf(
		    ret + at, STORY_TEXT_SIZE - at, "%s%s", i ? " " : "", db_field(rows, i, 0));
	db_free(rows);
	story_sort(ret);
}

static int64_t
number_of(const char *sql)
{
	int64_t number = database_number(&play.database, sql);

	if (number < 0)
		die(sql, "no number");
	return number;
}

/* ---------------------------------------------------------------- reports */

static unsigned
count_word(const char *line, const char *word, size_t len)
{
	unsigned count = 0;

	while (*line) {
		size_t n = strcspn(line, " ");

		count += n == len && strncmp(line, word, len) == 0;
		line += n + (line[n] == ' ');
	}
	return count;
}

static size_t
count_words(const char *line)
{
	size_t count = *line != '\0';

	for (; *line; line++)
		count += *line == ' ';
	return count;
}

/* Prints the words of a line that another has less often. */
static void
print_more(const char *what, const char *line, const char *other)
{
	(void)printf("\t%s", what);
	while (*line) {
		size_t len = strcspn(line, " ");

		if (count_word(line, line, len) > count_word(other, line, len))
			(void)printf(" %.*s", (int)len, line);
		line += len + (line[len] == ' ');
	}
	(void)printf("\n");
}

static void
store_part(const struct bytes *packed)
{
	struct arena arena = arena_over(play.memory, ARENA_BYTES);
	struct store_item item = {
	    .received_ms = clock_wall_ms(), .bytes = packed->data, .len = packed->len};
	struct classification *classes;
	ProtobufCMessage *message;
	char error[256] = "";
	int64_t began_ms = (int64_t)clock_boot_ms();

	if (wire_unpack(&parta__v1__report__descriptor, &arena, packed->data, packed->len,
		&message) < 0)
		die("a report", "cannot be unpacked");
	item.report = (const Parta__V1__Report *)message;
	if (devices_classify(play.rules, item.report->inventory, &arena, &classes) < 0)
		die("a report", "cannot be classified");
	item.classes = classes;
	memcpy(item.agent_id, play.agent_id, sizeof(item.agent_id));
	if (store_batch(play.store, &item, 1, error) < 0 || item.outcome != STORE_NEW)
		die("a report cannot be stored", error);
	play.devices += item.report->inventory->n_devices;
	play.storing_ms += (int64_t)clock_boot_ms() - began_ms;
	/* Autovacuum would, but a term passes before it looks. */
	if (play.devices >= play.analyse_at) {
		play.analyse_at = 4 * play.devices;
		if (db_text(play.database.owner, "ANALYZE", NULL) < 0)
			die("ANALYZE", db_error(play.database.owner));
	}
}

/* What the agent made of this round, told when it is not the truth: where the fault is. */
static void
look_at_agent(const struct story *s)
{
	static char got[STORY_TEXT_SIZE], want[STORY_TEXT_SIZE];

	story_agent_devices(s, s->started_ms, got);
	story_expected(s, s->agent, s->started_ms, want);
	if (strcmp(got, want) != 0) {
		(void)printf("the agent, before line %u\n", s->line);
		print_more("got ", got, want);
		print_more("want", want, got);
	}
}

static void
on_report(void *arg, struct story *story, const struct device *const devices[], size_t count)
{
	struct address_range ranges[1] = {{.prefix_len = 8}};
	struct report_scan scan = {.started_ms = story->started_ms,
	    .finished_ms = story->now_ms,
	    .ranges = ranges,
	    .n_ranges = 1,
	    .complete = story->complete};
	struct bytes packed = bytes_new(8 << 20);
	uint32_t parts = 0;
	size_t at = 0;

	(void)arg;
	if (play.is_loud)
		look_at_agent(story);
	if (address_parse("10.0.0.0", &ranges[0].base) < 0)
		die("10.0.0.0", "no address");
	memcpy(scan.scan_id, &play.seq, sizeof(play.seq));
	memcpy(scan.scan_id + 8, play.agent_id, 8);
	for (size_t i = 0; i < count || parts == 0; parts++)
		i += report_inventory_fit(devices + i, count - i, PART_BYTES);
	for (uint32_t part = 0; part < parts; part++) {
		size_t n = report_inventory_fit(devices + at, count - at, PART_BYTES);
		struct report_head head = {.seq = ++play.seq, .created_ms = story->now_ms};

		memcpy(head.agent_id, play.agent_id, sizeof(head.agent_id));
		memcpy(head.boot_id, play.boot_id, sizeof(head.boot_id));
		packed.len = 0;
		if (report_inventory(&head, &scan, part, parts, devices + at, n, &packed) < 0)
			die("a report", "cannot be packed");
		store_part(&packed);
		at += n;
	}
	bytes_clear(&packed);
}

/* ---------------------------------------------------------------- judging */

static void
complain(struct story *s, const char *what, const char *got, const char *want)
{
	(void)printf("%s (before line %u): %s\n", s->name, s->line, what);
	print_more("got ", got, want);
	print_more("want", want, got);
	play.wrong++;
}

static void
check_number(struct story *s, const char *what, int64_t got, int64_t want)
{
	char texts[2][32];

	(void)snprintf(texts[0], sizeof(texts[0]), "%" PRId64, got);
	(void)snprintf(texts[1], sizeof(texts[1]), "%" PRId64, want);
	if (got != want)
		complain(s, what, texts[0], texts[1]);
}

static const char root_of[] =
    "WITH RECURSIVE up AS ("
    "SELECT d.device_id AS leaf, d.device_id AS root, d.merged_into FROM core.device AS d "
    "JOIN core.school AS s USING (school_id) WHERE s.code = '%s' UNION ALL "
    "SELECT u.leaf, d.device_id, d.merged_into FROM up AS u JOIN core.device AS d "
    "ON d.device_id = u.merged_into), "
    "named AS (SELECT u.root, string_agg(DISTINCT e.value, '+' ORDER BY e.value) AS labels "
    "FROM up AS u LEFT JOIN core.device_evidence AS e ON e.device_id = u.leaf AND e.source = "
    "'truth' WHERE u.merged_into IS NULL GROUP BY u.root) ";

/* The counts of a day: devices known, and those seen on it. */
static void
check_day(struct story *s)
{
	static char got[STORY_TEXT_SIZE], want[STORY_TEXT_SIZE];
	int64_t day = (s->now_ms - STORY_BEGIN_MS) / 86400000,
		since_ms = STORY_BEGIN_MS + day * 86400000;
	unsigned wrong = 0;
	char sql[4096];

	for (int today = 0; today < 2; today++) {
		(void)snprintf(sql, sizeof(sql),
		    "%s SELECT COALESCE(labels, '?') FROM named AS n JOIN core.device AS d ON "
		    "d.device_id = n.root WHERE d.last_seen >= to_timestamp(%" PRId64 ")",
		    root_of, today ? since_ms / 1000 : 0);
		rows_of(ask(sql, play.school), got);
		story_expected(s, "", today ? since_ms : 0, want);
		if (count_words(got) == count_words(want))
			continue;
		wrong = 1;
		(void)printf("%s, day %" PRId64 ": %zu devices %s, not %zu\n", s->name, day + 1,
		    count_words(got), today ? "were seen" : "are known", count_words(want));
		print_more("got ", got, want);
		print_more("want", want, got);
	}
	play.days++;
	play.wrong_days += wrong;
}

static bool
on_line(void *arg, struct story *s, const char *word, const char *rest)
{
	char label[STORY_LABEL_SIZE], sql[2048];
	int number;

	(void)arg;
	if (strcmp(word, "check") == 0) {
		check_day(s);
	} else if (strcmp(word, "transient") == 0) {
		check_number(s, "personal devices on the day",
		    number_of(
			ask("SELECT COALESCE(sum(devices), 0) FROM core.transient_day "
			    "JOIN core.school AS s USING (school_id) WHERE s.code = '%s' AND "
			    "day = (to_timestamp(%" PRId64 ") AT TIME ZONE s.time_zone)::date",
			    play.school, s->now_ms / 1000)),
		    atoi(rest));
	} else if (strcmp(word, "asked") == 0) {
		check_number(s, "what a person is asked",
		    number_of(
			ask("SELECT count(*) FROM core.merge_candidate JOIN core.school AS "
			    "s USING (school_id) WHERE s.code = '%s'",
			    play.school)),
		    atoi(rest));
	} else if (strcmp(word, "units") == 0 && sscanf(rest, "%31s %d", label, &number) == 2) {
		(void)snprintf(sql, sizeof(sql),
		    "%s SELECT d.units FROM named AS n JOIN core.device AS d ON d.device_id = "
		    "n.root WHERE n.labels = '%s'",
		    root_of, label);
		check_number(s, "units", number_of(ask(sql, play.school)), number);
	} else {
		return false;
	}
	return true;
}

static bool
school_make(struct story *s)
{
	(void)s;
	(void)snprintf(play.school, sizeof(play.school), "S%u", ++play.schools);
	memset(play.agent_id, 0, sizeof(play.agent_id));
	memcpy(play.agent_id, &play.schools, sizeof(play.schools));
	play.days = play.wrong_days = 0;
	(void)number_of(ask("WITH s AS (INSERT INTO core.school (code, name, settlement, "
			    "time_zone) VALUES ('%s', '%s', 'urban', 'Asia/Yekaterinburg') "
			    "RETURNING school_id) INSERT INTO core.agent (agent_id, school_id, "
			    "host_name) SELECT '%08x-0000-0000-0000-000000000000', school_id, "
			    "'%s' FROM s RETURNING 1",
	    play.school, play.school, __builtin_bswap32(play.schools), play.school));
	return true;
}

static bool
judge(struct story *s)
{
	static char got[STORY_TEXT_SIZE], want[STORY_TEXT_SIZE];
	static char sql[4096];
	unsigned before = play.wrong;

	(void)snprintf(sql, sizeof(sql), "%s SELECT COALESCE(labels, '?') FROM named", root_of);
	rows_of(ask(sql, play.school), got);
	story_expected(s, s->collector, 0, want);
	if (strcmp(got, want) != 0)
		complain(s, "devices", got, want);
	(void)snprintf(sql, sizeof(sql),
	    "%s SELECT COALESCE(labels, '?') FROM named AS n JOIN core.device AS d ON "
	    "d.device_id = n.root WHERE d.absent_since IS NULL",
	    root_of);
	rows_of(ask(sql, play.school), got);
	story_expected(s, s->present, s->started_ms, want);
	if ((s->complete || *s->present) && strcmp(got, want) != 0)
		complain(s, "who is not absent", got, want);
	if (play.days)
		(void)printf("%s: %zu devices, %u of %u days with a wrong count, devices %s\n",
		    s->name, s->n_labels, play.wrong_days, play.days,
		    play.wrong == before ? "exact" : "wrong");
	play.stories++;
	play.all_days += play.days;
	play.all_wrong_days += play.wrong_days;
	return true;
}

int
main(int argc, char *argv[])
{
	static struct story story = {.on_report = on_report, .on_line = on_line};
	char error[RULES_ERROR_SIZE];
	FILE *files[16];
	bool good = true;

	if (argc > 1 && strcmp(argv[1], "-v") == 0) {
		play.is_loud = true;
		argv++;
		argc--;
	}
	if (argc < 2 || argc > (int)COUNT_OF(files))
		return 2;
	for (int i = 1; i < argc; i++) {
		files[i] = fopen(argv[i], "r");
		if (!files[i]) {
			perror(argv[i]);
			return 2;
		}
	}
	play.memory = malloc(ARENA_BYTES);
	if (rules_read("common/classify/device_rule.csv", &play.rules, error) < 0) {
		(void)fprintf(stderr, "play: %s\n", error);
		return 2;
	}
	if (database_open(&play.database, 0) < 0)
		die("database", play.database.error);
	if (store_open(cluster_conninfo(play.database.cluster), &play.store, error) < 0)
		die("store", error);
	for (int i = 1; good && i < argc; i++) {
		good = story_play(&story, files[i], school_make, judge);
		if (!good)
			(void)fprintf(stderr, "%s: %s\n", argv[i], story.error);
		(void)fclose(files[i]);
	}
	(void)printf("%u stories, %u wrong; %zu devices stored in %" PRId64 " ms", play.stories,
	    play.wrong, play.devices, play.storing_ms);
	if (play.all_days)
		(void)printf(
		    "; %u of %u days with a wrong count", play.all_wrong_days, play.all_days);
	(void)printf("\n");
	store_close(play.store);
	database_close(&play.database);
	rules_free(play.rules);
	free(play.memory);
	if (!good)
		return 2;
	return play.wrong || play.all_wrong_days * 100 > play.all_days;
}
