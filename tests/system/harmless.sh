#!/usr/bin/env bash
# A scan does no harm, counted on the wire: no SET, nothing to a port that prints though devices lead there by every way that
# they have, 631 only for Get-Printer-Attributes, nothing to a host outside the range, and one community request after another
# to none that is not asked for. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
agent=$PWD/build/${MODE:-release}/parta-agent
SCHOOL=build/${MODE:-release}/tests/parta-school

for need in jq tshark tcpdump; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin harmless
lab_namespace lan agent school trap outside
ip -n "$(lab_ns lan)" link add br0 type bridge mcast_snooping 0
ip -n "$(lab_ns lan)" link set br0 up
for place in agent:10.77.0.2 school: trap:10.77.0.4 outside:10.77.3.254; do
	name=${place%%:*}
	lab_cable "$name" lan0 lan "to_$name"
	ip -n "$(lab_ns lan)" link set "to_$name" master br0
	[ -z "${place#*:}" ] || lab_address "$name" lan0 "${place#*:}/22"
done
for name in agent trap; do lab_route "$name" 224.0.0.0/4 dev lan0; done
ip -n "$(lab_ns trap)" link set lan0 address 00:1b:21:77:00:04
mkdir "$LAB_DIR/data"
cp common/classify/*.csv "$LAB_DIR/data/"
printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR" "$LAB_DIR" >"$LAB_DIR/agent.conf"
python3 tests/school/draw.py --seed 7 --devices 120 --snmp 60 >"$LAB_DIR/drawn"
# Of the drawn school, what is within the range, and nothing at the addresses of the others.
sed -E '/ip=10\.77\.[123]\./d; /ip=10\.77\.0\.[24] /d' "$LAB_DIR/drawn" >"$LAB_DIR/scenario"
lab_start school school "$SCHOOL" -i lan0 -s "$LAB_DIR/scenario" -S "$LAB_DIR/socket"
lab_await school ready 20
lab_start trap trap python3 tests/system/harmless_peer.py 10.77.0.4 10.77.3.254
lab_await trap ready 10
lab_start capture agent tcpdump -i lan0 -U -w "$LAB_DIR/capture.pcap"
lab_await capture listening 10

echo "- a scan of half the network, with two communities, that hears for five seconds what devices say"
lab_in agent "$agent" scan -c "$LAB_DIR/agent.conf" -i lan0 --range 10.77.0.0/24 --community public --community school --listen 5 \
	--format json >"$LAB_DIR/found" 2>"$LAB_DIR/words" || lab_fail "$(tail -n 5 "$LAB_DIR/words")"
lab_stop capture INT || true
[ "$(wc -l <"$LAB_DIR/found")" -ge 25 ] || lab_fail "only $(wc -l <"$LAB_DIR/found") devices"
jq -es 'map(select(.ip | index("10.77.0.4")) | [.evidence[] | .source + "." + .key] | contains(["ssdp.location", "wsd.address"])) == [true]' "$LAB_DIR/found" >/dev/null ||
	lab_fail "the trap was not heard: $(jq -c 'select(.ip | index("10.77.0.4"))' "$LAB_DIR/found")"

of() { tshark -r "$LAB_DIR/capture.pcap" -Y "ip.src == 10.77.0.2 && !icmp && ($1)" "${@:2}" 2>/dev/null; }
none() { # WORDS FILTER
	local frames
	frames=$(of "$2" | head -n 5)
	[ -z "$frames" ] || lab_fail "$1: $frames"
}
echo "- no SET, nothing that prints"
none "a SET request" 'snmp.data == 3'
none "a printing port" 'tcp.dstport in {515, 9100..9107, 9999} || udp.dstport in {515, 9100..9107, 9999}'
none "a writing request of IPP" 'ipp && !(ipp.operation_id == 11)'
none "631 in another protocol" 'tcp.dstport == 631 && tcp.len > 0 && !ipp && !http'
[ -n "$(of 'tcp.dstport == 631 && ipp.operation_id == 11')" ] || lab_fail "631 was not asked: this proves nothing"
grep -v -e ready -e '^631 ' "$LAB_DIR/trap.log" && lab_fail "a port that prints heard something"
awk '$1 == 631 && $2 != "-" && $2 !~ /^504f5354202f/ { print; bad = 1 } END { exit bad }' "$LAB_DIR/trap.log" || lab_fail "631 heard something else"

echo "- nothing outside the range, by no way that a device names"
none "a host outside the range" 'ip.dst == 10.77.3.254'
none "an address outside the range" '!(ip.dst == 10.77.0.0/24) && !(ip.dst == 224.0.0.0/4) && !(ip.dst == 10.77.3.255)'

echo "- a community goes to live hosts only, and no more often than it was sent again for loss"
live=$(jq -r '.ip[]' "$LAB_DIR/found" | sort -u)
of 'snmp.community' -T fields -e ip.dst -e snmp.community -e snmp.version -e snmp.request_id | sort | uniq >"$LAB_DIR/communities"
awk '{ print $1 }' "$LAB_DIR/communities" | sort -u | grep -vxF "$live" && lab_fail "a community went to who is not there"
# Who answers none of them: three tries of each community in each of the two versions.
jq -r 'select(any(.evidence[]; .source == "snmp") | not) | .ip[]' "$LAB_DIR/found" >"$LAB_DIR/silent"
[ -s "$LAB_DIR/silent" ] || lab_fail "everybody speaks SNMP"
grep -wFf "$LAB_DIR/silent" "$LAB_DIR/communities" | awk '{ n[$1 " " $2 " " $3]++ } END { for (i in n) if (n[i] > 3) { print i, n[i]; bad = 1 } exit bad }' ||
	lab_fail "a silent host was asked too often"

echo "- one conversation at a time with each host"
of 'tcp.len > 0' -T fields -e frame.time_relative -e ip.dst -e tcp.stream |
	awk '{ if (!(($2, $3) in first)) first[$2, $3] = $1; last[$2, $3] = $1 }
	     END { for (a in first) { split(a, x, SUBSEP); for (b in first) { split(b, y, SUBSEP)
		if (x[1] == y[1] && x[2] != y[2] && first[a] < first[b] && last[a] > first[b]) { print x[1], x[2], y[2]; bad = 1 } } } exit bad }' ||
	lab_fail "two conversations at once with one host"
