#!/usr/bin/env bash
# Alerts from the cut to the letter: a virtual school whose line is cut, a provider with four schools that fall silent, a
# mail server, an Alertmanager and a webhook that are real, come late, are away or see the collector die. Each is told
# once, and once that it is over. Needs root.
# long: 300 s, silence is told after 75 s, and several are waited for.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
. tests/lib/town.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

for need in jq psql curl openssl prometheus-alertmanager; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done
/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || { echo "skipped, python3-aiosmtpd is not installed"; exit 77; }

lab_begin alert
lab_namespace lan school agent gw net
town_lan
town_line "rate 100"
town_dns

# ---- who is told

mkdir -p "$LAB_DIR/mail" "$LAB_DIR/plain" "$LAB_DIR/hook" "$LAB_DIR/am"
TOWN_CA=$LAB_DIR/ca.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/CN=Town Root' -keyout "$LAB_DIR/ca.key" -out "$TOWN_CA" 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout "$LAB_DIR/server.key" 2>/dev/null |
	openssl x509 -req -days 30 -CA "$TOWN_CA" -CAkey "$LAB_DIR/ca.key" -CAcreateserial -out "$LAB_DIR/server.pem" \
		-extfile <(echo 'subjectAltName=DNS:localhost,IP:127.0.0.1') 2>/dev/null
printf 'route: {receiver: none, group_wait: 1s, group_interval: 1s}\nreceivers: [{name: none}]\n' >"$LAB_DIR/am.yml"
printf 'parta\npass word\n' >"$LAB_DIR/credentials"
chown nobody "$LAB_DIR/credentials"
chmod 600 "$LAB_DIR/credentials"
chmod a+r "$TOWN_CA"
printf 'a secret\n' >"$LAB_DIR/secret"
chmod a+r "$LAB_DIR/secret"

# The Internet is gone but for the collector, which the school reaches by another way.
internet_gone() { lab_in gw nft add rule ip town forward ip daddr "{ 192.0.2.1, 192.0.2.2, $TOWN_DNS }" drop; }
internet_back() { lab_in gw nft flush chain ip town forward; }
peer() { /usr/bin/python3 -B tests/system/alert_peer.py "$@"; }
mail_begin() { lab_start smtp net /usr/bin/python3 -B tests/system/alert_peer.py smtp "$LAB_DIR/mail"; }
lab_start hook net /usr/bin/python3 -B tests/system/alert_peer.py hook "$LAB_DIR/hook"
lab_start am net prometheus-alertmanager --config.file="$LAB_DIR/am.yml" --storage.path="$LAB_DIR/am" \
	--web.listen-address=127.0.0.1:9093 --cluster.listen-address=

collector_prepare "server-names = $TOWN_COLLECTOR, 127.0.0.1" "agents-url = https://$TOWN_COLLECTOR:8443" \
	"smtp-url = smtp://127.0.0.1:2525" "smtp-from = parta@town.test" "smtp-credentials = $LAB_DIR/credentials" "alert-ca-file = $TOWN_CA"
collector_start net
collector_run school add S1 --name $'Школа «Имени\tсамого» длинного названия, чтобы тема письма заняла несколько строк' --provider Другой >/dev/null
for i in 1 2 3 4; do collector_run school add P$i --name "School P$i" --provider Связь >/dev/null; done
collector_run receiver add boss --email boss@town.test --severity info
collector_run receiver add hook --webhook http://127.0.0.1:8080/x --language en --severity info --secret-file "$LAB_DIR/secret"
collector_run receiver add am --alertmanager http://127.0.0.1:9093/ --severity info
collector_run receiver add gone --email nobody@town.test --kinds connectivity_drop

