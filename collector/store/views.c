/*
 * Reports are views and functions of schema api (sql/views); here is how each is
 * asked and what its columns are. Read-only, as role parta_auditor.
 */
#include "collector/store/views.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/connection.h"
#include "common/check.h"
#include "common/text.h"

struct views {
	struct db *db;
};

/* The period: as given, else the 30 days that end with the day, else the last 30 days. */
#define FIRST_DAY   "COALESCE($2::date, COALESCE($4::date, $3::date, CURRENT_DATE) - 30)"
#define LAST_DAY    "COALESCE($3::date, $4::date, CURRENT_DATE + 1)"
#define OF_SCHOOL   " WHERE $1::text IS NULL OR school = $1"
#define UTC(time)   "to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
#define LOCAL(time) "to_char(" time " AT TIME ZONE time_zone, 'YYYY-MM-DD HH24:MI:SS')"

/* clang-format off */
static const struct view_report reports[] = {
	{ .name = "equipment",
	  .sql = "SELECT school, class, count, with_serial"
		 " FROM api.equipment_at(COALESCE((COALESCE($4::date, $3::date, $2::date) + 1)::timestamptz, now()))" OF_SCHOOL,
	  .n_columns = 4,
	  .columns = {
		{ .key = "school" },
		{ .key = "class",       .kind = VIEW_WORD, .words = "class" },
		{ .key = "count",       .kind = VIEW_NUMBER },
		{ .key = "with_serial", .kind = VIEW_NUMBER } },
	  .title_en = "Equipment",
	  .title_ru = "Оборудование",
	  .method_en = "Method: devices seen on the network (ARP, SNMP, LLDP, mDNS) or on a computer (host script, imported "
		       "inventories) within 90 days, holidays left out, each counted once, classed by rules over evidence. A stack of "
		       "switches counts as its units, each with its serial number. Devices that were never switched on are not here.",
	  .method_ru = "Метод: устройства, замеченные за 90 дней (без каникул) в сети (ARP, SNMP, LLDP, mDNS) или на компьютере (скрипт "
		       "хоста, загруженные описи), каждое учтено один раз, класс определён правилами по признакам. Стек коммутаторов "
		       "считается по единицам, у каждой свой серийный номер. Ни разу не включённых устройств здесь нет." },
	{ .name = "devices",
	  .sql = "SELECT school, label, class, vendor, model, serial, os, firmware, room, inventory_number,"
		 " array_to_string(addresses, ' '), array_to_string(macs, ' '), " UTC("first_seen") ", " UTC("last_seen") ","
		 " to_char(first_seen, 'YYYY-MM-DD'), to_char(last_seen, 'YYYY-MM-DD')"
		 " FROM api.device_list" OF_SCHOOL " ORDER BY school, class, label, device_id",
	  .n_columns = 14,
	  .columns = {
		{ .key = "school" },
		{ .key = "device" },
		{ .key = "class",      .kind = VIEW_WORD, .words = "class" },
		{ .key = "vendor" },
		{ .key = "model" },
		{ .key = "serial" },
		{ .key = "os" },
		{ .key = "firmware" },
		{ .key = "room" },
		{ .key = "inventory_number" },
		{ .key = "addresses" },
		{ .key = "macs" },
		{ .key = "first_seen", .kind = VIEW_TIME, .local = 14 },
		{ .key = "last_seen",  .kind = VIEW_TIME, .local = 15 } },
	  .is_now = true,
	  .title_en = "Devices",
	  .title_ru = "Устройства",
	  .method_en = "Method: every device known, as evidence shows it now; what a person corrected wins. What hangs on a computer "
		       "(displays, document cameras, boards) is told by the host script or by imported inventories.",
	  .method_ru = "Метод: все известные устройства по имеющимся признакам; исправленное человеком важнее. О подключённом к "
		       "компьютеру (мониторы, документ-камеры, доски) сообщают скрипт хоста или загруженные описи." },
	{ .name = "software",
	  .sql = "SELECT school, device, room, program, version, publisher FROM api.software" OF_SCHOOL
		 " ORDER BY school, lower(program), version, device",
	  .n_columns = 6,
	  .columns = {
		{ .key = "school" },
		{ .key = "device" },
		{ .key = "room" },
		{ .key = "program" },
		{ .key = "version" },
		{ .key = "publisher" } },
	  .is_now = true,
	  .title_en = "Programs",
	  .title_ru = "Программное обеспечение",
	  .method_en = "Method: what computers told by the host script, by imported inventories or by SNMP. A computer that told "
		       "nothing is not here: that is no sign that it has no programs.",
	  .method_ru = "Метод: сведения скрипта хоста, загруженных описей или SNMP. Компьютеров, не сообщивших ничего, здесь нет: "
		       "это не значит, что программ на них нет." },
	{ .name = "antivirus",
	  .sql = "SELECT school, device, room, class, product, version, signatures::text, protection FROM api.antivirus" OF_SCHOOL
		 " ORDER BY school, device, product",
	  .n_columns = 8,
	  .columns = {
		{ .key = "school" },
		{ .key = "device" },
		{ .key = "room" },
		{ .key = "class",      .kind = VIEW_WORD, .words = "class" },
		{ .key = "product" },
		{ .key = "version" },
		{ .key = "signatures" },
		{ .key = "protection", .kind = VIEW_WORD, .words = "protection" } },
	  .is_now = true,
	  .title_en = "Anti-virus",
	  .title_ru = "Антивирусная защита",
	  .method_en = "Method: what each computer told; current means on, and signatures at most a week old at that time. Unknown is "
		       "never counted as protected.",
	  .method_ru = "Метод: сведения самих компьютеров; «действует» — включён, базы не старше недели на момент сообщения. "
		       "«Неизвестно» защитой не считается." },
	{ .name = "bandwidth",
	  .sql = "SELECT school, direction, norm_mbps, contract_mbps, median_mbps, p5_mbps, samples, verdict, passed, share_pct,"
		 " share_low_pct, share_high_pct, excluded, passive, compliance, contract_compliance"
		 " FROM api.compliance_parts(" FIRST_DAY ", " LAST_DAY ")"
		 " WHERE ($1::text IS NULL OR school = $1) AND lesson = 'all' ORDER BY school, direction",
	  .n_columns = 16,
	  .columns = {
		{ .key = "school" },
		{ .key = "direction",     .kind = VIEW_WORD, .words = "direction" },
		{ .key = "norm_mbps",     .kind = VIEW_NUMBER },
		{ .key = "contract_mbps", .kind = VIEW_NUMBER },
		{ .key = "median_mbps",   .kind = VIEW_NUMBER },
		{ .key = "p5_mbps",       .kind = VIEW_NUMBER },
		{ .key = "samples",       .kind = VIEW_NUMBER },
		{ .key = "verdict",       .kind = VIEW_WORD, .words = "verdict" },
		{ .key = "passed",        .kind = VIEW_NUMBER },
		{ .key = "share_pct",     .kind = VIEW_NUMBER },
		{ .key = "share_low_pct", .kind = VIEW_NUMBER },
		{ .key = "share_high_pct", .kind = VIEW_NUMBER },
		{ .key = "excluded",      .kind = VIEW_NUMBER },
		{ .key = "passive",       .kind = VIEW_NUMBER },
		{ .key = "compliance",    .kind = VIEW_WORD, .words = "compliance" },
		{ .key = "contract_compliance", .kind = VIEW_WORD, .words = "compliance" } },
	  .title_en = "Internet bandwidth",
	  .title_ru = "Скорость доступа к Интернету",
	  .method_en = "Method: parallel HTTPS streams, rate at the IP layer in Mbit/s; median and 5th percentile of the tests "
		       "that the line limited (\"samples\"). It passes when the median reaches 94.5 % of the norm. Share: of these "
		       "tests, those that do, with the 95 % interval after Wilson; \"compliance\" claims what the interval leaves no doubt "
		       "of, from 10 tests on (compliance_min_tests). What the agent, the LAN or the server limited, and what stayed "
		       "open, is excluded and counted; proofs out of the router's counters stand apart (\"passive\").",
	  .method_ru = "Метод: параллельные потоки HTTPS, скорость на уровне IP в Мбит/с; медиана и 5-й процентиль замеров, "
		       "ограниченных каналом («измерений»). Норма выполнена, если медиана не ниже 94,5 % нормы. Доля — замеры не ниже "
		       "этого порога, с 95-процентным доверительным интервалом Уилсона; «соответствие» утверждается, когда интервал не "
		       "оставляет сомнений и замеров не меньше 10 (compliance_min_tests). Замеры, ограниченные агентом, локальной сетью или "
		       "сервером, и неопределённые исключены и подсчитаны; подтверждения по счётчикам маршрутизатора — отдельно." },
	{ .name = "lessons",
	  .sql = "SELECT school, direction, lesson, norm_mbps, contract_mbps, median_mbps, p5_mbps, samples, verdict, passed, share_pct,"
		 " share_low_pct, share_high_pct, excluded, compliance, contract_compliance"
		 " FROM api.compliance_parts(" FIRST_DAY ", " LAST_DAY ")"
		 " WHERE ($1::text IS NULL OR school = $1) AND lesson <> 'all' AND samples > 0"
		 " ORDER BY school, direction, lesson",
	  .n_columns = 16,
	  .columns = {
		{ .key = "school" },
		{ .key = "direction",     .kind = VIEW_WORD, .words = "direction" },
		{ .key = "lesson",        .kind = VIEW_WORD, .words = "lesson" },
		{ .key = "norm_mbps",     .kind = VIEW_NUMBER },
		{ .key = "contract_mbps", .kind = VIEW_NUMBER },
		{ .key = "median_mbps",   .kind = VIEW_NUMBER },
		{ .key = "p5_mbps",       .kind = VIEW_NUMBER },
		{ .key = "samples",       .kind = VIEW_NUMBER },
		{ .key = "verdict",       .kind = VIEW_WORD, .words = "verdict" },
		{ .key = "passed",        .kind = VIEW_NUMBER },
		{ .key = "share_pct",     .kind = VIEW_NUMBER },
		{ .key = "share_low_pct", .kind = VIEW_NUMBER },
		{ .key = "share_high_pct", .kind = VIEW_NUMBER },
		{ .key = "excluded",      .kind = VIEW_NUMBER },
		{ .key = "compliance",    .kind = VIEW_WORD, .words = "compliance" },
		{ .key = "contract_compliance", .kind = VIEW_WORD, .words = "compliance" } },
	  .title_en = "Internet bandwidth in lessons and beside them",
	  .title_ru = "Скорость доступа к Интернету в учебное время и вне его",
	  .method_en = "Method: as report bandwidth, the tests of lesson time, off-lesson and holidays apart, by the school's own "
		       "bell schedule, calendar and time zone.",
	  .method_ru = "Метод: как в отчёте bandwidth, отдельно замеры в учебное время, вне уроков и в каникулы, по расписанию "
		       "звонков, календарю и часовому поясу школы." },
	{ .name = "outages",
	  .sql = "SELECT school, " UTC("onset") ", " UTC("\"end\"") ", class, c.party,"
		 " round(EXTRACT(epoch FROM COALESCE(\"end\", now()) - onset), 1),"
		 " round(api.lesson_s(school, time_zone, onset, COALESCE(\"end\", now()))::numeric, 1),"
		 " " LOCAL("onset") ", " LOCAL("\"end\"")
		 " FROM api.outages_between(" FIRST_DAY ", " LAST_DAY ") JOIN api.outage_class AS c USING (class)" OF_SCHOOL
		 " ORDER BY school, onset",
	  .n_columns = 7,
	  .columns = {
		{ .key = "school" },
		{ .key = "onset", .kind = VIEW_TIME, .local = 7 },
		{ .key = "end",   .kind = VIEW_TIME, .local = 8 },
		{ .key = "class", .kind = VIEW_WORD, .words = "outage" },
		{ .key = "party", .kind = VIEW_WORD, .words = "party" },
		{ .key = "duration_s", .kind = VIEW_NUMBER },
		{ .key = "lesson_s",   .kind = VIEW_NUMBER } },
	  .title_en = "Outages",
	  .title_ru = "Перебои связи",
	  .method_en = "Method: the agent in the school probes carrier, gateway, DNS, the Internet and the collector without pause; "
		       "onset is the first miss, end the first hit, in the school's own time. No end: it lasts. Party: whose it is to "
		       "mend; lesson_s: how much of it was lesson time.",
	  .method_ru = "Метод: агент в школе непрерывно проверяет порт, шлюз, DNS, Интернет и сборщик; начало — первый пропуск, "
		       "конец — первый ответ, по местному времени школы. Нет конца — перебой продолжается. Указаны сторона, которой "
		       "устранять перебой, и его часть в учебное время." },
	{ .name = "exams",
	  .sql = "SELECT school, name, " UTC("from_at") ", " UTC("to_at") ", minutes, watched_min, bad_min, loss_pct, jitter_ms, outages, down_s,"
		 " upload_mbps, verdict, " LOCAL("from_at") ", " LOCAL("to_at")
		 " FROM api.exam WHERE ($1::text IS NULL OR school = $1) AND from_at <= now()"
		 " AND (from_at AT TIME ZONE time_zone)::date BETWEEN " FIRST_DAY " AND " LAST_DAY
		 " ORDER BY from_at, school",
	  .n_columns = 13,
	  .columns = {
		{ .key = "school" },
		{ .key = "exam" },
		{ .key = "from", .kind = VIEW_TIME, .local = 13 },
		{ .key = "to",   .kind = VIEW_TIME, .local = 14 },
		{ .key = "minutes",     .kind = VIEW_NUMBER },
		{ .key = "watched_min", .kind = VIEW_NUMBER },
		{ .key = "bad_min",     .kind = VIEW_NUMBER },
		{ .key = "loss_pct",    .kind = VIEW_NUMBER },
		{ .key = "jitter_ms",   .kind = VIEW_NUMBER },
		{ .key = "outages",     .kind = VIEW_NUMBER },
		{ .key = "down_s",      .kind = VIEW_NUMBER },
		{ .key = "upload_mbps", .kind = VIEW_NUMBER },
		{ .key = "verdict",     .kind = VIEW_WORD, .words = "exam" } },
	  .title_en = "The line while examinations were held",
	  .title_ru = "Линия связи во время экзаменов",
	  .method_en = "Method: Internet addresses probed once a second, each minute by itself; bad is a minute in which more than 1 % of "
		       "probes were lost or the delay varied by more than 50 ms (ITU-T Y.1541); upload by small tests that do not load the "
		       "line. Good: no outage, at most 1 % of minutes bad, upload at least exam_upload_mbps. Jitter: 95th percentile of minutes.",
	  .method_ru = "Метод: адреса Интернета опрашиваются раз в секунду, каждая минута отдельно; плохая — потеряно более 1 % проб "
		       "или задержка менялась более чем на 50 мс (МСЭ-Т Y.1541); передача — малыми замерами, не нагружающими линию. Хорошая: "
		       "без перебоев, плохих минут не более 1 %, передача не ниже exam_upload_mbps. Джиттер: 95-й процентиль по минутам." },
	{ .name = "filter",
	  .sql = "SELECT school, expect, checked, leak, overblock, excluded"
		 " FROM api.filter_between(" FIRST_DAY ", " LAST_DAY ")" OF_SCHOOL,
	  .n_columns = 6,
	  .columns = {
		{ .key = "school" },
		{ .key = "expect",    .kind = VIEW_WORD, .words = "expect" },
		{ .key = "checked",   .kind = VIEW_NUMBER },
		{ .key = "leak",      .kind = VIEW_NUMBER },
		{ .key = "overblock", .kind = VIEW_NUMBER },
		{ .key = "excluded",  .kind = VIEW_NUMBER } },
	  .title_en = "Content filter",
	  .title_ru = "Контент-фильтр",
	  .method_en = "Method: each address of the list is tried from the school up to its permitted stage (DNS, TCP, TLS, HTTP); "
		       "it counts by its last check. What could not be judged is excluded from both rates.",
	  .method_ru = "Метод: каждый адрес списка проверяется из школы не дальше разрешённого этапа (DNS, TCP, TLS, HTTP); "
		       "учитывается последняя проверка. Что нельзя оценить, исключено из обоих показателей." },
	{ .name = "indicators",
	  .sql = "SELECT indicator, school, period, value, x, n, plan, verdict"
		 " FROM api.indicators_between(" FIRST_DAY ", " LAST_DAY ")"
		 " WHERE $1::text IS NULL OR school = $1 OR school IS NULL ORDER BY school NULLS FIRST, indicator, period",
	  .n_columns = 8,
	  .columns = {
		{ .key = "indicator", .kind = VIEW_WORD, .words = "indicator" },
		{ .key = "school" },
		{ .key = "period" },
		{ .key = "value", .kind = VIEW_NUMBER },
		{ .key = "x",     .kind = VIEW_NUMBER },
		{ .key = "n",     .kind = VIEW_NUMBER },
		{ .key = "plan",  .kind = VIEW_NUMBER },
		{ .key = "verdict", .kind = VIEW_WORD, .words = "compliance" } },
	  .title_en = "Indicators: plan and fact",
	  .title_ru = "Показатели: план и факт",
	  .method_en = "Method: x of n schools by the last month of each year that can be judged, against reference/plan.csv; a school "
		       "that nobody measured is not among those that meet the norm. Availability is of the time that was watched "
		       "(known_time_pct). The e-journal must be available for 99 % of 06:00 to 02:00, with one outage of more "
		       "than an hour a month at most (AP-147/07); a lesson video takes 2.5 Mbit/s.",
	  .method_ru = "Метод: x из n школ по последнему месяцу года, за который есть вывод, план — reference/plan.csv; школа без "
		       "замеров не считается выполнившей норму. Доступность — доля времени под наблюдением (known_time_pct). "
		       "Электронный журнал должен быть доступен 99 % времени с 06:00 до 02:00, перебой дольше часа — не чаще раза "
		       "в месяц (АП-147/07); видеоурок занимает 2,5 Мбит/с." },
};
/* clang-format on */

