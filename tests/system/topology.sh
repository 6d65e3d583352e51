#!/usr/bin/env bash
# Where each device hangs: a school of three storeys of switches, some of which speak of VLANs, some only SNMPv3. The scan's
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
tests/school/draw.py --seed 5 --devices 150 >"$LAB_DIR/drawn"
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

echo "- of what the router alone has heard: the device, and nobody who stands for many or lives on the Internet"
heard=$(jq -r 'select(any(.evidence[]; .source == "router" and .value == "10.77.0.14")) | .ip[]' "$LAB_DIR/first" | sort | tr '\n' ' ')
[ "$heard" = "10.99.0.7 " ] || lab_fail "heard of: $heard"
lab_stop school

echo "- who is plugged in elsewhere has moved, and nobody else"
moved=$(sed -n 's/^host ip=\([^ ]*\) .*class=printer.* at=.*/\1/p' "$LAB_DIR/scenario" | head -n 1)
sed "/^host ip=$moved /s| at=[^ ]*| at=$top/28|" "$LAB_DIR/scenario" >"$LAB_DIR/moved"
school "$LAB_DIR/moved"
scan "$LAB_DIR/second"
tests/school/compare.py "$LAB_DIR/moved" "$LAB_DIR/second" --fields place --also-there 10.99.0.7 >&2 || lab_fail "places differ after the move"
places() { jq -r '[.ip[0], (.place.switch_ip // ""), (.place.port // "")] | @tsv' "$1" | sort; }
changed=$(diff <(places "$LAB_DIR/first") <(places "$LAB_DIR/second") | grep -c '^>')
[ "$changed" -eq 1 ] || lab_fail "$changed devices have another place"
