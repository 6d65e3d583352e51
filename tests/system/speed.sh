#!/usr/bin/env bash
# `parta-agent speed` on emulated lines of 10 to 500 Mbit/s: the rate at the IP layer within 3 % of the truth, and the
# verdict against a target above and below it. The far end is the collector with its private database, and nginx in
# LibreSpeed's place, both over TLS. SPEED_PARTA and SPEED_LIBRESPEED name the rates. Skipped (77) without root or a tool.
# alone: it compares rates with those of a shaped line
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/measure.sh
. tests/lib/collector.sh
lab_urgent "$PWD/tests/system/speed.sh" "$@"

for need in nginx openssl tc ethtool jq; do
	command -v "$need" >/dev/null || { echo "speed: skipped, '$need' is not installed"; exit 77; }
done
agent=${AGENT:-build/release/parta-agent}
lab_begin speed
lab_namespace school edge far
lab_cable school eth0 edge lan0
lab_cable edge wan0 far eth0
lab_address school eth0 10.77.1.1/24
lab_address edge lan0 10.77.1.254/24
lab_address edge wan0 10.77.0.1/24
lab_address far eth0 10.77.0.2/24 10.77.0.3/24
lab_route school default via 10.77.1.254
lab_route far 10.77.1.0/24 via 10.77.0.1
lab_in edge sysctl -qw net.ipv4.ip_forward=1

# The provider's line lies between edge and far; what a shaper in the school's own port dropped would be the school's.
# Both directions are shaped as a port of that rate would: 24 bytes of preamble, FCS and gap for each frame beside the
# 14 that the kernel counts. At the IP layer 1500 of 1538 bytes are left.
line_shape() {
	local burst=16kb
	[ "$1" -lt 200 ] || burst=64kb
	tc -n "$(lab_ns edge)" qdisc replace dev wan0 root tbf rate "${1}mbit" burst $burst latency "${2:-20ms}" overhead 24
	tc -n "$(lab_ns far)" qdisc replace dev eth0 root tbf rate "${1}mbit" burst $burst latency "${2:-20ms}" overhead 24
}

# ---- measuring

