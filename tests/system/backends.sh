#!/usr/bin/env bash
# `parta-agent speed` against servers that are not ours: each protocol finds its server, measures both directions of a
# line of 50 Mbit/s about right, and says what is wrong when there is none. How exact it is, speed.sh asks.
# Skipped (77) without root or a tool.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
lab_urgent "$PWD/tests/system/backends.sh" "$@"

for need in nginx iperf3 openssl tc ethtool jq; do
	command -v "$need" >/dev/null || { echo "backends: skipped, '$need' is not installed"; exit 77; }
done
/usr/bin/python3 -c 'import websockets' 2>/dev/null || { echo "backends: skipped, 'python3-websockets' is not installed"; exit 77; }
agent=${AGENT:-build/release/parta-agent}
lab_begin backends
lab_namespace school far
lab_cable school eth0 far eth0
lab_address school eth0 10.77.0.1/24
lab_address far eth0 10.77.0.2/24
line_ip_mbps=48.8 # 50 * 1500 / 1538
for place in school far; do
	tc -n "$(lab_ns $place)" qdisc replace dev eth0 root tbf rate 50mbit burst 16kb latency 20ms overhead 24
done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$LAB_DIR/key.pem" -out "$LAB_DIR/cert.pem" -days 2 \
	-subj /CN=speed.test -addext subjectAltName=IP:10.77.0.2 2>/dev/null

failed=0
complain() {
	echo "FAILED: $*"
	failed=$((failed + 1))
}
value() { jq -r "$1" "$LAB_DIR/result"; }
measure() { # ARGUMENT...: one test, its object in $LAB_DIR/result, its exit status in $status
	status=0
	lab_in school "$agent" speed --ca "$LAB_DIR/cert.pem" --format json "$@" >"$LAB_DIR/result" 2>"$LAB_DIR/words" || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || lab_fail "speed $*: status $status: $(cat "$LAB_DIR/words")"
	echo "$(value .backend) $(value .mode): $(jq -c '[.down, .up | select(.) | {ip_mbps, verdict, streams, bytes}]' "$LAB_DIR/result")"
}
refused() { # WORDS ARGUMENT...
	local words=$1
	shift
	status=0
	lab_in school "$agent" speed --ca "$LAB_DIR/cert.pem" "$@" >"$LAB_DIR/result" 2>"$LAB_DIR/words" || status=$?
	[ "$status" -eq 1 ] && grep -q -- "$words" "$LAB_DIR/words" || complain "speed $*: status $status: $(cat "$LAB_DIR/words")"
}
about_right() { # the rate of both directions
	local direction
	for direction in down up; do
		jq -e "(.$direction.ip_mbps / $line_ip_mbps - 1) | fabs < 0.2" "$LAB_DIR/result" >/dev/null ||
			complain "$(value .backend) says $(value .$direction.ip_mbps) Mbit/s of $direction"
	done
}
passes() { # ARGUMENT...
	measure "$@"
	jq -e '[.down, .up | select(.) | .verdict] | all(. == "pass")' "$LAB_DIR/result" >/dev/null ||
		complain "speed $* does not pass: $(jq -c '[.down, .up | select(.) | [.verdict, .cause]]' "$LAB_DIR/result")"
}

# ---- ndt7

for port in 4443 4480; do
	tls=("$LAB_DIR/cert.pem" "$LAB_DIR/key.pem")
	[ $port = 4443 ] || tls=()
	lab_start ndt7-$port far /usr/bin/python3 tests/system/ndt7_server.py 10.77.0.2 $port 2.5 "${tls[@]}"
	lab_await ndt7-$port ready 10
done
locator=https://10.77.0.2:4443/v2/nearest/ndt/ndt7
heard() { grep -c -- "$2" "$LAB_DIR/ndt7-$1.log" || true; }

