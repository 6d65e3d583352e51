/* The administrator's commands against a database of their own: what they print, what they
 * refuse, how they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>

#include "collector/command.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/token.h"
#include "tests/lib/database.h"

enum { WORDS_MAX = 16 };

typedef int (*command_fn)(int argc, char *argv[], FILE *out, FILE *err);

static struct test_database database;
static char config[160], *said, *complained;

/* Runs a command line; said and complained hold what it wrote. */
static int
run(command_fn command, const char *line)
{
	char words[1024], *argv[WORDS_MAX] = {NULL}, *rest;
	size_t said_len, complained_len;
	FILE *out, *err;
	int argc = 0, status;

	free(said);
	free(complained);
	(void)snprintf(words, sizeof(words), "%s", line);
	for (char *word = strtok_r(words, "|", &rest); word && argc + 3 < WORDS_MAX;
	     word = strtok_r(NULL, "|", &rest))
		argv[argc++] = word;
	argv[argc++] = (char[]){"-c"};
	argv[argc++] = config;
	out = open_memstream(&said, &said_len);
	err = open_memstream(&complained, &complained_len);
	CHECK(out && err);
	status = command(argc, argv, out, err);
	(void)fclose(out);
	(void)fclose(err);
	return status;
}

static void
must(command_fn command, const char *line)
{
	int status = run(command, line);

	if (status != COMMAND_DONE)
		fail_msg("%s: %d %s", line, status, complained);
}

static void
must_fail(command_fn command, const char *line, int status, const char *words)
{
	assert_int_equal(run(command, line), status);
	if (!strstr(complained, words))
		fail_msg("'%s' does not say '%s'", complained, words);
	assert_string_equal(said, "");
}

static void
schools_are_added_and_changed(void **state)
{
	(void)state;
	must(command_school,
	    "school|add|a1|--name|School 1|--settlement|rural|--contract-down|60");
	assert_string_equal(said, "a1 added\n");
	must(command_school, "school|add|a1|--provider=ISP");
	assert_string_equal(said, "a1 changed\n");
	must(command_school, "school|add|a1|--provider|ISP");
	assert_string_equal(said, "a1 is so already\n");
	must(command_school, "school|list|--school|a1|--format|json");
	assert_string_equal(said,
	    "{\"school\":\"a1\",\"name\":\"School "
	    "1\",\"municipality\":\"\",\"settlement\":\"rural\","
	    "\"time_zone\":\"Europe/Moscow\",\"provider\":\"ISP\",\"contract_down_mbps\":60,"
	    "\"contract_up_mbps\":null,\"pupils\":null,\"agents\":0,\"vantage\":\"school\"}\n");
	must(command_school, "school|add|out|--control|--name|Outside");
	must(command_school, "school|list|--school|out|--format|csv");
	assert_non_null(strstr(said, ",control"));
	must(command_school, "school|add|out|--name|Elsewhere");
	must(command_school, "school|list|--school|out|--format|csv");
	assert_non_null(strstr(said, ",control"));
	must_fail(command_school, "school|add|a2|--time-zone|Mars", COMMAND_FAILED,
	    "time zone 'Mars'");
	must_fail(command_school, "school|add|a2|--pupils|many", COMMAND_FAILED, "many");
	must_fail(command_school, "school|add|a2|--contract-down|-1", COMMAND_FAILED,
	    "school_contract_down");
	must_fail(command_school, "school|add", COMMAND_USAGE, "usage:");
	must_fail(command_school, "school|add|a2|--colour|red", COMMAND_USAGE, "usage:");
	must_fail(command_school, "school", COMMAND_USAGE, "usage:");
}

/* Imports a file of that text. */
static int
import(const char *text, size_t len)
{
	char line[256];
	FILE *file;

	(void)snprintf(line, sizeof(line), "%s/schools.csv", database.dir);
	file = fopen(line, "we");
	CHECK(file && fwrite(text, 1, len, file) == len);
	(void)fclose(file);
	(void)snprintf(line, sizeof(line), "school|import|%s/schools.csv", database.dir);
	return run(command_school, line);
}

