#!/usr/bin/env bash
# Where each device hangs: a school of three storeys of switches, some of which speak of VLANs, some of one VLAN at a time by a
# community or context for each (Cisco's), some only SNMPv3. The scan's
# places are the scenario's, a device that is plugged in elsewhere moves, and what a router alone has heard of is listed.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
MODE=${MODE:-release}
lab_begin topology

lab_namespace agent school
lab_cable agent lan0 school far
ip -n "$(lab_ns agent)" link set lan0 address 00:1b:21:77:00:02 # draw.py's asker
lab_address agent lan0 10.77.0.2/22
lab_route agent 224.0.0.0/4 dev lan0
mkdir "$LAB_DIR/data"
cp common/classify/*.csv "$LAB_DIR/data/"
printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR" "$LAB_DIR" >"$LAB_DIR/agent.conf"
(
	umask 077
	printf 'audit SHA-256 "school audit 1" AES "school secret 1"\nlegacy MD5 "school audit 2" DES "school secret 2"\n' >"$LAB_DIR/users"
)
tests/school/draw.py --seed 5 --devices 150 | sed '/model=WS-C2960/s/,bridge,/,catalyst,/' >"$LAB_DIR/drawn"
for how in snmp=1,2c snmp=3; do grep -q "$how .*,catalyst," "$LAB_DIR/drawn" || lab_fail "no Catalyst of $how"; done
# A router of which one more network is known: a device there, one that many addresses stand behind, an address of the Internet.
{
	cat "$LAB_DIR/drawn"
	printf 'host ip=10.77.0.14 mac=4c:5e:0c:00:00:0e class=router vendor=MikroTik model=RB750Gr3 name=gw-other snmp=2c descr="RouterOS RB750Gr3" oid=1.3.6.1.4.1.14988.1 ports=5 portname="ether#" layers=78 mib=if,ip'
	printf ' extra=1.3.6.1.2.1.4.22.1.2.2.10.99.0.7|4x|001e8f00000a extra=1.3.6.1.2.1.4.22.1.2.2.192.0.2.7|4x|001e8f00000b'
	for n in 11 12 13 14 15 16 17 18 19; do printf ' extra=1.3.6.1.2.1.4.22.1.2.2.10.99.0.%s|4x|001e8f00000c' $n; done
	echo
} >"$LAB_DIR/scenario"

school() { # SCENARIO
	lab_start school school "build/$MODE/tests/parta-school" -i far -s "$1" -S "$LAB_DIR/socket"
	lab_await school ready 20 || exit 1
}
scan() { # RESULT
	lab_in agent "build/$MODE/parta-agent" scan -c "$LAB_DIR/agent.conf" -i lan0 --range 10.77.0.0/22 --fast --listen 0 --community public \
		--credentials "$LAB_DIR/users" --format json >"$1" 2>"$1.words" || lab_fail "$(cat "$1.words")"
}

echo "- everybody hangs where the scenario says"
school "$LAB_DIR/scenario"
scan "$LAB_DIR/first"
tests/school/compare.py "$LAB_DIR/scenario" "$LAB_DIR/first" --fields place,mac --also-there 10.99.0.7 >&2 || lab_fail "places differ"
hanging=$(jq -s '[.[] | select(.place)] | length' "$LAB_DIR/first")
[ "$hanging" -gt 140 ] || lab_fail "only $hanging devices have a place"

echo "- VLANs are those of the ports, and ways lead to the topmost switch"
vlan=$(jq -s '[.[] | select(.class == "ip_phone" and .place.vlan == 20)] | length' "$LAB_DIR/first")
[ "$vlan" -gt 0 ] || lab_fail "no telephone is in its VLAN"
top=$(grep '^host .*class=switch' "$LAB_DIR/scenario" | grep -v ' at=' | sed -n 's/.* ip=\([^ ]*\) .*/\1/p' | head -n 1)
[ -n "$top" ] || top=$(sed -n 's/^host ip=\([^ ]*\) .*class=switch.*/\1/p' "$LAB_DIR/scenario" | head -n 1)
jq -s --arg top "$top" '[.[] | select(.uplink != []) | .uplink[-1].switch_ip] | unique == [$top]' "$LAB_DIR/first" | grep -qx true ||
	lab_fail "a way does not end at $top"

echo "- telephones behind a switch that tells of one VLAN at a time are in theirs"
for how in snmp=1,2c snmp=3; do
	behind=$(sed -n "s/^host ip=\([^ ]*\) .*$how .*,catalyst,.*/\1/p" "$LAB_DIR/scenario" | jq -R . | jq -s -c .)
	found=$(jq -s --argjson behind "$behind" '[.[] | select(.place.vlan > 1 and (.place.switch_ip as $s | $behind | index($s)))] | length' "$LAB_DIR/first")
	[ "$found" -gt 0 ] || lab_fail "nobody in a VLAN of a Catalyst by $how"
