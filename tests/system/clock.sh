#!/usr/bin/env bash
# A clock that is set, stands wrong, or lies: the agent of these sources by a clock of the test's (tests/lib/fake_clock.c;
# the machine's is never touched) beside a real collector. While nothing disciplines it, an hour ahead, two back, 2071 and
# 1970 change nothing of what is told; when the kernel swears by a wrong one, reports are kept aside with the reason. No
# report is lost or there twice, no schedule stalls or storms. Needs root.
# long: 230 s, the clock is left where it jumped until schedules have come round.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
AGENT=${AGENT:-build/${MODE:-release}/tests/parta-agent-clock}
. tests/lib/agent.sh

for need in jq psql curl; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin clock
export PARTA_TEST_CLOCK=$LAB_DIR/clock
truncate -s 4096 "$PARTA_TEST_CLOCK"
HOUR=3600000
at() { # OFFSET_MS SYNCHRONISED
	printf '%-30s' "$1 $2" | dd of="$PARTA_TEST_CLOCK" conv=notrunc status=none
}
year() { echo $((($(date -ud "$1-06-01" +%s) - $(date +%s)) * 1000)); }

at 0 0
lab_namespace school town
lab_cable school lan0 town wan0
lab_address school lan0 10.9.0.2/24
lab_address town wan0 10.9.0.1/24
lab_route school default via 10.9.0.1
lab_resolver school 10.9.0.1
collector_prepare "server-names = 10.9.0.1" "agents-url = https://10.9.0.1:8443"
collector_start town
collector_run school add S1 --name "School 1" >/dev/null
agent_prepare "report-every = 10s" "scan-every = 60s" "ranges = 10.9.0.0/30" "targets = icmp@10.9.0.1"
agent_run school enrol --collector https://10.9.0.1:8444 --token "$(collector_run token S1)" >/dev/null
agent_start school

sql() { collector_sql "$1"; }
is() { [ "$("${@:2}" 2>/dev/null)" = "$1" ]; }
# Every number up to now is there, stored or kept aside, and there once.
complete() {
	is t sql "SELECT count(*) = max(seq) AND count(DISTINCT seq) = count(*) AND min(seq) = 1 FROM
		(SELECT seq FROM core.report UNION ALL SELECT seq FROM core.quarantine) AS r"
}
stored() { sql "SELECT count(*) FROM core.report WHERE kind = '$1'"; }
more() { [ "$(stored "$1")" -ge "$2" ]; }
ahead() { # MS: what the collector noted of the agent's clock, to ten seconds
	local ms
	ms=$(sql 'SELECT clock_ahead_ms FROM core.agent_state')
	[ -n "$ms" ] && [ $((ms - $1)) -lt 10000 ] && [ $((ms - $1)) -gt -10000 ]
}
# Reports still come: one that is made from now on, which the agent does when its settings are read again.
flows() { # WORDS
	local since
	since=$(sql 'SELECT clock_timestamp()')
	kill -HUP "${LAB_PIDS[agent]}"
	lab_until 60 is t sql "SELECT count(*) > 0 FROM core.report WHERE kind = 'health' AND created_at > '$since'" || { tail -n 20 "$LAB_DIR/agent.log"; lab_fail "no reports $1"; }
}
told_right() {
	[ "$(sql "SELECT count(*) FROM core.report WHERE NOT clock_synchronised AND abs(extract(epoch FROM created_at - received_at)) > 120")" = 0 ] ||
		lab_fail "reports are told at a wrong time $1"
	[ "$(sql 'SELECT count(*) FROM core.quarantine')" = "${ASIDE:-0}" ] || lab_fail "kept aside $1: $(sql 'SELECT code, reason FROM core.quarantine')"
}
ended() { [ "$(sql "SELECT count(*) FROM core.outage WHERE end_at IS NOT NULL AND outage_class <> 'agent_down'")" -ge "$1" ]; }
# The line is cut, the clock set in the middle, the line mended: an outage of seconds, not of hours.
cut() { # NUMBER OFFSET WORDS
	ip -n "$(lab_ns town)" link set wan0 down
	lab_await agent "outage began" 30
	sleep 4
	at "$2" 0
	sleep 4
	ip -n "$(lab_ns town)" link set wan0 up
	lab_until 90 ended "$1" || { tail -n 20 "$LAB_DIR/agent.log"; lab_fail "the outage $3 did not end"; }
	: >"$LAB_DIR/agent.log"
	[ "$(sql 'SELECT count(*) FROM core.outage WHERE end_at IS NULL')" = 0 ] || lab_fail "an outage stays open $3"
	[ "$(sql "SELECT count(*) FROM core.outage WHERE end_at - onset_at NOT BETWEEN interval '5 seconds' AND interval '60 seconds'")" = 0 ] ||
		lab_fail "an outage has a wrong length $3: $(sql 'SELECT onset_at, end_at, outage_class FROM core.outage')"
	[ "$(sql "SELECT count(*) FROM core.outage WHERE onset_at < now() - interval '15 minutes' OR end_at > now() + interval '1 minute'")" = 0 ] ||
		lab_fail "an outage stands at a wrong time $3"
}