static void
schools_are_imported_whole(void **state)
{
	static const char text[] = "\xef\xbb\xbf"
				   "code;name;settlement;contract_down_mbps\r\n"
				   "b1;\xd8\xea\xee\xeb\xe0;urban;100\r\n" /* Windows-1251 */
				   "b2;\"Two; quoted\";rural;\r\n";

	(void)state;
	assert_int_equal(import(text, sizeof(text) - 1), COMMAND_DONE);
	assert_string_equal(said, "2 read: 2 new, 0 changed, 0 as they were\n");
	assert_int_equal(import(text, sizeof(text) - 1), COMMAND_DONE);
	assert_string_equal(said, "2 read: 0 new, 0 changed, 2 as they were\n");
	assert_string_equal(
	    database_text(&database, "SELECT string_agg(name, ',' ORDER BY code) FROM "
				     "core.school WHERE code LIKE 'b%'"),
	    "Школа,Two; quoted");
}

static void
a_hostile_file_imports_nothing_and_names_its_line(void **state)
{
	static char long_field[3000];
	const struct {
		const char *text, *words;
	} wrong[] = {
	    {"code,name\nc1,One\nc2,\"never closed\n",
		":3: a quote is opened and never closed"},
	    {"code,name\nc1,One\nc2,Two,more\n",
		":3: the row has 3 fields, the first line names 2"},
	    {"code,name\nc1,One\nc 2,Two\n", ":3: code 'c 2' must be"},
	    {"code,name\nc1,One\n,Two\n", ":3: the code is empty"},
	    {"code,settlement\nc1,rural\nc2,moon\n", ":3: settlement 'moon' is not known"},
	    {"code,password\nc1,x\n", ":1: column 'password' is not known"},
	    {"code,code\nc1,c1\n", ":1: a column stands there twice"},
	    {"name\nx\n", ":1: there is no column 'code'"},
	    {"", "the file is empty"},
	    {"code,name\nc1,'; DROP TABLE core.school; --\nc2,\xff\xfe\x01,x\n", ":3:"},
	    {long_field, ":2: a field is longer"},
	};

	(void)state;
	(void)snprintf(long_field, sizeof(long_field), "code,name\nc1,%02000d\n", 1);
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_equal(import(wrong[i].text, strlen(wrong[i].text)), COMMAND_FAILED);
		if (!strstr(complained, wrong[i].words))
			fail_msg("'%s' does not say '%s'", complained, wrong[i].words);
	}
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM core.school WHERE code LIKE 'c%'"),
	    0);
	must_fail(command_school, "school|import|/nonexistent.csv", COMMAND_FAILED,
	    "/nonexistent.csv");
	must_fail(command_school, "school|import|/dev/zero", COMMAND_FAILED, "no plain file");
}

static void
a_token_is_shown_once_and_only_its_hash_is_kept(void **state)
{
	struct token token;
	char sql[256], hex[65];

	(void)state;
	must(command_token, "token|a1|--uses|3|--hours|1");
	said[strcspn(said, "\n")] = '\0';
	assert_int_equal(token_parse(said, &token), 0);
	text_hex(hex, token.secret, 32);
	(void)snprintf(sql, sizeof(sql),
	    "SELECT uses_left FROM core.token WHERE token_sha256 = sha256(decode('%s', 'hex')) "
	    "AND "
	    "ends_at BETWEEN now() + interval '59 minutes' AND now() + interval '61 minutes'",
	    hex);
	assert_int_equal(database_number(&database, sql), 3);
	must_fail(command_token, "token|nope", COMMAND_FAILED, "school 'nope' is not known");
	must_fail(command_token, "token|a1|--uses|0", COMMAND_USAGE, "usage:");
	must_fail(command_token, "token|a1|--hours|x", COMMAND_USAGE, "usage:");
	must_fail(command_token, "token", COMMAND_USAGE, "usage:");
}

