#!/usr/bin/env bash
# The measuring endpoint: what it promises, how it paces, what it records; M-Lab's own client and LibreSpeed's requests in a
# real Chromium, whose figures agree with the record. Needs root.
# alone: it compares rates of both ends
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/page.sh

page_packages
lab_begin measure
lab_namespace town
lab_namespace desk
lab_cable town eth0 desk eth0
lab_address town eth0 10.71.0.1/24
lab_address desk eth0 10.71.0.2/24
collector_prepare "measure-capacity = 600" "server-names = 127.0.0.1, 10.71.0.1"
collector_start town

lab_in desk /usr/bin/python3 -B tests/system/measure_peer.py 10.71.0.1 admission record pace responsiveness ndt7 || lab_fail "a story failed"
[ "$(collector_metric 'parta_refused_total{reason="measure_capacity"}')" -ge 3 ] || lab_fail "refusals are not counted"
[ "$(collector_metric 'parta_measured_total{protocol="rpm"}')" -ge 2 ] || lab_fail "responsiveness is not counted"

# ---- a browser, on a line of 60 Mbit/s

for place in town desk; do
	tc -n "$(lab_ns $place)" qdisc replace dev eth0 root tbf rate 60mbit burst 64kb latency 50ms
done
found() { jq -r "$1" "$LAB_DIR/found"; }
is() { # WHAT FILTER WANTED
	[ "$(found "$2")" = "$3" ] || { cat "$LAB_DIR/found" >&2; lab_fail "$1"; }
}
near() { # WHAT ONE OTHER: both ends count alike, but for what is on its way when each of them stops
	jq -ne "($2 / $3 - 1) | fabs <= 0.1" >/dev/null || { cat "$LAB_DIR/found" >&2; lab_fail "$1: $2 here, $3 there"; }
}
fits() { # WHAT MBPS: the line carries 57 at most, and a busy machine less
	jq -ne "$2 <= 60 and $2 >= 20" >/dev/null || { cat "$LAB_DIR/found" >&2; lab_fail "$1: $2 Mbit/s"; }
}
sent() { collector_metric 'parta_measure_bytes_total{direction="download"}'; }

before=$(sent)
COLLECTOR_PLACE=desk page_node tests/system/measure_browser.mjs https://10.71.0.1:8445 >"$LAB_DIR/found" || lab_fail "the browser gave up"
is "M-Lab's client fails" '.ndt7 | [.status, .errors] | tostring' '[0,[]]'
rate() { # DIRECTION: of the record of the client's test
	local test
	test=$(found ".ndt7.$1load.LastServerMeasurement.ConnectionInfo.UUID")
	collector_sql "SELECT round((size_bytes * 8 / duration_s / 1e6)::numeric, 3) FROM core.measured WHERE test_id = '$test' AND protocol = 'ndt7' AND direction = '$1'"
}
recorded() { [ -n "$(rate "$1")" ]; }
for direction in down up; do
	lab_until 10 recorded $direction || lab_fail "there is no record of the $direction""load"
done
near "M-Lab's download" "$(found .ndt7.download.LastClientMeasurement.MeanClientMbps)" "$(rate down)"
near "what it was told of it" "$(found '.ndt7.download.LastServerMeasurement.TCPInfo | .BytesAcked * 8 / .ElapsedTime')" "$(rate down)"
near "M-Lab's upload" "$(found '.ndt7.upload.LastServerMeasurement.TCPInfo | .BytesReceived * 8 / .ElapsedTime')" "$(rate up)"
fits "the line" "$(rate down)"

is "LibreSpeed's requests are not answered as they should be" '.librespeed | [.errors, .ping, .address] | tostring' \
	'[[],{"status":200,"body":""},{"processedString":"10.71.0.2 - private IPv4 access","rawIspInfo":""}]'
fits "LibreSpeed's download" "$(found '.librespeed.download.rate / 1e6')"
over() { [ "$(collector_metric parta_measure_streams)" = 0 ]; }
lab_until 30 over || lab_fail "streams stay after their browser"
[ $(($(sent) - before)) -ge "$(found '.ndt7.download.LastClientMeasurement.NumBytes + .librespeed.download.bytes')" ] ||
	lab_fail "less was counted than arrived"
[ "$(collector_metric 'parta_measured_total{protocol="librespeed"}')" -ge 9 ] || lab_fail "LibreSpeed's streams are not counted"

