#!/usr/bin/env bash
# A scan does no harm, counted on the wire: no SET, nothing to a port that prints though devices lead there by every way that
# they have, 631 only for Get-Printer-Attributes, nothing to a host outside the range, and a community to each live host once,
# again only where it may have been lost. An agent that takes seconds for each answer costs itself alone. Needs root.
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
# One whose community is another, one that speaks version 1 alone, and two that are slow, one of them so that its first answer
# comes late.
cat >>"$LAB_DIR/scenario" <<-'END'
	host ip=10.77.0.231 mac=00:11:32:77:02:31 class=nas name=foreign snmp=1,2c community=foreign descr="Linux foreign" oid=1.3.6.1.4.1.8072.3.2.10 mib=if,ip web="foreign|nginx"
	host ip=10.77.0.232 mac=00:c0:b7:77:02:32 class=ups name=old snmp=1 descr="APC old" oid=1.3.6.1.4.1.318.1.3.2.11 mib=if,ip web="old|UPS"
	host ip=10.77.0.233 mac=00:c0:b7:77:02:33 class=ups name=slow snmp=1,2c descr="APC slow" oid=1.3.6.1.4.1.318.1.3.2.11 mib=if,ip latency=2000
	host ip=10.77.0.234 mac=00:c0:b7:77:02:34 class=ups name=slowest snmp=1,2c descr="APC slowest" oid=1.3.6.1.4.1.318.1.3.2.11 mib=if,ip web="slowest|UPS" latency=5000
END
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

echo "- a community goes to live hosts only, and once"
live=$(jq -r '.ip[]' "$LAB_DIR/found" | sort -u)
of 'snmp.community' -T fields -e ip.dst -e snmp.community -e snmp.version -e snmp.request_id | sort -u >"$LAB_DIR/communities"
awk '{ print $1 }' "$LAB_DIR/communities" | sort -u | grep -vxF "$live" && lab_fail "a community went to who is not there"
from() { tshark -r "$LAB_DIR/capture.pcap" -Y "ip.dst == 10.77.0.2 && ($1)" -T fields -E occurrence=f -e ip.src 2>/dev/null | sort -u; }
jq -r 'select(any(.evidence[]; .source == "snmp") | not) | .ip[]' "$LAB_DIR/found" | sort -u >"$LAB_DIR/silent"
from 'icmp.code == 3 && udp.dstport == 161' >"$LAB_DIR/refuse"
from 'tcp.flags.syn == 1 && tcp.flags.ack == 1 || icmp.code == 3 && udp.dstport != 161 || mdns || nbns' >"$LAB_DIR/show"
from 'nbns || smb2' >"$LAB_DIR/computers"
# Who hides, refuses or is a computer: one request of version 2c for each community. Who shows itself otherwise: a second one, and
# one of version 1.
often() { # FILE V2C V1
	grep -wFf "$1" "$LAB_DIR/communities" | awk -v v2c="$2" -v v1="$3" '{ n[$1 " " $2 " " $3]++ }
		END { for (i in n) { split(i, x, " "); if (n[i] > (x[3] == 1 ? v2c : v1)) { print i, n[i]; bad = 1 } } exit bad }'
}
comm -23 "$LAB_DIR/silent" <(sort -u "$LAB_DIR/show") >"$LAB_DIR/hide"
for who in hide refuse computers; do
	[ -s "$LAB_DIR/$who" ] || lab_fail "nobody is of those who $who"
	comm -12 "$LAB_DIR/$who" "$LAB_DIR/silent" >"$LAB_DIR/once"
	often "$LAB_DIR/once" 1 0 || lab_fail "one of those who $who was asked again"
done
often "$LAB_DIR/silent" 2 1 || lab_fail "a silent host was asked too often"
[ "$(grep -c '^10.77.0.231	' "$LAB_DIR/communities")" = 6 ] || lab_fail "who has another community: $(grep '^10.77.0.231	' "$LAB_DIR/communities")"

echo "- who speaks version 1 alone, or slowly, is heard, and what is unread is said"
says() { jq -r --arg ip "$1" --arg key "$2" 'select(.ip | index($ip)) | .evidence[] | select(.source == "snmp" and .key == $key) | .value' "$LAB_DIR/found"; }
[ "$(says 10.77.0.232 version) $(says 10.77.0.232 sys_name)" = "1 old" ] || lab_fail "version 1: $(says 10.77.0.232 version)"
[ "$(says 10.77.0.233 sys_name)" = slow ] || lab_fail "the slow one told nothing: $(says 10.77.0.233 unread)"
[ "$(says 10.77.0.234 version)" = 2c ] || lab_fail "the slowest one did not answer"
says 10.77.0.234 unread | grep -q 'still answering' || lab_fail "it is not said why: $(says 10.77.0.234 unread)"

echo "- one conversation at a time with each host"
of 'tcp.len > 0' -T fields -e frame.time_relative -e ip.dst -e tcp.stream |
	awk '{ if (!(($2, $3) in first)) first[$2, $3] = $1; last[$2, $3] = $1 }
	     END { for (a in first) { split(a, x, SUBSEP); for (b in first) { split(b, y, SUBSEP)
		if (x[1] == y[1] && x[2] != y[2] && first[a] < first[b] && last[a] > first[b]) { print x[1], x[2], y[2]; bad = 1 } } } exit bad }' ||
	lab_fail "two conversations at once with one host"