static void
an_agent_is_listed_and_revoked_once(void **state)
{
	(void)state;
	assert_int_equal(
	    database_number(&database,
		"INSERT INTO core.agent (agent_id, school_id, host_name) SELECT "
		"'00000000-0000-0000-0000-0000000000aa', school_id, 'pc-1' FROM core.school "
		"WHERE code = 'a1' RETURNING 1"),
	    1);
	must(command_agent, "agent|list|--format|csv");
	assert_non_null(
	    strstr(said, "a1,00000000-0000-0000-0000-0000000000aa,pc-1,never_heard"));
	must(command_agent, "agent|revoke|pc-1|--reason|lost");
	assert_string_equal(
	    database_text(
		&database, "SELECT revoked_reason FROM core.agent WHERE host_name = 'pc-1'"),
	    "lost");
	must_fail(command_agent, "agent|revoke|00000000-0000-0000-0000-0000000000AA",
	    COMMAND_FAILED, "revoked already");
	must_fail(
	    command_agent, "agent|revoke|pc-2", COMMAND_FAILED, "agent 'pc-2' is not known");
	must_fail(command_agent, "agent|forget|pc-1", COMMAND_USAGE, "usage:");
}

static void
devices_are_merged_split_and_told_apart(void **state)
{
	(void)state;
	assert_int_equal(
	    database_number(&database,
		"WITH d AS (INSERT INTO core.device (device_id, school_id, name, first_seen, "
		"last_seen, agent_id, report_id) SELECT x.id::uuid, s.school_id, x.name, now() "
		"- "
		"x.ago * interval '1 day', now(), a.agent_id, 0 FROM core.school AS s JOIN "
		"core.agent AS a USING (school_id) CROSS JOIN (VALUES "
		"('00000000-0000-0000-0000-0000000000d1', 'pc1', 2), "
		"('00000000-0000-0000-0000-0000000000d2', 'pc2', 1)) AS x(id, name, ago) WHERE "
		"s.code = 'a1' RETURNING device_id, school_id, name), i AS (INSERT INTO "
		"core.device_identifier (device_id, kind, value, school_id, claimed_at, "
		"seen_at, "
		"report_id) SELECT device_id, 'serial', 'SN-' || name, school_id, now(), "
		"now(), 0 "
		"FROM d) INSERT INTO core.merge_candidate (school_id, device_id, other_id, "
		"kind, "
		"value, reason, noted_at, report_id) SELECT school_id, "
		"'00000000-0000-0000-0000-0000000000d1', "
		"'00000000-0000-0000-0000-0000000000d2', "
		"'mac', 'x', 'a test', now(), 0 FROM d WHERE name = 'pc1' RETURNING 1"),
	    1);
	must(command_device, "device|candidates|--school|a1|--format|csv");
	assert_non_null(strstr(said, "00000000-0000-0000-0000-0000000000d2,mac,x,a test"));
	must_fail(command_device, "device|answer|1|perhaps", COMMAND_USAGE, "usage:");
	must(command_device, "device|answer|1|same");
	assert_string_equal(
	    database_text(&database,
		"SELECT string_agg(name, ' ') FROM api.device_current WHERE name LIKE 'pc_'"),
	    "pc1");
	must_fail(command_device, "device|answer|1|same", COMMAND_FAILED, "answered already");
	must(command_device, "device|undo|merge|1");
	must(command_device, "device|merge|00000000-0000-0000-0000-0000000000d1|"
			     "00000000-0000-0000-0000-0000000000d2|--reason|one");
	must_fail(command_device, "device|split|00000000-0000-0000-0000-0000000000d1|SN-x",
	    COMMAND_FAILED, "does not have all of these");
	must(command_device, "device|split|00000000-0000-0000-0000-0000000000d1|SN-pc2");
	must(command_device, "device|merges|--school|a1|--format|json");
	assert_non_null(strstr(said, "\"act\":\"split\",\"act_id\":1"));
	assert_int_equal(database_number(&database,
			     "SELECT count(DISTINCT device_id) FROM core.device_identifier "
			     "WHERE value LIKE 'SN-pc_' AND ended_at IS NULL"),
	    2);
	must(command_device, "device|undo|split|1");
	assert_int_equal(database_number(&database,
			     "SELECT count(DISTINCT device_id) FROM core.device_identifier "
			     "WHERE value LIKE 'SN-pc_' AND ended_at IS NULL"),
	    1);
	must_fail(command_device, "device|undo|split|1", COMMAND_FAILED, "undone already");
	must_fail(command_device, "device|undo|all|1", COMMAND_USAGE, "usage:");
}

