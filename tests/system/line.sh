#!/usr/bin/env bash
# A line that others use too: what a real snmpd in the school's router counts, a refresh every three seconds, makes up for
# their part within 3 %, and clears the provider.
# alone: it compares rates with those of a shaped line
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/measure.sh
lab_urgent "$PWD/tests/system/line.sh" "$@"

for need in snmpd iperf3 nginx openssl tc ethtool jq; do
	command -v "$need" >/dev/null || { echo "line: skipped, '$need' is not installed"; exit 77; }
done
agent=${AGENT:-build/release/parta-agent}
lab_begin line
lab_namespace school class router far
lab_cable school eth0 router lan0
lab_cable class eth0 router lan1
lab_cable router wan0 far eth0
lab_address school eth0 10.79.1.2/24
lab_address class eth0 10.79.2.2/24
lab_address router lan0 10.79.1.1/24
lab_address router lan1 10.79.2.1/24
lab_address router wan0 10.79.9.1/24
lab_address far eth0 10.79.9.2/24
lab_route school default via 10.79.1.1
lab_route class default via 10.79.2.1
lab_route router default via 10.79.9.2
lab_route far 10.79.0.0/16 via 10.79.9.1
lab_in router sysctl -qw net.ipv4.ip_forward=1
tc -n "$(lab_ns router)" qdisc add dev wan0 root tbf rate 100mbit burst 16kb latency 40ms overhead 24
# What comes in is shared so that others get what they ask for: their part is known then.
far=$(lab_ns far)
tc -n "$far" qdisc add dev eth0 root handle 1: htb default 10
tc -n "$far" class add dev eth0 parent 1: classid 1:1 htb rate 100mbit burst 16kb cburst 16kb quantum 3000 overhead 24
tc -n "$far" class add dev eth0 parent 1:1 classid 1:10 htb rate 20mbit ceil 100mbit burst 16kb cburst 16kb quantum 3000 overhead 24 prio 1
tc -n "$far" class add dev eth0 parent 1:1 classid 1:20 htb rate 80mbit ceil 100mbit burst 16kb cburst 16kb quantum 3000 overhead 24 prio 0
tc -n "$far" qdisc add dev eth0 parent 1:10 pfifo limit 300
tc -n "$far" qdisc add dev eth0 parent 1:20 pfifo limit 300
tc -n "$far" filter add dev eth0 parent 1: protocol ip u32 match ip dst 10.79.2.2/32 flowid 1:20

# ---- who counts, who answers, who else there is

mkdir "$LAB_DIR/snmp"
printf '%s\n' "agentaddress udp:10.79.1.1:161" "rocommunity watcher 10.79.1.2" >"$LAB_DIR/snmpd.conf"
lab_start snmpd router env SNMP_PERSISTENT_DIR="$LAB_DIR/snmp" MIBS='' snmpd -f -Lo -C -c "$LAB_DIR/snmpd.conf"
measure_librespeed far 10.79.9.2
lab_start sink far iperf3 -s
printf '%s\n' "communities = watcher" >"$LAB_DIR/conf"
lab_until 10 lab_in school snmpget -v2c -c watcher -t 1 -r 0 10.79.1.1 1.3.6.1.2.1.1.3.0 || lab_fail "no snmpd: $(cat "$LAB_DIR/snmpd.log")"
lab_until 10 lab_in class bash -c '</dev/tcp/10.79.9.2/5201' || lab_fail "no iperf3: $(cat "$LAB_DIR/sink.log")"

others() { # MBPS: until lab_stop others
	[ "$1" -gt 0 ] || return 0
	lab_start others class iperf3 -c 10.79.9.2 -R -u -b "${1}M" -l 1400 -t 120 --forceflush
	lab_until 10 grep -q "bits/sec" "$LAB_DIR/others.log" || lab_fail "nobody else is there: $(cat "$LAB_DIR/others.log")"
	: >"$LAB_DIR/others.log"
}
measure() { # ARGUMENT...
	status=0
	lab_in school "$agent" speed -c "$LAB_DIR/conf" --backend librespeed --server https://10.79.9.2 --ca "$LAB_DIR/cert.pem" --direction down \
		--format json "$@" >"$LAB_DIR/result" 2>"$LAB_DIR/words" || status=$?
}
value() { jq -r "$1" "$LAB_DIR/result"; }
failed=0
complain() {
	echo "FAILED: $*"
	jq -c 'del(.down.sample_bytes, .down.tcp)' "$LAB_DIR/result"
	cat "$LAB_DIR/words"
	failed=$((failed + 1))
}

for load in ${LINE_LOADS-0 60}; do
	others "$load"
	measure --capacity
	printf '%2d Mbit/s of others: own %6.2f, of others %6.2f, the line %6.2f (%s %%)\n' "$load" "$(value .down.ip_mbps)" \
		"$(value .cross_traffic_mbps)" "$(value .down.line_mbps)" "$(value '(.down.line_mbps / 0.9753 - 100) * 100 | round / 100')"
	[ "$(value '(.down.line_mbps / 97.53 - 1) | fabs <= 0.03')" = true ] || complain "with $load Mbit/s of others the line is off"
	[ "$(value "(.cross_traffic_mbps - $load * 1.02) | fabs <= 4")" = true ] || complain "others took $load"
	lab_stop others || true
done

# The router and its interface may be named as well. It fails its target again and again, until the router has counted long enough.
printf '%s\n' "communities = watcher" "line-router = 10.79.1.1" "line-interface = $(lab_in router cat /sys/class/net/wan0/ifindex)" >"$LAB_DIR/conf"
others 40
measure --target 90
[ "$status" -eq 0 ] && [ "$(value .down.verdict)" = pass ] && [ "$(value .down.cause)" = cross_traffic ] ||
	complain "status $status: a line that others use is $(value '[.down.verdict, .down.cause] | join(" ")')"
[ "$(value '.down.ip_mbps < 75')" = true ] || complain "nobody used it"

[ "$failed" -eq 0 ] || lab_fail "$failed of the above"
echo "line: all within bounds"