mails() { peer mails "$LAB_DIR/mail"; }
hooks() { peer hooks "$LAB_DIR/hook"; }
mailed() { [ "$(mails 2>/dev/null | grep -c -- "$1")" -eq "${2:-1}" ]; }
hooked() { [ "$(hooks 2>/dev/null | grep -c -- "$1")" -eq "${2:-1}" ]; }
firing() { lab_in net curl -sf http://127.0.0.1:9093/api/v2/alerts | jq -e "[.[] | select(.labels.alertname == \"$1\" and .status.state == \"active\")] | length == $2"; }
alert_is() { [ "$(collector_sql "SELECT count(*) FROM api.alert_list WHERE school = '$1' AND kind = '$2' AND state = '$3'")" -ge 1 ]; }
now() { date +%s; }

echo "- the collector dies between a receiver's yes and its own note of it; a mail server without TLS hears no password"
touch "$LAB_DIR/hook/slow"
lab_start plain net /usr/bin/python3 -B tests/system/alert_peer.py plain "$LAB_DIR/plain"
lab_await plain ready 10
collector_run receiver test boss
refused() { [ "$(collector_sql "SELECT error <> '' FROM core.outbox AS o JOIN core.receiver AS r USING (receiver_id) WHERE r.name = 'boss'")" = t ]; }
lab_until 20 refused || lab_fail "no attempt was made to mail: $(collector_run alert outbox)"
lab_stop plain || true
[ "$(sort -u "$LAB_DIR/plain/commands" | tr '\n' ' ')" = "EHLO " ] || lab_fail "it said more than EHLO in the clear: $(cat "$LAB_DIR/plain/commands")"
collector_run receiver test hook
lab_until 10 hooked 'test test' || lab_fail "the test did not come: $(collector_run alert outbox)"
lab_kill collector || true
died=$(now)
rm "$LAB_DIR/hook/slow"
collector_start net
[ "$(collector_sql "SELECT state FROM core.outbox AS o JOIN core.receiver AS r USING (receiver_id) WHERE r.name = 'hook'")" = waiting ] || lab_fail "it noted what it cannot know"

# Agents of four schools of one provider are heard for the last time now.
collector_sql "INSERT INTO core.agent (agent_id, school_id) SELECT gen_random_uuid(), school_id FROM core.school WHERE code LIKE 'P%'" >/dev/null
beats() { collector_sql "SELECT core.heartbeat(agent_id, agent_id, (EXTRACT(epoch FROM now()) * 10)::bigint, now(), 1, 0, now()) FROM core.agent JOIN core.school AS s USING (school_id) WHERE s.code LIKE 'P%'" >/dev/null; }
beats
silent=$(now)

echo "- an outage while the mail server is away: the webhook hears it at once, the letter comes later, once"
agent_prepare "report-every = 10s" "targets = icmp@192.0.2.1, icmp@192.0.2.2, tcp:53@$TOWN_DNS" "resolver = 10.77.0.1" "dns-name = collector.town.test" \
	"scan-every = 0" "speed-every = 0" "filter-every = 0"
agent_run agent enrol --collector "https://$TOWN_COLLECTOR:8444" --token "$(collector_run token S1)" >/dev/null
agent_start agent
lab_await agent "collector reached" 20
lab_await agent "state=up" 20
internet_gone
lab_until 60 hooked 'S1 connectivity_drop raised' || lab_fail "no outage was told: $(collector_run alert history)"
lab_until 10 firing connectivity_drop 1 || lab_fail "Alertmanager does not know of it"
[ "$(collector_sql "SELECT count(*) FROM core.outbox WHERE state = 'waiting' AND attempts > 0 AND error <> ''")" -ge 1 ] || lab_fail "no letter waits"
mail_begin
lab_await smtp ready 10
lab_until 45 mailed 'boss Критично: перебой связи\|boss Предупреждение: перебой связи' || lab_fail "the letter did not come: $(collector_run alert outbox)"
dead() { [ "$(collector_sql "SELECT state || ' ' || (error LIKE '%550%') FROM api.outbox_list WHERE receiver = 'gone'")" = "dead true" ]; }
lab_until 45 dead || lab_fail "who is not there is not told apart: $(collector_run alert outbox)"

echo "- taken in hand, it ends with the incident; its end is told to all, once"
collector_run alert ack "$(collector_sql "SELECT alert_id FROM api.alert_list WHERE school = 'S1' AND state = 'firing'")" --comment "звоню провайдеру"
alert_is S1 connectivity_drop acked || lab_fail "it is in nobody's hand"
internet_back
lab_until 60 hooked 'S1 connectivity_drop resolved' || lab_fail "its end was not told"
lab_until 30 mailed 'Восстановлено: перебой связи' || lab_fail "its end was not mailed"
lab_until 10 firing connectivity_drop 0 || lab_fail "Alertmanager was not told of the end"

echo "- what a person silenced is not told; when it outlives the silence, it is"
collector_run alert silence --school S1 --for 1 --kind connectivity_drop --comment "знаем"
internet_gone
lab_until 40 alert_is S1 connectivity_drop firing || lab_fail "a silence hides it from the list"
sleep 6
hooked 'S1 connectivity_drop raised' 1 || lab_fail "it was told although it is silenced"
collector_run alert end "$(collector_sql "SELECT silence_id FROM api.silence_list WHERE is_open")"
lab_until 15 hooked 'S1 connectivity_drop raised' 2 || lab_fail "it was not told when the silence was over"
internet_back
lab_until 60 hooked 'S1 connectivity_drop resolved' 2 || lab_fail "its end was not told"

# The school's line is cut while the provider's schools are waited for: its own silence takes as long.
cut=$(now)
town_link cut >/dev/null

echo "- a provider fails: four schools are off, one message tells it"
lab_until $((silent + 140 - $(now))) hooked 'Связь provider_outage raised' || lab_fail "the provider's incident was not told"
lab_until 15 mailed 'Нет связи у провайдера Связь, школ без связи: 4' || lab_fail "it was not mailed"
beats
lab_until 30 hooked 'Связь provider_outage resolved' || lab_fail "the provider's incident does not end"
collector_sql "UPDATE core.agent SET revoked_at = now() WHERE host_name = ''" >/dev/null

echo "- the school's line was cut: told within 90 seconds"
lab_until 100 mailed 'агент молчит — Школа' || lab_fail "the cut was not mailed: $(collector_run alert list)"
lab_until 5 hooked 'S1 agent_silent raised' || lab_fail "the cut was not posted"
took=$(($(hooks | awk '/S1 agent_silent raised/ { print $1 }') - cut))
echo "  posted $took s after the cut, mailed $(($(mails 2>/dev/null | awk '/агент молчит — Школа/ { print $1 }') - cut)) s"
[ $took -ge 40 ] && [ $took -le 90 ] || lab_fail "posted $took s after the cut"
[ "$(mails 2>/dev/null | awk '/агент молчит — Школа/ { print $1 }')" -le $((cut + 91)) ] || lab_fail "mailed too late"
town_link restore >/dev/null
lab_until 70 mailed 'Восстановлено: агент молчит — Школа' || lab_fail "the end was not mailed: $(collector_run alert list)"

echo "- and nothing else was told, nothing twice"
[ "$(now)" -ge $((died + 125)) ] || sleep $((died + 125 - $(now)))
lab_until 15 hooked 'test test' 2 || lab_fail "what the dead collector left was not sent again"
[ "$(hooks | grep 'test test' | cut -d' ' -f2 | sort -u | wc -l)" -eq 1 ] || lab_fail "it came again under another key"
mails >"$LAB_DIR/mails" || lab_fail "a letter is no good letter"
hooks >"$LAB_DIR/hooks" || lab_fail "a request is no good request"
[ "$(cut -d' ' -f2 "$LAB_DIR/mails" | sort | uniq -d)" = "" ] || lab_fail "a letter came twice"
[ "$(grep -v 'test test' "$LAB_DIR/hooks" | cut -d' ' -f2 | sort | uniq -d)" = "" ] || lab_fail "a request came twice"
told=$(cut -d' ' -f3- "$LAB_DIR/hooks" | sort | uniq -c | tr -s ' ' | tr '\n' ';')
[ "$told" = " 2 - test test; 1 S1 agent_silent raised; 1 S1 agent_silent resolved; 2 S1 connectivity_drop raised; 2 S1 connectivity_drop resolved; 1 Связь provider_outage raised; 1 Связь provider_outage resolved;" ] ||
	lab_fail "told was:$told"
[ "$(grep -c 'Проверка оповещений' "$LAB_DIR/mails")" -eq 1 ] && [ "$(wc -l <"$LAB_DIR/mails")" -eq 9 ] || lab_fail "mailed was: $(cat "$LAB_DIR/mails")"
[ "$(collector_metric parta_alert_passes_total)" -ge 20 ] || lab_fail "its looks are not counted"
[ "$(collector_metric 'parta_alert_messages_total{outcome="refused"}')" -ge 1 ] || lab_fail "refused messages are not counted"
collector_sql "SELECT extract(epoch FROM a.since_at - '$(date -u -d "@$cut" +%FT%TZ)'::timestamptz) BETWEEN -35 AND 2 FROM core.alert AS a WHERE kind = 'agent_silent' AND detail ? 'agent' AND school_id = (SELECT school_id FROM core.school WHERE code = 'S1')" | grep -qx t ||
	lab_fail "its onset is not that of the silence"
echo "alert: each was told once"
