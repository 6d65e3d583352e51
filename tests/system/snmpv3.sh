#!/usr/bin/env bash
# SNMPv3 against Debian's snmpd: every pair of algorithms opens it; its engine's boots change under us; and of many users
# that do not fit, no more than three fail at one device in a day, however often the scan is run and killed.
# long: 60 s, it scans once for each pair of algorithms
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
agent=$PWD/build/${MODE:-release}/parta-agent
command -v snmpd >/dev/null || { echo "there is no snmpd"; exit 77; }
lab_begin snmpv3

lab_namespace agent far
lab_cable agent lan0 far eth0
lab_address agent lan0 10.77.0.1/28
lab_address far eth0 10.77.0.2/28
mkdir "$LAB_DIR/data" "$LAB_DIR/state" "$LAB_DIR/memory"
cp common/classify/*.csv "$LAB_DIR/data/"
printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR" "$LAB_DIR" >"$LAB_DIR/agent.conf"
umask 077

auths="MD5 SHA SHA-224 SHA-256 SHA-384 SHA-512"
privs="none DES AES AES-192 AES-256 AES-192-C AES-256-C"
word() { echo "$1" | tr -d -; }
{
	echo 'agentaddress udp:10.77.0.2:161'
	echo 'sysName opened'
	echo 'createUser plain'
	echo 'rouser plain noauth'
	echo 'rocommunity watcher default'
	for a in $auths; do
		for p in $privs; do
			case $p in
			none) echo "createUser u$(word "$a")none $a \"the authentication\"" ;;
			*) echo "createUser u$(word "$a")$(word "$p") $a \"the authentication\" $p \"the privacy of it\"" ;;
			esac
			echo "rouser u$(word "$a")$(word "$p") $([ "$p" = none ] && echo auth || echo priv)"
		done
	done
} >"$LAB_DIR/snmpd.conf"
daemon() {
	lab_start snmpd far env SNMP_PERSISTENT_DIR="$LAB_DIR/state" MIBS='' snmpd -f -Le -C -c "$LAB_DIR/snmpd.conf" -p "$LAB_DIR/snmpd.pid"
	lab_until 10 lab_in agent snmpget -v2c -c watcher -t 1 -r 0 10.77.0.2 1.3.6.1.2.1.1.5.0 || lab_fail "no snmpd: $(cat "$LAB_DIR/snmpd.log")"
}
scan() { # OPTION...: what the device says of itself
	lab_in agent "$agent" scan -c "$LAB_DIR/agent.conf" -i lan0 --range 10.77.0.2/32 --community none-such --credentials "$LAB_DIR/users" --fast \
		--listen 0 "$@" --format json 2>"$LAB_DIR/words" | jq -r 'select(.ip | index("10.77.0.2")) | [.name, (.evidence[] | select(.key == "version") | .value)] | join(" ")'
}
counter() { lab_in agent snmpget -Oqv -v2c -c watcher 10.77.0.2 "1.3.6.1.6.3.15.1.1.$1.0"; }
daemon

echo "- every pair of algorithms"
refused=
tried=0
for a in $auths; do
	for p in $privs; do
		user=u$(word "$a")$(word "$p")
		if grep -qi "$user.*\(unknown\|invalid\|unsupported\)" "$LAB_DIR/snmpd.log"; then
			refused="$refused $a/$p"
			continue
		fi
		echo "$user $a \"the authentication\" $p \"the privacy of it\"" >"$LAB_DIR/users"
		[ "$p" != none ] || echo "$user $a \"the authentication\"" >"$LAB_DIR/users"
		[ "$(scan)" = "opened 3" ] || lab_fail "$a with $p does not open it: $(cat "$LAB_DIR/words")"
		tried=$((tried + 1))
	done
done
echo plain >"$LAB_DIR/users"
[ "$(scan)" = "opened 3" ] || lab_fail "a user without authentication does not open it"
echo "  $tried pairs and noAuthNoPriv;${refused:- none} that this snmpd does not have"
[ $tried -ge 30 ] || lab_fail "only $tried pairs were tried: $(cat "$LAB_DIR/snmpd.log")"

echo "- a device that was started anew has another clock"
echo 'uSHA256AES SHA-256 "the authentication" AES "the privacy of it"' >"$LAB_DIR/users"
[ "$(scan --state "$LAB_DIR/memory")" = "opened 3" ] || lab_fail "not before"
lab_stop snmpd
daemon
[ "$(scan --state "$LAB_DIR/memory")" = "opened 3" ] || lab_fail "not after"
rm -f "$LAB_DIR/memory/scan.memory"

echo "- users that do not fit: three failures a day, over scans and kills"
for n in 1 2 3 4 5 6 7; do echo "nobody$n SHA \"the authentication\" AES \"the privacy of it\""; done >"$LAB_DIR/users"
before=$(counter 3)
for n in 1 2 3 4; do
	scan --state "$LAB_DIR/memory" >/dev/null
	[ "$n" != 1 ] || rm -f "$LAB_DIR/memory/scan.memory.part"
done
failed=$(($(counter 3) - before))
[ $failed -eq 3 ] || lab_fail "$failed unknown users were counted there"
rm -f "$LAB_DIR/memory/scan.memory"
before=$(counter 3)
ip netns exec "$(lab_ns agent)" "$agent" scan -c "$LAB_DIR/agent.conf" -i lan0 --range 10.77.0.2/32 --community none-such \
	--credentials "$LAB_DIR/users" --listen 60 --state "$LAB_DIR/memory" --format json >/dev/null 2>&1 &
pid=$!
lab_until 20 test -s "$LAB_DIR/memory/scan.memory" || lab_fail "no failure was kept at once"
sleep 2
kill -KILL "$pid"
wait "$pid" 2>/dev/null
scan --state "$LAB_DIR/memory" >/dev/null
failed=$(($(counter 3) - before))
[ $failed -eq 3 ] || lab_fail "$failed unknown users were counted after a kill"

echo "- the user that opened it last is the first one tried"
{
	for n in 1 2 3 4 5; do echo "nobody$n SHA \"the authentication\" AES \"the privacy of it\""; done
	echo 'uSHA256AES SHA-256 "the authentication" AES "the privacy of it"'
} >"$LAB_DIR/users"
rm -f "$LAB_DIR/memory/scan.memory"
echo 'uSHA256AES SHA-256 "the authentication" AES "the privacy of it"' >"$LAB_DIR/one"
mv "$LAB_DIR/users" "$LAB_DIR/six"
mv "$LAB_DIR/one" "$LAB_DIR/users"
[ "$(scan --state "$LAB_DIR/memory")" = "opened 3" ] || lab_fail "the one user does not open it"
mv "$LAB_DIR/six" "$LAB_DIR/users"
before=$(counter 3)
[ "$(scan --state "$LAB_DIR/memory")" = "opened 3" ] || lab_fail "among six it is not found"
[ "$(counter 3)" = "$before" ] || lab_fail "others were tried before it"
