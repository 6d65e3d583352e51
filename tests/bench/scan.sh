#!/usr/bin/env bash
# A scan of a school's /22: 1,000 live addresses of 1,022, 300 of them with SNMP, of which about 50 speak only version 3; latency, loss
# and serial request queues as in the field, a switch that lets 256 broadcasts a second through, one SNMP agent in ten wrong in
# a way that a patient asker can bear, and six that are broken for good. Polite and --fast, RUNS=20 times each: seconds, CPU
# seconds, most memory of all processes together, whether every device is there with its addresses, serial number and
# switch port, and whether all runs tell the same. Then a second scan that remembers the first. Beside it, once, those
# of Debian's programs that are there (deploy/dependencies.sh bench), each with PEER_SECONDS=240 at most.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
. tests/lib/lab.sh
lab_urgent "$PWD/tests/bench/scan.sh" "$@"
runs=${RUNS:-20} bound=${PEER_SECONDS:-240}
rig=build/release/tests

lab_begin bench-scan
umask 027
lab_namespace school agent
lab_cable school far agent lan0
ip -n "$(lab_ns agent)" link set lan0 address 00:1b:21:77:00:02 # draw.py's asker
lab_address agent lan0 10.77.0.2/22
lab_route agent 224.0.0.0/4 dev lan0
mkdir "$LAB_DIR/data" "$LAB_DIR/memory"
cp common/classify/*.csv "$LAB_DIR/data/"
printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR" "$LAB_DIR" >"$LAB_DIR/agent.conf"
printf 'audit SHA-256 "school audit 1" AES "school secret 1"\nlegacy MD5 "school audit 2" DES "school secret 2"\n' >"$LAB_DIR/users"
cat >"$LAB_DIR/measure.py" <<-'END'
	"""Runs a command; prints wall and CPU seconds, and the most memory that it and its children held at one moment. CPU
	seconds of children that nobody waited for, because they were cut off, are those of the last look."""
	import os, resource, subprocess, sys, time
	def held(pid):
	    total, ticks, todo = 0, 0, [pid]
	    while todo:
	        pid = todo.pop()
	        try:
	            with open(f"/proc/{pid}/status") as f:
	                total += sum(int(line.split()[1]) for line in f if line.startswith("VmRSS"))
	            with open(f"/proc/{pid}/stat") as f:
	                ticks += sum(int(n) for n in f.read().rsplit(")", 1)[1].split()[11:15])
	            for task in os.listdir(f"/proc/{pid}/task"):
	                with open(f"/proc/{pid}/task/{task}/children") as f:
	                    todo += [int(child) for child in f.read().split()]
	        except (OSError, IndexError):
	            pass
	    return total, ticks / os.sysconf("SC_CLK_TCK")
	began, most, seen = time.monotonic(), 0, 0
	process = subprocess.Popen(sys.argv[2:], stdout=open(sys.argv[1], "wb"), stderr=open(sys.argv[1] + ".words", "wb"))
	while process.poll() is None:
	    now = held(process.pid)
	    most, seen = max(most, now[0]), max(seen, now[1])
	    time.sleep(0.03)
	wall, used = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
	print(f"{wall:.2f} {max(seen, used.ru_utime + used.ru_stime):.2f} {most / 1024:.1f}")
	sys.exit(process.returncode)
END
python3 tests/school/draw.py --seed 1 --devices 1000 --snmp 300 --v3 17 --profile real --storm 256 --faults 10 --broken 6 \
	--announce 86400 >"$LAB_DIR/drawn"
grep -v -E 'fault=(other_source|mute|unordered|wrong_length|dead_v3)|latency=5000' "$LAB_DIR/drawn" >"$LAB_DIR/sound"
lab_start school school nice -n -10 "$rig/parta-school" -i far -s "$LAB_DIR/drawn" -S "$LAB_DIR/school.sock"
lab_await school ready 20 || exit 1
school() { "$rig/parta-school" -S "$LAB_DIR/school.sock" -x "$1"; }
# All were switched on just now and say so; then nobody speaks unasked, so that what a scan hears is its own.
says_nothing() {
	local before
	before=$(school stats)
	sleep 1
	[ "$before" = "$(school stats)" ]
}
lab_until 30 says_nothing || exit 1

measure() { # COMMAND...: into $figures; what it prints into found
	lab_in agent ip neigh flush dev lan0
	figures=$(lab_in agent python3 "$LAB_DIR/measure.py" "$LAB_DIR/found" "$@")
}
scan() { # OPTION...
	measure build/release/parta-agent scan -v -c "$LAB_DIR/agent.conf" -i lan0 --range 10.77.0.0/22 --community public \
		--credentials "$LAB_DIR/users" --listen 0 "$@" --format json || cat "$LAB_DIR/found.words" >&2
}
# What every run has to tell alike of the sound devices: FILTER of each.
same() {
	jq -S -c "select(any(.ip[]; . as \$i | \$sound | index(\$i))) | $1" \
		--argjson sound "$(sed -n 's/^host ip=\([^ ]*\) .*/"\1"/p' "$LAB_DIR/sound" | jq -s -c .)" "$LAB_DIR/found" | sort | md5sum | cut -c 1-8
}
most_alike() { sort "$1" | uniq -c | sort -rn | awk 'NR == 1 { print $1 }'; }
right() { # what is missing or wrong, in one line
	local there sound
	there=$(tests/school/compare.py "$LAB_DIR/drawn" "$LAB_DIR/found" --fields ip,mac | tail -n 1)
	sound=$(tests/school/compare.py "$LAB_DIR/sound" "$LAB_DIR/found" --fields serial,place | tail -n 1 | sed 's/.*wrong: //')
	echo "$there, $sound" | sed 's/ too many, wrong: / too many, wrong: /'
}