static void
a_policy_is_set_for_all_or_for_one(void **state)
{
	(void)state;
	must(command_policy, "policy|set|scan_every_s|120");
	must(command_policy, "policy|set|scan_every_s|60|--school|a1");
	must(command_policy, "policy|show|--school|a1|--format|csv");
	assert_non_null(strstr(said, "scan_every_s,60,school,"));
	must(command_policy, "policy|unset|scan_every_s|--school|a1");
	must(command_policy, "policy|show|--school|a1|--format|csv");
	assert_non_null(strstr(said, "scan_every_s,120,all,"));
	must_fail(
	    command_policy, "policy|set|scan_every_s|soon", COMMAND_FAILED, "cannot be 'soon'");
	must_fail(command_policy, "policy|set|no_such|1", COMMAND_FAILED, "no such setting");
	must_fail(command_policy, "policy|set|scan_every_s", COMMAND_USAGE, "usage:");
}

static void
reports_speak_to_people_and_to_programs(void **state)
{
	(void)state;
	assert_int_equal(setenv("LC_ALL", "", 1) | setenv("LC_MESSAGES", "", 1) |
			     setenv("LANG", "ru_RU.UTF-8", 1),
	    0);
	must(command_report, "report|bandwidth|--school|a1");
	assert_non_null(strstr(said, "норма, Мбит/с"));
	assert_non_null(strstr(said, "нет данных"));
	assert_non_null(strstr(said, "не является поверенным средством измерений"));
	must(command_report, "report|bandwidth|--school|a1|--format|json");
	assert_string_equal(said,
	    "{\"school\":\"a1\",\"direction\":\"down\",\"norm_mbps\":50,\"contract_mbps\":60,"
	    "\"median_mbps\":null,\"p5_mbps\":null,\"samples\":0,\"verdict\":\"no_data\","
	    "\"passed\":0,\"share_pct\":null,\"share_low_pct\":null,\"share_high_pct\":null,"
	    "\"excluded\":0,\"passive\":0,\"compliance\":\"no_data\","
	    "\"contract_compliance\":\"no_data\"}\n"
	    "{\"school\":\"a1\",\"direction\":\"up\",\"norm_mbps\":50,\"contract_mbps\":null,"
	    "\"median_mbps\":null,\"p5_mbps\":null,\"samples\":0,\"verdict\":\"no_data\","
	    "\"passed\":0,\"share_pct\":null,\"share_low_pct\":null,\"share_high_pct\":null,"
	    "\"excluded\":0,\"passive\":0,\"compliance\":\"no_data\","
	    "\"contract_compliance\":\"no_target\"}\n");
	must(command_report,
	    "report|filter|--school|a1|--format|csv|--from|2026-01-01|--to|2026-01-31");
	assert_string_equal(said, "school,expect,checked,leak,overblock,excluded\r\na1,block,0,"
				  "0,0,0\r\na1,allow,0,0,0,0\r\n");
	assert_int_equal(setenv("LANG", "C", 1), 0);
	must(command_report, "report|outages|--at|2026-01-01");
	assert_non_null(strstr(said, "no data"));
	must_fail(
	    command_report, "report|outages|--at|2026-02-30", COMMAND_FAILED, "2026-02-30");
	must_fail(command_report, "report|outages|--at|yesterday", COMMAND_USAGE, "YYYY-MM-DD");
	must_fail(command_report, "report|outages|--at|2026-01-01|--from|2026-01-01",
	    COMMAND_USAGE, "usage:");
	must_fail(command_report, "report|equipment|--school|nope", COMMAND_FAILED,
	    "school 'nope' is not known");
	must_fail(
	    command_report, "report|weather", COMMAND_USAGE, "there is no report 'weather'");
	must_fail(command_report, "report|equipment|--format|xlsx", COMMAND_USAGE, "--output");
	must_fail(command_report, "report|equipment|--format|pdf", COMMAND_USAGE, "--format");
}

