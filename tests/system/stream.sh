#!/usr/bin/env bash
# Replies that are made while they leave: whole and cut ones, a client that reads slowly, one that goes, events that come
# when they happen, and a server that ends in the middle of it. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh

for need in curl openssl; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done
server=build/${MODE:-release}/tests/system/stream_server
make -s "$server" >/dev/null

lab_begin stream
lab_namespace town
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-keyout "$LAB_DIR/key" -out "$LAB_DIR/chain" 2>/dev/null
lab_start server town "$server" "$LAB_DIR/chain" "$LAB_DIR/key" 127.0.0.1:8444
lab_await server listening 10
pid=${LAB_PIDS[server]} # ip netns exec became it

get() { lab_in town curl -sk -m 60 "https://localhost:8444$1" "${@:2}"; }
said() { grep -cxF "$1" "$LAB_DIR/server.log" || true; }

echo "- what is made in pieces arrives whole"
for bytes in 0 1 9999 65536 65537 30000000; do
	[ "$(get "/numbers?bytes=$bytes" | tee "$LAB_DIR/got" | wc -c)" = "$bytes" ] || lab_fail "of $bytes bytes there came $(wc -c <"$LAB_DIR/got")"
done
awk 'BEGIN { for (i = 0; i < 3000000; i++) printf "0123456789" }' | cmp - "$LAB_DIR/got" ||
	lab_fail "other bytes came than were sent"
get "/numbers?bytes=1000000" --limit-rate 500000 | wc -c | grep -qx 1000000 || lab_fail "a slow reader does not get all"
readers=()
for _ in 1 2 3 4 5 6 7 8; do
	get "/numbers?bytes=3000000" | wc -c >>"$LAB_DIR/counts" &
	readers+=($!)
done
wait "${readers[@]}"
[ "$(grep -cx 3000000 "$LAB_DIR/counts")" = 8 ] || lab_fail "of eight at once not all got all"

echo "- what breaks off is seen to be broken"
status=0
get "/broken?bytes=100000" -o "$LAB_DIR/got" || status=$?
[ "$status" -ne 0 ] || lab_fail "a reply that was cut passes for a whole one"

echo "- a client that does not read is given up; the memory stays as it was"
lab_in town bash -c 'exec 3<>/dev/tcp/127.0.0.1/8444; true' # a stranger who says nothing
lab_in town curl -skN -m 12 --limit-rate 1000 https://localhost:8444/endless -o /dev/null &
reader=$!
gone() { [ "$(said '/endless Resource temporarily unavailable')" -ge 1 ]; }
lab_until 20 gone || lab_fail "who reads slowly is waited for without end"
wait "$reader" && lab_fail "the slow reader was told that it has all"
[ "$(awk '/VmHWM/ { print $2 }' "/proc/$pid/status")" -lt 40000 ] || lab_fail "the server took $(grep VmHWM "/proc/$pid/status")"

echo "- a client that goes is noticed"
lab_in town timeout 1 curl -sk https://localhost:8444/endless -o /dev/null || true
broken() { [ "$(said '/endless Broken pipe')" -ge 1 ]; }
lab_until 20 broken || lab_fail "who went is still written to"

echo "- replies that wait for slow readers take so much memory and no more"
readers=()
for n in 1 2; do
	lab_in town curl -sk -m 8 --limit-rate 100000 https://localhost:8444/heavy -o "$LAB_DIR/heavy$n" &
	readers+=($!)
done
both() { [ -s "$LAB_DIR/heavy1" ] && [ -s "$LAB_DIR/heavy2" ]; }
lab_until 10 both || lab_fail "two large replies do not begin"
[ "$(get /heavy -o "$LAB_DIR/got" -w '%{http_code}')" = 503 ] || lab_fail "a third large reply is made too"
wait "${readers[@]}" && lab_fail "the slow readers were told that they have all"
room() { [ "$(get /heavy -o "$LAB_DIR/got" -w '%{http_code}')" = 200 ]; }
lab_until 10 room || lab_fail "when they are gone there is no room again"

echo "- an event comes when it happens, not when there are many"
lab_in town curl -skN -m 60 https://localhost:8444/events >"$LAB_DIR/events" &
open() { grep -q '^:' "$LAB_DIR/events"; }
lab_until 10 open || lab_fail "the events do not begin"
for n in 1 2 3; do
	kill -USR1 "$pid"
	came() { grep -qx "data: $n" "$LAB_DIR/events"; }
	lab_until 5 came || lab_fail "event $n did not come"
	! grep -qx "data: $((n + 1))" "$LAB_DIR/events" || lab_fail "an event came that has not happened"
done

echo "- ending, it lets nobody hang"
lab_in town curl -sk -m 60 --limit-rate 100000 https://localhost:8444/endless -o /dev/null &
sleep 0.5
lab_stop server
[ "$(said ended)" = 1 ] || lab_fail "the server did not end by itself: $(tail -n 3 "$LAB_DIR/server.log")"
[ "$(said '/events Broken pipe')" = 1 ] || lab_fail "the events were not told that it ends"
echo "stream: done"
