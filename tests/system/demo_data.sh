#!/usr/bin/env bash
# demo-data: schools that do not exist are made, shown, reported, kept alive by a running collector, made the same by
# the same seed, and taken away without a trace; a database of real reports is left alone. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh

for need in jq psql curl; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin demo
lab_namespace town
collector_prepare "listen-measure ="
collector_start town
is() { # WHAT HAVE WANT
	[ "$2" = "$3" ] || lab_fail "$1: have '$2', want '$3'"
}

# ---------------------------------------------------------------- made

rows_before=$(collector_sql "SELECT count(*) FROM audit.change")
collector_run demo-data --schools 30 --days 70 --seed 7 >"$LAB_DIR/made" || lab_fail "could not make demo data: $(cat "$LAB_DIR/made")"
is "accounts printed" "$(grep -c '^demo-' "$LAB_DIR/made")" 5
is schools "$(collector_sql "SELECT count(*) FROM api.school_state")" 30
is "states that there are" "$(collector_sql "SELECT count(*) >= 3 FROM (SELECT DISTINCT state FROM api.school_state) AS s")" t
is "schools that were heard lately" "$(collector_sql "SELECT count(*) >= 25 FROM api.school_state WHERE agents_silent = 0")" t
is "days of tests" "$(collector_sql "SELECT count(DISTINCT day) >= 70 FROM api.speed_day")" t
is "days of lines" "$(collector_sql "SELECT count(DISTINCT day) >= 69 FROM api.line_day")" t
for table in outage_list speed_list equipment_list filter_list device_list quarantine device_change device_event device_idle measurement_day line_hour; do
	is "rows of $table" "$(collector_sql "SELECT count(*) > 0 FROM api.$table")" t
done

# Every figure of the page is that of the report.
collector_run report bandwidth --format csv >"$LAB_DIR/bandwidth"
is "rates of page and report" "$(awk -F, '$2 == "down" { print $1, $5, $7 }' "$LAB_DIR/bandwidth" | md5sum)" \
	"$(collector_sql "SELECT school || ' ' || median_down_mbps || ' ' || samples FROM api.school_state ORDER BY school" | md5sum)"
collector_run report equipment --format json >"$LAB_DIR/equipment"
is "devices of page and report" "$(jq -s 'map(.count) | add' "$LAB_DIR/equipment")" "$(collector_sql "SELECT sum(devices) FROM api.school_state")"
collector_run report filter --format json >"$LAB_DIR/filter"
is "leaks of page and report" "$(jq -s 'map(.leak) | add' "$LAB_DIR/filter")" "$(collector_sql "SELECT sum(leaks) FROM api.school_state")"

is "lessons apart" "$(collector_run report lessons --format csv | awk -F, 'NR > 1 && $2 == "down" { n[$3] += $8 } END { print (n["lesson"] > 0 && n["off_lesson"] > n["lesson"]) }')" 1
# A test that something nearer had limited counts where there is no other: in a part of the day sooner than in all of it.
is "lessons and all" "$(collector_run report lessons --from "$(date -u +%F)" --format csv | awk -F, '$9 ~ /^(pass|fail_isp)/ { n += $8 } END { print n + 0 }')" \
	"$(collector_run report bandwidth --from "$(date -u +%F)" --format csv | awk -F, '$8 ~ /^(pass|fail_isp)/ { n += $7 } END { print n + 0 }')"

# Tests kept one by one say the same as the days they were summed up to.
is "days against tests" "$(collector_sql "
	SELECT count(*) FROM (
		SELECT s.school, s.day, s.direction, count(*) AS n, round(avg(s.ip_mbps)::numeric, 1) AS mean FROM api.speed_sample AS s GROUP BY 1, 2, 3
		EXCEPT
		SELECT d.school, d.day, d.direction, count(*), round(avg(m)::numeric, 1) FROM api.speed_day AS d, unnest(d.ip_mbps) AS m GROUP BY 1, 2, 3) AS x")" 0

# ---------------------------------------------------------------- a running collector keeps them alive

