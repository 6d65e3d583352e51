#!/usr/bin/env bash
# The agent as a service beside a real collector: enrolment and its refusals, what it may and may not do, the first
# round, kill -9 at any moment, a collector that is away, a full disk, revocation, reload and drain. Needs root.
# long: 150 s, an outage of the collector is waited through.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

for need in jq psql curl nsenter openssl; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin agent
lab_namespace school town
lab_cable school lan0 town wan0
lab_address school lan0 10.9.0.2/24
lab_address town wan0 10.9.0.1/24
lab_route school default via 10.9.0.1
lab_resolver school 10.9.0.1
collector_prepare "server-names = 10.9.0.1" "agents-url = https://10.9.0.1:8443" "agent-requests-per-s = 1000" "agent-requests-burst = 1000"
collector_start town
collector_run school add S1 --name "School 1" >/dev/null
agent_prepare "report-every = 10s"

rows() { collector_sql "SELECT count(*) FROM core.report WHERE kind = '$1'"; }
has() { [ "$(rows "$1")" -ge "$2" ]; }
# Every number that the agent ever gave is there, and there once.
complete() {
	[ "$(collector_sql 'SELECT count(*) = max(seq) - min(seq) + 1 AND count(DISTINCT seq) = count(*) AND min(seq) = 1 FROM core.report')" = t ]
}
# is WORD COMMAND...: the command says just that. (lab_until tries a command again, not what "$(...)" gave once.)
is() { [ "$("${@:2}" 2>/dev/null)" = "$1" ]; }
above() { [ "$(collector_sql 'SELECT coalesce(max(seq), 0) FROM core.report')" -gt "$1" ]; }
waiting() { find "$LAB_DIR/agent/spool" -name '*.detail' -o -name '*.keep' | wc -l; }
enrol() { agent_run school enrol --collector https://10.9.0.1:8444 --token "$1"; }

echo "- a service that is not enrolled waits; a wrong token or a stranger in between spends nothing"
agent_start school
lab_await agent "not enrolled" 10
lab_until 5 is false agent_status .enrolled || lab_fail "its status does not say that it is not enrolled"
token=$(collector_run token S1)
other=${token%.*}.$(printf '%043d' 0)
! enrol "$other" 2>"$LAB_DIR/refused" || lab_fail "it enrolled with somebody else's authority"
grep -q "not of the authority" "$LAB_DIR/refused" || lab_fail "it did not say why: $(cat "$LAB_DIR/refused")"
[ "$(collector_sql 'SELECT sum(uses_left) FROM core.token')" = 1 ] || lab_fail "a refused enrolment spent the token"
! enrol nonsense 2>"$LAB_DIR/refused" || lab_fail "it took nonsense for a token"
! agent_run school enrol --collector https://10.9.0.1:9 --token "$token" 2>"$LAB_DIR/refused" || lab_fail "it enrolled with nobody"
grep -q "could not reach" "$LAB_DIR/refused" || lab_fail "it did not say that nobody is there"

echo "- enrolled, it begins without a restart, and once only by one token"
enrol - <<<"$token" >"$LAB_DIR/enrolled"
grep -q "school S1 (School 1)" "$LAB_DIR/enrolled" || lab_fail "it did not say where it is enrolled"
lab_await agent "collector reached" 15
lab_await agent "policy in force" 15
mkdir "$LAB_DIR/second"
chown nobody "$LAB_DIR/second"
! agent_run school enrol --collector https://10.9.0.1:8444 --token "$token" -c <(echo "state-dir = $LAB_DIR/second") 2>"$LAB_DIR/refused" ||
	lab_fail "a token was good twice"

echo "- it has no privilege, its sensor has no file and no socket, and both are behind a filter"
pid=${LAB_PIDS[agent]}
sensor=$(pgrep -P "$pid")
for process in "$pid" "$sensor"; do
	grep -q '^Seccomp:[[:space:]]*2' "/proc/$process/status" || lab_fail "process $process has no system call filter"
	grep -q '^CapEff:[[:space:]]*0*$' "/proc/$process/status" || lab_fail "process $process kept a capability"
	grep -q '^NoNewPrivs:[[:space:]]*1' "/proc/$process/status" || lab_fail "process $process may gain privileges"
done

echo "- the first round is there within the first minute, the parts of the report too"
for kind in health connectivity inventory; do
	lab_until 60 has $kind 1 || lab_fail "no report of kind '$kind' came"
done
lab_until 60 is 1 agent_status '.tasks[] | select(.task == "scan") | .runs' || lab_fail "no scan"
[ "$(agent_status .uplink.reached)" = true ] || lab_fail "its status does not know that the collector is there"

echo "- kill -9 at any moment: no report is lost, none is there twice"
for _ in $(seq 20); do
	lab_kill agent || true
	agent_start school
	sleep "$((RANDOM % 5)).$((RANDOM % 10))"
done
lab_until 30 has health 5 || lab_fail "too few reports after the kills"
lab_until 30 complete || lab_fail "$(collector_sql 'SELECT count(*), min(seq), max(seq), count(DISTINCT seq) FROM core.report') after the kills"

echo "- when the sensor dies, the agent ends and says so"
lab_until 10 pgrep -P "${LAB_PIDS[agent]}"
pid=${LAB_PIDS[agent]}
pkill -KILL -P "$pid"
status=0
wait "$pid" || status=$?
unset "LAB_PIDS[agent]"
[ $status -eq 1 ] || lab_fail "it ended with status $status"
lab_await agent "the sensor is gone" 1

echo "- while the collector is away reports wait, and all of them arrive"
agent_start school
lab_until 15 is true agent_status .uplink.reached
before=$(collector_sql 'SELECT max(seq) FROM core.report')
lab_stop collector || true
sleep 25
[ "$(waiting)" -ge 2 ] || lab_fail "nothing waits in the spool"
collector_start town
lab_until 45 above $((before + 2)) || lab_fail "what waited did not arrive"
lab_until 30 complete || lab_fail "a report is missing after the collector was away"

echo "- a wrong configuration is refused at a reload, a good one is taken"
sed -i 's/^report-every.*/report-every = never/' "$LAB_DIR/agent.conf"
! agent_run school check-config 2>"$LAB_DIR/refused" || lab_fail "check-config took nonsense"
grep -q "agent.conf:3" "$LAB_DIR/refused" || lab_fail "it did not name the line: $(cat "$LAB_DIR/refused")"
kill -HUP "${LAB_PIDS[agent]}"
lab_await agent "settings stay as they were" 5
sed -i 's/^report-every.*/report-every = 12s/' "$LAB_DIR/agent.conf"
kill -HUP "${LAB_PIDS[agent]}"
lab_await agent "settings read again" 5

echo "- told to stop, it spools what is unsaid, sends it and ends well"
agent_stop || lab_fail "it ended with status $?"
lab_until 5 complete || lab_fail "a report is missing after it was told to stop"
[ "$(waiting)" -eq 0 ] || lab_fail "it left reports behind though the collector was there"

echo "- a full disk is waited out: reports go from memory, and the spool takes them again"
lab_start agent school unshare --mount sh -c "mount -t tmpfs -o size=96k,mode=700,uid=65534 none '$LAB_DIR/agent/spool' &&
	exec setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=+net_raw --ambient-caps=+net_raw --bounding-set=-all,+net_raw \
	--no-new-privs '$LAB_DIR/parta-agent' run -c '$LAB_DIR/agent.conf'"
lab_until 15 pgrep -P "${LAB_PIDS[agent]}"
lab_stop collector || true
nsenter -m -t "${LAB_PIDS[agent]}" sh -c "dd if=/dev/zero of='$LAB_DIR/agent/spool/filler' bs=4k status=none 2>/dev/null; true"
lab_await agent "it waits in memory" 40
nsenter -m -t "${LAB_PIDS[agent]}" rm "$LAB_DIR/agent/spool/filler"
collector_start town
held() { [ "$(agent_status .spool.held)" = 0 ] && [ "$(agent_status .spool.reports)" = 0 ]; }
lab_until 75 held || lab_fail "reports still wait: $(agent_status .spool)"
lab_kill agent || true

echo "- a revoked agent is told so, keeps its reports, and says what to do"
agent_start school
lab_until 20 is true agent_status .uplink.reached
collector_run agent revoke "$(cat "$LAB_DIR/agent/agent.id")" >/dev/null
lab_await agent "enrol it again" 45
sleep 13
[ "$(waiting)" -ge 1 ] || lab_fail "a revoked agent dropped its reports"

echo "- enrolled anew while it runs, it begins again by itself"
first=$(agent_status .agent_id)
enrol "$(collector_run token S1)" >/dev/null
lab_until 20 is true agent_status .uplink.reached || lab_fail "it did not begin again"
[ "$(agent_status .agent_id)" != "$first" ] || lab_fail "it still is who it was"
others() { [ "$(collector_sql "SELECT count(*) FROM core.report WHERE agent_id <> '$first'")" -ge 2 ]; }
lab_until 30 others || lab_fail "nothing came from the agent that was enrolled anew"
agent_stop || lab_fail "it ended with status $?"

echo "- an expired certificate renews itself, over the same key, and the agent stays who it is"
id=$(cat "$LAB_DIR/agent/agent.id")
mkdir "$LAB_DIR/issued"
: >"$LAB_DIR/issued/index"
echo 01 >"$LAB_DIR/issued/serial"
cat >"$LAB_DIR/issued/conf" <<END
[ca]
default_ca = it
[it]
database = $LAB_DIR/issued/index
serial = $LAB_DIR/issued/serial
new_certs_dir = $LAB_DIR/issued
default_md = sha256
policy = any
x509_extensions = client
[any]
commonName = supplied
[client]
extendedKeyUsage = clientAuth
END
openssl req -new -key "$LAB_DIR/agent/agent.key" -subj "/CN=$id" -out "$LAB_DIR/issued/csr"
openssl ca -batch -notext -config "$LAB_DIR/issued/conf" -cert "$LAB_DIR/state/ca/ca.crt" -keyfile "$LAB_DIR/state/ca/ca.key" \
	-startdate 20240101000000Z -enddate 20250101000000Z -in "$LAB_DIR/issued/csr" -out "$LAB_DIR/issued/crt" 2>/dev/null
cat "$LAB_DIR/issued/crt" >"$LAB_DIR/agent/agent.crt"
agent_start school
lab_await agent "certificate renewed: days=" 30
lab_until 20 is true agent_status .uplink.reached || lab_fail "the renewed certificate is not taken"
openssl x509 -in "$LAB_DIR/agent/agent.crt" -noout -checkend $((300 * 86400)) >/dev/null || lab_fail "the certificate still ends soon"
[ "$(cat "$LAB_DIR/agent/agent.id")" = "$id" ] || lab_fail "it became another"
agent_stop || lab_fail "it ended with status $?"

echo "- a policy by another key is refused, and a collector of another authority gets nothing"
rm "$LAB_DIR/agent/policy"
cp "$LAB_DIR/agent/policy.pub" "$LAB_DIR/policy.pub"
openssl genpkey -algorithm ed25519 2>/dev/null | openssl pkey -pubout >"$LAB_DIR/agent/policy.pub"
agent_start school
lab_await agent "not signed by the key of the enrolment" 30
[ "$(agent_status .policy_version)" = "" ] || lab_fail "a policy by another key is in force"
agent_stop || lab_fail "it ended with status $?"
cat "$LAB_DIR/policy.pub" >"$LAB_DIR/agent/policy.pub"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=other -days 30 -keyout "$LAB_DIR/issued/other" \
	-out "$LAB_DIR/issued/other.crt" 2>/dev/null
cat "$LAB_DIR/issued/other.crt" >"$LAB_DIR/agent/ca.crt"
count=$(collector_sql 'SELECT count(*) FROM core.report')
agent_start school
lab_until 20 is false agent_status .uplink.reached
sleep 5
[ "$(collector_sql 'SELECT count(*) FROM core.report')" = "$count" ] || lab_fail "it reported to a collector that it cannot verify"
[ "$(waiting)" -ge 1 ] || lab_fail "what it could not report does not wait"
agent_stop || lab_fail "it ended with status $?"
echo "agent: nothing was lost"
