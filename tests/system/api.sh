#!/usr/bin/env bash
# The API of the page against its description (docs/openapi.json) and the database: every list filtered, sorted, paged
# and exported, every action, live changes, what each role may. Files are opened by readers that are not ours. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

/usr/bin/python3 -c 'import jsonschema, openpyxl' 2>/dev/null || { echo "needs python3-jsonschema and python3-openpyxl"; exit 77; }
command -v psql >/dev/null || { echo "needs psql"; exit 77; }

lab_begin api
lab_namespace town
collector_prepare
collector_start town

# Something of every kind for two schools, by the functions that take reports in.
mkdir "$LAB_DIR/sql"
cp tests/sql/lib/schools.psql "$LAB_DIR/sql/"
cat >"$LAB_DIR/sql/fill.sql" <<END
BEGIN;
\i $LAB_DIR/sql/schools.psql
SELECT pg_temp.fill();
UPDATE core.device SET name = '=cmd|'' /C calc''!A0', os = E'two; "lines"' WHERE serial = 'SN2';
COMMIT;
END
chmod -R a+rX "$LAB_DIR/sql"
nobody() { setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; }
nobody psql -h "$LAB_DIR/state/postgres" -U parta -d parta -XAtq -v ON_ERROR_STOP=1 -f "$LAB_DIR/sql/fill.sql" >/dev/null

summed_up() { [ "$(collector_sql 'SELECT count(*) FROM core.school_equipment')" -ge 4 ]; }
lab_until 20 summed_up || lab_fail "nothing was summed up"

people=()
person() { people+=("$1=$(collector_run user add "$@" </dev/null)"); }
person boss --role municipal
person anna --role school --school A
person bert --role school --school B
person audit --role auditor
person vera --role viewer
mkdir "$LAB_DIR/peer"

for story in openapi lists exports actions live; do
	echo "- $story"
	lab_in town /usr/bin/python3 -B tests/system/api_peer.py $story "$LAB_DIR/peer" "${people[@]}" ||
		{ tail -n 20 "$LAB_DIR/collector.log" >&2; lab_fail "the story '$story' failed"; }
done

echo "- the token of the page enrols an agent"
agent_prepare
agent_run town enrol --collector https://localhost:8444 --token "$(cat "$LAB_DIR/peer/token")" >/dev/null ||
	lab_fail "the token of the page enrols nobody"
[ "$(collector_sql "SELECT count(*) FROM core.token WHERE made_by = 'anna' AND token_sha256 <> ''")" = 1 ] || lab_fail "no shadow of the token"
grep -q "$(cat "$LAB_DIR/peer/token")" "$LAB_DIR/collector.log" && lab_fail "the token stands in the log"

echo "- an export of 100,000 rows takes no memory"
collector_sql "INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
	SELECT d.device_id, 'snmp', 'row', 'value ' || n, d.school_id, now(), d.report_id
	  FROM (SELECT * FROM core.device LIMIT 1) AS d, generate_series(1, 100000) AS n" >/dev/null
rss() { awk '/^VmHWM/ { print $2 }' "/proc/${LAB_PIDS[collector]}/status"; }
before=$(rss)
for format in csv xlsx; do
	lab_in town /usr/bin/python3 -B - "$format" "${people[0]}" <<'END' || lab_fail "no export of 100,000 rows as $format"
import sys
sys.path.insert(0, "tests/system")
import api_peer
text = api_peer.Person(*sys.argv[2].split("=", 1)).file("device_evidence", format=sys.argv[1], key="row")
assert len(text) > 500000, len(text)
assert sys.argv[1] == "xlsx" or text.count(b"\r\n") == 100001, text.count(b"\r\n")
END
done
grown=$(($(rss) - before))
[ $grown -le 20480 ] || lab_fail "the collector grew by $grown KiB"
[ -z "$(find /tmp -maxdepth 1 -name 'parta-export-*')" ] || lab_fail "an export left its file behind"
echo "- the collector ends although somebody looks"
lab_start looker town /usr/bin/python3 -B -c 'import sys
sys.path.insert(0, "tests/system")
import api_peer
print(api_peer.Person(*sys.argv[1].split("=", 1)).ask("GET", "/live"), flush=True)' "${people[0]}"
looks() { lab_in town ss -Htn state established dport = :8444 | grep -q 8444; }
lab_until 10 looks || lab_fail "nobody looks"
pid=${LAB_PIDS[collector]}
kill -TERM "$pid"
wait "$pid" || lab_fail "it ended with status $?"
unset "LAB_PIDS[collector]"
gone() { ! lab_alive looker; }
lab_until 10 gone || lab_fail "who looked still waits"
echo "api: every list, action and file is as described"