const struct view_report *
views_at(size_t i)
{
	return i < COUNT_OF(reports) ? &reports[i] : NULL;
}

const struct view_report *
views_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(reports); i++)
		if (strcmp(reports[i].name, name) == 0)
			return &reports[i];
	return NULL;
}

int
views_open(const char *conninfo, struct views **ret, char error[static VIEWS_ERROR_SIZE])
{
	struct views *views = calloc(1, sizeof(*views));
	int r;

	if (!views)
		return -ENOMEM;
	r = db_open(conninfo, "parta_auditor", 0, &views->db, error);
	if (r == -EBADMSG || r == -EPROTO) {
		/* The role comes with the schema. */
		(void)text_copy(error, VIEWS_ERROR_SIZE,
		    "the database is not at this version: run 'parta-collector migrate'");
		r = -EPROTO;
	}
	if (r < 0) {
		views_close(views);
		return r;
	}
	*ret = views;
	return 0;
}

void
views_close(struct views *views)
{
	if (!views)
		return;
	db_close(views->db);
	free(views);
}

const char *
views_error(const struct views *views)
{
	return db_error(views->db);
}

int
views_school(struct views *views, const char *code)
{
	const char *const values[] = {code};
	struct pg_result *rows;
	int r = db_query(
	    views->db, "SELECT count(*) FROM api.school WHERE school = $1", values, 1, &rows);

	if (r < 0)
		return r;
	r = db_number(rows, 0, 0) > 0;
	db_free(rows);
	return r;
}

