#!/usr/bin/env bash
# Every fault that a line can have, made on a real one, and one too short to be an outage: the ladder names each, declares
# it within four seconds, and knows its onset and end within one. What it heard, told again, gives the same.
# WATCH_SAMPLES=tests/golden/line: the samples of each fault become those of the unit test.
#
#   agent -- lan -- gw (NAT, DNS) ==== parta-link ==== net (the provider) ---- world (targets, DNS, a real collector)
#
# alone: it times outages
# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
# shellcheck source=tests/lib/town.sh
. tests/lib/town.sh
# shellcheck source=tests/lib/collector.sh
. tests/lib/collector.sh
# shellcheck source=tests/lib/agent.sh
. tests/lib/agent.sh
for need in psql nginx dnsmasq nft snmpd socat; do
	command -v $need >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done
lab_urgent "$0" "$@"
lab_begin watch
lab_ended() { ! lab_alive "$1"; }

TOWN_INTERNET="192.0.2.1 192.0.2.2"
lab_namespace lan school agent gw net world
town_lan
town_line_to world "rate 100"
town_dns world
collector_prepare "server-names = collector.town.test" "agents-url = https://collector.town.test:8443" "listen-plain = [::]:80"
lab_in world sysctl -qw net.ipv4.ip_unprivileged_port_start=0
collector_start world
collector_run school add S1 --name "School 1" >/dev/null
# The one of IPv6 says nothing here: the network has none.
agent_prepare "targets = icmp@192.0.2.1, icmp@192.0.2.2, tcp:53@$TOWN_DNS, icmp@2001:db8::1" "public-resolver = $TOWN_DNS"
agent_run agent enrol --collector https://collector.town.test:8444 --token "$(collector_run token S1)" >/dev/null

# A portal that shows its page, and a proxy that opens TLS; whose traffic comes to them the faults say.
town_authority
mkdir -p "$LAB_DIR/portal/html"
town_certificate "$LAB_DIR/portal/site" collector.town.test
echo '<html><body>Войдите, чтобы пользоваться сетью</body></html>' >"$LAB_DIR/portal/html/index.html"
town_nginx portal gw 10.77.0.9
lab_until 5 lab_in gw curl -sf -o /dev/null http://10.77.0.9/ || lab_fail "no portal"
# shellcheck disable=SC2120 # faults pass them
gw_rules() { # FORWARD PREROUTING
	lab_in gw nft "add table ip fault; flush table ip fault;
		add chain ip fault forward { type filter hook forward priority -1; };
		add chain ip fault pre { type nat hook prerouting priority dstnat; };
		${1:+add rule ip fault forward $1;} ${2:+add rule ip fault pre $2;}"
}
gw_rules
# The router answers the agent's questions.
{
	echo "agentaddress udp:10.77.0.1:161"
	echo "rocommunity public default"
} >"$LAB_DIR/snmpd.conf"
mkdir -p "$LAB_DIR/snmp"
lab_start snmpd gw env SNMP_PERSISTENT_DIR="$LAB_DIR/snmp" MIBS='' snmpd -f -Lo -C -c "$LAB_DIR/snmpd.conf"

# Each line with the moment at which it was said.
cat >"$LAB_DIR/stamp.py" <<-'E'
	import sys, time
	for line in sys.stdin:
	    print(int(time.time() * 1000), line, end="", flush=True)
E
mkfifo "$LAB_DIR/said"
lab_start stamp agent bash -c "exec python3 -u '$LAB_DIR/stamp.py' <'$LAB_DIR/said'"
lab_start watch agent bash -c "exec '$LAB_DIR/parta-agent' watch -c '$LAB_DIR/agent.conf' --format json \
	--samples '$LAB_DIR/samples' >'$LAB_DIR/said'"
lab_until 15 grep -q '"state":"up"' "$LAB_DIR/stamp.log" || lab_fail "the line did not come up"
# Until the provider's first hop is found and the collector has shown that it is itself.
sleep 4

