#!/usr/bin/env bash
# A crowd on the page: some dozens of clients on every route at once, that read slowly, leave in the middle and sign in and
# out, and an end of the collector while they are there. Built with MODE=tsan or MODE=asan (make MODE=tsan all) it says what the
# sanitizers think of it. CROWD_SECONDS=10. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh

for need in python3 psql; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done
lab_begin crowd
lab_namespace town
collector_prepare
mkdir "$LAB_DIR/sql" "$LAB_DIR/said"
chown nobody "$LAB_DIR/said"
export TSAN_OPTIONS="log_path=$LAB_DIR/said/tsan exitcode=66" ASAN_OPTIONS="log_path=$LAB_DIR/said/asan detect_leaks=0" UBSAN_OPTIONS="log_path=$LAB_DIR/said/ubsan print_stacktrace=1"
collector_start town

cp tests/sql/lib/schools.psql "$LAB_DIR/sql/"
cat >"$LAB_DIR/sql/fill.sql" <<END
BEGIN;
\i $LAB_DIR/sql/schools.psql
SELECT pg_temp.fill();
INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
SELECT d.device_id, 'snmp', 'row', repeat('value ' || n, 5), d.school_id, now(), d.report_id
  FROM (SELECT * FROM core.device LIMIT 1) AS d, generate_series(1, 5000) AS n;
COMMIT;
END
chmod -R a+rX "$LAB_DIR/sql"
setpriv --reuid=nobody --regid=nogroup --clear-groups psql -h "$LAB_DIR/state/postgres" -U parta -d parta -XAtq -v ON_ERROR_STOP=1 \
	-f "$LAB_DIR/sql/fill.sql" >/dev/null
people=()
person() { people+=("$1=$(collector_run user add "$@" </dev/null)"); }
person boss --role municipal
person anna --role school --school A
person bert --role school --school B
person audit --role auditor
person vera --role viewer

said() { [ -z "$(ls "$LAB_DIR/said")" ] || { cat "$LAB_DIR"/said/* | head -n "${CROWD_LINES:-120}" >&2; lab_fail "the sanitizer has something to say"; }; }
crowd() { lab_in town python3 -B tests/system/crowd.py "$@" "${people[@]}"; }
echo "- a crowd on every route"
crowd "${CROWD_SECONDS:-10}" | tee "$LAB_DIR/counts"
lab_alive collector || { tail -n 20 "$LAB_DIR/collector.log" >&2; lab_fail "the collector is gone"; }
grep -q "lost: 0" "$LAB_DIR/counts" || lab_fail "connections were lost"
! grep -q "500:" "$LAB_DIR/counts" || { tail -n 20 "$LAB_DIR/collector.log" >&2; lab_fail "an answer was 500"; }

echo "- the configuration is read again and the database goes away for a moment, in the midst of it"
crowd 8 >"$LAB_DIR/midst" &
midst=$!
for _ in 1 2 3 4; do
	sleep 1.5
	kill -HUP "${LAB_PIDS[collector]}"
	collector_sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parta-collector' AND pid <> pg_backend_pid()" >/dev/null
done
wait $midst
cat "$LAB_DIR/midst"
lab_alive collector || { tail -n 20 "$LAB_DIR/collector.log" >&2; lab_fail "the collector is gone"; }
! grep -q "500:" "$LAB_DIR/midst" || { tail -n 20 "$LAB_DIR/collector.log" >&2; lab_fail "an answer was 500"; }

echo "- an end while it is there"
crowd 6 >"$LAB_DIR/end" &
sleep 2
ended=0
lab_stop collector || ended=$?
wait $! || true
said
[ -z "$(find /tmp -maxdepth 1 -name 'parta-export-*' -newer "$LAB_DIR/collector.conf")" ] || lab_fail "an export left its file behind"
[ $ended -eq 0 ] || { tail -n 20 "$LAB_DIR/collector.log" >&2; lab_fail "the collector ended with status $ended"; }
echo "crowd: done"
