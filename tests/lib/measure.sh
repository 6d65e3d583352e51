# shellcheck shell=bash
# A server to measure against, in a namespace of the lab; source tests/lib/lab.sh first.
#
#   measure_librespeed PLACE ADDRESS   LibreSpeed's files by nginx at https://ADDRESS/, authority $LAB_DIR/cert.pem

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
