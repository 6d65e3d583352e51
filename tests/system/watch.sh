#!/usr/bin/env bash
# Three faults on a real line, and one too short to be an outage: the ladder names each, with onset and end within a
# second of the truth.
# alone: it times outages
# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
# shellcheck source=tests/lib/town.sh
. tests/lib/town.sh
lab_begin watch

lab_namespace lan school agent gw net
town_lan
town_line "rate 100"
town_dns
cat >"$LAB_DIR/agent.conf" <<-E
	state-dir = $LAB_DIR
	targets = icmp@192.0.2.1, icmp@192.0.2.2, tcp:53@203.0.113.53
	resolver = 10.77.0.1
	dns-name = collector.town.test
E
lab_start watch agent build/release/parta-agent watch -c "$LAB_DIR/agent.conf" --for 75 --format json
sleep 8

# fault NAME MAKE MEND: ten seconds of it; when it began and ended is kept in milliseconds.
fault() {
	date +%s%3N >"$LAB_DIR/$1.from"
	eval "$2"
	sleep 8
	eval "$3"
	date +%s%3N >"$LAB_DIR/$1.to"
	sleep 8
}
ends() { ip -n "$(lab_ns "$1")" link set "$2" "$3"; }
fault isp_access 'town_link cut' 'town_link restore'
fault gateway 'ends gw lan0 down' 'ends gw lan0 up; lab_route gw default via 198.51.100.1 2>/dev/null'
fault lan_link 'ends lan to_agent down' 'ends lan to_agent up'
fault isp_access_1 'town_link "cut"; sleep 1; town_link restore; sleep 1' 'true' # too short to be an outage
wait "${LAB_PIDS[watch]}"
cat >"$LAB_DIR/judge.py" <<-'E'
	import json, sys, datetime
	home = sys.argv[1]
	def ms(text):
	    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000
	def at(name):
	    return int(open(f"{home}/{name}").read())
	rows = [json.loads(l) for l in open(f"{home}/watch.log") if l.startswith("{")]
	ended = [r for r in rows if r.get("end")]
	bad = 0
	for name in ("isp_access", "gateway", "lan_link"):
	    mine = [r for r in ended if r["class"] == name]
	    if len(mine) != 1:
	        print(f"{name}: {len(mine)} outages"); bad = 1; continue
	    onset, end = ms(mine[0]["onset"]) - at(name + ".from"), ms(mine[0]["end"]) - at(name + ".to")
	    print(f"{name}: onset {onset:+.0f} ms, end {end:+.0f} ms")
	    bad |= not (-300 <= onset <= 1300 and -300 <= end <= 1500 and mine[0]["evidence"])
	if len(ended) != 3:
	    print(f"{len(ended)} outages instead of 3"); bad = 1
	if bad:
	    print(*rows, sep="\n")
	sys.exit(bad)
E
python3 "$LAB_DIR/judge.py" "$LAB_DIR" || lab_fail "not what happened"
