#!/usr/bin/env bash
# People at the page: signing in and out, cookies, forged requests, the throttle, what a session is worth after a
# password was changed or an account disabled, whom one school sees, which listener knows which path. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/web.sh

for need in curl jq psql nginx openssl python3; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin access
lab_namespace town home
lab_cable town eth0 home eth0
lab_address town eth0 10.98.0.1/24
lab_address home eth0 10.98.0.7/24
collector_prepare "page-behind-proxy = 127.0.0.1" "page-hsts = 1d"
collector_start town

logged() { collector_sql "SELECT count(*) FROM core.access_log WHERE $1"; }

collector_run school add A1 --name "School A" --municipality Town >/dev/null
collector_run school add B1 --name "School B" --municipality Village >/dev/null

echo "- accounts are made at the console; a password is never an argument"
boss=$(collector_run user add boss --role municipal --name Boss </dev/null)
[ "${#boss}" -ge 20 ] || lab_fail "no password was made: '$boss'"
echo "a long word of anna's" >"$LAB_DIR/secret"
chmod a+r "$LAB_DIR/secret"
collector_run user add anna --role school --school A1 --password-file "$LAB_DIR/secret" >"$LAB_DIR/out"
[ ! -s "$LAB_DIR/out" ] || lab_fail "a password that was given is printed"
bert=$(collector_run user add bert --role school --school B1 </dev/null)
wrong() { ! collector_run "$@" </dev/null >/dev/null 2>"$LAB_DIR/err" || lab_fail "this was taken: $*"; }
wrong user add anna --role school --school A1
wrong user add otto --role king
wrong user add otto --role school
wrong user add otto --role school --school nowhere
wrong user passwd nobody
echo short >"$LAB_DIR/short"
chmod a+r "$LAB_DIR/short"
wrong user add otto --role viewer --password-file "$LAB_DIR/short"
grep -q 10 "$LAB_DIR/err" || lab_fail "it is not said how long a password is"
[ "$(collector_sql "SELECT count(*) FROM core.account WHERE password_hash LIKE '\$argon2id\$v=19\$m=19456,t=2,p=1\$%'")" = 3 ] ||
	lab_fail "the passwords are not hashed as they should be"
collector_run user list --format json | jq -se 'length == 3' >/dev/null || lab_fail "they are not listed"

cat >"$LAB_DIR/type.py" <<'END'
"""type.py TEXT TEXT COMMAND...: answers the two questions on a terminal; prints what stood there; the command's status."""
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
seen = b""
def more():
    global seen
    try:
        got = os.read(fd, 4096)
    except OSError:
        got = b""
    seen += got
    return got
for question, text in ((b"password: ", sys.argv[1]), (b"once more: ", sys.argv[2])):
    while question not in seen and more():
        pass
    os.write(fd, text.encode() + b"\n")
while more():
    pass
