#!/usr/bin/env bash
# What a person corrected becomes a rule: two schools say what a thing is, the collector proposes rows for
# device_rule.csv, one is appended, the devices are judged again, and those that nobody corrected are known too. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh

command -v psql >/dev/null || { echo "needs psql"; exit 77; }

lab_begin rules
lab_namespace town
collector_prepare
collector_start town

# Three boards that their firmware names alike, in two schools; the people of two of them say what they are.
mkdir "$LAB_DIR/sql"
cp tests/sql/lib/schools.psql "$LAB_DIR/sql/"
cat >"$LAB_DIR/sql/fill.sql" <<END
BEGIN;
\i $LAB_DIR/sql/schools.psql
SELECT pg_temp.device('A', 1, 'a1', '10.0.0.1', '{}', '{}', 'unknown', 0);
SELECT pg_temp.device('A', 2, 'a2', '10.0.0.2', '{}', '{}', 'unknown', 0);
SELECT pg_temp.device('B', 3, 'b1', '10.0.0.1', '{}', '{}', 'unknown', 0);
INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
SELECT device_id, 'mdns', 'instance', 'Ученье, ' || row_number() OVER (ORDER BY agent_key) || ' [65"]', school_id, last_seen, report_id FROM core.device;
INSERT INTO core.device_correction (device_id, school_id, class, by_login)
SELECT device_id, school_id, 'interactive_panel', 'anna' FROM core.device WHERE agent_key <> 'a2';
COMMIT;
END
chmod -R a+rX "$LAB_DIR/sql"
setpriv --reuid=nobody --regid=nogroup --clear-groups \
	psql -h "$LAB_DIR/state/postgres" -U parta -d parta -XAtq -v ON_ERROR_STOP=1 -f "$LAB_DIR/sql/fill.sql" >/dev/null

found() { collector_sql "SELECT string_agg(class, ' ' ORDER BY agent_key) FROM core.device"; }
[ "$(found)" = "unknown unknown unknown" ] || lab_fail "before: $(found)"
collector_run reclassify >"$LAB_DIR/before"
[ "$(found)" = "unknown unknown unknown" ] || lab_fail "the rules know it already: $(found)"

collector_run rule candidates --format json >"$LAB_DIR/candidates"
jq -es 'map(select(.source == "mdns")) | length == 1 and .[0].class == "interactive_panel" and .[0].devices == 2
	and .[0].schools == 2 and .[0].others == 0' "$LAB_DIR/candidates" >/dev/null || lab_fail "candidates: $(cat "$LAB_DIR/candidates")"

collector_run rule candidates --rows | grep mdns.instance >"$LAB_DIR/row"
[ "$(wc -l <"$LAB_DIR/row")" = 1 ] || lab_fail "rows: $(cat "$LAB_DIR/row")"
cat "$LAB_DIR/row" >>"$LAB_DIR/data/device_rule.csv"
collector_run reclassify >"$LAB_DIR/after" || lab_fail "the row is no rule: $(cat "$LAB_DIR/row")"
[ "$(found)" = "interactive_panel interactive_panel interactive_panel" ] || lab_fail "after $(cat "$LAB_DIR/row"): $(found)"
[ -z "$(collector_run rule candidates --rows)" ] || lab_fail "what was learnt is proposed again"
collector_sql "SELECT value FROM core.device_evidence WHERE source = 'rules'" | grep -q '^person-interactive-panel-' ||
	lab_fail "the new rule is not told among those weighed"
status=0
collector_run rule wishes >/dev/null 2>&1 || status=$?
[ "$status" -eq 2 ] || lab_fail "a wrong word ended with status $status"
echo "rules: what two schools said is a rule, and a third board is known by it"
