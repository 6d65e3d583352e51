#!/usr/bin/env bash
# common/transfer and common/resolve against nginx, dnsmasq and a server of bad manners, on the loopback of a
# namespace of its own. Skipped (77) without root or a tool.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ "$(id -u)" -eq 0 ] || { echo "transfer: skipped, it needs root for a network namespace"; exit 77; }
for need in nginx dnsmasq openssl ip; do
	command -v "$need" >/dev/null || { echo "transfer: skipped, '$need' is not installed"; exit 77; }
done
mode=${MODE:-release}
peer=$PWD/build/$mode/tests/system/transfer_peer
make -s MODE="$mode" "${peer#"$PWD"/}"

ns=parta-transfer-$$
tmp=$(mktemp -d)
pids=()
cleanup() {
	[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
	wait 2>/dev/null || true
	ip netns del "$ns" 2>/dev/null || true
	rm -rf "$tmp"
}
trap cleanup EXIT
ip netns add "$ns"
ip -n "$ns" link set lo up

# ---- certificates: an authority, another one, and leaves that are good, expired and for another name

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$tmp/$1.key" 2>/dev/null; }
authority() {
	key "$1"
	openssl req -x509 -key "$tmp/$1.key" -utf8 -subj "/O=Школа/CN=$1" -days 30 -out "$tmp/$1.pem"
}
leaf() { # NAME AUTHORITY DAYS SUBJECT-ALT-NAME
	key "$1"
	openssl req -new -key "$tmp/$1.key" -subj "/CN=$1" -out "$tmp/$1.csr"
	openssl x509 -req -in "$tmp/$1.csr" -CA "$tmp/$2.pem" -CAkey "$tmp/$2.key" -days "$3" -out "$tmp/$1.crt" \
		-extfile <(echo "subjectAltName=$4") 2>/dev/null
	cat "$tmp/$1.crt" "$tmp/$2.pem" >"$tmp/$1.pem"
}
authority ours
authority foreign
leaf good ours 10 "DNS:good.test,DNS:xn--e1afmkfd.xn--p1ai,IP:127.0.0.1"
leaf expired ours -1 "DNS:expired.test"
leaf other ours 10 "DNS:other.test"
leaf client ours 10 "DNS:client"

# ---- servers

cat >"$tmp/nginx.conf" <<END
daemon off;
pid $tmp/nginx.pid;
error_log stderr warn;
events { worker_connections 64; }
http {
	access_log off;
	client_body_temp_path $tmp/body; proxy_temp_path $tmp/proxy; fastcgi_temp_path $tmp/f; uwsgi_temp_path $tmp/u; scgi_temp_path $tmp/s;
	client_max_body_size 20m;
	default_type text/plain;
	add_header X-Connection \$connection always;
	add_header X-Protocol \$server_protocol always;
	server {
		listen 127.0.0.1:443 ssl http2; listen 127.0.0.1:80; listen [::1]:443 ssl http2;
		server_name good.test;
		ssl_certificate $tmp/good.pem; ssl_certificate_key $tmp/good.key;
		location / { return 200 "hello from \$host"; }
		location /large { root $tmp/www; }
		location /to-http { return 302 http://good.test/; }
		location /to-other { return 301 https://xn--e1afmkfd.xn--p1ai/; }
	}
	server {
		listen 127.0.0.1:443 ssl http2; server_name expired.test;
		ssl_certificate $tmp/expired.pem; ssl_certificate_key $tmp/expired.key;
		location / { return 200 "expired"; }
	}
	server {
		listen 127.0.0.1:443 ssl http2; server_name wrong.test;
		ssl_certificate $tmp/other.pem; ssl_certificate_key $tmp/other.key;
		location / { return 200 "wrong"; }
	}
	server {
		listen 127.0.0.1:444 ssl http2; server_name good.test;
		ssl_certificate $tmp/good.pem; ssl_certificate_key $tmp/good.key;
		ssl_client_certificate $tmp/ours.pem; ssl_verify_client on;
		location / { return 200 "hello \$ssl_client_s_dn"; }
	}
}
END
mkdir -p "$tmp/www/large"
head -c 3000000 /dev/urandom >"$tmp/www/large/file"
chmod -R a+rX "$tmp"
start() { ip netns exec "$ns" "$@" >>"$tmp/log" 2>&1 & pids+=($!); }
start nginx -c "$tmp/nginx.conf"
start python3 tests/system/transfer_server.py 8080
start dnsmasq --keep-in-foreground --no-resolv --no-hosts --listen-address=127.0.0.1 --bind-interfaces --user=root \
	--address=/good.test/127.0.0.1 --address=/expired.test/127.0.0.1 --address=/wrong.test/127.0.0.1 \
	--address=/other.test/127.0.0.1 --address=/xn--e1afmkfd.xn--p1ai/127.0.0.1 --address=/silent.test/127.0.0.9 \
	--host-record=both.test,127.0.0.8,::1 --address=/none.test/ --pid-file="$tmp/dnsmasq.pid"
for port in 443 444 80 8080 53; do
	for _ in $(seq 100); do
		[ -z "$(ip netns exec "$ns" ss -Htln "sport = :$port")" ] || continue 2
		sleep 0.05
	done
	echo "transfer: nothing listens on port $port"
	cat "$tmp/log"
	exit 1
done

# ---- asking and looking

failed=0
out=
ask() { out=$(ip netns exec "$ns" env -i http_proxy=http://127.0.0.1:1 https_proxy=http://127.0.0.1:1 \
	"$peer" -s 127.0.0.1 -a "$tmp/ours.pem" "$@" 2>&1) || out="$out (exit $?)"; }
# expect WORDS PATTERN...: each pattern (grep -E) is found in what the last ask printed.
expect() {
	local words=$1 pattern
	shift
	for pattern in "$@"; do
		if ! grep -qE -- "$pattern" <<<"$out"; then
			echo "FAILED: $words: no '$pattern' in"
			printf '%s\n' "$out"
			failed=$((failed + 1))
			return
		fi
	done
	if ! grep -q '^threads=1$' <<<"$out" || grep -q '^ordered=0$' <<<"$out"; then
		echo "FAILED: $words: a thread, or times out of order in"
		printf '%s\n' "$out"
		failed=$((failed + 1))
	fi
}
sha() { openssl x509 -in "$tmp/$1" -outform DER | sha256sum | cut -c1-64; }

ask https://good.test/
expect "a good chain" '^error=0 .*status=200 verify=0 .*peer=127.0.0.1 chain=2 sockets=1' "^sha256=$(sha good.crt)$" "^sha256=$(sha ours.pem)$" \
	'^issuer=CN=ours,O=Школа$' '^body=hello from good.test' '^X-Protocol=HTTP/2'
ask -o http11 https://good.test/
expect "HTTP/1.1 on demand" '^X-Protocol=HTTP/1.1'
ask https://127.0.0.1/ 'https://[::1]/'
expect "address literals" 'peer=127.0.0.1 ' '^error=-71 .*verify=6[24] .*peer=::1 chain=2'
ask https://пример.рф/
expect "a Cyrillic name" '^error=0 ' '^body=hello from xn--e1afmkfd.xn--p1ai'
ask -o insecure https://both.test/
expect "the second address is tried" '^error=0 .*peer=::1 '
ask -t 127.0.0.1 https://good.test/
expect "an address in the name's place" '^error=0 .*verify=0'

out=$(ip netns exec "$ns" "$peer" -s 127.0.0.1 -a "$tmp/foreign.pem" https://good.test/)
expect "a foreign authority" '^error=-71 curl=60 .*status=0 verify=(18|19|20) .*chain=2' "^sha256=$(sha good.crt)$" '^words=.'
ask https://expired.test/
expect "an expired certificate" '^error=-71 .*verify=10 .*chain=2' "^sha256=$(sha expired.crt)$"
ask https://wrong.test/
expect "another name" '^error=-71 .*verify=62 .*chain=2' "^sha256=$(sha other.crt)$"
ask -o insecure https://expired.test/
expect "only looking" '^error=0 .*status=200 verify=10 .*chain=2' "^sha256=$(sha expired.crt)$"
ask https://good.test:444/
expect "no client certificate" '^error=0 .*status=400'
ask -c "$tmp/client.pem" -k "$tmp/client.key" https://good.test:444/
expect "mutual TLS" '^error=0 .*status=200' '^body=hello CN=client'

ask -n 3 -o http11 https://good.test/
expect "a kept connection" '^error=0'
[ "$(grep '^X-Connection' <<<"$out" | uniq -c | awk '{ print $1 }')" = 3 ] ||
	{ echo "FAILED: three requests on one connection"; echo "$out"; failed=$((failed + 1)); }
[ "$(grep -c 'sockets=1' <<<"$out")" = 3 ] || { echo "FAILED: the socket is told each time"; echo "$out"; failed=$((failed + 1)); }
ask -n 3 -o http11 -o fresh https://good.test/
[ "$(grep '^X-Connection' <<<"$out" | sort -u | wc -l)" = 3 ] || { echo "FAILED: fresh connections"; echo "$out"; failed=$((failed + 1)); }

ask -o follow https://good.test/to-http
expect "a redirect" '^error=0 .*status=200' '^body=hello from good.test'
ask -o follow https://good.test/to-other
expect "a redirect to another name" '^error=0 .*status=200' '^body=hello from xn--'
ask https://good.test/to-other
expect "a redirect that is only looked at" '^error=0 .*status=301'
ask -o follow http://127.0.0.1:8080/loop
expect "a circle of redirects" '^error=-40 '
ask -o follow http://127.0.0.1:8080/ftp
expect "a redirect to another protocol" '^error=-93 '
ask -o follow -b hello -m POST -H 'X-Secret: key' http://other.test:8080/see-other http://other.test:8080/again http://good.test:8080/elsewhere
expect "methods and headers on the way" '^body=key 0$' '^body=key 5$' '^body=- 0$'

ask -u 5000000 http://127.0.0.1:8080/method
expect "a body of a known length" '^body=- 5000000$'
ask -U 700000 http://127.0.0.1:8080/method
expect "a body of an unknown length" '^body=- 700000$'
ask -b payload -m PUT http://127.0.0.1:8080/method
expect "another method" '^body=- 7$'
ask -m HEAD https://good.test/large/file
expect "only the head" '^error=0 .*status=200' '^body_len=0 '

ask http://127.0.0.1:8080/busy http://127.0.0.1:8080/later http://127.0.0.1:8080/before http://127.0.0.1:8080/never
expect "Retry-After" 'status=503 .*retry=17 ' 'retry=(599|600|601) ' 'retry=0 ' 'retry=86400 '
ask http://127.0.0.1:8080/interim
expect "an interim answer" '^Content-Type=text/late'

ask https://good.test/large/file
expect "a body above the usual limit" '^error=-27 .*status=200'
ask -x 4000000 https://good.test/large/file
expect "a body within its own limit" '^error=0 ' '^body_len=3000000'
ask -o count https://good.test/large/file
expect "a body that is taken as it comes" '^error=0 ' 'received=3000000'
ask -o stop https://good.test/large/file
expect "a body that is enough" '^error=0 .*status=200'
ask -o cancel-inside https://good.test/large/file https://good.test/
expect "a cancel inside a callback" '^error=-125 '
ask -o cancel https://good.test/large/file
expect "a cancel before the name is known" '^error=-125 '
ask http://127.0.0.1:8080/flood
expect "too many header lines" '^error=-27 '

ask http://127.0.0.1:8080/reset
expect "a reset" '^error=-104 .*errno=104'
ask http://127.0.0.1:8080/half
expect "half an answer" '^error=-104 '
ask http://127.0.0.1:8080/nonsense
expect "no HTTP at all" '^error=-5 |^error=-104 '
ask -T 700 http://127.0.0.1:8080/slow
expect "an answer that does not come" '^error=-110 '
ask http://127.0.0.1:9/
expect "a closed port" '^error=-111 .*errno=111'
ask https://none.test/
expect "no such name" '^error=-2 .*peer=-' "^words=could not resolve 'none.test'"
out=$(ip netns exec "$ns" "$peer" -s 127.0.0.1:54 http://good.test/)
expect "no name server" '^error=-113 '
ip netns exec "$ns" nft -f - 2>/dev/null <<<'table ip t { chain c { type filter hook input priority 0; udp dport 55 drop; } }' &&
	out=$(ip netns exec "$ns" "$peer" -s 127.0.0.1:55 -C 700 http://good.test/) &&
	expect "a silent name server" '^error=-110 ' "^words=could not resolve 'good.test' in time"
ask ftp://good.test/ gopher://x file:///etc/passwd '' 'http://' "http://good.test:99999/"
[ "$(grep -c '^start=-22$' <<<"$out")" = 6 ] || { echo "FAILED: other protocols"; echo "$out"; failed=$((failed + 1)); }

# The configuration of names is read, and search lists are not tried.
printf 'nameserver 127.0.0.1\nsearch test\n' >"$tmp/resolv.conf"
# shellcheck disable=SC2016
out=$(ip netns exec "$ns" sh -c 'mount --bind "$1" /etc/resolv.conf && "$2" http://good.test/ http://good/' sh "$tmp/resolv.conf" "$peer")
expect "the names' configuration" '^body=hello from good.test' '^error=-(2|11|13|113) '

[ "$failed" -eq 0 ] && echo "transfer: all as expected"
