#!/usr/bin/env bash
# The service asks a host once a day: of two rounds the first asks, the second sends nothing to who told all and nothing of SNMP to
# who was silent, until a new community is configured; what was told stays known, and the collector has it. While an examination is
# held it asks nobody, checks no filter, and tries the way up lightly; a round that is under way when one is declared ends.
# Needs root.
# long: 290 s, two rounds of the inventory, a minute apart at least.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

for need in jq psql tshark tcpdump nginx /usr/sbin/sshd; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin daily
lab_namespace lan school town web shell
ip -n "$(lab_ns lan)" link add br0 type bridge mcast_snooping 0
ip -n "$(lab_ns lan)" link set br0 up
for place in school:10.9.0.2 town:10.9.0.1 web:10.9.0.5 shell:10.9.0.6; do
	name=${place%%:*}
	lab_cable "$name" lan0 lan "to_$name"
	ip -n "$(lab_ns lan)" link set "to_$name" master br0
	ip -n "$(lab_ns "$name")" link set lan0 address "00:1b:21:77:01:0${place##*.}"
	lab_address "$name" lan0 "${place#*:}/24"
done
lab_route school default via 10.9.0.1
lab_route school 224.0.0.0/4 dev lan0
lab_resolver school 10.9.0.1
printf '<title>Golden IP-CAM 17</title>' >"$LAB_DIR/index.html"
cat >"$LAB_DIR/nginx.conf" <<-E2
	user root; daemon off; pid $LAB_DIR/nginx.pid; error_log $LAB_DIR/nginx.log;
	events {}
	http { access_log $LAB_DIR/nginx.access; client_body_temp_path $LAB_DIR/b; proxy_temp_path $LAB_DIR/p; fastcgi_temp_path $LAB_DIR/f;
		uwsgi_temp_path $LAB_DIR/u; scgi_temp_path $LAB_DIR/s; server { listen 80; root $LAB_DIR; } }
E2
lab_start nginx web nginx -c "$LAB_DIR/nginx.conf"
ssh-keygen -q -t ed25519 -N '' -f "$LAB_DIR/host_key"
mkdir -p /run/sshd
lab_start sshd shell /usr/sbin/sshd -D -e -f /dev/null -h "$LAB_DIR/host_key" -o PidFile=none

collector_prepare "server-names = 10.9.0.1" "agents-url = https://10.9.0.1:8443"
collector_start town
collector_run school add S1 --name "School 1" >/dev/null
collector_run exam add --school S1 --from "$(TZ=Europe/Moscow date -d '5 minutes ago' '+%F %H:%M')" \
	--to "$(TZ=Europe/Moscow date -d '2 hours' '+%F %H:%M')" --name "ЕГЭ"
agent_prepare "report-every = 10s" "scan-every = 60s" "ranges = 10.9.0.4/30" "communities = school" "speed-servers = https://10.9.0.1:8445"
lab_start capture school tcpdump -i lan0 -U -w "$LAB_DIR/capture.pcap"
lab_await capture listening 10
agent_start school
lab_await agent "not enrolled" 10
agent_run school enrol --collector https://10.9.0.1:8444 --token - <<<"$(collector_run token S1)" >/dev/null

rounds() { [ "$(agent_status '.tasks[] | select(.task == "scan") | .runs' 2>/dev/null)" -ge "$1" ] 2>/dev/null; }
# What went to the two hosts so far: SYNs, and datagrams of SNMP with a community.
captured() {
	sleep 1
	tshark -r "$LAB_DIR/capture.pcap" -Y "$1" 2>/dev/null | wc -l
}
count() { captured "ip.src == 10.9.0.2 && ip.dst in {10.9.0.5, 10.9.0.6} && ($1)"; }
connections() { count 'tcp.flags.syn == 1'; }
communities() { count "snmp.community == \"$1\""; }

echo "- an examination is held: nobody is asked, the way up is tried lightly"
task() { agent_status ".tasks[] | select(.task == \"$1\") | .result" 2>/dev/null; }
is_quiet() { [[ $(task scan) == *examination* && $(task filter) == *examination* ]]; }
lab_until 60 is_quiet || lab_fail "not quiet: $(agent_status .tasks)"
[ "$(agent_status .exam)" = "ЕГЭ" ] || lab_fail "status tells no examination"
agent_run school status | grep -q "ЕГЭ" || lab_fail "status shows no examination"
is_light() { [ "$(collector_sql "SELECT string_agg(DISTINCT t.mode || ' ' || d.direction || ' ' || (d.size_bytes < 12000000), ',')
	FROM core.speed_test AS t JOIN core.speed_direction AS d USING (agent_id, test_id)")" = "light up true" ]; }
