#!/usr/bin/env bash
# The filter check against real resolvers, real web servers and a real filter: both directions, by name, by connection and by page.
# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
# shellcheck source=tests/lib/town.sh
. tests/lib/town.sh
lab_begin filter

lab_namespace lan school agent gw net
town_lan
town_line "rate 100"
town_dns
town_sites learn.town.test library.town.test casino.town.test weapons.town.test reset.town.test drop.town.test
town_filter casino.town.test library.town.test
town_trust agent
address_of() { cut -d' ' -f1 "$LAB_DIR/names/$1"; }
lab_in gw nft -f - <<-END
	table ip filtering {
		chain pre { type nat hook prerouting priority dstnat; ip daddr $(address_of weapons.town.test) tcp dport 80 dnat to $TOWN_BLOCK_PAGE; }
		chain forward {
			type filter hook forward priority filter;
			ip daddr $(address_of reset.town.test) tcp dport 443 reject with tcp reset
			ip daddr $(address_of drop.town.test) tcp dport 443 drop
		}
	}
END
cat >"$LAB_DIR/list.csv" <<-END
	id,url,expect,max_stage,category
	open,https://learn.town.test/,allow,http_body,education
	blocked,http://casino.town.test/,block,http_body,gambling
	overblocked,https://library.town.test/,allow,http_body,education
	page,http://weapons.town.test/,block,http_body,weapons
	leaking,http://learn.town.test/,block,http_body,gambling
	reset,https://reset.town.test/,block,tls,gambling
	dropped,https://drop.town.test/,block,tls,gambling
	handshake,https://learn.town.test/,info,tls,education
	nowhere,https://nowhere.town.test/,allow,http_body,education
END

echo "state-dir = $LAB_DIR" >"$LAB_DIR/agent.conf"
check() { lab_in agent build/release/parta-agent filter -c "$LAB_DIR/agent.conf" --format json --list "$1"; }
check "$LAB_DIR/list.csv" >"$LAB_DIR/found" 2>"$LAB_DIR/words"
status=$?
[ $status -eq 3 ] || { cat "$LAB_DIR/words"; lab_fail "exit status $status, a leak should give 3"; }

cat >"$LAB_DIR/expect.py" <<-'END'
	import json, sys
	id, verdict, outcome, rule, path = sys.argv[1:]
	row = {r["id"]: r for r in map(json.loads, open(path))}[id]
	if (row["verdict"], row["outcome"], row["rule_id"]) != (verdict, outcome, rule):
	    sys.exit(f"{row}")
END
expect() { # ID VERDICT OUTCOME RULE
	python3 "$LAB_DIR/expect.py" "$@" "$LAB_DIR/found" || lab_fail "'$1' is not '$2' by rule $4"
}
expect open allowed pass OK
expect blocked blocked_dns pass D3
expect overblocked blocked_dns overblock D3
expect page blocked_page pass H4
expect leaking allowed leak OK
expect reset anomaly excluded T6
expect dropped anomaly excluded T6
expect handshake allowed excluded OK
expect nowhere anomaly excluded D7
[ "$(wc -l <"$LAB_DIR/found")" -eq 9 ] || lab_fail "nine URLs were listed"

printf 'id,url,expect,max_stage,category\nx,gopher://a/,allow,tls,x\n' >"$LAB_DIR/bad.csv"
check "$LAB_DIR/bad.csv" 2>"$LAB_DIR/words" && lab_fail "a bad list was taken"
grep -q 'bad.csv:2: the URL must be http or https' "$LAB_DIR/words" || { cat "$LAB_DIR/words"; lab_fail "no clear words"; }
echo "filter: 9 URLs as they are"
