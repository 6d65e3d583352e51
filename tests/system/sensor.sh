#!/usr/bin/env bash
# The sensor against real kernels: who answers is found, politely and fast, behind a switch that drops broadcasts too;
# echoes, late answers and errors are told; what we send is well formed; the child has no rights, and neither it
# nor its parent outlives the other.
# urgent: it measures how fast it asks.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
lab_urgent "$PWD/tests/system/sensor.sh" "$@"

for need in tshark tcpdump nft arping setpriv; do
	command -v "$need" >/dev/null || { echo "sensor: skipped, '$need' is not installed"; exit 77; }
done
mode=${MODE:-release}
make -s MODE="$mode" "build/$mode/tests/system/sensor_tool"
lab_begin sensor
tool=$LAB_DIR/sensor_tool
cp "build/$mode/tests/system/sensor_tool" "$tool"
chmod 755 "$tool"

lab_namespace agent far beyond
lab_cable agent lan0 far eth0
lab_cable far up0 beyond eth0
lab_address agent lan0 10.77.0.1/22
lab_address far up0 198.51.100.1/24
lab_address beyond eth0 198.51.100.2/24
lab_route agent default via 10.77.0.2
lab_route beyond default via 198.51.100.1
lab_in far sysctl -qw net.ipv4.ip_forward=1

# 1,000 of 1,022: all but 10.77.0.1 (ours) and those that end in 13, 63, 113, 163, 213.
for third in 0 1 2 3; do
	for fourth in $(seq 0 255); do
		case $third.$fourth in 0.0 | 0.1 | 3.255) continue ;; esac
		[ $((fourth % 50)) -ne 13 ] || continue
		echo "addr add 10.77.$third.$fourth/22 dev eth0"
	done
done >"$LAB_DIR/batch"
live=$(wc -l <"$LAB_DIR/batch")
ip -n "$(lab_ns far)" -batch "$LAB_DIR/batch"

say() {
	echo "--- $*"
}
# field NAME: of the last line "swept ..."
field() {
	sed -n "s/^swept .*\<$1 \([-0-9]*\).*/\1/p" "$LAB_DIR/out" | tail -n 1
}
is() { # WORDS WANTED GOT
	[ "$2" = "$3" ] || { cat "$LAB_DIR/out"; lab_fail "$1: wanted $2, got $3"; }
}
sweep() {
	lab_in agent "$tool" sweep "$@" >"$LAB_DIR/out" 2>&1 || { cat "$LAB_DIR/out"; lab_fail "sweep $* failed"; }
	sed -n '/^swept/p' "$LAB_DIR/out"
}
listen_to_us() { # FILE
	lab_start tcpdump agent tcpdump -i lan0 -n -U -B 8192 -Q out -w "$LAB_DIR/$1"
	lab_await tcpdump 'listening on' 30
	: >"$LAB_DIR/tcpdump.log"
}
listened() {
	sleep 1
	lab_stop tcpdump INT || true
}
count() { # FILE FILTER
	tshark -n -r "$LAB_DIR/$1" -Y "$2" 2>/dev/null | wc -l
}

say "a polite sweep finds everybody and sends only what is right"
listen_to_us polite.pcap
sweep -s lan0 10.77.0.0/22
listened
is "asked" 1021 "$(field asked)"
is "answered" "$live" "$(field answered)"
is "error" 0 "$(field error)"
is "requests" $((live + 3 * (1021 - live))) "$(field requests)"
is "requests on the wire" "$(field requests)" "$(count polite.pcap 'arp.opcode == 1')"
is "malformed or doubtful frames of ours" 0 "$(count polite.pcap '_ws.malformed || _ws.expert.severity >= "Warn"')"
is "frames of 60 bytes" "$(field requests)" "$(count polite.pcap 'arp && frame.len == 60')"
is "addresses asked" 1021 "$(tshark -n -r "$LAB_DIR/polite.pcap" -Y arp -T fields -e arp.dst.proto_ipv4 2>/dev/null | sort -u | wc -l)"
is "devices told" "$live" "$(sed -n 's/^arp mac .* ip \(10\.77\..*\)$/\1/p' "$LAB_DIR/out" | sort -u | wc -l)"
most=$(tshark -n -r "$LAB_DIR/polite.pcap" -Y arp -T fields -e frame.time_epoch 2>/dev/null |
	awk '{ t[NR] = $1; if (!k) k = 1; while (t[NR] - t[k] >= 1) k++; n = NR - k + 1; if (n > most) most = n } END { print most }')