passes --backend ndt7 --server "$locator" --target 20 # far enough below the line to be sure with one stream
[ "$(value .server)" = https://10.77.0.2:4443 ] || complain "the server that was found is $(value .server)"
[ "$(heard 4443 locate)" = 1 ] || complain "the locator was asked $(heard 4443 locate) times"
[ "$(heard 4443 pong)" -ge 3 ] || complain "pings were answered $(heard 4443 pong) times"
jq -e '.latency_loaded_ms > 0 and .latency_idle_ms > 0' "$LAB_DIR/result" >/dev/null || complain "no latency: $(jq -c '[.latency_idle_ms, .latency_loaded_ms]' "$LAB_DIR/result")"
passes --backend ndt7 --server ws://10.77.0.2:4480 --target 10 --direction down
jq -e '.down.ip_mbps < 30' "$LAB_DIR/result" >/dev/null || complain "a target of 10 Mbit/s took the whole line"
measure --backend ndt7 --server ws://10.77.0.2:4480 --capacity --direction down # the server ends it, long before we would
jq -e ".down.ip_mbps > $line_ip_mbps / 2 and .down.ip_mbps < $line_ip_mbps * 1.2" "$LAB_DIR/result" >/dev/null || complain "ndt7 says $(value .down.ip_mbps) Mbit/s"
jq -e '.down.samples >= 20 and .down.samples < 60' "$LAB_DIR/result" >/dev/null || complain "$(value .down.samples) samples of a server that ended it"
refused "has no room: status 429, come again after 77 s" --backend ndt7 --server https://10.77.0.2:4443/busy/v2/nearest/ndt/ndt7
refused "speaks no net.measurementlab.ndt.v7: status 401" --backend ndt7 --server 'http://10.77.0.2:4480/?access_token=stale'
refused "status 404" --backend ndt7 --server http://10.77.0.2:4480/elsewhere

# ---- iperf3

lab_start iperf3 far iperf3 -s -B 10.77.0.2
lab_until 10 lab_in school bash -c '</dev/tcp/10.77.0.2/5201'
passes --backend iperf3 --server iperf3://10.77.0.2 --target 40
about_right
[ "$(value '.down.streams')" = 4 ] || complain "iperf3 measured with $(value .down.streams) streams"
refused "iperf3: .*refused" --backend iperf3 --server iperf3://10.77.0.2:5202
lab_in school env PATH=/nowhere "$(realpath "$agent")" speed --backend iperf3 --server iperf3://10.77.0.2 >/dev/null 2>"$LAB_DIR/words" && complain "iperf3 is not needed"
grep -q "install iperf3" "$LAB_DIR/words" || complain "without iperf3: $(cat "$LAB_DIR/words")"

# ---- responsiveness: nginx over HTTP/2 with the endpoints of the draft

rpm_start() {
	local d=$LAB_DIR origin=https://endpoint.test:4444
	mkdir -p "$d/www/.well-known" "$d/b"
	truncate -s 8G "$d/www/large"
	printf x >"$d/www/small"
	jq -n --arg o $origin '{version: 1, urls: {small_https_download_url: ($o + "/small"), large_download_url: ($o + "/large"),
		upload_url: ($o + "/up")}, test_endpoint: "10.77.0.2"}' >"$d/www/.well-known/nq"
	jq '.version = 2' "$d/www/.well-known/nq" >"$d/www/other"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$d/key2.pem" -out "$d/cert2.pem" -days 2 \
		-subj /CN=endpoint.test -addext subjectAltName=DNS:endpoint.test,IP:10.77.0.2 2>/dev/null
	cat >"$d/nginx.conf" <<-END
		daemon off; worker_processes 1; pid $d/nginx.pid; error_log stderr warn;
		events { worker_connections 512; }
		http {
			access_log $d/access.log; keepalive_requests 100000;
			log_format seen '\$server_protocol \$uri \$connection';
			client_body_temp_path $d/b; proxy_temp_path $d/p; fastcgi_temp_path $d/f; uwsgi_temp_path $d/u; scgi_temp_path $d/s;
			server {
				listen 10.77.0.2:4444 ssl http2;
				ssl_certificate $d/cert2.pem; ssl_certificate_key $d/key2.pem;
				access_log $d/seen seen;
				client_max_body_size 0;
				location / { root $d/www; }
				# The body is taken in whole before anything is answered.
				location = /up { proxy_pass http://127.0.0.1:81/; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
			}
			server { listen 127.0.0.1:81; location / { return 200; } }
		}
	END
	chmod -R a+rwX "$d"
	lab_in far sysctl -qw net.ipv4.tcp_congestion_control=reno # it fills the queue, which is what the test is about
	lab_start nginx far nginx -c "$d/nginx.conf"
	lab_until 5 lab_in school bash -c '</dev/tcp/10.77.0.2/4444' || lab_fail "nginx did not come up: $(cat "$d/nginx.log")"
}
rpm_of_queue() { # MILLISECONDS: the responsiveness of a line whose queue may be so long
	tc -n "$(lab_ns far)" qdisc replace dev eth0 root tbf rate 20mbit burst 16kb latency "$1ms" overhead 24
	measure --backend rpm --server https://10.77.0.2:4444 --ca "$LAB_DIR/cert2.pem" --direction down --capacity
	rpm=$(value '.rpm | round')
	echo "rpm with a queue of $1 ms: $rpm ($(value .down.rpm_confidence))"
}
rpm_start
rpm_of_queue 300
deep=$rpm
rpm_of_queue 10
[ "$deep" -lt 400 ] || complain "a queue of 300 ms gives $deep round trips a minute"
[ "$rpm" -gt $((deep * 3)) ] || complain "a queue of 10 ms gives $rpm round trips a minute, one of 300 ms $deep"
# A self probe asks on a connection that carries the load.
awk '$2 == "/large" { large[$3] = 1 } $2 == "/small" { small[$3] = 1 } END { for (c in small) if (c in large) exit 0; exit 1 }' "$LAB_DIR/seen" ||
	complain "no probe shared a connection with the load"
refused "is no rpm server: status 404" --backend rpm --server https://10.77.0.2:4444/nowhere --ca "$LAB_DIR/cert2.pem"
refused "is no rpm server" --backend rpm --server https://10.77.0.2:4444/other --ca "$LAB_DIR/cert2.pem"

[ "$failed" -eq 0 ] || lab_fail "$failed of the above"
echo "backends: each measures the line about right"
