#!/usr/bin/env bash
# make demo: a school, its provider and a municipality's collector, in network namespaces on this machine.
#
#   sudo make demo          runs until Ctrl-C; ONCE=1 ends by itself; LANG=ru_RU.UTF-8 prints tables in Russian
#   SCENARIO=FILE           another school than tests/school/demo.scenario (tests/school/draw.py draws one)
#   CUT_S=20                how long the line is cut
#   PAGE_PORT=9444          where on 127.0.0.1 of this machine the collector's page is shown
#
# Both programs are installed (make install) on two computers of their own, with the shipped configuration; what an
# administrator does is printed as commands. Nothing outside the namespaces is changed but the packages installed.
# shellcheck disable=SC2317
set -u
cd "$(dirname "$0")/.." || exit 2
# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
# shellcheck source=tests/lib/town.sh
. tests/lib/town.sh
# shellcheck source=tests/lib/machine.sh
. tests/lib/machine.sh

SCENARIO=${SCENARIO:-tests/school/demo.scenario}
CUT_S=${CUT_S:-20}
PAGE_PORT=${PAGE_PORT:-9444}
COLLECTOR=collector.town.test
began=$SECONDS

step() { printf '\n== %s (%d s)\n' "$*" $((SECONDS - began)); }

# What an administrator types, shown as he types it.
admin() { # MACHINE COMMAND...
	printf '   %s# %s\n' "$1" "$(shift && printf '%q ' "$@")"
	machine_in "$@"
}

prepare() {
	step "packages and programs"
	[ -n "${DEMO_NO_PACKAGES:-}" ] || deploy/dependencies.sh || exit 1
	mkdir -p build
	make --no-print-directory -j"$(nproc)" all rig >build/demo.log 2>&1 || { tail -n 30 build/demo.log; exit 1; }
	began=$SECONDS
}

# The Internet of the demonstration answers for the names and addresses that the shipped lists speak of.
build_town() {
	step "a school of $(grep -c '^host' "$SCENARIO") devices, a line of 100 Mbit/s down and 40 up, an Internet"
	TOWN_INTERNET=$(awk -F, 'NR > 1 { print $1 }' sql/reference/internet_target.csv | sort -u | tr '\n' ' ')
	town_build "$SCENARIO" "delay 8" "queue 256" "down rate 100" "up rate 40"
	mapfile -t names < <(sed -n 's|^[^,]*,https\{0,1\}://\([^/,]*\).*|\1|p' sql/reference/filter_entry.csv | sort -u)
	town_sites "${names[@]}"
	# The school's filter has a hole and a false alarm: one page to be blocked gets through, one to be allowed does not.
	mapfile -t blocked < <(awk -F, '$3 == "block" && ++n > 1 { print $2 } $3 == "allow" && ++m == 3 { print $2 }' \
		sql/reference/filter_entry.csv | sed 's|^https\{0,1\}://\([^/]*\).*|\1|')
	town_filter "${blocked[@]}"
}

build_machines() {
	step "two computers: make install"
	# The tree stands as somebody's; what is installed is root's, and everybody's to read.
	(umask 022 && make --no-print-directory install PREFIX=/usr DESTDIR="$LAB_DIR/root") >"$LAB_DIR/install.log" 2>&1 ||
		{ tail "$LAB_DIR/install.log"; exit 1; }
	machine_boot collector net "$COLLECTOR" "$LAB_DIR/root"
	machine_boot agent agent school-agent "$LAB_DIR/root"
	machine_resolver collector $TOWN_DNS
	machine_resolver agent 10.77.0.1
	machine_users collector
	machine_users agent
	# The public authority of this Internet is trusted as any other.
	machine_in agent sh -c 'cat "$1" >>/etc/ssl/certs/ca-certificates.crt
		cp "$1" /etc/ssl/certs/"$(openssl x509 -hash -noout -in "$1")".0' sh "$TOWN_CA"
}

collector_ready() {
	machine_in collector curl -sfk --max-time 2 https://localhost:8444/readyz
}

start_collector() {
	step "the collector: what the municipality's administrator does"
	admin collector parta-collector ca init || exit 1
	echo "   collector# systemctl start parta-collector"
	machine_unit collector parta-collector.service
	lab_until 120 collector_ready || { tail -n 20 "$LAB_DIR/parta-collector.service.log"; lab_fail "the collector is not ready"; }
	admin collector parta-collector school add 1001 --name 'Школа № 1' --municipality Town --settlement urban \
		--contract-down 100 --contract-up 100 || exit 1
	echo "   collector# parta-collector token 1001"
	token=$(machine_in collector parta-collector token 1001) || exit 1
	echo "$token"
}