echo "$(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg); $(grep -c '^host' "$LAB_DIR/drawn") devices, $(grep -c ' snmp=' "$LAB_DIR/drawn") with SNMP, $(grep -c ' snmp=3' "$LAB_DIR/drawn") of them v3 alone"
printf '%-36s %8s %8s %8s\n' "" "wall s" "CPU s" "MiB"
for way in polite fast; do
	rm -f "$LAB_DIR/$way.runs" "$LAB_DIR/$way.same" "$LAB_DIR/$way.whole"
	for _ in $(seq "$runs"); do
		if [ $way = fast ]; then scan --fast; else scan; fi
		echo "$figures" >>"$LAB_DIR/$way.runs"
		same '[.ip[0], .mac[0], .class, .serial, .place.switch_ip, .place.port]' >>"$LAB_DIR/$way.same"
		same 'del(.first_seen, .last_seen, .asked)' >>"$LAB_DIR/$way.whole"
		right >>"$LAB_DIR/$way.right"
	done
	for row in 'least 1' "median $(((runs + 1) / 2))" "most $runs"; do
		read -r word place <<<"$row"
		printf '%-36s' "parta-agent scan, $way, $word"
		for column in 1 2 3; do printf ' %8s' "$(cut -d ' ' -f $column "$LAB_DIR/$way.runs" | sort -n | sed -n "${place}p")"; done
		echo
	done
	echo "   $(most_alike "$LAB_DIR/$way.same") of $runs runs tell the same, $(most_alike "$LAB_DIR/$way.whole") to the last piece of evidence"
	sort "$LAB_DIR/$way.right" | uniq -c | sort -rn | sed 's/^ */   /'
done

packets() { jq -n --argjson a "$1" --argjson b "$2" '$b.frames_in - $a.frames_in'; }
before=$(school stats)
scan --state "$LAB_DIR/memory"
first=$(packets "$before" "$(school stats)")
before=$(school stats)
scan --state "$LAB_DIR/memory"
second=$(packets "$before" "$(school stats)")
printf '%-36s %8s %8s %8s\n' "parta-agent scan, a second time" $figures
echo "   $first packets sent by the first, $second by the second; $(right)"
# Whom SNMP answered by a community, for those who must be told.
jq -r 'select(any(.evidence[]; .source == "snmp" and .key == "version" and .value != "3")) | .ip[0]' "$LAB_DIR/found" >"$LAB_DIR/asked"

peer() { # WORDS PROGRAM ARGUMENT...
	local words=$1
	shift
	command -v "$1" >/dev/null || [ "$1" = sh ] || { printf '%-36s is not here\n' "$words"; return 1; }
	measure timeout "$bound" "$@"
	local status=$?
	printf '%-36s %8s %8s %8s%s\n' "$words" $figures "$([ $status -ne 124 ] || echo "  cut off")"
}
found() { echo "   $1 $2"; }
peer "arp-scan" arp-scan -q -x -I lan0 10.77.0.0/22 && found "$(grep -c . "$LAB_DIR/found")" "hosts, by ARP alone"
peer "nmap -sn" nmap -n -sn 10.77.0.0/22 -oG - && found "$(grep -c 'Status: Up' "$LAB_DIR/found")" "hosts, by ARP alone"
peer "nmap -sU -p161 --script snmp-info" nmap -n -sU -p161 --script snmp-info,snmp-sysdescr --script-args snmpcommunity=public 10.77.0.0/22 -oN - &&
	found "$(grep -c -E 'snmp-(info|sysdescr):' "$LAB_DIR/found")" "answers of SNMP devices"
peer "snmpbulkwalk, 32 at once, known" sh -c "xargs -P 32 -I {} snmpbulkwalk -v2c -c public -r 1 -t 1 -Cr25 {} .1 <'$LAB_DIR/asked'; true" &&
	found "$(grep -c . "$LAB_DIR/found")" "rows of $(wc -l <"$LAB_DIR/asked") devices that it was told"
mkdir -p "$LAB_DIR/fusion/netdiscovery" "$LAB_DIR/fusion/netinventory"
peer "FusionInventory netdiscovery" fusioninventory-netdiscovery --first 10.77.0.1 --last 10.77.3.254 --community public --threads 32 \
	--timeout 1 -s "$LAB_DIR/fusion" && found "$(find "$LAB_DIR/fusion/netdiscovery" -type f | wc -l)" "hosts"
command -v fusioninventory-netinventory >/dev/null && peer "FusionInventory netinventory, known" sh -c "xargs -I {} echo --host {} <'$LAB_DIR/asked' |
	xargs fusioninventory-netinventory --community public --threads 32 --timeout 1" &&
	found "$(grep -c '<DEVICE>' "$LAB_DIR/found")" "inventories"
lab_stop school || true
