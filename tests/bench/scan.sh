#!/usr/bin/env bash
# How long a scan of a /22 takes: 1,000 live addresses of 1,022, 300 of them with SNMP. Seconds, CPU seconds and peak
# memory of the largest process, polite and --fast, without latency and with it; the same network beside it by those of
# Debian's programs that are there (deploy/dependencies.sh bench), and our figures as parts of theirs. Each of them does
# a part of a scan alone: who is there (nmap, arp-scan, fping), SNMP of known addresses (snmpbulkwalk, 32 at a time),
# discovery and inventory by SNMP (FusionInventory, 32 threads; minutes for the whole, so 62 addresses of it).
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
	cpu = used.ru_utime + used.ru_stime
	print(f"{wall:7.2f} s  {cpu:6.2f} CPU s  {used.ru_maxrss / 1024:6.1f} MiB", end="")
	print(wall, cpu, file=open(sys.argv[1] + ".figures", "w"))
	sys.exit(status)
END

measure() { # WORDS COMMAND...
	local words=$1
	shift
	printf '%-38s' "$words"
	lab_in agent ip neigh flush dev lan0
	lab_in agent python3 "$LAB_DIR/measure.py" "$LAB_DIR/found" "$@" || { cat "$LAB_DIR/found.words"; lab_fail "$words failed"; }
	echo "$profile|$words|$(cat "$LAB_DIR/found.figures")" >>"$LAB_DIR/figures"
}
found() { printf '  %s %s\n' "$1" "$2"; }
there() { command -v "$1" >/dev/null; }

peers() {
	if there nmap; then
		measure "nmap -n -sn: who is there" nmap -n -sn 10.77.0.0/22 -oG -
		found "$(grep -c 'Status: Up' "$LAB_DIR/found")" hosts
	fi
	if there arp-scan; then
		measure "arp-scan: who is there" arp-scan -q -x -I lan0 10.77.0.0/22
		found "$(grep -c . "$LAB_DIR/found")" hosts
	fi
	if there fping; then
		measure "fping -r 1: who answers an echo" sh -c 'fping -a -q -r 1 -g 10.77.0.0/22; [ $? -le 1 ]'
		found "$(grep -c . "$LAB_DIR/found")" hosts
	fi
	if there snmpbulkwalk; then
		measure "snmpbulkwalk of those known" sh -c "xargs -P 32 -I {} snmpbulkwalk -v2c -c public -r 1 -t 1 {} .1 <'$LAB_DIR/asked'; true"
		found "$(grep -c . "$LAB_DIR/found")" rows
	fi
	if [ "$profile" = fast ] && there fusioninventory-netdiscovery; then # with latency it takes minutes
		rm -rf "$LAB_DIR/fusion"
		mkdir -p "$LAB_DIR/fusion/netdiscovery" "$LAB_DIR/fusion/netinventory"
		measure "FusionInventory, 62 addresses alone" fusioninventory-netdiscovery --first 10.77.0.1 --last 10.77.0.62 \
			--community public --threads 32 --timeout 1 -i -s "$LAB_DIR/fusion"
		found "$(find "$LAB_DIR/fusion/netinventory" -type f | wc -l)" inventories
	fi
}

for profile in fast real; do
	python3 tests/school/draw.py --seed 1 --devices 1000 --snmp 300 --profile "$profile" >"$LAB_DIR/drawn"
	lab_start "school-$profile" school "$TOWN_BIN/parta-school" -i far -s "$LAB_DIR/drawn" -S "$LAB_DIR/school.sock"
	lab_await "school-$profile" ready 20
	echo "profile $profile:"
	for way in "" --fast; do
		# shellcheck disable=SC2086
		measure "parta-agent scan${way:+ $way}" build/release/parta-agent scan -c "$LAB_DIR/agent.conf" -i lan0 \
			--range 10.77.0.0/22 --community public $way --listen 0 --format json
		found "$(wc -l <"$LAB_DIR/found")" devices
	done
	# Whom SNMP answered.
	jq -r 'select(any(.evidence[]; .source == "snmp")) | .ip[0]' "$LAB_DIR/found" >"$LAB_DIR/asked"
	peers
	lab_stop "school-$profile" || true
done

echo
echo "parta-agent scan --fast as a part of the other:        seconds   CPU"
awk -F'|' '{ split($3, it, " ") }
	$2 == "parta-agent scan --fast" { wall[$1] = it[1]; cpu[$1] = it[2] }
	$2 !~ /^parta-agent/ { printf "%-5s %-46s %9.2f %6.2f\n", $1, $2, wall[$1] / it[1], cpu[$1] / it[2] }' "$LAB_DIR/figures"