collector_sql "UPDATE core.agent_state AS a SET last_heard_at = d.made_at - interval '1 minute' FROM core.demo AS d WHERE a.last_heard_at > d.made_at - interval '30 minutes'"
lives() { [ "$(collector_sql "SELECT count(*) >= 25 FROM core.agent_state WHERE last_heard_at > now() - interval '20 seconds'")" = t ]; }
lab_until 20 lives || lab_fail "nobody lives"

# What is marked is summed up without anybody asking.
collector_sql "UPDATE core.school_figures SET devices = 0; INSERT INTO core.roll_mark SELECT school_id, 'filter', now(), now() FROM core.school"
summed_up() { [ "$(collector_sql "SELECT count(*) FROM api.school_state WHERE devices > 0")" = 30 ]; }
lab_until 60 summed_up || lab_fail "marks are not summed up"

# ---------------------------------------------------------------- the same again, and nothing left

what_is() {
	collector_sql "SELECT md5(string_agg(x, ' ' ORDER BY x)) FROM (
		SELECT code || name || municipality || provider || contract_down_mbps || pupils FROM core.school UNION ALL
		SELECT vendor || model || serial FROM core.device UNION ALL
		SELECT school_id - (SELECT min(school_id) FROM core.school) || ' ' || day || direction || lesson || verdict || ip_mbps::text FROM core.speed_day
		 WHERE day < CURRENT_DATE - 36) AS t(x)"
}
first=$(what_is)
collector_run demo-data >"$LAB_DIR/twice" 2>&1 && lab_fail "made twice"
grep -q 'remove' "$LAB_DIR/twice" || lab_fail "it does not say what to do"
# A paper that somebody printed of it goes along.
collector_run claim act --school demo-0001 --from "$(date -u -d '20 days ago' +%F)" --to "$(date -u +%F)" >"$LAB_DIR/act" 2>/dev/null
grep -q 'SHA-256' "$LAB_DIR/act" || lab_fail "there is no act of made-up data"
collector_run demo-data --remove >/dev/null
left=$(collector_sql "
	SELECT string_agg(c.relname, ' ') FROM pg_class AS c
	  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'school_id' AND NOT a.attisdropped
	 WHERE c.relnamespace = 'core'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
	   AND c.relname NOT IN ('roll_mark', 'roll_due')
	   AND (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM core.%I', c.relname), false, true, '')))[1]::text <> '0'")
is "tables that hold something" "$left" ""
is "plans and accounts" "$(collector_sql "SELECT count(*) FROM reference.plan WHERE source = 'demo-data'")$(collector_sql "SELECT count(*) FROM core.account")" 00
is "the audit of others" "$(collector_sql "SELECT count(*) >= $rows_before FROM audit.change")" t
collector_run demo-data --schools 30 --days 70 --seed 7 >/dev/null
is "the same seed" "$(what_is)" "$first"
collector_run demo-data --remove >/dev/null
collector_run demo-data --schools 30 --days 70 --seed 8 >/dev/null
[ "$(what_is)" != "$first" ] || lab_fail "another seed makes the same"
collector_run demo-data --remove >/dev/null

# ---------------------------------------------------------------- real reports

collector_run school add real1 --name "Real school" >/dev/null
collector_sql "
	INSERT INTO core.agent (school_id) SELECT school_id FROM core.school;
	INSERT INTO core.report (agent_id, boot_id, seq, school_id, kind, created_at, received_at, agent_version, clock_synchronised)
	SELECT agent_id, agent_id, 1, school_id, 'health', now(), now(), '0', true FROM core.agent"
collector_run demo-data --schools 3 --days 3 >"$LAB_DIR/real" 2>&1 && lab_fail "made beside real reports"
grep -q -- --force "$LAB_DIR/real" || lab_fail "it does not say why"
collector_run demo-data --schools 3 --days 3 --force >/dev/null
is "beside the real one" "$(collector_sql "SELECT count(*) FROM core.school")" 4
collector_run demo-data --remove >/dev/null
is "the real one stays" "$(collector_sql "SELECT string_agg(code, ' ') FROM core.school")$(collector_sql "SELECT count(*) FROM core.report")" real11
echo "demo data: made, shown, the same again and gone"