measure() { # BACKEND ARGUMENT...: one test, its object in $LAB_DIR/result, its exit status in $status
	local backend=$1 server=${SERVER-https://10.77.0.2:8445} authority=$LAB_DIR/state/ca/ca.crt
	shift
	[ "$backend" = parta ] || { server=https://10.77.0.2/ authority=$LAB_DIR/cert.pem; }
	status=0
	lab_in school "$agent" speed --backend "$backend" --server "$server" --ca "$authority" --format json "$@" \
		>"$LAB_DIR/result" 2>"$LAB_DIR/words" || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || lab_fail "speed $*: status $status: $(cat "$LAB_DIR/words")"
}
value() { jq -r "$1" "$LAB_DIR/result"; }
failed=0
complain() {
	echo "FAILED: $*"
	jq -c 'del(.down.sample_bytes, .up.sample_bytes, .down.tcp, .up.tcp)' "$LAB_DIR/result" 2>/dev/null || cat "$LAB_DIR/result"
	failed=$((failed + 1))
}

capacity() { # BACKEND RATE
	local direction error
	line_shape "$2"
	measure "$1" --capacity
	jq -e '.down.rpm > 0 and .up.rpm > 0 and .rpm > 0' "$LAB_DIR/result" >/dev/null || complain "$1 says nothing of responsiveness"
	for direction in down up; do
		error=$(value "(.$direction.ip_mbps / ($2 * 1500 / 1538) - 1) * 10000 | round / 100")
		printf '%-10s %3d Mbit/s %-4s  IP %8.3f  error %6.2f %%  goodput %8.3f  %2d streams  %6.1f MB  idle %5.2f loaded %6.2f ms  %5.0f rpm  cpu %4.1f %%\n' \
			"$1" "$2" "$direction" "$(value .$direction.ip_mbps)" "$error" "$(value .$direction.goodput_mbps)" \
			"$(value .$direction.streams)" "$(value ".$direction.bytes / 1e6")" "$(value .latency_idle_ms)" \
			"$(value .latency_loaded_ms)" "$(value .$direction.rpm)" "$(value .cpu_pct)"
		jq -ne "$error | fabs <= 3" >/dev/null || complain "$1 $direction at $2 Mbit/s is $error % off"
	done
}

verify() { # BACKEND RATE TARGET VERDICT STATUS ARGUMENT...
	local direction
	line_shape "$2"
	measure "$1" --target "$3" "${@:6}"
	[ "$status" -eq "$5" ] || complain "a line of $2 against $3 gives status $status and not $5"
	for direction in down up; do
		[ "$(value .$direction.verdict)" = "$4" ] || complain "$direction of a line of $2 against $3: $(value .$direction.verdict)"
		printf '%-10s %3d against %3d %-4s  %-8s  IP %8.3f  %4.1f s  %6.1f MB\n' "$1" "$2" "$3" "$direction" \
			"$(value .$direction.verdict)" "$(value .$direction.ip_mbps)" "$(value ".$direction.samples / 10")" \
			"$(value ".$direction.bytes / 1e6")"
	done
}

measure_librespeed far 10.77.0.2
collector_prepare "server-names = 10.77.0.2, 10.77.0.3"
collector_start far
for rate in ${SPEED_PARTA-10 100 500}; do capacity parta "$rate"; done
for rate in ${SPEED_LIBRESPEED-50}; do capacity librespeed "$rate"; done
for backend in parta librespeed; do
	verify $backend 100 100 pass 0
done
[[ $(value .cipher) == *AES*GCM* || $(value .cipher) == *CHACHA20* ]] || complain "the cipher is not told: '$(value .cipher)'"
# Twice the streams, and ten seconds; there is no other server.
verify parta 80 100 fail_isp 3 --stream-log "$LAB_DIR/streams"
[ "$(value '[.steps[] | select(.direction == "up") | .step] | join(" ")')" = "verify streams long" ] || complain "the fail was not confirmed"
[ "$(value '.steps[-1].streams')" -eq 16 ] || complain "it was confirmed by few streams"
[ "$(value .up.cause)" = one_server ] || complain "it is not said that one server alone was asked"
# Before the provider is blamed, the server's own record of each run is asked for.
jq -se 'map(.run | select(.) | .limits | .server_cpu_pct > 0 and .server_cpu_pct < 80) | length >= 6 and all' "$LAB_DIR/streams" >/dev/null ||
	complain "the server's part is not known: $(jq -c '.run | select(.) | .limits' "$LAB_DIR/streams")"
jq -se 'map(.run | select(. and .direction == "down") | .limits | .server_sndbuf_limited >= 0 and .server_rwnd_limited >= 0) | all' "$LAB_DIR/streams" >/dev/null ||
	complain "what the server's kernel said is not known"

# Another server that does better clears the provider.
for rate in 100 30; do
	[ $rate -eq 30 ] || tc -n "$(lab_ns far)" qdisc replace dev eth0 root handle 1: htb default 100
	tc -n "$(lab_ns far)" class add dev eth0 parent 1: classid "1:$rate" htb rate "${rate}mbit" burst 16kb cburst 16kb quantum 3000 overhead 24
done
tc -n "$(lab_ns far)" filter add dev eth0 parent 1: protocol ip u32 match ip src 10.77.0.3/32 flowid 1:30
SERVER=https://10.77.0.3:8445 measure parta --target 50 --direction down --server https://10.77.0.2:8445
[ "$(value .down.verdict)" = pass ] || complain "a line that one of two servers fills is $(value .down.verdict)"
[ "$(value '[.steps[].step, .down.server] | join(" ")')" = "verify streams server https://10.77.0.2:8445" ] ||
	complain "it was not the other server that decided"

# A line that is much faster than its target is not filled to learn that.
for backend in parta librespeed; do
	verify $backend 500 50 pass 0
	jq -ne "$(value '.down.bytes + .up.bytes') < 50e6" >/dev/null || complain "$backend took too much of a fast line"
done

# What is asked wrongly, cannot be measured, or breaks off in the middle.
refused() { # STATUS WORDS ARGUMENT...
	local wanted=$1 words=$2
	shift 2
	status=0
	lab_in school "$agent" speed "$@" >"$LAB_DIR/result" 2>"$LAB_DIR/words" || status=$?
	if [ "$status" -ne "$wanted" ] || ! grep -q -- "$words" "$LAB_DIR/words"; then
		echo "FAILED: speed $* gives status $status: $(cat "$LAB_DIR/words")"
		failed=$((failed + 1))
	fi
}
refused 2 "name a measuring server"
refused 2 "does not take 'ndt5'" --server https://10.77.0.2:8445 --backend ndt5
refused 2 "does not take 'sideways'" --server https://10.77.0.2:8445 --direction sideways
refused 2 "does not take '-5'" --server https://10.77.0.2:8445 --target -5
refused 1 "could not reach 'https://10.77.0.2:9'" --server https://10.77.0.2:9
refused 1 "is no parta server: status 404" --server https://10.77.0.2 --ca "$LAB_DIR/cert.pem"
refused 1 "certificate" --server https://10.77.0.2:8445 --ca "$LAB_DIR/cert.pem"

# A transparent proxy on the way answers in the server's place, and is not measured. One that the environment names is not asked.
squid_start() {
	local d=$LAB_DIR/squid
	install -d -o proxy "$d"
	cat >"$d/conf" <<-END
		http_port 10.77.1.254:3128
		http_port 10.77.1.254:3129 intercept
		http_access allow all
		cache deny all
		access_log stdio:$d/access.log
		cache_log $d/cache.log
		pid_filename none
		coredump_dir $d
		pinger_enable off
		shutdown_lifetime 0 seconds
	END
	lab_start squid edge squid -N -f "$d/conf"
	lab_until 20 lab_in school bash -c '</dev/tcp/10.77.1.254/3128' || lab_fail "no squid: $(cat "$LAB_DIR/squid.log" "$d/cache.log")"
	: >"$d/access.log"
}
if command -v squid >/dev/null; then
	squid_start
	status=0
	lab_in school env https_proxy=http://10.77.1.254:3128 ALL_PROXY=http://10.77.1.254:3128 "$agent" speed --server https://10.77.0.2:8445 --ca "$LAB_DIR/state/ca/ca.crt" --target 10 --direction down >"$LAB_DIR/result" 2>&1 || status=$?
	[ "$status" -eq 0 ] && ! grep -q 10.77.0.2 "$LAB_DIR/squid/access.log" || complain "status $status: it went by the proxy of the environment"
	lab_in edge nft -f - <<-END
		table ip way { chain in { type nat hook prerouting priority -100; iifname lan0 tcp dport 80 redirect to :3129; }; }
	END
	refused 1 "a proxy answers for 'http://10.77.0.2'" --backend librespeed --server http://10.77.0.2/ --target 10
	lab_in edge nft delete table ip way
	lab_stop squid || true
fi

# What was recorded says again what the test said.
line_shape 80
measure parta --target 50 --stream-log "$LAB_DIR/streams"
jq -c '[.down, .up | .verdict, .confidence, .ip_mbps, .bytes != 0]' "$LAB_DIR/result" >"$LAB_DIR/said"
lab_in school "$agent" speed --replay "$LAB_DIR/streams" --format json >"$LAB_DIR/result"
jq -c '[.down, .up | .verdict, .confidence, .ip_mbps, .bytes != 0]' "$LAB_DIR/result" | cmp -s - "$LAB_DIR/said" ||
	complain "a recording does not say what the test said: $(cat "$LAB_DIR/said")"
refused 1 "no run was recorded" --replay /dev/null
refused 1 "No such file" --replay "$LAB_DIR/nothing"

line_shape 50
measure parta --capacity --direction down --stream-log "$LAB_DIR/streams" &
sleep 3
ip -n "$(lab_ns far)" link set eth0 down
wait $!
ip -n "$(lab_ns far)" link set eth0 up
[ "$(value .down.verdict)" = inconclusive ] || complain "a line that was cut is judged"
[ "$(value '.up')" = null ] || complain "a direction nobody asked for"
[ "$(jq -s 'map(select(.run == null and .direction == "down" and .stream < 4)) | group_by(.stream) | map(length > 15) | all' "$LAB_DIR/streams")" = true ] ||
	complain "the log of the streams is short"

[ "$failed" -eq 0 ] || lab_fail "$failed of the above"
echo "speed: all within bounds"