print(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
typed() { # TEXT TEXT
	python3 "$LAB_DIR/type.py" "$1" "$2" setpriv --reuid=nobody --regid=nogroup --clear-groups \
		"$LAB_DIR/parta-collector" user passwd bert -c "$LAB_DIR/collector.conf" >"$LAB_DIR/out"
}
! typed "a word typed in" "another typed in" || lab_fail "two different passwords were taken"
typed "a word typed in" "a word typed in" || lab_fail "a password cannot be typed: $(cat "$LAB_DIR/out")"
! grep -q "typed in" "$LAB_DIR/out" || lab_fail "a password that is typed can be read on the terminal"
bert="a word typed in"

echo "- nobody is let in without a session"
expect "me" "$(web GET /api/v1/me)" 401
expect "its words" "$(body .error.code)" no_session
expect "with a cookie of nonsense" "$(web GET /api/v1/me -H 'Cookie: __Host-parta_session=xyz')" 401
expect "with a token of nobody" "$(web GET /api/v1/me -H "Cookie: __Host-parta_session=$(printf '%064d' 0)")" 401
expect "an unknown path" "$(web GET /api/v1/nothing)" 404
expect "its words" "$(body .error.code)" no_route
expect "another method" "$(web POST /api/v1/me)" 405

echo "- signing in sets a cookie that scripts and other sites cannot use"
expect "a wrong password" "$(act login '{"login": "anna", "password": "guess"}')" 401
expect "its words" "$(body .error.code)" wrong
cp "$LAB_DIR/body" "$LAB_DIR/wrong"
expect "a stranger" "$(act login '{"login": "nobody", "password": "guess"}')" 401
cmp -s "$LAB_DIR/body" "$LAB_DIR/wrong" || lab_fail "a stranger hears something else than a wrong password"
expect "from another site" "$(web POST /api/v1/login -H 'Sec-Fetch-Site: cross-site' -d '{"login": "boss", "password": "x"}')" 403
for bad in '' '[]' '{"login": 1}' '{"login": "anna", "login": "bert", "password": "x"}' '{"login": "anna", "password": ' \
	'{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}'; do
	expect "the body '$bad'" "$(act login "$bad")" 400
done
head -c 20000 /dev/zero | tr '\0' x >"$LAB_DIR/huge"
expect "a huge body" "$(web POST /api/v1/login --data-binary "@$LAB_DIR/huge")" 413
sign_in ANNA "a long word of anna's"
grep -qi '^set-cookie: __Host-parta_session=[0-9a-f]\{64\}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=604800' "$LAB_DIR/head" ||
	lab_fail "the cookie is not as it should be: $(grep -i set-cookie "$LAB_DIR/head")"
[ "$(body '[.login, .role, .schools[]] | join(" ")')" = "anna school A1" ] || lab_fail "it is not anna: $(cat "$LAB_DIR/body")"
token=$(grep -o '[0-9a-f]\{64\}' "$jar")
[ "$(collector_sql "SELECT count(*) FROM core.session WHERE encode(token_sha256, 'hex') = '$(printf %s "$token" | sha256sum | cut -c1-64)'")" = 1 ] ||
	lab_fail "the database does not keep the SHA-256 of the token"
expect "me" "$(web GET /api/v1/me)" 200
[ "$(body .csrf)" = "$csrf" ] || lab_fail "the token against forged requests changes"
[ "$(body '.rights | join(" ")')" = "read alert correct token claim" ] || lab_fail "her rights are: $(body .rights)"

echo "- every reply of the page is guarded"
for path in / /api/v1/me /api/v1/nothing /nothing /healthz; do
	web GET $path >/dev/null
	for header in "content-security-policy: default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'" \
		"x-content-type-options: nosniff" "referrer-policy: no-referrer" "strict-transport-security: max-age=86400"; do
		tr -d '\r' <"$LAB_DIR/head" | grep -qixF "$header" || lab_fail "'$path' comes without '$header'"
	done
done
expect "the page" "$(web GET /)" 200
grep -qi '^content-type: text/html; charset=utf-8' "$LAB_DIR/head" || lab_fail "the page is no HTML"
etag=$(sed -n 's/^[Ee][Tt]ag: //p' "$LAB_DIR/head" | tr -d '\r')
expect "the page again" "$(web GET / -H "If-None-Match: $etag")" 304
for path in /../parta-collector.conf /%2e%2e/sql/roles.sql /..%2fsql%2froles.sql //index.html /index.html/ /index /sql/roles.sql /./index.html; do
	expect "the path '$path'" "$(web GET "$path" --path-as-is)" 404
done

echo "- what changes something needs the token against forged requests"
expect "without it" "$(web POST /api/v1/me/language -d '{"language": "en"}')" 403
expect "its words" "$(body .error.code)" csrf
expect "with another" "$(csrf=$(printf '%064d' 0) act me/language '{"language": "en"}')" 403
expect "from another site" "$(web POST /api/v1/me/language -H "X-Parta-CSRF: $csrf" -H 'Sec-Fetch-Site: same-site' -d '{"language": "en"}')" 403
expect "with it" "$(act me/language '{"language": "en"}')" 200
web GET /api/v1/me >/dev/null
[ "$(body .language)" = en ] || lab_fail "the language did not change"
[ "$(logged "action = 'me/language' AND login = 'anna' AND outcome = 'refused'")" = 1 ] || lab_fail "the forged request is not in the log"
[ "$(logged "action = 'me/language' AND login = 'anna' AND outcome = 'done'")" = 1 ] || lab_fail "the change is not in the log"

echo "- a role may do what it may"
expect "anna makes an account" "$(act users/put '{"login": "eva", "role": "municipal", "password": "long enough, is it"}')" 403
expect "its words" "$(body .error.code)" no_right
sign_in boss "$boss"
expect "boss makes one" "$(act users/put '{"login": "eva", "name": "Eva", "role": "head", "password": "long enough, is it", "language": "en"}')" 200
expect "one without a password" "$(act users/put '{"login": "otto", "role": "head"}')" 400
expect "its words" "$(body .error.code)" no_password
expect "one of no school" "$(act users/put '{"login": "otto", "role": "school", "schools": ["A1", "x,y"], "password": "long enough, is it"}')" 400
expect "boss disables boss" "$(act users/put '{"login": "boss", "disabled": true}')" 400
expect "boss moves anna" "$(act users/put '{"login": "anna", "schools": ["A1", "B1"]}')" 200
expect "and back" "$(act users/put '{"login": "anna", "schools": ["A1"]}')" 200
[ "$(logged "action = 'users/put' AND login = 'boss' AND object = 'anna' AND outcome = 'done'")" = 2 ] || lab_fail "what boss did is not in the log"
[ "$(collector_sql "SELECT actor FROM audit.change WHERE table_name = 'core.account_school' ORDER BY change_id DESC LIMIT 1")" = boss ] ||
	lab_fail "the audit does not say who it was"

echo "- a new password ends the other sessions, and this one goes on"
sign_in anna "a long word of anna's"
cp "$jar" "$LAB_DIR/elsewhere"
sign_in anna "a long word of anna's"
expect "a wrong old one" "$(act me/password '{"old": "guess", "new": "another word of anna"}')" 403
expect "a short new one" "$(act me/password "{\"old\": \"a long word of anna's\", \"new\": \"short\"}")" 400
expect "a new one" "$(act me/password "{\"old\": \"a long word of anna's\", \"new\": \"another word of anna\"}")" 200
expect "this session" "$(web GET /api/v1/me)" 200
jar=$LAB_DIR/elsewhere
expect "the other session" "$(web GET /api/v1/me)" 401
sign_in anna "another word of anna"

echo "- signing out, disabling, time: a session is over at once"
expect "signs out" "$(act logout '{}')" 200
grep -qi '^set-cookie: __Host-parta_session=; .*Max-Age=0' "$LAB_DIR/head" || lab_fail "the cookie is not taken back"
expect "afterwards" "$(web GET /api/v1/me -H "Cookie: __Host-parta_session=$token")" 401
sign_in anna "another word of anna"
collector_run user disable anna
expect "disabled" "$(web GET /api/v1/me)" 401
expect "signs in disabled" "$(act login '{"login": "anna", "password": "another word of anna"}')" 401
collector_run user enable anna
sign_in anna "another word of anna"
collector_sql "UPDATE core.session SET used_at = now() - interval '8 hours'"
expect "unused for 8 hours" "$(web GET /api/v1/me)" 401
sign_in anna "another word of anna"
collector_sql "UPDATE core.session SET made_at = now() - interval '7 days'"
expect "after 7 days" "$(web GET /api/v1/me)" 401

echo "- listeners know their own paths and no others"
for path in /api/v1/me /api/v1/login / /index.html; do
	PORT=8445 expect "'$path' where one measures" "$(PORT=8445 web GET $path)" 404
	expect "'$path' where agents report" "$(PORT=8443 web GET $path)" 404
done
for path in /v1/reports /v1/heartbeat /v1/policy /v1/measure/ping; do
	expect "'$path' at the page" "$(web POST $path)" 404
done

echo "- guessing waits longer and longer, by login and by address"
sign_in bert "$bert"
for _ in 1 2 3 4 5; do expect "a guess" "$(act login '{"login": "bert", "password": "guess"}')" 401; done
# A slow machine needs longer for what follows than the first waits last.
collector_sql "UPDATE core.login_attempt SET failures = failures + 5 WHERE key = 'login:bert' AND failures = 5"
expect "the sixth" "$(act login '{"login": "bert", "password": "guess"}')" 429
grep -qi '^retry-after: [1-9]' "$LAB_DIR/head" || lab_fail "it is not said when to come again"
expect "even with the right one" "$(act login "{\"login\": \"bert\", \"password\": \"$bert\"}")" 429
expect "who is in stays in" "$(web GET /api/v1/me)" 200
collector_sql "UPDATE core.login_attempt SET failed_at = now() - interval '20 minutes'"
sign_in bert "$bert"
[ "$(collector_sql "SELECT count(*) FROM core.login_attempt WHERE key = 'login:bert'")" = 0 ] || lab_fail "signing in does not clear the login"
for n in $(seq 30); do act login "{\"login\": \"guess$n\", \"password\": \"guess\"}" >/dev/null; done
[ "$(collector_sql "SELECT count(*) FROM core.login_attempt WHERE key LIKE 'login:guess%'")" = "$(logged "login LIKE 'guess%'")" ] ||
	lab_fail "logins that were not looked at are remembered"
collector_sql "UPDATE core.login_attempt SET failures = failures + 20 WHERE key LIKE 'address:%' AND failures >= 20"
expect "many logins from one address" "$(act login '{"login": "anna", "password": "another word of anna"}')" 429
collector_sql "UPDATE core.login_attempt SET failed_at = now() - interval '2 hours'"
expect "an hour later" "$(act login '{"login": "anna", "password": "another word of anna"}')" 200

echo "- behind a proxy that is ours the client is whom it names; nobody else is believed"
mkdir -p "$LAB_DIR/nginx"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=page.example \
	-keyout "$LAB_DIR/nginx/key" -out "$LAB_DIR/nginx/chain" 2>/dev/null
cat >"$LAB_DIR/nginx/conf" <<END
daemon off;
pid $LAB_DIR/nginx/pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path $LAB_DIR/nginx/body;
	proxy_temp_path $LAB_DIR/nginx/proxy;
	fastcgi_temp_path $LAB_DIR/nginx/fastcgi;
	uwsgi_temp_path $LAB_DIR/nginx/uwsgi;
	scgi_temp_path $LAB_DIR/nginx/scgi;
	server {
		listen 10.98.0.1:443 ssl;
		ssl_certificate $LAB_DIR/nginx/chain;
		ssl_certificate_key $LAB_DIR/nginx/key;
		location / {
			proxy_pass https://127.0.0.1:8444;
			proxy_set_header Host \$host;
			proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
			proxy_buffering off;
		}
	}
}
END
lab_start nginx town nginx -p "$LAB_DIR/nginx" -c "$LAB_DIR/nginx/conf"
# home URL [CURL-OPTION...]: a failed login as somebody who says to be 6.6.6.6; the status.
home() {
	lab_in home curl -sk -m 20 -o "$LAB_DIR/body" -w '%{http_code}' "$1/api/v1/login" -H 'X-Forwarded-For: 6.6.6.6' \
		-d "{\"login\": \"$2\", \"password\": \"guess\"}"
}
proxied() { [ "$(lab_in home curl -sk -o "$LAB_DIR/body" -w '%{http_code}' https://10.98.0.1/)" = 200 ]; }
lab_until 10 proxied || lab_fail "the page is not there behind nginx"
grep -q '<title>' "$LAB_DIR/body" || lab_fail "nginx shows something else than the page"
expect "by the proxy" "$(home https://10.98.0.1 by-proxy)" 401
expect "past the proxy" "$(home https://10.98.0.1:8444 past-it)" 401
expect "a proxy that says nonsense" "$(web POST /api/v1/login -H 'X-Forwarded-For: 6.6.6.6, nonsense' -d '{"login": "nonsense", "password": "guess"}')" 401
expect "a proxy that adds a line" "$(web POST /api/v1/login -H 'X-Forwarded-For: 6.6.6.6' -H 'X-Forwarded-For: 10.98.0.7' -d '{"login": "by-line", "password": "guess"}')" 401
for who in by-proxy past-it by-line; do
	[ "$(collector_sql "SELECT host(address) FROM core.access_log WHERE login = '$who'")" = 10.98.0.7 ] ||
		lab_fail "'$who' was taken for $(collector_sql "SELECT host(address) FROM core.access_log WHERE login = '$who'")"
done
[ "$(collector_sql "SELECT host(address) FROM core.access_log WHERE login = 'nonsense'")" = 127.0.0.1 ] || lab_fail "nonsense was believed"
[ "$(collector_sql "SELECT string_agg(key, ' ') FROM core.login_attempt WHERE key LIKE 'address:10%'")" = address:10.98.0.7 ] ||
	lab_fail "the throttle counts for somebody else"

echo "- the log is only added to"
! collector_sql "DELETE FROM core.access_log" 2>/dev/null || lab_fail "the log of access can be shortened"
[ "$(logged "action = 'login' AND outcome = 'refused'")" -gt 15 ] || lab_fail "refused attempts are not in the log"
[ "$(logged "action = 'login' AND outcome = 'done' AND account_id IS NOT NULL AND address = '127.0.0.1'")" -gt 5 ] || lab_fail "nor are good ones"

echo "- the database away: 503, and back again"
sign_in boss "$boss"
collector_sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parta-collector' AND pid <> pg_backend_pid()" >/dev/null
back() { [ "$(web GET /api/v1/me)" = 200 ]; }
lab_until 10 back || lab_fail "the page does not find the database again"

lab_stop collector
echo "access: done"
