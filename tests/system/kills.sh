#!/usr/bin/env bash
# kill -9 of the agent, its sensor, the collector and PostgreSQL, in turn and at moments that a seed draws: at the end
# every report that the agent ever numbered is in the database, and there once. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

for need in psql curl; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done
KILLS=${KILLS:-24}
RANDOM=${SEED:-7}

lab_begin kills
lab_namespace school town
lab_cable school lan0 town wan0
lab_address school lan0 10.9.0.2/24
lab_address town wan0 10.9.0.1/24
lab_route school default via 10.9.0.1
lab_resolver school 10.9.0.1
collector_prepare "server-names = 10.9.0.1" "agents-url = https://10.9.0.1:8443" "agent-requests-per-s = 1000" "agent-requests-burst = 1000"
collector_start town
collector_run school add S1 --name "School 1" >/dev/null
token=$(collector_run token S1)
agent_prepare "report-every = 10s"
agent_run school enrol --collector https://10.9.0.1:8444 --token "$token" >/dev/null
agent_start school

reports() { collector_sql 'SELECT count(*) FROM core.report'; }
above() { [ "$(reports)" -gt "$1" ]; }
complete() {
	[ "$(collector_sql 'SELECT count(*) = max(seq) AND count(DISTINCT seq) = count(*) AND min(seq) = 1 FROM core.report')" = t ]
}
# What the last part of a report brought must be there as often as its report.
nothing_twice() {
	[ "$(collector_sql 'SELECT count(*) FROM core.quarantine')" = 0 ]
}

kill_agent() {
	lab_kill agent || true
	agent_start school
}
kill_sensor() {
	local pid=${LAB_PIDS[agent]}
	pkill -KILL -P "$pid" || true # it may not be born yet
	lab_until 5 eval "! kill -0 $pid" || lab_kill agent || true
	unset "LAB_PIDS[agent]"
	agent_start school
}
kill_collector() {
	lab_kill collector || true
	collector_start town
}
kill_database() {
	kill -KILL "$(collector_database_pid)"
	lab_until 60 collector_sql 'SELECT 1' || lab_fail "the collector did not start its database again"
}

lab_until 60 above 2 || lab_fail "no report came before the first kill"
victims=(agent collector sensor database)
for i in $(seq 0 $((KILLS - 1))); do
	sleep "$((RANDOM % 3)).$((RANDOM % 10))"
	"kill_${victims[i % 4]}"
done
before=$(reports)
lab_until 60 above $((before + 1)) || lab_fail "no report came after the last kill"
lab_until 60 complete || lab_fail "$(collector_sql 'SELECT count(*), min(seq), max(seq), count(DISTINCT seq) FROM core.report')"
nothing_twice || lab_fail "quarantined: $(collector_sql 'SELECT code, reason FROM core.quarantine')"
echo "$KILLS kills, $(reports) reports, all there once"
