#!/usr/bin/env bash
# What a scan recognises: recorded walks of real devices, with the truth their recorders knew, are served by the virtual
# school and asked by the real agent; then the same walks with every maker made unknown. Prints the shares that are right
# (recognition.py). tests/bench/classify.sh is the quick way to the same figures, without a wire.
#   tests/bench/recognition.sh [DATA]
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/town.sh
data=$(realpath -m "${1:-../shared/data/librenms}")
[ -e "$data/truth.tsv" ] || { echo "no recorded walks at $data: skipped"; exit 0; }

lab_begin bench-recognition
umask 027
lab_namespace school agent
lab_cable school far agent lan0
lab_address agent lan0 10.77.0.2/22
lab_route agent 224.0.0.0/4 dev lan0
mkdir "$LAB_DIR/data"
cp common/classify/*.csv "$LAB_DIR/data/"
printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR" "$LAB_DIR" >"$LAB_DIR/agent.conf"

# Addresses whose first three bytes are nobody's, so that only SNMP can name the device.
echo 'network range=10.77.0.0/22' >"$LAB_DIR/scenario"
n=15
for dump in "$data"/dumps/*.snmprec; do
	n=$((n + 1))
	ip=10.77.$((n >> 8)).$((n & 255))
	printf 'host ip=%s mac=0c:ff:f0:00:%02x:%02x class=unknown vendor="" model="" snmp=2c data="%s"\n' \
		"$ip" $((n >> 8)) $((n & 255)) "$dump" >>"$LAB_DIR/scenario"
	echo "$ip $(basename "$dump" .snmprec)" >>"$LAB_DIR/map"
done
lab_start school school "$TOWN_BIN/parta-school" -i far -s "$LAB_DIR/scenario" -S "$LAB_DIR/school.sock"
lab_await school ready 60
began=$(date +%s.%N)
lab_in agent build/release/parta-agent scan -c "$LAB_DIR/agent.conf" -i lan0 --range 10.77.0.0/22 --community public \
	--listen 0 --format json >"$LAB_DIR/results"
printf 'scanned in %.1f s\n' "$(echo "$(date +%s.%N) - $began" | bc)"
# The tool numbers its results from 10.0.0.1, in the order of the walks.
build/release/tests/bench/classify_dumps --strangers common/classify/device_rule.csv "$data"/dumps/*.snmprec |
	awk 'NR == FNR { ip[NR] = $1; next } { sub(/"ip":\["[0-9.]*"\]/, "\"ip\":[\"" ip[FNR] "\"]"); print }' \
		"$LAB_DIR/map" - >"$LAB_DIR/strangers"
python3 tests/bench/recognition.py "$data" "$LAB_DIR/map" "$LAB_DIR/results" "$LAB_DIR/strangers"
