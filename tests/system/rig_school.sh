#!/usr/bin/env bash
# The virtual school is what it says: net-snmp, avahi and lldpd understand it, tshark finds nothing malformed, and
# what they read is the scenario's truth.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
SCHOOL=build/${MODE:-release}/tests/parta-school
lab_begin rig-school

failed=0
say_failed() { echo "rig-school: $*" >&2; failed=$((failed + 1)); }
same() { [ "$2" = "$3" ] || say_failed "$1: '$2' is not '$3'"; }
value() { sed -n "s/.* $2=\"\([^\"]*\)\".*/\1/p;t;s/.* $2=\([^ ]*\).*/\1/p" <<<"$1"; }

lab_namespace agent school
lab_cable agent lan0 school far
lab_address agent lan0 10.77.0.2/22
lab_route agent 224.0.0.0/4 dev lan0
tests/school/draw.py --seed 5 --devices 45 >"$LAB_DIR/scenario"
"$SCHOOL" -s "$LAB_DIR/scenario" -n || lab_fail "the scenario is refused"
lab_start capture agent tshark -i lan0 -w "$LAB_DIR/capture.pcap"
lab_await capture Capturing 40 || exit 1
lab_start school school "$SCHOOL" -i far -s "$LAB_DIR/scenario" -S "$LAB_DIR/socket"
lab_await school ready 20 || exit 1

export MIBS='' SNMPCONFPATH=/nonexistent
arguments_of() { # how to ask this host
	case "$(value "$1" snmp)/$(value "$1" users)" in
	3/audit) echo "-v3 -u audit -l authPriv -a SHA-256 -x AES -A 'school audit 1' -X 'school secret 1'" ;;
	3/legacy) echo "-v3 -u legacy -l authPriv -a MD5 -x DES -A 'school audit 2' -X 'school secret 2'" ;;
	*) [ $((RANDOM % 2)) = 0 ] && echo "-v1 -c public" || echo "-v2c -c public" ;;
	esac
}

# Every host bears its MAC address; every SNMP host says its name and, where it has an ENTITY-MIB, its serial.
asked=0
while read -r line; do
	ip=$(value "$line" ip)
	lab_in agent arping -q -C1 -c3 -W0.2 -i lan0 "$ip" || say_failed "$ip does not answer ARP"
	[ -n "$(value "$line" snmp)" ] || continue
	asked=$((asked + 1))
	how=$(arguments_of "$line")
	same "$ip sysName" "$(eval lab_in agent snmpget -Oqv "$how" "$ip" 1.3.6.1.2.1.1.5.0 | tr -d '"')" "$(value "$line" name)"
	case ",$(value "$line" mib)," in
	*,entity,*) object=1.3.6.1.2.1.47.1.1.1.1.11.1 ;;
	*,printer,*) object=1.3.6.1.2.1.43.5.1.1.17.1 ;;
	*) continue ;;
	esac
	same "$ip serial" "$(eval lab_in agent snmpget -Oqv "$how" "$ip" "$object" | tr -d '"')" "$(value "$line" serial)"
done < <(grep ^host "$LAB_DIR/scenario")
[ $asked -gt 15 ] || say_failed "only $asked hosts speak SNMP"

# One walk reads the same by GETNEXT in version 1 and by GETBULK in 2c, but for 64-bit counters and the time.
walked=$(grep ' class=switch .* snmp=1,2c ' "$LAB_DIR/scenario" | head -n 1)
ip=$(value "$walked" ip)
lab_in agent snmpwalk -On -v1 -c public "$ip" .1 | grep -v "End of MIB" >"$LAB_DIR/v1"
lab_in agent snmpbulkwalk -On -v2c -c public "$ip" .1 | grep -v -e Counter64 -e 'No more variables' >"$LAB_DIR/v2c"
diff <(grep -v Timeticks "$LAB_DIR/v1") <(grep -v Timeticks "$LAB_DIR/v2c") >&2 || say_failed "walks of $ip differ"
[ "$(wc -l <"$LAB_DIR/v1")" -gt 500 ] || say_failed "the walk of $ip is short"
refused=$(lab_in agent snmpset -v2c -c public "$ip" 1.3.6.1.2.1.1.5.0 s other 2>&1)
grep -q noAccess <<<"$refused" || say_failed "a SET is not refused: $refused"

# Names and services by multicast DNS, asked one host at a time as a plain resolver asks.
printer=$(grep 'service="_ipp' "$LAB_DIR/scenario" | head -n 1)
same "A record" "$(lab_in agent dig +short +norec -p 5353 "@$(value "$printer" ip)" "$(value "$printer" hostname).local")" \
	"$(value "$printer" ip)"
lab_in agent dig +short +norec -p 5353 "@$(value "$printer" ip)" _services._dns-sd._udp.local PTR | grep -q '^_ipp._tcp.local.$' ||
	say_failed "no list of service types"

# NetBIOS, LLMNR, SSDP and UPnP, WS-Discovery, PJLink.
lab_in agent python3 tests/system/rig_voices.py "$LAB_DIR/scenario" || say_failed "voices"

# LLDP, read by lldpd.
lab_start lldpd agent lldpd -d -u "$LAB_DIR/lldpd.sock" -I lan0
lab_until 5 test -S "$LAB_DIR/lldpd.sock"
phone=$(value "$(grep 'announces=yes' "$LAB_DIR/scenario" | head -n 1)" medmodel)
reads_phone() {
	"$SCHOOL" -S "$LAB_DIR/socket" -x announce
	lab_in agent lldpcli -u "$LAB_DIR/lldpd.sock" show neighbors details | grep "Model: *$phone"
}
lab_until 5 reads_phone || say_failed "lldpd does not read the telephone's model"
lab_stop lldpd

sleep 1
lab_stop capture INT
wrong=$(tshark -r "$LAB_DIR/capture.pcap" -Y '_ws.malformed || _ws.expert.severity >= 0x800000' 2>/dev/null | head -n 5)
[ -z "$wrong" ] || say_failed "malformed: $wrong"
lab_stop school
grep -q '"snmp_malformed":0,' "$LAB_DIR/school.log" || say_failed "the school found requests malformed"
[ $failed -eq 0 ]
