#!/usr/bin/env bash
# What the measuring endpoint takes of a processor on a line of RATE Mbit/s (veth with offloads as a real card has them):
# the agent and curl measure, one row a protocol and direction. The agent's and the collector's CPU are shares of one core
# while bytes flowed; its thread is the one that carries the streams, whose share stands in the record. Needs root.
#
#   RATE=1000 SECONDS_A_RUN=10 tests/bench/measure.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
lab_urgent "$0" "$@"

rate=${RATE:-1000} seconds=${SECONDS_A_RUN:-10}
lab_begin bench
lab_namespace town
lab_namespace desk
lab_cable town eth0 desk eth0
for place in town desk; do
	lab_in $place ethtool -K eth0 tso on gso on gro on tx on >/dev/null 2>&1
	tc -n "$(lab_ns $place)" qdisc replace dev eth0 root tbf rate "${rate}mbit" burst 1mb latency 20ms
done
lab_address town eth0 10.71.0.1/24
lab_address desk eth0 10.71.0.2/24
collector_prepare "server-names = 127.0.0.1, 10.71.0.1" "measure-capacity = $((rate * 2))" "measure-request-bytes = 100G" "measure-client-bytes-a-day = 1000G"
collector_start town

pid=$(pgrep -f "^$LAB_DIR/parta-collector run" | head -n 1)
cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }
row() { # NAME TEST DIRECTION TICKS
	lab_until 20 recorded "$2" "$3"
	collector_sql "SELECT count(*), sum(size_bytes) * 8 / max(duration_s) / 1e6, max(cpu_pct), $4 * 100.0 / $(getconf CLK_TCK) / max(duration_s), min(congestion)
	                 FROM core.measured WHERE test_id = '$2' AND direction = '$3'" | awk -F'|' -v name="$1" -v direction="$3" \
		'{ printf "%-28s %-5s %2d %10.1f %11.1f %11.1f   %s\n", name, direction, $1, $2, $3, $4, $5 }'
}
recorded() { [ -n "$(collector_sql "SELECT 1 FROM core.measured WHERE test_id = '$1' AND direction = '$2' LIMIT 1")" ]; }

printf '%-28s %-5s %2s %10s %11s %11s   %s\n' "" "" n Mbit/s "thread %" "collector %" congestion
streams() { # COUNT DIRECTION: so many of curl's
	local test before i curls=()
	test=$(cat /proc/sys/kernel/random/uuid)
	before=$(cpu_ticks)
	for ((i = 0; i < $1; i++)); do
		if [ "$2" = down ]; then
			lab_in desk curl -sk -o /dev/null -m "$seconds" "https://10.71.0.1:8445/v1/measure/download?bytes=100000000000&test=$test" &
		else
			lab_in desk curl -sk -o /dev/null -m "$seconds" -X POST -H 'Content-Type: application/octet-stream' -T /dev/zero \
				"https://10.71.0.1:8445/v1/measure/upload?test=$test" &
		fi
		curls+=($!)
	done
	wait "${curls[@]}" || true
	sleep 1
	row "parta, $1 of curl's streams" "$test" "$2" "$(($(cpu_ticks) - before))"
}
for direction in down up; do
	for count in 1 4; do streams $count $direction; done
done

for direction in down up; do
	before=$(cpu_ticks)
	lab_in desk build/release/parta-agent speed --backend ndt7 --server https://10.71.0.1:8445/v2/nearest/ndt/ndt7 --capacity \
		--direction $direction --ca "$LAB_DIR/state/ca/ca.crt" --format json >"$LAB_DIR/result" || true
	ticks=$(($(cpu_ticks) - before))
	test=$(collector_sql "SELECT test_id FROM core.measured WHERE protocol = 'ndt7' ORDER BY measured_id DESC LIMIT 1")
	row "ndt7, the agent" "$test" $direction "$ticks"
done