[ "$most" -le 250 ] || lab_fail "$most requests within one second"
echo "at most $most requests within one second"

say "a fast one finds the same, again and again"
for _ in 1 2 3 4 5; do
	sweep -f lan0 10.77.0.0/22
	is "answered" "$live" "$(field answered)"
done

say "who is known is asked without a broadcast"
listen_to_us known.pcap
sweep -n 2 -r 200 lan0 10.77.0.0/25
listened
# 126 addresses, of which 13, 63 and 113 stay silent and are asked three times in each round.
is "broadcasts" $((123 + 3 * 3 + 3 * 3)) "$(count known.pcap 'arp && eth.dst == ff:ff:ff:ff:ff:ff')"
is "unicasts" 123 "$(count known.pcap 'arp && eth.dst != ff:ff:ff:ff:ff:ff')"

say "a switch that drops beyond 256 broadcasts a second hides nobody"
lab_in far nft add table netdev storm
lab_in far nft add chain netdev storm in '{ type filter hook ingress device eth0 priority 0; }'
lab_in far nft add rule netdev storm in meta pkttype broadcast limit rate over 256/second burst 5 packets counter drop
sweep lan0 10.77.0.0/22
is "answered" "$live" "$(field answered)"
sweep -f lan0 10.77.0.0/22
is "answered, fast" "$live" "$(field answered)"
lab_in far nft list table netdev storm | grep -q 'counter packets [1-9]' || lab_fail "the storm control dropped nothing"
lab_in far nft delete table netdev storm

say "echoes"
echoes() {
	lab_in agent "$tool" echo "$@" >"$LAB_DIR/out" 2>&1 || true
	sed -n '/^echo/p' "$LAB_DIR/out"
}
echoes icmp lan0 10.77.0.2 3000
grep -q 'answered 1 late 0 .* icmp 0/0 from 10.77.0.2 error 0' "$LAB_DIR/out" || lab_fail "no answer from a neighbour"
echoes icmp lan0 198.51.100.2 3000
grep -q 'answered 1 late 0 .* from 198.51.100.2' "$LAB_DIR/out" || lab_fail "no answer from beyond the router"
echoes icmp lan0 198.51.100.2 3000 1
grep -q 'answered 0 late 0 .* icmp 11/0 from 10.77.0.2' "$LAB_DIR/out" || lab_fail "no error from the router"
echoes icmp lan0 198.51.100.77 8000
grep -q 'answered 0 late 0 .* icmp 3/1 from' "$LAB_DIR/out" || lab_fail "nobody said that the host is not there"
echoes arp lan0 10.77.0.9 3000
grep -q 'answered 1 late 0 .* from 10.77.0.9' "$LAB_DIR/out" || lab_fail "no ARP answer"
echoes arp lan0 10.77.0.13 300
grep -q 'answered 0 late 0' "$LAB_DIR/out" || lab_fail "an ARP answer from nobody"
# The kernel asks for a silent neighbour once a second: when it appears, the echo that waits goes out after its time.
(sleep 0.5; ip -n "$(lab_ns far)" addr add 10.77.0.13/22 dev eth0) &
echoes icmp lan0 10.77.0.13 200
wait $!
grep -q 'answered 0 late 0' "$LAB_DIR/out" || lab_fail "the timeout was not told"
grep -q 'answered 1 late 1 .* from 10.77.0.13' "$LAB_DIR/out" || lab_fail "the late answer was not told"
listen_to_us echo.pcap
echoes icmp lan0 10.77.0.2 3000 9
listened
is "echoes with the right checksum and TTL" 1 "$(tshark -n -r "$LAB_DIR/echo.pcap" -o ip.check_checksum:TRUE \
	-Y 'icmp.type == 8 && icmp.checksum.status == 1 && ip.ttl == 9' 2>/dev/null | wc -l)"

say "echoes over IPv6"
for place in agent far; do
	lab_in $place sysctl -qw net.ipv6.conf.all.disable_ipv6=0
	lab_in $place sysctl -qw net.ipv6.conf.all.accept_dad=0
