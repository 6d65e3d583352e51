#!/usr/bin/env bash
# Ten thousand requests and reports, mutated from real ones by a seed, against every listener: none is taken, nothing new
# is in the database, memory does not grow, the collector goes on and takes what is good. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh

for need in protoc zstd openssl curl psql jq; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done
/usr/bin/python3 -c 'import google.protobuf' 2>/dev/null || { echo "skipped, python3-protobuf is not installed"; exit 77; }
mkdir -p build/gen/python
protoc -I proto --python_out=build/gen/python proto/parta/v1/*.proto
count=${COUNT:-10000} seed=${SEED:-1}
# What a person with a session may ask to change, but for the end of the session.
mapfile -t json_paths < <(sed -n 's/.*PAGE("POST", "\([^"]*\)".*/\1/p' collector/routes.c | grep -vx logout)
[ ${#json_paths[@]} -gt 0 ] || { echo "no action was found in collector/routes.c"; exit 1; }

lab_begin malformed
lab_namespace town
collector_prepare "agent-requests-per-s = 100000" "agent-requests-burst = 100000" "enrol-per-minute = 10000"
collector_start town
collector_run school add S1 --name "School 1" >/dev/null
mkdir "$LAB_DIR/peer"
python() { lab_in town env PYTHONPATH=build/gen/python /usr/bin/python3 -B "$@"; }
good() { python tests/system/collector_peer.py one "$LAB_DIR/peer" || lab_fail "$1 a good report is not taken"; }
python tests/system/collector_peer.py enrol "$LAB_DIR/peer" "$(collector_run token S1)" || lab_fail "the agent could not enrol"
good "at first"

word=$(collector_run user add boss --role municipal --name Boss </dev/null)
curl=(lab_in town curl -sk -c "$LAB_DIR/jar" -o "$LAB_DIR/me" -H "Content-Type: application/json")
"${curl[@]}" -d "{\"login\": \"boss\", \"password\": \"$word\"}" https://localhost:8444/api/v1/login
session=$(awk '/__Host-parta_session/ { print $NF }' "$LAB_DIR/jar")
[ -n "$session" ] || lab_fail "nobody could sign in: $(cat "$LAB_DIR/me")"
echo "$session $(jq -r .csrf "$LAB_DIR/me")" >"$LAB_DIR/peer/session"

# Rows of every table, but those that remember refusals, and what the collector writes by itself: alerts and sums.
contents() {
	collector_sql "SELECT c.oid::regclass, (xpath('//n/text()', query_to_xml('SELECT count(*) AS n FROM ' || c.oid::regclass, false, false, '')))[1]
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace WHERE relkind IN ('r', 'p') AND NOT relispartition
		 AND nspname IN ('core', 'audit', 'reference') AND relname NOT IN ('quarantine', 'access_log')
		 AND relname !~ '^(alert|incident|outbox|roll_|school_(figures|equipment|filter|month)$|(line|speed|measurement)_(hour|day)$)' ORDER BY 1"
}
collector=$(pgrep -f "^$LAB_DIR/parta-collector run" | head -n 1) database=$(collector_database_pid)
memory_kb() { awk '/VmRSS/ { print $2 }' "/proc/$collector/status"; }
part() { # NUMBER
	contents >"$LAB_DIR/before"
	python tests/system/malformed.py "$LAB_DIR/peer" $((count / 2)) "$seed" "$1" tests/fuzz/corpus/ingest "${json_paths[@]}" ||
		{ tail -n 5 "$LAB_DIR/collector.log" >&2; lab_fail "seed $seed: something was taken"; }
	contents >"$LAB_DIR/after"
	diff "$LAB_DIR/before" "$LAB_DIR/after" || lab_fail "seed $seed: there is something new in the database"
	good "after part $1"
}

# It has told the database where it measures.
announced() { [ "$(collector_sql "SELECT value FROM reference.setting WHERE name = 'measure_url'")" ]; }
lab_until 20 announced || lab_fail "the collector did not say where it measures"
part 1
sleep 11 # memory that is free goes back to the kernel every ten seconds
first=$(memory_kb)
part 2
# The address sanitizer (MODE=asan) keeps what was freed.
no_larger() { [ "${MODE:-release}" = asan ] || [ "$(memory_kb)" -le $((first + 2048)) ]; }
lab_until 12 no_larger || lab_fail "memory grew from $first to $(memory_kb) kB"
[ "$(pgrep -f "^$LAB_DIR/parta-collector run" | head -n 1)" = "$collector" ] || lab_fail "the collector is another process"
[ "$(collector_database_pid)" = "$database" ] || lab_fail "the database was started again"
aside=$(collector_sql 'SELECT count(*) FROM core.quarantine')
[ "$aside" -gt 0 ] || lab_fail "nothing was kept aside, so no report was read"
echo "malformed: seed $seed, $count sent, none taken, $aside kept aside, memory $first kB, then $(memory_kb) kB"
