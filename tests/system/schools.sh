#!/usr/bin/env bash
# Ten schools drawn at random (SEEDS="1 2 3": others), each with an agent as it is installed, under one collector: the
# equipment table of each equals what was drawn, from the wire to PostgreSQL. (seeds.sh compares device by device.) Needs root.
# urgent: answers that a busy machine delays would count as missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/town.sh
. tests/lib/collector.sh
. tests/lib/agent.sh
lab_urgent "$PWD/tests/system/schools.sh" "$@"

for need in jq psql; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done
read -ra seeds <<<"${SEEDS-$(seq -s ' ' 201 210)}"
AT_ONCE=5 # more schools than that keep two processors from answering in time

lab_begin schools
lab_namespace town
collector_prepare "server-names = 10.90.0.1" "agents-url = https://10.90.0.1:8443"
ip -n "$(lab_ns town)" addr add 10.90.0.1/32 dev lo
collector_start town
# Here the inventory is tried; what the line carries and lets through is not.
for never in speed_every_s filter_every_s; do collector_run policy set $never 0 >/dev/null; done

school_open() { # SEED NUMBER
	local home=$LAB_DIR/school$1
	AGENT_NAME=agent$1
	lab_namespace "s$1" "a$1"
	lab_cable "s$1" far "a$1" lan0
	ip -n "$(lab_ns "a$1")" link set lan0 address 00:1b:21:77:00:02 # draw.py's asker
	lab_cable "a$1" wan0 town "wan$1"
	lab_address "a$1" lan0 10.77.0.2/22
	lab_address "a$1" wan0 "10.90.$2.2/30"
	lab_address town "wan$1" "10.90.$2.1/30"
	lab_route "a$1" default via "10.90.$2.1"
	lab_route "a$1" 224.0.0.0/4 dev lan0
	lab_resolver "a$1" 10.90.0.1
	mkdir "$home"
	python3 tests/school/draw.py --seed "$1" --devices 120 --classroom --faults 10 --announce 2 >"$home/drawn"
	(umask 077 && sed -n 's/^user name=\([^ ]*\) auth=\([^ ]*\) authpass=\("[^"]*"\) priv=\([^ ]*\) privpass=\("[^"]*"\)/\1 \2 \3 \4 \5/p' \
		"$home/drawn" >"$home/users")
	chown nobody "$home/users"
	lab_start "school$1" "s$1" "$TOWN_BIN/parta-school" -i far -s "$home/drawn" -S "$home/school.sock"
	lab_await "school$1" ready 20
	collector_run school add "$1" --name "School $1" >/dev/null
	agent_prepare "interfaces = lan0" "credentials-file = $home/users"
	collector_run token "$1" | agent_run "a$1" enrol --collector https://10.90.0.1:8444 --token - >/dev/null
	agent_start "a$1"
}

# The scan's last part is stored.
scanned() { # SCHOOL
	[ "$(collector_sql "SELECT count(*) FROM core.scan JOIN core.school USING (school_id) WHERE code = '$1' AND parts_seen = parts")" -ge 1 ]
}

school_close() { # SEED
	AGENT_NAME=agent$1
	agent_stop || lab_fail "the agent of school $1 did not end well"
	lab_stop "school$1" || true
}

for ((first = 0; first < ${#seeds[@]}; first += AT_ONCE)); do
	for ((i = first; i < first + AT_ONCE && i < ${#seeds[@]}; i++)); do school_open "${seeds[i]}" $((i + 1)); done
	for seed in "${seeds[@]:first:AT_ONCE}"; do
		lab_until 120 scanned "$seed" || { tail -n 20 "$LAB_DIR/agent$seed.log"; lab_fail "school $seed: no scan came"; }
	done
	for seed in "${seeds[@]:first:AT_ONCE}"; do school_close "$seed"; done
done

# Switch and port of each device, "ADDRESS SWITCH/PORT".
places() { # SCHOOL
	collector_sql "SELECT host(a.address) || ' ' || host(w.address) || '/' || p.if_index FROM api.place AS p
		JOIN core.device_address AS a ON a.device_id = p.device_id AND a.ended_at IS NULL
		JOIN core.device_address AS w ON w.device_id = p.switch_id AND w.ended_at IS NULL WHERE p.school = '$1' ORDER BY 1"
}

wrong=0
for seed in "${seeds[@]}"; do
	places "$seed" >"$LAB_DIR/school$seed/places"
	sed -n 's|^host ip=\([^ ]*\) .* at=\([^ ]*\).*|\1 \2|p' "$LAB_DIR/school$seed/drawn" | sort >"$LAB_DIR/school$seed/hang"
	if [ -n "$(comm -13 <(sort "$LAB_DIR/school$seed/places") "$LAB_DIR/school$seed/hang" | tee "$LAB_DIR/school$seed/misplaced")" ]; then
		echo "seed $seed: of $(wc -l <"$LAB_DIR/school$seed/hang") these hang elsewhere than they were drawn:"
		head -n 5 "$LAB_DIR/school$seed/misplaced"
		wrong=$((wrong + 1))
	fi
	collector_run report equipment --school "$seed" --format json >"$LAB_DIR/school$seed/equipment"
	tests/school/equipment.py "$LAB_DIR/school$seed/drawn" "$LAB_DIR/school$seed/equipment" >"$LAB_DIR/school$seed/differences" ||
		{ echo "seed $seed:"; cat "$LAB_DIR/school$seed/differences"; wrong=$((wrong + 1)); }
done
[ $wrong -eq 0 ] || lab_fail "$wrong schools are not as they were drawn"
echo "${#seeds[@]} equipment tables as they were drawn"
