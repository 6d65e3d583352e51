#!/usr/bin/env bash
# kill -9 of an agent between two reports: the windows that were closed and not yet spooled, and those that were open, are
# told by the next run, each once; what nobody saw is told by no window. Needs root.
# long: 150 s, windows close once a minute.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

command -v psql >/dev/null || { echo "skipped, 'psql' is not installed"; exit 77; }

lab_begin windows
lab_namespace school town
lab_cable school lan0 town wan0
lab_address school lan0 10.9.0.2/24
lab_address town wan0 10.9.0.1/24
lab_route school default via 10.9.0.1
lab_resolver school 10.9.0.1
collector_prepare "server-names = 10.9.0.1" "agents-url = https://10.9.0.1:8443"
collector_start town
collector_run school add S1 --name "School 1" >/dev/null
# The first windows go at once, the others in an hour.
agent_prepare "report-every = 3600s" "targets = icmp@10.9.0.1"
agent_run school enrol --collector https://10.9.0.1:8444 --token "$(collector_run token S1)" >/dev/null
agent_start school

windows() { collector_sql "SELECT count(*) FROM core.connectivity_window WHERE rung = 'internet'"; }
has() { [ "$(windows)" -ge "$1" ]; }
closed() { [ "$(grep -c '^window internet ' "$LAB_DIR/agent/windows" 2>/dev/null)" -ge "$1" ]; }
# The mark is of the window that is open now: it was written after the last one was closed.
opened() { ! [ "$LAB_DIR/agent/windows" -nt "$LAB_DIR/agent/alive" ] && grep -q '^window internet ' "$LAB_DIR/agent/alive"; }

echo "- one window is told, one is closed and waits, one is open"
lab_until 90 has 1 || { tail -n 20 "$LAB_DIR/agent.log"; lab_fail "no window came"; }
lab_until 90 closed 1 || lab_fail "no closed window waits"
lab_until 30 opened || lab_fail "the mark holds no open window"
[ "$(windows)" = 1 ] || lab_fail "the windows did not wait: $(windows)"

echo "- killed, nothing is lost and nothing doubled"
lab_kill agent || true
killed=$(date +%s.%N)
sleep 5
agent_start school
began=$(date +%s.%N)
lab_until 60 has 3 || { tail -n 20 "$LAB_DIR/agent.log"; lab_fail "after the kill: $(collector_sql 'SELECT rung, target, from_at, to_at, sent FROM core.connectivity_window ORDER BY from_at')"; }
[ ! -e "$LAB_DIR/agent/windows" ] || lab_fail "what was spooled still waits: $(cat "$LAB_DIR/agent/windows")"
all="SELECT from_at, to_at, sent, received, lag(to_at) OVER (ORDER BY from_at) AS before FROM core.connectivity_window WHERE rung = 'internet'"
# Nothing disciplines the clock here, so the agent goes by the collector's, which a busy machine tells late: by 1.5 s at most.
[ "$(collector_sql "SELECT bool_and(abs(extract(epoch FROM from_at - before)) < 1.5) FROM ($all) AS w WHERE before IS NOT NULL")" = t ] ||
	lab_fail "windows do not stand one behind the other: $(collector_sql "$all")"
last=$(collector_sql "SELECT extract(epoch FROM max(to_at)) FROM core.connectivity_window")
awk "BEGIN { exit !($last <= $killed + 1.5 && $last > $killed - 12) }" || lab_fail "the last window ends at $last, it was killed at $killed"
# One each 0.9 s.
[ "$(collector_sql "SELECT bool_and(sent BETWEEN extract(epoch FROM to_at - from_at) / 0.9 - 3 AND extract(epoch FROM to_at - from_at) / 0.9 + 3 AND received >= sent - 1) FROM ($all) AS w")" = t ] ||
	lab_fail "a window says what was not seen: $(collector_sql "$all")"

echo "- killed again at once, and once more when it has an open window: they are told once"
lab_kill agent || true
agent_start school
lab_until 30 opened || lab_fail "the mark of the new run holds no open window"
lab_kill agent || true
agent_start school
lab_until 60 has 4 || lab_fail "no window of the new run came"
[ "$(collector_sql "SELECT count(*) FROM core.connectivity_window GROUP BY rung, target, from_at HAVING count(*) > 1")" = "" ] || lab_fail "a window is there twice"
awk "BEGIN { exit !($(collector_sql "SELECT extract(epoch FROM min(from_at)) FROM core.connectivity_window WHERE to_at > to_timestamp($killed + 1.5)") >= $began - 1.5) }" ||
	lab_fail "a window covers the time when nobody looked"
agent_stop || lab_fail "it ended with status $?"
echo "windows: $(windows) told, each once"
