#!/usr/bin/env bash
# A line that others use too: what a real snmpd in the school's router counts, a refresh every three seconds, makes up for
# their part within 3 %, and clears the provider. By them the service, beside a real collector, takes a full line for proved and
# leaves a busy one alone; it takes IPv4 and IPv6 in turn, knows another way out, ends a test for an examination, and goes over no
# limit of bytes. Two hundred schools take turns.
# alone: it compares rates with those of a shaped line
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/measure.sh
lab_urgent "$PWD/tests/system/line.sh" "$@"

for need in snmpd iperf3 nginx openssl tc ethtool jq psql; do
	command -v "$need" >/dev/null || { echo "line: skipped, '$need' is not installed"; exit 77; }
done
agent=${AGENT:-build/release/parta-agent}
lab_begin line
lab_namespace school class router far
lab_cable school eth0 router lan0
lab_cable class eth0 router lan1
lab_cable router wan0 far eth0
lab_address school eth0 10.79.1.2/24
lab_address class eth0 10.79.2.2/24
lab_address router lan0 10.79.1.1/24
lab_address router lan1 10.79.2.1/24
lab_address router wan0 10.79.9.1/24
lab_address far eth0 10.79.9.2/24
lab_route school default via 10.79.1.1
lab_route class default via 10.79.2.1
lab_route router default via 10.79.9.2
lab_route far 10.79.0.0/16 via 10.79.9.1
lab_in router sysctl -qw net.ipv4.ip_forward=1
tc -n "$(lab_ns router)" qdisc add dev wan0 root tbf rate 100mbit burst 16kb latency 40ms overhead 24
# What comes in is shared so that others get what they ask for: their part is known then.
far=$(lab_ns far)
tc -n "$far" qdisc add dev eth0 root handle 1: htb default 10
tc -n "$far" class add dev eth0 parent 1: classid 1:1 htb rate 100mbit burst 16kb cburst 16kb quantum 3000 overhead 24
tc -n "$far" class add dev eth0 parent 1:1 classid 1:10 htb rate 20mbit ceil 100mbit burst 16kb cburst 16kb quantum 3000 overhead 24 prio 1
tc -n "$far" class add dev eth0 parent 1:1 classid 1:20 htb rate 80mbit ceil 100mbit burst 16kb cburst 16kb quantum 3000 overhead 24 prio 0
tc -n "$far" qdisc add dev eth0 parent 1:10 pfifo limit 300
tc -n "$far" qdisc add dev eth0 parent 1:20 pfifo limit 300
tc -n "$far" filter add dev eth0 parent 1: protocol ip u32 match ip dst 10.79.2.2/32 flowid 1:20

# ---- who counts, who answers, who else there is

mkdir "$LAB_DIR/snmp"
printf '%s\n' "agentaddress udp:10.79.1.1:161" "rocommunity watcher 10.79.1.2" >"$LAB_DIR/snmpd.conf"
lab_start snmpd router env SNMP_PERSISTENT_DIR="$LAB_DIR/snmp" MIBS='' snmpd -f -Lo -C -c "$LAB_DIR/snmpd.conf"
measure_librespeed far 10.79.9.2
lab_start sink far iperf3 -s
printf '%s\n' "communities = watcher" >"$LAB_DIR/conf"
lab_until 10 lab_in school snmpget -v2c -c watcher -t 1 -r 0 10.79.1.1 1.3.6.1.2.1.1.3.0 || lab_fail "no snmpd: $(cat "$LAB_DIR/snmpd.log")"
lab_until 10 lab_in class bash -c '</dev/tcp/10.79.9.2/5201' || lab_fail "no iperf3: $(cat "$LAB_DIR/sink.log")"

others() { # MBPS: until lab_stop others
	[ "$1" -gt 0 ] || return 0
	lab_start others class iperf3 -c 10.79.9.2 -R -u -b "${1}M" -l 1400 -t 120 --forceflush
	lab_until 10 grep -q "bits/sec" "$LAB_DIR/others.log" || lab_fail "nobody else is there: $(cat "$LAB_DIR/others.log")"
	: >"$LAB_DIR/others.log"
}
measure() { # ARGUMENT...
	status=0
	lab_in school "$agent" speed -c "$LAB_DIR/conf" --backend librespeed --server https://10.79.9.2 --ca "$LAB_DIR/cert.pem" --direction down \
		--format json "$@" >"$LAB_DIR/result" 2>"$LAB_DIR/words" || status=$?
}
value() { jq -r "$1" "$LAB_DIR/result"; }
failed=0
complain() {
	echo "FAILED: $*"
	jq -c 'del(.down.sample_bytes, .down.tcp)' "$LAB_DIR/result"
	cat "$LAB_DIR/words"
	failed=$((failed + 1))
}

