#!/usr/bin/env bash
# The school's machine was off for ten minutes. The agent tells of it when it is back, and the router says what it was: one that
# ran on makes it the machine's own affair, one that started in that time makes it a power cut. Later the line is off, and what a
# UPS says of the mains makes it the provider's or the school's. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

for need in psql snmpd; do
	command -v $need >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin power
lab_namespace school town
lab_cable school lan0 town wan0
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

mkdir -p "$LAB_DIR/snmp"
router() { # LINE: the router runs, with a line more in its configuration
	lab_stop snmpd
	{
		echo "agentaddress udp:10.9.0.1:161"
		echo "rocommunity public default"
		echo "$1"
	} >"$LAB_DIR/snmpd.conf"
	lab_start snmpd town env SNMP_PERSISTENT_DIR="$LAB_DIR/snmp" MIBS='' snmpd -f -Lo -C -c "$LAB_DIR/snmpd.conf"
}
# The mark of a machine that ran last ten minutes ago, and was started since.
was_off() {
	echo "$(($(date +%s%3N) - 600000)) 11111111-2222-3333-4444-555555555555 1000" >"$LAB_DIR/agent/alive"
	chown nobody "$LAB_DIR/agent/alive"
}
told() { # CLASS: how many absences the collector knows by it, with what the router said
	collector_sql "SELECT count(*) FROM core.outage JOIN core.outage_evidence USING (agent_id, outage_id)
		WHERE outage_class = '$1' AND rung = 'router' AND observed LIKE 'runs since %'
		  AND abs(EXTRACT(epoch FROM end_at - onset_at) - 600) < 60"
}
is_told() { [ "$(told "$1")" = 1 ]; }

echo "- the router ran on: the machine was off by itself"
router "override .1.3.6.1.2.1.1.3.0 timeticks 400000000"
was_off
agent_start school
lab_until 40 is_told agent_down || { tail -n 20 "$LAB_DIR/agent.log"; lab_fail "$(collector_sql 'TABLE core.outage_evidence')"; }
agent_stop

echo "- the router started in that time: there was no power"
router ""
was_off
agent_start school
lab_until 40 is_told power || { tail -n 20 "$LAB_DIR/agent.log"; lab_fail "$(collector_sql 'TABLE core.outage_evidence')"; }
[ "$(collector_sql "SELECT string_agg(class || ' ' || is_internet, ', ' ORDER BY class) FROM api.outage")" = "agent_down false, power false" ] ||
	lab_fail "$(collector_sql 'TABLE core.outage')"
agent_stop

ups() { # SECONDS-ON-BATTERY OUTPUT-SOURCE: the router, and in it a UPS by UPS-MIB
	router "override .1.3.6.1.2.1.33.1.1.1.0 octet_str UPSMAKER
override .1.3.6.1.2.1.33.1.2.2.0 integer $1
override .1.3.6.1.2.1.33.1.4.1.0 integer $2"
}
is_up() { [ "$(agent_status .connectivity)" = up ]; }
parties() { collector_sql "SELECT string_agg(party, ', ' ORDER BY onset) FROM api.outage WHERE is_internet"; }
are_parties() { [ "$(parties)" = "$1" ]; }

echo "- the line is off, and a UPS of the school is on the mains: it is the provider's"
ip -n "$(lab_ns town)" addr add 10.8.0.1/32 dev lo
ups 0 3
sed -i 's/^targets.*/targets = icmp@10.8.0.1/' "$LAB_DIR/agent.conf"
agent_start school
scanned() { [ "$(agent_status '.tasks[] | select(.task == "scan") | .runs' 2>/dev/null)" -ge 1 ] 2>/dev/null; }
lab_until 60 scanned || lab_fail "no scan: $(tail -n 5 "$LAB_DIR/agent.log")"
lab_until 20 is_up || lab_fail "the line is $(agent_status .connectivity)"
ip -n "$(lab_ns town)" addr del 10.8.0.1/32 dev lo
lab_until 40 are_parties provider || lab_fail "$(parties)"
sleep 3 # so that the UPS was asked
ip -n "$(lab_ns town)" addr add 10.8.0.1/32 dev lo
lab_until 20 is_up || lab_fail "the line is $(agent_status .connectivity)"

echo "- it is off again, and the UPS is on its battery: it is the school's"
ups 42 5
ip -n "$(lab_ns town)" addr del 10.8.0.1/32 dev lo
on_battery() {
	[ "$(collector_sql "SELECT string_agg(observed, ',') FROM core.outage_evidence WHERE rung = 'power'")" = "on battery for 42 s (UPS)" ]
}
lab_until 40 on_battery || { tail -n 20 "$LAB_DIR/agent.log"; lab_fail "$(collector_sql 'TABLE core.outage_evidence')"; }
are_parties "provider, school" || lab_fail "$(parties)"
agent_stop
echo "power: told apart"
