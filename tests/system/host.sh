#!/usr/bin/env bash
# The host script of deploy/host in computers of a school, posting to a real agent: what it tells becomes evidence of the
# computer that the wire saw, what hangs on it becomes equipment, and who has no key, comes twice, too often or with too
# much is refused and counted. Needs root.
# long: 110 s, rounds of scans are waited through.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

for need in jq psql curl wget dash python3 openssl; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin host
lab_namespace school town pc1 pc2 pc3
lab_cable school wan0 town wan0
lab_address school wan0 10.9.0.2/24
lab_address town wan0 10.9.0.1/24
for n in 1 2 3; do
	lab_cable school lan$n pc$n eth0
	lab_address school lan$n 10.9.$n.1/24
	lab_in pc$n ip link set eth0 address 3c:ec:ef:00:14:0$n
	lab_address pc$n eth0 10.9.$n.10/24
	lab_route pc$n default via 10.9.$n.1
done
lab_resolver school 10.9.0.1
key=$(openssl rand -hex 32) next=$(openssl rand -hex 32)
install -m 600 -o nobody /dev/null "$LAB_DIR/host.key"
printf '# of this school\n%s\n' "$key" >"$LAB_DIR/host.key"
echo "$key" >"$LAB_DIR/pc.key"
collector_prepare "server-names = 10.9.0.1" "agents-url = https://10.9.0.1:8443"
collector_start town
collector_run school add S1 --name "School 1" >/dev/null
agent_prepare "report-every = 10s" "scan-every = 60s" "interfaces = lan1, lan2, lan3" "host-listen = 8087" "host-key-file = $LAB_DIR/host.key"
agent_start school
lab_await agent "not enrolled" 10
agent_run school enrol --collector https://10.9.0.1:8444 --token "$(collector_run token S1)" >"$LAB_DIR/enrolled"
lab_await agent "listening for host scripts at 10.9.1.1 port 8087" 15
lab_await agent "listening for host scripts at 10.9.2.1 port 8087" 5
lab_await agent "listening for host scripts at 10.9.3.1 port 8087" 5

# computer PLACE NAME [KEY=VALUE]...: what the machine in that namespace is made of.
computer() {
	rm -rf "${LAB_DIR:?}/$1"
	python3 tests/lib/computer.py "$LAB_DIR/$1" "$2" "mac=3c:ec:ef:00:14:0${1#pc}" "${@:3}"
}
# tell PLACE [OPTION]...: the script, run there by Debian's /bin/sh.
tell() { lab_in "$1" env PARTA_HOST_ROOT="$LAB_DIR/$1" dash deploy/host/parta-host.sh --agent "http://10.9.${1#pc}.1:8087" --key-file "$LAB_DIR/pc.key" "${@:2}"; }
peer() { lab_in pc3 python3 tests/system/host_peer.py 10.9.3.1:8087 "${2:-$key}" "$LAB_DIR/body" "$1"; }
# Of an address six requests are taken at once and one more each ten seconds: from here on the peer asks from another.
peer_moves() {
	peers=$((${peers:-10} + 1))
	lab_address pc3 eth0 10.9.3.$peers/24
	ip -n "$(lab_ns pc3)" route replace 10.9.3.0/24 dev eth0 src 10.9.3.$peers
}
counter() { collector_sql "SELECT value FROM core.agent_counter WHERE name = 'host.$1'"; }
counts() { [ "$(counter "$1")" -ge "$2" ] 2>/dev/null; }
rows() { collector_sql "SELECT count(*) FROM $1"; }
is() { [ "$("${@:2}" 2>/dev/null)" = "$1" ]; }

