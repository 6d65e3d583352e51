#!/usr/bin/env bash
# The school's machine gets another address, then another network card: the agent hears of both without a person. Its sensor
# cannot be given a card, so it ends in order and its supervisor starts it anew. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

command -v psql >/dev/null || { echo "skipped, 'psql' is not installed"; exit 77; }

lab_begin network
lab_namespace school town annex
lab_cable school lan0 town wan0
# A card that was made, not drawn: devices under random addresses are counted only.
ip -n "$(lab_ns town)" link set wan0 address 00:1b:21:09:00:01
lab_address school lan0 10.9.0.2/24
lab_address town wan0 10.9.0.1/24
lab_route school default via 10.9.0.1
lab_resolver school 10.9.0.1
collector_prepare "server-names = 10.9.0.1" "agents-url = https://10.9.0.1:8443"
collector_start town
collector_run school add S1 --name "School 1" >/dev/null
agent_prepare "report-every = 10s" "targets = icmp@10.9.0.1"
agent_run school enrol --collector https://10.9.0.1:8444 --token "$(collector_run token S1)" >/dev/null
agent_start school

sees() { [ "$(collector_sql "SELECT count(*) FROM core.device_address WHERE address = '$1'")" -ge 1 ]; }
in_school() { ip -n "$(lab_ns school)" "$@"; }
lab_until 120 sees 10.9.0.1 || { tail -n 20 "$LAB_DIR/agent.log"; lab_fail "no scan"; }

echo "- another address is heard of"
in_school addr del 10.9.0.2/24 dev lan0
lab_address school lan0 10.9.0.7/24
lab_route school default via 10.9.0.1
lab_await agent "interface 'lan0' has another address: 10.9.0.7" 15

echo "- the end of a container, which has no address, is no reason to do anything"
in_school link add con0 type veth peer name con1
in_school link set con0 up
in_school link set con1 up
sleep 20
lab_alive agent || lab_fail "it ended for an interface without an address"

echo "- another card is: it ends in order, with a status that a supervisor starts it for"
lab_cable school lan1 annex lan0
ip -n "$(lab_ns annex)" link set lan0 address 00:1b:21:44:00:09
lab_address annex lan0 10.44.0.9/24
lab_address school lan1 10.44.0.2/24
lab_await agent "interface 'lan1' is new" 30
status=0
wait "${LAB_PIDS[agent]}" || status=$?
unset "LAB_PIDS[agent]"
[ $status -eq 1 ] || lab_fail "it ended with status $status"
grep -q '^Restart=on-failure' deploy/parta-agent.service || lab_fail "the unit does not start it again"

echo "- started anew it hears and asks there, and no report was lost"
agent_start school
lab_until 90 sees 10.44.0.9 || { tail -n 20 "$LAB_DIR/agent.log"; lab_fail "nobody was found behind the new card"; }
complete() {
	[ "$(collector_sql 'SELECT count(*) = max(seq) - min(seq) + 1 AND count(DISTINCT seq) = count(*) AND min(seq) = 1 FROM core.report')" = t ]
}
lab_until 30 complete || lab_fail "$(collector_sql 'SELECT count(*), min(seq), max(seq) FROM core.report')"
[ "$(grep -c "'lan1' is new" "$LAB_DIR/agent.log")" = 1 ] || lab_fail "it ended for the same card again"
agent_stop || lab_fail "it ended with status $?"
echo "network: heard of"
