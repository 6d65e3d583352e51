#!/usr/bin/env bash
# Throughput tests over emulated lines (tests/link): 10, 50, 100 and 500 Mbit/s at the physical layer, round trips of 5, 20 and
# 80 ms, loss of 0, 0.1 and 1 %, queues of 32 KB and 1 MB. Of each line and direction: what a capacity test makes of its rate at
# the IP layer, whether a verification against that rate passes and one against a rate that the line has 85 % of does not;
# error, seconds and megabytes. Beside it, once each, those of iperf3 and, in a real Chromium, of M-Lab's ndt7 client and of the
# requests that LibreSpeed's worker makes, six seconds a direction with the first quarter for the warm-up.
# Then a ping beside a verification on a faster line, and the processor at 1 Gbit/s.
#
# RATES, RTTS, LOSSES, QUEUES (KB), DIRECTIONS and PEERS choose; FAST=1 takes four lines, downwards, with iperf3: five minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/page.sh
lab_urgent "$PWD/tests/bench/speed.sh" "$@"

if [ -n "${FAST-}" ]; then
	: "${RATES=50 100}" "${RTTS=20}" "${LOSSES=0 0.1}" "${QUEUES=1024}" "${DIRECTIONS=down}" "${PEERS=iperf3}"
fi
rates=${RATES-10 50 100 500} rtts=${RTTS-5 20 80} losses=${LOSSES-0 0.1 1} queues=${QUEUES-32 1024}
directions=${DIRECTIONS-down up} peers=${PEERS-iperf3 librespeed ndt7}
agent=$PWD/build/release/parta-agent link=build/release/tests/parta-link

browsers=$(for peer in $peers; do [ "$peer" = iperf3 ] || echo "$peer"; done)
[ -z "$browsers" ] || page_packages
lab_begin bench-speed
lab_namespace school far
$link -a "$(lab_ns school):line" -b "$(lab_ns far):line" -S "$LAB_DIR/link" "rate 100" >"$LAB_DIR/link.log" 2>&1 &
lab_note link $!
for end in "school 10.77.0.1" "far 10.77.0.2"; do
	read -r place address <<<"$end"
	lab_until 5 ip -n "$(lab_ns "$place")" link show line || lab_fail "no line: $(cat "$LAB_DIR/link.log")"
	ip -n "$(lab_ns "$place")" addr add "$address/24" dev line
	ip -n "$(lab_ns "$place")" link set line up mtu 1500 txqueuelen 1000
done
collector_prepare "server-names = 10.77.0.2, 10.78.0.2" "measure-capacity = 10000" # one test after another, to twice 500
collector_start far
COLLECTOR_PLACE=school # where the browsers are
lab_start iperf3 far nice -n -10 iperf3 -s
table=$LAB_DIR/table

shape() { # RATE RTT LOSS QUEUE
	local command
	for command in "rate $1" "delay $(jq -n "$2 / 2")" "loss $3" "queue $4"; do
		$link -S "$LAB_DIR/link" -x "$command" >/dev/null
	done
}

# ---- one row of the table: who, what, Mbit/s at the IP layer, seconds, megabytes, words
row() {
	local error
	[[ "$3 $4 $5" =~ ^[0-9.e+-]+" "[0-9.e+-]+" "[0-9.e+-]+$ ]] || set -- "$1" "$2" 0 0 0 "no figures"
	error=$(jq -rn "($3 / ($rate * 1500 / 1538) - 1) * 10000 | round / 100")
	printf '%s;%s;%s;%s;%s;%s;%.2f;%s;%.1f;%.1f;%s\n' "$rate" "$rtt" "$loss" "$queue" "$1" "$2" "$3" "$error" "$4" "$5" "$6" | tee -a "$table"
}
agent_row() { # NAME DIRECTION WANTED ARGUMENT...
	local name=$1 direction=$2 wanted=$3 status=0 verdict
	shift 3
	lab_in school nice -n -10 "$agent" speed --server https://10.77.0.2:8445 --ca "$LAB_DIR/state/ca/ca.crt" \
		--direction "$direction" --format json "$@" >"$LAB_DIR/result" 2>"$LAB_DIR/words" || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || { row "$name" "$direction" 0 0 0 "failed: $(tr ';\n' ', ' <"$LAB_DIR/words")"; return; }
	verdict=$(jq -r ".$direction.verdict" "$LAB_DIR/result")
	case $wanted in
	-) verdict=- ;;
	"$verdict") verdict="$verdict, right" ;;
	*) verdict="$verdict, WRONG" ;;
	esac
	row "$name" "$direction" "$(jq -r ".$direction.ip_mbps" "$LAB_DIR/result")" \
		"$(jq -r '[.steps[].samples] | add / 10' "$LAB_DIR/result")" "$(jq -r '[.steps[].bytes] | add / 1e6' "$LAB_DIR/result")" "$verdict"
}