static void
equipment_counts_devices_by_class(void **state)
{
	(void)state;
	assert_int_equal(
	    database_number(&database,
		"WITH d AS (INSERT INTO core.device (school_id, class, serial, first_seen, "
		"last_seen, agent_id, report_id) SELECT school_id, c, s, now(), now(), "
		"'00000000-0000-0000-0000-0000000000aa', 1 FROM core.school, (VALUES "
		"('printer', "
		"'S1'), ('printer', ''), ('switch', 'S2')) AS v(c, s) WHERE code = 'a1' "
		"RETURNING "
		"1) SELECT count(*) FROM d"),
	    3);
	must(command_report, "report|equipment|--format|json");
	assert_string_equal(said,
	    "{\"school\":\"a1\",\"class\":\"printer\",\"count\":2,\"with_serial\":1}\n"
	    "{\"school\":\"a1\",\"class\":\"switch\",\"count\":1,\"with_serial\":1}\n");
	must(command_report, "report|equipment|--at|2020-01-01|--format|json");
	assert_string_equal(said, "");
	assert_int_equal(setenv("LANG", "ru_RU.UTF-8", 1), 0);
	must(command_report, "report|equipment");
	assert_non_null(strstr(said, "коммутатор"));
}

static void
evidence_is_judged_again(void **state)
{
	(void)state;
	must(command_reclassify, "reclassify");
	assert_non_null(strstr(said, "3 devices judged"));
	/* Nothing was ever said about them, so no rule can call them anything. */
	assert_int_equal(database_number(&database,
			     "SELECT count(*) FROM core.device WHERE class = 'unknown'"),
	    3);
	assert_int_equal(
	    database_number(&database,
		"SELECT count(*) FROM audit.change WHERE table_name = 'core.device' AND "
		"was ->> 'class' = 'printer' AND report_id IS NULL"),
	    2);
	must(command_reclassify, "reclassify");
	assert_string_equal(said, "3 devices judged, 0 changed\n");
}

static void
alerts_are_listed_taken_in_hand_and_silenced(void **state)
{
	(void)state;
	assert_int_equal(setenv("LANG", "C", 1), 0);
	assert_int_equal(
	    database_number(&database,
		"SELECT count(core.put_alerts(now(), ARRAY['filter_leak'], ARRAY[school_id], "
		"ARRAY[''], ARRAY['firing'], ARRAY['critical'], ARRAY[2], ARRAY[now()], "
		"ARRAY[now()], ARRAY[now()], ARRAY[NULL::timestamptz], ARRAY[true], "
		"ARRAY[true], "
		"ARRAY[false], ARRAY[false], ARRAY[68], ARRAY['{}'])) FROM "
		"core.school "
		"WHERE code = 'a1'"),
	    1);
	must(command_alert, "alert|list|--school|a1|--format|json");
	assert_non_null(strstr(said, "\"kind\":\"filter_leak\",\"subject\":\"\",\"severity\":"
				     "\"critical\",\"state\":\"firing\""));
	must(command_alert, "alert|ack|1|--comment|on it");
	must_fail(command_alert, "alert|ack|1", COMMAND_FAILED, "in hand already");
	must_fail(command_alert, "alert|ack|99", COMMAND_FAILED, "no such open alert");
	must_fail(command_alert, "alert|ack|one", COMMAND_FAILED, "bigint");
	must(command_alert, "alert|history|--format|csv");
	assert_non_null(strstr(said, "acked"));
	must(command_alert,
	    "alert|silence|--for|2|--school|a1|--kind|filter_leak|--comment|known");
	must(command_alert, "alert|silence|--for|0.5");
	must(command_alert, "alert|maintenance|--school|a1|--for|4|--from|2099-01-01 03:00");
	must(command_alert, "alert|silences|--format|csv");
	assert_non_null(strstr(said, "a1,filter_leak,f,"));
	assert_non_null(strstr(said, "2099-01-01T00:00:00Z"));
	must(command_alert, "alert|end|1");
	must_fail(command_alert, "alert|end|1", COMMAND_FAILED, "no such silence");
	must_fail(command_alert, "alert|silence|--for|2|--school|nope", COMMAND_FAILED,
	    "school is not known");
	must_fail(command_alert, "alert|silence|--for|2|--kind|weather", COMMAND_FAILED,
	    "no alerts of that kind");
	must_fail(command_alert, "alert|silence|--for|-2", COMMAND_FAILED, "no length");
	must_fail(command_alert, "alert|silence", COMMAND_USAGE, "usage:");
	must_fail(command_alert, "alert|maintenance|--for|2", COMMAND_USAGE, "usage:");
	must_fail(command_alert, "alert|retry|5", COMMAND_FAILED, "no such message");
}

