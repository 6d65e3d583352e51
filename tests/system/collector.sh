#!/usr/bin/env bash
# A running collector against everything that agents and strangers may send it: certificates that are wrong, expired,
# revoked or foreign, bodies that are ruined, huge, nested or replayed, a database that dies. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh

for need in protoc zstd openssl curl psql; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done
/usr/bin/python3 -c 'import google.protobuf' 2>/dev/null || { echo "skipped, python3-protobuf is not installed"; exit 77; }
mkdir -p build/gen/python
protoc -I proto --python_out=build/gen/python proto/parta/v1/*.proto

lab_begin collector
lab_namespace town
collector_prepare "agent-requests-per-s = 1000" "agent-requests-burst = 1000"
collector_start town

peer() {
	lab_in town env PYTHONPATH=build/gen/python /usr/bin/python3 -B tests/system/collector_peer.py "$1" "$LAB_DIR/peer" "${@:2}" ||
		{ tail -n 20 "$LAB_DIR/collector.log" >&2; lab_fail "the story '$1' failed"; }
}

mkdir -p "$LAB_DIR/peer/agent" "$LAB_DIR/peer/expired"
: >"$LAB_DIR/silence"
peer silence "${LAB_PIDS[collector]}" >"$LAB_DIR/silence" &
silence=$!
lab_until 20 grep -q waiting "$LAB_DIR/silence" || { cat "$LAB_DIR/silence"; lab_fail "silent clients cannot connect"; }
collector_run school add S1 --name "School 1" >/dev/null
collector_run school add S2 --name "School 2" >/dev/null
peer first "$(collector_run token S1)"

# Nothing is lost and nothing doubled: what was acknowledged is there once, what was refused is aside with its reason.
stored=$(collector_sql 'SELECT count(*) FROM core.report')
[ "$stored" = "$(collector_metric 'parta_reports_total{outcome="stored"}')" ] || lab_fail "the metric is not the table: $stored"
[ "$(collector_sql 'SELECT count(*) FROM (SELECT FROM core.report GROUP BY agent_id, boot_id, seq HAVING count(*) > 1) AS d')" = 0 ] ||
	lab_fail "a report is there twice"
for code in malformed foreign_agent future too_old data too_large; do
	[ "$(collector_sql "SELECT count(*) > 0 AND min(length(reason)) > 10 FROM core.quarantine WHERE code = '$code'")" = t ] ||
		lab_fail "no report is kept aside as '$code'"
done
[ "$(collector_sql "SELECT count(*) FROM core.quarantine WHERE code = 'future'")" = 1 ] || lab_fail "a refused report is kept twice"
for reason in no_certificate foreign_certificate token certificate_request no_route malformed content_type too_large too_large_inflated; do
	[ "$(collector_metric "parta_refused_total{reason=\"$reason\"}")" -gt 0 ] || lab_fail "nothing was counted as '$reason'"
done
measured() { [ "$(collector_sql 'SELECT count(*) FROM core.measured')" -ge 2 ]; }
lab_until 5 measured || lab_fail "the collector kept no record of measuring"

# A certificate whose time is over, of the agent's own key, by the collector's own authority.
ca=$LAB_DIR/state/ca
openssl req -new -key "$LAB_DIR/peer/agent/agent.key" -subj /CN=expired -out "$LAB_DIR/peer/expired.csr"
mkdir -p "$LAB_DIR/peer/issued"
: >"$LAB_DIR/peer/issued/index"
echo 01 >"$LAB_DIR/peer/issued/serial"
cat >"$LAB_DIR/peer/issued/conf" <<END
[ca]
default_ca = it
[it]
database = $LAB_DIR/peer/issued/index
serial = $LAB_DIR/peer/issued/serial
new_certs_dir = $LAB_DIR/peer/issued
default_md = sha256
policy = any
x509_extensions = client
[any]
commonName = supplied
[client]
extendedKeyUsage = clientAuth
END
openssl ca -batch -notext -config "$LAB_DIR/peer/issued/conf" -cert "$ca/ca.crt" -keyfile "$ca/ca.key" -startdate 20240101000000Z \
	-enddate 20250101000000Z -in "$LAB_DIR/peer/expired.csr" -out "$LAB_DIR/peer/expired/agent.crt" 2>/dev/null
peer renewal

# A renewed authority is taken while the collector runs.
collector_run ca renew >/dev/null
kill -HUP "${LAB_PIDS[collector]}"
lab_await collector "took the authority's renewed certificate" 5
peer authority "$ca" "$(collector_run token S2)"

peer away kill -9 "$(collector_database_pid)"

sed -i 's/^agent-requests-per-s.*/agent-requests-per-s = 1/; s/^agent-requests-burst.*/agent-requests-burst = 3/' "$LAB_DIR/collector.conf"
printf 'measure-streams = 2\nmeasure-key = word\n' >>"$LAB_DIR/collector.conf"
kill -HUP "${LAB_PIDS[collector]}"
lab_await collector "read the configuration again" 5
peer limits
sed -i 's/^agent-requests-per-s.*/agent-requests-per-s = 1000/; s/^agent-requests-burst.*/agent-requests-burst = 1000/' "$LAB_DIR/collector.conf"
kill -HUP "${LAB_PIDS[collector]}"
sleep 1

peer revocation setpriv --reuid=nobody --regid=nogroup --clear-groups "$LAB_DIR/parta-collector" agent revoke \
	"$(collector_sql "SELECT agent_id FROM core.agent JOIN core.school USING (school_id) WHERE code = 'S1'")" -c "$LAB_DIR/collector.conf"

wait $silence || { cat "$LAB_DIR/silence"; lab_fail "silent clients are not treated well"; }

# It ends by itself, cleanly, and so does its database.
pid=${LAB_PIDS[collector]}
kill -TERM "$pid"
wait "$pid" || lab_fail "it ended with status $?"
unset "LAB_PIDS[collector]"
grep -q "ended" "$LAB_DIR/collector.log" || lab_fail "it did not say that it ended"
lab_until 10 [ ! -e "$LAB_DIR/state/postgres/data/postmaster.pid" ] || lab_fail "its database runs on"
echo "collector: every request had its answer"