# Their rates are of TCP's payload, or of HTTP's: 1448 of each 1500 bytes at the IP layer.
iperf3_row() { # DIRECTION
	local reverse=
	[ "$1" = up ] || reverse=-R
	# shellcheck disable=SC2086
	lab_in school nice -n -10 timeout 40 iperf3 -c 10.77.0.2 $reverse -P 4 -t 10 -J >"$LAB_DIR/result" 2>&1 || { row iperf3 "$1" 0 0 0 failed; return; }
	row iperf3 "$1" "$(jq -r '.end.sum_received.bits_per_second / 1e6 * 1500 / 1448' "$LAB_DIR/result")" \
		"$(jq -r .end.sum_received.seconds "$LAB_DIR/result")" "$(jq -r '.end.sum_received.bytes / 1e6' "$LAB_DIR/result")" -
}
browser_rows() { # both clients, both directions
	local client direction
	local -A mbps=(
		[ndt7 down]='.LastClientMeasurement.MeanClientMbps'
		[ndt7 up]='.LastServerMeasurement.TCPInfo | .BytesReceived * 8 / .ElapsedTime'
		[librespeed]='.rate / 1e6'
	)
	local -A amount=(
		[ndt7 down]='.LastServerMeasurement.TCPInfo.BytesAcked'
		[ndt7 up]='.LastServerMeasurement.TCPInfo.BytesReceived'
		[librespeed]=.bytes
	)
	local -A seconds=([ndt7]='.LastServerMeasurement.TCPInfo.ElapsedTime / 1e6' [librespeed]=.seconds)
	page_node tests/system/measure_browser.mjs https://10.77.0.2:8445 6 >"$LAB_DIR/result" 2>"$LAB_DIR/words" || echo '{}' >"$LAB_DIR/result"
	for client in $browsers; do
		for direction in $directions; do
			row "$client" "$direction" "$(told "$client" "$direction" "${mbps[$client $direction]-${mbps[$client]-}} | . * 1500 / 1448")" \
				"$(told "$client" "$direction" "${seconds[$client]}")" \
				"$(told "$client" "$direction" "${amount[$client $direction]-${amount[$client]-}} | . / 1e6")" -
		done
	done
}
told() { # CLIENT DIRECTION FILTER: of what the browser found
	jq -r ".$1.${2}load | $3" "$LAB_DIR/result"
}

measure_line() {
	local direction ip fails_against
	shape "$rate" "$rtt" "$loss" "$queue"
	ip=$(jq -n "$rate * 1500 / 1538")
	fails_against=$(jq -n "$ip / 0.85")
	for direction in $directions; do
		agent_row "parta capacity" "$direction" - --capacity
		agent_row "parta verify" "$direction" pass --target "$ip"
		agent_row "parta verify" "$direction" fail_isp --target "$fails_against"
		[[ " $peers " != *" iperf3 "* ]] || iperf3_row "$direction"
	done
	[ -z "$browsers" ] || browser_rows
}

for rate in $rates; do for rtt in $rtts; do for loss in $losses; do for queue in $queues; do
	measure_line
done; done; done; done

# ---- beside lessons: a verification against 100 on a line of 500

pings() { # SECONDS: the median round trip in ms
	lab_in school ping -q -i 0.05 -w "$1" 10.77.0.2 >/dev/null # the way is known
	lab_in school ping -n -i 0.02 -w "$1" 10.77.0.2 | sed -n 's/.*time=\([0-9.]*\).*/\1/p' | sort -n |
		awk '{ v[NR] = $1 } END { print NR ? v[int((NR + 1) / 2)] : "null" }'
}
shape 500 20 0 1024
idle=$(pings 2)
for direction in $directions; do
	lab_in school "$agent" speed --server https://10.77.0.2:8445 --ca "$LAB_DIR/state/ca/ca.crt" --direction "$direction" \
		--target 100 --format json >"$LAB_DIR/result" &
	test=$!
	sleep 0.7 # past the slow start
	busy=$(lab_in school ping -n -i 0.02 -w 1 10.77.0.2 | sed -n 's/.*time=\([0-9.]*\).*/\1/p' | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }')
	wait "$test" || true
	echo "ping beside a verification, $direction: $idle ms idle, $busy ms then: $(jq -rn "if $busy - $idle < 2 then \"right\" else \"WRONG\" end")"
done

# ---- a processor at 1 Gbit/s, on a cable

lab_namespace near
lab_cable near eth0 far eth1
lab_address near eth0 10.78.0.1/24
lab_address far eth1 10.78.0.2/24
for end in "near eth0" "far eth1"; do
	read -r place device <<<"$end"
	tc -n "$(lab_ns "$place")" qdisc add dev "$device" root tbf rate 1gbit burst 128kb latency 20ms overhead 24
done
for direction in $directions; do
	status=0
	lab_in near "$agent" speed --server https://10.78.0.2:8445 --ca "$LAB_DIR/state/ca/ca.crt" --direction "$direction" --capacity --format json >"$LAB_DIR/result" 2>"$LAB_DIR/words" || status=$?
	echo "1 Gbit/s, $direction: $(jq -r "\"\\(.$direction.ip_mbps) Mbit/s, \\(.cpu_pct) % of a processor\"" "$LAB_DIR/result" 2>/dev/null || cat "$LAB_DIR/words")"
done

# ---- the sum

echo
{ echo "Mbit/s;RTT ms;loss %;queue KB;client;direction;IP Mbit/s;error %;s;MB;verdict"; cat "$table"; } | column -t -s ';'
awk -F ';' '
	function median(n, v,   i, j, t) { for (i = 2; i <= n; i++) { t = v[i]; for (j = i - 1; j > 0 && v[j] > t; j--) v[j + 1] = v[j]; v[j + 1] = t } return n ? v[int((n + 1) / 2)] : 0 }
	$11 ~ /, / { judged++; right += $11 ~ /right/ }
	$5 == "parta capacity" && $3 == 0 { n++; e = $8 < 0 ? -$8 : $8; within += e <= 1.5; if (e > most) most = e }
	$5 == "parta verify" && $1 == 100 && $11 ~ /^pass/ { s[++k] = $9; m[k] = $10; if ($10 > mb) mb = $10 }
	END {
		printf "\nverdicts: %d of %d right\n", right, judged
		printf "capacity without loss: %d of %d within 1.5 %%, at most %.2f %% off\n", within, n, most
		if (k) printf "a pass at 100 Mbit/s: median %.1f s and %.1f MB, at most %.1f MB\n", median(k, s), median(k, m), mb
	}' "$table"