int
views_run(struct views *views, const struct view_report *report, const char *school,
    const char *from, const char *to, const char *at, struct pg_result **ret)
{
	const char *const values[] = {school, from, to, at};

	return db_query(views->db, report->sql, values, report->is_now ? 1 : 4, ret);
}

int
views_inventory(struct views *views, const char *school, struct pg_result **ret)
{
	const char *const values[] = {school};

	return db_query(views->db,
	    "SELECT device_id, inventory FROM api.glpi_inventory"
	    " WHERE $1::text IS NULL OR school = $1 ORDER BY school, device_id",
	    values, 1, ret);
}

int
views_words(struct views *views, struct pg_result **ret)
{
	return db_text(views->db,
	    "SELECT 'class', class, name_en, name_ru FROM reference.device_class"
	    " UNION ALL SELECT 'direction', direction, name_en, name_ru FROM "
	    "reference.direction"
	    " UNION ALL SELECT 'verdict', verdict, name_en, name_ru FROM "
	    "reference.speed_verdict"
	    " UNION ALL SELECT 'outage', outage_class, name_en, name_ru FROM "
	    "reference.outage_class"
	    " UNION ALL SELECT 'expect', expect, name_en, name_ru FROM reference.filter_expect"
	    " UNION ALL SELECT dictionary, key, name_en, name_ru FROM reference.word"
	    " WHERE dictionary IN ('lesson', 'protection', 'compliance', 'indicator', 'party')",
	    ret);
}