for load in ${LINE_LOADS-0 60}; do
	others "$load"
	measure --capacity
	printf '%2d Mbit/s of others: own %6.2f, of others %6.2f, the line %6.2f (%s %%)\n' "$load" "$(value .down.ip_mbps)" \
		"$(value .cross_traffic_mbps)" "$(value .down.line_mbps)" "$(value '(.down.line_mbps / 0.9753 - 100) * 100 | round / 100')"
	[ "$(value '(.down.line_mbps / 97.53 - 1) | fabs <= 0.03')" = true ] || complain "with $load Mbit/s of others the line is off"
	[ "$(value "(.cross_traffic_mbps - $load * 1.02) | fabs <= 4")" = true ] || complain "others took $load"
	lab_stop others || true
done

# The router and its interface may be named as well. It fails its target again and again, until the router has counted long enough.
printf '%s\n' "communities = watcher" "line-router = 10.79.1.1" "line-interface = $(lab_in router cat /sys/class/net/wan0/ifindex)" >"$LAB_DIR/conf"
others 40
measure --target 90
[ "$status" -eq 0 ] && [ "$(value .down.verdict)" = pass ] && [ "$(value .down.cause)" = cross_traffic ] ||
	complain "status $status: a line that others use is $(value '[.down.verdict, .down.cause] | join(" ")')"
[ "$(value '.down.ip_mbps < 75')" = true ] || complain "nobody used it"

lab_stop others || true

# ---- the service by these counters, beside a real collector: its clock is the test's, so that turns come soon

export PARTA_TEST_CLOCK=$LAB_DIR/clock
AGENT=build/${MODE:-release}/tests/parta-agent-clock
. tests/lib/collector.sh
. tests/lib/agent.sh
sql() { collector_sql "$1"; }
is() { [ "$("${@:2}" 2>/dev/null)" = "$1" ]; }

lab_namespace spare
lab_cable school eth1 spare lan0
lab_cable spare wan0 far eth1
lab_address school eth1 10.79.3.2/24
lab_address spare lan0 10.79.3.1/24
lab_address spare wan0 10.79.8.1/24
lab_address far eth1 10.79.8.2/24
lab_route spare default via 10.79.8.2
lab_route far 10.79.3.0/24 via 10.79.8.1
lab_in spare sysctl -qw net.ipv4.ip_forward=1
for end in school/eth0/fd79:1::2 router/lan0/fd79:1::1 router/wan0/fd79:9::1 far/eth0/fd79:9::2; do
	IFS=/ read -r place device address <<<"$end"
	lab_in "$place" sysctl -qw "net.ipv6.conf.$device.disable_ipv6=0" "net.ipv6.conf.$device.dad_transmits=0"
	lab_address "$place" "$device" "$address/64"
done
lab_in router sysctl -qw net.ipv6.conf.all.forwarding=1
ip -n "$(lab_ns school)" -6 route add default via fd79:1::1
ip -n "$(lab_ns far)" -6 route add fd79:1::/64 via fd79:9::1

collector_prepare "server-names = 10.79.9.2, fd79:9::2" "agents-url = https://10.79.9.2:8443"
collector_start far
zone=Etc/GMT$(printf %+d $(($(date -u +%-H) - 12))) # it is noon there: far from another day
collector_run school add S1 --name "School 1" --time-zone "$zone" >/dev/null
sql "DELETE FROM reference.holiday; DELETE FROM reference.filter_entry;
	INSERT INTO core.school_lesson SELECT school_id, d, 0, 1440 FROM core.school, generate_series(1, 7) AS d" >/dev/null
agent_prepare "communities = watcher" "report-every = 10s" "ranges = 10.79.1.1/32" "target-down-mbps = 90" "target-up-mbps = 20" "speed-every = 60s" "targets = icmp@10.79.9.2" \
	"speed-servers = https://10.79.9.2:8445, https://[fd79:9::2]:8445"
set_option() { # NAME VALUE: the settings of the service, that reads them again
	sed -i "/^$1 /d" "$LAB_DIR/agent.conf"
	[ -z "$2" ] || echo "$1 = $2" >>"$LAB_DIR/agent.conf"
	kill -HUP "${LAB_PIDS[agent]}"
}
truncate -s 4096 "$PARTA_TEST_CLOCK"
offset=0
at() { # OFFSET_MS
	offset=$1
	printf '%-30s' "$1 1" | dd of="$PARTA_TEST_CLOCK" conv=notrunc status=none
}
at -3000000 # a report from ten minutes ahead would be kept aside
echo "eth0 10.79.1.1 10.79.0.0 600000" >"$LAB_DIR/agent/path" # the way of the last week
chown nobody "$LAB_DIR/agent/path"
agent_run school enrol --collector https://10.79.9.2:8444 --token - <<<"$(collector_run token S1)" >/dev/null
agent_start school