static void
receivers_are_added_tested_and_removed(void **state)
{
	(void)state;
	must(command_receiver, "receiver|add|boss|--email|boss@town.test|--schools|a1|--kinds|"
			       "filter_leak,agent_silent");
	must(command_receiver,
	    "receiver|add|hook|--webhook|https://h/|--language|en|--quiet|yes");
	must(command_receiver, "receiver|list|--format|csv");
	assert_non_null(strstr(said, "boss,email,boss@town.test,a1,,"));
	assert_non_null(strstr(said, "hook,webhook,https://h/,,,,warning,en,t,f"));
	must(command_receiver, "receiver|test|boss");
	must(command_alert, "alert|outbox|--format|csv");
	assert_non_null(strstr(said, "boss,test,"));
	must(command_receiver, "receiver|remove|boss");
	must_fail(command_receiver, "receiver|test|boss", COMMAND_FAILED, "no receiver 'boss'");
	must_fail(command_receiver, "receiver|add|x|--email|no address", COMMAND_FAILED,
	    "receiver_address");
	must_fail(command_receiver, "receiver|add|x|--email|a@b.c|--schools|nope",
	    COMMAND_FAILED, "school 'nope' is not known");
	must_fail(command_receiver, "receiver|add|x|--email|a@b.c|--webhook|https://h/",
	    COMMAND_USAGE, "usage:");
	must_fail(command_receiver, "receiver|add|x|--webhook|https://h/|--secret-file|/none",
	    COMMAND_FAILED, "could not read '/none'");
}

static void
the_configuration_is_checked_without_touching_anything(void **state)
{
	(void)state;
	must(command_check_config, "check-config");
	assert_non_null(strstr(said, "configuration is good"));
	must(command_check_config, "check-config|-v");
	assert_non_null(strstr(said, "state-dir = "));
	must(command_migrate, "migrate");
	assert_string_equal(said, "the database is at this version\n");
	must_fail(command_migrate, "migrate|now", COMMAND_USAGE, "usage:");
}

static int
open_all(void **state)
{
	FILE *file;

	(void)state;
	if (database_open(&database, 0) < 0) {
		print_message("no database: %s\n", database.error);
		return -1;
	}
	(void)snprintf(config, sizeof(config), "%s/collector.conf", database.dir);
	file = fopen(config, "we");
	if (!file)
		return -1;
	(void)fprintf(file,
	    "database = %s\nstate-dir = %s\ndata-dir = %s\nreference-dir = %s/none\n",
	    cluster_conninfo(database.cluster), database.state, database.dir, database.dir);
	return fclose(file);
}

static int
close_all(void **state)
{
	(void)state;
	free(said);
	free(complained);
	database_close(&database);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_configuration_is_checked_without_touching_anything),
	    cmocka_unit_test(schools_are_added_and_changed),
	    cmocka_unit_test(schools_are_imported_whole),
	    cmocka_unit_test(a_hostile_file_imports_nothing_and_names_its_line),
	    cmocka_unit_test(a_token_is_shown_once_and_only_its_hash_is_kept),
	    cmocka_unit_test(an_agent_is_listed_and_revoked_once),
	    cmocka_unit_test(a_policy_is_set_for_all_or_for_one),
	    cmocka_unit_test(reports_speak_to_people_and_to_programs),
	    cmocka_unit_test(equipment_counts_devices_by_class),
	    cmocka_unit_test(evidence_is_judged_again),
	    cmocka_unit_test(devices_are_merged_split_and_told_apart),
	    cmocka_unit_test(alerts_are_listed_taken_in_hand_and_silenced),
	    cmocka_unit_test(receivers_are_added_tested_and_removed),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
