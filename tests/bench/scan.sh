#!/usr/bin/env bash
# How long a scan of a /22 takes: 1,000 live addresses of 1,022, 300 of them with SNMP. Seconds, CPU seconds and peak
# memory of the largest process, polite and --fast, without latency and with it; nmap's ARP sweep of the same network
# beside it where nmap is there.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/town.sh

lab_begin bench-scan
umask 027
lab_namespace school agent
lab_cable school far agent lan0
lab_address agent lan0 10.77.0.2/22
lab_route agent 224.0.0.0/4 dev lan0
mkdir "$LAB_DIR/data"
cp common/classify/*.csv "$LAB_DIR/data/"
printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR" "$LAB_DIR" >"$LAB_DIR/agent.conf"
cat >"$LAB_DIR/measure.py" <<-'END'
	import resource, subprocess, sys, time
	found, words = open(sys.argv[1], "wb"), open(sys.argv[1] + ".words", "wb")
	began = time.monotonic()
	status = subprocess.call(sys.argv[2:], stdout=found, stderr=words)
	wall, used = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
	print(f"{wall:7.2f} s  {used.ru_utime + used.ru_stime:6.2f} CPU s  {used.ru_maxrss / 1024:6.1f} MiB", end="")
	sys.exit(status)
END

measure() { # WORDS COMMAND...
	local words=$1
	shift
	printf '%-28s' "$words"
	lab_in agent ip neigh flush dev lan0
	lab_in agent python3 "$LAB_DIR/measure.py" "$LAB_DIR/found" "$@" || { cat "$LAB_DIR/found.words"; lab_fail "$words failed"; }
}

for profile in fast real; do
	python3 tests/school/draw.py --seed 1 --devices 1000 --snmp 300 --profile "$profile" >"$LAB_DIR/drawn"
	lab_start "school-$profile" school "$TOWN_BIN/parta-school" -i far -s "$LAB_DIR/drawn" -S "$LAB_DIR/school.sock"
	lab_await "school-$profile" ready 20
	echo "profile $profile:"
	for way in "" --fast; do
		# shellcheck disable=SC2086
		measure "parta-agent scan $way" build/release/parta-agent scan -c "$LAB_DIR/agent.conf" -i lan0 \
			--range 10.77.0.0/22 --community public $way --listen 0 --format json
		printf '  %s devices\n' "$(wc -l <"$LAB_DIR/found")"
	done
	if command -v nmap >/dev/null; then
		measure "nmap -n -sn (ARP alone)" nmap -n -sn 10.77.0.0/22 -oG -
		printf '  %s hosts\n' "$(grep -c 'Status: Up' "$LAB_DIR/found")"
	fi
	lab_stop "school-$profile" || true
done