lab_until 60 is_light || lab_fail "the way up was not tried lightly: $(collector_sql 'SELECT mode FROM core.speed_test') $(task speed)"
# What a real agent told is kept exactly: judged again by the file of the data alone it says the same.
collector_run claim data --school S1 --from 2020-01-01 --to 2100-01-01 >"$LAB_DIR/data.json" 2>/dev/null
[ "$(collector_run claim judge "$LAB_DIR/data.json" --format json | jq -r '[.verdict, .judged > 0] | join(" ")')" = "same true" ] ||
	lab_fail "the test is not judged again as it was: $(collector_run claim judge "$LAB_DIR/data.json" 2>&1)"
[ "$(connections)" = 0 ] || lab_fail "hosts were asked: $(connections)"
[ "$(collector_sql 'SELECT count(*) FROM core.speed_day')" = 0 ] || lab_fail "a light test counts as one of the line"
[ "$(collector_run report exams --school S1 --format json | jq -r '.exam + " " + (.upload_mbps > 1 | tostring)')" = "ЕГЭ true" ] ||
	lab_fail "the report: $(collector_run report exams --school S1 --format json)"
[ "$(collector_run exam list --format json | jq -r '.name + .by')" = "ЕГЭconsole" ] || lab_fail "the list: $(collector_run exam list --format json)"
collector_run exam remove "$(collector_run exam list --format json | jq -r .exam_id)"
[ -z "$(collector_run exam list --format json)" ] || lab_fail "what was taken back is listed"
[ "$(collector_sql "SELECT string_agg(action || ' ' || actor, ',' ORDER BY change_id) FROM audit.change WHERE table_name = 'core.exam'")" = "insert console,delete console" ] ||
	lab_fail "the audit does not know who said so"
agent_stop || lab_fail "the agent ended with status $?"

echo "- an examination that is declared in the middle of a round ends that, and when it is over the round is made"
sed -i '/^ranges/d' "$LAB_DIR/agent.conf"
printf '%s\n' "ranges = 10.9.0.128/25" "scan-rate = 4" >>"$LAB_DIR/agent.conf" # a minute and a half
agent_start school
arps() { captured 'arp.opcode == 1 && arp.dst.proto_ipv4 == 10.9.0.128/25'; }
scanning() { [ "$(arps)" -gt 0 ]; }
lab_until 60 scanning || lab_fail "no round began"
declared=$SECONDS
: >"$LAB_DIR/agent.log"
collector_run exam add --school S1 --from "$(TZ=Europe/Moscow date '+%F %H:%M')" --to "$(TZ=Europe/Moscow date -d '2 hours' '+%F %H:%M')" --name "ОГЭ"
lab_await agent "put off: an examination is held: task=scan" 90
echo "  it ended $((SECONDS - declared)) s after it was declared"
before=$(arps)
sleep 3
[ "$(arps)" -le $((before + 2)) ] || lab_fail "addresses are asked for on: $before, then $(arps)"
[ "$(agent_status .exam)" = "ОГЭ" ] || lab_fail "status tells no examination"
collector_run exam remove "$(collector_run exam list --format json | jq -r .exam_id)"
agent_stop || lab_fail "the agent ended with status $?"
sed -i -e 's/^ranges.*/ranges = 10.9.0.4\/30/' -e '/^scan-rate/d' "$LAB_DIR/agent.conf"
rm "$LAB_DIR/agent/status.json" # which knows of a round
agent_start school

echo "- the first round asks, and the collector learns what was told"
lab_until 90 rounds 1 || lab_fail "no round: $(tail -n 3 "$LAB_DIR/agent.log")"
[ "$(connections)" -gt 10 ] || lab_fail "the hosts were not asked: $(connections)"
[ "$(communities school)" -gt 1 ] || lab_fail "SNMP was not tried"
told() { [ "$(collector_sql "SELECT count(*) FROM core.device_evidence WHERE $1")" -gt 0 ]; }
lab_until 30 told "source = 'http' AND key = 'title' AND value = 'Golden IP-CAM 17'" || lab_fail "the collector does not know the title"
lab_until 10 told "source = 'ssh' AND key = 'banner' AND value LIKE 'SSH-2.0-OpenSSH%'" || lab_fail "the collector does not know the banner"

echo "- the second round asks nobody again, and nothing is forgotten"
before=$(connections) snmp=$(communities school)
lab_until 120 rounds 2 || lab_fail "no second round"
[ "$(connections)" = "$before" ] || lab_fail "hosts were asked again: $before, then $(connections)"
[ "$(communities school)" = "$snmp" ] || lab_fail "silent hosts were asked by SNMP again: $snmp, then $(communities school)"
[ "$(grep -c 'GET / ' "$LAB_DIR/nginx.access")" = 1 ] || lab_fail "the page was fetched $(grep -c 'GET / ' "$LAB_DIR/nginx.access") times"
lab_until 10 told "source = 'http' AND key = 'title' AND value = 'Golden IP-CAM 17'" || lab_fail "the title was forgotten"

echo "- with a new community everybody is asked anew"
sed -i 's/^communities.*/communities = other/' "$LAB_DIR/agent.conf"
kill -HUP "${LAB_PIDS[agent]}"
tried() { [ "$(communities other)" -gt 1 ]; }
lab_until 180 tried || lab_fail "the new community was not tried"
