#!/usr/bin/env bash
# How many reports a second the collector acknowledges with everything on this machine: agents with mutual TLS kept
# alive, 20 measurements a report, PostgreSQL with fsync. Prints one JSON object a run. Needs root.
#
#   AGENTS=64 SAMPLES=20 BODY=1 SECONDS_A_RUN=10 RUNS=3 tests/bench/ingest.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh

agents=${AGENTS:-64} samples=${SAMPLES:-20} body=${BODY:-1} seconds=${SECONDS_A_RUN:-10} runs=${RUNS:-3}
load=build/${MODE:-release}/tests/bench/load_ingest
# The figures are ours, not those of whatever else runs here.
renice -n -10 $$ >/dev/null

lab_begin ingest
lab_namespace town
collector_prepare "agent-requests-per-s = 100000" "agent-requests-burst = 100000" "enrol-per-minute = 10000"
collector_start town
for ((i = 1; i <= agents; i++)); do
	echo "S$i,School $i"
done >"$LAB_DIR/schools"
{ echo "code,name"; cat "$LAB_DIR/schools"; } >"$LAB_DIR/schools.csv"
collector_run school import "$LAB_DIR/schools.csv" >/dev/null

ticks() { # of a process, its children and those of them that have ended
	local pid total
	total=$(awk '{ print $14 + $15 + $16 + $17 }' "/proc/$1/stat")
	for pid in $(pgrep -P "$1"); do
		total=$((total + $(awk '{ print $14 + $15 }' "/proc/$pid/stat" 2>/dev/null || echo 0)))
	done
	echo "$total"
}
own_ticks() {
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}
idle_ticks() {
	awk '/^cpu / { print $5 }' /proc/stat
}

one_run() {
	local collector=${LAB_PIDS[collector]} database in out loader began_c began_d began_i
	database=$(collector_database_pid)
	collector=$(pgrep -f "^$LAB_DIR/parta-collector run" | head -n 1)
	for ((i = 1; i <= agents; i++)); do collector_run token "S$i"; done >"$LAB_DIR/tokens"
	mkfifo "$LAB_DIR/to" "$LAB_DIR/from"
	ip netns exec "$(lab_ns town)" "$load" -a "$agents" -s "$samples" -b "$body" -t "$seconds" <"$LAB_DIR/to" >"$LAB_DIR/from" &
	loader=$!
	exec {in}>"$LAB_DIR/to" {out}<"$LAB_DIR/from"
	rm "$LAB_DIR/to" "$LAB_DIR/from"
	cat "$LAB_DIR/tokens" >&$in
	read -r _ <&$out # "ready"
	collector_sql CHECKPOINT
	began_c=$(own_ticks "$collector") began_d=$(ticks "$database") began_i=$(idle_ticks)
	echo go >&$in
	read -r figures <&$out
	python3 - "$figures" $((($(own_ticks "$collector") - began_c) * 10000)) $((($(ticks "$database") - began_d) * 10000)) \
		$(($(idle_ticks) - began_i)) "$(awk '/VmRSS/ { print $2 }' "/proc/$collector/status")" <<'END'
import json, sys
figures = json.loads(sys.argv[1])
done = max(1, figures["acknowledged"])
figures["collector_us_a_report"] = round(int(sys.argv[2]) / done)
figures["postgres_us_a_report"] = round(int(sys.argv[3]) / done)
figures["idle_pct"] = round(int(sys.argv[4]) / figures["seconds"] / 2)
figures["collector_rss_kb"] = int(sys.argv[5])
print(json.dumps(figures))
END
	wait "$loader" || lab_fail "some reports were refused, rejected or lost"
	exec {in}>&- {out}<&-
}

before=$(collector_sql 'SELECT count(*) FROM core.report')
for ((run = 1; run <= runs; run++)); do one_run; done | tee "$LAB_DIR/figures"
acknowledged=$(python3 -c 'import json, sys; print(sum(json.loads(line)["acknowledged"] for line in sys.stdin))' <"$LAB_DIR/figures")
stored=$(($(collector_sql 'SELECT count(*) FROM core.report') - before))
[ "$stored" = "$acknowledged" ] || lab_fail "$acknowledged reports were acknowledged, $stored are stored"
echo "ingest: $acknowledged reports acknowledged, as many stored" >&2