start_agent() {
	step "the agent: what the school's administrator does"
	machine_in agent sh -c 'umask 077; cat >/etc/parta/snmp-users' < <(
		sed -n 's/^user name=\([^ ]*\) auth=\([^ ]*\) authpass=\("[^"]*"\) priv=\([^ ]*\) privpass=\("[^"]*"\)/\1 \2 \3 \4 \5/p' "$SCENARIO")
	machine_in agent chown parta-agent: /etc/parta/snmp-users
	admin agent sed -i 's|^#credentials-file =.*|credentials-file = /etc/parta/snmp-users|; s|^#communities =.*|communities = public|' \
		/etc/parta/parta-agent.conf
	admin agent parta-agent enrol --collector "https://$COLLECTOR:8444" --token "$token" || exit 1
	echo "   agent# systemctl start parta-agent"
	machine_unit agent parta-agent.service
}

# Each task has run, and what it found has been acknowledged.
round_done() {
	machine_in agent parta-agent status --format json >"$LAB_DIR/status" 2>/dev/null || return 1
	python3 - "$LAB_DIR/status" <<-'E'
		import json, sys
		status = json.load(open(sys.argv[1]))
		runs = {task["task"]: task["runs"] for task in status["tasks"]}
		done = all(runs[task] > 0 for task in ("scan", "speed", "filter"))
		sys.exit(0 if done and status["spool"]["reports"] == 0 else 1)
	E
}

wait_for_round() {
	step "the schedule makes its first round: scan, speed, filter"
	lab_until 180 round_done || { tail -n 30 "$LAB_DIR/parta-agent.service.log"; lab_fail "no round within 180 s"; }
	machine_in agent parta-agent status
}

outage_told() {
	machine_in collector parta-collector report outages --school 1001 --format json | grep -q '"end":"'
}

cut_line() {
	step "the provider's line is cut for $CUT_S s"
	town_link cut >/dev/null
	sleep "$CUT_S"
	town_link restore >/dev/null
	lab_until 90 outage_told || lab_fail "the outage did not reach the collector"
}

print_reports() {
	local name
	step "what the collector knows"
	for name in equipment bandwidth outages filter; do
		printf '\n   collector# parta-collector report %s --school 1001\n' "$name"
		machine_in collector env LANG="${LANG:-C.UTF-8}" parta-collector report "$name" --school 1001
	done
}

# The equipment table against the scenario that the school was made of.
check_truth() {
	machine_in collector parta-collector report equipment --school 1001 --format json >"$LAB_DIR/equipment"
	tests/school/equipment.py "$SCENARIO" "$LAB_DIR/equipment"
}

# The page stands inside the namespaces; 127.0.0.1 of this machine is carried there.
page_answers() {
	curl -sfk --max-time 2 -o "$LAB_DIR/page" "https://127.0.0.1:$PAGE_PORT/"
}

show_page() {
	step "the collector's page"
	echo "   collector# parta-collector user add town --role municipal"
	password=$(machine_in collector parta-collector user add town --role municipal </dev/null) || lab_fail "no account could be made"
	socat "TCP-LISTEN:$PAGE_PORT,bind=127.0.0.1,fork,reuseaddr" \
		"EXEC:ip netns exec $(lab_ns net) socat STDIO TCP\:127.0.0.1\:8444" 2>"$LAB_DIR/socat.log" &
	lab_note page $!
	lab_until 20 page_answers || lab_fail "the page does not answer at 127.0.0.1:$PAGE_PORT; PAGE_PORT=N takes another port"
	curl -sfk -c "$LAB_DIR/jar" -o "$LAB_DIR/me" -H 'Content-Type: application/json' \
		-d "{\"login\": \"town\", \"password\": \"$password\"}" "https://127.0.0.1:$PAGE_PORT/api/v1/login" ||
		lab_fail "the page lets nobody in"
	printf '   https://127.0.0.1:%s/   login town   password %s   (its certificate is from the collector'"'"'s own authority)\n' \
		"$PAGE_PORT" "$password"
}

end_services() {
	step "the end: both services are told to stop"
	machine_end agent parta-agent.service 15 || lab_fail "the agent did not end well"
	machine_end collector parta-collector.service 90 || lab_fail "the collector did not end well"
}

prepare
lab_begin demo
build_town
build_machines
start_collector
start_agent
wait_for_round
cut_line
print_reports
step "the equipment against the truth"
check_truth
truth=$?
show_page
if [ -z "${ONCE:-}" ]; then
	step "everything runs on; Ctrl-C ends it"
	cat <<-E
		   look around:  sudo nsenter -t ${MACHINE_INIT[collector]} -m -p -u -n -- parta-collector report equipment
		                 sudo nsenter -t ${MACHINE_INIT[agent]} -m -p -u -n -- parta-agent status
		   cut the line: sudo $TOWN_BIN/parta-link -S $LAB_DIR/link.sock -x cut      (and restore)
		   a device off: sudo $TOWN_BIN/parta-school -S $LAB_DIR/school.sock -x 'down 10.77.0.54'
	E
	trap 'echo' INT
	sleep infinity &
	wait $!
	trap '' INT
fi
end_services
exit $truth
