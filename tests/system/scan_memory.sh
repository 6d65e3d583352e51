#!/usr/bin/env bash
# A scan that remembers: the second one tells the same of every device with a fraction of the packets, leaves the silent ones
# alone, and finds who came since, with the place.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
MODE=${MODE:-release}
lab_begin scan-memory

lab_namespace agent school
lab_cable agent lan0 school far
ip -n "$(lab_ns agent)" link set lan0 address 00:1b:21:77:00:02 # draw.py's asker
lab_address agent lan0 10.77.0.2/22
lab_route agent 224.0.0.0/4 dev lan0
mkdir "$LAB_DIR/data" "$LAB_DIR/memory"
cp common/classify/*.csv "$LAB_DIR/data/"
printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR" "$LAB_DIR" >"$LAB_DIR/agent.conf"
(
	umask 077
	printf 'audit SHA-256 "school audit 1" AES "school secret 1"\nlegacy MD5 "school audit 2" DES "school secret 2"\n' >"$LAB_DIR/users"
)
tests/school/draw.py --seed 9 --devices 120 --announce 3600 >"$LAB_DIR/scenario"
school() { "build/$MODE/tests/parta-school" -S "$LAB_DIR/socket" -x "$1"; }
lab_start school school "build/$MODE/tests/parta-school" -i far -s "$LAB_DIR/scenario" -S "$LAB_DIR/socket"
lab_await school ready 20 || exit 1
scan() { # NAME: its result, and what the school counted meanwhile
	local before
	before=$(school stats)
	lab_in agent "build/$MODE/parta-agent" scan -c "$LAB_DIR/agent.conf" -i lan0 --range 10.77.0.0/22 --fast --listen 3 --community public \
		--credentials "$LAB_DIR/users" --state "$LAB_DIR/memory" --format json -v >"$LAB_DIR/$1" 2>"$LAB_DIR/words" || lab_fail "$(cat "$LAB_DIR/words")"
	grep ' addresses, ' "$LAB_DIR/words" | sed 's/^/  /'
	jq -n --argjson a "$before" --argjson b "$(school stats)" '$b | with_entries(.value -= $a[.key])' >"$LAB_DIR/$1.counted"
}
counted() { jq "$2" "$LAB_DIR/$1.counted"; }
requests='.snmp_v1 + .snmp_v2c + .snmp_v3'
# What SNMP tells of a device; who speaks by itself may be heard or not.
told() { jq -S -c 'select(any(.evidence[]; .source == "snmp")) | [.ip, .serial, .firmware, .sys_descr, .location, .ports, .neighbors, .place, .software]' "$1" | sort; }

late=$(sed -n 's/^host ip=\([^ ]*\) .*class=printer.* at=.*/\1/p' "$LAB_DIR/scenario" | head -n 1)
school "down $late" >/dev/null

echo "- the second scan tells the same, with a fifth of the requests at most"
scan first
scan second
diff <(told "$LAB_DIR/first") <(told "$LAB_DIR/second") | cut -c 1-200 >"$LAB_DIR/differs"
[ ! -s "$LAB_DIR/differs" ] || head -n 6 "$LAB_DIR/differs" >&2
[ ! -s "$LAB_DIR/differs" ] || lab_fail "the second scan tells something else"
first=$(counted first "$requests") second=$(counted second "$requests")
echo "  $first SNMP requests, then $second; $(counted first .frames_in) frames, then $(counted second .frames_in)"
[ $((second * 5)) -le "$first" ] || lab_fail "the second scan made $second of $first requests"

others='["nbstat","pjlink","ipp","http","ssh","smb","rdp","rtsp","sip","escl","onvif"]'
others() { jq -S -c --argjson others "$others" '[.ip, ([.evidence[] | select(.source | IN($others[]))] | sort)]' "$1" | sort; }
diff <(others "$LAB_DIR/first") <(others "$LAB_DIR/second") >&2 || lab_fail "the second scan knows other things of who was asked beside SNMP"
[ "$(others "$LAB_DIR/first" | grep -c source)" -gt 3 ] || lab_fail "nobody told anything beside SNMP"
echo "  $(counted first .tcp_segments) segments of TCP, then $(counted second .tcp_segments)"
[ $(($(counted second .tcp_segments) * 5)) -le "$(counted first .tcp_segments)" ] || lab_fail "the second scan opened connections again"

echo "- the file holds no passphrase and is nobody else's"
[ "$(stat -c %a "$LAB_DIR/memory/scan.memory")" = 600 ] || lab_fail "others may read it"
! grep -q -e 'school audit' -e 'school secret' -e public "$LAB_DIR/memory/scan.memory" || lab_fail "it holds a secret"

echo "- who came since is found, with the place"
school "up $late" >/dev/null
scan third
tests/school/compare.py "$LAB_DIR/scenario" "$LAB_DIR/third" --fields place,mac,serial >&2 || lab_fail "not all is as it should be"