lab_until 120 more inventory 1 || { tail -n 20 "$LAB_DIR/agent.log"; lab_fail "no scan was told"; }
[ "$(sql 'SELECT bool_or(clock_synchronised) FROM core.report')" = f ] || lab_fail "a report says that the clock is synchronised"

echo "- an hour ahead, in the middle of an outage"
cut 1 $HOUR "over an hour ahead"
lab_until 60 ahead $HOUR || lab_fail "the collector does not know that the clock is ahead: $(sql 'SELECT clock_ahead_ms FROM core.agent_state')"
flows "an hour ahead"
told_right "an hour ahead"

echo "- two hours back, in the middle of another"
cut 2 $((-HOUR)) "over two hours back"
lab_until 60 ahead $((-HOUR)) || lab_fail "the collector does not know that the clock is behind"
flows "an hour behind"
told_right "an hour behind"

echo "- in 2071: reports, scans and a new handshake as ever, and no new certificate"
at "$(year 2071)" 0
lab_stop collector || true
collector_start town
flows "in 2071"
told_right "in 2071"
scans=$(agent_status '.tasks[] | select(.task == "scan") | .runs')
! grep -q "certificate renewed" "$LAB_DIR/agent.log" || lab_fail "the certificate was renewed"

echo "- in 1970 too, and the schedule neither stalls nor storms"
at "$(year 1970)" 0
scanned() { [ "$(agent_status '.tasks[] | select(.task == "scan") | .runs')" -gt "$scans" ]; }
lab_until 150 scanned || lab_fail "no scan in 1970"
[ "$(agent_status '.tasks[] | select(.task == "scan") | .runs')" -le $((scans + 3)) ] || lab_fail "a storm of scans"
flows "in 1970"
told_right "in 1970"

echo "- started in 1970 after kill -9: no absence of 56 years is told, the handshake holds"
lab_kill agent || true
agent_start school
lab_await agent "parta-agent runs" 30
flows "after a start in 1970"
told_right "after a start in 1970"
[ "$(sql "SELECT count(*) FROM core.outage WHERE outage_class = 'agent_down'")" = 0 ] || lab_fail "an absence was told that was none"
lab_until 60 complete || lab_fail "a report is missing: $(sql 'SELECT count(*), min(seq), max(seq) FROM core.report')"

echo "- a kernel that swears by a clock an hour ahead: kept aside, with the reason, none lost"
at $HOUR 1
aside() { kill -HUP "${LAB_PIDS[agent]}"; [ "$(sql "SELECT count(*) FROM core.quarantine WHERE code = 'future' AND reason LIKE '%clock%'")" -ge 2 ]; }
lab_until 90 aside || lab_fail "nothing was kept aside with a reason: $(sql 'SELECT code, reason FROM core.quarantine')"
lab_until 60 ahead $HOUR || lab_fail "the collector does not know that the clock is ahead"
at 0 1
flows "with the clock right again"

echo "- the end of an outage that is kept aside: it is over when the line is seen to work"
: >"$LAB_DIR/agent.log"
ip -n "$(lab_ns town)" link set wan0 down
lab_await agent "outage began" 30
at $HOUR 1
ip -n "$(lab_ns town)" link set wan0 up
lab_await agent "outage ended" 60
at 0 1
inferred() { is "0 1" sql "SELECT count(*) FILTER (WHERE end_at IS NULL) || ' ' || count(*) FILTER (WHERE end_inferred) FROM core.outage"; }
lab_until 240 inferred || lab_fail "the outage: $(sql 'SELECT outage_class, onset_at, end_at, end_inferred FROM core.outage ORDER BY onset_at')"
lab_until 60 is t sql "SELECT bool_or(clock_synchronised) FROM core.report" || lab_fail "no report says that the clock is synchronised"

echo "- a kernel that swears by 2071 cannot trust the collector: reports wait and none is lost"
at "$(year 2071)" 1
lab_stop collector || true
collector_start town
waits() { kill -HUP "${LAB_PIDS[agent]}"; [ "$(agent_status .spool.reports)" -ge 2 ]; }
lab_until 90 waits || lab_fail "no report waits"
at 0 1
flows "after 2071"
lab_until 60 complete || lab_fail "a report is missing: $(sql 'SELECT count(*), min(seq), max(seq) FROM core.report') $(sql 'SELECT count(*) FROM core.quarantine')"
[ "$(sql "SELECT count(*) FROM core.quarantine WHERE code <> 'future'")" = 0 ] || lab_fail "kept aside: $(sql 'SELECT code, reason FROM core.quarantine')"
echo "clock: $(sql 'SELECT count(*) FROM core.report') reports stored, $(sql 'SELECT count(*) FROM core.quarantine') kept aside, none lost or there twice"
