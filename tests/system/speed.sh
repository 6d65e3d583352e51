#!/usr/bin/env bash
# `parta-agent speed` on emulated lines of 10 to 500 Mbit/s: the rate at the IP layer within 3 % of the truth, and the
# verdict against a target above and below it. The far end speaks LibreSpeed over TLS. SPEED_RATES, SPEED_BACKENDS
# choose less. Skipped (77) without root or a tool.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh

for need in nginx openssl tc ethtool jq; do
	command -v "$need" >/dev/null || { echo "speed: skipped, '$need' is not installed"; exit 77; }
done
agent=${AGENT:-build/release/parta-agent}
lab_begin speed
lab_namespace school far
lab_cable school eth0 far eth0
lab_address school eth0 10.77.0.1/24
lab_address far eth0 10.77.0.2/24

# Both directions are shaped as a port of that rate would: 24 bytes of preamble, FCS and gap for each frame beside the
# 14 that the kernel counts. At the IP layer 1500 of 1538 bytes are left.
line_shape() {
	local place burst=16kb
	[ "$1" -lt 200 ] || burst=64kb
	for place in school far; do
		tc -n "$(lab_ns $place)" qdisc replace dev eth0 root tbf rate "${1}mbit" burst $burst latency "${2:-20ms}" overhead 24
	done
}

cd "$LAB_DIR"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 \
	-subj /CN=speed.test -addext subjectAltName=IP:10.77.0.2 2>/dev/null
mkdir -p www/backend
head -c 104857600 /dev/urandom >www/backend/garbage.php
cat >nginx.conf <<END
daemon off; worker_processes 1; pid $LAB_DIR/nginx.pid; error_log stderr warn;
events { worker_connections 256; }
http {
	access_log off; sendfile on; keepalive_requests 100000;
	client_body_temp_path $LAB_DIR/b; proxy_temp_path $LAB_DIR/p; fastcgi_temp_path $LAB_DIR/f;
	uwsgi_temp_path $LAB_DIR/u; scgi_temp_path $LAB_DIR/s;
	client_max_body_size 20m; client_body_buffer_size 17m;
	server {
		listen 10.77.0.2:443 ssl;
		ssl_certificate $LAB_DIR/cert.pem; ssl_certificate_key $LAB_DIR/key.pem;
		location = /backend/garbage.php { root $LAB_DIR/www; }
		# The body is taken in whole, then dropped: an answer before its end would not be an upload.
		location = /backend/empty.php {
			proxy_pass http://127.0.0.1:81/; proxy_pass_request_body off; proxy_set_header Content-Length "";
		}
	}
	server { listen 127.0.0.1:81; location / { return 200; } }
}
END
chmod -R a+rX "$LAB_DIR"
cd - >/dev/null
lab_start nginx far nice -n -10 nginx -c "$LAB_DIR/nginx.conf"
lab_until 5 lab_in school bash -c '</dev/tcp/10.77.0.2/443' || lab_fail "the server did not come up: $(cat "$LAB_DIR/nginx.log")"

measure() { # ARGUMENT...: one test, its object in $LAB_DIR/result, its exit status in $status
	status=0
	lab_in school nice -n -10 "$agent" speed --server https://10.77.0.2 --ca "$LAB_DIR/cert.pem" --format json "$@" \
		>"$LAB_DIR/result" 2>"$LAB_DIR/words" || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || lab_fail "speed $*: status $status: $(cat "$LAB_DIR/words")"
}
value() { jq -r "$1" "$LAB_DIR/result"; }
failed=0
complain() {
	echo "FAILED: $*"
	jq -c 'del(.down.sample_bytes, .up.sample_bytes, .down.tcp, .up.tcp)' "$LAB_DIR/result"
	failed=$((failed + 1))
}

for backend in ${SPEED_BACKENDS:-librespeed}; do
	for rate in ${SPEED_RATES:-10 50 100 500}; do
		line_shape "$rate"
		measure --backend "$backend" --capacity
		for direction in down up; do
			error=$(value "(.$direction.ip_mbps / ($rate * 1500 / 1538) - 1) * 100 | . * 100 | round / 100")
			printf '%-10s %3d Mbit/s %-4s  IP %8.3f  error %6.2f %%  goodput %8.3f  %2d streams  %6.1f MB  idle %5.2f loaded %6.2f ms  cpu %4.1f %%\n' \
				"$backend" "$rate" "$direction" "$(value .$direction.ip_mbps)" "$error" "$(value .$direction.goodput_mbps)" \
				"$(value .$direction.streams)" "$(value ".$direction.bytes / 1e6")" "$(value .latency_idle_ms)" \
				"$(value .latency_loaded_ms)" "$(value .cpu_pct)"
			jq -ne "$error | fabs <= 3" >/dev/null || complain "$backend $direction at $rate Mbit/s is $error % off"
		done
	done

	line_shape 100
	measure --backend "$backend" --target 100
	[ "$status" -eq 0 ] || complain "a full 100 Mbit/s port does not pass for 100: status $status"
	for direction in down up; do
		[ "$(value .$direction.verdict)" = pass ] || complain "$direction of a full port: $(value .$direction.verdict)"
		printf '%-10s verify 100 of 100 %-4s %s  %4.1f s  %6.1f MB\n' "$backend" "$direction" "$(value .$direction.verdict)" \
			"$(value ".$direction.samples / 10")" "$(value ".$direction.bytes / 1e6")"
	done
	line_shape 80
	measure --backend "$backend" --target 100
	[ "$status" -eq 3 ] || complain "a line of 80 passes for 100: status $status"
	for direction in down up; do
		[ "$(value .$direction.verdict)" = fail_isp ] || complain "$direction of a slow line: $(value .$direction.verdict)"
		printf '%-10s verify 100 of  80 %-4s %s  %4.1f s  %6.1f MB\n' "$backend" "$direction" "$(value .$direction.verdict)" \
			"$(value ".$direction.samples / 10")" "$(value ".$direction.bytes / 1e6")"
	done
done

[ "$failed" -eq 0 ] || lab_fail "$failed of the above"
echo "speed: all within bounds"