done
ip -n "$(lab_ns agent)" addr add fd77::1/64 dev lan0 nodad
ip -n "$(lab_ns far)" addr add fd77::2/64 dev eth0 nodad
echoes icmp lan0 fd77::2 5000
grep -q 'answered 1 .* from fd77::2' "$LAB_DIR/out" || lab_fail "no answer over IPv6"

say "the child has no rights and nothing open but what it works with"
lab_start listen agent "$tool" listen 60 lan0
lab_await listen listening 20
parent=${LAB_PIDS[listen]}
child=$(pgrep -P "$parent")
grep -E '^(CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):' "/proc/$child/status" | tr '\n' ' '
echo
grep -q '^CapEff:[[:space:]]*0*$' "/proc/$child/status" || lab_fail "the sensor kept a capability"
grep -q '^CapPrm:[[:space:]]*0*$' "/proc/$child/status" || lab_fail "the sensor kept a capability"
grep -q '^NoNewPrivs:[[:space:]]*1$' "/proc/$child/status" || lab_fail "the sensor may gain privileges"
grep -q '^Seccomp:[[:space:]]*2$' "/proc/$child/status" || lab_fail "the sensor has no system call filter"
tr '\0' ' ' <"/proc/$child/cmdline" | grep -q -e '^parta-agent -P sensor $' || lab_fail "the sensor has another name"
find "/proc/$child/fd" -type l -printf '%l\n' | grep -v -E '^(socket:|anon_inode:|/dev/null|pipe:|'"$LAB_DIR"'/.*\.log)' &&
	lab_fail "the sensor has a file open"

say "a signal for the whole group does not end it, its interface may come and go"
kill -TERM "$child"
kill -INT "$child"
ip -n "$(lab_ns agent)" link set lan0 down
lab_await listen "interface 'lan0' is down" 10
ip -n "$(lab_ns agent)" link set lan0 up
: >"$LAB_DIR/listen.log"
heard_far() { # a request for us from there
	lab_in far arping -q -c 1 -I eth0 10.77.0.1 || true
	grep -q '^arp mac .* ip 10.77' "$LAB_DIR/listen.log"
}
lab_until 20 heard_far || lab_fail "the sensor sees nothing after its interface came back"
kill -0 "$child" || lab_fail "the sensor is gone"

say "it ends with its parent, and the parent hears when it ends"
kill -KILL "$parent"
lab_until 10 sh -c "! kill -0 $child" || lab_fail "the sensor outlives its parent"
lab_start listen agent "$tool" listen 60 lan0
: >"$LAB_DIR/listen.log"
lab_until 20 grep -q listening "$LAB_DIR/listen.log" || true
lab_until 20 pgrep -P "${LAB_PIDS[listen]}"
sleep 1
kill -KILL "$(pgrep -P "${LAB_PIDS[listen]}")"
lab_await listen '^lost' 10
grep -q 'the sensor was ended by signal 9' "$LAB_DIR/listen.log" || lab_fail "nobody said why"

say "an unprivileged user with CAP_NET_RAW may, without it he is told"
as_nobody() {
	lab_in agent setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs "$@"
}
as_nobody --inh-caps=+net_raw,-all --ambient-caps=-all --bounding-set=-all "$tool" sweep lan0 10.77.0.2 >"$LAB_DIR/out" 2>&1 || true
grep -q '^error -1$' "$LAB_DIR/out" || { cat "$LAB_DIR/out"; lab_fail "it works without the capability"; }
as_nobody --inh-caps=-all,+net_raw --ambient-caps=-all,+net_raw --bounding-set=-all,+net_raw "$tool" sweep lan0 10.77.0.8/29 \
	>"$LAB_DIR/out" 2>&1 || { cat "$LAB_DIR/out"; lab_fail "it does not work with the capability alone"; }
is "answered" 8 "$(field answered)"

say "an interface that goes for good ends it"
lab_start listen agent "$tool" listen 60 lan0
: >"$LAB_DIR/listen.log"
lab_until 20 pgrep -P "${LAB_PIDS[listen]}"
sleep 1
ip -n "$(lab_ns agent)" link del lan0
lab_await listen '^lost' 10

echo "sensor: ok"