speed() { agent_status ".tasks[] | select(.task == \"speed\") | .$1"; }
turns() { echo $(($(speed runs) + $(speed skips))); }
more_turns() { [ "$(turns)" -gt "$1" ]; }
# The clock goes on to a second before the next test; what comes of that.
turn() {
	local was next
	was=$(turns) next=$(speed next_ms)
	[ "$next" -le $(($(date +%s%3N) + offset + 1000)) ] || at $((next - $(date +%s%3N) - 1000))
	kill -HUP "${LAB_PIDS[agent]}"
	lab_until 60 more_turns "$was" || { tail -n 5 "$LAB_DIR/agent.log"; lab_fail "its turn did not come: $(agent_status .tasks)"; }
}
newest() { sql "SELECT $1 FROM core.speed_test AS t JOIN core.speed_direction AS d USING (agent_id, test_id) ORDER BY t.started_at DESC, d.direction LIMIT 1"; }
spent() { agent_status .measuring.day_bytes; }
log_count() { grep -c "$1" "$LAB_DIR/agent.log"; }

echo "- the service measures by IPv4 and IPv6 in turn, and each is known"
lab_until 90 more_turns 0 || { tail -n 5 "$LAB_DIR/agent.log"; lab_fail "no test was made"; }
turn
turn
families="SELECT string_agg(f, ',' ORDER BY f) FROM (SELECT DISTINCT family(server_address::inet) || ' ' || (SELECT count(*) FROM core.speed_direction AS d
	WHERE (d.agent_id, d.test_id) = (t.agent_id, t.test_id) AND d.ip_mbps > 15) AS f FROM core.speed_test AS t WHERE mode = 'verify') AS x"
lab_until 30 is "4 2,6 2" sql "$families" || lab_fail "the families: $(sql "$families")"
cost=$(spent)
[ "$(sql "SELECT $cost BETWEEN 1.03 * sum(size_bytes) AND 1.1 * sum(size_bytes) FROM core.speed_run")" = t ] ||
	lab_fail "runs of $(sql 'SELECT sum(size_bytes) FROM core.speed_run') bytes cost $cost"

echo "- a line that is full in a lesson proves itself, and costs nothing"
others 93
passive="SELECT direction || ' ' || verdict || ' ' || lesson || ' ' || size_bytes || ' ' || (ip_mbps >= 0.97 * 90) FROM core.speed_test
	JOIN core.speed_direction USING (agent_id, test_id) WHERE mode = 'passive'"
lab_until 90 is "down pass lesson 0 true" sql "$passive" || lab_fail "no proof: $(sql "$passive")"
[ "$(sql "SELECT verdict FROM core.speed_day WHERE verdict = 'passive'")" = passive ] || lab_fail "the proof is none of the day's"
[ "$(spent)" = "$cost" ] || lab_fail "the proof cost $(($(spent) - cost)) bytes"
lab_stop others || true

echo "- a busy line is left alone four times, then measured with what others take"
others 40
for _ in 1 2 3 4 5 6 7 8; do
	[ "$(newest 'cross_traffic_mbps > 25')" != t ] || break
	turn
	sleep 0.5
done
[ "$(log_count 'put off: the line is busy')" = 4 ] || lab_fail "left alone $(log_count 'put off: the line is busy') times: $(tail -n 9 "$LAB_DIR/agent.log")"
[ "$(newest "direction || ' ' || verdict || ' ' || mode")" = "down pass verify" ] || lab_fail "it was measured so: $(newest 'd.*')"
[ "$(newest 'abs(cross_traffic_mbps - 40.8) <= 8')" = t ] || lab_fail "others took $(newest cross_traffic_mbps)"
[ "$(spent)" -gt "$cost" ] || lab_fail "the test cost nothing"
lab_stop others || true

echo "- on another way out a little is measured, by a tenth of the target"
ip -n "$(lab_ns school)" route replace default via 10.79.3.1
sleep 11 # until the counters of a gateway that is left are forgotten
for _ in 1 2 3; do
	[ "$(newest mode)" != light ] || break
	turn
	sleep 0.5
done
[ "$(newest "mode || ' ' || t.target_mbps")" = "light 9" ] || lab_fail "by the other way: $(newest "mode || ' ' || t.target_mbps")"
[ "$(sql "SELECT bool_and(n = 2 AND bytes BETWEEN 1000000 AND 9000000) FROM (SELECT count(*) AS n, sum(size_bytes) AS bytes FROM core.speed_direction
	JOIN core.speed_test AS t USING (agent_id, test_id) WHERE t.mode = 'light' GROUP BY test_id) AS x")" = t ] || lab_fail "it took $(newest size_bytes) of the other way"