echo "- the script tells, by curl and by wget"
computer pc1 PC-14 usb=camera,microscope,tablet,board,printer,stick,mouse,phone monitor=7XQ4ZW2
computer pc2 NB-3 chassis=10 vendor=iRU model="Patriot 152" serial=IR55120077 uuid=8a2f6a10-7d7c-4b5e-8e0b-0123a5b6c7d8 panel=1
computer pc3 MONO-5 chassis=13 vendor=iRU model="Office A2309" serial=IR55120099 uuid=6b1c7d20-3e4f-4a5b-9c8d-0123a5b6c7d9
tell pc1 || lab_fail "the agent did not take it"
mkdir "$LAB_DIR/bin"
ln -s /usr/bin/* "$LAB_DIR/bin"
rm "$LAB_DIR/bin/curl"
lab_in pc2 env PATH="$LAB_DIR/bin" PARTA_HOST_ROOT="$LAB_DIR/pc2" dash deploy/host/parta-host.sh --agent http://10.9.2.1:8087 --key-file "$LAB_DIR/pc.key" ||
	lab_fail "the agent did not take it by wget"

echo "- a computer with a wrong clock is told the time, signed, and comes again"
printf '#!/bin/sh\n[ "$1" = +%%s ] && exec /bin/date -d "+3 days" +%%s\nexec /bin/date "$@"\n' >"$LAB_DIR/date"
mkdir "$LAB_DIR/wrong" && install -m 755 "$LAB_DIR/date" "$LAB_DIR/wrong/date"
lab_in pc1 env PATH="$LAB_DIR/wrong:$PATH" PARTA_HOST_ROOT="$LAB_DIR/pc1" dash deploy/host/parta-host.sh --agent http://10.9.1.1:8087 --key-file "$LAB_DIR/pc.key" ||
	lab_fail "a wrong clock kept it from telling"

echo "- no key, another key, another text, a second time, a wrong time: refused"
PARTA_HOST_ROOT="$LAB_DIR/pc3" deploy/host/parta-host.sh --print >"$LAB_DIR/body"
lab_until 5 is '401 {"error":"unsigned"}' peer unsigned || lab_fail "unsigned was taken"
is '401 {"error":"unsigned"}' peer good "$next" || lab_fail "another key was taken"
is '401 {"error":"unsigned"}' peer tampered || lab_fail "another text was taken"
peer replay >"$LAB_DIR/replay"
grep -q '^200 ' "$LAB_DIR/replay" && grep -q '^409 {"error":"replayed"}' "$LAB_DIR/replay" || lab_fail "a second time: $(cat "$LAB_DIR/replay")"
peer time=900 | grep -q '^401 {"error":"clock","time":[0-9]*,"signature":"[0-9a-f]\{64\}"}' || lab_fail "a wrong time was taken"
peer_moves
tell pc3 --key-file <(echo "$next") 2>"$LAB_DIR/refused" && lab_fail "the script was taken with another key"
grep -q unsigned "$LAB_DIR/refused" || lab_fail "it did not say why: $(cat "$LAB_DIR/refused")"

echo "- too much, too often, nonsense, and clients that hold on: refused, and the rest goes on"
is '413 {"error":"too_large"}' peer large || lab_fail "a large body: $(peer large)"
is '413 {"error":"too_large"}' peer huge || lab_fail "a huge length was believed"
peer_moves
peer garbage >"$LAB_DIR/garbage"
[ "$(grep -c '^400 {"error":"no_inventory"}' "$LAB_DIR/garbage")" -eq 4 ] || lab_fail "nonsense was taken: $(cat "$LAB_DIR/garbage")"
peer_moves
peer flood=12 >"$LAB_DIR/flood"
grep -q '^429 {"error":"limited"}' "$LAB_DIR/flood" || lab_fail "a flood was taken: $(cat "$LAB_DIR/flood")"
peer_moves
is '404 {"error":"not_found"}' peer get || lab_fail "it serves pages"
is '400 {"error":"malformed"}' peer chunked || lab_fail "it takes chunks"
peer slow=40 >"$LAB_DIR/slow" 2>&1 &
sleep 2
tell pc1 || lab_fail "clients that hold on shut the others out"
! lab_in school curl -s -m 2 http://10.9.0.2:8087/ -o /dev/null || lab_fail "it listens at an interface that is not named"
! lab_in school curl -s -m 2 http://127.0.0.1:8087/ -o /dev/null || lab_fail "it listens at the loopback"

echo "- every refusal is counted, at the collector too"
for name in unsigned:3 clock:2 replayed:1 too_large:2 limited:1 malformed:5 connections_refused:30 taken:4; do
	lab_until 30 counts "${name%:*}" "${name#*:}" || lab_fail "host.${name%:*} is '$(counter "${name%:*}")', not at least ${name#*:}"
done

echo "- keys are replaced without a restart"
printf '%s\n%s\n' "$next" "$key" >"$LAB_DIR/host.key"
kill -HUP "${LAB_PIDS[agent]}"
lab_await agent "settings read again" 5
tell pc1 || lab_fail "the old key is not taken beside the new one"
echo "$next" >"$LAB_DIR/host.key"
kill -HUP "${LAB_PIDS[agent]}"
lab_until 5 eval '! tell pc1 2>/dev/null' || lab_fail "the old key is still taken"
echo "$next" >"$LAB_DIR/pc.key"
lab_until 40 tell pc1 || lab_fail "the new key is not taken"

echo "- the computer is the one that the wire saw, with what it told"
device() { collector_sql "SELECT class || '|' || vendor || '|' || model || '|' || serial || '|' || os || '|' || name || '|' || addresses::text FROM api.device_current WHERE '$1' = ANY (macs)"; }
lab_until 90 is 'desktop_pc|Aquarius|Pro Desk P30 K42|AQ2026001417|ALT Workstation 10.2 Autolycus|PC-14|{10.9.1.10}' device 3c:ec:ef:00:14:01 || lab_fail "it is '$(device 3c:ec:ef:00:14:01)'"
lab_until 90 is 'laptop|iRU|Patriot 152|IR55120077|ALT Workstation 10.2 Autolycus|NB-3|{10.9.2.10}' device 3c:ec:ef:00:14:02 || lab_fail "it is '$(device 3c:ec:ef:00:14:02)'"
said() { collector_sql "SELECT string_agg(value, ' | ' ORDER BY value) FROM api.device_evidence AS e JOIN api.device_current AS d USING (device_id) WHERE d.name = '$1' AND e.source = 'facts' AND e.key = '$2'"; }
is 'Intel(R) Core(TM) i3-10105 CPU @ 3.70GHz;4;2;3700' said PC-14 cpu || lab_fail "processor: $(said PC-14 cpu)"
is 'KINGSTON SA400S37240G;244198;50026B7784A1C0F2;;disk' said PC-14 disk || lab_fail "disk: $(said PC-14 disk)"
is 'ClamAV;yes;;2026-11-24;1.0.7' said PC-14 antivirus || lab_fail "anti-virus: $(said PC-14 antivirus)"
is 'DELL P2419H;Dell;7XQ4ZW2;23.8;2019' said PC-14 monitor || lab_fail "display: $(said PC-14 monitor)"
is '' said NB-3 monitor || lab_fail "a built-in panel is a display"

echo "- what hangs on it is equipment, once; sticks, telephones and mice are nowhere"
count() { collector_run report equipment --school S1 --format json | jq -r "select(.class == \"$1\") | \"\(.count) \(.with_serial)\""; }
for kind in document_camera:"1 1" microscope:"1 0" graphics_tablet:"1 0" interactive_board:"1 1" printer:"1 1" monitor:"1 1" desktop_pc:"1 1" laptop:"1 1"; do
	is "${kind#*:}" count "${kind%%:*}" || lab_fail "${kind%%:*} is counted '$(count "${kind%%:*}")', not ${kind#*:}"
done
[ "$(collector_sql "SELECT count(*) FROM core.device_evidence WHERE value ~* 'E0D55EA573|Redmi|a1b2c3d4|DataTraveler|Optical Mouse'")" = 0 ] || lab_fail "somebody's own things were told"

echo "- a camera that moves to another computer is the same camera; two of one number are two"
computer pc1 PC-14 usb=microscope,tablet,board,printer monitor=7XQ4ZW2
computer pc2 NB-3 chassis=10 vendor=iRU model="Patriot 152" serial=IR55120077 uuid=8a2f6a10-7d7c-4b5e-8e0b-0123a5b6c7d8 panel=1 usb=camera
lab_until 40 tell pc2 || lab_fail "pc2 was not taken"
camera() { collector_sql "SELECT string_agg(DISTINCT e.value, ',') FROM api.device_evidence AS e JOIN api.device_current AS d USING (device_id) WHERE d.class = 'document_camera' AND e.key = 'attached_to'"; }
lab_until 120 is NB-3 camera || lab_fail "the camera is at '$(camera)'"
is "1 1" count document_camera || lab_fail "it is counted '$(count document_camera)'"
computer pc1 PC-14 usb=camera,microscope,tablet,board,printer monitor=7XQ4ZW2
for place in pc1 pc2 pc1 pc2; do lab_until 40 tell $place || lab_fail "$place was not taken"; done
lab_until 120 is "2 2" count document_camera || lab_fail "two of one number are counted '$(count document_camera)'"

echo "- the agent ends as it should, and kept within its memory"
rss=$(awk '/^VmHWM/ {print $2}' "/proc/${LAB_PIDS[agent]}/status")
agent_stop || lab_fail "it did not end with 0"
echo "peak of the agent: $rss KiB; taken $(counter taken), refused: unsigned $(counter unsigned), limited $(counter limited), connections $(counter connections_refused)"
