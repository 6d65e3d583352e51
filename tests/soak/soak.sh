#!/usr/bin/env bash
# kill -9 of agents, their sensors, the collector and PostgreSQL, and cuts of lines, in an order and at moments that a
# seed draws, while three real agents and a crowd of reporting ones send what they have. At the end SQL counts: what was
# acknowledged is there, once, with every measurement once. Prints the seed and every 20 kills how far it is. Needs root.
#
#   KILLS=200 SEED=7 tests/soak/soak.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

for need in psql curl jq; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done
kills=${KILLS:-200} seed=${SEED:-7}
schools=3 crowd=16 samples=5
load=build/${MODE:-release}/tests/soak/load_soak

# The whole plan is drawn before anything runs, so a seed is a plan: victim, then pause before and length in tenths of
# a second. Every victim of the deck has its turn before the deck is shuffled again.
deck=(agent1 agent2 agent3 sensor1 sensor2 collector collector database database cut1 cut3 cutcrowd)
RANDOM=$seed
plan=()
while [ ${#plan[@]} -lt "$kills" ]; do
	left=("${deck[@]}")
	while [ ${#left[@]} -gt 0 ] && [ ${#plan[@]} -lt "$kills" ]; do
		at=$((RANDOM % ${#left[@]}))
		plan+=("${left[at]} $((RANDOM % 30)) $((5 + RANDOM % 75))")
		left=("${left[@]:0:at}" "${left[@]:at+1}")
	done
done
echo "seed $seed, $kills kills"

lab_begin soak
lab_namespace town crowd
ip -n "$(lab_ns town)" addr add 10.9.0.1/32 dev lo
join() { # NAMESPACE NUMBER: its own line to the town
	lab_cable "$1" lan0 town "wan$2"
	lab_address "$1" lan0 "10.9.$2.2/24"
	lab_address town "wan$2" "10.9.$2.1/24"
	lab_route "$1" default via "10.9.$2.1"
	lab_resolver "$1" "10.9.$2.1"
}
join crowd 100
collector_prepare "server-names = 10.9.0.1, 127.0.0.1" "agents-url = https://10.9.0.1:8443" "agent-requests-per-s = 1000" \
	"agent-requests-burst = 1000" "enrol-per-minute = 1000"
collector_start town
for ((i = 1; i <= schools; i++)); do
	lab_namespace "school$i"
	join "school$i" "$i"
	collector_run school add "S$i" --name "School $i" >/dev/null
	AGENT_NAME=agent$i agent_prepare "report-every = 10s"
	AGENT_NAME=agent$i agent_run "school$i" enrol --collector https://10.9.0.1:8444 --token "$(collector_run token "S$i")" >/dev/null
	AGENT_NAME=agent$i agent_start "school$i"
done
collector_run school add crowd --name Crowd >/dev/null
for ((i = 0; i < crowd; i++)); do collector_run token crowd; done >"$LAB_DIR/tokens"
ip netns exec "$(lab_ns crowd)" "$load" -h 10.9.0.1 -a $crowd -s $samples "$LAB_DIR/ledger" <"$LAB_DIR/tokens" >"$LAB_DIR/crowd.log" 2>&1 &
lab_note crowd $!
lab_await crowd enrolled 60 || lab_fail "the crowd could not enrol"

heard_of() { [ "$(collector_sql "SELECT count(*) FROM core.report JOIN core.school USING (school_id) WHERE code = '$1'")" -gt 0 ]; }

kill_agent() {
	lab_kill "agent$1" || true
	AGENT_NAME=agent$1 agent_start "school$1"
}
# An agent does without its sensor, or ends and is started again as its unit would.
kill_sensor() {
	pkill -KILL -P "${LAB_PIDS[agent$1]}" || true # it may not be born yet
	lab_until 5 eval "! lab_alive agent$1" || true
	kill_agent "$1"
}
kill_collector() {
	lab_kill collector || true
	collector_start town
}
kill_database() {
	lab_until 60 collector_sql 'SELECT 1' || lab_fail "the collector did not start its database again"
	kill -KILL "$(collector_database_pid)" || true
}
cut() { # LINE TENTHS: nothing passes for so long, while the rest goes on
	ip -n "$(lab_ns town)" link set "$1" down
	{ sleep "$(($2 / 10)).$(($2 % 10))" && ip -n "$(lab_ns town)" link set "$1" up; } &
}
kill_cut() { if [ "$1" = crowd ]; then cut wan100 "$2"; else cut "wan$1" "$2"; fi; }

for ((i = 1; i <= schools; i++)); do
	lab_until 60 heard_of "S$i" || lab_fail "no report came from school $i before the first kill"
done
declare -A count=()
done=0
for step in "${plan[@]}"; do
	read -r victim pause length <<<"$step"
	sleep "$((pause / 10)).$((pause % 10))"
	kind=${victim%%[0-9]*}
	kind=${kind%crowd}
	count[$kind]=$((${count[$kind]:-0} + 1))
	"kill_$kind" "${victim#"$kind"}" "$length"
	done=$((done + 1))
	[ $((done % 20)) -ne 0 ] || echo "$done of $kills kills, $SECONDS s"
done

# The crowd delivers what it has and says what was acknowledged; the agents start anew, so that none waits for long.
sleep 8
for line in 1 2 3 100; do ip -n "$(lab_ns town)" link set "wan$line" up; done
lab_until 60 collector_sql 'SELECT 1' || lab_fail "the collector did not start its database again"
kill -TERM "${LAB_PIDS[crowd]}"
wait "${LAB_PIDS[crowd]}" || { cat "$LAB_DIR/crowd.log"; lab_fail "the crowd could not deliver"; }
for ((i = 1; i <= schools; i++)); do
	AGENT_NAME=agent$i agent_stop || true
	AGENT_NAME=agent$i agent_start "school$i"
done
delivered() { # the agent has nothing left, and its last number is the last in the database
	AGENT_NAME=agent$1 agent_status ".spool | select(.reports == 0) | .next_seq - 1" >"$LAB_DIR/last"
	[ -s "$LAB_DIR/last" ] && [ "$(stored_of "$1")" = "$(cat "$LAB_DIR/last")" ]
}
stored_of() { collector_sql "SELECT max(seq) FROM core.report JOIN core.school USING (school_id) WHERE code = 'S$1'"; }
for ((i = 1; i <= schools; i++)); do
	lab_until 90 delivered $i || lab_fail "agent $i did not deliver all: $(AGENT_NAME=agent$i agent_status .spool), stored to $(stored_of "$i")"
	AGENT_NAME=agent$i agent_stop || true
done

sql() { setpriv --reuid=nobody --regid=nogroup --clear-groups psql -h "$LAB_DIR/state/postgres" -U parta -d parta -XAtq -v ON_ERROR_STOP=1; }
{
	echo "CREATE SCHEMA soak; CREATE TABLE soak.ledger (agent_id uuid, boot_id uuid, seq bigint);"
	echo "COPY soak.ledger FROM stdin;"
	cat "$LAB_DIR/ledger"
	printf '\\.\n'
} | sql
cat >"$LAB_DIR/count.sql" <<END
WITH real AS (
	SELECT agent_id, min(seq) AS first, max(seq) AS last, count(DISTINCT seq) AS n FROM core.report
	 WHERE school_id IN (SELECT school_id FROM core.school WHERE code <> 'crowd') GROUP BY agent_id
), numbers AS (
	SELECT report_id, count(*) AS n, count(DISTINCT (series_id, measured_at)) AS once FROM core.measurement GROUP BY report_id
), bodies AS (
	SELECT report_id, count(*) AS n FROM core.report_body GROUP BY report_id
)
SELECT (SELECT count(*) FROM soak.ledger) + (SELECT sum(n) FROM real) AS acknowledged,
       (SELECT count(*) FROM core.report) AS stored,
       (SELECT count(*) FROM soak.ledger AS l WHERE NOT EXISTS (
		SELECT FROM core.report AS r WHERE r.agent_id = l.agent_id AND r.boot_id = l.boot_id AND r.seq = l.seq))
       + (SELECT sum(last - first + 1 - n + first - 1) FROM real)
       + (SELECT count(*) FROM core.report AS r WHERE NOT EXISTS (SELECT FROM bodies AS b WHERE b.report_id = r.report_id))
       + (SELECT count(*) FROM soak.ledger AS l JOIN core.report AS r USING (agent_id, boot_id, seq)
	   LEFT JOIN numbers AS n USING (report_id) WHERE n.once IS DISTINCT FROM $samples) AS lost,
       (SELECT count(*) FROM (SELECT FROM core.report GROUP BY agent_id, seq HAVING count(*) > 1) AS twice)
       + (SELECT count(*) FROM numbers WHERE n <> once)
       + (SELECT count(*) FROM bodies WHERE n > 1)
       + (SELECT count(*) FROM core.report AS r JOIN core.school USING (school_id) WHERE code = 'crowd' AND NOT EXISTS (
		SELECT FROM soak.ledger AS l WHERE l.agent_id = r.agent_id AND l.boot_id = r.boot_id AND l.seq = r.seq)) AS doubled,
       (SELECT count(*) FROM core.quarantine) AS refused,
       (SELECT sum(n) FROM real) AS of_agents
END
IFS='|' read -r acknowledged stored lost doubled refused of_agents <<<"$(sql <"$LAB_DIR/count.sql")"
for kind in agent sensor collector database cut; do printf '%s %s, ' "$kind" "${count[$kind]:-0}"; done
echo "$SECONDS s; the crowd: $(tail -n 1 "$LAB_DIR/crowd.log")"
echo "$kills kills: $acknowledged reports acknowledged ($of_agents of real agents), $stored stored, $lost lost, $doubled doubled, $refused refused"
[ "$lost $doubled $refused" = "0 0 0" ] || lab_fail "seed $seed: $(collector_sql 'SELECT code, reason FROM core.quarantine LIMIT 5')"
if [ "$of_agents" -lt "$schools" ] || [ "$acknowledged" -le "$kills" ]; then lab_fail "too little was reported to prove anything"; fi
