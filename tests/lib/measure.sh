# shellcheck shell=bash
# Servers to measure against, in a namespace of the lab; source tests/lib/lab.sh first.
#
#   measure_librespeed PLACE ADDRESS   LibreSpeed's files by nginx at https://ADDRESS/, authority $LAB_DIR/cert.pem
#   measure_collector PLACE ADDRESS...  the collector at port 8445 of all its addresses, the first of which it listens to agents
#                                      on; authority $LAB_DIR/collector/state/ca/ca.crt

measure_librespeed() {
	local d=$LAB_DIR
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$d/key.pem" -out "$d/cert.pem" -days 2 \
		-subj /CN=speed.test -addext "subjectAltName=IP:$2" 2>/dev/null
	mkdir -p "$d/www/backend"
	head -c 104857600 /dev/urandom >"$d/www/backend/garbage.php"
	cat >"$d/nginx.conf" <<-END
		daemon off; worker_processes 1; pid $d/nginx.pid; error_log stderr warn;
		events { worker_connections 256; }
		http {
			access_log off; keepalive_requests 100000;
			client_body_temp_path $d/b; proxy_temp_path $d/p; fastcgi_temp_path $d/f; uwsgi_temp_path $d/u; scgi_temp_path $d/s;
			client_max_body_size 20m; client_body_buffer_size 17m;
			server {
				listen $2:443 ssl; listen $2:80;
				ssl_certificate $d/cert.pem; ssl_certificate_key $d/key.pem;
				location = /backend/garbage.php { root $d/www; }
				# The body is taken in whole, then dropped: an answer before its end would not be an upload.
				location = /backend/empty.php {
					proxy_pass http://127.0.0.1:81/; proxy_pass_request_body off; proxy_set_header Content-Length "";
				}
			}
			server { listen 127.0.0.1:81; location / { return 200; } }
		}
	END
	chmod -R a+rX "$d"
	lab_start nginx "$1" nginx -c "$d/nginx.conf"
	lab_until 5 lab_in "$1" bash -c "</dev/tcp/$2/443" || lab_fail "nginx did not come up: $(cat "$d/nginx.log")"
}

measure_collector() {
	local d=$LAB_DIR/collector place=$1 names
	shift
	printf -v names '%s, ' "$@"
	mkdir -p "$d/state" "$d/data"
	cp -r sql common/classify/device_rule.csv "$d/data/"
	cat >"$d/conf" <<-END
		state-dir = $d/state
		data-dir = $d/data
		server-names = ${names%, }
		listen-agents = $1:8443
		listen-page = $1:8444
		listen-measure = 0.0.0.0:8445
		listen-ndt7 = 0.0.0.0:8446
	END
	install -m 755 build/release/parta-collector "$d/parta-collector"
	chown -R nobody:nogroup "$d"
	lab_start collector "$place" setpriv --reuid=nobody --regid=nogroup --clear-groups "$d/parta-collector" run -c "$d/conf"
	lab_until 60 lab_in "$place" bash -c "</dev/tcp/$1/8445" ||
		lab_fail "the collector did not come up: $(cat "$LAB_DIR/collector.log")"
}
