#!/usr/bin/env bash
# What the collector takes with everything on this machine: agents with mutual TLS kept alive, 20 measurements a report,
# PostgreSQL with fsync. Prints one table: figure, target, verdict; exit status 1 when a target is missed. Debian's
# Zabbix server takes the same values beside it where it is installed (deploy/dependencies.sh bench). Needs root.
#
#   SECONDS_A_RUN=10 RUNS=3 IDLE=10000 tests/bench/ingest.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/bench/zabbix.sh

agents=256 idle=${IDLE:-10000}
load=build/${MODE:-release}/tests/bench/load_ingest
# The figures are ours, not those of whatever else runs here.
lab_urgent "$0" "$@"

lab_begin ingest
lab_namespace town
collector_prepare "agent-requests-per-s = 100000" "agent-requests-burst = 100000" "enrol-per-minute = 10000" \
	"connections-max = $((idle + 1000))"
collector_start town
{
	echo "code,name"
	for ((i = 1; i <= agents; i++)); do echo "S$i,School $i"; done
} >"$LAB_DIR/schools.csv"
collector_run school import "$LAB_DIR/schools.csv" >/dev/null
for ((i = 1; i <= agents; i++)); do collector_run token "S$i"; done >"$LAB_DIR/tokens"
zabbix_start town

python3 tests/bench/ingest_table.py --directory "$LAB_DIR" --tokens "$LAB_DIR/tokens" \
	--collector "$(pgrep -f "^$LAB_DIR/parta-collector run" | head -n 1)" --database "$(collector_database_pid)" \
	--zabbix "$(zabbix_pid)" --zabbix-database "$(zabbix_database_pid)" \
	--sql "setpriv --reuid=nobody --regid=nogroup --clear-groups psql -h $LAB_DIR/state/postgres -U parta -d parta -XAtq" \
	--zabbix-sql "setpriv --reuid=zabbix --regid=zabbix --clear-groups psql -h $LAB_DIR/zabbix -p 5433 -d zabbix -XAtq" \
	--inside "ip netns exec $(lab_ns town)" --load "$load -a $agents" --zabbix-load "build/${MODE:-release}/tests/bench/load_zabbix" \
	--seconds "${SECONDS_A_RUN:-10}" --runs "${RUNS:-3}" --idle "$idle"

acknowledged=$(cat "$LAB_DIR/acknowledged")
stored=$(collector_sql 'SELECT count(*) FROM core.report')
[ "$stored" = "$acknowledged" ] || lab_fail "$acknowledged reports were acknowledged, $stored are stored"
echo "ingest: $acknowledged reports acknowledged, as many stored"