# ---- our own clients of ndt7 and, by its list, of LibreSpeed

lab_in desk build/release/parta-agent speed --backend librespeed --server https://10.71.0.1:8445/.well-known/librespeed --target 10 \
	--ca "$LAB_DIR/state/ca/ca.crt" --format json >"$LAB_DIR/found" || [ $? -eq 3 ] || lab_fail "the agent finds no LibreSpeed"
is "LibreSpeed measures little" '[.backend, .server, .down.bytes > 1000000 and .up.bytes > 1000000] | tostring' \
	'["librespeed","https://10.71.0.1:8445",true]'
before=$(collector_metric 'parta_measured_total{protocol="ndt7"}')
lab_in desk build/release/parta-agent speed --backend ndt7 --server https://10.71.0.1:8445/v2/nearest/ndt/ndt7 --target 10 \
	--ca "$LAB_DIR/state/ca/ca.crt" --format json >"$LAB_DIR/found" || [ $? -eq 3 ] || lab_fail "the agent cannot measure"
is "the agent measures little" '.down.bytes > 1000000 and .up.bytes > 1000000' true
counted() { [ "$(collector_metric 'parta_measured_total{protocol="ndt7"}')" -ge $((before + 2)) ]; }
lab_until 10 counted || lab_fail "the agent's test is not counted"
# A line below its target fails by it too: there are no more streams to confirm it by, and no other server.
status=0
lab_in desk build/release/parta-agent speed --backend ndt7 --server https://10.71.0.1:8445/v2/nearest/ndt/ndt7 --target 100 --direction down \
	--ca "$LAB_DIR/state/ca/ca.crt" --format json >"$LAB_DIR/found" || status=$?
is "a line below its target" "[$status, .down.verdict, .down.cause, ([.steps[].step] | join(\" \"))] | tostring" \
	'[3,"fail_isp","one_server","verify long"]'
fits "the line that fails" "$(found .down.ip_mbps)"

# ---- a flood

lost=$(collector_metric parta_measure_records_lost_total)
[ "$lost" = 0 ] || lab_fail "$lost records were lost before"
lab_in desk /usr/bin/python3 -B tests/system/measure_peer.py 10.71.0.1 flood || lab_fail "a story failed"
[ "$(collector_metric parta_measure_records_lost_total)" -ge 50 ] || lab_fail "a flood of tests is recorded"

# ---- a key, and a collector that ends in the middle

echo 'measure-key = word' >>"$LAB_DIR/collector.conf"
kill -HUP "${LAB_PIDS[collector]}"
lab_await collector "read the configuration again" 5
shake() { # QUERY: the status of a handshake
	lab_in desk curl -sk -o /dev/null -m "${2:-1}" -w '%{http_code}' --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
		-H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \
		-H 'Sec-WebSocket-Protocol: net.measurementlab.ndt.v7' "https://10.71.0.1:8446/ndt/v7/download$1" || true
}
[ "$(shake "")" = 401 ] || lab_fail "ndt7 asks for no key"
[ "$(lab_in desk curl -sk 'https://10.71.0.1:8445/v2/nearest/ndt/ndt7?key=word' | jq -r '.results[0].urls["wss:///ndt/v7/upload"]')" = \
	"wss://10.71.0.1:8446/ndt/v7/upload?key=word" ] || lab_fail "the key does not go along"
[ "$(lab_in desk curl -sk 'https://10.71.0.1:8445/.well-known/librespeed?key=word' | jq -r '.[0] | [.dlURL, .ulURL] | join(" ")')" = \
	"garbage?key=word empty?key=word" ] || lab_fail "the key does not go along to LibreSpeed's clients"
shake "?key=word" 20 >"$LAB_DIR/status" &
shaking=$!
under_way() { [ "$(collector_metric parta_measure_streams)" = 1 ]; }
lab_until 10 under_way || lab_fail "no test runs with the key"
kill -TERM "${LAB_PIDS[collector]}"
wait "${LAB_PIDS[collector]}" || lab_fail "the collector ended with status $?"
unset "LAB_PIDS[collector]"
wait $shaking
[ "$(cat "$LAB_DIR/status")" = 101 ] || lab_fail "the test that ran had status $(cat "$LAB_DIR/status")"
echo "measure: every stream was promised, paced and recorded, and the browsers agree"
