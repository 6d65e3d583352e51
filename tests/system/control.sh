#!/usr/bin/env bash
# A control outside the school's filter: what the school does not reach and the control does is blocked, at the layer
# where it stops; what neither reaches is down, and no block. Real agents, collector, PostgreSQL, filter and sites. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/town.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

for need in jq psql curl nft nginx dnsmasq; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin control
lab_namespace lan school agent gw net office
town_lan
town_line "rate 100"
town_dns
town_sites learn.town.test reset.town.test drop.town.test hello.town.test down.town.test
town_trust agent
town_trust office
lab_cable office wan0 net office0
lab_address office wan0 192.0.2.130/25
lab_address net office0 192.0.2.129/25
lab_route office default via 192.0.2.129
lab_resolver office $TOWN_DNS
address_of() { cut -d' ' -f1 "$LAB_DIR/names/$1"; }
lab_in gw nft -f - <<-END
	table ip filtering {
		chain forward {
			type filter hook forward priority filter;
			ip daddr $(address_of reset.town.test) tcp dport 443 reject with tcp reset
			ip daddr $(address_of drop.town.test) tcp dport 443 drop
		}
	}
END
# What a filter by SNI does: the handshake's first bytes are answered with a reset.
lab_in gw nft add rule ip filtering forward ip daddr "$(address_of hello.town.test)" tcp dport 443 \
	tcp flags \& \(psh \| ack\) == psh \| ack reject with tcp reset
# A site that nobody reaches.
lab_in net nft -f - <<-END
	table ip gone {
		chain input { type filter hook input priority filter; ip daddr $(address_of down.town.test) tcp dport 443 reject with tcp reset; }
	}
END

mkdir "$LAB_DIR/reference"
cat >"$LAB_DIR/reference/filter_entry.csv" <<-END
	entry_id,url,expect,max_stage,category,name_ru
	open,https://learn.town.test/,allow,http_body,education,открыто
	reset,https://reset.town.test/,block,tls,gambling,сброс
	dropped,https://drop.town.test/,block,tls,gambling,молчание
	hello,https://hello.town.test/,block,tls,gambling,сброс по имени
	down,https://down.town.test/,block,tls,gambling,не работает
END
collector_prepare "server-names = $TOWN_COLLECTOR" "agents-url = https://$TOWN_COLLECTOR:8443"
collector_start net
collector_run school add S1 --name "School 1" >/dev/null
collector_run school add OUT --control --name "Outside the filter" >/dev/null

agents() { # NAME PLACE SCHOOL
	AGENT_NAME=$1 agent_prepare "report-every = 10s"
	AGENT_NAME=$1 agent_run "$2" enrol --collector "https://$TOWN_COLLECTOR:8444" --token "$(collector_run token "$3")" >/dev/null
}
runs() { collector_sql "SELECT count(*) FROM core.filter_run JOIN core.school USING (school_id) WHERE code = '$1'"; }
ran() { [ "$(runs "$1")" -ge "$2" ]; }
verdict() { # ENTRY: of the school's last check
	collector_sql "SELECT verdict || ' ' || outcome || ' ' || rule_id FROM api.filter_observation
		WHERE school = 'S1' AND entry_id = '$1' ORDER BY observed_at DESC LIMIT 1"
}
expect() { # ENTRY "VERDICT OUTCOME RULE"
	[ "$(verdict "$1")" = "$2" ] || lab_fail "'$1' is '$(verdict "$1")', not '$2'"
}
again() { # NAME PLACE SCHOOL: the first round after a start is one check more
	local before
	before=$(runs "$3")
	lab_kill "$1" || true
	AGENT_NAME=$1 agent_start "$2"
	lab_until 120 ran "$3" $((before + 1)) || { tail -n 20 "$LAB_DIR/$1.log"; lab_fail "no check by $1"; }
}

echo "- without a control, what does not connect is an anomaly"
agents agent agent S1
again agent agent S1
expect open "allowed pass OK"
expect reset "anomaly excluded T6"
expect hello "anomaly excluded S7"
expect down "anomaly excluded T6"
version=$(agent_status .policy_version)

echo "- with one, it is a block at its layer, and what is down for both is none"
agents control office OUT
again control office OUT
again agent agent S1
expect open "allowed pass OK"
expect reset "blocked_tcp pass T1"
expect dropped "blocked_tcp pass T3"
expect hello "blocked_tls pass S1"
expect down "site_down excluded T4"

echo "- what a control sees makes no other policy, and a running agent asks for it"
[ "$(agent_status .policy_version)" = "$version" ] || lab_fail "the control made another policy"

echo "- a site that goes down for all is seen to, at the next check"
lab_in net nft add rule ip gone input ip daddr "$(address_of drop.town.test)" tcp dport 443 reject with tcp reset
again control office OUT
again agent agent S1
expect dropped "site_down excluded T4"
expect reset "blocked_tcp pass T1"

echo "- a control is no school"
collector_run report filter --format csv >"$LAB_DIR/report"
grep -q '^S1,block,4,0,0,2' "$LAB_DIR/report" || lab_fail "$(cat "$LAB_DIR/report")"
! grep -q OUT "$LAB_DIR/report" || lab_fail "the control is counted among schools"
[ "$(collector_sql "SELECT vantage FROM api.school WHERE school = 'OUT'")" = control ] || lab_fail "the control is not listed as one"
echo "control: blocks told from sites that are down"