# fault NAME CLASS MAKE MEND [SECONDS]: when it began and ended is kept in milliseconds. It lasts until it is told, or so long.
said() { # PATTERN: in a line since the fault's last change
	tail -n +$((heard + 1)) "$LAB_DIR/stamp.log" | grep -q "$1"
}
hear() { heard=$(wc -l <"$LAB_DIR/stamp.log"); }
fault() {
	local from
	hear
	from=$(date +%s%3N)
	eval "$3"
	if [ -n "${5:-}" ]; then
		sleep "$5"
	else
		lab_until 6 said "\"class\":\"$2\"" || echo "$1 is not told as $2"
	fi
	hear
	eval "$4"
	echo "$1 $2 $from $(date +%s%3N)" >>"$LAB_DIR/truth"
	lab_until 10 said '"state":"up"' || echo "$1 is not told to be over"
}
both_ways() {
	ends lan to_agent up
	ends gw wifi0 up
	ip -n "$(lab_ns agent)" route replace default via 10.77.0.1
	ip -n "$(lab_ns agent)" route replace default via 10.78.0.1 metric 600
}
ends() { ip -n "$(lab_ns "$1")" link set "$2" "$3"; }
# What stands in quotes is done when the fault is made.
# shellcheck disable=SC2016
faults() {
	fault cable lan_link 'ends lan to_agent down' 'ends lan to_agent up'
	# A laptop's wire and Wi-Fi, whose routes go with them: which one is away does not matter while there is another.
	lab_cable agent wlan0 gw wifi0
	lab_address agent wlan0 10.78.0.2/24
	lab_address gw wifi0 10.78.0.1/24
	both_ways
	ip -n "$(lab_ns agent)" route del default dev lan0
	sleep 0.7
	fault wifi lan_address 'ends gw wifi0 down; ip -n "$(lab_ns agent)" route del default' both_ways
	fault carriers lan_link 'ends gw wifi0 down; ends lan to_agent down; ip -n "$(lab_ns agent)" route flush default' both_ways
	ip -n "$(lab_ns agent)" link del wlan0
	fault address lan_address 'ip -n "$(lab_ns agent)" addr flush dev lan0' \
		'lab_address agent lan0 10.77.0.2/22; lab_route agent default via 10.77.0.1'
	fault gateway gateway 'ends gw lan0 down' 'ends gw lan0 up'
	fault blackhole isp_access 'town_link cut' 'town_link restore' 7
	fault wan_port isp_access 'ends gw wan0 down' 'ends gw wan0 up; lab_route gw default via 198.51.100.1' 6
	fault wan_route isp_access 'ip -n "$(lab_ns gw)" route del default' 'lab_route gw default via 198.51.100.1'
	fault transit isp_core 'ends net to_world down' 'ends net to_world up; lab_route net default via 198.51.101.2'
	fault one_target destination 'ip -n "$(lab_ns world)" addr del 192.0.2.2/32 dev lo' 'lab_address world lo 192.0.2.2/32'
	fault own_dns dns_local 'lab_stop resolver' 'town_resolver'
	fault all_dns dns_all 'kill -STOP "${LAB_PIDS[dns]}"' 'kill -CONT "${LAB_PIDS[dns]}"'
	fault portal portal 'gw_rules "iifname lan0 drop" "tcp dport 80 dnat to 10.77.0.9"' gw_rules
	fault open_portal portal 'gw_rules "tcp dport 8443 drop" "tcp dport 80 dnat to 10.77.0.9"' gw_rules
	fault proxy tls_intercept 'gw_rules "" "tcp dport 8443 dnat to 10.77.0.9:443"' gw_rules
	fault no_collector collector_only 'lab_kill collector' 'lab_start stand_in world socat TCP-LISTEN:8443,fork,reuseaddr /dev/null'
}
faults
town_link cut # too short to be an outage
sleep 1
town_link restore
sleep 2.5
lab_stop watch INT
lab_until 5 lab_ended stamp

build/release/parta-agent watch --replay "$LAB_DIR/samples" --format json >"$LAB_DIR/again.log" || lab_fail "no replay"
cat >"$LAB_DIR/judge.py" <<-'E'
	import json, sys, datetime
	home = sys.argv[1]
	def ms(text):
	    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000
	def outages(rows):
	    found = {}
	    for said, row in rows:
	        if row["class"] is not None:
	            found.setdefault(row["onset"], {"said": said})["last"] = row
	    return list(found.values())
	def stories(rows):
	    return [(o["last"]["class"], o["last"]["onset"][:-2], (o["last"]["end"] or "")[:-2]) for o in outages(rows)]
	rows = [l.split(" ", 1) for l in open(f"{home}/stamp.log") if " {" in l]
	rows = [(int(t), json.loads(l)) for t, l in rows]
	mine, bad = outages(rows), 0
	router = {"blackhole": "wan0 is up, 0 kbit/s", "wan_port": "wan0: ifOperStatus 2"}
	print(f"{'fault':12} {'class':15} {'declared':>8} {'onset':>6} {'end':>6}  ms")
	for line in open(f"{home}/truth"):
	    name, want, begin, end = line.split()
	    begin, end = int(begin), int(end)
	    near = [o for o in mine if begin - 1000 < ms(o["last"]["onset"]) < end]
	    if len(near) != 1 or not near[0]["last"]["end"]:
	        print(f"{name}: {len(near)} outages"); bad = 1; continue
	    last = near[0]["last"]
	    mine.remove(near[0])
	    said, onset, over = near[0]["said"] - begin, ms(last["onset"]) - begin, ms(last["end"]) - end
	    right = last["class"] == want and said <= 4000 and abs(onset) <= 1000 and abs(over) <= 1000 and last["evidence"]
	    if name in router and not any(e["rung"] == "router" and router[name] in e["observed"] for e in last["evidence"]):
	        print(f"{name}: the router did not say '{router[name]}'"); right = False
	    print(f"{name:12} {last['class']:15} {said:8.0f} {onset:+6.0f} {over:+6.0f}  {'' if right else 'WRONG'}")
	    bad |= not right
	if mine:
	    print("besides:", *[o["last"] for o in mine], sep="\n"); bad = 1
	again = stories([(0, json.loads(l)) for l in open(f"{home}/again.log")])
	if again != stories(rows):
	    print("told again it is another story:", *again, sep="\n"); bad = 1
	if bad:
	    print(*[r for _, r in rows], sep="\n")
	elif len(sys.argv) > 2:
	    lines = open(f"{home}/samples").read().splitlines()
	    ahead = int(lines[0].split()[2])
	    for line in open(f"{home}/truth"):
	        name, want, begin, end = line.split()
	        near = [l for l in lines if l[0].isdigit() and int(begin) - 1500 < int(l.split()[0]) + ahead < int(end) + 2600]
	        with open(f"{sys.argv[2]}/{name}.samples", "w") as f:
	            print(lines[0], f"# truth {want} {begin} {end}", *[l for l in lines if l.startswith("target")], *near, sep="\n", file=f)
	sys.exit(bad)
E
python3 "$LAB_DIR/judge.py" "$LAB_DIR" ${WATCH_SAMPLES:+"$WATCH_SAMPLES"} || lab_fail "not what happened"