[ "$(agent_status .metered)" = other ] || lab_fail "status knows no other way"
ip -n "$(lab_ns school)" route replace default via 10.79.1.1
turn
lab_until 20 is verify newest mode || lab_fail "on the usual way: $(newest mode)"

echo "- an examination ends the test that is under way, and what that took is counted"
set_option target-down-mbps 200 # it fails, again and again
cost=$(spent)
rate() { # bytes that came in within half a second
	local file=/sys/class/net/wan0/statistics/rx_bytes was
	was=$(lab_in router cat $file)
	sleep 0.5
	echo $(($(lab_in router cat $file) - was))
}
under_way() { [ "$(rate)" -gt 2000000 ]; }
silent() { [ "$(rate)" -lt 50000 ]; }
at $(($(speed next_ms) - $(date +%s%3N) - 1000))
kill -HUP "${LAB_PIDS[agent]}"
lab_until 20 under_way || lab_fail "no test is under way: $(agent_status .tasks)"
sleep 1
moment() { TZ=$zone date -d "@$(($(date +%s) + offset / 1000 + $1))" +%FT%H:%M; }
set_option exams "$(moment -120)/$(moment 3600)"
lab_until 3 silent || lab_fail "the test went on"
lab_await agent "put off: an examination is held: task=speed" 2
lab_until 5 is "put off: an examination is held" speed result || lab_fail "status: $(speed result)"
[ "$(spent)" -ge $((cost + 3000000)) ] || lab_fail "a test that was cut cost $(($(spent) - cost)) bytes"
set_option exams ""
set_option target-down-mbps 90

echo "- the bytes of a day are a limit, over a restart too, and another day has its own"
limit=$(($(spent) + 12000000))
set_option speed-budget $limit
told() { [ "$(sql "SELECT warnings::text LIKE '%speed: put off: the bytes for measuring are spent%' FROM core.agent_state")" = t ]; }
is_spent() { [ "$(speed result)" = "put off: the bytes for measuring are spent" ]; }
for _ in 1 2 3; do
	is_spent || turn
done
is_spent || lab_fail "there are bytes left: $(agent_status .measuring)"
lab_until 30 told || lab_fail "the collector does not know: $(sql 'SELECT warnings FROM core.agent_state')"
cost=$(spent)
if [ "$cost" -le $((limit - 12000000)) ] || [ "$cost" -gt $limit ]; then lab_fail "$cost bytes of $limit"; fi
agent_stop || lab_fail "the agent ended with status $?"
agent_start school
lab_until 20 is 0 speed runs || lab_fail "it did not start again"
[ "$(spent)" = "$cost" ] || lab_fail "after a restart there are $(spent) bytes and not $cost"
turn
is_spent || lab_fail "after a restart it measures: $(speed result)"
at $((offset + 86400000))
turn
lab_until 20 is 0 speed error
[ "$(spent)" -gt 1000000 ] && [ "$(spent)" -lt "$cost" ] || lab_fail "another day: $(speed result), $(spent) bytes"
agent_stop || lab_fail "the agent ended with status $?"

echo "- two hundred schools that ask at once by eight connections never need more than the server carries"
sql "INSERT INTO core.school (code, name, settlement, time_zone, contract_down_mbps) SELECT 'r' || n, 'r' || n, 'rural', 'Europe/Moscow', 100 FROM generate_series(1, 200) AS n"
asking=()
for _ in 1 2 3 4 5 6 7 8; do
	# shellcheck disable=SC2046
	sql "SET client_min_messages = error; $(sql "SELECT format('SELECT core.take_slot(%s);COMMIT;', school_id) FROM core.school ORDER BY random()")" >/dev/null &
	asking+=($!)
done
for asker in "${asking[@]}"; do wait "$asker" || lab_fail "a school got no answer"; done
[ "$(sql "SELECT count(*) || ' ' || bool_and(n <= 1000 / 1.2) FROM (SELECT sum(need_mbps) AS n FROM core.speed_slot GROUP BY server, slot) AS x")" = "29 true" ] ||
	lab_fail "slots: $(sql 'SELECT server, slot, sum(need_mbps) FROM core.speed_slot GROUP BY 1, 2')"
[ "$(sql "SELECT count(DISTINCT s.school_id) || ' ' || count(DISTINCT slots) FROM core.school AS s, core.take_slot(s.school_id) WHERE code LIKE 'r%'")" = "200 1" ] ||
	lab_fail "schools do not go by one round"

[ "$failed" -eq 0 ] || lab_fail "$failed of the above"
echo "line: all within bounds"