done

echo "- of what the router alone has heard: the device, and nobody who stands for many or lives on the Internet"
heard=$(jq -r 'select(any(.evidence[]; .source == "router" and .value == "10.77.0.14")) | .ip[]' "$LAB_DIR/first" | sort | tr '\n' ' ')
[ "$heard" = "10.99.0.7 " ] || lab_fail "heard of: $heard"
lab_stop school

echo "- who is plugged in elsewhere has moved, and nobody else"
moved=$(sed -n 's/^host ip=\([^ ]*\) .*class=printer.* at=.*/\1/p' "$LAB_DIR/scenario" | head -n 1)
sed "/^host ip=$moved /s| at=[^ ]*| at=$top/24|" "$LAB_DIR/scenario" >"$LAB_DIR/moved"
school "$LAB_DIR/moved"
scan "$LAB_DIR/second"
tests/school/compare.py "$LAB_DIR/moved" "$LAB_DIR/second" --fields place --also-there 10.99.0.7 >&2 || lab_fail "places differ after the move"
places() { jq -r '[.ip[0], (.place.switch_ip // ""), (.place.port // "")] | @tsv' "$1" | sort; }
changed=$(diff <(places "$LAB_DIR/first") <(places "$LAB_DIR/second") | grep -c '^>')
[ "$changed" -eq 1 ] || lab_fail "$changed devices have another place"
lab_stop school

echo "- a forwarding table of 600 rows is read whole by version 1, from a daemon that speaks no other"
if command -v snmpd >/dev/null; then
	lab_address school far 10.77.0.200/22
	mkdir "$LAB_DIR/snmpd"
	cat >"$LAB_DIR/table.py" <<-'END'
		"""dot1dTpFdbPort of 600 addresses, in the words of snmpd's pass_persist."""
		import sys
		base = (1, 3, 6, 1, 2, 1, 17)
		rows = [(base + (4, 3, 1, 2, 0, 0x1B, 0x21, 0x99, n // 256, n % 256), 1 + n % 24) for n in range(600)]
		rows = [(base + (1, 1, 0), None)] + [(base + (1, 4, 1, 2, n), n) for n in range(1, 25)] + sorted(rows)
		for line in sys.stdin:
		    if line.strip() == "PING":
		        print("PONG", flush=True)
		        continue
		    asked = tuple(int(arc) for arc in sys.stdin.readline().strip().strip(".").split("."))
		    found = [r for r in rows if (r[0] > asked if line.strip() == "getnext" else r[0] == asked)][:1]
		    for oid, value in found:
		        kind = "string\nbridge" if value is None else f"integer\n{value}"
		        print("." + ".".join(map(str, oid)), kind, sep="\n", flush=True)
		    if not found:
		        print("NONE", flush=True)
	END
	cat >"$LAB_DIR/snmpd.conf" <<-END
		agentaddress udp:10.77.0.200:161
		com2sec all default public
		group all v1 all
		view all included .1
		access all "" v1 noauth exact all none none
		pass_persist .1.3.6.1.2.1.17 $(command -v python3) -u $LAB_DIR/table.py
	END
	lab_start snmpd school env SNMP_PERSISTENT_DIR="$LAB_DIR/snmpd" MIBS='' snmpd -f -Le -C -c "$LAB_DIR/snmpd.conf" -I -smux,bridge,dot1d
	lab_until 20 lab_in agent snmpget -v1 -c public -t 1 -r 0 10.77.0.200 1.3.6.1.2.1.1.5.0 || lab_fail "no snmpd"
	lab_in agent "build/$MODE/parta-agent" scan -v -c "$LAB_DIR/agent.conf" -i lan0 --range 10.77.0.200/32 --community public --listen 0 \
		--format json >"$LAB_DIR/third" 2>"$LAB_DIR/third.words" || lab_fail "$(cat "$LAB_DIR/third.words")"
	unread=$(jq -r '.evidence[] | select(.source == "snmp" and .key == "unread") | .value' "$LAB_DIR/third")
	requests=$(sed -n 's/^10.77.0.200: \([0-9]*\) SNMP requests.*/\1/p' "$LAB_DIR/third.words")
	[ -z "$unread" ] || lab_fail "it is not read whole: $unread"
	[ "$requests" -gt 600 ] || lab_fail "only $requests requests: the table was not read"
fi
