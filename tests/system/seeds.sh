#!/usr/bin/env bash
# Twenty schools drawn at random, with makers, models, addresses, serials and faults: what a scan finds equals what was
# drawn, each device once. Four schools stand side by side, since a scan waits more than it works. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/town.sh

LANES=4
read -ra seeds <<<"${SEEDS-$(seq -s ' ' 101 120)}"

lab_begin seeds
umask 027
mkdir -p "$LAB_DIR/data"
cp common/classify/*.csv "$LAB_DIR/data/"
for lane in $(seq $LANES); do
	lab_namespace "s$lane" "a$lane"
	lab_cable "s$lane" far "a$lane" lan0
	lab_address "a$lane" lan0 10.77.0.2/22
	lab_route "a$lane" 224.0.0.0/4 dev lan0
	mkdir "$LAB_DIR/$lane"
	printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR/$lane" "$LAB_DIR" >"$LAB_DIR/$lane/agent.conf"
done

scan() { # LANE SEED
	local home=$LAB_DIR/$1
	python3 tests/school/draw.py --seed "$2" --devices 120 --classroom --faults 10 --announce 2 >"$home/drawn"
	sed -n 's/^user name=\([^ ]*\) auth=\([^ ]*\) authpass=\("[^"]*"\) priv=\([^ ]*\) privpass=\("[^"]*"\)/\1 \2 \3 \4 \5/p' \
		"$home/drawn" >"$home/users"
	lab_start "school$2" "s$1" "$TOWN_BIN/parta-school" -i far -s "$home/drawn" -S "$home/school.sock"
	lab_await "school$2" ready 10
	lab_in "a$1" ip neigh flush dev lan0
	lab_in "a$1" build/release/parta-agent scan -c "$home/agent.conf" -i lan0 --range 10.77.0.0/22 --community public \
		--credentials "$home/users" --fast --listen 5 --format json >"$home/found" 2>"$home/words" || cat "$home/words"
	tests/school/compare.py "$home/drawn" "$home/found" >"$home/differences" ||
		{ echo "seed $2:"; tail -n 12 "$home/differences"; } >>"$LAB_DIR/wrong"
	lab_stop "school$2" || true
	echo "$2" >>"$LAB_DIR/scanned"
}

lane_run() { # LANE
	local i
	for ((i = $1 - 1; i < ${#seeds[@]}; i += LANES)); do scan "$1" "${seeds[i]}"; done
}

lanes=()
for lane in $(seq $LANES); do
	lane_run "$lane" &
	lanes+=($!)
done
wait "${lanes[@]}" || true
[ "$(wc -l <"$LAB_DIR/scanned")" -eq ${#seeds[@]} ] || lab_fail "a scan did not end"
[ ! -s "$LAB_DIR/wrong" ] || { cat "$LAB_DIR/wrong"; lab_fail "schools are not as they were drawn"; }
echo "${#seeds[@]} schools as they were drawn"
