#!/usr/bin/env bash
# The emulated line is what it says: delay, rate at the physical layer, loss and cuts.
# urgent: it measures the emulated line
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
lab_urgent "$PWD/tests/system/rig_line.sh" "$@"
LINK=build/${MODE:-release}/tests/parta-link
lab_begin rig-line
failed=0
say_failed() { echo "rig-line: $*" >&2; failed=$((failed + 1)); }
within() { # NAME VALUE EXPECTED PERCENT
	awk -v v="$2" -v e="$3" -v p="$4" 'BEGIN { d = v - e; if (d < 0) d = -d; exit d > e * p / 100 }' ||
		say_failed "$1: $2, not $3 within $4 %"
}

lab_namespace a b
"$LINK" -a "$(lab_ns a):wan0" -b "$(lab_ns b):wan0" -S "$LAB_DIR/socket" "rate 10" "queue 64" "delay 10" >"$LAB_DIR/link.log" 2>&1 &
lab_note link $!
lab_await link ready 5 || exit 1
lab_address a wan0 192.0.2.1/24
lab_address b wan0 192.0.2.2/24
for end in a b; do ip -n "$(lab_ns $end)" link set wan0 up txqueuelen 1000; done
link() { "$LINK" -S "$LAB_DIR/socket" -x "$*"; }

within "round trip, ms" "$(lab_in a ping -q -c10 -i0.05 192.0.2.2 | sed -n 's/^rtt.* = [^/]*\/\([^/]*\)\/.*/\1/p')" 21 10

# TCP of 1,448 bytes a frame of 1,538 on the wire. Loss of a busy machine only ever slows, so the best of three counts.
lab_start iperf b iperf3 -s
lab_until 5 grep -q listening "$LAB_DIR/iperf.log"
for rate in 10 50 100; do
	link rate $rate >/dev/null
	link queue $((rate * 4)) >/dev/null
	for direction in "" -R; do
		best=0
		for _ in 1 2 3; do
			# shellcheck disable=SC2086
			mbps=$(lab_in a iperf3 -c 192.0.2.2 -t 2 -O 1 -C cubic -P 4 -J $direction |
				python3 -c 'import json, sys; print(json.load(sys.stdin)["end"]["sum_received"]["bits_per_second"] / 1e6)')
			best=$(awk -v a="$best" -v b="$mbps" 'BEGIN { print (a > b ? a : b) }')
			awk -v b="$best" -v r="$rate" 'BEGIN { exit b < r * 1448 / 1538 * 0.985 }' && break
		done
		within "rate $rate $direction" "$best" "$(awk -v r="$rate" 'BEGIN { print r * 1448 / 1538 }')" 2
	done
done

link loss 20 >/dev/null
lost=$(lab_in a ping -q -c400 -i0.005 192.0.2.2 | sed -n 's/.* \([0-9.]*\)% packet loss.*/\1/p')
within "loss of both directions, %" "$lost" 36 25
link loss 0 >/dev/null
link cut >/dev/null
lab_in a ping -q -c2 -i0.1 -W1 192.0.2.2 >/dev/null && say_failed "a cut line carries"
link restore >/dev/null
lab_in a ping -q -c2 -i0.1 -W1 192.0.2.2 >/dev/null || say_failed "a restored line does not carry"
link down cut >/dev/null
carried_up() { link stats | sed 's/.*"up":{"packets":\([0-9]*\).*/\1/'; }
before=$(carried_up)
lab_in a ping -q -c2 -i0.1 -W1 192.0.2.2 >/dev/null && say_failed "a line cut downwards carries"
[ "$(carried_up)" -gt "$before" ] ||
	say_failed "a line cut downwards does not carry upwards"
link nonsense >/dev/null && say_failed "nonsense is taken for a command"
[ $failed -eq 0 ]
